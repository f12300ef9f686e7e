/* Does an order add up? The same questions whether it is new or amended: each answer names the
 * field as its sender knows it, and the rule. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/recharge.h"
#include "proto/line.h"
#include "proto/money.h"

/* "lines/2/quantity": the field, and behind a colon the rule where its name says more. */
bool refuse_at(struct decision *decision, enum error error, const char *list, uint32_t at,
               const char *rest)
{
    char rule[RULE_BYTES_MAX];
    struct line line = line_over(rule, sizeof rule);
    line_text(&line, list);
    line_text(&line, "/");
    line_uint(&line, at);
    line_text(&line, rest);
    decision_refuse(decision, error, rule);
    return false;
}

static bool refuse(struct decision *decision, const char *rule)
{
    decision_refuse(decision, ERROR_OUT_OF_RANGE, rule);
    return false;
}

/* --- lines ------------------------------------------------------------------------------------ */

/* Shops round the tax of each unit or of the line: so it may differ by one for each unit. */
static bool tax_fits(const struct order_line *line, int64_t gross_minor)
{
    if (line->tax_bp == 0 || line->tax_minor == 0) return true;
    int64_t differs = line->tax_minor - tax_in(gross_minor, line->tax_bp);
    int64_t may = (int64_t)line->quantity;
    return differs <= may && differs >= -may;
}

static bool line_is_sound(const struct sale *sale, uint32_t i, int64_t *sum,
                          struct decision *decision)
{
    const struct order_line *line = &sale->lines[i];
    uint32_t at = sale->named != NULL ? sale->named[i] : i;
    int64_t total;
    if (line->quantity == 0)
        return refuse_at(decision, ERROR_OUT_OF_RANGE, "lines", at, "/quantity");
    if (line->price_minor < 0)
        return refuse_at(decision, ERROR_OUT_OF_RANGE, "lines", at, "/price_minor");
    if (money_multiply(line->price_minor, line->quantity, &total) != OK ||
        money_add(*sum, total, sum) != OK)
        return refuse_at(decision, ERROR_OUT_OF_RANGE, "lines", at, ": the sum is too large");
    if (line->tax_minor < 0 || line->tax_minor > total)
        return refuse_at(decision, ERROR_OUT_OF_RANGE, "lines", at, "/tax_minor: tax_within_price");
    if (!tax_fits(line, total))
        return refuse_at(decision, ERROR_OUT_OF_RANGE, "lines", at, "/tax_minor: tax_fits_rate");
    return true;
}

static bool lines_are_sound(const struct sale *sale, int64_t *sum, struct decision *decision)
{
    *sum = 0;
    for (uint32_t i = 0; i < sale->lines_count; i++)
        if (!line_is_sound(sale, i, sum, decision)) return false;
    if (sale->lines_count > 0) return true;
    decision_refuse(decision, ERROR_MISSING_FIELD, "lines");
    return false;
}

/* --- payments --------------------------------------------------------------------------------- */

/* A provider's reference has no blank, and no sign of an address: who is charged is told by a
 * pseudonym, since a book bears no personal data. */
static bool is_opaque(struct span text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.at[i] <= ' ' || text.at[i] >= 0x7f || text.at[i] == '@') return false;
    return true;
}

static bool mandate_is_sound(const struct payment *payment, uint32_t at, struct decision *decision)
{
    bool buyer = payment->mandate_buyer.size > 0, method = payment->mandate_method.size > 0;
    if (buyer != method)
        return refuse_at(decision, ERROR_MISSING_FIELD, "payments", at,
                         buyer ? "/mandate_method: mandate_is_whole"
                               : "/mandate_buyer: mandate_is_whole");
    if (!buyer) return true;
    if (!is_opaque(payment->mandate_buyer))
        return refuse_at(decision, ERROR_OUT_OF_RANGE, "payments", at,
                         "/mandate_buyer: mandate_is_opaque");
    if (!is_opaque(payment->mandate_method))
        return refuse_at(decision, ERROR_OUT_OF_RANGE, "payments", at,
                         "/mandate_method: mandate_is_opaque");
    if (recharge_serves(payment->provider) && payment->executor <= EXECUTOR_PROVIDER) return true;
    return refuse_at(decision, ERROR_UNSUPPORTED, "payments", at,
                     "/mandate_buyer: mandate_of_provider");
}

static bool payments_are_sound(const struct sale *sale, struct decision *decision)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < sale->payments_count; i++)
        if (sale->payments[i].captured_minor <= 0 ||
            money_add(sum, sale->payments[i].captured_minor, &sum) != OK)
            return refuse_at(decision, ERROR_OUT_OF_RANGE, "payments", i, "/captured_minor");
        else if (sale->total_minor > 0 && sum > sale->total_minor)
            return refuse_at(decision, ERROR_OUT_OF_RANGE, "payments", i,
                             "/captured_minor: captured_within_total");
        else if (!mandate_is_sound(&sale->payments[i], i, decision))
            return false;
    if (sale->payments_count > 0) return true;
    decision_refuse(decision, ERROR_MISSING_FIELD, "payments");
    return false;
}

/* A payment that two orders name would be refunded twice over: it belongs to the first. */
bool payments_are_new(const struct desk *desk, const struct sale *sale, uint32_t from,
                      struct decision *decision)
{
    struct id ids[ORDER_PAYMENTS_MAX];
    for (uint32_t i = 0; i < sale->payments_count; i++) {
        const struct payment *payment = &sale->payments[i];
        ids[i] = payment_id(desk->crypto, &sale->merchant, payment->provider, payment->reference);
        struct key key = pair_key(&sale->merchant, &ids[i]);
        bool known = i >= from && rows_has(&desk->rows, VIEW_ORDER_BY_REFERENCE, &key);
        for (uint32_t j = 0; j < i; j++) known = known || id_equal(&ids[i], &ids[j]);
        if (!known) continue;
        decision_refuse(decision, ERROR_CONFLICT,
                        "payments: reference belongs to an order already");
        return false;
    }
    return true;
}

/* --- the whole -------------------------------------------------------------------------------- */

/* The window of returns begins with the sale: one that lies ahead would keep it open for as long as
 * somebody likes. A day is for shops whose clock is another, or tells its own hour for UTC. */
static bool times_are_past(const struct sale *sale, const struct moment *moment,
                           struct decision *decision)
{
    if (sale->sold_ms > moment->wall_ms + DAY_MS)
        return refuse(decision, "sold_ms: more than a day ahead");
    if (sale->delivered_ms > moment->wall_ms + DAY_MS)
        return refuse(decision, "delivered_ms: more than a day ahead");
    return true;
}

/* Where the shop says what it asked for in all, its parts must say the same. */
static bool total_is_sound(const struct sale *sale, int64_t lines_minor, struct decision *decision)
{
    int64_t sum;
    if (sale->freight_minor < 0) return refuse(decision, "freight_minor");
    if (sale->discount_minor < 0) return refuse(decision, "discount_minor");
    if (sale->total_minor < 0) return refuse(decision, "total_minor");
    if (sale->total_minor == 0) return true;
    if (money_add(lines_minor, sale->freight_minor, &sum) != OK ||
        sum - sale->discount_minor != sale->total_minor)
        return refuse(decision, "total_minor: lines_and_freight_less_discount");
    return true;
}

static bool is_country(struct span text)
{
    return text.size == COUNTRY_BYTES && text.at[0] >= 'A' && text.at[0] <= 'Z' &&
           text.at[1] >= 'A' && text.at[1] <= 'Z';
}

bool sale_is_sound(const struct sale *sale, const struct moment *moment, struct decision *decision)
{
    int64_t lines_minor;
    if (!times_are_past(sale, moment, decision)) return false;
    if (!lines_are_sound(sale, &lines_minor, decision)) return false;
    if (!total_is_sound(sale, lines_minor, decision)) return false;
    if (!payments_are_sound(sale, decision)) return false;
    if (sale->ship_to.size == 0 || is_country(sale->ship_to)) return true;
    return refuse(decision, "ship_to: two capital letters of ISO 3166");
}
