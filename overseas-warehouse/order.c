/* Orders as they were sold and paid: what was captured and how much of each line there is. Every
 * later check of money and quantity is a check of the book against these entries. */
#include "overseas-warehouse/parts.h"
#include "proto/line.h"
#include "proto/money.h"

struct key reference_key(const struct crypto *crypto, const struct id *merchant,
                         struct span reference)
{
    struct id hash = crypto_id(crypto, "entrepot/reference/1", &reference, 1);
    return pair_key(merchant, &hash);
}

/* A payment is the provider's, whichever order names it. */
struct id payment_id(const struct crypto *crypto, const struct id *merchant, struct span provider,
                     struct span reference)
{
    uint8_t size = (uint8_t)provider.size; /* or "ab"+"c" would be "a"+"bc" */
    struct span parts[] = {id_span(merchant), span_of(&size, 1), provider, reference};
    return crypto_id(crypto, "entrepot/payment/1", parts, 4);
}

/* --- importing -------------------------------------------------------------------------------- */

/* "lines/2/quantity": the field as its sender knows it. */
static bool out_of_range(struct decision *decision, const char *list, uint32_t at, const char *rest)
{
    char rule[RULE_BYTES_MAX];
    struct line line = line_over(rule, sizeof rule);
    line_text(&line, list);
    line_text(&line, "/");
    line_uint(&line, at);
    line_text(&line, rest);
    decision_refuse(decision, ERROR_OUT_OF_RANGE, rule);
    return false;
}

static bool lines_are_sound(const struct order_import *import, struct decision *decision)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < import->lines_count; i++) {
        const struct order_line *line = &import->lines[i];
        int64_t total;
        if (line->quantity == 0) return out_of_range(decision, "lines", i, "/quantity");
        if (line->price_minor < 0) return out_of_range(decision, "lines", i, "/price_minor");
        if (money_multiply(line->price_minor, line->quantity, &total) != OK ||
            money_add(sum, total, &sum) != OK)
            return out_of_range(decision, "lines", i, ": the sum is too large");
    }
    if (import->lines_count > 0) return true;
    decision_refuse(decision, ERROR_MISSING_FIELD, "lines");
    return false;
}

static bool payments_are_sound(const struct order_import *import, struct decision *decision)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < import->payments_count; i++)
        if (import->payments[i].captured_minor <= 0 ||
            money_add(sum, import->payments[i].captured_minor, &sum) != OK)
            return out_of_range(decision, "payments", i, "/captured_minor");
    if (import->payments_count > 0) return true;
    decision_refuse(decision, ERROR_MISSING_FIELD, "payments");
    return false;
}

/* A payment that two orders name would be refunded twice over: it belongs to the first. */
static bool payments_are_new(const struct desk *desk, const struct order_import *import,
                             struct decision *decision)
{
    struct id ids[ORDER_PAYMENTS_MAX];
    for (uint32_t i = 0; i < import->payments_count; i++) {
        const struct payment *payment = &import->payments[i];
        ids[i] = payment_id(desk->crypto, &import->merchant, payment->provider, payment->reference);
        struct key key = pair_key(&import->merchant, &ids[i]);
        bool known = rows_has(&desk->rows, VIEW_ORDER_BY_REFERENCE, &key);
        for (uint32_t j = 0; j < i; j++) known = known || id_equal(&ids[i], &ids[j]);
        if (!known) continue;
        decision_refuse(decision, ERROR_CONFLICT,
                        "payments: reference belongs to an order already");
        return false;
    }
    return true;
}

/* The window of returns begins with the sale: one that lies ahead would keep it open for as long as
 * somebody likes. A day is for shops whose clock is another, or tells its own hour for UTC. */
static bool sale_is_past(const struct order_import *import, const struct moment *moment,
                         struct decision *decision)
{
    if (import->sold_ms <= moment->wall_ms + DAY_MS) return true;
    decision_refuse(decision, ERROR_OUT_OF_RANGE, "sold_ms: more than a day ahead");
    return false;
}

static bool import_is_sound(const struct desk *desk, const struct command *command,
                            const struct merchant *merchant, const struct moment *moment,
                            struct decision *decision)
{
    const struct order_import *import = &command->body->order_import;
    if (!command_covers(command, &import->merchant, decision)) return false;
    if (import->currency != merchant->currency) { /* the cap of a day is a sum in one currency */
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "currency: not the merchant's");
        return false;
    }
    if (!sale_is_past(import, moment, decision)) return false;
    struct key key = reference_key(desk->crypto, &import->merchant, import->reference);
    if (rows_has(&desk->rows, VIEW_ORDER_BY_REFERENCE, &key)) {
        decision_refuse(decision, ERROR_CONFLICT, "reference: this order is known");
        return false;
    }
    return lines_are_sound(import, decision) && payments_are_sound(import, decision) &&
           payments_are_new(desk, import, decision);
}

void order_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision)
{
    const struct order_import *import = &command->body->order_import;
    struct merchant merchant;
    if (!merchant_load(&desk->rows, &import->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    struct id book = merchant.book;
    if (!import_is_sound(desk, command, &merchant, moment, decision)) return;
    struct order order = {.order = mint_of(desk, moment, &book),
                          .merchant = import->merchant,
                          .reference = import->reference,
                          .currency = import->currency,
                          .sold_ms = import->sold_ms,
                          .lines_count = import->lines_count,
                          .payments_count = import->payments_count,
                          .by = command->by};
    for (uint32_t i = 0; i < import->lines_count; i++) order.lines[i] = import->lines[i];
    for (uint32_t i = 0; i < import->payments_count; i++) order.payments[i] = import->payments[i];
    decision->entity = order.order;
    decision_add(decision, EVENT_ORDER, &order.order, &order);
}

/* --- folding ---------------------------------------------------------------------------------- */

/* Should two orders bear one reference (another book's faulty entry), the smaller id is found. */
static void index_under(const struct desk *desk, const struct key *key, const struct id *order)
{
    struct order_index index;
    bool known = rows_load(&desk->rows, VIEW_ORDER_BY_REFERENCE, key, &order_index_shape, &index);
    if (known && memcmp(index.order.bytes, order->bytes, ID_BYTES) < 0) return;
    index.order = *order;
    rows_store(&desk->rows, VIEW_ORDER_BY_REFERENCE, key, &order_index_shape, &index);
}

static void index_order(const struct desk *desk, const struct order *order)
{
    struct key key = reference_key(desk->crypto, &order->merchant, order->reference);
    index_under(desk, &key, &order->order);
    for (uint32_t i = 0; i < order->payments_count; i++) {
        const struct payment *payment = &order->payments[i];
        struct id id =
            payment_id(desk->crypto, &order->merchant, payment->provider, payment->reference);
        key = pair_key(&order->merchant, &id);
        index_under(desk, &key, &order->order);
    }
}

/* No entry of a faulty leader may break a row: an order that no row could hold is not begun. */
static bool captured_sum(const struct order *order, int64_t *sum)
{
    *sum = 0;
    for (uint32_t i = 0; i < order->payments_count; i++)
        if (money_add(*sum, order->payments[i].captured_minor, sum) != OK) return false;
    return true;
}

void order_fold(const struct desk *desk, const struct place *place, const struct order *order)
{
    const struct rows *rows = &desk->rows;
    struct key key = key_of(&order->order);
    int64_t captured_minor;
    if (!id_is_of(desk->crypto, &order->order, &place->log)) return;
    if (!captured_sum(order, &captured_minor)) return;
    if (rows_has(rows, VIEW_ORDER, &key)) return;
    struct order_row row = {.merchant = order->merchant,
                            .book = place->log,
                            .reference = order->reference,
                            .currency = order->currency,
                            .sold_ms = order->sold_ms,
                            .lines_count = order->lines_count,
                            .payments = order->payments_count,
                            .captured_minor = captured_minor};
    for (uint32_t i = 0; i < order->lines_count; i++)
        row.lines[i] = (struct order_row_line){.sku = order->lines[i].sku,
                                               .name = order->lines[i].name,
                                               .quantity = order->lines[i].quantity,
                                               .price_minor = order->lines[i].price_minor};
    for (uint32_t i = 0; i < order->payments_count; i++) {
        const struct payment *payment = &order->payments[i];
        struct payment_row paid = {.provider = payment->provider,
                                   .reference = payment->reference,
                                   .captured_minor = payment->captured_minor};
        struct key payment_at = payment_key(&order->order, i);
        rows_store(rows, VIEW_PAYMENT, &payment_at, &payment_row_shape, &paid);
    }
    rows_store(rows, VIEW_ORDER, &key, &order_row_shape, &row);
    index_order(desk, order);
}
