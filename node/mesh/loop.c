#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "node/mesh/inner.h"
#include "node/mesh/proof.h"

#define READS_PER_TURN 256
#define IDLE_MS        1000
#define NO_ROOM_MS     2 /* until the port above is asked again */
#define WAITING_MS     5 /* until a socket that took no more is tried again */
#define LAST_WORDS_MS  250
#define POLL_ITEMS_MAX (4 + 2 * MESH_DIALS_MAX)

/* --- orders ------------------------------------------------------------------------------------*/

static void admit(struct mesh *mesh, const struct mesh_member *members, size_t count,
                  uint64_t now_ms)
{
    const struct keyring former = mesh->members;
    mesh->members.count = 0;
    for (size_t i = 0; i < count; i++) {
        /* Another one with our own key is a copy of this node: it is not let in. */
        if (memcmp(members[i].key, mesh->settings.curve_public, KEY_BYTES) == 0) continue;
        if (!keyring_has(&mesh->members, members[i].key))
            keyring_add(&mesh->members, members[i].key);
    }
    for (size_t i = 0; i < MESH_LINKS_MAX; i++) {
        struct link *link = &mesh->links.link[i];
        if (link->number != 0 && !keyring_has(&mesh->members, link->key))
            deliver_drop(mesh, link, now_ms);
    }
    dial_members(mesh, members, count, now_ms);
    bool revoked = false;
    for (size_t i = 0; i < former.count; i++)
        revoked = revoked || !keyring_has(&mesh->members, former.key[i]);
    if (revoked) router_rebind(mesh, now_ms);
    mesh_count(&mesh->counts.memberships);
}

static void drop(struct mesh *mesh, uint32_t number, uint64_t now_ms)
{
    struct link *link = links_by_number(&mesh->links, number);
    if (link != NULL) deliver_drop(mesh, link, now_ms);
}

static void obey(struct mesh *mesh, struct order *order, uint64_t now_ms)
{
    switch (order->kind) {
    case ORDER_SEND: deliver_out(mesh, order->link, &order->message, now_ms); break;
    case ORDER_OVERFLOW:
        mesh_count(&mesh->counts.overflows);
        drop(mesh, order->link, now_ms);
        break;
    case ORDER_DROP: drop(mesh, order->link, now_ms); break;
    case ORDER_MEMBERS: admit(mesh, order->members, order->count, now_ms); break;
    case ORDER_STOP: mesh->stopping = true; break;
    }
}

static void obey_all(struct mesh *mesh, uint64_t now_ms)
{
    struct order *next = queue_take(&mesh->queue);
    while (next != NULL) {
        struct order *order = next;
        next = order->next;
        obey(mesh, order, now_ms);
        order_free(order);
    }
}

/* --- the turn ----------------------------------------------------------------------------------*/

static size_t poll_items(struct mesh *mesh, zmq_pollitem_t *items)
{
    size_t count = 0;
    items[count++] = (zmq_pollitem_t){NULL, mesh->queue.wake, ZMQ_POLLIN, 0};
    if (mesh->zap.socket != NULL)
        items[count++] = (zmq_pollitem_t){mesh->zap.socket, 0, ZMQ_POLLIN, 0};
    if (mesh->router != NULL) {
        items[count++] = (zmq_pollitem_t){mesh->router_monitor, 0, ZMQ_POLLIN, 0};
        if (!mesh->held.any) items[count++] = (zmq_pollitem_t){mesh->router, 0, ZMQ_POLLIN, 0};
    }
    for (size_t i = 0; i < MESH_DIALS_MAX; i++) {
        const struct dial *dial = &mesh->dial[i];
        if (dial->socket == NULL) continue;
        items[count++] = (zmq_pollitem_t){dial->monitor, 0, ZMQ_POLLIN, 0};
        if (!mesh->held.any) items[count++] = (zmq_pollitem_t){dial->socket, 0, ZMQ_POLLIN, 0};
    }
    return count;
}

/* Whether the port above has still to be told of something. */
static bool is_unsettled(const struct mesh *mesh)
{
    for (size_t i = 0; i < MESH_LINKS_MAX; i++) {
        const struct link *link = &mesh->links.link[i];
        if (link->number != 0 && (link->gone || !link->told)) return true;
    }
    return mesh->held.any;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static long poll_ms(struct mesh *mesh, bool waiting, uint64_t now_ms)
{
    uint64_t wake_ms = now_ms + IDLE_MS;
    if (is_unsettled(mesh)) wake_ms = now_ms + NO_ROOM_MS;
    if (waiting) wake_ms = least(wake_ms, now_ms + WAITING_MS);
    if (mesh->router == NULL && mesh->bind[0] != '\0') wake_ms = least(wake_ms, mesh->rebind_ms);
    wake_ms = least(wake_ms, dial_wake_ms(mesh));
    return wake_ms > now_ms ? (long)(wake_ms - now_ms) : 0;
}

static void events(struct mesh *mesh, uint64_t now_ms)
{
    zap_serve(&mesh->zap);
    atomic_store(&mesh->counts.admitted, mesh->zap.admitted);
    atomic_store(&mesh->counts.refused, mesh->zap.refused);
    router_events(mesh, now_ms);
    for (size_t i = 0; i < MESH_DIALS_MAX; i++) dial_events(mesh, &mesh->dial[i], now_ms);
}

static void read_some(struct mesh *mesh)
{
    for (int reads = 0; reads < READS_PER_TURN && !mesh->held.any; reads++) {
        bool any = router_read(mesh);
        for (size_t i = 0; i < MESH_DIALS_MAX; i++) any = dial_read(mesh, &mesh->dial[i]) || any;
        if (!any) return;
    }
}

/* Connections that ended are known before anything is sent, and links that came up are told of
 * before their messages. */
static void turn(struct mesh *mesh, bool waiting)
{
    zmq_pollitem_t items[POLL_ITEMS_MAX];
    size_t count = poll_items(mesh, items);
    (void)zmq_poll(items, (int)count, poll_ms(mesh, waiting, socket_clock_ms()));
    const uint64_t now_ms = socket_clock_ms();
    events(mesh, now_ms);
    obey_all(mesh, now_ms);
    deliver_settle(mesh);
    read_some(mesh);
    deliver_settle(mesh);
    router_retry(mesh, now_ms);
    dial_tend(mesh, now_ms);
}

/* --- beginning and end -------------------------------------------------------------------------*/

static enum error fail(struct mesh *mesh, const char *what)
{
    enum error error = socket_error(errno);
    const char *why = errno == ENODEV ? "neither an address nor an interface of this machine"
                                      : zmq_strerror(errno);
    snprintf(mesh->begun.why, MESH_WHY_BYTES, "the mesh: %.120s: %.60s", what, why);
    return error;
}

/* ZAP first, then the proof, and only then the port (DESIGN §4). */
static enum error begin(struct mesh *mesh)
{
    mesh->spare_fd = fcntl(mesh->queue.wake, F_DUPFD_CLOEXEC, 0);
    if (mesh->spare_fd < 0) return fail(mesh, "no descriptor");
    mesh->context = zmq_ctx_new();
    if (mesh->context == NULL) return fail(mesh, "no ZeroMQ context");
    if (!(mesh->faults & MESH_FAULT_NO_ZAP) &&
        zap_open(&mesh->zap, mesh->context, &mesh->members) != 0)
        return fail(mesh, "the ZAP handler");
    mesh->zap.admits_all = (mesh->faults & MESH_FAULT_ADMITS_ALL) != 0;
    enum error error =
        proof_run(mesh->context, &mesh->zap, &mesh->settings, mesh->proof_ms, mesh->begun.why);
    if (error != OK) return error;
    mesh->zap.admitted = mesh->zap.refused = 0;
    if (mesh->bind[0] != '\0' && router_open(mesh) != 0) return fail(mesh, mesh->bind);
    return OK;
}

static void last_words(struct mesh *mesh)
{
    const uint64_t until_ms = socket_clock_ms() + MESH_STOP_MS;
    while (deliver_waiting(mesh, socket_clock_ms()) && socket_clock_ms() < until_ms)
        (void)zmq_poll(NULL, 0, WAITING_MS);
}

static void end(struct mesh *mesh)
{
    for (size_t i = 0; i < MESH_DIALS_MAX; i++) dial_close(mesh, &mesh->dial[i], LAST_WORDS_MS);
    router_close(mesh, LAST_WORDS_MS);
    zap_close(&mesh->zap);
    if (mesh->held.any) zmq_msg_close(&mesh->held.message);
    links_free(&mesh->links);
    if (mesh->spare_fd >= 0) close(mesh->spare_fd);
    if (mesh->context != NULL)
        while (zmq_ctx_term(mesh->context) != 0 && errno == EINTR) continue;
}

static void report(struct mesh *mesh, enum error error)
{
    pthread_mutex_lock(&mesh->begun.mutex);
    mesh->begun.error = error;
    mesh->begun.ready = true;
    pthread_cond_signal(&mesh->begun.changed);
    pthread_mutex_unlock(&mesh->begun.mutex);
}

void *mesh_thread(void *world)
{
    struct mesh *mesh = world;
    bool waiting = false;
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL); /* signals are for the main thread */
    links_init(&mesh->links);
    enum error error = begin(mesh);
    report(mesh, error);
    while (error == OK && !mesh->stopping) {
        turn(mesh, waiting);
        waiting = deliver_waiting(mesh, socket_clock_ms());
    }
    if (error == OK) last_words(mesh);
    end(mesh);
    return NULL;
}
