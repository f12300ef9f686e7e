/* Amazon Shipping: forward and return legs of one number; its words for a status are its codes. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "LabelCreated", TRACK_PRE_TRANSIT, 0, LISTED },
    { "ReadyForReceive", TRACK_PRE_TRANSIT, 0, REMEMBERED },
    { "PickupDone", TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, REMEMBERED },
    { "InTransit", TRACK_IN_TRANSIT, 0, SEEN },
    { "ArrivedAtCarrierFacility", TRACK_IN_TRANSIT, 0, LISTED },
    { "DepartedCarrierFacility", TRACK_IN_TRANSIT, 0, LISTED },
    { "ArrivedAtDeliveryStation", TRACK_IN_TRANSIT, 0, LISTED },
    { "ArrivedAtLocalFacility", TRACK_IN_TRANSIT, 0, LISTED },
    { "Departed", TRACK_IN_TRANSIT, 0, REMEMBERED },
    { "OutForDelivery", TRACK_OUT_FOR_DELIVERY, 0, SEEN },
    { "AvailableForPickup", TRACK_AVAILABLE_FOR_PICKUP, 0, REMEMBERED },
    { "DeliveryAttempted", TRACK_DELIVERY_ATTEMPT, 0, LISTED },
    { "AddressNotFound", TRACK_DELIVERY_ATTEMPT, TRACK_REASON_BAD_ADDRESS, LISTED },
    { "BusinessClosed", TRACK_DELIVERY_ATTEMPT, TRACK_REASON_ABSENT, LISTED },
    { "CustomerUnavailable", TRACK_DELIVERY_ATTEMPT, TRACK_REASON_ABSENT, LISTED },
    { "UnableToAccess", TRACK_DELIVERY_ATTEMPT, TRACK_REASON_NO_ACCESS, LISTED },
    { "UnableToContactRecipient", TRACK_DELIVERY_ATTEMPT, TRACK_REASON_ABSENT, LISTED },
    { "Undeliverable", TRACK_EXCEPTION, TRACK_REASON_UNDELIVERABLE, LISTED },
    { "Rejected", TRACK_RETURNING, TRACK_REASON_REFUSED, LISTED },
    { "ReturnInitiated", TRACK_RETURNING, 0, LISTED },
    { "CancelledByRecipient", TRACK_RETURNING, 0, LISTED },
    { "Lost", TRACK_LOST, 0, REMEMBERED },
    { "Destroyed", TRACK_LOST, TRACK_REASON_DESTROYED, REMEMBERED },
    { "Delayed", TRACK_IN_TRANSIT, TRACK_REASON_DELAYED, LISTED },
    { "WeatherDelay", TRACK_IN_TRANSIT, TRACK_REASON_WEATHER, LISTED },
    { "OnHold", TRACK_EXCEPTION, TRACK_REASON_ON_HOLD, LISTED },
    { "PaymentNotReady", TRACK_EXCEPTION, TRACK_REASON_PAYMENT, LISTED },
    { "Delivered", TRACK_DELIVERED, 0, SEEN },
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = ".[eventHistory]|payload[eventHistory]",
    .number = "trackingId",
    .is_return = "eventHistory[shipmentType=RETURNS]/shipmentType"
                 "|eventHistory[shipmentType=RETURN]/shipmentType",
    .is_return_word = "RETURN",
    .summary = {"summary/status"},
    .events = "eventHistory",
    .at = {"eventTime"},
    .codes = {"eventCode"},
    .places = {"location/city", "location/stateOrRegion"},
    .country = "location/countryCode",
    .meanings = CODE_TABLE(code_rows),
    .verdicts = {{"errors/code", "NotFound", REPLY_NOT_FOUND, false},
                 {"errors/code", "QuotaExceeded", REPLY_LATER, false},
                 {"errors/code", "InternalFailure", REPLY_LATER, false},
                 {"errors/code", NULL, REPLY_REFUSED, false}},
    .verdict_code = "errors/code",
    .verdict_text = "errors/message",
}};

const struct carrier carrier_amazon_shipping = {
    .name = "amazon_shipping",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    DIALECTS(dialects),
};
