/* The stock ledger as rows: postings, the balances that follow from them, bins, counts and
 * reservations. README.md tells it. A unit's own entries stay the truth of what was restocked; here
 * they are only posted, and posted anew when it turns out later whose the unit is. */
#ifndef OVERSEAS_WAREHOUSE_STOCK_STOCK_H
#define OVERSEAS_WAREHOUSE_STOCK_STOCK_H

#include "overseas-warehouse/business.h"
#include "overseas-warehouse/stock/ledger.h"
#include "overseas-warehouse/view_rows.h"

#define BIN_KEY_BYTES 8 /* of the hash of a bin's name; zeros: in no bin */

/* VIEW_STOCK_BALANCE: merchant, form of the SKU's code, warehouse, bin (8 bytes), account (1),
 * grade (1). The sum of all that was posted; a row that would say zero is none. While nobody knows
 * whose restocked goods are, the merchant is zero. VIEW_STOCK_BY_BIN: warehouse, bin, merchant,
 * form, account, grade. */
#define STOCK_BALANCE_ROW_FIELDS(F, S)                                                             \
    F(S, 1, REQUIRED, sint, pieces, none, STOCK_SUM_MAX)                                           \
    F(S, 2, OPTIONAL, text, bin, none, BIN_BYTES_MAX)                                              \
    F(S, 3, OPTIONAL, text, sku, none, SKU_BYTES_MAX)
SHAPE_DECLARE(stock_balance_row, STOCK_BALANCE_ROW_FIELDS)

/* VIEW_STOCK_FILL: warehouse, bin. What lies in it, of all merchants. */
#define STOCK_FILL_ROW_FIELDS(F, S) F(S, 1, REQUIRED, sint, pieces, none, STOCK_SUM_MAX)
SHAPE_DECLARE(stock_fill_row, STOCK_FILL_ROW_FIELDS)

/* VIEW_STOCK_BIN: warehouse, bin, log. */
#define STOCK_BIN_ROW_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, text, bin, none, BIN_BYTES_MAX)                                              \
    F(S, 2, OPTIONAL, uint, capacity, none, STOCK_PIECES_MAX)                                      \
    F(S, 3, OPTIONAL, uint, closed, none, 1)                                                       \
    F(S, 4, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 5, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 6, OPTIONAL, uint, hlc, none, UINT64_MAX)
SHAPE_DECLARE(stock_bin_row, STOCK_BIN_ROW_FIELDS)

/* VIEW_STOCK_TALLY: warehouse, bin, merchant, form: the last time that somebody counted there. */
#define STOCK_TALLY_ROW_FIELDS(F, S)                                                               \
    F(S, 1, OPTIONAL, uint, hlc, none, UINT64_MAX)                                                 \
    F(S, 2, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 3, OPTIONAL, uint, found, none, STOCK_PIECES_MAX)
SHAPE_DECLARE(stock_tally_row, STOCK_TALLY_ROW_FIELDS)

/* VIEW_STOCK_WRITER: warehouse, log that tells of its stock. VIEW_STOCK_KEEPER: warehouse, node
 * that the membership says keeps it. */
#define STOCK_WRITER_ROW_FIELDS(F, S) F(S, 1, REQUIRED, id, node, none, 0)
SHAPE_DECLARE(stock_writer_row, STOCK_WRITER_ROW_FIELDS)

/* VIEW_STOCK_RECEIPT: warehouse, hlc, posting, log, turn (1): what was handed over to the WMS, and
 * what was taken back of it, in the order in which it was said. */
#define STOCK_HANDED_OVER       0
#define STOCK_TAKEN_BACK        1
#define STOCK_RECEIPT_KEY_BYTES (3 * ID_BYTES + 9)

/* VIEW_STOCK_POSTING: posting, log (zero of a restock, whose id follows from the unit, the
 * warehouse and the cycle). VIEW_STOCK_ENDED: reservation, log that ended it. found, free and
 * reserved: of a count. VIEW_STOCK_BY_TIME: warehouse, hlc counted down, posting, log.
 * VIEW_STOCK_BY_GOODS: merchant, form, hlc counted down, posting. VIEW_STOCK_BY_UNIT: unit,
 * warehouse, cycle. VIEW_STOCK_HELD: merchant, form, warehouse, unit: restocked, and held since. */
#define STOCK_POSTING_ROW_FIELDS(F, S)                                                             \
    F(S, 2, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 3, REQUIRED, choice, act, stock_act, 0)                                                   \
    F(S, 4, OPTIONAL, id, merchant, none, 0)                                                       \
    F(S, 5, OPTIONAL, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 6, REQUIRED, choice, from, stock_account, 0)                                              \
    F(S, 7, REQUIRED, choice, to, stock_account, 0)                                                \
    F(S, 8, OPTIONAL, text, bin, none, BIN_BYTES_MAX)                                              \
    F(S, 9, OPTIONAL, text, to_bin, none, BIN_BYTES_MAX)                                           \
    F(S, 10, OPTIONAL, choice, grade, grade, 0)                                                    \
    F(S, 11, OPTIONAL, choice, to_grade, grade, 0)                                                 \
    F(S, 12, OPTIONAL, uint, pieces, none, STOCK_PIECES_MAX)                                       \
    F(S, 13, OPTIONAL, one, by, actor, 0)                                                          \
    F(S, 14, OPTIONAL, time, at_ms, none, 0)                                                       \
    F(S, 15, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                       \
    F(S, 16, OPTIONAL, text, reference, none, STOCK_REF_BYTES_MAX)                                 \
    F(S, 17, OPTIONAL, id, reservation, none, 0)                                                   \
    F(S, 18, OPTIONAL, time, expires_ms, none, 0)                                                  \
    F(S, 19, OPTIONAL, uint, hlc, none, UINT64_MAX)                                                \
    F(S, 20, OPTIONAL, uint, voided, none, 1)                                                      \
    F(S, 21, OPTIONAL, text, voided_reason, none, REASON_BYTES_MAX)                                \
    F(S, 22, OPTIONAL, uint, found, none, STOCK_PIECES_MAX)                                        \
    F(S, 23, OPTIONAL, sint, free, none, STOCK_SUM_MAX)                                            \
    F(S, 24, OPTIONAL, sint, reserved, none, STOCK_SUM_MAX)                                        \
    F(S, 25, OPTIONAL, id, unit, none, 0)
SHAPE_DECLARE(stock_posting_row, STOCK_POSTING_ROW_FIELDS)

/* Goods of one SKU in one warehouse. The code is copied in its looked-up form, so that it outlives
 * any put and is the same however it was spelled. */
struct stock_goods {
    struct id warehouse, merchant, form;
    uint8_t sku[SKU_BYTES_MAX];
    size_t sku_size;
};
/* One balance of them. */
struct stock_place {
    enum stock_account account;
    uint64_t grade;
    uint8_t bin[BIN_BYTES_MAX];
    size_t bin_size;
};
struct stock_goods stock_goods(const struct desk *desk, const struct id *warehouse,
                               const struct id *merchant, struct span sku);
/* Outside of the pools there are no bins. */
struct stock_place stock_place(enum stock_account account, struct span bin, uint64_t grade);
int64_t stock_pieces(const struct desk *desk, const struct stock_goods *goods,
                     const struct stock_place *place);
struct key stock_bin_key(const struct crypto *crypto, const struct id *warehouse, struct span bin);
/* A key of VIEW_STOCK_BALANCE taken apart again. */
struct stock_at {
    struct id merchant, form, warehouse;
    uint64_t account, grade;
};
bool stock_at_read(struct span key, struct stock_at *at);

/* What can be promised of a SKU: pieces in `sellable` less those of units that are held, and the
 * restock that they may go back to. A walk over as many places as the SKU lies in. */
struct stock_offer {
    int64_t sellable, reserved, held;
    int64_t available; /* never below 0; 0 while a recall stands */
    bool recalled;
};
void stock_offer(const struct desk *desk, const struct stock_goods *goods,
                 struct stock_offer *offer);

/* How long pieces have lain in a place (NULL: of all pools, in the warehouse), by the rule that
 * what came first goes first. Among the SKU's latest postings, so many are looked at. oldest_ms:
 * when the oldest piece came; 0: nothing lies there, or nothing of it came with those. older: it
 * came no later than with what was not looked at. A move into a bin begins the time in that bin
 * anew. */
#define STOCK_AGE_POSTINGS_MAX 128
struct stock_age {
    uint64_t oldest_ms;
    bool older;
};
struct stock_age stock_age(const struct rows *rows, const struct stock_goods *goods,
                           const struct stock_place *place_or_null, int64_t pieces);

/* The posting under its id, and the log that says so. */
struct stock_posting_now {
    struct stock_posting_row row;
    struct id log;
};
bool stock_posting_load(const struct rows *rows, const struct id *posting,
                        struct stock_posting_now *now);
/* Was the reservation released or shipped? */
bool stock_has_ended(const struct rows *rows, const struct id *reservation);
/* The bin's latest word; false: nobody set it up. bin: its key. */
bool stock_bin_latest(const struct rows *rows, const struct key *bin, struct stock_bin_row *row);
bool stock_bin_load(const struct desk *desk, const struct id *warehouse, struct span bin,
                    struct stock_bin_row *row);

void stock_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision);
/* A reservation's time is over. */
void stock_due(const struct desk *desk, uint64_t due_ms, const struct id *posting,
               struct moment *moment, struct decision *decision);
void stock_fold(const struct desk *desk, const struct place *place, enum event_kind kind,
                const union event_body *body);
/* The membership says that the node keeps the warehouse: what others wrote of it is flagged. */
void stock_kept(const struct desk *desk, const struct id *warehouse, const struct id *node);
/* Does the membership, as far as it is known, let the node speak of the warehouse? */
bool stock_is_kept_by(const struct rows *rows, const struct id *warehouse, const struct id *node);
/* A unit was put into VIEW_STOCK then; and what of its postings follows from whose it is and
 * whether it is held. Called by every fold that may change that. */
void stock_restocked(const struct desk *desk, const struct id *unit, const struct id *warehouse,
                     uint64_t cycle, uint64_t at_ms);
void stock_of_unit(const struct desk *desk, const struct id *unit);
void stock_of_return(const struct desk *desk, const struct id *return_id);
void stock_of_removal(const struct desk *desk, const struct id *removal);

/* --- among the files of this room ------------------------------------------------------------- */

/* The log tells of the warehouse's stock. */
void stock_written(const struct desk *desk, const struct place *place, const struct id *warehouse);
/* Moves pieces (below zero: back) from one balance to another. */
void stock_move(const struct desk *desk, const struct stock_goods *goods,
                const struct stock_place *from, const struct stock_place *to, int64_t pieces);
struct key stock_tally_key(const struct crypto *crypto, const struct stock_goods *goods,
                           const struct stock_place *place);
/* The prefix of the goods' balances in their warehouse. */
struct key stock_goods_key(const struct stock_goods *goods);

/* One act that is decided. */
struct stock_step {
    const struct desk *desk;
    const struct command *command;
    struct moment *moment;
    struct decision *decision;
    struct stock_goods goods;
};
/* May the sender know of the merchant's goods? Another's posting is refused like one that there is
 * not. */
bool stock_is_covered(const struct stock_step *step, const struct id *merchant);
bool stock_goods_begin(struct stock_step *step, const struct id *warehouse,
                       const struct id *merchant, struct span sku);
/* Judges it by the balances as they are; voids: when what is taken back was posted (an hlc), or 0.
 * false: refused. */
bool stock_allows(const struct stock_step *step, const struct stock_posted *posted, uint64_t voids);
void stock_reserve(struct stock_step *step);
void stock_end_reservation(struct stock_step *step);

#endif
