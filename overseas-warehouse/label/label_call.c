/* What goes to a carrier. Where the buyer lives is read here, when the call leaves, and stands
 * nowhere else: once the person is erased there is nothing left to send. */
#include "overseas-warehouse/label/label.h"
#include "overseas-warehouse/parts.h"
#include "proto/utf8.h"

static void put(char *to, size_t size, struct span text)
{
    struct span fits = utf8_cut(text, size - 1);
    if (fits.size > 0) memcpy(to, fits.at, fits.size);
    to[fits.size] = '\0';
}
#define PUT(to, text) put((to), sizeof(to), (text))

bool label_is_country(struct span text)
{
    bool two = text.size == COUNTRY_BYTES;
    for (size_t i = 0; two && i < COUNTRY_BYTES; i++) two = text.at[i] >= 'A' && text.at[i] <= 'Z';
    return two;
}

/* --- accounts --------------------------------------------------------------------------------- */

bool label_account_find(const struct label_accounts *accounts, struct span carrier,
                        struct span account, uint32_t *at)
{
    for (uint32_t i = 0; accounts != NULL && i < accounts->count; i++) {
        const struct label_account *it = &accounts->at[i];
        if (!span_equal(span_text(it->carrier), carrier)) continue;
        *at = i;
        if (span_equal(span_text(it->account), account)) return true;
    }
    return false;
}

/* --- addresses -------------------------------------------------------------------------------- */

const char *label_address_lacks(const struct label_address *address)
{
    if (address->name[0] == '\0' && address->company[0] == '\0') return "name";
    if (address->street1[0] == '\0') return "street1";
    if (address->city[0] == '\0') return "city";
    return address->country[0] == '\0' ? "country" : NULL;
}

/* The latest entry of a log that tells the parts of the address. */
void label_buyer(const struct rows *rows, const struct id *return_id, struct label_address *from)
{
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row at;
    *from = (struct label_address){.name = ""};
    while (walk_next(rows, VIEW_PERSON, &walk, &at)) {
        struct person person;
        if (shape_decode(&person_shape, at.value, &person, NULL) != OK) continue;
        if (person.street1.size == 0 && from->street1[0] != '\0') continue;
        PUT(from->name, person.name);
        PUT(from->company, person.company);
        PUT(from->street1, person.street1);
        PUT(from->street2, person.street2);
        PUT(from->city, person.city);
        PUT(from->state, person.state);
        PUT(from->postal_code, person.postal_code);
        PUT(from->country, person.country);
        PUT(from->phone, person.phone);
        PUT(from->email, person.email);
    }
}

void label_site(const struct rows *rows, const struct id *warehouse, struct label_address *to)
{
    struct site_address_row row;
    *to = (struct label_address){.name = ""};
    if (!site_address_load(rows, warehouse, &row)) return;
    PUT(to->name, row.name);
    PUT(to->company, row.company);
    PUT(to->street1, row.street1);
    PUT(to->street2, row.street2);
    PUT(to->city, row.city);
    PUT(to->state, row.state);
    PUT(to->postal_code, row.postal_code);
    PUT(to->country, row.country);
    PUT(to->phone, row.phone);
    PUT(to->email, row.email);
}

/* --- goods ------------------------------------------------------------------------------------ */

static bool master_of(const struct desk *desk, const struct id *merchant, struct span code,
                      struct sku_row *row)
{
    struct id sku;
    return sku_find(&desk->rows, desk->crypto, merchant, code, &sku) &&
           sku_load(&desk->rows, &sku, row);
}

uint64_t label_weight(const struct desk *desk, const struct id *return_id)
{
    struct return_row owner;
    struct order_row order;
    uint64_t sum = 0;
    if (!return_load(&desk->rows, return_id, &owner)) return 0;
    if (!order_load(&desk->rows, &owner.order, &order)) return 0;
    for (uint32_t i = 0; i < order.lines_count; i++) {
        struct return_line_row line;
        struct sku_row sku;
        if (!return_line_load(&desk->rows, return_id, i, &line) || line.quantity == 0) continue;
        if (!master_of(desk, &order.merchant, order.lines[i].sku, &sku) || sku.weight_g == 0)
            return 0;
        sum += sku.weight_g * line.quantity;
        if (sum > WEIGHT_G_MAX) return 0;
    }
    return sum;
}

static void add_item(const struct desk *desk, const struct order_row *order, uint32_t at,
                     uint64_t quantity, struct label_call *call)
{
    const struct order_row_line *line = &order->lines[at];
    struct label_item *item = &call->item[call->items++];
    struct merchant merchant;
    struct sku_row sku;
    *item = (struct label_item){
        .quantity = quantity, .value_minor = line->price_minor, .currency = order->currency};
    PUT(item->description, line->name);
    PUT(item->sku, line->sku);
    if (master_of(desk, &order->merchant, line->sku, &sku)) {
        PUT(item->hs_code, sku.hs_code);
        if (item->description[0] == '\0') PUT(item->description, sku.name_en);
    }
    if (item->description[0] == '\0') PUT(item->description, line->sku);
    if (merchant_load(&desk->rows, &order->merchant, &merchant)) PUT(item->origin, merchant.origin);
}

static void add_items(const struct desk *desk, struct label_call *call)
{
    struct return_row owner;
    struct order_row order;
    if (!return_load(&desk->rows, &call->return_id, &owner)) return;
    if (!order_load(&desk->rows, &owner.order, &order)) return;
    for (uint32_t i = 0; i < order.lines_count && call->items < LABEL_ITEMS_MAX; i++) {
        struct return_line_row line;
        if (return_line_load(&desk->rows, &call->return_id, i, &line) && line.quantity > 0)
            add_item(desk, &order, i, line.quantity, call);
    }
}

/* --- the call --------------------------------------------------------------------------------- */

/* The check sign of an id is not always a letter or a digit: carriers get the others. */
static void put_reference(const struct id *label, char reference[LABEL_REFERENCE_BYTES])
{
    char text[ID_TEXT_BYTES];
    id_print(label, text);
    memcpy(reference, text, LABEL_REFERENCE_BYTES - 1);
    reference[LABEL_REFERENCE_BYTES - 1] = '\0';
}

/* What a carrier must hear of what it sold. */
static void put_sold(const struct rows *rows, const struct label_row *row, struct label_call *call)
{
    struct label_row sold;
    if (call->act == LABEL_PICKUP && label_load(rows, &row->of, &sold)) {
        PUT(call->carrier_ref, sold.carrier_ref);
        PUT(call->number, sold.number);
    }
    if (call->act != LABEL_VOID) return;
    PUT(call->carrier_ref, row->carrier_ref);
    PUT(call->number, row->number);
}

bool label_call_of(const struct desk *desk, const struct id *label, struct label_call *call)
{
    struct label_row row;
    if (!label_load(&desk->rows, label, &row)) return false;
    if (!label_state_buys(row.state) && !label_state_voids(row.state)) return false;
    bool pickup = row.what == LABEL_IS_PICKUP;
    *call = (struct label_call){.label = *label,
                                .book = row.book,
                                .merchant = row.merchant,
                                .return_id = row.return_id,
                                .act = label_state_voids(row.state) ? LABEL_VOID
                                       : pickup                     ? LABEL_PICKUP
                                                                    : LABEL_BUY,
                                .what = (enum label_what)row.what,
                                .form = (enum label_form)row.form,
                                .recovery = (enum label_recovery)row.recovery,
                                .weight_g = row.weight_g,
                                .pickup_ms = row.pickup_ms,
                                .pickup_until_ms = row.pickup_until_ms,
                                .intended_ms = row.opened_ms,
                                .attempt = (uint32_t)row.attempt};
    PUT(call->carrier, row.carrier);
    PUT(call->account, row.account);
    PUT(call->service, row.service);
    put_reference(label, call->reference);
    id_print(&row.return_id, call->rma);
    label_buyer(&desk->rows, &row.return_id, &call->from);
    label_site(&desk->rows, &row.warehouse, &call->to);
    call->complete =
        label_address_lacks(&call->from) == NULL && label_address_lacks(&call->to) == NULL;
    put_sold(&desk->rows, &row, call);
    add_items(desk, call);
    return true;
}
