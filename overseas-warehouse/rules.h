/* The rule engine: every transition of a decided record is a row, and a row reads aloud:
 *
 *     a return in FROM, when ACTOR does VERB, every fact in NEED holding and none in BAR,
 *     goes TO and has EFFECTS.
 *
 * What no row allows is refused, and the refusal names the fact that was missing or in the way. The
 * tables are plain data: printed in the manual, drawn as pictures, modelled in Promela and proved
 * by tests. If you reach for an `if` on a state, the table lacks a fact, a verb or a row. */
#ifndef OVERSEAS_WAREHOUSE_RULES_H
#define OVERSEAS_WAREHOUSE_RULES_H

#include "proto/words.h"

#define RULES_PER_TABLE_MAX 256
#define FACTS_PER_TABLE_MAX 32

struct rule {
    uint8_t from;
    uint8_t actor;
    uint8_t verb;
    uint32_t need;
    uint32_t bar;
    uint8_t to;
    uint32_t effects;
};

struct rule_table {
    const char *name; /* "return" */
    const struct rule *rules;
    size_t count;
    const struct words *states;
    const char *const *facts; /* names by bit */
    const enum error
        *fact_errors; /* by bit: what a refusal for want of it says; OK: the general code */
    size_t facts_count;
    const char *const *effects; /* names by bit */
    size_t effects_count;
    uint32_t final_states; /* bits: states that need no further row */
};

struct verdict {
    const struct rule *rule; /* NULL: refused */
    uint16_t number;         /* of the row, from 0 */
    enum error error; /* ERROR_NO_RULE, ERROR_FACT_MISSING, ERROR_FACT_BARS, or the fact's own */
    uint32_t facts;   /* the missing or barring ones of the nearest row */
    bool lacks;       /* they are missing ones */
};

/* The one row that matches; the tests prove that there are never two. */
struct verdict rule_judge(const struct rule_table *table, uint64_t from, enum actor_kind actor,
                          enum verb verb, uint32_t facts);
/* "return: approve from requested by merchant lacks eligible", into text; always terminated. */
void verdict_print(const struct rule_table *table, const struct verdict *verdict, uint64_t from,
                   enum actor_kind actor, enum verb verb, char *text, size_t size);

enum rule_table_number {
    TABLE_RETURN = 0,
    TABLE_UNIT = 1,
    TABLE_REFUND = 2,
    TABLE_GRANT = 3,
    TABLE_COMPENSATION = 4,
    TABLE_COUNT
};
extern const struct rule_table *const rule_tables[TABLE_COUNT];

/* Printed forms, written through a sink (the command line's or a test's). */
struct rule_sink {
    void *world;
    void (*text)(void *world, struct span text);
};
void rules_markdown(const struct rule_table *table, const struct rule_sink *sink);
void rules_graphviz(const struct rule_table *table, const struct rule_sink *sink);
void rules_promela(const struct rule_sink *sink); /* all tables and their composition */

#endif
