/* A strict, bounded reader of canonical msgpack.
 *
 * It takes one form only: shortest integers (non-negative ones in the unsigned family), shortest
 * headers, map keys unsigned and strictly ascending, no floats, no ext, depth <= 8, valid UTF-8,
 * no bytes left over. A declared length is checked against the bytes that are left before anything
 * is used, so a lie about a length costs nothing. The reader remembers its first error; later calls
 * return zero values and do nothing; the caller looks once, at reader_end. Spans point into the
 * input and live as long as it does. */
#ifndef PROTO_READER_H
#define PROTO_READER_H

#include "proto/error.h"
#include "proto/id.h"
#include "proto/span.h"

#define READER_DEPTH_MAX 8

struct reader {
    const uint8_t *at;
    const uint8_t *end;
    enum error error;
    uint8_t depth;
    struct {
        uint32_t left; /* items (of an array) or pairs (of a map) not begun yet */
        bool is_map;
        bool has_key; /* last_key holds a key */
        uint64_t last_key;
    } level[READER_DEPTH_MAX];
};

struct reader reader_over(struct span bytes);
/* Number of pairs; every key must then be fetched with reader_key, strictly ascending. */
uint32_t reader_map(struct reader *r, uint32_t pairs_max);
/* The next key of the innermost map. */
uint64_t reader_key(struct reader *r);
uint32_t reader_array(struct reader *r, uint32_t items_max);
/* Leaves the innermost map or array; an error if items are left unread. */
void reader_leave(struct reader *r);
uint64_t reader_uint(struct reader *r, uint64_t max);
int64_t reader_int(struct reader *r, int64_t min, int64_t max);
bool reader_nil(struct reader *r); /* true and consumed when the next item is nil */
struct span reader_bin(struct reader *r, size_t bytes_max);
struct span reader_text(struct reader *r, size_t bytes_max);    /* valid UTF-8, no NUL */
void reader_fixed(struct reader *r, uint8_t *to, size_t bytes); /* a bin of exactly that size */
struct id reader_id(struct reader *r);
/* Any one item, whole, as its bytes; checked like all the rest, its map keys unsigned. */
struct span reader_item(struct reader *r);
/* Records an error of the caller's own (a range, a missing field); the first one wins. */
void reader_fail(struct reader *r, enum error error);
/* No error so far, every level left, and no bytes left over. */
bool reader_end(struct reader *r) MUST_USE;

#endif
