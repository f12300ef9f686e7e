/* What merchants, buyers' helpers and carriers wish, and how often. */
#include "sim/wishes.h"

#include <string.h>

#include "sim/faults.h"

#define STRAY_WAITS_US (3 * HOUR_US) /* before somebody asks for the return of an early box */

uint64_t draw_below(struct world *world, uint64_t bound)
{
    return chance_below(&world->chance[PURPOSE_CLIENTS], bound);
}

unsigned any_host(struct world *world)
{
    return (unsigned)draw_below(world, world->hosts);
}

unsigned any_return_state(struct world *world)
{
    return 1u << (RETURN_REQUESTED + draw_below(world, RETURN_ARBITRATED - RETURN_REQUESTED + 1));
}

void put_word(char to[CLIENT_TEXT_BYTES], const char *prefix, uint64_t number)
{
    snprintf(to, CLIENT_TEXT_BYTES, "%s%llu", prefix, (unsigned long long)number);
}

/* The first two decide; operators, partners and buyers ask or call off. */
static enum actor_kind any_actor(struct world *world, enum command_kind kind)
{
    static const enum actor_kind kinds[] = {BY_MERCHANT, BY_ADMIN, BY_OPERATOR};
    bool asks = kind == COMMAND_RETURN_REQUEST, ends = kind == COMMAND_RETURN_CANCEL;
    uint64_t drawn = draw_below(world, asks || ends ? 4 : 2);
    if (drawn == 3) return asks ? BY_PARTNER : BY_BUYER;
    return kinds[drawn];
}

/* --- orders and returns --- */

/* Some shops tell the tax of a line, some its rate, and some nothing; by its price, so that no
 * other draw changes. */
static void tax_line(struct order_line *line)
{
    int64_t total = line->price_minor * (int64_t)line->quantity;
    if (line->price_minor % 2 != 0)
        line->tax_minor = total * 1900 / 11900;
    else if (line->price_minor % 3 != 0)
        line->tax_bp = 700;
}

/* The buyer agrees to be charged again. */
static void give_mandate(struct payment *payment)
{
    payment->mandate_buyer = span_text("cus_1");
    payment->mandate_method = span_text("pm_1");
}

static void import_order_of(struct world *world, unsigned merchant)
{
    struct clients *clients = world->watcher;
    if (clients->orders == ORDERS_MAX) return;
    struct client_order *order = &clients->order[clients->orders];
    union command_body body = {0};
    order->merchant = merchant;
    put_word(order->reference, "SZ-", clients->orders);
    put_word(order->payment, "pi_", clients->orders);
    char outbound[CLIENT_TEXT_BYTES];
    order->lines = 1 + (uint32_t)draw_below(world, 3);
    name_sending(clients->orders, outbound);
    order->captured_minor = 0;
    body.order_import =
        (struct order_import){.merchant = clients->merchant[order->merchant].id,
                              .reference = span_text(order->reference),
                              .currency = 978,
                              .sold_ms = WORLD_EPOCH_MS - draw_below(world, 20) * 86400000,
                              .lines_count = order->lines,
                              .payments_count = 1,
                              .outbound = span_text(outbound)};
    for (uint32_t i = 0; i < order->lines; i++) {
        put_word(order->sku[i], "SKU-", draw_below(world, 20));
        order->quantity[i] = 1 + (uint32_t)draw_below(world, 3);
        int64_t price = 500 + (int64_t)draw_below(world, 9000);
        body.order_import.lines[i] = (struct order_line){
            .sku = span_text(order->sku[i]), .quantity = order->quantity[i], .price_minor = price};
        tax_line(&body.order_import.lines[i]);
        order->captured_minor += price * (int64_t)order->quantity[i];
    }
    /* Sometimes less was captured than the lines are worth (a coupon): refunds may fall short. */
    if (draw_below(world, 5) == 0) order->captured_minor -= order->captured_minor / 4;
    body.order_import.payments[0] = (struct payment){.provider = span_text("stripe"),
                                                     .reference = span_text(order->payment),
                                                     .captured_minor = order->captured_minor};
    if (draw_below(world, 3) == 0) body.order_import.buyer.bytes[0] = TRUSTED_BUYER;
    if (draw_below(world, 8) == 0)
        body.order_import.payments[0].executor = EXECUTOR_MARKETPLACE;
    else if (draw_below(world, 4) != 0)
        give_mandate(&body.order_import.payments[0]);
    order->wish = clients_wish(world, any_host(world), COMMAND_ORDER_IMPORT, BY_MERCHANT, &body);
    clients->orders++;
}

static void import_order(struct world *world)
{
    const struct clients *clients = world->watcher;
    import_order_of(world, (unsigned)draw_below(world, clients->merchants));
}

void wish_last(struct world *world)
{
    const struct clients *clients = world->watcher;
    for (unsigned i = 0; i < clients->merchants; i++) import_order_of(world, i);
}

/* Some ask for the return of what lies unannounced in a warehouse already. */
static const struct client_stray *any_stray(struct world *world)
{
    struct clients *clients = world->watcher;
    if (clients->strays == 0 || draw_below(world, 3) != 0) return NULL;
    struct client_stray *stray = &clients->stray[draw_below(world, clients->strays)];
    if (stray->named || world->now_us < stray->at_us + STRAY_WAITS_US) return NULL;
    stray->named = true;
    return stray;
}

/* Most ask for their money; some for another thing, or for money without sending anything. */
static void ask_for_kind(struct world *world, struct return_request *request)
{
    if (draw_below(world, 3) != 0) return;
    request->kind = 1 + draw_below(world, KIND_REFUND_ONLY);
    if (request->kind == KIND_CLAIM && draw_below(world, 2) == 0)
        request->outcome = OUTCOME_REPLACEMENT;
    if (request->kind == KIND_RETURN && draw_below(world, 3) == 0)
        request->outcome = OUTCOME_STORE_CREDIT;
}

static void request_return(struct world *world)
{
    struct clients *clients = world->watcher;
    if (clients->returns == RETURNS_MAX || clients->orders == 0) return;
    struct client_return *ret = &clients->ret[clients->returns];
    union command_body body = {0};
    const struct client_stray *stray = any_stray(world);
    ret->order = stray != NULL ? stray->order : (uint32_t)draw_below(world, clients->orders);
    const struct client_order *order = &clients->order[ret->order];
    ret->quantity = 1 + (uint32_t)draw_below(world, 2);
    put_word(ret->number, "1ZRET", clients->returns);
    if (stray != NULL) memcpy(ret->number, stray->number, sizeof ret->number);
    body.return_request = (struct return_request){.merchant = clients->merchant[order->merchant].id,
                                                  .order_reference = span_text(order->reference),
                                                  .number = span_text(ret->number),
                                                  .lines_count = 1};
    struct return_line *line = &body.return_request.lines[0];
    line->line = draw_below(world, order->lines);
    line->quantity = ret->quantity;
    line->reason = 1 + draw_below(world, 14);
    ask_for_kind(world, &body.return_request);
    body.return_request.followup_consent = draw_below(world, 2);
    const struct id *merchant = &body.return_request.merchant;
    enum actor_kind by = any_actor(world, COMMAND_RETURN_REQUEST);
    ret->wish =
        clients_wish_for(world, any_host(world), COMMAND_RETURN_REQUEST, by, merchant, &body);
    clients->returns++;
}

static const struct client_return *any_return(struct world *world, struct id *entity)
{
    struct clients *clients = world->watcher;
    if (clients->returns == 0) return NULL;
    const struct client_return *ret = &clients->ret[draw_below(world, clients->returns)];
    const struct wish *wish = &clients->wish[ret->wish];
    *entity = wish->entity;
    if (!wish->answered || wish->error != OK) return NULL;
    return ret;
}

static void decide_on(struct world *world, unsigned states, enum command_kind kind)
{
    struct seen_return seen;
    union command_body body = {0};
    unsigned host = any_host(world);
    if (!look_return(world, host, states, &seen)) return;
    body.return_decide.return_id = seen.id;
    enum actor_kind by = any_actor(world, kind);
    clients_wish_for(world, host, kind, by, &seen.merchant, &body);
}

static void decide_return(struct world *world)
{
    static const enum command_kind kinds[] = {COMMAND_RETURN_APPROVE, COMMAND_RETURN_APPROVE,
                                              COMMAND_RETURN_DECLINE, COMMAND_RETURN_CANCEL};
    enum command_kind kind = kinds[draw_below(world, 4)];
    unsigned open = 1u << RETURN_REQUESTED;
    if (kind == COMMAND_RETURN_CANCEL && draw_below(world, 2) == 0) open = 1u << RETURN_APPROVED;
    decide_on(world, draw_below(world, 4) != 0 ? open : ~0u, kind);
}

/* What was ended is granted after all, often because the goods are here. */
static void think_again(struct world *world)
{
    static const enum return_state ended[] = {RETURN_DECLINED, RETURN_CANCELED, RETURN_EXPIRED};
    decide_on(world, 1u << ended[draw_below(world, 3)], COMMAND_RETURN_APPROVE);
}

/* A supervisor is tired of waiting: mostly before there is anything to wait for. */
static void override_deadline(struct world *world)
{
    struct seen_return seen;
    union command_body body = {0};
    unsigned host = any_host(world);
    if (!look_return(world, host, 1u << RETURN_REQUESTED, &seen)) return;
    body.deadline_override.return_id = seen.id;
    body.deadline_override.reason = span_text("nobody else was asked");
    clients_wish(world, host, COMMAND_DEADLINE_OVERRIDE, BY_ADMIN, &body);
}

/* --- parcels --- */

void post_return(struct world *world, uint32_t which, uint64_t step)
{
    const char *number = ((struct clients *)world->watcher)->ret[which].number;
    static const enum track_status statuses[] = {TRACK_PRE_TRANSIT,      TRACK_IN_TRANSIT,
                                                 TRACK_OUT_FOR_DELIVERY, TRACK_DELIVERED,
                                                 TRACK_EXCEPTION,        TRACK_RETURNING};
    union command_body body = {0};
    struct tracking *tracking = &body.tracking;
    *tracking = (struct tracking){.carrier = span_text("easypost"),
                                  .number = span_text(number),
                                  .direction = DIRECTION_RETURN,
                                  .summary = statuses[step],
                                  .points_count = 1};
    be_put(tracking->dedup.bytes, which, 8);
    be_put(tracking->dedup.bytes + 8, step + 1, 8);
    struct checkpoint *point = &tracking->points[0];
    point->dedup = tracking->dedup;
    point->dedup.bytes[15] ^= 0x80;
    point->status = statuses[step];
    point->quality = TIME_OFFSET;
    point->occurred_ms = WORLD_EPOCH_MS + (uint64_t)which * 60000 + step * 3600000;
    clients_wish(world, any_host(world), COMMAND_TRACKING, BY_CARRIER, &body);
}

/* Parcels arrive for returns that nobody waits for any more, too. */
static uint32_t any_parcel(struct world *world, uint64_t *step)
{
    const struct clients *clients = world->watcher;
    struct seen_return seen;
    uint32_t which = (uint32_t)draw_below(world, clients->returns);
    *step = draw_below(world, 6);
    if (draw_below(world, 6) != 0) return which;
    unsigned states = any_return_state(world);
    if (!look_return(world, any_host(world), states, &seen)) return which;
    for (uint32_t i = 0; i < clients->returns; i++)
        if (strcmp(clients->ret[i].number, seen.number) == 0) which = i;
    *step = 3;
    return which;
}

/* Carriers post late, twice and out of order, to any node. */
static void post_tracking(struct world *world)
{
    const struct clients *clients = world->watcher;
    uint64_t step;
    if (clients->returns == 0) return;
    uint32_t which = any_parcel(world, &step);
    post_return(world, which, step);
}

/* --- persons, refunds, books --- */

static void give_person(struct world *world)
{
    struct clients *clients = world->watcher;
    union command_body body = {0};
    char name[64];
    const struct client_return *ret = any_return(world, &body.person.subject);
    if (ret == NULL) return;
    snprintf(name, sizeof name, "PERSONAL-%u-PERSONAL", (unsigned)(ret - clients->ret));
    body.person.name = span_text(name);
    body.person.address = span_text("1 Harbour Street");
    clients_wish(world, any_host(world), COMMAND_PERSON, BY_OPERATOR, &body);
    clients->ret[ret - clients->ret].person = true;
}

static void erase_person(struct world *world)
{
    struct clients *clients = world->watcher;
    union command_body body = {0};
    const struct client_return *ret = any_return(world, &body.erase.subject);
    if (ret == NULL || !ret->person) return;
    clients_wish(world, any_host(world), COMMAND_ERASE, BY_MERCHANT, &body);
    clients->ret[ret - clients->ret].erased = true;
}

/* What was left to a person, or has failed for good, may be paid by hand. */
static void pay_by_hand(struct world *world, struct refund_resolve *resolve)
{
    struct clients *clients = world->watcher;
    if (resolve->paid != 0 || clients->by_hands == BY_HAND_MAX) return;
    resolve->paid = draw_below(world, 2);
    if (resolve->paid != 0) clients->by_hand[clients->by_hands++] = resolve->slot;
}

static void resolve_refund(struct world *world)
{
    unsigned host = any_host(world);
    struct host *at = &world->host[host];
    union command_body body = {0};
    if (!at->up || at->disk.inner->port->begin_read(at->disk.inner->world) != OK) return;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct refund_row refund;
    bool found = false, charges = draw_below(world, 3) == 0;
    while (!found && walk_next(&at->disk.inner->views, VIEW_REFUND, &walk, &row)) {
        if (shape_decode(&refund_row_shape, row.value, &refund, NULL) != OK) continue;
        if (charges && !business_is_charge(refund.paid_for)) continue;
        found = refund.state == REFUND_UNKNOWN || refund.state == REFUND_MANUAL ||
                (refund.state == REFUND_FAILED &&
                 (business_is_charge(refund.paid_for) || draw_below(world, 4) == 0));
        memcpy(body.refund_resolve.slot.bytes, walk.at.bytes, ID_BYTES);
    }
    at->disk.inner->port->end_read(at->disk.inner->world);
    if (!found) return;
    /* The person looks into the provider's own ledger first, as the manual says. */
    for (uint32_t i = 0; i < world->provider.count; i++)
        if (id_equal(&world->provider.entry[i].slot, &body.refund_resolve.slot))
            body.refund_resolve.paid = provider_paid(&world->provider.entry[i]) > 0 ? 1 : 0;
    bool for_hands = refund.state == REFUND_MANUAL || refund.state == REFUND_FAILED;
    if (for_hands && refund.barred == 0) /* what others refunded nobody pays besides */
        pay_by_hand(world, &body.refund_resolve);
    body.refund_resolve.reason = span_text("looked it up");
    clients_wish(world, host, COMMAND_REFUND_RESOLVE, BY_ADMIN, &body);
}

/* What comes back may cost something, most often whatever the reason: the buyer a share, freight,
 * or all of it; or others the freight. Of what was drawn before, so that no other draw changes. */
static void charge_fees(struct policy *policy, uint64_t drawn)
{
    static const struct policy_fee fees[] = {
        {.kind = FEE_RESTOCKING, .payer = PAID_BY_BUYER, .per_mille = 137},
        {.kind = FEE_RETURN_FREIGHT, .payer = PAID_BY_BUYER, .fixed_minor = 733},
        {.kind = FEE_RETURN_FREIGHT, .payer = PAID_BY_INSURANCE, .fixed_minor = 733},
        {.kind = FEE_RETURN_FREIGHT, .payer = PAID_BY_BUYER, .fixed_minor = 50000}};
    static const struct {
        unsigned first, count;
    } mixes[] = {{0, 1}, {0, 2}, {1, 1}, {2, 1}, {3, 1}, {0, 2}, {1, 1}};
    unsigned mix = (unsigned)(drawn % (sizeof mixes / sizeof mixes[0]));
    policy->fees_count = mixes[mix].count;
    for (unsigned i = 0; i < mixes[mix].count; i++) {
        policy->fees[i] = fees[mixes[mix].first + i];
        if (drawn % 3 == 0) policy->fees[i].class = CLASS_CHANGED_MIND;
    }
}

/* As one sees it there, be it the newest or not; now and then one that contradicts itself. Returns
 * are mostly as eligible and as small as by the figures of the merchant's record. */
static void set_policy(struct world *world)
{
    const struct clients *clients = world->watcher;
    const struct client_merchant *merchant =
        &clients->merchant[draw_below(world, clients->merchants)];
    unsigned host = any_host(world);
    uint64_t version = 0;
    union command_body body = {0};
    struct policy *policy = &body.policy_put.policy;
    if (!look_policy(world, host, &merchant->id, &version)) return;
    body.policy_put.merchant = merchant->id;
    policy->currency = 978;
    policy->windows_count = policy->auto_approve_count = 1;
    policy->windows[0].days = draw_below(world, 8) == 0 ? 0 : 15 + draw_below(world, 30);
    policy->auto_approve[0].up_to_minor = 2000 + (int64_t)draw_below(world, 8000);
    policy->evidence_count = (uint32_t)draw_below(world, 2);
    policy->evidence[0].reason = REASON_DEFECTIVE;
    policy->respond_hours = draw_below(world, 48);
    policy->send_hours = 24 + draw_below(world, 72);
    charge_fees(policy, policy->send_hours);
    if (draw_below(world, 4) != 0)
        policy->goodwill_cap_minor = 500 + (int64_t)draw_below(world, 3000);
    if (draw_below(world, 4) == 0) /* from tomorrow, at the latest */
        body.policy_put.effective_ms =
            WORLD_EPOCH_MS + world->now_us / 1000 + draw_below(world, DAY_US / 1000);
    policy->allow_count = 1;
    policy->allow[0].buyer.bytes[0] = TRUSTED_BUYER;
    policy->buyer_history = 1;
    policy->instant_refund_trust = 1;
    if (draw_below(world, 2) == 0) policy->instant_refund_percent = 10 + draw_below(world, 91);
    policy->recharge_days = draw_below(world, 4) != 0 ? 1 : 0;
    policy->dispute_days = draw_below(world, 2) * 30;
    policy->escalation = policy->dispute_days != 0 && draw_below(world, 2) == 0;
    policy->returnless_count = (uint32_t)draw_below(world, 2);
    policy->returnless[0].up_to_minor = policy->auto_approve[0].up_to_minor / 2;
    policy->decide_hours = draw_below(world, 12);
    policy->stalled_days = draw_below(world, 4);
    if (draw_below(world, 3) != 0) { /* a day is much of a week */
        policy->followup_channel = CHANNEL_MAIL;
        policy->followup_days = policy->followup_open_days = 1;
        policy->followup_complaint = draw_below(world, 2);
    }
    policy->claim_terms_count = 1; /* days, as those of the world are few */
    policy->claim_terms[0] = (struct policy_terms){.file_days = 1 + draw_below(world, 3),
                                                   .answer_days = 1 + draw_below(world, 2),
                                                   .pay_days = 1 + draw_below(world, 2),
                                                   .appeal_days = 1 + draw_below(world, 3)};
    if (draw_below(world, 4) == 0) { /* in the working hours of a market, or of its own plan */
        policy->working_hours = 1;
        policy->calendar = span_text(draw_below(world, 2) == 0 ? "NL" : "plan");
        policy->desk_hours = 1 + draw_below(world, 4);
        policy->platform_hours = 6;
    }
    clients_wish_on(world, host, COMMAND_POLICY_PUT, any_actor(world, true), &body, version);
}

/* The next version, as one sees it there; now and then one that does not fit. */
static void set_calendar(struct world *world)
{
    const struct clients *clients = world->watcher;
    const struct client_merchant *merchant =
        &clients->merchant[draw_below(world, clients->merchants)];
    unsigned host = any_host(world);
    uint64_t version = 0;
    union command_body body = {0};
    struct calendar_put *put = &body.calendar_put;
    put->name = span_text("plan");
    if (!look_calendar(world, host, &merchant->id, put->name, &version)) return;
    put->merchant = merchant->id;
    put->zone = span_text(draw_below(world, 8) == 0 ? "Europe/Atlantis" : "Europe/Amsterdam");
    put->weekend_count = 1;
    put->weekend[0].day = MONDAY + draw_below(world, WEEK_DAYS);
    put->opens_min = 60 * draw_below(world, 10);
    put->closes_min = put->opens_min + 60 * (1 + draw_below(world, 14));
    put->holidays_count = 1;
    put->holidays[0].date = span_text("2026-12-25");
    clients_wish_on(world, host, COMMAND_CALENDAR_PUT, any_actor(world, true), &body, version);
}

static void hand_over_book(struct world *world)
{
    struct clients *clients = world->watcher;
    const struct client_merchant *merchant =
        &clients->merchant[draw_below(world, clients->merchants)];
    struct input input = {.kind = INPUT_HANDOVER, .ticket = ++world->next_ticket};
    input.book.book = merchant->book;
    input.book.leader = world->host[any_host(world)].self.node;
    input.book.by.kind = BY_ADMIN;
    for (unsigned i = 0; i < world->hosts; i++) {
        struct log *log =
            world->host[i].up ? logs_find(&world->host[i].core->logs, &merchant->book) : NULL;
        if (log == NULL || !log->own) continue;
        if (world->host[i].doubtful) return; /* whoever is asked to lead would be doubted with it */
        if (id_equal(&input.book.leader, &world->host[i].self.node)) return;
        clients->handover.input = input;
        clients->handover.at = i;
        clients->handover.waits = true;
        return;
    }
}

/* The operator's word is taken in one turn with a peer's entries, and before them: what arrives
 * behind a HANDOVER must not disturb it. */
void hand_over_now(struct world *world, struct host *host)
{
    struct clients *clients = world->watcher;
    if (!clients->handover.waits || clients->handover.at != host->number) return;
    clients->handover.waits = false;
    host_submit(host, &clients->handover.input, NULL);
}

void wish_event(struct world *world, const struct agenda_event *event)
{
    struct clients *clients = world->watcher;
    static const struct {
        uint32_t weight;
        void (*act)(struct world *world);
    } acts[] = {
        {14, import_order}, {14, request_return}, {6, decide_return},  {3, think_again},
        {13, receive_box},  {12, work_on_unit},   {3, release_unit},   {16, post_tracking},
        {3, give_person},   {3, erase_person},    {3, resolve_refund}, {3, tell_elsewhere},
        {3, give_money},    {3, answer_offer},    {1, hand_over_book}, {1, override_deadline},
        {2, set_policy},    {1, put_sku},         {1, put_preset},     {6, file_request},
        {1, add_note},      {5, amend_order},     {3, meet_buyer},     {2, trespass},
        {1, put_endpoint},  {3, open_claim},      {9, move_claim},     {1, send_back},
        {1, set_calendar},  {4, dispute},         {8, end_dispute},    {5, send_instead},
        {1, let_keep},      {5, post_sending},    {6, follow_up},      {5, lose_ahead},
        {16, keep_shelf},   {6, load_truck},      {3, mend},           {2, set_fees},
        {2, pay_bills},     {1, take_photo},      {10, swap_things},
    };
    uint32_t total = 0;
    (void)event;
    if (!clients_may_wish(world)) return;
    for (unsigned i = 0; i < sizeof acts / sizeof acts[0]; i++) total += acts[i].weight;
    uint64_t at = draw_below(world, total);
    for (unsigned i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        if (at < acts[i].weight) {
            acts[i].act(world);
            break;
        }
        at -= acts[i].weight;
    }
    uint64_t in_us = chance_wait_us(&world->chance[PURPOSE_CLIENTS], clients->mean_us);
    world_after(world, in_us, wish_event, 0, 0, 0, NULL);
}
