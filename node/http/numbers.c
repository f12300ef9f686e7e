/* Figures of a period. Counting takes as long as the period is rich, so it happens on threads of
 * its own, a few at a time, and each lets go of its snapshot every so many returns: neither the
 * loop nor the writer waits, and no snapshot grows old. What comes in meanwhile may be counted or
 * not. */
#include "overseas-warehouse/numbers.h"
#include "overseas-warehouse/inspection/inspection.h"

#include "node/http/door.h"
#include "node/http/records.h"
#include "proto/time.h"
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define RUNNING_MAX         2u
#define WAITING_MAX         16u
#define RETURNS_PER_READING 500u
#define PERIOD_DAYS         30u
#define LATE_DAYS           10u
#define LATE_DAYS_MAX       1000u
#define SHOWN               20u
#define DAY_MS              86400000ull

struct count;
struct sort { /* of a count: what is done with each return, and at the end */
    void (*add)(struct count *count, const struct rows *rows, const struct id *return_id,
                const struct return_row *row);
    void (*report)(struct count *count, const struct rows *rows);
};

struct count {
    struct delivery delivery;
    struct count *next;
    struct http *http;
    struct call *call;
    pthread_t thread;
    const struct sort *sort;
    struct scope scope;
    struct cohort cohort;
    struct id corrective, warehouse;
    uint64_t as_of_ms;
    uint32_t shown;
    enum error error;
    struct json_out out;
    union {
        struct scoring scoring;
        struct hauling hauling;
        struct working working;
        struct causes causes;
    };
};

struct counting {
    unsigned running, waiting; /* of the loop thread, as is the list */
    struct count *first, **last;
    atomic_bool stops;
};

struct counting *counting_open(void)
{
    struct counting *counting = calloc(1, sizeof *counting);
    assert(counting != NULL);
    counting->last = &counting->first;
    return counting;
}

void counting_stop(struct counting *counting)
{
    atomic_store(&counting->stops, true);
}

void counting_free(struct counting *counting)
{
    if (counting == NULL) return;
    assert(counting->running == 0 && counting->first == NULL);
    free(counting);
}

/* --- on the thread of the count --------------------------------------------------------------- */

static bool is_known(const struct rows *rows, const struct id *merchant)
{
    struct merchant row;
    return id_is_zero(merchant) || merchant_load(rows, merchant, &row);
}

/* false: all are counted. */
static bool add_some(struct count *count, const struct rows *rows)
{
    struct id return_id;
    struct return_row row;
    if (count->sort->add == NULL) return false;
    for (unsigned i = 0; i < RETURNS_PER_READING; i++) {
        if (!cohort_next(rows, &count->cohort, &return_id, &row)) return false;
        count->sort->add(count, rows, &return_id, &row);
    }
    return true;
}

/* One snapshot: some returns, or the last of them and the report. false: it is done. */
static bool count_step(struct count *count)
{
    struct store_reading snapshot;
    bool more = false;
    if (atomic_load(&count->http->counting->stops)) {
        count->error = ERROR_BUSY;
        return false;
    }
    count->error = store_reading_begin(count->http->store, &snapshot);
    if (count->error != OK) return false;
    if (!is_known(&snapshot.views, &count->cohort.merchant)) {
        count->error = ERROR_NOT_FOUND;
    } else {
        more = add_some(count, &snapshot.views);
        if (!more) count->sort->report(count, &snapshot.views);
        enum error error = snapshot.views.port->error(snapshot.views.world);
        if (error != OK) count->error = error;
    }
    store_reading_end(&snapshot);
    return more && count->error == OK;
}

static void *count_run(void *world)
{
    struct count *count = world;
    while (count_step(count)) {
    }
    server_deliver(count->http->server, &count->delivery);
    return NULL;
}

/* --- on the loop thread ----------------------------------------------------------------------- */

static void refuse(struct count *count)
{
    struct problem problem = {.error = count->error};
    json_out_free(&count->out);
    call_problem(count->http, count->call, &problem);
    free(count);
}

static bool count_start(struct count *count)
{
    if (pthread_create(&count->thread, NULL, count_run, count) != 0) return false;
    count->http->counting->running++;
    return true;
}

/* The next of those that wait, unless no thread is to be had: then it is told so. */
static void start_next(struct counting *counting)
{
    while (counting->first != NULL && counting->running < RUNNING_MAX) {
        struct count *count = counting->first;
        counting->first = count->next;
        if (counting->first == NULL) counting->last = &counting->first;
        counting->waiting--;
        if (count_start(count)) continue;
        count->error = ERROR_BUSY;
        refuse(count);
    }
}

static void count_back(struct delivery *delivery)
{
    struct count *count = (struct count *)delivery;
    struct counting *counting = count->http->counting;
    pthread_join(count->thread, NULL);
    counting->running--;
    start_next(counting);
    if (count->error != OK) {
        refuse(count);
        return;
    }
    call_json(count->http, count->call, 200, &count->out);
    free(count);
}

static struct count *count_of(struct visit *visit, const struct sort *sort)
{
    struct count *count = calloc(1, sizeof *count);
    assert(count != NULL);
    count->delivery.run = count_back;
    count->http = visit->http;
    count->call = visit->call;
    count->sort = sort;
    count->scope = visit_scope(visit);
    count->as_of_ms = wall_now_ms();
    return count;
}

static void count_begin(struct visit *visit, struct count *count)
{
    struct counting *counting = visit->http->counting;
    if (counting->waiting == WAITING_MAX) {
        free(count);
        visit_refuse(visit, ERROR_BUSY, "others are being counted");
        return;
    }
    count->next = NULL;
    *counting->last = count;
    counting->last = &count->next;
    counting->waiting++;
    start_next(counting);
}

/* --- what is asked for ------------------------------------------------------------------------ */

static bool refuse_value(struct visit *visit, enum error error, const char *detail)
{
    visit_refuse(visit, error, detail);
    return false;
}

/* The merchant whose figures they are; zero: of all, for whoever is bound to none. */
static bool read_merchant(struct visit *visit, const struct query *query, const struct scope *scope,
                          struct id *merchant)
{
    const char *text = query_get(query, "merchant");
    *merchant = scope_only(scope);
    if (text == NULL && scope_is_bound(scope) && id_is_zero(merchant))
        return refuse_value(visit, ERROR_OUT_OF_RANGE,
                            "parameter merchant: one of the token's is wanted");
    if (text == NULL) return true;
    if (id_parse(span_text(text), merchant) != OK)
        return refuse_value(visit, ERROR_BAD_ID, "parameter merchant");
    if (scope_covers(scope, merchant)) return true;
    return refuse_value(visit, ERROR_NOT_FOUND, NULL);
}

static bool read_period(struct visit *visit, const struct query *query, uint64_t now_ms,
                        uint64_t *from_ms, uint64_t *to_ms)
{
    const char *from = query_get(query, "from"), *to = query_get(query, "to");
    *to_ms = now_ms + 1; /* what was asked for in this very moment counts */
    if (to != NULL && time_parse(span_text(to), to_ms) != OK)
        return refuse_value(visit, ERROR_MALFORMED, "parameter to: 2026-12-01T00:00:00Z");
    *from_ms = *to_ms > PERIOD_DAYS * DAY_MS ? *to_ms - PERIOD_DAYS * DAY_MS : 0;
    if (from != NULL && time_parse(span_text(from), from_ms) != OK)
        return refuse_value(visit, ERROR_MALFORMED, "parameter from: 2026-11-01T00:00:00Z");
    return *from_ms < *to_ms ||
           refuse_value(visit, ERROR_OUT_OF_RANGE, "parameter from: earlier than to");
}

static bool read_number(struct visit *visit, const struct query *query, const char *name,
                        unsigned long standard, unsigned long max, uint64_t *number)
{
    char detail[80], *end = NULL;
    const char *text = query_get(query, name);
    *number = standard;
    if (text == NULL) return true;
    unsigned long given = strtoul(text, &end, 10);
    *number = given;
    if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && given >= 1 && given <= max) return true;
    snprintf(detail, sizeof detail, "parameter %s: 1 to %lu", name, max);
    return refuse_value(visit, ERROR_OUT_OF_RANGE, detail);
}

/* On NULL the call has been answered. */
static struct count *count_asked(struct visit *visit, const struct sort *sort,
                                 const char *const *allowed, struct query *query)
{
    struct id merchant;
    uint64_t from_ms, to_ms;
    struct scope scope = visit_scope(visit);
    if (!query_read(visit, allowed, query)) return NULL;
    if (!read_merchant(visit, query, &scope, &merchant)) return NULL;
    if (!read_period(visit, query, wall_now_ms(), &from_ms, &to_ms)) return NULL;
    struct count *count = count_of(visit, sort);
    count->cohort = cohort_of(&merchant, from_ms, to_ms);
    return count;
}

/* --- a merchant's scorecard ------------------------------------------------------------------- */

static void put_report(struct count *count, const struct shape *shape, const void *report)
{
    json_open(&count->out, NULL, '{');
    json_put_shape(&count->out, NULL, shape, report);
    json_close(&count->out, '}');
}

static void score_return(struct count *count, const struct rows *rows, const struct id *return_id,
                         const struct return_row *row)
{
    scoring_add(&count->scoring, rows, return_id, row);
}

static void score_report(struct count *count, const struct rows *rows)
{
    struct scorecard card;
    scoring_add_claims(&count->scoring, rows, &count->cohort);
    scoring_report(&count->scoring, &count->cohort, &card);
    put_report(count, &scorecard_shape, &card);
}

void numbers_handle(struct visit *visit)
{
    static const struct sort sort = {score_return, score_report};
    static const char *const allowed[] = {"merchant", "from", "to", NULL};
    struct query query;
    struct count *count = count_asked(visit, &sort, allowed, &query);
    if (count == NULL) return;
    count->scoring.as_of_ms = count->as_of_ms;
    count_begin(visit, count);
}

/* --- carriers --------------------------------------------------------------------------------- */

static void haul_return(struct count *count, const struct rows *rows, const struct id *return_id,
                        const struct return_row *row)
{
    hauling_add(&count->hauling, rows, count->http->crypto, &count->cohort.merchant, return_id,
                row);
}

static void haul_report(struct count *count, const struct rows *rows)
{
    struct carriers_report report;
    hauling_add_claims(&count->hauling, rows, &count->cohort);
    hauling_report(&count->hauling, &count->cohort, &report);
    put_report(count, &carriers_report_shape, &report);
}

void numbers_carriers_handle(struct visit *visit)
{
    static const struct sort sort = {haul_return, haul_report};
    static const char *const allowed[] = {"merchant", "from", "to", "late_days", NULL};
    struct query query;
    uint64_t late_days;
    struct count *count = count_asked(visit, &sort, allowed, &query);
    if (count == NULL) return;
    if (!read_number(visit, &query, "late_days", LATE_DAYS, LATE_DAYS_MAX, &late_days)) {
        free(count);
        return;
    }
    count->hauling.as_of_ms = count->as_of_ms;
    count->hauling.late_days = late_days;
    count_begin(visit, count);
}

/* --- warehouses ------------------------------------------------------------------------------- */

static void work_return(struct count *count, const struct rows *rows, const struct id *return_id,
                        const struct return_row *row)
{
    working_add(&count->working, rows, return_id, row);
}

static void work_report(struct count *count, const struct rows *rows)
{
    (void)rows;
    struct warehouses_report *report = calloc(1, sizeof *report);
    assert(report != NULL);
    working_report(&count->working, &count->cohort, report);
    put_report(count, &warehouses_report_shape, report);
    free(report);
}

void numbers_floor_handle(struct visit *visit)
{
    static const struct sort sort = {work_return, work_report};
    static const char *const allowed[] = {"merchant", "from", "to", NULL};
    struct query query;
    struct count *count = count_asked(visit, &sort, allowed, &query);
    if (count == NULL) return;
    count->working.as_of_ms = count->as_of_ms;
    count->working.from_ms = count->cohort.from_ms;
    count_begin(visit, count);
}

/* --- what comes back, and why ----------------------------------------------------------------- */

static void cause_return(struct count *count, const struct rows *rows, const struct id *return_id,
                         const struct return_row *row)
{
    causes_add(&count->causes, rows, return_id, row);
}

static void cause_report(struct count *count, const struct rows *rows)
{
    struct causes_report report;
    causes_report(&count->causes, rows, count->http->crypto, &count->cohort, count->shown, &report);
    put_report(count, &causes_report_shape, &report);
}

static bool read_causes_by(const char *word, enum causes_by *by)
{
    static const char *const words[] = {
        [CAUSES_BY_SKU] = "sku", [CAUSES_BY_INBOUND] = "inbound", [CAUSES_BY_LOT] = "lot"};
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(word, words[i]) != 0) continue;
        *by = (enum causes_by)i;
        return true;
    }
    return false;
}

void numbers_defects_handle(struct visit *visit)
{
    static const struct sort sort = {cause_return, cause_report};
    static const char *const allowed[] = {"merchant", "from", "to", "by", "limit", NULL};
    struct query query;
    uint64_t shown;
    struct count *count = count_asked(visit, &sort, allowed, &query);
    if (count == NULL) return;
    const char *by = query_get(&query, "by");
    enum causes_by told_by = CAUSES_BY_SKU;
    bool good = by == NULL || read_causes_by(by, &told_by) ||
                refuse_value(visit, ERROR_OUT_OF_RANGE, "parameter by: sku, inbound or lot");
    if (!good || !read_number(visit, &query, "limit", SHOWN, NUMBERS_SHOWN_MAX, &shown)) {
        free(count);
        return;
    }
    count->causes.by = told_by;
    count->shown = (uint32_t)shown;
    count_begin(visit, count);
}

/* --- corrective actions ----------------------------------------------------------------------- */

/* Its merchant's own book wrote it, or it is somebody's who has nothing to say there. */
static bool corrective_see(const struct rows *rows, const struct scope *scope, const struct id *id,
                           struct corrective_row *row)
{
    struct merchant owner;
    if (!corrective_load(rows, id, row) || !scope_covers(scope, &row->merchant)) return false;
    return merchant_load(rows, &row->merchant, &owner) && id_equal(&owner.book, &row->book);
}

bool corrective_put(const struct reading *reading, const struct id *id, struct json_out *out,
                    const char *key, uint64_t *version)
{
    struct corrective_row row;
    if (!corrective_see(reading->rows, &reading->scope, id, &row)) return false;
    *version = row.version;
    json_open(out, key, '{');
    json_put_id(out, "id", id);
    json_put_shape(out, NULL, &corrective_row_shape, &row);
    json_close(out, '}');
    return true;
}

static void effect_report(struct count *count, const struct rows *rows)
{
    struct corrective_row row;
    struct effect_report report;
    if (!corrective_see(rows, &count->scope, &count->corrective, &row)) {
        count->error = ERROR_NOT_FOUND;
        return;
    }
    effect_measure(rows, count->http->crypto, &count->corrective, &row, count->as_of_ms, &report);
    put_report(count, &effect_report_shape, &report);
}

void corrective_effect_handle(struct visit *visit)
{
    static const struct sort sort = {NULL, effect_report};
    struct id corrective;
    if (!visit_id(visit, 0, &corrective)) return;
    struct count *count = count_of(visit, &sort);
    count->corrective = corrective;
    count_begin(visit, count);
}

/* --- inspectors ------------------------------------------------------------------------------- */

static void inspectors_report(struct count *count, const struct rows *rows)
{
    struct inspectors_report report;
    struct member self;
    struct key own = key_of(&count->http->self->node);
    if (id_is_zero(&count->warehouse) && rows_load(rows, VIEW_MEMBER, &own, &member_shape, &self))
        count->warehouse = self.warehouse;
    struct key key = key_of(&count->warehouse);
    if (!rows_has(rows, VIEW_WAREHOUSE, &key)) {
        count->error = ERROR_NOT_FOUND;
        return;
    }
    inspectors_measure(rows, &count->warehouse, count->cohort.from_ms, count->cohort.to_ms,
                       &report);
    put_report(count, &inspectors_report_shape, &report);
}

void numbers_inspectors_handle(struct visit *visit)
{
    static const struct sort sort = {NULL, inspectors_report};
    static const char *const allowed[] = {"warehouse", "from", "to", NULL};
    struct query query;
    struct id warehouse = {{0}}; /* of this node, where none is named */
    struct count *count = count_asked(visit, &sort, allowed, &query);
    if (count == NULL) return;
    const char *text = query_get(&query, "warehouse");
    if (text != NULL && id_parse(span_text(text), &warehouse) != OK) {
        free(count);
        visit_refuse(visit, ERROR_BAD_ID, "parameter warehouse");
        return;
    }
    count->warehouse = warehouse;
    count_begin(visit, count);
}
