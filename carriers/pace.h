/* When a carrier is asked about a parcel again: by how it stands, how long it has stood so, and how
 * the last question went. A table and pure functions; the clock is the caller's.
 *
 * Where nothing is remembered (a node that starts), the next question falls on a place in the
 * interval that chance chooses, counted from when the node went down: so nothing is asked about in
 * a rush, nothing is forgotten however often a node starts, and what fell due while it was down is
 * asked about at once. */
#ifndef CARRIERS_PACE_H
#define CARRIERS_PACE_H

#include <stddef.h>

#include "proto/records_goods.h"

struct pace_row {
    uint32_t statuses; /* bits of enum track_status; bit 0: nothing was heard */
    uint16_t days;     /* since it stands so: the row holds below that; the last of its kind ends */
    uint32_t minutes;  /* between two questions; 0: it is asked about no more */
};
extern const struct pace_row pace_rows[];
extern const size_t pace_rows_count;

struct pace_case {
    uint64_t status;       /* enum track_status; 0: nothing was heard */
    uint64_t since_ms;     /* when it came to stand so; or when it was announced */
    uint64_t now_ms;       /* by the wall, like since_ms */
    unsigned misses;       /* how often, since it was last heard of, the carrier did not know it */
    uint16_t carrier_days; /* the carrier forgets it after so many (struct poll); 0: not stated */
};
/* Milliseconds between two questions; 0: none is put any more. */
uint64_t pace_interval_ms(const struct pace_case *it);

/* The first question of a node that starts: when, on the clock by which it went down at down_ms.
 * chance: any number. */
uint64_t pace_first_ms(uint64_t interval_ms, uint64_t down_ms, uint64_t chance);

/* How long is waited after so many failures in a row: doubling, with up to a half of chance on top,
 * and never less than the carrier asked for (Retry-After). */
#define PACE_BACKOFF_MAX_MS (UINT64_C(6) * 3600 * 1000)
uint64_t pace_backoff_ms(unsigned failures, uint64_t asked_ms, uint64_t chance);

/* --- the circuit breaker of an account ---------------------------------------------------------
 */

#define BREAKER_FAILURES 5 /* in a row: then it opens */

struct breaker {
    unsigned failures;
    uint64_t open_until_ms; /* 0: it is closed */
    bool trying;            /* one question is out to see whether they are back */
};
/* May a question be put now? When it was open and its time has come, exactly one may. */
bool breaker_lets(struct breaker *breaker, uint64_t now_ms);
void breaker_heard(struct breaker *breaker);
void breaker_failed(struct breaker *breaker, uint64_t now_ms, uint64_t asked_ms, uint64_t chance);

/* --- the budget of an account ------------------------------------------------------------------
 */

/* A bucket of so many questions that fills up in so many seconds. What somebody else wants done at
 * once (hints of pushes that prove nothing) takes from a part of it only. */
#define BUDGET_HINT_PART 4 /* hints leave three quarters of the bucket alone */
struct budget {
    uint32_t calls, per_s;
    uint64_t left_u; /* in parts of a question: one is per_s * 1000 */
    uint64_t at_ms;
};
void budget_begin(struct budget *budget, uint32_t calls, uint32_t per_s, uint64_t now_ms);
/* true: it was taken. */
bool budget_take(struct budget *budget, uint64_t now_ms, bool hint);
/* When there will be one for certain. */
uint64_t budget_next_ms(const struct budget *budget, uint64_t now_ms, bool hint);

#endif
