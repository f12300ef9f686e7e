/* Deciding about stock: moves, other postings, counts, voids, bins. The warehouse where the goods
 * lie decides, by the rules of ledger.h and the balances as they stand. */
#include "overseas-warehouse/stock/stock.h"
#include "overseas-warehouse/exchange/exchange.h"
#include "overseas-warehouse/parts.h"
#include "proto/bugs.h"
#include "proto/line.h"

static bool refuse(const struct stock_step *step, enum error error, const char *rule)
{
    decision_refuse(step->decision, error, rule);
    return false;
}

static bool refuse_by(const struct stock_step *step, enum stock_refusal refusal)
{
    char text[RULE_BYTES_MAX];
    struct line line = line_over(text, sizeof text);
    line_text(&line, stock_refusal_field(refusal));
    line_text(&line, ": ");
    line_text(&line, stock_refusal_rule(refusal));
    return refuse(step, ERROR_CONFLICT, text);
}

bool stock_is_covered(const struct stock_step *step, const struct id *merchant)
{
    return id_is_zero(&step->command->merchant) || id_equal(&step->command->merchant, merchant);
}

bool stock_goods_begin(struct stock_step *step, const struct id *warehouse,
                       const struct id *merchant, struct span sku)
{
    struct merchant known;
    step->goods = stock_goods(step->desk, warehouse, merchant, sku);
    step->decision->entity = *merchant;
    if (!command_covers(step->command, merchant, step->decision)) return false;
    if (!id_equal(warehouse, &step->desk->warehouse))
        return refuse(step, ERROR_HELD_ELSEWHERE, "warehouse");
    if (!merchant_load(&step->desk->rows, merchant, &known))
        return refuse(step, ERROR_NOT_FOUND, "merchant");
    return step->goods.sku_size > 0 || refuse(step, ERROR_MISSING_FIELD, "sku");
}

/* --- what stands ------------------------------------------------------------------------------ */

static bool is_free(enum stock_account account)
{
    return account == STOCK_SELLABLE;
}

/* A recall bars all of them, holds as many pieces as there are units held. */
static uint32_t barred(const struct stock_step *step, const struct stock_posting *posting)
{
    struct stock_offer offer;
    stock_offer(step->desk, &step->goods, &offer);
    if (offer.recalled) return 1;
    bool leaves = is_free(posting->from) && !is_free(posting->to);
    return leaves && (int64_t)posting->pieces > offer.available && offer.held > 0;
}

static void bin_facts(const struct stock_step *step, const struct stock_place *to,
                      struct stock_facts *facts)
{
    struct stock_bin_row bin;
    struct stock_fill_row fill = {.pieces = 0};
    struct span name = span_of(to->bin, to->bin_size);
    if (name.size == 0) return;
    struct key key = stock_bin_key(step->desk->crypto, &step->goods.warehouse, name);
    if (stock_bin_load(step->desk, &step->goods.warehouse, name, &bin))
        facts->bin_capacity = bin.capacity;
    rows_load(&step->desk->rows, VIEW_STOCK_FILL, &key, &stock_fill_row_shape, &fill);
    facts->bin_pieces = fill.pieces < 0 ? 0 : (uint64_t)fill.pieces;
}

static bool counted_since(const struct stock_step *step, const struct stock_place *place,
                          uint64_t hlc)
{
    struct stock_tally_row tally;
    struct key key = stock_tally_key(step->desk->crypto, &step->goods, place);
    return stock_is_pool(place->account) &&
           rows_load(&step->desk->rows, VIEW_STOCK_TALLY, &key, &stock_tally_row_shape, &tally) &&
           tally.hlc > hlc;
}

bool stock_allows(const struct stock_step *step, const struct stock_posted *posted, uint64_t voids)
{
    uint64_t to_grade = posted->to_grade != 0 ? posted->to_grade : posted->grade;
    struct stock_place from =
        stock_place((enum stock_account)posted->from, posted->bin, posted->grade);
    struct stock_place to = stock_place((enum stock_account)posted->to, posted->to_bin, to_grade);
    struct stock_posting posting = {
        .act = (enum stock_act)posted->act,
        .from = from.account,
        .to = to.account,
        .same_bin = span_equal(span_of(from.bin, from.bin_size), span_of(to.bin, to.bin_size)),
        .pieces = posted->pieces};
    struct stock_posting done = voids != 0 ? stock_reverse(&posting) : posting;
    struct stock_place source = voids != 0 ? to : from, sink = voids != 0 ? from : to;
    struct stock_facts facts = {.from_pieces = stock_pieces(step->desk, &step->goods, &source),
                                .holds = barred(step, &done),
                                .counted_since = voids != 0 && (counted_since(step, &from, voids) ||
                                                                counted_since(step, &to, voids))};
    bin_facts(step, &sink, &facts);
    enum stock_refusal refusal =
        voids != 0 ? stock_judge_void(&posting, &facts) : stock_judge(&posting, &facts);
    return refusal == STOCK_ALLOWED || refuse_by(step, refusal);
}

/* --- what a place opens with -------------------------------------------------------------------
 */

#define IMPORTS_MAX 16 /* of one reference into one place, all but the last of them voided */

static struct id import_id(const struct stock_step *step, const struct stock_posted *posted,
                           unsigned number)
{
    uint64_t grade = posted->to_grade != 0 ? posted->to_grade : posted->grade;
    /* The bin's size parts it from the reference. */
    uint8_t bytes[4] = {(uint8_t)posted->to, (uint8_t)grade, (uint8_t)number,
                        (uint8_t)posted->to_bin.size};
    struct span parts[] = {id_span(&posted->warehouse),
                           id_span(&posted->merchant),
                           id_span(&step->goods.form),
                           span_of(bytes, sizeof bytes),
                           posted->to_bin,
                           posted->reference};
    struct id id = crypto_id(step->desk->crypto, "entrepot/stock/import/1", parts, 6);
    id_own(step->desk->crypto, &id, &step->desk->node);
    return id;
}

/* The same reference into the same place is the same import, whenever and by whatever key it comes
 * again, unless it was voided. false: there is nothing to post. */
static bool is_new_import(const struct stock_step *step, struct stock_posted *posted)
{
    for (unsigned number = 0; number < IMPORTS_MAX; number++) {
        struct stock_posting_now now;
        struct id id = import_id(step, posted, number);
        bool known = stock_posting_load(&step->desk->rows, &id, &now);
        if (known && now.row.voided != 0) continue;
        step->decision->entity = posted->posting = id;
        if (!known) return true;
        return now.row.pieces != posted->pieces &&
               refuse(step, ERROR_CONFLICT, "pieces: imported_already");
    }
    return refuse(step, ERROR_CONFLICT, "reference: voided_too_often");
}

/* --- postings --------------------------------------------------------------------------------- */

static bool bin_is_open(const struct stock_step *step, struct span bin)
{
    struct stock_bin_row row;
    if (bin.size == 0) return true;
    if (!stock_bin_load(step->desk, &step->goods.warehouse, bin, &row))
        return refuse(step, ERROR_NOT_FOUND, "to_bin: no such bin");
    return row.closed == 0 || refuse(step, ERROR_CONFLICT, "to_bin: bin_closed");
}

static bool is_worded(const struct stock_step *step, const struct stock_post *wish)
{
    bool own = wish->act == STOCK_RESTOCK || wish->act == STOCK_RESERVE ||
               wish->act == STOCK_RELEASE || wish->act == STOCK_SHIP || wish->act == STOCK_COUNT;
    bool why =
        wish->act == STOCK_ADJUST || wish->act == STOCK_DISCARD || wish->act == STOCK_REGRADE;
    if (own) return refuse(step, ERROR_OUT_OF_RANGE, "act: it has a call of its own");
    if (why && wish->reason.size == 0) return refuse(step, ERROR_MISSING_FIELD, "reason");
    bool regrades = wish->to_grade == 0 || wish->act == STOCK_REGRADE;
    return regrades || refuse(step, ERROR_CONFLICT, "to_grade: regrade");
}

static void post(struct stock_step *step)
{
    const struct stock_post *wish = &step->command->body->stock_post;
    if (!stock_goods_begin(step, &wish->warehouse, &wish->merchant, wish->sku)) return;
    if (!is_worded(step, wish)) return;
    struct stock_posted posted = {.posting = mint_of(step->desk, step->moment, &step->desk->node),
                                  .by = step->command->by,
                                  .at_ms = step->moment->wall_ms};
    shape_copy(&stock_posted_shape, &posted, &stock_post_shape, wish);
    if (posted.to == 0) posted.to = posted.from;
    if (!stock_is_pool((enum stock_account)posted.from)) posted.bin = (struct span){0};
    if (!stock_is_pool((enum stock_account)posted.to)) posted.to_bin = (struct span){0};
    /* Other acts than a move leave it where it lies unless another bin is named. */
    bool stays = posted.act != STOCK_MOVE && posted.to_bin.size == 0 &&
                 stock_is_pool((enum stock_account)posted.from) &&
                 stock_is_pool((enum stock_account)posted.to);
    if (stays) posted.to_bin = posted.bin;
    bool named = posted.act == STOCK_IMPORT && posted.reference.size > 0;
    if (named && !is_new_import(step, &posted)) return;
    if (!stays && !bin_is_open(step, posted.to_bin)) return;
    if (!stock_allows(step, &posted, 0)) return;
    step->decision->entity = posted.posting;
    decision_add(step->decision, EVENT_STOCK_POSTED, &posted.posting, &posted);
}

/* --- counts ----------------------------------------------------------------------------------- */

static void count(struct stock_step *step)
{
    const struct stock_tally *wish = &step->command->body->stock_tally;
    if (!stock_goods_begin(step, &wish->warehouse, &wish->merchant, wish->sku)) return;
    struct stock_counted counted = {.posting = mint_of(step->desk, step->moment, &step->desk->node),
                                    .by = step->command->by,
                                    .at_ms = step->moment->wall_ms};
    shape_copy(&stock_counted_shape, &counted, &stock_tally_shape, wish);
    if (counted.account == 0) counted.account = STOCK_SELLABLE;
    if (!stock_is_pool((enum stock_account)counted.account)) {
        refuse(step, ERROR_OUT_OF_RANGE, "account: sellable, unsellable, quarantine, reserved");
        return;
    }
    struct stock_place where =
        stock_place((enum stock_account)counted.account, counted.bin, counted.grade);
    struct stock_place kept = stock_place(STOCK_RESERVED, counted.bin, counted.grade);
    bool free = is_free(where.account); /* what is reserved lies among these */
    struct stock_found found =
        stock_count(stock_pieces(step->desk, &step->goods, &where),
                    free ? stock_pieces(step->desk, &step->goods, &kept) : 0, counted.found);
    counted.free = found.free;
    counted.reserved = found.reserved;
    counted.contradiction = found.contradiction;
    step->decision->entity = counted.posting;
    decision_add(step->decision, EVENT_STOCK_COUNTED, &counted.posting, &counted);
}

/* --- taking back ------------------------------------------------------------------------------ */

static bool may_void(const struct stock_step *step, const struct stock_posting_now *now)
{
    struct key lost = key_of(&now->log);
    if (now->row.voided != 0 && !BUG(posting_voided_twice))
        return refuse(step, ERROR_CONFLICT, "posting: voided_already");
    if (id_is_zero(&now->log))
        return refuse(step, ERROR_CONFLICT, "posting: a restock is the unit's own");
    if (rows_has(&step->desk->rows, VIEW_SUCCEEDS, &lost))
        return refuse(step, ERROR_CONFLICT, "posting: of a store that was lost; count instead");
    if (now->row.act == STOCK_COUNT)
        return refuse(step, ERROR_CONFLICT, "posting: a count stands; count again");
    if (now->row.act == STOCK_RESERVE || now->row.act == STOCK_RELEASE ||
        now->row.act == STOCK_SHIP)
        return refuse(step, ERROR_CONFLICT, "posting: a reservation ends, it is not voided");
    return true;
}

static void take_back(struct stock_step *step)
{
    const struct stock_void *wish = &step->command->body->stock_void;
    struct stock_posting_now now;
    if (!stock_posting_load(&step->desk->rows, &wish->posting, &now) ||
        !id_equal(&now.row.warehouse, &wish->warehouse) ||
        !stock_is_covered(step, &now.row.merchant)) {
        refuse(step, ERROR_NOT_FOUND, "posting");
        return;
    }
    if (!stock_goods_begin(step, &now.row.warehouse, &now.row.merchant, now.row.sku)) return;
    step->decision->entity = wish->posting;
    if (!may_void(step, &now)) return;
    struct stock_posted posted = {.posting = wish->posting};
    shape_copy(&stock_posted_shape, &posted, &stock_posting_row_shape, &now.row);
    if (!stock_allows(step, &posted, now.row.hlc)) return;
    struct stock_voided voided = {.posting = wish->posting,
                                  .by = step->command->by,
                                  .at_ms = step->moment->wall_ms,
                                  .reason = wish->reason};
    decision_add(step->decision, EVENT_STOCK_VOIDED, &wish->posting, &voided);
}

/* --- bins ------------------------------------------------------------------------------------- */

/* Less room than is taken is said as it is: goods that lie there stay. */
static void put_bin(struct stock_step *step)
{
    const struct stock_bin_put *wish = &step->command->body->stock_bin_put;
    struct stock_bin_set set = {.by = step->command->by, .at_ms = step->moment->wall_ms};
    if (!id_equal(&wish->warehouse, &step->desk->warehouse)) {
        refuse(step, ERROR_HELD_ELSEWHERE, "warehouse");
        return;
    }
    if (wish->bin.size == 0) {
        refuse(step, ERROR_MISSING_FIELD, "bin");
        return;
    }
    shape_copy(&stock_bin_set_shape, &set, &stock_bin_put_shape, wish);
    step->decision->entity = wish->warehouse;
    decision_add(step->decision, EVENT_STOCK_BIN_SET, &wish->warehouse, &set);
}

/* What an exchange sends leaves by its own call, once the book gave leave. */
static void end_reservation(struct stock_step *step)
{
    const struct stock_end *wish = &step->command->body->stock_end;
    struct stock_posting_now now;
    bool ships = wish->to != 0 && !stock_is_pool((enum stock_account)wish->to);
    bool seen = stock_posting_load(&step->desk->rows, &wish->reservation, &now) &&
                stock_is_covered(step, &now.row.merchant);
    if (ships && seen && exchange_keeps(&step->desk->rows, &wish->reservation))
        refuse(step, ERROR_CONFLICT, "reservation: the_exchange_sends_it");
    else
        stock_end_reservation(step);
}

void stock_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision)
{
    struct stock_step step = {
        .desk = desk, .command = command, .moment = moment, .decision = decision};
    switch ((int)command->kind) {
    case COMMAND_STOCK_POST: post(&step); return;
    case COMMAND_STOCK_COUNT: count(&step); return;
    case COMMAND_STOCK_VOID: take_back(&step); return;
    case COMMAND_STOCK_BIN_PUT: put_bin(&step); return;
    case COMMAND_STOCK_RESERVE: stock_reserve(&step); return;
    default: end_reservation(&step); return;
    }
}
