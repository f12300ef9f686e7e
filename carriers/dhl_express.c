/* DHL Express: MyDHL in JSON and the older XML, alike in their codes of two letters. Clocks are
 * those of the places, and a flight over the Pacific lands before it started: the XML lists are in
 * order, the oldest first. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "SA", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          REMEMBERED },
    { "PU", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          SEEN },
    { "PL", TRACK_IN_TRANSIT,           0,                               SEEN },
    { "DF", TRACK_IN_TRANSIT,           0,                               SEEN },
    { "AF", TRACK_IN_TRANSIT,           0,                               SEEN },
    { "AR", TRACK_IN_TRANSIT,           0,                               SEEN },
    { "PO", TRACK_IN_TRANSIT,           0,                               SEEN },
    { "TR", TRACK_IN_TRANSIT,           0,                               SEEN },
    { "RW", TRACK_IN_TRANSIT,           0,                               SEEN },
    { "IC", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, SEEN },
    { "CR", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   SEEN },
    { "RR", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, SEEN }, /* customs status updated */
    { "BN", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED }, /* broker notified */
    { "BR", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED }, /* broker release */
    { "CD", TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,       SEEN },
    { "UD", TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,       SEEN },
    { "OH", TRACK_EXCEPTION,            TRACK_REASON_ON_HOLD,            SEEN },
    { "SS", TRACK_EXCEPTION,            TRACK_REASON_ON_HOLD,            REMEMBERED }, /* stopped */
    { "HP", TRACK_EXCEPTION,            TRACK_REASON_DUTIES_UNPAID,      REMEMBERED }, /* held for payment */
    { "BA", TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,        REMEMBERED },
    { "CM", TRACK_EXCEPTION,            TRACK_REASON_MOVED,              REMEMBERED },
    { "DM", TRACK_EXCEPTION,            TRACK_REASON_DAMAGED,            REMEMBERED },
    { "WX", TRACK_EXCEPTION,            TRACK_REASON_WEATHER,            REMEMBERED },
    { "CS", TRACK_EXCEPTION,            TRACK_REASON_CLOSED,             REMEMBERED }, /* end of tracking */
    { "WC", TRACK_OUT_FOR_DELIVERY,     0,                               SEEN },
    { "CC", TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "NH", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             SEEN },
    { "CA", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             REMEMBERED },
    { "RD", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_REFUSED,            REMEMBERED },
    { "ND", TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "RT", TRACK_RETURNING,            0,                               REMEMBERED },
    { "MS", TRACK_IN_TRANSIT,           TRACK_REASON_MISROUTED,          REMEMBERED },
    { "MC", TRACK_IN_TRANSIT,           TRACK_REASON_DELAYED,            REMEMBERED },
    { "TD", TRACK_IN_TRANSIT,           TRACK_REASON_DELAYED,            REMEMBERED },
    { "MD", TRACK_IN_TRANSIT,           TRACK_REASON_DELAYED,            REMEMBERED },
    { "PD", TRACK_IN_TRANSIT,           TRACK_REASON_PARTIAL,            REMEMBERED },
    { "TP", TRACK_IN_TRANSIT,           TRACK_REASON_HANDOVER,           REMEMBERED },
    { "FD", TRACK_IN_TRANSIT,           TRACK_REASON_REDIRECTED,         REMEMBERED },
    { "AD", TRACK_IN_TRANSIT,           TRACK_REASON_RESCHEDULED,        REMEMBERED },
    { "SC", TRACK_IN_TRANSIT,           TRACK_REASON_INFORMATIONAL,      REMEMBERED }, /* service changed */
    { "DS", TRACK_LOST,                 TRACK_REASON_DESTROYED,          REMEMBERED },
    { "DD", TRACK_DELIVERED,            TRACK_REASON_DAMAGED,            REMEMBERED },
    { "OK", TRACK_DELIVERED,            0,                               SEEN },
};

/* For codes of no row. */
static const struct code_row wording_rows[] = {
    { "returned to shipper",           TRACK_RETURNING,            0,                               REMEMBERED },
    { "returning to shipper",          TRACK_RETURNING,            0,                               REMEMBERED },
    { "return to shipper",             TRACK_RETURNING,            0,                               REMEMBERED },
    { "returned to sender",            TRACK_RETURNING,            0,                               REMEMBERED },
    { "with delivery courier",         TRACK_OUT_FOR_DELIVERY,     0,                               SEEN },
    { "out for delivery",              TRACK_OUT_FOR_DELIVERY,     0,                               REMEMBERED },
    { "awaiting collection",           TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "ready for collection",          TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "delivery attempted",            TRACK_DELIVERY_ATTEMPT,     0,                               SEEN },
    { "recipient refused",             TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_REFUSED,            REMEMBERED },
    { "clearance processing complete", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   SEEN },
    { "clearance event",               TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,       SEEN },
    { "processed for clearance",       TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, SEEN },
    { "customs status updated",        TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, SEEN },
    { "on hold",                       TRACK_EXCEPTION,            TRACK_REASON_ON_HOLD,            SEEN },
    { "arrived at",                    TRACK_IN_TRANSIT,           0,                               SEEN },
    { "departed",                      TRACK_IN_TRANSIT,           0,                               SEEN },
    { "processed at",                  TRACK_IN_TRANSIT,           0,                               SEEN },
    { "shipment picked up",            TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          SEEN },
};
/* clang-format on */

/* What was handed back to the shipper is no delivery. */
static void mend(const struct json *parcel, const struct json *event, struct scan *scan)
{
    (void)parcel;
    (void)event;
    bool shipper = dialect_says(scan->text, "shipper") || dialect_says(scan->text, "sender");
    if (scan->meaning.status == TRACK_DELIVERED && shipper && dialect_says(scan->text, "return"))
        scan->meaning.status = TRACK_RETURNED;
}

#define CLOCK                                                                                      \
    "%Y-%m-%d %H:%M:%S %z|%Y-%m-%d %H:%M:%S|%Y-%m-%d %H:%M %z|%Y-%m-%d %H:%M|"                     \
    "%Y-%m-%dT%H:%M:%S GMT%z"
#define TABLES                                                                                     \
    .meanings = CODE_TABLE(code_rows),                                                             \
    .wordings = {wording_rows, sizeof wording_rows / sizeof wording_rows[0]},                      \
    .clock = {.forms = CLOCK}, .mend = mend
#define SOAP     "trackingResponse/TrackingResponse/AWBInfo/ArrayOfAWBInfoItem"
#define FAULT    "Response/Status/Condition"
#define NO_REPLY "*/" FAULT

static const struct dialect dialects[] = {
    {
        .parcels = "TrackingResponse/AWBInfo|Envelope/Body/*/" SOAP "|*/" SOAP,
        .number = "AWBNumber",
        .events = "ShipmentInfo/ShipmentEvent/ArrayOfShipmentEventItem|ShipmentInfo/ShipmentEvent|"
                  "Pieces/PieceInfo/PieceEvent|PieceInfo/PieceEvent",
        .at = {"Date", "Time", "GMTOffset"},
        .codes = {"ServiceEvent/EventCode"},
        .text = "ServiceEvent/Description",
        .places = {"ServiceArea/Description|ServiceArea/ServiceAreaCode"},
        .country = "ServiceArea/CountryCode",
        .order = LIST_OLDEST_FIRST,
        TABLES,
        .verdicts = {{"Status/ActionStatus", "No Shipments Found", REPLY_NOT_FOUND, true},
                     {"Status/Condition/ConditionCode|" NO_REPLY "/ConditionCode", "103",
                      REPLY_NOT_FOUND, false},
                     {"Status/Condition/ConditionCode|" NO_REPLY "/ConditionCode", "209",
                      REPLY_NOT_FOUND, false},
                     {NO_REPLY "/ConditionData", "try again", REPLY_LATER, true},
                     {NO_REPLY "/ConditionData", "unavailable", REPLY_LATER, true},
                     {"Status/Condition/ConditionCode|" NO_REPLY "/ConditionCode", NULL,
                      REPLY_REFUSED, false},
                     {NO_REPLY "/ConditionData|*/Response/Status/ActionStatus", NULL, REPLY_REFUSED,
                      false}},
        .verdict_code = "Status/Condition/ConditionCode|" NO_REPLY "/ConditionCode",
        .verdict_text = "Status/Condition/ConditionData|" NO_REPLY "/ConditionData",
    },
    {
        .parcels = "shipments",
        .number = "shipmentTrackingNumber|trackingNumber",
        .events = "events",
        .at = {"date|timestamp", "time", "GMTOffset|gmtOffset"},
        .codes = {"typeCode"},
        .text = "description",
        .places = {"serviceArea/description|serviceArea/code|location/address/addressLocality"},
        .country = "serviceArea/countryCode|location/address/countryCode",
        TABLES,
        .verdicts = {{"status", "404", REPLY_NOT_FOUND, false},
                     {"status", "429", REPLY_LATER, false},
                     {"status", "500", REPLY_LATER, false},
                     {"status", "502", REPLY_LATER, false},
                     {"status", "503", REPLY_LATER, false},
                     {"status", "504", REPLY_LATER, false},
                     {"title|reasons/msg|message", NULL, REPLY_REFUSED, false}},
        .verdict_code = "status",
        .verdict_text = "detail|title|reasons/msg|message",
    },
};

/* --- asking --- */

static const struct poll poll = {
    .ask = {.path =
                "/mydhlapi/tracking?shipmentTrackingNumber=${number}&trackingView=all-checkpoints",
            .headers = {"Authorization: Basic ${basic}", "Message-Reference: ${uuid}"}},
    .numbers_max = 1,
    .calls = 500,
    .per_s = 86400,
};

const struct carrier carrier_dhl_express = {
    .name = "dhl_express",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .captured = true,
    DIALECTS(dialects),
    .base_url = "https://express.api.dhl.com",
    .poll = &poll,
};
