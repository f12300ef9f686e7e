/* Carriers that sell labels: a ledger of what was sold and taken back, three ways to be asked about
 * it, and answers that come late, twice or never. Who is called by another name each has an account
 * of its own; only the one that heeds keys sells a label once for them, and forgets them in time.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/faults.h"
#include "sim/watch_labels.h"

#define SLOW_US (30 * SECOND_US) /* what answers 5xx may be at work still, and sell so late */

struct reply {
    struct input input;
};

struct late_sale {
    struct label_call call;
};

void carrier_open(struct world *world)
{
    static const struct label_accounts accounts = {
        .at = {{.carrier = CARRIER_OF_KEYS,
                .recovery = LABEL_RECOVERY_HEADER,
                .can_void = true,
                .can_pickup = true,
                .pickup_recovery = LABEL_RECOVERY_HEADER,
                .can_void_pickup = true,
                .repeat_ms = CARRIER_REPEAT_MS},
               {.carrier = CARRIER_OF_REFERENCES,
                .recovery = LABEL_RECOVERY_LOOKUP,
                .can_void = true},
               {.carrier = CARRIER_OF_NOTHING, .recovery = LABEL_RECOVERY_NONE}},
        .count = 3};
    world->labels = accounts;
    world->carrier.delay_us = 2 * SECOND_US;
}

static struct carrier_entry *find(struct carrier *carrier, const char *reference)
{
    for (uint32_t i = 0; i < carrier->count; i++)
        if (strcmp(carrier->entry[i].reference, reference) == 0) return &carrier->entry[i];
    return NULL;
}

const struct carrier_entry *carrier_entry(const struct world *world, const struct id *label)
{
    for (uint32_t i = 0; i < world->carrier.count; i++)
        if (id_equal(&world->carrier.entry[i].label, label)) return &world->carrier.entry[i];
    return NULL;
}

static struct carrier_entry *entry_of(struct carrier *carrier, const struct label_call *call)
{
    struct carrier_entry *entry = find(carrier, call->reference);
    if (entry != NULL) return entry;
    assert(carrier->count < CARRIER_LABELS_MAX);
    entry = &carrier->entry[carrier->count++];
    *entry = (struct carrier_entry){.label = call->label, .recovery = call->recovery};
    memcpy(entry->reference, call->reference, sizeof entry->reference);
    return entry;
}

/* --- answers ---------------------------------------------------------------------------------- */

static void reply_event(struct world *world, const struct agenda_event *event)
{
    struct reply *reply = event->parcel;
    struct host *host = &world->host[event->a];
    /* A call's answer comes back to the process run that made it, or to nobody. */
    if (host->up && host->runs == event->b) {
        if (world->carrier.at_answer != DISK_SOUND) host->disk.next = world->carrier.at_answer;
        world->carrier.at_answer = DISK_SOUND;
        host_submit(host, &reply->input, NULL);
    }
    free(reply);
}

static void answer(struct host *host, const struct label_call *call, enum call_kind kind,
                   enum refund_outcome outcome, uint64_t in_us)
{
    struct reply *reply = calloc(1, sizeof *reply);
    assert(reply != NULL);
    struct label_result *result = &reply->input.label;
    const struct carrier_entry *entry = find(&host->world->carrier, call->reference);
    reply->input.kind = INPUT_LABEL_RESULT;
    *result =
        (struct label_result){.label = call->label, .asked = kind == CALL_ASK, .outcome = outcome};
    if (outcome == OUTCOME_PAID && call->act != LABEL_VOID && entry != NULL) {
        if (call->act == LABEL_BUY)
            snprintf(result->number, sizeof result->number, "LB%016llX%X",
                     (unsigned long long)be_get(call->label.bytes + 8, 8), entry->times_sold & 0xf);
        snprintf(result->carrier_ref, sizeof result->carrier_ref, "shp_%s", call->reference);
        result->cost_minor = 791;
        result->currency = 840;
    }
    if (outcome == OUTCOME_FAILED) snprintf(result->reason, sizeof result->reason, "refused");
    world_after(host->world, in_us, reply_event, host->number, host->runs, 0, reply);
}

/* --- selling ---------------------------------------------------------------------------------- */

static enum refund_outcome sell(struct world *world, const struct label_call *call)
{
    struct carrier *carrier = &world->carrier;
    struct carrier_entry *entry = entry_of(carrier, call);
    bool keyed = call->recovery == LABEL_RECOVERY_HEADER;
    bool known = entry->times_sold > 0 || entry->refused;
    if (keyed && known && world->now_us - entry->sold_us < world->provider.key_ttl_us)
        return entry->refused ? OUTCOME_FAILED : OUTCOME_PAID;
    entry->sold_us = world->now_us;
    entry->refused = chance_hit(&world->chance[PURPOSE_CARRIER], world->provider.fail_ppm);
    if (entry->refused) return OUTCOME_FAILED;
    entry->times_sold++;
    watch_sold(world, entry);
    world_trace(world, "carrier sold", be_get(entry->label.bytes, 8), entry->times_sold);
    return OUTCOME_PAID;
}

static void late_sale_event(struct world *world, const struct agenda_event *event)
{
    struct late_sale *late = event->parcel;
    sell(world, &late->call);
    free(late);
}

static void sell_late(struct world *world, const struct label_call *call)
{
    struct late_sale *late = malloc(sizeof *late);
    assert(late != NULL);
    late->call = *call;
    world_after(world, SLOW_US, late_sale_event, 0, 0, 0, late);
}

static enum refund_outcome take_back(struct world *world, const struct label_call *call)
{
    struct carrier_entry *entry = find(&world->carrier, call->reference);
    if (entry == NULL || entry->times_sold == 0) return OUTCOME_FAILED;
    bool refuses =
        !entry->voided && chance_hit(&world->chance[PURPOSE_CARRIER], world->provider.fail_ppm);
    if (!refuses) entry->voided = true;
    return entry->voided ? OUTCOME_PAID : OUTCOME_FAILED;
}

static bool is_deaf(const struct world *world)
{
    return world->now_us < world->provider.down_until_us;
}

/* A call that sells or takes back: a first one, or a repeat by which the carrier is asked. What is
 * said of the provider's faults in this world holds for carriers too. */
static void take_call(struct host *host, enum call_kind kind, const struct label_call *call)
{
    struct world *world = host->world;
    const struct provider *faults = &world->provider;
    struct chance *chance = &world->chance[PURPOSE_CARRIER];
    uint64_t delay = chance_wait_us(chance, world->carrier.delay_us);
    if (is_deaf(world) || chance_hit(chance, faults->timeout_before_ppm)) {
        fault_count(world, FAULT_PROVIDER_LOST);
        answer(host, call, kind, OUTCOME_NO_WORD, 20 * SECOND_US);
        return;
    }
    if (call->act != LABEL_VOID && chance_hit(chance, faults->error_ppm)) {
        fault_count(world, FAULT_PROVIDER_ERROR);
        sell_late(world, call);
        answer(host, call, kind, OUTCOME_NO_WORD, delay);
        return;
    }
    enum refund_outcome outcome =
        call->act == LABEL_VOID ? take_back(world, call) : sell(world, call);
    if (chance_hit(chance, faults->timeout_after_paying_ppm)) {
        fault_count(world, FAULT_PROVIDER_SILENT);
        world_trace(world, "carrier silent after selling", host->number, 0);
        answer(host, call, kind, OUTCOME_NO_WORD, 20 * SECOND_US);
        return;
    }
    answer(host, call, kind, outcome, delay);
    if (!chance_hit(chance, faults->duplicate_ppm)) return;
    fault_count(world, FAULT_PROVIDER_TWICE);
    answer(host, call, kind, outcome, delay + SECOND_US);
}

static void take_lookup(struct host *host, const struct label_call *call)
{
    struct world *world = host->world;
    struct chance *chance = &world->chance[PURPOSE_CARRIER];
    const struct carrier_entry *entry = find(&world->carrier, call->reference);
    enum refund_outcome outcome = OUTCOME_ABSENT;
    if (is_deaf(world) || chance_hit(chance, world->provider.timeout_before_ppm))
        outcome = OUTCOME_NO_WORD;
    else if (entry != NULL && entry->times_sold > 0)
        outcome = OUTCOME_PAID;
    answer(host, call, CALL_ASK, outcome, chance_wait_us(chance, world->carrier.delay_us));
}

void carrier_call(struct host *host, enum call_kind kind, const struct label_call *call)
{
    entry_of(&host->world->carrier, call)->called_us = host->world->now_us;
    if (kind == CALL_SEND || call->recovery == LABEL_RECOVERY_HEADER)
        take_call(host, kind, call);
    else if (call->recovery == LABEL_RECOVERY_LOOKUP)
        take_lookup(host, call);
    else {
        fault_count(host->world, FAULT_PROVIDER_MUTE);
        answer(host, call, CALL_ASK, OUTCOME_CANNOT_ASK, SECOND_US);
    }
}
