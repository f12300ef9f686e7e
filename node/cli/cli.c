#include "node/cli/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/help.h"
#include "node/nearest.h"

#define SAID_BYTES 2048

/* clang-format off */
static const struct {
    unsigned takes;
    struct cli_flag flag;
} common[] = {
    {TAKES_DIRECTORY | TAKES_NODE, {"dir", "DIR", "the node's directory"}},
    {TAKES_DIRECTORY | TAKES_NODE, {"config", "FILE", "its configuration; without it DIR/entrepot.conf"}},
    {TAKES_DIRECTORY, {"set", "KEY=VALUE", "over what the configuration says: http.port=0; may be repeated"}},
    {TAKES_NODE, {"url", "URL", "the running node; without it DIR/run/ports or the configuration"}},
    {TAKES_NODE, {"token-file", "FILE", "file with the token; without it and without --url DIR/admin.token"}},
    {TAKES_NODE, {"ca-file", "FILE", "PEM file of whom to trust besides the system's authorities"}},
    {TAKES_KEY, {"key", "KEY", "idempotency key of a former try; without it a new one is made and told"}},
    {TAKES_MATCH, {"if-match", "VERSION", "refuse when the record has moved on since"}},
    {TAKES_WAIT, {"wait", "SECONDS", "how long to wait for a decision made at another node"}},
    {TAKES_PAGE, {"limit", "N", "rows of one page"}},
    {TAKES_PAGE, {"cursor", "CURSOR", "where the page before ended"}},
    {TAKES_JSON, {"json", NULL, "print JSON instead of a table"}},
    {TAKES_YES, {"yes", NULL, "do it: without it nothing is changed"}},
    {~0u, {"help", NULL, "print this"}},
};
/* clang-format on */

const struct cli_flag *cli_flag_of(const struct subcommand *sub, size_t at)
{
    size_t own = 0;
    while (sub->flags != NULL && sub->flags[own].name != NULL) own++;
    if (at < own) return &sub->flags[at];
    at -= own;
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        if ((common[i].takes & (sub->takes | 1u << 31)) != 0 && at-- == 0) return &common[i].flag;
    return NULL;
}

/* --- what was given -------------------------------------------------------------------------- */

const char *cli_flag_at(const struct cli *cli, const char *name, unsigned at)
{
    for (unsigned i = 0; i < cli->flags_count; i++)
        if (strcmp(cli->flags[i].name, name) == 0 && at-- == 0) return cli->flags[i].value;
    return NULL;
}

const char *cli_flag(const struct cli *cli, const char *name)
{
    return cli_flag_at(cli, name, 0);
}

bool cli_has(const struct cli *cli, const char *name)
{
    return cli_flag(cli, name) != NULL;
}

/* --- messages -------------------------------------------------------------------------------- */

static bool (*say_elsewhere)(const char *text);

void cli_say_through(bool (*elsewhere)(const char *text))
{
    say_elsewhere = elsewhere;
}

void cli_say(const char *form, ...)
{
    char text[SAID_BYTES];
    va_list arguments;
    va_start(arguments, form);
    vsnprintf(text, sizeof text, form, arguments);
    va_end(arguments);
    if (say_elsewhere == NULL || !say_elsewhere(text)) fprintf(stderr, "entrepot: %s\n", text);
}

enum exit_code cli_usage(const struct cli *cli, const char *form, ...)
{
    va_list arguments;
    va_start(arguments, form);
    fputs("entrepot: ", stderr);
    vfprintf(stderr, form, arguments);
    va_end(arguments);
    if (cli == NULL || cli->sub == NULL)
        fputs("; see entrepot --help\n", stderr);
    else
        fprintf(stderr, "; see entrepot %s%s%s --help\n", cli->sub->noun,
                cli->sub->verb == NULL ? "" : " ", cli->sub->verb == NULL ? "" : cli->sub->verb);
    return EXIT_USAGE;
}

enum exit_code cli_exit_of(enum error error)
{
    if (error == OK) return EXIT_DONE;
    if (error == ERROR_USAGE) return EXIT_USAGE;
    if (error == ERROR_NOT_FOUND || error == ERROR_UNKNOWN_LOG) return EXIT_NOT_FOUND;
    if (error == ERROR_CONFLICT) return EXIT_CONFLICT;
    if (error == ERROR_UNAUTHENTICATED || error == ERROR_FORBIDDEN) return EXIT_REFUSED;
    if (error == ERROR_UNREACHABLE || error == ERROR_TIMEOUT) return EXIT_NO_CONNECTION;
    return EXIT_FAILED;
}

bool cli_number(const struct cli *cli, const char *name, unsigned long long standard,
                unsigned long long max, unsigned long long *value)
{
    const char *text = cli_flag(cli, name);
    *value = standard;
    if (text == NULL) return true;
    char *end = NULL;
    bool plain = text[0] >= '0' && text[0] <= '9' && strlen(text) < 19;
    *value = plain ? strtoull(text, &end, 10) : 0;
    if (plain && *end == '\0' && *value <= max) return true;
    cli_usage(cli, "--%s %s: a whole number up to %llu is wanted", name, text, max);
    return false;
}

/* --- parsing --------------------------------------------------------------------------------- */

struct line {
    const struct subcommand *table;
    size_t count;
    char **argv;
    int argc;
    const char *noun, *verb;
    bool help;
    struct cli cli;
};

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* A flag's value may stand apart before the row is known; so all rows are asked. A flag of one name
 * takes a value in all of them or in none: a test holds it. */
static bool takes_value(const struct line *line, const char *name)
{
    for (size_t i = 0; i < line->count; i++) {
        const struct cli_flag *flag;
        for (size_t f = 0; (flag = cli_flag_of(&line->table[i], f)) != NULL; f++)
            if (strcmp(flag->name, name) == 0) return flag->argument != NULL;
    }
    return false;
}

/* "help" before the noun, or where its verb would stand. A noun without verbs takes it as a name.
 */
static bool asks_for_help(const struct line *line, const char *word)
{
    if (line->help || line->verb != NULL || strcmp(word, "help") != 0) return false;
    for (size_t i = 0; line->noun != NULL && i < line->count; i++)
        if (strcmp(line->table[i].noun, line->noun) == 0 && line->table[i].verb == NULL)
            return false;
    return true;
}

/* The noun and the verb are the first plain words, wherever flags stand. */
static void find_names(struct line *line)
{
    for (int i = 1; i < line->argc; i++) {
        const char *word = line->argv[i];
        if (strcmp(word, "--") == 0) return;
        if (asks_for_help(line, word) || is_help(word))
            line->help = true;
        else if (strncmp(word, "--", 2) == 0)
            i += takes_value(line, word + 2) ? 1 : 0;
        else if (word[0] != '-' && line->noun == NULL)
            line->noun = word;
        else if (word[0] != '-' && line->verb == NULL)
            line->verb = word;
    }
}

static bool is_noun(const struct line *line, const char *word)
{
    for (size_t i = 0; i < line->count; i++)
        if (strcmp(line->table[i].noun, word) == 0) return true;
    return false;
}

static const struct subcommand *find_row(const struct line *line)
{
    for (size_t i = 0; i < line->count; i++) {
        const struct subcommand *row = &line->table[i];
        if (strcmp(row->noun, line->noun) != 0) continue;
        if (row->verb == NULL) return row;
        if (line->verb != NULL && strcmp(row->verb, line->verb) == 0) return row;
    }
    return NULL;
}

static enum exit_code unknown(const struct line *line)
{
    bool noun = is_noun(line, line->noun);
    struct nearest nearest = nearest_to(noun ? line->verb : line->noun);
    for (size_t i = 0; i < line->count; i++) {
        const struct subcommand *row = &line->table[i];
        if (!noun) nearest_offer(&nearest, row->noun);
        if (noun && strcmp(row->noun, line->noun) == 0) nearest_offer(&nearest, row->verb);
    }
    const char *suggest = nearest.found == NULL ? "" : "; did you mean ";
    if (noun)
        return cli_usage(NULL, "%s has no %s%s%s", line->noun, line->verb, suggest,
                         nearest.found == NULL ? "" : nearest.found);
    return cli_usage(NULL, "no subcommand %s%s%s", line->noun, suggest,
                     nearest.found == NULL ? "" : nearest.found);
}

static enum exit_code unknown_flag(const struct cli *cli, const char *name, size_t size)
{
    char word[NEAREST_BYTES_MAX + 1];
    snprintf(word, sizeof word, "%.*s", (int)(size > NEAREST_BYTES_MAX ? NEAREST_BYTES_MAX : size),
             name);
    struct nearest nearest = nearest_to(word);
    const struct cli_flag *flag;
    for (size_t i = 0; (flag = cli_flag_of(cli->sub, i)) != NULL; i++)
        nearest_offer(&nearest, flag->name);
    return cli_usage(cli, "no flag --%s here%s%s", word,
                     nearest.found == NULL ? "" : "; did you mean --",
                     nearest.found == NULL ? "" : nearest.found);
}

/* --name VALUE, --name=VALUE or --name; *at moves over a value that stands apart. */
static enum exit_code take_flag(struct line *line, int *at)
{
    struct cli *cli = &line->cli;
    const char *name = line->argv[*at] + 2;
    size_t size = strcspn(name, "=");
    const char *value = name[size] == '=' ? name + size + 1 : NULL;
    const struct cli_flag *flag = NULL;
    for (size_t i = 0; (flag = cli_flag_of(cli->sub, i)) != NULL; i++)
        if (strlen(flag->name) == size && strncmp(flag->name, name, size) == 0) break;
    if (flag == NULL) return unknown_flag(cli, name, size);
    if (flag->argument == NULL && value != NULL)
        return cli_usage(cli, "--%s takes no value", flag->name);
    if (flag->argument != NULL && value == NULL && *at + 1 < line->argc) value = line->argv[++*at];
    if (flag->argument != NULL && value == NULL)
        return cli_usage(cli, "--%s wants %s", flag->name, flag->argument);
    if (cli->flags_count == CLI_FLAGS_MAX)
        return cli_usage(cli, "more than %d flags", CLI_FLAGS_MAX);
    cli->flags[cli->flags_count].name = flag->name;
    cli->flags[cli->flags_count++].value = value == NULL ? "" : value;
    return EXIT_DONE;
}

static enum exit_code take_word(struct cli *cli, const char *word, unsigned *names)
{
    if (*names > 0) {
        --*names;
        return EXIT_DONE;
    }
    if (cli->words_count == CLI_WORDS_MAX) return cli_usage(cli, "too many words");
    cli->words[cli->words_count++] = word;
    return EXIT_DONE;
}

static enum exit_code take_all(struct line *line)
{
    struct cli *cli = &line->cli;
    unsigned names = cli->sub->verb == NULL ? 1 : 2;
    bool plain = false;
    for (int i = 1; i < line->argc; i++) {
        const char *word = line->argv[i];
        enum exit_code code = EXIT_DONE;
        if (!plain && strcmp(word, "--") == 0)
            plain = true;
        else if (!plain && strncmp(word, "--", 2) == 0)
            code = take_flag(line, &i);
        else if (!plain && word[0] == '-' && word[1] != '\0')
            code = cli_usage(cli, "no flag %s: flags are written in full, as --dir", word);
        else
            code = take_word(cli, word, &names);
        if (code != EXIT_DONE) return code;
    }
    if (cli->words_count < cli->sub->words_min)
        return cli_usage(cli, "%s wanted", cli->sub->arguments);
    if (cli->words_count > cli->sub->words_max)
        return cli_usage(cli, "'%s' is one word too many", cli->words[cli->sub->words_max]);
    return EXIT_DONE;
}

enum exit_code cli_run(const struct subcommand *table, size_t count, int argc, char **argv)
{
    struct line line = {.table = table, .count = count, .argc = argc, .argv = argv};
    find_names(&line);
    if (line.noun == NULL) {
        help_program(table, count, line.help ? stdout : stderr);
        return line.help ? EXIT_DONE : EXIT_USAGE;
    }
    line.cli.sub = find_row(&line);
    if (line.cli.sub == NULL && is_noun(&line, line.noun) && (line.help || line.verb == NULL)) {
        help_noun(table, count, line.noun, line.help ? stdout : stderr);
        return line.help ? EXIT_DONE : EXIT_USAGE;
    }
    if (line.cli.sub == NULL) return unknown(&line);
    if (line.help) {
        help_row(line.cli.sub, stdout);
        return EXIT_DONE;
    }
    enum exit_code code = take_all(&line);
    return code != EXIT_DONE ? code : line.cli.sub->run(&line.cli);
}
