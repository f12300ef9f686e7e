#include "node/blobs/kind.h"

#include <assert.h>
#include <string.h>

#define EBML_LOOK_BYTES 64 /* within which a Matroska file names its document type */

static const struct {
    const char *type, *text;
    bool taken;
} kinds[] = {
#define BLOB_KIND_ROW(kind, type, taken, text) [kind] = {type, text, taken},
    BLOB_KIND_LIST(BLOB_KIND_ROW)
#undef BLOB_KIND_ROW
};

static bool stands(struct span bytes, size_t at, const void *wanted, size_t size)
{
    return bytes.size >= at + size && memcmp(bytes.at + at, wanted, size) == 0;
}

/* ISO/IEC 14496-12, 4.3: after a length the word `ftyp`, then the major brand. Pictures come in the
 * same container and are told by theirs. */
static enum blob_kind of_brand(struct span bytes)
{
    static const char *const pictures[] = {"heic", "heix", "heim", "heis", "hevc",
                                           "hevx", "mif1", "msf1", "avif", "avis"};
    static const char *const videos[] = {"isom", "iso2", "iso3", "iso4", "iso5", "iso6",
                                         "mp41", "mp42", "avc1", "M4V ", "MSNV", "dash"};
    for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++)
        if (stands(bytes, 8, pictures[i], 4)) return BLOB_HEIF;
    for (size_t i = 0; i < sizeof videos / sizeof *videos; i++)
        if (stands(bytes, 8, videos[i], 4)) return BLOB_MP4;
    return BLOB_UNKNOWN;
}

/* RFC 9559: an EBML head whose DocType (0x4282) is "webm"; "matroska" is not taken. */
static enum blob_kind of_ebml(struct span bytes)
{
    static const uint8_t doc_type[] = {0x42, 0x82, 0x84, 'w', 'e', 'b', 'm'};
    for (size_t at = 4; at < EBML_LOOK_BYTES; at++)
        if (stands(bytes, at, doc_type, sizeof doc_type)) return BLOB_WEBM;
    return BLOB_UNKNOWN;
}

enum blob_kind blob_kind_of(struct span bytes)
{
    if (stands(bytes, 0, "\xff\xd8\xff", 3)) return BLOB_JPEG;
    if (stands(bytes, 0, "\x89PNG\r\n\x1a\n", 8)) return BLOB_PNG;
    if (stands(bytes, 0, "\x1a\x45\xdf\xa3", 4)) return of_ebml(bytes);
    if (stands(bytes, 4, "ftyp", 4)) return of_brand(bytes);
    if (stands(bytes, 0, "RIFF", 4) && stands(bytes, 8, "WEBP", 4)) return BLOB_WEBP;
    if (stands(bytes, 0, "GIF8", 4)) return BLOB_GIF;
    return BLOB_UNKNOWN;
}

bool blob_kind_is_taken(enum blob_kind kind)
{
    assert(kind < BLOB_KIND_COUNT);
    return kinds[kind].taken;
}

const char *blob_kind_type(enum blob_kind kind)
{
    assert(kind < BLOB_KIND_COUNT);
    return kinds[kind].type;
}

const char *blob_kind_text(enum blob_kind kind)
{
    assert(kind < BLOB_KIND_COUNT);
    return kinds[kind].text;
}
