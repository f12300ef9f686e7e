#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "node/keys.h"
#include "node/mesh/inner.h"

#define REBIND_PAUSE_MS 10
#define UNBOUND_SAID_MS 5000

/* libzmq numbers its connections with rand(), and aborts the process when a peer has claimed the
 * number that comes next. Unseeded, that number is the same in every process. */
static void hide_next_routing_id(void)
{
    unsigned seed;
    random_bytes(&seed, sizeof seed);
    srand(seed);
}

static int bind_at(struct mesh *mesh, const char *address)
{
    size_t size = sizeof mesh->endpoint;
    mesh->router_monitor = monitor_open(mesh->context, mesh->router);
    if (mesh->router_monitor == NULL || socket_bind(mesh->router, address) != 0) return -1;
    /* Written before mesh_start returns and never again: others read it. */
    if (mesh->endpoint[0] != '\0') return 0;
    return zmq_getsockopt(mesh->router, ZMQ_LAST_ENDPOINT, mesh->endpoint, &size);
}

int router_open(struct mesh *mesh)
{
    char address[MESH_ENDPOINT_BYTES];
    /* The second time it must be the port that the kernel chose the first time. */
    snprintf(address, sizeof address, "%s",
             mesh->endpoint[0] != '\0' ? mesh->endpoint : mesh->bind);
    hide_next_routing_id();
    mesh->router = socket_server(mesh->context, &mesh->settings);
    if (mesh->router == NULL) return -1;
    if (bind_at(mesh, address) == 0) return 0;
    int code = errno;
    router_close(mesh, 0);
    errno = code;
    return -1;
}

void router_close(struct mesh *mesh, int linger_ms)
{
    for (size_t i = 0; i < MESH_LINKS_MAX; i++) {
        struct link *link = &mesh->links.link[i];
        if (link->number != 0 && link->dial == DIAL_NONE) link_end(&mesh->links, link);
    }
    links_forget_dead(&mesh->links);
    if (mesh->router_monitor != NULL) monitor_close(mesh->router_monitor, mesh->router);
    socket_close(mesh->router, linger_ms);
    mesh->router = mesh->router_monitor = NULL;
}

void router_rebind(struct mesh *mesh, uint64_t now_ms)
{
    if (mesh->bind[0] == '\0') return;
    if (mesh->router != NULL) {
        mesh_count(&mesh->counts.rebinds);
        mesh->unbound_ms = now_ms;
    }
    router_close(mesh, 0);
    mesh->rebind_ms = now_ms;
}

void router_retry(struct mesh *mesh, uint64_t now_ms)
{
    if (mesh->router != NULL || mesh->bind[0] == '\0' || now_ms < mesh->rebind_ms) return;
    if (router_open(mesh) == 0) return;
    /* libzmq lets the old port go a moment later, on a thread of its own. */
    mesh->rebind_ms = now_ms + REBIND_PAUSE_MS;
    if (mesh->unbound_ms == 0 || now_ms - mesh->unbound_ms < UNBOUND_SAID_MS) return;
    mesh->unbound_ms = 0;
    mesh_note(mesh, socket_error(errno), "the mesh's port cannot be bound again; it is tried on");
}

/* --- connections -------------------------------------------------------------------------------*/

/* The far end of a connection, if fd is a connection to our own port. */
static socklen_t far_end(const struct mesh *mesh, int fd, struct sockaddr_storage *peer)
{
    struct sockaddr_storage near = {0};
    socklen_t near_size = sizeof near, size = sizeof *peer;
    const char *port = strrchr(mesh->endpoint, ':');
    memset(peer, 0, sizeof *peer);
    if (fd < 0 || port == NULL || getsockname(fd, (struct sockaddr *)&near, &near_size) != 0)
        return 0;
    if (near.ss_family != AF_INET && near.ss_family != AF_INET6) return 0;
    in_port_t bound = near.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&near)->sin6_port
                                                 : ((struct sockaddr_in *)&near)->sin_port;
    if (ntohs(bound) != strtoul(port + 1, NULL, 10)) return 0;
    return getpeername(fd, (struct sockaddr *)peer, &size) == 0 ? size : 0;
}

/* libzmq cannot break one connection of a ROUTER. So the connection itself is shut down, by a
 * descriptor of our own and only if it is still the one that bore the link: libzmq may have closed
 * its own, and the number may mean something else by now. That descriptor is kept at hand, since
 * there may be no other when too many connections are the trouble. */
bool router_cut(struct mesh *mesh, const struct link *link)
{
    struct sockaddr_storage peer;
    if (link->fd < 0 || link->peer_size == 0) return false;
    if (dup3(link->fd, mesh->spare_fd, O_CLOEXEC) < 0) return false;
    const bool same = far_end(mesh, mesh->spare_fd, &peer) == link->peer_size &&
                      memcmp(&peer, &link->peer, link->peer_size) == 0;
    if (same) (void)shutdown(mesh->spare_fd, SHUT_RDWR);
    (void)dup3(mesh->queue.wake, mesh->spare_fd, O_CLOEXEC);
    return same;
}

static void cut_silent(struct mesh *mesh, const struct silent *silent)
{
    struct link nobody = {.fd = silent->fd, .peer = silent->peer, .peer_size = silent->peer_size};
    if (router_cut(mesh, &nobody)) mesh_count(&mesh->counts.crowded);
}

/* Whoever reaches the port may open connections and say nothing: libzmq keeps each until its
 * handshake is overdue, and their descriptors are wanted for other things. */
static void opened(struct mesh *mesh, int fd)
{
    struct silent silent = {.fd = fd}, eldest;
    links_fd_opened(&mesh->links, fd);
    links_forget_silent(&mesh->links, fd); /* the number serves again */
    silent.peer_size = far_end(mesh, fd, &silent.peer);
    if (silent.peer_size == 0) return; /* it is gone already */
    if (!links_add_silent(&mesh->links, &silent, &eldest)) cut_silent(mesh, &eldest);
}

void router_events(struct mesh *mesh, uint64_t now_ms)
{
    struct monitor_event event;
    while (mesh->router_monitor != NULL && monitor_next(mesh->router_monitor, &event)) {
        if (event.event == ZMQ_EVENT_ACCEPTED) opened(mesh, event.value);
        if (event.event != ZMQ_EVENT_DISCONNECTED) continue;
        struct link *link = links_by_fd(&mesh->links, event.value);
        if (link != NULL) link_hang_up(&mesh->links, link, now_ms);
        links_forget_silent(&mesh->links, event.value);
        links_fd_ended(&mesh->links, event.value);
    }
}

/* --- reading -----------------------------------------------------------------------------------*/

struct arrival {
    uint8_t routing[ROUTING_BYTES];
    uint8_t key[KEY_BYTES];
    int fd;
    bool sound; /* two parts, an id of our own minting, and a key */
};

/* Reads all parts of one message; the body is left in *body. */
static bool arrival_read(void *router, struct arrival *arrival, zmq_msg_t *body)
{
    zmq_msg_t routing;
    zmq_msg_init(&routing);
    if (zmq_msg_recv(&routing, router, ZMQ_DONTWAIT) < 0) {
        zmq_msg_close(&routing);
        return false;
    }
    const uint8_t *id = zmq_msg_data(&routing);
    arrival->sound = zmq_msg_size(&routing) == ROUTING_BYTES && id[0] == 0;
    if (arrival->sound) memcpy(arrival->routing, id, ROUTING_BYTES);
    zmq_msg_close(&routing);
    (void)zmq_msg_recv(body, router, ZMQ_DONTWAIT);
    arrival->fd = zmq_msg_get(body, ZMQ_SRCFD);
    /* In 4.3.4 the first part does not bear the user id; the second does. */
    if (!user_id_parse(zmq_msg_gets(body, "User-Id"), arrival->key)) arrival->sound = false;
    while (zmq_msg_more(body)) {
        arrival->sound = false;
        if (zmq_msg_recv(body, router, ZMQ_DONTWAIT) < 0) break;
    }
    return true;
}

/* Puts a message aside and breaks the connection it came by. */
static void turn_away(struct mesh *mesh, int fd, atomic_uint_least64_t *count)
{
    struct link nobody = {.fd = fd};
    mesh_count(count);
    nobody.peer_size = far_end(mesh, fd, &nobody.peer);
    (void)router_cut(mesh, &nobody);
}

/* The link of an arrival, made if this is its first word. NULL: the message is put aside. */
static struct link *link_of(struct mesh *mesh, const struct arrival *arrival)
{
    struct links *links = &mesh->links;
    struct link *link = links_by_routing(links, arrival->routing);
    /* Who speaks is told by the key, with every message; the routing id only says where from. */
    if (link != NULL && memcmp(link->key, arrival->key, KEY_BYTES) == 0) return link;
    if (link != NULL) link_end(links, link);
    if (links_is_dead(links, arrival->routing, arrival->fd)) {
        mesh_count(&mesh->counts.stale);
        return NULL;
    }
    struct link *older = arrival->fd < 0 ? NULL : links_by_fd(links, arrival->fd);
    if (older != NULL)
        link_end(links, older); /* its connection is gone: the descriptor serves again */
    link = links_add(links, DIAL_NONE, arrival->routing, arrival->key, arrival->fd);
    if (link == NULL) {
        turn_away(mesh, arrival->fd, &mesh->counts.overflows);
        return NULL;
    }
    link->peer_size = far_end(mesh, arrival->fd, &link->peer);
    links_forget_silent(links, arrival->fd);
    return link;
}

/* Judges a message that was read; false: it is held. */
static bool take(struct mesh *mesh, const struct arrival *arrival, zmq_msg_t *body)
{
    /* What libzmq reported before this message must be known before it is judged. */
    router_events(mesh, socket_clock_ms());
    struct link *link = NULL;
    if (!arrival->sound)
        turn_away(mesh, arrival->fd, &mesh->counts.imposed);
    else if (!keyring_has(&mesh->members, arrival->key))
        turn_away(mesh, arrival->fd, &mesh->counts.outsiders);
    else
        link = link_of(mesh, arrival);
    return link == NULL || deliver(mesh, link, body);
}

bool router_read(struct mesh *mesh)
{
    struct arrival arrival = {0};
    zmq_msg_t body;
    if (mesh->router == NULL || mesh->held.any) return false;
    zmq_msg_init(&body);
    bool there = arrival_read(mesh->router, &arrival, &body);
    links_end_hung_up(&mesh->links, DIAL_NONE, !there, socket_clock_ms());
    bool taken = there && take(mesh, &arrival, &body);
    zmq_msg_close(&body);
    return taken;
}
