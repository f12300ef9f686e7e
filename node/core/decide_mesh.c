/* Decisions about the mesh itself: members and merchants, and the two observations that the core
 * keeps apart from the business, personal data and its erasure. */
#include "node/core/core.h"

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

static void decide_person(struct core *core, const struct command *command,
                          struct decision *decision)
{
    const struct person *person = &command->body->person;
    struct key key = key_of(&person->subject);
    decision->entity = person->subject;
    if (rows_has(&core->desk.rows, VIEW_ERASED, &key)) {
        decision_refuse(decision, ERROR_CONFLICT, "subject: its personal data was erased");
        return;
    }
    decision_add(decision, EVENT_PERSON, &person->subject, person);
}

void mesh_decide(struct core *core, const struct command *command, struct decision *decision)
{
    struct erase erase;
    if (command->kind == COMMAND_MEMBER) decide_member(core, command, decision);
    if (command->kind == COMMAND_MERCHANT) decide_merchant(core, command, decision);
    if (command->kind == COMMAND_SUCCEEDS) decide_succeeds(core, command, decision);
    if (command->kind == COMMAND_PERSON) decide_person(core, command, decision);
    if (command->kind == COMMAND_ERASE) {
        erase = command->body->erase;
        erase.by = command->by;
        decision->entity = erase.subject;
        decision_add(decision, EVENT_ERASE, &erase.subject, &erase);
    }
}
