#include "node/core/fold.h"

#include "node/core/mesh_rows.h"
#include "node/core/meta.h"
#include "proto/bugs.h"

static void note_fault(struct fold *fold, enum view_table table, const struct place *place,
                       uint64_t kind, enum error error)
{
    struct key key = key_add_uint(key_of(&place->log), place->idx, 8);
    struct fault_row row = {.kind = kind, .error = error};
    rows_store(&fold->desk.rows, table, &key, &fault_row_shape, &row);
}

static struct place place_of(const struct log *log, const struct event_header *header)
{
    /* No warehouse and no member's name is looked up here: what the membership says may arrive
     * before or after this entry, and a fold must not depend on it. */
    return (struct place){.log = log->id,
                          .log_type = log->row.log_type,
                          .node =
                              log->row.log_type == LOG_NODE ? log->row.writer : (struct id){{0}},
                          .idx = header->idx,
                          .hlc = header->hlc,
                          .entity = header->entity};
}

static void fold_body(struct fold *fold, const struct place *place,
                      const struct event_header *header, struct span payload, struct span ahead)
{
    union event_body body;
    if (business_fold_ahead(&fold->desk, (enum event_kind)header->kind, ahead)) return;
    enum error error = event_body_decode(header, payload, &body);
    if (error != OK) {
        note_fault(fold, VIEW_UNREADABLE, place, header->kind, error);
        return;
    }
    enum event_kind kind = (enum event_kind)header->kind;
    if (kind < EVENT_TRACKING)
        fold_mesh(fold, place, kind, &body);
    else
        business_fold(&fold->desk, place, kind, &body);
}

/* Entries are found again by what they are about, for whoever has to show the history of a thing.
 * Scans are found by their parcel, and are too many for a row more; the rest are no thing's. */
static bool is_filed(const struct event_header *header)
{
    switch (header->kind) {
    case EVENT_TRACKING:
    case EVENT_REFUND_TOLD:
    case EVENT_SKU:
    case EVENT_LANE:
    case EVENT_WEBHOOK_SET:
    case EVENT_WEBHOOK_ASKED:
    case EVENT_WEBHOOK_CHECKED: return false;
    case EVENT_PERSON:
    case EVENT_PHOTO_ATTACHED:
    case EVENT_FOLLOWUP_COMMENT:
    case EVENT_ERASE: return true;
    default: return header->kind > EVENT_TRACKING && !id_is_zero(&header->entity);
    }
}

static void file_entry(struct fold *fold, const struct place *place)
{
    struct key key = key_add_id(key_of(&place->entity), &place->log);
    key = key_add_uint(key, place->idx, 8);
    rows_mark(&fold->desk.rows, VIEW_ENTRY, &key);
}

/* ahead: of business_ahead, made of this very entry; or empty. */
static void fold_entry(struct fold *fold, struct log *log, const struct event_header *header,
                       struct span payload, struct span ahead)
{
    struct place place = place_of(log, header);
    const struct event_row *row = event_by_kind(header->kind);
    bool personal = (header->flags & EVENT_PERSONAL) != 0;
    if (row == NULL)
        note_fault(fold, VIEW_UNREADABLE, &place, header->kind, ERROR_UNSUPPORTED);
    else if ((row->logs & 1u << log->row.log_type) == 0 ||
             personal != ((row->flags & EVENT_PERSONAL) != 0))
        note_fault(fold, VIEW_VOID, &place, header->kind, ERROR_WRONG_LOG);
    else if (personal)
        fold_personal(fold, &place, header, payload);
    else if (payload.at == NULL && header->plen > 0)
        note_fault(fold, VIEW_UNREADABLE, &place, header->kind, ERROR_CORRUPT);
    else
        fold_body(fold, &place, header, payload, ahead);
    if (row != NULL && is_filed(header)) file_entry(fold, &place);
    log->folded = header->idx;
    fold->folded++;
}

void fold_event(struct fold *fold, struct log *log, const struct event_header *header,
                struct span payload)
{
    fold_entry(fold, log, header, payload, (struct span){0});
}

bool fold_log(struct fold *fold, struct log *log, uint64_t limit)
{
    uint64_t through = book_committed(log);
    for (uint64_t done = 0; log->folded < through; done++) {
        if (done == limit) return true;
        struct event event;
        struct event_header header;
        enum error error = log_read(fold->logs, &log->id, log->folded + 1, &event, NULL);
        if (error == OK) error = event_header_decode(event.header, &header);
        if (error != OK) {
            fold->desk.rows.port->fail(fold->desk.rows.world, error);
            return false;
        }
        struct span ahead = log_rows_ahead(fold->logs, log, header.idx);
        fold_entry(fold, log, &header, event.payload, ahead);
    }
    return false;
}

void fold_flush(struct fold *fold)
{
    for (uint32_t i = 0; i < fold->logs->count; i++) {
        struct log *log = &fold->logs->log[i];
        if (log->folded == log->folded_stored) continue;
        struct key key = key_of(&log->id);
        struct cursor_row row = {log->folded + (BUG(cursor_ahead) ? 1 : 0)};
        rows_store(&fold->desk.rows, VIEW_CURSOR, &key, &cursor_row_shape, &row);
    }
}
