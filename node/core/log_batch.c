/* Batches of others: checked as a whole, then appended as far as their deps are held.
 *
 * Refused only for header, chain or seal (DESIGN §2). One seal at the end proves all entries of the
 * batch through the chain, so that any prefix of it may be appended. Nothing is put before the seal
 * was verified. */
#include <assert.h>

#include "node/core/log_inside.h"
#include "proto/bugs.h"

typedef const uint8_t *key_lookup(const void *world, const struct id *node);

struct batch {
    struct logs *logs;
    struct log *log;    /* NULL: not held yet */
    struct log_row row; /* the log's own, or what the genesis in this batch says */
    struct data_reader reader;
    struct seal seal;
    uint64_t first, end, held;
    const struct ahead *ahead;
    const void *world;
    key_lookup *key_of_writer;
    enum error error; /* why all of it is refused */
    bool forked;      /* our chain and theirs differ at an entry held */
    bool stale;       /* the branch is a former leader's, who went on after it was followed */
    bool stray;       /* the branch left ours before this batch: who seals it is said there */
    bool blind;       /* who seals it is not known here */
    uint64_t term;    /* that the next new entry must bear */
    uint64_t cut;     /* from here on it cannot be judged yet; 0: nowhere */
    uint64_t stop;    /* the first entry with a dep that is not held; 0: none */
    struct dep missing;
    struct data_reader at_stop;
    struct log_change change[2];
    uint32_t changes;
    bool handed;    /* a HANDOVER was seen: nothing may follow it */
    bool recovered; /* a RECOVERED was seen: its leader seals */
    struct hash recovered_key;
};

static bool same_hash(const struct hash *a, const struct hash *b)
{
    return memcmp(a->bytes, b->bytes, HASH_BYTES) == 0;
}

static void refuse(struct batch *b, enum error error)
{
    if (b->error == OK) b->error = error;
}

/* --- changes of writer ----------------------------------------------------------------------- */

static bool find_key(const struct batch *b, const struct id *node, struct hash *key)
{
    const uint8_t *found = b->key_of_writer(b->world, node);
    if (found != NULL) memcpy(key->bytes, found, KEY_BYTES);
    return found != NULL;
}

static void add_change(struct batch *b, const struct log_change *change)
{
    if (b->changes == 2) {
        refuse(b, ERROR_BAD_SEAL);
        return;
    }
    b->change[b->changes++] = *change;
    b->term = change->term;
}

/* An unreadable HANDOVER, or one that goes back in time, changes nothing, here and everywhere. */
static void see_handover(struct batch *b, const struct event_header *header, struct span payload)
{
    union event_body body;
    if (event_body_decode(header, payload, &body) != OK) return;
    if (body.handover.term <= b->term) return;
    struct log_change change = {.idx = header->idx,
                                .writer = body.handover.leader,
                                .writer_log = body.handover.leader_log,
                                .term = body.handover.term};
    b->handed = true;
    if (find_key(b, &change.writer, &change.sign_key))
        add_change(b, &change);
    else
        b->cut = header->idx;
}

/* The first entry of a term that begins without the old leader. It vouches for the prefix it
 * names, and so for entries before it that no seal covers. */
static void see_recovered(struct batch *b, const struct event_header *header, struct span payload)
{
    union event_body body;
    bool readable = event_body_decode(header, payload, &body) == OK;
    if (!readable || body.recovered.term <= b->term || body.recovered.term != header->term ||
        body.recovered.prefix_idx != header->idx - 1 ||
        !same_hash(&body.recovered.prefix_hash, &header->prev)) {
        if (header->term != b->term) refuse(b, ERROR_OUT_OF_RANGE);
        return;
    }
    struct log_change change = {.idx = header->idx,
                                .writer = body.recovered.leader,
                                .writer_log = body.recovered.leader_log,
                                .term = header->term};
    if (b->recovered) refuse(b, ERROR_BAD_SEAL);
    b->recovered = true;
    if (find_key(b, &change.writer, &change.sign_key)) {
        b->recovered_key = change.sign_key;
        add_change(b, &change);
    } else {
        b->blind = true;
        b->cut = header->idx;
    }
}

static void see_leadership(struct batch *b, const struct event_header *header, struct span payload)
{
    if (b->row.log_type == LOG_NODE) {
        if (header->term != 0) refuse(b, ERROR_OUT_OF_RANGE);
    } else if (b->handed) {
        refuse(b, ERROR_BAD_SEAL); /* the old leader's seal must end on its HANDOVER */
    } else if (header->kind == EVENT_RECOVERED) {
        see_recovered(b, header, payload);
    } else if (header->term != b->term) {
        refuse(b, ERROR_OUT_OF_RANGE);
    } else if (header->kind == EVENT_HANDOVER) {
        see_handover(b, header, payload);
    }
}

/* --- entry 1 --------------------------------------------------------------------------------- */

static bool membership_is_held(const struct logs *logs)
{
    for (uint32_t i = 0; i < logs->count; i++)
        if (logs->log[i].row.log_type == LOG_MEMBERSHIP) return true;
    return false;
}

static uint32_t logs_of(const struct logs *logs, const struct id *writer)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < logs->count; i++)
        if (id_equal(&logs->log[i].row.writer, writer)) count++;
    return count;
}

/* The mesh id is the hash of the membership's first entry: whoever joins knows it beforehand. */
static void admit_membership(struct batch *b, const struct hash *hash)
{
    if (membership_is_held(b->logs) || memcmp(hash->bytes, b->logs->mesh.bytes, ID_BYTES) != 0)
        refuse(b, ERROR_UNKNOWN_LOG);
}

static void admit_of_member(struct batch *b, const struct genesis *genesis)
{
    struct hash key;
    bool known = find_key(b, &genesis->node, &key) && same_hash(&key, &genesis->sign_key);
    if (!known || logs_of(b->logs, &genesis->node) >= LOGS_OF_WRITER_MAX) b->blind = true;
}

static void see_genesis(struct batch *b, const struct event_header *header, struct span payload,
                        const struct hash *hash)
{
    union event_body body;
    if (header->kind != EVENT_GENESIS || payload.at == NULL ||
        event_body_decode(header, payload, &body) != OK) {
        refuse(b, ERROR_UNKNOWN_LOG);
        return;
    }
    const struct genesis *genesis = &body.genesis;
    if (!id_is_zero(&genesis->leader) && !id_equal(&genesis->leader, &genesis->node)) {
        refuse(b, ERROR_UNKNOWN_LOG); /* entry 1 is sealed by the one who leads from it on */
        return;
    }
    b->row = (struct log_row){.log_type = genesis->log_type,
                              .writer = genesis->node,
                              .sign_key = genesis->sign_key,
                              .merchant = genesis->merchant,
                              .writer_log = genesis->leader_log};
    if (genesis->log_type == LOG_NODE) b->row.writer_log = header->log;
    b->term = header->term;
    if (header->term != 0) refuse(b, ERROR_OUT_OF_RANGE);
    if (genesis->log_type == LOG_MEMBERSHIP)
        admit_membership(b, hash);
    else
        admit_of_member(b, genesis);
}

/* --- checking -------------------------------------------------------------------------------- */

/* The hashes of the entry at hand, if they were worked out ahead. */
static const struct entry_hashes *hashes_of(const struct batch *b)
{
    uint32_t place = b->reader.taken - 1;
    return place < b->ahead->count ? &b->ahead->hashes[place] : NULL;
}

static void check_payload(struct batch *b, const struct event_header *header, struct span payload)
{
    const struct entry_hashes *hashes = hashes_of(b);
    if (payload.at != NULL) {
        enum error error = hashes != NULL ? event_match_payload(header, payload, &hashes->payload)
                                          : event_check_payload(b->logs->crypto, header, payload);
        if (error != OK && !BUG(no_payload_check)) refuse(b, error);
    } else if (header->plen == 0) {
        refuse(b, ERROR_NOT_CANONICAL); /* an empty payload is there, only a taken one is not */
    } else if ((header->flags & EVENT_PERSONAL) == 0) {
        refuse(b, ERROR_MISSING_FIELD);
    }
}

static void check_deps(struct batch *b, const struct event_header *header,
                       const struct data_reader *before)
{
    for (uint32_t i = 0; i < header->deps_count; i++) {
        const struct dep *dep = &header->deps[i];
        if (id_equal(&dep->log, &header->log)) {
            if (dep->idx >= header->idx) refuse(b, ERROR_OUT_OF_RANGE);
            continue;
        }
        const struct log *log = logs_find(b->logs, &dep->log);
        if ((log != NULL && dep->idx <= log->row.last) || BUG(deps_not_checked)) continue;
        if (b->stop != 0) return;
        b->stop = header->idx;
        b->missing = *dep;
        b->at_stop = *before;
        return;
    }
}

/* Does the entry continue what is held? Sets forked, or refuses what never could. */
static void check_chain(struct batch *b, const struct event_header *header,
                        const struct log_item *before)
{
    struct hash prev;
    if (before != NULL) {
        if (!same_hash(&header->prev, &before->hash) && !BUG(no_chain_check))
            refuse(b, ERROR_BAD_CHAIN);
    } else if (header->idx == 1) {
        event_genesis_prev(b->logs->crypto, &header->log, &prev);
        if (!same_hash(&header->prev, &prev)) refuse(b, ERROR_BAD_CHAIN);
    } else if (header->idx == b->held + 1) {
        b->forked = !same_hash(&header->prev, &b->row.last_hash) && !BUG(no_chain_check);
    }
}

static void check_entry(struct batch *b, struct log_item *item, const struct data_reader *before)
{
    struct event_header header;
    uint32_t place = b->reader.taken - 1;
    enum error error = event_header_decode(item->event.header, &header);
    if (error != OK || !id_equal(&header.log, &b->reader.log) || header.idx != b->first + place) {
        refuse(b, error != OK ? error : ERROR_BAD_CHAIN);
        return;
    }
    check_chain(b, &header, place > 0 ? item - 1 : NULL);
    const struct entry_hashes *hashes = hashes_of(b);
    if (hashes != NULL)
        item->hash = hashes->event;
    else
        event_hash(b->logs->crypto, item->event.header, &item->hash);
    if (header.idx == b->held && !same_hash(&item->hash, &b->row.last_hash)) b->forked = true;
    bool judged = b->error == OK && !b->blind && b->cut == 0;
    if (header.idx == 1 && b->log == NULL)
        see_genesis(b, &header, item->event.payload, &item->hash);
    else if (judged && !b->forked && header.idx > b->held)
        see_leadership(b, &header, item->event.payload);
    if (header.idx <= b->held || b->forked) return;
    check_payload(b, &header, item->event.payload);
    check_deps(b, &header, before);
}

static void walk(struct batch *b)
{
    size_t bytes = 0;
    while (b->error == OK && b->reader.taken < b->reader.events) {
        struct log_item *item = &b->logs->item[b->reader.taken];
        struct data_reader before = b->reader;
        if (!data_next(&b->reader, &item->event)) break;
        bytes += log_wire_bytes(&item->event);
        /* What is taken must be relayed in one message one day. */
        if (bytes > DATA_BYTES_MAX) refuse(b, ERROR_TOO_LARGE);
        if (b->error == OK) check_entry(b, item, &before);
    }
    if (b->error != OK) return;
    enum error error = data_close(&b->reader, &b->seal);
    if (error != OK) refuse(b, error);
}

static const struct log_item *last_item(const struct batch *b)
{
    return &b->logs->item[b->reader.events - 1];
}

/* The whole batch lies within what is held: its end says whether it is the same. */
static void compare_end(struct batch *b)
{
    struct hash ours;
    if (b->error != OK || b->end >= b->held) return;
    enum error error = log_hash_at(b->logs, b->log, b->end, &ours);
    if (error != OK)
        refuse(b, error);
    else if (!same_hash(&ours, &last_item(b)->hash))
        b->forked = true;
}

static enum error verify_seal(const struct batch *b, const struct hash *key)
{
    return seal_verify(b->logs->crypto, key->bytes, &b->reader.log, &b->seal, &last_item(b)->hash);
}

/* The term that the seal of the batch speaks for. */
static uint64_t term_sealed(const struct batch *b)
{
    struct event_header header;
    return event_header_decode(last_item(b)->event.header, &header) == OK ? header.term : 0;
}

/* The recovering leader of a forked branch, in entries that were passed over as held. */
static bool forked_leader(struct batch *b, struct hash *key)
{
    bool found = false;
    for (uint32_t i = 0; i < b->reader.events && b->row.log_type != LOG_NODE; i++) {
        struct event_header header;
        union event_body body;
        struct event *event = &b->logs->item[i].event;
        if (event_header_decode(event->header, &header) != OK) continue;
        if (header.kind != EVENT_RECOVERED || header.term != term_sealed(b)) continue;
        if (event_body_decode(&header, event->payload, &body) != OK) continue;
        found = find_key(b, &body.recovered.leader, key);
    }
    return found;
}

static enum error read_held(const struct batch *b, uint64_t idx, struct event_header *header,
                            union event_body *body)
{
    struct event event;
    enum error error = log_read(b->logs, &b->reader.log, idx, &event, NULL);
    if (error == OK) error = event_header_decode(event.header, header);
    if (error == OK && body != NULL) error = event_body_decode(header, event.payload, body);
    return error;
}

/* The first entry held that bears this term or a later one: terms never fall along a log. */
static uint64_t term_begins(const struct batch *b, uint64_t term)
{
    uint64_t low = 1, high = b->held + 1;
    struct event_header header;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (read_held(b, middle, &header, NULL) != OK) return 0;
        if (header.term >= term)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Who sealed a term that is over, by the entry that began it. */
static bool former_leader(const struct batch *b, uint64_t term, struct hash *key)
{
    struct event_header header;
    union event_body body;
    uint64_t first = term_begins(b, term);
    if (first == 0 || first > b->held) return false;
    if (read_held(b, first, &header, &body) == OK && header.term == term) {
        if (header.kind == EVENT_GENESIS) *key = body.genesis.sign_key;
        if (header.kind == EVENT_GENESIS) return true;
        if (header.kind == EVENT_RECOVERED) return find_key(b, &body.recovered.leader, key);
    }
    if (first == 1 || read_held(b, first - 1, &header, &body) != OK) return false;
    bool handed = header.kind == EVENT_HANDOVER && body.handover.term == term;
    return handed && find_key(b, &body.handover.leader, key);
}

static bool is_of_past_term(const struct batch *b)
{
    return b->row.log_type != LOG_NODE && b->forked && term_sealed(b) < b->row.term;
}

/* Where a branch left ours, a leader may have come in of whom nothing is known here. */
static bool left_before(const struct batch *b)
{
    struct event_header header;
    struct hash ours;
    if (!b->forked || b->first == 1 || b->row.log_type == LOG_NODE) return false;
    if (event_header_decode(b->logs->item[0].event.header, &header) != OK) return false;
    if (log_hash_at(b->logs, b->log, b->first - 1, &ours) != OK) return false;
    return !same_hash(&header.prev, &ours);
}

static void check_seal(struct batch *b)
{
    struct hash other;
    if (b->error != OK || b->blind) return;
    bool past = is_of_past_term(b);
    bool known = past ? former_leader(b, term_sealed(b), &other) : true;
    if (!past) other = b->recovered ? b->recovered_key : b->row.sign_key;
    enum error error = known ? verify_seal(b, &other) : ERROR_BAD_SEAL;
    if (error != OK && b->forked && forked_leader(b, &other)) error = verify_seal(b, &other);
    /* A store that was put back goes on where it led once: its branch is nothing to us, who hold
     * the entry that ended its term. It learns so from that entry, when it asks for what we hold.
     */
    b->stale = past && error == OK;
    b->stray = error != OK && left_before(b);
    if (error != OK && !b->stray && !BUG(no_seal_check)) refuse(b, error);
}

/* --- what is done about it ------------------------------------------------------------------- */

static struct batch_result result_of(const struct batch *b, enum batch_verdict verdict,
                                     enum error error)
{
    return (struct batch_result){.verdict = verdict,
                                 .error = error,
                                 .log = b->reader.log,
                                 .missing = b->missing,
                                 .through = b->end};
}

static void put_evidence(struct batch *b, const struct log_item *item, uint64_t idx)
{
    uint8_t key[LOG_KEY_BYTES + HASH_BYTES];
    const struct rows *truth = &b->logs->store->truth;
    struct log_key place = log_key_of(&b->reader.log, idx);
    memcpy(key, place.bytes, LOG_KEY_BYTES);
    memcpy(key + LOG_KEY_BYTES, item->hash.bytes, HASH_BYTES);
    struct event event = item->event;
    struct event_header header;
    /* The header is the evidence; a person's data would lie where no erasure looks for it. */
    if (event_header_decode(event.header, &header) != OK || (header.flags & EVENT_PERSONAL) != 0)
        event.payload = span_of(NULL, 0);
    truth->port->put(truth->world, TRUTH_FORK, span_of(key, sizeof key),
                     log_value(b->logs, &event, &item->hash));
}

/* The place of the first entry that differs; the chain says that all after it differ too. */
static uint64_t fork_begins(const struct batch *b)
{
    uint64_t idx = b->first;
    struct hash ours;
    while (idx <= b->end && idx <= b->held) {
        if (log_hash_at(b->logs, b->log, idx, &ours) != OK) break;
        if (!same_hash(&ours, &b->logs->item[idx - b->first].hash)) break;
        idx++;
    }
    return idx;
}

/* The branch seen first stays; the other is kept as far as this batch shows it. */
static struct batch_result take_fork(struct batch *b)
{
    struct batch_result result = result_of(b, BATCH_FORK, ERROR_FORK);
    result.first = fork_begins(b);
    for (uint64_t idx = result.first; idx <= b->end; idx++)
        put_evidence(b, &b->logs->item[idx - b->first], idx);
    b->log->row.quarantined = 1;
    b->log->dirty = true;
    return result;
}

/* Entries of an own log that this store does not hold, under its own seal: the store lost its end,
 * or another runs under the same name. It is read only from now on. */
static struct batch_result take_doubt(struct batch *b)
{
    struct batch_result result = result_of(b, BATCH_FORK, ERROR_IN_DOUBT);
    result.first = b->held + 1;
    b->log->row.retired = 1;
    b->log->dirty = true;
    return result;
}

static void commit_through(struct log *log, const struct seal *seal)
{
    uint64_t through = seal->committed_through;
    if (through > log->row.last) through = log->row.last;
    if (through > log->row.committed) log->row.committed = through;
}

static void take_seal(struct logs *logs, struct log *log, const struct seal *seal)
{
    log_put_seal(logs, &log->id, seal);
    if (seal->idx > log->row.sealed) log->row.sealed = seal->idx;
    log->dirty = true;
}

static void put_entry(struct logs *logs, struct log *log, uint64_t idx, const struct event *event,
                      const struct hash *hash)
{
    log_put_event(logs, &log->id, idx, event, hash);
    log->row.last = idx;
    log->row.last_hash = *hash;
}

static void apply_changes(struct log *log, const struct log_change *change, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (change[i].idx > log->row.last || change[i].term <= log->row.term) continue;
        log->row.writer = change[i].writer;
        log->row.writer_log = change[i].writer_log;
        log->row.sign_key = change[i].sign_key;
        log->row.term = change[i].term;
    }
}

static void remember_rest(const struct batch *b)
{
    if (b->stop == 0 || b->cut != 0) return;
    struct log_rest *rest = &b->logs->rest;
    *rest = (struct log_rest){.log = b->reader.log,
                              .missing = b->missing,
                              .next = b->stop,
                              .seal = b->seal,
                              .changes = b->changes,
                              .reader = b->at_stop};
    memcpy(rest->change, b->change, sizeof rest->change);
}

/* All that may stand now: up to the first entry with a dep that is not held. */
static struct batch_result take_entries(struct batch *b)
{
    uint64_t upto = b->end;
    if (b->cut != 0 && b->cut <= upto) upto = b->cut - 1;
    if (b->stop != 0 && b->stop <= upto) upto = b->stop - 1;
    enum batch_verdict verdict = upto == b->end ? BATCH_APPENDED
                                 : b->stop != 0 ? BATCH_DEPS
                                                : BATCH_UNKNOWN;
    struct batch_result result = result_of(b, verdict, OK);
    if (verdict == BATCH_DEPS) result.error = ERROR_DEPS_MISSING;
    if (verdict == BATCH_UNKNOWN) result.error = ERROR_UNKNOWN_PEER;
    remember_rest(b);
    if (upto <= b->held) return result;
    if (b->log == NULL && logs_add(b->logs, &b->reader.log, &b->row, &b->log) != OK)
        return result_of(b, BATCH_UNKNOWN, ERROR_FULL);
    for (uint64_t idx = b->held + 1; idx <= upto; idx++) {
        const struct log_item *item = &b->logs->item[idx - b->first];
        put_entry(b->logs, b->log, idx, &item->event, &item->hash);
    }
    apply_changes(b->log, b->change, b->changes);
    if (upto == b->end) take_seal(b->logs, b->log, &b->seal);
    commit_through(b->log, &b->seal);
    b->log->dirty = b->log->grew = true;
    result.first = b->held + 1;
    result.last = upto;
    b->logs->fresh.log = b->log;
    b->logs->fresh.first = result.first;
    b->logs->fresh.last = upto;
    b->logs->fresh.base = b->first;
    b->logs->fresh.ahead = *b->ahead;
    return result;
}

/* Nothing is kept of it: what it begins with says where to look further. */
static struct batch_result take_stray(const struct batch *b)
{
    struct batch_result result = result_of(b, BATCH_STRAY, ERROR_BAD_SEAL);
    result.first = b->first;
    return result;
}

static struct batch_result settle(struct batch *b)
{
    if (b->error != OK) return result_of(b, BATCH_REFUSED, b->error);
    if (b->blind) return result_of(b, BATCH_UNKNOWN, ERROR_UNKNOWN_PEER);
    if (b->stray) return take_stray(b);
    if (b->stale) return result_of(b, BATCH_FORK, ERROR_FORK);
    if (b->forked) return take_fork(b);
    if (b->end <= b->held) {
        /* A seal where only a prefix of its batch had been appended lets the log be relayed. */
        if (b->end > b->log->row.sealed) {
            take_seal(b->logs, b->log, &b->seal);
            commit_through(b->log, &b->seal);
        }
        return result_of(b, BATCH_HELD, OK);
    }
    if (b->log != NULL && b->log->own && !b->recovered) return take_doubt(b);
    return take_entries(b);
}

struct batch_result log_append_batch(struct logs *logs, struct span data_body,
                                     const struct ahead *ahead, const void *world,
                                     key_lookup *key_of_writer)
{
    struct batch b = {.logs = logs, .ahead = ahead, .world = world, .key_of_writer = key_of_writer};
    enum error error = data_open(&b.reader, data_body);
    log_batch_gone(logs);
    logs->rest.next = 0;
    if (error != OK || b.reader.events == 0)
        return result_of(&b, BATCH_REFUSED, error != OK ? error : ERROR_MALFORMED);
    b.first = b.reader.first_idx;
    b.end = b.first + b.reader.events - 1;
    if (b.end > EVENT_IDX_MAX) return result_of(&b, BATCH_REFUSED, ERROR_OUT_OF_RANGE);
    b.log = logs_find(logs, &b.reader.log);
    if (b.log == NULL && b.first != 1) return result_of(&b, BATCH_UNKNOWN, ERROR_UNKNOWN_LOG);
    if (b.log != NULL) {
        b.row = b.log->row;
        b.held = b.row.last;
        b.term = b.row.term;
        if (b.row.quarantined) return result_of(&b, BATCH_FORK, ERROR_FORK);
    }
    if (b.first > b.held + 1) return result_of(&b, BATCH_GAP, OK);
    walk(&b);
    compare_end(&b);
    if (b.end > b.held || b.forked || b.end > b.row.sealed) check_seal(&b);
    return settle(&b);
}

void log_batch_gone(struct logs *logs)
{
    logs->fresh.log = NULL;
}

/* --- the rest of a batch --------------------------------------------------------------------- */

void log_rest_keep(struct logs *logs, struct span body, struct log_rest *rest)
{
    assert(logs->rest.next != 0);
    *rest = logs->rest;
    rest->body = body;
    size_t left = (size_t)(rest->reader.r.end - rest->reader.r.at);
    assert(left <= body.size);
    rest->reader.r.end = body.at + body.size;
    rest->reader.r.at = rest->reader.r.end - left;
    logs->rest.next = 0;
}

static bool deps_held(struct logs *logs, const struct event_header *header, struct dep *missing)
{
    for (uint32_t i = 0; i < header->deps_count; i++) {
        const struct dep *dep = &header->deps[i];
        if (id_equal(&dep->log, &header->log)) continue;
        const struct log *log = logs_find(logs, &dep->log);
        if (log != NULL && dep->idx <= log->row.last) continue;
        *missing = *dep;
        return false;
    }
    return true;
}

/* Appends one entry; false: it waits, or (error) does not continue what is held by now. */
static bool rest_next(struct logs *logs, struct log *log, struct log_rest *rest, enum error *error)
{
    struct data_reader before = rest->reader;
    struct event event;
    struct event_header header;
    struct hash hash;
    bool there = data_next(&rest->reader, &event);
    bool readable = there && event_header_decode(event.header, &header) == OK;
    assert(readable); /* it was when the batch came */
    if (rest->next > log->row.last) {
        if (!same_hash(&header.prev, &log->row.last_hash) && !BUG(no_chain_check)) {
            *error = ERROR_BAD_CHAIN;
            return false;
        }
        if (!deps_held(logs, &header, &rest->missing)) {
            rest->reader = before;
            return false;
        }
        event_hash(logs->crypto, event.header, &hash);
        put_entry(logs, log, rest->next, &event, &hash);
        log->grew = log->dirty = true;
    }
    rest->next++;
    return true;
}

struct batch_result log_append_rest(struct logs *logs, struct log_rest *rest)
{
    struct batch_result result = {.verdict = BATCH_DEPS,
                                  .error = ERROR_DEPS_MISSING,
                                  .log = rest->log,
                                  .through = rest->seal.idx};
    struct log *log = logs_find(logs, &rest->log);
    enum error error = OK;
    if (log == NULL || log->row.quarantined || log->own || rest->next > log->row.last + 1) {
        result.verdict = BATCH_GAP;
        return result;
    }
    uint64_t held = log->row.last;
    while (rest->next <= rest->seal.idx && rest_next(logs, log, rest, &error)) {
    }
    if (log->row.last > held) {
        apply_changes(log, rest->change, rest->changes);
        commit_through(log, &rest->seal);
        result.first = held + 1;
        result.last = log->row.last;
    }
    result.missing = rest->missing;
    if (error != OK) {
        result.verdict = BATCH_GAP;
    } else if (rest->next > rest->seal.idx) {
        result.verdict = BATCH_APPENDED;
        result.error = OK;
        if (log->row.sealed < rest->seal.idx) take_seal(logs, log, &rest->seal);
    }
    return result;
}
