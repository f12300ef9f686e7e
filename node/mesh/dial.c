#include <errno.h>
#include <stdio.h>

#include "node/mesh/inner.h"

/* A link that lived so long was a good one: the next pause is short again. */
#define GOOD_LINK_MS 10000

static bool same_member(const struct mesh_member *a, const struct mesh_member *b)
{
    return memcmp(a->key, b->key, KEY_BYTES) == 0 && strcmp(a->address, b->address) == 0;
}

static bool is_named(const struct dial *dial, const struct mesh_member *members, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (same_member(&dial->member, &members[i])) return true;
    return false;
}

/* The member is to be dialled, but elsewhere. */
static bool has_moved(const struct dial *dial, const struct mesh_member *members, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (memcmp(dial->member.key, members[i].key, KEY_BYTES) == 0 &&
            members[i].address[0] != '\0')
            return true;
    return false;
}

static struct dial *find(struct mesh *mesh, const struct mesh_member *member)
{
    for (size_t i = 0; i < MESH_DIALS_MAX; i++)
        if (mesh->dial[i].used && same_member(&mesh->dial[i].member, member)) return &mesh->dial[i];
    return NULL;
}

static struct dial *find_room(struct mesh *mesh)
{
    for (size_t i = 0; i < MESH_DIALS_MAX; i++)
        if (!mesh->dial[i].used) return &mesh->dial[i];
    return NULL;
}

static uint32_t place_of(const struct mesh *mesh, const struct dial *dial)
{
    return (uint32_t)(dial - mesh->dial);
}

static bool is_up(struct mesh *mesh, const struct dial *dial)
{
    return dial->used && links_by_dial(&mesh->links, place_of(mesh, dial)) != NULL;
}

static bool has_enough(const struct mesh *mesh)
{
    return links_live(&mesh->links) >= mesh->links_enough;
}

/* A connection is there that serves this member, one that it opened or a dial to another address.
 */
static bool is_linked(struct mesh *mesh, const struct dial *dial)
{
    if (links_accepted_from(&mesh->links, dial->member.key)) return true;
    for (size_t i = 0; i < MESH_DIALS_MAX; i++) {
        const struct dial *other = &mesh->dial[i];
        if (other == dial || memcmp(other->member.key, dial->member.key, KEY_BYTES) != 0) continue;
        if (is_up(mesh, other)) return true;
    }
    return false;
}

/* Or there are enough of them to hear of everything by relay. */
static bool is_served(struct mesh *mesh, const struct dial *dial)
{
    return is_linked(mesh, dial) || (has_enough(mesh) && !dial->looks);
}

/* A node that reads the membership from its beginning meets addresses of long ago. What connects it
 * with a member now is kept, or it would never read on to the present one. */
static void leave_former(struct mesh *mesh, const struct mesh_member *members, size_t count)
{
    for (size_t i = 0; i < MESH_DIALS_MAX; i++) {
        struct dial *dial = &mesh->dial[i];
        if (!dial->used) continue;
        dial->former = !is_named(dial, members, count);
        if (!dial->former) continue;
        if (has_moved(dial, members, count) && is_up(mesh, dial)) continue;
        dial_close(mesh, dial, 0);
        dial->used = false;
    }
}

void dial_members(struct mesh *mesh, const struct mesh_member *members, size_t count,
                  uint64_t now_ms)
{
    leave_former(mesh, members, count);
    for (size_t i = 0; i < count; i++) {
        const struct mesh_member *member = &members[i];
        if (member->address[0] == '\0' || !keyring_has(&mesh->members, member->key)) continue;
        if (find(mesh, member) != NULL) continue;
        struct dial *dial = find_room(mesh);
        if (dial == NULL) {
            mesh_note(mesh, ERROR_FULL, "more members have addresses than can be dialled");
            return;
        }
        *dial = (struct dial){.used = true,
                              .member = *member,
                              .fd = -1,
                              .due_ms = now_ms,
                              .pause_ms = mesh->settings.reconnect_ms};
    }
}

void dial_close(struct mesh *mesh, struct dial *dial, int linger_ms)
{
    struct link *link = links_by_dial(&mesh->links, place_of(mesh, dial));
    if (link != NULL) link_end(&mesh->links, link);
    if (dial->monitor != NULL) monitor_close(dial->monitor, dial->socket);
    socket_close(dial->socket, linger_ms);
    question_free(dial->question);
    dial->question = NULL;
    dial->socket = dial->monitor = NULL;
    dial->fd = -1;
    dial->over = dial->looks = false;
}

static bool dial_open(struct mesh *mesh, struct dial *dial, const char *address)
{
    dial->socket = socket_client(mesh->context, &mesh->settings, dial->member.key);
    if (dial->socket == NULL) return false;
    dial->monitor = monitor_open(mesh->context, dial->socket);
    if (dial->monitor != NULL && socket_connect(dial->socket, address) == 0) {
        mesh_count(&mesh->counts.dials);
        return true;
    }
    int code = errno;
    dial_close(mesh, dial, 0);
    errno = code;
    return false;
}

void dial_again_later(struct mesh *mesh, struct dial *dial, uint64_t now_ms)
{
    if (dial->up_ms != 0 && now_ms - dial->up_ms >= GOOD_LINK_MS)
        dial->pause_ms = mesh->settings.reconnect_ms;
    if (dial->up_ms == 0) dial->turn++;
    dial_close(mesh, dial, 0);
    dial->up_ms = 0;
    dial->due_ms = now_ms + dial->pause_ms;
    dial->pause_ms = dial->pause_ms < mesh->settings.reconnect_max_ms / 2
                         ? 2 * dial->pause_ms
                         : mesh->settings.reconnect_max_ms;
}

static void cannot_dial(struct mesh *mesh, struct dial *dial, enum error error, uint64_t now_ms)
{
    char what[ADDRESS_BYTES_MAX + 40];
    snprintf(what, sizeof what, "cannot dial %s", dial->member.address);
    if (!dial->said) mesh_note(mesh, error, what);
    dial->said = true;
    dial->looks = false;
    dial->due_ms = now_ms + mesh->settings.reconnect_max_ms;
}

/* A name is asked for before each try, and each try takes the next of its addresses. */
static void open_named(struct mesh *mesh, struct dial *dial, uint64_t now_ms)
{
    char address[MESH_ENDPOINT_BYTES];
    if (dial->question == NULL)
        dial->question = question_ask(dial->member.address, mesh->queue.wake);
    if (dial->question == NULL) {
        cannot_dial(mesh, dial, ERROR_FULL, now_ms);
        return;
    }
    if (!question_is_answered(dial->question)) return;
    bool found = question_answer(dial->question, dial->turn, address);
    question_free(dial->question);
    dial->question = NULL;
    if (!found)
        cannot_dial(mesh, dial, ERROR_UNREACHABLE, now_ms);
    else if (!dial_open(mesh, dial, address))
        cannot_dial(mesh, dial, socket_error(errno), now_ms);
}

static void open_due(struct mesh *mesh, struct dial *dial, uint64_t now_ms)
{
    if (now_ms < dial->due_ms) return;
    if (names_is_name(dial->member.address))
        open_named(mesh, dial, now_ms);
    else if (!dial_open(mesh, dial, dial->member.address))
        cannot_dial(mesh, dial, socket_error(errno), now_ms);
}

/* --- looking around ----------------------------------------------------------------------------*/

/* When a mesh was cut in two for a while, both parts may have links enough within, and nobody would
 * ever dial across again. So now and then each node dials one more, in turn. */
static void look_around(struct mesh *mesh, uint64_t now_ms)
{
    if (mesh->looked_ms == 0) mesh->looked_ms = now_ms;
    if (!has_enough(mesh) || now_ms - mesh->looked_ms < mesh->look_ms) return;
    mesh->looked_ms = now_ms;
    for (size_t i = 1; i <= MESH_DIALS_MAX; i++) {
        size_t at = (mesh->looked_at + i) % MESH_DIALS_MAX;
        struct dial *dial = &mesh->dial[at];
        if (!dial->used || is_up(mesh, dial) || is_linked(mesh, dial)) continue;
        mesh->looked_at = at;
        dial->looks = true;
        dial->due_ms = now_ms;
        return;
    }
}

/* Who was found so takes the place of the one that was dialled first: there are as many links as
 * before, and in time with others. */
static void leave_eldest(struct mesh *mesh, uint64_t now_ms)
{
    struct dial *eldest = NULL;
    for (size_t i = 0; i < MESH_DIALS_MAX; i++) {
        struct dial *dial = &mesh->dial[i];
        if (is_up(mesh, dial) && (eldest == NULL || dial->up_ms < eldest->up_ms)) eldest = dial;
    }
    if (eldest != NULL) dial_again_later(mesh, eldest, now_ms);
}

/* Two nodes need one connection, not two, whoever dials and however many addresses there are. Who
 * is served already does not dial on; when two have come up at the same moment, both stay until the
 * peer machine drops one, and this rule keeps that one from coming back. */
void dial_tend(struct mesh *mesh, uint64_t now_ms)
{
    look_around(mesh, now_ms);
    for (size_t i = 0; i < MESH_DIALS_MAX; i++) {
        struct dial *dial = &mesh->dial[i];
        if (!dial->used) continue;
        const bool up = is_up(mesh, dial), served = is_served(mesh, dial);
        if (dial->former && !up) {
            dial_close(mesh, dial, 0);
            dial->used = false;
            continue;
        }
        if (dial->socket == NULL && !served) open_due(mesh, dial, now_ms);
        if (dial->socket != NULL && dial->over && !up) dial_again_later(mesh, dial, now_ms);
        if (served && !up) dial_close(mesh, dial, 0);
    }
}

uint64_t dial_wake_ms(struct mesh *mesh)
{
    uint64_t wake_ms = UINT64_MAX;
    for (size_t i = 0; i < MESH_DIALS_MAX; i++) {
        const struct dial *dial = &mesh->dial[i];
        if (!dial->used || dial->socket != NULL || dial->question != NULL) continue;
        if (is_served(mesh, dial)) continue;
        if (dial->due_ms < wake_ms) wake_ms = dial->due_ms;
    }
    return wake_ms;
}

static void come_up(struct mesh *mesh, struct dial *dial, uint64_t now_ms)
{
    if (dial->looks && has_enough(mesh)) leave_eldest(mesh, now_ms);
    struct link *link =
        links_add(&mesh->links, place_of(mesh, dial), NULL, dial->member.key, dial->fd);
    dial->looks = false;
    dial->up_ms = now_ms;
    dial->refused = false;
    if (link != NULL) return;
    mesh_count(&mesh->counts.overflows);
    dial_again_later(mesh, dial, now_ms);
}

/* Once, since a node that waits to be let in tries on. */
static void be_refused(struct mesh *mesh, struct dial *dial)
{
    char what[ADDRESS_BYTES_MAX + 100];
    snprintf(what, sizeof what, "%s refuses this node's key: not admitted there, or put out",
             dial->member.address);
    if (!dial->refused) mesh_note(mesh, ERROR_UNKNOWN_PEER, what);
    dial->refused = true;
}

/* libzmq gives a socket up for ever when its key was refused or a frame was wrong, and tries on by
 * itself otherwise, at the address that it was given. So that there is one way only, and a name can
 * come to mean another address, a socket serves one try and is replaced. */
void dial_events(struct mesh *mesh, struct dial *dial, uint64_t now_ms)
{
    struct monitor_event event;
    while (dial->monitor != NULL && monitor_next(dial->monitor, &event)) {
        struct link *link = links_by_dial(&mesh->links, place_of(mesh, dial));
        switch (event.event) {
        case ZMQ_EVENT_CONNECTED: dial->fd = event.value; break;
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: be_refused(mesh, dial); break;
        case ZMQ_EVENT_CONNECT_RETRIED: dial->over = true; break;
        case ZMQ_EVENT_DISCONNECTED:
            dial->over = true;
            if (link != NULL) link_hang_up(&mesh->links, link, now_ms);
            break;
        /* The link is up when the far end has proven its key and has taken ours, not before. */
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
            if (!dial->over && link == NULL) come_up(mesh, dial, now_ms);
            break;
        default: break;
        }
    }
}

/* Judges a message that was read; false: it is held. */
static bool take(struct mesh *mesh, struct dial *dial, zmq_msg_t *body, bool whole, int fd)
{
    const uint64_t now_ms = socket_clock_ms();
    dial_events(mesh, dial, now_ms); /* what libzmq reported before it must be known */
    struct link *link = links_by_dial(&mesh->links, place_of(mesh, dial));
    if (link == NULL || fd != link->fd) {
        mesh_count(&mesh->counts.stale);
        return true;
    }
    if (whole) return deliver(mesh, link, body);
    mesh_count(&mesh->counts.imposed);
    deliver_drop(mesh, link, now_ms);
    return true;
}

bool dial_read(struct mesh *mesh, struct dial *dial)
{
    zmq_msg_t body;
    if (dial->socket == NULL || mesh->held.any) return false;
    zmq_msg_init(&body);
    bool whole = true, there = zmq_msg_recv(&body, dial->socket, ZMQ_DONTWAIT) >= 0;
    links_end_hung_up(&mesh->links, place_of(mesh, dial), !there, socket_clock_ms());
    int fd = there ? zmq_msg_get(&body, ZMQ_SRCFD) : -1;
    while (there && zmq_msg_more(&body)) {
        whole = false;
        if (zmq_msg_recv(&body, dial->socket, ZMQ_DONTWAIT) < 0) break;
    }
    bool taken = there && take(mesh, dial, &body, whole, fd);
    zmq_msg_close(&body);
    return taken;
}
