/* entrepot-sandbox: a payment provider for the demo and the tests, in the shape of Stripe's refund
 * interface, on a port of the kernel's choice on loopback. It prints "port PORT" and serves until
 * its standard input ends, so it does not outlive whoever started it.
 *
 *     POST /v1/refunds              form-encoded: payment_intent, amount, metadata[...]
 *     GET  /v1/refunds              ?payment_intent=&limit=&starting_after=, newest first
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
 *     POST /control/forget          all keys are forgotten
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

#include "tests/sandbox/ledger.h"

#define BODY_BYTES_MAX 65536
#define HELD_MAX       64u
#define FAULTS_MAX     64u
#define LIST_MAX       100u
#define LIST_STANDARD  10u

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
    char *answer;
};

static struct event_base *base;
static struct ledger ledger;
static struct held held[HELD_MAX];
static enum mischief faults[FAULTS_MAX]; /* first come, first done */
static unsigned faults_count;

static uint64_t now_ms(void)
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

static void answer_json(struct evhttp_request *request, int status, struct json_out *out)
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

static void hold(struct evhttp_request *request, const char *text)
{
    for (unsigned i = 0; i < HELD_MAX; i++) {
        if (held[i].request != NULL) continue;
        struct evhttp_connection *connection = evhttp_request_get_connection(request);
        held[i] = (struct held){request, strdup(text)};
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
        answer(was.request, 200, was.answer);
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

static bool is_amount(const char *text)
{
    size_t size = strlen(text);
    return size > 0 && size < 16 && strspn(text, "0123456789") == size && text[0] != '0';
}

/* NULL, or what is wrong with the field. */
static const char *read_field(const char *key, const char *value, struct ledger_refund *refund)
{
    if (strlen(value) >= LEDGER_TEXT_BYTES || strlen(key) >= sizeof refund->metadata[0].name)
        return "a field is too long";
    if (strcmp(key, "payment_intent") == 0) {
        strcpy(refund->payment, value);
        return NULL;
    }
    if (strcmp(key, "amount") == 0) {
        if (!is_amount(value)) return "amount: a positive whole number of minor units";
        refund->amount_minor = strtoll(value, NULL, 10);
        return NULL;
    }
    if (strncmp(key, "metadata[", 9) != 0)
        return strcmp(key, "reason") == 0 ? NULL : "a parameter is not known";
    if (refund->metadata_count == LEDGER_METADATA_MAX) return "too much metadata";
    struct ledger_pair *pair = &refund->metadata[refund->metadata_count++];
    snprintf(pair->name, sizeof pair->name, "%.*s", (int)strcspn(key + 9, "]"), key + 9);
    strcpy(pair->value, value);
    return NULL;
}

static const char *read_refund(const char *body, struct ledger_refund *refund)
{
    struct evkeyvalq form;
    const char *wrong = NULL;
    if (evhttp_parse_query_str(body, &form) != 0) return "the form cannot be read";
    for (struct evkeyval *field = form.tqh_first; field != NULL && wrong == NULL;
         field = field->next.tqe_next) {
        /* Values come decoded, keys do not. */
        char *key = evhttp_uridecode(field->key, 1, NULL);
        wrong = key == NULL ? "the form cannot be read" : read_field(key, field->value, refund);
        free(key);
    }
    evhttp_clear_headers(&form);
    if (wrong == NULL && refund->payment[0] == '\0') wrong = "payment_intent is missing";
    if (wrong == NULL && refund->amount_minor == 0) wrong = "amount is missing";
    return wrong;
}

static void pay(struct evhttp_request *request, const char *body, struct ledger_refund *refund,
                unsigned call)
{
    enum mischief fault = take_fault(false);
    static const char *const outcomes[FAULTS] = {
        "paid",         "held",           "dropped", "failed",    "paid, 500",
        "refused, 402", "slow down, 429", "pending", "paid, yen", ""};
    ledger_outcome(&ledger, call, outcomes[fault]);
    if (fault == FAIL_BEFORE) {
        answer_error(request, 500, "api_error", "something went wrong before paying");
        return;
    }
    if (fault == REFUSE) {
        answer_error(request, 402, "invalid_request_error", "this payment cannot be refunded");
        return;
    }
    if (fault == SLOW_DOWN) {
        evhttp_add_header(evhttp_request_get_output_headers(request), "Retry-After", "1");
        answer_error(request, 429, "invalid_request_error", "too many requests");
        return;
    }
    refund->pending = fault == PENDING;
    if (fault == OTHER_MONEY) memcpy(refund->currency, "jpy", sizeof refund->currency);
    struct json_out out = {0};
    ledger_put_refund(&out, ledger_pay(&ledger, refund));
    char *text = strndup(out.at, out.used);
    json_out_free(&out);
    bool bad = fault == FAIL_AFTER;
    const char *said = bad ? "{\"error\":{\"type\":\"api_error\"}}" : text;
    /* An answer of 500 stands in the memory of keys like any other. */
    ledger_remember(&ledger, refund->key, body, bad ? 500 : 200, said);
    if (fault == HOLD)
        hold(request, text);
    else if (fault == DROP)
        drop(request);
    else
        answer(request, bad ? 500 : 200, said);
    free(text);
}

static void replay(struct evhttp_request *request, const struct ledger_key *known, const char *body,
                   unsigned call)
{
    if (strcmp(known->request, body) != 0) {
        ledger_outcome(&ledger, call, "key of another body, 400");
        answer_error(request, 400, "idempotency_error", "the key was used with another body");
        return;
    }
    ledger_outcome(&ledger, call, "replayed");
    evhttp_add_header(evhttp_request_get_output_headers(request), "Idempotent-Replayed", "true");
    answer(request, known->status, known->answer);
}

static const char *header(struct evhttp_request *request, const char *name)
{
    const char *value = evhttp_find_header(evhttp_request_get_input_headers(request), name);
    return value == NULL ? "" : value;
}

static void take_post(struct evhttp_request *request)
{
    struct ledger_refund refund = {.at_ms = now_ms()};
    const char *key = header(request, "Idempotency-Key");
    struct evbuffer *input = evhttp_request_get_input_buffer(request);
    size_t size = evbuffer_get_length(input);
    char *body = calloc(1, size + 1);
    evbuffer_copyout(input, body, size);
    unsigned call = ledger_note(&ledger, "POST", "/v1/refunds", key, "malformed, 400");
    snprintf(refund.key, sizeof refund.key, "%s", key);
    const struct ledger_key *known = ledger_find_key(&ledger, refund.key);
    const char *wrong = read_refund(body, &refund);
    if (known != NULL)
        replay(request, known, body, call);
    else if (wrong != NULL)
        answer_error(request, 400, "invalid_request_error", wrong);
    else
        pay(request, body, &refund, call);
    free(body);
}

/* --- asking ---------------------------------------------------------------------------------- */

static void take_get(struct evhttp_request *request, const struct evkeyvalq *query)
{
    const char *payment = evhttp_find_header(query, "payment_intent");
    const char *limit_text = evhttp_find_header(query, "limit");
    const char *after = evhttp_find_header(query, "starting_after");
    unsigned limit = limit_text == NULL ? LIST_STANDARD : (unsigned)strtoul(limit_text, NULL, 10);
    unsigned from = ledger.refunds_count, shown = 0;
    bool fails = take_fault(true) == ASK_FAILS, more = false;
    ledger_note(&ledger, "GET", evhttp_request_get_uri(request), "",
                fails ? "failed, 503" : "listed");
    if (fails || limit == 0 || limit > LIST_MAX) {
        answer_error(request, fails ? 503 : 400, "api_error", fails ? "later" : "limit: 1 to 100");
        return;
    }
    if (after != NULL && sscanf(after, "re_sandbox_%u", &from) == 1) from--;
    if (from > ledger.refunds_count) from = 0;
    struct json_out out = {0};
    json_open(&out, NULL, '{');
    json_put_text(&out, "object", span_text("list"));
    json_put_text(&out, "url", span_text("/v1/refunds"));
    json_open(&out, "data", '[');
    for (unsigned i = from; i > 0 && !more; i--) {
        const struct ledger_refund *refund = &ledger.refunds[i - 1];
        if (payment != NULL && strcmp(refund->payment, payment) != 0) continue;
        more = shown == limit;
        if (!more) ledger_put_refund(&out, refund);
        shown++;
    }
    json_close(&out, ']');
    json_put_bool(&out, "has_more", more);
    json_close(&out, '}');
    answer_json(request, 200, &out);
}

static void take_refunds(struct evhttp_request *request, void *world)
{
    (void)world;
    struct evkeyvalq query;
    const char *text = evhttp_uri_get_query(evhttp_request_get_evhttp_uri(request));
    if (strncmp(header(request, "Authorization"), "Bearer ", 7) != 0) {
        answer_error(request, 401, "invalid_request_error", "no secret key was given");
        return;
    }
    if (evhttp_request_get_command(request) == EVHTTP_REQ_POST) {
        take_post(request);
        return;
    }
    evhttp_parse_query_str(text == NULL ? "" : text, &query);
    take_get(request, &query);
    evhttp_clear_headers(&query);
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
    evhttp_set_cb(http, "/v1/refunds", take_refunds, NULL);
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
