/* Endpoints for webhooks, in the merchant's book: added, changed, disabled, asked for a test or a
 * replay, and checked in by the leader that delivers. */
#include "overseas-warehouse/hook.h"

#include "overseas-warehouse/parts.h"

enum error hook_authority(const struct desk *desk, const struct command *command,
                          struct id *authority)
{
    struct webhook_row row;
    const union command_body *body = command->body;
    const struct id *webhook = &body->webhook_disable.webhook;
    if (command->kind == COMMAND_WEBHOOK_REPLAY) webhook = &body->webhook_replay.webhook;
    if (command->kind == COMMAND_WEBHOOK_TEST) webhook = &body->webhook_test.webhook;
    if (command->kind == COMMAND_WEBHOOK_CHECK) webhook = &body->webhook_check.webhook;
    if (!webhook_load(&desk->rows, webhook, &row)) return ERROR_NOT_FOUND;
    /* Another merchant's is refused like one that there is not. */
    bool covered = id_is_zero(&command->merchant) || id_equal(&command->merchant, &row.merchant);
    if (!covered) return ERROR_NOT_FOUND;
    *authority = row.book;
    return OK;
}

/* --- adding and changing -----------------------------------------------------------------------
 */

static bool types_are_sound(const struct webhook_put *put, struct decision *decision)
{
    for (uint32_t i = 0; i < put->types_count; i++)
        for (uint32_t j = 0; j < i; j++)
            if (put->types[i].type == put->types[j].type) {
                decision_refuse(decision, ERROR_OUT_OF_RANGE, "types: one stands there twice");
                return false;
            }
    return true;
}

static bool secrets_are_sound(const struct webhook_put *put, struct decision *decision)
{
    if (put->secrets_count == 0) {
        decision_refuse(decision, ERROR_MISSING_FIELD, "secrets");
        return false;
    }
    bool twice = put->secrets_count == 2 &&
                 memcmp(&put->secrets[0], &put->secrets[1], sizeof put->secrets[0]) == 0;
    if (twice) decision_refuse(decision, ERROR_OUT_OF_RANGE, "secrets: both are the same");
    return !twice;
}

static bool has_room(const struct desk *desk, const struct webhook_put *put,
                     struct decision *decision)
{
    struct key prefix = key_of(&put->merchant);
    struct walk walk = walk_over(&prefix);
    struct row row;
    unsigned live = 0;
    while (walk_next(&desk->rows, VIEW_WEBHOOK_BY_MERCHANT, &walk, &row)) {
        struct webhook_row other;
        struct id webhook;
        memcpy(webhook.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (id_equal(&webhook, &put->webhook)) continue;
        live += webhook_load(&desk->rows, &webhook, &other) && !other.disabled ? 1 : 0;
    }
    if (live < HOOKS_OF_MERCHANT_MAX) return true;
    decision_refuse(decision, ERROR_FULL, "merchant: 16 endpoints are in use; disable one first");
    return false;
}

/* The endpoint that is to be changed: this merchant's, as the sender saw it. */
static bool may_change(const struct desk *desk, const struct command *command,
                       struct decision *decision)
{
    const struct webhook_put *put = &command->body->webhook_put;
    struct webhook_row row;
    if (id_is_zero(&put->webhook)) return true;
    if (!webhook_load(&desk->rows, &put->webhook, &row) ||
        !id_equal(&row.merchant, &put->merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "webhook");
        return false;
    }
    return command_matches(command, row.version, decision);
}

static void decide_put(const struct desk *desk, const struct command *command,
                       struct moment *moment, struct decision *decision)
{
    const struct webhook_put *put = &command->body->webhook_put;
    struct merchant merchant;
    struct hook_url url;
    if (!merchant_load(&desk->rows, &put->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    struct id book = merchant.book;
    if (!command_covers(command, &put->merchant, decision)) return;
    const char *why = hook_url_read(put->url, &url);
    if (why != NULL) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, why);
        return;
    }
    if (!types_are_sound(put, decision) || !secrets_are_sound(put, decision)) return;
    if (!may_change(desk, command, decision) || !has_room(desk, put, decision)) return;
    struct webhook_set set = {.webhook = put->webhook,
                              .merchant = put->merchant,
                              .url = put->url,
                              .types_count = put->types_count,
                              .secrets_count = put->secrets_count,
                              .by = command->by,
                              .at_ms = moment->wall_ms};
    if (id_is_zero(&set.webhook)) set.webhook = mint_of(desk, moment, &book);
    for (uint32_t i = 0; i < put->types_count; i++) set.types[i] = put->types[i];
    for (uint32_t i = 0; i < put->secrets_count; i++) set.secrets[i] = put->secrets[i];
    decision->entity = set.webhook;
    decision_add(decision, EVENT_WEBHOOK_SET, &set.webhook, &set);
}

/* --- of one that is there ----------------------------------------------------------------------
 */

static bool find(const struct desk *desk, const struct command *command, const struct id *webhook,
                 struct webhook_row *row, struct decision *decision)
{
    decision->entity = *webhook;
    if (!webhook_load(&desk->rows, webhook, row)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "webhook");
        return false;
    }
    return command_covers(command, &row->merchant, decision);
}

static void decide_disable(const struct desk *desk, const struct command *command,
                           struct moment *moment, struct decision *decision)
{
    const struct webhook_disable *body = &command->body->webhook_disable;
    struct webhook_row row;
    if (!find(desk, command, &body->webhook, &row, decision)) return;
    if (!command_matches(command, row.version, decision)) return;
    if (row.disabled) {
        decision_refuse(decision, ERROR_NO_RULE, "webhook: it is disabled already");
        return;
    }
    struct webhook_set set = {.webhook = body->webhook,
                              .merchant = row.merchant,
                              .url = row.url,
                              .types_count = row.types_count,
                              .secrets_count = row.secrets_count,
                              .disabled = 1,
                              .reason = body->reason,
                              .by = command->by,
                              .at_ms = moment->wall_ms};
    for (uint32_t i = 0; i < row.types_count; i++) set.types[i] = row.types[i];
    for (uint32_t i = 0; i < row.secrets_count; i++) set.secrets[i] = row.secrets[i];
    decision_add(decision, EVENT_WEBHOOK_SET, &body->webhook, &set);
}

/* What the wish must say, put into the entry. */
static bool read_wish(const struct command *command, struct webhook_asked *asked,
                      struct decision *decision)
{
    const struct webhook_replay *replay = &command->body->webhook_replay;
    if ((replay->since == 0) == (replay->event.size == 0)) {
        decision_refuse(decision, ERROR_MISSING_FIELD, "since: give either since or event");
        return false;
    }
    asked->webhook = replay->webhook;
    asked->since_ms = replay->since;
    if (replay->event.size == 0) return true;
    if (hook_id_read(replay->event, &asked->idx, &asked->message)) return true;
    decision_refuse(decision, ERROR_MALFORMED, "event: a webhook-id, as msg_1042_9f86...");
    return false;
}

static void decide_wish(const struct desk *desk, const struct command *command,
                        struct moment *moment, struct decision *decision)
{
    struct webhook_asked asked = {.by = command->by, .at_ms = moment->wall_ms};
    struct webhook_row row;
    if (command->kind == COMMAND_WEBHOOK_TEST) {
        asked.webhook = command->body->webhook_test.webhook;
        asked.test = 1;
    } else if (!read_wish(command, &asked, decision))
        return;
    if (!find(desk, command, &asked.webhook, &row, decision)) return;
    if (row.disabled) {
        decision_refuse(decision, ERROR_NO_RULE, "webhook: it is disabled; enable it first");
        return;
    }
    decision_add(decision, EVENT_WEBHOOK_ASKED, &asked.webhook, &asked);
}

/* Nobody but the node that leads the book knows how far it is. */
static void decide_check(const struct desk *desk, const struct command *command,
                         struct moment *moment, struct decision *decision)
{
    const struct webhook_check *body = &command->body->webhook_check;
    struct webhook_row row;
    if (command->by.kind != BY_POLICY || !id_equal(&command->by.node, &desk->node)) {
        decision_refuse(decision, ERROR_FORBIDDEN, "webhook: the leader of the book checks it in");
        return;
    }
    if (!find(desk, command, &body->webhook, &row, decision)) return;
    if (body->through < row.through || body->through < row.since_idx) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "through: behind what was checked in");
        return;
    }
    struct webhook_checked checked = {.webhook = body->webhook,
                                      .through = body->through,
                                      .under_way_count = body->under_way_count,
                                      .by = command->by,
                                      .at_ms = moment->wall_ms};
    for (uint32_t i = 0; i < body->under_way_count; i++) checked.under_way[i] = body->under_way[i];
    decision_add(decision, EVENT_WEBHOOK_CHECKED, &body->webhook, &checked);
}

void hook_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                 struct decision *decision)
{
    if (command->kind == COMMAND_WEBHOOK_PUT)
        decide_put(desk, command, moment, decision);
    else if (command->kind == COMMAND_WEBHOOK_DISABLE)
        decide_disable(desk, command, moment, decision);
    else if (command->kind == COMMAND_WEBHOOK_CHECK)
        decide_check(desk, command, moment, decision);
    else
        decide_wish(desk, command, moment, decision);
}

/* --- folding -----------------------------------------------------------------------------------
 */

void hook_set_fold(const struct desk *desk, const struct place *place,
                   const struct webhook_set *set)
{
    struct webhook_row row;
    struct key key = key_of(&set->webhook);
    if (!id_is_of(desk->crypto, &set->webhook, &place->log)) return;
    if (!rows_load(&desk->rows, VIEW_WEBHOOK, &key, &webhook_row_shape, &row)) {
        row = (struct webhook_row){
            .merchant = set->merchant, .book = place->log, .since_idx = place->idx};
        struct key by_merchant = pair_key(&set->merchant, &set->webhook);
        rows_mark(&desk->rows, VIEW_WEBHOOK_BY_MERCHANT, &by_merchant);
    }
    row.url = set->url;
    row.disabled = set->disabled;
    row.reason = set->reason;
    row.set_ms = set->at_ms;
    row.version++;
    row.types_count = set->types_count;
    row.secrets_count = set->secrets_count;
    for (uint32_t i = 0; i < set->types_count; i++) row.types[i] = set->types[i];
    for (uint32_t i = 0; i < set->secrets_count; i++) row.secrets[i] = set->secrets[i];
    rows_store(&desk->rows, VIEW_WEBHOOK, &key, &webhook_row_shape, &row);
}

void hook_checked_fold(const struct desk *desk, const struct place *place,
                       const struct webhook_checked *checked)
{
    struct webhook_row row;
    struct key key = key_of(&checked->webhook);
    if (!rows_load(&desk->rows, VIEW_WEBHOOK, &key, &webhook_row_shape, &row)) return;
    if (!id_equal(&row.book, &place->log)) return;
    row.through = checked->through;
    row.checked_ms = checked->at_ms;
    row.under_way_count = checked->under_way_count;
    for (uint32_t i = 0; i < checked->under_way_count; i++)
        row.under_way[i] = checked->under_way[i];
    rows_store(&desk->rows, VIEW_WEBHOOK, &key, &webhook_row_shape, &row);
}
