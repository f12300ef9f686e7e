/* Exchanges as a person types them. */
#include <stdio.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"

const struct cli_flag exchange_open_flags[] = {
    {"line", "NUMBER", "of the order; 0 where it is not said"},
    {"quantity", "NUMBER", "how many; 1 where it is not said"},
    {"wanted", "SKU", "another thing; without it what the return says, or the same again"},
    {"price-minor", "NUMBER", "what one of it costs; without it the same"},
    {"from", "WAREHOUSE", "who is asked; several in their order; without it all"},
    {"ahead", NULL, "send it before the original came"},
    {"keep-hours", "NUMBER", "so long a warehouse keeps it; 72 where it is not said"},
    {"wait-hours", "NUMBER", "so long it is waited for, then refunded; 336 where it is not said"},
    {"reason", "TEXT", "for the record"},
    {NULL, NULL, NULL},
};

static void put_places(const struct cli *cli, struct json_out *body)
{
    if (!cli_has(cli, "from")) return;
    json_open(body, "places", '[');
    for (unsigned i = 0; cli_flag_at(cli, "from", i) != NULL; i++) {
        json_open(body, NULL, '{');
        json_put_text(body, "warehouse", span_text(cli_flag_at(cli, "from", i)));
        json_close(body, '}');
    }
    json_close(body, ']');
}

enum exit_code exchange_open(struct cli *cli)
{
    static const struct act_field fields[] = {{"line", "line", ACT_NUMBER, false},
                                              {"quantity", "quantity", ACT_NUMBER, false},
                                              {"wanted", "wanted", ACT_TEXT, false},
                                              {"price-minor", "price_minor", ACT_NUMBER, false},
                                              {"keep-hours", "keep_hours", ACT_NUMBER, false},
                                              {"wait-hours", "wait_hours", ACT_NUMBER, false},
                                              {"reason", "reason", ACT_TEXT, false}};
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    json_put_text(&body, "return_id", span_text(cli->words[0]));
    put_places(cli, &body);
    if (cli_has(cli, "ahead")) json_put_uint(&body, "ahead", 1);
    enum exit_code code = act_put(cli, fields, 7, &body);
    json_close(&body, '}');
    return act_send(cli, code, "/v1/exchanges", &body);
}

const struct cli_flag exchange_send_flags[] = {
    {"warehouse", "WAREHOUSE", "id or code; without it the node's own"},
    {"number", "NUMBER", "of the parcel in which it leaves"},
    {NULL, NULL, NULL},
};

enum exit_code exchange_send(struct cli *cli)
{
    static const struct act_field fields[] = {{"number", "number", ACT_TEXT, false}};
    struct query query = act_step("/v1/exchanges", cli->words[0], "send");
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    enum exit_code code = act_put(cli, fields, 1, &body);
    return act_send_at(cli, code, query.text, &body);
}

const struct cli_flag exchange_end_flags[] = {
    {"reason", "TEXT", "for the record"},
    {NULL, NULL, NULL},
};

enum exit_code exchange_end(struct cli *cli)
{
    static const struct act_field fields[] = {{"reason", "reason", ACT_TEXT, false}};
    struct query query = act_step("/v1/exchanges", cli->words[0], "end");
    return act_simple(cli, query.text, fields, 1);
}

const struct cli_flag exchange_paid_flags[] = {
    {"reference", "TEXT", "of the payment, where it was taken"},
    {NULL, NULL, NULL},
};

enum exit_code exchange_paid(struct cli *cli)
{
    static const struct act_field fields[] = {{"reference", "reference", ACT_TEXT, true}};
    struct query query = act_step("/v1/exchanges", cli->words[0], "paid");
    return act_simple(cli, query.text, fields, 1);
}

enum exit_code exchange_show(struct cli *cli)
{
    struct query query = act_step("/v1/exchanges", cli->words[0], NULL);
    return act_show(cli, query.text);
}

const struct cli_flag exchange_list_flags[] = {
    {"merchant", "MERCHANT", "of this merchant only"},
    {"state", "STATE", "waiting, asking, kept, leaving, recalling, sent or ended; with --merchant"},
    {"return", "RETURN", "of this return"},
    {"warehouse", "WAREHOUSE", "open ones that it was asked for"},
    {NULL, NULL, NULL},
};

enum exit_code exchange_list(struct cli *cli)
{
    static const char *const filters[] = {"merchant", "state", "return", "warehouse", NULL};
    static const struct out_column columns[] = {
        {"EXCHANGE", "id", OUT_TEXT},    {"RETURN", "return_id", OUT_TEXT},
        {"WANTED", "wanted", OUT_TEXT},  {"PIECES", "quantity", OUT_TEXT},
        {"STATE", "state", OUT_TEXT},    {"WAREHOUSE", "warehouse", OUT_TEXT},
        {"UNTIL", "until_ms", OUT_TEXT}, {"PARCEL", "number", OUT_TEXT}};
    return act_list(cli, "/v1/exchanges", "exchanges", filters, columns, 8);
}
