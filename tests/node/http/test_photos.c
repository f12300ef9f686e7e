/* Photos through the door: taken clean, shown to whom they concern, refused with what to send
 * instead, erased with their files; and what a crash between a file and its entry leaves. */
#include "node/blobs/picture.h"
#include "tests/node/blobs/photo.h"
#include "tests/node/http/door_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define BLOB_TEXT_BYTES 65

static struct photo photo;

static struct reply send(struct door *door, const char *path, const char *key, struct span bytes)
{
    const struct letter ask = {.path = path,
                               .token = door->operator,
                               .key = key,
                               .type = "application/octet-stream",
                               .body = (const char *)bytes.at,
                               .size = bytes.size};
    return client_call(door_port(door), &ask);
}

/* A return, and the path under which its photos are taken. */
static const char *return_path(struct door *door, char path[160])
{
    static char returned[ID_TEXT_BYTES];
    door_order(door, "A", 2);
    strcpy(returned, door_return(door, "A", "a"));
    snprintf(path, 160, "/v1/blobs/returns/%s", returned);
    return returned;
}

static struct reply get(struct door *door, const char *before, const char *what, const char *after)
{
    char path[200];
    snprintf(path, sizeof path, "%s%s%s", before, what, after);
    return door_get(door, path, door->merchant);
}

static void assert_gone(struct door *door, const char *before, const char *what, const char *after)
{
    struct reply reply = get(door, before, what, after);
    assert_refused(&reply, 404, "not_found");
    reply_free(&reply);
}

static void attach(struct door *door, const char *path, char id[ID_TEXT_BYTES],
                   char blob[BLOB_TEXT_BYTES])
{
    photo_jpeg(&(struct photo_wish){.width = 400, .height = 300, .orientation = 6}, &photo);
    struct reply reply = send(door, path, NULL, photo_span(&photo));
    assert_status(&reply, 201);
    assert_string_equal(reply_header(&reply, "Durable"), "local");
    strcpy(id, at(&reply, "id"));
    strcpy(blob, at(&reply, "blob"));
    reply_free(&reply);
}

static void assert_picture(const struct reply *reply, uint32_t wide, uint32_t high)
{
    uint32_t width, height;
    assert_status(reply, 200);
    assert_string_equal(reply_header(reply, "Content-Type"), "image/jpeg");
    assert_string_equal(reply_header(reply, "X-Content-Type-Options"), "nosniff");
    assert_string_equal(reply_header(reply, "Cache-Control"), "private, max-age=300");
    struct span bytes = span_of(reply->body, reply->size);
    assert_false(photo_holds(bytes, PHOTO_SECRET));
    photo_pixel(bytes, 1, 1, &width, &height);
    assert_int_equal(width, wide);
    assert_int_equal(height, high);
}

static void a_photo_is_taken_clean_and_shown_to_its_merchant(void **state)
{
    struct door *door = *state;
    char path[160], id[ID_TEXT_BYTES], blob[BLOB_TEXT_BYTES];
    const char *returned = return_path(door, path);
    strcat(path, "?caption=the%20sole");
    attach(door, path, id, blob);
    assert_true(photo_holds(photo_span(&photo), PHOTO_SECRET));
    struct reply reply = get(door, "/v1/returns/", returned, "/photos");
    assert_status(&reply, 200);
    assert_int_equal(count_at(&reply, "photos"), 1);
    assert_string_equal(at(&reply, "photos/0/photo"), id);
    assert_string_equal(at(&reply, "photos/0/blob"), blob);
    assert_string_equal(at(&reply, "photos/0/kind"), "jpeg");
    assert_string_equal(at(&reply, "photos/0/caption"), "the sole");
    assert_false(stands_at(&reply, "photos/0/thumbnail"));
    reply_free(&reply);
    reply = get(door, "/v1/photos/", id, "/thumbnail");
    assert_picture(&reply, 150, 200);
    reply_free(&reply);
    reply = get(door, "/v1/blobs/", blob, "");
    assert_picture(&reply, 300, 400);
    reply_free(&reply);
    assert_gone(door, "/v1/units/", returned, "/photos"); /* it is no unit */
}

static void a_photo_sent_again_under_its_key_is_one(void **state)
{
    struct door *door = *state;
    char path[160], first[ID_TEXT_BYTES];
    const char *returned = return_path(door, path);
    photo_jpeg(&(struct photo_wish){.width = 64, .height = 64}, &photo);
    for (unsigned i = 0; i < 2; i++) {
        struct reply reply = send(door, path, "k1", photo_span(&photo));
        assert_status(&reply, 201);
        if (i == 0) strcpy(first, at(&reply, "id"));
        assert_string_equal(at(&reply, "id"), first);
        assert_int_equal(stands_at(&reply, "replay"), i == 1);
        reply_free(&reply);
    }
    photo_jpeg(&(struct photo_wish){.width = 65, .height = 64}, &photo);
    struct reply reply = send(door, path, "k1", photo_span(&photo));
    assert_refused(&reply, 422, "key_reused");
    reply_free(&reply);
    reply = get(door, "/v1/returns/", returned, "/photos");
    assert_int_equal(count_at(&reply, "photos"), 1);
    reply_free(&reply);
}

static void a_list_of_photos_comes_in_pages(void **state)
{
    struct door *door = *state;
    char path[200], id[ID_TEXT_BYTES], blob[BLOB_TEXT_BYTES], next[300];
    const char *returned = return_path(door, path);
    for (unsigned i = 0; i < 3; i++) attach(door, path, id, blob);
    struct reply reply = get(door, "/v1/returns/", returned, "/photos?limit=2");
    assert_int_equal(count_at(&reply, "photos"), 2);
    snprintf(next, sizeof next, "/v1/returns/%s/photos?cursor=%s", returned,
             at(&reply, "next_cursor"));
    reply_free(&reply);
    reply = door_get(door, next, door->merchant);
    assert_int_equal(count_at(&reply, "photos"), 1);
    assert_string_equal(at(&reply, "photos/0/photo"), id);
    assert_false(stands_at(&reply, "next_cursor"));
    reply_free(&reply);
}

/* --- what is not taken ------------------------------------------------------------------------ */

static void declare(uint32_t side)
{
    photo_jpeg(&(struct photo_wish){.width = 64, .height = 64}, &photo);
    for (size_t i = 0; i + 8 < photo.size; i++) {
        if (photo.bytes[i] != 0xff || photo.bytes[i + 1] != 0xc0) continue;
        photo.bytes[i + 5] = photo.bytes[i + 7] = (uint8_t)(side >> 8);
        photo.bytes[i + 6] = photo.bytes[i + 8] = (uint8_t)side;
        return;
    }
    fail();
}

static void what_is_no_photo_is_refused_with_what_to_send_instead(void **state)
{
    struct door *door = *state;
    char path[160];
    const char *returned = return_path(door, path);
    uint8_t *large = calloc(1, BLOB_BYTES_MAX + 1);
    assert_non_null(large);
    memcpy(large, "    ftypisom", 12);
    photo_jpeg(&(struct photo_wish){.width = 256, .height = 256, .noise = true}, &photo);
    static struct photo cut, bomb;
    cut = photo;
    cut.size /= 2;
    declare(10000);
    bomb = photo;
    const struct {
        struct span bytes;
        long status;
        const char *says;
    } rows[] = {
        {span_text("not a picture at all"), 415, "is no JPEG, PNG, MP4 or WebM: send one of these"},
        {span_of("RIFF\0\0\0\0WEBPVP8 ", 16), 415, "send it as JPEG or PNG"},
        {photo_span(&cut), 400, ""},
        {photo_span(&bomb), 413, "declares 10000 x 10000 pixels"},
        {span_of(large, BLOB_BYTES_MAX + 1), 413, "larger than is taken"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct reply reply = send(door, path, NULL, rows[i].bytes);
        assert_status(&reply, rows[i].status);
        if (!reply_has(&reply, rows[i].says)) fail_msg("%s", reply.body);
        reply_free(&reply);
    }
    struct reply reply = send(door, path, NULL, span_of(large, BLOB_BYTES_MAX));
    assert_status(&reply, 201); /* to the last byte */
    reply_free(&reply);
    reply = send(door, path, NULL, span_text("    ftypisom"));
    assert_status(&reply, 201);
    reply_free(&reply);
    reply = get(door, "/v1/returns/", returned, "/photos");
    assert_int_equal(count_at(&reply, "photos"), 2); /* nothing of what was refused */
    assert_string_equal(at(&reply, "photos/0/has_thumbnail"), "false");
    char id[ID_TEXT_BYTES];
    strcpy(id, at(&reply, "photos/0/photo"));
    reply_free(&reply);
    assert_gone(door, "/v1/photos/", id, "/thumbnail"); /* a film has none */
    /* No other path takes so much for it. */
    reply = send(door, "/v1/returns", "k", span_of(large, 100 * 1024));
    assert_status(&reply, 413);
    reply_free(&reply);
    free(large);
}

static void a_photo_of_nothing_is_refused_before_it_is_decoded(void **state)
{
    struct door *door = *state;
    char path[160];
    return_path(door, path);
    snprintf(path, sizeof path, "/v1/blobs/boxes/%s", door->far_node);
    photo_jpeg(&(struct photo_wish){.width = 64, .height = 64}, &photo);
    struct reply reply = send(door, path, NULL, photo_span(&photo));
    assert_refused(&reply, 404, "not_found");
    reply_free(&reply);
    photo_jpeg(&(struct photo_wish){.width = 64, .height = 64}, &photo);
    photo.size /= 2; /* a decoder would complain */
    reply = send(door, path, NULL, photo_span(&photo));
    assert_refused(&reply, 404, "not_found");
    reply_free(&reply);
}

/* --- gone ------------------------------------------------------------------------------------- */

static bool has_file(const struct door *door, const char *blob)
{
    char path[SCRATCH_PATH_MAX + 100];
    snprintf(path, sizeof path, "%s/blobs/%.2s/%s", door->scratch.path, blob, blob);
    FILE *file = fopen(path, "r");
    if (file != NULL) fclose(file);
    return file != NULL;
}

/* The node starts again, and its first sweep is over. */
static void restart(struct door *door)
{
    const struct timespec moment = {0, 10 * 1000 * 1000};
    uint64_t sweeps = 0, dropped;
    door_stop(door);
    door_start(door);
    for (unsigned i = 0; sweeps == 0 && i < 1000; i++) {
        keeper_swept(door->keeper, &sweeps, &dropped);
        nanosleep(&moment, NULL);
    }
    assert_int_equal(sweeps, 1);
}

static void an_erased_photo_is_gone_with_its_thumbnail_and_its_file(void **state)
{
    struct door *door = *state;
    char path[160], body[200], id[ID_TEXT_BYTES], blob[BLOB_TEXT_BYTES];
    const char *returned = return_path(door, path);
    attach(door, path, id, blob);
    restart(door); /* and nothing that is named is swept */
    assert_true(has_file(door, blob));
    struct reply reply = get(door, "/v1/blobs/", blob, "");
    assert_status(&reply, 200);
    reply_free(&reply);
    snprintf(body, sizeof body, "{\"subject\":\"%s\"}", returned);
    reply = door_post(door, "/v1/erasures", body);
    assert_status(&reply, 201);
    reply_free(&reply);
    assert_gone(door, "/v1/photos/", id, "/thumbnail");
    assert_gone(door, "/v1/blobs/", blob, "");
    reply = get(door, "/v1/returns/", returned, "/photos");
    assert_int_equal(count_at(&reply, "photos"), 0);
    reply_free(&reply);
    restart(door);
    assert_false(has_file(door, blob));
    reply = send(door, path, NULL, photo_span(&photo));
    assert_refused(&reply, 409, "conflict");
    reply_free(&reply);
}

/* The file was flushed, and the machine stopped before its entry was. */
static void a_file_without_its_entry_is_swept_at_the_next_start(void **state)
{
    struct door *door = *state;
    char path[160], root[SCRATCH_PATH_MAX + 20], why[BLOB_WHY_BYTES], id[ID_TEXT_BYTES],
        blob[BLOB_TEXT_BYTES], orphan[BLOB_TEXT_BYTES];
    struct blob_files files;
    struct hash hash;
    return_path(door, path);
    attach(door, path, id, blob);
    snprintf(root, sizeof root, "%s/blobs", door->scratch.path);
    assert_int_equal(blob_files_open(&files, root, keys_crypto(door->keys), why), OK);
    assert_int_equal(blob_files_put(&files, span_text("cut short"), &hash, why), OK);
    for (size_t i = 0; i < HASH_BYTES; i++) snprintf(orphan + 2 * i, 3, "%02x", hash.bytes[i]);
    assert_true(has_file(door, orphan));
    assert_gone(door, "/v1/blobs/", orphan, ""); /* a file alone is nobody's */
    restart(door);
    assert_false(has_file(door, orphan));
    assert_true(has_file(door, blob));
}

int main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, door_setup, door_teardown)
    const struct CMUnitTest tests[] = {
        ROW(a_photo_is_taken_clean_and_shown_to_its_merchant),
        ROW(a_photo_sent_again_under_its_key_is_one),
        ROW(a_list_of_photos_comes_in_pages),
        ROW(what_is_no_photo_is_refused_with_what_to_send_instead),
        ROW(a_photo_of_nothing_is_refused_before_it_is_decoded),
        ROW(an_erased_photo_is_gone_with_its_thumbnail_and_its_file),
        ROW(a_file_without_its_entry_is_swept_at_the_next_start),
    };
    return cmocka_run_group_tests_name("photos by HTTP", tests, NULL, NULL);
}
