/* Fee tables: set by the warehouse, a version at a time, whole. What it asks in which class and
 * from when on has neither gaps nor overlaps, so that every act has one price. */
#include "overseas-warehouse/billing/bills.h"

#define VERSION_BYTES 4

static struct key fee_key(const struct id *warehouse, const struct id *merchant, uint64_t version)
{
    struct key key = bill_pair(merchant, warehouse);
    return key_add_uint(key, FEE_VERSION_MAX - version, VERSION_BYTES);
}

bool fee_version(const struct rows *rows, const struct id *warehouse, const struct id *merchant,
                 uint64_t version, struct fee_row *fee)
{
    struct key key = fee_key(warehouse, merchant, version);
    return rows_load(rows, VIEW_FEE, &key, &fee_row_shape, fee);
}

bool fee_newest(const struct rows *rows, const struct id *warehouse, const struct id *merchant,
                struct fee_row *fee)
{
    struct key prefix = bill_pair(merchant, warehouse);
    struct walk walk = walk_over(&prefix);
    struct row row;
    return walk_next(rows, VIEW_FEE, &walk, &row) &&
           shape_decode(&fee_row_shape, row.value, fee, NULL) == OK;
}

bool fee_at(const struct rows *rows, const struct id *warehouse, const struct id *merchant,
            uint64_t at_ms, struct fee_row *fee)
{
    struct key prefix = bill_pair(merchant, warehouse);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(rows, VIEW_FEE, &walk, &row)) {
        if (shape_decode(&fee_row_shape, row.value, fee, NULL) != OK) return false;
        if (fee->from_ms <= at_ms) return fee->until_ms == 0 || at_ms < fee->until_ms;
    }
    return false;
}

/* --- what is refused -------------------------------------------------------------------------- */

static bool refuse_price(struct decision *decision, uint32_t at, const char *rest)
{
    return refuse_at(decision, ERROR_OUT_OF_RANGE, "prices", at, rest);
}

/* The classes of an act follow each other in the table, from nothing to whatever weight. */
static bool classes_fit(const struct fee_put *put, struct decision *decision)
{
    uint32_t seen = 0;
    for (uint32_t i = 0; i < put->prices_count; i++) {
        const struct fee_price *price = &put->prices[i];
        const struct fee_price *former = i > 0 ? &put->prices[i - 1] : NULL;
        bool same = former != NULL && former->act == price->act;
        bool last = i + 1 == put->prices_count || put->prices[i + 1].act != price->act;
        uint64_t due = same ? former->to_g : 0;
        if (!same && (seen >> price->act & 1) != 0)
            return refuse_price(decision, i, "/act: classes_of_an_act_stand_together");
        if (same && (former->to_g == 0 || price->from_g < due))
            return refuse_price(decision, i, "/from_g: classes_do_not_overlap");
        if (price->from_g > due) return refuse_price(decision, i, "/from_g: classes_without_gap");
        if (price->to_g != 0 && price->to_g <= price->from_g)
            return refuse_price(decision, i, "/to_g: class_is_not_empty");
        if (last && price->to_g != 0) return refuse_price(decision, i, "/to_g: last_class_is_open");
        if (price->free_days != 0 && price->act != BILLED_STORAGE)
            return refuse_price(decision, i, "/free_days: only_of_storage");
        if (price->minimum_minor < 0)
            return refuse_price(decision, i, "/minimum_minor: not_below_zero");
        seen |= 1u << price->act;
    }
    for (uint32_t act = BILLED_RECEIVE_BOX; act < BILLED_ACTS_END; act++) {
        if ((seen >> act & 1) != 0) continue;
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "prices: every_act_has_a_price");
        return false;
    }
    return true;
}

static bool refuse(struct decision *decision, const char *rule)
{
    decision_refuse(decision, ERROR_OUT_OF_RANGE, rule);
    return false;
}

/* A first table may begin in the past, and then what was done since is charged; a further one
 * changes nothing that was. One that follows a table which has ended begins where that ended: what
 * was done since waits for it. */
static bool dates_fit(const struct fee_set *set, const struct fee_row *former, uint64_t now_ms,
                      struct decision *decision)
{
    if (set->until_ms != 0 && set->until_ms <= set->from_ms)
        return refuse(decision, "until_ms: after_from");
    if (former == NULL) return true;
    if (set->currency != former->currency) return refuse(decision, "currency: stays");
    bool goes_on = former->until_ms != 0 && set->from_ms == former->until_ms;
    if (set->from_ms < now_ms && !goes_on) return refuse(decision, "from_ms: not_in_the_past");
    if (former->until_ms == 0 && set->from_ms <= former->from_ms)
        return refuse(decision, "from_ms: versions_do_not_overlap");
    if (former->until_ms != 0 && set->from_ms < former->until_ms)
        return refuse(decision, "from_ms: versions_do_not_overlap");
    if (former->until_ms != 0 && set->from_ms > former->until_ms)
        return refuse(decision, "from_ms: versions_without_gap");
    return true;
}

void fee_put_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                    struct decision *decision)
{
    const struct fee_put *put = &command->body->fee_put;
    struct fee_row former;
    struct merchant merchant;
    decision->entity = put->merchant;
    if (!merchant_load(&desk->rows, &put->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    if (!command_covers(command, &put->merchant, decision)) return;
    bool known = fee_newest(&desk->rows, &put->warehouse, &put->merchant, &former);
    if (!command_matches(command, known ? former.version : 0, decision)) return;
    struct fee_set set = {
        .version = known ? former.version + 1 : 1, .at_ms = moment->wall_ms, .by = command->by};
    shape_copy(&fee_set_shape, &set, &fee_put_shape, put);
    if (set.from_ms == 0) set.from_ms = moment->wall_ms;
    if (put->credit_minor < 0) {
        refuse(decision, "credit_minor: not_below_zero");
        return;
    }
    if (!classes_fit(put, decision)) return;
    if (!dates_fit(&set, known ? &former : NULL, moment->wall_ms, decision)) return;
    decision_add(decision, EVENT_FEE_SET, &put->merchant, &set);
}

/* --- folding ---------------------------------------------------------------------------------- */

void fee_set_fold(const struct desk *desk, const struct place *place, const struct fee_set *set)
{
    struct fee_row former;
    if (fee_version(&desk->rows, &set->warehouse, &set->merchant, set->version, &former) &&
        !place_is_before(place, &former.log, former.idx))
        return;
    struct fee_row row = {.log = place->log, .idx = place->idx};
    shape_copy(&fee_row_shape, &row, &fee_set_shape, set);
    struct key key = fee_key(&set->warehouse, &set->merchant, set->version);
    rows_store(&desk->rows, VIEW_FEE, &key, &fee_row_shape, &row);
    bill_work_refresh(desk, &set->warehouse, &set->merchant);
}
