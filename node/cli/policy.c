/* policy: what a merchant promises its buyers. A file is checked here as the node checks it, all of
 * it at once; set, show and history speak to a node. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/act.h"
#include "node/cli/policy_file.h"
#include "node/cli/subcommands.h"
#include "node/file.h"
#include "node/text.h"

#define BREACHES_MAX 64

/* --- a file ---------------------------------------------------------------------------------- */

static enum exit_code read_file(const char *path, struct policy_file *file, bool *sound)
{
    char why[FILE_WHY_BYTES];
    char *text = malloc(POLICY_FILE_BYTES_MAX);
    if (text == NULL) return cli_exit_of(ERROR_FULL);
    enum error error = file_read(path, text, POLICY_FILE_BYTES_MAX, why);
    if (error != OK) {
        cli_say("%s", why);
        free(text);
        return cli_exit_of(error);
    }
    *sound = policy_file_read(span_text(text), file);
    free(text);
    return EXIT_DONE;
}

static void put_complaints(const struct policy_file *file, struct json_out *out)
{
    json_open(out, "complaints", '[');
    for (uint32_t i = 0; i < file->complaints_count && i < POLICY_COMPLAINTS_MAX; i++) {
        const struct policy_complaint *complaint = &file->complaints[i];
        json_open(out, NULL, '{');
        json_put_text(out, "field", span_text(complaint->field));
        json_put_text(out, "rule", span_text(complaint->rule));
        json_put_text(out, "detail", span_text(complaint->text));
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void say_complaints(FILE *to, const struct policy_file *file)
{
    for (uint32_t i = 0; i < file->complaints_count && i < POLICY_COMPLAINTS_MAX; i++) {
        const struct policy_complaint *complaint = &file->complaints[i];
        out_text(to, span_text(complaint->field[0] != '\0' ? complaint->field : "the file"));
        fprintf(to, ": %s (", complaint->rule);
        out_text(to, span_text(complaint->text));
        fputs(")\n", to);
    }
    if (file->complaints_count > POLICY_COMPLAINTS_MAX)
        fprintf(to, "and %u more\n", file->complaints_count - POLICY_COMPLAINTS_MAX);
}

static void put_breach(struct json_out *out, const struct policy_breach *breach)
{
    json_open(out, NULL, '{');
    json_put_text(out, "field", span_text(breach->field));
    json_put_text(out, "rule", span_text(law_rule_word(breach->law->rule)));
    json_put_text(out, "countries", span_text(breach->countries));
    json_put_uint(out, "needed_days", breach->law->days);
    json_put_uint(out, "found_days", breach->found_days);
    json_put_text(out, "act", span_text(breach->law->act));
    json_put_text(out, "source", span_text(breach->law->source));
    json_put_bool(out, "confirm", breach->law->confirm);
    json_close(out, '}');
}

static void say_breach(FILE *to, const struct policy_breach *breach)
{
    const struct law_row *law = breach->law;
    fprintf(to, "%s: %s in %s: ", breach->field, law_rule_word(law->rule), breach->countries);
    if (law->days != 0)
        fprintf(to, "%llu of %llu days (", (unsigned long long)breach->found_days,
                (unsigned long long)law->days);
    else
        fprintf(to, "%s (", law_rule_text(law->rule));
    fprintf(to, "%s%s)\n", law->act, law->confirm ? "; to be confirmed" : "");
}

static void tell_breaches(const struct policy *policy, struct json_out *out, FILE *to)
{
    struct policy_breach breaches[BREACHES_MAX];
    uint32_t count = policy_breaches(policy, breaches, BREACHES_MAX);
    if (out != NULL) json_open(out, "breaches", '[');
    for (uint32_t i = 0; i < count && i < BREACHES_MAX; i++) {
        if (out != NULL)
            put_breach(out, &breaches[i]);
        else
            say_breach(to, &breaches[i]);
    }
    if (out != NULL) json_close(out, ']');
}

static void tell_check_json(const struct policy_file *file, bool sound)
{
    struct json_out out = {0};
    json_open(&out, NULL, '{');
    json_put_bool(&out, "sound", sound);
    put_complaints(file, &out);
    if (sound) tell_breaches(&file->policy, &out, NULL);
    json_close(&out, '}');
    printf("%.*s\n", (int)out.used, out.at);
    json_out_free(&out);
}

enum exit_code policy_check(struct cli *cli)
{
    static struct policy_file file; /* too large for some stacks */
    bool sound = false;
    enum exit_code code = read_file(cli->words[0], &file, &sound);
    if (code != EXIT_DONE) return code;
    if (cli_has(cli, "json")) {
        tell_check_json(&file, sound);
    } else {
        say_complaints(stdout, &file);
        if (sound) puts("sound");
        if (sound) tell_breaches(&file.policy, NULL, stdout);
    }
    policy_file_free(&file);
    return sound ? EXIT_DONE : EXIT_USAGE;
}

void policy_check_more(FILE *out)
{
    fputs("A file of a policy is a JSON object as `policy show --json` prints it; what a figure "
          "does\n"
          "stands in overseas-warehouse/policy/README.md. What contradicts the rest is refused; "
          "where\n"
          "the policy gives buyers less than the law of a market is told, and refuses nothing.\n",
          out);
}

/* --- at a node ------------------------------------------------------------------------------- */

static struct query policy_path(const struct cli *cli)
{
    struct query query = query_on("/v1/merchants");
    query_step(&query, cli->words[0]);
    query_step(&query, "policy");
    return query;
}

const struct cli_flag policy_set_flags[] = {
    {"effective", "MOMENT", "from when it holds, as 2026-12-01T00:00:00Z; else at once"},
    {NULL, NULL, NULL},
};

/* The version is the one that is read here, a moment before: whoever sets another one in between
 * makes the call fail, and a person looks again. */
static enum exit_code post(const struct cli *cli, struct client *client, struct json_out *body)
{
    struct reply reply = {0};
    char version[sizeof reply.etag];
    struct query query = policy_path(cli);
    enum exit_code code = act_get(client, query.text, &reply);
    (void)text_copy(version, sizeof version, reply.etag);
    reply_free(&reply);
    if (code != EXIT_DONE) {
        json_out_free(body);
        return code;
    }
    return act_post(cli, client, query.text, body, version[0] != '\0' ? version : NULL);
}

static enum exit_code put_body(const struct cli *cli, const struct policy *policy,
                               struct json_out *body)
{
    static const struct act_field fields[] = {{"effective", "effective_ms", ACT_TEXT, false}};
    json_open(body, NULL, '{');
    enum exit_code code = act_put(cli, fields, 1, body);
    json_put_shape(body, "policy", &policy_shape, policy);
    json_close(body, '}');
    return code;
}

enum exit_code policy_set(struct cli *cli)
{
    static struct policy_file file;
    struct client client;
    struct json_out body = {0};
    bool sound = false;
    enum exit_code code = read_file(cli->words[1], &file, &sound);
    if (code != EXIT_DONE) return code;
    if (!sound) {
        say_complaints(stderr, &file);
        policy_file_free(&file);
        return EXIT_USAGE;
    }
    code = put_body(cli, &file.policy, &body);
    policy_file_free(&file);
    if (code == EXIT_DONE) code = client_open(cli, &client);
    if (code != EXIT_DONE) {
        json_out_free(&body);
        return code;
    }
    code = post(cli, &client, &body);
    client_close(&client);
    return code;
}

const struct cli_flag policy_show_flags[] = {
    {"at", "MOMENT", "as it held then, as 2026-11-22T10:00:00Z"},
    {"version", "NUMBER", "this version"},
    {NULL, NULL, NULL},
};

enum exit_code policy_show(struct cli *cli)
{
    struct query query = policy_path(cli);
    query_add(&query, "at", cli_flag(cli, "at"));
    query_add(&query, "version", cli_flag(cli, "version"));
    return act_show(cli, query.text);
}

enum exit_code policy_history(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"VERSION", "version", OUT_NUMBER}, {"HOLDS FROM", "effective_ms", OUT_TEXT},
        {"SET", "set_ms", OUT_TEXT},        {"BY", "by.kind", OUT_TEXT},
        {"TOKEN", "by.token", OUT_TEXT},
    };
    struct query query = policy_path(cli);
    return act_list(cli, query.text, "history", NULL, columns, 5);
}
