/* order, return, refund: what is decided in a merchant's book. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"
#include "node/text.h"
#include "proto/money.h"
#include "proto/when.h"

static struct query record_step(const struct cli *cli, const char *path, const char *verb)
{
    struct query query = query_on(path);
    query_step(&query, cli->words[0]);
    if (verb != NULL) query_step(&query, verb);
    return query;
}

static enum exit_code show(const struct cli *cli, const char *path)
{
    struct query query = record_step(cli, path, NULL);
    return act_show(cli, query.text);
}

/* --- orders ---------------------------------------------------------------------------------- */

enum exit_code order_show(struct cli *cli)
{
    return show(cli, "/v1/orders");
}

enum exit_code order_list(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"ORDER", "id", OUT_TEXT},
        {"REFERENCE", "reference", OUT_TEXT},
        {"SOLD", "sold_ms", OUT_TEXT},
        {"LINES", "lines", OUT_NUMBER},
        {"CAPTURED", "captured_minor", OUT_MONEY},
        {"CURRENCY", "currency", OUT_TEXT},
    };
    return act_list(cli, "/v1/orders", "orders", NULL, columns, 6);
}

/* --- returns --------------------------------------------------------------------------------- */

const struct cli_flag return_request_flags[] = {
    {"merchant", "MERCHANT", "whose order it is"},
    {"order", "REFERENCE", "the shop's order number, or the order's id"},
    {"line", "LINE:QUANTITY:REASON", "what comes back, such as 0:1:defective; may be repeated"},
    {"number", "NUMBER", "tracking number of the return parcel"},
    {"kind", "KIND", "return, exchange, claim, repair or refund_only"},
    {"outcome", "OUTCOME", "refund, replacement, repair or store_credit; as the kind goes"},
    {"wanted", "SKU", "of the replacement, where it is another one"},
    {"note", "TEXT", "what the buyer says, without personal data"},
    {"preset", "NAME", "what the merchant set down under this name; then --line may be missing"},
    {"upstream", "REFERENCE", "of the system that asks: the same one is the same return"},
    {"channel", "CHANNEL", "app, web, phone, social, mail, marketplace, operator, carrier"},
    {"filed-by", "ROLE", "who filled it in: buyer, merchant, operator, platform"},
    {"owner", "DESK", "the desk of the first contact, no person's name"},
    {"followup-consent", NULL, "the buyer may be asked afterwards how content they were"},
    {NULL, NULL, NULL},
};

/* LINE:QUANTITY:REASON; the reason may be left out. */
static bool put_line(const char *text, struct json_out *body)
{
    char *end = NULL;
    if (text[0] < '0' || text[0] > '9') return false;
    unsigned long line = strtoul(text, &end, 10);
    if (*end != ':' || end[1] < '0' || end[1] > '9') return false;
    unsigned long quantity = strtoul(end + 1, &end, 10);
    if (*end != ':' && *end != '\0') return false;
    json_open(body, NULL, '{');
    json_put_uint(body, "line", line);
    json_put_uint(body, "quantity", quantity);
    json_put_text(body, "reason", span_text(*end == ':' ? end + 1 : "other"));
    json_close(body, '}');
    return true;
}

static enum exit_code put_lines(const struct cli *cli, struct json_out *body)
{
    const char *text = NULL;
    if (!cli_has(cli, "line") && cli_has(cli, "preset")) return EXIT_DONE;
    if (!cli_has(cli, "line")) return cli_usage(cli, "--line is missing");
    json_open(body, "lines", '[');
    for (unsigned i = 0; (text = cli_flag_at(cli, "line", i)) != NULL; i++)
        if (!put_line(text, body))
            return cli_usage(cli, "--line %s: write LINE:QUANTITY:REASON, as 0:1:defective", text);
    json_close(body, ']');
    return EXIT_DONE;
}

enum exit_code return_request(struct cli *cli)
{
    static const struct act_field fields[] = {
        {"merchant", "merchant", ACT_TEXT, true},  {"number", "number", ACT_TEXT, false},
        {"note", "note", ACT_TEXT, false},         {"preset", "preset", ACT_TEXT, false},
        {"upstream", "upstream", ACT_TEXT, false}, {"channel", "channel", ACT_TEXT, false},
        {"filed-by", "filed_by", ACT_TEXT, false}, {"owner", "owner", ACT_TEXT, false},
        {"kind", "kind", ACT_TEXT, false},         {"outcome", "outcome", ACT_TEXT, false},
        {"wanted", "wanted", ACT_TEXT, false},
    };
    struct json_out body = {0};
    struct id id;
    const char *order = cli_flag(cli, "order");
    if (order == NULL) return cli_usage(cli, "--order is missing");
    json_open(&body, NULL, '{');
    bool is_id = id_parse(span_text(order), &id) == OK;
    json_put_text(&body, is_id ? "order" : "order_reference", span_text(order));
    enum exit_code code = act_put(cli, fields, sizeof fields / sizeof fields[0], &body);
    if (code == EXIT_DONE) code = put_lines(cli, &body);
    if (cli_has(cli, "followup-consent")) json_put_int(&body, "followup_consent", 1);
    json_close(&body, '}');
    return act_send(cli, code, "/v1/returns", &body);
}

enum exit_code return_show(struct cli *cli)
{
    return show(cli, "/v1/returns");
}

const struct cli_flag return_list_flags[] = {
    {"merchant", "MERCHANT", "of this merchant only"},
    {"number", "NUMBER", "with this tracking number only"},
    {"state", "STATE", "in this state, in the order in which they moved last"},
    {"kind", "KIND", "of this kind, in the order in which they moved last"},
    {"since", "TIME", "that moved since then; goes with --state or --kind"},
    {"due", "TIME", "whose deadline is before then"},
    {"order", "ORDER", "of this order"},
    {"reference", "TEXT", "of the order that its shop calls so; goes with --merchant"},
    {NULL, NULL, NULL},
};

enum exit_code return_list(struct cli *cli)
{
    static const char *const filters[] = {"merchant", "number", "state",     "kind", "since",
                                          "due",      "order",  "reference", NULL};
    static const struct out_column columns[] = {
        {"RETURN", "id", OUT_TEXT},
        {"KIND", "kind", OUT_TEXT},
        {"STATE", "state", OUT_TEXT},
        {"ORDER", "order", OUT_TEXT},
        {"REQUESTED", "requested_ms", OUT_TEXT},
        {"NEXT", "due_verb", OUT_TEXT},
        {"DUE", "due_ms", OUT_TEXT},
        {"CONTESTS", "contests", OUT_NUMBER},
    };
    return act_list(cli, "/v1/returns", "returns", filters, columns, 8);
}

const struct cli_flag reason_flags[] = {
    {"reason", "TEXT", "why, for the record"},
    {NULL, NULL, NULL},
};

const struct cli_flag decline_flags[] = {
    {"reason", "TEXT", "why, for the record"},
    {"why", "WORD", "one of the decline reasons that entrepot reasons lists"},
    {NULL, NULL, NULL},
};

const struct cli_flag approve_flags[] = {
    {"reason", "TEXT", "why, for the record"},
    {"keep", NULL, "nothing is asked back: the money goes out now"},
    {NULL, NULL, NULL},
};

static enum exit_code decide(struct cli *cli, const char *verb)
{
    static const struct act_field fields[] = {{"reason", "reason", ACT_TEXT, false},
                                              {"why", "decline_reason", ACT_TEXT, false}};
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    if (cli_has(cli, "keep")) json_put_int(&body, "keep", 1);
    enum exit_code code = act_put(cli, fields, 2, &body);
    json_close(&body, '}');
    struct query query = record_step(cli, "/v1/returns", verb);
    return act_send(cli, code, query.text, &body);
}

enum exit_code return_approve(struct cli *cli)
{
    return decide(cli, "approve");
}

enum exit_code return_decline(struct cli *cli)
{
    return decide(cli, "decline");
}

enum exit_code return_cancel(struct cli *cli)
{
    return decide(cli, "cancel");
}

enum exit_code return_dispute(struct cli *cli)
{
    return decide(cli, "dispute");
}

enum exit_code return_escalate(struct cli *cli)
{
    return decide(cli, "escalate");
}

enum exit_code return_withdraw(struct cli *cli)
{
    return decide(cli, "withdraw");
}

enum exit_code return_refund_instead(struct cli *cli)
{
    return decide(cli, "refund-instead");
}

const struct cli_flag replace_flags[] = {
    {"line", "LINE", "of the order; 0 when not said"},
    {"units", "N", "how many were sent; 1 when not said"},
    {"number", "NUMBER", "of the parcel in which they went"},
    {"reason", "TEXT", "for the record"},
    {NULL, NULL, NULL},
};

enum exit_code return_replace(struct cli *cli)
{
    static const struct act_field fields[] = {{"line", "line", ACT_NUMBER, false},
                                              {"units", "quantity", ACT_NUMBER, false},
                                              {"number", "number", ACT_TEXT, false},
                                              {"reason", "reason", ACT_TEXT, false}};
    struct query query = record_step(cli, "/v1/returns", "replace");
    return act_simple(cli, query.text, fields, 4);
}

enum exit_code return_savings(struct cli *cli)
{
    return show(cli, "/v1/savings");
}

/* --- refunds --------------------------------------------------------------------------------- */

enum exit_code refund_show(struct cli *cli)
{
    return show(cli, "/v1/refunds");
}

const struct cli_flag refund_list_flags[] = {
    {"return", "RETURN", "of this return only"},
    {NULL, NULL, NULL},
};

enum exit_code refund_list(struct cli *cli)
{
    static const char *const filters[] = {"return", NULL};
    static const struct out_column columns[] = {
        {"REFUND", "id", OUT_TEXT},
        {"DIRECTION", "direction", OUT_TEXT},
        {"STATE", "state", OUT_TEXT},
        {"AMOUNT", "amount_minor", OUT_MONEY},
        {"CURRENCY", "currency", OUT_TEXT},
        {"RETURN", "return_id", OUT_TEXT},
        {"PROVIDER'S", "provider_ref", OUT_TEXT},
        {"REASON", "reason", OUT_TEXT},
    };
    return act_list(cli, "/v1/refunds", "refunds", filters, columns, 8);
}

const struct cli_flag refund_resolve_flags[] = {
    {"paid", NULL, "the provider's books show that it was paid; of a failed one: by other means"},
    {"unpaid", NULL, "they show that it never will be under this key; of a failed one: try again"},
    {"provider-ref", "REFERENCE", "the provider's id of the refund"},
    {"reason", "TEXT", "how you know"},
    {NULL, NULL, NULL},
};

enum exit_code refund_resolve(struct cli *cli)
{
    static const struct act_field fields[] = {
        {"reason", "reason", ACT_TEXT, true},
        {"provider-ref", "provider_ref", ACT_TEXT, false},
    };
    struct json_out body = {0};
    if (cli_has(cli, "paid") == cli_has(cli, "unpaid"))
        return cli_usage(cli, "say either --paid or --unpaid");
    json_open(&body, NULL, '{');
    json_put_int(&body, "paid", cli_has(cli, "paid") ? 1 : 0);
    enum exit_code code = act_put(cli, fields, 2, &body);
    json_close(&body, '}');
    struct query query = record_step(cli, "/v1/refunds", NULL);
    return act_send_seen(cli, code, &query, "resolve", &body);
}

const struct cli_flag refund_record_flags[] = {
    {"merchant", "MERCHANT", "whose order it is"},
    {"payment", "PROVIDER/REFERENCE", "the payment as its order names it: stripe/pi_3N..."},
    {"how", "HOW", "provider, marketplace, seller, chargeback or chargeback_won"},
    {"reference", "REFERENCE", "what that refund is called there; the same one counts once"},
    {"amount", "AMOUNT", "in the units of the currency: 12.50"},
    {"currency", "CCY", "three letters: EUR"},
    {"made", "MOMENT", "when it was made, in UTC; without it now"},
    {"return", "RETURN", "what it paid for: this return,"},
    {"line", "LINE", "this line of the order,"},
    {"units", "N", "so many units of it"},
    {"note", "TEXT", "for the record, without personal data"},
    {NULL, NULL, NULL},
};

void refund_record_more(FILE *out)
{
    fputs("\nWhat it names is paid thereby and is not paid again. A refund of this node that is\n"
          "under way for the same money is sent no more, and waits for 'refund resolve'.\n",
          out);
}

static enum exit_code put_payment(const struct cli *cli, struct json_out *body)
{
    const char *payment = cli_flag(cli, "payment");
    if (payment == NULL) return cli_usage(cli, "--payment is missing");
    const char *slash = strchr(payment, '/');
    if (slash == NULL || slash == payment || slash[1] == '\0')
        return cli_usage(cli, "--payment %s: write PROVIDER/REFERENCE, as stripe/pi_3N", payment);
    json_put_text(body, "provider", span_of(payment, (size_t)(slash - payment)));
    json_put_text(body, "payment", span_text(slash + 1));
    return EXIT_DONE;
}

static enum exit_code read_sum(const struct cli *cli, int64_t *minor)
{
    const char *amount = cli_flag(cli, "amount"), *letters = cli_flag(cli, "currency");
    if (amount == NULL || letters == NULL)
        return cli_usage(cli, "--amount and --currency are needed");
    const struct currency *currency = currency_by_letters(span_text(letters));
    if (currency == NULL) return cli_usage(cli, "--currency %s: no such currency", letters);
    if (money_parse(span_text(amount), currency, minor) != OK)
        return cli_usage(cli, "--amount %s: write it as 12.50, with %u places at most", amount,
                         currency->exponent);
    return EXIT_DONE;
}

static enum exit_code put_sum(const struct cli *cli, struct json_out *body)
{
    int64_t minor = 0;
    enum exit_code code = read_sum(cli, &minor);
    if (code != EXIT_DONE) return code;
    json_put_int(body, "amount_minor", minor);
    json_put_text(body, "currency", span_text(cli_flag(cli, "currency")));
    return EXIT_DONE;
}

static enum exit_code put_moment(const struct cli *cli, struct json_out *body)
{
    const char *text = cli_flag(cli, "made");
    uint64_t ms = (uint64_t)time(NULL) * 1000;
    if (text != NULL) {
        struct when when = when_parse(span_text(text));
        ms = when.ms != 0 ? when.ms : when.naive_ms;
        if (ms == 0) return cli_usage(cli, "--made %s: a moment is wanted: 2026-11-01", text);
    }
    json_put_time(body, "made_ms", ms);
    return EXIT_DONE;
}

enum exit_code refund_record(struct cli *cli)
{
    static const struct act_field fields[] = {
        {"merchant", "merchant", ACT_TEXT, true},   {"how", "how", ACT_TEXT, true},
        {"reference", "reference", ACT_TEXT, true}, {"return", "return_id", ACT_TEXT, false},
        {"line", "line", ACT_NUMBER, false},        {"units", "quantity", ACT_NUMBER, false},
        {"note", "note", ACT_TEXT, false},
    };
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    enum exit_code code = act_put(cli, fields, sizeof fields / sizeof fields[0], &body);
    if (code == EXIT_DONE) code = put_payment(cli, &body);
    if (code == EXIT_DONE) code = put_sum(cli, &body);
    if (code == EXIT_DONE) code = put_moment(cli, &body);
    json_close(&body, '}');
    return act_send(cli, code, "/v1/refunds/elsewhere", &body);
}

/* --- grants ---------------------------------------------------------------------------------- */

const struct cli_flag grant_give_flags[] = {
    {"for", "WHAT", "goodwill, partial (of a line that the buyer keeps), fee or postage"},
    {"amount", "AMOUNT", "in the units of the currency: 12.50"},
    {"currency", "CCY", "three letters, the order's: EUR"},
    {"line", "LINE", "of partial: the line of the order"},
    {"offer", NULL, "ask the buyer first"},
    {"hours", "N", "how long an offer stands; without it 168"},
    {"reason", "TEXT", "why, for the record"},
    {NULL, NULL, NULL},
};

enum exit_code grant_give(struct cli *cli)
{
    static const struct act_field fields[] = {
        {"for", "paid_for", ACT_TEXT, true},
        {"line", "line", ACT_NUMBER, false},
        {"hours", "hours", ACT_NUMBER, false},
        {"reason", "reason", ACT_TEXT, false},
    };
    struct json_out body = {0};
    int64_t minor = 0;
    enum exit_code code = read_sum(cli, &minor);
    if (code != EXIT_DONE) return code;
    json_open(&body, NULL, '{');
    json_put_int(&body, "amount_minor", minor);
    if (cli_has(cli, "offer")) json_put_int(&body, "offer", 1);
    code = act_put(cli, fields, 4, &body);
    json_close(&body, '}');
    struct query query = record_step(cli, "/v1/returns", "grants");
    return act_send(cli, code, query.text, &body);
}

static enum exit_code answer(struct cli *cli, const char *verb)
{
    static const struct act_field fields[] = {{"reason", "reason", ACT_TEXT, false}};
    struct query query = record_step(cli, "/v1/grants", verb);
    return act_simple(cli, query.text, fields, 1);
}

enum exit_code grant_accept(struct cli *cli)
{
    return answer(cli, "accept");
}

enum exit_code grant_refuse(struct cli *cli)
{
    return answer(cli, "refuse");
}

enum exit_code grant_withdraw(struct cli *cli)
{
    return answer(cli, "withdraw");
}

enum exit_code grant_show(struct cli *cli)
{
    return show(cli, "/v1/grants");
}

enum exit_code grant_list(struct cli *cli)
{
    static const char *const filters[] = {"return", NULL};
    static const struct out_column columns[] = {
        {"GRANT", "id", OUT_TEXT},
        {"STATE", "state", OUT_TEXT},
        {"FOR", "paid_for", OUT_TEXT},
        {"AMOUNT", "amount_minor", OUT_MONEY},
        {"CURRENCY", "currency", OUT_TEXT},
        {"RETURN", "return_id", OUT_TEXT},
        {"STANDS UNTIL", "due_ms", OUT_TEXT},
    };
    return act_list(cli, "/v1/grants", "grants", filters, columns, 7);
}

/* --- requests -------------------------------------------------------------------------------- */

enum exit_code request_show(struct cli *cli)
{
    return show(cli, "/v1/requests");
}

enum exit_code request_list(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"REQUEST", "id", OUT_TEXT}, {"STATE", "state", OUT_TEXT}, {"COMMAND", "command", OUT_TEXT},
        {"AT", "at_ms", OUT_TEXT},   {"CODE", "code", OUT_TEXT},   {"RULE", "rule", OUT_TEXT},
    };
    return act_list(cli, "/v1/requests", "requests", NULL, columns, 6);
}
