/* The doors of the business: every command, event and to-do goes to the file that knows it. */
#include "overseas-warehouse/batches/batches.h"
#include "overseas-warehouse/billing/billing.h"
#include "overseas-warehouse/exchange/exchange.h"
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/label/lane.h"
#include "overseas-warehouse/matching/matching.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/photos/photos.h"
#include "overseas-warehouse/plates/plates.h"
#include "overseas-warehouse/recharge.h"
#include "overseas-warehouse/repair/repair.h"
#include "overseas-warehouse/stock/stock.h"
#include "overseas-warehouse/worth/rows.h"
#include "proto/bugs.h"

/* --- who decides ------------------------------------------------------------------------------ */

static enum error book_of_merchant(const struct desk *desk, const struct command *command,
                                   const struct id *merchant, struct id *authority)
{
    struct merchant row;
    (void)command;
    if (!merchant_load(&desk->rows, merchant, &row)) return ERROR_NOT_FOUND;
    *authority = row.book;
    return OK;
}

static bool is_in_scope(const struct command *command, const struct id *merchant)
{
    if (BUG(scope_ignored)) return true;
    return id_is_zero(&command->merchant) || id_equal(&command->merchant, merchant);
}

/* Another merchant's is refused here, like one that there is not, wherever its book is led: asked
 * of that book the request would be told apart, and stand in it for its owner to see. */
static enum error book_of_return(const struct desk *desk, const struct command *command,
                                 const struct id *return_id, struct id *authority)
{
    struct return_row row;
    if (!return_load(&desk->rows, return_id, &row)) return ERROR_NOT_FOUND;
    if (!is_in_scope(command, &row.merchant)) return ERROR_NOT_FOUND;
    *authority = row.book;
    return OK;
}

static enum error book_of_order(const struct desk *desk, const struct command *command,
                                const struct id *order, struct id *authority)
{
    struct order_row row;
    if (!order_load(&desk->rows, order, &row)) return ERROR_NOT_FOUND;
    if (!is_in_scope(command, &row.merchant)) return ERROR_NOT_FOUND;
    *authority = row.book;
    return OK;
}

static enum error book_of_grant(const struct desk *desk, const struct command *command,
                                const struct id *grant, struct id *authority)
{
    struct grant_row row;
    if (!grant_load(&desk->rows, grant, &row)) return ERROR_NOT_FOUND;
    if (!is_in_scope(command, &row.merchant)) return ERROR_NOT_FOUND;
    *authority = row.book;
    return OK;
}

static enum error book_of_claim(const struct desk *desk, const struct command *command,
                                const struct id *claim, struct id *authority)
{
    struct compensation_row row;
    if (!compensation_load(&desk->rows, claim, &row)) return ERROR_NOT_FOUND;
    if (!is_in_scope(command, &row.merchant)) return ERROR_NOT_FOUND;
    *authority = row.book;
    return OK;
}

static enum error book_of_refund(const struct desk *desk, const struct command *command,
                                 const struct id *slot, struct id *authority)
{
    struct refund_row row;
    if (!refund_load(&desk->rows, slot, &row)) return ERROR_NOT_FOUND;
    if (!is_in_scope(command, &row.merchant)) return ERROR_NOT_FOUND;
    *authority = row.book;
    return OK;
}

static enum error known_warehouse(const struct desk *desk, const struct command *command,
                                  const struct id *warehouse, struct id *authority)
{
    (void)command;
    struct key key = key_of(warehouse);
    if (!rows_has(&desk->rows, VIEW_WAREHOUSE, &key)) return ERROR_NOT_FOUND;
    *authority = *warehouse;
    return OK;
}

static enum error warehouse_of_unit(const struct desk *desk, const struct command *command,
                                    const struct id *unit, struct id *authority)
{
    struct unit_now now;
    if (!unit_load(&desk->rows, unit, &now)) return ERROR_NOT_FOUND;
    if (!unit_is_covered(desk, command, unit)) return ERROR_NOT_FOUND;
    *authority = now.row.warehouse;
    return OK;
}

static enum error warehouse_of_plate(const struct desk *desk, const struct command *command,
                                     const struct id *plate, struct id *authority)
{
    struct plate_now now;
    (void)command;
    if (!plate_load(&desk->rows, plate, &now)) return ERROR_NOT_FOUND;
    *authority = now.row.warehouse;
    return OK;
}

static enum error warehouse_of_batch(const struct desk *desk, const struct command *command,
                                     const struct id *batch, struct id *authority)
{
    struct batch_now now;
    (void)command;
    if (!batch_load(&desk->rows, batch, &now)) return ERROR_NOT_FOUND;
    *authority = now.row.warehouse;
    return OK;
}

static enum error warehouse_of_repair(const struct desk *desk, const struct command *command,
                                      const struct id *repair, struct id *authority)
{
    struct repair_now now;
    (void)command;
    if (!repair_load(&desk->rows, repair, &now)) return ERROR_NOT_FOUND;
    *authority = now.row.warehouse;
    return OK;
}

/* Of those that name a record of the authority; the others need none. */
static const struct {
    enum command_kind kind;
    const char *field;
} authority_fields[] = {
    {COMMAND_ORDER_IMPORT, "merchant"},
    {COMMAND_SKU_PUT, "merchant"},
    {COMMAND_PRESET_PUT, "merchant"},
    {COMMAND_RETURN_GROUP, "merchant"},
    {COMMAND_RETURN_REQUEST, "merchant"},
    {COMMAND_POLICY_PUT, "merchant"},
    {COMMAND_CALENDAR_PUT, "merchant"},
    {COMMAND_REFUND_RECORD, "merchant"},
    {COMMAND_UNIT_RELEASE, "merchant"},
    {COMMAND_CLAIM_OPEN, "merchant"},
    {COMMAND_CLAIM_FILE, "claim"},
    {COMMAND_CLAIM_ANSWER, "claim"},
    {COMMAND_CLAIM_PAY, "claim"},
    {COMMAND_CLAIM_WITHDRAW, "claim"},
    {COMMAND_RETURN_APPROVE, "return_id"},
    {COMMAND_RETURN_DECLINE, "return_id"},
    {COMMAND_RETURN_CANCEL, "return_id"},
    {COMMAND_RETURN_DISPUTE, "return_id"},
    {COMMAND_RETURN_ESCALATE, "return_id"},
    {COMMAND_RETURN_WITHDRAW, "return_id"},
    {COMMAND_RETURN_REPLACE, "return_id"},
    {COMMAND_RETURN_REFUND_INSTEAD, "return_id"},
    {COMMAND_DEADLINE_OVERRIDE, "return_id"},
    {COMMAND_GRANT_GIVE, "return_id"},
    {COMMAND_RETURN_NOTE, "return_id"},
    {COMMAND_GRANT_ACCEPT, "grant"},
    {COMMAND_GRANT_REFUSE, "grant"},
    {COMMAND_GRANT_WITHDRAW, "grant"},
    {COMMAND_ORDER_AMEND, "order"},
    {COMMAND_REFUND_RESOLVE, "slot"},
    {COMMAND_WEBHOOK_DISABLE, "webhook"},
    {COMMAND_WEBHOOK_REPLAY, "webhook"},
    {COMMAND_WEBHOOK_TEST, "webhook"},
    {COMMAND_WEBHOOK_CHECK, "webhook"},
    {COMMAND_WEBHOOK_PUT, "merchant"},
    {COMMAND_ARTICLE_PUT, "merchant"},
    {COMMAND_CORRECTIVE_BEGIN, "merchant"},
    {COMMAND_CORRECTIVE_CLOSE, "corrective"},
    {COMMAND_COMPLAINT_OPEN, "return_id"},
    {COMMAND_COMPLAINT_CLOSE, "complaint"},
    {COMMAND_FOLLOWUP_CONSENT, "return_id"},
    {COMMAND_FOLLOWUP_ANSWER, "return_id"},
    {COMMAND_BOX_RECEIVE, "warehouse"},
    {COMMAND_BOX_NOTE, "box"},
    {COMMAND_BOX_MATCH, "box"},
    {COMMAND_BOX_UNMATCH, "box"},
    {COMMAND_UNIT_VOID, "unit"},
    {COMMAND_BOX_VOID, "box"},
    {COMMAND_FEE_PUT, "warehouse"},
    {COMMAND_BALANCE_TOPUP, "warehouse"},
    {COMMAND_STATEMENT_CLOSE, "warehouse"},
    {COMMAND_ARREARS_OVERRIDE, "unit"},
    {COMMAND_UNIT_TAKE, "warehouse"},
    {COMMAND_UNIT_INSPECT, "unit"},
    {COMMAND_UNIT_GRADE, "unit"},
    {COMMAND_UNIT_DISPOSE, "unit"},
    {COMMAND_UNIT_SETTLE, "unit"},
    {COMMAND_UNIT_SHIP, "unit"},
    {COMMAND_COST_PUT, "merchant"},
    {COMMAND_UNIT_LOCK, "merchant"},
    {COMMAND_UNIT_HOLD, "unit"},
    {COMMAND_UNIT_LIFT, "unit"},
    {COMMAND_RECALL_PUT, "merchant"},
    {COMMAND_CHECKLIST_PUT, "merchant"},
    {COMMAND_SCALE_PUT, "merchant"},
    {COMMAND_UNIT_SECOND, "unit"},
    {COMMAND_UNIT_ASK, "merchant"},
    {COMMAND_PLATE_MAKE, "warehouse"},
    {COMMAND_PLATE_MERGE, "warehouse"},
    {COMMAND_PLATE_TAKE, "warehouse"},
    {COMMAND_PLATE_ADD, "plate"},
    {COMMAND_PLATE_SPLIT, "plate"},
    {COMMAND_PLATE_MOVE, "plate"},
    {COMMAND_PLATE_VOID, "plate"},
    {COMMAND_REMOVAL_PUT, "merchant"},
    {COMMAND_REMOVAL_RECEIVE, "warehouse"},
    {COMMAND_INBOUND_PUT, "merchant"},
    {COMMAND_BATCH_OPEN, "warehouse"},
    {COMMAND_BATCH_ADD, "batch"},
    {COMMAND_BATCH_REMOVE, "batch"},
    {COMMAND_BATCH_CLOSE, "batch"},
    {COMMAND_BATCH_PROCEEDS, "batch"},
    {COMMAND_REPAIR_CONSENT, "merchant"},
    {COMMAND_REPAIR_END, "repair"},
    {COMMAND_REPAIR_OPEN, "unit"},
    {COMMAND_REPAIR_WORK, "repair"},
    {COMMAND_STOCK_POST, "warehouse"},
    {COMMAND_STOCK_COUNT, "warehouse"},
    {COMMAND_STOCK_VOID, "warehouse"},
    {COMMAND_STOCK_BIN_PUT, "warehouse"},
    {COMMAND_STOCK_RESERVE, "warehouse"},
    {COMMAND_STOCK_END, "warehouse"},
    {COMMAND_EXCHANGE_OPEN, "return_id"},
    {COMMAND_EXCHANGE_SEND, "warehouse"},
    {COMMAND_EXCHANGE_END, "exchange"},
    {COMMAND_EXCHANGE_PAID, "exchange"},
    {COMMAND_LANE_PUT, "merchant"},
    {COMMAND_LABEL_BUY, "return_id"},
    {COMMAND_LABEL_VOID, "label"},
    {COMMAND_LABEL_SETTLE, "label"},
    {COMMAND_SITE_ADDRESS, "warehouse"},
};

const char *business_authority_field(enum command_kind kind)
{
    for (size_t i = 0; i < sizeof authority_fields / sizeof authority_fields[0]; i++)
        if (authority_fields[i].kind == kind) return authority_fields[i].field;
    return NULL;
}

/* The id that the command's body has in the field; every shape of the table above has it. */
static const struct id *named_in(const struct command *command, const char *name)
{
    const struct shape *shape = command_by_kind(command->kind)->shape;
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        if (field->type == FIELD_id && span_equal(span_text(field->name), span_text(name)))
            return (const struct id *)((const uint8_t *)command->body + field->offset);
    }
    assert(false);
    return NULL;
}

static enum error of_webhook(const struct desk *desk, const struct command *command,
                             const struct id *webhook, struct id *authority)
{
    (void)webhook;
    return hook_authority(desk, command, authority);
}

static enum error of_corrective(const struct desk *desk, const struct command *command,
                                const struct id *corrective, struct id *authority)
{
    (void)corrective;
    return corrective_authority(desk, command, authority);
}

static enum error of_complaint(const struct desk *desk, const struct command *command,
                               const struct id *complaint, struct id *authority)
{
    (void)complaint;
    return complaint_authority(desk, command, authority);
}

static enum error of_exchange(const struct desk *desk, const struct command *command,
                              const struct id *exchange, struct id *authority)
{
    (void)exchange;
    return exchange_authority(desk, command, authority);
}

static enum error book_of_label(const struct desk *desk, const struct command *command,
                                const struct id *label, struct id *authority)
{
    struct label_row row;
    if (!label_load(&desk->rows, label, &row)) return ERROR_NOT_FOUND;
    if (!is_in_scope(command, &row.merchant)) return ERROR_NOT_FOUND;
    *authority = row.book;
    return OK;
}

enum error business_authority(const struct desk *desk, const struct command *command,
                              struct id *authority)
{
    static const struct {
        const char *field;
        enum error (*find)(const struct desk *desk, const struct command *command,
                           const struct id *named, struct id *authority);
    } finders[] = {{"merchant", book_of_merchant}, {"return_id", book_of_return},
                   {"order", book_of_order},       {"grant", book_of_grant},
                   {"claim", book_of_claim},       {"slot", book_of_refund},
                   {"webhook", of_webhook},        {"corrective", of_corrective},
                   {"complaint", of_complaint},    {"warehouse", known_warehouse},
                   {"unit", warehouse_of_unit},    {"plate", warehouse_of_plate},
                   {"batch", warehouse_of_batch},  {"repair", warehouse_of_repair},
                   {"exchange", of_exchange},      {"box", match_authority},
                   {"label", book_of_label}};
    const char *field = business_authority_field(command->kind);
    *authority = (struct id){{0}};
    if (field == NULL) return OK;
    for (size_t i = 0; i < sizeof finders / sizeof finders[0]; i++)
        if (span_equal(span_text(finders[i].field), span_text(field)))
            return finders[i].find(desk, command, named_in(command, field), authority);
    return ERROR_UNSUPPORTED;
}

/* --- commands --------------------------------------------------------------------------------- */

bool command_covers(const struct command *command, const struct id *merchant,
                    struct decision *decision)
{
    /* Not "forbidden": a stranger is not told that the record exists. */
    if (is_in_scope(command, merchant)) return true;
    decision_refuse(decision, ERROR_NOT_FOUND, "merchant: outside the token's scope");
    return false;
}

bool command_matches(const struct command *command, uint64_t version, struct decision *decision)
{
    if (command->if_match == 0 || command->if_match == version) return true;
    decision_refuse(decision, ERROR_CONFLICT, "If-Match");
    return false;
}

/* Who decides what. What the core decides itself (membership, persons) stands in no row. */
static void (*const deciders[])(const struct desk *desk, const struct command *command,
                                struct moment *moment, struct decision *decision) = {
    [COMMAND_PLATE_MAKE] = plate_decide,
    [COMMAND_PLATE_ADD] = plate_decide,
    [COMMAND_PLATE_SPLIT] = plate_decide,
    [COMMAND_PLATE_MERGE] = plate_decide,
    [COMMAND_PLATE_MOVE] = plate_decide,
    [COMMAND_PLATE_VOID] = plate_decide,
    [COMMAND_PLATE_TAKE] = plate_decide,
    [COMMAND_REMOVAL_PUT] = removal_decide,
    [COMMAND_REMOVAL_RECEIVE] = removal_decide,
    [COMMAND_INBOUND_PUT] = inbound_decide,
    [COMMAND_PHOTO_ATTACH] = photo_decide,
    [COMMAND_ORDER_IMPORT] = order_decide,
    [COMMAND_ORDER_AMEND] = order_amend_decide,
    [COMMAND_SKU_PUT] = sku_decide,
    [COMMAND_PRESET_PUT] = preset_decide,
    [COMMAND_RETURN_GROUP] = return_group_decide,
    [COMMAND_RETURN_NOTE] = return_note_decide,
    [COMMAND_RETURN_REQUEST] = return_decide,
    [COMMAND_RETURN_APPROVE] = return_decide,
    [COMMAND_RETURN_DECLINE] = return_decide,
    [COMMAND_RETURN_CANCEL] = return_decide,
    [COMMAND_RETURN_DISPUTE] = return_decide,
    [COMMAND_RETURN_ESCALATE] = return_decide,
    [COMMAND_RETURN_WITHDRAW] = return_decide,
    [COMMAND_RETURN_REFUND_INSTEAD] = return_decide,
    [COMMAND_RETURN_REPLACE] = replace_decide,
    [COMMAND_DEADLINE_OVERRIDE] = deadline_decide,
    [COMMAND_REFUND_RESOLVE] = refund_decide,
    [COMMAND_GRANT_GIVE] = grant_decide,
    [COMMAND_GRANT_ACCEPT] = grant_decide,
    [COMMAND_GRANT_REFUSE] = grant_decide,
    [COMMAND_GRANT_WITHDRAW] = grant_decide,
    [COMMAND_CLAIM_OPEN] = compensation_decide,
    [COMMAND_CLAIM_FILE] = compensation_decide,
    [COMMAND_CLAIM_ANSWER] = compensation_decide,
    [COMMAND_CLAIM_PAY] = compensation_decide,
    [COMMAND_CLAIM_WITHDRAW] = compensation_decide,
    [COMMAND_REFUND_RECORD] = elsewhere_decide,
    [COMMAND_UNIT_RELEASE] = release_decide,
    [COMMAND_POLICY_PUT] = policy_decide,
    [COMMAND_CALENDAR_PUT] = calendar_decide,
    [COMMAND_BOX_RECEIVE] = box_decide,
    [COMMAND_BOX_NOTE] = match_decide,
    [COMMAND_BOX_MATCH] = match_decide,
    [COMMAND_BOX_UNMATCH] = match_decide,
    [COMMAND_UNIT_VOID] = unit_void_decide,
    [COMMAND_BOX_VOID] = box_void_decide,
    [COMMAND_UNIT_INSPECT] = unit_decide,
    [COMMAND_UNIT_GRADE] = unit_decide,
    [COMMAND_UNIT_DISPOSE] = unit_decide,
    [COMMAND_UNIT_SETTLE] = unit_decide,
    [COMMAND_UNIT_SHIP] = unit_decide,
    [COMMAND_UNIT_TAKE] = unit_decide,
    [COMMAND_TRACKING] = tracking_decide,
    [COMMAND_WEBHOOK_PUT] = hook_decide,
    [COMMAND_WEBHOOK_DISABLE] = hook_decide,
    [COMMAND_WEBHOOK_REPLAY] = hook_decide,
    [COMMAND_WEBHOOK_TEST] = hook_decide,
    [COMMAND_WEBHOOK_CHECK] = hook_decide,
    [COMMAND_CORRECTIVE_BEGIN] = corrective_decide,
    [COMMAND_CORRECTIVE_CLOSE] = corrective_decide,
    [COMMAND_ARTICLE_PUT] = article_decide,
    [COMMAND_COMPLAINT_OPEN] = complaint_decide,
    [COMMAND_COMPLAINT_CLOSE] = complaint_decide,
    [COMMAND_FOLLOWUP_CONSENT] = followup_decide,
    [COMMAND_FOLLOWUP_ANSWER] = followup_decide,
    [COMMAND_FOLLOWUP_COMMENT] = followup_decide,
    [COMMAND_RETURN_LINK] = link_decide,
    [COMMAND_LINK_REVOKE] = link_decide,
    [COMMAND_COST_PUT] = cost_decide,
    [COMMAND_UNIT_HOLD] = hold_decide,
    [COMMAND_UNIT_LIFT] = hold_decide,
    [COMMAND_RECALL_PUT] = recall_decide,
    [COMMAND_CHECKLIST_PUT] = checklist_decide,
    [COMMAND_SCALE_PUT] = scale_decide,
    [COMMAND_UNIT_SECOND] = second_decide,
    [COMMAND_FINDING_NOTE] = finding_decide,
    [COMMAND_UNIT_LOCK] = lock_decide,
    [COMMAND_UNIT_ASK] = ask_decide,
    [COMMAND_FEE_PUT] = billing_decide,
    [COMMAND_BALANCE_TOPUP] = billing_decide,
    [COMMAND_STATEMENT_CLOSE] = billing_decide,
    [COMMAND_ARREARS_OVERRIDE] = billing_decide,
    [COMMAND_REFUND_TOLD] = told_decide,
    [COMMAND_BATCH_OPEN] = batch_decide,
    [COMMAND_BATCH_ADD] = batch_decide,
    [COMMAND_BATCH_REMOVE] = batch_decide,
    [COMMAND_BATCH_CLOSE] = batch_decide,
    [COMMAND_BATCH_PROCEEDS] = batch_decide,
    [COMMAND_REPAIR_CONSENT] = repair_consent_decide,
    [COMMAND_REPAIR_END] = repair_decide,
    [COMMAND_REPAIR_OPEN] = repair_decide,
    [COMMAND_REPAIR_WORK] = repair_decide,
    [COMMAND_STOCK_POST] = stock_decide,
    [COMMAND_STOCK_COUNT] = stock_decide,
    [COMMAND_STOCK_VOID] = stock_decide,
    [COMMAND_STOCK_BIN_PUT] = stock_decide,
    [COMMAND_STOCK_RESERVE] = stock_decide,
    [COMMAND_STOCK_END] = stock_decide,
    [COMMAND_EXCHANGE_OPEN] = exchange_decide,
    [COMMAND_EXCHANGE_SEND] = exchange_send_decide,
    [COMMAND_EXCHANGE_END] = exchange_decide,
    [COMMAND_EXCHANGE_PAID] = exchange_decide,
    [COMMAND_LANE_PUT] = lane_decide,
    [COMMAND_LABEL_BUY] = label_decide,
    [COMMAND_LABEL_VOID] = label_decide,
    [COMMAND_LABEL_SETTLE] = label_decide,
    [COMMAND_SITE_ADDRESS] = site_decide,
};

bool business_decides(enum command_kind kind)
{
    return (size_t)kind < sizeof deciders / sizeof deciders[0] && deciders[kind] != NULL;
}

void business_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                     struct decision *decision)
{
    if (business_decides(command->kind))
        deciders[command->kind](desk, command, moment, decision);
    else
        decision_refuse(decision, ERROR_UNSUPPORTED, "command");
}

void business_react(const struct desk *desk, const struct id *authority, enum todo_kind kind,
                    const struct id *thing, const struct id *second, struct moment *moment,
                    struct decision *decision)
{
    if (kind == TODO_TOLD) told_react(desk, thing, moment, decision);
    if (kind == TODO_MADE) made_react(desk, authority, thing, moment, decision);
    if (kind == TODO_CHARGE) billing_react(desk, authority, thing, moment, decision);
    if (kind == TODO_FOLLOWUP) followup_react(desk, thing, moment, decision);
    if (kind == TODO_BATCH) batch_react(desk, thing, moment, decision);
    if (second == NULL) return;
    switch (kind) {
    case TODO_BOX: claim_react(desk, thing, second, moment, decision); return;
    case TODO_ASSIGN: assign_react(desk, thing, second, moment, decision); return;
    case TODO_RETURN: return_react(desk, thing, second, moment, decision); return;
    case TODO_GRANT: grant_react(desk, second, moment, decision); return;
    case TODO_PAY: pay_react(desk, thing, moment, decision); return;
    case TODO_OUTBOUND: outbound_react(desk, thing, second, moment, decision); return;
    case TODO_MATCH: match_react(desk, thing, second, moment, decision); return;
    case TODO_REMOVAL: removal_react(desk, thing, second, moment, decision); return;
    case TODO_RECHARGE: recharge_react(desk, thing, moment, decision); return;
    case TODO_EXCHANGE: exchange_react(desk, thing, moment, decision); return;
    case TODO_EXCHANGE_KEEP: exchange_keep_react(desk, thing, moment, decision); return;
    case TODO_LABEL: label_react(desk, thing, moment, decision); return;
    case TODO_ASK:
    case TODO_EFFECT:
    case TODO_ERASE:
    case TODO_TOLD:
    case TODO_FOLLOWUP:
    case TODO_CHARGE:
    case TODO_BATCH:
    case TODO_MADE: return;
    }
}

void business_due(const struct desk *desk, const struct id *authority, uint64_t due_ms,
                  uint64_t verb, const struct id *thing, struct moment *moment,
                  struct decision *decision)
{
    if (verb == DO_BILL)
        billing_due(desk, authority, thing, moment, decision);
    else if (verb == DO_LAPSE && id_equal(authority, &desk->warehouse))
        stock_due(desk, due_ms, thing, moment, decision);
    else if (verb == DO_ABANDON)
        abandon_due(desk, due_ms, thing, moment, decision);
    else if ((verb == DO_LAPSE || verb == DO_REFUND_INSTEAD) &&
             exchange_due(desk, due_ms, thing, moment, decision))
        return;
    else if (verb == DO_LAPSE)
        grant_due(desk, due_ms, thing, moment, decision);
    else if (verb == DO_RUN_OUT)
        compensation_due(desk, due_ms, thing, moment, decision);
    else if (verb == DO_REQUEST)
        outbound_due(desk, due_ms, thing, moment, decision);
    else if (verb == DO_RELEASE)
        ask_due(desk, authority, due_ms, thing, moment, decision);
    else if (verb == DO_FOLLOW_UP)
        followup_due(desk, due_ms, thing, moment, decision);
    else
        return_due(desk, due_ms, verb, thing, moment, decision);
}

/* --- entries ---------------------------------------------------------------------------------- */

bool business_looks_ahead(uint64_t kind)
{
    return kind == EVENT_TRACKING;
}

struct span business_ahead(const struct crypto *crypto, enum event_kind kind,
                           const union event_body *body, uint8_t *buffer, size_t size)
{
    if (kind == EVENT_TRACKING) return tracking_ahead(crypto, &body->tracking, buffer, size);
    return (struct span){0};
}

bool business_fold_ahead(const struct desk *desk, enum event_kind kind, struct span ahead)
{
    return ahead.size > 0 && kind == EVENT_TRACKING && tracking_fold_ahead(desk, ahead);
}

/* Entries of goods have more than one reader: what they did, by when it was owed, what it costs. */
static void box_entry(const struct desk *desk, const struct place *place,
                      const struct box_received *received)
{
    box_fold(desk, place, received);
    billing_of_box(desk, place, received);
}

static void unit_entry(const struct desk *desk, const struct place *place,
                       const struct unit_moved *moved)
{
    unit_fold(desk, place, moved);
    deadlines_of_unit(desk, &moved->unit, moved->hop, &place->log);
    billing_of_unit(desk, place, moved);
    batches_of_unit(desk, &moved->unit);
    inspection_of_unit(desk, place, moved);
    holds_refresh(desk, &moved->unit);
}

static void assigned_entry(const struct desk *desk, const struct place *place,
                           const struct unit_assigned *assigned)
{
    assigned_fold(desk, place, assigned);
    billing_owner_refresh(desk, &assigned->unit);
    stock_of_unit(desk, &assigned->unit);
    holds_refresh(desk, &assigned->unit);
}

static void claimed_entry(const struct desk *desk, const struct place *place,
                          const struct box_claimed *claimed)
{
    claim_fold(desk, place, claimed);
    receipt_void_refresh(desk, &claimed->box);
    billing_owner_refresh(desk, &claimed->box);
}

static void care_entry(const struct desk *desk, const struct place *place, enum event_kind kind,
                       const union event_body *body)
{
    if (kind == EVENT_CORRECTIVE_BEGUN)
        corrective_begun_fold(desk, place, &body->corrective_begun);
    else if (kind == EVENT_CORRECTIVE_CLOSED)
        corrective_closed_fold(desk, place, &body->corrective_closed);
    else if (kind == EVENT_COMPLAINT_OPENED)
        complaint_opened_fold(desk, place, &body->complaint_opened);
    else if (kind == EVENT_COMPLAINT_CLOSED)
        complaint_closed_fold(desk, place, &body->complaint_closed);
    else
        article_fold(desk, place, &body->article);
}

static void inspection_entry(const struct desk *desk, const struct place *place,
                             enum event_kind kind, const union event_body *body)
{
    if (kind == EVENT_UNIT_HELD)
        hold_fold(desk, place, &body->unit_held);
    else if (kind == EVENT_RECALLED)
        recall_fold(desk, place, &body->recalled);
    else if (kind == EVENT_CHECKLIST)
        checklist_fold(desk, place, &body->checklist_set);
    else if (kind == EVENT_SCALE)
        scale_fold(desk, place, &body->scale_set);
    else if (kind == EVENT_SECOND_GRADED)
        second_fold(desk, place, &body->second_graded);
    else
        finding_fold(desk, place, &body->findings_noted);
}

static void removal_entry(const struct desk *desk, const struct place *place,
                          const struct removal_received *received)
{
    removal_received_fold(desk, place, received);
    for (uint32_t i = 0; i < received->units_count; i++) {
        billing_owner_refresh(desk, &received->units[i].unit);
        stock_of_unit(desk, &received->units[i].unit);
        holds_refresh(desk, &received->units[i].unit);
    }
}

static void removal_known(const struct desk *desk, const struct place *place,
                          const struct removal *removal)
{
    removal_fold(desk, place, removal);
    stock_of_removal(desk, &removal->removal);
    holds_of_removal(desk, &removal->removal);
}

static void plates_entry(const struct desk *desk, const struct place *place, enum event_kind kind,
                         const union event_body *body)
{
    if (kind == EVENT_PLATE_MOVED)
        plate_fold(desk, place, &body->plate_moved);
    else if (kind == EVENT_REMOVAL)
        removal_known(desk, place, &body->removal);
    else if (kind == EVENT_REMOVAL_RECEIVED)
        removal_entry(desk, place, &body->removal_received);
    else
        inbound_fold(desk, place, &body->inbound);
}

static void match_entry(const struct desk *desk, const struct place *place, enum event_kind kind,
                        const union event_body *body)
{
    if (kind == EVENT_BOX_NOTED)
        box_noted_fold(desk, place, &body->box_noted);
    else if (kind == EVENT_BOX_WEIGHED)
        box_weighed_fold(desk, place, &body->box_weighed);
    else if (kind == EVENT_BOX_MATCHED)
        box_matched_fold(desk, place, &body->box_matched);
    else if (kind == EVENT_BOX_ABANDONED)
        box_abandoned_fold(desk, place, &body->box_abandoned);
    else
        box_voided_fold(desk, place, &body->box_voided);
}

static void refund_entry(const struct desk *desk, const struct place *place,
                         const struct refund_moved *moved)
{
    refund_fold(desk, place, moved);
    deadlines_of_refund(desk, &moved->slot);
}

/* Units that leave together, and those at a bench. */
static void leaving_entry(const struct desk *desk, const struct place *place, enum event_kind kind,
                          const union event_body *body)
{
    if (kind == EVENT_BATCH_MOVED)
        batch_fold(desk, place, &body->batch_moved);
    else if (kind == EVENT_BATCH_PAID)
        batch_paid_fold(desk, place, &body->batch_paid);
    else if (kind == EVENT_REPAIR_MOVED)
        repair_fold(desk, place, &body->repair_moved);
    else
        repair_consented_fold(desk, place, &body->repair_consented);
}

void business_fold(const struct desk *desk, const struct place *place, enum event_kind kind,
                   const union event_body *body)
{
    switch (kind) {
    case EVENT_TRACKING: tracking_fold(desk, place, &body->tracking); return;
    case EVENT_BOX_RECEIVED: box_entry(desk, place, &body->box_received); return;
    case EVENT_UNIT_MOVED: unit_entry(desk, place, &body->unit_moved); return;
    case EVENT_UNIT_ASSIGNED: assigned_entry(desk, place, &body->unit_assigned); return;
    case EVENT_ORDER: order_fold(desk, place, &body->order); return;
    case EVENT_ORDER_AMENDED: order_amended_fold(desk, place, &body->order_amended); return;
    case EVENT_SKU: sku_fold(desk, place, &body->sku); return;
    case EVENT_PRESET: preset_fold(desk, place, &body->preset); return;
    case EVENT_RETURN_NOTED: return_noted_fold(desk, place, &body->return_noted); return;
    case EVENT_RETURN_MOVED: return_fold(desk, place, &body->return_moved); return;
    case EVENT_BOX_CLAIMED: claimed_entry(desk, place, &body->box_claimed); return;
    case EVENT_REFUND_TOLD: told_fold(desk, &body->refund_told); return;
    case EVENT_REFUND_MOVED: refund_entry(desk, place, &body->refund_moved); return;
    case EVENT_RELEASED: release_fold(desk, place, &body->released); return;
    case EVENT_GRANT_MOVED: grant_fold(desk, place, &body->grant_moved); return;
    case EVENT_COMPENSATION_MOVED:
        compensation_fold(desk, place, &body->compensation_moved);
        return;
    case EVENT_POLICY: policy_fold(desk, place, &body->policy_set); return;
    case EVENT_CALENDAR: calendar_fold(desk, place, &body->calendar_set); return;
    case EVENT_REFUNDED_ELSEWHERE: elsewhere_fold(desk, place, &body->refunded_elsewhere); return;
    case EVENT_OVERDUE: overdue_fold(desk, place, &body->overdue); return;
    case EVENT_OVERRIDDEN: overridden_fold(desk, place, &body->overridden); return;
    case EVENT_WEBHOOK_SET: hook_set_fold(desk, place, &body->webhook_set); return;
    case EVENT_WEBHOOK_CHECKED: hook_checked_fold(desk, place, &body->webhook_checked); return;
    case EVENT_CORRECTIVE_BEGUN:
    case EVENT_CORRECTIVE_CLOSED:
    case EVENT_COMPLAINT_OPENED:
    case EVENT_COMPLAINT_CLOSED:
    case EVENT_ARTICLE: care_entry(desk, place, kind, body); return;
    case EVENT_FOLLOWUP: followup_fold(desk, place, &body->followup_moved); return;
    /* clang-format off */
    case EVENT_BOX_NOTED: case EVENT_BOX_WEIGHED: case EVENT_BOX_MATCHED:
    case EVENT_BOX_ABANDONED: case EVENT_BOX_VOIDED: match_entry(desk, place, kind, body); return;
    case EVENT_COST: cost_fold(desk, place, &body->cost_set); return;
    case EVENT_UNIT_HELD: case EVENT_RECALLED: case EVENT_CHECKLIST: case EVENT_SCALE:
    case EVENT_SECOND_GRADED: case EVENT_FINDINGS: inspection_entry(desk, place, kind, body); return;
    case EVENT_UNIT_LOCKED: lock_fold(desk, place, &body->unit_locked); return;
    case EVENT_UNIT_ASKED: ask_fold(desk, place, &body->unit_asked); return;
    case EVENT_FEE_SET:
    case EVENT_CHARGE_POSTED:
    case EVENT_TOPPED_UP:
    case EVENT_STATEMENT_CLOSED:
    case EVENT_ARREARS_OVERRIDDEN: billing_fold(desk, place, kind, body); return;
    case EVENT_PLATE_MOVED:
    case EVENT_REMOVAL:
    case EVENT_REMOVAL_RECEIVED:
    case EVENT_INBOUND: plates_entry(desk, place, kind, body); return;
    case EVENT_BATCH_MOVED:
    case EVENT_BATCH_PAID:
    case EVENT_REPAIR_MOVED:
    case EVENT_REPAIR_CONSENTED: leaving_entry(desk, place, kind, body); return;
    case EVENT_PHOTO_TAKEN: photo_taken_fold(desk, place, &body->photo_taken); return;
    case EVENT_STOCK_POSTED: case EVENT_STOCK_BIN_SET: case EVENT_STOCK_COUNTED:
    case EVENT_STOCK_VOIDED: stock_fold(desk, place, kind, body); return;
    case EVENT_EXCHANGE_MOVED: case EVENT_EXCHANGE_ANSWERED:
        exchange_entry(desk, place, kind, body); return;
    case EVENT_LANE: lane_fold(desk, place, &body->lane); return;
    case EVENT_LABEL_MOVED: label_fold(desk, place, &body->label_moved); return;
    case EVENT_SITE_ADDRESS: site_fold(desk, place, &body->site_address); return;
    /* of the mesh, folded by the core; persons with it, and what is read where it stands */
    case EVENT_GENESIS: case EVENT_MEMBER: case EVENT_MERCHANT: case EVENT_SUCCEEDS:
    case EVENT_HANDOVER: case EVENT_RECOVERED: case EVENT_ASK: case EVENT_ANSWER:
    case EVENT_PERSON: case EVENT_PHOTO_ATTACHED: case EVENT_FOLLOWUP_COMMENT:
    case EVENT_BEAT: case EVENT_ERASE: case EVENT_ERASED: case EVENT_LINK_MADE:
    case EVENT_LINK_REVOKED: case EVENT_WEBHOOK_ASKED: return;
        /* clang-format on */
    }
}
