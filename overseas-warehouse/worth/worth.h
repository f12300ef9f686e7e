/* What comes of a unit, by value: a pure function of the unit's facts and of the merchant's cost
 * table. Each way out that the table offers is reckoned, barred ones too, and all of them are
 * ranked; no view is read and no float is used. */
#ifndef OVERSEAS_WAREHOUSE_WORTH_WORTH_H
#define OVERSEAS_WAREHOUSE_WORTH_WORTH_H

#include "overseas-warehouse/policy/policy.h"
#include "proto/catalogue.h"
#include "proto/records_worth.h"

/* --- the table -------------------------------------------------------------------------------- */

/* X(NAME, "word", what a person reads) */
#define COST_RULE_LIST(X)                                                                          \
    X(COST_RULE_BELOW_ZERO, "below_zero", "a figure is 0 or more; what it costs is a kind")        \
    X(COST_RULE_TWO_FIGURES, "amount_and_per_mille", "say one of the two")                         \
    X(COST_RULE_DAYS, "days_go_with_storage", "storage says for how many days, nothing else does") \
    X(COST_RULE_STORAGE, "storage_is_an_amount", "storage is so much a day, no share of a value")  \
    X(COST_RULE_DISPOSITION, "recovery_of_what", "what is recovered is of one disposition")        \
    X(COST_RULE_HOLD, "hold_is_no_end", "what is held comes to nothing yet")                       \
    X(COST_RULE_UNSELLABLE, "unsellable_restocked", "unsellable goods do not go back into stock")  \
    X(COST_RULE_TWO_SELECTORS, "sku_and_category", "say a SKU or a category, not both")            \
    X(COST_RULE_COUNTRY, "unknown_country", "two capitals of ISO 3166")                            \
    X(COST_RULE_OVERLAP, "overlap", "a row before it is for the same units")                       \
    X(COST_RULE_GAP, "gap", "units of some grade have no row that is for all SKUs and places")     \
    X(COST_RULE_FREIGHT, "freight_gap", "goods that travel need freight, be it 0")                 \
    X(COST_RULE_CURRENCY, "other_currency", "it is not the merchant's")
#define COST_RULE_ENUM(NAME, word, text) NAME,
enum cost_rule { COST_RULE_LIST(COST_RULE_ENUM) COST_RULE_COUNT };
#undef COST_RULE_ENUM
const char *cost_rule_word(enum cost_rule rule);
const char *cost_rule_text(enum cost_rule rule);

struct cost_fault {
    enum cost_rule rule;
    char field[POLICY_FIELD_BYTES]; /* "rows/2/days" */
};
/* All that is wrong in the table by itself, row by row; returns how many there are, of which max
 * are told. Shapes and limits have been checked. */
uint32_t cost_contradictions(const struct cost_table *table, struct cost_fault *faults,
                             uint32_t max);

/* --- the proposal ----------------------------------------------------------------------------- */

struct worth_facts {
    struct span sku;      /* as the unit bears it */
    struct span category; /* size 0: not known */
    struct span country;  /* of the market in which it was sold; size 0: not known */
    struct id warehouse;
    uint64_t grade; /* 0: not graded, and nothing is proposed */
    bool value_known;
    int64_t value_minor; /* what the buyer paid for it, or what the SKU is worth */
    bool held;           /* a hold or a recall stands on it */
    bool noticed;        /* a legal notice runs */
    uint64_t released;   /* the disposition that its owner released it to; 0: none */
};

struct proposal {
    uint32_t count;
    struct worth at[WORTHS_MAX];
};
/* Ranked: what may be chosen before what is barred, then the greater net first; at a tie the one
 * that can be undone sooner, which is the order of restock, relabel, refurbish, repair, hub,
 * platform, resell, vendor, origin, liquidate, donate, recycle, destroy. */
void worth_propose(const struct worth_facts *facts, const struct cost_table *table,
                   struct proposal *proposal);
/* The first that may be chosen; 0: none. */
uint64_t worth_best(const struct proposal *proposal);

#endif
