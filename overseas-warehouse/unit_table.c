/* The goods track of a unit, decided where it stands. What cannot be undone needs the owner's
 * RELEASED entry first; inspecting, grading, holding and restocking need nobody's leave (law 1). */
#include "overseas-warehouse/tables.h"

#define IF(fact)     UNIT_IF(fact)
#define EFFECT(name) UNIT_DOES(name)

#define HELD IF(HELD_HERE)
/* Nothing that a hold or a recall keeps leaves the floor, nor anything of which two persons do not
 * agree what it is. */
#define LOOSE  (HELD | IF(UNHELD) | IF(AGREED))
#define LEAVE  (IF(IRREVOCABLE) | IF(RELEASED))
#define CHOICE (HELD | IF(FITS) | IF(JUSTIFIED))
/* Destroying takes two, and waits for a notice to the authorities that runs. */
#define SAFE       (IF(UNNOTICED) | IF(SECOND))
#define TAKEN_BACK (HELD | IF(LATEST) | IF(UNUSED))

/* A row for the operator, and the same for an admin at the same desk. */
#define FLOOR(from, verb, need, bar, to, effects)                                                  \
    {from, BY_OPERATOR, verb, need, bar, to, effects},                                             \
    {                                                                                              \
        from, BY_ADMIN, verb, need, bar, to, effects                                               \
    }
/* Custody moves on to another warehouse, out of any state that is not an end. */
#define LEAVES(from) FLOOR(from, DO_SHIP, HELD | IF(ROUTED) | IF(UNHELD), 0, UNIT_SHIPPED, 0)
/* A store that took the place of a lost one adopts its units as they stand, at the next hop. */
#define ADOPTS(state)                                                                              \
    {                                                                                              \
        state, BY_POLICY, DO_RECEIVE, HELD | IF(INHERITED), 0, state, EFFECT(NEXT_HOP)             \
    }
/* The warehouse at which the box was received says which return the unit is, whatever became of the
 * unit meanwhile. */
#define ASSIGNS(state)                                                                             \
    {                                                                                              \
        state, BY_BOOK, DO_ASSIGN, 0, 0, state, 0                                                  \
    }

/* clang-format off */
static const struct rule rules[] = {
    FLOOR(UNIT_NONE,      DO_RECEIVE, 0,                      0, UNIT_RECEIVED,  EFFECT(NEXT_HOP)),
    FLOOR(UNIT_RECEIVED,  DO_INSPECT, HELD,                   0, UNIT_INSPECTED, 0),
    FLOOR(UNIT_INSPECTED, DO_GRADE,   HELD | IF(GRADE_GIVEN), 0, UNIT_GRADED,    0),
    FLOOR(UNIT_GRADED,    DO_GRADE,   HELD | IF(GRADE_GIVEN), 0, UNIT_GRADED,    0),

    /* what is to become of it; until that is done it may be chosen anew */
    FLOOR(UNIT_GRADED,   DO_DISPOSE, CHOICE,         IF(IRREVOCABLE), UNIT_DISPOSED, 0),
    FLOOR(UNIT_GRADED,   DO_DISPOSE, CHOICE | LEAVE | IF(UNNOTICED), 0, UNIT_DISPOSED, 0),
    FLOOR(UNIT_DISPOSED, DO_DISPOSE, CHOICE,         IF(IRREVOCABLE), UNIT_DISPOSED, 0),
    FLOOR(UNIT_DISPOSED, DO_DISPOSE, CHOICE | LEAVE | IF(UNNOTICED), 0, UNIT_DISPOSED, 0),

    /* done */
    FLOOR(UNIT_DISPOSED, DO_SETTLE, LOOSE | IF(RESTOCKING), IF(IRREVOCABLE) | IF(HOLDING),                  UNIT_SETTLED, EFFECT(STOCK)),
    FLOOR(UNIT_DISPOSED, DO_SETTLE, LOOSE,                  IF(IRREVOCABLE) | IF(HOLDING) | IF(RESTOCKING), UNIT_SETTLED, 0),
    FLOOR(UNIT_DISPOSED, DO_SETTLE, LOOSE | LEAVE | SAFE,   IF(HOLDING) | IF(RESTOCKING),                   UNIT_SETTLED, 0),

    /* custody */
    LEAVES(UNIT_RECEIVED),
    LEAVES(UNIT_INSPECTED),
    LEAVES(UNIT_GRADED),
    LEAVES(UNIT_DISPOSED),
    FLOOR(UNIT_SHIPPED, DO_RECEIVE, IF(DESTINED_HERE), 0, UNIT_RECEIVED, EFFECT(NEXT_HOP)),
    ADOPTS(UNIT_RECEIVED),
    ADOPTS(UNIT_INSPECTED),
    ADOPTS(UNIT_GRADED),
    ADOPTS(UNIT_DISPOSED),

    ASSIGNS(UNIT_RECEIVED),
    ASSIGNS(UNIT_INSPECTED),
    ASSIGNS(UNIT_GRADED),
    ASSIGNS(UNIT_DISPOSED),
    ASSIGNS(UNIT_SETTLED),
    ASSIGNS(UNIT_SHIPPED),

    /* what was repaired is looked at again: its old grade would keep it off the shelf */
    FLOOR(UNIT_DISPOSED, DO_GRADE, HELD | IF(GRADE_GIVEN), 0, UNIT_GRADED, 0),

    /* a slip of the scanner is taken back, until something follows from it */
    FLOOR(UNIT_RECEIVED,  DO_VOID, TAKEN_BACK | IF(FIRST), 0,         UNIT_VOID,      0),
    FLOOR(UNIT_RECEIVED,  DO_VOID, TAKEN_BACK,             IF(FIRST), UNIT_SHIPPED,   0),
    FLOOR(UNIT_INSPECTED, DO_VOID, TAKEN_BACK,             0,         UNIT_RECEIVED,  0),
    FLOOR(UNIT_GRADED,    DO_VOID, TAKEN_BACK,             0,         UNIT_INSPECTED, 0),
    FLOOR(UNIT_DISPOSED,  DO_VOID, TAKEN_BACK,             0,         UNIT_INSPECTED, 0),
};
/* clang-format on */

static const char *const facts[] = {UNIT_FACT_LIST(FACT_WORD)};
static const enum error fact_errors[] = {UNIT_FACT_LIST(FACT_ERROR)};
static const char *const effects[] = {UNIT_EFFECT_LIST(EFFECT_WORD)};

const struct rule_table unit_table = {
    .name = "unit",
    .rules = rules,
    .count = sizeof rules / sizeof rules[0],
    .states = &unit_state_words,
    .facts = facts,
    .fact_errors = fact_errors,
    .facts_count = UNIT_FACT_COUNT,
    .effects = effects,
    .effects_count = UNIT_EFFECT_COUNT,
    .final_states = 1u << UNIT_SETTLED | 1u << UNIT_VOID,
};
