#include "node/hooks/scan.h"

#include <stdlib.h>

#include "node/core/meta.h"

/* One entry with room for what is in it. */
struct place_of_entry {
    struct event_header header;
    union event_body body;
    struct hook_entry entry;
};

struct scan {
    const struct crypto *crypto;
    struct rows truth, views;
    struct store store; /* the snapshot in the dress that log_read knows */
    struct logs logs;
    struct place_of_entry here, next, wish;
};

struct scan *scan_new(const struct crypto *crypto)
{
    struct scan *scan = calloc(1, sizeof *scan);
    if (scan == NULL) return NULL;
    scan->crypto = crypto;
    scan->logs.store = &scan->store;
    scan->logs.crypto = crypto;
    return scan;
}

void scan_free(struct scan *scan)
{
    free(scan);
}

void scan_look_at(struct scan *scan, const struct store_reading *reading)
{
    scan->truth = scan->store.truth = reading->truth;
    scan->views = scan->store.views = reading->views;
}

/* --- logs and entries --------------------------------------------------------------------------
 */

bool scan_log(struct scan *scan, const struct id *log, struct log_row *row)
{
    struct span value;
    return scan->truth.port->get(scan->truth.world, TRUTH_LOG, id_span(log), &value) &&
           shape_decode(&log_row_shape, value, row, NULL) == OK;
}

uint64_t scan_readable(struct scan *scan, const struct id *log, const struct log_row *row)
{
    struct key key = key_of(log);
    struct cursor_row cursor;
    if (!rows_load(&scan->views, VIEW_CURSOR, &key, &cursor_row_shape, &cursor)) return 0;
    return cursor.idx < row->committed ? cursor.idx : row->committed;
}

/* false: the store does not give it, and nothing may be concluded. What this version cannot read is
 * an entry of kind 0: it makes nothing. */
static bool read_entry(struct scan *scan, const struct id *book, uint64_t idx,
                       struct place_of_entry *to)
{
    struct event event;
    if (log_read(&scan->logs, book, idx, &event, &to->entry.hash) != OK) return false;
    if (event_header_decode(event.header, &to->header) != OK) return false;
    const struct event_row *known = event_by_kind(to->header.kind);
    bool stands = known != NULL && (known->logs & IN_BOOK) != 0 &&
                  event_body_decode(&to->header, event.payload, &to->body) == OK;
    to->entry.kind = stands ? to->header.kind : 0;
    to->entry.idx = idx;
    to->entry.body = &to->body;
    return true;
}

/* A store that could not be read answers "absent" everywhere: then nothing is concluded either. */
static bool is_sound(const struct scan *scan)
{
    return scan->views.port->error(scan->views.world) == OK &&
           scan->truth.port->error(scan->truth.world) == OK;
}

/* --- messages ----------------------------------------------------------------------------------
 */

static struct plan_message message_of(struct scan *scan, enum hook_type type, bool replay)
{
    const struct hook_entry *entry = &scan->here.entry;
    return (struct plan_message){.idx = entry->idx,
                                 .type = type,
                                 .about = hook_about(&scan->views, entry),
                                 .message = hook_message(scan->crypto, &entry->hash, type),
                                 .replay = replay};
}

static bool can_be_told(struct scan *scan, enum hook_type type)
{
    char body[HOOK_BODY_BYTES_MAX];
    struct span out;
    return hook_body(&scan->views, &scan->here.entry, type, 0, body, &out);
}

/* What the entry `here` makes for the endpoint; what folded to nothing is not told. */
static struct hook_types wanted(struct scan *scan, const struct webhook_row *row, uint64_t readable)
{
    uint64_t idx = scan->here.entry.idx;
    bool asks = scan->here.entry.kind == EVENT_RETURN_MOVED;
    bool next = asks && idx < readable && read_entry(scan, &row->book, idx + 1, &scan->next);
    struct hook_types all = hook_types_of(&scan->here.entry, next ? &scan->next.entry : NULL);
    struct hook_types types = {.count = 0};
    for (uint32_t i = 0; i < all.count; i++)
        if (hook_wants(row, all.at[i]) && can_be_told(scan, all.at[i]))
            types.at[types.count++] = all.at[i];
    return types;
}

/* --- replays -----------------------------------------------------------------------------------
 */

/* The first entry that is not older than the moment: stamps ascend within a log. */
static uint64_t first_since(struct scan *scan, const struct id *book, uint64_t below, uint64_t ms)
{
    uint64_t low = 1, high = below;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        struct event event;
        struct event_header header;
        bool read = log_read(&scan->logs, book, middle, &event, NULL) == OK &&
                    event_header_decode(event.header, &header) == OK;
        if (read && hlc_ms(header.hlc) < ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void begin_replay(struct scan *scan, struct plan_line *line, const struct webhook_row *row)
{
    const struct webhook_asked *asked = &scan->here.body.webhook_asked;
    uint64_t at = scan->here.entry.idx;
    if (line->replay_at == at) return; /* resumed */
    line->replay_at = at;
    line->replay_next =
        asked->idx != 0 ? asked->idx : first_since(scan, &row->book, at, asked->since_ms);
}

/* false: no room for what this entry made. */
static bool replay_entry(struct scan *scan, struct plan_line *line, const struct webhook_row *row,
                         const struct webhook_asked *asked)
{
    struct hook_types types = wanted(scan, row, line->replay_at);
    if (!plan_has_room(line, types.count) || !is_sound(scan)) return false;
    for (uint32_t i = 0; i < types.count; i++) {
        struct plan_message message = message_of(scan, types.at[i], true);
        bool meant = asked->idx == 0 || id_equal(&message.message, &asked->message);
        if (meant) plan_add(line, &message);
    }
    return true;
}

/* Goes on with the wish; `through` passes it when it is done. false: no room, or no turn left. */
static bool go_on(struct scan *scan, struct plan_line *line, const struct webhook_row *row,
                  unsigned *entries)
{
    if (!read_entry(scan, &row->book, line->replay_at, &scan->wish)) return false;
    const struct webhook_asked *asked = &scan->wish.body.webhook_asked;
    uint64_t end = asked->idx != 0 ? asked->idx + 1 : line->replay_at;
    if (end > line->replay_at) end = line->replay_at;
    for (; line->replay_next < end; line->replay_next++) {
        if (*entries == 0) return false;
        --*entries;
        if (!read_entry(scan, &row->book, line->replay_next, &scan->here) ||
            !replay_entry(scan, line, row, asked))
            return false;
    }
    line->through = line->replay_at;
    line->replay_at = line->replay_next = 0;
    return true;
}

/* --- reading on --------------------------------------------------------------------------------
 */

static bool is_wish(const struct scan *scan, const struct plan_line *line)
{
    return scan->here.entry.kind == EVENT_WEBHOOK_ASKED &&
           id_equal(&scan->here.body.webhook_asked.webhook, &line->webhook);
}

/* false: it waits for room, or for more turns. */
static bool read_on(struct scan *scan, struct plan_line *line, const struct webhook_row *row,
                    uint64_t readable, unsigned *entries)
{
    uint64_t idx = line->through + 1;
    if (!read_entry(scan, &row->book, idx, &scan->here)) return false;
    if (is_wish(scan, line) && !scan->here.body.webhook_asked.test) {
        begin_replay(scan, line, row);
        return go_on(scan, line, row, entries);
    }
    struct hook_types types = wanted(scan, row, readable);
    if (is_wish(scan, line)) types.at[types.count++] = HOOK_TEST;
    if (!plan_has_room(line, types.count) || !is_sound(scan)) return false;
    for (uint32_t i = 0; i < types.count; i++) {
        struct plan_message message = message_of(scan, types.at[i], false);
        plan_add(line, &message);
    }
    line->through = idx;
    return true;
}

bool scan_line(struct scan *scan, struct plan_line *line, const struct webhook_row *row,
               uint64_t readable, unsigned entries)
{
    while (line->through < readable && entries > 0) {
        entries--;
        if (!read_on(scan, line, row, readable, &entries)) return entries == 0;
    }
    return line->through < readable;
}

void scan_add(struct scan *scan, struct plan_line *line, const struct webhook_row *row,
              const struct hook_under_way *message)
{
    if (!plan_has_room(line, 1) || !read_entry(scan, &row->book, message->idx, &scan->here)) return;
    if (!can_be_told(scan, (enum hook_type)message->type)) return;
    struct plan_message open = message_of(scan, (enum hook_type)message->type, false);
    plan_add(line, &open);
}

bool scan_body(struct scan *scan, const struct id *book, uint64_t idx, enum hook_type type,
               char body[HOOK_BODY_BYTES_MAX], struct span *out)
{
    if (!read_entry(scan, book, idx, &scan->here)) return false;
    return hook_body(&scan->views, &scan->here.entry, type, hlc_ms(scan->here.header.hlc), body,
                     out);
}
