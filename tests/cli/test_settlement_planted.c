/* A settlement file of thousands of lines in which fifty differences were planted, five of each
 * kind: exactly those fifty are found; and none in the same file without them. */
#include "node/cli/settlement_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/money.h"

#define REFUNDS    2000u
#define OF_A_KIND  5u
#define PLANTED    (DIFFERENCE_COUNT * OF_A_KIND)
#define ROWS_MAX   (3 * REFUNDS)
#define NAME_BYTES 24
#define SEEDS      10u
#define FROM_MS    1793491200000u /* 2026-11-01 */
#define TO_MS      1796083200000u
#define NOBODY     REFUNDS

struct row {
    char reference[NAME_BYTES], payment[NAME_BYTES], key[NAME_BYTES];
    int64_t minor;
    uint16_t currency;
    bool failed;
    uint64_t at; /* its line */
};

struct plant {
    enum difference_kind kind;
    size_t refund;                 /* or NOBODY */
    const struct row *row, *again; /* the later of the two is told; NULL: none */
    bool found;
};

static uint64_t chance;
static struct settlement_refund refunds[REFUNDS];
static char names[REFUNDS][3][NAME_BYTES]; /* reference, payment, key */
static struct row rows[ROWS_MAX];
static struct plant plants[PLANTED];
static size_t rows_count, plants_count, unexpected;
static bool taken[REFUNDS];

static uint64_t draw(uint64_t below)
{
    chance += 0x9e3779b97f4a7c15u;
    uint64_t mixed = (chance ^ (chance >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    return (mixed ^ (mixed >> 31)) % below;
}

/* --- what is here, and what an honest provider says ------------------------------------------ */

static void make_refund(size_t i)
{
    static const uint16_t currencies[] = {978, 392, 414, 840};
    static const enum refund_state states[] = {REFUND_FAILED, REFUND_SUBMITTED, REFUND_UNKNOWN,
                                               REFUND_MANUAL};
    snprintf(names[i][0], NAME_BYTES, "re_%zu", i);
    snprintf(names[i][1], NAME_BYTES, "pi_%zu", i / 2);
    snprintf(names[i][2], NAME_BYTES, "KEY%zu", i);
    bool settled = i % 10 != 0;
    refunds[i] = (struct settlement_refund){.key = span_text(names[i][2]),
                                            .payment = span_text(names[i][1]),
                                            .amount_minor = (int64_t)draw(1000000) + 1,
                                            .currency = currencies[draw(4)],
                                            .state = settled ? REFUND_SETTLED : states[i / 10 % 4],
                                            .intended_ms = FROM_MS + draw(TO_MS - FROM_MS),
                                            .sent = true};
    if (settled) refunds[i].reference = span_text(names[i][0]);
    be_put(refunds[i].slot.bytes, i, 8);
}

static struct row *add_row(size_t i, bool failed)
{
    struct row *row = &rows[rows_count++];
    assert_true(rows_count <= ROWS_MAX);
    *row = (struct row){
        .minor = refunds[i].amount_minor, .currency = refunds[i].currency, .failed = failed};
    strcpy(row->reference, names[i][0]);
    strcpy(row->payment, names[i][1]);
    strcpy(row->key, names[i][2]);
    return row;
}

static void say_honestly(size_t i)
{
    bool failed = refunds[i].state == REFUND_FAILED && draw(2) == 0;
    if (refunds[i].state == REFUND_SETTLED || failed) add_row(i, false);
    if (failed) add_row(i, true);
}

/* --- what is planted ------------------------------------------------------------------------- */

/* Whose line is false: one whose state the kind needs. */
static size_t choose(enum difference_kind kind)
{
    for (;;) {
        size_t i = draw(REFUNDS);
        bool settled = refunds[i].state == REFUND_SETTLED;
        if (taken[i] || settled == (kind == DIFFERENCE_PAID_THERE)) continue;
        taken[i] = true;
        return i;
    }
}

static void spoil(enum difference_kind kind, struct row *row)
{
    if (kind == DIFFERENCE_AMOUNT) row->minor += 1;
    if (kind == DIFFERENCE_CURRENCY) row->currency = row->currency == 978 ? 840 : 978;
    if (kind == DIFFERENCE_OTHER_PAYMENT) strcat(row->payment, "x");
    if (kind == DIFFERENCE_OTHER_REFERENCE) strcat(row->reference, "x");
    if (kind == DIFFERENCE_OTHER_SLOT) snprintf(row->key, NAME_BYTES, "KEY%zu", (size_t)REFUNDS);
}

static void plant(enum difference_kind kind)
{
    size_t i = choose(kind);
    struct plant *made = &plants[plants_count++];
    *made = (struct plant){.kind = kind, .refund = i};
    if (kind == DIFFERENCE_NOT_THERE) return;
    struct row *row = add_row(i, false);
    spoil(kind, row);
    made->row = row;
    if (kind == DIFFERENCE_FAILED_THERE) made->row = add_row(i, true);
    if (kind == DIFFERENCE_TWICE) made->again = add_row(i, false);
    if (kind != DIFFERENCE_NOT_HERE) return;
    say_honestly(i); /* and another refund of the same payment, made elsewhere */
    made->refund = NOBODY;
    strcat(row->reference, "x");
    row->key[0] = '\0';
}

static void make_all(uint64_t seed, bool planted)
{
    chance = seed;
    rows_count = plants_count = 0;
    memset(taken, 0, sizeof taken);
    for (size_t i = 0; i < REFUNDS; i++) make_refund(i);
    for (unsigned i = 0; planted && i < PLANTED; i++)
        plant((enum difference_kind)(i % DIFFERENCE_COUNT));
    for (size_t i = 0; i < REFUNDS; i++)
        if (!taken[i]) say_honestly(i);
}

/* --- the file -------------------------------------------------------------------------------- */

static void print_amount(const struct row *row, char text[MONEY_TEXT_BYTES])
{
    const struct currency *currency = currency_by_numeric(row->currency);
    money_print(row->failed ? row->minor : -row->minor, currency, text);
    text[strcspn(text, " ")] = '\0';
}

/* One line, and before it now and then one about something else, over several lines perhaps. */
static void print_row(FILE *to, struct row *row, uint64_t *line)
{
    char amount[MONEY_TEXT_BYTES];
    if (draw(3) == 0) {
        fprintf(to,
                "ch_1,9.99,\"a cup,\r\nof \"\"tea\"\"\",charge,2026-11-30 23:59:59,,,usd,pi_1\r\n");
        *line += 2;
    }
    print_amount(row, amount);
    row->at = (*line)++;
    fprintf(to, "%s,%s,,%s,2026-11-%02u 10:00:00,,%s,%s,%s\r\n", row->reference, amount,
            row->failed ? "refund_failure" : "refund", 1 + (unsigned)draw(30), row->key,
            currency_by_numeric(row->currency)->letters, row->payment);
}

/* The lines in an order that is drawn. */
static FILE *print_file(void)
{
    static size_t order[ROWS_MAX];
    FILE *to = tmpfile();
    uint64_t line = 2;
    assert_non_null(to);
    fputs("\xef\xbb\xbfsource_id,gross,description,reporting_category,created_utc,fee,"
          "refund_metadata[entrepot_slot],currency,payment_intent_id\r\n",
          to);
    for (size_t i = 0; i < rows_count; i++) {
        size_t with = draw(i + 1);
        order[i] = order[with];
        order[with] = i;
    }
    for (size_t i = 0; i < rows_count; i++) print_row(to, &rows[order[i]], &line);
    rewind(to);
    return to;
}

/* --- what is found --------------------------------------------------------------------------- */

static uint64_t line_of(const struct plant *plant)
{
    if (plant->row == NULL) return 0;
    if (plant->again == NULL || plant->again->at < plant->row->at) return plant->row->at;
    return plant->again->at;
}

static void tell(void *world, const struct difference *difference)
{
    (void)world;
    uint64_t at = difference->line == NULL ? 0 : difference->line->at;
    size_t refund =
        difference->refund == NULL ? NOBODY : (size_t)be_get(difference->refund->slot.bytes, 8);
    for (size_t i = 0; i < plants_count; i++) {
        struct plant *plant = &plants[i];
        if (plant->found || plant->kind != difference->kind) continue;
        if (line_of(plant) != at || plant->refund != refund) continue;
        plant->found = true;
        return;
    }
    print_error("%s in line %u\n", difference_word(difference->kind), (unsigned)at);
    unexpected++;
}

static uint64_t compare(const struct settlement_file *file)
{
    static uint32_t lines_by_ref[ROWS_MAX], by_ref[REFUNDS], by_key[REFUNDS];
    struct settlement settlement = {.lines = file->lines,
                                    .lines_count = file->count,
                                    .refunds = refunds,
                                    .refunds_count = REFUNDS,
                                    .from_ms = FROM_MS,
                                    .to_ms = TO_MS,
                                    .lines_by_ref = lines_by_ref,
                                    .refunds_by_ref = by_ref,
                                    .refunds_by_key = by_key,
                                    .tell = tell};
    unexpected = 0;
    return settlement_compare(&settlement);
}

static uint64_t find_all(uint64_t seed, bool planted)
{
    struct settlement_file file;
    struct settlement_fault fault;
    const struct statement_layout *layout = statement_by_provider(span_text("stripe"));
    make_all(seed, planted);
    FILE *from = print_file();
    if (!settlement_file_read(from, layout, &file, &fault))
        fail_msg("line %u: %s", (unsigned)fault.line, fault.text);
    assert_int_equal(file.count, rows_count);
    uint64_t count = compare(&file);
    settlement_file_free(&file);
    fclose(from);
    return count;
}

static void fifty_planted_differences_are_found_and_no_other(void **state)
{
    (void)state;
    assert_int_equal(PLANTED, 50);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        uint64_t count = find_all(seed, true);
        if (count != PLANTED || unexpected != 0)
            fail_msg("seed %u: %u found, %zu of them not planted", (unsigned)seed, (unsigned)count,
                     unexpected);
        for (size_t i = 0; i < plants_count; i++)
            if (!plants[i].found)
                fail_msg("seed %u: %s not found", (unsigned)seed, difference_word(plants[i].kind));
    }
}

static void nothing_is_found_where_nothing_was_planted(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        if (find_all(seed, false) != 0) fail_msg("seed %u: differences", (unsigned)seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fifty_planted_differences_are_found_and_no_other),
        cmocka_unit_test(nothing_is_found_where_nothing_was_planted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
