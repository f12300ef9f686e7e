/* Disposition batches (处置批次): units that leave the floor together, for one counterparty, with
 * one manifest that freezes once. README.md tells it. A unit's own entries stay the truth of what
 * became of it; a batch only says which units go together, and what money came of them. */
#ifndef OVERSEAS_WAREHOUSE_BATCHES_BATCHES_H
#define OVERSEAS_WAREHOUSE_BATCHES_BATCHES_H

#include "overseas-warehouse/business.h"
#include "overseas-warehouse/view_rows.h"

/* VIEW_BATCH: batch, log; the id is bound to the node whose log it is. version counts entries; the
 * sums are of what was paid. VIEW_BATCH_BY_WAREHOUSE: warehouse, batch, log. */
#define BATCH_ROW_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, choice, state, batch_state, 0)                                               \
    F(S, 2, REQUIRED, uint, version, none, VERSION_MAX)                                            \
    F(S, 3, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 4, REQUIRED, choice, disposition, disposition, 0)                                         \
    F(S, 5, REQUIRED, text, counterparty, none, COUNTERPARTY_BYTES_MAX)                            \
    F(S, 6, REQUIRED, currency, currency, none, 999)                                               \
    F(S, 7, REQUIRED, choice, split, batch_split, 0)                                               \
    F(S, 8, OPTIONAL, text, reference, none, BILL_REF_BYTES_MAX)                                   \
    F(S, 9, OPTIONAL, uint, units, none, BATCH_UNITS_MAX)                                          \
    F(S, 10, OPTIONAL, uint, weight_g, none, BATCH_WEIGHT_G_MAX) /* of the closed one */           \
    F(S, 11, OPTIONAL, hash, digest, none, 0)                                                      \
    F(S, 12, REQUIRED, one, opened_by, actor, 0)                                                   \
    F(S, 13, REQUIRED, time, opened_ms, none, 0)                                                   \
    F(S, 14, OPTIONAL, one, ended_by, actor, 0)                                                    \
    F(S, 15, OPTIONAL, time, ended_ms, none, 0)                                                    \
    F(S, 16, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                       \
    F(S, 17, OPTIONAL, sint, proceeds_minor, none, MINOR_MAX)                                      \
    F(S, 18, OPTIONAL, sint, cost_minor, none, MINOR_MAX)                                          \
    F(S, 19, OPTIONAL, uint, monies, none, BATCH_MONIES_MAX)
SHAPE_DECLARE(batch_row, BATCH_ROW_FIELDS)

/* VIEW_BATCH_LINE: batch, log, merchant, unit: a line of the manifest, and its share of the sums.
 * VIEW_BATCH_BY_UNIT: unit, batch, log, merchant. VIEW_BATCH_BY_MERCHANT: merchant, warehouse,
 * batch, log.
 * VIEW_BATCH_PENDING, as the line: its batch is closed, and the unit is not settled yet. */
#define BATCH_LINE_ROW_FIELDS(F, S)                                                                \
    MANIFEST_LINE_FIELDS(F, S)                                                                     \
    F(S, 40, OPTIONAL, sint, proceeds_minor, none, MINOR_MAX)                                      \
    F(S, 41, OPTIONAL, sint, cost_minor, none, MINOR_MAX)
SHAPE_DECLARE(batch_line_row, BATCH_LINE_ROW_FIELDS)

/* VIEW_BATCH_BY_MERCHANT's: sums of the merchant's lines, so that nobody has to walk them. */
#define BATCH_OWN_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, uint, units, none, BATCH_UNITS_MAX)                                          \
    F(S, 2, REQUIRED, uint, weight_g, none, BATCH_WEIGHT_G_MAX)                                    \
    F(S, 3, REQUIRED, sint, proceeds_minor, none, MINOR_MAX)                                       \
    F(S, 4, REQUIRED, sint, cost_minor, none, MINOR_MAX)
SHAPE_DECLARE(batch_own, BATCH_OWN_FIELDS)

/* VIEW_BATCH_PAID: batch, log, hash of reference. The entry itself; the first one stands. */

/* The batch as its log has it. */
struct batch_now {
    struct batch_row row;
    struct id log;
};
bool batch_load(const struct rows *rows, const struct id *batch, struct batch_now *now);
/* The unit's line in the batch of that log; false: it is not on it. */
bool batch_line_load(const struct rows *rows, const struct id *batch, const struct id *log,
                     const struct id *unit, struct batch_line_row *line);
/* Walks the lines of one batch, or of one merchant (NULL: of all) on it. */
struct walk batch_lines(const struct id *batch, const struct id *log, const struct id *merchant);
bool batch_line_next(const struct rows *rows, struct walk *walk, struct batch_line_row *line);
/* What the merchant has on it; false: nothing. */
bool batch_own_load(const struct rows *rows, const struct id *batch, const struct batch_now *now,
                    const struct id *merchant, struct batch_own *own);

/* Does a closed batch wait for the unit to be settled? Then nothing else is done with it. */
bool batch_keeps(const struct rows *rows, const struct id *unit);
/* The closed batch by which the unit left the floor, and its line there. */
bool batch_of_settled(const struct rows *rows, const struct id *unit, struct batch_now *now,
                      struct batch_line_row *line);

void batch_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision);
void batch_react(const struct desk *desk, const struct id *batch, struct moment *moment,
                 struct decision *decision);
void batch_fold(const struct desk *desk, const struct place *place,
                const struct batch_moved *moved);
void batch_paid_fold(const struct desk *desk, const struct place *place,
                     const struct batch_paid *paid);
/* The unit moved: is it settled yet? */
void batches_of_unit(const struct desk *desk, const struct id *unit);

/* --- among the files of this room ------------------------------------------------------------- */

bool batch_takes(uint64_t disposition);
/* The line under the chain of those before it. */
void manifest_chain(const struct crypto *crypto, const struct manifest_line *line,
                    struct hash *chain);
/* Gathers what the command names; false: refused. */
struct batch_step;
struct manifest {
    struct manifest_line at[2 * BATCH_NAMED_MAX];
    uint32_t count;
};
bool manifest_gather(struct batch_step *step, struct manifest *manifest);

/* One step that is decided. */
struct batch_step {
    const struct desk *desk;
    const struct command *command;
    struct moment *moment;
    struct decision *decision;
    struct id batch;
    struct batch_now now;
};
void batch_paid_key(const struct crypto *crypto, const struct id *batch, const struct id *log,
                    struct span reference, struct key *key);

#endif
