/* Sendle: a reply names no number; the one that was asked about is meant. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "Info", TRACK_PRE_TRANSIT, 0, REMEMBERED },
    { "Pickup Attempted", TRACK_PRE_TRANSIT, 0, SEEN },
    { "Pickup", TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, SEEN },
    { "Drop Off", TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, LISTED },
    { "Dropped Off", TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, LISTED },
    { "In Transit", TRACK_IN_TRANSIT, 0, SEEN },
    { "Local Delivery", TRACK_OUT_FOR_DELIVERY, 0, LISTED },
    { "Out for Delivery", TRACK_OUT_FOR_DELIVERY, 0, SEEN },
    { "Delivery Attempted", TRACK_DELIVERY_ATTEMPT, 0, LISTED },
    { "Card Left", TRACK_DELIVERY_ATTEMPT, TRACK_REASON_ABSENT, LISTED },
    { "Unable to Deliver", TRACK_EXCEPTION, TRACK_REASON_UNDELIVERABLE, LISTED },
    { "Left with Agent", TRACK_AVAILABLE_FOR_PICKUP, 0, LISTED },
    { "Damaged", TRACK_EXCEPTION, TRACK_REASON_DAMAGED, LISTED },
    { "Return to Sender", TRACK_RETURNING, 0, REMEMBERED },
    { "Lost", TRACK_LOST, 0, REMEMBERED },
    { "Cancelled", TRACK_CANCELLED, 0, REMEMBERED },
    { "Delivered", TRACK_DELIVERED, 0, SEEN },
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = ".[tracking_events]",
    .number = "sendle_reference|reference",
    .summary = {"state"},
    .events = "tracking_events",
    .at = {"scan_time"},
    .codes = {"event_type"},
    .text = "description",
    .places = {"location"},
    .meanings = CODE_TABLE(code_rows),
    .any_case = true,
    .verdicts = {{"error", "not_found", REPLY_NOT_FOUND, false},
                 {"error", NULL, REPLY_REFUSED, false}},
    .verdict_code = "error",
    .verdict_text = "error_description|messages",
}};

/* --- asking --- */

static const struct poll poll = {
    .ask = {.path = "/api/tracking/${number}", .headers = {"Authorization: Basic ${basic}"}},
    .numbers_max = 1,
    .calls = 60,
    .per_s = 60,
};

const struct carrier carrier_sendle = {
    .name = "sendle",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .captured = true,
    DIALECTS(dialects),
    .base_url = "https://api.sendle.com",
    .poll = &poll,
};
