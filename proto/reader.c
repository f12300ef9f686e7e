#include "proto/reader.h"

#include "proto/utf8.h"
#include <assert.h>

/* The first bytes of the items that this format knows. All others (floats, ext, booleans, the
 * reserved one) are refused as malformed wherever they stand. */
enum tag {
    TAG_FIXMAP = 0x80,
    TAG_FIXARRAY = 0x90,
    TAG_FIXSTR = 0xa0,
    TAG_NIL = 0xc0,
    TAG_BIN8 = 0xc4,
    TAG_BIN16 = 0xc5,
    TAG_BIN32 = 0xc6,
    TAG_UINT8 = 0xcc,
    TAG_UINT16 = 0xcd,
    TAG_UINT32 = 0xce,
    TAG_UINT64 = 0xcf,
    TAG_INT8 = 0xd0,
    TAG_INT16 = 0xd1,
    TAG_INT32 = 0xd2,
    TAG_INT64 = 0xd3,
    TAG_STR8 = 0xd9,
    TAG_STR16 = 0xda,
    TAG_STR32 = 0xdb,
    TAG_ARRAY16 = 0xdc,
    TAG_ARRAY32 = 0xdd,
    TAG_MAP16 = 0xde,
    TAG_MAP32 = 0xdf,
    TAG_FIXNEGATIVE = 0xe0
};

struct reader reader_over(struct span bytes)
{
    return (struct reader){.at = bytes.at,
                           .end = bytes.size > 0 ? bytes.at + bytes.size : bytes.at};
}

void reader_fail(struct reader *r, enum error error)
{
    if (r->error == OK) r->error = error;
}

static size_t left(const struct reader *r)
{
    return (size_t)(r->end - r->at);
}

/* Counts an item of the innermost array; the items of a map were counted by their keys. */
static bool begin_item(struct reader *r)
{
    if (r->error != OK) return false;
    if (r->at == r->end) {
        r->error = ERROR_MALFORMED;
        return false;
    }
    if (r->depth == 0 || r->level[r->depth - 1].is_map) return true;
    if (r->level[r->depth - 1].left == 0) {
        r->error = ERROR_MALFORMED;
        return false;
    }
    r->level[r->depth - 1].left--;
    return true;
}

/* A big-endian number of that many bytes behind the tag; refused when a shorter form had held it:
 * values below least have one. */
static uint64_t number_after(struct reader *r, unsigned bytes, uint64_t least)
{
    if (left(r) < 1 + bytes) {
        reader_fail(r, ERROR_MALFORMED);
        return 0;
    }
    uint64_t value = be_get(r->at + 1, bytes);
    r->at += 1 + bytes;
    if (value < least) {
        reader_fail(r, ERROR_NOT_CANONICAL);
        return 0;
    }
    return value;
}

/* The declared size of a bin or str: form 0, 1, 2 holds it in 1, 2, 4 bytes. */
static uint64_t size_after(struct reader *r, unsigned form, uint64_t least_of_form_0)
{
    if (form == 0) return number_after(r, 1, least_of_form_0);
    return form == 1 ? number_after(r, 2, 256) : number_after(r, 4, 65536);
}

static uint64_t unsigned_item(struct reader *r)
{
    uint8_t tag = *r->at;
    if (tag < 0x80) {
        r->at++;
        return tag;
    }
    switch (tag) {
    case TAG_UINT8: return number_after(r, 1, 0x80);
    case TAG_UINT16: return number_after(r, 2, 0x100);
    case TAG_UINT32: return number_after(r, 4, 0x10000);
    case TAG_UINT64: return number_after(r, 8, 0x100000000);
    default: reader_fail(r, ERROR_MALFORMED); return 0;
    }
}

/* A number of the signed family, which canonically holds negative ones only; the bits above its
 * size are filled so that the sign carries over. most is the largest one without a shorter form. */
static int64_t negative_after(struct reader *r, unsigned bytes, int64_t most)
{
    uint64_t raw = number_after(r, bytes, 0);
    unsigned unused = 64 - 8 * bytes;
    int64_t value = (int64_t)(raw << unused) >> unused;
    if (r->error == OK && value > most) {
        r->error = ERROR_NOT_CANONICAL;
        return 0;
    }
    return value;
}

static bool is_signed_family(uint8_t tag)
{
    return tag >= TAG_FIXNEGATIVE || (tag >= TAG_INT8 && tag <= TAG_INT64);
}

static int64_t negative_item(struct reader *r)
{
    uint8_t tag = *r->at;
    switch (tag) {
    case TAG_INT8: return negative_after(r, 1, -33);
    case TAG_INT16: return negative_after(r, 2, INT8_MIN - 1);
    case TAG_INT32: return negative_after(r, 4, INT16_MIN - 1);
    case TAG_INT64: return negative_after(r, 8, (int64_t)INT32_MIN - 1);
    default: r->at++; return (int64_t)tag - 0x100;
    }
}

uint64_t reader_uint(struct reader *r, uint64_t max)
{
    if (!begin_item(r)) return 0;
    if (is_signed_family(*r->at)) {
        negative_item(r);
        reader_fail(r, ERROR_OUT_OF_RANGE);
        return 0;
    }
    uint64_t value = unsigned_item(r);
    if (value <= max) return value;
    reader_fail(r, ERROR_OUT_OF_RANGE);
    return 0;
}

int64_t reader_int(struct reader *r, int64_t min, int64_t max)
{
    if (!begin_item(r)) return 0;
    int64_t value;
    if (is_signed_family(*r->at)) {
        value = negative_item(r);
    } else {
        uint64_t magnitude = unsigned_item(r);
        if (magnitude > INT64_MAX) reader_fail(r, ERROR_OUT_OF_RANGE);
        value = (int64_t)(magnitude & INT64_MAX);
    }
    if (value < min || value > max) reader_fail(r, ERROR_OUT_OF_RANGE);
    return r->error == OK ? value : 0;
}

bool reader_nil(struct reader *r)
{
    if (r->error != OK || r->at == r->end || *r->at != TAG_NIL) return false;
    if (!begin_item(r)) return false;
    r->at++;
    return true;
}

/* Takes size bytes behind a header that has been read; the limit before the bytes that are left,
 * so that an honest sender learns that it sent too much. */
static struct span take(struct reader *r, uint64_t size, size_t bytes_max)
{
    if (r->error != OK) return span_of(NULL, 0);
    if (size > bytes_max) {
        r->error = ERROR_TOO_LARGE;
        return span_of(NULL, 0);
    }
    if (size > left(r)) {
        r->error = ERROR_MALFORMED;
        return span_of(NULL, 0);
    }
    struct span bytes = span_of(r->at, (size_t)size);
    r->at += size;
    return bytes;
}

struct span reader_bin(struct reader *r, size_t bytes_max)
{
    if (!begin_item(r)) return span_of(NULL, 0);
    uint8_t tag = *r->at;
    if (tag < TAG_BIN8 || tag > TAG_BIN32) {
        r->error = ERROR_MALFORMED;
        return span_of(NULL, 0);
    }
    return take(r, size_after(r, tag - (unsigned)TAG_BIN8, 0), bytes_max);
}

struct span reader_text(struct reader *r, size_t bytes_max)
{
    if (!begin_item(r)) return span_of(NULL, 0);
    uint8_t tag = *r->at;
    uint64_t size = 0;
    if (tag >= TAG_FIXSTR && tag < TAG_NIL) {
        size = tag & 31;
        r->at++;
    } else if (tag >= TAG_STR8 && tag <= TAG_STR32) {
        size = size_after(r, tag - (unsigned)TAG_STR8, 32);
    } else {
        r->error = ERROR_MALFORMED;
    }
    struct span text = take(r, size, bytes_max);
    if (r->error == OK && !utf8_plain(text)) r->error = ERROR_BAD_TEXT;
    return r->error == OK ? text : span_of(NULL, 0);
}

void reader_fixed(struct reader *r, uint8_t *to, size_t bytes)
{
    struct span taken = reader_bin(r, bytes);
    if (r->error == OK && taken.size != bytes) r->error = ERROR_MALFORMED;
    if (r->error == OK)
        memcpy(to, taken.at, bytes);
    else
        memset(to, 0, bytes);
}

struct id reader_id(struct reader *r)
{
    struct id id;
    reader_fixed(r, id.bytes, ID_BYTES);
    return id;
}

/* Enters a level once its header is read. Every item takes a byte at least, so a count that the
 * bytes left cannot hold is a lie. */
static uint32_t enter(struct reader *r, uint64_t count, uint32_t count_max, bool is_map)
{
    if (r->error != OK) return 0;
    if (r->depth == READER_DEPTH_MAX) {
        r->error = ERROR_TOO_DEEP;
    } else if (count > count_max) {
        r->error = ERROR_TOO_LARGE;
    } else if (count * (is_map ? 2 : 1) > left(r)) {
        r->error = ERROR_MALFORMED;
    }
    if (r->error != OK) return 0;
    r->level[r->depth].left = (uint32_t)count;
    r->level[r->depth].is_map = is_map;
    r->level[r->depth].has_key = false;
    r->depth++;
    return (uint32_t)count;
}

/* The count of an array or a map: 16 tags with the count inside, or two with 2 or 4 bytes. */
static uint64_t count_item(struct reader *r, uint8_t fixed, uint8_t wide)
{
    uint8_t tag = *r->at;
    if ((tag & 0xf0) == fixed) {
        r->at++;
        return tag & 15;
    }
    if (tag == wide) return number_after(r, 2, 16);
    if (tag == wide + 1) return number_after(r, 4, 65536);
    reader_fail(r, ERROR_MALFORMED);
    return 0;
}

uint32_t reader_map(struct reader *r, uint32_t pairs_max)
{
    if (!begin_item(r)) return 0;
    return enter(r, count_item(r, TAG_FIXMAP, TAG_MAP16), pairs_max, true);
}

uint32_t reader_array(struct reader *r, uint32_t items_max)
{
    if (!begin_item(r)) return 0;
    return enter(r, count_item(r, TAG_FIXARRAY, TAG_ARRAY16), items_max, false);
}

uint64_t reader_key(struct reader *r)
{
    if (r->error != OK) return 0;
    assert(r->depth > 0 && r->level[r->depth - 1].is_map);
    if (r->level[r->depth - 1].left == 0 || !begin_item(r)) {
        reader_fail(r, ERROR_MALFORMED);
        return 0;
    }
    uint64_t key = unsigned_item(r);
    if (r->level[r->depth - 1].has_key && key <= r->level[r->depth - 1].last_key)
        reader_fail(r, ERROR_NOT_CANONICAL);
    r->level[r->depth - 1].left--;
    r->level[r->depth - 1].has_key = true;
    r->level[r->depth - 1].last_key = key;
    return r->error == OK ? key : 0;
}

void reader_leave(struct reader *r)
{
    if (r->error != OK) return;
    assert(r->depth > 0);
    if (r->level[r->depth - 1].left > 0) r->error = ERROR_MALFORMED;
    r->depth--;
}

static bool is_map_tag(uint8_t tag)
{
    return (tag & 0xf0) == TAG_FIXMAP || tag == TAG_MAP16 || tag == TAG_MAP32;
}

static bool is_array_tag(uint8_t tag)
{
    return (tag & 0xf0) == TAG_FIXARRAY || tag == TAG_ARRAY16 || tag == TAG_ARRAY32;
}

/* Recurses no deeper than READER_DEPTH_MAX: entering a level beyond it is an error. */
static void skip(struct reader *r)
{
    if (r->error != OK || reader_nil(r)) return;
    if (r->at == r->end) {
        r->error = ERROR_MALFORMED;
        return;
    }
    uint8_t tag = *r->at;
    if (is_map_tag(tag) || is_array_tag(tag)) {
        bool is_map = is_map_tag(tag);
        uint32_t count = is_map ? reader_map(r, UINT32_MAX) : reader_array(r, UINT32_MAX);
        for (uint32_t i = 0; i < count && r->error == OK; i++) {
            if (is_map) reader_key(r);
            skip(r);
        }
        reader_leave(r);
    } else if (tag >= TAG_BIN8 && tag <= TAG_BIN32) {
        reader_bin(r, SIZE_MAX);
    } else if ((tag >= TAG_FIXSTR && tag < TAG_NIL) || (tag >= TAG_STR8 && tag <= TAG_STR32)) {
        reader_text(r, SIZE_MAX);
    } else if (is_signed_family(tag)) {
        reader_int(r, INT64_MIN, INT64_MAX);
    } else {
        reader_uint(r, UINT64_MAX);
    }
}

struct span reader_item(struct reader *r)
{
    const uint8_t *begin = r->at;
    skip(r);
    return r->error == OK ? span_of(begin, (size_t)(r->at - begin)) : span_of(NULL, 0);
}

bool reader_end(struct reader *r)
{
    if (r->error == OK && r->depth > 0) r->error = ERROR_MALFORMED;
    if (r->error == OK && r->at != r->end) r->error = ERROR_TRAILING;
    return r->error == OK;
}
