/* Packs canonical msgpack through msgpack-c into a buffer of the caller. The first error (a full
 * buffer, or one of the caller's own) is remembered, later calls do nothing, and writer_end tells
 * it once. Callers write map keys in ascending order. */
#ifndef PROTO_WRITER_H
#define PROTO_WRITER_H

#include "proto/error.h"
#include "proto/id.h"
#include "proto/span.h"

struct writer {
    uint8_t *at;
    size_t size; /* bytes of room at `at` */
    size_t used;
    enum error error;
};

struct writer writer_over(uint8_t *buffer, size_t size);
void writer_map(struct writer *w, uint32_t pairs);
void writer_array(struct writer *w, uint32_t items);
void writer_uint(struct writer *w, uint64_t value); /* keys too */
void writer_int(struct writer *w, int64_t value);
void writer_nil(struct writer *w);
void writer_bin(struct writer *w, struct span bytes);
void writer_text(struct writer *w, struct span text);
void writer_id(struct writer *w, const struct id *id);
/* Copies bytes that already are canonical msgpack. */
void writer_raw(struct writer *w, struct span bytes);
/* Records an error of the caller's own; the first one wins. */
void writer_fail(struct writer *w, enum error error);
/* What was written; ERROR_TOO_LARGE when the buffer was too small. */
enum error writer_end(const struct writer *w, struct span *out) MUST_USE;

#endif
