/* Moments as texts: Unix milliseconds to and from RFC 3339. Pure arithmetic on the Gregorian
 * calendar; no time zone but an offset that the text itself names, and no clock. */
#ifndef PROTO_TIME_H
#define PROTO_TIME_H

#include "proto/error.h"
#include "proto/span.h"

#define TIME_TEXT_BYTES 32
#define TIME_MS_MAX     (((uint64_t)1 << 48) - 1)

/* "2026-11-21T21:47:06.123Z". Years above 9999 have five digits. */
void time_print(uint64_t unix_ms, char text[TIME_TEXT_BYTES]);
/* RFC 3339 with Z or an offset; finer fractions are cut to milliseconds. ERROR_MALFORMED for
 * another form, ERROR_OUT_OF_RANGE for a day that does not exist or a moment before 1970. */
enum error time_parse(struct span text, uint64_t *unix_ms) MUST_USE;

#endif
