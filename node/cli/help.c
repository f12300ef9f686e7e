#include "node/cli/help.h"

#include <string.h>

/* Each line of the text, with the program's name before it. */
static void put_examples(const char *text, FILE *out)
{
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");
        fprintf(out, "  entrepot %.*s\n", (int)size, text);
        text += size + (text[size] == '\n' ? 1 : 0);
    }
}

static void put_row(const struct subcommand *row, FILE *out)
{
    char name[40];
    snprintf(name, sizeof name, "%s%s%s", row->noun, row->verb == NULL ? "" : " ",
             row->verb == NULL ? "" : row->verb);
    fprintf(out, "  %-22s %s\n", name, row->help);
}

static void put_exit_codes(FILE *out)
{
    fputs("\nexit codes:\n", out);
#define PUT_EXIT_CODE(code, number, text) fprintf(out, "  %d  %s\n", number, text);
    EXIT_CODE_LIST(PUT_EXIT_CODE)
#undef PUT_EXIT_CODE
}

void help_program(const struct subcommand *table, size_t count, FILE *out)
{
    fputs("entrepot: a node for one overseas warehouse\n\nexamples:\n", out);
    put_examples("init --found --dir lax --name \"Los Angeles\" --warehouse LAX\n"
                 "node --dir lax\n"
                 "status --dir lax\n"
                 "return show 01JD... --json\n",
                 out);
    fputs("\nsubcommands:\n", out);
    for (size_t i = 0; i < count; i++) put_row(&table[i], out);
    fputs("\n`entrepot SUBCOMMAND --help` says more of each.\n", out);
    put_exit_codes(out);
}

void help_noun(const struct subcommand *table, size_t count, const char *noun, FILE *out)
{
    fprintf(out, "examples:\n");
    for (size_t i = 0; i < count; i++)
        if (strcmp(table[i].noun, noun) == 0) put_examples(table[i].examples, out);
    fprintf(out, "\nsubcommands of %s:\n", noun);
    for (size_t i = 0; i < count; i++)
        if (strcmp(table[i].noun, noun) == 0) put_row(&table[i], out);
    fprintf(out, "\n`entrepot %s SUBCOMMAND --help` says more of each.\n", noun);
}

static void put_flag(const struct cli_flag *flag, FILE *out)
{
    char name[48];
    snprintf(name, sizeof name, "--%s%s%s", flag->name, flag->argument == NULL ? "" : " ",
             flag->argument == NULL ? "" : flag->argument);
    fprintf(out, "  %-22s %s\n", name, flag->help);
}

void help_row(const struct subcommand *row, FILE *out)
{
    fputs("examples:\n", out);
    put_examples(row->examples, out);
    fprintf(out, "\nusage: entrepot %s%s%s%s%s [flags]\n\n%s\n", row->noun,
            row->verb == NULL ? "" : " ", row->verb == NULL ? "" : row->verb,
            row->arguments[0] == '\0' ? "" : " ", row->arguments, row->help);
    fputs("\nflags:\n", out);
    const struct cli_flag *flag;
    for (size_t i = 0; (flag = cli_flag_of(row, i)) != NULL; i++) put_flag(flag, out);
    if (row->more != NULL) row->more(out);
    put_exit_codes(out);
}
