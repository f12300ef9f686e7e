#include "tests/node/http/door_world.h"
#include "overseas-warehouse/photos/photos.h"

#include "node/core/meta.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

#define PLENTY   ((size_t)1 << 30)
#define START_MS 1767225600000u /* 2026-01-01 */

static struct id id_of(const char *what, uint64_t number)
{
    struct id id = {{0}};
    (void)snprintf((char *)id.bytes, 8, "%s", what);
    be_put(id.bytes + 8, number, 8);
    return id;
}

static void print_id_of(const char *what, uint64_t number, char text[ID_TEXT_BYTES])
{
    struct id id = id_of(what, number);
    id_print(&id, text);
}

/* --- the node --------------------------------------------------------------------------------- */

static void open_store(struct door *door, bool create)
{
    const struct store_options options = {.directory = door->scratch.path,
                                          .create = create,
                                          .memory_backed = true,
                                          .map_bytes =
                                              door->map_bytes != 0 ? door->map_bytes : PLENTY};
    assert_int_equal(store_lmdb_open(&options, &door->store), OK);
}

static const struct label_accounts label_accounts = {
    .at = {{.carrier = "zq", .recovery = LABEL_RECOVERY_NONE, .can_void = true}}, .count = 1};

static void make_store(struct door *door)
{
    struct meta_new made = {.node = id_of("node", 1),
                            .store = id_of("store", 1),
                            .log = id_of("log", 1),
                            .found = true,
                            .membership = id_of("book0", 1),
                            .wall_ms = START_MS};
    made.member = (struct member){.node = made.node,
                                  .name = span_text("lone"),
                                  .log = made.log,
                                  .warehouse = id_of("house", 1),
                                  .code = span_text("RTM")};
    memcpy(made.member.sign_key.bytes, keys_sign_public(door->keys), KEY_BYTES);
    memcpy(made.member.curve_key.bytes, keys_curve_public(door->keys), KEY_BYTES);
    struct logs *shelf = calloc(1, sizeof *shelf);
    assert_non_null(shelf);
    struct store *store = store_lmdb_port(door->store);
    assert_int_equal(meta_create(store, keys_crypto(door->keys), &made, shelf), OK);
    free(shelf);
    door->self = (struct core_self){.node = made.node,
                                    .store = made.store,
                                    .mesh = made.mesh,
                                    .log = made.log,
                                    .boot = id_of("boot", 1),
                                    .build = "test",
                                    .labels = &label_accounts,
                                    .send_window_ms = 3600000};
    memcpy(door->self.sign_key, keys_sign_public(door->keys), KEY_BYTES);
}

static void make_token(struct tokens *tokens, enum role role, const struct id *merchant,
                       const struct id *warehouse, char printed[TOKEN_TEXT_BYTES])
{
    struct token_wish wish = {.role = role, .name = span_text("of the test")};
    struct token_row row;
    char why[TOKENS_WHY_BYTES];
    if (merchant != NULL) wish.merchant = *merchant;
    if (warehouse != NULL) wish.warehouse = *warehouse;
    if (tokens_create(tokens, &wish, START_MS, &row, printed, why) != OK) fail_msg("%s", why);
}

static void make_tokens(struct door *door)
{
    struct tokens *tokens;
    char why[TOKENS_WHY_BYTES];
    const struct id shop = id_of("shop", 1), house = id_of("house", 1);
    if (tokens_open(door->tokens_file, keys_crypto(door->keys), &tokens, why) != OK)
        fail_msg("%s", why);
    make_token(tokens, ROLE_ADMIN, NULL, NULL, door->admin);
    make_token(tokens, ROLE_OPERATOR, NULL, &house, door->operator);
    make_token(tokens, ROLE_MERCHANT, &shop, NULL, door->merchant);
    tokens_free(tokens);
}

static bool names_blob(void *world, const struct hash *hash, bool *known)
{
    struct store_reading reading;
    struct door *door = world;
    *known = store_reading_begin(door->store, &reading) == OK;
    if (!*known) return false;
    bool named = photo_names(&reading.views, hash) || label_names(&reading.views, hash);
    store_reading_end(&reading);
    return named;
}

static void forget_job(struct job *job, const struct answer_out *answer)
{
    (void)answer;
    free(job);
}

/* The carrier sells at once, and what is to be printed lies here. */
static void on_buy(void *world, enum call_kind kind, const struct label_call *call)
{
    struct door *door = world;
    struct job *job = calloc(1, sizeof *job);
    assert_non_null(job);
    job->done = forget_job;
    job->input.kind = INPUT_LABEL_RESULT;
    job->input.label = (struct label_result){.label = call->label,
                                             .asked = kind == CALL_ASK,
                                             .outcome = OUTCOME_PAID,
                                             .number = "ZQLABEL1",
                                             .carrier_ref = "shp_1",
                                             .cost_minor = 791,
                                             .currency = 978,
                                             .has_document = true,
                                             .document = door->sold,
                                             .document_form = LABEL_PDF,
                                             .has_qr = true,
                                             .qr = door->sold};
    if (!engine_submit(door->engine, job)) free(job);
}

static struct keeper *open_keeper(struct door *door)
{
    char root[700], why[BLOB_WHY_BYTES];
    snprintf(root, sizeof root, "%s/blobs", door->scratch.path);
    const struct keeper_options options = {
        .root = root, .crypto = keys_crypto(door->keys), .names = names_blob, .world = door};
    struct keeper *keeper = keeper_open(&options, why);
    if (keeper == NULL) fail_msg("%s", why);
    return keeper;
}

void door_start(struct door *door)
{
    char why[HTTP_WHY_BYTES] = "";
    enum error error;
    if (door->store == NULL) open_store(door, false);
    const struct crypto *crypto = keys_crypto(door->keys);
    door->engine = engine_open(door->store, crypto, &door->self, &error);
    assert_non_null(door->engine);
    door->keeper = open_keeper(door);
    door->options.keeper = door->keeper;
    door->http = http_open(&door->options, door->engine, door->store, crypto, why);
    if (door->http == NULL) fail_msg("%s", why);
    const struct engine_port port = {
        .feed_world = door->http, .feed = http_feed, .buy_world = door, .buy = on_buy};
    engine_connect(door->engine, &port);
    assert_int_equal(engine_start(door->engine), OK);
    assert_int_equal(http_start(door->http), OK);
}

void door_stop(struct door *door)
{
    http_stop(door->http);
    keeper_close(door->keeper);
    engine_stop(door->engine);
    http_free(door->http);
    engine_free(door->engine);
    store_lmdb_close(door->store);
    door->store = NULL;
}

void door_open(struct door *door)
{
    static const uint8_t seed[32] = {42};
    door->scratch = scratch_make();
    door->keys = keys_of_seed(seed);
    snprintf(door->tokens_file, sizeof door->tokens_file, "%s/tokens", door->scratch.path);
    snprintf(door->backups, sizeof door->backups, "%s/backups", door->scratch.path);
    mkdir(door->backups, 0700);
    print_id_of("node", 1, door->node);
    print_id_of("house", 1, door->warehouse);
    print_id_of("shop", 1, door->shop);
    print_id_of("book", 1, door->book);
    print_id_of("node", 2, door->far_node);
    print_id_of("house", 2, door->far_warehouse);
    open_store(door, true);
    make_store(door);
    make_tokens(door);
    door->secrets[0] = (struct http_secret){
        .carrier = "easypost", .secrets = {span_text(DOOR_SECRET)}, .count = 1};
    door->secrets[1] = (struct http_secret){
        .carrier = "easypost", .account = "second", .secrets = {span_text("another")}, .count = 1};
    door->options.tokens_file = door->tokens_file;
    door->options.backup_directory = door->backups;
    door->options.secrets = door->secrets;
    door->options.secrets_count = 2;
    door_start(door);
}

void door_close(struct door *door)
{
    if (door->store != NULL) door_stop(door);
    keys_free(door->keys);
    scratch_remove(&door->scratch);
}

uint16_t door_port(const struct door *door)
{
    return http_port(door->http);
}

/* --- calls ------------------------------------------------------------------------------------ */

struct reply door_get(const struct door *door, const char *path, const char *token)
{
    return client_get(door_port(door), path, token);
}

struct reply door_post_with(const struct door *door, const char *path, const char *key,
                            const char *body)
{
    const struct letter ask = {
        .method = "POST", .path = path, .token = door->admin, .key = key, .body = body};
    return client_call(door_port(door), &ask);
}

struct reply door_post(const struct door *door, const char *path, const char *body)
{
    static unsigned serial;
    char key[32];
    snprintf(key, sizeof key, "key-%u", ++serial);
    return door_post_with(door, path, key, body);
}

struct reply door_push(const struct door *door, const char *path, const char *body)
{
    char header[160] = "X-Hmac-Signature: hmac-sha256-hex=";
    struct hash mac;
    const struct crypto *crypto = keys_crypto(door->keys);
    crypto_hmac(crypto, span_text(DOOR_SECRET), span_text(body), &mac);
    for (size_t i = 0; i < HASH_BYTES; i++)
        snprintf(header + strlen(header), 3, "%02x", mac.bytes[i]);
    const struct letter ask = {.path = path, .header = header, .body = body};
    return client_call(door_port(door), &ask);
}

const char *door_easypost(const char *number, unsigned serial)
{
    static char body[2048];
    snprintf(body, sizeof body,
             "{\"id\":\"evt_%u\",\"object\":\"Event\",\"description\":\"tracker.updated\","
             "\"created_at\":\"2026-02-01T10:00:00Z\",\"result\":{\"object\":\"Tracker\","
             "\"tracking_code\":\"%s\",\"status\":\"in_transit\","
             "\"updated_at\":\"2026-02-01T10:00:00Z\",\"carrier\":\"USPS\",\"tracking_details\":["
             "{\"message\":\"On its way\",\"status\":\"in_transit\","
             "\"datetime\":\"2026-02-01T09:%02u:00Z\",\"tracking_location\":"
             "{\"city\":\"Reno\",\"country\":\"US\",\"zip\":\"89501\"}}]}}",
             serial, number, serial % 60);
    return body;
}

/* --- settling --------------------------------------------------------------------------------- */

static void post_fine(struct door *door, const char *path, const char *body)
{
    struct reply reply = door_post(door, path, body);
    assert_status(&reply, 200);
    reply_free(&reply);
}

void door_settle(struct door *door)
{
    char body[1024], path[128], log[ID_TEXT_BYTES];
    print_id_of("log", 2, log);
    snprintf(body, sizeof body,
             "{\"node\":\"%s\",\"name\":\"far\",\"sign_key\":\"%064d\",\"curve_key\":\"%064d\","
             "\"log\":\"%s\",\"warehouse\":\"%s\",\"code\":\"LAX\"}",
             door->far_node, 2, 3, log, door->far_warehouse);
    post_fine(door, "/v1/members", body);
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"name\":\"Shop\",\"book\":\"%s\",\"opener\":\"%s\","
             "\"currency\":\"EUR\",\"cap_minor\":1000000,\"window_days\":400,"
             "\"respond_hours\":100,\"send_days\":30}",
             door->shop, door->book, door->node);
    post_fine(door, "/v1/merchants", body);
    snprintf(path, sizeof path, "/v1/merchants/%s/open-book", door->shop);
    post_fine(door, path, "{}");
}

static char *order_body(const struct door *door, const char *reference, unsigned quantity)
{
    static char body[1024];
    char sold[40];
    time_t then = time(NULL) - 20 * 86400;
    struct tm utc;
    strftime(sold, sizeof sold, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&then, &utc));
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"reference\":\"%s\",\"currency\":\"EUR\","
             "\"sold_ms\":\"%s\",\"lines\":[{\"sku\":\"SKU-1\",\"quantity\":%u,"
             "\"price_minor\":1000}],\"payments\":[{\"provider\":\"stripe\","
             "\"reference\":\"pi_%s\",\"captured_minor\":%u}]}",
             door->shop, reference, sold, quantity, reference, quantity * 1000);
    return body;
}

char *door_order_body(const struct door *door, const char *field, const char *instead)
{
    static char body[2048];
    const char *plain =
        "{\"merchant\":\"%s\",\"reference\":\"A\",\"currency\":\"EUR\","
        "\"sold_ms\":\"2020-01-02T03:04:05Z\",\"lines\":[{\"sku\":\"S\",\"quantity\":1,"
        "\"price_minor\":1000}],\"payments\":[{\"provider\":\"stripe\",\"reference\":\"pi\","
        "\"captured_minor\":1000}]}";
    char whole[1024];
    const char *hole = strstr(plain, "%s");
    snprintf(whole, sizeof whole, "%.*s%s%s", (int)(hole - plain), plain, door->shop, hole + 2);
    const char *found = strstr(whole, field);
    assert_non_null(found);
    snprintf(body, sizeof body, "%.*s%s%s", (int)(found - whole), whole, instead,
             found + strlen(field));
    return body;
}

const char *door_order(struct door *door, const char *reference, unsigned quantity)
{
    static char id[ID_TEXT_BYTES];
    struct reply reply = door_post(door, "/v1/orders", order_body(door, reference, quantity));
    assert_status(&reply, 200);
    strcpy(id, at(&reply, "id"));
    reply_free(&reply);
    return id;
}

const char *door_return(struct door *door, const char *reference, const char *key)
{
    static char id[ID_TEXT_BYTES];
    char body[512];
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"order_reference\":\"%s\",\"number\":\"RET%s\","
             "\"lines\":[{\"line\":0,\"quantity\":1,\"reason\":\"unwanted\"}]}",
             door->shop, reference, reference);
    struct reply reply = door_post_with(door, "/v1/returns", key, body);
    assert_status(&reply, 200);
    strcpy(id, at(&reply, "id"));
    reply_free(&reply);
    return id;
}

/* --- looking at answers ----------------------------------------------------------------------- */

static const struct json *find(const struct json *value, const char *path)
{
    while (*path != '\0' && value != NULL) {
        char step[64];
        size_t size = strcspn(path, "/");
        snprintf(step, sizeof step, "%.*s", (int)size, path);
        bool number = step[0] >= '0' && step[0] <= '9' && json_is_array(value);
        value = number ? json_at(value, strtoul(step, NULL, 10)) : json_get(value, step);
        path += size + (path[size] == '/');
    }
    return value;
}

static struct json *parse(const struct reply *reply)
{
    struct json_fault fault;
    struct json *json = json_parse(span_of(reply->body, reply->size), &fault);
    if (json == NULL) fail_msg("no JSON (%s): %s", fault.text, reply->body);
    return json;
}

static void print_value(const struct json *value, char *text, size_t size)
{
    int64_t number;
    bool yes;
    struct span span = json_text(value);
    if (json_is_text(value))
        snprintf(text, size, "%.*s", (int)span.size, (const char *)span.at);
    else if (json_int(value, &number))
        snprintf(text, size, "%lld", (long long)number);
    else if (json_bool(value, &yes))
        snprintf(text, size, "%s", yes ? "true" : "false");
    else
        snprintf(text, size, "%s", value == NULL ? "" : "{}");
}

const char *at(const struct reply *reply, const char *path)
{
    static char text[4][1024];
    static unsigned turn;
    struct json *json = parse(reply);
    const struct json *value = find(json, path);
    turn = (turn + 1) % 4;
    if (value == NULL) fail_msg("nothing at %s: %s", path, reply->body);
    print_value(value, text[turn], sizeof text[0]);
    json_free(json);
    return text[turn];
}

bool stands_at(const struct reply *reply, const char *path)
{
    struct json *json = parse(reply);
    bool stands = find(json, path) != NULL;
    json_free(json);
    return stands;
}

size_t count_at(const struct reply *reply, const char *path)
{
    struct json *json = parse(reply);
    size_t count = json_count(find(json, path));
    json_free(json);
    return count;
}

void assert_status(const struct reply *reply, long status)
{
    if (reply->status != status)
        fail_msg("%ld and not %ld: %s", reply->status, status, reply->body);
}

void assert_refused(const struct reply *reply, long status, const char *code)
{
    assert_status(reply, status);
    const char *type = reply_header(reply, "Content-Type");
    assert_non_null(type);
    assert_string_equal(type, "application/problem+json");
    assert_string_equal(at(reply, "code"), code);
    char printed[16];
    snprintf(printed, sizeof printed, "%ld", status);
    assert_string_equal(at(reply, "status"), printed);
    assert_true(strlen(at(reply, "title")) > 3);
}

int door_setup(void **state)
{
    struct door *door = calloc(1, sizeof *door);
    assert_non_null(door);
    door_open(door);
    door_settle(door);
    *state = door;
    return 0;
}

int door_teardown(void **state)
{
    door_close(*state);
    free(*state);
    return 0;
}
