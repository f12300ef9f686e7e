/* Photos as a camera makes them, with all that one writes into them besides the picture. */
#ifndef TESTS_NODE_BLOBS_PHOTO_H
#define TESTS_NODE_BLOBS_PHOTO_H

#include "proto/span.h"

#define PHOTO_BYTES_MAX (4u * 1024 * 1024)
#define PHOTO_SECRET    "31.2304N 121.4737E" /* where it was taken, in each place that may say so */

struct photo {
    uint8_t bytes[PHOTO_BYTES_MAX];
    size_t size;
};

struct photo_wish {
    uint32_t width, height;
    unsigned orientation; /* 0: no EXIF at all */
    bool big_endian;      /* the EXIF block */
    bool progressive;
    bool noise; /* what compresses worst; else four corners of one colour each */
};
/* The corners as they are stored: red, green; blue, white. Ends the program on an error. */
void photo_jpeg(const struct photo_wish *wish, struct photo *out);
/* As PNG with a text, an EXIF chunk and, when wished, a transparent right half. */
void photo_png(uint32_t width, uint32_t height, bool transparent, bool interlaced,
               struct photo *out);
struct span photo_span(const struct photo *photo);

/* Decodes by the plain library: the colour of a pixel, 0xRRGGBB, and how large it all is. */
uint32_t photo_pixel(struct span jpeg, uint32_t x, uint32_t y, uint32_t *width, uint32_t *height);
bool photo_holds(struct span bytes, const char *text);

#endif
