/* What a peer sends. The first byte is the type of a body, or of none that exists: a whole
 * envelope, whose body is then tried as what it says it is. */
#include "proto/messages.h"
#include "tests/fuzz/shapes.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Walks a DATA body and writes it again from what was walked. */
static void try_data(struct span body)
{
    struct data_reader d;
    struct event *events = NULL;
    struct seal seal;
    uint32_t count = 0;
    if (data_open(&d, body) == OK) events = calloc(d.events + 1, sizeof *events);
    while (events != NULL && data_next(&d, &events[count])) count++;
    if (data_close(&d, &seal) == OK) {
        struct data_writer w;
        struct span out;
        uint8_t *again = malloc(body.size);
        assert(again != NULL && events != NULL && count == d.events);
        data_begin(&w, again, body.size, &d.log, d.first_idx, count);
        for (uint32_t i = 0; i < count; i++) data_event(&w, &events[i]);
        enum error error = data_end(&w, &seal, &out);
        assert(error == OK && span_equal(body, out));
        free(again);
    }
    free(events);
}

static void try_body(uint64_t type, struct span body)
{
    static const struct shape *const shape_of[] = {
        [MESSAGE_HELLO] = &hello_shape,    [MESSAGE_VV] = &vv_shape,
        [MESSAGE_FETCH] = &fetch_shape,    [MESSAGE_ACK] = &ack_shape,
        [MESSAGE_CREDIT] = &credit_shape,  [MESSAGE_PING] = &ping_shape,
        [MESSAGE_BYE] = &bye_shape,        [MESSAGE_BLOB_ASK] = &blob_ask_shape,
        [MESSAGE_BLOB] = &blob_piece_shape};
    if (type == MESSAGE_DATA)
        try_data(body);
    else if (type < sizeof shape_of / sizeof shape_of[0] && shape_of[type] != NULL)
        shapes_try(shape_of[type], body);
}

/* Reads every byte that is to be hashed. */
static void read_all(void *world, const struct span *parts, size_t count, struct hash *out)
{
    (void)world;
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < count; i++)
        for (size_t at = 0; at < parts[i].size; at++)
            out->bytes[at % HASH_BYTES] ^= parts[i].at[at];
}

static void try_ahead(struct span bytes)
{
    const struct crypto crypto = {.sha256 = read_all};
    uint32_t announced = data_announced(bytes);
    struct entry_hashes *hashes = calloc(announced + 1, sizeof *hashes);
    assert(hashes != NULL);
    uint32_t count = data_hash(&crypto, bytes, hashes, announced);
    assert(count <= announced);
    free(hashes);
}

static void try_envelope(struct span bytes)
{
    struct envelope envelope;
    struct span out;
    try_ahead(bytes);
    if (envelope_decode(bytes, &envelope) != OK) return;
    uint8_t *again = malloc(bytes.size);
    assert(again != NULL);
    enum error error = envelope_encode(&envelope, again, bytes.size, &out);
    assert(error == OK && span_equal(bytes, out));
    free(again);
    try_body(envelope.type, envelope.body);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 1 || size > 1 << 20) return 0;
    struct span rest = span_of(bytes + 1, size - 1);
    if (bytes[0] >= MESSAGE_HELLO && bytes[0] <= MESSAGE_BYE)
        try_body(bytes[0], rest);
    else
        try_envelope(rest);
    return 0;
}
