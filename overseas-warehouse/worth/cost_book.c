/* Cost tables in the merchant's book: the next version is decided and folded, and the one that
 * holds at a moment is found. No version is ever changed: what was chosen by it stays explained. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/worth/rows.h"
#include "proto/line.h"

SHAPE_DEFINE(cost_version_row, COST_VERSION_ROW_FIELDS)

/* --- finding them ----------------------------------------------------------------------------- */

static struct key version_at(const struct id *merchant, const struct id *book, uint64_t version)
{
    return key_add_uint(pair_key(merchant, book), version, 4);
}

/* Counted down, so that the first key from a moment on is the latest version that holds at it. */
static struct key moment_key(const struct id *merchant, const struct id *book, uint64_t at_ms)
{
    return key_add_uint(pair_key(merchant, book), UINT64_MAX - at_ms, 8);
}

bool cost_load(const struct rows *rows, const struct merchant *merchant, uint64_t version,
               struct cost_version_row *row)
{
    if (version == 0 || version > COST_VERSION_MAX) return false;
    struct key key = version_at(&merchant->merchant, &merchant->book, version);
    return rows_load(rows, VIEW_COST, &key, &cost_version_row_shape, row);
}

uint64_t cost_version_at(const struct rows *rows, const struct merchant *merchant, uint64_t at_ms)
{
    struct key prefix = pair_key(&merchant->merchant, &merchant->book);
    struct key from = key_add_uint(moment_key(&merchant->merchant, &merchant->book, at_ms), 0, 4);
    struct walk walk = walk_over(&prefix);
    struct row row;
    walk.at = from;
    if (!walk_next(rows, VIEW_COST_AT, &walk, &row)) return 0;
    return UINT32_MAX - be_get(walk.at.bytes + from.size - 4, 4);
}

uint64_t cost_newest(const struct rows *rows, const struct merchant *merchant)
{
    return cost_version_at(rows, merchant, UINT64_MAX);
}

/* --- deciding --------------------------------------------------------------------------------- */

static void refuse_by(struct decision *decision, const char *before, const char *field,
                      const char *word)
{
    char rule[RULE_BYTES_MAX];
    struct line line = line_over(rule, sizeof rule);
    line_text(&line, before);
    line_text(&line, field);
    line_text(&line, ": ");
    line_text(&line, word);
    decision_refuse(decision, ERROR_OUT_OF_RANGE, rule);
}

/* Whoever changes a table has read the version before it. */
static bool follows(const struct command *command, uint64_t newest, struct decision *decision)
{
    if (command->if_match == newest) return true;
    bool blind = command->if_match == 0;
    decision_refuse(decision, blind ? ERROR_PRECONDITION : ERROR_CONFLICT, "If-Match");
    return false;
}

static bool is_sound(const struct cost_table *table, const struct merchant *merchant,
                     struct decision *decision)
{
    struct cost_fault fault = {.rule = COST_RULE_CURRENCY, .field = "currency"};
    if (table->currency == merchant->currency && cost_contradictions(table, &fault, 1) == 0)
        return true;
    refuse_by(decision, "table/", fault.field, cost_rule_word(fault.rule));
    return false;
}

static bool is_dated(const struct desk *desk, const struct merchant *merchant, uint64_t newest,
                     uint64_t effective_ms, const struct moment *moment, struct decision *decision)
{
    struct cost_version_row former = {.effective_ms = 0};
    struct policy_fault fault;
    if (newest != 0 && !cost_load(&desk->rows, merchant, newest, &former)) return false;
    if (policy_date_fits(effective_ms, moment->wall_ms, former.effective_ms, &fault)) return true;
    refuse_by(decision, "", fault.field, policy_rule_word(fault.rule));
    return false;
}

void cost_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                 struct decision *decision)
{
    const struct cost_put *put = &command->body->cost_put;
    struct merchant merchant;
    if (!merchant_load(&desk->rows, &put->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    if (!command_covers(command, &put->merchant, decision)) return;
    uint64_t newest = cost_newest(&desk->rows, &merchant);
    uint64_t effective_ms = put->effective_ms != 0 ? put->effective_ms : moment->wall_ms;
    decision->entity = put->merchant;
    if (!follows(command, newest, decision) || !is_sound(&put->table, &merchant, decision)) return;
    if (!is_dated(desk, &merchant, newest, effective_ms, moment, decision)) return;
    struct cost_set set = {.merchant = put->merchant,
                           .version = newest + 1,
                           .effective_ms = effective_ms,
                           .at_ms = moment->wall_ms,
                           .by = command->by,
                           .table = put->table};
    decision_add(decision, EVENT_COST, &put->merchant, &set);
}

/* --- folding ---------------------------------------------------------------------------------- */

/* The book stands in the key: what another one says of the merchant is never read, and folds alike
 * whenever it comes (law 3). */
void cost_fold(const struct desk *desk, const struct place *place, const struct cost_set *set)
{
    struct key key = version_at(&set->merchant, &place->log, set->version);
    if (set->version == 0 || rows_has(&desk->rows, VIEW_COST, &key)) return;
    struct cost_version_row row = {.version = set->version,
                                   .effective_ms = set->effective_ms,
                                   .set_ms = set->at_ms,
                                   .by = set->by,
                                   .table = set->table};
    rows_store(&desk->rows, VIEW_COST, &key, &cost_version_row_shape, &row);
    key = moment_key(&set->merchant, &place->log, set->effective_ms);
    key = key_add_uint(key, UINT32_MAX - set->version, 4);
    rows_mark(&desk->rows, VIEW_COST_AT, &key);
}
