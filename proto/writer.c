#include "proto/writer.h"

#include <msgpack/pack.h>

struct writer writer_over(uint8_t *buffer, size_t size)
{
    return (struct writer){.at = buffer, .size = size};
}

void writer_fail(struct writer *w, enum error error)
{
    if (w->error == OK) w->error = error;
}

/* msgpack-c hands every piece to this; its own buffers, which allocate, are never used. */
static inline int put(void *data, const char *bytes, size_t size)
{
    struct writer *w = data;
    if (w->error != OK) return -1;
    if (size > w->size - w->used) {
        w->error = ERROR_TOO_LARGE;
        return -1;
    }
    memcpy(w->at + w->used, bytes, size);
    w->used += size;
    return 0;
}

static inline msgpack_packer packer(struct writer *w)
{
    return (msgpack_packer){.data = w, .callback = put};
}

static void put_body(struct writer *w, struct span bytes)
{
    if (bytes.size > 0) put(w, (const char *)bytes.at, bytes.size);
}

void writer_map(struct writer *w, uint32_t pairs)
{
    msgpack_packer pk = packer(w);
    msgpack_pack_map(&pk, pairs);
}

void writer_array(struct writer *w, uint32_t items)
{
    msgpack_packer pk = packer(w);
    msgpack_pack_array(&pk, items);
}

void writer_uint(struct writer *w, uint64_t value)
{
    msgpack_packer pk = packer(w);
    msgpack_pack_uint64(&pk, value);
}

void writer_int(struct writer *w, int64_t value)
{
    msgpack_packer pk = packer(w);
    msgpack_pack_int64(&pk, value);
}

void writer_nil(struct writer *w)
{
    msgpack_packer pk = packer(w);
    msgpack_pack_nil(&pk);
}

void writer_bin(struct writer *w, struct span bytes)
{
    if (bytes.size > UINT32_MAX) {
        writer_fail(w, ERROR_TOO_LARGE);
        return;
    }
    msgpack_packer pk = packer(w);
    msgpack_pack_bin(&pk, bytes.size);
    put_body(w, bytes);
}

void writer_text(struct writer *w, struct span text)
{
    if (text.size > UINT32_MAX) {
        writer_fail(w, ERROR_TOO_LARGE);
        return;
    }
    msgpack_packer pk = packer(w);
    msgpack_pack_str(&pk, text.size);
    put_body(w, text);
}

void writer_id(struct writer *w, const struct id *id)
{
    writer_bin(w, id_span(id));
}

void writer_raw(struct writer *w, struct span bytes)
{
    put_body(w, bytes);
}

enum error writer_end(const struct writer *w, struct span *out)
{
    if (w->error != OK) return w->error;
    *out = span_of(w->at, w->used);
    return OK;
}
