/* What comes after a return: articles in versions, complaints with their post-mortem, and tags that
 * follow from facts. */
#include "overseas-warehouse/numbers.h"
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct rows *rows_of(struct world *world)
{
    return &world_desk(world, RTM)->rows;
}

/* --- articles --------------------------------------------------------------------------------- */

static struct article_put packing(const struct world *world)
{
    struct article_put put = {.merchant = world->merchants[MERCHANT_A].merchant,
                              .name = span_text("packing"),
                              .title_en = span_text("How to pack"),
                              .body_en = span_text("In its own box."),
                              .reasons_count = 1};
    put.reasons[0].reason = REASON_TOO_SMALL;
    return put;
}

static enum error put_article(struct world *world, struct article_put how, uint64_t if_match)
{
    union command_body body = {.article_put = how};
    enum error error = world_decide(world, COMMAND_ARTICLE_PUT, &body, BY_MERCHANT, NULL, if_match);
    world_deliver_all(world);
    return error;
}

static void an_article_changes_by_versions_and_the_same_is_none(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    struct article_put put = packing(world);
    struct article_row row;
    assert_int_equal(put_article(world, put, 0), OK);
    struct id article = world->decision.entity;
    assert_int_equal(put_article(world, put, 0), OK);
    assert_int_equal(world->decision.drafts_count, 0);
    put.title_zh = span_text("\xe5\x8c\x85\xe8\xa3\x85");
    put.body_zh = span_text("\xe5\x8e\x9f\xe7\xae\xb1");
    assert_int_equal(put_article(world, put, 2), ERROR_CONFLICT);
    assert_int_equal(put_article(world, put, 1), OK);
    assert_memory_equal(&world->decision.entity, &article, sizeof article);
    assert_true(article_load(rows_of(world), &article, &row));
    assert_int_equal(row.version, 2);
    assert_true(span_equal(row.body_zh, put.body_zh));
    struct key former = version_key(&article, 1);
    assert_true(rows_load(rows_of(world), VIEW_ARTICLE_VERSION, &former, &article_row_shape, &row));
    assert_int_equal(row.title_zh.size, 0);
    world_close(world);
}

static void a_half_article_is_refused_by_field(void **state)
{
    (void)state;
    struct world *world = world_open(2);
    struct article_put put = packing(world);
    put.body_en.size = 0;
    assert_int_equal(put_article(world, put, 0), ERROR_MISSING_FIELD);
    assert_string_equal(world->decision.rule, "body_en: the title has none");
    put.title_en.size = 0;
    assert_int_equal(put_article(world, put, 0), ERROR_MISSING_FIELD);
    assert_string_equal(world->decision.rule, "title_en: or title_zh");
    put = packing(world);
    put.body_zh = span_text("x");
    assert_int_equal(put_article(world, put, 0), ERROR_MISSING_FIELD);
    assert_string_equal(world->decision.rule, "title_zh: the body has none");
    put = packing(world);
    put.reasons_count = 2;
    put.reasons[1] = put.reasons[0];
    assert_int_equal(put_article(world, put, 0), ERROR_OUT_OF_RANGE);
    assert_string_equal(world->decision.rule, "reasons/1/reason: named_once");
    world_close(world);
}

/* --- complaints ------------------------------------------------------------------------------- */

static enum error complain(struct world *world, const struct id *rma, uint64_t due_ms,
                           const struct id *scope)
{
    union command_body body = {.complaint_open = {.return_id = *rma,
                                                  .about = span_text("waited three weeks"),
                                                  .owner = span_text("care"),
                                                  .score = 2,
                                                  .due_ms = due_ms}};
    return world_decide(world, COMMAND_COMPLAINT_OPEN, &body, BY_MERCHANT, scope, 0);
}

static enum error conclude(struct world *world, const struct id *complaint,
                           const struct id *corrective, const struct id *scope)
{
    union command_body body = {.complaint_close = {.complaint = *complaint,
                                                   .cause = span_text("one desk"),
                                                   .action = span_text("a second one")}};
    if (corrective != NULL) body.complaint_close.corrective = *corrective;
    return world_decide(world, COMMAND_COMPLAINT_CLOSE, &body, BY_MERCHANT, scope, 0);
}

static struct id begin_corrective(struct world *world, enum merchant_name merchant)
{
    union command_body body = {.corrective_begin = {.merchant = world->merchants[merchant].merchant,
                                                    .sku = span_text("SHOE-42"),
                                                    .action = span_text("a second desk"),
                                                    .owner = span_text("care")}};
    assert_int_equal(world_decide(world, COMMAND_CORRECTIVE_BEGIN, &body, BY_MERCHANT, NULL, 0),
                     OK);
    world_deliver_all(world);
    return world->decision.entity;
}

static void a_complaint_is_closed_once_with_its_post_mortem(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    struct complaint_row row;
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 1, 1000, 1000);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "N1");
    const struct id *stranger = &world->merchants[MERCHANT_B].merchant;
    assert_int_equal(complain(world, &rma, 0, stranger), ERROR_NOT_FOUND);
    assert_int_equal(complain(world, &rma, world->now_ms - 1, NULL), ERROR_OUT_OF_RANGE);
    assert_string_equal(world->decision.rule, "due_ms: within a year from now");
    assert_int_equal(complain(world, &rma, 0, NULL), OK);
    struct id complaint = world->decision.entity;
    assert_true(complaint_load(rows_of(world), &complaint, &row));
    assert_int_equal(row.due_ms, world->now_ms + 5 * DAY_MS);
    assert_int_equal(row.score, 2);
    struct id others = begin_corrective(world, MERCHANT_B);
    assert_int_equal(conclude(world, &complaint, &others, NULL), ERROR_OUT_OF_RANGE);
    assert_string_equal(world->decision.rule, "corrective: none of this merchant's");
    assert_int_equal(conclude(world, &complaint, NULL, stranger), ERROR_NOT_FOUND);
    struct id own = begin_corrective(world, MERCHANT_A);
    static struct scoring scoring;
    struct return_row about = world_return(world, RTM, &rma);
    memset(&scoring, 0, sizeof scoring);
    scoring_add(&scoring, rows_of(world), &rma, &about);
    assert_int_equal(scoring.complaints, 1);
    assert_int_equal(conclude(world, &complaint, &own, NULL), OK);
    assert_int_equal(conclude(world, &complaint, NULL, NULL), ERROR_CONFLICT);
    assert_true(complaint_load(rows_of(world), &complaint, &row));
    assert_int_equal(row.closed, 1);
    assert_int_equal(row.version, 2);
    assert_memory_equal(&row.corrective, &own, sizeof own);
    world_close(world);
}

static void what_another_book_says_of_a_complaint_is_nothing(void **state)
{
    (void)state;
    struct world *world = world_open(4);
    struct complaint_row row;
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 1, 1000, 1000);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "N1");
    assert_int_equal(complain(world, &rma, 0, NULL), OK);
    struct id complaint = world->decision.entity;
    world_deliver_all(world);
    struct complaint_closed lie = {.complaint = complaint,
                                   .by = {.kind = BY_MERCHANT, .node = world->nodes[LAX].node},
                                   .at_ms = world->now_ms,
                                   .cause = span_text("none"),
                                   .action = span_text("none")};
    world_inject(world, BOOK_B, EVENT_COMPLAINT_CLOSED, &complaint, &lie);
    struct complaint_opened theirs = {.complaint = complaint,
                                      .return_id = rma,
                                      .by = lie.by,
                                      .at_ms = world->now_ms,
                                      .due_ms = world->now_ms,
                                      .about = span_text("x"),
                                      .owner = span_text("y")};
    theirs.complaint.bytes[0] ^= 1;
    world_inject(world, BOOK_B, EVENT_COMPLAINT_OPENED, &theirs.complaint, &theirs);
    world_deliver_all(world);
    assert_true(complaint_load(rows_of(world), &complaint, &row));
    assert_int_equal(row.closed, 0);
    assert_false(complaint_load(rows_of(world), &theirs.complaint, &row));
    world_close(world);
}

/* --- tags ------------------------------------------------------------------------------------- */

static struct id buy(struct world *world, const char *reference, int64_t price, uint8_t buyer)
{
    union command_body body = {.order_import = {.merchant = world->merchants[MERCHANT_A].merchant,
                                                .reference = span_text(reference),
                                                .currency = 978,
                                                .sold_ms = world->now_ms,
                                                .lines_count = 1,
                                                .payments_count = 1}};
    body.order_import.buyer.bytes[0] = buyer;
    body.order_import.lines[0] =
        (struct order_line){.sku = span_text("SHOE-42"), .quantity = 1, .price_minor = price};
    body.order_import.payments[0] = (struct payment){.provider = span_text("sandbox"),
                                                     .reference = span_text(reference),
                                                     .captured_minor = price};
    assert_int_equal(world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0), OK);
    return world->decision.entity;
}

static uint32_t tags_of(struct world *world, const struct id *rma)
{
    struct tags tags;
    uint32_t bits = 0;
    business_tags(world_desk(world, RTM), rma, &tags);
    for (uint32_t i = 0; i < tags.count; i++) bits |= 1u << tags.at[i];
    return bits;
}

static void tags_follow_from_what_a_buyer_did(void **state)
{
    (void)state;
    struct world *world = world_open(5);
    struct id rma[6], order;
    for (unsigned i = 0; i < 6; i++) {
        char reference[8], number[8];
        snprintf(reference, sizeof reference, "R%u", i);
        snprintf(number, sizeof number, "N%u", i);
        order = buy(world, reference, i == 5 ? 10000 : 9999, i == 5 ? 0 : 7);
        rma[i] = world_request(world, MERCHANT_A, &order, 1, number);
        world_pass(world, 30 * DAY_MS);
    }
    assert_int_equal(tags_of(world, &rma[0]), 1u << TAG_FIRST_RETURN);
    assert_int_equal(tags_of(world, &rma[3]), 0);
    assert_int_equal(tags_of(world, &rma[4]), 1u << TAG_SERIAL_RETURNER);
    /* Of nobody known: neither the first nor one of many. A tenth of the cap is much. */
    assert_int_equal(tags_of(world, &rma[5]), 1u << TAG_HIGH_VALUE);
    assert_int_equal(complain(world, &rma[2], 0, NULL), OK);
    struct id complaint = world->decision.entity;
    assert_int_equal(tags_of(world, &rma[2]), 1u << TAG_COMPLAINT_OPEN);
    assert_int_equal(tags_of(world, &rma[0]), 1u << TAG_FIRST_RETURN | 1u << TAG_COMPLAINT_OPEN);
    assert_int_equal(tags_of(world, &rma[5]), 1u << TAG_HIGH_VALUE);
    assert_int_equal(conclude(world, &complaint, NULL, NULL), OK);
    assert_int_equal(tags_of(world, &rma[2]), 0);
    world_close(world);
}

static void an_earlier_contest_is_remembered(void **state)
{
    (void)state;
    static const char *const shoe[] = {"SHOE-42"};
    struct world *world = world_open(6);
    struct id order = buy(world, "R0", 100, 7);
    struct id first = world_request(world, MERCHANT_A, &order, 1, "N0");
    world_settle(world);
    union command_body body = {.return_decide = {.return_id = first}};
    assert_int_equal(world_decide(world, COMMAND_RETURN_CANCEL, &body, BY_MERCHANT, NULL, 0), OK);
    world_box(world, LAX, "N0", NULL, shoe, 1);
    world_settle(world);
    world_pass(world, DAY_MS);
    order = buy(world, "R1", 100, 7);
    struct id second = world_request(world, MERCHANT_A, &order, 1, "N1");
    assert_int_equal(tags_of(world, &second), 1u << TAG_CONTESTED_BEFORE);
    assert_int_equal(tags_of(world, &first), 1u << TAG_FIRST_RETURN);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_article_changes_by_versions_and_the_same_is_none),
        cmocka_unit_test(a_half_article_is_refused_by_field),
        cmocka_unit_test(a_complaint_is_closed_once_with_its_post_mortem),
        cmocka_unit_test(what_another_book_says_of_a_complaint_is_nothing),
        cmocka_unit_test(tags_follow_from_what_a_buyer_did),
        cmocka_unit_test(an_earlier_contest_is_remembered),
    };
    return cmocka_run_group_tests_name("care", tests, NULL, NULL);
}
