/* ParcelOne: one status of the parcel and events of the carrier behind it. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "CREATED", TRACK_PRE_TRANSIT, 0, LISTED },
    { "REGISTERED", TRACK_PRE_TRANSIT, 0, LISTED },
    { "DATA_RECEIVED", TRACK_PRE_TRANSIT, 0, LISTED },
    { "LABEL_PRINTED", TRACK_PRE_TRANSIT, 0, LISTED },
    { "SHIPPED", TRACK_IN_TRANSIT, 0, LISTED },
    { "IN_TRANSIT", TRACK_IN_TRANSIT, 0, SEEN },
    { "DEPARTED", TRACK_IN_TRANSIT, 0, LISTED },
    { "ARRIVED", TRACK_IN_TRANSIT, 0, SEEN },
    { "PROCESSED", TRACK_IN_TRANSIT, 0, LISTED },
    { "SORTING", TRACK_IN_TRANSIT, 0, LISTED },
    { "OUT_FOR_DELIVERY", TRACK_OUT_FOR_DELIVERY, 0, SEEN },
    { "ON_DELIVERY_VEHICLE", TRACK_OUT_FOR_DELIVERY, 0, LISTED },
    { "AT_PARCELSHOP", TRACK_AVAILABLE_FOR_PICKUP, TRACK_REASON_PARCEL_SHOP, LISTED },
    { "READY_FOR_PICKUP", TRACK_AVAILABLE_FOR_PICKUP, 0, LISTED },
    { "NOT_DELIVERED", TRACK_DELIVERY_ATTEMPT, 0, LISTED },
    { "REFUSED", TRACK_DELIVERY_ATTEMPT, TRACK_REASON_REFUSED, LISTED },
    { "WRONG_ADDRESS", TRACK_EXCEPTION, TRACK_REASON_BAD_ADDRESS, LISTED },
    { "CUSTOMS_CLEARANCE", TRACK_IN_TRANSIT, TRACK_REASON_CUSTOMS_PROCESSING, LISTED },
    { "DELAYED", TRACK_IN_TRANSIT, TRACK_REASON_DELAYED, LISTED },
    { "REDIRECTED", TRACK_IN_TRANSIT, TRACK_REASON_REDIRECTED, LISTED },
    { "DELIVERED_NEIGHBOR", TRACK_DELIVERED, TRACK_REASON_NEIGHBOUR, LISTED },
    { "DELIVERED_SAFE_PLACE", TRACK_DELIVERED, TRACK_REASON_SAFE_PLACE, LISTED },
    { "DELIVERED", TRACK_DELIVERED, 0, SEEN },
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = "results[StatusCode]",
    .number = "CarrierTrackingID|TrackingID",
    .last_mile = "CarrierIDLMC",
    .summary = {"StatusCode"},
    .events = "Events",
    .at = {"DateTime"},
    .codes = {"StatusCode"},
    .text = "Description",
    .places = {"Location"},
    .meanings = CODE_TABLE(code_rows),
    .verdicts = {{"success", "0", REPLY_REFUSED, false},
                 {"errors/Message|message", NULL, REPLY_REFUSED, false}},
    .verdict_code = "errors/ErrorNo|status",
    .verdict_text = "errors/Message|message",
}};

const struct carrier carrier_parcelone = {
    .name = "parcelone",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    DIALECTS(dialects),
};
