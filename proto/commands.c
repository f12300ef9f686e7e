#include "proto/commands.h"

/* clang-format off */
SHAPE_DEFINE(order_import, ORDER_IMPORT_FIELDS)
SHAPE_DEFINE(return_request, RETURN_REQUEST_FIELDS)
SHAPE_DEFINE(return_decide, RETURN_DECIDE_FIELDS)
SHAPE_DEFINE(return_replace, RETURN_REPLACE_FIELDS)
SHAPE_DEFINE(box_item, BOX_ITEM_FIELDS)
SHAPE_DEFINE(box_receive, BOX_RECEIVE_FIELDS)
SHAPE_DEFINE(unit_act, UNIT_ACT_FIELDS)
SHAPE_DEFINE(unit_take, UNIT_TAKE_FIELDS)
SHAPE_DEFINE(refund_resolve, REFUND_RESOLVE_FIELDS)
SHAPE_DEFINE(refund_record, REFUND_RECORD_FIELDS)
SHAPE_DEFINE(grant_give, GRANT_GIVE_FIELDS)
SHAPE_DEFINE(grant_decide, GRANT_DECIDE_FIELDS)
SHAPE_DEFINE(claim_open, CLAIM_OPEN_FIELDS)
SHAPE_DEFINE(claim_step, CLAIM_STEP_FIELDS)
SHAPE_DEFINE(claim_answer, CLAIM_ANSWER_FIELDS)
SHAPE_DEFINE(claim_pay, CLAIM_PAY_FIELDS)
SHAPE_DEFINE(unit_release, UNIT_RELEASE_FIELDS)
SHAPE_DEFINE(policy_put, POLICY_PUT_FIELDS)
SHAPE_DEFINE(deadline_override, DEADLINE_OVERRIDE_FIELDS)
SHAPE_DEFINE(calendar_put, CALENDAR_PUT_FIELDS)
SHAPE_DEFINE(amend_line, AMEND_LINE_FIELDS)
SHAPE_DEFINE(amend_payment, AMEND_PAYMENT_FIELDS)
SHAPE_DEFINE(order_amend, ORDER_AMEND_FIELDS)
SHAPE_DEFINE(sku_put, SKU_PUT_FIELDS)
SHAPE_DEFINE(group_order, GROUP_ORDER_FIELDS)
SHAPE_DEFINE(return_group, RETURN_GROUP_FIELDS)
SHAPE_DEFINE(return_note, RETURN_NOTE_FIELDS)
SHAPE_DEFINE(preset_put, PRESET_PUT_FIELDS)
SHAPE_DEFINE(return_link, RETURN_LINK_FIELDS)
SHAPE_DEFINE(link_revoke, LINK_REVOKE_FIELDS)
/* clang-format on */

#define COMMAND_ROW(NAME, number, word, shape, authority, roles)                                   \
    {NAME, word, &shape##_shape, AUTHORITY_##authority, (roles)},
const struct command_row command_rows[] = {COMMAND_LIST(COMMAND_ROW)};
const size_t command_rows_count = sizeof command_rows / sizeof command_rows[0];

const struct command_row *command_by_kind(uint64_t kind)
{
    for (size_t i = 0; i < command_rows_count; i++)
        if ((uint64_t)command_rows[i].kind == kind) return &command_rows[i];
    return NULL;
}

const struct command_row *command_by_word(struct span word)
{
    for (size_t i = 0; i < command_rows_count; i++)
        if (span_equal(span_text(command_rows[i].word), word)) return &command_rows[i];
    return NULL;
}

static const struct {
    enum role role;
    enum actor_kind actor;
} roles[] = {{ROLE_OPERATOR, BY_OPERATOR}, {ROLE_MERCHANT, BY_MERCHANT},
             {ROLE_ADMIN, BY_ADMIN},       {ROLE_BUYER, BY_BUYER},
             {ROLE_PARTNER, BY_PARTNER},   {ROLE_PLATFORM, BY_PLATFORM}};
#define ROLES_COUNT (sizeof roles / sizeof roles[0])

unsigned role_of_actor(uint64_t actor_kind)
{
    for (size_t i = 0; i < ROLES_COUNT; i++)
        if ((uint64_t)roles[i].actor == actor_kind) return roles[i].role;
    return 0;
}

enum actor_kind actor_of_role(uint64_t role)
{
    for (size_t i = 0; i < ROLES_COUNT; i++)
        if ((uint64_t)roles[i].role == role) return roles[i].actor;
    return BY_BUYER; /* who may do the least */
}
