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
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/provider.h"

#define FAULTS_MAX 64u

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

struct ledger ledger;
static enum mischief faults[FAULTS_MAX]; /* first come, first done */
static unsigned faults_count;

/* --- answers --------------------------------------------------------------------------------- */

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

bool question_fails(void)
{
    return take_fault(true) == ASK_FAILS;
}

/* --- paying ---------------------------------------------------------------------------------- */

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
    if (fault == DROP) {
        drop(request);
    } else if (fault != HOLD) {
        answer(request, status, said);
    } else if (!hold(request, status, text)) {
        answer_error(request, 503, "api_error", "too many answers are held");
    }
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
    json_open(out, NULL, '{');
    json_put_uint(out, "held", held_count());
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

int main(void)
{
    const struct serve_route routes[] = {{"/v1/refunds", stripe_take},
                                         {"/v1/payment_intents", stripe_take}};
    int code = serve(routes, sizeof routes / sizeof routes[0], take_control);
    ledger_free(&ledger);
    return code;
}
