#include "node/store/store_lmdb.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

#include "node/store/files.h"
#include "node/store/lmdb_error.h"
#include "node/store/tables.h"

#define MAP_BYTES_DEFAULT ((size_t)64 << 30)
/* Seats kept for readings to come; more at a time are opened and closed. */
#define SEATS_KEPT_MAX 64

#define TRUTH_WORD(NAME, word, key) word,
static const char *const truth_words[] = {TRUTH_TABLE_LIST(TRUTH_WORD)};
#undef TRUTH_WORD
#define VIEW_WORD(NAME, word, class, key) word,
static const char *const view_words[] = {VIEW_TABLE_LIST(VIEW_WORD)};
#undef VIEW_WORD

/* Which truth the views were made from, and up to which of its transactions: views of another
 * truth, or of a later state of this one (an old truth was put back), are not trusted. */
struct origin {
    uint8_t truth[16];
    uint8_t last_txn[8];
};
_Static_assert(sizeof(struct origin) == 24, "stored as it stands");
static const char origin_key[] = "origin";

enum state { IDLE, READING, WRITING };

/* One transaction over both sets. */
struct seat {
    struct tables_txn truth;
    struct tables_txn views;
    enum error error;
    struct seat *next;
};

struct store_lmdb {
    struct store port;
    struct store_options options;
    struct path directory, truth_directory, views_directory;
    int lock;
    struct tables *truth;
    struct tables *views; /* the present ones; NULL in a copy without views. Guarded by mutex. */
    struct seat turn;
    enum state state;
    struct origin origin;
    enum error stopped;  /* not OK: no turn begins any more in this process */
    bool views_lost;     /* the last commit reached the truth alone */
    bool views_doubtful; /* they must not be marked clean */
    pthread_mutex_t mutex;
    struct seat *seats; /* at rest; guarded by mutex */
    unsigned seats_count;
    unsigned readings; /* under way */
};

/* --- opening -----------------------------------------------------------------------------------
 */

static enum error open_truth(struct store_lmdb *store)
{
    const struct store_options *o = &store->options;
    const char *directory = store->truth_directory.text;
    bool fresh = !files_exist(path_join(directory, "data.mdb").text);
    if (fresh && (!o->create || o->read_only)) return ERROR_NOT_FOUND;
    enum error error = fresh ? files_make_directory(directory) : OK;
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
    if (!tables_own_get(&txn, origin_key, store->origin.truth, size) && txn.writes) {
        if (getrandom(store->origin.truth, size, 0) != (ssize_t)size) sticky = ERROR_IO;
        tables_own_put(&txn, origin_key, store->origin.truth, size);
    }
    error = sticky;
    if (error == OK && txn.writes) error = lmdb_error(tables_txn_commit(&txn));
    tables_txn_end(&txn);
    tables_txn_free(&txn);
    return error;
}

static enum error open_views_environment(struct store_lmdb *store, struct tables **views)
{
    const struct store_options *o = &store->options;
    struct tables_options options = {
        .directory = store->views_directory.text,
        .names = view_words,
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
    bool fit = tables_own_get(&txn, origin_key, (uint8_t *)&origin, sizeof origin);
    tables_txn_end(&txn);
    tables_txn_free(&txn);
    return fit && memcmp(origin.truth, store->origin.truth, sizeof origin.truth) == 0 &&
           be_get(origin.last_txn, 8) <= tables_last_txn(store->truth);
}

/* Empty views, in the place of whatever stood there. An environment that is still open, for readers
 * that hold a snapshot, keeps its unlinked files. */
static enum error make_views(struct store_lmdb *store, struct tables **views)
{
    enum error error = files_remove_environment(store->views_directory.text);
    if (error == OK) error = open_views_environment(store, views);
    if (error != OK) return error;
    memset(store->origin.last_txn, 0, sizeof store->origin.last_txn);
    struct tables_txn txn;
    enum error sticky = OK;
    tables_txn_init(&txn, *views, &sticky);
    error = tables_txn_begin(&txn, true);
    if (error == OK) {
        tables_own_put(&txn, origin_key, (const uint8_t *)&store->origin, sizeof store->origin);
        error = sticky == OK ? lmdb_error(tables_txn_commit(&txn)) : sticky;
        tables_txn_end(&txn);
    }
    tables_txn_free(&txn);
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

static enum error open_views(struct store_lmdb *store)
{
    const char *directory = store->views_directory.text;
    if (store->options.read_only) return open_copied_views(store);
    enum error error = files_make_directory(directory);
    if (error != OK) return error;
    bool usable = files_mark_read(directory) != FILES_MARK_DOUBT &&
                  files_exist(path_join(directory, "data.mdb").text);
    /* The old mark must be gone from the disk before the first page is written. */
    error = files_mark_write(directory, FILES_MARK_OPEN, !store->options.memory_backed);
    if (error != OK) return error;
    usable = usable && open_views_environment(store, &store->views) == OK;
    if (usable && views_fit_truth(store, store->views)) return OK;
    tables_close(store->views);
    store->views = NULL;
    store->port.views_fresh = true;
    return make_views(store, &store->views);
}

static const struct store_port port;

static struct store_lmdb *store_new(const struct store_options *options)
{
    struct store_lmdb *store = calloc(1, sizeof *store);
    if (store == NULL) return NULL;
    store->options = *options;
    if (store->options.map_bytes == 0) store->options.map_bytes = MAP_BYTES_DEFAULT;
    store->directory = path_join(options->directory, ".");
    store->truth_directory = path_join(options->directory, "truth");
    store->views_directory = path_join(options->directory, "views");
    store->options.directory = store->directory.text;
    store->lock = -1;
    (void)pthread_mutex_init(&store->mutex, NULL);
    return store;
}

static enum error open_all(struct store_lmdb *store)
{
    const struct store_options *o = &store->options;
    enum error error = o->create && !o->read_only ? files_make_directory(o->directory) : OK;
    if (error == OK) error = files_lock(o->directory, o->read_only, &store->lock);
    if (error == OK) error = open_truth(store);
    if (error == OK) error = name_truth(store);
    if (error == OK) error = open_views(store);
    if (error == OK && !o->read_only)
        files_make_ballast(o->directory, o->ballast_bytes, o->reserve_bytes);
    return error;
}

static void seat_bind(struct store_lmdb *store, struct seat *seat)
{
    tables_txn_init(&seat->truth, store->truth, &seat->error);
    tables_txn_init(&seat->views, store->views, &seat->error);
    if (store->views != NULL) store->views->users++;
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
    made->port.port = &port;
    made->port.truth = (struct rows){&made->turn.truth, &tables_rows_port};
    made->port.views = (struct rows){&made->turn.views, &tables_rows_port};
    *store = made;
    return OK;
}

struct store *store_lmdb_port(struct store_lmdb *store)
{
    return &store->port;
}

/* --- seats -------------------------------------------------------------------------------------
 */

/* With the mutex held, or before and after there are threads. */
static void seat_unbind(struct seat *seat)
{
    struct tables *views = seat->views.tables;
    tables_txn_free(&seat->truth);
    tables_txn_free(&seat->views);
    if (views != NULL && --views->users == 0) tables_close(views);
}

static void drop_resting_seats(struct store_lmdb *store)
{
    while (store->seats != NULL) {
        struct seat *seat = store->seats;
        store->seats = seat->next;
        seat_unbind(seat);
        free(seat);
    }
    store->seats_count = 0;
}

static struct seat *take_seat(struct store_lmdb *store)
{
    (void)pthread_mutex_lock(&store->mutex);
    struct seat *seat = store->seats;
    if (seat != NULL) {
        store->seats = seat->next;
        store->seats_count--;
    } else {
        seat = calloc(1, sizeof *seat);
        if (seat != NULL) seat_bind(store, seat);
    }
    if (seat != NULL) store->readings++;
    (void)pthread_mutex_unlock(&store->mutex);
    return seat;
}

static void return_seat(struct store_lmdb *store, struct seat *seat)
{
    (void)pthread_mutex_lock(&store->mutex);
    store->readings--;
    if (seat->views.tables == store->views && store->seats_count < SEATS_KEPT_MAX) {
        seat->next = store->seats;
        store->seats = seat;
        store->seats_count++;
    } else {
        seat_unbind(seat);
        free(seat);
    }
    (void)pthread_mutex_unlock(&store->mutex);
}

static void seat_end(struct seat *seat)
{
    tables_txn_end(&seat->truth);
    tables_txn_end(&seat->views);
}

/* Views first: the truth is then as new as they are or newer, so that what they name is held. */
static enum error seat_begin_reading(struct seat *seat)
{
    seat->error = OK;
    enum error error = tables_txn_begin(&seat->views, false);
    if (error == OK) error = tables_txn_begin(&seat->truth, false);
    if (error != OK) seat_end(seat);
    return error;
}

enum error store_reading_begin(struct store_lmdb *store, struct store_reading *reading)
{
    *reading = (struct store_reading){0};
    struct seat *seat = take_seat(store);
    if (seat == NULL) return ERROR_BUSY;
    enum error error = seat_begin_reading(seat);
    if (error != OK) {
        return_seat(store, seat);
        return error;
    }
    reading->store = store;
    reading->txn[0] = seat;
    reading->truth = (struct rows){&seat->truth, &tables_rows_port};
    reading->views = (struct rows){&seat->views, &tables_rows_port};
    return OK;
}

void store_reading_end(struct store_reading *reading)
{
    struct seat *seat = reading->txn[0];
    if (seat == NULL) return;
    seat_end(seat);
    return_seat(reading->store, seat);
    *reading = (struct store_reading){0};
}

/* --- the core's port ---------------------------------------------------------------------------
 */

/* The next open, of whatever process, deletes and rebuilds. If even the mark cannot be written, the
 * flag still keeps the close from calling them clean. */
static void doubt_views(struct store_lmdb *store)
{
    store->views_doubtful = true;
    if (store->options.read_only) return;
    if (files_mark_write(store->views_directory.text, FILES_MARK_DOUBT, true) != OK)
        files_remove_mark(store->views_directory.text);
}

static enum error port_begin(void *world)
{
    struct store_lmdb *store = world;
    const struct store_options *o = &store->options;
    assert(store->state == IDLE);
    if (store->stopped != OK) return store->stopped;
    if (o->read_only) return ERROR_READ_ONLY;
    if (store->views_lost) return ERROR_OUTCOME_UNKNOWN;
    if (o->reserve_bytes > 0 && store_lmdb_free_bytes(store) < o->reserve_bytes)
        return ERROR_READ_ONLY;
    store->turn.error = OK;
    enum error error = tables_txn_begin(&store->turn.truth, true);
    if (error == OK) error = tables_txn_begin(&store->turn.views, true);
    if (error != OK) {
        seat_end(&store->turn);
        return error;
    }
    store->state = WRITING;
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

static int commit_views(struct store_lmdb *store, uint64_t truth_txn)
{
    struct tables_txn *views = &store->turn.views;
    if (truth_txn != be_get(store->origin.last_txn, 8)) {
        be_put(store->origin.last_txn, truth_txn, 8);
        tables_own_put(views, origin_key, (const uint8_t *)&store->origin, sizeof store->origin);
    }
    if (store->turn.error == OK) return tables_txn_commit(views);
    tables_txn_end(views);
    return ENOSPC;
}

static enum error commit_both(struct store_lmdb *store)
{
    if (store->turn.error != OK) return store->turn.error;
    uint64_t before = tables_last_txn(store->truth);
    enum error error = judge_truth_commit(store, tables_txn_commit(&store->turn.truth));
    if (error != OK) return error;
    uint64_t after = tables_last_txn(store->truth);
    int code = commit_views(store, after);
    if (code == 0) return OK;
    /* Nothing is lost but work: what the turn decided is in the truth. But the views lack it, and
     * folding on would build upon the gap; so they are to be made anew. */
    bool truth_grew = after != before;
    if (!truth_grew && lmdb_error(code) == ERROR_FULL) return ERROR_FULL;
    store->views_lost = true;
    store->port.views_fresh = true;
    doubt_views(store);
    return OK;
}

static enum error port_commit(void *world)
{
    struct store_lmdb *store = world;
    assert(store->state == WRITING);
    enum error error = commit_both(store);
    seat_end(&store->turn);
    if (error == ERROR_CORRUPT) doubt_views(store);
    store->state = IDLE;
    return error;
}

static void port_abort(void *world)
{
    struct store_lmdb *store = world;
    assert(store->state == WRITING);
    seat_end(&store->turn);
    store->state = IDLE;
}

static enum error port_begin_read(void *world)
{
    struct store_lmdb *store = world;
    assert(store->state == IDLE);
    enum error error = seat_begin_reading(&store->turn);
    if (error == OK) store->state = READING;
    return error;
}

static void port_end_read(void *world)
{
    struct store_lmdb *store = world;
    assert(store->state == READING);
    seat_end(&store->turn);
    store->state = IDLE;
}

static void replace_views(struct store_lmdb *store, struct tables *views)
{
    (void)pthread_mutex_lock(&store->mutex);
    struct tables *old = store->views;
    store->views = views;
    views->users = 1;
    drop_resting_seats(store);
    seat_unbind(&store->turn);
    if (old != NULL && --old->users == 0) tables_close(old);
    seat_bind(store, &store->turn);
    (void)pthread_mutex_unlock(&store->mutex);
}

static enum error port_reset_views(void *world)
{
    struct store_lmdb *store = world;
    assert(store->state == IDLE);
    if (store->options.read_only) return ERROR_READ_ONLY;
    bool flush = !store->options.memory_backed;
    struct tables *views = NULL;
    enum error error = make_views(store, &views);
    if (error == OK) error = files_mark_write(store->views_directory.text, FILES_MARK_OPEN, flush);
    if (error != OK) {
        tables_close(views);
        doubt_views(store);
        store->stopped = error;
        return error;
    }
    replace_views(store, views);
    store->views_lost = store->views_doubtful = false;
    store->port.views_fresh = true;
    return OK;
}

static const struct store_port port = {port_begin,      port_commit,   port_abort,
                                       port_begin_read, port_end_read, port_reset_views};

/* --- closing -----------------------------------------------------------------------------------
 */

static void store_free(struct store_lmdb *store)
{
    assert(store->readings == 0);
    drop_resting_seats(store);
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
    assert(store->state == IDLE);
    const struct store_options *o = &store->options;
    if (!o->read_only && !o->memory_backed && !store->views_doubtful &&
        mdb_env_sync(store->views->env, 1) == 0)
        (void)!files_mark_write(store->views_directory.text, FILES_MARK_CLEAN, true);
    store_free(store);
}

void store_lmdb_crash(struct store_lmdb *store)
{
    if (store != NULL) store_free(store);
}

/* --- beside the turns --------------------------------------------------------------------------
 */

enum error store_lmdb_backup(struct store_lmdb *store, const char *directory)
{
    struct path truth = path_join(directory, "truth");
    enum error error = files_make_directory(directory);
    if (error == OK && !files_directory_is_empty(directory)) return ERROR_CONFLICT;
    if (error == OK) error = files_make_directory(truth.text);
    if (error == OK)
        error = lmdb_error(mdb_env_copy2(store->truth->env, truth.text, MDB_CP_COMPACT));
    if (error == OK) error = files_flush(path_join(truth.text, "data.mdb").text);
    if (error == OK) error = files_flush_directory(truth.text);
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
