/* What is known of the person behind a return, from facts alone: counted from the views each time
 * it is asked. A buyer is the merchant's own pseudonym, and so nobody's here. */
#include "overseas-warehouse/parts.h"

#define TAG_NAME(name, number, word) [number] = word,
static const char *const tag_names[] = {TAG_LIST(TAG_NAME)};
const struct words tag_words = {tag_names, sizeof tag_names / sizeof tag_names[0]};

#define BUYER_RETURNS_MAX 200
#define SERIAL_RETURNS    5
#define SERIAL_DAYS       180
#define HIGH_VALUE_PARTS  10 /* of the merchant's daily cap */

static void add(struct tags *tags, bool holds, enum tag tag)
{
    if (holds && tags->count < TAGS_MAX) tags->at[tags->count++] = tag;
}

static bool has_open_complaint(const struct rows *rows, const struct id *return_id)
{
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row found;
    while (walk_next(rows, VIEW_COMPLAINT_BY_RETURN, &walk, &found)) {
        struct id complaint;
        struct complaint_row row;
        memcpy(complaint.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (complaint_load(rows, &complaint, &row) && row.closed == 0) return true;
    }
    return false;
}

struct record { /* of a buyer, up to the return at hand */
    uint64_t earlier, lately;
    bool contested, complains;
};

static void add_other(const struct rows *rows, const struct id *other, const struct id *return_id,
                      uint64_t requested_ms, struct record *record)
{
    struct return_row row;
    if (id_equal(other, return_id) || !return_load(rows, other, &row)) return;
    record->complains = record->complains || has_open_complaint(rows, other);
    if (row.requested_ms > requested_ms) return;
    record->earlier++;
    record->contested = record->contested || row.contests > 0;
    if (requested_ms - row.requested_ms <= SERIAL_DAYS * DAY_MS) record->lately++;
}

static struct record record_of(const struct desk *desk, const struct id *return_id,
                               const struct return_row *row, const struct hash *buyer)
{
    struct record record = {.complains = has_open_complaint(&desk->rows, return_id)};
    struct key prefix = buyer_key(desk, &row->merchant, buyer);
    struct walk walk = walk_over(&prefix);
    struct row found;
    if (span_is_zero(span_of(buyer->bytes, HASH_BYTES))) return record;
    for (unsigned i = 0; i < BUYER_RETURNS_MAX; i++) {
        struct id other;
        if (!walk_next(&desk->rows, VIEW_RETURN_BY_BUYER, &walk, &found)) break;
        memcpy(other.bytes, walk.at.bytes + walk.at.size - ID_BYTES, ID_BYTES);
        add_other(&desk->rows, &other, return_id, row->requested_ms, &record);
    }
    return record;
}

void business_tags(const struct desk *desk, const struct id *return_id, struct tags *tags)
{
    struct return_row row;
    struct order_row order;
    struct merchant merchant;
    tags->count = 0;
    if (!return_load(&desk->rows, return_id, &row)) return;
    if (!order_load(&desk->rows, &row.order, &order)) return;
    bool known = !span_is_zero(span_of(order.buyer.bytes, HASH_BYTES));
    struct record record = record_of(desk, return_id, &row, &order.buyer);
    bool rich = merchant_load(&desk->rows, &row.merchant, &merchant) && merchant.cap_minor > 0 &&
                order.captured_minor >= merchant.cap_minor / HIGH_VALUE_PARTS;
    add(tags, known && record.earlier == 0, TAG_FIRST_RETURN);
    add(tags, known && record.lately + 1 >= SERIAL_RETURNS, TAG_SERIAL_RETURNER);
    add(tags, rich, TAG_HIGH_VALUE);
    add(tags, record.contested, TAG_CONTESTED_BEFORE);
    add(tags, record.complains, TAG_COMPLAINT_OPEN);
}
