/* init: a node's directory with keys, store, own log, guard and a first token. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "node/cli/home.h"
#include "node/cli/subcommands.h"
#include "node/file.h"
#include "node/http/tokens.h"
#include "node/identity.h"
#include "proto/utf8.h"

const struct cli_flag init_flags[] = {
    {"found", NULL, "begin a mesh, with this node as its first member"},
    {"join", "CARD", "join the mesh of the node whose card this file holds"},
    {"dir", "DIR", "where the node is to live; made when it is missing"},
    {"name", "NAME", "what people call it"},
    {"warehouse", "CODE", "the code of its warehouse, such as LAX; without it a gateway"},
    {"address", "ENDPOINT", "where others dial it, such as tcp://203.0.113.7:7400"},
    {NULL, NULL, NULL},
};

void init_more(FILE *out)
{
    fputs("\nPrints the node's card on standard output; it holds no secret. A node that joins is\n"
          "let in by `entrepot membership admit CARD` at a node of the mesh. DIR/admin.token is\n"
          "a token for the command line on this machine. A directory that holds a node already\n"
          "is left as it is.\n",
          out);
}

/* --- what else stands in the directory ------------------------------------------------------- */

struct text {
    char at[16384];
    size_t used;
};

static void add_line(void *world, const char *line)
{
    struct text *text = world;
    int size = snprintf(text->at + text->used, sizeof text->at - text->used, "%s\n", line);
    if (size > 0 && text->used + (size_t)size < sizeof text->at) text->used += (size_t)size;
}

static enum error write_config(const char *directory, char why[IDENTITY_WHY_BYTES])
{
    static struct text text;
    char path[HOME_PATH_BYTES];
    text.used = 0;
    add_line(&text, "# The configuration of this node; what stands here in comments holds anyway.");
    config_print(CONFIG_PRINT_FILE, &text, add_line);
    snprintf(path, sizeof path, "%s/entrepot.conf", directory);
    enum error error = file_write(path, span_of(text.at, text.used), 0644, FILE_NEW, why);
    return error == ERROR_CONFLICT ? OK : error; /* one that stands there is the operator's */
}

/* The secret of the first token, unless a former try wrote one. */
static enum error write_token(const char *directory, char why[IDENTITY_WHY_BYTES])
{
    char path[HOME_PATH_BYTES], printed[TOKEN_TEXT_BYTES], line[TOKEN_TEXT_BYTES + 1];
    struct tokens *tokens = NULL;
    struct token_row row;
    struct timespec now;
    const struct token_wish wish = {.role = ROLE_ADMIN, .name = span_text("made by init")};
    snprintf(path, sizeof path, "%s/tokens", directory);
    enum error error = tokens_open(path, crypto_openssl(), &tokens, why);
    if (error != OK) return error;
    clock_gettime(CLOCK_REALTIME, &now);
    error = tokens_create(tokens, &wish, (uint64_t)now.tv_sec * 1000, &row, printed, why);
    tokens_free(tokens);
    if (error != OK) return error;
    int size = snprintf(line, sizeof line, "%s\n", printed);
    snprintf(path, sizeof path, "%s/admin.token", directory);
    error = file_write(path, span_of(line, (size_t)size), 0600, FILE_REPLACE, why);
    explicit_bzero(printed, sizeof printed);
    explicit_bzero(line, sizeof line);
    return error;
}

enum error init_fill(const char *directory, char *why)
{
    char path[HOME_PATH_BYTES];
    snprintf(path, sizeof path, "%s/admin.token", directory);
    enum error error = write_config(directory, why);
    if (error != OK || access(path, F_OK) == 0) return error;
    cli_say("%s: a new token for the command line", path);
    return write_token(directory, why);
}

/* --- the wish -------------------------------------------------------------------------------- */

static enum exit_code check_text(const struct cli *cli, const char *flag, size_t bytes_max)
{
    const char *text = cli_flag(cli, flag);
    if (text == NULL) return EXIT_DONE;
    if (text[0] == '\0' || strlen(text) > bytes_max || !utf8_plain(span_text(text)))
        return cli_usage(cli, "--%s: 1 to %zu bytes of text", flag, bytes_max);
    return EXIT_DONE;
}

static enum exit_code read_wish(const struct cli *cli, struct identity_wish *wish,
                                struct card *joins)
{
    char why[CARD_WHY_BYTES];
    const char *join = cli_flag(cli, "join");
    *wish = (struct identity_wish){.directory = cli_flag(cli, "dir"),
                                   .name = cli_flag(cli, "name"),
                                   .code = cli_flag(cli, "warehouse"),
                                   .address = cli_flag(cli, "address")};
    if (wish->directory == NULL) return cli_usage(cli, "--dir is missing");
    if (wish->name == NULL) return cli_usage(cli, "--name is missing");
    if (cli_has(cli, "found") == (join != NULL))
        return cli_usage(cli, "say either --found or --join CARD");
    if (check_text(cli, "name", NAME_BYTES_MAX) != EXIT_DONE ||
        check_text(cli, "warehouse", CODE_BYTES_MAX) != EXIT_DONE ||
        check_text(cli, "address", ADDRESS_BYTES_MAX) != EXIT_DONE)
        return EXIT_USAGE;
    if (wish->address != NULL && !config_is_dialable(wish->address))
        return cli_usage(cli, "--address %s: write tcp://host:port", wish->address);
    if (join == NULL) return EXIT_DONE;
    enum error error = card_read(join, joins, why);
    wish->joins = joins;
    if (error != OK) cli_say("%s", why);
    return cli_exit_of(error);
}

/* The mesh listens on loopback until it is told otherwise; the card tells others another place. */
static void say_where_to_listen(const struct identity_wish *wish)
{
    const char *address = wish->address;
    if (address == NULL || strncmp(address, "tcp://127.", 10) == 0 ||
        strncmp(address, "tcp://localhost:", 16) == 0 || strncmp(address, "tcp://[::1]:", 12) == 0)
        return;
    cli_say("others dial %s: have the mesh listen there, by [mesh] bind in %s/entrepot.conf",
            address, wish->directory);
}

enum exit_code init_node(struct cli *cli)
{
    static struct card joins, card;
    struct identity_wish wish;
    struct json_out out = {0};
    char why[IDENTITY_WHY_BYTES];
    enum exit_code code = read_wish(cli, &wish, &joins);
    if (code != EXIT_DONE) return code;
    enum error error = identity_make(&wish, &card, why);
    if (error == OK) error = write_config(wish.directory, why);
    if (error == OK) error = write_token(wish.directory, why);
    if (error != OK) {
        cli_say("%s", why);
        return cli_exit_of(error);
    }
    card_put(&out, &card.mesh, &card.member);
    printf("%.*s\n", (int)out.used, out.at);
    json_out_free(&out);
    cli_say("%s; next: entrepot node --dir %s",
            wish.joins == NULL ? "the mesh is founded" : "now let it be admitted", wish.directory);
    say_where_to_listen(&wish);
    return EXIT_DONE;
}
