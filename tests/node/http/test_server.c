/* The lower half of the HTTP door, with handlers of the test's own: what reaches a handler, what
 * never does, what becomes of clients that are slow, greedy, broken or gone. */
#include "node/http/problem.h"
#include "node/http/server.h"
#include "tests/node/http/certificate.h"
#include "tests/node/http/client.h"
#include "tests/support/scratch.h"

#include <curl/curl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define READ_MS 400

/* --- a small world ---------------------------------------------------------------------------- */

struct held {
    struct delivery delivery;
    struct call *call;
};

struct world {
    struct server *server;
    pthread_mutex_t mutex;
    struct held *held; /* a call kept for later */
    uint64_t held_count, streams, gone, handled;
    struct stream *last;         /* of the streams that live */
    struct server_counts counts; /* as of the last tick */
};

static uint64_t look(struct world *world, const uint64_t *at)
{
    pthread_mutex_lock(&world->mutex);
    uint64_t value = *at;
    pthread_mutex_unlock(&world->mutex);
    return value;
}

static void nap(void)
{
    const struct timespec moment = {0, 10 * 1000 * 1000};
    nanosleep(&moment, NULL);
}

static bool comes_to(struct world *world, const uint64_t *at, uint64_t value)
{
    for (int i = 0; i < 1000 && look(world, at) != value; i++) nap();
    return look(world, at) == value;
}

static void answer_held(struct delivery *delivery)
{
    struct held *held = (struct held *)delivery;
    call_reply(held->call, 200, "text/plain", span_text("late"));
    free(held);
}

static void hold(struct world *world, struct call *call)
{
    struct held *held = calloc(1, sizeof *held);
    assert_non_null(held);
    held->call = call;
    held->delivery.run = answer_held;
    pthread_mutex_lock(&world->mutex);
    world->held = held;
    world->held_count++;
    pthread_mutex_unlock(&world->mutex);
}

static void on_gone(void *at)
{
    struct world *world = at;
    pthread_mutex_lock(&world->mutex);
    world->gone++;
    world->last = NULL;
    pthread_mutex_unlock(&world->mutex);
}

/* Writes for ever, as long as there is room. */
static void on_room(void *at)
{
    (void)at;
}

static void open_stream(struct world *world, struct call *call)
{
    const struct stream_port port = {world, on_gone, on_room};
    struct stream *stream = stream_open(call, "text/event-stream", &port);
    if (stream == NULL) {
        call_reply(call, 503, NULL, span_of("", 0));
        return;
    }
    stream_write(stream, span_text(": hello\n\n"));
    pthread_mutex_lock(&world->mutex);
    world->streams++;
    world->last = stream;
    pthread_mutex_unlock(&world->mutex);
}

/* Fills the one stream up to its bound and beyond: what does not fit is refused. */
static void flood(struct world *world, struct call *call)
{
    static uint8_t block[16 * 1024];
    unsigned written = 0;
    memset(block, 'x', sizeof block);
    while (written < 1000 && stream_write(world->last, span_of(block, sizeof block))) written++;
    char text[32];
    snprintf(text, sizeof text, "%u", written);
    call_reply(call, 200, "text/plain", span_text(text));
}

static void handle(void *at, struct call *call)
{
    struct world *world = at;
    struct span path = call_path(call);
    pthread_mutex_lock(&world->mutex);
    world->handled++;
    pthread_mutex_unlock(&world->mutex);
    if (span_equal(path, span_text("/hold")))
        hold(world, call);
    else if (span_equal(path, span_text("/stream")))
        open_stream(world, call);
    else if (span_equal(path, span_text("/flood")))
        flood(world, call);
    else if (span_equal(path, span_text("/client"))) {
        bool local;
        struct span client = span_text(call_client(call, &local));
        call_reply(call, 200, local ? "a/local" : "a/remote", client);
    } else if (span_equal(path, span_text("/large"))) {
        struct json_out out = {0};
        json_open(&out, NULL, '[');
        for (unsigned i = 0; i < 100000; i++) json_put_uint(&out, NULL, i);
        json_close(&out, ']');
        call_reply_json(call, 200, "application/json", &out);
    } else
        call_reply(call, 200, "text/plain", call_body(call));
}

static void tick(void *at, uint64_t now_ms)
{
    (void)now_ms;
    struct world *world = at;
    pthread_mutex_lock(&world->mutex);
    world->counts = server_counts(world->server);
    pthread_mutex_unlock(&world->mutex);
}

static struct world *open_world(struct server_options options)
{
    char why[SERVER_WHY_BYTES] = "";
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    pthread_mutex_init(&world->mutex, NULL);
    options.world = world;
    options.handle = handle;
    options.tick = tick;
    if (options.limits.read_ms == 0) options.limits.read_ms = READ_MS;
    options.bulk_prefix = "/v1/imports/";
    world->server = server_open(&options, why);
    if (world->server == NULL) fail_msg("%s", why);
    assert_int_equal(server_start(world->server), OK);
    return world;
}

static uint16_t port_of(const struct world *world)
{
    return server_port(world->server);
}

static void close_world(struct world *world)
{
    server_stop(world->server);
    server_free(world->server);
    pthread_mutex_destroy(&world->mutex);
    free(world);
}

static int setup(void **state)
{
    *state = open_world((struct server_options){0});
    return 0;
}

static int teardown(void **state)
{
    close_world(*state);
    return 0;
}

static void assert_problem(const char *answer, const char *status, const char *code)
{
    char wanted[64];
    snprintf(wanted, sizeof wanted, "HTTP/1.1 %s ", status);
    if (strncmp(answer, wanted, strlen(wanted)) != 0) fail_msg("%.200s is no %s", answer, status);
    assert_non_null(strstr(answer, "Content-Type: application/problem+json\r\n"));
    assert_null(strstr(answer, "<HTML>"));
    snprintf(wanted, sizeof wanted, "\"code\":\"%s\"", code);
    if (strstr(answer, wanted) == NULL) fail_msg("%.300s has no %s", answer, wanted);
}

/* --- whole requests --------------------------------------------------------------------------- */

static void a_request_reaches_the_handler_and_its_answer_the_client(void **state)
{
    uint16_t port = port_of(*state);
    const struct letter ask = {.path = "/echo", .body = "{\"a\":1}"};
    struct reply reply = client_call(port, &ask);
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body, "{\"a\":1}");
    reply_free(&reply);
    reply = client_get(port, "/large", NULL);
    assert_int_equal(reply.status, 200);
    assert_int_equal(reply.size, 588891);
    assert_int_equal(strncmp(reply.body + reply.size - 7, ",99999]", 7), 0);
    reply_free(&reply);
}

static void one_connection_serves_many_requests_also_when_they_come_at_once(void **state)
{
    int fd = client_connect(port_of(*state));
    for (int i = 0; i < 3; i++) {
        client_send(fd, "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
        assert_non_null(strstr(client_read(fd, "abc"), "200 OK"));
    }
    client_send(
        fd, "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none"
            "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\ntwo"
            "POST /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nthree");
    const char *all = client_read(fd, NULL);
    const char *one = strstr(all, "\r\n\r\none");
    assert_non_null(one);
    const char *two = strstr(one, "\r\n\r\ntwo");
    assert_non_null(two);
    assert_non_null(strstr(two, "\r\n\r\nthree"));
    close(fd);
}

static void a_body_in_chunks_is_put_together(void **state)
{
    int fd = client_connect(port_of(*state));
    client_send(fd, "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
    assert_non_null(strstr(client_read(fd, "abcdefg"), "abcdefg"));
    close(fd);
}

static void whoever_expects_to_be_told_to_continue_is_told(void **state)
{
    int fd = client_connect(port_of(*state));
    client_send(fd,
                "POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    assert_non_null(strstr(client_read(fd, "\r\n\r\n"), "HTTP/1.1 100 Continue"));
    client_send(fd, "abc");
    assert_non_null(strstr(client_read(fd, "abc"), "HTTP/1.1 200 OK"));
    close(fd);
    fd = client_connect(port_of(*state));
    client_send(fd,
                "POST /a HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nContent-Length: 3\r\n\r\nabc");
    assert_problem(client_read(fd, NULL), "417", "malformed");
    close(fd);
}

/* What follows a HEAD's headers would be taken for the next answer. */
static void an_answer_without_a_body_names_its_length(void **state)
{
    int fd = client_connect(port_of(*state));
    client_send(fd, "HEAD /client HTTP/1.1\r\nHost: x\r\n\r\n"
                    "GET /client HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const char *all = client_read(fd, NULL);
    const char *end = strstr(all, "\r\n\r\n");
    assert_non_null(end);
    assert_non_null(strstr(all, "Content-Length: 9\r\n"));
    assert_int_equal(strncmp(end, "\r\n\r\nHTTP/1.1 200 OK\r\n", 21), 0);
    assert_non_null(strstr(end + 4, "\r\n\r\n127.0.0.1"));
    close(fd);
}

static void a_forwarded_address_counts_only_from_a_trusted_proxy(void **state)
{
    const struct letter ask = {.path = "/client", .header = "X-Forwarded-For: 9.9.9.9, 8.8.8.8"};
    struct reply reply = client_call(port_of(*state), &ask);
    assert_string_equal(reply.body, "127.0.0.1");
    assert_string_equal(reply_header(&reply, "Content-Type"), "a/remote");
    reply_free(&reply);
    reply = client_get(port_of(*state), "/client", NULL);
    assert_string_equal(reply_header(&reply, "Content-Type"), "a/local");
    reply_free(&reply);
    struct world *trusting = open_world((struct server_options){.trust_forwarded = true});
    reply = client_call(port_of(trusting), &ask);
    assert_string_equal(reply.body, "8.8.8.8");
    reply_free(&reply);
    close_world(trusting);
}

/* --- broken, greedy and slow clients ---------------------------------------------------------- */

static void what_evhttp_refuses_is_a_problem_report_too(void **state)
{
    static const char *const broken[] = {
        "NONSENSE\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nno colon here\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: minus\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "GET / HTTP/1.1\r\nHost: x\r\nAuthorization: one\r\nauthorization: two\r\n\r\n",
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
         "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 3\r\n\r\nabc",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    };
    struct world *world = *state;
    uint64_t handled = look(world, &world->handled);
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        int fd = client_connect(port_of(world));
        client_send(fd, broken[i]);
        assert_problem(client_read(fd, NULL), "400", "malformed");
        close(fd);
    }
    assert_int_equal(look(world, &world->handled), handled);
    int old = client_connect(port_of(world)); /* before 1.1 nobody had to say it */
    client_send(old, "GET /client HTTP/1.0\r\n\r\n");
    assert_non_null(strstr(client_read(old, NULL), " 200 OK"));
    close(old);
}

static char *repeat(char c, size_t count)
{
    char *text = malloc(count + 1);
    assert_non_null(text);
    memset(text, c, count);
    text[count] = '\0';
    return text;
}

static void a_body_beyond_the_limit_is_refused_before_it_is_read(void **state)
{
    int fd = client_connect(port_of(*state));
    client_send(fd, "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\nabc");
    assert_problem(client_read(fd, NULL), "413", "too_large");
    close(fd);
    /* The answer survives although the client is still sending. */
    char *body = repeat('x', 300 * 1024);
    const struct letter ask = {.path = "/a", .body = body};
    struct reply reply = client_call(port_of(*state), &ask);
    assert_int_equal(reply.status, 413);
    assert_true(reply_has(&reply, "too_large"));
    reply_free(&reply);
    free(body);
    fd = client_connect(port_of(*state));
    client_send(fd, "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n");
    assert_problem(client_read(fd, NULL), "413", "too_large");
    close(fd);
}

/* No chunk is too large, all of them are; the client waits for its 100 or does not, and the chunks
 * come one by one or in one piece. */
static void chunks_that_add_up_are_refused(void **state)
{
    enum { CHUNK = 8 + 0x1000, ALL = 20 * CHUNK };
    char *all = repeat('x', ALL + 2); /* the first end of a line belongs to no chunk */
    for (char *at = all; at < all + ALL; at += CHUNK) memcpy(at, "\r\n1000\r\n", 8);
    for (unsigned i = 0; i < 6; i++) {
        int fd = client_connect(port_of(*state));
        client_send(fd, "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n");
        client_send(fd, i % 2 == 1 ? "Expect: 100-continue\r\n\r\n" : "\r\n");
        if (i == 1 || i == 3) assert_non_null(strstr(client_read(fd, "\r\n\r\n"), " 100 "));
        size_t piece = i < 2 ? CHUNK : ALL;
        for (char *at = all; at < all + ALL; at += piece)
            (void)send(fd, at + 2, piece, MSG_NOSIGNAL);
        const char *answer = client_read(fd, NULL);
        if (strncmp(answer, "HTTP/1.1 100", 12) == 0) answer = strstr(answer, "\r\n\r\n") + 4;
        assert_problem(answer, "413", "too_large");
        close(fd);
    }
    free(all);
}

/* What evhttp says on a connection that has answered before is mended as well. */
static void kept_connections_are_mended_too(void **state)
{
    static const char *const bad[][3] = {
        {"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", "413", "too_large"},
        {"GET / HTTP/1.1\r\nHost x\r\n\r\n", "400", "malformed"}};
    for (unsigned i = 0; i < 2; i++) {
        int fd = client_connect(port_of(*state));
        client_send(fd, "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx");
        assert_non_null(strstr(client_read(fd, "\r\n\r\n"), " 200 "));
        client_send(fd, bad[i][0]);
        assert_problem(client_read(fd, NULL), bad[i][1], bad[i][2]);
        close(fd);
    }
}

/* A socket that is closed with bytes unread is reset, and then the client loses the answer too. */
static void a_client_that_is_refused_may_send_on_for_a_moment(void **state)
{
    int fd = client_connect(port_of(*state));
    client_send(fd, "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\nabc");
    assert_problem(client_read(fd, NULL), "413", "too_large");
    static char more[1024 * 1024];
    for (int i = 0; i < 6; i++) {
        assert_int_equal(send(fd, more, sizeof more, MSG_NOSIGNAL), sizeof more);
        for (int j = 0; j < 3; j++) nap();
    }
    close(fd);
    struct world *world = *state;
    assert_true(comes_to(world, &world->counts.connections_open, 0));
}

static void headers_beyond_the_limit_are_refused(void **state)
{
    char *filler = repeat('x', 20 * 1024);
    int fd = client_connect(port_of(*state));
    client_send(fd, "GET / HTTP/1.1\r\nHost: x\r\nX-Filler: ");
    client_send(fd, filler);
    client_send(fd, "\r\n\r\n");
    assert_problem(client_read(fd, NULL), "431", "malformed");
    close(fd);
    fd = client_connect(port_of(*state));
    client_send(fd, "GET /");
    client_send(fd, filler);
    client_send(fd, " HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_problem(client_read(fd, NULL), "431", "malformed");
    close(fd);
    fd = client_connect(port_of(*state)); /* and those behind the last chunk */
    client_send(fd, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ");
    client_send(fd, filler);
    assert_problem(client_read(fd, NULL), "413", "too_large");
    close(fd);
    free(filler);
}

static void a_bulk_path_may_send_more_and_only_so_many_at_once(void **state)
{
    (void)state;
    const struct server_limits limits = {
        .bulks_max = 1, .bulk_bytes_max = 200 * 1024, .read_ms = 5000};
    struct world *world = open_world((struct server_options){.limits = limits});
    char *body = repeat('y', 150 * 1024);
    const struct letter ask = {.path = "/v1/imports/orders", .body = body};
    struct reply reply = client_call(port_of(world), &ask);
    assert_int_equal(reply.status, 200);
    assert_int_equal(reply.size, 150 * 1024);
    reply_free(&reply);
    int fd = client_connect(port_of(world));
    client_send(fd, "POST /v1/im");
    nap();
    client_send(fd, "ports/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 153600\r\n\r\n");
    for (int i = 0; i < 20; i++) nap(); /* until the node has seen it */
    reply = client_call(port_of(world), &ask);
    assert_int_equal(reply.status, 503);
    assert_true(reply_has(&reply, "busy"));
    reply_free(&reply);
    client_send(fd, body);
    assert_non_null(strstr(client_read(fd, "yyyy"), "200 OK"));
    close(fd);
    for (int i = 0; i < 20; i++) nap();
    reply = client_call(port_of(world), &ask);
    assert_int_equal(reply.status, 200);
    reply_free(&reply);
    free(body);
    close_world(world);
}

static void a_path_that_only_begins_like_a_bulk_path_may_not_send_more(void **state)
{
    char *body = repeat('y', 100 * 1024);
    int fd = client_connect(port_of(*state));
    client_send(fd, "POST /v1/b");
    for (int i = 0; i < 10; i++) nap();
    client_send(fd, "ody HTTP/1.1\r\nHost: x\r\nContent-Length: 102400\r\n\r\n");
    client_send(fd, body);
    assert_problem(client_read(fd, NULL), "413", "too_large");
    close(fd);
    free(body);
}

static void a_request_that_drips_in_is_cut_off(void **state)
{
    struct world *world = *state;
    int fd = client_connect(port_of(world));
    client_send(fd, "GET / HTTP/1.1\r\nHost: x\r\nX: ");
    char seen[1];
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (int i = 0; i < 400; i++) {
        client_send(fd, "d");
        nap();
        if (recv(fd, seen, 1, MSG_DONTWAIT) == 0) break;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    assert_int_equal(recv(fd, seen, 1, MSG_DONTWAIT), 0);
    assert_true(end.tv_sec - begin.tv_sec <= 3);
    close(fd);
    assert_true(comes_to(world, &world->counts.cut, 1));
}

static void a_silent_connection_ends_after_the_idle_time(void **state)
{
    (void)state;
    const struct server_limits limits = {.idle_ms = 200};
    struct world *world = open_world((struct server_options){.limits = limits});
    int fd = client_connect(port_of(world));
    assert_true(comes_to(world, &world->counts.connections, 1));
    assert_true(comes_to(world, &world->counts.connections_open, 0));
    assert_string_equal(client_read(fd, NULL), "");
    close(fd);
    close_world(world);
}

static void connections_beyond_the_limit_wait_and_are_served_in_turn(void **state)
{
    (void)state;
    const struct server_limits limits = {.connections_max = 2};
    struct world *world = open_world((struct server_options){.limits = limits});
    int first = client_connect(port_of(world));
    int second = client_connect(port_of(world));
    int third = client_connect(port_of(world));
    client_send(third, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert_true(comes_to(world, &world->counts.connections_open, 2));
    for (int i = 0; i < 20; i++) nap();
    assert_int_equal(look(world, &world->handled), 0);
    close(first);
    assert_non_null(strstr(client_read(third, NULL), "200 OK"));
    close(second);
    close(third);
    close_world(world);
}

/* --- clients that have gone ------------------------------------------------------------------- */

static void a_client_that_leaves_before_its_answer_harms_nobody(void **state)
{
    struct world *world = *state;
    for (unsigned i = 1; i <= 50; i++) {
        uint64_t before = look(world, &world->held_count);
        int fd = client_connect(port_of(world));
        client_send(fd, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
        assert_true(comes_to(world, &world->held_count, before + 1));
        const struct linger at_once = {1, 0}; /* a reset, not an orderly end */
        if (i % 2 == 0) setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close(fd);
        pthread_mutex_lock(&world->mutex);
        struct held *held = world->held;
        pthread_mutex_unlock(&world->mutex);
        server_deliver(world->server, &held->delivery);
    }
    struct reply reply = client_get(port_of(world), "/after", NULL);
    assert_int_equal(reply.status, 200);
    reply_free(&reply);
    assert_true(comes_to(world, &world->counts.calls_open, 0));
    assert_true(comes_to(world, &world->counts.connections_open, 0));
}

static void five_hundred_vanished_streams_leave_a_working_server(void **state)
{
    struct world *world = *state;
    enum { MANY = 500 };
    static int fds[MANY];
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    for (int i = 0; i < MANY; i++) {
        fds[i] = client_connect(port_of(world));
        client_send(fds[i], "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    assert_true(comes_to(world, &world->streams, MANY));
    for (int i = 0; i < MANY; i++) close(fds[i]);
    assert_true(comes_to(world, &world->gone, MANY));
    struct reply reply = client_get(port_of(world), "/after", NULL);
    assert_int_equal(reply.status, 200);
    reply_free(&reply);
    assert_true(comes_to(world, &world->counts.streams_open, 0));
}

static void streams_beyond_the_limit_are_refused(void **state)
{
    (void)state;
    const struct server_limits limits = {.streams_max = 1};
    struct world *world = open_world((struct server_options){.limits = limits});
    int fd = client_connect(port_of(world));
    client_send(fd, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_non_null(strstr(client_read(fd, "hello"), "text/event-stream"));
    struct reply reply = client_get(port_of(world), "/stream", NULL);
    assert_int_equal(reply.status, 503);
    reply_free(&reply);
    close(fd);
    close_world(world);
}

static void a_stream_that_is_not_read_is_bounded_and_dropped(void **state)
{
    (void)state;
    const struct server_limits limits = {.stall_ms = 300, .stream_bytes_max = 4 * 1024 * 1024};
    struct world *world = open_world((struct server_options){.limits = limits});
    int fd = client_connect(port_of(world));
    client_send(fd, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_true(comes_to(world, &world->streams, 1));
    struct reply reply = client_get(port_of(world), "/flood", NULL);
    long blocks = strtol(reply.body, NULL, 10);
    assert_true(blocks >= 200 && blocks <= 256);
    reply_free(&reply);
    assert_true(comes_to(world, &world->gone, 1));
    close(fd);
    close_world(world);
}

static void silence_of_a_reader_does_not_end_its_stream(void **state)
{
    (void)state;
    const struct server_limits limits = {.idle_ms = 200, .stall_ms = 200};
    struct world *world = open_world((struct server_options){.limits = limits});
    int fd = client_connect(port_of(world));
    client_send(fd, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_true(comes_to(world, &world->streams, 1));
    for (int i = 0; i < 80; i++) nap();
    assert_int_equal(look(world, &world->gone), 0);
    close(fd);
    close_world(world);
}

/* --- the end ---------------------------------------------------------------------------------- */

static void *answer_soon(void *at)
{
    struct world *world = at;
    for (int i = 0; i < 250; i++) nap(); /* longer than answers are given to be written */
    server_deliver(world->server, &world->held->delivery);
    return NULL;
}

static void a_stop_waits_for_the_answers_that_are_owed(void **state)
{
    (void)state;
    struct world *world = open_world((struct server_options){0});
    int fd = client_connect(port_of(world));
    int streaming = client_connect(port_of(world));
    client_send(streaming, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    client_send(fd, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_true(comes_to(world, &world->held_count, 1));
    assert_true(comes_to(world, &world->streams, 1));
    pthread_t thread;
    pthread_create(&thread, NULL, answer_soon, world);
    server_stop(world->server);
    pthread_join(thread, NULL);
    const char *answer = client_read(fd, NULL);
    assert_non_null(strstr(answer, "late"));
    assert_non_null(strstr(answer, "Connection: close"));
    assert_non_null(strstr(client_read(streaming, NULL), "0\r\n\r\n"));
    close(fd);
    close(streaming);
    close_world(world);
}

static void a_port_that_is_taken_is_an_error_with_its_name(void **state)
{
    char why[SERVER_WHY_BYTES] = "";
    const struct server_options options = {.port = port_of(*state), .handle = handle};
    assert_null(server_open(&options, why));
    assert_non_null(strstr(why, "cannot listen at 127.0.0.1"));
    const struct server_options nowhere = {.address = "the moon", .handle = handle};
    assert_null(server_open(&nowhere, why));
    assert_non_null(strstr(why, "the moon"));
}

/* --- TLS -------------------------------------------------------------------------------------- */

static char certificate[600], key[600];

static void create_certificate(const char *directory)
{
    certificate_create(directory);
    snprintf(certificate, sizeof certificate, "%s/localhost.pem", directory);
    snprintf(key, sizeof key, "%s/localhost.key", directory);
}

static void a_certificate_of_our_own_serves_tls(void **state)
{
    (void)state;
    struct world *world =
        open_world((struct server_options){.certificate = certificate, .key = key});
    const struct letter ask = {.path = "/a", .body = "over TLS", .certificate = certificate};
    struct reply reply = client_call(port_of(world), &ask);
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body, "over TLS");
    reply_free(&reply);
    const struct letter large = {.path = "/large", .certificate = certificate};
    reply = client_call(port_of(world), &large);
    assert_int_equal(reply.size, 588891);
    reply_free(&reply);
    char *body = repeat('x', 100 * 1024);
    const struct letter too_much = {.path = "/a", .body = body, .certificate = certificate};
    reply = client_call(port_of(world), &too_much);
    assert_int_equal(reply.status, 413);
    reply_free(&reply);
    free(body);
    close_world(world);
}

static void a_stranger_to_tls_gets_nothing(void **state)
{
    (void)state;
    struct world *world =
        open_world((struct server_options){.certificate = certificate, .key = key});
    int plain = client_connect(port_of(world));
    client_send(plain, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_null(strstr(client_read(plain, NULL), "HTTP/1.1"));
    close(plain);
    int silent = client_connect(port_of(world)); /* a handshake that never comes is cut off */
    assert_true(comes_to(world, &world->counts.cut, 1));
    assert_string_equal(client_read(silent, NULL), "");
    close(silent);
    assert_int_equal(look(world, &world->handled), 0);
    close_world(world);
}

static void a_bad_certificate_is_named(void **state)
{
    (void)state;
    char why[SERVER_WHY_BYTES] = "";
    struct server_options options = {.certificate = "no/such.pem", .key = key, .handle = handle};
    assert_null(server_open(&options, why));
    assert_non_null(strstr(why, "no/such.pem: No such file"));
    options.certificate = certificate;
    assert_int_equal(chmod(key, 0644), 0);
    assert_null(server_open(&options, why));
    assert_non_null(strstr(why, "localhost.key: may be read by everybody"));
    options.key = certificate;
    assert_null(server_open(&options, why));
    assert_non_null(strstr(why, "cannot use the key"));
    options.key = NULL;
    assert_null(server_open(&options, why));
    assert_non_null(strstr(why, "both"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_request_reaches_the_handler_and_its_answer_the_client,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            one_connection_serves_many_requests_also_when_they_come_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(a_body_in_chunks_is_put_together, setup, teardown),
        cmocka_unit_test_setup_teardown(whoever_expects_to_be_told_to_continue_is_told, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_answer_without_a_body_names_its_length, setup, teardown),
        cmocka_unit_test_setup_teardown(a_forwarded_address_counts_only_from_a_trusted_proxy, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_evhttp_refuses_is_a_problem_report_too, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_body_beyond_the_limit_is_refused_before_it_is_read, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(chunks_that_add_up_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(kept_connections_are_mended_too, setup, teardown),
        cmocka_unit_test_setup_teardown(a_client_that_is_refused_may_send_on_for_a_moment, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(headers_beyond_the_limit_are_refused, setup, teardown),
        cmocka_unit_test(a_bulk_path_may_send_more_and_only_so_many_at_once),
        cmocka_unit_test_setup_teardown(a_path_that_only_begins_like_a_bulk_path_may_not_send_more,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_request_that_drips_in_is_cut_off, setup, teardown),
        cmocka_unit_test(a_silent_connection_ends_after_the_idle_time),
        cmocka_unit_test(connections_beyond_the_limit_wait_and_are_served_in_turn),
        cmocka_unit_test_setup_teardown(a_client_that_leaves_before_its_answer_harms_nobody, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(five_hundred_vanished_streams_leave_a_working_server, setup,
                                        teardown),
        cmocka_unit_test(streams_beyond_the_limit_are_refused),
        cmocka_unit_test(a_stream_that_is_not_read_is_bounded_and_dropped),
        cmocka_unit_test(silence_of_a_reader_does_not_end_its_stream),
        cmocka_unit_test(a_stop_waits_for_the_answers_that_are_owed),
        cmocka_unit_test_setup_teardown(a_port_that_is_taken_is_an_error_with_its_name, setup,
                                        teardown),
        cmocka_unit_test(a_certificate_of_our_own_serves_tls),
        cmocka_unit_test(a_stranger_to_tls_gets_nothing),
        cmocka_unit_test(a_bad_certificate_is_named),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    struct scratch scratch = scratch_make();
    create_certificate(scratch.path);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    scratch_remove(&scratch);
    curl_global_cleanup();
    return failed;
}
