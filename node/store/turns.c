#include "node/store/inside.h"

#include <assert.h>

#include "node/store/lmdb_error.h"

/* A turn must not find out at the commit of the views, when that of the truth stands already, that
 * there is no room: so it begins only with more room than any turn takes. */
#define MAP_RESERVE_BYTES_MAX ((uint64_t)256 << 20)

static bool has_room(const struct store_lmdb *store)
{
    const struct store_options *o = &store->options;
    uint64_t map_reserve = o->map_bytes / 16;
    if (map_reserve > MAP_RESERVE_BYTES_MAX) map_reserve = MAP_RESERVE_BYTES_MAX;
    if (tables_free_bytes(store->truth) < map_reserve) return false;
    if (tables_free_bytes(store->views) < map_reserve) return false;
    return o->reserve_bytes == 0 || store_lmdb_free_bytes(store) >= o->reserve_bytes;
}

static enum error port_begin(void *world)
{
    struct store_lmdb *store = world;
    assert(store->state == STORE_IDLE);
    if (store->stopped != OK) return store->stopped;
    if (store->options.read_only) return ERROR_READ_ONLY;
    if (store->views_lost) return ERROR_OUTCOME_UNKNOWN;
    if (!has_room(store)) return ERROR_READ_ONLY;
    store->turn.error = OK;
    enum error error = tables_txn_begin(&store->turn.truth, true);
    if (error == OK) error = tables_txn_begin(&store->turn.views, true);
    if (error != OK) {
        seat_end(&store->turn);
        return error;
    }
    store->state = STORE_WRITING;
    return OK;
}

/* LMDB undoes a commit that found no room before the meta page. Whether it came that far, the
 * environment tells: after a failed meta page it takes no transaction any more. */
static enum error judge_truth_commit(struct store_lmdb *store, int code)
{
    enum error error = lmdb_error(code);
    if (error == OK) return OK;
    MDB_txn *probe;
    if (error == ERROR_FULL && mdb_txn_begin(store->truth->env, NULL, 0, &probe) == 0) {
        mdb_txn_abort(probe);
        return ERROR_FULL;
    }
    store->stopped = ERROR_OUTCOME_UNKNOWN;
    return ERROR_OUTCOME_UNKNOWN;
}

static enum error commit_views(struct store_lmdb *store, uint64_t truth_txn)
{
    struct tables_txn *views = &store->turn.views;
    if (truth_txn != be_get(store->origin.last_txn, 8)) {
        be_put(store->origin.last_txn, truth_txn, 8);
        tables_own_put(views, VIEWS_ORIGIN_KEY, (const uint8_t *)&store->origin,
                       sizeof store->origin);
    }
    if (store->turn.error != OK) return store->turn.error;
    return lmdb_error(tables_txn_commit(views));
}

static enum error commit_both(struct store_lmdb *store)
{
    if (store->turn.error != OK) return store->turn.error;
    uint64_t before = tables_last_txn(store->truth);
    enum error error = judge_truth_commit(store, tables_txn_commit(&store->turn.truth));
    if (error != OK) return error;
    if (store->cut_next) return store->stopped = ERROR_OUTCOME_UNKNOWN;
    uint64_t after = tables_last_txn(store->truth);
    error = commit_views(store, after);
    if (error == OK) return OK;
    /* Nothing is lost but work: what the turn decided is in the truth. But the views lack it, and
     * folding on would build upon the gap; so they are to be made anew. */
    bool truth_grew = after != before;
    if (!truth_grew && error == ERROR_FULL) return ERROR_FULL;
    store->views_lost = true;
    store->port.views_fresh = true;
    views_doubt(store);
    return OK;
}

static enum error port_commit(void *world)
{
    struct store_lmdb *store = world;
    assert(store->state == STORE_WRITING);
    enum error error = commit_both(store);
    seat_end(&store->turn);
    if (error == ERROR_CORRUPT) views_doubt(store);
    store->state = STORE_IDLE;
    return error;
}

static void port_abort(void *world)
{
    struct store_lmdb *store = world;
    assert(store->state == STORE_WRITING);
    seat_end(&store->turn);
    store->state = STORE_IDLE;
}

static enum error port_begin_read(void *world)
{
    struct store_lmdb *store = world;
    assert(store->state == STORE_IDLE);
    enum error error = seat_begin_reading(&store->turn);
    if (error == OK) store->state = STORE_READING;
    return error;
}

static void port_end_read(void *world)
{
    struct store_lmdb *store = world;
    assert(store->state == STORE_READING);
    seat_end(&store->turn);
    store->state = STORE_IDLE;
}

static enum error port_reset_views(void *world)
{
    struct store_lmdb *store = world;
    assert(store->state == STORE_IDLE);
    if (store->options.read_only) return ERROR_READ_ONLY;
    bool flush = !store->options.memory_backed;
    struct tables *views = NULL;
    enum error error = views_make(store, &views);
    if (error == OK) error = files_mark_write(store->views_directory.text, FILES_MARK_OPEN, flush);
    if (error != OK) {
        tables_close(views);
        views_doubt(store);
        store->views_lost = true;
        return error;
    }
    views_replace(store, views);
    store->views_lost = store->views_doubtful = false;
    store->port.views_fresh = true;
    return OK;
}

const struct store_port store_turns_port = {port_begin,      port_commit,   port_abort,
                                            port_begin_read, port_end_read, port_reset_views};
