/* What nodes say to each other, told as stories over a network that does what the story says. */
#include <stdlib.h>

#include "tests/node/core/world.h"
#include "tests/proto/check.h"

static struct world world;

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

/* The session of `node` with `other`; NULL: none is open. */
static struct peer *session(unsigned node, unsigned other)
{
    for (unsigned i = 0; i < PEERS_MAX; i++) {
        struct peer *peer = &world.node[node].peers->peer[i];
        if (peer->state == PEER_OPEN && id_equal(&peer->node, &world.node[other].id)) return peer;
    }
    return NULL;
}

static struct peer *open_session(unsigned node, unsigned other)
{
    struct peer *peer = session(node, other);
    if (peer == NULL) abort();
    return peer;
}

static unsigned sessions(unsigned node)
{
    unsigned count = 0;
    for (unsigned i = 0; i < PEERS_MAX; i++)
        if (world.node[node].peers->peer[i].state == PEER_OPEN) count++;
    return count;
}

static uint64_t held(unsigned node, unsigned of)
{
    struct log *log = node_log(&world.node[node], &world.node[of].log);
    return log == NULL ? 0 : log->row.last;
}

static void assert_settled(uint64_t ms)
{
    assert_true(world_settle(&world, ms));
    world_check(&world);
}

static void two_nodes_linked(unsigned entries)
{
    world_open(&world, 1, 2);
    world_link(&world, 0, 1);
    node_write(&world.node[0], entries);
    node_write(&world.node[1], entries);
    assert_settled(10000);
    assert_non_null(session(0, 1));
    assert_non_null(session(1, 0));
}

/* --- convergence ----------------------------------------------------------------------------- */

static void two_nodes_that_meet_hold_the_same(void **state)
{
    (void)state;
    two_nodes_linked(700);
    assert_int_equal(3, world.node[0].logs->count);
    assert_int_equal(701, held(0, 1));
    assert_int_equal(701, held(1, 0));
    assert_int_equal(0, world.node[0].drops + world.node[1].drops);
}

static void what_is_written_later_is_pushed_at_once(void **state)
{
    (void)state;
    two_nodes_linked(1);
    uint64_t fetches = world.sent[MESSAGE_FETCH];
    node_write(&world.node[0], 3);
    world_run(&world, 50);
    assert_int_equal(5, held(1, 0));
    world_run(&world, 3000);
    assert_int_equal(fetches, world.sent[MESSAGE_FETCH]);
}

static void nodes_that_cannot_reach_each_other_meet_through_a_third(void **state)
{
    (void)state;
    world_open(&world, 2, 3); /* 1 and 2 know only 0 */
    world_link(&world, 1, 0);
    world_link(&world, 2, 0);
    node_write(&world.node[1], 300);
    node_write(&world.node[2], 300);
    assert_settled(10000);
    node_write(&world.node[1], 1);
    assert_settled(3000); /* a vector, a fetch, and the entry */
}

static void a_cut_between_two_of_three_is_bridged_by_the_third(void **state)
{
    (void)state;
    world_open(&world, 3, 3);
    world_link_all(&world);
    assert_settled(10000);
    world_cut(&world, 0, 1, true);
    world_cut(&world, 1, 0, true);
    world_run(&world, 30000);
    assert_null(session(0, 1));
    node_write(&world.node[0], 5);
    node_write(&world.node[1], 5);
    assert_settled(5000);
}

static void a_chain_of_five_converges(void **state)
{
    (void)state;
    world_open(&world, 4, 5);
    for (unsigned i = 0; i < 4; i++) world_link(&world, i + 1, i);
    for (unsigned i = 0; i < 5; i++) node_write(&world.node[i], 20);
    assert_settled(30000);
    assert_int_equal(21, held(4, 0));
}

/* Two logs in which every entry names the latest of the other. */
static void write_ping_pong(unsigned a, unsigned b, unsigned rounds)
{
    for (unsigned i = 0; i < rounds; i++) {
        struct node *node = &world.node[i % 2 == 0 ? a : b];
        struct node *other = &world.node[i % 2 == 0 ? b : a];
        struct log *named = node_log(node, &other->log);
        struct dep dep = {other->log, named->row.last};
        node_begin(node);
        node_append(node, node_own(node), 200, &dep, 1, 0);
        node_end(node);
        assert_true(world_settle(&world, 3000));
    }
}

static void logs_that_name_each_other_are_caught_up_without_sending_them_over_and_over(void **state)
{
    (void)state;
    world_open(&world, 5, 3);
    world_link(&world, 0, 1);
    node_crash(&world.node[2]);
    assert_true(world_settle(&world, 5000));
    write_ping_pong(0, 1, 400);
    /* The third comes to it late, and hears it from one that holds both, then from both. */
    node_start(&world.node[2]);
    uint64_t before = world.bytes_sent;
    world_link(&world, 2, 0);
    assert_settled(20000);
    assert_true(world.bytes_sent - before < 3 * 400 * 450);
}

/* --- what is promised after a commit, and only then ------------------------------------------- */

static void what_a_failed_commit_took_is_not_acknowledged_and_comes_again(void **state)
{
    (void)state;
    two_nodes_linked(1);
    uint64_t acks = world.sent[MESSAGE_ACK], credits = world.sent[MESSAGE_CREDIT];
    store_memory_fail_commit(world.node[1].memory, ERROR_FULL);
    node_write(&world.node[0], 3);
    world_run(&world, 6); /* the DATA has come, and its commit has failed */
    assert_int_equal(1, world.node[1].aborted);
    assert_int_equal(2, held(1, 0));
    assert_int_equal(acks, world.sent[MESSAGE_ACK]);
    assert_int_equal(credits + 1, world.sent[MESSAGE_CREDIT]); /* returned all the same */
    world_run(&world, 100);
    assert_int_equal(5, held(1, 0));
    assert_int_equal(acks + 1, world.sent[MESSAGE_ACK]);
    assert_int_equal(0, open_session(0, 1)->in_flight);
}

static void every_commit_is_acknowledged_and_counted_as_replicated(void **state)
{
    (void)state;
    two_nodes_linked(4);
    struct node *node = &world.node[0];
    struct id book = {{0x55}};
    node_open_book(node, &book);
    assert_settled(3000);
    uint32_t own = (uint32_t)(node_own(node) - node->logs->log);
    uint32_t of_book = (uint32_t)(node_log(node, &book) - node->logs->log);
    assert_error(OK, node->store->port->begin_read(node->store->world));
    assert_int_equal(5, peers_acked(node->peers, own));
    assert_int_equal(1, peers_acked(node->peers, of_book));
    node->store->port->end_read(node->store->world);
    world_cut(&world, 0, 1, true);
    node_write(node, 2);
    world_run(&world, 30000);
    node_crash(node);
    node_start(node);
    assert_error(OK, node->store->port->begin_read(node->store->world));
    assert_int_equal(5, peers_acked(node->peers, own)); /* and remembered over a restart */
    node->store->port->end_read(node->store->world);
}

static bool has_place(const struct peers *peers, uint32_t link)
{
    for (unsigned i = 0; i < PEERS_MAX; i++)
        if (peers->peer[i].state != PEER_FREE && peers->peer[i].link == link) return true;
    return false;
}

/* A node that joins knows nobody but the one whose card it was given, and that may be full. */
static void who_comes_in_last_is_given_a_place(void **state)
{
    (void)state;
    two_nodes_linked(1);
    struct peers *peers = world.node[1].peers; /* who has come in is there already */
    const uint32_t dialled = 999;
    uint8_t key[KEY_BYTES] = {76};
    peers_up(peers, dialled, key, true, world.now_ms);
    key[0] = 77;
    for (uint32_t link = 1000; link < 1000 + 2 * PEERS_MAX; link++) {
        key[1] = (uint8_t)link;
        peers_up(peers, link, key, false, world.now_ms);
        assert_true(has_place(peers, link));
        /* The first to go is the one that we can dial again. */
        assert_int_equal(link < 1000 + PEERS_MAX - 2, has_place(peers, dialled));
    }
    key[1] = 0;
    peers_up(peers, 2000, key, true, world.now_ms);
    assert_false(has_place(peers, 2000));
}

static uint64_t most_in_flight;
static void watch_credit(struct world *w, unsigned from, unsigned to,
                         const struct envelope *envelope)
{
    (void)to;
    for (unsigned i = 0; i < PEERS_MAX; i++) {
        const struct peer *peer = &w->node[from].peers->peer[i];
        if (peer->in_flight > most_in_flight) most_in_flight = peer->in_flight;
        assert_true(peer->in_flight <= PEER_CREDIT_BYTES);
    }
    (void)envelope;
}

static void no_more_is_under_way_than_was_granted(void **state)
{
    (void)state;
    world_open(&world, 6, 2);
    for (unsigned turn = 0; turn < 30; turn++) {
        node_begin(&world.node[0]);
        for (unsigned i = 0; i < 20; i++)
            node_append(&world.node[0], node_own(&world.node[0]), 20000, NULL, 0, 0);
        node_end(&world.node[0]);
    }
    most_in_flight = 0;
    world.spy = watch_credit;
    world.delay_ms = 200;
    world_link(&world, 0, 1);
    assert_settled(60000);
    assert_true(most_in_flight > PEER_CREDIT_BYTES / 2);
    world_run(&world, 1000);
    assert_int_equal(0, open_session(0, 1)->in_flight);
}

static void many_small_entries_never_put_more_than_128_messages_under_way(void **state)
{
    (void)state;
    world_open(&world, 7, 2);
    world_link(&world, 0, 1);
    assert_settled(10000);
    world.delay_ms = 5000;
    uint64_t before = world.sent[MESSAGE_DATA];
    for (unsigned i = 0; i < 500; i++) node_write(&world.node[0], 1);
    assert_int_equal(before + PEER_CREDIT_BYTES / PEER_COST_MIN, world.sent[MESSAGE_DATA]);
    world.delay_ms = 5;
    assert_settled(20000);
}

/* --- sessions -------------------------------------------------------------------------------- */

static enum message_type eaten_type;
static unsigned eaten_left;
static bool eat_some(struct world *w, unsigned from, unsigned to, const struct envelope *envelope)
{
    (void)w;
    (void)from;
    (void)to;
    if (envelope->type != (uint64_t)eaten_type || eaten_left == 0) return false;
    eaten_left--;
    return true;
}

static void eat(enum message_type type, unsigned count)
{
    eaten_type = type;
    eaten_left = count;
    world.eat = eat_some;
}

static void a_gap_in_seq_ends_the_session_and_nothing_is_lost(void **state)
{
    (void)state;
    two_nodes_linked(1);
    uint64_t before = open_session(0, 1)->session;
    eat(MESSAGE_DATA, 1);
    node_write(&world.node[0], 1);
    world_run(&world, 20);
    assert_int_equal(2, held(1, 0));
    node_write(&world.node[0], 1); /* shows the gap */
    world_run(&world, 20);
    assert_int_equal(2, held(1, 0));
    assert_null(session(1, 0));
    assert_error(ERROR_UNREACHABLE, world.node[1].drop_why);
    assert_settled(10000);
    assert_int_equal(4, held(1, 0));
    assert_int_not_equal(before, open_session(0, 1)->session);
}

static void a_doubled_message_is_ignored(void **state)
{
    (void)state;
    world_open(&world, 8, 2);
    world.dup = 1000;
    world_link(&world, 0, 1);
    node_write(&world.node[0], 30);
    assert_settled(10000);
    node_write(&world.node[0], 3);
    assert_settled(10000);
    assert_true(world.node[1].peers->ignored > 0);
    assert_int_equal(0, world.node[0].drops + world.node[1].drops);
}

static void a_lost_hello_is_said_again(void **state)
{
    (void)state;
    world_open(&world, 9, 2);
    eat(MESSAGE_HELLO, 2); /* one each way, as it happens */
    world_link(&world, 0, 1);
    world_run(&world, 4000);
    assert_null(session(0, 1));
    assert_settled(20000);
    assert_non_null(session(0, 1));
}

static void one_session_stands_when_both_sides_dial(void **state)
{
    (void)state;
    for (uint64_t seed = 20; seed < 40; seed++) {
        world_open(&world, seed, 2);
        world.jitter_ms = 40;
        world_link(&world, 0, 1);
        world_link(&world, 1, 0);
        world.link[1].again_ms = world.now_ms + seed * 10; /* at once, or a while later */
        world_run(&world, 20000);
        assert_int_equal(1, sessions(0));
        assert_int_equal(1, sessions(1));
        assert_int_equal(open_session(0, 1)->session, open_session(1, 0)->session);
        assert_int_equal(0, world.node[0].drops + world.node[1].drops);
        uint64_t hellos = world.sent[MESSAGE_HELLO];
        world_run(&world, 60000);
        assert_int_equal(hellos, world.sent[MESSAGE_HELLO]); /* and there is peace */
        world_close(&world);
    }
    world_open(&world, 1, 1);
}

static void the_other_link_takes_over_when_the_session_dies(void **state)
{
    (void)state;
    world_open(&world, 41, 2);
    world_link(&world, 0, 1);
    world_link(&world, 1, 0);
    world_run(&world, 20000);
    uint32_t link = open_session(0, 1)->link;
    for (unsigned i = 0; i < 2; i++) {
        struct link *used = &world.link[i];
        if (used->number[used->a == 0 ? 0 : 1] != link) continue;
        used->up = false;
        used->again_ms = UINT64_MAX;
    }
    node_write(&world.node[0], 1);
    assert_settled(30000);
    assert_int_not_equal(link, open_session(0, 1)->link);
}

static void a_restarted_peer_is_believed_at_once(void **state)
{
    (void)state;
    two_nodes_linked(3);
    world.deaf_to_drop = true;
    struct node *node = &world.node[0];
    store_memory_crash(node->memory); /* the link does not notice */
    node_start(node);
    peers_up(node->peers, world.link[0].number[0], world.node[1].curve_key, true, world.now_ms);
    node_write(node, 2);
    assert_settled(3000);
    assert_int_equal(1, sessions(1));
}

static void a_peer_that_forgot_the_session_is_greeted_again(void **state)
{
    (void)state;
    two_nodes_linked(3);
    struct node *node = &world.node[1];
    store_memory_crash(node->memory);
    node_start(node); /* it did not dial: it can only be greeted */
    node_write(&world.node[0], 1);
    assert_settled(3000);
    assert_non_null(session(1, 0));
}

static void a_peer_that_falls_silent_is_given_up(void **state)
{
    (void)state;
    two_nodes_linked(3);
    world_cut(&world, 1, 0, true); /* 0 hears nothing, 1 hears everything */
    world_run(&world, PEER_DEAD_MS - 1000);
    assert_non_null(session(0, 1));
    world_run(&world, 3000);
    assert_null(session(0, 1));
    assert_error(ERROR_TIMEOUT, world.node[0].drop_why);
    assert_null(session(1, 0)); /* it was told BYE */
    world_cut(&world, 1, 0, false);
    node_write(&world.node[0], 1);
    assert_settled(10000);
}

static void an_idle_session_lives_on_pings(void **state)
{
    (void)state;
    two_nodes_linked(1);
    uint64_t number = open_session(0, 1)->session;
    uint64_t pings = world.sent[MESSAGE_PING];
    world_run(&world, 120000);
    assert_int_equal(number, open_session(0, 1)->session);
    assert_in_range(world.sent[MESSAGE_PING] - pings, 24, 100);
}

static void a_clean_leave_is_told_and_the_session_comes_back(void **state)
{
    (void)state;
    two_nodes_linked(1);
    struct node *node = &world.node[1];
    assert_error(OK, node->store->port->begin_read(node->store->world));
    peers_bye(node->peers);
    node->store->port->end_read(node->store->world);
    world_run(&world, 10);
    assert_null(session(0, 1));
    assert_int_equal(0, world.node[0].drops);
    node_write(&world.node[0], 1);
    assert_settled(10000);
}

/* --- vectors and fetching -------------------------------------------------------------------- */

static void vectors_are_told_once_a_second_at_most_and_in_full_now_and_then(void **state)
{
    (void)state;
    world_open(&world, 42, 3);
    world_link(&world, 1, 0);
    world_link(&world, 2, 0);
    assert_settled(10000);
    world_run(&world, 3000);
    uint64_t before = world.sent[MESSAGE_VV];
    for (unsigned i = 0; i < 100; i++) {
        node_write(&world.node[1], 1);
        world_run(&world, 100);
    }
    assert_in_range(world.sent[MESSAGE_VV] - before, 9, 22); /* of 0 to 2, and of 2 to 0 */
    world_run(&world, 3000);
    before = world.sent[MESSAGE_VV];
    world_run(&world, PEER_VV_FULL_MS);
    assert_in_range(world.sent[MESSAGE_VV] - before, 4, 6);
}

static void a_late_joiner_gets_the_membership_first(void **state)
{
    (void)state;
    world_open(&world, 44, 3);
    node_crash(&world.node[2]);
    world_link(&world, 0, 1);
    for (unsigned i = 0; i < 2; i++) node_write(&world.node[i], 600);
    assert_settled(20000);
    node_start(&world.node[2]);
    world_link(&world, 2, 1); /* which is not the one that writes it */
    assert_settled(10000);
    assert_memory_equal(world.membership.bytes, world.node[2].logs->log[1].id.bytes, ID_BYTES);
}

/* --- forks and stores in doubt ---------------------------------------------------------------- */

static void put_back(struct node *node, struct store_memory *backup)
{
    node_crash(node);
    store_memory_close(node->memory);
    node->memory = backup;
    node->store = store_memory_port(backup);
    node_start(node);
}

static void a_store_put_back_from_a_backup_learns_that_it_is_in_doubt(void **state)
{
    (void)state;
    two_nodes_linked(5);
    struct node *node = &world.node[1];
    struct store_memory *backup = store_memory_copy(node->memory);
    node_write(node, 3);
    assert_settled(3000);
    put_back(node, backup);
    assert_int_equal(6, node_own(node)->row.last);
    world_run(&world, 5000);
    assert_int_equal(1, node->regressed);
    assert_int_equal(7, node->regressed_idx);
    assert_true(node_own(node)->row.retired);
    assert_settled(10000); /* its former log comes back to it, to be read */
    assert_int_equal(9, node_own(node)->row.last);
    node_crash(node);
    node_start(node);
    assert_false(node_own(node)->own);
}

static void a_clone_is_found_out_and_all_else_goes_on(void **state)
{
    (void)state;
    world_open(&world, 45, 4);
    world_link(&world, 1, 0);
    world_link(&world, 3, 2);
    world_link(&world, 2, 0);
    assert_settled(20000);
    struct node *node = &world.node[1];
    struct store_memory *clone = store_memory_copy(node->memory);
    world_cut(&world, 2, 0, true); /* 0 hears one branch, 2 and 3 the other */
    world_cut(&world, 0, 2, true);
    node_write(node, 2);
    world_run(&world, 3000);
    put_back(node, clone);
    world.link[0].b = 2;
    node_write(node, 2);
    world_run(&world, 10000);
    assert_int_equal(3, held(2, 1));
    assert_int_equal(3, held(0, 1));
    world_cut(&world, 2, 0, false);
    world_cut(&world, 0, 2, false);
    world_run(&world, 30000);
    assert_true(node_log(&world.node[0], &node->log)->row.quarantined);
    assert_true(node_log(&world.node[2], &node->log)->row.quarantined);
    assert_true(store_memory_count(world.node[0].memory, TRUTH_FORK) > 0);
    assert_true(store_memory_count(world.node[2].memory, TRUTH_FORK) > 0);
    /* A fork of one log does not part two honest nodes. */
    node_write(&world.node[0], 1);
    node_write(&world.node[3], 1);
    world_run(&world, 5000);
    assert_int_equal(2, held(3, 0));
    assert_int_equal(2, held(0, 3));
    assert_non_null(session(0, 2));
}

static void a_clone_that_meets_its_own_other_branch_stops(void **state)
{
    (void)state;
    two_nodes_linked(5);
    struct node *node = &world.node[1];
    struct store_memory *clone = store_memory_copy(node->memory);
    node_write(node, 2);
    assert_settled(3000);
    put_back(node, clone);
    node_write(node, 2); /* as many, but others */
    world_run(&world, 5000);
    assert_true(node->regressed > 0);
    assert_int_equal(8, node->regressed_idx); /* where the two were compared */
    assert_true(node_own(node)->row.quarantined);
}

static void write_in_book(struct node *node, const struct id *book, unsigned entries)
{
    for (unsigned i = 0; i < entries; i++) { /* each under a seal of its own */
        node_begin(node);
        node_append(node, node_log(node, book), 20, NULL, 0, 0);
        node_end(node);
    }
}

/* What its peers hold at its end is sealed by one of whom it knows nothing: it looks further back,
 * and the links stand meanwhile. */
static void a_leader_put_back_hears_of_a_handover_far_behind_its_end(void **state)
{
    (void)state;
    const struct id book = {{0xb0, 0x0c}};
    struct node *leader = &world.node[1], *next = &world.node[2];
    world_open(&world, 46, 3);
    world_link_all(&world);
    assert_settled(20000);
    node_open_book(leader, &book);
    write_in_book(leader, &book, 4);
    assert_settled(10000);
    struct store_memory *backup = store_memory_copy(leader->memory);
    node_hand_over(leader, &book, next);
    assert_settled(10000);
    write_in_book(next, &book, 50);
    assert_settled(10000);
    put_back(leader, backup);
    write_in_book(leader, &book, 30); /* before it hears of anybody */
    unsigned drops = world.node[0].drops + leader->drops + next->drops;
    uint64_t asked = world.sent[MESSAGE_FETCH];
    world_run(&world, 20000);
    assert_true(leader->regressed > 0);
    assert_int_equal(6, leader->regressed_idx);
    assert_true(node_log(leader, &book)->row.quarantined);
    assert_false(node_log(next, &book)->row.quarantined);
    assert_false(node_log(&world.node[0], &book)->row.quarantined);
    assert_int_equal(drops, world.node[0].drops + leader->drops + next->drops);
    assert_in_range(world.sent[MESSAGE_FETCH] - asked, 1, 40);
    node_write(&world.node[0], 1);
    world_run(&world, 3000);
    assert_int_equal(2, held(1, 0));
}

int main(void)
{
#define T(name) cmocka_unit_test_teardown(name, close_world)
    const struct CMUnitTest tests[] = {
        T(two_nodes_that_meet_hold_the_same),
        T(what_is_written_later_is_pushed_at_once),
        T(nodes_that_cannot_reach_each_other_meet_through_a_third),
        T(a_cut_between_two_of_three_is_bridged_by_the_third),
        T(a_chain_of_five_converges),
        T(logs_that_name_each_other_are_caught_up_without_sending_them_over_and_over),
        T(what_a_failed_commit_took_is_not_acknowledged_and_comes_again),
        T(every_commit_is_acknowledged_and_counted_as_replicated),
        T(who_comes_in_last_is_given_a_place),
        T(no_more_is_under_way_than_was_granted),
        T(many_small_entries_never_put_more_than_128_messages_under_way),
        T(a_gap_in_seq_ends_the_session_and_nothing_is_lost),
        T(a_doubled_message_is_ignored),
        T(a_lost_hello_is_said_again),
        T(one_session_stands_when_both_sides_dial),
        T(the_other_link_takes_over_when_the_session_dies),
        T(a_restarted_peer_is_believed_at_once),
        T(a_peer_that_forgot_the_session_is_greeted_again),
        T(a_peer_that_falls_silent_is_given_up),
        T(an_idle_session_lives_on_pings),
        T(a_clean_leave_is_told_and_the_session_comes_back),
        T(vectors_are_told_once_a_second_at_most_and_in_full_now_and_then),
        T(a_late_joiner_gets_the_membership_first),
        T(a_store_put_back_from_a_backup_learns_that_it_is_in_doubt),
        T(a_clone_is_found_out_and_all_else_goes_on),
        T(a_clone_that_meets_its_own_other_branch_stops),
        T(a_leader_put_back_hears_of_a_handover_far_behind_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
