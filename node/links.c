#include "node/links.h"

#include <stddef.h>
#include <stdlib.h>

#include "node/keys.h"
#include "node/log.h"

/* --- from the mesh to the engine ------------------------------------------------------------- */

struct link_job {
    struct job job;
    uint8_t bytes[]; /* the message, then what is worked out of it */
};

static void link_done(struct job *job, const struct answer_out *answer)
{
    (void)answer;
    free(job);
}

/* Where a pointer may stand. */
static size_t aligned(size_t size)
{
    return (size + _Alignof(max_align_t) - 1) / _Alignof(max_align_t) * _Alignof(max_align_t);
}

static bool hand_over(struct links *links, enum input_kind kind, uint32_t link,
                      const uint8_t key[KEY_BYTES], bool dialled, struct span bytes)
{
    size_t ahead = kind == INPUT_MESSAGE ? ahead_bytes(bytes) : 0;
    size_t at = aligned(sizeof(struct link_job) + bytes.size);
    /* A message that is held back is tried again every few milliseconds. */
    if (!engine_has_room(links->engine, at + ahead)) return false;
    struct link_job *made = malloc(at + ahead);
    if (made == NULL) return false;
    memset(made, 0, sizeof *made);
    made->job.bytes = at + ahead;
    made->job.done = link_done;
    made->job.input.kind = kind;
    made->job.input.link.link = link;
    made->job.input.link.dialled = dialled;
    memcpy(made->job.input.link.key, key, KEY_BYTES);
    if (bytes.size > 0) memcpy(made->bytes, bytes.at, bytes.size);
    bytes.at = made->bytes;
    made->job.input.link.bytes = bytes;
    made->job.input.link.ahead = ahead_make(crypto_openssl(), bytes, (uint8_t *)made + at, ahead);
    if (engine_submit(links->engine, &made->job)) return true;
    free(made);
    return false;
}

static bool on_up(void *world, uint32_t link, const uint8_t key[KEY_BYTES], bool dialled)
{
    return hand_over(world, INPUT_LINK_UP, link, key, dialled, span_of(NULL, 0));
}

static bool on_message(void *world, uint32_t link, const uint8_t key[KEY_BYTES], struct span bytes)
{
    return hand_over(world, INPUT_MESSAGE, link, key, false, bytes);
}

static bool on_down(void *world, uint32_t link, const uint8_t key[KEY_BYTES])
{
    return hand_over(world, INPUT_LINK_DOWN, link, key, false, span_of(NULL, 0));
}

static void on_note(void *world, enum error error, const char *what)
{
    (void)world;
    LOG(LOG_WARN, "mesh", what, LOG_TEXT("error", error_name(error)));
}

struct mesh_port links_mesh_port(struct links *links)
{
    return (struct mesh_port){links, on_up, on_message, on_down, on_note};
}

/* --- from the engine to the mesh ------------------------------------------------------------- */

static void on_send(void *world, uint32_t link, struct span message)
{
    struct links *links = world;
    mesh_send(links->mesh, link, message);
}

static void on_drop(void *world, uint32_t link)
{
    struct links *links = world;
    mesh_drop(links->mesh, link);
}

struct reading {
    size_t count;                /* of links->members */
    bool used[CONFIG_PEERS_MAX]; /* sections [peer] that name a member */
    bool joined_named;           /* the membership knows the peer whose card was given */
};

static void add(struct links *links, struct reading *reading, const struct member *member,
                struct span address)
{
    if (reading->count == MESH_MEMBERS_MAX) return;
    struct mesh_member *to = &links->members[reading->count++];
    size_t size = address.size < ADDRESS_BYTES_MAX ? address.size : ADDRESS_BYTES_MAX;
    memcpy(to->key, member->curve_key.bytes, KEY_BYTES);
    if (size > 0) memcpy(to->address, address.at, size);
    to->address[size] = '\0';
}

/* A site may reach a member where the membership does not say, through a tunnel for one: what its
 * own configuration says counts, alone. Otherwise the card that was given by hand counts beside the
 * membership: a node that was away has not read yet where the member is now, and cannot read it
 * before they meet. Which address is right is shown by the member's key. */
static void add_member(struct links *links, struct reading *reading, const struct member *member)
{
    const struct card *joined = links->joined;
    size_t peer = config_peer_of(links->config, member->code, member->name);
    if (peer < links->config->peers_count) {
        reading->used[peer] = true;
        add(links, reading, member, span_text(links->config->peers[peer].address));
        return;
    }
    add(links, reading, member, member->address);
    if (joined == NULL || !id_equal(&member->node, &joined->member.node)) return;
    if (joined->member.address.size == 0) return;
    if (!span_equal(joined->member.address, member->address))
        add(links, reading, member, joined->member.address);
}

static void warn_of_peer(const struct links *links, size_t peer, const char *what)
{
    LOG(LOG_WARN, "mesh", what, LOG_TEXT("peer", links->config->peers[peer].name),
        LOG_TEXT("mend", "write the code of the member's warehouse in lower case"));
}

/* A name that is mistyped would otherwise never be noticed, nor would a member that bears another
 * code now: it is dialled where the membership says from here on. */
static void check_peers(struct links *links, const bool used[CONFIG_PEERS_MAX])
{
    for (size_t i = 0; i < links->config->peers_count; i++) {
        if (!links->peers_checked && !used[i])
            warn_of_peer(links, i, "[peer] names nobody that is a member so far");
        if (links->peers_used[i] && !used[i])
            warn_of_peer(links, i, "[peer] names no member any more");
        links->peers_used[i] = used[i];
    }
    links->peers_checked = true;
}

static size_t read_members(struct links *links, const struct rows *rows)
{
    const struct card *joined = links->joined;
    struct reading reading = {.joined_named = joined == NULL};
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct member member;
    while (walk_next(rows, VIEW_MEMBER, &walk, &row)) {
        if (shape_decode(&member_shape, row.value, &member, NULL) != OK) continue;
        /* Once the membership names that peer, it alone says what its key is, and whether it is
         * put out. */
        if (joined != NULL && id_equal(&member.node, &joined->member.node))
            reading.joined_named = true;
        if (member.revoked == 0) add_member(links, &reading, &member);
    }
    if (!reading.joined_named) add_member(links, &reading, &joined->member);
    check_peers(links, reading.used);
    return reading.count;
}

static void on_members(void *world)
{
    struct links *links = world;
    struct store_reading reading;
    enum error error = store_reading_begin(links->store, &reading);
    if (error == OK) {
        size_t count = read_members(links, &reading.views);
        store_reading_end(&reading);
        error = mesh_set_members(links->mesh, links->members, count);
    }
    if (error != OK)
        LOG(LOG_ERROR, "mesh", "the members stay as they were", LOG_TEXT("why", error_name(error)));
}

void links_engine_port(struct links *links, struct engine_port *port)
{
    port->mesh_world = links;
    port->send = on_send;
    port->drop = on_drop;
    port->members = on_members;
}
