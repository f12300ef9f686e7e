#include "sim/wire.h"

#include <assert.h>
#include <string.h>

#include "sim/faults.h"

#define WIRE_FRAME_BYTES 3 /* the array, the version and the type stay as they are */

bool wire_is_data(const uint8_t *bytes, size_t size)
{
    struct envelope envelope;
    return envelope_decode(span_of(bytes, size), &envelope) == OK && envelope.type == MESSAGE_DATA;
}

static void flip_a_bit(struct world *world, uint8_t *bytes, size_t size)
{
    struct chance *chance = &world->chance[PURPOSE_NETWORK];
    uint64_t bit = chance_between(chance, WIRE_FRAME_BYTES * 8, size * 8 - 1);
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    fault_count(world, FAULT_ALTERED);
}

/* The book of which the sender's own DATA brings entries; else false. */
static bool is_own_book(struct host *sender, struct span body, struct data_reader *reader)
{
    if (data_open(reader, body) != OK) return false;
    const struct log *log = logs_find(&sender->core->logs, &reader->log);
    return log != NULL && log->own && log->row.log_type == LOG_BOOK;
}

/* The same entries, under a seal of the same leader that commits less of them. The next seal, or
 * the one after it, makes up for it; so the leader must write once more when this is over. */
static size_t commit_later(struct host *sender, uint8_t *bytes, size_t size)
{
    static uint8_t body_room[MESSAGE_BYTES_MAX], room[MESSAGE_BYTES_MAX];
    struct envelope envelope;
    struct data_reader reader;
    struct data_writer writer;
    struct event event;
    struct seal seal;
    struct hash hash;
    struct span out;
    if (envelope_decode(span_of(bytes, size), &envelope) != OK) return size;
    if (!is_own_book(sender, envelope.body, &reader)) return size;
    data_begin(&writer, body_room, sizeof body_room, &reader.log, reader.first_idx, reader.events);
    while (data_next(&reader, &event)) {
        data_event(&writer, &event);
        event_hash(&sender->crypto, event.header, &hash);
    }
    enum error error = data_close(&reader, &seal);
    assert(error == OK);
    seal.committed_through =
        chance_between(&sender->world->chance[PURPOSE_NETWORK], reader.first_idx - 1, seal.idx - 1);
    bool signs = seal_sign(&sender->crypto, &reader.log, &seal, &hash);
    assert(signs);
    error = data_end(&writer, &seal, &envelope.body);
    if (error == OK) error = envelope_encode(&envelope, room, sizeof room, &out);
    assert(error == OK && out.size <= size);
    memcpy(bytes, out.at, out.size);
    fault_count(sender->world, FAULT_COMMITS_LATER);
    return out.size;
}

size_t wire_change(struct host *sender, uint8_t *bytes, size_t size)
{
    struct network *network = &sender->world->network;
    struct chance *chance = &sender->world->chance[PURPOSE_NETWORK];
    if (network->lag_ppm + network->alter_ppm == 0 || !wire_is_data(bytes, size)) return size;
    /* A long one costs its very bytes of credit, which must come back as they went. */
    if (size < PEER_COST_MIN && chance_hit(chance, network->lag_ppm))
        size = commit_later(sender, bytes, size);
    if (chance_hit(chance, network->alter_ppm)) flip_a_bit(sender->world, bytes, size);
    return size;
}
