/* Tokens: one printed secret, only its hash on disk, and no way in for anything that merely looks
 * alike. */
#include "node/http/tokens.h"
#include "node/keys.h"
#include "tests/support/scratch.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW_MS 1795000000000

struct world {
    struct scratch scratch;
    char path[600];
    struct tokens *tokens;
    char why[TOKENS_WHY_BYTES];
};

static struct tokens *open_tokens(const struct world *world)
{
    struct tokens *tokens;
    char why[TOKENS_WHY_BYTES] = "";
    if (tokens_open(world->path, crypto_openssl(), &tokens, why) != OK) fail_msg("%s", why);
    return tokens;
}

static int setup(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    world->scratch = scratch_make();
    snprintf(world->path, sizeof world->path, "%s/tokens", world->scratch.path);
    world->tokens = open_tokens(world);
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;
    tokens_free(world->tokens);
    scratch_remove(&world->scratch);
    free(world);
    return 0;
}

static struct id id_of(uint8_t c)
{
    struct id id;
    memset(id.bytes, c, sizeof id.bytes);
    return id;
}

static struct token_row create(struct world *world, const struct token_wish *wish,
                               char printed[TOKEN_TEXT_BYTES])
{
    struct token_row row;
    enum error error = tokens_create(world->tokens, wish, NOW_MS, &row, printed, world->why);
    if (error != OK) fail_msg("%s", world->why);
    return row;
}

static char *whole_file(const char *path)
{
    static char text[64 * 1024];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void a_token_opens_the_door_and_only_its_hash_is_kept(void **state)
{
    struct world *world = *state;
    char printed[TOKEN_TEXT_BYTES];
    const struct token_wish wish = {
        .role = ROLE_MERCHANT, .merchant = id_of(1), .name = span_text("shop")};
    struct token_row row = create(world, &wish, printed);
    assert_int_equal(strncmp(printed, "ep_merchant_", 12), 0);
    assert_int_equal(strlen(printed), 12 + 26 + 1 + 64);
    const struct token_row *found = tokens_find(world->tokens, span_text(printed));
    assert_non_null(found);
    assert_true(id_equal(&found->token, &row.token));
    assert_int_equal(found->role, ROLE_MERCHANT);
    assert_true(span_equal(found->name, span_text("shop")));
    assert_null(strstr(whole_file(world->path), printed + 12 + 27));
    struct stat about;
    assert_int_equal(stat(world->path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
}

static void anything_that_merely_looks_alike_is_no_token(void **state)
{
    struct world *world = *state;
    char printed[TOKEN_TEXT_BYTES], other[TOKEN_TEXT_BYTES];
    const struct token_wish wish = {.role = ROLE_OPERATOR};
    create(world, &wish, printed);
    for (size_t i = 0; i < strlen(printed); i++) {
        char changed[TOKEN_TEXT_BYTES];
        strcpy(changed, printed);
        changed[i] = changed[i] == '0' ? '1' : '0';
        if (tokens_find(world->tokens, span_text(changed)) != NULL) fail_msg("%s", changed);
        assert_null(tokens_find(world->tokens, span_of(printed, i)));
    }
    create(world, &wish, other);
    memcpy(other + 3 + 9, printed + 3 + 9, 26); /* the id of one, the secret of the other */
    assert_null(tokens_find(world->tokens, span_text(other)));
    char promoted[TOKEN_TEXT_BYTES];
    snprintf(promoted, sizeof promoted, "ep_admin%s", strchr(printed + 3, '_'));
    assert_null(tokens_find(world->tokens, span_text(promoted)));
    assert_null(tokens_find(world->tokens, span_text("")));
}

static void a_role_has_the_scope_that_fits_it(void **state)
{
    struct world *world = *state;
    static const struct {
        struct token_wish wish;
        const char *why;
    } bad[] = {
        {{.role = ROLE_MERCHANT}, "names its merchant"},
        {{.role = ROLE_ADMIN, .merchant = {{1}}}, "has no merchant"},
        {{.role = ROLE_ADMIN, .warehouse = {{1}}}, "only operators"},
        {{.role = ROLE_MERCHANT, .merchant = {{1}}, .warehouse = {{1}}}, "only operators"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct token_row row;
        char printed[TOKEN_TEXT_BYTES];
        enum error error =
            tokens_create(world->tokens, &bad[i].wish, NOW_MS, &row, printed, world->why);
        assert_int_equal(error, ERROR_OUT_OF_RANGE);
        assert_non_null(strstr(world->why, bad[i].why));
    }
    assert_int_equal(tokens_count(world->tokens), 0);
}

static void tokens_survive_the_program_and_other_programs_see_them(void **state)
{
    struct world *world = *state;
    char first[TOKEN_TEXT_BYTES], second[TOKEN_TEXT_BYTES];
    const struct token_wish wish = {
        .role = ROLE_OPERATOR, .warehouse = id_of(7), .name = span_text("dock \"3\"\n")};
    create(world, &wish, first);
    struct world other = *world;
    other.tokens = open_tokens(world);
    create(&other, &wish, second);
    assert_non_null(tokens_find(other.tokens, span_text(first)));
    assert_null(tokens_find(world->tokens, span_text(second)));
    assert_int_equal(tokens_refresh(world->tokens, world->why), OK);
    const struct token_row *row = tokens_find(world->tokens, span_text(second));
    assert_non_null(row);
    assert_true(span_equal(row->name, span_text("dock \"3\"\n")));
    assert_int_equal(row->warehouse.bytes[3], 7);
    /* Neither loses what the other has written. */
    create(world, &wish, first);
    create(&other, &wish, second);
    assert_int_equal(tokens_count(other.tokens), 4);
    tokens_free(other.tokens);
}

static void a_revoked_token_opens_nothing_any_more(void **state)
{
    struct world *world = *state;
    char printed[TOKEN_TEXT_BYTES];
    const struct token_wish wish = {.role = ROLE_ADMIN};
    struct token_row row = create(world, &wish, printed);
    struct tokens *other = open_tokens(world);
    assert_int_equal(tokens_revoke(other, &row.token, NOW_MS + 1, world->why), OK);
    assert_null(tokens_find(other, span_text(printed)));
    assert_non_null(tokens_find(world->tokens, span_text(printed)));
    assert_int_equal(tokens_refresh(world->tokens, world->why), OK);
    assert_null(tokens_find(world->tokens, span_text(printed)));
    assert_int_equal(tokens_at(world->tokens, 0)->revoked_ms, NOW_MS + 1);
    assert_int_equal(tokens_revoke(other, &row.token, NOW_MS + 2, world->why), OK);
    assert_int_equal(tokens_at(other, 0)->revoked_ms, NOW_MS + 1);
    const struct id nobody = id_of(9);
    assert_int_equal(tokens_revoke(other, &nobody, NOW_MS, world->why), ERROR_NOT_FOUND);
    tokens_free(other);
}

static void many_tokens_are_told_apart(void **state)
{
    struct world *world = *state;
    enum { MANY = 40 };
    static char printed[MANY][TOKEN_TEXT_BYTES];
    struct token_row rows[MANY];
    for (int i = 0; i < MANY; i++) {
        char name[16];
        snprintf(name, sizeof name, "n%d", i);
        const struct token_wish wish = {.role = ROLE_OPERATOR, .name = span_text(name)};
        rows[i] = create(world, &wish, printed[i]);
    }
    for (int i = 0; i < MANY; i++) {
        const struct token_row *row = tokens_find(world->tokens, span_text(printed[i]));
        char name[16];
        snprintf(name, sizeof name, "n%d", i);
        assert_non_null(row);
        assert_true(id_equal(&row->token, &rows[i].token));
        assert_true(span_equal(row->name, span_text(name)));
    }
}

static void write_text(const struct world *world, const char *text, mode_t mode)
{
    FILE *file = fopen(world->path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    chmod(world->path, mode);
}

static void a_file_that_is_open_to_others_or_broken_is_refused(void **state)
{
    struct world *world = *state;
    struct tokens *tokens;
    char printed[TOKEN_TEXT_BYTES];
    const struct token_wish wish = {.role = ROLE_OPERATOR};
    create(world, &wish, printed);
    chmod(world->path, 0640);
    assert_int_equal(tokens_open(world->path, crypto_openssl(), &tokens, world->why), ERROR_CONFIG);
    assert_null(tokens);
    assert_non_null(strstr(world->why, "chmod 600"));
    static const char *const broken[] = {"{\"token\":1}\n", "no json\n", "{}\n"};
    for (size_t i = 0; i < 3; i++) {
        write_text(world, broken[i], 0600);
        assert_int_equal(tokens_open(world->path, crypto_openssl(), &tokens, world->why),
                         ERROR_CORRUPT);
        assert_non_null(strstr(world->why, "line 1"));
    }
    /* A node that runs keeps what it knew. */
    assert_int_equal(tokens_refresh(world->tokens, world->why), ERROR_CORRUPT);
    assert_non_null(tokens_find(world->tokens, span_text(printed)));
    assert_int_equal(tokens_refresh(world->tokens, world->why), OK); /* told once */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_token_opens_the_door_and_only_its_hash_is_kept, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(anything_that_merely_looks_alike_is_no_token, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_role_has_the_scope_that_fits_it, setup, teardown),
        cmocka_unit_test_setup_teardown(tokens_survive_the_program_and_other_programs_see_them,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_revoked_token_opens_nothing_any_more, setup, teardown),
        cmocka_unit_test_setup_teardown(many_tokens_are_told_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(a_file_that_is_open_to_others_or_broken_is_refused, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
