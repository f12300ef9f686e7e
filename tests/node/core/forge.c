#include "tests/node/core/forge.h"

#include <assert.h>

void forge_begin(struct forge *forge, const struct crypto *crypto, const struct id *log,
                 uint64_t first, const struct hash *prev)
{
    memset(forge, 0, sizeof *forge);
    forge->crypto = crypto;
    forge->log = *log;
    forge->first = first;
    if (prev != NULL)
        forge->hash = *prev;
    else
        event_genesis_prev(crypto, log, &forge->hash);
}

static struct span keep(struct forge *forge, struct span bytes)
{
    uint8_t *at = forge->bytes + forge->used;
    assert(bytes.size <= sizeof forge->bytes - forge->used);
    if (bytes.size > 0) memmove(at, bytes.at, bytes.size);
    forge->used += bytes.size;
    return span_of(at, bytes.size);
}

void forge_add(struct forge *forge, const struct event_header *header, struct span payload)
{
    struct event_header made = *header;
    uint8_t buffer[EVENT_HEADER_BYTES_MAX];
    static const struct hash none;
    assert(forge->count < FORGE_EVENTS_MAX);
    if (id_is_zero(&made.log)) made.log = forge->log;
    if (made.idx == 0) made.idx = forge->first + forge->count;
    if (made.term == 0) made.term = forge->term;
    if (memcmp(&made.prev, &none, HASH_BYTES) == 0) made.prev = forge->hash;
    if (memcmp(&made.phash, &none, HASH_BYTES) == 0 && payload.at != NULL)
        event_payload_hash(forge->crypto, payload, &made.phash);
    if (made.plen == 0) made.plen = payload.size;
    struct event *event = &forge->event[forge->count++];
    enum error error = event_header_encode(&made, buffer, sizeof buffer, &event->header);
    assert(error == OK);
    event->header = keep(forge, event->header);
    event->payload = payload.at != NULL ? keep(forge, payload) : payload;
    forge->prev = forge->hash;
    event_hash(forge->crypto, event->header, &forge->hash);
}

void forge_record(struct forge *forge, unsigned kind, const struct shape *shape, const void *record)
{
    uint8_t buffer[2048];
    struct span payload;
    enum error error = shape_encode(shape, record, buffer, sizeof buffer, &payload);
    assert(error == OK);
    struct event_header header = {.kind = kind, .kver = 1};
    forge_add(forge, &header, payload);
}

void forge_text(struct forge *forge, const char *payload)
{
    struct event_header header = {.kind = 900, .kver = 1};
    forge_add(forge, &header, span_text(payload));
}

struct span forge_seal(struct forge *forge, uint64_t committed_through)
{
    static uint8_t body[MESSAGE_BYTES_MAX];
    struct data_writer d;
    struct span made;
    struct seal seal = {.idx = forge->first + forge->count - 1,
                        .committed_through = committed_through};
    bool signed_ = seal_sign(forge->crypto, &forge->log, &seal, &forge->hash);
    assert(signed_);
    data_begin(&d, body, sizeof body, &forge->log, forge->first, forge->count);
    for (uint32_t i = 0; i < forge->count; i++) data_event(&d, &forge->event[i]);
    enum error error = data_end(&d, &seal, &made);
    assert(error == OK);
    return made;
}
