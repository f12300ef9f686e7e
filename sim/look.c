/* What a person sees on the screen of one node. The view may be old: the wish that follows is
 * judged where it is decided. */
#include <string.h>

#include "node/core/mesh_rows.h"
#include "sim/wishes.h"

struct rows *look_begin(struct world *world, unsigned host)
{
    struct host *at = &world->host[host];
    if (!at->up || at->disk.inner->port->begin_read(at->disk.inner->world) != OK) return NULL;
    return &at->disk.inner->views;
}

bool look_end(struct world *world, unsigned host, bool found)
{
    struct host *at = &world->host[host];
    at->disk.inner->port->end_read(at->disk.inner->world);
    return found;
}

/* --- returns --- */

static void note_return(const struct key *key, const struct return_row *row,
                        struct seen_return *seen)
{
    *seen = (struct seen_return){
        .merchant = row->merchant, .state = (enum return_state)row->state, .boxes = row->boxes};
    memcpy(seen->id.bytes, key->bytes, ID_BYTES);
    if (row->number.size > 0) memcpy(seen->number, row->number.at, row->number.size);
}

bool look_return(struct world *world, unsigned host, unsigned states, struct seen_return *seen)
{
    struct rows *rows = look_begin(world, host);
    if (rows == NULL) return false;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct return_row now;
    uint64_t fit = 0;
    while (walk_next(rows, VIEW_RETURN, &walk, &row)) {
        if (shape_decode(&return_row_shape, row.value, &now, NULL) != OK) continue;
        if ((states >> now.state & 1) != 0 && draw_below(world, ++fit) == 0)
            note_return(&walk.at, &now, seen);
    }
    return look_end(world, host, fit > 0);
}

static bool is_owed(const struct rows *rows, const struct return_row *row, struct seen_return *seen)
{
    struct return_line_row line;
    bool thing = row->outcome == OUTCOME_REPLACEMENT || row->outcome == OUTCOME_REPAIR;
    if (!thing || row->state != RETURN_APPROVED) return false;
    for (seen->line = 0; seen->line < ORDER_LINES_MAX; seen->line++) {
        if (!return_line_load(rows, &seen->id, seen->line, &line)) continue;
        if ((row->keep != 0 ? line.quantity : line.taken) > line.served) return true;
    }
    return false;
}

bool look_owed(struct world *world, unsigned host, struct seen_return *seen)
{
    struct rows *rows = look_begin(world, host);
    if (rows == NULL) return false;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct return_row now;
    struct seen_return one;
    uint64_t fit = 0;
    while (walk_next(rows, VIEW_RETURN, &walk, &row)) {
        if (shape_decode(&return_row_shape, row.value, &now, NULL) != OK) continue;
        note_return(&walk.at, &now, &one);
        if (is_owed(rows, &now, &one) && draw_below(world, ++fit) == 0) *seen = one;
    }
    return look_end(world, host, fit > 0);
}

bool look_policy(struct world *world, unsigned host, const struct id *merchant, uint64_t *version)
{
    struct merchant row;
    struct rows *rows = look_begin(world, host);
    if (rows == NULL) return false;
    bool found = merchant_load(rows, merchant, &row);
    if (found) *version = policy_newest(rows, &row);
    return look_end(world, host, found);
}

bool look_calendar(struct world *world, unsigned host, const struct id *merchant, struct span name,
                   uint64_t *version)
{
    struct merchant row;
    struct calendar_set set;
    struct rows *rows = look_begin(world, host);
    if (rows == NULL) return false;
    const struct desk desk = {.rows = *rows, .crypto = &world->host[host].crypto};
    bool found = merchant_load(rows, merchant, &row);
    *version = found && calendar_load(&desk, &row, name, 0, &set) ? set.version : 0;
    return look_end(world, host, found);
}

/* --- units --- */

static bool load_unit(const struct rows *rows, const struct id *id, struct seen_unit *seen)
{
    struct unit_now now;
    struct assigned_row assigned;
    struct return_row owner;
    if (!unit_load(rows, id, &now)) return false;
    *seen = (struct seen_unit){.id = *id,
                               .warehouse = now.row.warehouse,
                               .to = now.row.to,
                               .state = (enum unit_state)now.row.state,
                               .disposition = (enum disposition)now.row.disposition};
    if (assigned_load(rows, id, &assigned) && return_load(rows, &assigned.return_id, &owner))
        seen->merchant = owner.merchant;
    return true;
}

/* Of what a lost store has left, units in one state; UNIT_NONE: in any. */
struct search {
    enum unit_search what;
    enum unit_state state;
};

static bool is_sought(const struct rows *rows, struct search search, const struct key *at)
{
    struct id unit;
    memcpy(unit.bytes, at->bytes, ID_BYTES);
    struct key key = key_of(&unit);
    if (search.what == UNITS_UNASSIGNED) return !rows_has(rows, VIEW_ASSIGNED, &key);
    if (search.what != UNITS_INHERITED) return true;
    struct unit_now now;
    if (!unit_load(rows, &unit, &now)) return false;
    if (search.state != UNIT_NONE && now.row.state != (uint64_t)search.state) return false;
    key = key_of(&now.log);
    return rows_has(rows, VIEW_SUCCEEDS, &key);
}

static bool find_unit(struct world *world, const struct rows *rows, enum view_table table,
                      const struct key *prefix, struct search search, struct id *unit)
{
    struct walk walk = walk_over(prefix);
    struct row row;
    uint64_t fit = 0;
    while (fit < UNITS_MAX && walk_next(rows, table, &walk, &row)) {
        if (!is_sought(rows, search, &walk.at) || draw_below(world, ++fit) != 0) continue;
        memcpy(unit->bytes, walk.at.bytes + prefix->size, ID_BYTES);
    }
    return fit > 0;
}

static bool find_of_ended(struct world *world, unsigned host, struct id *unit)
{
    const unsigned ended = 1u << RETURN_DECLINED | 1u << RETURN_CANCELED | 1u << RETURN_EXPIRED;
    struct seen_return of;
    if (!look_return(world, host, ended, &of)) return false;
    struct rows *rows = look_begin(world, host);
    if (rows == NULL) return false;
    struct key prefix = key_of(&of.id);
    return look_end(world, host,
                    find_unit(world, rows, VIEW_UNIT_BY_RETURN, &prefix,
                              (struct search){UNITS_ENDED, 0}, unit));
}

bool look_unit(struct world *world, unsigned host, enum unit_search search, struct seen_unit *seen)
{
    struct id unit;
    if (search == UNITS_ENDED && find_of_ended(world, host, &unit))
        return look_at_unit(world, host, &unit, seen);
    struct rows *rows = look_begin(world, host);
    if (rows == NULL) return false;
    const struct key none = {.size = 0};
    const struct search tries[] = {{search, UNIT_RECEIVED + (enum unit_state)draw_below(world, 4)},
                                   {search, 0},
                                   {UNITS_ANY, 0}};
    bool found = false;
    for (unsigned i = 0; i < 3 && !found; i++)
        found = find_unit(world, rows, VIEW_UNIT, &none, tries[i], &unit);
    return look_end(world, host, found && load_unit(rows, &unit, seen));
}

bool look_at_unit(struct world *world, unsigned host, const struct id *id, struct seen_unit *seen)
{
    struct rows *rows = look_begin(world, host);
    return rows != NULL && look_end(world, host, load_unit(rows, id, seen));
}

/* --- boxes --- */

bool look_box(struct world *world, unsigned host, struct id *box)
{
    struct rows *rows = look_begin(world, host);
    if (rows == NULL) return false;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct box_row now;
    uint64_t fit = 0;
    while (walk_next(rows, VIEW_BOX, &walk, &row)) {
        if (shape_decode(&box_row_shape, row.value, &now, NULL) != OK) continue;
        bool here = id_equal(&now.warehouse, &world->host[host].card.warehouse);
        if (!here || !id_is_zero(&now.return_id) || draw_below(world, ++fit) != 0) continue;
        memcpy(box->bytes, walk.at.bytes, ID_BYTES);
    }
    return look_end(world, host, fit > 0);
}
