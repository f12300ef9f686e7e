/* Labels as effects: calls of carriers, which buy one or take it back. */
#include "node/core/effects_inside.h"
#include "proto/bugs.h"

static bool find(struct core *core, const struct id *label, union effect_call *call,
                 uint32_t *account)
{
    struct label_call *wish = &call->label;
    bool found = label_call_of(&core->desk, label, wish) &&
                 label_account_find(core->self.labels, span_text(wish->carrier),
                                    span_text(wish->account), account);
    if (found) wish->account_at = *account;
    return found;
}

static uint32_t accounts(const struct core *core)
{
    return core->self.labels->count;
}

static const struct label_account *account_of(const struct core *core, const struct effect *effect)
{
    return &core->self.labels->at[effect->account];
}

static void decide(struct core *core, const struct id *label, enum effect_word word,
                   const struct input *news, const char *reason)
{
    static const uint32_t facts[] = {[EFFECT_TRIES] = LABEL_IF(LATE),
                                     [EFFECT_FINDS] = LABEL_IF(DONE),
                                     [EFFECT_REFUSES] = LABEL_IF(REFUSED),
                                     [EFFECT_LOSES] = LABEL_IF(MUTE)};
    if (word == EFFECT_LOSES && reason[0] == '\0') reason = "the carrier cannot be asked";
    label_said(&core->desk, label, facts[word], news != NULL ? &news->label : NULL, reason,
               &core->moment, &core->decision);
}

static void call_out(struct core *core, enum call_kind kind, const union effect_call *call)
{
    core->port.buy(core->port.world, kind, &call->label);
}

static enum effect_phase begins(struct core *core, const union effect_call *call)
{
    (void)core;
    (void)call;
    return EFFECT_FRESH;
}

static enum effect_phase takes_up(struct core *core, const struct effect *effect,
                                  const union effect_call *call)
{
    (void)core;
    (void)effect;
    bool buys = call->label.act != LABEL_VOID;
    return BUG(label_resent_without_asking) && buys ? EFFECT_ABSENT : EFFECT_WAITING;
}

/* Only while the carrier is sure to remember the key does a repeat ask, and not buy. */
static bool is_key_young(const struct core *core, const struct effect *effect,
                         const struct label_call *call)
{
    uint64_t own_ms = account_of(core, effect)->repeat_ms;
    uint64_t repeat_ms = own_ms != 0 ? own_ms : LABEL_REPEAT_MS;
    return core->now.wall_ms >= call->intended_ms &&
           core->now.wall_ms - call->intended_ms <= repeat_ms;
}

/* Whoever was erased is sent to nobody. What was sent already and is asked for by a repeat cannot
 * be asked for any more. */
static enum effect_word bars(struct core *core, const struct effect *effect,
                             const union effect_call *call, const char **reason)
{
    const struct label_call *wish = &call->label;
    if (wish->act == LABEL_VOID) return EFFECT_NOTHING;
    bool sends = effect->phase == EFFECT_FRESH || effect->phase == EFFECT_ABSENT;
    *reason = "the address is not here any more";
    if (sends) return wish->complete ? EFFECT_NOTHING : EFFECT_REFUSES;
    if (wish->recovery != LABEL_RECOVERY_HEADER) return EFFECT_NOTHING;
    if (!wish->complete) return EFFECT_LOSES;
    if (core->clock.suspect) return EFFECT_LATER; /* by a clock that leapt no key has an age */
    *reason = "the carrier may have forgotten the key";
    bool young = is_key_young(core, effect, wish);
    return young || BUG(label_key_outlived) ? EFFECT_NOTHING : EFFECT_LOSES;
}

static enum effect_phase after_attempt(const union effect_call *call)
{
    return call->label.act == LABEL_VOID ? EFFECT_ABSENT : EFFECT_ATTEMPTED;
}

static uint64_t window_ms(const struct core *core, const struct effect *effect)
{
    uint64_t own_ms = account_of(core, effect)->send_window_ms;
    return own_ms != 0 ? own_ms : core->self.send_window_ms;
}

static uint64_t quiet_ms(const struct core *core, const struct effect *effect)
{
    const struct label_account *account = account_of(core, effect);
    if (account->recovery == LABEL_RECOVERY_NONE) return 0;
    return account->quiet_ms != 0 ? account->quiet_ms : LABEL_QUIET_MS;
}

static struct effect_turn asked(struct core *core, const struct effect *effect,
                                enum refund_outcome outcome)
{
    (void)core;
    (void)effect;
    bool absent = outcome == OUTCOME_ABSENT ||
                  (BUG(label_unknown_as_absent) && outcome == OUTCOME_CANNOT_ASK);
    if (outcome == OUTCOME_PAID)
        return (struct effect_turn){EFFECT_FINDS, EFFECT_FREE, "asked and found bought"};
    if (outcome == OUTCOME_FAILED) return (struct effect_turn){EFFECT_REFUSES, EFFECT_FREE, NULL};
    if (absent)
        return (struct effect_turn){EFFECT_NOTHING, EFFECT_ABSENT,
                                    "asked and absent: bought again"};
    if (outcome == OUTCOME_CANNOT_ASK) return (struct effect_turn){EFFECT_LOSES, EFFECT_FREE, NULL};
    return (struct effect_turn){EFFECT_NOTHING, EFFECT_WAITING, NULL};
}

static struct effect_turn sent(struct core *core, const struct effect *effect,
                               enum refund_outcome outcome)
{
    union effect_call call;
    uint32_t account;
    bool voids = find(core, &effect->thing, &call, &account) && call.label.act == LABEL_VOID;
    bool refused = outcome == OUTCOME_FAILED || (voids && outcome == OUTCOME_CANNOT_ASK);
    if (outcome == OUTCOME_PAID) return (struct effect_turn){EFFECT_FINDS, EFFECT_FREE, NULL};
    if (refused) return (struct effect_turn){EFFECT_REFUSES, EFFECT_FREE, NULL};
    return (struct effect_turn){EFFECT_NOTHING, EFFECT_WAITING, "label call without word"};
}

const struct effect_ops effect_of_label = {.find = find,
                                           .accounts = accounts,
                                           .decide = decide,
                                           .call = call_out,
                                           .begins = begins,
                                           .takes_up = takes_up,
                                           .bars = bars,
                                           .after_attempt = after_attempt,
                                           .asked = asked,
                                           .sent = sent,
                                           .window_ms = window_ms,
                                           .quiet_ms = quiet_ms};

/* --- those that wait for an account ------------------------------------------------------------
 */

static void count_book(struct core *core, const struct id *book)
{
    struct key prefix = todo_prefix_of(book, TODO_LABEL);
    struct walk walk = walk_over(&prefix);
    struct row row;
    for (unsigned i = 0;
         i < UNSERVED_SCAN_MAX && walk_next(&core->desk.rows, VIEW_TODO, &walk, &row); i++) {
        struct todo todo;
        union effect_call call;
        uint32_t account;
        if (!todo_read(key_span(&walk.at), &todo) || !id_is_zero(&todo.second)) continue;
        if (!find(core, &todo.thing, &call, &account)) core->stats.labels_unserved++;
    }
}

/* Said once, when it begins: a book may be led where its label was not intended. */
void effects_count_labels(struct core *core)
{
    uint64_t before = core->stats.labels_unserved;
    core->stats.labels_unserved = 0;
    for (uint32_t i = 0; i < core->logs.count; i++)
        if (work_log(core, &core->logs.log[i].id) != NULL) count_book(core, &core->logs.log[i].id);
    if (before > 0 || core->stats.labels_unserved == 0) return;
    core->port.note(core->port.world, ERROR_CONFIG,
                    "labels wait for a carrier's account: give its [carrier] section a key_file, "
                    "and restart",
                    &core->self.node);
}
