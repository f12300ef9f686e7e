#include "proto/commands.h"

/* clang-format off */
SHAPE_DEFINE(order_import, ORDER_IMPORT_FIELDS)
SHAPE_DEFINE(return_request, RETURN_REQUEST_FIELDS)
SHAPE_DEFINE(return_decide, RETURN_DECIDE_FIELDS)
SHAPE_DEFINE(box_item, BOX_ITEM_FIELDS)
SHAPE_DEFINE(box_receive, BOX_RECEIVE_FIELDS)
SHAPE_DEFINE(unit_act, UNIT_ACT_FIELDS)
SHAPE_DEFINE(unit_take, UNIT_TAKE_FIELDS)
SHAPE_DEFINE(refund_resolve, REFUND_RESOLVE_FIELDS)
SHAPE_DEFINE(refund_record, REFUND_RECORD_FIELDS)
SHAPE_DEFINE(unit_release, UNIT_RELEASE_FIELDS)
SHAPE_DEFINE(policy_put, POLICY_PUT_FIELDS)
SHAPE_DEFINE(deadline_override, DEADLINE_OVERRIDE_FIELDS)
SHAPE_DEFINE(amend_line, AMEND_LINE_FIELDS)
SHAPE_DEFINE(amend_payment, AMEND_PAYMENT_FIELDS)
SHAPE_DEFINE(order_amend, ORDER_AMEND_FIELDS)
SHAPE_DEFINE(sku_put, SKU_PUT_FIELDS)
SHAPE_DEFINE(group_order, GROUP_ORDER_FIELDS)
SHAPE_DEFINE(return_group, RETURN_GROUP_FIELDS)
SHAPE_DEFINE(return_note, RETURN_NOTE_FIELDS)
SHAPE_DEFINE(preset_put, PRESET_PUT_FIELDS)
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
