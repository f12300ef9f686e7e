/* The money track of a return. Silence ends REQUESTED and APPROVED; goods that turn up are never
 * refused, whatever the state (DESIGN law 1, §2): each state has a row for each observation. */
#include "overseas-warehouse/tables.h"

#define IF(fact)     RETURN_IF(fact)
#define EFFECT(name) RETURN_DOES(name)
#define NEW          (IF(ORDER_KNOWN) | IF(LINES_GOOD) | IF(ROOM))

#define CLAIM_AND_CONTEST (EFFECT(CLAIM) | EFFECT(CONTEST))
#define TAKE_AND_PAY      (EFFECT(TAKE) | EFFECT(PAY))
#define UNPAID            (IF(OVER) | IF(AHEAD))

/* clang-format off */
static const struct rule rules[] = {
    /* a return begins */
    {RETURN_NONE, BY_OPERATOR, DO_REQUEST, NEW, 0, RETURN_REQUESTED, 0},
    {RETURN_NONE, BY_MERCHANT, DO_REQUEST, NEW, 0, RETURN_REQUESTED, 0},
    {RETURN_NONE, BY_ADMIN,    DO_REQUEST, NEW, 0, RETURN_REQUESTED, 0},

    /* it is answered: by policy at once, by the merchant, or by silence */
    {RETURN_REQUESTED, BY_POLICY,   DO_APPROVE, IF(ELIGIBLE) | IF(SMALL),   IF(FLAGGED), RETURN_APPROVED, 0},
    {RETURN_REQUESTED, BY_MERCHANT, DO_APPROVE, 0,                          0,           RETURN_APPROVED, 0},
    {RETURN_REQUESTED, BY_ADMIN,    DO_APPROVE, 0,                          0,           RETURN_APPROVED, 0},
    {RETURN_REQUESTED, BY_CLOCK,    DO_APPROVE, IF(OVERDUE) | IF(ELIGIBLE) | IF(HEARD), IF(FLAGGED), RETURN_APPROVED, 0},
    {RETURN_REQUESTED, BY_MERCHANT, DO_DECLINE, 0,                          0,           RETURN_DECLINED, 0},
    {RETURN_REQUESTED, BY_ADMIN,    DO_DECLINE, 0,                          0,           RETURN_DECLINED, 0},
    {RETURN_REQUESTED, BY_CLOCK,    DO_EXPIRE,  IF(OVERDUE) | IF(FLAGGED),  0,           RETURN_EXPIRED,  0},
    {RETURN_REQUESTED, BY_CLOCK,    DO_EXPIRE,  IF(OVERDUE), IF(ELIGIBLE) | IF(FLAGGED), RETURN_EXPIRED,  0},

    /* it is taken back, as long as no goods came */
    {RETURN_REQUESTED, BY_OPERATOR, DO_CANCEL, 0, IF(GOODS_HERE), RETURN_CANCELED, 0},
    {RETURN_REQUESTED, BY_MERCHANT, DO_CANCEL, 0, IF(GOODS_HERE), RETURN_CANCELED, 0},
    {RETURN_REQUESTED, BY_ADMIN,    DO_CANCEL, 0, IF(GOODS_HERE), RETURN_CANCELED, 0},
    {RETURN_APPROVED,  BY_OPERATOR, DO_CANCEL, 0, IF(GOODS_HERE), RETURN_CANCELED, 0},
    {RETURN_APPROVED,  BY_MERCHANT, DO_CANCEL, 0, IF(GOODS_HERE), RETURN_CANCELED, 0},
    {RETURN_APPROVED,  BY_ADMIN,    DO_CANCEL, 0, IF(GOODS_HERE), RETURN_CANCELED, 0},

    /* silence after the approval: nothing was sent, the carrier says it came, or goods are here */
    {RETURN_APPROVED, BY_CLOCK, DO_EXPIRE, IF(OVERDUE),                  IF(GOODS_HERE) | IF(ARRIVED), RETURN_EXPIRED, 0},
    {RETURN_APPROVED, BY_CLOCK, DO_EXPIRE, IF(OVERDUE) | IF(ARRIVED),    IF(GOODS_HERE),               RETURN_EXPIRED, EFFECT(CONTEST)},
    {RETURN_APPROVED, BY_CLOCK, DO_CLOSE,  IF(OVERDUE) | IF(GOODS_HERE), 0,                            RETURN_CLOSED,  0},

    /* a person changes a decision: the quantity must still be free */
    {RETURN_DECLINED, BY_MERCHANT, DO_APPROVE, IF(ROOM),                  0, RETURN_APPROVED, 0},
    {RETURN_DECLINED, BY_ADMIN,    DO_APPROVE, IF(ROOM),                  0, RETURN_APPROVED, 0},
    {RETURN_EXPIRED,  BY_MERCHANT, DO_APPROVE, IF(ROOM),                  0, RETURN_APPROVED, 0},
    {RETURN_EXPIRED,  BY_ADMIN,    DO_APPROVE, IF(ROOM),                  0, RETURN_APPROVED, 0},
    {RETURN_CANCELED, BY_MERCHANT, DO_APPROVE, IF(ROOM) | IF(GOODS_HERE), 0, RETURN_APPROVED, 0},
    {RETURN_CANCELED, BY_ADMIN,    DO_APPROVE, IF(ROOM) | IF(GOODS_HERE), 0, RETURN_APPROVED, 0},

    /* the carrier says that the parcel arrived */
    {RETURN_REQUESTED, BY_CARRIER, DO_NOTE_ARRIVAL, 0, 0, RETURN_REQUESTED, 0},
    {RETURN_APPROVED,  BY_CARRIER, DO_NOTE_ARRIVAL, 0, 0, RETURN_APPROVED,  0},
    {RETURN_CLOSED,    BY_CARRIER, DO_NOTE_ARRIVAL, 0, 0, RETURN_CLOSED,    0},
    {RETURN_DECLINED,  BY_CARRIER, DO_NOTE_ARRIVAL, 0, 0, RETURN_DECLINED,  0},
    {RETURN_CANCELED,  BY_CARRIER, DO_NOTE_ARRIVAL, 0, 0, RETURN_CANCELED,  0},
    {RETURN_EXPIRED,   BY_CARRIER, DO_NOTE_ARRIVAL, 0, 0, RETURN_EXPIRED,   0},

    /* a box was received that may be this return's */
    {RETURN_REQUESTED, BY_FLOOR, DO_CLAIM_BOX, IF(CLAIMABLE),               0,             RETURN_REQUESTED, EFFECT(CLAIM)},
    {RETURN_REQUESTED, BY_FLOOR, DO_CLAIM_BOX, 0,                           IF(CLAIMABLE), RETURN_REQUESTED, 0},
    {RETURN_APPROVED,  BY_FLOOR, DO_CLAIM_BOX, IF(CLAIMABLE),               0,             RETURN_APPROVED,  EFFECT(CLAIM)},
    {RETURN_APPROVED,  BY_FLOOR, DO_CLAIM_BOX, 0,                           IF(CLAIMABLE), RETURN_APPROVED,  0},
    {RETURN_CLOSED,    BY_FLOOR, DO_CLAIM_BOX, IF(CLAIMABLE) | IF(REOPENS), 0,             RETURN_APPROVED,  EFFECT(CLAIM)},
    {RETURN_CLOSED,    BY_FLOOR, DO_CLAIM_BOX, IF(CLAIMABLE),               IF(REOPENS),   RETURN_CLOSED,    CLAIM_AND_CONTEST},
    {RETURN_CLOSED,    BY_FLOOR, DO_CLAIM_BOX, 0,                           IF(CLAIMABLE), RETURN_CLOSED,    0},
    {RETURN_DECLINED,  BY_FLOOR, DO_CLAIM_BOX, IF(CLAIMABLE),               0,             RETURN_DECLINED,  CLAIM_AND_CONTEST},
    {RETURN_DECLINED,  BY_FLOOR, DO_CLAIM_BOX, 0,                           IF(CLAIMABLE), RETURN_DECLINED,  0},
    {RETURN_CANCELED,  BY_FLOOR, DO_CLAIM_BOX, IF(CLAIMABLE),               0,             RETURN_CANCELED,  CLAIM_AND_CONTEST},
    {RETURN_CANCELED,  BY_FLOOR, DO_CLAIM_BOX, 0,                           IF(CLAIMABLE), RETURN_CANCELED,  0},
    {RETURN_EXPIRED,   BY_FLOOR, DO_CLAIM_BOX, IF(CLAIMABLE) | IF(REOPENS), 0,             RETURN_APPROVED,  EFFECT(CLAIM)},
    {RETURN_EXPIRED,   BY_FLOOR, DO_CLAIM_BOX, IF(CLAIMABLE),               IF(REOPENS),   RETURN_EXPIRED,   CLAIM_AND_CONTEST},
    {RETURN_EXPIRED,   BY_FLOOR, DO_CLAIM_BOX, 0,                           IF(CLAIMABLE), RETURN_EXPIRED,   0},

    /* a unit was assigned to one of its lines: received */
    {RETURN_REQUESTED, BY_FLOOR, DO_TAKE_UNIT, 0,        0,                                 RETURN_REQUESTED, EFFECT(QUEUE)},
    {RETURN_APPROVED,  BY_FLOOR, DO_TAKE_UNIT, 0,        UNPAID | IF(WAIT) | IF(LAST),      RETURN_APPROVED,  TAKE_AND_PAY},
    {RETURN_APPROVED,  BY_FLOOR, DO_TAKE_UNIT, IF(LAST), UNPAID | IF(WAIT),                 RETURN_CLOSED,    TAKE_AND_PAY},
    {RETURN_APPROVED,  BY_FLOOR, DO_TAKE_UNIT, IF(WAIT), UNPAID,                            RETURN_APPROVED,  EFFECT(QUEUE)},
    {RETURN_APPROVED,  BY_FLOOR, DO_TAKE_UNIT, IF(OVER), 0,                                 RETURN_APPROVED,  EFFECT(CONTEST)},
    {RETURN_CLOSED,    BY_FLOOR, DO_TAKE_UNIT, 0,        UNPAID | IF(WAIT),                 RETURN_CLOSED,    TAKE_AND_PAY},
    {RETURN_CLOSED,    BY_FLOOR, DO_TAKE_UNIT, IF(WAIT), UNPAID,                            RETURN_CLOSED,    EFFECT(QUEUE)},
    {RETURN_CLOSED,    BY_FLOOR, DO_TAKE_UNIT, IF(OVER), 0,                                 RETURN_CLOSED,    EFFECT(CONTEST)},
    {RETURN_DECLINED,  BY_FLOOR, DO_TAKE_UNIT, 0,        0,                                 RETURN_DECLINED,  EFFECT(CONTEST)},
    {RETURN_CANCELED,  BY_FLOOR, DO_TAKE_UNIT, 0,        0,                                 RETURN_CANCELED,  EFFECT(CONTEST)},
    {RETURN_EXPIRED,   BY_FLOOR, DO_TAKE_UNIT, 0,        0,                                 RETURN_EXPIRED,   EFFECT(CONTEST)},

    /* a unit was graded: what was approved or paid is contested when the grade speaks against it */
    {RETURN_REQUESTED, BY_FLOOR, DO_NOTE_GRADE, 0,       0,       RETURN_REQUESTED, 0},
    {RETURN_APPROVED,  BY_FLOOR, DO_NOTE_GRADE, IF(BAD), 0,       RETURN_APPROVED,  EFFECT(CONTEST)},
    {RETURN_APPROVED,  BY_FLOOR, DO_NOTE_GRADE, 0,       IF(BAD), RETURN_APPROVED,  0},
    {RETURN_CLOSED,    BY_FLOOR, DO_NOTE_GRADE, IF(BAD), 0,       RETURN_CLOSED,    EFFECT(CONTEST)},
    {RETURN_CLOSED,    BY_FLOOR, DO_NOTE_GRADE, 0,       IF(BAD), RETURN_CLOSED,    0},
    {RETURN_DECLINED,  BY_FLOOR, DO_NOTE_GRADE, 0,       0,       RETURN_DECLINED,  0},
    {RETURN_CANCELED,  BY_FLOOR, DO_NOTE_GRADE, 0,       0,       RETURN_CANCELED,  0},
    {RETURN_EXPIRED,   BY_FLOOR, DO_NOTE_GRADE, 0,       0,       RETURN_EXPIRED,   0},

    /* its disposition was chosen, and carried out */
    {RETURN_REQUESTED, BY_FLOOR, DO_NOTE_DISPOSITION, 0, 0, RETURN_REQUESTED, 0},
    {RETURN_APPROVED,  BY_FLOOR, DO_NOTE_DISPOSITION, 0, 0, RETURN_APPROVED,  0},
    {RETURN_CLOSED,    BY_FLOOR, DO_NOTE_DISPOSITION, 0, 0, RETURN_CLOSED,    0},
    {RETURN_DECLINED,  BY_FLOOR, DO_NOTE_DISPOSITION, 0, 0, RETURN_DECLINED,  0},
    {RETURN_CANCELED,  BY_FLOOR, DO_NOTE_DISPOSITION, 0, 0, RETURN_CANCELED,  0},
    {RETURN_EXPIRED,   BY_FLOOR, DO_NOTE_DISPOSITION, 0, 0, RETURN_EXPIRED,   0},
    {RETURN_REQUESTED, BY_FLOOR, DO_NOTE_SETTLEMENT,  0, 0, RETURN_REQUESTED, 0},
    {RETURN_APPROVED,  BY_FLOOR, DO_NOTE_SETTLEMENT,  0, 0, RETURN_APPROVED,  0},
    {RETURN_CLOSED,    BY_FLOOR, DO_NOTE_SETTLEMENT,  0, 0, RETURN_CLOSED,    0},
    {RETURN_DECLINED,  BY_FLOOR, DO_NOTE_SETTLEMENT,  0, 0, RETURN_DECLINED,  0},
    {RETURN_CANCELED,  BY_FLOOR, DO_NOTE_SETTLEMENT,  0, 0, RETURN_CANCELED,  0},
    {RETURN_EXPIRED,   BY_FLOOR, DO_NOTE_SETTLEMENT,  0, 0, RETURN_EXPIRED,   0},

    /* a unit that was paid for before it came */
    {RETURN_APPROVED,  BY_FLOOR, DO_TAKE_UNIT, IF(AHEAD),            IF(OVER) | IF(LAST), RETURN_APPROVED, EFFECT(TAKE)},
    {RETURN_APPROVED,  BY_FLOOR, DO_TAKE_UNIT, IF(AHEAD) | IF(LAST), IF(OVER),            RETURN_CLOSED,   EFFECT(TAKE)},
    {RETURN_CLOSED,    BY_FLOOR, DO_TAKE_UNIT, IF(AHEAD),            IF(OVER),            RETURN_CLOSED,   EFFECT(TAKE)},

    /* a shop system asks for its buyer, and a buyer who holds the link calls it off */
    {RETURN_NONE,      BY_PARTNER, DO_REQUEST, NEW, 0,              RETURN_REQUESTED, 0},
    {RETURN_REQUESTED, BY_BUYER,   DO_CANCEL,  0,   IF(GOODS_HERE), RETURN_CANCELED,  0},
    {RETURN_APPROVED,  BY_BUYER,   DO_CANCEL,  0,   IF(GOODS_HERE), RETURN_CANCELED,  0},
};
/* clang-format on */

static const char *const facts[] = {RETURN_FACT_LIST(FACT_WORD)};
static const enum error fact_errors[] = {RETURN_FACT_LIST(FACT_ERROR)};
static const char *const effects[] = {RETURN_EFFECT_LIST(EFFECT_WORD)};

const struct rule_table return_table = {
    .name = "return",
    .rules = rules,
    .count = sizeof rules / sizeof rules[0],
    .states = &return_state_words,
    .facts = facts,
    .fact_errors = fact_errors,
    .facts_count = RETURN_FACT_COUNT,
    .effects = effects,
    .effects_count = RETURN_EFFECT_COUNT,
    .final_states =
        1u << RETURN_CLOSED | 1u << RETURN_DECLINED | 1u << RETURN_CANCELED | 1u << RETURN_EXPIRED,
};
