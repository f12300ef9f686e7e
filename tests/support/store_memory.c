#include "tests/support/store_memory.h"

#include <assert.h>
#include <stdlib.h>

struct cell {
    struct key key;
    uint8_t *value;
    size_t size;
};
struct table {
    struct cell *cell;
    size_t count, room;
};
/* What stood in a place before this turn changed it, newest last. */
struct change {
    struct table *table;
    struct key key;
    uint8_t *value; /* NULL: nothing */
    size_t size;
};
struct set {
    struct store_memory *memory;
    struct table *table;
    unsigned count;
};
struct store_memory {
    struct store port;
    struct table truth[TRUTH_TABLE_COUNT];
    struct table views[VIEW_TABLE_COUNT];
    struct set truth_set, views_set;
    struct change *change;
    size_t changes, changes_room;
    uint8_t **handed;
    size_t handed_count, handed_room;
    enum store_memory_turn turn;
    enum error error;
    enum error fail_commit;
};

static void *grown(void *old, size_t count, size_t *room, size_t each)
{
    if (count < *room) return old;
    *room = *room == 0 ? 16 : *room * 2;
    void *made = realloc(old, *room * each);
    assert(made != NULL);
    return made;
}

static uint8_t *copy_of(struct span bytes)
{
    uint8_t *copy = malloc(bytes.size + 1);
    assert(copy != NULL);
    if (bytes.size > 0) memcpy(copy, bytes.at, bytes.size);
    return copy;
}

/* A private copy, so that a span kept over a put points to freed memory. */
static struct span hand_out(struct store_memory *memory, struct span bytes)
{
    uint8_t *copy = copy_of(bytes);
    memory->handed =
        grown(memory->handed, memory->handed_count, &memory->handed_room, sizeof *memory->handed);
    memory->handed[memory->handed_count++] = copy;
    return span_of(copy, bytes.size);
}

static void take_back(struct store_memory *memory)
{
    for (size_t i = 0; i < memory->handed_count; i++) free(memory->handed[i]);
    memory->handed_count = 0;
}

static int compare(struct span a, const struct key *b)
{
    size_t common = a.size < b->size ? a.size : b->size;
    int order = common == 0 ? 0 : memcmp(a.at, b->bytes, common);
    return order != 0 ? order : (a.size > b->size) - (a.size < b->size);
}

/* The place of the first cell whose key is >= key. */
static size_t place(const struct table *table, struct span key, bool *found)
{
    size_t low = 0, high = table->count;
    *found = false;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare(key, &table->cell[middle].key);
        if (order == 0) *found = true;
        if (order > 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void set_cell(struct table *table, const struct key *key, uint8_t *value, size_t size)
{
    bool found;
    size_t at = place(table, span_of(key->bytes, key->size), &found);
    if (found) {
        free(table->cell[at].value);
        table->cell[at].value = value;
        table->cell[at].size = size;
        return;
    }
    table->cell = grown(table->cell, table->count, &table->room, sizeof *table->cell);
    memmove(table->cell + at + 1, table->cell + at, (table->count - at) * sizeof *table->cell);
    table->cell[at] = (struct cell){*key, value, size};
    table->count++;
}

static void clear_cell(struct table *table, const struct key *key)
{
    bool found;
    size_t at = place(table, span_of(key->bytes, key->size), &found);
    if (!found) return;
    free(table->cell[at].value);
    table->count--;
    memmove(table->cell + at, table->cell + at + 1, (table->count - at) * sizeof *table->cell);
}

static void remember(struct store_memory *memory, struct table *table, const struct key *key)
{
    bool found;
    size_t at = place(table, span_of(key->bytes, key->size), &found);
    struct change change = {.table = table, .key = *key};
    if (found) {
        change.size = table->cell[at].size;
        change.value = copy_of(span_of(table->cell[at].value, change.size));
    }
    memory->change =
        grown(memory->change, memory->changes, &memory->changes_room, sizeof *memory->change);
    memory->change[memory->changes++] = change;
}

/* --- rows ------------------------------------------------------------------------------------ */

static struct table *table_of(void *world, unsigned number)
{
    struct set *set = world;
    assert(number < set->count);
    assert(set->memory->turn != TURN_NONE);
    return &set->table[number];
}

static struct key key_from(struct span bytes)
{
    struct key key = {.size = bytes.size};
    assert(bytes.size > 0 && bytes.size <= ROW_KEY_BYTES_MAX);
    memcpy(key.bytes, bytes.at, bytes.size);
    return key;
}

static bool rows_get(void *world, unsigned number, struct span key, struct span *value)
{
    struct set *set = world;
    struct table *table = table_of(world, number);
    bool found;
    size_t at = place(table, key, &found);
    if (set->memory->error != OK || !found) return false;
    *value = hand_out(set->memory, span_of(table->cell[at].value, table->cell[at].size));
    return true;
}

static bool begins_with(const struct key *key, struct span prefix)
{
    return prefix.size == 0 ||
           (key->size >= prefix.size && memcmp(key->bytes, prefix.at, prefix.size) == 0);
}

static bool rows_next(void *world, unsigned number, struct span prefix, struct span from,
                      bool after, struct row *row)
{
    struct set *set = world;
    struct table *table = table_of(world, number);
    bool found;
    size_t at = place(table, from, &found);
    if (set->memory->error != OK) return false;
    if (found && after) at++;
    if (at == table->count || !begins_with(&table->cell[at].key, prefix)) return false;
    struct cell *cell = &table->cell[at];
    row->key = hand_out(set->memory, span_of(cell->key.bytes, cell->key.size));
    row->value = hand_out(set->memory, span_of(cell->value, cell->size));
    return true;
}

static void rows_put(void *world, unsigned number, struct span key, struct span value)
{
    struct set *set = world;
    struct table *table = table_of(world, number);
    assert(set->memory->turn == TURN_WRITING);
    if (set->memory->error != OK) return;
    struct key at = key_from(key);
    uint8_t *copy = copy_of(value);
    remember(set->memory, table, &at);
    set_cell(table, &at, copy, value.size);
    take_back(set->memory);
}

static bool rows_add(void *world, unsigned number, struct span key, struct span value,
                     struct span *held)
{
    if (rows_get(world, number, key, held)) return false;
    rows_put(world, number, key, value);
    return true;
}

static void rows_del(void *world, unsigned number, struct span key)
{
    struct set *set = world;
    struct table *table = table_of(world, number);
    assert(set->memory->turn == TURN_WRITING);
    if (set->memory->error != OK) return;
    struct key at = key_from(key);
    remember(set->memory, table, &at);
    clear_cell(table, &at);
    take_back(set->memory);
}

static enum error rows_error(void *world)
{
    return ((struct set *)world)->memory->error;
}

static void rows_fail(void *world, enum error error)
{
    struct set *set = world;
    if (set->memory->error == OK) set->memory->error = error;
}

static const struct rows_port rows_port = {rows_get,  rows_put,   rows_add, rows_del,
                                           rows_next, rows_error, rows_fail};

/* --- turns ----------------------------------------------------------------------------------- */

static enum error begin(void *world)
{
    struct store_memory *memory = world;
    assert(memory->turn == TURN_NONE);
    memory->turn = TURN_WRITING;
    memory->error = OK;
    return OK;
}

static void undo(struct store_memory *memory)
{
    while (memory->changes > 0) {
        struct change *change = &memory->change[--memory->changes];
        if (change->value != NULL)
            set_cell(change->table, &change->key, change->value, change->size);
        else
            clear_cell(change->table, &change->key);
    }
    take_back(memory);
}

static void abort_turn(void *world)
{
    struct store_memory *memory = world;
    assert(memory->turn == TURN_WRITING);
    undo(memory);
    memory->turn = TURN_NONE;
    memory->error = OK;
}

static enum error commit(void *world)
{
    struct store_memory *memory = world;
    assert(memory->turn == TURN_WRITING);
    enum error error = memory->error != OK ? memory->error : memory->fail_commit;
    memory->fail_commit = OK;
    if (error != OK) {
        abort_turn(world);
        return error;
    }
    for (size_t i = 0; i < memory->changes; i++) free(memory->change[i].value);
    memory->changes = 0;
    take_back(memory);
    memory->turn = TURN_NONE;
    return OK;
}

static enum error begin_read(void *world)
{
    struct store_memory *memory = world;
    assert(memory->turn == TURN_NONE);
    memory->turn = TURN_READING;
    memory->error = OK;
    return OK;
}

static void end_read(void *world)
{
    struct store_memory *memory = world;
    assert(memory->turn == TURN_READING);
    take_back(memory);
    memory->turn = TURN_NONE;
}

static void clear_tables(struct table *table, unsigned count)
{
    for (unsigned t = 0; t < count; t++) {
        for (size_t i = 0; i < table[t].count; i++) free(table[t].cell[i].value);
        free(table[t].cell);
        table[t] = (struct table){NULL, 0, 0};
    }
}

static enum error reset_views(void *world)
{
    struct store_memory *memory = world;
    assert(memory->turn == TURN_NONE);
    clear_tables(memory->views, VIEW_TABLE_COUNT);
    memory->port.views_fresh = true;
    return OK;
}

static const struct store_port store_port = {begin,      commit,   abort_turn,
                                             begin_read, end_read, reset_views};

struct store_memory *store_memory_open(void)
{
    struct store_memory *memory = calloc(1, sizeof *memory);
    assert(memory != NULL);
    memory->truth_set = (struct set){memory, memory->truth, TRUTH_TABLE_COUNT};
    memory->views_set = (struct set){memory, memory->views, VIEW_TABLE_COUNT};
    memory->port = (struct store){.world = memory,
                                  .port = &store_port,
                                  .truth = {&memory->truth_set, &rows_port},
                                  .views = {&memory->views_set, &rows_port},
                                  .views_fresh = true};
    return memory;
}

void store_memory_crash(struct store_memory *memory)
{
    if (memory->turn == TURN_WRITING) abort_turn(memory);
    if (memory->turn == TURN_READING) end_read(memory);
}

void store_memory_close(struct store_memory *memory)
{
    if (memory == NULL) return;
    store_memory_crash(memory);
    clear_tables(memory->truth, TRUTH_TABLE_COUNT);
    clear_tables(memory->views, VIEW_TABLE_COUNT);
    free(memory->change);
    free(memory->handed);
    free(memory);
}

struct store *store_memory_port(struct store_memory *memory)
{
    return &memory->port;
}

static void copy_tables(struct table *to, const struct table *from, unsigned count)
{
    for (unsigned t = 0; t < count; t++)
        for (size_t i = 0; i < from[t].count; i++) {
            const struct cell *cell = &from[t].cell[i];
            set_cell(&to[t], &cell->key, copy_of(span_of(cell->value, cell->size)), cell->size);
        }
}

struct store_memory *store_memory_copy(const struct store_memory *memory)
{
    struct store_memory *copy = store_memory_open();
    assert(memory->turn == TURN_NONE);
    copy_tables(copy->truth, memory->truth, TRUTH_TABLE_COUNT);
    copy_tables(copy->views, memory->views, VIEW_TABLE_COUNT);
    copy->port.views_fresh = memory->port.views_fresh;
    return copy;
}

void store_memory_fail_commit(struct store_memory *memory, enum error error)
{
    memory->fail_commit = error;
}

enum store_memory_turn store_memory_turn(const struct store_memory *memory)
{
    return memory->turn;
}

size_t store_memory_count(const struct store_memory *memory, enum truth_table table)
{
    return memory->truth[table].count;
}

void store_memory_flip(struct store_memory *memory, enum truth_table table, size_t row, size_t at)
{
    struct cell *cell = &memory->truth[table].cell[row];
    assert(row < memory->truth[table].count && at < cell->size);
    cell->value[at] ^= 1;
}
