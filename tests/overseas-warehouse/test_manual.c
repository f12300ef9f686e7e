/* The tables and pictures of the manual are what the program prints. UPDATE_MANUAL=1 in the
 * environment writes them anew. */
#include "overseas-warehouse/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MANUAL         "overseas-warehouse/README.md"
#define TEXT_BYTES_MAX (256u * 1024)

struct text {
    char at[TEXT_BYTES_MAX];
    size_t used;
};

static void collect(void *world, struct span piece)
{
    struct text *text = world;
    assert_true(text->used + piece.size < sizeof text->at);
    memcpy(text->at + text->used, piece.at, piece.size);
    text->used += piece.size;
    text->at[text->used] = '\0';
}

static void put(struct text *text, const char *words)
{
    collect(text, span_text(words));
}

static void read_manual(struct text *manual)
{
    FILE *file = fopen(MANUAL, "r");
    assert_non_null(file);
    manual->used = fread(manual->at, 1, sizeof manual->at - 1, file);
    manual->at[manual->used] = '\0';
    fclose(file);
}

static void print_table(const struct rule_table *table, struct text *text)
{
    struct rule_sink sink = {text, collect};
    rules_markdown(table, &sink);
}

static void print_picture(const struct rule_table *table, struct text *text)
{
    struct rule_sink sink = {text, collect};
    put(text, "```dot\n");
    rules_graphviz(table, &sink);
    put(text, "```\n");
}

/* The text between the two markers of a block. */
static char *block(struct text *manual, const char *table, const char *what, size_t *size)
{
    char begin[80], end[80];
    snprintf(begin, sizeof begin, "<!-- begin %s %s -->\n", table, what);
    snprintf(end, sizeof end, "<!-- end %s %s -->\n", table, what);
    char *from = strstr(manual->at, begin);
    if (from == NULL) fail_msg("%s has no block for the %s %s", MANUAL, table, what);
    from += strlen(begin);
    char *to = strstr(from, end);
    assert_non_null(to);
    *size = (size_t)(to - from);
    return from;
}

static void replace(struct text *manual, char *at, size_t size, const struct text *by)
{
    size_t rest = manual->used - (size_t)(at - manual->at) - size;
    assert_true(manual->used + by->used < sizeof manual->at);
    memmove(at + by->used, at + size, rest + 1);
    memcpy(at, by->at, by->used);
    manual->used = manual->used - size + by->used;
    FILE *file = fopen(MANUAL, "w");
    assert_non_null(file);
    fwrite(manual->at, 1, manual->used, file);
    fclose(file);
}

static struct text manual, printed;

static void compare(const struct rule_table *table, const char *what,
                    void (*print)(const struct rule_table *, struct text *))
{
    size_t size;
    read_manual(&manual);
    printed.used = 0;
    print(table, &printed);
    char *at = block(&manual, table->name, what, &size);
    bool same = size == printed.used && memcmp(at, printed.at, size) == 0;
    if (!same && getenv("UPDATE_MANUAL") != NULL) {
        replace(&manual, at, size, &printed);
        return;
    }
    if (!same) fail_msg("the %s %s is not what is printed: UPDATE_MANUAL=1", table->name, what);
}

static void the_manual_shows_the_tables_as_they_are(void **state)
{
    (void)state;
    for (unsigned t = 0; t < TABLE_COUNT; t++) compare(rule_tables[t], "table", print_table);
}

static void the_manual_shows_the_pictures_as_they_are(void **state)
{
    (void)state;
    for (unsigned t = 0; t < TABLE_COUNT; t++) compare(rule_tables[t], "picture", print_picture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_manual_shows_the_tables_as_they_are),
        cmocka_unit_test(the_manual_shows_the_pictures_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
