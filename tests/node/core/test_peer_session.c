/* Sessions, one side of them played by hand: who carries the talk, when it ends, what is left. */
#include "tests/node/core/raw.h"
#include "tests/proto/check.h"

static struct world world;
static struct node *node, *lower, *higher; /* than node, by id */
static struct raw raw, second;

/* Three nodes; node is the one between the two others. */
static int open_world(void **state)
{
    (void)state;
    world_open(&world, 3, 3);
    unsigned order[3] = {0, 1, 2};
    for (unsigned i = 0; i < 3; i++)
        for (unsigned k = 0; k + 1 < 3; k++)
            if (memcmp(&world.node[order[k]].id, &world.node[order[k + 1]].id, ID_BYTES) > 0) {
                unsigned swap = order[k];
                order[k] = order[k + 1];
                order[k + 1] = swap;
            }
    lower = &world.node[order[0]];
    node = &world.node[order[1]];
    higher = &world.node[order[2]];
    node_crash(lower);
    node_crash(higher);
    node_write(node, 5);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_check(&world);
    world_close(&world);
    return 0;
}

/* `raw` dials the node, and the node dials `second`: one and the same peer. */
static void two_links_with(const struct node *peer)
{
    raw_begin(&raw, node, peer, 900);
    raw_begin(&second, node, peer, 901);
}

static void assert_bye(const struct raw *to, enum error why)
{
    assert_int_equal(1, to->heard[MESSAGE_BYE]);
    assert_error(why, (enum error)to->bye.error);
    assert_false(raw_is_open(to));
}

/* --- who carries the session ----------------------------------------------------------------- */

static void a_second_link_waits_while_a_session_is_open(void **state)
{
    (void)state;
    struct ping ping = {.nonce = 1};
    two_links_with(higher);
    raw_open(&raw);
    raw_dialled(&second);
    for (unsigned i = 0; i < 10; i++) {
        world_run(&world, 4000);
        raw_say(&raw, MESSAGE_PING, &ping_shape, &ping);
    }
    assert_int_equal(0, second.heard[MESSAGE_HELLO]);
    world_run(&world, PEER_DEAD_MS + 2000); /* the session dies: the other link takes over */
    assert_false(raw_is_open(&raw));
    assert_int_equal(1, second.heard[MESSAGE_HELLO]);
}

static void crossing_hellos_leave_the_dial_of_the_lower_node(void **state)
{
    (void)state;
    struct hello hello;
    two_links_with(higher); /* node is the lower one: its own dial stands */
    raw_dialled(&second);
    assert_int_equal(1, second.heard[MESSAGE_HELLO]);
    raw_hello(&raw, &hello);
    raw_say(&raw, MESSAGE_HELLO, &hello_shape, &hello);
    assert_bye(&raw, ERROR_BUSY);
    raw_answer(&second);
    assert_true(raw_is_open(&second));
    assert_int_equal(0, node->drops);
}

static void crossing_hellos_give_way_to_the_lower_node(void **state)
{
    (void)state;
    two_links_with(lower);
    raw_dialled(&second);
    raw_open(&raw);
    assert_true(raw_is_open(&raw));
    raw_answer(&second); /* it comes all the same, and is of no use */
    assert_bye(&second, ERROR_BUSY);
    assert_true(raw_is_open(&raw));
    assert_int_equal(0, node->drops);
}

static void an_own_hello_without_an_answer_does_not_bar_the_other_side_for_long(void **state)
{
    (void)state;
    two_links_with(higher);
    raw_dialled(&second);
    world.now_ms += PEER_GREET_FRESH_MS;
    raw_open(&raw);
    raw_answer(&second); /* late, but it is the one to stand */
    assert_bye(&raw, ERROR_BUSY);
    assert_true(raw_is_open(&second));
}

static void a_restarted_peer_takes_the_session_over(void **state)
{
    (void)state;
    struct hello hello;
    two_links_with(higher);
    raw_dialled(&second);
    raw_answer(&second);
    assert_true(raw_is_open(&second));
    raw_hello(&raw, &hello);
    raw_say(&raw, MESSAGE_HELLO, &hello_shape, &hello); /* of the same run: it is refused */
    assert_bye(&raw, ERROR_BUSY);
    raw.session++;
    memset(hello.boot.bytes, 0x55, ID_BYTES);
    raw_say(&raw, MESSAGE_HELLO, &hello_shape, &hello); /* of a new one: the old one is dead */
    assert_true(raw_is_open(&raw));
    assert_bye(&second, ERROR_BUSY);
}

static void only_the_dialler_greets(void **state)
{
    (void)state;
    struct hello hello;
    raw_begin(&raw, node, higher, 900);
    raw_dialled(&raw);
    raw_hello(&raw, &hello);
    raw.session = 77;
    raw_say(&raw, MESSAGE_HELLO, &hello_shape, &hello);
    assert_false(raw_is_open(&raw));
    assert_int_equal(0, node->drops);
    raw_answer(&raw);
    assert_true(raw_is_open(&raw));
}

static void an_answer_in_another_session_is_not_taken(void **state)
{
    (void)state;
    raw_begin(&raw, node, higher, 900);
    raw_dialled(&raw);
    raw.last[MESSAGE_HELLO].session ^= 1;
    raw_answer(&raw);
    assert_false(raw_is_open(&raw));
}

static void a_link_belongs_to_the_key_it_came_with(void **state)
{
    (void)state;
    raw_begin(&raw, node, higher, 900);
    node_begin(node);
    peers_up(node->peers, raw.link, lower->curve_key, false, world.now_ms);
    node_end(node);
    struct hello hello;
    raw_hello(&raw, &hello);
    raw_say(&raw, MESSAGE_HELLO, &hello_shape, &hello);
    assert_false(raw_is_open(&raw));
    assert_error(ERROR_UNKNOWN_PEER, node->drop_why);
}

/* --- when it ends ---------------------------------------------------------------------------- */

static void a_dialled_link_that_never_answers_is_dropped(void **state)
{
    (void)state;
    raw_begin(&raw, node, higher, 900);
    raw_dialled(&raw);
    world_run(&world, PEER_DEAD_MS - 1000);
    assert_in_range(raw.heard[MESSAGE_HELLO], 2, 4);
    assert_int_equal(0, node->drops);
    world_run(&world, 2000);
    assert_int_equal(1, node->drops);
    assert_error(ERROR_TIMEOUT, node->drop_why);
}

static void a_link_that_never_greets_is_dropped(void **state)
{
    (void)state;
    raw_begin(&raw, node, higher, 900);
    node_begin(node);
    peers_up(node->peers, raw.link, raw.key, false, world.now_ms);
    node_end(node);
    world_run(&world, PEER_DEAD_MS + 1000);
    assert_int_equal(1, node->drops);
    assert_error(ERROR_TIMEOUT, node->drop_why);
}

static void a_link_that_stands_by_is_kept(void **state)
{
    (void)state;
    struct ping ping = {.nonce = 1};
    two_links_with(higher);
    raw_dialled(&second);
    raw_answer(&second);
    struct hello hello;
    raw_hello(&raw, &hello);
    raw_say(&raw, MESSAGE_HELLO, &hello_shape, &hello);
    assert_bye(&raw, ERROR_BUSY);
    for (unsigned i = 0; i < 10; i++) {
        world_run(&world, 4000);
        raw_say(&second, MESSAGE_PING, &ping_shape, &ping);
    }
    assert_int_equal(0, node->drops);
}

static void silence_is_asked_about_every_five_seconds(void **state)
{
    (void)state;
    raw_begin(&raw, node, higher, 900);
    raw_open(&raw);
    for (unsigned i = 0; i < 195; i++) { /* however busy the node is otherwise */
        world_run(&world, 100);
        node_begin(node);
        node_end(node);
    }
    assert_int_equal(3, raw.heard[MESSAGE_PING]);
    world_run(&world, 1000);
    assert_false(raw_is_open(&raw));
    assert_error(ERROR_TIMEOUT, node->drop_why);
}

/* --- what is left of the one before ----------------------------------------------------------- */

static struct log_at own_at(uint64_t idx)
{
    struct log_at at = {.log = node->log, .idx = idx};
    assert_error(OK, node->store->port->begin_read(node->store->world));
    assert_error(OK, log_hash_at(node->logs, node_own(node), idx, &at.hash));
    node->store->port->end_read(node->store->world);
    return at;
}

static void reopen(unsigned count, const struct log_at *at)
{
    struct hello hello;
    raw_hello(&raw, &hello);
    raw.session++;
    raw_say(&raw, MESSAGE_HELLO, &hello_shape, &hello);
    raw_vector(&raw, 1, at, count);
    assert_true(raw_is_open(&raw));
}

static void nodes_in_step_send_each_other_nothing(void **state)
{
    (void)state;
    raw_begin(&raw, node, higher, 900);
    raw_open(&raw);
    uint64_t data = raw.heard[MESSAGE_DATA];
    assert_true(data > 0);
    struct log_at all[4];
    unsigned count = 0;
    for (uint32_t i = 0; i < node->logs->count; i++)
        all[count++] = (struct log_at){.log = node->logs->log[i].id,
                                       .idx = node->logs->log[i].row.last,
                                       .hash = node->logs->log[i].row.last_hash};
    reopen(count, all);
    world_run(&world, 100);
    assert_int_equal(data, raw.heard[MESSAGE_DATA]);
}

static void a_new_session_begins_with_what_the_peer_says_it_holds(void **state)
{
    (void)state;
    struct log_at at = own_at(6);
    raw_begin(&raw, node, higher, 900);
    raw_open(&raw);
    raw_vector(&raw, 0, &at, 1);
    uint64_t data = raw.heard[MESSAGE_DATA];
    at = own_at(4);
    reopen(1, &at); /* less than it said before */
    assert_true(raw.heard[MESSAGE_DATA] > data);
    struct data_reader d;
    assert_error(OK, data_open(&d, raw.last[MESSAGE_DATA].body));
    if (id_equal(&d.log, &node->log)) assert_int_equal(5, d.first_idx);
}

static void a_claim_made_in_one_session_is_forgotten_in_the_next(void **state)
{
    (void)state;
    struct log_at at = own_at(3);
    at.hash.bytes[0] ^= 1;
    raw_begin(&raw, node, higher, 900);
    raw_open(&raw);
    raw_vector(&raw, 0, &at, 1);
    at = own_at(6);
    reopen(1, &at);
    uint64_t data = raw.heard[MESSAGE_DATA];
    node_write(node, 1);
    assert_int_equal(data + 1, raw.heard[MESSAGE_DATA]);
}

static void credit_and_fetches_end_with_their_session(void **state)
{
    (void)state;
    struct log_at at = own_at(6);
    struct hello hello;
    uint8_t bytes[1024];
    struct fetch fetch = {.log = node->log, .from = 4, .prev = {{1}}};
    struct span body;
    raw_begin(&raw, node, higher, 900);
    raw_open(&raw);
    uint64_t data = raw.heard[MESSAGE_DATA], credit = raw.heard[MESSAGE_CREDIT];
    node_begin(node); /* a FETCH, a DATA and a new HELLO within one turn */
    assert_error(OK, shape_encode(&fetch_shape, &fetch, bytes, sizeof bytes, &body));
    struct envelope envelope = {MESSAGE_VERSION, MESSAGE_FETCH, raw.session, ++raw.seq, body};
    raw_put(&raw, &envelope);
    uint8_t gap[512];
    struct data_writer d;
    struct seal seal = {.idx = 9};
    struct event event = {span_text("h"), span_text("p")};
    data_begin(&d, gap, sizeof gap, &node->log, 9, 1);
    data_event(&d, &event);
    assert_error(OK, data_end(&d, &seal, &body));
    envelope = (struct envelope){MESSAGE_VERSION, MESSAGE_DATA, raw.session, ++raw.seq, body};
    raw_put(&raw, &envelope);
    assert_true(raw_is_open(&raw));
    raw_hello(&raw, &hello);
    assert_error(OK, shape_encode(&hello_shape, &hello, bytes, sizeof bytes, &body));
    envelope = (struct envelope){MESSAGE_VERSION, MESSAGE_HELLO, ++raw.session, raw.seq = 0, body};
    raw_put(&raw, &envelope);
    node_end(node);
    raw_vector(&raw, 1, &at, 1);
    world_run(&world, 100);
    assert_int_equal(credit, raw.heard[MESSAGE_CREDIT]);
    struct data_reader said;
    if (raw.heard[MESSAGE_DATA] == data) return;
    assert_error(OK, data_open(&said, raw.last[MESSAGE_DATA].body)); /* the membership, at most */
    assert_false(id_equal(&said.log, &node->log));
}

static void vectors_are_told_in_full_every_five_minutes(void **state)
{
    (void)state;
    static struct vv vv;
    struct ping ping = {.nonce = 1};
    raw_begin(&raw, node, higher, 900);
    raw_open(&raw);
    assert_int_equal(1, raw.heard[MESSAGE_VV]);
    for (unsigned i = 0; i < PEER_VV_FULL_MS / 4000 + 2; i++) {
        raw_say(&raw, MESSAGE_PING, &ping_shape, &ping);
        world_run(&world, 4000);
    }
    assert_int_equal(2, raw.heard[MESSAGE_VV]);
    assert_error(OK, shape_decode(&vv_shape, raw.last[MESSAGE_VV].body, &vv, NULL));
    assert_int_equal(1, vv.full);
    assert_int_equal(node->logs->count, vv.logs_count);
}

static void a_session_that_changes_nothing_commits_nothing(void **state)
{
    (void)state;
    struct log_at at = own_at(6);
    raw_begin(&raw, node, higher, 900);
    raw_open(&raw);
    raw_vector(&raw, 0, &at, 1);
    assert_false(node->peers->ack_put);
    node_begin(node);
    static uint8_t bytes[256];
    static struct ack ack;
    ack = (struct ack){.logs = {{.log = node->log, .idx = 6}}, .logs_count = 1};
    struct envelope envelope = {MESSAGE_VERSION, MESSAGE_ACK, raw.session, ++raw.seq, {NULL, 0}};
    assert_error(OK, shape_encode(&ack_shape, &ack, bytes, sizeof bytes, &envelope.body));
    raw_put(&raw, &envelope);
    assert_false(node->peers->ack_put); /* known already: no row is put, no disk is flushed */
    node_end(node);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        T(a_second_link_waits_while_a_session_is_open),
        T(crossing_hellos_leave_the_dial_of_the_lower_node),
        T(crossing_hellos_give_way_to_the_lower_node),
        T(an_own_hello_without_an_answer_does_not_bar_the_other_side_for_long),
        T(a_restarted_peer_takes_the_session_over),
        T(only_the_dialler_greets),
        T(an_answer_in_another_session_is_not_taken),
        T(a_link_belongs_to_the_key_it_came_with),
        T(a_dialled_link_that_never_answers_is_dropped),
        T(a_link_that_never_greets_is_dropped),
        T(a_link_that_stands_by_is_kept),
        T(silence_is_asked_about_every_five_seconds),
        T(nodes_in_step_send_each_other_nothing),
        T(a_new_session_begins_with_what_the_peer_says_it_holds),
        T(a_claim_made_in_one_session_is_forgotten_in_the_next),
        T(credit_and_fetches_end_with_their_session),
        T(vectors_are_told_in_full_every_five_minutes),
        T(a_session_that_changes_nothing_commits_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
