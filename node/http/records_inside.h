/* What the files that show records share: a record on its way out, and whether its reader may see
 * it. Nobody else includes this. */
#ifndef NODE_HTTP_RECORDS_INSIDE_H
#define NODE_HTTP_RECORDS_INSIDE_H

#include <assert.h>
#include <string.h>

#include "node/http/records.h"

/* A record on its way out. */
struct showing {
    const struct reading *reading;
    struct span id;
    struct json_out *out;
    const char *key;
    uint64_t version;
};

static inline struct id id_at(struct span from, size_t place)
{
    struct id id = {{0}};
    assert(from.size >= place + ID_BYTES);
    memcpy(id.bytes, from.at + place, ID_BYTES);
    return id;
}

static inline bool may_see(const struct reading *reading, const struct id *merchant)
{
    return scope_covers(&reading->scope, merchant);
}

static inline void begin(struct showing *showing, const struct shape *shape, const void *row)
{
    struct id id = id_at(showing->id, 0);
    json_open(showing->out, showing->key, '{');
    json_put_id(showing->out, "id", &id);
    if (shape != NULL) json_put_shape(showing->out, NULL, shape, row);
}

static inline bool end(struct showing *showing)
{
    json_close(showing->out, '}');
    return true;
}

/* records_floor.c */
bool put_photo(struct showing *showing);
bool put_plate(struct showing *showing);
bool put_removal(struct showing *showing);
bool put_inbound(struct showing *showing);
bool put_unclaimed(struct showing *showing);
bool put_batch(struct showing *showing);
bool put_repair(struct showing *showing);
bool put_exchange(struct showing *showing);
bool put_label(struct showing *showing);
bool put_lane(struct showing *showing);
bool put_manifest_line(struct showing *showing);
/* stock.c */
bool put_stock(struct showing *showing);
bool put_stock_at(struct showing *showing);
bool put_posting(struct showing *showing);
bool put_bin(struct showing *showing);
/* unknown.c */
bool put_unknown_code(struct showing *showing);
/* stock_receipts.c */
bool put_receipt(struct showing *showing);
/* records.c */
bool may_see_return(const struct reading *reading, const struct id *return_id);
bool may_see_unit(const struct reading *reading, const struct id *unit);
bool may_see_parcel(const struct reading *reading, const struct id *parcel);
bool may_see_by(const struct reading *reading, enum view_table table, const struct id *id);

/* records_goods.c */
bool put_unit(struct showing *showing);
bool put_box(struct showing *showing);
bool put_checklist(struct showing *showing);
bool put_checklist_version(struct showing *showing);
bool put_scale(struct showing *showing);
bool put_second(struct showing *showing);
bool put_hold(struct showing *showing);
bool put_recall(struct showing *showing);

/* records_orders.c */
bool put_order(struct showing *showing);
bool put_order_version(struct showing *showing);
bool put_elsewhere(struct showing *showing);

#endif
