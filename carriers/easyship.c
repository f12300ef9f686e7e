/* Easyship: the shipment with the state of its delivery, which tells no events, and pushes that say
 * the same in words, with events of their own. */
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

/* Of pushes. That nothing more will be told, or that a parcel was sold off, is no delivery. */
static const struct code_row word_rows[] = {
    { "Label Created", TRACK_PRE_TRANSIT, 0, LISTED },
    { "Shipped", TRACK_IN_TRANSIT, 0, DOCUMENTED },
    { "Shipped (No Tracking Provided)", TRACK_IN_TRANSIT, 0, DOCUMENTED },
    { "Picked Up", TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, LISTED },
    { "In Transit", TRACK_IN_TRANSIT, 0, LISTED },
    { "In Transit to Consolidation Center", TRACK_IN_TRANSIT, 0, DOCUMENTED },
    { "Arrived at Consolidation Center", TRACK_IN_TRANSIT, 0, DOCUMENTED },
    { "Processing at Consolidation Center", TRACK_IN_TRANSIT, 0, DOCUMENTED },
    { "In Transit to Customer", TRACK_IN_TRANSIT, 0, DOCUMENTED },
    { "Out for Delivery", TRACK_OUT_FOR_DELIVERY, 0, DOCUMENTED },
    { "Failed Delivery Attempt", TRACK_DELIVERY_ATTEMPT, 0, DOCUMENTED },
    { "Delivered", TRACK_DELIVERED, 0, DOCUMENTED },
    { "Delivery Expected (End of Updates)", TRACK_IN_TRANSIT, TRACK_REASON_END_OF_TRACKING, DOCUMENTED },
    { "No Recent Tracking Updates", TRACK_EXPIRED, 0, DOCUMENTED },
    { "Exception", TRACK_EXCEPTION, 0, DOCUMENTED },
    { "To be returned", TRACK_RETURNING, 0, DOCUMENTED },
    { "Returned to Shipper", TRACK_RETURNED, 0, LISTED },
    { "Lost by Courier", TRACK_LOST, 0, DOCUMENTED },
    { "Liquidated", TRACK_EXCEPTION, TRACK_REASON_CLOSED, DOCUMENTED },
    { "Cancelled", TRACK_CANCELLED, 0, LISTED },
    { "Uncancelled", TRACK_PRE_TRANSIT, 0, DOCUMENTED },
};
/* clang-format on */

#define PUSHED                                                                                     \
    "data[easyship_shipment_id]|tracking_status[easyship_shipment_id]|"                            \
    "tracking_checkpoints[easyship_shipment_id]"

static const struct dialect dialects[] = {
    {
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
    },
    {
        .parcels = PUSHED,
        .number = "tracking_number|easyship_shipment_id",
        .summary = {"status"},
        .events = "checkpoints",
        .at = {"checkpoint_time"},
        .codes = {"primary_status"},
        .text = "message",
        .places = {"city|location", "state"},
        .country = "country_iso3",
        .meanings = CODE_TABLE(word_rows),
        .any_case = true,
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
