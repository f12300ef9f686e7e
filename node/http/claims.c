/* Which claims against carriers and warehouses a query is for: of a merchant, in the order of their
 * opening, in one state where that is asked for; or those for one parcel or unit. */
#include <stdio.h>

#include "carriers/number.h"
#include "node/http/list_page.h"

#define TIME_BYTES 8

const char *const claims_parameters[] = {"merchant", "state", "number", "unit", NULL};

/* Where the claim's id stands in the row's key. */
static const struct list_source all = {NULL, LIST_ALL, VIEW_COMPENSATION, 0, ID_BYTES},
                                merchants = {"merchant", LIST_ID, VIEW_COMPENSATION_BY_MERCHANT,
                                             ID_BYTES + TIME_BYTES, ID_BYTES},
                                states = {"state", LIST_ID, VIEW_COMPENSATION_BY_STATE,
                                          ID_BYTES + 1 + TIME_BYTES, ID_BYTES},
                                things = {"number", LIST_PARCEL, VIEW_COMPENSATION_BY_THING,
                                          ID_BYTES + 1, ID_BYTES};

static bool by_number(struct page *page, const char *text)
{
    uint8_t room[TRACKING_NUMBER_BYTES_MAX];
    struct span number;
    if (number_normalize(span_text(text), room, &number) != OK)
        return page_refuse(page, ERROR_OUT_OF_RANGE, "parameter number: no tracking number");
    struct id parcel = parcel_id(page->reading.crypto, number);
    page->source = &things;
    page->prefix = key_of(&parcel);
    return true;
}

static bool by_unit(struct page *page, const char *text)
{
    struct id unit;
    if (id_parse(span_text(text), &unit) != OK) return page_refuse(page, ERROR_BAD_ID, "unit");
    page->source = &things;
    page->prefix = key_of(&unit);
    return true;
}

static bool by_state(struct page *page, const struct id *merchant, const char *text)
{
    int64_t state = word_number(&compensation_state_words, span_text(text));
    if (state <= 0) return page_refuse(page, ERROR_OUT_OF_RANGE, "parameter state: no such state");
    if (id_is_zero(merchant))
        return page_refuse(page, ERROR_OUT_OF_RANGE, "parameter state: merchant goes with it");
    page->source = &states;
    page->prefix = compensation_state_key(merchant, (uint64_t)state);
    return true;
}

bool claims_choose(struct page *page, const struct query *query)
{
    const char *state = query_get(query, "state"), *number = query_get(query, "number"),
               *unit = query_get(query, "unit");
    struct id merchant;
    page->covered = true;
    if ((state != NULL) + (number != NULL) + (unit != NULL) > 1)
        return page_refuse(page, ERROR_MALFORMED, "one of state, number and unit at a time");
    if (!page_read_merchant(page, query_get(query, "merchant"), &merchant)) return false;
    if (number != NULL) return by_number(page, number);
    if (unit != NULL) return by_unit(page, unit);
    if (state != NULL) return by_state(page, &merchant, state);
    page->source = id_is_zero(&merchant) ? &all : &merchants;
    if (!id_is_zero(&merchant)) page->prefix = key_of(&merchant);
    return true;
}
