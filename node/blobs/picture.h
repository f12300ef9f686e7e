/* A photo that a stranger sent, made into one that may be kept: decoded within named bounds, turned
 * as its camera says, and encoded anew as a JPEG that bears nothing but the picture. Where it was
 * taken, by whom and with what is gone, and so is whatever hid in the file beside the picture.
 *
 * It reads no file and no clock, and any thread may call it. It never takes more than about 300 MB,
 * whatever the bytes say: the declared size is judged before any row is decoded. */
#ifndef NODE_BLOBS_PICTURE_H
#define NODE_BLOBS_PICTURE_H

#include "node/blobs/kind.h"
#include "proto/error.h"

#define PICTURE_PIXELS_MAX 50000000u /* declared; above, it is refused */
#define PICTURE_SIDE_MAX   20000u
#define PICTURE_KEPT_PIXELS_MAX                                                                    \
    12500000u                      /* above, it is kept at a half or a third of its sides          \
                                    */
#define PICTURE_SCANS_MAX      64u /* of a progressive JPEG: each walks the whole picture */
#define PICTURE_WORK_BYTES_MAX (160l * 1024 * 1024) /* that libjpeg itself may take */
#define THUMBNAIL_BYTES_MAX    (20u * 1024)
#define THUMBNAIL_SIDE_MAX     320u
#define PICTURE_WHY_BYTES      200

struct picture {
    uint8_t *bytes; /* a JPEG of BLOB_BYTES_MAX at most; picture_free gives it back */
    size_t size;
    uint32_t width, height; /* as it is looked at */
    uint8_t thumbnail[THUMBNAIL_BYTES_MAX];
    size_t thumbnail_size; /* a JPEG too */
};

/* Of a JPEG or a PNG. ERROR_TOO_LARGE: too many bytes or pixels. ERROR_UNSUPPORTED: a sort of
 * picture that is not taken. ERROR_MALFORMED: broken or cut short. ERROR_FULL: no memory. After an
 * error there is nothing to free, and why says what it was and what to send instead. */
enum error picture_clean(struct span bytes, struct picture *out,
                         char why[PICTURE_WHY_BYTES]) MUST_USE;
void picture_free(struct picture *picture);

/* The EXIF orientation, 1 to 8, of an APP1 segment's bytes; 1 when they name none that is known.
 * Bounded by the segment; it follows the first directory only. */
unsigned picture_orientation(struct span segment);

#endif
