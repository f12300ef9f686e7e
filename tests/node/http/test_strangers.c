/* Strangers in number at the HTTP door: what they take of its places, its descriptors and its
 * patience, and that those who have business there are served all the same. */
#include "node/http/server.h"
#include "tests/node/http/certificate.h"
#include "tests/node/http/client.h"
#include "tests/support/scratch.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define BULK_BYTES  (150 * 1024)       /* more than a body that is none of bulk */
#define LARGE_BYTES (8u * 1024 * 1024) /* more than a socket takes that is not read from */

struct world {
    struct server *server;
    atomic_uint_fast64_t open, crowded_out, accept_errors, cut, troubles, handled;
};

static void nap(void)
{
    const struct timespec moment = {0, 10 * 1000 * 1000};
    nanosleep(&moment, NULL);
}

static bool comes_to(atomic_uint_fast64_t *at, uint64_t value)
{
    for (int i = 0; i < 1000 && atomic_load(at) < value; i++) nap();
    return atomic_load(at) >= value;
}

static void handle(void *at, struct call *call)
{
    struct world *world = at;
    char size[24];
    atomic_fetch_add(&world->handled, 1);
    if (span_equal(call_path(call), span_text("/large"))) {
        char *large = calloc(1, LARGE_BYTES);
        assert_non_null(large);
        call_reply(call, 200, "text/plain", span_of(large, LARGE_BYTES));
        free(large);
        return;
    }
    snprintf(size, sizeof size, "%zu bytes", call_body(call).size);
    call_reply(call, 200, "text/plain", span_text(size));
}

static void tick(void *at, uint64_t now_ms)
{
    (void)now_ms;
    struct world *world = at;
    struct server_counts counts = server_counts(world->server);
    atomic_store(&world->open, counts.connections_open);
    atomic_store(&world->crowded_out, counts.crowded_out);
    atomic_store(&world->accept_errors, counts.accept_errors);
    atomic_store(&world->cut, counts.cut);
}

static enum error may_send_bulk(void *at, bool file, struct span authorization)
{
    (void)at, (void)file;
    if (span_equal(authorization, span_text("Bearer good"))) return OK;
    return span_equal(authorization, span_text("Bearer other")) ? ERROR_FORBIDDEN
                                                                : ERROR_UNAUTHENTICATED;
}

static void trouble(void *at, const char *what)
{
    struct world *world = at;
    if (strstr(what, "no connection can be accepted") != NULL)
        atomic_fetch_add(&world->troubles, 1);
}

static struct world *open_world_with(struct server_limits limits, const char *certificate,
                                     const char *key)
{
    char why[SERVER_WHY_BYTES] = "";
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    const struct server_options options = {.limits = limits,
                                           .certificate = certificate,
                                           .key = key,
                                           .bulk_prefix = "/v1/imports/",
                                           .world = world,
                                           .handle = handle,
                                           .tick = tick,
                                           .may_send_bulk = may_send_bulk,
                                           .trouble = trouble};
    world->server = server_open(&options, why);
    if (world->server == NULL) fail_msg("%s", why);
    assert_int_equal(server_start(world->server), OK);
    return world;
}

static struct world *open_world(struct server_limits limits)
{
    return open_world_with(limits, NULL, NULL);
}

static int port_of(const struct world *world)
{
    return server_port(world->server);
}

static void close_world(struct world *world)
{
    server_stop(world->server);
    server_free(world->server);
    free(world);
}

/* --- places ----------------------------------------------------------------------------------- */

static void connections_that_rest_make_room_for_who_has_a_question(void **state)
{
    (void)state;
    struct world *world = open_world((struct server_limits){.connections_max = 3});
    int first = client_connect((uint16_t)port_of(world));
    int second = client_connect((uint16_t)port_of(world));
    int asking = client_connect((uint16_t)port_of(world));
    client_send(asking, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "); /* it is being read */
    assert_true(comes_to(&world->open, 3));
    int fourth = client_connect((uint16_t)port_of(world));
    client_send(fourth, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert_non_null(strstr(client_read(fourth, NULL), "200 OK"));
    assert_true(comes_to(&world->crowded_out, 1));
    client_send(asking, "1\r\nConnection: close\r\n\r\n");
    assert_non_null(strstr(client_read(asking, NULL), "200 OK"));
    close(first);
    close(second);
    close(asking);
    close(fourth);
    close_world(world);
}

static size_t receive_all(int fd)
{
    static char bytes[64 * 1024];
    size_t count = 0;
    for (;;) {
        ssize_t got = recv(fd, bytes, sizeof bytes, 0);
        if (got <= 0) return count;
        count += (size_t)got;
    }
}

/* Who takes an answer slowly does not rest. */
static void an_answer_on_its_way_is_not_cut_off_for_the_crowd(void **state)
{
    (void)state;
    struct world *world = open_world((struct server_limits){.connections_max = 2});
    int taking = client_connect((uint16_t)port_of(world));
    client_send(taking, "GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert_true(comes_to(&world->handled, 1));
    int resting = client_connect((uint16_t)port_of(world));
    assert_true(comes_to(&world->crowded_out, 1));
    for (int i = 0; i < 20; i++) nap(); /* some more looks at who is in the way */
    assert_true(receive_all(taking) > LARGE_BYTES);
    assert_int_equal(atomic_load(&world->crowded_out), 1);
    close(taking);
    close(resting);
    close_world(world);
}

static void connections_that_rest_stay_while_there_is_room(void **state)
{
    (void)state;
    struct world *world = open_world((struct server_limits){.connections_max = 3});
    int resting = client_connect((uint16_t)port_of(world));
    assert_true(comes_to(&world->open, 1));
    for (int i = 0; i < 150; i++) nap();
    client_send(resting, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert_non_null(strstr(client_read(resting, NULL), "200 OK"));
    assert_int_equal(atomic_load(&world->crowded_out), 0);
    close(resting);
    close_world(world);
}

/* --- descriptors ------------------------------------------------------------------------------ */

static void set_files(rlim_t count)
{
    struct rlimit files;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = count;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
}

static void a_door_without_descriptors_says_so_and_opens_again(void **state)
{
    (void)state;
    struct world *world = open_world((struct server_limits){0});
    struct rlimit files;
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)port_of(world)),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    set_files(3); /* from here on no other descriptor can be had */
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    assert_true(comes_to(&world->accept_errors, 2));
    set_files(files.rlim_cur);
    client_send(fd, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const struct timeval patience = {10, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_non_null(strstr(client_read(fd, NULL), "200 OK"));
    assert_true(atomic_load(&world->troubles) >= 2);
    close(fd);
    close_world(world);
}

/* --- bulk bodies ------------------------------------------------------------------------------ */

static char *bulk_body(void)
{
    char *body = malloc(BULK_BYTES + 1);
    assert_non_null(body);
    memset(body, 'y', BULK_BYTES);
    body[BULK_BYTES] = '\0';
    return body;
}

#define BULK_LINE   "POST /v1/imports/orders HTTP/1.1\r\nHost: x\r\n"
#define BULK_LENGTH "Content-Length: 153600\r\n\r\n"

static void without_a_token_nobody_holds_a_place_for_a_bulk_body(void **state)
{
    (void)state;
    struct world *world = open_world((struct server_limits){.bulks_max = 1});
    int stranger = client_connect((uint16_t)port_of(world));
    client_send(stranger, BULK_LINE "Authorization: Bearer b"); /* and there it stays */
    int other = client_connect((uint16_t)port_of(world));
    client_send(other, BULK_LINE "Authorization: Bearer bad\r\n" BULK_LENGTH);
    const char *answer = client_read(other, NULL);
    assert_non_null(strstr(answer, " 401 "));
    assert_non_null(strstr(answer, "WWW-Authenticate: Bearer\r\n"));
    assert_non_null(strstr(answer, "\"code\":\"unauthenticated\""));
    char *body = bulk_body();
    struct letter ask = {.path = "/v1/imports/orders", .body = body, .token = "other"};
    struct reply reply = client_call((uint16_t)port_of(world), &ask);
    assert_int_equal(reply.status, 403);
    assert_null(reply_header(&reply, "WWW-Authenticate"));
    reply_free(&reply);
    ask.token = "good";
    reply = client_call((uint16_t)port_of(world), &ask);
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body, "153600 bytes");
    assert_int_equal(atomic_load(&world->handled), 1);
    reply_free(&reply);
    free(body);
    close(stranger);
    close(other);
    close_world(world);
}

/* The headers come in pieces, under another spelling, behind another request, or with the body. */
static void a_token_is_found_however_the_headers_come(void **state)
{
    (void)state;
    struct world *world = open_world((struct server_limits){.bulks_max = 1});
    static const char *const pieces[][4] = {
        {BULK_LINE "Autho", "rization: Bearer go", "od\r\nContent-Length: 153600\r", "\n\r\n"},
        {"POST /v1/imports/orders HTTP/1.1\nAUTHORIZATION:\tBearer good \nHost: x\n", BULK_LENGTH},
        {"GET /a HTTP/1.1\r\nHost: x\r\n\r\n" BULK_LINE "authorization:Bearer good\r\n",
         BULK_LENGTH},
    };
    char *body = bulk_body();
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        int fd = client_connect((uint16_t)port_of(world));
        for (size_t j = 0; j < 4 && pieces[i][j] != NULL; j++) {
            client_send(fd, pieces[i][j]);
            for (int n = 0; n < 5; n++) nap();
        }
        client_send(fd, body);
        assert_non_null(strstr(client_read(fd, "153600 bytes"), "153600 bytes"));
        close(fd);
        while (atomic_load(&world->open) > 0) nap(); /* its place is free again */
    }
    free(body);
    close_world(world);
}

static void a_token_is_found_behind_tls(void **state)
{
    (void)state;
    char certificate[600], key[600];
    struct scratch scratch = scratch_make();
    certificate_create(scratch.path);
    snprintf(certificate, sizeof certificate, "%s/localhost.pem", scratch.path);
    snprintf(key, sizeof key, "%s/localhost.key", scratch.path);
    struct world *world = open_world_with((struct server_limits){0}, certificate, key);
    char *body = bulk_body();
    struct letter ask = {.path = "/v1/imports/orders", .body = body, .certificate = certificate};
    struct reply reply = client_call((uint16_t)port_of(world), &ask);
    assert_int_equal(reply.status, 401);
    reply_free(&reply);
    ask.token = "good";
    reply = client_call((uint16_t)port_of(world), &ask);
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body, "153600 bytes");
    reply_free(&reply);
    free(body);
    close_world(world);
    scratch_remove(&scratch);
}

static void a_small_bulk_body_needs_no_place(void **state)
{
    (void)state;
    struct world *world = open_world((struct server_limits){.bulks_max = 1});
    const struct letter ask = {.path = "/v1/imports/orders", .body = "small"};
    struct reply reply = client_call((uint16_t)port_of(world), &ask);
    assert_int_equal(reply.status, 200); /* its handler says who may */
    reply_free(&reply);
    close_world(world);
}

/* evhttp counts headers without the ends of their lines, and so takes more than is looked at. */
static void headers_of_very_many_lines_leave_nothing_behind(void **state)
{
    (void)state;
    struct world *world = open_world((struct server_limits){.bulks_max = 1});
    int fd = client_connect((uint16_t)port_of(world));
    static char lines[4500 * 5 + 1];
    for (size_t i = 0; i < 4500; i++) memcpy(lines + 5 * i, "a:b\r\n", 5);
    client_send(fd, BULK_LINE);
    client_send(fd, lines);
    client_send(fd, "Content-Length: 3\r\n\r\nabc");
    assert_non_null(strstr(client_read(fd, "3 bytes"), "3 bytes"));
    char *body = bulk_body();
    client_send(fd, BULK_LINE "Authorization: Bearer good\r\n" BULK_LENGTH);
    client_send(fd, body);
    const char *answer = client_read(fd, "153600 bytes");
    free(body);
    assert_non_null(strstr(answer, "153600 bytes")); /* its token is found */
    close(fd);
    close_world(world);
}

/* --- lengths ---------------------------------------------------------------------------------- */

static void a_length_is_digits(void **state)
{
    (void)state;
    struct world *world = open_world((struct server_limits){0});
    static const char *const lengths[] = {"+2", "0x2", "2,2", "-0", "2 2", ""};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        char request[128];
        snprintf(request, sizeof request,
                 "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %s\r\n\r\n{}", lengths[i]);
        int fd = client_connect((uint16_t)port_of(world));
        client_send(fd, request);
        if (strstr(client_read(fd, NULL), "HTTP/1.1 400 ") == NULL) fail_msg("'%s'", lengths[i]);
        close(fd);
    }
    assert_int_equal(atomic_load(&world->handled), 0);
    close_world(world);
}

/* A body is read, or the connection ends: it is never the next request. */
static void a_body_that_is_not_read_is_no_request(void **state)
{
    (void)state;
    struct world *world = open_world((struct server_limits){0});
    static const char *const heads[] = {
        "HEAD / HTTP/1.1\r\nHost: x\r\nContent-Length: 28\r\n\r\n",
        "TRACE / HTTP/1.1\r\nHost: x\r\nContent-Length: 028\r\n\r\n",
        "HEAD / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 28\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        int fd = client_connect((uint16_t)port_of(world));
        client_send(fd, heads[i]);
        client_send(fd, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
        bool read = strncmp(heads[i], "GET", 3) == 0;
        const char *answer = client_read(fd, NULL);
        if (strstr(answer, read ? " 200 OK" : " 400 ") == NULL) fail_msg("%s%s", heads[i], answer);
        close(fd);
    }
    assert_int_equal(atomic_load(&world->handled), 1);
    int fd = client_connect((uint16_t)port_of(world));
    client_send(fd, "HEAD / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    assert_non_null(strstr(client_read(fd, "\r\n\r\n"), " 200 OK"));
    close(fd);
    close_world(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connections_that_rest_make_room_for_who_has_a_question),
        cmocka_unit_test(an_answer_on_its_way_is_not_cut_off_for_the_crowd),
        cmocka_unit_test(connections_that_rest_stay_while_there_is_room),
        cmocka_unit_test(a_door_without_descriptors_says_so_and_opens_again),
        cmocka_unit_test(without_a_token_nobody_holds_a_place_for_a_bulk_body),
        cmocka_unit_test(a_token_is_found_however_the_headers_come),
        cmocka_unit_test(a_token_is_found_behind_tls),
        cmocka_unit_test(a_small_bulk_body_needs_no_place),
        cmocka_unit_test(headers_of_very_many_lines_leave_nothing_behind),
        cmocka_unit_test(a_body_that_is_not_read_is_no_request),
        cmocka_unit_test(a_length_is_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
