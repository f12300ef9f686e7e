/* Links and sessions: what comes in, what leaves after a commit, and time. */
#include "node/core/peer.h"

#include <assert.h>

#include "node/core/peer_inside.h"
#include "proto/bugs.h"

void peers_init(struct peers *peers, struct logs *logs, const struct peer_port *port,
                const struct id *mesh, const struct id *node, const struct id *store,
                const struct id *boot, const char *build)
{
    /* All but the room for parked bodies, which is large and always written before it is read. */
    memset(peers, 0, offsetof(struct peers, parked_body));
    peers->logs = logs;
    peers->port = *port;
    peers->mesh = *mesh;
    peers->node = *node;
    peers->store = *store;
    peers->boot = *boot;
    peers->build = build;
    peers->ping_ms = PEER_PING_MS;
    peers->dead_ms = PEER_DEAD_MS;
    peers->full_ms = PEER_VV_FULL_MS;
    peers->columns = logs->count;
}

/* --- looking up ------------------------------------------------------------------------------ */

struct peer *peers_of_link(struct peers *peers, uint32_t link)
{
    for (unsigned i = 0; i < peers->slots; i++)
        if (peers->peer[i].state != PEER_FREE && peers->peer[i].link == link)
            return &peers->peer[i];
    return NULL;
}

struct peer *peers_open_with(struct peers *peers, const struct id *node, const struct peer *but)
{
    for (unsigned i = 0; i < peers->slots; i++) {
        struct peer *peer = &peers->peer[i];
        if (peer != but && peer->state == PEER_OPEN && id_equal(&peer->node, node)) return peer;
    }
    return NULL;
}

uint32_t peers_index(const struct peers *peers, const struct log *log)
{
    return (uint32_t)(log - peers->logs->log);
}

static void clear_column(struct peers *peers, uint32_t i)
{
    peers->fetching[i] = (struct fetching){0};
    for (unsigned p = 0; p < peers->slots; p++) {
        struct peer *peer = &peers->peer[p];
        peer->have[i] = peer->sent[i] = peer->told[i] = peer->serve[i] = 0;
        peer->serve_left[i] = peer->mark[i] = 0;
    }
}

void peers_columns(struct peers *peers)
{
    for (; peers->columns < peers->logs->count; peers->columns++)
        clear_column(peers, peers->columns);
    assert(peers->columns == peers->logs->count);
}

/* --- saying ---------------------------------------------------------------------------------- */

static struct writer frame(struct peers *peers, uint64_t type, uint64_t session, uint64_t seq)
{
    struct writer w = writer_over(peers->out, sizeof peers->out);
    writer_array(&w, 5);
    writer_uint(&w, MESSAGE_VERSION);
    writer_uint(&w, type);
    writer_uint(&w, session);
    writer_uint(&w, seq);
    return w;
}

size_t peer_frame(struct peers *peers, struct peer *peer, enum message_type type)
{
    uint64_t seq = type == MESSAGE_HELLO ? 0 : peer->seq_out + 1;
    return frame(peers, type, peer->session, seq).used;
}

void peer_send(struct peers *peers, struct peer *peer, enum message_type type, size_t size)
{
    if (type == MESSAGE_HELLO)
        peer->seq_out = 0;
    else
        peer->seq_out++;
    peers->counts[type][1]++;
    peers->port.send(peers->port.world, peer->link, span_of(peers->out, size));
}

void peer_say(struct peers *peers, struct peer *peer, enum message_type type,
              const struct shape *shape, const void *body)
{
    uint64_t seq = type == MESSAGE_HELLO ? 0 : peer->seq_out + 1;
    struct writer w = frame(peers, type, peer->session, seq);
    struct span message;
    shape_write(shape, body, &w);
    enum error error = writer_end(&w, &message);
    assert(error == OK);
    peer_send(peers, peer, type, message.size);
}

static void say_farewell(struct peers *peers, struct peer *peer)
{
    struct bye bye = {.error = peer->farewell.error, .log = peer->farewell.log};
    struct writer w = frame(peers, MESSAGE_BYE, peer->farewell.session, peer->farewell.seq);
    struct span message;
    shape_write(&bye_shape, &bye, &w);
    enum error error = writer_end(&w, &message);
    assert(error == OK);
    peer->farewell.due = false;
    peers->counts[MESSAGE_BYE][1]++;
    peers->port.send(peers->port.world, peer->link, message);
}

/* --- links ----------------------------------------------------------------------------------- */

void peer_forget(struct peers *peers, const struct peer *peer)
{
    for (uint32_t i = 0; i < peers->logs->count; i++)
        if (peers->fetching[i].link == peer->link) peers->fetching[i].link = 0;
    for (unsigned i = 0; i < peers->wanted_used; i++)
        if (peers->wanted[i].link == peer->link) peers->wanted[i].link = 0;
}

static void set_farewell(struct peer *peer, uint64_t session, enum error error,
                         const struct id *log)
{
    peer->farewell.due = session != 0;
    peer->farewell.session = session;
    peer->farewell.seq = session == peer->session ? ++peer->seq_out : 0;
    peer->farewell.error = error;
    peer->farewell.log = log != NULL ? *log : (struct id){{0}};
}

void peer_leave(struct peers *peers, struct peer *peer, enum error error, const struct id *log)
{
    if (peer->state == PEER_LEAVING) return;
    peer_forget(peers, peer);
    set_farewell(peer, peer->session, error, log);
    peer->state = PEER_LEAVING;
}

/* The pause before the next HELLO grows with each that led to nothing. */
static uint64_t pause_ms(uint32_t tries)
{
    uint64_t pause = (uint64_t)500 << (tries < 8 ? tries : 8);
    return pause < PEER_GREET_MAX_MS ? pause : PEER_GREET_MAX_MS;
}

void peer_stand_by(struct peers *peers, struct peer *peer, enum error error,
                   const struct peer_clock *clock)
{
    peer_forget(peers, peer);
    if (error != OK) set_farewell(peer, peer->session, error, NULL);
    peer->state = PEER_GREETING;
    peer->hello_due = false;
    peer->greeted_ms = peer->trying_ms = 0;
    peer->heard_ms = clock->now_ms;
    peer->greet_ms = clock->now_ms + pause_ms(peer->tries);
}

static void free_link(struct peers *peers, struct peer *peer, enum error why)
{
    uint32_t link = peer->link;
    peer_forget(peers, peer);
    memset(peer, 0, sizeof *peer);
    peers->port.drop(peers->port.world, link, why);
}

static struct peer *free_slot(struct peers *peers)
{
    for (unsigned i = 0; i < peers->slots; i++)
        if (peers->peer[i].state == PEER_FREE) return &peers->peer[i];
    return peers->slots < PEERS_MAX ? &peers->peer[peers->slots++] : NULL;
}

/* All places are taken. Whoever comes in may know nobody else, as a node that joins; so another one
 * makes room: one that we dialled and can dial again, or else each in its turn. */
static struct peer *make_room(struct peers *peers)
{
    struct peer *aside = NULL;
    for (unsigned i = 0; i < PEERS_MAX && aside == NULL; i++)
        if (peers->peer[i].dialled) aside = &peers->peer[i];
    if (aside == NULL) aside = &peers->peer[peers->made_room++ % PEERS_MAX];
    free_link(peers, aside, ERROR_FULL);
    return aside;
}

void peers_up(struct peers *peers, uint32_t link, const uint8_t key[KEY_BYTES], bool dialled,
              uint64_t now_ms)
{
    assert(link != 0);
    peers_down(peers, link);
    for (unsigned i = 0; i < peers->slots; i++) {
        struct peer *former = &peers->peer[i];
        if (former->state == PEER_FREE || former->dialled != dialled) continue;
        if (memcmp(former->key, key, KEY_BYTES) == 0) free_link(peers, former, OK);
    }
    struct peer *peer = free_slot(peers);
    if (peer == NULL && !dialled) peer = make_room(peers);
    if (peer == NULL) {
        peers->port.drop(peers->port.world, link, ERROR_FULL);
        return;
    }
    peer->state = PEER_GREETING;
    peer->link = link;
    peer->dialled = dialled;
    memcpy(peer->key, key, KEY_BYTES);
    peer->heard_ms = peer->greet_ms = now_ms;
}

void peers_down(struct peers *peers, uint32_t link)
{
    struct peer *peer = peers_of_link(peers, link);
    if (peer == NULL) return;
    peer_forget(peers, peer);
    memset(peer, 0, sizeof *peer);
}

void peers_recheck(struct peers *peers)
{
    for (unsigned i = 0; i < peers->slots; i++) {
        struct peer *peer = &peers->peer[i];
        struct id node;
        if (peer->state == PEER_FREE || peer->state == PEER_LEAVING) continue;
        if (!peers->port.node_of_key(peers->port.world, peer->key, &node))
            peer_leave(peers, peer, ERROR_UNKNOWN_PEER, NULL);
    }
}

void peers_bye(struct peers *peers)
{
    for (unsigned i = 0; i < peers->slots; i++) {
        struct peer *peer = &peers->peer[i];
        struct bye bye = {.error = OK};
        if (peer->state == PEER_OPEN) peer_say(peers, peer, MESSAGE_BYE, &bye_shape, &bye);
        if (peer->state != PEER_FREE) memset(peer, 0, sizeof *peer);
    }
}

/* --- what comes in --------------------------------------------------------------------------- */

static void take_credit(struct peers *peers, struct peer *peer, struct span body)
{
    struct credit credit;
    enum error error = shape_decode(&credit_shape, body, &credit, NULL);
    if (error == OK && credit.bytes > peer->in_flight) error = ERROR_OUT_OF_RANGE;
    if (error != OK) {
        peer_leave(peers, peer, error, NULL);
        return;
    }
    peer->in_flight -= credit.bytes;
    peer->credit_left += credit.bytes;
    assert(peer->in_flight + peer->credit_left == peer->credit_granted);
}

static void take_ping(struct peers *peers, struct peer *peer, struct span body,
                      const struct peer_clock *clock)
{
    struct ping ping;
    enum error error = shape_decode(&ping_shape, body, &ping, NULL);
    if (error != OK) {
        peer_leave(peers, peer, error, NULL);
        return;
    }
    if (ping.wall_ms != 0) peer->skew_ms = (int64_t)ping.wall_ms - (int64_t)clock->wall_ms;
    if (ping.answer != 0) return;
    peer->pong_due = true;
    peer->pong_nonce = ping.nonce;
}

static void say_credit(struct peers *peers, struct peer *peer)
{
    struct credit credit = {.bytes = peer->credit_owed};
    peer_say(peers, peer, MESSAGE_CREDIT, &credit_shape, &credit);
    peer->credit_owed = 0;
}

static void take_blob(struct peers *peers, struct peer *peer, const struct envelope *envelope,
                      const struct shape *shape)
{
    union {
        struct blob_ask ask;
        struct blob_piece piece;
    } body;
    enum error error = shape_decode(shape, envelope->body, &body, NULL);
    if (error != OK)
        peer_leave(peers, peer, error, NULL);
    else if (peers->port.blob != NULL)
        peers->port.blob(peers->port.world, &peer->node, (enum message_type)envelope->type,
                         envelope->body);
}

static void take_in_session(struct peers *peers, struct peer *peer, const struct envelope *envelope,
                            size_t bytes, const struct ahead *ahead, const struct peer_clock *clock)
{
    switch (envelope->type) {
    case MESSAGE_VV: peer_take_vv(peers, peer, envelope->body); break;
    case MESSAGE_DATA:
        peer_take_data(peers, peer, envelope->body, bytes, ahead, clock->now_ms);
        if (BUG(credit_before_commit) && peer->state == PEER_OPEN) say_credit(peers, peer);
        break;
    case MESSAGE_FETCH: peer_take_fetch(peers, peer, envelope->body); break;
    case MESSAGE_ACK: peer_take_ack(peers, peer, envelope->body); break;
    case MESSAGE_CREDIT: take_credit(peers, peer, envelope->body); break;
    case MESSAGE_PING: take_ping(peers, peer, envelope->body, clock); break;
    case MESSAGE_BLOB_ASK: take_blob(peers, peer, envelope, &blob_ask_shape); break;
    case MESSAGE_BLOB: take_blob(peers, peer, envelope, &blob_piece_shape); break;
    default: peers->ignored++; break; /* of a later minor version */
    }
}

/* The order within a session. false: not to be looked at. */
static bool is_next(struct peers *peers, struct peer *peer, const struct envelope *envelope)
{
    if (peer->state != PEER_OPEN || envelope->session != peer->session) {
        peers->ignored++;
        /* They are in a session that we know nothing of: told so, they greet again. */
        bool lost = peer->state == PEER_GREETING && !peer->dialled && envelope->session != 0 &&
                    envelope->session != peer->session;
        if (!lost) return false;
        set_farewell(peer, envelope->session, ERROR_UNREACHABLE, NULL);
        peer->session = envelope->session;
        return false;
    }
    if (envelope->seq <= peer->seq_in) {
        peers->ignored++; /* seen before: the network doubled it */
        return false;
    }
    if (envelope->seq != peer->seq_in + 1) {
        peer_leave(peers, peer, ERROR_UNREACHABLE, NULL); /* one was lost on the way */
        return false;
    }
    peer->seq_in++;
    return true;
}

/* The key speaks, never what a message says of itself. */
static enum error identify(struct peers *peers, const struct peer *peer,
                           const uint8_t key[KEY_BYTES], struct id *node)
{
    if (memcmp(peer->key, key, KEY_BYTES) != 0) return ERROR_UNKNOWN_PEER;
    if (!peers->port.node_of_key(peers->port.world, key, node)) return ERROR_UNKNOWN_PEER;
    bool other = peer->state == PEER_OPEN && !id_equal(&peer->node, node);
    return other ? ERROR_UNKNOWN_PEER : OK;
}

void peers_take(struct peers *peers, uint32_t link, const uint8_t key[KEY_BYTES],
                struct span message, const struct ahead *ahead, uint64_t now_ms, uint64_t wall_ms)
{
    const struct peer_clock clock = {now_ms, wall_ms};
    struct envelope envelope;
    struct id node;
    peers->now_ms = now_ms;
    peers_columns(peers);
    if (peers_of_link(peers, link) == NULL) peers_up(peers, link, key, false, now_ms);
    struct peer *peer = peers_of_link(peers, link);
    if (peer == NULL || peer->state == PEER_LEAVING) return;
    enum error error = identify(peers, peer, key, &node);
    if (error == OK) error = envelope_decode(message, &envelope);
    if (error != OK) {
        peer_leave(peers, peer, error, NULL);
        return;
    }
    peers->counts[envelope.type < 16 ? envelope.type : 0][0]++;
    if (envelope.type == MESSAGE_HELLO) {
        peer_take_hello(peers, peer, &envelope, &node, &clock);
    } else if (envelope.type == MESSAGE_BYE) {
        peer_take_bye(peers, peer, &envelope, &clock);
    } else if (is_next(peers, peer, &envelope)) {
        peer->heard_ms = now_ms;
        take_in_session(peers, peer, &envelope, message.size, ahead, &clock);
    }
}

/* --- what leaves after a commit -------------------------------------------------------------- */

static void say_ping(struct peers *peers, struct peer *peer, uint64_t nonce, bool answer,
                     const struct peer_clock *clock)
{
    struct ping ping = {.nonce = nonce, .answer = answer, .wall_ms = clock->wall_ms};
    peer_say(peers, peer, MESSAGE_PING, &ping_shape, &ping);
}

static void say_what_is_due(struct peers *peers, struct peer *peer, const struct peer_clock *clock)
{
    uint64_t at_ms;
    if (peer->farewell.due) say_farewell(peers, peer);
    if (peer->state == PEER_LEAVING) free_link(peers, peer, peer->farewell.error);
    if (peer->state != PEER_OPEN) return;
    if (peer->hello_due) peer_answer_hello(peers, peer, clock);
    if (peer->credit_owed > 0) say_credit(peers, peer);
    if (peer->ack_due) peer_say_ack(peers, peer);
    if (peer->pong_due) say_ping(peers, peer, peer->pong_nonce, true, clock);
    peer->pong_due = false;
    if (peer_vv_due(peers, peer, clock->now_ms, &at_ms) && at_ms <= clock->now_ms)
        peer_say_vv(peers, peer, clock->now_ms);
}

void peers_say_blob(struct peers *peers, const struct id *node, enum message_type type,
                    struct span body)
{
    if (peers->blobs_count == PEER_BLOBS_MAX) return;
    peers->blobs[peers->blobs_count].node = *node;
    peers->blobs[peers->blobs_count].type = type;
    peers->blobs[peers->blobs_count++].body = body;
}

void peers_begin(struct peers *peers)
{
    peers->blobs_count = 0;
}

static void say_blobs(struct peers *peers)
{
    for (uint32_t i = 0; i < peers->blobs_count; i++) {
        struct peer *peer = peers_open_with(peers, &peers->blobs[i].node, NULL);
        struct span body = peers->blobs[i].body;
        if (peer == NULL) continue;
        size_t size = peer_frame(peers, peer, peers->blobs[i].type);
        assert(body.size <= sizeof peers->out - size);
        memcpy(peers->out + size, body.at, body.size);
        peer_send(peers, peer, peers->blobs[i].type, size + body.size);
    }
    peers->blobs_count = 0;
}

void peers_after_commit(struct peers *peers, uint64_t now_ms, uint64_t wall_ms)
{
    const struct peer_clock clock = {now_ms, wall_ms};
    peers->ack_put = false;
    peers_columns(peers);
    for (unsigned i = 0; i < peers->slots; i++)
        if (peers->peer[i].state != PEER_FREE) say_what_is_due(peers, &peers->peer[i], &clock);
    say_blobs(peers);
}

void peers_after_abort(struct peers *peers)
{
    peers->ack_put = false;
    if (peers->columns > peers->logs->count) peers->columns = peers->logs->count;
    peers_columns(peers);
    memset(peers->parked, 0, sizeof peers->parked);
    for (unsigned p = 0; p < peers->slots; p++) peers->peer[p].ack_due = false;
    for (uint32_t i = 0; i < peers->logs->count; i++)
        peers->fetching[i] = (struct fetching){.urgent = true};
}

/* --- time ------------------------------------------------------------------------------------ */

/* A link that waits because another session with the same node is open. */
static bool stands_by(struct peers *peers, const struct peer *peer)
{
    return !id_is_zero(&peer->node) && peers_open_with(peers, &peer->node, peer) != NULL;
}

static bool is_dead(struct peers *peers, const struct peer *peer, uint64_t now_ms)
{
    if (peer->state == PEER_OPEN) return now_ms - peer->heard_ms >= peers->dead_ms;
    if (peer->state != PEER_GREETING) return false;
    if (peer->dialled) return peer->trying_ms != 0 && now_ms - peer->trying_ms >= peers->dead_ms;
    return now_ms - peer->heard_ms >= peers->dead_ms && !stands_by(peers, peer);
}

static void keep_alive(struct peers *peers, struct peer *peer, const struct peer_clock *clock)
{
    if (is_dead(peers, peer, clock->now_ms)) {
        peer_leave(peers, peer, ERROR_TIMEOUT, NULL);
        return;
    }
    if (peer->state == PEER_GREETING && peer_wants_to_greet(peers, peer, clock->now_ms))
        peer_greet(peers, peer, clock);
    if (peer->state != PEER_OPEN) return;
    bool quiet = clock->now_ms - peer->heard_ms >= peers->ping_ms;
    if (!quiet || clock->now_ms - peer->pinged_ms < peers->ping_ms) return;
    say_ping(peers, peer, clock->now_ms & UINT32_MAX, false, clock);
    peer->pinged_ms = clock->now_ms;
}

bool peers_pump(struct peers *peers, uint64_t now_ms, uint64_t wall_ms)
{
    const struct peer_clock clock = {now_ms, wall_ms};
    peers->now_ms = peers->pumped_ms = now_ms;
    peers_columns(peers);
    for (unsigned i = 0; i < peers->slots; i++) {
        struct peer *peer = &peers->peer[i];
        if (peer->state != PEER_FREE) keep_alive(peers, peer, &clock);
        if (peer->state != PEER_FREE) say_what_is_due(peers, peer, &clock);
    }
    peers_expire(peers, now_ms);
    peers_fetch(peers, now_ms);
    return peers_push(peers);
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t peer_wake_ms(const struct peers *peers, const struct peer *peer, uint64_t now_ms)
{
    uint64_t at_ms;
    if (peer->farewell.due || peer->state == PEER_LEAVING) return now_ms;
    if (peer->state == PEER_GREETING && peer->dialled)
        return peer->trying_ms != 0 ? least(peer->greet_ms, peer->trying_ms + peers->dead_ms)
                                    : peer->greet_ms;
    uint64_t dead_ms = peer->heard_ms + peers->dead_ms;
    /* A link that stands by is looked at again, in vain, once in a while. */
    if (peer->state == PEER_GREETING)
        return dead_ms > peers->pumped_ms ? dead_ms : peers->pumped_ms + peers->dead_ms;
    if (peer->hello_due || peer->pong_due || peer->credit_owed > 0 || peer->ack_due) return now_ms;
    uint64_t wake = peer->heard_ms > peer->pinged_ms ? peer->heard_ms : peer->pinged_ms;
    wake = least(wake + peers->ping_ms, dead_ms);
    return peer_vv_due(peers, peer, now_ms, &at_ms) ? least(wake, at_ms) : wake;
}

uint64_t peers_wake_ms(const struct peers *peers, uint64_t now_ms)
{
    uint64_t wake = peers_fetch_wake_ms(peers, now_ms);
    for (unsigned i = 0; i < peers->slots; i++)
        if (peers->peer[i].state != PEER_FREE)
            wake = least(wake, peer_wake_ms(peers, &peers->peer[i], now_ms));
    return wake > now_ms ? wake : now_ms;
}

/* --- acknowledgements ------------------------------------------------------------------------ */

uint64_t peers_acked(const struct peers *peers, uint32_t log_index)
{
    const struct rows *truth = &peers->logs->store->truth;
    const struct log *log = &peers->logs->log[log_index];
    uint64_t acked = 0;
    struct key at = {.size = 0};
    struct row row;
    while (
        truth->port->next(truth->world, TRUTH_ACK, EVERY_ROW, key_span(&at), at.size > 0, &row)) {
        if (row.key.size != 2 * ID_BYTES || row.value.size != 8) break;
        at.size = row.key.size;
        memcpy(at.bytes, row.key.at, row.key.size);
        if (memcmp(at.bytes + ID_BYTES, log->id.bytes, ID_BYTES) != 0) continue;
        uint64_t idx = be_get(row.value.at, 8);
        if (idx > acked) acked = idx;
    }
    return acked < log->row.last ? acked : log->row.last;
}
