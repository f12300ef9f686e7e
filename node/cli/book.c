/* book: who leads the books. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"
#include "node/file.h"
#include "node/text.h"
#include "proto/records_mesh.h"

enum exit_code book_list(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"BOOK", "id", OUT_TEXT},           {"TYPE", "log_type", OUT_TEXT},
        {"LEADER", "leader", OUT_TEXT},     {"TERM", "term", OUT_NUMBER},
        {"MERCHANT", "merchant", OUT_TEXT},
    };
    return act_list(cli, "/v1/books", "books", NULL, columns, 5);
}

static struct query book_step(const struct cli *cli, const char *verb)
{
    struct query query = query_on("/v1/books");
    query_step(&query, cli->words[0]);
    if (verb != NULL) query_step(&query, verb);
    return query;
}

enum exit_code book_show(struct cli *cli)
{
    struct query query = book_step(cli, NULL);
    return act_show(cli, query.text);
}

enum exit_code book_open(struct cli *cli)
{
    struct query query = query_on("/v1/merchants");
    query_step(&query, cli->words[0]);
    query_step(&query, "open-book");
    return act_simple(cli, query.text, NULL, 0);
}

const struct cli_flag book_handover_flags[] = {
    {"to", "NODE", "the member that leads it from now on"},
    {NULL, NULL, NULL},
};

enum exit_code book_handover(struct cli *cli)
{
    static const struct act_field fields[] = {{"to", "leader", ACT_TEXT, true}};
    struct query query = book_step(cli, "handover");
    return act_simple(cli, query.text, fields, 1);
}

/* --- recovery -------------------------------------------------------------------------------- */

const struct cli_flag book_recover_flags[] = {
    {"lost", "NODE", "a member that cannot be asked and is given up; may be repeated"},
    {"ask", "URL=TOKENFILE", "ask this node too what it holds; may be repeated"},
    {NULL, NULL, NULL},
};

void book_recover_more(FILE *out)
{
    fputs(
        "\nThe node that is asked takes the book over from a leader whose disk is gone. What it\n"
        "holds of the book becomes the book; what only lost disks held is gone. So every member\n"
        "is asked first: one that has a session with this node tells it what it holds, and this\n"
        "node fetches what it lacks; one that has none must be reachable by --ask, or named with\n"
        "--lost. Refunds without a result are asked for at the provider before anything is sent.\n",
        out);
}

/* What one node holds of the book. */
struct holding {
    char node[ID_TEXT_BYTES];
    int64_t last; /* -1: nothing */
    char hash[2 * HASH_BYTES + 1];
};

static void copy(struct span text, char *to, size_t size)
{
    snprintf(to, size, "%.*s", (int)text.size, (const char *)text.at);
}

static void read_holding(const struct json *status, const char *book, struct holding *holding)
{
    const struct json *logs = json_get(status, "logs");
    copy(json_text(json_get(status, "node")), holding->node, sizeof holding->node);
    holding->last = -1;
    for (size_t i = 0; i < json_count(logs); i++) {
        const struct json *log = json_at(logs, i);
        if (!span_equal(json_text(json_get(log, "log")), span_text(book))) continue;
        json_int(json_get(log, "last"), &holding->last);
        copy(json_text(json_get(log, "last_hash")), holding->hash, sizeof holding->hash);
    }
}

struct survey {
    const struct cli *cli;
    struct client *client;
    char book[ID_TEXT_BYTES];
    struct holding own;
    struct holding asked[CLI_FLAGS_MAX];
    unsigned asked_count;
    struct reply status, members;
    bool behind;          /* somebody holds more, or something else */
    unsigned unreachable; /* members neither asked nor named as lost */
};

/* --ask URL=TOKENFILE */
static enum exit_code ask_other(struct survey *survey, const char *text)
{
    struct holding *holding = &survey->asked[survey->asked_count];
    struct client other = *survey->client;
    struct reply reply = {0};
    char token[CLIENT_TOKEN_BYTES], why[FILE_WHY_BYTES];
    const char *equals = strrchr(text, '=');
    if (equals == NULL || (size_t)(equals - text) >= sizeof other.url)
        return cli_usage(survey->cli, "--ask %s: write URL=TOKENFILE", text);
    copy(span_of(text, (size_t)(equals - text)), other.url, sizeof other.url);
    enum error error = file_read(equals + 1, token, sizeof token, why);
    if (error != OK) {
        cli_say("%s", why);
        return cli_exit_of(error);
    }
    token[strcspn(token, "\r\n")] = '\0';
    (void)text_copy(other.token, sizeof other.token, token);
    enum exit_code code = act_get(&other, "/v1/status", &reply);
    if (code == EXIT_DONE) {
        read_holding(reply.json, survey->book, holding);
        survey->asked_count++;
    }
    reply_free(&reply);
    return code;
}

static enum exit_code ask_all(struct survey *survey)
{
    const char *text = NULL;
    enum exit_code code = act_get(survey->client, "/v1/status", &survey->status);
    if (code == EXIT_DONE)
        code = act_get(survey->client, "/v1/members?limit=200", &survey->members);
    if (code != EXIT_DONE) return code;
    read_holding(survey->status.json, survey->book, &survey->own);
    for (unsigned i = 0; (text = cli_flag_at(survey->cli, "ask", i)) != NULL; i++) {
        code = ask_other(survey, text);
        if (code != EXIT_DONE) return code;
    }
    return EXIT_DONE;
}

static bool is_lost(const struct cli *cli, const char *node)
{
    const char *lost = NULL;
    for (unsigned i = 0; (lost = cli_flag_at(cli, "lost", i)) != NULL; i++)
        if (strcmp(lost, node) == 0) return true;
    return false;
}

/* A member with an open session has told what it holds, and what it has more is on its way here. */
static bool by_session(struct survey *survey, const char *node, bool *behind)
{
    const struct json *peers = json_get(survey->status.json, "peers");
    for (size_t i = 0; i < json_count(peers); i++) {
        const struct json *peer = json_at(peers, i);
        bool open = false;
        int64_t more = 0;
        if (!span_equal(json_text(json_get(peer, "node")), span_text(node))) continue;
        json_bool(json_get(peer, "open"), &open);
        json_int(json_get(peer, "behind_events"), &more);
        *behind = more > 0;
        return open;
    }
    return false;
}

static const struct holding *by_asking(const struct survey *survey, const char *node)
{
    for (unsigned i = 0; i < survey->asked_count; i++)
        if (strcmp(survey->asked[i].node, node) == 0) return &survey->asked[i];
    return NULL;
}

/* Longer, or another entry at the same place. */
static bool differs(const struct holding *own, const struct holding *other)
{
    if (other->last > own->last) return true;
    return other->last == own->last && other->hash[0] != '\0' && own->hash[0] != '\0' &&
           strcmp(other->hash, own->hash) != 0;
}

static void judge_member(struct survey *survey, const struct json *member)
{
    char node[ID_TEXT_BYTES], name[NAME_BYTES_MAX + 1];
    bool behind = false;
    copy(json_text(json_get(member, "node")), node, sizeof node);
    copy(json_text(json_get(member, "name")), name, sizeof name);
    const struct holding *holding = by_asking(survey, node);
    if (strcmp(node, survey->own.node) == 0 || json_get(member, "revoked") != NULL) return;
    const char *how = "cannot be reached: ask it with --ask, or name it with --lost";
    if (is_lost(survey->cli, node))
        how = "named as lost";
    else if (holding != NULL)
        how = (behind = differs(&survey->own, holding)) ? "holds more, or something else" : "asked";
    else if (by_session(survey, node, &behind))
        how = behind ? "holds entries that are not here yet: wait" : "in session, nothing more";
    else
        survey->unreachable++;
    fprintf(stderr, "  %s  %s: %s\n", node, name, how);
    survey->behind = survey->behind || behind;
}

static enum exit_code judge(struct survey *survey)
{
    const struct json *members = json_get(survey->members.json, "members");
    if (survey->own.last < 0) {
        cli_say("the node that is asked holds nothing of this book");
        return EXIT_NOT_FOUND;
    }
    cli_say("here the book ends at entry %lld, hash %.16s", (long long)survey->own.last,
            survey->own.hash);
    for (size_t i = 0; i < json_count(members); i++) judge_member(survey, json_at(members, i));
    if (survey->behind) {
        cli_say("another node holds more of the book: wait until it is here, or recover there");
        return EXIT_CONFLICT;
    }
    if (survey->unreachable > 0) {
        cli_say("%u members could not be asked; nothing was changed", survey->unreachable);
        return EXIT_CONFLICT;
    }
    if (cli_has(survey->cli, "yes")) return EXIT_DONE;
    cli_say("nothing was changed: add --yes");
    return EXIT_USAGE;
}

static enum exit_code take_over(struct survey *survey)
{
    struct json_out body = {0};
    const char *lost = NULL;
    struct query query = query_on("/v1/books");
    query_step(&query, survey->book);
    query_step(&query, "recover");
    json_open(&body, NULL, '{');
    if (cli_has(survey->cli, "lost")) json_open(&body, "lost", '[');
    for (unsigned i = 0; (lost = cli_flag_at(survey->cli, "lost", i)) != NULL; i++) {
        json_open(&body, NULL, '{');
        json_put_text(&body, "node", span_text(lost));
        json_close(&body, '}');
    }
    if (cli_has(survey->cli, "lost")) json_close(&body, ']');
    json_close(&body, '}');
    return act_post(survey->cli, survey->client, query.text, &body, NULL);
}

enum exit_code book_recover(struct cli *cli)
{
    static struct survey survey;
    struct client client;
    struct id book;
    if (id_parse(span_text(cli->words[0]), &book) != OK)
        return cli_usage(cli, "%s: %s", cli->words[0], error_text(ERROR_BAD_ID));
    enum exit_code code = client_open(cli, &client);
    if (code != EXIT_DONE) return code;
    survey = (struct survey){.cli = cli, .client = &client};
    id_print(&book, survey.book);
    code = ask_all(&survey);
    if (code == EXIT_DONE) code = judge(&survey);
    if (code == EXIT_DONE) code = take_over(&survey);
    reply_free(&survey.status);
    reply_free(&survey.members);
    client_close(&client);
    return code;
}
