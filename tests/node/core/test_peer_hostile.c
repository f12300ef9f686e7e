/* A member may be broken into: what its key lets it do to another node is to lose its own session,
 * and nothing else. */
#include "tests/node/core/forge.h"
#include "tests/node/core/raw.h"
#include "tests/proto/check.h"

static struct world world;
static struct node *node;
static struct raw raw, second;
static struct forge forge;

static int open_world(void **state)
{
    (void)state;
    world_open(&world, 3, 4);
    node = &world.node[0];
    node_write(node, 5);
    node_crash(&world.node[1]); /* played by hand */
    node_crash(&world.node[2]);
    raw_begin(&raw, node, &world.node[1], 900);
    raw_begin(&second, node, &world.node[2], 901);
    return 0;
}

/* Whatever was tried: own logs are whole, nothing is in doubt, and an honest node is served. */
static int still_works(void **state)
{
    (void)state;
    world_check(&world);
    assert_int_equal(0, node->regressed);
    assert_int_equal(0, node->peers->forks);
    for (uint32_t i = 0; i < node->logs->count; i++)
        assert_false(node->logs->log[i].row.quarantined);
    world_link(&world, 3, 0);
    node_write(node, 1);
    assert_true(world_settle(&world, 30000));
    world_close(&world);
    return 0;
}

static void assert_closed(enum error why)
{
    assert_false(raw_is_open(&raw));
    assert_error(why, node->drop_why);
    assert_int_equal(1, node->drops);
    if (raw.heard[MESSAGE_BYE] > 0) assert_error(why, (enum error)raw.bye.error);
}

/* --- HELLO ----------------------------------------------------------------------------------- */

static void an_honest_hello_opens_a_session(void **state)
{
    (void)state;
    raw_open(&raw);
    assert_int_equal(1, raw.heard[MESSAGE_HELLO]);
    assert_int_equal(1, raw.heard[MESSAGE_VV]);
    assert_int_equal(1, raw.last[MESSAGE_HELLO].session);
    assert_memory_equal(node->id.bytes, raw.hello.node.bytes, ID_BYTES);
    assert_int_equal(2, raw.hello.own_count);
}

static void a_key_of_nobody_is_not_talked_to(void **state)
{
    (void)state;
    struct hello hello;
    memset(raw.key, 0x11, KEY_BYTES);
    raw_hello(&raw, &hello);
    raw_say(&raw, MESSAGE_HELLO, &hello_shape, &hello);
    assert_closed(ERROR_UNKNOWN_PEER);
    assert_int_equal(0, raw.heard[MESSAGE_HELLO] + raw.heard[MESSAGE_BYE]);
}

static void a_name_that_is_not_the_keys_is_a_lie(void **state)
{
    (void)state;
    raw.id = world.node[2].id;
    struct hello hello;
    raw_hello(&raw, &hello);
    raw_say(&raw, MESSAGE_HELLO, &hello_shape, &hello);
    assert_closed(ERROR_UNKNOWN_PEER);
}

static void a_link_whose_key_changes_is_dropped(void **state)
{
    (void)state;
    struct ping ping = {.nonce = 1};
    raw_open(&raw);
    memcpy(raw.key, world.node[2].curve_key, KEY_BYTES);
    raw_say(&raw, MESSAGE_PING, &ping_shape, &ping);
    assert_closed(ERROR_UNKNOWN_PEER);
}

static void a_node_of_another_mesh_is_refused(void **state)
{
    (void)state;
    struct hello hello;
    raw_hello(&raw, &hello);
    hello.mesh.bytes[0] ^= 1;
    raw_say(&raw, MESSAGE_HELLO, &hello_shape, &hello);
    assert_closed(ERROR_FORBIDDEN);
}

static void our_own_key_from_afar_is_refused(void **state)
{
    (void)state;
    struct hello hello;
    raw_begin(&raw, node, node, 902);
    raw_hello(&raw, &hello);
    raw_say(&raw, MESSAGE_HELLO, &hello_shape, &hello);
    assert_closed(ERROR_CONFLICT);
}

static void a_hello_out_of_order_or_without_a_session_is_refused(void **state)
{
    (void)state;
    struct hello hello;
    uint8_t buffer[1024];
    struct envelope envelope = {MESSAGE_VERSION, MESSAGE_HELLO, 1, 1, {NULL, 0}};
    raw_hello(&raw, &hello);
    assert_error(OK, shape_encode(&hello_shape, &hello, buffer, sizeof buffer, &envelope.body));
    raw_send(&raw, &envelope);
    assert_closed(ERROR_MALFORMED);
    envelope.seq = envelope.session = 0;
    raw_send(&raw, &envelope);
    assert_error(ERROR_MALFORMED, node->drop_why);
    assert_int_equal(2, node->drops);
}

static void an_answer_to_no_question_is_ignored(void **state)
{
    (void)state;
    struct hello hello;
    raw_hello(&raw, &hello);
    hello.answer = 1;
    raw_say(&raw, MESSAGE_HELLO, &hello_shape, &hello);
    assert_false(raw_is_open(&raw));
    assert_int_equal(0, node->drops);
    assert_int_equal(1, node->peers->ignored);
}

static void an_overtaken_hello_does_not_end_the_session(void **state)
{
    (void)state;
    struct hello hello;
    raw.session = 7;
    raw_open(&raw);
    raw_hello(&raw, &hello);
    raw.session = 6;
    raw_say(&raw, MESSAGE_HELLO, &hello_shape, &hello);
    raw.session = 7;
    raw_say(&raw, MESSAGE_HELLO, &hello_shape, &hello);
    assert_int_equal(1, raw.heard[MESSAGE_HELLO]);
    assert_int_equal(2, node->peers->ignored);
    raw.session = 8;
    raw_say(&raw, MESSAGE_HELLO, &hello_shape, &hello);
    assert_int_equal(2, raw.heard[MESSAGE_HELLO]);
    assert_int_equal(8, raw.last[MESSAGE_HELLO].session);
}

static void endless_hellos_are_cut_off(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PEER_GREETINGS_MAX; i++) {
        raw_open(&raw);
        raw.session++;
    }
    struct hello hello;
    raw_hello(&raw, &hello);
    raw_say(&raw, MESSAGE_HELLO, &hello_shape, &hello);
    assert_closed(ERROR_BUSY);
    world.now_ms += PEER_GREETINGS_MS;
    raw.session++;
    raw_open(&raw);
}

static void one_member_holds_one_place_however_many_links_it_opens(void **state)
{
    (void)state;
    for (unsigned i = 2; i < 60; i++) {
        raw_begin(&raw, node, &world.node[1], 900 + i);
        raw_open(&raw);
    }
    unsigned used = 0;
    for (unsigned i = 0; i < PEERS_MAX; i++)
        if (node->peers->peer[i].state != PEER_FREE) used++;
    assert_int_equal(1, used);
    assert_int_equal(57, node->drops);
}

static void endless_credit_is_not_believed(void **state)
{
    (void)state;
    struct hello hello;
    static struct vv vv;
    for (unsigned turn = 0; turn < 30; turn++) {
        node_begin(node);
        for (unsigned i = 0; i < 10; i++) node_append(node, node_own(node), 20000, NULL, 0, 0);
        node_end(node);
    }
    vv.full = 1;
    raw_hello(&raw, &hello);
    hello.credit_bytes = 1u << 30;
    raw_say(&raw, MESSAGE_HELLO, &hello_shape, &hello);
    raw_say(&raw, MESSAGE_VV, &vv_shape, &vv);
    for (unsigned i = 0; i < PEERS_MAX; i++)
        assert_true(node->peers->peer[i].in_flight <= PEER_CREDIT_BYTES);
    assert_in_range(raw.heard[MESSAGE_DATA], 10, PEER_CREDIT_BYTES / PEER_COST_MIN);
}

/* --- frames ---------------------------------------------------------------------------------- */

static void bytes_that_are_no_message_close_the_session(void **state)
{
    (void)state;
    raw_open(&raw);
    node_take(node, raw.link, raw.key, span_text("GET / HTTP/1.1"));
    assert_closed(ERROR_MALFORMED);
}

static void a_body_that_lies_about_its_length_closes_the_session(void **state)
{
    (void)state;
    static const uint8_t types[] = {MESSAGE_VV,     MESSAGE_DATA, MESSAGE_FETCH,    MESSAGE_ACK,
                                    MESSAGE_CREDIT, MESSAGE_PING, MESSAGE_BLOB_ASK, MESSAGE_BLOB};
    for (unsigned i = 0; i < sizeof types; i++) {
        raw.session++;
        raw_open(&raw);
        unsigned drops = node->drops;
        raw_say_body(&raw, types[i], hex("82 01 c0 02 c0"));
        assert_false(raw_is_open(&raw));
        assert_int_equal(drops + 1, node->drops);
        assert_int_equal(REMEDY_REFUSE, error_remedy(node->drop_why));
    }
}

/* Who has nothing to do with files, as this world has not, passes over what is said of them. */
static void pieces_of_files_that_nobody_asked_for_change_nothing(void **state)
{
    (void)state;
    static uint8_t bytes[BLOB_PIECE_BYTES_MAX];
    const struct blob_ask ask = {.blob = {{7}}, .offset = 1};
    const struct blob_piece piece = {
        .blob = {{7}}, .size = sizeof bytes, .bytes = span_of(bytes, sizeof bytes)};
    raw_open(&raw);
    raw_say(&raw, MESSAGE_BLOB_ASK, &blob_ask_shape, &ask);
    raw_say(&raw, MESSAGE_BLOB, &blob_piece_shape, &piece);
    assert_true(raw_is_open(&raw));
    assert_int_equal(0, raw.heard[MESSAGE_BLOB]);
}

/* What is to be said of a file goes to the member that it is for, after the turn; and to nobody
 * when that one is not there. */
static void what_is_said_of_a_file_goes_to_its_member_only(void **state)
{
    (void)state;
    const struct blob_ask ask = {.blob = {{7}}};
    uint8_t room[64];
    struct span body;
    assert_int_equal(OK, shape_encode(&blob_ask_shape, &ask, room, sizeof room, &body));
    raw_open(&raw);
    raw_open(&second);
    peers_begin(node->peers);
    for (unsigned i = 0; i < 2 * PEER_BLOBS_MAX + 3; i++)
        peers_say_blob(node->peers, &raw.id, MESSAGE_BLOB_ASK, body);
    assert_int_equal(0, raw.heard[MESSAGE_BLOB_ASK]);
    raw_vector(&raw, 0, NULL, 0); /* a turn ends */
    assert_int_equal(PEER_BLOBS_MAX, raw.heard[MESSAGE_BLOB_ASK]);
    assert_int_equal(0, second.heard[MESSAGE_BLOB_ASK]);
    peers_say_blob(node->peers, &world.node[3].id, MESSAGE_BLOB_ASK, body);
    raw_vector(&raw, 0, NULL, 0);
    assert_int_equal(PEER_BLOBS_MAX, raw.heard[MESSAGE_BLOB_ASK]);
    assert_true(raw_is_open(&raw));
}

static void another_version_is_refused_and_an_unknown_type_ignored(void **state)
{
    (void)state;
    struct ping ping = {.nonce = 1};
    raw_open(&raw);
    raw_say_body(&raw, 99, hex("80"));
    raw_say(&raw, MESSAGE_PING, &ping_shape, &ping);
    assert_true(raw_is_open(&raw));
    assert_int_equal(1, raw.heard[MESSAGE_PING]);
    struct envelope envelope = {2, MESSAGE_PING, raw.session, raw.seq + 1, hex("80")};
    raw_send(&raw, &envelope);
    assert_closed(ERROR_UNSUPPORTED);
}

static void a_message_of_another_session_is_ignored(void **state)
{
    (void)state;
    raw_open(&raw);
    struct envelope envelope = {MESSAGE_VERSION, MESSAGE_PING, 12345, 4, hex("81 01 05")};
    raw_send(&raw, &envelope);
    assert_true(raw_is_open(&raw));
    assert_int_equal(0, raw.heard[MESSAGE_PING] + raw.heard[MESSAGE_BYE]);
}

static void whoever_speaks_in_a_session_that_is_not_there_is_told_once(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 5; i++) {
        struct envelope envelope = {MESSAGE_VERSION, MESSAGE_PING, 55, 4 + i, hex("81 01 05")};
        raw_send(&raw, &envelope);
    }
    assert_int_equal(1, raw.heard[MESSAGE_BYE]);
    assert_int_equal(55, raw.last[MESSAGE_BYE].session);
    assert_error(ERROR_UNREACHABLE, (enum error)raw.bye.error);
    assert_int_equal(0, node->drops);
}

static void a_farewell_ends_only_its_own_session(void **state)
{
    (void)state;
    struct bye bye = {.error = ERROR_FORK, .log = node->log};
    raw_open(&raw);
    raw_open(&second);
    raw.session++;
    raw_say(&raw, MESSAGE_BYE, &bye_shape, &bye);
    assert_true(raw_is_open(&raw)); /* of a session that is not this one */
    raw.session--;
    raw_say(&raw, MESSAGE_BYE, &bye_shape, &bye);
    assert_closed(ERROR_FORK);
    assert_true(raw_is_open(&second));
}

/* --- credit ---------------------------------------------------------------------------------- */

static void credit_for_what_was_never_sent_closes_the_session(void **state)
{
    (void)state;
    struct credit credit = {.bytes = 1u << 30};
    raw_open(&raw);
    raw_say(&raw, MESSAGE_CREDIT, &credit_shape, &credit);
    assert_closed(ERROR_OUT_OF_RANGE);
}

static void more_than_the_credit_in_one_turn_closes_the_session(void **state)
{
    (void)state;
    struct hash none = {{1}};
    raw_open(&raw);
    forge_begin(&forge, keys_crypto(world.node[1].keys), &world.node[1].log, 9, &none);
    forge_text(&forge, "a gap, dropped");
    struct span body = forge_seal(&forge, 9);
    node_begin(node);
    for (unsigned i = 0; i < PEER_CREDIT_BYTES / PEER_COST_MIN; i++) {
        struct envelope envelope = {MESSAGE_VERSION, MESSAGE_DATA, raw.session, ++raw.seq, body};
        raw_put(&raw, &envelope);
    }
    assert_true(raw_is_open(&raw));
    struct envelope envelope = {MESSAGE_VERSION, MESSAGE_DATA, raw.session, ++raw.seq, body};
    raw_put(&raw, &envelope);
    assert_false(raw_is_open(&raw));
    node_end(node);
    assert_closed(ERROR_OUT_OF_RANGE);
}

static void credit_of_dropped_batches_comes_back(void **state)
{
    (void)state;
    struct hash none = {{1}};
    struct credit credit;
    raw_open(&raw);
    forge_begin(&forge, keys_crypto(world.node[1].keys), &world.node[1].log, 9, &none);
    forge_text(&forge, "a gap, dropped");
    raw_say_body(&raw, MESSAGE_DATA, forge_seal(&forge, 9));
    assert_int_equal(1, raw.heard[MESSAGE_CREDIT]);
    assert_error(OK, shape_decode(&credit_shape, raw.last[MESSAGE_CREDIT].body, &credit, NULL));
    assert_int_equal(PEER_COST_MIN, credit.bytes);
    assert_int_equal(0, raw.heard[MESSAGE_ACK]);
}

/* --- vectors, fetches, entries --------------------------------------------------------------- */

static void a_claim_to_hold_more_of_our_own_log_is_not_believed(void **state)
{
    (void)state;
    static struct vv vv;
    raw_open(&raw);
    vv = (struct vv){.logs = {{.log = node->log, .idx = 1000, .hash = {{1}}}}, .logs_count = 1};
    raw_say(&raw, MESSAGE_VV, &vv_shape, &vv);
    assert_int_equal(1, raw.heard[MESSAGE_FETCH]); /* prove it */
    assert_memory_equal(node->log.bytes, raw.fetch.log.bytes, ID_BYTES);
    assert_int_equal(7, raw.fetch.from);
    node_write(node, 1);
    assert_int_equal(7, node_own(node)->row.last);
    forge_begin(&forge, keys_crypto(world.node[1].keys), &node->log, 8,
                &node_own(node)->row.last_hash);
    forge_text(&forge, "not sealed by its owner");
    raw_say_body(&raw, MESSAGE_DATA, forge_seal(&forge, 8));
    assert_closed(ERROR_BAD_SEAL);
}

static void a_claim_that_our_log_has_another_branch_is_not_believed(void **state)
{
    (void)state;
    static struct vv vv;
    raw_open(&raw);
    vv = (struct vv){.logs = {{.log = node->log, .idx = 3, .hash = {{1}}}}, .logs_count = 1};
    raw_say(&raw, MESSAGE_VV, &vv_shape, &vv);
    raw_say(&raw, MESSAGE_VV, &vv_shape, &vv);
    assert_int_equal(1, raw.heard[MESSAGE_FETCH]); /* asked once for its proof */
    assert_int_equal(4, raw.fetch.from);
    uint64_t data = raw.heard[MESSAGE_DATA];
    node_write(node, 1);
    assert_int_equal(data, raw.heard[MESSAGE_DATA]); /* such a peer is not pushed to */
}

static void an_acknowledgement_of_more_than_there_is_counts_no_further(void **state)
{
    (void)state;
    static struct ack ack;
    raw_open(&raw);
    ack = (struct ack){.logs = {{.log = node->log, .idx = EVENT_IDX_MAX}}, .logs_count = 1};
    raw_say(&raw, MESSAGE_ACK, &ack_shape, &ack);
    assert_error(OK, node->store->port->begin_read(node->store->world));
    uint32_t own = (uint32_t)(node_own(node) - node->logs->log);
    assert_int_equal(6, peers_acked(node->peers, own));
    node->store->port->end_read(node->store->world);
    node_write(node, 1);
    world_run(&world, 100);
    assert_error(OK, node->store->port->begin_read(node->store->world));
    const struct rows *truth = &node->store->truth;
    struct key key = key_add_id(key_of(&world.node[1].id), &node->log);
    struct span value;
    assert_true(truth->port->get(truth->world, TRUTH_ACK, key_span(&key), &value));
    assert_int_equal(6, be_get(value.at, 8));
    node->store->port->end_read(node->store->world);
}

static void a_flood_of_logs_that_do_not_exist_is_bounded(void **state)
{
    (void)state;
    static struct vv vv;
    raw_open(&raw);
    for (unsigned round = 0; round < 4; round++) {
        vv.logs_count = VECTOR_LOGS_MAX;
        for (unsigned i = 0; i < VECTOR_LOGS_MAX; i++)
            vv.logs[i] =
                (struct log_at){.log = {{0xfe, (uint8_t)round, (uint8_t)(i >> 8), (uint8_t)i}},
                                .idx = EVENT_IDX_MAX};
        raw_say(&raw, MESSAGE_VV, &vv_shape, &vv);
    }
    unsigned used = 0;
    for (unsigned i = 0; i < WANTED_MAX; i++)
        if (node->peers->wanted[i].link != 0) used++;
    assert_in_range(used, 1, WANTED_MAX / 2);
    assert_int_equal(2, node->logs->count);
}

static void a_fetch_that_makes_no_sense_is_refused_or_ignored(void **state)
{
    (void)state;
    struct fetch fetch = {.log = {{0xee}}, .from = 1, .prev = {{1}}};
    raw_open(&raw);
    uint64_t data = raw.heard[MESSAGE_DATA];
    raw_say(&raw, MESSAGE_FETCH, &fetch_shape, &fetch); /* of no log */
    fetch.log = node->log;
    fetch.from = EVENT_IDX_MAX; /* beyond its end */
    raw_say(&raw, MESSAGE_FETCH, &fetch_shape, &fetch);
    assert_int_equal(data, raw.heard[MESSAGE_DATA]);
    assert_true(raw_is_open(&raw));
    fetch.from = 1; /* after an entry 0 that nobody has */
    raw_say(&raw, MESSAGE_FETCH, &fetch_shape, &fetch);
    assert_closed(ERROR_BAD_CHAIN);
    raw.session++;
    raw_open(&raw);
    fetch.from = 0;
    raw_say(&raw, MESSAGE_FETCH, &fetch_shape, &fetch);
    assert_error(ERROR_OUT_OF_RANGE, node->drop_why);
}

static void a_fetch_on_another_branch_is_answered_with_our_entry(void **state)
{
    (void)state;
    struct fetch fetch = {.log = node->log, .from = 4, .prev = {{1}}};
    struct data_reader d;
    raw_open(&raw);
    uint64_t data = raw.heard[MESSAGE_DATA];
    raw_say(&raw, MESSAGE_FETCH, &fetch_shape, &fetch);
    assert_int_equal(data + 1, raw.heard[MESSAGE_DATA]);
    assert_error(OK, data_open(&d, raw.last[MESSAGE_DATA].body));
    assert_int_equal(3, d.first_idx); /* the one whose hash was another */
    assert_true(raw_is_open(&raw));
}

static void entries_under_a_false_seal_close_the_session(void **state)
{
    (void)state;
    raw_open(&raw);
    struct genesis genesis = {
        .log_type = LOG_NODE, .node = world.node[2].id, .store = world.node[2].id};
    memcpy(genesis.sign_key.bytes, keys_sign_public(world.node[2].keys), KEY_BYTES);
    forge_begin(&forge, keys_crypto(world.node[1].keys), &world.node[2].log, 1, NULL);
    forge_record(&forge, EVENT_GENESIS, &genesis_shape, &genesis);
    raw_say_body(&raw, MESSAGE_DATA, forge_seal(&forge, 1));
    assert_closed(ERROR_BAD_SEAL);
    assert_null(node_log(node, &world.node[2].log));
}

static void whoever_claims_entries_and_does_not_bring_them_is_passed_over(void **state)
{
    (void)state;
    static struct vv vv;
    world_link(&world, 3, 0);
    assert_true(world_settle(&world, 20000));
    world_run(&world, 5000);
    struct log *log = node_log(node, &world.node[3].log);
    assert_non_null(log);
    raw_open(&raw); /* claims more of 3's log than 3 has written yet */
    vv = (struct vv){.logs = {{.log = log->id, .idx = 500, .hash = {{1}}}}, .logs_count = 1};
    raw_say(&raw, MESSAGE_VV, &vv_shape, &vv);
    world_run(&world, PEER_RELAY_MS + 200);
    assert_int_equal(1, raw.heard[MESSAGE_FETCH]);
    node_write(&world.node[3], 3);
    world_run(&world, 100);
    assert_int_equal(4, log->row.last); /* the honest way is not in the least disturbed */
}

static void a_revoked_member_is_dropped_at_once(void **state)
{
    (void)state;
    raw_open(&raw);
    raw_open(&second);
    world.node[1].revoked = true;
    node_begin(node);
    peers_recheck(node->peers);
    node_end(node);
    assert_closed(ERROR_UNKNOWN_PEER);
    assert_true(raw_is_open(&second));
    world.node[2].revoked = true; /* and on its next message, should nobody have looked */
    struct ping ping = {.nonce = 1};
    raw_say(&second, MESSAGE_PING, &ping_shape, &ping);
    assert_false(raw_is_open(&second));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, open_world, still_works)
    const struct CMUnitTest tests[] = {
        T(an_honest_hello_opens_a_session),
        T(a_key_of_nobody_is_not_talked_to),
        T(a_name_that_is_not_the_keys_is_a_lie),
        T(a_link_whose_key_changes_is_dropped),
        T(a_node_of_another_mesh_is_refused),
        T(our_own_key_from_afar_is_refused),
        T(a_hello_out_of_order_or_without_a_session_is_refused),
        T(an_answer_to_no_question_is_ignored),
        T(an_overtaken_hello_does_not_end_the_session),
        T(endless_hellos_are_cut_off),
        T(one_member_holds_one_place_however_many_links_it_opens),
        T(endless_credit_is_not_believed),
        T(bytes_that_are_no_message_close_the_session),
        T(a_body_that_lies_about_its_length_closes_the_session),
        T(pieces_of_files_that_nobody_asked_for_change_nothing),
        T(what_is_said_of_a_file_goes_to_its_member_only),
        T(another_version_is_refused_and_an_unknown_type_ignored),
        T(a_message_of_another_session_is_ignored),
        T(whoever_speaks_in_a_session_that_is_not_there_is_told_once),
        T(a_farewell_ends_only_its_own_session),
        T(credit_for_what_was_never_sent_closes_the_session),
        T(more_than_the_credit_in_one_turn_closes_the_session),
        T(credit_of_dropped_batches_comes_back),
        T(a_claim_to_hold_more_of_our_own_log_is_not_believed),
        T(a_claim_that_our_log_has_another_branch_is_not_believed),
        T(an_acknowledgement_of_more_than_there_is_counts_no_further),
        T(a_flood_of_logs_that_do_not_exist_is_bounded),
        T(a_fetch_that_makes_no_sense_is_refused_or_ignored),
        T(a_fetch_on_another_branch_is_answered_with_our_entry),
        T(entries_under_a_false_seal_close_the_session),
        T(whoever_claims_entries_and_does_not_bring_them_is_passed_over),
        T(a_revoked_member_is_dropped_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
