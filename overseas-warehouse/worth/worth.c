/* The proposal: for each disposition that the cost table offers, what it brings less what it takes.
 */
#include "overseas-warehouse/worth/worth.h"

#include "overseas-warehouse/parts.h"

#define PER_MILLE 1000

/* At a tie the sooner it can be undone, the better. */
static const uint8_t order[] = {
    DISPOSE_RESTOCK,  DISPOSE_RELABEL, DISPOSE_REFURBISH, DISPOSE_REPAIR, DISPOSE_HUB,
    DISPOSE_PLATFORM, DISPOSE_RESELL,  DISPOSE_VENDOR,    DISPOSE_ORIGIN, DISPOSE_LIQUIDATE,
    DISPOSE_DONATE,   DISPOSE_RECYCLE, DISPOSE_DESTROY};
#define ORDER_COUNT (sizeof order / sizeof order[0])

/* --- which row counts ------------------------------------------------------------------------- */

static bool same_sku(struct span a, struct span b)
{
    uint8_t form_a[SKU_BYTES_MAX], form_b[SKU_BYTES_MAX];
    return span_equal(sku_form(a, form_a), sku_form(b, form_b));
}

static bool row_fits(const struct cost_row *row, const struct worth_facts *facts,
                     uint64_t disposition)
{
    if (row->disposition != 0 && row->disposition != disposition) return false;
    if (row->grade != 0 && row->grade != facts->grade) return false;
    if (!id_is_zero(&row->warehouse) && !id_equal(&row->warehouse, &facts->warehouse)) return false;
    if (row->country.size > 0 && !span_equal(row->country, facts->country)) return false;
    if (row->category.size > 0 && !span_equal(row->category, facts->category)) return false;
    return row->sku.size == 0 || same_sku(row->sku, facts->sku);
}

/* Of two rows that fit one unit and name the same things only one can stand in a table. */
static unsigned nearness(const struct cost_row *row)
{
    return (row->disposition != 0 ? 32u : 0) | (row->sku.size > 0 ? 16u : 0) |
           (row->category.size > 0 ? 8u : 0) | (row->grade != 0 ? 4u : 0) |
           (!id_is_zero(&row->warehouse) ? 2u : 0) | (row->country.size > 0 ? 1u : 0);
}

static const struct cost_row *row_of(const struct cost_table *table, enum cost_kind kind,
                                     const struct worth_facts *facts, uint64_t disposition)
{
    const struct cost_row *best = NULL;
    for (uint32_t i = 0; i < table->rows_count; i++) {
        const struct cost_row *row = &table->rows[i];
        if (row->kind != (uint64_t)kind || !row_fits(row, facts, disposition)) continue;
        if (best == NULL || nearness(row) > nearness(best)) best = row;
    }
    return best;
}

/* --- one disposition -------------------------------------------------------------------------- */

/* Shares of a value are rounded down. */
static int64_t figure(const struct cost_row *row, const struct worth_facts *facts,
                      struct worth *worth)
{
    if (row == NULL) return 0;
    if (row->kind == COST_STORAGE) return row->amount_minor * (int64_t)row->days;
    if (row->per_mille == 0) return row->amount_minor;
    if (!facts->value_known) {
        worth->barred |= BARRED_VALUE;
        return 0;
    }
    return facts->value_minor / PER_MILLE * (int64_t)row->per_mille +
           facts->value_minor % PER_MILLE * (int64_t)row->per_mille / PER_MILLE;
}

/* What a hold keeps off the market may still be looked after, sent back or destroyed. */
static bool goes_to_others(uint64_t disposition)
{
    return disposition == DISPOSE_RESTOCK || disposition == DISPOSE_RELABEL ||
           disposition == DISPOSE_RESELL || disposition == DISPOSE_LIQUIDATE ||
           disposition == DISPOSE_DONATE || disposition == DISPOSE_PLATFORM;
}

static void bar(const struct worth_facts *facts, struct worth *worth)
{
    if (worth->disposition == DISPOSE_RESTOCK && facts->grade == GRADE_UNSELLABLE)
        worth->barred |= BARRED_GRADE;
    if (facts->held && goes_to_others(worth->disposition)) worth->barred |= BARRED_HOLD;
    if (facts->noticed && worth->disposition == DISPOSE_DESTROY) worth->barred |= BARRED_NOTICE;
    worth->needs_release =
        disposition_is_irrevocable(worth->disposition) && facts->released != worth->disposition;
}

static bool reckon(const struct worth_facts *facts, const struct cost_table *table,
                   uint64_t disposition, struct worth *worth)
{
    const struct cost_row *row[COST_DUTY_RECOVERED + 1] = {NULL};
    *worth = (struct worth){.disposition = disposition};
    for (enum cost_kind kind = COST_RECOVERY; kind <= COST_DUTY_RECOVERED; kind++)
        row[kind] = row_of(table, kind, facts, disposition);
    if (row[COST_RECOVERY] == NULL) return false;
    worth->recovery_minor = figure(row[COST_RECOVERY], facts, worth);
    worth->freight_minor = figure(row[COST_FREIGHT], facts, worth);
    worth->handling_minor = figure(row[COST_HANDLING], facts, worth);
    worth->storage_minor = figure(row[COST_STORAGE], facts, worth);
    worth->duty_lost_minor = figure(row[COST_DUTY_LOST], facts, worth);
    worth->duty_recovered_minor = figure(row[COST_DUTY_RECOVERED], facts, worth);
    worth->net_minor = worth->recovery_minor - worth->freight_minor - worth->handling_minor -
                       worth->storage_minor - worth->duty_lost_minor + worth->duty_recovered_minor;
    bar(facts, worth);
    return true;
}

/* --- all of them ------------------------------------------------------------------------------ */

static bool goes_before(const struct worth *a, const struct worth *b)
{
    if ((a->barred != 0) != (b->barred != 0)) return a->barred == 0;
    return a->net_minor > b->net_minor;
}

/* Put in where it belongs, behind its equals: so ties keep the order in which they come. */
static void rank(struct proposal *proposal, const struct worth *worth)
{
    uint32_t at = proposal->count++;
    for (; at > 0 && goes_before(worth, &proposal->at[at - 1]); at--)
        proposal->at[at] = proposal->at[at - 1];
    proposal->at[at] = *worth;
}

void worth_propose(const struct worth_facts *facts, const struct cost_table *table,
                   struct proposal *proposal)
{
    struct worth worth;
    proposal->count = 0;
    for (size_t i = 0; i < ORDER_COUNT && facts->grade != 0; i++)
        if (reckon(facts, table, order[i], &worth)) rank(proposal, &worth);
}

uint64_t worth_best(const struct proposal *proposal)
{
    bool any = proposal->count > 0 && proposal->at[0].barred == 0;
    return any ? proposal->at[0].disposition : 0;
}
