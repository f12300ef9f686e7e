/* What the files of this folder know of each other: rows of pixels on their way from a decoder to
 * the encoder. Nobody else includes it. */
#ifndef NODE_BLOBS_PARTS_H
#define NODE_BLOBS_PARTS_H

#include "node/blobs/picture.h"

#define RGB        3u    /* bytes of a pixel */
#define SHRINK_MAX 4096u /* a factor; the sum of such a square still fits 32 bits */

/* Pixels, row by row without gaps. */
struct raster {
    uint8_t *at;
    uint32_t width, height;
};

/* Takes the rows of a picture one after the other and keeps the mean of each square of factor by
 * factor pixels; what is left over at the right and below counts by what there is. */
struct shrink {
    struct raster to;
    uint32_t width, height, factor; /* of what comes in */
    uint32_t row;                   /* that comes next */
    uint32_t *sums;                 /* of one row of `to` */
};

bool raster_make(struct raster *raster, uint32_t width, uint32_t height);
void raster_free(struct raster *raster);

/* The dimensions must be in their bounds. false: no memory, and nothing is held. */
bool shrink_begin(struct shrink *shrink, uint32_t width, uint32_t height, uint32_t factor);
void shrink_row(struct shrink *shrink, const uint8_t *row);
void shrink_end(struct shrink *shrink); /* frees the sums; `to` is the caller's */

/* Judges what a header declares. */
enum error picture_size_check(uint64_t width, uint64_t height, char why[PICTURE_WHY_BYTES]);
/* By how much a picture of so many pixels is divided to be kept. */
uint32_t picture_factor(uint32_t width, uint32_t height);

/* Decoders: fill `raster`, which is the caller's to free, on an error too. */
enum error jpeg_decode(struct span bytes, struct raster *raster, unsigned *orientation,
                       char why[PICTURE_WHY_BYTES]);
enum error png_decode(struct span bytes, struct raster *raster, char why[PICTURE_WHY_BYTES]);

/* Encodes into `to` (size bytes). ERROR_TOO_LARGE: it needs more. */
enum error jpeg_encode(const struct raster *raster, int quality, uint8_t *to, size_t size,
                       size_t *used);

#endif
