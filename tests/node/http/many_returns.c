#include "tests/node/http/many_returns.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "overseas-warehouse/parts.h"

#define FAR_MS 86400000000u /* until the deadline: nobody's turn to fire it comes */

static struct place place_of(uint64_t number)
{
    const struct id book = {.bytes = {'m', 'a', 'n', 'y'}};
    return (struct place){.log = book, .log_type = LOG_BOOK, .idx = number + 1};
}

static struct id fold_order(const struct desk *desk, const struct place *place,
                            const struct id *merchant, uint64_t number, struct moment *moment)
{
    static union event_body body;
    char reference[32];
    snprintf(reference, sizeof reference, "SZ-%llu", (unsigned long long)number);
    body.order = (struct order){.order = mint_of(desk, moment, &place->log),
                                .merchant = *merchant,
                                .reference = span_text(reference),
                                .currency = 978,
                                .sold_ms = moment->wall_ms,
                                .lines_count = 1,
                                .payments_count = 1};
    body.order.lines[0] =
        (struct order_line){.sku = span_text("LAMP-1"), .quantity = 1, .price_minor = 2999};
    body.order.payments[0] = (struct payment){
        .provider = span_text("stripe"), .reference = span_text(reference), .captured_minor = 2999};
    business_fold(desk, place, EVENT_ORDER, &body);
    return body.order.order;
}

static void fold_return(const struct desk *desk, const struct place *place, const struct id *order,
                        uint64_t number, struct moment *moment)
{
    static union event_body body;
    char parcel[32];
    snprintf(parcel, sizeof parcel, "RET%llu", (unsigned long long)number);
    body.return_moved = (struct return_moved){.return_id = mint_of(desk, moment, &place->log),
                                              .verb = DO_REQUEST,
                                              .to = RETURN_REQUESTED,
                                              .order = *order,
                                              .at_ms = moment->wall_ms,
                                              .number = span_text(parcel),
                                              .due_ms = moment->wall_ms + FAR_MS,
                                              .due_verb = DO_EXPIRE,
                                              .lines_count = 1};
    body.return_moved.lines[0] = (struct return_line){.quantity = 1, .reason = REASON_UNWANTED};
    business_fold(desk, place, EVENT_RETURN_MOVED, &body);
    if (number % 2 == 0) return;
    body.return_moved.verb = DO_APPROVE;
    body.return_moved.to = RETURN_APPROVED;
    body.return_moved.lines_count = 0;
    business_fold(desk, place, EVENT_RETURN_MOVED, &body);
}

void many_returns(struct store_lmdb *store, const struct crypto *crypto, const struct id *merchant,
                  uint64_t from, uint64_t to, uint64_t turn)
{
    struct store *port = store_lmdb_port(store);
    while (from < to) {
        uint64_t upto = to - from < turn ? to : from + turn;
        enum error error = port->port->begin(port->world);
        assert(error == OK);
        const struct desk desk = {.rows = port->views, .crypto = crypto};
        for (; from < upto; from++) {
            struct place place = place_of(from);
            struct moment moment = {.wall_ms = MANY_START_MS + from * 1000};
            be_put(moment.random, from, 8);
            struct id order = fold_order(&desk, &place, merchant, from, &moment);
            fold_return(&desk, &place, &order, from, &moment);
        }
        error = port->views.port->error(port->views.world);
        if (error == OK) error = port->port->commit(port->world);
        assert(error == OK);
        (void)error;
    }
}
