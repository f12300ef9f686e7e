#include "sim/watch_money.h"

#include <string.h>

#include "overseas-warehouse/tables.h"
#include "overseas-warehouse/view_rows.h"
#include "sim/oracle.h"
#include "sim/stores.h"
#include "sim/watch.h"
#include "sim/watch_swap.h"

/* An entry at hand. */
struct sight {
    struct host *host;
    const struct event_header *header;
    const struct rows *views;
};

/* --- grants: what ended moves no more, and is paid once, within its amount -------------------- */

static struct watch_grant *grant_of(struct watch *watch, const struct id *grant)
{
    for (unsigned i = 0; i < watch->grants; i++)
        if (id_equal(&watch->grant[i].grant, grant)) return &watch->grant[i];
    if (watch->grants == WATCH_GRANTS_MAX) return NULL;
    struct watch_grant *fresh = &watch->grant[watch->grants++];
    *fresh = (struct watch_grant){.grant = *grant};
    return fresh;
}

static void check_ended(const struct sight *sight, const struct grant_moved *moved)
{
    struct watch_grant *grant = grant_of(sight->host->world->watch, &moved->grant);
    bool ends = (grant_table.final_states >> moved->to & 1) != 0;
    if (grant == NULL || stores_are_other(sight->host->world)) return;
    if (grant->ended_idx != 0 && sight->header->idx > grant->ended_idx)
        oracle_fail(sight->host->world, "I5: a grant that had ended moved on, by verb %u",
                    (unsigned)moved->verb);
    if (grant->ended_idx == 0 && ends) grant->ended_idx = sight->header->idx;
}

static bool is_of_grants(uint64_t paid_for)
{
    return paid_for == PAID_FOR_FEE || paid_for == PAID_FOR_GOODWILL ||
           paid_for == PAID_FOR_PARTIAL || paid_for == PAID_FOR_POSTAGE;
}

static int64_t reserved_for(const struct rows *views, const struct grant_row *grant,
                            const struct id *id)
{
    struct key prefix = key_of(&grant->return_id);
    struct walk walk = walk_over(&prefix);
    struct row row;
    int64_t sum = 0;
    while (walk_next(views, VIEW_REFUND_BY_RETURN, &walk, &row)) {
        struct id slot;
        struct refund_row refund;
        memcpy(slot.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!refund_load(views, &slot, &refund) || refund.state == REFUND_FAILED) continue;
        if (id_equal(&refund.seen, id)) sum += refund.amount_minor;
    }
    return sum;
}

static void check_paid(const struct sight *sight, const struct refund_moved *moved)
{
    struct world *world = sight->host->world;
    struct refund_row refund;
    struct grant_row grant;
    if (moved->verb != DO_INTEND || !is_of_grants(moved->paid_for)) return;
    if (!refund_load(sight->views, &moved->slot, &refund)) return;
    struct id id = refund.seen;
    if (!grant_load(sight->views, &id, &grant)) return;
    if (grant.state != GRANT_PAID)
        oracle_fail(world, "I5: a grant in state %u is paid", (unsigned)grant.state);
    int64_t reserved = reserved_for(sight->views, &grant, &id);
    if (!grant_load(sight->views, &id, &grant)) return;
    if (reserved > grant.amount_minor)
        oracle_fail(world, "I5: %lld are paid for a grant of %lld", (long long)reserved,
                    (long long)grant.amount_minor);
}

/* --- new charges: no more than went ahead and arrived, and nothing of what came in time ---------
 */

static void check_charge(const struct sight *sight, const struct refund_moved *moved)
{
    struct key prefix = key_of(&moved->return_id);
    struct walk walk = walk_over(&prefix);
    struct row row;
    int64_t ahead = 0, charged = 0;
    if (moved->verb != DO_RECHARGE || !watch_decided_here(sight->host, sight->header)) return;
    while (walk_next(sight->views, VIEW_REFUND_BY_RETURN, &walk, &row)) {
        struct id slot;
        struct refund_row refund;
        memcpy(slot.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!refund_load(sight->views, &slot, &refund) || refund.line != moved->line) continue;
        bool whole = refund.paid_for == PAID_FOR_LINE || refund.paid_for == PAID_FOR_ADVANCE;
        if (refund.paid_for == PAID_FOR_RECHARGE && refund.state != REFUND_FAILED)
            charged += refund.amount_minor;
        else if (whole && refund.state == REFUND_SETTLED &&
                 id_equal(&refund.seen, &moved->return_id))
            ahead += refund.amount_minor;
    }
    world_mark(sight->host->world, "money that was lost ahead was charged anew");
    ahead += swap_lent(sight->views, &moved->return_id, moved->line);
    if (charged > ahead)
        oracle_fail(sight->host->world, "charges: %lld are charged anew, %lld went ahead",
                    (long long)charged, (long long)ahead);
}

static void note_box(const struct sight *sight, const struct box_received *received)
{
    struct watch *watch = sight->host->world->watch;
    if (!watch_decided_here(sight->host, sight->header) || watch->boxes == WATCH_BOXES_MAX) return;
    struct watch_box *box = &watch->box[watch->boxes++];
    *box = (struct watch_box){.box = received->box,
                              .return_id = received->return_id,
                              .received_ms = hlc_ms(sight->header->hlc),
                              .host = sight->host->number};
    if (received->number.size > 0) box->parcel = parcel_id(crypto_of_nobody(), received->number);
}

/* A box that bears the return's number or name and was received in time elsewhere, of which whoever
 * lets silence charge has not heard. */
static void check_heard(const struct sight *sight, const struct return_moved *moved)
{
    const struct world *world = sight->host->world;
    struct return_row of;
    struct due due = {.due_ms = moved->fired_ms, .thing = moved->return_id};
    if (moved->verb != DO_RECHARGE || !watch_decided_here(sight->host, sight->header)) return;
    if (!return_load(sight->views, &moved->return_id, &of)) return;
    struct id parcel = {{1}}; /* of none that is remembered */
    if (of.number.size > 0) parcel = parcel_id(crypto_of_nobody(), of.number);
    if (business_due_overridden(sight->views, &due) || stores_are_other(world)) return;
    for (unsigned i = 0; i < world->watch->boxes; i++) {
        const struct watch_box *box = &world->watch->box[i];
        struct box_row row;
        bool of_it =
            id_equal(&box->return_id, &moved->return_id) || id_equal(&box->parcel, &parcel);
        if (!of_it || box->received_ms > moved->fired_ms) continue;
        if (!box_load(sight->views, &box->box, &row))
            oracle_fail(sight->host->world,
                        "charges: silence charges for goods that host %u had received", box->host);
    }
}

/* --- goodwill: within the cap of the policy that held --------------------------------------- */

static void note_policy(const struct sight *sight, const struct policy_set *set)
{
    struct watch *watch = sight->host->world->watch;
    for (unsigned i = 0; i < watch->policies; i++)
        if (watch->policy[i].idx == sight->header->idx &&
            id_equal(&watch->policy[i].book, &sight->header->log))
            return;
    if (watch->policies == WATCH_POLICY_MAX) return;
    watch->policy[watch->policies++] = (struct watch_policy){.book = sight->header->log,
                                                             .merchant = set->merchant,
                                                             .version = set->version,
                                                             .idx = sight->header->idx};
}

/* Entries of a log are looked at in their order, so a version that was not seen is a later one. */
static bool was_set_before(const struct sight *sight, const struct id *merchant, uint64_t version)
{
    const struct watch *watch = sight->host->world->watch;
    for (unsigned i = 0; i < watch->policies; i++) {
        const struct watch_policy *policy = &watch->policy[i];
        if (policy->version == version && id_equal(&policy->merchant, merchant) &&
            id_equal(&policy->book, &sight->header->log))
            return policy->idx < sight->header->idx;
    }
    return false;
}

/* The version that held at the moment; false: none, or it was set after this entry, by a clock that
 * was put back meanwhile. */
static bool policy_held(const struct sight *sight, const struct id *merchant, uint64_t at_ms,
                        struct policy_row *policy)
{
    struct merchant owner;
    if (stores_are_other(sight->host->world)) return false; /* of two branches, which? */
    if (!merchant_load(sight->views, merchant, &owner)) return false;
    uint64_t version = policy_version_at(sight->views, &owner, at_ms);
    return policy_load(sight->views, &owner, version, policy) &&
           was_set_before(sight, merchant, policy->version);
}

/* With those that the return was promised before. */
static int64_t goodwill_through(const struct rows *views, const struct id *return_id,
                                uint64_t number)
{
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row row;
    int64_t sum = 0;
    while (walk_next(views, VIEW_GRANT_BY_RETURN, &walk, &row)) {
        struct id id;
        struct grant_row grant;
        memcpy(id.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!grant_load(views, &id, &grant) || grant.number > number) continue;
        bool stands = grant.state == GRANT_OFFERED || grant.state == GRANT_GRANTED ||
                      grant.state == GRANT_PAID;
        if (stands && grant.paid_for == PAID_FOR_GOODWILL) sum += grant.amount_minor;
    }
    return sum;
}

static void check_goodwill(const struct sight *sight, const struct grant_moved *moved)
{
    struct return_row of;
    struct policy_row policy;
    bool begins = moved->verb == DO_OFFER || moved->verb == DO_GIVE;
    if (!begins || moved->paid_for != PAID_FOR_GOODWILL ||
        !watch_decided_here(sight->host, sight->header))
        return;
    if (!return_load(sight->views, &moved->return_id, &of)) return;
    struct id merchant = of.merchant;
    if (!policy_held(sight, &merchant, moved->at_ms, &policy)) return;
    int64_t cap = policy.policy.goodwill_cap_minor;
    int64_t sum = goodwill_through(sight->views, &moved->return_id, moved->number);
    if (cap == 0) return;
    world_mark(sight->host->world, "goodwill was given under a cap");
    if (sum > cap)
        oracle_fail(sight->host->world,
                    "goodwill: %lld are promised of a return, policy allows %lld", (long long)sum,
                    (long long)cap);
}

/* --- policies: a return is looked at by the version that holds when it is asked for ----------- */

static void check_policy(const struct sight *sight, const struct return_moved *moved)
{
    struct return_row of;
    struct policy_row policy;
    if (moved->verb != DO_REQUEST || !watch_decided_here(sight->host, sight->header)) return;
    if (!return_load(sight->views, &moved->return_id, &of)) return;
    struct id merchant = of.merchant;
    if (!policy_held(sight, &merchant, moved->at_ms, &policy)) return;
    if (moved->policy_version != policy.version)
        oracle_fail(sight->host->world,
                    "policy: version %llu looked at a return, and version %llu held",
                    (unsigned long long)moved->policy_version, (unsigned long long)policy.version);
}

/* --- amendments: never below what was refunded ------------------------------------------------ */

static void check_amended(const struct sight *sight, const struct order_amended *amended)
{
    struct order_row order;
    struct payment_row payment;
    if (!order_load(sight->views, &amended->order, &order)) return;
    /* It was no successor and changed nothing, or a later one has changed the figures again. */
    if (order.version != amended->version) return;
    world_mark(sight->host->world, "an order was amended");
    for (uint32_t i = 0; i < amended->payments_count; i++) {
        if (!payment_load(sight->views, &amended->order, i, &payment)) continue;
        int64_t refunded = payment.refunded_minor - payment.recharged_minor;
        if (amended->payments[i].captured_minor < refunded &&
            watch_decided_here(sight->host, sight->header))
            oracle_fail(sight->host->world,
                        "amendments: %lld are captured from now on, %lld were refunded",
                        (long long)amended->payments[i].captured_minor, (long long)refunded);
    }
}

/* --- what others refunded: each report counts once -------------------------------------------- */

static void check_elsewhere(const struct sight *sight, const struct refunded_elsewhere *told)
{
    struct key prefix = payment_key(&told->order, told->payment);
    struct walk walk = walk_over(&prefix);
    struct row row;
    struct elsewhere_row report;
    struct payment_row payment;
    int64_t sum = 0;
    while (walk_next(sight->views, VIEW_ELSEWHERE, &walk, &row)) {
        if (shape_decode(&elsewhere_row_shape, row.value, &report, NULL) != OK) continue;
        bool won = report.how == ELSEWHERE_CHARGEBACK_WON;
        if (id_is_zero(&report.slot)) sum += won ? -report.amount_minor : report.amount_minor;
    }
    if (!payment_load(sight->views, &told->order, told->payment, &payment)) return;
    if (payment.elsewhere_minor != sum)
        oracle_fail(sight->host->world, "I3: %lld count as refunded elsewhere, reports say %lld",
                    (long long)payment.elsewhere_minor, (long long)sum);
}

/* --- links: withdrawn, they open nothing any more --------------------------------------------- */

static struct watch_link *link_of(struct watch *watch, const struct id *link)
{
    for (unsigned i = 0; i < watch->links; i++)
        if (id_equal(&watch->link[i].link, link)) return &watch->link[i];
    if (watch->links == WATCH_LINKS_MAX) return NULL;
    struct watch_link *fresh = &watch->link[watch->links++];
    *fresh = (struct watch_link){.link = *link};
    return fresh;
}

static void note_revoked(const struct sight *sight, const struct id *id)
{
    struct watch_link *link = link_of(sight->host->world->watch, id);
    uint64_t now_us = sight->host->world->now_us;
    if (link != NULL && link->revoked_us[sight->host->number] == 0)
        link->revoked_us[sight->host->number] = now_us;
}

static void note_used(const struct sight *sight, const struct ask *ask)
{
    struct watch *watch = sight->host->world->watch;
    if (ask->by.kind != BY_BUYER || id_is_zero(&ask->by.token)) return;
    for (unsigned i = 0; i < watch->uses; i++)
        if (id_equal(&watch->use[i].request, &ask->request)) return;
    if (watch->uses == WATCH_LINKS_MAX) return;
    watch->use[watch->uses].request = ask->request;
    watch->use[watch->uses++].link = ask->by.token;
}

/* Whoever decides an ask has seen the withdrawal in an earlier turn. */
static void check_used(const struct sight *sight, const struct answer *answer)
{
    struct world *world = sight->host->world;
    struct watch *watch = world->watch;
    if (!watch_decided_here(sight->host, sight->header) || stores_are_other(world)) return;
    for (unsigned i = 0; i < watch->uses; i++) {
        if (!id_equal(&watch->use[i].request, &answer->request)) continue;
        const struct watch_link *link = link_of(watch, &watch->use[i].link);
        uint64_t revoked_us = link != NULL ? link->revoked_us[sight->host->number] : 0;
        if (revoked_us == 0 || revoked_us >= world->now_us) return;
        world_mark(world, "a withdrawn link was asked by");
        if (answer->error == OK)
            oracle_fail(world, "links: host %u granted what a withdrawn link asked for",
                        sight->host->number);
    }
}

/* --- all of them ------------------------------------------------------------------------------ */

void watch_money(struct host *host, const struct event_header *header, struct span payload)
{
    const struct sight sight = {host, header, &host->disk.inner->views};
    static union event_body body; /* as large as the largest record */
    static const enum event_kind kinds[] = {
        EVENT_POLICY,        EVENT_GRANT_MOVED,        EVENT_REFUND_MOVED, EVENT_RETURN_MOVED,
        EVENT_ORDER_AMENDED, EVENT_REFUNDED_ELSEWHERE, EVENT_LINK_REVOKED, EVENT_ASK,
        EVENT_ANSWER,        EVENT_BOX_RECEIVED};
    bool of_interest = false;
    for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        of_interest = of_interest || header->kind == (uint64_t)kinds[i];
    if (!of_interest || event_body_decode(header, payload, &body) != OK) return;
    if (header->kind == EVENT_GRANT_MOVED) {
        check_ended(&sight, &body.grant_moved);
        check_goodwill(&sight, &body.grant_moved);
    }
    if (header->kind == EVENT_POLICY) note_policy(&sight, &body.policy_set);
    if (header->kind == EVENT_REFUND_MOVED) {
        check_paid(&sight, &body.refund_moved);
        check_charge(&sight, &body.refund_moved);
    }
    if (header->kind == EVENT_RETURN_MOVED) {
        check_policy(&sight, &body.return_moved);
        check_heard(&sight, &body.return_moved);
    }
    if (header->kind == EVENT_BOX_RECEIVED) note_box(&sight, &body.box_received);
    if (header->kind == EVENT_ORDER_AMENDED) check_amended(&sight, &body.order_amended);
    if (header->kind == EVENT_REFUNDED_ELSEWHERE) check_elsewhere(&sight, &body.refunded_elsewhere);
    if (header->kind == EVENT_LINK_REVOKED) note_revoked(&sight, &body.link_revoked.link);
    if (header->kind == EVENT_ASK) note_used(&sight, &body.ask);
    if (header->kind == EVENT_ANSWER) check_used(&sight, &body.answer);
}
