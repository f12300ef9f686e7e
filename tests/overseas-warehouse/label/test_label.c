/* Labels told in a small mesh: Rotterdam leads the book and buys of two carriers, boots come back
 * to Sydney. */
#include "overseas-warehouse/label/label.h"
#include "overseas-warehouse/matching/matching.h"
#include "overseas-warehouse/parts.h"
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NUMBER "1Z999AA10123456784"

struct scene {
    struct world *world;
    struct label_accounts accounts;
    struct id order, rma, label;
};

/* --- what people do --------------------------------------------------------------------------- */

static enum error act(struct scene *scene, enum command_kind kind, const union command_body *body,
                      enum actor_kind by)
{
    return world_decide(scene->world, kind, body, by, NULL, 0);
}

static void must(struct scene *scene, enum command_kind kind, const union command_body *body,
                 enum actor_kind by)
{
    enum error error = act(scene, kind, body, by);
    if (error != OK) printf("refused: %s\n", scene->world->decision.rule);
    assert_int_equal(error, OK);
}

static void refused(struct scene *scene, enum error got, enum error error, const char *rule)
{
    assert_int_equal(got, error);
    assert_string_equal(scene->world->decision.rule, rule);
    assert_int_equal(scene->world->decision.drafts_count, 0);
}

static const struct id *place_of(const struct scene *scene, enum node_name at)
{
    return &scene->world->nodes[at].warehouse;
}

/* What a node of the real mesh folds of the personal entries. */
static void lives_by(struct scene *scene, uint64_t idx, struct person person)
{
    person.subject = scene->rma;
    struct key key = key_add_uint(pair_key(&scene->rma, &scene->world->logs[LOG_RTM].id), idx, 8);
    rows_store(&world_desk(scene->world, RTM)->rows, VIEW_PERSON, &key, &person_shape, &person);
}

static void lives(struct scene *scene, struct person person)
{
    lives_by(scene, 7, person);
}

static const struct person anna = {.name = {(const uint8_t *)"Anna Bakker", 11},
                                   .street1 = {(const uint8_t *)"Coolsingel 40", 13},
                                   .city = {(const uint8_t *)"Rotterdam", 9},
                                   .postal_code = {(const uint8_t *)"3011AD", 6},
                                   .country = {(const uint8_t *)"NL", 2}};

static struct site_address_put sydney(const struct scene *scene)
{
    return (struct site_address_put){.warehouse = *place_of(scene, SYD),
                                     .company = span_text("Entrepot Sydney"),
                                     .street1 = span_text("1 Dock Road"),
                                     .city = span_text("Sydney"),
                                     .country = span_text("AU")};
}

static void begin_anywhere(struct scene *scene, uint64_t seed)
{
    *scene = (struct scene){.world = world_open(seed)};
    scene->accounts.count = 2;
    scene->accounts.at[0] = (struct label_account){.carrier = "easypost",
                                                   .recovery = LABEL_RECOVERY_LOOKUP,
                                                   .can_void = true,
                                                   .can_pickup = true};
    scene->accounts.at[1] = (struct label_account){
        .carrier = "yunexpress", .account = "eu", .recovery = LABEL_RECOVERY_NONE};
    scene->world->nodes[RTM].desk.labels = &scene->accounts;
    scene->order = world_order(scene->world, MERCHANT_A, "R1", "SHOE42", 2, 2000, 4000);
    scene->rma = world_request(scene->world, MERCHANT_A, &scene->order, 1, "");
    if (world_return(scene->world, RTM, &scene->rma).state == RETURN_APPROVED) return;
    union command_body body = {.return_decide = {.return_id = scene->rma}};
    must(scene, COMMAND_RETURN_APPROVE, &body, BY_MERCHANT);
}

static void begin(struct scene *scene, uint64_t seed)
{
    begin_anywhere(scene, seed);
    union command_body body = {.site_address_put = sydney(scene)};
    must(scene, COMMAND_SITE_ADDRESS, &body, BY_ADMIN);
    world_settle(scene->world);
    lives(scene, anna);
}

static struct label_begin wish_of(const struct scene *scene)
{
    return (struct label_begin){.return_id = scene->rma,
                                .carrier = span_text("easypost"),
                                .service = span_text("GroundSaver"),
                                .warehouse = *place_of(scene, SYD),
                                .weight_g = 900};
}

static enum error buy(struct scene *scene, struct label_begin wish)
{
    union command_body body = {.label_begin = wish};
    enum error error = act(scene, COMMAND_LABEL_BUY, &body, BY_MERCHANT);
    if (error == OK) scene->label = scene->world->decision.entity;
    return error;
}

static void bought_wish(struct scene *scene, struct label_begin wish)
{
    enum error error = buy(scene, wish);
    if (error != OK) printf("refused: %s\n", scene->world->decision.rule);
    assert_int_equal(error, OK);
}

static enum error take_back(struct scene *scene)
{
    union command_body body = {.label_retract = {.label = scene->label}};
    return act(scene, COMMAND_LABEL_VOID, &body, BY_OPERATOR);
}

static enum error settle(struct scene *scene, struct label_settle wish)
{
    wish.label = scene->label;
    wish.reference = span_text("invoice 77, line 3");
    union command_body body = {.label_settle = wish};
    return act(scene, COMMAND_LABEL_SETTLE, &body, BY_MERCHANT);
}

static void cancel(struct scene *scene)
{
    union command_body body = {.return_decide = {.return_id = scene->rma}};
    must(scene, COMMAND_RETURN_CANCEL, &body, BY_MERCHANT);
}

/* --- what carriers say ------------------------------------------------------------------------ */

static void said(struct scene *scene, uint32_t facts, const struct label_result *result)
{
    assert_int_equal(world_label_said(scene->world, BOOK_A, &scene->label, facts, result), OK);
    world_settle(scene->world);
}

static struct label_result sale(void)
{
    struct label_result result = {.outcome = OUTCOME_PAID,
                                  .number = NUMBER,
                                  .carrier_ref = "shp_1",
                                  .cost_minor = 791,
                                  .currency = 840,
                                  .has_document = true,
                                  .document_form = LABEL_PDF};
    result.document.bytes[0] = 7;
    return result;
}

static void sells(struct scene *scene)
{
    struct label_result result = sale();
    said(scene, LABEL_IF(DONE), &result);
}

/* --- what is seen ----------------------------------------------------------------------------- */

static struct label_row now_at(const struct scene *scene, enum node_name at)
{
    struct label_row row;
    assert_true(label_load(&world_desk(scene->world, at)->rows, &scene->label, &row));
    return row;
}

static struct label_row now(const struct scene *scene)
{
    return now_at(scene, RTM);
}

static bool calls(const struct scene *scene, struct label_call *call)
{
    return label_call_of(world_desk(scene->world, RTM), &scene->label, call);
}

static bool wants_work(const struct scene *scene, const struct id *second)
{
    return todo_has(&world_desk(scene->world, RTM)->rows, &scene->world->logs[BOOK_A].id,
                    TODO_LABEL, &scene->label, second);
}

static unsigned conflicts(const struct scene *scene, enum conflict_kind kind)
{
    struct key key = key_add_uint(pair_key(&scene->rma, &scene->label), kind, 8);
    return rows_has(&world_desk(scene->world, SYD)->rows, VIEW_CONFLICT, &key) ? 1 : 0;
}

/* Nodes that hold the same logs hold the same rows, whatever came first. */
static void equal_whatever_came_first(struct scene *scene)
{
    struct world *world = scene->world;
    const struct rows *rows = &world_desk(world, RTM)->rows;
    struct key key = key_add_uint(pair_key(&scene->rma, &world->logs[LOG_RTM].id), 7, 8);
    rows_drop(rows, VIEW_PERSON, &key); /* no entry of this world brought it */
    clues_of_return_refresh(world_desk(world, RTM), &scene->rma);
    world_settle(world);
    for (unsigned i = 0; i < 8; i++) {
        struct rows_memory *memory = rows_memory_open();
        world_fold_shuffled(world, memory);
        assert_true(rows_memory_equal(memory, world->nodes[RTM].memory));
        rows_memory_close(memory);
    }
}

/* --- stories ---------------------------------------------------------------------------------- */

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
            "carrier: its [carrier] section where this book is led has no labels key");
    wish.carrier = (struct span){0};
    refused(&scene, buy(&scene, wish), ERROR_MISSING_FIELD, "carrier");
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
    assert_string_equal(call.number, NUMBER);
    assert_string_equal(call.carrier_ref, "shp_1");
    struct label_result result = {.outcome = OUTCOME_PAID, .carrier_ref = "pickup_1"};
    said(&scene, LABEL_IF(DONE), &result);
    assert_int_equal(now(&scene).state, LABEL_BOUGHT);
    assert_int_equal(world_return(scene.world, RTM, &scene.rma).parcels_count, 1);
    wish.pickup_ms = 1;
    wish.again = 1;
    refused(&scene, buy(&scene, wish), ERROR_OUT_OF_RANGE,
            "pickup_ms: ahead_and_before_pickup_until_ms");
    world_track(scene.world, RTM, NUMBER, TRACK_IN_TRANSIT, 5, "t1");
    refused(&scene, take_back(&scene), ERROR_CONFLICT, "label: no_scan_has_seen_its_parcel");
    world_close(scene.world);
}

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
    union command_body body = {.return_note = {.return_id = scene.rma, .parcels_count = 7}};
    for (unsigned i = 0; i < 7; i++)
        body.return_note.parcels[i].number = span_of("P1P2P3P4P5P6P7" + 2 * i, 2);
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
        cmocka_unit_test(an_address_that_was_erased_is_sent_to_nobody),
        cmocka_unit_test(a_node_speaks_of_its_own_warehouse),
        cmocka_unit_test(entries_that_no_rule_writes_change_nothing),
        cmocka_unit_test(the_master_data_says_what_it_weighs),
        cmocka_unit_test(what_has_no_use_or_no_room_is_not_bought),
        cmocka_unit_test(a_stranger_and_who_saw_another_version_are_refused),
        cmocka_unit_test(a_late_word_begins_nothing),
        cmocka_unit_test(what_a_carrier_says_is_bounded),
        cmocka_unit_test(a_file_is_named_until_its_buyer_is_erased),
        cmocka_unit_test(the_latest_word_of_where_somebody_is_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
