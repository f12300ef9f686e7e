/* Asks that no honest member writes: of another authority than decides such a thing, or by an actor
 * that no door lets in. They are answered, and write nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/core/core_inside.h"
#include "tests/node/core/core_story.h"

static struct actor asker; /* of the next ask; kind 0: an admin where it is written */
static struct id asker_scope;

/* Asked of the book, and only of it, are its own merchant's decisions. */
static void put_ask(const struct id *authority, enum command_kind kind,
                    const union command_body *wish, unsigned key)
{
    struct core *core = world->host[1].core;
    uint8_t inner[COMMAND_BYTES_MAX], outer[COMMAND_BYTES_MAX + 512];
    struct span body, payload;
    struct ask ask = {.request = key_numbered(key),
                      .authority = *authority,
                      .command = kind,
                      .merchant = asker_scope,
                      .by = asker};
    if (asker.kind == 0)
        ask.by = (struct actor){.kind = BY_ADMIN, .node = world->host[1].self.node};
    const struct shape *shape = command_by_kind(kind)->shape;
    assert_int_equal(OK, shape_encode(shape, wish, inner, sizeof inner, &body));
    ask.body = body;
    assert_int_equal(OK, shape_encode(&ask_shape, &ask, outer, sizeof outer, &payload));
    struct event_header header = {.kind = EVENT_ASK, .kver = 1, .entity = ask.request};
    struct core_moment now = {.wall_ms = host_wall_ms(&world->host[1]),
                              .boot_ms = host_boot_ms(&world->host[1])};
    assert_int_equal(OK, core_begin(core, &now));
    core_append(core, logs_find(&core->logs, &core->self.log), &header, payload);
    assert_int_equal(OK, core_end(core));
    run_seconds(10);
}

static void an_ask_of_the_wrong_authority_is_refused_and_writes_nothing(void **state)
{
    (void)state;
    add_merchant(&KETTLE, &KETTLE_BOOK);
    union command_body body = order_of(&LANTERN, "SZ-1"), erase = {0};
    erase.erase.subject = (struct id){{0x44}};
    put_ask(&KETTLE_BOOK, COMMAND_ORDER_IMPORT, &body, 1);
    put_ask(&world->host[0].card.warehouse, COMMAND_ORDER_IMPORT, &body, 2);
    put_ask(&LANTERN_BOOK, COMMAND_ERASE, &erase, 3);
    put_ask(&LANTERN_BOOK, COMMAND_ORDER_IMPORT, &body, 4);
    for (unsigned key = 1; key <= 4; key++) {
        struct request_view seen;
        struct id request = key_numbered(key);
        request_view(open_rows(0), &request, &seen);
        close_rows(0);
        assert_int_equal(REQUEST_ANSWERED, seen.state);
        assert_int_equal(key == 4 ? OK : ERROR_WRONG_LOG, seen.error);
    }
    assert_int_equal(1, count_rows(0, VIEW_ORDER));
    assert_int_equal(0, count_rows(0, VIEW_VOID));
    assert_int_equal(0, count_rows(0, VIEW_ERASED));
    assert_same_digests();
}

/* A member answers for whom it let in, and for nobody that no door lets in. */
static void an_ask_by_who_could_not_have_come_in_is_refused(void **state)
{
    (void)state;
    const struct id here = world->host[1].self.node, there = world->host[0].self.node;
    const struct {
        struct actor by;
        struct id scope;
        enum error error;
    } rows[] = {
        {{.kind = BY_CLOCK, .node = here}, {{0}}, ERROR_FORBIDDEN},
        {{.kind = BY_OPERATOR, .node = here}, {{0}}, ERROR_FORBIDDEN}, /* imports no orders */
        {{.kind = BY_BUYER, .node = here}, LANTERN, ERROR_FORBIDDEN},
        {{.kind = BY_PARTNER, .node = here}, {{0}}, ERROR_FORBIDDEN}, /* for no merchant */
        {{.kind = BY_ADMIN, .node = there}, {{0}}, ERROR_FORBIDDEN},  /* at another's door */
        {{.kind = BY_PARTNER, .node = here}, LANTERN, OK},
    };
    union command_body body = order_of(&LANTERN, "SZ-1");
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        asker = rows[i].by;
        asker_scope = rows[i].scope;
        put_ask(&LANTERN_BOOK, COMMAND_ORDER_IMPORT, &body, 100 + i);
        struct request_view seen;
        struct id request = key_numbered(100 + i);
        request_view(open_rows(0), &request, &seen);
        close_rows(0);
        assert_int_equal(REQUEST_ANSWERED, seen.state);
        assert_int_equal(rows[i].error, seen.error);
    }
    asker = (struct actor){0};
    asker_scope = (struct id){{0}};
    assert_int_equal(1, count_rows(0, VIEW_ORDER));
    assert_same_digests();
}

/* The door looked before the withdrawal was known, or a repeat knocks where the first word was
 * never heard: whoever takes the word judges once more, and so does who decides it. */
static void a_withdrawn_link_opens_nothing_at_any_node(void **state)
{
    (void)state;
    union command_body wish = order_of(&LANTERN, "SZ-1");
    assert_int_equal(ANSWER_DONE, submit(0, COMMAND_ORDER_IMPORT, BY_PARTNER, 0, &wish)->state);
    wish = return_of(&LANTERN, "SZ-1");
    const struct id asked = submit(0, COMMAND_RETURN_REQUEST, BY_PARTNER, 0, &wish)->entity;
    wish = (union command_body){.return_link = {.return_id = asked}};
    const struct id link = submit(0, COMMAND_RETURN_LINK, BY_OPERATOR, 0, &wish)->entity;
    const union command_body cancel = {.return_decide = {.return_id = asked}};
    wish = (union command_body){.link_revoke = {.link = link}};
    assert_int_equal(OK, submit(1, COMMAND_LINK_REVOKE, BY_OPERATOR, 0, &wish)->error);
    run_seconds(10);
    scope = LANTERN;
    token = link;
    for (unsigned at = 0; at < 2; at++) {
        const struct answer_out *answer =
            submit(at, COMMAND_RETURN_CANCEL, BY_BUYER, 200 + at, &cancel);
        assert_int_equal(ANSWER_REFUSED, answer->state);
        assert_int_equal(ERROR_FORBIDDEN, answer->error);
        assert_string_equal("by", answer->rule);
    }
    scope = token = (struct id){{0}};
    asker = (struct actor){.kind = BY_BUYER, .token = link, .node = world->host[1].self.node};
    asker_scope = LANTERN;
    put_ask(&LANTERN_BOOK, COMMAND_RETURN_CANCEL, &cancel, 210);
    asker = (struct actor){0};
    asker_scope = (struct id){{0}};
    struct request_view seen;
    const struct id request = key_numbered(210);
    struct return_row row = {0};
    const struct rows *rows = open_rows(0);
    request_view(rows, &request, &seen);
    bool found = return_load(rows, &asked, &row);
    close_rows(0);
    assert_int_equal(REQUEST_ANSWERED, seen.state);
    assert_int_equal(ERROR_FORBIDDEN, seen.error);
    assert_true(found);
    assert_int_equal(RETURN_APPROVED, row.state);
    assert_same_digests();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(an_ask_of_the_wrong_authority_is_refused_and_writes_nothing),
        STORY(an_ask_by_who_could_not_have_come_in_is_refused),
        STORY(a_withdrawn_link_opens_nothing_at_any_node),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
