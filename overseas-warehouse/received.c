/* What came of what a return announced. A unit too many of a line is over, one that is of no line
 * foreign; what has not come is short. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/view_rows.h"

static void count_announced(const struct rows *rows, const struct id *return_id,
                            struct receipt_count *counts)
{
    for (uint64_t line = 0; line < ORDER_LINES_MAX; line++) {
        struct return_line_row row;
        if (return_line_load(rows, return_id, line, &row)) counts->expected += row.quantity;
    }
}

static void count_unit(const struct assigned_row *assigned, struct receipt_count *counts)
{
    if (assigned->line >= ORDER_LINES_MAX) {
        counts->foreign++;
        return;
    }
    counts->arrived++;
    counts->received[assigned->line]++;
    counts->over += assigned->over;
}

void return_counts(const struct rows *rows, const struct id *return_id,
                   struct receipt_count *counts)
{
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row at;
    uint64_t counted = 0;
    *counts = (struct receipt_count){0};
    count_announced(rows, return_id, counts);
    while (walk_next(rows, VIEW_UNIT_BY_RETURN, &walk, &at)) {
        struct assigned_row assigned;
        struct id unit;
        counts->cut = counted++ == RETURN_COUNTED_MAX;
        if (counts->cut) break;
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (assigned_load(rows, &unit, &assigned)) count_unit(&assigned, counts);
    }
    uint64_t suits = counts->arrived - counts->over;
    counts->missing = counts->expected > suits ? counts->expected - suits : 0;
}
