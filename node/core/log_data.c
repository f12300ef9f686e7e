/* Reading entries back, erasing payloads, and building DATA for a peer. */
#include <assert.h>

#include "node/core/log_inside.h"

static bool get_event(const struct logs *logs, const struct id *log, uint64_t idx,
                      struct span *value)
{
    const struct rows *truth = &logs->store->truth;
    struct log_key key = log_key_of(log, idx);
    return truth->port->get(truth->world, TRUTH_EVENT, log_key_span(&key), value);
}

/* --- reading --------------------------------------------------------------------------------- */

static const struct log *find(const struct logs *logs, const struct id *id)
{
    for (uint32_t i = 0; i < logs->count; i++)
        if (id_equal(&logs->log[i].id, id)) return &logs->log[i];
    return NULL;
}

/* An entry within a log that is held cannot be absent on a sound disk. */
static enum error why_absent(const struct logs *logs, const struct id *id, uint64_t idx)
{
    enum error error = logs->store->truth.port->error(logs->store->truth.world);
    if (error != OK) return error;
    const struct log *log = find(logs, id);
    bool lost = log != NULL && idx >= 1 && idx <= log->row.last;
    return lost ? ERROR_CORRUPT : ERROR_NOT_FOUND;
}

/* Does the entry still say what its hashes say? */
static enum error check_stored(const struct logs *logs, const struct event *event,
                               const struct event_header *header, const struct hash *stored)
{
    struct hash computed;
    event_hash(logs->crypto, event->header, &computed);
    if (memcmp(stored->bytes, computed.bytes, HASH_BYTES) != 0) return ERROR_CORRUPT;
    enum error error = event_check_payload(logs->crypto, header, event->payload);
    return error == OK ? OK : ERROR_CORRUPT;
}

static bool is_fresh(const struct logs *logs, const struct log *log, uint64_t idx)
{
    return log != NULL && log == logs->fresh.log && idx >= logs->fresh.first &&
           idx <= logs->fresh.last;
}

struct span log_rows_ahead(const struct logs *logs, const struct log *log, uint64_t idx)
{
    const struct ahead *ahead = &logs->fresh.ahead;
    if (!is_fresh(logs, log, idx) || idx - logs->fresh.base >= ahead->count)
        return (struct span){0};
    return ahead->rows[idx - logs->fresh.base];
}

enum error log_read(const struct logs *logs, const struct id *log, uint64_t idx,
                    struct event *event, struct hash *hash)
{
    struct span value;
    struct hash stored;
    struct event_header header;
    const struct log *held = find(logs, log);
    if (is_fresh(logs, held, idx)) {
        const struct log_item *item = &logs->item[idx - logs->fresh.base];
        *event = item->event;
        if (hash != NULL) *hash = item->hash;
        return OK;
    }
    if (!get_event(logs, log, idx, &value)) return why_absent(logs, log, idx);
    if (log_value_parse(value, event, &stored) != OK) return ERROR_CORRUPT;
    if (event_header_decode(event->header, &header) != OK) return ERROR_CORRUPT;
    if (!id_equal(&header.log, log) || header.idx != idx) return ERROR_CORRUPT;
    /* What was appended in this turn has been hashed a moment ago, and never was on a disk. */
    bool fresh = held != NULL && idx > held->durable;
    if (!fresh && check_stored(logs, event, &header, &stored) != OK) return ERROR_CORRUPT;
    if (hash != NULL) *hash = stored;
    return OK;
}

enum error log_hash_at(const struct logs *logs, const struct log *log, uint64_t idx,
                       struct hash *hash)
{
    struct span value;
    if (idx == 0) {
        event_genesis_prev(logs->crypto, &log->id, hash);
        return OK;
    }
    if (idx == log->row.last) {
        *hash = log->row.last_hash;
        return OK;
    }
    if (!get_event(logs, &log->id, idx, &value)) return why_absent(logs, &log->id, idx);
    if (value.size < HASH_BYTES) return ERROR_CORRUPT;
    memcpy(hash->bytes, value.at, HASH_BYTES);
    return OK;
}

enum error log_erase_payload(struct logs *logs, const struct id *log, uint64_t idx)
{
    struct event event;
    struct hash hash;
    struct event_header header;
    enum error error = log_read(logs, log, idx, &event, &hash);
    if (error != OK) return error;
    if (event_header_decode(event.header, &header) != OK) return ERROR_CORRUPT;
    if ((header.flags & EVENT_PERSONAL) == 0) return ERROR_FORBIDDEN;
    if (event.payload.at == NULL) return OK;
    event.payload = span_of(NULL, 0);
    log_batch_gone(logs);
    log_put_event(logs, log, idx, &event, &hash);
    return logs->store->truth.port->error(logs->store->truth.world);
}

/* --- sending --------------------------------------------------------------------------------- */

/* The fourth item of a header. */
static enum error term_of(struct span header, uint64_t *term)
{
    struct reader r = reader_over(header);
    reader_array(&r, 13);
    reader_uint(&r, UINT16_MAX);
    reader_id(&r);
    reader_uint(&r, EVENT_IDX_MAX);
    *term = reader_uint(&r, UINT32_MAX);
    return r.error;
}

/* Where the next seal at or after idx stands; 0: none up to `upto`. */
static uint64_t next_seal(const struct logs *logs, const struct id *log, uint64_t idx,
                          uint64_t upto)
{
    const struct rows *truth = &logs->store->truth;
    struct log_key key = log_key_of(log, idx);
    struct span prefix = span_of(log->bytes, ID_BYTES);
    struct row row;
    if (!truth->port->next(truth->world, TRUTH_SEAL, prefix, log_key_span(&key), false, &row))
        return 0;
    if (row.key.size != LOG_KEY_BYTES) return 0;
    uint64_t sealed = be_get(row.key.at + ID_BYTES, 8);
    return sealed <= upto ? sealed : 0;
}

/* Entries from..to, one after the other, with their sizes. */
struct stretch {
    struct log_key at;
    uint64_t idx;
    size_t bytes;
    uint64_t term;
    bool term_changed;
};

static bool stretch_next(const struct logs *logs, const struct log *log, struct stretch *s,
                         struct event *event)
{
    const struct rows *truth = &logs->store->truth;
    struct row row;
    bool after = s->bytes > 0;
    if (!truth->port->next(truth->world, TRUTH_EVENT, EVERY_ROW, log_key_span(&s->at), after, &row))
        return false;
    if (row.key.size != LOG_KEY_BYTES) return false;
    uint64_t idx = s->idx + (after ? 1 : 0);
    struct log_key expected = log_key_of(&log->id, idx);
    if (memcmp(row.key.at, expected.bytes, LOG_KEY_BYTES) != 0) return false;
    if (log_value_parse(row.value, event, NULL) != OK) return false;
    uint64_t term = 0;
    if (log->row.log_type != LOG_NODE && term_of(event->header, &term) != OK) return false;
    s->term_changed = after && term != s->term;
    s->term = term;
    s->at = expected;
    s->idx = idx;
    s->bytes += log_wire_bytes(event);
    return true;
}

uint64_t log_seal_within(const struct logs *logs, const struct log *log, uint64_t from,
                         uint64_t upto, size_t bytes_max, uint32_t *events)
{
    uint64_t best = 0;
    uint64_t seal = next_seal(logs, &log->id, from, upto);
    struct stretch s = {.at = log_key_of(&log->id, from), .idx = from};
    struct event event;
    if (bytes_max > DATA_BYTES_MAX) bytes_max = DATA_BYTES_MAX;
    while (seal != 0 && stretch_next(logs, log, &s, &event)) {
        if (s.bytes > bytes_max || s.idx - from >= DATA_EVENTS_MAX) break;
        /* A seal is checked under one writer's key: a change of writer begins another DATA. */
        if (s.term_changed && best == s.idx - 1) break;
        if (s.idx != seal) continue;
        best = seal;
        seal = next_seal(logs, &log->id, seal + 1, upto);
    }
    if (best != 0 && events != NULL) *events = (uint32_t)(best - from + 1);
    return best;
}

enum error log_build_data(const struct logs *logs, const struct log *log, uint64_t from,
                          uint64_t to, uint8_t *buffer, size_t size, struct span *body)
{
    assert(from >= 1 && to >= from && to - from < DATA_EVENTS_MAX);
    struct seal seal;
    struct data_writer d;
    struct event event;
    struct stretch s = {.at = log_key_of(&log->id, from), .idx = from};
    if (!log_get_seal(logs, &log->id, to, &seal)) return ERROR_CORRUPT;
    data_begin(&d, buffer, size, &log->id, from, (uint32_t)(to - from + 1));
    for (uint64_t idx = from; idx <= to; idx++) {
        if (!stretch_next(logs, log, &s, &event)) return ERROR_CORRUPT;
        data_event(&d, &event);
    }
    /* The seal was copied before the walk: its row lives until then only. */
    return data_end(&d, &seal, body);
}
