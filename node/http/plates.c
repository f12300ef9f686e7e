/* Plates, removal orders and inbound shipments as they are shown, and where a unit comes from. */
#include "overseas-warehouse/plates/plates.h"
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
