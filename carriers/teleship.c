/* Teleship: one line of events over the first and the last mile; its code says less than its words.
 */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "pending", TRACK_PRE_TRANSIT, 0, LISTED },
    { "created", TRACK_PRE_TRANSIT, 0, LISTED },
    { "label_created", TRACK_PRE_TRANSIT, 0, LISTED },
    { "collected", TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, SEEN },
    { "in_hub", TRACK_IN_TRANSIT, 0, SEEN },
    { "in_transit", TRACK_IN_TRANSIT, 0, SEEN },
    { "customs_cleared", TRACK_IN_TRANSIT, TRACK_REASON_CUSTOMS_RELEASED, SEEN },
    { "out_for_delivery", TRACK_OUT_FOR_DELIVERY, 0, LISTED },
    { "delivery_failed", TRACK_DELIVERY_ATTEMPT, 0, LISTED },
    { "returned", TRACK_RETURNED, 0, LISTED },
    { "cancelled", TRACK_CANCELLED, 0, LISTED },
    { "delivered", TRACK_DELIVERED, 0, LISTED },
};
/* clang-format on */

/* clang-format off */
static const struct code_row wording_rows[] = {
    { "out for delivery", TRACK_OUT_FOR_DELIVERY, 0, SEEN },
    { "held by customs", TRACK_EXCEPTION, TRACK_REASON_CUSTOMS_HOLD, REMEMBERED },
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = ".[trackingNumber]",
    .number = "trackingNumber",
    .last_mile = "lastMile/carrier",
    .summary = {"status"},
    .events = "events",
    .at = {"timestamp"},
    .codes = {"code"},
    .text = "description",
    .places = {"location"},
    .meanings = CODE_TABLE(code_rows),
    .wordings = {wording_rows, sizeof wording_rows / sizeof wording_rows[0]},
    .verdicts = {{"messages/code", "404", REPLY_NOT_FOUND, false},
                 {"messages/code", "429", REPLY_LATER, false},
                 {"messages/code", NULL, REPLY_REFUSED, false}},
    .verdict_code = "messages/code",
    .verdict_text = "messages/message",
}};

const struct carrier carrier_teleship = {
    .name = "teleship",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    DIALECTS(dialects),
};
