/* Royal Mail, Tracking v2: one mail piece with its events. */
#include "carriers/dialect.h"
#include "carriers/labelling.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "EVNMI", TRACK_IN_TRANSIT, TRACK_REASON_MISROUTED, SEEN }, /* Forwarded - Mis-sort */
};
/* clang-format on */

/* clang-format off */
static const struct code_row category_rows[] = {
    { "IN TRANSIT", TRACK_IN_TRANSIT, 0, SEEN },
    { "DELIVERED",  TRACK_DELIVERED,  0, REMEMBERED },
};
/* clang-format on */

/* clang-format off */
static const struct code_row wording_rows[] = {
    { "out for delivery",        TRACK_OUT_FOR_DELIVERY,     0,                               REMEMBERED },
    { "ready for delivery",      TRACK_OUT_FOR_DELIVERY,     0,                               REMEMBERED },
    { "available for collection", TRACK_AVAILABLE_FOR_PICKUP, 0,                              REMEMBERED },
    { "awaiting collection",     TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "delivery attempted",      TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "attempted",               TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "return to sender",        TRACK_RETURNING,            0,                               REMEMBERED },
    { "returned to sender",      TRACK_RETURNING,            0,                               REMEMBERED },
    { "not be delivered",        TRACK_EXCEPTION,            TRACK_REASON_UNDELIVERABLE,      REMEMBERED },
    { "unable to deliver",       TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "undelivered",             TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "to be delivered",         TRACK_IN_TRANSIT,           0,                               REMEMBERED },
    { "will be delivered",       TRACK_IN_TRANSIT,           0,                               REMEMBERED },
    { "delivered to neighbour",  TRACK_DELIVERED,            TRACK_REASON_NEIGHBOUR,          REMEMBERED },
    { "delivered",               TRACK_DELIVERED,            0,                               REMEMBERED },
    { "customs",                 TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
    { "sender preparing",        TRACK_PRE_TRANSIT,          0,                               REMEMBERED },
    { "sender despatching",      TRACK_PRE_TRANSIT,          0,                               REMEMBERED },
    { "accepted at post office", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          REMEMBERED },
    { "item received",           TRACK_IN_TRANSIT,           0,                               REMEMBERED },
    { "item despatched",         TRACK_IN_TRANSIT,           0,                               REMEMBERED },
    { "forwarded",               TRACK_IN_TRANSIT,           0,                               SEEN },
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = "mailPieces",
    .number = "mailPieceId",
    .summary = {"summary/statusCategory"},
    .summary_text = "summary/lastEventName",
    .summary_at = {"summary/lastEventDateTime"},
    .events = "events",
    .at = {"eventDateTime"},
    .codes = {"eventCode"},
    .text = "eventName",
    .places = {"locationName"},
    .meanings = CODE_TABLE(code_rows),
    .summaries = CODE_TABLE(category_rows),
    .wordings = {wording_rows, sizeof wording_rows / sizeof wording_rows[0]},
    .any_case = true,
    .verdicts = {{"httpCode", "404", REPLY_NOT_FOUND, false},
                 {"httpCode", "429", REPLY_LATER, false},
                 {"httpCode", "500", REPLY_LATER, false},
                 {"httpCode", "503", REPLY_LATER, false},
                 {"errors/errorCode|httpCode", NULL, REPLY_REFUSED, false}},
    .verdict_code = "errors/errorCode|httpCode",
    .verdict_text = "errors/errorDescription|httpMessage",
}};

/* --- asking --- */

static const struct poll poll = {
    .ask = {.path = "/mailpieces/v2/${number}/events",
            .headers = {"X-IBM-Client-Id: ${id}", "X-IBM-Client-Secret: ${secret}",
                        "X-Accept-RMG-Terms: yes", "Accept: application/json"}},
    .numbers_max = 1,
    .calls = 60,
    .per_s = 60,
};

/* --- labels ---
 *
 * Tracked Returns of Click & Drop: an interface, a machine and a key of its own, within the United
 * Kingdom. The code stands in the same answer. Nothing is looked up, or taken back: a return is
 * paid for when it is scanned. */

static const struct labelling labelling = {
    .recovery = LABEL_RECOVERY_NONE,
    .base_url = "https://api.parcel.royalmail.com/api/v1",
    .buy = {.path = "/returns",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body =
                "{\"service\":{\"serviceCode\":\"${?service}${service}${/}${!service}TSS${/"
                "}\"},\"shipment\":{\"shippingAddress\":{${?from.last_name}\"firstName\":\"${from."
                "first_name}\",\"lastName\":\"${from.last_name}\"${/"
                "}${!from.last_name}\"firstName\":\"${from.name}\",\"lastName\":\"-\"${/"
                "}${?from.company},\"companyName\":\"${from.company}\"${/"
                "},\"addressLine1\":\"${from.street1}\"${?from.street2},\"addressLine2\":\"${from."
                "street2}\"${/"
                "},\"city\":\"${from.city}\"${?from.state},\"county\":\"${from.state}\"${/"
                "},\"postcode\":\"${from.postal_code}\",\"country\":\"United "
                "Kingdom\",\"countryIsoCode\":\"${from.iso3}\"},\"returnAddress\":{${?to.last_name}"
                "\"firstName\":\"${to.first_name}\",\"lastName\":\"${to.last_name}\"${/"
                "}${!to.last_name}\"firstName\":\"${to.name}\",\"lastName\":\"-\"${/"
                "}${?to.company},\"companyName\":\"${to.company}\"${/"
                "},\"addressLine1\":\"${to.street1}\"${?to.street2},\"addressLine2\":\"${to."
                "street2}\"${/},\"city\":\"${to.city}\"${?to.state},\"county\":\"${to.state}\"${/"
                "},\"postcode\":\"${to.postal_code}\",\"country\":\"United "
                "Kingdom\",\"countryIsoCode\":\"${to.iso3}\"},\"customerReference\":{\"reference\":"
                "\"${reference}\"}}}",
            .headers = {"Authorization: Bearer ${secret}", "Accept: application/json"}},
    .number = "shipment/trackingNumber",
    .carrier_ref = "shipment/uniqueItemId|shipment/trackingNumber",
    .document = "label",
    .document_form = LABEL_PDF,
    .qr = "qrCode",
    .why = "message|errors/message",
};

const struct carrier carrier_royalmail = {
    .name = "royalmail",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .published = true,
    DIALECTS(dialects),
    .base_url = "https://api.royalmail.net",
    .poll = &poll,
    .labelling = &labelling,
};
