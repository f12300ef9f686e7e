/* The ways of the ledger, as a table, and the checks before a posting. */
#include "overseas-warehouse/stock/ledger.h"

#include "proto/bugs.h"

#define ON(account)  (1u << STOCK_##account)
#define IN_WAREHOUSE (ON(SELLABLE) | ON(UNSELLABLE) | ON(QUARANTINE))

/* An act leads from any account of the one set to any of the other. */
static const struct way {
    uint32_t from, to;
    bool within; /* both are the same pool */
} ways[STOCK_ACT_COUNT] = {
    [STOCK_RESTOCK] = {ON(FLOOR), IN_WAREHOUSE, false},
    [STOCK_MOVE] = {IN_WAREHOUSE | ON(RESERVED), IN_WAREHOUSE | ON(RESERVED), true},
    [STOCK_REGRADE] = {IN_WAREHOUSE, IN_WAREHOUSE, false},
    [STOCK_RESERVE] = {ON(SELLABLE), ON(RESERVED), false},
    [STOCK_RELEASE] = {ON(RESERVED), ON(SELLABLE) | ON(QUARANTINE), false},
    [STOCK_SHIP] = {ON(RESERVED), ON(CARRIER) | ON(MERCHANT), false},
    [STOCK_DISCARD] = {ON(UNSELLABLE) | ON(QUARANTINE), ON(SCRAP), false},
    [STOCK_IMPORT] = {ON(OPENING), IN_WAREHOUSE, false},
    [STOCK_HAND_OVER] = {ON(SELLABLE), ON(WMS), false},
    [STOCK_ADJUST] = {IN_WAREHOUSE | ON(DIFFERENCE), IN_WAREHOUSE | ON(DIFFERENCE), false},
};

bool stock_is_pool(enum stock_account account)
{
    return account >= STOCK_SELLABLE && account <= STOCK_RESERVED;
}

static bool leads(const struct stock_posting *posting)
{
    if (posting->act < STOCK_RESTOCK || posting->act >= STOCK_ACT_COUNT) return false;
    if (posting->from < STOCK_SELLABLE || posting->from >= STOCK_ACCOUNT_COUNT) return false;
    if (posting->to < STOCK_SELLABLE || posting->to >= STOCK_ACCOUNT_COUNT) return false;
    const struct way *way = &ways[posting->act];
    if ((way->from >> posting->from & 1) == 0 || (way->to >> posting->to & 1) == 0) return false;
    if (way->within != (posting->from == posting->to)) return false;
    return posting->act != STOCK_ADJUST || posting->from == STOCK_DIFFERENCE ||
           posting->to == STOCK_DIFFERENCE;
}

/* What is held may be set aside, thrown away or looked for; it is never offered, given or sent. A
 * move from bin to bin offers nothing. */
static bool offers(const struct stock_posting *posting)
{
    if (posting->act == STOCK_MOVE) return false;
    return posting->to == STOCK_SELLABLE || posting->to == STOCK_RESERVED ||
           posting->to == STOCK_WMS || posting->to == STOCK_CARRIER;
}

static enum stock_refusal judge_places(const struct stock_posting *posting,
                                       const struct stock_facts *facts)
{
    if (stock_is_pool(posting->from) && !BUG(stock_overdrawn) &&
        (facts->from_pieces < 0 || (uint64_t)facts->from_pieces < posting->pieces))
        return STOCK_BIN_EMPTY;
    if (!stock_is_pool(posting->to) || facts->bin_capacity == 0 || posting->same_bin ||
        BUG(bin_overfilled))
        return STOCK_ALLOWED;
    bool fits = facts->bin_pieces <= facts->bin_capacity &&
                posting->pieces <= facts->bin_capacity - facts->bin_pieces;
    return fits ? STOCK_ALLOWED : STOCK_BIN_FULL;
}

enum stock_refusal stock_judge(const struct stock_posting *posting, const struct stock_facts *facts)
{
    if (posting->pieces == 0 || posting->pieces > STOCK_PIECES_MAX) return STOCK_NO_PIECES;
    if (!leads(posting)) return STOCK_NO_SUCH_WAY;
    if (posting->act == STOCK_MOVE && posting->same_bin) return STOCK_SAME_PLACE;
    if (facts->holds != 0 && offers(posting)) return STOCK_HELD;
    return judge_places(posting, facts);
}

struct stock_posting stock_reverse(const struct stock_posting *posting)
{
    struct stock_posting reverse = *posting;
    reverse.from = posting->to;
    reverse.to = posting->from;
    return reverse;
}

enum stock_refusal stock_judge_void(const struct stock_posting *posting,
                                    const struct stock_facts *facts)
{
    struct stock_posting reverse = stock_reverse(posting);
    if (!leads(posting)) return STOCK_NO_SUCH_WAY;
    if (facts->holds != 0 && offers(&reverse)) return STOCK_HELD;
    if (facts->counted_since) return STOCK_COUNTED_SINCE;
    return judge_places(&reverse, facts);
}

const char *stock_refusal_field(enum stock_refusal refusal)
{
    static const char *const fields[] = {"",     "pieces", "to",     "to_bin",
                                         "unit", "pieces", "to_bin", "act"};
    return (unsigned)refusal <= STOCK_COUNTED_SINCE ? fields[refusal] : "";
}

const char *stock_refusal_rule(enum stock_refusal refusal)
{
    static const char *const rules[] = {"allowed", "no_pieces", "no_such_way", "same_place",
                                        "held",    "bin_empty", "bin_full",    "counted_since"};
    return (unsigned)refusal <= STOCK_COUNTED_SINCE ? rules[refusal] : "";
}

static int64_t none_below(int64_t pieces)
{
    return pieces < 0 ? 0 : pieces;
}

struct stock_found stock_count(int64_t free, int64_t reserved, uint64_t found)
{
    int64_t there = found > STOCK_PIECES_MAX ? (int64_t)STOCK_PIECES_MAX : (int64_t)found;
    int64_t kept = none_below(reserved) < there ? none_below(reserved) : there;
    return (struct stock_found){
        .free = there - kept - free,
        .reserved = kept - reserved,
        .contradiction = there > 0 && none_below(free) == 0 && none_below(reserved) == 0,
    };
}

uint64_t stock_releasable(uint64_t wanted, int64_t reserved)
{
    uint64_t left = (uint64_t)none_below(reserved);
    return wanted < left ? wanted : left;
}
