/* Any bytes as a photo: refused with a reason, or made into two JPEGs within their bounds that are
 * taken in their turn. And any bytes as an EXIF segment. */
#include <assert.h>
#include <stdlib.h>

#include "node/blobs/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static struct picture first, second;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char why[PICTURE_WHY_BYTES];
    unsigned orientation = picture_orientation(span_of(bytes, size));
    assert(orientation >= 1 && orientation <= 8);
    if (picture_clean(span_of(bytes, size), &first, why) != OK) {
        assert(first.bytes == NULL && why[0] != '\0');
        return 0;
    }
    assert(first.size <= BLOB_BYTES_MAX && first.thumbnail_size <= THUMBNAIL_BYTES_MAX);
    assert(blob_kind_of(span_of(first.thumbnail, first.thumbnail_size)) == BLOB_JPEG);
    assert(picture_clean(span_of(first.bytes, first.size), &second, why) == OK);
    assert(second.width == first.width && second.height == first.height);
    picture_free(&second);
    picture_free(&first);
    return 0;
}
