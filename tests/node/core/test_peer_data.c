/* What becomes of DATA that cannot stand yet, and who is asked for what is missing. The peers are
 * played by hand: they hold what the test says, and bring what it lets them. */
#include <stdlib.h>

#include "tests/node/core/forge.h"
#include "tests/node/core/raw.h"
#include "tests/proto/check.h"

static struct world world;
static struct node *node;      /* number 1: it did not found the mesh */
static struct raw raw, second; /* nodes 2 and 3, until they are begun otherwise */
static struct forge forge;
static struct node *a, *b; /* writers of logs: nodes 2 and 3 */

static int open_world(void **state)
{
    (void)state;
    world_open(&world, 5, 4);
    node = &world.node[1];
    a = &world.node[2];
    b = &world.node[3];
    node_crash(&world.node[0]);
    node_crash(a);
    node_crash(b);
    raw_begin(&raw, node, a, 900);
    raw_begin(&second, node, b, 901);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_check(&world);
    assert_int_equal(0, node->drops);
    world_close(&world);
    return 0;
}

static const struct crypto *pen(const struct node *who)
{
    return keys_crypto(who->keys);
}

/* The first entries of a writer's log: the genesis and `more`. Spans live in the forge. */
static struct span first_of(const struct node *who, unsigned more)
{
    struct genesis genesis = {.log_type = LOG_NODE, .node = who->id, .store = who->id};
    memcpy(genesis.sign_key.bytes, keys_sign_public(who->keys), KEY_BYTES);
    forge_begin(&forge, pen(who), &who->log, 1, NULL);
    forge_record(&forge, EVENT_GENESIS, &genesis_shape, &genesis);
    for (unsigned i = 0; i < more; i++) forge_text(&forge, "something seen");
    return forge_seal(&forge, 1 + more);
}

/* A stretch of a long log of `who`, made once: entries first..last, each naming dep if it is set.
 */
static struct span stretch(const struct node *who, uint64_t first, uint64_t last,
                           const struct dep *dep, uint64_t dep_from)
{
    static struct forge from_begin;
    struct genesis genesis = {.log_type = LOG_NODE, .node = who->id, .store = who->id};
    memcpy(genesis.sign_key.bytes, keys_sign_public(who->keys), KEY_BYTES);
    forge_begin(&from_begin, pen(who), &who->log, 1, NULL);
    forge_record(&from_begin, EVENT_GENESIS, &genesis_shape, &genesis);
    if (first == 1) first_of(who, 0);
    for (uint64_t idx = 2; idx <= last; idx++) {
        struct event_header header = {.kind = 900, .kver = 1};
        if (dep != NULL && idx >= dep_from) {
            header.deps[0] = *dep;
            header.deps_count = 1;
        }
        if (idx == first) forge_begin(&forge, pen(who), &who->log, first, &from_begin.hash);
        if (idx >= first) forge_add(&forge, &header, span_text("in a long log"));
        forge_add(&from_begin, &header, span_text("in a long log"));
    }
    return forge_seal(&forge, last);
}

static uint64_t held(const struct node *who)
{
    const struct log *log = node_log(node, &who->log);
    return log == NULL ? 0 : log->row.last;
}

static void claim(struct raw *who, const struct id *log, uint64_t idx)
{
    struct log_at at = {.log = *log, .idx = idx};
    raw_vector(who, 0, &at, 1);
}

static unsigned parked(void)
{
    unsigned count = 0;
    for (unsigned i = 0; i < PARKED_MAX; i++)
        if (node->peers->parked[i].link != 0) count++;
    return count;
}

static void open_both(void)
{
    raw_open(&raw);
    raw_open(&second);
    raw_give_membership(&raw);
}

/* --- waiting --------------------------------------------------------------------------------- */

static void a_batch_that_waits_is_threaded_in_when_the_other_log_comes(void **state)
{
    (void)state;
    struct dep dep = {b->log, 2};
    open_both();
    raw_say_body(&raw, MESSAGE_DATA, stretch(a, 1, 6, &dep, 4));
    assert_int_equal(3, held(a));
    assert_int_equal(1, parked());
    raw_say_body(&raw, MESSAGE_DATA, stretch(a, 7, 9, NULL, 0)); /* behind the one that waits */
    assert_int_equal(2, parked());
    raw_say_body(&second, MESSAGE_DATA, first_of(b, 1));
    /* The chain of 7..9 was made without deps, and does not fit: only 4..6 follow. */
    assert_int_equal(6, held(a));
    assert_int_equal(0, parked());
    assert_int_equal(1, second.heard[MESSAGE_ACK]);
}

static void what_comes_behind_a_waiting_batch_waits_with_it(void **state)
{
    (void)state;
    struct dep dep = {b->log, 2};
    open_both();
    raw_say_body(&raw, MESSAGE_DATA, stretch(a, 1, 6, &dep, 4));
    raw_say_body(&raw, MESSAGE_DATA, stretch(a, 7, 9, &dep, 4));
    raw_say_body(&raw, MESSAGE_DATA, stretch(a, 10, 11, &dep, 4));
    assert_int_equal(3, held(a));
    assert_int_equal(3, parked());
    world_run(&world, 3000);
    assert_int_equal(1, raw.heard[MESSAGE_FETCH]); /* the other log, and nothing of this again */
    assert_memory_equal(b->log.bytes, raw.fetch.log.bytes, ID_BYTES);
    raw_say_body(&second, MESSAGE_DATA, first_of(b, 1));
    assert_int_equal(11, held(a));
    assert_int_equal(0, parked());
    assert_int_equal(1, raw.heard[MESSAGE_FETCH]);
}

static void a_batch_too_large_to_wait_is_fetched_when_it_can_stand(void **state)
{
    (void)state;
    static uint8_t large[60000];
    struct event_header header = {.kind = 900, .deps = {{b->log, 2}}, .deps_count = 1};
    open_both();
    raw_say_body(&raw, MESSAGE_DATA, first_of(a, 0));
    for (unsigned i = 0; i < 6; i++) {
        if (i == 0) {
            struct hash last = forge.hash;
            forge_begin(&forge, pen(a), &a->log, 2, &last);
        }
        forge_add(&forge, &header, span_of(large, sizeof large));
    }
    raw_say_body(&raw, MESSAGE_DATA, forge_seal(&forge, 7));
    assert_int_equal(1, held(a));
    assert_int_equal(0, parked());
    world_run(&world, 2000);
    assert_int_equal(1, raw.heard[MESSAGE_FETCH]); /* not of this one, in vain, but of the other */
    assert_memory_equal(b->log.bytes, raw.fetch.log.bytes, ID_BYTES);
    raw_say_body(&second, MESSAGE_DATA, first_of(b, 1));
    world_run(&world, 10);
    assert_int_equal(2, raw.heard[MESSAGE_FETCH]);
    assert_memory_equal(a->log.bytes, raw.fetch.log.bytes, ID_BYTES);
    assert_int_equal(2, raw.fetch.from);
}

static void what_waits_in_vain_is_given_up_after_half_a_minute(void **state)
{
    (void)state;
    struct ping ping = {.nonce = 1};
    struct dep dep = {{{0xab}}, 2}; /* of a log that nobody has */
    open_both();
    raw_say_body(&raw, MESSAGE_DATA, stretch(a, 1, 6, &dep, 4));
    for (unsigned i = 0; i < 7; i++) {
        assert_int_equal(1, parked());
        world_run(&world, 4000);
        raw_say(&raw, MESSAGE_PING, &ping_shape, &ping);
        raw_say(&second, MESSAGE_PING, &ping_shape, &ping);
    }
    world_run(&world, 4000);
    assert_int_equal(0, parked());
    assert_memory_equal(a->log.bytes, raw.fetch.log.bytes, ID_BYTES);
    assert_int_equal(4, raw.fetch.from);
}

static void what_waits_is_not_asked_for_meanwhile(void **state)
{
    (void)state;
    struct ping ping = {.nonce = 1};
    struct dep dep = {b->log, 7};
    raw_open(&raw);
    raw_give_membership(&raw);
    raw_say_body(&raw, MESSAGE_DATA, first_of(b, 1));
    raw_say_body(&raw, MESSAGE_DATA, stretch(a, 1, 2, NULL, 0));
    claim(&raw, &a->log, 6);
    world_run(&world, 2 * PEER_RELAY_MS);
    assert_int_equal(3, raw.fetch.from);
    raw_say_body(&raw, MESSAGE_DATA, stretch(a, 3, 6, &dep, 4));
    assert_int_equal(1, parked());
    for (unsigned i = 0; i < 6; i++) {
        world_run(&world, 4000);
        raw_say(&raw, MESSAGE_PING, &ping_shape, &ping);
        assert_memory_equal(b->log.bytes, raw.fetch.log.bytes, ID_BYTES);
        assert_int_equal(1, parked());
    }
}

/* Nor does what it waits for need to be in a forked log: that one may itself wait for one. */
static void what_waits_in_vain_is_asked_for_ever_more_rarely(void **state)
{
    (void)state;
    struct ping ping = {.nonce = 1};
    struct dep dep = {b->log, 7}; /* which nobody brings */
    unsigned brought = 0;
    raw_open(&raw);
    raw_give_membership(&raw);
    raw_say_body(&raw, MESSAGE_DATA, first_of(b, 1));
    raw_say_body(&raw, MESSAGE_DATA, stretch(a, 1, 6, &dep, 4));
    for (unsigned i = 0; i < 1200; i++) { /* twenty minutes */
        world_run(&world, 1000);
        if (i % 4 == 0) raw_say(&raw, MESSAGE_PING, &ping_shape, &ping);
        if (!id_equal(&raw.fetch.log, &a->log)) continue;
        raw.fetch = (struct fetch){.from = 0};
        raw_say_body(&raw, MESSAGE_DATA, stretch(a, 4, 6, &dep, 4));
        brought++;
    }
    assert_in_range(brought, 3, 8); /* and forty, were it every half minute */
    assert_int_equal(3, held(a));
}

static void a_failed_commit_drops_what_waits(void **state)
{
    (void)state;
    struct dep dep = {b->log, 2};
    open_both();
    store_memory_fail_commit(node->memory, ERROR_FULL);
    raw_say_body(&raw, MESSAGE_DATA, stretch(a, 1, 6, &dep, 4)); /* makes the log, and waits */
    assert_int_equal(0, held(a));
    assert_int_equal(0, parked());
    raw_say_body(&second, MESSAGE_DATA, first_of(b, 1));
    assert_int_equal(0, held(a));
    raw_say_body(&raw, MESSAGE_DATA, stretch(a, 1, 6, &dep, 4));
    assert_int_equal(6, held(a));
}

static void a_late_seal_is_stored(void **state)
{
    (void)state;
    struct dep dep = {b->log, 2};
    open_both();
    raw_say_body(&raw, MESSAGE_DATA, stretch(a, 1, 6, &dep, 4));
    assert_int_equal(0, node_log(node, &a->log)->row.sealed);
    raw_say_body(&raw, MESSAGE_DATA, stretch(a, 1, 3, &dep, 4));
    node_crash(node);
    node_start(node);
    assert_int_equal(3, node_log(node, &a->log)->row.sealed);
}

/* --- asking ---------------------------------------------------------------------------------- */

static void what_an_entry_names_is_asked_of_whoever_brought_it(void **state)
{
    (void)state;
    struct dep dep = {b->log, 7};
    raw_open(&raw);
    raw_give_membership(&raw);
    raw_say_body(&raw, MESSAGE_DATA, first_of(b, 1));
    raw_say_body(&raw, MESSAGE_DATA, stretch(a, 1, 6, &dep, 4));
    world_run(&world, 10);
    assert_int_equal(1, raw.heard[MESSAGE_FETCH]); /* its writer is not connected: no waiting */
    assert_memory_equal(b->log.bytes, raw.fetch.log.bytes, ID_BYTES);
    assert_int_equal(3, raw.fetch.from);
}

static void a_push_that_may_be_under_way_is_waited_for(void **state)
{
    (void)state;
    open_both();
    raw_say_body(&raw, MESSAGE_DATA, stretch(a, 1, 2, NULL, 0));
    claim(&second, &a->log, 5); /* the other one knows of more */
    world_run(&world, PEER_RELAY_MS - 150);
    assert_int_equal(0, raw.heard[MESSAGE_FETCH] + second.heard[MESSAGE_FETCH]);
    world_run(&world, 300);
    assert_int_equal(1, second.heard[MESSAGE_FETCH]); /* it did not come */
    assert_int_equal(3, second.fetch.from);
}

static void a_gap_is_closed_at_once_and_patience_returns(void **state)
{
    (void)state;
    open_both();
    raw_say_body(&raw, MESSAGE_DATA, stretch(a, 1, 3, NULL, 0));
    raw_say_body(&raw, MESSAGE_DATA, stretch(a, 6, 6, NULL, 0));
    assert_int_equal(1, raw.heard[MESSAGE_FETCH]); /* some were lost on this side */
    assert_int_equal(4, raw.fetch.from);
    raw_say_body(&raw, MESSAGE_DATA, stretch(a, 4, 6, NULL, 0));
    claim(&raw, &a->log, 9);
    world_run(&world, PEER_RELAY_MS - 150);
    assert_int_equal(1, raw.heard[MESSAGE_FETCH]);
    world_run(&world, 500);
    assert_int_equal(2, raw.heard[MESSAGE_FETCH]);
    assert_int_equal(7, raw.fetch.from);
}

static void progress_makes_the_wait_begin_anew(void **state)
{
    (void)state;
    open_both();
    raw_say_body(&raw, MESSAGE_DATA, stretch(a, 1, 3, NULL, 0));
    claim(&raw, &a->log, 9);
    for (uint64_t idx = 4; idx <= 8; idx++) {
        world_run(&world, PEER_RELAY_MS - 150);
        raw_say_body(&raw, MESSAGE_DATA, stretch(a, idx, idx, NULL, 0));
    }
    assert_int_equal(0, raw.heard[MESSAGE_FETCH]); /* a slow push is a push */
}

static void whoever_does_not_answer_is_passed_over(void **state)
{
    (void)state;
    struct ping ping = {.nonce = 1};
    raw_begin(&raw, node, &world.node[0], 900); /* neither of the two wrote the log */
    open_both();
    raw_say_body(&raw, MESSAGE_DATA, first_of(a, 1));
    claim(&raw, &a->log, 9);
    claim(&second, &a->log, 9);
    world_run(&world, 100);
    assert_int_equal(1, raw.heard[MESSAGE_FETCH] + second.heard[MESSAGE_FETCH]);
    world_run(&world, 3000);
    raw_say(&raw, MESSAGE_PING, &ping_shape, &ping);
    raw_say(&second, MESSAGE_PING, &ping_shape, &ping);
    assert_int_equal(1, raw.heard[MESSAGE_FETCH] + second.heard[MESSAGE_FETCH]);
    world_run(&world, 3000);
    assert_int_equal(1, raw.heard[MESSAGE_FETCH]);
    assert_int_equal(1, second.heard[MESSAGE_FETCH]);
    world_run(&world, 5000);
    assert_int_equal(3, raw.heard[MESSAGE_FETCH] + second.heard[MESSAGE_FETCH]);
}

static void a_log_is_asked_of_the_next_one_who_named_it(void **state)
{
    (void)state;
    raw_begin(&raw, node, &world.node[0], 900);
    open_both();
    claim(&raw, &a->log, 9);
    claim(&second, &a->log, 9); /* before the log is held here */
    world_run(&world, PEER_RELAY_MS + 200);
    assert_int_equal(1, raw.heard[MESSAGE_FETCH] + second.heard[MESSAGE_FETCH]);
    struct raw *asked = raw.heard[MESSAGE_FETCH] == 1 ? &raw : &second;
    struct raw *other = asked == &raw ? &second : &raw;
    assert_int_equal(1, asked->fetch.from);
    raw_say_body(asked, MESSAGE_DATA, first_of(a, 1));
    node_begin(node);
    peers_down(node->peers, asked->link);
    node_end(node);
    world_run(&world, 100);
    assert_int_equal(1, other->heard[MESSAGE_FETCH]);
    assert_int_equal(3, other->fetch.from);
}

static void at_most_sixteen_fetches_are_outstanding_at_one_peer(void **state)
{
    (void)state;
    raw_open(&raw);
    raw_give_membership(&raw);
    for (unsigned i = 0; i < 20; i++) {
        struct genesis genesis = {.log_type = LOG_NODE, .node = b->id, .store = b->id};
        struct id log = {{0x60, (uint8_t)i}};
        memcpy(genesis.sign_key.bytes, keys_sign_public(b->keys), KEY_BYTES);
        forge_begin(&forge, pen(b), &log, 1, NULL);
        forge_record(&forge, EVENT_GENESIS, &genesis_shape, &genesis);
        raw_say_body(&raw, MESSAGE_DATA, forge_seal(&forge, 1));
        claim(&raw, &log, 50);
    }
    world_run(&world, 1000);
    assert_int_equal(PEER_FETCHES_MAX, raw.heard[MESSAGE_FETCH]);
    node_begin(node);
    node_end(node);
    /* Those that must wait for an answer do not keep the node awake. */
    assert_true(peers_wake_ms(node->peers, world.now_ms) > world.now_ms);
}

static void nothing_but_the_membership_is_asked_for_before_it_is_held(void **state)
{
    (void)state;
    raw_open(&raw);
    claim(&raw, &b->log, 9);
    world_run(&world, 5000);
    assert_int_equal(0, raw.heard[MESSAGE_FETCH]);
    raw_give_membership(&raw);
    world_run(&world, 100);
    assert_int_equal(1, raw.heard[MESSAGE_FETCH]);
}

/* A second entry of the membership, by its founder's hand. */
static void grow_membership(struct raw *who)
{
    struct log *log = node_log(node, &world.membership);
    forge_begin(&forge, pen(&world.node[0]), &log->id, log->row.last + 1, &log->row.last_hash);
    forge_text(&forge, "a member, let us say");
    raw_say_body(who, MESSAGE_DATA, forge_seal(&forge, log->row.last + 1));
}

static void a_log_of_nobody_is_asked_for_again_when_the_membership_grows(void **state)
{
    (void)state;
    struct ping ping = {.nonce = 1};
    raw_open(&raw);
    raw_give_membership(&raw);
    b->unknown = true;
    raw_say_body(&raw, MESSAGE_DATA, first_of(b, 1));
    assert_int_equal(0, held(b));
    for (unsigned i = 0; i < 12; i++) { /* less and less often */
        world_run(&world, 4000);
        raw_say(&raw, MESSAGE_PING, &ping_shape, &ping);
    }
    assert_in_range(raw.heard[MESSAGE_FETCH], 2, 5);
    uint64_t before = raw.heard[MESSAGE_FETCH];
    grow_membership(&raw);
    b->unknown = false;
    world_run(&world, 700);
    assert_int_equal(before + 1, raw.heard[MESSAGE_FETCH]);
    raw_say_body(&raw, MESSAGE_DATA, first_of(b, 1));
    assert_int_equal(2, held(b));
}

/* --- being asked ----------------------------------------------------------------------------- */

static void a_large_log_is_relayed_without_a_pause(void **state)
{
    (void)state;
    node_start(&world.node[0]);
    node_start(a);
    for (unsigned turn = 0; turn < 40; turn++) {
        node_begin(&world.node[0]);
        for (unsigned i = 0; i < 10; i++)
            node_append(&world.node[0], node_own(&world.node[0]), 30000, NULL, 0, 0);
        node_end(&world.node[0]);
    }
    world_link(&world, 1, 0);
    world_run(&world, 5000);
    assert_int_equal(401, held(&world.node[0]));
    uint64_t fetches = world.sent[MESSAGE_FETCH];
    world_link(&world, 2, 1); /* 12 MB by way of node 1, 4 MiB with each FETCH */
    assert_true(world_settle(&world, 2500));
    assert_in_range(world.sent[MESSAGE_FETCH] - fetches, 3, 8);
    node_crash(a);
}

static struct peer *peer_of(const struct raw *who)
{
    for (unsigned i = 0; i < PEERS_MAX; i++)
        if (who->node->peers->peer[i].link == who->link) return &who->node->peers->peer[i];
    abort(); /* a story that asks for it has opened the session */
}

static void return_credit(struct raw *who)
{
    struct credit credit = {.bytes = peer_of(who)->in_flight};
    raw_say(who, MESSAGE_CREDIT, &credit_shape, &credit);
}

static void ask(struct raw *who, const struct id *log)
{
    struct fetch fetch = {.log = *log, .from = 1};
    event_genesis_prev(pen(node), log, &fetch.prev);
    raw_say(who, MESSAGE_FETCH, &fetch_shape, &fetch);
}

static uint64_t data_bytes;
static void count_data(struct node *from, uint32_t link, struct span message)
{
    struct envelope envelope;
    (void)from;
    assert_error(OK, envelope_decode(message, &envelope));
    if (link == second.link && envelope.type == MESSAGE_DATA) data_bytes += message.size;
    if (link == second.link) second.heard[envelope.type]++;
}

/* Six sealed batches of about 60 KB each, in one message or in six. */
static void give_log(const struct node *who, bool at_once)
{
    static uint8_t large[60000];
    raw_say_body(&raw, MESSAGE_DATA, first_of(who, 0));
    struct hash last = forge.hash;
    forge_begin(&forge, pen(who), &who->log, 2, &last);
    for (unsigned i = 0; i < 6; i++) {
        struct event_header header = {.kind = 900};
        forge_add(&forge, &header, span_of(large, sizeof large));
        if (at_once && i < 5) continue;
        raw_say_body(&raw, MESSAGE_DATA, forge_seal(&forge, forge.first + forge.count - 1));
        last = forge.hash;
        forge_begin(&forge, pen(who), &who->log, 3 + i, &last);
    }
    assert_int_equal(7, held(who));
}

static void one_fetch_brings_four_mebibytes_of_a_log_of_another(void **state)
{
    (void)state;
    node_start(&world.node[0]);
    for (unsigned turn = 0; turn < 40; turn++) {
        node_begin(&world.node[0]);
        for (unsigned i = 0; i < 5; i++)
            node_append(&world.node[0], node_own(&world.node[0]), 30000, NULL, 0, 0);
        node_end(&world.node[0]);
    }
    world_link(&world, 1, 0);
    world_run(&world, 5000);
    assert_int_equal(201, held(&world.node[0]));
    raw_open(&second);
    claim(&second, &world.membership, 1);
    world.stray = count_data;
    data_bytes = 0;
    ask(&second, &world.node[0].log);
    for (unsigned i = 0; i < 50; i++) {
        if (peer_of(&second)->in_flight > 0) return_credit(&second);
        world_run(&world, 10);
    }
    assert_in_range(data_bytes, PEER_SERVE_BYTES, PEER_SERVE_BYTES + PEER_CHUNK_BYTES);
}

static void a_batch_that_came_whole_goes_on_whole(void **state)
{
    (void)state;
    struct data_reader d;
    raw_open(&raw);
    raw_give_membership(&raw);
    give_log(a, true); /* 360 KB under one seal */
    raw_open(&second);
    claim(&second, &world.membership, 1);
    ask(&second, &a->log);
    ask(&second, &a->log);
    assert_error(OK, data_open(&d, second.last[MESSAGE_DATA].body));
    assert_memory_equal(a->log.bytes, d.log.bytes, ID_BYTES);
    assert_int_equal(6, d.events + (d.first_idx == 1 ? 5 : 0));
}

static void logs_take_turns_when_credit_is_short(void **state)
{
    (void)state;
    struct hello hello;
    raw_open(&raw);
    raw_give_membership(&raw);
    give_log(a, false);
    give_log(b, false);
    raw_begin(&second, node, &world.node[0], 901);
    raw_hello(&second, &hello);
    hello.credit_bytes = 64 * 1024; /* one batch at a time */
    raw_say(&second, MESSAGE_HELLO, &hello_shape, &hello);
    struct log_at known[] = {{.log = world.membership, .idx = 1}, {.log = node->log, .idx = 1}};
    raw_vector(&second, 1, known, 2);
    ask(&second, &a->log);
    ask(&second, &b->log);
    unsigned of_a = 0, of_b = 0;
    for (unsigned i = 0; i < 6; i++) {
        struct data_reader d;
        assert_error(OK, data_open(&d, second.last[MESSAGE_DATA].body));
        of_a += id_equal(&d.log, &a->log) ? 1 : 0;
        of_b += id_equal(&d.log, &b->log) ? 1 : 0;
        return_credit(&second);
    }
    assert_in_range(of_a, 2, 4);
    assert_in_range(of_b, 2, 4);
}

static void a_founder_pushes_the_membership_again_until_it_is_held(void **state)
{
    (void)state;
    struct ping ping = {.nonce = 1};
    node_start(&world.node[0]);
    raw_begin(&raw, &world.node[0], a, 900);
    raw_open(&raw);
    assert_int_equal(2, raw.heard[MESSAGE_DATA]); /* its own log and the membership */
    for (unsigned i = 0; i < 3; i++) {
        world_run(&world, 4000);
        return_credit(&raw);
        raw_say(&raw, MESSAGE_PING, &ping_shape, &ping);
    }
    assert_in_range(raw.heard[MESSAGE_DATA], 3, 4);
}

static void the_membership_is_offered_until_it_is_held(void **state)
{
    (void)state;
    struct ping ping = {.nonce = 1};
    raw_open(&raw);
    raw_give_membership(&raw);
    raw_open(&second);
    struct data_reader d;
    assert_true(second.heard[MESSAGE_DATA] > 0);
    uint64_t offered = second.heard[MESSAGE_DATA];
    world_run(&world, 4000);
    raw_say(&second, MESSAGE_PING, &ping_shape, &ping);
    assert_int_equal(offered, second.heard[MESSAGE_DATA]);
    world_run(&world, 2000);
    assert_int_equal(offered + 1, second.heard[MESSAGE_DATA]);
    assert_error(OK, data_open(&d, second.last[MESSAGE_DATA].body));
    assert_memory_equal(world.membership.bytes, d.log.bytes, ID_BYTES);
    claim(&second, &world.membership, 1);
    world_run(&world, 7000);
    assert_int_equal(offered + 1, second.heard[MESSAGE_DATA]);
}

/* --- forks ----------------------------------------------------------------------------------- */

/* Another branch of a log that began with first_of. */
static struct span branch_of(const struct node *who)
{
    struct genesis genesis = {.log_type = LOG_NODE, .node = who->id, .store = who->id};
    memcpy(genesis.sign_key.bytes, keys_sign_public(who->keys), KEY_BYTES);
    forge_begin(&forge, pen(who), &who->log, 1, NULL);
    forge_record(&forge, EVENT_GENESIS, &genesis_shape, &genesis);
    forge_text(&forge, "something else");
    return forge_seal(&forge, 2);
}

static void a_fork_is_counted_once_and_talked_of_no_more(void **state)
{
    (void)state;
    open_both();
    raw_say_body(&raw, MESSAGE_DATA, first_of(a, 3));
    struct span body = branch_of(a);
    for (unsigned i = 0; i < 3; i++) raw_say_body(&second, MESSAGE_DATA, body);
    assert_int_equal(1, node->peers->forks);
    assert_int_equal(2, node->peers->forked.idx);
    assert_int_equal(1, store_memory_count(node->memory, TRUTH_FORK));
    claim(&second, &a->log, 100);
    claim(&raw, &a->log, 100);
    world_run(&world, 2000);
    assert_int_equal(0, second.heard[MESSAGE_FETCH] + raw.heard[MESSAGE_FETCH]);
    assert_true(raw_is_open(&second)); /* an honest one can only pass on what it was told */
}

/* More of a forked log never comes, so what names it is not brought again and again in vain. */
static void what_depends_on_more_of_a_forked_log_is_asked_for_no_more(void **state)
{
    (void)state;
    struct ping ping = {.nonce = 1};
    struct dep dep = {b->log, 9};
    open_both();
    raw_say_body(&raw, MESSAGE_DATA, first_of(b, 3));
    raw_say_body(&second, MESSAGE_DATA, branch_of(b));
    raw_say_body(&raw, MESSAGE_DATA, stretch(a, 1, 6, &dep, 4));
    assert_int_equal(3, held(a));
    assert_int_equal(0, parked());
    for (unsigned i = 0; i < 20; i++) {
        claim(&second, &a->log, 6);
        raw_say(&raw, MESSAGE_PING, &ping_shape, &ping);
        world_run(&world, 4000);
    }
    assert_int_equal(0, second.heard[MESSAGE_FETCH] + raw.heard[MESSAGE_FETCH]);
    raw_say_body(&raw, MESSAGE_DATA, stretch(a, 4, 4, NULL, 0)); /* one that waits for nothing */
    claim(&second, &a->log, 7);
    world_run(&world, 4000);
    assert_int_equal(5, second.fetch.from + raw.fetch.from);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        T(a_batch_that_waits_is_threaded_in_when_the_other_log_comes),
        T(what_comes_behind_a_waiting_batch_waits_with_it),
        T(a_batch_too_large_to_wait_is_fetched_when_it_can_stand),
        T(what_waits_in_vain_is_given_up_after_half_a_minute),
        T(what_waits_is_not_asked_for_meanwhile),
        T(what_waits_in_vain_is_asked_for_ever_more_rarely),
        T(a_failed_commit_drops_what_waits),
        T(a_late_seal_is_stored),
        T(what_an_entry_names_is_asked_of_whoever_brought_it),
        T(a_push_that_may_be_under_way_is_waited_for),
        T(a_gap_is_closed_at_once_and_patience_returns),
        T(progress_makes_the_wait_begin_anew),
        T(whoever_does_not_answer_is_passed_over),
        T(a_log_is_asked_of_the_next_one_who_named_it),
        T(at_most_sixteen_fetches_are_outstanding_at_one_peer),
        T(nothing_but_the_membership_is_asked_for_before_it_is_held),
        T(a_log_of_nobody_is_asked_for_again_when_the_membership_grows),
        T(a_large_log_is_relayed_without_a_pause),
        T(one_fetch_brings_four_mebibytes_of_a_log_of_another),
        T(a_batch_that_came_whole_goes_on_whole),
        T(logs_take_turns_when_credit_is_short),
        T(a_founder_pushes_the_membership_again_until_it_is_held),
        T(the_membership_is_offered_until_it_is_held),
        T(a_fork_is_counted_once_and_talked_of_no_more),
        T(what_depends_on_more_of_a_forked_log_is_asked_for_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
