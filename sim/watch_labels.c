#include "sim/watch_labels.h"

#include <string.h>

#include "sim/oracle.h"
#include "sim/stores.h"
#include "sim/watch.h"

/* --- at the carrier --------------------------------------------------------------------------- */

void watch_sold(struct world *world, const struct carrier_entry *entry)
{
    if (world->watch == NULL || entry->times_sold <= 1) return;
    oracle_fail(world, "labels: %s was bought %u times", entry->reference, entry->times_sold);
}

static bool is_given_up(const struct watch *watch, const struct id *label)
{
    for (unsigned i = 0; i < watch->unknowns; i++)
        if (id_equal(&watch->unknown[i], label)) return true;
    return false;
}

void watch_bought(struct host *host, const struct label_call *call)
{
    const struct world *world = host->world;
    if (world->watch == NULL || stores_are_other(world) || call->act == LABEL_VOID) return;
    if (is_given_up(world->watch, &call->label))
        oracle_fail(host->world, "labels: host %u calls for one that is unknown", host->number);
}

/* --- entries ---------------------------------------------------------------------------------- */

static void mark_moved(struct world *world, const struct label_moved *moved)
{
    static const char *const marks[LABEL_STEP_COUNT] = {
        [LABEL_INTEND] = "a label was intended",
        [LABEL_FIND_BOUGHT] = "a label was bought",
        [LABEL_FIND_FAILED] = "a carrier refused to sell a label",
        [LABEL_LOSE] = "a label is unknown",
        [LABEL_SETTLE_BOUGHT] = "a person settled a label",
        [LABEL_SETTLE_FAILED] = "a person settled a label",
        [LABEL_BEGIN_VOID] = "a label is to be taken back",
        [LABEL_FIND_VOIDED] = "a label was taken back",
        [LABEL_KEEP] = "a carrier takes a label not back"};
    if (marks[moved->step] != NULL) world_mark(world, marks[moved->step]);
}

void watch_label(struct host *host, const struct event_header *header, struct span payload)
{
    static union event_body body; /* as large as the largest record */
    struct watch *watch = host->world->watch;
    if (header->kind != EVENT_LABEL_MOVED || event_body_decode(header, payload, &body) != OK)
        return;
    const struct label_moved *moved = &body.label_moved;
    if (watch_decided_here(host, header)) mark_moved(host->world, moved);
    bool given_up = moved->to == LABEL_UNKNOWN && !is_given_up(watch, &moved->label);
    if (given_up && watch->unknowns < WATCH_LABELS_MAX)
        watch->unknown[watch->unknowns++] = moved->label;
}

/* --- at the end ------------------------------------------------------------------------------- */

static void check_label(struct world *world, const struct id *label, const struct label_row *row)
{
    const struct carrier_entry *entry = carrier_entry(world, label);
    uint32_t sold = entry != NULL ? entry->times_sold : 0;
    bool bought = row->state == LABEL_BOUGHT || row->state == LABEL_VOIDED;
    const char *state = word_of(&label_state_words, row->state);
    if (label_state_buys(row->state) || label_state_voids(row->state))
        oracle_fail(world, "labels: one is %s when all is done", state);
    if (bought && sold != 1)
        oracle_fail(world, "labels: one is %s and was sold %u times", state, sold);
    if (row->state == LABEL_FAILED && sold != 0)
        oracle_fail(world, "labels: one is failed and was sold");
    bool back = entry != NULL && entry->voided;
    if (row->state == LABEL_VOIDED && !back)
        oracle_fail(world, "labels: one is voided and the carrier has not taken it back");
    if (row->state == LABEL_BOUGHT && back)
        oracle_fail(world, "labels: one is bought and the carrier has taken it back");
}

void labels_check(struct world *world, struct host *host)
{
    const struct rows *views = &host->disk.inner->views;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    struct label_row row;
    if (stores_are_other(world)) return;
    while (walk_next(views, VIEW_LABEL, &walk, &at)) {
        struct id label;
        memcpy(label.bytes, walk.at.bytes, ID_BYTES);
        if (shape_decode(&label_row_shape, at.value, &row, NULL) == OK)
            check_label(world, &label, &row);
    }
}
