/* What sort of file a blob is, told by its first bytes and never by its name or declared type. */
#ifndef NODE_BLOBS_KIND_H
#define NODE_BLOBS_KIND_H

#include "proto/span.h"

#define BLOB_BYTES_MAX (8u * 1024 * 1024) /* DESIGN.md section 2: photos and video of 8 MiB */

/* X(kind, media type, taken, what a person reads who sent it) */
#define BLOB_KIND_LIST(X)                                                                          \
    X(BLOB_UNKNOWN, "application/octet-stream", false,                                             \
      "is no JPEG, PNG, MP4 or WebM: send one of these")                                           \
    X(BLOB_JPEG, "image/jpeg", true, "JPEG")                                                       \
    X(BLOB_PNG, "image/png", true, "PNG")                                                          \
    X(BLOB_MP4, "video/mp4", true, "MP4")                                                          \
    X(BLOB_WEBM, "video/webm", true, "WebM")                                                       \
    X(BLOB_WEBP, "image/webp", false, "is a WebP picture: send it as JPEG or PNG")                 \
    X(BLOB_HEIF, "image/heif", false,                                                              \
      "is a HEIF picture: send it as JPEG (the camera's setting `most compatible`)")               \
    X(BLOB_GIF, "image/gif", false, "is a GIF: send it as PNG or MP4")

#define BLOB_KIND_ENUM(kind, type, taken, text) kind,
enum blob_kind { BLOB_KIND_LIST(BLOB_KIND_ENUM) BLOB_KIND_COUNT };
#undef BLOB_KIND_ENUM

enum blob_kind blob_kind_of(struct span bytes);
bool blob_kind_is_taken(enum blob_kind kind);
const char *blob_kind_type(enum blob_kind kind); /* as Content-Type has it */
const char *blob_kind_text(enum blob_kind kind); /* of one that is not taken: what to do */

#endif
