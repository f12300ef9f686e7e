#include "node/running.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "node/carriers/accounts.h"
#include "node/file.h"
#include "node/log.h"
#include "node/originals.h"
#include "node/version.h"
#include "overseas-warehouse/photos/photos.h"
#include "proto/digits.h"

#define PATH_BYTES 4096
#define MIB        (1024u * 1024)
#define GIB        ((size_t)1 << 30)

#define FILES_OWN 256u /* open files of the store, the mesh, the outbox and the log */

static enum error fault(char why[RUNNING_WHY_BYTES], enum error error, const char *what)
{
    snprintf(why, RUNNING_WHY_BYTES, "%.400s: %s", what,
             error == ERROR_BUSY ? "another process runs on it" : error_text(error));
    return error;
}

/* --- store and identity ---------------------------------------------------------------------- */

static enum error open_keys(struct running *running, char why[RUNNING_WHY_BYTES])
{
    char wrong[KEYS_WHY_BYTES];
    enum error error = keys_open(running->directory, &running->keys, wrong);
    if (error != OK)
        snprintf(why, RUNNING_WHY_BYTES, "%s%s", wrong,
                 error == ERROR_NOT_FOUND ? "; entrepot init makes a node" : "");
    return error;
}

static enum error start_store(struct running *running, char why[RUNNING_WHY_BYTES])
{
    const struct config *config = running->config;
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/store", running->directory);
    const struct store_options options = {
        .directory = path,
        .map_bytes = (size_t)config->store_map_gib * GIB,
        .ballast_bytes = (size_t)config->store_ballast_mib * MIB,
        .reserve_bytes = config->store_reserve_mib * MIB,
    };
    enum error error = store_lmdb_open(&options, &running->store);
    return error == OK ? OK : fault(why, error, path);
}

static void say_doubt(const struct identity *identity)
{
    char old[ID_TEXT_BYTES];
    id_print(&identity->old_log, old);
    if (identity->renewed)
        LOG(LOG_WARN, "node", "the store is in doubt and goes on with a new log",
            LOG_TEXT("why", guard_verdict_text(identity->verdict)), LOG_TEXT("old_log", old));
    if (identity->self.in_doubt)
        LOG(LOG_WARN, "node", "in doubt: no book is written and no provider called",
            LOG_TEXT("mend", "membership admit DIR/card, membership succeeds DIR/card --old LOG, "
                             "then restart; or store vouch"));
    if (identity->lifted)
        LOG(LOG_INFO, "node", "the membership names this store's log: the doubt is over",
            LOG_TEXT("name", identity->name));
}

static const struct payment_provider *translator_of(const struct config_provider *provider)
{
    const struct payment_provider *speaks =
        payment_by_name(span_text(config_provider_form(provider)));
    assert(speaks != NULL);
    return speaks;
}

/* The payment accounts as the core knows them: in the order in which the outbox holds them. */
static void take_accounts(struct running *running)
{
    const struct config *config = running->config;
    static_assert(CONFIG_PROVIDERS_MAX <= ACCOUNTS_MAX && ACCOUNTS_MAX <= OUTBOX_PROVIDERS_MAX,
                  "each account has its place everywhere");
    for (size_t i = 0; i < config->providers_count; i++) {
        struct account *account = &running->accounts.at[running->accounts.count++];
        const struct config_provider *from = &config->providers[i];
        static_assert(sizeof account->provider == CONFIG_NAME_BYTES, "names are of one length");
        memcpy(account->provider, from->name, sizeof account->provider);
        account->merchant = from->merchant;
        account->tells = translator_of(from)->can.tells;
        account->send_window_ms =
            payment_send_window_ms(&translator_of(from)->can, from->key_ttl_s);
    }
    running->identity.self.accounts = &running->accounts;
    accounts_labels(running->config, &running->label_accounts);
    if (running->label_accounts.count > 0) running->identity.self.labels = &running->label_accounts;
}

static enum error start_identity(struct running *running, char why[RUNNING_WHY_BYTES])
{
    char wrong[IDENTITY_WHY_BYTES];
    struct identity *identity = &running->identity;
    enum error error =
        identity_open(running->directory, running->store, running->keys, identity, wrong);
    if (error != OK) {
        snprintf(why, RUNNING_WHY_BYTES, "%s%s", wrong,
                 error == ERROR_NOT_FOUND ? "; entrepot init makes a node" : "");
        return error;
    }
    identity->self.build = ENTREPOT_BUILD;
    identity->self.send_window_ms = PAYMENT_SEND_WINDOW_S * 1000;
    take_accounts(running);
    say_doubt(identity);
    return OK;
}

/* --- outbox ---------------------------------------------------------------------------------- */

static void result_done(struct job *job, const struct answer_out *answer)
{
    (void)answer;
    free(job);
}

static bool on_result(void *world, const struct outbox_result *result)
{
    struct running *running = world;
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL) return false;
    job->bytes = sizeof *job;
    job->done = result_done;
    job->input.kind = INPUT_RESULT;
    job->input.result.slot = result->slot;
    job->input.result.asked = result->kind == CALL_ASK;
    job->input.result.outcome = result->outcome;
    memcpy(job->input.result.provider_ref, result->provider_ref, sizeof result->provider_ref);
    memcpy(job->input.result.reason, result->reason, sizeof result->reason);
    if (engine_submit(running->engine, job)) return true;
    free(job);
    return false;
}

/* One secret behind two accounts would let one merchant's refunds reach the other's payments. */
static enum error check_secrets(const struct config *config,
                                const struct outbox_provider *providers,
                                char why[RUNNING_WHY_BYTES])
{
    for (size_t i = 0; i < config->providers_count; i++)
        for (size_t j = 0; j < i; j++) {
            const struct config_provider *one = &config->providers[j], *two = &config->providers[i];
            if (id_equal(&one->merchant, &two->merchant) ||
                strcmp(providers[i].base_url, providers[j].base_url) != 0 ||
                strcmp(providers[i].secret, providers[j].secret) != 0)
                continue;
            snprintf(why, RUNNING_WHY_BYTES,
                     "[provider %s] and [provider %s] serve two merchants with one secret: either "
                     "could be paid back from the other's payments; give each its own",
                     one->title, two->title);
            return ERROR_CONFIG;
        }
    return OK;
}

/* Some are told in each request whose account it is. */
static enum error check_named(const struct config *config, char why[RUNNING_WHY_BYTES])
{
    for (size_t i = 0; i < config->providers_count; i++) {
        const struct config_provider *it = &config->providers[i];
        if (!translator_of(it)->can.named || it->account[0] != '\0') continue;
        snprintf(why, RUNNING_WHY_BYTES,
                 "[provider %s] account: %s wants it said in each request; add account = its name "
                 "there",
                 it->title, translator_of(it)->name);
        return ERROR_CONFIG;
    }
    return OK;
}

static enum error wrong_account(const struct config_provider *from, const char *what,
                                char why[RUNNING_WHY_BYTES])
{
    snprintf(why, RUNNING_WHY_BYTES, "[provider %s] %.800s", from->title, what);
    return ERROR_CONFIG;
}

/* The key signs, and its name stands where others have a secret: two accounts with one are seen. */
static enum error read_signer(struct running *running, size_t at, struct outbox_provider *to,
                              char why[RUNNING_WHY_BYTES])
{
    const struct config_provider *from = &running->config->providers[at];
    struct config_fault wrong;
    static_assert(PROOF_NAME_BYTES <= sizeof to->secret, "the name has its place");
    static_assert(CONFIG_SECRETS_MAX <= OUTBOX_KEYS_MAX, "each key has its place");
    if (config_check_private(from->secret_file, &wrong) != OK)
        return wrong_account(from, wrong.why, why);
    if (proof_signer_open(from->secret_file, &running->signers[at]) != OK ||
        !proof_signer_name(running->signers[at], to->secret))
        return wrong_account(from, "secret_file: there is no PEM file with an RSA private key",
                             why);
    to->signer = running->signers[at];
    for (size_t i = 0; i < CONFIG_SECRETS_MAX && from->webhook_file[i][0] != '\0'; i++) {
        if (proof_key_open(from->webhook_file[i], &running->answer_keys[at][i]) != OK)
            return wrong_account(from, "webhook_file: there is no PEM file with an RSA key", why);
        to->keys[to->keys_count++] = running->answer_keys[at][i];
    }
    if (to->keys_count > 0) return OK;
    return wrong_account(from, "webhook_file: the provider's public key proves its answers; add it",
                         why);
}

static enum error read_account(struct running *running, size_t at, struct outbox_provider *to,
                               char why[RUNNING_WHY_BYTES])
{
    const struct config_provider *from = &running->config->providers[at];
    struct config_fault wrong;
    if (to->speaks->can.access == ACCESS_SIGNED) return read_signer(running, at, to, why);
    enum error error = config_read_secret(from->secret_file, to->secret, sizeof to->secret, &wrong);
    if (error != OK) snprintf(why, RUNNING_WHY_BYTES, "%s", wrong.why);
    return error;
}

static void free_signers(struct running *running)
{
    for (size_t i = 0; i < CONFIG_PROVIDERS_MAX; i++) {
        proof_signer_free(running->signers[i]);
        for (size_t j = 0; j < OUTBOX_KEYS_MAX; j++) proof_key_free(running->answer_keys[i][j]);
    }
}

static enum error start_outbox(struct running *running, char why[RUNNING_WHY_BYTES])
{
    struct outbox_provider providers[CONFIG_PROVIDERS_MAX];
    const struct config *config = running->config;
    enum error error = OK;
    for (size_t i = 0; i < config->providers_count && error == OK; i++) {
        const struct config_provider *from = &config->providers[i];
        memset(&providers[i], 0, sizeof providers[i]);
        memcpy(providers[i].name, from->name, sizeof from->name);
        memcpy(providers[i].base_url, from->base_url, sizeof from->base_url);
        snprintf(providers[i].account, sizeof providers[i].account, "%.64s", from->account);
        providers[i].speaks = translator_of(from);
        providers[i].can_query = from->can_query != 0 && providers[i].speaks->can.asked;
        error = read_account(running, i, &providers[i], why);
    }
    if (error == OK) error = check_named(config, why);
    if (error == OK) error = check_secrets(config, providers, why);
    const struct outbox_options options = {
        .providers = providers,
        .providers_count = config->providers_count,
        .connect_ms = (uint32_t)config->outbox_connect_ms,
        .total_ms = (uint32_t)config->outbox_total_ms,
        .world = running,
        .result = on_result,
    };
    if (error == OK) {
        running->outbox = outbox_start(&options, why);
        if (running->outbox == NULL) error = ERROR_IO;
    }
    explicit_bzero(providers, sizeof providers);
    return error;
}

static void on_call(void *world, enum call_kind kind, const struct refund_call *call)
{
    struct running *running = world;
    outbox_call(running->outbox, kind, call);
}

/* --- mesh ------------------------------------------------------------------------------------ */

static enum error start_mesh(struct running *running, char why[RUNNING_WHY_BYTES])
{
    const struct config *config = running->config;
    struct links *links = &running->links;
    links->engine = running->engine;
    links->store = running->store;
    links->config = config;
    links->joined = running->identity.joined_known ? &running->identity.joined : NULL;
    const struct mesh_port port = links_mesh_port(links);
    const struct mesh_options options = {
        .bind = config->mesh_bind[0] == '\0' ? NULL : config->mesh_bind,
        .curve_public = keys_curve_public(running->keys),
        .curve_secret = keys_curve_secret(running->keys),
        .reconnect_ms = (uint32_t)config->mesh_reconnect_ms,
        .reconnect_max_ms = (uint32_t)config->mesh_reconnect_max_ms,
    };
    char wrong[MESH_WHY_BYTES];
    enum error error = mesh_start(&options, &port, &links->mesh, wrong);
    if (error != OK) snprintf(why, RUNNING_WHY_BYTES, "[mesh] bind: %s", wrong);
    return error;
}

/* --- webhooks out ----------------------------------------------------------------------------- */

static enum error start_hooks(struct running *running, char why[RUNNING_WHY_BYTES])
{
    const struct config *config = running->config;
    const struct hooks_options options = {
        .directory = running->directory,
        .engine = running->engine,
        .store = running->store,
        .crypto = keys_crypto(running->keys),
        .loopback = config->webhooks_loopback != 0,
        .connect_ms = (uint32_t)config->webhooks_connect_ms,
        .total_ms = (uint32_t)config->webhooks_total_ms,
    };
    char wrong[HOOKS_WHY_BYTES];
    running->hooks = hooks_start(&options, wrong);
    if (running->hooks != NULL) return OK;
    snprintf(why, RUNNING_WHY_BYTES, "%s", wrong);
    return ERROR_IO;
}

static enum error start_labels(struct running *running, char why[RUNNING_WHY_BYTES])
{
    struct config_fault wrong;
    running->labels = (struct labels){
        .engine = running->engine, .keeper = running->keeper, .crypto = keys_crypto(running->keys)};
    enum error error = labels_start(&running->labels, running->config, &wrong);
    if (error != OK) snprintf(why, RUNNING_WHY_BYTES, "%s", wrong.why);
    return error;
}

static enum error load_adapters(struct running *running, char why[RUNNING_WHY_BYTES])
{
    struct config_fault wrong;
    enum error error = adapters_open(running->config, &running->adapters, &wrong);
    if (error != OK) snprintf(why, RUNNING_WHY_BYTES, "%s", wrong.why);
    return error;
}

static enum error open_asker(struct running *running, char why[RUNNING_WHY_BYTES])
{
    const struct config *config = running->config;
    static struct asker_account accounts[ASKER_ACCOUNTS_MAX];
    struct config_fault wrong;
    char ran_file[PATH_BYTES], refused[ASKER_WHY_BYTES];
    size_t count;
    snprintf(ran_file, sizeof ran_file, "%s/run/asked", running->directory);
    enum error error = accounts_read(config, running->adapters, accounts, &count, &wrong);
    if (error != OK) snprintf(why, RUNNING_WHY_BYTES, "%s", wrong.why);
    const struct asker_options options = {.accounts = accounts,
                                          .accounts_count = count,
                                          .engine = running->engine,
                                          .store = running->store,
                                          .crypto = keys_crypto(running->keys),
                                          .connect_ms = (uint32_t)config->carriers_connect_ms,
                                          .total_ms = (uint32_t)config->carriers_total_ms,
                                          .hurry = (uint32_t)config->carriers_hurry,
                                          .ran_file = ran_file};
    if (error == OK && count > 0) {
        running->asker = asker_open(&options, refused);
        if (running->asker == NULL) error = ERROR_IO;
        if (running->asker == NULL) snprintf(why, RUNNING_WHY_BYTES, "%s", refused);
    }
    explicit_bzero(accounts, sizeof accounts);
    return error;
}

/* Whoever reads the feed, and whoever posts what is in it, looks again. */
static void on_feed(void *world, uint64_t next_number)
{
    struct running *running = world;
    http_feed(running->http, next_number);
    hooks_wake(running->hooks);
}

/* What waits for a secret, for /v1/status. */
static void tell_hooks(void *hooks_world, void *world,
                       void (*each)(void *world, const struct http_hook_waiting *waiting))
{
    const struct running *running = hooks_world;
    struct hooks_counts counts;
    struct hooks_waiting waiting[HOOKS_WAITING_MAX];
    size_t count = hooks_counts(running->hooks, &counts, waiting);
    for (size_t i = 0; i < count; i++) {
        const struct http_hook_waiting one = {waiting[i].webhook, waiting[i].merchant,
                                              waiting[i].secrets_missing};
        each(world, &one);
    }
}

/* --- photos ---------------------------------------------------------------------------------- */

static bool names_blob(void *world, const struct hash *hash, bool *known)
{
    struct running *running = world;
    struct store_reading reading;
    *known = store_reading_begin(running->store, &reading) == OK;
    if (!*known) return false;
    bool named = photo_names(&reading.views, hash) || label_names(&reading.views, hash);
    if (reading.views.port->error(reading.views.world) != OK) *known = false;
    store_reading_end(&reading);
    return named;
}

/* After the engine was opened, which has folded what the views missed: the first sweep takes them
 * at their word. */
static enum error start_keeper(struct running *running, char why[RUNNING_WHY_BYTES])
{
    char root[PATH_BYTES], wrong[BLOB_WHY_BYTES];
    snprintf(root, sizeof root, "%s/blobs", running->directory);
    const struct keeper_options options = {
        .root = root, .crypto = keys_crypto(running->keys), .names = names_blob, .world = running};
    running->keeper = keeper_open(&options, wrong);
    running->originals =
        originals_open(running->engine, running->keeper, keys_crypto(running->keys));
    if (running->keeper != NULL) return OK;
    snprintf(why, RUNNING_WHY_BYTES, "%s", wrong);
    return ERROR_IO;
}

/* --- http ------------------------------------------------------------------------------------ */

/* The secrets of one section, as many as it names. */
static enum error read_carrier(const struct config_carrier *from,
                               char secrets[CONFIG_SECRETS_MAX][CARRIER_SECRET_BYTES_MAX + 1],
                               struct http_secret *to, char why[RUNNING_WHY_BYTES])
{
    struct config_fault wrong;
    enum error error = OK;
    to->carrier = from->name;
    to->account = from->account[0] == '\0' ? NULL : from->account;
    while (error == OK && to->count < CONFIG_SECRETS_MAX &&
           from->secret_file[to->count][0] != '\0') {
        char *secret = secrets[to->count];
        error = config_read_secret(from->secret_file[to->count], secret,
                                   CARRIER_SECRET_BYTES_MAX + 1, &wrong);
        if (error == OK) to->secrets[to->count++] = span_text(secret);
    }
    if (error != OK) snprintf(why, RUNNING_WHY_BYTES, "%s", wrong.why);
    return error;
}

static enum error read_secrets(struct running *running, char why[RUNNING_WHY_BYTES])
{
    const struct config *config = running->config;
    enum error error = OK;
    for (size_t i = 0; i < config->carriers_count && error == OK; i++)
        error =
            read_carrier(&config->carriers[i], running->secrets[i], &running->http_secrets[i], why);
    return error;
}

/* --- webhooks of providers ---------------------------------------------------------------------
 */

static enum error read_key(const struct config_provider *from, const char *file,
                           struct http_inlet *inlet, char why[RUNNING_WHY_BYTES])
{
    enum error error = proof_key_open(file, &inlet->keys[inlet->keys_count]);
    if (error == OK) inlet->keys_count++;
    return error == OK ? OK
                       : wrong_account(from,
                                       "webhook_file: there is no PEM file with an RSA key or a "
                                       "certificate; the provider's interface shows it",
                                       why);
}

/* Hex digits become the bytes that they stand for, where they stand. */
static bool unhex(char *secret, struct span *bytes)
{
    size_t size = strlen(secret) / 2;
    uint8_t decoded[CARRIER_SECRET_BYTES_MAX];
    if (size == 0 || !digits_hex(span_text(secret), decoded, size)) return false;
    memcpy(secret, decoded, size);
    explicit_bzero(decoded, sizeof decoded);
    *bytes = span_of(secret, size);
    return true;
}

static enum error read_inlet_secret(const struct config_provider *from, const char *file,
                                    char *secret, struct http_inlet *inlet,
                                    char why[RUNNING_WHY_BYTES])
{
    struct config_fault wrong;
    struct span *to = &inlet->secrets[inlet->secrets_count];
    if (config_read_secret(file, secret, CARRIER_SECRET_BYTES_MAX + 1, &wrong) != OK)
        return wrong_account(from, wrong.why, why);
    *to = span_text(secret);
    if (inlet->speaks->webhook->by == PROOF_HEX_SECRET && !unhex(secret, to))
        return wrong_account(from, "webhook_file: the HMAC key is to be hex digits", why);
    inlet->secrets_count++;
    return OK;
}

static enum error read_inlet(struct running *running, const struct config_provider *from,
                             char why[RUNNING_WHY_BYTES])
{
    size_t place = running->inlets_count++;
    struct http_inlet *inlet = &running->inlets[place];
    const char *slash = strchr(from->title, '/');
    enum error error = OK;
    inlet->provider = from->name;
    inlet->account = slash == NULL ? "" : slash + 1;
    inlet->speaks = translator_of(from);
    inlet->merchant = from->merchant;
    const struct payment_webhook *webhook = inlet->speaks->webhook;
    if (webhook == NULL) return wrong_account(from, "webhook_file: it sends no webhooks", why);
    inlet->named = webhook->named ? from->webhook_id : from->account;
    if (webhook->named && from->webhook_id[0] == '\0')
        return wrong_account(from, "webhook_id: is signed with each webhook; add it", why);
    for (size_t i = 0; i < CONFIG_SECRETS_MAX && error == OK; i++) {
        const char *file = from->webhook_file[i];
        if (file[0] == '\0') break;
        error = webhook->by == PROOF_PUBLIC_KEY
                    ? read_key(from, file, inlet, why)
                    : read_inlet_secret(from, file, running->inlet_secrets[place][i], inlet, why);
    }
    return error;
}

static enum error read_inlets(struct running *running, char why[RUNNING_WHY_BYTES])
{
    const struct config *config = running->config;
    enum error error = OK;
    static_assert(CONFIG_SECRETS_MAX <= WEBHOOK_SECRETS_MAX, "each file has its place");
    for (size_t i = 0; i < config->providers_count && error == OK; i++)
        if (config->providers[i].webhook_file[0][0] != '\0')
            error = read_inlet(running, &config->providers[i], why);
    return error;
}

static const char *or_null(const char *text)
{
    return text[0] == '\0' ? NULL : text;
}

/* What the mesh and the outbox count, for /metrics. */
static void tell_figures(void *figures_world, void *world,
                         void (*each)(void *world, const struct http_figure *figure))
{
    const struct running *running = figures_world;
    const struct mesh_counts *mesh = mesh_counts(running->links.mesh);
    const struct outbox_counts outbox = outbox_counts(running->outbox);
    struct hooks_counts hooks;
    struct hooks_waiting waiting[HOOKS_WAITING_MAX];
    (void)hooks_counts(running->hooks, &hooks, waiting);
    /* clang-format off */
    const struct http_figure figures[] = {
#define MESH_FIGURE(name, text) {"mesh_" #name "_total", "counter", "Mesh: " text ".", mesh->name},
        MESH_COUNT_LIST(MESH_FIGURE)
#undef MESH_FIGURE
        {"outbox_sent_total", "counter", "Calls of providers to pay.", outbox.sent},
        {"outbox_asked_total", "counter", "Questions to providers.", outbox.asked},
        {"outbox_no_word_total", "counter", "Calls that brought no word.", outbox.no_word},
        {"outbox_waiting", "gauge", "Calls taken and without result.", outbox.waiting},
        {"webhooks_sent_total", "counter", "Attempts to deliver webhooks.", hooks.sent},
        {"webhooks_delivered_total", "counter", "Webhooks delivered.", hooks.delivered},
        {"webhooks_failed_total", "counter", "Attempts that failed.", hooks.failed},
        {"webhooks_blocked_total", "counter", "Attempts to barred addresses.", hooks.blocked},
        {"webhooks_given_up_total", "counter", "Webhooks given up.", hooks.given_up},
        {"webhooks_open", "gauge", "Webhooks under way.", hooks.open},
        {"webhooks_waiting", "gauge", "Endpoints without a secret here.", hooks.waiting},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) each(world, &figures[i]);
}

/* A connection is an open file, and so is what the node itself needs: the limit is raised as far as
 * the system lets us, and the connections are as many as fit below it. */
static unsigned connections_below_limit(unsigned wanted)
{
    struct rlimit files;
    const rlim_t needed = (rlim_t)wanted + FILES_OWN;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= needed) return wanted;
    files.rlim_cur = files.rlim_max < needed ? files.rlim_max : needed;
    (void)setrlimit(RLIMIT_NOFILE, &files);
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= needed) return wanted;
    rlim_t own = files.rlim_cur < 2 * FILES_OWN ? files.rlim_cur / 2 : FILES_OWN;
    unsigned room = (unsigned)(files.rlim_cur - own);
    LOG(LOG_WARN, "http", "fewer connections than [http] connections_max: raise the limit of files",
        LOG_NUMBER("connections", room), LOG_NUMBER("files", files.rlim_cur),
        LOG_NUMBER("files_wanted", needed));
    return room;
}

static enum error open_http(struct running *running, char why[RUNNING_WHY_BYTES])
{
    const struct config *config = running->config;
    static char tokens[PATH_BYTES], backups[PATH_BYTES];
    char wrong[HTTP_WHY_BYTES];
    snprintf(tokens, sizeof tokens, "%s/tokens", running->directory);
    if (config->store_backups[0] != '\0')
        snprintf(backups, sizeof backups, "%s", config->store_backups);
    else
        snprintf(backups, sizeof backups, "%s/backups", running->directory);
    unsigned connections = connections_below_limit((unsigned)config->http_connections_max);
    unsigned streams = (unsigned)config->http_streams_max; /* they stay: others need places too */
    enum error error = file_make_folder(backups, why);
    if (error == OK) error = read_secrets(running, why);
    if (error == OK) error = read_inlets(running, why);
    if (error != OK) return error;
    const struct http_options options = {
        .address = config->http_address,
        .port = (uint16_t)config->http_port,
        .certificate = or_null(config->http_certificate),
        .key = or_null(config->http_key),
        .trust_forwarded = config->http_trust_forwarded != 0,
        .limits = {.connections_max = connections,
                   .streams_max = streams < connections / 2 ? streams : connections / 2,
                   .body_bytes_max = (unsigned)config->http_body_kib_max * 1024,
                   .read_ms = (unsigned)config->http_read_s * 1000,
                   .idle_ms = (unsigned)config->http_idle_s * 1000},
        .tokens_file = tokens,
        .backup_directory = backups,
        .keeper = running->keeper,
        .original = originals_want,
        .original_world = running->originals,
        .adapters = running->adapters,
        .secrets = running->http_secrets,
        .secrets_count = config->carriers_count,
        .inlets = running->inlets,
        .inlets_count = running->inlets_count,
        .figures = tell_figures,
        .figures_world = running,
        .asker = running->asker,
        .hooks = tell_hooks,
        .hooks_world = running,
    };
    running->http =
        http_open(&options, running->engine, running->store, keys_crypto(running->keys), wrong);
    if (running->http != NULL) return OK;
    snprintf(why, RUNNING_WHY_BYTES, "[http] %s", wrong);
    return ERROR_IO;
}

static enum error write_ports(struct running *running, char why[RUNNING_WHY_BYTES])
{
    struct ports *ports = &running->ports;
    const struct config *config = running->config;
    const char *endpoint = mesh_endpoint(running->links.mesh);
    const char *colon = strrchr(endpoint, ':');
    bool six = strchr(config->http_address, ':') != NULL;
    ports->pid = (long)getpid();
    ports->http = http_port(running->http);
    ports->mesh = colon == NULL ? 0 : (unsigned)strtoul(colon + 1, NULL, 10);
    snprintf(ports->url, sizeof ports->url, "%s://%s%.100s%s:%u",
             config->http_certificate[0] == '\0' ? "http" : "https", six ? "[" : "",
             config->http_address, six ? "]" : "", ports->http);
    snprintf(ports->endpoint, sizeof ports->endpoint, "%s", endpoint);
    enum error error = ports_write(running->directory, ports);
    return error == OK ? OK : fault(why, error, "run/ports");
}

/* --- all of it ------------------------------------------------------------------------------- */

static enum error start_engine(struct running *running, char why[RUNNING_WHY_BYTES])
{
    struct engine_port port = {
        .outbox_world = running, .call = on_call, .feed_world = running, .feed = on_feed};
    links_engine_port(&running->links, &port);
    port.blob_world = running->originals;
    port.blob = originals_take;
    port.buy_world = &running->labels;
    port.buy = labels_buy;
    engine_connect(running->engine, &port);
    /* Before the engine's first turn, which may tell it of entries. */
    enum error error = start_hooks(running, why);
    if (error != OK) return error;
    error = engine_start(running->engine);
    if (error != OK) return fault(why, error, "the engine");
    running->engine_started = true;
    if (running->asker != NULL) error = asker_start(running->asker);
    if (error != OK) return fault(why, error, "the asker of carriers");
    error = http_start(running->http);
    if (error != OK) return fault(why, error, "the interface");
    running->http_started = true;
    return OK;
}

static enum error open_engine(struct running *running, char why[RUNNING_WHY_BYTES])
{
    enum error error = OK;
    running->engine =
        engine_open(running->store, keys_crypto(running->keys), &running->identity.self, &error);
    return running->engine != NULL ? OK : fault(why, error, "the store's logs");
}

enum error running_start(struct running *running, const struct config *config,
                         const char *directory, char why[RUNNING_WHY_BYTES])
{
    memset(running, 0, sizeof *running);
    running->config = config;
    running->directory = directory;
    enum error error = load_adapters(running, why);
    if (error == OK) error = open_keys(running, why);
    if (error == OK) error = start_store(running, why);
    if (error == OK) error = start_identity(running, why);
    if (error == OK) error = open_engine(running, why);
    if (error == OK) error = start_outbox(running, why);
    if (error == OK) error = start_mesh(running, why);
    if (error == OK) error = start_keeper(running, why);
    if (error == OK) error = start_labels(running, why);
    if (error == OK) error = open_asker(running, why);
    if (error == OK) error = open_http(running, why);
    if (error == OK) error = start_engine(running, why);
    if (error == OK) error = write_ports(running, why);
    if (error != OK) running_stop(running);
    return error;
}

void running_stop(struct running *running)
{
    if (running->http_started) {
        ports_remove(running->directory);
        http_stop(running->http); /* answers what is owed: the engine runs on until here */
    }
    originals_stop(running->originals);
    labels_finish(&running->labels);
    if (running->engine_started) engine_stop(running->engine); /* says BYE */
    hooks_stop(running->hooks);
    asker_close(running->asker);
    mesh_stop(running->links.mesh);
    outbox_stop(running->outbox);
    labels_stop(&running->labels);
    keeper_close(running->keeper); /* nobody asks it any more */
    http_free(running->http);
    adapters_free(running->adapters); /* http and the asker looked carriers up in it */
    engine_free(running->engine);
    originals_free(running->originals);
    store_lmdb_close(running->store);
    keys_free(running->keys);
    for (size_t i = 0; i < running->inlets_count; i++)
        for (size_t j = 0; j < running->inlets[i].keys_count; j++)
            proof_key_free(running->inlets[i].keys[j]);
    free_signers(running);
    explicit_bzero(running->inlet_secrets, sizeof running->inlet_secrets);
    explicit_bzero(running->secrets, sizeof running->secrets);
    memset(running, 0, sizeof *running);
}
