/* What goes through the HTTP door of a real node without a decision: carriers' pushes, the feed,
 * figures, bulk imports, and the administrator's calls. */
#include "tests/node/http/door_world.h"

#include <curl/curl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define HOOK "/v1/carriers/easypost/webhook"

static int setup(void **state)
{
    struct door *door = calloc(1, sizeof *door);
    assert_non_null(door);
    door->options.comment_ms = 300;
    door_open(door);
    door_settle(door);
    *state = door;
    return 0;
}

static void nap(void)
{
    const struct timespec moment = {0, 20 * 1000 * 1000};
    nanosleep(&moment, NULL);
}

/* --- webhooks --------------------------------------------------------------------------------- */

static void a_push_is_on_the_disk_when_it_is_answered(void **state)
{
    struct door *door = *state;
    struct reply reply = door_push(door, HOOK, door_easypost("EZ1000", 1));
    assert_status(&reply, 200);
    assert_string_equal(reply_header(&reply, "Durable"), "local");
    assert_string_equal(at(&reply, "trackings"), "1");
    assert_string_equal(at(&reply, "duplicates"), "0");
    reply_free(&reply);
    reply = door_get(door, "/v1/parcels?number=ez1000", door->operator);
    assert_int_equal(count_at(&reply, "parcels"), 1);
    assert_string_equal(at(&reply, "parcels/0/status"), "in_transit");
    reply_free(&reply);
    reply = door_get(door, "/v1/scans?number=EZ1000", door->operator);
    assert_true(count_at(&reply, "scans") >= 1);
    reply_free(&reply);
}

static void a_push_again_is_answered_alike_and_stored_once(void **state)
{
    struct door *door = *state;
    char body[2048];
    strcpy(body, door_easypost("EZ2000", 2));
    struct reply reply = door_push(door, HOOK, body);
    assert_status(&reply, 200);
    reply_free(&reply);
    for (int i = 0; i < 3; i++) {
        reply = door_push(door, HOOK, body);
        assert_status(&reply, 200);
        assert_string_equal(at(&reply, "duplicates"), "1");
        reply_free(&reply);
    }
    reply = door_get(door, "/v1/scans?number=EZ2000", door->operator);
    size_t scans = count_at(&reply, "scans");
    reply_free(&reply);
    reply = door_push(door, HOOK, door_easypost("EZ2000", 3));
    reply_free(&reply);
    reply = door_get(door, "/v1/scans?number=EZ2000", door->operator);
    assert_true(count_at(&reply, "scans") > scans);
    assert_true(scans <= 2);
    reply_free(&reply);
}

static void a_push_without_its_proof_is_refused_before_it_is_read(void **state)
{
    struct door *door = *state;
    const char *zeros = "X-Hmac-Signature: hmac-sha256-hex="
                        "0000000000000000000000000000000000000000000000000000000000000000";
    const struct letter letters[] = {
        {.path = HOOK, .body = door_easypost("EZ3000", 1)},
        {.path = HOOK, .body = "broken", .header = zeros},
        {.path = HOOK, .body = "broken", .header = "X-Hmac-Signature: nonsense"},
    };
    for (size_t i = 0; i < 3; i++) {
        struct reply reply = client_call(door_port(door), &letters[i]);
        assert_refused(&reply, 401, "bad_signature");
        reply_free(&reply);
    }
    /* Signed, but for another account. */
    struct reply reply = door_push(door, HOOK "/second", door_easypost("EZ3000", 1));
    assert_refused(&reply, 401, "bad_signature");
    reply_free(&reply);
    reply = door_get(door, "/v1/parcels?number=EZ3000", door->operator);
    assert_int_equal(count_at(&reply, "parcels"), 0);
    reply_free(&reply);
}

static void a_broken_push_and_an_unknown_carrier_are_named(void **state)
{
    struct door *door = *state;
    struct reply reply = door_push(door, HOOK, "{\"description\":");
    assert_refused(&reply, 400, "malformed");
    assert_non_null(strstr(at(&reply, "detail"), "line 1, column"));
    assert_false(stands_at(&reply, "errors"));
    reply_free(&reply);
    reply =
        door_push(door, HOOK, "{\"id\":\"e\",\"description\":\"tracker.updated\",\"result\":{}}");
    assert_status(&reply, 400);
    assert_string_equal(at(&reply, "errors/0/pointer"), "/result/tracking_code");
    reply_free(&reply);
    reply = door_push(door, "/v1/carriers/pigeon/webhook", "{}");
    assert_refused(&reply, 404, "unknown_carrier");
    reply_free(&reply);
    reply = door_push(door, "/v1/carriers/aftership/webhook", "{}");
    assert_refused(&reply, 404, "unknown_carrier");
    reply_free(&reply);
    reply = door_push(door, HOOK "/third", "{}");
    assert_refused(&reply, 404, "unknown_carrier");
    reply_free(&reply);
    /* Events that are not about a parcel are taken, so that the carrier does not repeat them. */
    reply = door_push(door, HOOK, "{\"id\":\"e\",\"description\":\"batch.created\"}");
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "trackings"), "0");
    reply_free(&reply);
    reply = door_get(door, "/v1/carriers", NULL);
    assert_status(&reply, 200);
    assert_true(count_at(&reply, "carriers") >= 2);
    assert_string_equal(at(&reply, "carriers/0/configured"), "true");
    reply_free(&reply);
}

static void a_tracking_that_a_person_types_is_an_observation_too(void **state)
{
    struct door *door = *state;
    const char *body = "{\"carrier\":\"counter\",\"number\":\"ty 1\",\"points\":[{\"status\":"
                       "\"delivered\",\"occurred_ms\":\"2026-02-02T02:02:02Z\","
                       "\"quality\":\"offset\"}]}";
    for (int i = 0; i < 2; i++) {
        const struct letter letter = {
            .path = "/v1/trackings", .token = door->operator, .body = body };
        struct reply reply = client_call(door_port(door), &letter);
        assert_status(&reply, 201);
        assert_string_equal(reply_header(&reply, "Durable"), "local");
        assert_int_equal(stands_at(&reply, "duplicate"), i == 1);
        reply_free(&reply);
    }
    struct reply reply = door_get(door, "/v1/parcels?number=TY1", door->operator);
    assert_string_equal(at(&reply, "parcels/0/status"), "delivered");
    reply_free(&reply);
}

/* --- the feed --------------------------------------------------------------------------------- */

static int listen_to(const struct door *door, const char *token, const char *header)
{
    char request[1024];
    int fd = client_connect(door_port(door));
    snprintf(request, sizeof request,
             "GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n%s\r\n", token,
             header);
    client_send(fd, request);
    return fd;
}

static void last_id(const char *stream, char id[128])
{
    const char *found = NULL;
    for (const char *at_id = strstr(stream, "id: "); at_id != NULL;
         at_id = strstr(at_id + 1, "id: "))
        found = at_id;
    assert_non_null(found);
    snprintf(id, 128, "%.*s", (int)strcspn(found + 4, "\n"), found + 4);
}

static void events_come_as_they_are_stored_and_resume_where_one_left(void **state)
{
    struct door *door = *state;
    char id[128], header[256];
    int fd = listen_to(door, door->operator, "");
    assert_non_null(strstr(client_read(fd, "retry: "), "text/event-stream"));
    struct reply reply = door_push(door, HOOK, door_easypost("EZ4000", 1));
    reply_free(&reply);
    const char *stream = client_read(fd, "\n\n");
    assert_non_null(strstr(stream, "event: tracking\n"));
    assert_non_null(strstr(stream, "\"number\":\"EZ4000\""));
    last_id(stream, id);
    close(fd);
    /* What comes while nobody listens is told afterwards, and nothing before it again. */
    reply = door_push(door, HOOK, door_easypost("EZ4001", 2));
    reply_free(&reply);
    reply = door_push(door, HOOK, door_easypost("EZ4002", 3));
    reply_free(&reply);
    snprintf(header, sizeof header, "Last-Event-ID: %s\r\n", id);
    fd = listen_to(door, door->operator, header);
    stream = client_read(fd, "EZ4002");
    assert_non_null(strstr(stream, "EZ4001"));
    assert_non_null(strstr(stream, "EZ4002"));
    assert_null(strstr(stream, "EZ4000"));
    assert_null(strstr(stream, "event: reset"));
    /* And silence is filled with comments. */
    assert_non_null(strstr(client_read(fd, ":\n\n"), ":\n\n"));
    close(fd);
}

static void an_id_that_was_never_given_is_answered_by_a_reset(void **state)
{
    struct door *door = *state;
    char header[3][256], id[128];
    struct reply reply = door_get(door, "/v1/events?poll", door->admin);
    strcpy(id, at(&reply, "next"));
    assert_string_equal(at(&reply, "reset"), "false");
    reply_free(&reply);
    reply = door_get(door, "/v1/events?poll&limit=many", door->admin);
    assert_refused(&reply, 400, "out_of_range");
    reply_free(&reply);
    snprintf(header[0], sizeof header[0], "Last-Event-ID: nonsense\r\n");
    snprintf(header[1], sizeof header[1], "Last-Event-ID: %s9\r\n", id); /* not given yet */
    snprintf(header[2], sizeof header[2], "Last-Event-ID: %s-1\r\n", door->shop);
    for (int i = 0; i < 3; i++) {
        int fd = listen_to(door, door->admin, header[i]);
        assert_non_null(strstr(client_read(fd, "event: reset"), "event: reset"));
        reply = door_push(door, HOOK, door_easypost("EZ5000", (unsigned)i));
        reply_free(&reply);
        assert_non_null(strstr(client_read(fd, "EZ5000"), "EZ5000"));
        close(fd);
    }
}

static void the_feed_goes_on_over_a_restart(void **state)
{
    struct door *door = *state;
    char id[128], path[256];
    struct reply reply = door_get(door, "/v1/events?poll", door->admin);
    strcpy(id, at(&reply, "next"));
    reply_free(&reply);
    reply = door_push(door, HOOK, door_easypost("EZ6000", 1));
    reply_free(&reply);
    door_stop(door);
    door_start(door);
    snprintf(path, sizeof path, "/v1/events?poll&after=%s", id);
    reply = door_get(door, path, door->admin);
    assert_string_equal(at(&reply, "reset"), "false");
    assert_int_equal(count_at(&reply, "events"), 1);
    assert_string_equal(at(&reply, "events/0/kind"), "tracking");
    assert_string_equal(at(&reply, "events/0/body/number"), "EZ6000");
    reply_free(&reply);
}

/* All pages from the first event on, each event by its number; how many there are. */
static unsigned walk_the_feed(struct door *door)
{
    char path[256] = "/v1/events?poll&after=0&limit=2";
    unsigned events = 0;
    for (bool more = true; more;) {
        struct reply reply = door_get(door, path, door->admin);
        assert_status(&reply, 200);
        size_t count = count_at(&reply, "events");
        for (size_t i = 0; i < count; i++) {
            char step[48];
            snprintf(step, sizeof step, "events/%zu/number", i);
            assert_int_equal(strtoul(at(&reply, step), NULL, 10), ++events);
        }
        more = strcmp(at(&reply, "more"), "true") == 0;
        snprintf(path, sizeof path, "/v1/events?poll&limit=2&after=%s", at(&reply, "next"));
        reply_free(&reply);
    }
    return events;
}

/* The status is told after a turn, and a page may show its events a moment before. */
static void the_feed_in_pages_is_the_whole_feed(void **state)
{
    struct door *door = *state;
    for (unsigned i = 0; i < 7; i++) {
        struct reply reply = door_push(door, HOOK, door_easypost("EZ7000", i));
        reply_free(&reply);
    }
    unsigned long told = 0;
    unsigned events = 0;
    for (unsigned round = 0; round < 100 && told != events + 1; round++) {
        events = walk_the_feed(door);
        struct reply reply = door_get(door, "/v1/status", door->admin);
        told = strtoul(at(&reply, "feed_next"), NULL, 10);
        reply_free(&reply);
    }
    assert_int_equal(told, events + 1);
}

static void a_merchant_is_told_of_its_own_book_only(void **state)
{
    struct door *door = *state;
    door_order(door, "T", 1);
    struct reply reply = door_push(door, HOOK, door_easypost("EZ8000", 1));
    reply_free(&reply);
    reply = door_get(door, "/v1/events?poll&after=0&limit=1000", door->merchant);
    size_t count = count_at(&reply, "events");
    assert_true(count >= 2);
    for (size_t i = 0; i < count; i++) {
        char step[48];
        snprintf(step, sizeof step, "events/%zu/log", i);
        assert_string_equal(at(&reply, step), door->book);
    }
    assert_true(reply_has(&reply, "\"kind\":\"order\""));
    assert_false(reply_has(&reply, "EZ8000"));
    reply_free(&reply);
}

static void vanished_listeners_hold_up_nobody(void **state)
{
    struct door *door = *state;
    enum { MANY = 500 };
    static int fds[MANY];
    for (int i = 0; i < MANY; i++) fds[i] = listen_to(door, door->operator, "");
    for (int i = 0; i < MANY; i++) assert_non_null(strstr(client_read(fds[i], "retry"), "200 OK"));
    const struct linger at_once = {1, 0};
    for (int i = 0; i < MANY; i++) {
        if (i % 2 == 0) setsockopt(fds[i], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close(fds[i]);
    }
    struct reply reply = door_push(door, HOOK, door_easypost("EZ9000", 1));
    assert_status(&reply, 200);
    reply_free(&reply);
    for (int i = 0; i < 500; i++) {
        reply = door_get(door, "/metrics", NULL);
        bool none = reply_has(&reply, "\nentrepot_http_streams_open 0\n");
        reply_free(&reply);
        if (none) break;
        assert_true(i < 499);
        nap();
    }
}

static void a_listener_that_is_far_behind_catches_up(void **state)
{
    struct door *door = *state;
    enum { EVENTS = 600 };
    unsigned count = 0;
    char number[24];
    for (unsigned i = 0; i < EVENTS; i++) {
        snprintf(number, sizeof number, "CATCH%u", i);
        struct reply reply = door_push(door, HOOK, door_easypost(number, i));
        assert_status(&reply, 200);
        reply_free(&reply);
    }
    int fd = listen_to(door, door->operator, "Last-Event-ID: 0\r\n");
    const char *stream = client_read(fd, "CATCH599");
    for (const char *found = strstr(stream, "\nevent: tracking\n"); found != NULL;
         found = strstr(found + 1, "\nevent: tracking\n"))
        count++;
    assert_int_equal(count, EVENTS);
    close(fd);
}

static void who_may_see_little_of_a_long_feed_still_comes_to_its_end(void **state)
{
    struct door *door = *state;
    char number[24];
    for (unsigned i = 0; i < 400; i++) {
        snprintf(number, sizeof number, "LONG%u", i);
        struct reply reply = door_push(door, HOOK, door_easypost(number, i));
        reply_free(&reply);
    }
    door_order(door, "END", 1);
    door_stop(door);
    door->options.comment_ms = 60000; /* a comment would push it on */
    door_start(door);
    int fd = listen_to(door, door->merchant, "Last-Event-ID: 0\r\n");
    assert_non_null(strstr(client_read(fd, "\"reference\":\"END\""), "event: order\n"));
    close(fd);
}

/* --- figures ---------------------------------------------------------------------------------- */

static void the_node_tells_how_it_is(void **state)
{
    struct door *door = *state;
    struct reply reply = door_get(door, "/livez", NULL);
    assert_status(&reply, 200);
    reply_free(&reply);
    reply = door_get(door, "/readyz?verbose", NULL);
    assert_status(&reply, 200);
    assert_true(reply_has(
        &reply, "[+] writer\n[+] store\n[+] disk\n[+] clock\n[+] queue\n[+] accounts\nready\n"));
    reply_free(&reply);
    reply = door_get(door, "/readyz", NULL);
    assert_string_equal(reply.body, "ready\n");
    reply_free(&reply);
    for (int i = 0; i < 50; i++) nap(); /* figures are counted once in a while */
    reply = door_push(door, HOOK, door_easypost("EZS", 1));
    reply_free(&reply);
    reply = door_get(door, "/v1/status", door->operator);
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "node"), door->node);
    assert_string_equal(at(&reply, "clock"), "ok");
    assert_string_equal(at(&reply, "in_doubt"), "false");
    assert_true(stands_at(&reply, "unreplicated/count"));
    assert_true(stands_at(&reply, "asks/oldest_ms"));
    assert_int_equal(count_at(&reply, "logs"), 3);
    assert_int_equal(strlen(at(&reply, "digest")), 64);
    reply_free(&reply);
    reply = door_get(door, "/v1/digests", door->operator);
    assert_int_equal(strlen(at(&reply, "tables/return")), 64);
    assert_false(stands_at(&reply, "tables/todo"));
    reply_free(&reply);
    reply = door_get(door, "/openapi.yaml", NULL);
    assert_status(&reply, 200);
    assert_int_equal(strncmp(reply.body, "openapi: 3.1.0\n", 15), 0);
    reply_free(&reply);
}

/* The text form: a line is a comment or a name, perhaps labels, and a number; HELP and TYPE come
 * before the first value of a name, and once. */
static void metrics_are_in_the_form_that_prometheus_reads(void **state)
{
    struct door *door = *state;
    struct reply reply = door_push(door, HOOK, door_easypost("EZM", 1));
    reply_free(&reply);
    reply = door_get(door, "/metrics", NULL);
    assert_status(&reply, 200);
    assert_int_equal(strncmp(reply_header(&reply, "Content-Type"), "text/plain; version=0.0.4", 25),
                     0);
    assert_int_equal(reply.body[reply.size - 1], '\n');
    char name[128] = "";
    for (char *line = strtok(reply.body, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        char word[128], rest[512], value[64];
        if (sscanf(line, "# TYPE %127s %511s", word, rest) == 2) {
            assert_string_equal(word, name);
            assert_true(strcmp(rest, "counter") == 0 || strcmp(rest, "gauge") == 0);
        } else if (sscanf(line, "# HELP %127s %511[^\n]", word, rest) == 2) {
            strcpy(name, word);
        } else {
            if (sscanf(line, "%127[a-z0-9_]{%511[^}]} %63s", word, rest, value) != 3)
                assert_int_equal(sscanf(line, "%127[a-z0-9_] %63s", word, value), 2);
            assert_string_equal(word, name);
            char *end;
            (void)strtoull(value, &end, 10);
            assert_int_equal(*end, '\0');
        }
    }
    reply_free(&reply);
    const struct letter forwarded = {.path = "/metrics", .header = "X-Forwarded-For: 203.0.113.9"};
    reply = client_call(door_port(door), &forwarded);
    assert_refused(&reply, 401, "unauthenticated");
    reply_free(&reply);
    const struct letter known = {
        .path = "/metrics", .header = "X-Forwarded-For: 203.0.113.9", .token = door->operator};
    reply = client_call(door_port(door), &known);
    assert_status(&reply, 200);
    reply_free(&reply);
}

/* --- many at once ----------------------------------------------------------------------------- */

static size_t put_line(const struct door *door, char *to, size_t size, const char *reference)
{
    return (size_t)snprintf(
        to, size,
        "{\"merchant\":\"%s\",\"reference\":\"%s\",\"currency\":\"EUR\","
        "\"sold_ms\":\"2020-01-02T03:04:05Z\",\"lines\":[{\"sku\":\"S\",\"quantity\":1,"
        "\"price_minor\":100}],\"payments\":[{\"provider\":\"stripe\",\"reference\":\"pi-%s\","
        "\"captured_minor\":100}]}\n",
        door->shop, reference, reference);
}

/* The n-th line of an answer, as a reply of its own. */
static struct reply line_of(const struct reply *reply, unsigned number)
{
    const char *line = reply->body;
    while (number-- > 1) line = strchr(line, '\n') + 1;
    size_t size = strcspn(line, "\n");
    struct reply one = {.status = 200, .headers = calloc(1, 1), .body = strndup(line, size)};
    one.size = size;
    return one;
}

static void orders_in_bulk_are_answered_line_by_line(void **state)
{
    struct door *door = *state;
    static char body[8192];
    size_t used = put_line(door, body, sizeof body, "B1");
    used += (size_t)snprintf(body + used, sizeof body - used, "\n{\"merchant\":7}\r\nnonsense\n");
    used += put_line(door, body + used, sizeof body - used, "B2");
    put_line(door, body + used, sizeof body - used, "B1"); /* the order of line 1 again */
    struct letter letter = {.path = "/v1/imports/orders",
                            .token = door->merchant,
                            .key = "file",
                            .type = "application/x-ndjson",
                            .body = body};
    for (int again = 0; again < 2; again++) {
        struct reply reply = client_call(door_port(door), &letter);
        assert_status(&reply, 200);
        assert_string_equal(reply_header(&reply, "Content-Type"), "application/x-ndjson");
        static const struct {
            const char *line, *status, *state, *pointer;
        } wanted[] = {{"1", "200", "done", NULL},
                      {"3", "400", "refused", "/merchant"},
                      {"4", "400", "refused", NULL},
                      {"5", "200", "done", NULL},
                      {"6", "200", "done", NULL}};
        for (unsigned i = 0; i < 5; i++) {
            struct reply line = line_of(&reply, i + 1);
            assert_string_equal(at(&line, "line"), wanted[i].line);
            assert_string_equal(at(&line, "status"), wanted[i].status);
            assert_string_equal(at(&line, "state"), wanted[i].state);
            if (wanted[i].pointer != NULL)
                assert_string_equal(at(&line, "pointer"), wanted[i].pointer);
            reply_free(&line);
        }
        struct reply sum = line_of(&reply, 6);
        assert_string_equal(at(&sum, "done"), "3");
        assert_string_equal(at(&sum, "duplicate"), again == 0 ? "1" : "0"); /* then: replays */
        assert_string_equal(at(&sum, "refused"), "2");
        reply_free(&sum);
        reply_free(&reply);
    }
    struct reply reply = door_get(door, "/v1/orders", door->merchant);
    assert_int_equal(count_at(&reply, "orders"), 2);
    reply_free(&reply);
    letter.type = "application/json";
    reply = client_call(door_port(door), &letter);
    assert_refused(&reply, 415, "unsupported");
    reply_free(&reply);
    letter.type = "application/x-ndjson";
    letter.key = NULL;
    reply = client_call(door_port(door), &letter);
    assert_refused(&reply, 400, "key_missing");
    reply_free(&reply);
}

static void a_line_about_another_merchant_is_refused_and_the_others_are_not(void **state)
{
    struct door *door = *state;
    static char body[4096];
    size_t used = put_line(door, body, sizeof body, "O1");
    char *shop = strstr(body, door->shop);
    memcpy(shop, door->far_node, strlen(door->far_node));
    put_line(door, body + used, sizeof body - used, "O2");
    const struct letter letter = {.path = "/v1/imports/orders",
                                  .token = door->merchant,
                                  .key = "mixed",
                                  .type = "application/x-ndjson",
                                  .body = body};
    struct reply reply = client_call(door_port(door), &letter);
    struct reply line = line_of(&reply, 1);
    assert_string_equal(at(&line, "status"), "403");
    assert_string_equal(at(&line, "pointer"), "/merchant");
    reply_free(&line);
    line = line_of(&reply, 2);
    assert_string_equal(at(&line, "status"), "200");
    reply_free(&line);
    reply_free(&reply);
}

static void a_thousand_orders_come_in_by_one_call(void **state)
{
    struct door *door = *state;
    enum { MANY = 1000 };
    size_t room = MANY * 400, used = 0;
    char *body = malloc(room), reference[16];
    assert_non_null(body);
    for (int i = 0; i < MANY; i++) {
        snprintf(reference, sizeof reference, "N%d", i);
        used += put_line(door, body + used, room - used, reference);
    }
    const struct letter letter = {.path = "/v1/imports/orders",
                                  .token = door->admin,
                                  .key = "many",
                                  .type = "application/x-ndjson",
                                  .body = body};
    struct reply reply = client_call(door_port(door), &letter);
    assert_status(&reply, 200);
    assert_true(reply_has(&reply, "{\"done\":1000,\"duplicate\":0,\"requested\":0,\"refused\":0}"));
    reply_free(&reply);
    free(body);
}

/* --- the administrator ------------------------------------------------------------------------ */

static void a_token_is_made_shown_once_and_revoked(void **state)
{
    struct door *door = *state;
    char secret[TOKEN_TEXT_BYTES], path[128];
    struct reply reply =
        door_post(door, "/v1/tokens", "{\"role\":\"operator\",\"name\":\"scanner 4\"}");
    assert_status(&reply, 201);
    strcpy(secret, at(&reply, "secret"));
    snprintf(path, sizeof path, "/v1/tokens/%s/revoke", at(&reply, "token"));
    assert_string_equal(reply_header(&reply, "Cache-Control"), "no-store");
    reply_free(&reply);
    reply = door_get(door, "/v1/boxes", secret);
    assert_status(&reply, 200);
    reply_free(&reply);
    reply = door_get(door, "/v1/tokens", door->admin);
    assert_int_equal(count_at(&reply, "tokens"), 4);
    assert_false(reply_has(&reply, "secret"));
    assert_true(reply_has(&reply, "scanner 4"));
    reply_free(&reply);
    reply = door_post(door, path, "");
    assert_status(&reply, 200);
    reply_free(&reply);
    reply = door_get(door, "/v1/boxes", secret);
    assert_refused(&reply, 401, "unauthenticated");
    reply_free(&reply);
    reply = door_post(door, "/v1/tokens", "{\"role\":\"merchant\"}");
    assert_refused(&reply, 400, "out_of_range");
    reply_free(&reply);
    reply = door_post(door, "/v1/tokens", "{\"role\":\"emperor\"}");
    assert_refused(&reply, 400, "out_of_range");
    assert_string_equal(at(&reply, "errors/0/pointer"), "/role");
    reply_free(&reply);
}

static void a_token_made_by_the_command_line_opens_the_running_node(void **state)
{
    struct door *door = *state;
    struct tokens *tokens;
    struct token_row row;
    char printed[TOKEN_TEXT_BYTES], why[TOKENS_WHY_BYTES];
    const struct token_wish wish = {.role = ROLE_OPERATOR};
    assert_int_equal(tokens_open(door->tokens_file, keys_crypto(door->keys), &tokens, why), OK);
    assert_int_equal(tokens_create(tokens, &wish, 1, &row, printed, why), OK);
    tokens_free(tokens);
    for (int i = 0; i < 150; i++) {
        struct reply reply = door_get(door, "/v1/boxes", printed);
        bool in = reply.status == 200;
        reply_free(&reply);
        if (in) return;
        nap();
    }
    fail();
}

static void a_backup_is_a_copy_under_a_plain_name(void **state)
{
    struct door *door = *state;
    char path[700];
    struct stat about;
    struct reply reply = door_post(door, "/v1/backup", "{\"name\":\"monday\"}");
    assert_status(&reply, 201);
    reply_free(&reply);
    snprintf(path, sizeof path, "%s/monday", door->backups);
    assert_int_equal(stat(path, &about), 0);
    static const char *const bad[] = {"..", "../x", "a/b", ".hidden", "a b"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char body[64];
        snprintf(body, sizeof body, "{\"name\":\"%s\"}", bad[i]);
        reply = door_post(door, "/v1/backup", body);
        assert_refused(&reply, 400, "out_of_range");
        reply_free(&reply);
    }
}

static void books_and_clocks_answer_plainly(void **state)
{
    struct door *door = *state;
    char path[128], body[128];
    struct reply reply = door_post(door, "/v1/clock/confirm", "");
    assert_status(&reply, 200);
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/merchants/%s/open-book", door->far_node);
    reply = door_post(door, path, "");
    assert_refused(&reply, 404, "not_found");
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/books/%s/handover", door->book);
    snprintf(body, sizeof body, "{\"leader\":\"%s\"}", door->shop);
    reply = door_post(door, path, body);
    assert_refused(&reply, 404, "not_found");
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/books/%s/recover", door->book);
    reply = door_post(door, path, "{\"lost\":[]}");
    assert_refused(&reply, 409, "conflict"); /* it is led here */
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/books/%s/handover", door->book);
    snprintf(body, sizeof body, "{\"leader\":\"%s\"}", door->far_node);
    reply = door_post(door, path, body);
    assert_refused(&reply, 409, "conflict"); /* a member, but nothing was ever heard of it */
    assert_true(reply_has(&reply, "\"rule\":\"leader: nothing of its log is held here"));
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/books/%s", door->book);
    reply = door_get(door, path, door->operator);
    assert_string_not_equal(at(&reply, "leader"), door->far_node);
    reply_free(&reply);
}

/* --- many clients ----------------------------------------------------------------------------- */

struct busy {
    struct door *door;
    unsigned first, count, good;
};

static void *push_many(void *world)
{
    struct busy *busy = world;
    int fd = client_connect(door_port(busy->door));
    for (unsigned i = 0; i < busy->count; i++) {
        static const char request[] = "GET /v1/carriers HTTP/1.1\r\nHost: x\r\n\r\n";
        char got[2048];
        if (send(fd, request, sizeof request - 1, MSG_NOSIGNAL) <= 0) break;
        ssize_t size = recv(fd, got, sizeof got - 1, 0);
        if (size <= 0) break;
        got[size] = '\0';
        if (strstr(got, "200 OK") != NULL) busy->good++;
    }
    close(fd);
    return NULL;
}

static void many_connections_are_served_side_by_side(void **state)
{
    struct door *door = *state;
    enum { CLIENTS = 64, CALLS = 50 };
    static pthread_t threads[CLIENTS];
    static struct busy busy[CLIENTS];
    unsigned good = 0;
    for (unsigned i = 0; i < CLIENTS; i++) {
        busy[i] = (struct busy){.door = door, .count = CALLS};
        pthread_create(&threads[i], NULL, push_many, &busy[i]);
    }
    for (unsigned i = 0; i < CLIENTS; i++) {
        pthread_join(threads[i], NULL);
        good += busy[i].good;
    }
    assert_int_equal(good, CLIENTS * CALLS);
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, setup, door_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(a_push_is_on_the_disk_when_it_is_answered),
        ROW(a_push_again_is_answered_alike_and_stored_once),
        ROW(a_push_without_its_proof_is_refused_before_it_is_read),
        ROW(a_broken_push_and_an_unknown_carrier_are_named),
        ROW(a_tracking_that_a_person_types_is_an_observation_too),
        ROW(events_come_as_they_are_stored_and_resume_where_one_left),
        ROW(an_id_that_was_never_given_is_answered_by_a_reset),
        ROW(the_feed_goes_on_over_a_restart),
        ROW(the_feed_in_pages_is_the_whole_feed),
        ROW(a_merchant_is_told_of_its_own_book_only),
        ROW(vanished_listeners_hold_up_nobody),
        ROW(a_listener_that_is_far_behind_catches_up),
        ROW(who_may_see_little_of_a_long_feed_still_comes_to_its_end),
        ROW(the_node_tells_how_it_is),
        ROW(metrics_are_in_the_form_that_prometheus_reads),
        ROW(orders_in_bulk_are_answered_line_by_line),
        ROW(a_line_about_another_merchant_is_refused_and_the_others_are_not),
        ROW(a_thousand_orders_come_in_by_one_call),
        ROW(a_token_is_made_shown_once_and_revoked),
        ROW(a_token_made_by_the_command_line_opens_the_running_node),
        ROW(a_backup_is_a_copy_under_a_plain_name),
        ROW(books_and_clocks_answer_plainly),
        ROW(many_connections_are_served_side_by_side),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}
