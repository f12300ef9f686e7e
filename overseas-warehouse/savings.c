/* What it is worth to resolve goods where they stand, against shipping each unit to its origin. */
#include "overseas-warehouse/parts.h"
#include "proto/money.h"

/* Resolved here: an end was chosen, and it is not the way back or a part of it. */
static bool is_resolved_here(const struct desk *desk, const struct id *unit)
{
    struct unit_now now;
    if (!unit_load(&desk->rows, unit, &now)) return false;
    return now.row.disposition != 0 && !disposition_is_interim(now.row.disposition) &&
           disposition_stays_here(now.row.disposition);
}

bool business_savings(const struct desk *desk, const struct id *return_id, struct savings *savings)
{
    struct return_row owner;
    struct merchant merchant;
    *savings = (struct savings){0};
    if (!return_load(&desk->rows, return_id, &owner)) return false;
    if (!merchant_load(&desk->rows, &owner.merchant, &merchant)) return false;
    int64_t each = merchant.origin_freight_minor - merchant.handling_minor;
    savings->currency = merchant.currency;
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(&desk->rows, VIEW_UNIT_BY_RETURN, &walk, &row)) {
        struct id unit;
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!is_resolved_here(desk, &unit)) continue;
        if (money_add(savings->saved_minor, each, &savings->saved_minor) != OK) return false;
        savings->units++;
    }
    return true;
}
