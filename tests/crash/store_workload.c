#include "tests/crash/store_workload.h"

#include "node/store/store_lmdb.h"
#include "tests/crash/recorder.h"

#define TURNS           240
#define KEPT            40 /* turns whose events stand; older ones are deleted */
#define LOGS            3
#define ACCOUNTS        32
#define ACCOUNT_START   1000
#define EVENT_BYTES_MAX 9000

/* X(NAME, what a person reads) */
#define VERDICT_LIST(X)                                                                            \
    X(GOOD, "all is well")                                                                         \
    X(OPEN, "the store does not open")                                                             \
    X(NOT_FRESH, "views came from nowhere")                                                        \
    X(LAST, "the number of the last turn is missing")                                              \
    X(LOST, "an acknowledged turn is lost")                                                        \
    X(INVENTED, "a turn stands that was never begun")                                              \
    X(EVENTS, "the events are not those of the last turn")                                         \
    X(ACCOUNTS_SUM, "a turn stands in part: the accounts do not balance")                          \
    X(WRITE, "it takes no new write")                                                              \
    X(AGAIN, "what was written after the crash is not there at the next start")
#define VERDICT_ENUM(NAME, text) VERDICT_##NAME,
enum verdict { VERDICT_LIST(VERDICT_ENUM) VERDICT_COUNT };
#define VERDICT_TEXT(NAME, text) text,
static const char *const verdict_texts[] = {VERDICT_LIST(VERDICT_TEXT)};

static const char *verdict_text(int number)
{
    return number >= 0 && number < VERDICT_COUNT ? verdict_texts[number] : "?";
}

/* --- what turn n writes ----------------------------------------------------------------------- */

static struct key event_key(uint64_t n)
{
    struct key key = {.size = 24};
    memset(key.bytes, (int)(n % LOGS) + 1, 16);
    be_put(key.bytes + 16, n, 8);
    return key;
}

/* Small ones, large ones, and some that need pages of their own. */
static struct span event_value(uint64_t n, uint8_t bytes[EVENT_BYTES_MAX])
{
    size_t size = n % 11 == 0 ? EVENT_BYTES_MAX : 40 + (size_t)(n * 7919 % 2900);
    memset(bytes, (int)(n % 251), size);
    return span_of(bytes, size);
}

static struct span span_key(const struct key *key)
{
    return span_of(key->bytes, key->size);
}

static int64_t account_read(const struct rows *rows, uint8_t number)
{
    struct span value;
    if (!rows->port->get(rows->world, TRUTH_ACK, span_of(&number, 1), &value)) return 0;
    return (int64_t)be_get(value.at, 8);
}

static void account_write(const struct rows *rows, uint8_t number, int64_t balance)
{
    uint8_t bytes[8];
    be_put(bytes, (uint64_t)balance, 8);
    rows->port->put(rows->world, TRUTH_ACK, span_of(&number, 1), span_of(bytes, 8));
}

static void move(const struct rows *truth, uint8_t from, uint8_t to)
{
    account_write(truth, from, account_read(truth, from) - 5);
    account_write(truth, to, account_read(truth, to) + 5);
}

static void write_views(const struct rows *views, uint64_t n)
{
    for (uint64_t i = 0; i < 3; i++) {
        uint8_t key[16];
        be_put(key, (n * 3 + i) * 0x9e3779b97f4a7c15u, 8);
        be_put(key + 8, n, 8);
        views->port->put(views->world, VIEW_ORDER, span_of(key, 16), span_of(key, 16));
    }
}

static void write_last(const struct rows *truth, uint64_t n)
{
    uint8_t bytes[8];
    be_put(bytes, n, 8);
    truth->port->put(truth->world, TRUTH_META, span_text("last"), span_of(bytes, 8));
}

static enum error write_turn(struct store *store, uint64_t n)
{
    static uint8_t bytes[EVENT_BYTES_MAX];
    const struct rows *truth = &store->truth;
    enum error error = store->port->begin(store->world);
    if (error != OK) return error;
    struct key key = event_key(n);
    truth->port->put(truth->world, TRUTH_EVENT, span_key(&key), event_value(n, bytes));
    if (n > KEPT) {
        key = event_key(n - KEPT);
        truth->port->del(truth->world, TRUTH_EVENT, span_key(&key));
    }
    move(truth, (uint8_t)(n * 7 % ACCOUNTS), (uint8_t)(n * 13 % ACCOUNTS));
    move(truth, (uint8_t)(n * 11 % ACCOUNTS), (uint8_t)(n * 5 % ACCOUNTS));
    write_views(&store->views, n);
    write_last(truth, n);
    return store->port->commit(store->world);
}

static enum error write_start(struct store *store)
{
    enum error error = store->port->begin(store->world);
    if (error != OK) return error;
    for (uint8_t i = 0; i < ACCOUNTS; i++) account_write(&store->truth, i, ACCOUNT_START);
    write_last(&store->truth, 0);
    return store->port->commit(store->world);
}

static int run(const char *directory, bool unflushed)
{
    struct store_options options = {.directory = directory,
                                    .create = true,
                                    .memory_backed = unflushed,
                                    .map_bytes = (size_t)256 << 20};
    struct store_lmdb *lmdb;
    if (store_lmdb_open(&options, &lmdb) != OK) return 1;
    if (write_start(store_lmdb_port(lmdb)) != OK) return 2;
    crash_mark(0);
    for (uint64_t n = 1; n <= TURNS; n++) {
        if (write_turn(store_lmdb_port(lmdb), n) != OK) return 3;
        crash_mark(n);
    }
    store_lmdb_crash(lmdb);
    return 0;
}

/* --- what must stand -------------------------------------------------------------------------- */

static bool read_last(const struct rows *truth, uint64_t *last)
{
    struct span value;
    if (!truth->port->get(truth->world, TRUTH_META, span_text("last"), &value)) return false;
    *last = be_get(value.at, 8);
    return value.size == 8;
}

static bool events_are_those_of(const struct rows *truth, uint64_t last)
{
    static uint8_t bytes[EVENT_BYTES_MAX];
    uint64_t first = last > KEPT ? last - KEPT + 1 : 1;
    struct span value;
    for (uint64_t n = first; n <= last; n++) {
        struct key key = event_key(n);
        if (!truth->port->get(truth->world, TRUTH_EVENT, span_key(&key), &value)) return false;
        if (!span_equal(value, event_value(n, bytes))) return false;
    }
    uint64_t count = 0;
    struct row row;
    struct key at = {0};
    while (
        truth->port->next(truth->world, TRUTH_EVENT, EVERY_ROW, span_key(&at), count > 0, &row)) {
        at.size = row.key.size;
        memcpy(at.bytes, row.key.at, at.size);
        count++;
    }
    return truth->port->error(truth->world) == OK && count == last - first + 1;
}

static bool accounts_balance(const struct rows *truth)
{
    int64_t sum = 0;
    for (uint8_t i = 0; i < ACCOUNTS; i++) sum += account_read(truth, i);
    return sum == (int64_t)ACCOUNTS * ACCOUNT_START;
}

static enum verdict judge(struct store *store, const struct crash_acked *acked, uint64_t *last)
{
    if (!store->views_fresh) return VERDICT_NOT_FRESH;
    if (store->port->begin_read(store->world) != OK) return VERDICT_OPEN;
    enum verdict verdict = VERDICT_GOOD;
    if (!read_last(&store->truth, last))
        verdict = VERDICT_LAST;
    else if (*last < acked->last)
        verdict = VERDICT_LOST;
    else if (*last > acked->last + 1)
        verdict = VERDICT_INVENTED;
    else if (!events_are_those_of(&store->truth, *last))
        verdict = VERDICT_EVENTS;
    else if (!accounts_balance(&store->truth))
        verdict = VERDICT_ACCOUNTS_SUM;
    store->port->end_read(store->world);
    return verdict;
}

static enum verdict write_once_more(const struct store_options *options, struct store_lmdb *lmdb,
                                    uint64_t n)
{
    enum error error = write_turn(store_lmdb_port(lmdb), n);
    store_lmdb_crash(lmdb);
    if (error != OK) return VERDICT_WRITE;
    if (store_lmdb_open(options, &lmdb) != OK) return VERDICT_AGAIN;
    struct store *store = store_lmdb_port(lmdb);
    struct crash_acked acked = {.any = true, .last = n};
    uint64_t last;
    bool kept = !store->views_fresh;
    store->views_fresh = true; /* judge expects those of the crash itself */
    enum verdict verdict = judge(store, &acked, &last);
    store_lmdb_crash(lmdb);
    return kept && verdict == VERDICT_GOOD && last == n ? VERDICT_GOOD : VERDICT_AGAIN;
}

/* Unflushed here, since it is the content that is judged and not once more the disk. */
static int check(const char *directory, const struct crash_acked *acked)
{
    struct store_options options = {
        .directory = directory, .memory_backed = true, .map_bytes = (size_t)256 << 20};
    struct store_lmdb *lmdb;
    if (store_lmdb_open(&options, &lmdb) != OK) return VERDICT_OPEN;
    uint64_t last = 0;
    enum verdict verdict = judge(store_lmdb_port(lmdb), acked, &last);
    if (verdict == VERDICT_GOOD) return (int)write_once_more(&options, lmdb, last + 1);
    store_lmdb_crash(lmdb);
    return (int)verdict;
}

const struct crash_workload store_workload = {"store", "truth/data.mdb", run, check, verdict_text};
