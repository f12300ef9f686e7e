/* How requests come in: the same one twice begins one return, presets fill in what is left out,
 * several orders are asked for at once or not at all, and further parcels lead to their return. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/reasons.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const shoe[] = {"SHOE-42"};

static void assert_refused(const struct world *world, enum error error, const char *rule)
{
    assert_string_equal(world->decision.rule, rule);
    assert_int_equal(world->decision.error, error);
    assert_int_equal(world->decision.drafts_count, 0);
}

static struct return_request a_request(struct world *world, const struct id *order)
{
    struct return_request request = {.merchant = world->merchants[MERCHANT_A].merchant,
                                     .order = *order,
                                     .upstream = span_text("shop-77"),
                                     .channel = CHANNEL_PHONE,
                                     .filed_by = BY_OPERATOR,
                                     .owner = span_text("desk 3"),
                                     .lines_count = 1,
                                     .evidence_count = 1};
    request.lines[0] = (struct return_line){.quantity = 1, .reason = REASON_PACKAGING};
    request.evidence[0] = (struct evidence){.kind = EVIDENCE_PHOTO, .blob = {{7}}};
    return request;
}

static enum error ask(struct world *world, struct return_request how)
{
    union command_body body = {.return_request = how};
    enum error error = world_decide(world, COMMAND_RETURN_REQUEST, &body, BY_OPERATOR, NULL, 0);
    world_deliver_all(world);
    return error;
}

static struct id an_order(struct world *world, const char *reference, uint64_t quantity)
{
    return world_order(world, MERCHANT_A, reference, "SHOE-42", quantity, 1000,
                       1000 * (int64_t)quantity);
}

/* --- the same request again ------------------------------------------------------------------- */

static void a_request_that_is_repeated_under_its_reference_begins_one_return(void **state)
{
    (void)state;
    struct world *world = world_open(1);
    struct id order = an_order(world, "R1", 3);
    struct return_request how = a_request(world, &order);
    assert_int_equal(ask(world, how), OK);
    struct id first = world->decision.entity;
    assert_int_equal(ask(world, how), OK);
    assert_memory_equal(&world->decision.entity, &first, sizeof first);
    assert_int_equal(world->decision.drafts_count, 0);
    struct return_row row = world_return(world, RTM, &first);
    assert_int_equal(row.channel, CHANNEL_PHONE);
    assert_int_equal(row.filed_by, BY_OPERATOR);
    assert_true(span_equal(row.owner, span_text("desk 3")));
    assert_int_equal(row.evidence_count, 1);
    how.lines[0].quantity = 2;
    ask(world, how);
    assert_refused(world, ERROR_CONFLICT, "upstream: one_request_a_reference");
    world_close(world);
}

static void a_reference_of_another_merchant_is_another_one(void **state)
{
    (void)state;
    struct world *world = world_open(2);
    struct id order = an_order(world, "R1", 1);
    assert_int_equal(ask(world, a_request(world, &order)), OK);
    struct id first = world->decision.entity;
    order = world_order(world, MERCHANT_B, "R1", "SHOE-42", 1, 1000, 1000);
    struct return_request how = a_request(world, &order);
    how.merchant = world->merchants[MERCHANT_B].merchant;
    assert_int_equal(ask(world, how), OK);
    assert_memory_not_equal(&world->decision.entity, &first, sizeof first);
    world_close(world);
}

/* --- presets ---------------------------------------------------------------------------------- */

static void put_preset(struct world *world, enum merchant_name merchant, const char *name,
                       uint64_t gone)
{
    union command_body body = {.preset_put = {.merchant = world->merchants[merchant].merchant,
                                              .name = span_text(name),
                                              .reason = REASON_UNDELIVERABLE_REFUSED,
                                              .channel = CHANNEL_MARKETPLACE,
                                              .owner = span_text("night desk"),
                                              .gone = gone}};
    assert_int_equal(world_decide(world, COMMAND_PRESET_PUT, &body, BY_MERCHANT, NULL, 0), OK);
    world_deliver_all(world);
}

static void a_request_by_preset_is_one_step(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    struct id order = an_order(world, "R1", 3);
    world_request(world, MERCHANT_A, &order, 1, "N1");
    put_preset(world, MERCHANT_A, "refused", 0);
    struct return_request how = {.merchant = world->merchants[MERCHANT_A].merchant,
                                 .order_reference = span_text("R1"),
                                 .channel = CHANNEL_MAIL,
                                 .preset = span_text("refused")};
    assert_int_equal(ask(world, how), OK);
    struct id asked = world->decision.entity;
    struct return_row row = world_return(world, RTM, &asked);
    assert_int_equal(row.channel, CHANNEL_MAIL); /* what is told outdoes the preset */
    assert_true(span_equal(row.owner, span_text("night desk")));
    struct return_line_row line;
    assert_true(return_line_load(&world_desk(world, RTM)->rows, &asked, 0, &line));
    assert_int_equal(line.quantity, 2); /* all that is left */
    assert_int_equal(line.reason, REASON_UNDELIVERABLE_REFUSED);
    ask(world, how); /* and then nothing is */
    assert_refused(world, ERROR_OVER_QUANTITY, "lines: nothing is left of the order");
    how.preset = span_text("other");
    ask(world, how);
    assert_refused(world, ERROR_OUT_OF_RANGE, "preset: there is none of this name");
    put_preset(world, MERCHANT_A, "refused", 1);
    how.preset = span_text("refused");
    ask(world, how);
    assert_refused(world, ERROR_OUT_OF_RANGE, "preset: there is none of this name");
    put_preset(world, MERCHANT_B, "theirs", 0);
    how.preset = span_text("theirs");
    ask(world, how);
    assert_refused(world, ERROR_OUT_OF_RANGE, "preset: there is none of this name");
    world_close(world);
}

static void a_preset_says_what_is_asked_for(void **state)
{
    (void)state;
    struct world *world = world_open(3);
    union command_body body = {.preset_put = {.merchant = world->merchants[MERCHANT_A].merchant,
                                              .name = span_text("never came"),
                                              .kind = KIND_REPAIR,
                                              .outcome = OUTCOME_STORE_CREDIT}};
    an_order(world, "R1", 3);
    world_decide(world, COMMAND_PRESET_PUT, &body, BY_MERCHANT, NULL, 0);
    assert_refused(world, ERROR_OUT_OF_RANGE, "outcome: not of this kind");
    body.preset_put.kind = KIND_CLAIM;
    assert_int_equal(world_decide(world, COMMAND_PRESET_PUT, &body, BY_MERCHANT, NULL, 0), OK);
    world_deliver_all(world);
    struct return_request how = {
        .merchant = world->merchants[MERCHANT_A].merchant,
        .order_reference = span_text("R1"),
        .lines_count = 1,
        .lines[0] = {.line = 0, .quantity = 1, .reason = REASON_UNDELIVERABLE_REFUSED},
        .preset = span_text("never came")};
    assert_int_equal(ask(world, how), OK);
    struct return_row row = world_return(world, RTM, &world->decision.entity);
    assert_int_equal(row.kind, KIND_CLAIM);
    assert_int_equal(row.outcome, OUTCOME_STORE_CREDIT);
    how.kind = KIND_EXCHANGE; /* what is told outdoes both */
    assert_int_equal(ask(world, how), OK);
    row = world_return(world, RTM, &world->decision.entity);
    assert_int_equal(row.kind, KIND_EXCHANGE);
    assert_int_equal(row.outcome, OUTCOME_REPLACEMENT);
    world_close(world);
}

/* --- several orders --------------------------------------------------------------------------- */

static struct return_group two_orders(struct world *world)
{
    struct return_group group = {.merchant = world->merchants[MERCHANT_A].merchant,
                                 .upstream = span_text("cart-9"),
                                 .channel = CHANNEL_APP,
                                 .orders_count = 2};
    for (unsigned i = 0; i < 2; i++) {
        group.orders[i].order_reference = span_text(i == 0 ? "R1" : "R2");
        group.orders[i].lines_count = 1;
        group.orders[i].lines[0] = (struct return_line){.quantity = 1, .reason = REASON_TOO_SMALL};
    }
    return group;
}

static enum error ask_group(struct world *world, struct return_group how)
{
    union command_body body = {.return_group = how};
    enum error error = world_decide(world, COMMAND_RETURN_GROUP, &body, BY_MERCHANT, NULL, 0);
    world_deliver_all(world);
    return error;
}

static size_t returns_of(struct world *world)
{
    return rows_memory_count(world->nodes[RTM].memory, VIEW_RETURN);
}

static void several_orders_are_asked_for_at_once_or_not_at_all(void **state)
{
    (void)state;
    struct world *world = world_open(4);
    an_order(world, "R1", 2);
    an_order(world, "R2", 1);
    struct return_group how = two_orders(world);
    how.orders[1].lines[0].quantity = 2; /* more than was sold */
    assert_int_not_equal(ask_group(world, how), OK);
    assert_int_equal(strncmp(world->decision.rule, "orders/1: ", 10), 0);
    assert_int_equal(returns_of(world), 0);
    how = two_orders(world);
    assert_int_equal(ask_group(world, how), OK);
    struct id group = world->decision.entity;
    assert_int_equal(returns_of(world), 2);
    struct key prefix = key_of(&group);
    struct walk walk = walk_over(&prefix);
    struct row at;
    unsigned members = 0;
    while (walk_next(&world_desk(world, RTM)->rows, VIEW_RETURN_BY_GROUP, &walk, &at)) members++;
    assert_int_equal(members, 2);
    assert_int_equal(ask_group(world, how), OK); /* the same once more */
    assert_memory_equal(&world->decision.entity, &group, sizeof group);
    assert_int_equal(returns_of(world), 2);
    how.upstream = span_text("cart-10");
    how.orders[1].order_reference = span_text("R1");
    ask_group(world, how);
    assert_refused(world, ERROR_OUT_OF_RANGE, "orders/1: named_once");
    how.orders[1].order_reference = span_text("R3");
    ask_group(world, how);
    assert_refused(world, ERROR_NOT_FOUND, "orders/1: no such order");
    how.orders_count = 0;
    ask_group(world, how);
    assert_refused(world, ERROR_MISSING_FIELD, "orders");
    world_close(world);
}

/* --- notes ------------------------------------------------------------------------------------ */

static enum error note(struct world *world, struct return_note how, uint64_t if_match)
{
    union command_body body = {.return_note = how};
    enum error error = world_decide(world, COMMAND_RETURN_NOTE, &body, BY_OPERATOR, NULL, if_match);
    world_deliver_all(world);
    return error;
}

static void each_parcel_of_a_return_leads_to_it(void **state)
{
    (void)state;
    struct world *world = world_open(5);
    struct id order = an_order(world, "R1", 3);
    struct id asked = world_request(world, MERCHANT_A, &order, 3, "N1");
    world_box(world, SYD, "N3", NULL, shoe, 1); /* one that came before it was announced */
    struct return_note how = {.return_id = asked, .parcels_count = 3};
    how.parcels[0].number = span_text("n 1");
    how.parcels[1].number = span_text("n2");
    how.parcels[2].number = span_text("N3");
    assert_int_equal(note(world, how, 0), OK);
    world_deliver_all(world);
    struct return_row row = world_return(world, RTM, &asked);
    assert_int_equal(row.parcels_count, 2); /* the first one was known */
    assert_int_equal(note(world, how, 0), OK);
    assert_int_equal(world->decision.drafts_count, 0);
    world_box(world, RTM, "N1", NULL, shoe, 1);
    world_box(world, LAX, "N2", NULL, shoe, 1);
    world_settle(world);
    row = world_return(world, RTM, &asked);
    assert_int_equal(row.boxes, 3);
    note(world, how, 1);
    assert_refused(world, ERROR_CONFLICT, "If-Match");
    world_close(world);
}

static void a_return_has_room_for_so_many_parcels_and_no_more(void **state)
{
    (void)state;
    struct world *world = world_open(6);
    struct id order = an_order(world, "R1", 1);
    struct id asked = world_request(world, MERCHANT_A, &order, 1, "N1");
    char number[PARCELS_MAX][8];
    struct return_note how = {.return_id = asked, .parcels_count = PARCELS_MAX};
    for (unsigned i = 0; i < PARCELS_MAX; i++) {
        snprintf(number[i], sizeof number[i], "M%u", i);
        how.parcels[i].number = span_text(number[i]);
    }
    assert_int_equal(note(world, how, 0), OK);
    how.parcels_count = 1;
    how.parcels[0].number = span_text("M9");
    note(world, how, 0);
    assert_refused(world, ERROR_OUT_OF_RANGE, "parcels: eight_a_return");
    how = (struct return_note){.return_id = asked, .evidence_count = EVIDENCE_MAX};
    for (unsigned i = 0; i < EVIDENCE_MAX; i++)
        how.evidence[i] = (struct evidence){.kind = EVIDENCE_VIDEO, .blob = {{(uint8_t)(i + 1)}}};
    assert_int_equal(note(world, how, 0), OK);
    how.evidence_count = 1;
    how.evidence[0].blob.bytes[0] = 99;
    note(world, how, 0);
    assert_int_equal(world->decision.error, ERROR_OUT_OF_RANGE);
    how.return_id.bytes[4] ^= 1;
    assert_int_equal(note(world, how, 0), ERROR_NOT_FOUND);
    struct return_noted lie = {.return_id = asked,
                               .by = {.kind = BY_OPERATOR},
                               .at_ms = world->now_ms,
                               .parcels_count = 1,
                               .parcels = {{.number = span_text("LIE")}}};
    uint64_t version = world_return(world, RTM, &asked).version;
    world_inject(world, BOOK_B, EVENT_RETURN_NOTED, &asked, &lie);
    world_inject(world, BOOK_A, EVENT_RETURN_NOTED, &asked, &lie);
    world_deliver_all(world);
    assert_int_equal(world_return(world, RTM, &asked).version, version + 1); /* its own book's */
    assert_int_equal(world_return(world, RTM, &asked).parcels_count, PARCELS_MAX);
    world_close(world);
}

/* --- reasons ---------------------------------------------------------------------------------- */

static void a_decline_says_why_in_a_word(void **state)
{
    (void)state;
    struct world *world = world_open(7);
    struct id order = world_order(world, MERCHANT_A, "R1", "SHOE-42", 1, 900000, 900000);
    struct id asked = world_request(world, MERCHANT_A, &order, 1, "N1");
    union command_body body = {
        .return_decide = {.return_id = asked, .decline_reason = DECLINE_FINAL_SALE}};
    world_decide(world, COMMAND_RETURN_APPROVE, &body, BY_MERCHANT, NULL, 0);
    assert_refused(world, ERROR_OUT_OF_RANGE, "decline_reason: of a decline only");
    assert_int_equal(world_decide(world, COMMAND_RETURN_DECLINE, &body, BY_MERCHANT, NULL, 0), OK);
    world_deliver_all(world);
    assert_int_equal(world_return(world, RTM, &asked).decline_reason, DECLINE_FINAL_SALE);
    world_close(world);
}

static unsigned labels_of(const struct label *labels, size_t count, uint64_t code)
{
    unsigned found = 0;
    for (size_t i = 0; i < count; i++) found += labels[i].code == code;
    return found;
}

static void every_reason_hangs_on_one_branch_and_is_told_in_both_languages(void **state)
{
    (void)state;
    for (size_t i = 1; i < reason_words.count; i++)
        assert_int_equal(labels_of(reason_labels, reason_labels_count, i),
                         reason_words.name[i] != NULL);
    for (size_t i = 1; i < decline_words.count; i++)
        assert_int_equal(labels_of(decline_labels, decline_labels_count, i),
                         decline_words.name[i] != NULL);
    for (size_t i = 0; i < reason_labels_count; i++) {
        unsigned branches = 0;
        for (size_t k = 0; k < reason_branches_count; k++)
            branches += strcmp(reason_branches[k].word, reason_labels[i].group) == 0;
        assert_int_equal(branches, 1);
        assert_true((uint8_t)reason_labels[i].zh[0] >= 0xe0);
        assert_true(reason_labels[i].en[0] >= 'A' && reason_labels[i].en[0] <= 'Z');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_that_is_repeated_under_its_reference_begins_one_return),
        cmocka_unit_test(a_reference_of_another_merchant_is_another_one),
        cmocka_unit_test(a_request_by_preset_is_one_step),
        cmocka_unit_test(a_preset_says_what_is_asked_for),
        cmocka_unit_test(several_orders_are_asked_for_at_once_or_not_at_all),
        cmocka_unit_test(each_parcel_of_a_return_leads_to_it),
        cmocka_unit_test(a_return_has_room_for_so_many_parcels_and_no_more),
        cmocka_unit_test(a_decline_says_why_in_a_word),
        cmocka_unit_test(every_reason_hangs_on_one_branch_and_is_told_in_both_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
