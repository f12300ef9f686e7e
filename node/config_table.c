/* The table of the configuration, and its printed forms. */
#include <assert.h>
#include <stddef.h>
#include <stdio.h>

#include "node/config.h"
#include "proto/records_mesh.h"

#define AT(member)          offsetof(struct config, member)
#define CARRIER_AT(member)  offsetof(struct config_carrier, member)
#define PEER_AT(member)     offsetof(struct config_peer, member)
#define PROVIDER_AT(member) offsetof(struct config_provider, member)

/* As payment_by_name knows them; a test compares. */
#define PROVIDER_FORMS "stripe|paypal|adyen|alipay"

/* clang-format off */
const struct config_row config_rows[] = {
    {"node", false, "directory", CONFIG_PATH, AT(directory), 1, "", 0, 0, "",
     "where the node keeps its keys, store and guard"},
    {"node", false, "name", CONFIG_TEXT, AT(name), 1, "", 0, 64, "bytes",
     "how the node calls itself in its log; empty: as it was named at init"},
    {"mesh", false, "bind", CONFIG_ENDPOINT, AT(mesh_bind), 1, "tcp://127.0.0.1:7400", 0, 0, "",
     "where other nodes reach this one; port * is the kernel's choice; empty: it only dials"},
    {"mesh", false, "reconnect_ms", CONFIG_UINT, AT(mesh_reconnect_ms), 1, "500", 10, 60000, "ms",
     "pause before a lost peer is dialled again"},
    {"mesh", false, "reconnect_max_ms", CONFIG_UINT, AT(mesh_reconnect_max_ms), 1, "30000", 10, 600000, "ms",
     "to which that pause grows"},
    {"http", false, "address", CONFIG_ADDRESS, AT(http_address), 1, "127.0.0.1", 0, 0, "",
     "address the interface listens on"},
    {"http", false, "port", CONFIG_UINT, AT(http_port), 1, "7480", 0, 65535, "", "its port; 0 is the kernel's choice"},
    {"http", false, "certificate", CONFIG_PATH, AT(http_certificate), 1, "", 0, 0, "",
     "PEM file; with key: TLS of its own"},
    {"http", false, "key", CONFIG_PATH, AT(http_key), 1, "", 0, 0, "", "PEM file of the certificate's private key"},
    {"http", false, "trust_forwarded", CONFIG_YES_NO, AT(http_trust_forwarded), 1, "no", 0, 0, "",
     "a reverse proxy in front says who the client is (X-Forwarded-For)"},
    {"http", false, "connections_max", CONFIG_UINT, AT(http_connections_max), 1, "1024", 4, 65536, "",
     "open at once; further ones wait"},
    {"http", false, "streams_max", CONFIG_UINT, AT(http_streams_max), 1, "512", 1, 65536, "",
     "event streams open at once; half the connections at most"},
    {"http", false, "body_kib_max", CONFIG_UINT, AT(http_body_kib_max), 1, "64", 1, 1024, "KiB",
     "of a request, bulk ones excepted"},
    {"http", false, "read_s", CONFIG_UINT, AT(http_read_s), 1, "10", 1, 600, "s",
     "from the first byte of a request to its last"},
    {"http", false, "idle_s", CONFIG_UINT, AT(http_idle_s), 1, "60", 1, 3600, "s",
     "between two requests of a connection"},
    {"log", false, "level", CONFIG_CHOICE, AT(log_level), 1, "info", 0, 0, "debug|info|warn|error",
     "below it nothing is written"},
    {"log", false, "form", CONFIG_CHOICE, AT(log_form), 1, "auto", 0, 0, "auto|text|json",
     "auto: text on a terminal, JSON lines elsewhere"},
    {"store", false, "reserve_mib", CONFIG_UINT, AT(store_reserve_mib), 1, "64", 0, 1048576, "MiB",
     "below so much free disk nothing is written any more (507)"},
    {"store", false, "ballast_mib", CONFIG_UINT, AT(store_ballast_mib), 1, "16", 0, 65536, "MiB",
     "kept in a file to be given up when the disk is full"},
    {"store", false, "map_gib", CONFIG_UINT, AT(store_map_gib), 1, "64", 1, 4096, "GiB",
     "address space of each environment; sparse"},
    {"store", false, "backups", CONFIG_PATH, AT(store_backups), 1, "", 0, 0, "",
     "where the running node puts copies of its store; empty: backups in its directory"},
    {"outbox", false, "connect_ms", CONFIG_UINT, AT(outbox_connect_ms), 1, "10000", 10, 600000, "ms",
     "until a provider's connection must stand"},
    {"outbox", false, "total_ms", CONFIG_UINT, AT(outbox_total_ms), 1, "60000", 10, 600000, "ms",
     "until its answer must be there; then it may have paid or not"},
    {"webhooks", false, "connect_ms", CONFIG_UINT, AT(webhooks_connect_ms), 1, "5000", 10, 60000, "ms",
     "until a merchant's endpoint must be connected"},
    {"webhooks", false, "total_ms", CONFIG_UINT, AT(webhooks_total_ms), 1, "20000", 10, 120000, "ms",
     "until it must have answered"},
    {"webhooks", false, "loopback", CONFIG_YES_NO, AT(webhooks_loopback), 1, "no", 0, 0, "",
     "http, and addresses of this very machine, may be called: for tests"},
    {"peer", true, "address", CONFIG_DIAL, PEER_AT(address), 1, NULL, 0, ADDRESS_BYTES_MAX, "bytes",
     "where this site reaches the member of that warehouse code or name (a plain word, lower case)"},
    {"carriers", false, "connect_ms", CONFIG_UINT, AT(carriers_connect_ms), 1, "10000", 10, 600000, "ms",
     "until a carrier's connection must stand"},
    {"carriers", false, "total_ms", CONFIG_UINT, AT(carriers_total_ms), 1, "30000", 10, 600000, "ms",
     "until its answer must be there"},
    {"carriers", false, "hurry", CONFIG_UINT, AT(carriers_hurry), 1, "1", 1, 1000000, "",
     "pauses between two questions are so many times shorter: for demonstrations and tests"},
    {"carrier", true, "secret_file", CONFIG_PATH, CARRIER_AT(secret_file), CONFIG_SECRETS_MAX, "", 0, 0, "",
     "secret that signs its webhooks; twice while it is being changed"},
    {"carrier", true, "adapter", CONFIG_PATH, CARRIER_AT(adapter), 1, "", 0, 0, "",
     "file that says how a carrier is read that the program does not know (carriers/README.md)"},
    {"carrier", true, "key_file", CONFIG_PATH, CARRIER_AT(key_file), 1, "", 0, 0, "",
     "its API key, or ID:SECRET; with it the carrier is asked about parcels"},
    {"carrier", true, "login_file", CONFIG_PATH, CARRIER_AT(login_file), 1, "", 0, 0, "",
     "LOGIN:PASSWORD, where it wants a second pair (DHL Parcel DE)"},
    {"carrier", true, "account", CONFIG_TEXT, CARRIER_AT(asks_account), 1, "", 0, 64, "bytes",
     "how it calls the account, where it wants that said: customer number, client id, of Shippo the carrier"},
    {"carrier", true, "base_url", CONFIG_URL, CARRIER_AT(base_url), 1, "", 0, 0, "",
     "where its interface stands, if not where its pages say: a test system, or http on this machine"},
    {"carrier", true, "merchant", CONFIG_ID, CARRIER_AT(merchant), 1, "", 0, 0, "",
     "whose parcels it is asked about; empty: everybody's"},
    {"carrier", true, "calls_per_hour", CONFIG_UINT, CARRIER_AT(calls_per_hour), 1, "0", 0, 1000000, "",
     "questions that the account has; 0: as the carrier's pages say"},
    {"carrier", true, "poll", CONFIG_YES_NO, CARRIER_AT(poll), 1, "yes", 0, 0, "",
     "it is asked about parcels; no: its key is for other things"},
    {"carrier", true, "subscribe", CONFIG_YES_NO, CARRIER_AT(subscribe), 1, "no", 0, 0, "",
     "it is told of each number, and pushes what it knows of it"},
    {"carrier", true, "push_url", CONFIG_URL, CARRIER_AT(push_url), 1, "", 0, 0, "",
     "where it pushes to, if it wants that said with each number: https://.../v1/carriers/NAME/webhook"},
    {"provider", true, "form", CONFIG_CHOICE, PROVIDER_AT(form), 1, "", 0, 0, PROVIDER_FORMS,
     "whose interface it speaks; not given: that of its own name, or else Stripe's"},
    {"provider", true, "merchant", CONFIG_ID, PROVIDER_AT(merchant), 1, "", 0, 0, "",
     "whose money it moves; empty: the mesh's only merchant, and nobody's once there is a second one"},
    {"provider", true, "account", CONFIG_TEXT, PROVIDER_AT(account), 1, "", 0, 64, "bytes",
     "how the provider calls the account, where it wants that said: Adyen's merchant account, Alipay's app_id"},
    {"provider", true, "base_url", CONFIG_URL, PROVIDER_AT(base_url), 1, NULL, 0, 0, "",
     "where its interface stands; https, or http on this machine; of Adyen with the version: .../v71; of Alipay its gateway.do"},
    {"provider", true, "secret_file", CONFIG_PATH, PROVIDER_AT(secret_file), 1, NULL, 0, 0, "",
     "its secret key; of PayPal CLIENT_ID:SECRET, of Adyen the API key, of Alipay the app's RSA private key (PEM)"},
    {"provider", true, "webhook_file", CONFIG_PATH, PROVIDER_AT(webhook_file), CONFIG_SECRETS_MAX, "", 0, 0, "",
     "what proves its webhooks: signing secret, HMAC key (Adyen), certificate (PayPal), Alipay's public key (its answers too); "
     "twice while it is being changed"},
    {"provider", true, "webhook_id", CONFIG_TEXT, PROVIDER_AT(webhook_id), 1, "", 0, 64, "bytes",
     "PayPal's id of the webhook, which is signed with each message"},
    {"provider", true, "key_ttl_s", CONFIG_UINT, PROVIDER_AT(key_ttl_s), 1, "", 2, 31536000, "s",
     "how long it remembers an idempotency key, if that is shorter than its interface promises"},
    {"provider", true, "can_query", CONFIG_YES_NO, PROVIDER_AT(can_query), 1, "yes", 0, 0, "",
     "its refunds can be asked for by reference, if its interface can do that; if not, a lost answer needs a person"},
};
/* clang-format on */
const size_t config_rows_count = sizeof config_rows / sizeof config_rows[0];
static_assert(sizeof config_rows / sizeof config_rows[0] <= CONFIG_ROWS_MAX,
              "config_seen has a place for each row");

/* An account that is called like an interface speaks it, unless another one is said. */
const char *config_provider_form(const struct config_provider *provider)
{
    static const char *const forms[] = {"stripe", "paypal", "adyen", "alipay"};
    bool said = false;
    assert(provider->form < sizeof forms / sizeof forms[0]);
    for (size_t i = 0; i < config_rows_count; i++)
        if (config_rows[i].offset == PROVIDER_AT(form) && config_rows[i].named &&
            strcmp(config_rows[i].key, "form") == 0)
            said = provider->seen.line[i] != 0;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0] && !said; i++)
        if (strcmp(provider->name, forms[i]) == 0) return forms[i];
    return forms[provider->form];
}

/* --- printed ---------------------------------------------------------------------------------- */

#define LINE_BYTES 512

/* "debug|info" as "debug, info". */
static void choices_print(const char *words, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    while (*words != '\0' && used < size) {
        size_t step = strcspn(words, "|");
        int put =
            snprintf(text + used, size - used, "%s%.*s", used == 0 ? "" : ", ", (int)step, words);
        used += put > 0 ? (size_t)put : 0;
        words += step + (words[step] == '|' ? 1 : 0);
    }
}

static void type_print(const struct config_row *row, char *text, size_t size)
{
    static const char *const plain[] = {[CONFIG_PATH] = "path",
                                        [CONFIG_YES_NO] = "yes or no",
                                        [CONFIG_URL] = "URL",
                                        [CONFIG_ENDPOINT] = "tcp://host:port",
                                        [CONFIG_DIAL] = "tcp://host:port",
                                        [CONFIG_ADDRESS] = "IP address",
                                        [CONFIG_ID] = "id"};
    unsigned long long min = row->min, max = row->max;
    if (row->type == CONFIG_CHOICE)
        choices_print(row->unit, text, size);
    else if (row->type == CONFIG_TEXT)
        snprintf(text, size, "text, %llu %s at most", max, row->unit);
    else if (row->type == CONFIG_UINT)
        snprintf(text, size, "%llu..%llu%s%s", min, max, row->unit[0] != '\0' ? " " : "",
                 row->unit);
    else
        snprintf(text, size, "%s", plain[row->type]);
}

static void print_section(enum config_print form, const struct config_row *row, char *line)
{
    const char *name = row->named ? " NAME" : "";
    if (form == CONFIG_PRINT_FILE)
        snprintf(line, LINE_BYTES, "\n%s[%s%s]", row->named ? "# " : "", row->section, name);
    else
        snprintf(line, LINE_BYTES, "[%s%s]", row->section, name);
}

static void print_row(enum config_print form, const struct config_row *row, char *line)
{
    char type[96];
    type_print(row, type, sizeof type);
    const char *standard = row->standard == NULL ? "must be given" : row->standard;
    if (form == CONFIG_PRINT_MARKDOWN) {
        const char *mark = row->standard == NULL || row->standard[0] == '\0' ? "" : "`";
        snprintf(line, LINE_BYTES, "| `%s%s` | `%s` | %s | %s%s%s | %s |", row->section,
                 row->named ? " NAME" : "", row->key, type, mark, standard, mark, row->help);
    } else if (form == CONFIG_PRINT_FILE)
        snprintf(line, LINE_BYTES, "# %s (%s)\n# %s = %s", row->help, type, row->key,
                 row->standard == NULL ? "" : row->standard);
    else
        snprintf(line, LINE_BYTES, "  %-16s %s\n  %-16s %s%s%s", row->key, row->help, "", type,
                 standard[0] == '\0'     ? ""
                 : row->standard == NULL ? "; "
                                         : "; standard: ",
                 standard);
}

void config_print(enum config_print form, void *world, void (*line)(void *world, const char *text))
{
    char text[LINE_BYTES];
    const char *section = "";
    if (form == CONFIG_PRINT_MARKDOWN) {
        line(world, "| section | key | value | standard | what it is |");
        line(world, "|---|---|---|---|---|");
    }
    for (size_t i = 0; i < config_rows_count; i++) {
        const struct config_row *row = &config_rows[i];
        if (form != CONFIG_PRINT_MARKDOWN && strcmp(section, row->section) != 0) {
            print_section(form, row, text);
            line(world, text);
        }
        section = row->section;
        print_row(form, row, text);
        line(world, text);
    }
}
