/* One compensation claim (索赔): money that a carrier or a warehouse owes for a parcel or a unit
 * that it lost, damaged, delayed, delivered wrongly, charged too much for, miscounted or graded
 * wrongly. It is drafted or filed within the window of their terms, answered, and paid. The carrier
 * of this table is whom the claim is against, be it a warehouse; what it said is told by a person.
 * Money of it is the merchant's, and never a refund. */
#include "overseas-warehouse/tables.h"

#define IF(fact)     COMPENSATION_IF(fact)
#define EFFECT(name) COMPENSATION_DOES(name)
#define SOUND        (IF(THING_GOOD) | IF(KIND_FITS) | IF(AMOUNT_GOOD) | IF(FREE) | IF(IN_TIME))
#define SAID         (IF(WITHIN) | IF(CREDIBLE))
#define LATE         (SAID | IF(SENT) | IF(FREE))

/* clang-format off */
static const struct rule rules[] = {
    {COMPENSATION_NONE, BY_OPERATOR, DO_DRAFT, SOUND, 0, COMPENSATION_DRAFTED, 0},
    {COMPENSATION_NONE, BY_MERCHANT, DO_DRAFT, SOUND, 0, COMPENSATION_DRAFTED, 0},
    {COMPENSATION_NONE, BY_ADMIN,    DO_DRAFT, SOUND, 0, COMPENSATION_DRAFTED, 0},
    {COMPENSATION_NONE, BY_OPERATOR, DO_FILE,  SOUND, 0, COMPENSATION_FILED,   0},
    {COMPENSATION_NONE, BY_MERCHANT, DO_FILE,  SOUND, 0, COMPENSATION_FILED,   0},
    {COMPENSATION_NONE, BY_ADMIN,    DO_FILE,  SOUND, 0, COMPENSATION_FILED,   0},

    /* a draft is sent while the window is open, or it is over */
    {COMPENSATION_DRAFTED, BY_OPERATOR, DO_FILE,     IF(IN_TIME), 0, COMPENSATION_FILED,     0},
    {COMPENSATION_DRAFTED, BY_MERCHANT, DO_FILE,     IF(IN_TIME), 0, COMPENSATION_FILED,     0},
    {COMPENSATION_DRAFTED, BY_ADMIN,    DO_FILE,     IF(IN_TIME), 0, COMPENSATION_FILED,     0},
    {COMPENSATION_DRAFTED, BY_OPERATOR, DO_WITHDRAW, 0,           0, COMPENSATION_WITHDRAWN, 0},
    {COMPENSATION_DRAFTED, BY_MERCHANT, DO_WITHDRAW, 0,           0, COMPENSATION_WITHDRAWN, 0},
    {COMPENSATION_DRAFTED, BY_ADMIN,    DO_WITHDRAW, 0,           0, COMPENSATION_WITHDRAWN, 0},
    {COMPENSATION_DRAFTED, BY_CLOCK,    DO_RUN_OUT,  IF(OVERDUE), 0, COMPENSATION_EXPIRED,   0},

    /* it is answered, or paid without a word, or nobody answers */
    {COMPENSATION_FILED, BY_CARRIER,  DO_ACCEPT,   SAID,         0, COMPENSATION_ACCEPTED,  0},
    {COMPENSATION_FILED, BY_CARRIER,  DO_DENY,     IF(CREDIBLE), 0, COMPENSATION_DENIED,    0},
    {COMPENSATION_FILED, BY_CARRIER,  DO_RECOVER,  SAID,         0, COMPENSATION_PAID,      EFFECT(RECOVERED)},
    {COMPENSATION_FILED, BY_OPERATOR, DO_WITHDRAW, 0,            0, COMPENSATION_WITHDRAWN, 0},
    {COMPENSATION_FILED, BY_MERCHANT, DO_WITHDRAW, 0,            0, COMPENSATION_WITHDRAWN, 0},
    {COMPENSATION_FILED, BY_ADMIN,    DO_WITHDRAW, 0,            0, COMPENSATION_WITHDRAWN, 0},
    {COMPENSATION_FILED, BY_CLOCK,    DO_RUN_OUT,  IF(OVERDUE),  0, COMPENSATION_EXPIRED,   0},

    /* its money comes at once, in parts, or not */
    {COMPENSATION_ACCEPTED, BY_CARRIER, DO_RECOVER, SAID | IF(WHOLE), 0,         COMPENSATION_PAID,     EFFECT(RECOVERED)},
    {COMPENSATION_ACCEPTED, BY_CARRIER, DO_RECOVER, SAID,             IF(WHOLE), COMPENSATION_ACCEPTED, EFFECT(RECOVERED)},
    {COMPENSATION_ACCEPTED, BY_CLOCK,   DO_RUN_OUT, IF(OVERDUE),      0,         COMPENSATION_EXPIRED,  0},

    /* a denial is not taken: it is filed once more */
    {COMPENSATION_DENIED, BY_OPERATOR, DO_FILE, IF(APPEALABLE) | IF(FREE), 0, COMPENSATION_FILED, 0},
    {COMPENSATION_DENIED, BY_MERCHANT, DO_FILE, IF(APPEALABLE) | IF(FREE), 0, COMPENSATION_FILED, 0},
    {COMPENSATION_DENIED, BY_ADMIN,    DO_FILE, IF(APPEALABLE) | IF(FREE), 0, COMPENSATION_FILED, 0},

    /* a late word, and late money, count all the same */
    {COMPENSATION_EXPIRED, BY_CARRIER, DO_ACCEPT,  LATE,             0,         COMPENSATION_ACCEPTED, 0},
    {COMPENSATION_EXPIRED, BY_CARRIER, DO_RECOVER, LATE | IF(WHOLE), 0,         COMPENSATION_PAID,     EFFECT(RECOVERED)},
    {COMPENSATION_EXPIRED, BY_CARRIER, DO_RECOVER, LATE,             IF(WHOLE), COMPENSATION_EXPIRED,  EFFECT(RECOVERED)},
};
/* clang-format on */

static const char *const facts[] = {COMPENSATION_FACT_LIST(FACT_WORD)};
static const enum error fact_errors[] = {COMPENSATION_FACT_LIST(FACT_ERROR)};
static const char *const effects[] = {COMPENSATION_EFFECT_LIST(EFFECT_WORD)};

const struct rule_table compensation_table = {
    .name = "compensation",
    .rules = rules,
    .count = sizeof rules / sizeof rules[0],
    .states = &compensation_state_words,
    .facts = facts,
    .fact_errors = fact_errors,
    .facts_count = COMPENSATION_FACT_COUNT,
    .effects = effects,
    .effects_count = COMPENSATION_EFFECT_COUNT,
    .final_states = 1u << COMPENSATION_PAID | 1u << COMPENSATION_DENIED |
                    1u << COMPENSATION_WITHDRAWN | 1u << COMPENSATION_EXPIRED,
};
