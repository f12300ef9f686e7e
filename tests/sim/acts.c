#include "tests/sim/acts.h"

#include <assert.h>
#include <string.h>

#define HEARD_S 20 /* until all have heard of an act */

static struct hash buyer_of(uint8_t buyer)
{
    return (struct hash){{buyer}};
}

/* --- asked for -------------------------------------------------------------------------------- */

static void pay_for(const struct sale *sale, struct order_import *order, const char *first,
                    const char *second, int64_t sum)
{
    int64_t captured = sale->captured_minor != 0 ? sale->captured_minor : sum;
    order->payments_count = sale->second_minor != 0 ? 2 : 1;
    order->payments[0] = (struct payment){.provider = span_text("stripe"),
                                          .reference = span_text(first),
                                          .captured_minor = captured - sale->second_minor,
                                          .executor = sale->executor};
    if (sale->mandated) {
        order->payments[0].mandate_buyer = span_text("cus_1");
        order->payments[0].mandate_method = span_text("pm_1");
    }
    order->payments[1] = (struct payment){.provider = span_text("stripe"),
                                          .reference = span_text(second),
                                          .captured_minor = sale->second_minor};
}

void sell(struct story *story, const struct sale *sale)
{
    union command_body body = {0};
    struct order_import *order = &body.order_import;
    char first[REFERENCE_BYTES_MAX], second[REFERENCE_BYTES_MAX];
    uint64_t quantity = sale->quantity != 0 ? sale->quantity : 1;
    unsigned days = sale->sold_days != 0 ? sale->sold_days : 5;
    snprintf(first, sizeof first, "pi_%s", sale->reference);
    snprintf(second, sizeof second, "pi_%sb", sale->reference);
    *order = (struct order_import){.merchant = story->merchant,
                                   .reference = span_text(sale->reference),
                                   .currency = 978,
                                   .sold_ms = WORLD_EPOCH_MS - (uint64_t)days * 24 * 60 * 60 * 1000,
                                   .lines_count = sale->other_sku != NULL ? 2 : 1};
    order->lines[0] = (struct order_line){
        .sku = span_text(sale->sku), .quantity = quantity, .price_minor = sale->price_minor};
    if (sale->other_sku != NULL)
        order->lines[1] = (struct order_line){
            .sku = span_text(sale->other_sku), .quantity = 1, .price_minor = sale->other_minor};
    order->buyer = buyer_of(sale->buyer);
    if (sale->outbound != NULL) order->outbound = span_text(sale->outbound);
    pay_for(sale, order, first, second, sale->price_minor * (int64_t)quantity + sale->other_minor);
    wish_at(story, RTM, COMMAND_ORDER_IMPORT, BY_MERCHANT, &body, NEW);
    assert(story->last_error == OK);
    story_wait(story, HEARD_S);
}

struct id return_by_number(struct story *story, const char *number)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct return_row now;
    struct id found = {{0}};
    const struct rows *rows = story_read(story, RTM);
    while (walk_next(rows, VIEW_RETURN, &walk, &row))
        if (shape_decode(&return_row_shape, row.value, &now, NULL) == OK &&
            span_equal(now.number, span_text(number)))
            memcpy(found.bytes, walk.at.bytes, ID_BYTES);
    story_read_end(story, RTM);
    return found;
}

struct id ask_for(struct story *story, enum site place, enum actor_kind by, enum return_kind kind,
                  enum outcome outcome, const char *reference, uint64_t quantity,
                  const char *number)
{
    union command_body body = {0};
    struct return_request *wish = &body.return_request;
    *wish = (struct return_request){.merchant = story->merchant,
                                    .order_reference = span_text(reference),
                                    .number = span_text(number),
                                    .kind = kind,
                                    .outcome = outcome,
                                    .lines_count = 1};
    wish->lines[0] =
        (struct return_line){.line = 0, .quantity = quantity, .reason = REASON_UNWANTED};
    wish_at(story, place, COMMAND_RETURN_REQUEST, by, &body, NEW);
    story_wait(story, HEARD_S);
    return return_by_number(story, number);
}

struct id ask_back(struct story *story, enum site place, enum actor_kind by, const char *reference,
                   uint64_t quantity, const char *number)
{
    return ask_for(story, place, by, 0, 0, reference, quantity, number);
}

void approve_and_let_keep(struct story *story, enum site place, enum actor_kind by,
                          const struct id *return_id)
{
    union command_body body = {.return_decide = {.return_id = *return_id, .keep = 1}};
    wish_at(story, place, COMMAND_RETURN_APPROVE, by, &body, NEW);
    story_wait(story, HEARD_S);
}

void send_other(struct story *story, enum site place, enum actor_kind by,
                const struct id *return_id, uint64_t units)
{
    union command_body body = {.return_replace = {.return_id = *return_id,
                                                  .quantity = units,
                                                  .number = span_text("SENT")}};
    wish_at(story, place, COMMAND_RETURN_REPLACE, by, &body, NEW);
    story_wait(story, HEARD_S);
}

void set_policy(struct story *story, struct policy policy)
{
    union command_body body = {.policy_put = {.merchant = story->merchant, .policy = policy}};
    struct policy *whole = &body.policy_put.policy;
    whole->currency = 978;
    whole->windows_count = whole->auto_approve_count = whole->allow_count = 1;
    whole->windows[0].days = 60;
    whole->auto_approve[0].up_to_minor = 50000;
    whole->allow[0].buyer = buyer_of(TRUSTED_BUYER);
    whole->buyer_history = 1;
    wish_at(story, RTM, COMMAND_POLICY_PUT, BY_MERCHANT, &body, NEW);
    assert(story->last_error == OK);
    story_wait(story, HEARD_S);
}

void answer_return(struct story *story, enum site place, enum actor_kind by, enum command_kind kind,
                   const struct id *return_id)
{
    union command_body body = {0};
    body.return_decide =
        (struct return_decide){.return_id = *return_id, .reason = span_text("so be it")};
    wish_at(story, place, kind, by, &body, NEW);
    story_wait(story, HEARD_S);
}

enum return_state state_of(struct story *story, const struct id *return_id)
{
    struct return_row row = {.state = RETURN_NONE};
    const struct rows *rows = story_read(story, RTM);
    bool known = return_load(rows, return_id, &row);
    enum return_state state = (enum return_state)row.state;
    story_read_end(story, RTM);
    return known ? state : RETURN_NONE;
}

/* --- goods ------------------------------------------------------------------------------------ */

void carrier_says(struct story *story, enum site place, const char *number,
                  enum track_status status, enum track_reason reason)
{
    union command_body body = {0};
    struct tracking *tracking = &body.tracking;
    *tracking = (struct tracking){.carrier = span_text("easypost"),
                                  .number = span_text(number),
                                  .direction = DIRECTION_RETURN,
                                  .summary = status,
                                  .points_count = 1};
    memcpy(tracking->dedup.bytes, number, strlen(number) < ID_BYTES ? strlen(number) : ID_BYTES);
    tracking->dedup.bytes[ID_BYTES - 2] = (uint8_t)status;
    struct checkpoint *point = &tracking->points[0];
    point->dedup = tracking->dedup;
    point->dedup.bytes[ID_BYTES - 1] = 0x80;
    point->status = status;
    point->reason = reason;
    point->quality = TIME_OFFSET;
    point->occurred_ms = host_wall_ms(&story->world.host[place]);
    wish_at(story, place, COMMAND_TRACKING, BY_CARRIER, &body, NEW);
    story_wait(story, HEARD_S);
}

void carrier_delivers(struct story *story, enum site place, const char *number)
{
    carrier_says(story, place, number, TRACK_DELIVERED, 0);
}

void carrier_scans(struct story *story, enum site place, const char *number)
{
    carrier_says(story, place, number, TRACK_IN_TRANSIT, 0);
}

struct id receive_units_by(struct story *story, enum site place, enum actor_kind by,
                           const char *number, const char *sku, unsigned units,
                           const struct id *slip)
{
    union command_body body = {0};
    struct box_receive *box = &body.box_receive;
    assert(units <= BOX_ITEMS_MAX);
    *box = (struct box_receive){.warehouse = story->world.host[place].card.warehouse,
                                .number = span_text(number),
                                .weight_g = 800,
                                .items_count = units};
    if (slip != NULL) box->return_id = *slip;
    for (unsigned i = 0; i < units; i++) box->items[i].sku = span_text(sku);
    wish_at(story, place, COMMAND_BOX_RECEIVE, by, &body, NEW);
    struct id received = story->last_entity;
    story_wait(story, HEARD_S);
    return received;
}

struct id receive_units(struct story *story, enum site place, const char *number, const char *sku,
                        unsigned units, const struct id *slip)
{
    return receive_units_by(story, place, BY_OPERATOR, number, sku, units, slip);
}

struct id unit_of_box(struct story *story, enum site place, const struct id *box, unsigned nth)
{
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    struct id unit = {{0}};
    const struct rows *rows = story_read(story, place);
    for (unsigned i = 0; i <= nth && walk_next(rows, VIEW_UNIT_BY_BOX, &walk, &row); i++)
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    story_read_end(story, place);
    return unit;
}

void act_on_unit(struct story *story, enum site place, enum actor_kind by, enum command_kind kind,
                 const struct id *unit, struct unit_act how)
{
    union command_body body = {.unit_act = how};
    body.unit_act.unit = *unit;
    wish_at(story, place, kind, by, &body, NEW);
    story_wait(story, HEARD_S);
}

void unit_arrives(struct story *story, enum site place, enum actor_kind by, const struct id *unit)
{
    union command_body body = {.unit_take = {*unit, story->world.host[place].card.warehouse}};
    wish_at(story, place, COMMAND_UNIT_TAKE, by, &body, NEW);
    story_wait(story, HEARD_S);
}

void owner_releases(struct story *story, enum site place, const struct id *unit,
                    enum disposition disposition)
{
    union command_body body = {
        .unit_release = {.unit = *unit, .merchant = story->merchant, .disposition = disposition}};
    wish_at(story, place, COMMAND_UNIT_RELEASE, BY_MERCHANT, &body, NEW);
    story_wait(story, HEARD_S);
}

/* --- money ------------------------------------------------------------------------------------ */

static unsigned find_refunds(struct story *story, enum refund_state state, const struct id *besides,
                             struct id *slot)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct refund_row refund;
    unsigned count = 0;
    const struct rows *rows = story_read(story, RTM);
    while (walk_next(rows, VIEW_REFUND, &walk, &row)) {
        if (shape_decode(&refund_row_shape, row.value, &refund, NULL) != OK) continue;
        if (refund.state != (uint64_t)state) continue;
        if (besides != NULL && memcmp(walk.at.bytes, besides->bytes, ID_BYTES) == 0) continue;
        if (count++ == 0) memcpy(slot->bytes, walk.at.bytes, ID_BYTES);
    }
    story_read_end(story, RTM);
    return count;
}

bool refund_in(struct story *story, enum refund_state state, struct id *slot)
{
    return find_refunds(story, state, NULL, slot) > 0;
}

bool refund_but(struct story *story, enum refund_state state, const struct id *besides,
                struct id *slot)
{
    return find_refunds(story, state, besides, slot) > 0;
}

unsigned refunds_in(struct story *story, enum refund_state state)
{
    struct id slot;
    return find_refunds(story, state, NULL, &slot);
}

void resolve(struct story *story, enum site place, const struct id *slot, bool paid)
{
    union command_body body = {
        .refund_resolve = {.slot = *slot, .paid = paid, .reason = span_text("looked it up")}};
    wish_at(story, place, COMMAND_REFUND_RESOLVE, BY_ADMIN, &body, NEW);
    story_wait(story, HEARD_S);
}

void provider_says(struct story *story, enum site place, const struct id *slot, uint64_t outcome)
{
    union command_body body = {0};
    struct refund_told *told = &body.refund_told;
    struct refund_row refund;
    struct payment_row payment;
    char key[REFUND_KEY_BYTES], reference[REFERENCE_BYTES_MAX + 1];
    const struct rows *rows = story_read(story, RTM);
    bool known = refund_load(rows, slot, &refund);
    int64_t amount = refund.amount_minor;
    struct id order = refund.order;
    char called[PROVIDER_REF_BYTES_MAX + 1] = "re_told";
    if (known && refund.provider_ref.size > 0)
        snprintf(called, sizeof called, "%.*s", (int)refund.provider_ref.size,
                 (const char *)refund.provider_ref.at);
    known = known && payment_load(rows, &order, refund.payment, &payment);
    assert(known);
    business_refund_key(&story->world.host[RTM].crypto, &story->merchant, &payment, slot, key);
    snprintf(reference, sizeof reference, "%.*s", (int)payment.reference.size,
             (const char *)payment.reference.at);
    story_read_end(story, RTM);
    *told = (struct refund_told){.merchant = story->merchant,
                                 .provider = span_text("stripe"),
                                 .key = span_text(key),
                                 .outcome = outcome,
                                 .provider_ref = span_text(called),
                                 .payment = span_text(reference),
                                 .amount_minor = amount,
                                 .currency = 978};
    told->dedup = *slot;
    told->dedup.bytes[0] ^= (uint8_t)outcome;
    wish_at(story, place, COMMAND_REFUND_TOLD, BY_ADMIN, &body, NEW);
    story_wait(story, HEARD_S);
}

static int64_t moved_of(const struct story *story, const char *payment, bool charge)
{
    const struct provider *provider = &story->world.provider;
    int64_t sum = 0;
    for (uint32_t i = 0; i < provider->count; i++)
        if (provider->entry[i].charge == charge &&
            (payment == NULL || strcmp(provider->entry[i].payment_ref, payment) == 0))
            sum += provider->entry[i].amount_minor * provider->entry[i].times_paid;
    return sum;
}

int64_t paid_of(const struct story *story, const char *payment)
{
    return moved_of(story, payment, false);
}

int64_t charged_minor(const struct story *story)
{
    return moved_of(story, NULL, true);
}

void withdraw_mandate(struct story *story, enum site place, const char *reference)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct order_row order;
    union command_body body = {.order_amend = {.payments_count = 1}};
    struct order_amend *amend = &body.order_amend;
    const struct rows *rows = story_read(story, place);
    while (walk_next(rows, VIEW_ORDER, &walk, &row)) {
        if (shape_decode(&order_row_shape, row.value, &order, NULL) != OK) continue;
        if (!span_equal(order.reference, span_text(reference))) continue;
        memcpy(amend->order.bytes, walk.at.bytes, ID_BYTES);
        amend->payments[0].captured_minor = order.captured_minor;
    }
    story_read_end(story, place);
    amend->payments[0].mandate_withdrawn = 1;
    wish_at(story, place, COMMAND_ORDER_AMEND, BY_MERCHANT, &body, NEW);
    assert(story->last_error == OK);
    story_wait(story, HEARD_S);
}

int64_t paid_minor(const struct story *story)
{
    return paid_of(story, NULL);
}

/* --- money besides ---------------------------------------------------------------------------- */

void grant_money(struct story *story, enum site place, enum actor_kind by,
                 const struct id *return_id, enum paid_for paid_for, int64_t minor, uint64_t offer)
{
    union command_body body = {.grant_give = {.return_id = *return_id,
                                              .paid_for = paid_for,
                                              .amount_minor = minor,
                                              .offer = offer != 0,
                                              .hours = offer}};
    wish_at(story, place, COMMAND_GRANT_GIVE, by, &body, NEW);
    story_wait(story, HEARD_S);
}

struct id grant_of(struct story *story, const struct id *return_id, unsigned nth)
{
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row row;
    struct id found = {{0}};
    const struct rows *rows = story_read(story, RTM);
    while (walk_next(rows, VIEW_GRANT_BY_RETURN, &walk, &row)) {
        struct id grant;
        struct grant_row now;
        memcpy(grant.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (grant_load(rows, &grant, &now) && now.number == nth) found = grant;
    }
    story_read_end(story, RTM);
    return found;
}

void answer_grant(struct story *story, enum site place, enum actor_kind by, enum command_kind kind,
                  const struct id *grant)
{
    union command_body body = {.grant_decide = {.grant = *grant}};
    wish_at(story, place, kind, by, &body, NEW);
    story_wait(story, HEARD_S);
}

enum grant_state state_of_grant(struct story *story, const struct id *grant)
{
    struct grant_row row = {.state = GRANT_NONE};
    const struct rows *rows = story_read(story, RTM);
    bool known = grant_load(rows, grant, &row);
    enum grant_state state = (enum grant_state)row.state;
    story_read_end(story, RTM);
    return known ? state : GRANT_NONE;
}

void others_tell(struct story *story, enum site place, enum elsewhere how, const char *payment,
                 const char *reference, int64_t minor, const struct id *return_id)
{
    union command_body body = {.refund_record = {.merchant = story->merchant,
                                                 .provider = span_text("stripe"),
                                                 .payment = span_text(payment),
                                                 .how = how,
                                                 .reference = span_text(reference),
                                                 .amount_minor = minor,
                                                 .currency = 978,
                                                 .made_ms = WORLD_EPOCH_MS}};
    if (return_id != NULL) {
        body.refund_record.return_id = *return_id;
        body.refund_record.quantity = 1;
    }
    wish_at(story, place, COMMAND_REFUND_RECORD, BY_MERCHANT, &body, NEW);
    story_wait(story, HEARD_S);
}
