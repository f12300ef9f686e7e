/* What a fee table asks: integers only, in millionths of a minor unit, rounded once at the end. */
#include "overseas-warehouse/billing/billing.h"
#include "overseas-warehouse/parts.h"
#include "proto/civil.h"

__extension__ typedef unsigned __int128 wide;

#define MICRO  1000000u
#define MM3_M3 1000000000u
#define MS_MAX ((UINT64_C(1) << 48) - 1)

uint64_t month_of(uint64_t at_ms)
{
    struct civil date = civil_of((int64_t)(at_ms / DAY_MS));
    return (uint64_t)date.year * 12 + date.month - 1;
}

uint64_t month_ends(uint64_t month)
{
    struct civil next = {(int64_t)((month + 1) / 12), (uint32_t)((month + 1) % 12) + 1, 1};
    int64_t day = civil_day(next);
    if (day < 0) return 0;
    return (uint64_t)day > MS_MAX / DAY_MS ? MS_MAX : (uint64_t)day * DAY_MS;
}

uint64_t month_end(uint64_t at_ms)
{
    return month_ends(month_of(at_ms));
}

/* A half goes up; beyond what a charge can bear it is cut. */
static int64_t rounded(wide amount, wide unit, int64_t minimum)
{
    wide minor = (amount + unit / 2) / unit;
    if (minor > (wide)BILL_MINOR_MAX) minor = (wide)BILL_MINOR_MAX;
    return (int64_t)minor < minimum ? minimum : (int64_t)minor;
}

static const struct fee_price *price_of(const struct fee_row *fee, uint64_t act, uint64_t weight_g)
{
    for (uint32_t i = 0; i < fee->prices_count; i++) {
        const struct fee_price *price = &fee->prices[i];
        bool fits = price->from_g <= weight_g && (price->to_g == 0 || weight_g < price->to_g);
        if (price->act == act && fits) return price;
    }
    return NULL;
}

bool fee_amount(const struct fee_row *fee, uint64_t act, uint64_t weight_g, int64_t *amount)
{
    const struct fee_price *price = price_of(fee, act, weight_g);
    if (price == NULL) return false;
    *amount = rounded(price->price_micro, MICRO, price->minimum_minor);
    return true;
}

/* Days of the stay that had begun by then; the first begins with it. */
static uint64_t days_begun(uint64_t since_ms, uint64_t until_ms)
{
    return until_ms <= since_ms ? 0 : (until_ms - since_ms + DAY_MS - 1) / DAY_MS;
}

bool fee_storage(const struct fee_row *fee, const struct stay *stay, uint64_t *days,
                 int64_t *amount)
{
    const struct fee_price *price = price_of(fee, BILLED_STORAGE, stay->weight_g);
    if (price == NULL) return false;
    uint64_t before = days_begun(stay->since_ms, stay->from_ms);
    uint64_t after = days_begun(stay->since_ms, stay->to_ms);
    if (before < price->free_days) before = price->free_days;
    *days = after > before ? after - before : 0;
    *amount = 0;
    if (*days == 0) return true;
    wide cubic = (wide)stay->volume_mm3 * *days;
    *amount = rounded(cubic * price->price_micro, (wide)MICRO * MM3_M3, price->minimum_minor);
    return true;
}
