#include "overseas-warehouse/reducer.h"

#include "proto/when.h"

/* --- what the statuses are to each other --- */

/* Rule 3: 0 for a status that replaces others, else the more it says the greater. */
static unsigned weakness(uint64_t status)
{
    switch (status) {
    case TRACK_NOT_FOUND: return 1;
    case TRACK_UNKNOWN: return 2;
    case TRACK_PRE_TRANSIT: return 3;
    default: return 0;
    }
}

static bool is_arrival(uint64_t status)
{
    return status == TRACK_DELIVERED || status == TRACK_RETURNED;
}

/* Rule 6. */
static bool is_terminal(uint64_t status)
{
    return status == TRACK_RETURNED || status == TRACK_LOST || status == TRACK_CANCELLED;
}

static bool is_final(uint64_t status)
{
    return is_terminal(status) || status == TRACK_DELIVERED;
}

/* Of scans at the same instant the one with the greater weight is the last: re-opening needs a
 * later time (rule 5). */
static unsigned weight(uint64_t status)
{
    if (status == TRACK_RETURNED) return 3;
    if (status == TRACK_DELIVERED) return 2;
    return is_terminal(status) ? 1 : 0;
}

/* --- the order of scans (rule 1) --- */

/* A place in the order: compared from the first number to the last, so the order is total. */
#define RANK_NUMBERS 8
struct rank {
    const struct checkpoint *scan;
    uint64_t number[RANK_NUMBERS];
};

static bool is_zoned(const struct checkpoint *scan)
{
    return scan->occurred_ms != 0 &&
           (scan->quality == TIME_OFFSET || scan->quality == TIME_NAMED_ZONE ||
            scan->quality == TIME_PROVIDER_RULE);
}

static uint64_t clock_ms(const struct checkpoint *scan)
{
    if (scan->occurred_ms != 0) return scan->occurred_ms;
    if (scan->clock_ms != 0) return scan->clock_ms;
    return when_parse(scan->occurred_local).naive_ms;
}

/* A scan without a known zone stands just after the scans listed before it, else just before those
 * listed after it. Where the list says nothing its clock is believed; where no scan has a zone, the
 * list alone is (0 for all). */
static uint64_t unzoned_ms(const struct checkpoint *scan, const struct checkpoint *scans,
                           size_t count)
{
    uint64_t low = 0, high = UINT64_MAX;
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (!is_zoned(&scans[i])) continue;
        uint64_t other = scans[i].occurred_ms;
        if (scans[i].list_pos < scan->list_pos && other > low) low = other;
        if (scans[i].list_pos > scan->list_pos && other < high) high = other;
        any = true;
    }
    if (low > 0) return low + 1;
    if (high < UINT64_MAX) return high - 1;
    return any ? clock_ms(scan) : 0;
}

/* What is equal in all of these numbers gives the same answer. */
static struct rank rank_of(const struct checkpoint *scan, const struct checkpoint *scans,
                           size_t count)
{
    uint64_t heavy = weight(scan->status);
    if (is_zoned(scan))
        return (struct rank){scan,
                             {scan->occurred_ms, 0, heavy, scan->list_pos, 0, scan->status,
                              scan->reason, scan->occurred_ms}};
    return (struct rank){scan,
                         {unzoned_ms(scan, scans, count), 1, scan->list_pos, clock_ms(scan), heavy,
                          scan->status, scan->reason, scan->occurred_ms}};
}

static int rank_compare(const struct rank *a, const struct rank *b)
{
    for (size_t i = 0; i < RANK_NUMBERS; i++)
        if (a->number[i] != b->number[i]) return a->number[i] < b->number[i] ? -1 : 1;
    return 0;
}

/* --- choosing a scan --- */

/* Which scans may be chosen, beside that they say something at all. */
struct choice {
    unsigned weak;               /* those of this weakness; 0: the strong ones */
    bool (*is)(uint64_t status); /* NULL: any */
    uint64_t status;             /* 0: any */
    bool no_pickup;              /* rule 4 */
};

static bool says_something(const struct checkpoint *scan) /* rule 2 */
{
    return !scan->informational && scan->reason != TRACK_REASON_INFORMATIONAL &&
           scan->reason != TRACK_REASON_ESTIMATE;
}

static bool fits(const struct checkpoint *scan, struct choice choice)
{
    if (!says_something(scan)) return false;
    if (choice.weak != weakness(scan->status)) return false;
    if (choice.is != NULL && !choice.is(scan->status)) return false;
    if (choice.status != 0 && choice.status != scan->status) return false;
    bool pickup = scan->reason == TRACK_REASON_PICKED_UP && !is_final(scan->status);
    return !(choice.no_pickup && pickup);
}

/* The last of the scans that fit; .scan is NULL when there is none. */
static struct rank last(const struct checkpoint *scans, size_t count, struct choice choice)
{
    struct rank best = {.scan = NULL};
    for (size_t i = 0; i < count; i++) {
        if (!fits(&scans[i], choice)) continue;
        struct rank rank = rank_of(&scans[i], scans, count);
        if (best.scan == NULL || rank_compare(&rank, &best) > 0) best = rank;
    }
    return best;
}

static struct rank last_strong(const struct checkpoint *scans, size_t count)
{
    bool arrived = last(scans, count, (struct choice){.is = is_arrival}).scan != NULL;
    return last(scans, count, (struct choice){.no_pickup = arrived});
}

/* The scan that decides, and whether strong ones came after a terminal one. */
static struct rank deciding_scan(const struct checkpoint *scans, size_t count, bool *after_final)
{
    struct rank strong = last_strong(scans, count);
    struct rank terminal = last(scans, count, (struct choice){.is = is_terminal});
    *after_final = terminal.scan != NULL && rank_compare(&strong, &terminal) > 0;
    if (terminal.scan != NULL) return terminal;
    for (unsigned weak = weakness(TRACK_PRE_TRANSIT); strong.scan == NULL && weak > 0; weak--)
        strong = last(scans, count, (struct choice){.weak = weak});
    return strong;
}

/* --- choosing a summary (rule 7) --- */

static int compare(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

/* A weak summary comes before every other one, so that it is chosen only among its like. */
static int summary_compare(const struct track_summary *a, const struct track_summary *b)
{
    unsigned weak_a = weakness(a->status), weak_b = weakness(b->status);
    if ((weak_a == 0) != (weak_b == 0)) return weak_a == 0 ? 1 : -1;
    int order = compare(weak_a, weak_b);
    uint64_t said_a = a->said_ms > 0 ? a->said_ms : a->covers_ms;
    uint64_t said_b = b->said_ms > 0 ? b->said_ms : b->covers_ms;
    if (order == 0) order = compare(said_a, said_b);
    if (order == 0) order = compare(a->covers_ms, b->covers_ms);
    if (order == 0) order = compare(a->status, b->status);
    if (order == 0) order = compare(a->reason, b->reason);
    return order;
}

static const struct track_summary *newest(const struct track_summary *summaries, size_t count)
{
    const struct track_summary *best = NULL;
    for (size_t i = 0; i < count; i++) {
        if (summaries[i].status == 0) continue;
        if (best == NULL || summary_compare(&summaries[i], best) > 0) best = &summaries[i];
    }
    return best;
}

/* Many summaries know no more than that a parcel is under way, whatever its last scan says. */
static bool says_little(const struct track_summary *summary)
{
    return summary->status == TRACK_IN_TRANSIT && summary->reason == 0;
}

static bool summary_wins(const struct track_summary *summary, const struct rank *scan)
{
    if (summary == NULL) return false;
    if (scan->scan == NULL) return true;
    unsigned weak_summary = weakness(summary->status), weak_scan = weakness(scan->scan->status);
    if (weak_summary != weak_scan)
        return weak_summary == 0 || (weak_scan != 0 && weak_summary > weak_scan);
    /* What is on its way back was delivered to its sender, who is not us. */
    bool back = summary->status == TRACK_RETURNING && scan->scan->status == TRACK_DELIVERED;
    if (is_final(scan->scan->status) && !is_final(summary->status) && !back) return false;
    if (says_little(summary)) return scan->number[0] != 0 && summary->said_ms > scan->number[0];
    return scan->number[0] <= summary->covers_ms;
}

struct track_summary reducer_summary(const struct tracking *tracking)
{
    struct track_summary summary = {
        .status = tracking->summary,
        .reason = tracking->summary_reason,
        .direction = tracking->direction,
        .said_ms = tracking->summary_ms,
        .dedup = tracking->dedup,
    };
    for (uint32_t i = 0; i < tracking->points_count; i++) {
        struct rank rank = rank_of(&tracking->points[i], tracking->points, tracking->points_count);
        if (rank.number[0] > summary.covers_ms) summary.covers_ms = rank.number[0];
    }
    if (tracking->points_count == 0) summary.covers_ms = summary.said_ms;
    return summary;
}

/* --- the whole --- */

static struct track_state state_of_scan(const struct checkpoint *scan)
{
    return (struct track_state){
        .status = (enum track_status)scan->status,
        .reason = (unsigned)scan->reason,
        .occurred_ms = scan->occurred_ms,
    };
}

/* The scan that bears the status of the summary knows when it happened, and often why. */
static struct track_state state_of_summary(const struct track_summary *summary,
                                           const struct checkpoint *scans, size_t count)
{
    struct choice same = {.weak = weakness(summary->status), .status = summary->status};
    const struct checkpoint *scan = last(scans, count, same).scan;
    struct track_state state = {
        .status = (enum track_status)summary->status,
        .reason = (unsigned)summary->reason,
        .occurred_ms = summary->said_ms > 0 ? summary->said_ms : summary->covers_ms,
    };
    if (scan != NULL && state.reason == 0) state.reason = (unsigned)scan->reason;
    if (scan != NULL && scan->occurred_ms != 0) state.occurred_ms = scan->occurred_ms;
    return state;
}

static enum direction direction_of(const struct track_summary *summaries, size_t count,
                                   unsigned known)
{
    unsigned direction = known;
    for (size_t i = 0; i < count; i++)
        if (summaries[i].direction == DIRECTION_RETURN || direction == 0)
            direction = (unsigned)summaries[i].direction;
    return (enum direction)direction;
}

struct track_state reducer_derive(const struct checkpoint *scans, size_t scans_count,
                                  const struct track_summary *summaries, size_t summaries_count,
                                  unsigned direction)
{
    struct track_state state = {0};
    bool after_final;
    const struct track_summary *summary = newest(summaries, summaries_count);
    struct rank scan = deciding_scan(scans, scans_count, &after_final);
    if (summary_wins(summary, &scan))
        state = state_of_summary(summary, scans, scans_count);
    else if (scan.scan != NULL)
        state = state_of_scan(scan.scan);
    state.after_final = after_final;
    state.direction = direction_of(summaries, summaries_count, direction);
    state.reached_us = state.status == TRACK_RETURNED ||
                       (state.status == TRACK_DELIVERED && state.direction == DIRECTION_RETURN);
    return state;
}
