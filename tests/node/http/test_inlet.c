/* What payment providers push, over real HTTP into a real store: proved by the account's own secret
 * or key over the bytes as they came, stored as an observation, and answered after that. */
#include <curl/curl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "overseas-warehouse/payment/text.h"
#include "proto/digits.h"
#include "tests/node/http/client.h"
#include "tests/node/http/door_world.h"

#define KEY     "0123456789ABCDEFGHJKMNPQRSTVWXYZ01234567"
#define SECRET  "whsec_of_the_test"
#define HMACKEY "00112233445566778899aabbccddeeff"

static struct door *door;
static struct http_inlet hooks[3];
static EVP_PKEY *private_key;
static uint8_t adyen_key[16];

/* --- proofs ----------------------------------------------------------------------------------- */

static void mac_of(struct span key, struct span message, struct hash *mac)
{
    const struct crypto *crypto = keys_crypto(door->keys);
    crypto_hmac(crypto, key, message, mac);
}

static void stripe_header(char header[256], time_t at, const char *body, const char *secret)
{
    char *message = NULL;
    struct hash mac;
    int size = asprintf(&message, "%lld.%s", (long long)at, body);
    assert_true(size > 0);
    mac_of(span_text(secret), span_text(message), &mac);
    free(message);
    int used = snprintf(header, 256, "Stripe-Signature: t=%lld,v0=00,v1=", (long long)at);
    for (size_t i = 0; i < HASH_BYTES; i++)
        used += snprintf(header + used, 256 - (size_t)used, "%02x", mac.bytes[i]);
}

static struct reply push(const char *path, const char *header, const char *body)
{
    const struct letter ask = {.method = "POST", .path = path, .header = header, .body = body};
    return client_call(door_port(door), &ask);
}

static void expect(const char *path, const char *header, const char *body, long status,
                   const char *part)
{
    struct reply reply = push(path, header, body);
    if (reply.status != status || strstr(reply.body, part) == NULL)
        print_error("%ld %s\n", reply.status, reply.body);
    assert_int_equal(reply.status, status);
    assert_non_null(strstr(reply.body, part));
    reply_free(&reply);
}

static void expect_stripe(time_t at, const char *body, const char *secret, long status,
                          const char *part)
{
    char header[256];
    stripe_header(header, at, body, secret);
    expect("/v1/providers/stripe/webhook", header, body, status, part);
}

/* --- Stripe ------------------------------------------------------------------------------------
 */

#define STRIPE(event, object)                                                                      \
    "{\"id\":\"" event "\",\"type\":\"refund.updated\",\"data\":{\"object\":" object "}}"
#define STRIPE_REFUND(status)                                                                      \
    "{\"object\":\"refund\",\"id\":\"re_1\",\"status\":\"" status                                  \
    "\",\"payment_intent\":\"pi_1\",\"currency\":\"eur\",\"amount\":1990,"                         \
    "\"metadata\":{\"entrepot_slot\":\"" KEY "\"}}"

#define STRIPE_DISPUTE(status)                                                                     \
    "{\"object\":\"dispute\",\"id\":\"dp_1\",\"status\":\"" status                                 \
    "\",\"payment_intent\":\"pi_1\",\"currency\":\"eur\",\"amount\":1990,\"created\":1700000000}"

static void a_signed_word_is_stored_once_and_answered_alike(void **state)
{
    (void)state;
    const char *body = STRIPE("evt_1", STRIPE_REFUND("succeeded"));
    expect_stripe(time(NULL), body, SECRET, 200, "\"refunds\":1,\"duplicates\":0");
    expect_stripe(time(NULL), body, SECRET, 200, "\"refunds\":1,\"duplicates\":1");
    expect_stripe(time(NULL) - 200, body, SECRET, 200, "\"duplicates\":1");
}

static void what_is_not_proved_is_not_believed(void **state)
{
    (void)state;
    const char *body = STRIPE("evt_2", STRIPE_REFUND("succeeded"));
    char header[256];
    const char *path = "/v1/providers/stripe/webhook";
    expect_stripe(time(NULL), body, "another", 401, "bad_signature");
    expect_stripe(time(NULL) - 400, body, SECRET, 401, "bad_signature");
    expect_stripe(time(NULL) + 400, body, SECRET, 401, "bad_signature");
    expect(path, NULL, body, 401, "bad_signature");
    expect(path, "Stripe-Signature: t=,v1=", body, 401, "bad_signature");
    expect(path, "Stripe-Signature: ,,,=,t", body, 401, "bad_signature");
    stripe_header(header, time(NULL), body, SECRET);
    expect(path, header, STRIPE("evt_3", STRIPE_REFUND("succeeded")), 401, "bad_signature");
    /* The proof comes before the parser. */
    expect(path, NULL, "{", 401, "bad_signature");
}

/* What bears no key of ours is kept under the provider's reference, and disputes are too. */
static void what_others_made_is_stored_by_its_reference(void **state)
{
    (void)state;
    expect_stripe(time(NULL),
                  STRIPE("evt_8", "{\"object\":\"refund\",\"id\":\"re_8\",\"status\":\"succeeded\","
                                  "\"payment_intent\":\"pi_1\",\"currency\":\"eur\",\"amount\":5,"
                                  "\"created\":1700000000}"),
                  SECRET, 200, "\"refunds\":1,\"duplicates\":0,\"elsewhere\":1");
    expect_stripe(time(NULL), STRIPE("evt_9", STRIPE_DISPUTE("needs_response")), SECRET, 200,
                  "\"refunds\":1,\"duplicates\":0,\"elsewhere\":1");
    expect_stripe(time(NULL), STRIPE("evt_10", STRIPE_DISPUTE("won")), SECRET, 200,
                  "\"refunds\":1,\"duplicates\":0,\"elsewhere\":1");
}

static void a_secret_that_is_being_changed_counts_too(void **state)
{
    (void)state;
    expect_stripe(time(NULL), STRIPE("evt_4", STRIPE_REFUND("failed")), "the former one", 200,
                  "\"refunds\":1");
}

static void a_message_about_something_else_says_nothing(void **state)
{
    (void)state;
    expect_stripe(time(NULL), STRIPE("evt_5", "{\"object\":\"charge\"}"), SECRET, 200,
                  "\"refunds\":0");
    expect_stripe(time(NULL), STRIPE("evt_7", STRIPE_DISPUTE("warning_needs_response")), SECRET,
                  200, "\"refunds\":0");
    expect_stripe(time(NULL), STRIPE("evt_6", STRIPE_REFUND("a_new_word")), SECRET, 200,
                  "\"refunds\":0");
    expect_stripe(time(NULL), "{}", SECRET, 400, "no message of this provider");
    expect_stripe(time(NULL), "{", SECRET, 400, "malformed");
}

/* --- Adyen --------------------------------------------------------------------------------------
 */

static char *adyen_body(const char *code, const char *success, const char *account,
                        const char *signed_as)
{
    char *message = NULL, *body = NULL;
    struct hash mac;
    uint8_t sign[64];
    assert_true(
        asprintf(&message, "PSP1:PAY1:%s:" KEY ":1990:EUR:%s:%s", account, signed_as, success) > 0);
    mac_of(span_of(adyen_key, sizeof adyen_key), span_text(message), &mac);
    EVP_EncodeBlock(sign, mac.bytes, HASH_BYTES);
    assert_true(asprintf(&body,
                         "{\"live\":\"false\",\"notificationItems\":[{\"NotificationRequestItem\":"
                         "{\"additionalData\":{\"hmacSignature\":\"%s\"},\"amount\":{\"currency\":"
                         "\"EUR\",\"value\":1990},\"eventCode\":\"%s\",\"merchantAccountCode\":\"%s"
                         "\",\"merchantReference\":\"" KEY "\",\"originalReference\":\"PAY1\","
                         "\"pspReference\":\"PSP1\",\"success\":\"%s\"}}]}",
                         (char *)sign, code, account, success) > 0);
    free(message);
    return body;
}

static void expect_adyen(const char *code, const char *account, const char *signed_as, long status,
                         const char *part)
{
    char *body = adyen_body(code, "true", account, signed_as);
    expect("/v1/providers/adyen/webhook/cups", NULL, body, status, part);
    free(body);
}

static void adyen_proves_each_refund_and_wants_its_own_word(void **state)
{
    (void)state;
    expect_adyen("REFUND", "Cups", "REFUND", 200, "[accepted]");
    expect_adyen("REFUND_FAILED", "Cups", "REFUND_FAILED", 200, "[accepted]");
    expect_adyen("SECOND_CHARGEBACK", "Cups", "SECOND_CHARGEBACK", 200, "[accepted]");
    expect_adyen("AUTHORISATION", "Cups", "AUTHORISATION", 200, "[accepted]");
    expect_adyen("REFUND", "Cups", "REFUND_FAILED", 401, "bad_signature");
    expect_adyen("REFUND", "Dogs", "REFUND", 200,
                 "[accepted]"); /* another account's: passed over */
    expect("/v1/providers/adyen/webhook/cups", NULL, "{}", 401, "bad_signature");
    expect("/v1/providers/adyen/webhook/cups", NULL, "{\"notificationItems\":[{}]}", 401,
           "bad_signature");
    expect("/v1/providers/adyen/webhook/cups", NULL, "nonsense", 400, "malformed");
}

/* --- PayPal -------------------------------------------------------------------------------------
 */

#define PAYPAL                                                                                     \
    "{\"id\":\"WH-1\",\"event_type\":\"PAYMENT.CAPTURE.REFUNDED\",\"resource\":{\"id\":\"R1\","    \
    "\"status\":\"COMPLETED\",\"amount\":{\"value\":\"19.90\",\"currency_code\":\"EUR\"},"         \
    "\"custom_id\":\"" KEY "\",\"links\":[{\"rel\":\"up\",\"href\":"                               \
    "\"https://api-m.paypal.com/v2/payments/captures/CAP1\"}]}}"

static unsigned long sum_of(const char *body)
{
    unsigned long sum = 0xffffffff;
    for (; *body != '\0'; body++) {
        sum ^= (unsigned char)*body;
        for (int bit = 0; bit < 8; bit++) sum = sum >> 1 ^ (0xedb88320 & (0 - (sum & 1)));
    }
    return sum ^ 0xffffffff;
}

static struct reply push_paypal(const char *body, const char *signed_body, time_t at)
{
    char stamp[40], message[256], headers[2048];
    uint8_t signature[512], text[1024];
    size_t size = sizeof signature;
    struct tm utc;
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&at, &utc));
    snprintf(message, sizeof message, "T-1|%s|WEBHOOK1|%lu", stamp, sum_of(signed_body));
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, private_key), 1);
    assert_int_equal(
        EVP_DigestSign(context, signature, &size, (const uint8_t *)message, strlen(message)), 1);
    EVP_MD_CTX_free(context);
    EVP_EncodeBlock(text, signature, (int)size);
    snprintf(headers, sizeof headers,
             "POST /v1/providers/paypal/webhook HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
             "PAYPAL-TRANSMISSION-ID: T-1\r\nPAYPAL-TRANSMISSION-TIME: %s\r\n"
             "PAYPAL-AUTH-ALGO: SHA256withRSA\r\nPAYPAL-CERT-URL: https://elsewhere\r\n"
             "PAYPAL-TRANSMISSION-SIG: %s\r\nContent-Length: %zu\r\n\r\n",
             stamp, (char *)text, strlen(body));
    int fd = client_connect(door_port(door));
    client_send(fd, headers);
    client_send(fd, body);
    const char *said = client_read(fd, NULL);
    struct reply reply = {.status = strtol(said + 9, NULL, 10), .body = strdup(said)};
    close(fd);
    return reply;
}

static void expect_paypal(const char *body, const char *signed_body, time_t at, long status,
                          const char *part)
{
    struct reply reply = push_paypal(body, signed_body, at);
    if (reply.status != status || strstr(reply.body, part) == NULL) print_error("%s\n", reply.body);
    assert_int_equal(reply.status, status);
    assert_non_null(strstr(reply.body, part));
    free(reply.body);
}

static void paypal_is_proved_by_the_certificate_of_the_configuration(void **state)
{
    (void)state;
    time_t now = time(NULL);
    expect_paypal(PAYPAL, PAYPAL, now, 200, "\"refunds\":1,\"duplicates\":0");
    expect_paypal(PAYPAL, PAYPAL, now - 3 * 86400, 200, "\"duplicates\":1"); /* it tries for days */
    expect_paypal(PAYPAL, PAYPAL, now - 5 * 86400, 401, "bad_signature");
    expect_paypal(PAYPAL, PAYPAL, now + 3600, 401, "bad_signature");
    expect_paypal(PAYPAL, "{}", now, 401, "bad_signature");
    expect("/v1/providers/paypal/webhook", NULL, PAYPAL, 401, "bad_signature");
}

static void an_account_that_is_not_configured_takes_nothing(void **state)
{
    (void)state;
    expect("/v1/providers/stripe/webhook/cups", NULL, "{}", 404, "not_found");
    expect("/v1/providers/klarna/webhook", NULL, "{}", 404, "not_found");
}

/* --- a door for all -----------------------------------------------------------------------------
 */

static void make_key(void)
{
    char path[SCRATCH_PATH_MAX + 16];
    private_key = EVP_RSA_gen(2048);
    assert_non_null(private_key);
    snprintf(path, sizeof path, "%s/paypal.pem", door->scratch.path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_PUBKEY(file, private_key), 1);
    fclose(file);
    assert_int_equal(proof_key_open(path, &hooks[2].keys[0]), OK);
    hooks[2].keys_count = 1;
}

static int begin(void **state)
{
    const struct id shop = {{'s', 'h', 'o', 'p', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
    (void)state;
    door = calloc(1, sizeof *door);
    door_open(door);
    door_stop(door);
    hooks[0] = (struct http_inlet){.provider = "stripe",
                                   .account = "",
                                   .speaks = &payment_stripe,
                                   .merchant = shop,
                                   .named = "",
                                   .secrets = {span_text(SECRET), span_text("the former one")},
                                   .secrets_count = 2};
    assert_true(digits_hex(span_text(HMACKEY), adyen_key, sizeof adyen_key));
    hooks[1] = (struct http_inlet){.provider = "adyen",
                                   .account = "cups",
                                   .speaks = &payment_adyen,
                                   .merchant = shop,
                                   .named = "Cups",
                                   .secrets = {span_of(adyen_key, sizeof adyen_key)},
                                   .secrets_count = 1};
    hooks[2] = (struct http_inlet){.provider = "paypal",
                                   .account = "",
                                   .speaks = &payment_paypal,
                                   .merchant = shop,
                                   .named = "WEBHOOK1"};
    make_key();
    door->options.inlets = hooks;
    door->options.inlets_count = 3;
    door_start(door);
    return 0;
}

static int end(void **state)
{
    (void)state;
    door_close(door);
    proof_key_free(hooks[2].keys[0]);
    EVP_PKEY_free(private_key);
    free(door);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signed_word_is_stored_once_and_answered_alike),
        cmocka_unit_test(what_is_not_proved_is_not_believed),
        cmocka_unit_test(a_secret_that_is_being_changed_counts_too),
        cmocka_unit_test(what_others_made_is_stored_by_its_reference),
        cmocka_unit_test(a_message_about_something_else_says_nothing),
        cmocka_unit_test(adyen_proves_each_refund_and_wants_its_own_word),
        cmocka_unit_test(paypal_is_proved_by_the_certificate_of_the_configuration),
        cmocka_unit_test(an_account_that_is_not_configured_takes_nothing),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    return cmocka_run_group_tests(tests, begin, end);
}
