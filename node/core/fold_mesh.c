/* Folds of the entries that make the mesh itself: members, merchants, leaders, asks, answers,
 * persons. */
#include "node/core/fold.h"

#include "node/core/mesh_rows.h"
#include "overseas-warehouse/matching/matching.h"
#include "overseas-warehouse/photos/photos.h"
#include "overseas-warehouse/stock/stock.h"
#include "proto/hlc.h"

static void fold_member(struct fold *fold, const struct member *member)
{
    const struct rows *rows = &fold->desk.rows;
    struct key key = key_of(&member->node);
    rows_store(rows, VIEW_MEMBER, &key, &member_shape, member);
    fold->members_changed = true;
    if (id_is_zero(&member->warehouse)) return;
    struct warehouse_row row = {.node = member->node, .log = member->log, .code = member->code};
    key = key_of(&member->warehouse);
    rows_store(rows, VIEW_WAREHOUSE, &key, &warehouse_row_shape, &row);
    stock_kept(&fold->desk, &member->warehouse, &member->node);
}

static void fold_leadership(struct fold *fold, const struct place *place, const struct id *leader,
                            uint64_t term, const struct voter *voters, uint32_t count)
{
    struct key key = key_of(&place->log);
    struct book_row row;
    if (!rows_load(&fold->desk.rows, VIEW_BOOK, &key, &book_row_shape, &row)) return;
    row.leader = *leader;
    row.term = term;
    row.voters_count = count;
    for (uint32_t i = 0; i < count; i++) row.voters[i] = voters[i];
    rows_store(&fold->desk.rows, VIEW_BOOK, &key, &book_row_shape, &row);
    fold->books_changed = true;
}

static void fold_genesis(struct fold *fold, const struct place *place,
                         const struct genesis *genesis)
{
    struct key key = key_of(&place->log);
    if (place->log_type == LOG_NODE) {
        struct beat_row none = {.node = place->node};
        rows_store_new(&fold->desk.rows, VIEW_BEAT, &key, &beat_row_shape, &none);
        return;
    }
    struct book_row row = {.log_type = place->log_type,
                           .leader = genesis->leader,
                           .merchant = genesis->merchant,
                           .voters_count = genesis->voters_count};
    for (uint32_t i = 0; i < genesis->voters_count; i++) row.voters[i] = genesis->voters[i];
    rows_store(&fold->desk.rows, VIEW_BOOK, &key, &book_row_shape, &row);
    fold->books_changed = true;
}

static void fold_beat(struct fold *fold, const struct place *place, const struct beat *beat)
{
    struct key key = key_of(&place->log);
    struct beat_row row;
    if (!rows_load(&fold->desk.rows, VIEW_BEAT, &key, &beat_row_shape, &row)) return;
    if (beat->through_ms <= row.through_ms) return;
    row.through_ms = beat->through_ms;
    rows_store(&fold->desk.rows, VIEW_BEAT, &key, &beat_row_shape, &row);
}

/* Asks and answers meet in either order: the to-do stands exactly while no answer does. */
static bool has_answer(const struct rows *rows, const struct id *request)
{
    struct key prefix = key_of(request);
    struct walk walk = walk_over(&prefix);
    struct row row;
    return walk_next(rows, VIEW_REQUEST, &walk, &row);
}

static void fold_ask(struct fold *fold, const struct place *place, const struct ask *ask)
{
    const struct rows *rows = &fold->desk.rows;
    struct ask_row row = {.authority = ask->authority,
                          .body_hash = ask->body_hash,
                          .command = ask->command,
                          .asked_ms = hlc_ms(place->hlc),
                          .merchant = ask->merchant,
                          .node = place->node};
    struct key key = key_add_uint(key_add_id(key_of(&ask->request), &place->log), place->idx, 8);
    rows_store(rows, VIEW_ASK, &key, &ask_row_shape, &row);
    if (!has_answer(rows, &ask->request))
        todo_put(rows, &ask->authority, TODO_ASK, &ask->request, NULL);
}

static void fold_answer(struct fold *fold, const struct place *place, const struct answer *answer)
{
    const struct rows *rows = &fold->desk.rows;
    struct request_row row = {.body_hash = answer->body_hash,
                              .command = answer->command,
                              .error = answer->error,
                              .rule = answer->rule,
                              .entity = answer->entity,
                              .merchant = answer->merchant,
                              .answered_ms = hlc_ms(place->hlc),
                              .by = answer->by};
    struct key key = key_add_id(key_of(&answer->request), &place->log);
    rows_store(rows, VIEW_REQUEST, &key, &request_row_shape, &row);
    struct key prefix = key_of(&answer->request);
    struct walk walk = walk_over(&prefix);
    struct row found;
    struct ask_row ask;
    while (walk_next(rows, VIEW_ASK, &walk, &found)) {
        if (shape_decode(&ask_row_shape, found.value, &ask, NULL) != OK) continue;
        struct id authority = ask.authority;
        todo_drop(rows, &authority, TODO_ASK, &answer->request, NULL);
    }
}

void fold_personal(struct fold *fold, const struct place *place, const struct event_header *header,
                   struct span payload)
{
    const struct rows *rows = &fold->desk.rows;
    struct key subject = key_of(&place->entity);
    union event_body body;
    /* The tombstone dominates in any order: a person that comes after it is erased at once. */
    if (rows_has(rows, VIEW_ERASED, &subject)) {
        if (fold->erases && log_erase_payload(fold->logs, &place->log, place->idx) != OK)
            rows->port->fail(rows->world, ERROR_CORRUPT);
        return;
    }
    struct key key = key_add_uint(key_add_id(subject, &place->log), place->idx, 8);
    rows_mark(rows, VIEW_PERSONAL, &key);
    if (payload.at == NULL || event_body_decode(header, payload, &body) != OK) return;
    /* Another one's data under this subject would outlive its own erasure: it is not shown. */
    if (header->kind == EVENT_PERSON && id_equal(&body.person.subject, &place->entity))
        rows_store(rows, VIEW_PERSON, &key, &person_shape, &body.person);
    clues_of_return_refresh(&fold->desk, &place->entity);
    if (header->kind == EVENT_FOLLOWUP_COMMENT &&
        id_equal(&body.followup_comment.return_id, &place->entity))
        rows_store(rows, VIEW_FOLLOWUP_COMMENT, &key, &followup_comment_shape,
                   &body.followup_comment);
    if (header->kind == EVENT_PHOTO_ATTACHED) photo_put(rows, &key, &body.photo_attached);
}

static void fold_erase(struct fold *fold, const struct place *place, const struct erase *erase)
{
    const struct rows *rows = &fold->desk.rows;
    struct id subject_id = erase->subject;
    struct key subject = key_of(&subject_id);
    struct key asked = key_add_uint(key_add_id(subject, &place->log), place->idx, 8);
    struct erasure_row erasure = {
        .asked_ms = hlc_ms(place->hlc), .reason = erase->reason, .by = erase->by};
    rows_store(rows, VIEW_ERASURE, &asked, &erasure_row_shape, &erasure);
    rows_mark(rows, VIEW_ERASED, &subject);
    fold->erased = true;
    struct row row;
    for (struct walk walk = walk_over(&subject); walk_next(rows, VIEW_PERSONAL, &walk, &row);) {
        struct key key = walk.at;
        struct id log;
        memcpy(log.bytes, key.bytes + ID_BYTES, ID_BYTES);
        uint64_t idx = be_get(key.bytes + 2 * ID_BYTES, 8);
        rows_drop(rows, VIEW_PERSONAL, &key);
        rows_drop(rows, VIEW_PERSON, &key);
        rows_drop(rows, VIEW_FOLLOWUP_COMMENT, &key);
        photo_drop(rows, &key);
        if (fold->erases && log_erase_payload(fold->logs, &log, idx) != OK)
            rows->port->fail(rows->world, ERROR_CORRUPT);
    }
    followup_refresh(&fold->desk, &subject_id);
    clues_of_return_refresh(&fold->desk, &subject_id);
}

/* The first word holds; a store that says it again has nothing to add. */
static void fold_erased(struct fold *fold, const struct place *place, const struct erased *erased)
{
    struct erased_at_row row = {.node = place->node, .at_ms = hlc_ms(place->hlc)};
    struct key key = key_add_id(key_of(&erased->subject), &place->log);
    rows_store_new(&fold->desk.rows, VIEW_ERASED_AT, &key, &erased_at_row_shape, &row);
}

void fold_mesh(struct fold *fold, const struct place *place, enum event_kind kind,
               const union event_body *body)
{
    const struct rows *rows = &fold->desk.rows;
    struct key key;
    if (kind == EVENT_GENESIS) fold_genesis(fold, place, &body->genesis);
    if (kind == EVENT_MEMBER) fold_member(fold, &body->member);
    if (kind == EVENT_HANDOVER)
        fold_leadership(fold, place, &body->handover.leader, body->handover.term,
                        body->handover.voters, body->handover.voters_count);
    if (kind == EVENT_RECOVERED)
        fold_leadership(fold, place, &body->recovered.leader, body->recovered.term,
                        body->recovered.voters, body->recovered.voters_count);
    if (kind == EVENT_ASK) fold_ask(fold, place, &body->ask);
    if (kind == EVENT_ANSWER) fold_answer(fold, place, &body->answer);
    if (kind == EVENT_ERASE) fold_erase(fold, place, &body->erase);
    if (kind == EVENT_ERASED) fold_erased(fold, place, &body->erased);
    if (kind == EVENT_BEAT) fold_beat(fold, place, &body->beat);
    if (kind == EVENT_LINK_MADE) link_made_fold(&fold->desk, place, &body->link_made);
    if (kind == EVENT_LINK_REVOKED) link_revoked_fold(&fold->desk, &body->link_revoked);
    if (kind == EVENT_MERCHANT) {
        key = key_of(&body->merchant.merchant);
        rows_store(rows, VIEW_MERCHANT, &key, &merchant_shape, &body->merchant);
    }
    if (kind == EVENT_SUCCEEDS) {
        key = key_of(&body->succeeds.old_log);
        rows_store(rows, VIEW_SUCCEEDS, &key, &succeeds_shape, &body->succeeds);
    }
}
