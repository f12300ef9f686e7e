/* Did a corrective action help? Of the units that were sold before it and after it: how many were
 * asked back for its reason, each within the same time after its sale, and whether the difference
 * is more than chance makes. */
#include "overseas-warehouse/numbers.h"

#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/return_index.h"

#define VERDICT_NAME(name, number, word) [number] = word,
static const char *const effect_verdict_names[] = {VERDICT_LIST(VERDICT_NAME)};
const struct words effect_verdict_words = {
    effect_verdict_names, sizeof effect_verdict_names / sizeof effect_verdict_names[0]};

SHAPE_DEFINE(span_figures, SPAN_FIGURES_FIELDS)
SHAPE_DEFINE(effect_report, EFFECT_REPORT_FIELDS)

#define TIME_BYTES 8
#define RIPE_MS    (NUMBERS_RIPE_DAYS * 86400000ull)

struct measuring {
    const struct rows *rows;
    const struct crypto *crypto;
    struct id form;  /* of the SKU */
    uint64_t reason; /* 0: whatever it is */
    uint32_t looked_at;
};

/* Lines of the SKU that the return asks back for the reason. */
static uint64_t asked_back(const struct measuring *measuring, const struct order_row *order,
                           const struct id *return_id)
{
    uint64_t units = 0;
    for (uint32_t i = 0; i < order->lines_count; i++) {
        struct return_line_row line;
        struct id form = sku_form_id(measuring->crypto, order->lines[i].sku);
        if (!id_equal(&form, &measuring->form)) continue;
        if (!return_line_load(measuring->rows, return_id, i, &line)) continue;
        if (measuring->reason != 0 && line.reason != measuring->reason) continue;
        units += line.quantity;
    }
    return units;
}

static uint64_t returned_of(const struct measuring *measuring, const struct id *order_id,
                            const struct order_row *order)
{
    struct key prefix = return_form_prefix(order_id, RETURNS_BY_ORDER, 0);
    struct walk walk = walk_over(&prefix);
    struct row found;
    uint64_t units = 0;
    while (walk_next(measuring->rows, VIEW_RETURN_INDEX, &walk, &found)) {
        struct id return_id;
        struct return_row row;
        memcpy(return_id.bytes, walk.at.bytes + walk.at.size - ID_BYTES, ID_BYTES);
        if (!return_load(measuring->rows, &return_id, &row)) continue;
        if (row.state == RETURN_CANCELED) continue;
        if (row.requested_ms > order->sold_ms + RIPE_MS) continue;
        units += asked_back(measuring, order, &return_id);
    }
    return units;
}

static void add_order(struct measuring *measuring, const struct id *order_id,
                      struct span_figures *span)
{
    struct order_row order;
    uint64_t sold = 0;
    if (!order_load(measuring->rows, order_id, &order)) return;
    for (uint32_t i = 0; i < order.lines_count; i++) {
        struct id form = sku_form_id(measuring->crypto, order.lines[i].sku);
        if (id_equal(&form, &measuring->form)) sold += order.lines[i].quantity;
    }
    /* What was asked back twice (once in vain) came from one sale. */
    uint64_t returned = returned_of(measuring, order_id, &order);
    span->sold += sold;
    span->returned += returned < sold ? returned : sold;
}

/* false: there are more orders than are looked at. */
static bool add_span(struct measuring *measuring, const struct id *merchant, struct span sku,
                     struct span_figures *span)
{
    struct key prefix = sale_prefix(measuring->crypto, merchant, sku);
    struct walk walk = walk_over(&prefix);
    struct row found;
    walk.at = key_add_uint(prefix, span->from_ms, TIME_BYTES);
    walk.begun = true;
    while (walk_next(measuring->rows, VIEW_SALE, &walk, &found)) {
        struct id order;
        if (be_get(walk.at.bytes + prefix.size, TIME_BYTES) >= span->to_ms) return true;
        if (measuring->looked_at == NUMBERS_SALES_MAX) return false;
        measuring->looked_at++;
        memcpy(order.bytes, walk.at.bytes + prefix.size + TIME_BYTES, ID_BYTES);
        add_order(measuring, &order, span);
    }
    return true;
}

static void judge_span(struct span_figures *span)
{
    struct interval interval = share_interval(span->returned, span->sold);
    span->permille = share_of(span->returned, span->sold);
    span->low_permille = interval.low;
    span->high_permille = interval.high;
}

/* Where two intervals of 95 % do not meet, chance alone would part them less than once in a
 * hundred times. */
static enum effect_verdict verdict_on(const struct span_figures *before,
                                      const struct span_figures *after)
{
    if (after->sold == 0) return VERDICT_EARLY;
    if (after->high_permille < before->low_permille) return VERDICT_FEWER;
    if (after->low_permille > before->high_permille) return VERDICT_MORE;
    return VERDICT_UNCLEAR;
}

void effect_measure(const struct rows *rows, const struct crypto *crypto,
                    const struct id *corrective, const struct corrective_row *row,
                    uint64_t as_of_ms, struct effect_report *report)
{
    const uint64_t back_ms = NUMBERS_BEFORE_DAYS * 86400000ull;
    uint64_t ripe_ms = as_of_ms > RIPE_MS ? as_of_ms - RIPE_MS : 0, since_ms = row->since_ms;
    struct measuring measuring = {.rows = rows,
                                  .crypto = crypto,
                                  .form = sku_form_id(crypto, row->sku),
                                  .reason = row->reason};
    *report = (struct effect_report){
        .corrective = *corrective,
        .merchant = row->merchant,
        .sku = row->sku,
        .reason = row->reason,
        .since_ms = since_ms,
        .as_of_ms = as_of_ms,
        .ripe_days = NUMBERS_RIPE_DAYS,
        .before = {.from_ms = since_ms > back_ms ? since_ms - back_ms : 0, .to_ms = since_ms},
        .after = {.from_ms = since_ms, .to_ms = ripe_ms > since_ms ? ripe_ms : since_ms}};
    if (report->before.to_ms > ripe_ms) report->before.to_ms = ripe_ms;
    bool whole = add_span(&measuring, &row->merchant, row->sku, &report->before) &&
                 add_span(&measuring, &row->merchant, row->sku, &report->after);
    report->cut = whole ? 0 : 1;
    judge_span(&report->before);
    judge_span(&report->after);
    report->verdict = verdict_on(&report->before, &report->after);
}
