/* The frame of the command line: a table of subcommands, from which come parsing, help, the
 * suggestion for a mistyped word, and the exit codes.
 *
 * Results go to standard output, messages to standard error. Flags may stand anywhere after the
 * program's name, as --flag VALUE or --flag=VALUE; `--` ends them. A secret is never a flag. */
#ifndef NODE_CLI_CLI_H
#define NODE_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "proto/error.h"

/* X(code, number, what a person reads) */
#define EXIT_CODE_LIST(X)                                                                          \
    X(EXIT_DONE, 0, "done")                                                                        \
    X(EXIT_FAILED, 1, "failed")                                                                    \
    X(EXIT_USAGE, 2, "the command line has an error")                                              \
    X(EXIT_NOT_FOUND, 3, "nothing is there under this id or name")                                 \
    X(EXIT_CONFLICT, 4, "a rule refuses it, or the record has moved on")                           \
    X(EXIT_REFUSED, 5, "the token does not cover this, or there is none")                          \
    X(EXIT_NO_CONNECTION, 6, "no answer from the node: repeat it with the same --key")             \
    X(EXIT_PARTLY, 7, "some of it was done")                                                       \
    X(EXIT_DIFFERENT, 8, "what was compared differs")

#define EXIT_CODE_ENUM(code, number, text) code = number,
enum exit_code { EXIT_CODE_LIST(EXIT_CODE_ENUM) };
#undef EXIT_CODE_ENUM

struct cli_flag {
    const char *name;     /* without the dashes; NULL ends a list */
    const char *argument; /* "FILE"; NULL: it takes none */
    const char *help;
};

/* Which of the common flags a subcommand takes. */
enum cli_takes {
    TAKES_DIRECTORY = 1, /* --dir, --config, --set */
    TAKES_NODE = 2,      /* --url, --token-file, --ca-file, and --dir, --config to find them */
    TAKES_JSON = 4,
    TAKES_KEY = 8,   /* --key */
    TAKES_PAGE = 16, /* --limit, --cursor */
    TAKES_YES = 32,
    TAKES_WAIT = 64,  /* --wait: it may be decided at another node */
    TAKES_MATCH = 128 /* --if-match */
};

struct cli;
struct subcommand {
    const char *noun, *verb; /* verb NULL: the noun stands alone */
    const char *arguments;   /* for the help: "RETURN" */
    unsigned words_min, words_max;
    unsigned takes;
    const struct cli_flag *flags; /* its own; NULL: none */
    const char *help;             /* one line */
    const char *examples;         /* whole lines, without "entrepot" */
    void (*more)(FILE *out);      /* what else there is to say; NULL */
    enum exit_code (*run)(struct cli *cli);
};

#define CLI_FLAGS_MAX 64
#define CLI_WORDS_MAX 64

struct cli {
    const struct subcommand *sub;
    const char *words[CLI_WORDS_MAX];
    unsigned words_count;
    struct {
        const char *name, *value; /* value "": given without one */
    } flags[CLI_FLAGS_MAX];
    unsigned flags_count;
};

/* NULL: the flag was not given. at: which of several. */
const char *cli_flag_at(const struct cli *cli, const char *name, unsigned at);
const char *cli_flag(const struct cli *cli, const char *name);
bool cli_has(const struct cli *cli, const char *name);

/* Messages, one line each, on standard error: "entrepot: ...". */
__attribute__((format(printf, 1, 2))) void cli_say(const char *form, ...);
/* Has messages go elsewhere; what `elsewhere` does not take (false) goes where it did. */
void cli_say_through(bool (*elsewhere)(const char *text));
/* The same for what is wrong with the command line, which a person typed; answers EXIT_USAGE. */
__attribute__((format(printf, 2, 3))) enum exit_code cli_usage(const struct cli *cli,
                                                               const char *form, ...);
/* The exit code that an error of our own has. */
enum exit_code cli_exit_of(enum error error);
/* A whole number of a flag; standard when it was not given. false after cli_usage. */
bool cli_number(const struct cli *cli, const char *name, unsigned long long standard,
                unsigned long long max, unsigned long long *value);

/* Parses, finds the row, runs it. */
enum exit_code cli_run(const struct subcommand *table, size_t count, int argc, char **argv);

#endif
