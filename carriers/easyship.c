/* Easyship: the shipment with the state of its delivery; it tells no events. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "not_created", TRACK_UNKNOWN, 0, DOCUMENTED },
    { "created", TRACK_PRE_TRANSIT, 0, REMEMBERED },
    { "in_transit_to_customer", TRACK_IN_TRANSIT, 0, REMEMBERED },
    { "out_for_delivery", TRACK_OUT_FOR_DELIVERY, 0, REMEMBERED },
    { "failed_attempt", TRACK_DELIVERY_ATTEMPT, 0, REMEMBERED },
    { "delivered", TRACK_DELIVERED, 0, REMEMBERED },
    { "returned_to_shipper", TRACK_RETURNED, 0, REMEMBERED },
    { "lost_by_courier", TRACK_LOST, 0, REMEMBERED },
    { "cancelled", TRACK_CANCELLED, 0, REMEMBERED },
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = "shipment[easyship_shipment_id]|shipments[easyship_shipment_id]",
    .number = "trackings/tracking_number|easyship_shipment_id",
    .last_mile = "courier/name",
    .summary = {"delivery_state"},
    .summary_at = {"updated_at"},
    .meanings = CODE_TABLE(code_rows),
    .verdicts = {{"error/code", "not_found", REPLY_NOT_FOUND, false},
                 {"error/code", "too_many_requests", REPLY_LATER, false},
                 {"error/code", NULL, REPLY_REFUSED, false}},
    .verdict_code = "error/code",
    .verdict_text = "error/message",
}};

const struct carrier carrier_easyship = {
    .name = "easyship",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .aggregator = true,
    .published = true,
    DIALECTS(dialects),
};
