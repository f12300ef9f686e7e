/* By what returns are found: rows that follow from the return's own row, in the order of time, once
 * for its merchant and once for all of them, so that a page of any filter is one walk. Whoever
 * stores a return stores it here. */
#include "overseas-warehouse/return_index.h"

#include "overseas-warehouse/parts.h"

#define SCOPES     2
#define MARKS_MAX  (SCOPES * 4 + 1)
#define FORM_BYTES 1
#define OF_BYTES   1
#define TIME_BYTES 8

static struct key form_key(const struct id *scope, enum return_form form)
{
    return key_add_uint(key_of(scope), form, FORM_BYTES);
}

struct key return_form_prefix(const struct id *scope, enum return_form form, uint64_t of)
{
    struct key key = form_key(scope, form);
    bool has = form == RETURNS_BY_STATE || form == RETURNS_BY_KIND;
    return has ? key_add_uint(key, of, OF_BYTES) : key;
}

struct marks {
    struct key key[MARKS_MAX];
    unsigned count;
};

static void mark(struct marks *marks, struct key prefix, uint64_t at_ms, const struct id *id)
{
    marks->key[marks->count++] = key_add_id(key_add_uint(prefix, at_ms, TIME_BYTES), id);
}

static void mark_all(struct marks *marks, const struct id *id, const struct return_row *row)
{
    static const struct id everybody = {{0}};
    const struct id *const scopes[SCOPES] = {&row->merchant, &everybody};
    marks->count = 0;
    for (unsigned i = 0; i < SCOPES; i++) {
        const struct id *scope = scopes[i];
        mark(marks, return_form_prefix(scope, RETURNS_BY_STATE, row->state), row->moved_ms, id);
        mark(marks, return_form_prefix(scope, RETURNS_BY_KIND, row->kind), row->moved_ms, id);
        mark(marks, form_key(scope, RETURNS_BY_TIME), row->moved_ms, id);
        if (row->due_ms != 0) mark(marks, form_key(scope, RETURNS_BY_DUE), row->due_ms, id);
    }
    mark(marks, form_key(&row->order, RETURNS_BY_ORDER), row->requested_ms, id);
}

static bool holds(const struct marks *marks, const struct key *key)
{
    for (unsigned i = 0; i < marks->count; i++)
        if (span_equal(key_span(&marks->key[i]), key_span(key))) return true;
    return false;
}

void return_store(const struct rows *rows, const struct id *id, const struct return_row *row)
{
    struct return_row former;
    struct marks before = {.count = 0}, after;
    struct key key = key_of(id);
    if (return_load(rows, id, &former)) mark_all(&before, id, &former);
    mark_all(&after, id, row);
    rows_store(rows, VIEW_RETURN, &key, &return_row_shape, row);
    for (unsigned i = 0; i < before.count; i++)
        if (!holds(&after, &before.key[i])) rows_drop(rows, VIEW_RETURN_INDEX, &before.key[i]);
    for (unsigned i = 0; i < after.count; i++)
        if (!holds(&before, &after.key[i])) rows_mark(rows, VIEW_RETURN_INDEX, &after.key[i]);
}

bool order_find(const struct rows *rows, const struct crypto *crypto, const struct id *merchant,
                struct span reference, struct id *order)
{
    struct key key = reference_key(crypto, merchant, reference);
    struct order_index index;
    *order = (struct id){{0}};
    if (!rows_load(rows, VIEW_ORDER_BY_REFERENCE, &key, &order_index_shape, &index)) return false;
    *order = index.order;
    return true;
}
