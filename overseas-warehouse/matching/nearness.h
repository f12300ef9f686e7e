/* How near what was read on a box is to what is known: numbers with pieces that cannot be read, and
 * names. Pure functions of texts. */
#ifndef OVERSEAS_WAREHOUSE_MATCHING_NEARNESS_H
#define OVERSEAS_WAREHOUSE_MATCHING_NEARNESS_H

#include "proto/span.h"

/* Characters that agree, and those that are wrong, missing, too many, or changed for their
 * neighbour. */
struct nearness {
    uint32_t agree, wrong;
};
#define NEARNESS_TEXT_MAX 64 /* longer texts are cut */
/* label: as parcel_number makes it, '?' stands for any character and '*' for any piece, both for
 * nothing as well. Of all ways to lay one over the other the one with the fewest wrong ones, and of
 * those the one with the most that agree. */
struct nearness number_nearness(struct span label, struct span number);

/* What a person's name is compared by: its words in upper-case ASCII where they are Latin ones, the
 * bytes as they are elsewhere; words of one letter are left out. */
#define NAME_WORDS_MAX 4
#define NAME_WORD_MAX  24
struct name_words {
    uint32_t count;
    struct span word[NAME_WORDS_MAX];
    uint8_t room[NAME_WORDS_MAX][NAME_WORD_MAX];
};
void name_split(struct span name, struct name_words *words);

enum name_nearness { NAME_OTHER, NAME_ONE_WORD, NAME_NEARLY, NAME_SAME };
/* In whatever order the words stand. NAME_NEARLY: one word agrees and another does but for a letter
 * or two neighbours. */
enum name_nearness name_compare(const struct name_words *a, const struct name_words *b);

#endif
