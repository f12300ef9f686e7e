/* Decisions about the mesh itself: members and merchants, and the two observations that the core
 * keeps apart from the business, personal data and its erasure. */
#include "node/core/core_inside.h"

#include "overseas-warehouse/plates/plates.h"
#include "overseas-warehouse/view_rows.h"

/* --- members --------------------------------------------------------------------------------- */

/* What would make two members one: whoever speaks is known by its key, whoever writes by its log. A
 * revoked member's key lets nobody in again, under whatever id. */
static const char *shares(const struct member *one, const struct member *other)
{
    if (memcmp(one->curve_key.bytes, other->curve_key.bytes, KEY_BYTES) == 0)
        return "curve_key: another member's";
    if (memcmp(one->sign_key.bytes, other->sign_key.bytes, KEY_BYTES) == 0)
        return "sign_key: another member's";
    if (id_equal(&one->log, &other->log)) return "log: another member's";
    bool code = one->code.size > 0 && !other->revoked && span_equal(one->code, other->code);
    return code && !id_equal(&one->warehouse, &other->warehouse) ? "code: another warehouse's"
                                                                 : NULL;
}

static const char *shared_with_another(struct core *core, const struct member *member)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct member other;
    const char *what = NULL;
    while (what == NULL && walk_next(&core->desk.rows, VIEW_MEMBER, &walk, &row))
        if (shape_decode(&member_shape, row.value, &other, NULL) == OK &&
            !id_equal(&other.node, &member->node))
            what = shares(member, &other);
    return what;
}

/* A warehouse has one keeper: another node takes it only through SUCCEEDS. */
static bool keeps_another(struct core *core, const struct member *member)
{
    struct key at = key_of(&member->warehouse);
    struct warehouse_row row;
    if (id_is_zero(&member->warehouse)) return false;
    return rows_load(&core->desk.rows, VIEW_WAREHOUSE, &at, &warehouse_row_shape, &row) &&
           !id_equal(&row.node, &member->node);
}

static const char *conflict_of(struct core *core, const struct member *member)
{
    struct key key = key_of(&member->node);
    struct member held;
    bool known = rows_load(&core->desk.rows, VIEW_MEMBER, &key, &member_shape, &held);
    if (known && held.revoked && !member->revoked)
        return "node: revoked members come back as a new node";
    /* Nobody would hear what the membership says from then on. */
    if (member->revoked && id_equal(&member->node, &core->self.node))
        return "node: it leads the membership; hand that book over first";
    if (keeps_another(core, member)) return "warehouse: another node keeps it";
    return member->revoked ? NULL : shared_with_another(core, member);
}

/* Only its kind: whether it can be reached is the mesh's to find out. */
static bool is_address(struct span text)
{
    static const char kind[] = "tcp://";
    if (text.size == 0) return true;
    return text.size >= sizeof kind && memcmp(text.at, kind, sizeof kind - 1) == 0;
}

static void decide_member(struct core *core, const struct command *command,
                          struct decision *decision)
{
    struct member member = command->body->member;
    member.by = command->by;
    decision->entity = member.node;
    const char *conflict = conflict_of(core, &member);
    if (conflict != NULL)
        decision_refuse(decision, ERROR_CONFLICT, conflict);
    else if (!is_address(member.address))
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "address: write tcp://host:port");
    else
        decision_add(decision, EVENT_MEMBER, &member.node, &member);
}

/* --- merchants ------------------------------------------------------------------------------- */

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

static bool is_country(struct span text)
{
    bool two = text.size == 2;
    for (size_t i = 0; two && i < 2; i++) two = text.at[i] >= 'A' && text.at[i] <= 'Z';
    return two || text.size == 0;
}

static const char *out_of_range(const struct merchant *merchant)
{
    if (merchant->cap_minor < 0) return "cap_minor";
    if (merchant->auto_approve_minor < 0) return "auto_approve_minor";
    if (merchant->origin_freight_minor < 0) return "origin_freight_minor";
    if (merchant->handling_minor < 0) return "handling_minor";
    return is_country(merchant->origin) ? NULL : "origin: two capital letters";
}

static bool is_opener(struct core *core, const struct id *node)
{
    struct key key = key_of(node);
    struct member member;
    return rows_load(&core->desk.rows, VIEW_MEMBER, &key, &member_shape, &member) &&
           !member.revoked;
}

static void decide_merchant(struct core *core, const struct command *command,
                            struct decision *decision)
{
    struct merchant merchant = command->body->merchant;
    merchant.by = command->by;
    struct key key = key_of(&merchant.merchant);
    struct merchant held;
    bool known = rows_load(&core->desk.rows, VIEW_MERCHANT, &key, &merchant_shape, &held);
    bool same = known && id_equal(&held.opener, &merchant.opener);
    const char *wrong = out_of_range(&merchant);
    decision->entity = merchant.merchant;
    if (wrong != NULL)
        decision_refuse(decision, ERROR_OUT_OF_RANGE, wrong);
    else if (known && (!id_equal(&held.book, &merchant.book) || held.currency != merchant.currency))
        decision_refuse(decision, ERROR_CONFLICT, "book, currency: these stay as they are");
    else if (!known && is_taken(core, &merchant.book))
        decision_refuse(decision, ERROR_CONFLICT, "book: another's already");
    else if (!same && !is_opener(core, &merchant.opener))
        decision_refuse(decision, ERROR_NOT_FOUND, "opener: no such member");
    else
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
    if (id_equal(&succeeds.old_log, &succeeds.new_log)) {
        decision_refuse(decision, ERROR_CONFLICT, "new_log: the old one itself");
        return;
    }
    decision_add(decision, EVENT_SUCCEEDS, &succeeds.node, &succeeds);
}

/* A merchant's token reaches the persons of its own returns, and the photos of its own units: an
 * erasure cannot be taken back. */
static bool covers_subject(struct core *core, const struct command *command,
                           const struct id *subject, struct decision *decision)
{
    struct return_row row;
    struct unit_owner owner;
    decision->entity = *subject;
    if (id_is_zero(&command->merchant)) return true;
    if (return_load(&core->desk.rows, subject, &row) && id_equal(&row.merchant, &command->merchant))
        return true;
    if (command->kind == COMMAND_ERASE && unit_owner(&core->desk.rows, subject, &owner) &&
        id_equal(&owner.merchant, &command->merchant))
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
    if (!is_country(person->country)) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "country: two capital letters");
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
