/* What strangers, faulty members and carriers say of labels, and what is not known any more. */
#include "tests/overseas-warehouse/label/scene.h"

static void an_address_that_was_erased_is_sent_to_nobody(void **state)
{
    (void)state;
    struct scene scene;
    struct label_call call;
    begin(&scene, 11);
    bought_wish(&scene, wish_of(&scene));
    const struct rows *rows = &world_desk(scene.world, RTM)->rows;
    struct key subject = key_of(&scene.rma);
    struct key key = key_add_uint(pair_key(&scene.rma, &scene.world->logs[LOG_RTM].id), 7, 8);
    rows_drop(rows, VIEW_PERSON, &key);
    rows_mark(rows, VIEW_ERASED, &subject);
    assert_true(calls(&scene, &call));
    assert_false(call.complete);
    assert_string_equal(call.from.street1, "");
    struct label_begin wish = wish_of(&scene);
    wish.again = 1;
    refused(&scene, buy(&scene, wish), ERROR_CONFLICT, "return_id: its personal data was erased");
    rows_drop(rows, VIEW_ERASED, &subject);
    world_close(scene.world);
}

/* What the membership says of who keeps Sydney is known: Los Angeles speaks for itself alone. */
static void a_node_speaks_of_its_own_warehouse(void **state)
{
    (void)state;
    struct scene scene;
    struct label_address to;
    begin(&scene, 12);
    const struct rows *rows = &world_desk(scene.world, RTM)->rows;
    struct key kept = pair_key(place_of(&scene, SYD), &scene.world->nodes[SYD].node);
    rows_mark(rows, VIEW_STOCK_KEEPER, &kept);
    struct site_address lie = {.warehouse = *place_of(&scene, SYD),
                               .by = {.kind = BY_ADMIN},
                               .at_ms = scene.world->now_ms + DAY_MS,
                               .name = span_text("A thief"),
                               .street1 = span_text("9 Elsewhere"),
                               .city = span_text("Los Angeles"),
                               .country = span_text("US")};
    world_inject(scene.world, LOG_LAX, EVENT_SITE_ADDRESS, &lie.warehouse, &lie);
    world_settle(scene.world);
    label_site(rows, place_of(&scene, SYD), &to);
    assert_string_equal(to.city, "Sydney");
    world_close(scene.world);
}

/* What a faulty leader writes breaks no row, and brings nothing back that is over. */
static void entries_that_no_rule_writes_change_nothing(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 13);
    bought_wish(&scene, wish_of(&scene));
    struct label_moved other = {.label = scene.label,
                                .step = LABEL_FIND_BOUGHT,
                                .to = LABEL_BOUGHT,
                                .by = {.kind = BY_CARRIER},
                                .at_ms = 1};
    world_inject(scene.world, BOOK_B, EVENT_LABEL_MOVED, &scene.label, &other);
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, LABEL_INTENDED);
    said(&scene, LABEL_IF(REFUSED), NULL);
    struct label_moved lie = {.label = scene.label,
                              .step = LABEL_ATTEMPT,
                              .to = LABEL_SUBMITTED,
                              .by = {.kind = BY_BOOK},
                              .at_ms = 1};
    world_inject(scene.world, BOOK_A, EVENT_LABEL_MOVED, &scene.label, &lie);
    lie.step = LABEL_INTEND;
    lie.to = LABEL_INTENDED;
    lie.return_id = scene.rma;
    world_inject(scene.world, BOOK_B, EVENT_LABEL_MOVED, &scene.label, &lie);
    lie.carrier = span_text("easypost");
    lie.what = LABEL_IS_LABEL;
    lie.form = LABEL_PDF;
    lie.recovery = LABEL_RECOVERY_NONE;
    lie.label = (struct id){.bytes = {1, 2, 3}}; /* no id of this book's */
    world_inject(scene.world, BOOK_A, EVENT_LABEL_MOVED, &lie.label, &lie);
    id_own(world_desk(scene.world, RTM)->crypto, &lie.label, &scene.world->logs[BOOK_A].id);
    lie.recovery = 0; /* of which nobody could say how it is asked for */
    world_inject(scene.world, BOOK_A, EVENT_LABEL_MOVED, &lie.label, &lie);
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, LABEL_FAILED);
    assert_int_equal(rows_memory_count(scene.world->nodes[SYD].memory, VIEW_LABEL), 1);
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

/* Nothing comes back that nobody asks back; a return names so many parcels; not each carrier comes.
 */
static void what_has_no_use_or_no_room_is_not_bought(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 15);
    bought_wish(&scene, wish_of(&scene));
    sells(&scene);
    scene.accounts.at[0].can_pickup = false;
    struct label_begin pickup = {.return_id = scene.rma,
                                 .what = LABEL_IS_PICKUP,
                                 .of = scene.label,
                                 .pickup_ms = scene.world->now_ms + DAY_MS,
                                 .pickup_until_ms = scene.world->now_ms + DAY_MS};
    refused(&scene, buy(&scene, pickup), ERROR_UNSUPPORTED,
            "what: this carrier takes no orders for pickups");
    struct label_begin code = wish_of(&scene);
    code.form = LABEL_QR;
    code.again = 1;
    scene.accounts.at[0].can_qr = false;
    refused(&scene, buy(&scene, code), ERROR_UNSUPPORTED,
            "form: this carrier gives no QR code; pdf, or another carrier");
    static const char *const others[] = {"P1", "P2", "P3", "P4", "P5", "P6", "P7"};
    union command_body body = {.return_note = {.return_id = scene.rma, .parcels_count = 7}};
    for (unsigned i = 0; i < 7; i++) body.return_note.parcels[i].number = span_text(others[i]);
    must(&scene, COMMAND_RETURN_NOTE, &body, BY_MERCHANT);
    struct label_begin again = wish_of(&scene);
    again.again = 1;
    refused(&scene, buy(&scene, again), ERROR_OUT_OF_RANGE, "parcels: eight_a_return");
    scene.rma = world_request(scene.world, MERCHANT_A, &scene.order, 1, "");
    body = (union command_body){.return_decide = {.return_id = scene.rma, .keep = 1}};
    (void)act(&scene, COMMAND_RETURN_APPROVE, &body, BY_MERCHANT);
    lives(&scene, anna);
    struct return_row row = world_return(scene.world, RTM, &scene.rma);
    row.keep = 1; /* however it was approved */
    struct key key = key_of(&scene.rma);
    rows_store(&world_desk(scene.world, RTM)->rows, VIEW_RETURN, &key, &return_row_shape, &row);
    assert_int_equal(row.state, RETURN_APPROVED);
    refused(&scene, buy(&scene, wish_of(&scene)), ERROR_CONFLICT,
            "return_id: nothing_is_asked_back");
    world_close(scene.world);
}

/* By whoever decides, too: the door has looked, and a faulty member's ask comes by no door. */
static void a_stranger_and_who_saw_another_version_are_refused(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 16);
    bought_wish(&scene, wish_of(&scene));
    sells(&scene);
    struct world *world = scene.world;
    struct label_begin again = wish_of(&scene);
    again.again = 1;
    const union command_body bodies[] = {{.label_begin = again},
                                         {.label_retract = {.label = scene.label}}};
    const enum command_kind kinds[] = {COMMAND_LABEL_BUY, COMMAND_LABEL_VOID};
    for (unsigned i = 0; i < 2; i++) {
        struct command command = {.kind = kinds[i],
                                  .by = {.kind = BY_MERCHANT},
                                  .merchant = world->merchants[MERCHANT_B].merchant,
                                  .body = &bodies[i]};
        decision_begin(&world->decision);
        label_decide(world_desk(world, RTM), &command, &world->moment, &world->decision);
        refused(&scene, world->decision.error, ERROR_NOT_FOUND,
                "merchant: outside the token's scope");
        refused(&scene, world_decide(world, kinds[i], &bodies[i], BY_MERCHANT, NULL, 77),
                ERROR_CONFLICT, "If-Match");
    }
    world_close(scene.world);
}

/* A second answer to a call that is over, while its return was called off: no word of a carrier. */
static void a_late_word_begins_nothing(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 17);
    bought_wish(&scene, wish_of(&scene));
    sells(&scene);
    cancel(&scene);
    struct label_result twice = sale();
    assert_int_equal(world_label_said(scene.world, BOOK_A, &scene.label, LABEL_IF(DONE), &twice),
                     OK);
    assert_int_equal(scene.world->decision.drafts_count, 0);
    assert_int_equal(now(&scene).state, LABEL_BOUGHT);
    world_close(scene.world);
}

/* Bytes that are no text, a sum that is none: what a carrier says is taken as far as it can be. */
static void what_a_carrier_says_is_bounded(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 20);
    bought_wish(&scene, wish_of(&scene));
    struct label_result odd = {.outcome = OUTCOME_PAID,
                               .number = " 1z 999 ",
                               .carrier_ref = "shp\xff\xfe",
                               .cost_minor = -5,
                               .currency = 840,
                               .expires_ms = UINT64_MAX,
                               .reason = "\xc3"};
    said(&scene, LABEL_IF(DONE), &odd);
    struct label_row row = now(&scene);
    assert_int_equal(row.state, LABEL_BOUGHT);
    assert_true(span_equal(row.number, span_text("1Z999")));
    assert_int_equal(row.carrier_ref.size, 0);
    assert_int_equal(row.reason.size, 0);
    assert_int_equal(row.currency, 0);
    assert_int_equal(row.expires_ms, 0);
    assert_true(id_is_zero(&row.keeper)); /* there is no file of it */
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

/* What was sold stays readable as long as its buyer is remembered. */
static void a_file_is_named_until_its_buyer_is_erased(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 18);
    bought_wish(&scene, wish_of(&scene));
    const struct rows *rows = &world_desk(scene.world, RTM)->rows;
    struct label_result sold = sale();
    struct key subject = key_of(&scene.rma);
    assert_false(label_names(rows, &sold.document));
    sells(&scene);
    assert_true(label_names(rows, &sold.document));
    rows_mark(rows, VIEW_ERASED, &subject);
    assert_false(label_names(rows, &sold.document));
    rows_drop(rows, VIEW_ERASED, &subject);
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

static void the_latest_word_of_where_somebody_is_counts(void **state)
{
    (void)state;
    struct scene scene;
    struct label_address address;
    begin(&scene, 19);
    const struct rows *rows = &world_desk(scene.world, RTM)->rows;
    struct person moved = anna;
    moved.city = span_text("Delft");
    lives_by(&scene, 8, moved);
    lives_by(&scene, 9, (struct person){.name = span_text("A. Bakker")}); /* and no parts */
    label_buyer(rows, &scene.rma, &address);
    assert_string_equal(address.city, "Delft");
    assert_string_equal(address.name, "Anna Bakker");
    struct site_address_row row = {.node = scene.world->nodes[SYD].node,
                                   .by = {.kind = BY_ADMIN},
                                   .at_ms = 1,
                                   .city = span_text("Perth")};
    struct id last = {.bytes = {[0] = 0xff, [1] = 0xff}};
    struct key key = pair_key(place_of(&scene, SYD), &last);
    rows_store(rows, VIEW_SITE_ADDRESS, &key, &site_address_row_shape, &row);
    label_site(rows, place_of(&scene, SYD), &address);
    assert_string_equal(address.city, "Sydney");
    world_close(scene.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_that_was_erased_is_sent_to_nobody),
        cmocka_unit_test(a_node_speaks_of_its_own_warehouse),
        cmocka_unit_test(entries_that_no_rule_writes_change_nothing),
        cmocka_unit_test(what_has_no_use_or_no_room_is_not_bought),
        cmocka_unit_test(a_stranger_and_who_saw_another_version_are_refused),
        cmocka_unit_test(a_late_word_begins_nothing),
        cmocka_unit_test(what_a_carrier_says_is_bounded),
        cmocka_unit_test(a_file_is_named_until_its_buyer_is_erased),
        cmocka_unit_test(the_latest_word_of_where_somebody_is_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
