#include "proto/records_photos.h"

#define WORD_NAME(name, number, word) [number] = word,
static const char *const of_names[] = {PHOTO_OF_LIST(WORD_NAME)};
static const char *const kind_names[] = {PHOTO_KIND_LIST(WORD_NAME)};
#undef WORD_NAME
const struct words photo_of_words = {of_names, sizeof of_names / sizeof of_names[0]};
const struct words photo_kind_words = {kind_names, sizeof kind_names / sizeof kind_names[0]};

/* clang-format off */
SHAPE_DEFINE(photo_attached, PHOTO_ATTACHED_FIELDS)
SHAPE_DEFINE(photo_taken, PHOTO_TAKEN_FIELDS)
SHAPE_DEFINE(photo_attach, PHOTO_ATTACH_FIELDS)
/* clang-format on */
