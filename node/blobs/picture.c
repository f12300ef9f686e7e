#include "node/blobs/parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENTRY_BYTES     12
#define TAG_ORIENTATION 0x0112u
#define TYPE_SHORT      3u

/* --- orientation ------------------------------------------------------------------------------ */

/* A TIFF block, in the order of bytes that it names itself. */
struct tiff {
    struct span bytes;
    bool little;
};

/* Zero where the block has ended. */
static uint32_t tiff_get(const struct tiff *tiff, size_t at, size_t size)
{
    uint32_t value = 0;
    if (at > tiff->bytes.size || size > tiff->bytes.size - at) return 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | tiff->bytes.at[at + (tiff->little ? size - 1 - i : i)];
    return value;
}

unsigned picture_orientation(struct span segment)
{
    static const uint8_t head[] = {'E', 'x', 'i', 'f', 0, 0};
    if (segment.size < sizeof head + 8 || memcmp(segment.at, head, sizeof head) != 0) return 1;
    struct tiff tiff = {.bytes = span_of(segment.at + sizeof head, segment.size - sizeof head)};
    tiff.little = tiff.bytes.at[0] == 'I';
    size_t at = tiff_get(&tiff, 4, 4);
    uint32_t count = tiff_get(&tiff, at, 2);
    for (uint32_t i = 0; i < count; i++) {
        size_t entry = at + 2 + (size_t)i * ENTRY_BYTES;
        if (entry > tiff.bytes.size) break;
        if (tiff_get(&tiff, entry, 2) != TAG_ORIENTATION) continue;
        uint32_t value = tiff_get(&tiff, entry + 8, 2);
        bool known = tiff_get(&tiff, entry + 2, 2) == TYPE_SHORT && value >= 1 && value <= 8;
        return known ? value : 1;
    }
    return 1;
}

/* EXIF 2.32, 4.6.4: above 4 the stored rows are columns of what is looked at; then each of the two
 * axes may run backwards. */
static bool raster_turn(struct raster *raster, unsigned orientation)
{
    struct raster to;
    bool crossed = orientation >= 5;
    bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    bool from_below = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    if (orientation == 1) return true;
    uint32_t width = raster->width, height = raster->height;
    if (!raster_make(&to, crossed ? height : width, crossed ? width : height)) return false;
    for (uint32_t y = 0; y < to.height; y++) {
        for (uint32_t x = 0; x < to.width; x++) {
            uint32_t column = crossed ? y : x, row = crossed ? x : y;
            if (from_right) column = width - 1 - column;
            if (from_below) row = height - 1 - row;
            memcpy(to.at + ((size_t)y * to.width + x) * RGB,
                   raster->at + ((size_t)row * width + column) * RGB, RGB);
        }
    }
    raster_free(raster);
    *raster = to;
    return true;
}

/* --- bounds ----------------------------------------------------------------------------------- */

enum error picture_size_check(uint64_t width, uint64_t height, char why[PICTURE_WHY_BYTES])
{
    bool fits = width > 0 && height > 0 && width <= PICTURE_SIDE_MAX &&
                height <= PICTURE_SIDE_MAX && width * height <= PICTURE_PIXELS_MAX;
    if (fits) return OK;
    snprintf(why, PICTURE_WHY_BYTES,
             "the picture declares %llu x %llu pixels; %u megapixels are taken, and %u a side: "
             "set the camera to a smaller size",
             (unsigned long long)width, (unsigned long long)height, PICTURE_PIXELS_MAX / 1000000,
             PICTURE_SIDE_MAX);
    return ERROR_TOO_LARGE;
}

uint32_t picture_factor(uint32_t width, uint32_t height)
{
    uint32_t factor = 1;
    while ((uint64_t)width * height > (uint64_t)PICTURE_KEPT_PIXELS_MAX * factor * factor) factor++;
    return factor;
}

/* --- encode ----------------------------------------------------------------------------------- */

static enum error encode_within(const struct raster *raster, uint8_t *to, size_t size, size_t *used)
{
    static const int qualities[] = {88, 75, 60, 45, 30};
    enum error error = ERROR_TOO_LARGE;
    for (size_t i = 0; error == ERROR_TOO_LARGE && i < sizeof qualities / sizeof *qualities; i++)
        error = jpeg_encode(raster, qualities[i], to, size, used);
    return error;
}

static enum error encode_kept(const struct raster *raster, struct picture *out)
{
    uint8_t *room = malloc(BLOB_BYTES_MAX);
    if (room == NULL) return ERROR_FULL;
    enum error error = encode_within(raster, room, BLOB_BYTES_MAX, &out->size);
    uint8_t *fitted = error == OK ? realloc(room, out->size) : NULL;
    out->bytes = fitted != NULL ? fitted : room;
    out->width = raster->width;
    out->height = raster->height;
    if (error != OK) picture_free(out);
    return error;
}

static bool raster_shrink(const struct raster *from, uint32_t factor, struct raster *to)
{
    struct shrink shrink;
    if (!shrink_begin(&shrink, from->width, from->height, factor)) return false;
    for (uint32_t y = 0; y < from->height; y++)
        shrink_row(&shrink, from->at + (size_t)y * from->width * RGB);
    shrink_end(&shrink);
    *to = shrink.to;
    return true;
}

static enum error encode_thumbnail(const struct raster *raster, struct picture *out)
{
    uint32_t side = raster->width > raster->height ? raster->width : raster->height;
    uint32_t factor = (side + THUMBNAIL_SIDE_MAX - 1) / THUMBNAIL_SIDE_MAX;
    enum error error = ERROR_TOO_LARGE;
    for (; error == ERROR_TOO_LARGE && factor <= SHRINK_MAX; factor *= 2) {
        struct raster small;
        if (!raster_shrink(raster, factor, &small)) return ERROR_FULL;
        error = encode_within(&small, out->thumbnail, THUMBNAIL_BYTES_MAX, &out->thumbnail_size);
        raster_free(&small);
    }
    return error;
}

static enum error encode_both(const struct raster *raster, struct picture *out)
{
    enum error error = encode_thumbnail(raster, out);
    return error == OK ? encode_kept(raster, out) : error;
}

/* --- the entrance ----------------------------------------------------------------------------- */

enum error picture_clean(struct span bytes, struct picture *out, char why[PICTURE_WHY_BYTES])
{
    struct raster raster = {0};
    unsigned orientation = 1;
    enum blob_kind kind = blob_kind_of(bytes);
    enum error error = ERROR_UNSUPPORTED;
    out->bytes = NULL;
    out->size = out->thumbnail_size = 0;
    why[0] = '\0';
    if (bytes.size > BLOB_BYTES_MAX) {
        snprintf(why, PICTURE_WHY_BYTES, "the file has more than %u bytes", BLOB_BYTES_MAX);
        return ERROR_TOO_LARGE;
    }
    if (kind == BLOB_JPEG)
        error = jpeg_decode(bytes, &raster, &orientation, why);
    else if (kind == BLOB_PNG)
        error = png_decode(bytes, &raster, why);
    else
        snprintf(why, PICTURE_WHY_BYTES, "the file %s",
                 blob_kind_is_taken(kind) ? "is a video and no picture" : blob_kind_text(kind));
    if (error == OK && !raster_turn(&raster, orientation)) error = ERROR_FULL;
    if (error == OK) error = encode_both(&raster, out);
    raster_free(&raster);
    if (error != OK && why[0] == '\0') snprintf(why, PICTURE_WHY_BYTES, "%s", error_text(error));
    return error;
}

void picture_free(struct picture *picture)
{
    if (picture == NULL) return;
    free(picture->bytes);
    picture->bytes = NULL;
    picture->size = 0;
}
