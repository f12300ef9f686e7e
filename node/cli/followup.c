/* followup: may a buyer be asked how content they were, who is to be asked now, and what they said.
 */
#include "node/cli/act.h"
#include "node/cli/subcommands.h"

static struct query step_of(const struct cli *cli, const char *step)
{
    struct query query = query_on("/v1/returns");
    query_step(&query, cli->words[0]);
    query_step(&query, "followup");
    if (step != NULL) query_step(&query, step);
    return query;
}

const struct cli_flag followup_list_flags[] = {
    {"merchant", "MERCHANT", "of this merchant; those that are due unless a state is named"},
    {"state", "STATE", "planned, due or answered"},
    {NULL, NULL, NULL},
};

enum exit_code followup_list(struct cli *cli)
{
    static const char *const filters[] = {"merchant", "state", NULL};
    static const struct out_column columns[] = {
        {"RETURN", "return_id", OUT_TEXT}, {"STATE", "state", OUT_TEXT},
        {"CHANNEL", "channel", OUT_TEXT},  {"DUE", "due_ms", OUT_TEXT},
        {"CLOSES", "closes_ms", OUT_TEXT}, {"SCORE", "score", OUT_NUMBER},
        {"BY", "scored_by", OUT_TEXT}};
    return act_list(cli, "/v1/followups", "followups", filters, columns, 7);
}

enum exit_code followup_show(struct cli *cli)
{
    struct query query = step_of(cli, NULL);
    return act_show(cli, query.text);
}

const struct cli_flag followup_answer_flags[] = {
    {"score", "1..5", "how content the buyer was, 5 being the best"},
    {NULL, NULL, NULL},
};

enum exit_code followup_answer(struct cli *cli)
{
    static const struct act_field fields[] = {{"score", "score", ACT_NUMBER, true}};
    struct query query = step_of(cli, NULL);
    return act_simple(cli, query.text, fields, 1);
}

const struct cli_flag followup_comment_flags[] = {
    {"text", "TEXT", "in the buyer's words; erased with what is stored about the person"},
    {NULL, NULL, NULL},
};

enum exit_code followup_comment(struct cli *cli)
{
    static const struct act_field fields[] = {{"text", "comment", ACT_TEXT, true}};
    struct query query = step_of(cli, "comment");
    return act_simple(cli, query.text, fields, 1);
}

const struct cli_flag followup_consent_flags[] = {
    {"withdraw", NULL, "the buyer wants to be asked no more"},
    {NULL, NULL, NULL},
};

enum exit_code followup_consent(struct cli *cli)
{
    struct json_out body = {0};
    struct query query = step_of(cli, "consent");
    json_open(&body, NULL, '{');
    json_put_int(&body, "consent", cli_has(cli, "withdraw") ? 0 : 1);
    json_close(&body, '}');
    return act_send(cli, EXIT_DONE, query.text, &body);
}
