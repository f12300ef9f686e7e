#include "tests/node/blobs/photo.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>

#define EXIF_BYTES 128

struct span photo_span(const struct photo *photo)
{
    return span_of(photo->bytes, photo->size);
}

static void fill_row(const struct photo_wish *wish, uint32_t y, uint8_t *row)
{
    static uint32_t seed = 1;
    for (uint32_t x = 0; x < wish->width; x++) {
        bool right = x >= wish->width / 2, below = y >= wish->height / 2;
        row[x * 3] = right == below ? 255 : 0;
        row[x * 3 + 1] = right ? 255 : 0;
        row[x * 3 + 2] = below ? 255 : 0;
        for (unsigned c = 0; wish->noise && c < 3; c++) {
            seed = seed * 1664525u + 1013904223u;
            row[x * 3 + c] = (uint8_t)(seed >> 24);
        }
    }
}

static void put(uint8_t *to, uint32_t value, size_t size, bool big)
{
    for (size_t i = 0; i < size; i++) to[big ? size - 1 - i : i] = (uint8_t)(value >> (8 * i));
}

/* A directory of two entries: a make, which an honest reader passes over, and the orientation. */
static void exif_fill(const struct photo_wish *wish, uint8_t exif[EXIF_BYTES])
{
    bool big = wish->big_endian;
    uint8_t *tiff = exif + 6;
    memset(exif, 0, EXIF_BYTES);
    memcpy(exif, "Exif\0", 6);
    memcpy(tiff, big ? "MM" : "II", 2);
    put(tiff + 2, 42, 2, big);
    put(tiff + 4, 8, 4, big);
    put(tiff + 8, 2, 2, big);
    put(tiff + 10, 0x010f, 2, big);
    put(tiff + 12, 2, 2, big);
    put(tiff + 22, 0x0112, 2, big);
    put(tiff + 24, 3, 2, big);
    put(tiff + 26, 1, 4, big);
    put(tiff + 30, wish->orientation, 2, big);
    memcpy(tiff + 50, PHOTO_SECRET, sizeof PHOTO_SECRET);
}

static void jpeg_mark(struct jpeg_compress_struct *jpeg, const struct photo_wish *wish)
{
    uint8_t exif[EXIF_BYTES];
    if (wish->orientation == 0) return;
    exif_fill(wish, exif);
    jpeg_write_marker(jpeg, JPEG_APP0 + 1, exif, EXIF_BYTES);
    jpeg_write_marker(jpeg, JPEG_COM, (const uint8_t *)PHOTO_SECRET, sizeof PHOTO_SECRET);
    jpeg_write_marker(jpeg, JPEG_APP0 + 13, (const uint8_t *)PHOTO_SECRET, sizeof PHOTO_SECRET);
}

void photo_jpeg(const struct photo_wish *wish, struct photo *out)
{
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    unsigned char *at = NULL;
    unsigned long size = 0;
    uint8_t *row = malloc((size_t)wish->width * 3);
    assert(row != NULL);
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &at, &size);
    jpeg.image_width = wish->width;
    jpeg.image_height = wish->height;
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    if (wish->progressive) jpeg_simple_progression(&jpeg);
    jpeg_start_compress(&jpeg, TRUE);
    jpeg_mark(&jpeg, wish);
    for (uint32_t y = 0; y < wish->height; y++) {
        fill_row(wish, y, row);
        (void)jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    assert(size <= PHOTO_BYTES_MAX);
    memcpy(out->bytes, at, size);
    out->size = size;
    free(at);
    free(row);
}

static void on_write(png_structp png, png_bytep bytes, size_t size)
{
    struct photo *out = png_get_io_ptr(png);
    assert(out->size + size <= PHOTO_BYTES_MAX);
    memcpy(out->bytes + out->size, bytes, size);
    out->size += size;
}

static void png_rows(png_structp png, const struct photo_wish *wish, bool transparent)
{
    uint8_t *rgb = malloc((size_t)wish->width * 3), *row = malloc((size_t)wish->width * 4);
    assert(rgb != NULL && row != NULL);
    int passes = png_set_interlace_handling(png);
    for (uint32_t i = 0; i < wish->height * (uint32_t)passes; i++) {
        fill_row(wish, i % wish->height, rgb);
        for (uint32_t x = 0; x < wish->width; x++) {
            memcpy(row + (size_t)x * 4, rgb + (size_t)x * 3, 3);
            row[x * 4 + 3] = transparent && x >= wish->width / 2 ? 0 : 255;
        }
        png_write_row(png, row);
    }
    free(rgb);
    free(row);
}

void photo_png(uint32_t width, uint32_t height, bool transparent, bool interlaced,
               struct photo *out)
{
    const struct photo_wish wish = {.width = width, .height = height};
    char key[] = "Comment", secret[] = PHOTO_SECRET;
    png_text text = {.compression = PNG_TEXT_COMPRESSION_NONE, .key = key, .text = secret};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    assert(png != NULL && info != NULL);
    out->size = 0;
    png_set_write_fn(png, out, on_write, NULL);
    png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB_ALPHA,
                 interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE,
                 PNG_FILTER_TYPE_BASE);
    png_set_text(png, info, &text, 1);
    png_write_info(png, info);
    png_rows(png, &wish, transparent);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
}

uint32_t photo_pixel(struct span bytes, uint32_t x, uint32_t y, uint32_t *width, uint32_t *height)
{
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    uint32_t colour = 0;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, bytes.at, bytes.size);
    (void)jpeg_read_header(&jpeg, TRUE);
    (void)jpeg_start_decompress(&jpeg);
    *width = jpeg.output_width;
    *height = jpeg.output_height;
    uint8_t *row = malloc((size_t)*width * 3);
    assert(row != NULL);
    while (jpeg.output_scanline < *height) {
        (void)jpeg_read_scanlines(&jpeg, &row, 1);
        if (jpeg.output_scanline != y + 1 || x >= *width) continue;
        colour = (uint32_t)(row[x * 3] << 16 | row[x * 3 + 1] << 8 | row[x * 3 + 2]);
    }
    (void)jpeg_finish_decompress(&jpeg);
    jpeg_destroy_decompress(&jpeg);
    free(row);
    return colour;
}

bool photo_holds(struct span bytes, const char *text)
{
    size_t size = strlen(text);
    for (size_t at = 0; at + size <= bytes.size; at++)
        if (memcmp(bytes.at + at, text, size) == 0) return true;
    return false;
}
