/* What each inspector of a warehouse did in a period, and how often a second person agreed. */
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/numbers.h"
#include "overseas-warehouse/parts.h"

SHAPE_DEFINE(inspector_figures, INSPECTOR_FIGURES_FIELDS)
SHAPE_DEFINE(inspectors_report, INSPECTORS_REPORT_FIELDS)

#define DAY_BYTES 4

/* NULL: there is no room for another. */
static struct inspector_figures *figures_of(struct inspectors_report *report,
                                            const struct id *token)
{
    for (uint32_t i = 0; i < report->inspectors_count; i++)
        if (id_equal(&report->inspectors[i].token, token)) return &report->inspectors[i];
    if (report->inspectors_count == INSPECTORS_MAX) return NULL;
    struct inspector_figures *figures = &report->inspectors[report->inspectors_count++];
    *figures = (struct inspector_figures){.token = *token};
    return figures;
}

static void add_day(struct inspector_figures *figures, const struct inspector_row *row)
{
    figures->inspected += row->inspected;
    figures->graded += row->graded;
    figures->looked += row->looked;
    figures->second += row->second;
    figures->agreed += row->agreed;
    for (unsigned hour = 0; hour < 24; hour++) figures->hours += row->hours >> hour & 1u;
}

static uint64_t units_of(const struct inspector_figures *figures)
{
    return figures->inspected + figures->graded + figures->looked;
}

static void settle_in(struct inspectors_report *report, uint32_t at)
{
    for (uint32_t i = at; i > 0; i--) {
        struct inspector_figures here = report->inspectors[i];
        if (units_of(&report->inspectors[i - 1]) >= units_of(&here)) return;
        report->inspectors[i] = report->inspectors[i - 1];
        report->inspectors[i - 1] = here;
    }
}

static void finish(struct inspectors_report *report)
{
    for (uint32_t i = 0; i < report->inspectors_count; i++) {
        struct inspector_figures *figures = &report->inspectors[i];
        figures->agreed_permille = share_of(figures->agreed, figures->second);
        figures->per_hour_milli = share_of(figures->inspected + figures->graded, figures->hours);
        settle_in(report, i);
    }
}

void inspectors_measure(const struct rows *rows, const struct id *warehouse, uint64_t from_ms,
                        uint64_t to_ms, struct inspectors_report *report)
{
    struct key prefix = key_of(warehouse);
    struct walk walk = walk_over(&prefix);
    struct row at;
    unsigned scanned = 0;
    *report =
        (struct inspectors_report){.warehouse = *warehouse, .from_ms = from_ms, .to_ms = to_ms};
    walk.at = key_add_uint(prefix, from_ms / DAY_MS, DAY_BYTES);
    walk.begun = true;
    while (walk_next(rows, VIEW_INSPECTOR, &walk, &at)) {
        struct inspector_row row;
        struct id token;
        if (be_get(walk.at.bytes + ID_BYTES, DAY_BYTES) > (to_ms - 1) / DAY_MS) break;
        memcpy(token.bytes, walk.at.bytes + ID_BYTES + DAY_BYTES, ID_BYTES);
        struct inspector_figures *figures = figures_of(report, &token);
        report->cut |= figures == NULL || ++scanned > INSPECTOR_ROWS_MAX;
        if (scanned > INSPECTOR_ROWS_MAX) break;
        if (figures != NULL && shape_decode(&inspector_row_shape, at.value, &row, NULL) == OK)
            add_day(figures, &row);
    }
    finish(report);
}
