/* Pushing: own logs to everybody who holds less, and what FETCH asked for. */
#include <assert.h>

#include "node/core/peer_inside.h"

#define FRAME_BYTES 512 /* more than a DATA needs besides its entries */

enum push_outcome { PUSH_SENT, PUSH_NOTHING, PUSH_NO_CREDIT };

/* As many entries from `from` as one DATA takes; *to is the last one, *bytes the message. */
static enum push_outcome push_data(struct peers *peers, struct peer *peer, uint32_t i,
                                   uint64_t from, uint64_t *to, size_t *bytes)
{
    const struct log *log = &peers->logs->log[i];
    if (from > log->durable) return PUSH_NOTHING;
    if (peer->credit_left < PEER_COST_MIN) return PUSH_NO_CREDIT;
    uint64_t room = peer->credit_left - FRAME_BYTES;
    size_t most = room < PEER_CHUNK_BYTES ? (size_t)room : PEER_CHUNK_BYTES;
    *to = log_seal_within(peers->logs, log, from, log->durable, most, NULL);
    if (*to == 0) { /* seals of relayed logs may stand further apart */
        *to = log_seal_within(peers->logs, log, from, log->durable, DATA_BYTES_MAX, NULL);
        if (*to == 0) return PUSH_NOTHING;
        if (room < DATA_BYTES_MAX) return PUSH_NO_CREDIT;
    }
    struct span body;
    size_t frame = peer_frame(peers, peer, MESSAGE_DATA);
    enum error error = log_build_data(peers->logs, log, from, *to, peers->out + frame,
                                      sizeof peers->out - frame, &body);
    if (error != OK) return PUSH_NOTHING;
    *bytes = frame + body.size;
    uint64_t cost = *bytes < PEER_COST_MIN ? PEER_COST_MIN : *bytes;
    assert(cost <= peer->credit_left);
    peer->credit_left -= cost;
    peer->in_flight += cost;
    assert(peer->in_flight + peer->credit_left == peer->credit_granted);
    peer_send(peers, peer, MESSAGE_DATA, *bytes);
    return PUSH_SENT;
}

static enum push_outcome push_own(struct peers *peers, struct peer *peer, uint32_t i, size_t *bytes)
{
    const struct log *log = &peers->logs->log[i];
    uint64_t to;
    if (!log->own || log->row.quarantined || (peer->mark[i] & PEER_LOG_ODD) != 0)
        return PUSH_NOTHING;
    enum push_outcome outcome = push_data(peers, peer, i, peer->sent[i] + 1, &to, bytes);
    if (outcome == PUSH_SENT) peer->sent[i] = to;
    return outcome;
}

static enum push_outcome push_served(struct peers *peers, struct peer *peer, uint32_t i,
                                     size_t *bytes)
{
    uint64_t to;
    if (peer->serve[i] == 0) return PUSH_NOTHING;
    enum push_outcome outcome = push_data(peers, peer, i, peer->serve[i], &to, bytes);
    if (outcome == PUSH_NO_CREDIT) return outcome;
    bool done = outcome == PUSH_NOTHING || *bytes >= peer->serve_left[i];
    peer->serve[i] = done ? 0 : to + 1;
    peer->serve_left[i] -= done ? 0 : (uint32_t)*bytes;
    return outcome;
}

/* Whoever holds nothing needs the membership first, and cannot know its name. */
static void offer_membership(struct peers *peers, struct peer *peer)
{
    bool early = peer->offered_ms != 0 && peers->now_ms - peer->offered_ms < PEER_FETCH_MS;
    for (uint32_t i = 0; i < peers->columns && !early; i++) {
        const struct log *log = &peers->logs->log[i];
        if (log->row.log_type != LOG_MEMBERSHIP || log->durable == 0) continue;
        if (peer->have[i] > 0) continue;
        peer->serve[i] = log->own ? 0 : 1;
        peer->serve_left[i] = PEER_SERVE_BYTES;
        peer->sent[i] = 0; /* an own one is pushed */
        peer->offered_ms = peers->now_ms > 0 ? peers->now_ms : 1;
    }
}

/* One DATA of each log that has some; the membership first, then books, then node logs. Returns the
 * bytes sent; *dry: credit ran out. */
static size_t push_round(struct peers *peers, struct peer *peer, bool *dry)
{
    static const enum log_type order[] = {LOG_MEMBERSHIP, LOG_BOOK, LOG_NODE};
    size_t sent = 0;
    for (unsigned pass = 0; pass < 3; pass++) {
        for (uint32_t n = 0; n < peers->columns; n++) {
            uint32_t i = (n + peer->rotation) % peers->columns;
            size_t bytes = 0;
            if (peers->logs->log[i].row.log_type != order[pass]) continue;
            enum push_outcome outcome = push_served(peers, peer, i, &bytes);
            if (outcome == PUSH_NOTHING) outcome = push_own(peers, peer, i, &bytes);
            if (outcome == PUSH_SENT) sent += bytes;
            if (outcome != PUSH_NO_CREDIT) continue;
            /* It goes first when there is credit again, or small ones would overtake it for ever.
             */
            peer->rotation = i;
            *dry = true;
            return sent;
        }
    }
    return sent;
}

bool peers_push(struct peers *peers)
{
    bool more = false;
    for (unsigned p = 0; p < peers->slots; p++) {
        struct peer *peer = &peers->peer[p];
        size_t budget = PEER_PUMP_BYTES;
        bool dry = false;
        size_t sent = 1;
        if (peer->state != PEER_OPEN || !peer->vv_heard) continue;
        offer_membership(peers, peer);
        while (!dry && sent > 0 && budget > 0) {
            sent = push_round(peers, peer, &dry);
            budget -= sent < budget ? sent : budget;
        }
        more = more || (budget == 0 && !dry);
    }
    return more;
}
