/* Who else comes to a node's door: buyers by the link of one return, until it is withdrawn; those
 * who are bound to another merchant; payment providers, which tell of refunds of their own accord,
 * at any node, late, twice and now and then of money that is not the refund's; and merchants who
 * name an endpoint for webhooks. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/wishes.h"

#define NOTICE_MEAN_US (2 * HOUR_US)

/* --- links ------------------------------------------------------------------------------------ */

static void make_link(struct world *world)
{
    struct clients *clients = world->watcher;
    struct seen_return seen;
    unsigned host = any_host(world);
    if (clients->links == LINKS_MAX) return;
    if (!look_return(world, host, 1u << RETURN_REQUESTED | 1u << RETURN_APPROVED, &seen)) return;
    union command_body body = {.return_link = {.return_id = seen.id}};
    clients->link[clients->links++] =
        clients_wish(world, host, COMMAND_RETURN_LINK, BY_OPERATOR, &body);
}

/* What the door of a host reads before it lets a buyer in. */
static bool opens(struct world *world, unsigned host, const struct id *link, struct id *return_id,
                  struct id *merchant)
{
    struct host *at = &world->host[host];
    struct link_row row;
    struct return_row of;
    struct key key = key_of(link);
    if (!at->up || at->disk.inner->port->begin_read(at->disk.inner->world) != OK) return false;
    const struct rows *rows = &at->disk.inner->views;
    bool open = link_load(rows, link, &row) && !rows_has(rows, VIEW_LINK_REVOKED, &key);
    *return_id = row.return_id;
    open = open && return_load(rows, return_id, &of);
    if (open) *merchant = of.merchant;
    at->disk.inner->port->end_read(at->disk.inner->world);
    return open;
}

/* Sometimes withdrawn in the very moment, elsewhere. */
static void use_link(struct world *world)
{
    struct clients *clients = world->watcher;
    if (clients->links == 0) return;
    const struct wish *made = &clients->wish[clients->link[draw_below(world, clients->links)]];
    struct id return_id, merchant, link = made->entity;
    unsigned host = any_host(world);
    if (!made->answered || made->error != OK) return;
    if (!opens(world, host, &link, &return_id, &merchant)) return;
    if (draw_below(world, 3) != 0) {
        union command_body revoke = {.link_revoke = {.link = link}};
        clients_wish(world, any_host(world), COMMAND_LINK_REVOKE, BY_OPERATOR, &revoke);
    }
    union command_body body = {.return_decide = {.return_id = return_id}};
    const struct actor buyer = {.kind = BY_BUYER, .token = link};
    clients_wish_as(world, host, COMMAND_RETURN_CANCEL, &buyer, &merchant, &body);
}

void meet_buyer(struct world *world)
{
    if (draw_below(world, 2) == 0)
        make_link(world);
    else
        use_link(world);
}

/* --- another merchant ------------------------------------------------------------------------- */

/* Nobody may grant what this one asks for. */
void trespass(struct world *world)
{
    static const enum command_kind kinds[] = {COMMAND_RETURN_APPROVE, COMMAND_RETURN_DECLINE,
                                              COMMAND_RETURN_CANCEL, COMMAND_GRANT_GIVE,
                                              COMMAND_RETURN_NOTE};
    struct clients *clients = world->watcher;
    struct seen_return seen;
    unsigned host = any_host(world);
    const struct id *other = &clients->merchant[draw_below(world, clients->merchants)].id;
    if (!look_return(world, host, any_return_state(world), &seen)) return;
    if (id_equal(&seen.merchant, other)) return;
    enum command_kind kind = kinds[draw_below(world, 5)];
    union command_body body = {.return_decide = {.return_id = seen.id}};
    if (kind == COMMAND_GRANT_GIVE)
        body.grant_give = (struct grant_give){
            .return_id = seen.id, .paid_for = PAID_FOR_GOODWILL, .amount_minor = 100};
    if (kind == COMMAND_RETURN_NOTE)
        body.return_note =
            (struct return_note){.return_id = seen.id, .owner = span_text("somebody else")};
    uint32_t wish = clients_wish_for(world, host, kind, BY_MERCHANT, other, &body);
    clients->wish[wish].trespass = true;
}

/* --- endpoints for webhooks ------------------------------------------------------------------- */

void put_endpoint(struct world *world)
{
    const struct clients *clients = world->watcher;
    union command_body body = {0};
    struct webhook_put *put = &body.webhook_put;
    put->merchant = clients->merchant[draw_below(world, clients->merchants)].id;
    put->url = span_text("https://shop.example/returns");
    put->secrets_count = 1;
    chance_fill(&world->chance[PURPOSE_CLIENTS], put->secrets[0].fingerprint.bytes, HASH_BYTES);
    clients_wish(world, any_host(world), COMMAND_WEBHOOK_PUT, BY_MERCHANT, &body);
}

/* --- what providers tell ---------------------------------------------------------------------- */

enum notice_kind { NOTICE_PENDING, NOTICE_END, NOTICE_OTHER };

struct notice { /* about one call */
    struct refund_call call;
    enum notice_kind kind;
};

static const struct provider_entry *entry_of(const struct provider *provider, const char *key)
{
    for (uint32_t i = 0; i < provider->count; i++)
        if (strcmp(provider->entry[i].key, key) == 0) return &provider->entry[i];
    return NULL;
}

/* What the ledger shows when it is told; 0: nothing to tell. */
static enum refund_outcome outcome_of(const struct world *world, const struct notice *notice)
{
    const struct provider_entry *entry = entry_of(&world->provider, notice->call.key);
    if (notice->kind == NOTICE_OTHER) return OUTCOME_PAID;
    if (entry == NULL || world->now_us < world->provider.down_until_us) return 0;
    if (notice->kind == NOTICE_PENDING) return OUTCOME_PENDING;
    if (entry->failed) return OUTCOME_FAILED;
    return entry->times_paid > 0 ? OUTCOME_PAID : 0;
}

/* Some messages bring the provider's own reference only. */
static void say_notice(struct world *world, const struct notice *notice,
                       enum refund_outcome outcome)
{
    struct clients *clients = world->watcher;
    const struct refund_call *call = &notice->call;
    bool other = notice->kind == NOTICE_OTHER;
    char ref[CLIENT_TEXT_BYTES];
    snprintf(ref, sizeof ref, "re_%016llx", (unsigned long long)be_get(call->slot.bytes, 8));
    bool by_ref = !other && draw_below(world, 4) == 0;
    union command_body body = {
        .refund_told = {.merchant = call->merchant,
                        .provider = span_text(call->provider),
                        .key = span_text(by_ref ? ref : call->key),
                        .outcome = outcome,
                        .provider_ref = span_text(other ? "re_of_another" : ref),
                        .payment = span_text(call->payment_ref),
                        .amount_minor = call->amount_minor + (other ? 1 : 0),
                        .currency = call->currency,
                        .charge = call->charge ? 1 : 0}};
    be_put(body.refund_told.dedup.bytes, ++clients->notices, 8);
    clients_wish(world, any_host(world), COMMAND_REFUND_TOLD, BY_PROVIDER, &body);
    if (draw_below(world, 3) == 0)
        clients_wish(world, any_host(world), COMMAND_REFUND_TOLD, BY_PROVIDER, &body);
}

static void notice_event(struct world *world, const struct agenda_event *event)
{
    struct notice *notice = event->parcel;
    enum refund_outcome outcome = outcome_of(world, notice);
    if (outcome != 0 && clients_may_wish(world)) say_notice(world, notice, outcome);
    free(notice);
}

static void plan_notice(struct world *world, const struct refund_call *call, enum notice_kind kind,
                        uint64_t in_us)
{
    struct notice *notice = malloc(sizeof *notice);
    assert(notice != NULL);
    *notice = (struct notice){.call = *call, .kind = kind};
    world_after(world, in_us, notice_event, 0, 0, 0, notice);
}

void provider_tells(struct host *host, const struct refund_call *call)
{
    struct world *world = host->world;
    if (world->watcher == NULL) return;
    /* Of what it refuses it tells always: answers that were lost are the rarest to come by. */
    const struct provider_entry *entry = entry_of(&world->provider, call->key);
    bool refuses = entry != NULL && entry->failed;
    if (draw_below(world, 3) != 0 && !refuses) return;
    uint64_t late_us = chance_wait_us(&world->chance[PURPOSE_CLIENTS], NOTICE_MEAN_US);
    plan_notice(world, call, NOTICE_END, draw_below(world, 2) == 0 ? SECOND_US : late_us);
    if (draw_below(world, 2) == 0)
        plan_notice(world, call, NOTICE_PENDING, draw_below(world, MINUTE_US));
    if (draw_below(world, 8) == 0)
        plan_notice(world, call, NOTICE_OTHER, draw_below(world, MINUTE_US));
}
