/* A provider's settlement file held against this node's refunds, and against what it knows of
 * refunds and chargebacks that others made: every difference is told, each once. Pure: lines,
 * refunds and three indexes lie in the caller's memory, nothing is allocated, and the time it takes
 * grows as sorting does.
 *
 * A line is about the refund whose slot's key it bears, when this has the line's reference too;
 * else about the one that has its reference; else about the one whose key it bears. The file should
 * show each refund that was sent to the provider, is settled here and was intended in the period:
 * so files of consecutive periods ask for every refund once. Lines of refunds intended outside of
 * the period are judged as all others. */
#ifndef OVERSEAS_WAREHOUSE_PAYMENT_SETTLEMENT_H
#define OVERSEAS_WAREHOUSE_PAYMENT_SETTLEMENT_H

#include "proto/id.h"
#include "proto/words.h"

#define SETTLEMENT_ROWS_MAX   1000000u /* refunds, here and in a file */
#define SETTLEMENT_SAID_BYTES 160

/* X(kind, word, what a person reads) */
#define DIFFERENCE_LIST(X)                                                                         \
    X(NOT_HERE, "not_here", "refunded or charged back there, and nothing is known of it here")     \
    X(NOT_THERE, "not_there", "paid here in the period, and not in the file")                      \
    X(AMOUNT, "amount", "another amount")                                                          \
    X(CURRENCY, "currency", "another currency")                                                    \
    X(PAID_THERE, "paid_there", "paid there, and failed or not settled here")                      \
    X(FAILED_THERE, "failed_there", "failed there, and settled or open here")                      \
    X(TWICE, "twice", "paid there more than once")                                                 \
    X(OTHER_PAYMENT, "other_payment", "made of another payment than the slot's")                   \
    X(OTHER_SLOT, "other_slot", "bears the key of another slot")                                   \
    X(OTHER_REFERENCE, "other_reference", "the slot is paid there by another refund than here")

#define DIFFERENCE_ENUM(kind, word, text) DIFFERENCE_##kind,
enum difference_kind { DIFFERENCE_LIST(DIFFERENCE_ENUM) DIFFERENCE_COUNT };
#undef DIFFERENCE_ENUM

const char *difference_word(enum difference_kind kind);
const char *difference_text(enum difference_kind kind);

/* A refund or a dispute as the file shows it. Texts are the caller's. */
struct settlement_line {
    uint64_t at;           /* line of the file, from 1; ascending */
    struct span reference; /* the provider's id of the refund; not empty */
    struct span key;       /* of the slot, in the refund's metadata; empty: it bears none */
    struct span payment;   /* the provider's id of the payment */
    int64_t amount_minor;  /* without a sign */
    uint64_t created_ms;
    uint16_t currency; /* ISO 4217, numeric */
    bool failed;       /* the money came back */
    bool dispute;
    /* What settlement_compare finds out. */
    bool group_failed, last_word;
    uint32_t refund;
    uint64_t first_at;
};

/* A refund as this node has it, or what it knows of one that others made, or of a chargeback: the
 * latter two bear no key, and stand as settled, or as failed when the money came back. */
struct settlement_refund {
    struct id slot;
    struct span reference; /* empty: none is known */
    struct span key, payment;
    int64_t amount_minor;
    uint64_t intended_ms, moved_ms;
    enum refund_state state;
    uint16_t currency;
    bool sent;      /* the provider was called, or is known to have it */
    bool elsewhere; /* not by this node */
    bool dispute, won;
    bool charge; /* a new one, which takes money: nothing of it is compared */
    /* What settlement_compare finds out. */
    bool seen;
    uint64_t paid_at; /* the line that counts as its payment; 0: none */
};

struct difference {
    enum difference_kind kind;
    const struct settlement_line *line;     /* NULL: it is not in the file */
    const struct settlement_refund *refund; /* NULL: it is not here */
    uint64_t first_at;                      /* of what is there twice: the line before; 0: none */
    uint64_t to_ms;                         /* the period's end */
};

struct settlement {
    struct settlement_line *lines; /* in the order of the file */
    size_t lines_count;
    struct settlement_refund *refunds; /* of this provider, and all of them */
    size_t refunds_count;
    uint64_t from_ms, to_ms;  /* the period: from, and up to but without to */
    uint32_t *lines_by_ref;   /* room for lines_count */
    uint32_t *refunds_by_ref; /* room for refunds_count */
    uint32_t *refunds_by_key; /* room for refunds_count */
    void (*tell)(void *world, const struct difference *difference);
    void *world;
};

/* Tells the differences of lines in the order of the file, and then what is not there in the order
 * of the refunds; answers how many. */
uint64_t settlement_compare(struct settlement *settlement);

/* What was expected there, and what was found, for a person. */
void difference_say(const struct difference *difference, char expected[SETTLEMENT_SAID_BYTES],
                    char found[SETTLEMENT_SAID_BYTES]);

#endif
