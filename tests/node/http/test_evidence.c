/* A return's evidence: it holds as it was made, a changed byte is found wherever it stands, even
 * by who can sign the whole anew, and nothing goes in that is another merchant's or a person's. */
#include "node/evidence.h"

#include <curl/curl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "tests/node/http/door_world.h"

#define SECOND 0x77

struct told {
    char returned[ID_TEXT_BYTES], box[ID_TEXT_BYTES], path[160];
};

static void act(struct door *door, const char *path, const char *body)
{
    struct reply reply = door_post(door, path, body);
    if (reply.status / 100 != 2) fail_msg("%s: %ld %s", path, reply.status, reply.body);
    reply_free(&reply);
}

static void act_on(struct door *door, const char *id, const char *verb, const char *body)
{
    char path[160];
    snprintf(path, sizeof path, "/v1/returns/%s/%s", id, verb);
    act(door, path, body);
}

/* Derived work follows its cause within some turns. */
static void await(struct door *door, const char *path, const char *what)
{
    const struct timespec moment = {0, 10 * 1000 * 1000};
    for (int i = 0; i < 1000; i++) {
        struct reply reply = door_get(door, path, door->admin);
        bool there = reply.status == 200 && count_at(&reply, what) > 0;
        reply_free(&reply);
        if (there) return;
        nanosleep(&moment, NULL);
    }
    fail_msg("%s never came to be", path);
}

static void receive(struct door *door, const char *return_id, const char *number, unsigned items,
                    char box[ID_TEXT_BYTES])
{
    char body[400];
    int size = snprintf(body, sizeof body,
                        "{\"warehouse\":\"%s\",\"number\":\"%s\",\"items\":[{\"sku\":\"SKU-1\"}%s]",
                        door->warehouse, number, items > 1 ? ",{\"sku\":\"SKU-1\"}" : "");
    if (return_id != NULL)
        size +=
            snprintf(body + size, sizeof body - (size_t)size, ",\"return_id\":\"%s\"", return_id);
    snprintf(body + size, sizeof body - (size_t)size, "}");
    struct reply reply = door_post(door, "/v1/boxes", body);
    assert_status(&reply, 200);
    strcpy(box, at(&reply, "id"));
    reply_free(&reply);
}

/* Asked, noted with a photograph, granted, received, refunded; and who it is about. */
static void tell(struct door *door, const char *reference, struct told *told)
{
    char body[256], path[160];
    door_order(door, reference, 2);
    strcpy(told->returned, door_return(door, reference, reference));
    act_on(door, told->returned, "note",
           "{\"evidence\":[{\"kind\":\"photo\",\"blob\":"
           "\"00000000000000000000000000000000000000000000000000000000000000ab\"}]}");
    act_on(door, told->returned, "approve", "{}");
    snprintf(body, sizeof body, "{\"subject\":\"%s\",\"name\":\"Ada\"}", told->returned);
    act(door, "/v1/persons", body);
    snprintf(path, sizeof path, "RET%s", reference);
    receive(door, told->returned, path, 1, told->box);
    snprintf(path, sizeof path, "/v1/refunds?return=%s", told->returned);
    await(door, path, "refunds");
    snprintf(told->path, sizeof told->path, "/v1/returns/%s/evidence", told->returned);
}

static struct reply export(struct door *door, const struct told *told, const char *query,
                           const char *token)
{
    char path[200];
    snprintf(path, sizeof path, "%s%s", told->path, query);
    return door_get(door, path, token);
}

static bool holds(const struct reply *reply, struct evidence_report *report)
{
    return evidence_check(crypto_openssl(), span_of(reply->body, reply->size), NULL, report);
}

static void a_pack_tells_the_return_and_holds_without_a_node(void **state)
{
    struct door *door = *state;
    struct told told;
    struct evidence_report report;
    tell(door, "EV", &told);
    struct reply reply = export(door, &told, "", door->merchant);
    assert_status(&reply, 200);
    assert_string_equal(reply_header(&reply, "Cache-Control"), "no-store");
    if (!holds(&reply, &report)) fail_msg("%s", report.why);
    assert_true(report.complete);
    assert_true(report.seals > 0);
    assert_int_equal(report.without, 1); /* the person's */
    assert_int_equal(report.bare, 0);
    assert_string_equal(report.node, door->node);
    static const char *const kinds[] = {"order",        "return_moved", "return_noted",
                                        "box_received", "unit_moved",   "unit_assigned",
                                        "box_claimed",  "refund_moved", "person"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        char text[64];
        snprintf(text, sizeof text, "\"kind\":\"%s\"", kinds[i]);
        if (!reply_has(&reply, text)) fail_msg("no entry of the kind %s", kinds[i]);
    }
    assert_string_equal(at(&reply, "pack/return/id"), told.returned);
    assert_string_equal(at(&reply, "pack/return/evidence/0/kind"), "photo");
    assert_true(count_at(&reply, "pack/deadlines") > 0);
    assert_int_equal(count_at(&reply, "pack/boxes"), 1);
    assert_int_equal(count_at(&reply, "pack/units"), 1);
    assert_false(reply_has(&reply, "Ada"));
    reply_free(&reply);
}

/* Any byte: those of the pack by the hash over all of it, those of the signature by itself. */
static void a_changed_byte_is_found_wherever_it_stands(void **state)
{
    struct door *door = *state;
    struct told told;
    struct evidence_report report;
    tell(door, "CB", &told);
    struct reply reply = export(door, &told, "", door->admin);
    assert_true(holds(&reply, &report));
    for (size_t i = 0; i < reply.size; i += 1 + reply.size / 400) {
        char was = reply.body[i];
        reply.body[i] = was == '7' ? '8' : '7';
        if (holds(&reply, &report)) fail_msg("byte %zu was changed and not found", i);
        assert_true(report.why[0] != '\0');
        reply.body[i] = was;
    }
    assert_true(holds(&reply, &report));
    reply_free(&reply);
}

/* Puts another text of the same length for the first after `after`, and signs the whole anew: as a
 * member would who wants to tell another history than was chained. */
static void forge(struct door *door, struct reply *reply, const char *after, const char *text,
                  const char *instead)
{
    const struct crypto *crypto = keys_crypto(door->keys);
    char *place = strstr(reply->body, after);
    assert_non_null(place);
    place = strstr(place + 1, text);
    assert_non_null(place);
    assert_int_equal(strlen(text), strlen(instead));
    memcpy(place, instead, strlen(instead));
    char *end = strstr(reply->body, ",\"signed\":{"), *from = strchr(reply->body, ':') + 1;
    struct hash hash = evidence_hash(crypto, span_of(from, (size_t)(end - from)));
    uint8_t buffer[EVIDENCE_MESSAGE_BYTES], signature[SIGNATURE_BYTES];
    assert_true(crypto->sign(crypto->world, evidence_message(&hash, buffer), signature));
    struct json_out out = {0};
    json_open(&out, NULL, '{');
    json_put_text(&out, "node", span_text(door->node));
    json_put_hex(&out, "sha256", span_of(hash.bytes, HASH_BYTES));
    json_put_hex(&out, "signature", span_of(signature, SIGNATURE_BYTES));
    json_close(&out, '}');
    memcpy(end + strlen(",\"signed\":"), out.at, out.used);
    json_out_free(&out);
}

static void what_was_chained_cannot_be_told_otherwise_by_who_signs_the_pack(void **state)
{
    struct door *door = *state;
    struct told told;
    struct evidence_report report;
    static const struct {
        const char *after, *text, *instead, *why;
    } rows[] = {
        {"\"kind\":\"return_noted\"", "\"photo\"", "\"video\"", "the body is not"},
        {"\"kind\":\"return_noted\"", "00ab", "00ac", "the payload is not"},
        {"\"kind\":\"box_received\"", "\"header\":\"", "\"headed\":\"", "without a header"},
        {"\"kind\":\"order\"", "\"idx\":", "\"idy\":", "told as another entry"},
        {"\"kind\":\"return_noted\"", "\"kind\":\"return_moved\"", "\"kind\":\"refund_moved\"",
         "told as another entry"},
        {"\"seal\":{", "\"committed_through\":", "\"committed_thr0ugh\":", "a seal that is none"},
    };
    tell(door, "FG", &told);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct reply reply = export(door, &told, "", door->admin);
        forge(door, &reply, "\"runs\":", "\"runs\":[", "\"runs\":[");
        assert_true(holds(&reply, &report));
        forge(door, &reply, rows[i].after, rows[i].text, rows[i].instead);
        if (holds(&reply, &report)) fail_msg("%s for %s holds", rows[i].instead, rows[i].text);
        if (strstr(report.why, rows[i].why) == NULL) fail_msg("%zu: %s", i, report.why);
        reply_free(&reply);
    }
}

/* A header binds what follows it, and a seal is a member's. */
static void a_broken_chain_and_a_strangers_seal_are_found(void **state)
{
    struct door *door = *state;
    struct told told;
    struct evidence_report report;
    char text[40];
    tell(door, "BC", &told);
    struct reply reply = export(door, &told, "", door->admin);
    char *place = strstr(strstr(reply.body, "\"seal\":{"), "\"signature\":\"");
    snprintf(text, sizeof text, "%.24s", place);
    char instead[40];
    strcpy(instead, text);
    instead[20] = instead[20] == '0' ? '1' : '0';
    forge(door, &reply, "\"seal\":{", text, instead);
    assert_false(holds(&reply, &report));
    assert_non_null(strstr(report.why, "sealed by none of the members"));
    reply_free(&reply);
    /* Keys that the reader knows from elsewhere stand above those of the pack. */
    static const char strangers[] =
        "{\"members\":[{\"node\":\"3KD1QQ000000000000000000013\",\"sign_key\":"
        "\"00000000000000000000000000000000000000000000000000000000000000ab\"}]}";
    struct json_fault fault;
    struct json *members = json_parse(span_text(strangers), &fault);
    assert_non_null(members);
    reply = export(door, &told, "", door->admin);
    assert_true(holds(&reply, &report));
    assert_false(
        evidence_check(crypto_openssl(), span_of(reply.body, reply.size), members, &report));
    assert_non_null(strstr(report.why, "none of the members"));
    json_free(members);
    reply_free(&reply);
}

static void personal_data_is_in_a_pack_for_who_may_hand_it_on(void **state)
{
    struct door *door = *state;
    struct told told;
    struct evidence_report report;
    char body[200], token[TOKEN_TEXT_BYTES];
    tell(door, "PD", &told);
    struct reply reply = export(door, &told, "?personal=1", door->merchant);
    assert_true(reply_has(&reply, "\"name\":\"Ada\""));
    assert_true(holds(&reply, &report));
    assert_int_equal(report.without, 0);
    reply_free(&reply);
    snprintf(body, sizeof body, "{\"role\":\"platform\",\"merchant\":\"%s\"}", door->shop);
    reply = door_post(door, "/v1/tokens", body);
    assert_status(&reply, 201);
    strcpy(token, at(&reply, "secret"));
    reply_free(&reply);
    reply = export(door, &told, "?personal=1", token);
    assert_refused(&reply, 403, "forbidden");
    reply_free(&reply);
    reply = export(door, &told, "", token);
    assert_status(&reply, 200);
    assert_false(reply_has(&reply, "Ada"));
    reply_free(&reply);
    snprintf(body, sizeof body, "{\"subject\":\"%s\"}", told.returned);
    act(door, "/v1/erasures", body);
    reply = export(door, &told, "?personal=1", door->merchant);
    assert_false(reply_has(&reply, "Ada"));
    assert_true(reply_has(&reply, "\"erased\":true"));
    assert_true(holds(&reply, &report));
    reply_free(&reply);
}

/* --- another merchant ------------------------------------------------------------------------- */

static void settle_second(struct door *door, char shop[ID_TEXT_BYTES], char token[TOKEN_TEXT_BYTES])
{
    struct id id = {{SECOND}}, book_id = {{SECOND, 1}};
    char body[400], path[160], book[ID_TEXT_BYTES];
    id_print(&id, shop);
    id_print(&book_id, book);
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"name\":\"Second\",\"book\":\"%s\",\"opener\":\"%s\","
             "\"currency\":\"EUR\",\"cap_minor\":1000000}",
             shop, book, door->node);
    act(door, "/v1/merchants", body);
    snprintf(path, sizeof path, "/v1/merchants/%s/open-book", shop);
    act(door, path, "{}");
    snprintf(body, sizeof body, "{\"role\":\"merchant\",\"merchant\":\"%s\"}", shop);
    struct reply reply = door_post(door, "/v1/tokens", body);
    assert_status(&reply, 201);
    strcpy(token, at(&reply, "secret"));
    reply_free(&reply);
}

static void nothing_of_another_merchant_is_in_a_pack(void **state)
{
    struct door *door = *state;
    struct told first, second;
    struct evidence_report report;
    char shop[ID_TEXT_BYTES], own[ID_TEXT_BYTES], token[TOKEN_TEXT_BYTES], unit[ID_TEXT_BYTES];
    settle_second(door, shop, token);
    tell(door, "M1", &first);
    strcpy(own, door->shop);
    strcpy(door->shop, shop);
    tell(door, "M2", &second);
    strcpy(door->shop, own);
    struct reply reply = export(door, &second, "", token);
    assert_true(holds(&reply, &report));
    strcpy(unit, at(&reply, "pack/units/0/id"));
    reply_free(&reply);
    reply = export(door, &first, "", token);
    assert_refused(&reply, 404, "not_found");
    reply_free(&reply);
    reply = export(door, &first, "?neighbours=1", door->merchant);
    assert_refused(&reply, 403, "forbidden");
    reply_free(&reply);
    reply = export(door, &first, "", door->admin);
    assert_true(holds(&reply, &report));
    assert_false(reply_has(&reply, shop));
    assert_false(reply_has(&reply, unit));
    assert_false(reply_has(&reply, second.returned));
    reply_free(&reply);
}

static void ask_granted(struct door *door, const char *reference, char id[ID_TEXT_BYTES])
{
    char key[40];
    door_order(door, reference, 1);
    snprintf(key, sizeof key, "%s-%s", reference, door->shop);
    strcpy(id, door_return(door, reference, key));
    act_on(door, id, "approve", "{}");
}

/* The bytes of the unit's id in hex, as they would stand in a header. */
static void unit_of(struct door *door, const char *return_id, char hex[2 * ID_BYTES + 1])
{
    char path[160];
    struct id id;
    snprintf(path, sizeof path, "/v1/units?return=%s", return_id);
    await(door, path, "units");
    struct reply reply = door_get(door, path, door->admin);
    assert_int_equal(id_parse(span_text(at(&reply, "units/0/id")), &id), OK);
    for (size_t i = 0; i < ID_BYTES; i++) snprintf(hex + 2 * i, 3, "%02x", id.bytes[i]);
    reply_free(&reply);
}

/* One parcel with goods for two merchants: what was in the box is told to neither of the other. */
static void of_a_shared_box_only_the_header_is_told(void **state)
{
    struct door *door = *state;
    struct told first = {0};
    struct evidence_report report;
    char shop[ID_TEXT_BYTES], own[ID_TEXT_BYTES], token[TOKEN_TEXT_BYTES], other[ID_TEXT_BYTES];
    char unit[2 * ID_BYTES + 1];
    const struct timespec moment = {0, 10 * 1000 * 1000};
    struct reply reply = {0};
    settle_second(door, shop, token);
    ask_granted(door, "TW", first.returned);
    strcpy(own, door->shop);
    strcpy(door->shop, shop);
    ask_granted(door, "TW", other);
    strcpy(door->shop, own);
    receive(door, NULL, "RETTW", 2, first.box);
    snprintf(first.path, sizeof first.path, "/v1/returns/%s/evidence", first.returned);
    for (int i = 0; i < 500 && (i == 0 || !reply_has(&reply, "\"shared\":true")); i++) {
        reply_free(&reply);
        nanosleep(&moment, NULL);
        reply = export(door, &first, "", door->merchant);
    }
    if (!holds(&reply, &report)) fail_msg("%s", report.why);
    assert_true(reply_has(&reply, "\"shared\":true"));
    assert_false(reply_has(&reply, other));
    assert_false(reply_has(&reply, shop));
    reply_free(&reply);
    unit_of(door, other, unit);
    reply = export(door, &first, "", door->admin);
    if (!holds(&reply, &report)) fail_msg("%s", report.why);
    assert_int_equal(report.without, 1); /* of what was in the box */
    assert_true(report.bare > 0);
    assert_false(reply_has(&reply, unit));
    assert_false(reply_has(&reply, other));
    assert_false(reply_has(&reply, shop));
    reply_free(&reply);
    /* Whoever is bound to no merchant may have these headers too, and then all is sealed. */
    reply = export(door, &first, "?neighbours=1", door->admin);
    if (!holds(&reply, &report)) fail_msg("%s", report.why);
    assert_int_equal(report.bare, 0);
    assert_true(reply_has(&reply, unit));
    reply_free(&reply);
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, door_setup, door_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(a_pack_tells_the_return_and_holds_without_a_node),
        ROW(a_changed_byte_is_found_wherever_it_stands),
        ROW(what_was_chained_cannot_be_told_otherwise_by_who_signs_the_pack),
        ROW(a_broken_chain_and_a_strangers_seal_are_found),
        ROW(personal_data_is_in_a_pack_for_who_may_hand_it_on),
        ROW(nothing_of_another_merchant_is_in_a_pack),
        ROW(of_a_shared_box_only_the_header_is_told),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
