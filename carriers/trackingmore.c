/* TrackingMore v3 and v4: the events of two legs, put together by their clocks. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "pending",      TRACK_NOT_FOUND,        0,                         SEEN },
    { "notfound",     TRACK_NOT_FOUND,        0,                         SEEN },
    { "inforeceived", TRACK_PRE_TRANSIT,      0,                         SEEN },
    { "transit",      TRACK_IN_TRANSIT,       0,                         SEEN },
    { "pickup",       TRACK_OUT_FOR_DELIVERY, 0,                         SEEN },
    { "delivered",    TRACK_DELIVERED,        0,                         SEEN },
    { "undelivered",  TRACK_DELIVERY_ATTEMPT, 0,                         SEEN },
    { "exception",    TRACK_EXCEPTION,        0,                         SEEN },
    { "expired",      TRACK_EXPIRED,          0,                         SEEN },
    { "pending001",      TRACK_NOT_FOUND,            0,                                 DOCUMENTED }, /* nothing yet */
    { "inforeceived001", TRACK_PRE_TRANSIT,          0,                                 DOCUMENTED }, /* announced */
    { "notfound001",     TRACK_PRE_TRANSIT,          0,                                 DOCUMENTED }, /* the older word for it */
    { "notfound002",     TRACK_NOT_FOUND,            0,                                 DOCUMENTED },
    { "transit001",      TRACK_IN_TRANSIT,           0,                                 DOCUMENTED }, /* on the way */
    { "transit002",      TRACK_IN_TRANSIT,           0,                                 DOCUMENTED }, /* at a hub */
    { "transit003",      TRACK_IN_TRANSIT,           0,                                 DOCUMENTED }, /* at the delivery facility */
    { "transit004",      TRACK_IN_TRANSIT,           0,                                 DOCUMENTED }, /* in the country of destination */
    { "transit005",      TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,     DOCUMENTED },
    { "transit006",      TRACK_IN_TRANSIT,           0,                                 DOCUMENTED }, /* dispatched */
    { "transit007",      TRACK_IN_TRANSIT,           0,                                 DOCUMENTED }, /* left the airport */
    { "pickup001",       TRACK_OUT_FOR_DELIVERY,     0,                                 DOCUMENTED },
    { "pickup002",       TRACK_AVAILABLE_FOR_PICKUP, 0,                                 DOCUMENTED }, /* ready for collection */
    { "pickup003",       TRACK_OUT_FOR_DELIVERY,     0,                                 DOCUMENTED },
    { "delivered001",    TRACK_DELIVERED,            0,                                 DOCUMENTED },
    { "delivered002",    TRACK_DELIVERED,            TRACK_REASON_COLLECTED,            DOCUMENTED },
    { "delivered003",    TRACK_DELIVERED,            TRACK_REASON_SIGNED,               DOCUMENTED },
    { "delivered004",    TRACK_DELIVERED,            TRACK_REASON_NEIGHBOUR,            DOCUMENTED }, /* or left at the door */
    { "undelivered001",  TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_BAD_ADDRESS,          DOCUMENTED },
    { "undelivered002",  TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,               DOCUMENTED },
    { "undelivered003",  TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,               DOCUMENTED }, /* could not be found or reached */
    { "undelivered004",  TRACK_DELIVERY_ATTEMPT,     0,                                 DOCUMENTED }, /* of other reasons */
    { "exception004",    TRACK_EXCEPTION,            TRACK_REASON_UNCLAIMED,            DOCUMENTED },
    { "exception005",    TRACK_EXCEPTION,            0,                                 DOCUMENTED }, /* of other reasons */
    { "exception006",    TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,         DOCUMENTED },
    { "exception007",    TRACK_EXCEPTION,            TRACK_REASON_DAMAGED,              DOCUMENTED }, /* or lost, or discarded */
    { "exception008",    TRACK_CANCELLED,            0,                                 DOCUMENTED }, /* before it was picked up */
    { "exception009",    TRACK_EXCEPTION,            TRACK_REASON_REFUSED,              DOCUMENTED },
    { "exception010",    TRACK_RETURNED,             0,                                 DOCUMENTED },
    { "exception011",    TRACK_RETURNING,            0,                                 DOCUMENTED },
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = "data[tracking_number]|data/items[tracking_number]",
    .number = "tracking_number",
    .last_mile = "courier_code|carrier_code",
    .summary = {"delivery_status|status", "substatus"},
    .summary_at = {"updated_at|update_date"},
    .events = "*/trackinfo",
    .at = {"checkpoint_date|Date"},
    .codes = {"checkpoint_delivery_status|checkpoint_status",
              "checkpoint_delivery_substatus|substatus"},
    .text = "tracking_detail|StatusDescription",
    .places = {"city|location|Details", "state"},
    .country = "country_iso2",
    .meanings = CODE_TABLE(code_rows),
    .verdicts = {{"meta/code", "200", REPLY_NOT_FOUND, false},
                 {"meta/code", "4102", REPLY_NOT_FOUND, false},
                 {"meta/code", "429", REPLY_LATER, false},
                 {"meta/code|code", NULL, REPLY_REFUSED, false}},
    .verdict_code = "meta/code|code",
    .verdict_text = "meta/message|message",
}};

/* --- asking --- */

/* 4101: it tracks that number already, which it answers with an HTTP 400. */
static const struct poll poll = {
    .ask = {.path = "/v4/trackings/get?tracking_numbers=${*numbers:,}${number}${/}",
            .headers = {"Tracking-Api-Key: ${secret}"}},
    .numbers_max = 40,
    .calls = 10,
    .per_s = 1,
};

static const struct subscription subscription = {
    .add =
        {.path = "/v4/trackings/create",
         .type = "application/json",
         .form = TEMPLATE_JSON,
         .body =
             "{\"tracking_number\":\"${number}\"${?account},\"courier_code\":\"${account}\"${/}}",
         .headers = {"Tracking-Api-Key: ${secret}"}},
    .numbers_max = 1,
    .held_code = "meta/code",
    .held_codes = {"4101"},
    .reference = "data/id",
};

const struct carrier carrier_trackingmore = {
    .name = "trackingmore",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .aggregator = true,
    .proof = &(const struct proof){.kind = PROOF_HMAC_SHA256,
                                   .digits = PROOF_HEX,
                                   .header = "signature",
                                   .says = "{header:timestamp}",
                                   .when = "{header:timestamp}",
                                   .window_s = 300},
    DIALECTS(dialects),
    .base_url = "https://api.trackingmore.com",
    .poll = &poll,
    .subscription = &subscription,
};
