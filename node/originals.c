#include "node/originals.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define FRAME_BYTES 128 /* of a piece's body, beside its bytes */

enum coming_state { COMING_FREE, COMING_ASKING, COMING_STORING, COMING_NOWHERE };

struct coming { /* a file on its way here */
    struct keeper_job job;
    struct originals *originals;
    enum coming_state state;
    struct hash hash;
    struct id asked[PEERS_MAX]; /* the last one is being asked */
    uint32_t asked_count;
    uint64_t at_ms;     /* of the latest piece, or of giving up */
    uint64_t wanted_ms; /* somebody asked */
    uint8_t *bytes;
    uint64_t size, got;
};

struct served { /* a piece being read for a member */
    struct keeper_job job;
    struct originals *originals;
    bool used;
    struct id node;
    uint64_t offset;
};

struct originals {
    struct engine *engine;
    struct keeper *keeper;
    const struct crypto *crypto;
    struct engine_status *status; /* room for a copy */

    pthread_mutex_t lock; /* over all below */
    struct coming coming[ORIGINALS_MAX];
    struct served served[ORIGINALS_SERVED_MAX];
    bool stopping;
};

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static bool same(const struct hash *one, const struct hash *other)
{
    return memcmp(one->bytes, other->bytes, sizeof one->bytes) == 0;
}

/* --- saying ----------------------------------------------------------------------------------- */

struct saying {
    struct job job; /* first */
    uint8_t body[];
};

static void said(struct job *job, const struct answer_out *answer)
{
    (void)answer;
    free(job);
}

/* What cannot be said now is not said: the other side asks again. */
static void say(struct originals *originals, const struct id *node, enum message_type type,
                const struct shape *shape, const void *value, size_t room)
{
    struct saying *saying = calloc(1, sizeof *saying + room);
    assert(saying != NULL);
    struct input *input = &saying->job.input;
    input->kind = INPUT_BLOB;
    input->blob.node = *node;
    input->blob.type = type;
    enum error error = shape_encode(shape, value, saying->body, room, &input->blob.body);
    assert(error == OK);
    (void)error;
    saying->job.bytes = sizeof *saying + room;
    saying->job.done = said;
    if (!engine_submit(originals->engine, &saying->job)) free(saying);
}

/* --- asking; under the lock ------------------------------------------------------------------- */

static void ask_on(struct coming *coming)
{
    const struct blob_ask ask = {.blob = coming->hash, .offset = coming->got};
    coming->at_ms = now_ms();
    say(coming->originals, &coming->asked[coming->asked_count - 1], MESSAGE_BLOB_ASK,
        &blob_ask_shape, &ask, FRAME_BYTES);
}

static bool was_asked(const struct coming *coming, const struct id *node)
{
    for (uint32_t i = 0; i < coming->asked_count; i++)
        if (id_equal(&coming->asked[i], node)) return true;
    return false;
}

/* From the first byte, of a member that was not asked yet; or nobody has it. */
static void ask_another(struct coming *coming)
{
    struct originals *originals = coming->originals;
    free(coming->bytes);
    coming->bytes = NULL;
    coming->size = coming->got = 0;
    coming->state = COMING_ASKING;
    engine_status(originals->engine, originals->status);
    for (uint32_t i = 0; i < originals->status->peers_count; i++) {
        const struct id *node = &originals->status->peer[i].node;
        bool asks = originals->status->peer[i].open && !was_asked(coming, node);
        if (!asks || coming->asked_count == PEERS_MAX) continue;
        coming->asked[coming->asked_count++] = *node;
        ask_on(coming);
        return;
    }
    coming->state = COMING_NOWHERE;
    coming->at_ms = now_ms();
}

static struct coming *find(struct originals *originals, const struct hash *hash)
{
    for (unsigned i = 0; i < ORIGINALS_MAX; i++)
        if (originals->coming[i].state != COMING_FREE && same(&originals->coming[i].hash, hash))
            return &originals->coming[i];
    return NULL;
}

/* A place that is free, or whose file nobody waits for. */
static struct coming *find_place(struct originals *originals)
{
    uint64_t now = now_ms();
    for (unsigned i = 0; i < ORIGINALS_MAX; i++) {
        struct coming *coming = &originals->coming[i];
        bool left = coming->state == COMING_ASKING && now - coming->wanted_ms > ORIGINAL_LEFT_MS;
        if (coming->state == COMING_FREE || coming->state == COMING_NOWHERE || left) return coming;
    }
    return NULL;
}

static enum http_original begin(struct originals *originals, const struct hash *hash)
{
    struct coming *coming = find_place(originals);
    if (coming == NULL) return ORIGINAL_LATER;
    free(coming->bytes);
    *coming = (struct coming){.originals = originals, .hash = *hash, .wanted_ms = now_ms()};
    ask_another(coming);
    return coming->state == COMING_NOWHERE ? ORIGINAL_NOWHERE : ORIGINAL_COMING;
}

static enum http_original go_on(struct coming *coming)
{
    uint64_t now = now_ms();
    coming->wanted_ms = now;
    if (coming->state == COMING_ASKING && now - coming->at_ms > ORIGINAL_STALL_MS)
        ask_another(coming);
    if (coming->state == COMING_NOWHERE && now - coming->at_ms > ORIGINAL_NOWHERE_MS) {
        coming->asked_count = 0;
        ask_another(coming);
    }
    return coming->state == COMING_NOWHERE ? ORIGINAL_NOWHERE : ORIGINAL_COMING;
}

enum http_original originals_want(void *world, const struct hash *hash)
{
    struct originals *originals = world;
    enum http_original answer = ORIGINAL_LATER;
    pthread_mutex_lock(&originals->lock);
    struct coming *coming = find(originals, hash);
    if (!originals->stopping) answer = coming != NULL ? go_on(coming) : begin(originals, hash);
    pthread_mutex_unlock(&originals->lock);
    return answer;
}

/* --- a piece came ----------------------------------------------------------------------------- */

/* On the keeper's thread. What was not the file that it was said to be is asked for elsewhere. */
static void stored(struct keeper_job *job)
{
    struct coming *coming = (struct coming *)job;
    struct originals *originals = coming->originals;
    pthread_mutex_lock(&originals->lock);
    free(coming->bytes);
    coming->bytes = NULL;
    coming->state = COMING_FREE;
    if (job->error == ERROR_CORRUPT && !originals->stopping) ask_another(coming);
    pthread_mutex_unlock(&originals->lock);
}

static void store(struct coming *coming)
{
    coming->state = COMING_STORING;
    coming->job = (struct keeper_job){.task = KEEPER_STORE,
                                      .bytes = span_of(coming->bytes, coming->size),
                                      .hash = coming->hash,
                                      .done = stored};
    if (keeper_submit(coming->originals->keeper, &coming->job)) return;
    free(coming->bytes); /* too much waits: whoever wants it begins anew */
    coming->bytes = NULL;
    coming->state = COMING_FREE;
}

/* Does the piece go on where the last one ended, and within what was announced? */
static bool fits(const struct coming *coming, const struct blob_piece *piece)
{
    bool first = coming->bytes == NULL;
    return piece->offset == coming->got && piece->bytes.size > 0 &&
           (first || piece->size == coming->size) && piece->offset < piece->size &&
           piece->bytes.size <= piece->size - piece->offset;
}

static void take_piece(struct originals *originals, const struct id *node,
                       const struct blob_piece *piece)
{
    struct coming *coming = find(originals, &piece->blob);
    bool asked = coming != NULL && coming->state == COMING_ASKING &&
                 id_equal(&coming->asked[coming->asked_count - 1], node);
    if (!asked) return; /* late, or nobody wants it */
    if (piece->size == 0 || !fits(coming, piece)) {
        ask_another(coming);
        return;
    }
    if (coming->bytes == NULL) coming->bytes = malloc(piece->size);
    assert(coming->bytes != NULL);
    coming->size = piece->size;
    memcpy(coming->bytes + coming->got, piece->bytes.at, piece->bytes.size);
    coming->got += piece->bytes.size;
    if (coming->got == coming->size)
        store(coming);
    else
        ask_on(coming);
}

/* --- a piece is asked for --------------------------------------------------------------------- */

/* On the keeper's thread. */
static void answer(struct keeper_job *job)
{
    struct served *served = (struct served *)job;
    struct originals *originals = served->originals;
    struct blob_piece piece = {.blob = job->hash, .offset = served->offset};
    bool here = job->error == OK && served->offset < job->size;
    if (here) {
        size_t left = job->size - served->offset;
        piece.size = job->size;
        piece.bytes = span_of(job->file + served->offset,
                              left < BLOB_PIECE_BYTES_MAX ? left : BLOB_PIECE_BYTES_MAX);
    }
    say(originals, &served->node, MESSAGE_BLOB, &blob_piece_shape, &piece,
        piece.bytes.size + FRAME_BYTES);
    free(job->file);
    pthread_mutex_lock(&originals->lock);
    served->used = false;
    pthread_mutex_unlock(&originals->lock);
}

/* One at a time for each member; more are not answered, and asked again. */
static void serve(struct originals *originals, const struct id *node, const struct blob_ask *ask)
{
    struct served *place = NULL;
    for (unsigned i = 0; i < ORIGINALS_SERVED_MAX; i++) {
        struct served *served = &originals->served[i];
        if (served->used && id_equal(&served->node, node)) return;
        if (!served->used) place = served;
    }
    if (place == NULL) return;
    *place = (struct served){.originals = originals, .node = *node, .offset = ask->offset};
    place->job = (struct keeper_job){.task = KEEPER_SERVE, .hash = ask->blob, .done = answer};
    place->used = keeper_submit(originals->keeper, &place->job);
}

void originals_take(void *world, const struct id *node, enum message_type type, struct span body)
{
    struct originals *originals = world;
    struct blob_ask ask;
    struct blob_piece piece;
    pthread_mutex_lock(&originals->lock);
    if (originals->stopping) {
        /* the keeper may be gone */
    } else if (type == MESSAGE_BLOB_ASK && shape_decode(&blob_ask_shape, body, &ask, NULL) == OK) {
        serve(originals, node, &ask);
    } else if (type == MESSAGE_BLOB && shape_decode(&blob_piece_shape, body, &piece, NULL) == OK) {
        take_piece(originals, node, &piece);
    }
    pthread_mutex_unlock(&originals->lock);
}

/* --- open and close --------------------------------------------------------------------------- */

struct originals *originals_open(struct engine *engine, struct keeper *keeper,
                                 const struct crypto *crypto)
{
    struct originals *originals = calloc(1, sizeof *originals);
    assert(originals != NULL);
    originals->engine = engine;
    originals->keeper = keeper;
    originals->crypto = crypto;
    originals->status = calloc(1, sizeof *originals->status);
    assert(originals->status != NULL);
    pthread_mutex_init(&originals->lock, NULL);
    return originals;
}

void originals_stop(struct originals *originals)
{
    if (originals == NULL) return;
    pthread_mutex_lock(&originals->lock);
    originals->stopping = true;
    pthread_mutex_unlock(&originals->lock);
}

void originals_free(struct originals *originals)
{
    if (originals == NULL) return;
    for (unsigned i = 0; i < ORIGINALS_MAX; i++) free(originals->coming[i].bytes);
    pthread_mutex_destroy(&originals->lock);
    free(originals->status);
    free(originals);
}
