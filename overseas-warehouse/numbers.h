/* Figures of a period, each a pure function of rows: how a merchant answers and pays, how carriers
 * bring back what is returned, which goods come back and why, and whether what was done about it
 * helped. overseas-warehouse/README.md, *Numbers*, defines each.
 *
 * A walk takes the returns that were asked for in the period, one at a time and in the order of
 * their requests, and adds each to tallies of fixed size: so a caller may stop anywhere, let go of
 * its snapshot, and go on later. Nothing is written. Money is summed for each currency by itself.
 */
#ifndef OVERSEAS_WAREHOUSE_NUMBERS_H
#define OVERSEAS_WAREHOUSE_NUMBERS_H

#include "overseas-warehouse/business.h"
#include "overseas-warehouse/figures.h"
#include "overseas-warehouse/view_rows.h"

#define NUMBERS_CURRENCIES_MAX 16u
#define NUMBERS_CARRIERS_MAX   64u
#define NUMBERS_CAUSES_MAX     4096u /* pairs of goods and reason that are told apart */
#define NUMBERS_SHOWN_MAX      200u
#define NUMBERS_STATES_MAX     16u
#define NUMBERS_DEADLINES_MAX  32u
#define NUMBERS_SCANS_MAX      1000u   /* of one parcel are looked at */
#define NUMBERS_SALES_MAX      500000u /* orders of one SKU are looked at */
#define NUMBERS_RIPE_DAYS      30u     /* what was sold so lately is not judged yet */
#define NUMBERS_BEFORE_DAYS    365u    /* sales so long before a corrective action are compared */
#define NUMBERS_LOW_SCORE      2u      /* up to here a buyer was not content */
#define NUMBERS_COUNT_MAX      UINT64_MAX
#define NUMBERS_MINOR_MAX      INT64_MAX

/* --- the period ------------------------------------------------------------------------------- */

/* Returns that were asked for in [from, to). merchant zero: of all. The walk goes on where it
 * stood. */
struct cohort {
    struct id merchant;
    uint64_t from_ms, to_ms;
    struct walk walk;
};
struct cohort cohort_of(const struct id *merchant, uint64_t from_ms, uint64_t to_ms);
/* false: the end. The row lives until the next call. */
bool cohort_next(const struct rows *rows, struct cohort *cohort, struct id *return_id,
                 struct return_row *row);

/* --- a merchant's scorecard ------------------------------------------------------------------- */

#define SPELL_FIGURES_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, uint, count, none, NUMBERS_COUNT_MAX)                                        \
    F(S, 2, REQUIRED, uint, mean_s, none, NUMBERS_COUNT_MAX)                                       \
    F(S, 3, REQUIRED, uint, median_s, none, NUMBERS_COUNT_MAX)                                     \
    F(S, 4, REQUIRED, uint, p90_s, none, NUMBERS_COUNT_MAX)                                        \
    F(S, 5, REQUIRED, uint, longest_s, none, NUMBERS_COUNT_MAX)
SHAPE_DECLARE(spell_figures, SPELL_FIGURES_FIELDS)

#define STATE_FIGURES_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, choice, state, return_state, 0)                                              \
    F(S, 2, REQUIRED, uint, returns, none, NUMBERS_COUNT_MAX)
SHAPE_DECLARE(state_figures, STATE_FIGURES_FIELDS)

/* owed: met, missed and overdue. open is not due yet; lifted is owed no more, and counts nowhere.
 */
#define DEADLINE_FIGURES_FIELDS(F, S)                                                              \
    F(S, 1, REQUIRED, choice, kind, deadline, 0)                                                   \
    F(S, 2, REQUIRED, uint, owed, none, NUMBERS_COUNT_MAX)                                         \
    F(S, 3, REQUIRED, uint, met, none, NUMBERS_COUNT_MAX)                                          \
    F(S, 4, REQUIRED, uint, missed, none, NUMBERS_COUNT_MAX)                                       \
    F(S, 5, REQUIRED, uint, overdue, none, NUMBERS_COUNT_MAX)                                      \
    F(S, 6, REQUIRED, uint, open, none, NUMBERS_COUNT_MAX)                                         \
    F(S, 7, REQUIRED, uint, lifted, none, NUMBERS_COUNT_MAX)                                       \
    F(S, 8, REQUIRED, uint, met_permille, none, NUMBERS_COUNT_MAX)
SHAPE_DECLARE(deadline_figures, DEADLINE_FIGURES_FIELDS)

#define MONEY_FIGURES_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 2, REQUIRED, uint, returns, none, NUMBERS_COUNT_MAX)                                      \
    F(S, 3, REQUIRED, sint, provider_minor, none, NUMBERS_MINOR_MAX)                               \
    F(S, 4, REQUIRED, sint, marketplace_minor, none, NUMBERS_MINOR_MAX)                            \
    F(S, 5, REQUIRED, sint, seller_minor, none, NUMBERS_MINOR_MAX)                                 \
    F(S, 6, REQUIRED, sint, charged_back_minor, none, NUMBERS_MINOR_MAX)                           \
    F(S, 7, REQUIRED, sint, granted_minor, none, NUMBERS_MINOR_MAX)                                \
    F(S, 8, REQUIRED, sint, pending_minor, none, NUMBERS_MINOR_MAX)                                \
    F(S, 9, REQUIRED, sint, ahead_minor, none, NUMBERS_MINOR_MAX)                                  \
    F(S, 10, REQUIRED, sint, lost_ahead_minor, none, NUMBERS_MINOR_MAX)                            \
    F(S, 20, REQUIRED, sint, claimed_minor, none, NUMBERS_MINOR_MAX)                               \
    F(S, 21, REQUIRED, sint, recovered_minor, none, NUMBERS_MINOR_MAX)                             \
    F(S, 45, REQUIRED, sint, recharged_minor, none, NUMBERS_MINOR_MAX)
SHAPE_DECLARE(money_figures, MONEY_FIGURES_FIELDS)

#define SCORECARD_FIELDS(F, S)                                                                     \
    F(S, 1, OPTIONAL, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, time, from_ms, none, 0)                                                      \
    F(S, 3, REQUIRED, time, to_ms, none, 0)                                                        \
    F(S, 4, REQUIRED, time, as_of_ms, none, 0)                                                     \
    F(S, 5, REQUIRED, uint, returns, none, NUMBERS_COUNT_MAX)                                      \
    F(S, 6, REQUIRED, list, states, state_figures, NUMBERS_STATES_MAX)                             \
    F(S, 7, REQUIRED, uint, answered_at_once, none, NUMBERS_COUNT_MAX)                             \
    F(S, 8, REQUIRED, one, response, spell_figures, 0)                                             \
    F(S, 9, REQUIRED, one, solution, spell_figures, 0)                                             \
    F(S, 10, REQUIRED, uint, solved, none, NUMBERS_COUNT_MAX)                                      \
    F(S, 11, REQUIRED, uint, solved_first_time, none, NUMBERS_COUNT_MAX)                           \
    F(S, 12, REQUIRED, uint, first_time_permille, none, NUMBERS_COUNT_MAX)                         \
    F(S, 13, REQUIRED, uint, contested, none, NUMBERS_COUNT_MAX)                                   \
    F(S, 14, REQUIRED, uint, contested_permille, none, NUMBERS_COUNT_MAX)                          \
    F(S, 15, REQUIRED, uint, reopened, none, NUMBERS_COUNT_MAX)                                    \
    F(S, 16, REQUIRED, list, deadlines, deadline_figures, NUMBERS_DEADLINES_MAX)                   \
    F(S, 17, REQUIRED, uint, on_time_permille, none, NUMBERS_COUNT_MAX)                            \
    F(S, 18, REQUIRED, list, monies, money_figures, NUMBERS_CURRENCIES_MAX)                        \
    F(S, 19, OPTIONAL, uint, returns_of_further_currencies, none, NUMBERS_COUNT_MAX)               \
    F(S, 20, REQUIRED, uint, complaints, none, NUMBERS_COUNT_MAX)                                  \
    F(S, 30, REQUIRED, uint, followups, none, NUMBERS_COUNT_MAX)                                   \
    F(S, 31, REQUIRED, uint, followups_answered, none, NUMBERS_COUNT_MAX)                          \
    F(S, 32, REQUIRED, uint, followups_answered_permille, none, NUMBERS_COUNT_MAX)                 \
    F(S, 33, REQUIRED, uint, score_mean_permille, none, NUMBERS_COUNT_MAX)                         \
    F(S, 34, REQUIRED, uint, low_scores, none, NUMBERS_COUNT_MAX)
SHAPE_DECLARE(scorecard, SCORECARD_FIELDS)

struct deadline_tally {
    uint64_t met, missed, overdue, open, lifted;
};
struct scoring {
    uint64_t as_of_ms; /* to tell open deadlines from overdue ones */
    uint64_t returns, answered_at_once, solved, solved_first_time, contested, reopened;
    uint64_t complaints;
    uint64_t followups, followups_answered, scores, low_scores; /* scores: their sum */
    uint64_t states[NUMBERS_STATES_MAX];
    struct spells response, solution;
    struct deadline_tally deadlines[NUMBERS_DEADLINES_MAX];
    struct money_figures monies[NUMBERS_CURRENCIES_MAX];
    uint32_t monies_count;
    uint64_t further; /* returns of currencies beyond those */
};
void spells_report(const struct spells *spells, struct spell_figures *figures);
void scoring_add(struct scoring *scoring, const struct rows *rows, const struct id *return_id,
                 const struct return_row *row);
/* What claims that were opened in the cohort's period brought in; once, before the report. */
void scoring_add_claims(struct scoring *scoring, const struct rows *rows,
                        const struct cohort *cohort);
void scoring_report(const struct scoring *scoring, const struct cohort *cohort,
                    struct scorecard *card);

/* --- claims against carriers and warehouses --------------------------------------------------- */

/* Those that were opened in [from, to), of one merchant or of all, each exactly once; the sums are
 * summed with sum_add. take is called with a row that lives until it returns. */
#define NUMBERS_CLAIMS_MAX 200000u /* are looked at for one report, the latest left out */
void claims_walk(const struct rows *rows, const struct cohort *cohort,
                 void (*take)(void *world, const struct compensation_row *row), void *world);

/* --- carriers --------------------------------------------------------------------------------- */

#define CLAIM_MONEY_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 2, REQUIRED, sint, claimed_minor, none, NUMBERS_MINOR_MAX)                                \
    F(S, 3, REQUIRED, sint, recovered_minor, none, NUMBERS_MINOR_MAX)                              \
    F(S, 4, REQUIRED, uint, recovered_permille, none, NUMBERS_COUNT_MAX)
SHAPE_DECLARE(claim_money, CLAIM_MONEY_FIELDS)
#define NUMBERS_CLAIM_CURRENCIES_MAX 4u /* of one carrier */

#define CARRIER_FIGURES_FIELDS(F, S)                                                               \
    F(S, 1, REQUIRED, text, carrier, none, CARRIER_BYTES_MAX)                                      \
    F(S, 2, REQUIRED, uint, parcels, none, NUMBERS_COUNT_MAX)                                      \
    F(S, 3, REQUIRED, uint, scanned, none, NUMBERS_COUNT_MAX)                                      \
    F(S, 4, REQUIRED, uint, arrived, none, NUMBERS_COUNT_MAX)                                      \
    F(S, 5, REQUIRED, uint, arrived_permille, none, NUMBERS_COUNT_MAX)                             \
    F(S, 6, REQUIRED, uint, lost, none, NUMBERS_COUNT_MAX)                                         \
    F(S, 7, REQUIRED, uint, damaged, none, NUMBERS_COUNT_MAX)                                      \
    F(S, 8, REQUIRED, uint, lost_or_damaged_permille, none, NUMBERS_COUNT_MAX)                     \
    F(S, 9, REQUIRED, uint, late, none, NUMBERS_COUNT_MAX)                                         \
    F(S, 10, REQUIRED, uint, late_permille, none, NUMBERS_COUNT_MAX)                               \
    F(S, 11, REQUIRED, one, transit, spell_figures, 0)                                             \
    F(S, 20, REQUIRED, uint, claims, none, NUMBERS_COUNT_MAX)                                      \
    F(S, 21, REQUIRED, uint, claims_paid, none, NUMBERS_COUNT_MAX)                                 \
    F(S, 22, REQUIRED, uint, claims_denied, none, NUMBERS_COUNT_MAX)                               \
    F(S, 23, REQUIRED, uint, claims_paid_permille, none, NUMBERS_COUNT_MAX)                        \
    F(S, 24, REQUIRED, one, to_pay, spell_figures, 0)                                              \
    F(S, 25, REQUIRED, list, claim_monies, claim_money, NUMBERS_CLAIM_CURRENCIES_MAX)
SHAPE_DECLARE(carrier_figures, CARRIER_FIGURES_FIELDS)

#define CARRIERS_REPORT_FIELDS(F, S)                                                               \
    F(S, 1, OPTIONAL, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, time, from_ms, none, 0)                                                      \
    F(S, 3, REQUIRED, time, to_ms, none, 0)                                                        \
    F(S, 4, REQUIRED, time, as_of_ms, none, 0)                                                     \
    F(S, 5, REQUIRED, uint, late_days, none, 1000)                                                 \
    F(S, 6, REQUIRED, list, carriers, carrier_figures, NUMBERS_CARRIERS_MAX)                       \
    F(S, 7, OPTIONAL, uint, parcels_of_further_carriers, none, NUMBERS_COUNT_MAX)
SHAPE_DECLARE(carriers_report, CARRIERS_REPORT_FIELDS)

struct carrier_tally {
    uint8_t name[CARRIER_BYTES_MAX];
    size_t name_size;
    uint64_t parcels, scanned, arrived, lost, damaged, spoiled, late;
    uint64_t claims, claims_paid, claims_denied;
    struct spells transit, to_pay;
    struct claim_money monies[NUMBERS_CLAIM_CURRENCIES_MAX];
    uint32_t monies_count;
};
struct hauling {
    uint64_t as_of_ms, late_days;
    uint32_t count;
    uint64_t further; /* parcels of carriers beyond those */
    struct carrier_tally at[NUMBERS_CARRIERS_MAX];
};
/* merchant: of the cohort. */
void hauling_add(struct hauling *hauling, const struct rows *rows, const struct crypto *crypto,
                 const struct id *merchant, const struct id *return_id,
                 const struct return_row *row);
/* The claims of the cohort's period against carriers; once, before the report. */
void hauling_add_claims(struct hauling *hauling, const struct rows *rows,
                        const struct cohort *cohort);
/* The spans of the report live as long as the tallies. */
void hauling_report(const struct hauling *hauling, const struct cohort *cohort,
                    struct carriers_report *report);

/* --- warehouses ------------------------------------------------------------------------------- */

#define NUMBERS_WAREHOUSES_MAX  64u
#define NUMBERS_HOURS_MAX       (366u * 24u) /* from the period's begin on: a pace is told */
#define NUMBERS_DISPOSITIONS    16u
#define NUMBERS_GRADES          8u
#define NUMBERS_UNITS_MAX       4096u /* of one return are looked at */
#define NUMBERS_HERE_CURRENCIES 4u    /* of one warehouse */
#define NUMBERS_RECOVERIES      12u   /* ways and currencies of one warehouse */

/* Where a unit stands that is not done with: what waits for whom. X(NAME, number, "word") */
#define STATION_LIST(X)                                                                            \
    X(STATION_INSPECTION, 1, "inspection")                                                         \
    X(STATION_GRADING, 2, "grading")                                                               \
    X(STATION_DISPOSITION, 3, "disposition")                                                       \
    X(STATION_WORK, 4, "work") /* repaired, refurbished, relabelled, held */                       \
    X(STATION_SETTLEMENT, 5, "settlement")                                                         \
    X(STATION_TRANSIT, 6, "transit") /* shipped, and not taken yet */
#define STATION_ENUM(name, number, word) name = number,
enum station { STATION_LIST(STATION_ENUM) STATIONS };
#undef STATION_ENUM
extern const struct words station_words;

#define STATION_FIGURES_FIELDS(F, S)                                                               \
    F(S, 1, REQUIRED, choice, station, station, 0)                                                 \
    F(S, 2, REQUIRED, uint, units, none, NUMBERS_COUNT_MAX)                                        \
    F(S, 3, REQUIRED, uint, over_a_day, none, NUMBERS_COUNT_MAX)                                   \
    F(S, 4, REQUIRED, uint, over_a_week, none, NUMBERS_COUNT_MAX)                                  \
    F(S, 5, REQUIRED, uint, oldest_s, none, NUMBERS_COUNT_MAX)
SHAPE_DECLARE(station_figures, STATION_FIGURES_FIELDS)

#define DISPOSITION_FIGURES_FIELDS(F, S)                                                           \
    F(S, 1, REQUIRED, choice, disposition, disposition, 0)                                         \
    F(S, 2, REQUIRED, uint, units, none, NUMBERS_COUNT_MAX)
SHAPE_DECLARE(disposition_figures, DISPOSITION_FIGURES_FIELDS)

#define GRADE_FIGURES_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, choice, grade, grade, 0)                                                     \
    F(S, 2, REQUIRED, uint, units, none, NUMBERS_COUNT_MAX)
SHAPE_DECLARE(grade_figures, GRADE_FIGURES_FIELDS)

/* What units that were decided are worth by their orders, and those that crossed no border. */
#define HERE_MONEY_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 2, REQUIRED, sint, decided_minor, none, NUMBERS_MINOR_MAX)                                \
    F(S, 3, REQUIRED, sint, here_minor, none, NUMBERS_MINOR_MAX)                                   \
    F(S, 4, REQUIRED, uint, here_permille, none, NUMBERS_COUNT_MAX)
SHAPE_DECLARE(here_money, HERE_MONEY_FIELDS)

/* What units that left by a closed batch brought, less what that cost; per unit, cut to a minor
 * unit. Of further ways or currencies nothing is told. */
#define RECOVERY_FIGURES_FIELDS(F, S)                                                              \
    F(S, 1, REQUIRED, choice, disposition, disposition, 0)                                         \
    F(S, 2, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 3, REQUIRED, uint, units, none, NUMBERS_COUNT_MAX)                                        \
    F(S, 4, REQUIRED, sint, proceeds_minor, none, NUMBERS_MINOR_MAX)                               \
    F(S, 5, REQUIRED, sint, cost_minor, none, NUMBERS_MINOR_MAX)                                   \
    F(S, 6, REQUIRED, sint, per_unit_minor, none, NUMBERS_MINOR_MAX)
SHAPE_DECLARE(recovery_figures, RECOVERY_FIGURES_FIELDS)

#define WAREHOUSE_FIGURES_FIELDS(F, S)                                                             \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, uint, units, none, NUMBERS_COUNT_MAX)                                        \
    F(S, 3, REQUIRED, uint, decided, none, NUMBERS_COUNT_MAX)                                      \
    F(S, 4, REQUIRED, uint, here, none, NUMBERS_COUNT_MAX)                                         \
    F(S, 5, REQUIRED, uint, here_permille, none, NUMBERS_COUNT_MAX)                                \
    F(S, 6, REQUIRED, list, monies, here_money, NUMBERS_HERE_CURRENCIES)                           \
    F(S, 7, REQUIRED, one, dock_to_disposition, spell_figures, 0)                                  \
    F(S, 8, REQUIRED, uint, in_time_permille, none, NUMBERS_COUNT_MAX)                             \
    F(S, 9, REQUIRED, uint, hours, none, NUMBERS_COUNT_MAX)                                        \
    F(S, 10, REQUIRED, uint, per_hour_milli, none, NUMBERS_COUNT_MAX)                              \
    F(S, 11, REQUIRED, list, dispositions, disposition_figures, NUMBERS_DISPOSITIONS)              \
    F(S, 12, REQUIRED, list, grades, grade_figures, NUMBERS_GRADES)                                \
    F(S, 13, REQUIRED, list, backlog, station_figures, STATIONS)                                   \
    F(S, 14, OPTIONAL, list, recoveries, recovery_figures, NUMBERS_RECOVERIES)
SHAPE_DECLARE(warehouse_figures, WAREHOUSE_FIGURES_FIELDS)

#define WAREHOUSES_REPORT_FIELDS(F, S)                                                             \
    F(S, 1, OPTIONAL, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, time, from_ms, none, 0)                                                      \
    F(S, 3, REQUIRED, time, to_ms, none, 0)                                                        \
    F(S, 4, REQUIRED, time, as_of_ms, none, 0)                                                     \
    F(S, 5, REQUIRED, list, warehouses, warehouse_figures, NUMBERS_WAREHOUSES_MAX)                 \
    F(S, 6, OPTIONAL, uint, units_of_further_warehouses, none, NUMBERS_COUNT_MAX)
SHAPE_DECLARE(warehouses_report, WAREHOUSES_REPORT_FIELDS)

struct station_tally {
    uint64_t units, over_a_day, over_a_week, oldest_s;
};
struct warehouse_tally {
    struct id warehouse;
    uint64_t units, decided, here, timed, in_time, paced;
    uint64_t dispositions[NUMBERS_DISPOSITIONS], grades[NUMBERS_GRADES];
    struct station_tally backlog[STATIONS];
    struct spells dock_to_disposition;
    uint8_t hours[NUMBERS_HOURS_MAX / 8]; /* by bit: something was decided in it */
    struct here_money monies[NUMBERS_HERE_CURRENCIES];
    uint32_t monies_count;
    struct recovery_figures recoveries[NUMBERS_RECOVERIES];
    uint32_t recoveries_count;
};
struct working {
    uint64_t as_of_ms, from_ms;
    uint32_t count;
    uint64_t further; /* units at warehouses beyond those */
    struct warehouse_tally at[NUMBERS_WAREHOUSES_MAX];
};
void working_add(struct working *working, const struct rows *rows, const struct id *return_id,
                 const struct return_row *row);
void working_report(const struct working *working, const struct cohort *cohort,
                    struct warehouses_report *report);

/* --- what comes back, and why ----------------------------------------------------------------- */

#define CAUSE_FIGURES_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 3, OPTIONAL, text, inbound, none, REFERENCE_BYTES_MAX)                                    \
    F(S, 4, REQUIRED, choice, reason, reason, 0)                                                   \
    F(S, 5, REQUIRED, uint, units, none, NUMBERS_COUNT_MAX)                                        \
    F(S, 6, REQUIRED, uint, returns, none, NUMBERS_COUNT_MAX)                                      \
    F(S, 7, REQUIRED, uint, received, none, NUMBERS_COUNT_MAX)                                     \
    F(S, 8, REQUIRED, uint, share_permille, none, NUMBERS_COUNT_MAX)                               \
    F(S, 9, REQUIRED, uint, up_to_here_permille, none, NUMBERS_COUNT_MAX)                          \
    F(S, 10, REQUIRED, uint, sold, none, NUMBERS_COUNT_MAX)                                        \
    F(S, 11, REQUIRED, uint, per_sold_permille, none, NUMBERS_COUNT_MAX)                           \
    F(S, 12, REQUIRED, uint, correctives, none, NUMBERS_COUNT_MAX)                                 \
    F(S, 13, OPTIONAL, id, corrective, none, 0)                                                    \
    F(S, 14, OPTIONAL, text, lot, none, LOT_BYTES_MAX)
SHAPE_DECLARE(cause_figures, CAUSE_FIGURES_FIELDS)

#define CAUSES_REPORT_FIELDS(F, S)                                                                 \
    F(S, 1, OPTIONAL, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, time, from_ms, none, 0)                                                      \
    F(S, 3, REQUIRED, time, to_ms, none, 0)                                                        \
    F(S, 4, REQUIRED, uint, units, none, NUMBERS_COUNT_MAX)                                        \
    F(S, 5, REQUIRED, list, defects, cause_figures, NUMBERS_SHOWN_MAX)                             \
    F(S, 6, OPTIONAL, uint, units_not_told_apart, none, NUMBERS_COUNT_MAX)
SHAPE_DECLARE(causes_report, CAUSES_REPORT_FIELDS)

enum causes_by { CAUSES_BY_SKU, CAUSES_BY_INBOUND, CAUSES_BY_LOT };

struct cause {
    struct id merchant;
    /* origin: the inbound shipment or the lot, where they are told apart by it; or empty. */
    uint8_t sku[SKU_BYTES_MAX], origin[REFERENCE_BYTES_MAX];
    size_t sku_size, origin_size;
    uint64_t reason, units, returns, received;
};
#define CAUSE_PLACES (2 * NUMBERS_CAUSES_MAX)
struct causes {
    enum causes_by by;
    uint32_t count;
    uint64_t units, further;      /* all units; those of pairs beyond the table */
    uint16_t place[CAUSE_PLACES]; /* 1 + index, by hash; 0: free */
    struct cause at[NUMBERS_CAUSES_MAX];
};
void causes_add(struct causes *causes, const struct rows *rows, const struct id *return_id,
                const struct return_row *row);
/* The most frequent first; what the period sold, and the corrective actions, are looked up for
 * those that are shown. The spans live as long as the tallies, which it sorts. */
void causes_report(struct causes *causes, const struct rows *rows, const struct crypto *crypto,
                   const struct cohort *cohort, uint32_t shown, struct causes_report *report);

/* --- did it help? ----------------------------------------------------------------------------- */

#define VERDICT_LIST(X)                                                                            \
    X(VERDICT_EARLY, 1, "too_early") /* nothing that was sold since is old enough */               \
    X(VERDICT_UNCLEAR, 2, "unclear") /* the two intervals overlap */                               \
    X(VERDICT_FEWER, 3, "fewer")     /* fewer come back than before */                             \
    X(VERDICT_MORE, 4, "more")
#define VERDICT_ENUM(name, number, word) name = number,
enum effect_verdict { VERDICT_LIST(VERDICT_ENUM) };
#undef VERDICT_ENUM
extern const struct words effect_verdict_words;

/* Units of the SKU sold in the span, and how many of them were asked back for the reason within
 * NUMBERS_RIPE_DAYS of their sale. */
#define SPAN_FIGURES_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, time, from_ms, none, 0)                                                      \
    F(S, 2, REQUIRED, time, to_ms, none, 0)                                                        \
    F(S, 3, REQUIRED, uint, sold, none, NUMBERS_COUNT_MAX)                                         \
    F(S, 4, REQUIRED, uint, returned, none, NUMBERS_COUNT_MAX)                                     \
    F(S, 5, REQUIRED, uint, permille, none, NUMBERS_COUNT_MAX)                                     \
    F(S, 6, REQUIRED, uint, low_permille, none, NUMBERS_COUNT_MAX)                                 \
    F(S, 7, REQUIRED, uint, high_permille, none, NUMBERS_COUNT_MAX)
SHAPE_DECLARE(span_figures, SPAN_FIGURES_FIELDS)

#define EFFECT_REPORT_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, corrective, none, 0)                                                     \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 4, OPTIONAL, choice, reason, reason, 0)                                                   \
    F(S, 5, REQUIRED, time, since_ms, none, 0)                                                     \
    F(S, 6, REQUIRED, time, as_of_ms, none, 0)                                                     \
    F(S, 7, REQUIRED, uint, ripe_days, none, 1000)                                                 \
    F(S, 8, REQUIRED, one, before, span_figures, 0)                                                \
    F(S, 9, REQUIRED, one, after, span_figures, 0)                                                 \
    F(S, 10, REQUIRED, choice, verdict, effect_verdict, 0)                                         \
    F(S, 11, OPTIONAL, uint, cut, none, 1) /* more orders than are looked at */
SHAPE_DECLARE(effect_report, EFFECT_REPORT_FIELDS)

/* The report's text lives as long as the row's, which the caller keeps outside the store. */
void effect_measure(const struct rows *rows, const struct crypto *crypto,
                    const struct id *corrective, const struct corrective_row *row,
                    uint64_t as_of_ms, struct effect_report *report);

/* --- sales of a SKU, in the order of time ----------------------------------------------------- */

/* Rows of VIEW_SALE: merchant, hash of the SKU's form, time sold (8 bytes), order. */
struct key sale_prefix(const struct crypto *crypto, const struct id *merchant, struct span sku);

#endif
