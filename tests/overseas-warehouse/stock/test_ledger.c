/* The rules of the ledger, told for a shelf of boots, and random acts and voids held against a
 * model that knows only who has which piece. */
#include "overseas-warehouse/stock/ledger.h"
#include "tests/proto/values.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CAPACITY 10
#define PIECES   64

static enum stock_refusal ask(enum stock_act act, enum stock_account from, enum stock_account to,
                              uint64_t pieces, struct stock_facts facts)
{
    struct stock_posting posting = {.act = act, .from = from, .to = to, .pieces = pieces};
    return stock_judge(&posting, &facts);
}

static void a_bin_gives_what_it_has_and_takes_what_it_holds(void **state)
{
    (void)state;
    struct stock_facts facts = {.from_pieces = 12, .bin_capacity = 10};
    assert_int_equal(ask(STOCK_MOVE, STOCK_SELLABLE, STOCK_SELLABLE, 12, facts), STOCK_BIN_FULL);
    assert_int_equal(ask(STOCK_MOVE, STOCK_SELLABLE, STOCK_SELLABLE, 10, facts), STOCK_ALLOWED);
    facts.from_pieces = 9;
    assert_int_equal(ask(STOCK_MOVE, STOCK_SELLABLE, STOCK_SELLABLE, 10, facts), STOCK_BIN_EMPTY);
    assert_int_equal(ask(STOCK_MOVE, STOCK_SELLABLE, STOCK_SELLABLE, 0, facts), STOCK_NO_PIECES);
    assert_int_equal(ask(STOCK_MOVE, STOCK_SELLABLE, STOCK_UNSELLABLE, 1, facts),
                     STOCK_NO_SUCH_WAY);
    struct stock_posting still = {STOCK_MOVE, STOCK_SELLABLE, STOCK_SELLABLE, true, 1};
    assert_int_equal(stock_judge(&still, &facts), STOCK_SAME_PLACE);
    assert_string_equal(stock_refusal_field(STOCK_BIN_FULL), "to_bin");
    assert_string_equal(stock_refusal_rule(STOCK_BIN_FULL), "bin_full");
}

static void no_way_leads_round_a_hold(void **state)
{
    (void)state;
    struct stock_facts held = {.from_pieces = 5, .holds = 1};
    assert_int_equal(ask(STOCK_RESTOCK, STOCK_FLOOR, STOCK_SELLABLE, 1, held), STOCK_HELD);
    assert_int_equal(ask(STOCK_RESERVE, STOCK_SELLABLE, STOCK_RESERVED, 1, held), STOCK_HELD);
    assert_int_equal(ask(STOCK_HAND_OVER, STOCK_SELLABLE, STOCK_WMS, 1, held), STOCK_HELD);
    assert_int_equal(ask(STOCK_SHIP, STOCK_RESERVED, STOCK_CARRIER, 1, held), STOCK_HELD);
    assert_int_equal(ask(STOCK_RELEASE, STOCK_RESERVED, STOCK_SELLABLE, 1, held), STOCK_HELD);
    assert_int_equal(ask(STOCK_RELEASE, STOCK_RESERVED, STOCK_QUARANTINE, 1, held), STOCK_ALLOWED);
    assert_int_equal(ask(STOCK_REGRADE, STOCK_SELLABLE, STOCK_QUARANTINE, 1, held), STOCK_ALLOWED);
    struct stock_posting aside = {STOCK_REGRADE, STOCK_SELLABLE, STOCK_QUARANTINE, false, 1};
    assert_int_equal(stock_judge_void(&aside, &held), STOCK_HELD);
    assert_int_equal(ask(STOCK_SHIP, STOCK_SELLABLE, STOCK_CARRIER, 1, held), STOCK_NO_SUCH_WAY);
    assert_int_equal(ask(STOCK_ADJUST, STOCK_SELLABLE, STOCK_UNSELLABLE, 1, held),
                     STOCK_NO_SUCH_WAY);
}

static void a_void_is_refused_once_something_rests_on_the_act(void **state)
{
    (void)state;
    struct stock_posting away = {STOCK_MOVE, STOCK_SELLABLE, STOCK_SELLABLE, false, 10};
    struct stock_facts facts = {.from_pieces = 10};
    assert_int_equal(stock_judge_void(&away, &facts), STOCK_ALLOWED);
    facts.from_pieces = 9; /* one was reserved */
    assert_int_equal(stock_judge_void(&away, &facts), STOCK_BIN_EMPTY);
    facts = (struct stock_facts){.from_pieces = 10, .counted_since = true};
    assert_int_equal(stock_judge_void(&away, &facts), STOCK_COUNTED_SINCE);
}

static void a_count_is_never_refused_and_frees_what_was_reserved(void **state)
{
    (void)state;
    struct stock_found gone = stock_count(9, 1, 0);
    assert_true(gone.free == -9 && gone.reserved == -1 && !gone.contradiction);
    assert_int_equal(stock_releasable(1, 0), 0);
    struct stock_found fewer = stock_count(9, 3, 5);
    assert_true(fewer.free == -7 && fewer.reserved == 0);
    struct stock_found found = stock_count(0, 0, 2);
    assert_true(found.free == 2 && found.reserved == 0 && found.contradiction);
}

/* Each piece is somewhere; a balance is how many are there. */
struct model {
    enum stock_account at[PIECES];
};

static uint64_t there(const struct model *model, enum stock_account account)
{
    uint64_t count = 0;
    for (unsigned i = 0; i < PIECES; i++) count += model->at[i] == account;
    return count;
}

static void carry(struct model *model, enum stock_account from, enum stock_account to,
                  uint64_t pieces)
{
    for (unsigned i = 0; i < PIECES && pieces > 0; i++) {
        if (model->at[i] != from) continue;
        model->at[i] = to;
        pieces--;
    }
    assert_true(pieces == 0); /* else a decision made pieces out of nothing */
}

static void post(int64_t *balances, const struct stock_posting *posting)
{
    balances[posting->from] -= (int64_t)posting->pieces;
    balances[posting->to] += (int64_t)posting->pieces;
}

static void assert_same(const int64_t *balances, const struct model *model)
{
    int64_t sum = 0;
    for (enum stock_account a = STOCK_SELLABLE; a < STOCK_ACCOUNT_COUNT; a++) {
        sum += balances[a];
        if (!stock_is_pool(a)) continue;
        assert_true(balances[a] >= 0 && balances[a] <= CAPACITY);
        assert_true(balances[a] == (int64_t)there(model, a));
    }
    assert_true(sum == 0);
}

static void random_acts_and_voids_agree_with_who_has_which_piece(void **state)
{
    (void)state;
    struct values values = values_begin("stock ledger");
    struct model model;
    int64_t balances[STOCK_ACCOUNT_COUNT] = {0};
    unsigned done = 0;
    for (unsigned i = 0; i < PIECES; i++) model.at[i] = i % 2 == 0 ? STOCK_FLOOR : STOCK_DIFFERENCE;
    for (unsigned long i = 0; done < ACTS && i < ACTS * 10000ul; i++) {
        struct stock_posting p = {
            .act = (enum stock_act)(1 + values_below(&values, STOCK_ACT_COUNT - 1)),
            .from = (enum stock_account)(1 + values_below(&values, STOCK_ACCOUNT_COUNT - 1)),
            .to = (enum stock_account)(1 + values_below(&values, STOCK_ACCOUNT_COUNT - 1)),
            .pieces = values_below(&values, 4)};
        bool reverse = values_below(&values, 3) == 0;
        struct stock_posting said = reverse ? stock_reverse(&p) : p;
        struct stock_facts facts = {.from_pieces = balances[said.from],
                                    .bin_pieces = (uint64_t)there(&model, said.to),
                                    .bin_capacity = CAPACITY};
        if (!stock_is_pool(said.from) && there(&model, said.from) < said.pieces) continue;
        enum stock_refusal refusal =
            reverse ? stock_judge_void(&p, &facts) : stock_judge(&p, &facts);
        if (refusal != STOCK_ALLOWED || p.act == STOCK_MOVE) continue;
        post(balances, &said);
        carry(&model, said.from, said.to, said.pieces);
        assert_same(balances, &model);
        done++;
    }
    assert_int_equal(done, ACTS);
    values_end(&values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bin_gives_what_it_has_and_takes_what_it_holds),
        cmocka_unit_test(no_way_leads_round_a_hold),
        cmocka_unit_test(a_void_is_refused_once_something_rests_on_the_act),
        cmocka_unit_test(a_count_is_never_refused_and_frees_what_was_reserved),
        cmocka_unit_test(random_acts_and_voids_agree_with_who_has_which_piece),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
