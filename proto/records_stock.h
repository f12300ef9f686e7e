/* Payloads of the stock ledger (库存账): postings from one account to another, counts, voids and
 * bins. All stand in the log of the warehouse's node, and only there. */
#ifndef PROTO_RECORDS_STOCK_H
#define PROTO_RECORDS_STOCK_H

#include "proto/records_goods.h"

/* Pools lie in the warehouse and never owe a piece; the others are outside, and a negative balance
 * there says what came from it. */
#define STOCK_ACCOUNT_LIST(X)                                                                      \
    X(STOCK_SELLABLE, 1, "sellable")                                                               \
    X(STOCK_UNSELLABLE, 2, "unsellable")                                                           \
    X(STOCK_QUARANTINE, 3, "quarantine")                                                           \
    X(STOCK_RESERVED, 4, "reserved")                                                               \
    X(STOCK_FLOOR, 5, "floor") /* units under inspection, which are told one by one */             \
    X(STOCK_WMS, 6, "wms")                                                                         \
    X(STOCK_CARRIER, 7, "carrier")                                                                 \
    X(STOCK_MERCHANT, 8, "merchant")                                                               \
    X(STOCK_SCRAP, 9, "scrap")                                                                     \
    X(STOCK_OPENING, 10, "opening")                                                                \
    X(STOCK_DIFFERENCE, 11, "difference")
#define STOCK_ACT_LIST(X)                                                                          \
    X(STOCK_RESTOCK, 1, "restock") /* a unit's own entry says so */                                \
    X(STOCK_MOVE, 2, "move")       /* put-away too: from no bin into one */                        \
    X(STOCK_REGRADE, 3, "regrade")                                                                 \
    X(STOCK_RESERVE, 4, "reserve")                                                                 \
    X(STOCK_RELEASE, 5, "release")                                                                 \
    X(STOCK_SHIP, 6, "ship")                                                                       \
    X(STOCK_DISCARD, 7, "discard")                                                                 \
    X(STOCK_IMPORT, 8, "import")                                                                   \
    X(STOCK_HAND_OVER, 9, "hand_over") /* to the WMS */                                            \
    X(STOCK_ADJUST, 10, "adjust")                                                                  \
    X(STOCK_COUNT, 11, "count") /* never by a posting: an entry of its own */
#define STOCK_ENUM(name, number, word) name = number,
enum stock_account { STOCK_ACCOUNT_LIST(STOCK_ENUM) STOCK_ACCOUNT_COUNT };
enum stock_act { STOCK_ACT_LIST(STOCK_ENUM) STOCK_ACT_COUNT };
#undef STOCK_ENUM
extern const struct words stock_account_words, stock_act_words;

#define STOCK_PIECES_MAX    1000000000u                  /* of one posting, one bin */
#define STOCK_SUM_MAX       INT64_C(4000000000000000000) /* no balance of postings reaches it */
#define BIN_BYTES_MAX       24
#define STOCK_REF_BYTES_MAX 80

/* reservation: the posting that reserved what is now released or shipped; it ends, whatever is left
 * to give back. expires_ms: of a reservation. */
#define STOCK_POSTED_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, posting, none, 0)                                                        \
    F(S, 2, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 3, REQUIRED, choice, act, stock_act, 0)                                                   \
    F(S, 4, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 5, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 6, REQUIRED, choice, from, stock_account, 0)                                              \
    F(S, 7, REQUIRED, choice, to, stock_account, 0)                                                \
    F(S, 8, OPTIONAL, text, bin, none, BIN_BYTES_MAX)                                              \
    F(S, 9, OPTIONAL, text, to_bin, none, BIN_BYTES_MAX)                                           \
    F(S, 10, OPTIONAL, choice, grade, grade, 0)                                                    \
    F(S, 11, OPTIONAL, choice, to_grade, grade, 0)                                                 \
    F(S, 12, OPTIONAL, uint, pieces, none, STOCK_PIECES_MAX)                                       \
    F(S, 13, REQUIRED, one, by, actor, 0)                                                          \
    F(S, 14, REQUIRED, time, at_ms, none, 0)                                                       \
    F(S, 15, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                       \
    F(S, 16, OPTIONAL, text, reference, none, STOCK_REF_BYTES_MAX)                                 \
    F(S, 17, OPTIONAL, id, reservation, none, 0)                                                   \
    F(S, 18, OPTIONAL, time, expires_ms, none, 0)
SHAPE_DECLARE(stock_posted, STOCK_POSTED_FIELDS)

#define STOCK_BIN_SET_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, text, bin, none, BIN_BYTES_MAX)                                              \
    F(S, 3, OPTIONAL, uint, capacity, none, STOCK_PIECES_MAX) /* 0: no limit */                    \
    F(S, 4, OPTIONAL, uint, closed, none, 1)                                                       \
    F(S, 5, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 6, REQUIRED, time, at_ms, none, 0)
SHAPE_DECLARE(stock_bin_set, STOCK_BIN_SET_FIELDS)

/* What somebody found in a place. free and reserved: what the two balances of the place gain
 * against `difference`. */
#define STOCK_COUNTED_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, posting, none, 0)                                                        \
    F(S, 2, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 3, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 4, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 5, REQUIRED, choice, account, stock_account, 0)                                           \
    F(S, 6, OPTIONAL, text, bin, none, BIN_BYTES_MAX)                                              \
    F(S, 7, OPTIONAL, choice, grade, grade, 0)                                                     \
    F(S, 8, OPTIONAL, uint, found, none, STOCK_PIECES_MAX)                                         \
    F(S, 9, OPTIONAL, sint, free, none, STOCK_SUM_MAX)                                             \
    F(S, 10, OPTIONAL, sint, reserved, none, STOCK_SUM_MAX)                                        \
    F(S, 11, OPTIONAL, uint, contradiction, none, 1)                                               \
    F(S, 12, REQUIRED, one, by, actor, 0)                                                          \
    F(S, 13, REQUIRED, time, at_ms, none, 0)                                                       \
    F(S, 14, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(stock_counted, STOCK_COUNTED_FIELDS)

#define STOCK_VOIDED_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, id, posting, none, 0)                                                        \
    F(S, 2, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 3, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 4, REQUIRED, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(stock_voided, STOCK_VOIDED_FIELDS)

/* --- commands --------------------------------------------------------------------------------- */

/* to: not said, the same as from. to_grade: not said, the grade stays. */
#define STOCK_POST_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, choice, act, stock_act, 0)                                                   \
    F(S, 3, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 4, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 5, REQUIRED, choice, from, stock_account, 0)                                              \
    F(S, 6, OPTIONAL, choice, to, stock_account, 0)                                                \
    F(S, 7, OPTIONAL, text, bin, none, BIN_BYTES_MAX)                                              \
    F(S, 8, OPTIONAL, text, to_bin, none, BIN_BYTES_MAX)                                           \
    F(S, 9, OPTIONAL, choice, grade, grade, 0)                                                     \
    F(S, 10, OPTIONAL, choice, to_grade, grade, 0)                                                 \
    F(S, 11, REQUIRED, uint, pieces, none, STOCK_PIECES_MAX)                                       \
    F(S, 12, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                       \
    F(S, 13, OPTIONAL, text, reference, none, STOCK_REF_BYTES_MAX)
SHAPE_DECLARE(stock_post, STOCK_POST_FIELDS)

/* account: not said, sellable. */
#define STOCK_TALLY_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 4, OPTIONAL, choice, account, stock_account, 0)                                           \
    F(S, 5, OPTIONAL, text, bin, none, BIN_BYTES_MAX)                                              \
    F(S, 6, OPTIONAL, choice, grade, grade, 0)                                                     \
    F(S, 7, OPTIONAL, uint, found, none, STOCK_PIECES_MAX)                                         \
    F(S, 8, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(stock_tally, STOCK_TALLY_FIELDS)

#define STOCK_VOID_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, id, posting, none, 0)                                                        \
    F(S, 3, REQUIRED, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(stock_void, STOCK_VOID_FIELDS)

#define STOCK_BIN_PUT_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, text, bin, none, BIN_BYTES_MAX)                                              \
    F(S, 3, OPTIONAL, uint, capacity, none, STOCK_PIECES_MAX)                                      \
    F(S, 4, OPTIONAL, uint, closed, none, 1)
SHAPE_DECLARE(stock_bin_put, STOCK_BIN_PUT_FIELDS)

/* From one place: the bin and grade that are named, or the first that holds enough. */
#define STOCK_KEEP_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 4, REQUIRED, uint, pieces, none, STOCK_PIECES_MAX)                                        \
    F(S, 5, REQUIRED, time, expires_ms, none, 0)                                                   \
    F(S, 6, REQUIRED, text, reference, none, STOCK_REF_BYTES_MAX) /* the order or exchange */      \
    F(S, 7, OPTIONAL, text, bin, none, BIN_BYTES_MAX)                                              \
    F(S, 8, OPTIONAL, choice, grade, grade, 0)
SHAPE_DECLARE(stock_keep, STOCK_KEEP_FIELDS)

/* to: carrier or merchant ships it, sellable (not said) or quarantine releases it. */
#define STOCK_END_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, id, reservation, none, 0)                                                    \
    F(S, 3, OPTIONAL, choice, to, stock_account, 0)                                                \
    F(S, 4, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(stock_end, STOCK_END_FIELDS)

#endif
