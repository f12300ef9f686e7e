#include "sim/oracle.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "overseas-warehouse/view_rows.h"
#include "sim/agree.h"
#include "sim/custody.h"
#include "sim/faults.h"
#include "sim/ledger.h"
#include "sim/refold.h"
#include "sim/stores.h"
#include "sim/tally.h"
#include "sim/watch_labels.h"
#include "sim/watch_swap.h"
#include "sim/watch_time.h"

void oracle_fail(struct world *world, const char *format, ...)
{
    struct oracle *oracle = world->oracle;
    va_list arguments;
    if (oracle->violation[0] != '\0') return;
    va_start(arguments, format);
    int used =
        snprintf(oracle->violation, ORACLE_TEXT_BYTES, "at %.3f s: ", (double)world->now_us / 1e6);
    vsnprintf(oracle->violation + used, ORACLE_TEXT_BYTES - (size_t)used, format, arguments);
    va_end(arguments);
    world_trace(world, oracle->violation, 0, 0);
}

/* --- at every call (I1, I2, I14, I16) --- */

static struct oracle_slot *slot_of(struct oracle *oracle, const struct refund_call *call)
{
    for (uint32_t i = 0; i < oracle->slots; i++)
        if (id_equal(&oracle->slot[i].slot, &call->slot)) return &oracle->slot[i];
    assert(oracle->slots < ORACLE_SLOTS_MAX);
    struct oracle_slot *slot = &oracle->slot[oracle->slots++];
    *slot = (struct oracle_slot){.slot = call->slot, .amount_minor = call->amount_minor};
    memcpy(slot->key, call->key, sizeof slot->key);
    return slot;
}

bool oracle_excuses(const struct world *world, const struct oracle_slot *slot)
{
    const struct host *first = &world->host[slot->first_run >> 32];
    uint64_t run = slot->first_run & UINT32_MAX;
    return slot->by_doubtful || (slot->sends > 0 && run <= first->lost_runs);
}

static bool is_excused(struct world *world, const struct id *id)
{
    const struct oracle *oracle = world->oracle;
    for (uint32_t i = 0; i < oracle->slots; i++)
        if (id_equal(&oracle->slot[i].slot, id)) return oracle_excuses(world, &oracle->slot[i]);
    return false;
}

/* One slot of a payment is under way at a time. */
static void check_exclusive(struct world *world, struct host *host, const struct id *slot,
                            const struct refund_row *refund)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct refund_row other;
    while (walk_next(&host->disk.inner->views, VIEW_REFUND, &walk, &row)) {
        if (shape_decode(&refund_row_shape, row.value, &other, NULL) != OK) continue;
        bool open = other.state == REFUND_INTENDED || other.state == REFUND_SUBMITTED;
        if (!open || memcmp(walk.at.bytes, slot->bytes, ID_BYTES) == 0) continue;
        if (id_equal(&other.order, &refund->order) && other.payment == refund->payment)
            oracle_fail(world, "two refunds of one payment are under way");
    }
}

static bool is_won(const struct rows *views, const struct key *payment,
                   const struct elsewhere_row *chargeback)
{
    struct walk walk = walk_over(payment);
    struct row row;
    struct elsewhere_row other;
    while (walk_next(views, VIEW_ELSEWHERE, &walk, &row))
        if (shape_decode(&elsewhere_row_shape, row.value, &other, NULL) == OK &&
            other.how == ELSEWHERE_CHARGEBACK_WON &&
            span_equal(other.reference, chargeback->reference))
            return true;
    return false;
}

/* Nothing is sent of a payment of which ours and the others' refunds exceed what was captured, nor
 * of a line of a return for more units than it has: a report that comes later cannot be helped. */
static void check_room(struct world *world, struct host *host, const struct refund_row *refund)
{
    const struct rows *views = &host->disk.inner->views;
    struct payment_row payment;
    struct return_line_row line;
    struct key prefix = payment_key(&refund->order, refund->payment);
    struct walk walk = walk_over(&prefix);
    struct row row;
    struct elsewhere_row other;
    int64_t moved = 0;
    uint64_t units = 0;
    while (walk_next(views, VIEW_ELSEWHERE, &walk, &row)) {
        if (shape_decode(&elsewhere_row_shape, row.value, &other, NULL) != OK) continue;
        if (!id_is_zero(&other.slot)) continue;
        moved += other.how == ELSEWHERE_CHARGEBACK_WON ? -other.amount_minor : other.amount_minor;
        bool names = id_equal(&other.return_id, &refund->return_id) && other.line == refund->line;
        bool won = other.how == ELSEWHERE_CHARGEBACK && is_won(views, &prefix, &other);
        if (names && !won) units += other.quantity;
    }
    if (moved == 0 || !payment_load(views, &refund->order, refund->payment, &payment)) return;
    world_mark(world, "a call of a payment that others refunded from");
    int64_t ours = payment.refunded_minor - payment.recharged_minor;
    if (business_is_charge(refund->paid_for)) return; /* that takes nothing of the payment */
    if (moved + ours > payment.captured_minor)
        oracle_fail(world, "I3: %lld are refunded here, %lld elsewhere, of %lld", (long long)ours,
                    (long long)moved, (long long)payment.captured_minor);
    if (refund->paid_for == PAID_FOR_LINE &&
        return_line_load(views, &refund->return_id, refund->line, &line) && units >= line.quantity)
        oracle_fail(world, "I1: a unit is refunded that was refunded elsewhere");
}

/* The core calls while it reads: what it sees is what is committed. */
static void check_call(struct world *world, struct host *host, enum call_kind kind,
                       const struct refund_call *call)
{
    struct oracle *oracle = world->oracle;
    struct oracle_slot *slot = slot_of(oracle, call);
    struct refund_row row;
    oracle->checks++;
    slot->by_doubtful = slot->by_doubtful || host->doubtful;
    if (oracle_excuses(world, slot)) return;
    if (memcmp(slot->key, call->key, sizeof slot->key) != 0)
        oracle_fail(world, "I2: one slot was called with two keys");
    if (slot->amount_minor != call->amount_minor)
        oracle_fail(world, "I2: one slot was called with two amounts");
    if (!refund_load(&host->disk.inner->views, &call->slot, &row))
        oracle_fail(world, "I14: a call without a committed intent");
    else if (row.state != REFUND_INTENDED && row.state != REFUND_SUBMITTED)
        oracle_fail(world, "I14: a call for a refund in state %u", (unsigned)row.state);
    else {
        check_exclusive(world, host, &call->slot, &row);
        if (kind == CALL_SEND) check_room(world, host, &row);
    }
    uint64_t run = (uint64_t)host->number << 32 | host->runs;
    if (kind == CALL_SEND && slot->sends > 0 && slot->first_run != run && slot->asks == 0)
        oracle_fail(world, "re-send rule: sent again in another run without asking first");
    if (kind == CALL_SEND && slot->sends++ == 0) slot->first_run = run;
    slot->asks += kind == CALL_ASK ? 1 : 0;
    if (host->core->stopped) oracle_fail(world, "I16: a store in doubt performed an effect");
}

/* --- at every commit (I9, I11, I12, I18) --- */

/* A store that was put back may have written another branch of a log before it was found out. Who
 * met one of them keeps it and says so; the other one, and all that depends on it, stays away. */
static bool is_split(const struct host *host)
{
    for (uint32_t i = 0; i < host->core->logs.count; i++)
        if (host->core->logs.log[i].row.quarantined != 0) return true;
    return false;
}

static void check_commit(struct world *world, struct host *host, enum error error)
{
    struct oracle *oracle = world->oracle;
    (void)error;
    if (host->core->stopped && !host->doubtful)
        oracle_fail(world, "I11: the sound store of host %u stopped in doubt", host->number);
    if (is_split(host) && !stores_are_other(world))
        oracle_fail(world, "I9: host %u holds a forked log where no store is odd", host->number);
    const struct log *own = logs_find(&host->core->logs, &host->self.log);
    if (!host->doubtful && own != NULL && own->row.last < oracle->told[host->number])
        oracle_fail(world, "I12: host %u told of %llu own entries and holds %llu", host->number,
                    (unsigned long long)oracle->told[host->number],
                    (unsigned long long)own->row.last);
    for (unsigned i = 0; i < host->core->peers.slots; i++) {
        const struct peer *peer = &host->core->peers.peer[i];
        if (peer->state == PEER_OPEN && peer->in_flight > PEER_CREDIT_BYTES)
            oracle_fail(world, "I18: %llu bytes under way to one peer",
                        (unsigned long long)peer->in_flight);
    }
    oracle->checks++;
}

/* What a peer may have heard of must be held ever after, crash or not. */
/* I12: what a vector claims stands on the disk, by the store's own word. */
static void check_claims(struct world *world, struct host *host, const struct log_at *at,
                         uint32_t count)
{
    const struct rows *truth = &host->disk.inner->truth;
    for (uint32_t i = 0; i < count; i++) {
        struct log_row row;
        struct span value;
        bool held = truth->port->get(truth->world, TRUTH_LOG, id_span(&at[i].log), &value) &&
                    shape_decode(&log_row_shape, value, &row, NULL) == OK;
        if (!held || row.last < at[i].idx)
            oracle_fail(world, "I12: host %u tells of %llu entries of a log and has %llu on disk",
                        host->number, (unsigned long long)at[i].idx,
                        (unsigned long long)(held ? row.last : 0));
    }
}

static void check_vector(struct world *world, struct host *host, struct span message)
{
    static struct vv vv;
    static struct ack ack;
    static struct hello hello;
    struct envelope envelope;
    if (envelope_decode(message, &envelope) != OK) return;
    if (envelope.type == MESSAGE_VV && shape_decode(&vv_shape, envelope.body, &vv, NULL) == OK)
        check_claims(world, host, vv.logs, vv.logs_count);
    if (envelope.type == MESSAGE_ACK && shape_decode(&ack_shape, envelope.body, &ack, NULL) == OK)
        check_claims(world, host, ack.logs, ack.logs_count);
    if (envelope.type == MESSAGE_HELLO &&
        shape_decode(&hello_shape, envelope.body, &hello, NULL) == OK)
        check_claims(world, host, hello.own, hello.own_count);
}

static void check_send(struct world *world, struct host *host, uint32_t link, struct span message)
{
    struct oracle *oracle = world->oracle;
    const struct log *own = logs_find(&host->core->logs, &host->self.log);
    (void)link;
    check_vector(world, host, message);
    if (own != NULL && own->durable > oracle->told[host->number])
        oracle->told[host->number] = own->durable;
}

static void check_crash(struct world *world, struct host *host)
{
    faults_restart(world, host);
}

/* --- at the end --- */

static bool takes_part(const struct host *host)
{
    return !host->lost && !host->absent && !host->doubtful && host->up && !host->core->stopped;
}

static bool owes_nothing(const struct host *host)
{
    const struct core *core = host->core;
    for (unsigned i = 0; i < OUTBOX_MAX; i++)
        if (core->effects[i].phase != EFFECT_FREE) return false;
    return host->inputs_count == 0;
}

static const char *unready(const struct host *host)
{
    if (!host->up && !host->lost) return "is down";
    if (host->up && host->core->turn_error != OK) return "cannot write";
    if (takes_part(host) && !owes_nothing(host)) return "has calls or inputs left";
    if (takes_part(host) && host->core->stats.dues_held > 0) return "holds its deadlines back";
    return NULL;
}

bool oracle_converged(struct world *world, char why[ORACLE_TEXT_BYTES])
{
    struct host *first = NULL;
    const char *what = NULL;
    for (unsigned i = 0; i < world->hosts && what == NULL; i++) {
        struct host *host = &world->host[i];
        what = unready(host);
        if (what == NULL && takes_part(host)) {
            if (first == NULL) first = host;
            what = agree_about(first, host);
        }
        if (what != NULL) snprintf(why, ORACLE_TEXT_BYTES, "host %u %s", i, what);
    }
    if (what == NULL && first == NULL) snprintf(why, ORACLE_TEXT_BYTES, "no host is whole");
    return what == NULL && first != NULL;
}

static void compare_digests(struct world *world, const struct host *a, const struct host *b)
{
    struct hash all[2], table[2][VIEW_TABLE_COUNT];
    core_digest(a->core, &all[0], table[0]);
    core_digest(b->core, &all[1], table[1]);
    if (memcmp(&all[0], &all[1], HASH_BYTES) == 0) return;
    for (unsigned t = 0; t < VIEW_TABLE_COUNT; t++)
        if (memcmp(&table[0][t], &table[1][t], HASH_BYTES) != 0)
            oracle_fail(world, "I13: hosts %u and %u hold the same logs and other rows in %s",
                        a->number, b->number, view_table_name(t));
}

/* Each is compared with the first that holds the same; mostly that is the first of all. */
static void check_digests(struct world *world)
{
    for (unsigned i = 0; i < world->hosts; i++) {
        const struct host *host = &world->host[i], *like = NULL;
        for (unsigned j = 0; j < i && like == NULL && takes_part(host); j++)
            if (takes_part(&world->host[j]) && agree_same(&world->host[j], host))
                like = &world->host[j];
        if (like != NULL) compare_digests(world, like, host);
    }
}

static bool is_by_hand(const struct clients *clients, const struct id *slot)
{
    for (uint32_t i = 0; i < clients->by_hands; i++)
        if (id_equal(&clients->by_hand[i], slot)) return true;
    return false;
}

/* A person said that it was paid by other means, and the book took it. */
static bool was_moved_by_hand(struct world *world, const struct id *slot)
{
    bool moved = false;
    if (!is_by_hand(world->watcher, slot)) return false;
    for (unsigned i = 0; i < world->hosts && !moved; i++) {
        struct store *store = world->host[i].disk.inner;
        struct refund_row refund;
        if (!takes_part(&world->host[i]) || store->port->begin_read(store->world) != OK) continue;
        moved = refund_load(&store->views, slot, &refund) && refund.state == REFUND_SETTLED;
        store->port->end_read(store->world);
    }
    return moved;
}

/* What left of a payment, less what came back by new charges, by the provider's hand or a person's.
 * A store that is excused may have forgotten either. */
static int64_t net_of(struct world *world, const char *payment_ref)
{
    const struct provider *provider = &world->provider;
    int64_t sum = 0;
    for (uint32_t i = 0; i < provider->count; i++) {
        const struct provider_entry *entry = &provider->entry[i];
        if (strcmp(entry->payment_ref, payment_ref) != 0 || is_excused(world, &entry->slot))
            continue;
        int64_t times = provider_paid(entry);
        if (times == 0 && was_moved_by_hand(world, &entry->slot)) times = 1;
        int64_t moved = entry->amount_minor * times;
        sum += entry->charge ? -moved : moved;
    }
    return sum;
}

static void check_money(struct world *world)
{
    struct oracle *oracle = world->oracle;
    const struct provider *provider = &world->provider;
    for (uint32_t i = 0; i < provider->count; i++) {
        const struct provider_entry *entry = &provider->entry[i];
        oracle->checks++;
        if (is_excused(world, &entry->slot)) continue;
        if (entry->times_paid > 1)
            oracle_fail(world, "I1: %s was paid %u times", entry->key, entry->times_paid);
        int64_t sum = net_of(world, entry->payment_ref);
        int64_t captured = clients_captured(oracle->clients, span_text(entry->payment_ref));
        if (sum > captured)
            oracle_fail(world, "I3: %lld was refunded on %s, %lld was captured", (long long)sum,
                        entry->payment_ref, (long long)captured);
    }
}

/* What a client was told stands on every node; what was promised (202) has been answered. A promise
 * of a host whose disk was lost or replaced is exempt when nobody else ever held it. */
static void check_wish(struct world *world, struct host *host, const struct wish *wish)
{
    struct oracle *oracle = world->oracle;
    const struct host *said = &world->host[wish->said_by];
    struct request_view view;
    if (id_is_zero(&wish->request)) return;
    request_view(&host->disk.inner->views, &wish->request, &view);
    oracle->checks++;
    bool lost = wish->answered && wish->said_run <= said->lost_runs;
    bool apart =
        said->core->stopped || !agree_same(said, host); /* by a fork, and by nothing else */
    if (lost || said->doubtful || (stores_are_other(world) && (wish->asked || apart))) return;
    if (wish->asked && !wish->answered && view.state != REQUEST_ANSWERED)
        oracle_fail(world, "I17: an ask of kind %u stays unanswered at host %u", wish->kind,
                    host->number);
    if (!wish->answered || wish->state == ANSWER_REFUSED) return;
    if (view.state != REQUEST_ANSWERED)
        oracle_fail(world, "I6: host %u lost what host %u had acknowledged (kind %u)", host->number,
                    wish->said_by, wish->kind);
    else if (view.error != OK || !id_equal(&view.entity, &wish->entity))
        oracle_fail(world, "I7: an acknowledged decision of kind %u reads otherwise now",
                    wish->kind);
}

static uint32_t times_paid(const struct world *world, const struct key *slot)
{
    for (uint32_t i = 0; i < world->provider.count; i++)
        if (memcmp(world->provider.entry[i].slot.bytes, slot->bytes, ID_BYTES) == 0)
            return provider_paid(&world->provider.entry[i]);
    return 0;
}

/* It came back, and whoever was told of it lost that with the disk: the book cannot know. Nor does
 * it take the provider's word about what a person called paid after it had failed; and of a lost
 * store's book there may be no leader left who could. */
static bool is_unheard(const struct host *host, const struct id *slot,
                       const struct refund_row *refund)
{
    const struct provider *provider = &host->world->provider;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct refund_told told;
    const struct provider_entry *entry = NULL;
    for (uint32_t i = 0; i < provider->count; i++)
        if (id_equal(&provider->entry[i].slot, slot)) entry = &provider->entry[i];
    if (entry == NULL || !entry->came_back) return false;
    if (refund->has_failed != 0 || stores_are_other(host->world)) return true;
    while (walk_next(&host->disk.inner->views, VIEW_REFUND_TOLD, &walk, &row))
        if (shape_decode(&refund_told_shape, row.value, &told, NULL) == OK &&
            told.outcome == OUTCOME_FAILED && span_equal(told.key, span_text(entry->key)))
            return false;
    return true;
}

static bool was_called(const struct oracle *oracle, const struct id *slot)
{
    for (uint32_t i = 0; i < oracle->slots; i++)
        if (id_equal(&oracle->slot[i].slot, slot)) return true;
    return false;
}

/* What the book says of a refund is what the provider's own ledger says, and nothing is left. */
static void check_refunds(struct world *world, struct host *host)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct refund_row refund;
    while (walk_next(&host->disk.inner->views, VIEW_REFUND, &walk, &row)) {
        struct id slot;
        if (shape_decode(&refund_row_shape, row.value, &refund, NULL) != OK) continue;
        memcpy(slot.bytes, walk.at.bytes, ID_BYTES);
        if (is_excused(world, &slot)) continue;
        uint32_t paid = times_paid(world, &walk.at);
        bool by_hand = is_by_hand(world->watcher, &slot);
        if (refund.state == REFUND_SETTLED && paid == 0 && !by_hand &&
            was_called(world->oracle, &slot) && !is_unheard(host, &slot, &refund))
            oracle_fail(world, "I1: a refund is called settled and was never paid");
        if (refund.state == REFUND_FAILED && paid > 0)
            oracle_fail(world, "I1: a refund is called failed and was paid");
        bool open = refund.state == REFUND_INTENDED || refund.state == REFUND_SUBMITTED;
        if (open && !stores_are_other(world))
            oracle_fail(world, "I17: a refund is left open for ever");
    }
}

static void check_caps(struct world *world, struct host *host)
{
    const struct oracle *oracle = world->oracle;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct spent_row spent;
    while (walk_next(&host->disk.inner->views, VIEW_SPENT, &walk, &row)) {
        if (shape_decode(&spent_row_shape, row.value, &spent, NULL) != OK) continue;
        for (unsigned i = 0; i < oracle->clients->merchants; i++)
            if (memcmp(oracle->clients->merchant[i].id.bytes, walk.at.bytes, ID_BYTES) == 0 &&
                spent.minor > oracle->clients->merchant[i].cap_minor)
                oracle_fail(world, "cap: %lld spent in a day, %lld allowed", (long long)spent.minor,
                            (long long)oracle->clients->merchant[i].cap_minor);
    }
}

/* I20: after an erasure nobody holds the payload any more. */
static void check_erased(struct world *world, struct host *host)
{
    const struct clients *clients = ((struct oracle *)world->oracle)->clients;
    char name[64];
    for (uint32_t i = 0; i < clients->returns; i++) {
        if (!clients->ret[i].erased) continue;
        const struct wish *wish = &clients->wish[clients->ret[i].wish];
        struct key subject = key_of(&wish->entity);
        if (!rows_has(&host->disk.inner->views, VIEW_ERASED, &subject)) continue;
        world_mark(world, "a payload that was held was erased");
        struct key word = key_add_id(subject, &host->self.log);
        if (!host->core->stopped && !rows_has(&host->disk.inner->views, VIEW_ERASED_AT, &word))
            oracle_fail(world, "I20: host %u obeyed an erasure and did not say so", host->number);
        int size = snprintf(name, sizeof name, "PERSONAL-%u-PERSONAL", i);
        struct key none = {.size = 0};
        struct walk walk = walk_over(&none);
        struct row row;
        while (walk_next(&host->disk.inner->truth, (enum view_table)TRUTH_EVENT, &walk, &row))
            if (memmem(row.value.at, row.value.size, name, (size_t)size) != NULL)
                oracle_fail(world, "I20: an erased payload stands in host %u's log", host->number);
    }
}

static void check_host(struct world *world, struct host *host)
{
    const struct oracle *oracle = world->oracle;
    if (host->disk.inner->port->begin_read(host->disk.inner->world) != OK) {
        oracle_fail(world, "host %u cannot be read", host->number);
        return;
    }
    for (uint32_t i = 0; i < oracle->clients->wishes; i++)
        check_wish(world, host, &oracle->clients->wish[i]);
    check_refunds(world, host);
    check_caps(world, host);
    tally_check(world, host);
    custody_check(world, host);
    ledger_check(world, host);
    swap_check(world, host);
    labels_check(world, host);
    watch_time_left(world, host);
    check_erased(world, host);
    refold_check(world, host);
    host->disk.inner->port->end_read(host->disk.inner->world);
}

/* A merchant without a book would make a third of the wishes a test of refusals only. */
static void check_books(struct world *world)
{
    const struct clients *clients = ((struct oracle *)world->oracle)->clients;
    for (unsigned i = 0; i < clients->merchants; i++) {
        const struct client_merchant *merchant = &clients->merchant[i];
        if (!merchant->open && !world->host[merchant->opener].lost)
            oracle_fail(world, "the book of merchant %u was never opened", i);
    }
}

void oracle_finish(struct world *world)
{
    check_books(world);
    check_money(world);
    check_digests(world);
    agree_check_doubtful(world);
    for (unsigned i = 0; i < world->hosts; i++) {
        if (!takes_part(&world->host[i])) continue;
        if (is_split(&world->host[i])) world_mark(world, "both branches of a log met at one node");
        check_host(world, &world->host[i]);
    }
}

static void check_mark(struct world *world, struct host *host, const char *name)
{
    if (strcmp(name, "deadline fired") == 0 && host->core->clock.suspect)
        oracle_fail(world, "I23: a deadline fired by a clock that is not trusted");
}

void oracle_open(struct world *world, struct oracle *oracle, struct clients *clients)
{
    oracle->clients = clients;
    world->oracle = oracle;
    world->on_call = check_call;
    world->on_mark = check_mark;
    world->on_commit = check_commit;
    world->on_send = check_send;
    world->on_crash = check_crash;
}
