/* Removal orders: what a platform is to send back of a merchant's stock, by one reference and in
 * cartons over weeks. Nobody returned these goods, so no money follows them: they are their
 * merchant's from the carton on. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"

/* --- what it says ----------------------------------------------------------------------------- */

static bool lines_are_sound(const struct removal *removal, struct decision *decision)
{
    for (uint32_t i = 0; i < removal->lines_count; i++) {
        const struct removal_line *line = &removal->lines[i];
        uint8_t room[SKU_BYTES_MAX];
        if (sku_form(line->sku, room).size == 0)
            return refuse_at(decision, ERROR_OUT_OF_RANGE, "lines", i,
                             "/sku: nothing is left of it");
        if (line->quantity == 0)
            return refuse_at(decision, ERROR_OUT_OF_RANGE, "lines", i, "/quantity: one at least");
        if (line->lpn.size == 0) continue;
        if (line->quantity != 1)
            return refuse_at(decision, ERROR_OUT_OF_RANGE, "lines", i,
                             "/quantity: an_lpn_is_one_unit");
        for (uint32_t k = 0; k < i; k++)
            if (span_equal(removal->lines[k].lpn, line->lpn))
                return refuse_at(decision, ERROR_OUT_OF_RANGE, "lines", i, "/lpn: named_once");
    }
    return true;
}

static bool cartons_differ(const struct desk *desk, const struct removal *removal,
                           struct decision *decision)
{
    for (uint32_t i = 0; i < removal->cartons_count; i++) {
        struct id parcel = parcel_id(desk->crypto, removal->cartons[i].number);
        for (uint32_t k = 0; k < i; k++) {
            struct id other = parcel_id(desk->crypto, removal->cartons[k].number);
            if (id_equal(&parcel, &other))
                return refuse_at(decision, ERROR_OUT_OF_RANGE, "cartons", i, "/number: named_once");
        }
    }
    return true;
}

/* The same facts once more are no version. */
static bool says_the_same(const struct removal *removal, const struct removal_row *row)
{
    uint8_t room[2][ROW_BYTES_MAX];
    struct span bytes[2];
    struct removal_put a = {.merchant = removal->merchant, .reference = removal->reference}, b = a;
    shape_copy(&removal_put_shape, &a, &removal_shape, removal);
    shape_copy(&removal_put_shape, &b, &removal_row_shape, row);
    return shape_encode(&removal_put_shape, &a, room[0], sizeof room[0], &bytes[0]) == OK &&
           shape_encode(&removal_put_shape, &b, room[1], sizeof room[1], &bytes[1]) == OK &&
           span_equal(bytes[0], bytes[1]);
}

static void put_decide(const struct desk *desk, const struct command *command,
                       struct moment *moment, struct decision *decision)
{
    const struct removal_put *put = &command->body->removal_put;
    struct merchant merchant;
    struct removal_row row;
    struct removal removal = {.version = 1, .by = command->by, .at_ms = moment->wall_ms};
    if (!merchant_load(&desk->rows, &put->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    if (!command_covers(command, &put->merchant, decision)) return;
    struct named_of of = {&merchant.book, &put->merchant, put->reference};
    shape_copy(&removal_shape, &removal, &removal_put_shape, put);
    removal.removal = removal_id(desk->crypto, of);
    decision->entity = removal.removal;
    bool known = removal_load(&desk->rows, &removal.removal, &row);
    if (!command_matches(command, known ? row.version : 0, decision)) return;
    if (known && says_the_same(&removal, &row)) return;
    if (known) removal.version = row.version + 1;
    if (lines_are_sound(&removal, decision) && cartons_differ(desk, &removal, decision))
        decision_add(decision, EVENT_REMOVAL, &removal.removal, &removal);
}

/* --- what comes of it ------------------------------------------------------------------------- */

static bool is_form(struct span a, struct span b)
{
    uint8_t room[2][SKU_BYTES_MAX];
    return a.size > 0 && span_equal(sku_form(a, room[0]), sku_form(b, room[1]));
}

/* Whatever was scanned, the sticker of a unit, the platform's label or a code of the merchant's:
 * which SKU of the merchant's is it? Empty: none. */
static struct span sku_of(const struct desk *desk, const struct removal_row *row, struct span code)
{
    struct id sku;
    struct sku_row known;
    for (uint32_t i = 0; i < row->lines_count; i++) {
        const struct removal_line *line = &row->lines[i];
        if (is_form(line->lpn, code) || is_form(line->fnsku, code) || is_form(line->sku, code))
            return line->sku;
    }
    if (sku_find(&desk->rows, desk->crypto, &row->merchant, code, &sku) &&
        sku_load(&desk->rows, &sku, &known))
        return known.code;
    return (struct span){0};
}

static bool is_nobodys(const struct rows *rows, const struct id *unit)
{
    struct key key = key_of(unit);
    return !rows_has(rows, VIEW_ASSIGNED, &key) && !rows_has(rows, VIEW_REMOVED, &key);
}

/* The units of the box that are here and nobody's. */
static void gather(const struct desk *desk, const struct removal_row *row,
                   struct removal_received *received)
{
    struct key prefix = key_of(&received->box);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (received->units_count < REMOVAL_UNITS_MAX &&
           walk_next(&desk->rows, VIEW_UNIT_BY_BOX, &walk, &at)) {
        struct unit_now now;
        struct removed_unit *unit = &received->units[received->units_count];
        memcpy(unit->unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!is_nobodys(&desk->rows, &unit->unit)) continue;
        if (!unit_load(&desk->rows, &unit->unit, &now)) continue;
        struct span sku = sku_of(desk, row, now.row.sku);
        unit->foreign = sku.size == 0;
        unit->sku = sku.size == 0 ? now.row.sku : sku;
        if (unit->sku.size > 0) received->units_count++;
    }
}

static void receive(const struct desk *desk, const struct id *box, const struct id *removal,
                    const struct actor *by, const struct moment *moment, struct decision *decision)
{
    struct removal_received received = {
        .removal = *removal, .box = *box, .by = *by, .at_ms = moment->wall_ms};
    struct removal_row row;
    struct box_row at;
    decision->entity = *removal;
    if (!removal_load(&desk->rows, removal, &row)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "removal");
        return;
    }
    if (!box_load(&desk->rows, box, &at)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "box");
        return;
    }
    if (!id_equal(&at.warehouse, &desk->warehouse)) {
        decision_refuse(decision, ERROR_HELD_ELSEWHERE, "box");
        return;
    }
    gather(desk, &row, &received);
    if (received.units_count == 0) {
        decision_refuse(decision, ERROR_CONFLICT, "box: a_unit_of_it_is_nobodys");
        return;
    }
    decision_add(decision, EVENT_REMOVAL_RECEIVED, removal, &received);
    decision_dep(decision, &row.book, row.idx);
}

void removal_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                    struct decision *decision)
{
    const struct removal_receive *wish = &command->body->removal_receive;
    struct removal_row row;
    if (command->kind == COMMAND_REMOVAL_RECEIVE &&
        removal_load(&desk->rows, &wish->removal, &row) && !id_is_zero(&command->merchant) &&
        !id_equal(&command->merchant, &row.merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "removal"); /* like one that there is not */
        return;
    }
    if (command->kind == COMMAND_REMOVAL_PUT)
        put_decide(desk, command, moment, decision);
    else
        receive(desk, &wish->box, &wish->removal, &command->by, moment, decision);
}

/* A box bears a carton's number: nobody has to say whose it is. */
void removal_react(const struct desk *desk, const struct id *box, const struct id *removal,
                   struct moment *moment, struct decision *decision)
{
    struct actor book = actor_self(desk, BY_BOOK);
    receive(desk, box, removal, &book, moment, decision);
}
