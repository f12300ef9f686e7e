/* Shippo: a track that is asked for, registered or pushed. Its Z is often the scanner's own clock,
 * and the ids of its checkpoints change with every call. A wrong number is a track without a
 * status. */
#include "carriers/dialect.h"
#include "carriers/labelling.h"
#include "proto/json_path.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "UNKNOWN",               TRACK_NOT_FOUND,            0,                          SEEN },
    { "PRE_TRANSIT",           TRACK_PRE_TRANSIT,          0,                          SEEN },
    { "TRANSIT",               TRACK_IN_TRANSIT,           0,                          SEEN },
    { "DELIVERED",             TRACK_DELIVERED,            0,                          SEEN },
    { "RETURNED",              TRACK_RETURNING,            0,                          SEEN }, /* or already back */
    { "FAILURE",               TRACK_EXCEPTION,            0,                          SEEN },
    { "information_received",  TRACK_PRE_TRANSIT,          0,                          DOCUMENTED },
    { "address_issue",         TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,   DOCUMENTED },
    { "contact_carrier",       TRACK_EXCEPTION,            0,                          DOCUMENTED },
    { "delayed",               TRACK_IN_TRANSIT,           TRACK_REASON_DELAYED,       DOCUMENTED },
    { "delivery_attempted",    TRACK_DELIVERY_ATTEMPT,     0,                          DOCUMENTED },
    { "delivery_rescheduled",  TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_RESCHEDULED,   DOCUMENTED },
    { "delivery_scheduled",    TRACK_IN_TRANSIT,           TRACK_REASON_INFORMATIONAL, DOCUMENTED },
    { "location_inaccessible", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_NO_ACCESS,     DOCUMENTED },
    { "notice_left",           TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,        DOCUMENTED },
    { "out_for_delivery",      TRACK_OUT_FOR_DELIVERY,     0,                          DOCUMENTED },
    { "package_accepted",      TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,     DOCUMENTED },
    { "package_arrived",       TRACK_IN_TRANSIT,           0,                          DOCUMENTED },
    { "package_damaged",       TRACK_EXCEPTION,            TRACK_REASON_DAMAGED,       DOCUMENTED },
    { "package_departed",      TRACK_IN_TRANSIT,           0,                          DOCUMENTED },
    { "package_forwarded",     TRACK_IN_TRANSIT,           TRACK_REASON_REDIRECTED,    DOCUMENTED },
    { "package_held",          TRACK_EXCEPTION,            TRACK_REASON_ON_HOLD,       DOCUMENTED },
    { "package_processed",     TRACK_IN_TRANSIT,           0,                          DOCUMENTED },
    { "package_processing",    TRACK_IN_TRANSIT,           0,                          DOCUMENTED },
    { "pickup_available",      TRACK_AVAILABLE_FOR_PICKUP, 0,                          DOCUMENTED },
    { "reschedule_delivery",   TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_RESCHEDULED,   DOCUMENTED },
    { "delivered",             TRACK_DELIVERED,            0,                          DOCUMENTED },
    { "return_to_sender",      TRACK_RETURNING,            0,                          DOCUMENTED },
    { "package_unclaimed",     TRACK_RETURNING,            TRACK_REASON_UNCLAIMED,     DOCUMENTED },
    { "package_undeliverable", TRACK_EXCEPTION,            TRACK_REASON_UNDELIVERABLE, DOCUMENTED },
    { "package_disposed",      TRACK_LOST,                 TRACK_REASON_DESTROYED,     DOCUMENTED },
    { "package_lost",          TRACK_LOST,                 0,                          DOCUMENTED },
    { "other",                 TRACK_UNKNOWN,              0,                          DOCUMENTED },
};
/* clang-format on */

static void mend(const struct json *parcel, const struct json *event, struct scan *scan)
{
    bool unknown = event == NULL && scan->codes[0].size == 0 &&
                   json_find(parcel, "tracking_history/status") == NULL;
    if (unknown) scan->meaning = (struct code_row){"", TRACK_NOT_FOUND, 0, SEEN};
}

static const struct dialect dialects[] = {{
    .parcels = "data[tracking_history]|.[tracking_history]|data[carrier]|.[carrier]",
    .number = "tracking_number",
    .last_mile = "carrier",
    .summary = {"tracking_status/status", "tracking_status/substatus/code"},
    .summary_at = {"tracking_status/status_date"},
    .events = "tracking_history",
    .at = {"status_date"},
    .codes = {"status", "substatus/code"},
    .text = "status_details",
    .places = {"location/city", "location/state"},
    .country = "location/country",
    .clock = {.assumed = true},
    .meanings = CODE_TABLE(code_rows),
    .verdicts = {{"event", NULL, REPLY_NOTHING, false}, /* of a transaction or a batch */
                 {"detail|error|message|__all__", NULL, REPLY_REFUSED, false}},
    .verdict_text = "detail|error|message|__all__",
    .mend = mend,
}};

/* --- asking --- */

/* It does not find out whose a number is: the account says which carrier's numbers it is asked
 * about. Registered twice is pushed twice. */
static const struct poll poll = {
    .ask = {.path = "/tracks/${account}/${number}",
            .headers = {"Authorization: ShippoToken ${secret}"}},
    .numbers_max = 1,
    .calls = 500,
    .per_s = 60,
};

static const struct subscription subscription = {
    .add = {.path = "/tracks/",
            .type = "application/x-www-form-urlencoded",
            .form = TEMPLATE_URL,
            .body = "carrier=${account}&tracking_number=${number}",
            .headers = {"Authorization: ShippoToken ${secret}"}},
    .numbers_max = 1,
    .once = true,
};

/* --- labels --- */

/* Nothing is found by a reference of ours, and a transaction made twice is a label bought twice. */
static const struct labelling labelling = {
    .recovery = LABEL_RECOVERY_NONE,
    .offers = {.ask = {.path = "/shipments/",
                       .type = "application/json",
                       .form = TEMPLATE_JSON,
                       .body =
                           "{\"address_from\":{\"name\":\"${to.name}\",\"street1\":\"${to.street1}"
                           "\"${?to.company},\"company\":\"${to.company}\"${/"
                           "}${?to.street2},\"street2\":\"${to.street2}\"${/"
                           "}${?to.state},\"state\":\"${to.state}\"${/"
                           "}${?to.phone},\"phone\":\"${to.phone}\"${/"
                           "}${?to.email},\"email\":\"${to.email}\"${/"
                           "},\"city\":\"${to.city}\",\"zip\":\"${to.postal_code}\",\"country\":\"$"
                           "{to.country}\"},\"address_to\":{\"name\":\"${from.name}\",\"street1\":"
                           "\"${from.street1}\"${?from.company},\"company\":\"${from.company}\"${/"
                           "}${?from.street2},\"street2\":\"${from.street2}\"${/"
                           "}${?from.state},\"state\":\"${from.state}\"${/"
                           "}${?from.phone},\"phone\":\"${from.phone}\"${/"
                           "}${?from.email},\"email\":\"${from.email}\"${/"
                           "},\"city\":\"${from.city}\",\"zip\":\"${from.postal_code}\","
                           "\"country\":\"${from.country}\"},\"parcels\":[{\"length\":\"20\","
                           "\"width\":\"20\",\"height\":\"10\",\"distance_unit\":\"cm\",\"weight\":"
                           "\"${weight_kg}\",\"mass_unit\":\"kg\"}],\"extra\":{\"is_return\":true${"
                           "?wants_qr},\"qr_code_requested\":true${/}},"
                           "\"metadata\":\"${reference}\",\"async\":false}",
                       .headers = {"Authorization: ShippoToken ${secret}"}},
               .prepared = "object_id",
               .rates = "rates",
               .rate = "object_id",
               .price = "amount",
               .service = "servicelevel/token"},
    .buy = {.path = "/transactions/",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "{\"rate\":\"${rate}\",\"label_file_type\":\"PDF\",\"metadata\":\"${reference}"
                    "\",\"async\":false}",
            .headers = {"Authorization: ShippoToken ${secret}"}},
    .take_back = {.path = "/refunds/",
                  .type = "application/json",
                  .form = TEMPLATE_JSON,
                  .body = "{\"transaction\":\"${carrier_ref}\",\"async\":false}",
                  .headers = {"Authorization: ShippoToken ${secret}"}},
    .number = "tracking_number",
    .carrier_ref = "object_id",
    .document_url = "label_url",
    .document_open = true,
    .document_form = LABEL_PDF,
    .qr_url = "qr_code_url",
    .why = "messages/text|detail",
    .refused = "status",
    .refused_words = {"ERROR"},
    .taken_back = "status",
    .taken_back_words = {"QUEUED", "PENDING", "SUCCESS"},
};

const struct carrier carrier_shippo = {
    .name = "shippo",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .aggregator = true,
    .captured = true,
    .proof = &(const struct proof){.kind = PROOF_HMAC_SHA256,

                                   .digits = PROOF_HEX,
                                   .header = "shippo-auth-signature",
                                   .part = "v1",
                                   .says = "{t}.{body}",
                                   .when = "{t}",
                                   .window_s = 300},
    DIALECTS(dialects),
    .base_url = "https://api.goshippo.com",
    .poll = &poll,
    .subscription = &subscription,
    .labelling = &labelling,
};
