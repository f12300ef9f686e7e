#include "tests/node/core/world.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* --- chance ---------------------------------------------------------------------------------- */

uint64_t random_next(struct random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

uint64_t random_below(struct random *random, uint64_t bound)
{
    return random_next(random) % bound;
}

bool random_chance(struct random *random, unsigned per_mille)
{
    return random_below(random, 1000) < per_mille;
}

static struct id random_id(struct random *random)
{
    struct id id;
    be_put(id.bytes, random_next(random), 8);
    be_put(id.bytes + 8, random_next(random), 8);
    return id;
}

/* --- the network ----------------------------------------------------------------------------- */

struct flight {
    struct flight *next;
    uint64_t at_ms;
    unsigned link, to;
    uint32_t number; /* of the link as the receiver sees it: a later one is another link */
    size_t size;
    uint8_t bytes[];
};

static struct link *link_of(struct node *node, uint32_t number)
{
    struct world *world = node->world;
    for (unsigned i = 0; i < world->links; i++) {
        struct link *link = &world->link[i];
        unsigned side = link->a == node->number ? 0 : 1;
        if (link->a != node->number && link->b != node->number) continue;
        if (link->up && link->number[side] == number) return link;
    }
    return NULL;
}

static void put_flight(struct world *world, const struct link *link, unsigned to, struct span bytes,
                       uint64_t at_ms)
{
    struct flight *flight = malloc(sizeof *flight + bytes.size);
    assert(flight != NULL);
    flight->at_ms = at_ms;
    flight->link = (unsigned)(link - world->link);
    flight->to = to;
    flight->number = link->number[to == link->a ? 0 : 1];
    flight->size = bytes.size;
    memcpy(flight->bytes, bytes.at, bytes.size);
    struct flight **at = &world->flights;
    while (*at != NULL && (*at)->at_ms <= at_ms) at = &(*at)->next;
    flight->next = *at;
    *at = flight;
}

static uint64_t arrival_ms(struct world *world, struct link *link, unsigned side)
{
    uint64_t at_ms = world->now_ms + world->delay_ms;
    if (world->jitter_ms > 0) at_ms += random_below(&world->random, world->jitter_ms);
    if (random_chance(&world->random, world->disorder)) return at_ms;
    if (at_ms < link->last_ms[side]) at_ms = link->last_ms[side];
    link->last_ms[side] = at_ms;
    return at_ms;
}

/* "Decide, commit, act": nothing leaves while a turn is open, and nothing is said of a log that the
 * store does not hold durably. */
static void check_claims(struct node *node, const struct envelope *envelope)
{
    static struct vv vv;
    static struct ack ack;
    assert(store_memory_turn(node->memory) != TURN_WRITING);
    if (envelope->type == MESSAGE_VV) {
        enum error error = shape_decode(&vv_shape, envelope->body, &vv, NULL);
        assert(error == OK);
    } else if (envelope->type == MESSAGE_ACK) {
        enum error error = shape_decode(&ack_shape, envelope->body, &ack, NULL);
        assert(error == OK);
        vv.logs_count = ack.logs_count;
        memcpy(vv.logs, ack.logs, sizeof vv.logs);
    } else {
        return;
    }
    for (uint32_t i = 0; i < vv.logs_count; i++) {
        struct log_row row;
        struct span value;
        const struct rows *truth = &node->store->truth;
        bool held = truth->port->get(truth->world, TRUTH_LOG, id_span(&vv.logs[i].log), &value) &&
                    shape_decode(&log_row_shape, value, &row, NULL) == OK;
        assert(held && vv.logs[i].idx <= row.last);
    }
}

static void on_send(void *world_of_node, uint32_t number, struct span message)
{
    struct node *node = world_of_node;
    struct world *world = node->world;
    struct envelope envelope;
    enum error error = envelope_decode(message, &envelope);
    assert(error == OK);
    check_claims(node, &envelope);
    struct link *link = link_of(node, number);
    if (link == NULL && world->stray != NULL) world->stray(node, number, message);
    if (link == NULL) return;
    unsigned to = link->a == node->number ? link->b : link->a;
    unsigned side = to == link->a ? 0 : 1;
    world->sent[envelope.type]++;
    world->bytes_sent += message.size;
    if (world->spy != NULL) world->spy(world, node->number, to, &envelope);
    if (world->eat != NULL && world->eat(world, node->number, to, &envelope)) return;
    if (world->cut[node->number][to] || random_chance(&world->random, world->lose)) {
        world->lost++;
        return;
    }
    put_flight(world, link, to, message, arrival_ms(world, link, side));
    if (!random_chance(&world->random, world->dup)) return;
    world->doubled++;
    put_flight(world, link, to, message, arrival_ms(world, link, side));
}

static void fall(struct world *world, struct link *link)
{
    link->up = false;
    link->again_ms = world->now_ms + 500 + random_below(&world->random, 500);
}

static void on_drop(void *world_of_node, uint32_t number, enum error why)
{
    struct node *node = world_of_node;
    struct link *link = link_of(node, number);
    node->drops++;
    node->drop_why = why;
    if (link == NULL) return;
    if (!node->world->deaf_to_drop || link->a == node->number) fall(node->world, link);
}

/* --- the ports ------------------------------------------------------------------------------- */

static bool node_of_key(void *world_of_node, const uint8_t key[KEY_BYTES], struct id *id)
{
    struct node *self = world_of_node;
    assert(store_memory_turn(self->memory) != TURN_NONE);
    for (unsigned i = 0; i < self->world->nodes; i++) {
        struct node *node = &self->world->node[i];
        if (node->revoked || memcmp(node->curve_key, key, KEY_BYTES) != 0) continue;
        *id = node->id;
        return true;
    }
    return false;
}

const uint8_t *world_key_of_writer(const void *world_of_node, const struct id *id)
{
    const struct node *self = world_of_node;
    for (unsigned i = 0; i < self->world->nodes; i++)
        if (!self->world->node[i].unknown && id_equal(&self->world->node[i].id, id))
            return keys_sign_public(self->world->node[i].keys);
    return NULL;
}

static void settle_own(struct node *node)
{
    for (uint32_t i = 0; i < node->logs->count; i++) {
        struct log *log = &node->logs->log[i];
        bool ours = log->row.log_type == LOG_NODE ? id_equal(&log->id, &node->log)
                                                  : id_equal(&log->row.writer_log, &node->log);
        log->own = ours && log->row.quarantined == 0 && log->row.retired == 0;
    }
}

static void on_appended(void *world_of_node, struct log *log)
{
    struct node *node = world_of_node;
    assert(log->grew && log->row.last > log->durable);
    node->appended = true;
    settle_own(node);
}

static void on_regressed(void *world_of_node, const struct id *log, uint64_t idx)
{
    struct node *node = world_of_node;
    (void)log;
    node->regressed++;
    node->regressed_idx = idx;
}

/* --- turns ----------------------------------------------------------------------------------- */

static void load(struct node *node)
{
    enum error error = logs_load(node->logs, node->store, keys_crypto(node->keys));
    assert(error == OK);
    node->logs->mesh = node->world->mesh;
    settle_own(node);
}

void node_begin(struct node *node)
{
    enum error error = node->store->port->begin(node->store->world);
    assert(error == OK);
    node->appended = false;
}

static void begin_read(struct node *node)
{
    enum error error = node->store->port->begin_read(node->store->world);
    assert(error == OK);
}

bool node_end(struct node *node)
{
    enum error error = OK;
    struct store *store = node->store;
    node->turns++;
    if (node->appended || node->peers->ack_put) {
        error = logs_seal(node->logs);
        assert(error == OK);
        logs_flush(node->logs);
        error = store->port->commit(store->world);
        if (error == OK) logs_committed(node->logs);
    } else {
        store->port->abort(store->world);
    }
    begin_read(node);
    if (error != OK) {
        node->aborted++;
        load(node);
        peers_after_abort(node->peers);
    } else {
        peers_after_commit(node->peers, node->world->now_ms, node->world->now_ms);
    }
    unsigned rounds = 0;
    while (peers_pump(node->peers, node->world->now_ms, node->world->now_ms) && rounds < 100)
        rounds++;
    store->port->end_read(store->world);
    settle_own(node);
    return error == OK;
}

struct ahead world_ahead(const struct crypto *crypto, struct span message)
{
    static _Alignas(max_align_t) uint8_t room[8 * MESSAGE_BYTES_MAX];
    assert(ahead_bytes(message) <= sizeof room);
    return ahead_make(crypto, message, room, sizeof room);
}

void node_take(struct node *node, uint32_t link, const uint8_t key[KEY_BYTES], struct span message)
{
    /* Every second message comes with what was worked out ahead, so that both ways are gone all the
     * time. */
    struct ahead ahead = {0};
    if ((node->world->taken++ & 1) != 0) ahead = world_ahead(keys_crypto(node->keys), message);
    node_begin(node);
    peers_take(node->peers, link, key, message, &ahead, node->world->now_ms, node->world->now_ms);
    node_end(node);
}

/* --- entries --------------------------------------------------------------------------------- */

struct log *node_log(struct node *node, const struct id *id)
{
    return logs_find(node->logs, id);
}
struct log *node_own(struct node *node)
{
    return logs_find(node->logs, &node->log);
}

static void append_shape(struct node *node, struct log *log, enum event_kind kind,
                         const struct shape *shape, const void *record)
{
    uint8_t buffer[2048];
    struct span payload;
    enum error error = shape_encode(shape, record, buffer, sizeof buffer, &payload);
    assert(error == OK);
    struct event_header header = {.kind = kind, .kver = 1, .hlc = node->world->now_ms << 16};
    error = log_append(node->logs, log, &header, payload);
    assert(error == OK);
    node->appended = true;
}

void node_append(struct node *node, struct log *log, size_t bytes, const struct dep *deps,
                 unsigned count, unsigned flags)
{
    static uint8_t payload[EVENT_PAYLOAD_BYTES_MAX];
    assert(bytes <= sizeof payload);
    for (size_t i = 0; i < bytes; i++) payload[i] = (uint8_t)random_next(&node->world->random);
    struct event_header header = {.kind = 900,
                                  .kver = 1,
                                  .flags = flags,
                                  .hlc = node->world->now_ms << 16,
                                  .deps_count = count};
    for (unsigned i = 0; i < count; i++) header.deps[i] = deps[i];
    enum error error = log_append(node->logs, log, &header, span_of(payload, bytes));
    assert(error == OK);
    node->appended = true;
}

void node_write(struct node *node, unsigned entries)
{
    node_begin(node);
    for (unsigned i = 0; i < entries; i++) node_append(node, node_own(node), 20, NULL, 0, 0);
    node_end(node);
}

static struct hash key_hash(const struct node *node)
{
    struct hash hash;
    memcpy(hash.bytes, keys_sign_public(node->keys), KEY_BYTES);
    return hash;
}

static struct log *begin_log(struct node *node, const struct id *id, enum log_type type)
{
    struct log_row row = {
        .log_type = type, .writer = node->id, .sign_key = key_hash(node), .writer_log = node->log};
    struct genesis genesis = {
        .log_type = type, .node = node->id, .store = node->boot, .sign_key = row.sign_key};
    if (type != LOG_NODE) {
        genesis.leader = node->id;
        genesis.leader_log = node->log;
        genesis.voters[0].node = node->id;
        genesis.voters_count = 1;
    }
    struct log *log = NULL;
    enum error error = logs_add(node->logs, id, &row, &log);
    assert(error == OK);
    log->own = true;
    append_shape(node, log, EVENT_GENESIS, &genesis_shape, &genesis);
    return log;
}

void node_open_book(struct node *node, const struct id *book)
{
    node_begin(node);
    begin_log(node, book, LOG_BOOK);
    node_end(node);
}

void node_hand_over(struct node *node, const struct id *book, struct node *to)
{
    node_begin(node);
    struct log *log = node_log(node, book);
    struct handover handover = {
        .leader = to->id, .leader_log = to->log, .term = log->row.term + 1, .voters_count = 1};
    handover.voters[0].node = to->id;
    append_shape(node, log, EVENT_HANDOVER, &handover_shape, &handover);
    enum error error = logs_seal(node->logs);
    assert(error == OK);
    log->row.writer = to->id;
    log->row.writer_log = to->log;
    log->row.sign_key = key_hash(to);
    log->row.term++;
    log->own = false;
    log->dirty = true;
    node_end(node);
}

/* --- nodes ----------------------------------------------------------------------------------- */

void node_start(struct node *node)
{
    static const struct id no_mesh;
    node->up = true;
    node->boot = random_id(&node->world->random);
    memset(node->logs, 0, sizeof *node->logs);
    begin_read(node);
    load(node);
    node->store->port->end_read(node->store->world);
    const struct peer_port port = {
        node, on_send, on_drop, node_of_key, world_key_of_writer, on_appended, on_regressed, NULL};
    (void)no_mesh;
    peers_init(node->peers, node->logs, &port, &node->world->mesh, &node->id, &node->boot,
               &node->boot, "test");
}

void node_crash(struct node *node)
{
    struct world *world = node->world;
    store_memory_crash(node->memory);
    node->up = false;
    for (unsigned i = 0; i < world->links; i++)
        if (world->link[i].up &&
            (world->link[i].a == node->number || world->link[i].b == node->number))
            fall(world, &world->link[i]);
}

static void make_node(struct world *world, unsigned number)
{
    struct node *node = &world->node[number];
    uint8_t seed[32];
    for (unsigned i = 0; i < 4; i++) be_put(seed + 8 * i, random_next(&world->random), 8);
    node->world = world;
    node->number = number;
    node->id = random_id(&world->random);
    node->log = random_id(&world->random);
    memcpy(node->curve_key, seed, KEY_BYTES);
    node->keys = keys_of_seed(seed);
    node->memory = store_memory_open();
    node->store = store_memory_port(node->memory);
    node->logs = calloc(1, sizeof *node->logs);
    node->peers = calloc(1, sizeof *node->peers);
    assert(node->logs != NULL && node->peers != NULL);
}

static void first_turn(struct node *node)
{
    node_begin(node);
    begin_log(node, &node->log, LOG_NODE);
    if (node->number == 0) {
        struct log *log = begin_log(node, &node->world->membership, LOG_MEMBERSHIP);
        memcpy(node->world->mesh.bytes, log->row.last_hash.bytes, ID_BYTES);
        node->logs->mesh = node->world->mesh;
    }
    node_end(node);
}

void world_open(struct world *world, uint64_t seed, unsigned nodes)
{
    memset(world, 0, sizeof *world);
    world->random.state = seed;
    world->now_ms = 1000000;
    world->delay_ms = 5;
    world->nodes = nodes;
    world->membership = random_id(&world->random);
    for (unsigned i = 0; i < nodes; i++) make_node(world, i);
    for (unsigned i = 0; i < nodes; i++) {
        node_start(&world->node[i]);
        first_turn(&world->node[i]);
        node_start(&world->node[i]); /* the mesh's name is known now */
    }
}

static void drop_flights(struct world *world)
{
    while (world->flights != NULL) {
        struct flight *flight = world->flights;
        world->flights = flight->next;
        free(flight);
    }
}

void world_close(struct world *world)
{
    drop_flights(world);
    for (unsigned i = 0; i < world->nodes; i++) {
        struct node *node = &world->node[i];
        store_memory_close(node->memory);
        keys_free(node->keys);
        free(node->logs);
        free(node->peers);
    }
}

void world_link(struct world *world, unsigned a, unsigned b)
{
    assert(world->links < sizeof world->link / sizeof world->link[0]);
    world->link[world->links++] = (struct link){.a = a, .b = b};
}

void world_link_all(struct world *world)
{
    for (unsigned a = 0; a < world->nodes; a++)
        for (unsigned b = 0; b < world->nodes; b++)
            if (a != b) world_link(world, a, b);
}

void world_cut(struct world *world, unsigned from, unsigned to, bool cut)
{
    world->cut[from][to] = cut;
}

/* --- time ------------------------------------------------------------------------------------ */

static void tell_down(struct node *node, uint32_t number)
{
    if (node->up) peers_down(node->peers, number);
}

static void tell_up(struct node *node, const struct node *other, uint32_t number, bool dialled)
{
    node_begin(node);
    peers_up(node->peers, number, other->curve_key, dialled, node->world->now_ms);
    node_end(node);
}

static void tend_link(struct world *world, struct link *link)
{
    struct node *a = &world->node[link->a], *b = &world->node[link->b];
    bool open = !world->cut[link->a][link->b] && !world->cut[link->b][link->a];
    if (!link->up) {
        if (link->told[0]) tell_down(a, link->number[0]);
        if (link->told[1]) tell_down(b, link->number[1]);
        link->told[0] = link->told[1] = false;
    }
    if (link->up || !open || !a->up || !b->up || world->now_ms < link->again_ms) return;
    link->number[0] = ++world->next_link;
    link->number[1] = ++world->next_link;
    link->last_ms[0] = link->last_ms[1] = 0;
    link->up = link->told[0] = true;
    tell_up(a, b, link->number[0], true);
}

static bool deliver_one(struct world *world)
{
    struct flight *flight = world->flights;
    if (flight == NULL || flight->at_ms > world->now_ms) return false;
    world->flights = flight->next;
    struct link *link = &world->link[flight->link];
    struct node *to = &world->node[flight->to];
    unsigned side = flight->to == link->a ? 0 : 1;
    unsigned from = side == 0 ? link->b : link->a;
    if (link->up && to->up && link->number[side] == flight->number) {
        if (side == 1 && !link->told[1]) {
            link->told[1] = true;
            tell_up(to, &world->node[from], link->number[1], false);
        }
        if (link->up)
            node_take(to, link->number[side], world->node[from].curve_key,
                      span_of(flight->bytes, flight->size));
    }
    free(flight);
    return true;
}

static void wake(struct node *node)
{
    if (!node->up || peers_wake_ms(node->peers, node->world->now_ms) > node->world->now_ms) return;
    node_begin(node);
    node_end(node);
}

void world_run(struct world *world, uint64_t ms)
{
    uint64_t end_ms = world->now_ms + ms;
    while (world->now_ms < end_ms) {
        for (unsigned i = 0; i < world->links; i++) tend_link(world, &world->link[i]);
        for (unsigned n = 0; n < 2000 && deliver_one(world); n++) {
        }
        for (unsigned i = 0; i < world->nodes; i++) wake(&world->node[i]);
        uint64_t next_ms = world->now_ms + 100;
        if (world->flights != NULL && world->flights->at_ms < next_ms)
            next_ms = world->flights->at_ms;
        world->now_ms = next_ms > world->now_ms ? next_ms : world->now_ms + 1;
    }
}

/* --- judging --------------------------------------------------------------------------------- */

static bool holds_same(struct node *a, struct node *b)
{
    if (a->logs->count != b->logs->count) return false;
    for (uint32_t i = 0; i < a->logs->count; i++) {
        const struct log *ours = &a->logs->log[i];
        const struct log *theirs = logs_find(b->logs, &ours->id);
        if (theirs == NULL || theirs->row.last != ours->row.last) return false;
        if (theirs->row.committed != ours->row.committed) return false;
        if (theirs->row.term != ours->row.term) return false;
        if (memcmp(&theirs->row.last_hash, &ours->row.last_hash, HASH_BYTES) != 0) return false;
    }
    return true;
}

bool world_is_equal(struct world *world)
{
    struct node *first = NULL;
    for (unsigned i = 0; i < world->nodes; i++) {
        if (!world->node[i].up) continue;
        if (first != NULL && !holds_same(first, &world->node[i])) return false;
        first = &world->node[i];
    }
    return true;
}

bool world_settle(struct world *world, uint64_t ms)
{
    for (uint64_t spent = 0; spent < ms; spent += 500) {
        if (world_is_equal(world)) return true;
        world_run(world, 500);
    }
    return world_is_equal(world);
}

static void check_log(struct node *node, const struct log *log)
{
    struct hash prev, hash;
    struct event event;
    struct event_header header;
    event_genesis_prev(keys_crypto(node->keys), &log->id, &prev);
    for (uint64_t idx = 1; idx <= log->row.last; idx++) {
        enum error error = log_read(node->logs, &log->id, idx, &event, &hash);
        if (error == OK) error = event_header_decode(event.header, &header);
        if (error != OK)
            fprintf(stderr, "entry %llu: %s\n", (unsigned long long)idx, error_name(error));
        assert(error == OK);
        assert(memcmp(header.prev.bytes, prev.bytes, HASH_BYTES) == 0);
        for (uint32_t d = 0; d < header.deps_count; d++) {
            const struct log *dep = logs_find(node->logs, &header.deps[d].log);
            assert(dep != NULL && dep->row.last >= header.deps[d].idx);
        }
        prev = hash;
    }
    assert(memcmp(log->row.last_hash.bytes, prev.bytes, HASH_BYTES) == 0);
}

void world_check(struct world *world)
{
    for (unsigned i = 0; i < world->nodes; i++) {
        struct node *node = &world->node[i];
        if (!node->up) continue;
        begin_read(node);
        for (uint32_t l = 0; l < node->logs->count; l++) check_log(node, &node->logs->log[l]);
        node->store->port->end_read(node->store->world);
        for (unsigned p = 0; p < PEERS_MAX; p++) {
            const struct peer *peer = &node->peers->peer[p];
            if (peer->state != PEER_OPEN) continue;
            assert(peer->in_flight <= peer->credit_granted);
            assert(peer->in_flight + peer->credit_left == peer->credit_granted);
        }
    }
}
