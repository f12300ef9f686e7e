/* Keys of the two tables that say what is left to do: work without an answer, and moments at which
 * silence acts. */
#include "overseas-warehouse/business.h"

#define KIND_BYTES       1
#define TODO_BYTES_SHORT (ID_BYTES + KIND_BYTES + ID_BYTES)
#define TODO_BYTES_LONG  (TODO_BYTES_SHORT + ID_BYTES)
#define DUE_BYTES        (8 + ID_BYTES + KIND_BYTES + ID_BYTES)

static struct id id_at(const uint8_t *bytes)
{
    struct id id;
    memcpy(id.bytes, bytes, ID_BYTES);
    return id;
}

struct key todo_prefix(const struct id *authority)
{
    return key_of(authority);
}

struct key todo_prefix_of(const struct id *authority, enum todo_kind kind)
{
    return key_add_uint(key_of(authority), kind, KIND_BYTES);
}

static struct key todo_key(const struct id *authority, enum todo_kind kind, const struct id *thing,
                           const struct id *second)
{
    struct key key = key_add_id(todo_prefix_of(authority, kind), thing);
    return second == NULL ? key : key_add_id(key, second);
}

void todo_put(const struct rows *rows, const struct id *authority, enum todo_kind kind,
              const struct id *thing, const struct id *second_or_null)
{
    struct key key = todo_key(authority, kind, thing, second_or_null);
    rows_mark(rows, VIEW_TODO, &key);
}

void todo_drop(const struct rows *rows, const struct id *authority, enum todo_kind kind,
               const struct id *thing, const struct id *second_or_null)
{
    struct key key = todo_key(authority, kind, thing, second_or_null);
    rows_drop(rows, VIEW_TODO, &key);
}

bool todo_has(const struct rows *rows, const struct id *authority, enum todo_kind kind,
              const struct id *thing, const struct id *second_or_null)
{
    struct key key = todo_key(authority, kind, thing, second_or_null);
    return rows_has(rows, VIEW_TODO, &key);
}

bool todo_read(struct span key, struct todo *todo)
{
    if (key.size != TODO_BYTES_SHORT && key.size != TODO_BYTES_LONG) return false;
    *todo = (struct todo){.authority = id_at(key.at),
                          .kind = (enum todo_kind)key.at[ID_BYTES],
                          .thing = id_at(key.at + ID_BYTES + KIND_BYTES)};
    if (key.size == TODO_BYTES_LONG) todo->second = id_at(key.at + TODO_BYTES_SHORT);
    return true;
}

static struct key due_key(uint64_t due_ms, const struct id *authority, uint64_t verb,
                          const struct id *thing)
{
    struct key key = {.size = 0};
    key = key_add_id(key_add_uint(key, due_ms, 8), authority);
    return key_add_id(key_add_uint(key, verb, KIND_BYTES), thing);
}

void due_put(const struct rows *rows, uint64_t due_ms, const struct id *authority, uint64_t verb,
             const struct id *thing)
{
    struct key key = due_key(due_ms, authority, verb, thing);
    rows_mark(rows, VIEW_DUE, &key);
}

void due_drop(const struct rows *rows, uint64_t due_ms, const struct id *authority, uint64_t verb,
              const struct id *thing)
{
    struct key key = due_key(due_ms, authority, verb, thing);
    rows_drop(rows, VIEW_DUE, &key);
}

bool due_read(struct span key, struct due *due)
{
    if (key.size != DUE_BYTES) return false;
    *due = (struct due){.due_ms = be_get(key.at, 8),
                        .authority = id_at(key.at + 8),
                        .verb = key.at[8 + ID_BYTES],
                        .thing = id_at(key.at + 8 + ID_BYTES + KIND_BYTES)};
    return true;
}
