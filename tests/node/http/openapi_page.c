#include "tests/node/http/openapi_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char page[512 * 1024];
static struct operation operations[OPERATIONS_MAX];
static size_t operations_count;

static bool begins(const char *line, const char *with)
{
    return strncmp(line, with, strlen(with)) == 0;
}

static void read_page(void)
{
    FILE *file = fopen(OPENAPI_PAGE, "r");
    assert_non_null(file);
    size_t size = fread(page, 1, sizeof page - 1, file);
    assert_true(size > 0 && size < sizeof page - 1);
    fclose(file);
}

/* The word behind "name: ", up to what ends it. */
static bool name_in(const char *text, char name[32])
{
    const char *at = strstr(text, "name: ");
    if (at == NULL) return false;
    size_t size = strcspn(at + 6, ",}\n ");
    assert_true(size > 0 && size < 32);
    memcpy(name, at + 6, size);
    name[size] = '\0';
    return true;
}

/* A parameter that others point to: in one line, or in several until the next of its depth. */
static void read_component(const char *called, char text[512])
{
    char mark[64];
    snprintf(mark, sizeof mark, "\n    %s:", called);
    const char *section = strstr(page, "\n  parameters:\n");
    assert_non_null(section);
    const char *at = strstr(section, mark);
    if (at == NULL) fail_msg("parameter %s is nowhere in " OPENAPI_PAGE, called);
    size_t size = 1 + strcspn(at + 1, "\n");
    while (begins(at + size, "\n      ")) size += 1 + strcspn(at + size + 1, "\n");
    if (size > 511) size = 511;
    memcpy(text, at, size);
    text[size] = '\0';
}

static void take_parameter(struct operation *one, const char *line)
{
    char text[512], called[48], name[32];
    const char *pointer = strstr(line, "#/components/parameters/");
    snprintf(text, sizeof text, "%s", line);
    if (pointer != NULL) {
        snprintf(called, sizeof called, "%.*s", (int)strcspn(pointer + 24, "'"), pointer + 24);
        read_component(called, text);
        one->key |= strcmp(called, "Key") == 0;
        one->key_taken |= strcmp(called, "OptionalKey") == 0;
        one->match |= strcmp(called, "NeededIfMatch") == 0;
    }
    if (strstr(text, "in: query") == NULL) return;
    if (!name_in(text, name)) fail_msg("a parameter without a name: %s", line);
    assert_true(one->query_count < OPERATION_QUERY_MAX);
    strcpy(one->query[one->query_count++], name);
}

static void take_line(struct operation *one, const char *line)
{
    if (begins(line, "      x-roles: "))
        snprintf(one->roles, sizeof one->roles, "%.*s", (int)strcspn(line + 15, "\n"), line + 15);
    if (begins(line, "        - {")) take_parameter(one, line);
}

static struct operation *begin(const char *path, const char *line)
{
    assert_true(operations_count < OPERATIONS_MAX);
    struct operation *one = &operations[operations_count++];
    snprintf(one->path, sizeof one->path, "%s", path);
    snprintf(one->method, sizeof one->method, "%.*s", (int)strcspn(line + 4, ":"), line + 4);
    return one;
}

static bool is_method(const char *line)
{
    static const char *const methods[] = {"get", "post", "put", "patch", "delete", "head"};
    if (!begins(line, "    ") || line[4] == ' ') return false;
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (begins(line + 4, methods[i]) && line[4 + strlen(methods[i])] == ':') return true;
    return false;
}

static void read_operations(void)
{
    char path[OPERATION_TEXT_BYTES] = "", line[512];
    struct operation *one = NULL;
    const char *at = strstr(page, "\npaths:\n");
    assert_non_null(at);
    for (at += 8; !begins(at, "components:"); at = strchr(at, '\n') + 1) {
        snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
        if (begins(line, "  /")) {
            snprintf(path, sizeof path, "%.*s", (int)strlen(line) - 3, line + 2);
            one = NULL;
        } else if (is_method(line))
            one = begin(path, line);
        else if (one != NULL)
            take_line(one, line);
    }
}

size_t openapi_operations(const struct operation **to)
{
    if (operations_count == 0) {
        read_page();
        read_operations();
    }
    *to = operations;
    return operations_count;
}
