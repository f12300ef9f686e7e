/* Random runs: faults first, then calm, then all nodes must hold the same. A seed that fails is
 * printed, and `test_peer_random SEED` runs it alone. */
#include <stdlib.h>

#include "tests/node/core/world.h"
#include "tests/proto/check.h"

#define SEEDS 200
#define STEPS 60

static struct world world;
static uint64_t first_seed = 1, seeds = SEEDS;
static uint64_t crashes, failed_commits, handovers, cuts, entries;
static struct id book;

/* Each kind of fault is off in half of the seeds. */
static unsigned maybe(unsigned most)
{
    struct random *random = &world.random;
    return random_chance(random, 500) ? 0 : (unsigned)random_below(random, most) + 1;
}

static struct node *any_node(void)
{
    struct node *node = &world.node[random_below(&world.random, world.nodes)];
    return node->up ? node : NULL;
}

static unsigned any_deps(struct node *node, const struct log *own, struct dep *deps)
{
    unsigned count = 0;
    unsigned most = (unsigned)random_below(&world.random, 3);
    for (unsigned i = 0; i < most; i++) {
        const struct log *log = &node->logs->log[random_below(&world.random, node->logs->count)];
        uint64_t back = random_below(&world.random, 3);
        if (log == own || log->row.last <= back) continue;
        deps[count++] = (struct dep){log->id, log->row.last - back};
    }
    return count;
}

static void write_some(struct node *node)
{
    struct dep deps[EVENT_DEPS_MAX];
    unsigned count =
        (unsigned)random_below(&world.random, random_chance(&world.random, 30) ? 900 : 6);
    if (random_chance(&world.random, 30)) store_memory_fail_commit(node->memory, ERROR_FULL);
    node_begin(node);
    for (unsigned i = 0; i <= count; i++) {
        struct log *log = node_own(node);
        struct log *of_book = node_log(node, &book);
        if (of_book != NULL && of_book->own && random_chance(&world.random, 400)) log = of_book;
        if (!log->own || log->row.quarantined || log->row.retired) break;
        unsigned deps_count = any_deps(node, log, deps);
        bool personal = random_chance(&world.random, 100);
        node_append(node, log, 16 + random_below(&world.random, 200), deps, deps_count,
                    personal ? EVENT_PERSONAL : 0);
        entries++;
        if (personal && random_chance(&world.random, 300))
            assert_error(OK, log_erase_payload(node->logs, &log->id, log->row.last));
    }
    if (!node_end(node)) failed_commits++;
}

static void hand_over(struct node *node)
{
    struct log *log = node_log(node, &book);
    struct node *to = any_node();
    if (log == NULL || !log->own || to == NULL || to == node) return;
    node_hand_over(node, &book, to);
    handovers++;
}

static void act(void)
{
    struct random *random = &world.random;
    struct node *node = any_node();
    unsigned what = (unsigned)random_below(random, 100);
    if (node == NULL) return;
    if (what < 70) {
        write_some(node);
    } else if (what < 78) {
        unsigned from = (unsigned)random_below(random, world.nodes);
        unsigned to = (unsigned)random_below(random, world.nodes);
        world_cut(&world, from, to, random_chance(random, 500));
        cuts++;
    } else if (what < 83) {
        hand_over(node);
    } else if (what < 88) {
        node_crash(node);
        crashes++;
    } else {
        for (unsigned i = 0; i < world.nodes; i++)
            if (!world.node[i].up && random_chance(random, 700)) node_start(&world.node[i]);
    }
}

static void link_nodes(void)
{
    unsigned shape = (unsigned)random_below(&world.random, 4);
    if (shape == 0) world_link_all(&world);
    for (unsigned i = 0; i + 1 < world.nodes && shape == 1; i++) world_link(&world, i, i + 1);
    for (unsigned i = 1; i < world.nodes && shape == 2; i++) world_link(&world, i, 0);
    for (unsigned a = 0; a < world.nodes && shape == 3; a++)
        for (unsigned b = a + 1; b < world.nodes; b++) world_link(&world, b, a);
    world.deaf_to_drop = random_chance(&world.random, 500);
}

static void calm(void)
{
    world.lose = world.dup = world.disorder = 0;
    world.jitter_ms = 10;
    world.delay_ms = 5;
    memset(world.cut, 0, sizeof world.cut);
    for (unsigned i = 0; i < world.nodes; i++)
        if (!world.node[i].up) node_start(&world.node[i]);
}

static void run_seed(uint64_t seed)
{
    struct random random = {seed};
    world_open(&world, seed, 2 + (unsigned)random_below(&random, 4));
    link_nodes();
    world.lose = maybe(60);
    world.dup = maybe(60);
    world.disorder = maybe(60);
    world.jitter_ms = maybe(400);
    world.delay_ms = 1 + maybe(150);
    memset(&book, (int)(seed & 0xff) | 1, sizeof book);
    node_open_book(&world.node[0], &book);
    for (unsigned step = 0; step < STEPS; step++) {
        act();
        world_run(&world, random_below(&world.random, 1500));
        if (step % 8 == 0) world_check(&world);
    }
    calm();
    bool same = world_settle(&world, 240000);
    if (!same) {
        fprintf(stderr, "seed %llu: the nodes differ\n", (unsigned long long)seed);
        for (unsigned i = 0; i < world.nodes; i++)
            for (uint32_t l = 0; l < world.node[i].logs->count; l++) {
                const struct log *log = &world.node[i].logs->log[l];
                fprintf(
                    stderr, "node %u log %02x type %llu own %d last %llu sealed %llu q%llu r%llu\n",
                    i, log->id.bytes[0], (unsigned long long)log->row.log_type, log->own,
                    (unsigned long long)log->row.last, (unsigned long long)log->row.sealed,
                    (unsigned long long)log->row.quarantined, (unsigned long long)log->row.retired);
            }
    }
    assert_true(same);
    world_check(&world);
    for (unsigned i = 0; i < world.nodes; i++) {
        assert_int_equal(0, world.node[i].regressed);
        assert_int_equal(0, world.node[i].peers->forks);
    }
    world_close(&world);
}

static void nodes_hold_the_same_when_the_faults_end(void **state)
{
    (void)state;
    for (uint64_t seed = first_seed; seed < first_seed + seeds; seed++) {
        if (seeds < 10 || seed % 50 == 0) print_message("seed %llu\n", (unsigned long long)seed);
        run_seed(seed);
    }
    print_message("%llu seeds: %llu entries, %llu crashes, %llu failed commits, %llu handovers, "
                  "%llu cuts\n",
                  (unsigned long long)seeds, (unsigned long long)entries,
                  (unsigned long long)crashes, (unsigned long long)failed_commits,
                  (unsigned long long)handovers, (unsigned long long)cuts);
    if (seeds < SEEDS) return;
    assert_true(crashes > 0 && failed_commits > 0 && handovers > 0 && cuts > 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nodes_hold_the_same_when_the_faults_end)};
    if (argc > 1) {
        first_seed = strtoull(argv[1], NULL, 10);
        seeds = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
