/* Plates, removal orders and inbound shipments, as the other rooms and the shells see them: the
 * rows, the few ways to find them, and who owns a unit that came without a return. A unit's own
 * custody (unit, hop) stays the truth; a plate only says which units stand together. */
#ifndef OVERSEAS_WAREHOUSE_PLATES_PLATES_H
#define OVERSEAS_WAREHOUSE_PLATES_PLATES_H

#include "overseas-warehouse/business.h"
#include "overseas-warehouse/view_rows.h"

/* Larger things hold smaller ones, by the order of PLATE_KIND_LIST: so nothing is in itself. */
#define PLATE_DEPTH_MAX 4

/* VIEW_PLATE: plate, hop (2 bytes), log; written by the log of the warehouse, as a unit's are. */
#define PLATE_ROW_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, choice, state, plate_state, 0)                                               \
    F(S, 2, REQUIRED, uint, version, none, VERSION_MAX) /* hop << 20 | entries of this hop */      \
    F(S, 3, REQUIRED, choice, kind, plate_kind, 0)                                                 \
    F(S, 4, OPTIONAL, id, warehouse, none, 0)                                                      \
    F(S, 5, OPTIONAL, id, to, none, 0)                                                             \
    F(S, 6, OPTIONAL, list, units, plate_unit, PLATE_UNITS_MAX)                                    \
    F(S, 7, OPTIONAL, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 8, OPTIONAL, choice, grade, grade, 0)                                                     \
    F(S, 9, OPTIONAL, id, parent, none, 0)                                                         \
    F(S, 10, OPTIONAL, text, place, none, PLACE_BYTES_MAX) /* of one without a parent */           \
    F(S, 11, OPTIONAL, uint, voidable, none, 1)            /* the latest step was a move */        \
    F(S, 12, OPTIONAL, id, former_parent, none, 0)         /* as it stood before that */           \
    F(S, 13, OPTIONAL, text, former_place, none, PLACE_BYTES_MAX)                                  \
    F(S, 14, OPTIONAL, list, became, plate_name, 2)                                                \
    F(S, 15, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                       \
    F(S, 16, REQUIRED, time, made_ms, none, 0)                                                     \
    F(S, 17, REQUIRED, time, moved_ms, none, 0)                                                    \
    F(S, 18, REQUIRED, uint, idx, none, EVENT_IDX_MAX)
SHAPE_DECLARE(plate_row, PLATE_ROW_FIELDS)

/* VIEW_REMOVAL: removal; VIEW_REMOVAL_VERSION: removal, version (4 bytes). */
#define REMOVAL_ROW_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, book, none, 0)                                                           \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, text, reference, none, REFERENCE_BYTES_MAX)                                  \
    F(S, 4, REQUIRED, uint, version, none, VERSION_MAX)                                            \
    F(S, 5, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 6, REQUIRED, time, at_ms, none, 0)                                                        \
    REMOVAL_FACT_FIELDS(F, S)                                                                      \
    F(S, 30, REQUIRED, uint, idx, none, EVENT_IDX_MAX) /* of the version's entry */
SHAPE_DECLARE(removal_row, REMOVAL_ROW_FIELDS)

/* VIEW_REMOVED: unit. Once; were there two, the one of the smaller log and index shows. */
#define REMOVED_ROW_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, removal, none, 0)                                                        \
    F(S, 2, REQUIRED, id, box, none, 0)                                                            \
    F(S, 3, REQUIRED, text, sku, none, SKU_BYTES_MAX) /* of a foreign one, as it was scanned */    \
    F(S, 4, OPTIONAL, uint, foreign, none, 1)                                                      \
    F(S, 5, REQUIRED, id, log, none, 0)                                                            \
    F(S, 6, REQUIRED, uint, idx, none, EVENT_IDX_MAX)
SHAPE_DECLARE(removed_row, REMOVED_ROW_FIELDS)

/* VIEW_INBOUND: inbound; VIEW_INBOUND_VERSION: inbound, version (4 bytes). */
#define INBOUND_ROW_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, book, none, 0)                                                           \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, text, reference, none, REFERENCE_BYTES_MAX)                                  \
    F(S, 4, REQUIRED, uint, version, none, VERSION_MAX)                                            \
    F(S, 5, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 6, REQUIRED, time, at_ms, none, 0)                                                        \
    INBOUND_FACT_FIELDS(F, S)
SHAPE_DECLARE(inbound_row, INBOUND_ROW_FIELDS)

/* The plate as it stands now: its highest hop. */
struct plate_now {
    struct plate_row row;
    uint64_t hop;
    struct id log;
};
bool plate_load(const struct rows *rows, const struct id *plate, struct plate_now *now);
struct key plate_key(const struct id *plate, uint64_t hop, const struct id *log);
/* The plate on which the unit is now; false: on none. */
bool plate_of_unit(const struct rows *rows, const struct id *unit, struct id *plate);
/* Where it stands: its own place, or that of the outermost container. */
struct span plate_place(const struct rows *rows, const struct id *plate,
                        struct plate_now *outermost);
/* The container and what is in it in that state, the outer before the inner. */
#define PLATE_CARGO_MAX DRAFTS_MAX
struct plate_cargo {
    struct id plates[PLATE_CARGO_MAX];
    uint32_t count;
    bool cut; /* there are more */
};
void plate_cargo_load(const struct rows *rows, const struct id *outer, uint64_t state,
                      struct plate_cargo *cargo);
/* What is in it: a line for each plate and merchant, with no merchant for what is nobody's. */
#define CONTENTS_LINE_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, container, none, 0) /* that it stands in; of a plate alone, itself */    \
    F(S, 2, REQUIRED, id, plate, none, 0)                                                          \
    F(S, 3, OPTIONAL, id, merchant, none, 0)                                                       \
    F(S, 4, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 5, OPTIONAL, text, label, none, SKU_BYTES_MAX) /* the platform's code (FNSKU) */          \
    F(S, 6, OPTIONAL, text, name_en, none, SKU_NAME_BYTES)                                         \
    F(S, 7, OPTIONAL, choice, grade, grade, 0)                                                     \
    F(S, 8, REQUIRED, uint, pieces, none, PLATE_UNITS_MAX)                                         \
    F(S, 9, OPTIONAL, uint, weight_g, none, CONTENTS_WEIGHT_G_MAX) /* by the SKU's weight */       \
    F(S, 10, OPTIONAL, uint, unready, none, PLATE_UNITS_MAX) /* held, or not to go to a platform   \
                                                              */
#define CONTENTS_WEIGHT_G_MAX (PLATE_UNITS_MAX * WEIGHT_G_MAX)
SHAPE_DECLARE(contents_line, CONTENTS_LINE_FIELDS)
/* Takes the lines of all plates in it, the outer before the inner; the line's texts live during the
 * call. false: more than PLATE_CARGO_MAX are in it, and nothing was told. */
typedef void contents_take(void *world, const struct contents_line *line);
bool contents_of_plate(const struct desk *desk, const struct id *outer, contents_take *take,
                       void *world);
/* Are these what the plate's present row is, as an index names it? */
bool plate_is_now(const struct rows *rows, const uint8_t *index_bytes, struct id *plate,
                  struct plate_now *now);
/* A unit of the log moved: it is off the plates of that log that it fits no more. */
void plate_follow(const struct desk *desk, const struct place *place, const struct id *unit,
                  const struct unit_row *row);
/* May it stand on a plate in that state, of that SKU and grade? */
bool plate_suits(const struct plate_row *plate, const struct unit_row *unit);

bool removal_load(const struct rows *rows, const struct id *removal, struct removal_row *row);
bool removed_load(const struct rows *rows, const struct id *unit, struct removed_row *row);
/* An SKU named in several lines is counted over them in their order. */
#define REMOVAL_COUNTED_MAX 5000u
void removal_counts(const struct desk *desk, const struct id *removal,
                    const struct removal_row *row, struct receipt_count *counts);
/* Is there work to receive the box for removal orders that name its number? Called by every fold
 * that touches a cause. */
void removal_todo_refresh(const struct desk *desk, const struct id *box);
/* It came by a removal order and is its merchant's: no return's. */
bool unit_is_removed(const struct rows *rows, const struct id *unit);

/* Whose is the unit? Of its return's merchant, or of the removal order's that it came by. false:
 * nobody's yet. */
struct unit_owner {
    struct id merchant, book;
    struct id log; /* of the entry that says so */
    uint64_t idx;
};
bool unit_owner(const struct rows *rows, const struct id *unit, struct unit_owner *owner);

bool inbound_load(const struct rows *rows, const struct id *inbound, struct inbound_row *row);
bool inbound_find(const struct desk *desk, const struct id *merchant, struct span reference,
                  struct id *inbound);
/* Where a unit comes from: by the order that names the shipment, or, as an assumption, by the
 * latest shipment of its SKU that was there before it was sold. */
enum origin_basis { ORIGIN_UNKNOWN, ORIGIN_TRACED, ORIGIN_ASSUMED };
struct origin {
    enum origin_basis basis;
    struct id inbound;
    struct inbound_row row; /* lives as a loaded row does */
};
bool unit_origin(const struct desk *desk, const struct id *unit, struct origin *origin);

void plate_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision);
void plate_fold(const struct desk *desk, const struct place *place,
                const struct plate_moved *moved);
void removal_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                    struct decision *decision);
void removal_react(const struct desk *desk, const struct id *box, const struct id *removal,
                   struct moment *moment, struct decision *decision);
void removal_fold(const struct desk *desk, const struct place *place,
                  const struct removal *removal);
void removal_received_fold(const struct desk *desk, const struct place *place,
                           const struct removal_received *received);
void inbound_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                    struct decision *decision);
void inbound_fold(const struct desk *desk, const struct place *place,
                  const struct inbound *inbound);

/* --- among the files of this room ------------------------------------------------------------- */

/* Ids that follow from the book, the merchant and the reference: another book's entry touches none
 * of its records. */
struct named_of {
    const struct id *book, *merchant;
    struct span reference;
};
struct id removal_id(const struct crypto *crypto, struct named_of of);
struct id inbound_id(const struct crypto *crypto, struct named_of of);

/* One step that a warehouse takes with plates. */
struct plate_step {
    const struct desk *desk;
    const struct command *command;
    struct moment *moment;
    struct decision *decision;
    struct id plate;
    struct plate_now now;
};
/* false: refused. The plate stands here. */
bool plate_open(struct plate_step *step);
struct plate_moved plate_entry(const struct plate_step *step, enum plate_act act);
void plate_add_entry(const struct plate_step *step, const struct plate_moved *moved);
/* Checks units that come onto a plate; the first says what the others must be where the entry does
 * not. leaving: plates that they may be on now. */
bool plate_gather(const struct plate_step *step, const struct plate_unit *units, uint32_t count,
                  struct plate_moved *moved);
void plate_split(struct plate_step *step);
void plate_merge(struct plate_step *step);
void plate_ship(struct plate_step *step, const struct id *to);
void plate_take(struct plate_step *step);

#endif
