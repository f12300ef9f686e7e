/* The promises of the store's port, kept by the memory that the core's tests use. */
#include "tests/contract/store_promises.h"
#include "tests/support/store_memory.h"

static void *open_memory(void)
{
    return store_memory_open();
}
static void close_memory(void *opened)
{
    store_memory_close(opened);
}
static struct store *port_of(void *opened)
{
    return store_memory_port(opened);
}

int main(void)
{
    const struct store_filling filling = {"memory", open_memory, close_memory, port_of, NULL, NULL};
    return store_promises_run(&filling);
}
