/* Recorded and documented payloads, and signatures that third parties computed, where they are at
 * hand: in ../shared/carriers beside the source tree, which is no part of it. Elsewhere each test
 * says that it was skipped. How many cases ran is printed. */
#include "tests/carriers/collect.h"
#include <jansson.h>
#include <stdlib.h>

#undef json_is_object /* the library's macros of the names that proto/json.h has too */
#undef json_is_array
#undef json_is_null

#define SHARED     "../shared/carriers"
#define PATH_BYTES 512

struct count {
    unsigned ran, missing;
};

static void say(const char *what, struct count count)
{
    printf("%s: %u ran, %u skipped because their file is not there\n", what, count.ran,
           count.missing);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

static struct span shared_file(const char *folder, const char *name)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, SHARED "%s/%s", folder, name);
    return file_read(path);
}

/* --- signatures --- */

#define BODY_BYTES_MAX (64u * 1024)

/* A push as a vector tells it: most bear the proof in a header, some in a field of a form, and one
 * signs another header alone. */
struct vector {
    const char *carrier;
    struct span secret, value, stamp;
    uint8_t body[BODY_BYTES_MAX];
    size_t body_size;
};

static struct span header_of_vector(void *world, const char *name)
{
    const struct vector *vector = world;
    if (strcmp(name, "timestamp") == 0) return vector->stamp;
    return vector->value;
}

static enum error verify(const struct vector *vector)
{
    const struct carrier *row = carrier_by_name(span_text(vector->carrier));
    const struct proof_push push = {.body = span_of(vector->body, vector->body_size),
                                    .header = header_of_vector,
                                    .world = (void *)(uintptr_t)vector};
    return proof_check(row->proof, collect_crypto(), &vector->secret, 1, &push);
}

/* Some sign two words of the body, or one field of a form: what stands around them is not theirs.
 */
static size_t signed_from(const struct vector *vector)
{
    const char *word = strcmp(vector->carrier, "usps") == 0      ? "payload\": \""
                       : strcmp(vector->carrier, "cainiao") == 0 ? "logistics_interface="
                                                                 : "";
    const void *at = memmem(vector->body, vector->body_size, word, strlen(word));
    assert_non_null(at);
    return (size_t)((const uint8_t *)at - vector->body) + strlen(word);
}

static bool is_signed(const struct vector *vector, size_t at)
{
    if (strcmp(vector->carrier, "usps") == 0) return at + 2 < vector->body_size;
    return strcmp(vector->carrier, "cainiao") != 0 || vector->body[at] != '&';
}

/* A flipped bit in any place of the body, of the proof and of the time, another secret and no proof
 * at all. */
static void spoiled_proofs_fail(const struct vector *good)
{
    static struct vector bad;
    static uint8_t text[512];
    bad = *good;
    for (size_t i = signed_from(good); i < good->body_size && good->stamp.at == NULL; i++) {
        bad.body[i] ^= 1;
        if (verify(&bad) == OK && is_signed(good, i))
            fail_msg("%s: byte %zu of the body is not signed", good->carrier, i);
        bad.body[i] ^= 1;
    }
    struct span *places[] = {&bad.value, &bad.stamp};
    for (size_t k = 0; k < 2; k++) {
        struct span whole = *places[k];
        for (size_t i = 0; i < whole.size; i++) {
            memcpy(text, whole.at, whole.size);
            text[i] ^= 1;
            *places[k] = span_of(text, whole.size);
            if (verify(&bad) == OK) fail_msg("%s: byte %zu of the proof", good->carrier, i);
        }
        *places[k] = whole;
    }
    bad.secret = span_text("other");
    assert_error(ERROR_BAD_SIGNATURE, verify(&bad));
    bad.secret = good->secret;
    bad.value = span_of(NULL, 0);
    if (good->value.at != NULL) assert_error(ERROR_BAD_SIGNATURE, verify(&bad));
}

static void set_body(struct vector *vector, struct span body)
{
    assert_true(body.size <= BODY_BYTES_MAX);
    memcpy(vector->body, body.at, body.size);
    vector->body_size = body.size;
}

/* base64 in a form: three of its signs are written otherwise. */
static void set_form(struct vector *vector, const char *content, const char *digest)
{
    char *to = (char *)vector->body;
    int size = snprintf(to, BODY_BYTES_MAX, "logistics_interface=%s&data_digest=", content);
    for (; *digest != '\0'; digest++)
        size +=
            *digest == '+' || *digest == '/' || *digest == '='
                ? snprintf(to + size, BODY_BYTES_MAX - (size_t)size, "%%%02X", (unsigned)*digest)
                : snprintf(to + size, BODY_BYTES_MAX - (size_t)size, "%c", *digest);
    vector->body_size = (size_t)size;
    vector->value = span_of(NULL, 0);
}

/* A receiver that printed the parsed body again would hash other bytes. */
static void a_reprinted_body_fails(const struct vector *good)
{
    static struct vector bad;
    json_t *parsed = json_loadb((const char *)good->body, good->body_size, 0, NULL);
    if (parsed == NULL || good->stamp.at != NULL) return;
    char *printed = json_dumps(parsed, JSON_SORT_KEYS);
    assert_non_null(printed);
    bad = *good;
    set_body(&bad, span_text(printed));
    if (strcmp(good->carrier, "usps") != 0) assert_error(ERROR_BAD_SIGNATURE, verify(&bad));
    free(printed);
    json_decref(parsed);
}

/* true: the vector's body was at hand. */
static bool run_vector(const json_t *given)
{
    static struct vector vector;
    const char *file_name = text_of(given, "body_file"), *body = text_of(given, "body");
    vector = (struct vector){.carrier = text_of(given, "provider"),
                             .secret = span_text(text_of(given, "secret")),
                             .value = span_text(text_of(given, "value"))};
    struct span file = file_name[0] == '\0' ? span_of(NULL, 0) : shared_file("/samples", file_name);
    if (file_name[0] != '\0' && file.at == NULL) {
        printf("skipped: %s is not there\n", file_name);
        return false;
    }
    set_body(&vector, file.at != NULL ? file : span_text(body));
    if (strcmp(vector.carrier, "cainiao") == 0) set_form(&vector, body, text_of(given, "value"));
    if (strcmp(vector.carrier, "trackingmore") == 0) vector.stamp = span_text(body);
    bool newline = vector.body_size > 0 && vector.body[vector.body_size - 1] == '\n';
    if (strcmp(vector.carrier, "easypost") == 0 && newline) vector.body_size--;
    if (verify(&vector) != OK) fail_msg("%s: its vector does not verify", vector.carrier);
    spoiled_proofs_fail(&vector);
    a_reprinted_body_fails(&vector);
    if (file.at != NULL) file_free(file);
    return true;
}

/* What an unnormalized key would sign, were it taken, must not pass: the header is made with the
 * secret as it is written in the vector. */
static void unnormalized_key_fails(const json_t *vector)
{
    static const char digits[] = "0123456789abcdef";
    const struct crypto *crypto = collect_crypto();
    struct span secret = span_text(text_of(vector, "secret")), body = span_text("{}");
    struct hash mac;
    char header[17 + 2 * HASH_BYTES] = "hmac-sha256-hex=";
    crypto_hmac(crypto, secret, body, &mac);
    for (size_t i = 0; i < HASH_BYTES; i++) {
        header[16 + 2 * i] = digits[mac.bytes[i] >> 4];
        header[17 + 2 * i] = digits[mac.bytes[i] & 15];
    }
    assert_error(ERROR_BAD_SIGNATURE,
                 collect_verify("easypost", &secret, 1, span_text(header), body));
}

/* --- what is signed by us --- */

struct login {
    struct span id, secret;
};

static struct span login_value(void *world, struct span name, size_t item)
{
    const struct login *login = world;
    (void)item;
    if (span_equal(name, span_text("id"))) return login->id;
    return span_equal(name, span_text("secret")) ? login->secret : span_text("1");
}

static bool is_written(const struct carrier *carrier, const struct login *login, const char *value)
{
    char memory[4096], header[512];
    struct login given = *login;
    const struct template_values values = {&given, login_value, NULL};
    struct writing writing = {memory, sizeof memory, 0, OK};
    struct carrier_call call;
    assert_error(
        OK, inquiry_write(&carrier->poll->ask, collect_crypto(), &values, &writing, &call, NULL));
    snprintf(header, sizeof header, "Authorization: %s", value);
    return strcmp(call.headers[0], header) == 0;
}

/* A vector of what we send: the words before and behind the ampersand of its secret. */
static void run_own(const struct carrier *carrier, const json_t *vector)
{
    const char *secret = text_of(vector, "secret"), *mark = strstr(secret, " & ");
    const char *value = text_of(vector, "value");
    assert_non_null(mark);
    struct login login = {span_of(secret, (size_t)(mark - secret)), span_text(mark + 3)};
    if (!is_written(carrier, &login, value)) fail_msg("%s: not as its vector", carrier->name);
    for (struct span *part = &login.id; part <= &login.secret; part++) {
        struct span whole = *part;
        char text[128];
        for (size_t i = 0; i < whole.size; i++) {
            memcpy(text, whole.at, whole.size);
            text[i] ^= 1;
            *part = span_of(text, whole.size);
            assert_false(is_written(carrier, &login, value));
        }
        *part = whole;
    }
}

static void signatures_of_third_parties_verify(void **state)
{
    (void)state;
    struct count count = {0, 0};
    struct span file = shared_file("", "signature_vectors.json");
    if (file.at == NULL) {
        printf("skipped: no " SHARED "/signature_vectors.json\n");
        skip();
    }
    json_t *vectors = json_loadb((const char *)file.at, file.size, 0, NULL);
    assert_non_null(vectors);
    for (size_t i = 0; i < json_array_size(vectors); i++) {
        const json_t *vector = json_array_get(vectors, i);
        const char *provider = text_of(vector, "provider");
        const struct carrier *carrier = carrier_by_name(span_text(provider));
        if (carrier != NULL && carrier->proof == NULL && carrier->poll != NULL) {
            run_own(carrier, vector);
            count.ran++;
            continue;
        }
        if (carrier == NULL || carrier->proof == NULL) {
            printf("no push of %s is taken\n", provider);
            continue;
        }
        if (strcmp(provider, "easypost") == 0) unnormalized_key_fails(vector);
        if (run_vector(vector))
            count.ran++;
        else
            count.missing++;
    }
    say("signature vectors", count);
    assert_true(count.ran > 0);
    json_decref(vectors);
    file_free(file);
}

/* --- the mapping --- */

/* A parcel as the webhook of it would come. */
static char *as_webhook(json_t *parcel, const char *carrier)
{
    bool easypost = strcmp(carrier, "easypost") == 0;
    json_t *body = easypost
                       ? json_pack("{s:s, s:O}", "description", "tracker.updated", "result", parcel)
                       : json_pack("{s:s, s:O}", "event", "tracking_update", "msg", parcel);
    char *text = json_dumps(body, 0);
    json_decref(body);
    assert_non_null(text);
    return text;
}

/* Those whose push is read by a file of their own. */
static bool is_handwritten(const char *name)
{
    const struct carrier *carrier = carrier_by_name(span_text(name));
    return carrier == &carrier_easypost || carrier == &carrier_aftership;
}

static const char *canonical(const json_t *row)
{
    return text_of(row, "canonical");
}

/* Two reasons of the mapping are no words of the project: their code is kept, without a reason. */
static const char *reason(const json_t *row)
{
    const char *word = text_of(row, "reason");
    return word_number(&track_reason_words, span_text(word)) < 0 ? "" : word;
}

/* A webhook whose parcel has but this code. */
static char *body_of_code(const json_t *row)
{
    bool easypost = strcmp(text_of(row, "provider"), "easypost") == 0;
    json_t *parcel = json_pack("{s:s, s:s}", easypost ? "tracking_code" : "tracking_number", "X1",
                               text_of(row, "level"), text_of(row, "code"));
    char *body = as_webhook(parcel, text_of(row, "provider"));
    json_decref(parcel);
    return body;
}

static void run_mapping_row(const json_t *row)
{
    struct collected got;
    char *body = body_of_code(row);
    collect_begin(&got);
    assert_error(OK, collect_parse_text(&got, text_of(row, "provider"), body));
    assert_word(canonical(row), &track_status_words, got.tracking[0].summary);
    assert_word(reason(row), &track_reason_words, got.tracking[0].summary_reason);
    collect_end(&got);
    free(body);
}

static void every_code_of_the_mapping_means_what_it_says(void **state)
{
    (void)state;
    struct count count = {0, 0};
    struct span file = shared_file("", "mapping.json");
    if (file.at == NULL) {
        printf("skipped: no " SHARED "/mapping.json\n");
        skip();
    }
    json_t *rows = json_loadb((const char *)file.at, file.size, 0, NULL);
    assert_non_null(rows);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        if (!is_handwritten(text_of(row, "provider"))) continue;
        run_mapping_row(row);
        count.ran++;
    }
    say("rows of the mapping", count);
    json_decref(rows);
    file_free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures_of_third_parties_verify),
        cmocka_unit_test(every_code_of_the_mapping_means_what_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
