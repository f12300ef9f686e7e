/* How warehouses work off what comes back: the units of a period's returns, each counted once,
 * under the warehouse that holds it or saw it last. */
#include "overseas-warehouse/numbers.h"

#include "overseas-warehouse/batches/batches.h"
#include "overseas-warehouse/parts.h"

SHAPE_DEFINE(station_figures, STATION_FIGURES_FIELDS)
SHAPE_DEFINE(disposition_figures, DISPOSITION_FIGURES_FIELDS)
SHAPE_DEFINE(grade_figures, GRADE_FIGURES_FIELDS)
SHAPE_DEFINE(here_money, HERE_MONEY_FIELDS)
SHAPE_DEFINE(recovery_figures, RECOVERY_FIGURES_FIELDS)
SHAPE_DEFINE(warehouse_figures, WAREHOUSE_FIGURES_FIELDS)
SHAPE_DEFINE(warehouses_report, WAREHOUSES_REPORT_FIELDS)

#define WORD_AT(name, number, word) [number] = word,
static const char *const station_names[] = {STATION_LIST(WORD_AT)};
const struct words station_words = {station_names, sizeof station_names / sizeof station_names[0]};

#define SECOND_MS 1000u
#define DAY_S     86400u
#define WEEK_S    (7u * DAY_S)

static struct warehouse_tally *tally_of(struct working *working, const struct id *warehouse)
{
    for (uint32_t i = 0; i < working->count; i++)
        if (id_equal(&working->at[i].warehouse, warehouse)) return &working->at[i];
    if (working->count == NUMBERS_WAREHOUSES_MAX) return NULL;
    struct warehouse_tally *tally = &working->at[working->count++];
    memset(tally, 0, sizeof *tally);
    tally->warehouse = *warehouse;
    return tally;
}

/* --- what waits ------------------------------------------------------------------------------- */

/* 0: it is done with. */
static enum station station_of(const struct unit_row *unit)
{
    switch ((int)unit->state) {
    case UNIT_RECEIVED: return STATION_INSPECTION;
    case UNIT_INSPECTED: return STATION_GRADING;
    case UNIT_GRADED: return STATION_DISPOSITION;
    case UNIT_DISPOSED:
        return disposition_is_interim(unit->disposition) ? STATION_WORK : STATION_SETTLEMENT;
    case UNIT_SHIPPED: return STATION_TRANSIT;
    default: return 0;
    }
}

static void add_waiting(const struct working *working, struct warehouse_tally *tally,
                        const struct unit_row *unit)
{
    enum station station = station_of(unit);
    struct station_tally *at = &tally->backlog[station];
    if (station == 0) return;
    uint64_t waited_ms =
        working->as_of_ms > unit->moved_ms ? working->as_of_ms - unit->moved_ms : 0;
    uint64_t waited_s = waited_ms / SECOND_MS;
    at->units++;
    at->over_a_day += waited_s > DAY_S ? 1u : 0u;
    at->over_a_week += waited_s > WEEK_S ? 1u : 0u;
    if (waited_s > at->oldest_s) at->oldest_s = waited_s;
}

/* --- what was decided ------------------------------------------------------------------------- */

static bool is_decided(const struct unit_row *unit)
{
    return unit->disposition != 0 && !disposition_is_interim(unit->disposition);
}

static struct here_money *money_of(struct warehouse_tally *tally, uint64_t currency)
{
    for (uint32_t i = 0; i < tally->monies_count; i++)
        if (tally->monies[i].currency == currency) return &tally->monies[i];
    if (tally->monies_count == NUMBERS_HERE_CURRENCIES) return NULL;
    struct here_money *money = &tally->monies[tally->monies_count++];
    *money = (struct here_money){.currency = currency};
    return money;
}

/* The return that a unit is of, as far as its worth goes: the kth unit of a line is the kth part.
 */
struct lot {
    const struct rows *rows;
    struct order_row order;
    bool known;
    uint64_t counted[ORDER_LINES_MAX];
};

static struct lot lot_of(const struct rows *rows, const struct return_row *row)
{
    struct lot lot = {.rows = rows};
    struct id order = row->order;
    lot.known = order_load(rows, &order, &lot.order);
    return lot;
}

/* What came besides what was sold is worth nothing here, nor does a faulty warehouse make it so. */
static int64_t worth_of(struct lot *lot, const struct id *unit)
{
    struct assigned_row assigned;
    if (!lot->known || !assigned_load(lot->rows, unit, &assigned)) return 0;
    if (assigned.over != 0 || assigned.line >= lot->order.lines_count) return 0;
    uint64_t part = lot->counted[assigned.line]++;
    if (part >= lot->order.lines[assigned.line].quantity) return 0;
    return refund_worth(&lot->order, assigned.line, part);
}

static void add_decided(struct warehouse_tally *tally, const struct lot *lot,
                        const struct unit_row *unit, int64_t worth)
{
    bool here = disposition_stays_here(unit->disposition);
    tally->decided++;
    tally->here += here ? 1u : 0u;
    if (unit->disposition < NUMBERS_DISPOSITIONS) tally->dispositions[unit->disposition]++;
    struct here_money *money = lot->known ? money_of(tally, lot->order.currency) : NULL;
    if (money == NULL) return;
    sum_add(&money->decided_minor, worth);
    if (here) sum_add(&money->here_minor, worth);
}

/* --- what it brought -------------------------------------------------------------------------- */

static struct recovery_figures *recovery_of(struct warehouse_tally *tally, uint64_t disposition,
                                            uint64_t currency)
{
    for (uint32_t i = 0; i < tally->recoveries_count; i++)
        if (tally->recoveries[i].disposition == disposition &&
            tally->recoveries[i].currency == currency)
            return &tally->recoveries[i];
    if (tally->recoveries_count == NUMBERS_RECOVERIES) return NULL;
    struct recovery_figures *recovery = &tally->recoveries[tally->recoveries_count++];
    *recovery = (struct recovery_figures){.disposition = disposition, .currency = currency};
    return recovery;
}

static void add_recovery(struct warehouse_tally *tally, const struct rows *rows,
                         const struct id *unit)
{
    struct batch_now batch;
    struct batch_line_row line;
    if (!batch_of_settled(rows, unit, &batch, &line)) return;
    struct recovery_figures *recovery =
        recovery_of(tally, batch.row.disposition, batch.row.currency);
    if (recovery == NULL) return;
    recovery->units++;
    sum_add(&recovery->proceeds_minor, line.proceeds_minor);
    sum_add(&recovery->cost_minor, line.cost_minor);
}

static void report_recoveries(const struct warehouse_tally *tally,
                              struct warehouse_figures *figures)
{
    figures->recoveries_count = tally->recoveries_count;
    for (uint32_t i = 0; i < tally->recoveries_count; i++) {
        struct recovery_figures *one = &figures->recoveries[i];
        *one = tally->recoveries[i];
        one->per_unit_minor = (one->proceeds_minor - one->cost_minor) / (int64_t)one->units;
    }
}

/* The dock's own deadline knows when the unit came and when it got its disposition. */
static void note_dock(const struct working *working, struct warehouse_tally *tally,
                      const struct deadline_row *row)
{
    if (row->ended_ms < row->since_ms) return;
    if (row->state != DEADLINE_MET && row->state != DEADLINE_MISSED) return;
    spells_add(&tally->dock_to_disposition, row->ended_ms - row->since_ms);
    tally->timed++;
    tally->in_time += row->state == DEADLINE_MET ? 1u : 0u;
    if (row->ended_ms < working->from_ms) return;
    uint64_t hour = (row->ended_ms - working->from_ms) / HOUR_MS;
    if (hour >= NUMBERS_HOURS_MAX) return;
    tally->hours[hour / 8] = (uint8_t)(tally->hours[hour / 8] | 1u << hour % 8);
    tally->paced++;
}

/* Of the hop that is its last: what a former warehouse took is not this one's doing. */
static void add_dock(const struct working *working, struct warehouse_tally *tally,
                     const struct rows *rows, const struct id *unit, const struct unit_now *now)
{
    struct key key = key_add_uint(key_of(unit), DEADLINE_DISPOSE, 1);
    struct deadline_row row;
    key = key_add_id(key_add_uint(key, now->hop, 2), &now->log);
    if (rows_load(rows, VIEW_DEADLINE, &key, &deadline_row_shape, &row))
        note_dock(working, tally, &row);
}

static void add_unit(struct working *working, struct lot *lot, const struct id *unit)
{
    struct unit_now now;
    int64_t worth = worth_of(lot, unit);
    if (!unit_load(lot->rows, unit, &now)) return;
    struct warehouse_tally *tally = tally_of(working, &now.row.warehouse);
    if (tally == NULL) {
        working->further++;
        return;
    }
    tally->units++;
    if (now.row.grade != 0 && now.row.grade < NUMBERS_GRADES) tally->grades[now.row.grade]++;
    add_waiting(working, tally, &now.row);
    if (is_decided(&now.row)) add_decided(tally, lot, &now.row, worth);
    if (now.row.state == UNIT_SETTLED) add_recovery(tally, lot->rows, unit);
    add_dock(working, tally, lot->rows, unit, &now);
}

void working_add(struct working *working, const struct rows *rows, const struct id *return_id,
                 const struct return_row *row)
{
    struct lot lot = lot_of(rows, row);
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row found;
    for (unsigned i = 0; i < NUMBERS_UNITS_MAX; i++) {
        struct id unit;
        if (!walk_next(rows, VIEW_UNIT_BY_RETURN, &walk, &found)) return;
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        add_unit(working, &lot, &unit);
    }
}

/* --- the report ------------------------------------------------------------------------------- */

static uint64_t hours_of(const struct warehouse_tally *tally)
{
    uint64_t hours = 0;
    for (unsigned i = 0; i < sizeof tally->hours; i++)
        for (unsigned bit = 0; bit < 8; bit++) hours += tally->hours[i] >> bit & 1u;
    return hours;
}

static void report_lists(const struct warehouse_tally *tally, struct warehouse_figures *figures)
{
    for (uint32_t i = 0; i < NUMBERS_DISPOSITIONS; i++)
        if (tally->dispositions[i] > 0)
            figures->dispositions[figures->dispositions_count++] =
                (struct disposition_figures){.disposition = i, .units = tally->dispositions[i]};
    for (uint32_t i = 0; i < NUMBERS_GRADES; i++)
        if (tally->grades[i] > 0)
            figures->grades[figures->grades_count++] =
                (struct grade_figures){.grade = i, .units = tally->grades[i]};
    for (uint32_t i = STATION_INSPECTION; i < STATIONS; i++) {
        const struct station_tally *at = &tally->backlog[i];
        if (at->units > 0)
            figures->backlog[figures->backlog_count++] =
                (struct station_figures){.station = i,
                                         .units = at->units,
                                         .over_a_day = at->over_a_day,
                                         .over_a_week = at->over_a_week,
                                         .oldest_s = at->oldest_s};
    }
}

static void report_one(const struct warehouse_tally *tally, struct warehouse_figures *figures)
{
    uint64_t hours = hours_of(tally);
    *figures =
        (struct warehouse_figures){.warehouse = tally->warehouse,
                                   .units = tally->units,
                                   .decided = tally->decided,
                                   .here = tally->here,
                                   .here_permille = share_of(tally->here, tally->decided),
                                   .monies_count = tally->monies_count,
                                   .in_time_permille = share_of(tally->in_time, tally->timed),
                                   .hours = hours,
                                   .per_hour_milli = share_of(tally->paced, hours)};
    for (uint32_t i = 0; i < tally->monies_count; i++) {
        struct here_money *money = &figures->monies[i];
        *money = tally->monies[i];
        money->here_permille =
            share_of((uint64_t)money->here_minor, (uint64_t)money->decided_minor);
    }
    spells_report(&tally->dock_to_disposition, &figures->dock_to_disposition);
    report_lists(tally, figures);
    report_recoveries(tally, figures);
}

/* The warehouse with the most units first. */
static void settle_in(struct warehouses_report *report, uint32_t at)
{
    for (uint32_t i = at; i > 0; i--) {
        struct warehouse_figures here = report->warehouses[i];
        if (report->warehouses[i - 1].units >= here.units) return;
        report->warehouses[i] = report->warehouses[i - 1];
        report->warehouses[i - 1] = here;
    }
}

void working_report(const struct working *working, const struct cohort *cohort,
                    struct warehouses_report *report)
{
    *report = (struct warehouses_report){.merchant = cohort->merchant,
                                         .from_ms = cohort->from_ms,
                                         .to_ms = cohort->to_ms,
                                         .as_of_ms = working->as_of_ms,
                                         .warehouses_count = working->count,
                                         .units_of_further_warehouses = working->further};
    for (uint32_t i = 0; i < working->count; i++) {
        report_one(&working->at[i], &report->warehouses[i]);
        settle_in(report, i);
    }
}
