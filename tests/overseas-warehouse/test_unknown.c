/* Codes of carriers that no table knows: what is kept of them follows from what was said, in any
 * order and however often, and a stranger who invents codes fills one shelf and no more. */
#include "overseas-warehouse/parts.h"
#include "proto/hlc.h"
#include "tests/proto/crypto_port.h"
#include "tests/support/rows_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define HLC_MS   65536u /* stamps of a millisecond */
#define INVENTED 1300   /* more codes than a shelf holds */
#define SHUFFLES 6

static struct crypto_port crypto;

static void open_desk(struct desk *desk)
{
    *desk = (struct desk){.rows = rows_memory_port(rows_memory_open()), .crypto = &crypto.crypto};
}

static void close_desk(struct desk *desk)
{
    rows_memory_close(desk->rows.world);
}

static int open_crypto(void **state)
{
    (void)state;
    static const uint8_t pen[32] = {7};
    crypto_port_open(&crypto, pen);
    return 0;
}

static int close_crypto(void **state)
{
    (void)state;
    crypto_port_close(&crypto);
    return 0;
}

/* One entry with one scan. */
struct said {
    const char *carrier, *number, *code, *text;
    enum track_status status;
    bool known;
    unsigned dedup, at_ms;
};

static void fold(const struct desk *desk, const struct said *said)
{
    union event_body body = {.tracking = {.carrier = span_text(said->carrier),
                                          .number = span_text(said->number),
                                          .points_count = 1}};
    const struct place place = {.idx = 1, .hlc = said->at_ms * (uint64_t)HLC_MS};
    be_put(body.tracking.dedup.bytes, said->dedup, 4);
    body.tracking.points[0] = (struct checkpoint){.status = said->status,
                                                  .reason = said->known ? 0 : TRACK_REASON_UNMAPPED,
                                                  .quality = TIME_NONE,
                                                  .code = span_text(said->code),
                                                  .text = span_text(said->text)};
    be_put(body.tracking.points[0].dedup.bytes, said->dedup, 4);
    business_fold(desk, &place, EVENT_TRACKING, &body);
}

/* The codes of a carrier, in the order of their keys; returns how many. */
static size_t codes_of(const struct desk *desk, const char *carrier, struct unknown_code_row *first)
{
    struct key prefix = unknown_carrier_key(desk->crypto, span_text(carrier));
    struct walk walk = walk_over(&prefix);
    struct row row;
    size_t count = 0;
    while (walk_next(&desk->rows, VIEW_UNKNOWN_CODE, &walk, &row)) {
        if (count++ > 0) continue;
        assert_int_equal(shape_decode(&unknown_code_row_shape, row.value, first, NULL), OK);
    }
    return count;
}

static void assert_text(struct span text, const char *expected)
{
    assert_int_equal(text.size, strlen(expected));
    assert_memory_equal(text.at, expected, text.size);
}

static void swap(struct said *a, struct said *b)
{
    struct said kept = *a;
    *a = *b;
    *b = kept;
}

static unsigned long long dice;
static size_t below(size_t count)
{
    dice = dice * 6364136223846793005ULL + 1442695040888963407ULL;
    return (size_t)(dice >> 33) % count;
}

static void shuffle(struct said *said, size_t count)
{
    for (size_t i = count; i > 1; i--) swap(&said[i - 1], &said[below(i)]);
}

/* --- stories ---------------------------------------------------------------------------------- */

static void a_new_code_is_listed_with_its_words_and_how_often_it_came(void **state)
{
    (void)state;
    struct desk desk;
    struct unknown_code_row row;
    static const struct said told[] = {
        {"gls", "N2", "4.99", "Drone lost its way", TRACK_EXCEPTION, false, 1, 700},
        {"gls", "N1", "4.99", "Drohne verirrt", TRACK_EXCEPTION, false, 2, 500},
        {"gls", "N1", "4.99", "Drohne verirrt", TRACK_EXCEPTION, false, 2, 900}, /* asked again */
        {"gls", "N1", "3.0", "Zugestellt", TRACK_DELIVERED, true, 3, 950},
        {"dpd", "N3", "4.99", "Colis perdu", TRACK_UNKNOWN, false, 4, 960},
    };
    open_desk(&desk);
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) fold(&desk, &told[i]);
    assert_int_equal(codes_of(&desk, "gls", &row), 1);
    assert_text(row.carrier, "gls");
    assert_text(row.code, "4.99");
    assert_text(row.number, "N1");
    assert_text(row.text, "Drohne verirrt");
    assert_int_equal(row.scans, 2);
    assert_int_equal(row.first_ms, 500);
    assert_int_equal(row.last_ms, 900);
    assert_int_equal(row.taken_as, TRACK_EXCEPTION);
    assert_int_equal(codes_of(&desk, "dpd", &row), 1);
    assert_int_equal(row.scans, 1);
    assert_int_equal(codes_of(&desk, "ups", &row), 0);
    close_desk(&desk);
}

/* One scan, told with two codes: the smaller bytes stand, and it counts under theirs. */
static void a_scan_counts_under_the_code_it_ends_with(void **state)
{
    (void)state;
    const struct said told[] = {
        {"gls", "N1", "AA", "x", TRACK_UNKNOWN, false, 1, 10},
        {"gls", "N1", "BB", "x", TRACK_UNKNOWN, false, 1, 20},
    };
    struct unknown_code_row row;
    for (size_t first = 0; first < 2; first++) {
        struct desk desk;
        uint64_t scans = 0;
        open_desk(&desk);
        fold(&desk, &told[first]);
        fold(&desk, &told[1 - first]);
        assert_int_equal(codes_of(&desk, "gls", &row), 2);
        struct key prefix = unknown_carrier_key(desk.crypto, span_text("gls"));
        struct walk walk = walk_over(&prefix);
        struct row at;
        while (walk_next(&desk.rows, VIEW_UNKNOWN_CODE, &walk, &at)) {
            assert_int_equal(shape_decode(&unknown_code_row_shape, at.value, &row, NULL), OK);
            assert_int_equal(row.scans, row.code.at[0] == 'A');
            scans += row.scans;
        }
        assert_int_equal(scans, 1);
        close_desk(&desk);
    }
}

static void fold_all(struct desk *desk, const struct said *said, size_t count)
{
    open_desk(desk);
    for (size_t i = 0; i < count; i++) fold(desk, &said[i]);
}

static void whatever_the_order_the_rows_are_the_same_bytes(void **state)
{
    (void)state;
    struct said told[60];
    static const char *const codes[] = {"A", "B", "C", ""}, *const numbers[] = {"N1", "N2", "N3"};
    for (dice = 1; dice < 40; dice++) {
        unsigned long long seed = dice;
        struct desk desk, other;
        for (size_t i = 0; i < 60; i++)
            told[i] = (struct said){.carrier = below(2) == 0 ? "gls" : "dpd",
                                    .number = numbers[below(3)],
                                    .code = codes[below(4)],
                                    .text = below(2) == 0 ? "y" : "z",
                                    .status = below(2) == 0 ? TRACK_UNKNOWN : TRACK_IN_TRANSIT,
                                    .known = below(4) == 0,
                                    .dedup = (unsigned)below(8),
                                    .at_ms = 100 + (unsigned)below(9)};
        fold_all(&desk, told, 60);
        for (unsigned i = 0; i < SHUFFLES; i++) {
            shuffle(told, 60);
            fold_all(&other, told, 60);
            if (!rows_memory_equal(desk.rows.world, other.rows.world))
                fail_msg("seed %llu ends otherwise", seed);
            close_desk(&other);
        }
        close_desk(&desk);
        dice = seed;
    }
}

static void who_invents_codes_fills_one_shelf_the_same_in_any_order(void **state)
{
    (void)state;
    static struct said told[INVENTED];
    static char codes[INVENTED][16];
    struct desk desk, other;
    struct unknown_code_row row;
    for (unsigned i = 0; i < INVENTED; i++) {
        snprintf(codes[i], sizeof codes[i], "X%u", i);
        told[i] =
            (struct said){"gls", "N1", codes[i], "", TRACK_UNKNOWN, false, i % 900, 1 + i % 7};
    }
    fold_all(&desk, told, INVENTED);
    assert_int_equal(codes_of(&desk, "gls", &row), UNKNOWN_CODES_MAX);
    assert_int_equal(rows_memory_count(desk.rows.world, VIEW_UNKNOWN_SHELF), 1);
    for (unsigned i = 0; i < 3; i++) {
        dice = 77 + i;
        shuffle(told, INVENTED);
        fold_all(&other, told, INVENTED);
        assert_true(rows_memory_equal(desk.rows.world, other.rows.world));
        close_desk(&other);
    }
    /* Nor does a code get in by being told last. */
    uint64_t sum = rows_memory_sum(desk.rows.world);
    for (unsigned i = 0; i < INVENTED; i += 5) {
        fold(&desk, &told[i]);
        assert_true(rows_memory_sum(desk.rows.world) == sum);
    }
    close_desk(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_code_is_listed_with_its_words_and_how_often_it_came),
        cmocka_unit_test(a_scan_counts_under_the_code_it_ends_with),
        cmocka_unit_test(whatever_the_order_the_rows_are_the_same_bytes),
        cmocka_unit_test(who_invents_codes_fills_one_shelf_the_same_in_any_order),
    };
    return cmocka_run_group_tests(tests, open_crypto, close_crypto);
}
