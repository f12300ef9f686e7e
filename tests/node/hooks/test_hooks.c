/* Webhooks out, from a committed entry to a listener on loopback and back into the delivery log: a
 * real engine over a real store, the door in front of it, and a server that says what the test
 * wants. Signatures are worked out once more with OpenSSL, from the bytes that came. */
#include "node/hooks/hooks.h"

#include <netdb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cmocka.h>

#include "node/hooks/secrets.h"
#include "node/log.h"
#include "tests/node/http/door_world.h"
#include "tests/node/scripted.h"

#define SECRET  "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define SECOND  "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define TAKEN   "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
#define WAIT_MS 20000

static struct door door;
static struct scripted *shop;
static struct hooks *hooks;

/* --- a world for each test ---------------------------------------------------------------------
 */

static void pause_ms(long ms)
{
    const struct timespec step = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&step, NULL);
}

static void start_hooks(bool loopback)
{
    char why[HOOKS_WHY_BYTES];
    const struct hooks_options options = {.directory = door.scratch.path,
                                          .engine = door.engine,
                                          .store = door.store,
                                          .crypto = keys_crypto(door.keys),
                                          .loopback = loopback,
                                          .total_ms = 2000,
                                          .look_ms = 20};
    hooks = hooks_start(&options, why);
    assert_non_null(hooks);
}

static int begin(void **state)
{
    (void)state;
    memset(&door, 0, sizeof door);
    door_open(&door);
    door_settle(&door);
    shop = scripted_start();
    hooks = NULL;
    return 0;
}

static int end(void **state)
{
    (void)state;
    /* As a node stops: the engine takes no more jobs, and whoever hands it some ends. */
    http_stop(door.http);
    engine_stop(door.engine);
    hooks_stop(hooks);
    http_free(door.http);
    engine_free(door.engine);
    store_lmdb_close(door.store);
    door.store = NULL;
    door_close(&door);
    scripted_stop(shop);
    return 0;
}

static const char *hex_of(const struct hash *hash)
{
    static char text[2 * HASH_BYTES + 1];
    for (size_t i = 0; i < HASH_BYTES; i++) snprintf(text + 2 * i, 3, "%02x", hash->bytes[i]);
    return text;
}

/* Puts a secret where the node looks for it, or only works out its fingerprint. */
static struct hash give_secret(const char *secret, bool keep)
{
    char path[600], why[SECRETS_WHY_BYTES];
    struct hash fingerprint;
    struct hook_key key;
    assert_true(hook_key_read(span_text(secret), &key));
    if (!keep) return hook_fingerprint(keys_crypto(door.keys), &key);
    snprintf(path, sizeof path, "%s/given", door.scratch.path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "%s\n", secret);
    fclose(file);
    assert_int_equal(chmod(path, 0600), 0);
    if (secrets_keep(door.scratch.path, keys_crypto(door.keys), path, &fingerprint, why) != OK)
        fail_msg("%s", why);
    unlink(path);
    return fingerprint;
}

/* Adds an endpoint and returns its id, printed. more: further members of the body. */
static const char *add_endpoint(const char *url, const struct hash *fingerprint, const char *more)
{
    static char id[ID_TEXT_BYTES];
    char body[1024];
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"url\":\"%s\",\"secrets\":[{\"fingerprint\":\"%s\"}]%s}",
             door.shop, url, hex_of(fingerprint), more);
    struct reply reply = door_post(&door, "/v1/webhooks", body);
    assert_status(&reply, 200);
    strcpy(id, at(&reply, "id"));
    reply_free(&reply);
    return id;
}

static const char *add_shop(const char *more)
{
    char url[64];
    struct hash fingerprint = give_secret(SECRET, true);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/hooks", scripted_port(shop));
    return add_endpoint(url, &fingerprint, more);
}

static void wait_for_posts(unsigned wanted)
{
    for (long waited = 0; scripted_count(shop) < wanted; waited += 5) {
        if (waited > WAIT_MS) fail_msg("%u posts of %u", scripted_count(shop), wanted);
        pause_ms(5);
    }
    pause_ms(60); /* one too many would show now */
    assert_int_equal(scripted_count(shop), wanted);
}

static struct reply read_of(const char *webhook, const char *rest)
{
    char path[160];
    snprintf(path, sizeof path, "/v1/webhooks/%s%s", webhook, rest);
    return door_get(&door, path, door.admin);
}

/* Waits until the delivery log has so many rows, and returns it. */
static struct reply wait_for_log(const char *webhook, size_t rows)
{
    for (long waited = 0;; waited += 10) {
        struct reply reply = read_of(webhook, "/deliveries?limit=200");
        assert_status(&reply, 200);
        if (count_at(&reply, "deliveries") >= rows) return reply;
        if (waited > WAIT_MS) fail_msg("%s", reply.body);
        reply_free(&reply);
        pause_ms(10);
    }
}

static const char *field(unsigned post, const char *name)
{
    static char value[512];
    char head[64];
    snprintf(head, sizeof head, "\r\n%s: ", name);
    const char *found = strcasestr(scripted_asked(shop, post), head);
    assert_non_null(found);
    snprintf(value, sizeof value, "%.*s", (int)strcspn(found + strlen(head), "\r"),
             found + strlen(head));
    return value;
}

static const char *body_of(unsigned post)
{
    const char *found = strstr(scripted_asked(shop, post), "\r\n\r\n");
    assert_non_null(found);
    return found + 4;
}

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) fail_msg("'%s' does not hold '%s'", text, part);
}

/* --- what is sent ------------------------------------------------------------------------------
 */

/* Nothing of ours takes part: OpenSSL's base64 and HMAC, over the bytes that came. */
static void assert_signed(unsigned post, const char *secret, unsigned place)
{
    unsigned char key[64], mac[32], expected[64];
    char message[4096], given[128], signature[512];
    int size = EVP_DecodeBlock(key, (const unsigned char *)secret + 6, (int)strlen(secret) - 6);
    for (const char *c = secret + strlen(secret) - 1; *c == '='; c--) size--;
    strcpy(given, field(post, "webhook-id"));
    int used = snprintf(message, sizeof message, "%s.", given);
    used += snprintf(message + used, sizeof message - (size_t)used, "%s.%s",
                     field(post, "webhook-timestamp"), body_of(post));
    unsigned mac_size = sizeof mac;
    assert_non_null(
        HMAC(EVP_sha256(), key, size, (unsigned char *)message, (size_t)used, mac, &mac_size));
    EVP_EncodeBlock(expected, mac, (int)mac_size);
    strcpy(signature, field(post, "webhook-signature"));
    char *one = strtok(signature, " ");
    for (unsigned i = 0; i < place && one != NULL; i++) one = strtok(NULL, " ");
    assert_non_null(one);
    assert_memory_equal(one, "v1,", 3);
    assert_string_equal(one + 3, (char *)expected);
}

static void a_request_for_a_return_is_told_signed_and_in_order(void **state)
{
    (void)state;
    start_hooks(true);
    char webhook[ID_TEXT_BYTES], awaited[ID_TEXT_BYTES + 16];
    strcpy(webhook, add_shop(""));
    scripted_say(shop, TAKEN);
    scripted_say(shop, TAKEN);
    door_order(&door, "A-1", 1);
    const char *returned = door_return(&door, "A-1", "key-1-of-it");
    wait_for_posts(2);
    assert_has(scripted_asked(shop, 0), "POST /hooks HTTP/1.1\r\n");
    assert_string_equal(field(0, "content-type"), "application/json");
    assert_has(body_of(0), "{\"type\":\"return.requested\",\"timestamp\":\"");
    assert_has(body_of(0), "\"order_reference\":\"A-1\"");
    assert_has(body_of(1), "{\"type\":\"return.awaiting_decision\"");
    assert_has(body_of(1), "\"due_verb\":");
    snprintf(awaited, sizeof awaited, "\"return\":\"%s\"", returned);
    assert_has(body_of(0), awaited);
    assert_signed(0, SECRET, 0);
    assert_signed(1, SECRET, 0);
    char first[128];
    strcpy(first, field(0, "webhook-id"));
    assert_string_not_equal(first, field(1, "webhook-id"));
    long long sent = atoll(field(0, "webhook-timestamp"));
    assert_in_range(sent, (long long)time(NULL) - 60, (long long)time(NULL) + 1);
    struct reply reply = wait_for_log(webhook, 2);
    assert_string_equal(at(&reply, "deliveries/1/event"), first);
    assert_string_equal(at(&reply, "deliveries/1/outcome"), "delivered");
    assert_string_equal(at(&reply, "deliveries/1/status"), "204");
    assert_string_equal(at(&reply, "deliveries/0/type"), "return.awaiting_decision");
    assert_int_equal(count_at(&reply, "open"), 0);
    reply_free(&reply);
}

static void while_a_secret_is_changed_both_sign(void **state)
{
    (void)state;
    char more[200], body[1024], path[128];
    struct hash old = give_secret(SECRET, true);
    start_hooks(true);
    char webhook[ID_TEXT_BYTES];
    strcpy(webhook, add_shop(",\"types\":[{\"type\":\"return.requested\"}]"));
    struct hash fresh = give_secret(SECOND, true);
    snprintf(more, sizeof more, "{\"fingerprint\":\"%s\"}", hex_of(&fresh));
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"url\":\"http://127.0.0.1:%u/hooks\","
             "\"types\":[{\"type\":\"return.requested\"}],"
             "\"secrets\":[%s,{\"fingerprint\":\"%s\"}]}",
             door.shop, scripted_port(shop), more, hex_of(&old));
    snprintf(path, sizeof path, "/v1/webhooks/%s", webhook);
    struct reply reply = door_post(&door, path, body);
    assert_status(&reply, 200);
    reply_free(&reply);
    scripted_say(shop, TAKEN);
    door_order(&door, "A-1", 1);
    door_return(&door, "A-1", "key");
    wait_for_posts(1); /* and no more: the other type is not wanted */
    assert_signed(0, SECOND, 0);
    assert_signed(0, SECRET, 1);
}

static void an_endpoint_without_a_secret_here_waits_and_is_named(void **state)
{
    (void)state;
    char url[64];
    struct hooks_counts counts;
    struct hooks_waiting waiting[HOOKS_WAITING_MAX];
    struct hash fingerprint = give_secret(SECRET, false);
    start_hooks(true);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/hooks", scripted_port(shop));
    add_endpoint(url, &fingerprint, ",\"types\":[{\"type\":\"return.requested\"}]");
    door_order(&door, "A-1", 1);
    door_return(&door, "A-1", "key");
    for (long waited = 0; hooks_counts(hooks, &counts, waiting) == 0; waited += 5) {
        if (waited > WAIT_MS) fail_msg("nothing waits");
        pause_ms(5);
    }
    assert_int_equal(counts.waiting, 1);
    assert_int_equal(waiting[0].secrets_missing, 1);
    pause_ms(100);
    assert_int_equal(scripted_count(shop), 0);
    scripted_say(shop, TAKEN);
    give_secret(SECRET, true);
    wait_for_posts(1);
    assert_signed(0, SECRET, 0);
}

/* --- what is answered --------------------------------------------------------------------------
 */

static void an_endpoint_that_is_gone_is_disabled_by_an_entry(void **state)
{
    (void)state;
    start_hooks(true);
    char webhook[ID_TEXT_BYTES], path[128];
    strcpy(webhook, add_shop(""));
    scripted_say(shop, "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    door_order(&door, "A-1", 1);
    door_return(&door, "A-1", "key");
    wait_for_posts(1);
    struct reply reply = {0};
    for (long waited = 0;; waited += 10) {
        reply = read_of(webhook, "");
        if (stands_at(&reply, "disabled")) break;
        if (waited > WAIT_MS) fail_msg("%s", reply.body);
        reply_free(&reply);
        pause_ms(10);
    }
    assert_string_equal(at(&reply, "disabled"), "1");
    assert_string_equal(at(&reply, "reason"), "the endpoint answered 410 Gone");
    reply_free(&reply);
    reply = wait_for_log(webhook, 1);
    assert_string_equal(at(&reply, "deliveries/0/outcome"), "gone");
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/webhooks/%s/test", webhook);
    reply = door_post(&door, path, "{}");
    assert_refused(&reply, 409, "no_rule");
    reply_free(&reply);
}

/* What the status tells of endpoints that messages wait for, to whose they are and to nobody else.
 */
static void assert_open(const char *webhook, const char *outcome)
{
    char body[160], token[TOKEN_TEXT_BYTES];
    snprintf(body, sizeof body, "{\"role\":\"merchant\",\"merchant\":\"%s\"}", door.far_node);
    struct reply reply = door_post(&door, "/v1/tokens", body);
    assert_status(&reply, 201);
    strcpy(token, at(&reply, "secret"));
    reply_free(&reply);
    reply = door_get(&door, "/v1/status", token);
    assert_int_equal(count_at(&reply, "webhooks_open"), 0);
    reply_free(&reply);
    reply = door_get(&door, "/v1/status", door.merchant);
    assert_int_equal(count_at(&reply, "webhooks_open"), outcome == NULL ? 0 : 1);
    if (outcome != NULL) {
        assert_string_equal(at(&reply, "webhooks_open/0/webhook"), webhook);
        assert_string_equal(at(&reply, "webhooks_open/0/waiting"), "1");
        assert_string_equal(at(&reply, "webhooks_open/0/last_failure/outcome"), outcome);
        assert_true(stands_at(&reply, "webhooks_open/0/oldest_ms"));
    }
    reply_free(&reply);
}

static void assert_outcome(const char *answer, const char *outcome, const char *status)
{
    char webhook[ID_TEXT_BYTES];
    strcpy(webhook, add_shop(",\"types\":[{\"type\":\"return.requested\"}]"));
    scripted_say(shop, answer);
    door_order(&door, "A-1", 1);
    door_return(&door, "A-1", "key");
    struct reply reply = wait_for_log(webhook, 1);
    assert_string_equal(at(&reply, "deliveries/0/outcome"), outcome);
    if (status != NULL) assert_string_equal(at(&reply, "deliveries/0/status"), status);
    bool taken = strcmp(outcome, "delivered") == 0;
    assert_int_equal(stands_at(&reply, "deliveries/0/next_ms"), !taken);
    assert_int_equal(count_at(&reply, "open"), taken ? 0 : 1);
    if (!taken) assert_string_equal(at(&reply, "open/0/attempts"), "1");
    reply_free(&reply);
    assert_open(webhook, taken ? NULL : outcome);
    pause_ms(60);
    assert_int_equal(scripted_count(shop), 1);
}

static void a_redirect_is_a_failure_and_is_not_followed(void **state)
{
    char answer[256];
    (void)state;
    start_hooks(true);
    snprintf(answer, sizeof answer,
             "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%u/else\r\nContent-Length: 0\r\n"
             "Connection: close\r\n\r\n",
             scripted_port(shop));
    assert_outcome(answer, "redirected", "302");
}

static void an_error_of_the_shop_is_tried_again_later(void **state)
{
    (void)state;
    start_hooks(true);
    assert_outcome("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "refused",
                   "500");
}

static void an_answer_that_hangs_is_given_up_and_tried_again(void **state)
{
    (void)state;
    start_hooks(true);
    assert_outcome(SCRIPTED_HANG, "unreachable", NULL);
}

static void an_answer_without_end_is_dropped_and_its_status_counts(void **state)
{
    static char answer[200 * 1024];
    (void)state;
    start_hooks(true);
    memset(answer, 'x', sizeof answer - 1);
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 900000000\r\n\r\n";
    memcpy(answer, head, sizeof head - 1);
    assert_outcome(answer, "delivered", "200");
}

/* --- where to ----------------------------------------------------------------------------------
 */

static void assert_blocked(const char *url)
{
    char webhook[ID_TEXT_BYTES], path[128];
    struct hash fingerprint = give_secret(SECRET, true);
    strcpy(webhook, add_endpoint(url, &fingerprint, ""));
    snprintf(path, sizeof path, "/v1/webhooks/%s/test", webhook);
    struct reply reply = door_post(&door, path, "{}");
    assert_status(&reply, 200);
    reply_free(&reply);
    reply = wait_for_log(webhook, 1);
    assert_string_equal(at(&reply, "deliveries/0/outcome"), "blocked");
    assert_has(at(&reply, "deliveries/0/why"), "may not be called");
    reply_free(&reply);
    assert_int_equal(scripted_count(shop), 0);
}

static bool resolves_to_loopback(const char *name)
{
    struct addrinfo *found = NULL;
    if (getaddrinfo(name, NULL, NULL, &found) != 0) return false;
    freeaddrinfo(found);
    return true;
}

static void without_leave_nothing_of_this_machine_is_called(void **state)
{
    (void)state;
    char url[64];
    start_hooks(false);
    snprintf(url, sizeof url, "https://127.0.0.1:%u/", scripted_port(shop));
    assert_blocked(url);
    snprintf(url, sizeof url, "https://localhost:%u/", scripted_port(shop));
    assert_blocked(url);
    /* A name that nobody would know for this machine, until it is resolved. */
    if (!resolves_to_loopback("ip6-localhost")) return;
    snprintf(url, sizeof url, "https://ip6-localhost:%u/", scripted_port(shop));
    assert_blocked(url);
}

static void a_name_of_a_private_address_is_not_called_even_with_leave_for_this_machine(void **state)
{
    (void)state;
    struct hash fingerprint = give_secret(SECRET, true);
    char body[512];
    start_hooks(true);
    static const char *const bad[] = {"https://10.0.0.1/", "https://169.254.169.254/",
                                      "https://[fd00::1]/", "http://shop.example/"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(body, sizeof body,
                 "{\"merchant\":\"%s\",\"url\":\"%s\",\"secrets\":[{\"fingerprint\":\"%s\"}]}",
                 door.shop, bad[i], hex_of(&fingerprint));
        struct reply reply = door_post(&door, "/v1/webhooks", body);
        assert_refused(&reply, 400, "out_of_range");
        assert_string_equal(at(&reply, "errors/0/pointer"), "/url");
        reply_free(&reply);
    }
}

/* --- again -------------------------------------------------------------------------------------
 */

static void a_replay_bears_the_ids_that_the_messages_had(void **state)
{
    (void)state;
    char webhook[ID_TEXT_BYTES], path[128], body[256], ids[2][128];
    start_hooks(true);
    strcpy(webhook, add_shop(""));
    for (unsigned i = 0; i < 8; i++) scripted_say(shop, TAKEN);
    door_order(&door, "A-1", 1);
    door_return(&door, "A-1", "key");
    wait_for_posts(2);
    for (unsigned i = 0; i < 2; i++) strcpy(ids[i], field(i, "webhook-id"));
    snprintf(path, sizeof path, "/v1/webhooks/%s/replay", webhook);
    snprintf(body, sizeof body, "{\"event\":\"%s\"}", ids[1]);
    struct reply reply = door_post(&door, path, body);
    assert_status(&reply, 200);
    reply_free(&reply);
    wait_for_posts(3);
    assert_string_equal(field(2, "webhook-id"), ids[1]);
    assert_string_equal(body_of(2), body_of(1));
    reply = door_post(&door, path, "{\"since\":\"2020-01-01T00:00:00Z\"}");
    assert_status(&reply, 200);
    reply_free(&reply);
    wait_for_posts(5);
    assert_string_equal(field(3, "webhook-id"), ids[0]);
    assert_string_equal(field(4, "webhook-id"), ids[1]);
    reply = door_post(&door, path, "{\"since\":\"2199-01-01T00:00:00Z\"}");
    assert_status(&reply, 200);
    reply_free(&reply);
    reply = door_post(&door, path, "{\"event\":\"msg_3_00112233445566778899aabbccddeeff\"}");
    assert_status(&reply, 200);
    reply_free(&reply);
    snprintf(path, sizeof path, "/v1/webhooks/%s/test", webhook);
    reply = door_post(&door, path, "{}");
    assert_status(&reply, 200);
    reply_free(&reply);
    wait_for_posts(6); /* neither of the two found anything */
    assert_has(body_of(5), "{\"type\":\"webhook.test\"");
    reply = wait_for_log(webhook, 6);
    assert_string_equal(at(&reply, "deliveries/1/replay"), "true");
    assert_false(stands_at(&reply, "deliveries/0/replay"));
    reply_free(&reply);
}

static void what_was_sent_and_not_recorded_is_sent_again_under_its_id(void **state)
{
    (void)state;
    char id[128];
    start_hooks(true);
    add_shop(",\"types\":[{\"type\":\"return.requested\"}]");
    scripted_say(shop, SCRIPTED_HANG);
    scripted_say(shop, TAKEN);
    door_order(&door, "A-1", 1);
    door_return(&door, "A-1", "key");
    wait_for_posts(1);
    strcpy(id, field(0, "webhook-id"));
    hooks_stop(hooks); /* between send and record */
    start_hooks(true);
    wait_for_posts(2);
    assert_string_equal(field(1, "webhook-id"), id);
    assert_string_equal(body_of(1), body_of(0));
}

static void after_a_restart_what_was_delivered_is_not_sent_again(void **state)
{
    (void)state;
    char webhook[ID_TEXT_BYTES];
    start_hooks(true);
    strcpy(webhook, add_shop(""));
    for (unsigned i = 0; i < 4; i++) scripted_say(shop, TAKEN);
    door_order(&door, "A-1", 1);
    door_return(&door, "A-1", "key");
    wait_for_posts(2);
    struct reply reply = wait_for_log(webhook, 2);
    reply_free(&reply);
    hooks_stop(hooks);
    start_hooks(true);
    door_order(&door, "A-2", 1);
    door_return(&door, "A-2", "another-key");
    wait_for_posts(4);
    assert_has(body_of(2), "\"order_reference\":\"A-2\"");
    assert_has(body_of(3), "\"order_reference\":\"A-2\"");
}

/* --- whose turn it is --------------------------------------------------------------------------
 */

struct told {
    struct job job;
    union command_body body;
    atomic_bool done;
    enum error error;
};

static void on_told(struct job *job, const struct answer_out *answer)
{
    struct told *told = (struct told *)job;
    told->error = answer->error;
    atomic_store(&told->done, true);
}

static uint64_t book_end(void)
{
    static struct engine_status status;
    uint64_t last = 0;
    engine_status(door.engine, &status);
    for (uint32_t i = 0; i < status.logs_count; i++)
        if (status.log[i].log_type == LOG_BOOK) last = status.log[i].last;
    return last;
}

static void a_new_leader_goes_on_where_the_book_says_that_the_old_one_was(void **state)
{
    (void)state;
    char webhook[ID_TEXT_BYTES];
    static struct told told;
    memset(&told, 0, sizeof told);
    strcpy(webhook, add_shop(""));
    door_order(&door, "A-1", 1);
    door_return(&door, "A-1", "key");
    pause_ms(300); /* the status is copied four times a second */
    uint64_t asked = book_end();
    /* What a leader before this one has left: all is delivered, but one of the two. */
    told.job.bytes = sizeof told;
    told.job.done = on_told;
    told.job.input.kind = INPUT_COMMAND;
    told.job.input.command =
        (struct command){.kind = COMMAND_WEBHOOK_CHECK,
                         .by = {.kind = BY_POLICY, .node = engine_self(door.engine)->node},
                         .body = &told.body};
    assert_int_equal(id_parse(span_text(webhook), &told.body.webhook_check.webhook), OK);
    told.body.webhook_check.through = asked;
    told.body.webhook_check.under_way_count = 1;
    /* An ANSWER stands behind the entry that was asked for. */
    told.body.webhook_check.under_way[0] = (struct hook_under_way){asked - 1, HOOK_RETURN_AWAITING};
    assert_true(engine_submit(door.engine, &told.job));
    for (long waited = 0; !atomic_load(&told.done) && waited < WAIT_MS; waited += 5) pause_ms(5);
    assert_int_equal(told.error, OK);
    door_order(&door, "A-2", 1);
    door_return(&door, "A-2", "another-key");
    for (unsigned i = 0; i < 4; i++) scripted_say(shop, TAKEN);
    start_hooks(true);
    wait_for_posts(3);
    unsigned old = 0;
    for (unsigned i = 0; i < 3; i++)
        if (strstr(body_of(i), "\"order_reference\":\"A-1\"") != NULL) {
            assert_has(body_of(i), "return.awaiting_decision");
            old++;
        }
    assert_int_equal(old, 1);
}

static void of_another_merchant_nothing_is_seen(void **state)
{
    (void)state;
    char body[256], token[TOKEN_TEXT_BYTES], webhook[ID_TEXT_BYTES], path[160];
    static const char *const posts[] = {"disable", "replay", "test"};
    static const char *const bodies[] = {"{}", "{\"since\":\"2020-01-01T00:00:00Z\"}", "{}"};
    start_hooks(true);
    strcpy(webhook, add_shop(""));
    snprintf(body, sizeof body, "{\"role\":\"merchant\",\"merchant\":\"%s\"}", door.far_node);
    struct reply reply = door_post(&door, "/v1/tokens", body);
    assert_status(&reply, 201);
    strcpy(token, at(&reply, "secret"));
    reply_free(&reply);
    reply = door_get(&door, "/v1/webhooks", token);
    assert_status(&reply, 200);
    assert_int_equal(count_at(&reply, "webhooks"), 0);
    reply_free(&reply);
    for (unsigned i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "/v1/webhooks/%s%s", webhook, i == 0 ? "" : "/deliveries");
        reply = door_get(&door, path, token);
        assert_status(&reply, 404);
        reply_free(&reply);
        reply = door_get(&door, path, door.merchant);
        assert_status(&reply, 200);
        reply_free(&reply);
        reply = door_get(&door, path, door.operator);
        assert_status(&reply, 403);
        reply_free(&reply);
    }
    for (unsigned i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "/v1/webhooks/%s/%s", webhook, posts[i]);
        const struct letter ask = {
            .method = "POST", .path = path, .token = token, .key = posts[i], .body = bodies[i]};
        reply = client_call(door_port(&door), &ask);
        assert_status(&reply, 404);
        reply_free(&reply);
    }
    reply = door_get(&door, "/v1/webhooks", door.merchant);
    assert_int_equal(count_at(&reply, "webhooks"), 1);
    assert_false(reply_has(&reply, "whsec_"));
    reply_free(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define HERE(test) cmocka_unit_test_setup_teardown(test, begin, end)
        HERE(a_request_for_a_return_is_told_signed_and_in_order),
        HERE(while_a_secret_is_changed_both_sign),
        HERE(an_endpoint_without_a_secret_here_waits_and_is_named),
        HERE(an_endpoint_that_is_gone_is_disabled_by_an_entry),
        HERE(a_redirect_is_a_failure_and_is_not_followed),
        HERE(an_error_of_the_shop_is_tried_again_later),
        HERE(an_answer_that_hangs_is_given_up_and_tried_again),
        HERE(an_answer_without_end_is_dropped_and_its_status_counts),
        HERE(without_leave_nothing_of_this_machine_is_called),
        HERE(a_name_of_a_private_address_is_not_called_even_with_leave_for_this_machine),
        HERE(a_replay_bears_the_ids_that_the_messages_had),
        HERE(what_was_sent_and_not_recorded_is_sent_again_under_its_id),
        HERE(after_a_restart_what_was_delivered_is_not_sent_again),
        HERE(a_new_leader_goes_on_where_the_book_says_that_the_old_one_was),
        HERE(of_another_merchant_nothing_is_seen),
    };
    log_setup(LOG_ERROR, 1);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
