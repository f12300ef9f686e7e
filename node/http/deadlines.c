/* Who owes what by when: what is open in the order of its time, and what has ended. */
#include "node/http/deadlines.h"

#include "node/core/hearing.h"
#include "node/http/door.h"
#include "node/http/lists.h"
#include "overseas-warehouse/expected.h"
#include "proto/time.h"
#include <stdio.h>
#include <stdlib.h>

/* --- one -------------------------------------------------------------------------------------- */

static struct span key_tail(struct span key)
{
    return span_of(key.at + key.size - DEADLINE_KEY_BYTES, DEADLINE_KEY_BYTES);
}

static struct id id_of(const uint8_t *at)
{
    struct id id;
    memcpy(id.bytes, at, ID_BYTES);
    return id;
}

static void put_awaited(const struct deadline_reading *reading, uint64_t due_ms,
                        struct json_out *out)
{
    struct id nodes[PEERS_MAX];
    uint32_t count = hearing_awaited(reading->rows, reading->own_log, due_ms, nodes, PEERS_MAX);
    json_open(out, "awaiting", '[');
    for (uint32_t i = 0; i < count; i++) {
        struct key key = key_of(&nodes[i]);
        struct member member;
        bool known = rows_load(reading->rows, VIEW_MEMBER, &key, &member_shape, &member);
        json_put_text(out, NULL, known ? member.name : span_text("?"));
    }
    json_close(out, ']');
}

/* Open ones are told as they are now: due, and held until somebody was heard. */
const char *deadline_state(const struct deadline_reading *reading, const struct deadline_row *row)
{
    struct id one;
    if (row->state != DEADLINE_OPEN) return word_of(&deadline_state_words, row->state);
    if (row->due_ms >= reading->now_ms) return "open";
    bool held = row->irreversible != 0 &&
                hearing_awaited(reading->rows, reading->own_log, row->due_ms, &one, 1) > 0;
    return held ? "held" : "overdue";
}

/* The owner of the first contact, where the return names one. */
static void put_desk(const struct deadline_reading *reading, const struct deadline_row *row,
                     struct json_out *out)
{
    struct return_row owner;
    if (id_is_zero(&row->return_id)) return;
    if (!return_load(reading->rows, &row->return_id, &owner) || owner.owner.size == 0) return;
    json_put_text(out, "desk", owner.owner);
}

/* Whom it concerns by now that it is late, and since when. */
static void put_level(const struct deadline_reading *reading, const struct deadline_row *row,
                      struct json_out *out)
{
    uint64_t now_ms = reading->now_ms != 0 ? reading->now_ms : reading->level_ms;
    uint64_t since_ms, level = deadline_level(row, now_ms, &since_ms);
    if (level == LEVEL_NONE) return;
    json_put_uint(out, "level", level);
    json_put_text(out, "concerns", span_text(word_of(&level_words, level)));
    put_desk(reading, row, out);
    json_put_time(out, "level_since_ms", since_ms);
}

void deadline_put(const struct deadline_reading *reading, struct span key,
                  const struct deadline_row *row, struct json_out *out)
{
    struct id thing = id_of(key_tail(key).at);
    const char *state = deadline_state(reading, row);
    json_open(out, NULL, '{');
    json_put_id(out, "thing", &thing);
    json_put_text(out, "kind", span_text(word_of(&deadline_words, row->kind)));
    json_put_text(out, "owner", span_text(word_of(&actor_words, row->owner)));
    json_put_text(out, "state", span_text(state));
    json_put_time(out, "due_ms", row->due_ms);
    json_put_time(out, "since_ms", row->since_ms);
    if (row->ended_ms != 0) json_put_time(out, "ended_ms", row->ended_ms);
    json_put_bool(out, "irreversible", row->irreversible != 0);
    if (row->calendar.size > 0) json_put_text(out, "calendar", row->calendar);
    if (row->calendar.size > 0) json_put_uint(out, "calendar_version", row->calendar_version);
    put_level(reading, row, out);
    if (!id_is_zero(&row->merchant)) json_put_id(out, "merchant", &row->merchant);
    if (!id_is_zero(&row->return_id)) json_put_id(out, "return_id", &row->return_id);
    if (strcmp(state, "held") == 0) put_awaited(reading, row->due_ms, out);
    json_close(out, '}');
}

void deadlines_put_of_return(const struct reading *from, const struct id *return_id,
                             struct json_out *out)
{
    /* What is open is told as open, and its time stands beside it; whom it concerns by now is told
     * to who looks at the one return, and in no list and no stream. */
    const struct rows *rows = from->rows;
    const struct deadline_reading reading = {.rows = rows, .level_ms = from->now_ms};
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row row;
    json_open(out, "deadlines", '[');
    while (walk_next(rows, VIEW_DEADLINE, &walk, &row)) {
        struct deadline_row deadline;
        if (shape_decode(&deadline_row_shape, row.value, &deadline, NULL) == OK)
            deadline_put(&reading, key_span(&walk.at), &deadline, out);
    }
    json_close(out, ']');
}

static void put_stage(const struct expected_stage *stage, struct json_out *out)
{
    json_open(out, NULL, '{');
    json_put_text(out, "stage", span_text(word_of(&expected_stage_words, stage->kind)));
    json_put_text(out, "owner", span_text(word_of(&actor_words, stage->owner)));
    json_put_time(out, "until_ms", stage->until_ms);
    json_put_text(out, "basis", span_text(word_of(&expected_basis_words, stage->basis)));
    if (stage->late) json_put_bool(out, "late", true);
    if (stage->basis == BASIS_QUEUE) {
        json_put_uint(out, "units_waiting", stage->pace.waiting);
        json_put_uint(out, "units_in_7_days", stage->pace.disposed);
    }
    json_close(out, '}');
}

void expected_put_of_return(const struct reading *reading, const struct id *return_id,
                            struct json_out *out)
{
    const struct desk desk = {.rows = *reading->rows, .crypto = reading->crypto};
    struct expected expected;
    if (reading->now_ms == 0 || !business_expected(&desk, return_id, reading->now_ms, &expected))
        return;
    json_open(out, "expected", '{');
    json_put_time(out, "done_ms", expected.done_ms);
    json_open(out, "stages", '[');
    for (uint32_t i = 0; i < expected.count; i++) put_stage(&expected.stages[i], out);
    json_close(out, ']');
    json_close(out, '}');
}

/* --- a page ----------------------------------------------------------------------------------- */

struct deadline_page {
    struct visit *visit;
    struct deadline_reading reading;
    struct scope scope;
    enum view_table table;
    struct key prefix, after;
    uint64_t before_ms, owner, level;
    const char *state; /* NULL: whatever is open */
    unsigned limit, shown, scanned;
    bool resumed;
    struct json_out out;
};

static bool refuse(struct deadline_page *page, enum error error, const char *detail)
{
    visit_refuse(page->visit, error, detail);
    return false;
}

static bool is_ended_word(const char *word)
{
    int64_t number = word_number(&deadline_state_words, span_text(word));
    return number > DEADLINE_OPEN;
}

/* Open ones of one merchant, or of all, by time; ended ones as they are filed. */
static bool choose_table(struct deadline_page *page, const char *state)
{
    struct id only = scope_only(&page->scope);
    page->state = state;
    page->table = VIEW_DEADLINE_BY_TIME;
    bool open = state == NULL || strcmp(state, "open") == 0 || strcmp(state, "overdue") == 0 ||
                strcmp(state, "held") == 0;
    if (!open && !is_ended_word(state))
        return refuse(page, ERROR_OUT_OF_RANGE,
                      "parameter state: open, overdue, held, met, missed or lifted");
    if (!open) page->table = VIEW_DEADLINE;
    if (!open || id_is_zero(&only)) return true;
    page->table = VIEW_DEADLINE_BY_MERCHANT;
    page->prefix = key_of(&only);
    return true;
}

static bool read_cursor(struct deadline_page *page, const char *text)
{
    if (text == NULL) return true;
    size_t size = strlen(text) / 2;
    bool hex = strspn(text, "0123456789abcdef") == strlen(text);
    page->resumed =
        hex && strlen(text) % 2 == 0 && size >= DEADLINE_KEY_BYTES && size <= ROW_KEY_BYTES_MAX;
    for (size_t i = 0; page->resumed && i < size; i++) {
        unsigned byte;
        page->resumed = sscanf(text + 2 * i, "%2x", &byte) == 1;
        page->after.bytes[i] = (uint8_t)byte;
    }
    page->after.size = size;
    bool fits = page->resumed && size >= page->prefix.size &&
                memcmp(page->after.bytes, page->prefix.bytes, page->prefix.size) == 0;
    return fits || refuse(page, ERROR_MALFORMED, "parameter cursor: not one of this list");
}

static bool read_level(struct deadline_page *page, const char *level)
{
    if (level == NULL) return true;
    page->level =
        level[0] >= '1' && level[0] <= '3' && level[1] == '\0' ? (uint64_t)level[0] - '0' : 0;
    return page->level != 0 ||
           refuse(page, ERROR_OUT_OF_RANGE, "parameter level: 1 desk, 2 supervisor or 3 platform");
}

static bool read_filters(struct deadline_page *page, const struct query *query)
{
    const char *owner = query_get(query, "owner"), *before = query_get(query, "before");
    const char *limit = query_get(query, "limit");
    int64_t number = owner != NULL ? word_number(&actor_words, span_text(owner)) : 0;
    if (number < 0) return refuse(page, ERROR_OUT_OF_RANGE, "parameter owner: no such actor");
    page->owner = (uint64_t)number;
    page->before_ms = TIME_MS_MAX;
    if (!read_level(page, query_get(query, "level"))) return false;
    if (before != NULL && time_parse(span_text(before), &page->before_ms) != OK)
        return refuse(page, ERROR_MALFORMED, "parameter before: 2026-12-01T00:00:00Z");
    char *end = NULL;
    unsigned long wanted = limit != NULL ? strtoul(limit, &end, 10) : LIST_LIMIT;
    if (wanted == 0 || (limit != NULL && (*end != '\0' || limit[0] < '0' || limit[0] > '9')))
        return refuse(page, ERROR_OUT_OF_RANGE, "parameter limit: 1 or more");
    page->limit = wanted < LIST_LIMIT_MAX ? (unsigned)wanted : LIST_LIMIT_MAX;
    return choose_table(page, query_get(query, "state")) &&
           read_cursor(page, query_get(query, "cursor"));
}

static bool fits(const struct deadline_page *page, const struct deadline_row *row)
{
    uint64_t since_ms;
    if (page->owner != 0 && row->owner != page->owner) return false;
    if (page->level != 0 && deadline_level(row, page->reading.now_ms, &since_ms) != page->level)
        return false;
    if (row->due_ms >= page->before_ms) return false;
    if (scope_is_bound(&page->scope) && !scope_covers(&page->scope, &row->merchant)) return false;
    return page->state == NULL || strcmp(page->state, deadline_state(&page->reading, row)) == 0;
}

static void show(struct deadline_page *page, struct span at)
{
    struct key key = {.size = DEADLINE_KEY_BYTES};
    struct deadline_row row;
    memcpy(key.bytes, key_tail(at).at, DEADLINE_KEY_BYTES);
    if (!rows_load(page->reading.rows, VIEW_DEADLINE, &key, &deadline_row_shape, &row)) return;
    if (!fits(page, &row)) return;
    deadline_put(&page->reading, key_span(&key), &row, &page->out);
    page->shown++;
}

/* In the order of time nothing that is due later than asked for can follow. */
static bool is_past(const struct deadline_page *page, const struct key *at)
{
    if (page->table == VIEW_DEADLINE) return false;
    uint64_t due_ms = be_get(at->bytes + page->prefix.size, 8);
    return due_ms >= page->before_ms || (page->level != 0 && due_ms >= page->reading.now_ms);
}

/* false: the end was reached. */
static bool fill(struct deadline_page *page)
{
    struct walk walk = walk_over(&page->prefix);
    struct row row;
    if (page->resumed) {
        walk.at = page->after;
        walk.begun = true;
    }
    while (walk_next(page->reading.rows, page->table, &walk, &row)) {
        if (is_past(page, &walk.at)) return false;
        if (page->shown == page->limit || page->scanned == LIST_SCANNED_MAX) return true;
        page->scanned++;
        struct key at = walk.at;
        show(page, key_span(&at));
        page->after = at;
    }
    return false;
}

static void answer(struct deadline_page *page)
{
    char cursor[2 * ROW_KEY_BYTES_MAX + 1];
    json_open(&page->out, NULL, '{');
    json_open(&page->out, "deadlines", '[');
    bool more = fill(page);
    json_close(&page->out, ']');
    for (size_t i = 0; i < page->after.size; i++)
        snprintf(cursor + 2 * i, 3, "%02x", page->after.bytes[i]);
    if (more) json_put_text(&page->out, "next_cursor", span_text(cursor));
    json_close(&page->out, '}');
}

void deadlines_handle(struct visit *visit)
{
    static const char *const allowed[] = {"owner", "state",  "level", "before",
                                          "limit", "cursor", NULL};
    struct store_reading snapshot;
    struct query query;
    struct deadline_page page = {.visit = visit, .scope = visit_scope(visit)};
    if (!query_read(visit, allowed, &query) || !read_filters(&page, &query)) return;
    enum error error = store_reading_begin(visit->http->store, &snapshot);
    if (error == OK) {
        page.reading =
            (struct deadline_reading){&snapshot.views, &visit->http->self->log, wall_now_ms(), 0};
        answer(&page);
        error = snapshot.views.port->error(snapshot.views.world);
        store_reading_end(&snapshot);
    }
    if (error == OK) {
        visit_json(visit, 200, &page.out);
        return;
    }
    json_out_free(&page.out);
    visit_refuse(visit, error, NULL);
}
