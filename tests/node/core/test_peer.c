/* What nodes say to each other, told as stories over a network that does what the story says. */
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
    };
    (void)sessions;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
