#include "node/sheet/stock_csv.h"

#define STOCK_COLUMN_NAME(column, name) (name),
static const char *const names[] = {STOCK_COLUMN_LIST(STOCK_COLUMN_NAME)};

bool stock_csv_begin(struct stock_csv *reader, FILE *from, const struct id *merchant_or_null,
                     void (*tell)(void *world, const struct order_csv_fault *fault), void *world)
{
    struct columns *of = &reader->of;
    memset(reader, 0, sizeof *reader);
    reader->given = merchant_or_null != NULL;
    if (reader->given) reader->merchant = *merchant_or_null;
    of->tell = tell;
    of->world = world;
    columns_begin(of, from, names, STOCK_COLUMNS,
                  reader->given ? STOCK_COLUMN_MERCHANT : COLUMN_NOWHERE,
                  "entrepot stock import --help");
    columns_demand(of, STOCK_COLUMN_SKU, "the first line does not name this column");
    columns_demand(of, STOCK_COLUMN_PIECES, "the first line does not name this column");
    if (!reader->given)
        columns_demand(of, STOCK_COLUMN_MERCHANT,
                       "the first line does not name this column; or give --merchant");
    return of->sound;
}

bool stock_csv_has(const struct stock_csv *reader, enum stock_column column)
{
    return reader->of.at[column] != COLUMN_NOWHERE;
}

/* --- a row ----------------------------------------------------------------------------------- */

static void read_text(struct stock_csv *reader, enum stock_column column, char *to, size_t most)
{
    struct span text = columns_cell(&reader->of, column);
    if (text.size > most) {
        columns_refuse_cell(&reader->of, column, ERROR_OUT_OF_RANGE, "it is too long: shorten it");
        text.size = 0;
    }
    if (text.size > 0) memcpy(to, text.at, text.size);
    to[text.size] = '\0';
}

/* 0: nothing stands there. */
static uint64_t read_word(struct stock_csv *reader, enum stock_column column,
                          const struct words *words, const char *why)
{
    struct span text = columns_cell(&reader->of, column);
    int64_t number = text.size == 0 ? 0 : word_number(words, text);
    if (number < 0 || (number == 0 && text.size > 0))
        columns_refuse_cell(&reader->of, column, ERROR_OUT_OF_RANGE, why);
    return number > 0 ? (uint64_t)number : 0;
}

static void read_merchant(struct stock_csv *reader, struct stock_line *line)
{
    line->merchant = reader->merchant;
    if (reader->given) return;
    if (id_parse(columns_cell(&reader->of, STOCK_COLUMN_MERCHANT), &line->merchant) != OK)
        columns_refuse_cell(&reader->of, STOCK_COLUMN_MERCHANT, ERROR_BAD_ID,
                            "write the merchant's id, as entrepot membership merchants shows it");
}

static void read_row(struct stock_csv *reader, struct stock_line *line)
{
    struct columns *of = &reader->of;
    read_merchant(reader, line);
    read_text(reader, STOCK_COLUMN_SKU, line->sku, SKU_BYTES_MAX);
    read_text(reader, STOCK_COLUMN_BIN, line->bin, BIN_BYTES_MAX);
    read_text(reader, STOCK_COLUMN_REFERENCE, line->reference, STOCK_REF_BYTES_MAX);
    line->account = read_word(reader, STOCK_COLUMN_ACCOUNT, &stock_account_words,
                              "write sellable, unsellable, quarantine or reserved");
    line->grade = read_word(reader, STOCK_COLUMN_GRADE, &grade_words,
                            "write new_sealed, like_new, very_good, good, acceptable or "
                            "unsellable");
    bool counted = columns_number(of, STOCK_COLUMN_PIECES, &line->pieces);
    if (counted && line->pieces > STOCK_PIECES_MAX)
        columns_refuse_cell(of, STOCK_COLUMN_PIECES, ERROR_OUT_OF_RANGE,
                            "no more than 1000000000 pieces");
    if (!of->refused && line->sku[0] == '\0')
        columns_refuse_cell(of, STOCK_COLUMN_SKU, ERROR_MISSING_FIELD, "write the SKU's code");
}

bool stock_csv_next(struct stock_csv *reader, struct stock_line *line)
{
    while (columns_next(&reader->of)) {
        *line = (struct stock_line){.line = reader->of.row.line};
        if (!reader->of.refused) read_row(reader, line);
        if (!reader->of.refused) return true;
    }
    return false;
}
