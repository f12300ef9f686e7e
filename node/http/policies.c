/* A merchant's policy as it held at a moment, with its versions and where it gives buyers less than
 * the law of a market. */
#include "node/http/records.h"

#include "node/http/door.h"
#include "overseas-warehouse/policy/policy.h"
#include <stdlib.h>

#define HISTORY_MAX  100 /* versions told, the newest first */
#define BREACHES_MAX 64

/* --- the record ------------------------------------------------------------------------------- */

static void put_breach(struct json_out *out, const struct policy_breach *breach)
{
    json_open(out, NULL, '{');
    json_put_text(out, "rule", span_text(law_rule_word(breach->law->rule)));
    json_put_text(out, "market", span_text(breach->law->market));
    json_put_text(out, "countries", span_text(breach->countries));
    json_put_text(out, "field", span_text(breach->field));
    if (breach->law->days != 0) {
        json_put_uint(out, "needed_days", breach->law->days);
        json_put_uint(out, "found_days", breach->found_days);
    }
    json_put_text(out, "what", span_text(law_rule_text(breach->law->rule)));
    json_put_text(out, "act", span_text(breach->law->act));
    json_put_text(out, "source", span_text(breach->law->source));
    json_put_text(out, "since", span_text(breach->law->date));
    json_put_bool(out, "confirm", breach->law->confirm);
    json_close(out, '}');
}

static void put_breaches(struct json_out *out, const struct policy *policy)
{
    struct policy_breach breaches[BREACHES_MAX];
    uint32_t count = policy_breaches(policy, breaches, BREACHES_MAX);
    json_open(out, "breaches", '[');
    for (uint32_t i = 0; i < count && i < BREACHES_MAX; i++) put_breach(out, &breaches[i]);
    json_close(out, ']');
}

static void put_dates(struct json_out *out, const struct policy_row *row)
{
    json_put_uint(out, "version", row->version);
    json_put_time(out, "effective_ms", row->effective_ms);
    json_put_time(out, "set_ms", row->set_ms);
    json_put_shape(out, "by", &actor_shape, &row->by);
}

static void put_history(const struct rows *rows, const struct merchant *merchant, uint64_t newest,
                        struct json_out *out)
{
    uint64_t last = newest > HISTORY_MAX ? newest - HISTORY_MAX : 0;
    json_open(out, "history", '[');
    for (uint64_t version = newest; version > last; version--) {
        struct policy_row row;
        if (!policy_load(rows, merchant, version, &row)) continue;
        json_open(out, NULL, '{');
        put_dates(out, &row);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static uint64_t wanted_version(const struct rows *rows, const struct merchant *merchant,
                               const struct policy_wish *wish, uint64_t newest)
{
    if (wish->version != 0) return wish->version;
    return wish->at_ms == 0 ? newest : policy_version_at(rows, merchant, wish->at_ms);
}

bool policy_put_record(const struct reading *reading, const struct id *id,
                       const struct policy_wish *wish, struct json_out *out, const char *key,
                       uint64_t *version)
{
    const struct rows *rows = reading->rows;
    struct merchant merchant;
    struct policy_row row;
    if (!scope_covers(&reading->scope, id) || !merchant_load(rows, id, &merchant)) return false;
    uint64_t newest = policy_newest(rows, &merchant);
    uint64_t wanted = wanted_version(rows, &merchant, wish, newest);
    bool found = policy_load(rows, &merchant, wanted, &row);
    if (wish->version != 0 && !found) return false;
    *version = newest;
    json_open(out, key, '{');
    json_put_id(out, "id", id);
    json_put_uint(out, "newest", newest);
    if (found) {
        put_dates(out, &row);
        json_put_shape(out, "policy", &policy_shape, &row.policy);
        put_breaches(out, &row.policy);
    }
    put_history(rows, &merchant, newest, out);
    json_close(out, '}');
    return true;
}

/* --- reading it ------------------------------------------------------------------------------- */

bool version_wish_read(struct visit *visit, struct policy_wish *wish)
{
    static const char *const allowed[] = {"at", "version", NULL};
    struct query query;
    char *end = NULL;
    if (!query_read(visit, allowed, &query)) return false;
    const char *at = query_get(&query, "at"), *number = query_get(&query, "version");
    *wish = (struct policy_wish){.at_ms = wall_now_ms()};
    if (at != NULL && number != NULL) {
        visit_refuse(visit, ERROR_MALFORMED, "one of at and version at a time");
        return false;
    }
    if (at != NULL && time_parse(span_text(at), &wish->at_ms) != OK) {
        visit_refuse(visit, ERROR_OUT_OF_RANGE, "parameter at: RFC 3339, as 2026-11-22T10:00:00Z");
        return false;
    }
    if (number == NULL) return true;
    wish->version = number[0] < '0' || number[0] > '9' ? 0 : strtoull(number, &end, 10);
    if (wish->version != 0 && wish->version <= POLICY_VERSION_MAX && *end == '\0') return true;
    visit_refuse(visit, ERROR_OUT_OF_RANGE, "parameter version: 1 or more");
    return false;
}

void policy_handle(struct visit *visit)
{
    struct store_reading snapshot;
    struct policy_wish wish;
    struct id id;
    struct json_out out = {0};
    uint64_t version = 0;
    if (!visit_id(visit, 0, &id) || !version_wish_read(visit, &wish)) return;
    enum error error = store_reading_begin(visit->http->store, &snapshot);
    if (error != OK) {
        visit_refuse(visit, error, NULL);
        return;
    }
    const struct reading reading = {&snapshot.views, visit->http->crypto, visit_scope(visit), 0};
    bool found = policy_put_record(&reading, &id, &wish, &out, NULL, &version);
    error = snapshot.views.port->error(snapshot.views.world);
    store_reading_end(&snapshot);
    if (error == OK && !found) error = ERROR_NOT_FOUND;
    if (error != OK) {
        json_out_free(&out);
        visit_refuse(visit, error, NULL);
        return;
    }
    char etag[24];
    etag_print(version, etag);
    if (version != 0) call_add_header(visit->call, "ETag", etag);
    visit_json(visit, 200, &out);
}
