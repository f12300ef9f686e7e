/* Vectors: who holds how much of which log, durably. */
#include "node/core/peer_inside.h"

/* --- hearing --------------------------------------------------------------------------------- */

/* Remembers how far others hold the own logs: what is un-replicated is counted from it. */
static void note_ack(struct peers *peers, const struct peer *peer, const struct log *log,
                     uint64_t idx)
{
    const struct rows *truth = &peers->logs->store->truth;
    struct key key = key_add_id(key_of(&peer->node), &log->id);
    struct span value;
    uint8_t bytes[8];
    if (idx > log->durable) idx = log->durable; /* more than that nobody can hold */
    bool known = truth->port->get(truth->world, TRUTH_ACK, key_span(&key), &value);
    if (known && value.size == 8 && be_get(value.at, 8) >= idx) return;
    be_put(bytes, idx, 8);
    truth->port->put(truth->world, TRUTH_ACK, key_span(&key), span_of(bytes, 8));
    peers->ack_put = true;
}

/* Do they hold the same entry where both hold one? An unproved claim merely stops the push. */
static bool differs(const struct peers *peers, const struct log *log, const struct log_at *at)
{
    struct hash ours;
    if (at->idx == 0 || at->idx > log->row.last) return false;
    if (span_is_zero(span_of(at->hash.bytes, HASH_BYTES))) return false;
    if (log_hash_at(peers->logs, log, at->idx, &ours) != OK) return false;
    return memcmp(ours.bytes, at->hash.bytes, HASH_BYTES) != 0;
}

void peer_holds(struct peer *peer, uint32_t i, uint64_t idx)
{
    if ((peer->mark[i] & PEER_LOG_ODD) == 0 && idx > peer->have[i]) peer->have[i] = idx;
}

void peer_heard_of(struct peers *peers, struct peer *peer, const struct log_at *at)
{
    struct log *log = logs_find(peers->logs, &at->log);
    if (log == NULL) {
        if (at->idx > 0) peers_want(peers, peer, &at->log, at->idx);
        return;
    }
    uint32_t i = peers_index(peers, log);
    peer_holds(peer, i, at->idx);
    if (differs(peers, log, at)) {
        peer->mark[i] |= PEER_LOG_ODD;
        peer->have[i] = at->idx;
        return;
    }
    if (peer->have[i] > peer->sent[i]) peer->sent[i] = peer->have[i];
    if (log->own && at->idx > 0) note_ack(peers, peer, log, at->idx);
}

void peer_take_vv(struct peers *peers, struct peer *peer, struct span body)
{
    struct vv *vv = &peers->scratch.vv;
    enum error error = shape_decode(&vv_shape, body, vv, NULL);
    if (error != OK) {
        peer_leave(peers, peer, error, NULL);
        return;
    }
    for (uint32_t i = 0; i < vv->logs_count; i++) peer_heard_of(peers, peer, &vv->logs[i]);
    if (vv->full == 0) return;
    peer->vv_heard = true;
    /* A proof that did not come, or not far enough, is asked for once more. */
    for (uint32_t i = 0; i < peers->columns; i++)
        peer->mark[i] = (uint8_t)(peer->mark[i] & ~(unsigned)PEER_LOG_ODD_ASKED);
}

void peer_take_ack(struct peers *peers, struct peer *peer, struct span body)
{
    struct ack *ack = &peers->scratch.ack;
    enum error error = shape_decode(&ack_shape, body, ack, NULL);
    if (error != OK) {
        peer_leave(peers, peer, error, NULL);
        return;
    }
    for (uint32_t i = 0; i < ack->logs_count; i++) peer_heard_of(peers, peer, &ack->logs[i]);
}

/* --- telling --------------------------------------------------------------------------------- */

/* Own logs are pushed, and need no vector to tell of their growth. */
static bool is_news(const struct peers *peers, const struct peer *peer, uint32_t i)
{
    const struct log *log = &peers->logs->log[i];
    return !log->own && peer->told[i] != log->durable;
}

bool peer_vv_due(const struct peers *peers, const struct peer *peer, uint64_t now_ms,
                 uint64_t *at_ms)
{
    *at_ms = peer->vv_full_ms == 0 ? now_ms : peer->vv_full_ms + peers->full_ms;
    if (peer->vv_full_ms == 0) return true;
    for (uint32_t i = 0; i < peers->columns; i++) {
        if (!is_news(peers, peer, i)) continue;
        *at_ms = peer->vv_sent_ms + PEER_VV_MS;
        break;
    }
    return true;
}

static void add_log(struct peers *peers, struct peer *peer, uint32_t i, struct vv *vv)
{
    const struct log *log = &peers->logs->log[i];
    struct hash hash;
    if (log_hash_at(peers->logs, log, log->durable, &hash) != OK) return;
    vv->logs[vv->logs_count++] = (struct log_at){.log = log->id, .idx = log->durable, .hash = hash};
    peer->told[i] = log->durable;
}

/* The membership, then books, then node logs: in this order they are asked for. */
static const enum log_type type_order[] = {LOG_MEMBERSHIP, LOG_BOOK, LOG_NODE};

void peer_say_vv(struct peers *peers, struct peer *peer, uint64_t now_ms)
{
    _Static_assert(LOGS_MAX <= VECTOR_LOGS_MAX, "a vector would have to be split");
    struct vv *vv = &peers->scratch.vv;
    vv->full = peer->vv_full_ms == 0 || now_ms - peer->vv_full_ms >= peers->full_ms;
    vv->logs_count = 0;
    for (unsigned pass = 0; pass < 3; pass++) {
        for (uint32_t i = 0; i < peers->columns; i++) {
            const struct log *log = &peers->logs->log[i];
            if (log->row.log_type != type_order[pass] || log->durable == 0) continue;
            if (vv->full != 0 || is_news(peers, peer, i)) add_log(peers, peer, i, vv);
        }
    }
    peer->vv_sent_ms = now_ms;
    if (vv->full != 0) peer->vv_full_ms = now_ms > 0 ? now_ms : 1;
    peer_say(peers, peer, MESSAGE_VV, &vv_shape, vv);
}

void peer_say_ack(struct peers *peers, struct peer *peer)
{
    struct ack *ack = &peers->scratch.ack;
    ack->logs_count = 0;
    for (uint32_t i = 0; i < peers->columns; i++) {
        const struct log *log = &peers->logs->log[i];
        bool came = (peer->mark[i] & PEER_LOG_ACK) != 0;
        peer->mark[i] = (uint8_t)(peer->mark[i] & ~(unsigned)PEER_LOG_ACK);
        if (!came || log->durable == 0) continue;
        ack->logs[ack->logs_count++] = (struct log_at){.log = log->id, .idx = log->durable};
        peer->told[i] = log->durable;
    }
    peer->ack_due = false;
    if (ack->logs_count > 0) peer_say(peers, peer, MESSAGE_ACK, &ack_shape, ack);
}
