/* Proofs of every kind that carriers use, over values that the openssl command line computed, or
 * that stand in what their makers publish; and each of them spoilt. */
#include "carriers/proof.h"
#include "tests/carriers/collect.h"

#define HOUR_MS 3600000u

#define DIGEST_BODY_KEY "ce1f3638285ce98cc279ae905ca269761f0572e3402305cc71e7380061402f96"
#define DIGEST_NO_SLASH "bb531ccc9005aa0f7c7bca60740e6fc473f356924b29156ab001c2ecd10dbbc9"
#define PART_MAC        "a438e398bfafc57e4396bb7fc2304422f0f768e965d073ca313cb52e22e6ad03"
#define JSON_MAC        "hlIx5w1ZtJUc0KhxPPUNhUxJpTx0QEuapDOmH1z5uS0="
#define FORM_DIGEST     "KD96SNlLe2m1USODSozWhg%3D%3D"

static enum error check_at(const struct proof *proof, const char *secret, const char *header,
                           const char *body, uint64_t now_ms)
{
    struct span value = header == NULL ? span_of(NULL, 0) : span_text(header);
    struct span key = span_text(secret);
    struct proof_push push = collect_push(span_text(body), &value);
    push.now_ms = now_ms;
    return proof_check(proof, collect_crypto(), &key, 1, &push);
}

static enum error check(const struct proof *proof, const char *secret, const char *header,
                        const char *body)
{
    return check_at(proof, secret, header, body, 0);
}

/* A bit of the header and a bit of the body. */
static void fails_when_spoilt(const struct proof *proof, const char *secret, const char *header,
                              const char *body)
{
    char text[512];
    assert_error(OK, check(proof, secret, header, body));
    assert_error(ERROR_BAD_SIGNATURE, check(proof, secret, NULL, body));
    assert_error(ERROR_BAD_SIGNATURE, check(proof, "", header, body));
    assert_error(ERROR_BAD_SIGNATURE, check(proof, "another", header, body));
    for (size_t i = 0; header != NULL && i < strlen(header); i++) {
        snprintf(text, sizeof text, "%s", header);
        text[i] = (char)(text[i] ^ 1);
        if (check(proof, secret, text, body) == OK) fail_msg("%s proves as %s", text, header);
    }
    if (!proof_signs(proof)) return;
    for (size_t i = 0; i < strlen(body); i++) {
        snprintf(text, sizeof text, "%s", body);
        text[i] = (char)(text[i] ^ 1);
        if (text[i] == '\0') continue;
        if (check(proof, secret, header, text) == OK) fail_msg("%s proves as %s", text, body);
    }
}

/* printf '%s' '{"a":1}/key' | openssl dgst -sha256 */
static void a_digest_over_body_and_key(void **state)
{
    (void)state;
    const struct proof proof = {
        .kind = PROOF_SHA256, .digits = PROOF_HEX, .header = "sign", .says = "{body}/{secret}"};
    fails_when_spoilt(&proof, "key", DIGEST_BODY_KEY, "{\"a\":1}");
    assert_error(ERROR_BAD_SIGNATURE, check(&proof, "key", DIGEST_NO_SLASH, "{\"a\":1}"));
}

static void parts_with_a_time(void **state)
{
    (void)state;
    const struct proof proof = {.kind = PROOF_HMAC_SHA256,
                                .digits = PROOF_HEX,
                                .header = "shippo-auth-signature",
                                .part = "v1",
                                .says = "{t}.{body}",
                                .when = "{t}",
                                .window_s = 300};
    const char *good = "t=1700000000,v1=" PART_MAC, *two = "t=1700000000,v1=00,v1=" PART_MAC;
    assert_error(OK, check(&proof, "key", good, "{\"a\":1}"));
    assert_error(OK, check(&proof, "key", two, "{\"a\":1}"));
    assert_error(OK, check_at(&proof, "key", good, "{\"a\":1}", 1700000299000));
    assert_error(OK, check_at(&proof, "key", good, "{\"a\":1}", 1699999701000));
    assert_error(ERROR_BAD_SIGNATURE, check_at(&proof, "key", good, "{\"a\":1}", 1700000301000));
    assert_error(ERROR_BAD_SIGNATURE, check_at(&proof, "key", good, "{\"a\":1}", 1699999699000));
    assert_error(ERROR_BAD_SIGNATURE,
                 check(&proof, "key", "t=1700000001,v1=" PART_MAC, "{\"a\":1}"));
    assert_error(ERROR_BAD_SIGNATURE, check(&proof, "key", "v1=" PART_MAC, "{\"a\":1}"));
    assert_error(ERROR_BAD_SIGNATURE, check(&proof, "key", "t=1700000000", "{\"a\":1}"));
    assert_error(ERROR_BAD_SIGNATURE, check(&proof, "key", good, "{\"a\":2}"));
}

static void words_of_a_json_body(void **state)
{
    (void)state;
    const struct proof proof = {.kind = PROOF_HMAC_SHA256,
                                .digits = PROOF_BASE64,
                                .header = "x-hmac",
                                .says = "{json:timestamp}{json:payload}",
                                .when = "{json:timestamp}",
                                .window_s = 3600};
    const char *body = "{\"timestamp\":\"2023-11-14T22:13:20Z\",\"payload\":\"{\\\"n\\\":1}\"}";
    assert_error(OK, check(&proof, "key", JSON_MAC, body));
    assert_error(OK, check_at(&proof, "key", JSON_MAC, body, 1700000000000 + HOUR_MS));
    assert_error(ERROR_BAD_SIGNATURE,
                 check_at(&proof, "key", JSON_MAC, body, 1700000000001 + HOUR_MS));
    assert_error(ERROR_BAD_SIGNATURE,
                 check(&proof, "key", JSON_MAC, "{\"timestamp\":\"2023-11-14T22:13:20Z\"}"));
    assert_error(ERROR_BAD_SIGNATURE, check(&proof, "key", JSON_MAC, "no json"));
    assert_error(ERROR_BAD_SIGNATURE, check(&proof, "key", NULL, body));
}

static void fields_of_a_form(void **state)
{
    (void)state;
    const struct proof proof = {.kind = PROOF_MD5,
                                .digits = PROOF_BASE64,
                                .field = "form:data_digest",
                                .says = "{form:logistics_interface}{secret}"};
    const char *good = "msg_type=X&logistics_interface=%7B%22a%22%3A+1%7D&data_digest=" FORM_DIGEST;
    assert_error(OK, check(&proof, "key", NULL, good));
    assert_error(ERROR_BAD_SIGNATURE, check(&proof, "other", NULL, good));
    assert_error(ERROR_BAD_SIGNATURE,
                 check(&proof, "key", NULL, "logistics_interface=%7B%22a%22%3A+1%7D"));
    assert_error(ERROR_BAD_SIGNATURE, check(&proof, "key", NULL, "data_digest=" FORM_DIGEST));
    assert_error(ERROR_BAD_SIGNATURE,
                 check(&proof, "key", NULL,
                       "logistics_interface=%7B%22a%22%3A+2%7D&data_digest=" FORM_DIGEST));
    assert_error(ERROR_BAD_SIGNATURE,
                 check(&proof, "key", NULL, "logistics_interface=%7&data_digest=" FORM_DIGEST));
}

static void a_token_is_only_its_name(void **state)
{
    (void)state;
    const struct proof bearer = {
        .kind = PROOF_TOKEN, .header = "authorization", .prefix = "Bearer "};
    const struct proof plain = {.kind = PROOF_TOKEN, .header = "webhook_key|authorization"};
    fails_when_spoilt(&bearer, "s3cret", "Bearer s3cret", "{}");
    fails_when_spoilt(&plain, "s3cret", "s3cret", "{}");
    assert_error(ERROR_BAD_SIGNATURE, check(&bearer, "s3cret", "s3cret", "{}"));
    assert_error(ERROR_BAD_SIGNATURE, check(&bearer, "s3cret", "bearer s3cret", "{}"));
    assert_false(proof_signs(&bearer));
}

/* Of a maker's page: the content hello1234 under key123. */
static void a_published_md5(void **state)
{
    (void)state;
    const struct proof proof = {.kind = PROOF_MD5,
                                .digits = PROOF_BASE64,
                                .field = "form:data_digest",
                                .says = "{form:content}{secret}"};
    assert_error(OK, check(&proof, "key123", NULL,
                           "content=hello1234&data_digest=ufYU7rvXhHY3IDyZgyt6SA%3D%3D"));
    assert_error(ERROR_BAD_SIGNATURE,
                 check(&proof, "key123", NULL,
                       "content=hello1235&data_digest=ufYU7rvXhHY3IDyZgyt6SA%3D%3D"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_digest_over_body_and_key), cmocka_unit_test(parts_with_a_time),
        cmocka_unit_test(words_of_a_json_body),       cmocka_unit_test(fields_of_a_form),
        cmocka_unit_test(a_token_is_only_its_name),   cmocka_unit_test(a_published_md5),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
