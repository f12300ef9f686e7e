/* webhook: where a merchant is told what happens, and what became of the telling. */
#include <stdio.h>
#include <string.h>

#include "node/cli/act.h"
#include "node/cli/home.h"
#include "node/cli/subcommands.h"
#include "node/hooks/secrets.h"
#include "node/keys.h"

#define WEBHOOKS "/v1/webhooks"

const struct cli_flag webhook_add_flags[] = {
    {"merchant", "MERCHANT", "whose returns it is told of"},
    {"endpoint", "URL", "where to: https://..."},
    {"event", "TYPE", "as return.approved; again for more; none: all of them"},
    {"secret-file", "FILE", "the secret that signs; twice while it is changed, the new one first"},
    {"webhook", "WEBHOOK", "changes this one, or enables it again"},
    {NULL, NULL, NULL},
};

void webhook_add_more(FILE *out)
{
    fputs(
        "\nA secret is one line, made for one endpoint and given to its receiver:\n"
        "  printf 'whsec_%s\\n' \"$(openssl rand -base64 32)\" >shop.whsec; chmod 600 shop.whsec\n"
        "The file is copied to the node of --dir; the book and the interface hold its fingerprint\n"
        "only. Every other node that may lead the book is given it by entrepot webhook secret.\n"
        "Types: ",
        out);
    for (size_t i = 0, said = 0; i < hook_type_words.count; i++)
        if (hook_type_words.name[i] != NULL)
            fprintf(out, "%s%s",
                    said++ == 0     ? ""
                    : said % 4 == 1 ? ",\n  "
                                    : ", ",
                    hook_type_words.name[i]);
    fputs(".\n", out);
}

/* Keeps the secret where this machine's node looks for it, if one is meant. */
static enum exit_code keep(const char *directory, const char *file, struct hash *fingerprint)
{
    char why[SECRETS_WHY_BYTES];
    struct hook_key key;
    enum error error;
    if (directory[0] != '\0') {
        error = secrets_keep(directory, crypto_openssl(), file, fingerprint, why);
    } else {
        error = secrets_read_file(file, &key, why);
        if (error == OK) *fingerprint = hook_fingerprint(crypto_openssl(), &key);
        explicit_bzero(&key, sizeof key);
    }
    if (error == OK) return EXIT_DONE;
    cli_say("%s", why);
    return cli_exit_of(error);
}

static void put_fingerprint(struct json_out *body, const struct hash *fingerprint)
{
    json_open(body, NULL, '{');
    json_put_hex(body, "fingerprint", span_of(fingerprint->bytes, HASH_BYTES));
    json_close(body, '}');
}

static enum exit_code put_secrets(const struct cli *cli, struct json_out *body)
{
    struct home home;
    const char *file;
    enum exit_code code = home_find(cli, &home);
    if (code != EXIT_DONE) return code;
    if (!cli_has(cli, "secret-file")) return cli_usage(cli, "--secret-file is missing");
    if (home.directory[0] == '\0')
        cli_say("give the file to the nodes that may lead: entrepot webhook secret FILE --dir DIR");
    json_open(body, "secrets", '[');
    for (unsigned i = 0; (file = cli_flag_at(cli, "secret-file", i)) != NULL; i++) {
        struct hash fingerprint;
        if (i == HOOK_SECRETS_MAX) return cli_usage(cli, "--secret-file: two at most");
        code = keep(home.directory, file, &fingerprint);
        if (code != EXIT_DONE) return code;
        put_fingerprint(body, &fingerprint);
    }
    json_close(body, ']');
    return EXIT_DONE;
}

static void put_types(const struct cli *cli, struct json_out *body)
{
    const char *type;
    json_open(body, "types", '[');
    for (unsigned i = 0; (type = cli_flag_at(cli, "event", i)) != NULL; i++) {
        json_open(body, NULL, '{');
        json_put_text(body, "type", span_text(type));
        json_close(body, '}');
    }
    json_close(body, ']');
}

enum exit_code webhook_add(struct cli *cli)
{
    static const struct act_field fields[] = {
        {"merchant", "merchant", ACT_TEXT, true},
        {"endpoint", "url", ACT_TEXT, true},
    };
    struct json_out body = {0};
    const char *webhook = cli_flag(cli, "webhook");
    struct query path = query_on(WEBHOOKS);
    if (webhook != NULL) query_step(&path, webhook);
    json_open(&body, NULL, '{');
    enum exit_code code = act_put(cli, fields, 2, &body);
    if (code == EXIT_DONE) put_types(cli, &body);
    if (code == EXIT_DONE) code = put_secrets(cli, &body);
    if (code != EXIT_DONE) {
        json_out_free(&body);
        return code;
    }
    json_close(&body, '}');
    return act_send(cli, EXIT_DONE, path.text, &body);
}

enum exit_code webhook_secret(struct cli *cli)
{
    struct home home;
    struct hash fingerprint;
    enum exit_code code = home_need(cli, &home);
    if (code == EXIT_DONE) code = keep(home.directory, cli->words[0], &fingerprint);
    if (code != EXIT_DONE) return code;
    for (size_t i = 0; i < HASH_BYTES; i++) printf("%02x", fingerprint.bytes[i]);
    printf("\n");
    return EXIT_DONE;
}

/* --- of one that is there ----------------------------------------------------------------------
 */

static struct query step(const struct cli *cli, const char *verb)
{
    struct query query = query_on(WEBHOOKS);
    query_step(&query, cli->words[0]);
    query_step(&query, verb);
    return query;
}

const struct cli_flag webhook_list_flags[] = {
    {"merchant", "MERCHANT", "of this merchant only"},
    {NULL, NULL, NULL},
};

enum exit_code webhook_list(struct cli *cli)
{
    static const char *const filters[] = {"merchant", NULL};
    static const struct out_column columns[] = {
        {"WEBHOOK", "id", OUT_TEXT},        {"URL", "url", OUT_TEXT},
        {"DISABLED", "disabled", OUT_TEXT}, {"REASON", "reason", OUT_TEXT},
        {"MERCHANT", "merchant", OUT_TEXT},
    };
    return act_list(cli, WEBHOOKS, "webhooks", filters, columns, 5);
}

enum exit_code webhook_deliveries(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"AT", "at_ms", OUT_TEXT},        {"TYPE", "type", OUT_TEXT},
        {"ATTEMPT", "attempt", OUT_TEXT}, {"OUTCOME", "outcome", OUT_TEXT},
        {"STATUS", "status", OUT_TEXT},   {"AGAIN", "next_ms", OUT_TEXT},
        {"EVENT", "event", OUT_TEXT},     {"WHY", "why", OUT_TEXT},
    };
    struct query query = step(cli, "deliveries");
    return act_list(cli, query.text, "deliveries", NULL, columns, 8);
}

const struct cli_flag webhook_replay_flags[] = {
    {"since", "TIME", "everything since then, as 2026-11-01T00:00:00Z"},
    {"event", "EVENT", "the one message of this webhook-id, as the delivery log has it"},
    {NULL, NULL, NULL},
};

enum exit_code webhook_replay(struct cli *cli)
{
    static const struct act_field fields[] = {
        {"since", "since", ACT_TEXT, false},
        {"event", "event", ACT_TEXT, false},
    };
    if (cli_has(cli, "since") == cli_has(cli, "event"))
        return cli_usage(cli, "say either --since or --event");
    struct query query = step(cli, "replay");
    return act_simple(cli, query.text, fields, 2);
}

enum exit_code webhook_disable(struct cli *cli)
{
    static const struct act_field fields[] = {{"reason", "reason", ACT_TEXT, false}};
    struct query query = step(cli, "disable");
    return act_simple(cli, query.text, fields, 1);
}

enum exit_code webhook_test(struct cli *cli)
{
    struct query query = step(cli, "test");
    return act_simple(cli, query.text, NULL, 0);
}
