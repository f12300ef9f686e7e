/* Repair orders (维修): one unit at a bench or a partner's, what goes into it, what the merchant
 * lets it cost, and what came of it. README.md tells it. The order says nothing of the unit's
 * custody; it ends by grading the unit anew, under the rules of every unit. */
#ifndef OVERSEAS_WAREHOUSE_REPAIR_REPAIR_H
#define OVERSEAS_WAREHOUSE_REPAIR_REPAIR_H

#include "overseas-warehouse/business.h"
#include "overseas-warehouse/view_rows.h"

/* VIEW_REPAIR: repair, log; the id is bound to the node whose log it is. VIEW_REPAIR_BY_UNIT: unit,
 * repair, log. VIEW_REPAIR_BY_WAREHOUSE: warehouse, repair, log. VIEW_REPAIR_BY_MERCHANT: merchant,
 * warehouse, repair, log. */
#define REPAIR_ROW_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, choice, state, repair_state, 0)                                              \
    F(S, 2, REQUIRED, uint, version, none, VERSION_MAX)                                            \
    F(S, 3, REQUIRED, id, unit, none, 0)                                                           \
    F(S, 4, REQUIRED, uint, hop, none, HOP_MAX)                                                    \
    F(S, 5, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 6, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 7, OPTIONAL, text, partner, none, REPAIR_PARTNER_BYTES)                                   \
    F(S, 8, REQUIRED, text, fault, none, REASON_BYTES_MAX)                                         \
    F(S, 9, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 10, REQUIRED, time, due_ms, none, 0)                                                      \
    F(S, 11, OPTIONAL, uint, estimate_minor, none, BILL_MINOR_MAX)                                 \
    F(S, 12, OPTIONAL, list, parts, repair_part, REPAIR_PARTS_MAX)                                 \
    F(S, 13, OPTIONAL, uint, cost_minor, none, REPAIR_COST_MAX) /* parts, and then labour */       \
    F(S, 14, OPTIONAL, choice, outcome, repair_outcome, 0)                                         \
    F(S, 15, OPTIONAL, uint, warranty_months, none, REPAIR_WARRANTY_MAX)                           \
    F(S, 16, REQUIRED, one, opened_by, actor, 0)                                                   \
    F(S, 17, REQUIRED, time, opened_ms, none, 0)                                                   \
    F(S, 18, OPTIONAL, one, ended_by, actor, 0)                                                    \
    F(S, 19, OPTIONAL, time, ended_ms, none, 0)                                                    \
    F(S, 20, OPTIONAL, text, note, none, REASON_BYTES_MAX)
#define REPAIR_COST_MAX ((REPAIR_PARTS_MAX + 1) * (uint64_t)BILL_MINOR_MAX)
SHAPE_DECLARE(repair_row, REPAIR_ROW_FIELDS)

/* VIEW_REPAIR_CONSENT: repair (or, of all, the merchant), merchant, book: the entry. */

struct repair_now {
    struct repair_row row;
    struct id log;
};
bool repair_load(const struct rows *rows, const struct id *repair, struct repair_now *now);
/* So much the merchant lets it cost, in its currency, by its own word on this one, or else on all.
 */
uint64_t repair_limit(const struct desk *desk, const struct id *repair,
                      const struct repair_row *row);
/* Is the unit being repaired, by a store that is not lost? */
bool repair_keeps(const struct rows *rows, const struct id *unit);

/* By when it is to be done: a deadline of its own, which tells whoever is told of the others. */
void deadlines_of_repair(const struct desk *desk, const struct id *repair, const struct id *log,
                         const struct repair_row *row);

void repair_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                   struct decision *decision);
void repair_fold(const struct desk *desk, const struct place *place,
                 const struct repair_moved *moved);
void repair_consent_decide(const struct desk *desk, const struct command *command,
                           struct moment *moment, struct decision *decision);
void repair_consented_fold(const struct desk *desk, const struct place *place,
                           const struct repair_consented *consented);

#endif
