/* SKUs: by which codes they are found, what is refused by field and rule, and that a change is a
 * version which leaves those before it as they were. */
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct sku_put a_cup(const struct world *world)
{
    struct sku_put put = {.merchant = world->merchants[MERCHANT_A].merchant,
                          .code = span_text("CUP-1"),
                          .name_en = span_text("Cup"),
                          .weight_g = 310,
                          .hs_code = span_text("691200"),
                          .battery = BATTERY_NONE,
                          .aliases_count = 1};
    put.aliases[0] = (struct sku_alias){.kind = CODE_EAN, .code = span_text("4006381333931")};
    return put;
}

static enum error put_sku(struct world *world, struct sku_put how)
{
    union command_body body = {.sku_put = how};
    enum error error = world_decide(world, COMMAND_SKU_PUT, &body, BY_MERCHANT, NULL, 0);
    world_deliver_all(world);
    return error;
}

static void assert_refused(struct world *world, struct sku_put how, enum error error,
                           const char *rule)
{
    put_sku(world, how);
    assert_string_equal(world->decision.rule, rule);
    assert_int_equal(world->decision.error, error);
    assert_int_equal(world->decision.drafts_count, 0);
}

static bool finds(struct world *world, enum merchant_name merchant, const char *code,
                  struct id *sku)
{
    return sku_find(&world_desk(world, SYD)->rows, &world->crypto.crypto,
                    &world->merchants[merchant].merchant, span_text(code), sku);
}

static void assert_finds(struct world *world, const char *code, const struct id *wanted)
{
    struct id found;
    assert_true(finds(world, MERCHANT_A, code, &found));
    assert_memory_equal(&found, wanted, sizeof found);
}

static void a_scanned_code_finds_the_sku_in_any_of_its_forms(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    struct sku_put how = a_cup(world);
    how.aliases_count = 3;
    how.aliases[1] = (struct sku_alias){.kind = CODE_UPC, .code = span_text("036000291452")};
    how.aliases[2] = (struct sku_alias){.kind = CODE_FNSKU, .code = span_text("x001ab23cd")};
    assert_int_equal(put_sku(world, how), OK);
    struct id cup = world->decision.entity, other;
    static const char *const codes[] = {"CUP-1",         "cup-1",          " CUP-1 ",
                                        "4006381333931", "04006381333931", "036000291452",
                                        "0036000291452", "X001AB23CD"};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) assert_finds(world, codes[i], &cup);
    assert_false(finds(world, MERCHANT_A, "4006381333930", &other)); /* its check digit is wrong */
    assert_false(finds(world, MERCHANT_B, "4006381333931", &other));
    world_close(world);
}

static void a_code_is_one_skus_within_a_merchant(void **state)
{
    (void)state;
    struct world *world = world_open(2);
    assert_int_equal(put_sku(world, a_cup(world)), OK);
    struct sku_put lid = a_cup(world);
    lid.code = span_text("LID-1");
    assert_refused(world, lid, ERROR_CONFLICT, "aliases/0/code: one_sku_a_code");
    lid.aliases[0] = (struct sku_alias){.kind = CODE_OWN, .code = span_text("cup-1")};
    assert_refused(world, lid, ERROR_CONFLICT, "aliases/0/code: one_sku_a_code");
    lid.code = span_text("04006381333931");
    lid.aliases_count = 0;
    assert_refused(world, lid, ERROR_CONFLICT, "code: one_sku_a_code");
    lid.merchant = world->merchants[MERCHANT_B].merchant;
    assert_int_equal(put_sku(world, lid), OK); /* another merchant's is another thing */
    world_close(world);
}

static void what_a_sku_cannot_be_is_refused_by_field_and_rule(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    static const struct {
        enum code_kind kind;
        const char *code, *rule;
    } bad[] = {
        {CODE_EAN, "4006381333932", "aliases/0/code: gtin_check_digit"},
        {CODE_EAN, "036000291452", "aliases/0/code: gtin_check_digit"},
        {CODE_UPC, "4006381333931", "aliases/0/code: gtin_check_digit"},
        {CODE_UPC, "036000291453", "aliases/0/code: gtin_check_digit"},
        {CODE_FNSKU, "X001AB23C", "aliases/0/code: fnsku_ten_characters"},
        {CODE_FNSKU, "X001AB23C-", "aliases/0/code: fnsku_ten_characters"},
        {CODE_OWN, " ", "aliases/0/code: nothing is left of it"},
        {CODE_OWN, "cup-1", "aliases/0/code: named_once"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct sku_put how = a_cup(world);
        how.aliases[0] = (struct sku_alias){.kind = bad[i].kind, .code = span_text(bad[i].code)};
        assert_refused(world, how, ERROR_OUT_OF_RANGE, bad[i].rule);
    }
    struct sku_put how = a_cup(world);
    how.aliases_count = 2;
    how.aliases[1] = (struct sku_alias){.kind = CODE_OWN, .code = span_text("04006381333931")};
    assert_refused(world, how, ERROR_OUT_OF_RANGE, "aliases/1/code: named_once");
    how = a_cup(world);
    how.hs_code = span_text("69120");
    assert_refused(world, how, ERROR_OUT_OF_RANGE, "hs_code: six digits or more, in pairs");
    how.hs_code = span_text("6912.00");
    assert_refused(world, how, ERROR_OUT_OF_RANGE, "hs_code: six digits or more, in pairs");
    how = a_cup(world);
    how.functions_count = 1;
    assert_refused(world, how, ERROR_MISSING_FIELD, "functions/0/name_en: or name_zh");
    how = a_cup(world);
    how.value_minor = -1;
    assert_refused(world, how, ERROR_OUT_OF_RANGE, "value_minor");
    how = a_cup(world);
    how.merchant.bytes[3] ^= 1;
    assert_int_equal(put_sku(world, how), ERROR_NOT_FOUND);
    world_close(world);
}

static void a_change_is_a_version_and_frees_the_codes_that_it_leaves_out(void **state)
{
    (void)state;
    struct world *world = world_open(4);
    struct sku_put how = a_cup(world);
    assert_int_equal(put_sku(world, how), OK);
    struct id cup = world->decision.entity, other;
    assert_int_equal(put_sku(world, how), OK); /* the same once more is no version */
    assert_int_equal(world->decision.drafts_count, 0);
    how.aliases_count = 0;
    how.weight_g = 320;
    assert_int_equal(put_sku(world, how), OK);
    assert_memory_equal(&world->decision.entity, &cup, sizeof cup);
    const struct rows *rows = &world_desk(world, SYD)->rows;
    struct sku_row row;
    assert_true(sku_load(rows, &cup, &row));
    assert_int_equal(row.version, 2);
    assert_int_equal(row.weight_g, 320);
    struct key key = version_key(&cup, 1);
    assert_true(rows_load(rows, VIEW_SKU_VERSION, &key, &sku_row_shape, &row));
    assert_int_equal(row.weight_g, 310);
    assert_int_equal(row.aliases_count, 1);
    assert_false(finds(world, MERCHANT_A, "4006381333931", &other));
    assert_finds(world, "CUP-1", &cup);
    union command_body body = {.sku_put = how};
    body.sku_put.weight_g = 330;
    assert_int_equal(world_decide(world, COMMAND_SKU_PUT, &body, BY_MERCHANT, NULL, 1),
                     ERROR_CONFLICT);
    assert_string_equal(world->decision.rule, "If-Match");
    world_close(world);
}

/* Each step takes a code to another SKU or lets it go: a code never leads to two. */
static void random_versions_never_share_a_code(void **state)
{
    (void)state;
    static const char *const codes[] = {"A", "B", "C", "4006381333931", "036000291452"};
    static const char *const skus[] = {"S1", "S2", "S3"};
    uint64_t versions = 0;
    for (uint64_t seed = 500; seed < 530; seed++) {
        struct world *world = world_open(seed);
        for (unsigned i = 0; i < 40; i++) {
            struct sku_put how = a_cup(world);
            how.code = span_text(skus[world_random(world, 3)]);
            how.weight_g = world_random(world, 3);
            how.aliases_count = (uint32_t)world_random(world, 3);
            for (uint32_t k = 0; k < how.aliases_count; k++)
                how.aliases[k] = (struct sku_alias){
                    .kind = CODE_OWN, .code = span_text(codes[world_random(world, 5)])};
            versions += put_sku(world, how) == OK && world->decision.drafts_count > 0;
            size_t borne = 0;
            struct key none = {.size = 0};
            struct walk walk = walk_over(&none);
            struct row at;
            struct sku_row row;
            while (walk_next(&world_desk(world, SYD)->rows, VIEW_SKU, &walk, &at)) {
                assert_int_equal(shape_decode(&sku_row_shape, at.value, &row, NULL), OK);
                borne += 1 + row.aliases_count;
            }
            assert_int_equal(borne, rows_memory_count(world->nodes[SYD].memory, VIEW_SKU_BY_CODE));
            for (size_t c = 0; c < 5; c++) {
                struct id form = sku_form_id(&world->crypto.crypto, span_text(codes[c]));
                struct key prefix = key_of(&form);
                size_t holders = 0;
                walk = walk_over(&prefix);
                while (walk_next(&world_desk(world, SYD)->rows, VIEW_SKU_BY_CODE, &walk, &at))
                    holders++;
                assert_true(holders <= 1);
            }
        }
        world_close(world);
    }
    printf("%llu versions\n", (unsigned long long)versions);
    assert_true(versions > 300);
}

static void what_another_book_writes_of_a_sku_folds_to_nothing(void **state)
{
    (void)state;
    struct world *world = world_open(5);
    assert_int_equal(put_sku(world, a_cup(world)), OK);
    struct id cup = world->decision.entity;
    struct sku lie = {.sku = cup,
                      .merchant = world->merchants[MERCHANT_A].merchant,
                      .code = span_text("CUP-1"),
                      .version = 2,
                      .by = {.kind = BY_MERCHANT},
                      .at_ms = world->now_ms};
    world_inject(world, BOOK_B, EVENT_SKU, &cup, &lie);
    lie.version = 3; /* its own book skips none either */
    world_inject(world, BOOK_A, EVENT_SKU, &cup, &lie);
    lie.version = 2;
    lie.code = span_text("CUP-2");
    world_inject(world, BOOK_A, EVENT_SKU, &cup, &lie);
    world_deliver_all(world);
    struct sku_row row;
    assert_true(sku_load(&world_desk(world, SYD)->rows, &cup, &row));
    assert_int_equal(row.version, 1);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scanned_code_finds_the_sku_in_any_of_its_forms),
        cmocka_unit_test(a_code_is_one_skus_within_a_merchant),
        cmocka_unit_test(what_a_sku_cannot_be_is_refused_by_field_and_rule),
        cmocka_unit_test(a_change_is_a_version_and_frees_the_codes_that_it_leaves_out),
        cmocka_unit_test(random_versions_never_share_a_code),
        cmocka_unit_test(what_another_book_writes_of_a_sku_folds_to_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
