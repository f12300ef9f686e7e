/* rules: the tables of the business, printed. */
#include "overseas-warehouse/rules.h"

#include <stdio.h>
#include <string.h>

#include "node/cli/subcommands.h"
#include "node/nearest.h"

const struct cli_flag rules_flags[] = {
    {"table", "TABLE", "this one only: return, unit, refund, grant or compensation"},
    {"format", "FORMAT", "markdown, graphviz or promela; markdown when it is not given"},
    {NULL, NULL, NULL},
};

static void put(void *world, struct span text)
{
    fwrite(text.at, 1, text.size, world);
}

static const struct rule_table *find_table(const struct cli *cli, const char *name)
{
    struct nearest nearest = nearest_to(name);
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        if (strcmp(rule_tables[i]->name, name) == 0) return rule_tables[i];
        nearest_offer(&nearest, rule_tables[i]->name);
    }
    cli_usage(cli, "no table %s%s%s", name, nearest.found == NULL ? "" : "; did you mean ",
              nearest.found == NULL ? "" : nearest.found);
    return NULL;
}

enum exit_code rules_print(struct cli *cli)
{
    const struct rule_sink sink = {stdout, put};
    const char *name = cli_flag(cli, "table"), *format = cli_flag(cli, "format");
    const struct rule_table *only = name == NULL ? NULL : find_table(cli, name);
    if (name != NULL && only == NULL) return EXIT_USAGE;
    if (format == NULL) format = "markdown";
    if (strcmp(format, "promela") == 0) {
        if (only != NULL) return cli_usage(cli, "promela models all tables together: no --table");
        rules_promela(&sink);
        return EXIT_DONE;
    }
    bool markdown = strcmp(format, "markdown") == 0;
    if (!markdown && strcmp(format, "graphviz") != 0)
        return cli_usage(cli, "--format %s: markdown, graphviz or promela is wanted", format);
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        if (only != NULL && only != rule_tables[i]) continue;
        if (markdown)
            rules_markdown(rule_tables[i], &sink);
        else
            rules_graphviz(rule_tables[i], &sink);
    }
    return ferror(stdout) ? EXIT_FAILED : EXIT_DONE;
}
