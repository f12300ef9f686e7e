/* Links as the mesh shell reports them: every host dials every other; a connection comes up when
 * both ways are open, keeps the order of what it delivers, stalls on a cut and breaks after a
 * while. Messages may be lost, doubled or overtaken inside a connection as well, which ZeroMQ over
 * TCP does not do: the session's sequence numbers must notice. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/faults.h"
#include "sim/wire.h"

#define RECONNECT_US     (2 * SECOND_US)
#define RECONNECT_MAX_US (30 * SECOND_US)
#define BREAK_US         (45 * SECOND_US) /* heartbeats of the transport give up */

struct parcel {
    uint8_t key[KEY_BYTES];
    size_t size;
    uint8_t bytes[];
};

static struct host *other(struct world *world, unsigned from, unsigned to, unsigned end)
{
    return &world->host[end == 0 ? from : to];
}

static bool find(struct host *host, uint32_t link, unsigned *from, unsigned *to, unsigned *end)
{
    struct network *network = &host->world->network;
    for (unsigned i = 0; i < host->world->hosts; i++) {
        struct connection *out = &network->connection[host->number][i];
        struct connection *in = &network->connection[i][host->number];
        bool dialled = out->up && out->link[0] == link, accepted = in->up && in->link[1] == link;
        if (!dialled && !accepted) continue;
        *from = dialled ? host->number : i;
        *to = dialled ? i : host->number;
        *end = dialled ? 0 : 1;
        return true;
    }
    return false;
}

static void tell_link(struct world *world, unsigned from, unsigned to, unsigned end,
                      enum input_kind kind)
{
    struct host *host = other(world, from, to, end), *peer = other(world, from, to, 1 - end);
    struct input input = {.kind = kind};
    input.link.link = world->network.connection[from][to].link[end];
    input.link.dialled = end == 0;
    memcpy(input.link.key, keys_curve_public(peer->keys), KEY_BYTES);
    host_submit(host, &input, NULL);
}

static bool cut_between(const struct network *network, unsigned a, unsigned b)
{
    return network->cut[a][b] || network->cut[b][a];
}

static void connect_event(struct world *world, const struct agenda_event *event);

static void connect_later(struct world *world, unsigned from, unsigned to, uint64_t in_us)
{
    world_after(world, in_us, connect_event, from, to,
                world->network.connection[from][to].generation, NULL);
}

static void break_connection(struct world *world, unsigned from, unsigned to)
{
    struct connection *connection = &world->network.connection[from][to];
    if (!connection->up) return;
    tell_link(world, from, to, 0, INPUT_LINK_DOWN);
    tell_link(world, from, to, 1, INPUT_LINK_DOWN);
    connection->up = false;
    connection->generation++;
    /* As libzmq does: the pause doubles up to half a minute while a link does not live. */
    bool lived = world->now_us - connection->up_us > MINUTE_US;
    connection->pause_us = lived ? RECONNECT_US : connection->pause_us * 2;
    if (connection->pause_us < RECONNECT_US) connection->pause_us = RECONNECT_US;
    if (connection->pause_us > RECONNECT_MAX_US) connection->pause_us = RECONNECT_MAX_US;
    connect_later(world, from, to, connection->pause_us);
}

static void connect_event(struct world *world, const struct agenda_event *event)
{
    unsigned from = (unsigned)event->a, to = (unsigned)event->b;
    struct network *network = &world->network;
    struct connection *connection = &network->connection[from][to];
    if (connection->up || connection->generation != event->c) return;
    if (!world->host[from].up) return; /* dials again when it starts */
    if (!world->host[to].up || cut_between(network, from, to)) {
        connect_later(world, from, to, RECONNECT_US * 5);
        return;
    }
    connection->up = true;
    connection->up_us = world->now_us;
    connection->link[0] = ++network->next_link;
    connection->link[1] = ++network->next_link;
    connection->last_us[0] = connection->last_us[1] = world->now_us;
    world_trace(world, "link up", from, to);
    tell_link(world, from, to, 1, INPUT_LINK_UP);
    tell_link(world, from, to, 0, INPUT_LINK_UP);
}

void network_join(struct world *world, unsigned number)
{
    struct chance *chance = &world->chance[PURPOSE_FAULTS];
    for (unsigned i = 0; i < world->hosts; i++) {
        world->network.delay_us[i][number] = chance_between(chance, 5000, 150000);
        world->network.delay_us[number][i] = chance_between(chance, 5000, 150000);
    }
}

void network_open(struct world *world)
{
    for (unsigned a = 0; a < world->hosts; a++)
        for (unsigned b = 0; b < world->hosts; b++)
            world->network.delay_us[a][b] =
                chance_between(&world->chance[PURPOSE_SETUP], 5000, 150000);
}

void network_host_up(struct host *host)
{
    for (unsigned i = 0; i < host->world->hosts; i++) {
        if (i == host->number) continue;
        connect_later(host->world, host->number, i, 10000 + 1000 * i);
    }
}

void network_host_down(struct host *host)
{
    for (unsigned i = 0; i < host->world->hosts; i++) {
        if (i == host->number) continue;
        break_connection(host->world, host->number, i);
        break_connection(host->world, i, host->number);
    }
}

void network_drop(struct host *host, uint32_t link)
{
    unsigned from, to, end;
    if (find(host, link, &from, &to, &end)) break_connection(host->world, from, to);
}

static void stall_event(struct world *world, const struct agenda_event *event)
{
    unsigned from = (unsigned)event->a, to = (unsigned)event->b;
    struct connection *connection = &world->network.connection[from][to];
    if (connection->up && connection->generation == event->c &&
        cut_between(&world->network, from, to))
        break_connection(world, from, to);
}

void network_set_cut(struct world *world, unsigned from, unsigned to, bool cut)
{
    struct network *network = &world->network;
    if (network->cut[from][to] == cut) return;
    network->cut[from][to] = cut;
    world_trace(world, cut ? "cut" : "heal", from, to);
    if (!cut) return;
    world_after(world, BREAK_US, stall_event, from, to, network->connection[from][to].generation,
                NULL);
    world_after(world, BREAK_US, stall_event, to, from, network->connection[to][from].generation,
                NULL);
}

/* Hosts of odd number have a thread to spare for it, as the mesh's is; the others have not. */
static struct parcel *look_ahead(const struct host *host, struct parcel *parcel,
                                 struct ahead *ahead)
{
    size_t align = _Alignof(max_align_t);
    size_t at = (sizeof *parcel + parcel->size + align - 1) / align * align;
    size_t room = ahead_bytes(span_of(parcel->bytes, parcel->size));
    if (host->number % 2 == 0 || room == 0) return parcel;
    parcel = realloc(parcel, at + room);
    assert(parcel != NULL);
    struct span message = span_of(parcel->bytes, parcel->size);
    *ahead = ahead_make(&host->crypto, message, (uint8_t *)parcel + at, room);
    return parcel;
}

static void deliver_event(struct world *world, const struct agenda_event *event)
{
    struct parcel *parcel = event->parcel;
    unsigned from = (unsigned)(event->a >> 8 & 0xff), to = (unsigned)(event->a & 0xff);
    unsigned end = (unsigned)(event->a >> 16); /* the receiving end */
    struct connection *connection = &world->network.connection[from][to];
    struct host *host = other(world, from, to, end), *sender = other(world, from, to, 1 - end);
    bool reaches = connection->up && connection->generation == event->b;
    if (!reaches || world->network.cut[sender->number][host->number]) {
        free(parcel);
        return;
    }
    struct input input = {.kind = INPUT_MESSAGE};
    parcel = look_ahead(host, parcel, &input.link.ahead);
    input.link.link = connection->link[end];
    input.link.dialled = end == 0;
    memcpy(input.link.key, parcel->key, KEY_BYTES);
    input.link.bytes = span_of(parcel->bytes, parcel->size);
    if (world->on_data != NULL && wire_is_data(parcel->bytes, parcel->size))
        world->on_data(world, host);
    host_submit(host, &input, parcel);
}

void network_send(struct host *host, uint32_t link, struct span message)
{
    struct world *world = host->world;
    struct network *network = &world->network;
    struct chance *chance = &world->chance[PURPOSE_NETWORK];
    unsigned from, to, end;
    if (!find(host, link, &from, &to, &end)) return;
    struct connection *connection = &network->connection[from][to];
    struct host *receiver = other(world, from, to, 1 - end);
    network->messages++;
    network->bytes += message.size;
    if (chance_hit(chance, network->loss_ppm)) {
        fault_count(world, FAULT_LOSS);
        return;
    }
    unsigned copies = chance_hit(chance, network->duplicate_ppm) ? 2 : 1;
    if (copies > 1) fault_count(world, FAULT_DUPLICATE);
    for (unsigned i = 0; i < copies; i++) {
        struct parcel *parcel = malloc(sizeof *parcel + message.size);
        assert(parcel != NULL);
        memcpy(parcel->key, keys_curve_public(host->keys), KEY_BYTES);
        parcel->size = message.size;
        memcpy(parcel->bytes, message.at, message.size);
        parcel->size = wire_change(host, parcel->bytes, parcel->size);
        uint64_t delay = network->delay_us[host->number][receiver->number] + message.size / 4;
        if (chance_hit(chance, network->slow_ppm)) delay += chance_wait_us(chance, 20 * SECOND_US);
        uint64_t at = world->now_us + delay;
        if (chance_hit(chance, network->reorder_ppm)) {
            at += chance_wait_us(chance, MINUTE_US); /* what is sent later may be there before */
            fault_count(world, FAULT_REORDER);
        } else {
            if (at < connection->last_us[end]) at = connection->last_us[end];
            connection->last_us[end] = at;
        }
        world_after(world, at - world->now_us, deliver_event,
                    (uint64_t)(1 - end) << 16 | from << 8 | to, connection->generation, 0, parcel);
    }
}
