/* The clocks of carriers: date and time as they write it, and how much of it is known. A text
 * without an offset names no instant: its ms stays 0, and its naive_ms may only be compared with
 * clocks of the same place. Nothing here guesses a zone, and no text is refused: what cannot be
 * read is of quality TIME_NONE, and the text itself is kept by the caller. */
#ifndef PROTO_WHEN_H
#define PROTO_WHEN_H

#include "proto/span.h"
#include "proto/words.h"

struct when {
    enum time_quality quality; /* TIME_OFFSET, TIME_DATE_ONLY or TIME_NONE */
    uint64_t ms;               /* Unix ms, when an offset is written; else 0 */
    uint64_t naive_ms;         /* the clock read as if it were UTC; 0: unreadable */
};

/* Takes YYYY-MM-DD, alone or followed by T or a blank and HH:MM[:SS[.fraction]], alone or followed
 * by Z, +HH:MM, +HHMM or +HH. Years 1970 to 9999; days must exist; a fraction counts to the ms. */
struct when when_parse(struct span text);

#endif
