/* proto/openapi.yaml and the manual against the program: every route stands in them and nothing
 * else does, with its roles, its key and its If-Match; every schema that follows from a shape is
 * that shape. Run with --write, this program writes the schemas and the manual's table anew. */
#include "node/http/door.h"
#include "tests/node/http/openapi_schemas.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define PAGE      "proto/openapi.yaml"
#define MANUAL    "node/http/README.md"
#define TABLE     "<!-- generated: test_http_openapi --write -->\n"
#define GENERATED "    # --- generated ---\n"

static char page[512 * 1024], manual[64 * 1024];

static void read_file(const char *path, char *to, size_t size)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    to[fread(to, 1, size - 1, file)] = '\0';
    fclose(file);
}

/* --- the page, line by line ------------------------------------------------------------------- */

struct told { /* one operation of the page */
    char path[96], method[8], roles[96];
    bool key_needed, key_taken, match_needed, match_taken;
    char statuses[80]; /* " 200 400" */
};
static struct told told[512];
static size_t told_count;

static bool begins(const char *line, const char *with)
{
    return strncmp(line, with, strlen(with)) == 0;
}

static void take_method(const char *path, const char *line)
{
    struct told *one = &told[told_count++];
    assert_true(told_count < 512);
    snprintf(one->path, sizeof one->path, "%s", path);
    snprintf(one->method, sizeof one->method, "%.*s", (int)strcspn(line + 4, ":"), line + 4);
}

static void take_line(struct told *one, const char *from)
{
    char line[256];
    snprintf(line, sizeof line, "%.*s", (int)strcspn(from, "\n"), from);
    if (begins(line, "      x-roles: "))
        snprintf(one->roles, sizeof one->roles, "%.*s", (int)strcspn(line + 15, "\n"), line + 15);
    size_t used = strlen(one->statuses);
    if (begins(line, "        '") && line[12] == '\'' && used < sizeof one->statuses - 4)
        snprintf(one->statuses + used, sizeof one->statuses - used, " %.3s", line + 9);
    one->key_needed |= strstr(line, "parameters/Key'") != NULL;
    one->key_taken |= strstr(line, "parameters/OptionalKey'") != NULL;
    one->match_needed |= strstr(line, "parameters/NeededIfMatch'") != NULL;
    one->match_taken |= strstr(line, "parameters/IfMatch'") != NULL;
}

static void read_operations(void)
{
    char path[96] = "";
    told_count = 0;
    const char *line = strstr(page, "\npaths:\n");
    assert_non_null(line);
    for (line += 8; !begins(line, "components:"); line = strchr(line, '\n') + 1) {
        if (begins(line, "  /")) {
            snprintf(path, sizeof path, "%.*s", (int)strcspn(line + 2, "\n") - 1, line + 2);
            continue;
        }
        bool method = begins(line, "    get:") || begins(line, "    post:") ||
                      begins(line, "    delete:") || begins(line, "    put:");
        if (method)
            take_method(path, line);
        else if (told_count > 0)
            take_line(&told[told_count - 1], line);
    }
}

/* --- the routes ------------------------------------------------------------------------------- */

/* A segment that may lack makes two paths of one row. */
static void path_of(const struct route *route, bool longer, char path[96])
{
    const char *mark = strstr(route->pattern, "?}");
    strcpy(path, route->pattern);
    if (mark == NULL) return;
    const char *slash = strrchr(route->pattern, '/');
    path[slash - route->pattern] = '\0';
    if (longer)
        snprintf(path + strlen(path), 96 - strlen(path), "%.*s}", (int)(mark - slash), slash);
}

static void roles_of(unsigned roles, char text[96])
{
    static const struct {
        unsigned role;
        const char *word;
    } words[] = {{ROLE_OPERATOR, "operator"}, {ROLE_MERCHANT, "merchant"}, {ROLE_ADMIN, "admin"},
                 {ROLE_PARTNER, "partner"},   {ROLE_PLATFORM, "platform"}, {ROLE_BUYER, "buyer"}};
    strcpy(text, "[");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if ((roles & words[i].role) == 0) continue;
        if (text[1] != '\0') strcat(text, ", ");
        strcat(text, words[i].word);
    }
    strcat(text, "]");
}

static const struct told *find(const char *path, const char *method)
{
    for (size_t i = 0; i < told_count; i++)
        if (strcmp(told[i].path, path) == 0 && strcmp(told[i].method, method) == 0) return &told[i];
    fail_msg("%s %s does not stand in " PAGE, method, path);
    return NULL;
}

/* What every route of that sort may answer, whatever it does. */
static void compare_statuses(const struct route *route, const char *path, const struct told *one)
{
    bool post = route->method == METHOD_POST,
         webhook = route->handle == webhook_handle || route->handle == inlet_handle;
    const struct {
        bool applies;
        const char *status;
    } rows[] = {
        {true, " 400"}, /* a parameter that it does not take */
        {route_roles(route) != ANYBODY, " 401"},
        {route_roles(route) != ANYBODY, " 403"},
        {post, " 413"},
        {post && !webhook, " 415"},
        {post, " 503"},
        {route->command != 0, " 507"},
        {route->handle == submit_handle && (route->flags & KEY_NEEDED) != 0, " 422"},
        {(route->flags & (MATCH_TAKEN | MATCH_NEEDED)) != 0, " 412"},
        {(route->flags & MATCH_NEEDED) != 0, " 428"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].applies && strstr(one->statuses, rows[i].status) == NULL)
            fail_msg("%s %s does not tell of%s", one->method, path, rows[i].status);
}

static void compare(const struct route *route, const char *path)
{
    char roles[96];
    const struct told *one = find(path, route->method == METHOD_GET ? "get" : "post");
    roles_of(route_roles(route), roles);
    if (strcmp(one->roles, roles) != 0) fail_msg("%s: %s and not %s", path, one->roles, roles);
    if (one->key_needed != ((route->flags & KEY_NEEDED) != 0) ||
        one->key_taken != ((route->flags & KEY_TAKEN) != 0))
        fail_msg("%s: its Idempotency-Key", path);
    if (one->match_needed != ((route->flags & MATCH_NEEDED) != 0) ||
        one->match_taken != ((route->flags & MATCH_TAKEN) != 0))
        fail_msg("%s: its If-Match", path);
    compare_statuses(route, path, one);
}

static void every_route_stands_in_the_page(void **state)
{
    (void)state;
    char path[96];
    read_operations();
    for (size_t i = 0; i < routes_count; i++) {
        path_of(&routes[i], false, path);
        compare(&routes[i], path);
        path_of(&routes[i], true, path);
        compare(&routes[i], path);
    }
}

static bool is_route(const struct told *one)
{
    char path[96];
    enum method method = strcmp(one->method, "get") == 0 ? METHOD_GET : METHOD_POST;
    for (size_t i = 0; i < routes_count; i++)
        for (int longer = 0; longer < 2; longer++) {
            path_of(&routes[i], longer == 1, path);
            if (routes[i].method == method && strcmp(path, one->path) == 0) return true;
        }
    return false;
}

static void everything_in_the_page_is_a_route(void **state)
{
    (void)state;
    read_operations();
    assert_true(told_count > 50);
    for (size_t i = 0; i < told_count; i++)
        if (!is_route(&told[i])) fail_msg("no route: %s %s", told[i].method, told[i].path);
}

static void the_schemas_are_the_shapes(void **state)
{
    (void)state;
    const char *kept = strstr(page, GENERATED);
    assert_non_null(kept);
    kept += strlen(GENERATED);
    char *made = openapi_schemas();
    size_t same = 0;
    while (kept[same] != '\0' && kept[same] == made[same]) same++;
    if (kept[same] != made[same])
        fail_msg("they differ at: %.160s\nand here: %.160s\n(%s)", kept + same, made + same,
                 "test_http_openapi --write");
    free(made);
}

/* What is pointed to is there. */
static void every_reference_leads_somewhere(void **state)
{
    (void)state;
    static const char mark[] = "$ref: '#/components/";
    unsigned count = 0;
    for (const char *at = strstr(page, mark); at != NULL; at = strstr(at + 1, mark)) {
        char section[32], name[64], line[80];
        assert_int_equal(sscanf(at + sizeof mark - 1, "%31[a-z]/%63[A-Za-z]i", section, name), 2);
        if (strncmp(at + sizeof mark - 1, "requestBodies", 13) == 0) fail_msg("%.60s", at);
        snprintf(line, sizeof line, "\n    %s:", name);
        if (strstr(page, line) == NULL) fail_msg("%s/%s is nowhere", section, name);
        count++;
    }
    assert_true(count > 300);
}

/* --- the manual ------------------------------------------------------------------------------- */

static const char *word_of_flags(const struct route *route, unsigned needed, unsigned taken)
{
    return (route->flags & needed) != 0 ? "needed" : (route->flags & taken) != 0 ? "taken" : "";
}

static char *table_of_routes(void)
{
    size_t room = routes_count * 200 + 200, used = 0;
    char *text = malloc(room), roles[96];
    assert_non_null(text);
    used += (size_t)snprintf(text, room, "%s",
                             "\n| | path | roles | key | If-Match |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < routes_count; i++) {
        roles_of(route_roles(&routes[i]), roles);
        roles[strlen(roles) - 1] = '\0'; /* without its brackets */
        used += (size_t)snprintf(text + used, room - used, "| %s | `%s` | %s | %s | %s |\n",
                                 routes[i].method == METHOD_GET ? "GET" : "POST", routes[i].pattern,
                                 roles + 1, word_of_flags(&routes[i], KEY_NEEDED, KEY_TAKEN),
                                 word_of_flags(&routes[i], MATCH_NEEDED, MATCH_TAKEN));
    }
    return text;
}

static void the_manual_tells_the_table_of_routes(void **state)
{
    (void)state;
    const char *kept = strstr(manual, TABLE);
    assert_non_null(kept);
    char *made = table_of_routes();
    assert_string_equal(kept + strlen(TABLE), made);
    free(made);
}

static void replace_tail(const char *path, char *text, const char *mark, char *tail)
{
    char *end = strstr(text, mark);
    FILE *file = end == NULL ? NULL : fopen(path, "w");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    fwrite(text, 1, (size_t)(end - text) + strlen(mark), file);
    fputs(tail, file);
    fclose(file);
    free(tail);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_stands_in_the_page),
        cmocka_unit_test(everything_in_the_page_is_a_route),
        cmocka_unit_test(the_schemas_are_the_shapes),
        cmocka_unit_test(every_reference_leads_somewhere),
        cmocka_unit_test(the_manual_tells_the_table_of_routes),
    };
    read_file(PAGE, page, sizeof page);
    read_file(MANUAL, manual, sizeof manual);
    if (argc > 1 && strcmp(argv[1], "--write") == 0) {
        replace_tail(PAGE, page, GENERATED, openapi_schemas());
        replace_tail(MANUAL, manual, TABLE, table_of_routes());
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
