/* erase: a person's data is dropped on every node, and where that is done and where it waits. */
#include <stdio.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"

enum exit_code erase_ask(struct cli *cli)
{
    static const struct act_field fields[] = {{"reason", "reason", ACT_TEXT, false}};
    struct json_out body = {0};
    if (!cli_has(cli, "yes"))
        return cli_usage(cli, "it is erased on every node and cannot be read again: add --yes");
    json_open(&body, NULL, '{');
    json_put_text(&body, "subject", span_text(cli->words[0]));
    enum exit_code code = act_put(cli, fields, 1, &body);
    json_close(&body, '}');
    return act_send(cli, code, "/v1/erasures", &body);
}

static const struct out_column member_columns[] = {
    {"NODE", "node", OUT_TEXT},    {"NAME", "name", OUT_TEXT},
    {"CODE", "code", OUT_TEXT},    {"STATE", "state", OUT_TEXT},
    {"DONE", "done_ms", OUT_TEXT}, {"LAST HEARD", "last_heard_ms", OUT_TEXT},
};

/* What a person who answers for it must know besides: copies are no member's to erase. */
static void print_report(const struct json *report)
{
    static const char *const lines[] = {"id", "state", "asked_ms", "reason"};
    char text[256];
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        out_value(json_get(report, lines[i]), text, sizeof text);
        if (text[0] != '\0') printf("%-16s %s\n", lines[i], text);
    }
    puts("");
    out_table(stdout, json_get(report, "members"), member_columns, 6);
    puts("\nA backup from before a node's DONE still holds the data: that copy is its keeper's to\n"
         "drop. Put back into the mesh it meets the tombstone and obeys it.");
}

static enum exit_code show_one(const struct cli *cli)
{
    struct client client;
    struct reply reply = {0};
    struct query query = query_on("/v1/erasures");
    query_step(&query, cli->words[0]);
    enum exit_code code = client_open(cli, &client);
    if (code != EXIT_DONE) return code;
    code = act_get(&client, query.text, &reply);
    if (code == EXIT_DONE && cli_has(cli, "json"))
        printf("%s\n", reply.text);
    else if (code == EXIT_DONE)
        print_report(reply.json);
    reply_free(&reply);
    client_close(&client);
    return code;
}

enum exit_code erase_status(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"SUBJECT", "id", OUT_TEXT},        {"ASKED", "asked_ms", OUT_TEXT},
        {"STATE", "state", OUT_TEXT},       {"DONE", "done", OUT_NUMBER},
        {"WAITING", "waiting", OUT_NUMBER}, {"PUT OUT", "put_out", OUT_NUMBER},
    };
    if (cli->words_count > 0) return show_one(cli);
    return act_list(cli, "/v1/erasures", "erasures", NULL, columns, 6);
}
