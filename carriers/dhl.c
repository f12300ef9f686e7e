/* DHL Unified: the tracking of all its divisions, asked for or pushed in the same form. Five codes
 * only; what is out for delivery or at customs stands in the wording. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row status_rows[] = {
    { "pre-transit", TRACK_PRE_TRANSIT, 0, SEEN },
    { "transit",     TRACK_IN_TRANSIT,  0, SEEN },
    { "delivered",   TRACK_DELIVERED,   0, SEEN },
    { "failure",     TRACK_EXCEPTION,   0, SEEN },
    { "unknown",     TRACK_UNKNOWN,     0, SEEN },
};
/* clang-format on */

/* clang-format off */
static const struct code_row wording_rows[] = {
    { "out for delivery",            TRACK_OUT_FOR_DELIVERY,     0,                               REMEMBERED },
    { "with delivery courier",       TRACK_OUT_FOR_DELIVERY,     0,                               REMEMBERED },
    { "loaded onto the delivery",    TRACK_OUT_FOR_DELIVERY,     0,                               REMEMBERED },
    { "out with courier",            TRACK_OUT_FOR_DELIVERY,     0,                               LISTED },
    { "zustellfahrzeug geladen",     TRACK_OUT_FOR_DELIVERY,     0,                               REMEMBERED },
    { "return to sender",            TRACK_RETURNING,            0,                               REMEMBERED },
    { "returned to",                 TRACK_RETURNING,            0,                               REMEMBERED },
    { "being returned",              TRACK_RETURNING,            0,                               REMEMBERED },
    { "ready for collection",        TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "ready for pick-up",           TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "delivery attempt",            TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "recipient not home",          TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             REMEMBERED },
    { "customs clearance complete",  0,                          TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "clearance processing complete", 0,                        TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "released by customs",         0,                          TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "customs cleared",             0,                          TRACK_REASON_CUSTOMS_RELEASED,   LISTED },
    { "cleared customs",             0,                          TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "processed for clearance",     0,                          TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
    { "customs",                     0,                          TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
    { "clearance event",             0,                          TRACK_REASON_CUSTOMS_HOLD,       REMEMBERED },
    { "refused",                     TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_REFUSED,            REMEMBERED },
    { "address incomplete",          0,                          TRACK_REASON_BAD_ADDRESS,        REMEMBERED },
    { "incomplete address",          0,                          TRACK_REASON_BAD_ADDRESS,        REMEMBERED },
    { "incorrect address",           0,                          TRACK_REASON_BAD_ADDRESS,        REMEMBERED },
    { "neighbour",                   0,                          TRACK_REASON_NEIGHBOUR,          REMEMBERED },
    { "on hold",                     0,                          TRACK_REASON_ON_HOLD,            REMEMBERED },
    { "picked up",                   0,                          TRACK_REASON_PICKED_UP,          REMEMBERED },
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = "shipments",
    .number = "id",
    .summary = {"status/statusCode"},
    .summary_text = "status/description|status/status",
    .summary_at = {"status/timestamp"},
    .events = "events",
    .at = {"timestamp"},
    .codes = {"statusCode"},
    .text = "description|status",
    .places = {"location/address/addressLocality"},
    .country = "location/address/countryCode",
    .last_mile = "service",
    .meanings = CODE_TABLE(status_rows),
    .wordings = {wording_rows, sizeof wording_rows / sizeof wording_rows[0]},
    .verdicts = {{"status", "404", REPLY_NOT_FOUND, false},
                 {"status", "429", REPLY_LATER, false},
                 {"status", "500", REPLY_LATER, false},
                 {"status", "503", REPLY_LATER, false},
                 {"title", NULL, REPLY_REFUSED, false},
                 {"scope", NULL, REPLY_NOTHING, false}}, /* of the subscription itself */
    .verdict_code = "status",
    .verdict_text = "detail|title",
}};

/* --- asking --- */

/* A key takes 250 questions a day to begin with; an account that has more says so. The subscription
 * is for direct customers, and names the path of ours that it pushes to. */
static const struct poll poll = {
    .ask = {.path = "/track/shipments?trackingNumber=${number}&limit=50",
            .headers = {"DHL-API-Key: ${secret}", "Accept: application/json"}},
    .numbers_max = 1,
    .calls = 250,
    .per_s = 86400,
};

/* Its first push asks for a word; without the answer it ends. */
static const struct handshake handshake = {
    .word_at = "scope",
    .word = "subscription.validate",
    .challenge = "secret",
    .subscription = "self",
    .answer = {.method = "POST",
               .path = "/tracking/push/v1/subscription/${subscription}",
               .headers = {"DHL-API-Key: ${secret}", "DHL-API-Hook-Secret: ${challenge}",
                           "Accept: application/json"}},
};

static const struct subscription subscription = {
    .add = {.path = "/tracking/push/v1/subscription",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "{\"hook\":{\"uri\":\"${hook_url}\",\"authentication\":{\"type\":"
                    "\"ApiKeyAuthentication\",\"header\":\"X-API-Key\",\"token\":\"${hook_secret}"
                    "\"}},\"format\":\"Default\",\"type\":\"Shipment\",\"service\":\"${account}\","
                    "\"events\":[\"Transit\",\"Delivered\",\"Pre-Transit\",\"Failure\",\"Unknown\"]"
                    ",\"shipmentIDs\":[${*numbers:,}\"${number}\"${/}]}",
            .headers = {"DHL-API-Key: ${secret}", "Accept: application/json"}},
    .numbers_max = 10,
    .reference = "id|subscriptionId",
    .handshake = &handshake,
};

const struct carrier carrier_dhl = {
    .name = "dhl",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .published = true,
    .proof = &(const struct proof){.kind = PROOF_TOKEN, .in_path = true, .header = "x-api-key"},
    DIALECTS(dialects),
    .base_url = "https://api-eu.dhl.com",
    .poll = &poll,
    .subscription = &subscription,
};
