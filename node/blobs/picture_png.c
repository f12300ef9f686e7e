/* PNG by libpng. Rows are read one by one; an interlaced picture would have to lie whole in memory
 * before its first row is known, so it is not taken. Chunks that are not of the picture itself are
 * passed over unread. */
#include "node/blobs/parts.h"

#include <assert.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RGBA 4u

struct decoder {
    png_structp png;
    png_infop info;
    struct span rest;
    uint8_t *row; /* RGBA */
    struct shrink shrink;
    char *why;
    enum error error;
};

static void on_error(png_structp png, png_const_charp text)
{
    struct decoder *decoder = png_get_error_ptr(png);
    snprintf(decoder->why, PICTURE_WHY_BYTES, "the PNG is broken: %.120s", text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static void on_read(png_structp png, png_bytep to, size_t size)
{
    struct decoder *decoder = png_get_io_ptr(png);
    if (size > decoder->rest.size) png_error(png, "it ends too early");
    memcpy(to, decoder->rest.at, size);
    decoder->rest = span_of(decoder->rest.at + size, decoder->rest.size - size);
}

/* On white, as paper would show it. */
static void row_flatten(uint8_t *row, uint32_t width)
{
    for (size_t x = 0; x < width; x++) {
        uint32_t alpha = row[x * RGBA + 3];
        for (size_t c = 0; c < RGB; c++) {
            uint32_t mixed = row[x * RGBA + c] * alpha + 255 * (255 - alpha);
            row[x * RGB + c] = (uint8_t)((mixed + 127) / 255);
        }
    }
}

static enum error judge_header(struct decoder *decoder)
{
    png_uint_32 width = png_get_image_width(decoder->png, decoder->info);
    png_uint_32 height = png_get_image_height(decoder->png, decoder->info);
    enum error error = picture_size_check(width, height, decoder->why);
    if (error != OK) return error;
    if (png_get_interlace_type(decoder->png, decoder->info) != PNG_INTERLACE_NONE) {
        snprintf(decoder->why, PICTURE_WHY_BYTES,
                 "an interlaced PNG is not taken: save it without interlacing");
        return ERROR_UNSUPPORTED;
    }
    decoder->row = malloc((size_t)width * RGBA);
    bool room = decoder->row != NULL &&
                shrink_begin(&decoder->shrink, width, height, picture_factor(width, height));
    return room ? OK : ERROR_FULL;
}

static void read_rows(struct decoder *decoder)
{
    png_set_expand(decoder->png);
    png_set_scale_16(decoder->png);
    png_set_gray_to_rgb(decoder->png);
    png_set_add_alpha(decoder->png, 0xff, PNG_FILLER_AFTER);
    png_read_update_info(decoder->png, decoder->info);
    if (png_get_rowbytes(decoder->png, decoder->info) != (size_t)decoder->shrink.width * RGBA)
        png_error(decoder->png, "an unknown layout of pixels");
    for (uint32_t y = 0; y < decoder->shrink.height; y++) {
        png_read_row(decoder->png, decoder->row, NULL);
        row_flatten(decoder->row, decoder->shrink.width);
        shrink_row(&decoder->shrink, decoder->row);
    }
    png_read_end(decoder->png, NULL);
}

/* Everything that may jump stands in here; what must be freed stands in *decoder. */
static enum error decode(struct decoder *decoder)
{
    if (setjmp(png_jmpbuf(decoder->png)) != 0) return ERROR_MALFORMED;
    png_set_read_fn(decoder->png, decoder, on_read);
    png_set_user_limits(decoder->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX); /* ours judge, by name */
    png_set_keep_unknown_chunks(decoder->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_read_info(decoder->png, decoder->info);
    decoder->error = judge_header(decoder);
    if (decoder->error == OK) read_rows(decoder);
    return decoder->error;
}

enum error png_decode(struct span bytes, struct raster *raster, char why[PICTURE_WHY_BYTES])
{
    struct decoder decoder = {.rest = bytes, .why = why};
    enum error error = ERROR_FULL;
    decoder.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &decoder, on_error, on_warning);
    if (decoder.png != NULL) decoder.info = png_create_info_struct(decoder.png);
    if (decoder.info != NULL) error = decode(&decoder);
    png_destroy_read_struct(&decoder.png, &decoder.info, NULL);
    shrink_end(&decoder.shrink);
    free(decoder.row);
    *raster = decoder.shrink.to;
    return error;
}
