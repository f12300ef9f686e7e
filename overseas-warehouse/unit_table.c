/* The goods track of a unit, decided where it stands. What cannot be undone needs the owner's
 * RELEASED entry first; inspecting, grading, holding and restocking need nobody's leave (law 1). */
#include "overseas-warehouse/tables.h"

#define IF(fact)     UNIT_IF(fact)
#define EFFECT(name) UNIT_DOES(name)

/* A row for the operator, and the same for an admin at the same desk. */
#define FLOOR(from, verb, need, bar, to, effects)                                                  \
    {from, BY_OPERATOR, verb, need, bar, to, effects},                                             \
    {                                                                                              \
        from, BY_ADMIN, verb, need, bar, to, effects                                               \
    }
/* Custody moves on to another warehouse, out of any state that is not an end. */
#define LEAVES(from) FLOOR(from, DO_SHIP, IF(HELD_HERE) | IF(ROUTED), 0, UNIT_SHIPPED, 0)
/* The warehouse at which the box was received says which return the unit is, whatever became of the
 * unit meanwhile. */
#define ASSIGNS(state)                                                                             \
    {                                                                                              \
        state, BY_BOOK, DO_ASSIGN, 0, 0, state, 0                                                  \
    }

/* clang-format off */
static const struct rule rules[] = {
    FLOOR(UNIT_NONE,      DO_RECEIVE, 0,                             0, UNIT_RECEIVED,  EFFECT(NEXT_HOP)),
    FLOOR(UNIT_RECEIVED,  DO_INSPECT, IF(HELD_HERE),                 0, UNIT_INSPECTED, 0),
    FLOOR(UNIT_INSPECTED, DO_GRADE,   IF(HELD_HERE)|IF(GRADE_GIVEN), 0, UNIT_GRADED,    0),
    FLOOR(UNIT_GRADED,    DO_GRADE,   IF(HELD_HERE)|IF(GRADE_GIVEN), 0, UNIT_GRADED,    0),

    FLOOR(UNIT_GRADED,    DO_DISPOSE, IF(HELD_HERE)|IF(FITS),                               IF(IRREVOCABLE), UNIT_DISPOSED, 0),
    FLOOR(UNIT_GRADED,    DO_DISPOSE, IF(HELD_HERE)|IF(FITS)|IF(IRREVOCABLE)|IF(RELEASED),  0,               UNIT_DISPOSED, 0),
    FLOOR(UNIT_DISPOSED,  DO_DISPOSE, IF(HELD_HERE)|IF(FITS),                               IF(IRREVOCABLE), UNIT_DISPOSED, 0),
    FLOOR(UNIT_DISPOSED,  DO_DISPOSE, IF(HELD_HERE)|IF(FITS)|IF(IRREVOCABLE)|IF(RELEASED),  0,               UNIT_DISPOSED, 0),

    FLOOR(UNIT_DISPOSED,  DO_SETTLE, IF(HELD_HERE)|IF(RESTOCKING),                IF(IRREVOCABLE)|IF(HOLDING),                UNIT_SETTLED, EFFECT(STOCK)),
    FLOOR(UNIT_DISPOSED,  DO_SETTLE, IF(HELD_HERE),                               IF(RESTOCKING)|IF(IRREVOCABLE)|IF(HOLDING), UNIT_SETTLED, 0),
    FLOOR(UNIT_DISPOSED,  DO_SETTLE, IF(HELD_HERE)|IF(IRREVOCABLE)|IF(RELEASED),  IF(RESTOCKING)|IF(HOLDING),                 UNIT_SETTLED, 0),

    LEAVES(UNIT_RECEIVED),
    LEAVES(UNIT_INSPECTED),
    LEAVES(UNIT_GRADED),
    LEAVES(UNIT_DISPOSED),
    FLOOR(UNIT_SHIPPED,   DO_RECEIVE, IF(DESTINED_HERE), 0, UNIT_RECEIVED, EFFECT(NEXT_HOP)),

    ASSIGNS(UNIT_RECEIVED),
    ASSIGNS(UNIT_INSPECTED),
    ASSIGNS(UNIT_GRADED),
    ASSIGNS(UNIT_DISPOSED),
    ASSIGNS(UNIT_SETTLED),
    ASSIGNS(UNIT_SHIPPED),
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
    .final_states = 1u << UNIT_SETTLED,
};
