/* Reservations: so many pieces of a place are kept for an order until a time. A reservation is the
 * posting that made it; it ends once, by being shipped or released, or because its time is over. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/stock/stock.h"
#include "proto/bugs.h"

static bool refuse(const struct stock_step *step, enum error error, const char *rule)
{
    decision_refuse(step->decision, error, rule);
    return false;
}

/* The place that is named, or the first that holds enough. */
static bool find_place(const struct stock_step *step, const struct stock_keep *wish,
                       struct stock_place *place)
{
    struct key prefix = stock_goods_key(&step->goods);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(&step->desk->rows, VIEW_STOCK_BALANCE, &walk, &at)) {
        struct stock_balance_row row;
        struct stock_at of;
        if (!stock_at_read(key_span(&walk.at), &of) || of.account != STOCK_SELLABLE) continue;
        if (shape_decode(&stock_balance_row_shape, at.value, &row, NULL) != OK) continue;
        if (wish->grade != 0 && wish->grade != of.grade) continue;
        if (wish->bin.size > 0 && !span_equal(wish->bin, row.bin)) continue;
        if (row.pieces < (int64_t)wish->pieces) continue;
        *place = stock_place(STOCK_SELLABLE, row.bin, of.grade);
        return true;
    }
    return refuse(step, ERROR_CONFLICT, "pieces: bin_empty");
}

static bool promises(const struct stock_step *step, const struct stock_keep *wish)
{
    struct stock_offer offer;
    if (wish->expires_ms <= step->moment->wall_ms)
        return refuse(step, ERROR_OUT_OF_RANGE, "expires_ms: later than now");
    stock_offer(step->desk, &step->goods, &offer);
    bool held = offer.recalled || (offer.held > 0 && offer.available < (int64_t)wish->pieces);
    return !held || refuse(step, ERROR_CONFLICT, "unit: held");
}

void stock_reserve(struct stock_step *step)
{
    const struct stock_keep *wish = &step->command->body->stock_keep;
    struct stock_place place;
    if (!stock_goods_begin(step, &wish->warehouse, &wish->merchant, wish->sku)) return;
    if (!promises(step, wish) || !find_place(step, wish, &place)) return;
    struct stock_posted posted = {.posting = mint_of(step->desk, step->moment, &step->desk->node),
                                  .act = STOCK_RESERVE,
                                  .from = STOCK_SELLABLE,
                                  .to = STOCK_RESERVED,
                                  .bin = span_of(place.bin, place.bin_size),
                                  .to_bin = span_of(place.bin, place.bin_size),
                                  .by = step->command->by,
                                  .at_ms = step->moment->wall_ms};
    shape_copy(&stock_posted_shape, &posted, &stock_keep_shape, wish);
    posted.bin = posted.to_bin;
    posted.grade = place.grade;
    if (!stock_allows(step, &posted, 0)) return;
    step->decision->entity = posted.posting;
    decision_add(step->decision, EVENT_STOCK_POSTED, &posted.posting, &posted);
}

/* What ends a reservation; where it was counted away since, less or nothing is left to give. */
static struct stock_posted ending(const struct desk *desk, const struct stock_goods *goods,
                                  const struct stock_posting_row *row, enum stock_account to)
{
    bool ships = !stock_is_pool(to);
    struct stock_place kept = stock_place(STOCK_RESERVED, row->to_bin, row->grade);
    struct stock_posted posted = {.warehouse = row->warehouse,
                                  .act = ships ? STOCK_SHIP : STOCK_RELEASE,
                                  .merchant = row->merchant,
                                  .sku = row->sku,
                                  .from = STOCK_RESERVED,
                                  .to = to,
                                  .bin = row->to_bin,
                                  .to_bin = ships ? (struct span){0} : row->to_bin,
                                  .grade = row->grade,
                                  .reference = row->reference};
    uint64_t there = stock_releasable(row->pieces, stock_pieces(desk, goods, &kept));
    posted.pieces = ships ? row->pieces : there;
    return posted;
}

void stock_end_reservation(struct stock_step *step)
{
    const struct stock_end *wish = &step->command->body->stock_end;
    struct stock_posting_now now;
    enum stock_account to = wish->to == 0 ? STOCK_SELLABLE : (enum stock_account)wish->to;
    if (!stock_posting_load(&step->desk->rows, &wish->reservation, &now) ||
        now.row.act != STOCK_RESERVE || !id_equal(&now.row.warehouse, &wish->warehouse) ||
        !stock_is_covered(step, &now.row.merchant)) {
        refuse(step, ERROR_NOT_FOUND, "reservation");
        return;
    }
    if (!stock_goods_begin(step, &now.row.warehouse, &now.row.merchant, now.row.sku)) return;
    step->decision->entity = wish->reservation;
    if (stock_has_ended(&step->desk->rows, &wish->reservation) && !BUG(kept_ended_twice)) {
        refuse(step, ERROR_CONFLICT, "reservation: ended_already");
        return;
    }
    struct stock_posted posted = ending(step->desk, &step->goods, &now.row, to);
    posted.posting = mint_of(step->desk, step->moment, &step->desk->node);
    posted.reservation = wish->reservation;
    posted.by = step->command->by;
    posted.at_ms = step->moment->wall_ms;
    posted.reason = wish->reason;
    /* Nothing is left of it: it ends all the same. */
    if (posted.pieces > 0 && !stock_allows(step, &posted, 0)) return;
    decision_add(step->decision, EVENT_STOCK_POSTED, &posted.posting, &posted);
}

/* Silence gives the pieces back, or sets them aside while a recall stands. */
void stock_due(const struct desk *desk, uint64_t due_ms, const struct id *posting,
               struct moment *moment, struct decision *decision)
{
    struct stock_posting_now now;
    struct stock_offer offer;
    if (!stock_posting_load(&desk->rows, posting, &now)) return;
    if (stock_has_ended(&desk->rows, posting)) return;
    if (now.row.expires_ms != due_ms || due_ms > moment->wall_ms) return;
    struct id warehouse = now.row.warehouse, merchant = now.row.merchant;
    if (!id_equal(&warehouse, &desk->warehouse)) return;
    struct stock_goods goods = stock_goods(desk, &warehouse, &merchant, now.row.sku);
    stock_offer(desk, &goods, &offer);
    struct stock_posted posted =
        ending(desk, &goods, &now.row, offer.recalled ? STOCK_QUARANTINE : STOCK_SELLABLE);
    posted.posting = mint_of(desk, moment, &desk->node);
    posted.reservation = *posting;
    posted.by = actor_self(desk, BY_CLOCK);
    posted.at_ms = moment->wall_ms;
    posted.reason = span_text("nobody shipped it in time");
    decision_add(decision, EVENT_STOCK_POSTED, &posted.posting, &posted);
}
