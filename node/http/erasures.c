/* Where an erasure is done and where it waits: a member's own word in its log (EVENT_ERASED) says
 * that no payload of the subject stands in its store any more. Nothing else counts for it: who has
 * acknowledged the tombstone may have been stopped before it obeyed. */
#include "node/http/door.h"
#include "node/http/records.h"
#include "proto/hlc.h"

enum place_state { PLACE_DONE, PLACE_WAITING, PLACE_PUT_OUT, PLACE_STATES };
static const char *const place_words[PLACE_STATES] = {"done", "waiting", "put_out"};

struct tally {
    const struct reading *reading;
    const struct last_heard *heard; /* NULL: not asked for */
    struct json_out *out;
    const struct id *subject;
    unsigned count[PLACE_STATES];
};

/* The word of the present store alone: a former one's says nothing of what was put back from a copy
 * since. */
static enum place_state place_of(const struct tally *tally, const struct member *member,
                                 struct erased_at_row *at)
{
    struct key key = key_add_id(key_of(tally->subject), &member->log);
    const struct rows *rows = tally->reading->rows;
    if (rows_load(rows, VIEW_ERASED_AT, &key, &erased_at_row_shape, at)) return PLACE_DONE;
    return member->revoked ? PLACE_PUT_OUT : PLACE_WAITING;
}

static void put_member(struct tally *tally, const struct member *member)
{
    struct json_out *out = tally->out;
    struct erased_at_row at;
    struct member held = *member; /* its texts live until the next load */
    json_open(out, NULL, '{');
    json_put_id(out, "node", &held.node);
    json_put_text(out, "name", held.name);
    if (held.code.size > 0) json_put_text(out, "code", held.code);
    enum place_state state = place_of(tally, &held, &at);
    tally->count[state]++;
    json_put_text(out, "state", span_text(place_words[state]));
    if (state == PLACE_DONE) json_put_time(out, "done_ms", at.at_ms);
    if (tally->heard != NULL) {
        uint64_t heard_ms = last_heard_ms(tally->heard, &held);
        if (heard_ms != 0) json_put_time(out, "last_heard_ms", heard_ms);
    }
    json_close(out, '}');
}

static void put_members(struct tally *tally)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct member member;
    json_open(tally->out, "members", '[');
    while (walk_next(tally->reading->rows, VIEW_MEMBER, &walk, &row))
        if (shape_decode(&member_shape, row.value, &member, NULL) == OK) put_member(tally, &member);
    json_close(tally->out, ']');
}

/* The first that was asked for; a later one adds nothing. */
static void put_asked(const struct rows *rows, const struct id *subject, struct json_out *out)
{
    struct key prefix = key_of(subject), first = {.size = 0};
    struct walk walk = walk_over(&prefix);
    struct row at;
    struct erasure_row row;
    uint64_t asked_ms = UINT64_MAX;
    while (walk_next(rows, VIEW_ERASURE, &walk, &at)) {
        if (shape_decode(&erasure_row_shape, at.value, &row, NULL) != OK) continue;
        if (row.asked_ms < asked_ms) first = walk.at;
        if (row.asked_ms < asked_ms) asked_ms = row.asked_ms;
    }
    if (first.size == 0 || !rows_load(rows, VIEW_ERASURE, &first, &erasure_row_shape, &row)) return;
    json_put_shape(out, NULL, &erasure_row_shape, &row);
}

bool erasure_put(const struct reading *reading, const struct id *subject,
                 const struct last_heard *heard, struct json_out *out, const char *key)
{
    struct key at = key_of(subject);
    struct return_row row;
    struct tally tally = {.reading = reading, .heard = heard, .out = out, .subject = subject};
    bool bound = scope_is_bound(&reading->scope);
    bool owned =
        return_load(reading->rows, subject, &row) && scope_covers(&reading->scope, &row.merchant);
    if (!rows_has(reading->rows, VIEW_ERASED, &at) || (bound && !owned)) return false;
    json_open(out, key, '{');
    json_put_id(out, "id", subject);
    put_asked(reading->rows, subject, out);
    put_members(&tally);
    for (unsigned i = 0; i < PLACE_STATES; i++) json_put_uint(out, place_words[i], tally.count[i]);
    enum place_state state = tally.count[PLACE_PUT_OUT] > 0 ? PLACE_PUT_OUT : PLACE_DONE;
    if (tally.count[PLACE_WAITING] > 0) state = PLACE_WAITING;
    json_put_text(out, "state", span_text(place_words[state]));
    json_close(out, '}');
    return true;
}

/* --- when a member was heard last ------------------------------------------------------------- */

static uint64_t latest_entry_ms(struct feed *feed, const struct rows *truth, const struct id *log)
{
    struct span value;
    struct log_row row;
    struct event event;
    struct event_header header;
    if (!truth->port->get(truth->world, TRUTH_LOG, id_span(log), &value)) return 0;
    if (shape_decode(&log_row_shape, value, &row, NULL) != OK || row.last == 0) return 0;
    if (feed_read_entry(feed, truth, log, row.last, &event, NULL) != OK) return 0;
    return event_header_decode(event.header, &header) == OK ? hlc_ms(header.hlc) : 0;
}

/* By whatever way: its latest entry may have come through a third node. */
uint64_t last_heard_ms(const struct last_heard *heard, const struct member *member)
{
    const struct http *http = heard->http;
    uint64_t heard_ms = latest_entry_ms(http->feed, heard->truth, &member->log);
    if (id_equal(&member->node, &http->self->node)) return heard->now_ms;
    for (uint32_t i = 0; i < http->status.peers_count; i++) {
        uint64_t ago_ms = http->status.peer[i].heard_ms_ago;
        bool open = http->status.peer[i].open && ago_ms < heard->now_ms;
        if (!open || !id_equal(&http->status.peer[i].node, &member->node)) continue;
        if (heard->now_ms - ago_ms > heard_ms) heard_ms = heard->now_ms - ago_ms;
    }
    return heard_ms;
}
