/* cost: what dispositions bring and take, by the merchant's word. unit proposal: what follows of it
 * for one unit; and the lock of a legal notice. */
#include <stdio.h>
#include <stdlib.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"
#include "node/text.h"
#include "proto/records_worth.h"

/* --- cost tables ------------------------------------------------------------------------------ */

const struct cli_flag cost_set_flags[] = {
    {"effective", "MOMENT", "from when it holds, as 2026-12-01T00:00:00Z; else at once"},
    {NULL, NULL, NULL},
};

void cost_set_more(FILE *out)
{
    fputs(
        "\nThe file is a JSON object; - is standard input. A row is for the units that everything\n"
        "fits which it names; the nearest row counts. Figures are minor units, or per mille of\n"
        "what the unit is worth; storage is an amount a day, times days.\n"
        "{\"currency\":\"EUR\",\"rows\":[\n"
        "{\"kind\":\"recovery\",\"disposition\":\"restock\",\"per_mille\":600},\n"
        "{\"kind\":\"recovery\",\"disposition\":\"destroy\"},\n"
        "{\"kind\":\"handling\",\"amount_minor\":150},\n"
        "{\"kind\":\"storage\",\"disposition\":\"restock\",\"amount_minor\":3,\"days\":40}]}\n",
        out);
}

static struct query table_path(const struct cli *cli)
{
    struct query query = query_on("/v1/merchants");
    query_step(&query, cli->words[0]);
    query_step(&query, "cost-table");
    return query;
}

/* The version is the one that is read here, a moment before: whoever sets another one in between
 * makes the call fail, and a person looks again. */
static enum exit_code post(const struct cli *cli, struct client *client, struct json_out *body)
{
    struct reply reply = {0};
    char version[sizeof reply.etag];
    struct query query = table_path(cli);
    enum exit_code code = act_get(client, query.text, &reply);
    (void)text_copy(version, sizeof version, reply.etag);
    reply_free(&reply);
    if (code != EXIT_DONE) {
        json_out_free(body);
        return code;
    }
    return act_post(cli, client, query.text, body, version[0] != '\0' ? version : NULL);
}

/* {"table": what the file has} */
static enum exit_code wrap(const struct cli *cli, struct json_out *body)
{
    static const struct act_field fields[] = {{"effective", "effective_ms", ACT_TEXT, false}};
    static struct cost_table table; /* too large for some stacks */
    struct json_out file = {0};
    struct json_fault where;
    struct fault fault;
    enum exit_code code = body_of_file(cli, cli->words[1], &file);
    if (code != EXIT_DONE) {
        json_out_free(&file);
        return code;
    }
    struct json *json = json_parse(span_of(file.at, file.used), &where);
    enum error error = json == NULL
                           ? where.error
                           : json_to_shape(json, &cost_table_shape, &table, NULL, 0, &fault);
    if (error == OK) {
        json_open(body, NULL, '{');
        code = act_put(cli, fields, 1, body);
        json_put_shape(body, "table", &cost_table_shape, &table);
        json_close(body, '}');
    } else {
        cli_say("%s: %s", json == NULL ? "the file" : fault.path, error_text(error));
        code = EXIT_USAGE;
    }
    json_free(json);
    json_out_free(&file);
    return code;
}

enum exit_code cost_set(struct cli *cli)
{
    struct client client;
    struct json_out body = {0};
    enum exit_code code = wrap(cli, &body);
    if (code == EXIT_DONE) code = client_open(cli, &client);
    if (code != EXIT_DONE) {
        json_out_free(&body);
        return code;
    }
    code = post(cli, &client, &body);
    client_close(&client);
    return code;
}

const struct cli_flag cost_show_flags[] = {
    {"at", "MOMENT", "as it held then, as 2026-11-22T10:00:00Z"},
    {"version", "NUMBER", "this version"},
    {NULL, NULL, NULL},
};

enum exit_code cost_show(struct cli *cli)
{
    struct query query = table_path(cli);
    query_add(&query, "at", cli_flag(cli, "at"));
    query_add(&query, "version", cli_flag(cli, "version"));
    return act_show(cli, query.text);
}

/* --- a unit ----------------------------------------------------------------------------------- */

static struct query unit_path(const struct cli *cli, const char *step)
{
    struct query query = query_on("/v1/units");
    query_step(&query, cli->words[0]);
    query_step(&query, step);
    return query;
}

enum exit_code unit_proposal(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"DISPOSITION", "disposition", OUT_TEXT},
        {"NET", "net_minor", OUT_NUMBER},
        {"RECOVERY", "recovery_minor", OUT_NUMBER},
        {"FREIGHT", "freight_minor", OUT_NUMBER},
        {"HANDLING", "handling_minor", OUT_NUMBER},
        {"STORAGE", "storage_minor", OUT_NUMBER},
        {"DUTY LOST", "duty_lost_minor", OUT_NUMBER},
        {"DUTY BACK", "duty_recovered_minor", OUT_NUMBER},
        {"NEEDS LEAVE", "needs_release", OUT_NUMBER},
        {"BARRED", "barred", OUT_NUMBER},
    };
    struct query query = unit_path(cli, "proposal");
    return act_list(cli, query.text, "worths", NULL, columns, 10);
}

const struct cli_flag unit_ask_flags[] = {
    {"merchant", "MERCHANT", "whose goods they are"},
    {"hours", "HOURS", "to answer in; else 48"},
    {"note", "TEXT", "what the merchant should look at"},
    {NULL, NULL, NULL},
};

enum exit_code unit_ask(struct cli *cli)
{
    static const struct act_field fields[] = {{"merchant", "merchant", ACT_TEXT, true},
                                              {"hours", "hours", ACT_NUMBER, false},
                                              {"note", "note", ACT_TEXT, false}};
    struct query query = unit_path(cli, "ask");
    return act_simple(cli, query.text, fields, 3);
}

const struct cli_flag unit_lock_flags[] = {
    {"merchant", "MERCHANT", "whose goods they are"},
    {"until", "MOMENT", "as 2026-12-01T00:00:00Z; else until it is lifted"},
    {"reason", "TEXT", "which notice"},
    {NULL, NULL, NULL},
};

enum exit_code unit_lock(struct cli *cli)
{
    static const struct act_field fields[] = {{"merchant", "merchant", ACT_TEXT, true},
                                              {"until", "until_ms", ACT_TEXT, false},
                                              {"reason", "reason", ACT_TEXT, true}};
    struct query query = unit_path(cli, "lock");
    return act_simple(cli, query.text, fields, 3);
}

const struct cli_flag unit_unlock_flags[] = {
    {"merchant", "MERCHANT", "whose goods they are"},
    {"reason", "TEXT", "why, for the record"},
    {NULL, NULL, NULL},
};

enum exit_code unit_unlock(struct cli *cli)
{
    static const struct act_field fields[] = {{"merchant", "merchant", ACT_TEXT, true},
                                              {"reason", "reason", ACT_TEXT, true}};
    struct query query = unit_path(cli, "lock");
    struct json_out body = {0};
    json_open(&body, NULL, '{');
    enum exit_code code = act_put(cli, fields, 2, &body);
    json_put_uint(&body, "lift", 1);
    json_close(&body, '}');
    return act_send(cli, code, query.text, &body);
}
