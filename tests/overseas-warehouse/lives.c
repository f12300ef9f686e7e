#include "tests/overseas-warehouse/lives.h"

#include "tests/overseas-warehouse/life_claims.h"
#include "tests/overseas-warehouse/random_life.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/* --- one life --------------------------------------------------------------------------------- */

/* X(turn, weight, what there must be for it) */
#define TURN_LIST(X)                                                                               \
    X(life_ask, 6, VIEW_ORDER)                                                                     \
    X(life_decide, 24, VIEW_RETURN)                                                                \
    X(life_send, 6, VIEW_RETURN)                                                                   \
    X(life_receive, 14, VIEW_ORDER)                                                                \
    X(life_handle, 36, VIEW_UNIT)                                                                  \
    X(life_pay, 20, VIEW_REFUND)                                                                   \
    X(life_resolve, 14, VIEW_REFUND)                                                               \
    X(life_hear, 8, VIEW_RETURN)                                                                   \
    X(life_promise, 8, VIEW_RETURN)                                                                \
    X(life_answer, 14, VIEW_GRANT)                                                                 \
    X(life_claim, 8, VIEW_MERCHANT)                                                                \
    X(life_wait, 6, VIEW_DUE)                                                                      \
    X(life_change, 2, VIEW_ORDER)                                                                  \
    X(life_contend, 3, VIEW_RETURN)                                                                \
    X(life_misfortune, 5, VIEW_RETURN)                                                             \
    X(life_abscond, 16, VIEW_RETURN)                                                               \
    X(life_stray, 4, VIEW_ORDER)                                                                   \
    X(life_sell, 1, VIEW_MERCHANT)

#define TURN(name, weight, of) {name, weight, of},
static const struct {
    void (*take)(struct life *life);
    unsigned weight;
    enum view_table of;
} turns[] = {TURN_LIST(TURN)};
#undef TURN
#define TURNS (sizeof turns / sizeof turns[0])

/* Lives differ in what happens in them at all: some have no money besides, in some nothing comes.
 */
static void lean(struct life *life, unsigned weights[TURNS])
{
    for (unsigned i = 0; i < TURNS; i++) {
        static const unsigned leanings[] = {0, 1, 2, 2, 4, 5};
        weights[i] = turns[i].weight * leanings[world_random(life->world, 6)];
    }
    weights[0] += 4;
}

static void take_turn(struct life *life, const unsigned weights[TURNS])
{
    const struct rows_memory *memory = life->world->nodes[life->leader].memory;
    unsigned chances[TURNS], sum = 0, at = 0;
    for (unsigned i = 0; i < TURNS; i++) {
        chances[i] = rows_memory_count(memory, turns[i].of) > 0 ? weights[i] : 0;
        sum += chances[i];
    }
    if (sum == 0) {
        life_sell(life);
        return;
    }
    uint64_t dice = world_random(life->world, sum);
    for (; dice >= chances[at]; at++) dice -= chances[at];
    turns[at].take(life);
}

static void set_merchant(struct life *life)
{
    struct world *world = life->world;
    static const int64_t caps[] = {2500, 2500, 12000, 100000};
    unsigned merchant = (unsigned)world_random(world, MERCHANTS);
    world->merchants[merchant].auto_approve_minor = life_chance(life, 65) ? 0 : 20000;
    world->merchants[merchant].cap_minor = caps[world_random(world, 4)];
    for (unsigned i = 0; i < NODES_MAX; i++) world_found(world, world->nodes[i].memory);
    life->merchant = &world->merchants[merchant];
    life->leader = merchant == MERCHANT_A ? RTM : LAX;
}

static void live(struct world *world)
{
    struct life life = {.world = world};
    unsigned weights[TURNS];
    life.wild = 5 + (unsigned)world_random(world, 3) * 20;
    life.haste = 40 + (unsigned)world_random(world, 3) * 30;
    world->wary = life_chance(&life, 10);
    set_merchant(&life);
    lean(&life, weights);
    if (life_chance(&life, 50)) life_rule(&life);
    life_sell(&life);
    if (life_chance(&life, 85)) life_ask(&life);
    for (uint64_t left = 6 + world_random(world, 14); left > 0; left--) {
        take_turn(&life, weights);
        if (life_chance(&life, life.haste)) life_meet(&life);
    }
    life_meet(&life);
    life_audit(world);
    if (life_chance(&life, 2)) {
        world_settle(world);
        life_audit_work(world);
    }
}

/* --- many ------------------------------------------------------------------------------------- */

static void add_counts(struct world *world, struct lives_counts *counts)
{
    for (unsigned i = 0; i < LOGS_MAX; i++) counts->entries += world->logs[i].count;
    for (unsigned t = 0; t < TABLE_COUNT; t++)
        for (unsigned r = 0; r < rule_tables[t]->count; r++) {
            counts->applied[t][r] += world->applied[t][r];
            world->applied[t][r] = 0;
        }
    counts->lives++;
    counts->asked += world->asked;
    counts->accepted += world->accepted;
    world->asked = world->accepted = 0;
}

static uint64_t seed_at_work;
static const int fatal[] = {SIGABRT, SIGFPE, SIGSEGV};
#define FATAL (sizeof fatal / sizeof fatal[0])

/* An assert or an audit ends the program: the seed alone shows it again. */
static void name_seed(int number)
{
    fprintf(stderr, "SEED=%llu\n", (unsigned long long)seed_at_work);
    signal(number, SIG_DFL);
    raise(number);
}

void lives_run(uint64_t first_seed, uint64_t lives, struct lives_counts *counts)
{
    struct world *world = world_open(first_seed);
    void (*former[FATAL])(int);
    for (unsigned i = 0; i < FATAL; i++) former[i] = signal(fatal[i], name_seed);
    for (uint64_t seed = first_seed; seed < first_seed + lives; seed++) {
        seed_at_work = seed;
        world_reset(world, seed * 0x9e3779b97f4a7c15u);
        live(world);
        add_counts(world, counts);
    }
    for (unsigned i = 0; i < FATAL; i++) signal(fatal[i], former[i]);
    world_close(world);
}

void lives_add(struct lives_counts *sum, const struct lives_counts *counts)
{
    sum->lives += counts->lives;
    sum->asked += counts->asked;
    sum->accepted += counts->accepted;
    sum->entries += counts->entries;
    for (unsigned t = 0; t < TABLE_COUNT; t++)
        for (size_t r = 0; r < rule_tables[t]->count; r++)
            sum->applied[t][r] += counts->applied[t][r];
}

void lives_print(const struct lives_counts *counts)
{
    printf("%llu sequences of %llu commands, %llu accepted (%llu %%), %llu entries\n",
           (unsigned long long)counts->lives, (unsigned long long)counts->asked,
           (unsigned long long)counts->accepted,
           (unsigned long long)(counts->accepted * 100 / counts->asked),
           (unsigned long long)counts->entries);
}

static bool rows_are_full(const struct lives_counts *counts, enum rule_table_number number,
                          uint64_t times)
{
    const struct rule_table *table = rule_tables[number];
    bool full = true;
    for (size_t r = 0; r < table->count; r++) {
        const struct rule *rule = &table->rules[r];
        if (counts->applied[number][r] >= times) continue;
        printf("%s row %zu, %s from %s by %s to %s: taken %llu times\n", table->name, r,
               word_of(&verb_words, rule->verb), word_of(table->states, rule->from),
               word_of(&actor_words, rule->actor), word_of(table->states, rule->to),
               (unsigned long long)counts->applied[number][r]);
        full = false;
    }
    return full;
}

static bool ends_are_full(const struct lives_counts *counts, enum rule_table_number number,
                          uint64_t times)
{
    const struct rule_table *table = rule_tables[number];
    bool full = true;
    for (uint64_t end = 0; end < table->states->count; end++) {
        uint64_t reached = 0;
        if ((table->final_states >> end & 1) == 0) continue;
        for (size_t r = 0; r < table->count; r++)
            if (table->rules[r].to == end && table->rules[r].from != end)
                reached += counts->applied[number][r];
        if (reached >= times) continue;
        printf("%s %s: reached %llu times\n", table->name, word_of(table->states, end),
               (unsigned long long)reached);
        full = false;
    }
    return full;
}

bool lives_are_full(const struct lives_counts *counts, uint64_t times)
{
    bool full = true;
    for (unsigned t = 0; t < TABLE_COUNT; t++) {
        full = rows_are_full(counts, (enum rule_table_number)t, times) && full;
        full = ends_are_full(counts, (enum rule_table_number)t, times) && full;
    }
    return full;
}
