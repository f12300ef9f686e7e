/* Help, printed from the table of subcommands: examples first. */
#ifndef NODE_CLI_HELP_H
#define NODE_CLI_HELP_H

#include <stdio.h>

#include "node/cli/cli.h"

void help_program(const struct subcommand *table, size_t count, FILE *out);
void help_noun(const struct subcommand *table, size_t count, const char *noun, FILE *out);
void help_row(const struct subcommand *row, FILE *out);

/* The flag at this place of all that the row takes; NULL after the last. */
const struct cli_flag *cli_flag_of(const struct subcommand *row, size_t at);

#endif
