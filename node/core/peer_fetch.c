/* Fetching: what others hold and this store does not, asked of one peer at a time. */
#include "node/core/peer_inside.h"

#define WANTED_OF_LINK_MAX  256
#define WANTED_PAUSE_MS_MAX 300000u

/* --- being asked ----------------------------------------------------------------------------- */

static void serve_from(struct peer *peer, uint32_t i, uint64_t from, uint32_t bytes)
{
    peer->serve[i] = from;
    peer->serve_left[i] = bytes;
}

void peer_take_fetch(struct peers *peers, struct peer *peer, struct span body)
{
    struct fetch fetch;
    struct hash ours;
    enum error error = shape_decode(&fetch_shape, body, &fetch, NULL);
    if (error == OK && fetch.from == 0) error = ERROR_OUT_OF_RANGE;
    if (error != OK) {
        peer_leave(peers, peer, error, NULL);
        return;
    }
    const struct log *log = logs_find(peers->logs, &fetch.log);
    if (log == NULL || fetch.from > log->durable + 1) return; /* not here (yet): asked elsewhere */
    uint32_t i = peers_index(peers, log);
    if (log_hash_at(peers->logs, log, fetch.from - 1, &ours) != OK) return;
    if (memcmp(ours.bytes, fetch.prev.bytes, HASH_BYTES) == 0) {
        if (log->own && (peer->mark[i] & PEER_LOG_ODD) == 0)
            peer->sent[i] = fetch.from - 1; /* pushed again from there on */
        else
            serve_from(peer, i, fetch.from, PEER_SERVE_BYTES);
    } else if (fetch.from == 1) {
        peer_leave(peers, peer, ERROR_BAD_CHAIN, &fetch.log);
    } else {
        serve_from(peer, i, fetch.from - 1, 1); /* our entry at that place, as evidence */
    }
}

/* --- logs that are held ---------------------------------------------------------------------- */

static bool say_fetch(struct peers *peers, struct peer *peer, const struct log *log, uint64_t from)
{
    struct fetch fetch = {.log = log->id, .from = from};
    if (log_hash_at(peers->logs, log, from - 1, &fetch.prev) != OK) return false;
    peer_say(peers, peer, MESSAGE_FETCH, &fetch_shape, &fetch);
    return true;
}

/* The open sessions, and the moment. Slots lie far apart in memory, and most are free. */
struct round {
    struct peers *peers;
    struct peer *open[PEERS_MAX];
    unsigned count;
    uint64_t now_ms;
};

static struct round begin_round(const struct peers *peers, uint64_t now_ms)
{
    struct round round = {.now_ms = now_ms};
    memcpy(&round.peers, &peers, sizeof peers);
    for (unsigned i = 0; i < peers->slots; i++)
        if (peers->peer[i].state == PEER_OPEN) round.open[round.count++] = &round.peers->peer[i];
    return round;
}

static bool holds_more(const struct round *round, const struct peer *peer, uint32_t i)
{
    return peer->have[i] > round->peers->logs->log[i].row.last;
}

static uint32_t asked_of(const struct peers *peers, uint32_t link)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < peers->columns; i++)
        if (peers->fetching[i].link == link) count++;
    return count;
}

/* Somebody who holds more; another than the one who did not answer, where there is a choice. */
static struct peer *choose(const struct round *round, uint32_t i, uint32_t but_link)
{
    struct peer *chosen = NULL;
    for (unsigned p = 0; p < round->count; p++) {
        struct peer *peer = round->open[p];
        if (!holds_more(round, peer, i)) continue;
        if (asked_of(round->peers, peer->link) >= PEER_FETCHES_MAX) continue;
        if (chosen == NULL || chosen->link == but_link) chosen = peer;
    }
    return chosen;
}

static bool is_behind(const struct round *round, uint32_t i)
{
    for (unsigned p = 0; p < round->count; p++)
        if (holds_more(round, round->open[p], i)) return true;
    return false;
}

/* While the writer itself is connected its push may be under way: then relays wait a moment. */
static uint64_t patience_ms(const struct round *round, uint32_t i)
{
    const struct log *log = &round->peers->logs->log[i];
    if (round->peers->fetching[i].urgent || log->own) return 0;
    for (unsigned p = 0; p < round->count; p++)
        if (id_equal(&round->open[p]->node, &log->row.writer)) return PEER_RELAY_MS;
    return 0;
}

static bool must_wait(const struct peers *peers, uint32_t i)
{
    const struct dep *dep = &peers->fetching[i].waits;
    if (peers_is_parked(peers, i)) return true;
    if (dep->idx == 0) return false;
    const struct log *log = logs_find(peers->logs, &dep->log);
    return log == NULL || dep->idx > log->row.last;
}

/* Nothing is added to a forked log any more, nor to one that depends on more of it. */
static bool is_barred(const struct peers *peers, uint32_t i)
{
    const struct dep *dep = &peers->fetching[i].waits;
    if (peers->logs->log[i].row.quarantined) return true;
    if (dep->idx == 0) return false;
    const struct log *log = logs_find(peers->logs, &dep->log);
    return log != NULL && log->row.quarantined && dep->idx > log->row.last;
}

/* What waits for an entry is asked for again, in case the entry is there by then; ever more rarely,
 * since a log that depends on a forked one may never bring it. */
static uint64_t stall_ms(const struct fetching *f)
{
    uint64_t pause = (uint64_t)PARKED_MS << f->stalls;
    return pause < PEER_VV_FULL_MS ? pause : PEER_VV_FULL_MS;
}

/* When the log is to be asked for; UINT64_MAX: not at all for now. */
static uint64_t due_ms(const struct round *round, uint32_t i)
{
    const struct fetching *f = &round->peers->fetching[i];
    if (!is_behind(round, i) || is_barred(round->peers, i)) return UINT64_MAX;
    uint64_t since = f->behind_since_ms != 0 ? f->behind_since_ms : round->now_ms;
    if (must_wait(round->peers, i)) return since + stall_ms(f);
    if (f->link != 0) return f->asked_ms + PEER_FETCH_MS;
    return since + (f->waits.idx != 0 ? 0 : patience_ms(round, i));
}

static void fetch_log(const struct round *round, uint32_t i)
{
    struct peers *peers = round->peers;
    struct fetching *f = &peers->fetching[i];
    const struct log *log = &peers->logs->log[i];
    uint64_t now_ms = round->now_ms;
    uint64_t due = due_ms(round, i);
    if (due == UINT64_MAX) {
        struct dep waits = is_behind(round, i) ? f->waits : (struct dep){.idx = 0};
        *f = (struct fetching){.waits = waits};
        return;
    }
    if (f->behind_since_ms == 0) f->behind_since_ms = now_ms;
    if (now_ms < due) return;
    struct peer *peer = choose(round, i, f->link);
    if (peer == NULL || !say_fetch(peers, peer, log, log->row.last + 1)) return;
    *f = (struct fetching){
        .link = peer->link, .asked_ms = now_ms, .behind_since_ms = now_ms, .stalls = f->stalls};
}

/* Another branch is claimed: its entry at that place, sealed, would prove it. Asked for once, and
 * again where that was not far enough back. */
static void fetch_proofs(const struct round *round, uint32_t i)
{
    const struct log *log = &round->peers->logs->log[i];
    for (unsigned p = 0; p < round->count && !log->row.quarantined; p++) {
        struct peer *peer = round->open[p];
        bool odd = (peer->mark[i] & (PEER_LOG_ODD | PEER_LOG_ODD_ASKED)) == PEER_LOG_ODD;
        if (!odd || peer->have[i] > log->row.last) continue;
        peer->mark[i] |= PEER_LOG_ODD_ASKED;
        (void)say_fetch(round->peers, peer, log, peer->have[i] + 1);
    }
}

/* --- logs that are not held ------------------------------------------------------------------ */

void peers_want(struct peers *peers, const struct peer *peer, const struct id *log, uint64_t idx)
{
    struct wanted *free = NULL;
    unsigned of_link = 0;
    for (unsigned i = 0; i < peers->wanted_used; i++) {
        struct wanted *wanted = &peers->wanted[i];
        if (wanted->link == 0 && free == NULL) free = wanted;
        if (wanted->link != peer->link) continue;
        of_link++;
        if (!id_equal(&wanted->log, log)) continue;
        if (idx > wanted->idx) wanted->idx = idx;
        return;
    }
    if (of_link >= WANTED_OF_LINK_MAX) return;
    if (free == NULL && peers->wanted_used < WANTED_MAX)
        free = &peers->wanted[peers->wanted_used++];
    if (free == NULL) return;
    *free = (struct wanted){.link = peer->link, .log = *log, .idx = idx, .since_ms = peers->now_ms};
}

static uint64_t wanted_due_ms(const struct wanted *wanted)
{
    /* Its writer may be the peer itself, and about to push it. */
    if (wanted->asked_ms == 0) return wanted->since_ms + PEER_RELAY_MS;
    uint64_t pause = (uint64_t)PEER_FETCH_MS << (wanted->tries < 8 ? wanted->tries - 1 : 8);
    return wanted->asked_ms + (pause < WANTED_PAUSE_MS_MAX ? pause : WANTED_PAUSE_MS_MAX);
}

static bool is_asked_elsewhere(const struct peers *peers, const struct wanted *but, uint64_t now_ms)
{
    for (unsigned i = 0; i < peers->wanted_used; i++) {
        const struct wanted *wanted = &peers->wanted[i];
        if (wanted == but || wanted->link == 0 || wanted->asked_ms == 0) continue;
        if (id_equal(&wanted->log, &but->log) && now_ms - wanted->asked_ms < PEER_FETCH_MS)
            return true;
    }
    return false;
}

/* Whose log it is only the membership tells: before it is held, nothing else is asked for. */
static bool membership_is_held(const struct logs *logs)
{
    for (uint32_t i = 0; i < logs->count; i++)
        if (logs->log[i].row.log_type == LOG_MEMBERSHIP) return true;
    return false;
}

static void fetch_wanted(struct peers *peers, struct wanted *wanted, uint64_t now_ms)
{
    struct peer *peer = peers_of_link(peers, wanted->link);
    if (peer == NULL || logs_find(peers->logs, &wanted->log) != NULL) {
        wanted->link = 0;
        return;
    }
    if (peer->state != PEER_OPEN || now_ms < wanted_due_ms(wanted)) return;
    if (is_asked_elsewhere(peers, wanted, now_ms)) return;
    struct fetch fetch = {.log = wanted->log, .from = 1};
    event_genesis_prev(peers->logs->crypto, &wanted->log, &fetch.prev);
    peer_say(peers, peer, MESSAGE_FETCH, &fetch_shape, &fetch);
    wanted->asked_ms = now_ms > 0 ? now_ms : 1;
    wanted->tries++;
}

/* --- all of it ------------------------------------------------------------------------------- */

void peers_fetch(struct peers *peers, uint64_t now_ms)
{
    struct round round = begin_round(peers, now_ms);
    if (round.count == 0) return;
    for (uint32_t i = 0; i < peers->columns; i++) {
        fetch_log(&round, i);
        fetch_proofs(&round, i);
    }
    if (!membership_is_held(peers->logs)) return;
    for (unsigned i = 0; i < peers->wanted_used; i++)
        if (peers->wanted[i].link != 0) fetch_wanted(peers, &peers->wanted[i], now_ms);
}

/* What was due at the last pump and was not done waits for something else: looked at again soon. */
static uint64_t later(const struct peers *peers, uint64_t wake, uint64_t due)
{
    if (due <= peers->pumped_ms) due = peers->pumped_ms + PEER_VV_MS;
    return due < wake ? due : wake;
}

uint64_t peers_fetch_wake_ms(const struct peers *peers, uint64_t now_ms)
{
    uint64_t wake = now_ms + peers->full_ms;
    struct round round = begin_round(peers, now_ms);
    if (round.count == 0) return wake;
    for (uint32_t i = 0; i < peers->columns; i++) wake = later(peers, wake, due_ms(&round, i));
    for (unsigned i = 0; i < peers->wanted_used; i++)
        if (peers->wanted[i].link != 0) wake = later(peers, wake, wanted_due_ms(&peers->wanted[i]));
    for (unsigned i = 0; i < PARKED_MAX; i++)
        if (peers->parked[i].link != 0)
            wake = later(peers, wake, peers->parked[i].since_ms + PARKED_MS);
    return wake;
}
