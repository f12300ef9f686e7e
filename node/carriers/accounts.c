#include "node/carriers/accounts.h"

#include <assert.h>
#include <string.h>

#include "carriers/labelling.h"
#include "node/text.h"

#define HOUR_S 3600u

/* "ID:SECRET", or a key alone. */
static void split(const char *pair, char *first, char *second, size_t size)
{
    const char *colon = strchr(pair, ':');
    (void)text_copy(second, size, colon == NULL ? pair : colon + 1);
    if (colon == NULL) return;
    memcpy(first, pair, (size_t)(colon - pair));
    first[colon - pair] = '\0';
}

static enum error read_account(const struct config_carrier *from, const struct carrier *carrier,
                               struct asker_account *to, struct config_fault *fault)
{
    char pair[ASKER_TEXT_BYTES];
    memset(to, 0, sizeof *to);
    assert(carrier != NULL); /* config_check */
    to->carrier = carrier;
    (void)text_copy(to->name, sizeof to->name, from->account);
    (void)text_copy(to->base_url, sizeof to->base_url,
                    from->base_url[0] != '\0' ? from->base_url : to->carrier->base_url);
    (void)text_copy(to->account, sizeof to->account, from->asks_account);
    to->merchant = from->merchant;
    to->calls = (uint32_t)from->calls_per_hour;
    to->per_s = HOUR_S;
    to->subscribes = from->subscribe != 0;
    (void)text_copy(to->hook_url, sizeof to->hook_url, from->push_url);
    enum error error = config_read_secret(from->key_file, pair, sizeof pair, fault);
    if (error == OK && from->secret_file[0][0] != '\0')
        error = config_read_secret(from->secret_file[0], to->hook_secret, sizeof to->hook_secret,
                                   fault);
    if (error == OK) split(pair, to->id, to->secret, sizeof to->secret);
    if (error == OK && from->login_file[0] != '\0') {
        error = config_read_secret(from->login_file, pair, sizeof pair, fault);
        if (error == OK) split(pair, to->login, to->password, sizeof to->password);
    }
    explicit_bzero(pair, sizeof pair);
    return error;
}

enum error accounts_read(const struct config *config, const struct adapters *adapters,
                         struct asker_account accounts[ASKER_ACCOUNTS_MAX], size_t *count,
                         struct config_fault *fault)
{
    enum error error = OK;
    static_assert(CONFIG_CARRIERS_MAX <= ASKER_ACCOUNTS_MAX, "each section has its place");
    *count = 0;
    for (size_t i = 0; i < config->carriers_count && error == OK; i++) {
        const struct config_carrier *from = &config->carriers[i];
        if (from->key_file[0] == '\0' || from->poll == 0) continue;
        const struct carrier *carrier = adapters_find(adapters, span_text(from->name));
        error = read_account(from, carrier, &accounts[(*count)++], fault);
    }
    return error;
}

static const struct labelling *sells(const struct config_carrier *from)
{
    const struct carrier *carrier = carrier_by_name(span_text(from->name));
    return from->key_file[0] == '\0' || carrier == NULL ? NULL : carrier->labelling;
}

void accounts_labels(const struct config *config, struct label_accounts *labels)
{
    static_assert(CONFIG_CARRIERS_MAX <= LABEL_ACCOUNTS_MAX, "each section has its place");
    uint64_t hurry = config->carriers_hurry > 0 ? config->carriers_hurry : 1;
    uint64_t quiet_ms =
        (config->outbox_total_ms > LABEL_QUIET_MS ? config->outbox_total_ms : LABEL_QUIET_MS) /
        hurry;
    labels->count = 0;
    for (size_t i = 0; i < config->carriers_count; i++) {
        const struct config_carrier *from = &config->carriers[i];
        const struct labelling *row = sells(from);
        if (row == NULL) continue;
        struct label_account *to = &labels->at[labels->count++];
        *to = (struct label_account){.recovery = row->recovery,
                                     .can_void = row->take_back.path != NULL,
                                     .can_pickup = row->pickup != NULL,
                                     .can_qr = row->qr != NULL || row->qr_url != NULL,
                                     .quiet_ms = quiet_ms > 0 ? quiet_ms : 1};
        if (row->pickup != NULL) {
            to->pickup_recovery = row->pickup->recovery;
            to->can_void_pickup = row->pickup->take_back.path != NULL;
        }
        (void)text_copy(to->carrier, sizeof to->carrier, from->name);
        (void)text_copy(to->account, sizeof to->account, from->account);
    }
}

enum error accounts_sellers(const struct config *config,
                            struct asker_account accounts[ASKER_ACCOUNTS_MAX], size_t *count,
                            struct config_fault *fault)
{
    enum error error = OK;
    *count = 0;
    for (size_t i = 0; i < config->carriers_count && error == OK; i++) {
        const struct config_carrier *from = &config->carriers[i];
        const struct carrier *carrier = carrier_by_name(span_text(from->name));
        const struct labelling *row = sells(from);
        if (row == NULL) continue;
        struct asker_account *to = &accounts[(*count)++];
        error = read_account(from, carrier, to, fault);
        if (from->base_url[0] == '\0' && row->base_url != NULL)
            (void)text_copy(to->base_url, sizeof to->base_url, row->base_url);
    }
    return error;
}
