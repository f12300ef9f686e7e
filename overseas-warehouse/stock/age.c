/* How long stock has lain. Nobody marks pieces of one SKU, so what came first is taken to go first:
 * of a balance of so many pieces there are left those that came last, and the oldest of them came
 * with the posting at which the sum of the latest ones reaches the balance. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/stock/stock.h"

/* A count gains what it found above the book. */
static int64_t counted_into(const struct stock_posting_row *row, const struct stock_place *place)
{
    int64_t gain = 0;
    if (place == NULL || place->account == (enum stock_account)row->to) gain += row->free;
    if (place == NULL || place->account == STOCK_RESERVED) gain += row->reserved;
    return gain < 0 ? 0 : gain;
}

static bool leads_to(const struct stock_posting_row *row, const struct stock_place *place)
{
    uint64_t grade = row->to_grade != 0 ? row->to_grade : row->grade;
    return grade == place->grade && span_equal(row->to_bin, span_of(place->bin, place->bin_size));
}

/* What the posting brought into the place; or, of no place, into the warehouse from outside. */
static int64_t gain_of(const struct stock_posting_row *row, const struct stock_place *place)
{
    if (row->voided != 0) return 0;
    if (place != NULL && !leads_to(row, place)) return 0;
    if (row->act == STOCK_COUNT) return counted_into(row, place);
    if (place != NULL)
        return place->account == (enum stock_account)row->to ? (int64_t)row->pieces : 0;
    bool comes =
        stock_is_pool((enum stock_account)row->to) && !stock_is_pool((enum stock_account)row->from);
    return comes ? (int64_t)row->pieces : 0;
}

struct stock_age stock_age(const struct rows *rows, const struct stock_goods *goods,
                           const struct stock_place *place, int64_t pieces)
{
    struct key prefix = pair_key(&goods->merchant, &goods->form);
    struct walk walk = walk_over(&prefix);
    struct stock_age age = {.oldest_ms = 0};
    struct row at;
    for (unsigned read = 0; pieces > 0 && walk_next(rows, VIEW_STOCK_BY_GOODS, &walk, &at);
         read++) {
        struct stock_posting_now now;
        struct id posting;
        age.older = read == STOCK_AGE_POSTINGS_MAX;
        if (age.older) return age;
        memcpy(posting.bytes, walk.at.bytes + walk.at.size - ID_BYTES, ID_BYTES);
        if (!stock_posting_load(rows, &posting, &now)) continue;
        if (!id_equal(&now.row.warehouse, &goods->warehouse)) continue;
        int64_t gain = gain_of(&now.row, place);
        pieces -= gain;
        if (gain > 0) age.oldest_ms = now.row.at_ms;
    }
    return age;
}
