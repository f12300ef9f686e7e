/* Stories about a person who asks to be forgotten: every place drops what it holds and says so in
 * its own log, and a report made from those words tells where the erasure still waits. */
#include "tests/sim/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "node/core/mesh_rows.h"
#include "node/core/verify.h"
#include "overseas-warehouse/view_rows.h"

#define HOUR_S 3600u
#define NEW    ((struct id){{0}})

static const char secret[] = "Ada Lovelace, 12 St James's Square";

static void write_person(struct story *story, enum site place, const struct id *subject)
{
    union command_body body = {0};
    body.person = (struct person){.subject = *subject, .address = span_text(secret)};
    wish_at(story, place, COMMAND_PERSON, BY_OPERATOR, &body, NEW);
}

static void erase_person(struct story *story, enum site place, const struct id *subject)
{
    union command_body body = {0};
    body.erase = (struct erase){.subject = *subject, .reason = span_text("she asked")};
    wish_at(story, place, COMMAND_ERASE, BY_MERCHANT, &body, NEW);
}

/* --- what is seen ----------------------------------------------------------------------------- */

static struct store *reading_at(struct story *story, enum site place)
{
    struct store *store = story->world.host[place].disk.inner;
    assert_int_equal(store->port->begin_read(store->world), OK);
    return store;
}

/* Does `place` know of the word of `who` that nothing of the subject stands there? */
static bool says_done(struct story *story, enum site place, enum site who, const struct id *subject)
{
    struct store *store = reading_at(story, place);
    struct key key = key_add_id(key_of(subject), &story->world.host[who].self.log);
    struct erased_at_row row;
    bool done = rows_load(&store->views, VIEW_ERASED_AT, &key, &erased_at_row_shape, &row);
    if (done) assert_true(id_equal(&row.node, &story->world.host[who].self.node));
    store->port->end_read(store->world);
    return done;
}

static unsigned words_at(struct story *story, enum site place, const struct id *subject)
{
    unsigned words = 0;
    for (enum site who = LAX; who < PLACES; who++) words += says_done(story, place, who, subject);
    return words;
}

static bool bears(struct span value)
{
    size_t size = sizeof secret - 1;
    for (size_t i = 0; i + size <= value.size; i++)
        if (memcmp(value.at + i, secret, size) == 0) return true;
    return false;
}

/* Does the payload stand in any row of the truth, whatever its table? */
static bool holds_payload(struct story *story, enum site place)
{
    struct store *store = reading_at(story, place);
    bool found = false;
    for (unsigned table = 0; table < TRUTH_TABLE_COUNT; table++) {
        struct key none = {.size = 0};
        struct walk walk = walk_over(&none);
        struct row row;
        while (walk_next(&store->truth, table, &walk, &row)) found = found || bears(row.value);
    }
    store->port->end_read(store->world);
    return found;
}

/* Entries, seals and views against what the logs say. */
static void assert_sound(struct story *story, enum site place)
{
    static struct verify room;
    char directory[200];
    struct store_lmdb *scratch = NULL;
    snprintf(directory, sizeof directory, "%s/scratch", story->world.directory);
    const struct store_options options = {.directory = directory,
                                          .create = true,
                                          .memory_backed = true,
                                          .map_bytes = (size_t)1 << 28};
    assert_int_equal(store_lmdb_open(&options, &scratch), OK);
    memset(&room, 0, sizeof room);
    struct store *store = reading_at(story, place);
    assert_int_equal(
        verify_run(&room, store, store_lmdb_port(scratch), story->world.host[place].core->crypto),
        OK);
    store->port->end_read(store->world);
    store_lmdb_close(scratch);
    assert_true(room.report.seals > 0);
    assert_int_equal(room.report.rows_bad + room.report.entries_bad + room.report.digests_bad +
                         room.report.seals_bad,
                     0);
}

static void lose_views(struct story *story, enum site place)
{
    struct host *host = &story->world.host[place];
    char command[256];
    host_crash(host);
    snprintf(command, sizeof command, "rm -rf '%s'/views*", host->directory);
    assert_int_equal(system(command), 0);
    host_start(host);
    story_wait(story, HOUR_S);
}

/* --- stories ---------------------------------------------------------------------------------- */

static void an_erasure_waits_for_who_is_cut_off_and_names_it(void **state)
{
    (void)state;
    struct story *story = story_begin();
    struct id ada = {{0x41}};
    write_person(story, LAX, &ada);
    story_wait(story, HOUR_S);
    for (enum site place = LAX; place < PLACES; place++) assert_true(holds_payload(story, place));
    story_cut(story, SYD, true);
    erase_person(story, RTM, &ada);
    story_wait(story, 6 * HOUR_S);
    assert_int_equal(words_at(story, RTM, &ada), PLACES - 1);
    assert_false(says_done(story, RTM, SYD, &ada));
    assert_true(holds_payload(story, SYD));
    story_cut(story, SYD, false);
    story_wait(story, 6 * HOUR_S);
    for (enum site place = LAX; place < PLACES; place++) {
        assert_int_equal(words_at(story, place, &ada), PLACES);
        assert_false(holds_payload(story, place));
        assert_sound(story, place);
    }
    assert_true(story_agrees(story));
    story_end(story);
}

/* What the cut-off place wrote about her meanwhile dies when it learns of it, and no other place
 * keeps it, whichever of the two came first. */
static void what_is_written_after_an_erasure_stands_nowhere(void **state)
{
    (void)state;
    struct story *story = story_begin();
    struct id ada = {{0x42}};
    story_cut(story, SYD, true);
    write_person(story, SYD, &ada);
    erase_person(story, LAX, &ada);
    story_wait(story, HOUR_S);
    assert_true(says_done(story, LAX, LAX, &ada));
    assert_true(holds_payload(story, SYD));
    story_cut(story, SYD, false);
    story_wait(story, 6 * HOUR_S);
    for (enum site place = LAX; place < PLACES; place++) {
        assert_false(holds_payload(story, place));
        assert_int_equal(words_at(story, place, &ada), PLACES);
    }
    assert_true(story_agrees(story));
    story_end(story);
}

/* Each says it once: neither a second erasure nor views made anew nor a restart says it again. */
static void a_place_that_is_made_anew_says_nothing_twice(void **state)
{
    (void)state;
    struct story *story = story_begin();
    struct id ada = {{0x43}};
    write_person(story, LAX, &ada);
    erase_person(story, RTM, &ada);
    story_wait(story, 6 * HOUR_S);
    const struct host *lax = &story->world.host[LAX];
    struct log *log = logs_find(&lax->core->logs, &lax->self.log);
    uint64_t last = log->row.last;
    lose_views(story, LAX);
    erase_person(story, GATE, &ada);
    story_wait(story, 6 * HOUR_S);
    log = logs_find(&lax->core->logs, &lax->self.log);
    assert_int_equal(log->row.last, last);
    assert_false(holds_payload(story, LAX));
    assert_int_equal(words_at(story, LAX, &ada), PLACES);
    assert_sound(story, LAX);
    assert_true(story_agrees(story));
    story_end(story);
}

/* A place that dies between two commits, before its views knew of the tombstone, says it after. */
static void a_place_that_died_before_its_word_gives_it_after(void **state)
{
    (void)state;
    struct story *story = story_begin();
    struct id ada = {{0x44}};
    write_person(story, LAX, &ada);
    story_wait(story, HOUR_S);
    story->world.host[SYD].disk.next = DISK_CRASH_BETWEEN;
    erase_person(story, RTM, &ada);
    story_wait(story, HOUR_S);
    assert_false(story->world.host[SYD].up);
    host_start(&story->world.host[SYD]);
    story_wait(story, 6 * HOUR_S);
    assert_int_equal(words_at(story, LAX, &ada), PLACES);
    assert_false(holds_payload(story, SYD));
    assert_true(story_agrees(story));
    story_end(story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_erasure_waits_for_who_is_cut_off_and_names_it),
        cmocka_unit_test(what_is_written_after_an_erasure_stands_nowhere),
        cmocka_unit_test(a_place_that_is_made_anew_says_nothing_twice),
        cmocka_unit_test(a_place_that_died_before_its_word_gives_it_after),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
