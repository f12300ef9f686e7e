/* Disposition batches as a person types them, and sheets: answers that go to a spreadsheet. */
#include "node/cli/act.h"
#include "node/cli/subcommands.h"

/* --- sheets ----------------------------------------------------------------------------------- */

const struct cli_flag billing_sheet_flags[] = {
    {"merchant", "MERCHANT", "whose"},
    {"warehouse", "WAREHOUSE", "at which"},
    {"statement", "NUMBER", "which; without it all lines so far"},
    {NULL, NULL, NULL},
};

enum exit_code billing_sheet(struct cli *cli)
{
    struct query query = query_on("/v1/charges");
    query_add(&query, "merchant", cli_flag(cli, "merchant"));
    query_add(&query, "warehouse", cli_flag(cli, "warehouse"));
    query_add(&query, "statement", cli_flag(cli, "statement"));
    query_add(&query, "limit", "200");
    return act_sheet(cli, &query);
}

/* --- batches ---------------------------------------------------------------------------------- */

const struct cli_flag batch_open_flags[] = {
    {"disposition", "WORD", "liquidate, resell, donate, recycle or destroy"},
    {"counterparty", "TEXT", "who gets it"},
    {"currency", "CODE", "of what it brings and costs"},
    {"split", "WORD", "equally, by_weight or by_value; equally where it is not said"},
    {"reference", "TEXT", "of the order or the contract"},
    {"warehouse", "WAREHOUSE", "id or code; without it the node's own"},
    {NULL, NULL, NULL},
};

enum exit_code batch_open(struct cli *cli)
{
    static const struct act_field fields[] = {{"disposition", "disposition", ACT_TEXT, true},
                                              {"counterparty", "counterparty", ACT_TEXT, true},
                                              {"currency", "currency", ACT_TEXT, true},
                                              {"split", "split", ACT_TEXT, false},
                                              {"reference", "reference", ACT_TEXT, false}};
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    return act_send_at(cli, act_put(cli, fields, 5, &body), "/v1/batches", &body);
}

const struct cli_flag batch_change_flags[] = {
    {"unit", "UNIT", "may be repeated"},
    {"plate", "PLATE", "stands for what is on it; may be repeated"},
    {"reason", "TEXT", "for the record"},
    {NULL, NULL, NULL},
};

static void put_named(const struct cli *cli, const char *flag, const char *list,
                      struct json_out *body)
{
    const char *word = NULL;
    if (!cli_has(cli, flag)) return;
    json_open(body, list, '[');
    for (unsigned i = 0; (word = cli_flag_at(cli, flag, i)) != NULL; i++) {
        json_open(body, NULL, '{');
        json_put_text(body, flag, span_text(word));
        json_close(body, '}');
    }
    json_close(body, ']');
}

static enum exit_code change(const struct cli *cli, const char *verb)
{
    static const struct act_field fields[] = {{"reason", "reason", ACT_TEXT, false}};
    struct query query = act_step("/v1/batches", cli->words[0], verb);
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    put_named(cli, "unit", "units", &body);
    put_named(cli, "plate", "plates", &body);
    enum exit_code code = act_put(cli, fields, 1, &body);
    json_close(&body, '}');
    return act_send(cli, code, query.text, &body);
}

enum exit_code batch_add(struct cli *cli)
{
    return change(cli, "add");
}

enum exit_code batch_remove(struct cli *cli)
{
    return change(cli, "remove");
}

const struct cli_flag batch_close_flags[] = {
    {"units", "NUMBER", "how many you count on it: refused when it has others"},
    {"proceeds-minor", "NUMBER", "what it brought, in minor units"},
    {"cost-minor", "NUMBER", "what it cost"},
    {"reference", "TEXT", "of the money"},
    {"cancel", NULL, "nothing came of it: its units are free"},
    {"reason", "TEXT", "needed to cancel"},
    {NULL, NULL, NULL},
};

enum exit_code batch_close(struct cli *cli)
{
    static const struct act_field fields[] = {
        {"units", "units", ACT_NUMBER, false},
        {"proceeds-minor", "proceeds_minor", ACT_NUMBER, false},
        {"cost-minor", "cost_minor", ACT_NUMBER, false},
        {"reference", "reference", ACT_TEXT, false},
        {"reason", "reason", ACT_TEXT, false}};
    struct query query = act_step("/v1/batches", cli->words[0], "close");
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    enum exit_code code = act_put(cli, fields, 5, &body);
    if (cli_has(cli, "cancel")) json_put_uint(&body, "cancel", 1);
    json_close(&body, '}');
    return act_send(cli, code, query.text, &body);
}

const struct cli_flag batch_proceeds_flags[] = {
    {"reference", "TEXT", "of the payment; the same once more changes nothing"},
    {"proceeds-minor", "NUMBER", "what it brought, in minor units; below zero to correct"},
    {"cost-minor", "NUMBER", "what it cost"},
    {"note", "TEXT", "for the record"},
    {NULL, NULL, NULL},
};

enum exit_code batch_proceeds(struct cli *cli)
{
    static const struct act_field fields[] = {
        {"reference", "reference", ACT_TEXT, true},
        {"proceeds-minor", "proceeds_minor", ACT_NUMBER, false},
        {"cost-minor", "cost_minor", ACT_NUMBER, false},
        {"note", "note", ACT_TEXT, false}};
    struct query query = act_step("/v1/batches", cli->words[0], "proceeds");
    return act_simple(cli, query.text, fields, 4);
}

enum exit_code batch_show(struct cli *cli)
{
    struct query query = act_step("/v1/batches", cli->words[0], NULL);
    return act_show(cli, query.text);
}

const struct cli_flag batch_list_flags[] = {
    {"warehouse", "WAREHOUSE", "opened there"},
    {"merchant", "MERCHANT", "with units of it"},
    {NULL, NULL, NULL},
};

enum exit_code batch_list(struct cli *cli)
{
    static const char *const filters[] = {"warehouse", "merchant", NULL};
    static const struct out_column columns[] = {{"BATCH", "id", OUT_TEXT},
                                                {"STATE", "state", OUT_TEXT},
                                                {"TO BE", "disposition", OUT_TEXT},
                                                {"WITH", "counterparty", OUT_TEXT},
                                                {"UNITS", "sums.units", OUT_NUMBER},
                                                {"BROUGHT", "sums.proceeds_minor", OUT_MONEY},
                                                {"COST", "sums.cost_minor", OUT_MONEY},
                                                {"CURRENCY", "currency", OUT_TEXT}};
    return act_list(cli, "/v1/batches", "batches", filters, columns, 8);
}

const struct cli_flag batch_manifest_flags[] = {
    {"csv", NULL, "the whole of it, as CSV"},
    {NULL, NULL, NULL},
};

enum exit_code batch_manifest(struct cli *cli)
{
    static const struct out_column columns[] = {{"UNIT", "unit", OUT_TEXT},
                                                {"SKU", "sku", OUT_TEXT},
                                                {"GRADE", "grade", OUT_TEXT},
                                                {"SERIAL", "serial", OUT_TEXT},
                                                {"GRAMS", "weight_g", OUT_NUMBER},
                                                {"OF", "merchant", OUT_TEXT},
                                                {"BROUGHT", "proceeds_minor", OUT_NUMBER},
                                                {"COST", "cost_minor", OUT_NUMBER}};
    struct query query = act_step("/v1/batches", cli->words[0], "manifest");
    if (!cli_has(cli, "csv")) return act_list(cli, query.text, "lines", NULL, columns, 8);
    query_add(&query, "limit", "200");
    return act_sheet(cli, &query);
}
