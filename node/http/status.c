/* How the node is: for machines that ask whether it lives, for Prometheus, and for people. */
#include "node/http/door.h"
#include "overseas-warehouse/reasons.h"

#include "node/core/hearing.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define TEXT_TYPE    "text/plain; charset=utf-8"
#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define MIB          (1024u * 1024)
#define DISK_LOW_MIB 16

/* --- members without a session ---------------------------------------------------------------- */

#define NOT_HEARD UINT64_MAX

static bool has_session(const struct engine_status *status, const struct id *node)
{
    for (uint32_t i = 0; i < status->peers_count; i++)
        if (id_equal(&status->peer[i].node, node)) return true;
    return false;
}

/* Own entries beyond what the member acknowledged when it was heard. */
static uint64_t lag_of(const struct engine_status *status, const struct rows *truth,
                       const struct id *node)
{
    uint64_t lag = 0;
    for (uint32_t i = 0; i < status->logs_count; i++) {
        struct key key = key_add_id(key_of(node), &status->log[i].log);
        struct span value;
        if (!status->log[i].own) continue;
        bool known = truth->port->get(truth->world, TRUTH_ACK, key_span(&key), &value);
        uint64_t acked = known && value.size == 8 ? be_get(value.at, 8) : 0;
        if (acked < status->log[i].last) lag += status->log[i].last - acked;
    }
    return lag;
}

/* A member that cannot be reached is one whose lag matters most: the engine knows of links only. */
static void add_absent(const struct http *http, struct engine_status *status)
{
    struct store_reading reading;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct member member;
    if (store_reading_begin(http->store, &reading) != OK) return;
    while (status->peers_count < PEERS_MAX && walk_next(&reading.views, VIEW_MEMBER, &walk, &row)) {
        if (shape_decode(&member_shape, row.value, &member, NULL) != OK || member.revoked) continue;
        if (id_equal(&member.node, &http->self->node) || has_session(status, &member.node))
            continue;
        uint32_t at = status->peers_count++;
        memset(&status->peer[at], 0, sizeof status->peer[at]);
        status->peer[at].node = member.node;
        status->peer[at].heard_ms_ago = NOT_HEARD;
        status->peer[at].lag_events = lag_of(status, &reading.truth, &member.node);
    }
    store_reading_end(&reading);
}

static void look(struct http *http)
{
    engine_status(http->engine, &http->status);
    add_absent(http, &http->status);
}

/* --- is it alive, is it ready ----------------------------------------------------------------- */

struct check {
    const char *name;
    bool good;
    const char *when_bad;
};

#define CHECKS 6
static void make_checks(struct http *http, struct check checks[CHECKS])
{
    struct engine_status *status = &http->status;
    engine_status(http->engine, status);
    uint64_t free_mib = store_lmdb_free_bytes(http->store) / MIB;
    checks[0] = (struct check){"writer", !status->stopped, "an own log is in doubt or forked"};
    checks[1] =
        (struct check){"store", !status->in_doubt, "lost, restored or cloned: see the manual"};
    checks[2] = (struct check){"disk", !status->read_only && free_mib >= DISK_LOW_MIB,
                               "full: reads go on, writes are refused"};
    checks[3] = (struct check){"clock", !status->clock_suspect,
                               "it leapt: deadlines wait for /v1/clock/confirm"};
    checks[4] = (struct check){"queue", server_counts(http->server).calls_open < ENGINE_JOBS_MAX,
                               "too much is waiting"};
    checks[5] = (struct check){"accounts", status->unserved_count == 0,
                               "refunds wait for a payment account: see /v1/status"};
}

void livez_handle(struct visit *visit)
{
    call_reply(visit->call, 200, TEXT_TYPE, span_text("ok\n"));
}

/* A suspect clock holds deadlines back and a missing account refunds: the node still serves. */
static bool is_fatal(const struct check *check)
{
    return !check->good && strcmp(check->name, "clock") != 0 &&
           strcmp(check->name, "accounts") != 0;
}

void readyz_handle(struct visit *visit)
{
    static const char *const allowed[] = {"verbose", NULL};
    struct query query;
    struct check checks[CHECKS];
    bool ready = true;
    char text[1024];
    int used = 0;
    if (!query_read(visit, allowed, &query)) return;
    bool verbose = query_get(&query, "verbose") != NULL;
    make_checks(visit->http, checks);
    for (size_t i = 0; i < CHECKS; i++) {
        if (is_fatal(&checks[i])) ready = false;
        if (!verbose && checks[i].good) continue;
        used += snprintf(text + used, sizeof text - (size_t)used, "[%c] %s%s%s\n",
                         checks[i].good ? '+' : '-', checks[i].name, checks[i].good ? "" : ": ",
                         checks[i].good ? "" : checks[i].when_bad);
    }
    used += snprintf(text + used, sizeof text - (size_t)used, ready ? "ready\n" : "not ready\n");
    call_reply(visit->call, ready ? 200 : 503, TEXT_TYPE, span_of(text, (size_t)used));
}

/* --- for Prometheus --------------------------------------------------------------------------- */

struct text {
    char *at;
    size_t used, room;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...)
{
    va_list arguments;
    if (text->room - text->used < 1024) {
        text->room = text->room * 2 + 8192;
        text->at = realloc(text->at, text->room);
        if (text->at == NULL) abort();
    }
    va_start(arguments, format);
    int size = vsnprintf(text->at + text->used, text->room - text->used, format, arguments);
    va_end(arguments);
    if (size > 0 && (size_t)size < text->room - text->used) text->used += (size_t)size;
}

static void add_one(struct text *text, const char *name, const char *type, const char *help,
                    uint64_t value)
{
    add(text, "# HELP entrepot_%s %s\n# TYPE entrepot_%s %s\nentrepot_%s %llu\n", name, help, name,
        type, name, (unsigned long long)value);
}

static void add_core(struct text *text, const struct engine_status *status)
{
    const struct core_stats *stats = &status->stats;
    add_one(text, "turns_total", "counter", "Turns of the writer.", stats->turns);
    add_one(text, "commands_total", "counter", "Commands taken.", stats->commands);
    add_one(text, "commands_refused_total", "counter", "Commands refused by a rule.",
            stats->refused);
    add_one(text, "events_appended_total", "counter", "Own entries appended.", stats->appended);
    add_one(text, "events_folded_total", "counter", "Entries folded into views.", stats->folded);
    add_one(text, "duplicates_total", "counter", "Observations held already.", stats->duplicates);
    add_one(text, "commits_failed_total", "counter", "Turns undone.", stats->commits_failed);
    add_one(text, "batches_dropped_total", "counter", "Batches of peers not taken.",
            stats->dropped_batches);
    add_one(text, "asks_open", "gauge", "Own asks without an answer.", stats->asks_open);
    add_one(text, "asks_oldest_ms", "gauge", "Age of the eldest of them.", stats->asks_oldest_ms);
    add_one(text, "unreplicated", "gauge", "Own entries no peer has acknowledged.",
            stats->unreplicated);
    add_one(text, "unreplicated_oldest_ms", "gauge", "Age of the eldest of them.",
            stats->unreplicated_oldest_ms);
    add_one(text, "effects_open", "gauge", "Outside calls wanted or under way.",
            stats->effects_open);
    add_one(text, "refunds_without_account", "gauge", "Refunds that wait for a payment account.",
            stats->refunds_unserved);
    add_one(text, "labels_without_account", "gauge", "Labels that wait for a carrier's account.",
            stats->labels_unserved);
    add_one(text, "deadlines_held", "gauge", "Deadlines held back.", stats->dues_held);
    add_one(text, "deadlines_awaiting", "gauge", "Deadlines held until others were heard.",
            stats->dues_awaiting);
    add_one(text, "forks_total", "counter", "Forks seen.", stats->forks);
    add_one(text, "feed_next", "gauge", "Number of the next event of the feed.", status->feed_next);
    add_one(text, "clock_suspect", "gauge", "1: the clock leapt.", status->clock_suspect);
    add_one(text, "in_doubt", "gauge", "1: the store is in doubt.", status->in_doubt);
}

static void add_peers(struct text *text, const struct engine_status *status)
{
    char id[ID_TEXT_BYTES];
    add(text, "# HELP entrepot_peer_lag_events Own entries the peer has not acknowledged.\n"
              "# TYPE entrepot_peer_lag_events gauge\n");
    for (uint32_t i = 0; i < status->peers_count; i++) {
        id_print(&status->peer[i].node, id);
        add(text, "entrepot_peer_lag_events{peer=\"%s\"} %llu\n", id,
            (unsigned long long)status->peer[i].lag_events);
    }
    add(text, "# HELP entrepot_peer_open 1: a session stands.\n"
              "# TYPE entrepot_peer_open gauge\n");
    for (uint32_t i = 0; i < status->peers_count; i++) {
        id_print(&status->peer[i].node, id);
        add(text, "entrepot_peer_open{peer=\"%s\"} %d\n", id, status->peer[i].open ? 1 : 0);
    }
}

static void add_http(struct text *text, const struct http *http)
{
    struct server_counts counts = server_counts(http->server);
    static const char *const outcomes[] = {"taken", "refused", "duplicate"};
    add_one(text, "http_requests_total", "counter", "Requests.", counts.requests);
    add_one(text, "http_connections_open", "gauge", "Connections.", counts.connections_open);
    add_one(text, "http_streams_open", "gauge", "Event streams.", counts.streams_open);
    add_one(text, "http_streams_dropped_total", "counter", "Streams whose client left or stalled.",
            counts.streams_dropped);
    add_one(text, "http_read_errors_total", "counter", "Requests that could not be read.",
            counts.read_errors);
    add_one(text, "http_cut_total", "counter", "Connections cut for being too slow.", counts.cut);
    add_one(text, "http_crowded_out_total", "counter",
            "Resting connections closed since all places were taken.", counts.crowded_out);
    add_one(text, "http_accept_errors_total", "counter", "Connections that could not be accepted.",
            counts.accept_errors);
    add(text, "# HELP entrepot_http_answers_total Answers by class.\n"
              "# TYPE entrepot_http_answers_total counter\n");
    for (unsigned i = 2; i < 6; i++)
        add(text, "entrepot_http_answers_total{class=\"%uxx\"} %llu\n", i,
            (unsigned long long)http->answers[i]);
    add(text, "# HELP entrepot_webhooks_total Carriers' pushes.\n"
              "# TYPE entrepot_webhooks_total counter\n");
    for (unsigned i = 0; i < 3; i++)
        add(text, "entrepot_webhooks_total{outcome=\"%s\"} %llu\n", outcomes[i],
            (unsigned long long)http->webhooks[i]);
}

static void add_figure(void *world, const struct http_figure *figure)
{
    add_one(world, figure->name, figure->type, figure->help, figure->value);
}

static void add_mark(void *world, const char *name, uint64_t count)
{
    struct text *text = world;
    add(text, "entrepot_marks_total{mark=\"");
    for (const char *c = name; *c != '\0'; c++)
        add(text, *c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
    add(text, "\"} %llu\n", (unsigned long long)count);
}

/* Figures tell strangers how business goes: they are for this machine, or for who has a token. A
 * proxy on this machine that says for whom it asks does not make its client local. */
static bool may_read_metrics(struct visit *visit)
{
    bool local;
    (void)call_client(visit->call, &local);
    if (local) return true;
    visit->token = visit_bearer(visit);
    if (visit->token != NULL) return visit_is_whole(visit);
    visit_refuse(visit, ERROR_UNAUTHENTICATED, "from afar, metrics need a token");
    return false;
}

void metrics_handle(struct visit *visit)
{
    struct text text = {0};
    struct http *http = visit->http;
    if (!may_read_metrics(visit)) return;
    look(http);
    add_core(&text, &http->status);
    add_one(&text, "disk_free_bytes", "gauge", "Room on the store's disk.",
            store_lmdb_free_bytes(http->store));
    add_peers(&text, &http->status);
    add_http(&text, http);
    if (http->options.figures != NULL)
        http->options.figures(http->options.figures_world, &text, add_figure);
    add(&text, "# HELP entrepot_marks_total Places in the code that were reached.\n"
               "# TYPE entrepot_marks_total counter\n");
    engine_marks(http->engine, add_mark, &text);
    call_reply(visit->call, 200, METRICS_TYPE, span_of(text.at, text.used));
    free(text.at);
}

/* --- for people ------------------------------------------------------------------------------- */

static void put_self(struct json_out *out, const struct http *http)
{
    const struct core_self *self = http->self;
    json_put_id(out, "node", &self->node);
    json_put_id(out, "store", &self->store);
    json_put_id(out, "mesh", &self->mesh);
    json_put_id(out, "log", &self->log);
    if (self->build != NULL) json_put_text(out, "build", span_text(self->build));
    json_put_time(out, "now", wall_now_ms());
}

static void put_health(struct json_out *out, const struct http *http)
{
    const struct engine_status *status = &http->status;
    json_put_text(out, "clock", span_text(status->clock_suspect ? "suspect" : "ok"));
    json_put_bool(out, "in_doubt", status->in_doubt);
    json_put_bool(out, "stopped", status->stopped);
    json_put_bool(out, "read_only", status->read_only);
}

/* Of all merchants together: how much there is of the others is not for one of them. */
static void put_figures(struct json_out *out, const struct http *http)
{
    const struct engine_status *status = &http->status;
    json_open(out, "unreplicated", '{');
    json_put_uint(out, "count", status->stats.unreplicated);
    json_put_uint(out, "oldest_ms", status->stats.unreplicated_oldest_ms);
    json_close(out, '}');
    json_open(out, "asks", '{');
    json_put_uint(out, "open", status->stats.asks_open);
    json_put_uint(out, "oldest_ms", status->stats.asks_oldest_ms);
    json_close(out, '}');
    json_put_uint(out, "effects_open", status->stats.effects_open);
    json_put_uint(out, "deadlines_held", status->stats.dues_held);
    json_put_uint(out, "forks", status->stats.forks);
    json_put_uint(out, "disk_free_bytes", store_lmdb_free_bytes(http->store));
    json_put_uint(out, "feed_next", status->feed_next);
    json_put_hex(out, "digest", span_of(status->digest.bytes, HASH_BYTES));
}

/* What a person must add to the configuration, in the words of the file. A merchant is told of no
 * other. */
static void put_unserved(struct json_out *out, const struct engine_status *status,
                         const struct scope *scope)
{
    json_open(out, "accounts_missing", '[');
    for (uint32_t i = 0; i < status->unserved_count; i++) {
        const struct unserved *it = &status->unserved[i];
        char id[ID_TEXT_BYTES], mend[256];
        if (!scope_covers(scope, &it->merchant)) continue;
        id_print(&it->merchant, id);
        snprintf(mend, sizeof mend,
                 "no payment account for merchant %s: add [provider %s] (or [provider %s/NAME]) "
                 "with merchant = %s, base_url and secret_file, and restart",
                 id, it->provider, it->provider, id);
        json_open(out, NULL, '{');
        json_put_id(out, "merchant", &it->merchant);
        json_put_text(out, "provider", span_text(it->provider));
        json_put_uint(out, "refunds", it->refunds);
        json_put_text(out, "mend", span_text(mend));
        json_close(out, '}');
    }
    json_close(out, ']');
}

/* Who keeps deadlines waiting: the mend is a link, or a supervisor's word. */
static void put_awaited(struct json_out *out, const struct http *http)
{
    const struct core_stats *stats = &http->status.stats;
    struct store_reading reading;
    struct id nodes[PEERS_MAX];
    uint32_t count = 0;
    if (stats->dues_awaiting > 0 && store_reading_begin(http->store, &reading) == OK) {
        count = hearing_awaited(&reading.views, &http->self->log, stats->dues_awaiting_ms, nodes,
                                PEERS_MAX);
        store_reading_end(&reading);
    }
    json_open(out, "deadlines_awaiting", '{');
    json_put_uint(out, "count", stats->dues_awaiting);
    json_open(out, "nodes", '[');
    for (uint32_t i = 0; i < count; i++) json_put_id(out, NULL, &nodes[i]);
    json_close(out, ']');
    json_close(out, '}');
}

static void put_peers(struct json_out *out, const struct engine_status *status)
{
    json_open(out, "peers", '[');
    for (uint32_t i = 0; i < status->peers_count; i++) {
        json_open(out, NULL, '{');
        json_put_id(out, "node", &status->peer[i].node);
        json_put_bool(out, "open", status->peer[i].open);
        json_put_uint(out, "lag_events", status->peer[i].lag_events);
        json_put_uint(out, "behind_events", status->peer[i].behind_events);
        if (status->peer[i].heard_ms_ago != NOT_HEARD)
            json_put_uint(out, "heard_ms_ago", status->peer[i].heard_ms_ago);
        json_put_uint(out, "in_flight_bytes", status->peer[i].in_flight_bytes);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void put_logs(struct json_out *out, const struct engine_status *status)
{
    json_open(out, "logs", '[');
    for (uint32_t i = 0; i < status->logs_count; i++) {
        json_open(out, NULL, '{');
        json_put_id(out, "log", &status->log[i].log);
        const char *type = word_of(&log_type_words, status->log[i].log_type);
        json_put_text(out, "type", span_text(type));
        json_put_uint(out, "last", status->log[i].last);
        json_put_uint(out, "committed", status->log[i].committed);
        json_put_uint(out, "folded", status->log[i].folded);
        json_put_bool(out, "own", status->log[i].own);
        json_put_hex(out, "last_hash", span_of(status->log[i].last_hash.bytes, HASH_BYTES));
        if (status->log[i].quarantined) json_put_bool(out, "quarantined", true);
        json_close(out, '}');
    }
    json_close(out, ']');
}

void status_handle(struct visit *visit)
{
    struct json_out out = {0};
    struct http *http = visit->http;
    struct scope scope = visit_scope(visit);
    look(http);
    json_open(&out, NULL, '{');
    put_self(&out, http);
    put_health(&out, http);
    put_unserved(&out, &http->status, &scope);
    put_hooks_waiting(&out, http, &scope);
    put_hooks_open(&out, http, &scope);
    if (!scope_is_bound(&scope)) {
        put_figures(&out, http);
        put_awaited(&out, http);
        put_carriers_asked(&out, http);
        put_peers(&out, &http->status);
        put_logs(&out, &http->status);
    }
    json_close(&out, '}');
    visit_json(visit, 200, &out);
}

/* What two nodes compare to see that they hold the same: the logs, and the views of them. */
void digests_handle(struct visit *visit)
{
    struct json_out out = {0};
    struct engine_status *status = &visit->http->status;
    if (!visit_is_whole(visit)) return;
    engine_status(visit->http->engine, status);
    json_open(&out, NULL, '{');
    json_put_hex(&out, "digest", span_of(status->digest.bytes, HASH_BYTES));
    json_open(&out, "tables", '{');
    for (unsigned i = 0; i < VIEW_TABLE_COUNT; i++)
        if (view_table_class(i) == VIEW_SHARED)
            json_put_hex(&out, view_table_name(i), span_of(status->table[i].bytes, HASH_BYTES));
    json_close(&out, '}');
    put_logs(&out, status);
    json_close(&out, '}');
    visit_json(visit, 200, &out);
}

static bool has_secret(const struct http *http, const char *carrier)
{
    for (size_t i = 0; i < http->options.secrets_count; i++)
        if (strcmp(http->options.secrets[i].carrier, carrier) == 0) return true;
    return false;
}

void carriers_handle(struct visit *visit)
{
    struct json_out out = {0};
    json_open(&out, NULL, '{');
    json_open(&out, "carriers", '[');
    for (size_t i = 0; i < carriers_count; i++) {
        if (carriers[i]->proof == NULL) continue;
        json_open(&out, NULL, '{');
        json_put_text(&out, "name", span_text(carriers[i]->name));
        json_put_text(
            &out, "signature_header",
            span_text(carriers[i]->proof->header != NULL ? carriers[i]->proof->header : ""));
        json_put_text(&out, "content_type", span_text(carriers[i]->content_type));
        json_put_bool(&out, "configured", has_secret(visit->http, carriers[i]->name));
        json_close(&out, '}');
    }
    json_close(&out, ']');
    json_close(&out, '}');
    visit_json(visit, 200, &out);
}

static void put_label(struct json_out *out, const struct words *words, const struct label *label)
{
    json_open(out, NULL, '{');
    json_put_text(out, "code", span_text(word_of(words, label->code)));
    json_put_text(out, "en", span_text(label->en));
    json_put_text(out, "zh", span_text(label->zh));
    json_close(out, '}');
}

static void put_branch(struct json_out *out, const struct branch *branch)
{
    json_open(out, NULL, '{');
    json_put_text(out, "group", span_text(branch->word));
    json_put_text(out, "en", span_text(branch->en));
    json_put_text(out, "zh", span_text(branch->zh));
    json_open(out, "reasons", '[');
    for (size_t i = 0; i < reason_labels_count; i++)
        if (strcmp(reason_labels[i].group, branch->word) == 0)
            put_label(out, &reason_words, &reason_labels[i]);
    json_close(out, ']');
    json_close(out, '}');
}

void reasons_handle(struct visit *visit)
{
    struct json_out out = {0};
    json_open(&out, NULL, '{');
    json_open(&out, "groups", '[');
    for (size_t i = 0; i < reason_branches_count; i++) put_branch(&out, &reason_branches[i]);
    json_close(&out, ']');
    json_open(&out, "decline", '[');
    for (size_t i = 0; i < decline_labels_count; i++)
        put_label(&out, &decline_words, &decline_labels[i]);
    json_close(&out, ']');
    json_close(&out, '}');
    visit_json(visit, 200, &out);
}
