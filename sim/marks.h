/* What was met on the way: every kind of fault, every row of the rule tables, and every place that
 * a test would be blind without (SOMETIMES). Counted for a seed and summed over a set; a zero in a
 * set means that the set proves less than it says. */
#ifndef SIM_MARKS_H
#define SIM_MARKS_H

#include "overseas-warehouse/rules.h"
#include "sim/faults.h"

#define MARK_RULES_MAX 192

/* X(NAME, "word") : the first ones are said by the core, the last ones by the simulator. */
#define MARK_LIST(X)                                                                               \
    X(MARK_CALL_BESIDE, "a call of a payment that others refunded from")                           \
    X(MARK_ASKED, "asked")                                                                         \
    X(MARK_ASK_GRANTED, "ask granted")                                                             \
    X(MARK_ASK_REFUSED, "ask refused")                                                             \
    X(MARK_ASK_UNREADABLE, "ask unreadable")                                                       \
    X(MARK_REPLAYED, "replayed")                                                                   \
    X(MARK_DOUBT, "store in doubt")                                                                \
    X(MARK_MENDED, "views mended")                                                                 \
    X(MARK_UNDONE, "turn undone")                                                                  \
    X(MARK_TAKEN_UP, "effect taken up again")                                                      \
    X(MARK_ATTEMPT, "attempt committed before asking")                                             \
    X(MARK_FOUND_PAID, "asked and found paid")                                                     \
    X(MARK_CANNOT_ASK, "cannot ask: unknown")                                                      \
    X(MARK_ABSENT, "asked and absent: sent again")                                                 \
    X(MARK_ANOTHER_TRY, "asked before another try")                                                \
    X(MARK_NO_WORD, "send without word")                                                           \
    X(MARK_RECOVERED, "book recovered")                                                            \
    X(MARK_SUCCEEDED, "a lost store was succeeded")                                                \
    X(MARK_CLONE_FOUND, "a cloned store stopped and said so")                                      \
    X(MARK_FORK, "both branches of a log met at one node")                                         \
    X(MARK_HANDED_OVER, "book handed over")                                                        \
    X(MARK_DEADLINE, "deadline fired")                                                             \
    X(MARK_SILENCE, "silence told")                                                                \
    X(MARK_CLOCK, "clock suspected")                                                               \
    X(MARK_SHUFFLED_MOVE, "folded in another order: a unit that moved")                            \
    X(MARK_SHUFFLED_TWICE, "folded in another order: a box received twice")                        \
    X(MARK_SHUFFLED_ERASURE, "folded in another order: an erasure from elsewhere")                 \
    X(MARK_SHUFFLED_JOINER, "folded in another order: a late joiner's log")                        \
    X(MARK_RESTED, "all were off for a month")                                                     \
    X(MARK_JOINED_LATE, "a node joined late")                                                      \
    X(MARK_UNKNOWN_KEPT, "commit of unknown outcome, kept")                                        \
    X(MARK_UNKNOWN_LOST, "commit of unknown outcome, lost")                                        \
    X(MARK_LEADER_DIED, "leader died while the provider held its answer")                          \
    X(MARK_KEY_REUSED, "a key with another body was refused")                                      \
    X(MARK_RETRY_ELSEWHERE, "a retry at another node was answered alike")                          \
    X(MARK_CUT_OFF, "goods were decided while cut off")                                            \
    X(MARK_ERASED, "a payload that was held was erased")                                           \
    X(MARK_ERASURE_TOLD, "erasure told")                                                           \
    X(MARK_OVERDUE_TOLD, "overdue told")                                                           \
    X(MARK_GOODWILL, "goodwill was given under a cap")                                             \
    X(MARK_AMENDED, "an order was amended")                                                        \
    X(MARK_LINK, "a withdrawn link was asked by")                                                  \
    X(MARK_SAME, "a unit stayed what it is from hop to hop")                                       \
    X(MARK_CONTEST, "goods contradicted a decision")                                               \
    X(MARK_LINK_DOOR, "withdrawn link at the door")                                                \
    X(MARK_GROUP, "a group was granted")                                                           \
    X(MARK_REPEAT, "a repeat under a shop's reference was granted")                                \
    X(MARK_FEE, "a fee was taken off a refund")                                                    \
    X(MARK_TAX, "tax was refunded at the rate of the sale")                                        \
    X(MARK_FEE_ALL, "a fee took all of a unit's worth")                                            \
    X(MARK_DESTROYED, "a unit was destroyed by two")                                               \
    X(MARK_ASKED_BUYER, "a buyer was to be asked")                                                 \
    X(MARK_SCORED, "a buyer said how content they were")                                           \
    X(MARK_CHARGED, "money that was lost ahead was charged anew")                                  \
    X(MARK_SECOND, "a unit with two grades was settled")                                           \
    X(MARK_VOID, "a step with a unit was taken back")                                              \
    X(MARK_STOCK_MOVED, "stock was moved")                                                         \
    X(MARK_SET_ASIDE, "stock was set aside")                                                       \
    X(MARK_KEPT, "stock was kept for an order")                                                    \
    X(MARK_RELEASED, "stock that was kept was released")                                           \
    X(MARK_SENT, "stock that was kept was sent")                                                   \
    X(MARK_DISCARDED, "stock was thrown away")                                                     \
    X(MARK_BROUGHT, "stock was brought")                                                           \
    X(MARK_TO_WMS, "stock was given to the WMS")                                                   \
    X(MARK_ADJUSTED, "stock was adjusted")                                                         \
    X(MARK_KEPT_LONG, "stock was kept too long")                                                   \
    X(MARK_BIN_FULL, "a bin was filled")                                                           \
    X(MARK_COUNTED, "a count found another number")                                                \
    X(MARK_FOUND, "a count found what the book did not know")                                      \
    X(MARK_TAKEN_BACK, "a posting was taken back")                                                 \
    X(MARK_BATCH_OPENED, "a batch was opened")                                                     \
    X(MARK_BATCH_ADDED, "a unit was put on a batch")                                               \
    X(MARK_BATCH_TAKEN, "a unit was taken off a batch")                                            \
    X(MARK_BATCH_CLOSED, "a batch was closed")                                                     \
    X(MARK_BATCH_CANCELED, "a batch was called off")                                               \
    X(MARK_BATCH_PAID, "a batch was paid")                                                         \
    X(MARK_REPAIR_BEGUN, "a repair was begun")                                                     \
    X(MARK_REPAIR_PARTS, "parts went into a repair")                                               \
    X(MARK_REPAIR_ENDED, "a repair was ended")                                                     \
    X(MARK_REPAIR_SPENT, "money was spent on a repair")                                            \
    X(MARK_BILLED, "an act was charged")                                                           \
    X(MARK_SWAP_OPENED, "an exchange was opened")                                                  \
    X(MARK_SWAP_ASKED, "a warehouse was asked for a thing")                                        \
    X(MARK_SWAP_WAITS, "an exchange waits for goods")                                              \
    X(MARK_SWAP_KEPT, "a thing was kept for an exchange")                                          \
    X(MARK_SWAP_LEAVE, "a book gave leave to send")                                                \
    X(MARK_SWAP_RECALL, "leave to send was taken back")                                            \
    X(MARK_SWAP_SENT, "an exchange was sent")                                                      \
    X(MARK_SWAP_ENDED, "an exchange was called off")                                               \
    X(MARK_SWAP_PAID, "a difference was paid")                                                     \
    X(MARK_SWAP_NONE, "a warehouse had no such thing")                                             \
    X(MARK_SWAP_GONE, "what was kept went back")                                                   \
    X(MARK_LABEL_INTENDED, "a label was intended")                                                 \
    X(MARK_LABEL_BOUGHT, "a label was bought")                                                     \
    X(MARK_LABEL_REFUSED, "a carrier refused to sell a label")                                     \
    X(MARK_LABEL_UNKNOWN, "a label is unknown")                                                    \
    X(MARK_LABEL_SETTLED, "a person settled a label")                                              \
    X(MARK_LABEL_VOIDING, "a label is to be taken back")                                           \
    X(MARK_LABEL_VOIDED, "a label was taken back")                                                 \
    X(MARK_LABEL_KEPT, "a carrier takes a label not back")                                         \
    X(MARK_LABEL_FOUND, "asked and found bought")                                                  \
    X(MARK_LABEL_ABSENT, "asked and absent: bought again")                                         \
    X(MARK_LABEL_NO_WORD, "label call without word")                                               \
    X(MARK_PERSON_DECIDED, "a person resolved an unknown refund")

#define MARK_ENUM(NAME, word) NAME,
enum mark { MARK_LIST(MARK_ENUM) MARK_COUNT };
#undef MARK_ENUM

struct counts {
    uint32_t fault[FAULT_COUNT];
    uint32_t rule[TABLE_COUNT][MARK_RULES_MAX];
    uint32_t mark[MARK_COUNT];
    uint32_t unlisted; /* marks of the core that stand in no list: the list is stale */
};

/* Counts what the core or the simulator says. */
void counts_take(struct counts *counts, const char *name);
void counts_add(struct counts *sum, const struct counts *counts);
/* Things that were never met, of all that are counted. */
unsigned counts_zeros(const struct counts *counts);
void counts_print(const struct counts *counts, FILE *file);
void counts_print_json(const struct counts *counts, FILE *file);

#endif
