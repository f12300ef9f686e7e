/* Calendars in the merchant's book: the next version is decided and folded, and the one that a name
 * means now is found. No version is ever changed, and what was reckoned names the one it was
 * reckoned by. */
#include "overseas-warehouse/calendar/calendars.h"
#include "overseas-warehouse/parts.h"
#include "proto/line.h"

/* --- finding them ----------------------------------------------------------------------------- */

struct key calendar_key(const struct crypto *crypto, const struct id *merchant,
                        const struct id *book, struct span name)
{
    struct span parts[] = {id_span(book), name};
    struct id hash = crypto_id(crypto, "entrepot/calendar/1", parts, 2);
    return pair_key(merchant, &hash);
}

/* Counted down, so that the first row of a name is its newest version. */
static struct key nth_key(struct key key, uint64_t version)
{
    return key_add_uint(key, UINT32_MAX - version, 4);
}

bool calendar_load(const struct desk *desk, const struct merchant *merchant, struct span name,
                   uint64_t version, struct calendar_set *set)
{
    struct key key = calendar_key(desk->crypto, &merchant->merchant, &merchant->book, name);
    struct walk walk = walk_over(&key);
    struct row row;
    if (version != 0) {
        key = nth_key(key, version);
        return rows_load(&desk->rows, VIEW_CALENDAR, &key, &calendar_set_shape, set);
    }
    return walk_next(&desk->rows, VIEW_CALENDAR, &walk, &row) &&
           rows_load(&desk->rows, VIEW_CALENDAR, &walk.at, &calendar_set_shape, set);
}

bool calendar_named(const struct desk *desk, const struct merchant *merchant, struct span name,
                    struct calendar *calendar, uint64_t *version)
{
    const struct market *market = market_by_name(name);
    struct calendar_set set;
    if (market != NULL) {
        market_calendar(market, calendar);
        *version = MARKETS_EDITION;
        return true;
    }
    if (merchant == NULL || !calendar_load(desk, merchant, name, 0, &set)) return false;
    *version = set.version;
    return calendar_of_set(&set, calendar);
}

bool calendar_of_warehouse(const struct desk *desk, const struct merchant *merchant,
                           const struct id *warehouse, struct calendar *calendar)
{
    struct key prefix = key_of(&merchant->merchant);
    struct walk walk = walk_over(&prefix);
    struct row row;
    struct key former = {.size = 0};
    while (walk_next(&desk->rows, VIEW_CALENDAR, &walk, &row)) {
        struct calendar_set set;
        bool newest = former.size == 0 || memcmp(former.bytes, walk.at.bytes, 2 * ID_BYTES) != 0;
        former = walk.at;
        if (!newest || shape_decode(&calendar_set_shape, row.value, &set, NULL) != OK) continue;
        struct key own = calendar_key(desk->crypto, &merchant->merchant, &merchant->book, set.name);
        if (memcmp(own.bytes, walk.at.bytes, own.size) != 0) continue;
        if (id_equal(&set.warehouse, warehouse)) return calendar_of_set(&set, calendar);
    }
    return false;
}

/* --- deciding --------------------------------------------------------------------------------- */

static void refuse_by(struct decision *decision, const struct calendar_fault *fault)
{
    char rule[RULE_BYTES_MAX];
    struct line line = line_over(rule, sizeof rule);
    line_text(&line, fault->field);
    line_text(&line, ": ");
    line_text(&line, fault->rule);
    decision_refuse(decision, ERROR_OUT_OF_RANGE, rule);
}

/* Whoever changes a calendar has read the version before it. */
static bool follows(const struct command *command, uint64_t newest, struct decision *decision)
{
    if (command->if_match == newest) return true;
    bool blind = command->if_match == 0;
    decision_refuse(decision, blind ? ERROR_PRECONDITION : ERROR_CONFLICT, "If-Match");
    return false;
}

static bool knows_warehouse(const struct desk *desk, const struct id *warehouse,
                            struct decision *decision)
{
    struct key key = key_of(warehouse);
    if (id_is_zero(warehouse) || rows_has(&desk->rows, VIEW_WAREHOUSE, &key)) return true;
    decision_refuse(decision, ERROR_NOT_FOUND, "warehouse");
    return false;
}

void calendar_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                     struct decision *decision)
{
    const struct calendar_put *put = &command->body->calendar_put;
    struct calendar_set former, set = {.by = command->by, .at_ms = moment->wall_ms};
    struct calendar_fault fault;
    struct merchant merchant;
    if (!merchant_load(&desk->rows, &put->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    if (!command_covers(command, &put->merchant, decision)) return;
    bool known = calendar_load(desk, &merchant, put->name, 0, &former);
    decision->entity = put->merchant;
    set.version = (known ? former.version : 0) + 1;
    if (!follows(command, set.version - 1, decision)) return;
    shape_copy(&calendar_set_shape, &set, &calendar_put_shape, put);
    if (!calendar_fits(&set, &fault)) {
        refuse_by(decision, &fault);
        return;
    }
    if (knows_warehouse(desk, &set.warehouse, decision))
        decision_add(decision, EVENT_CALENDAR, &put->merchant, &set);
}

/* --- folding ---------------------------------------------------------------------------------- */

/* The book stands in the key: what another one says of the merchant is never read. */
void calendar_fold(const struct desk *desk, const struct place *place,
                   const struct calendar_set *set)
{
    struct key key = calendar_key(desk->crypto, &set->merchant, &place->log, set->name);
    struct calendar_set row = *set;
    key = nth_key(key, set->version);
    if (set->version == 0 || rows_has(&desk->rows, VIEW_CALENDAR, &key)) return;
    rows_store(&desk->rows, VIEW_CALENDAR, &key, &calendar_set_shape, &row);
}
