/* USPS: the third tracking API (one number, or a list), its push, whose payload is a document in a
 * text, and the older XML. The category of the whole lags behind the events and is used only where
 * there are none. */
#include "carriers/dialect.h"
#include "carriers/labelling.h"
#include "carriers/proof.h"
#include "proto/json_path.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "GX", TRACK_PRE_TRANSIT,          0,                          SEEN }, /* label created */
    { "MA", TRACK_PRE_TRANSIT,          0,                          SEEN }, /* shipping info received */
    { "NP", TRACK_PRE_TRANSIT,          0,                          SEEN }, /* origin post is preparing */
    { "GC", TRACK_PRE_TRANSIT,          0,                          REMEMBERED }, /* label created */
    { "80", TRACK_PRE_TRANSIT,          0,                          REMEMBERED }, /* picked up by shipping partner */
    { "81", TRACK_PRE_TRANSIT,          0,                          REMEMBERED }, /* arrived at shipping partner */
    { "82", TRACK_PRE_TRANSIT,          0,                          REMEMBERED }, /* departed shipping partner */
    { "TM", TRACK_PRE_TRANSIT,          0,                          REMEMBERED }, /* acceptance pending */
    { "03", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,     SEEN },
    { "OA", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,     SEEN },
    { "06", TRACK_IN_TRANSIT,           TRACK_REASON_REDIRECTED,    REMEMBERED }, /* forwarded */
    { "07", TRACK_IN_TRANSIT,           0,                          SEEN },
    { "08", TRACK_IN_TRANSIT,           TRACK_REASON_MISROUTED,     REMEMBERED }, /* missent */
    { "15", TRACK_IN_TRANSIT,           TRACK_REASON_MISROUTED,     REMEMBERED }, /* misshipped */
    { "10", TRACK_IN_TRANSIT,           0,                          SEEN },
    { "A1", TRACK_IN_TRANSIT,           0,                          SEEN },
    { "T1", TRACK_IN_TRANSIT,           0,                          SEEN },
    { "EF", TRACK_IN_TRANSIT,           0,                          SEEN },
    { "SF", TRACK_IN_TRANSIT,           0,                          SEEN },
    { "TL", TRACK_IN_TRANSIT,           0,                          SEEN },
    { "NT", TRACK_IN_TRANSIT,           TRACK_REASON_DELAYED,       REMEMBERED }, /* arriving late */
    { "PC", TRACK_IN_TRANSIT,           0,                          SEEN },
    { "OF", TRACK_OUT_FOR_DELIVERY,     0,                          SEEN },
    { "01", TRACK_DELIVERED,            0,                          SEEN },
    { "02", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,        REMEMBERED }, /* notice left */
    { "04", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_REFUSED,       REMEMBERED },
    { "51", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,        REMEMBERED }, /* business closed */
    { "52", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,        REMEMBERED }, /* business closed, notice left */
    { "53", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_NO_ACCESS,     REMEMBERED }, /* receptacle full */
    { "54", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_NO_ACCESS,     REMEMBERED }, /* no secure place */
    { "55", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,        REMEMBERED }, /* nobody authorized */
    { "05", TRACK_EXCEPTION,            TRACK_REASON_UNDELIVERABLE, REMEMBERED },
    { "11", TRACK_EXCEPTION,            TRACK_REASON_UNDELIVERABLE, REMEMBERED }, /* dead letter */
    { "09", TRACK_RETURNING,            0,                          REMEMBERED },
    { "14", TRACK_AVAILABLE_FOR_PICKUP, 0,                          REMEMBERED },
    { "16", TRACK_AVAILABLE_FOR_PICKUP, 0,                          REMEMBERED },
    { "21", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_BAD_ADDRESS,   REMEMBERED }, /* no such number */
    { "22", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_BAD_ADDRESS,   REMEMBERED }, /* insufficient address */
    { "23", TRACK_EXCEPTION,            TRACK_REASON_MOVED,         REMEMBERED },
    { "24", TRACK_EXCEPTION,            TRACK_REASON_MOVED,         REMEMBERED }, /* forwarding has ended */
    { "25", TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,   REMEMBERED }, /* addressee not known */
    { "26", TRACK_EXCEPTION,            TRACK_REASON_UNDELIVERABLE, REMEMBERED }, /* vacant */
    { "27", TRACK_EXCEPTION,            TRACK_REASON_UNCLAIMED,     REMEMBERED },
    { "28", TRACK_EXCEPTION,            TRACK_REASON_UNDELIVERABLE, REMEMBERED },
    { "31", TRACK_RETURNING,            TRACK_REASON_UNCLAIMED,     REMEMBERED },
};

static const struct code_row category_rows[] = {
    { "Pre-Shipment",           TRACK_PRE_TRANSIT,          0,                      SEEN },
    { "Accepted",               TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP, REMEMBERED },
    { "In Transit",             TRACK_IN_TRANSIT,           0,                      SEEN },
    { "Moving Through Network", TRACK_IN_TRANSIT,           0,                      REMEMBERED },
    { "Out for Delivery",       TRACK_OUT_FOR_DELIVERY,     0,                      REMEMBERED },
    { "Available for Pickup",   TRACK_AVAILABLE_FOR_PICKUP, 0,                      REMEMBERED },
    { "Delivery Attempt",       TRACK_DELIVERY_ATTEMPT,     0,                      REMEMBERED },
    { "Delivered",              TRACK_DELIVERED,            0,                      SEEN },
    { "Alert",                  TRACK_EXCEPTION,            0,                      REMEMBERED },
};

/* Codes of foreign posts are many; their words are few. What has been delivered is not said here. */
static const struct code_row wording_rows[] = {
    { "return to sender",                      TRACK_RETURNING,            0,                               REMEMBERED },
    { "returned to sender",                    TRACK_RETURNING,            0,                               REMEMBERED },
    { "being returned",                        TRACK_RETURNING,            0,                               REMEMBERED },
    { "return processed",                      TRACK_RETURNING,            0,                               REMEMBERED },
    { "out for delivery",                      TRACK_OUT_FOR_DELIVERY,     0,                               SEEN },
    { "available for pickup",                  TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "notice left",                           TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             REMEMBERED },
    { "delivery attempt",                      TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "attempted delivery",                    TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "held at post office",                   TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "held in customs",                       TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,       REMEMBERED },
    { "cleared customs",                       TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "customs clearance processing complete", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "customs",                               TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
    { "undeliverable",                         TRACK_EXCEPTION,            TRACK_REASON_UNDELIVERABLE,      REMEMBERED },
    { "weather",                               0,                          TRACK_REASON_WEATHER,            REMEMBERED },
    { "arriving late",                         TRACK_IN_TRANSIT,           TRACK_REASON_DELAYED,            REMEMBERED },
    { "in transit",                            TRACK_IN_TRANSIT,           0,                               SEEN },
    { "departed",                              TRACK_IN_TRANSIT,           0,                               SEEN },
    { "arrived",                               TRACK_IN_TRANSIT,           0,                               SEEN },
    { "processed through",                     TRACK_IN_TRANSIT,           0,                               REMEMBERED },
    { "acceptance",                            TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          SEEN },
    { "label created",                         TRACK_PRE_TRANSIT,          0,                               SEEN },
    { "shipping info received",                TRACK_PRE_TRANSIT,          0,                               SEEN },
    { "pre-shipment",                          TRACK_PRE_TRANSIT,          0,                               SEEN },
};
/* clang-format on */

static bool begins(struct span text, const char *word)
{
    size_t size = span_text(word).size;
    return text.size >= size && dialect_says(span_of(text.at, size), word);
}

/* Handed back to its sender, or to an agent who has yet to deliver it, is not delivered; an event
 * of no known code is, when that is its first word. */
static void mend_delivered(struct scan *scan)
{
    struct code_row *meaning = &scan->meaning;
    bool says = begins(scan->text, "delivered") || dialect_says(scan->text, "was delivered");
    if (meaning->status == TRACK_UNKNOWN && says)
        *meaning = (struct code_row){NULL, TRACK_DELIVERED, 0, SEEN};
    if (meaning->status == TRACK_DELIVERED) {
        if (dialect_says(scan->text, "sender")) meaning->status = TRACK_RETURNED;
        if (dialect_says(scan->text, "agent for final delivery")) {
            meaning->status = TRACK_IN_TRANSIT;
            meaning->reason = TRACK_REASON_HANDOVER;
        }
    }
    bool back = dialect_says(scan->text, "return to sender") ||
                dialect_says(scan->text, "returned to sender") ||
                dialect_says(scan->text, "being returned");
    if (back && meaning->status == TRACK_DELIVERY_ATTEMPT) meaning->status = TRACK_RETURNING;
}

/* An offset beside the time of the place, where the time of Greenwich is missing. */
static void mend(const struct json *parcel, const struct json *event, struct scan *scan)
{
    if (event == NULL && json_find(parcel, "trackingEvents[eventType]|trackingEvents[eventCode]|"
                                           "*[Event]|*[EventCode]|.[eventCode]") != NULL) {
        scan->meaning = (struct code_row){NULL, 0, 0, SEEN};
        return;
    }
    mend_delivered(scan);
    if (event == NULL || json_find_word(event, "GMTTimestamp").size > 0) return;
    struct span offset = json_find_word(event, "GMTOffset");
    if (offset.size > 0) scan->when[1] = offset;
}

#define CLOCK                                                                                      \
    "%Y-%m-%dT%H:%M:%S %z|%Y-%m-%d %H:%M:%S %z|%Y-%m-%d %H:%M:%S.%f|%b %d, %Y %I:%M %p|"           \
    "%b %d, %Y %I:%M:%S %p|%b %d, %Y %H:%M|%b %d, %Y"
#define TABLES                                                                                     \
    .meanings = CODE_TABLE(code_rows), .summaries = CODE_TABLE(category_rows),                     \
    .wordings = {wording_rows, sizeof wording_rows / sizeof wording_rows[0]},                      \
    .clock = {.forms = CLOCK}, .mend = mend
#define EVENT                                                                                      \
    .at = {"GMTTimestamp|eventTimestamp"}, .codes = {"eventCode"}, .text = "eventType|event",      \
    .places = {"eventCity", "eventState"}, .country = "eventCountry"
#define CODE "error/code|error/errors/code|errors/code|code"
#define TEXT "error/message|error/errors/detail|errors/detail|message|detail"
#define VERDICTS                                                                                   \
    .verdicts = {{CODE, "404", REPLY_NOT_FOUND, false},                                            \
                 {TEXT, "status update is not yet available", REPLY_NOT_FOUND, true},              \
                 {TEXT, "could not locate", REPLY_NOT_FOUND, true},                                \
                 {TEXT, "not found", REPLY_NOT_FOUND, true},                                       \
                 {CODE, "429", REPLY_LATER, false},                                                \
                 {CODE, "500", REPLY_LATER, false},                                                \
                 {CODE, "502", REPLY_LATER, false},                                                \
                 {CODE, "503", REPLY_LATER, false},                                                \
                 {CODE, "504", REPLY_LATER, false},                                                \
                 {CODE "|" TEXT, NULL, REPLY_REFUSED, false}},                                     \
    .verdict_code = CODE, .verdict_text = TEXT

static const struct dialect dialects[] = {
    {
        .wrapped = "payload",
        .parcels = ".[eventCode]|payload[eventCode]",
        .number = "trackingNumber",
        .events = ".",
        EVENT,
        TABLES,
    },
    {
        .parcels = ".[trackingNumber]|.[trackingEvents]|payload[trackingNumber]|"
                   "payload[trackingEvents]|*[trackingEvents]",
        .number = "trackingNumber",
        .summary = {"statusCategory"},
        .summary_text = "status",
        .events = "trackingEvents",
        EVENT,
        TABLES,
        VERDICTS,
    },
    {
        .parcels = "TrackResponse/TrackInfo",
        .number = "@ID",
        .summary = {"StatusCategory"},
        .summary_text = "Status|TrackSummary",
        .events = "*[Event]",
        .at = {"EventDate", "EventTime"},
        .codes = {"EventCode"},
        .text = "Event",
        .places = {"EventCity", "EventState"},
        .country = "EventCountry",
        TABLES,
        .verdicts = {{"Error/Number", "-2147219302", REPLY_NOT_FOUND, false},
                     {"Error/Number", "-2147219301", REPLY_NOT_FOUND, false},
                     {"Error/Number", "-2147219283", REPLY_NOT_FOUND, false},
                     {"Error/Description", "could not locate", REPLY_NOT_FOUND, true},
                     {"Error/Description", "not yet available", REPLY_NOT_FOUND, true},
                     {"Error/Number", NULL, REPLY_REFUSED, false}},
        .verdict_code = "Error/Number",
        .verdict_text = "Error/Description",
    },
};

/* Over the time and the payload as texts, as one public reader of the manual has it. */
static const struct proof proof = {
    .kind = PROOF_HMAC_SHA256,
    .digits = PROOF_BASE64,
    .header = "x-hmac",
    .says = "{json:timestamp}{json:payload}",
};

/* --- asking --- */

/* Sixty questions an hour, those for tokens among them. */
static const struct access access = {
    .ask = {.path = "/oauth2/v3/token",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "{\"client_id\":\"${id}\",\"client_secret\":\"${secret}\",\"grant_type\":"
                    "\"client_credentials\",\"scope\":\"tracking subscriptions-tracking labels\"}"},
    .token = "access_token",
    .seconds = "expires_in",
};

static const struct poll poll = {
    .ask = {.path = "/tracking/v3/tracking/${number}?expand=DETAIL",
            .headers = {"Authorization: Bearer ${token}"}},
    .numbers_max = 1,
    .calls = 55,
    .per_s = 3600,
    .days = 120,
};

static const struct subscription subscription = {
    .add = {.path = "/subscriptions-tracking/v3/subscriptions",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "{\"listenerURL\":\"${hook_url}\",\"secret\":\"${hook_secret}\","
                    "\"adminNotification\":[],\"filterProperties\":{\"trackingNumber\":\"${number}"
                    "\",\"trackingEventTypes\":[\"ALL_UPDATES\"]}}",
            .headers = {"Authorization: Bearer ${token}"}},
    .numbers_max = 1,
    .days = 30,
    .reference = "subscriptionId",
};

/* --- labels ---
 *
 * Of the United States, from the United States. Two tokens: the account's, and one that proves who
 * pays, which names the customer (CRID), the mailer (MID), the one of its manifests and the payment
 * account, in `account` with slashes between. An answer is a form of several parts unless it is
 * asked for as JSON, the image in it. A return is paid for when it is scanned. */

static const struct access label_access = {
    .ask = {.path = "/oauth2/v3/token",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "{\"client_id\":\"${id}\",\"client_secret\":\"${secret}\",\"grant_type\":"
                    "\"client_credentials\",\"scope\":\"labels payments\"}"},
    .token = "access_token",
    .seconds = "expires_in",
};

/* Good for eight hours, which the answer does not say. */
static const struct access payment = {
    .ask = {.path = "/payments/v3/payment-authorization",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "{\"roles\":[{\"roleName\":\"PAYER\",\"CRID\":\"${crid}\",\"MID\":\"${mid}\","
                    "\"manifestMID\":\"${manifest_mid}\",\"accountType\":\"EPS\",\"accountNumber\":"
                    "\"${payer}\"},{\"roleName\":\"LABEL_OWNER\",\"CRID\":\"${crid}\",\"MID\":\"${"
                    "mid}\",\"manifestMID\":\"${manifest_mid}\",\"accountType\":\"EPS\","
                    "\"accountNumber\":\"${payer}\"}]}",
            .headers = {"Authorization: Bearer ${token}"}},
    .token = "paymentAuthorizationToken",
};

static const struct labelling labelling = {
    .recovery = LABEL_RECOVERY_NONE,
    .access = &label_access,
    .payment = &payment,
    .buy =
        {.path = "/labels/v3/return-label",
         .type = "application/json",
         .form = TEMPLATE_JSON,
         .body =
             "{\"imageInfo\":{\"imageType\":\"PDF\",\"labelType\":\"4X6LABEL\",\"receiptOption\":"
             "\"NONE\"},\"fromAddress\":{${?from.last_name}\"firstName\":\"${from.first_name}\","
             "\"lastName\":\"${from.last_name}\"${/}${!from.last_name}\"firm\":\"${from.name}\"${/"
             "},\"streetAddress\":\"${from.street1}\"${?from.street2},\"secondaryAddress\":\"${"
             "from.street2}\"${/"
             "},\"city\":\"${from.city}\",\"state\":\"${from.state}\",\"ZIPCode\":\"${from.zip5}\"}"
             ",\"toAddress\":{${?to.last_name}\"firstName\":\"${to.first_name}\",\"lastName\":\"${"
             "to.last_name}\"${/}${!to.last_name}\"firm\":\"${to.name}\"${/"
             "},\"streetAddress\":\"${to.street1}\"${?to.street2},\"secondaryAddress\":\"${to."
             "street2}\"${/"
             "},\"city\":\"${to.city}\",\"state\":\"${to.state}\",\"ZIPCode\":\"${to.zip5}\"},"
             "\"packageDescription\":{\"mailClass\":\"${?service}${service}${/"
             "}${!service}USPS_GROUND_ADVANTAGE_RETURN_SERVICE${/"
             "}\",\"rateIndicator\":\"SP\",\"processingCategory\":\"MACHINABLE\","
             "\"destinationEntryFacilityType\":\"NONE\",\"mailingDate\":\"${today}\",\"weightUOM\":"
             "\"lb\",\"weight\":${weight_lb},\"dimensionsUOM\":\"in\",\"length\":8,\"width\":8,"
             "\"height\":4,\"customerReference\":[{\"referenceNumber\":\"${reference}\","
             "\"printReferenceNumber\":true}]}}",
         .headers = {"Authorization: Bearer ${token}", "X-Payment-Authorization-Token: ${payment}",
                     "Accept: application/vnd.usps.labels+json"}},
    .take_back = {.method = "DELETE",
                  .path = "/labels/v3/label/${carrier_ref}",
                  .headers = {"Authorization: Bearer ${token}",
                              "X-Payment-Authorization-Token: ${payment}"}},
    .number = "trackingNumber|labelMetadata/trackingNumber|returnLabelMetadata/trackingNumber",
    .carrier_ref = "trackingNumber|labelMetadata/trackingNumber|returnLabelMetadata/trackingNumber",
    .cost = "postage|labelMetadata/postage|returnLabelMetadata/postage",
    .currency_is = "USD",
    .document = "labelImage|returnLabelImage",
    .document_form = LABEL_PDF,
    .why = "error/message",
    .taken_back = "status",
    .taken_back_words = {"CANCELED", "CANCELLED"},
};

const struct carrier carrier_usps = {
    .name = "usps",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .captured = true,
    .proof = &proof,
    DIALECTS(dialects),
    .base_url = "https://apis.usps.com",
    .access = &access,
    .poll = &poll,
    .subscription = &subscription,
    .labelling = &labelling,
};
