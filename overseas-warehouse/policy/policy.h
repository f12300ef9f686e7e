/* A merchant's policy, as pure functions of the policy and of the facts of one return: which row
 * applies, what each check of the chain answers, what contradicts what, and where the law of a
 * market asks for more. Nothing here reads a view: who calls it has gathered the facts, and what is
 * not known is said to be unknown. unknown satisfies no condition. */
#ifndef OVERSEAS_WAREHOUSE_POLICY_POLICY_H
#define OVERSEAS_WAREHOUSE_POLICY_POLICY_H

#include "proto/records_money.h"

#define POLICY_FIELD_BYTES 64
/* An effective date may lie so far before the moment of deciding (asks travel), or behind it. */
#define POLICY_PAST_MS  (UINT64_C(24) * 60 * 60 * 1000)
#define POLICY_AHEAD_MS (UINT64_C(730) * 24 * 60 * 60 * 1000)

/* --- countries -------------------------------------------------------------------------------- */

/* One of ISO 3166-1 alpha-2, in capitals. */
bool country_is_known(struct span code);
bool country_is_member(struct span code); /* of the European Union */
/* The n-th member; an empty span behind the last. */
struct span country_member(size_t n);

/* --- which row applies ------------------------------------------------------------------------ */

enum reason_class reason_class_of(uint64_t reason);

/* Of the rows that fit a market (size 0: one that no row names) and a reason, the nearest; -1: none
 * fits. kind: of a fee. */
int policy_window_row(const struct policy *policy, struct span country, uint64_t reason);
int policy_limit_row(const struct policy_limit *rows, uint32_t count, struct span country,
                     uint64_t reason);
int policy_fee_row(const struct policy *policy, enum fee_kind kind, struct span country,
                   uint64_t reason);
bool policy_accepts_reason(const struct policy *policy, uint64_t reason);
bool policy_lists_buyer(const struct policy_buyer *buyers, uint32_t count,
                        const struct hash *buyer);

/* The markets between which a policy's rows can tell: every country that one of them names, each
 * member when one names EU, and one that none names (an empty span, the last). */
#define POLICY_COUNTRIES_MAX 256
struct policy_countries {
    uint32_t count;
    struct span at[POLICY_COUNTRIES_MAX];
};
void policy_countries(const struct policy *policy, struct policy_countries *countries);

/* What a return of that worth costs, and who pays it; 0 when there is no such fee. */
struct policy_charge {
    int64_t amount_minor;
    enum fee_payer payer;
};
struct policy_charge policy_charge(const struct policy *policy, enum fee_kind kind,
                                   struct span country, uint64_t reason, int64_t worth_minor);

/* --- the chain of checks ---------------------------------------------------------------------- */

struct policy_line {
    struct span sku;
    struct span category;
    bool category_known;
    uint64_t reason, quantity;
    int64_t price_minor; /* of one unit */
};

/* What earlier returns of the same buyer say. */
struct buyer_history {
    bool known;       /* the order names a buyer */
    uint64_t returns; /* in the last serial_days */
    uint64_t good;    /* closed without a contest */
    uint64_t bad;     /* declined or contested */
    uint64_t empty_boxes, switched_items, weights;
};

struct policy_facts {
    uint64_t requested_ms, sold_ms;
    uint64_t delivered_ms; /* 0: not known */
    struct span country;   /* of the buyer; size 0: not known */
    struct hash buyer;     /* all zero: not known */
    const struct policy_line *lines;
    uint32_t lines_count;
    bool order_flagged;         /* a return of the order was declined or contested */
    enum check_answer evidence; /* does the request bring any? */
    struct buyer_history history;
};

struct policy_finding {
    enum check_answer answers[POLICY_CHECKS_MAX]; /* by enum policy_check; 0: no such check */
    enum policy_check decided_by; /* the first no, else the first unknown; 0: all said yes */
    bool eligible, small, flagged, returnless;
    uint32_t signals_count;
    struct policy_signal signals[POLICY_SIGNALS_MAX];
};
void policy_judge(const struct policy *policy, const struct policy_facts *facts,
                  struct policy_finding *finding);
/* The figure that trust_min and instant_refund_trust are held against: good returns less two for
 * each bad one; the most for whom the policy allows. CHECK_UNKNOWN counts as nobody's. */
uint64_t policy_trust(const struct policy *policy, const struct policy_facts *facts);

/* What the chain said, from the answers as they are stored. */
bool policy_says_eligible(const struct policy_answer *answers, uint32_t count);
bool policy_says_small(const struct policy_answer *answers, uint32_t count);
bool policy_says_flagged(const struct policy_answer *answers, uint32_t count);

/* --- contradictions --------------------------------------------------------------------------- */

/* X(NAME, "word", what a person reads) */
#define POLICY_RULE_LIST(X)                                                                        \
    X(RULE_UNKNOWN_COUNTRY, "unknown_country", "two capitals of ISO 3166, or EU")                  \
    X(RULE_OUTSIDE_MARKETS, "outside_markets", "markets do not name this country")                 \
    X(RULE_TWO_SELECTORS, "class_and_reason", "say a class or a reason, not both")                 \
    X(RULE_OVERLAP, "overlap", "a row before it is for the same market and reasons")               \
    X(RULE_REPEATED, "repeated", "it stands in the list already")                                  \
    X(RULE_REASON_NOT_ACCEPTED, "reason_not_accepted", "reasons do not name this reason")          \
    X(RULE_CLOSED_WINDOW, "approved_in_closed_window", "the window there has 0 days")              \
    X(RULE_RETURNLESS, "returnless_above_auto_approve",                                            \
      "what may be kept must be approved unasked up to that value")                                \
    X(RULE_ABOVE_VALUE, "above_value_max", "value_max_minor is less")                              \
    X(RULE_FEE_SHARE, "fee_above_1000_per_mille", "fees take more than what comes back is worth")  \
    X(RULE_FEE_NOTHING, "fee_of_nothing", "give fixed_minor or per_mille")                         \
    X(RULE_BOTH_LISTS, "allowed_and_blocked", "this buyer is on both lists")                       \
    X(RULE_BELOW_ZERO, "below_zero", "an amount is 0 or more")                                     \
    X(RULE_FINAL_SALE, "one_of_sku_and_category", "name an SKU or a category")                     \
    X(RULE_SERIAL, "serial_needs_both", "serial_returns_max and serial_days go together")          \
    X(RULE_NEEDS_HISTORY, "needs_buyer_history", "set buyer_history to 1")                         \
    X(RULE_NEEDS_TRUST, "needs_instant_refund_trust", "say from which trust on")                   \
    X(RULE_SOLUTION, "solution_before_response", "respond_hours is more")                          \
    X(RULE_ESCALATION, "escalation_without_dispute", "dispute_days is 0")                          \
    X(RULE_WORKING, "working_needs_calendar", "say whose working hours")                           \
    X(RULE_LEVELS, "levels_out_of_order", "who is told later has more hours")                      \
    X(RULE_FOLLOWUP, "followup_needs_channel", "say by which channel buyers are asked")            \
    X(RULE_CALENDAR, "unknown_calendar", "no such calendar, built in or of the merchant")          \
    X(RULE_CURRENCY, "other_currency", "it is not the merchant's")                                 \
    X(RULE_PAST, "effective_in_past", "it lies more than a day back")                              \
    X(RULE_AHEAD, "effective_too_far", "it lies more than two years ahead")                        \
    X(RULE_ORDER, "effective_before_newest", "a later version may not hold earlier")
#define RULE_ENUM(NAME, word, text) NAME,
enum policy_rule { POLICY_RULE_LIST(RULE_ENUM) POLICY_RULE_COUNT };
#undef RULE_ENUM
const char *policy_rule_word(enum policy_rule rule);
const char *policy_rule_text(enum policy_rule rule);

struct policy_fault {
    enum policy_rule rule;
    char field[POLICY_FIELD_BYTES]; /* "windows/2/days" */
};
struct policy_faults {
    uint32_t count, max;
    struct policy_fault *at;
};
/* All that is wrong in the policy by itself, in the order of its fields; returns how many there
 * are, of which max are told. Shapes and limits have been checked. */
uint32_t policy_contradictions(const struct policy *policy, struct policy_fault *faults,
                               uint32_t max);
/* Against the moment of deciding and the version that is newest (0: there is none). */
bool policy_date_fits(uint64_t effective_ms, uint64_t now_ms, uint64_t newest_ms,
                      struct policy_fault *fault);

/* --- the law ---------------------------------------------------------------------------------- */

/* X(NAME, "word", what it asks for) */
#define LAW_RULE_LIST(X)                                                                           \
    X(LAW_WITHDRAWAL, "withdrawal_days", "days from delivery to change one's mind")                \
    X(LAW_SEND, "send_days", "days to send the goods after saying so")                             \
    X(LAW_WITHDRAWAL_FEE, "no_withdrawal_fee",                                                     \
      "no fee beside the freight for changing one's mind")                                         \
    X(LAW_FAULT, "fault_days", "days from delivery to bring back what is faulty")                  \
    X(LAW_FAULT_FREE, "fault_free", "no fee of the buyer for what is faulty")
#define LAW_ENUM(NAME, word, text) NAME,
enum law_rule { LAW_RULE_LIST(LAW_ENUM) LAW_RULE_COUNT };
#undef LAW_ENUM
const char *law_rule_word(enum law_rule rule);
const char *law_rule_text(enum law_rule rule);

/* Data, not advice. confirm: its text was not read at the publisher of the law, or it has
 * exceptions that matter here; have it confirmed before relying on it. */
struct law_row {
    const char *market; /* a country, or "EU" */
    enum law_rule rule;
    uint64_t days; /* 0 for rules that count none */
    const char *act, *source;
    const char *date; /* since when it holds */
    bool confirm;
};
extern const struct law_row law_rows[];
extern const size_t law_rows_count;

#define BREACH_COUNTRIES_BYTES 100
struct policy_breach {
    const struct law_row *law;
    char field[POLICY_FIELD_BYTES]; /* what falls short: the first such row */
    char
        countries[BREACH_COUNTRIES_BYTES]; /* "AT BE": those of the law's market in which it does */
    uint64_t found_days;
};
/* Where the policy gives buyers less than the law of a market: of its markets, or of all in the
 * table when it names none. Nothing is refused for it. Returns how many; max are told. */
uint32_t policy_breaches(const struct policy *policy, struct policy_breach *breaches, uint32_t max);

#endif
