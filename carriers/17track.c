/* 17TRACK v2: replies and pushes in one form. An event bears a stage or a sub-status; one that
 * nobody knows yet means what its family means. Times come three ways. */
#include "carriers/dialect.h"
#include "proto/json_path.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "NotFound",                              TRACK_NOT_FOUND,            0,                               DOCUMENTED },
    { "InfoReceived",                          TRACK_PRE_TRANSIT,          0,                               DOCUMENTED },
    { "InTransit",                             TRACK_IN_TRANSIT,           0,                               DOCUMENTED },
    { "Expired",                               TRACK_EXPIRED,              0,                               DOCUMENTED },
    { "AvailableForPickup",                    TRACK_AVAILABLE_FOR_PICKUP, 0,                               DOCUMENTED },
    { "OutForDelivery",                        TRACK_OUT_FOR_DELIVERY,     0,                               DOCUMENTED },
    { "DeliveryFailure",                       TRACK_DELIVERY_ATTEMPT,     0,                               DOCUMENTED },
    { "Delivered",                             TRACK_DELIVERED,            0,                               DOCUMENTED },
    { "Exception",                             TRACK_EXCEPTION,            0,                               DOCUMENTED },
    { "NotFound_Other",                        TRACK_NOT_FOUND,            0,                               DOCUMENTED },
    { "NotFound_InvalidCode",                  TRACK_NOT_FOUND,            TRACK_REASON_BAD_NUMBER,         DOCUMENTED },
    { "InTransit_PickedUp",                    TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          DOCUMENTED },
    { "InTransit_Other",                       TRACK_IN_TRANSIT,           0,                               DOCUMENTED },
    { "InTransit_Departure",                   TRACK_IN_TRANSIT,           0,                               DOCUMENTED },
    { "InTransit_Arrival",                     TRACK_IN_TRANSIT,           0,                               DOCUMENTED },
    { "InTransit_CustomsProcessing",           TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, DOCUMENTED },
    { "InTransit_CustomsReleased",             TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   DOCUMENTED },
    { "InTransit_CustomsRequiringInformation", TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_DOCS,       DOCUMENTED },
    { "Expired_Other",                         TRACK_EXPIRED,              0,                               DOCUMENTED },
    { "AvailableForPickup_Other",              TRACK_AVAILABLE_FOR_PICKUP, 0,                               DOCUMENTED },
    { "OutForDelivery_Other",                  TRACK_OUT_FOR_DELIVERY,     0,                               DOCUMENTED },
    { "DeliveryFailure_Other",                 TRACK_DELIVERY_ATTEMPT,     0,                               DOCUMENTED },
    { "DeliveryFailure_NoBody",                TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             DOCUMENTED },
    { "DeliveryFailure_Security",              TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_SECURITY,           DOCUMENTED },
    { "DeliveryFailure_Rejected",              TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_REFUSED,            DOCUMENTED },
    { "DeliveryFailure_InvalidAddress",        TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_BAD_ADDRESS,        DOCUMENTED },
    { "Delivered_Other",                       TRACK_DELIVERED,            0,                               DOCUMENTED },
    { "Exception_Other",                       TRACK_EXCEPTION,            0,                               DOCUMENTED },
    { "Exception_Returning",                   TRACK_RETURNING,            0,                               DOCUMENTED },
    { "Exception_Returned",                    TRACK_RETURNED,             0,                               DOCUMENTED },
    { "Exception_NoBody",                      TRACK_EXCEPTION,            TRACK_REASON_ABSENT,             DOCUMENTED },
    { "Exception_Security",                    TRACK_EXCEPTION,            TRACK_REASON_SECURITY,           DOCUMENTED },
    { "Exception_Damage",                      TRACK_EXCEPTION,            TRACK_REASON_DAMAGED,            DOCUMENTED },
    { "Exception_Rejected",                    TRACK_EXCEPTION,            TRACK_REASON_REFUSED,            DOCUMENTED },
    { "Exception_Delayed",                     TRACK_EXCEPTION,            TRACK_REASON_DELAYED,            DOCUMENTED },
    { "Exception_Lost",                        TRACK_LOST,                 0,                               DOCUMENTED },
    { "Exception_Destroyed",                   TRACK_LOST,                 TRACK_REASON_DESTROYED,          DOCUMENTED },
    { "Exception_Cancel",                      TRACK_CANCELLED,            0,                               DOCUMENTED },
    { "PickedUp", TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, REMEMBERED },
    { "Departure", TRACK_IN_TRANSIT, 0, REMEMBERED },
    { "Arrival", TRACK_IN_TRANSIT, 0, SEEN },
    { "Returning", TRACK_RETURNING, 0, SEEN },
    { "Returned", TRACK_RETURNED, 0, REMEMBERED },
};
/* clang-format on */

/* The clock as it stands on the wall, where no moment is given. */
static void mend(const struct json *parcel, const struct json *event, struct scan *scan)
{
    (void)parcel;
    if (event == NULL || scan->when[0].size > 0) return;
    scan->when[0] = json_find_word(event, "time_raw/date");
    scan->when[1] = json_find_word(event, "time_raw/time");
    scan->when[2] = json_find_word(event, "time_raw/timezone");
}

static const struct dialect dialects[] = {{
    .parcels = "data/accepted[track_info]|data[track_info]",
    .number = "number",
    .last_mile = "track_info/tracking/providers/provider/name",
    .summary = {"track_info/latest_status/status", "track_info/latest_status/sub_status"},
    .events = "track_info/tracking/providers/events",
    .at = {"time_iso|time_utc"},
    .codes = {"stage", "sub_status"},
    .text = "description",
    .places = {"location|address/city"},
    .country = "address/country",
    .clock = {.forms = "%Y-%m-%d %H:%M:%S %z|%Y-%m-%d %H:%M %z|%Y-%m-%d %H:%M:%S|%Y-%m-%d"},
    .meanings = CODE_TABLE(code_rows),
    .family = '_',
    .verdicts = {{"data/rejected/error/code", "-18019909", REPLY_NOT_FOUND,
                  false}, /* nothing yet */
                 {"data/rejected/error/code", "-18019901", REPLY_NOTHING,
                  false}, /* registered already */
                 {"data/rejected/error/code|data/errors/code", NULL, REPLY_REFUSED, false},
                 {"event", NULL, REPLY_NOTHING, false},
                 {"code", "0", REPLY_NOTHING, false},
                 {"code", NULL, REPLY_REFUSED, false}},
    .verdict_code = "data/rejected/error/code|data/errors/code|code",
    .verdict_text = "data/rejected/error/message|data/errors/message",
    .mend = mend,
}};

/* --- asking --- */

/* A number must be registered before it can be asked about; it is forgotten after 90 days. */
static const struct poll poll = {
    .ask = {.path = "/track/v2.2/gettrackinfo",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "[${*numbers:,}{\"number\":\"${number}\"}${/}]",
            .headers = {"17token: ${secret}"}},
    .numbers_max = 40,
    .calls = 3,
    .per_s = 1,
    .days = 90,
};

static const struct subscription subscription = {
    .add = {.path = "/track/v2.2/register",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "[${*numbers:,}{\"number\":\"${number}\"}${/}]",
            .headers = {"17token: ${secret}"}},
    .drop = {.path = "/track/v2.2/stoptrack",
             .type = "application/json",
             .form = TEMPLATE_JSON,
             .body = "[${*numbers:,}{\"number\":\"${number}\"}${/}]",
             .headers = {"17token: ${secret}"}},
    .numbers_max = 40,
    .held_code = "data/rejected/error/code",
    .held_codes = {"-18019901"},
};

const struct carrier carrier_17track = {
    .name = "17track",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .aggregator = true,
    .proof =
        &(const struct proof){
            .kind = PROOF_SHA256, .digits = PROOF_HEX, .header = "sign", .says = "{body}/{secret}"},
    DIALECTS(dialects),
    .base_url = "https://api.17track.net",
    .poll = &poll,
    .subscription = &subscription,
};
