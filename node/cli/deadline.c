/* deadline: what is owed by whom, and a supervisor's word that nobody is awaited. */
#include "node/cli/act.h"
#include "node/cli/subcommands.h"

enum exit_code deadline_override(struct cli *cli)
{
    static const struct act_field fields[] = {{"reason", "reason", ACT_TEXT, true}};
    struct query query = query_on("/v1/returns");
    query_step(&query, cli->words[0]);
    query_step(&query, "override");
    return act_simple(cli, query.text, fields, 1);
}
