/* Exchanges as they are read. */
#include "overseas-warehouse/exchange/exchange.h"

#include "node/http/list_page.h"
#include "node/http/records.h"

const char *const exchanges_parameters[] = {"merchant", "state", "return", "warehouse", NULL};

/* What the warehouse that was asked last has said. */
static void put_answer(const struct reading *reading, const struct id *id,
                       const struct exchange_row *row, struct json_out *out)
{
    struct exchange_said said;
    if (row->attempt == 0 ||
        !exchange_said_load(reading->rows, id, row->attempt, &row->warehouse, &said))
        return;
    json_open(out, "answer", '{');
    json_put_shape(out, NULL, &exchange_answer_row_shape, &said.row);
    json_close(out, '}');
}

bool exchange_put_record(const struct reading *reading, const struct id *id, struct json_out *out,
                         const char *key, uint64_t *version)
{
    struct exchange_row row;
    if (!exchange_load(reading->rows, id, &row) || !scope_covers(&reading->scope, &row.merchant))
        return false;
    *version = row.version;
    json_open(out, key, '{');
    json_put_id(out, "id", id);
    json_put_shape(out, NULL, &exchange_row_shape, &row);
    put_answer(reading, id, &row, out);
    json_close(out, '}');
    return true;
}

/* --- lists ------------------------------------------------------------------------------------ */

static const struct list_source all = {NULL, LIST_ALL, VIEW_EXCHANGE, 0, ID_BYTES},
                                merchants = {"merchant", LIST_ID, VIEW_EXCHANGE_BY_MERCHANT,
                                             ID_BYTES, ID_BYTES},
                                states = {"state", LIST_ID, VIEW_EXCHANGE_BY_STATE, ID_BYTES + 1,
                                          ID_BYTES},
                                returns = {"return", LIST_ID, VIEW_EXCHANGE_BY_RETURN, ID_BYTES,
                                           ID_BYTES},
                                warehouses = {"warehouse", LIST_ID, VIEW_EXCHANGE_BY_WAREHOUSE,
                                              ID_BYTES, ID_BYTES};

static bool by_state(struct page *page, const struct id *merchant, const char *text)
{
    int64_t state = word_number(&exchange_state_words, span_text(text));
    if (state <= 0) return page_refuse(page, ERROR_OUT_OF_RANGE, "parameter state: no such state");
    if (id_is_zero(merchant))
        return page_refuse(page, ERROR_OUT_OF_RANGE, "parameter state: merchant goes with it");
    page->source = &states;
    page->prefix = key_add_uint(key_of(merchant), (uint64_t)state, 1);
    return true;
}

static bool by_id(struct page *page, const struct list_source *source, const char *text)
{
    struct id id;
    if (id_parse(span_text(text), &id) != OK)
        return page_refuse(page, ERROR_BAD_ID, source->parameter);
    page->source = source;
    page->prefix = key_of(&id);
    return true;
}

bool exchanges_choose(struct page *page, const struct query *query)
{
    const char *state = query_get(query, "state"), *of = query_get(query, "return"),
               *at = query_get(query, "warehouse");
    struct id merchant;
    page->covered = true;
    if ((state != NULL) + (of != NULL) + (at != NULL) > 1)
        return page_refuse(page, ERROR_MALFORMED, "one of state, return and warehouse at a time");
    if (!page_read_merchant(page, query_get(query, "merchant"), &merchant)) return false;
    if (of != NULL) return by_id(page, &returns, of);
    if (at != NULL) return by_id(page, &warehouses, at);
    if (state != NULL) return by_state(page, &merchant, state);
    page->source = id_is_zero(&merchant) ? &all : &merchants;
    if (!id_is_zero(&merchant)) page->prefix = key_of(&merchant);
    return true;
}
