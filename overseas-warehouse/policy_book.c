/* Policies in the merchant's book: the next version is decided and folded, and the one that holds
 * at a moment is found. No version is ever changed: what was decided under it stays explained by
 * it. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/policy/policy.h"
#include "proto/line.h"

/* --- finding them ----------------------------------------------------------------------------- */

struct key policy_key(const struct id *merchant, const struct id *book, uint64_t version)
{
    return key_add_uint(pair_key(merchant, book), version, 4);
}

/* Counted down, so that the first key from a moment on is the latest version that holds at it. */
static struct key moment_key(const struct id *merchant, const struct id *book, uint64_t at_ms)
{
    return key_add_uint(pair_key(merchant, book), UINT64_MAX - at_ms, 8);
}

bool policy_load(const struct rows *rows, const struct merchant *merchant, uint64_t version,
                 struct policy_row *row)
{
    if (version == 0 || version > POLICY_VERSION_MAX) return false;
    struct key key = policy_key(&merchant->merchant, &merchant->book, version);
    return rows_load(rows, VIEW_POLICY, &key, &policy_row_shape, row);
}

/* One step of a tree, however many versions there are. */
static uint64_t first_from(const struct rows *rows, const struct key *prefix,
                           const struct key *from)
{
    struct walk walk = walk_over(prefix);
    struct row row;
    walk.at = *from;
    if (!walk_next(rows, VIEW_POLICY_AT, &walk, &row)) return 0;
    return UINT32_MAX - be_get(walk.at.bytes + from->size - 4, 4);
}

uint64_t policy_version_at(const struct rows *rows, const struct merchant *merchant, uint64_t at_ms)
{
    struct key prefix = pair_key(&merchant->merchant, &merchant->book);
    struct key from = key_add_uint(moment_key(&merchant->merchant, &merchant->book, at_ms), 0, 4);
    return first_from(rows, &prefix, &from);
}

uint64_t policy_newest(const struct rows *rows, const struct merchant *merchant)
{
    return policy_version_at(rows, merchant, UINT64_MAX);
}

/* --- deciding --------------------------------------------------------------------------------- */

static void refuse_by(struct decision *decision, const char *before,
                      const struct policy_fault *fault)
{
    char rule[RULE_BYTES_MAX];
    struct line line = line_over(rule, sizeof rule);
    line_text(&line, before);
    line_text(&line, fault->field);
    line_text(&line, ": ");
    line_text(&line, policy_rule_word(fault->rule));
    decision_refuse(decision, ERROR_OUT_OF_RANGE, rule);
}

/* Whoever changes a policy has read the version before it. */
static bool follows(const struct command *command, uint64_t newest, struct decision *decision)
{
    if (command->if_match == newest) return true;
    bool blind = command->if_match == 0;
    decision_refuse(decision, blind ? ERROR_PRECONDITION : ERROR_CONFLICT, "If-Match");
    return false;
}

static bool knows_calendar(const struct desk *desk, const struct policy *policy,
                           const struct merchant *merchant, struct policy_fault *fault)
{
    struct calendar calendar;
    uint64_t version;
    if (policy->calendar.size == 0 ||
        calendar_named(desk, merchant, policy->calendar, &calendar, &version))
        return true;
    *fault = (struct policy_fault){.rule = RULE_CALENDAR, .field = "calendar"};
    return false;
}

static bool is_sound(const struct desk *desk, const struct policy *policy,
                     const struct merchant *merchant, struct decision *decision)
{
    struct policy_fault fault = {.rule = RULE_CURRENCY, .field = "currency"};
    if (policy->currency == merchant->currency && policy_contradictions(policy, &fault, 1) == 0 &&
        knows_calendar(desk, policy, merchant, &fault))
        return true;
    refuse_by(decision, "policy/", &fault);
    return false;
}

static bool is_dated(const struct desk *desk, const struct merchant *merchant, uint64_t newest,
                     uint64_t effective_ms, const struct moment *moment, struct decision *decision)
{
    struct policy_row former = {.effective_ms = 0};
    struct policy_fault fault;
    if (newest != 0 && !policy_load(&desk->rows, merchant, newest, &former)) return false;
    if (policy_date_fits(effective_ms, moment->wall_ms, former.effective_ms, &fault)) return true;
    refuse_by(decision, "", &fault);
    return false;
}

void policy_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                   struct decision *decision)
{
    const struct policy_put *put = &command->body->policy_put;
    struct merchant merchant;
    if (!merchant_load(&desk->rows, &put->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    if (!command_covers(command, &put->merchant, decision)) return;
    uint64_t newest = policy_newest(&desk->rows, &merchant);
    uint64_t effective_ms = put->effective_ms != 0 ? put->effective_ms : moment->wall_ms;
    decision->entity = put->merchant;
    if (!follows(command, newest, decision) || !is_sound(desk, &put->policy, &merchant, decision))
        return;
    if (!is_dated(desk, &merchant, newest, effective_ms, moment, decision)) return;
    struct policy_set set = {.merchant = put->merchant,
                             .version = newest + 1,
                             .effective_ms = effective_ms,
                             .at_ms = moment->wall_ms,
                             .by = command->by,
                             .policy = put->policy};
    decision_add(decision, EVENT_POLICY, &put->merchant, &set);
}

/* --- folding ---------------------------------------------------------------------------------- */

/* The book stands in the key: what another one says of the merchant is never read, and folds alike
 * whenever it comes (law 3). */
void policy_fold(const struct desk *desk, const struct place *place, const struct policy_set *set)
{
    struct key key = policy_key(&set->merchant, &place->log, set->version);
    if (set->version == 0 || rows_has(&desk->rows, VIEW_POLICY, &key)) return;
    struct policy_row row = {.version = set->version,
                             .effective_ms = set->effective_ms,
                             .set_ms = set->at_ms,
                             .by = set->by,
                             .policy = set->policy};
    rows_store(&desk->rows, VIEW_POLICY, &key, &policy_row_shape, &row);
    key = moment_key(&set->merchant, &place->log, set->effective_ms);
    key = key_add_uint(key, UINT32_MAX - set->version, 4);
    rows_mark(&desk->rows, VIEW_POLICY_AT, &key);
}
