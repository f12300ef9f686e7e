/* The feed: everything this store has come to hold, in the order in which it came here, as
 * server-sent events or in pages of JSON. An event's id is the store's id and its number, so that a
 * reader who comes back to another store, or to one that was restored, is told to start afresh.
 *
 * Readers pull: each has a number of its own, and is given more when it has taken what it was
 * given. So what waits for a slow one is bounded, and a slow one holds up nobody. The texts of the
 * latest events are kept, since many read the same. */
#include "node/http/door.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define KEPT            1024         /* texts of the latest events */
#define FILL_BYTES      (32u * 1024) /* given to a reader at once */
#define ROUND_EVENTS    128          /* read for one reader before another has its turn */
#define PAGE_EVENTS     100
#define PAGE_EVENTS_MAX 1000
#define COMMENT_MS      15000
#define ID_BYTES_MAX    FEED_ID_BYTES
#define STREAM_TYPE     "text/event-stream"

struct kept {
    uint64_t number; /* 0: empty */
    char *text;      /* the JSON object */
    size_t size;
    char kind[32];
    struct id merchant; /* of the book it stands in; zero: none */
};

struct reader_of_feed {
    struct reader_of_feed *previous, *next;
    struct feed *feed;
    struct stream *stream;
    uint64_t number; /* of the next event to give */
    uint64_t wrote_ms;
    struct id token;
    struct scope scope;
};

struct feed {
    struct http *http;
    atomic_uint_fast64_t next; /* number of the event to come; written by the writer thread */
    atomic_bool told;          /* a delivery is on its way */
    atomic_uint readers_count;
    struct delivery delivery;
    struct reader_of_feed *readers;
    uint64_t now_ms;
    uint64_t tokens_changes; /* as of the last look at who may still read */
    struct kept kept[KEPT];
    struct { /* the row of the feed that was read last */
        uint64_t number, count, idx;
        struct id log;
    } row;
    struct { /* the log that was read last */
        struct id log, merchant;
        uint64_t type;
    } log;
    struct store store; /* a snapshot in the dress that log_read knows */
    struct logs logs;
};

/* --- finding an event ------------------------------------------------------------------------- */

static bool next_row(struct feed *feed, const struct rows *truth, uint64_t from, struct row *row)
{
    uint8_t key[8];
    be_put(key, from, 8);
    if (!truth->port->next(truth->world, TRUTH_FEED, EVERY_ROW, span_of(key, 8), false, row))
        return false;
    if (row->key.size != 8 || row->value.size != 28) return false;
    feed->row.number = be_get(row->key.at, 8);
    feed->row.idx = be_get(row->value.at, 8);
    feed->row.count = be_get(row->value.at + 8, 4);
    memcpy(feed->row.log.bytes, row->value.at + 12, ID_BYTES);
    return true;
}

/* The last row at or before the number. Rows are found by "at or after" only, so it is felt for bit
 * by bit. */
static bool feel_row(struct feed *feed, const struct rows *truth, uint64_t number)
{
    uint64_t found = 0;
    struct row row;
    for (unsigned bit = 64; bit > 0; bit--) {
        uint64_t candidate = found | (uint64_t)1 << (bit - 1);
        if (candidate > number || !next_row(feed, truth, candidate, &row)) continue;
        if (feed->row.number <= number) found = candidate;
    }
    return found > 0 && next_row(feed, truth, found, &row);
}

static bool holds(const struct feed *feed, uint64_t number)
{
    return number >= feed->row.number && number - feed->row.number < feed->row.count;
}

static bool find_row(struct feed *feed, const struct rows *truth, uint64_t number)
{
    struct row row;
    if (holds(feed, number)) return true;
    if (number == feed->row.number + feed->row.count && next_row(feed, truth, number, &row) &&
        holds(feed, number))
        return true;
    return feel_row(feed, truth, number) && holds(feed, number);
}

enum error feed_read_entry(struct feed *feed, const struct rows *truth, const struct id *log,
                           uint64_t idx, struct event *event, struct hash *hash_or_null)
{
    feed->store.truth = *truth;
    return log_read(&feed->logs, log, idx, event, hash_or_null);
}

bool feed_find(struct feed *feed, const struct rows *truth, uint64_t number, struct id *log,
               uint64_t *idx)
{
    if (!find_row(feed, truth, number)) return false;
    *log = feed->row.log;
    *idx = feed->row.idx + (number - feed->row.number);
    return true;
}

uint64_t feed_end(const struct feed *feed)
{
    return atomic_load(&feed->next);
}

static void look_up_log(struct feed *feed, const struct rows *truth, const struct id *log)
{
    struct span value;
    struct log_row row;
    if (id_equal(&feed->log.log, log)) return;
    feed->log.log = *log;
    feed->log.merchant = (struct id){{0}};
    feed->log.type = 0;
    if (!truth->port->get(truth->world, TRUTH_LOG, id_span(log), &value)) return;
    if (shape_decode(&log_row_shape, value, &row, NULL) != OK) return;
    feed->log.type = row.log_type;
    feed->log.merchant = row.merchant;
}

/* --- telling it ------------------------------------------------------------------------------- */

static void put_body(struct json_out *out, const struct event_header *header,
                     const struct event_row *row, struct span payload)
{
    union event_body body;
    if (payload.at == NULL) {
        json_put_bool(out, "erased", true);
    } else if ((header->flags & EVENT_PERSONAL) != 0) {
        json_put_bool(out, "personal", true); /* read under its own path, by who may */
    } else if (row == NULL || event_body_decode(header, payload, &body) != OK) {
        json_put_bool(out, "unreadable", true);
    } else {
        json_put_shape(out, "body", row->shape, &body);
    }
}

static void put_event(const struct feed *feed, struct json_out *out, uint64_t number,
                      const struct event *event, const struct event_header *header)
{
    const struct event_row *row = event_by_kind(header->kind);
    json_open(out, NULL, '{');
    json_put_uint(out, "number", number);
    json_put_text(out, "kind", span_text(row != NULL ? row->name : "unknown"));
    json_put_id(out, "log", &header->log);
    json_put_text(out, "log_type", span_text(word_of(&log_type_words, feed->log.type)));
    json_put_uint(out, "idx", header->idx);
    json_put_time(out, "at", hlc_ms(header->hlc));
    if (!id_is_zero(&header->entity)) json_put_id(out, "entity", &header->entity);
    put_body(out, header, row, event->payload);
    json_close(out, '}');
}

static void keep(struct feed *feed, struct kept *kept, uint64_t number, const char *kind,
                 struct json_out *out)
{
    free(kept->text);
    kept->number = number;
    kept->text = out->at;
    kept->size = out->used;
    kept->merchant = feed->log.merchant;
    strncpy(kept->kind, kind, sizeof kept->kind - 1);
}

/* The event of that number, from a snapshot; NULL when it cannot be read. */
static const struct kept *tell(struct feed *feed, struct store_reading *reading, uint64_t number)
{
    struct kept *kept = &feed->kept[number % KEPT];
    struct event event;
    struct event_header header;
    if (kept->number == number) return kept;
    if (!find_row(feed, &reading->truth, number)) return NULL;
    uint64_t idx = feed->row.idx + (number - feed->row.number);
    if (feed_read_entry(feed, &reading->truth, &feed->row.log, idx, &event, NULL) != OK)
        return NULL;
    if (event_header_decode(event.header, &header) != OK) return NULL;
    look_up_log(feed, &reading->truth, &feed->row.log);
    struct json_out out = {0};
    put_event(feed, &out, number, &event, &header);
    const struct event_row *row = event_by_kind(header.kind);
    keep(feed, kept, number, row != NULL ? row->name : "unknown", &out);
    return kept;
}

static bool may_see(const struct kept *kept, const struct scope *scope)
{
    return scope_covers(scope, &kept->merchant);
}

void feed_print(const struct feed *feed, uint64_t number, char text[FEED_ID_BYTES])
{
    char store[ID_TEXT_BYTES];
    id_print(&feed->http->self->store, store);
    snprintf(text, ID_BYTES_MAX, "%s-%llu", store, (unsigned long long)number);
}

uint64_t feed_after(const struct feed *feed, const char *text)
{
    struct id store;
    const char *dash = strrchr(text, '-');
    if (strcmp(text, "0") == 0) return 1;
    if (dash == NULL || id_parse(span_of(text, (size_t)(dash - text)), &store) != OK) return 0;
    if (!id_equal(&store, &feed->http->self->store)) return 0;
    char *end;
    unsigned long long number = strtoull(dash + 1, &end, 10);
    if (dash[1] < '0' || dash[1] > '9' || *end != '\0') return 0;
    return number < atomic_load(&feed->next) ? number + 1 : 0;
}

/* --- streams ---------------------------------------------------------------------------------- */

static void write_text(struct reader_of_feed *reader, const char *text)
{
    stream_write(reader->stream, span_text(text));
    reader->wrote_ms = reader->feed->now_ms;
}

static bool write_event(struct reader_of_feed *reader, const struct kept *kept)
{
    char id[ID_BYTES_MAX], head[ID_BYTES_MAX + 64];
    struct json_out out = {0};
    feed_print(reader->feed, kept->number, id);
    int size = snprintf(head, sizeof head, "id: %s\nevent: %s\ndata: ", id, kept->kind);
    out.room = (size_t)size + kept->size + 2;
    out.at = malloc(out.room);
    assert(out.at != NULL);
    memcpy(out.at, head, (size_t)size);
    memcpy(out.at + size, kept->text, kept->size);
    memcpy(out.at + (size_t)size + kept->size, "\n\n", 2);
    bool written = stream_write(reader->stream, span_of(out.at, out.room));
    free(out.at);
    if (written) reader->wrote_ms = reader->feed->now_ms;
    return written;
}

static void tell_again(struct feed *feed)
{
    if (!atomic_exchange(&feed->told, true)) server_deliver(feed->http->server, &feed->delivery);
}

/* Gives what fits of the events before `upto`; true when there was more, and room for it. */
static bool fill(struct reader_of_feed *reader, struct store_reading *reading, uint64_t upto)
{
    for (unsigned i = 0; i < ROUND_EVENTS; i++) {
        if (reader->number >= upto) return false;
        if (stream_waiting(reader->stream) >= FILL_BYTES) return false;
        const struct kept *kept = tell(reader->feed, reading, reader->number);
        bool wanted = kept != NULL && may_see(kept, &reader->scope);
        /* One that fits no stream at all is left out, like one that cannot be read. */
        if (wanted && !write_event(reader, kept) && stream_waiting(reader->stream) > 0)
            return false;
        reader->number++;
    }
    return true;
}

/* The number is read first: what is before it, the snapshot shows. */
static void fill_from_snapshot(struct reader_of_feed *reader)
{
    struct store_reading reading;
    uint64_t upto = atomic_load(&reader->feed->next);
    if (reader->number >= upto) return;
    if (store_reading_begin(reader->feed->http->store, &reading) != OK) return;
    if (fill(reader, &reading, upto)) tell_again(reader->feed);
    store_reading_end(&reading);
}

static void on_delivery(struct delivery *delivery)
{
    struct feed *feed =
        (struct feed *)(void *)((uint8_t *)delivery - offsetof(struct feed, delivery));
    atomic_store(&feed->told, false);
    struct reader_of_feed *next;
    for (struct reader_of_feed *at = feed->readers; at != NULL; at = next) {
        next = at->next;
        fill_from_snapshot(at);
    }
}

static void on_room(void *world)
{
    fill_from_snapshot(world);
}

static void on_gone(void *world)
{
    struct reader_of_feed *reader = world;
    if (reader->next != NULL) reader->next->previous = reader->previous;
    if (reader->previous != NULL)
        reader->previous->next = reader->next;
    else
        reader->feed->readers = reader->next;
    atomic_fetch_sub(&reader->feed->readers_count, 1);
    free(reader);
}

static void link_in(struct feed *feed, struct reader_of_feed *reader)
{
    reader->feed = feed;
    reader->next = feed->readers;
    if (reader->next != NULL) reader->next->previous = reader;
    feed->readers = reader;
    atomic_fetch_add(&feed->readers_count, 1);
}

static void greet(struct reader_of_feed *reader, bool reset)
{
    char id[ID_BYTES_MAX], text[2 * ID_BYTES_MAX + 96];
    feed_print(reader->feed, reader->number - 1, id);
    if (reset)
        snprintf(text, sizeof text, "retry: 2000\nid: %s\nevent: reset\ndata: {\"id\":\"%s\"}\n\n",
                 id, id);
    else
        snprintf(text, sizeof text, "retry: 2000\n: %s\n\n", id);
    write_text(reader, text);
}

static void open_reader(struct visit *visit, uint64_t number, bool reset)
{
    struct feed *feed = visit->http->feed;
    struct reader_of_feed *reader = calloc(1, sizeof *reader);
    assert(reader != NULL);
    const struct stream_port port = {reader, on_gone, on_room};
    reader->number = number;
    reader->scope = visit_scope(visit);
    reader->token = visit->token->token;
    call_add_header(visit->call, "Cache-Control", "no-cache");
    call_add_header(visit->call, "X-Accel-Buffering", "no");
    reader->stream = stream_open(visit->call, STREAM_TYPE, &port);
    if (reader->stream == NULL) {
        free(reader);
        visit_refuse(visit, ERROR_BUSY, "too many streams are open");
        return;
    }
    link_in(feed, reader);
    greet(reader, reset);
    fill_from_snapshot(reader);
}

/* --- pages ------------------------------------------------------------------------------------ */

static void answer_page(struct visit *visit, uint64_t number, bool reset, unsigned limit)
{
    struct feed *feed = visit->http->feed;
    struct store_reading reading;
    struct json_out out = {0};
    char id[ID_BYTES_MAX];
    struct scope scope = visit_scope(visit);
    uint64_t upto = atomic_load(&feed->next);
    enum error error = store_reading_begin(visit->http->store, &reading);
    if (error != OK) {
        visit_refuse(visit, error, NULL);
        return;
    }
    json_open(&out, NULL, '{');
    json_open(&out, "events", '[');
    unsigned shown = 0;
    for (unsigned read = 0; shown < limit && read < PAGE_EVENTS_MAX && number < upto; read++) {
        const struct kept *kept = tell(feed, &reading, number);
        if (kept != NULL && may_see(kept, &scope)) {
            json_put_raw(&out, NULL, span_of(kept->text, kept->size));
            shown++;
        }
        number++;
    }
    store_reading_end(&reading);
    json_close(&out, ']');
    feed_print(feed, number - 1, id);
    json_put_text(&out, "next", span_text(id));
    json_put_bool(&out, "reset", reset);
    json_put_bool(&out, "more", number < upto);
    json_close(&out, '}');
    visit_json(visit, 200, &out);
}

static bool read_limit(const char *text, unsigned *limit)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    *limit = number < PAGE_EVENTS_MAX ? (unsigned)number : PAGE_EVENTS_MAX;
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && number > 0;
}

void events_handle(struct visit *visit)
{
    static const char *const allowed[] = {"after", "poll", "limit", NULL};
    struct query query;
    if (!query_read(visit, allowed, &query)) return;
    struct feed *feed = visit->http->feed;
    unsigned limit = PAGE_EVENTS;
    const char *text = query_get(&query, "limit");
    if (text != NULL && !read_limit(text, &limit)) {
        visit_refuse(visit, ERROR_OUT_OF_RANGE, "parameter limit: 1 or more");
        return;
    }
    const char *after = call_header(visit->call, "Last-Event-ID");
    if (after == NULL) after = query_get(&query, "after");
    uint64_t number = after == NULL ? 0 : feed_after(feed, after);
    bool reset = after != NULL && number == 0;
    if (number == 0) number = atomic_load(&feed->next);
    bool poll = query_get(&query, "poll") != NULL || call_method(visit->call) == METHOD_HEAD;
    if (!poll) {
        open_reader(visit, number, reset);
        return;
    }
    answer_page(visit, number, reset, limit);
}

/* --- the feed itself -------------------------------------------------------------------------- */

/* The engine tells of what comes; what was there before, the store tells. */
static uint64_t end_of_feed(struct feed *feed)
{
    struct store_reading reading;
    uint64_t end = 1;
    if (store_reading_begin(feed->http->store, &reading) != OK) return end;
    if (feel_row(feed, &reading.truth, UINT64_MAX)) end = feed->row.number + feed->row.count;
    store_reading_end(&reading);
    return end;
}

struct feed *feed_open(struct http *http)
{
    struct feed *feed = calloc(1, sizeof *feed);
    assert(feed != NULL);
    feed->http = http;
    feed->delivery.run = on_delivery;
    feed->logs.store = &feed->store;
    feed->logs.crypto = http->crypto;
    atomic_store(&feed->next, end_of_feed(feed));
    return feed;
}

void feed_free(struct feed *feed)
{
    if (feed == NULL) return;
    assert(feed->readers == NULL);
    for (size_t i = 0; i < KEPT; i++) free(feed->kept[i].text);
    free(feed);
}

/* A stream outlives the look at its token: whose token was revoked since then is put out. */
static void put_out(struct feed *feed)
{
    const struct tokens *tokens = feed->http->tokens;
    if (feed->tokens_changes == tokens_changes(tokens)) return;
    feed->tokens_changes = tokens_changes(tokens);
    struct reader_of_feed *next;
    for (struct reader_of_feed *at = feed->readers; at != NULL; at = next) {
        next = at->next;
        if (!tokens_hold(tokens, &at->token)) stream_end(at->stream);
    }
}

void feed_tick(struct feed *feed, uint64_t now_ms)
{
    unsigned comment_ms = feed->http->options.comment_ms;
    if (comment_ms == 0) comment_ms = COMMENT_MS;
    feed->now_ms = now_ms;
    put_out(feed);
    for (struct reader_of_feed *at = feed->readers; at != NULL; at = at->next)
        if (now_ms - at->wrote_ms >= comment_ms) write_text(at, ":\n\n");
}

void feed_grew(struct feed *feed, uint64_t next_number)
{
    atomic_store(&feed->next, next_number);
    if (atomic_load(&feed->readers_count) > 0) tell_again(feed);
}
