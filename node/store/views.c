#include "node/store/inside.h"

#include "node/store/lmdb_error.h"

#define VIEW_WORD(NAME, word, class, key) word,
static const char *const view_words[] = {VIEW_TABLE_LIST(VIEW_WORD)};
#undef VIEW_WORD
#define LIES_BESIDE(table, beside) trees[table] = beside;

static enum error open_views_environment(struct store_lmdb *store, struct tables **views)
{
    const struct store_options *o = &store->options;
    unsigned trees[VIEW_TABLE_COUNT];
    for (unsigned i = 0; i < VIEW_TABLE_COUNT; i++) trees[i] = i;
    VIEW_BESIDE_LIST(LIES_BESIDE)
    struct tables_options options = {
        .directory = store->views_directory.text,
        .names = view_words,
        .trees = trees,
        .count = VIEW_TABLE_COUNT,
        /* No WRITEMAP: a full disk would be a SIGBUS. */
        .flags = MDB_NOTLS | (o->read_only ? MDB_RDONLY | MDB_NOLOCK : MDB_NOSYNC),
        .map_bytes = o->map_bytes,
    };
    return tables_open(&options, views);
}

static bool views_fit_truth(struct store_lmdb *store, struct tables *views)
{
    struct tables_txn txn;
    struct origin origin;
    enum error sticky = OK;
    tables_txn_init(&txn, views, &sticky);
    if (tables_txn_begin(&txn, false) != OK) return false;
    bool fit = tables_own_get(&txn, VIEWS_ORIGIN_KEY, (uint8_t *)&origin, sizeof origin);
    tables_txn_end(&txn);
    tables_txn_free(&txn);
    return fit && memcmp(origin.truth, store->origin.truth, sizeof origin.truth) == 0 &&
           be_get(origin.last_txn, 8) <= tables_last_txn(store->truth);
}

static enum error write_origin(struct store_lmdb *store, struct tables *views)
{
    struct tables_txn txn;
    enum error sticky = OK;
    tables_txn_init(&txn, views, &sticky);
    enum error error = tables_txn_begin(&txn, true);
    if (error != OK) return error;
    tables_own_put(&txn, VIEWS_ORIGIN_KEY, (const uint8_t *)&store->origin, sizeof store->origin);
    error = sticky == OK ? lmdb_error(tables_txn_commit(&txn)) : sticky;
    tables_txn_end(&txn);
    tables_txn_free(&txn);
    return error;
}

/* Empty views, in the place of whatever stood there. An environment that is still open, for readers
 * that hold a snapshot, keeps its unlinked files. */
enum error views_make(struct store_lmdb *store, struct tables **views)
{
    enum error error = files_remove_environment(store->views_directory.text);
    if (error == OK) error = open_views_environment(store, views);
    if (error != OK) return error;
    memset(store->origin.last_txn, 0, sizeof store->origin.last_txn);
    error = write_origin(store, *views);
    if (error == OK) return OK;
    tables_close(*views);
    *views = NULL;
    return error;
}

/* A copy's views are read when they can be trusted, and are otherwise absent. */
static enum error open_copied_views(struct store_lmdb *store)
{
    const char *directory = store->views_directory.text;
    if (files_mark_read(directory) != FILES_MARK_DOUBT &&
        files_exist(path_join(directory, "data.mdb").text) &&
        open_views_environment(store, &store->views) == OK &&
        !views_fit_truth(store, store->views)) {
        tables_close(store->views);
        store->views = NULL;
    }
    store->port.views_fresh = store->views == NULL;
    return OK;
}

/* What is left of the last run, if it can be trusted. NULL and OK: it cannot. */
static enum error open_old_views(struct store_lmdb *store, enum files_mark mark)
{
    const char *directory = store->views_directory.text;
    if (mark == FILES_MARK_DOUBT || !files_exist(path_join(directory, "data.mdb").text)) return OK;
    enum error error = open_views_environment(store, &store->views);
    /* For want of memory or room, nothing is thrown away. */
    if (error == ERROR_BUSY || error == ERROR_FULL) return error;
    if (error == OK && !views_fit_truth(store, store->views)) {
        tables_close(store->views);
        store->views = NULL;
    }
    return OK;
}

enum error views_open(struct store_lmdb *store)
{
    const char *directory = store->views_directory.text;
    bool flush = !store->options.memory_backed;
    if (store->options.read_only) return open_copied_views(store);
    enum error error = files_make_directory(directory, flush);
    if (error != OK) return error;
    enum files_mark mark = files_mark_read(directory);
    /* Another mark must be gone from the disk before the first page is written. */
    if (mark != FILES_MARK_OPEN) error = files_mark_write(directory, FILES_MARK_OPEN, flush);
    if (error == OK) error = open_old_views(store, mark);
    if (error != OK || store->views != NULL) return error;
    store->port.views_fresh = true;
    return views_make(store, &store->views);
}

void views_replace(struct store_lmdb *store, struct tables *views)
{
    (void)pthread_mutex_lock(&store->mutex);
    struct tables *old = store->views;
    store->views = views;
    views->users = 1;
    seats_drop_resting(store);
    seat_unbind(&store->turn);
    if (old != NULL && --old->users == 0) tables_close(old);
    seat_bind(store, &store->turn);
    (void)pthread_mutex_unlock(&store->mutex);
}

/* If the mark cannot be written, having none says the same. */
void views_doubt(struct store_lmdb *store)
{
    store->views_doubtful = true;
    if (store->options.read_only) return;
    if (files_mark_write(store->views_directory.text, FILES_MARK_DOUBT, true) != OK)
        files_remove_mark(store->views_directory.text);
}

void views_settle(struct store_lmdb *store)
{
    if (store->views_doubtful) return;
    bool flushed = mdb_env_sync(store->views->env, 1) == 0 &&
                   files_mark_write(store->views_directory.text, FILES_MARK_CLEAN, true) == OK;
    /* Pages that could not be written may be gone from the cache as well. */
    if (!flushed) views_doubt(store);
}
