/* Photos and short films of units, boxes and returns. An observation: any node writes it, in any
 * state of the thing. What it shows may be somebody's face or address, so its entry is personal: it
 * folds into local tables only, and an erasure of the thing takes it, in any order. That a
 * warehouse took one is an entry beside it, which stays and is charged. */
#ifndef OVERSEAS_WAREHOUSE_PHOTOS_PHOTOS_H
#define OVERSEAS_WAREHOUSE_PHOTOS_PHOTOS_H

#include "overseas-warehouse/business.h"

/* VIEW_PHOTO: thing, log, idx (8), as any personal row -> struct photo_attached.
 * VIEW_PHOTO_BY_ID: photo, thing, log, idx. VIEW_PHOTO_BY_BLOB: the first 24 bytes of the hash,
 * thing, log, idx; whoever looks there holds the whole hash against the photo's row. */
#define PHOTO_BLOB_PREFIX_BYTES 24

void photo_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision);
void photo_taken_fold(const struct desk *desk, const struct place *place,
                      const struct photo_taken *taken);

/* For the fold of personal entries. key: of VIEW_PHOTO. What says of itself that it is about
 * another thing than its header does is not kept. */
void photo_put(const struct rows *rows, const struct key *key, const struct photo_attached *photo);
void photo_drop(const struct rows *rows, const struct key *key);

/* The photo by its own id; of several that a faulty member wrote, the first of the keys. */
bool photo_find(const struct rows *rows, const struct id *photo, struct photo_attached *found);
/* The next photo that shows the file, from a walk over photo_blob_prefix. */
struct key photo_blob_prefix(const struct hash *blob);
bool photo_next_of(const struct rows *rows, const struct hash *blob, struct walk *walk,
                   struct photo_attached *found);
/* Does any photo here show the file? */
bool photo_names(const struct rows *rows, const struct hash *blob);

/* Is the thing the merchant's, wholly or in part? A unit by its owner, a box by a claim of it, a
 * return by itself. */
bool photo_is_of(const struct rows *rows, const struct photo_attached *photo,
                 const struct id *merchant);

#endif
