/* What a warehouse asks of merchants: fee tables, which come late and change; what merchants pay
 * ahead, told twice now and then; statements; and photos, which cost something too. */
#include <string.h>

#include "overseas-warehouse/billing/billing.h"
#include "sim/wishes.h"

#define CURRENCY_EUROS 978
#define TOPUPS         4
#define DAY_MS         (DAY_US / 1000)

/* Each act has a price; storage by the cubic metre and day. */
static void put_prices(struct world *world, struct fee_put *put)
{
    for (uint64_t act = BILLED_RECEIVE_BOX; act < BILLED_ACTS_END; act++)
        put->prices[put->prices_count++] =
            (struct fee_price){.act = act, .price_micro = 1000000 * (1 + draw_below(world, 60))};
}

/* The first table begins in the past: what was done since then is charged. Now and then the credit
 * is small, so that goods wait until somebody pays. */
void set_fees(struct world *world)
{
    const struct clients *clients = world->watcher;
    unsigned host = any_warehouse(world);
    struct fee_row newest;
    union command_body body = {0};
    struct fee_put *put = &body.fee_put;
    *put = (struct fee_put){.warehouse = world->host[host].card.warehouse,
                            .merchant = clients->merchant[draw_below(world, clients->merchants)].id,
                            .currency = CURRENCY_EUROS,
                            .credit_minor = draw_below(world, 4) == 0 ? 300 : 100000,
                            .unsized_mm3 = 24000000};
    put_prices(world, put);
    struct rows *rows = look_begin(world, host);
    if (rows == NULL) return;
    bool known = fee_newest(rows, &put->warehouse, &put->merchant, &newest);
    look_end(world, host, known);
    if (!known) put->from_ms = WORLD_EPOCH_MS - 30 * DAY_MS;
    clients_wish(world, host, COMMAND_FEE_PUT, BY_ADMIN, &body);
}

static void pay_ahead(struct world *world, unsigned host, const struct id *merchant)
{
    char reference[CLIENT_TEXT_BYTES];
    union command_body body = {0};
    uint64_t number = draw_below(world, TOPUPS);
    put_word(reference, "bank-", number);
    body.balance_topup = (struct balance_topup){.warehouse = world->host[host].card.warehouse,
                                                .merchant = *merchant,
                                                .reference = span_text(reference),
                                                .amount_minor = 500 * (1 + (int64_t)number),
                                                .currency = CURRENCY_EUROS};
    clients_wish(world, host, COMMAND_BALANCE_TOPUP, BY_ADMIN, &body);
}

void pay_bills(struct world *world)
{
    const struct clients *clients = world->watcher;
    unsigned host = any_warehouse(world);
    const struct id *merchant = &clients->merchant[draw_below(world, clients->merchants)].id;
    union command_body body = {0};
    if (draw_below(world, 3) != 0) {
        pay_ahead(world, host, merchant);
        return;
    }
    body.statement_close = (struct statement_close){.warehouse = world->host[host].card.warehouse,
                                                    .merchant = *merchant};
    clients_wish(world, host, COMMAND_STATEMENT_CLOSE, BY_ADMIN, &body);
}

void take_photo(struct world *world)
{
    unsigned host = any_host(world);
    struct seen_unit seen;
    union command_body body = {0};
    if (!look_unit(world, host, UNITS_ANY, &seen)) return;
    body.photo_attach = (struct photo_attach){.of = PHOTO_OF_UNIT,
                                              .thing = seen.id,
                                              .kind = PHOTO_JPEG,
                                              .size = 4000,
                                              .thumbnail = span_text("a small picture"),
                                              .caption = span_text("the sole")};
    chance_fill(&world->chance[PURPOSE_CLIENTS], body.photo_attach.blob.bytes, HASH_BYTES);
    if (draw_below(world, 2) == 0) host = host_of_warehouse(world, &seen.warehouse, host);
    clients_wish(world, host, COMMAND_PHOTO_ATTACH, BY_OPERATOR, &body);
}
