/* Answers that another turn of the loop hands over, which is the way of all that is committed: they
 * are written to the socket at once, and what it does not take then, evhttp writes later. */
#include "node/http/server.h"
#include "tests/node/http/client.h"

#include <curl/curl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define LARGE_BYTES (8u * 1024 * 1024) /* more than a socket takes that is not read from */

struct late {
    struct delivery delivery;
    struct call *call;
};

static void answer(struct delivery *delivery)
{
    struct late *late = (struct late *)delivery;
    struct span path = call_path(late->call);
    if (span_equal(path, span_text("/large"))) {
        char *large = malloc(LARGE_BYTES);
        assert_non_null(large);
        memset(large, 'x', LARGE_BYTES);
        call_reply(late->call, 200, "text/plain", span_of(large, LARGE_BYTES));
        free(large);
    } else {
        call_reply(late->call, 200, "text/plain", path);
    }
    free(late);
}

static void handle(void *world, struct call *call)
{
    struct server **server = world;
    struct late *late = calloc(1, sizeof *late);
    assert_non_null(late);
    *late = (struct late){.delivery.run = answer, .call = call};
    server_deliver(*server, &late->delivery);
}

static struct server *the_server;

static int setup(void **state)
{
    char why[SERVER_WHY_BYTES] = "";
    const struct server_options options = {.world = &the_server, .handle = handle};
    the_server = server_open(&options, why);
    *state = the_server;
    return the_server != NULL && server_start(the_server) == OK ? 0 : 1;
}

static int teardown(void **state)
{
    server_stop(*state);
    server_free(*state);
    return 0;
}

static void requests_that_came_at_once_are_answered_one_by_one(void **state)
{
    int fd = client_connect(server_port(*state));
    client_send(fd, "GET /one HTTP/1.1\r\nHost: x\r\n\r\nGET /two HTTP/1.1\r\nHost: x\r\n\r\n"
                    "GET /three HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const char *one = strstr(client_read(fd, NULL), "\r\n\r\n/oneHTTP/1.1 200 OK");
    assert_non_null(one);
    const char *two = strstr(one, "\r\n\r\n/twoHTTP/1.1 200 OK");
    assert_non_null(two);
    assert_non_null(strstr(two, "\r\n\r\n/three"));
    close(fd);
}

static void a_connection_lives_on_from_answer_to_answer(void **state)
{
    int fd = client_connect(server_port(*state));
    for (int i = 0; i < 100; i++) {
        client_send(fd, "GET /again HTTP/1.1\r\nHost: x\r\n\r\n");
        assert_non_null(strstr(client_read(fd, "/again"), "HTTP/1.1 200 OK"));
    }
    close(fd);
}

/* The head and LARGE_BYTES of body; then the connection ends. */
static size_t receive_all(int fd)
{
    static char bytes[64 * 1024];
    size_t count = 0, head = 0;
    for (;;) {
        ssize_t got = recv(fd, bytes, sizeof bytes, 0);
        if (got <= 0) return count - head;
        if (count == 0) {
            const char *end = memmem(bytes, (size_t)got, "\r\n\r\n", 4);
            assert_non_null(end);
            head = (size_t)(end - bytes) + 4;
        }
        count += (size_t)got;
    }
}

static void what_the_socket_does_not_take_at_once_comes_later(void **state)
{
    const struct timespec moment = {0, 200 * 1000 * 1000};
    int fd = client_connect(server_port(*state));
    client_send(fd, "GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    nanosleep(&moment, NULL); /* nothing is read meanwhile */
    assert_int_equal(receive_all(fd), LARGE_BYTES);
    close(fd);
}

static void a_client_that_leaves_in_the_middle_of_its_answer_harms_nobody(void **state)
{
    for (int i = 0; i < 20; i++) {
        int fd = client_connect(server_port(*state));
        client_send(fd, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
        if (i % 2 == 0) client_read(fd, "\r\n\r\n");
        close(fd);
    }
    struct reply reply = client_get(server_port(*state), "/still", NULL);
    assert_int_equal(reply.status, 200);
    reply_free(&reply);
}

static void an_answer_bears_the_date_of_now(void **state)
{
    time_t before = time(NULL);
    struct reply reply = client_get(server_port(*state), "/date", NULL);
    const char *date = reply_header(&reply, "Date");
    assert_non_null(date);
    time_t said = curl_getdate(date, NULL);
    assert_true(said >= before && said <= time(NULL));
    assert_non_null(strstr(date, " GMT"));
    reply_free(&reply);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(requests_that_came_at_once_are_answered_one_by_one),
        TEST(a_connection_lives_on_from_answer_to_answer),
        TEST(what_the_socket_does_not_take_at_once_comes_later),
        TEST(a_client_that_leaves_in_the_middle_of_its_answer_harms_nobody),
        TEST(an_answer_bears_the_date_of_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
