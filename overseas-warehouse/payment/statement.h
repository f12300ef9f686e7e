/* Providers' settlement reports, whose columns are a row of a table each: found by their names, in
 * whatever order, those that are not known passed over. Pure: the fields of one record in, one line
 * of a settlement out, whose texts lie in the fields. What is not understood is refused with its
 * column and a rule's name. */
#ifndef OVERSEAS_WAREHOUSE_PAYMENT_STATEMENT_H
#define OVERSEAS_WAREHOUSE_PAYMENT_STATEMENT_H

#include "overseas-warehouse/payment/settlement.h"
#include "proto/records_money.h"

enum statement_field {
    STATEMENT_CREATED,      /* UTC, where no zone stands in it or beside it */
    STATEMENT_ZONE,         /* by its letters: CET */
    STATEMENT_CATEGORY,     /* what the line is about */
    STATEMENT_REFERENCE,    /* the provider's id of the refund or the dispute */
    STATEMENT_PAYMENT,      /* and of the payment */
    STATEMENT_KEY,          /* our slot's key, in the refund's metadata */
    STATEMENT_CURRENCY,     /* of the account's balance, or of the payment */
    STATEMENT_AMOUNT,       /* in it, below zero for money that left */
    STATEMENT_SIDE,         /* without a sign in the amount: DR for money that left, or CR */
    STATEMENT_DEBIT,        /* in place of the amount: what left, or */
    STATEMENT_CREDIT,       /* what came */
    STATEMENT_OWN_CURRENCY, /* what the buyer was paid in, where that is another one */
    STATEMENT_OWN_AMOUNT,
    STATEMENT_FIELD_COUNT
};

struct statement_layout {
    const char *provider; /* as payments and the configuration name it */
    const char *title;    /* the report, as the provider calls it */
    struct {
        const char *name;
        bool needed;
    } columns[STATEMENT_FIELD_COUNT];
    /* The categories that are about refunds and disputes. failed NULL: the same as paid, with money
     * that came. lost and won NULL: the report names disputes by no id that is known elsewhere.
     * second: a further dispute of the payment, under the id of the first one. */
    const char *paid, *failed, *lost, *won, *second;
    /* Of a report in several parts: how the line of the columns' names begins, and how each record
     * does; all others are passed over. NULL: every line counts, the first names the columns. */
    const char *head, *body;
    bool hundredths; /* amounts are whole numbers of them, whatever the currency */
};
extern const struct statement_layout *const statement_layouts; /* all of them */
extern const size_t statement_layouts_count;
/* NULL: there is no report of this provider in the table. */
const struct statement_layout *statement_by_provider(struct span provider);

/* X(rule, name, what a person reads) */
#define STATEMENT_RULE_LIST(X)                                                                     \
    X(STATEMENT_COLUMN_MISSING, "settlement.column_missing", "the report lacks this column")       \
    X(STATEMENT_COLUMN_TWICE, "settlement.column_twice", "the report has this column twice")       \
    X(STATEMENT_WIDTH, "settlement.width", "the line has more or fewer fields than the first one") \
    X(STATEMENT_TIME, "settlement.time", "a moment is wanted, as 2026-11-02 10:00:00")             \
    X(STATEMENT_NO_ZONE, "settlement.zone", "the letters of a zone are wanted: UTC, CET, PST")     \
    X(STATEMENT_NO_SIDE, "settlement.side", "DR or CR is wanted, or one of debit and credit")      \
    X(STATEMENT_NO_REFERENCE, "settlement.reference",                                              \
      "the refund's or dispute's id, of 96 bytes at most")                                         \
    X(STATEMENT_NO_PAYMENT, "settlement.payment", "the payment's id, of 64 bytes at most")         \
    X(STATEMENT_NO_KEY, "settlement.key", "a slot's key, of 40 bytes at most, or nothing")         \
    X(STATEMENT_NO_CURRENCY, "settlement.currency", "the letters of a currency are wanted")        \
    X(STATEMENT_NO_AMOUNT, "settlement.amount",                                                    \
      "a number is wanted, exact in the currency, in the form of this report")                     \
    X(STATEMENT_SIGN, "settlement.sign",                                                           \
      "a refund or a dispute is below zero, one that failed or was won above it")

#define STATEMENT_RULE_ENUM(rule, name, text) rule,
enum statement_rule { STATEMENT_RULE_LIST(STATEMENT_RULE_ENUM) STATEMENT_RULE_COUNT };
#undef STATEMENT_RULE_ENUM
const char *statement_rule_name(enum statement_rule rule);
const char *statement_rule_text(enum statement_rule rule);

struct statement_fault {
    enum statement_rule rule;
    const char *column; /* NULL: none in particular */
};

struct statement {
    const struct statement_layout *layout;
    size_t width;
    size_t place[STATEMENT_FIELD_COUNT]; /* from 1; 0: the report has none */
    char room[PROVIDER_REF_BYTES_MAX];   /* of the latest record's reference */
};
/* Is it the line of the columns' names, one of a record, or neither? */
enum statement_part { STATEMENT_HEAD, STATEMENT_BODY, STATEMENT_ASIDE };
/* begun: the columns' names were read. */
enum statement_part statement_part(const struct statement_layout *layout, bool begun,
                                   const struct span *fields, size_t count);
/* The record of the columns' names. false: refused, see *fault. */
bool statement_begin(struct statement *statement, const struct statement_layout *layout,
                     const struct span *fields, size_t count, struct statement_fault *fault);

enum statement_said {
    STATEMENT_REFUND, /* or a dispute */
    STATEMENT_OTHER,  /* it is about neither: only line->created_ms is filled */
    STATEMENT_REFUSED
};
/* Fills all but line->at. The line's texts lie in the fields and in the statement. */
enum statement_said statement_read(struct statement *statement, const struct span *fields,
                                   size_t count, struct settlement_line *line,
                                   struct statement_fault *fault);

#endif
