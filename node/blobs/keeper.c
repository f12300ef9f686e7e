#include "node/blobs/keeper.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SWEEP_MS (60u * 60 * 1000)

struct keeper {
    struct keeper_options options;
    struct blob_files files;
    pthread_t thread;
    bool running;
    uint8_t *room; /* a whole file */

    pthread_mutex_t lock; /* over all below */
    pthread_cond_t wake;
    struct keeper_job *first, **last;
    unsigned jobs, uploads;
    struct hash pins[KEEPER_UPLOADS_MAX];
    unsigned pins_count;
    uint64_t sweeps, dropped;
    bool stopping;
};

/* --- pins ------------------------------------------------------------------------------------- */

static void pin(struct keeper *keeper, const struct hash *hash)
{
    pthread_mutex_lock(&keeper->lock);
    assert(keeper->pins_count < KEEPER_UPLOADS_MAX);
    keeper->pins[keeper->pins_count++] = *hash;
    pthread_mutex_unlock(&keeper->lock);
}

static bool is_pinned(struct keeper *keeper, const struct hash *hash)
{
    bool found = false;
    pthread_mutex_lock(&keeper->lock);
    for (unsigned i = 0; i < keeper->pins_count; i++)
        found = found || memcmp(keeper->pins[i].bytes, hash->bytes, sizeof hash->bytes) == 0;
    pthread_mutex_unlock(&keeper->lock);
    return found;
}

void keeper_let_go(struct keeper *keeper, const struct hash *hash)
{
    unsigned at = 0;
    pthread_mutex_lock(&keeper->lock);
    while (at < keeper->pins_count &&
           memcmp(keeper->pins[at].bytes, hash->bytes, sizeof hash->bytes) != 0)
        at++;
    assert(at < keeper->pins_count && keeper->uploads > 0);
    keeper->pins[at] = keeper->pins[--keeper->pins_count];
    keeper->uploads--;
    pthread_mutex_unlock(&keeper->lock);
}

/* --- the work --------------------------------------------------------------------------------- */

static void refuse(struct keeper *keeper, struct keeper_job *job, enum error error, const char *why)
{
    job->error = error;
    if (why != job->why) snprintf(job->why, sizeof job->why, "%s", why);
    pthread_mutex_lock(&keeper->lock);
    keeper->uploads--;
    pthread_mutex_unlock(&keeper->lock);
}

/* No sweep comes between the file and its pin: both are of this thread. */
static void put(struct keeper *keeper, struct keeper_job *job, struct span kept)
{
    job->size = kept.size;
    job->error = blob_files_put(&keeper->files, kept, &job->hash, job->why);
    if (job->error == OK)
        pin(keeper, &job->hash);
    else
        refuse(keeper, job, job->error, job->why);
}

static void take_picture(struct keeper *keeper, struct keeper_job *job)
{
    static_assert(PICTURE_WHY_BYTES <= BLOB_WHY_BYTES, "a sentence of the picture fits");
    struct picture *picture = calloc(1, sizeof *picture);
    enum error error = picture == NULL ? ERROR_FULL : picture_clean(job->bytes, picture, job->why);
    if (error != OK) {
        refuse(keeper, job, error, picture == NULL ? "no memory now" : job->why);
        free(picture);
        return;
    }
    job->kind = BLOB_JPEG;
    memcpy(job->thumbnail, picture->thumbnail, picture->thumbnail_size);
    job->thumbnail_size = picture->thumbnail_size;
    put(keeper, job, span_of(picture->bytes, picture->size));
    picture_free(picture);
    free(picture);
}

static void take(struct keeper *keeper, struct keeper_job *job)
{
    job->kind = blob_kind_of(job->bytes);
    if (!blob_kind_is_taken(job->kind))
        refuse(keeper, job, ERROR_UNSUPPORTED, blob_kind_text(job->kind));
    else if (job->bytes.size > BLOB_BYTES_MAX)
        refuse(keeper, job, ERROR_TOO_LARGE, "a file of 8388608 bytes at most");
    else if (job->kind == BLOB_JPEG || job->kind == BLOB_PNG)
        take_picture(keeper, job);
    else
        put(keeper, job, job->bytes);
}

static void read_file(struct keeper *keeper, struct keeper_job *job)
{
    job->error = blob_files_get(&keeper->files, &job->hash, keeper->room, &job->size, job->why);
    if (job->error != OK) return;
    job->file = malloc(job->size + 1);
    if (job->file == NULL)
        job->error = ERROR_FULL;
    else
        memcpy(job->file, keeper->room, job->size);
}

/* An erased photo's file may lie here for a while, and leaves no more. */
static void serve(struct keeper *keeper, struct keeper_job *job)
{
    const struct keeper_options *options = &keeper->options;
    bool known = false;
    if (options->names(options->world, &job->hash, &known) && known)
        read_file(keeper, job);
    else
        job->error = ERROR_NOT_FOUND;
}

static void store(struct keeper *keeper, struct keeper_job *job)
{
    const struct crypto *crypto = keeper->options.crypto;
    struct hash found;
    crypto->sha256(crypto->world, &job->bytes, 1, &found);
    job->error = ERROR_CORRUPT;
    if (memcmp(found.bytes, job->hash.bytes, sizeof found.bytes) == 0)
        job->error = blob_files_put(&keeper->files, job->bytes, &found, job->why);
}

struct sweeping {
    struct keeper *keeper;
    bool known; /* so far; one doubt keeps all the rest */
};

static bool is_wanted(void *world, const struct hash *hash)
{
    struct sweeping *sweeping = world;
    const struct keeper_options *options = &sweeping->keeper->options;
    if (!sweeping->known || is_pinned(sweeping->keeper, hash)) return true;
    bool named = options->names(options->world, hash, &sweeping->known);
    return named || !sweeping->known;
}

static void sweep(struct keeper *keeper)
{
    struct sweeping sweeping = {.keeper = keeper, .known = true};
    char why[BLOB_WHY_BYTES];
    uint64_t dropped = 0;
    /* What cannot be swept now lies there until the next time: it does no harm. */
    enum error error = blob_files_sweep(&keeper->files, is_wanted, &sweeping, &dropped, why);
    pthread_mutex_lock(&keeper->lock);
    keeper->sweeps += error == OK && sweeping.known ? 1 : 0;
    keeper->dropped += dropped;
    pthread_mutex_unlock(&keeper->lock);
}

/* --- the thread ------------------------------------------------------------------------------- */

static struct timespec after(uint64_t ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += (time_t)(ms / 1000);
    at.tv_nsec += (long)(ms % 1000) * 1000000;
    if (at.tv_nsec >= 1000000000) at.tv_sec++;
    at.tv_nsec %= 1000000000;
    return at;
}

/* The next job; NULL: it is time to sweep, or to stop. */
static struct keeper_job *next(struct keeper *keeper, const struct timespec *sweep_at)
{
    int waited = 0;
    pthread_mutex_lock(&keeper->lock);
    while (keeper->first == NULL && !keeper->stopping && waited == 0)
        waited = pthread_cond_timedwait(&keeper->wake, &keeper->lock, sweep_at);
    struct keeper_job *job = keeper->first;
    if (job != NULL) keeper->first = job->next;
    if (keeper->first == NULL) keeper->last = &keeper->first;
    pthread_mutex_unlock(&keeper->lock);
    return job;
}

static bool is_stopping(struct keeper *keeper)
{
    pthread_mutex_lock(&keeper->lock);
    bool stopping = keeper->stopping;
    pthread_mutex_unlock(&keeper->lock);
    return stopping;
}

static void work(struct keeper *keeper, struct keeper_job *job)
{
    static void (*const works[])(struct keeper * keeper, struct keeper_job * job) = {
        [KEEPER_TAKE] = take,
        [KEEPER_READ] = read_file,
        [KEEPER_SERVE] = serve,
        [KEEPER_STORE] = store,
    };
    job->error = ERROR_BUSY;
    if (!is_stopping(keeper))
        works[job->task](keeper, job);
    else if (job->task == KEEPER_TAKE)
        refuse(keeper, job, ERROR_BUSY, "the node stops");
    pthread_mutex_lock(&keeper->lock);
    keeper->jobs--;
    pthread_mutex_unlock(&keeper->lock);
    job->done(job);
}

static void *run(void *world)
{
    struct keeper *keeper = world;
    sweep(keeper);
    struct timespec sweep_at = after(keeper->options.sweep_ms);
    for (;;) {
        struct keeper_job *job = next(keeper, &sweep_at);
        if (job != NULL) {
            work(keeper, job);
        } else if (is_stopping(keeper)) {
            return NULL;
        } else {
            sweep(keeper);
            sweep_at = after(keeper->options.sweep_ms);
        }
    }
}

/* --- from any thread -------------------------------------------------------------------------- */

bool keeper_submit(struct keeper *keeper, struct keeper_job *job)
{
    bool upload = job->task == KEEPER_TAKE;
    pthread_mutex_lock(&keeper->lock);
    bool fits = !keeper->stopping && keeper->jobs < KEEPER_JOBS_MAX &&
                (!upload || keeper->uploads < KEEPER_UPLOADS_MAX);
    if (fits) {
        job->next = NULL;
        *keeper->last = job;
        keeper->last = &job->next;
        keeper->jobs++;
        keeper->uploads += upload ? 1 : 0;
        pthread_cond_signal(&keeper->wake);
    }
    pthread_mutex_unlock(&keeper->lock);
    return fits;
}

void keeper_swept(struct keeper *keeper, uint64_t *sweeps, uint64_t *dropped)
{
    pthread_mutex_lock(&keeper->lock);
    *sweeps = keeper->sweeps;
    *dropped = keeper->dropped;
    pthread_mutex_unlock(&keeper->lock);
}

struct keeper *keeper_open(const struct keeper_options *options, char why[BLOB_WHY_BYTES])
{
    struct keeper *keeper = calloc(1, sizeof *keeper);
    assert(keeper != NULL);
    keeper->options = *options;
    if (options->sweep_ms == 0) keeper->options.sweep_ms = SWEEP_MS;
    keeper->last = &keeper->first;
    keeper->room = malloc(BLOB_BYTES_MAX);
    assert(keeper->room != NULL);
    pthread_mutex_init(&keeper->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&keeper->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    if (blob_files_open(&keeper->files, options->root, options->crypto, why) == OK) {
        keeper->running = pthread_create(&keeper->thread, NULL, run, keeper) == 0;
        if (!keeper->running) snprintf(why, BLOB_WHY_BYTES, "no thread for the photos");
    }
    if (keeper->running) return keeper;
    keeper_close(keeper);
    return NULL;
}

void keeper_close(struct keeper *keeper)
{
    if (keeper == NULL) return;
    pthread_mutex_lock(&keeper->lock);
    keeper->stopping = true;
    pthread_cond_signal(&keeper->wake);
    pthread_mutex_unlock(&keeper->lock);
    if (keeper->running) pthread_join(keeper->thread, NULL);
    pthread_cond_destroy(&keeper->wake);
    pthread_mutex_destroy(&keeper->lock);
    free(keeper->room);
    free(keeper);
}
