#include "tests/support/rows_memory.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define HANDED_MAX 4096
#define RUBBISH    0xdb

struct item {
    uint8_t *key, *value;
    size_t key_size, value_size;
};

struct table {
    struct item *items;
    size_t count, room;
};

struct rows_memory {
    struct table tables[VIEW_TABLE_COUNT];
    struct item handed[HANDED_MAX]; /* copies that callers may still look at */
    size_t handed_count;
    uint64_t writes;
    enum error error;
    unsigned fail_at;
    enum error fail_with;
};

/* --- copies ----------------------------------------------------------------------------------- */

static uint8_t *copy_of(struct span bytes)
{
    uint8_t *copy = malloc(bytes.size + 1);
    assert(copy != NULL);
    if (bytes.size > 0) memcpy(copy, bytes.at, bytes.size);
    return copy;
}

static void spoil_handed(struct rows_memory *memory)
{
    for (size_t i = 0; i < memory->handed_count; i++) {
        memset(memory->handed[i].key, RUBBISH, memory->handed[i].key_size);
        memset(memory->handed[i].value, RUBBISH, memory->handed[i].value_size);
        free(memory->handed[i].key);
        free(memory->handed[i].value);
    }
    memory->handed_count = 0;
}

static struct row hand_out(struct rows_memory *memory, const struct item *item)
{
    if (memory->handed_count == HANDED_MAX) spoil_handed(memory);
    struct span key = span_of(item->key, item->key_size);
    struct span value = span_of(item->value, item->value_size);
    struct item *copy = &memory->handed[memory->handed_count++];
    *copy = (struct item){copy_of(key), copy_of(value), key.size, value.size};
    return (struct row){span_of(copy->key, copy->key_size), span_of(copy->value, copy->value_size)};
}

/* --- the sorted array ------------------------------------------------------------------------- */

static int compare(struct span a, struct span b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common == 0 ? 0 : memcmp(a.at, b.at, common);
    if (order != 0) return order;
    return a.size < b.size ? -1 : a.size > b.size;
}

static struct span key_at(const struct table *table, size_t at)
{
    return span_of(table->items[at].key, table->items[at].key_size);
}

/* The first place whose key is not less. */
static size_t place_of(const struct table *table, struct span key)
{
    size_t low = 0, high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(key_at(table, middle), key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const struct table *table, size_t at, struct span key)
{
    return at < table->count && compare(key_at(table, at), key) == 0;
}

static void insert(struct table *table, size_t at, struct span key)
{
    if (table->count == table->room) {
        table->room = table->room == 0 ? 64 : 2 * table->room;
        table->items = realloc(table->items, table->room * sizeof table->items[0]);
        assert(table->items != NULL);
    }
    memmove(&table->items[at + 1], &table->items[at], (table->count - at) * sizeof(struct item));
    table->items[at] = (struct item){.key = copy_of(key), .key_size = key.size};
    table->count++;
}

/* --- the port --------------------------------------------------------------------------------- */

static bool on_get(void *world, unsigned table_number, struct span key, struct span *value)
{
    struct rows_memory *memory = world;
    const struct table *table = &memory->tables[table_number];
    size_t at = place_of(table, key);
    if (!is_at(table, at, key)) return false;
    *value = hand_out(memory, &table->items[at]).value;
    return true;
}

static void on_put(void *world, unsigned table_number, struct span key, struct span value)
{
    struct rows_memory *memory = world;
    struct table *table = &memory->tables[table_number];
    assert(memory->error == OK && key.size > 0 && key.size <= ROW_KEY_BYTES_MAX);
    if (memory->fail_at > 0 && --memory->fail_at == 0) {
        memory->error = memory->fail_with;
        return;
    }
    memory->writes++;
    uint8_t *copy = copy_of(value); /* before handed copies are spoilt: it may be one of them */
    size_t at = place_of(table, key);
    if (!is_at(table, at, key)) insert(table, at, key);
    free(table->items[at].value);
    table->items[at].value = copy;
    table->items[at].value_size = value.size;
    spoil_handed(memory);
}

static bool on_add(void *world, unsigned table_number, struct span key, struct span value,
                   struct span *held)
{
    if (on_get(world, table_number, key, held)) return false;
    on_put(world, table_number, key, value);
    return true;
}

static void on_del(void *world, unsigned table_number, struct span key)
{
    struct rows_memory *memory = world;
    struct table *table = &memory->tables[table_number];
    size_t at = place_of(table, key);
    memory->writes++;
    if (is_at(table, at, key)) {
        free(table->items[at].key);
        free(table->items[at].value);
        table->count--;
        memmove(&table->items[at], &table->items[at + 1],
                (table->count - at) * sizeof(struct item));
    }
    spoil_handed(memory);
}

static bool begins_with(struct span key, struct span prefix)
{
    return prefix.size == 0 ||
           (key.size >= prefix.size && memcmp(key.at, prefix.at, prefix.size) == 0);
}

static bool on_next(void *world, unsigned table_number, struct span prefix, struct span from,
                    bool after, struct row *row)
{
    struct rows_memory *memory = world;
    const struct table *table = &memory->tables[table_number];
    size_t at = place_of(table, from);
    if (after && is_at(table, at, from)) at++;
    if (at >= table->count || !begins_with(key_at(table, at), prefix)) return false;
    *row = hand_out(memory, &table->items[at]);
    return true;
}

static enum error on_error(void *world)
{
    return ((struct rows_memory *)world)->error;
}

static void on_fail(void *world, enum error error)
{
    struct rows_memory *memory = world;
    if (memory->error == OK) memory->error = error;
}

static const struct rows_port port = {on_get, on_put, on_add, on_del, on_next, on_error, on_fail};

/* --- the whole -------------------------------------------------------------------------------- */

struct rows_memory *rows_memory_open(void)
{
    struct rows_memory *memory = calloc(1, sizeof *memory);
    assert(memory != NULL);
    return memory;
}

void rows_memory_clear(struct rows_memory *memory)
{
    spoil_handed(memory);
    for (unsigned t = 0; t < VIEW_TABLE_COUNT; t++) {
        struct table *table = &memory->tables[t];
        for (size_t i = 0; i < table->count; i++) {
            free(table->items[i].key);
            free(table->items[i].value);
        }
        free(table->items);
        *table = (struct table){0};
    }
    memory->error = OK;
}

void rows_memory_close(struct rows_memory *memory)
{
    if (memory == NULL) return;
    rows_memory_clear(memory);
    free(memory);
}

struct rows rows_memory_port(struct rows_memory *memory)
{
    return (struct rows){.world = memory, .port = &port};
}

size_t rows_memory_count(const struct rows_memory *memory, enum view_table table)
{
    return memory->tables[table].count;
}

void rows_memory_fail_at(struct rows_memory *memory, unsigned nth, enum error error)
{
    memory->fail_at = nth;
    memory->fail_with = error;
}

struct span rows_memory_key(const struct rows_memory *memory, enum view_table table, size_t nth)
{
    assert(nth < memory->tables[table].count);
    return key_at(&memory->tables[table], nth);
}

uint64_t rows_memory_writes(const struct rows_memory *memory)
{
    return memory->writes;
}

static uint64_t sum_of(uint64_t sum, const uint8_t *bytes, size_t size)
{
    sum = (sum ^ size) * 0x100000001b3u;
    for (size_t i = 0; i < size; i++) sum = (sum ^ bytes[i]) * 0x100000001b3u;
    return sum;
}

uint64_t rows_memory_sum(const struct rows_memory *memory)
{
    uint64_t sum = 0xcbf29ce484222325u;
    for (unsigned t = 0; t < VIEW_TABLE_COUNT; t++) {
        const struct table *table = &memory->tables[t];
        sum = (sum ^ table->count) * 0x100000001b3u;
        for (size_t i = 0; i < table->count; i++) {
            sum = sum_of(sum, table->items[i].key, table->items[i].key_size);
            sum = sum_of(sum, table->items[i].value, table->items[i].value_size);
        }
    }
    return sum;
}

/* --- comparing -------------------------------------------------------------------------------- */

static void print_bytes(const char *what, const uint8_t *bytes, size_t size)
{
    printf("  %s ", what);
    for (size_t i = 0; i < size; i++) printf("%02x", bytes[i]);
    printf("\n");
}

static bool items_equal(const struct item *a, const struct item *b)
{
    return span_equal(span_of(a->key, a->key_size), span_of(b->key, b->key_size)) &&
           span_equal(span_of(a->value, a->value_size), span_of(b->value, b->value_size));
}

static bool tables_equal(const struct table *a, const struct table *b, const char *name)
{
    size_t count = a->count < b->count ? a->count : b->count;
    for (size_t i = 0; i < count; i++) {
        if (items_equal(&a->items[i], &b->items[i])) continue;
        printf("table %s, row %zu differs\n", name, i);
        print_bytes("key  ", a->items[i].key, a->items[i].key_size);
        print_bytes("other", b->items[i].key, b->items[i].key_size);
        print_bytes("value", a->items[i].value, a->items[i].value_size);
        print_bytes("other", b->items[i].value, b->items[i].value_size);
        return false;
    }
    if (a->count != b->count) {
        const struct item *extra = a->count > b->count ? &a->items[count] : &b->items[count];
        printf("table %s: %zu rows against %zu\n", name, a->count, b->count);
        print_bytes("extra", extra->key, extra->key_size);
    }
    return a->count == b->count;
}

bool rows_memory_equal(const struct rows_memory *a, const struct rows_memory *b)
{
    for (unsigned t = 0; t < VIEW_TABLE_COUNT; t++)
        if (!tables_equal(&a->tables[t], &b->tables[t], view_table_name((enum view_table)t)))
            return false;
    return true;
}
