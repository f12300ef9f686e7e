/* Effects: calls of payment providers, at most one under way for a slot (DESIGN §6).
 *
 * A blind send happens only in the process run that committed the intent, and within the window of
 * monotonic time. Everything else goes ATTEMPT (committed) → ask by reference → only when the
 * provider does not know the key: send, with the same key. What cannot be asked becomes `unknown`,
 * and a person decides. The table below is memory only: a restart forgets it and therefore asks. */
#include <assert.h>

#include "node/core/core_inside.h"
#include "proto/bugs.h"

#define EFFECT_WAIT_MS            1000u
#define EFFECT_WAIT_DOUBLINGS_MAX 12u /* about an hour */
/* A provider that has the refund and is not done may take days about it, and tries are counted:
 * about 18 hours, so that a week passes before a person must look. */
#define PENDING_DOUBLINGS_MAX 16u
/* Of a provider that tells what became of a refund and cannot be asked: so long it is waited for.
 */
#define TOLD_WAIT_MS (UINT64_C(14) * 24 * 3600 * 1000)

static struct effect *find(struct core *core, const struct id *slot)
{
    for (unsigned i = 0; i < core->effects_used; i++)
        if (core->effects[i].phase != EFFECT_FREE && id_equal(&core->effects[i].slot, slot))
            return &core->effects[i];
    return NULL;
}

/* The call that the slot wants and the account it leaves from. Without an account the slot waits as
 * it is: the to-do row stands, no attempt is used up, and a person is told (core_count). */
static bool find_call(struct core *core, const struct id *slot, struct refund_call *call)
{
    return business_refund_call(&core->desk, slot, call) &&
           account_find(&core->desk.rows, core->self.accounts, call, &call->account);
}

/* An account holds no more places than it leaves free, so that however many providers are dead,
 * there is room for the refunds of those that are not. */
static bool has_share(const struct core *core, uint32_t account)
{
    unsigned held = 0, taken = 0;
    if (core->self.accounts->count == 1) return true;
    for (unsigned i = 0; i < core->effects_used; i++) {
        const struct effect *effect = &core->effects[i];
        taken += effect->phase != EFFECT_FREE ? 1 : 0;
        held += effect->phase != EFFECT_FREE && effect->account == account ? 1 : 0;
    }
    return held < OUTBOX_MAX - taken;
}

static struct effect *make(struct core *core, const struct id *book, const struct id *slot,
                           enum effect_phase phase, struct refund_call *call)
{
    struct effect *effect = find(core, slot);
    for (unsigned i = 0; effect == NULL && i < OUTBOX_MAX; i++)
        if (core->effects[i].phase == EFFECT_FREE) effect = &core->effects[i];
    if (effect == NULL) return NULL; /* all under way: the to-do row stays, and comes again */
    if (!find_call(core, slot, call) || !has_share(core, call->account)) return NULL;
    uint32_t place = (uint32_t)(effect - core->effects);
    if (place >= core->effects_used) core->effects_used = place + 1;
    *effect = (struct effect){.phase = phase,
                              .slot = *slot,
                              .book = *book,
                              .account = call->account,
                              .before = EFFECT_FREE};
    return effect;
}

void effects_intended(struct core *core, const struct id *book, const struct id *slot)
{
    struct refund_call call;
    struct effect *effect = make(core, book, slot, EFFECT_FRESH, &call);
    if (effect == NULL) return;
    effect->committed_boot_ms = core->now.boot_ms;
    if (call.former_count == 0) return;
    /* Another try of what a person called unpaid: the provider is asked whether that is so. */
    effect->phase = EFFECT_WAITING;
    effect->next_boot_ms = core->now.boot_ms;
    core_mark(core, "asked before another try");
}

static bool decide(struct core *core, const struct effect *effect, enum verb verb,
                   const char *provider_ref, const char *reason)
{
    struct log *log = work_log(core, &effect->book);
    if (log == NULL) return false;
    decision_begin(&core->decision);
    business_refund_result(&core->desk, &effect->slot, verb, provider_ref, reason, &core->moment,
                           &core->decision);
    if (core->decision.error != OK || core->decision.drafts_count == 0) return false;
    core_append_decision(core, log, &core->decision, NULL);
    return true;
}

static const struct account *account_of(const struct core *core, const struct effect *effect)
{
    return &core->self.accounts->at[effect->account];
}

/* The provider has it and will tell: the row of work stays, without a place among the effects, so
 * that however many are waited for, others go out. A webhook that never comes is a person's. */
static bool is_left_to_webhook(struct core *core, const struct effect *effect,
                               const struct refund_call *call)
{
    if (!account_of(core, effect)->tells || call->received_ms == 0) return false;
    uint64_t since = core->now.wall_ms - call->received_ms;
    bool over = core->now.wall_ms > call->received_ms && since > TOLD_WAIT_MS;
    if (over && !core->clock.suspect)
        decide(core, effect, DO_LOSE, "", "the provider has not told what became of it");
    return true;
}

void effects_want(struct core *core, const struct id *book, const struct id *slot)
{
    struct refund_call call;
    if (core->self.in_doubt || find(core, slot) != NULL) return;
    struct effect *effect = make(core, book, slot, EFFECT_WAITING, &call);
    if (effect == NULL) return;
    if (is_left_to_webhook(core, effect, &call)) {
        effect->phase = EFFECT_FREE;
        return;
    }
    if (BUG(resend_without_asking)) {
        effect->phase = EFFECT_ABSENT;
        return;
    }
    effect->before = EFFECT_WAITING;
    effect->next_boot_ms = core->now.boot_ms;
    core_mark(core, "effect taken up again");
}

static void wait_after(struct core *core, struct effect *effect, enum refund_outcome outcome)
{
    unsigned most = outcome == OUTCOME_PENDING ? PENDING_DOUBLINGS_MAX : EFFECT_WAIT_DOUBLINGS_MAX;
    unsigned doublings = effect->tries < most ? effect->tries : most;
    effect->tries++;
    effect->phase = EFFECT_WAITING;
    effect->next_boot_ms = core->now.boot_ms + ((uint64_t)EFFECT_WAIT_MS << doublings);
}

static void wait(struct core *core, struct effect *effect)
{
    wait_after(core, effect, OUTCOME_NO_WORD);
}

static uint64_t window_of(const struct core *core, const struct effect *effect)
{
    uint64_t own_ms = account_of(core, effect)->send_window_ms;
    return own_ms != 0 ? own_ms : core->self.send_window_ms;
}

void effects_round(struct core *core)
{
    if (core->self.in_doubt || core->stopped) return;
    for (unsigned i = 0; i < core->effects_used; i++) {
        struct effect *effect = &core->effects[i];
        bool stale = effect->phase == EFFECT_FRESH &&
                     core->now.boot_ms - effect->committed_boot_ms > window_of(core, effect);
        bool due = effect->phase == EFFECT_WAITING && effect->next_boot_ms <= core->now.boot_ms;
        struct refund_call call;
        if (!stale && !due) continue;
        if (find_call(core, &effect->slot, &call) && decide(core, effect, DO_SUBMIT, "", "")) {
            effect->phase = EFFECT_ATTEMPTED;
            core_mark(core, "attempt committed before asking");
        } else
            effect->phase = EFFECT_FREE; /* settled, unknown, without account or not ours */
    }
}

/* Nobody can ask, and the key is young: a repeat is answered what the first call was, and pays no
 * second time. Not where an earlier try may have been paid after all. */
static bool may_repeat(struct core *core, const struct effect *effect)
{
    struct refund_call call;
    return account_of(core, effect)->tells && effect->committed_boot_ms != 0 &&
           core->now.boot_ms - effect->committed_boot_ms <= window_of(core, effect) &&
           find_call(core, &effect->slot, &call) && call.former_count == 0;
}

static void asked(struct core *core, struct effect *effect, const struct input *input)
{
    enum refund_outcome outcome = input->result.outcome;
    const char *ref = input->result.provider_ref, *reason = input->result.reason;
    bool over = true;
    if (outcome == OUTCOME_PAID || (BUG(absent_taken_as_paid) && outcome == OUTCOME_ABSENT)) {
        decide(core, effect, DO_FIND_PAID, ref, reason);
        core_mark(core, "asked and found paid");
    } else if (outcome == OUTCOME_FAILED) {
        decide(core, effect, DO_FIND_FAILED, ref, reason);
    } else if (outcome == OUTCOME_CANNOT_ASK && may_repeat(core, effect)) {
        effect->phase = EFFECT_ABSENT;
        over = false;
    } else if (outcome == OUTCOME_CANNOT_ASK) {
        decide(core, effect, DO_LOSE, ref, reason);
        core_mark(core, "cannot ask: unknown");
    } else if (outcome == OUTCOME_ABSENT) {
        effect->phase = EFFECT_ABSENT;
        core_mark(core, "asked and absent: sent again");
        over = false;
    } else {
        wait_after(core, effect, outcome);
        over = false;
    }
    if (over) effect->phase = EFFECT_FREE;
}

static void sent(struct core *core, struct effect *effect, const struct input *input)
{
    enum refund_outcome outcome = input->result.outcome;
    if (outcome == OUTCOME_PAID)
        decide(core, effect, DO_FIND_PAID, input->result.provider_ref, input->result.reason);
    else if (outcome == OUTCOME_FAILED ||
             (BUG(no_word_taken_as_failed) && outcome == OUTCOME_NO_WORD))
        decide(core, effect, DO_FIND_FAILED, input->result.provider_ref, input->result.reason);
    else if (outcome == OUTCOME_PENDING && account_of(core, effect)->tells)
        decide(core, effect, DO_SUBMIT, input->result.provider_ref, input->result.reason);
    else {
        core_mark(core, "send without word");
        wait_after(core, effect, outcome);
        return;
    }
    effect->phase = EFFECT_FREE;
}

void effects_result(struct core *core, const struct input *input)
{
    struct effect *effect = find(core, &input->result.slot);
    /* A result of a call that this run did not make, or made before: nothing hangs on it. */
    if (effect == NULL) return;
    if (input->result.asked && effect->phase == EFFECT_ASKING)
        asked(core, effect, input);
    else if (!input->result.asked && effect->phase == EFFECT_SENDING)
        sent(core, effect, input);
}

/* The call is over and its result can be written nowhere: later it is asked for again. */
void effects_lost(struct core *core, const struct input *input)
{
    struct effect *effect = find(core, &input->result.slot);
    bool under_way =
        effect != NULL && (effect->before == EFFECT_SENDING || effect->before == EFFECT_ASKING);
    if (!under_way) return;
    wait(core, effect);
    effect->before = effect->phase;
}

void effects_release(struct core *core)
{
    if (core->self.in_doubt || core->stopped) return;
    for (unsigned i = 0; i < core->effects_used; i++) {
        struct effect *effect = &core->effects[i];
        bool send = effect->phase == EFFECT_FRESH || effect->phase == EFFECT_ABSENT;
        bool ask = effect->phase == EFFECT_ATTEMPTED;
        struct refund_call call;
        if (send || ask) {
            if (work_log(core, &effect->book) != NULL && find_call(core, &effect->slot, &call)) {
                effect->phase = send ? EFFECT_SENDING : EFFECT_ASKING;
                core->port.call(core->port.world, send ? CALL_SEND : CALL_ASK, &call);
            } else
                effect->phase = EFFECT_FREE;
        }
        effect->before = effect->phase;
    }
}

/* The turn was undone: what it decided about effects is undone with it. A result that was lost so
 * is asked for again. */
void effects_abort(struct core *core)
{
    for (unsigned i = 0; i < core->effects_used; i++) {
        struct effect *effect = &core->effects[i];
        if (effect->phase == effect->before) continue;
        bool under_way = effect->before == EFFECT_SENDING || effect->before == EFFECT_ASKING;
        effect->phase = effect->before;
        if (under_way) wait(core, effect);
        effect->before = effect->phase;
    }
}

static void count_book(struct core *core, const struct id *book)
{
    struct key prefix = todo_prefix_of(book, TODO_EFFECT);
    struct walk walk = walk_over(&prefix);
    struct row row;
    for (unsigned i = 0;
         i < UNSERVED_SCAN_MAX && walk_next(&core->desk.rows, VIEW_TODO, &walk, &row); i++) {
        struct todo todo;
        struct refund_call call;
        if (!todo_read(key_span(&walk.at), &todo)) continue;
        if (!business_refund_call(&core->desk, &todo.thing, &call)) continue;
        if (account_find(&core->desk.rows, core->self.accounts, &call, &call.account)) continue;
        core->stats.refunds_unserved++;
        unserved_add(core->unserved, &core->unserved_count, &call);
    }
}

void effects_count(struct core *core)
{
    struct unserved before[UNSERVED_MAX];
    uint32_t before_count = core->unserved_count;
    memcpy(before, core->unserved, sizeof before);
    core->stats.effects_open = 0;
    for (unsigned i = 0; i < OUTBOX_MAX; i++)
        core->stats.effects_open += core->effects[i].phase != EFFECT_FREE ? 1 : 0;
    core->stats.refunds_unserved = 0;
    core->unserved_count = 0;
    for (uint32_t i = 0; i < core->logs.count; i++)
        if (work_log(core, &core->logs.log[i].id) != NULL) count_book(core, &core->logs.log[i].id);
    /* Said once, when it begins; the status says it for as long as it lasts. */
    for (uint32_t i = 0; i < core->unserved_count; i++) {
        const struct unserved *it = &core->unserved[i];
        struct refund_call call = {.merchant = it->merchant};
        memcpy(call.provider, it->provider, sizeof call.provider);
        if (unserved_add(before, &before_count, &call))
            core->port.note(core->port.world, ERROR_CONFIG,
                            "no payment account for this merchant: its refunds wait; add a "
                            "[provider] section with merchant = its id, and restart",
                            &it->merchant);
    }
}

uint64_t effects_wake_ms(const struct core *core)
{
    uint64_t wake = UINT64_MAX;
    for (unsigned i = 0; i < core->effects_used; i++)
        if (core->effects[i].phase == EFFECT_WAITING && core->effects[i].next_boot_ms < wake)
            wake = core->effects[i].next_boot_ms;
    return wake;
}
