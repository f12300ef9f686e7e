#include "node/engine.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "node/hasher.h"
#include "node/log.h"

#define MARKS_MAX  512
#define MARK_BYTES 64
#define STATUS_MS  250u

struct mark {
    char name[MARK_BYTES];
    uint64_t count;
};

struct engine {
    struct store_lmdb *store;
    struct core *core;
    struct crypto crypto;         /* the node's, with the writer's own hasher */
    struct hasher_thread *hasher; /* NULL: the writer does without */
    struct engine_port port;
    pthread_t thread;
    bool started;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct job *head, **tail; /* under lock */
    unsigned queued;
    size_t queued_bytes;
    bool stopping;
    struct job *taken[TURN_INPUTS_MAX]; /* of the turn under way; ticket = place + 1 */
    unsigned taken_count;
    pthread_mutex_t status_lock;
    struct engine_status status;
    uint64_t status_boot_ms;
    bool disk_full; /* it was said */
    struct mark marks[MARKS_MAX];
    unsigned marks_count;
};

/* --- time and chance, as values ------------------------------------------------------------- */

static uint64_t ms_of(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static struct core_moment moment_now(void)
{
    struct core_moment moment = {.wall_ms = ms_of(CLOCK_REALTIME),
                                 .boot_ms = ms_of(CLOCK_BOOTTIME)};
    if (getrandom(moment.random, sizeof moment.random, 0) != (ssize_t)sizeof moment.random) abort();
    return moment;
}

/* --- the core's port ------------------------------------------------------------------------ */

static void on_answer(void *world, const struct answer_out *answer)
{
    struct engine *engine = world;
    assert(answer->ticket >= 1 && answer->ticket <= engine->taken_count);
    struct job *job = engine->taken[answer->ticket - 1];
    engine->taken[answer->ticket - 1] = NULL;
    if (job != NULL) job->done(job, answer);
}

static void on_send(void *world, uint32_t link, struct span message)
{
    struct engine *engine = world;
    if (engine->port.send != NULL) engine->port.send(engine->port.mesh_world, link, message);
}

static void on_drop(void *world, uint32_t link, enum error why)
{
    struct engine *engine = world;
    LOG(LOG_WARN, "mesh", "link dropped", LOG_NUMBER("link", link),
        LOG_TEXT("why", error_name(why)));
    if (engine->port.drop != NULL) engine->port.drop(engine->port.mesh_world, link);
}

static void on_call(void *world, enum call_kind kind, const struct refund_call *call)
{
    struct engine *engine = world;
    if (engine->port.call != NULL) engine->port.call(engine->port.outbox_world, kind, call);
}

static void on_buy(void *world, enum call_kind kind, const struct label_call *call)
{
    struct engine *engine = world;
    if (engine->port.buy != NULL) engine->port.buy(engine->port.buy_world, kind, call);
}

static void on_feed(void *world, uint64_t next_number)
{
    struct engine *engine = world;
    if (engine->port.feed != NULL) engine->port.feed(engine->port.feed_world, next_number);
}

static void on_members(void *world)
{
    struct engine *engine = world;
    if (engine->port.members != NULL) engine->port.members(engine->port.mesh_world);
}

static void on_note(void *world, enum error error, const char *what, const struct id *about)
{
    char text[ID_TEXT_BYTES];
    (void)world;
    id_print(about, text);
    LOG(error_remedy(error) == REMEDY_STOP ? LOG_ERROR : LOG_WARN, "core", what,
        LOG_TEXT("error", error_name(error)), LOG_TEXT("about", text));
}

static void on_blob(void *world, const struct id *node, enum message_type type, struct span body)
{
    struct engine *engine = world;
    if (engine->port.blob != NULL) engine->port.blob(engine->port.blob_world, node, type, body);
}

static void on_mark(void *world, const char *name)
{
    struct engine *engine = world;
    unsigned i = 0;
    pthread_mutex_lock(&engine->status_lock);
    while (i < engine->marks_count && strcmp(engine->marks[i].name, name) != 0) i++;
    if (i == engine->marks_count && i < MARKS_MAX) {
        strncpy(engine->marks[i].name, name, MARK_BYTES - 1);
        engine->marks_count++;
    }
    if (i < engine->marks_count) engine->marks[i].count++;
    pthread_mutex_unlock(&engine->status_lock);
}

static void copy_status(struct engine *engine);

/* --- opening -------------------------------------------------------------------------------- */

struct engine *engine_open(struct store_lmdb *store, const struct crypto *crypto,
                           const struct core_self *self, enum error *error)
{
    struct engine *engine = calloc(1, sizeof *engine);
    if (engine != NULL) engine->core = calloc(1, sizeof *engine->core);
    *error = ERROR_FULL;
    if (engine == NULL || engine->core == NULL) goto out;
    engine->store = store;
    engine->tail = &engine->head;
    pthread_mutex_init(&engine->lock, NULL);
    pthread_mutex_init(&engine->status_lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&engine->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    const struct core_port port = {engine,     on_answer, on_send, on_drop, on_call, on_feed,
                                   on_members, on_note,   on_mark, on_blob, on_buy};
    struct core_moment now = moment_now();
    engine->crypto = *crypto;
    engine->hasher = hasher_open(crypto);
    if (engine->hasher != NULL) engine->crypto.hasher = hasher_port(engine->hasher);
    *error = core_open(engine->core, store_lmdb_port(store), &engine->crypto, &port, self, &now);
    if (*error == OK) {
        copy_status(engine); /* before anybody asks */
        return engine;
    }
out:
    engine_free(engine);
    return NULL;
}

void engine_connect(struct engine *engine, const struct engine_port *port)
{
    engine->port = *port;
}

void engine_free(struct engine *engine)
{
    if (engine == NULL) return;
    hasher_close(engine->hasher);
    free(engine->core);
    free(engine);
}

const struct core_self *engine_self(const struct engine *engine)
{
    return &engine->core->self;
}

/* --- the queue ------------------------------------------------------------------------------ */

static bool has_room(const struct engine *engine, size_t bytes)
{
    return !engine->stopping && engine->queued < ENGINE_JOBS_MAX &&
           engine->queued_bytes + bytes <= ENGINE_JOB_BYTES_MAX;
}

bool engine_has_room(struct engine *engine, size_t bytes)
{
    pthread_mutex_lock(&engine->lock);
    bool room = has_room(engine, bytes);
    pthread_mutex_unlock(&engine->lock);
    return room;
}

bool engine_submit(struct engine *engine, struct job *job)
{
    pthread_mutex_lock(&engine->lock);
    bool room = has_room(engine, job->bytes);
    if (room) {
        job->next = NULL;
        *engine->tail = job;
        engine->tail = &job->next;
        engine->queued++;
        engine->queued_bytes += job->bytes;
        pthread_cond_signal(&engine->wake);
    }
    pthread_mutex_unlock(&engine->lock);
    return room;
}

/* Waits until there is a job, the core wants a turn, or the engine stops. */
static void wait_for_work(struct engine *engine)
{
    uint64_t boot_ms = ms_of(CLOCK_BOOTTIME);
    uint64_t wake_ms = core_wake_ms(engine->core, boot_ms);
    uint64_t in_ms = wake_ms > boot_ms ? wake_ms - boot_ms : 0;
    if (in_ms > 1000) in_ms = 1000;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)(in_ms % 1000) * 1000000;
    until.tv_sec += (time_t)(in_ms / 1000) + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (in_ms > 0 && engine->head == NULL && !engine->stopping)
        if (pthread_cond_timedwait(&engine->wake, &engine->lock, &until) == ETIMEDOUT) break;
}

/* What a job brings into a turn; what was worked out of a message beforehand is no part of it. */
static size_t weight_of(const struct job *job)
{
    return job->input.kind == INPUT_MESSAGE ? job->input.link.bytes.size : job->bytes;
}

static void take_jobs(struct engine *engine)
{
    size_t bytes = 0;
    engine->taken_count = 0;
    pthread_mutex_lock(&engine->lock);
    wait_for_work(engine);
    while (engine->head != NULL && engine->taken_count < TURN_INPUTS_MAX &&
           bytes < TURN_BYTES_MAX) {
        struct job *job = engine->head;
        engine->head = job->next;
        if (engine->head == NULL) engine->tail = &engine->head;
        engine->queued--;
        engine->queued_bytes -= job->bytes;
        bytes += weight_of(job);
        engine->taken[engine->taken_count++] = job;
    }
    pthread_mutex_unlock(&engine->lock);
}

/* --- the writer ----------------------------------------------------------------------------- */

static void copy_peers(struct engine_status *status, const struct core *core, uint64_t boot_ms)
{
    for (unsigned i = 0; i < PEERS_MAX; i++) {
        const struct peer *peer = &core->peers.peer[i];
        if (peer->state == PEER_FREE) continue;
        unsigned at = status->peers_count++;
        status->peer[at].node = peer->node;
        status->peer[at].open = peer->state == PEER_OPEN;
        status->peer[at].heard_ms_ago = boot_ms - peer->heard_ms;
        status->peer[at].in_flight_bytes = peer->in_flight;
        for (uint32_t l = 0; l < core->logs.count; l++) {
            const struct log *log = &core->logs.log[l];
            if (log->own && log->durable > peer->have[l])
                status->peer[at].lag_events += log->durable - peer->have[l];
            if (peer->have[l] > log->durable)
                status->peer[at].behind_events += peer->have[l] - log->durable;
        }
    }
}

static void copy_status(struct engine *engine)
{
    const struct core *core = engine->core;
    struct engine_status *status = &engine->status;
    uint64_t boot_ms = ms_of(CLOCK_BOOTTIME);
    pthread_mutex_lock(&engine->status_lock);
    memset(status, 0, sizeof *status);
    status->stats = core->stats;
    /* The digest over all of them is made for who asks: it costs more than the rest of the copy. */
    memcpy(status->table, core->views.digest, sizeof status->table);
    status->clock_suspect = core->clock.suspect;
    status->in_doubt = core->self.in_doubt;
    status->stopped = core->stopped;
    status->read_only = core->turn_error == ERROR_READ_ONLY || core->turn_error == ERROR_FULL;
    memcpy(status->unserved, core->unserved, sizeof status->unserved);
    status->unserved_count = core->unserved_count;
    copy_peers(status, core, boot_ms);
    status->logs_count = core->logs.count;
    for (uint32_t i = 0; i < core->logs.count; i++) {
        const struct log *log = &core->logs.log[i];
        status->log[i].log = log->id;
        status->log[i].last = log->durable;
        status->log[i].committed = book_committed(log);
        status->log[i].folded = log->folded;
        status->log[i].own = log->own;
        status->log[i].last_hash = log->row.last_hash;
        status->log[i].quarantined = log->row.quarantined != 0;
        status->log[i].log_type = log->row.log_type;
    }
    status->feed_next = core->logs.feed_next;
    pthread_mutex_unlock(&engine->status_lock);
    engine->status_boot_ms = boot_ms;
}

/* Said when it begins and when it ends: whoever reads the log is to learn why nothing is taken. */
static void say_disk(struct engine *engine, enum error error)
{
    bool full = error == ERROR_READ_ONLY || error == ERROR_FULL;
    if (full == engine->disk_full) return;
    engine->disk_full = full;
    uint64_t free_bytes = store_lmdb_free_bytes(engine->store);
    if (full)
        LOG(LOG_ERROR, "store", error_text(ERROR_READ_ONLY), LOG_NUMBER("free_bytes", free_bytes));
    else
        LOG(LOG_INFO, "store", "there is room again: writes are taken",
            LOG_NUMBER("free_bytes", free_bytes));
}

static void turn(struct engine *engine)
{
    struct core_moment now = moment_now();
    /* An error of the begin is each answer's error; core_end tells it. */
    enum error begun = core_begin(engine->core, &now);
    (void)begun;
    for (unsigned i = 0; i < engine->taken_count; i++) {
        struct input *input = &engine->taken[i]->input;
        bool answered = input->kind != INPUT_LINK_UP && input->kind != INPUT_LINK_DOWN &&
                        input->kind != INPUT_MESSAGE && input->kind != INPUT_RESULT &&
                        input->kind != INPUT_BLOB && input->kind != INPUT_LABEL_RESULT;
        input->ticket = answered ? i + 1 : 0;
        core_take(engine->core, input);
    }
    enum error error = core_end(engine->core);
    if (error == ERROR_OUTCOME_UNKNOWN) {
        /* Whether the commit reached the disk is not known: only a restart can read it (DESIGN §5).
         * No answer has left; clients ask again with the same key. */
        LOG(LOG_ERROR, "store", error_text(error), LOG_NUMBER("exit", 70));
        _exit(70);
    }
    say_disk(engine, error);
    for (unsigned i = 0; i < engine->taken_count; i++)
        if (engine->taken[i] != NULL) engine->taken[i]->done(engine->taken[i], NULL);
    if (ms_of(CLOCK_BOOTTIME) - engine->status_boot_ms >= STATUS_MS || !engine->core->more)
        copy_status(engine);
}

static void *writer(void *argument)
{
    struct engine *engine = argument;
    for (;;) {
        take_jobs(engine);
        pthread_mutex_lock(&engine->lock);
        bool stop = engine->stopping && engine->taken_count == 0;
        pthread_mutex_unlock(&engine->lock);
        if (stop) break;
        turn(engine);
    }
    core_close(engine->core);
    return NULL;
}

enum error engine_start(struct engine *engine)
{
    copy_status(engine);
    if (pthread_create(&engine->thread, NULL, writer, engine) != 0) return ERROR_IO;
    engine->started = true;
    return OK;
}

void engine_stop(struct engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    engine->stopping = true;
    pthread_cond_signal(&engine->wake);
    pthread_mutex_unlock(&engine->lock);
    if (engine->started) pthread_join(engine->thread, NULL);
    engine->started = false;
}

void engine_status(struct engine *engine, struct engine_status *status)
{
    pthread_mutex_lock(&engine->status_lock);
    *status = engine->status;
    pthread_mutex_unlock(&engine->status_lock);
    views_digest_of(engine->core->crypto, status->table, &status->digest);
}

bool engine_may_act(struct engine *engine)
{
    pthread_mutex_lock(&engine->status_lock);
    bool may = !engine->status.in_doubt && !engine->status.stopped;
    pthread_mutex_unlock(&engine->status_lock);
    return may;
}

void engine_marks(struct engine *engine,
                  void (*each)(void *world, const char *name, uint64_t count), void *world)
{
    pthread_mutex_lock(&engine->status_lock);
    for (unsigned i = 0; i < engine->marks_count; i++)
        each(world, engine->marks[i].name, engine->marks[i].count);
    pthread_mutex_unlock(&engine->status_lock);
}
