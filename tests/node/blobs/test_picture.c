/* Photos of strangers: what of them is kept, what is gone, and what is refused before it is
 * decoded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/blobs/picture.h"
#include "tests/node/blobs/photo.h"

static struct photo photo;
static struct picture picture;
static char why[PICTURE_WHY_BYTES];

/* The four corners of what was kept, as letters from the upper left, row by row. */
static const char *corners(struct span jpeg)
{
    static char text[5];
    uint32_t width, height;
    (void)photo_pixel(jpeg, 0, 0, &width, &height);
    for (unsigned i = 0; i < 4; i++) {
        uint32_t x = i % 2 == 0 ? width / 4 : width * 3 / 4;
        uint32_t y = i < 2 ? height / 4 : height * 3 / 4;
        uint32_t colour = photo_pixel(jpeg, x, y, &width, &height);
        bool red = (colour >> 16) > 128, green = (colour >> 8 & 255) > 128,
             blue = (colour & 255) > 128;
        text[i] = red && green && blue ? 'W' : red ? 'R' : green ? 'G' : blue ? 'B' : '-';
    }
    return text;
}

static struct span kept(void)
{
    return span_of(picture.bytes, picture.size);
}

static struct span thumbnail(void)
{
    return span_of(picture.thumbnail, picture.thumbnail_size);
}

static void take(void)
{
    enum error error = picture_clean(photo_span(&photo), &picture, why);
    if (error != OK) print_error("%s\n", why);
    assert_int_equal(error, OK);
}

static void assert_refused(struct span bytes, enum error wanted, const char *words)
{
    assert_int_equal(picture_clean(bytes, &picture, why), wanted);
    assert_null(picture.bytes);
    if (strstr(why, words) == NULL) print_error("why: %s\n", why);
    assert_non_null(strstr(why, words));
}

static void where_a_photo_was_taken_is_not_kept(void **state)
{
    (void)state;
    const struct photo_wish wish = {.width = 800, .height = 600, .orientation = 1};
    photo_jpeg(&wish, &photo);
    assert_true(photo_holds(photo_span(&photo), PHOTO_SECRET));
    take();
    assert_false(photo_holds(kept(), PHOTO_SECRET));
    assert_false(photo_holds(kept(), "Exif"));
    assert_false(photo_holds(thumbnail(), PHOTO_SECRET));
    assert_string_equal(corners(kept()), "RGBW");
    assert_string_equal(corners(thumbnail()), "RGBW");
    picture_free(&picture);

    photo_png(640, 480, false, false, &photo);
    assert_true(photo_holds(photo_span(&photo), PHOTO_SECRET));
    take();
    assert_false(photo_holds(kept(), PHOTO_SECRET));
    assert_string_equal(corners(kept()), "RGBW");
    picture_free(&picture);
}

static void bytes_behind_the_picture_are_not_kept(void **state)
{
    (void)state;
    const struct photo_wish wish = {.width = 64, .height = 64};
    photo_jpeg(&wish, &photo);
    memcpy(photo.bytes + photo.size, PHOTO_SECRET, sizeof PHOTO_SECRET);
    photo.size += sizeof PHOTO_SECRET;
    take();
    assert_false(photo_holds(kept(), PHOTO_SECRET));
    picture_free(&picture);
}

static void a_photo_stands_as_its_camera_was_held(void **state)
{
    (void)state;
    static const char *const wanted[] = {"RGBW", "GRWB", "WBGR", "BWRG",
                                         "RBGW", "BRWG", "WGBR", "GWRB"};
    for (unsigned i = 0; i < 16; i++) {
        const struct photo_wish wish = {
            .width = 320, .height = 160, .orientation = i % 8 + 1, .big_endian = i >= 8};
        photo_jpeg(&wish, &photo);
        take();
        assert_string_equal(corners(kept()), wanted[i % 8]);
        assert_int_equal(picture.width, i % 8 < 4 ? 320 : 160);
        assert_int_equal(picture.height, i % 8 < 4 ? 160 : 320);
        picture_free(&picture);
    }
}

static void an_orientation_that_does_not_exist_turns_nothing(void **state)
{
    (void)state;
    const struct photo_wish wish = {.width = 64, .height = 32, .orientation = 9};
    photo_jpeg(&wish, &photo);
    take();
    assert_string_equal(corners(kept()), "RGBW");
    picture_free(&picture);
}

static void a_thumbnail_fits_its_entry_whatever_the_picture(void **state)
{
    (void)state;
    const struct photo_wish noise = {.width = 900, .height = 900, .noise = true};
    const struct photo_wish ribbon = {.width = 9000, .height = 3};
    photo_jpeg(&noise, &photo);
    take();
    assert_in_range(picture.thumbnail_size, 1, THUMBNAIL_BYTES_MAX);
    picture_free(&picture);
    photo_jpeg(&ribbon, &photo);
    take();
    uint32_t width, height;
    (void)photo_pixel(thumbnail(), 0, 0, &width, &height);
    assert_in_range(width, 1, THUMBNAIL_SIDE_MAX);
    assert_int_equal(height, 1);
    picture_free(&picture);
}

static void a_very_large_photo_is_kept_at_half_its_sides(void **state)
{
    (void)state;
    const struct photo_wish wish = {
        .width = 5001, .height = 4001, .orientation = 6, .progressive = true};
    photo_jpeg(&wish, &photo);
    take();
    assert_int_equal(picture.width, 2001);
    assert_int_equal(picture.height, 2501);
    assert_string_equal(corners(kept()), "BRWG");
    /* The odd row and column that are left over are as bright as they were. */
    uint32_t width, height;
    assert_in_range(photo_pixel(kept(), 0, 2500, &width, &height) & 255, 240, 255);
    picture_free(&picture);
}

static void transparent_is_white(void **state)
{
    (void)state;
    photo_png(64, 64, true, false, &photo);
    take();
    assert_string_equal(corners(kept()), "RWBW");
    picture_free(&picture);
}

/* A frame header is rewritten: nothing else of the file is larger. */
static void jpeg_declare(uint32_t width, uint32_t height, bool progressive)
{
    const struct photo_wish wish = {.width = 64, .height = 64, .progressive = progressive};
    photo_jpeg(&wish, &photo);
    for (size_t i = 0; i + 8 < photo.size; i++) {
        if (photo.bytes[i] != 0xff || photo.bytes[i + 1] != (progressive ? 0xc2 : 0xc0)) continue;
        photo.bytes[i + 5] = (uint8_t)(height >> 8);
        photo.bytes[i + 6] = (uint8_t)height;
        photo.bytes[i + 7] = (uint8_t)(width >> 8);
        photo.bytes[i + 8] = (uint8_t)width;
        photo.bytes[i + 11] = 0x11; /* each colour as fine as the light */
        return;
    }
    fail();
}

static void a_hundred_megapixels_are_refused_by_their_header(void **state)
{
    (void)state;
    jpeg_declare(10000, 10000, false);
    assert_refused(photo_span(&photo), ERROR_TOO_LARGE, "declares 10000 x 10000 pixels");
    jpeg_declare(60000, 1, false);
    assert_refused(photo_span(&photo), ERROR_TOO_LARGE, "20000 a side");
    /* The same as PNG, of a hundred bytes: the size stands right behind the signature. */
    static const uint8_t bomb[] = {
        0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44,
        0x52, 0x00, 0x00, 0x27, 0x10, 0x00, 0x00, 0x27, 0x10, 0x08, 0x02, 0x00, 0x00, 0x00, 0x35,
        0x2c, 0xf5, 0x70, 0x00, 0x00, 0x00, 0x00, 0x49, 0x44, 0x41, 0x54, 0x35, 0xaf, 0x06, 0x1e,
        0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};
    assert_refused(span_of(bomb, sizeof bomb), ERROR_TOO_LARGE, "declares 10000 x 10000 pixels");
}

static void a_progressive_photo_that_needs_too_much_memory_is_refused(void **state)
{
    (void)state;
    jpeg_declare(7000, 7000, true);
    assert_refused(photo_span(&photo), ERROR_TOO_LARGE, "save it smaller, or as baseline");
}

static void a_photo_that_ends_too_early_is_refused(void **state)
{
    (void)state;
    const struct photo_wish wish = {.width = 256, .height = 256, .noise = true};
    for (unsigned i = 0; i < 3; i++) {
        struct photo_wish one = wish;
        one.progressive = i == 1;
        if (i == 2)
            photo_png(256, 256, false, false, &photo);
        else
            photo_jpeg(&one, &photo);
        for (size_t part = 1; part < 16; part++)
            assert_refused(span_of(photo.bytes, photo.size * part / 16), ERROR_MALFORMED, "the ");
        for (size_t lacks = 3; lacks <= 12; lacks += 3) /* of a PNG's: its end chunk */
            assert_refused(span_of(photo.bytes, photo.size - lacks), ERROR_MALFORMED, "the ");
    }
}

static void a_progressive_photo_of_many_scans_is_refused(void **state)
{
    (void)state;
    const struct photo_wish wish = {.width = 64, .height = 64, .progressive = true};
    photo_jpeg(&wish, &photo);
    size_t last = 0; /* where its last scan begins, which is repeated */
    for (size_t i = 0; i + 1 < photo.size; i++)
        if (photo.bytes[i] == 0xff && photo.bytes[i + 1] == 0xda) last = i;
    size_t scan = photo.size - 2 - last;
    for (unsigned i = 0; i < PICTURE_SCANS_MAX; i++) {
        assert_true(photo.size + scan <= PHOTO_BYTES_MAX);
        memmove(photo.bytes + last + scan, photo.bytes + last, photo.size - last);
        photo.size += scan;
    }
    assert_refused(photo_span(&photo), ERROR_TOO_LARGE, "more than 64 scans");
}

static void what_is_no_photo_is_refused_by_its_name(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *words;
        size_t size;
    } files[] = {
        {"%PDF-1.7 invoice", "is no JPEG, PNG, MP4 or WebM", 16},
        {"", "is no JPEG", 0},
        {"RIFF\x10\0\0\0WEBPVP8 ", "is a WebP picture: send it as JPEG or PNG", 16},
        {"\0\0\0\x18"
         "ftypheic\0\0\0\0",
         "is a HEIF picture: send it as JPEG", 16},
        {"GIF89a", "is a GIF", 6},
        {"\0\0\0\x18"
         "ftypisom\0\0\2\0",
         "is a video and no picture", 16},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        assert_refused(span_of((const uint8_t *)files[i].bytes, files[i].size), ERROR_UNSUPPORTED,
                       files[i].words);
    photo_png(32, 32, false, true, &photo);
    assert_refused(photo_span(&photo), ERROR_UNSUPPORTED, "interlaced");
    assert_refused(span_of(photo.bytes, 20), ERROR_MALFORMED, "the PNG is broken");
}

static void more_than_eight_mebibytes_are_refused(void **state)
{
    (void)state;
    uint8_t *bytes = calloc(1, BLOB_BYTES_MAX + 1);
    assert_non_null(bytes);
    const struct photo_wish wish = {.width = 64, .height = 64};
    photo_jpeg(&wish, &photo);
    memcpy(bytes, photo.bytes, photo.size);
    assert_refused(span_of(bytes, BLOB_BYTES_MAX + 1), ERROR_TOO_LARGE, "8388608 bytes");
    assert_int_equal(picture_clean(span_of(bytes, BLOB_BYTES_MAX), &picture, why), OK);
    picture_free(&picture);
    free(bytes);
}

static void a_video_is_told_by_its_first_bytes(void **state)
{
    (void)state;
    static const uint8_t webm[] = {0x1a, 0x45, 0xdf, 0xa3, 0x9f, 0x42, 0x86, 0x81,
                                   1,    0x42, 0x82, 0x84, 'w',  'e',  'b',  'm'};
    static const char mp4[] = "\0\0\0\x18"
                              "ftypmp42\0\0\2\0";
    struct span film = span_of((const uint8_t *)mp4, sizeof mp4 - 1);
    assert_int_equal(blob_kind_of(span_of(webm, sizeof webm)), BLOB_WEBM);
    assert_int_equal(blob_kind_of(span_of(webm, sizeof webm - 1)), BLOB_UNKNOWN);
    assert_int_equal(blob_kind_of(film), BLOB_MP4);
    assert_true(blob_kind_is_taken(BLOB_MP4));
    assert_string_equal(blob_kind_type(BLOB_MP4), "video/mp4");
    film.size = 11;
    assert_int_equal(blob_kind_of(film), BLOB_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_a_photo_was_taken_is_not_kept),
        cmocka_unit_test(bytes_behind_the_picture_are_not_kept),
        cmocka_unit_test(a_photo_stands_as_its_camera_was_held),
        cmocka_unit_test(an_orientation_that_does_not_exist_turns_nothing),
        cmocka_unit_test(a_thumbnail_fits_its_entry_whatever_the_picture),
        cmocka_unit_test(a_very_large_photo_is_kept_at_half_its_sides),
        cmocka_unit_test(transparent_is_white),
        cmocka_unit_test(a_hundred_megapixels_are_refused_by_their_header),
        cmocka_unit_test(a_progressive_photo_that_needs_too_much_memory_is_refused),
        cmocka_unit_test(a_photo_that_ends_too_early_is_refused),
        cmocka_unit_test(a_progressive_photo_of_many_scans_is_refused),
        cmocka_unit_test(what_is_no_photo_is_refused_by_its_name),
        cmocka_unit_test(more_than_eight_mebibytes_are_refused),
        cmocka_unit_test(a_video_is_told_by_its_first_bytes),
    };
    return cmocka_run_group_tests_name("picture", tests, NULL, NULL);
}
