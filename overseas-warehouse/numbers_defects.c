/* What comes back and why: units of a period's returns by SKU and reason, and by the lot or the
 * inbound shipment that they were from where that is asked, as the order names them. */
#include "overseas-warehouse/numbers.h"

#include "overseas-warehouse/parts.h"

SHAPE_DEFINE(cause_figures, CAUSE_FIGURES_FIELDS)
SHAPE_DEFINE(causes_report, CAUSES_REPORT_FIELDS)

#define TIME_BYTES 8

/* --- the table -------------------------------------------------------------------------------- */

struct cause_name { /* what a cause is told apart by */
    const struct id *merchant;
    struct span sku, origin;
    uint64_t reason;
};

static uint32_t mix(uint32_t hash, struct span bytes)
{
    for (size_t i = 0; i < bytes.size; i++) hash = (hash ^ bytes.at[i]) * 16777619u;
    return (hash ^ 0xff) * 16777619u;
}

/* FNV-1a: where a cause is looked for first, and nothing else depends on it. */
static uint32_t place_of(const struct cause_name *name)
{
    uint8_t reason = (uint8_t)name->reason;
    uint32_t hash = mix(2166136261u, id_span(name->merchant));
    hash = mix(mix(hash, name->sku), name->origin);
    return mix(hash, span_of(&reason, 1)) % CAUSE_PLACES;
}

static bool bears(const struct cause *cause, const struct cause_name *name)
{
    return cause->reason == name->reason && id_equal(&cause->merchant, name->merchant) &&
           span_equal(span_of(cause->sku, cause->sku_size), name->sku) &&
           span_equal(span_of(cause->origin, cause->origin_size), name->origin);
}

static void keep(uint8_t *room, size_t room_size, size_t *size, struct span text)
{
    assert(text.size <= room_size);
    if (text.size > 0) memcpy(room, text.at, text.size);
    *size = text.size;
}

/* NULL: it is not there, and the table is full. Half of the places stay free, so each search ends.
 */
static struct cause *cause_of(struct causes *causes, const struct cause_name *name)
{
    uint32_t place = place_of(name);
    while (causes->place[place] != 0) {
        struct cause *known = &causes->at[causes->place[place] - 1];
        if (bears(known, name)) return known;
        place = (place + 1) % CAUSE_PLACES;
    }
    if (causes->count == NUMBERS_CAUSES_MAX) return NULL;
    struct cause *cause = &causes->at[causes->count++];
    causes->place[place] = (uint16_t)causes->count;
    *cause = (struct cause){.merchant = *name->merchant, .reason = name->reason};
    keep(cause->sku, sizeof cause->sku, &cause->sku_size, name->sku);
    keep(cause->origin, sizeof cause->origin, &cause->origin_size, name->origin);
    return cause;
}

/* Where the units of the order's line were from; empty: nobody asks, or the order does not say. */
static struct span origin_of(enum causes_by by, const struct order_row *order, uint32_t line)
{
    if (by == CAUSES_BY_INBOUND) return order->inbound;
    return by == CAUSES_BY_LOT ? order->lines[line].lot : (struct span){0};
}

void causes_add(struct causes *causes, const struct rows *rows, const struct id *return_id,
                const struct return_row *row)
{
    struct order_row order;
    struct id order_id = row->order, merchant = row->merchant;
    if (row->state == RETURN_CANCELED || !order_load(rows, &order_id, &order)) return;
    for (uint32_t i = 0; i < order.lines_count; i++) {
        struct return_line_row line;
        if (!return_line_load(rows, return_id, i, &line)) continue;
        struct cause_name name = {.merchant = &merchant,
                                  .sku = order.lines[i].sku,
                                  .origin = origin_of(causes->by, &order, i),
                                  .reason = line.reason};
        struct cause *cause = cause_of(causes, &name);
        causes->units += line.quantity;
        if (cause == NULL) {
            causes->further += line.quantity;
            continue;
        }
        cause->units += line.quantity;
        cause->received += line.taken;
        cause->returns++;
    }
}

/* --- the most frequent first ------------------------------------------------------------------ */

/* By units; then by name, so that equal rows give equal reports. */
static bool goes_before(const struct cause *a, const struct cause *b)
{
    if (a->units != b->units) return a->units > b->units;
    int order = memcmp(a->merchant.bytes, b->merchant.bytes, ID_BYTES);
    if (order == 0) order = memcmp(a->sku, b->sku, sizeof a->sku);
    if (order == 0) order = memcmp(a->origin, b->origin, sizeof a->origin);
    return order != 0 ? order < 0 : a->reason < b->reason;
}

/* Shell's sort in place, with Knuth's gaps. */
static void sort(struct causes *causes)
{
    uint32_t gap = 1;
    while (gap < causes->count / 3) gap = 3 * gap + 1;
    for (; gap > 0; gap /= 3)
        for (uint32_t i = gap; i < causes->count; i++) {
            struct cause held = causes->at[i];
            uint32_t at = i;
            for (; at >= gap && goes_before(&held, &causes->at[at - gap]); at -= gap)
                causes->at[at] = causes->at[at - gap];
            causes->at[at] = held;
        }
    memset(causes->place, 0, sizeof causes->place); /* nothing is looked up any more */
}

/* --- what was sold, and what is done about it ------------------------------------------------- */

static uint64_t units_of(const struct rows *rows, const struct crypto *crypto,
                         const struct id *order_id, enum causes_by by, const struct cause *cause)
{
    struct order_row order;
    uint64_t units = 0;
    struct id wanted = sku_form_id(crypto, span_of(cause->sku, cause->sku_size));
    if (!order_load(rows, order_id, &order)) return 0;
    struct span origin = span_of(cause->origin, cause->origin_size);
    for (uint32_t i = 0; i < order.lines_count; i++) {
        if (origin.size > 0 && !span_equal(origin_of(by, &order, i), origin)) continue;
        struct id form = sku_form_id(crypto, order.lines[i].sku);
        if (id_equal(&form, &wanted)) units += order.lines[i].quantity;
    }
    return units;
}

static uint64_t count_sold(const struct rows *rows, const struct crypto *crypto,
                           const struct cohort *cohort, enum causes_by by,
                           const struct cause *cause)
{
    struct key prefix = sale_prefix(crypto, &cause->merchant, span_of(cause->sku, cause->sku_size));
    struct walk walk = walk_over(&prefix);
    struct row found;
    uint64_t units = 0;
    walk.at = key_add_uint(prefix, cohort->from_ms, TIME_BYTES);
    walk.begun = true;
    for (uint32_t i = 0; i < NUMBERS_SALES_MAX; i++) {
        struct id order;
        if (!walk_next(rows, VIEW_SALE, &walk, &found)) break;
        if (be_get(walk.at.bytes + prefix.size, TIME_BYTES) >= cohort->to_ms) break;
        memcpy(order.bytes, walk.at.bytes + prefix.size + TIME_BYTES, ID_BYTES);
        units += units_of(rows, crypto, &order, by, cause);
    }
    return units;
}

/* Open ones of the SKU that are about this reason or about all; the newest is named. */
static void find_correctives(const struct rows *rows, const struct crypto *crypto,
                             const struct cause *cause, struct cause_figures *figures)
{
    struct key prefix = sale_prefix(crypto, &cause->merchant, span_of(cause->sku, cause->sku_size));
    struct walk walk = walk_over(&prefix);
    struct row found;
    while (walk_next(rows, VIEW_CORRECTIVE_BY_SKU, &walk, &found)) {
        struct corrective_row row;
        struct id id;
        memcpy(id.bytes, walk.at.bytes + prefix.size, ID_BYTES);
        if (!corrective_load(rows, &id, &row) || row.closed != 0) continue;
        if (row.reason != 0 && row.reason != cause->reason) continue;
        figures->correctives++;
        figures->corrective = id;
    }
}

/* --- the report ------------------------------------------------------------------------------- */

static void report_one(const struct causes *causes, const struct cause *cause, uint64_t up_to_here,
                       struct cause_figures *figures)
{
    struct span origin = span_of(cause->origin, cause->origin_size);
    *figures = (struct cause_figures){.merchant = cause->merchant,
                                      .sku = span_of(cause->sku, cause->sku_size),
                                      .reason = cause->reason,
                                      .units = cause->units,
                                      .returns = cause->returns,
                                      .received = cause->received,
                                      .share_permille = share_of(cause->units, causes->units),
                                      .up_to_here_permille = share_of(up_to_here, causes->units)};
    if (causes->by == CAUSES_BY_INBOUND) figures->inbound = origin;
    if (causes->by == CAUSES_BY_LOT) figures->lot = origin;
}

void causes_report(struct causes *causes, const struct rows *rows, const struct crypto *crypto,
                   const struct cohort *cohort, uint32_t shown, struct causes_report *report)
{
    uint64_t up_to_here = 0;
    memset(report, 0, sizeof *report);
    report->merchant = cohort->merchant;
    report->from_ms = cohort->from_ms;
    report->to_ms = cohort->to_ms;
    report->units = causes->units;
    report->units_not_told_apart = causes->further;
    sort(causes);
    for (uint32_t i = 0; i < causes->count && i < shown && i < NUMBERS_SHOWN_MAX; i++) {
        const struct cause *cause = &causes->at[i];
        struct cause_figures *figures = &report->defects[report->defects_count++];
        up_to_here += cause->units;
        report_one(causes, cause, up_to_here, figures);
        figures->sold = count_sold(rows, crypto, cohort, causes->by, cause);
        figures->per_sold_permille = share_of(cause->units, figures->sold);
        find_correctives(rows, crypto, cause, figures);
    }
}
