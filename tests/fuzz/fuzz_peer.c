/* Whatever a member says in an open session: the node must stand, its logs must stay sound, and
 * nothing that was not sealed by its writer may be taken.
 *
 * The input is a row of messages, each a byte (bits 0-3: type; bit 7: the bytes are the whole
 * envelope, else its body, and session and seq are filled in), two bytes of length, and the bytes.
 */
#include <assert.h>

#include "tests/node/core/raw.h"

static struct world world;
static struct store_memory *fresh;
static struct raw raw;

static void begin_run(void)
{
    struct node *node = &world.node[0];
    if (world.nodes == 0) {
        world_open(&world, 99, 2);
        node_write(node, 4);
        fresh = store_memory_copy(node->memory);
    }
    store_memory_close(node->memory);
    node->memory = store_memory_copy(fresh);
    node->store = store_memory_port(node->memory);
    memset(node->boot.bytes, 1, ID_BYTES);
    node_start(node);
    node->regressed = node->drops = 0;
    raw_begin(&raw, node, &world.node[1], 900);
    raw_open(&raw);
}

static void say(uint8_t how, struct span bytes)
{
    struct node *node = &world.node[0];
    if ((how & 0x80) != 0)
        node_take(node, raw.link, raw.key, bytes);
    else
        raw_say_body(&raw, how & 15, bytes);
    world.now_ms += how & 0x40 ? 1500 : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    begin_run();
    while (size >= 3) {
        size_t length = (size_t)be_get(data + 1, 2);
        if (length > size - 3) length = size - 3;
        say(data[0], span_of(data + 3, length));
        data += 3 + length;
        size -= 3 + length;
    }
    world_check(&world);
    assert(world.node[0].regressed == 0);
    assert(world.node[0].peers->forks == 0);
    assert(node_own(&world.node[0])->row.last == 5);
    return 0;
}
