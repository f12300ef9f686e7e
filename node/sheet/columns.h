/* A CSV file each of whose rows is a record by itself: reads the names of its columns and hands on
 * a row at a time, by column. What cannot be read is told with line, column and remedy, and its row
 * is left out. */
#ifndef NODE_SHEET_COLUMNS_H
#define NODE_SHEET_COLUMNS_H

#include "node/sheet/order_csv.h"

#define COLUMNS_MAX    32
#define COLUMN_NOWHERE SIZE_MAX

struct columns {
    struct csv csv;
    struct csv_row row;
    const char *const *names;
    size_t count;
    const char *help;       /* where the columns are told: "entrepot sku import --help" */
    bool sound;             /* the header is */
    size_t width;           /* fields of the header */
    size_t at[COLUMNS_MAX]; /* of each name; COLUMN_NOWHERE: it is not there */
    bool refused;           /* the row under way */
    void (*tell)(void *world, const struct order_csv_fault *fault);
    void *world;
};

/* Reads the header: sound unless it names a column that there is not, or one twice. given: the
 * column that is told beside the file, and may not stand in it; COLUMN_NOWHERE: none is. */
void columns_begin(struct columns *columns, FILE *from, const char *const *names, size_t count,
                   size_t given, const char *help);
/* The header must name it. */
void columns_demand(struct columns *columns, size_t column, const char *why);
/* The next row; refused: it cannot be read, and that was told. false: none is left. */
bool columns_next(struct columns *columns);
/* Without the blanks around it; empty: nothing stands there. */
struct span columns_cell(const struct columns *columns, size_t column);
/* A whole number of up to fifteen digits. false: it is none, and that was told. */
bool columns_number(struct columns *columns, size_t column, uint64_t *number);
/* Tells that the row, or the header, cannot be read; answers false. */
__attribute__((format(printf, 5, 6))) bool columns_refuse(struct columns *columns, uint64_t line,
                                                          enum error error, struct span column,
                                                          const char *form, ...);
/* The same about a cell of the row. */
bool columns_refuse_cell(struct columns *columns, size_t column, enum error error, const char *why);
/* A stranger's word, cut where it is long, never within a character. */
void columns_show(struct span text, char to[ORDER_CSV_WORD_BYTES]);

#endif
