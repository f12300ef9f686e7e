/* token: who may speak to this node. The tokens' file is written directly, whether the node runs or
 * not: it sees the change by itself. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "node/cli/home.h"
#include "node/cli/out.h"
#include "node/cli/subcommands.h"
#include "node/file.h"
#include "node/http/tokens.h"
#include "node/keys.h"

const struct cli_flag token_create_flags[] = {
    {"role", "ROLE", "operator, merchant, admin, partner or platform"},
    {"merchant", "MERCHANT[,MERCHANT]",
     "their records only; a merchant's and a partner's token needs one"},
    {"warehouse", "WAREHOUSE", "acts on the goods of this one (id) only"},
    {"name", "NAME", "a word that tells people whose it is"},
    {"out", "FILE", "write the token there (mode 0600) instead of printing it"},
    {NULL, NULL, NULL},
};

static uint64_t wall_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static enum exit_code open_tokens(const struct cli *cli, struct tokens **tokens)
{
    struct home home;
    char path[HOME_PATH_BYTES], why[TOKENS_WHY_BYTES];
    enum exit_code code = home_need(cli, &home);
    if (code != EXIT_DONE) return code;
    if (access(home.directory, F_OK) != 0) {
        cli_say("%s: there is no such directory; entrepot init makes a node's", home.directory);
        return EXIT_NOT_FOUND;
    }
    home_path(&home, "tokens", path);
    enum error error = tokens_open(path, crypto_openssl(), tokens, why);
    if (error == OK) return EXIT_DONE;
    cli_say("%s", why);
    return cli_exit_of(error);
}

static bool take_id(const struct cli *cli, const char *flag, struct id *id)
{
    const char *text = cli_flag(cli, flag);
    if (text == NULL) return true;
    if (id_parse(span_text(text), id) == OK) return true;
    cli_usage(cli, "--%s %s: %s", flag, text, error_text(ERROR_BAD_ID));
    return false;
}

/* One id after the other, with commas between; the first is the token's merchant. */
static bool take_merchants(const struct cli *cli, struct token_wish *wish)
{
    const char *text = cli_flag(cli, "merchant");
    for (uint32_t i = 0; text != NULL; i++) {
        size_t size = strcspn(text, ",");
        struct id *to = i == 0 ? &wish->merchant : &wish->also[i - 1].merchant;
        if (i > TOKEN_ALSO_MAX) {
            cli_usage(cli, "--merchant: %d at most", SCOPE_MERCHANTS_MAX);
            return false;
        }
        if (id_parse(span_of(text, size), to) != OK) {
            cli_usage(cli, "--merchant %.*s: %s", (int)size, text, error_text(ERROR_BAD_ID));
            return false;
        }
        wish->also_count = i;
        text = text[size] == ',' ? text + size + 1 : NULL;
    }
    return true;
}

static enum exit_code read_wish(const struct cli *cli, struct token_wish *wish)
{
    const char *role = cli_flag(cli, "role"), *name = cli_flag(cli, "name");
    int64_t number = role == NULL ? -1 : word_number(&role_words, span_text(role));
    if (number <= 0)
        return cli_usage(cli, "--role: operator, merchant, admin, partner or platform is wanted");
    *wish = (struct token_wish){.role = (uint64_t)number};
    if (name != NULL) wish->name = span_text(name);
    if (wish->name.size > NAME_BYTES_MAX)
        return cli_usage(cli, "--name: %d bytes at most", NAME_BYTES_MAX);
    bool good = take_merchants(cli, wish) && take_id(cli, "warehouse", &wish->warehouse);
    return good ? EXIT_DONE : EXIT_USAGE;
}

static enum exit_code give_out(const struct cli *cli, const struct token_row *row,
                               const char *printed)
{
    char why[FILE_WHY_BYTES], id[ID_TEXT_BYTES];
    const char *file = cli_flag(cli, "out");
    id_print(&row->token, id);
    if (file == NULL) {
        cli_say("token %s; it is shown this once", id);
        printf("%s\n", printed);
        return EXIT_DONE;
    }
    char line[TOKEN_TEXT_BYTES + 1];
    int size = snprintf(line, sizeof line, "%s\n", printed);
    enum error error = file_write(file, span_of(line, (size_t)size), 0600, FILE_NEW, why);
    if (error == OK) printf("%s\n", id);
    if (error != OK) cli_say("token %s was made, and its text is lost: revoke it: %s", id, why);
    return error == OK ? EXIT_DONE : EXIT_PARTLY;
}

enum exit_code token_create(struct cli *cli)
{
    struct tokens *tokens = NULL;
    struct token_wish wish;
    struct token_row row;
    char printed[TOKEN_TEXT_BYTES], why[TOKENS_WHY_BYTES];
    const char *file = cli_flag(cli, "out");
    enum exit_code code = read_wish(cli, &wish);
    if (code == EXIT_DONE && file != NULL && access(file, F_OK) == 0) {
        cli_say("%s: is there already, and is not written over", file);
        return EXIT_CONFLICT;
    }
    if (code == EXIT_DONE) code = open_tokens(cli, &tokens);
    if (code != EXIT_DONE) return code;
    enum error error = tokens_create(tokens, &wish, wall_ms(), &row, printed, why);
    if (error == OK)
        code = give_out(cli, &row, printed);
    else {
        cli_say("%s", why);
        code = error == ERROR_OUT_OF_RANGE ? EXIT_USAGE : cli_exit_of(error);
    }
    tokens_free(tokens);
    return code;
}

/* Without the hash of the secret: it helps nobody. */
static void put_token(struct json_out *out, const struct token_row *row)
{
    json_open(out, NULL, '{');
    json_put_id(out, "token", &row->token);
    json_put_text(out, "role", span_text(word_of(&role_words, row->role)));
    json_put_text(out, "name", row->name);
    if (!id_is_zero(&row->merchant)) json_put_id(out, "merchant", &row->merchant);
    if (row->also_count > 0) json_put_uint(out, "also", row->also_count);
    if (!id_is_zero(&row->warehouse)) json_put_id(out, "warehouse", &row->warehouse);
    json_put_time(out, "created", row->created_ms);
    if (row->revoked_ms != 0) json_put_time(out, "revoked", row->revoked_ms);
    json_close(out, '}');
}

static void print_tokens(const struct cli *cli, const struct json_out *out)
{
    static const struct out_column columns[] = {
        {"TOKEN", "token", OUT_TEXT},         {"ROLE", "role", OUT_TEXT},
        {"NAME", "name", OUT_TEXT},           {"MERCHANT", "merchant", OUT_TEXT},
        {"WAREHOUSE", "warehouse", OUT_TEXT}, {"CREATED", "created", OUT_TEXT},
        {"REVOKED", "revoked", OUT_TEXT},     {"ALSO", "also", OUT_TEXT},
    };
    struct json_fault fault;
    if (cli_has(cli, "json")) {
        printf("%.*s\n", (int)out->used, out->at);
        return;
    }
    struct json *root = json_parse(span_of(out->at, out->used), &fault);
    out_table(stdout, json_get(root, "tokens"), columns, 8);
    json_free(root);
}

enum exit_code token_list(struct cli *cli)
{
    struct tokens *tokens = NULL;
    struct json_out out = {0};
    enum exit_code code = open_tokens(cli, &tokens);
    if (code != EXIT_DONE) return code;
    json_open(&out, NULL, '{');
    json_open(&out, "tokens", '[');
    for (size_t i = 0; i < tokens_count(tokens); i++) put_token(&out, tokens_at(tokens, i));
    json_close(&out, ']');
    json_close(&out, '}');
    print_tokens(cli, &out);
    json_out_free(&out);
    tokens_free(tokens);
    return EXIT_DONE;
}

enum exit_code token_revoke(struct cli *cli)
{
    struct tokens *tokens = NULL;
    struct id id;
    char why[TOKENS_WHY_BYTES] = "";
    if (id_parse(span_text(cli->words[0]), &id) != OK)
        return cli_usage(cli, "%s: %s", cli->words[0], error_text(ERROR_BAD_ID));
    enum exit_code code = open_tokens(cli, &tokens);
    if (code != EXIT_DONE) return code;
    enum error error = tokens_revoke(tokens, &id, wall_ms(), why);
    if (error == OK)
        cli_say("revoked; a running node knows within a second or two");
    else
        cli_say("%s: %s", cli->words[0], why[0] != '\0' ? why : error_text(error));
    tokens_free(tokens);
    return cli_exit_of(error);
}
