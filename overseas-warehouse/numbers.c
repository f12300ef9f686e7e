/* The returns of a period, and a merchant's scorecard of them. */
#include "overseas-warehouse/numbers.h"

#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/return_index.h"

SHAPE_DEFINE(spell_figures, SPELL_FIGURES_FIELDS)
SHAPE_DEFINE(state_figures, STATE_FIGURES_FIELDS)
SHAPE_DEFINE(deadline_figures, DEADLINE_FIGURES_FIELDS)
SHAPE_DEFINE(money_figures, MONEY_FIGURES_FIELDS)
SHAPE_DEFINE(scorecard, SCORECARD_FIELDS)

/* --- the period ------------------------------------------------------------------------------- */

#define ID_TIME_BYTES 6 /* an id begins with the milliseconds of its birth */

/* Ids of returns sort by when they were asked for, so the index by merchant, and the returns
 * themselves, are in the order of time. */
struct cohort cohort_of(const struct id *merchant, uint64_t from_ms, uint64_t to_ms)
{
    struct key none = {.size = 0};
    struct cohort cohort = {.merchant = *merchant, .from_ms = from_ms, .to_ms = to_ms};
    struct key prefix = id_is_zero(merchant) ? none : key_of(merchant);
    cohort.walk = walk_over(&prefix);
    cohort.walk.at = key_add_uint(prefix, from_ms, ID_TIME_BYTES);
    cohort.walk.begun = true;
    return cohort;
}

static bool next_id(const struct rows *rows, struct cohort *cohort, struct id *return_id)
{
    bool all = id_is_zero(&cohort->merchant);
    struct row found;
    if (!walk_next(rows, all ? VIEW_RETURN : VIEW_RETURN_BY_MERCHANT, &cohort->walk, &found))
        return false;
    memcpy(return_id->bytes, cohort->walk.at.bytes + (all ? 0 : ID_BYTES), ID_BYTES);
    return id_ms(return_id) < cohort->to_ms;
}

bool cohort_next(const struct rows *rows, struct cohort *cohort, struct id *return_id,
                 struct return_row *row)
{
    while (next_id(rows, cohort, return_id))
        if (return_load(rows, return_id, row)) return true;
    return false;
}

/* --- deadlines -------------------------------------------------------------------------------- */

static void tally_deadline(struct scoring *scoring, const struct deadline_row *row)
{
    if (row->kind >= NUMBERS_DEADLINES_MAX) return;
    struct deadline_tally *tally = &scoring->deadlines[row->kind];
    if (row->state == DEADLINE_MET) tally->met++;
    if (row->state == DEADLINE_MISSED) tally->missed++;
    if (row->state == DEADLINE_LIFTED) tally->lifted++;
    if (row->state != DEADLINE_OPEN) return;
    if (row->due_ms < scoring->as_of_ms)
        tally->overdue++;
    else
        tally->open++;
}

/* The first answer ends what the merchant owes. Policy answers in the decision that takes the
 * request in, and nobody waited. */
static void note_response(struct scoring *scoring, const struct deadline_row *row)
{
    if (row->kind != DEADLINE_RESPOND) return;
    if (row->state != DEADLINE_MET && row->state != DEADLINE_MISSED) return;
    if (row->ended_ms <= row->since_ms)
        scoring->answered_at_once++;
    else
        spells_add(&scoring->response, row->ended_ms - row->since_ms);
}

static void add_deadlines(struct scoring *scoring, const struct rows *rows, const struct id *thing)
{
    struct key prefix = key_of(thing);
    struct walk walk = walk_over(&prefix);
    struct row found;
    while (walk_next(rows, VIEW_DEADLINE, &walk, &found)) {
        struct deadline_row row;
        if (shape_decode(&deadline_row_shape, found.value, &row, NULL) != OK) continue;
        tally_deadline(scoring, &row);
        note_response(scoring, &row);
    }
}

static void add_deadlines_of_units(struct scoring *scoring, const struct rows *rows,
                                   const struct id *return_id)
{
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row found;
    while (walk_next(rows, VIEW_UNIT_BY_RETURN, &walk, &found)) {
        struct id unit;
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        add_deadlines(scoring, rows, &unit);
    }
}

/* --- money ------------------------------------------------------------------------------------ */

/* NULL: there are more currencies than are told apart. */
static struct money_figures *money_of(struct scoring *scoring, uint64_t currency)
{
    for (uint32_t i = 0; i < scoring->monies_count; i++)
        if (scoring->monies[i].currency == currency) return &scoring->monies[i];
    if (scoring->monies_count == NUMBERS_CURRENCIES_MAX) return NULL;
    struct money_figures *money = &scoring->monies[scoring->monies_count++];
    *money = (struct money_figures){.currency = currency};
    return money;
}

static int64_t *paid_by(struct money_figures *money, uint64_t executor)
{
    if (executor == EXECUTOR_MARKETPLACE) return &money->marketplace_minor;
    if (executor == EXECUTOR_SELLER) return &money->seller_minor;
    return &money->provider_minor;
}

/* What became of a return's refunds. */
struct refunds {
    uint64_t settled_ms; /* the latest */
    bool open, failed;
};

static void add_refund(struct money_figures *money, const struct rows *rows,
                       const struct refund_row *row)
{
    struct payment_row payment = {0};
    uint64_t executor = 0;
    bool settled = row->state == REFUND_SETTLED;
    if (money == NULL || row->state == REFUND_FAILED) return;
    if (business_is_charge(row->paid_for)) { /* what is under way came back from nobody yet */
        if (settled) sum_add(&money->recharged_minor, row->amount_minor);
        return;
    }
    if (!settled) {
        sum_add(&money->pending_minor, row->amount_minor);
        return;
    }
    if (payment_load(rows, &row->order, row->payment, &payment)) executor = payment.executor;
    sum_add(paid_by(money, executor), row->amount_minor);
    if (row->paid_for != PAID_FOR_LINE) sum_add(&money->granted_minor, row->amount_minor);
}

static struct refunds add_refunds(struct scoring *scoring, const struct rows *rows,
                                  struct money_figures *money, const struct id *return_id)
{
    struct refunds refunds = {0};
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row found;
    while (walk_next(rows, VIEW_REFUND_BY_RETURN, &walk, &found)) {
        struct id slot;
        struct refund_row row;
        memcpy(slot.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!refund_load(rows, &slot, &row)) continue;
        add_deadlines(scoring, rows, &slot);
        add_refund(money, rows, &row);
        if (business_is_charge(row.paid_for)) continue; /* the buyer waits for none of it */
        bool settled = row.state == REFUND_SETTLED, failed = row.state == REFUND_FAILED;
        if (settled && row.moved_ms > refunds.settled_ms) refunds.settled_ms = row.moved_ms;
        refunds.failed = refunds.failed || failed;
        refunds.open = refunds.open || (!settled && !failed);
    }
    return refunds;
}

/* Whoever asked for the order's first return bears what names no return, so it counts once. */
static bool is_first_of_order(const struct rows *rows, const struct id *order,
                              const struct id *return_id)
{
    struct key prefix = return_form_prefix(order, RETURNS_BY_ORDER, 0);
    struct walk walk = walk_over(&prefix);
    struct row found;
    if (!walk_next(rows, VIEW_RETURN_INDEX, &walk, &found)) return false;
    return memcmp(walk.at.bytes + walk.at.size - ID_BYTES, return_id->bytes, ID_BYTES) == 0;
}

static void add_moved(struct money_figures *money, const struct elsewhere_row *row)
{
    if (row->how == ELSEWHERE_CHARGEBACK) sum_add(&money->charged_back_minor, row->amount_minor);
    if (row->how == ELSEWHERE_CHARGEBACK_WON)
        sum_add(&money->charged_back_minor, -row->amount_minor);
    if (row->how == ELSEWHERE_PROVIDER) sum_add(&money->provider_minor, row->amount_minor);
    if (row->how == ELSEWHERE_MARKETPLACE) sum_add(&money->marketplace_minor, row->amount_minor);
    if (row->how == ELSEWHERE_SELLER) sum_add(&money->seller_minor, row->amount_minor);
}

/* What settled a slot of ours counts with the slot. */
static void add_elsewhere(struct money_figures *money, const struct rows *rows,
                          const struct id *order, const struct id *return_id)
{
    bool first = is_first_of_order(rows, order, return_id);
    struct key prefix = key_of(order);
    struct walk walk = walk_over(&prefix);
    struct row found;
    while (walk_next(rows, VIEW_ELSEWHERE, &walk, &found)) {
        struct elsewhere_row row;
        if (shape_decode(&elsewhere_row_shape, found.value, &row, NULL) != OK) continue;
        if (!id_is_zero(&row.slot)) continue;
        bool ours = id_is_zero(&row.return_id) ? first : id_equal(&row.return_id, return_id);
        if (ours) add_moved(money, &row);
    }
}

/* Units that were paid for and are not here, whole or a share of them: while the return lives they
 * may come. Where nothing was asked back, nothing is awaited. */
static void add_ahead(struct money_figures *money, const struct rows *rows,
                      const struct order_row *order, const struct id *return_id,
                      const struct return_row *row)
{
    int64_t *sum = !return_is_over(row->state) ? &money->ahead_minor : &money->lost_ahead_minor;
    if (row->keep != 0) return;
    for (uint32_t i = 0; i < order->lines_count; i++) {
        struct return_line_row line;
        if (!return_line_load(rows, return_id, i, &line)) continue;
        for (uint64_t k = 0; k < line_ahead(&line); k++)
            sum_add(sum, refund_worth(order, i, line.taken + k));
        if (line_ahead(&line) == 0) sum_add(sum, line.fronted_minor);
    }
}

/* --- one return ------------------------------------------------------------------------------- */

bool return_is_over(uint64_t state)
{
    return (return_table.final_states >> state & 1) != 0;
}

/* A request that was taken back, or that nobody went on with, was solved by nobody. */
static bool has_solution(const struct return_row *row)
{
    return return_is_over(row->state) && row->state != RETURN_CANCELED &&
           row->state != RETURN_EXPIRED;
}

/* It is over when the last of its money is there. */
static void note_solution(struct scoring *scoring, const struct return_row *row,
                          const struct refunds *refunds)
{
    if (!has_solution(row) || refunds->open) return;
    uint64_t over_ms = row->ended_ms > refunds->settled_ms ? row->ended_ms : refunds->settled_ms;
    scoring->solved++;
    if (over_ms >= row->requested_ms) spells_add(&scoring->solution, over_ms - row->requested_ms);
    if (row->contests == 0 && row->reopened == 0 && !refunds->failed) scoring->solved_first_time++;
}

static struct refunds add_money(struct scoring *scoring, const struct rows *rows,
                                const struct id *return_id, const struct return_row *row)
{
    struct order_row order;
    struct money_figures *money = NULL;
    struct id order_id = row->order;
    if (order_load(rows, &order_id, &order)) {
        money = money_of(scoring, order.currency);
        if (money == NULL) scoring->further++;
    }
    if (money != NULL) {
        money->returns++;
        add_ahead(money, rows, &order, return_id, row);
        add_elsewhere(money, rows, &order_id, return_id);
    }
    return add_refunds(scoring, rows, money, return_id);
}

static uint64_t complaints_of(const struct rows *rows, const struct id *return_id)
{
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row found;
    uint64_t count = 0;
    while (walk_next(rows, VIEW_COMPLAINT_BY_RETURN, &walk, &found)) count++;
    return count;
}

/* Whoever answered before being asked was asked as well as anybody. */
static void add_followup(struct scoring *scoring, const struct rows *rows,
                         const struct id *return_id)
{
    struct followup_row row;
    if (!followup_load(rows, return_id, &row)) return;
    if (row.asked_ms != 0 || row.score != 0) scoring->followups++;
    if (row.score == 0) return;
    scoring->followups_answered++;
    scoring->scores += row.score;
    if (row.score <= NUMBERS_LOW_SCORE) scoring->low_scores++;
}

void scoring_add(struct scoring *scoring, const struct rows *rows, const struct id *return_id,
                 const struct return_row *row)
{
    scoring->returns++;
    if (row->state < NUMBERS_STATES_MAX) scoring->states[row->state]++;
    if (row->contests > 0) scoring->contested++;
    if (row->reopened > 0) scoring->reopened++;
    scoring->complaints += complaints_of(rows, return_id);
    add_followup(scoring, rows, return_id);
    add_deadlines(scoring, rows, return_id);
    add_deadlines_of_units(scoring, rows, return_id);
    struct refunds refunds = add_money(scoring, rows, return_id, row);
    note_solution(scoring, row, &refunds);
}

/* --- what claims brought in ------------------------------------------------------------------- */

/* A draft was not claimed yet, and what was withdrawn is claimed no more. */
static void add_claim(void *world, const struct compensation_row *row)
{
    if (row->filed_ms == 0 || row->state == COMPENSATION_WITHDRAWN) return;
    struct money_figures *money = money_of(world, row->currency);
    if (money == NULL) return;
    sum_add(&money->claimed_minor, row->amount_minor);
    sum_add(&money->recovered_minor, row->paid_minor);
}

void scoring_add_claims(struct scoring *scoring, const struct rows *rows,
                        const struct cohort *cohort)
{
    claims_walk(rows, cohort, add_claim, scoring);
}

/* --- the card --------------------------------------------------------------------------------- */

void spells_report(const struct spells *spells, struct spell_figures *figures)
{
    *figures = (struct spell_figures){.count = spells->count,
                                      .mean_s = spells_mean(spells),
                                      .median_s = spells_part(spells, 500),
                                      .p90_s = spells_part(spells, 900),
                                      .longest_s = spells->max_s};
}

static void report_deadlines(const struct scoring *scoring, struct scorecard *card)
{
    uint64_t met = 0, owed = 0;
    for (uint32_t kind = 0; kind < NUMBERS_DEADLINES_MAX; kind++) {
        const struct deadline_tally *tally = &scoring->deadlines[kind];
        uint64_t of_kind = tally->met + tally->missed + tally->overdue;
        if (of_kind + tally->open + tally->lifted == 0) continue;
        card->deadlines[card->deadlines_count++] =
            (struct deadline_figures){.kind = kind,
                                      .owed = of_kind,
                                      .met = tally->met,
                                      .missed = tally->missed,
                                      .overdue = tally->overdue,
                                      .open = tally->open,
                                      .lifted = tally->lifted,
                                      .met_permille = share_of(tally->met, of_kind)};
        met += tally->met;
        owed += of_kind;
    }
    card->on_time_permille = share_of(met, owed);
}

void scoring_report(const struct scoring *scoring, const struct cohort *cohort,
                    struct scorecard *card)
{
    *card = (struct scorecard){
        .merchant = cohort->merchant,
        .from_ms = cohort->from_ms,
        .to_ms = cohort->to_ms,
        .as_of_ms = scoring->as_of_ms,
        .returns = scoring->returns,
        .answered_at_once = scoring->answered_at_once,
        .solved = scoring->solved,
        .solved_first_time = scoring->solved_first_time,
        .first_time_permille = share_of(scoring->solved_first_time, scoring->solved),
        .contested = scoring->contested,
        .contested_permille = share_of(scoring->contested, scoring->returns),
        .reopened = scoring->reopened,
        .complaints = scoring->complaints,
        .followups = scoring->followups,
        .followups_answered = scoring->followups_answered,
        .followups_answered_permille = share_of(scoring->followups_answered, scoring->followups),
        .score_mean_permille = share_of(scoring->scores, scoring->followups_answered),
        .low_scores = scoring->low_scores,
        .monies_count = scoring->monies_count,
        .returns_of_further_currencies = scoring->further};
    for (uint32_t state = 0; state < NUMBERS_STATES_MAX; state++)
        if (scoring->states[state] > 0)
            card->states[card->states_count++] =
                (struct state_figures){.state = state, .returns = scoring->states[state]};
    spells_report(&scoring->response, &card->response);
    spells_report(&scoring->solution, &card->solution);
    report_deadlines(scoring, card);
    for (uint32_t i = 0; i < scoring->monies_count; i++) card->monies[i] = scoring->monies[i];
}
