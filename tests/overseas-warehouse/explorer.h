/* Walks every state that refunds can reach: the refund table (as given, so that a test may take
 * rows out), the outbox's rule about blind sends, and a small payment provider that forgets keys,
 * loses answers and answers late. Two units of one order line, each with a second try.
 *
 * The outbox's rule is the one of DESIGN §6: a blind send only in the run that committed the
 * intent; else an ATTEMPT, a question by reference, and a send only when the provider does not know
 * it. The provider keeps its memory of keys at least as long as a call may be under way. A person
 * who resolves tells the truth. Under that, nothing is paid twice. */
#ifndef TESTS_OVERSEAS_WAREHOUSE_EXPLORER_H
#define TESTS_OVERSEAS_WAREHOUSE_EXPLORER_H

#include "overseas-warehouse/rules.h"

/* Ways to break the rule around the table, to see that the walk would notice. */
enum explorer_flaw {
    FLAW_NONE,
    FLAW_BLIND_AFTER_RESTART, /* sends again without asking */
    FLAW_KEY_OF_ATTEMPT,      /* every attempt has a key of its own */
    FLAW_PERSON_GUESSES       /* "unpaid" is said without a look */
};

struct explorer_result {
    const char *broken; /* what was violated first; NULL: nothing */
    uint64_t states;
    uint32_t reached; /* bits of refund states */
};
struct explorer_result explore_refunds(const struct rule_table *table, enum explorer_flaw flaw);

#endif
