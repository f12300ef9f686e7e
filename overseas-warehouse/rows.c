#include "overseas-warehouse/rows.h"

#include <assert.h>

#define VIEW_ROW(NAME, word, class, key) {word, VIEW_##class},
static const struct {
    const char *name;
    enum view_class class;
} tables[VIEW_TABLE_COUNT] = {VIEW_TABLE_LIST(VIEW_ROW)};
#undef VIEW_ROW

const char *view_table_name(enum view_table table)
{
    return table < VIEW_TABLE_COUNT ? tables[table].name : "?";
}

enum view_class view_table_class(enum view_table table)
{
    assert(table < VIEW_TABLE_COUNT);
    return tables[table].class;
}

/* --- keys ------------------------------------------------------------------------------------- */

struct key key_of(const struct id *id)
{
    struct key key = {.size = 0};
    return key_add_id(key, id);
}

struct key key_add_id(struct key key, const struct id *id)
{
    assert(key.size + ID_BYTES <= ROW_KEY_BYTES_MAX);
    memcpy(key.bytes + key.size, id->bytes, ID_BYTES);
    key.size += ID_BYTES;
    return key;
}

struct key key_add_uint(struct key key, uint64_t value, unsigned bytes)
{
    assert(bytes <= 8 && key.size + bytes <= ROW_KEY_BYTES_MAX);
    assert(bytes == 8 || value >> (8 * bytes) == 0);
    be_put(key.bytes + key.size, value, bytes);
    key.size += bytes;
    return key;
}

struct span key_span(const struct key *key)
{
    return span_of(key->bytes, key->size);
}

/* --- rows ------------------------------------------------------------------------------------- */

static bool is_broken(const struct rows *rows)
{
    return rows->port->error(rows->world) != OK;
}

bool rows_load(const struct rows *rows, enum view_table table, const struct key *key,
               const struct shape *shape, void *value)
{
    struct span bytes;
    if (is_broken(rows) || !rows->port->get(rows->world, table, key_span(key), &bytes))
        return false;
    if (shape_decode(shape, bytes, value, NULL) == OK) return true;
    rows->port->fail(rows->world, ERROR_CORRUPT);
    return false;
}

bool rows_has(const struct rows *rows, enum view_table table, const struct key *key)
{
    struct span bytes;
    return !is_broken(rows) && rows->port->get(rows->world, table, key_span(key), &bytes);
}

void rows_store(const struct rows *rows, enum view_table table, const struct key *key,
                const struct shape *shape, const void *value)
{
    if (is_broken(rows)) return;
    uint8_t buffer[ROW_BYTES_MAX];
    struct span bytes;
    enum error error = shape_encode(shape, value, buffer, sizeof buffer, &bytes);
    if (error == OK)
        rows->port->put(rows->world, table, key_span(key), bytes);
    else
        rows->port->fail(rows->world, error);
}

bool rows_store_new(const struct rows *rows, enum view_table table, const struct key *key,
                    const struct shape *shape, const void *value)
{
    if (is_broken(rows)) return true;
    uint8_t buffer[ROW_BYTES_MAX];
    struct span bytes, held;
    enum error error = shape_encode(shape, value, buffer, sizeof buffer, &bytes);
    if (error == OK) return rows->port->add(rows->world, table, key_span(key), bytes, &held);
    rows->port->fail(rows->world, error);
    return true;
}

void rows_mark(const struct rows *rows, enum view_table table, const struct key *key)
{
    if (!is_broken(rows)) rows->port->put(rows->world, table, key_span(key), (struct span){0});
}

void rows_drop(const struct rows *rows, enum view_table table, const struct key *key)
{
    if (!is_broken(rows)) rows->port->del(rows->world, table, key_span(key));
}

/* --- walks ------------------------------------------------------------------------------------ */

struct walk walk_over(const struct key *prefix)
{
    return (struct walk){.prefix = *prefix, .at = *prefix, .begun = false};
}

bool walk_next(const struct rows *rows, enum view_table table, struct walk *walk, struct row *row)
{
    if (is_broken(rows)) return false;
    struct span prefix = key_span(&walk->prefix), from = key_span(&walk->at);
    if (!rows->port->next(rows->world, table, prefix, from, walk->begun, row)) return false;
    assert(row->key.size <= ROW_KEY_BYTES_MAX);
    memcpy(walk->at.bytes, row->key.at, row->key.size);
    walk->at.size = row->key.size;
    walk->begun = true;
    row->key = key_span(&walk->at);
    return true;
}
