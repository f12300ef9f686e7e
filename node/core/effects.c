/* Effects: calls that move money, at most one under way for a thing (DESIGN §6): refunds, and
 * labels that are bought or taken back.
 *
 * A blind send happens only in the process run that committed the intent, and within the window of
 * monotonic time. Everything else goes ATTEMPT (committed) → ask by reference → only when the other
 * side does not know it: send, with the same key. What cannot be asked becomes `unknown`, and a
 * person decides. The table below is memory only: a restart forgets it and therefore asks. What the
 * kinds have each for itself stands in effects_refund.c and effects_label.c. */
#include <assert.h>

#include "node/core/effects_inside.h"
#include "proto/bugs.h"

#define EFFECT_WAIT_MS            1000u
#define EFFECT_WAIT_DOUBLINGS_MAX 12u /* about an hour */
/* Who has it and is not done may take days about it, and tries are counted: about 18 hours, so that
 * a week passes before a person must look. */
#define PENDING_DOUBLINGS_MAX 16u

static const struct effect_ops *ops_of(enum effect_kind kind)
{
    return kind == EFFECT_OF_LABEL ? &effect_of_label : &effect_of_refund;
}

static const struct effect_ops *ops(const struct effect *effect)
{
    return ops_of(effect->kind);
}

static struct effect *find(struct core *core, enum effect_kind kind, const struct id *thing)
{
    for (unsigned i = 0; i < core->effects_used; i++) {
        struct effect *effect = &core->effects[i];
        if (effect->phase == EFFECT_FREE || effect->kind != kind) continue;
        if (id_equal(&effect->thing, thing)) return effect;
    }
    return NULL;
}

/* An account holds no more places than it leaves free, so that however many are dead, there is room
 * for the calls of those that are not. */
static bool has_share(const struct core *core, enum effect_kind kind, uint32_t account)
{
    unsigned held = 0, taken = 0;
    if (ops_of(kind)->accounts(core) == 1) return true;
    for (unsigned i = 0; i < core->effects_used; i++) {
        const struct effect *effect = &core->effects[i];
        bool mine = effect->kind == kind && effect->account == account;
        taken += effect->phase != EFFECT_FREE ? 1 : 0;
        held += effect->phase != EFFECT_FREE && mine ? 1 : 0;
    }
    return held < OUTBOX_MAX - taken;
}

static struct effect *make(struct core *core, enum effect_kind kind, const struct id *book,
                           const struct id *thing, union effect_call *call)
{
    uint32_t account;
    struct effect *effect = find(core, kind, thing);
    for (unsigned i = 0; effect == NULL && i < OUTBOX_MAX; i++)
        if (core->effects[i].phase == EFFECT_FREE) effect = &core->effects[i];
    if (effect == NULL) return NULL; /* all under way: the to-do row stays, and comes again */
    if (!ops_of(kind)->find(core, thing, call, &account)) return NULL;
    if (!has_share(core, kind, account)) return NULL;
    uint32_t place = (uint32_t)(effect - core->effects);
    if (place >= core->effects_used) core->effects_used = place + 1;
    *effect = (struct effect){
        .kind = kind, .thing = *thing, .book = *book, .account = account, .before = EFFECT_FREE};
    return effect;
}

void effects_intended(struct core *core, enum effect_kind kind, const struct id *book,
                      const struct id *thing)
{
    union effect_call call;
    struct effect *effect = make(core, kind, book, thing, &call);
    if (effect == NULL) return;
    effect->phase = ops(effect)->begins(core, &call);
    effect->committed_boot_ms = core->now.boot_ms;
    effect->next_boot_ms = core->now.boot_ms;
    if (!BUG(label_before_commit) || kind != EFFECT_OF_LABEL) return;
    ops(effect)->call(core, CALL_SEND, &call);
    effect->phase = EFFECT_SENDING;
}

bool effects_decide(struct core *core, const struct effect *effect, enum effect_word word,
                    const struct input *news, const char *reason)
{
    struct log *log = work_log(core, &effect->book);
    if (log == NULL) return false;
    decision_begin(&core->decision);
    ops(effect)->decide(core, &effect->thing, word, news, reason);
    if (core->decision.error != OK || core->decision.drafts_count == 0) return false;
    core_append_decision(core, log, &core->decision, NULL);
    return true;
}

void effects_want(struct core *core, enum effect_kind kind, const struct id *book,
                  const struct id *thing)
{
    union effect_call call;
    if (core->self.in_doubt || find(core, kind, thing) != NULL) return;
    struct effect *effect = make(core, kind, book, thing, &call);
    if (effect == NULL) return;
    effect->phase = ops(effect)->takes_up(core, effect, &call);
    if (effect->phase != EFFECT_WAITING) return;
    effect->before = EFFECT_WAITING;
    /* A call of a former run may be under way still. */
    effect->next_boot_ms = core->now.boot_ms + ops(effect)->quiet_ms(core, effect);
    core_mark(core, "effect taken up again");
}

static void wait_after(struct core *core, struct effect *effect, enum refund_outcome outcome)
{
    unsigned most = outcome == OUTCOME_PENDING ? PENDING_DOUBLINGS_MAX : EFFECT_WAIT_DOUBLINGS_MAX;
    unsigned doublings = effect->tries < most ? effect->tries : most;
    uint64_t wait_ms = (uint64_t)EFFECT_WAIT_MS << doublings;
    uint64_t quiet_ms = ops(effect)->quiet_ms(core, effect);
    effect->tries++;
    effect->phase = EFFECT_WAITING;
    effect->next_boot_ms = core->now.boot_ms + (wait_ms > quiet_ms ? wait_ms : quiet_ms);
}

static void wait(struct core *core, struct effect *effect)
{
    wait_after(core, effect, OUTCOME_NO_WORD);
}

/* Is anything to be written instead of the call that is about to leave? Then the effect is over. */
static bool is_barred(struct core *core, struct effect *effect, const union effect_call *call)
{
    const char *reason = "";
    if (ops(effect)->bars == NULL) return false;
    enum effect_word word = ops(effect)->bars(core, effect, call, &reason);
    if (word == EFFECT_NOTHING) return false;
    if (word == EFFECT_LATER) {
        wait(core, effect);
        return true;
    }
    effects_decide(core, effect, word, NULL, reason);
    effect->phase = EFFECT_FREE;
    return true;
}

static void go_on(struct core *core, struct effect *effect)
{
    uint64_t age_ms = core->now.boot_ms - effect->committed_boot_ms;
    bool stale = effect->phase == EFFECT_FRESH && age_ms > ops(effect)->window_ms(core, effect);
    bool due = effect->phase == EFFECT_WAITING && effect->next_boot_ms <= core->now.boot_ms;
    bool sends = effect->phase == EFFECT_FRESH || effect->phase == EFFECT_ABSENT;
    bool looks = sends && ops(effect)->bars != NULL;
    union effect_call call;
    uint32_t account;
    if (!stale && !due && !looks) return;
    bool known = ops(effect)->find(core, &effect->thing, &call, &account);
    if (known && is_barred(core, effect, &call)) return;
    if (!stale && !due) return;
    if (known && effects_decide(core, effect, EFFECT_TRIES, NULL, "")) {
        effect->phase = ops(effect)->after_attempt(&call);
        core_mark(core, "attempt committed before asking");
    } else
        effect->phase = EFFECT_FREE; /* settled, unknown, without account or not ours */
}

void effects_round(struct core *core)
{
    if (core->self.in_doubt || core->stopped) return;
    for (unsigned i = 0; i < core->effects_used; i++) go_on(core, &core->effects[i]);
}

static bool read_news(const struct input *input, struct effect_news *news, enum effect_kind *kind,
                      struct id *thing)
{
    bool label = input->kind == INPUT_LABEL_RESULT;
    *kind = label ? EFFECT_OF_LABEL : EFFECT_OF_REFUND;
    *thing = label ? input->label.label : input->result.slot;
    *news = (struct effect_news){.asked = label ? input->label.asked : input->result.asked,
                                 .outcome = label ? input->label.outcome : input->result.outcome,
                                 .input = input};
    return label || input->kind == INPUT_RESULT;
}

void effects_result(struct core *core, const struct input *input)
{
    struct effect_news news;
    enum effect_kind kind;
    struct id thing;
    if (!read_news(input, &news, &kind, &thing)) return;
    struct effect *effect = find(core, kind, &thing);
    /* A result of a call that this run did not make, or made before: nothing hangs on it. */
    if (effect == NULL) return;
    if (effect->phase != (news.asked ? EFFECT_ASKING : EFFECT_SENDING)) return;
    struct effect_turn turn = news.asked ? ops(effect)->asked(core, effect, news.outcome)
                                         : ops(effect)->sent(core, effect, news.outcome);
    if (turn.word != EFFECT_NOTHING) effects_decide(core, effect, turn.word, input, "");
    if (turn.mark != NULL) core_mark(core, turn.mark);
    effect->phase = turn.phase;
    if (turn.phase == EFFECT_WAITING) wait_after(core, effect, news.outcome);
}

/* The call is over and its result can be written nowhere: later it is asked for again. */
void effects_lost(struct core *core, const struct input *input)
{
    struct effect_news news;
    enum effect_kind kind;
    struct id thing;
    if (!read_news(input, &news, &kind, &thing)) return;
    struct effect *effect = find(core, kind, &thing);
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
        union effect_call call;
        uint32_t account;
        if (send || ask) {
            if (work_log(core, &effect->book) != NULL &&
                ops(effect)->find(core, &effect->thing, &call, &account)) {
                effect->phase = send ? EFFECT_SENDING : EFFECT_ASKING;
                ops(effect)->call(core, send ? CALL_SEND : CALL_ASK, &call);
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

void effects_count(struct core *core)
{
    core->stats.effects_open = 0;
    for (unsigned i = 0; i < OUTBOX_MAX; i++)
        core->stats.effects_open += core->effects[i].phase != EFFECT_FREE ? 1 : 0;
    effects_count_unserved(core);
    effects_count_labels(core);
}

uint64_t effects_wake_ms(const struct core *core)
{
    uint64_t wake = UINT64_MAX;
    for (unsigned i = 0; i < core->effects_used; i++)
        if (core->effects[i].phase == EFFECT_WAITING && core->effects[i].next_boot_ms < wake)
            wake = core->effects[i].next_boot_ms;
    return wake;
}
