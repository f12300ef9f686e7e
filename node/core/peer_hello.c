/* The beginning and the end of a session. The dialler chooses the session's number; both sides say
 * HELLO in it, with seq 0, and count from there. */
#include <assert.h>

#include "node/core/peer_inside.h"

/* --- saying HELLO ---------------------------------------------------------------------------- */

static void list_own(const struct peers *peers, struct hello *hello)
{
    for (uint32_t i = 0; i < peers->logs->count && hello->own_count < OWN_LOGS_MAX; i++) {
        const struct log *log = &peers->logs->log[i];
        if (!log->own || log->durable == 0) continue;
        assert(log->durable == log->row.last); /* nothing is told between append and commit */
        hello->own[hello->own_count++] =
            (struct log_at){.log = log->id, .idx = log->durable, .hash = log->row.last_hash};
    }
}

static void say_hello(struct peers *peers, struct peer *peer, bool answer,
                      const struct peer_clock *clock)
{
    struct hello hello = {.mesh = peers->mesh,
                          .node = peers->node,
                          .store = peers->store,
                          .boot = peers->boot,
                          .credit_bytes = PEER_CREDIT_BYTES,
                          .wall_ms = clock->wall_ms,
                          .build = span_text(peers->build),
                          .answer = answer};
    if (hello.build.size > 64) hello.build.size = 64;
    list_own(peers, &hello);
    peer_say(peers, peer, MESSAGE_HELLO, &hello_shape, &hello);
}

/* Numbers rise within one process run, so that a HELLO which was overtaken is known to be old. */
static uint64_t new_session(struct peers *peers)
{
    return be_get(peers->boot.bytes + ID_BYTES - 4, 4) << 32 | ++peers->sessions;
}

bool peer_wants_to_greet(struct peers *peers, struct peer *peer, uint64_t now_ms)
{
    struct id node;
    if (!peer->dialled || now_ms < peer->greet_ms) return false;
    if (!peers->port.node_of_key(peers->port.world, peer->key, &node)) {
        peer_leave(peers, peer, ERROR_UNKNOWN_PEER, NULL);
        return false;
    }
    if (peers_open_with(peers, &node, peer) == NULL) return true;
    peer->greet_ms = now_ms + peers->ping_ms; /* one session is enough; this link waits */
    peer->trying_ms = 0;
    return false;
}

void peer_greet(struct peers *peers, struct peer *peer, const struct peer_clock *clock)
{
    uint64_t pause = (uint64_t)peers->ping_ms << (peer->tries < 4 ? peer->tries : 4);
    peer->session = new_session(peers);
    peer->tries++;
    peer->greeted_ms = clock->now_ms;
    if (peer->trying_ms == 0) peer->trying_ms = clock->now_ms;
    peer->greet_ms = clock->now_ms + (pause < PEER_GREET_MAX_MS ? pause : PEER_GREET_MAX_MS);
    say_hello(peers, peer, false, clock);
}

void peer_answer_hello(struct peers *peers, struct peer *peer, const struct peer_clock *clock)
{
    peer->hello_due = false;
    say_hello(peers, peer, true, clock);
}

/* --- one session per pair -------------------------------------------------------------------- */

/* Both sides come to the same choice: the link dialled by the lower node id stands. (Of two dialled
 * by the same side only the newer one is known: see peers_up.) */
static bool is_better(const struct peers *peers, const struct peer *held, const struct id *node)
{
    bool we_are_lower = memcmp(peers->node.bytes, node->bytes, ID_BYTES) < 0;
    return held->dialled == we_are_lower;
}

static bool may_replace(const struct peers *peers, const struct peer *held,
                        const struct hello *hello)
{
    if (!id_equal(&held->boot, &hello->boot)) return true; /* they were restarted */
    return !is_better(peers, held, &hello->node);
}

/* An own HELLO to the same node is under way on a link that would stand against this one. */
static bool is_crossing(const struct peers *peers, const struct hello *hello,
                        const struct peer *candidate, uint64_t now_ms)
{
    for (unsigned i = 0; i < peers->slots; i++) {
        const struct peer *own = &peers->peer[i];
        if (own == candidate || own->state != PEER_GREETING || !own->dialled) continue;
        if (memcmp(own->key, candidate->key, KEY_BYTES) != 0 || own->greeted_ms == 0) continue;
        bool fresh = now_ms - own->greeted_ms < PEER_GREET_FRESH_MS;
        if (fresh && own->tries == 1 && is_better(peers, own, &hello->node)) return true;
    }
    return false;
}

/* --- taking HELLO ---------------------------------------------------------------------------- */

static void open_session(struct peers *peers, struct peer *peer, const struct hello *hello,
                         const struct peer_clock *clock)
{
    peer->state = PEER_OPEN;
    peer->node = hello->node;
    peer->boot = hello->boot;
    peer->seq_in = peer->seq_out = 0;
    peer->heard_ms = clock->now_ms;
    peer->pinged_ms = 0;
    peer->vv_sent_ms = peer->vv_full_ms = 0;
    /* However much they offer, no more than this is ever queued for them. */
    peer->credit_granted = hello->credit_bytes;
    if (peer->credit_granted > PEER_CREDIT_BYTES) peer->credit_granted = PEER_CREDIT_BYTES;
    peer->credit_left = peer->credit_granted;
    peer->credit_owed = peer->in_flight = 0;
    peer->skew_ms = hello->wall_ms != 0 ? (int64_t)hello->wall_ms - (int64_t)clock->wall_ms : 0;
    peer->ack_due = peer->pong_due = peer->vv_heard = false;
    peer->tries = 0;
    peer->offered_ms = 0;
    peer->greeted_ms = peer->trying_ms = 0;
    memset(peer->have, 0, sizeof peer->have);
    memset(peer->sent, 0, sizeof peer->sent);
    memset(peer->serve, 0, sizeof peer->serve);
    memset(peer->mark, 0, sizeof peer->mark);
    peer_forget(peers, peer);
    for (uint32_t i = 0; i < hello->own_count; i++) peer_heard_of(peers, peer, &hello->own[i]);
}

static enum error check_hello(const struct peers *peers, const struct hello *hello,
                              const struct id *node)
{
    if (!id_equal(&hello->mesh, &peers->mesh)) return ERROR_FORBIDDEN;
    if (!id_equal(&hello->node, node)) return ERROR_UNKNOWN_PEER;    /* it lies about its name */
    if (id_equal(&hello->node, &peers->node)) return ERROR_CONFLICT; /* ourselves, or a clone */
    return OK;
}

static bool too_many_greetings(struct peer *peer, uint64_t now_ms)
{
    if (now_ms - peer->greetings_ms >= PEER_GREETINGS_MS) {
        peer->greetings_ms = now_ms;
        peer->greetings = 0;
    }
    return ++peer->greetings > PEER_GREETINGS_MAX;
}

/* A refusal in the session that they chose. The link stays. */
static void refuse_session(struct peers *peers, struct peer *peer, uint64_t session,
                           const struct peer_clock *clock)
{
    peer->session = session;
    peer->seq_out = 0;
    peer_stand_by(peers, peer, ERROR_BUSY, clock);
}

static void take_greeting(struct peers *peers, struct peer *peer, uint64_t session,
                          const struct hello *hello, const struct peer_clock *clock)
{
    if (peer->dialled) {
        peers->ignored++; /* only the dialler greets */
        return;
    }
    if (id_equal(&hello->boot, &peer->boot) && session <= peer->session) {
        peers->ignored++; /* doubled or overtaken */
        return;
    }
    if (too_many_greetings(peer, clock->now_ms)) {
        peer_leave(peers, peer, ERROR_BUSY, NULL);
        return;
    }
    struct peer *held = peers_open_with(peers, &hello->node, peer);
    peer->node = hello->node;
    peer->boot = hello->boot;
    if ((held != NULL && !may_replace(peers, held, hello)) ||
        is_crossing(peers, hello, peer, clock->now_ms)) {
        refuse_session(peers, peer, session, clock);
        return;
    }
    if (held != NULL) peer_stand_by(peers, held, ERROR_BUSY, clock);
    peer->session = session;
    open_session(peers, peer, hello, clock);
    peer->hello_due = true;
}

static void take_answer(struct peers *peers, struct peer *peer, uint64_t session,
                        const struct hello *hello, const struct peer_clock *clock)
{
    if (!peer->dialled || peer->state != PEER_GREETING || peer->greeted_ms == 0 ||
        session != peer->session) {
        peers->ignored++;
        return;
    }
    struct peer *held = peers_open_with(peers, &hello->node, peer);
    open_session(peers, peer, hello, clock);
    if (held == NULL) return;
    if (may_replace(peers, held, hello))
        peer_stand_by(peers, held, ERROR_BUSY, clock);
    else
        peer_stand_by(peers, peer, ERROR_BUSY, clock);
}

void peer_take_hello(struct peers *peers, struct peer *peer, const struct envelope *envelope,
                     const struct id *node, const struct peer_clock *clock)
{
    struct hello hello;
    enum error error = shape_decode(&hello_shape, envelope->body, &hello, NULL);
    if (error == OK && (envelope->seq != 0 || envelope->session == 0)) error = ERROR_MALFORMED;
    if (error == OK) error = check_hello(peers, &hello, node);
    if (error != OK) {
        if (peer->session == 0) peer->session = envelope->session; /* the BYE goes there */
        peer_leave(peers, peer, error, NULL);
        return;
    }
    if (hello.answer != 0)
        take_answer(peers, peer, envelope->session, &hello, clock);
    else
        take_greeting(peers, peer, envelope->session, &hello, clock);
}

/* --- taking BYE ------------------------------------------------------------------------------ */

/* BYE counts whatever its seq: it may follow a gap. */
void peer_take_bye(struct peers *peers, struct peer *peer, const struct envelope *envelope,
                   const struct peer_clock *clock)
{
    struct bye bye;
    enum error error = shape_decode(&bye_shape, envelope->body, &bye, NULL);
    bool ours = envelope->session == peer->session && peer->session != 0 &&
                (peer->state == PEER_OPEN || peer->greeted_ms != 0);
    if (error != OK) {
        peer_leave(peers, peer, error, NULL);
        return;
    }
    if (!ours) {
        peers->ignored++;
        return;
    }
    enum error why = bye.error < ERROR_COUNT ? (enum error)bye.error : ERROR_UNSUPPORTED;
    enum remedy remedy = error_remedy(why);
    peer_stand_by(peers, peer, OK, clock);
    if (remedy == REMEDY_NONE || remedy == REMEDY_RETRY) return;
    peer->session = 0; /* there is nothing to answer to a farewell */
    peer_leave(peers, peer, why, NULL);
}
