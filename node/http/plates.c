/* Plates, removal orders and inbound shipments as they are shown, and where a unit comes from. */
#include "overseas-warehouse/plates/plates.h"
#include "node/http/csv.h"
#include "node/http/door.h"
#include "node/http/records.h"

/* Its merchant's own book wrote it, or it is somebody's who has nothing to say there. */
static bool is_own(const struct rows *rows, const struct id *merchant, const struct id *book)
{
    struct merchant owner;
    return merchant_load(rows, merchant, &owner) && id_equal(&owner.book, book);
}

bool plate_put_record(const struct reading *reading, const struct id *id, struct json_out *out,
                      const char *key, uint64_t *version)
{
    struct plate_now now, outermost;
    if (scope_is_bound(&reading->scope) || !plate_load(reading->rows, id, &now)) return false;
    struct span stands = plate_place(reading->rows, id, &outermost);
    *version = now.row.version;
    json_open(out, key, '{');
    json_put_id(out, "id", id);
    json_put_shape(out, NULL, &plate_row_shape, &now.row);
    json_put_uint(out, "hop", now.hop);
    json_put_id(out, "log", &now.log);
    json_put_uint(out, "count", now.row.units_count);
    if (stands.size > 0) json_put_text(out, "stands", stands);
    json_close(out, '}');
    return true;
}

bool removal_put_record(const struct reading *reading, const struct id *id, struct json_out *out,
                        const char *key, uint64_t *version)
{
    const struct desk desk = {.rows = *reading->rows, .crypto = reading->crypto};
    struct removal_row row;
    struct receipt_count counts;
    if (!removal_load(reading->rows, id, &row) || !scope_covers(&reading->scope, &row.merchant) ||
        !is_own(reading->rows, &row.merchant, &row.book))
        return false;
    removal_counts(&desk, id, &row, &counts);
    *version = row.version;
    json_open(out, key, '{');
    json_put_id(out, "id", id);
    json_put_shape(out, NULL, &removal_row_shape, &row);
    counts_put(out, &counts, row.lines_count);
    json_close(out, '}');
    return true;
}

bool inbound_put_record(const struct reading *reading, const struct id *id, struct json_out *out,
                        const char *key, uint64_t *version)
{
    struct inbound_row row;
    if (!inbound_load(reading->rows, id, &row) || !scope_covers(&reading->scope, &row.merchant) ||
        !is_own(reading->rows, &row.merchant, &row.book))
        return false;
    *version = row.version;
    json_open(out, key, '{');
    json_put_id(out, "id", id);
    json_put_shape(out, NULL, &inbound_row_shape, &row);
    json_close(out, '}');
    return true;
}

/* Nothing of it is known: that is an answer as well. */
bool origin_put(const struct reading *reading, const struct id *unit, struct json_out *out)
{
    static const char *const bases[] = {"unknown", "traced", "assumed"};
    const struct desk desk = {.rows = *reading->rows, .crypto = reading->crypto};
    struct origin origin;
    struct unit_now now;
    uint64_t version;
    if (!unit_load(reading->rows, unit, &now)) return false;
    if (!unit_origin(&desk, unit, &origin)) origin.basis = ORIGIN_UNKNOWN;
    json_open(out, NULL, '{');
    json_put_id(out, "unit", unit);
    json_put_text(out, "basis", span_text(bases[origin.basis]));
    if (origin.basis != ORIGIN_UNKNOWN)
        inbound_put_record(reading, &origin.inbound, out, "inbound", &version);
    json_close(out, '}');
    return true;
}

/* --- what is in it --------------------------------------------------------------------------- */

/* Lines of an answer, as JSON or as a sheet. */
struct contents {
    bool as_sheet;
    struct json_out out;
    struct csv_out sheet;
};

static void put_contents_line(void *world, const struct contents_line *line)
{
    struct contents *contents = world;
    if (contents->as_sheet) {
        csv_put_row(&contents->sheet, &contents_line_shape, line);
        return;
    }
    json_open(&contents->out, NULL, '{');
    json_put_shape(&contents->out, NULL, &contents_line_shape, line);
    json_close(&contents->out, '}');
}

static enum error put_contents(const struct desk *desk, const struct id *plate,
                               struct contents *contents)
{
    struct plate_now now;
    if (!plate_load(&desk->rows, plate, &now)) return ERROR_NOT_FOUND;
    if (contents->as_sheet) csv_put_titles(&contents->sheet, &contents_line_shape);
    json_open(&contents->out, NULL, '{');
    json_put_id(&contents->out, "id", plate);
    json_open(&contents->out, "lines", '[');
    bool whole = contents_of_plate(desk, plate, put_contents_line, contents);
    json_close(&contents->out, ']');
    json_close(&contents->out, '}');
    return whole ? desk->rows.port->error(desk->rows.world) : ERROR_CONFLICT;
}

static const char *contents_trouble(enum error error)
{
    if (error == ERROR_NOT_FOUND) return "plate";
    return error == ERROR_CONFLICT ? "plate: more than 40 plates and containers are in it; ask for "
                                     "what stands in it one by one"
                                   : NULL;
}

void contents_handle(struct visit *visit)
{
    struct contents contents = {.as_sheet = csv_is_accepted(call_header(visit->call, "Accept"))};
    struct store_reading snapshot;
    struct id plate;
    struct scope scope = visit_scope(visit);
    if (!visit_id(visit, 0, &plate)) return;
    if (scope_is_bound(&scope)) {
        visit_refuse(visit, ERROR_NOT_FOUND, "plate");
        return;
    }
    enum error error = store_reading_begin(visit->http->store, &snapshot);
    if (error == OK) {
        const struct desk desk = {.rows = snapshot.views, .crypto = visit->http->crypto};
        error = put_contents(&desk, &plate, &contents);
        store_reading_end(&snapshot);
    }
    if (error != OK)
        visit_refuse(visit, error, contents_trouble(error));
    else if (contents.as_sheet)
        call_reply(visit->call, 200, CSV_TYPE, span_of(contents.sheet.at, contents.sheet.used));
    else
        visit_json(visit, 200, &contents.out);
    csv_out_free(&contents.sheet);
    json_out_free(&contents.out);
}
