#include "node/core/meta.h"

#include "node/core/mesh_rows.h"

SHAPE_DEFINE(meta_row, META_ROW_FIELDS)
SHAPE_DEFINE(cursor_row, CURSOR_ROW_FIELDS)
SHAPE_DEFINE(digest_row, DIGEST_ROW_FIELDS)

#define META_BYTES_MAX 512

static const uint8_t META_KEY[] = {'s', 'e', 'l', 'f'};

bool meta_load(const struct rows *truth, struct meta_row *meta)
{
    struct span value;
    if (!truth->port->get(truth->world, TRUTH_META, span_of(META_KEY, sizeof META_KEY), &value))
        return false;
    if (shape_decode(&meta_row_shape, value, meta, NULL) == OK) return true;
    truth->port->fail(truth->world, ERROR_CORRUPT);
    return false;
}

void meta_store(const struct rows *truth, const struct meta_row *meta)
{
    uint8_t buffer[META_BYTES_MAX];
    struct span value;
    if (shape_encode(&meta_row_shape, meta, buffer, sizeof buffer, &value) != OK) {
        truth->port->fail(truth->world, ERROR_OUT_OF_RANGE);
        return;
    }
    truth->port->put(truth->world, TRUTH_META, span_of(META_KEY, sizeof META_KEY), value);
}

static enum error append(struct logs *shelf, struct log *log, enum event_kind kind,
                         const struct shape *shape, const struct id *entity, const void *payload,
                         uint64_t wall_ms)
{
    uint8_t buffer[4096];
    struct span bytes;
    enum error error = shape_encode(shape, payload, buffer, sizeof buffer, &bytes);
    if (error != OK) return error;
    const struct event_row *row = event_by_kind(kind);
    struct event_header header = {
        .kind = kind, .kver = row->version, .entity = *entity, .hlc = wall_ms << 16};
    return log_append(shelf, log, &header, bytes);
}

static enum error begin_log(struct logs *shelf, const struct meta_new *made, const struct id *id,
                            enum log_type type, struct log **log)
{
    struct log_row row = {.log_type = type,
                          .writer = made->node,
                          .sign_key = made->member.sign_key,
                          .writer_log = made->log};
    if (type == LOG_NODE) row.warehouse = made->member.warehouse;
    enum error error = logs_add(shelf, id, &row, log);
    if (error != OK) return error;
    (*log)->own = true;
    struct genesis genesis = {.log_type = type,
                              .node = made->node,
                              .store = made->store,
                              .sign_key = made->member.sign_key};
    if (type == LOG_MEMBERSHIP) {
        genesis.leader = made->node;
        genesis.leader_log = made->log;
        genesis.voters[0].node = made->node;
        genesis.voters_count = 1;
    }
    return append(shelf, *log, EVENT_GENESIS, &genesis_shape, &made->node, &genesis, made->wall_ms);
}

static enum error found_mesh(struct logs *shelf, struct meta_new *made)
{
    struct log *log = NULL;
    enum error error = begin_log(shelf, made, &made->membership, LOG_MEMBERSHIP, &log);
    if (error != OK) return error;
    struct hash first = log->row.last_hash;
    for (unsigned i = 0; i < ID_BYTES; i++) made->mesh.bytes[i] = first.bytes[i];
    return append(shelf, log, EVENT_MEMBER, &member_shape, &made->node, &made->member,
                  made->wall_ms);
}

enum error meta_create(struct store *store, const struct crypto *crypto, struct meta_new *made,
                       struct logs *shelf)
{
    enum error error = store->port->begin(store->world);
    if (error != OK) return error;
    struct meta_row meta;
    if (meta_load(&store->truth, &meta)) error = ERROR_CONFLICT;
    if (error == OK) error = logs_load(shelf, store, crypto);
    struct log *log = NULL;
    if (error == OK && made->found) error = found_mesh(shelf, made);
    if (error == OK) error = begin_log(shelf, made, &made->log, LOG_NODE, &log);
    if (error == OK) error = logs_seal(shelf);
    if (error == OK) {
        meta = (struct meta_row){.node = made->node,
                                 .store = made->store,
                                 .mesh = made->mesh,
                                 .log = made->log,
                                 .name = made->member.name};
        meta_store(&store->truth, &meta);
        logs_flush(shelf);
        error = store->truth.port->error(store->truth.world);
    }
    if (error != OK) {
        store->port->abort(store->world);
        return error;
    }
    return store->port->commit(store->world);
}

static enum error retire(struct logs *shelf, const struct id *id, struct meta_new *made)
{
    struct log *old = logs_find(shelf, id);
    if (old == NULL) return ERROR_CORRUPT; /* a store without the log that it names */
    old->row.retired = 1;
    old->own = false;
    old->dirty = true;
    made->member.warehouse = old->row.warehouse;
    return OK;
}

enum error meta_renew(struct store *store, const struct crypto *crypto, struct meta_new *made,
                      struct id *old_log, struct logs *shelf)
{
    enum error error = store->port->begin(store->world);
    if (error != OK) return error;
    struct meta_row meta = {.node = {{0}}};
    if (!meta_load(&store->truth, &meta)) error = ERROR_NOT_FOUND;
    if (error == OK) error = logs_load(shelf, store, crypto);
    uint8_t name[NAME_BYTES_MAX]; /* the row's own text does not outlive the puts */
    if (meta.name.size > 0) memcpy(name, meta.name.at, meta.name.size);
    meta.name.at = name;
    *old_log = meta.log;
    made->node = made->member.node = meta.node;
    made->mesh = meta.mesh;
    struct log *log = NULL;
    if (error == OK) error = retire(shelf, old_log, made);
    if (error == OK) error = begin_log(shelf, made, &made->log, LOG_NODE, &log);
    if (error == OK) error = logs_seal(shelf);
    if (error == OK) {
        meta.store = made->store;
        meta.log = made->log;
        meta.boot_count = 0;
        meta.in_doubt = 1;
        meta_store(&store->truth, &meta);
        logs_flush(shelf);
        error = store->truth.port->error(store->truth.world);
    }
    if (error != OK) {
        store->port->abort(store->world);
        return error;
    }
    return store->port->commit(store->world);
}
