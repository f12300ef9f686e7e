/* The HTTP door before a real node: who is let in, what a body may say, what each answer promises.
 */
#include "tests/node/http/door_world.h"

#include <curl/curl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* --- who is let in ---------------------------------------------------------------------------- */

static void without_a_valid_token_nothing_is_told(void **state)
{
    struct door *door = *state;
    struct reply reply = door_get(door, "/v1/returns", NULL);
    assert_refused(&reply, 401, "unauthenticated");
    assert_string_equal(reply_header(&reply, "WWW-Authenticate"), "Bearer");
    reply_free(&reply);
    reply = door_get(door, "/v1/returns", "ep_admin_nonsense");
    assert_refused(&reply, 401, "unauthenticated");
    reply_free(&reply);
    const struct letter ask = {.path = "/v1/returns", .header = "Authorization: Basic YTpi"};
    reply = client_call(door_port(door), &ask);
    assert_refused(&reply, 401, "unauthenticated");
    reply_free(&reply);
}

static void a_role_is_refused_what_is_not_its_own(void **state)
{
    struct door *door = *state;
    static const struct {
        const char *method, *path;
        unsigned who; /* 0 operator, 1 merchant */
    } rows[] = {
        {"POST", "/v1/orders", 0},    {"POST", "/v1/tokens", 0},  {"GET", "/v1/tokens", 1},
        {"POST", "/v1/boxes", 1},     {"POST", "/v1/backup", 0},  {"GET", "/v1/members", 1},
        {"POST", "/v1/members", 0},   {"GET", "/v1/requests", 1}, {"POST", "/v1/merchants", 1},
        {"POST", "/v1/trackings", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *token = rows[i].who == 0 ? door->operator: door->merchant;
        const struct letter ask = {.method = rows[i].method,
                                   .path = rows[i].path,
                                   .token = token,
                                   .key = "k",
                                   .body = rows[i].method[0] == 'P' ? "{}" : NULL};
        struct reply reply = client_call(door_port(door), &ask);
        assert_refused(&reply, 403, "forbidden");
        reply_free(&reply);
    }
}

static void unknown_paths_and_methods_are_named(void **state)
{
    struct door *door = *state;
    static const char *const nowhere[] = {
        "/", "/v1", "/v1/nothing", "/v1/returns/x/y/z", "/v1/orders/%2e%2e", "/v2/orders"};
    for (size_t i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++) {
        struct reply reply = door_get(door, nowhere[i], door->admin);
        if (strncmp(nowhere[i], "/v1/orders/", 11) == 0)
            assert_refused(&reply, 400, "bad_id");
        else
            assert_refused(&reply, 404, "not_found");
        reply_free(&reply);
    }
    const struct letter put = {
        .method = "PUT", .path = "/v1/orders", .token = door->admin, .body = "{}"};
    struct reply reply = client_call(door_port(door), &put);
    assert_refused(&reply, 405, "unsupported");
    assert_string_equal(reply_header(&reply, "Allow"), "GET, HEAD, POST");
    reply_free(&reply);
    const struct letter brew = {.method = "BREW", .path = "/v1/backup", .token = door->admin};
    reply = client_call(door_port(door), &brew);
    assert_refused(&reply, 405, "unsupported");
    assert_string_equal(reply_header(&reply, "Allow"), "POST");
    reply_free(&reply);
    const struct letter head = {.method = "HEAD", .path = "/v1/status", .token = door->admin};
    reply = client_call(door_port(door), &head);
    assert_status(&reply, 200);
    assert_int_equal(reply.size, 0);
    reply_free(&reply);
}

/* --- what a body may say ---------------------------------------------------------------------- */

static void a_body_that_is_wrong_names_its_field(void **state)
{
    struct door *door = *state;
    static const struct {
        const char *field, *instead, *code, *pointer;
    } rows[] = {
        {"\"reference\":\"A\",", "", "missing_field", "/reference"},
        {"\"reference\":\"A\"", "\"reference\":\"\"", "missing_field", "/reference"},
        {"\"reference\":\"A\"", "\"refrence\":\"A\"", "unknown_field", "/refrence"},
        {"\"reference\":\"A\"", "\"reference\":7", "malformed", "/reference"},
        {"\"quantity\":1", "\"quantity\":-1", "out_of_range", "/lines/0/quantity"},
        {"\"quantity\":1", "\"quantity\":10001", "out_of_range", "/lines/0/quantity"},
        {"\"quantity\":1", "\"quantity\":1.0", "malformed", "/lines/0/quantity"},
        {"\"quantity\":1", "\"quantity\":\"1\"", "malformed", "/lines/0/quantity"},
        {"\"quantity\":1", "\"quantity\":0", "out_of_range", "/lines/0/quantity"},
        {"\"price_minor\":1000", "\"price_minor\":-1", "out_of_range", "/lines/0/price_minor"},
        {"\"captured_minor\":1000", "\"captured_minor\":0", "out_of_range",
         "/payments/0/captured_minor"},
        {"\"price_minor\":1000", "\"price_minor\":9223372036854775807", "out_of_range",
         "/lines/0/price_minor"},
        {"\"reference\":\"A\"",
         "\"reference\":\"0123456789012345678901234567890123456789012345678901234567890123+\"",
         "too_large", "/reference"},
        {"\"currency\":\"EUR\"", "\"currency\":\"EURO\"", "out_of_range", "/currency"},
        {"2020-01-02T03:04:05Z", "yesterday", "malformed", "/sold_ms"},
        {"\"lines\":[{", "\"lines\":[7,{", "malformed", "/lines/0"},
        {"\"sku\":\"S\"", "\"sku\":\"S\",\"colour\":\"red\"", "unknown_field", "/lines/0/colour"},
        {"\"payments\":[", "\"by\":{\"kind\":\"admin\"},\"payments\":[", "unknown_field", "/by"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct reply reply =
            door_post(door, "/v1/orders", door_order_body(door, rows[i].field, rows[i].instead));
        assert_refused(&reply, 400, rows[i].code);
        assert_string_equal(at(&reply, "errors/0/pointer"), rows[i].pointer);
        assert_string_equal(at(&reply, "errors/0/code"), rows[i].code);
        reply_free(&reply);
    }
}

static void who_decides_is_not_the_callers_to_say(void **state)
{
    struct door *door = *state;
    char body[256];
    snprintf(body, sizeof body, "{\"subject\":\"%s\",\"by\":{\"kind\":\"admin\"}}", door->shop);
    struct reply reply = door_post(door, "/v1/erasures", body);
    assert_refused(&reply, 400, "unknown_field");
    assert_string_equal(at(&reply, "errors/0/pointer"), "/by");
    reply_free(&reply);
}

static void a_mistyped_id_is_an_error_and_never_another_record(void **state)
{
    struct door *door = *state;
    char shop[ID_TEXT_BYTES];
    strcpy(shop, door->shop);
    shop[5] = shop[5] == 'A' ? 'B' : 'A';
    struct reply reply = door_post(door, "/v1/orders", door_order_body(door, door->shop, shop));
    assert_refused(&reply, 400, "bad_id");
    assert_string_equal(at(&reply, "errors/0/pointer"), "/merchant");
    reply_free(&reply);
}

static void hostile_json_is_refused_with_its_place(void **state)
{
    struct door *door = *state;
    static char deep[200];
    memset(deep, '[', 100);
    static const struct {
        const char *body, *code, *detail;
    } rows[] = {
        {"{\"a\":1,\n\"a\":2}", "not_canonical", "line 2"},
        {"{\"a\":", "malformed", "line 1"},
        {"{\"a\":\"\xff\xfe\"}", "bad_text", "line 1"},
        {"{\"a\":\"x\\u0000y\"}", "bad_text", "line 1"},
        {deep, "too_deep", "nested"},
        {"{} trailing", "trailing", "line 1"},
        {"{\"a\":99999999999999999999999}", "out_of_range", "line 1"},
        {"nonsense", "malformed", "line 1"},
        {"{}{}", "trailing", "line 1"},
        {"{} []", "trailing", "line 1"},
        {"[]", "malformed", "the body is an array; an object is expected"},
        {"[{}]", "malformed", "the body is an array; an object is expected"},
        {"\"{}\"", "malformed", "line 1"},
        {"7", "malformed", "line 1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct reply reply = door_post(door, "/v1/orders", rows[i].body);
        assert_refused(&reply, 400, rows[i].code);
        assert_non_null(strstr(at(&reply, "detail"), rows[i].detail));
        reply_free(&reply);
    }
    /* Read as a string of C, each of these would be one good value. */
    static const struct {
        const char *bytes;
        size_t size;
    } nuls[] = {{"{}\0", 3}, {"{}\0{}", 5}, {"{}\n\0", 4}, {"\0{}", 3}, {"{}\0x", 4}, {"\0", 1}};
    for (size_t i = 0; i < sizeof nuls / sizeof nuls[0]; i++) {
        const struct letter ask = {.path = "/v1/orders",
                                   .token = door->admin,
                                   .key = "k",
                                   .body = nuls[i].bytes,
                                   .size = nuls[i].size};
        struct reply reply = client_call(door_port(door), &ask);
        assert_status(&reply, 400);
        assert_non_null(strstr(at(&reply, "detail"), "line "));
        reply_free(&reply);
    }
}

static void a_body_of_another_type_or_size_is_refused(void **state)
{
    struct door *door = *state;
    const struct letter xml = {.path = "/v1/orders",
                               .token = door->admin,
                               .key = "k",
                               .type = "application/xml",
                               .body = "<order/>"};
    struct reply reply = client_call(door_port(door), &xml);
    assert_refused(&reply, 415, "unsupported");
    reply_free(&reply);
    char *large = malloc(100 * 1024);
    assert_non_null(large);
    memset(large, ' ', 100 * 1024 - 1);
    large[100 * 1024 - 1] = '\0';
    reply = door_post(door, "/v1/orders", large);
    assert_refused(&reply, 413, "too_large");
    reply_free(&reply);
    free(large);
}

/* --- keys ------------------------------------------------------------------------------------- */

static void what_moves_goods_or_money_needs_a_key(void **state)
{
    struct door *door = *state;
    const struct letter without = {.path = "/v1/orders",
                                   .token = door->admin,
                                   .body = door_order_body(door, "\"A\"", "\"B\"")};
    struct reply reply = client_call(door_port(door), &without);
    assert_refused(&reply, 400, "key_missing");
    reply_free(&reply);
    struct letter bad = without;
    char lengthy[300];
    memset(lengthy, 'k', 256);
    lengthy[256] = '\0';
    static const char *const keys[] = {"with blanks in it", "\xc3\xa4"};
    for (size_t i = 0; i < 3; i++) {
        bad.key = i < 2 ? keys[i] : lengthy;
        reply = client_call(door_port(door), &bad);
        assert_refused(&reply, 400, "malformed");
        assert_non_null(strstr(at(&reply, "detail"), "Idempotency-Key"));
        reply_free(&reply);
    }
    lengthy[255] = '\0';
    bad.key = lengthy;
    reply = client_call(door_port(door), &bad);
    assert_status(&reply, 200);
    reply_free(&reply);
}

static void the_same_request_again_is_answered_and_not_done_again(void **state)
{
    struct door *door = *state;
    char id[ID_TEXT_BYTES], request[ID_TEXT_BYTES];
    struct reply reply =
        door_post_with(door, "/v1/orders", "once", door_order_body(door, "\"A\"", "\"ONCE\""));
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "state"), "done");
    assert_string_equal(at(&reply, "record/reference"), "ONCE");
    assert_string_equal(at(&reply, "record/lines/0/quantity"), "1");
    assert_string_equal(at(&reply, "record/paid_by/0/captured_minor"), "1000");
    assert_false(stands_at(&reply, "replay"));
    strcpy(id, at(&reply, "id"));
    strcpy(request, at(&reply, "request_id"));
    assert_non_null(strstr(reply_header(&reply, "Location"), id));
    reply_free(&reply);
    /* The same, with its members in another order and blanks between them. */
    char *body = door_order_body(door, "\"currency\":\"EUR\",", "");
    char other[2048];
    snprintf(other, sizeof other, "{ \"currency\" : \"EUR\", %s", body + 1);
    char *reference = strstr(other, "\"A\"");
    memmove(reference + 6, reference + 3, strlen(reference + 3) + 1);
    memcpy(reference, "\"ONCE\"", 6);
    reply = door_post_with(door, "/v1/orders", "once", other);
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "id"), id);
    assert_string_equal(at(&reply, "request_id"), request);
    assert_string_equal(at(&reply, "replay"), "true");
    reply_free(&reply);
    reply = door_post_with(door, "/v1/orders", "once", door_order_body(door, "\"A\"", "\"TWICE\""));
    assert_refused(&reply, 422, "key_reused");
    assert_string_equal(at(&reply, "request_id"), request);
    reply_free(&reply);
    reply = door_get(door, "/v1/orders", door->admin);
    assert_int_equal(count_at(&reply, "orders"), 1);
    reply_free(&reply);
}

static void one_key_for_two_commands_with_one_body_is_two_requests_in_conflict(void **state)
{
    struct door *door = *state;
    door_order(door, "K1", 1);
    char path[128], id[ID_TEXT_BYTES];
    strcpy(id, door_return(door, "K1", "r1"));
    snprintf(path, sizeof path, "/v1/returns/%s/approve", id);
    struct reply reply = door_post_with(door, path, "decide", "{}");
    assert_status(&reply, 200);
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/returns/%s/decline", id);
    reply = door_post_with(door, path, "decide", "{}");
    assert_refused(&reply, 422, "key_reused");
    reply_free(&reply);
}

static void a_key_is_the_merchants_own_and_the_same_at_every_token_of_it(void **state)
{
    struct door *door = *state;
    const struct letter as_merchant = {.path = "/v1/orders",
                                       .token = door->merchant,
                                       .key = "mine",
                                       .body = door_order_body(door, "\"A\"", "\"M\"")};
    struct reply reply = client_call(door_port(door), &as_merchant);
    assert_status(&reply, 200);
    char request[ID_TEXT_BYTES];
    strcpy(request, at(&reply, "request_id"));
    reply_free(&reply);
    /* H("entrepot/req/1", tenant, key): any node finds the same. */
    struct id shop, expected;
    assert_int_equal(id_parse(span_text(door->shop), &shop), OK);
    const struct span parts[] = {id_span(&shop), span_text("mine")};
    expected = crypto_id(keys_crypto(door->keys), "entrepot/req/1", parts, 2);
    char printed[ID_TEXT_BYTES];
    id_print(&expected, printed);
    assert_string_equal(request, printed);
    /* The administrator's key of the same name is another one. */
    reply = door_post_with(door, "/v1/orders", "mine", door_order_body(door, "\"A\"", "\"N\""));
    assert_refused(&reply, 409, "conflict"); /* the payment is taken, but the key is not */
    assert_string_not_equal(at(&reply, "request_id"), request);
    reply_free(&reply);
}

/* --- versions --------------------------------------------------------------------------------- */

static void a_record_that_moved_on_is_not_decided_on_what_was_seen_before(void **state)
{
    struct door *door = *state;
    char path[128], id[ID_TEXT_BYTES], etag[32];
    door_order(door, "V", 1);
    strcpy(id, door_return(door, "V", "v"));
    snprintf(path, sizeof path, "/v1/returns/%s", id);
    struct reply reply = door_get(door, path, door->admin);
    assert_status(&reply, 200);
    strcpy(etag, reply_header(&reply, "ETag"));
    assert_int_equal(etag[0], '"');
    assert_string_equal(at(&reply, "state"), "requested");
    assert_int_equal(count_at(&reply, "lines"), 1);
    reply_free(&reply);
    strcat(path, "/approve");
    struct letter ask = {
        .path = path, .token = door->admin, .key = "v1", .if_match = "\"77\"", .body = "{}"};
    reply = client_call(door_port(door), &ask);
    assert_refused(&reply, 412, "conflict");
    reply_free(&reply);
    static const char *const broken[] = {"3",
                                         "W/\"3\"",
                                         "\"3\", \"4\"",
                                         "\"x\"",
                                         "\"\"",
                                         "\"99999999999999999999\"",
                                         "\"4294967296\""};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        ask.if_match = broken[i];
        ask.key = "v2";
        reply = client_call(door_port(door), &ask);
        assert_refused(&reply, 400, "malformed");
        reply_free(&reply);
    }
    ask.if_match = etag;
    ask.key = "v3";
    reply = client_call(door_port(door), &ask);
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "record/state"), "approved");
    assert_string_not_equal(reply_header(&reply, "ETag"), etag);
    reply_free(&reply);
    ask.if_match = NULL;
    ask.key = "v4";
    reply = client_call(door_port(door), &ask);
    assert_refused(&reply, 409, "no_rule");
    assert_true(strlen(at(&reply, "rule")) > 3);
    reply_free(&reply);
}

static void a_refund_is_resolved_only_by_who_has_seen_it(void **state)
{
    struct door *door = *state;
    char path[128];
    snprintf(path, sizeof path, "/v1/refunds/%s/resolve", door->shop);
    struct letter ask = {.path = path,
                         .token = door->admin,
                         .key = "x",
                         .body = "{\"paid\":1,\"reason\":\"the bank says so\"}"};
    struct reply reply = client_call(door_port(door), &ask);
    assert_refused(&reply, 428, "precondition");
    reply_free(&reply);
    ask.if_match = "*"; /* whatever it is: then nobody has looked */
    reply = client_call(door_port(door), &ask);
    assert_refused(&reply, 428, "precondition");
    reply_free(&reply);
    ask.if_match = "\"1\"";
    reply = client_call(door_port(door), &ask);
    assert_refused(&reply, 404, "not_found");
    reply_free(&reply);
}

static void the_ids_of_path_and_body_may_not_differ(void **state)
{
    struct door *door = *state;
    char path[128], body[128], id[ID_TEXT_BYTES];
    door_order(door, "P", 1);
    strcpy(id, door_return(door, "P", "p"));
    snprintf(path, sizeof path, "/v1/returns/%s/approve", id);
    snprintf(body, sizeof body, "{\"return_id\":\"%s\"}", door->shop);
    struct reply reply = door_post(door, path, body);
    assert_refused(&reply, 400, "out_of_range");
    assert_string_equal(at(&reply, "errors/0/pointer"), "/return_id");
    reply_free(&reply);
    snprintf(body, sizeof body, "{\"return_id\":\"%s\"}", id);
    reply = door_post(door, path, body);
    assert_status(&reply, 200);
    reply_free(&reply);
}

/* --- decided elsewhere ------------------------------------------------------------------------ */

static void what_another_must_decide_is_stored_and_can_be_asked_after(void **state)
{
    struct door *door = *state;
    char body[512], location[128];
    snprintf(body, sizeof body, "{\"warehouse\":\"%s\",\"items\":[{\"sku\":\"S\"}]}",
             door->far_warehouse);
    struct reply reply = door_post_with(door, "/v1/boxes", "far", body);
    assert_status(&reply, 202);
    assert_string_equal(at(&reply, "state"), "requested");
    strcpy(location, reply_header(&reply, "Location"));
    assert_int_equal(strncmp(location, "/v1/requests/", 13), 0);
    assert_string_equal(location + 13, at(&reply, "request_id"));
    reply_free(&reply);
    reply = door_post_with(door, "/v1/boxes", "far", body);
    assert_status(&reply, 202);
    assert_string_equal(at(&reply, "replay"), "true");
    reply_free(&reply);
    reply = door_get(door, location, door->admin);
    assert_status(&reply, 200);
    assert_string_equal(at(&reply, "state"), "requested");
    assert_string_equal(at(&reply, "command"), "box_receive");
    reply_free(&reply);
    reply = door_get(door, "/v1/requests", door->admin);
    assert_int_equal(count_at(&reply, "requests"), 1);
    reply_free(&reply);
    reply = door_get(door, "/v1/status", door->admin);
    assert_status(&reply, 200);
    reply_free(&reply);
    reply = door_get(door, location, door->merchant);
    assert_refused(&reply, 404, "not_found");
    reply_free(&reply);
}

/* --- lists ------------------------------------------------------------------------------------ */

static void a_list_is_walked_page_by_page_without_loss(void **state)
{
    struct door *door = *state;
    enum { ORDERS = 10 };
    static char seen[ORDERS][ID_TEXT_BYTES];
    char path[512] = "/v1/orders?limit=3", reference[16];
    unsigned count = 0, pages = 0;
    for (int i = 0; i < ORDERS; i++) {
        snprintf(reference, sizeof reference, "L%d", i);
        door_order(door, reference, 1);
    }
    for (;;) {
        struct reply reply = door_get(door, path, door->admin);
        assert_status(&reply, 200);
        size_t on_page = count_at(&reply, "orders");
        for (size_t i = 0; i < on_page; i++) {
            char step[48];
            snprintf(step, sizeof step, "orders/%zu/id", i);
            assert_true(count < ORDERS);
            strcpy(seen[count], at(&reply, step));
            for (unsigned j = 0; j < count; j++) assert_string_not_equal(seen[j], seen[count]);
            count++;
        }
        pages++;
        const char *link = reply_header(&reply, "Link");
        assert_int_equal(link != NULL, stands_at(&reply, "next_cursor"));
        if (link == NULL) {
            reply_free(&reply);
            break;
        }
        assert_non_null(strstr(link, ">; rel=\"next\""));
        snprintf(path, sizeof path, "%.*s", (int)(strchr(link, '>') - link - 1), link + 1);
        reply_free(&reply);
    }
    assert_int_equal(count, ORDERS);
    assert_int_equal(pages, 4);
}

static void a_list_refuses_what_it_does_not_know(void **state)
{
    struct door *door = *state;
    static const struct {
        const char *path, *code;
    } rows[] = {
        {"/v1/returns?colour=red", "unknown_field"},
        {"/v1/returns?limit=0", "out_of_range"},
        {"/v1/returns?limit=x", "out_of_range"},
        {"/v1/returns?cursor=zz", "malformed"},
        {"/v1/returns?merchant=nobody", "bad_id"},
        {"/v1/returns?limit=1&limit=2", "malformed"},
        {"/v1/orders?cursor=00", "malformed"},
        {"/v1/scans?cursor=00000000000000000000000000000000", "malformed"},
        {"/v1/returns?limit=%zz", "malformed"},
        {"/v1/returns?number=%20", "out_of_range"},
        {"/v1/units?return=A&box=B", "malformed"},
        {"/v1/returns?number=ABC&cursor=00", "malformed"},
        {"/v1/returns?number=ABC&cursor=0000000000000000000000000000000000000000000000000000000000"
         "000000",
         "malformed"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct reply reply = door_get(door, rows[i].path, door->admin);
        assert_refused(&reply, 400, rows[i].code);
        reply_free(&reply);
    }
}

/* A cursor comes from outside: the longest that is read is a place like any other. */
static void a_list_goes_on_at_the_longest_cursor(void **state)
{
    struct door *door = *state;
    static const char *const lists[] = {
        "orders",  "returns", "units",      "refunds",   "boxes",     "parcels", "scans",
        "members", "books",   "warehouses", "merchants", "conflicts", "requests"};
    char cursor[2 * ROW_KEY_BYTES_MAX + 1] = "", path[256];
    memset(cursor, '3', sizeof cursor - 1);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        snprintf(path, sizeof path, "/v1/%s?cursor=%s", lists[i], cursor);
        struct reply reply = door_get(door, path, door->admin);
        assert_status(&reply, 200);
        reply_free(&reply);
    }
}

/* --- when nothing can be stored --------------------------------------------------------------- */

static void a_full_store_refuses_writes_and_serves_reads(void **state)
{
    struct door *door = *state;
    door_order(door, "F", 1);
    door_stop(door);
    door->map_bytes = 512 * 1024; /* and no more */
    door_start(door);
    struct reply reply = {0};
    char body[2048], reference[16];
    for (unsigned i = 0; i < 2000 && (i == 0 || reply.status == 200); i++) {
        reply_free(&reply);
        snprintf(reference, sizeof reference, "\"G%u\"", i);
        strcpy(body, door_order_body(door, "\"A\"", reference));
        char *payment = strstr(body, "\"pi\"");
        memmove(payment + strlen(reference), payment + 4, strlen(payment + 4) + 1);
        memcpy(payment, reference, strlen(reference));
        reply = door_post(door, "/v1/orders", body);
    }
    assert_status(&reply, 507);
    const char *code = at(&reply, "code");
    assert_true(strcmp(code, "full") == 0 || strcmp(code, "read_only") == 0);
    assert_non_null(reply_header(&reply, "Retry-After"));
    reply_free(&reply);
    /* Carriers know no 507: told 503, they send again. */
    reply = door_push(door, "/v1/carriers/easypost/webhook", door_easypost("Q", 1));
    assert_status(&reply, 503);
    reply_free(&reply);
    reply = door_get(door, "/v1/orders?limit=1", door->admin);
    assert_int_equal(count_at(&reply, "orders"), 1);
    reply_free(&reply);
}

static void an_engine_that_stops_takes_nothing(void **state)
{
    struct door *door = *state;
    engine_stop(door->engine);
    struct reply reply = door_post(door, "/v1/orders", door_order_body(door, "\"A\"", "\"H\""));
    assert_refused(&reply, 503, "busy");
    assert_non_null(reply_header(&reply, "Retry-After"));
    reply_free(&reply);
}

static void a_member_out_of_reach_is_told_of_with_what_it_lacks(void **state)
{
    struct door *door = *state;
    char line[128];
    struct reply reply = door_get(door, "/v1/status", door->admin);
    assert_status(&reply, 200);
    assert_int_equal(count_at(&reply, "peers"), 1);
    assert_string_equal(at(&reply, "peers/0/node"), door->far_node);
    assert_string_equal(at(&reply, "peers/0/open"), "false");
    /* Two first entries, the member, the merchant; more than that follows. */
    assert_true(strtoul(at(&reply, "peers/0/lag_events"), NULL, 10) >= 4);
    assert_false(stands_at(&reply, "peers/0/heard_ms_ago"));
    reply_free(&reply);
    reply = door_get(door, "/metrics", NULL);
    snprintf(line, sizeof line, "entrepot_peer_lag_events{peer=\"%s\"} ", door->far_node);
    assert_true(reply_has(&reply, line));
    snprintf(line, sizeof line, "entrepot_peer_open{peer=\"%s\"} 0\n", door->far_node);
    assert_true(reply_has(&reply, line));
    reply_free(&reply);
}

static void what_was_answered_is_there_after_a_restart(void **state)
{
    struct door *door = *state;
    char id[ID_TEXT_BYTES], path[128];
    strcpy(id, door_order(door, "R", 1));
    door_stop(door);
    door_start(door);
    snprintf(path, sizeof path, "/v1/orders/%s", id);
    struct reply reply = door_get(door, path, door->admin);
    assert_status(&reply, 200);
    reply_free(&reply);
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, door_setup, door_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(without_a_valid_token_nothing_is_told),
        ROW(a_role_is_refused_what_is_not_its_own),
        ROW(unknown_paths_and_methods_are_named),
        ROW(a_body_that_is_wrong_names_its_field),
        ROW(who_decides_is_not_the_callers_to_say),
        ROW(a_mistyped_id_is_an_error_and_never_another_record),
        ROW(hostile_json_is_refused_with_its_place),
        ROW(a_body_of_another_type_or_size_is_refused),
        ROW(what_moves_goods_or_money_needs_a_key),
        ROW(the_same_request_again_is_answered_and_not_done_again),
        ROW(one_key_for_two_commands_with_one_body_is_two_requests_in_conflict),
        ROW(a_key_is_the_merchants_own_and_the_same_at_every_token_of_it),
        ROW(a_record_that_moved_on_is_not_decided_on_what_was_seen_before),
        ROW(a_refund_is_resolved_only_by_who_has_seen_it),
        ROW(the_ids_of_path_and_body_may_not_differ),
        ROW(what_another_must_decide_is_stored_and_can_be_asked_after),
        ROW(a_list_is_walked_page_by_page_without_loss),
        ROW(a_list_refuses_what_it_does_not_know),
        ROW(a_list_goes_on_at_the_longest_cursor),
        ROW(a_full_store_refuses_writes_and_serves_reads),
        ROW(an_engine_that_stops_takes_nothing),
        ROW(a_member_out_of_reach_is_told_of_with_what_it_lacks),
        ROW(what_was_answered_is_there_after_a_restart),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}
