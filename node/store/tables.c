#include "node/store/tables.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "node/store/lmdb_error.h"

/* The store's own values stand apart from the tables that the core knows. */
#define OWN_NAME "store"

/* --- the environment -------------------------------------------------------------------------- */

static int open_table(MDB_txn *txn, const char *name, unsigned flags, MDB_dbi *dbi, bool *present)
{
    int code = mdb_dbi_open(txn, name, flags, dbi);
    *present = code == 0;
    return code == MDB_NOTFOUND ? 0 : code;
}

/* The mark is the first letter of the table's name, so that it stays when tables come and go. */
static void share_trees(struct tables *tables, const struct tables_options *options)
{
    for (unsigned i = 0; i < options->count; i++) {
        tables->tree[i] = options->trees == NULL ? i : options->trees[i];
        unsigned tree = tables->tree[i];
        if (tree == i) continue;
        tables->mark[i] = (uint8_t)options->names[i][0];
        tables->mark[tree] = (uint8_t)options->names[tree][0];
        assert(tables->mark[i] != tables->mark[tree]);
    }
}

static int open_tables(struct tables *tables, const struct tables_options *options)
{
    bool read_only = (options->flags & MDB_RDONLY) != 0;
    unsigned flags = read_only ? 0 : MDB_CREATE;
    MDB_txn *txn;
    int code = mdb_txn_begin(tables->env, NULL, read_only ? MDB_RDONLY : 0, &txn);
    if (code != 0) return code;
    code = open_table(txn, OWN_NAME, flags, &tables->own, &tables->own_present);
    for (unsigned i = 0; i < options->count && code == 0; i++)
        code = open_table(txn, options->names[tables->tree[i]], flags, &tables->dbi[i],
                          &tables->present[i]);
    /* The handles outlive a transaction only if it is committed, a reading one too. */
    if (code == 0) return mdb_txn_commit(txn);
    mdb_txn_abort(txn);
    return code;
}

static int open_environment(struct tables *tables, const struct tables_options *options)
{
    int dead;
    int code = mdb_env_create(&tables->env);
    if (code == 0) code = mdb_env_set_mapsize(tables->env, options->map_bytes);
    if (code == 0) code = mdb_env_set_maxdbs(tables->env, TABLES_MAX + 1);
    if (code == 0) code = mdb_env_set_maxreaders(tables->env, TABLES_READERS_MAX);
    if (code == 0) code = mdb_env_open(tables->env, options->directory, options->flags, 0600);
    /* Slots of dead processes would pin old pages for ever. */
    if (code == 0 && !(options->flags & MDB_NOLOCK)) code = mdb_reader_check(tables->env, &dead);
    return code == 0 ? open_tables(tables, options) : code;
}

enum error tables_open(const struct tables_options *options, struct tables **tables)
{
    assert(options->count <= TABLES_MAX);
    *tables = calloc(1, sizeof **tables);
    if (*tables == NULL) return ERROR_BUSY;
    (*tables)->count = options->count;
    share_trees(*tables, options);
    int code = open_environment(*tables, options);
    if (code == 0) return OK;
    tables_close(*tables);
    *tables = NULL;
    return lmdb_error(code);
}

void tables_close(struct tables *tables)
{
    if (tables == NULL) return;
    if (tables->env != NULL) mdb_env_close(tables->env);
    free(tables);
}

uint64_t tables_last_txn(const struct tables *tables)
{
    MDB_envinfo info = {0};
    (void)mdb_env_info(tables->env, &info);
    return info.me_last_txnid;
}

uint64_t tables_free_bytes(const struct tables *tables)
{
    MDB_envinfo info = {0};
    MDB_stat stat = {0};
    (void)mdb_env_info(tables->env, &info);
    (void)mdb_env_stat(tables->env, &stat);
    uint64_t used = ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize;
    return used < info.me_mapsize ? info.me_mapsize - used : 0;
}

/* --- the seat --------------------------------------------------------------------------------- */

void tables_txn_init(struct tables_txn *txn, struct tables *tables, enum error *error)
{
    memset(txn, 0, sizeof *txn);
    txn->tables = tables;
    txn->error = error;
}

void tables_txn_free(struct tables_txn *txn)
{
    assert(!txn->open);
    for (unsigned i = 0; i < TABLES_MAX; i++)
        if (txn->place[i].reading != NULL) mdb_cursor_close(txn->place[i].reading);
    if (txn->resting != NULL) mdb_txn_abort(txn->resting);
    free(txn->scratch);
    tables_txn_init(txn, NULL, NULL);
}

static void forget_places(struct tables_txn *txn)
{
    for (unsigned i = 0; i < txn->tables->count; i++) {
        struct tables_place *place = &txn->place[i];
        place->writing = NULL;
        place->reading_bound = place->at_known = place->tail_known = false;
    }
}

static int begin_reading(struct tables_txn *txn)
{
    if (txn->resting != NULL) return mdb_txn_renew(txn->resting);
    int code = mdb_txn_begin(txn->tables->env, NULL, MDB_RDONLY, &txn->resting);
    if (code != 0) txn->resting = NULL;
    return code;
}

enum error tables_txn_begin(struct tables_txn *txn, bool writes)
{
    assert(!txn->open);
    int code = 0;
    if (txn->tables != NULL) {
        forget_places(txn);
        code = writes ? mdb_txn_begin(txn->tables->env, NULL, 0, &txn->txn) : begin_reading(txn);
        if (code != 0) return lmdb_error(code);
        if (!writes) txn->txn = txn->resting;
    }
    txn->writes = writes;
    txn->open = true;
    return OK;
}

int tables_txn_commit(struct tables_txn *txn)
{
    assert(txn->open && txn->writes);
    int code = mdb_txn_commit(txn->txn);
    txn->txn = NULL;
    txn->open = false;
    return code;
}

void tables_txn_end(struct tables_txn *txn)
{
    if (!txn->open) return;
    txn->open = false;
    if (txn->txn == NULL) return;
    if (txn->writes)
        mdb_txn_abort(txn->txn);
    else
        mdb_txn_reset(txn->txn);
    txn->txn = NULL;
}

/* --- the rows port ---------------------------------------------------------------------------- */

static void fail(struct tables_txn *txn, int code)
{
    if (code != 0 && *txn->error == OK) *txn->error = lmdb_error(code);
}

static bool is_usable(const struct tables_txn *txn, unsigned table)
{
    assert(txn->open);
    if (*txn->error != OK || txn->tables == NULL) return false;
    assert(table < txn->tables->count);
    return txn->tables->present[table];
}

/* LMDB takes what it only reads as pointers to things that it might write. */
static MDB_val val_of(struct span span)
{
    MDB_val val = {.mv_size = span.size};
    memcpy(&val.mv_data, &span.at, sizeof val.mv_data);
    return val;
}

static struct span span_val(const MDB_val *val)
{
    return span_of(val->mv_data, val->mv_size);
}

static struct tables_place *place_for(struct tables_txn *txn, unsigned table)
{
    return &txn->place[txn->tables->tree[table]];
}

static MDB_cursor *cursor_for(struct tables_txn *txn, unsigned table)
{
    struct tables_place *place = place_for(txn, table);
    MDB_cursor **cursor = txn->writes ? &place->writing : &place->reading;
    int code = 0;
    if (*cursor == NULL)
        code = mdb_cursor_open(txn->txn, txn->tables->dbi[table], cursor);
    else if (!txn->writes && !place->reading_bound)
        code = mdb_cursor_renew(txn->txn, *cursor);
    place->reading_bound = code == 0;
    fail(txn, code);
    return code == 0 ? *cursor : NULL;
}

static struct span key_bytes(const struct tables_key *key)
{
    return span_of(key->bytes, key->size);
}

static void key_copy(struct tables_key *key, struct span from)
{
    key->size = from.size <= sizeof key->bytes ? from.size : 0;
    memcpy(key->bytes, from.at, key->size);
}

/* --- shared trees ----------------------------------------------------------------------------- */

/* Keys of a shared tree begin with the id of what they are about; the mark stands behind it. So all
 * rows about one thing lie side by side, mostly on one page, and each table keeps its order. What
 * is shorter than an id is no key, but may be where a walk begins. */
static struct span stored_key(const struct tables_txn *txn, unsigned table, struct span key,
                              struct tables_key *room)
{
    uint8_t mark = txn->tables->mark[table];
    if (mark == 0 || key.size < ID_BYTES) return key;
    assert(key.size < sizeof room->bytes);
    memcpy(room->bytes, key.at, ID_BYTES);
    room->bytes[ID_BYTES] = mark;
    memcpy(room->bytes + ID_BYTES + 1, key.at + ID_BYTES, key.size - ID_BYTES);
    room->size = key.size + 1;
    return key_bytes(room);
}

static struct span told_key(struct tables_txn *txn, unsigned table, struct span stored)
{
    if (txn->tables->mark[table] == 0) return stored;
    struct key *key = &txn->handed[table];
    key->size = stored.size - 1;
    memcpy(key->bytes, stored.at, ID_BYTES);
    memcpy(key->bytes + ID_BYTES, stored.at + ID_BYTES + 1, key->size - ID_BYTES);
    return span_of(key->bytes, key->size);
}

static bool begins_with(struct span key, struct span prefix)
{
    return prefix.size == 0 ||
           (key.size >= prefix.size && memcmp(key.at, prefix.at, prefix.size) == 0);
}

/* Steps over rows of other tables; not beyond what the prefix is about, however many lie there. */
static int skip_others(const struct tables_txn *txn, unsigned table, MDB_cursor *cursor,
                       struct span prefix, MDB_val *k, MDB_val *v)
{
    uint8_t mark = txn->tables->mark[table];
    struct span about = span_of(prefix.at, prefix.size < ID_BYTES ? prefix.size : ID_BYTES);
    int code = 0;
    while (code == 0 && mark != 0 && span_val(k).at[ID_BYTES] != mark &&
           begins_with(span_val(k), about))
        code = mdb_cursor_get(cursor, k, v, MDB_NEXT);
    return code == 0 && mark != 0 && span_val(k).at[ID_BYTES] != mark ? MDB_NOTFOUND : code;
}

/* --- rows ------------------------------------------------------------------------------------- */

/* What a turn reads it mostly writes next, and near by: its cursor stays on the page, and the put
 * need not come down from the root again. */
static int look_up(struct tables_txn *txn, unsigned table, MDB_val *k, MDB_val *v)
{
    if (!txn->writes) return mdb_get(txn->txn, txn->tables->dbi[table], k, v);
    MDB_cursor *cursor = cursor_for(txn, table);
    if (cursor == NULL) return MDB_NOTFOUND;
    place_for(txn, table)->at_known = false;
    return mdb_cursor_get(cursor, k, v, MDB_SET);
}

static bool rows_get(void *world, unsigned table, struct span key, struct span *value)
{
    struct tables_txn *txn = world;
    struct tables_key room;
    if (!is_usable(txn, table) || key.size == 0) return false;
    MDB_val k = val_of(stored_key(txn, table, key, &room));
    MDB_val v;
    int code = look_up(txn, table, &k, &v);
    if (code == 0) *value = span_val(&v);
    if (code != MDB_NOTFOUND) fail(txn, code);
    return code == 0;
}

/* A walk comes back with the key it was given last: then the cursor stands there and takes one
 * step. Otherwise it seeks from the root. */
static int seek(const struct tables_place *place, MDB_cursor *cursor, struct span from, bool after,
                MDB_val *k, MDB_val *v)
{
    if (after && place->at_known && span_equal(from, key_bytes(&place->at)))
        return mdb_cursor_get(cursor, k, v, MDB_NEXT);
    if (from.size == 0) return mdb_cursor_get(cursor, k, v, MDB_FIRST);
    *k = val_of(from);
    int code = mdb_cursor_get(cursor, k, v, MDB_SET_RANGE);
    if (code == 0 && after && span_equal(from, span_val(k)))
        code = mdb_cursor_get(cursor, k, v, MDB_NEXT);
    return code;
}

static bool rows_next(void *world, unsigned table, struct span prefix, struct span from, bool after,
                      struct row *row)
{
    struct tables_txn *txn = world;
    struct tables_key room;
    if (!is_usable(txn, table)) return false;
    MDB_cursor *cursor = cursor_for(txn, table);
    if (cursor == NULL) return false;
    struct tables_place *place = place_for(txn, table);
    MDB_val k;
    MDB_val v;
    int code = seek(place, cursor, stored_key(txn, table, from, &room), after, &k, &v);
    if (code == 0) code = skip_others(txn, table, cursor, prefix, &k, &v);
    place->at_known = false;
    if (code != 0) {
        if (code != MDB_NOTFOUND) fail(txn, code);
        return false;
    }
    key_copy(&place->at, span_val(&k));
    place->at_known = place->at.size > 0;
    row->key = told_key(txn, table, span_val(&k));
    row->value = span_val(&v);
    return begins_with(row->key, prefix);
}

/* A value may well be one that get or next handed out, and the put would move it under its own
 * feet: so it is copied first. That costs less than a hundredth of the put. */
static bool copy_value(struct tables_txn *txn, struct span *value)
{
    if (value->size > txn->scratch_size) {
        uint8_t *larger = realloc(txn->scratch, value->size);
        if (larger == NULL) return false;
        txn->scratch = larger;
        txn->scratch_size = value->size;
    }
    if (value->size > 0) memcpy(txn->scratch, value->at, value->size);
    value->at = txn->scratch;
    return true;
}

static int key_compare(struct span a, struct span b)
{
    int order = memcmp(a.at, b.at, a.size < b.size ? a.size : b.size);
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

/* Keys that grow (logs, the feed, a sorted rebuild) are appended: LMDB then fills its pages instead
 * of leaving each half empty. A tail that was deleted meanwhile is merely too large, which is safe.
 */
static unsigned append_flag(struct tables_place *place, MDB_cursor *cursor, struct span key)
{
    if (!place->tail_known) {
        MDB_val last;
        place->tail.size = 0;
        if (mdb_cursor_get(cursor, &last, NULL, MDB_LAST) == 0)
            key_copy(&place->tail, span_val(&last));
        place->tail_known = true;
    }
    if (key_compare(key, key_bytes(&place->tail)) <= 0) return 0;
    key_copy(&place->tail, key);
    return MDB_APPEND;
}

/* 0, or LMDB's code; MDB_KEYEXIST, with the value that is held, only when asked not to overwrite.
 */
static int put(struct tables_txn *txn, unsigned table, struct span key, struct span *value,
               unsigned flags)
{
    assert(txn->writes && key.size > 0 && key.size <= ROW_KEY_BYTES_MAX);
    assert(value->size <= TABLES_VALUE_BYTES_MAX);
    assert(txn->tables->mark[table] == 0 || key.size >= ID_BYTES);
    MDB_cursor *cursor = cursor_for(txn, table);
    if (cursor == NULL) return 0;
    struct tables_key room, copied;
    key_copy(&copied, stored_key(txn, table, key, &room));
    if (!copy_value(txn, value)) return ENOMEM;
    struct tables_place *place = place_for(txn, table);
    place->at_known = false;
    flags |= append_flag(place, cursor, key_bytes(&copied));
    MDB_val k = val_of(key_bytes(&copied));
    MDB_val v = val_of(*value);
    int code = mdb_cursor_put(cursor, &k, &v, flags);
    if (code == MDB_KEYEXIST) *value = span_val(&v);
    return code;
}

static void rows_put(void *world, unsigned table, struct span key, struct span value)
{
    struct tables_txn *txn = world;
    if (is_usable(txn, table)) fail(txn, put(txn, table, key, &value, 0));
}

static bool rows_add(void *world, unsigned table, struct span key, struct span value,
                     struct span *held)
{
    struct tables_txn *txn = world;
    if (!is_usable(txn, table)) return true;
    int code = put(txn, table, key, &value, MDB_NOOVERWRITE);
    if (code == MDB_KEYEXIST) {
        *held = value;
        return false;
    }
    fail(txn, code);
    return true;
}

static void rows_del(void *world, unsigned table, struct span key)
{
    struct tables_txn *txn = world;
    if (!is_usable(txn, table)) return;
    assert(txn->writes && key.size > 0);
    MDB_cursor *cursor = cursor_for(txn, table);
    if (cursor == NULL) return;
    struct tables_key room;
    place_for(txn, table)->at_known = false;
    MDB_val k = val_of(stored_key(txn, table, key, &room));
    int code = mdb_cursor_get(cursor, &k, NULL, MDB_SET);
    if (code == 0) code = mdb_cursor_del(cursor, 0);
    if (code != MDB_NOTFOUND) fail(txn, code);
}

static enum error rows_error(void *world)
{
    const struct tables_txn *txn = world;
    return *txn->error;
}

static void rows_fail(void *world, enum error error)
{
    struct tables_txn *txn = world;
    if (*txn->error == OK) *txn->error = error;
}

bool tables_own_get(struct tables_txn *txn, const char *name, uint8_t *value, size_t size)
{
    if (*txn->error != OK || !txn->tables->own_present) return false;
    MDB_val k = val_of(span_text(name));
    MDB_val v;
    int code = mdb_get(txn->txn, txn->tables->own, &k, &v);
    if (code != MDB_NOTFOUND) fail(txn, code);
    if (code != 0 || v.mv_size != size) return false;
    memcpy(value, v.mv_data, size);
    return true;
}

void tables_own_put(struct tables_txn *txn, const char *name, const uint8_t *value, size_t size)
{
    if (*txn->error != OK) return;
    MDB_val k = val_of(span_text(name));
    MDB_val v = val_of(span_of(value, size));
    fail(txn, mdb_put(txn->txn, txn->tables->own, &k, &v, 0));
}

const struct rows_port tables_rows_port = {rows_get,  rows_put,   rows_add, rows_del,
                                           rows_next, rows_error, rows_fail};
