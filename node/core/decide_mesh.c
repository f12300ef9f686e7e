/* Decisions about the mesh itself: members and merchants, and the two observations that the core
 * keeps apart from the business, personal data and its erasure. */
#include "node/core/core_inside.h"

#include "overseas-warehouse/view_rows.h"

static void decide_member(struct core *core, const struct command *command,
                          struct decision *decision)
{
    struct member member = command->body->member;
    member.by = command->by;
    struct key key = key_of(&member.node);
    struct member held;
    bool known = rows_load(&core->desk.rows, VIEW_MEMBER, &key, &member_shape, &held);
    decision->entity = member.node;
    if (known && held.revoked && !member.revoked) {
        decision_refuse(decision, ERROR_CONFLICT, "node: revoked members come back as a new node");
        return;
    }
    /* A warehouse has one keeper: another node takes it only through SUCCEEDS. */
    if (!id_is_zero(&member.warehouse)) {
        struct key at = key_of(&member.warehouse);
        struct warehouse_row row;
        bool kept = rows_load(&core->desk.rows, VIEW_WAREHOUSE, &at, &warehouse_row_shape, &row);
        if (kept && !id_equal(&row.node, &member.node)) {
            decision_refuse(decision, ERROR_CONFLICT, "warehouse: another node keeps it");
            return;
        }
    }
    decision_add(decision, EVENT_MEMBER, &member.node, &member);
}

/* A book is one merchant's: whoever may read it reads all of it. */
static bool is_taken(struct core *core, const struct id *book)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct merchant other;
    while (walk_next(&core->desk.rows, VIEW_MERCHANT, &walk, &row))
        if (shape_decode(&merchant_shape, row.value, &other, NULL) == OK &&
            id_equal(&other.book, book))
            return true;
    return logs_find(&core->logs, book) != NULL;
}

static void decide_merchant(struct core *core, const struct command *command,
                            struct decision *decision)
{
    struct merchant merchant = command->body->merchant;
    merchant.by = command->by;
    struct key key = key_of(&merchant.merchant);
    struct merchant held;
    bool known = rows_load(&core->desk.rows, VIEW_MERCHANT, &key, &merchant_shape, &held);
    decision->entity = merchant.merchant;
    if (known && (!id_equal(&held.book, &merchant.book) || held.currency != merchant.currency)) {
        decision_refuse(decision, ERROR_CONFLICT, "book, currency: these stay as they are");
        return;
    }
    if (!known && is_taken(core, &merchant.book)) {
        decision_refuse(decision, ERROR_CONFLICT, "book: another's already");
        return;
    }
    struct key opener = key_of(&merchant.opener);
    if (!rows_has(&core->desk.rows, VIEW_MEMBER, &opener)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "opener: no such member");
        return;
    }
    decision_add(decision, EVENT_MERCHANT, &merchant.merchant, &merchant);
}

static void decide_succeeds(struct core *core, const struct command *command,
                            struct decision *decision)
{
    struct succeeds succeeds = command->body->succeeds;
    succeeds.by = command->by;
    struct key key = key_of(&succeeds.node);
    decision->entity = succeeds.node;
    if (!rows_has(&core->desk.rows, VIEW_MEMBER, &key)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "node: no such member");
        return;
    }
    decision_add(decision, EVENT_SUCCEEDS, &succeeds.node, &succeeds);
}

/* A merchant's token reaches the persons of its own returns: an erasure cannot be taken back. */
static bool covers_subject(struct core *core, const struct command *command,
                           const struct id *subject, struct decision *decision)
{
    struct return_row row;
    decision->entity = *subject;
    if (id_is_zero(&command->merchant)) return true;
    if (return_load(&core->desk.rows, subject, &row) && id_equal(&row.merchant, &command->merchant))
        return true;
    decision_refuse(decision, ERROR_NOT_FOUND, "subject: no return in the token's scope");
    return false;
}

static void decide_person(struct core *core, const struct command *command,
                          struct decision *decision)
{
    const struct person *person = &command->body->person;
    struct key key = key_of(&person->subject);
    if (!covers_subject(core, command, &person->subject, decision)) return;
    if (rows_has(&core->desk.rows, VIEW_ERASED, &key)) {
        decision_refuse(decision, ERROR_CONFLICT, "subject: its personal data was erased");
        return;
    }
    decision_add(decision, EVENT_PERSON, &person->subject, person);
}

static void decide_erase(struct core *core, const struct command *command,
                         struct decision *decision)
{
    struct erase erase = command->body->erase;
    erase.by = command->by;
    if (covers_subject(core, command, &erase.subject, decision))
        decision_add(decision, EVENT_ERASE, &erase.subject, &erase);
}

void mesh_decide(struct core *core, const struct command *command, struct decision *decision)
{
    if (command->kind == COMMAND_MEMBER) decide_member(core, command, decision);
    if (command->kind == COMMAND_MERCHANT) decide_merchant(core, command, decision);
    if (command->kind == COMMAND_SUCCEEDS) decide_succeeds(core, command, decision);
    if (command->kind == COMMAND_PERSON) decide_person(core, command, decision);
    if (command->kind == COMMAND_ERASE) decide_erase(core, command, decision);
}
