/* The promises of the store's port, kept by LMDB with and without its flushes, and by the store in
 * memory that the core's own tests run on. */
#include "node/store/store_lmdb.h"

#include <stdlib.h>

#include "tests/contract/store_promises.h"
#include "tests/support/scratch.h"
#include "tests/support/store_memory.h"

struct opened {
    struct scratch scratch;
    struct store_lmdb *store;
};

static void *open_lmdb(bool memory_backed)
{
    struct opened *opened = calloc(1, sizeof *opened);
    if (opened == NULL) exit(2);
    opened->scratch = scratch_make();
    struct store_options options = {.directory = opened->scratch.path,
                                    .create = true,
                                    .memory_backed = memory_backed,
                                    .map_bytes = (size_t)1 << 30};
    if (store_lmdb_open(&options, &opened->store) != OK) exit(2);
    return opened;
}

static void *open_durable(void)
{
    return open_lmdb(false);
}
static void *open_memory_backed(void)
{
    return open_lmdb(true);
}

static void close_lmdb(void *world)
{
    struct opened *opened = world;
    store_lmdb_close(opened->store);
    scratch_remove(&opened->scratch);
    free(opened);
}

static struct store *port_of(void *world)
{
    struct opened *opened = world;
    return store_lmdb_port(opened->store);
}

static void begin_reading(void *world, struct promised_reading *promised)
{
    struct opened *opened = world;
    struct store_reading *reading = calloc(1, sizeof *reading);
    if (reading == NULL || store_reading_begin(opened->store, reading) != OK) exit(2);
    *promised = (struct promised_reading){reading->truth, reading->views, reading};
}

static void end_reading(void *world, struct promised_reading *promised)
{
    (void)world;
    store_reading_end(promised->held);
    free(promised->held);
}

static void *open_memory(void)
{
    return store_memory_open();
}
static void close_memory(void *world)
{
    store_memory_close(world);
}
static struct store *port_of_memory(void *world)
{
    return store_memory_port(world);
}

int main(void)
{
    const struct store_filling fillings[] = {
        {"lmdb durable", open_durable, close_lmdb, port_of, begin_reading, end_reading},
        {"lmdb memory-backed", open_memory_backed, close_lmdb, port_of, begin_reading, end_reading},
        {"memory", open_memory, close_memory, port_of_memory, NULL, NULL},
    };
    int broken = 0;
    for (size_t i = 0; i < sizeof fillings / sizeof fillings[0]; i++)
        broken += store_promises_run(&fillings[i]);
    return broken;
}
