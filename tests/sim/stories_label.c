/* A label is bought once although the machine dies at any step of the call: before it leaves, after
 * it left and nobody heard it, after the carrier sold, and when the answer is there and its entry
 * is not. Told for each way in which carriers can be asked. */
#include "overseas-warehouse/label/label.h"
#include "tests/sim/acts.h"
#include "tests/sim/told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define HOUR_S 3600u
#define DAY_S  (24 * HOUR_S)

/* --- what people do --------------------------------------------------------------------------- */

static void wish(struct story *story, enum site place, enum command_kind kind, enum actor_kind by,
                 union command_body body)
{
    wish_at(story, place, kind, by, &body, NEW);
}

/* Boots of Anna's, approved, and where she and Sydney live. */
static struct id boots(struct story *story)
{
    sell(story, &(struct sale){.reference = "BOOT", .sku = "BOOT", .price_minor = 4000});
    struct id rma = ask_for(story, RTM, BY_MERCHANT, KIND_RETURN, 0, "BOOT", 1, "");
    if (state_of(story, &rma) != RETURN_APPROVED)
        answer_return(story, RTM, BY_MERCHANT, COMMAND_RETURN_APPROVE, &rma);
    wish(story, RTM, COMMAND_PERSON, BY_OPERATOR,
         (union command_body){.person = {.subject = rma,
                                         .name = span_text("Anna Bakker"),
                                         .street1 = span_text("Coolsingel 40"),
                                         .city = span_text("Rotterdam"),
                                         .country = span_text("NL")}});
    wish(story, SYD, COMMAND_SITE_ADDRESS, BY_ADMIN,
         (union command_body){
             .site_address_put = {.warehouse = story->world.host[SYD].card.warehouse,
                                  .company = span_text("Entrepot Sydney"),
                                  .street1 = span_text("1 Dock Road"),
                                  .city = span_text("Sydney"),
                                  .country = span_text("AU")}});
    story_wait(story, 120);
    story->told[0] = '\0';
    return rma;
}

/* Rotterdam leads the book. */
static void buy(struct story *story, const struct id *rma, const char *carrier)
{
    wish(story, RTM, COMMAND_LABEL_BUY, BY_MERCHANT,
         (union command_body){.label_begin = {.return_id = *rma,
                                              .carrier = span_text(carrier),
                                              .warehouse = story->world.host[SYD].card.warehouse,
                                              .weight_g = 900}});
}

static void comes_up_again(struct story *story)
{
    story_wait(story, 300);
    assert_false(story->world.host[RTM].up);
    host_start(&story->world.host[RTM]);
    story_wait(story, HOUR_S);
}

/* --- what is seen ----------------------------------------------------------------------------- */

static struct id only_label(struct story *story, struct label_row *row)
{
    const struct rows *rows = story_read(story, RTM);
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    struct id label = {{0}};
    assert_true(walk_next(rows, VIEW_LABEL, &walk, &at));
    memcpy(label.bytes, walk.at.bytes, ID_BYTES);
    assert_true(label_load(rows, &label, row));
    assert_false(walk_next(rows, VIEW_LABEL, &walk, &at));
    story_read_end(story, RTM);
    return label;
}

static enum label_state how(struct story *story)
{
    struct label_row row;
    only_label(story, &row);
    return (enum label_state)row.state;
}

static uint32_t sold(struct story *story)
{
    uint32_t times = 0;
    for (uint32_t i = 0; i < story->world.carrier.count; i++)
        times += story->world.carrier.entry[i].times_sold;
    return times;
}

static bool it_is_bought_once(struct story *story)
{
    return sold(story) == 1 && how(story) == LABEL_BOUGHT;
}

static bool it_is_unknown_and_was_sold_at_most_once(struct story *story)
{
    return sold(story) <= 1 && how(story) == LABEL_UNKNOWN;
}

/* --- a crash at every step of the call -------------------------------------------------------- */

/* The commit of the intent returned, and the machine died before the call left. */
static void dies_before_the_call(struct story *story, const char *carrier)
{
    struct id rma = boots(story);
    story->world.host[RTM].disk.next = DISK_CRASH_AFTER;
    buy(story, &rma, carrier);
    comes_up_again(story);
    story_wait(story, DAY_S);
}

/* It left, and nobody at the carrier's heard it. */
static void dies_after_a_call_that_nobody_heard(struct story *story, const char *carrier)
{
    struct id rma = boots(story);
    story->world.provider.down_until_us = story->world.now_us + 4 * MINUTE_US;
    story->dies_after_sending = true;
    buy(story, &rma, carrier);
    comes_up_again(story);
    story_wait(story, DAY_S);
}

/* The carrier sold it, and the machine died before the answer was there. */
static void dies_after_it_was_sold(struct story *story, const char *carrier)
{
    struct id rma = boots(story);
    story->dies_after_sending = true;
    buy(story, &rma, carrier);
    comes_up_again(story);
    story_wait(story, DAY_S);
}

/* The answer was there, and the commit of its entry never returned. */
static void dies_with_the_answer(struct story *story, const char *carrier)
{
    struct id rma = boots(story);
    story->world.carrier.at_answer = DISK_CRASH_BEFORE;
    buy(story, &rma, carrier);
    comes_up_again(story);
    story_wait(story, DAY_S);
}

/* A carrier that heeds keys: a repeat is answered what the first call was. */
static void keys_before_the_call(struct story *story)
{
    dies_before_the_call(story, CARRIER_OF_KEYS);
}

static void keys_after_a_call_that_nobody_heard(struct story *story)
{
    dies_after_a_call_that_nobody_heard(story, CARRIER_OF_KEYS);
}

static void keys_after_it_was_sold(struct story *story)
{
    dies_after_it_was_sold(story, CARRIER_OF_KEYS);
}

static void keys_with_the_answer(struct story *story)
{
    dies_with_the_answer(story, CARRIER_OF_KEYS);
}

/* One that is looked up by our reference: it is asked first, and sent to only when it knows none.
 */
static void references_before_the_call(struct story *story)
{
    dies_before_the_call(story, CARRIER_OF_REFERENCES);
}

static void references_after_a_call_that_nobody_heard(struct story *story)
{
    dies_after_a_call_that_nobody_heard(story, CARRIER_OF_REFERENCES);
}

static void references_after_it_was_sold(struct story *story)
{
    dies_after_it_was_sold(story, CARRIER_OF_REFERENCES);
}

static void references_with_the_answer(struct story *story)
{
    dies_with_the_answer(story, CARRIER_OF_REFERENCES);
}

static bool it_asks_and_buys_no_more(struct story *story)
{
    return it_is_bought_once(story) &&
           strcmp(story->told, "RTM: done\n"
                               "RTM buys a label of finder\n"
                               "RTM dies\n"
                               "RTM asks about the label of finder\n") == 0;
}

/* One that can be asked nothing: a person is told, and nothing is sent again. */
static void nothing_before_the_call(struct story *story)
{
    dies_before_the_call(story, CARRIER_OF_NOTHING);
}

static void nothing_after_a_call_that_nobody_heard(struct story *story)
{
    dies_after_a_call_that_nobody_heard(story, CARRIER_OF_NOTHING);
}

static void nothing_after_it_was_sold(struct story *story)
{
    dies_after_it_was_sold(story, CARRIER_OF_NOTHING);
}

static void nothing_with_the_answer(struct story *story)
{
    dies_with_the_answer(story, CARRIER_OF_NOTHING);
}

/* --- and besides ------------------------------------------------------------------------------ */

static void an_answer_makes_it_bought_and_the_parcel_is_found_by_its_number(struct story *story)
{
    struct label_row row;
    struct id rma = boots(story);
    buy(story, &rma, CARRIER_OF_NOTHING);
    story_wait(story, 600);
    assert_true(it_is_bought_once(story));
    only_label(story, &row);
    char number[TRACKING_NUMBER_BYTES_MAX + 1] = {0};
    memcpy(number, row.number.at, row.number.size);
    receive_units(story, SYD, number, "BOOT", 1, NULL);
    story_wait(story, HOUR_S);
    assert_int_equal(paid_minor(story), 4000);
}

/* The carrier remembers keys for so long; after that a repeat would buy another one. */
static void a_key_that_may_be_forgotten_is_not_repeated(struct story *story)
{
    story->world.provider.key_ttl_us = 2 * HOUR_US;
    struct id rma = boots(story);
    story->dies_after_sending = true;
    buy(story, &rma, CARRIER_OF_KEYS);
    story_wait(story, 3 * HOUR_S);
    host_start(&story->world.host[RTM]);
    story_wait(story, DAY_S);
}

/* 503, and the carrier sells half a minute later: who asks at once hears that there is none. */
static void what_is_sold_after_a_fault_was_told_is_found(struct story *story)
{
    struct id rma = boots(story);
    story->world.provider.error_ppm = 1000000;
    buy(story, &rma, CARRIER_OF_REFERENCES);
    story_wait(story, 20);
    story->world.provider.error_ppm = 0;
    story_wait(story, HOUR_S);
    assert_true(it_is_bought_once(story));
    assert_string_equal(story->told, "RTM: done\n"
                                     "RTM buys a label of finder\n"
                                     "RTM asks about the label of finder\n");
}

static void a_label_of_a_return_that_is_called_off_is_taken_back_over_a_crash(struct story *story)
{
    struct label_row row;
    struct id rma = boots(story);
    buy(story, &rma, CARRIER_OF_KEYS);
    story_wait(story, 600);
    assert_true(it_is_bought_once(story));
    story->world.provider.timeout_after_paying_ppm = 1000000;
    answer_return(story, RTM, BY_MERCHANT, COMMAND_RETURN_CANCEL, &rma);
    story_wait(story, 10);
    host_crash(&story->world.host[RTM]);
    story->world.provider.timeout_after_paying_ppm = 0;
    comes_up_again(story);
    struct id label = only_label(story, &row);
    assert_int_equal(row.state, LABEL_VOIDED);
    assert_true(carrier_entry(&story->world, &label)->voided);
    assert_int_equal(sold(story), 1);
}

/* Anna is erased while the carrier is deaf: what may have been sent is asked for, and nothing is
 * sent any more. */
static void nobody_is_sent_an_address_that_was_erased(struct story *story)
{
    struct id rma = boots(story);
    story->world.provider.down_until_us = story->world.now_us + 4 * MINUTE_US;
    buy(story, &rma, CARRIER_OF_REFERENCES);
    story_wait(story, 30);
    wish(story, RTM, COMMAND_ERASE, BY_MERCHANT, (union command_body){.erase = {.subject = rma}});
    story_wait(story, HOUR_S);
    assert_int_equal(how(story), LABEL_FAILED);
    assert_int_equal(sold(story), 0);
}

/* The same where a carrier is asked by a repeat, which would have to bear the address. */
static void nobody_is_asked_with_an_address_that_was_erased(struct story *story)
{
    struct id rma = boots(story);
    story->world.provider.timeout_after_paying_ppm = 1000000;
    buy(story, &rma, CARRIER_OF_KEYS);
    story_wait(story, 10);
    wish(story, RTM, COMMAND_ERASE, BY_MERCHANT, (union command_body){.erase = {.subject = rma}});
    story_wait(story, HOUR_S);
    assert_true(it_is_unknown_and_was_sold_at_most_once(story));
    assert_null(strstr(story->told, "asks about"));
}

/* The machine comes up with its clock set back: by that clock the key is young, and by the world's
 * the carrier has forgotten it. */
static void a_key_has_no_age_by_a_clock_that_leapt(struct story *story)
{
    struct host *host = &story->world.host[RTM];
    const struct input confirm = {.kind = INPUT_CONFIRM_CLOCK};
    story->world.provider.key_ttl_us = 2 * HOUR_US;
    struct id rma = boots(story);
    story->dies_after_sending = true;
    buy(story, &rma, CARRIER_OF_KEYS);
    story_wait(story, 3 * HOUR_S);
    host->wall_offset_ms = -(int64_t)(2 * HOUR_S + HOUR_S / 2) * 1000;
    host_start(host);
    story_wait(story, HOUR_S / 4);
    assert_int_equal(sold(story), 1);
    assert_int_equal(how(story), LABEL_INTENDED);
    host->wall_offset_ms = 0;
    assert_true(host_submit(host, &confirm, NULL));
    story_wait(story, DAY_S);
    assert_true(it_is_unknown_and_was_sold_at_most_once(story));
}

/* A bought one, on which the call to take it back is on its way. */
static struct id taken_back(struct story *story, const char *carrier)
{
    struct label_row row;
    struct id rma = boots(story);
    buy(story, &rma, carrier);
    story_wait(story, 600);
    struct id label = only_label(story, &row);
    assert_int_equal(row.state, LABEL_BOUGHT);
    story->world.provider.down_until_us = story->world.now_us + 4 * MINUTE_US;
    wish(story, RTM, COMMAND_LABEL_VOID, BY_OPERATOR,
         (union command_body){.label_retract = {.label = label}});
    return label;
}

/* To a carrier that knows the reference it is said again, and not asked: it knows what it sold. */
static void what_is_to_be_taken_back_is_said_until_it_is_heard(struct story *story)
{
    struct id label = taken_back(story, CARRIER_OF_REFERENCES);
    story_wait(story, HOUR_S);
    assert_int_equal(how(story), LABEL_VOIDED);
    assert_true(carrier_entry(&story->world, &label)->voided);
    assert_null(strstr(story->told, "asks about"));
}

static void a_label_is_taken_back_though_its_buyer_was_erased(struct story *story)
{
    struct label_row row;
    struct id label = taken_back(story, CARRIER_OF_KEYS);
    only_label(story, &row);
    wish(story, RTM, COMMAND_ERASE, BY_MERCHANT,
         (union command_body){.erase = {.subject = row.return_id}});
    story_wait(story, HOUR_S);
    assert_int_equal(how(story), LABEL_VOIDED);
    assert_true(carrier_entry(&story->world, &label)->voided);
}

/* Its translator knows no such call after all: the label stays, and a person sees why. */
static void what_cannot_be_taken_back_stays_bought(struct story *story)
{
    struct label_row row;
    struct id label = taken_back(story, CARRIER_OF_KEYS);
    struct input input = {.kind = INPUT_LABEL_RESULT,
                          .label = {.label = label, .outcome = OUTCOME_CANNOT_ASK}};
    story_wait(story, 5);
    assert_true(host_submit(&story->world.host[RTM], &input, NULL));
    story_wait(story, HOUR_S);
    only_label(story, &row);
    assert_int_equal(row.state, LABEL_BOUGHT);
    assert_int_equal(row.kept, 1);
}

/* The account is no more when the node comes up: the label waits, and spends no attempt. */
static void what_has_no_account_waits_until_there_is_one(struct story *story)
{
    struct label_row row;
    struct core *core = story->world.host[RTM].core;
    struct id rma = boots(story);
    story->world.host[RTM].disk.next = DISK_CRASH_AFTER;
    buy(story, &rma, CARRIER_OF_REFERENCES);
    story_wait(story, 60);
    uint32_t count = story->world.labels.count;
    story->world.labels.count = 0;
    host_start(&story->world.host[RTM]);
    story_wait(story, DAY_S);
    only_label(story, &row);
    assert_int_equal(row.state, LABEL_INTENDED);
    assert_int_equal(core->stats.labels_unserved, 1);
    story->world.labels.count = count;
    host_crash(&story->world.host[RTM]);
    host_start(&story->world.host[RTM]);
    story_wait(story, DAY_S);
    assert_true(it_is_bought_once(story));
    assert_int_equal(core->stats.labels_unserved, 0);
}

static const struct told_story told[] = {
    {"a_label_dies_before_the_call_keys", keys_before_the_call, it_is_bought_once, NULL, NULL,
     TOLD_BY_ROOM},
    {"a_label_dies_unheard_keys", keys_after_a_call_that_nobody_heard, it_is_bought_once, NULL,
     NULL, TOLD_BY_ROOM},
    {"a_label_dies_sold_keys", keys_after_it_was_sold, it_is_bought_once, NULL, NULL, TOLD_BY_ROOM},
    {"a_label_dies_answered_keys", keys_with_the_answer, it_is_bought_once, NULL, NULL,
     TOLD_BY_ROOM},
    {"a_label_dies_before_the_call_references", references_before_the_call, it_is_bought_once, NULL,
     NULL, TOLD_BY_ROOM},
    {"a_label_dies_unheard_references", references_after_a_call_that_nobody_heard,
     it_is_bought_once, NULL, NULL, TOLD_BY_ROOM},
    {"a_label_dies_sold_references", references_after_it_was_sold, it_asks_and_buys_no_more,
     "label_resent_without_asking", NULL, TOLD_BY_ROOM},
    {"a_label_dies_answered_references", references_with_the_answer, it_is_bought_once,
     "label_resent_without_asking", NULL, TOLD_BY_ROOM},
    {"a_label_dies_before_the_call_nothing", nothing_before_the_call,
     it_is_unknown_and_was_sold_at_most_once, NULL, NULL, TOLD_BY_ROOM},
    {"a_label_dies_unheard_nothing", nothing_after_a_call_that_nobody_heard,
     it_is_unknown_and_was_sold_at_most_once, NULL, NULL, TOLD_BY_ROOM},
    {"a_label_dies_sold_nothing", nothing_after_it_was_sold,
     it_is_unknown_and_was_sold_at_most_once, "label_unknown_as_absent", NULL, TOLD_BY_ROOM},
    {"a_label_dies_answered_nothing", nothing_with_the_answer,
     it_is_unknown_and_was_sold_at_most_once, "label_unknown_as_absent", NULL, TOLD_BY_ROOM},
    {"a_key_that_may_be_forgotten_is_not_repeated", a_key_that_may_be_forgotten_is_not_repeated,
     it_is_unknown_and_was_sold_at_most_once, "label_key_outlived", NULL, TOLD_BY_ROOM},
    ROOMS(an_answer_makes_it_bought_and_the_parcel_is_found_by_its_number),
    ROOMS(what_is_sold_after_a_fault_was_told_is_found),
    ROOMS(a_label_of_a_return_that_is_called_off_is_taken_back_over_a_crash),
    ROOMS(nobody_is_sent_an_address_that_was_erased),
    ROOMS(what_has_no_account_waits_until_there_is_one),
    ROOMS(nobody_is_asked_with_an_address_that_was_erased),
    ROOMS(a_key_has_no_age_by_a_clock_that_leapt),
    ROOMS(what_is_to_be_taken_back_is_said_until_it_is_heard),
    ROOMS(a_label_is_taken_back_though_its_buyer_was_erased),
    ROOMS(what_cannot_be_taken_back_stays_bought),
};
const struct told_list stories_of_label = TOLD_LIST(told);
