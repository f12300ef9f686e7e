/* Receipts: what the warehouse system of a site was given, and what of it was taken back, a line
 * each, the oldest first, so that it reads on where it ended. The sum of the pieces is what it was
 * given. */
#include "overseas-warehouse/stock/stock.h"

#include "node/http/list_page.h"
#include "node/http/records_inside.h"
#include "proto/hlc.h"

#define HLC_MS_SHIFT 16 /* a stamp is milliseconds and a count below them */

static const char *const turn_names[] = {NULL, "handed_over", "taken_back"};
static const struct words receipt_turn_words = {turn_names,
                                                sizeof turn_names / sizeof turn_names[0]};

/* Below zero: taken back. */
#define RECEIPT_LINE_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, choice, turn, receipt_turn, 0)                                               \
    F(S, 2, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 3, REQUIRED, id, posting, none, 0)                                                        \
    F(S, 4, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 5, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 6, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    F(S, 7, OPTIONAL, choice, grade, grade, 0)                                                     \
    F(S, 8, REQUIRED, sint, pieces, none, STOCK_PIECES_MAX)                                        \
    F(S, 9, OPTIONAL, text, bin, none, BIN_BYTES_MAX)                                              \
    F(S, 10, OPTIONAL, text, reference, none, STOCK_REF_BYTES_MAX)                                 \
    F(S, 11, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(receipt_line, RECEIPT_LINE_FIELDS)
SHAPE_DEFINE(receipt_line, RECEIPT_LINE_FIELDS)

bool receipt_fill(const struct reading *reading, struct span id, void *to)
{
    struct receipt_line *line = to;
    struct stock_posting_row row;
    if (id.size != STOCK_RECEIPT_KEY_BYTES) return false;
    struct id posting = id_at(id, ID_BYTES + 8), log = id_at(id, 2 * ID_BYTES + 8);
    struct key key = pair_key(&posting, &log);
    if (!rows_load(reading->rows, VIEW_STOCK_POSTING, &key, &stock_posting_row_shape, &row))
        return false;
    bool back = id.at[id.size - 1] == STOCK_TAKEN_BACK;
    *line = (struct receipt_line){.turn = back ? 2 : 1,
                                  .at_ms = hlc_ms(be_get(id.at + ID_BYTES, 8)),
                                  .posting = posting,
                                  .warehouse = row.warehouse,
                                  .merchant = row.merchant,
                                  .sku = row.sku,
                                  .grade = row.grade,
                                  .pieces = back ? -(int64_t)row.pieces : (int64_t)row.pieces,
                                  .bin = row.bin,
                                  .reference = row.reference,
                                  .reason = back ? row.voided_reason : row.reason};
    return scope_covers(&reading->scope, &line->merchant);
}

bool put_receipt(struct showing *showing)
{
    struct receipt_line line;
    if (!receipt_fill(showing->reading, showing->id, &line)) return false;
    json_open(showing->out, showing->key, '{');
    json_put_shape(showing->out, NULL, &receipt_line_shape, &line);
    return end(showing);
}

/* --- the list --------------------------------------------------------------------------------- */

const char *const receipts_parameters[] = {"warehouse", "since", NULL};

static const struct list_source receipts = {NULL, LIST_ALL, VIEW_STOCK_RECEIPT, 0,
                                            STOCK_RECEIPT_KEY_BYTES};

bool receipts_choose(struct page *page, const struct query *query)
{
    const char *text = query_get(query, "warehouse"), *since = query_get(query, "since");
    struct id warehouse;
    uint64_t since_ms;
    page->covered = true;
    page->source = &receipts;
    if (text == NULL && since != NULL)
        return page_refuse(page, ERROR_OUT_OF_RANGE, "parameter since: warehouse goes with it");
    if (text == NULL) return true;
    if (id_parse(span_text(text), &warehouse) != OK)
        return page_refuse(page, ERROR_BAD_ID, "warehouse");
    page->prefix = key_of(&warehouse);
    if (since == NULL) return true;
    if (time_parse(span_text(since), &since_ms) != OK)
        return page_refuse(page, ERROR_OUT_OF_RANGE,
                           "parameter since: a time such as 2026-11-22T10:00:00Z");
    page->start = key_add_uint(page->prefix, since_ms << HLC_MS_SHIFT, 8);
    return true;
}
