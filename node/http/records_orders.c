/* Orders, their versions, and what others refunded of their payments. */
#include "node/http/records_inside.h"
#include "proto/money.h"

#define ELSEWHERE_SHOWN_MAX 100u /* of one payment */

/* What others moved of a payment of the order. */
static void put_others(struct showing *showing, const struct id *order, uint64_t payment)
{
    struct key prefix = payment_key(order, payment);
    struct walk walk = walk_over(&prefix);
    struct row found;
    json_open(showing->out, "elsewhere", '[');
    for (unsigned i = 0; i < ELSEWHERE_SHOWN_MAX; i++) {
        struct elsewhere_row row;
        if (!walk_next(showing->reading->rows, VIEW_ELSEWHERE, &walk, &found)) break;
        if (shape_decode(&elsewhere_row_shape, found.value, &row, NULL) != OK) continue;
        json_open(showing->out, NULL, '{');
        json_put_shape(showing->out, NULL, &elsewhere_row_shape, &row);
        json_close(showing->out, '}');
    }
    json_close(showing->out, ']');
}

bool put_order(struct showing *showing)
{
    struct order_row row;
    struct id id = id_at(showing->id, 0);
    if (!order_load(showing->reading->rows, &id, &row)) return false;
    if (!may_see(showing->reading, &row.merchant)) return false;
    uint64_t payments = row.payments;
    showing->version = row.version;
    begin(showing, &order_row_shape, &row);
    json_open(showing->out, "paid_by", '[');
    for (uint64_t i = 0; i < payments; i++) {
        struct payment_row payment;
        if (!payment_load(showing->reading->rows, &id, i, &payment)) continue;
        json_open(showing->out, NULL, '{');
        json_put_uint(showing->out, "payment", i);
        json_put_shape(showing->out, NULL, &payment_row_shape, &payment);
        put_others(showing, &id, i);
        json_close(showing->out, '}');
    }
    json_close(showing->out, ']');
    return end(showing);
}

bool put_order_version(struct showing *showing)
{
    struct order_version_row row;
    struct key key = {.size = showing->id.size};
    memcpy(key.bytes, showing->id.at, showing->id.size);
    if (!rows_load(showing->reading->rows, VIEW_ORDER_VERSION, &key, &order_version_row_shape,
                   &row))
        return false;
    if (!may_see(showing->reading, &row.merchant)) return false;
    begin(showing, &order_version_row_shape, &row);
    return end(showing);
}

/* Beside the row: whose money it was, as a settlement report names it. */
bool put_elsewhere(struct showing *showing)
{
    const struct rows *rows = showing->reading->rows;
    struct elsewhere_row row;
    struct order_row order;
    struct payment_row payment;
    struct id id = id_at(showing->id, 0);
    uint64_t paid = showing->id.at[ID_BYTES];
    struct key key = {.size = showing->id.size};
    memcpy(key.bytes, showing->id.at, showing->id.size);
    if (!order_load(rows, &id, &order) || !may_see(showing->reading, &order.merchant)) return false;
    const struct currency *currency = currency_by_numeric(order.currency);
    json_open(showing->out, showing->key, '{');
    json_put_id(showing->out, "order", &id);
    json_put_id(showing->out, "merchant", &order.merchant);
    if (currency != NULL) json_put_text(showing->out, "currency", span_text(currency->letters));
    json_put_uint(showing->out, "payment", paid);
    if (payment_load(rows, &id, paid, &payment)) {
        json_put_text(showing->out, "provider", payment.provider);
        json_put_text(showing->out, "payment_ref", payment.reference);
    }
    if (rows_load(rows, VIEW_ELSEWHERE, &key, &elsewhere_row_shape, &row))
        json_put_shape(showing->out, NULL, &elsewhere_row_shape, &row);
    return end(showing);
}
