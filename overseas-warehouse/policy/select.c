/* Which row of a policy applies: the nearest that fits, market before reason. */
#include "overseas-warehouse/policy/policy.h"

#include "proto/money.h"

#define PER_MILLE 1000

/* Reasons that are not listed say that the buyer changed their mind: no fault is claimed. */
static const uint8_t classes[] = {
    [REASON_DEFECTIVE] = CLASS_FAULT,
    [REASON_NOT_AS_DESCRIBED] = CLASS_FAULT,
    [REASON_WRONG_ITEM] = CLASS_FAULT,
    [REASON_MISSING_PARTS] = CLASS_FAULT,
    [REASON_DAMAGED_IN_TRANSIT] = CLASS_DELIVERY,
    [REASON_LATE] = CLASS_DELIVERY,
    [REASON_DAMAGED_BY_WAREHOUSE] = CLASS_DELIVERY,
    [REASON_MISSING_ITEM] = CLASS_FAULT,
    [REASON_NEVER_ARRIVED] = CLASS_DELIVERY,
    [REASON_PACKAGING] = CLASS_FAULT,
    [REASON_SHORT_DATED] = CLASS_FAULT,
    [REASON_LABEL] = CLASS_FAULT,
    [REASON_WORN] = CLASS_FAULT,
    [REASON_UNDELIVERABLE_ADDRESS] = CLASS_DELIVERY,
    [REASON_UNDELIVERABLE_ATTEMPTS] = CLASS_DELIVERY,
    [REASON_UNDELIVERABLE_LABEL] = CLASS_DELIVERY,
    [REASON_UNDELIVERABLE_MISSORTED] = CLASS_DELIVERY,
};

enum reason_class reason_class_of(uint64_t reason)
{
    if (reason >= sizeof classes || classes[reason] == 0) return CLASS_CHANGED_MIND;
    return (enum reason_class)classes[reason];
}

/* What every kind of row begins with. */
struct selector {
    struct span country;
    uint64_t class, reason;
};

static bool is_union(struct span country)
{
    return span_equal(country, span_text("EU"));
}

static int market_nearness(struct span wanted, struct span country)
{
    if (wanted.size == 0) return 1;
    if (is_union(wanted)) return country_is_member(country) ? 2 : 0;
    return span_equal(wanted, country) ? 3 : 0;
}

static int reason_nearness(const struct selector *selector, uint64_t reason)
{
    if (selector->reason != 0) return selector->reason == reason ? 3 : 0;
    if (selector->class == 0) return 1;
    return selector->class == (uint64_t)reason_class_of(reason) ? 2 : 0;
}

/* 0: it does not fit. Two rows of one list are equally near only if they say the same, and such a
 * list is refused. */
static int nearness(const struct selector *selector, struct span country, uint64_t reason)
{
    int market = market_nearness(selector->country, country);
    int why = reason_nearness(selector, reason);
    return market == 0 || why == 0 ? 0 : 4 * market + why;
}

struct search {
    int best, row;
};

static void look_at(struct search *search, int row, const struct selector *selector,
                    struct span country, uint64_t reason)
{
    int near = nearness(selector, country, reason);
    if (near <= search->best) return;
    search->best = near;
    search->row = row;
}

int policy_window_row(const struct policy *policy, struct span country, uint64_t reason)
{
    struct search search = {.best = 0, .row = -1};
    for (uint32_t i = 0; i < policy->windows_count; i++) {
        const struct policy_window *row = &policy->windows[i];
        struct selector selector = {row->country, row->class, row->reason};
        look_at(&search, (int)i, &selector, country, reason);
    }
    return search.row;
}

int policy_limit_row(const struct policy_limit *rows, uint32_t count, struct span country,
                     uint64_t reason)
{
    struct search search = {.best = 0, .row = -1};
    for (uint32_t i = 0; i < count; i++) {
        struct selector selector = {rows[i].country, rows[i].class, rows[i].reason};
        look_at(&search, (int)i, &selector, country, reason);
    }
    return search.row;
}

int policy_fee_row(const struct policy *policy, enum fee_kind kind, struct span country,
                   uint64_t reason)
{
    struct search search = {.best = 0, .row = -1};
    for (uint32_t i = 0; i < policy->fees_count; i++) {
        const struct policy_fee *row = &policy->fees[i];
        struct selector selector = {row->country, row->class, row->reason};
        if (row->kind == (uint64_t)kind) look_at(&search, (int)i, &selector, country, reason);
    }
    return search.row;
}

bool policy_accepts_reason(const struct policy *policy, uint64_t reason)
{
    for (uint32_t i = 0; i < policy->reasons_count; i++)
        if (policy->reasons[i].reason == reason) return true;
    return policy->reasons_count == 0;
}

bool policy_lists_buyer(const struct policy_buyer *buyers, uint32_t count, const struct hash *buyer)
{
    for (uint32_t i = 0; i < count; i++)
        if (memcmp(buyers[i].buyer.bytes, buyer->bytes, HASH_BYTES) == 0) return true;
    return false;
}

/* --- markets ---------------------------------------------------------------------------------- */

static void add_country(struct policy_countries *countries, struct span country)
{
    for (uint32_t i = 0; i < countries->count; i++)
        if (span_equal(countries->at[i], country)) return;
    if (countries->count < POLICY_COUNTRIES_MAX) countries->at[countries->count++] = country;
}

static void name_country(struct policy_countries *countries, struct span country)
{
    if (country.size == 0) return;
    if (!is_union(country)) {
        add_country(countries, country);
        return;
    }
    for (size_t i = 0; country_member(i).size > 0; i++) add_country(countries, country_member(i));
}

void policy_countries(const struct policy *policy, struct policy_countries *countries)
{
    countries->count = 0;
    for (uint32_t i = 0; i < policy->windows_count; i++)
        name_country(countries, policy->windows[i].country);
    for (uint32_t i = 0; i < policy->auto_approve_count; i++)
        name_country(countries, policy->auto_approve[i].country);
    for (uint32_t i = 0; i < policy->returnless_count; i++)
        name_country(countries, policy->returnless[i].country);
    for (uint32_t i = 0; i < policy->fees_count; i++)
        name_country(countries, policy->fees[i].country);
    add_country(countries, (struct span){0});
}

/* --- fees ------------------------------------------------------------------------------------- */

struct policy_charge policy_charge(const struct policy *policy, enum fee_kind kind,
                                   struct span country, uint64_t reason, int64_t worth_minor)
{
    struct policy_charge charge = {0};
    int64_t share, sum;
    int row = policy_fee_row(policy, kind, country, reason);
    if (row < 0 || worth_minor <= 0) return charge;
    const struct policy_fee *fee = &policy->fees[row];
    charge.payer = (enum fee_payer)fee->payer;
    /* In two steps: a thousand times the worth may be more than a sum can be. */
    if (money_multiply(worth_minor / PER_MILLE, fee->per_mille, &share) != OK ||
        money_add(share, worth_minor % PER_MILLE * (int64_t)fee->per_mille / PER_MILLE, &share) !=
            OK ||
        money_add(share, fee->fixed_minor, &sum) != OK)
        sum = worth_minor;
    /* The buyer never owes for having sent goods back. */
    charge.amount_minor = sum < worth_minor ? sum : worth_minor;
    return charge;
}
