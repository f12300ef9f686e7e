#include "sim/agree.h"

#include <string.h>

#include "sim/oracle.h"

static bool same_hash(const struct hash *a, const struct hash *b)
{
    return memcmp(a->bytes, b->bytes, HASH_BYTES) == 0;
}

/* What is committed counts too: a fold stops there, and a forked log hears of no later seal. */
static bool holds_alike(const struct host *host, const struct log *log)
{
    const struct log *other = logs_find(&host->core->logs, &log->id);
    return other != NULL && other->row.last == log->row.last &&
           book_committed(other) == book_committed(log) &&
           same_hash(&other->row.last_hash, &log->row.last_hash);
}

bool agree_same(const struct host *a, const struct host *b)
{
    if (a->core->logs.count != b->core->logs.count) return false;
    for (uint32_t i = 0; i < a->core->logs.count; i++)
        if (!holds_alike(b, &a->core->logs.log[i])) return false;
    return true;
}

static bool lacks(const struct host *host, const struct dep *dep)
{
    const struct log *log = logs_find(&host->core->logs, &dep->log);
    return log == NULL || log->row.last < dep->idx;
}

static bool is_quarantined(const struct host *host, const struct id *id)
{
    const struct log *log = logs_find(&host->core->logs, id);
    return log != NULL && log->row.quarantined != 0;
}

/* Does `behind` lack the next entry of the log only because it lacks what that depends on? */
static bool is_blocked(struct host *ahead, struct host *behind, const struct log *log)
{
    const struct log *held = logs_find(&behind->core->logs, &log->id);
    struct event event;
    struct event_header header = {.deps_count = 0};
    struct store *store = ahead->disk.inner;
    bool blocked = false;
    if (store->port->begin_read(store->world) != OK) return false;
    uint64_t next = held != NULL ? held->row.last + 1 : 1;
    if (next <= log->row.last && log_read(&ahead->core->logs, &log->id, next, &event, NULL) == OK &&
        event_header_decode(event.header, &header) == OK)
        for (uint32_t i = 0; i < header.deps_count; i++)
            blocked = blocked || lacks(behind, &header.deps[i]);
    store->port->end_read(store->world);
    return blocked;
}

static const char *ahead_of(struct host *a, struct host *b)
{
    for (uint32_t i = 0; i < a->core->logs.count; i++) {
        const struct log *log = &a->core->logs.log[i];
        const struct log *held = logs_find(&b->core->logs, &log->id);
        if (holds_alike(b, log) || (held != NULL && held->row.last > log->row.last)) continue;
        if (is_quarantined(a, &log->id) || is_quarantined(b, &log->id)) continue;
        if (held != NULL && held->row.last == log->row.last) return "ends a log otherwise";
        if (!is_blocked(a, b, log)) return "holds other logs than the first";
    }
    return NULL;
}

const char *agree_about(struct host *a, struct host *b)
{
    const char *what = ahead_of(a, b);
    return what != NULL ? what : ahead_of(b, a);
}

/* --- stores that are not what they were --- */

/* Are both on one branch of the log, as far as both go? */
static bool is_one_branch(struct host *a, struct host *b, const struct id *id)
{
    const struct log *mine = logs_find(&a->core->logs, id);
    const struct log *theirs = logs_find(&b->core->logs, id);
    struct hash x, y;
    if (mine == NULL || theirs == NULL) return true;
    uint64_t idx = mine->row.last < theirs->row.last ? mine->row.last : theirs->row.last;
    bool read = log_hash_at(&a->core->logs, mine, idx, &x) == OK &&
                log_hash_at(&b->core->logs, theirs, idx, &y) == OK;
    return read && same_hash(&x, &y);
}

static bool reads(struct host *host, bool begin)
{
    struct store *store = host->disk.inner;
    if (begin) return store->port->begin_read(store->world) == OK;
    store->port->end_read(store->world);
    return true;
}

static void check_against(struct world *world, struct host *odd, struct host *host)
{
    const struct log *own = logs_find(&odd->core->logs, &odd->self.log);
    const struct log *theirs = logs_find(&host->core->logs, &odd->self.log);
    if (own != NULL && theirs != NULL && theirs->row.last > own->row.last)
        oracle_fail(world, "F17, F18: host %u goes on, and host %u holds more of its own log",
                    odd->number, host->number);
    if (!reads(odd, true)) return;
    if (reads(host, true)) {
        if (!is_one_branch(odd, host, &odd->self.log))
            oracle_fail(world, "F17, F18: host %u goes on, and host %u holds another branch",
                        odd->number, host->number);
        reads(host, false);
    }
    reads(odd, false);
}

static void check_doubtful(struct world *world, struct host *odd)
{
    if (odd->core->stopped && !odd->said_doubt)
        oracle_fail(world, "F17, F18: host %u stopped and did not say so", odd->number);
    for (unsigned i = 0; i < world->hosts && !odd->core->stopped; i++) {
        struct host *host = &world->host[i];
        if (host->up && !host->doubtful && !host->core->stopped) check_against(world, odd, host);
    }
}

static void check_twins(struct world *world, const struct host *a, const struct host *b)
{
    const struct log *own = logs_find(&a->core->logs, &a->self.log);
    bool both = b->up && !a->core->stopped && !b->core->stopped;
    if (both && own != NULL && !holds_alike(b, own))
        oracle_fail(world, "F18: twins %u and %u went apart, and neither has stopped", a->number,
                    b->number);
}

void agree_check_doubtful(struct world *world)
{
    for (unsigned i = 0; i < world->hosts; i++) {
        struct host *odd = &world->host[i];
        if (!odd->doubtful || !odd->up) continue;
        if (odd->twin != 0) check_twins(world, odd, &world->host[odd->twin]);
        check_doubtful(world, odd);
    }
}
