/* claim: money that a carrier or a warehouse owes (索赔). */
#include <string.h>
#include <time.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"
#include "node/text.h"
#include "proto/money.h"
#include "proto/when.h"

const struct cli_flag claim_file_flags[] = {
    {"merchant", "MERCHANT", "whose money it is"},
    {"carrier", "NAME", "against this carrier, as its scans name it"},
    {"warehouse", "WAREHOUSE", "or against this warehouse, by its id or code"},
    {"kind", "KIND",
     "lost, damaged, delayed, wrong_delivery, overcharged; of a warehouse lost, damaged, "
     "miscounted, wrong_grade"},
    {"number", "NUMBER", "for the parcel with this tracking number"},
    {"unit", "UNIT", "or for this unit"},
    {"amount", "AMOUNT", "in the units of the currency: 12.50"},
    {"currency", "CCY", "three letters: EUR"},
    {"happened", "TIME", "when it happened; without it now"},
    {"draft", NULL, "prepare it only: it is to be filed within their window"},
    {"evidence", "HASH", "a photo's blob, in hex; may be repeated"},
    {"reference", "TEXT", "their number of the claim"},
    {"reason", "TEXT", "why, for the record"},
    {NULL, NULL, NULL},
};

const struct cli_flag claim_answer_flags[] = {
    {"accepted", NULL, "they pay: in full, or as much as --amount says"},
    {"denied", NULL, "they do not; --reason says why"},
    {"amount", "AMOUNT", "in the units of the currency; goes with --accepted"},
    {"currency", "CCY", "three letters, the claim's: EUR; goes with --amount"},
    {"reference", "TEXT", "their number of the claim"},
    {"reason", "TEXT", "what they said"},
    {NULL, NULL, NULL},
};

const struct cli_flag claim_pay_flags[] = {
    {"amount", "AMOUNT", "what came, in the units of the currency: 12.50"},
    {"currency", "CCY", "three letters, the claim's: EUR"},
    {"reference", "TEXT", "of the payment: the same one again changes nothing"},
    {"reason", "TEXT", "for the record"},
    {NULL, NULL, NULL},
};

const struct cli_flag claim_list_flags[] = {
    {"merchant", "MERCHANT", "of this merchant only"},
    {"state", "STATE", "drafted, filed, accepted, paid, denied, withdrawn or expired"},
    {"number", "NUMBER", "for the parcel with this tracking number"},
    {"unit", "UNIT", "for this unit"},
    {NULL, NULL, NULL},
};

static enum exit_code put_sum(const struct cli *cli, struct json_out *body)
{
    const char *amount = cli_flag(cli, "amount"), *letters = cli_flag(cli, "currency");
    int64_t minor = 0;
    if (amount == NULL || letters == NULL)
        return cli_usage(cli, "--amount and --currency are needed");
    const struct currency *currency = currency_by_letters(span_text(letters));
    if (currency == NULL) return cli_usage(cli, "--currency %s: no such currency", letters);
    if (money_parse(span_text(amount), currency, &minor) != OK)
        return cli_usage(cli, "--amount %s: write it as 12.50, with %u places at most", amount,
                         currency->exponent);
    json_put_int(body, "amount_minor", minor);
    return EXIT_DONE;
}

static void put_evidence(const struct cli *cli, struct json_out *body)
{
    const char *hash;
    if (!cli_has(cli, "evidence")) return;
    json_open(body, "evidence", '[');
    for (unsigned i = 0; (hash = cli_flag_at(cli, "evidence", i)) != NULL; i++) {
        json_open(body, NULL, '{');
        json_put_text(body, "kind", span_text("photo"));
        json_put_text(body, "blob", span_text(hash));
        json_close(body, '}');
    }
    json_close(body, ']');
}

static enum exit_code put_moment(const struct cli *cli, struct json_out *body)
{
    const char *text = cli_flag(cli, "happened");
    if (text == NULL) return EXIT_DONE;
    struct when when = when_parse(span_text(text));
    uint64_t ms = when.ms != 0 ? when.ms : when.naive_ms;
    if (ms == 0) return cli_usage(cli, "--happened %s: a moment is wanted: 2026-11-01", text);
    json_put_time(body, "happened_ms", ms);
    return EXIT_DONE;
}

static enum exit_code put_warehouse(const struct cli *cli, struct json_out *body)
{
    const char *word = cli_flag(cli, "warehouse");
    struct client client;
    char id[ID_TEXT_BYTES];
    if (word == NULL) return EXIT_DONE;
    enum exit_code code = client_open(cli, &client);
    if (code != EXIT_DONE) return code;
    code = act_warehouse(&client, word, id);
    client_close(&client);
    if (code == EXIT_DONE) json_put_text(body, "warehouse", span_text(id));
    return code;
}

static enum exit_code put_claim(const struct cli *cli, struct json_out *body)
{
    static const struct act_field fields[] = {
        {"merchant", "merchant", ACT_TEXT, true}, {"carrier", "carrier", ACT_TEXT, false},
        {"kind", "kind", ACT_TEXT, true},         {"number", "number", ACT_TEXT, false},
        {"unit", "unit", ACT_TEXT, false},        {"reference", "reference", ACT_TEXT, false},
        {"reason", "reason", ACT_TEXT, false},
    };
    enum exit_code code = act_put(cli, fields, sizeof fields / sizeof fields[0], body);
    if (code == EXIT_DONE) code = put_sum(cli, body);
    if (code == EXIT_DONE) json_put_text(body, "currency", span_text(cli_flag(cli, "currency")));
    if (code == EXIT_DONE) code = put_moment(cli, body);
    if (code == EXIT_DONE) code = put_warehouse(cli, body);
    if (cli_has(cli, "draft")) json_put_int(body, "draft", 1);
    return code;
}

static struct query claim_step(const struct cli *cli, const char *step)
{
    struct query query = query_on("/v1/claims");
    query_step(&query, cli->words[0]);
    if (step != NULL) query_step(&query, step);
    return query;
}

/* A new one; or, by its id, a draft, or once more what was denied. */
enum exit_code claim_file(struct cli *cli)
{
    static const struct act_field fields[] = {{"reference", "reference", ACT_TEXT, false},
                                              {"reason", "reason", ACT_TEXT, false}};
    struct json_out body = {0};
    enum exit_code code;
    bool stands = cli->words_count > 0;
    json_open(&body, NULL, '{');
    code = stands ? act_put(cli, fields, 2, &body) : put_claim(cli, &body);
    put_evidence(cli, &body);
    json_close(&body, '}');
    if (!stands) return act_send(cli, code, "/v1/claims", &body);
    struct query query = claim_step(cli, "file");
    return act_send(cli, code, query.text, &body);
}

enum exit_code claim_answer(struct cli *cli)
{
    static const struct act_field fields[] = {{"reference", "reference", ACT_TEXT, false},
                                              {"reason", "reason", ACT_TEXT, false}};
    struct json_out body = {0};
    bool accepted = cli_has(cli, "accepted");
    if (accepted == cli_has(cli, "denied")) return cli_usage(cli, "say --accepted or --denied");
    json_open(&body, NULL, '{');
    json_put_text(&body, "answer", span_text(accepted ? "accepted" : "denied"));
    enum exit_code code = act_put(cli, fields, 2, &body);
    if (code == EXIT_DONE && cli_has(cli, "amount")) code = put_sum(cli, &body);
    json_close(&body, '}');
    struct query query = claim_step(cli, "answer");
    return act_send(cli, code, query.text, &body);
}

enum exit_code claim_pay(struct cli *cli)
{
    static const struct act_field fields[] = {{"reference", "reference", ACT_TEXT, true},
                                              {"reason", "reason", ACT_TEXT, false}};
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    enum exit_code code = act_put(cli, fields, 2, &body);
    if (code == EXIT_DONE) code = put_sum(cli, &body);
    json_close(&body, '}');
    struct query query = claim_step(cli, "pay");
    return act_send(cli, code, query.text, &body);
}

enum exit_code claim_withdraw(struct cli *cli)
{
    static const struct act_field fields[] = {{"reason", "reason", ACT_TEXT, false}};
    struct query query = claim_step(cli, "withdraw");
    return act_simple(cli, query.text, fields, 1);
}

enum exit_code claim_show(struct cli *cli)
{
    struct query query = claim_step(cli, NULL);
    return act_show(cli, query.text);
}

enum exit_code claim_list(struct cli *cli)
{
    static const char *const filters[] = {"merchant", "state", "number", "unit", NULL};
    static const struct out_column columns[] = {
        {"CLAIM", "id", OUT_TEXT},
        {"STATE", "state", OUT_TEXT},
        {"KIND", "kind", OUT_TEXT},
        {"AMOUNT", "amount_minor", OUT_MONEY},
        {"ACCEPTED", "accepted_minor", OUT_MONEY},
        {"PAID", "paid_minor", OUT_MONEY},
        {"CURRENCY", "currency", OUT_TEXT},
        {"CARRIER", "carrier", OUT_TEXT},
        {"DUE", "due_ms", OUT_TEXT},
    };
    return act_list(cli, "/v1/claims", "claims", filters, columns, 9);
}
