/* Rows that are worked out before their turn.
 *
 * The first entry about a thing determines by itself what rows the thing gets: no other fact is
 * known yet. So any thread with time to spare makes them from the entry alone. The writer puts them
 * if nothing was known indeed, and otherwise folds the entry as ever; both ways end alike.
 *
 * They are held as bytes of this process: the id of the thing, then rows. */
#ifndef OVERSEAS_WAREHOUSE_AHEAD_H
#define OVERSEAS_WAREHOUSE_AHEAD_H

#include "overseas-warehouse/rows.h"

struct ahead_writer {
    uint8_t *at;
    size_t size, used;
    bool failed; /* no room, or a value that has no encoding: nothing of it counts */
};
void ahead_begin(struct ahead_writer *writer, uint8_t *buffer, size_t size, const struct id *thing);
void ahead_row(struct ahead_writer *writer, enum view_table table, const struct key *key,
               const struct shape *shape, const void *value);
/* What was written; empty when something failed. */
struct span ahead_end(const struct ahead_writer *writer);

struct ahead_reader {
    const uint8_t *at, *end;
};
struct id ahead_open(struct ahead_reader *reader, struct span bytes);
/* false: there are no more. The spans point into the bytes. */
bool ahead_next(struct ahead_reader *reader, enum view_table *table, struct row *row);

#endif
