/* Billing (账单): what a warehouse asks of merchants for what it does. README.md tells it.
 *
 * An act is noted by the fold of the entry that did it, and is charged by the warehouse's own log
 * as soon as its merchant is known and a fee table covers its time: work that follows from the sets
 * of acts, assignments, fee tables and charges, so that the order in which they come does not
 * matter. Nothing here asserts on what an entry says. */
#ifndef OVERSEAS_WAREHOUSE_BILLING_BILLING_H
#define OVERSEAS_WAREHOUSE_BILLING_BILLING_H

#include "overseas-warehouse/business.h"

/* --- rows ------------------------------------------------------------------------------------- */

/* VIEW_ACT: charge, log. What was done, and whether it was undone. VIEW_ACT_BY_THING: thing,
 * charge.
 */
#define ACT_ROW_FIELDS(F, S)                                                                       \
    F(S, 1, REQUIRED, choice, act, billed_act, 0)                                                  \
    F(S, 2, REQUIRED, id, thing, none, 0)                                                          \
    F(S, 3, OPTIONAL, uint, hop, none, HOP_MAX)                                                    \
    F(S, 4, OPTIONAL, uint, number, none, UINT32_MAX)                                              \
    F(S, 5, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 6, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 7, OPTIONAL, uint, voided, none, 1)
SHAPE_DECLARE(act_row, ACT_ROW_FIELDS)

/* VIEW_CHARGE: charge. Were one written twice, the smaller log and index stand.
 * VIEW_CHARGE_BY_THING: thing, act (1 byte), hop (2), charge. VIEW_LEDGER: merchant, warehouse,
 * statement (4), log, idx (8): what was posted, in its order. */
#define CHARGE_ROW_FIELDS(F, S)                                                                    \
    CHARGE_FIELDS(F, S)                                                                            \
    F(S, 40, REQUIRED, id, log, none, 0)                                                           \
    F(S, 41, REQUIRED, uint, idx, none, EVENT_IDX_MAX)
SHAPE_DECLARE(charge_row, CHARGE_ROW_FIELDS)

/* VIEW_TOPUP: top-up. */
#define TOPUP_ROW_FIELDS(F, S)                                                                     \
    TOPPED_UP_FIELDS(F, S)                                                                         \
    F(S, 40, REQUIRED, id, log, none, 0)                                                           \
    F(S, 41, REQUIRED, uint, idx, none, EVENT_IDX_MAX)
SHAPE_DECLARE(topup_row, TOPUP_ROW_FIELDS)

/* VIEW_LEDGER's: which of the two it is. */
#define LEDGER_ROW_FIELDS(F, S)                                                                    \
    F(S, 1, OPTIONAL, id, charge, none, 0)                                                         \
    F(S, 2, OPTIONAL, id, topup, none, 0)
SHAPE_DECLARE(ledger_row, LEDGER_ROW_FIELDS)

/* VIEW_BALANCE: merchant, warehouse, currency (2). Sums of the set of charges and top-ups. */
#define BALANCE_ROW_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, sint, charged_minor, none, BILL_SUM_MAX)                                     \
    F(S, 2, REQUIRED, sint, reversed_minor, none, BILL_SUM_MAX)                                    \
    F(S, 3, REQUIRED, sint, paid_minor, none, BILL_SUM_MAX)                                        \
    F(S, 4, REQUIRED, uint, lines, none, BILL_LINES_MAX)
SHAPE_DECLARE(balance_row, BALANCE_ROW_FIELDS)

/* VIEW_FEE: merchant, warehouse, version counted down (4). VIEW_STATEMENT: merchant, warehouse,
 * number counted down (4). The entry, and where it stands; of two the smaller place. */
#define FEE_ROW_FIELDS(F, S)                                                                       \
    FEE_SET_FIELDS(F, S)                                                                           \
    F(S, 40, REQUIRED, id, log, none, 0)                                                           \
    F(S, 41, REQUIRED, uint, idx, none, EVENT_IDX_MAX)
SHAPE_DECLARE(fee_row, FEE_ROW_FIELDS)
#define STATEMENT_ROW_FIELDS(F, S)                                                                 \
    STATEMENT_FIELDS(F, S)                                                                         \
    F(S, 40, REQUIRED, id, log, none, 0)                                                           \
    F(S, 41, REQUIRED, uint, idx, none, EVENT_IDX_MAX)
SHAPE_DECLARE(statement_row, STATEMENT_ROW_FIELDS)

/* VIEW_CHARGE_WAITS: charge. Under which place of VIEW_CHARGE_WAITING (warehouse, merchant, time of
 * the act, charge) it waits to be posted. */
#define WAITS_ROW_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, time, at_ms, none, 0)
SHAPE_DECLARE(waits_row, WAITS_ROW_FIELDS)

/* VIEW_STORED: unit, hop (2). A unit's stay at a warehouse, how far it is charged and when its next
 * period ends; VIEW_STORED_NEXT: warehouse, merchant, that end, unit, hop (2).
 * VIEW_STORED_DUE: warehouse, merchant. When VIEW_DUE has the pair. */
#define STORED_ROW_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, time, since_ms, none, 0)                                                     \
    F(S, 4, OPTIONAL, time, until_ms, none, 0) /* 0: it is there still */                          \
    F(S, 5, OPTIONAL, time, charged_ms, none, 0)                                                   \
    F(S, 6, REQUIRED, time, next_ms, none, 0)
SHAPE_DECLARE(stored_row, STORED_ROW_FIELDS)
#define STORED_DUE_ROW_FIELDS(F, S) F(S, 1, REQUIRED, time, due_ms, none, 0)
SHAPE_DECLARE(stored_due_row, STORED_DUE_ROW_FIELDS)

/* VIEW_ARREARS_OVERRIDDEN: unit, hop (2), log, idx (8). */
SHAPE_DECLARE(arrears_overridden_row, ARREARS_OVERRIDDEN_FIELDS)

/* --- commands and entries --------------------------------------------------------------------- */

void billing_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                    struct decision *decision);
void billing_fold(const struct desk *desk, const struct place *place, enum event_kind kind,
                  const union event_body *body);
void fee_set_fold(const struct desk *desk, const struct place *place, const struct fee_set *set);
void charge_fold(const struct desk *desk, const struct place *place,
                 const struct charge_posted *posted);
void topped_up_fold(const struct desk *desk, const struct place *place,
                    const struct topped_up *paid);
void statement_fold(const struct desk *desk, const struct place *place,
                    const struct statement_closed *closed);
void arrears_overridden_fold(const struct desk *desk, const struct place *place,
                             const struct arrears_overridden *overridden);

/* --- acts: for the folds of those who do them ------------------------------------------------- */

/* One thing that was done, by the log that the place names. number tells it from other acts of its
 * kind on the thing in this hop. */
struct billed {
    enum billed_act act;
    struct id thing, warehouse;
    uint64_t hop, number, at_ms;
};
void billing_note(const struct desk *desk, const struct place *place, const struct billed *done);
/* The same act was taken back: what was charged for it is reversed. Nothing where none was noted.
 */
void billing_void(const struct desk *desk, const struct place *place, const struct billed *done);
/* The same of the act of its kind on the thing in the hop that the place's log did and that stands:
 * there is one at a time. */
void billing_void_standing(const struct desk *desk, const struct place *place,
                           const struct billed *done);
/* What the present entries of a unit and a box are to billing; after their own fold. */
void billing_of_unit(const struct desk *desk, const struct place *place,
                     const struct unit_moved *moved);
void billing_of_box(const struct desk *desk, const struct place *place,
                    const struct box_received *received);
/* Are the goods gone from the warehouse when that is done? */
bool disposition_leaves(uint64_t disposition);
/* Whose the thing (a unit, a box) is may have changed. */
void billing_owner_refresh(const struct desk *desk, const struct id *thing);
/* The same for all units of a return and the box claims of it that are here. */
void billing_return_refresh(const struct desk *desk, const struct id *return_id);

/* --- work ------------------------------------------------------------------------------------- */

/* Posts what waits of that merchant; leaves the rest to the next round. */
void billing_react(const struct desk *desk, const struct id *warehouse, const struct id *merchant,
                   struct moment *moment, struct decision *decision);
/* Posts the storage of periods that have ended. */
void billing_due(const struct desk *desk, const struct id *warehouse, const struct id *merchant,
                 struct moment *moment, struct decision *decision);

/* --- reading ---------------------------------------------------------------------------------- */

struct id charge_id(const struct crypto *crypto, const struct id *warehouse, uint64_t act,
                    const struct id *thing, uint64_t hop, uint64_t number);
struct id charge_reverse_id(const struct crypto *crypto, const struct id *charge);
bool charge_load(const struct rows *rows, const struct id *charge, struct charge_row *row);
bool topup_load(const struct rows *rows, const struct id *topup, struct topup_row *row);
/* false: the thing's merchant is not known. */
bool billing_merchant_of(const struct desk *desk, const struct id *thing, struct id *merchant);

/* The table in force at that moment, the newest, one by its version; false: there is none. */
bool fee_at(const struct rows *rows, const struct id *warehouse, const struct id *merchant,
            uint64_t at_ms, struct fee_row *fee);
bool fee_newest(const struct rows *rows, const struct id *warehouse, const struct id *merchant,
                struct fee_row *fee);
bool fee_version(const struct rows *rows, const struct id *warehouse, const struct id *merchant,
                 uint64_t version, struct fee_row *fee);
bool statement_newest(const struct rows *rows, const struct id *warehouse,
                      const struct id *merchant, struct statement_row *row);
bool statement_load(const struct rows *rows, const struct id *warehouse, const struct id *merchant,
                    uint64_t number, struct statement_row *row);
/* The statement that is open now: the number after the newest closed one. */
uint64_t statement_open(const struct rows *rows, const struct id *warehouse,
                        const struct id *merchant);
/* What an open statement would say if it were closed now. false: there is nothing between the two.
 */
bool statement_draft(const struct rows *rows, const struct id *warehouse, const struct id *merchant,
                     struct statement_closed *draft);
struct key bill_pair(const struct id *first, const struct id *second);
struct key ledger_key(const struct id *merchant, const struct id *warehouse, uint64_t statement);

/* How a merchant stands with a warehouse. */
struct standing {
    uint64_t currency;
    struct balance_row sums;
    int64_t balance_minor; /* paid - charged + reversed */
    int64_t credit_minor;
    bool arrears; /* below minus the credit: nothing leaves */
};
/* false: the warehouse has no fee table for the merchant. */
bool billing_standing(const struct rows *rows, const struct id *warehouse,
                      const struct id *merchant, uint64_t at_ms, struct standing *standing);
/* Is the unit to be kept back: its merchant is in arrears with its warehouse, and no supervisor has
 * let it go? */
bool billing_holds(const struct desk *desk, const struct id *unit, uint64_t at_ms);

/* --- sums ------------------------------------------------------------------------------------- */

/* What the table asks for one act on what weighs so much. false: it has no price for it. */
bool fee_amount(const struct fee_row *fee, uint64_t act, uint64_t weight_g, int64_t *amount);
/* Of storage. The sum is rounded once, to the nearest minor unit, a half up. */
struct stay {
    uint64_t since_ms, from_ms, to_ms; /* it came; the period */
    uint64_t volume_mm3, weight_g;
};
bool fee_storage(const struct fee_row *fee, const struct stay *stay, uint64_t *days,
                 int64_t *amount);
/* The end of the UTC month in which the moment is. */
uint64_t month_end(uint64_t at_ms);
/* Months counted from the year 0, by which periods of storage are numbered; and where one ends. */
uint64_t month_of(uint64_t at_ms);
uint64_t month_ends(uint64_t month);

#endif
