/* The status of a parcel, derived from everything one carrier has said about it. A pure function of
 * a SET: scans and summaries may come in any order, twice, or late, and the answer is the same. It
 * is kept nowhere; whoever holds the facts can compute it again.
 *
 * How it decides, in the order of these rules:
 *  1 Scans are ordered by their instant where an offset is known; at the same instant an arrival is
 *    last. One without an offset follows the carrier's own list, and its clock only where that list
 *    says nothing: clocks of different zones are never compared.
 *  2 Informational scans and estimates say nothing.
 *  3 pre_transit, not_found and unknown never replace anything else.
 *  4 A picked_up scan never replaces an arrival.
 *  5 delivered may be re-opened, by a later scan and by nothing else.
 *  6 returned, lost and cancelled hold against later scans, which are flagged (after_final).
 *  7 The newest summary is taken unless a scan is later than all it covers; one that is not final
 *    does not replace a final scan, but `returning` replaces a delivered one: to the sender. One
 *    that says in_transit and no more is taken only when it is newer than the scan.
 *  8 Delivered on a return means that it reached us; it closes no order of the buyer. */
#ifndef OVERSEAS_WAREHOUSE_REDUCER_H
#define OVERSEAS_WAREHOUSE_REDUCER_H

#include "proto/records_goods.h"

/* The summary of one message, apart from its scans, so that scans can be kept in a set of theirs.
 */
struct track_summary {
    uint64_t status;    /* enum track_status; 0: the message has no summary */
    uint64_t reason;    /* enum track_reason; 0: none */
    uint64_t direction; /* enum direction; 0: not said */
    uint64_t said_ms;   /* when the provider said it; 0: not known */
    uint64_t covers_ms; /* its latest scan; said_ms when it has none */
    struct id dedup;    /* of the message */
};

struct track_state {
    enum track_status status; /* 0: nothing was said */
    unsigned reason;          /* enum track_reason; 0: none */
    uint64_t occurred_ms; /* of the scan that bears the status, else of the summary; 0: unknown */
    enum direction direction; /* 0: not known */
    bool reached_us;          /* returned, or delivered on a return */
    bool after_final;         /* scans came after a final one: a person should look */
};

/* Says nothing yet: nothing, not found, announced, or unknown. */
bool track_is_weak(uint64_t status);
struct track_summary reducer_summary(const struct tracking *tracking);

/* All scans and summaries of one carrier about one number. direction: what is known from elsewhere
 * (a return that names this number), or 0. Time grows with the square of the scans: the caller
 * bounds them (some hundred are a lot for a parcel). */
struct track_state reducer_derive(const struct checkpoint *scans, size_t scans_count,
                                  const struct track_summary *summaries, size_t summaries_count,
                                  unsigned direction);

#endif
