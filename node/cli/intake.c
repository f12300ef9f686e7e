/* reasons, preset, return note, return group: how requests come in. */
#include <stdio.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"

enum exit_code reasons_show(struct cli *cli)
{
    return act_show(cli, "/v1/reasons");
}

/* --- notes ----------------------------------------------------------------------------------- */

const struct cli_flag return_note_flags[] = {
    {"parcel", "NUMBER", "tracking number of a further parcel; may be repeated"},
    {"owner", "DESK", "the desk that has it from now on, no person's name"},
    {NULL, NULL, NULL},
};

static void put_parcels(const struct cli *cli, struct json_out *body)
{
    const char *number = NULL;
    if (!cli_has(cli, "parcel")) return;
    json_open(body, "parcels", '[');
    for (unsigned i = 0; (number = cli_flag_at(cli, "parcel", i)) != NULL; i++) {
        json_open(body, NULL, '{');
        json_put_text(body, "number", span_text(number));
        json_close(body, '}');
    }
    json_close(body, ']');
}

enum exit_code return_note(struct cli *cli)
{
    static const struct act_field fields[] = {{"owner", "owner", ACT_TEXT, false}};
    struct json_out body = {0};
    struct query query = query_on("/v1/returns");
    query_step(&query, cli->words[0]);
    query_step(&query, "note");
    json_open(&body, NULL, '{');
    enum exit_code code = act_put(cli, fields, 1, &body);
    put_parcels(cli, &body);
    json_close(&body, '}');
    return act_send(cli, code, query.text, &body);
}

/* --- several orders -------------------------------------------------------------------------- */

void return_group_more(FILE *out)
{
    fputs("\nThe file is a JSON object; - is standard input. Each order has one return; lines may "
          "be\n"
          "missing where a preset says for what reason all of it comes back.\n"
          "{\"merchant\":ID,\"upstream\":\"cart-9\",\"channel\":\"web\",\"orders\":[\n"
          "{\"order_reference\":\"#1001\",\"lines\":[{\"line\":0,\"quantity\":1,"
          "\"reason\":\"late\"}]},\n"
          "{\"order_reference\":\"#1002\",\"lines\":[{\"line\":0,\"quantity\":1,"
          "\"reason\":\"late\"}]}]}\n",
          out);
}

enum exit_code return_group(struct cli *cli)
{
    struct json_out body = {0};
    enum exit_code code = body_of_file(cli, cli->words[0], &body);
    return act_send(cli, code, "/v1/return-groups", &body);
}

enum exit_code return_group_show(struct cli *cli)
{
    struct query query = query_on("/v1/return-groups");
    query_step(&query, cli->words[0]);
    return act_show(cli, query.text);
}

/* --- presets --------------------------------------------------------------------------------- */

const struct cli_flag preset_flags[] = {
    {"reason", "REASON", "of every line, where a request names none"},
    {"kind", "KIND", "return, exchange, claim, repair or refund_only"},
    {"outcome", "OUTCOME", "refund, replacement, repair or store_credit, where the kind leaves it"},
    {"note", "TEXT", "what is noted, without personal data"},
    {"channel", "CHANNEL", "app, web, phone, social, mail, marketplace, operator, carrier"},
    {"filed-by", "ROLE", "who fills it in: buyer, merchant, operator, platform"},
    {"owner", "DESK", "the desk of the first contact, no person's name"},
    {"gone", NULL, "there is no such preset any more"},
    {NULL, NULL, NULL},
};

static struct query presets_of(const struct cli *cli)
{
    struct query query = query_on("/v1/merchants");
    query_step(&query, cli->words[0]);
    query_step(&query, "presets");
    return query;
}

enum exit_code preset_put(struct cli *cli)
{
    static const struct act_field fields[] = {
        {"reason", "reason", ACT_TEXT, false},   {"note", "note", ACT_TEXT, false},
        {"channel", "channel", ACT_TEXT, false}, {"filed-by", "filed_by", ACT_TEXT, false},
        {"owner", "owner", ACT_TEXT, false},     {"kind", "kind", ACT_TEXT, false},
        {"outcome", "outcome", ACT_TEXT, false},
    };
    struct json_out body = {0};
    struct query query = presets_of(cli);
    json_open(&body, NULL, '{');
    json_put_text(&body, "name", span_text(cli->words[1]));
    enum exit_code code = act_put(cli, fields, sizeof fields / sizeof fields[0], &body);
    if (cli_has(cli, "gone")) json_put_int(&body, "gone", 1);
    json_close(&body, '}');
    return act_send(cli, code, query.text, &body);
}

enum exit_code preset_list(struct cli *cli)
{
    struct query query = presets_of(cli);
    return act_show(cli, query.text);
}
