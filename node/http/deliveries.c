/* The delivery log of an endpoint for webhooks, as this node keeps it: what is under way, and the
 * latest attempts, newest first. It is the leader's; another node says who that is. */
#include <stdlib.h>

#include "node/core/hook_rows.h"
#include "node/http/door.h"
#include "node/http/records.h"
#include "overseas-warehouse/hook.h"
#include "proto/hlc.h"

#define DELIVERIES_SHOWN 50

struct delivering {
    struct visit *visit;
    struct store_reading snapshot;
    struct id webhook;
    struct hook_progress progress;
    bool held; /* this node has delivered, or does */
    unsigned limit;
    struct json_out out;
};

static void put_message(struct json_out *out, uint64_t idx, const struct id *message)
{
    char text[HOOK_TEXT_BYTES_MAX + 1];
    hook_id_print(idx, message, text);
    json_put_text(out, "event", span_text(text));
    json_put_uint(out, "entry", idx);
}

static void put_open(struct delivering *it)
{
    json_open(&it->out, "open", '[');
    for (uint32_t i = 0; it->held && i < it->progress.open_count; i++) {
        const struct hook_message_row *open = &it->progress.open[i];
        json_open(&it->out, NULL, '{');
        put_message(&it->out, open->idx, &open->message);
        json_put_text(&it->out, "type", span_text(word_of(&hook_type_words, open->type)));
        json_put_uint(&it->out, "attempts", open->attempts);
        if (open->next_ms != 0) json_put_time(&it->out, "next_ms", open->next_ms);
        json_close(&it->out, '}');
    }
    json_close(&it->out, ']');
}

static void put_delivery(struct json_out *out, const struct hook_delivery *row)
{
    json_open(out, NULL, '{');
    put_message(out, row->idx, &row->message);
    json_put_text(out, "type", span_text(word_of(&hook_type_words, row->type)));
    json_put_uint(out, "attempt", row->attempt);
    json_put_time(out, "at_ms", row->at_ms);
    json_put_text(out, "outcome", span_text(word_of(&hook_outcome_words, row->outcome)));
    if (row->status != 0) json_put_uint(out, "status", row->status);
    json_put_uint(out, "took_ms", row->took_ms);
    if (row->why.size > 0) json_put_text(out, "why", row->why);
    if (row->next_ms != 0) json_put_time(out, "next_ms", row->next_ms);
    if (row->replay != 0) json_put_bool(out, "replay", true);
    json_close(out, '}');
}

static void put_log(struct delivering *it)
{
    const struct rows *truth = &it->snapshot.truth;
    uint64_t number = it->held ? it->progress.number : 0;
    json_open(&it->out, "deliveries", '[');
    for (unsigned shown = 0; number > 0 && shown < it->limit; number--, shown++) {
        struct key key = key_add_uint(key_of(&it->webhook), number, 8);
        struct hook_delivery row;
        struct span value;
        if (!truth->port->get(truth->world, TRUTH_DELIVERY, key_span(&key), &value)) break;
        if (shape_decode(&hook_delivery_shape, value, &row, NULL) == OK)
            put_delivery(&it->out, &row);
    }
    json_close(&it->out, ']');
}

/* Who has the log that counts. */
static void put_leader(struct delivering *it, const struct id *book_id)
{
    struct key key = key_of(book_id);
    struct book_row book;
    if (!rows_load(&it->snapshot.views, VIEW_BOOK, &key, &book_row_shape, &book)) return;
    json_put_id(&it->out, "leader", &book.leader);
    json_put_bool(&it->out, "here", id_equal(&book.leader, &it->visit->http->self->node));
}

static bool read_limit(struct delivering *it)
{
    static const char *const allowed[] = {"limit", NULL};
    struct query query;
    char *end;
    if (!query_read(it->visit, allowed, &query)) return false;
    const char *text = query_get(&query, "limit");
    it->limit = DELIVERIES_SHOWN;
    if (text == NULL) return true;
    unsigned long limit = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || limit == 0) {
        visit_refuse(it->visit, ERROR_OUT_OF_RANGE, "parameter limit: 1 or more");
        return false;
    }
    it->limit = limit < HOOK_DELIVERIES_KEPT ? (unsigned)limit : HOOK_DELIVERIES_KEPT;
    return true;
}

/* false: there is no such endpoint for this bearer. */
static bool fill(struct delivering *it)
{
    struct webhook_row row;
    struct span value;
    struct scope scope = visit_scope(it->visit);
    const struct rows *truth = &it->snapshot.truth;
    if (!webhook_load(&it->snapshot.views, &it->webhook, &row)) return false;
    if (!scope_covers(&scope, &row.merchant)) return false;
    struct id book = row.book;
    it->held = truth->port->get(truth->world, TRUTH_HOOK, id_span(&it->webhook), &value) &&
               shape_decode(&hook_progress_shape, value, &it->progress, NULL) == OK;
    json_open(&it->out, NULL, '{');
    json_put_id(&it->out, "webhook", &it->webhook);
    put_leader(it, &book);
    if (it->held) json_put_uint(&it->out, "through", it->progress.through);
    put_open(it);
    put_log(it);
    json_close(&it->out, '}');
    return true;
}

void deliveries_handle(struct visit *visit)
{
    struct delivering it = {.visit = visit};
    if (!visit_id(visit, 0, &it.webhook) || !read_limit(&it)) return;
    enum error error = store_reading_begin(visit->http->store, &it.snapshot);
    bool found = error == OK && fill(&it);
    const struct rows *truth = &it.snapshot.truth;
    if (error == OK) error = truth->port->error(truth->world);
    store_reading_end(&it.snapshot);
    if (error == OK && !found) error = ERROR_NOT_FOUND;
    if (error == OK) {
        visit_json(visit, 200, &it.out);
        return;
    }
    json_out_free(&it.out);
    visit_refuse(visit, error, NULL);
}

/* --- what is under way, for all endpoints ------------------------------------------------------
 */

#define BACKLOGS_SCANNED_MAX 1000u

/* The latest attempt that brought nothing, of those that are kept. */
static bool last_failure(const struct rows *truth, const struct id *webhook, uint64_t number,
                         struct hook_delivery *row)
{
    for (unsigned seen = 0; number > 0 && seen < HOOK_DELIVERIES_KEPT; number--, seen++) {
        struct key key = key_add_uint(key_of(webhook), number, 8);
        struct span value;
        if (!truth->port->get(truth->world, TRUTH_DELIVERY, key_span(&key), &value)) return false;
        if (shape_decode(&hook_delivery_shape, value, row, NULL) == OK &&
            row->outcome != HOOK_DELIVERED)
            return true;
    }
    return false;
}

/* When that came to be of which the eldest message tells. */
static void put_oldest(struct json_out *out, const struct http *http, const struct rows *truth,
                       const struct id *book, const struct hook_progress *progress)
{
    struct event event;
    struct event_header header;
    uint64_t idx = progress->open[0].idx;
    for (uint32_t i = 1; i < progress->open_count; i++)
        if (progress->open[i].idx < idx) idx = progress->open[i].idx;
    if (feed_read_entry(http->feed, truth, book, idx, &event, NULL) == OK &&
        event_header_decode(event.header, &header) == OK)
        json_put_time(out, "oldest_ms", hlc_ms(header.hlc));
}

static void put_backlog(struct json_out *out, const struct http *http, const struct rows *truth,
                        const struct id *webhook, const struct webhook_row *row,
                        const struct hook_progress *progress)
{
    struct hook_delivery failure;
    struct id book = row->book;
    json_open(out, NULL, '{');
    json_put_id(out, "webhook", webhook);
    json_put_id(out, "merchant", &row->merchant);
    json_put_uint(out, "waiting", progress->open_count);
    put_oldest(out, http, truth, &book, progress);
    if (last_failure(truth, webhook, progress->number, &failure)) {
        json_open(out, "last_failure", '{');
        json_put_time(out, "at_ms", failure.at_ms);
        json_put_text(out, "outcome", span_text(word_of(&hook_outcome_words, failure.outcome)));
        if (failure.status != 0) json_put_uint(out, "status", failure.status);
        if (failure.why.size > 0) json_put_text(out, "why", failure.why);
        json_close(out, '}');
    }
    json_close(out, '}');
}

static bool leads(const struct rows *views, const struct id *book, const struct id *node)
{
    struct key key = key_of(book);
    struct book_row row;
    return rows_load(views, VIEW_BOOK, &key, &book_row_shape, &row) && id_equal(&row.leader, node);
}

void put_hooks_open(struct json_out *out, const struct http *http, const struct scope *scope)
{
    struct store_reading reading;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    if (store_reading_begin(http->store, &reading) != OK) return;
    json_open(out, "webhooks_open", '[');
    for (unsigned i = 0; i < BACKLOGS_SCANNED_MAX; i++) {
        struct hook_progress progress;
        struct webhook_row row;
        struct id webhook;
        if (!walk_next(&reading.truth, (enum view_table)TRUTH_HOOK, &walk, &at)) break;
        if (shape_decode(&hook_progress_shape, at.value, &progress, NULL) != OK) continue;
        memcpy(webhook.bytes, walk.at.bytes, ID_BYTES);
        if (progress.open_count == 0 || !webhook_load(&reading.views, &webhook, &row)) continue;
        struct id book = row.book;
        /* What is left of a time when this node led the book is another's to send now. */
        if (!scope_covers(scope, &row.merchant)) continue;
        if (leads(&reading.views, &book, &http->self->node))
            put_backlog(out, http, &reading.truth, &webhook, &row, &progress);
    }
    json_close(out, ']');
    store_reading_end(&reading);
}

/* --- what waits for a secret -------------------------------------------------------------------
 */

struct telling {
    struct json_out *out;
    const struct scope *scope;
};

static void put_waiting(void *world, const struct http_hook_waiting *waiting)
{
    const struct telling *telling = world;
    if (!scope_covers(telling->scope, &waiting->merchant)) return;
    json_open(telling->out, NULL, '{');
    json_put_id(telling->out, "webhook", &waiting->webhook);
    json_put_id(telling->out, "merchant", &waiting->merchant);
    json_put_uint(telling->out, "secrets_missing", waiting->secrets_missing);
    json_put_text(telling->out, "mend",
                  span_text("this node leads the book and lacks the secret: give it the file, "
                            "entrepot webhook secret FILE --dir DIR"));
    json_close(telling->out, '}');
}

void put_hooks_waiting(struct json_out *out, const struct http *http, const struct scope *scope)
{
    struct telling telling = {out, scope};
    json_open(out, "webhooks_waiting", '[');
    if (http->options.hooks != NULL)
        http->options.hooks(http->options.hooks_world, &telling, put_waiting);
    json_close(out, ']');
}
