/* Boxes: received at a dock, offline too; matched with returns by what the slip or the number says,
 * in either order of arrival; claimed by a book; assigned unit by unit by the warehouse. */
#include "overseas-warehouse/matching/matching.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"
#include "proto/bugs.h"

/* --- receiving -------------------------------------------------------------------------------- */

struct receipt {
    const struct desk *desk;
    const struct command *command;
    struct moment *moment;
    struct decision *decision;
    struct id box;
    uint8_t number[TRACKING_NUMBER_BYTES_MAX];
};

static bool known_return_or_none(const struct receipt *receipt, const struct id *return_id)
{
    struct return_row row;
    /* A return that is not known here yet may be known elsewhere: the slip is believed. Only a
     * token's scope is checked, and only against what is known. */
    if (id_is_zero(return_id) || !return_load(&receipt->desk->rows, return_id, &row)) return true;
    return command_covers(receipt->command, &row.merchant, receipt->decision);
}

/* Is it, by its slip or by those who claimed it, another merchant's than the token's? */
static bool is_anothers(const struct receipt *receipt, const struct id *slip)
{
    const struct rows *rows = &receipt->desk->rows;
    const struct id *merchant = &receipt->command->merchant;
    struct return_row owner;
    struct row row;
    if (id_is_zero(merchant)) return false;
    bool other = return_load(rows, slip, &owner) && !id_equal(&owner.merchant, merchant);
    struct key prefix = key_of(&receipt->box);
    struct walk walk = walk_over(&prefix);
    while (walk_next(rows, VIEW_BOX_CLAIM, &walk, &row)) {
        struct id return_id;
        memcpy(return_id.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!return_load(rows, &return_id, &owner)) continue;
        if (id_equal(&owner.merchant, merchant)) return false;
        other = true;
    }
    return other;
}

/* A box that was received before keeps what the second look does not say. */
static bool take_former(const struct receipt *receipt, struct box_received *received)
{
    struct box_row row;
    const struct box_receive *body = &receipt->command->body->box_receive;
    if (id_is_zero(&body->box)) return true;
    bool known = box_load(&receipt->desk->rows, &body->box, &row);
    struct id slip = known ? row.return_id : (struct id){{0}};
    if (!known || is_anothers(receipt, &slip)) {
        decision_refuse(receipt->decision, ERROR_NOT_FOUND, "box");
        return false;
    }
    if (!id_equal(&row.warehouse, &body->warehouse)) {
        decision_refuse(receipt->decision, ERROR_HELD_ELSEWHERE, "box");
        return false;
    }
    if (row.voided_ms != 0) {
        decision_refuse(receipt->decision, ERROR_CONFLICT, "box: its receipt was taken back");
        return false;
    }
    struct key log = key_of(&row.log);
    if (rows_has(&receipt->desk->rows, VIEW_SUCCEEDS, &log)) { /* each box has one writer */
        decision_refuse(receipt->decision, ERROR_UNSUPPORTED,
                        "box: its store was lost; receive it as a new box");
        return false;
    }
    if (received->number.size == 0) received->number = row.number;
    if (received->weight_g == 0) received->weight_g = row.weight_g;
    if (id_is_zero(&received->return_id)) received->return_id = row.return_id;
    received->at_ms = row.at_ms;
    return true;
}

static void add_unit(struct receipt *receipt, const struct box_item *item)
{
    const struct rule *rule =
        decision_judge(receipt->decision, TABLE_UNIT, UNIT_NONE,
                       (enum actor_kind)receipt->command->by.kind, DO_RECEIVE, 0);
    if (rule == NULL) return;
    struct unit_moved moved = {.unit = mint(receipt->desk, receipt->moment),
                               .hop = 1,
                               .verb = DO_RECEIVE,
                               .to = rule->to,
                               .by = receipt->command->by,
                               .at_ms = receipt->moment->wall_ms,
                               .box = receipt->box,
                               .warehouse = receipt->command->body->box_receive.warehouse,
                               .sku = item->sku,
                               .serial = item->serial,
                               .cycle = 1,
                               .rule = rule_number(TABLE_UNIT, rule)};
    decision_add(receipt->decision, EVENT_UNIT_MOVED, &moved.unit, &moved);
}

void box_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                struct decision *decision)
{
    const struct box_receive *body = &command->body->box_receive;
    struct receipt receipt = {desk, command, moment, decision, body->box, {0}};
    if (!id_equal(&body->warehouse, &desk->warehouse)) {
        decision_refuse(decision, ERROR_HELD_ELSEWHERE, "warehouse");
        return;
    }
    if (id_is_zero(&receipt.box)) receipt.box = mint(desk, moment);
    struct box_received received = {.box = receipt.box,
                                    .warehouse = body->warehouse,
                                    .number = parcel_number(body->number, receipt.number),
                                    .weight_g = body->weight_g,
                                    .return_id = body->return_id,
                                    .at_ms = moment->wall_ms,
                                    .by = command->by};
    decision->entity = receipt.box;
    if (!known_return_or_none(&receipt, &body->return_id)) return;
    if (!take_former(&receipt, &received)) return;
    decision_add(decision, EVENT_BOX_RECEIVED, &receipt.box, &received);
    for (uint32_t i = 0; i < body->items_count; i++) add_unit(&receipt, &body->items[i]);
}

/* --- folding ---------------------------------------------------------------------------------- */

static void refresh_returns(const struct desk *desk, const struct id *box, const struct id *parcel,
                            const struct id *slip)
{
    struct key prefix = key_of(parcel);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (!id_is_zero(parcel) && walk_next(&desk->rows, VIEW_RETURN_BY_PARCEL, &walk, &row)) {
        struct id return_id;
        memcpy(return_id.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        box_todo_refresh(desk, box, &return_id);
    }
    if (!id_is_zero(slip)) box_todo_refresh(desk, box, slip);
}

/* What a box's row says about where it belongs, copied out of the row. */
struct bearings {
    struct id parcel, slip;
    uint8_t number[TRACKING_NUMBER_BYTES_MAX];
    struct span form;
};

static void take_bearings(const struct desk *desk, struct span number, const struct id *slip,
                          struct bearings *bearings)
{
    memset(bearings, 0, sizeof *bearings);
    bearings->form = parcel_number(number, bearings->number);
    if (bearings->form.size > 0) bearings->parcel = parcel_id(desk->crypto, bearings->form);
    bearings->slip = *slip;
}

static void index_box(const struct desk *desk, const struct id *box, const struct bearings *at,
                      void (*act)(const struct rows *, enum view_table, const struct key *))
{
    struct key key = pair_key(&at->parcel, box);
    if (!id_is_zero(&at->parcel)) act(&desk->rows, VIEW_BOX_BY_PARCEL, &key);
    key = pair_key(&at->slip, box);
    if (!id_is_zero(&at->slip)) act(&desk->rows, VIEW_BOX_BY_PARCEL, &key);
}

static void settle_box(const struct desk *desk, const struct id *box, const struct bearings *at)
{
    refresh_returns(desk, box, &at->parcel, &at->slip);
    if (at->form.size > 0) parcel_refresh(desk, at->form);
}

/* One log writes a box. Were there two, the smaller log's word stands, in any order of arrival. */
void box_fold(const struct desk *desk, const struct place *place,
              const struct box_received *received)
{
    struct box_row former;
    struct bearings old, now;
    bool known = box_load(&desk->rows, &received->box, &former);
    if (known && memcmp(former.log.bytes, place->log.bytes, ID_BYTES) < 0) return;
    memset(&old, 0, sizeof old);
    if (known) take_bearings(desk, former.number, &former.return_id, &old);
    if (known) receipt_void_forget(desk, &received->box, &former);
    take_bearings(desk, received->number, &received->return_id, &now);
    if (known) index_box(desk, &received->box, &old, rows_drop);
    struct box_row row = {.warehouse = received->warehouse,
                          .number = now.form,
                          .weight_g = received->weight_g,
                          .return_id = received->return_id,
                          .at_ms = received->at_ms,
                          .log = place->log,
                          .idx = place->idx};
    struct key key = key_of(&received->box);
    rows_store(&desk->rows, VIEW_BOX, &key, &box_row_shape, &row);
    index_box(desk, &received->box, &now, rows_mark);
    if (known) settle_box(desk, &received->box, &old);
    settle_box(desk, &received->box, &now);
    removal_todo_refresh(desk, &received->box);
    unclaimed_refresh(desk, &received->box);
}

/* It bears nothing any more by which it could be found, claimed or waited for. */
void box_forget(const struct desk *desk, const struct id *box, const struct box_forgotten *how)
{
    struct box_row row;
    struct bearings old;
    uint8_t number[TRACKING_NUMBER_BYTES_MAX];
    if (!box_load(&desk->rows, box, &row)) return;
    take_bearings(desk, row.number, &row.return_id, &old);
    index_box(desk, box, &old, rows_drop);
    if (!box_load(&desk->rows, box, &row)) return;
    row.voided_number = parcel_number(row.number, number);
    row.number = (struct span){0};
    row.return_id = (struct id){{0}};
    row.voided_ms = how->at_ms;
    row.voided_reason = how->reason;
    row.void_idx = how->idx;
    struct key key = key_of(box);
    rows_store(&desk->rows, VIEW_BOX, &key, &box_row_shape, &row);
    settle_box(desk, box, &old);
}

void box_point(const struct desk *desk, const struct id *box, const struct id *return_id)
{
    struct box_row row;
    struct bearings old, now;
    if (!box_load(&desk->rows, box, &row)) return;
    take_bearings(desk, row.number, &row.return_id, &old);
    take_bearings(desk, row.number, return_id, &now);
    index_box(desk, box, &old, rows_drop);
    if (!box_load(&desk->rows, box, &row)) return;
    row.return_id = *return_id;
    struct key key = key_of(box);
    rows_store(&desk->rows, VIEW_BOX, &key, &box_row_shape, &row);
    index_box(desk, box, &now, rows_mark);
    settle_box(desk, box, &old);
    settle_box(desk, box, &now);
}

/* --- matching --------------------------------------------------------------------------------- */

static bool box_matches(const struct desk *desk, const struct box_row *box,
                        const struct id *return_id)
{
    if (id_equal(&box->return_id, return_id)) return true;
    if (box->number.size == 0) return false;
    struct id parcel = parcel_id(desk->crypto, box->number);
    struct key named = pair_key(&parcel, return_id); /* by its first number or a further one */
    return rows_has(&desk->rows, VIEW_RETURN_BY_PARCEL, &named);
}

/* Has the book answered? A slip that names the return settles what an old number could not, so then
 * nothing but a claim is an answer: the slip may have been read at a second look. */
bool box_is_answered(const struct desk *desk, const struct id *box_id, const struct box_row *box,
                     const struct id *return_id)
{
    struct box_claim_row claim;
    struct key seen = seen_key(return_id, box_id, DO_CLAIM_BOX);
    if (id_equal(&box->return_id, return_id))
        return claim_load(&desk->rows, box_id, return_id, &claim);
    return rows_has(&desk->rows, VIEW_RETURN_SEEN, &seen);
}

/* To do exactly while the two are known to belong together and the book has not answered. */
void box_todo_refresh(const struct desk *desk, const struct id *box_id, const struct id *return_id)
{
    struct box_row box;
    struct return_row row;
    if (!return_load(&desk->rows, return_id, &row)) return;
    bool waits = box_load(&desk->rows, box_id, &box) && box_matches(desk, &box, return_id) &&
                 !box_is_answered(desk, box_id, &box, return_id);
    struct id book = row.book;
    if (waits)
        todo_put(&desk->rows, &book, TODO_BOX, box_id, return_id);
    else
        todo_drop(&desk->rows, &book, TODO_BOX, box_id, return_id);
    unclaimed_refresh(desk, box_id);
}

/* --- assigning -------------------------------------------------------------------------------- */

static bool next_free_unit(const struct desk *desk, struct walk *walk, struct id *unit)
{
    struct row row;
    while (walk_next(&desk->rows, VIEW_UNIT_BY_BOX, walk, &row)) {
        memcpy(unit->bytes, walk->at.bytes + ID_BYTES, ID_BYTES);
        /* What came by a removal order is its merchant's, and no refund was ever meant for it. */
        if (unit_is_free(desk, unit)) return true;
    }
    return false;
}

/* A claim leaves work exactly while some unit of the box belongs to nobody yet. */
void assign_todo_refresh(const struct desk *desk, const struct id *box)
{
    struct key prefix = key_of(box);
    struct walk units = walk_over(&prefix), claims = walk_over(&prefix);
    struct id unit;
    bool waits = next_free_unit(desk, &units, &unit);
    struct row row;
    while (walk_next(&desk->rows, VIEW_BOX_CLAIM, &claims, &row)) {
        struct box_claim_row claim;
        if (shape_decode(&box_claim_row_shape, row.value, &claim, NULL) != OK) continue;
        struct id warehouse = claim.warehouse, return_id = claim.return_id;
        if (waits && claim_counts(&desk->rows, box, &return_id))
            todo_put(&desk->rows, &warehouse, TODO_ASSIGN, box, &return_id);
        else
            todo_drop(&desk->rows, &warehouse, TODO_ASSIGN, box, &return_id);
    }
    removal_todo_refresh(desk, box);
    unclaimed_refresh(desk, box);
}

/* One claim on the box, and how many units of the box each of its lines has got. */
struct claim_state {
    struct box_claim_row claim;
    uint64_t given[RETURN_LINES_MAX];
};

/* How well a claim suits a unit; the greater the better. */
enum suit { SUIT_NONE, SUIT_FULL, SUIT_ROOM };

#define CLAIMS_MAX 16 /* on one box; more are left to a person */
struct assignment {
    const struct desk *desk;
    struct id box;
    bool complete; /* every return that the box may be of has spoken */
    struct claim_state claims[CLAIMS_MAX];
    uint32_t count;
};

static void count_unit(struct assignment *work, const struct id *unit)
{
    struct assigned_row assigned;
    if (!assigned_load(&work->desk->rows, unit, &assigned)) return;
    for (uint32_t i = 0; i < work->count; i++) {
        struct claim_state *state = &work->claims[i];
        if (!id_equal(&assigned.return_id, &state->claim.return_id)) continue;
        for (uint32_t line = 0; line < state->claim.lines_count; line++)
            if (state->claim.lines[line].line == assigned.line) state->given[line]++;
    }
}

static void load_claims(struct assignment *work)
{
    struct key prefix = key_of(&work->box);
    struct row row;
    for (struct walk walk = walk_over(&prefix);
         work->count < CLAIMS_MAX && walk_next(&work->desk->rows, VIEW_BOX_CLAIM, &walk, &row);) {
        struct claim_state *state = &work->claims[work->count];
        if (shape_decode(&box_claim_row_shape, row.value, &state->claim, NULL) == OK &&
            claim_counts(&work->desk->rows, &work->box, &state->claim.return_id))
            work->count++;
    }
    for (struct walk walk = walk_over(&prefix);
         walk_next(&work->desk->rows, VIEW_UNIT_BY_BOX, &walk, &row);) {
        struct id unit;
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        count_unit(work, &unit);
    }
}

static enum suit suits(const struct claim_state *state, uint32_t line, struct span sku)
{
    bool fits = span_equal(state->claim.skus[line].sku, sku) || BUG(foreign_paid);
    if (!fits) return SUIT_NONE;
    bool room = state->given[line] < state->claim.lines[line].quantity || BUG(over_assigned);
    return room ? SUIT_ROOM : SUIT_FULL;
}

/* Where a unit of that SKU goes: a line that has room for it, else one that had, else, as a foreign
 * thing, to the first claim. Each claim at work comes to the same answer. */
struct choice {
    uint32_t claim, line;
    enum suit suit;
};
static struct choice choose(const struct assignment *work, struct span sku)
{
    struct choice best = {.claim = 0, .suit = SUIT_NONE};
    for (uint32_t i = 0; i < work->count; i++) {
        const struct box_claim_row *claim = &work->claims[i].claim;
        for (uint32_t line = 0; line < claim->lines_count && line < claim->skus_count; line++) {
            enum suit suit = suits(&work->claims[i], line, sku);
            if (suit > best.suit) best = (struct choice){i, line, suit};
        }
    }
    return best;
}

static bool has_spoken(const struct desk *desk, const struct id *box_id, const struct id *return_id)
{
    struct return_row row;
    struct box_row box;
    return !return_load(&desk->rows, return_id, &row) || !box_load(&desk->rows, box_id, &box) ||
           box_is_answered(desk, box_id, &box, return_id);
}

/* Has each return that is known here by the box's slip or number said whether it claims the box?
 * Books are led at different places and hear of a box at different times. */
static bool all_have_spoken(const struct desk *desk, const struct id *box_id)
{
    struct box_row box;
    if (!box_load(&desk->rows, box_id, &box)) return true;
    struct id slip = box.return_id;
    struct id parcel = parcel_id(desk->crypto, box.number);
    bool numbered = box.number.size > 0;
    if (!id_is_zero(&slip) && !has_spoken(desk, box_id, &slip)) return false;
    struct key prefix = key_of(&parcel);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (numbered && walk_next(&desk->rows, VIEW_RETURN_BY_PARCEL, &walk, &row)) {
        struct id return_id;
        memcpy(return_id.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!has_spoken(desk, box_id, &return_id)) return false;
    }
    return true;
}

static void assign_unit(struct assignment *work, const struct id *unit, const struct id *return_id,
                        struct decision *decision)
{
    struct unit_now now;
    if (!unit_load(&work->desk->rows, unit, &now)) return;
    struct choice choice = choose(work, now.row.sku);
    struct claim_state *state = &work->claims[choice.claim];
    if (!id_equal(&state->claim.return_id, return_id)) return; /* that claim's work */
    /* A unit is assigned once: what no claim has room for may be of a return yet to be heard. */
    if (choice.suit != SUIT_ROOM && !work->complete) return;
    struct unit_assigned assigned = {.unit = *unit,
                                     .box = work->box,
                                     .return_id = *return_id,
                                     .line = LINE_NONE,
                                     .hop = now.hop,
                                     .book = state->claim.book,
                                     .over = choice.suit != SUIT_ROOM};
    if (choice.suit != SUIT_NONE) {
        assigned.line = state->claim.lines[choice.line].line;
        state->given[choice.line]++;
    }
    if (decision_judge(decision, TABLE_UNIT, now.row.state, BY_BOOK, DO_ASSIGN, 0) == NULL) return;
    decision_add(decision, EVENT_UNIT_ASSIGNED, unit, &assigned);
    decision_dep(decision, &state->claim.book, state->claim.idx);
}

void assign_react(const struct desk *desk, const struct id *box, const struct id *return_id,
                  struct moment *moment, struct decision *decision)
{
    (void)moment;
    struct assignment work;
    memset(&work, 0, sizeof work);
    work.desk = desk;
    work.box = *box;
    load_claims(&work);
    if (work.count == 0) return;
    work.complete = all_have_spoken(desk, box);
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct id unit;
    while (decision->drafts_count < DRAFTS_MAX && next_free_unit(desk, &walk, &unit))
        assign_unit(&work, &unit, return_id, decision);
}
