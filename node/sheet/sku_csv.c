#include "node/sheet/sku_csv.h"

#define SKU_COLUMN_ROW(column, name, form, member) {(name), (member), (form)},
static const struct {
    const char *name, *member;
    enum sku_form form;
} columns[] = {SKU_COLUMN_LIST(SKU_COLUMN_ROW)};

#define SKU_COLUMN_NAME(column, name, ...) (name),
static const char *const names[] = {SKU_COLUMN_LIST(SKU_COLUMN_NAME)};

bool sku_csv_begin(struct sku_csv *reader, FILE *from, const char *merchant_or_null,
                   void (*tell)(void *world, const struct order_csv_fault *fault), void *world)
{
    struct columns *of = &reader->of;
    memset(reader, 0, sizeof *reader);
    reader->merchant = merchant_or_null;
    of->tell = tell;
    of->world = world;
    columns_begin(of, from, names, SKU_COLUMNS,
                  merchant_or_null != NULL ? SKU_COLUMN_MERCHANT : COLUMN_NOWHERE,
                  "entrepot sku import --help");
    columns_demand(of, SKU_COLUMN_CODE, "the first line does not name this column");
    if (merchant_or_null == NULL)
        columns_demand(of, SKU_COLUMN_MERCHANT,
                       "the first line does not name this column; or give the merchant beside");
    return of->sound;
}

/* --- a row ----------------------------------------------------------------------------------- */

static struct span cell(const struct sku_csv *reader, size_t column)
{
    if (column == SKU_COLUMN_MERCHANT && reader->merchant != NULL)
        return span_text(reader->merchant);
    return columns_cell(&reader->of, column);
}

static void put_number(struct sku_csv *reader, size_t column)
{
    uint64_t number;
    if (columns_number(&reader->of, column, &number))
        json_put_uint(&reader->json, columns[column].member, number);
}

/* Takes what stands before the next bar. */
static bool next_part(struct span *left, char mark, struct span *part)
{
    if (left->size == 0) return false;
    const uint8_t *bar = memchr(left->at, mark, left->size);
    size_t size = bar == NULL ? left->size : (size_t)(bar - left->at);
    *part = csv_trimmed(span_of(left->at, size));
    size_t step = bar == NULL ? size : size + 1;
    *left = span_of(left->at + step, left->size - step);
    return true;
}

static void put_checks(struct sku_csv *reader, size_t column, struct span left)
{
    struct span item, name;
    json_open(&reader->json, columns[column].member, '[');
    while (next_part(&left, '|', &item)) {
        json_open(&reader->json, NULL, '{');
        if (next_part(&item, '=', &name) && name.size > 0)
            json_put_text(&reader->json, "name_en", name);
        name = csv_trimmed(item);
        if (name.size > 0) json_put_text(&reader->json, "name_zh", name);
        json_close(&reader->json, '}');
    }
    json_close(&reader->json, ']');
}

static void put_aliases(struct sku_csv *reader)
{
    struct span part;
    bool any = false;
    for (size_t i = 0; i < SKU_COLUMNS; i++) {
        struct span left = columns[i].form == SKU_ALIAS ? cell(reader, i) : span_of("", 0);
        while (next_part(&left, '|', &part)) {
            if (!any) json_open(&reader->json, "aliases", '[');
            any = true;
            json_open(&reader->json, NULL, '{');
            json_put_text(&reader->json, "kind", span_text(columns[i].member));
            json_put_text(&reader->json, "code", part);
            json_close(&reader->json, '}');
        }
    }
    if (any) json_close(&reader->json, ']');
}

static void put_row(struct sku_csv *reader)
{
    json_open(&reader->json, NULL, '{');
    for (size_t i = 0; i < SKU_COLUMNS; i++) {
        struct span text = cell(reader, i);
        if (text.size == 0) continue;
        if (columns[i].form == SKU_TEXT)
            json_put_text(&reader->json, columns[i].member, text);
        else if (columns[i].form == SKU_NUMBER)
            put_number(reader, i);
        else if (columns[i].form == SKU_CHECKS)
            put_checks(reader, i, text);
    }
    put_aliases(reader);
    json_close(&reader->json, '}');
}

bool sku_csv_next(struct sku_csv *reader, struct span *json, struct order_csv_place *place)
{
    *json = span_of("", 0);
    if (!columns_next(&reader->of)) return false;
    json_out_free(&reader->json);
    *place = (struct order_csv_place){.line = reader->of.row.line};
    columns_show(cell(reader, SKU_COLUMN_CODE), place->reference);
    if (!reader->of.refused) put_row(reader);
    if (!reader->of.refused) *json = span_of(reader->json.at, reader->json.used);
    return true;
}

void sku_csv_end(struct sku_csv *reader)
{
    json_out_free(&reader->json);
}

const char *sku_csv_column(const struct sku_csv *reader, struct span pointer)
{
    if (pointer.size < 2 || pointer.at[0] != '/') return NULL;
    struct span left = span_of(pointer.at + 1, pointer.size - 1), first;
    if (!next_part(&left, '/', &first)) return NULL;
    for (size_t i = 0; i < SKU_COLUMNS; i++)
        if (reader->of.at[i] != COLUMN_NOWHERE && span_equal(span_text(columns[i].member), first))
            return names[i];
    return NULL;
}
