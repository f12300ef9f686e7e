/* Two real nodes: a photo that was taken at one is seen at the other at once by its thumbnail, and
 * its original comes when it is asked for, piece by piece, and is kept there. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/cli/drive.h"

#define FILM_BYTES (700u * 1024) /* three pieces */

static char rtm[SCRATCH_PATH_MAX + 8], lax[SCRATCH_PATH_MAX + 8];
static pid_t rtm_pid, lax_pid;
static char merchant[TAKE_BYTES], unit[TAKE_BYTES], blob[TAKE_BYTES];

static void receive_a_cup(void)
{
    char returned[TAKE_BYTES];
    import_cups(rtm, merchant);
    assert_done(ENTREPOT("return", "request", "--merchant", merchant, "--order", "A", "--line",
                         "0:1:defective", "--number", "1Z42", "--dir", rtm, "--json"));
    take("id", returned);
    (void)ENTREPOT("return", "approve", returned, "--dir", rtm); /* or policy has done so */
    assert_done(ENTREPOT("parcel", "receive", "1Z42", "--item", "CUP-1", "--dir", rtm));
    for (long waited = 0;; waited += STEP_MS) {
        assert_done(ENTREPOT("unit", "list", "--return", returned, "--dir", rtm, "--json"));
        if (strstr(ran.out, "\"state\":\"received\"") != NULL) break;
        assert_true(waited < WAIT_MS);
        pause_ms(STEP_MS);
    }
    take("id", unit);
}

static int make(void **state)
{
    (void)state;
    scratch = scratch_make();
    snprintf(rtm, sizeof rtm, "%s/rtm", scratch.path);
    snprintf(lax, sizeof lax, "%s/lax", scratch.path);
    rtm_pid = open_cups(rtm, merchant);
    receive_a_cup();
    lax_pid = join_cups(lax, rtm);
    EVENTUALLY(0, "unit", "show", unit, "--dir", lax);
    return 0;
}

static int end(void **state)
{
    (void)state;
    if (lax_pid != 0) (void)stop_node(&lax_pid, SIGTERM);
    if (rtm_pid != 0) (void)stop_node(&rtm_pid, SIGTERM);
    scratch_remove(&scratch);
    return 0;
}

/* A film whose bytes all differ from their neighbours: no piece is another. */
static char *film(void)
{
    static char bytes[FILM_BYTES];
    uint32_t random = 7;
    for (size_t i = 0; i < FILM_BYTES; i++) {
        random = random * 1664525u + 1013904223u;
        bytes[i] = (char)('a' + random % 26);
    }
    memcpy(bytes, "    ftypisom", 12);
    return bytes;
}

static void assert_film(const char *path)
{
    static char found[FILM_BYTES + 1];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t size = fread(found, 1, sizeof found, file);
    fclose(file);
    assert_int_equal(size, FILM_BYTES);
    assert_memory_equal(found, film(), FILM_BYTES);
}

static bool has_file(const char *dir)
{
    char path[2 * SCRATCH_PATH_MAX];
    snprintf(path, sizeof path, "%s/blobs/%.2s/%s", dir, blob, blob);
    FILE *file = fopen(path, "r");
    if (file != NULL) fclose(file);
    return file != NULL;
}

static void an_original_comes_from_the_node_that_has_it_and_stays(void **state)
{
    (void)state;
    FILE *file = fopen(in_scratch("film.mp4"), "w");
    assert_non_null(file);
    assert_int_equal(fwrite(film(), 1, FILM_BYTES, file), FILM_BYTES);
    fclose(file);
    assert_done(ENTREPOT("unit", "photo", unit, in_scratch("film.mp4"), "--dir", rtm, "--json"));
    take("blob", blob);
    for (long waited = 0;; waited += STEP_MS) {
        assert_done(ENTREPOT("unit", "photos", unit, "--dir", lax));
        if (strstr(ran.out, blob) != NULL) break;
        assert_true(waited < WAIT_MS);
        pause_ms(STEP_MS);
    }
    assert_true(has_file(rtm));
    assert_false(has_file(lax));
    EVENTUALLY(0, "photo", "save", blob, in_scratch("there.mp4"), "--dir", lax);
    assert_film(in_scratch("there.mp4"));
    assert_true(has_file(lax));
    assert_int_equal(stop_node(&rtm_pid, SIGTERM), 0);
    assert_done(ENTREPOT("photo", "save", blob, in_scratch("again.mp4"), "--dir", lax));
    assert_film(in_scratch("again.mp4")); /* it is here now */
    rtm_pid = start_node(rtm);
}

/* What has rotted here is asked for as well. What nobody has is said to be nowhere. */
static void a_rotten_file_is_mended_and_one_that_nobody_has_is_told(void **state)
{
    (void)state;
    char here[2 * SCRATCH_PATH_MAX], there[2 * SCRATCH_PATH_MAX];
    snprintf(here, sizeof here, "%s/blobs/%.2s/%s", lax, blob, blob);
    snprintf(there, sizeof there, "%s/blobs/%.2s/%s", rtm, blob, blob);
    write_text(here, "rotten");
    EVENTUALLY(0, "photo", "save", blob, in_scratch("mended.mp4"), "--dir", lax);
    assert_film(in_scratch("mended.mp4"));
    assert_int_equal(remove(here), 0);
    write_text(there, "rotten"); /* and so it is no answer */
    EVENTUALLY(3, "photo", "save", blob, in_scratch("nowhere.mp4"), "--dir", lax);
    assert_has(ran.err, "neither on this node nor on a member");
    assert_false(has_file(lax));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_original_comes_from_the_node_that_has_it_and_stays),
        cmocka_unit_test(a_rotten_file_is_mended_and_one_that_nobody_has_is_told),
    };
    return cmocka_run_group_tests_name("originals of photos", tests, make, end);
}
