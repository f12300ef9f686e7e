/* What the rule tables must say, told a second time from the other side: who may do what, what must
 * hold whenever it is done, what must follow from it, and what must always be possible. A table
 * that loses a row, a fact or an effect, or gains a row, breaks one of these. */
#ifndef TESTS_OVERSEAS_WAREHOUSE_LAWS_H
#define TESTS_OVERSEAS_WAREHOUSE_LAWS_H

#include "overseas-warehouse/tables.h"

#define SAME 0xfe

/* In each of these states the actor has a row for the verb, and nowhere else; it leads there. */
struct power {
    uint8_t actor, verb;
    uint32_t from; /* bits of states */
    uint8_t to;    /* SAME: where it came from */
};

/* Whenever a row of that kind (with all effects of `having` and none of `lacking`, barred by all
 * facts of `barring`) applies while all of `when` hold, then `need` hold, none of `bar` does, it
 * has all of `does` and none of `spares`. 0 for actor, verb, from and to: any. */
struct law {
    const char *name;
    uint8_t actor, verb;
    uint32_t from; /* bits of states */
    uint8_t to;
    uint32_t when, need, bar, does, spares, having, lacking, barring;
};

/* With exactly these facts the verb is accepted. */
struct wish {
    uint8_t from, actor, verb;
    uint32_t facts;
    uint8_t to;
};

struct laws {
    const struct power *powers;
    size_t powers_count;
    const struct law *laws;
    size_t laws_count;
    const struct wish *wishes;
    size_t wishes_count;
};
extern const struct laws table_laws[TABLE_COUNT];

/* The name of the first thing that is broken, or NULL. */
const char *laws_broken(const struct rule_table *table, const struct laws *laws);

#endif
