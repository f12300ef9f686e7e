/* Whose a box is that nobody announced: what it shares with the open returns of all nodes, how well
 * each suits it, whose it is said to be, and what becomes of it when nobody claims it. */
#ifndef OVERSEAS_WAREHOUSE_MATCHING_MATCHING_H
#define OVERSEAS_WAREHOUSE_MATCHING_MATCHING_H

#include "overseas-warehouse/business.h"
#include "overseas-warehouse/view_rows.h"

#define UNCLAIMED_DAYS     60 /* from the receipt until silence abandons it */
#define MATCH_CERTAIN      120
#define MATCH_MARGIN       40
#define CLUE_BYTES         8
#define CLUES_MAX          192 /* of one box or return; what more there were is no clue */
#define CLUE_SHARED_MAX    64  /* of those that share one clue */
#define BOX_CANDIDATES_MAX 32

/* VIEW_MATCH: box, log. What that log said of it; the box's own log's word counts. Only abandoned
 * counts also of one that took the place of that. */
#define MATCH_ROW_FIELDS(F, S)                                                                     \
    F(S, 1, OPTIONAL, list, labels, box_label, BOX_LABELS_MAX)                                     \
    F(S, 2, OPTIONAL, time, until_ms, none, 0)                                                     \
    F(S, 3, OPTIONAL, uint, noted_idx, none, EVENT_IDX_MAX)                                        \
    F(S, 4, OPTIONAL, id, return_id, none, 0) /* matched, and not taken back */                    \
    F(S, 5, OPTIONAL, id, slip, none, 0)      /* what the slip said before */                      \
    F(S, 6, OPTIONAL, sint, points, none, MATCH_POINTS_MAX)                                        \
    F(S, 7, OPTIONAL, uint, clues, none, CLUES_ALL)                                                \
    F(S, 8, OPTIONAL, one, by, actor, 0)                                                           \
    F(S, 9, OPTIONAL, time, at_ms, none, 0)                                                        \
    F(S, 10, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                       \
    F(S, 11, OPTIONAL, time, abandoned_ms, none, 0)
SHAPE_DECLARE(match_row, MATCH_ROW_FIELDS)

/* VIEW_WEIGHED: box, log, return. idx: of the entry, 0: it was never weighed. voided: the match
 * with it was taken back by that entry of the log. */
#define WEIGHED_ROW_FIELDS(F, S)                                                                   \
    F(S, 1, OPTIONAL, sint, points, none, MATCH_POINTS_MAX)                                        \
    F(S, 2, OPTIONAL, uint, clues, none, CLUES_ALL)                                                \
    F(S, 3, OPTIONAL, uint, idx, none, EVENT_IDX_MAX)                                              \
    F(S, 4, OPTIONAL, uint, voided, none, EVENT_IDX_MAX)
SHAPE_DECLARE(weighed_row, WEIGHED_ROW_FIELDS)

/* VIEW_CLUES: box or return, side (1 byte). Only of boxes that nobody claims, which lie in the
 * queue, and of open returns. The rest is of boxes: VIEW_UNCLAIMED has them by warehouse, since_ms
 * (8 bytes), box. */
#define CLUES_ROW_FIELDS(F, S)                                                                     \
    F(S, 1, OPTIONAL, bin, clues, none, CLUES_MAX *CLUE_BYTES)                                     \
    F(S, 2, OPTIONAL, id, warehouse, none, 0)                                                      \
    F(S, 3, OPTIONAL, time, since_ms, none, 0)                                                     \
    F(S, 4, OPTIONAL, time, due_ms, none,                                                          \
      0) /* when it is abandoned; 0: it was, or its store lost */
SHAPE_DECLARE(clues_row, CLUES_ROW_FIELDS)

struct clue {
    uint8_t bytes[CLUE_BYTES];
};
struct clue_set {
    uint32_t count;
    struct clue at[CLUES_MAX];
};

/* The word of the box's own log; false: it said nothing. */
bool match_load(const struct rows *rows, const struct id *box, const struct box_row *row,
                struct match_row *match);
bool box_is_claimed(const struct desk *desk, const struct id *box);
/* Is it nobody's, and its box abandoned? */
bool unit_is_abandoned(const struct desk *desk, const struct id *unit);
bool box_is_abandoned(const struct rows *rows, const struct id *box);
/* Does the claim count: was its match not taken back? */
bool claim_counts(const struct rows *rows, const struct id *box, const struct id *return_id);

/* --- who might it be -------------------------------------------------------------------------- */

struct candidate {
    struct id return_id, merchant;
    int64_t points;
    uint32_t clues; /* bits of enum clue_bit */
};
struct candidates {
    uint32_t count;
    struct candidate at[BOX_CANDIDATES_MAX]; /* the best first */
};
/* merchant: only its returns, NULL: of all. name: of the sender, empty: not known. false: there is
 * no such box. */
bool box_candidates(const struct desk *desk, const struct id *box, struct span name,
                    const struct id *merchant_or_null, struct candidates *found);
/* Is the first of them whose it is, beyond doubt? */
bool candidates_are_certain(const struct candidates *found);

/* --- kept by folds ---------------------------------------------------------------------------- */

/* What follows for a box from everything about it. */
void unclaimed_refresh(const struct desk *desk, const struct id *box);
/* What follows from a return's numbers, lines, person and state. */
void clues_of_return_refresh(const struct desk *desk, const struct id *return_id);
void clues_of_order_refresh(const struct desk *desk, const struct id *order);
/* A claim of a match that was taken back is for a person. */
void match_void_refresh(const struct desk *desk, const struct id *box, const struct id *return_id);

void box_noted_fold(const struct desk *desk, const struct place *place,
                    const struct box_noted *noted);
void box_weighed_fold(const struct desk *desk, const struct place *place,
                      const struct box_weighed *weighed);
void box_matched_fold(const struct desk *desk, const struct place *place,
                      const struct box_matched *matched);
void box_abandoned_fold(const struct desk *desk, const struct place *place,
                        const struct box_abandoned *abandoned);

/* --- deciding --------------------------------------------------------------------------------- */

void match_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision);
/* The warehouse of the box; ERROR_NOT_FOUND for a merchant who may not know of it. */
enum error match_authority(const struct desk *desk, const struct command *command,
                           const struct id *box, struct id *authority) MUST_USE;
void match_react(const struct desk *desk, const struct id *box, const struct id *return_id,
                 struct moment *moment, struct decision *decision);
void abandon_due(const struct desk *desk, uint64_t due_ms, const struct id *box,
                 struct moment *moment, struct decision *decision);

/* --- among the files of this folder ----------------------------------------------------------- */

void clues_of_box(const struct desk *desk, const struct id *box, const struct box_row *row,
                  struct clue_set *set);
void clues_of_name(const struct desk *desk, struct span name, const struct span *skus,
                   uint32_t skus_count, struct clue_set *set);
enum clue_side { CLUE_OF_RETURN, CLUE_OF_BOX };
struct key clues_key(const struct id *id, enum clue_side side);
struct key clue_key(const struct clue *clue, enum clue_side side);
struct key weighed_key(const struct id *box, const struct id *log, const struct id *return_id);
/* Replaces what is indexed of a box or a return; NULL: nothing is any more. Pairs follow. */
void clues_set(const struct desk *desk, const struct id *id, enum clue_side side,
               const struct clue_set *set_or_null, struct clues_row *row);
/* What the place's log said of the box so far, and where that stands. */
struct key match_said(const struct desk *desk, const struct place *place, const struct id *box,
                      struct match_row *match);
/* Does most of a number agree, or a serial? What all of one carrier have in common is not enough.
 */
bool box_is_like(const struct desk *desk, const struct id *box, const struct id *return_id);
/* Is it still to be weighed against that return? */
bool likeness_waits(const struct desk *desk, const struct id *box, const struct id *return_id);
/* The merchant's queue, and the work, follow from the pair. */
void likeness_refresh(const struct desk *desk, const struct id *box, const struct id *return_id);
/* Has nobody got it by a claim or a removal order? */
bool unit_is_free(const struct desk *desk, const struct id *unit);

#endif
