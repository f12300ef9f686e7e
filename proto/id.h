/* Entity ids: 48 bits of milliseconds and 80 random bits, big-endian, so that ids sort by birth.
 *
 * Printed as 26 characters of a base32 without look-alikes (0-9, A-Z without I L O U) and one check
 * character (the value modulo 37, Crockford's alphabet *~$=U for 32..36), 27 in all. Parsing takes
 * lower case and the look-alikes I L O as 1 1 0, and refuses a wrong check character, so that a
 * mistyped id is an error and never another record. The core mints ids from a moment's randomness;
 * nothing here reads a clock. */
#ifndef PROTO_ID_H
#define PROTO_ID_H

#include "proto/error.h"
#include "proto/span.h"

#define ID_BYTES      16
#define ID_TEXT_BYTES 28 /* 26 digits, the check character and the terminating NUL */

struct id {
    uint8_t bytes[ID_BYTES];
};

/* ms: Unix milliseconds, below 2^48. random: 10 bytes. */
struct id id_make(uint64_t ms, const uint8_t random[10]);
uint64_t id_ms(const struct id *id);
void id_print(const struct id *id, char text[ID_TEXT_BYTES]);
/* ERROR_BAD_ID for a wrong length, alphabet, overflow or check character. */
enum error id_parse(struct span text, struct id *id) MUST_USE;

static inline bool id_equal(const struct id *a, const struct id *b)
{
    return memcmp(a->bytes, b->bytes, ID_BYTES) == 0;
}

static inline bool id_is_zero(const struct id *a)
{
    return span_is_zero(span_of(a->bytes, ID_BYTES));
}

static inline struct span id_span(const struct id *id)
{
    return span_of(id->bytes, ID_BYTES);
}

#endif
