/* All told stories, in lists, one for each file of them; the one program that tells them prints for
 * each the rows of the rule tables that it took; with a name, that one only. It is built twice: in
 * the build where faults can be planted, each story that names the guard it is about is told once
 * more without it, and must not end well. */
#ifndef TESTS_SIM_TOLD_H
#define TESTS_SIM_TOLD_H

#include "tests/sim/story.h"

/* Of which rows a story is told apart from the others. */
enum told_rows {
    TOLD_BY_RULES, /* of the rule tables */
    TOLD_BY_NONE,  /* it takes none: it is about what has no rule table */
    TOLD_BY_ROOM   /* of a table that a room has for itself */
};

struct told_story {
    const char *name;
    /* Tells it, from a mesh of four nodes with one order to its end. In the unguarded build it must
     * not judge by itself what the guard prevents. */
    void (*tell)(struct story *story);
    /* What must have come of it; NULL: the telling has said so. */
    bool (*ends_well)(struct story *story);
    const char *guard;     /* the planted fault that takes it out; NULL: no single one */
    const char *complaint; /* of the users of others; NULL: none */
    enum told_rows rows;
};

/* clang-format off */
#define TOLD(name)                                 {#name, name, NULL, NULL, NULL, TOLD_BY_RULES}
#define GUARDED(name, ends_well, guard, complaint)                                                 \
    {#name, name, ends_well, guard, complaint, TOLD_BY_RULES}
#define UNRULED(name)                              {#name, name, NULL, NULL, NULL, TOLD_BY_NONE}
#define ROOMS(name)                                {#name, name, NULL, NULL, NULL, TOLD_BY_ROOM}
#define GUARDED_UNRULED(name, ends_well, guard, complaint)                                         \
    {#name, name, ends_well, guard, complaint, TOLD_BY_NONE}
/* clang-format on */

struct told_list {
    const struct told_story *story;
    size_t count;
};
#define TOLD_LIST(stories)                                                                         \
    {                                                                                              \
        (stories), sizeof(stories) / sizeof *(stories)                                             \
    }

extern const struct told_list stories_of_mesh, stories_of_silence, stories_of_others,
    stories_of_complaints, stories_of_returns, stories_of_grants, stories_of_units,
    stories_of_claims, stories_of_kinds, stories_of_disputes, stories_of_fees, stories_of_outbound,
    stories_of_recharges, stories_of_goods, stories_of_worth, stories_of_matching,
    stories_of_inspection, stories_of_stock, stories_of_voids, stories_of_floor,
    stories_of_exchange, stories_of_label;

#endif
