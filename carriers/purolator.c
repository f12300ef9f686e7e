/* Purolator: the kind of a scan says delivered, on the way to it, picked up or undeliverable; all
 * else is told in words. */
#include "carriers/dialect.h"
#include "proto/json_path.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "Delivery",      TRACK_DELIVERED,        0,                      DOCUMENTED },
    { "OnDelivery",    TRACK_OUT_FOR_DELIVERY, 0,                      DOCUMENTED },
    { "ProofOfPickUp", TRACK_IN_TRANSIT,       TRACK_REASON_PICKED_UP, DOCUMENTED },
    { "Undeliverable", TRACK_EXCEPTION,        0,                      DOCUMENTED },
};

static const struct code_row wording_rows[] = {
    { "new tracking number assigned", TRACK_PRE_TRANSIT,          0,                               SEEN },
    { "shipper created a label",      TRACK_PRE_TRANSIT,          0,                               REMEMBERED },
    { "shipment created",             TRACK_PRE_TRANSIT,          0,                               REMEMBERED },
    { "label created",                TRACK_PRE_TRANSIT,          0,                               REMEMBERED },
    { "return to sender",             TRACK_RETURNING,            0,                               REMEMBERED },
    { "returned to sender",           TRACK_RETURNING,            0,                               REMEMBERED },
    { "returned to shipper",          TRACK_RETURNING,            0,                               REMEMBERED },
    { "returning to",                 TRACK_RETURNING,            0,                               REMEMBERED },
    { "being returned",               TRACK_RETURNING,            0,                               REMEMBERED },
    { "refused",                      TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_REFUSED,            REMEMBERED },
    { "receiver not",                 TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             REMEMBERED },
    { "business closed",              TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             REMEMBERED },
    { "customer closed",              TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             REMEMBERED },
    { "attempted delivery",           TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "delivery attempt",             TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "available for pickup",         TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "available for pick up",        TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "held for pickup",              TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "on vehicle for delivery",      TRACK_OUT_FOR_DELIVERY,     0,                               REMEMBERED },
    { "out for delivery",             TRACK_OUT_FOR_DELIVERY,     0,                               REMEMBERED },
    { "incorrect address",            TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,        REMEMBERED },
    { "damage",                       TRACK_EXCEPTION,            TRACK_REASON_DAMAGED,            REMEMBERED },
    { "weather",                      TRACK_EXCEPTION,            TRACK_REASON_WEATHER,            REMEMBERED },
    { "cleared customs",              TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "released by customs",          TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "held at customs",              TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,       REMEMBERED },
    { "held by customs",              TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,       REMEMBERED },
    { "customs",                      TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
    { "picked up by purolator",       TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          REMEMBERED },
    { "picked up",                    TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          REMEMBERED },
    { "arrived at",                   TRACK_IN_TRANSIT,           0,                               REMEMBERED },
    { "departed",                     TRACK_IN_TRANSIT,           0,                               REMEMBERED },
    { "in transit",                   TRACK_IN_TRANSIT,           0,                               REMEMBERED },
    { "sort facility",                TRACK_IN_TRANSIT,           0,                               REMEMBERED },
    { "delay",                        TRACK_IN_TRANSIT,           TRACK_REASON_DELAYED,            REMEMBERED },
};
/* clang-format on */

/* What went back to its sender is no delivery; why a scan is undeliverable stands in its details.
 */
static void mend(const struct json *parcel, const struct json *event, struct scan *scan)
{
    (void)parcel;
    if (event == NULL) return;
    struct span why = json_find_word(event, "ScanDetails/ReasonDescription|Comment");
    bool back = dialect_says(scan->text, "return to") || dialect_says(scan->text, "returned to") ||
                dialect_says(why, "return to sender");
    if (back && scan->meaning.status == TRACK_DELIVERED) scan->meaning.status = TRACK_RETURNED;
    if (back && scan->meaning.status == TRACK_EXCEPTION) scan->meaning.status = TRACK_RETURNING;
}

#define INFO     "TrackingInformationList/TrackingInformation"
#define ERROR_AT "ResponseInformation/Errors/Error/"
#define ROOT_AT  "Envelope/Body/*/" ERROR_AT
#define CODE     ERROR_AT "Code|" ROOT_AT "Code|Envelope/Body/Fault/faultcode"
#define TEXT     ERROR_AT "Description|" ROOT_AT "Description|Envelope/Body/Fault/faultstring"

static const struct dialect dialects[] = {{
    .parcels = "Envelope/Body/*/" INFO "|*/" INFO "|" INFO,
    .number = "PIN/Value|PIN",
    .events = "Scans/Scan",
    .at = {"ScanDate", "ScanTime"},
    .codes = {"ScanType|@type"},
    .text = "Description",
    .places = {"Depot/Name"},
    .clock = {.forms = "%Y-%m-%d %H%M%S|%Y-%m-%d %H%M|%Y-%m-%d %H:%M:%S|%Y-%m-%d"},
    .meanings = CODE_TABLE(code_rows),
    .wordings = {wording_rows, sizeof wording_rows / sizeof wording_rows[0]},
    .verdicts = {{TEXT, "not found", REPLY_NOT_FOUND, true},
                 {TEXT, "no tracking", REPLY_NOT_FOUND, true},
                 {TEXT, "unable to find", REPLY_NOT_FOUND, true},
                 {TEXT, "temporarily", REPLY_LATER, true},
                 {TEXT, "try again", REPLY_LATER, true},
                 {CODE "|" TEXT, NULL, REPLY_REFUSED, false}},
    .verdict_code = CODE,
    .verdict_text = TEXT,
    .mend = mend,
}};

const struct carrier carrier_purolator = {
    .name = "purolator",
    .content_type = "text/xml",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .published = true,
    DIALECTS(dialects),
};
