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
#define FIELDS     8

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

static enum error verify(const char *carrier, struct span secret, const char *header,
                         struct span body)
{
    const struct carrier *row = carrier_by_name(span_text(carrier));
    struct span value = header == NULL ? span_of(NULL, 0) : span_text(header);
    return row->verify(collect_crypto(), &secret, 1, value, body);
}

static void upper_case(char *text)
{
    for (; *text != '\0'; text++)
        if (*text >= 'a' && *text <= 'z') *text = (char)(*text - 'a' + 'A');
}

/* What must fail with every vector, whatever its scheme. */
static void spoiled_proofs_fail(const char *carrier, struct span secret, const char *header,
                                struct span body)
{
    char spoiled[256];
    uint8_t *bytes = malloc(body.size + 1);
    assert_non_null(bytes);
    memcpy(bytes, body.at, body.size);
    bytes[body.size] = '\n';
    assert_error(ERROR_BAD_SIGNATURE,
                 verify(carrier, secret, header, span_of(bytes, body.size + 1)));
    bytes[body.size / 2] ^= 1;
    assert_error(ERROR_BAD_SIGNATURE, verify(carrier, secret, header, span_of(bytes, body.size)));
    free(bytes);
    assert_error(ERROR_BAD_SIGNATURE, verify(carrier, secret, NULL, body));
    assert_error(ERROR_BAD_SIGNATURE, verify(carrier, span_text("other"), header, body));
    snprintf(spoiled, sizeof spoiled, "%s", header);
    upper_case(spoiled);
    assert_error(ERROR_BAD_SIGNATURE, verify(carrier, secret, spoiled, body));
    const char *digits = strchr(header, '=');
    if (digits != NULL && digits[1] != '\0')
        assert_error(ERROR_BAD_SIGNATURE, verify(carrier, secret, digits + 1, body));
}

/* A receiver that printed the parsed body again would hash other bytes. */
static void a_reprinted_body_fails(const char *carrier, struct span secret, const char *header,
                                   struct span body)
{
    json_t *parsed = json_loadb((const char *)body.at, body.size, 0, NULL);
    char *printed = json_dumps(parsed, JSON_SORT_KEYS);
    assert_non_null(printed);
    assert_error(ERROR_BAD_SIGNATURE, verify(carrier, secret, header, span_text(printed)));
    free(printed);
    json_decref(parsed);
}

/* true: the vector's body was at hand. */
static bool run_vector(const json_t *vector)
{
    const char *carrier = text_of(vector, "provider"), *header = text_of(vector, "value");
    struct span secret = span_text(text_of(vector, "secret"));
    struct span file = shared_file("/samples", text_of(vector, "body_file"));
    if (file.at == NULL) {
        printf("skipped: %s is not there\n", text_of(vector, "body_file"));
        return false;
    }
    struct span body = file;
    if (strcmp(carrier, "easypost") == 0 && body.at[body.size - 1] == '\n') body.size--;
    assert_error(OK, verify(carrier, secret, header, body));
    spoiled_proofs_fail(carrier, secret, header, body);
    a_reprinted_body_fails(carrier, secret, header, body);
    file_free(file);
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
    crypto->hmac_sha256(crypto->world, secret, body, &mac);
    for (size_t i = 0; i < HASH_BYTES; i++) {
        header[16 + 2 * i] = digits[mac.bytes[i] >> 4];
        header[17 + 2 * i] = digits[mac.bytes[i] & 15];
    }
    assert_error(ERROR_BAD_SIGNATURE, verify("easypost", secret, header, body));
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
        if (carrier_by_name(span_text(provider)) == NULL) continue;
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

/* --- payloads --- */

/* One line of the index: what a reader must find in a file. Lists are separated by semicolons. */
struct index_line {
    char *field[FIELDS]; /* file carrier kind quality number status events last_event_time */
};

static bool split(char *text, struct index_line *line)
{
    for (size_t i = 0; i < FIELDS; i++) {
        line->field[i] = text;
        char *tab = strchr(text, '\t');
        if (tab == NULL) return i == FIELDS - 1;
        *tab = '\0';
        text = tab + 1;
    }
    return true;
}

/* The item of that number in a list, or "-". */
static const char *item(const char *list, size_t index, char *room)
{
    while (index > 0 && list != NULL) {
        list = strchr(list, ';');
        if (list != NULL) list++;
        index--;
    }
    if (list == NULL || *list == '\0') return "-";
    size_t size = strcspn(list, ";");
    assert_true(size < PATH_BYTES);
    memcpy(room, list, size);
    room[size] = '\0';
    return room;
}

/* The parcels of a document in the forms of both carriers: a webhook, one parcel, a list. */
static json_t *parcels_of(json_t *root, const char *carrier)
{
    bool easypost = strcmp(carrier, "easypost") == 0;
    json_t *inner = json_object_get(root, easypost ? "result" : "msg");
    json_t *data = easypost ? root : json_object_get(root, "data");
    json_t *list = json_object_get(data, easypost ? "trackers" : "trackings");
    if (list != NULL) return json_incref(list);
    if (inner == NULL) inner = easypost ? root : json_object_get(data, "tracking");
    json_t *alone = json_array();
    if (json_object_get(inner, easypost ? "tracking_code" : "tracking_number") != NULL)
        json_array_append(alone, inner);
    return alone;
}

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

static uint64_t last_event_ms(const struct collected *got)
{
    uint64_t last = 0;
    for (uint32_t i = 0; i < got->count; i++)
        for (uint32_t k = 0; k < got->tracking[i].points_count; k++)
            if (got->tracking[i].points[k].occurred_ms > last)
                last = got->tracking[i].points[k].occurred_ms;
    return last;
}

static unsigned events_of(const struct collected *got)
{
    unsigned events = 0;
    for (uint32_t i = 0; i < got->count; i++) events += got->tracking[i].points_count;
    return events;
}

static void compare(const struct index_line *line, size_t index, const struct collected *got)
{
    char room[PATH_BYTES];
    uint64_t last = 0;
    const char *time = item(line->field[7], index, room);
    if (strcmp(time, "-") != 0) assert_error(OK, time_parse(span_text(time), &last));
    assert_int_equal(last, last_event_ms(got));
    assert_int_equal(strtoul(item(line->field[6], index, room), NULL, 10), events_of(got));
    struct track_state parcel = collect_derive(got, 0);
    assert_string_equal(item(line->field[5], index, room),
                        parcel.status == 0 ? "-" : word_of(&track_status_words, parcel.status));
    if (got->count == 0) return; /* nothing was said of it */
    assert_text(item(line->field[4], index, room), got->tracking[0].number);
}

static void run_parcel(const struct index_line *line, size_t index, json_t *parcel)
{
    struct collected got;
    collect_begin(&got);
    char *body = as_webhook(parcel, line->field[1]);
    assert_error(OK, collect_parse_text(&got, line->field[1], body));
    compare(line, index, &got);
    free(body);
    collect_end(&got);
}

/* Labels, errors and lists of events hold no parcel for us. */
static bool is_about_parcels(const struct index_line *line)
{
    return strcmp(line->field[2], "webhook") == 0 || strcmp(line->field[2], "track-response") == 0;
}

/* The number of parcels compared. */
static unsigned run_parcels(const struct index_line *line, struct span file)
{
    if (!is_about_parcels(line)) return 0;
    json_t *root = json_loadb((const char *)file.at, file.size, 0, NULL);
    assert_non_null(root);
    json_t *parcels = parcels_of(root, line->field[1]);
    unsigned count = (unsigned)json_array_size(parcels);
    for (unsigned i = 0; i < count; i++) run_parcel(line, i, json_array_get(parcels, i));
    assert_true(count > 0 || line->field[4][0] == '\0');
    json_decref(parcels);
    json_decref(root);
    return count;
}

/* Each file goes through the parser untouched as well; only a webhook says something to it. */
static void run_as_it_is(const struct index_line *line, struct span file, unsigned parcels)
{
    struct collected got;
    collect_begin(&got);
    assert_error(OK, collect_parse(&got, line->field[1], file));
    assert_int_equal(strcmp(line->field[2], "webhook") == 0 ? parcels : 0, got.count);
    collect_end(&got);
}

static void run_index_line(const struct index_line *line, struct count *count, unsigned *parcels)
{
    struct span file = shared_file("/samples", line->field[0]);
    if (file.at == NULL) {
        count->missing++;
        return;
    }
    unsigned found = run_parcels(line, file);
    run_as_it_is(line, file, found);
    *parcels += found;
    count->ran++;
    file_free(file);
}

static void payloads_read_as_their_index_says(void **state)
{
    (void)state;
    struct count count = {0, 0};
    unsigned parcels = 0;
    struct span index = shared_file("/samples", "INDEX.tsv");
    if (index.at == NULL) {
        printf("skipped: no " SHARED "/samples/INDEX.tsv\n");
        skip();
    }
    char *text = strndup((const char *)index.at, index.size), *rest = NULL;
    for (char *at = strtok_r(text, "\n", &rest); at != NULL; at = strtok_r(NULL, "\n", &rest)) {
        struct index_line line;
        if (!split(at, &line) || carrier_by_name(span_text(line.field[1])) == NULL) continue;
        run_index_line(&line, &count, &parcels);
    }
    say("files of the index", count);
    printf("parcels compared: %u\n", parcels);
    assert_true(parcels > 0);
    free(text);
    file_free(index);
}

/* --- the mapping --- */

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
        if (carrier_by_name(span_text(text_of(row, "provider"))) == NULL) continue;
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
        cmocka_unit_test(payloads_read_as_their_index_says),
        cmocka_unit_test(every_code_of_the_mapping_means_what_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
