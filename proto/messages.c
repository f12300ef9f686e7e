#include "proto/messages.h"

#include <assert.h>

/* clang-format off */
SHAPE_DEFINE(log_at, LOG_AT_FIELDS)
SHAPE_DEFINE(hello, HELLO_FIELDS)
SHAPE_DEFINE(vv, VV_FIELDS)
SHAPE_DEFINE(fetch, FETCH_FIELDS)
SHAPE_DEFINE(ack, ACK_FIELDS)
SHAPE_DEFINE(credit, CREDIT_FIELDS)
SHAPE_DEFINE(ping, PING_FIELDS)
SHAPE_DEFINE(bye, BYE_FIELDS)
SHAPE_DEFINE(blob_ask, BLOB_ASK_FIELDS)
SHAPE_DEFINE(blob_piece, BLOB_PIECE_FIELDS)
/* clang-format on */

#define ENVELOPE_ITEMS 5

enum error envelope_encode(const struct envelope *envelope, uint8_t *buffer, size_t size,
                           struct span *out)
{
    struct writer w = writer_over(buffer, size < MESSAGE_BYTES_MAX ? size : MESSAGE_BYTES_MAX);
    writer_array(&w, ENVELOPE_ITEMS);
    writer_uint(&w, envelope->version);
    writer_uint(&w, envelope->type);
    writer_uint(&w, envelope->session);
    writer_uint(&w, envelope->seq);
    writer_raw(&w, envelope->body);
    return writer_end(&w, out);
}

enum error envelope_decode(struct span bytes, struct envelope *envelope)
{
    memset(envelope, 0, sizeof *envelope);
    if (bytes.size > MESSAGE_BYTES_MAX) return ERROR_TOO_LARGE;
    struct reader r = reader_over(bytes);
    reader_array(&r, ENVELOPE_ITEMS);
    envelope->version = reader_uint(&r, UINT16_MAX);
    if (r.error == OK && envelope->version != MESSAGE_VERSION) return ERROR_UNSUPPORTED;
    envelope->type = reader_uint(&r, UINT16_MAX);
    envelope->session = reader_uint(&r, UINT64_MAX);
    envelope->seq = reader_uint(&r, UINT64_MAX);
    envelope->body = reader_item(&r);
    reader_leave(&r);
    return reader_end(&r) ? OK : r.error;
}

/* --- DATA ------------------------------------------------------------------------------------ */

enum data_key { DATA_LOG = 1, DATA_FIRST = 2, DATA_EVENTS = 3, DATA_SEAL = 4, DATA_KEYS = 4 };

void data_begin(struct data_writer *d, uint8_t *buffer, size_t size, const struct id *log,
                uint64_t first_idx, uint32_t events)
{
    assert(first_idx >= 1 && first_idx <= EVENT_IDX_MAX && events <= DATA_EVENTS_MAX);
    d->w = writer_over(buffer, size);
    d->events_left = events;
    writer_map(&d->w, DATA_KEYS);
    writer_uint(&d->w, DATA_LOG);
    writer_id(&d->w, log);
    writer_uint(&d->w, DATA_FIRST);
    writer_uint(&d->w, first_idx);
    writer_uint(&d->w, DATA_EVENTS);
    writer_array(&d->w, events);
}

void data_event(struct data_writer *d, const struct event *event)
{
    assert(d->events_left > 0);
    d->events_left--;
    writer_array(&d->w, 2);
    writer_bin(&d->w, event->header);
    if (event->payload.at == NULL)
        writer_nil(&d->w);
    else
        writer_bin(&d->w, event->payload);
}

enum error data_end(struct data_writer *d, const struct seal *seal, struct span *body)
{
    assert(d->events_left == 0);
    writer_uint(&d->w, DATA_SEAL);
    writer_array(&d->w, 3);
    writer_uint(&d->w, seal->idx);
    writer_uint(&d->w, seal->committed_through);
    writer_bin(&d->w, span_of(seal->signature, SIGNATURE_BYTES));
    return writer_end(&d->w, body);
}

static void expect_key(struct reader *r, enum data_key expected)
{
    uint64_t key = reader_key(r);
    if (r->error == OK && key != (uint64_t)expected)
        reader_fail(r, key < (uint64_t)expected ? ERROR_UNKNOWN_FIELD : ERROR_MISSING_FIELD);
}

enum error data_open(struct data_reader *d, struct span body)
{
    memset(d, 0, sizeof *d);
    d->r = reader_over(body);
    if (body.size > MESSAGE_BYTES_MAX) reader_fail(&d->r, ERROR_TOO_LARGE);
    uint32_t pairs = reader_map(&d->r, DATA_KEYS);
    if (d->r.error == OK && pairs != DATA_KEYS) reader_fail(&d->r, ERROR_MISSING_FIELD);
    expect_key(&d->r, DATA_LOG);
    d->log = reader_id(&d->r);
    expect_key(&d->r, DATA_FIRST);
    d->first_idx = reader_uint(&d->r, EVENT_IDX_MAX);
    if (d->first_idx == 0) reader_fail(&d->r, ERROR_OUT_OF_RANGE);
    expect_key(&d->r, DATA_EVENTS);
    d->events = reader_array(&d->r, DATA_EVENTS_MAX);
    return d->r.error;
}

bool data_next(struct data_reader *d, struct event *event)
{
    struct reader *r = &d->r;
    if (r->error != OK || d->taken == d->events) return false;
    reader_array(r, 2);
    event->header = reader_bin(r, EVENT_HEADER_BYTES_MAX);
    event->payload = span_of(NULL, 0);
    if (!reader_nil(r)) event->payload = reader_bin(r, EVENT_PAYLOAD_BYTES_MAX);
    reader_leave(r);
    if (r->error != OK) return false;
    d->taken++;
    return true;
}

enum error data_close(struct data_reader *d, struct seal *seal)
{
    struct reader *r = &d->r;
    reader_leave(r);
    expect_key(r, DATA_SEAL);
    reader_array(r, 3);
    seal->idx = reader_uint(r, EVENT_IDX_MAX);
    seal->committed_through = reader_uint(r, EVENT_IDX_MAX);
    reader_fixed(r, seal->signature, SIGNATURE_BYTES);
    reader_leave(r);
    reader_leave(r);
    if (!reader_end(r)) return r->error;
    /* "Ends on a seal": it covers the last entry and no other. */
    return seal->idx == d->first_idx + d->events - 1 ? OK : ERROR_MALFORMED;
}

/* --- ahead of the writer --------------------------------------------------------------------- */

bool data_begins(struct span message, struct data_reader *d)
{
    struct reader r = reader_over(message);
    reader_array(&r, 5);
    reader_uint(&r, UINT16_MAX);
    bool is_data = reader_uint(&r, UINT16_MAX) == MESSAGE_DATA && r.error == OK;
    reader_uint(&r, UINT64_MAX);
    reader_uint(&r, UINT64_MAX);
    if (!is_data || r.error != OK) return false;
    return data_open(d, span_of(r.at, (size_t)(r.end - r.at))) == OK;
}

uint32_t data_announced(struct span message)
{
    struct data_reader d;
    return data_begins(message, &d) ? d.events : 0;
}

uint32_t data_hash(const struct crypto *crypto, struct span message, struct entry_hashes *hashes,
                   uint32_t room)
{
    struct data_reader d;
    struct event event;
    uint32_t count = 0;
    if (!data_begins(message, &d)) return 0;
    for (; count < room && data_next(&d, &event); count++) {
        memset(&hashes[count].payload, 0, sizeof hashes[count].payload);
        event_hash(crypto, event.header, &hashes[count].event);
        if (event.payload.at != NULL)
            event_payload_hash(crypto, event.payload, &hashes[count].payload);
    }
    return count;
}
