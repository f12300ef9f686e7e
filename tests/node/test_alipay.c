/* Calls of Alipay with real keys: what is sent bears a signature of the account's key over the
 * parameters in the order of their names, and no answer and no notice is believed that Alipay's key
 * did not sign as it stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "node/outbox/form.h"
#include "node/proof.h"
#include "overseas-warehouse/payment/text.h"
#include "overseas-warehouse/payment/webhook.h"
#include "tests/support/scratch.h"

#define APP   "2026000000000001"
#define TRADE "2026110222001"
#define KEY   "0123456789ABCDEFGHJKMNPQRSTVWXYZ01234567"
#define NOW   UINT64_C(1793613600000) /* 2026-11-02T10:00:00Z, six in the evening there */

static struct scratch scratch;
static struct proof_signer *ours, *theirs;
static struct proof_key *our_key, *their_key;
static struct outbox_provider account;
static struct refund_call call;

/* --- keys ------------------------------------------------------------------------------------- */

static void make_pair(const char *name, struct proof_signer **signer, struct proof_key **key)
{
    char path[SCRATCH_PATH_MAX + 32];
    EVP_PKEY *pkey = EVP_RSA_gen(2048);
    assert_non_null(pkey);
    snprintf(path, sizeof path, "%s/%s.pem", scratch.path, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_PrivateKey(file, pkey, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    assert_int_equal(proof_signer_open(path, signer), OK);
    snprintf(path, sizeof path, "%s/%s.pub", scratch.path, name);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_PUBKEY(file, pkey), 1);
    fclose(file);
    assert_int_equal(proof_key_open(path, key), OK);
    struct proof_signer *none = NULL; /* the public half signs nothing */
    assert_int_equal(proof_signer_open(path, &none), ERROR_CORRUPT);
    EVP_PKEY_free(pkey);
}

static int begin(void **state)
{
    (void)state;
    scratch = scratch_make();
    make_pair("theirs", &theirs, &their_key);
    make_pair("ours", &ours, &our_key);
    account = (struct outbox_provider){.name = "alipay",
                                       .base_url = "https://openapi.example/gateway.do",
                                       .account = APP,
                                       .speaks = &payment_alipay,
                                       .signer = ours,
                                       .keys = {their_key},
                                       .keys_count = 1,
                                       .can_query = true};
    call = (struct refund_call){.provider = "alipay",
                                .payment_ref = TRADE,
                                .key = KEY,
                                .amount_minor = 1990,
                                .currency = 156};
    return 0;
}

static int end(void **state)
{
    (void)state;
    proof_signer_free(ours);
    proof_signer_free(theirs);
    proof_key_free(our_key);
    proof_key_free(their_key);
    scratch_remove(&scratch);
    return 0;
}

/* --- requests --------------------------------------------------------------------------------- */

static char *unescaped(const char *text)
{
    char *to = calloc(1, strlen(text) + 1), *at = to;
    for (; *text != '\0'; text++) {
        unsigned c = (unsigned char)*text;
        if (c == '%') {
            assert_int_equal(sscanf(text + 1, "%2x", &c), 1);
            text += 2;
        }
        *at++ = (char)c;
    }
    return to;
}

static void a_call_is_signed_in_the_order_of_its_parameters(void **state)
{
    (void)state;
    static struct form form;
    struct form_task task = {
        .provider = &account, .kind = CALL_SEND, .call = &call, .next = "", .now_ms = NOW};
    assert_int_equal(form_write(&form, &task), OK);
    assert_true(form.post);
    assert_string_equal(form.url, "https://openapi.example/gateway.do");
    char *body = unescaped(form.body), *sign = strstr(body, "&sign=");
    assert_non_null(sign);
    *sign = '\0';
    assert_string_equal(body, "app_id=" APP "&biz_content={\"trade_no\":\"" TRADE
                              "\",\"refund_amount\":\"19.90\",\"out_request_no\":\"" KEY
                              "\"}&charset=utf-8&format=JSON&method=alipay.trade.refund&sign_type="
                              "RSA2&timestamp=2026-11-02 18:00:00&version=1.0");
    assert_true(proof_is_signed(our_key, span_text(body), span_text(sign + 6)));
    assert_false(proof_is_signed(their_key, span_text(body), span_text(sign + 6)));
    free(body);
    task.kind = CALL_ASK;
    assert_int_equal(form_write(&form, &task), OK);
    assert_non_null(strstr(form.body, "method=alipay.trade.fastpay.refund.query"));
}

static void only_yuan_are_sent(void **state)
{
    (void)state;
    struct payment_request request;
    struct refund_call other = call;
    other.currency = 978;
    assert_false(payment_alipay.refunds.write_send(&other, APP, &request));
    other = call;
    other.amount_minor = 0;
    assert_false(payment_alipay.refunds.write_send(&other, APP, &request));
}

/* --- answers ---------------------------------------------------------------------------------- */

#define SENT(rest)  "{\"code\":\"10000\",\"msg\":\"Success\",\"trade_no\":\"" TRADE "\"," rest "}"
#define ASKED(rest) SENT("\"out_request_no\":\"" KEY "\"" rest)
#define PAID_ROW(amount)                                                                           \
    ASKED(",\"refund_status\":\"REFUND_SUCCESS\",\"refund_amount\":\"" amount "\"")
#define ERROR_OF(code, sub) "{\"code\":\"" code "\",\"msg\":\"m\",\"sub_code\":\"" sub "\"}"

static enum refund_outcome outcome_of(enum call_kind kind, const char *said,
                                      const struct proof_signer *by, const char *instead,
                                      struct outbox_result *result)
{
    char sign[PROOF_SIGNATURE_BYTES], next[PAYMENT_PATH_BYTES];
    char *body = NULL;
    struct form_task task = {
        .provider = &account, .kind = kind, .call = &call, .next = "", .now_ms = NOW};
    assert_true(proof_sign(by, span_text(said), sign));
    assert_true(
        asprintf(&body, "{\"%s_response\":%s,\"sign\":\"%s\"}",
                 kind == CALL_SEND ? "alipay_trade_refund" : "alipay_trade_fastpay_refund_query",
                 instead != NULL ? instead : said, sign) > 0);
    form_read(&task, 200, span_text(body), result, next);
    free(body);
    return result->outcome;
}

static void an_answer_means_what_is_certain(void **state)
{
    (void)state;
    static const struct {
        enum call_kind kind;
        const char *said;
        enum refund_outcome outcome;
    } rows[] = {
        {CALL_SEND, SENT("\"fund_change\":\"Y\",\"refund_fee\":\"40.00\""), OUTCOME_PAID},
        {CALL_SEND, SENT("\"fund_change\":\"N\",\"refund_fee\":\"19.90\""), OUTCOME_NO_WORD},
        {CALL_SEND, SENT("\"refund_fee\":\"19.90\""), OUTCOME_NO_WORD},
        {CALL_SEND, ERROR_OF("40004", "ACQ.TRADE_NOT_EXIST"), OUTCOME_FAILED},
        {CALL_SEND, ERROR_OF("40004", "ACQ.INVALID_PARAMETER"), OUTCOME_FAILED},
        {CALL_SEND, ERROR_OF("40004", "ACQ.SELLER_BALANCE_NOT_ENOUGH"), OUTCOME_NO_WORD},
        {CALL_SEND, ERROR_OF("40004", "ACQ.SYSTEM_ERROR"), OUTCOME_NO_WORD},
        {CALL_SEND, ERROR_OF("40002", "isv.invalid-signature"), OUTCOME_NO_WORD},
        {CALL_SEND, ERROR_OF("20000", "isp.unknow-error"), OUTCOME_NO_WORD},
        {CALL_ASK, PAID_ROW("19.90"), OUTCOME_PAID},
        {CALL_ASK, PAID_ROW("19.91"), OUTCOME_CANNOT_ASK},
        {CALL_ASK, PAID_ROW("19.9x"), OUTCOME_NO_WORD},
        {CALL_ASK, ASKED(",\"refund_status\":\"A_NEW_WORD\",\"refund_amount\":\"19.90\""),
         OUTCOME_NO_WORD},
        {CALL_ASK, ASKED(""), OUTCOME_ABSENT},
        {CALL_ASK, ERROR_OF("40004", "ACQ.TRADE_NOT_EXIST"), OUTCOME_CANNOT_ASK},
        {CALL_ASK, ERROR_OF("40004", "ACQ.SYSTEM_ERROR"), OUTCOME_NO_WORD},
        {CALL_ASK, "{}", OUTCOME_NO_WORD},
    };
    struct outbox_result result;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        memset(&result, 0, sizeof result);
        if (outcome_of(rows[i].kind, rows[i].said, theirs, NULL, &result) != rows[i].outcome)
            fail_msg("row %zu: outcome %d (%s)", i, result.outcome, result.reason);
    }
    assert_int_equal(outcome_of(CALL_SEND, rows[0].said, theirs, NULL, &result), OUTCOME_PAID);
    assert_string_equal(result.provider_ref, KEY);
}

/* A further try has a number of its own: that the former one was not paid cannot be seen. */
static void nobody_is_absent_beside_an_earlier_try(void **state)
{
    (void)state;
    struct outbox_result result = {0};
    call.former_count = 1;
    assert_int_equal(outcome_of(CALL_ASK, ASKED(""), theirs, NULL, &result), OUTCOME_CANNOT_ASK);
    call.former_count = 0;
}

static void what_its_key_did_not_sign_says_nothing(void **state)
{
    (void)state;
    struct outbox_result result = {0};
    const char *paid = SENT("\"fund_change\":\"Y\"");
    const char *forged = SENT("\"fund_change\":\"Y\" ");
    char next[PAYMENT_PATH_BYTES];
    struct form_task task = {
        .provider = &account, .kind = CALL_SEND, .call = &call, .next = "", .now_ms = NOW};
    assert_int_equal(outcome_of(CALL_SEND, paid, ours, NULL, &result), OUTCOME_NO_WORD);
    assert_int_equal(outcome_of(CALL_SEND, paid, theirs, forged, &result), OUTCOME_NO_WORD);
    assert_non_null(strstr(result.reason, "not signed"));
    form_read(&task, 200, span_text("{\"alipay_trade_refund_response\":{}}"), &result, next);
    assert_int_equal(result.outcome, OUTCOME_NO_WORD);
    form_read(&task, 200, span_text(""), &result, next);
    assert_int_equal(result.outcome, OUTCOME_NO_WORD);
}

/* --- notices ---------------------------------------------------------------------------------- */

static bool check(void *world, struct span message, struct span signature)
{
    (void)world;
    return proof_is_signed(their_key, message, signature);
}

static bool is_proved(const char *body)
{
    uint8_t room[4096];
    struct payment_push push = {
        .body = span_text(body), .account = APP, .room = room, .is_signed = check};
    assert_true(2 * push.body.size + WEBHOOK_ROOM_BYTES <= sizeof room);
    return payment_alipay.webhook->prove(&push);
}

#define NOTICE_FORM                                                                                \
    "trade_no=" TRADE "&out_biz_no=" KEY                                                           \
    "&empty=&gmt_refund=2026-11-02+18%%3A00%%3A00.000&sign_type=%s&app_id=%s&sign=%s%s"

/* Signed: decoded, sorted, without empty ones; sent in whatever order. */
static void a_notice_is_proved_by_all_of_its_parameters(void **state)
{
    (void)state;
    char sign[PROOF_SIGNATURE_BYTES], escaped[2048], body[4096];
    const char *signed_text =
        "app_id=" APP "&gmt_refund=2026-11-02 18:00:00.000&out_biz_no=" KEY "&trade_no=" TRADE;
    assert_true(proof_sign(theirs, span_text(signed_text), sign));
    struct text text = text_in(escaped, sizeof escaped);
    text_put_escaped(&text, sign);
    snprintf(body, sizeof body, NOTICE_FORM, "RSA2", APP, escaped, "");
    assert_true(is_proved(body));
    snprintf(body, sizeof body, NOTICE_FORM, "RSA2", APP, escaped, "&more=1");
    assert_false(is_proved(body));
    snprintf(body, sizeof body, NOTICE_FORM, "RSA", APP, escaped, "");
    assert_false(is_proved(body));
    snprintf(body, sizeof body, NOTICE_FORM, "RSA2", "2026000000000002", escaped, "");
    assert_false(is_proved(body));
    snprintf(body, sizeof body, NOTICE_FORM, "RSA2", APP, "QUJD", "");
    assert_false(is_proved(body));
    snprintf(body, sizeof body, NOTICE_FORM, "RSA2", APP, escaped, "&app_id=" APP);
    assert_false(is_proved(body));
    assert_false(is_proved(""));
    assert_false(is_proved("sign=%4"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_is_signed_in_the_order_of_its_parameters),
        cmocka_unit_test(only_yuan_are_sent),
        cmocka_unit_test(an_answer_means_what_is_certain),
        cmocka_unit_test(nobody_is_absent_beside_an_earlier_try),
        cmocka_unit_test(what_its_key_did_not_sign_says_nothing),
        cmocka_unit_test(a_notice_is_proved_by_all_of_its_parameters),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
