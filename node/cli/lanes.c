/* Lanes, a merchant's prices of sending returns home, and which of them a label would be bought by.
 */
#include <stdio.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"

const struct cli_flag lane_put_flags[] = {
    {"merchant", "MERCHANT", "whose price it is"},
    {"carrier", "NAME", "of whom; as its section of the configuration names it"},
    {"account", "NAME", "by which account; without it the one without a name"},
    {"service", "NAME", "which of the carrier's services"},
    {"country", "CODE", "where the buyer sends from: DE"},
    {"postal-prefix", "TEXT", "how postal codes there begin; without it all of them"},
    {"warehouse", "WAREHOUSE", "where it goes, by its id; without it every one"},
    {"weight-g", "NUMBER", "for parcels up to that weight"},
    {"price-minor", "NUMBER", "what it costs, in cents of the merchant's currency"},
    {"battery", NULL, "it takes goods with batteries"},
    {"rank", "NUMBER", "your own order, before the price; 0 comes first"},
    {"days", "NUMBER", "how long it takes"},
    {"from-ms", "TIME", "from when it holds"},
    {"until-ms", "TIME", "and until when"},
    {"off", NULL, "it is offered no more"},
    {NULL, NULL, NULL},
};

enum exit_code lane_put(struct cli *cli)
{
    static const struct act_field fields[] = {{"merchant", "merchant", ACT_TEXT, true},
                                              {"carrier", "carrier", ACT_TEXT, true},
                                              {"account", "account", ACT_TEXT, false},
                                              {"service", "service", ACT_TEXT, false},
                                              {"country", "country", ACT_TEXT, true},
                                              {"postal-prefix", "postal_prefix", ACT_TEXT, false},
                                              {"warehouse", "warehouse", ACT_TEXT, false},
                                              {"weight-g", "weight_g", ACT_NUMBER, true},
                                              {"price-minor", "price_minor", ACT_NUMBER, true},
                                              {"rank", "rank", ACT_NUMBER, false},
                                              {"days", "days", ACT_NUMBER, false},
                                              {"from-ms", "from_ms", ACT_TEXT, false},
                                              {"until-ms", "until_ms", ACT_TEXT, false}};
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    enum exit_code code = act_put(cli, fields, sizeof fields / sizeof fields[0], &body);
    if (cli_has(cli, "battery")) json_put_uint(&body, "battery", 1);
    if (cli_has(cli, "off")) json_put_uint(&body, "off", 1);
    json_close(&body, '}');
    return act_send(cli, code, "/v1/lanes", &body);
}

enum exit_code lane_show(struct cli *cli)
{
    struct query query = query_on("/v1/lanes");
    query_step(&query, cli->words[0]);
    return act_show(cli, query.text);
}

const struct cli_flag lane_list_flags[] = {
    {"merchant", "MERCHANT", "of this merchant only"},
    {NULL, NULL, NULL},
};

enum exit_code lane_list(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"LANE", "id", OUT_TEXT},
        {"CARRIER", "carrier", OUT_TEXT},
        {"ACCOUNT", "account", OUT_TEXT},
        {"SERVICE", "service", OUT_TEXT},
        {"FROM", "country", OUT_TEXT},
        {"PREFIX", "postal_prefix", OUT_TEXT},
        {"UP TO G", "weight_g", OUT_NUMBER},
        {"PRICE", "price_minor", OUT_NUMBER},
        {"RANK", "rank", OUT_NUMBER},
        {"DAYS", "days", OUT_NUMBER},
        {"OFF", "off", OUT_NUMBER},
    };
    static const char *const filters[] = {"merchant", NULL};
    return act_list(cli, "/v1/lanes", "lanes", filters, columns,
                    sizeof columns / sizeof columns[0]);
}

const struct cli_flag label_choose_flags[] = {
    {"to", "WAREHOUSE", "where the parcel goes: id or code; without it the node's own"},
    {"weight-g", "NUMBER", "what it weighs; without it as the master data has it"},
    {NULL, NULL, NULL},
};

enum exit_code label_choose(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"CARRIER", "carrier", OUT_TEXT},     {"ACCOUNT", "account", OUT_TEXT},
        {"SERVICE", "service", OUT_TEXT},     {"UP TO G", "weight_g", OUT_NUMBER},
        {"PRICE", "price_minor", OUT_NUMBER}, {"RANK", "rank", OUT_NUMBER},
        {"DAYS", "days", OUT_NUMBER},         {"TAKEN", "taken", OUT_TEXT},
        {"WHY NOT", "why_text", OUT_TEXT},
    };
    struct query query = act_step("/v1/returns", cli->words[0], "label-choice");
    struct client client;
    char warehouse[ID_TEXT_BYTES];
    enum exit_code code = client_open(cli, &client);
    if (code != EXIT_DONE) return code;
    code = act_warehouse(&client, cli_flag(cli, "to"), warehouse);
    client_close(&client);
    if (code != EXIT_DONE) return code;
    query_add(&query, "warehouse", warehouse);
    query_add(&query, "weight_g", cli_flag(cli, "weight-g"));
    return act_list(cli, query.text, "offers", NULL, columns, sizeof columns / sizeof columns[0]);
}
