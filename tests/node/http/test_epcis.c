/* What was seen of goods, as EPCIS 2.0 through the HTTP door: a return from the carrier's scan to
 * the shelf, with a slip that was taken back; and who is told of it. */
#include "tests/node/http/door_world.h"
#include "tests/support/epcis_check.h"

#include <curl/curl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#define EVENTS      "/v1/epcis/events"
#define LIST        "epcisBody/eventList"
#define EVENTS_MAX  16
#define VALUE_BYTES 128

struct told {
    char return_id[ID_TEXT_BYTES], unit[ID_TEXT_BYTES], box[ID_TEXT_BYTES];
};

/* Of each event in turn, as "bizStep/disposition", or "!" before it where it did not occur. */
struct sequence {
    size_t count;
    char word[EVENTS_MAX][VALUE_BYTES], id[EVENTS_MAX][VALUE_BYTES], time[EVENTS_MAX][VALUE_BYTES];
};

static struct reply get_valid(struct door *door, const char *path, const char *token)
{
    struct reply reply = door_get(door, path, token);
    assert_status(&reply, 200);
    const char *fault = epcis_fault(reply.body, reply.size);
    if (fault != NULL) fail_msg("%s: %s", fault, reply.body);
    return reply;
}

static const char *event_at(const struct reply *reply, size_t event, const char *member)
{
    static char path[VALUE_BYTES];
    snprintf(path, sizeof path, LIST "/%zu/%s", event, member);
    return stands_at(reply, path) ? at(reply, path) : "";
}

static void add_page(const struct reply *reply, struct sequence *all)
{
    size_t count = count_at(reply, LIST);
    for (size_t i = 0; i < count; i++) {
        assert_true(all->count < EVENTS_MAX);
        char *word = all->word[all->count];
        bool wrong = event_at(reply, i, "errorDeclaration/reason")[0] != '\0';
        snprintf(word, VALUE_BYTES, "%s%s", wrong ? "!" : "", event_at(reply, i, "bizStep"));
        size_t used = strlen(word);
        snprintf(word + used, VALUE_BYTES - used, "/%s", event_at(reply, i, "disposition"));
        snprintf(all->id[all->count], VALUE_BYTES, "%s", event_at(reply, i, "eventID"));
        snprintf(all->time[all->count++], VALUE_BYTES, "%s", event_at(reply, i, "eventTime"));
    }
}

/* All pages, by the links that lead on. */
static void read_all(struct door *door, const char *path, const char *token, struct sequence *all)
{
    char next[1024];
    snprintf(next, sizeof next, "%s", path);
    all->count = 0;
    while (next[0] != '\0') {
        struct reply reply = get_valid(door, next, token);
        add_page(&reply, all);
        const char *link = reply_header(&reply, "Link");
        snprintf(next, sizeof next, "%s", link == NULL ? "" : link + 1);
        next[strcspn(next, ">")] = '\0';
        reply_free(&reply);
    }
}

static bool has(const struct sequence *all, const char *word)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->word[i], word) == 0) return true;
    return false;
}

static void act(struct door *door, const char *unit, const char *verb, const char *body)
{
    char path[VALUE_BYTES];
    snprintf(path, sizeof path, "/v1/units/%s/%s", unit, verb);
    struct reply reply = door_post(door, path, body);
    assert_status(&reply, 200);
    reply_free(&reply);
}

static void wait_for(struct door *door, const char *sort, const char *id)
{
    const struct timespec moment = {0, 20 * 1000 * 1000};
    char path[VALUE_BYTES];
    snprintf(path, sizeof path, "/v1/%s/%s", sort, id);
    for (int i = 0; i < 500; i++) {
        struct reply reply = door_get(door, path, door->merchant);
        bool there = reply.status == 200;
        reply_free(&reply);
        if (there) return;
        nanosleep(&moment, NULL);
    }
    fail_msg("%s never came", path);
}

/* A boot is scanned by the carrier, received, inspected by a slip that is taken back, inspected,
 * graded, and put on the shelf. */
static void bring_back(struct door *door, struct told *told)
{
    char body[512], path[VALUE_BYTES];
    door_order(door, "E", 1);
    strcpy(told->return_id, door_return(door, "E", "e"));
    snprintf(path, sizeof path, "/v1/returns/%s/approve", told->return_id);
    struct reply reply = door_post(door, path, "{}");
    assert_status(&reply, 200);
    reply_free(&reply);
    reply = door_push(door, "/v1/carriers/easypost/webhook", door_easypost("EPC1", 1));
    assert_status(&reply, 200);
    reply_free(&reply);
    snprintf(body, sizeof body,
             "{\"warehouse\":\"%s\",\"number\":\"EPC1\",\"return_id\":\"%s\","
             "\"items\":[{\"sku\":\"SKU-1\",\"serial\":\"A7\"}]}",
             door->warehouse, told->return_id);
    reply = door_post(door, "/v1/boxes", body);
    assert_status(&reply, 200);
    strcpy(told->box, at(&reply, "id"));
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/units?box=%s", told->box);
    reply = door_get(door, path, door->operator);
    strcpy(told->unit, at(&reply, "units/0/id"));
    reply_free(&reply);
    wait_for(door, "boxes", told->box);
    wait_for(door, "units", told->unit);
    act(door, told->unit, "inspect", "{}");
    act(door, told->unit, "void", "{\"step\":\"inspection\",\"reason\":\"the wrong boot\"}");
    act(door, told->unit, "inspect", "{}");
    act(door, told->unit, "grade", "{\"grade\":\"like_new\",\"liability\":\"buyer\"}");
    act(door, told->unit, "dispose", "{\"disposition\":\"restock\"}");
    act(door, told->unit, "settle", "{}");
}

/* --- stories ---------------------------------------------------------------------------------- */

static void a_unit_s_story_is_told_in_the_words_of_the_standard(void **state)
{
    struct door *door = *state;
    struct told told;
    struct sequence all;
    char path[VALUE_BYTES], place[VALUE_BYTES];
    static const char *const words[] = {"receiving/returned",      "inspecting/in_progress",
                                        "!inspecting/in_progress", "inspecting/in_progress",
                                        "inspecting/conformant",   "stocking/sellable_accessible"};
    bring_back(door, &told);
    snprintf(path, sizeof path, EVENTS "?unit=%s", told.unit);
    read_all(door, path, door->operator, & all);
    assert_int_equal(all.count, 6);
    for (size_t i = 0; i < 6; i++) assert_string_equal(all.word[i], words[i]);
    assert_string_equal(all.id[1], all.id[2]); /* what is declared wrong is that very event */
    assert_string_equal(all.time[1], all.time[2]);
    assert_string_not_equal(all.id[1], all.id[3]);
    struct reply reply = get_valid(door, path, door->operator);
    assert_string_equal(reply_header(&reply, "GS1-EPCIS-Version"), "2.0");
    assert_string_equal(reply_header(&reply, "GS1-CBV-Version"), "2.0");
    snprintf(place, sizeof place, "urn:entrepot:unit:%s", told.unit);
    assert_string_equal(event_at(&reply, 0, "epcList/0"), place);
    snprintf(place, sizeof place, "urn:entrepot:warehouse:%s", door->warehouse);
    assert_string_equal(event_at(&reply, 0, "readPoint/id"), place);
    snprintf(place, sizeof place, "urn:entrepot:return:%s", told.return_id);
    assert_string_equal(event_at(&reply, 0, "bizTransactionList/0/bizTransaction"), place);
    assert_string_equal(event_at(&reply, 0, "bizTransactionList/0/type"), "rma");
    assert_string_equal(event_at(&reply, 0, "entrepot:sku"), "SKU-1");
    assert_string_equal(event_at(&reply, 5, "action"), "OBSERVE");
    reply_free(&reply);
}

static void pages_and_times_cut_the_same_story(void **state)
{
    struct door *door = *state;
    struct told told;
    struct sequence all, one, some;
    char path[2 * VALUE_BYTES];
    bring_back(door, &told);
    snprintf(path, sizeof path, EVENTS "?limit=200&return=%s", told.return_id);
    read_all(door, path, door->operator, & all);
    assert_int_equal(all.count, 8);
    assert_true(has(&all, "transporting/in_transit")); /* the carrier's scan */
    assert_true(has(&all, "receiving/in_progress"));   /* the box */
    snprintf(path, sizeof path, EVENTS "?limit=1&return=%s", told.return_id);
    read_all(door, path, door->operator, & one);
    assert_int_equal(one.count, all.count);
    for (size_t i = 0; i < all.count; i++) assert_string_equal(one.id[i], all.id[i]);
    /* The scan is of February, the rest of today. */
    snprintf(path, sizeof path, EVENTS "?until=2026-02-02T00:00:00Z&return=%s", told.return_id);
    read_all(door, path, door->operator, & some);
    assert_int_equal(some.count, 1);
    assert_string_equal(some.word[0], "transporting/in_transit");
    snprintf(path, sizeof path, EVENTS "?since=2026-02-02T00:00:00Z&limit=1&return=%s",
             told.return_id);
    read_all(door, path, door->operator, & some);
    assert_int_equal(some.count, 7);
    /* And without a filter, in the order of arrival. */
    read_all(door, EVENTS "?limit=2", door->operator, & some);
    assert_int_equal(some.count, 8);
    assert_string_equal(some.word[0], "transporting/in_transit");
    assert_string_equal(some.word[7], "stocking/sellable_accessible");
}

static void nobody_is_told_of_another_merchant_s_goods(void **state)
{
    struct door *door = *state;
    struct told told;
    struct sequence all;
    char path[3][VALUE_BYTES], body[VALUE_BYTES], other[TOKEN_TEXT_BYTES];
    bring_back(door, &told);
    snprintf(body, sizeof body, "{\"role\":\"merchant\",\"merchant\":\"%s\"}", door->far_node);
    struct reply reply = door_post(door, "/v1/tokens", body);
    assert_status(&reply, 201);
    strcpy(other, at(&reply, "secret"));
    reply_free(&reply);
    snprintf(path[0], VALUE_BYTES, EVENTS);
    snprintf(path[1], VALUE_BYTES, EVENTS "?unit=%s", told.unit);
    snprintf(path[2], VALUE_BYTES, EVENTS "?return=%s", told.return_id);
    for (size_t i = 0; i < 3; i++) {
        read_all(door, path[i], door->merchant, &all);
        assert_true(all.count >= 6);
        read_all(door, path[i], other, &all);
        assert_int_equal(all.count, 0);
    }
    /* Nor by naming a box or a parcel in the place of a unit. */
    snprintf(path[1], VALUE_BYTES, EVENTS "?unit=%s", told.box);
    read_all(door, path[1], other, &all);
    assert_int_equal(all.count, 0);
}

static void what_is_no_query_is_refused(void **state)
{
    struct door *door = *state;
    struct told told = {.unit = "3KD1QQ000000000000000000013"};
    static const struct {
        const char *query, *code;
    } rows[] = {
        {"limit=0", "out_of_range"},
        {"unit=moon", "bad_id"},
        {"return=moon", "bad_id"},
        {"since=yesterday", "out_of_range"},
        {"until=2026-02-31", "out_of_range"},
        {"cursor=zz", "malformed"},
        {"cursor=3-1", "malformed"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char path[VALUE_BYTES];
        snprintf(path, sizeof path, EVENTS "?%s", rows[i].query);
        struct reply reply = door_get(door, path, door->operator);
        assert_refused(&reply, 400, rows[i].code);
        reply_free(&reply);
    }
    char path[2 * VALUE_BYTES];
    snprintf(path, sizeof path, EVENTS "?unit=%s&return=%s", told.unit, told.unit);
    struct reply reply = door_get(door, path, door->operator);
    assert_refused(&reply, 400, "malformed");
    reply_free(&reply);
    snprintf(path, sizeof path, EVENTS "?unit=%s&cursor=0", told.unit);
    reply = door_get(door, path, door->operator);
    assert_refused(&reply, 400, "malformed");
    reply_free(&reply);
    reply = door_get(door, EVENTS, NULL);
    assert_status(&reply, 401);
    reply_free(&reply);
}

#define STORY(test) cmocka_unit_test_setup_teardown(test, door_setup, door_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_unit_s_story_is_told_in_the_words_of_the_standard),
        STORY(pages_and_times_cut_the_same_story),
        STORY(nobody_is_told_of_another_merchant_s_goods),
        STORY(what_is_no_query_is_refused),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}
