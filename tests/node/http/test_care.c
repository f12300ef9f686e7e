/* After-care through the door: what a shelf shows to whom, and a complaint from its opening to its
 * post-mortem. */
#include "proto/link.h"

#include <curl/curl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tests/node/http/door_world.h"

#include <cmocka.h>

static void put_article(struct door *door, const char *name, const char *more)
{
    char body[512];
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"name\":\"%s\",\"title_en\":\"T\",\"body_en\":\"B\"%s}",
             door->shop, name, more);
    struct reply reply = door_post(door, "/v1/articles", body);
    assert_status(&reply, 200);
    reply_free(&reply);
}

static size_t shown(struct door *door, const char *path, const char *token)
{
    struct reply reply = door_get(door, path, token);
    assert_status(&reply, 200);
    size_t count = count_at(&reply, "articles");
    reply_free(&reply);
    return count;
}

static void make_link(struct door *door, char secret[LINK_TEXT_BYTES])
{
    char path[128];
    door_order(door, "A", 2);
    snprintf(path, sizeof path, "/v1/returns/%s/link", door_return(door, "A", "r1"));
    struct reply reply = door_post(door, path, "{\"days\":3}");
    assert_status(&reply, 201);
    strcpy(secret, at(&reply, "secret"));
    reply_free(&reply);
}

static void a_shelf_shows_what_is_about_the_reason_and_for_the_reader(void **state)
{
    struct door *door = *state;
    char secret[LINK_TEXT_BYTES];
    put_article(door, "all", "");
    put_article(door, "change", ",\"reasons\":[{\"reason\":\"unwanted\"},{\"reason\":\"color\"}]");
    put_article(door, "broken", ",\"reasons\":[{\"reason\":\"defective\"}]");
    put_article(door, "inner", ",\"inner\":1");
    put_article(door, "old", "");
    put_article(door, "old", ",\"gone\":1");
    make_link(door, secret);
    assert_int_equal(shown(door, "/v1/articles", door->merchant), 4);
    assert_int_equal(shown(door, "/v1/articles?reason=color", door->merchant), 3);
    assert_int_equal(shown(door, "/v1/articles?reason=defective", secret), 2);
    struct reply reply = door_get(door, "/v1/article-versions", door->merchant);
    assert_int_equal(count_at(&reply, "versions"), 1);
    assert_string_equal(at(&reply, "versions/0/name"), "old");
    reply_free(&reply);
    reply = door_get(door, "/v1/articles", secret);
    assert_status(&reply, 200);
    assert_int_equal(count_at(&reply, "articles"), 2); /* about all, and about the own reason */
    assert_true(stands_at(&reply, "articles/0/title_en"));
    assert_false(stands_at(&reply, "articles/0/id"));
    assert_false(stands_at(&reply, "articles/0/merchant"));
    assert_false(reply_has(&reply, "broken"));
    reply_free(&reply);
    reply = door_get(door, "/v1/articles", door->admin);
    assert_refused(&reply, 400, "missing_field");
    reply_free(&reply);
    reply = door_get(door, "/v1/articles?reason=moon", door->merchant);
    assert_refused(&reply, 400, "out_of_range");
    assert_true(reply_has(&reply, "parameter reason"));
    reply_free(&reply);
    char path[96];
    snprintf(path, sizeof path, "/v1/articles?merchant=%s", door->node);
    reply = door_get(door, path, door->merchant);
    assert_refused(&reply, 404, "not_found");
    reply_free(&reply);
}

static void a_complaint_stands_with_its_return_until_it_is_closed(void **state)
{
    struct door *door = *state;
    char path[128], returned[ID_TEXT_BYTES], complaint[ID_TEXT_BYTES];
    door_order(door, "A", 2);
    strcpy(returned, door_return(door, "A", "r1"));
    snprintf(path, sizeof path, "/v1/returns/%s/complaints", returned);
    struct reply reply =
        door_post(door, path, "{\"about\":\"slow\",\"owner\":\"care\",\"score\":9}");
    assert_refused(&reply, 400, "out_of_range");
    reply_free(&reply);
    reply = door_post(door, path, "{\"about\":\"slow\",\"owner\":\"care\",\"score\":2}");
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "record/overdue"), "false");
    strcpy(complaint, at(&reply, "id"));
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/returns/%s", returned);
    reply = door_get(door, path, door->merchant);
    assert_true(reply_has(&reply, "\"complaint_open\""));
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/complaints?return=%s", returned);
    reply = door_get(door, path, door->merchant);
    assert_int_equal(count_at(&reply, "complaints"), 1);
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/complaints/%s/close", complaint);
    reply = door_post(door, path, "{\"cause\":\"one desk\"}");
    assert_refused(&reply, 400, "missing_field");
    reply_free(&reply);
    reply = door_post(door, path, "{\"cause\":\"one desk\",\"action\":\"a second\"}");
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "record/cause"), "one desk");
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/returns/%s", returned);
    reply = door_get(door, path, door->merchant);
    assert_true(stands_at(&reply, "tags"));
    assert_false(reply_has(&reply, "\"complaint_open\""));
    reply_free(&reply);
}

/* --- follow-ups ------------------------------------------------------------------------------- */

struct followed {
    char returned[ID_TEXT_BYTES], secret[LINK_TEXT_BYTES];
};

static void ask_with_consent(struct door *door, struct followed *followed)
{
    char body[512], path[128];
    snprintf(path, sizeof path, "/v1/merchants/%s/policy", door->shop);
    struct reply reply =
        door_post(door, path,
                  "{\"policy\":{\"currency\":\"EUR\",\"followup_channel\":\"mail\","
                  "\"followup_complaint\":1}}");
    assert_status(&reply, 200);
    reply_free(&reply);
    door_order(door, "F", 2);
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"order_reference\":\"F\",\"followup_consent\":1,"
             "\"lines\":[{\"line\":0,\"quantity\":1,\"reason\":\"unwanted\"}]}",
             door->shop);
    reply = door_post(door, "/v1/returns", body);
    assert_status(&reply, 200);
    strcpy(followed->returned, at(&reply, "id"));
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/returns/%s/link", followed->returned);
    reply = door_post(door, path, "{\"days\":3}");
    assert_status(&reply, 201);
    strcpy(followed->secret, at(&reply, "secret"));
    reply_free(&reply);
}

/* step: "" or "/comment"; by whom: a token or a buyer's link. */
static struct reply say(struct door *door, const struct followed *followed, const char *step,
                        const char *token, const char *body)
{
    static unsigned serial;
    char path[128], key[24];
    snprintf(path, sizeof path, "/v1/returns/%s/followup%s", followed->returned, step);
    snprintf(key, sizeof key, "say-%u", ++serial);
    const struct letter letter = {.path = path, .token = token, .key = key, .body = body};
    return client_call(door_port(door), &letter);
}

/* The plan is made as soon as the return has ended, but in a turn of its own. */
static void await_listed(struct door *door, const char *state)
{
    char path[128];
    snprintf(path, sizeof path, "/v1/followups?state=%s", state);
    for (unsigned i = 0; i < 200; i++) {
        struct reply reply = door_get(door, path, door->merchant);
        assert_status(&reply, 200);
        bool there = count_at(&reply, "followups") == 1;
        reply_free(&reply);
        if (there) return;
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    }
    fail_msg("no follow-up is %s", state);
}

static void a_buyer_answers_by_the_link_and_changes_the_answer(void **state)
{
    struct door *door = *state;
    struct followed followed;
    char path[128];
    ask_with_consent(door, &followed);
    struct reply reply = say(door, &followed, "", followed.secret, "{\"score\":4}");
    assert_refused(&reply, 409, "conflict");
    assert_true(reply_has(&reply, "it has not ended"));
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/returns/%s/decline", followed.returned);
    reply = door_post(door, path, "{\"decline_reason\":\"worn\"}");
    assert_status(&reply, 200);
    reply_free(&reply);
    await_listed(door, "planned");
    reply = say(door, &followed, "", followed.secret, "{\"score\":6}");
    assert_refused(&reply, 400, "out_of_range");
    reply_free(&reply);
    reply = say(door, &followed, "", door->merchant, "{\"score\":5}");
    assert_refused(&reply, 403, "forbidden");
    reply_free(&reply);
    reply = say(door, &followed, "", followed.secret, "{\"score\":2}");
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "record/followup/state"), "answered");
    assert_string_equal(at(&reply, "record/followup/score"), "2");
    reply_free(&reply);
    reply = say(door, &followed, "", door->operator, "{\"score\":3}");
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "record/answers"), "2");
    assert_true(stands_at(&reply, "record/complaint"));
    reply_free(&reply);
    await_listed(door, "answered");
    reply = door_get(door, "/v1/followups?state=soon", door->merchant);
    assert_refused(&reply, 400, "out_of_range");
    reply_free(&reply);
    reply = door_get(door, "/v1/numbers", door->merchant);
    assert_string_equal(at(&reply, "followups_answered"), "1");
    assert_string_equal(at(&reply, "score_mean_permille"), "3000");
    reply_free(&reply);
}

static void what_a_buyer_says_besides_is_read_with_the_person_and_erased_with_it(void **state)
{
    struct door *door = *state;
    struct followed followed;
    char path[128], body[128];
    ask_with_consent(door, &followed);
    struct reply reply =
        say(door, &followed, "/comment", followed.secret, "{\"comment\":\"Zelda was kind\"}");
    assert_status(&reply, 201);
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/persons/%s", followed.returned);
    reply = door_get(door, path, door->merchant);
    assert_string_equal(at(&reply, "comments/0"), "Zelda was kind");
    assert_string_equal(at(&reply, "missing"), "0");
    reply_free(&reply);
    reply = door_get(door, "/v1/events?poll&after=0&limit=1000", door->admin);
    assert_true(reply_has(&reply, "followup_comment"));
    assert_false(reply_has(&reply, "Zelda"));
    reply_free(&reply);
    snprintf(body, sizeof body, "{\"subject\":\"%s\"}", followed.returned);
    reply = door_post(door, "/v1/erasures", body);
    assert_status(&reply, 201);
    reply_free(&reply);
    reply = door_get(door, path, door->merchant);
    assert_int_equal(count_at(&reply, "comments"), 0);
    assert_false(reply_has(&reply, "Zelda"));
    reply_free(&reply);
    reply = say(door, &followed, "/comment", followed.secret, "{\"comment\":\"Zelda again\"}");
    assert_refused(&reply, 409, "conflict");
    reply_free(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_shelf_shows_what_is_about_the_reason_and_for_the_reader,
                                        door_setup, door_teardown),
        cmocka_unit_test_setup_teardown(a_complaint_stands_with_its_return_until_it_is_closed,
                                        door_setup, door_teardown),
        cmocka_unit_test_setup_teardown(a_buyer_answers_by_the_link_and_changes_the_answer,
                                        door_setup, door_teardown),
        cmocka_unit_test_setup_teardown(
            what_a_buyer_says_besides_is_read_with_the_person_and_erased_with_it, door_setup,
            door_teardown),
    };
    return cmocka_run_group_tests_name("care at the door", tests, NULL, NULL);
}
