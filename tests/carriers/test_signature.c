/* The proofs of the carriers, against values that the openssl command line computed over the same
 * bytes. */
#include "tests/carriers/collect.h"

static const char body[] = "{\"description\":\"tracker.updated\",\"result\":{\"weight\":136.0}}";
static const char body_reprinted[] =
    "{\"description\":\"tracker.updated\",\"result\":{\"weight\":136}}";

/* A secret whose NFC, NFD and compatibility forms all differ. */
static const char secret_composed[] = "schl\xc3\xbcssel-\xe2\x91\xa0";
static const char secret_decomposed[] = "schlu\xcc\x88ssel-1";

#define EASYPOST_NFKD                                                                              \
    "hmac-sha256-hex=432cf8cc59ac4a73958e8b46b2b490218bfc63b7435412382756a0b1d54fed65"
#define EASYPOST_AS_TYPED                                                                          \
    "hmac-sha256-hex=7181d6f0c89ea66d32d66b09ccaf16d93688a49a43a43e2107ee513d86e2ae6e"
#define EASYPOST_PLAIN                                                                             \
    "hmac-sha256-hex=18e8772d6107dced59345cdaa58ef3ac02981f0a584e8c08972e27af35ac840a"
#define EASYPOST_EMPTY                                                                             \
    "hmac-sha256-hex=47db0a83552adf5299be9be5a260918169fdd3cb39387e81ad51f5824077dde0"
#define EASYPOST_256_K                                                                             \
    "hmac-sha256-hex=bf0e15a2a3927f5f3f3d983d5a3ef4587bd25dbac2ee7f6a42a9dace2318be2a"
#define EASYPOST_257_K                                                                             \
    "hmac-sha256-hex=e6fda65731f0943e38f63d43a761ecd7aa566449e7dccfa0832c42ecd0867c73"
#define AFTERSHIP_COMPOSED "cYHW8Miepm0y1msJzK8W2TaIpJpDpD4hB+5RPYbirm4="
#define AFTERSHIP_PLAIN    "GOh3LWEH3O1ZNFzapY7zrAKYHwpYTowIly4nrzWshAo="
#define AFTERSHIP_SLASH_6  "/7DC67KL3J9nPOg1xkhwCi0jPAHItpfPrrbCO0/Uz0M="
#define AFTERSHIP_257_K    "5v2mVzHwlD449j1Dp2Hs16pWZEnn3M+ggyxC7NCGfHM="
#define AFTERSHIP_256_K    "vw4VoqOSf18/PZg9Wj70WHvSXbrC7n9qQqnaziMYvio="
#define AFTERSHIP_EMPTY    "R9sKg1Uq31KZvpvlomCRgWn908s5OH6BrVH1gkB33eA="

static enum error verify_with(const char *carrier, struct span former, struct span secret,
                              struct span header, const char *text)
{
    struct span secrets[] = {former, secret};
    bool has_former = former.at != NULL;
    return collect_verify(carrier, has_former ? secrets : secrets + 1, has_former ? 2 : 1, header,
                          span_text(text));
}

static enum error verify(const char *carrier, const char *secret, const char *header,
                         const char *text)
{
    return verify_with(carrier, span_of(NULL, 0), span_text(secret), span_text(header), text);
}

static void easypost_takes_a_secret_in_whatever_form_it_was_typed(void **state)
{
    (void)state;
    assert_error(OK, verify("easypost", secret_composed, EASYPOST_NFKD, body));
    assert_error(OK, verify("easypost", secret_decomposed, EASYPOST_NFKD, body));
    assert_error(OK, verify("easypost", "plain", EASYPOST_PLAIN, body));
    assert_error(ERROR_BAD_SIGNATURE, verify("easypost", secret_composed, EASYPOST_AS_TYPED, body));
}

static void easypost_refuses_what_another_secret_or_body_signed(void **state)
{
    (void)state;
    assert_error(ERROR_BAD_SIGNATURE, verify("easypost", "plain", EASYPOST_NFKD, body));
    assert_error(ERROR_BAD_SIGNATURE, verify("easypost", "plain", EASYPOST_PLAIN, body_reprinted));
    char with_newline[sizeof body + 1];
    snprintf(with_newline, sizeof with_newline, "%s\n", body);
    assert_error(ERROR_BAD_SIGNATURE, verify("easypost", "plain", EASYPOST_PLAIN, with_newline));
}

static void easypost_wants_its_prefix_and_exactly_64_digits(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "hmac-sha256-hex=",
        &EASYPOST_PLAIN[16], /* without the prefix */
        "HMAC-SHA256-HEX=18e8772d6107dced59345cdaa58ef3ac02981f0a584e8c08972e27af35ac840a",
        EASYPOST_PLAIN "0",
        EASYPOST_PLAIN " ",
        "hmac-sha256-hex=18e8772d6107dced59345cdaa58ef3ac02981f0a584e8c08972e27af35ac840",
        "hmac-sha256-hex=18e8772d6107dced59345cdaa58ef3ac02981f0a584e8c08972e27af35ac84zz",
        "hmac-sha256-hex=GOh3LWEH3O1ZNFzapY7zrAKYHwpYTowIly4nrzWshAo=",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_error(ERROR_BAD_SIGNATURE, verify("easypost", "plain", bad[i], body));
    assert_error(OK, verify("easypost", "plain",
                            "hmac-sha256-hex="
                            "18E8772D6107DCED59345CDAA58EF3AC02981F0A584E8C08972E27AF35AC840A",
                            body));
}

static void aftership_compares_bytes_so_case_counts(void **state)
{
    (void)state;
    assert_error(OK, verify("aftership", "plain", AFTERSHIP_PLAIN, body));
    assert_error(OK, verify("aftership", secret_composed, AFTERSHIP_COMPOSED, body));
    assert_error(ERROR_BAD_SIGNATURE,
                 verify("aftership", secret_decomposed, AFTERSHIP_COMPOSED, body));
    assert_error(ERROR_BAD_SIGNATURE,
                 verify("aftership", "plain", AFTERSHIP_PLAIN, body_reprinted));
    assert_error(ERROR_BAD_SIGNATURE, verify("aftership", "plain",
                                             "GOH3LWEH3O1ZNFZAPY7ZRAKYHWPYTOWILY4NRZWSHAO=", body));
    assert_error(ERROR_BAD_SIGNATURE, verify("aftership", "plain",
                                             "goh3lweh3o1znfzapy7zrakyhwpytowily4nrzwshao=", body));
}

static void aftership_wants_whole_base64_in_its_one_form(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "GOh3LWEH3O1ZNFzapY7zrAKYHwpYTowIly4nrzWshAo",    /* without padding */
        "GOh3LWEH3O1ZNFzapY7zrAKYHwpYTowIly4nrzWshAp=",   /* bits that no byte uses */
        "GOh3LWEH3O1ZNFzapY7zrAKYHwpYTowIly4nrzWshAo==",  /* too long */
        "GOh3LWEH3O1ZNFzapY7zrAKYHwpYTowIly4nrzWshAoA",   /* no padding at the end */
        "sha256=GOh3LWEH3O1ZNFzapY7zrAKYHwpYTowIly4nrz=", /* another scheme */
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_error(ERROR_BAD_SIGNATURE, verify("aftership", "plain", bad[i], body));
    assert_error(OK, verify("aftership", "slash-6", AFTERSHIP_SLASH_6, body));
    assert_error(
        ERROR_BAD_SIGNATURE, /* one digit of another alphabet */
        verify("aftership", "slash-6", "_7DC67KL3J9nPOg1xkhwCi0jPAHItpfPrrbCO0/Uz0M=", body));
}

static void an_absent_header_is_a_bad_signature(void **state)
{
    (void)state;
    for (size_t i = 0; i < carriers_count; i++)
        if (carriers[i]->proof != NULL)
            assert_error(ERROR_BAD_SIGNATURE,
                         verify_with(carriers[i]->name, span_of(NULL, 0), span_text("plain"),
                                     span_of(NULL, 0), body));
}

/* Anybody can compute an HMAC under an empty key. */
static void an_empty_secret_proves_nothing(void **state)
{
    (void)state;
    assert_error(ERROR_BAD_SIGNATURE, verify("easypost", "", EASYPOST_EMPTY, body));
    assert_error(ERROR_BAD_SIGNATURE, verify("aftership", "", AFTERSHIP_EMPTY, body));
}

static void either_of_two_secrets_proves_while_one_is_being_changed(void **state)
{
    (void)state;
    struct span former = span_text("former"), plain = span_text("plain");
    struct span hex_header = span_text(EASYPOST_PLAIN), base64_header = span_text(AFTERSHIP_PLAIN);
    assert_error(OK, verify_with("easypost", former, plain, hex_header, body));
    assert_error(OK, verify_with("easypost", plain, former, hex_header, body));
    assert_error(OK, verify_with("aftership", former, plain, base64_header, body));
    assert_error(OK, verify_with("aftership", plain, former, base64_header, body));
    assert_error(ERROR_BAD_SIGNATURE, verify_with("easypost", former, former, hex_header, body));
    assert_error(ERROR_BAD_SIGNATURE,
                 collect_verify("easypost", NULL, 0, hex_header, span_text(body)));
}

static void a_secret_longer_than_its_limit_verifies_nothing(void **state)
{
    (void)state;
    char k[CARRIER_SECRET_BYTES_MAX + 2];
    memset(k, 'k', sizeof k);
    k[CARRIER_SECRET_BYTES_MAX] = '\0';
    assert_error(OK, verify("easypost", k, EASYPOST_256_K, body));
    assert_error(OK, verify("aftership", k, AFTERSHIP_256_K, body));
    k[CARRIER_SECRET_BYTES_MAX] = 'k';
    k[CARRIER_SECRET_BYTES_MAX + 1] = '\0';
    assert_error(ERROR_BAD_SIGNATURE, verify("easypost", k, EASYPOST_257_K, body));
    assert_error(ERROR_BAD_SIGNATURE, verify("aftership", k, AFTERSHIP_257_K, body));
}

static void a_secret_that_is_not_utf8_verifies_nothing_at_easypost(void **state)
{
    (void)state;
    assert_error(ERROR_BAD_SIGNATURE, verify("easypost", "pl\xff", EASYPOST_PLAIN, body));
    /* U+FDFA grows to 18 code points: the longest secret must fit our buffers, or be refused. */
    char growing[CARRIER_SECRET_BYTES_MAX + 1] = "";
    for (size_t i = 0; i + 3 <= CARRIER_SECRET_BYTES_MAX; i += 3)
        memcpy(growing + i, "\xef\xb7\xba", 4);
    assert_error(ERROR_BAD_SIGNATURE, verify("easypost", growing, EASYPOST_PLAIN, body));
}

static void secrets_compare_by_every_byte(void **state)
{
    (void)state;
    struct hash a = {{1, 2, 3}};
    for (size_t i = 0; i < HASH_BYTES; i++) {
        struct hash b = a;
        b.bytes[i] ^= 0x80;
        assert_false(span_equal_secret(span_of(a.bytes, HASH_BYTES), span_of(b.bytes, HASH_BYTES)));
    }
    assert_true(span_equal_secret(span_of(a.bytes, HASH_BYTES), span_of(a.bytes, HASH_BYTES)));
    assert_false(span_equal_secret(span_of(a.bytes, 3), span_of(a.bytes, 2)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(easypost_takes_a_secret_in_whatever_form_it_was_typed),
        cmocka_unit_test(easypost_refuses_what_another_secret_or_body_signed),
        cmocka_unit_test(easypost_wants_its_prefix_and_exactly_64_digits),
        cmocka_unit_test(aftership_compares_bytes_so_case_counts),
        cmocka_unit_test(aftership_wants_whole_base64_in_its_one_form),
        cmocka_unit_test(an_absent_header_is_a_bad_signature),
        cmocka_unit_test(an_empty_secret_proves_nothing),
        cmocka_unit_test(either_of_two_secrets_proves_while_one_is_being_changed),
        cmocka_unit_test(a_secret_longer_than_its_limit_verifies_nothing),
        cmocka_unit_test(a_secret_that_is_not_utf8_verifies_nothing_at_easypost),
        cmocka_unit_test(secrets_compare_by_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
