/* Entries of a log. The first byte is the kind of a payload, or of none that exists: a header. */
#include "proto/catalogue.h"
#include "tests/fuzz/shapes.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void try_header(struct span bytes)
{
    struct event_header header;
    uint8_t again[EVENT_HEADER_BYTES_MAX];
    struct span out;
    if (event_header_decode(bytes, &header) != OK) return;
    enum error error = event_header_encode(&header, again, sizeof again, &out);
    assert(error == OK && span_equal(bytes, out));
}

/* As it arrives: behind a header of its kind, with its salt when it is personal. */
static void try_payload(const struct event_row *row, struct span payload)
{
    struct event_header header = {.kind = row->kind, .kver = row->version, .flags = row->flags};
    union event_body body;
    char line[120];
    size_t written = event_print(&header, payload, line, sizeof line);
    assert(written < sizeof line && line[written] == '\0');
    size_t salt = (row->flags & EVENT_PERSONAL) != 0 ? EVENT_SALT_BYTES : 0;
    enum error error = event_body_decode(&header, payload, &body);
    if (payload.size < salt) {
        assert(error == ERROR_MALFORMED);
        return;
    }
    shapes_try(row->shape, span_of(payload.at + salt, payload.size - salt));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 1 || size > EVENT_PAYLOAD_BYTES_MAX) return 0;
    const struct event_row *row = event_by_kind(bytes[0]);
    struct span rest = span_of(bytes + 1, size - 1);
    if (row == NULL)
        try_header(rest);
    else
        try_payload(row, rest);
    return 0;
}
