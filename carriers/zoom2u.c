/* Zoom2u: a status and when it changed, and no list of events. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "Unassigned", TRACK_PRE_TRANSIT, 0, LISTED },
    { "Accepted", TRACK_PRE_TRANSIT, 0, LISTED },
    { "On Route to Pickup", TRACK_PRE_TRANSIT, 0, LISTED },
    { "Picked up", TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, LISTED },
    { "On Route to Dropoff", TRACK_OUT_FOR_DELIVERY, 0, LISTED },
    { "Tried to deliver", TRACK_DELIVERY_ATTEMPT, 0, LISTED },
    { "On Hold - With Courier", TRACK_EXCEPTION, TRACK_REASON_ON_HOLD, LISTED },
    { "Returning", TRACK_RETURNING, 0, LISTED },
    { "Returned", TRACK_RETURNED, 0, LISTED },
    { "Cancelled", TRACK_CANCELLED, 0, LISTED },
    { "Dropped Off", TRACK_DELIVERED, 0, SEEN },
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = ".[statusChangeDateTime]",
    .number = "reference",
    .summary = {"status"},
    .summary_at = {"statusChangeDateTime"},
    .meanings = CODE_TABLE(code_rows),
    .any_case = true,
    .verdicts = {{"error-code", "404", REPLY_NOT_FOUND, false},
                 {"error-code|errorCode|message", NULL, REPLY_REFUSED, false}},
    .verdict_code = "error-code|errorCode",
    .verdict_text = "message",
}};

const struct carrier carrier_zoom2u = {
    .name = "zoom2u",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .published = true,
    DIALECTS(dialects),
};
