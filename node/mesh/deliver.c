#include <errno.h>

#include "node/mesh/inner.h"

/* --- in ----------------------------------------------------------------------------------------*/

/* Tells of the link first, then of its message. false: no room above. */
static bool hand_over(struct mesh *mesh, struct link *link, zmq_msg_t *message)
{
    const struct mesh_port *port = &mesh->port;
    if (!link->told) {
        if (!port->up(port->world, link->number, link->key, link->dial != DIAL_NONE)) return false;
        link->told = true;
        mesh_count(&mesh->counts.ups);
    }
    if (message == NULL) return true;
    const struct span bytes = span_of(zmq_msg_data(message), zmq_msg_size(message));
    if (!port->message(port->world, link->number, link->key, bytes)) return false;
    mesh_count(&mesh->counts.received);
    return true;
}

bool deliver(struct mesh *mesh, struct link *link, zmq_msg_t *message)
{
    if (hand_over(mesh, link, message)) return true;
    mesh_count(&mesh->counts.held);
    mesh->held.any = true;
    mesh->held.link = link->number;
    zmq_msg_init(&mesh->held.message);
    zmq_msg_move(&mesh->held.message, message);
    return false;
}

static struct link *link_of_held(struct mesh *mesh)
{
    for (size_t i = 0; i < MESH_LINKS_MAX; i++)
        if (mesh->links.link[i].number == mesh->held.link) return &mesh->links.link[i];
    return NULL;
}

/* A message that came before its connection ended is still a message; one of a link that we ended
 * ourselves is not. */
static void settle_held(struct mesh *mesh)
{
    if (!mesh->held.any) return;
    struct link *link = link_of_held(mesh);
    if (link != NULL && !link->silent && !hand_over(mesh, link, &mesh->held.message)) return;
    zmq_msg_close(&mesh->held.message);
    mesh->held.any = false;
}

static void settle_link(struct mesh *mesh, struct link *link)
{
    const struct mesh_port *port = &mesh->port;
    if (mesh->held.any && mesh->held.link == link->number) return;
    if (!link->gone) {
        if (!link->told) (void)hand_over(mesh, link, NULL);
        return;
    }
    if (link->told) {
        if (!port->down(port->world, link->number, link->key)) return;
        mesh_count(&mesh->counts.downs);
    }
    link_free(link);
}

void deliver_settle(struct mesh *mesh)
{
    settle_held(mesh);
    for (size_t i = 0; i < MESH_LINKS_MAX; i++)
        if (mesh->links.link[i].number != 0) settle_link(mesh, &mesh->links.link[i]);
}

/* --- out ---------------------------------------------------------------------------------------*/

/* 0, or -1 and errno: EAGAIN: the socket takes no more now; EHOSTUNREACH: nobody is there. */
static int give(struct mesh *mesh, struct link *link, zmq_msg_t *message)
{
    void *socket = mesh->router;
    if (link->dial != DIAL_NONE)
        socket = mesh->dial[link->dial].socket;
    else if (zmq_send(socket, link->routing, ROUTING_BYTES, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
        return -1;
    if (zmq_msg_send(message, socket, ZMQ_DONTWAIT) < 0) return -1;
    mesh_count(&mesh->counts.sent);
    return 0;
}

void deliver_drop(struct mesh *mesh, struct link *link, uint64_t now_ms)
{
    if (link->gone) return;
    link->silent = true;
    link_end(&mesh->links, link);
    if (link->dial == DIAL_NONE)
        (void)router_cut(mesh, link);
    else
        dial_again_later(mesh, &mesh->dial[link->dial], now_ms);
}

static void undeliverable(struct mesh *mesh, struct link *link, atomic_uint_least64_t *count,
                          uint64_t now_ms)
{
    mesh_count(count);
    deliver_drop(mesh, link, now_ms);
}

void deliver_out(struct mesh *mesh, uint32_t number, zmq_msg_t *message, uint64_t now_ms)
{
    struct link *link = links_by_number(&mesh->links, number);
    if (link == NULL) return; /* it ended, and the sender knows or is told */
    if (link_kept(link) == NULL && give(mesh, link, message) == 0) return;
    if (link_kept(link) == NULL && errno != EAGAIN)
        undeliverable(mesh, link, &mesh->counts.unroutable, now_ms);
    else if (!link_keep(link, message))
        undeliverable(mesh, link, &mesh->counts.overflows, now_ms);
}

/* Gives what waits for one link, as far as its socket takes it. */
static void give_kept(struct mesh *mesh, struct link *link, uint64_t now_ms)
{
    while (link_kept(link) != NULL) {
        if (give(mesh, link, link_kept(link)) == 0) {
            link_kept_sent(link);
            link->stalled_ms = 0;
            continue;
        }
        if (errno != EAGAIN) {
            undeliverable(mesh, link, &mesh->counts.unroutable, now_ms);
            return;
        }
        if (link->stalled_ms == 0) link->stalled_ms = now_ms;
        if (now_ms - link->stalled_ms > MESH_STALL_MS)
            undeliverable(mesh, link, &mesh->counts.overflows, now_ms);
        return;
    }
}

bool deliver_waiting(struct mesh *mesh, uint64_t now_ms)
{
    bool waits = false;
    for (size_t i = 0; i < MESH_LINKS_MAX; i++) {
        struct link *link = &mesh->links.link[i];
        if (link->number == 0 || link->gone) continue;
        if (link_kept(link) != NULL) give_kept(mesh, link, now_ms);
        waits = waits || link_kept(link) != NULL;
    }
    return waits;
}
