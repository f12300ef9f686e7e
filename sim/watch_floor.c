#include "sim/watch_floor.h"

#include <string.h>

#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/matching/matching.h"
#include "overseas-warehouse/view_rows.h"
#include "sim/oracle.h"
#include "sim/stores.h"
#include "sim/watch.h"

struct sight {
    struct host *host;
    const struct event_header *header;
    const struct rows *views;
};

static bool load_hop(const struct sight *sight, const struct id *unit, uint64_t hop,
                     struct unit_row *row)
{
    struct key prefix = key_add_uint(key_of(unit), hop, 2);
    struct walk walk = walk_over(&prefix);
    struct row found;
    return walk_next(sight->views, VIEW_UNIT, &walk, &found) &&
           shape_decode(&unit_row_shape, found.value, row, NULL) == OK;
}

/* --- what a unit is, and what becomes of it --------------------------------------------------- */

static bool is_interim(uint64_t disposition)
{
    return disposition == DISPOSE_HOLD || disposition == DISPOSE_REPAIR ||
           disposition == DISPOSE_REFURBISH || disposition == DISPOSE_RELABEL;
}

/* By what stands of this hop alone: two grades that nothing ended, told before. */
static bool is_disputed(const struct sight *sight, const struct unit_moved *moved)
{
    struct key prefix = key_add_uint(key_of(&moved->unit), moved->hop, 2);
    struct walk walk = walk_over(&prefix);
    struct row found;
    struct second_row second;
    if (!walk_next(sight->views, VIEW_SECOND, &walk, &found) ||
        shape_decode(&second_row_shape, found.value, &second, NULL) != OK || second.grade == 0)
        return false;
    if (second.idx > sight->header->idx) return false;
    world_mark(sight->host->world, "a unit with two grades was settled");
    return second.grade != second.first_grade && second.resolved == 0;
}

static void check_settled(const struct sight *sight, const struct unit_moved *moved)
{
    struct unit_row row;
    if (!load_hop(sight, &moved->unit, moved->hop, &row)) return;
    if (row.disposition == DISPOSE_RESTOCK && row.grade == GRADE_UNSELLABLE)
        oracle_fail(sight->host->world, "goods: what is unsellable was put into stock");
    if (is_disputed(sight, moved))
        oracle_fail(sight->host->world, "goods: a unit was settled of which two grades differ");
    if (is_interim(row.disposition))
        oracle_fail(sight->host->world, "goods: a unit with work left to do was settled");
}

static void check_taken(const struct sight *sight, const struct unit_moved *moved)
{
    struct unit_row before, now;
    if (moved->hop < 2 || !load_hop(sight, &moved->unit, moved->hop - 1, &before)) return;
    if (!load_hop(sight, &moved->unit, moved->hop, &now)) return;
    if (!span_equal(before.sku, now.sku) || !span_equal(before.serial, now.serial))
        oracle_fail(sight->host->world, "goods: at hop %u a unit is another thing than before",
                    (unsigned)moved->hop);
    world_mark(sight->host->world, "a unit stayed what it is from hop to hop");
}

/* Nobody's, and nobody asked for it in time. */
static bool is_given_up(const struct sight *sight, const struct id *unit)
{
    struct unit_now now;
    if (!unit_load(sight->views, unit, &now)) return false;
    struct id box = now.row.box;
    struct key prefix = key_of(&box);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(sight->views, VIEW_MATCH, &walk, &at)) {
        struct match_row row;
        if (shape_decode(&match_row_shape, at.value, &row, NULL) == OK && row.abandoned_ms != 0)
            return true;
    }
    return false;
}

/* Of what cannot be undone the host that decides has seen the owner's leave. */
static void check_leave(const struct sight *sight, const struct unit_moved *moved)
{
    struct assigned_row assigned;
    struct released_row released;
    bool needs = (moved->disposition >= DISPOSE_RESELL && moved->disposition <= DISPOSE_ORIGIN) ||
                 moved->disposition == DISPOSE_PLATFORM;
    if (!needs || !watch_decided_here(sight->host, sight->header)) return;
    if (assigned_load(sight->views, &moved->unit, &assigned) &&
        released_load(sight->views, &moved->unit, &assigned.book, &released))
        return;
    bool nobodys = !assigned_load(sight->views, &moved->unit, &assigned);
    if (nobodys && is_given_up(sight, &moved->unit)) return;
    oracle_fail(sight->host->world, "goods: a unit was given away without its owner's leave");
}

/* The entry is about one unit, and its subject is what the plate said. */
static void check_plate(const struct sight *sight, const struct unit_moved *moved)
{
    const struct event_header *header = sight->header;
    if (id_is_zero(&header->entity) || id_equal(&header->entity, &moved->unit)) return;
    struct key key =
        key_add_uint(key_add_id(key_of(&header->entity), &header->log), header->idx, 8);
    if (!rows_has(sight->views, VIEW_CONFLICT, &key))
        oracle_fail(sight->host->world, "goods: a unit in two places was shown to nobody");
}

/* What its return has is not taken back; an assignment is of the same log, so it stands before. */
static void check_void(const struct sight *sight, const struct unit_moved *moved)
{
    struct key key = key_of(&moved->unit);
    world_mark(sight->host->world, "a step with a unit was taken back");
    if (moved->to == UNIT_VOID && rows_has(sight->views, VIEW_ASSIGNED, &key))
        oracle_fail(sight->host->world, "goods: a unit was taken back that its return has");
}

static void look_at_unit(const struct sight *sight, const struct unit_moved *moved)
{
    if (moved->verb == DO_VOID) check_void(sight, moved);
    if (moved->verb == DO_SETTLE) check_settled(sight, moved);
    if (moved->verb == DO_DISPOSE) check_leave(sight, moved);
    if (moved->verb != DO_RECEIVE) return;
    check_taken(sight, moved);
    check_plate(sight, moved);
}

/* --- whose it is ------------------------------------------------------------------------------ */

static bool load_claim(const struct sight *sight, const struct unit_assigned *assigned,
                       struct box_claim_row *claim)
{
    struct key key = key_add_id(key_of(&assigned->box), &assigned->return_id);
    return rows_load(sight->views, VIEW_BOX_CLAIM, &key, &box_claim_row_shape, claim);
}

static uint64_t units_of_line(const struct sight *sight, const struct unit_assigned *assigned)
{
    struct key prefix = key_of(&assigned->box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    uint64_t count = 0;
    while (walk_next(sight->views, VIEW_UNIT_BY_BOX, &walk, &row)) {
        struct id unit;
        struct assigned_row other;
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!assigned_load(sight->views, &unit, &other) || other.over != 0) continue;
        if (id_equal(&other.return_id, &assigned->return_id) && other.line == assigned->line)
            count++;
    }
    return count;
}

/* By the claim that the deciding warehouse had before it: the thing that was asked back, and no
 * more of it than was left. */
static void look_at_assigned(const struct sight *sight, const struct unit_assigned *assigned)
{
    struct box_claim_row claim;
    struct unit_now unit;
    if (assigned->over != 0 || !watch_decided_here(sight->host, sight->header)) return;
    if (!load_claim(sight, assigned, &claim) || !unit_load(sight->views, &assigned->unit, &unit))
        return;
    for (uint32_t i = 0; i < claim.lines_count && i < claim.skus_count; i++) {
        if (claim.lines[i].line != assigned->line) continue;
        if (!span_equal(claim.skus[i].sku, unit.row.sku))
            oracle_fail(sight->host->world, "goods: another thing counts as what was asked back");
        if (units_of_line(sight, assigned) > claim.lines[i].quantity)
            oracle_fail(sight->host->world, "goods: more counts as asked back than was left");
    }
}

/* --- contradictions --------------------------------------------------------------------------- */

static void look_at_return(const struct sight *sight, const struct return_moved *moved)
{
    const struct event_header *header = sight->header;
    if (moved->contest == 0) return;
    struct key key =
        key_add_uint(key_add_id(key_of(&moved->return_id), &header->log), header->idx, 8);
    if (!rows_has(sight->views, VIEW_CONFLICT, &key))
        oracle_fail(sight->host->world, "goods: they contradict a decision, and nobody is told");
    world_mark(sight->host->world, "goods contradicted a decision");
}

void watch_floor(struct host *host, const struct event_header *header, struct span payload)
{
    static union event_body body; /* as large as the largest record */
    const struct sight sight = {host, header, &host->disk.inner->views};
    bool of_interest = header->kind == EVENT_UNIT_MOVED || header->kind == EVENT_UNIT_ASSIGNED ||
                       header->kind == EVENT_RETURN_MOVED;
    if (!of_interest || stores_are_other(host->world)) return;
    if (event_body_decode(header, payload, &body) != OK) return;
    if (header->kind == EVENT_UNIT_MOVED) look_at_unit(&sight, &body.unit_moved);
    if (header->kind == EVENT_UNIT_ASSIGNED) look_at_assigned(&sight, &body.unit_assigned);
    if (header->kind == EVENT_RETURN_MOVED) look_at_return(&sight, &body.return_moved);
}
