/* The shelf: tails of all logs, own appends, seals, and what a turn writes at its end. */
#include "node/core/log.h"

#include <assert.h>

#include "node/core/log_inside.h"
#include "node/core/meta.h"

/* clang-format off */
SHAPE_DEFINE(log_row, LOG_ROW_FIELDS)
/* clang-format on */

#define LOG_ROW_BYTES_MAX 512
#define FEED_VALUE_BYTES  (8 + 4 + ID_BYTES)

static bool truth_get(const struct logs *logs, unsigned table, struct span key, struct span *value)
{
    const struct rows *truth = &logs->store->truth;
    return truth->port->get(truth->world, table, key, value);
}

static void truth_put(const struct logs *logs, unsigned table, struct span key, struct span value)
{
    const struct rows *truth = &logs->store->truth;
    truth->port->put(truth->world, table, key, value);
}

static bool truth_next(const struct logs *logs, unsigned table, struct span from, bool after,
                       struct row *row)
{
    const struct rows *truth = &logs->store->truth;
    return truth->port->next(truth->world, table, EVERY_ROW, from, after, row);
}

static enum error truth_error(const struct logs *logs)
{
    return logs->store->truth.port->error(logs->store->truth.world);
}

/* --- how entries lie in the truth ------------------------------------------------------------ */

struct log_key log_key_of(const struct id *log, uint64_t idx)
{
    struct log_key key;
    memcpy(key.bytes, log->bytes, ID_BYTES);
    be_put(key.bytes + ID_BYTES, idx, 8);
    return key;
}

static size_t bin_bytes(size_t size)
{
    return size + (size < 256 ? 2 : size < 65536 ? 3 : 5);
}

size_t log_wire_bytes(const struct event *event)
{
    size_t payload = event->payload.at == NULL ? 1 : bin_bytes(event->payload.size);
    return 1 + bin_bytes(event->header.size) + payload;
}

struct span log_value(struct logs *logs, const struct event *event, const struct hash *hash)
{
    assert(event->header.size <= EVENT_HEADER_BYTES_MAX);
    assert(event->payload.size <= EVENT_PAYLOAD_BYTES_MAX);
    uint8_t *at = logs->value;
    memcpy(at, hash->bytes, HASH_BYTES);
    be_put(at + HASH_BYTES, event->header.size, 2);
    at += LOG_VALUE_HEAD;
    /* An own header was encoded where it is to lie. */
    if (at != event->header.at) memcpy(at, event->header.at, event->header.size);
    at += event->header.size;
    if (event->payload.size > 0) memcpy(at, event->payload.at, event->payload.size);
    return span_of(logs->value, LOG_VALUE_HEAD + event->header.size + event->payload.size);
}

enum error log_value_parse(struct span value, struct event *event, struct hash *hash)
{
    if (value.size < LOG_VALUE_HEAD) return ERROR_CORRUPT;
    size_t header = (size_t)be_get(value.at + HASH_BYTES, 2);
    if (header > value.size - LOG_VALUE_HEAD) return ERROR_CORRUPT;
    if (hash != NULL) memcpy(hash->bytes, value.at, HASH_BYTES);
    event->header = span_of(value.at + LOG_VALUE_HEAD, header);
    event->payload =
        span_of(value.at + LOG_VALUE_HEAD + header, value.size - LOG_VALUE_HEAD - header);
    if (event->payload.size > 0) return OK;
    struct event_header fields; /* nothing there: erased, or empty from the first */
    if (event_header_decode(event->header, &fields) != OK) return ERROR_CORRUPT;
    if (fields.plen > 0) event->payload.at = NULL;
    return OK;
}

void log_put_event(struct logs *logs, const struct id *log, uint64_t idx, const struct event *event,
                   const struct hash *hash)
{
    struct log_key key = log_key_of(log, idx);
    truth_put(logs, TRUTH_EVENT, log_key_span(&key), log_value(logs, event, hash));
}

void log_put_seal(struct logs *logs, const struct id *log, const struct seal *seal)
{
    uint8_t value[SEAL_VALUE_BYTES];
    struct log_key key = log_key_of(log, seal->idx);
    be_put(value, seal->committed_through, 8);
    memcpy(value + 8, seal->signature, SIGNATURE_BYTES);
    truth_put(logs, TRUTH_SEAL, log_key_span(&key), span_of(value, sizeof value));
}

bool log_get_seal(const struct logs *logs, const struct id *log, uint64_t idx, struct seal *seal)
{
    struct span value;
    struct log_key key = log_key_of(log, idx);
    if (!truth_get(logs, TRUTH_SEAL, log_key_span(&key), &value)) return false;
    if (value.size != SEAL_VALUE_BYTES) return false;
    seal->idx = idx;
    seal->committed_through = be_get(value.at, 8);
    memcpy(seal->signature, value.at + 8, SIGNATURE_BYTES);
    return true;
}

/* --- the shelf ------------------------------------------------------------------------------- */

struct log *logs_find(struct logs *logs, const struct id *id)
{
    for (uint32_t i = 0; i < logs->count; i++)
        if (id_equal(&logs->log[i].id, id)) return &logs->log[i];
    return NULL;
}

static enum error take_row(struct logs *logs, struct log *log, const struct id *id,
                           struct span value)
{
    *log = (struct log){.id = *id};
    if (shape_decode(&log_row_shape, value, &log->row, NULL) != OK) return ERROR_CORRUPT;
    if (log->row.sealed > log->row.last || log->row.committed > log->row.last) return ERROR_CORRUPT;
    log->durable = log->row.last;
    struct key key = key_of(id);
    struct cursor_row cursor;
    if (rows_load(&logs->store->views, VIEW_CURSOR, &key, &cursor_row_shape, &cursor))
        log->folded = cursor.idx;
    return OK;
}

/* Logs stay where they stand: indexes into the array are remembered elsewhere. Those that a failed
 * turn added stand at the end, and are not in the truth. */
static enum error take_known(struct logs *logs)
{
    enum error error = OK;
    for (uint32_t i = 0; i < logs->count && error == OK; i++) {
        struct id id = logs->log[i].id;
        struct span value;
        if (!truth_get(logs, TRUTH_LOG, id_span(&id), &value)) {
            logs->count = i;
            break;
        }
        error = take_row(logs, &logs->log[i], &id, value);
    }
    return error;
}

static enum error take_others(struct logs *logs)
{
    struct row row;
    struct id id = {{0}};
    bool after = false;
    while (truth_next(logs, TRUTH_LOG, span_of(id.bytes, after ? ID_BYTES : 0), after, &row)) {
        if (row.key.size != ID_BYTES) return ERROR_CORRUPT;
        memcpy(id.bytes, row.key.at, ID_BYTES);
        after = true;
        if (logs_find(logs, &id) != NULL) continue;
        if (logs->count == LOGS_MAX) return ERROR_FULL;
        enum error error = take_row(logs, &logs->log[logs->count], &id, row.value);
        if (error != OK) return error;
        logs->count++;
    }
    return OK;
}

/* The number after the last row of the feed. Rows are found by "at or after" only, so the last key
 * is felt for bit by bit. */
static enum error find_feed_end(struct logs *logs)
{
    uint64_t number = 0;
    uint8_t key[8];
    struct row row;
    logs->feed_next = 1;
    for (unsigned bit = 64; bit > 0; bit--) {
        uint64_t candidate = number | (uint64_t)1 << (bit - 1);
        be_put(key, candidate, 8);
        if (truth_next(logs, TRUTH_FEED, span_of(key, 8), false, &row)) number = candidate;
    }
    if (number == 0) return OK;
    be_put(key, number, 8);
    struct span value;
    if (!truth_get(logs, TRUTH_FEED, span_of(key, 8), &value) || value.size != FEED_VALUE_BYTES)
        return ERROR_CORRUPT;
    logs->feed_next = number + be_get(value.at + 8, 4);
    return OK;
}

enum error logs_load(struct logs *logs, struct store *store, const struct crypto *crypto)
{
    logs->store = store;
    logs->crypto = crypto;
    log_batch_gone(logs);
    enum error error = take_known(logs);
    if (error == OK) error = take_others(logs);
    if (error == OK) error = find_feed_end(logs);
    return error == OK ? truth_error(logs) : error;
}

enum error logs_add(struct logs *logs, const struct id *id, const struct log_row *row,
                    struct log **log)
{
    assert(logs_find(logs, id) == NULL);
    if (logs->count == LOGS_MAX) return ERROR_FULL;
    struct log *added = &logs->log[logs->count++];
    *added = (struct log){.id = *id, .row = *row, .dirty = true};
    added->row.last = added->row.sealed = added->row.committed = 0;
    *log = added;
    return OK;
}

/* --- own entries ----------------------------------------------------------------------------- */

static enum error seal_now(struct logs *logs, struct log *log)
{
    /* One voter, the leader itself: what stands on this disk is committed. */
    struct seal seal = {.idx = log->row.last, .committed_through = log->row.last};
    if (!seal_sign(logs->crypto, &log->id, &seal, &log->row.last_hash)) return ERROR_IO;
    log_put_seal(logs, &log->id, &seal);
    log->row.sealed = log->row.committed = log->row.last;
    log->unsealed_bytes = 0;
    log->dirty = true;
    return OK;
}

static void assert_deps_held(struct logs *logs, const struct event_header *header)
{
    for (uint32_t i = 0; i < header->deps_count; i++) {
        const struct log *held = logs_find(logs, &header->deps[i].log);
        assert(held != NULL && header->deps[i].idx <= held->row.last);
    }
}

/* Batches are bounded: the entry that would overflow one begins the next. */
static enum error seal_if_full(struct logs *logs, struct log *log, size_t more)
{
    bool full = log->row.last - log->row.sealed >= BATCH_EVENTS_MAX ||
                log->unsealed_bytes + more > BATCH_BYTES_MAX;
    return full && log->row.last > log->row.sealed ? seal_now(logs, log) : OK;
}

enum error log_append(struct logs *logs, struct log *log, struct event_header *header,
                      struct span payload)
{
    assert(log->own && !log->row.quarantined && !log->row.retired);
    if (payload.size > EVENT_PAYLOAD_BYTES_MAX) return ERROR_TOO_LARGE;
    if (log->row.last == EVENT_IDX_MAX) return ERROR_FULL;
    header->log = log->id;
    header->idx = log->row.last + 1;
    header->term = log->row.term;
    header->plen = payload.size;
    if (log->row.last == 0)
        event_genesis_prev(logs->crypto, &log->id, &header->prev);
    else
        header->prev = log->row.last_hash;
    event_payload_hash(logs->crypto, payload, &header->phash);
    assert_deps_held(logs, header);
    struct event event = {.payload = payload};
    struct hash hash;
    enum error error = event_header_encode(header, logs->value + LOG_VALUE_HEAD,
                                           EVENT_HEADER_BYTES_MAX, &event.header);
    if (error == OK) error = seal_if_full(logs, log, log_wire_bytes(&event));
    if (error != OK) return error;
    event_hash(logs->crypto, event.header, &hash);
    log_put_event(logs, &log->id, header->idx, &event, &hash);
    log->row.last = header->idx;
    log->row.last_hash = hash;
    log->unsealed_bytes += log_wire_bytes(&event);
    log->dirty = log->grew = true;
    return truth_error(logs);
}

enum error logs_seal(struct logs *logs)
{
    for (uint32_t i = 0; i < logs->count; i++) {
        struct log *log = &logs->log[i];
        if (!log->own || log->row.sealed == log->row.last) continue;
        enum error error = seal_now(logs, log);
        if (error != OK) return error;
    }
    return OK;
}

/* --- the end of a turn ----------------------------------------------------------------------- */

static void put_row(struct logs *logs, struct log *log)
{
    uint8_t buffer[LOG_ROW_BYTES_MAX];
    struct span value;
    enum error error = shape_encode(&log_row_shape, &log->row, buffer, sizeof buffer, &value);
    assert(error == OK);
    truth_put(logs, TRUTH_LOG, id_span(&log->id), value);
    log->dirty = false;
}

static void put_feed(struct logs *logs, const struct log *log)
{
    uint8_t key[8];
    uint8_t value[FEED_VALUE_BYTES];
    uint64_t count = log->row.last - log->durable;
    assert(count <= UINT32_MAX);
    be_put(key, logs->feed_next, 8);
    be_put(value, log->durable + 1, 8);
    be_put(value + 8, count, 4);
    memcpy(value + 12, log->id.bytes, ID_BYTES);
    truth_put(logs, TRUTH_FEED, span_of(key, sizeof key), span_of(value, sizeof value));
    logs->feed_next += count;
}

void logs_flush(struct logs *logs)
{
    log_batch_gone(logs);
    for (uint32_t i = 0; i < logs->count; i++) {
        struct log *log = &logs->log[i];
        if (log->grew) put_feed(logs, log);
        if (log->dirty) put_row(logs, log);
    }
}

void logs_committed(struct logs *logs)
{
    for (uint32_t i = 0; i < logs->count; i++) {
        struct log *log = &logs->log[i];
        assert(!log->dirty);
        log->grew = false;
        log->durable = log->row.last;
    }
}
