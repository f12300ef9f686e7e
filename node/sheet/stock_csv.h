/* A CSV file of stock, each row a place and how many pieces lie there: the list that a warehouse
 * opens with, or what its own system says. What cannot be read is told with line, column and
 * remedy, and its row is left out; whether a balance stands is the node's to judge. */
#ifndef NODE_SHEET_STOCK_CSV_H
#define NODE_SHEET_STOCK_CSV_H

#include "node/sheet/columns.h"
#include "proto/records_stock.h"

#define STOCK_COLUMN_LIST(X)                                                                       \
    X(MERCHANT, "merchant")                                                                        \
    X(SKU, "sku")                                                                                  \
    X(ACCOUNT, "account")                                                                          \
    X(BIN, "bin")                                                                                  \
    X(GRADE, "grade")                                                                              \
    X(PIECES, "pieces")                                                                            \
    X(REFERENCE, "reference")
#define STOCK_COLUMN_ENUM(column, name) STOCK_COLUMN_##column,
enum stock_column { STOCK_COLUMN_LIST(STOCK_COLUMN_ENUM) STOCK_COLUMNS };
#undef STOCK_COLUMN_ENUM

struct stock_line {
    uint64_t line; /* of the file */
    struct id merchant;
    uint64_t account, grade; /* 0: not said */
    uint64_t pieces;
    char sku[SKU_BYTES_MAX + 1], bin[BIN_BYTES_MAX + 1], reference[STOCK_REF_BYTES_MAX + 1];
};

struct stock_csv {
    struct columns of;
    bool given;         /* the merchant is, beside the file */
    struct id merchant; /* of all rows then */
};

/* Reads the header. false: it is not usable, and the faults were told; there are no rows then. */
bool stock_csv_begin(struct stock_csv *reader, FILE *from, const struct id *merchant_or_null,
                     void (*tell)(void *world, const struct order_csv_fault *fault), void *world);
/* The next row that can be read. false: none is left. */
bool stock_csv_next(struct stock_csv *reader, struct stock_line *line);
/* Does the file name the column? */
bool stock_csv_has(const struct stock_csv *reader, enum stock_column column);

#endif
