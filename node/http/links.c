/* The buyer's door: a signed link lets in, to the one return that it names, wherever in the mesh it
 * is shown; and the shape in which a buyer sees that return: its state and deadlines, what to send,
 * what is offered and paid back. No id but the return's own and those of offers, which are answered
 * by them, and no word that others wrote for each other.
 */
#include "node/http/door.h"
#include "node/http/records.h"

#include "proto/money.h"

/* --- letting in ------------------------------------------------------------------------------- */

/* By the membership of today: a member that was put out vouches for nothing any more. */
static bool is_signed(const struct http *http, const struct rows *rows,
                      const struct link_card *card)
{
    struct key key = key_of(&card->node);
    struct member member;
    return rows_load(rows, VIEW_MEMBER, &key, &member_shape, &member) && !member.revoked &&
           link_verify(http->crypto, member.sign_key.bytes, card);
}

static enum error judge(const struct http *http, const struct rows *rows,
                        const struct link_card *card, struct id *merchant, const char **why)
{
    struct key link = key_of(&card->link);
    struct return_row row;
    *why = "the link is not one of this mesh";
    if (!is_signed(http, rows, card)) return ERROR_UNAUTHENTICATED;
    *why = "the link has expired: ask the shop for a new one";
    if (card->expires_ms <= wall_now_ms()) return ERROR_UNAUTHENTICATED;
    *why = "the link was withdrawn: ask the shop for a new one";
    if (rows_has(rows, VIEW_LINK_REVOKED, &link)) return ERROR_UNAUTHENTICATED;
    *why = "the return has not come to this node yet: try again in a while";
    if (!return_load(rows, &card->return_id, &row)) return ERROR_NOT_FOUND;
    *merchant = row.merchant;
    return OK;
}

enum error link_let_in(struct visit *visit, const char **why)
{
    const char *header = call_header(visit->call, "Authorization");
    struct store_reading reading;
    struct id merchant;
    *why = NULL;
    if (header == NULL || strncasecmp(header, "Bearer ", 7) != 0) return ERROR_UNAUTHENTICATED;
    for (header += 7; *header == ' ';) header++;
    if (link_parse(span_text(header), &visit->link) != OK) return ERROR_UNAUTHENTICATED;
    enum error error = store_reading_begin(visit->http->store, &reading);
    if (error != OK) return error;
    error = judge(visit->http, &reading.views, &visit->link, &merchant, why);
    store_reading_end(&reading);
    if (error != OK) return error;
    visit->link_row =
        (struct token_row){.token = visit->link.link, .role = ROLE_BUYER, .merchant = merchant};
    visit->token = &visit->link_row;
    return OK;
}

/* --- what a buyer sees ------------------------------------------------------------------------ */

static void put_line(const struct reading *reading, struct json_out *out, uint64_t number,
                     const struct order_row_line *sold, const struct return_line_row *line)
{
    (void)reading;
    json_open(out, NULL, '{');
    json_put_uint(out, "line", number);
    json_put_text(out, "sku", sold->sku);
    if (sold->name.size > 0) json_put_text(out, "name", sold->name);
    json_put_uint(out, "quantity", line->quantity);
    json_put_text(out, "reason", span_text(word_of(&reason_words, line->reason)));
    json_put_uint(out, "received", line->taken);
    json_close(out, '}');
}

static void put_lines(const struct reading *reading, const struct id *id, const struct id *order_id,
                      struct json_out *out)
{
    struct order_row order;
    struct return_line_row line;
    json_open(out, "send", '[');
    bool known = order_load(reading->rows, order_id, &order);
    for (uint32_t i = 0; known && i < order.lines_count; i++)
        if (return_line_load(reading->rows, id, i, &line))
            put_line(reading, out, i, &order.lines[i], &line);
    json_close(out, ']');
}

/* Before anything is sent: what will be kept of the refund, and for what. What others owe each
 * other is not the buyer's to see. */
static void put_fees(const struct return_row *row, const struct id *order_id,
                     const struct reading *reading, struct json_out *out)
{
    struct order_row order;
    const struct currency *currency = NULL;
    if (order_load(reading->rows, order_id, &order)) currency = currency_by_numeric(order.currency);
    json_open(out, "fees", '[');
    for (uint32_t i = 0; row->keep == 0 && i < row->fees_count; i++) {
        const struct return_fee *fee = &row->fees[i];
        if (fee->payer != PAID_BY_BUYER) continue;
        json_open(out, NULL, '{');
        json_put_uint(out, "line", fee->line);
        json_put_text(out, "kind", span_text(word_of(&fee_kind_words, fee->kind)));
        json_put_int(out, "amount_minor", fee->amount_minor);
        if (currency != NULL) json_put_text(out, "currency", span_text(currency->letters));
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void put_refunds(const struct reading *reading, const struct id *id, struct json_out *out)
{
    struct key prefix = key_of(id);
    struct walk walk = walk_over(&prefix);
    struct row at;
    json_open(out, "refunds", '[');
    while (walk_next(reading->rows, VIEW_REFUND_BY_RETURN, &walk, &at)) {
        struct refund_row row;
        struct id slot;
        memcpy(slot.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!refund_load(reading->rows, &slot, &row)) continue;
        const struct currency *currency = currency_by_numeric(row.currency);
        json_open(out, NULL, '{');
        bool charge = business_is_charge(row.paid_for);
        json_put_text(out, "direction", span_text(charge ? "charge" : "refund"));
        json_put_text(out, "state", span_text(word_of(&refund_state_words, row.state)));
        json_put_int(out, "amount_minor", row.amount_minor);
        if (currency != NULL) json_put_text(out, "currency", span_text(currency->letters));
        json_put_time(out, "moved_ms", row.moved_ms);
        json_close(out, '}');
    }
    json_close(out, ']');
}

/* Money besides what is sent back: what is offered waits for the buyer's answer. */
static void put_offers(const struct reading *reading, const struct id *id, struct json_out *out)
{
    struct key prefix = key_of(id);
    struct walk walk = walk_over(&prefix);
    struct row at;
    json_open(out, "offers", '[');
    while (walk_next(reading->rows, VIEW_GRANT_BY_RETURN, &walk, &at)) {
        struct grant_row row;
        struct id grant;
        memcpy(grant.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!grant_load(reading->rows, &grant, &row)) continue;
        const struct currency *currency = currency_by_numeric(row.currency);
        json_open(out, NULL, '{');
        json_put_id(out, "grant", &grant);
        json_put_uint(out, "version", row.version);
        json_put_text(out, "state", span_text(word_of(&grant_state_words, row.state)));
        json_put_text(out, "paid_for", span_text(word_of(&paid_for_words, row.paid_for)));
        json_put_int(out, "amount_minor", row.amount_minor);
        if (currency != NULL) json_put_text(out, "currency", span_text(currency->letters));
        if (row.state == GRANT_OFFERED && row.due_ms != 0) json_put_time(out, "due_ms", row.due_ms);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void put_evidence(const struct return_row *row, struct json_out *out)
{
    json_open(out, "evidence", '[');
    for (uint32_t i = 0; i < row->evidence_count; i++) {
        json_open(out, NULL, '{');
        json_put_shape(out, NULL, &evidence_shape, &row->evidence[i]);
        json_close(out, '}');
    }
    json_close(out, ']');
}

/* Who owes what by when, of the return itself: whether it is the buyer's turn or the shop's. */
static void put_due(const struct reading *reading, const struct id *id, struct json_out *out)
{
    struct key prefix = key_of(id);
    struct walk walk = walk_over(&prefix);
    struct row at;
    json_open(out, "due", '[');
    while (walk_next(reading->rows, VIEW_DEADLINE, &walk, &at)) {
        struct deadline_row row;
        if (shape_decode(&deadline_row_shape, at.value, &row, NULL) != OK) continue;
        if (row.state != DEADLINE_OPEN) continue;
        json_open(out, NULL, '{');
        json_put_text(out, "kind", span_text(word_of(&deadline_words, row.kind)));
        json_put_text(out, "owner", span_text(word_of(&actor_words, row.owner)));
        json_put_time(out, "due_ms", row.due_ms);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void put_warehouses(const struct reading *reading, struct json_out *out)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    struct warehouse_row row;
    json_open(out, "to", '[');
    while (walk_next(reading->rows, VIEW_WAREHOUSE, &walk, &at))
        if (shape_decode(&warehouse_row_shape, at.value, &row, NULL) == OK && row.code.size > 0)
            json_put_text(out, NULL, row.code);
    json_close(out, ']');
}

bool buyer_put(const struct reading *reading, const struct id *id, struct json_out *out,
               const char *key, uint64_t *version)
{
    struct return_row row;
    struct merchant merchant;
    if (!return_load(reading->rows, id, &row) || !scope_covers(&reading->scope, &row.merchant))
        return false;
    *version = row.version;
    json_open(out, key, '{');
    json_put_id(out, "id", id);
    json_put_text(out, "state", span_text(word_of(&return_state_words, row.state)));
    json_put_time(out, "requested_ms", row.requested_ms);
    if (row.approved_ms != 0) json_put_time(out, "approved_ms", row.approved_ms);
    json_put_time(out, "moved_ms", row.moved_ms);
    if (row.due_ms != 0) json_put_time(out, "due_ms", row.due_ms);
    if (row.due_ms != 0)
        json_put_text(out, "due_verb", span_text(word_of(&verb_words, row.due_verb)));
    if (row.number.size > 0) json_put_text(out, "number", row.number);
    json_put_bool(out, "arrived", row.arrived != 0);
    put_evidence(&row, out);
    struct id order = row.order;
    if (merchant_load(reading->rows, &row.merchant, &merchant))
        json_put_text(out, "shop", merchant.name);
    put_warehouses(reading, out);
    put_lines(reading, id, &order, out);
    put_fees(&row, &order, reading, out);
    put_refunds(reading, id, out);
    put_offers(reading, id, out);
    put_due(reading, id, out);
    followup_put_for_buyer(reading, id, out);
    json_close(out, '}');
    return true;
}

/* --- making one ------------------------------------------------------------------------------- */

/* Signing is deterministic: who asks again with the same key is given the same link. */
void link_put(const struct http *http, const struct id *link, struct json_out *out)
{
    struct store_reading reading;
    struct link_row row;
    char text[LINK_TEXT_BYTES];
    if (store_reading_begin(http->store, &reading) != OK) return;
    /* A link that another node made is signed with that one's key. */
    bool own = link_load(&reading.views, link, &row) && id_equal(&row.node, &http->self->node);
    struct link_card card = {
        .return_id = row.return_id, .link = *link, .node = row.node, .expires_ms = row.expires_ms};
    if (own && link_sign(http->crypto, &card)) {
        link_print(&card, text);
        json_put_text(out, "secret", span_text(text));
        explicit_bzero(text, sizeof text);
    }
    store_reading_end(&reading);
}
