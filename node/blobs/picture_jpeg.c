/* JPEG by libjpeg-turbo, both ways. Its errors leave by a jump, so whatever must be freed stands in
 * one struct outside. A file that ends too early, or whose data do, is an error here, where the
 * library would fill up with grey: a photo is evidence, and half of one is none. */
#include "node/blobs/parts.h"

#include <assert.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#define APP1        (JPEG_APP0 + 1)
#define SEGMENT_MAX 0xffffu

struct trouble {
    struct jpeg_error_mgr manager; /* first: the library hands it back */
    jmp_buf jump;
    char *why; /* or NULL */
    enum error error;
};

struct decoder {
    struct jpeg_decompress_struct jpeg;
    struct trouble trouble;
    struct jpeg_progress_mgr progress;
    uint8_t *row;
    struct shrink shrink;
    unsigned orientation;
};

struct encoder {
    struct jpeg_compress_struct jpeg;
    struct trouble trouble;
    struct jpeg_destination_mgr target;
};

static struct trouble *trouble_of(j_common_ptr jpeg)
{
    return (struct trouble *)(void *)jpeg->err;
}

static const char *remedy_of(enum error error)
{
    if (error == ERROR_TOO_LARGE) return ": save it smaller, or as baseline";
    return error == ERROR_UNSUPPORTED ? ": save it as RGB" : "";
}

static void on_error(j_common_ptr jpeg)
{
    struct trouble *trouble = trouble_of(jpeg);
    char text[JMSG_LENGTH_MAX];
    trouble->error = ERROR_MALFORMED;
    if (jpeg->err->msg_code == JERR_OUT_OF_MEMORY) trouble->error = ERROR_FULL;
    if (jpeg->err->msg_code == JERR_NO_BACKING_STORE) trouble->error = ERROR_TOO_LARGE;
    if (jpeg->err->msg_code == JERR_CONVERSION_NOTIMPL) trouble->error = ERROR_UNSUPPORTED;
    jpeg->err->format_message(jpeg, text);
    if (trouble->why != NULL)
        snprintf(trouble->why, PICTURE_WHY_BYTES, "the JPEG cannot be read: %.120s%s", text,
                 remedy_of(trouble->error));
    longjmp(trouble->jump, 1);
}

static void on_message(j_common_ptr jpeg, int level)
{
    int code = jpeg->err->msg_code;
    if (level < 0 && (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER)) on_error(jpeg);
}

static void on_progress(j_common_ptr jpeg)
{
    struct decoder *decoder = (struct decoder *)(void *)jpeg;
    if (decoder->jpeg.input_scan_number <= (int)PICTURE_SCANS_MAX) return;
    snprintf(decoder->trouble.why, PICTURE_WHY_BYTES,
             "the JPEG has more than %u scans: save it anew", PICTURE_SCANS_MAX);
    decoder->trouble.error = ERROR_TOO_LARGE;
    longjmp(decoder->trouble.jump, 1);
}

static struct jpeg_error_mgr *trouble_begin(struct trouble *trouble, char *why)
{
    struct jpeg_error_mgr *manager = jpeg_std_error(&trouble->manager);
    manager->error_exit = on_error;
    manager->emit_message = on_message;
    trouble->why = why;
    return manager;
}

/* --- decode ----------------------------------------------------------------------------------- */

static void read_orientation(struct decoder *decoder)
{
    decoder->orientation = 1;
    for (jpeg_saved_marker_ptr at = decoder->jpeg.marker_list; at != NULL; at = at->next)
        if (decoder->orientation == 1)
            decoder->orientation = picture_orientation(span_of(at->data, at->data_length));
}

static enum error begin_rows(struct decoder *decoder)
{
    struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
    enum error error =
        picture_size_check(jpeg->image_width, jpeg->image_height, decoder->trouble.why);
    if (error != OK) return error;
    uint32_t factor = picture_factor(jpeg->image_width, jpeg->image_height);
    decoder->row = malloc((size_t)jpeg->image_width * RGB);
    bool room = decoder->row != NULL &&
                shrink_begin(&decoder->shrink, jpeg->image_width, jpeg->image_height, factor);
    return room ? OK : ERROR_FULL;
}

static enum error decode(struct decoder *decoder, struct span bytes)
{
    struct jpeg_decompress_struct *jpeg = &decoder->jpeg;
    if (setjmp(decoder->trouble.jump) != 0) return decoder->trouble.error;
    jpeg_create_decompress(jpeg);
    jpeg->mem->max_memory_to_use = PICTURE_WORK_BYTES_MAX;
    decoder->progress.progress_monitor = on_progress;
    jpeg->progress = &decoder->progress;
    jpeg_mem_src(jpeg, bytes.at, bytes.size);
    jpeg_save_markers(jpeg, APP1, SEGMENT_MAX);
    (void)jpeg_read_header(jpeg, TRUE);
    read_orientation(decoder);
    enum error error = begin_rows(decoder);
    if (error != OK) return error;
    jpeg->out_color_space = JCS_RGB;
    (void)jpeg_start_decompress(jpeg);
    while (jpeg->output_scanline < jpeg->output_height) {
        (void)jpeg_read_scanlines(jpeg, &decoder->row, 1);
        shrink_row(&decoder->shrink, decoder->row);
    }
    (void)jpeg_finish_decompress(jpeg);
    return OK;
}

enum error jpeg_decode(struct span bytes, struct raster *raster, unsigned *orientation,
                       char why[PICTURE_WHY_BYTES])
{
    struct decoder decoder = {0};
    decoder.jpeg.err = trouble_begin(&decoder.trouble, why);
    enum error error = decode(&decoder, bytes);
    jpeg_destroy_decompress(&decoder.jpeg);
    shrink_end(&decoder.shrink);
    free(decoder.row);
    *raster = decoder.shrink.to;
    *orientation = decoder.orientation;
    return error;
}

/* --- encode ----------------------------------------------------------------------------------- */

static void target_begin(j_compress_ptr jpeg)
{
    (void)jpeg; /* the room was given before */
}

/* The room is full: the caller tries a lower quality. */
static boolean target_full(j_compress_ptr jpeg)
{
    struct encoder *encoder = (struct encoder *)(void *)jpeg;
    encoder->trouble.error = ERROR_TOO_LARGE;
    longjmp(encoder->trouble.jump, 1);
}

static void target_end(j_compress_ptr jpeg)
{
    (void)jpeg;
}

static enum error encode(struct encoder *encoder, const struct raster *raster, int quality)
{
    struct jpeg_compress_struct *jpeg = &encoder->jpeg;
    if (setjmp(encoder->trouble.jump) != 0) return encoder->trouble.error;
    jpeg_create_compress(jpeg);
    jpeg->dest = &encoder->target;
    jpeg->image_width = raster->width;
    jpeg->image_height = raster->height;
    jpeg->input_components = (int)RGB;
    jpeg->in_color_space = JCS_RGB;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, quality, TRUE);
    jpeg_start_compress(jpeg, TRUE);
    while (jpeg->next_scanline < jpeg->image_height) {
        uint8_t *row = raster->at + (size_t)jpeg->next_scanline * raster->width * RGB;
        (void)jpeg_write_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_compress(jpeg);
    return OK;
}

enum error jpeg_encode(const struct raster *raster, int quality, uint8_t *to, size_t size,
                       size_t *used)
{
    struct encoder encoder = {.target = {.next_output_byte = to,
                                         .free_in_buffer = size,
                                         .init_destination = target_begin,
                                         .empty_output_buffer = target_full,
                                         .term_destination = target_end}};
    encoder.jpeg.err = trouble_begin(&encoder.trouble, NULL);
    enum error error = encode(&encoder, raster, quality);
    *used = size - encoder.target.free_in_buffer;
    jpeg_destroy_compress(&encoder.jpeg);
    return error;
}
