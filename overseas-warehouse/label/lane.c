/* Lanes: put, kept, and one of them chosen. */
#include "overseas-warehouse/label/lane.h"

#include "overseas-warehouse/parts.h"

#define POSTAL_SIGNS_MAX 16

SHAPE_DEFINE(lane_row, LANE_ROW_FIELDS)

#define WHY_WORD(NAME, word, text) [NAME] = (word),
#define WHY_TEXT(NAME, word, text) [NAME] = (text),
static const char *const why_words[] = {LANE_WHY_LIST(WHY_WORD)};
static const char *const why_texts[] = {LANE_WHY_LIST(WHY_TEXT)};

const char *lane_why_word(enum lane_why why)
{
    return why_words[why];
}

const char *lane_why_text(enum lane_why why)
{
    return why_texts[why];
}

/* --- keys ------------------------------------------------------------------------------------- */

static struct id id_of(const struct crypto *crypto, const struct id *book, const struct lane *lane)
{
    uint8_t numbers[8 + 3 * 2];
    be_put(numbers, lane->weight_g, 8);
    /* Lengths stand in front of what follows, so that "ab","c" is not "a","bc". */
    be_put(numbers + 8, lane->carrier.size, 2);
    be_put(numbers + 10, lane->account.size, 2);
    be_put(numbers + 12, lane->service.size, 2);
    uint8_t texts[CARRIER_BYTES_MAX + LABEL_ACCOUNT_BYTES_MAX + LABEL_SERVICE_BYTES_MAX];
    const struct span names[] = {lane->carrier, lane->account, lane->service};
    size_t used = 0;
    for (size_t i = 0; i < 3; i++) {
        if (names[i].size > 0) memcpy(texts + used, names[i].at, names[i].size);
        used += names[i].size;
    }
    struct span parts[] = {id_span(book),
                           id_span(&lane->merchant),
                           id_span(&lane->warehouse),
                           span_of(numbers, sizeof numbers),
                           span_of(texts, used),
                           lane->country,
                           lane->postal_prefix};
    return crypto_id(crypto, "entrepot/lane/1", parts, 7);
}

static struct key country_key(const struct id *merchant, struct span country)
{
    return key_add_uint(key_of(merchant), be_get(country.at, COUNTRY_BYTES), COUNTRY_BYTES);
}

bool lane_load(const struct rows *rows, const struct id *lane, struct lane_row *row)
{
    struct key key = key_of(lane);
    return rows_load(rows, VIEW_LANE, &key, &lane_row_shape, row);
}

/* --- does it fit? ----------------------------------------------------------------------------- */

/* Letters and digits alone, large: 90001-1234 and SW1A 1AA are written in more than one way. */
static size_t postal_form(struct span text, uint8_t form[POSTAL_SIGNS_MAX])
{
    size_t used = 0;
    for (size_t i = 0; i < text.size && used < POSTAL_SIGNS_MAX; i++) {
        uint8_t sign = text.at[i];
        if (sign >= 'a' && sign <= 'z') sign = (uint8_t)(sign - 'a' + 'A');
        if ((sign >= 'A' && sign <= 'Z') || (sign >= '0' && sign <= '9')) form[used++] = sign;
    }
    return used;
}

static bool begins_there(struct span postal_code, struct span prefix)
{
    uint8_t code[POSTAL_SIGNS_MAX], begin[POSTAL_SIGNS_MAX];
    size_t size = postal_form(prefix, begin);
    return postal_form(postal_code, code) >= size && memcmp(code, begin, size) == 0;
}

enum lane_why lane_fits(const struct lane_row *row, const struct lane_parcel *parcel)
{
    if (row->off != 0) return LANE_OFF;
    if (parcel->at_ms < row->from_ms) return LANE_EARLY;
    if (row->until_ms != 0 && parcel->at_ms >= row->until_ms) return LANE_OVER;
    if (!id_is_zero(&row->warehouse) && !id_equal(&row->warehouse, &parcel->warehouse))
        return LANE_ELSEWHERE;
    if (!begins_there(parcel->postal_code, row->postal_prefix)) return LANE_POSTAL;
    if (parcel->weight_g > row->weight_g) return LANE_HEAVY;
    return parcel->battery && row->battery == 0 ? LANE_BATTERY : LANE_FITS;
}

/* --- which of them ---------------------------------------------------------------------------- */

static int order_of(struct span a, struct span b)
{
    size_t both = a.size < b.size ? a.size : b.size;
    int order = both == 0 ? 0 : memcmp(a.at, b.at, both);
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static int order_of_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int order_of_products(const struct lane_row *a, const struct lane_row *b)
{
    int order = order_of(a->carrier, b->carrier);
    if (order == 0) order = order_of(a->account, b->account);
    return order != 0 ? order : order_of(a->service, b->service);
}

static size_t prefix_size(const struct lane_row *row)
{
    uint8_t form[POSTAL_SIGNS_MAX];
    return postal_form(row->postal_prefix, form);
}

/* Of two lanes of one product: below 0, the first counts. */
static int order_in_product(const struct lane_offer *a, const struct lane_offer *b)
{
    int order = order_of_numbers(b->why, a->why); /* who came further */
    if (order == 0) order = order_of_numbers(prefix_size(&b->row), prefix_size(&a->row));
    if (order == 0) order = id_is_zero(&a->row.warehouse) - (int)id_is_zero(&b->row.warehouse);
    /* The least that is enough; where none is, the most. */
    bool enough = a->why != LANE_HEAVY;
    if (order == 0) order = order_of_numbers(a->row.weight_g, b->row.weight_g) * (enough ? 1 : -1);
    if (order == 0)
        order = order_of_numbers((uint64_t)a->row.price_minor, (uint64_t)b->row.price_minor);
    if (order != 0) return order;
    return memcmp(a->lane.bytes, b->lane.bytes, ID_BYTES);
}

static uint64_t days_of(const struct lane_row *row)
{
    return row->days == 0 ? UINT64_MAX : row->days;
}

static int order_of_offers(const struct lane_offer *a, const struct lane_offer *b)
{
    bool fits = a->why == LANE_FITS;
    int order = (b->why == LANE_FITS) - (int)fits;
    if (order == 0 && fits) order = order_of_numbers(a->row.rank, b->row.rank);
    if (order == 0 && fits)
        order = order_of_numbers((uint64_t)a->row.price_minor, (uint64_t)b->row.price_minor);
    if (order == 0 && fits) order = order_of_numbers(days_of(&a->row), days_of(&b->row));
    return order != 0 ? order : order_of_products(&a->row, &b->row);
}

/* What is loaded lives until the next load, and an offer longer. */
static void keep(struct lane_choice *choice, struct lane_offer *at, const struct lane_offer *offer,
                 uint32_t slot)
{
    struct lane_row *row = &at->row;
    struct span *texts[] = {&row->carrier, &row->account, &row->service, &row->country,
                            &row->postal_prefix};
    uint8_t *to = choice->texts[slot];
    *at = *offer;
    at->slot = slot;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct span text = *texts[i];
        if (text.size > 0) memcpy(to, text.at, text.size);
        *texts[i] = span_of(to, text.size);
        to += text.size;
    }
}

static void add_offer(struct lane_choice *choice, const struct lane_offer *offer)
{
    for (uint32_t i = 0; i < choice->count; i++) {
        struct lane_offer *at = &choice->at[i];
        if (order_of_products(&at->row, &offer->row) != 0) continue;
        if (order_in_product(offer, at) < 0) keep(choice, at, offer, at->slot);
        return;
    }
    if (choice->count == LANE_OFFERS_MAX) {
        choice->left_out++;
        return;
    }
    keep(choice, &choice->at[choice->count], offer, choice->count);
    choice->count++;
}

static void sort_offers(struct lane_choice *choice)
{
    for (uint32_t i = 1; i < choice->count; i++) {
        struct lane_offer offer = choice->at[i];
        uint32_t at = i;
        for (; at > 0 && order_of_offers(&offer, &choice->at[at - 1]) < 0; at--)
            choice->at[at] = choice->at[at - 1];
        choice->at[at] = offer;
    }
}

/* Another book may say what it likes of this merchant: it is not asked. */
void lanes_choose(const struct rows *rows, const struct lane_parcel *parcel,
                  const struct label_accounts *accounts, struct lane_choice *choice)
{
    struct merchant merchant;
    struct row at;
    choice->count = choice->left_out = 0;
    if (parcel->country.size != COUNTRY_BYTES || !merchant_load(rows, &parcel->merchant, &merchant))
        return;
    struct id book = merchant.book;
    struct key prefix = country_key(&parcel->merchant, parcel->country);
    struct walk walk = walk_over(&prefix);
    while (walk_next(rows, VIEW_LANE_BY_MERCHANT, &walk, &at)) {
        struct lane_offer offer;
        uint32_t place;
        memcpy(offer.lane.bytes, walk.at.bytes + prefix.size, ID_BYTES);
        if (!lane_load(rows, &offer.lane, &offer.row) || !id_equal(&offer.row.book, &book))
            continue;
        offer.why = lane_fits(&offer.row, parcel);
        if (offer.why == LANE_FITS &&
            !label_account_find(accounts, offer.row.carrier, offer.row.account, &place))
            offer.why = LANE_ACCOUNT;
        add_offer(choice, &offer);
    }
    sort_offers(choice);
}

/* --- the parcel of a return ------------------------------------------------------------------- */

static bool has_battery(const struct desk *desk, const struct id *return_id,
                        const struct id *order_id)
{
    struct order_row order;
    if (!order_load(&desk->rows, order_id, &order)) return false;
    for (uint32_t i = 0; i < order.lines_count; i++) {
        struct return_line_row line;
        struct sku_row sku;
        struct id id;
        if (!return_line_load(&desk->rows, return_id, i, &line) || line.quantity == 0) continue;
        if (!sku_find(&desk->rows, desk->crypto, &order.merchant, order.lines[i].sku, &id) ||
            !sku_load(&desk->rows, &id, &sku))
            continue;
        if (sku.battery > BATTERY_NONE) return true;
    }
    return false;
}

bool lane_parcel_of(const struct desk *desk, const struct id *return_id, const struct id *warehouse,
                    uint64_t weight_g, uint64_t at_ms, struct label_address *address,
                    struct lane_parcel *parcel)
{
    struct return_row owner;
    if (!return_load(&desk->rows, return_id, &owner)) return false;
    struct id order = owner.order;
    *parcel = (struct lane_parcel){
        .merchant = owner.merchant, .warehouse = *warehouse, .weight_g = weight_g, .at_ms = at_ms};
    label_buyer(&desk->rows, return_id, address);
    parcel->country = span_text(address->country);
    parcel->postal_code = span_text(address->postal_code);
    parcel->battery = has_battery(desk, return_id, &order);
    return label_is_country(parcel->country);
}

/* --- putting ---------------------------------------------------------------------------------- */

static bool refuse(struct decision *decision, enum error error, const char *rule)
{
    decision_refuse(decision, error, rule);
    return false;
}

static bool is_sound(const struct desk *desk, const struct lane *lane, uint64_t currency,
                     struct decision *decision)
{
    struct key warehouse = key_of(&lane->warehouse);
    uint8_t form[POSTAL_SIGNS_MAX];
    if (lane->carrier.size == 0) return refuse(decision, ERROR_MISSING_FIELD, "carrier");
    if (!label_is_country(lane->country))
        return refuse(decision, ERROR_OUT_OF_RANGE, "country: two_capital_letters");
    if (lane->postal_prefix.size > 0 && postal_form(lane->postal_prefix, form) == 0)
        return refuse(decision, ERROR_OUT_OF_RANGE, "postal_prefix: letters_or_digits");
    if (!id_is_zero(&lane->warehouse) && !rows_has(&desk->rows, VIEW_WAREHOUSE, &warehouse))
        return refuse(decision, ERROR_NOT_FOUND, "warehouse");
    if (lane->weight_g == 0) return refuse(decision, ERROR_OUT_OF_RANGE, "weight_g: above_zero");
    if (lane->price_minor < 0)
        return refuse(decision, ERROR_OUT_OF_RANGE, "price_minor: not_below_zero");
    if (lane->currency != currency)
        return refuse(decision, ERROR_OUT_OF_RANGE, "currency: the_merchants");
    return lane->until_ms == 0 || lane->from_ms < lane->until_ms ||
           refuse(decision, ERROR_OUT_OF_RANGE, "until_ms: after_from_ms");
}

/* The same facts once more are no version. */
static bool says_the_same(const struct lane *lane, const struct lane_row *row)
{
    uint8_t room[2][ROW_BYTES_MAX];
    struct span bytes[2];
    struct lane_put a = {.merchant = lane->merchant}, b = a;
    shape_copy(&lane_put_shape, &a, &lane_shape, lane);
    shape_copy(&lane_put_shape, &b, &lane_row_shape, row);
    return shape_encode(&lane_put_shape, &a, room[0], sizeof room[0], &bytes[0]) == OK &&
           shape_encode(&lane_put_shape, &b, room[1], sizeof room[1], &bytes[1]) == OK &&
           span_equal(bytes[0], bytes[1]);
}

void lane_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                 struct decision *decision)
{
    const struct lane_put *put = &command->body->lane_put;
    struct lane lane = {.version = 1, .by = command->by, .at_ms = moment->wall_ms};
    struct merchant merchant;
    struct lane_row row;
    if (!merchant_load(&desk->rows, &put->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    if (!command_covers(command, &put->merchant, decision)) return;
    shape_copy(&lane_shape, &lane, &lane_put_shape, put);
    if (lane.currency == 0) lane.currency = merchant.currency;
    lane.lane = id_of(desk->crypto, &merchant.book, &lane);
    decision->entity = lane.lane;
    bool known = lane_load(&desk->rows, &lane.lane, &row);
    if (!command_matches(command, known ? row.version : 0, decision)) return;
    if (known && says_the_same(&lane, &row)) return;
    if (known) lane.version = row.version + 1;
    if (is_sound(desk, &lane, merchant.currency, decision))
        decision_add(decision, EVENT_LANE, &lane.lane, &lane);
}

/* The id names its log, its merchant and what names the lane, so no other book's entry touches the
 * row. */
void lane_fold(const struct desk *desk, const struct place *place, const struct lane *lane)
{
    struct id id = id_of(desk->crypto, &place->log, lane);
    struct key key = key_of(&lane->lane);
    struct lane_row row;
    if (!id_equal(&id, &lane->lane) || lane->country.size != COUNTRY_BYTES) return;
    bool known = lane_load(&desk->rows, &lane->lane, &row);
    if (lane->version != (known ? row.version + 1 : 1)) return;
    struct lane_row next = {.book = place->log};
    shape_copy(&lane_row_shape, &next, &lane_shape, lane);
    rows_store(&desk->rows, VIEW_LANE, &key, &lane_row_shape, &next);
    key = key_add_id(country_key(&lane->merchant, lane->country), &lane->lane);
    rows_mark(&desk->rows, VIEW_LANE_BY_MERCHANT, &key);
}
