/* membership: who belongs to the mesh; decided in book 0, asked for at any node. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/card.h"
#include "node/cli/act.h"
#include "node/cli/home.h"
#include "node/cli/subcommands.h"
#include "node/identity.h"
#include "node/ports.h"
#include "proto/money.h"

/* --- cards ----------------------------------------------------------------------------------- */

const struct cli_flag card_flags[] = {
    {"address", "ENDPOINT", "where others dial it, such as tcp://203.0.113.7:7400"},
    {NULL, NULL, NULL},
};

/* An address that is told wins; then the card's own; then, on this machine, what the node bound. */
static enum exit_code give_address(const struct cli *cli, struct card *card, const char *bound)
{
    const char *address = cli_flag(cli, "address");
    if (address == NULL && card->member.address.size == 0) address = bound;
    if (address == NULL) return EXIT_DONE;
    if (strlen(address) > ADDRESS_BYTES_MAX)
        return cli_usage(cli, "--address: %d bytes at most", ADDRESS_BYTES_MAX);
    if (address != bound && !config_is_dialable(address))
        return cli_usage(cli, "--address %s: write tcp://host:port", address);
    card->member.address = span_text(address);
    return EXIT_DONE;
}

/* Whether others can dial what the node has bound: all interfaces are no place. */
static bool is_place(const char *endpoint)
{
    return endpoint[0] != '\0' && strncmp(endpoint, "tcp://0.0.0.0:", 14) != 0 &&
           strncmp(endpoint, "tcp://[::]:", 11) != 0;
}

enum exit_code membership_card(struct cli *cli)
{
    struct home home;
    struct card card;
    struct ports ports;
    struct json_out out = {0};
    char why[IDENTITY_WHY_BYTES];
    enum exit_code code = home_need(cli, &home);
    if (code != EXIT_DONE) return code;
    enum error error = identity_card(home.directory, &card, why);
    if (error != OK) {
        cli_say("%s", why);
        return cli_exit_of(error);
    }
    bool bound = ports_read(home.directory, &ports) && is_place(ports.endpoint);
    code = give_address(cli, &card, bound ? ports.endpoint : NULL);
    if (code != EXIT_DONE) return code;
    if (card.member.address.size == 0)
        cli_say("the card says no address: others can dial the node where --address says");
    card_put(&out, &card.mesh, &card.member);
    printf("%.*s\n", (int)out.used, out.at);
    json_out_free(&out);
    return EXIT_DONE;
}

static void put_body(struct json_out *body, const struct shape *shape, const void *value)
{
    json_open(body, NULL, '{');
    json_put_shape(body, NULL, shape, value);
    json_close(body, '}');
}

enum exit_code membership_admit(struct cli *cli)
{
    struct card card;
    struct json_out body = {0};
    char why[CARD_WHY_BYTES];
    enum error error = card_read(cli->words[0], &card, why);
    if (error != OK) {
        cli_say("%s", why);
        return cli_exit_of(error);
    }
    enum exit_code code = give_address(cli, &card, NULL);
    if (code != EXIT_DONE) return code;
    put_body(&body, &member_shape, &card.member);
    return act_send(cli, EXIT_DONE, "/v1/members", &body);
}

void membership_meet_more(FILE *out)
{
    fputs(
        "\nFor a node that was away while a member moved: it cannot read where to before they\n"
        "meet. The card replaces the one that `entrepot init --join` was given, and counts from\n"
        "the node's next start on. Whether the member is one, and its key, is for the membership\n"
        "to say.\n",
        out);
}

static enum exit_code check_met(const struct card *own, const struct card *met)
{
    const char *fault = NULL;
    if (!id_equal(&own->mesh, &met->mesh))
        fault = "this is the card of a node of another mesh";
    else if (id_equal(&own->member.node, &met->member.node))
        fault = "this is the card of this very node";
    else if (met->member.address.size == 0)
        fault = "the card says no address: give it with --address";
    if (fault != NULL) cli_say("%s", fault);
    return fault == NULL ? EXIT_DONE : EXIT_CONFLICT;
}

enum exit_code membership_meet(struct cli *cli)
{
    struct home home;
    static struct card own, met;
    char why[IDENTITY_WHY_BYTES];
    enum exit_code code = home_need(cli, &home);
    if (code != EXIT_DONE) return code;
    enum error error = identity_card(home.directory, &own, why);
    if (error == OK) error = card_read(cli->words[0], &met, why);
    if (error != OK) {
        cli_say("%s", why);
        return cli_exit_of(error);
    }
    code = give_address(cli, &met, NULL);
    if (code == EXIT_DONE) code = check_met(&own, &met);
    if (code != EXIT_DONE) return code;
    error = identity_join(home.directory, &met, why);
    if (error != OK) {
        cli_say("%s", why);
        return cli_exit_of(error);
    }
    cli_say("from its next start on the node dials %.*s at %.*s too", (int)met.member.name.size,
            (const char *)met.member.name.at, (int)met.member.address.size,
            (const char *)met.member.address.at);
    return EXIT_DONE;
}

enum exit_code membership_list(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"NODE", "node", OUT_TEXT},       {"NAME", "name", OUT_TEXT},
        {"CODE", "code", OUT_TEXT},       {"WAREHOUSE", "warehouse", OUT_TEXT},
        {"ADDRESS", "address", OUT_TEXT}, {"LOG", "log", OUT_TEXT},
        {"REVOKED", "revoked", OUT_TEXT},
    };
    return act_list(cli, "/v1/members", "members", NULL, columns, 7);
}

enum exit_code membership_merchants(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"MERCHANT", "merchant", OUT_TEXT},
        {"NAME", "name", OUT_TEXT},
        {"BOOK", "book", OUT_TEXT},
        {"CURRENCY", "currency", OUT_TEXT},
        {"CAP A DAY", "cap_minor", OUT_MONEY},
        {"OPENER", "opener", OUT_TEXT},
    };
    return act_list(cli, "/v1/merchants", "merchants", NULL, columns, 6);
}

/* --- records that are read, changed and posted again ----------------------------------------- */

/* A record as the node shows it, back into its shape: what is not the shape's own (its id, who
 * decided it) is left out. The texts lie in *reply. */
static enum exit_code read_shape(struct client *client, const char *path, const char *id,
                                 const struct shape *shape, void *value, struct reply *reply)
{
    struct query query = query_on(path);
    struct json_out own = {0};
    struct json_fault parse_fault;
    struct fault fault = {.error = OK};
    uint8_t scratch[64];
    query_step(&query, id);
    enum exit_code code = act_get(client, query.text, reply);
    if (code != EXIT_DONE) return code;
    json_open(&own, NULL, '{');
    for (size_t i = 0; i < shape->count; i++) {
        const struct json *member = json_get(reply->json, shape->fields[i].name);
        int64_t number = 0;
        if (json_is_text(member)) json_put_text(&own, shape->fields[i].name, json_text(member));
        if (json_int(member, &number)) json_put_int(&own, shape->fields[i].name, number);
    }
    json_close(&own, '}');
    struct json *root = json_parse(span_of(own.at, own.used), &parse_fault);
    json_free(reply->json);
    reply->json = root; /* its texts are those of *value now */
    json_out_free(&own);
    if (json_to_shape(root, shape, value, scratch, sizeof scratch, &fault) == OK) return EXIT_DONE;
    cli_say("the node's answer does not read: %s", fault.path);
    return EXIT_FAILED;
}

/* A node that is put out while it leads a book does not hear of it: it decides, and pays, on. */
static enum exit_code warn_of_books(struct client *client, const struct member *member)
{
    char node[ID_TEXT_BYTES];
    struct reply reply = {0};
    enum exit_code code = act_get(client, "/v1/books?limit=200", &reply);
    const struct json *books = json_get(reply.json, "books");
    id_print(&member->node, node);
    for (size_t i = 0; code == EXIT_DONE && i < json_count(books); i++) {
        struct span id = json_text(json_get(json_at(books, i), "id"));
        struct span leader = json_text(json_get(json_at(books, i), "leader"));
        if (!span_equal(leader, span_text(node))) continue;
        cli_say("it leads the book %.*s: hand that over first; if it cannot be reached, stop its "
                "payments at the provider, and recover the book at another node",
                (int)id.size, (const char *)id.at);
    }
    reply_free(&reply);
    return code;
}

enum exit_code membership_revoke(struct cli *cli)
{
    struct client client;
    struct reply reply = {0};
    struct member member;
    struct json_out body = {0};
    enum exit_code code = client_open(cli, &client);
    if (code != EXIT_DONE) return code;
    code = read_shape(&client, "/v1/members", cli->words[0], &member_shape, &member, &reply);
    if (code == EXIT_DONE) code = warn_of_books(&client, &member);
    if (code == EXIT_DONE && !cli_has(cli, "yes")) {
        cli_say("%.*s loses its place in the mesh, and comes back only as a new node; add --yes",
                (int)member.name.size, (const char *)member.name.at);
        code = EXIT_USAGE;
    }
    if (code == EXIT_DONE) {
        member.revoked = 1;
        put_body(&body, &member_shape, &member);
        code = act_post(cli, &client, "/v1/members", &body, NULL);
    }
    reply_free(&reply);
    client_close(&client);
    return code;
}

/* --- merchants ------------------------------------------------------------------------------- */

const struct cli_flag merchant_flags[] = {
    {"merchant", "MERCHANT", "one that is known: what is not given stays as it is"},
    {"name", "NAME", "of the merchant group"},
    {"currency", "CURRENCY", "of its book, such as EUR; stays as it is"},
    {"opener", "NODE", "the node that opens its book and leads it first"},
    {"cap", "AMOUNT", "refunds per day at most, such as 5000.00"},
    {"window-days", "DAYS", "returns are taken so long after the sale; 0: always"},
    {"auto-approve", "AMOUNT", "up to this value a return is approved at once"},
    {"respond-hours", "HOURS", "silence for so long approves a return"},
    {"send-days", "DAYS", "a parcel not received by then lets the return expire"},
    {"origin", "COUNTRY", "where the goods came from, such as CN"},
    {"origin-freight", "AMOUNT", "what it costs to ship one unit home"},
    {"handling", "AMOUNT", "what it costs to resolve one unit here"},
    {NULL, NULL, NULL},
};

/* An amount in the book's currency. */
static bool take_money(const struct cli *cli, const char *flag, uint64_t currency, int64_t *minor)
{
    const char *text = cli_flag(cli, flag);
    const struct currency *of = currency_by_numeric(currency);
    if (text == NULL) return true;
    if (of != NULL && money_parse(span_text(text), of, minor) == OK) return true;
    cli_usage(cli, "--%s %s: an amount such as %s is wanted", flag, text,
              of == NULL || of->exponent > 0 ? "5000.00" : "5000");
    return false;
}

static bool take_number(const struct cli *cli, const char *flag, uint64_t *to)
{
    unsigned long long number = *to;
    if (!cli_number(cli, flag, number, UINT32_MAX, &number)) return false;
    *to = number;
    return true;
}

static bool take_words(const struct cli *cli, struct merchant *merchant)
{
    const char *name = cli_flag(cli, "name"), *origin = cli_flag(cli, "origin"),
               *letters = cli_flag(cli, "currency"), *opener = cli_flag(cli, "opener");
    if (name != NULL) merchant->name = span_text(name);
    if (origin != NULL) merchant->origin = span_text(origin);
    const struct currency *currency =
        letters == NULL ? NULL : currency_by_letters(span_text(letters));
    if (letters != NULL && currency == NULL) {
        cli_usage(cli, "--currency %s: three letters such as EUR are wanted", letters);
        return false;
    }
    if (currency != NULL) merchant->currency = currency->numeric;
    if (opener == NULL || id_parse(span_text(opener), &merchant->opener) == OK) return true;
    cli_usage(cli, "--opener %s: %s", opener, error_text(ERROR_BAD_ID));
    return false;
}

static bool take_policy(const struct cli *cli, struct merchant *merchant)
{
    uint64_t currency = merchant->currency;
    return take_money(cli, "cap", currency, &merchant->cap_minor) &&
           take_money(cli, "auto-approve", currency, &merchant->auto_approve_minor) &&
           take_money(cli, "origin-freight", currency, &merchant->origin_freight_minor) &&
           take_money(cli, "handling", currency, &merchant->handling_minor) &&
           take_number(cli, "window-days", &merchant->window_days) &&
           take_number(cli, "respond-hours", &merchant->respond_hours) &&
           take_number(cli, "send-days", &merchant->send_days);
}

static enum exit_code check_new(const struct cli *cli)
{
    static const char *const needed[] = {"name", "currency", "opener", "cap"};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (!cli_has(cli, needed[i]))
            return cli_usage(cli, "--%s is missing: a new merchant needs it", needed[i]);
    return EXIT_DONE;
}

/* A key that is given belongs to a former try, whose ids are not known any more: they follow from
 * the key, so that the same call has the same body. */
static struct id minted(const struct cli *cli, const char *what)
{
    const char *key = cli_flag(cli, "key");
    const struct crypto *crypto = crypto_openssl();
    if (key == NULL) return identity_mint();
    const struct span parts[] = {span_text(what), span_text(key)};
    return crypto_id(crypto, "entrepot/cli/1", parts, 2);
}

enum exit_code membership_merchant(struct cli *cli)
{
    struct client client;
    struct reply reply = {0};
    struct merchant merchant = {.cap_minor = 0};
    struct json_out body = {0};
    const char *known = cli_flag(cli, "merchant");
    enum exit_code code = known == NULL ? check_new(cli) : EXIT_DONE;
    if (code == EXIT_DONE) code = client_open(cli, &client);
    if (code != EXIT_DONE) return code;
    if (known == NULL) {
        merchant.merchant = minted(cli, "merchant");
        merchant.book = minted(cli, "book");
    } else
        code = read_shape(&client, "/v1/merchants", known, &merchant_shape, &merchant, &reply);
    if (code == EXIT_DONE && !(take_words(cli, &merchant) && take_policy(cli, &merchant)))
        code = EXIT_USAGE;
    if (code == EXIT_DONE) {
        memset(&merchant.by, 0, sizeof merchant.by);
        put_body(&body, &merchant_shape, &merchant);
        code = act_post(cli, &client, "/v1/merchants", &body, NULL);
    }
    reply_free(&reply);
    client_close(&client);
    return code;
}

/* --- succession ------------------------------------------------------------------------------ */

const struct cli_flag succeeds_flags[] = {
    {"old", "LOG", "the log of the store that was lost"},
    {"at", "INDEX", "its last entry that counts; without it what the asked node holds of it"},
    {NULL, NULL, NULL},
};

static enum exit_code last_held(struct client *client, const struct id *log, uint64_t *last)
{
    struct reply reply = {0};
    char text[ID_TEXT_BYTES];
    int64_t number = -1;
    id_print(log, text);
    enum exit_code code = act_get(client, "/v1/status", &reply);
    const struct json *logs = json_get(reply.json, "logs");
    for (size_t i = 0; code == EXIT_DONE && i < json_count(logs); i++) {
        const struct json *at = json_at(logs, i);
        if (span_equal(json_text(json_get(at, "log")), span_text(text)))
            json_int(json_get(at, "last"), &number);
    }
    reply_free(&reply);
    if (code != EXIT_DONE) return code;
    if (number < 0) {
        cli_say("the node that is asked holds nothing of the log %s: give --at", text);
        return EXIT_NOT_FOUND;
    }
    *last = (uint64_t)number;
    return EXIT_DONE;
}

enum exit_code membership_succeeds(struct cli *cli)
{
    struct client client;
    struct card card;
    struct json_out body = {0};
    struct succeeds succeeds = {.old_idx = 0};
    char why[CARD_WHY_BYTES];
    unsigned long long at = 0;
    const char *old = cli_flag(cli, "old");
    if (old == NULL || id_parse(span_text(old), &succeeds.old_log) != OK)
        return cli_usage(cli, "--old: the id of the lost store's log is wanted");
    if (!cli_number(cli, "at", 0, EVENT_IDX_MAX, &at)) return EXIT_USAGE;
    enum error error = card_read(cli->words[0], &card, why);
    if (error != OK) {
        cli_say("%s", why);
        return cli_exit_of(error);
    }
    succeeds.node = card.member.node;
    succeeds.new_log = card.member.log;
    succeeds.old_idx = at;
    enum exit_code code = client_open(cli, &client);
    if (code != EXIT_DONE) return code;
    if (!cli_has(cli, "at")) code = last_held(&client, &succeeds.old_log, &succeeds.old_idx);
    if (code == EXIT_DONE) {
        put_body(&body, &succeeds_shape, &succeeds);
        code = act_post(cli, &client, "/v1/successions", &body, NULL);
    }
    client_close(&client);
    return code;
}
