#include "node/hasher.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#define BLOCKS      4
#define BLOCK_BYTES (32u * 1024)

enum state {
    FREE,    /* the writer's: empty, or being filled */
    FULL,    /* whoever takes it first */
    HASHING, /* the thread's */
    HASHED   /* its sums wait to be taken */
};

/* What stands before each piece of a block. */
struct head {
    uint32_t size;
    uint32_t sum;
};

struct block {
    enum state state; /* under the lock, but for a change that only the writer can make */
    size_t used;
    uint8_t bytes[BLOCK_BYTES];
    struct hash sums[HASHER_SUMS];
};

struct hasher_thread {
    struct hasher port;
    const struct crypto *crypto;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t work, done;
    bool stopping;
    struct block block[BLOCKS];
    struct block *filling; /* one of them, FREE */
};

/* --- hashing ---------------------------------------------------------------------------------- */

static void sum_add(struct hash *sum, const struct hash *hash)
{
    for (unsigned i = 0; i < HASH_BYTES; i++) sum->bytes[i] ^= hash->bytes[i];
}

static void block_hash(const struct hasher_thread *hasher, struct block *block)
{
    struct head head;
    struct hash hash;
    for (size_t at = 0; at < block->used; at += sizeof head + head.size) {
        memcpy(&head, block->bytes + at, sizeof head);
        struct span piece = span_of(block->bytes + at + sizeof head, head.size);
        hasher->crypto->sha256(hasher->crypto->world, &piece, 1, &hash);
        sum_add(&block->sums[head.sum], &hash);
    }
    block->used = 0;
}

/* --- the thread ------------------------------------------------------------------------------- */

static struct block *block_in(struct hasher_thread *hasher, enum state state)
{
    for (unsigned i = 0; i < BLOCKS; i++)
        if (hasher->block[i].state == state) return &hasher->block[i];
    return NULL;
}

static void *run(void *argument)
{
    struct hasher_thread *hasher = argument;
    pthread_mutex_lock(&hasher->lock);
    while (!hasher->stopping) {
        struct block *block = block_in(hasher, FULL);
        if (block == NULL) {
            pthread_cond_wait(&hasher->work, &hasher->lock);
            continue;
        }
        block->state = HASHING;
        pthread_mutex_unlock(&hasher->lock);
        block_hash(hasher, block);
        pthread_mutex_lock(&hasher->lock);
        block->state = HASHED;
        pthread_cond_signal(&hasher->done);
    }
    pthread_mutex_unlock(&hasher->lock);
    return NULL;
}

/* --- the writer ------------------------------------------------------------------------------- */

/* Gives the filled block away and finds another: a free one, one whose sums stay in it until they
 * are gathered, or one that the thread has not come to. */
static void next_block(struct hasher_thread *hasher)
{
    pthread_mutex_lock(&hasher->lock);
    hasher->filling->state = FULL;
    pthread_cond_signal(&hasher->work);
    struct block *next = block_in(hasher, FREE);
    if (next == NULL) next = block_in(hasher, HASHED);
    bool behind = next == NULL;
    if (behind) next = block_in(hasher, FULL);
    assert(next != NULL); /* the one just given away at least */
    next->state = FREE;
    pthread_mutex_unlock(&hasher->lock);
    if (behind) block_hash(hasher, next);
    hasher->filling = next;
}

static void on_add(void *world, unsigned sum, const struct span *parts, size_t count)
{
    struct hasher_thread *hasher = world;
    struct head head = {0, sum};
    struct hash hash;
    for (size_t i = 0; i < count; i++) head.size += (uint32_t)parts[i].size;
    if (sizeof head + head.size > BLOCK_BYTES) {
        hasher->crypto->sha256(hasher->crypto->world, parts, count, &hash);
        sum_add(&hasher->filling->sums[sum], &hash);
        return;
    }
    if (hasher->filling->used + sizeof head + head.size > BLOCK_BYTES) next_block(hasher);
    struct block *block = hasher->filling;
    memcpy(block->bytes + block->used, &head, sizeof head);
    block->used += sizeof head;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].size > 0) memcpy(block->bytes + block->used, parts[i].at, parts[i].size);
        block->used += parts[i].size;
    }
}

/* Hashes what nobody has begun, waits for what is under way. */
static void finish(struct hasher_thread *hasher)
{
    struct block *block;
    block_hash(hasher, hasher->filling);
    pthread_mutex_lock(&hasher->lock);
    while ((block = block_in(hasher, FULL)) != NULL) {
        block->state = FREE;
        pthread_mutex_unlock(&hasher->lock);
        block_hash(hasher, block);
        pthread_mutex_lock(&hasher->lock);
    }
    while (block_in(hasher, HASHING) != NULL) pthread_cond_wait(&hasher->done, &hasher->lock);
    for (unsigned i = 0; i < BLOCKS; i++) hasher->block[i].state = FREE;
    pthread_mutex_unlock(&hasher->lock);
}

static void on_gather(void *world, struct hash *sums)
{
    struct hasher_thread *hasher = world;
    finish(hasher);
    for (unsigned i = 0; i < BLOCKS; i++) {
        for (unsigned s = 0; s < HASHER_SUMS; s++) sum_add(&sums[s], &hasher->block[i].sums[s]);
        memset(hasher->block[i].sums, 0, sizeof hasher->block[i].sums);
    }
}

/* --- opening ---------------------------------------------------------------------------------- */

struct hasher_thread *hasher_open(const struct crypto *crypto)
{
    struct hasher_thread *hasher = calloc(1, sizeof *hasher);
    if (hasher == NULL) return NULL;
    hasher->port = (struct hasher){hasher, on_add, on_gather};
    hasher->crypto = crypto;
    hasher->filling = &hasher->block[0];
    pthread_mutex_init(&hasher->lock, NULL);
    pthread_cond_init(&hasher->work, NULL);
    pthread_cond_init(&hasher->done, NULL);
    if (pthread_create(&hasher->thread, NULL, run, hasher) == 0) return hasher;
    free(hasher);
    return NULL;
}

const struct hasher *hasher_port(const struct hasher_thread *hasher)
{
    return &hasher->port;
}

void hasher_close(struct hasher_thread *hasher)
{
    if (hasher == NULL) return;
    pthread_mutex_lock(&hasher->lock);
    hasher->stopping = true;
    pthread_cond_signal(&hasher->work);
    pthread_mutex_unlock(&hasher->lock);
    pthread_join(hasher->thread, NULL);
    pthread_cond_destroy(&hasher->done);
    pthread_cond_destroy(&hasher->work);
    pthread_mutex_destroy(&hasher->lock);
    free(hasher);
}
