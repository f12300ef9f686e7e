/* The rules of a warehouse's double entry: which account may give to which by what act, what a
 * bin's state and a hold refuse, what a count posts, and when an act can be voided. Pure: balances
 * come in as values, and nothing here stores or reads a row. */
#ifndef OVERSEAS_WAREHOUSE_STOCK_LEDGER_H
#define OVERSEAS_WAREHOUSE_STOCK_LEDGER_H

#include "proto/records_stock.h"

enum stock_refusal {
    STOCK_ALLOWED,
    STOCK_NO_PIECES,    /* none, or more than can be */
    STOCK_NO_SUCH_WAY,  /* no act of that name leads from the one account to the other */
    STOCK_SAME_PLACE,   /* a move that moves nothing */
    STOCK_HELD,         /* a hold or a recall stands */
    STOCK_BIN_EMPTY,    /* fewer lie there than are taken */
    STOCK_BIN_FULL,     /* more than the bin's capacity */
    STOCK_COUNTED_SINCE /* a void, and the place was counted after the act */
};

struct stock_posting {
    enum stock_act act;
    enum stock_account from, to;
    bool same_bin;
    uint64_t pieces;
};

/* As they are before the posting. */
struct stock_facts {
    int64_t from_pieces;
    uint64_t bin_pieces, bin_capacity; /* of the bin it goes to; capacity 0: there is no limit */
    uint32_t holds;                    /* bits of what stands on the goods; recalls included */
    bool counted_since;                /* of either place, after the act that is voided */
};

bool stock_is_pool(enum stock_account account);
/* Of two reasons the first of the list is told. */
enum stock_refusal stock_judge(const struct stock_posting *posting,
                               const struct stock_facts *facts);
/* The reverse of an act: facts are those of now, of the reverse. */
struct stock_posting stock_reverse(const struct stock_posting *posting);
enum stock_refusal stock_judge_void(const struct stock_posting *posting,
                                    const struct stock_facts *facts);
/* The field of a command that a refusal is about, and the rule's name. */
const char *stock_refusal_field(enum stock_refusal refusal);
const char *stock_refusal_rule(enum stock_refusal refusal);

/* What a count of a place posts against `difference`: never refused. What is missing is taken from
 * the free pieces before the reserved ones. */
struct stock_found {
    int64_t free, reserved; /* to be added to the two balances */
    bool contradiction;     /* goods are there, though the book says none */
};
struct stock_found stock_count(int64_t free, int64_t reserved, uint64_t found);
/* The pieces that a release posts back of so many reserved: those of it that were not counted away;
 * the reservation ends either way. */
uint64_t stock_releasable(uint64_t wanted, int64_t reserved);

#endif
