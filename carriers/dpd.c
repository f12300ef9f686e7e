/* DPD, ParcelLifeCycle over SOAP: rows of what was reached and of what is to come. A number stands
 * in no row of it. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "SHIPMENT",              TRACK_PRE_TRANSIT,          0,                      SEEN },
    { "BetweenDepots",         TRACK_IN_TRANSIT,           0,                      SEEN }, /* at dispatch centre */
    { "Depot",                 TRACK_IN_TRANSIT,           0,                      SEEN }, /* at delivery centre */
    { "Courier",               TRACK_OUT_FOR_DELIVERY,     0,                      SEEN }, /* left centre, on its way */
    { "ParcelShop",            TRACK_AVAILABLE_FOR_PICKUP, 0,                      SEEN }, /* delivered by driver to Pickup parcelshop */
    { "DeliveryFailure",       TRACK_DELIVERY_ATTEMPT,     0,                      SEEN }, /* not able to deliver */
    { "ReturningFromDelivery", TRACK_DELIVERY_ATTEMPT,     0,                      SEEN },
    { "PickedUp",              TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP, SEEN }, /* "DPD has received your parcel" */
    { "Delivered",             TRACK_DELIVERED,            0,                      SEEN },
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = "Envelope/Body/getTrackingDataResponse/trackingresult",
    .number = "shipmentInfo/parcelLabelNumber|parcelLabelNumber|parcelNumber",
    .events = "statusInfo[statusHasBeenReached=true]",
    .at = {"date/content"},
    .codes = {"status"},
    .text = "description/content/content|label/content",
    .places = {"location/content"},
    .order = LIST_ONE_WAY,
    .clock = {.forms = "%m/%d/%Y %I:%M:%S %p|%m/%d/%Y %I:%M %p|%d.%m.%Y %H:%M:%S|%d.%m.%Y, %H:%M"
                       "|%d.%m.%Y %H:%M|%d.%m.%Y"},
    .meanings = CODE_TABLE(code_rows),
    .any_case = true,
    .verdicts = {{"Envelope/Body/Fault/detail/*/errorCode", "DELICOM_ERR_NO_PARCEL_FOUND",
                  REPLY_NOT_FOUND, false},
                 {"Envelope/Body/Fault/faultstring", NULL, REPLY_REFUSED, false}},
    .verdict_code = "Envelope/Body/Fault/detail/*/errorCode|Envelope/Body/Fault/faultcode",
    .verdict_text = "Envelope/Body/Fault/detail/*/errorMessage|Envelope/Body/Fault/faultstring",
}};

const struct carrier carrier_dpd = {
    .name = "dpd",
    .content_type = "text/xml",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .captured = true,
    DIALECTS(dialects),
};
