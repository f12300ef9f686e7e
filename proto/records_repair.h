/* Payloads of repair orders (维修): what is done with one unit at a bench or a partner's, in the
 * log of the warehouse's node, and the merchant's consent to what it costs, in its book. */
#ifndef PROTO_RECORDS_REPAIR_H
#define PROTO_RECORDS_REPAIR_H

#include "proto/records_billing.h"

#define REPAIR_ACT_LIST(X)                                                                         \
    X(REPAIR_OPEN, 1, "open")                                                                      \
    X(REPAIR_WORK, 2, "work") /* parts went in, or another estimate */                             \
    X(REPAIR_END, 3, "end")
#define REPAIR_STATE_LIST(X)                                                                       \
    X(REPAIR_IS_OPEN, 1, "open")                                                                   \
    X(REPAIR_IS_ENDED, 2, "ended")
#define REPAIR_OUTCOME_LIST(X)                                                                     \
    X(REPAIR_REPAIRED, 1, "repaired")                                                              \
    X(REPAIR_NOT_REPAIRABLE, 2, "not_repairable")                                                  \
    X(REPAIR_NO_FAULT_FOUND, 3, "no_fault_found")
#define REPAIR_ENUM(name, number, word) name = number,
enum repair_act { REPAIR_ACT_LIST(REPAIR_ENUM) };
enum repair_state { REPAIR_STATE_LIST(REPAIR_ENUM) };
enum repair_outcome { REPAIR_OUTCOME_LIST(REPAIR_ENUM) };
#undef REPAIR_ENUM
extern const struct words repair_act_words, repair_state_words, repair_outcome_words;

#define REPAIR_PARTS_MAX     16
#define REPAIR_PIECES_MAX    1000u
#define REPAIR_DAYS_MAX      365u
#define REPAIR_WARRANTY_MAX  120u /* months */
#define REPAIR_PARTNER_BYTES 80

/* cost_minor: of all its pieces. */
#define REPAIR_PART_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 2, REQUIRED, uint, pieces, none, REPAIR_PIECES_MAX)                                       \
    F(S, 3, OPTIONAL, uint, cost_minor, none, BILL_MINOR_MAX)
SHAPE_DECLARE(repair_part, REPAIR_PART_FIELDS)

#define REPAIR_MOVED_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, repair, none, 0)                                                         \
    F(S, 2, REQUIRED, choice, act, repair_act, 0)                                                  \
    F(S, 3, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 4, REQUIRED, time, at_ms, none, 0)                                                        \
    /* what open says stays */                                                                     \
    F(S, 5, OPTIONAL, id, unit, none, 0)                                                           \
    F(S, 6, OPTIONAL, uint, hop, none, HOP_MAX)                                                    \
    F(S, 7, OPTIONAL, id, merchant, none, 0)                                                       \
    F(S, 8, OPTIONAL, id, warehouse, none, 0)                                                      \
    F(S, 9, OPTIONAL, text, partner, none, REPAIR_PARTNER_BYTES) /* none: the own bench */         \
    F(S, 10, OPTIONAL, text, fault, none, REASON_BYTES_MAX)                                        \
    F(S, 11, OPTIONAL, currency, currency, none, 999)                                              \
    F(S, 12, OPTIONAL, time, due_ms, none, 0)                                                      \
    F(S, 13, OPTIONAL, uint, estimate_minor, none, BILL_MINOR_MAX)                                 \
    F(S, 14, OPTIONAL, list, parts, repair_part, REPAIR_PARTS_MAX)                                 \
    F(S, 15, OPTIONAL, uint, labour_minor, none, BILL_MINOR_MAX)                                   \
    F(S, 16, OPTIONAL, choice, outcome, repair_outcome, 0)                                         \
    F(S, 17, OPTIONAL, uint, warranty_months, none, REPAIR_WARRANTY_MAX)                           \
    F(S, 18, OPTIONAL, text, note, none, REASON_BYTES_MAX)
SHAPE_DECLARE(repair_moved, REPAIR_MOVED_FIELDS)

/* An entry of the book: so much may a repair cost. repair: this one; none: each of the merchant's,
 * without being asked. The latest counts. */
#define REPAIR_CONSENT_FIELDS(F, S)                                                                \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, OPTIONAL, id, repair, none, 0)                                                         \
    F(S, 3, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 4, OPTIONAL, uint, up_to_minor, none, BILL_MINOR_MAX) /* 0: it shall cost nothing */      \
    F(S, 5, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(repair_consent, REPAIR_CONSENT_FIELDS)
#define REPAIR_CONSENTED_FIELDS(F, S)                                                              \
    REPAIR_CONSENT_FIELDS(F, S)                                                                    \
    F(S, 6, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 7, REQUIRED, time, at_ms, none, 0)
SHAPE_DECLARE(repair_consented, REPAIR_CONSENTED_FIELDS)

/* --- commands --------------------------------------------------------------------------------- */

#define REPAIR_BEGIN_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, unit, none, 0)                                                           \
    F(S, 2, REQUIRED, text, fault, none, REASON_BYTES_MAX)                                         \
    F(S, 3, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 4, OPTIONAL, text, partner, none, REPAIR_PARTNER_BYTES)                                   \
    F(S, 5, OPTIONAL, uint, estimate_minor, none, BILL_MINOR_MAX)                                  \
    F(S, 6, OPTIONAL, uint, days, none, REPAIR_DAYS_MAX) /* until it is to be done; not said: 14   \
                                                          */
SHAPE_DECLARE(repair_begin, REPAIR_BEGIN_FIELDS)

#define REPAIR_STEP_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, repair, none, 0)                                                         \
    F(S, 2, OPTIONAL, list, parts, repair_part, REPAIR_PARTS_MAX)                                  \
    F(S, 3, OPTIONAL, uint, estimate_minor, none, BILL_MINOR_MAX)                                  \
    F(S, 4, OPTIONAL, text, note, none, REASON_BYTES_MAX)
SHAPE_DECLARE(repair_step, REPAIR_STEP_FIELDS)

/* It ends by being looked at: the grade is that of the unit from now on. */
#define REPAIR_FINISH_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, repair, none, 0)                                                         \
    F(S, 2, REQUIRED, choice, outcome, repair_outcome, 0)                                          \
    F(S, 3, REQUIRED, choice, grade, grade, 0)                                                     \
    F(S, 4, OPTIONAL, choice, liability, liability, 0)                                             \
    F(S, 5, OPTIONAL, uint, labour_minor, none, BILL_MINOR_MAX)                                    \
    F(S, 6, OPTIONAL, uint, warranty_months, none, REPAIR_WARRANTY_MAX)                            \
    F(S, 7, OPTIONAL, text, note, none, REASON_BYTES_MAX)
SHAPE_DECLARE(repair_finish, REPAIR_FINISH_FIELDS)

#endif
