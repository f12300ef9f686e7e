/* Payloads of photos and short films: what was seen of a unit, a box or a return. The picture is a
 * file by its hash and stands in no log; its thumbnail and what is said of it are personal. */
#ifndef PROTO_RECORDS_PHOTOS_H
#define PROTO_RECORDS_PHOTOS_H

#include "proto/records_goods.h"

/* X(NAME, number, "word") */
#define PHOTO_OF_LIST(X)                                                                           \
    X(PHOTO_OF_UNIT, 1, "unit")                                                                    \
    X(PHOTO_OF_BOX, 2, "box")                                                                      \
    X(PHOTO_OF_RETURN, 3, "return")
#define PHOTO_KIND_LIST(X)                                                                         \
    X(PHOTO_JPEG, 1, "jpeg")                                                                       \
    X(PHOTO_MP4, 2, "mp4")                                                                         \
    X(PHOTO_WEBM, 3, "webm")
#define PHOTO_ENUM(NAME, number, word) NAME = number,
enum photo_of { PHOTO_OF_LIST(PHOTO_ENUM) };
enum photo_kind { PHOTO_KIND_LIST(PHOTO_ENUM) };
#undef PHOTO_ENUM
extern const struct words photo_of_words, photo_kind_words;

#define PHOTO_FILE_BYTES_MAX      (8u * 1024 * 1024) /* of the file: DESIGN.md section 2 */
#define PHOTO_THUMBNAIL_BYTES_MAX (20u * 1024)
#define PHOTO_CAPTION_BYTES_MAX   150

/* What a file is, in an entry and in the command that brings it. A film has no thumbnail. */
#define PHOTO_FACT_FIELDS(F, S)                                                                    \
    F(S, 2, REQUIRED, choice, of, photo_of, 0)                                                     \
    F(S, 3, REQUIRED, id, thing, none, 0)                                                          \
    F(S, 4, REQUIRED, hash, blob, none, 0)                                                         \
    F(S, 5, REQUIRED, choice, kind, photo_kind, 0)                                                 \
    F(S, 6, REQUIRED, uint, size, none, PHOTO_FILE_BYTES_MAX)                                      \
    F(S, 7, OPTIONAL, bin, thumbnail, none, PHOTO_THUMBNAIL_BYTES_MAX)                             \
    F(S, 8, OPTIONAL, text, caption, none, PHOTO_CAPTION_BYTES_MAX)

/* Personal, of a node log; its subject is the thing. */
#define PHOTO_ATTACHED_FIELDS(F, S)                                                                \
    F(S, 1, REQUIRED, id, photo, none, 0)                                                          \
    PHOTO_FACT_FIELDS(F, S)                                                                        \
    F(S, 9, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 10, REQUIRED, time, at_ms, none, 0)
SHAPE_DECLARE(photo_attached, PHOTO_ATTACHED_FIELDS)

/* Beside it, and not personal: the warehouse photographed a unit or a box of its own, an act that
 * is charged and that stays when the photo is erased. hop: of a unit. */
#define PHOTO_TAKEN_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, photo, none, 0)                                                          \
    F(S, 2, REQUIRED, choice, of, photo_of, 0)                                                     \
    F(S, 3, REQUIRED, id, thing, none, 0)                                                          \
    F(S, 4, OPTIONAL, uint, hop, none, HOP_MAX)                                                    \
    F(S, 5, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 6, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 7, REQUIRED, time, at_ms, none, 0)
SHAPE_DECLARE(photo_taken, PHOTO_TAKEN_FIELDS)

#define PHOTO_ATTACH_FIELDS(F, S) PHOTO_FACT_FIELDS(F, S)
SHAPE_DECLARE(photo_attach, PHOTO_ATTACH_FIELDS)

#endif
