/* The follow-up of a return, as the shells see it: what is so of it now, a function of its row, of
 * the return's and of the set of erased subjects. Nothing here asks a buyer anything. */
#ifndef OVERSEAS_WAREHOUSE_FOLLOWUP_H
#define OVERSEAS_WAREHOUSE_FOLLOWUP_H

#include "overseas-warehouse/view_rows.h"

/* X(NAME, number, "word") */
#define FOLLOWUP_STATE_LIST(X)                                                                     \
    X(FOLLOWUP_NONE, 1, "none")       /* the buyer is not asked, or not any more */                \
    X(FOLLOWUP_PLANNED, 2, "planned") /* and it is not time yet */                                 \
    X(FOLLOWUP_DUE, 3, "due")         /* the merchant's system was told to ask */                  \
    X(FOLLOWUP_ANSWERED, 4, "answered")
#define FOLLOWUP_ENUM(name, number, word) name = number,
enum followup_state { FOLLOWUP_STATE_LIST(FOLLOWUP_ENUM) };
#undef FOLLOWUP_ENUM
extern const struct words followup_state_words;

enum followup_state followup_state(const struct rows *rows, const struct id *return_id,
                                   const struct followup_row *row);
/* The prefix of a merchant's in one state in VIEW_FOLLOWUP_BY_STATE; times and returns follow. */
struct key followup_state_key(const struct id *merchant, uint64_t state);

#endif
