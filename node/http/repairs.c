/* Repair orders as they are read. */
#include "overseas-warehouse/repair/repair.h"

#include "node/http/list_page.h"
#include "node/http/records.h"

bool repair_put_record(const struct reading *reading, const struct id *id, struct json_out *out,
                       const char *key, uint64_t *version)
{
    const struct desk desk = {.rows = *reading->rows, .crypto = reading->crypto};
    struct repair_now now;
    if (!repair_load(reading->rows, id, &now) || !scope_covers(&reading->scope, &now.row.merchant))
        return false;
    uint64_t limit = repair_limit(&desk, id, &now.row);
    *version = now.row.version;
    json_open(out, key, '{');
    json_put_id(out, "id", id);
    json_put_shape(out, NULL, &repair_row_shape, &now.row);
    json_put_uint(out, "limit_minor", limit);
    json_put_bool(out, "awaits_consent",
                  now.row.state == REPAIR_IS_OPEN && now.row.estimate_minor > limit);
    json_close(out, '}');
    return true;
}

/* --- lists ------------------------------------------------------------------------------------ */

static const struct list_source all = {NULL, LIST_ALL, VIEW_REPAIR, 0, ID_BYTES},
                                by_merchant = {"merchant", LIST_ID, VIEW_REPAIR_BY_MERCHANT,
                                               2 * ID_BYTES, ID_BYTES},
                                by_warehouse = {"warehouse", LIST_ID, VIEW_REPAIR_BY_WAREHOUSE,
                                                ID_BYTES, ID_BYTES};

bool repairs_choose(struct page *page, const struct query *query)
{
    return page_choose_owned(page, query, &all, &by_merchant, &by_warehouse);
}
