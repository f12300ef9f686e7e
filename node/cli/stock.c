/* The stock ledger as a person types it: what lies where and how long, what can be promised, and
 * the acts that post, count, keep and take back. */
#include <stdio.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"

/* --- what lies where -------------------------------------------------------------------------- */

const struct cli_flag stock_list_flags[] = {
    {"merchant", "MERCHANT", "of this merchant only"},
    {"sku", "SKU", "by any spelling of its code; --merchant goes with it"},
    {"warehouse", "WAREHOUSE", "there only"},
    {"bin", "BIN", "in this bin, or in none (\"\"); --warehouse goes with it"},
    {NULL, NULL, NULL},
};

enum exit_code stock_list(struct cli *cli)
{
    static const char *const filters[] = {"merchant", "sku", "warehouse", "bin", NULL};
    static const struct out_column columns[] = {{"WAREHOUSE", "warehouse", OUT_TEXT},
                                                {"MERCHANT", "merchant", OUT_TEXT},
                                                {"SKU", "sku", OUT_TEXT},
                                                {"ACCOUNT", "account", OUT_TEXT},
                                                {"BIN", "bin", OUT_TEXT},
                                                {"GRADE", "grade", OUT_TEXT},
                                                {"PIECES", "pieces", OUT_NUMBER},
                                                {"OLDEST", "oldest_ms", OUT_TEXT}};
    return act_list(cli, "/v1/stock", "stock", filters, columns, 8);
}

const struct cli_flag stock_available_flags[] = {
    {"merchant", "MERCHANT", "whose; needed where the token is bound to none"},
    {"sku", "SKU", "by any spelling of its code"},
    {NULL, NULL, NULL},
};

enum exit_code stock_available(struct cli *cli)
{
    static const char *const filters[] = {"merchant", "sku", NULL};
    static const struct out_column columns[] = {
        {"WAREHOUSE", "warehouse", OUT_TEXT},   {"CODE", "code", OUT_TEXT},
        {"AVAILABLE", "available", OUT_NUMBER}, {"SELLABLE", "sellable", OUT_NUMBER},
        {"RESERVED", "reserved", OUT_NUMBER},   {"HELD", "held", OUT_NUMBER},
        {"RECALLED", "recalled", OUT_TEXT},     {"OLDEST", "oldest_ms", OUT_TEXT},
        {"AS OF", "as_of_ms", OUT_TEXT}};
    return act_list(cli, "/v1/stock/availability", "warehouses", filters, columns, 9);
}

const struct cli_flag stock_postings_flags[] = {
    {"merchant", "MERCHANT", "of this merchant only"},
    {"sku", "SKU", "by any spelling of its code; --merchant goes with it"},
    {"warehouse", "WAREHOUSE", "there, of all merchants"},
    {NULL, NULL, NULL},
};

enum exit_code stock_postings(struct cli *cli)
{
    static const char *const filters[] = {"merchant", "sku", "warehouse", NULL};
    static const struct out_column columns[] = {
        {"POSTING", "id", OUT_TEXT},  {"AT", "at_ms", OUT_TEXT},
        {"ACT", "act", OUT_TEXT},     {"SKU", "sku", OUT_TEXT},
        {"FROM", "from", OUT_TEXT},   {"BIN", "bin", OUT_TEXT},
        {"TO", "to", OUT_TEXT},       {"TO BIN", "to_bin", OUT_TEXT},
        {"GRADE", "grade", OUT_TEXT}, {"PIECES", "pieces", OUT_NUMBER},
        {"FOUND", "found", OUT_TEXT}, {"VOIDED", "voided", OUT_TEXT}};
    return act_list(cli, "/v1/stock/postings", "postings", filters, columns, 12);
}

enum exit_code stock_show(struct cli *cli)
{
    struct query query = act_step("/v1/stock/postings", cli->words[0], NULL);
    return act_show(cli, query.text);
}

/* --- bins ------------------------------------------------------------------------------------- */

const struct cli_flag bin_set_flags[] = {
    {"capacity", "PIECES", "what it holds at most; without it there is no limit"},
    {"closed", NULL, "nothing more is put into it"},
    {"warehouse", "WAREHOUSE", "id or code; without it the node's own"},
    {NULL, NULL, NULL},
};

enum exit_code bin_set(struct cli *cli)
{
    static const struct act_field fields[] = {{"capacity", "capacity", ACT_NUMBER, false}};
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    json_put_text(&body, "bin", span_text(cli->words[0]));
    if (cli_has(cli, "closed")) json_put_uint(&body, "closed", 1);
    return act_send_at(cli, act_put(cli, fields, 1, &body), "/v1/stock/bins", &body);
}

const struct cli_flag bin_list_flags[] = {
    {"warehouse", "WAREHOUSE", "there only"},
    {NULL, NULL, NULL},
};

enum exit_code bin_list(struct cli *cli)
{
    static const char *const filters[] = {"warehouse", NULL};
    static const struct out_column columns[] = {
        {"WAREHOUSE", "warehouse", OUT_TEXT}, {"BIN", "bin", OUT_TEXT},
        {"PIECES", "pieces", OUT_NUMBER},     {"CAPACITY", "capacity", OUT_NUMBER},
        {"CLOSED", "closed", OUT_TEXT},       {"SINCE", "at_ms", OUT_TEXT}};
    return act_list(cli, "/v1/stock/bins", "bins", filters, columns, 6);
}

/* --- postings --------------------------------------------------------------------------------- */

#define OF_GOODS                                                                                   \
    {"merchant", "MERCHANT", "whose"}, {"sku", "SKU", "by any spelling of its code"},              \
        {"pieces", "NUMBER", "how many"}, {"grade", "GRADE", "how good; without it, not graded"},  \
        {"warehouse", "WAREHOUSE", "id or code; without it the node's own"},                       \
        {"reference", "TEXT", "of the order or list behind it"},                                   \
    {                                                                                              \
        "reason", "TEXT", "why, for the record"                                                    \
    }

const struct cli_flag stock_post_flags[] = {
    {"act", "WORD", "move, regrade, discard, import, hand_over or adjust"},
    {"from", "ACCOUNT", "sellable, unsellable, quarantine, reserved, opening or difference"},
    {"to", "ACCOUNT", "one of these, wms or scrap; without it the same"},
    {"bin", "BIN", "it lies in; without it, in none"},
    {"to-bin", "BIN", "it is put into"},
    {"to-grade", "GRADE", "of a regrade"},
    OF_GOODS,
    {NULL, NULL, NULL},
};
const struct cli_flag stock_move_flags[] = {
    {"from", "ACCOUNT", "sellable where it is not said"},
    {"bin", "BIN", "it lies in; without it, in none"},
    {"to-bin", "BIN", "it is put into; without it, into none"},
    OF_GOODS,
    {NULL, NULL, NULL},
};
const struct cli_flag stock_hand_over_flags[] = {
    {"bin", "BIN", "it lies in; without it, in none"},
    OF_GOODS,
    {NULL, NULL, NULL},
};

/* What the flags do not say, the subcommand does. */
static enum exit_code post(const struct cli *cli, const char *act, const char *from, const char *to)
{
    static const struct act_field fields[] = {{"merchant", "merchant", ACT_TEXT, true},
                                              {"sku", "sku", ACT_TEXT, true},
                                              {"pieces", "pieces", ACT_NUMBER, true},
                                              {"grade", "grade", ACT_TEXT, false},
                                              {"reference", "reference", ACT_TEXT, false},
                                              {"reason", "reason", ACT_TEXT, false},
                                              {"bin", "bin", ACT_TEXT, false},
                                              {"to-bin", "to_bin", ACT_TEXT, false},
                                              {"to-grade", "to_grade", ACT_TEXT, false}};
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    json_put_text(&body, "act", span_text(act));
    json_put_text(&body, "from", span_text(from));
    if (to != NULL) json_put_text(&body, "to", span_text(to));
    return act_send_at(cli, act_put(cli, fields, 9, &body), "/v1/stock/postings", &body);
}

enum exit_code stock_post(struct cli *cli)
{
    const char *act = cli_flag(cli, "act"), *from = cli_flag(cli, "from");
    if (act == NULL || from == NULL)
        return cli_usage(cli, "--%s is missing", act == NULL ? "act" : "from");
    return post(cli, act, from, cli_flag(cli, "to"));
}

enum exit_code stock_move_bin(struct cli *cli)
{
    const char *from = cli_flag(cli, "from");
    return post(cli, "move", from != NULL ? from : "sellable", NULL);
}

enum exit_code stock_put_away(struct cli *cli)
{
    if (!cli_has(cli, "to-bin")) return cli_usage(cli, "--to-bin is missing");
    return stock_move_bin(cli);
}

enum exit_code stock_hand_over(struct cli *cli)
{
    return post(cli, "hand_over", "sellable", "wms");
}

const struct cli_flag stock_adjust_flags[] = {
    {"account", "ACCOUNT", "sellable where it is not said; unsellable, quarantine"},
    {"bin", "BIN", "where; without it, in none"},
    {"gone", NULL, "they are not there: taken from the account, not added"},
    OF_GOODS,
    {NULL, NULL, NULL},
};

enum exit_code stock_adjust(struct cli *cli)
{
    static const struct act_field fields[] = {
        {"merchant", "merchant", ACT_TEXT, true}, {"sku", "sku", ACT_TEXT, true},
        {"pieces", "pieces", ACT_NUMBER, true},   {"reason", "reason", ACT_TEXT, true},
        {"grade", "grade", ACT_TEXT, false},      {"reference", "reference", ACT_TEXT, false}};
    const char *account = cli_flag(cli, "account"), *bin = cli_flag(cli, "bin");
    bool gone = cli_has(cli, "gone");
    struct json_out body = {0};
    if (account == NULL) account = "sellable";
    json_open(&body, NULL, '{');
    json_put_text(&body, "act", span_text("adjust"));
    json_put_text(&body, "from", span_text(gone ? account : "difference"));
    json_put_text(&body, "to", span_text(gone ? "difference" : account));
    if (bin != NULL) json_put_text(&body, gone ? "bin" : "to_bin", span_text(bin));
    return act_send_at(cli, act_put(cli, fields, 6, &body), "/v1/stock/postings", &body);
}

const struct cli_flag stock_void_flags[] = {
    {"reason", "TEXT", "why, for the record"},
    {"warehouse", "WAREHOUSE", "id or code; without it the node's own"},
    {NULL, NULL, NULL},
};

enum exit_code stock_void(struct cli *cli)
{
    static const struct act_field fields[] = {{"reason", "reason", ACT_TEXT, true}};
    struct query query = act_step("/v1/stock/postings", cli->words[0], "void");
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    return act_send_at(cli, act_put(cli, fields, 1, &body), query.text, &body);
}

/* --- counts and reservations ------------------------------------------------------------------ */

const struct cli_flag stock_count_flags[] = {
    {"merchant", "MERCHANT", "whose"},
    {"sku", "SKU", "by any spelling of its code"},
    {"pieces", "NUMBER", "how many there are"},
    {"account", "ACCOUNT", "sellable where it is not said, with what is reserved"},
    {"bin", "BIN", "where; without it, in none"},
    {"grade", "GRADE", "how good; without it, not graded"},
    {"warehouse", "WAREHOUSE", "id or code; without it the node's own"},
    {"reason", "TEXT", "why, for the record"},
    {NULL, NULL, NULL},
};

enum exit_code stock_count_found(struct cli *cli)
{
    static const struct act_field fields[] = {
        {"merchant", "merchant", ACT_TEXT, true}, {"sku", "sku", ACT_TEXT, true},
        {"pieces", "found", ACT_NUMBER, true},    {"account", "account", ACT_TEXT, false},
        {"bin", "bin", ACT_TEXT, false},          {"grade", "grade", ACT_TEXT, false},
        {"reason", "reason", ACT_TEXT, false}};
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    return act_send_at(cli, act_put(cli, fields, 7, &body), "/v1/stock/counts", &body);
}

const struct cli_flag stock_reserve_flags[] = {
    {"expires", "TIME", "until when, as 2026-12-01T00:00:00Z"},
    {"bin", "BIN", "out of this one; without it, the first that holds enough"},
    OF_GOODS,
    {NULL, NULL, NULL},
};

enum exit_code stock_keep_for(struct cli *cli)
{
    static const struct act_field fields[] = {
        {"merchant", "merchant", ACT_TEXT, true},   {"sku", "sku", ACT_TEXT, true},
        {"pieces", "pieces", ACT_NUMBER, true},     {"expires", "expires_ms", ACT_TEXT, true},
        {"reference", "reference", ACT_TEXT, true}, {"bin", "bin", ACT_TEXT, false},
        {"grade", "grade", ACT_TEXT, false}};
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    return act_send_at(cli, act_put(cli, fields, 7, &body), "/v1/stock/reservations", &body);
}

const struct cli_flag stock_end_flags[] = {
    {"to", "ACCOUNT",
     "carrier or merchant: it is sent; sellable (not said), quarantine: given back"},
    {"reason", "TEXT", "why, for the record"},
    {"warehouse", "WAREHOUSE", "id or code; without it the node's own"},
    {NULL, NULL, NULL},
};

enum exit_code stock_end_kept(struct cli *cli)
{
    static const struct act_field fields[] = {{"to", "to", ACT_TEXT, false},
                                              {"reason", "reason", ACT_TEXT, false}};
    struct query query = act_step("/v1/stock/reservations", cli->words[0], "end");
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    return act_send_at(cli, act_put(cli, fields, 2, &body), query.text, &body);
}

/* --- receipts --------------------------------------------------------------------------------- */

const struct cli_flag stock_receipts_flags[] = {
    {"warehouse", "WAREHOUSE", "id or code; without it the node's own"},
    {"since", "TIME", "from then on, as 2026-11-22T00:00:00Z"},
    {"csv", NULL, "all of them, as CSV"},
    {NULL, NULL, NULL},
};

enum exit_code stock_receipts(struct cli *cli)
{
    static const struct out_column columns[] = {{"AT", "at_ms", OUT_TEXT},
                                                {"TURN", "turn", OUT_TEXT},
                                                {"POSTING", "posting", OUT_TEXT},
                                                {"MERCHANT", "merchant", OUT_TEXT},
                                                {"SKU", "sku", OUT_TEXT},
                                                {"GRADE", "grade", OUT_TEXT},
                                                {"BIN", "bin", OUT_TEXT},
                                                {"PIECES", "pieces", OUT_NUMBER},
                                                {"REFERENCE", "reference", OUT_TEXT}};
    struct client client;
    char warehouse[ID_TEXT_BYTES];
    enum exit_code code = client_open(cli, &client);
    if (code != EXIT_DONE) return code;
    code = act_warehouse(&client, cli_flag(cli, "warehouse"), warehouse);
    client_close(&client);
    if (code != EXIT_DONE) return code;
    struct query query = query_on("/v1/stock/receipts");
    query_add(&query, "warehouse", warehouse);
    query_add(&query, "since", cli_flag(cli, "since"));
    if (!cli_has(cli, "csv"))
        return act_list_of(cli, &query, "receipts", columns, sizeof columns / sizeof columns[0]);
    query_add(&query, "limit", "200");
    return act_sheet(cli, &query);
}
