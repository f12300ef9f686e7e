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

enum order_cell { CELL_TEXT, CELL_WHOLE, CELL_AMOUNT, CELL_PERCENT, CELL_MOMENT };

/* X(COLUMN, name, its other name or the same, must be there, list of the JSON body, member, what a
 * cell holds). Under their other names amounts are minor units and percents basis points. */
#define ORDER_COLUMN_LIST(X)                                                                       \
    X(MERCHANT, "merchant", "merchant", true, "", "merchant", TEXT)                                \
    X(REFERENCE, "reference", "reference", true, "", "reference", TEXT)                            \
    X(CURRENCY, "currency", "currency", true, "", "currency", TEXT)                                \
    X(SOLD, "sold_at", "sold_ms", true, "", "sold_ms", MOMENT)                                     \
    X(TOTAL, "total", "total_minor", false, "", "total_minor", AMOUNT)                             \
    X(FREIGHT, "freight", "freight_minor", false, "", "freight_minor", AMOUNT)                     \
    X(DISCOUNT, "discount", "discount_minor", false, "", "discount_minor", AMOUNT)                 \
    X(SHIP_FROM, "ship_from", "ship_from", false, "", "ship_from", TEXT)                           \
    X(SHIP_TO, "ship_to", "ship_to", false, "", "ship_to", TEXT)                                   \
    X(INBOUND, "inbound", "inbound", false, "", "inbound", TEXT)                                   \
    X(OUTBOUND, "outbound", "outbound", false, "", "outbound", TEXT)                               \
    X(BUYER, "buyer", "buyer", false, "", "buyer", TEXT)                                           \
    X(DELIVERED, "delivered_at", "delivered_ms", false, "", "delivered_ms", MOMENT)                \
    X(SKU, "sku", "sku", true, "lines", "sku", TEXT)                                               \
    X(NAME, "name", "name", false, "lines", "name", TEXT)                                          \
    X(QUANTITY, "quantity", "quantity", true, "lines", "quantity", WHOLE)                          \
    X(PRICE, "price", "price_minor", true, "lines", "price_minor", AMOUNT)                         \
    X(TAX, "tax", "tax_minor", false, "lines", "tax_minor", AMOUNT)                                \
    X(TAX_RATE, "tax_percent", "tax_bp", false, "lines", "tax_bp", PERCENT)                        \
    X(LOT, "lot", "lot", false, "lines", "lot", TEXT)                                              \
    X(PROVIDER, "payment_provider", "payment_provider", true, "payments", "provider", TEXT)        \
    X(PAYMENT, "payment_reference", "payment_reference", true, "payments", "reference", TEXT)      \
    X(CAPTURED, "captured", "captured_minor", true, "payments", "captured_minor", AMOUNT)          \
    X(EXECUTOR, "payment_executor", "payment_executor", false, "payments", "executor", TEXT)       \
    X(MANDATE_BUYER, "payment_mandate_buyer", "payment_mandate_buyer", false, "payments",          \
      "mandate_buyer", TEXT)                                                                       \
    X(MANDATE_METHOD, "payment_mandate_method", "payment_mandate_method", false, "payments",       \
      "mandate_method", TEXT)

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
    char head[COLUMN_DELIVERED + 1][CSV_FIELD_BYTES_MAX + 1]; /* its first row's, as they stand */
    int64_t number[ORDER_COLUMNS]; /* what the cells of this row, or of the first, come to */
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
