/* Return labels as a person types them. */
#include <stdio.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"

const struct cli_flag label_buy_flags[] = {
    {"carrier", "NAME", "of whom; without it the merchant's lanes say (entrepot lane)"},
    {"account", "NAME", "by which account; without it the one without a name"},
    {"to", "WAREHOUSE", "where the parcel goes: id or code; without it the node's own"},
    {"service", "NAME", "which of the carrier's services"},
    {"form", "FORM", "pdf, png, zpl or qr; pdf where it is not said"},
    {"weight-g", "NUMBER", "what it weighs; without it as the master data has it"},
    {"again", NULL, "there is one already, and another one is wanted"},
    {"pickup", "LABEL", "no label: have the parcel of this one fetched"},
    {"from-ms", "TIME", "from when it may be fetched"},
    {"until-ms", "TIME", "and until when"},
    {"reason", "TEXT", "for the record"},
    {NULL, NULL, NULL},
};

static enum exit_code put_place(struct cli *cli, struct json_out *body)
{
    struct client client;
    char warehouse[ID_TEXT_BYTES];
    enum exit_code code = client_open(cli, &client);
    if (code != EXIT_DONE) return code;
    code = act_warehouse(&client, cli_flag(cli, "to"), warehouse);
    client_close(&client);
    if (code == EXIT_DONE) json_put_text(body, "warehouse", span_text(warehouse));
    return code;
}

enum exit_code label_buy(struct cli *cli)
{
    static const struct act_field fields[] = {{"carrier", "carrier", ACT_TEXT, false},
                                              {"account", "account", ACT_TEXT, false},
                                              {"service", "service", ACT_TEXT, false},
                                              {"form", "form", ACT_TEXT, false},
                                              {"weight-g", "weight_g", ACT_NUMBER, false},
                                              {"pickup", "of", ACT_TEXT, false},
                                              {"from-ms", "pickup_ms", ACT_TEXT, false},
                                              {"until-ms", "pickup_until_ms", ACT_TEXT, false},
                                              {"reason", "reason", ACT_TEXT, false}};
    struct query query = act_step("/v1/returns", cli->words[0], "labels");
    struct json_out body = {0};
    bool pickup = cli_has(cli, "pickup");
    json_open(&body, NULL, '{');
    enum exit_code code = act_put(cli, fields, 9, &body);
    if (cli_has(cli, "again")) json_put_uint(&body, "again", 1);
    if (pickup) json_put_text(&body, "what", span_text("pickup"));
    if (code == EXIT_DONE && !pickup) code = put_place(cli, &body);
    json_close(&body, '}');
    return act_send(cli, code, query.text, &body);
}

const struct cli_flag label_void_flags[] = {
    {"reason", "TEXT", "for the record"},
    {NULL, NULL, NULL},
};

enum exit_code label_void(struct cli *cli)
{
    static const struct act_field fields[] = {{"reason", "reason", ACT_TEXT, false}};
    struct query query = act_step("/v1/labels", cli->words[0], "void");
    return act_simple(cli, query.text, fields, 1);
}

const struct cli_flag label_settle_flags[] = {
    {"as", "END", "bought, not_bought or voided"},
    {"reference", "TEXT", "what shows it: the carrier's invoice line, say"},
    {"number", "NUMBER", "the tracking number, where it was bought"},
    {"carrier-ref", "TEXT", "what the carrier wants to hear to take it back"},
    {"cost-minor", "NUMBER", "what it cost"},
    {"currency", "CODE", "in what: EUR"},
    {"reason", "TEXT", "for the record"},
    {NULL, NULL, NULL},
};

enum exit_code label_settle(struct cli *cli)
{
    static const struct act_field fields[] = {{"as", "end", ACT_TEXT, true},
                                              {"reference", "reference", ACT_TEXT, true},
                                              {"number", "number", ACT_TEXT, false},
                                              {"carrier-ref", "carrier_ref", ACT_TEXT, false},
                                              {"cost-minor", "cost_minor", ACT_NUMBER, false},
                                              {"currency", "currency", ACT_TEXT, false},
                                              {"reason", "reason", ACT_TEXT, false}};
    struct query query = act_step("/v1/labels", cli->words[0], "settle");
    return act_simple(cli, query.text, fields, 7);
}

enum exit_code label_show(struct cli *cli)
{
    struct query query = act_step("/v1/labels", cli->words[0], NULL);
    return act_show(cli, query.text);
}

const struct cli_flag label_list_flags[] = {
    {"return", "RETURN", "of this return only"},
    {"merchant", "MERCHANT", "of this merchant only"},
    {NULL, NULL, NULL},
};

enum exit_code label_list(struct cli *cli)
{
    static const char *const filters[] = {"merchant", "return", NULL};
    static const struct out_column columns[] = {
        {"LABEL", "id", OUT_TEXT},        {"RETURN", "return_id", OUT_TEXT},
        {"WHAT", "what", OUT_TEXT},       {"CARRIER", "carrier", OUT_TEXT},
        {"STATE", "state", OUT_TEXT},     {"PARCEL", "number", OUT_TEXT},
        {"COST", "cost_minor", OUT_TEXT}, {"CURRENCY", "currency", OUT_TEXT}};
    return act_list(cli, "/v1/labels", "labels", filters, columns, 8);
}

const struct cli_flag label_get_flags[] = {
    {"qr", NULL, "the QR code, and not the label"},
    {NULL, NULL, NULL},
};

enum exit_code label_get(struct cli *cli)
{
    struct query query =
        act_step("/v1/labels", cli->words[0], cli_has(cli, "qr") ? "qr" : "document");
    return file_fetch(cli, query.text, cli->words[1]);
}

const struct cli_flag warehouse_address_flags[] = {
    {"warehouse", "WAREHOUSE", "id or code; without it the node's own"},
    {"name", "TEXT", "whom parcels are addressed to"},
    {"company", "TEXT", "and of which company; one of the two is needed"},
    {"street1", "TEXT", "street and number"},
    {"street2", "TEXT", "a second line"},
    {"city", "TEXT", "the town"},
    {"state", "TEXT", "state or province, as carriers there write it"},
    {"postal-code", "CODE", "the postal code"},
    {"country", "CODE", "two capital letters: DE"},
    {"phone", "TEXT", "for the carrier"},
    {"email", "TEXT", "for the carrier"},
    {NULL, NULL, NULL},
};

enum exit_code warehouse_address(struct cli *cli)
{
    static const struct act_field fields[] = {{"name", "name", ACT_TEXT, false},
                                              {"company", "company", ACT_TEXT, false},
                                              {"street1", "street1", ACT_TEXT, true},
                                              {"street2", "street2", ACT_TEXT, false},
                                              {"city", "city", ACT_TEXT, true},
                                              {"state", "state", ACT_TEXT, false},
                                              {"postal-code", "postal_code", ACT_TEXT, false},
                                              {"country", "country", ACT_TEXT, true},
                                              {"phone", "phone", ACT_TEXT, false},
                                              {"email", "email", ACT_TEXT, false}};
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    enum exit_code code = act_put(cli, fields, 10, &body);
    return act_send_at(cli, code, "/v1/warehouse/address", &body);
}
