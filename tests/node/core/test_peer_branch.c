/* Books that went on in two branches: a recovery that never saw the end of what another store
 * holds. How a node finds out where they part, when what it is shown first is sealed by a leader of
 * whom it knows nothing. The peers are played by hand. */
#include "tests/node/core/forge.h"
#include "tests/node/core/raw.h"
#include "tests/proto/check.h"

#define PARTS 11 /* the first entry that differs */
#define ENDS  20 /* what the node holds */
#define GOES  24 /* how far the other branch goes */

static const struct id BOOK = {{0xb0, 0x0c}};
static struct world world;
static struct node *node;            /* number 1: it did not found the mesh */
static struct node *leader, *second; /* numbers 2 and 3: of the one branch, and of the other */
static struct raw raw, other;        /* their voices */
static struct forge forge;

/* Entries first..last of one branch or of the other, made anew: each time they are the same. */
static struct span entries(const struct node *who, uint64_t first, uint64_t last)
{
    bool parts = who == second;
    struct genesis genesis = {.log_type = LOG_BOOK,
                              .node = leader->id,
                              .store = leader->id,
                              .leader = leader->id,
                              .leader_log = leader->log};
    struct hash before;
    memcpy(genesis.sign_key.bytes, keys_sign_public(leader->keys), KEY_BYTES);
    event_genesis_prev(keys_crypto(who->keys), &BOOK, &before);
    for (uint64_t idx = 1; idx <= last; idx++) {
        if (idx <= first) forge_begin(&forge, keys_crypto(who->keys), &BOOK, idx, &before);
        forge.term = parts && idx >= PARTS ? 1 : 0;
        struct recovered recovered = {.leader = who->id,
                                      .leader_log = who->log,
                                      .term = 1,
                                      .prefix_idx = idx - 1,
                                      .prefix_hash = before};
        if (idx == 1)
            forge_record(&forge, EVENT_GENESIS, &genesis_shape, &genesis);
        else if (idx == PARTS && parts)
            forge_record(&forge, EVENT_RECOVERED, &recovered_shape, &recovered);
        else
            forge_text(&forge, idx < PARTS ? "in both" : parts ? "in one" : "in the other");
        before = forge.hash;
    }
    if (parts && last < PARTS) forge.crypto = keys_crypto(leader->keys);
    return forge_seal(&forge, last);
}

static int open_world(void **state)
{
    (void)state;
    world_open(&world, 7, 4);
    node = &world.node[1];
    leader = &world.node[2];
    second = &world.node[3];
    for (unsigned i = 0; i < 4; i++)
        if (i != 1) node_crash(&world.node[i]);
    raw_begin(&raw, node, leader, 900);
    raw_begin(&other, node, second, 901);
    raw_open(&raw);
    raw_open(&other);
    raw_give_membership(&raw);
    raw_say_body(&raw, MESSAGE_DATA, entries(leader, 1, ENDS));
    assert_int_equal(ENDS, node_log(node, &BOOK)->row.last);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_check(&world);
    assert_int_equal(0, node->drops); /* other logs go on, whatever becomes of this one */
    world_close(&world);
    return 0;
}

static bool is_forked(void)
{
    return node_log(node, &BOOK)->row.quarantined != 0;
}

/* As an honest node does that holds the other branch. */
static void answer(uint64_t from)
{
    if (from <= PARTS) {
        if (from < PARTS) raw_say_body(&other, MESSAGE_DATA, entries(second, from, PARTS - 1));
        raw_say_body(&other, MESSAGE_DATA, entries(second, PARTS, GOES));
    } else {
        raw_say_body(&other, MESSAGE_DATA, entries(second, from - 1, GOES));
    }
}

static void where_two_branches_part_is_looked_for_ever_further_back(void **state)
{
    (void)state;
    static const uint64_t asked[] = {21, 20, 18, 14, 6};
    struct log_at at = {.log = BOOK, .idx = GOES};
    raw_vector(&other, 0, &at, 1);
    world_run(&world, PEER_RELAY_MS + 200);
    for (unsigned i = 0; i < 5; i++) {
        assert_false(is_forked());
        assert_int_equal(i + 1, other.heard[MESSAGE_FETCH]);
        assert_int_equal(asked[i], other.fetch.from);
        answer(other.fetch.from);
    }
    assert_true(is_forked());
    assert_int_equal(PARTS, node->peers->forked.idx);
    assert_int_equal(1, node->peers->forks);
    assert_true(raw_is_open(&other));
}

/* So a branch that is shorter than what is held here is found out too. */
static void the_vector_of_a_shorter_branch_leads_to_where_it_parts(void **state)
{
    (void)state;
    struct log_at at = {.log = BOOK, .idx = 14, .hash = {{1}}};
    raw_vector(&other, 0, &at, 1);
    assert_int_equal(15, other.fetch.from);
    raw_say_body(&other, MESSAGE_DATA, entries(second, 14, 14));
    assert_int_equal(8, other.fetch.from);
    answer(other.fetch.from);
    assert_true(is_forked());
}

static void what_is_no_nearer_to_where_the_branches_part_is_not_followed(void **state)
{
    (void)state;
    raw_say_body(&other, MESSAGE_DATA, entries(second, ENDS, GOES));
    assert_int_equal(1, other.heard[MESSAGE_FETCH]);
    assert_int_equal(ENDS, other.fetch.from);
    raw_say_body(&other, MESSAGE_DATA, entries(second, ENDS, GOES));
    raw_say_body(&other, MESSAGE_DATA, entries(second, ENDS + 1, GOES));
    assert_int_equal(1, other.heard[MESSAGE_FETCH]);
    struct log_at at = {.log = BOOK, .idx = GOES};
    raw_vector(&other, 0, &at, 1);
    world_run(&world, PEER_FETCH_MS + 1000);
    assert_int_equal(1, other.heard[MESSAGE_FETCH]); /* more of another branch is none of ours */
    raw_say_body(&other, MESSAGE_DATA, entries(second, ENDS - 1, GOES));
    assert_int_equal(2, other.heard[MESSAGE_FETCH]);
    assert_int_equal(ENDS - 2, other.fetch.from);
}

static void a_search_that_came_to_a_halt_goes_on_with_the_next_full_vector(void **state)
{
    (void)state;
    struct log_at at = {.log = BOOK, .idx = GOES};
    raw_say_body(&other, MESSAGE_DATA, entries(second, 13, GOES));
    assert_int_equal(5 + 1, other.fetch.from);
    raw_say_body(&other, MESSAGE_DATA, entries(second, 6, 8)); /* and no more */
    uint64_t heard = other.heard[MESSAGE_FETCH];
    raw_vector(&other, 1, &at, 1);
    assert_int_equal(heard + 1, other.heard[MESSAGE_FETCH]);
    assert_int_equal(9, other.fetch.from);
    answer(other.fetch.from);
    assert_true(is_forked());
}

/* A batch that was altered on its way looks like one of another branch. */
static void whoever_turns_out_to_be_on_our_branch_is_asked_as_before(void **state)
{
    (void)state;
    struct hash nowhere = {{1}};
    struct log_at at = {.log = BOOK, .idx = ENDS + 5};
    forge_begin(&forge, keys_crypto(leader->keys), &BOOK, ENDS + 1, &nowhere);
    forge_text(&forge, "altered");
    forge.crypto = keys_crypto(second->keys);
    raw_say_body(&other, MESSAGE_DATA, forge_seal(&forge, ENDS + 1));
    assert_int_equal(1, other.heard[MESSAGE_FETCH]);
    assert_int_equal(ENDS + 1, other.fetch.from);
    raw_say_body(&other, MESSAGE_DATA, entries(leader, ENDS + 1, ENDS + 1));
    assert_int_equal(ENDS + 1, node_log(node, &BOOK)->row.last);
    raw_vector(&other, 0, &at, 1);
    world_run(&world, PEER_RELAY_MS + 200);
    assert_int_equal(2, other.heard[MESSAGE_FETCH]);
    assert_int_equal(ENDS + 2, other.fetch.from);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        T(where_two_branches_part_is_looked_for_ever_further_back),
        T(the_vector_of_a_shorter_branch_leads_to_where_it_parts),
        T(what_is_no_nearer_to_where_the_branches_part_is_not_followed),
        T(a_search_that_came_to_a_halt_goes_on_with_the_next_full_vector),
        T(whoever_turns_out_to_be_on_our_branch_is_asked_as_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
