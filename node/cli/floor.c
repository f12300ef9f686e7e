/* The rooms of the floor, as a person types them: holds and recalls, plates, removal orders,
 * inbound shipments, and what the warehouse's acts cost. */
#include <stdio.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"

/* --- holds and recalls ------------------------------------------------------------------------ */

#define HOLD_KINDS "wipe, account, hygiene, counterfeit, biohazard or battery"
const struct cli_flag unit_hold_flags[] = {
    {"kind", "KIND", HOLD_KINDS},
    {"reason", "TEXT", "what was seen"},
    {"evidence", "HASH", "of the photo that shows it"},
    {NULL, NULL, NULL},
};
const struct cli_flag unit_lift_flags[] = {
    {"kind", "KIND", HOLD_KINDS "; a recall ends with recall end"},
    {"reason", "TEXT", "why it may go"},
    {"evidence", "HASH", "of what proves it"},
    {"method", "TEXT", "of a wipe: how its data were erased"},
    {"result", "TEXT", "of a wipe: what came of it"},
    {NULL, NULL, NULL},
};

enum exit_code unit_hold(struct cli *cli)
{
    static const struct act_field fields[] = {{"kind", "kind", ACT_TEXT, true},
                                              {"reason", "reason", ACT_TEXT, true},
                                              {"evidence", "evidence", ACT_TEXT, false}};
    struct query query = act_step("/v1/units", cli->words[0], "hold");
    return act_simple(cli, query.text, fields, 3);
}

enum exit_code unit_lift(struct cli *cli)
{
    static const struct act_field fields[] = {{"kind", "kind", ACT_TEXT, true},
                                              {"reason", "reason", ACT_TEXT, true},
                                              {"evidence", "evidence", ACT_TEXT, false},
                                              {"method", "method", ACT_TEXT, false},
                                              {"result", "result", ACT_TEXT, false}};
    struct query query = act_step("/v1/units", cli->words[0], "lift");
    return act_simple(cli, query.text, fields, 5);
}

const struct cli_flag recall_flags[] = {
    {"sku", "CODE", "what is recalled, by its own code"},
    {"serial-from", "SERIAL", "only those from this serial number on"},
    {"serial-to", "SERIAL", "and up to this one, which is as long"},
    {"lot", "LOT", "only those of orders of that lot"},
    {"reason", "TEXT", "for the record"},
    {NULL, NULL, NULL},
};

static enum exit_code recall(const struct cli *cli, bool ends)
{
    static const struct act_field fields[] = {{"sku", "sku", ACT_TEXT, true},
                                              {"reason", "reason", ACT_TEXT, true},
                                              {"serial-from", "serial_from", ACT_TEXT, false},
                                              {"serial-to", "serial_to", ACT_TEXT, false},
                                              {"lot", "lot", ACT_TEXT, false}};
    struct query query = act_step("/v1/merchants", cli->words[0], "recalls");
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    enum exit_code code = act_put(cli, fields, 5, &body);
    if (ends) json_put_uint(&body, "end", 1);
    json_close(&body, '}');
    return act_send(cli, code, query.text, &body);
}

enum exit_code recall_set(struct cli *cli)
{
    return recall(cli, false);
}

enum exit_code recall_end(struct cli *cli)
{
    return recall(cli, true);
}

/* --- plates ----------------------------------------------------------------------------------- */

const struct cli_flag plate_make_flags[] = {
    {"kind", "KIND", "plate, carton, tote or pallet; plate where it is not said"},
    {"unit", "UNIT", "what stands on it, units of one SKU and grade; may be repeated"},
    {"place", "TEXT", "where it stands"},
    {"warehouse", "WAREHOUSE", "id or code; without it the node's own"},
    {NULL, NULL, NULL},
};

static void put_units(const struct cli *cli, struct json_out *body)
{
    const char *unit = NULL;
    if (!cli_has(cli, "unit")) return;
    json_open(body, "units", '[');
    for (unsigned i = 0; (unit = cli_flag_at(cli, "unit", i)) != NULL; i++) {
        json_open(body, NULL, '{');
        json_put_text(body, "unit", span_text(unit));
        json_close(body, '}');
    }
    json_close(body, ']');
}

enum exit_code plate_make(struct cli *cli)
{
    static const struct act_field fields[] = {{"place", "place", ACT_TEXT, false}};
    const char *kind = cli_flag(cli, "kind");
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    json_put_text(&body, "kind", span_text(kind != NULL ? kind : "plate"));
    put_units(cli, &body);
    return act_send_at(cli, act_put(cli, fields, 1, &body), "/v1/plates", &body);
}

const struct cli_flag plate_move_flags[] = {
    {"into", "PLATE", "a larger one"},
    {"place", "TEXT", "where it stands from now on, out of any other"},
    {"to", "WAREHOUSE", "ships it, with all that stands on it"},
    {NULL, NULL, NULL},
};

enum exit_code plate_move(struct cli *cli)
{
    static const struct act_field fields[] = {{"into", "into", ACT_TEXT, false},
                                              {"place", "place", ACT_TEXT, false},
                                              {"to", "to", ACT_TEXT, false}};
    struct query query = act_step("/v1/plates", cli->words[0], "move");
    return act_simple(cli, query.text, fields, 3);
}

enum exit_code plate_show(struct cli *cli)
{
    struct query query = act_step("/v1/plates", cli->words[0], NULL);
    return act_show(cli, query.text);
}

const struct cli_flag plate_list_flags[] = {
    {"warehouse", "WAREHOUSE", "that stand there, or did"},
    {"parent", "PLATE", "that stand in it"},
    {NULL, NULL, NULL},
};

enum exit_code plate_list(struct cli *cli)
{
    static const char *const filters[] = {"warehouse", "parent", NULL};
    static const struct out_column columns[] = {
        {"PLATE", "id", OUT_TEXT}, {"KIND", "kind", OUT_TEXT},   {"STATE", "state", OUT_TEXT},
        {"SKU", "sku", OUT_TEXT},  {"GRADE", "grade", OUT_TEXT}, {"PLACE", "place", OUT_TEXT},
        {"IN", "parent", OUT_TEXT}};
    return act_list(cli, "/v1/plates", "plates", filters, columns, 7);
}

const struct cli_flag plate_contents_flags[] = {
    {"csv", NULL, "as CSV, for the platform's warehouse"},
    {NULL, NULL, NULL},
};

enum exit_code plate_contents(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"IN", "container", OUT_TEXT},     {"PLATE", "plate", OUT_TEXT},
        {"SKU", "sku", OUT_TEXT},          {"LABEL", "label", OUT_TEXT},
        {"GRADE", "grade", OUT_TEXT},      {"PIECES", "pieces", OUT_NUMBER},
        {"GRAMS", "weight_g", OUT_NUMBER}, {"UNREADY", "unready", OUT_NUMBER}};
    struct query query = act_step("/v1/plates", cli->words[0], "contents");
    if (cli_has(cli, "csv")) return act_sheet(cli, &query);
    return act_list(cli, query.text, "lines", NULL, columns, 8);
}

/* --- removal orders and inbound shipments ----------------------------------------------------- */

static enum exit_code put_file(const struct cli *cli, const char *path)
{
    struct json_out body = {0};
    enum exit_code code = body_of_file(cli, cli->words[0], &body);
    return act_send(cli, code, path, &body);
}

enum exit_code removal_put(struct cli *cli)
{
    return put_file(cli, "/v1/removals");
}

void removal_put_more(FILE *out)
{
    fputs("\nThe file is a JSON object; - is standard input. An LPN is the sticker of one unit.\n"
          "{\"merchant\":\"01JE...\",\"reference\":\"R-2026-77\",\n"
          " \"lines\":[{\"sku\":\"CUP-1\",\"fnsku\":\"X001ABCDEF\",\"quantity\":40}],\n"
          " \"cartons\":[{\"number\":\"1Z9...\"}]}\n",
          out);
}

enum exit_code removal_show(struct cli *cli)
{
    struct query query = act_step("/v1/removals", cli->words[0], NULL);
    return act_show(cli, query.text);
}

enum exit_code inbound_put(struct cli *cli)
{
    return put_file(cli, "/v1/inbounds");
}

enum exit_code inbound_show(struct cli *cli)
{
    struct query query = act_step("/v1/inbounds", cli->words[0], NULL);
    return act_show(cli, query.text);
}

const struct cli_flag of_merchant_flags[] = {
    {"merchant", "MERCHANT", "of this merchant only"},
    {NULL, NULL, NULL},
};

static enum exit_code list_named(const struct cli *cli, const char *path, const char *word)
{
    static const char *const filters[] = {"merchant", NULL};
    static const struct out_column columns[] = {{"ID", "id", OUT_TEXT},
                                                {"REFERENCE", "reference", OUT_TEXT},
                                                {"VERSION", "version", OUT_NUMBER},
                                                {"AT", "at_ms", OUT_TEXT}};
    return act_list(cli, path, word, filters, columns, 4);
}

enum exit_code removal_list(struct cli *cli)
{
    return list_named(cli, "/v1/removals", "removals");
}

enum exit_code inbound_list(struct cli *cli)
{
    return list_named(cli, "/v1/inbounds", "inbounds");
}

/* --- what it costs ---------------------------------------------------------------------------- */

const struct cli_flag billing_flags[] = {
    {"merchant", "MERCHANT", "whose; needed where the token is bound to none"},
    {"warehouse", "WAREHOUSE", "at this one only"},
    {NULL, NULL, NULL},
};
static const char *const of_both[] = {"merchant", "warehouse", NULL};

enum exit_code billing_charges(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"AT", "act_ms", OUT_TEXT},          {"ACT", "act", OUT_TEXT},
        {"OF", "thing", OUT_TEXT},           {"AMOUNT", "amount_minor", OUT_MONEY},
        {"CURRENCY", "currency", OUT_TEXT},  {"STATEMENT", "statement", OUT_NUMBER},
        {"TAKES BACK", "reverses", OUT_TEXT}};
    return act_list(cli, "/v1/charges", "charges", of_both, columns, 7);
}

enum exit_code billing_balance(struct cli *cli)
{
    static const struct out_column columns[] = {{"WAREHOUSE", "warehouse", OUT_TEXT},
                                                {"MERCHANT", "merchant", OUT_TEXT},
                                                {"CHARGED", "charged_minor", OUT_NUMBER},
                                                {"TAKEN BACK", "reversed_minor", OUT_NUMBER},
                                                {"PAID", "paid_minor", OUT_NUMBER}};
    return act_list(cli, "/v1/balances", "balances", of_both, columns, 5);
}

enum exit_code billing_statements(struct cli *cli)
{
    static const struct out_column columns[] = {{"NUMBER", "number", OUT_NUMBER},
                                                {"TO", "to_ms", OUT_TEXT},
                                                {"OPENING", "opening_minor", OUT_MONEY},
                                                {"CHARGED", "charged_minor", OUT_MONEY},
                                                {"TAKEN BACK", "reversed_minor", OUT_MONEY},
                                                {"PAID", "paid_minor", OUT_MONEY},
                                                {"CLOSING", "closing_minor", OUT_MONEY},
                                                {"CURRENCY", "currency", OUT_TEXT}};
    return act_list(cli, "/v1/statements", "statements", of_both, columns, 8);
}

const struct cli_flag billing_topup_flags[] = {
    {"merchant", "MERCHANT", "who paid"},
    {"warehouse", "WAREHOUSE", "whom"},
    {"reference", "TEXT", "of the payment; the same once more changes nothing"},
    {"amount-minor", "NUMBER", "in minor units"},
    {"currency", "CODE", "that of the fee table"},
    {NULL, NULL, NULL},
};

enum exit_code billing_topup(struct cli *cli)
{
    static const struct act_field fields[] = {{"merchant", "merchant", ACT_TEXT, true},
                                              {"warehouse", "warehouse", ACT_TEXT, true},
                                              {"reference", "reference", ACT_TEXT, true},
                                              {"amount-minor", "amount_minor", ACT_NUMBER, true},
                                              {"currency", "currency", ACT_TEXT, true}};
    return act_simple(cli, "/v1/balances/topups", fields, 5);
}

const struct cli_flag billing_close_flags[] = {
    {"merchant", "MERCHANT", "whose"},
    {"warehouse", "WAREHOUSE", "at which"},
    {NULL, NULL, NULL},
};

enum exit_code billing_close(struct cli *cli)
{
    static const struct act_field fields[] = {{"merchant", "merchant", ACT_TEXT, true},
                                              {"warehouse", "warehouse", ACT_TEXT, true}};
    return act_simple(cli, "/v1/statements", fields, 2);
}

void fee_set_more(FILE *out)
{
    fputs(
        "\nThe file is a JSON object; - is standard input. Prices are millionths of a minor unit,\n"
        "of storage for a cubic metre and day after the free days. Every act has a price:\n"
        "receive_box, receive_unit, inspect, photo, relabel, repack, storage, destroy, outbound.\n"
        "{\"warehouse\":\"01JW...\",\"merchant\":\"01JE...\",\"currency\":\"EUR\",\n"
        " \"prices\":[{\"act\":\"receive_unit\",\"price_micro\":150000000}, ...]}\n",
        out);
}

enum exit_code fee_set(struct cli *cli)
{
    return put_file(cli, "/v1/fees");
}
