/* The traps of ZeroMQ that DESIGN §4 names, a test for each, and some that we found beside them. */
#include "tests/node/mesh/sides.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "node/mesh/inner.h"

static struct side a, b;
static struct keys *stranger, *member;

static int set_up(void **state)
{
    (void)state;
    const uint8_t seeds[2][32] = {{77}, {88}};
    stranger = keys_of_seed(seeds[0]);
    member = keys_of_seed(seeds[1]);
    side_init(&a, 1);
    side_init(&b, 2);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    side_free(&a);
    side_free(&b);
    keys_free(stranger);
    keys_free(member);
    return 0;
}

/* a is bound and knows b and the member; nobody is dialled. */
static void start_a(void)
{
    side_start(&a);
    const struct known known[] = {{keys_curve_public(b.keys), NULL},
                                  {keys_curve_public(member), NULL}};
    side_members(&a, known, 2);
}

/* --- CURVE without a running ZAP handler accepts any key ---------------------------------------*/

/* A port of this machine that nobody listens at. */
static uint16_t free_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    close(fd);
    return ntohs(at.sin_port);
}

static bool is_open(uint16_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    at.sin_port = htons(port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool open = connect(fd, (struct sockaddr *)&at, sizeof at) == 0;
    close(fd);
    return open;
}

static void assert_not_started(unsigned faults, uint32_t proof_ms, const char *because)
{
    char why[MESH_WHY_BYTES], address[64];
    uint16_t port = free_port();
    snprintf(address, sizeof address, "tcp://127.0.0.1:%u", port);
    a.options.bind = address;
    a.options.faults = faults;
    if (proof_ms != 0) a.options.proof_ms = proof_ms;
    assert_int_equal(side_try(&a, why), ERROR_FORBIDDEN);
    assert_null(a.mesh);
    if (strstr(why, because) == NULL) fail_msg("the reason is: %s", why);
    assert_false(is_open(port));
}

static void without_the_zap_handler_any_key_comes_in_and_the_node_does_not_start(void **state)
{
    (void)state;
    assert_not_started(MESH_FAULT_NO_ZAP | MESH_FAULT_NOT_ENFORCED, 0,
                       "a key that nobody knows was let in");
}

static void a_missing_handler_that_is_insisted_upon_does_not_start_either(void **state)
{
    (void)state;
    assert_not_started(MESH_FAULT_NO_ZAP, 500, "a known key was not let in");
}

static void a_handler_that_admits_everybody_does_not_start(void **state)
{
    (void)state;
    assert_not_started(MESH_FAULT_ADMITS_ALL, 0, "a key that nobody knows was let in");
}

static void a_sound_node_starts_and_its_port_is_open(void **state)
{
    (void)state;
    start_a();
    const char *port = strrchr(a.address, ':');
    assert_true(is_open((uint16_t)strtoul(port + 1, NULL, 10)));
}

static void an_unknown_key_is_refused(void **state)
{
    (void)state;
    struct caller caller;
    start_a();
    caller_open(&caller, stranger, &a);
    caller_connect(&caller, a.address);
    caller_wait(&caller, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
    assert_true(side_counts(&mesh_counts(a.mesh)->refused, 1));
    side_quiet();
    assert_int_equal(side_told(&a, TOLD_UP), 0);
    caller_close(&caller);
}

static void a_peer_without_curve_is_refused(void **state)
{
    (void)state;
    struct caller caller;
    start_a();
    caller_open(&caller, NULL, &a);
    caller_connect(&caller, a.address);
    caller_say(&caller, "let me in");
    caller_wait(&caller, ZMQ_EVENT_DISCONNECTED);
    assert_int_equal(side_told(&a, TOLD_UP), 0);
    caller_close(&caller);
}

static void another_one_with_our_own_key_is_refused(void **state)
{
    (void)state;
    struct caller caller;
    side_start(&a);
    const struct known known[] = {{keys_curve_public(a.keys), a.address}};
    side_members(&a, known, 1);
    caller_open(&caller, a.keys, &a);
    caller_connect(&caller, a.address);
    caller_wait(&caller, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
    assert_int_equal(atomic_load(&mesh_counts(a.mesh)->dials), 0); /* nor do we dial ourselves */
    caller_close(&caller);
}

/* --- the routing id is whatever the peer says --------------------------------------------------*/

static void claim(struct caller *caller, const void *id, size_t size)
{
    assert_int_equal(zmq_setsockopt(caller->socket, ZMQ_ROUTING_ID, id, size), 0);
}

static void a_claimed_routing_id_is_put_aside(void **state)
{
    (void)state;
    struct caller caller;
    start_a();
    caller_open(&caller, member, &a);
    claim(&caller, "node-b", 6);
    caller_connect(&caller, a.address);
    caller_say(&caller, "I am b");
    assert_true(side_counts(&mesh_counts(a.mesh)->imposed, 1));
    caller_wait(&caller, ZMQ_EVENT_DISCONNECTED); /* and the connection is broken */
    assert_int_equal(side_told(&a, TOLD_UP), 0);
    caller_close(&caller);
}

static void a_claimed_id_in_the_routers_own_form_still_speaks_for_its_key_alone(void **state)
{
    (void)state;
    struct caller first, second;
    const uint8_t id[ROUTING_BYTES] = {0, 200, 1, 2, 3};
    start_a();
    caller_open(&first, b.keys, &a);
    claim(&first, id, sizeof id);
    caller_connect(&first, a.address);
    caller_say(&first, "b's word");
    struct tale up = side_next(&a, TOLD_UP);
    assert_memory_equal(up.key, keys_curve_public(b.keys), KEY_BYTES);
    assert_memory_equal(side_next(&a, TOLD_MESSAGE).key, keys_curve_public(b.keys), KEY_BYTES);

    /* While b lives its id is not for the taking; when b is gone, nothing of b's is. */
    caller_open(&second, member, &a);
    claim(&second, id, sizeof id);
    caller_connect(&second, a.address);
    caller_say(&second, "b's word, says another");
    side_quiet();
    caller_close(&first);
    side_next(&a, TOLD_DOWN);
    caller_close(&second);
    caller_open(&second, member, &a);
    claim(&second, id, sizeof id);
    caller_connect(&second, a.address);
    caller_say(&second, "b's word, says another");
    assert_true(side_counts(&mesh_counts(a.mesh)->stale, 1));
    assert_int_equal(side_told(&a, TOLD_UP), 1);
    assert_int_equal(side_told(&a, TOLD_MESSAGE), 1);
    caller_close(&second);
}

/* The parts of a mesh without its thread; its handler admits everybody. */
static struct mesh by_hand;

static bool told_up(void *world, uint32_t link, const uint8_t key[KEY_BYTES], bool dialled)
{
    (void)world;
    (void)link;
    (void)key;
    (void)dialled;
    return true;
}

static bool told_message(void *world, uint32_t link, const uint8_t key[KEY_BYTES],
                         struct span bytes)
{
    (void)world;
    (void)link;
    (void)key;
    (void)bytes;
    return true;
}

static void open_by_hand(void)
{
    by_hand = (struct mesh){.port = {.up = told_up, .message = told_message}};
    memcpy(by_hand.settings.curve_public, keys_curve_public(a.keys), KEY_BYTES);
    memcpy(by_hand.settings.curve_secret, keys_curve_secret(a.keys), KEY_BYTES);
    by_hand.settings.heartbeat_ms = 15000;
    snprintf(by_hand.bind, sizeof by_hand.bind, "tcp://127.0.0.1:*");
    by_hand.context = zmq_ctx_new();
    links_init(&by_hand.links);
    assert_int_equal(zap_open(&by_hand.zap, by_hand.context, &by_hand.members), 0);
    by_hand.zap.admits_all = true;
    assert_int_equal(router_open(&by_hand), 0);
}

static void close_by_hand(void)
{
    router_close(&by_hand, 0);
    links_free(&by_hand.links);
    zap_close(&by_hand.zap);
    zmq_ctx_term(by_hand.context);
}

/* Serves until a counter moves. */
static void serve_by_hand(const atomic_uint_least64_t *count)
{
    const uint64_t until_ms = socket_clock_ms() + WAIT_MS;
    while (atomic_load(count) == 0 && socket_clock_ms() < until_ms) {
        zap_serve(&by_hand.zap);
        router_events(&by_hand, socket_clock_ms());
        (void)router_read(&by_hand);
    }
    assert_int_equal(atomic_load(count), 1);
}

static void a_message_whose_key_is_no_members_any_more_is_put_aside(void **state)
{
    (void)state;
    struct caller caller;
    open_by_hand();
    caller_open(&caller, stranger, &a);
    caller_connect(&caller, by_hand.endpoint);
    (void)zmq_setsockopt(caller.socket, ZMQ_SNDTIMEO, &(int){0}, sizeof(int));
    while (zmq_send(caller.socket, "me too", 6, 0) < 0) zap_serve(&by_hand.zap);
    serve_by_hand(&by_hand.counts.outsiders);
    assert_int_equal(atomic_load(&by_hand.counts.received), 0);
    caller_close(&caller);
    close_by_hand();
}

static void a_known_routing_id_with_another_key_is_another_link(void **state)
{
    (void)state;
    struct caller caller;
    const uint8_t id[ROUTING_BYTES] = {0, 200, 1, 2, 3};
    open_by_hand();
    keyring_add(&by_hand.members, keys_curve_public(b.keys));
    keyring_add(&by_hand.members, keys_curve_public(member));
    struct link *bs = links_add(&by_hand.links, DIAL_NONE, id, keys_curve_public(b.keys), -1);
    caller_open(&caller, member, &a);
    claim(&caller, id, sizeof id);
    caller_connect(&caller, by_hand.endpoint);
    (void)zmq_setsockopt(caller.socket, ZMQ_SNDTIMEO, &(int){0}, sizeof(int));
    while (zmq_send(caller.socket, "I am b", 6, 0) < 0) zap_serve(&by_hand.zap);
    serve_by_hand(&by_hand.counts.stale);
    assert_true(bs->gone); /* whoever bore that id is there no more; nothing was said for it */
    assert_int_equal(atomic_load(&by_hand.counts.received), 0);
    caller_close(&caller);
    close_by_hand();
}

static void the_routing_id_that_comes_next_cannot_be_guessed(void **state)
{
    (void)state;
    /* What rand() gives first in every process that does not seed it, as libzmq puts it together.
     * With these claimed, the next honest connection would abort the process. */
    static const uint32_t unseeded[] = {1804289383u | 846930886u << 31,
                                        1681692777u | 1714636915u << 31,
                                        1957747793u | 424238335u << 31};
    enum { AHEAD = 4, CALLERS = 3 * AHEAD };
    static struct caller callers[CALLERS];
    struct caller honest;
    start_a();
    for (size_t i = 0; i < CALLERS; i++) {
        uint8_t id[ROUTING_BYTES] = {0};
        be_put(id + 1, unseeded[i / AHEAD] + i % AHEAD, 4);
        caller_open(&callers[i], member, &a);
        claim(&callers[i], id, sizeof id);
        caller_connect(&callers[i], a.address);
        caller_say(&callers[i], "mine");
        side_next(&a, TOLD_MESSAGE);
    }
    caller_open(&honest, b.keys, &a);
    caller_connect(&honest, a.address);
    caller_say(&honest, "still there?");
    assert_string_equal(side_next(&a, TOLD_MESSAGE).text, "still there?");
    caller_close(&honest);
    for (size_t i = 0; i < CALLERS; i++) caller_close(&callers[i]);
}

/* --- a ROUTER drops silently without ZMQ_ROUTER_MANDATORY --------------------------------------*/

static void a_message_for_nobody_ends_its_link(void **state)
{
    (void)state;
    /* A link whose connection is gone, which was not reported yet. */
    const uint8_t gone[ROUTING_BYTES] = {0, 9, 9, 9, 9}, key[KEY_BYTES] = {5};
    zmq_msg_t message;
    open_by_hand();
    struct link *link = links_add(&by_hand.links, DIAL_NONE, gone, key, -1);
    zmq_msg_init_size(&message, 3);
    memcpy(zmq_msg_data(&message), "hey", 3);
    deliver_out(&by_hand, link->number, &message, socket_clock_ms());
    zmq_msg_close(&message);
    assert_true(link->gone);
    assert_int_equal(atomic_load(&by_hand.counts.unroutable), 1);
    assert_int_equal(atomic_load(&by_hand.counts.sent), 0);
    close_by_hand();
}

/* --- high-water marks are no flow control: see also test_mesh_flow.c -------------------------- */

static void a_link_that_takes_nothing_for_too_long_ends(void **state)
{
    (void)state;
    const uint64_t now_ms = socket_clock_ms();
    zmq_msg_t message;
    open_by_hand();
    /* A dialled socket with nobody at its other end takes nothing. */
    by_hand.dial[0] = (struct dial){.used = true};
    by_hand.dial[0].socket =
        socket_client(by_hand.context, &by_hand.settings, keys_curve_public(b.keys));
    struct link *link = links_add(&by_hand.links, 0, NULL, keys_curve_public(b.keys), -1);
    zmq_msg_init_size(&message, 1);
    deliver_out(&by_hand, link->number, &message, now_ms);
    zmq_msg_close(&message);
    assert_true(deliver_waiting(&by_hand, now_ms));
    assert_true(deliver_waiting(&by_hand, now_ms + MESH_STALL_MS));
    assert_false(link->gone);
    assert_false(deliver_waiting(&by_hand, now_ms + MESH_STALL_MS + 1));
    assert_true(link->gone);
    assert_int_equal(atomic_load(&by_hand.counts.overflows), 1);
    close_by_hand();
}

static void what_nobody_takes_up_is_bounded_and_not_forgotten(void **state)
{
    (void)state;
    static uint8_t bytes[DATA_BYTES_MAX];
    struct queue queue;
    size_t kept = 0;
    bool overflow = false;
    assert_int_equal(queue_open(&queue), 0);
    for (int i = 0; i < 70; i++) queue_send(&queue, 9, span_of(bytes, sizeof bytes));
    struct order *next = queue_take(&queue);
    while (next != NULL) {
        struct order *order = next;
        next = order->next;
        if (order->kind == ORDER_SEND) kept += zmq_msg_size(&order->message);
        if (order->kind == ORDER_OVERFLOW) overflow = order->link == 9;
        assert_false(overflow && order->kind == ORDER_SEND); /* no gap that is not told */
        order_free(order);
    }
    assert_true(overflow);
    assert_true(kept > MESH_QUEUE_BYTES_MAX / 2 && kept <= MESH_QUEUE_BYTES_MAX);
    queue_close(&queue);
}

/* --- a DEALER queues for the dead without ZMQ_IMMEDIATE ----------------------------------------*/

static void nothing_is_queued_for_the_dead(void **state)
{
    (void)state;
    struct caller caller;
    char address[64];
    snprintf(address, sizeof address, "tcp://127.0.0.1:%u", free_port());
    caller_open(&caller, member, &a);
    caller_connect(&caller, address);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(zmq_send(caller.socket, "x", 1, ZMQ_DONTWAIT), -1);
        assert_int_equal(errno, EAGAIN);
    }
    caller_close(&caller);
}

static void words_for_the_dead_do_not_reach_their_successor(void **state)
{
    (void)state;
    char port[MESH_ENDPOINT_BYTES];
    side_start(&b);
    snprintf(port, sizeof port, "%s", b.address);
    const struct known a_known[] = {{keys_curve_public(a.keys), NULL}};
    side_members(&b, a_known, 1);
    side_start(&a);
    const struct known b_known[] = {{keys_curve_public(b.keys), port}};
    side_members(&a, b_known, 1);
    const uint32_t former = side_next(&a, TOLD_UP).link;
    side_say(&a, former, "hello");
    side_next(&b, TOLD_MESSAGE);

    side_stop(&b);
    for (int i = 0; i < 100; i++) side_say(&a, former, "too late");
    assert_int_equal(side_next(&a, TOLD_DOWN).link, former);
    b.options.bind = port;
    side_start(&b);
    side_members(&b, a_known, 1);
    const uint32_t present = side_next(&a, TOLD_UP).link;
    assert_int_not_equal(present, former);
    side_say(&a, former, "too late");
    side_say(&a, present, "hello again");
    assert_string_equal(side_next(&b, TOLD_MESSAGE).text, "hello again");
}

/* --- a revoked key keeps its open connection until the socket is rebound -----------------------*/

static void a_revoked_key_loses_its_open_connection(void **state)
{
    (void)state;
    struct caller revoked, loyal;
    start_a();
    caller_open(&revoked, member, &a);
    caller_connect(&revoked, a.address);
    caller_say(&revoked, "good day");
    const uint32_t link = side_next(&a, TOLD_UP).link;
    side_next(&a, TOLD_MESSAGE);
    caller_open(&loyal, b.keys, &a);
    caller_connect(&loyal, a.address);
    caller_say(&loyal, "good day too");
    side_next(&a, TOLD_MESSAGE);

    const struct known known[] = {{keys_curve_public(b.keys), NULL}};
    side_members(&a, known, 1);
    caller_wait(&revoked, ZMQ_EVENT_DISCONNECTED);
    caller_wait(&revoked, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
    struct tale down = side_next(&a, TOLD_DOWN);
    if (down.link != link) down = side_next(&a, TOLD_DOWN);
    assert_int_equal(down.link, link);
    assert_int_equal(atomic_load(&mesh_counts(a.mesh)->rebinds), 1);

    /* The others come back to the same port by themselves. */
    caller_wait(&loyal, ZMQ_EVENT_DISCONNECTED);
    caller_wait(&loyal, ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    caller_say(&loyal, "back again");
    assert_string_equal(side_next(&a, TOLD_MESSAGE).text, "back again");
    caller_close(&revoked);
    caller_close(&loyal);
}

static void what_a_revoked_key_said_and_nobody_took_yet_is_thrown_away(void **state)
{
    (void)state;
    struct caller caller;
    start_a();
    side_room(&a, false);
    caller_open(&caller, member, &a);
    caller_connect(&caller, a.address);
    caller_say(&caller, "quickly, before they notice");
    assert_true(side_counts(&mesh_counts(a.mesh)->held, 1));
    side_members(&a, NULL, 0);
    side_room(&a, true);
    side_quiet();
    assert_int_equal(side_told(&a, TOLD_UP), 0);
    assert_int_equal(side_told(&a, TOLD_MESSAGE), 0);
    caller_close(&caller);
}

static void a_revoked_key_that_never_spoke_loses_its_connection_too(void **state)
{
    (void)state;
    struct caller silent;
    start_a();
    caller_open(&silent, member, &a);
    caller_connect(&silent, a.address);
    caller_wait(&silent, ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    side_members(&a, NULL, 0);
    caller_wait(&silent, ZMQ_EVENT_DISCONNECTED);
    caller_wait(&silent, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
    assert_int_equal(side_told(&a, TOLD_UP), 0);
    caller_close(&silent);
}

static void a_member_that_was_dialled_and_is_revoked_is_dialled_no_more(void **state)
{
    (void)state;
    side_start(&b);
    const struct known a_known[] = {{keys_curve_public(a.keys), NULL}};
    side_members(&b, a_known, 1);
    side_start(&a);
    const struct known b_known[] = {{keys_curve_public(b.keys), b.address}};
    side_members(&a, b_known, 1);
    const uint32_t link = side_next(&a, TOLD_UP).link;
    side_members(&a, NULL, 0);
    assert_int_equal(side_next(&a, TOLD_DOWN).link, link);
    const uint64_t dials = atomic_load(&mesh_counts(a.mesh)->dials);
    side_say(&a, link, "still listening?");
    side_quiet();
    assert_int_equal(atomic_load(&mesh_counts(a.mesh)->dials), dials);
    assert_int_equal(side_told(&b, TOLD_MESSAGE), 0);
}

static void members_that_stay_keep_their_connections_when_others_join(void **state)
{
    (void)state;
    struct caller caller;
    side_start(&a);
    const struct known known[] = {{keys_curve_public(member), NULL},
                                  {keys_curve_public(b.keys), NULL}};
    side_members(&a, known, 1);
    caller_open(&caller, member, &a);
    caller_connect(&caller, a.address);
    caller_say(&caller, "one");
    side_next(&a, TOLD_MESSAGE);
    side_members(&a, known, 2);
    caller_say(&caller, "two");
    assert_string_equal(side_next(&a, TOLD_MESSAGE).text, "two");
    assert_int_equal(side_told(&a, TOLD_DOWN), 0);
    assert_int_equal(atomic_load(&mesh_counts(a.mesh)->rebinds), 0);
    caller_close(&caller);
}

int main(void)
{
#define TRAP(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        /* First: rand() is still as every process begins with it. */
        TRAP(the_routing_id_that_comes_next_cannot_be_guessed),
        TRAP(without_the_zap_handler_any_key_comes_in_and_the_node_does_not_start),
        TRAP(a_missing_handler_that_is_insisted_upon_does_not_start_either),
        TRAP(a_handler_that_admits_everybody_does_not_start),
        TRAP(a_sound_node_starts_and_its_port_is_open),
        TRAP(an_unknown_key_is_refused),
        TRAP(a_peer_without_curve_is_refused),
        TRAP(another_one_with_our_own_key_is_refused),
        TRAP(a_claimed_routing_id_is_put_aside),
        TRAP(a_claimed_id_in_the_routers_own_form_still_speaks_for_its_key_alone),
        TRAP(a_message_whose_key_is_no_members_any_more_is_put_aside),
        TRAP(a_known_routing_id_with_another_key_is_another_link),
        TRAP(a_message_for_nobody_ends_its_link),
        TRAP(a_link_that_takes_nothing_for_too_long_ends),
        TRAP(what_nobody_takes_up_is_bounded_and_not_forgotten),
        TRAP(nothing_is_queued_for_the_dead),
        TRAP(words_for_the_dead_do_not_reach_their_successor),
        TRAP(a_revoked_key_loses_its_open_connection),
        TRAP(what_a_revoked_key_said_and_nobody_took_yet_is_thrown_away),
        TRAP(a_revoked_key_that_never_spoke_loses_its_connection_too),
        TRAP(a_member_that_was_dialled_and_is_revoked_is_dialled_no_more),
        TRAP(members_that_stay_keep_their_connections_when_others_join),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
