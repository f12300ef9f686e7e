/* The keeper of photos: bounded, and no sweep takes what is on its way into an entry. */
#include "node/blobs/keeper.h"
#include "node/keys.h"
#include "tests/support/scratch.h"

#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static struct scratch scratch;
static sem_t done;
static bool known, named;

static bool names(void *world, const struct hash *hash, bool *is_known)
{
    (void)world, (void)hash;
    *is_known = known;
    return named;
}

static struct keeper *open_keeper(uint64_t sweep_ms)
{
    char root[SCRATCH_PATH_MAX + 20], why[BLOB_WHY_BYTES];
    snprintf(root, sizeof root, "%s/blobs", scratch.path);
    const struct keeper_options options = {
        .root = root, .crypto = crypto_openssl(), .sweep_ms = sweep_ms, .names = names};
    struct keeper *keeper = keeper_open(&options, why);
    if (keeper == NULL) fail_msg("%s", why);
    return keeper;
}

static int setup(void **state)
{
    (void)state;
    scratch = scratch_make();
    known = true;
    named = false;
    return sem_init(&done, 0, 0);
}

static int teardown(void **state)
{
    (void)state;
    scratch_remove(&scratch);
    return sem_destroy(&done);
}

static void on_done(struct keeper_job *job)
{
    (void)job;
    sem_post(&done);
}

static struct keeper_job take_of(const char *film)
{
    return (struct keeper_job){.task = KEEPER_TAKE, .bytes = span_text(film), .done = on_done};
}

static void only_so_many_uploads_are_open_until_they_are_let_go(void **state)
{
    (void)state;
    struct keeper *keeper = open_keeper(0);
    struct keeper_job jobs[KEEPER_UPLOADS_MAX + 1], bad = take_of("no picture");
    static const char *const films[] = {"    ftypisom1", "    ftypisom2", "    ftypisom3",
                                        "    ftypisom4", "    ftypisom5"};
    for (unsigned i = 0; i <= KEEPER_UPLOADS_MAX; i++) jobs[i] = take_of(films[i]);
    for (unsigned i = 0; i < KEEPER_UPLOADS_MAX; i++) assert_true(keeper_submit(keeper, &jobs[i]));
    for (unsigned i = 0; i < KEEPER_UPLOADS_MAX; i++) sem_wait(&done);
    assert_false(keeper_submit(keeper, &jobs[KEEPER_UPLOADS_MAX])); /* done, and not let go */
    struct keeper_job look = {.task = KEEPER_READ, .hash = jobs[0].hash, .done = on_done};
    assert_true(keeper_submit(keeper, &look)); /* reading goes on */
    sem_wait(&done);
    assert_int_equal(look.error, OK);
    assert_memory_equal(look.file, films[0], look.size);
    free(look.file);
    keeper_let_go(keeper, &jobs[0].hash);
    assert_true(keeper_submit(keeper, &bad));
    sem_wait(&done);
    assert_int_equal(bad.error, ERROR_UNSUPPORTED); /* and has let itself go */
    assert_true(keeper_submit(keeper, &jobs[KEEPER_UPLOADS_MAX]));
    sem_wait(&done);
    keeper_close(keeper);
}

static void await_sweeps(struct keeper *keeper, uint64_t more, uint64_t *dropped)
{
    const struct timespec moment = {0, 1000 * 1000};
    uint64_t from, sweeps;
    keeper_swept(keeper, &from, dropped);
    do {
        nanosleep(&moment, NULL);
        keeper_swept(keeper, &sweeps, dropped);
    } while (sweeps < from + more);
}

static enum error look_at(struct keeper *keeper, const struct hash *hash)
{
    struct keeper_job look = {.task = KEEPER_READ, .hash = *hash, .done = on_done};
    assert_true(keeper_submit(keeper, &look));
    sem_wait(&done);
    free(look.file);
    return look.error;
}

static void no_sweep_takes_what_is_not_let_go(void **state)
{
    (void)state;
    uint64_t dropped;
    struct keeper *keeper = open_keeper(1);
    struct keeper_job job = take_of("    ftypisom");
    assert_true(keeper_submit(keeper, &job));
    sem_wait(&done);
    await_sweeps(keeper, 2, &dropped);
    assert_int_equal(dropped, 0);
    assert_int_equal(look_at(keeper, &job.hash), OK);
    keeper_let_go(keeper, &job.hash);
    await_sweeps(keeper, 2, &dropped);
    assert_int_equal(dropped, 1);
    assert_int_equal(look_at(keeper, &job.hash), ERROR_NOT_FOUND);
    keeper_close(keeper);
}

static void nothing_is_swept_while_nobody_can_say_what_is_named(void **state)
{
    (void)state;
    uint64_t sweeps, dropped;
    struct keeper *keeper = open_keeper(0);
    struct keeper_job job = take_of("    ftypisom");
    assert_true(keeper_submit(keeper, &job));
    sem_wait(&done);
    keeper_let_go(keeper, &job.hash);
    keeper_close(keeper);
    known = false;
    keeper = open_keeper(0);
    assert_int_equal(look_at(keeper, &job.hash), OK); /* behind the first sweep */
    keeper_swept(keeper, &sweeps, &dropped);
    assert_int_equal(sweeps, 0);
    keeper_close(keeper);
    known = true;
    named = true;
    keeper = open_keeper(0);
    assert_int_equal(look_at(keeper, &job.hash), OK);
    keeper_close(keeper);
    named = false;
    keeper = open_keeper(0);
    assert_int_equal(look_at(keeper, &job.hash), ERROR_NOT_FOUND);
    keeper_close(keeper);
}

/* Another node's bytes are kept under the hash that was asked for, or not at all. */
static void what_another_node_brings_is_kept_if_its_hash_is_right(void **state)
{
    (void)state;
    struct keeper *keeper = open_keeper(0);
    struct keeper_job job = take_of("    ftypisom"), lie, truth, look;
    assert_true(keeper_submit(keeper, &job));
    sem_wait(&done);
    keeper_let_go(keeper, &job.hash);
    keeper_close(keeper);
    keeper = open_keeper(0); /* which sweeps it away */
    lie = (struct keeper_job){.task = KEEPER_STORE,
                              .bytes = span_text("    ftypisoM"),
                              .hash = job.hash,
                              .done = on_done};
    truth = lie;
    truth.bytes = span_text("    ftypisom");
    look = (struct keeper_job){.task = KEEPER_SERVE, .hash = job.hash, .done = on_done};
    assert_true(keeper_submit(keeper, &lie));
    sem_wait(&done);
    assert_int_equal(lie.error, ERROR_CORRUPT);
    assert_int_equal(look_at(keeper, &job.hash), ERROR_NOT_FOUND);
    assert_true(keeper_submit(keeper, &truth));
    sem_wait(&done);
    assert_int_equal(truth.error, OK);
    assert_int_equal(look_at(keeper, &job.hash), OK);
    /* It lies here, and goes to no other node unless an entry names it. */
    assert_true(keeper_submit(keeper, &look));
    sem_wait(&done);
    assert_int_equal(look.error, ERROR_NOT_FOUND);
    named = true;
    assert_true(keeper_submit(keeper, &look));
    sem_wait(&done);
    assert_int_equal(look.error, OK);
    free(look.file);
    keeper_close(keeper);
}

int main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        ROW(only_so_many_uploads_are_open_until_they_are_let_go),
        ROW(no_sweep_takes_what_is_not_let_go),
        ROW(nothing_is_swept_while_nobody_can_say_what_is_named),
        ROW(what_another_node_brings_is_kept_if_its_hash_is_right),
    };
    return cmocka_run_group_tests_name("keeper of photos", tests, NULL, NULL);
}
