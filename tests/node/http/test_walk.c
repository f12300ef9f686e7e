/* Every path of the interface, as proto/openapi.yaml tells of it, walked by those who have no
 * business with a merchant's records: another merchant, and whoever is bound to another one.
 * Whoever may reach a record reaches it on the way, so that what is refused was there to be had; a
 * path that the walk cannot fill fails it. */
#include "tests/node/http/walk_world.h"

#include <curl/curl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct step { /* one call of the walk */
    const struct operation *operation;
    char path[1024], none[512], body[WALK_TEXT_BYTES], key[32];
    bool owned; /* it names a record of the owner's */
};

static unsigned calls, reached;

static struct reply take_step(const struct walk_world *world, const struct step *step,
                              const char *token, const char *key)
{
    bool get = strcmp(step->operation->method, "get") == 0;
    bool bulk = strncmp(step->operation->path, "/v1/imports/", 12) == 0;
    bool keyed = step->operation->key || step->operation->key_taken;
    const struct letter ask = {.method = get ? NULL : "POST",
                               .path = step->path,
                               .token = token,
                               .key = keyed ? key : NULL,
                               .if_match = step->operation->match ? "\"1\"" : NULL,
                               .type = bulk ? "application/x-ndjson" : NULL,
                               .body = get ? NULL : step->body};
    calls++;
    return client_call(door_port(&world->door), &ask);
}

/* --- the owner -------------------------------------------------------------------------------- */

static bool is_for(const struct operation *operation, const char *role)
{
    char first[32], later[32];
    snprintf(first, sizeof first, "[%s", role);
    snprintf(later, sizeof later, " %s", role);
    return strstr(operation->roles, first) != NULL || strstr(operation->roles, later) != NULL;
}

/* Whoever reaches the owner's records on this path. */
static const char *owner_of(const struct walk_world *world, const struct operation *operation)
{
    if (is_for(operation, "merchant")) return world->door.merchant;
    if (is_for(operation, "buyer") && !is_for(operation, "admin")) return world->buyer;
    return is_for(operation, "operator") ? world->door.operator: world->door.admin;
}

/* What only an admin does would end the world of the walk; what a carrier signs has its own tests.
 */
static bool is_owners(const struct operation *operation)
{
    bool get = strcmp(operation->method, "get") == 0;
    bool token = strcmp(operation->path, "/v1/tokens/{token}/revoke") == 0;
    if (strcmp(operation->roles, "[]") == 0) return get;
    return !token && (get || strcmp(operation->roles, "[admin]") != 0);
}

static void let_owner_in(const struct walk_world *world, const struct step *step)
{
    if (!is_owners(step->operation)) return;
    struct reply reply = take_step(world, step, owner_of(world, step->operation), step->key);
    const char *ends = walk_ends(step->operation);
    if (ends != NULL) assert_refused(&reply, 409, ends);
    bool import = strstr(step->path, "/v1/imports/") == step->path;
    bool refused_line = import && strstr(reply.body, "\"state\":\"refused\"") != NULL;
    if (ends == NULL && (reply.status / 100 != 2 || refused_line))
        fail_msg("the walk does not reach %s %s: %ld %s\n(%s)", step->operation->method, step->path,
                 reply.status, reply.body, step->body);
    reached++;
    reply_free(&reply);
}

/* --- the strangers ---------------------------------------------------------------------------- */

static bool is_list(const struct step *step)
{
    return strcmp(step->operation->method, "get") == 0 &&
           strchr(step->operation->path, '{') == NULL;
}

/* A list is empty when the first array of the answer is; in a document of events it is theirs,
 * which stands behind what the document is. */
static bool is_empty(const struct reply *reply)
{
    const char *events = strstr(reply->body, "\"eventList\"");
    const char *array = strchr(events != NULL ? events : reply->body, '[');
    return array != NULL && array[1] == ']';
}

/* Many orders are answered line by line. */
static bool all_refused(const struct step *step, const struct reply *reply)
{
    return strncmp(step->operation->path, "/v1/imports/", 12) == 0 &&
           strstr(reply->body, "\"state\":\"done\"") == NULL &&
           strstr(reply->body, "\"state\":\"requested\"") == NULL;
}

static bool is_right(const struct step *step, const struct reply *reply)
{
    if (reply->status == 404 || reply->status == 403 || reply->status == 401) return true;
    if (is_list(step) && reply->status == 400) return true; /* it asks for a filter */
    if (reply->status / 100 != 2) return false;
    if (all_refused(step, reply)) return true;
    return !step->owned || (is_list(step) && is_empty(reply));
}

static void judge(const struct walk_world *world, const struct step *step,
                  const struct stranger *stranger, const struct reply *reply)
{
    const char *leak = walk_leak(world, stranger, reply->body);
    if (leak == NULL) leak = walk_leak(world, stranger, reply->headers);
    if (leak != NULL)
        fail_msg("%s reads \"%s\" at %s %s: %s", stranger->who, leak, step->operation->method,
                 step->path, reply->body);
    if (!is_right(step, reply))
        fail_msg("%s gets %ld at %s %s: %s", stranger->who, reply->status, step->operation->method,
                 step->path, reply->body);
}

/* Nothing tells a record of another's from one that there is not. */
static void compare_with_none(const struct walk_world *world, const struct step *step,
                              const struct stranger *stranger, const struct reply *reply)
{
    static unsigned serial;
    char key[32];
    struct step other = *step;
    if (strchr(step->operation->path, '{') == NULL || !step->owned || reply->status != 404) return;
    snprintf(key, sizeof key, "none-%u", ++serial);
    strcpy(other.path, step->none);
    struct reply none = take_step(world, &other, stranger->token, key);
    assert_refused(&none, 404, "not_found");
    bool ruled = stands_at(reply, "rule");
    bool same = ruled == stands_at(&none, "rule") &&
                (!ruled || strcmp(at(reply, "rule"), at(&none, "rule")) == 0);
    if (!same)
        fail_msg("%s is told %s for another's record, and %s for none", stranger->who, reply->body,
                 none.body);
    reply_free(&none);
}

static void turn_strangers_away(const struct walk_world *world, const struct step *step)
{
    static unsigned serial;
    for (size_t i = 0; i < world->strangers_count; i++) {
        char fresh[32];
        snprintf(fresh, sizeof fresh, "stranger-%u", ++serial);
        const char *const keys[] = {fresh, step->key}; /* their own key, and the owner's */
        for (int j = 0; j < 2; j++) {
            struct reply reply = take_step(world, step, world->strangers[i].token, keys[j]);
            judge(world, step, &world->strangers[i], &reply);
            compare_with_none(world, step, &world->strangers[i], &reply);
            reply_free(&reply);
        }
    }
}

/* --- the walk --------------------------------------------------------------------------------- */

/* Strangers before the owner, so that they meet what the owner's call uses up, and after it, so
 * that they meet what it leaves. */
static void walk_step(const struct walk_world *world, struct step *step)
{
    static unsigned serial;
    snprintf(step->key, sizeof step->key, "owner-%u", ++serial);
    if (strcmp(step->operation->method, "get") != 0) turn_strangers_away(world, step);
    let_owner_in(world, step);
    turn_strangers_away(world, step);
}

static void begin_step(struct walk_world *world, const struct operation *operation,
                       struct step *step)
{
    char why[256], path[512];
    *step = (struct step){.operation = operation};
    if (!walk_fill(world, operation, path, step->none, step->body, &step->owned, why))
        fail_msg("the walk cannot fill %s %s: %s", operation->method, operation->path, why);
    const char *always = walk_query_always(operation);
    snprintf(step->path, sizeof step->path, "%s%s%s", path, always != NULL ? "?" : "",
             always != NULL ? always : "");
}

static void walk_parameters(struct walk_world *world, const struct operation *operation)
{
    struct step step;
    for (size_t i = 0; i < operation->query_count; i++) {
        char text[512];
        begin_step(world, operation, &step);
        if (!walk_query(world, operation, operation->query[i], text, &step.owned))
            fail_msg("the walk cannot fill the parameter %s of %s: see walk_fill.c",
                     operation->query[i], operation->path);
        if (text[0] == '\0') continue;
        size_t used = strlen(step.path);
        snprintf(step.path + used, sizeof step.path - used, "%c%s",
                 strchr(step.path, '?') != NULL ? '&' : '?', text);
        walk_step(world, &step);
    }
}

static void no_path_shows_or_does_anything_of_another_merchants(void **state)
{
    struct walk_world *world = *state;
    const struct operation *operations;
    size_t count = openapi_operations(&operations);
    assert_true(count > 60);
    for (size_t i = 0; i < count; i++) {
        struct step step;
        begin_step(world, &operations[i], &step);
        walk_step(world, &step);
        walk_parameters(world, &operations[i]);
    }
    print_message("walked %zu operations in %u calls, %u of them the owner's\n", count, calls,
                  reached);
    assert_true(reached > 60);
}

/* Where the owner's page ended, a stranger's begins: a cursor is a key, and the key an id. */
static void no_cursor_of_anothers_opens_its_page(void **state)
{
    struct walk_world *world = *state;
    const struct operation *operations;
    size_t count = openapi_operations(&operations);
    unsigned tried = 0;
    for (size_t i = 0; i < count; i++) {
        struct step step = {.operation = &operations[i], .owned = true};
        if (!is_list(&step) || !is_for(&operations[i], "operator")) continue;
        if (walk_query_always(&operations[i]) != NULL) continue;
        snprintf(step.path, sizeof step.path, "%s?limit=1", operations[i].path);
        struct reply page = take_step(world, &step, world->door.operator, NULL);
        if (page.status == 200 && strstr(page.body, "next_cursor") != NULL) {
            snprintf(step.path, sizeof step.path, "%s?limit=1&cursor=%s", operations[i].path,
                     at(&page, "next_cursor"));
            /* What follows may be nobody's, such as a warehouse: only the bytes are looked at. */
            step.owned = false;
            turn_strangers_away(world, &step);
            tried++;
        }
        reply_free(&page);
    }
    assert_true(tried > 5);
}

/* --- events ----------------------------------------------------------------------------------- */

/* An order of its own, so that the stranger knows when it has been told all that came before. */
static void import_other_order(struct walk_world *world, const char *token)
{
    char body[1024];
    snprintf(body, sizeof body,
             "{\"merchant\":\"%s\",\"reference\":\"OTHER-1\",\"currency\":\"EUR\","
             "\"sold_ms\":\"2026-01-02T03:04:05Z\",\"lines\":[{\"sku\":\"S\",\"quantity\":1,"
             "\"price_minor\":5}],\"payments\":[{\"provider\":\"stripe\",\"reference\":\"o\","
             "\"captured_minor\":5}]}",
             world->other_shop);
    const struct letter ask = {.path = "/v1/orders", .token = token, .key = "o", .body = body};
    struct reply reply = client_call(door_port(&world->door), &ask);
    assert_status(&reply, 200);
    reply_free(&reply);
}

static void no_stream_tells_of_another_merchants(void **state)
{
    struct walk_world *world = *state;
    int fds[WALK_STRANGERS_MAX];
    char request[1024];
    for (size_t i = 0; i < world->strangers_count; i++) {
        fds[i] = client_connect(door_port(&world->door));
        snprintf(request, sizeof request,
                 "GET /v1/events?after=0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n",
                 world->strangers[i].token);
        client_send(fds[i], request);
    }
    char unit[WALK_VALUE_BYTES];
    bool owned = false;
    assert_true(walk_thing(world, "unit_graded", unit, &owned));
    import_other_order(world, world->strangers[0].token);
    for (size_t i = 0; i < world->strangers_count; i++) {
        const char *told = client_read(fds[i], "OTHER-1");
        bool refused = strstr(told, " 403 ") != NULL;
        if (!refused && strstr(told, "OTHER-1") == NULL)
            fail_msg("%s was told nothing: %s", world->strangers[i].who, told);
        const char *leak = walk_leak(world, &world->strangers[i], told);
        if (leak != NULL) fail_msg("%s reads \"%s\": %s", world->strangers[i].who, leak, told);
        close(fds[i]);
    }
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, walk_setup, walk_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(no_path_shows_or_does_anything_of_another_merchants),
        ROW(no_cursor_of_anothers_opens_its_page),
        ROW(no_stream_tells_of_another_merchants),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}
