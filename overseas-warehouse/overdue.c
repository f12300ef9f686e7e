/* What is owed and was not done in time is told, where somebody wants to hear it: an entry of the
 * book for each such deadline, and one more for each level of being late that it comes to, of which
 * a webhook is made. A level that passed while nobody looked is told by the one after it. A
 * deadline that silence ends tells it by what silence does; the others have nothing but this. */
#include "overseas-warehouse/hook.h"
#include "overseas-warehouse/parts.h"

#define TIME_BYTES 8

static struct key told_key(const struct overdue *overdue)
{
    struct key key = key_add_uint(key_of(&overdue->thing), overdue->kind, 1);
    key = key_add_id(key_add_uint(key, overdue->hop, 2), &overdue->log);
    return key_add_uint(key_add_uint(key, overdue->due_ms, TIME_BYTES), overdue->level, 1);
}

static bool wants_to_hear(const struct rows *rows, const struct id *merchant, const struct id *book)
{
    struct key prefix = key_of(merchant);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(rows, VIEW_WEBHOOK_BY_MERCHANT, &walk, &at)) {
        struct webhook_row row;
        struct id webhook;
        memcpy(webhook.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (webhook_load(rows, &webhook, &row) && row.disabled == 0 && id_equal(&row.book, book) &&
            hook_wants(&row, HOOK_DEADLINE_OVERDUE))
            return true;
    }
    return false;
}

/* time 8, thing 16, kind 1, hop 2, log 16 */
static bool read_key(struct span key, struct overdue *overdue)
{
    if (key.size != TIME_BYTES + DEADLINE_KEY_BYTES) return false;
    const uint8_t *at = key.at + TIME_BYTES;
    *overdue = (struct overdue){.due_ms = be_get(key.at, TIME_BYTES),
                                .kind = at[ID_BYTES],
                                .hop = be_get(at + ID_BYTES + 1, 2)};
    memcpy(overdue->thing.bytes, at, ID_BYTES);
    memcpy(overdue->log.bytes, at + ID_BYTES + 3, ID_BYTES);
    return true;
}

bool business_overdue(const struct desk *desk, struct span key, const struct moment *moment,
                      struct id *book, struct decision *decision)
{
    struct overdue overdue;
    struct deadline_row row;
    struct return_row owner;
    if (!read_key(key, &overdue)) return false;
    struct key place = {.size = DEADLINE_KEY_BYTES};
    memcpy(place.bytes, key.at + TIME_BYTES, DEADLINE_KEY_BYTES);
    if (!rows_load(&desk->rows, VIEW_DEADLINE, &place, &deadline_row_shape, &row)) return false;
    if (row.state != DEADLINE_OPEN || row.due_ms >= moment->wall_ms) return false;
    struct id merchant = row.merchant;
    overdue.return_id = row.return_id;
    overdue.owner = row.owner;
    overdue.at_ms = moment->wall_ms;
    uint64_t since_ms;
    overdue.level = deadline_level(&row, moment->wall_ms, &since_ms);
    struct key told = told_key(&overdue);
    if (rows_has(&desk->rows, VIEW_OVERDUE, &told)) return false;
    if (!return_load(&desk->rows, &overdue.return_id, &owner)) return false;
    *book = owner.book;
    if (!wants_to_hear(&desk->rows, &merchant, book)) return false;
    decision_add(decision, EVENT_OVERDUE, &overdue.return_id, &overdue);
    return decision->error == OK;
}

uint64_t business_next_level(const struct desk *desk, struct span key, uint64_t now_ms)
{
    struct overdue overdue;
    struct deadline_row row;
    struct key place = {.size = DEADLINE_KEY_BYTES};
    uint64_t next_ms = 0;
    if (!read_key(key, &overdue)) return 0;
    memcpy(place.bytes, key.at + TIME_BYTES, DEADLINE_KEY_BYTES);
    if (!rows_load(&desk->rows, VIEW_DEADLINE, &place, &deadline_row_shape, &row)) return 0;
    const uint64_t begins_ms[] = {row.desk_ms, row.supervisor_ms, row.platform_ms};
    for (unsigned i = 0; i < DEADLINE_LEVELS; i++)
        if (begins_ms[i] >= now_ms && (next_ms == 0 || begins_ms[i] < next_ms))
            next_ms = begins_ms[i];
    return next_ms;
}

void overdue_fold(const struct desk *desk, const struct place *place, const struct overdue *overdue)
{
    struct return_row owner;
    struct key key = told_key(overdue);
    if (!return_load(&desk->rows, &overdue->return_id, &owner)) return;
    if (id_equal(&owner.book, &place->log)) rows_mark(&desk->rows, VIEW_OVERDUE, &key);
}
