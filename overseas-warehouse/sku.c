/* What a merchant sells: each SKU with the codes by which it is scanned, and what a dock, an
 * inspector and a customs paper must know of it. A change is a version, whole; a code is one SKU's
 * within a merchant. */
#include "overseas-warehouse/parts.h"

/* --- codes ------------------------------------------------------------------------------------ */

#define GTIN_DIGITS 14

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* GS1 General Specifications 7.9: from the right, weights 3 and 1 by turns before the check. */
static bool checks(struct span digits)
{
    unsigned sum = 0;
    for (size_t i = 0; i < digits.size; i++) {
        if (!is_digit(digits.at[i])) return false;
        unsigned weight = (digits.size - i) % 2 == 0 ? 3 : 1;
        sum += weight * (unsigned)(digits.at[i] - '0');
    }
    return sum % 10 == 0;
}

static bool is_gtin(struct span form)
{
    bool size = form.size == 8 || form.size == 12 || form.size == 13 || form.size == GTIN_DIGITS;
    return size && checks(form);
}

struct span sku_form(struct span code, uint8_t buffer[SKU_BYTES_MAX])
{
    struct span form = parcel_number(code, buffer);
    if (!is_gtin(form)) return form;
    size_t zeros = GTIN_DIGITS - form.size;
    memmove(buffer + zeros, buffer, form.size);
    memset(buffer, '0', zeros);
    return span_of(buffer, GTIN_DIGITS);
}

_Static_assert(SKU_BYTES_MAX == TRACKING_NUMBER_BYTES_MAX, "one buffer serves both forms");

struct id sku_form_id(const struct crypto *crypto, struct span code)
{
    uint8_t buffer[SKU_BYTES_MAX];
    struct span form = sku_form(code, buffer);
    return crypto_id(crypto, "entrepot/sku-code/1", &form, 1);
}

static struct id sku_id(const struct crypto *crypto, const struct id *book,
                        const struct id *merchant, struct span code)
{
    struct span parts[] = {id_span(book), id_span(merchant), code};
    return crypto_id(crypto, "entrepot/sku/1", parts, 3);
}

static struct key code_key(const struct id *form, const struct id *merchant, const struct id *sku)
{
    return key_add_id(pair_key(form, merchant), sku);
}

/* --- finding ---------------------------------------------------------------------------------- */

bool sku_load(const struct rows *rows, const struct id *sku, struct sku_row *row)
{
    struct key key = key_of(sku);
    return rows_load(rows, VIEW_SKU, &key, &sku_row_shape, row);
}

bool sku_find(const struct rows *rows, const struct crypto *crypto, const struct id *merchant,
              struct span code, struct id *sku)
{
    struct merchant owner;
    struct id form = sku_form_id(crypto, code);
    struct key prefix = pair_key(&form, merchant);
    struct walk walk = walk_over(&prefix);
    struct row at;
    if (!merchant_load(rows, merchant, &owner)) return false;
    struct id book = owner.book;
    while (walk_next(rows, VIEW_SKU_BY_CODE, &walk, &at)) {
        struct sku_row row;
        memcpy(sku->bytes, walk.at.bytes + 2 * ID_BYTES, ID_BYTES);
        if (sku_load(rows, sku, &row) && id_equal(&row.book, &book)) return true;
    }
    return false;
}

/* --- what is refused -------------------------------------------------------------------------- */

static const char *alias_fault(const struct sku_alias *alias, struct span form)
{
    if (form.size == 0) return "/code: nothing is left of it";
    if (alias->kind == CODE_UPC)
        return form.size == 12 && checks(form) ? NULL : "/code: gtin_check_digit";
    if (alias->kind == CODE_EAN)
        return form.size != 12 && is_gtin(form) ? NULL : "/code: gtin_check_digit";
    if (alias->kind != CODE_FNSKU) return NULL;
    for (size_t i = 0; i < form.size; i++)
        if (!is_digit(form.at[i]) && !is_letter(form.at[i])) return "/code: fnsku_ten_characters";
    return form.size == 10 ? NULL : "/code: fnsku_ten_characters";
}

/* Is the code another SKU's of this merchant? */
static bool is_claimed(const struct desk *desk, const struct sku *sku, struct span code)
{
    struct id holder;
    return sku_find(&desk->rows, desk->crypto, &sku->merchant, code, &holder) &&
           !id_equal(&holder, &sku->sku);
}

static bool aliases_are_sound(const struct desk *desk, const struct sku *sku,
                              struct decision *decision)
{
    uint8_t own[SKU_BYTES_MAX];
    struct span own_form = sku_form(sku->code, own);
    struct id seen[SKU_ALIASES_MAX];
    for (uint32_t i = 0; i < sku->aliases_count; i++) {
        uint8_t room[SKU_BYTES_MAX];
        const struct sku_alias *alias = &sku->aliases[i];
        struct span plain = parcel_number(alias->code, room);
        const char *fault = alias_fault(alias, plain);
        if (fault != NULL) return refuse_at(decision, ERROR_OUT_OF_RANGE, "aliases", i, fault);
        bool twice = span_equal(sku_form(alias->code, room), own_form);
        seen[i] = sku_form_id(desk->crypto, alias->code);
        for (uint32_t k = 0; k < i; k++) twice = twice || id_equal(&seen[k], &seen[i]);
        if (twice)
            return refuse_at(decision, ERROR_OUT_OF_RANGE, "aliases", i, "/code: named_once");
        if (is_claimed(desk, sku, alias->code))
            return refuse_at(decision, ERROR_CONFLICT, "aliases", i, "/code: one_sku_a_code");
    }
    return true;
}

static bool checks_are_named(const char *list, const struct sku_check *items, uint32_t count,
                             struct decision *decision)
{
    for (uint32_t i = 0; i < count; i++)
        if (items[i].name_en.size == 0 && items[i].name_zh.size == 0)
            return refuse_at(decision, ERROR_MISSING_FIELD, list, i, "/name_en: or name_zh");
    return true;
}

static bool is_hs_code(struct span text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!is_digit(text.at[i])) return false;
    return text.size >= 6 && text.size % 2 == 0;
}

static bool refuse(struct decision *decision, enum error error, const char *rule)
{
    decision_refuse(decision, error, rule);
    return false;
}

static bool sku_is_sound(const struct desk *desk, const struct sku *sku, struct decision *decision)
{
    uint8_t room[SKU_BYTES_MAX];
    if (sku_form(sku->code, room).size == 0)
        return refuse(decision, ERROR_OUT_OF_RANGE, "code: nothing is left of it");
    if (is_claimed(desk, sku, sku->code))
        return refuse(decision, ERROR_CONFLICT, "code: one_sku_a_code");
    if (sku->hs_code.size > 0 && !is_hs_code(sku->hs_code))
        return refuse(decision, ERROR_OUT_OF_RANGE, "hs_code: six digits or more, in pairs");
    if (sku->value_minor < 0) return refuse(decision, ERROR_OUT_OF_RANGE, "value_minor");
    return checks_are_named("accessories", sku->accessories, sku->accessories_count, decision) &&
           checks_are_named("functions", sku->functions, sku->functions_count, decision) &&
           aliases_are_sound(desk, sku, decision);
}

/* --- deciding --------------------------------------------------------------------------------- */

/* The same facts once more are no version. */
static bool says_the_same(const struct sku *sku, const struct sku_row *row)
{
    uint8_t room[2][ROW_BYTES_MAX];
    struct span bytes[2];
    struct sku_put a = {.merchant = sku->merchant, .code = sku->code}, b = a;
    shape_copy(&sku_put_shape, &a, &sku_shape, sku);
    shape_copy(&sku_put_shape, &b, &sku_row_shape, row);
    return shape_encode(&sku_put_shape, &a, room[0], sizeof room[0], &bytes[0]) == OK &&
           shape_encode(&sku_put_shape, &b, room[1], sizeof room[1], &bytes[1]) == OK &&
           span_equal(bytes[0], bytes[1]);
}

void sku_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                struct decision *decision)
{
    const struct sku_put *put = &command->body->sku_put;
    struct merchant merchant;
    struct sku_row row;
    if (!merchant_load(&desk->rows, &put->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    if (!command_covers(command, &put->merchant, decision)) return;
    struct sku sku = {.sku = sku_id(desk->crypto, &merchant.book, &put->merchant, put->code),
                      .version = 1,
                      .by = command->by,
                      .at_ms = moment->wall_ms};
    shape_copy(&sku_shape, &sku, &sku_put_shape, put);
    if (sku.value_minor > 0 && sku.currency == 0) sku.currency = merchant.currency;
    decision->entity = sku.sku;
    bool known = sku_load(&desk->rows, &sku.sku, &row);
    if (!command_matches(command, known ? row.version : 0, decision)) return;
    if (known && says_the_same(&sku, &row)) return;
    if (known) sku.version = row.version + 1;
    if (sku_is_sound(desk, &sku, decision)) decision_add(decision, EVENT_SKU, &sku.sku, &sku);
}

/* --- folding ---------------------------------------------------------------------------------- */

static void index_code(const struct desk *desk, const struct sku *sku, struct span code)
{
    struct id form = sku_form_id(desk->crypto, code);
    struct key key = code_key(&form, &sku->merchant, &sku->sku);
    rows_mark(&desk->rows, VIEW_SKU_BY_CODE, &key);
}

/* The keys of all codes are taken before the first of them is dropped: a drop moves their texts. */
static void drop_codes(const struct desk *desk, const struct id *sku, const struct sku_row *row)
{
    struct key keys[SKU_ALIASES_MAX];
    uint32_t count = row->aliases_count;
    for (uint32_t i = 0; i < count; i++) {
        struct id form = sku_form_id(desk->crypto, row->aliases[i].code);
        keys[i] = code_key(&form, &row->merchant, sku);
    }
    for (uint32_t i = 0; i < count; i++) rows_drop(&desk->rows, VIEW_SKU_BY_CODE, &keys[i]);
}

static void keep_former(const struct desk *desk, const struct id *sku, const struct sku_row *row)
{
    struct key key = version_key(sku, row->version);
    rows_store(&desk->rows, VIEW_SKU_VERSION, &key, &sku_row_shape, row);
}

/* The id names its log, its merchant and its code, so no other book's entry touches the row. */
void sku_fold(const struct desk *desk, const struct place *place, const struct sku *sku)
{
    struct id id = sku_id(desk->crypto, &place->log, &sku->merchant, sku->code);
    struct key key = key_of(&sku->sku), owned = pair_key(&sku->merchant, &sku->sku);
    struct sku_row row;
    if (!id_equal(&id, &sku->sku)) return;
    bool known = sku_load(&desk->rows, &sku->sku, &row);
    if (sku->version != (known ? row.version + 1 : 1)) return;
    if (known) keep_former(desk, &sku->sku, &row);
    if (known && sku_load(&desk->rows, &sku->sku, &row)) drop_codes(desk, &sku->sku, &row);
    struct sku_row next = {.book = place->log};
    shape_copy(&sku_row_shape, &next, &sku_shape, sku);
    rows_store(&desk->rows, VIEW_SKU, &key, &sku_row_shape, &next);
    rows_mark(&desk->rows, VIEW_SKU_BY_MERCHANT, &owned);
    index_code(desk, sku, sku->code);
    for (uint32_t i = 0; i < sku->aliases_count; i++) index_code(desk, sku, sku->aliases[i].code);
}
