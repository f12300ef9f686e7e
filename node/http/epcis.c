/* What was seen of goods and parcels, as events of GS1's EPCIS 2.0: a document of pages, each of
 * which any repository takes by POST /capture. Entries are read from the logs as they stand: in the
 * order in which this store came to hold them, or those of one unit or of one return.
 *
 * An event is never changed. What was taken back is told again, whole and under its own name, with
 * a declaration that it did not occur. */
#include "overseas-warehouse/epcis/epcis.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "node/http/door.h"
#include "node/http/lists.h"
#include "node/http/records_inside.h"
#include "proto/time.h"

#define THINGS_MAX 2048 /* units, boxes and parcels of one return */
#define STEPS_MAX  64   /* of a unit in one log, that can still be taken back */

struct export
{
    struct visit *visit;
    struct store_reading snapshot;
    struct reading reading;
    struct json_out out;
    struct query query;
    uint64_t since_ms, until_ms; /* 0: no bound */
    unsigned limit, shown, looked_at;
    struct thing {
        struct id id;
        bool parcel;      /* its scans are a set of rows, and no entries are filed under it */
    } things[THINGS_MAX]; /* in the order of their bytes */
    size_t things_count;
    bool of_things; /* whether or not there are any */
    char cursor[2 * ROW_KEY_BYTES_MAX + 1];
};

struct entry {
    struct event_header header;
    union event_body body;
    struct id log;
    uint64_t idx;
};

static bool read_entry(struct export *export, const struct id *log, uint64_t idx,
                       struct entry *entry)
{
    struct event event;
    entry->log = *log;
    entry->idx = idx;
    return feed_read_entry(export->visit->http->feed, &export->snapshot.truth, log, idx, &event,
                           NULL) == OK &&
           event_header_decode(event.header, &entry->header) == OK && event.payload.at != NULL &&
           event_body_decode(&entry->header, event.payload, &entry->body) == OK;
}

/* --- one event -------------------------------------------------------------------------------- */

/* An event before it is written. error_ms: it is told again, as one that did not occur. */
struct telling {
    char name[EPCIS_UUID_BYTES];
    uint64_t at_ms, error_ms;
    char offset[EPCIS_OFFSET_BYTES], thing[EPCIS_URI_BYTES];
    struct epcis_words words;
    struct id warehouse, to, return_id; /* zero: none */
    struct span sku;
};

static void put_place(struct json_out *out, const char *key, const struct id *warehouse)
{
    char uri[EPCIS_URI_BYTES];
    if (id_is_zero(warehouse)) return;
    epcis_name("warehouse", warehouse, uri);
    json_open(out, key, '{');
    json_put_text(out, "id", span_text(uri));
    json_close(out, '}');
}

/* The one member of a list of objects, with its type. */
static void put_typed(struct json_out *out, const char *list, const char *type, const char *key,
                      const char *sort, const struct id *id)
{
    char uri[EPCIS_URI_BYTES];
    if (id_is_zero(id)) return;
    epcis_name(sort, id, uri);
    json_open(out, list, '[');
    json_open(out, NULL, '{');
    json_put_text(out, "type", span_text(type));
    json_put_text(out, key, span_text(uri));
    json_close(out, '}');
    json_close(out, ']');
}

static void put_error(struct json_out *out, uint64_t error_ms)
{
    if (error_ms == 0) return;
    json_open(out, "errorDeclaration", '{');
    json_put_time(out, "declarationTime", error_ms);
    json_put_text(out, "reason", span_text("did_not_occur"));
    json_close(out, '}');
}

static bool is_wanted(const struct export *export, const struct telling *telling)
{
    uint64_t at_ms = telling->at_ms;
    return telling->words.step != NULL && at_ms != 0 && at_ms >= export->since_ms &&
           (export->until_ms == 0 || at_ms < export->until_ms);
}

static void put_telling(struct export *export, const struct telling *telling)
{
    struct json_out *out = &export->out;
    if (!is_wanted(export, telling)) return;
    json_open(out, NULL, '{');
    json_put_text(out, "type", span_text("ObjectEvent"));
    json_put_text(out, "eventID", span_text(telling->name));
    json_put_time(out, "eventTime", telling->at_ms);
    json_put_text(out, "eventTimeZoneOffset", span_text(telling->offset));
    put_error(out, telling->error_ms);
    json_open(out, "epcList", '[');
    json_put_text(out, NULL, span_text(telling->thing));
    json_close(out, ']');
    json_put_text(out, "action", span_text(telling->words.ends ? "DELETE" : "OBSERVE"));
    json_put_text(out, "bizStep", span_text(telling->words.step));
    json_put_text(out, "disposition", span_text(telling->words.disposition));
    put_place(out, "readPoint", &telling->warehouse);
    put_typed(out, "bizTransactionList", "rma", "bizTransaction", "return", &telling->return_id);
    put_typed(out, "destinationList", "location", "destination", "warehouse", &telling->to);
    if (telling->sku.size > 0) json_put_text(out, "entrepot:sku", telling->sku);
    json_close(out, '}');
    export->shown++;
}

/* --- units ------------------------------------------------------------------------------------ */

/* What the log had done with a unit before an entry, without what was taken back. */
struct steps {
    size_t count;
    struct {
        uint64_t idx, verb, disposition;
    } at[STEPS_MAX];
};

static void push_step(struct steps *steps, const struct unit_moved *moved, uint64_t idx)
{
    if (steps->count == STEPS_MAX)
        memmove(&steps->at[0], &steps->at[1], --steps->count * sizeof steps->at[0]);
    steps->at[steps->count].idx = idx;
    steps->at[steps->count].verb = moved->verb;
    steps->at[steps->count++].disposition = moved->disposition;
}

static void steps_before(struct export *export, const struct entry *entry, struct steps *steps)
{
    struct key prefix = key_add_id(key_of(&entry->header.entity), &entry->log);
    struct walk walk = walk_over(&prefix);
    struct row row;
    struct entry step;
    steps->count = 0;
    while (walk_next(export->reading.rows, VIEW_ENTRY, &walk, &row)) {
        uint64_t idx = be_get(walk.at.bytes + 2 * ID_BYTES, 8);
        if (idx >= entry->idx) return;
        if (!read_entry(export, &entry->log, idx, &step)) continue;
        if (step.header.kind != EVENT_UNIT_MOVED) continue;
        if (step.body.unit_moved.verb != DO_VOID)
            push_step(steps, &step.body.unit_moved, idx);
        else if (steps->count > 0)
            steps->count--;
    }
}

/* What had been chosen for it by the first `count` steps; else what the row says, of a unit that
 * was taken over from a lost store. */
static uint64_t chosen(const struct steps *steps, size_t count, const struct unit_row *row)
{
    while (count-- > 0)
        if (steps->at[count].verb == DO_DISPOSE) return steps->at[count].disposition;
    return row->disposition;
}

/* false: the reader may not know of it. */
static bool tell_of_unit(struct export *export, const struct entry *entry, const struct id *unit,
                         uint64_t hop, struct telling *telling, struct unit_row *row)
{
    uint8_t room[SKU_BYTES_MAX];
    const struct rows *rows = export->reading.rows;
    struct key key = unit_key(unit, hop, &entry->log);
    struct assigned_row assigned;
    *telling = (struct telling){.offset = "+00:00"};
    epcis_name_entry(export->reading.crypto, &entry->log, entry->idx, telling->name);
    if (!may_see_unit(&export->reading, unit)) return false;
    if (assigned_load(rows, unit, &assigned)) telling->return_id = assigned.return_id;
    if (!rows_load(rows, VIEW_UNIT, &key, &unit_row_shape, row)) return false;
    telling->warehouse = row->warehouse;
    telling->sku = row->sku;
    epcis_name_unit(unit, sku_form(row->sku, room), row->serial, telling->thing);
    return true;
}

static void tell_move(struct export *export, const struct entry *entry, uint64_t error_ms)
{
    const struct unit_moved *moved = &entry->body.unit_moved;
    struct telling telling;
    struct unit_row row;
    struct steps steps = {.count = 0};
    if (!tell_of_unit(export, entry, &moved->unit, moved->hop, &telling, &row)) return;
    if (moved->verb == DO_SETTLE && moved->disposition == 0) steps_before(export, entry, &steps);
    uint64_t disposition = moved->disposition;
    if (disposition == 0) disposition = chosen(&steps, steps.count, &row);
    telling.words = epcis_of_move(moved, disposition);
    telling.at_ms = moved->at_ms;
    telling.error_ms = error_ms;
    if (moved->verb == DO_SHIP) telling.to = moved->warehouse;
    put_telling(export, &telling);
}

static void tell_void(struct export *export, const struct entry *entry)
{
    struct steps steps;
    struct entry slip;
    steps_before(export, entry, &steps);
    if (steps.count == 0) return;
    if (!read_entry(export, &entry->log, steps.at[steps.count - 1].idx, &slip)) return;
    tell_move(export, &slip, entry->body.unit_moved.at_ms);
}

static void tell_hold(struct export *export, const struct entry *entry)
{
    const struct unit_held *held = &entry->body.unit_held;
    struct telling telling;
    struct unit_row row;
    if (!tell_of_unit(export, entry, &held->unit, held->hop, &telling, &row)) return;
    telling.words = epcis_of_hold(held);
    telling.at_ms = held->at_ms;
    put_telling(export, &telling);
}

/* --- boxes and parcels ------------------------------------------------------------------------ */

static void tell_box(struct export *export, const struct entry *entry, uint64_t error_ms)
{
    const struct box_received *box = &entry->body.box_received;
    struct telling telling = {.offset = "+00:00",
                              .at_ms = box->at_ms,
                              .error_ms = error_ms,
                              .words = epcis_of_box(),
                              .warehouse = box->warehouse};
    if (!may_see_by(&export->reading, VIEW_BOX_CLAIM, &box->box)) return;
    epcis_name_entry(export->reading.crypto, &entry->log, entry->idx, telling.name);
    if (box->number.size > 0)
        epcis_name_parcel(box->number, telling.thing);
    else
        epcis_name("box", &box->box, telling.thing);
    put_telling(export, &telling);
}

static void tell_box_void(struct export *export, const struct entry *entry)
{
    struct key prefix = key_add_id(key_of(&entry->header.entity), &entry->log);
    struct walk walk = walk_over(&prefix);
    struct row row;
    struct entry slip;
    while (walk_next(export->reading.rows, VIEW_ENTRY, &walk, &row)) {
        uint64_t idx = be_get(walk.at.bytes + 2 * ID_BYTES, 8);
        if (idx >= entry->idx) return;
        if (!read_entry(export, &entry->log, idx, &slip)) continue;
        if (slip.header.kind != EVENT_BOX_RECEIVED) continue;
        tell_box(export, &slip, entry->body.box_voided.at_ms);
        return;
    }
}

static void tell_scan(struct export *export, const struct id *parcel, struct span number,
                      const struct checkpoint *scan)
{
    struct telling telling = {.at_ms = scan->occurred_ms, .words = epcis_of_scan(scan)};
    epcis_name_scan(export->reading.crypto, parcel, &scan->dedup, telling.name);
    epcis_name_parcel(number, telling.thing);
    epcis_offset(scan, telling.offset);
    put_telling(export, &telling);
}

static void tell_tracking(struct export *export, const struct entry *entry)
{
    const struct tracking *tracking = &entry->body.tracking;
    struct id parcel = parcel_id(export->reading.crypto, tracking->number);
    if (!may_see_parcel(&export->reading, &parcel)) return;
    for (uint32_t i = 0; i < tracking->points_count; i++)
        tell_scan(export, &parcel, tracking->number, &tracking->points[i]);
}

/* A row of the set: what was told of a scan, once. */
static void tell_scan_row(struct export *export, const struct key *at, struct span value)
{
    struct id parcel = id_at(key_span(at), 0);
    struct scan_row row;
    struct parcel_row owner;
    if (!may_see_parcel(&export->reading, &parcel)) return;
    if (!parcel_load(export->reading.rows, &parcel, &owner)) return;
    if (shape_decode(&scan_row_shape, value, &row, NULL) != OK || row.message) return;
    const struct checkpoint scan = {.dedup = id_at(key_span(at), ID_BYTES),
                                    .status = row.status,
                                    .reason = row.reason,
                                    .occurred_ms = row.occurred_ms,
                                    .occurred_local = row.occurred_local,
                                    .quality = row.quality};
    tell_scan(export, &parcel, owner.number, &scan);
}

static void tell_entry(struct export *export, const struct id *log, uint64_t idx)
{
    struct entry entry;
    if (!read_entry(export, log, idx, &entry)) return;
    switch (entry.header.kind) {
    case EVENT_TRACKING: tell_tracking(export, &entry); return;
    case EVENT_BOX_RECEIVED: tell_box(export, &entry, 0); return;
    case EVENT_BOX_VOIDED: tell_box_void(export, &entry); return;
    case EVENT_UNIT_HELD: tell_hold(export, &entry); return;
    case EVENT_UNIT_MOVED:
        if (entry.body.unit_moved.verb == DO_VOID)
            tell_void(export, &entry);
        else
            tell_move(export, &entry, 0);
        return;
    default: return;
    }
}

/* --- pages ------------------------------------------------------------------------------------ */

static bool is_full(const struct export *export)
{
    return export->shown >= export->limit || export->looked_at == LIST_SCANNED_MAX;
}

/* In the order of arrival. The cursor names the last event of the feed that was looked at. */
static bool tell_feed(struct export *export, const char *cursor)
{
    struct feed *feed = export->visit->http->feed;
    uint64_t number = feed_after(feed, cursor == NULL ? "0" : cursor), end = feed_end(feed);
    if (number == 0) return false;
    for (; number < end; number++) {
        struct id log;
        uint64_t idx;
        if (is_full(export)) {
            feed_print(feed, number - 1, export->cursor);
            return true;
        }
        export->looked_at++;
        if (feed_find(feed, &export->snapshot.truth, number, &log, &idx))
            tell_entry(export, &log, idx);
    }
    return true;
}

static void tell_row(struct export *export, bool parcel, const struct key *at, struct span value)
{
    if (parcel) {
        tell_scan_row(export, at, value);
        return;
    }
    struct id log = id_at(key_span(at), ID_BYTES);
    tell_entry(export, &log, be_get(at->bytes + 2 * ID_BYTES, 8));
}

/* Of one thing, behind the key. false: the page is full. */
static bool tell_thing(struct export *export, const struct thing *thing, const struct key *after)
{
    enum view_table table = thing->parcel ? VIEW_SCAN : VIEW_ENTRY;
    struct key prefix = key_of(&thing->id);
    struct walk walk = walk_over(&prefix);
    struct row row;
    if (after->size > 0 && memcmp(after->bytes, thing->id.bytes, ID_BYTES) == 0) {
        walk.at = *after;
        walk.begun = true;
    }
    struct key last = walk.begun ? walk.at : prefix;
    while (walk_next(export->reading.rows, table, &walk, &row)) {
        if (is_full(export)) {
            key_hex(&last, export->cursor);
            return false;
        }
        export->looked_at++;
        last = walk.at;
        tell_row(export, thing->parcel, &walk.at, row.value);
    }
    return true;
}

static bool tell_things(struct export *export, const char *cursor)
{
    struct key after = {.size = 0};
    if (cursor != NULL && (!key_unhex(cursor, &after) || after.size < ID_BYTES)) return false;
    for (size_t i = 0; i < export->things_count; i++) {
        const struct thing *thing = &export->things[i];
        bool before = after.size > 0 && memcmp(thing->id.bytes, after.bytes, ID_BYTES) < 0;
        if (!before && !tell_thing(export, thing, &after)) return true;
    }
    return true;
}

/* --- what is asked for ------------------------------------------------------------------------ */

static bool refuse(struct export *export, enum error error, const char *detail)
{
    visit_refuse(export->visit, error, detail);
    return false;
}

static void add_thing(struct export *export, const struct id *id, bool parcel)
{
    for (size_t i = 0; i < export->things_count; i++)
        if (id_equal(&export->things[i].id, id)) return;
    if (export->things_count < THINGS_MAX)
        export->things[export->things_count++] = (struct thing){*id, parcel};
}

static void add_parcel(struct export *export, struct span number)
{
    if (number.size == 0) return;
    struct id parcel = parcel_id(export->reading.crypto, number);
    add_thing(export, &parcel, true);
}

/* What the box bore on its label speaks for the return as well. */
static void add_unit(struct export *export, const struct id *unit)
{
    struct assigned_row assigned;
    struct box_row box;
    add_thing(export, unit, false);
    if (!assigned_load(export->reading.rows, unit, &assigned)) return;
    add_thing(export, &assigned.box, false);
    if (box_load(export->reading.rows, &assigned.box, &box)) add_parcel(export, box.number);
}

static int by_bytes(const void *one, const void *other)
{
    return memcmp(((const struct thing *)one)->id.bytes, ((const struct thing *)other)->id.bytes,
                  ID_BYTES);
}

static void add_return(struct export *export, const struct id *return_id)
{
    const struct rows *rows = export->reading.rows;
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row row;
    struct return_row owner;
    if (!may_see_return(&export->reading, return_id) || !return_load(rows, return_id, &owner))
        return;
    add_parcel(export, owner.number);
    for (uint32_t i = 0; i < owner.parcels_count; i++) add_parcel(export, owner.parcels[i].number);
    while (walk_next(rows, VIEW_UNIT_BY_RETURN, &walk, &row)) {
        struct id unit = id_at(key_span(&walk.at), ID_BYTES);
        add_unit(export, &unit);
    }
    qsort(export->things, export->things_count, sizeof export->things[0], by_bytes);
}

static bool read_things(struct export *export)
{
    const char *unit = query_get(&export->query, "unit");
    const char *of_return = query_get(&export->query, "return");
    struct id id;
    if (unit != NULL && of_return != NULL)
        return refuse(export, ERROR_MALFORMED, "one of the filters at a time");
    const char *text = unit != NULL ? unit : of_return;
    export->of_things = text != NULL;
    if (text == NULL) return true;
    if (id_parse(span_text(text), &id) != OK)
        return refuse(export, ERROR_BAD_ID, unit != NULL ? "unit" : "return");
    if (unit != NULL)
        add_thing(export, &id, false);
    else
        add_return(export, &id);
    return true;
}

static bool read_time(struct export *export, const char *name, uint64_t *ms)
{
    const char *text = query_get(&export->query, name);
    if (text == NULL || time_parse(span_text(text), ms) == OK) return true;
    return refuse(export, ERROR_OUT_OF_RANGE,
                  "parameters since and until: a time such as 2026-11-22T10:00:00Z");
}

static bool read_query(struct export *export)
{
    const char *limit = query_get(&export->query, "limit");
    export->limit = LIST_LIMIT;
    if (limit != NULL && !limit_read(limit, LIST_LIMIT_MAX, &export->limit))
        return refuse(export, ERROR_OUT_OF_RANGE, "parameter limit: 1 or more");
    return read_things(export) && read_time(export, "since", &export->since_ms) &&
           read_time(export, "until", &export->until_ms);
}

/* --- the document ----------------------------------------------------------------------------- */

static void open_document(struct json_out *out)
{
    json_open(out, NULL, '{');
    json_open(out, "@context", '[');
    json_put_text(out, NULL, span_text("https://ref.gs1.org/standards/epcis/epcis-context.jsonld"));
    json_open(out, NULL, '{');
    json_put_text(out, "entrepot", span_text("urn:entrepot:"));
    json_close(out, '}');
    json_close(out, ']');
    json_put_text(out, "type", span_text("EPCISDocument"));
    json_put_text(out, "schemaVersion", span_text("2.0"));
    json_put_time(out, "creationDate", wall_now_ms());
    json_open(out, "epcisBody", '{');
    json_open(out, "eventList", '[');
}

static void answer(struct export *export)
{
    const char *cursor = query_get(&export->query, "cursor");
    open_document(&export->out);
    bool good = export->of_things ? tell_things(export, cursor) : tell_feed(export, cursor);
    json_close(&export->out, ']');
    json_close(&export->out, '}');
    json_close(&export->out, '}');
    const struct rows *views = &export->snapshot.views;
    enum error error = views->port->error(views->world);
    if (!good || error != OK) {
        visit_refuse(export->visit, error != OK ? error : ERROR_MALFORMED,
                     error != OK ? NULL : "parameter cursor: not one of this list");
        return;
    }
    call_add_header(export->visit->call, "GS1-EPCIS-Version", "2.0");
    call_add_header(export->visit->call, "GS1-CBV-Version", "2.0");
    if (export->cursor[0] != '\0')
        visit_next_page(export->visit, export->limit, export->cursor, &export->query);
    visit_json(export->visit, 200, &export->out);
}

void epcis_handle(struct visit *visit)
{
    static const char *const allowed[] = {"unit",  "return", "since", "until",
                                          "limit", "cursor", NULL};
    struct export *export = calloc(1, sizeof *export);
    assert(export != NULL);
    export->visit = visit;
    if (!query_read(visit, allowed, &export->query)) {
        free(export);
        return;
    }
    enum error error = store_reading_begin(visit->http->store, &export->snapshot);
    if (error != OK) {
        visit_refuse(visit, error, NULL);
        free(export);
        return;
    }
    export->reading =
        (struct reading){&export->snapshot.views, visit->http->crypto, visit_scope(visit), 0};
    if (read_query(export)) answer(export);
    store_reading_end(&export->snapshot);
    json_out_free(&export->out);
    free(export);
}
