/* What is worked out of a message ahead of the writer: a stranger's bytes may make it empty, never
 * wrong. The first byte 0: the rest is a whole message. Otherwise the rest is a row of payloads,
 * each behind two bytes of length, which become the TRACKING entries of one DATA message; that is
 * cut short where the first byte says so. Whatever is found in it is folded both ways. */
#include <assert.h>
#include <stdlib.h>

#include "node/core/ahead.h"
#include "overseas-warehouse/parts.h"
#include "tests/support/rows_memory.h"

#define ENTRIES_MAX 32

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Reads every byte that is to be hashed. */
static void read_all(void *world, const struct span *parts, size_t count, struct hash *out)
{
    (void)world;
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < count; i++)
        for (size_t at = 0; at < parts[i].size; at++)
            out->bytes[at % HASH_BYTES] ^= parts[i].at[at];
}

static const struct crypto crypto = {.sha256 = read_all};

/* --- folding ---------------------------------------------------------------------------------- */

/* As ever, and what stands is weighed again out of all that is held. */
static void fold_slowly(const struct desk *desk, const union event_body *body)
{
    const struct place place = {.idx = 1};
    uint8_t number[TRACKING_NUMBER_BYTES_MAX];
    struct span form = parcel_number(body->tracking.number, number);
    business_fold(desk, &place, EVENT_TRACKING, body);
    if (form.size > 0) parcel_refresh(desk, form);
}

static void fold_both(const struct desk desk[2], const struct event *event, struct span ahead)
{
    const struct place place = {.idx = 1};
    struct event_header header;
    union event_body body;
    if (event_header_decode(event->header, &header) != OK || header.kind != EVENT_TRACKING ||
        event->payload.at == NULL || event_body_decode(&header, event->payload, &body) != OK) {
        assert(ahead.size == 0);
        return;
    }
    fold_slowly(&desk[0], &body);
    if (!business_fold_ahead(&desk[1], EVENT_TRACKING, ahead))
        business_fold(&desk[1], &place, EVENT_TRACKING, &body);
}

static void fold_all(struct span message, const struct ahead *ahead)
{
    struct rows_memory *memory[2] = {rows_memory_open(), rows_memory_open()};
    struct desk desk[2];
    struct data_reader d;
    struct event event;
    for (unsigned i = 0; i < 2; i++)
        desk[i] = (struct desk){.rows = rows_memory_port(memory[i]), .crypto = &crypto};
    bool begun = data_begins(message, &d);
    assert(begun || ahead->count == 0);
    for (uint32_t i = 0; i < ahead->count; i++) {
        bool there = data_next(&d, &event);
        assert(there);
        fold_both(desk, &event, ahead->rows[i]);
    }
    assert(rows_memory_equal(memory[0], memory[1]));
    for (unsigned i = 0; i < 2; i++) rows_memory_close(memory[i]);
}

/* The message lies in as many bytes as it has, and so does what is made of it. */
static void try_message(struct span bytes)
{
    size_t room = ahead_bytes(bytes);
    uint8_t *copy = malloc(bytes.size), *made = malloc(room);
    assert((copy != NULL || bytes.size == 0) && (made != NULL || room == 0));
    if (bytes.size > 0) memcpy(copy, bytes.at, bytes.size);
    struct span message = span_of(copy, bytes.size);
    struct ahead ahead = ahead_make(&crypto, message, made, room);
    if (ahead.count > 0) fold_all(message, &ahead);
    free(made);
    free(copy);
}

/* --- a message of payloads -------------------------------------------------------------------- */

static uint32_t split(struct span bytes, struct span payloads[ENTRIES_MAX])
{
    uint32_t count = 0;
    while (count < ENTRIES_MAX && bytes.size >= 2) {
        size_t size = (size_t)be_get(bytes.at, 2);
        if (size > bytes.size - 2) size = bytes.size - 2;
        payloads[count++] = span_of(bytes.at + 2, size);
        bytes = span_of(bytes.at + 2 + size, bytes.size - 2 - size);
    }
    return count;
}

static void put_entry(struct data_writer *d, uint64_t idx, struct span payload)
{
    uint8_t bytes[EVENT_HEADER_BYTES_MAX];
    const struct event_header header = {.log = {{1}},
                                        .idx = idx,
                                        .kind = EVENT_TRACKING,
                                        .kver = event_by_kind(EVENT_TRACKING)->version,
                                        .plen = payload.size};
    struct event event = {.payload = payload};
    enum error error = event_header_encode(&header, bytes, sizeof bytes, &event.header);
    assert(error == OK);
    data_event(d, &event);
}

static struct span wrapped(struct span bytes)
{
    static uint8_t body[MESSAGE_BYTES_MAX], message[MESSAGE_BYTES_MAX];
    struct span payloads[ENTRIES_MAX], out;
    struct data_writer d;
    uint32_t count = split(bytes, payloads);
    const struct seal seal = {.idx = count};
    struct envelope envelope = {.version = MESSAGE_VERSION, .type = MESSAGE_DATA};
    data_begin(&d, body, sizeof body, &(struct id){{1}}, 1, count);
    for (uint32_t i = 0; i < count; i++) put_entry(&d, i + 1, payloads[i]);
    enum error error = data_end(&d, &seal, &envelope.body);
    if (error == OK) error = envelope_encode(&envelope, message, sizeof message, &out);
    return error == OK ? out : (struct span){0};
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 1 || size > 1 << 16) return 0;
    struct span message = span_of(bytes + 1, size - 1);
    if (bytes[0] != 0) message = wrapped(message);
    if (bytes[0] > 1) message.size = message.size * bytes[0] / 256;
    try_message(message);
    return 0;
}
