#include "node/core/hearing.h"

#include "node/core/mesh_rows.h"
#include "node/core/meta.h"

/* A walk over all that must be heard: the present log of every member, then logs of former stores.
 */
struct hearing {
    const struct rows *rows;
    const struct id *own_log;
    struct walk walk;
    bool former;
};

static struct hearing hearing_over(const struct rows *rows, const struct id *own_log)
{
    struct key none = {.size = 0};
    return (struct hearing){.rows = rows, .own_log = own_log, .walk = walk_over(&none)};
}

uint64_t hearing_of(const struct rows *rows, const struct id *log)
{
    struct key key = key_of(log);
    struct beat_row row;
    bool known = rows_load(rows, VIEW_BEAT, &key, &beat_row_shape, &row);
    return known ? row.through_ms : 0;
}

static bool next_member(struct hearing *hearing, struct id *node, uint64_t *until_ms)
{
    struct row row;
    struct member member;
    while (walk_next(hearing->rows, VIEW_MEMBER, &hearing->walk, &row)) {
        if (shape_decode(&member_shape, row.value, &member, NULL) != OK || member.revoked) continue;
        if (id_equal(&member.log, hearing->own_log)) continue;
        *node = member.node;
        *until_ms = hearing_of(hearing->rows, &member.log);
        return true;
    }
    return false;
}

static bool is_present(const struct rows *rows, const struct id *node, const struct id *log)
{
    struct key key = key_of(node);
    struct member member;
    /* Of one that was put out, or is none, nothing is awaited. */
    if (!rows_load(rows, VIEW_MEMBER, &key, &member_shape, &member)) return true;
    return member.revoked || id_equal(&member.log, log);
}

/* What a lost store was asked stands in its log up to where the succession says that it ends. */
static bool is_ended(const struct rows *rows, const struct id *log)
{
    struct key key = key_of(log);
    struct succeeds succeeds;
    struct cursor_row cursor = {0};
    if (!rows_load(rows, VIEW_SUCCEEDS, &key, &succeeds_shape, &succeeds)) return false;
    if (!rows_load(rows, VIEW_CURSOR, &key, &cursor_row_shape, &cursor)) cursor.idx = 0;
    return cursor.idx >= succeeds.old_idx;
}

static bool next_former(struct hearing *hearing, struct id *node, uint64_t *until_ms)
{
    struct row row;
    struct beat_row beat;
    while (walk_next(hearing->rows, VIEW_BEAT, &hearing->walk, &row)) {
        struct id log;
        if (shape_decode(&beat_row_shape, row.value, &beat, NULL) != OK) continue;
        memcpy(log.bytes, hearing->walk.at.bytes, ID_BYTES);
        if (id_equal(&log, hearing->own_log) || is_present(hearing->rows, &beat.node, &log) ||
            is_ended(hearing->rows, &log))
            continue;
        *node = beat.node;
        *until_ms = beat.through_ms;
        return true;
    }
    return false;
}

static bool next(struct hearing *hearing, struct id *node, uint64_t *until_ms)
{
    if (!hearing->former) {
        if (next_member(hearing, node, until_ms)) return true;
        struct key none = {.size = 0};
        hearing->former = true;
        hearing->walk = walk_over(&none);
    }
    return next_former(hearing, node, until_ms);
}

uint64_t hearing_until(const struct rows *rows, const struct id *own_log)
{
    struct hearing hearing = hearing_over(rows, own_log);
    uint64_t least_ms = UINT64_MAX, until_ms;
    struct id node;
    while (next(&hearing, &node, &until_ms))
        if (until_ms < least_ms) least_ms = until_ms;
    return least_ms;
}

static bool stands_in(const struct id *nodes, uint32_t count, const struct id *node)
{
    for (uint32_t i = 0; i < count; i++)
        if (id_equal(&nodes[i], node)) return true;
    return false;
}

uint32_t hearing_awaited(const struct rows *rows, const struct id *own_log, uint64_t due_ms,
                         struct id *nodes, uint32_t nodes_max)
{
    struct hearing hearing = hearing_over(rows, own_log);
    uint32_t count = 0;
    uint64_t until_ms;
    struct id node;
    while (count < nodes_max && next(&hearing, &node, &until_ms))
        if (until_ms < due_ms && !stands_in(nodes, count, &node)) nodes[count++] = node;
    return count;
}
