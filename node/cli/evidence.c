/* return evidence: a return's history in one file, and whether such a file holds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"
#include "node/evidence.h"
#include "node/file.h"
#include "node/keys.h"

const struct cli_flag evidence_flags[] = {
    {"personal", NULL, "with what is stored about the person, for whoever may hand it on"},
    {"neighbours", NULL,
     "with headers of other merchants' entries, where only they bind one of this return to a seal"},
    {NULL, NULL, NULL},
};

enum exit_code return_evidence(struct cli *cli)
{
    struct client client;
    struct reply reply = {0};
    struct query query = query_on("/v1/returns");
    query_step(&query, cli->words[0]);
    query_step(&query, "evidence");
    if (cli_has(cli, "personal")) query_add(&query, "personal", "1");
    if (cli_has(cli, "neighbours")) query_add(&query, "neighbours", "1");
    enum exit_code code = client_open(cli, &client);
    if (code != EXIT_DONE) return code;
    code = act_get(&client, query.text, &reply);
    /* Byte for byte as it was signed: no newline of ours would be one of the pack's. */
    if (code == EXIT_DONE) fwrite(reply.text, 1, reply.size, stdout);
    reply_free(&reply);
    client_close(&client);
    return code;
}

const struct cli_flag evidence_check_flags[] = {
    {"members", "FILE",
     "believe these keys: what `membership list --json` printed at a node of yours"},
    {NULL, NULL, NULL},
};

static void say_what_holds(const struct evidence_report *report, bool own_keys)
{
    printf("made by          %s\n", report->node);
    printf("entries          %u, as they were chained\n", report->entries);
    printf("headers between  %u\n", report->between);
    printf("seals            %u, each by a member\n", report->seals);
    if (report->bare > 0)
        printf("without a seal   %u: only headers of other merchants bind them, see --neighbours\n",
               report->bare);
    if (report->without > 0)
        printf("without payload  %u: personal, erased or shared with another merchant\n",
               report->without);
    if (!report->complete) puts("not complete     the history is longer than a pack holds");
    if (own_keys)
        puts("keys             those that the pack itself names: compare them, or give --members");
}

static enum exit_code check(const struct cli *cli, struct span text, const struct json *members)
{
    struct evidence_report report;
    bool holds = evidence_check(crypto_openssl(), text, members, &report);
    if (holds)
        say_what_holds(&report, members == NULL);
    else
        cli_say("%s: %s", cli->words[0], report.why);
    return holds ? EXIT_DONE : EXIT_DIFFERENT;
}

/* In *text, which the caller frees whatever comes. */
static enum exit_code read_whole(const char *path, char **text)
{
    char why[FILE_WHY_BYTES];
    *text = malloc(JSON_BYTES_MAX + 1);
    if (*text == NULL) abort();
    enum error error = file_read(path, *text, JSON_BYTES_MAX + 1, why);
    if (error != OK) cli_say("%s", why);
    return error == OK ? EXIT_DONE : cli_exit_of(error);
}

enum exit_code return_evidence_check(struct cli *cli)
{
    char *text = NULL, *keys = NULL;
    struct json *members = NULL;
    struct json_fault fault;
    const char *file = cli_flag(cli, "members");
    enum exit_code code = read_whole(cli->words[0], &text);
    if (code == EXIT_DONE && file != NULL) code = read_whole(file, &keys);
    if (code == EXIT_DONE && file != NULL) {
        members = json_parse(span_text(keys), &fault);
        if (members == NULL)
            code = cli_usage(cli, "--members %s: line %u, column %u: %s", file, fault.line,
                             fault.column, fault.text);
    }
    if (code == EXIT_DONE) code = check(cli, span_text(text), members);
    json_free(members);
    free(keys);
    free(text);
    return code;
}
