/* What DATA brings: appended, parked until an entry of another log is held, or given up and
 * fetched again later. Its credit is returned after the commit, whatever became of it. */
#include <assert.h>

#include "node/core/peer_inside.h"

/* --- parking --------------------------------------------------------------------------------- */

bool peers_is_parked(const struct peers *peers, uint32_t index)
{
    for (unsigned i = 0; i < PARKED_MAX; i++)
        if (peers->parked[i].link != 0 && peers->parked[i].log_index == index) return true;
    return false;
}

/* Keeps a copy of the body. checked: what log_append_batch left is taken along. false: no room. */
static bool park(struct peers *peers, uint32_t link, uint32_t index, struct span body, bool checked,
                 uint64_t now_ms)
{
    struct data_reader d;
    if (body.size > PARKED_BYTES || data_open(&d, body) != OK) return false;
    for (unsigned i = 0; i < PARKED_MAX; i++) {
        struct parked *parked = &peers->parked[i];
        if (parked->link != 0) continue;
        parked->link = link;
        parked->checked = checked;
        parked->log_index = index;
        parked->first = d.first_idx;
        parked->since_ms = now_ms;
        parked->size = (uint32_t)body.size;
        memmove(peers->parked_body[i], body.at, body.size); /* may be the slot it comes from */
        struct span kept = span_of(peers->parked_body[i], body.size);
        if (checked) log_rest_keep(peers->logs, kept, &parked->rest);
        return true;
    }
    return false;
}

/* --- what a batch led to --------------------------------------------------------------------- */

/* A batch under way: from a message just taken (peer), or from the parked ones (peer may be gone).
 */
struct arrival {
    struct peer *peer;
    uint32_t link;
    struct span body;
    struct ahead ahead; /* none where the body was parked meanwhile */
    size_t bytes;
    uint64_t now_ms;
};

/* What peers said of a log before it was held here is worth knowing now. */
static void adopt_wanted(struct peers *peers, uint32_t i)
{
    const struct id *id = &peers->logs->log[i].id;
    for (unsigned w = 0; w < peers->wanted_used; w++) {
        struct wanted *wanted = &peers->wanted[w];
        if (wanted->link == 0 || !id_equal(&wanted->log, id)) continue;
        struct peer *peer = peers_of_link(peers, wanted->link);
        if (peer != NULL && wanted->idx > peer->have[i]) peer->have[i] = wanted->idx;
        wanted->link = 0;
    }
}

static void mark_ack(const struct arrival *a, uint32_t i)
{
    if (a->peer == NULL || a->peer->state != PEER_OPEN) return;
    a->peer->mark[i] |= PEER_LOG_ACK;
    a->peer->ack_due = true;
}

/* The membership grew: writers that were unknown may be known now. */
static void ask_again(struct peers *peers)
{
    for (unsigned w = 0; w < peers->wanted_used; w++) {
        struct wanted *wanted = &peers->wanted[w];
        if (wanted->link == 0 || peers->now_ms - wanted->asked_ms < PEER_VV_MS) continue;
        wanted->asked_ms = wanted->tries = 0;
    }
}

static void progress(struct peers *peers, const struct arrival *a, uint32_t i)
{
    struct fetching *f = &peers->fetching[i];
    f->behind_since_ms = 0;
    f->asked_ms = a->now_ms;
    f->waits.idx = 0; /* what the entry after it waits for is said by its own batch */
    f->stalls = 0;
    mark_ack(a, i);
    if (peers->logs->log[i].row.log_type == LOG_MEMBERSHIP) ask_again(peers);
    peers->port.appended(peers->port.world, &peers->logs->log[i]);
    log_batch_gone(peers->logs);
}

/* Whoever holds an entry holds what it depends on: logs are causally closed. */
static void need(struct peers *peers, const struct arrival *a, const struct dep *missing)
{
    const struct log *log = logs_find(peers->logs, &missing->log);
    if (a->peer == NULL || a->peer->state != PEER_OPEN) return;
    if (log == NULL) {
        peers_want(peers, a->peer, &missing->log, missing->idx);
        return;
    }
    peer_holds(a->peer, peers_index(peers, log), missing->idx);
}

static void take_deps(struct peers *peers, const struct arrival *a, uint32_t i,
                      const struct batch_result *result)
{
    const struct log *log = logs_find(peers->logs, &result->missing.log);
    bool comes = log == NULL || !log->row.quarantined; /* what a fork holds back never does */
    struct fetching *f = &peers->fetching[i];
    need(peers, a, &result->missing);
    if (result->last == 0 && f->stalls < PEER_STALLS_MAX) f->stalls++;
    if (!comes || peers->logs->rest.next == 0 || !park(peers, a->link, i, a->body, true, a->now_ms))
        f->waits = result->missing;
}

/* A gap behind a parked batch closes by itself; any other says that something was lost here. */
static void take_gap(struct peers *peers, const struct arrival *a, uint32_t i)
{
    bool waits = peers_is_parked(peers, i);
    if (waits) waits = park(peers, a->link, i, a->body, false, a->now_ms);
    if (!waits) peers->fetching[i].urgent = true;
}

static void take_fork(struct peers *peers, const struct log *log, const struct batch_result *result)
{
    if (result->first == 0) return; /* known before */
    peers->ack_put = true;
    if (result->error == ERROR_FORK) {
        peers->forks++;
        peers->forked = (struct dep){log->id, result->first};
    }
    if (log->own) peers->port.regressed(peers->port.world, &log->id, result->first);
}

/* Where the branches part, its leader can be told: looked for twice as far from our end each time,
 * at this peer, who is on that branch. What is no nearer to it than the last time says nothing. */
static void take_stray(struct peers *peers, const struct arrival *a, uint32_t i, uint64_t first)
{
    uint64_t last = peers->logs->log[i].row.last;
    uint64_t back = first <= last ? last - first + 1 : 1;
    struct peer *peer = a->peer;
    if (peer == NULL) return;
    if ((peer->mark[i] & PEER_LOG_ODD) != 0 && first > peer->have[i]) return;
    peer->mark[i] = (uint8_t)((peer->mark[i] | PEER_LOG_ODD) & ~(unsigned)PEER_LOG_ODD_ASKED);
    peer->have[i] = first > back ? first - back : 0;
}

static void take_unknown(struct peers *peers, const struct arrival *a, const struct log *log,
                         const struct batch_result *result)
{
    if (a->peer == NULL) return;
    if (log == NULL) {
        peers_want(peers, a->peer, &result->log, result->through);
        return;
    }
    /* Asked again when the membership has had time to come. */
    struct fetching *f = &peers->fetching[peers_index(peers, log)];
    f->link = a->link;
    f->asked_ms = a->now_ms;
}

static void count_answer(struct peers *peers, const struct arrival *a, uint32_t i)
{
    struct fetching *f = &peers->fetching[i];
    if (f->link == 0 || f->link != a->link) return;
    f->bytes += a->bytes;
    if (f->bytes >= PEER_SERVE_BYTES) f->link = 0; /* what one FETCH brings is all here */
}

/* It showed that it is on our branch: to our end, or so far that the two may part behind it. */
static void note_branch(struct peer *peer, uint32_t i, uint64_t through, uint64_t last)
{
    if (through >= last)
        peer->mark[i] = (uint8_t)(peer->mark[i] & ~(unsigned)(PEER_LOG_ODD | PEER_LOG_ODD_ASKED));
    else if ((peer->mark[i] & PEER_LOG_ODD) != 0 && through > peer->have[i])
        peer->have[i] = through;
}

static void note_holder(struct peers *peers, const struct arrival *a, uint32_t i,
                        const struct batch_result *result)
{
    enum batch_verdict verdict = result->verdict;
    struct peer *peer = a->peer;
    if (peer == NULL || verdict == BATCH_REFUSED || verdict == BATCH_FORK) return;
    if (verdict == BATCH_APPENDED || verdict == BATCH_HELD || verdict == BATCH_DEPS)
        note_branch(peer, i, result->through, peers->logs->log[i].row.last);
    peer_holds(peer, i, result->through);
}

static void settle(struct peers *peers, const struct arrival *a, const struct batch_result *result)
{
    const struct log *log = logs_find(peers->logs, &result->log);
    uint32_t i = log != NULL ? peers_index(peers, log) : 0;
    peers_columns(peers);
    if (log != NULL) {
        adopt_wanted(peers, i);
        note_holder(peers, a, i, result);
        count_answer(peers, a, i);
        if (result->last != 0) progress(peers, a, i);
    }
    switch (result->verdict) {
    case BATCH_APPENDED: break;
    case BATCH_HELD:
        mark_ack(a, i);
        if (log->dirty) peers->ack_put = true;
        break;
    case BATCH_GAP: take_gap(peers, a, i); break;
    case BATCH_DEPS:
        if (log != NULL)
            take_deps(peers, a, i, result);
        else if (a->peer != NULL) {
            need(peers, a, &result->missing);
            peers_want(peers, a->peer, &result->log, result->through);
        }
        break;
    case BATCH_REFUSED:
        if (a->peer != NULL) peer_leave(peers, a->peer, result->error, &result->log);
        break;
    case BATCH_FORK: take_fork(peers, log, result); break;
    case BATCH_STRAY: take_stray(peers, a, i, result->first); break;
    case BATCH_UNKNOWN: take_unknown(peers, a, log, result); break;
    }
}

static void take_body(struct peers *peers, const struct arrival *a)
{
    struct batch_result result = log_append_batch(peers->logs, a->body, &a->ahead,
                                                  peers->port.world, peers->port.key_of_writer);
    settle(peers, a, &result);
}

void peer_take_data(struct peers *peers, struct peer *peer, struct span body, size_t message_bytes,
                    const struct ahead *ahead, uint64_t now_ms)
{
    const struct arrival a = {.peer = peer,
                              .link = peer->link,
                              .body = body,
                              .ahead = *ahead,
                              .bytes = message_bytes,
                              .now_ms = now_ms};
    peer->credit_owed += message_bytes < PEER_COST_MIN ? PEER_COST_MIN : message_bytes;
    if (peer->credit_owed > PEER_CREDIT_BYTES) {
        peer_leave(peers, peer, ERROR_OUT_OF_RANGE, NULL); /* more than it was granted */
        return;
    }
    take_body(peers, &a);
    peers_unpark(peers, now_ms);
}

/* --- going on -------------------------------------------------------------------------------- */

static bool is_held(struct peers *peers, const struct dep *dep)
{
    const struct log *log = logs_find(peers->logs, &dep->log);
    return log != NULL && dep->idx <= log->row.last;
}

static struct arrival arrival_of(struct peers *peers, struct parked *parked, uint64_t now_ms)
{
    return (struct arrival){.peer = peers_of_link(peers, parked->link),
                            .link = parked->link,
                            .body =
                                span_of(peers->parked_body[parked - peers->parked], parked->size),
                            .now_ms = now_ms};
}

static bool go_on_checked(struct peers *peers, struct parked *parked, uint64_t now_ms)
{
    struct arrival a = arrival_of(peers, parked, now_ms);
    if (!is_held(peers, &parked->rest.missing)) return false;
    struct batch_result result = log_append_rest(peers->logs, &parked->rest);
    if (result.last != 0) {
        progress(peers, &a, parked->log_index);
        parked->since_ms = now_ms;
    }
    if (result.verdict == BATCH_DEPS) {
        need(peers, &a, &result.missing);
        return true;
    }
    parked->link = 0;
    return true;
}

static bool go_on_unchecked(struct peers *peers, struct parked *parked, uint64_t now_ms)
{
    struct arrival a = arrival_of(peers, parked, now_ms);
    if (parked->first > peers->logs->log[parked->log_index].row.last + 1) return false;
    parked->link = 0;
    take_body(peers, &a);
    return true;
}

void peers_unpark(struct peers *peers, uint64_t now_ms)
{
    bool moved = true;
    while (moved) {
        moved = false;
        for (unsigned i = 0; i < PARKED_MAX; i++) {
            struct parked *parked = &peers->parked[i];
            if (parked->link == 0) continue;
            moved = (parked->checked ? go_on_checked(peers, parked, now_ms)
                                     : go_on_unchecked(peers, parked, now_ms)) ||
                    moved;
        }
    }
}

/* What came behind it was dropped when the room was used up: it is fetched again. */
void peers_expire(struct peers *peers, uint64_t now_ms)
{
    for (unsigned i = 0; i < PARKED_MAX; i++) {
        struct parked *parked = &peers->parked[i];
        if (parked->link == 0 || now_ms - parked->since_ms < PARKED_MS) continue;
        parked->link = 0;
        peers->fetching[parked->log_index].urgent = true;
        if (parked->checked) peers->fetching[parked->log_index].waits = parked->rest.missing;
    }
}
