/* Ship24: a shipment with one or two linked numbers; a push holds what is new since the last one.
 */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "info_received",        TRACK_PRE_TRANSIT,          0, DOCUMENTED },
    { "in_transit",           TRACK_IN_TRANSIT,           0, DOCUMENTED },
    { "out_for_delivery",     TRACK_OUT_FOR_DELIVERY,     0, DOCUMENTED },
    { "failed_attempt",       TRACK_DELIVERY_ATTEMPT,     0, DOCUMENTED },
    { "available_for_pickup", TRACK_AVAILABLE_FOR_PICKUP, 0, DOCUMENTED },
    { "exception",            TRACK_EXCEPTION,            0, DOCUMENTED },
    { "delivered",            TRACK_DELIVERED,            0, DOCUMENTED },
    { "pending",              TRACK_NOT_FOUND,            0, REMEMBERED },
    /* What this very event means; where it has no code, the milestone stands for it. */
    { "data_order_created",               TRACK_PRE_TRANSIT,          0, DOCUMENTED },
    { "data_order_cancelled",             TRACK_CANCELLED,            0, DOCUMENTED },
    { "data_delivery_proposed",           0, TRACK_REASON_INFORMATIONAL, DOCUMENTED },
    { "data_delivery_decided",            0, TRACK_REASON_INFORMATIONAL, DOCUMENTED },
    { "transit_handover",                 TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP, DOCUMENTED },
    { "transit_origin_country_departure", TRACK_IN_TRANSIT,           0, DOCUMENTED },
    { "destination_arrival",              TRACK_IN_TRANSIT,           0, DOCUMENTED },
    { "customs_received",                 TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, DOCUMENTED },
    { "customs_exception",                TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD, DOCUMENTED },
    { "customs_rejected",                 TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_REFUSED, DOCUMENTED },
    { "customs_cleared",                  TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED, DOCUMENTED },
    { "delivery_available_for_pickup",    TRACK_AVAILABLE_FOR_PICKUP, 0, DOCUMENTED },
    { "delivery_out_for_delivery",        TRACK_OUT_FOR_DELIVERY,     0, DOCUMENTED },
    { "delivery_attempted",               TRACK_DELIVERY_ATTEMPT,     0, DOCUMENTED },
    { "delivery_exception",               TRACK_EXCEPTION,            0, DOCUMENTED },
    { "delivery_refused",                 TRACK_EXCEPTION,            TRACK_REASON_REFUSED, DOCUMENTED },
    { "delivery_delivered",               TRACK_DELIVERED,            0, DOCUMENTED },
    { "exception_return",                 TRACK_RETURNING,            0, DOCUMENTED }, /* or back already */
    { "exception_lost",                   TRACK_LOST,                 0, DOCUMENTED },
    { "exception_discarded",              TRACK_LOST,                 TRACK_REASON_DESTROYED, DOCUMENTED },
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = "trackings[tracker]|data/trackings[tracker]|data/tracking[tracker]",
    .number = "tracker/trackingNumber",
    .summary = {"shipment/statusMilestone", "shipment/statusCode"},
    .events = "events",
    .event_id = "trackings/metadata/messageId",
    .at = {"occurrenceDatetime|datetime"},
    .codes = {"statusMilestone", "statusCode"},
    .text = "status",
    .places = {"location"},
    .meanings = CODE_TABLE(code_rows),
    .verdicts = {{"errors/code", "tracker_not_found", REPLY_NOT_FOUND, false},
                 {"errors/code", "rate_limit_exceeded", REPLY_LATER, false},
                 {"errors/code", NULL, REPLY_REFUSED, false},
                 {"data/tracker/trackerId|data/trackers/trackerId", NULL, REPLY_NOTHING, false}},
    .verdict_code = "errors/code",
    .verdict_text = "errors/message",
}};

/* --- asking --- */

/* What was pushed in vain is pushed again on demand. */
static const struct poll poll = {
    .ask = {.path = "/public/v1/trackers/track",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "{\"trackingNumber\":\"${number}\"}",
            .headers = {"Authorization: Bearer ${secret}"}},
    .numbers_max = 1,
    .calls = 10,
    .per_s = 1,
};

static const struct subscription subscription = {
    .add = {.path = "/public/v1/trackers",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "{\"trackingNumber\":\"${number}\"}",
            .headers = {"Authorization: Bearer ${secret}"}},
    .numbers_max = 1,
    .reference = "data/tracker/trackerId",
};

static const struct replay replay = {
    .ask = {.path = "/public/v1/webhook-events/resend",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "{\"from\":\"${since_iso}\",\"to\":\"${now_iso}\"}",
            .headers = {"Authorization: Bearer ${secret}"}},
    .days = 30,
    .pushes = true,
};

const struct carrier carrier_ship24 = {
    .name = "ship24",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .aggregator = true,
    .published = true,
    .proof =
        &(const struct proof){
            .kind = PROOF_TOKEN, .in_path = true, .header = "authorization", .prefix = "Bearer "},
    DIALECTS(dialects),
    .base_url = "https://api.ship24.com",
    .poll = &poll,
    .subscription = &subscription,
    .replay = &replay,
};
