/* Photos as personal entries: their rows come and go together, an erasure takes them in any order
 * of arrival, and nothing of them stands in what nodes compare. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/core/core_inside.h"
#include "overseas-warehouse/photos/photos.h"
#include "tests/node/core/core_story.h"

static union command_body photo_of(const struct id *return_id, uint8_t blob)
{
    union command_body body = {.photo_attach = {.of = PHOTO_OF_RETURN,
                                                .thing = *return_id,
                                                .blob = {{blob}},
                                                .kind = PHOTO_JPEG,
                                                .size = 1000,
                                                .thumbnail = span_text("a picture"),
                                                .caption = span_text("the sole")}};
    return body;
}

static struct id attach(unsigned at, const struct id *return_id, uint8_t blob)
{
    union command_body body = photo_of(return_id, blob);
    const struct answer_out *answer = submit(at, COMMAND_PHOTO_ATTACH, BY_OPERATOR, 0, &body);
    assert_int_equal(ANSWER_OBSERVED, answer->state);
    return answer->entity;
}

static void erase(unsigned at, const struct id *subject)
{
    union command_body body = {0};
    body.erase = (struct erase){.subject = *subject};
    assert_int_equal(ANSWER_OBSERVED, submit(at, COMMAND_ERASE, BY_ADMIN, 0, &body)->state);
}

static void cut(bool apart)
{
    network_set_cut(world, 0, 1, apart);
    network_set_cut(world, 1, 0, apart);
    run_seconds(apart ? 60 : 3600); /* what was lost in the cut shows when a silent link is asked */
}

static void assert_photos(unsigned at, unsigned count)
{
    assert_int_equal(count, count_rows(at, VIEW_PHOTO));
    assert_int_equal(count, count_rows(at, VIEW_PHOTO_BY_ID));
    assert_int_equal(count, count_rows(at, VIEW_PHOTO_BY_BLOB));
}

static bool names(unsigned at, uint8_t first)
{
    const struct hash blob = {{first}};
    bool found = photo_names(open_rows(at), &blob);
    close_rows(at);
    return found;
}

static void a_photo_and_its_thumbnail_are_on_every_node_and_found_by_id_and_by_file(void **state)
{
    (void)state;
    struct id return_id = receive_one("SZ-1");
    struct id photo = attach(0, &return_id, 7), other = attach(1, &return_id, 8);
    run_seconds(60);
    for (unsigned at = 0; at < 2; at++) {
        struct photo_attached found;
        assert_photos(at, 2);
        const struct rows *rows = open_rows(at);
        assert_true(photo_find(rows, &photo, &found));
        assert_true(span_equal(found.thumbnail, span_text("a picture")));
        assert_true(span_equal(found.caption, span_text("the sole")));
        assert_int_equal(7, found.blob.bytes[0]);
        assert_true(photo_find(rows, &other, &found));
        assert_int_equal(8, found.blob.bytes[0]);
        assert_false(photo_find(rows, &return_id, &found));
        close_rows(at);
        assert_true(names(at, 7) && names(at, 8));
        assert_false(names(at, 9));
    }
    assert_same_digests();
}

static void an_erasure_takes_photos_in_either_order(void **state)
{
    (void)state;
    struct id early = receive_one("SZ-1"), late = receive_one("SZ-2"), kept = receive_one("SZ-3");
    run_seconds(60);
    attach(0, &early, 7);
    attach(0, &early, 8);
    attach(0, &kept, 8); /* the same file shows another return too */
    run_seconds(60);
    assert_photos(1, 3);
    erase(1, &early);
    run_seconds(60);
    cut(true);
    attach(0, &late, 9);
    assert_true(names(0, 9));
    erase(1, &late);
    cut(false);
    for (unsigned at = 0; at < 2; at++) {
        union command_body body = photo_of(&late, 9);
        assert_photos(at, 1);
        assert_false(names(at, 7) || names(at, 9));
        assert_true(names(at, 8));
        const struct answer_out *again = submit(at, COMMAND_PHOTO_ATTACH, BY_OPERATOR, 0, &body);
        assert_int_equal(ERROR_CONFLICT, again->error);
        assert_string_equal("thing: its personal data was erased", again->rule);
    }
    assert_same_digests();
}

/* As a faulty member writes it: of another thing than the header says, which alone is erased. */
static void a_photo_under_a_wrong_thing_is_not_shown(void **state)
{
    (void)state;
    struct id said = receive_one("SZ-1"), meant = receive_one("SZ-2");
    uint8_t payload[512];
    struct span bytes;
    struct photo_attached photo = {.photo = {{1}}, .by = {.kind = BY_OPERATOR}, .at_ms = 1};
    union command_body body = photo_of(&meant, 7);
    shape_copy(&photo_attached_shape, &photo, &photo_attach_shape, &body.photo_attach);
    memset(payload, 1, EVENT_SALT_BYTES);
    assert_int_equal(OK, shape_encode(&photo_attached_shape, &photo, payload + EVENT_SALT_BYTES,
                                      sizeof payload - EVENT_SALT_BYTES, &bytes));
    struct core *core = world->host[0].core;
    const struct core_moment now = {.wall_ms = host_wall_ms(&world->host[0]),
                                    .boot_ms = host_boot_ms(&world->host[0])};
    struct event_header header = {
        .kind = EVENT_PHOTO_ATTACHED, .kver = 1, .entity = said, .flags = EVENT_PERSONAL};
    assert_int_equal(OK, core_begin(core, &now));
    core_append(core, logs_find(&core->logs, &core->self.log), &header,
                span_of(payload, EVENT_SALT_BYTES + bytes.size));
    assert_int_equal(OK, core_end(core));
    run_seconds(60);
    for (unsigned at = 0; at < 2; at++) {
        assert_photos(at, 0);
        assert_int_equal(1, count_rows(at, VIEW_PERSONAL));
    }
    erase(1, &said);
    run_seconds(60);
    assert_int_equal(0, count_rows(0, VIEW_PERSONAL));
    assert_same_digests();
}

static void a_merchant_erases_the_photos_of_its_own_returns_only(void **state)
{
    (void)state;
    union command_body body = {0};
    add_merchant(&KETTLE, &KETTLE_BOOK);
    struct id return_id = receive_one("SZ-1");
    attach(0, &return_id, 7);
    body.erase.subject = return_id;
    scope = KETTLE;
    assert_int_equal(ERROR_NOT_FOUND, submit(0, COMMAND_ERASE, BY_MERCHANT, 0, &body)->error);
    assert_photos(0, 1);
    scope = LANTERN;
    assert_int_equal(ANSWER_OBSERVED, submit(0, COMMAND_ERASE, BY_MERCHANT, 0, &body)->state);
    assert_photos(0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_photo_and_its_thumbnail_are_on_every_node_and_found_by_id_and_by_file),
        STORY(an_erasure_takes_photos_in_either_order),
        STORY(a_photo_under_a_wrong_thing_is_not_shown),
        STORY(a_merchant_erases_the_photos_of_its_own_returns_only),
    };
    return cmocka_run_group_tests_name("photos and erasure", tests, NULL, NULL);
}
