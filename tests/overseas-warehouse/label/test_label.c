/* Labels told in a small mesh: bought, unknown, settled, taken back, fetched. */
#include "tests/overseas-warehouse/label/scene.h"

static void a_label_is_bought_and_the_return_knows_its_number(void **state)
{
    (void)state;
    struct scene scene;
    struct label_call call;
    begin(&scene, 1);
    bought_wish(&scene, wish_of(&scene));
    assert_true(wants_work(&scene, NULL));
    assert_true(calls(&scene, &call));
    assert_int_equal(call.act, LABEL_BUY);
    assert_true(call.complete);
    assert_string_equal(call.from.street1, "Coolsingel 40");
    assert_string_equal(call.to.city, "Sydney");
    assert_string_equal(call.service, "GroundSaver");
    assert_int_equal(call.items, 1);
    assert_string_equal(call.item[0].sku, "SHOE42");
    assert_int_equal(strspn(call.reference, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 26);
    sells(&scene);
    struct label_row row = now_at(&scene, SYD);
    assert_int_equal(row.state, LABEL_BOUGHT);
    assert_true(span_equal(row.number, span_text(NUMBER)));
    assert_int_equal(row.cost_minor, 791);
    assert_true(id_equal(&row.keeper, &scene.world->nodes[RTM].node));
    assert_false(wants_work(&scene, NULL));
    assert_false(calls(&scene, &call));
    struct return_row owner = world_return(scene.world, SYD, &scene.rma);
    assert_int_equal(owner.parcels_count, 1);
    assert_true(span_equal(owner.parcels[0].number, span_text(NUMBER)));
    world_track(scene.world, LAX, NUMBER, TRACK_DELIVERED, 5, "d1");
    world_settle(scene.world);
    assert_int_equal(world_return(scene.world, RTM, &scene.rma).arrived, 1);
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

static void an_intent_names_all_that_the_carrier_needs_or_the_field_it_lacks(void **state)
{
    (void)state;
    struct scene scene;
    begin_anywhere(&scene, 2);
    struct label_begin wish = wish_of(&scene);
    refused(&scene, buy(&scene, wish), ERROR_MISSING_FIELD, "person/name");
    struct person person = anna;
    person.street1 = (struct span){0};
    lives(&scene, person);
    refused(&scene, buy(&scene, wish), ERROR_MISSING_FIELD, "person/street1");
    lives(&scene, anna);
    refused(&scene, buy(&scene, wish), ERROR_MISSING_FIELD, "warehouse address/name");
    union command_body body = {.site_address_put = sydney(&scene)};
    body.site_address_put.city = (struct span){0};
    refused(&scene, act(&scene, COMMAND_SITE_ADDRESS, &body, BY_ADMIN), ERROR_MISSING_FIELD,
            "city");
    body.site_address_put = sydney(&scene);
    body.site_address_put.country = span_text("au");
    refused(&scene, act(&scene, COMMAND_SITE_ADDRESS, &body, BY_ADMIN), ERROR_OUT_OF_RANGE,
            "country: two_capital_letters");
    body.site_address_put = sydney(&scene);
    must(&scene, COMMAND_SITE_ADDRESS, &body, BY_ADMIN);
    world_settle(scene.world);
    lives(&scene, anna);
    wish.weight_g = 0;
    refused(&scene, buy(&scene, wish), ERROR_MISSING_FIELD, "weight_g: no master data tells it");
    wish = wish_of(&scene);
    wish.carrier = span_text("dhl");
    refused(&scene, buy(&scene, wish), ERROR_CONFIG,
            "carrier: where this book is led no [carrier] section of it and its account has a "
            "key_file");
    wish.carrier = (struct span){0};
    wish.service = (struct span){0};
    refused(&scene, buy(&scene, wish), ERROR_MISSING_FIELD,
            "carrier: the merchant has no lanes from there");
    wish = wish_of(&scene);
    wish.warehouse = scene.rma;
    refused(&scene, buy(&scene, wish), ERROR_NOT_FOUND, "warehouse");
    const struct id *stranger = &scene.world->merchants[MERCHANT_B].merchant;
    body = (union command_body){.label_begin = wish_of(&scene)};
    enum error error =
        world_decide(scene.world, COMMAND_LABEL_BUY, &body, BY_MERCHANT, stranger, 0);
    assert_int_equal(error, ERROR_NOT_FOUND);
    bought_wish(&scene, wish_of(&scene));
    world_close(scene.world);
}

static void only_of_a_return_that_is_approved_and_once_unless_a_person_wants_another(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 3);
    bought_wish(&scene, wish_of(&scene));
    refused(&scene, buy(&scene, wish_of(&scene)), ERROR_CONFLICT, "again: there_is_one_already");
    said(&scene, LABEL_IF(MUTE), NULL);
    assert_int_equal(now(&scene).state, LABEL_UNKNOWN);
    refused(&scene, buy(&scene, wish_of(&scene)), ERROR_CONFLICT, "again: there_is_one_already");
    struct label_begin again = wish_of(&scene);
    again.again = 1;
    bought_wish(&scene, again);
    said(&scene, LABEL_IF(REFUSED), NULL);
    assert_int_equal(now(&scene).state, LABEL_FAILED);
    for (unsigned i = 2; i < LABELS_PER_RETURN_MAX; i++) bought_wish(&scene, again);
    refused(&scene, buy(&scene, again), ERROR_OUT_OF_RANGE, "labels: sixteen_a_return");
    cancel(&scene);
    refused(&scene, buy(&scene, again), ERROR_CONFLICT, "return_id: it_is_approved");
    world_close(scene.world);
}

static void one_that_nobody_can_say_of_waits_for_a_person_and_for_nothing_else(void **state)
{
    (void)state;
    struct scene scene;
    struct label_call call;
    begin(&scene, 4);
    struct label_begin wish = wish_of(&scene);
    wish.carrier = span_text("yunexpress");
    wish.account = span_text("eu");
    bought_wish(&scene, wish);
    assert_true(calls(&scene, &call));
    assert_int_equal(call.recovery, LABEL_RECOVERY_NONE);
    said(&scene, LABEL_IF(LATE), NULL);
    assert_int_equal(now(&scene).attempt, 1);
    said(&scene, LABEL_IF(MUTE), NULL);
    assert_int_equal(now(&scene).state, LABEL_UNKNOWN);
    assert_int_equal(conflicts(&scene, CONFLICT_LABEL_UNKNOWN), 1);
    assert_false(calls(&scene, &call));
    assert_false(wants_work(&scene, NULL));
    said(&scene, LABEL_IF(LATE), NULL); /* a word about a call that is over changes nothing */
    sells(&scene);
    assert_int_equal(now(&scene).state, LABEL_UNKNOWN);
    refused(&scene, take_back(&scene), ERROR_CONFLICT, "label: it_is_bought");
    struct label_settle end = {.end = LABEL_WAS_BOUGHT};
    refused(&scene, settle(&scene, end), ERROR_MISSING_FIELD, "number");
    end.number = span_text(NUMBER);
    end.cost_minor = 500;
    refused(&scene, settle(&scene, end), ERROR_MISSING_FIELD, "currency");
    end.cost_minor = -1;
    refused(&scene, settle(&scene, end), ERROR_OUT_OF_RANGE, "cost_minor: not_below_zero");
    end.cost_minor = 500;
    end.currency = 978;
    assert_int_equal(settle(&scene, end), OK);
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, LABEL_BOUGHT);
    assert_int_equal(now(&scene).currency, 978);
    assert_int_equal(conflicts(&scene, CONFLICT_LABEL_UNKNOWN), 0);
    assert_int_equal(world_return(scene.world, RTM, &scene.rma).parcels_count, 1);
    refused(&scene, settle(&scene, end), ERROR_CONFLICT, "end: nobody_can_say_what_became_of_it");
    refused(&scene, take_back(&scene), ERROR_UNSUPPORTED, "label: this carrier takes none back");
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

static void too_many_calls_without_a_word_end_before_a_person(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 5);
    bought_wish(&scene, wish_of(&scene));
    unsigned calls_made = 0;
    while (now(&scene).state != LABEL_UNKNOWN && calls_made < 100) {
        said(&scene, LABEL_IF(LATE), NULL);
        calls_made++;
    }
    assert_int_equal(calls_made, 25);
    assert_int_equal(settle(&scene, (struct label_settle){.end = LABEL_WAS_NOT_BOUGHT}), OK);
    assert_int_equal(now(&scene).state, LABEL_FAILED);
    bought_wish(&scene, wish_of(&scene)); /* and another may be bought */
    world_close(scene.world);
}

static void what_the_buyer_never_used_is_taken_back_by_itself(void **state)
{
    (void)state;
    struct scene scene;
    struct label_call call;
    begin(&scene, 6);
    bought_wish(&scene, wish_of(&scene));
    sells(&scene);
    cancel(&scene);
    assert_true(wants_work(&scene, &scene.rma));
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, LABEL_VOIDING);
    assert_true(calls(&scene, &call));
    assert_int_equal(call.act, LABEL_VOID);
    assert_string_equal(call.carrier_ref, "shp_1");
    assert_string_equal(call.number, NUMBER);
    said(&scene, LABEL_IF(DONE), NULL);
    assert_int_equal(now(&scene).state, LABEL_VOIDED);
    assert_false(wants_work(&scene, &scene.rma));
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

static void one_that_is_found_bought_after_its_return_ended_is_taken_back_too(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 7);
    bought_wish(&scene, wish_of(&scene));
    cancel(&scene);
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, LABEL_INTENDED);
    sells(&scene);
    assert_int_equal(now(&scene).state, LABEL_VOIDING);
    struct label_result no = {.outcome = OUTCOME_FAILED, .reason = "too late to cancel"};
    said(&scene, LABEL_IF(REFUSED), &no);
    struct label_row row = now(&scene);
    assert_int_equal(row.state, LABEL_BOUGHT); /* and nobody tries it for ever */
    assert_int_equal(row.kept, 1);
    assert_true(span_equal(row.reason, span_text("too late to cancel")));
    assert_int_equal(take_back(&scene), OK); /* but a person may */
    assert_int_equal(now(&scene).state, LABEL_VOIDING);
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

static void what_a_scan_has_seen_is_taken_back_by_nobody(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 8);
    bought_wish(&scene, wish_of(&scene));
    sells(&scene);
    world_track(scene.world, LAX, NUMBER, TRACK_PRE_TRANSIT, 4, "p1");
    world_track(scene.world, LAX, NUMBER, TRACK_CANCELLED, 4, "p2"); /* of the label, that is */
    world_settle(scene.world);
    cancel(&scene);
    assert_true(wants_work(&scene, &scene.rma));
    world_track(scene.world, RTM, NUMBER, TRACK_IN_TRANSIT, 5, "t1");
    assert_false(wants_work(&scene, &scene.rma));
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, LABEL_BOUGHT);
    refused(&scene, take_back(&scene), ERROR_CONFLICT, "label: no_scan_has_seen_its_parcel");
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

static void what_nobody_says_was_taken_back_is_a_persons_to_settle(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 9);
    bought_wish(&scene, wish_of(&scene));
    for (unsigned i = 0; i < 9; i++) said(&scene, LABEL_IF(LATE), NULL);
    sells(&scene);
    assert_int_equal(take_back(&scene), OK);
    for (unsigned i = 0; i < 24; i++) said(&scene, LABEL_IF(LATE), NULL);
    assert_int_equal(now(&scene).state, LABEL_VOIDING); /* counted anew: it is another call */
    said(&scene, LABEL_IF(LATE), NULL);
    assert_int_equal(now(&scene).state, LABEL_VOID_UNKNOWN);
    assert_int_equal(conflicts(&scene, CONFLICT_LABEL_VOID), 1);
    refused(&scene, settle(&scene, (struct label_settle){.end = LABEL_WAS_NOT_BOUGHT}),
            ERROR_CONFLICT, "end: nobody_can_say_what_became_of_it");
    assert_int_equal(settle(&scene, (struct label_settle){.end = LABEL_WAS_VOIDED}), OK);
    world_settle(scene.world);
    assert_int_equal(now(&scene).state, LABEL_VOIDED);
    assert_int_equal(conflicts(&scene, CONFLICT_LABEL_VOID), 0);
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

static void a_pickup_fetches_the_parcel_of_a_label(void **state)
{
    (void)state;
    struct scene scene;
    struct label_call call;
    begin(&scene, 10);
    scene.accounts.at[0].can_void = false;
    scene.accounts.at[0].can_void_pickup = true;
    uint64_t at_ms = scene.world->now_ms + 10 * HOUR_MS;
    struct label_begin wish = {.return_id = scene.rma,
                               .what = LABEL_IS_PICKUP,
                               .pickup_ms = at_ms,
                               .pickup_until_ms = at_ms + HOUR_MS};
    refused(&scene, buy(&scene, wish), ERROR_MISSING_FIELD,
            "of: the label whose parcel is fetched");
    bought_wish(&scene, wish_of(&scene));
    wish.of = scene.order;
    refused(&scene, buy(&scene, wish), ERROR_NOT_FOUND, "of");
    wish.of = scene.label;
    refused(&scene, buy(&scene, wish), ERROR_CONFLICT, "of: it_is_bought");
    sells(&scene);
    bought_wish(&scene, wish);
    assert_true(calls(&scene, &call));
    assert_int_equal(call.act, LABEL_PICKUP);
    /* Settled and taken back as pickups are, whatever holds of labels. */
    assert_int_equal(call.recovery, LABEL_RECOVERY_NONE);
    assert_int_equal(now(&scene).can_void, 1);
    assert_string_equal(call.number, NUMBER);
    assert_string_equal(call.carrier_ref, "shp_1");
    struct label_result result = {.outcome = OUTCOME_PAID, .carrier_ref = "pickup_1"};
    said(&scene, LABEL_IF(DONE), &result);
    assert_int_equal(now(&scene).state, LABEL_BOUGHT);
    assert_int_equal(world_return(scene.world, RTM, &scene.rma).parcels_count, 1);
    refused(&scene, buy(&scene, wish), ERROR_CONFLICT, "again: there_is_one_already");
    wish.pickup_ms = 1;
    wish.again = 1;
    refused(&scene, buy(&scene, wish), ERROR_OUT_OF_RANGE,
            "pickup_ms: ahead_and_before_pickup_until_ms");
    world_track(scene.world, RTM, NUMBER, TRACK_IN_TRANSIT, 5, "t1");
    refused(&scene, take_back(&scene), ERROR_CONFLICT, "label: no_scan_has_seen_its_parcel");
    world_close(scene.world);
}

static void the_master_data_says_what_it_weighs(void **state)
{
    (void)state;
    struct scene scene;
    struct label_call call;
    begin(&scene, 14);
    union command_body body = {.sku_put = {.merchant = scene.world->merchants[MERCHANT_A].merchant,
                                           .code = span_text("SHOE42"),
                                           .name_en = span_text("boots"),
                                           .hs_code = span_text("640391"),
                                           .weight_g = 1250}};
    must(&scene, COMMAND_SKU_PUT, &body, BY_MERCHANT);
    struct label_begin wish = wish_of(&scene);
    wish.weight_g = 0;
    bought_wish(&scene, wish);
    assert_int_equal(now(&scene).weight_g, 1250);
    assert_true(calls(&scene, &call));
    assert_string_equal(call.item[0].hs_code, "640391");
    world_close(scene.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_label_is_bought_and_the_return_knows_its_number),
        cmocka_unit_test(an_intent_names_all_that_the_carrier_needs_or_the_field_it_lacks),
        cmocka_unit_test(only_of_a_return_that_is_approved_and_once_unless_a_person_wants_another),
        cmocka_unit_test(one_that_nobody_can_say_of_waits_for_a_person_and_for_nothing_else),
        cmocka_unit_test(too_many_calls_without_a_word_end_before_a_person),
        cmocka_unit_test(what_the_buyer_never_used_is_taken_back_by_itself),
        cmocka_unit_test(one_that_is_found_bought_after_its_return_ended_is_taken_back_too),
        cmocka_unit_test(what_a_scan_has_seen_is_taken_back_by_nobody),
        cmocka_unit_test(what_nobody_says_was_taken_back_is_a_persons_to_settle),
        cmocka_unit_test(a_pickup_fetches_the_parcel_of_a_label),
        cmocka_unit_test(the_master_data_says_what_it_weighs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
