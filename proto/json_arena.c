#include "proto/json_arena.h"

#include <assert.h>
#include <jansson.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Chunks begin at multiples of their size, so that the chunk of a small piece is found from its
 * address alone. A piece larger than a chunk gets a chunk of its own, as long as it must be. */
#define CHUNK_BYTES ((size_t)16 * 1024)
#define PIECE_ALIGN sizeof(max_align_t)

struct chunk {
    struct chunk *first; /* of this arena */
    struct chunk *next;
    size_t used, room; /* in bytes, the head included */
};
#define HEAD_BYTES ((sizeof(struct chunk) + PIECE_ALIGN - 1) / PIECE_ALIGN * PIECE_ALIGN)

static _Thread_local struct chunk *arena; /* the chunk being filled; NULL: no arena is open */
static pthread_key_t spare;               /* one chunk at rest for each thread, freed with it */

static struct chunk *take_spare(void)
{
    struct chunk *chunk = pthread_getspecific(spare);
    if (chunk == NULL) return aligned_alloc(CHUNK_BYTES, CHUNK_BYTES);
    pthread_setspecific(spare, NULL);
    return chunk;
}

static struct chunk *chunk_new(size_t least)
{
    size_t room = CHUNK_BYTES;
    while (room < least) room += CHUNK_BYTES;
    struct chunk *chunk = room == CHUNK_BYTES ? take_spare() : aligned_alloc(CHUNK_BYTES, room);
    if (chunk == NULL) return NULL;
    *chunk = (struct chunk){.used = HEAD_BYTES, .room = room};
    return chunk;
}

static void *piece_new(size_t size)
{
    if (arena == NULL) return malloc(size);
    size_t whole = (size + PIECE_ALIGN - 1) / PIECE_ALIGN * PIECE_ALIGN;
    if (whole < size || whole > SIZE_MAX / 2) return NULL;
    if (arena->used + whole > arena->room) {
        struct chunk *chunk = chunk_new(HEAD_BYTES + whole);
        if (chunk == NULL) return NULL;
        chunk->first = arena->first;
        arena->next = chunk;
        arena = chunk;
    }
    void *piece = (uint8_t *)arena + arena->used;
    arena->used += whole;
    return piece;
}

static void piece_free(void *piece)
{
    if (arena == NULL) free(piece);
}

static void install(void)
{
    if (pthread_key_create(&spare, free) != 0) abort();
    json_set_alloc_funcs(piece_new, piece_free);
}

void json_arena_install(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
}

void json_arena_begin(void)
{
    assert(arena == NULL);
    arena = chunk_new(0);
    assert(arena != NULL);
    arena->first = arena;
}

static void give_back(struct chunk *chunk)
{
    while (chunk != NULL) {
        struct chunk *next = chunk->next;
        bool rests = chunk->room == CHUNK_BYTES && pthread_getspecific(spare) == NULL &&
                     pthread_setspecific(spare, chunk) == 0;
        if (!rests) free(chunk);
        chunk = next;
    }
}

void json_arena_end(void *keep)
{
    struct chunk *first = arena->first;
    arena = NULL;
    if (keep == NULL) give_back(first);
}

void json_arena_free(void *keep)
{
    if (keep == NULL) return;
    uintptr_t at = (uintptr_t)keep / CHUNK_BYTES * CHUNK_BYTES;
    give_back(((struct chunk *)at)->first);
}
