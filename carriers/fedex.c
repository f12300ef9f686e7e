/* FedEx: the tracking of numbers, the push of Advanced Integrated Visibility in the same form, and
 * the older XML. Numbers are used again: the unique id tells parcels of one number apart. */
#include "carriers/dialect.h"
#include "carriers/labelling.h"
#include "carriers/proof.h"
#include "proto/json_path.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "OC",     TRACK_PRE_TRANSIT,          0,                               SEEN }, /* shipment information sent */
    { "OX",     TRACK_PRE_TRANSIT,          0,                               LISTED },
    { "EP",     TRACK_PRE_TRANSIT,          0,                               LISTED }, /* on the way to the pickup */
    { "MD",     TRACK_PRE_TRANSIT,          0,                               LISTED }, /* manifest data */
    { "IN",     TRACK_PRE_TRANSIT,          0,                               SEEN }, /* initiated */
    { "DS",     TRACK_PRE_TRANSIT,          0,                               REMEMBERED }, /* vehicle dispatched */
    { "PU",     TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          SEEN },
    { "PX",     TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          LISTED },
    { "OF",     TRACK_IN_TRANSIT,           0,                               LISTED }, /* at the origin facility */
    { "AP",     TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          LISTED },
    { "IP",     TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          SEEN }, /* in FedEx possession */
    { "IT",     TRACK_IN_TRANSIT,           0,                               SEEN },
    { "IT/72",  TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, SEEN },
    { "PU/A25", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, SEEN }, /* available for clearance */
    { "IX",     TRACK_IN_TRANSIT,           0,                               LISTED },
    { "AA",     TRACK_IN_TRANSIT,           0,                               LISTED }, /* at the airport */
    { "AC",     TRACK_IN_TRANSIT,           0,                               LISTED }, /* at Canada Post */
    { "AF",     TRACK_IN_TRANSIT,           0,                               SEEN },
    { "AR",     TRACK_IN_TRANSIT,           0,                               SEEN },
    { "AX",     TRACK_IN_TRANSIT,           0,                               LISTED }, /* at USPS */
    { "DP",     TRACK_IN_TRANSIT,           0,                               SEEN },
    { "EA",     TRACK_IN_TRANSIT,           0,                               LISTED },
    { "EO",     TRACK_IN_TRANSIT,           0,                               LISTED },
    { "FD",     TRACK_IN_TRANSIT,           0,                               LISTED }, /* at the destination */
    { "FD/RL",  TRACK_IN_TRANSIT,           TRACK_REASON_DELAYED,            SEEN },
    { "RL",     TRACK_IN_TRANSIT,           TRACK_REASON_DELAYED,            SEEN }, /* running late */
    { "LO",     TRACK_IN_TRANSIT,           0,                               LISTED },
    { "OW",     TRACK_IN_TRANSIT,           0,                               LISTED },
    { "PF",     TRACK_IN_TRANSIT,           0,                               LISTED },
    { "PL",     TRACK_IN_TRANSIT,           0,                               LISTED },
    { "PM",     TRACK_IN_TRANSIT,           0,                               LISTED },
    { "SF",     TRACK_IN_TRANSIT,           0,                               LISTED },
    { "TR",     TRACK_IN_TRANSIT,           0,                               LISTED }, /* transfer */
    { "CC",     TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "CP",     TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
    { "CD",     TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,       LISTED },
    { "AD",     TRACK_OUT_FOR_DELIVERY,     0,                               LISTED },
    { "ED",     TRACK_OUT_FOR_DELIVERY,     0,                               LISTED },
    { "OD",     TRACK_OUT_FOR_DELIVERY,     0,                               SEEN },
    { "SE",     TRACK_EXCEPTION,            0,                               SEEN },
    { "DR",     TRACK_EXCEPTION,            0,                               REMEMBERED }, /* the vehicle was not used */
    { "CH",     TRACK_IN_TRANSIT,           TRACK_REASON_REDIRECTED,         REMEMBERED },
    { "HA",     TRACK_IN_TRANSIT,           TRACK_REASON_REDIRECTED,         SEEN },
    { "RR",     TRACK_IN_TRANSIT,           TRACK_REASON_INFORMATIONAL,      SEEN },
    { "RM",     TRACK_IN_TRANSIT,           TRACK_REASON_INFORMATIONAL,      REMEMBERED }, /* that option was changed */
    { "RC",     TRACK_IN_TRANSIT,           TRACK_REASON_INFORMATIONAL,      REMEMBERED }, /* and taken back */
    { "AE",     TRACK_IN_TRANSIT,           TRACK_REASON_INFORMATIONAL,      SEEN }, /* arrives early */
    { "AO",     TRACK_IN_TRANSIT,           TRACK_REASON_INFORMATIONAL,      SEEN }, /* arrives on time */
    { "SP",     TRACK_IN_TRANSIT,           TRACK_REASON_PARTIAL,            REMEMBERED }, /* pieces differ */
    { "DE",     TRACK_DELIVERY_ATTEMPT,     0,                               SEEN },
    { "DE/007", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             SEEN },
    { "DE/08",  TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             SEEN },
    { "DE/03",  TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_BAD_ADDRESS,        REMEMBERED },
    { "DE/07",  TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_REFUSED,            REMEMBERED },
    { "DE/A13", TRACK_IN_TRANSIT,           TRACK_REASON_REDIRECTED,         SEEN },
    { "DE/A47", TRACK_IN_TRANSIT,           TRACK_REASON_REDIRECTED,         SEEN },
    { "DY",     TRACK_IN_TRANSIT,           TRACK_REASON_DELAYED,            SEEN },
    { "DD",     TRACK_IN_TRANSIT,           TRACK_REASON_DELAYED,            LISTED },
    { "PY",     TRACK_PRE_TRANSIT,          TRACK_REASON_DELAYED,            LISTED },
    { "PD",     TRACK_PRE_TRANSIT,          TRACK_REASON_DELAYED,            REMEMBERED }, /* pickup delay */
    { "CA",     TRACK_CANCELLED,            0,                               LISTED },
    { "RD",     TRACK_CANCELLED,            0,                               LISTED }, /* return label link expired */
    { "LP",     TRACK_CANCELLED,            0,                               REMEMBERED }, /* return label link cancelled */
    { "RP",     TRACK_PRE_TRANSIT,          0,                               REMEMBERED }, /* return label link sent */
    { "RG",     TRACK_PRE_TRANSIT,          0,                               REMEMBERED }, /* it expires soon */
    { "HL",     TRACK_AVAILABLE_FOR_PICKUP, 0,                               SEEN },
    { "HP",     TRACK_AVAILABLE_FOR_PICKUP, 0,                               SEEN },
    { "DL",     TRACK_DELIVERED,            0,                               SEEN },
    { "DL/005", TRACK_DELIVERED,            TRACK_REASON_COLLECTED,          SEEN },
    { "RS",     TRACK_RETURNING,            0,                               LISTED },
    { "RT",     TRACK_RETURNING,            TRACK_REASON_REQUESTED,          LISTED },
};

/* What an exception says beside its code. */
static const struct code_row detail_rows[] = {
    { "available for clearance",     0, TRACK_REASON_CUSTOMS_PROCESSING, SEEN },
    { "clearance delay",             0, TRACK_REASON_CUSTOMS_HOLD,       REMEMBERED },
    { "regulatory agency",           0, TRACK_REASON_CUSTOMS_HOLD,       REMEMBERED },
    { "customs",                     0, TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
    { "paperwork",                   0, TRACK_REASON_CUSTOMS_DOCS,       LISTED },
    { "refused",                     0, TRACK_REASON_REFUSED,            LISTED },
    { "not available",               0, TRACK_REASON_ABSENT,             SEEN },
    { "business closed",             0, TRACK_REASON_ABSENT,             SEEN },
    { "recipient not in",            0, TRACK_REASON_ABSENT,             LISTED },
    { "unable to locate",            0, TRACK_REASON_BAD_ADDRESS,        LISTED },
    { "incorrect address",           0, TRACK_REASON_BAD_ADDRESS,        REMEMBERED },
    { "incorrect recipient address", 0, TRACK_REASON_BAD_ADDRESS,        REMEMBERED },
    { "damage",                      0, TRACK_REASON_DAMAGED,            REMEMBERED },
    { "weather",                     0, TRACK_REASON_WEATHER,            REMEMBERED },
    { "wrong route",                 0, TRACK_REASON_MISROUTED,          LISTED },
    { "beyond our control",          0, TRACK_REASON_DELAYED,            LISTED },
    { "mechanical delay",            0, TRACK_REASON_DELAYED,            LISTED },
    { "after courier dispatch",      0, TRACK_REASON_DELAYED,            SEEN }, /* it came too late for the van */
    { "unable to deliver",           0, TRACK_REASON_UNDELIVERABLE,      SEEN },
    { "future delivery",             0, TRACK_REASON_RESCHEDULED,        REMEMBERED },
};
/* clang-format on */

static bool goes_back(struct span text)
{
    bool back = dialect_says(text, "return") &&
                (dialect_says(text, "shipper") || dialect_says(text, "sender"));
    return back && !dialect_says(text, "label");
}

/* What came back to the shipper is no delivery; the reason may stand in words or in the delay. */
static void mend_scan(struct scan *scan, struct span detail, struct span delay)
{
    struct code_row *meaning = &scan->meaning;
    bool back = goes_back(detail) || goes_back(scan->text);
    if (back && meaning->status == TRACK_DELIVERED) meaning->status = TRACK_RETURNED;
    bool troubled = meaning->status == TRACK_EXCEPTION || meaning->status == TRACK_IN_TRANSIT ||
                    meaning->status == TRACK_DELIVERY_ATTEMPT;
    if (!troubled) return;
    if (back) meaning->status = TRACK_RETURNING;
    for (size_t i = 0; i < sizeof detail_rows / sizeof detail_rows[0]; i++)
        if (meaning->reason == 0 && dialect_says(detail, detail_rows[i].code))
            meaning->reason = detail_rows[i].reason;
    if (back) return;
    if (meaning->reason == 0 && dialect_says(delay, "weather"))
        meaning->reason = TRACK_REASON_WEATHER;
    else if (meaning->reason == 0 && dialect_says(delay, "delayed"))
        meaning->reason = TRACK_REASON_DELAYED;
}

static void mend(const struct json *parcel, const struct json *event, struct scan *scan)
{
    if (event != NULL)
        mend_scan(scan, json_find_word(event, "exceptionDescription"),
                  json_find_word(event, "delayDetail/type|delayDetail/status"));
    else
        mend_scan(scan,
                  json_find_word(parcel, "latestStatusDetail/ancillaryDetails/reasonDescription"),
                  json_find_word(parcel, "latestStatusDetail/delayDetail/type|"
                                         "latestStatusDetail/delayDetail/status"));
}

/* A number that is known and of which nothing is said yet has details and no status. */
static void mend_xml(const struct json *parcel, const struct json *event, struct scan *scan)
{
    if (event != NULL) {
        mend_scan(scan, json_find_word(event, "StatusExceptionDescription"), span_of(NULL, 0));
        return;
    }
    mend_scan(scan, json_find_word(parcel, "StatusDetail/AncillaryDetails/ReasonDescription"),
              span_of(NULL, 0));
    bool known = json_find_word(parcel, "TrackingNumberUniqueIdentifier").size > 0 &&
                 json_find(parcel, "Events") == NULL;
    if (known && scan->meaning.status == 0)
        scan->meaning = (struct code_row){NULL, TRACK_UNKNOWN, 0, SEEN};
}

#define RESULT                                                                                     \
    .number = "trackingNumberInfo/trackingNumber",                                                 \
    .unique = "trackingNumberInfo/trackingNumberUniqueId",                                         \
    .is_return = "additionalTrackingInfo/packageIdentifiers"                                       \
                 "[type=RETURN_MATERIALS_AUTHORIZATION]/type",                                     \
    .is_return_word = "RETURN_MATERIALS_AUTHORIZATION",                                            \
    .summary = {"latestStatusDetail/code|latestStatusDetail/derivedCode"},                         \
    .summary_text = "latestStatusDetail/description|latestStatusDetail/statusByLocale",            \
    .events = "scanEvents", .at = {"date"}, .codes = {"eventType", "exceptionCode"},               \
    .text = "eventDescription|derivedStatus|exceptionDescription",                                 \
    .places = {"scanLocation/city", "scanLocation/stateOrProvinceCode"},                           \
    .country = "scanLocation/countryCode", .meanings = CODE_TABLE(code_rows),                      \
    .verdicts = {{"error/code", "TRACKING.TRACKINGNUMBER.NOTFOUND", REPLY_NOT_FOUND, false},       \
                 {"error/code", "TRACKING.DATA.NOTFOUND", REPLY_NOT_FOUND, false},                 \
                 {"error/code|errors/code", "NOTFOUND", REPLY_NOT_FOUND, true},                    \
                 {"error/code|errors/code", "UNAVAILABLE", REPLY_LATER, true},                     \
                 {"error/code|errors/code", "INTERNAL", REPLY_LATER, true},                        \
                 {"error/code|errors/code", "TIMEOUT", REPLY_LATER, true},                         \
                 {"error/code|errors/code", "TOO.MANY", REPLY_LATER, true},                        \
                 {"error/code|errors/code", NULL, REPLY_REFUSED, false}},                          \
    .verdict_code = "error/code|errors/code", .verdict_text = "error/message|errors/message",      \
    .mend = mend

#define DETAILS "TrackReply/CompletedTrackDetails/TrackDetails"
#define SAID                                                                                       \
    "Notification/Code|TrackReply/CompletedTrackDetails/Notifications/Code|"                       \
    "Envelope/Body/TrackReply/CompletedTrackDetails/Notifications/Code|"                           \
    "TrackReply/Notifications/Code|Envelope/Body/TrackReply/Notifications/Code"
#define HOW_BAD                                                                                    \
    "Notification/Severity|TrackReply/CompletedTrackDetails/HighestSeverity|"                      \
    "Envelope/Body/TrackReply/CompletedTrackDetails/HighestSeverity|"                              \
    "TrackReply/Notifications/Severity|"                                                           \
    "Envelope/Body/TrackReply/Notifications/Severity"

static const struct dialect dialects[] = {
    {
        .groups = "output/completeTrackResults|completeTrackResults|data/completeTrackResults",
        .group_number = "trackingNumber",
        .parcels = "trackResults",
        RESULT,
    },
    {
        .parcels = ".[trackingNumberInfo]|trackResults[trackingNumberInfo]|"
                   "output/trackResults[trackingNumberInfo]|trackResult[trackingNumberInfo]|"
                   "*/trackResult[trackingNumberInfo]",
        RESULT,
    },
    {
        .parcels = DETAILS "|Envelope/Body/" DETAILS
                           "|TrackReply/TrackDetails|Envelope/Body/TrackReply/TrackDetails",
        .number = "TrackingNumber",
        .unique = "TrackingNumberUniqueIdentifier",
        .is_return = "OtherIdentifiers/PackageIdentifier"
                     "[Type=RETURN_MATERIALS_AUTHORIZATION]/Type",
        .is_return_word = "RETURN_MATERIALS_AUTHORIZATION",
        .summary = {"StatusDetail/Code|StatusCode"},
        .summary_text = "StatusDetail/Description|StatusDescription",
        .events = "Events",
        .at = {"Timestamp"},
        .codes = {"EventType", "StatusExceptionCode"},
        .text = "EventDescription",
        .places = {"Address/City", "Address/StateOrProvinceCode"},
        .country = "Address/CountryCode",
        .meanings = CODE_TABLE(code_rows),
        .verdicts = {{SAID, "9040", REPLY_NOT_FOUND, false},
                     {SAID, "6035", REPLY_NOT_FOUND, false},
                     {SAID, "5508", REPLY_NOT_FOUND, false},
                     {SAID, "9041", REPLY_NOT_FOUND, false},
                     {SAID, "9045", REPLY_LATER, false},
                     {SAID, "9080", REPLY_LATER, false},
                     {SAID, "6330", REPLY_LATER, false},
                     {HOW_BAD, "FAILURE", REPLY_LATER, false},
                     {HOW_BAD, "ERROR", REPLY_REFUSED, false},
                     {"TrackReply/CompletedTrackDetails/MoreData|"
                      "Envelope/Body/TrackReply/CompletedTrackDetails/MoreData",
                      "false", REPLY_NOT_FOUND, false},
                     {"Envelope/Body/Fault/faultstring|Fault/faultstring", NULL, REPLY_REFUSED,
                      false}},
        .verdict_code = SAID "|Envelope/Body/Fault/faultcode|Fault/faultcode",
        .verdict_text = "Notification/Message|"
                        "TrackReply/CompletedTrackDetails/Notifications/Message|"
                        "TrackReply/Notifications/Message|"
                        "Envelope/Body/TrackReply/Notifications/Message|"
                        "Envelope/Body/Fault/faultstring|Fault/faultstring",
        .mend = mend_xml,
    },
};

/* The page says both Base64 and hex; all who take it in public take Base64. */
static const struct proof proof = {
    .kind = PROOF_HMAC_SHA256,
    .digits = PROOF_BASE64,
    .header = "fdx-signature|x-fdx-sc-signature|x-fedex-signature",
};

/* --- asking --- */

/* Pushes that nobody took wait seven days in a queue, which is replayed by hand on the project's
 * page. */
static const struct access access = {
    .ask = {.path = "/oauth/token",
            .type = "application/x-www-form-urlencoded",
            .form = TEMPLATE_URL,
            .body = "grant_type=client_credentials&client_id=${id}&client_secret=${secret}"},
    .token = "access_token",
    .seconds = "expires_in",
};

static const struct poll poll = {
    .ask = {.path = "/track/v1/trackingnumbers",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "{\"includeDetailedScans\":true,\"trackingInfo\":[${*numbers:,}{"
                    "\"trackingNumberInfo\":{\"trackingNumber\":\"${number}\"}}${/}]}",
            .headers = {"Authorization: Bearer ${token}", "x-locale: en_US"}},
    .numbers_max = 30,
    .calls = 250,
    .per_s = 10,
    .days = 90,
};

/* --- labels --- */

static const struct labelling labelling = {
    .recovery = LABEL_RECOVERY_NONE,
    .buy =
        {.path = "/ship/v1/shipments",
         .type = "application/json",
         .form = TEMPLATE_JSON,
         .body =
             "{\"labelResponseOptions\":\"LABEL\",\"accountNumber\":{\"value\":\"${account}\"},"
             "\"requestedShipment\":{\"shipper\":{\"contact\":{\"personName\":\"${from.name}\","
             "\"phoneNumber\":\"${?from.phone}${from.phone}${/}${!from.phone}0000000000${/"
             "}\"},\"address\":{\"streetLines\":[\"${from.street1}\"${?from.street2},\"${from."
             "street2}\"${/"
             "}],\"city\":\"${from.city}\"${?from.state},\"stateOrProvinceCode\":\"${from.state}\"$"
             "{/"
             "},\"postalCode\":\"${from.postal_code}\",\"countryCode\":\"${from.country}\"}},"
             "\"recipients\":[{\"contact\":{\"personName\":\"${to.name}\",\"phoneNumber\":\"${?to."
             "phone}${to.phone}${/}${!to.phone}0000000000${/"
             "}\"},\"address\":{\"streetLines\":[\"${to.street1}\"${?to.street2},\"${to.street2}\"$"
             "{/}],\"city\":\"${to.city}\"${?to.state},\"stateOrProvinceCode\":\"${to.state}\"${/"
             "},\"postalCode\":\"${to.postal_code}\",\"countryCode\":\"${to.country}\"}}],"
             "\"serviceType\":\"${?service}${service}${/}${!service}FEDEX_GROUND${/"
             "}\",\"packagingType\":\"YOUR_PACKAGING\",\"pickupType\":\"USE_SCHEDULED_PICKUP\","
             "\"shippingChargesPayment\":{\"paymentType\":\"RECIPIENT\"},"
             "\"shipmentSpecialServices\":{\"specialServiceTypes\":[\"RETURN_SHIPMENT\"],"
             "\"returnShipmentDetail\":{\"returnType\":\"PRINT_RETURN_LABEL\"}},"
             "\"labelSpecification\":{\"imageType\":\"PDF\",\"labelStockType\":\"PAPER_4X6\"},"
             "\"requestedPackageLineItems\":[{\"weight\":{\"units\":\"KG\",\"value\":${weight_kg}},"
             "\"customerReferences\":[{\"customerReferenceType\":\"RMA_ASSOCIATION\",\"value\":\"${"
             "reference}\"}]}]}}",
         .headers = {"Authorization: Bearer ${token}", "x-locale: en_US"}},
    .take_back =
        {.method = "PUT",
         .path = "/ship/v1/shipments/cancel",
         .type = "application/json",
         .form = TEMPLATE_JSON,
         .body =
             "{\"accountNumber\":{\"value\":\"${account}\"},\"trackingNumber\":\"${carrier_ref}\"}",
         .headers = {"Authorization: Bearer ${token}"}},
    .number = "output/transactionShipments/masterTrackingNumber|"
              "output/transactionShipments/pieceResponses/trackingNumber",
    .carrier_ref = "output/transactionShipments/masterTrackingNumber",
    .cost = "output/transactionShipments/pieceResponses/netRateAmount",
    .currency = "output/transactionShipments/pieceResponses/currency",
    .document = "output/transactionShipments/pieceResponses/packageDocuments/encodedLabel",
    .document_url = "output/transactionShipments/pieceResponses/packageDocuments/url",
    .document_form = LABEL_PDF,
    .why = "errors/message",
    .gone_code = "errors/code",
    .gone_codes = {"SHIPMENT.ALREADY.CANCELLED"},
    .taken_back = "output/cancelledShipment",
    .taken_back_words = {"true"},
};

const struct carrier carrier_fedex = {
    .name = "fedex",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .captured = true,
    .proof = &proof,
    DIALECTS(dialects),
    .base_url = "https://apis.fedex.com",
    .access = &access,
    .poll = &poll,
    .labelling = &labelling,
};
