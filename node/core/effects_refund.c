/* Refunds as effects: calls of payment providers. */
#include "node/core/effects_inside.h"
#include "proto/bugs.h"

/* Of a provider that tells what became of a refund and cannot be asked: so long it is waited for.
 */
#define TOLD_WAIT_MS (UINT64_C(14) * 24 * 3600 * 1000)

static bool find(struct core *core, const struct id *slot, union effect_call *call,
                 uint32_t *account)
{
    bool found = business_refund_call(&core->desk, slot, &call->refund) &&
                 account_find(&core->desk.rows, core->self.accounts, &call->refund, account);
    if (found) call->refund.account = *account;
    return found;
}

static uint32_t accounts(const struct core *core)
{
    return core->self.accounts->count;
}

static const struct account *account_of(const struct core *core, const struct effect *effect)
{
    return &core->self.accounts->at[effect->account];
}

static void decide(struct core *core, const struct id *slot, enum effect_word word,
                   const struct input *news, const char *reason)
{
    static const enum verb verbs[] = {[EFFECT_TRIES] = DO_SUBMIT,
                                      [EFFECT_FINDS] = DO_FIND_PAID,
                                      [EFFECT_REFUSES] = DO_FIND_FAILED,
                                      [EFFECT_LOSES] = DO_LOSE};
    const char *ref = news != NULL ? news->result.provider_ref : "";
    business_refund_result(&core->desk, slot, verbs[word], ref,
                           news != NULL ? news->result.reason : reason, &core->moment,
                           &core->decision);
}

static void call_out(struct core *core, enum call_kind kind, const union effect_call *call)
{
    core->port.call(core->port.world, kind, &call->refund);
}

/* Another try of what a person called unpaid: the provider is asked whether that is so. */
static enum effect_phase begins(struct core *core, const union effect_call *call)
{
    if (call->refund.former_count == 0) return EFFECT_FRESH;
    core_mark(core, "asked before another try");
    return EFFECT_WAITING;
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
        effects_decide(core, effect, EFFECT_LOSES, NULL,
                       "the provider has not told what became of it");
    return true;
}

static enum effect_phase takes_up(struct core *core, const struct effect *effect,
                                  const union effect_call *call)
{
    if (is_left_to_webhook(core, effect, &call->refund)) return EFFECT_FREE;
    return BUG(resend_without_asking) ? EFFECT_ABSENT : EFFECT_WAITING;
}

static enum effect_phase after_attempt(const union effect_call *call)
{
    (void)call;
    return EFFECT_ATTEMPTED;
}

static uint64_t window_ms(const struct core *core, const struct effect *effect)
{
    uint64_t own_ms = account_of(core, effect)->send_window_ms;
    return own_ms != 0 ? own_ms : core->self.send_window_ms;
}

static uint64_t quiet_ms(const struct core *core, const struct effect *effect)
{
    (void)core;
    (void)effect;
    return 0; /* what is asked too early and sent once more bears the same key */
}

/* Nobody can ask, and the key is young: a repeat is answered what the first call was, and pays no
 * second time. Not where an earlier try may have been paid after all. */
static bool may_repeat(struct core *core, const struct effect *effect)
{
    union effect_call call;
    uint32_t account;
    return account_of(core, effect)->tells && effect->committed_boot_ms != 0 &&
           core->now.boot_ms - effect->committed_boot_ms <= window_ms(core, effect) &&
           find(core, &effect->thing, &call, &account) && call.refund.former_count == 0;
}

static struct effect_turn asked(struct core *core, const struct effect *effect,
                                enum refund_outcome outcome)
{
    if (outcome == OUTCOME_PAID || (BUG(absent_taken_as_paid) && outcome == OUTCOME_ABSENT))
        return (struct effect_turn){EFFECT_FINDS, EFFECT_FREE, "asked and found paid"};
    if (outcome == OUTCOME_FAILED) return (struct effect_turn){EFFECT_REFUSES, EFFECT_FREE, NULL};
    if (outcome == OUTCOME_CANNOT_ASK && may_repeat(core, effect))
        return (struct effect_turn){EFFECT_NOTHING, EFFECT_ABSENT, NULL};
    if (outcome == OUTCOME_CANNOT_ASK)
        return (struct effect_turn){EFFECT_LOSES, EFFECT_FREE, "cannot ask: unknown"};
    if (outcome == OUTCOME_ABSENT)
        return (struct effect_turn){EFFECT_NOTHING, EFFECT_ABSENT, "asked and absent: sent again"};
    return (struct effect_turn){EFFECT_NOTHING, EFFECT_WAITING, NULL};
}

static struct effect_turn sent(struct core *core, const struct effect *effect,
                               enum refund_outcome outcome)
{
    if (outcome == OUTCOME_PAID) return (struct effect_turn){EFFECT_FINDS, EFFECT_FREE, NULL};
    if (outcome == OUTCOME_FAILED || (BUG(no_word_taken_as_failed) && outcome == OUTCOME_NO_WORD))
        return (struct effect_turn){EFFECT_REFUSES, EFFECT_FREE, NULL};
    if (outcome == OUTCOME_PENDING && account_of(core, effect)->tells)
        return (struct effect_turn){EFFECT_TRIES, EFFECT_FREE, NULL};
    return (struct effect_turn){EFFECT_NOTHING, EFFECT_WAITING, "send without word"};
}

const struct effect_ops effect_of_refund = {.find = find,
                                            .accounts = accounts,
                                            .decide = decide,
                                            .call = call_out,
                                            .begins = begins,
                                            .takes_up = takes_up,
                                            .after_attempt = after_attempt,
                                            .asked = asked,
                                            .sent = sent,
                                            .window_ms = window_ms,
                                            .quiet_ms = quiet_ms};

/* --- those that wait for an account ------------------------------------------------------------
 */

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

void effects_count_unserved(struct core *core)
{
    struct unserved before[UNSERVED_MAX];
    uint32_t before_count = core->unserved_count;
    memcpy(before, core->unserved, sizeof before);
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
