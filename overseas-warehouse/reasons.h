/* Why goods come back, as a tree of two levels with the words that a buyer reads, in English and
 * Chinese. The codes are proto/words.h's; where others' lists map to stands in the manual. */
#ifndef OVERSEAS_WAREHOUSE_REASONS_H
#define OVERSEAS_WAREHOUSE_REASONS_H

#include "proto/words.h"

struct label {
    uint64_t code;       /* enum reason or enum decline */
    const char *group;   /* of a reason: the branch it hangs on; of a decline NULL */
    const char *en, *zh; /* what a person reads */
};
struct branch {
    const char *word, *en, *zh;
};
extern const struct branch reason_branches[];
extern const size_t reason_branches_count;
extern const struct label reason_labels[], decline_labels[];
extern const size_t reason_labels_count, decline_labels_count;

#endif
