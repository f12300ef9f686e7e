/* The codes of carriers that no table knows, as they are listed: for those who look after the
 * tables, and of all merchants together, since a carrier's code is nobody's. */
#include "node/http/list_page.h"
#include "node/http/records_inside.h"

const char *const unknown_parameters[] = {"carrier", NULL};

static const struct list_source codes = {NULL, LIST_ALL, VIEW_UNKNOWN_CODE, 0,
                                         UNKNOWN_CODE_KEY_BYTES};

bool unknown_choose(struct page *page, const struct query *query)
{
    const char *carrier = query_get(query, "carrier");
    page->covered = !scope_is_bound(&page->reading.scope);
    page->source = &codes;
    if (carrier == NULL) return true;
    if (strlen(carrier) > CARRIER_BYTES_MAX)
        return page_refuse(page, ERROR_OUT_OF_RANGE,
                           "parameter carrier: a name that GET /v1/carriers tells");
    page->prefix = unknown_carrier_key(page->reading.crypto, span_text(carrier));
    return true;
}

bool put_unknown_code(struct showing *showing)
{
    struct unknown_code_row row;
    struct key key = {.size = showing->id.size};
    memcpy(key.bytes, showing->id.at, key.size);
    if (!rows_load(showing->reading->rows, VIEW_UNKNOWN_CODE, &key, &unknown_code_row_shape, &row))
        return false;
    json_open(showing->out, showing->key, '{');
    json_put_shape(showing->out, NULL, &unknown_code_row_shape, &row);
    return end(showing);
}
