/* From the rows of a CSV file to orders, each as the JSON line that the bulk import takes: the one
 * place that knows the columns. It reads amounts and dates exactly, gathers the rows of one order,
 * and refuses what it cannot read with line, column and remedy; whether an order stands is the
 * node's to judge. It speaks to nobody: faults go to `tell`.
 *
 * An order is sent whole or not at all: a row that cannot be read has its order left out, and where
 * nobody can know whose row it is, the orders beside it. */
#ifndef NODE_SHEET_ORDER_CSV_H
#define NODE_SHEET_ORDER_CSV_H

#include "node/sheet/csv.h"
#include "proto/json.h"
#include "proto/records_money.h"

#define ORDER_CSV_BYTES_MAX  (60u * 1024) /* of an order's JSON line */
#define ORDER_CSV_FAULTS_MAX 40u          /* told of one order */
#define ORDER_CSV_WORD_BYTES 72           /* of a stranger's word that is shown */

/* X(COLUMN, name, its other name or the same, must be there, list of the JSON body, member) */
#define ORDER_COLUMN_LIST(X)                                                                       \
    X(MERCHANT, "merchant", "merchant", true, "", "merchant")                                      \
    X(REFERENCE, "reference", "reference", true, "", "reference")                                  \
    X(CURRENCY, "currency", "currency", true, "", "currency")                                      \
    X(SOLD, "sold_at", "sold_ms", true, "", "sold_ms")                                             \
    X(SKU, "sku", "sku", true, "lines", "sku")                                                     \
    X(NAME, "name", "name", false, "lines", "name")                                                \
    X(QUANTITY, "quantity", "quantity", true, "lines", "quantity")                                 \
    X(PRICE, "price", "price_minor", true, "lines", "price_minor")                                 \
    X(PROVIDER, "payment_provider", "payment_provider", true, "payments", "provider")              \
    X(PAYMENT, "payment_reference", "payment_reference", true, "payments", "reference")            \
    X(CAPTURED, "captured", "captured_minor", true, "payments", "captured_minor")

#define ORDER_COLUMN_ENUM(column, ...) COLUMN_##column,
enum order_column { ORDER_COLUMN_LIST(ORDER_COLUMN_ENUM) ORDER_COLUMNS };
#undef ORDER_COLUMN_ENUM

struct order_csv_fault {
    uint64_t line; /* of the file */
    enum error error;
    char column[ORDER_CSV_WORD_BYTES];    /* as the file names it; "": none */
    char reference[ORDER_CSV_WORD_BYTES]; /* of the order, when it is known */
    char detail[2 * CSV_FAULT_BYTES];
};

/* Where an order stands in the file, to say later what the node found wrong with it. */
struct order_csv_place {
    char reference[ORDER_CSV_WORD_BYTES]; /* as it is shown; "": not known */
    uint64_t line;
    uint64_t lines[ORDER_LINES_MAX], payments[ORDER_PAYMENTS_MAX];
};

struct order_csv {
    struct csv csv;
    struct csv_row row; /* the next one */
    bool has_row;
    const char *merchant; /* of all orders; NULL: a column names it */
    size_t columns;       /* of the header */
    size_t at[ORDER_COLUMNS];
    const char *name[ORDER_COLUMNS]; /* as the header has it */
    void (*tell)(void *world, const struct order_csv_fault *fault);
    void *world;

    /* The order under way. */
    bool refused;
    bool known;    /* its reference is */
    bool has_head; /* its first row could be read */
    unsigned faults;
    uint64_t doubt; /* the line of a row that may be part of the next order; 0: none */
    const struct currency *currency;
    uint64_t sold_ms;
    char head[COLUMN_SOLD + 1][CSV_FIELD_BYTES_MAX + 1]; /* its first row's, as they stand */
    struct json_out lines, payment[ORDER_PAYMENTS_MAX], json;
    uint32_t lines_count, payments_count;
    struct order_csv_place place;
};

/* Reads the header. false: it is not usable, and the faults were told. Every other function may be
 * called all the same; there are no orders then. */
bool order_csv_begin(struct order_csv *reader, FILE *from, const char *merchant_or_null,
                     void (*tell)(void *world, const struct order_csv_fault *fault), void *world);
/* The next order. false: none is left. *json is empty when the order is left out; it is the
 * reader's until the next call. A row that belongs to no known order counts as one left out, so the
 * number of an order follows from the file alone. */
bool order_csv_next(struct order_csv *reader, struct span *json, struct order_csv_place *place);
void order_csv_end(struct order_csv *reader);

/* What a pointer into an order's JSON ("/lines/2/quantity") means in the file. *column: NULL when
 * it means no column. */
void order_csv_locate(const struct order_csv *reader, const struct order_csv_place *place,
                      struct span pointer, uint64_t *line, const char **column);

#endif
