/* What in a policy contradicts the rest of it. Rows are compared over all markets and reasons
 * between which they can tell, so that what is found is all there is. */
#include "overseas-warehouse/policy/policy.h"

#include "proto/line.h"
#include "proto/money.h"

#define PER_MILLE 1000

#define RULE_WORD(NAME, word, text) word,
#define RULE_TEXT(NAME, word, text) text,
static const char *const rule_words[] = {POLICY_RULE_LIST(RULE_WORD)};
static const char *const rule_texts[] = {POLICY_RULE_LIST(RULE_TEXT)};

const char *policy_rule_word(enum policy_rule rule)
{
    return rule < POLICY_RULE_COUNT ? rule_words[rule] : "?";
}

const char *policy_rule_text(enum policy_rule rule)
{
    return rule < POLICY_RULE_COUNT ? rule_texts[rule] : "?";
}

/* --- telling of it ---------------------------------------------------------------------------- */

static void tell(struct policy_faults *faults, enum policy_rule rule, const char *field)
{
    if (faults->count < faults->max) {
        struct policy_fault *fault = &faults->at[faults->count];
        struct line line = line_over(fault->field, sizeof fault->field);
        fault->rule = rule;
        line_text(&line, field);
    }
    faults->count++;
}

/* "windows/2/days"; without member the row itself. */
static void tell_row(struct policy_faults *faults, enum policy_rule rule, const char *list,
                     uint32_t row, const char *member)
{
    char field[POLICY_FIELD_BYTES];
    struct line line = line_over(field, sizeof field);
    line_text(&line, list);
    line_text(&line, "/");
    line_uint(&line, row);
    if (member != NULL) {
        line_text(&line, "/");
        line_text(&line, member);
    }
    tell(faults, rule, field);
}

/* --- one row ---------------------------------------------------------------------------------- */

struct row_head {
    struct span country;
    uint64_t class, reason, kind; /* kind: of a fee */
};

static bool market_is_named(const struct policy *policy, struct span country)
{
    for (uint32_t i = 0; i < policy->markets_count; i++) {
        struct span market = policy->markets[i].country;
        if (span_equal(market, country)) return true;
        if (span_equal(market, span_text("EU")) && country_is_member(country)) return true;
        if (span_equal(country, span_text("EU")) && country_is_member(market)) return true;
    }
    return policy->markets_count == 0;
}

static bool is_market(struct span country)
{
    return country_is_known(country) || span_equal(country, span_text("EU"));
}

static void check_head(const struct policy *policy, struct policy_faults *faults, const char *list,
                       uint32_t row, const struct row_head *head)
{
    if (head->country.size > 0 && !is_market(head->country))
        tell_row(faults, RULE_UNKNOWN_COUNTRY, list, row, "country");
    else if (head->country.size > 0 && !market_is_named(policy, head->country))
        tell_row(faults, RULE_OUTSIDE_MARKETS, list, row, "country");
    if (head->class != 0 && head->reason != 0)
        tell_row(faults, RULE_TWO_SELECTORS, list, row, "reason");
    if (head->reason != 0 && !policy_accepts_reason(policy, head->reason))
        tell_row(faults, RULE_REASON_NOT_ACCEPTED, list, row, "reason");
}

static void check_overlap(struct policy_faults *faults, const char *list,
                          const struct row_head *heads, uint32_t row)
{
    for (uint32_t i = 0; i < row; i++) {
        if (!span_equal(heads[i].country, heads[row].country) ||
            heads[i].class != heads[row].class || heads[i].reason != heads[row].reason ||
            heads[i].kind != heads[row].kind)
            continue;
        tell_row(faults, RULE_OVERLAP, list, row, NULL);
        return;
    }
}

static void check_heads(const struct policy *policy, struct policy_faults *faults, const char *list,
                        const struct row_head *heads, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        check_head(policy, faults, list, i, &heads[i]);
        check_overlap(faults, list, heads, i);
    }
}

static void check_windows(const struct policy *policy, struct policy_faults *faults)
{
    struct row_head heads[POLICY_WINDOWS_MAX];
    for (uint32_t i = 0; i < policy->windows_count; i++) {
        const struct policy_window *row = &policy->windows[i];
        heads[i] = (struct row_head){row->country, row->class, row->reason, 0};
    }
    check_heads(policy, faults, "windows", heads, policy->windows_count);
}

static void check_limits(const struct policy *policy, struct policy_faults *faults,
                         const char *list, const struct policy_limit *rows, uint32_t count)
{
    struct row_head heads[POLICY_LIMITS_MAX];
    for (uint32_t i = 0; i < count; i++) {
        heads[i] = (struct row_head){rows[i].country, rows[i].class, rows[i].reason, 0};
        if (rows[i].up_to_minor < 0) tell_row(faults, RULE_BELOW_ZERO, list, i, "up_to_minor");
        if (policy->value_max_minor > 0 && rows[i].up_to_minor > policy->value_max_minor)
            tell_row(faults, RULE_ABOVE_VALUE, list, i, "up_to_minor");
        if (rows[i].trust_min > 0 && policy->buyer_history == 0)
            tell_row(faults, RULE_NEEDS_HISTORY, list, i, "trust_min");
    }
    check_heads(policy, faults, list, heads, count);
}

static void check_fees(const struct policy *policy, struct policy_faults *faults)
{
    struct row_head heads[POLICY_FEES_MAX];
    for (uint32_t i = 0; i < policy->fees_count; i++) {
        const struct policy_fee *row = &policy->fees[i];
        heads[i] = (struct row_head){row->country, row->class, row->reason, row->kind};
        if (row->fixed_minor < 0) tell_row(faults, RULE_BELOW_ZERO, "fees", i, "fixed_minor");
        if (row->per_mille > PER_MILLE) tell_row(faults, RULE_FEE_SHARE, "fees", i, "per_mille");
        if (row->fixed_minor == 0 && row->per_mille == 0)
            tell_row(faults, RULE_FEE_NOTHING, "fees", i, NULL);
    }
    check_heads(policy, faults, "fees", heads, policy->fees_count);
}

/* --- lists ------------------------------------------------------------------------------------ */

static void check_markets(const struct policy *policy, struct policy_faults *faults)
{
    for (uint32_t i = 0; i < policy->markets_count; i++) {
        struct span country = policy->markets[i].country;
        if (!is_market(country)) tell_row(faults, RULE_UNKNOWN_COUNTRY, "markets", i, "country");
        for (uint32_t j = 0; j < i; j++) {
            if (!span_equal(policy->markets[j].country, country)) continue;
            tell_row(faults, RULE_REPEATED, "markets", i, NULL);
            break;
        }
    }
}

static void check_reasons(const struct policy *policy, struct policy_faults *faults,
                          const char *list, const struct policy_reason *rows, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!policy_accepts_reason(policy, rows[i].reason))
            tell_row(faults, RULE_REASON_NOT_ACCEPTED, list, i, "reason");
        for (uint32_t j = 0; j < i; j++) {
            if (rows[j].reason != rows[i].reason) continue;
            tell_row(faults, RULE_REPEATED, list, i, NULL);
            break;
        }
    }
}

static void check_final_sale(const struct policy *policy, struct policy_faults *faults)
{
    for (uint32_t i = 0; i < policy->final_sale_count; i++) {
        const struct policy_final *row = &policy->final_sale[i];
        if ((row->sku.size > 0) == (row->category.size > 0))
            tell_row(faults, RULE_FINAL_SALE, "final_sale", i, NULL);
        for (uint32_t j = 0; j < i; j++) {
            const struct policy_final *other = &policy->final_sale[j];
            if (!span_equal(other->sku, row->sku) || !span_equal(other->category, row->category))
                continue;
            tell_row(faults, RULE_REPEATED, "final_sale", i, NULL);
            break;
        }
    }
}

static void check_buyers(struct policy_faults *faults, const char *list,
                         const struct policy_buyer *rows, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (policy_lists_buyer(rows, i, &rows[i].buyer))
            tell_row(faults, RULE_REPEATED, list, i, NULL);
    }
}

static void check_both_lists(const struct policy *policy, struct policy_faults *faults)
{
    for (uint32_t i = 0; i < policy->block_count; i++)
        if (policy_lists_buyer(policy->allow, policy->allow_count, &policy->block[i].buyer))
            tell_row(faults, RULE_BOTH_LISTS, "block", i, "buyer");
}

/* --- figures ---------------------------------------------------------------------------------- */

/* Each level that there is begins after the one before it. */
static void check_levels(const struct policy *policy, struct policy_faults *faults)
{
    static const char *const fields[] = {"desk_hours", "supervisor_hours", "platform_hours"};
    const uint64_t hours[] = {policy->desk_hours, policy->supervisor_hours, policy->platform_hours};
    uint64_t former = 0;
    for (unsigned i = 0; i < 3; i++) {
        if (hours[i] == 0) continue;
        if (hours[i] <= former) tell(faults, RULE_LEVELS, fields[i]);
        former = hours[i];
    }
}

/* Nobody is asked without a channel, so a figure that needs one says nothing. */
static void check_followup(const struct policy *policy, struct policy_faults *faults)
{
    bool asks = policy->followup_days != 0 || policy->followup_open_days != 0 ||
                policy->followup_complaint != 0;
    if (asks && policy->followup_channel == 0) tell(faults, RULE_FOLLOWUP, "followup_channel");
}

static void check_figures(const struct policy *policy, struct policy_faults *faults)
{
    bool serial = policy->serial_returns_max != 0;
    if (policy->value_max_minor < 0) tell(faults, RULE_BELOW_ZERO, "value_max_minor");
    if (policy->goodwill_cap_minor < 0) tell(faults, RULE_BELOW_ZERO, "goodwill_cap_minor");
    if (policy->value_max_minor > 0 && policy->goodwill_cap_minor > policy->value_max_minor)
        tell(faults, RULE_ABOVE_VALUE, "goodwill_cap_minor");
    if (serial != (policy->serial_days != 0))
        tell(faults, RULE_SERIAL, serial ? "serial_days" : "serial_returns_max");
    if (serial && policy->buyer_history == 0)
        tell(faults, RULE_NEEDS_HISTORY, "serial_returns_max");
    if (policy->instant_refund_trust != 0 && policy->buyer_history == 0)
        tell(faults, RULE_NEEDS_HISTORY, "instant_refund_trust");
    if (policy->instant_refund_percent != 0 && policy->instant_refund_trust == 0)
        tell(faults, RULE_NEEDS_TRUST, "instant_refund_percent");
    if (policy->recharge_days != 0 && policy->instant_refund_trust == 0)
        tell(faults, RULE_NEEDS_TRUST, "recharge_days");
    if (policy->solution_hours != 0 && policy->solution_hours < policy->respond_hours)
        tell(faults, RULE_SOLUTION, "solution_hours");
    if (policy->escalation != 0 && policy->dispute_days == 0)
        tell(faults, RULE_ESCALATION, "escalation");
    if (policy->working_hours != 0 && policy->calendar.size == 0)
        tell(faults, RULE_WORKING, "calendar");
    check_levels(policy, faults);
    check_followup(policy, faults);
}

/* --- lists against each other ----------------------------------------------------------------- */

/* One market and one reason, and the rows that apply there; -1: none. */
struct spot {
    const struct policy *policy;
    int window, limit, kept, fees[2];
};

/* Which row was told of already: a row is told of once, not for each market. */
struct told {
    bool closed[POLICY_LIMITS_MAX], kept[POLICY_LIMITS_MAX], fees[POLICY_FEES_MAX];
};

static void compare_limits(const struct spot *spot, struct told *told, struct policy_faults *faults)
{
    const struct policy *policy = spot->policy;
    bool closed = spot->window >= 0 && policy->windows[spot->window].days == 0;
    int64_t approved = spot->limit >= 0 ? policy->auto_approve[spot->limit].up_to_minor : 0;
    if (closed && approved > 0 && !told->closed[spot->limit]) {
        told->closed[spot->limit] = true;
        tell_row(faults, RULE_CLOSED_WINDOW, "auto_approve", (uint32_t)spot->limit, NULL);
    }
    if (spot->kept < 0) return;
    if (policy->returnless[spot->kept].up_to_minor <= approved || told->kept[spot->kept]) return;
    told->kept[spot->kept] = true;
    tell_row(faults, RULE_RETURNLESS, "returnless", (uint32_t)spot->kept, "up_to_minor");
}

/* Two fees that are each a share together take no more than all of it. */
static void compare_fees(const struct spot *spot, struct told *told, struct policy_faults *faults)
{
    const struct policy_fee *fees = spot->policy->fees;
    if (spot->fees[0] < 0 || spot->fees[1] < 0) return;
    const struct policy_fee *a = &fees[spot->fees[0]], *b = &fees[spot->fees[1]];
    int later = spot->fees[0] > spot->fees[1] ? spot->fees[0] : spot->fees[1];
    if (a->payer != PAID_BY_BUYER || b->payer != PAID_BY_BUYER || told->fees[later]) return;
    if (a->per_mille > PER_MILLE || b->per_mille > PER_MILLE) return;
    if (a->per_mille + b->per_mille <= PER_MILLE) return;
    told->fees[later] = true;
    tell_row(faults, RULE_FEE_SHARE, "fees", (uint32_t)later, "per_mille");
}

static struct spot spot_at(const struct policy *policy, struct span country, uint64_t reason)
{
    return (struct spot){
        .policy = policy,
        .window = policy_window_row(policy, country, reason),
        .limit =
            policy_limit_row(policy->auto_approve, policy->auto_approve_count, country, reason),
        .kept = policy_limit_row(policy->returnless, policy->returnless_count, country, reason),
        .fees = {policy_fee_row(policy, FEE_RESTOCKING, country, reason),
                 policy_fee_row(policy, FEE_RETURN_FREIGHT, country, reason)}};
}

static void compare_lists(const struct policy *policy, struct policy_faults *faults)
{
    struct policy_countries countries;
    struct told told;
    memset(&told, 0, sizeof told);
    policy_countries(policy, &countries);
    for (uint32_t i = 0; i < countries.count; i++)
        for (uint64_t reason = 1; reason < reason_words.count; reason++) {
            if (reason_words.name[reason] == NULL) continue;
            struct spot spot = spot_at(policy, countries.at[i], reason);
            compare_limits(&spot, &told, faults);
            compare_fees(&spot, &told, faults);
        }
}

/* --- all of it -------------------------------------------------------------------------------- */

uint32_t policy_contradictions(const struct policy *policy, struct policy_fault *at, uint32_t max)
{
    struct policy_faults faults = {.count = 0, .max = max, .at = at};
    check_markets(policy, &faults);
    check_windows(policy, &faults);
    check_reasons(policy, &faults, "reasons", policy->reasons, policy->reasons_count);
    check_final_sale(policy, &faults);
    check_reasons(policy, &faults, "evidence", policy->evidence, policy->evidence_count);
    check_limits(policy, &faults, "auto_approve", policy->auto_approve, policy->auto_approve_count);
    check_limits(policy, &faults, "returnless", policy->returnless, policy->returnless_count);
    check_fees(policy, &faults);
    check_buyers(&faults, "allow", policy->allow, policy->allow_count);
    check_buyers(&faults, "block", policy->block, policy->block_count);
    check_both_lists(policy, &faults);
    check_figures(policy, &faults);
    compare_lists(policy, &faults);
    return faults.count;
}

bool policy_date_fits(uint64_t effective_ms, uint64_t now_ms, uint64_t newest_ms,
                      struct policy_fault *fault)
{
    struct policy_faults faults = {.count = 0, .max = 1, .at = fault};
    if (effective_ms + POLICY_PAST_MS < now_ms)
        tell(&faults, RULE_PAST, "effective_ms");
    else if (effective_ms > now_ms + POLICY_AHEAD_MS)
        tell(&faults, RULE_AHEAD, "effective_ms");
    else if (effective_ms < newest_ms)
        tell(&faults, RULE_ORDER, "effective_ms");
    return faults.count == 0;
}
