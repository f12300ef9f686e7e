/* Moments as texts: Unix milliseconds to and from RFC 3339. Pure arithmetic on the Gregorian
 * calendar; no time zone but an offset that the text itself names, and no clock. */
#ifndef PROTO_TIME_H
#define PROTO_TIME_H

#include "proto/error.h"
#include "proto/span.h"

#define TIME_TEXT_BYTES  32
#define TIME_MS_MAX      (((uint64_t)1 << 48) - 1) /* of a record */
#define TIME_TEXT_MS_MAX 253402300799999u          /* the end of the year 9999, and of RFC 3339 */

/* "2026-11-21T21:47:06.123Z". What is later than a text can say is printed as the last moment that
 * it can: every text reads as one. */
void time_print(uint64_t unix_ms, char text[TIME_TEXT_BYTES]);
/* RFC 3339 with Z or an offset; finer fractions are cut to milliseconds. ERROR_MALFORMED for
 * another form, ERROR_OUT_OF_RANGE for a day that does not exist, and for a moment before 1970 or
 * (by its offset) after 9999. */
enum error time_parse(struct span text, uint64_t *unix_ms) MUST_USE;

#endif
