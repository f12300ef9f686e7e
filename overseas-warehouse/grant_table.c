/* One grant: a sum of money promised for a return besides what its units are worth when they come
 * (goodwill, a part of the price for a flaw, a fee or postage that the buyer bore). It is given at
 * once, or offered first, and then the buyer or silence answers. Its money goes the way of every
 * refund: by slots, one open for a payment. */
#include "overseas-warehouse/tables.h"

#define IF(fact)     GRANT_IF(fact)
#define EFFECT(name) GRANT_DOES(name)
#define SOUND        (IF(THING_GOOD) | IF(ROOM) | IF(WITHIN_GOODWILL))

/* clang-format off */
static const struct rule rules[] = {
    {GRANT_NONE, BY_MERCHANT, DO_OFFER, SOUND, 0, GRANT_OFFERED, 0},
    {GRANT_NONE, BY_ADMIN,    DO_OFFER, SOUND, 0, GRANT_OFFERED, 0},
    {GRANT_NONE, BY_MERCHANT, DO_GIVE,  SOUND, 0, GRANT_GRANTED, 0},
    {GRANT_NONE, BY_ADMIN,    DO_GIVE,  SOUND, 0, GRANT_GRANTED, 0},

    /* the buyer answers, or somebody who has spoken with the buyer; or nobody does */
    {GRANT_OFFERED, BY_BUYER,    DO_ACCEPT,   IF(ROOM),    0, GRANT_GRANTED,   0},
    {GRANT_OFFERED, BY_OPERATOR, DO_ACCEPT,   IF(ROOM),    0, GRANT_GRANTED,   0},
    {GRANT_OFFERED, BY_MERCHANT, DO_ACCEPT,   IF(ROOM),    0, GRANT_GRANTED,   0},
    {GRANT_OFFERED, BY_ADMIN,    DO_ACCEPT,   IF(ROOM),    0, GRANT_GRANTED,   0},
    {GRANT_OFFERED, BY_BUYER,    DO_REFUSE,   0,           0, GRANT_REFUSED,   0},
    {GRANT_OFFERED, BY_OPERATOR, DO_REFUSE,   0,           0, GRANT_REFUSED,   0},
    {GRANT_OFFERED, BY_MERCHANT, DO_REFUSE,   0,           0, GRANT_REFUSED,   0},
    {GRANT_OFFERED, BY_ADMIN,    DO_REFUSE,   0,           0, GRANT_REFUSED,   0},
    {GRANT_OFFERED, BY_MERCHANT, DO_WITHDRAW, 0,           0, GRANT_WITHDRAWN, 0},
    {GRANT_OFFERED, BY_ADMIN,    DO_WITHDRAW, 0,           0, GRANT_WITHDRAWN, 0},
    {GRANT_OFFERED, BY_CLOCK,    DO_LAPSE,    IF(OVERDUE), 0, GRANT_LAPSED,    0},

    /* its money: at once, when its turn comes, or never, when others have had it */
    {GRANT_GRANTED, BY_POLICY,   DO_PAY,      IF(ROOM),            IF(WAIT), GRANT_PAID,      EFFECT(PAY)},
    {GRANT_GRANTED, BY_POLICY,   DO_PAY,      IF(ROOM) | IF(WAIT), 0,        GRANT_GRANTED,   EFFECT(QUEUE)},
    {GRANT_GRANTED, BY_POLICY,   DO_PAY,      0,                   IF(ROOM), GRANT_SHORT,     EFFECT(CONTEST)},
    {GRANT_GRANTED, BY_MERCHANT, DO_WITHDRAW, 0,                   0,        GRANT_WITHDRAWN, 0},
    {GRANT_GRANTED, BY_ADMIN,    DO_WITHDRAW, 0,                   0,        GRANT_WITHDRAWN, 0},
};
/* clang-format on */

static const char *const facts[] = {GRANT_FACT_LIST(FACT_WORD)};
static const enum error fact_errors[] = {GRANT_FACT_LIST(FACT_ERROR)};
static const char *const effects[] = {GRANT_EFFECT_LIST(EFFECT_WORD)};

const struct rule_table grant_table = {
    .name = "grant",
    .rules = rules,
    .count = sizeof rules / sizeof rules[0],
    .states = &grant_state_words,
    .facts = facts,
    .fact_errors = fact_errors,
    .facts_count = GRANT_FACT_COUNT,
    .effects = effects,
    .effects_count = GRANT_EFFECT_COUNT,
    .final_states = 1u << GRANT_PAID | 1u << GRANT_REFUSED | 1u << GRANT_LAPSED |
                    1u << GRANT_WITHDRAWN | 1u << GRANT_SHORT,
};
