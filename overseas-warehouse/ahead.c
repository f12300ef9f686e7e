#include "overseas-warehouse/ahead.h"

#include <assert.h>

/* Before each row: its table, the size of its key and that of its value. */
#define HEAD_BYTES 4
_Static_assert(ROW_KEY_BYTES_MAX <= UINT8_MAX, "a byte holds the size of a key");
_Static_assert(ROW_BYTES_MAX <= UINT16_MAX, "two bytes hold the size of a value");
_Static_assert((int)VIEW_TABLE_COUNT <= UINT8_MAX, "a byte holds a table");

void ahead_begin(struct ahead_writer *writer, uint8_t *buffer, size_t size, const struct id *thing)
{
    *writer = (struct ahead_writer){.at = buffer, .size = size, .failed = size < ID_BYTES};
    if (writer->failed) return;
    memcpy(buffer, thing->bytes, ID_BYTES);
    writer->used = ID_BYTES;
}

void ahead_row(struct ahead_writer *writer, enum view_table table, const struct key *key,
               const struct shape *shape, const void *value)
{
    size_t before = HEAD_BYTES + key->size;
    if (writer->failed || writer->size - writer->used < before) {
        writer->failed = true;
        return;
    }
    uint8_t *head = writer->at + writer->used;
    size_t room = writer->size - writer->used - before;
    struct span bytes;
    if (room > ROW_BYTES_MAX) room = ROW_BYTES_MAX;
    if (shape_encode(shape, value, head + before, room, &bytes) != OK) {
        writer->failed = true;
        return;
    }
    head[0] = (uint8_t)table;
    head[1] = (uint8_t)key->size;
    be_put(head + 2, bytes.size, 2);
    memcpy(head + HEAD_BYTES, key->bytes, key->size);
    writer->used += before + bytes.size;
}

struct span ahead_end(const struct ahead_writer *writer)
{
    return writer->failed ? (struct span){0} : span_of(writer->at, writer->used);
}

struct id ahead_open(struct ahead_reader *reader, struct span bytes)
{
    struct id thing;
    assert(bytes.size >= ID_BYTES);
    memcpy(thing.bytes, bytes.at, ID_BYTES);
    *reader = (struct ahead_reader){bytes.at + ID_BYTES, bytes.at + bytes.size};
    return thing;
}

bool ahead_next(struct ahead_reader *reader, enum view_table *table, struct row *row)
{
    if (reader->at == reader->end) return false;
    const uint8_t *head = reader->at;
    *table = (enum view_table)head[0];
    row->key = span_of(head + HEAD_BYTES, head[1]);
    row->value = span_of(row->key.at + row->key.size, (size_t)be_get(head + 2, 2));
    reader->at = row->value.at + row->value.size;
    assert(reader->at <= reader->end);
    return true;
}
