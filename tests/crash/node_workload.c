#include "tests/crash/node_workload.h"

#include <stdlib.h>

#include "node/core/verify.h"
#include "node/store/store_lmdb.h"
#include "tests/crash/lone_node.h"
#include "tests/crash/recorder.h"
#include "tests/support/store_memory.h"

#define NUMBERS 40
/* Both take long, and so are done for some of the states. */
#define VERIFY_EACH 8 /* by the number acknowledged last */
#define AGAIN_EACH  4

/* X(NAME, what a person reads) */
#define VERDICT_LIST(X)                                                                            \
    X(GOOD, "all is well")                                                                         \
    X(OPEN, "the store does not open")                                                             \
    X(NOT_FRESH, "views came from nowhere")                                                        \
    X(NODE, "the core does not open over it")                                                      \
    X(CHAIN, "a log does not read, or its chain is broken")                                        \
    X(LOST, "an acknowledged command is not known any more")                                       \
    X(INVENTED, "a command is known that was never given")                                         \
    X(WRITE, "it takes no new command")                                                            \
    X(AGAIN, "what was written after the crash is not there at the next start")                    \
    X(VERIFY, "the rebuilt views are not what the logs say")
#define VERDICT_ENUM(NAME, text) NODE_##NAME,
enum verdict { VERDICT_LIST(VERDICT_ENUM) NODE_COUNT };
#define VERDICT_TEXT(NAME, text) text,
static const char *const verdict_texts[] = {VERDICT_LIST(VERDICT_TEXT)};

static const char *verdict_text(int number)
{
    return number >= 0 && number < NODE_COUNT ? verdict_texts[number] : "?";
}

static struct store_options options_for(const char *directory, bool unflushed)
{
    return (struct store_options){
        .directory = directory, .memory_backed = unflushed, .map_bytes = (size_t)256 << 20};
}

static int run(const char *directory, bool unflushed)
{
    struct store_options options = options_for(directory, unflushed);
    options.create = true;
    struct store_lmdb *lmdb;
    struct lone_node node;
    if (store_lmdb_open(&options, &lmdb) != OK) return 1;
    if (lone_node_create(&node, store_lmdb_port(lmdb)) != OK) return 2;
    if (lone_node_open(&node, store_lmdb_port(lmdb), 1) != OK) return 3;
    if (lone_node_settle(&node) != OK) return 4;
    crash_mark(0);
    for (uint64_t number = 1; number <= NUMBERS; number++) {
        if (lone_node_work(&node, number, number) != OK) return 5;
        for (unsigned i = 0; i < LONE_COMMANDS; i++)
            if (!lone_node_is_new(&node.answers[i])) return (int)(10 + i);
        crash_mark(number);
    }
    lone_node_close(&node);
    store_lmdb_crash(lmdb);
    return 0;
}

/* --- what must stand -------------------------------------------------------------------------- */

static bool chain_holds(const struct logs *logs, const struct log *log)
{
    struct hash before;
    event_genesis_prev(logs->crypto, &log->id, &before);
    for (uint64_t idx = 1; idx <= log->row.last; idx++) {
        struct event event;
        struct event_header header;
        struct hash hash;
        if (log_read(logs, &log->id, idx, &event, &hash) != OK) return false;
        if (event_header_decode(event.header, &header) != OK || header.idx != idx) return false;
        if (memcmp(&header.prev, &before, sizeof before) != 0) return false;
        if (event_check_payload(logs->crypto, &header, event.payload) != OK) return false;
        before = hash;
    }
    return memcmp(&before, &log->row.last_hash, sizeof before) == 0;
}

static bool chains_hold(struct lone_node *node)
{
    struct store *store = node->store;
    if (store->port->begin_read(store->world) != OK) return false;
    bool hold = node->core->logs.count == 3; /* own, membership, book */
    for (uint32_t i = 0; i < node->core->logs.count && hold; i++) {
        const struct log *log = &node->core->logs.log[i];
        hold = chain_holds(&node->core->logs, log) && log->row.sealed == log->row.last &&
               log->folded == log->row.committed;
    }
    store->port->end_read(store->world);
    return hold;
}

static bool all_are(const struct lone_node *node, uint64_t numbers,
                    bool (*is)(const struct answer_out *answer))
{
    if (node->answers_count < numbers * LONE_COMMANDS) return false;
    for (uint32_t i = 0; i < numbers * LONE_COMMANDS; i++)
        if (!is(&node->answers[i])) return false;
    return true;
}

static void on_found(void *world, const struct verify_found *found)
{
    (void)world;
    (void)found;
}

static bool verifies(struct lone_node *node)
{
    struct store *store = node->store;
    struct verify *verify = calloc(1, sizeof *verify);
    struct store_memory *scratch = store_memory_open();
    if (verify == NULL || store->port->begin_read(store->world) != OK) exit(2);
    verify->found = on_found;
    enum error error =
        verify_run(verify, store, store_memory_port(scratch), keys_crypto(node->keys));
    const struct verify_report *r = &verify->report;
    bool good = error == OK && r->entries > 0 && r->rows > 0 && r->entries_bad == 0 &&
                r->seals_bad == 0 && r->rows_bad == 0 && r->digests_bad == 0;
    store->port->end_read(store->world);
    store_memory_close(scratch);
    free(verify);
    return good;
}

/* Everything acknowledged is asked for again, and must be known; then comes something new. */
static enum verdict judge(struct lone_node *node, uint64_t last)
{
    if (!chains_hold(node)) return NODE_CHAIN;
    if (last % VERIFY_EACH == 0 && !verifies(node)) return NODE_VERIFY;
    if (lone_node_knows(node, last + 2)) return NODE_INVENTED;
    if (last > 0 && lone_node_work(node, 1, last) != OK) return NODE_LOST;
    if (last > 0 && !all_are(node, last, lone_node_is_kept)) return NODE_LOST;
    if (lone_node_work(node, NUMBERS + 2, NUMBERS + 2) != OK) return NODE_WRITE;
    return all_are(node, 1, lone_node_is_new) ? NODE_GOOD : NODE_WRITE;
}

static enum verdict open_and_judge(struct store_lmdb *lmdb, uint32_t run_number, uint64_t last)
{
    struct lone_node node;
    enum verdict verdict = NODE_NODE;
    if (lone_node_open(&node, store_lmdb_port(lmdb), run_number) == OK)
        verdict = judge(&node, last);
    lone_node_close(&node);
    return verdict;
}

static enum verdict look_again(struct store_lmdb *lmdb)
{
    struct lone_node node;
    enum verdict verdict = NODE_AGAIN;
    if (!store_lmdb_port(lmdb)->views_fresh &&
        lone_node_open(&node, store_lmdb_port(lmdb), 3) == OK &&
        lone_node_work(&node, NUMBERS + 2, NUMBERS + 2) == OK &&
        all_are(&node, 1, lone_node_is_kept) && chains_hold(&node))
        verdict = NODE_GOOD;
    lone_node_close(&node);
    return verdict;
}

static int check(const char *directory, const struct crash_acked *acked)
{
    struct store_options options = options_for(directory, true);
    struct store_lmdb *lmdb;
    if (store_lmdb_open(&options, &lmdb) != OK) return NODE_OPEN;
    if (!store_lmdb_port(lmdb)->views_fresh) return NODE_NOT_FRESH;
    enum verdict verdict = open_and_judge(lmdb, 2, acked->last);
    store_lmdb_crash(lmdb);
    if (verdict != NODE_GOOD || acked->last % AGAIN_EACH != 0) return (int)verdict;
    if (store_lmdb_open(&options, &lmdb) != OK) return NODE_AGAIN;
    verdict = look_again(lmdb);
    store_lmdb_crash(lmdb);
    return (int)verdict;
}

const struct crash_workload node_workload = {"node", "truth/data.mdb", run, check, verdict_text};
