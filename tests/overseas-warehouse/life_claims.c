#include "tests/overseas-warehouse/life_claims.h"

#include <stdio.h>
#include <stdlib.h>

#include "overseas-warehouse/parts.h"

#define HOUR (60ull * 60 * 1000)

/* Few, so that they meet; the parcels are returns' too. */
static const char *const numbers[] = {"n0", "n1", "n2",  "n3",  "n4",  "n5",  "n6",  "n7",
                                      "n8", "n9", "n10", "n11", "n12", "n13", "n14", "n15"};
static const char *const payments[] = {"p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8"};
#define NUMBERS  (sizeof numbers / sizeof numbers[0])
#define PAYMENTS (sizeof payments / sizeof payments[0])

static bool chance(struct world *world, unsigned percent)
{
    return world_random(world, 100) < percent;
}

static const enum actor_kind claimants[] = {BY_OPERATOR, BY_MERCHANT, BY_ADMIN};

static enum actor_kind some_claimant(struct world *world)
{
    return claimants[world_random(world, 3)];
}

static void step_claim(struct world *world, const struct id *claim, enum command_kind kind)
{
    union command_body body = {.claim_step = {.claim = *claim}};
    world_decide(world, kind, &body, some_claimant(world), NULL, 0);
}

static void tell_answer(struct world *world, const struct id *claim)
{
    union command_body body = {.claim_answer = {.claim = *claim,
                                                .answer = 1 + world_random(world, 2),
                                                .reason = span_text("looked into it")}};
    if (body.claim_answer.answer == CLAIM_ACCEPTED)
        body.claim_answer.amount_minor = (int64_t)world_random(world, 15) * 100;
    world_decide(world, COMMAND_CLAIM_ANSWER, &body, some_claimant(world), NULL, 0);
}

/* References are few: the same payment is told twice, too. */
static void pay_claim(struct world *world, const struct id *claim,
                      const struct compensation_row *row)
{
    union command_body body = {
        .claim_pay = {.claim = *claim,
                      .amount_minor = row->amount_minor / 8 + 1,
                      .reference = span_text(payments[world_random(world, PAYMENTS)])}};
    if (chance(world, 40)) body.claim_pay.amount_minor = row->accepted_minor - row->paid_minor;
    if (chance(world, 10)) body.claim_pay.amount_minor = row->amount_minor;
    world_decide(world, COMMAND_CLAIM_PAY, &body, some_claimant(world), NULL, 0);
}

/* What comes next of it, or now and then what does not. */
static void move_claim(struct world *world, enum node_name at, const struct id *claim)
{
    struct compensation_row row;
    if (!compensation_load(&world->nodes[at].desk.rows, claim, &row)) return;
    bool sent = row.state == COMPENSATION_FILED || row.state == COMPENSATION_EXPIRED;
    if (chance(world, 12))
        step_claim(world, claim, COMMAND_CLAIM_WITHDRAW);
    else if (row.state == COMPENSATION_DRAFTED || row.state == COMPENSATION_DENIED)
        step_claim(world, claim, COMMAND_CLAIM_FILE);
    else if (sent && chance(world, 70))
        tell_answer(world, claim);
    else
        pay_claim(world, claim, &row);
}

/* Few numbers and kinds, so that claims meet; sometimes the same request comes twice. Many are
 * pursued at once, others are left to silence. */
static void open_claim(struct world *world, unsigned number, enum node_name leader)
{
    union command_body body = {
        .claim_open = {.merchant = world->merchants[number].merchant,
                       .amount_minor = (int64_t)world_random(world, 20) * 100,
                       .currency = 978,
                       .happened_ms = world->now_ms - world_random(world, 70) * 24 * HOUR,
                       .draft = world_random(world, 2)}};
    struct claim_open *open = &body.claim_open;
    if (!chance(world, 40) || !life_row(world, leader, VIEW_ASSIGNED, &open->unit))
        open->number = span_text(numbers[world_random(world, NUMBERS)]);
    if (chance(world, 50))
        open->carrier = span_text("ups");
    else
        open->warehouse = world->nodes[world_random(world, GATEWAY)].warehouse;
    open->kind = 1 + world_random(world, open->carrier.size > 0 ? 5 : 7);
    unsigned times = chance(world, 10) ? 2 : 1;
    while (times-- > 0)
        world_decide(world, COMMAND_CLAIM_OPEN, &body, some_claimant(world), NULL, 0);
    struct id claim = world->decision.entity;
    for (uint64_t steps = world_random(world, 5); steps > 0; steps--)
        move_claim(world, leader, &claim);
}

void life_open_claim(struct world *world)
{
    unsigned number = (unsigned)world_random(world, MERCHANTS);
    open_claim(world, number, number == MERCHANT_A ? RTM : LAX);
}

static void move_some(struct world *world, enum node_name leader)
{
    struct id claim;
    if (life_row(world, leader, VIEW_COMPENSATION, &claim)) move_claim(world, leader, &claim);
}

void life_move_claim(struct world *world)
{
    move_some(world, chance(world, 50) ? RTM : LAX);
}

/* Nobody answers or pays for months; then money comes all the same, in parts or whole. */
static void be_paid_late(struct life *life)
{
    struct id claim;
    struct compensation_row row;
    const struct rows *rows = &life->world->nodes[life->leader].desk.rows;
    world_pass(life->world, 200 * 24 * HOUR);
    life_meet(life);
    for (unsigned i = 0; i < 4; i++)
        if (life_row(life->world, life->leader, VIEW_COMPENSATION, &claim) &&
            compensation_load(rows, &claim, &row) && row.state == COMPENSATION_EXPIRED) {
            if (life_chance(life, 40))
                tell_answer(life->world, &claim);
            else
                pay_claim(life->world, &claim, &row);
        }
}

void life_claim(struct life *life)
{
    if (life_chance(life, 16))
        be_paid_late(life);
    else if (life_chance(life, 40))
        open_claim(life->world, (unsigned)(life->merchant - life->world->merchants), life->leader);
    else
        move_some(life->world, life->leader);
}

#define HOLDS(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("audit failed: %s\n", #condition);                                              \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* No more is paid than was claimed, nor than they accepted, and of all that is open or was paid one
 * is for a thing and kind. */
void life_audit_claims(const struct desk *desk)
{
    struct key none = {.size = 0}, before = none;
    struct walk walk = walk_over(&none);
    struct row found;
    struct compensation_row row;
    struct id merchants[MERCHANTS + 1];
    unsigned live = 0;
    while (walk_next(&desk->rows, VIEW_COMPENSATION_BY_THING, &walk, &found)) {
        struct id claim;
        memcpy(claim.bytes, walk.at.bytes + ID_BYTES + 1, ID_BYTES);
        HOLDS(compensation_load(&desk->rows, &claim, &row));
        HOLDS(row.paid_minor >= 0 && row.paid_minor <= row.accepted_minor);
        HOLDS(row.accepted_minor <= row.amount_minor);
        HOLDS(row.state != COMPENSATION_PAID || row.paid_minor > 0);
        bool same = before.size > 0 && memcmp(before.bytes, walk.at.bytes, ID_BYTES + 1) == 0;
        if (!same) live = 0;
        before = walk.at;
        if (!compensation_is_open(row.state) && row.state != COMPENSATION_PAID) continue;
        for (unsigned i = 0; i < live; i++) HOLDS(!id_equal(&merchants[i], &row.merchant));
        HOLDS(live < MERCHANTS);
        merchants[live++] = row.merchant;
    }
}
