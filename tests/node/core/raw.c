#include "tests/node/core/raw.h"

#include <assert.h>

#define RAWS_MAX 64
static struct raw *raws[RAWS_MAX]; /* by link, which the tests number from 900 on */

static void on_stray(struct node *node, uint32_t link, struct span message)
{
    struct raw *raw = link >= 900 && link < 900 + RAWS_MAX ? raws[link - 900] : NULL;
    struct envelope envelope;
    if (raw == NULL || raw->node != node) return;
    enum error error = envelope_decode(message, &envelope);
    assert(error == OK && envelope.type < 16);
    uint64_t type = envelope.type;
    raw->heard[type]++;
    assert(envelope.body.size <= sizeof raw->bytes[0] || type == MESSAGE_DATA);
    size_t size =
        envelope.body.size < sizeof raw->bytes[0] ? envelope.body.size : sizeof raw->bytes[0];
    memcpy(raw->bytes[type], envelope.body.at, size);
    raw->last[type] = envelope;
    raw->last[type].body = span_of(raw->bytes[type], size);
    if (type == MESSAGE_HELLO)
        error = shape_decode(&hello_shape, raw->last[type].body, &raw->hello, NULL);
    if (type == MESSAGE_BYE)
        error = shape_decode(&bye_shape, raw->last[type].body, &raw->bye, NULL);
    if (type == MESSAGE_FETCH)
        error = shape_decode(&fetch_shape, raw->last[type].body, &raw->fetch, NULL);
    assert(error == OK);
}

void raw_begin(struct raw *raw, struct node *node, const struct node *as, uint32_t link)
{
    assert(link >= 900 && link < 900 + RAWS_MAX);
    memset(raw, 0, sizeof *raw);
    raw->node = node;
    raw->link = link;
    raw->id = as->id;
    raw->session = 1;
    memset(raw->boot.bytes, 0x77, ID_BYTES);
    memcpy(raw->key, as->curve_key, KEY_BYTES);
    raws[link - 900] = raw;
    node->world->stray = on_stray;
}

void raw_hello(struct raw *raw, struct hello *hello)
{
    *hello = (struct hello){.mesh = raw->node->world->mesh,
                            .node = raw->id,
                            .store = raw->id,
                            .boot = raw->boot,
                            .credit_bytes = PEER_CREDIT_BYTES};
}

void raw_put(struct raw *raw, const struct envelope *envelope)
{
    static uint8_t buffer[RAW_BYTES_MAX];
    struct span message;
    struct writer w = writer_over(buffer, sizeof buffer);
    writer_array(&w, 5);
    writer_uint(&w, envelope->version);
    writer_uint(&w, envelope->type);
    writer_uint(&w, envelope->session);
    writer_uint(&w, envelope->seq);
    writer_raw(&w, envelope->body);
    enum error error = writer_end(&w, &message);
    assert(error == OK);
    struct ahead ahead = world_ahead(keys_crypto(raw->node->keys), message);
    peers_take(raw->node->peers, raw->link, raw->key, message, &ahead, raw->node->world->now_ms,
               raw->node->world->now_ms);
}

void raw_send(struct raw *raw, const struct envelope *envelope)
{
    node_begin(raw->node);
    raw_put(raw, envelope);
    node_end(raw->node);
}

void raw_say_body(struct raw *raw, uint64_t type, struct span body)
{
    struct envelope envelope = {MESSAGE_VERSION, type, raw->session, ++raw->seq, body};
    raw_send(raw, &envelope);
}

void raw_say(struct raw *raw, enum message_type type, const struct shape *shape, const void *body)
{
    static uint8_t buffer[RAW_BYTES_MAX];
    struct span bytes;
    enum error error = shape_encode(shape, body, buffer, sizeof buffer, &bytes);
    assert(error == OK);
    if (type == MESSAGE_HELLO) {
        struct envelope envelope = {MESSAGE_VERSION, type, raw->session, 0, bytes};
        raw->seq = 0;
        raw_send(raw, &envelope);
    } else {
        raw_say_body(raw, type, bytes);
    }
}

void raw_vector(struct raw *raw, unsigned full, const struct log_at *at, unsigned count)
{
    static struct vv vv;
    vv.full = full;
    vv.logs_count = count;
    for (unsigned i = 0; i < count; i++) vv.logs[i] = at[i];
    raw_say(raw, MESSAGE_VV, &vv_shape, &vv);
}

void raw_dialled(struct raw *raw)
{
    node_begin(raw->node);
    peers_up(raw->node->peers, raw->link, raw->key, true, raw->node->world->now_ms);
    node_end(raw->node);
}

void raw_answer(struct raw *raw)
{
    struct hello hello;
    raw_hello(raw, &hello);
    hello.answer = 1;
    raw->session = raw->last[MESSAGE_HELLO].session;
    raw_say(raw, MESSAGE_HELLO, &hello_shape, &hello);
}

void raw_open(struct raw *raw)
{
    struct hello hello;
    raw_hello(raw, &hello);
    raw_say(raw, MESSAGE_HELLO, &hello_shape, &hello);
    raw_vector(raw, 1, NULL, 0);
    assert(raw_is_open(raw));
}

bool raw_is_open(const struct raw *raw)
{
    for (unsigned i = 0; i < PEERS_MAX; i++) {
        const struct peer *peer = &raw->node->peers->peer[i];
        if (peer->state == PEER_OPEN && peer->link == raw->link) return true;
    }
    return false;
}

void raw_give_membership(struct raw *raw)
{
    static uint8_t buffer[MESSAGE_BYTES_MAX];
    struct world *world = raw->node->world;
    struct node *founder = &world->node[0];
    struct span body;
    enum error error = founder->store->port->begin_read(founder->store->world);
    if (error == OK)
        error = log_build_data(founder->logs, node_log(founder, &world->membership), 1, 1, buffer,
                               sizeof buffer, &body);
    assert(error == OK);
    founder->store->port->end_read(founder->store->world);
    raw_say_body(raw, MESSAGE_DATA, body);
    assert(node_log(raw->node, &world->membership) != NULL);
}
