#include "node/core/views.h"

#include "node/core/meta.h"
#include "proto/bugs.h"

/* H(table ‖ keylen ‖ key ‖ value): the table by its name, since numbers may move. */
#define ROW_DOMAIN "entrepot/row/1"
#define ROW_PARTS  4
struct row_parts {
    uint8_t key_size[2];
    struct span part[ROW_PARTS];
};

static void row_parts(struct row_parts *parts, enum view_table table, struct span key,
                      struct span value)
{
    be_put(parts->key_size, key.size, 2);
    parts->part[0] = span_text(view_table_name(table));
    parts->part[1] = span_of(parts->key_size, sizeof parts->key_size);
    parts->part[2] = key;
    parts->part[3] = value;
}

void views_row_hash(const struct crypto *crypto, enum view_table table, struct span key,
                    struct span value, struct hash *hash)
{
    struct row_parts parts;
    row_parts(&parts, table, key, value);
    crypto_hash(crypto, ROW_DOMAIN, parts.part, ROW_PARTS, hash);
}

_Static_assert((int)VIEW_TABLE_COUNT <= HASHER_SUMS, "a sum for each table");

static void fold_in(struct views *views, enum view_table table, struct span key, struct span value)
{
    struct row_parts parts;
    row_parts(&parts, table, key, value);
    crypto_hash_into(views->crypto, ROW_DOMAIN, parts.part, ROW_PARTS, table,
                     &views->digest[table]);
    views->dirty[table] = true;
}

/* What a hasher has worked out meanwhile, or left of a turn that failed. */
static void gather(struct views *views, struct hash sums[HASHER_SUMS])
{
    const struct hasher *hasher = views->crypto->hasher;
    memset(sums, 0, HASHER_SUMS * sizeof sums[0]);
    if (hasher != NULL) hasher->gather(hasher->world, sums);
}

static bool views_get(void *world, unsigned table, struct span key, struct span *value)
{
    const struct rows *rows = &((struct views *)world)->store->views;
    return rows->port->get(rows->world, table, key, value);
}

static bool views_add(void *world, unsigned table, struct span key, struct span value,
                      struct span *held)
{
    struct views *views = world;
    const struct rows *rows = &views->store->views;
    if (!rows->port->add(rows->world, table, key, value, held)) return false;
    if (table == VIEW_TODO || table == VIEW_BEAT) views->work_put = true;
    if (view_table_class(table) == VIEW_SHARED) fold_in(views, table, key, value);
    return true;
}

static void views_put(void *world, unsigned table, struct span key, struct span value)
{
    struct views *views = world;
    const struct rows *rows = &views->store->views;
    struct span old;
    if (view_table_class(table) == VIEW_SHARED) {
        if (views_add(world, table, key, value, &old) || span_equal(old, value)) return;
        if (!BUG(digest_keeps_former)) fold_in(views, table, key, old);
        fold_in(views, table, key, value);
    }
    if (table == VIEW_TODO || table == VIEW_BEAT) views->work_put = true;
    rows->port->put(rows->world, table, key, value);
}

static void views_del(void *world, unsigned table, struct span key)
{
    struct views *views = world;
    const struct rows *rows = &views->store->views;
    struct span old;
    if (!rows->port->get(rows->world, table, key, &old)) return;
    if (view_table_class(table) == VIEW_SHARED) fold_in(views, table, key, old);
    rows->port->del(rows->world, table, key);
}

static bool views_next(void *world, unsigned table, struct span prefix, struct span from,
                       bool after, struct row *row)
{
    const struct rows *rows = &((struct views *)world)->store->views;
    return rows->port->next(rows->world, table, prefix, from, after, row);
}

static enum error views_error(void *world)
{
    const struct rows *rows = &((struct views *)world)->store->views;
    return rows->port->error(rows->world);
}

static void views_fail(void *world, enum error error)
{
    const struct rows *rows = &((struct views *)world)->store->views;
    rows->port->fail(rows->world, error);
}

static const struct rows_port VIEWS_PORT = {views_get,  views_put,   views_add, views_del,
                                            views_next, views_error, views_fail};

struct rows views_rows(struct views *views)
{
    return (struct rows){views, &VIEWS_PORT};
}

static struct key digest_key(enum view_table table)
{
    struct key key = {.size = 0};
    return key_add_uint(key, table, 1);
}

enum error views_load(struct views *views, struct store *store, const struct crypto *crypto)
{
    views->store = store;
    views->crypto = crypto;
    views->work_put = true; /* after a start or an abort: look once */
    struct hash left[HASHER_SUMS];
    gather(views, left);
    for (unsigned table = 0; table < VIEW_TABLE_COUNT; table++) {
        struct key key = digest_key(table);
        struct digest_row row;
        bool held = rows_load(&store->views, VIEW_DIGEST, &key, &digest_row_shape, &row);
        views->digest[table] = held ? row.digest : (struct hash){{0}};
        views->dirty[table] = false;
    }
    return store->views.port->error(store->views.world);
}

void views_flush(struct views *views)
{
    struct hash sums[HASHER_SUMS];
    gather(views, sums);
    for (unsigned table = 0; table < VIEW_TABLE_COUNT; table++) {
        if (!views->dirty[table]) continue;
        struct hash *digest = &views->digest[table];
        for (unsigned i = 0; i < HASH_BYTES; i++) digest->bytes[i] ^= sums[table].bytes[i];
        struct key key = digest_key(table);
        struct digest_row row = {views->digest[table]};
        views->dirty[table] = false;
        /* An empty table has no digest, whether it was never filled or was emptied. */
        if (span_is_zero(span_of(row.digest.bytes, HASH_BYTES))) {
            rows_drop(&views->store->views, VIEW_DIGEST, &key);
            continue;
        }
        rows_store(&views->store->views, VIEW_DIGEST, &key, &digest_row_shape, &row);
    }
}

void views_digest(const struct views *views, struct hash *all)
{
    views_digest_of(views->crypto, views->digest, all);
}

void views_digest_of(const struct crypto *crypto, const struct hash table_digest[VIEW_TABLE_COUNT],
                     struct hash *all)
{
    struct span parts[VIEW_TABLE_COUNT];
    size_t count = 0;
    struct hash hash = {{0}};
    /* A running hash, since the port takes few parts: H(so far ‖ name ‖ digest of the table). */
    for (unsigned table = 0; table < VIEW_TABLE_COUNT; table++) {
        if (view_table_class(table) != VIEW_SHARED) continue;
        count = 0;
        struct hash before = hash;
        parts[count++] = span_of(before.bytes, HASH_BYTES);
        parts[count++] = span_text(view_table_name(table));
        parts[count++] = span_of(table_digest[table].bytes, HASH_BYTES);
        crypto_hash(crypto, "entrepot/views/1", parts, count, &hash);
    }
    *all = hash;
}
