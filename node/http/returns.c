/* Which returns a query is for. Each filter walks an index that begins with the bearer's merchant,
 * so a page costs what it shows, however many others there are; filters that no index serves
 * together are refused rather than looked for row by row. */
#include "node/http/list_page.h"

#include <stdio.h>

#include "carriers/number.h"
#include "overseas-warehouse/return_index.h"
#include "proto/time.h"

#define TIME_BYTES 8

const char *const returns_parameters[] = {"merchant",  "number", "state", "kind",    "order",
                                          "reference", "since",  "due",   "overdue", NULL};

/* Where the return's id stands in the row's key. */
static const struct list_source
    everybodys = {NULL, LIST_ALL, VIEW_RETURN, 0, ID_BYTES},
    merchants = {"merchant", LIST_ID, VIEW_RETURN_BY_MERCHANT, ID_BYTES, ID_BYTES},
    numbers = {"number", LIST_PARCEL, VIEW_RETURN_BY_PARCEL, ID_BYTES, ID_BYTES},
    kinds = {"kind", LIST_ID, VIEW_RETURN_INDEX, ID_BYTES + 2 + TIME_BYTES, ID_BYTES},
    states = {"state", LIST_ID, VIEW_RETURN_INDEX, ID_BYTES + 2 + TIME_BYTES, ID_BYTES},
    times = {"since", LIST_ID, VIEW_RETURN_INDEX, ID_BYTES + 1 + TIME_BYTES, ID_BYTES};

struct filters {
    const char *merchant, *number, *state, *kind, *order, *reference, *since, *due, *overdue;
    struct id scope; /* the merchant whose returns; zero: all */
};

static bool refuse_value(struct page *page, const char *parameter, const char *what)
{
    char detail[160];
    snprintf(detail, sizeof detail, "parameter %s: %s", parameter, what);
    return page_refuse(page, ERROR_OUT_OF_RANGE, detail);
}

static bool read_time(struct page *page, const char *parameter, const char *text, uint64_t *at_ms)
{
    if (time_parse(span_text(text), at_ms) == OK) return true;
    return refuse_value(page, parameter, "a time such as 2026-11-22T10:00:00Z");
}

/* One of them, or since with state or with kind, each of which is one index. */
static bool count_filters(struct page *page, const struct filters *wanted)
{
    const bool alone[] = {wanted->number != NULL,
                          wanted->order != NULL,
                          wanted->reference != NULL,
                          wanted->due != NULL,
                          wanted->overdue != NULL,
                          wanted->kind != NULL,
                          wanted->state != NULL || (wanted->since != NULL && wanted->kind == NULL)};
    unsigned given = 0;
    for (size_t i = 0; i < sizeof alone / sizeof alone[0]; i++) given += alone[i] ? 1u : 0u;
    if (given <= 1) return true;
    return page_refuse(page, ERROR_MALFORMED,
                       "no index serves these filters together: one of number, order, reference, "
                       "due, overdue, state and kind; since goes with state or kind, and "
                       "merchant with each");
}

static bool by_number(struct page *page, const struct filters *wanted)
{
    uint8_t room[TRACKING_NUMBER_BYTES_MAX];
    struct span number;
    if (number_normalize(span_text(wanted->number), room, &number) != OK)
        return refuse_value(page, "number", "no tracking number");
    struct id parcel = parcel_id(page->reading.crypto, number);
    page->source = &numbers;
    page->prefix = key_of(&parcel);
    return true;
}

/* An order's returns are its merchant's: another's order has none to show. */
static bool by_order(struct page *page, const struct id *order)
{
    struct order_row row;
    page->source = &times;
    page->prefix = return_form_prefix(order, RETURNS_BY_ORDER, 0);
    if (!order_load(page->reading.rows, order, &row) ||
        !scope_covers(&page->reading.scope, &row.merchant))
        page->covered = false;
    return true;
}

static bool by_reference(struct page *page, const struct filters *wanted)
{
    struct id order;
    if (id_is_zero(&wanted->scope))
        return refuse_value(page, "reference", "a shop's own, so merchant goes with it");
    if (!order_find(page->reading.rows, page->reading.crypto, &wanted->scope,
                    span_text(wanted->reference), &order))
        page->covered = false;
    return by_order(page, &order);
}

static bool by_due(struct page *page, const struct filters *wanted)
{
    page->source = &times;
    page->prefix = return_form_prefix(&wanted->scope, RETURNS_BY_DUE, 0);
    page->until_ms = wall_now_ms();
    return wanted->due == NULL || read_time(page, "due", wanted->due, &page->until_ms);
}

/* A word of the list, or 0 with a refusal. */
static uint64_t read_word(struct page *page, const char *parameter, const struct words *words,
                          const char *text)
{
    int64_t number = word_number(words, span_text(text));
    if (number > 0) return (uint64_t)number;
    char what[48];
    snprintf(what, sizeof what, "no such %s", parameter);
    refuse_value(page, parameter, what);
    return 0;
}

/* In the order in which they moved last, of a state or of a kind, or all. */
static bool by_last_move(struct page *page, const struct filters *wanted)
{
    uint64_t since_ms = 0, of = 0;
    enum return_form form = RETURNS_BY_TIME;
    if (wanted->state != NULL) {
        form = RETURNS_BY_STATE;
        of = read_word(page, "state", &return_state_words, wanted->state);
    } else if (wanted->kind != NULL) {
        form = RETURNS_BY_KIND;
        of = read_word(page, "kind", &return_kind_words, wanted->kind);
    }
    if (form != RETURNS_BY_TIME && of == 0) return false;
    if (wanted->since != NULL && !read_time(page, "since", wanted->since, &since_ms)) return false;
    page->source = form == RETURNS_BY_STATE ? &states : form == RETURNS_BY_KIND ? &kinds : &times;
    page->prefix = return_form_prefix(&wanted->scope, form, of);
    if (since_ms > 0) page->start = key_add_uint(page->prefix, since_ms, TIME_BYTES);
    return true;
}

bool returns_choose(struct page *page, const struct query *query)
{
    struct filters wanted = {query_get(query, "merchant"), query_get(query, "number"),
                             query_get(query, "state"),    query_get(query, "kind"),
                             query_get(query, "order"),    query_get(query, "reference"),
                             query_get(query, "since"),    query_get(query, "due"),
                             query_get(query, "overdue"),  {{0}}};
    struct id order;
    page->covered = true;
    if (!page_read_merchant(page, wanted.merchant, &wanted.scope)) return false;
    if (!count_filters(page, &wanted)) return false;
    if (wanted.number != NULL) return by_number(page, &wanted);
    if (wanted.reference != NULL) return by_reference(page, &wanted);
    if (wanted.due != NULL || wanted.overdue != NULL) return by_due(page, &wanted);
    if (wanted.state != NULL || wanted.kind != NULL || wanted.since != NULL)
        return by_last_move(page, &wanted);
    if (wanted.order != NULL && id_parse(span_text(wanted.order), &order) != OK)
        return page_refuse(page, ERROR_BAD_ID, "order");
    if (wanted.order != NULL) return by_order(page, &order);
    page->source = id_is_zero(&wanted.scope) ? &everybodys : &merchants;
    if (!id_is_zero(&wanted.scope)) page->prefix = key_of(&wanted.scope);
    return true;
}
