/* Inbound shipments: what customs know of them, once for each, in versions of the merchant's book.
 */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"

/* clang-format off */
SHAPE_DEFINE(inbound_row, INBOUND_ROW_FIELDS)
/* clang-format on */

struct id inbound_id(const struct crypto *crypto, struct named_of of)
{
    struct span parts[] = {id_span(of.book), id_span(of.merchant), of.reference};
    return crypto_id(crypto, "entrepot/inbound/1", parts, 3);
}

bool inbound_load(const struct rows *rows, const struct id *inbound, struct inbound_row *row)
{
    struct key key = key_of(inbound);
    return rows_load(rows, VIEW_INBOUND, &key, &inbound_row_shape, row);
}

bool inbound_find(const struct desk *desk, const struct id *merchant, struct span reference,
                  struct id *inbound)
{
    struct merchant owner;
    if (reference.size == 0 || !merchant_load(&desk->rows, merchant, &owner)) return false;
    struct named_of of = {&owner.book, merchant, reference};
    *inbound = inbound_id(desk->crypto, of);
    struct key key = key_of(inbound);
    return rows_has(&desk->rows, VIEW_INBOUND, &key);
}

/* --- deciding --------------------------------------------------------------------------------- */

static bool is_sound(const struct inbound *inbound, struct decision *decision)
{
    bool money = inbound->duties_count > 0 || inbound->import_vat_minor != 0;
    for (uint32_t i = 0; i < inbound->duties_count; i++) {
        if (inbound->duties[i].amount_minor < 0)
            return refuse_at(decision, ERROR_OUT_OF_RANGE, "duties", i,
                             "/amount_minor: none below 0");
        for (uint32_t k = 0; k < i; k++)
            if (inbound->duties[k].part == inbound->duties[i].part)
                return refuse_at(decision, ERROR_OUT_OF_RANGE, "duties", i, "/part: named_once");
    }
    const char *fault = NULL;
    if (money && inbound->currency == 0) fault = "currency: duties_have_one";
    if (inbound->import_vat_minor < 0) fault = "import_vat_minor: none below 0";
    if (inbound->entry_line != 0 && inbound->entry.size == 0)
        fault = "entry: a_line_is_of_an_entry";
    if (inbound->imported_ms != 0 && inbound->imported_ms < inbound->exported_ms)
        fault = "imported_ms: not_before_the_export";
    if (fault != NULL) decision_refuse(decision, ERROR_OUT_OF_RANGE, fault);
    return fault == NULL;
}

/* The same facts once more are no version. */
static bool says_the_same(const struct inbound *inbound, const struct inbound_row *row)
{
    uint8_t room[2][ROW_BYTES_MAX];
    struct span bytes[2];
    struct inbound_put a = {.merchant = inbound->merchant, .reference = inbound->reference}, b = a;
    shape_copy(&inbound_put_shape, &a, &inbound_shape, inbound);
    shape_copy(&inbound_put_shape, &b, &inbound_row_shape, row);
    return shape_encode(&inbound_put_shape, &a, room[0], sizeof room[0], &bytes[0]) == OK &&
           shape_encode(&inbound_put_shape, &b, room[1], sizeof room[1], &bytes[1]) == OK &&
           span_equal(bytes[0], bytes[1]);
}

void inbound_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                    struct decision *decision)
{
    const struct inbound_put *put = &command->body->inbound_put;
    struct merchant merchant;
    struct inbound_row row;
    struct inbound inbound = {.version = 1, .by = command->by, .at_ms = moment->wall_ms};
    if (!merchant_load(&desk->rows, &put->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    if (!command_covers(command, &put->merchant, decision)) return;
    struct named_of of = {&merchant.book, &put->merchant, put->reference};
    shape_copy(&inbound_shape, &inbound, &inbound_put_shape, put);
    inbound.inbound = inbound_id(desk->crypto, of);
    decision->entity = inbound.inbound;
    bool known = inbound_load(&desk->rows, &inbound.inbound, &row);
    if (!command_matches(command, known ? row.version : 0, decision)) return;
    if (known && says_the_same(&inbound, &row)) return;
    if (known) inbound.version = row.version + 1;
    if (is_sound(&inbound, decision))
        decision_add(decision, EVENT_INBOUND, &inbound.inbound, &inbound);
}

/* --- folding ---------------------------------------------------------------------------------- */

/* When it was there, as far as anybody says. */
static uint64_t there_ms(uint64_t imported_ms, uint64_t at_ms)
{
    return imported_ms != 0 ? imported_ms : at_ms;
}

static void index_skus(const struct desk *desk, const struct id *inbound, uint64_t since_ms,
                       const struct id *merchant, const struct id *forms, uint32_t count,
                       void (*put)(const struct rows *, enum view_table, const struct key *))
{
    for (uint32_t i = 0; i < count; i++) {
        struct key key = key_add_uint(pair_key(merchant, &forms[i]), UINT64_MAX - since_ms, 8);
        key = key_add_id(key, inbound);
        put(&desk->rows, VIEW_INBOUND_BY_SKU, &key);
    }
}

static uint32_t forms_of(const struct desk *desk, const struct inbound_sku *skus, uint32_t count,
                         struct id forms[INBOUND_SKUS_MAX])
{
    for (uint32_t i = 0; i < count; i++) forms[i] = sku_form_id(desk->crypto, skus[i].sku);
    return count;
}

void inbound_fold(const struct desk *desk, const struct place *place, const struct inbound *inbound)
{
    struct named_of of = {&place->log, &inbound->merchant, inbound->reference};
    struct id id = inbound_id(desk->crypto, of), forms[INBOUND_SKUS_MAX];
    struct key key = key_of(&inbound->inbound);
    struct inbound_row row;
    if (!id_equal(&id, &inbound->inbound)) return;
    bool known = inbound_load(&desk->rows, &inbound->inbound, &row);
    if (inbound->version != (known ? row.version + 1 : 1)) return;
    if (known) {
        struct key version = version_key(&inbound->inbound, row.version);
        uint32_t count = forms_of(desk, row.skus, row.skus_count, forms);
        rows_store(&desk->rows, VIEW_INBOUND_VERSION, &version, &inbound_row_shape, &row);
        index_skus(desk, &id, there_ms(row.imported_ms, row.at_ms), &inbound->merchant, forms,
                   count, rows_drop);
    }
    struct inbound_row next = {.book = place->log};
    shape_copy(&inbound_row_shape, &next, &inbound_shape, inbound);
    rows_store(&desk->rows, VIEW_INBOUND, &key, &inbound_row_shape, &next);
    struct key owned = pair_key(&inbound->merchant, &inbound->inbound);
    rows_mark(&desk->rows, VIEW_INBOUND_BY_MERCHANT, &owned);
    uint32_t count = forms_of(desk, inbound->skus, inbound->skus_count, forms);
    index_skus(desk, &id, there_ms(inbound->imported_ms, inbound->at_ms), &inbound->merchant, forms,
               count, rows_mark);
}
