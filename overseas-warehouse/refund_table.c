/* One refund slot. The amount is frozen at the intent; the key names the slot and nothing else; the
 * same thing is tried under a new slot only after the former one has failed in a committed entry.
 */
#include "overseas-warehouse/tables.h"

#define IF(fact)     REFUND_IF(fact)
#define EFFECT(name) REFUND_DOES(name)
#define WITHIN       (IF(WITHIN_CAPTURED) | IF(WITHIN_LINE))
#define OURS         (IF(ABOVE_CAP) | IF(OTHERS_PAY))
#define ITS_TURN     (IF(SLOT_FREE) | IF(FRESH) | IF(PAYMENT_FREE))
#define SOUND        (ITS_TURN | WITHIN)
#define CHARGE       (ITS_TURN | IF(MANDATED) | IF(WITHIN_FRONTED))

/* clang-format off */
static const struct rule rules[] = {
    /* The cap of a day bounds what a stolen key can do: what no day would pay is left to a person. */
    {REFUND_NONE, BY_POLICY, DO_INTEND, SOUND | IF(WITHIN_CAP), OURS,           REFUND_INTENDED, EFFECT(RESERVE) | EFFECT(CALL)},
    {REFUND_NONE, BY_POLICY, DO_INTEND, SOUND | IF(ABOVE_CAP),  IF(OTHERS_PAY), REFUND_MANUAL,   EFFECT(RESERVE)},
    {REFUND_NONE, BY_ADMIN,  DO_INTEND, SOUND | IF(WITHIN_CAP), OURS,           REFUND_INTENDED, EFFECT(RESERVE) | EFFECT(CALL)},
    {REFUND_NONE, BY_ADMIN,  DO_INTEND, SOUND | IF(ABOVE_CAP),  IF(OTHERS_PAY), REFUND_MANUAL,   EFFECT(RESERVE)},

    /* An ATTEMPT is committed before the provider is asked, and asked before anything is sent again. */
    {REFUND_INTENDED,  BY_POLICY,   DO_SUBMIT,      0, 0, REFUND_SUBMITTED, EFFECT(CALL)},
    {REFUND_SUBMITTED, BY_POLICY,   DO_SUBMIT,      IF(TRIES_LEFT), 0, REFUND_SUBMITTED, EFFECT(CALL)},
    {REFUND_SUBMITTED, BY_POLICY,   DO_SUBMIT,      0, IF(TRIES_LEFT), REFUND_UNKNOWN, 0},

    {REFUND_INTENDED,  BY_PROVIDER, DO_FIND_PAID,   0, 0, REFUND_SETTLED, 0},
    {REFUND_SUBMITTED, BY_PROVIDER, DO_FIND_PAID,   0, 0, REFUND_SETTLED, 0},
    {REFUND_UNKNOWN,   BY_PROVIDER, DO_FIND_PAID,   0, 0, REFUND_SETTLED, 0},
    {REFUND_INTENDED,  BY_PROVIDER, DO_FIND_FAILED, 0, 0, REFUND_FAILED,  EFFECT(FREE)},
    {REFUND_SUBMITTED, BY_PROVIDER, DO_FIND_FAILED, 0, 0, REFUND_FAILED,  EFFECT(FREE)},
    {REFUND_UNKNOWN,   BY_PROVIDER, DO_FIND_FAILED, 0, 0, REFUND_FAILED,  EFFECT(FREE)},

    /* Nobody can say: a person decides, after a look at the provider's own ledger. */
    {REFUND_INTENDED,  BY_POLICY,   DO_LOSE,           0, 0, REFUND_UNKNOWN, 0},
    {REFUND_SUBMITTED, BY_POLICY,   DO_LOSE,           0, 0, REFUND_UNKNOWN, 0},
    {REFUND_UNKNOWN,   BY_ADMIN,    DO_RESOLVE_PAID,   0, 0, REFUND_SETTLED, 0},
    {REFUND_UNKNOWN,   BY_ADMIN,    DO_RESOLVE_UNPAID, 0, 0, REFUND_FAILED,  EFFECT(FREE)},
    {REFUND_MANUAL,    BY_ADMIN,    DO_RESOLVE_PAID,   0, 0, REFUND_SETTLED, 0},
    {REFUND_MANUAL,    BY_ADMIN,    DO_RESOLVE_UNPAID, 0, IF(UNDER_WAY), REFUND_FAILED, EFFECT(FREE)},

    /* "Unpaid" said of a failed slot asks for one more try, under the next part's slot. */
    {REFUND_FAILED,    BY_ADMIN,    DO_RESOLVE_UNPAID, 0, IF(BARRED), REFUND_FAILED, EFFECT(AGAIN)},
    /* "Paid" says that it is paid by other means: its money counts again, and it is not tried again. */
    {REFUND_FAILED,    BY_ADMIN,    DO_RESOLVE_PAID,   IF(LATEST) | WITHIN, 0, REFUND_SETTLED, EFFECT(RESERVE)},

    /* What the marketplace or the seller pays is called by nobody here: they say when it is done. */
    {REFUND_NONE,      BY_POLICY,   DO_INTEND, SOUND | IF(OTHERS_PAY), 0, REFUND_MANUAL,  EFFECT(RESERVE)},
    {REFUND_NONE,      BY_ADMIN,    DO_INTEND, SOUND | IF(OTHERS_PAY), 0, REFUND_MANUAL,  EFFECT(RESERVE)},
    {REFUND_MANUAL,    BY_POLICY,   DO_FILL,   0, IF(BARRED),             REFUND_SETTLED, 0},

    /* The same was refunded elsewhere: ours is sent no more, and a person looks at what was under way. */
    {REFUND_INTENDED,  BY_POLICY,   DO_BAR,         0, 0, REFUND_MANUAL,  0},
    {REFUND_SUBMITTED, BY_POLICY,   DO_BAR,         0, 0, REFUND_MANUAL,  0},
    {REFUND_MANUAL,    BY_POLICY,   DO_BAR,         0, IF(BARRED), REFUND_MANUAL,  0},
    {REFUND_UNKNOWN,   BY_POLICY,   DO_BAR,         0, IF(BARRED), REFUND_UNKNOWN, 0},
    {REFUND_FAILED,    BY_POLICY,   DO_BAR,         IF(LATEST), IF(BARRED), REFUND_FAILED, 0},
    {REFUND_MANUAL,    BY_PROVIDER, DO_FIND_PAID,   0, 0, REFUND_SETTLED, 0},
    {REFUND_MANUAL,    BY_PROVIDER, DO_FIND_FAILED, 0, 0, REFUND_FAILED,  EFFECT(FREE)},
    /* Paid, and sent back by the buyer's bank: nobody tries it again but by a person's word. */
    {REFUND_SETTLED,   BY_PROVIDER, DO_FIND_FAILED, IF(CAME_BACK), 0, REFUND_FAILED, EFFECT(FREE)},

    /* The other way round, a new charge: once by itself, and by a person's word after it was declined. */
    {REFUND_NONE,      BY_POLICY,   DO_RECHARGE, CHARGE, 0, REFUND_INTENDED, EFFECT(CALL)},
    {REFUND_NONE,      BY_ADMIN,    DO_RECHARGE, CHARGE, 0, REFUND_INTENDED, EFFECT(CALL)},
};
/* clang-format on */

static const char *const facts[] = {REFUND_FACT_LIST(FACT_WORD)};
static const enum error fact_errors[] = {REFUND_FACT_LIST(FACT_ERROR)};
static const char *const effects[] = {REFUND_EFFECT_LIST(EFFECT_WORD)};

const struct rule_table refund_table = {
    .name = "refund",
    .rules = rules,
    .count = sizeof rules / sizeof rules[0],
    .states = &refund_state_words,
    .facts = facts,
    .fact_errors = fact_errors,
    .facts_count = REFUND_FACT_COUNT,
    .effects = effects,
    .effects_count = REFUND_EFFECT_COUNT,
    .final_states = 1u << REFUND_SETTLED | 1u << REFUND_FAILED,
};
