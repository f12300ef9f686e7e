/* A payment provider: a ledger, a memory of idempotency keys that forgets, and answers that come
 * late, twice or never. Money moves once for a key as long as the key is remembered. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/faults.h"

struct reply {
    struct input input;
};

void world_account(struct world *world, const struct id *merchant)
{
    assert(world->accounts.count < ACCOUNTS_MAX);
    struct account *account = &world->accounts.at[world->accounts.count++];
    *account = (struct account){.provider = "stripe", .merchant = *merchant};
}

static void reply_event(struct world *world, const struct agenda_event *event)
{
    struct reply *reply = event->parcel;
    struct host *host = &world->host[event->a];
    /* A call's answer comes back to the process run that made it, or to nobody. */
    if (host->up && host->runs == event->b) host_submit(host, &reply->input, NULL);
    free(reply);
}

static void answer(struct host *host, const struct refund_call *call, enum call_kind kind,
                   enum refund_outcome outcome, const char *ref, uint64_t in_us)
{
    struct reply *reply = calloc(1, sizeof *reply);
    assert(reply != NULL);
    reply->input.kind = INPUT_RESULT;
    reply->input.result.slot = call->slot;
    reply->input.result.asked = kind == CALL_ASK;
    reply->input.result.outcome = outcome;
    snprintf(reply->input.result.provider_ref, sizeof reply->input.result.provider_ref, "%s", ref);
    world_after(host->world, in_us, reply_event, host->number, host->runs, 0, reply);
}

static struct provider_entry *find(struct provider *provider, const char *key)
{
    for (uint32_t i = 0; i < provider->count; i++)
        if (strcmp(provider->entry[i].key, key) == 0) return &provider->entry[i];
    return NULL;
}

static struct provider_entry *enter(struct world *world, const struct refund_call *call)
{
    struct provider *provider = &world->provider;
    assert(provider->count < PROVIDER_PAYMENTS_MAX);
    struct provider_entry *entry = &provider->entry[provider->count++];
    *entry = (struct provider_entry){
        .slot = call->slot, .amount_minor = call->amount_minor, .charge = call->charge};
    memcpy(entry->key, call->key, sizeof entry->key);
    memcpy(entry->payment_ref, call->payment_ref, sizeof entry->payment_ref);
    return entry;
}

static void pay(struct world *world, struct provider_entry *entry)
{
    struct provider *provider = &world->provider;
    bool remembered =
        entry->times_paid > 0 && world->now_us - entry->paid_us < provider->key_ttl_us;
    if (entry->times_paid > 0 && !remembered) {
        entry->key_forgotten = true;
        world_trace(world, "provider forgot a key", be_get(entry->slot.bytes, 8), 0);
    }
    if (remembered || entry->failed) return;
    uint32_t fail_ppm = entry->charge ? provider->decline_ppm : provider->fail_ppm;
    if (entry->times_paid == 0 && chance_hit(&world->chance[PURPOSE_PROVIDER], fail_ppm)) {
        entry->failed = true;
        fault_count(world, FAULT_PROVIDER_REFUSES);
        return;
    }
    entry->times_paid++;
    entry->paid_us = world->now_us;
    world_trace(world, "provider paid", be_get(entry->slot.bytes, 8), entry->times_paid);
}

uint32_t provider_paid(const struct provider_entry *entry)
{
    return entry->times_paid - (entry->came_back ? 1 : 0);
}

static enum refund_outcome paid_now(const struct world *world)
{
    return world->now_us < world->provider.done_at_us ? OUTCOME_PENDING : OUTCOME_PAID;
}

static void take_send(struct host *host, const struct refund_call *call)
{
    struct world *world = host->world;
    struct provider *provider = &world->provider;
    struct chance *chance = &world->chance[PURPOSE_PROVIDER];
    uint64_t delay = chance_wait_us(chance, provider->delay_us);
    if (world->now_us < provider->down_until_us ||
        chance_hit(chance, provider->timeout_before_ppm)) {
        fault_count(world, FAULT_PROVIDER_LOST);
        answer(host, call, CALL_SEND, OUTCOME_NO_WORD, "", 60 * SECOND_US);
        return;
    }
    struct provider_entry *entry = find(provider, call->key);
    if (entry == NULL) entry = enter(world, call);
    entry->times_called++;
    pay(world, entry);
    char ref[32];
    snprintf(ref, sizeof ref, "re_%016llx", (unsigned long long)be_get(entry->slot.bytes, 8));
    enum refund_outcome outcome = entry->failed ? OUTCOME_FAILED : paid_now(world);
    if (chance_hit(chance, provider->timeout_after_paying_ppm)) {
        fault_count(world, FAULT_PROVIDER_SILENT);
        world_trace(world, "provider silent after paying", host->number, 0);
        answer(host, call, CALL_SEND, OUTCOME_NO_WORD, "", 60 * SECOND_US);
    } else if (chance_hit(chance, provider->error_ppm)) {
        fault_count(world, FAULT_PROVIDER_ERROR);
        answer(host, call, CALL_SEND, OUTCOME_NO_WORD, "", delay);
    } else {
        answer(host, call, CALL_SEND, outcome, ref, delay);
        if (!chance_hit(chance, provider->duplicate_ppm)) return;
        fault_count(world, FAULT_PROVIDER_TWICE);
        answer(host, call, CALL_SEND, outcome, ref, delay + SECOND_US);
    }
}

static void take_ask(struct host *host, const struct refund_call *call)
{
    struct provider *provider = &host->world->provider;
    struct chance *chance = &host->world->chance[PURPOSE_PROVIDER];
    uint64_t delay = chance_wait_us(chance, provider->delay_us);
    struct provider_entry *entry = find(provider, call->key);
    enum refund_outcome outcome = OUTCOME_ABSENT;
    if (!provider->can_ask) {
        outcome = OUTCOME_CANNOT_ASK;
        fault_count(host->world, FAULT_PROVIDER_MUTE);
    } else if (host->world->now_us < provider->down_until_us ||
               chance_hit(chance, provider->error_ppm))
        outcome = OUTCOME_NO_WORD;
    else if (entry != NULL && (entry->failed || entry->came_back))
        outcome = OUTCOME_FAILED;
    else if (entry != NULL && entry->times_paid > 0)
        outcome = paid_now(host->world); /* the ledger does not forget, only the keys do */
    answer(host, call, CALL_ASK, outcome, "", delay);
}

void provider_call(struct host *host, enum call_kind kind, const struct refund_call *call)
{
    if ((host->world->provider.dead_accounts >> call->account & 1) != 0)
        answer(host, call, kind, OUTCOME_NO_WORD, "", 60 * SECOND_US);
    else if (kind == CALL_SEND)
        take_send(host, call);
    else
        take_ask(host, call);
}
