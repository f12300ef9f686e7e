/* A buyer's link: what it opens and what it does not, who may make and withdraw one, and that
 * nothing but the link itself opens the door. */
#include "proto/link.h"

#include <curl/curl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "tests/node/http/door_world.h"

#define MINE "/v1/buyer/return"

struct made {
    char returned[ID_TEXT_BYTES], link[ID_TEXT_BYTES], secret[LINK_TEXT_BYTES];
};

static void make_link(struct door *door, const char *reference, struct made *made)
{
    char path[128];
    door_order(door, reference, 2);
    strcpy(made->returned, door_return(door, reference, reference));
    snprintf(path, sizeof path, "/v1/returns/%s/link", made->returned);
    const struct letter ask = {
        .path = path, .token = door->merchant, .key = "link-1", .body = "{\"days\":3}"};
    struct reply reply = client_call(door_port(door), &ask);
    assert_status(&reply, 201);
    strcpy(made->link, at(&reply, "id"));
    strcpy(made->secret, at(&reply, "secret"));
    assert_string_equal(reply_header(&reply, "Cache-Control"), "no-store");
    reply_free(&reply);
}

static void a_link_opens_its_return_in_the_buyers_shape_and_nothing_else(void **state)
{
    struct door *door = *state;
    struct made made;
    char path[128], other[ID_TEXT_BYTES];
    make_link(door, "B1", &made);
    struct reply reply = door_get(door, MINE, made.secret);
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "state"), "requested");
    assert_string_equal(at(&reply, "send/0/sku"), "SKU-1");
    assert_string_equal(at(&reply, "shop"), "Shop");
    assert_true(stands_at(&reply, "due_ms"));
    static const char *const hidden[] = {"order", "merchant", "book", "reason", "contests"};
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
        assert_false(stands_at(&reply, hidden[i]));
    reply_free(&reply);
    door_order(door, "B2", 1);
    strcpy(other, door_return(door, "B2", "b2"));
    snprintf(path, sizeof path, "/v1/returns/%s/cancel", other);
    const struct letter cancel = {.path = path, .token = made.secret, .key = "c", .body = "{}"};
    reply = client_call(door_port(door), &cancel);
    assert_refused(&reply, 404, "not_found");
    reply_free(&reply);
    static const char *const closed[] = {"/v1/returns", "/v1/orders", "/v1/status", "/v1/events",
                                         "/v1/links"};
    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++) {
        reply = door_get(door, closed[i], made.secret);
        assert_refused(&reply, 403, "forbidden");
        reply_free(&reply);
    }
}

static void a_buyer_calls_the_return_off_and_is_told_the_buyers_shape(void **state)
{
    struct door *door = *state;
    struct made made;
    char path[128];
    make_link(door, "C1", &made);
    snprintf(path, sizeof path, "/v1/returns/%s/cancel", made.returned);
    const struct letter cancel = {.path = path, .token = made.secret, .key = "c", .body = "{}"};
    struct reply reply = client_call(door_port(door), &cancel);
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "record/state"), "canceled");
    assert_false(stands_at(&reply, "record/order"));
    reply_free(&reply);
    reply = door_get(door, "/v1/events?poll&after=0&limit=1000", door->admin);
    assert_true(reply_has(&reply, "\"kind\":\"buyer\""));
    reply_free(&reply);
    reply = client_call(door_port(door), &cancel); /* the same wish once more */
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "replay"), "true");
    reply_free(&reply);
}

static void a_buyer_disputes_what_was_declined_and_nobody_elses(void **state)
{
    struct door *door = *state;
    struct made made;
    char path[128], other[ID_TEXT_BYTES];
    make_link(door, "K1", &made);
    door_order(door, "K2", 1);
    strcpy(other, door_return(door, "K2", "k2"));
    snprintf(path, sizeof path, "/v1/returns/%s/decline", made.returned);
    struct reply reply = door_post(door, path, "{\"decline_reason\":\"worn\"}");
    assert_status(&reply, 200);
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/returns/%s/dispute", other);
    const struct letter dispute = {
        .path = path, .token = made.secret, .key = "d", .body = "{\"reason\":\"it is new\"}"};
    reply = client_call(door_port(door), &dispute);
    assert_refused(&reply, 404, "not_found");
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/returns/%s/dispute", made.returned);
    const struct letter mine = {
        .path = path, .token = made.secret, .key = "e", .body = "{\"reason\":\"it is new\"}"};
    reply = client_call(door_port(door), &mine);
    assert_status(&reply, 200);
    reply_free(&reply);
    reply = door_get(door, MINE, made.secret);
    assert_string_equal(at(&reply, "state"), "disputed");
    assert_string_equal(at(&reply, "due_verb"), "escalate");
    reply_free(&reply);
}

/* The buyer reads what sending it back costs; what the insurance pays is between others. */
static void a_buyer_sees_the_fees_before_anything_is_sent(void **state)
{
    struct door *door = *state;
    struct made made;
    char path[128];
    snprintf(path, sizeof path, "/v1/merchants/%s/policy", door->shop);
    const struct letter put = {
        .path = path,
        .token = door->admin,
        .key = "policy",
        .body = "{\"policy\":{\"currency\":\"EUR\",\"fees\":["
                "{\"kind\":\"restocking\",\"payer\":\"buyer\",\"fixed_minor\":150},"
                "{\"kind\":\"return_freight\",\"payer\":\"return_shipping_insurance\","
                "\"fixed_minor\":420}]}}"};
    struct reply reply = client_call(door_port(door), &put);
    assert_status(&reply, 200);
    reply_free(&reply);
    make_link(door, "F1", &made);
    reply = door_get(door, MINE, made.secret);
    assert_int_equal(count_at(&reply, "fees"), 1);
    assert_string_equal(at(&reply, "fees/0/kind"), "restocking");
    assert_string_equal(at(&reply, "fees/0/amount_minor"), "150");
    assert_string_equal(at(&reply, "fees/0/currency"), "EUR");
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/returns/%s", made.returned);
    reply = door_get(door, path, door->merchant);
    assert_int_equal(count_at(&reply, "fees"), 2);
    assert_string_equal(at(&reply, "fees/1/payer"), "return_shipping_insurance");
    assert_string_equal(at(&reply, "fees/1/amount_minor"), "420");
    assert_string_equal(at(&reply, "lines/0/fee_minor"), "150");
    reply_free(&reply);
}

/* --- what a buyer answers and adds ------------------------------------------------------------ */

static void offer(struct door *door, const char *return_id, char grant[ID_TEXT_BYTES])
{
    char path[128];
    snprintf(path, sizeof path, "/v1/returns/%s/grants", return_id);
    struct reply reply =
        door_post(door, path, "{\"paid_for\":\"goodwill\",\"amount_minor\":150,\"offer\":1}");
    assert_status(&reply, 200);
    strcpy(grant, at(&reply, "id"));
    reply_free(&reply);
}

static struct reply say(struct door *door, const struct made *made, const char *path,
                        const char *key, const char *body)
{
    const struct letter ask = {.path = path, .token = made->secret, .key = key, .body = body};
    return client_call(door_port(door), &ask);
}

static void a_buyer_answers_the_offers_of_its_return_and_no_other(void **state)
{
    struct door *door = *state;
    struct made made;
    char grant[2][ID_TEXT_BYTES], foreign[ID_TEXT_BYTES], other[ID_TEXT_BYTES], path[128];
    make_link(door, "O1", &made);
    offer(door, made.returned, grant[0]);
    offer(door, made.returned, grant[1]);
    door_order(door, "O2", 1);
    strcpy(other, door_return(door, "O2", "o2"));
    offer(door, other, foreign);
    struct reply reply = door_get(door, MINE, made.secret);
    assert_int_equal(count_at(&reply, "offers"), 2);
    assert_string_equal(at(&reply, "offers/0/state"), "offered");
    assert_string_equal(at(&reply, "offers/0/amount_minor"), "150");
    assert_true(stands_at(&reply, "offers/0/due_ms"));
    assert_true(count_at(&reply, "due") > 0);
    assert_false(reply_has(&reply, foreign));
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/grants/%s/accept", grant[0]);
    reply = say(door, &made, path, "a", "{}");
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "record/id"), made.returned);
    /* Two of one millisecond stand in either order. */
    bool first = strcmp(at(&reply, "record/offers/0/state"), "offered") != 0;
    bool second = strcmp(at(&reply, "record/offers/1/state"), "offered") != 0;
    assert_true(first != second);
    assert_false(stands_at(&reply, "record/order"));
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/grants/%s/refuse", grant[1]);
    reply = say(door, &made, path, "b", "{}");
    assert_status(&reply, 200);
    first = strcmp(at(&reply, "record/offers/0/state"), "refused") == 0;
    second = strcmp(at(&reply, "record/offers/1/state"), "refused") == 0;
    assert_true(first != second);
    reply_free(&reply);
    static const char *const verbs[] = {"accept", "refuse", "withdraw"};
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        snprintf(path, sizeof path, "/v1/grants/%s/%s", foreign, verbs[i]);
        reply = say(door, &made, path, verbs[i], "{}");
        assert_refused(&reply, i < 2 ? 404 : 403, i < 2 ? "not_found" : "forbidden");
        reply_free(&reply);
    }
    reply = door_get(door, "/v1/events?poll&after=0&limit=1000", door->admin);
    assert_true(reply_has(&reply, "\"verb\":\"accept\""));
    assert_true(reply_has(&reply, "\"kind\":\"buyer\""));
    reply_free(&reply);
}

static void a_buyer_adds_photographs_and_parcels_and_says_not_whose_desk_it_is(void **state)
{
    struct door *door = *state;
    struct made made;
    char path[128], other[ID_TEXT_BYTES];
    static const char body[] =
        "{\"parcels\":[{\"number\":\"BUYERS1\"}],\"evidence\":[{\"kind\":\"photo\",\"blob\":"
        "\"00000000000000000000000000000000000000000000000000000000000000cd\"}]}";
    make_link(door, "N1", &made);
    snprintf(path, sizeof path, "/v1/returns/%s/note", made.returned);
    struct reply reply = say(door, &made, path, "n1", body);
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "record/evidence/0/kind"), "photo");
    reply_free(&reply);
    reply = say(door, &made, path, "n2", "{\"owner\":\"desk 7\"}");
    assert_refused(&reply, 403, "forbidden");
    reply_free(&reply);
    door_order(door, "N2", 1);
    strcpy(other, door_return(door, "N2", "n2"));
    snprintf(path, sizeof path, "/v1/returns/%s/note", other);
    reply = say(door, &made, path, "n3", body);
    assert_refused(&reply, 404, "not_found");
    reply_free(&reply);
}

static void the_same_key_gives_the_same_link_and_the_feed_none(void **state)
{
    struct door *door = *state;
    struct made made;
    char path[128];
    make_link(door, "D1", &made);
    snprintf(path, sizeof path, "/v1/returns/%s/link", made.returned);
    const struct letter ask = {
        .path = path, .token = door->merchant, .key = "link-1", .body = "{\"days\":3}"};
    struct reply reply = client_call(door_port(door), &ask);
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "secret"), made.secret);
    reply_free(&reply);
    reply = door_get(door, "/v1/events?poll&after=0&limit=1000", door->admin);
    assert_true(reply_has(&reply, "\"kind\":\"link_made\""));
    assert_true(reply_has(&reply, made.link));
    assert_false(reply_has(&reply, made.secret + LINK_TEXT_BYTES - 2 * (size_t)SIGNATURE_BYTES));
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/links?return=%s", made.returned);
    reply = door_get(door, path, door->merchant);
    assert_string_equal(at(&reply, "links/0/id"), made.link);
    assert_false(reply_has(&reply, LINK_PREFIX));
    reply_free(&reply);
}

static void a_link_that_was_withdrawn_opens_nothing(void **state)
{
    struct door *door = *state;
    struct made made;
    char path[128];
    make_link(door, "E1", &made);
    snprintf(path, sizeof path, "/v1/links/%s/revoke", made.link);
    for (int i = 0; i < 2; i++) { /* and it may be said twice */
        const struct letter ask = {.path = path, .token = door->merchant, .body = "{}"};
        struct reply reply = client_call(door_port(door), &ask);
        assert_status(&reply, 201);
        assert_string_equal(at(&reply, "record/revoked"), "true");
        reply_free(&reply);
    }
    struct reply reply = door_get(door, MINE, made.secret);
    assert_refused(&reply, 401, "unauthenticated");
    assert_true(reply_has(&reply, "withdrawn"));
    reply_free(&reply);
}

static void no_letter_of_a_link_may_be_another(void **state)
{
    struct door *door = *state;
    struct made made;
    char forged[LINK_TEXT_BYTES];
    make_link(door, "F1", &made);
    for (size_t i = sizeof LINK_PREFIX - 1; i < LINK_TEXT_BYTES - 1; i += 5) {
        strcpy(forged, made.secret);
        forged[i] = forged[i] == '0' ? '1' : '0';
        struct reply reply = door_get(door, MINE, forged);
        assert_refused(&reply, 401, "unauthenticated");
        reply_free(&reply);
    }
    struct reply reply = door_get(door, MINE, made.secret);
    assert_status(&reply, 200);
    reply_free(&reply);
}

/* Signed with a key that the membership knows, of a node that is not that key's; and one that has
 * had its time. */
static void only_its_own_node_signs_a_link_and_only_for_a_time(void **state)
{
    struct door *door = *state;
    struct made made;
    struct link_card card;
    char text[LINK_TEXT_BYTES];
    make_link(door, "G1", &made);
    const struct crypto *crypto = keys_crypto(door->keys);
    assert_int_equal(link_parse(span_text(made.secret), &card), OK);
    struct link_card late = card, strange = card;
    late.expires_ms = 1;
    assert_int_equal(id_parse(span_text(door->far_node), &strange.node), OK);
    assert_true(link_sign(crypto, &late) && link_sign(crypto, &strange));
    link_print(&late, text);
    struct reply reply = door_get(door, MINE, text);
    assert_refused(&reply, 401, "unauthenticated");
    assert_true(reply_has(&reply, "expired"));
    reply_free(&reply);
    link_print(&strange, text);
    reply = door_get(door, MINE, text);
    assert_refused(&reply, 401, "unauthenticated");
    assert_true(reply_has(&reply, "not one of this mesh"));
    reply_free(&reply);
}

/* --- partners and platforms ------------------------------------------------------------------- */

static void make_token(struct door *door, const char *wish, char token[TOKEN_TEXT_BYTES])
{
    struct reply reply = door_post(door, "/v1/tokens", wish);
    assert_status(&reply, 201);
    strcpy(token, at(&reply, "secret"));
    reply_free(&reply);
}

static void a_partner_imports_asks_and_reads_and_approves_no_money(void **state)
{
    struct door *door = *state;
    char wish[128], token[TOKEN_TEXT_BYTES], body[512], path[128];
    snprintf(wish, sizeof wish, "{\"role\":\"partner\",\"merchant\":\"%s\"}", door->shop);
    make_token(door, wish, token);
    struct letter ask = {.path = "/v1/orders",
                         .token = token,
                         .key = "p1",
                         .body = door_order_body(door, "\"A\"", "\"P\"")};
    struct reply reply = client_call(door_port(door), &ask);
    assert_status(&reply, 200);
    reply_free(&reply);
    door_order(door, "P2", 1);
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"order_reference\":\"P2\",\"lines\":[{\"line\":0,"
             "\"quantity\":1,\"reason\":\"unwanted\"}]}",
             door->shop);
    ask = (struct letter){.path = "/v1/returns", .token = token, .key = "p2", .body = body};
    reply = client_call(door_port(door), &ask);
    assert_status(&reply, 200);
    snprintf(path, sizeof path, "/v1/returns/%s", at(&reply, "id"));
    reply_free(&reply);
    reply = door_get(door, path, token);
    assert_status(&reply, 200);
    reply_free(&reply);
    strcat(path, "/approve");
    ask = (struct letter){.path = path, .token = token, .key = "p3", .body = "{}"};
    reply = client_call(door_port(door), &ask);
    assert_refused(&reply, 403, "forbidden");
    reply_free(&reply);
}

static void a_platform_reads_the_cases_of_its_merchants_and_names_one_of_several(void **state)
{
    struct door *door = *state;
    char wish[256], several[TOKEN_TEXT_BYTES], all[TOKEN_TEXT_BYTES], id[ID_TEXT_BYTES], path[128];
    snprintf(wish, sizeof wish,
             "{\"role\":\"platform\",\"merchant\":\"%s\",\"also\":[{\"merchant\":\"%s\"}]}",
             door->far_node, door->shop);
    make_token(door, wish, several);
    make_token(door, "{\"role\":\"platform\"}", all);
    door_order(door, "Q", 1);
    strcpy(id, door_return(door, "Q", "q"));
    const char *const tokens[] = {several, all};
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "/v1/returns/%s", id);
        struct reply reply = door_get(door, path, tokens[i]);
        assert_status(&reply, 200);
        reply_free(&reply);
        snprintf(path, sizeof path, "/v1/returns?merchant=%s", door->shop);
        reply = door_get(door, path, tokens[i]);
        assert_int_equal(count_at(&reply, "returns"), 1);
        reply_free(&reply);
        snprintf(path, sizeof path, "/v1/persons/%s", id);
        reply = door_get(door, path, tokens[i]);
        assert_refused(&reply, 403, "forbidden");
        reply_free(&reply);
    }
    struct reply reply = door_get(door, "/v1/returns", several);
    assert_refused(&reply, 400, "out_of_range");
    reply_free(&reply);
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, door_setup, door_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(a_link_opens_its_return_in_the_buyers_shape_and_nothing_else),
        ROW(a_buyer_calls_the_return_off_and_is_told_the_buyers_shape),
        ROW(a_buyer_disputes_what_was_declined_and_nobody_elses),
        ROW(a_buyer_sees_the_fees_before_anything_is_sent),
        ROW(a_buyer_answers_the_offers_of_its_return_and_no_other),
        ROW(a_buyer_adds_photographs_and_parcels_and_says_not_whose_desk_it_is),
        ROW(the_same_key_gives_the_same_link_and_the_feed_none),
        ROW(a_link_that_was_withdrawn_opens_nothing),
        ROW(no_letter_of_a_link_may_be_another),
        ROW(only_its_own_node_signs_a_link_and_only_for_a_time),
        ROW(a_partner_imports_asks_and_reads_and_approves_no_money),
        ROW(a_platform_reads_the_cases_of_its_merchants_and_names_one_of_several),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}
