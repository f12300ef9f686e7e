/* Billing as its two sides read it: fee tables, what was charged and paid, how a merchant stands,
 * and closed statements. All keys begin with the merchant, so that a bearer who is bound to one
 * walks nothing of the others. */
#include "overseas-warehouse/billing/billing.h"

#include "node/http/list_page.h"
#include "proto/money.h"
#include <stdlib.h>

#define PAIR_BYTES   (2 * ID_BYTES)
#define NUMBER_BYTES 4

/* --- records, each under the key of its row --------------------------------------------------- */

static bool is_seen(const struct reading *reading, struct span id, struct id *merchant,
                    struct id *warehouse)
{
    if (id.size < PAIR_BYTES) return false;
    memcpy(merchant->bytes, id.at, ID_BYTES);
    memcpy(warehouse->bytes, id.at + ID_BYTES, ID_BYTES);
    return scope_covers(&reading->scope, merchant);
}

static bool put_one(struct json_out *out, const char *key, const struct shape *shape,
                    const void *value)
{
    json_open(out, key, '{');
    json_put_shape(out, NULL, shape, value);
    json_close(out, '}');
    return true;
}

bool fee_put_record(const struct reading *reading, struct span id, struct json_out *out,
                    const char *key)
{
    struct id merchant, warehouse;
    struct fee_row row;
    struct fee_set set = {0};
    if (!is_seen(reading, id, &merchant, &warehouse)) return false;
    uint64_t version = FEE_VERSION_MAX - be_get(id.at + PAIR_BYTES, NUMBER_BYTES);
    if (!fee_version(reading->rows, &warehouse, &merchant, version, &row)) return false;
    shape_copy(&fee_set_shape, &set, &fee_row_shape, &row);
    return put_one(out, key, &fee_set_shape, &set);
}

bool statement_put_record(const struct reading *reading, struct span id, struct json_out *out,
                          const char *key)
{
    struct id merchant, warehouse;
    struct statement_row row;
    struct statement_closed closed = {0};
    if (!is_seen(reading, id, &merchant, &warehouse)) return false;
    uint64_t number = STATEMENT_MAX - be_get(id.at + PAIR_BYTES, NUMBER_BYTES);
    if (!statement_load(reading->rows, &warehouse, &merchant, number, &row)) return false;
    shape_copy(&statement_closed_shape, &closed, &statement_row_shape, &row);
    return put_one(out, key, &statement_closed_shape, &closed);
}

/* A line of a statement: a charge, the reverse of one, or a payment. */
bool charge_put_record(const struct reading *reading, struct span id, struct json_out *out,
                       const char *key)
{
    struct id merchant, warehouse;
    struct ledger_row line;
    struct charge_row charge;
    struct topup_row topup;
    if (!is_seen(reading, id, &merchant, &warehouse) || id.size > ROW_KEY_BYTES_MAX) return false;
    struct key at = {.size = id.size};
    memcpy(at.bytes, id.at, id.size);
    if (!rows_load(reading->rows, VIEW_LEDGER, &at, &ledger_row_shape, &line)) return false;
    if (charge_load(reading->rows, &line.charge, &charge)) {
        struct charge_posted posted = {0};
        shape_copy(&charge_posted_shape, &posted, &charge_row_shape, &charge);
        return put_one(out, key, &charge_posted_shape, &posted);
    }
    if (!topup_load(reading->rows, &line.topup, &topup)) return false;
    struct topped_up paid = {0};
    shape_copy(&topped_up_shape, &paid, &topup_row_shape, &topup);
    return put_one(out, key, &topped_up_shape, &paid);
}

/* The same as a line of a sheet: amount_minor sums to what was charged less what was taken back. */
#define STATEMENT_LINE_FIELDS(F, S)                                                                \
    F(S, 1, OPTIONAL, uint, statement, none, STATEMENT_MAX)                                        \
    F(S, 2, OPTIONAL, time, at_ms, none, 0)                                                        \
    F(S, 3, OPTIONAL, choice, act, billed_act, 0)                                                  \
    F(S, 4, OPTIONAL, id, thing, none, 0)                                                          \
    F(S, 5, OPTIONAL, uint, hop, none, HOP_MAX)                                                    \
    F(S, 6, OPTIONAL, uint, number, none, UINT32_MAX)                                              \
    F(S, 7, OPTIONAL, time, act_ms, none, 0)                                                       \
    F(S, 8, OPTIONAL, time, from_ms, none, 0)                                                      \
    F(S, 9, OPTIONAL, time, to_ms, none, 0)                                                        \
    F(S, 10, OPTIONAL, uint, days, none, STORED_DAYS_MAX)                                          \
    F(S, 11, OPTIONAL, uint, volume_mm3, none, VOLUME_MM3_MAX)                                     \
    F(S, 12, OPTIONAL, uint, weight_g, none, WEIGHT_G_MAX)                                         \
    F(S, 13, OPTIONAL, uint, fee_version, none, FEE_VERSION_MAX)                                   \
    F(S, 14, REQUIRED, sint, amount_minor, none, BILL_MINOR_MAX)                                   \
    F(S, 15, REQUIRED, sint, paid_minor, none, BILL_MINOR_MAX)                                     \
    F(S, 16, REQUIRED, currency, currency, none, 999)                                              \
    F(S, 17, OPTIONAL, id, charge, none, 0)                                                        \
    F(S, 18, OPTIONAL, id, reverses, none, 0)                                                      \
    F(S, 19, OPTIONAL, text, reference, none, BILL_REF_BYTES_MAX)
SHAPE_DECLARE(statement_line, STATEMENT_LINE_FIELDS)
SHAPE_DEFINE(statement_line, STATEMENT_LINE_FIELDS)

bool charge_fill(const struct reading *reading, struct span id, void *row)
{
    struct statement_line *line = row;
    struct id merchant, warehouse;
    struct ledger_row at;
    struct charge_row charge;
    struct topup_row topup;
    struct key key = {.size = id.size};
    if (!is_seen(reading, id, &merchant, &warehouse) || id.size > ROW_KEY_BYTES_MAX) return false;
    memcpy(key.bytes, id.at, id.size);
    if (!rows_load(reading->rows, VIEW_LEDGER, &key, &ledger_row_shape, &at)) return false;
    memset(line, 0, sizeof *line);
    if (charge_load(reading->rows, &at.charge, &charge)) {
        shape_copy(&statement_line_shape, line, &charge_row_shape, &charge);
        return true;
    }
    if (!topup_load(reading->rows, &at.topup, &topup)) return false;
    shape_copy(&statement_line_shape, line, &topup_row_shape, &topup);
    line->paid_minor = topup.amount_minor;
    line->amount_minor = 0;
    return true;
}

bool balance_put_record(const struct reading *reading, struct span id, struct json_out *out,
                        const char *key)
{
    struct id merchant, warehouse;
    struct standing standing;
    if (!is_seen(reading, id, &merchant, &warehouse)) return false;
    if (!billing_standing(reading->rows, &warehouse, &merchant, wall_now_ms(), &standing))
        return false;
    const struct currency *currency = currency_by_numeric(standing.currency);
    json_open(out, key, '{');
    json_put_id(out, "warehouse", &warehouse);
    json_put_id(out, "merchant", &merchant);
    json_put_text(out, "currency", span_text(currency == NULL ? "?" : currency->letters));
    json_put_shape(out, NULL, &balance_row_shape, &standing.sums);
    json_put_int(out, "balance_minor", standing.balance_minor);
    json_put_int(out, "credit_minor", standing.credit_minor);
    json_put_bool(out, "arrears", standing.arrears);
    json_put_uint(out, "statement", statement_open(reading->rows, &warehouse, &merchant));
    json_close(out, '}');
    return true;
}

/* --- lists ------------------------------------------------------------------------------------ */

const char *const pair_parameters[] = {"merchant", "warehouse", NULL};
const char *const charges_parameters[] = {"merchant", "warehouse", "statement", NULL};

static const struct list_source fees = {NULL, LIST_ALL, VIEW_FEE, 0, PAIR_BYTES + NUMBER_BYTES},
                                statements = {NULL, LIST_ALL, VIEW_STATEMENT, 0,
                                              PAIR_BYTES + NUMBER_BYTES},
                                balances = {NULL, LIST_ALL, VIEW_BALANCE, 0, PAIR_BYTES + 2},
                                charges = {NULL, LIST_ALL, VIEW_LEDGER, 0,
                                           PAIR_BYTES + NUMBER_BYTES + ID_BYTES + 8};

static bool choose_pair(struct page *page, const struct query *query,
                        const struct list_source *source)
{
    const char *text = query_get(query, "warehouse");
    struct id merchant, warehouse;
    page->covered = true;
    page->source = source;
    if (!page_read_merchant(page, query_get(query, "merchant"), &merchant)) return false;
    if (!id_is_zero(&merchant)) page->prefix = key_of(&merchant);
    if (text == NULL) return true;
    if (id_parse(span_text(text), &warehouse) != OK)
        return page_refuse(page, ERROR_BAD_ID, "warehouse");
    if (id_is_zero(&merchant))
        return page_refuse(page, ERROR_OUT_OF_RANGE, "parameter warehouse: merchant goes with it");
    page->prefix = key_add_id(page->prefix, &warehouse);
    return true;
}

bool fees_choose(struct page *page, const struct query *query)
{
    return choose_pair(page, query, &fees);
}

bool statements_choose(struct page *page, const struct query *query)
{
    return choose_pair(page, query, &statements);
}

bool balances_choose(struct page *page, const struct query *query)
{
    return choose_pair(page, query, &balances);
}

bool charges_choose(struct page *page, const struct query *query)
{
    const char *text = query_get(query, "statement");
    char *rest = NULL;
    if (!choose_pair(page, query, &charges)) return false;
    if (text == NULL) return true;
    unsigned long long number = strtoull(text, &rest, 10);
    if (text[0] < '0' || text[0] > '9' || *rest != '\0' || number > STATEMENT_MAX)
        return page_refuse(page, ERROR_OUT_OF_RANGE, "parameter statement: 1 or more");
    if (page->prefix.size != PAIR_BYTES)
        return page_refuse(page, ERROR_OUT_OF_RANGE, "parameter statement: warehouse goes with it");
    page->prefix = key_add_uint(page->prefix, number, NUMBER_BYTES);
    return true;
}
