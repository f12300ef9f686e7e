/* Orders change after they were sold: a further capture, a line more, a figure that was wrong. Each
 * change is a version of its own, whole, in the book; the row shows the newest, and what stood
 * before it is kept beside. What was returned or refunded stays covered in every version, so each
 * check of money and quantity holds through all of them. */
#include "overseas-warehouse/matching/matching.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/recharge.h"
#include "proto/bugs.h"
#include "proto/money.h"

/* --- versions --------------------------------------------------------------------------------- */

static struct order_line line_of(const struct order_row_line *line)
{
    return (struct order_line){.sku = line->sku,
                               .name = line->name,
                               .quantity = line->quantity,
                               .price_minor = line->price_minor,
                               .tax_minor = line->tax_minor,
                               .tax_bp = line->tax_bp,
                               .lot = line->lot,
                               .serial = line->serial};
}

void order_version_load(const struct desk *desk, const struct id *order,
                        const struct order_row *row, struct order_version_row *version)
{
    *version = (struct order_version_row){.merchant = row->merchant,
                                          .version = row->version,
                                          .sold_ms = row->sold_ms,
                                          .lines_count = row->lines_count};
    for (uint32_t i = 0; i < row->lines_count; i++) version->lines[i] = line_of(&row->lines[i]);
    ORDER_FACTS_COPY(version, row);
    for (uint64_t i = 0; i < row->payments; i++) {
        struct payment_row payment;
        if (!payment_load(&desk->rows, order, i, &payment)) continue;
        version->payments[version->payments_count++] =
            (struct payment){.provider = payment.provider,
                             .reference = payment.reference,
                             .captured_minor = payment.captured_minor,
                             .executor = payment.executor,
                             .mandate_buyer = payment.mandate_buyer,
                             .mandate_method = payment.mandate_method};
    }
}

/* --- what the next version must keep ---------------------------------------------------------- */

/* Where a version does not cover what was done under those before it. */
struct shortfall {
    const char *list; /* NULL: it covers all */
    uint32_t at;
    const char *rule;
};

static const char *line_falls_short(const struct order_row_line *was, const struct order_line *is)
{
    int64_t total;
    if (is->quantity < was->used || is->quantity + was->recharged < was->parts)
        return "/quantity: not_below_returned";
    if (was->used > 0 && !span_equal(was->sku, is->sku)) return "/sku: kept_while_in_returns";
    /* A unit is never worth less than one that was paid already. */
    if (was->parts > 0 && is->price_minor < was->price_minor)
        return "/price_minor: not_below_refunded";
    if (money_multiply(is->price_minor, is->quantity, &total) != OK ||
        total < was->refunded_minor - was->recharged_minor)
        return "/price_minor: not_below_refunded";
    return NULL;
}

static const char *payment_falls_short(const struct payment_row *was, const struct payment *is)
{
    if (!span_equal(was->provider, is->provider)) return "/provider: payment_is_kept";
    if (!span_equal(was->reference, is->reference)) return "/reference: payment_is_kept";
    if (BUG(amended_below_refunded)) return NULL;
    int64_t back = was->refunded_minor + was->elsewhere_minor - was->recharged_minor;
    return is->captured_minor < back ? "/captured_minor: not_below_refunded" : NULL;
}

/* All figures that are looked at are of the book's own entries, so a fold judges alike everywhere
 * what a faulty leader wrote. */
static struct shortfall shortfall_of(const struct desk *desk, const struct order_row *row,
                                     const struct order_amended *next)
{
    if (next->lines_count < row->lines_count)
        return (struct shortfall){"lines", next->lines_count, ": a line is missing"};
    if (next->payments_count < row->payments)
        return (struct shortfall){"payments", next->payments_count, ": a payment is missing"};
    for (uint32_t i = 0; i < row->lines_count; i++) {
        const char *rule = line_falls_short(&row->lines[i], &next->lines[i]);
        if (rule != NULL) return (struct shortfall){"lines", i, rule};
    }
    for (uint32_t i = 0; i < row->payments; i++) {
        struct payment_row was;
        if (!payment_load(&desk->rows, &next->order, i, &was)) continue;
        const char *rule = payment_falls_short(&was, &next->payments[i]);
        if (rule != NULL) return (struct shortfall){"payments", i, rule};
    }
    return (struct shortfall){NULL, 0, NULL};
}

/* --- deciding --------------------------------------------------------------------------------- */

/* The version under way, and where in the sender's body each of its lines and payments stands. */
struct amendment {
    const struct order_amend *body;
    struct order_amended next;
    uint32_t line_named[ORDER_LINES_MAX], payment_named[ORDER_PAYMENTS_MAX];
    uint8_t outbound[TRACKING_NUMBER_BYTES_MAX];
};

static void begin(const struct desk *desk, const struct order_row *row, struct amendment *amendment)
{
    struct order_version_row now;
    struct order_amended *next = &amendment->next;
    order_version_load(desk, &amendment->body->order, row, &now);
    *next = (struct order_amended){.order = amendment->body->order,
                                   .version = row->version + 1,
                                   .reason = amendment->body->reason,
                                   .sold_ms = now.sold_ms,
                                   .lines_count = now.lines_count,
                                   .payments_count = now.payments_count};
    memcpy(next->lines, now.lines, sizeof next->lines);
    memcpy(next->payments, now.payments, sizeof next->payments);
    ORDER_FACTS_COPY(next, &now);
    for (uint32_t i = 0; i < ORDER_LINES_MAX; i++) amendment->line_named[i] = i;
    for (uint32_t i = 0; i < ORDER_PAYMENTS_MAX; i++) amendment->payment_named[i] = i;
}

static void correct(uint64_t *to, uint64_t from)
{
    if (from != 0) *to = from;
}

static void correct_minor(int64_t *to, int64_t from)
{
    if (from != 0) *to = from;
}

static void correct_text(struct span *to, struct span from)
{
    if (from.size > 0) *to = from;
}

static void correct_facts(struct amendment *amendment)
{
    static const struct hash no_hash;
    const struct order_amend *body = amendment->body;
    struct order_amended *next = &amendment->next;
    correct(&next->sold_ms, body->sold_ms);
    correct_minor(&next->total_minor, body->total_minor);
    correct_minor(&next->freight_minor, body->freight_minor);
    correct_minor(&next->discount_minor, body->discount_minor);
    if (!id_is_zero(&body->ship_from)) next->ship_from = body->ship_from;
    correct_text(&next->ship_to, body->ship_to);
    correct_text(&next->inbound, body->inbound);
    if (memcmp(&body->buyer, &no_hash, sizeof no_hash) != 0) next->buyer = body->buyer;
    correct(&next->delivered_ms, body->delivered_ms);
    correct_text(&next->outbound, parcel_number(body->outbound, amendment->outbound));
}

static bool correct_lines(struct amendment *amendment, struct decision *decision)
{
    struct order_amended *next = &amendment->next;
    for (uint32_t i = 0; i < amendment->body->lines_count; i++) {
        const struct amend_line *from = &amendment->body->lines[i];
        if (from->line > next->lines_count)
            return refuse_at(decision, ERROR_OUT_OF_RANGE, "lines", i, "/line: next_line");
        if (from->line == next->lines_count)
            next->lines[next->lines_count++] = (struct order_line){0};
        struct order_line *to = &next->lines[from->line];
        amendment->line_named[from->line] = i;
        correct_text(&to->sku, from->sku);
        correct_text(&to->name, from->name);
        correct(&to->quantity, from->quantity);
        correct_minor(&to->price_minor, from->price_minor);
        correct_minor(&to->tax_minor, from->tax_minor);
        correct(&to->tax_bp, from->tax_bp);
        correct_text(&to->lot, from->lot);
        correct_text(&to->serial, from->serial);
        if (to->sku.size == 0) return refuse_at(decision, ERROR_MISSING_FIELD, "lines", i, "/sku");
    }
    return true;
}

/* Consent is given whole, and taken back by its own word: what is left out stays. */
static bool correct_mandate(struct payment *to, const struct amend_payment *from, uint32_t at,
                            struct decision *decision)
{
    bool given = from->mandate_buyer.size > 0 || from->mandate_method.size > 0;
    if (given && from->mandate_withdrawn != 0)
        return refuse_at(decision, ERROR_OUT_OF_RANGE, "payments", at,
                         "/mandate_withdrawn: give a mandate or withdraw it");
    if (given || from->mandate_withdrawn != 0) {
        to->mandate_buyer = from->mandate_buyer;
        to->mandate_method = from->mandate_method;
    }
    return true;
}

static bool correct_payments(struct amendment *amendment, struct decision *decision)
{
    struct order_amended *next = &amendment->next;
    for (uint32_t i = 0; i < amendment->body->payments_count; i++) {
        const struct amend_payment *from = &amendment->body->payments[i];
        if (from->payment > next->payments_count)
            return refuse_at(decision, ERROR_OUT_OF_RANGE, "payments", i, "/payment: next_payment");
        if (from->payment == next->payments_count)
            next->payments[next->payments_count++] = (struct payment){.captured_minor = 0};
        struct payment *to = &next->payments[from->payment];
        amendment->payment_named[from->payment] = i;
        correct_text(&to->provider, from->provider);
        correct_text(&to->reference, from->reference);
        to->captured_minor = from->captured_minor;
        if (!correct_mandate(to, from, i, decision)) return false;
        if (to->provider.size == 0 || to->reference.size == 0)
            return refuse_at(decision, ERROR_MISSING_FIELD, "payments", i,
                             to->provider.size == 0 ? "/provider" : "/reference");
    }
    return true;
}

static bool covers_the_past(const struct desk *desk, const struct order_row *row,
                            const struct amendment *amendment, struct decision *decision)
{
    struct shortfall shortfall = shortfall_of(desk, row, &amendment->next);
    if (shortfall.list == NULL) return true;
    bool line = shortfall.list[0] == 'l';
    uint32_t at =
        line ? amendment->line_named[shortfall.at] : amendment->payment_named[shortfall.at];
    return refuse_at(decision, ERROR_CONFLICT, shortfall.list, at, shortfall.rule);
}

static bool is_sound(const struct desk *desk, const struct order_row *row,
                     const struct amendment *amendment, const struct moment *moment,
                     struct decision *decision)
{
    const struct order_amended *next = &amendment->next;
    struct sale sale = {.merchant = row->merchant,
                        .lines = next->lines,
                        .payments = next->payments,
                        .lines_count = next->lines_count,
                        .payments_count = next->payments_count,
                        .named = amendment->line_named,
                        .sold_ms = next->sold_ms,
                        .delivered_ms = next->delivered_ms,
                        .total_minor = next->total_minor,
                        .freight_minor = next->freight_minor,
                        .discount_minor = next->discount_minor,
                        .ship_to = next->ship_to};
    return sale_is_sound(&sale, moment, decision) &&
           covers_the_past(desk, row, amendment, decision) &&
           payments_are_new(desk, &sale, (uint32_t)row->payments, decision);
}

void order_amend_decide(const struct desk *desk, const struct command *command,
                        struct moment *moment, struct decision *decision)
{
    struct amendment amendment = {.body = &command->body->order_amend};
    const struct order_amend *body = amendment.body;
    struct merchant merchant;
    struct order_row row;
    if (!order_load(&desk->rows, &body->order, &row) ||
        !merchant_load(&desk->rows, &row.merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "order");
        return;
    }
    if (!command_covers(command, &row.merchant, decision)) return;
    if (!command_matches(command, row.version, decision)) return;
    if (body->currency != 0 && body->currency != row.currency) {
        decision_refuse(decision, ERROR_CONFLICT, "currency: same_currency");
        return;
    }
    begin(desk, &row, &amendment);
    correct_facts(&amendment);
    if (!correct_lines(&amendment, decision) || !correct_payments(&amendment, decision)) return;
    if (!is_sound(desk, &row, &amendment, moment, decision)) return;
    amendment.next.by = command->by;
    amendment.next.at_ms = moment->wall_ms;
    amendment.next.stalled_days = outbound_days(desk, &merchant, amendment.next.outbound, moment);
    decision->entity = body->order;
    decision_add(decision, EVENT_ORDER_AMENDED, &body->order, &amendment.next);
}

/* --- folding ---------------------------------------------------------------------------------- */

static bool captured_sum(const struct order_amended *amended, int64_t *sum)
{
    *sum = 0;
    for (uint32_t i = 0; i < amended->payments_count; i++)
        if (amended->payments[i].captured_minor < 0 ||
            money_add(*sum, amended->payments[i].captured_minor, sum) != OK)
            return false;
    return true;
}

static void keep_former(const struct desk *desk, const struct order_row *row,
                        const struct order_amended *amended)
{
    struct order_version_row former;
    struct key key = version_key(&amended->order, row->version);
    order_version_load(desk, &amended->order, row, &former);
    former.by = amended->by;
    former.until_ms = amended->at_ms;
    former.reason = amended->reason;
    rows_store(&desk->rows, VIEW_ORDER_VERSION, &key, &order_version_row_shape, &former);
}

static void put_payments(const struct desk *desk, const struct id *merchant,
                         const struct order_amended *amended)
{
    for (uint32_t i = 0; i < amended->payments_count; i++) {
        const struct payment *payment = &amended->payments[i];
        struct key key = payment_key(&amended->order, i);
        struct payment_row row;
        bool known = payment_load(&desk->rows, &amended->order, i, &row);
        if (!known)
            row = (struct payment_row){.provider = payment->provider,
                                       .reference = payment->reference,
                                       .executor = payment->executor};
        row.captured_minor = payment->captured_minor;
        row.mandate_buyer = payment->mandate_buyer;
        row.mandate_method = payment->mandate_method;
        rows_store(&desk->rows, VIEW_PAYMENT, &key, &payment_row_shape, &row);
        if (!known) order_index_payment(desk, merchant, payment, &amended->order);
    }
}

/* What was returned and refunded of a line stays as it is. */
static void put_lines(struct order_row *row, const struct order_amended *amended)
{
    row->lines_count = amended->lines_count;
    for (uint32_t i = 0; i < amended->lines_count; i++) {
        const struct order_line *from = &amended->lines[i];
        struct order_row_line *to = &row->lines[i];
        to->sku = from->sku;
        to->name = from->name;
        to->quantity = from->quantity;
        to->price_minor = from->price_minor;
        to->tax_minor = from->tax_minor;
        to->tax_bp = from->tax_bp;
        to->lot = from->lot;
        to->serial = from->serial;
    }
}

void order_amended_fold(const struct desk *desk, const struct place *place,
                        const struct order_amended *amended)
{
    struct order_row row;
    struct key key = key_of(&amended->order);
    int64_t captured_minor;
    if (!order_load(&desk->rows, &amended->order, &row)) return;
    if (!id_equal(&row.book, &place->log) || amended->version != row.version + 1) return;
    if (!captured_sum(amended, &captured_minor)) return;
    if (shortfall_of(desk, &row, amended).list != NULL) return;
    outbound_forget(desk, &amended->order);
    sale_index(desk, &amended->order, false);
    if (!order_load(&desk->rows, &amended->order, &row)) return;
    keep_former(desk, &row, amended);
    struct id merchant = row.merchant;
    put_payments(desk, &merchant, amended);
    /* The puts above may have moved the texts of the row: read it once more. */
    if (!order_load(&desk->rows, &amended->order, &row)) return;
    put_lines(&row, amended);
    ORDER_FACTS_COPY(&row, amended);
    row.sold_ms = amended->sold_ms;
    row.payments = amended->payments_count;
    row.captured_minor = captured_minor;
    row.version = amended->version;
    row.amended_ms = amended->at_ms;
    row.stalled_days = amended->stalled_days;
    rows_store(&desk->rows, VIEW_ORDER, &key, &order_row_shape, &row);
    sale_index(desk, &amended->order, true);
    outbound_name(desk, &amended->order);
    recharge_refresh_order(desk, &amended->order);
    clues_of_order_refresh(desk, &amended->order);
}
