#include "tests/overseas-warehouse/explorer.h"

#include "overseas-warehouse/tables.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS     4 /* thing 0: slots 0 and 1; thing 1: slots 2 and 3 */
#define TRIES_MAX 2
#define SEEN_BITS 22

enum phase { IDLE, FRESH, ATTEMPTED, ABSENT };

struct slot {
    uint8_t state; /* enum refund_state */
    uint8_t phase; /* what the outbox knows, in memory only */
    uint8_t tries;
    uint8_t flight; /* calls on their way to the provider */
    uint8_t paid;   /* times that the provider's ledger shows it */
    bool key;       /* the provider remembers the key */
    bool failed;    /* the provider's answer under that key */
};

struct state {
    struct slot slots[SLOTS];
    uint8_t spent;
    uint8_t elsewhere; /* bit: the thing was refunded without us, and the book knows it */
    uint8_t barred;    /* bit: the slot */
};

/* What the merchant and the order are; every unit is worth 1. */
struct setting {
    uint8_t captured, line, cap;
};

struct explorer {
    const struct rule_table *table;
    enum explorer_flaw flaw;
    struct setting setting;
    struct explorer_result result;
    uint64_t *seen; /* open addressing; 0 is no state (a state has its top bit set) */
    uint64_t *queue;
    size_t head, tail;
};

/* --- states as numbers ------------------------------------------------------------------------ */

static uint64_t pack(const struct state *state)
{
    uint64_t number = 1;
    for (unsigned i = 0; i < SLOTS; i++) {
        const struct slot *slot = &state->slots[i];
        number = number << 3 | slot->state;
        number = number << 2 | slot->phase;
        number = number << 2 | slot->tries;
        number = number << 2 | slot->flight;
        number = number << 2 | slot->paid;
        number = number << 1 | slot->key;
        number = number << 1 | slot->failed;
    }
    return (number << 3 | state->spent) << 6 | (uint64_t)state->barred << 2 | state->elsewhere;
}

static struct state unpack(uint64_t number)
{
    struct state state;
    state.elsewhere = number & 3;
    state.barred = number >> 2 & 15;
    state.spent = number >> 6 & 7;
    number >>= 9;
    for (unsigned i = SLOTS; i > 0; i--) {
        struct slot *slot = &state.slots[i - 1];
        slot->failed = number & 1;
        slot->key = number >> 1 & 1;
        slot->paid = number >> 2 & 3;
        slot->flight = number >> 4 & 3;
        slot->tries = number >> 6 & 3;
        slot->phase = number >> 8 & 3;
        slot->state = number >> 10 & 7;
        number >>= 13;
    }
    return state;
}

/* --- what must hold --------------------------------------------------------------------------- */

static bool is_open(const struct slot *slot)
{
    return slot->state == REFUND_INTENDED || slot->state == REFUND_SUBMITTED ||
           slot->state == REFUND_UNKNOWN || slot->state == REFUND_MANUAL;
}

static bool is_called(const struct slot *slot)
{
    return slot->state == REFUND_INTENDED || slot->state == REFUND_SUBMITTED;
}

static bool is_reserved(const struct slot *slot)
{
    return is_open(slot) || slot->state == REFUND_SETTLED;
}

static unsigned reserved(const struct state *state)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < SLOTS; i++) sum += is_reserved(&state->slots[i]);
    return sum;
}

/* Of what was captured: ours and what others moved. */
static unsigned gone(const struct state *state)
{
    return reserved(state) + (state->elsewhere & 1) + (state->elsewhere >> 1 & 1);
}

static unsigned opened(const struct state *state)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < SLOTS; i++) sum += is_open(&state->slots[i]);
    return sum;
}

static const char *violation(const struct explorer *explorer, const struct state *state)
{
    const struct setting *setting = &explorer->setting;
    unsigned paid = 0;
    for (unsigned i = 0; i < SLOTS; i++) {
        const struct slot *slot = &state->slots[i];
        paid += slot->paid;
        if (slot->state == REFUND_FAILED && slot->paid > 0) return "what failed was not paid";
        if (slot->state == REFUND_SETTLED && slot->paid == 0) return "what is settled was paid";
        bool barred = (state->barred >> i & 1) != 0;
        if (slot->state == REFUND_MANUAL && setting->cap >= 1 && !barred)
            return "a day would have paid it";
        if (is_called(slot) && (state->elsewhere >> i / 2 & 1) != 0)
            return "what was refunded elsewhere is not called";
        if (slot->state == REFUND_INTENDED && setting->cap < 1) return "no day would pay it";
        if (i % 2 == 0 && slot->paid + state->slots[i + 1].paid > 1)
            return "one thing, one payment";
    }
    if (reserved(state) > setting->captured || paid > setting->captured)
        return "refunds stay within what was captured";
    if (reserved(state) > setting->line || paid > setting->line)
        return "refunds stay within the order line";
    if (opened(state) > 1) return "one open slot for a payment";
    if (state->spent > setting->cap) return "the cap of the day holds";
    return NULL;
}

/* --- walking ---------------------------------------------------------------------------------- */

static void visit(struct explorer *explorer, const struct state *state)
{
    uint64_t number = pack(state);
    uint64_t at = number * 0x9e3779b97f4a7c15u >> (64 - SEEN_BITS);
    for (; explorer->seen[at] != 0; at = (at + 1) & ((1u << SEEN_BITS) - 1))
        if (explorer->seen[at] == number) return;
    explorer->seen[at] = number;
    explorer->queue[explorer->tail++] = number;
    assert(explorer->tail < 3u << (SEEN_BITS - 2)); /* else the walk is not exhaustive */
    for (unsigned i = 0; i < SLOTS; i++) explorer->result.reached |= 1u << state->slots[i].state;
    if (explorer->result.broken == NULL) explorer->result.broken = violation(explorer, state);
}

static const struct rule *judge(const struct explorer *explorer, uint64_t from,
                                enum actor_kind actor, enum verb verb, uint32_t facts)
{
    return rule_judge(explorer->table, from, actor, verb, facts).rule;
}

/* Nothing of a slot at rest matters but its state and the money. */
static void rest(struct slot *slot)
{
    if (is_open(slot) || slot->flight > 0) return;
    slot->phase = slot->tries = 0;
    slot->key = slot->failed = false;
}

/* Of one step of a slot that is there. */
static uint32_t step_facts(const struct explorer *explorer, const struct state *state, unsigned at)
{
    uint32_t facts = state->slots[at].tries < TRIES_MAX ? REFUND_IF(TRIES_LEFT) : 0;
    if (at % 2 == 1 || state->slots[at + 1].state == REFUND_NONE) facts |= REFUND_IF(LATEST);
    bool barred = (state->barred >> at & 1) != 0;
    if (barred) facts |= REFUND_IF(BARRED);
    if (barred && state->slots[at].flight > 0) facts |= REFUND_IF(UNDER_WAY);
    if (gone(state) + 1 <= explorer->setting.captured) facts |= REFUND_IF(WITHIN_CAPTURED);
    if (reserved(state) + 1 <= explorer->setting.line) facts |= REFUND_IF(WITHIN_LINE);
    /* The provider tells so of what it paid; the ledger shows it no more. */
    if (state->slots[at].paid == 0) facts |= REFUND_IF(CAME_BACK);
    return facts;
}

/* Moves a slot by the table, as an entry of the book would. */
static bool move(struct explorer *explorer, struct state *state, unsigned at, enum actor_kind actor,
                 enum verb verb)
{
    struct slot *slot = &state->slots[at];
    uint32_t facts = step_facts(explorer, state, at);
    const struct rule *rule = judge(explorer, slot->state, actor, verb, facts);
    if (rule == NULL) return false;
    slot->state = rule->to;
    slot->phase = IDLE;
    if (verb == DO_SUBMIT && slot->tries < TRIES_MAX) slot->tries++;
    if (verb == DO_SUBMIT && (rule->effects & REFUND_DOES(CALL)) != 0) slot->phase = ATTEMPTED;
    if (verb == DO_SUBMIT && explorer->flaw == FLAW_KEY_OF_ATTEMPT) slot->key = false;
    return true;
}

static void try_move(struct explorer *explorer, const struct state *from, unsigned at,
                     enum actor_kind actor, enum verb verb)
{
    struct state state = *from;
    if (!move(explorer, &state, at, actor, verb)) return;
    rest(&state.slots[at]);
    visit(explorer, &state);
}

static uint32_t intent_facts(const struct explorer *explorer, const struct state *state,
                             unsigned at)
{
    const struct setting *setting = &explorer->setting;
    uint32_t facts = 0;
    bool first = at % 2 == 0;
    if (state->slots[at].state == REFUND_NONE) facts |= REFUND_IF(SLOT_FREE);
    if (first || state->slots[at - 1].state == REFUND_FAILED) facts |= REFUND_IF(FRESH);
    if (opened(state) == 0) facts |= REFUND_IF(PAYMENT_FREE);
    if (gone(state) + 1 <= setting->captured) facts |= REFUND_IF(WITHIN_CAPTURED);
    if (reserved(state) + 1 <= setting->line) facts |= REFUND_IF(WITHIN_LINE);
    if (state->spent + 1u <= setting->cap) facts |= REFUND_IF(WITHIN_CAP);
    if (setting->cap < 1) facts |= REFUND_IF(ABOVE_CAP);
    return facts;
}

/* A person's further try goes by the row of the slot that failed. */
static bool may_try_again(const struct explorer *explorer, const struct state *state, unsigned at)
{
    const struct rule *rule = judge(explorer, state->slots[at].state, BY_ADMIN, DO_RESOLVE_UNPAID,
                                    step_facts(explorer, state, at));
    return rule != NULL && (rule->effects & REFUND_DOES(AGAIN)) != 0;
}

/* What was refunded elsewhere is taken as paid ahead: policy intends nothing for it. */
static void try_intend(struct explorer *explorer, const struct state *from, unsigned at,
                       enum actor_kind actor)
{
    bool elsewhere = (from->elsewhere >> at / 2 & 1) != 0;
    if (elsewhere && (actor == BY_POLICY || at % 2 == 0)) return;
    if (at % 2 == 1 && actor == BY_ADMIN && !may_try_again(explorer, from, at - 1)) return;
    const struct rule *rule =
        judge(explorer, REFUND_NONE, actor, DO_INTEND, intent_facts(explorer, from, at));
    if (rule == NULL) return;
    struct state state = *from;
    struct slot *slot = &state.slots[at];
    if (slot->state != REFUND_NONE && explorer->result.broken == NULL)
        explorer->result.broken = "a slot is intended once";
    slot->state = rule->to;
    slot->phase = (rule->effects & REFUND_DOES(CALL)) != 0 ? FRESH : IDLE;
    slot->tries = 0;
    if (rule->to == REFUND_INTENDED && state.spent < 7) state.spent++;
    if (gone(&state) > explorer->setting.captured && explorer->result.broken == NULL)
        explorer->result.broken = "nothing is begun beyond what was captured";
    visit(explorer, &state);
}

/* Somebody else refunds the thing, and the book hears of it: for goods that it has not taken yet
 * (no slot of the thing is begun, and none will be), or while ours is under way. A provider refunds
 * no more than it captured. */
static void record(struct explorer *explorer, const struct state *from, unsigned thing)
{
    struct state state = *from;
    unsigned paid = (from->elsewhere & 1) + (from->elsewhere >> 1 & 1);
    for (unsigned i = 0; i < SLOTS; i++) paid += from->slots[i].paid;
    if ((from->elsewhere >> thing & 1) != 0 || paid >= explorer->setting.captured) return;
    state.elsewhere |= (uint8_t)(1u << thing);
    for (unsigned at = 2 * thing; at < 2 * thing + 2; at++) {
        if (move(explorer, &state, at, BY_POLICY, DO_BAR)) state.barred |= (uint8_t)(1u << at);
    }
    visit(explorer, &state);
}

static void crash(struct explorer *explorer, const struct state *from)
{
    struct state state = *from;
    for (unsigned i = 0; i < SLOTS; i++) state.slots[i].phase = IDLE;
    visit(explorer, &state);
}

static bool may_send(const struct explorer *explorer, const struct slot *slot)
{
    if (slot->flight > 1) return false;
    if (slot->phase == FRESH && slot->state == REFUND_INTENDED) return true;
    if (slot->phase == ABSENT && slot->state == REFUND_SUBMITTED) return true;
    return explorer->flaw == FLAW_BLIND_AFTER_RESTART && is_open(slot);
}

static void send(struct explorer *explorer, const struct state *from, unsigned at)
{
    struct state state = *from;
    if (!may_send(explorer, &state.slots[at])) return;
    state.slots[at].phase = IDLE;
    state.slots[at].flight++;
    visit(explorer, &state);
}

/* The answer comes back, or it is lost on the way. */
static void answer(struct explorer *explorer, const struct state *from, unsigned at)
{
    struct state lost = *from;
    rest(&lost.slots[at]);
    visit(explorer, &lost);
    enum verb verb = from->slots[at].failed ? DO_FIND_FAILED : DO_FIND_PAID;
    try_move(explorer, from, at, BY_PROVIDER, verb);
}

/* A call reaches the provider: it pays or refuses, once for each key that it remembers. */
static void serve(struct explorer *explorer, const struct state *from, unsigned at)
{
    struct state state = *from;
    struct slot *slot = &state.slots[at];
    if (slot->flight == 0) return;
    slot->flight--;
    if (slot->key) {
        answer(explorer, &state, at);
        return;
    }
    slot->key = true;
    slot->failed = true;
    if (slot->paid == 0) answer(explorer, &state, at);
    slot->failed = false;
    if (slot->paid < 3) slot->paid++;
    answer(explorer, &state, at);
}

/* Asked by reference the provider looks into its ledger, and into what it refused. */
static void ask(struct explorer *explorer, const struct state *from, unsigned at)
{
    const struct slot *slot = &from->slots[at];
    if (slot->phase != ATTEMPTED) return;
    if (slot->paid > 0) {
        try_move(explorer, from, at, BY_PROVIDER, DO_FIND_PAID);
    } else if (slot->key && slot->failed) {
        try_move(explorer, from, at, BY_PROVIDER, DO_FIND_FAILED);
    } else {
        struct state state = *from;
        state.slots[at].phase = ABSENT;
        visit(explorer, &state);
    }
}

/* The buyer's bank sends back what was paid, and the provider tells; once, and with nothing on its
 * way. */
static void come_back(struct explorer *explorer, const struct state *from, unsigned at)
{
    const struct slot *slot = &from->slots[at];
    if (slot->state != REFUND_SETTLED || slot->paid == 0 || slot->flight > 0) return;
    struct state state = *from;
    state.slots[at].paid--;
    if ((from->elsewhere >> at / 2 & 1) != 0) state.barred |= (uint8_t)(1u << at);
    try_move(explorer, &state, at, BY_PROVIDER, DO_FIND_FAILED);
}

static void forget_key(struct explorer *explorer, const struct state *from, unsigned at)
{
    struct state state = *from;
    if (!state.slots[at].key || state.slots[at].flight > 0 || state.slots[at].phase == ABSENT)
        return;
    if (state.slots[at].failed)
        return; /* a refusal is a row of its ledger, not of its key memory */
    state.slots[at].key = false;
    visit(explorer, &state);
}

static void resolve(struct explorer *explorer, const struct state *from, unsigned at)
{
    const struct slot *slot = &from->slots[at];
    bool looked = slot->paid == 0 && slot->flight == 0 && (from->elsewhere >> at / 2 & 1) == 0;
    bool for_hands = looked && (slot->state == REFUND_MANUAL || slot->state == REFUND_FAILED);
    bool guesses = explorer->flaw == FLAW_PERSON_GUESSES;
    if (slot->paid > 0) try_move(explorer, from, at, BY_ADMIN, DO_RESOLVE_PAID);
    bool silent = slot->flight == 0 || slot->state == REFUND_MANUAL;
    if ((slot->paid == 0 && silent) || guesses)
        try_move(explorer, from, at, BY_ADMIN, DO_RESOLVE_UNPAID);
    if (!for_hands) return;
    struct state by_hand = *from; /* said, and then paid outside of the program */
    if (by_hand.slots[at].paid < 3) by_hand.slots[at].paid++;
    try_move(explorer, &by_hand, at, BY_ADMIN, DO_RESOLVE_PAID);
}

static void expand(struct explorer *explorer, const struct state *state)
{
    crash(explorer, state);
    for (unsigned at = 0; at < SLOTS; at++) {
        try_intend(explorer, state, at, BY_POLICY);
        try_intend(explorer, state, at, BY_ADMIN);
        try_move(explorer, state, at, BY_POLICY, DO_SUBMIT);
        try_move(explorer, state, at, BY_POLICY, DO_LOSE);
        send(explorer, state, at);
        serve(explorer, state, at);
        ask(explorer, state, at);
        come_back(explorer, state, at);
        forget_key(explorer, state, at);
        resolve(explorer, state, at);
    }
    for (unsigned thing = 0; thing < SLOTS / 2; thing++) record(explorer, state, thing);
}

static void explore(struct explorer *explorer, struct setting setting)
{
    memset(explorer->seen, 0, sizeof(uint64_t) << SEEN_BITS);
    explorer->head = explorer->tail = 0;
    explorer->setting = setting;
    struct state begin = {.spent = 0};
    visit(explorer, &begin);
    while (explorer->head < explorer->tail && explorer->result.broken == NULL) {
        struct state state = unpack(explorer->queue[explorer->head++]);
        expand(explorer, &state);
    }
    explorer->result.states += explorer->tail;
}

struct explorer_result explore_refunds(const struct rule_table *table, enum explorer_flaw flaw)
{
    static const struct setting settings[] = {{2, 2, 4}, {1, 2, 4}, {2, 1, 4}, {2, 2, 1},
                                              {2, 2, 0}, {1, 2, 0}, {2, 1, 0}};
    struct explorer explorer = {.table = table, .flaw = flaw};
    explorer.seen = malloc(sizeof(uint64_t) << SEEN_BITS);
    explorer.queue = malloc(sizeof(uint64_t) << SEEN_BITS);
    assert(explorer.seen != NULL && explorer.queue != NULL);
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        if (explorer.result.broken == NULL) explore(&explorer, settings[i]);
    free(explorer.seen);
    free(explorer.queue);
    return explorer.result;
}
