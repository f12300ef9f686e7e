#include "node/mesh/links.h"

#include <assert.h>
#include <stdlib.h>

void links_init(struct links *links)
{
    *links = (struct links){.next_number = 1};
}

void links_free(struct links *links)
{
    for (size_t i = 0; i < MESH_LINKS_MAX; i++)
        if (links->link[i].number != 0) link_free(&links->link[i]);
}

struct link *links_add(struct links *links, uint32_t dial, const uint8_t *routing,
                       const uint8_t key[KEY_BYTES], int fd)
{
    struct link *link = NULL;
    for (size_t i = 0; i < MESH_LINKS_MAX && link == NULL; i++)
        if (links->link[i].number == 0) link = &links->link[i];
    if (link == NULL) return NULL;
    *link = (struct link){.number = links->next_number++, .dial = dial, .fd = fd};
    if (links->next_number == 0) links->next_number = 1;
    link->last = &link->first;
    memcpy(link->key, key, KEY_BYTES);
    if (routing != NULL) memcpy(link->routing, routing, ROUTING_BYTES);
    return link;
}

static bool is_live(const struct link *link)
{
    return link->number != 0 && !link->gone;
}

static bool is_accepted(const struct link *link)
{
    return link->dial == DIAL_NONE;
}

size_t links_live(const struct links *links)
{
    size_t live = 0;
    for (size_t i = 0; i < MESH_LINKS_MAX; i++)
        if (is_live(&links->link[i])) live++;
    return live;
}

struct link *links_by_number(struct links *links, uint32_t number)
{
    for (size_t i = 0; i < MESH_LINKS_MAX; i++)
        if (is_live(&links->link[i]) && links->link[i].number == number) return &links->link[i];
    return NULL;
}

struct link *links_by_routing(struct links *links, const uint8_t routing[ROUTING_BYTES])
{
    for (size_t i = 0; i < MESH_LINKS_MAX; i++) {
        struct link *link = &links->link[i];
        if (is_live(link) && is_accepted(link) &&
            memcmp(link->routing, routing, ROUTING_BYTES) == 0)
            return link;
    }
    return NULL;
}

struct link *links_by_dial(struct links *links, uint32_t dial)
{
    for (size_t i = 0; i < MESH_LINKS_MAX; i++)
        if (is_live(&links->link[i]) && links->link[i].dial == dial) return &links->link[i];
    return NULL;
}

struct link *links_by_fd(struct links *links, int fd)
{
    for (size_t i = 0; i < MESH_LINKS_MAX; i++) {
        struct link *link = &links->link[i];
        if (is_live(link) && is_accepted(link) && link->fd == fd) return link;
    }
    return NULL;
}

bool links_accepted_from(const struct links *links, const uint8_t key[KEY_BYTES])
{
    for (size_t i = 0; i < MESH_LINKS_MAX; i++) {
        const struct link *link = &links->link[i];
        if (is_live(link) && is_accepted(link) && memcmp(link->key, key, KEY_BYTES) == 0)
            return true;
    }
    return false;
}

void link_hang_up(struct links *links, struct link *link, uint64_t now_ms)
{
    if (link->hung_up_ms != 0) return;
    link->hung_up_ms = now_ms;
    links->hung_up++;
}

void links_end_hung_up(struct links *links, uint32_t dial, bool nothing_left, uint64_t now_ms)
{
    for (size_t i = 0; i < MESH_LINKS_MAX && links->hung_up > 0; i++) {
        struct link *link = &links->link[i];
        if (!is_live(link) || link->dial != dial || link->hung_up_ms == 0) continue;
        if (nothing_left || now_ms - link->hung_up_ms > HUNG_UP_MS) link_end(links, link);
    }
}

void link_end(struct links *links, struct link *link)
{
    if (link->gone) return;
    link->gone = true;
    if (link->hung_up_ms != 0) links->hung_up--;
    if (is_accepted(link))
        memcpy(links->grave[links->graves++ % GRAVES_MAX], link->routing, ROUTING_BYTES);
    while (link->first != NULL) link_kept_sent(link);
}

void link_free(struct link *link)
{
    while (link->first != NULL) link_kept_sent(link);
    *link = (struct link){0};
}

void links_fd_opened(struct links *links, int fd)
{
    for (size_t i = 0; i < GRAVES_MAX; i++)
        if (links->dead_fd[i] == fd) links->dead_fd[i] = 0;
}

void links_forget_silent(struct links *links, int fd)
{
    size_t kept = 0;
    for (size_t i = 0; i < links->silents; i++)
        if (links->silent[i].fd != fd) links->silent[kept++] = links->silent[i];
    links->silents = kept;
}

bool links_add_silent(struct links *links, const struct silent *opened, struct silent *eldest)
{
    const bool room = links->silents < MESH_SILENT_MAX;
    if (!room) {
        *eldest = links->silent[0];
        links_forget_silent(links, eldest->fd);
    }
    links->silent[links->silents++] = *opened;
    return room;
}

void links_fd_ended(struct links *links, int fd)
{
    links->dead_fd[links->dead_fds++ % GRAVES_MAX] = fd;
}

bool links_is_dead(const struct links *links, const uint8_t routing[ROUTING_BYTES], int fd)
{
    for (size_t i = 0; i < GRAVES_MAX; i++) {
        if (i < links->graves && memcmp(links->grave[i], routing, ROUTING_BYTES) == 0) return true;
        if (fd > 0 && links->dead_fd[i] == fd) return true;
    }
    return false;
}

void links_forget_dead(struct links *links)
{
    links->graves = 0;
    links->dead_fds = 0;
    links->silents = 0;
    memset(links->dead_fd, 0, sizeof links->dead_fd);
}

bool link_keep(struct link *link, zmq_msg_t *message)
{
    const size_t bytes = zmq_msg_size(message) + sizeof(struct waiting);
    if (link->bytes + bytes > MESH_LINK_BYTES_MAX) return false;
    struct waiting *waiting = calloc(1, sizeof *waiting);
    assert(waiting != NULL);
    zmq_msg_init(&waiting->message);
    zmq_msg_move(&waiting->message, message);
    waiting->bytes = bytes;
    *link->last = waiting;
    link->last = &waiting->next;
    link->bytes += bytes;
    return true;
}

zmq_msg_t *link_kept(struct link *link)
{
    return link->first == NULL ? NULL : &link->first->message;
}

void link_kept_sent(struct link *link)
{
    struct waiting *waiting = link->first;
    link->first = waiting->next;
    if (link->first == NULL) link->last = &link->first;
    link->bytes -= waiting->bytes;
    zmq_msg_close(&waiting->message);
    free(waiting);
}
