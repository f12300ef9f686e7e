/* entrepot-sandbox: a payment provider for the demo and the tests, in the shapes of Stripe's refund
 * interface (stripe.c) and of PayPal's (paypal.c), on a port of the kernel's choice on loopback. It
 * prints "port PORT" and serves until its standard input ends, so it does not outlive whoever
 * started it.
 *
 * It pays whatever it is told to, twice too when the keys differ: its ledger is the witness. What
 * it does wrong is told through /control, and happens once for each time it is told:
 *
 *     POST /control/next?do=WHAT    hold         pays, and keeps the answer until it is released
 *                                   drop         pays, and breaks the connection
 *                                   fail_before  answers 500 without paying
 *                                   fail_after   pays and answers 500
 *                                   refuse       answers 402: this refund will never be paid
 *                                   slow_down    answers 429 without paying
 *                                   pending      pays, and is not done before /control/finish
 *                                   other_money  pays, and says that it was yen
 *                                   ask_fails    answers the next GET 503
 *     POST /control/release         those held are answered
 *     POST /control/forget          all keys are forgotten, and all tokens
 *     POST /control/finish          what is pending is done
 *     GET  /control/ledger          what was paid
 *     GET  /control/report          what was paid, as a settlement report in CSV
 *     GET  /control/log             what was asked of it, in order
 *     GET  /control/held            {"held":N}: answers kept back now */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>

#include "tests/sandbox/provider.h"

#define BODY_BYTES_MAX 65536
#define HELD_MAX       64u
#define FAULTS_MAX     64u

enum mischief {
    NONE,
    HOLD,
    DROP,
    FAIL_BEFORE,
    FAIL_AFTER,
    REFUSE,
    SLOW_DOWN,
    PENDING,
    OTHER_MONEY,
    ASK_FAILS,
    FAULTS
};
static const char *const fault_names[FAULTS] = {
    "",       "hold",      "drop",    "fail_before", "fail_after",
    "refuse", "slow_down", "pending", "other_money", "ask_fails"};

/* An answer that is kept back; it dies with its connection. */
struct held {
    struct evhttp_request *request; /* NULL: this place is free */
    int status;
    char *answer;
};

static struct event_base *base;
struct ledger ledger;
static struct held held[HELD_MAX];
static enum mischief faults[FAULTS_MAX]; /* first come, first done */
static unsigned faults_count;

uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* --- answers --------------------------------------------------------------------------------- */

static void answer_as(struct evhttp_request *request, int status, const char *type,
                      const char *text)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
    struct evbuffer *body = evbuffer_new();
    evhttp_add_header(headers, "Content-Type", type);
    evbuffer_add(body, text, strlen(text));
    evhttp_send_reply(request, status, NULL, body);
    evbuffer_free(body);
}

static void answer(struct evhttp_request *request, int status, const char *text)
{
    answer_as(request, status, "application/json", text);
}

void answer_json(struct evhttp_request *request, int status, struct json_out *out)
{
    char *text = strndup(out->at, out->used);
    answer(request, status, text);
    free(text);
    json_out_free(out);
}

static void answer_error(struct evhttp_request *request, int status, const char *type,
                         const char *message)
{
    struct json_out out = {0};
    json_open(&out, NULL, '{');
    json_open(&out, "error", '{');
    json_put_text(&out, "type", span_text(type));
    json_put_text(&out, "message", span_text(message));
    json_close(&out, '}');
    json_close(&out, '}');
    answer_json(request, status, &out);
}

const char *header(struct evhttp_request *request, const char *name)
{
    const char *value = evhttp_find_header(evhttp_request_get_input_headers(request), name);
    return value == NULL ? "" : value;
}

char *body_of(struct evhttp_request *request)
{
    struct evbuffer *input = evhttp_request_get_input_buffer(request);
    size_t size = evbuffer_get_length(input);
    char *body = calloc(1, size + 1);
    if (body == NULL) abort();
    evbuffer_copyout(input, body, size);
    return body;
}

/* The next thing it is to do wrong, if it is one of post's or of get's. */
static enum mischief take_fault(bool asked)
{
    for (unsigned i = 0; i < faults_count; i++) {
        enum mischief fault = faults[i];
        if ((fault == ASK_FAILS) != asked) continue;
        memmove(&faults[i], &faults[i + 1], (faults_count - i - 1) * sizeof faults[0]);
        faults_count--;
        return fault;
    }
    return NONE;
}

bool question_fails(void)
{
    return take_fault(true) == ASK_FAILS;
}

/* --- paying ---------------------------------------------------------------------------------- */

static void forget_held(struct evhttp_connection *connection, void *world)
{
    struct held *place = world;
    (void)connection;
    /* A request whose caller hung up has left its connection, and is ours to free. */
    if (evhttp_request_get_connection(place->request) == NULL) evhttp_request_free(place->request);
    free(place->answer);
    *place = (struct held){0};
}

static void hold(struct evhttp_request *request, int status, const char *text)
{
    for (unsigned i = 0; i < HELD_MAX; i++) {
        if (held[i].request != NULL) continue;
        struct evhttp_connection *connection = evhttp_request_get_connection(request);
        held[i] = (struct held){request, status, strdup(text)};
        evhttp_connection_set_closecb(connection, forget_held, &held[i]);
        /* evhttp stops reading once it has a request, and would not see its caller go. */
        bufferevent_enable(evhttp_connection_get_bufferevent(connection), EV_READ);
        return;
    }
    answer_error(request, 503, "api_error", "too many answers are held");
}

static void release(void)
{
    for (unsigned i = 0; i < HELD_MAX; i++) {
        struct held was = held[i];
        if (was.request == NULL) continue;
        evhttp_connection_set_closecb(evhttp_request_get_connection(was.request), NULL, NULL);
        held[i] = (struct held){0};
        answer(was.request, was.status, was.answer);
        free(was.answer);
    }
}

static void drop_now(evutil_socket_t fd, short what, void *world)
{
    (void)fd;
    (void)what;
    evhttp_connection_free(evhttp_request_get_connection(world));
}

/* Not from within the request's own callback, which goes on to use its connection. */
static void drop(struct evhttp_request *request)
{
    const struct timeval at_once = {0, 0};
    event_base_once(base, -1, EV_TIMEOUT, drop_now, request, &at_once);
}

void pay(struct evhttp_request *request, const struct manner *manner, const char *body,
         struct ledger_refund *refund, unsigned call)
{
    enum mischief fault = take_fault(false);
    static const char *const outcomes[FAULTS] = {
        "paid",         "held",           "dropped", "failed",    "paid, 500",
        "refused, 402", "slow down, 429", "pending", "paid, yen", ""};
    ledger_outcome(&ledger, call, outcomes[fault]);
    if (fault == FAIL_BEFORE) {
        manner->error(request, 500, "something went wrong before paying");
        return;
    }
    if (fault == REFUSE) {
        manner->refuse(request);
        return;
    }
    if (fault == SLOW_DOWN) {
        evhttp_add_header(evhttp_request_get_output_headers(request), "Retry-After", "1");
        manner->error(request, 429, "too many requests");
        return;
    }
    refund->pending = fault == PENDING;
    if (fault == OTHER_MONEY) memcpy(refund->currency, "jpy", sizeof refund->currency);
    struct json_out out = {0};
    manner->put(&out, ledger_pay(&ledger, refund));
    char *text = strndup(out.at, out.used);
    json_out_free(&out);
    bool bad = fault == FAIL_AFTER;
    int status = bad ? 500 : manner->status_paid;
    const char *said = bad ? "{\"error\":{\"type\":\"api_error\"}}" : text;
    bool kept = !bad || manner->keeps_errors;
    ledger_remember(&ledger, refund->key, body, kept ? status : manner->status_paid,
                    kept ? said : text);
    if (fault == HOLD)
        hold(request, status, text);
    else if (fault == DROP)
        drop(request);
    else
        answer(request, status, said);
    free(text);
}

/* --- what it is told to do ------------------------------------------------------------------- */

static void take_next(struct evhttp_request *request)
{
    const char *query = evhttp_uri_get_query(evhttp_request_get_evhttp_uri(request));
    for (unsigned i = 1; i < FAULTS && query != NULL; i++)
        if (strncmp(query, "do=", 3) == 0 && strcmp(query + 3, fault_names[i]) == 0 &&
            faults_count < FAULTS_MAX) {
            faults[faults_count++] = (enum mischief)i;
            answer(request, 200, "{}");
            return;
        }
    answer_error(request, 400, "control", "do=hold, drop, fail_before, fail_after, ...");
}

static void put_held(struct json_out *out)
{
    unsigned count = 0;
    for (unsigned i = 0; i < HELD_MAX; i++) count += held[i].request != NULL ? 1 : 0;
    json_open(out, NULL, '{');
    json_put_uint(out, "held", count);
    json_close(out, '}');
}

static void answer_report(struct evhttp_request *request)
{
    char *text = ledger_report(&ledger);
    answer_as(request, 200, "text/csv", text);
    free(text);
}

static void take_control(struct evhttp_request *request, void *world)
{
    (void)world;
    const char *path = evhttp_uri_get_path(evhttp_request_get_evhttp_uri(request));
    bool post = evhttp_request_get_command(request) == EVHTTP_REQ_POST;
    struct json_out out = {0};
    if (paypal_take(request)) return;
    if (post && strcmp(path, "/control/next") == 0) {
        take_next(request);
        return;
    }
    if (!post && strcmp(path, "/control/report") == 0) {
        answer_report(request);
        return;
    }
    if (post && strcmp(path, "/control/release") == 0) {
        put_held(&out);
        release();
    } else if (post && strcmp(path, "/control/forget") == 0) {
        ledger_forget_keys(&ledger);
        paypal_forget_tokens();
        put_held(&out);
    } else if (post && strcmp(path, "/control/finish") == 0) {
        ledger_finish(&ledger);
        put_held(&out);
    } else if (!post && strcmp(path, "/control/ledger") == 0)
        ledger_put_all(&out, &ledger);
    else if (!post && strcmp(path, "/control/log") == 0)
        ledger_put_calls(&out, &ledger);
    else if (!post && strcmp(path, "/control/held") == 0)
        put_held(&out);
    else {
        answer_error(request, 404, "control", "there is no such route");
        return;
    }
    answer_json(request, 200, &out);
}

/* --- start ----------------------------------------------------------------------------------- */

static void on_input_end(struct bufferevent *input, short what, void *world)
{
    (void)input;
    (void)what;
    (void)world;
    event_base_loopbreak(base);
}

static unsigned port_of(struct evhttp_bound_socket *bound)
{
    struct sockaddr_storage at;
    socklen_t size = sizeof at;
    if (getsockname(evhttp_bound_socket_get_fd(bound), (struct sockaddr *)&at, &size) != 0)
        return 0;
    const struct sockaddr_in *four = (const struct sockaddr_in *)&at;
    return ntohs(four->sin_port);
}

int main(void)
{
    /* Standard input may be a file, which epoll does not watch. */
    struct event_config *config = event_config_new();
    event_config_require_features(config, EV_FEATURE_FDS);
    base = event_base_new_with_config(config);
    event_config_free(config);
    struct evhttp *http = base == NULL ? NULL : evhttp_new(base);
    if (http == NULL) return 1;
    evhttp_set_max_body_size(http, BODY_BYTES_MAX);
    evhttp_set_allowed_methods(http, EVHTTP_REQ_GET | EVHTTP_REQ_POST);
    evhttp_set_cb(http, "/v1/refunds", stripe_take, NULL);
    evhttp_set_cb(http, "/v1/payment_intents", stripe_take, NULL);
    evhttp_set_gencb(http, take_control, NULL);
    struct evhttp_bound_socket *bound = evhttp_bind_socket_with_handle(http, "127.0.0.1", 0);
    if (bound == NULL) return 1;
    printf("port %u\n", port_of(bound));
    fflush(stdout);
    evutil_make_socket_nonblocking(0);
    struct bufferevent *input = bufferevent_socket_new(base, 0, 0);
    bufferevent_setcb(input, NULL, NULL, on_input_end, NULL);
    bufferevent_enable(input, EV_READ);
    event_base_dispatch(base);
    bufferevent_free(input);
    evhttp_free(http);
    ledger_free(&ledger);
    event_base_free(base);
    return 0;
}
