/* Orders as they were sold and paid: what was captured and how much of each line there is. Every
 * later check of money and quantity is a check of the book against these entries. */
#include "overseas-warehouse/parts.h"
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

static struct sale sale_of(const struct order *order)
{
    return (struct sale){.merchant = order->merchant,
                         .lines = order->lines,
                         .payments = order->payments,
                         .lines_count = order->lines_count,
                         .payments_count = order->payments_count,
                         .sold_ms = order->sold_ms,
                         .delivered_ms = order->delivered_ms,
                         .total_minor = order->total_minor,
                         .freight_minor = order->freight_minor,
                         .discount_minor = order->discount_minor,
                         .ship_to = order->ship_to};
}

/* outbound: where the number lies in its one form. */
static void order_of(const struct order_import *import, uint8_t outbound[TRACKING_NUMBER_BYTES_MAX],
                     struct order *order)
{
    *order = (struct order){.merchant = import->merchant,
                            .reference = import->reference,
                            .currency = import->currency,
                            .sold_ms = import->sold_ms,
                            .lines_count = import->lines_count,
                            .payments_count = import->payments_count};
    for (uint32_t i = 0; i < import->lines_count; i++) order->lines[i] = import->lines[i];
    for (uint32_t i = 0; i < import->payments_count; i++) order->payments[i] = import->payments[i];
    ORDER_FACTS_COPY(order, import);
    order->outbound = parcel_number(import->outbound, outbound);
}

/* --- the same order again --------------------------------------------------------------------- */

/* What two versions say, without who made them, and when. */
static bool says_the_same(const struct order_version_row *a, const struct order_version_row *b)
{
    uint8_t room[2][ROW_BYTES_MAX];
    struct span bytes[2];
    struct order_version_row said = *a, other = *b;
    said.version = other.version = 0;
    said.until_ms = other.until_ms = 0;
    said.reason = other.reason = (struct span){0};
    said.by = other.by = (struct actor){.kind = BY_BOOK}; /* any, but a word */
    return shape_encode(&order_version_row_shape, &said, room[0], sizeof room[0], &bytes[0]) ==
               OK &&
           shape_encode(&order_version_row_shape, &other, room[1], sizeof room[1], &bytes[1]) ==
               OK &&
           span_equal(bytes[0], bytes[1]);
}

/* A file that is imported twice changes nothing, be its orders amended since or not: the order says
 * it now, or said it in a former version. */
static bool was_said(const struct desk *desk, const struct id *id, const struct order_row *row,
                     const struct order *order)
{
    struct order_version_row import = {.merchant = order->merchant,
                                       .sold_ms = order->sold_ms,
                                       .lines_count = order->lines_count,
                                       .payments_count = order->payments_count};
    struct order_version_row version;
    if (row->currency != order->currency) return false;
    memcpy(import.lines, order->lines, sizeof import.lines);
    memcpy(import.payments, order->payments, sizeof import.payments);
    ORDER_FACTS_COPY(&import, order);
    order_version_load(desk, id, row, &version);
    if (says_the_same(&import, &version)) return true;
    for (uint64_t i = 1; i < row->version; i++) {
        struct key key = version_key(id, i);
        if (rows_load(&desk->rows, VIEW_ORDER_VERSION, &key, &order_version_row_shape, &version) &&
            says_the_same(&import, &version))
            return true;
    }
    return false;
}

/* Is the reference taken? Then the decision says by what: nothing changes, or it is refused. */
static bool is_known(const struct desk *desk, const struct order *order, struct decision *decision)
{
    struct key key = reference_key(desk->crypto, &order->merchant, order->reference);
    struct order_index index;
    struct order_row row;
    if (!rows_load(&desk->rows, VIEW_ORDER_BY_REFERENCE, &key, &order_index_shape, &index))
        return false;
    if (order_load(&desk->rows, &index.order, &row) && was_said(desk, &index.order, &row, order))
        decision->entity = index.order;
    else
        decision_refuse(decision, ERROR_CONFLICT, "reference: this order is known");
    return true;
}

/* --- the decision ----------------------------------------------------------------------------- */

static bool import_is_sound(const struct desk *desk, const struct merchant *merchant,
                            const struct order *order, const struct moment *moment,
                            struct decision *decision)
{
    struct sale sale = sale_of(order);
    if (order->currency != merchant->currency) { /* the cap of a day is a sum in one currency */
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "currency: not the merchant's");
        return false;
    }
    return sale_is_sound(&sale, moment, decision) && payments_are_new(desk, &sale, 0, decision);
}

void order_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision)
{
    const struct order_import *import = &command->body->order_import;
    uint8_t outbound[TRACKING_NUMBER_BYTES_MAX];
    struct merchant merchant;
    struct order order;
    if (!merchant_load(&desk->rows, &import->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    struct id book = merchant.book;
    if (!command_covers(command, &import->merchant, decision)) return;
    order_of(import, outbound, &order);
    if (is_known(desk, &order, decision)) return;
    if (!import_is_sound(desk, &merchant, &order, moment, decision)) return;
    order.order = mint_of(desk, moment, &book);
    order.by = command->by;
    order.stalled_days = outbound_days(desk, &merchant, order.outbound, moment);
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

void order_index_payment(const struct desk *desk, const struct id *merchant,
                         const struct payment *payment, const struct id *order)
{
    struct id id = payment_id(desk->crypto, merchant, payment->provider, payment->reference);
    struct key key = pair_key(merchant, &id);
    made_leave_payment(desk, &id);
    index_under(desk, &key, order);
    made_of_payment(desk, &id);
}

bool payment_find(const struct desk *desk, const struct id *merchant, struct span provider,
                  struct span reference, struct id *order, uint64_t *payment,
                  struct payment_row *row)
{
    struct id id = payment_id(desk->crypto, merchant, provider, reference);
    struct key key = pair_key(merchant, &id);
    struct order_index index;
    if (!rows_load(&desk->rows, VIEW_ORDER_BY_REFERENCE, &key, &order_index_shape, &index))
        return false;
    *order = index.order;
    for (*payment = 0; payment_load(&desk->rows, order, *payment, row); ++*payment)
        if (span_equal(row->provider, provider) && span_equal(row->reference, reference))
            return true;
    return false;
}

static void index_order(const struct desk *desk, const struct order *order)
{
    struct key key = reference_key(desk->crypto, &order->merchant, order->reference);
    index_under(desk, &key, &order->order);
    for (uint32_t i = 0; i < order->payments_count; i++)
        order_index_payment(desk, &order->merchant, &order->payments[i], &order->order);
    outbound_name(desk, &order->order);
}

/* No entry of a faulty leader may break a row: an order that no row could hold is not begun. */
static bool captured_sum(const struct order *order, int64_t *sum)
{
    *sum = 0;
    for (uint32_t i = 0; i < order->payments_count; i++)
        if (money_add(*sum, order->payments[i].captured_minor, sum) != OK) return false;
    return true;
}

static void put_payments(const struct rows *rows, const struct order *order)
{
    for (uint32_t i = 0; i < order->payments_count; i++) {
        const struct payment *payment = &order->payments[i];
        struct payment_row paid = {.provider = payment->provider,
                                   .reference = payment->reference,
                                   .captured_minor = payment->captured_minor,
                                   .executor = payment->executor,
                                   .mandate_buyer = payment->mandate_buyer,
                                   .mandate_method = payment->mandate_method};
        struct key key = payment_key(&order->order, i);
        rows_store(rows, VIEW_PAYMENT, &key, &payment_row_shape, &paid);
    }
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
                            .captured_minor = captured_minor,
                            .version = 1,
                            .stalled_days = order->stalled_days};
    for (uint32_t i = 0; i < order->lines_count; i++)
        row.lines[i] = (struct order_row_line){.sku = order->lines[i].sku,
                                               .name = order->lines[i].name,
                                               .quantity = order->lines[i].quantity,
                                               .price_minor = order->lines[i].price_minor,
                                               .tax_minor = order->lines[i].tax_minor,
                                               .tax_bp = order->lines[i].tax_bp,
                                               .lot = order->lines[i].lot,
                                               .serial = order->lines[i].serial};
    ORDER_FACTS_COPY(&row, order);
    put_payments(rows, order);
    rows_store(rows, VIEW_ORDER, &key, &order_row_shape, &row);
    sale_index(desk, &order->order, true);
    index_order(desk, order);
}
