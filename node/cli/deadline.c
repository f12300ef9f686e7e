/* deadline: what is owed by whom, and a supervisor's word that nobody is awaited. */
#include "node/cli/act.h"
#include "node/cli/subcommands.h"

const struct cli_flag deadline_list_flags[] = {
    {"owner", "ACTOR", "owed by this one only: merchant, buyer, carrier, floor, provider, book"},
    {"state", "STATE", "open, overdue, held, met, missed or lifted"},
    {"level", "NUMBER", "late enough to concern 1 the desk, 2 a supervisor, 3 the platform"},
    {"before", "TIME", "due before this moment: 2026-12-01T00:00:00Z"},
    {NULL, NULL, NULL},
};

enum exit_code deadline_list(struct cli *cli)
{
    static const char *const filters[] = {"owner", "state", "level", "before", NULL};
    static const struct out_column columns[] = {
        {"DUE", "due_ms", OUT_TEXT},      {"STATE", "state", OUT_TEXT},
        {"OWNER", "owner", OUT_TEXT},     {"OWES", "kind", OUT_TEXT},
        {"OF", "thing", OUT_TEXT},        {"RETURN", "return_id", OUT_TEXT},
        {"AWAITS", "awaiting", OUT_TEXT}, {"CONCERNS", "concerns", OUT_TEXT}};
    return act_list(cli, "/v1/deadlines", "deadlines", filters, columns, 8);
}

enum exit_code deadline_override(struct cli *cli)
{
    static const struct act_field fields[] = {{"reason", "reason", ACT_TEXT, true}};
    struct query query = query_on("/v1/returns");
    query_step(&query, cli->words[0]);
    query_step(&query, "override");
    return act_simple(cli, query.text, fields, 1);
}
