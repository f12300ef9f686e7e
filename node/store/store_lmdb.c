#include "node/store/inside.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/store/lmdb_error.h"

#define MAP_BYTES_DEFAULT ((size_t)64 << 30)

#define TRUTH_WORD(NAME, word, key) word,
static const char *const truth_words[] = {TRUTH_TABLE_LIST(TRUTH_WORD)};
#undef TRUTH_WORD

/* --- opening ---------------------------------------------------------------------------------- */

static enum error open_truth(struct store_lmdb *store)
{
    const struct store_options *o = &store->options;
    const char *directory = store->truth_directory.text;
    bool fresh = !files_exist(path_join(directory, "data.mdb").text);
    if (fresh && (!o->create || o->read_only)) return ERROR_NOT_FOUND;
    enum error error = fresh ? files_make_directory(directory, !o->memory_backed) : OK;
    if (error != OK) return error;
    struct tables_options options = {
        .directory = directory,
        .names = truth_words,
        .count = TRUTH_TABLE_COUNT,
        /* Nothing else, ever, but for a copy that nobody writes and a world that is not real:
         * every other flag gives up the flush or the order that an answer promises (DESIGN §5). */
        .flags = MDB_NOTLS | (o->read_only ? MDB_RDONLY | MDB_NOLOCK : 0u) |
                 (o->memory_backed ? MDB_NOSYNC : 0u),
        .map_bytes = o->map_bytes,
    };
    error = tables_open(&options, &store->truth);
    /* LMDB flushes what is in its file, not the name that leads to it. */
    return error == OK && fresh && !o->memory_backed ? files_flush_directory(directory) : error;
}

/* The name of this truth, given once: in a copy it stays. */
static enum error name_truth(struct store_lmdb *store)
{
    struct tables_txn txn;
    enum error sticky = OK;
    tables_txn_init(&txn, store->truth, &sticky);
    enum error error = tables_txn_begin(&txn, !store->options.read_only);
    if (error != OK) return error;
    size_t size = sizeof store->origin.truth;
    if (!tables_own_get(&txn, ORIGIN_KEY, store->origin.truth, size) && txn.writes) {
        if (getrandom(store->origin.truth, size, 0) != (ssize_t)size) sticky = ERROR_IO;
        tables_own_put(&txn, ORIGIN_KEY, store->origin.truth, size);
    }
    error = sticky;
    if (error == OK && txn.writes) error = lmdb_error(tables_txn_commit(&txn));
    tables_txn_end(&txn);
    tables_txn_free(&txn);
    return error;
}

static struct store_lmdb *store_new(const struct store_options *options)
{
    struct store_lmdb *store = calloc(1, sizeof *store);
    if (store == NULL) return NULL;
    store->options = *options;
    if (store->options.map_bytes == 0) store->options.map_bytes = MAP_BYTES_DEFAULT;
    store->directory = path_of(options->directory);
    store->truth_directory = path_join(options->directory, "truth");
    store->views_directory = path_join(options->directory, "views");
    store->options.directory = store->directory.text;
    store->lock = -1;
    (void)pthread_mutex_init(&store->mutex, NULL);
    return store;
}

/* A disk so full that the views cannot even be marked as in use would end the reading too: this is
 * what the ballast is for. */
static enum error open_views_on_any_disk(struct store_lmdb *store)
{
    enum error error = views_open(store);
    if (error != ERROR_FULL || store->options.read_only) return error;
    store_lmdb_drop_ballast(store);
    return views_open(store);
}

static enum error open_all(struct store_lmdb *store)
{
    const struct store_options *o = &store->options;
    bool make = o->create && !o->read_only;
    enum error error = make ? files_make_directory(o->directory, !o->memory_backed) : OK;
    if (error == OK) error = files_lock(o->directory, o->read_only, &store->lock);
    if (error == OK) error = open_truth(store);
    if (error == OK) error = name_truth(store);
    if (error == OK) error = open_views_on_any_disk(store);
    if (error == OK && !o->read_only)
        files_make_ballast(o->directory, o->ballast_bytes, o->reserve_bytes);
    return error;
}

static void store_free(struct store_lmdb *store);

enum error store_lmdb_open(const struct store_options *options, struct store_lmdb **store)
{
    *store = NULL;
    struct store_lmdb *made = store_new(options);
    if (made == NULL) return ERROR_BUSY;
    enum error error = open_all(made);
    if (error != OK) {
        store_free(made);
        return error;
    }
    if (made->views != NULL) made->views->users = 1;
    seat_bind(made, &made->turn);
    made->port.world = made;
    made->port.port = &store_turns_port;
    made->port.truth = (struct rows){&made->turn.truth, &tables_rows_port};
    made->port.views = (struct rows){&made->turn.views, &tables_rows_port};
    *store = made;
    return OK;
}

struct store *store_lmdb_port(struct store_lmdb *store)
{
    return &store->port;
}

/* --- closing ---------------------------------------------------------------------------------- */

static void store_free(struct store_lmdb *store)
{
    assert(store->readings == 0);
    seats_drop_resting(store);
    seat_end(&store->turn);
    seat_unbind(&store->turn);
    tables_close(store->views);
    tables_close(store->truth);
    files_close(store->lock);
    (void)pthread_mutex_destroy(&store->mutex);
    free(store);
}

void store_lmdb_close(struct store_lmdb *store)
{
    if (store == NULL) return;
    assert(store->state == STORE_IDLE);
    if (!store->options.read_only && !store->options.memory_backed) views_settle(store);
    store_free(store);
}

void store_lmdb_crash(struct store_lmdb *store)
{
    if (store != NULL) store_free(store);
}

/* --- beside the turns ------------------------------------------------------------------------- */

/* A copy bears its name only when it is whole and flushed: half a copy, after a crash or on a full
 * disk, must not be taken for one. */
static const char copy_name[] = "truth.part";

static void remove_copy(const char *part)
{
    if (files_remove_environment(part) == OK) (void)rmdir(part);
}

/* As many bytes as the file has pages in use: the copy may need fewer, never more. */
static uint64_t copy_bytes(const struct store_lmdb *store)
{
    MDB_envinfo info;
    MDB_stat stat;
    if (mdb_env_info(store->truth->env, &info) != 0) return 0;
    if (mdb_env_stat(store->truth->env, &stat) != 0) return 0;
    return ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize;
}

static enum error write_copy(struct store_lmdb *store, const char *part)
{
    enum error error = files_make_directory(part, true);
    if (error == OK) error = lmdb_error(mdb_env_copy2(store->truth->env, part, MDB_CP_COMPACT));
    struct path file = path_join(part, "data.mdb");
    if (error == OK && chmod(file.text, 0600) != 0) error = lmdb_error(errno);
    if (error == OK) error = files_flush(file.text);
    return error == OK ? files_flush_directory(part) : error;
}

enum error store_lmdb_backup(struct store_lmdb *store, const char *directory)
{
    struct path part = path_join(directory, copy_name), whole = path_join(directory, "truth");
    bool fresh = !files_exist(directory);
    enum error error = files_make_directory(directory, true);
    if (error != OK) return error;
    if (!files_directory_is_empty(directory, copy_name)) return ERROR_CONFLICT;
    remove_copy(part.text);
    /* The node beside it needs its room more than the copy does. */
    if (files_free_bytes(directory) < copy_bytes(store) + store->options.reserve_bytes)
        error = ERROR_FULL;
    if (error == OK) error = write_copy(store, part.text);
    if (error == OK && rename(part.text, whole.text) != 0) error = lmdb_error(errno);
    if (error == OK) return files_flush_directory(directory);
    remove_copy(part.text);
    if (fresh) (void)rmdir(directory);
    return error;
}

void store_lmdb_drop_ballast(struct store_lmdb *store)
{
    files_drop_ballast(store->options.directory);
}

uint64_t store_lmdb_free_bytes(const struct store_lmdb *store)
{
    return files_free_bytes(store->options.directory);
}

void store_lmdb_cut_next_commit(struct store_lmdb *store)
{
    store->cut_next = true;
}
