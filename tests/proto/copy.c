#include "tests/proto/copy.h"

static void copy_level(struct reader *r, struct writer *w, bool is_map)
{
    uint32_t count = is_map ? reader_map(r, UINT32_MAX) : reader_array(r, UINT32_MAX);
    if (is_map)
        writer_map(w, count);
    else
        writer_array(w, count);
    for (uint32_t i = 0; i < count && r->error == OK; i++) {
        if (is_map) writer_uint(w, reader_key(r));
        copy_item(r, w);
    }
    reader_leave(r);
}

void copy_item(struct reader *r, struct writer *w)
{
    if (r->error != OK) return;
    uint8_t tag = r->at < r->end ? *r->at : 0xc1;
    bool is_signed = tag >= 0xe0 || (tag >= 0xd0 && tag <= 0xd3);
    if (reader_nil(r))
        writer_nil(w);
    else if ((tag & 0xf0) == 0x80 || tag == 0xde || tag == 0xdf)
        copy_level(r, w, true);
    else if ((tag & 0xf0) == 0x90 || tag == 0xdc || tag == 0xdd)
        copy_level(r, w, false);
    else if ((tag & 0xe0) == 0xa0 || (tag >= 0xd9 && tag <= 0xdb))
        writer_text(w, reader_text(r, SIZE_MAX));
    else if (tag >= 0xc4 && tag <= 0xc6)
        writer_bin(w, reader_bin(r, SIZE_MAX));
    else if (is_signed)
        writer_int(w, reader_int(r, INT64_MIN, INT64_MAX));
    else
        writer_uint(w, reader_uint(r, UINT64_MAX));
}
