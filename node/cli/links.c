/* return link, links and unlink: the signed links of buyers. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "node/cli/act.h"
#include "node/cli/subcommands.h"
#include "node/file.h"
#include "proto/link.h"

const struct cli_flag return_link_flags[] = {
    {"days", "DAYS", "until it expires: 1 to 365, 30 when not said"},
    {"out", "FILE", "write the link there (mode 0600) instead of printing it"},
    {NULL, NULL, NULL},
};

static enum exit_code keep_secret(const struct cli *cli, struct span secret)
{
    char line[LINK_TEXT_BYTES + 2], why[FILE_WHY_BYTES];
    const char *file = cli_flag(cli, "out");
    int size = snprintf(line, sizeof line, "%.*s\n", (int)secret.size, (const char *)secret.at);
    if (file == NULL) {
        fputs(line, stdout);
        return EXIT_DONE;
    }
    enum error error = file_write(file, span_of(line, (size_t)size), 0600, FILE_NEW, why);
    if (error == OK) return EXIT_DONE;
    cli_say("the link was made and is not written: %s; ask again with the same --key", why);
    return EXIT_PARTLY;
}

static enum exit_code give_out(const struct cli *cli, const struct reply *reply)
{
    struct span secret = json_text(json_get(reply->json, "secret"));
    struct span id = json_text(json_get(reply->json, "id"));
    if (cli_has(cli, "json") && cli_flag(cli, "out") == NULL) {
        printf("%s\n", reply->text);
        return EXIT_DONE;
    }
    if (secret.size == 0 || secret.size >= LINK_TEXT_BYTES) {
        cli_say("another node made this link; only that one can sign it again");
        return EXIT_CONFLICT;
    }
    cli_say("link %.*s; whoever holds it is the buyer: entrepot return unlink %.*s withdraws it",
            (int)id.size, (const char *)id.at, (int)id.size, (const char *)id.at);
    return keep_secret(cli, secret);
}

enum exit_code return_link(struct cli *cli)
{
    static const struct act_field fields[] = {{"days", "days", ACT_NUMBER, false}};
    struct client client;
    struct json_out body = {0};
    struct reply reply = {0};
    char key[CLIENT_KEY_BYTES];
    const char *file = cli_flag(cli, "out");
    struct query query = query_on("/v1/returns");
    query_step(&query, cli->words[0]);
    query_step(&query, "link");
    if (file != NULL && access(file, F_OK) == 0) {
        cli_say("%s: is there already, and is not written over", file);
        return EXIT_CONFLICT;
    }
    json_open(&body, NULL, '{');
    enum exit_code code = act_put(cli, fields, 1, &body);
    json_close(&body, '}');
    if (code == EXIT_DONE) code = client_key(cli, key);
    if (code == EXIT_DONE) code = client_open(cli, &client);
    if (code == EXIT_DONE) {
        code = client_call(&client, "POST", query.text, span_of(body.at, body.used), key, NULL,
                           &reply);
        if (code == EXIT_DONE) code = reply_check(&reply);
        if (code == EXIT_DONE) code = give_out(cli, &reply);
        client_close(&client);
    }
    reply_free(&reply);
    json_out_free(&body);
    return code;
}

const struct cli_flag return_links_flags[] = {
    {"return", "RETURN", "of this return only"},
    {NULL, NULL, NULL},
};

enum exit_code return_links(struct cli *cli)
{
    static const char *const filters[] = {"return", NULL};
    static const struct out_column columns[] = {
        {"LINK", "id", OUT_TEXT},
        {"RETURN", "return_id", OUT_TEXT},
        {"EXPIRES", "expires_ms", OUT_TEXT},
        {"REVOKED", "revoked", OUT_TEXT},
    };
    return act_list(cli, "/v1/links", "links", filters, columns, 4);
}

enum exit_code return_unlink(struct cli *cli)
{
    static const struct act_field fields[] = {{"reason", "reason", ACT_TEXT, false}};
    struct query query = query_on("/v1/links");
    query_step(&query, cli->words[0]);
    query_step(&query, "revoke");
    return act_simple(cli, query.text, fields, 1);
}
