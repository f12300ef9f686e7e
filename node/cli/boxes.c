/* Boxes that nobody announced, as a person types them: the queue, what a box might be, whose it is.
 */
#include "node/cli/act.h"
#include "node/cli/subcommands.h"

static struct query box_step(const struct cli *cli, const char *verb)
{
    struct query query = query_on("/v1/boxes");
    query_step(&query, cli->words[0]);
    query_step(&query, verb);
    return query;
}

const struct cli_flag box_unclaimed_flags[] = {
    {"warehouse", "WAREHOUSE", "that lie there"},
    {"merchant", "MERCHANT", "that are like a return of this merchant"},
    {NULL, NULL, NULL},
};

enum exit_code box_unclaimed(struct cli *cli)
{
    static const char *const filters[] = {"warehouse", "merchant", NULL};
    static const struct out_column columns[] = {{"BOX", "id", OUT_TEXT},
                                                {"SINCE", "since_ms", OUT_TEXT},
                                                {"NUMBER", "number", OUT_TEXT},
                                                {"GRAMS", "weight_g", OUT_NUMBER},
                                                {"ABANDONED AT", "abandoned_at", OUT_TEXT}};
    return act_list(cli, "/v1/boxes/unclaimed", "boxes", filters, columns, 5);
}

const struct cli_flag box_candidates_flags[] = {
    {"name", "TEXT", "of the sender, as it can be read; it is asked with and not kept"},
    {NULL, NULL, NULL},
};

enum exit_code box_candidates_ask(struct cli *cli)
{
    static const struct act_field fields[] = {{"name", "name", ACT_TEXT, false}};
    struct query query = box_step(cli, "candidates");
    return act_simple(cli, query.text, fields, 1);
}

const struct cli_flag box_note_flags[] = {
    {"label", "TEXT", "? for a character, * for a piece that cannot be read; may be repeated"},
    {"until", "MOMENT", "nobody abandons it before, as 2026-12-01T00:00:00Z"},
    {"reason", "TEXT", "why it is kept"},
    {NULL, NULL, NULL},
};

enum exit_code box_note_put(struct cli *cli)
{
    static const struct act_field fields[] = {{"until", "until_ms", ACT_TEXT, false},
                                              {"reason", "reason", ACT_TEXT, false}};
    struct query query = box_step(cli, "note");
    struct json_out body = {0};
    const char *label = NULL;
    json_open(&body, NULL, '{');
    if (cli_has(cli, "label")) json_open(&body, "labels", '[');
    for (unsigned i = 0; (label = cli_flag_at(cli, "label", i)) != NULL; i++) {
        json_open(&body, NULL, '{');
        json_put_text(&body, "text", span_text(label));
        json_close(&body, '}');
    }
    if (cli_has(cli, "label")) json_close(&body, ']');
    enum exit_code code = act_put(cli, fields, 2, &body);
    json_close(&body, '}');
    return act_send(cli, code, query.text, &body);
}

const struct cli_flag box_match_flags[] = {
    {"return", "RETURN", "whose it is, or was not after all"},
    {"reason", "TEXT", "for the record"},
    {NULL, NULL, NULL},
};

static enum exit_code say(const struct cli *cli, const char *verb)
{
    static const struct act_field fields[] = {{"return", "return_id", ACT_TEXT, true},
                                              {"reason", "reason", ACT_TEXT, false}};
    struct query query = box_step(cli, verb);
    return act_simple(cli, query.text, fields, 2);
}

enum exit_code box_match_say(struct cli *cli)
{
    return say(cli, "match");
}

const struct cli_flag void_flags[] = {
    {"reason", "TEXT", "what happened"},
    {NULL, NULL, NULL},
};

enum exit_code box_void_say(struct cli *cli)
{
    static const struct act_field fields[] = {{"reason", "reason", ACT_TEXT, true}};
    struct query query = box_step(cli, "void");
    return act_simple(cli, query.text, fields, 1);
}

const struct cli_flag unit_void_flags[] = {
    {"step", "STEP", "receipt, inspection or grade: the latest one"},
    {"reason", "TEXT", "what happened"},
    {NULL, NULL, NULL},
};

enum exit_code unit_void_say(struct cli *cli)
{
    static const struct act_field fields[] = {{"step", "step", ACT_TEXT, true},
                                              {"reason", "reason", ACT_TEXT, true}};
    struct query query = act_step("/v1/units", cli->words[0], "void");
    return act_simple(cli, query.text, fields, 2);
}

enum exit_code box_unmatch_say(struct cli *cli)
{
    return say(cli, "unmatch");
}
