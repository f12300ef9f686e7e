/* UPS: the tracking of one number, Track Alert (one event a push), and the older XML, whose names
 * the older JSON shares. A type of one or two letters, a code of two, and in the newer forms a
 * number of three digits. Type D of a push says delivered and also loaded: the rest decides. */
#include "carriers/dialect.h"
#include "carriers/labelling.h"
#include "carriers/proof.h"
#include "proto/json_path.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "D",    TRACK_DELIVERED,            0,                               DOCUMENTED },
    { "I",    TRACK_IN_TRANSIT,           0,                               DOCUMENTED },
    { "M",    TRACK_PRE_TRANSIT,          0,                               DOCUMENTED },
    { "MV",   TRACK_CANCELLED,            0,                               DOCUMENTED }, /* billing information voided */
    { "P",    TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          SEEN },
    { "U",    TRACK_UNKNOWN,              0,                               DOCUMENTED }, /* update */
    { "X",    TRACK_EXCEPTION,            0,                               DOCUMENTED },
    { "RS",   TRACK_RETURNING,            0,                               REMEMBERED }, /* returned to shipper */
    { "O",    TRACK_OUT_FOR_DELIVERY,     0,                               REMEMBERED },
    { "W",    TRACK_IN_TRANSIT,           0,                               REMEMBERED }, /* warehousing */
    { "NA",   TRACK_UNKNOWN,              0,                               REMEMBERED },
    { "DO",   TRACK_IN_TRANSIT,           0,                               REMEMBERED }, /* delivered to the origin station */
    { "DD",   TRACK_IN_TRANSIT,           0,                               REMEMBERED }, /* delivered to the destination station */
    { "I/OT", TRACK_OUT_FOR_DELIVERY,     0,                               SEEN },
    { "I/OF", TRACK_OUT_FOR_DELIVERY,     0,                               LISTED },
    { "D/OT", TRACK_OUT_FOR_DELIVERY,     0,                               DOCUMENTED },
    { "D/OF", TRACK_OUT_FOR_DELIVERY,     0,                               DOCUMENTED },
    { "I/OR", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          SEEN }, /* origin scan */
    { "I/AR", TRACK_IN_TRANSIT,           0,                               SEEN },
    { "I/DP", TRACK_IN_TRANSIT,           0,                               SEEN },
    { "M/MP", TRACK_PRE_TRANSIT,          0,                               SEEN },
    { "P/PU", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          SEEN },
    { "D/FS", TRACK_DELIVERED,            0,                               SEEN },
    { "D/KM", TRACK_DELIVERED,            0,                               SEEN },
    { "X/KB", TRACK_IN_TRANSIT,           TRACK_REASON_INFORMATIONAL,      SEEN }, /* internal activity code */
    { "X/DJ", TRACK_EXCEPTION,            TRACK_REASON_WEATHER,            SEEN },
    { "X/L1", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             SEEN },
    { "X/SR", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   SEEN },
    { "003",  TRACK_PRE_TRANSIT,          0,                               REMEMBERED }, /* shipment ready for UPS */
    { "005",  TRACK_IN_TRANSIT,           0,                               REMEMBERED },
    { "006",  TRACK_OUT_FOR_DELIVERY,     0,                               REMEMBERED }, /* on vehicle for delivery */
    { "007",  TRACK_CANCELLED,            0,                               REMEMBERED }, /* shipment information voided */
    { "010",  TRACK_IN_TRANSIT,           0,                               REMEMBERED },
    { "011",  TRACK_DELIVERED,            0,                               REMEMBERED },
    { "012",  TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
    { "013",  TRACK_EXCEPTION,            0,                               REMEMBERED },
    { "014",  TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "016",  TRACK_EXCEPTION,            TRACK_REASON_ON_HOLD,            REMEMBERED }, /* held in warehouse */
    { "017",  TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "018",  TRACK_IN_TRANSIT,           TRACK_REASON_REDIRECTED,         REMEMBERED }, /* hold was requested */
    { "019",  TRACK_IN_TRANSIT,           TRACK_REASON_RESCHEDULED,        REMEMBERED }, /* held for future delivery */
    { "020",  TRACK_IN_TRANSIT,           TRACK_REASON_RESCHEDULED,        REMEMBERED },
    { "021",  TRACK_OUT_FOR_DELIVERY,     0,                               SEEN },
    { "022",  TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "023",  TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "024",  TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "025",  TRACK_IN_TRANSIT,           TRACK_REASON_HANDOVER,           REMEMBERED }, /* to the local post office */
    { "026",  TRACK_DELIVERED,            0,                               REMEMBERED }, /* by the local post office */
    { "027",  TRACK_IN_TRANSIT,           TRACK_REASON_REDIRECTED,         REMEMBERED },
    { "028",  TRACK_IN_TRANSIT,           TRACK_REASON_REDIRECTED,         REMEMBERED },
    { "029",  TRACK_EXCEPTION,            0,                               REMEMBERED }, /* action required */
    { "030",  TRACK_EXCEPTION,            0,                               REMEMBERED }, /* of the local post office */
    { "032",  TRACK_IN_TRANSIT,           TRACK_REASON_WEATHER,            REMEMBERED },
    { "033",  TRACK_RETURNING,            TRACK_REASON_REQUESTED,          REMEMBERED },
    { "034",  TRACK_RETURNED,             0,                               REMEMBERED },
    { "035",  TRACK_RETURNING,            0,                               REMEMBERED },
    { "036",  TRACK_RETURNING,            0,                               REMEMBERED },
    { "037",  TRACK_RETURNING,            0,                               REMEMBERED },
    { "038",  TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          REMEMBERED },
    { "039",  TRACK_IN_TRANSIT,           0,                               REMEMBERED },
    { "040",  TRACK_AVAILABLE_FOR_PICKUP, TRACK_REASON_PARCEL_SHOP,        REMEMBERED },
    { "041",  TRACK_IN_TRANSIT,           TRACK_REASON_INFORMATIONAL,      REMEMBERED }, /* a faster service was asked for */
    { "042",  TRACK_IN_TRANSIT,           TRACK_REASON_INFORMATIONAL,      REMEMBERED }, /* and given */
    { "043",  TRACK_PRE_TRANSIT,          0,                               REMEMBERED }, /* the pickup was voided */
    { "044",  TRACK_PRE_TRANSIT,          0,                               REMEMBERED }, /* in transit to UPS */
    { "045",  TRACK_PRE_TRANSIT,          0,                               REMEMBERED },
    { "046",  TRACK_EXCEPTION,            TRACK_REASON_DELAYED,            REMEMBERED },
    { "047",  TRACK_EXCEPTION,            TRACK_REASON_DELAYED,            REMEMBERED },
    { "048",  TRACK_EXCEPTION,            TRACK_REASON_DELAYED,            REMEMBERED },
    { "049",  TRACK_EXCEPTION,            TRACK_REASON_DELAYED,            REMEMBERED },
    { "050",  TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,        REMEMBERED },
    { "051",  TRACK_EXCEPTION,            TRACK_REASON_WEATHER,            REMEMBERED },
    { "052",  TRACK_EXCEPTION,            TRACK_REASON_WEATHER,            REMEMBERED },
    { "053",  TRACK_EXCEPTION,            TRACK_REASON_WEATHER,            REMEMBERED },
    { "054",  TRACK_IN_TRANSIT,           TRACK_REASON_REDIRECTED,         REMEMBERED },
    { "055",  TRACK_IN_TRANSIT,           TRACK_REASON_RESCHEDULED,        REMEMBERED },
    { "056",  TRACK_IN_TRANSIT,           TRACK_REASON_INFORMATIONAL,      REMEMBERED }, /* a faster service was asked for */
    { "057",  TRACK_IN_TRANSIT,           TRACK_REASON_REDIRECTED,         REMEMBERED }, /* to an access point */
    { "058",  TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_DOCS,       REMEMBERED },
    { "059",  TRACK_EXCEPTION,            TRACK_REASON_DAMAGED,            REMEMBERED },
    { "060",  TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "061",  TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ID_FAILED,          REMEMBERED }, /* an adult must sign */
    { "062",  TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_PAYMENT,            REMEMBERED },
    { "063",  TRACK_IN_TRANSIT,           TRACK_REASON_REDIRECTED,         REMEMBERED }, /* the change was made */
    { "064",  TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_REFUSED,            REMEMBERED },
    { "065",  TRACK_PRE_TRANSIT,          0,                               REMEMBERED }, /* a pickup was attempted */
    { "066",  TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "067",  TRACK_RETURNED,             0,                               REMEMBERED }, /* by the post office */
    { "068",  TRACK_EXCEPTION,            0,                               REMEMBERED }, /* sent to lost and found */
    { "069",  TRACK_EXCEPTION,            TRACK_REASON_UNCLAIMED,          REMEMBERED },
    { "092",  TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, SEEN }, /* at the clearing agency */
};

/* Exceptions and movements that bear a code of no row. */
static const struct code_row wording_rows[] = {
    { "returned to shipper",     TRACK_RETURNING,        0,                               REMEMBERED },
    { "returned to the shipper", TRACK_RETURNING,        0,                               REMEMBERED },
    { "return to sender",        TRACK_RETURNING,        0,                               REMEMBERED },
    { "returning to sender",     TRACK_RETURNING,        0,                               REMEMBERED },
    { "returned to the sender",  TRACK_RETURNING,        0,                               REMEMBERED },
    { "refused",                 TRACK_DELIVERY_ATTEMPT, TRACK_REASON_REFUSED,            REMEMBERED },
    { "delivery attempt",        TRACK_DELIVERY_ATTEMPT, TRACK_REASON_ABSENT,             SEEN },
    { "was not available",       TRACK_DELIVERY_ATTEMPT, TRACK_REASON_ABSENT,             REMEMBERED },
    { "out for delivery",        TRACK_OUT_FOR_DELIVERY, 0,                               SEEN },
    { "access point",            0,                      TRACK_REASON_PARCEL_SHOP,        REMEMBERED },
    { "damage",                  TRACK_EXCEPTION,        TRACK_REASON_DAMAGED,            REMEMBERED },
    { "released by the customs", 0,                      TRACK_REASON_CUSTOMS_RELEASED,   SEEN },
    { "released from customs",   0,                      TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "cleared customs",         0,                      TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "import scan",             0,                      TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
    { "clearing agency",         0,                      TRACK_REASON_CUSTOMS_HOLD,       REMEMBERED },
    { "customs",                 0,                      TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
    { "weather",                 0,                      TRACK_REASON_WEATHER,            SEEN },
    { "service refund",          TRACK_IN_TRANSIT,       TRACK_REASON_INFORMATIONAL,      SEEN }, /* of the carrier's price */
    { "encountered a delay",     0,                      TRACK_REASON_DELAYED,            SEEN },
    { "be postponed",            0,                      TRACK_REASON_DELAYED,            SEEN },
    { "incorrect address",       0,                      TRACK_REASON_BAD_ADDRESS,        REMEMBERED },
    { "address is incorrect",    0,                      TRACK_REASON_BAD_ADDRESS,        REMEMBERED },
    { "incomplete address",      0,                      TRACK_REASON_BAD_ADDRESS,        REMEMBERED },
};
/* clang-format on */

/* What is brought back to the shipper, or only loaded, is no delivery. */
static void mend_scan(struct scan *scan)
{
    if (scan->meaning.reason == 0 && dialect_says(scan->text, "refused"))
        scan->meaning.reason = TRACK_REASON_REFUSED;
    if (scan->meaning.status != TRACK_DELIVERED) return;
    if (dialect_says(scan->text, "return") &&
        (dialect_says(scan->text, "sender") || dialect_says(scan->text, "shipper")))
        scan->meaning.status = TRACK_RETURNED;
    else if (dialect_says(scan->text, "out for delivery") ||
             dialect_says(scan->text, "loaded on") ||
             dialect_says(scan->text, "on vehicle for delivery"))
        scan->meaning.status = TRACK_OUT_FOR_DELIVERY;
}

static void mend(const struct json *parcel, const struct json *event, struct scan *scan)
{
    (void)parcel;
    (void)event;
    mend_scan(scan);
}

/* A number that is known, and of which nothing is said yet. */
static void mend_xml(const struct json *parcel, const struct json *event, struct scan *scan)
{
    if (event == NULL && json_find(parcel, "Activity") == NULL)
        scan->meaning = (struct code_row){NULL, TRACK_UNKNOWN, 0, SEEN};
    mend_scan(scan);
}

/* A push says its time twice, on the clock of the place and on that of Greenwich, and names no
 * zone; a D that neither its codes nor its words confirm says nothing. */
static void mend_push(const struct json *parcel, const struct json *event, struct scan *scan)
{
    if (event == NULL) return;
    struct span date = json_find_word(parcel, "gmtActivityDate");
    struct span time = json_find_word(parcel, "gmtActivityTime");
    if (date.size > 0 && time.size > 0) {
        scan->when[0] = date;
        scan->when[1] = time;
        scan->clock.zone.known = true;
    }
    mend_scan(scan);
    bool bare =
        scan->meaning.code != NULL && span_equal(span_text(scan->meaning.code), span_text("D"));
    if (bare && scan->meaning.status == TRACK_DELIVERED && !dialect_says(scan->text, "delivered")) {
        scan->meaning.status = TRACK_UNKNOWN;
        scan->meaning.reason = TRACK_REASON_AMBIGUOUS;
    }
}

#define CLOCK "%Y%m%d %H%M%S %z|%Y%m%d %H%M%S|%Y%m%d %H%M|%Y%m%d %H:%M:%S %z|%Y%m%d %H:%M:%S|%Y%m%d"
#define FAULT "Fault/detail/Errors/ErrorDetail/PrimaryErrorCode"

static const struct dialect dialects[] = {
    {
        .parcels = "trackResponse/shipment/package|trackResponse/shipment[warnings]|"
                   "trackResponse/shipment[inquiryNumber]",
        .number = "trackingNumber|inquiryNumber",
        .summary = {"currentStatus/statusCode|currentStatus/code"},
        .summary_text = "currentStatus/description|currentStatus/simplifiedTextDescription",
        .events = "activity",
        .at = {"date", "time", "gmtOffset"},
        .codes = {"status/type", "status/code", "status/statusCode"},
        .text = "status/description|status/simplifiedTextDescription",
        .places = {"location/address/city", "location/address/stateProvince"},
        .country = "location/address/countryCode|location/address/country",
        .clock = {.forms = CLOCK},
        .meanings = CODE_TABLE(code_rows),
        .wordings = {wording_rows, sizeof wording_rows / sizeof wording_rows[0]},
        .verdicts = {{"warnings/code|response/errors/code", "TW0001", REPLY_NOT_FOUND, false},
                     {"response/errors/code", "TV1002", REPLY_NOT_FOUND, false},
                     {"response/errors/code", "151018", REPLY_NOT_FOUND, false},
                     {"response/errors/code", "151044", REPLY_NOT_FOUND, false},
                     {"response/errors/code", "10429", REPLY_LATER, false},
                     {"response/errors/code", "429", REPLY_LATER, false},
                     {"response/errors/message", "temporarily", REPLY_LATER, true},
                     {"response/errors/message", "unavailable", REPLY_LATER, true},
                     {"response/errors/message", "internal", REPLY_LATER, true},
                     {"response/errors/message", "not found", REPLY_NOT_FOUND, true},
                     {"warnings/code|response/errors/code", NULL, REPLY_REFUSED, false}},
        .verdict_code = "warnings/code|response/errors/code",
        .verdict_text = "warnings/message|response/errors/message",
        .mend = mend,
    },
    {
        .parcels = ".[activityStatus]",
        .number = "trackingNumber",
        .events = ".",
        .at = {"localActivityDate", "localActivityTime"},
        .codes = {"activityStatus/type", "activityStatus/code", "activityStatus/descriptionCode"},
        .text = "activityStatus/description",
        .places = {"activityLocation/city", "activityLocation/stateProvince"},
        .country = "activityLocation/country|activityLocation/countryCode",
        .clock = {.forms = CLOCK},
        .meanings = CODE_TABLE(code_rows),
        .wordings = {wording_rows, sizeof wording_rows / sizeof wording_rows[0]},
        .mend = mend_push,
    },
    {
        .parcels = "TrackResponse/Shipment/Package|TrackResponse/Shipment[Activity]",
        .number = "TrackingNumber|ShipmentIdentificationNumber|InquiryNumber/Value",
        .events = "Activity",
        .at = {"Date", "Time"},
        .codes = {"Status/StatusType/Code|Status/Type", "Status/StatusCode/Code|Status/Code"},
        .text = "Status/StatusType/Description|Status/Description|Description",
        .places = {"ActivityLocation/Address/City", "ActivityLocation/Address/StateProvinceCode"},
        .country = "ActivityLocation/Address/CountryCode",
        .clock = {.forms = CLOCK},
        .meanings = CODE_TABLE(code_rows),
        .wordings = {wording_rows, sizeof wording_rows / sizeof wording_rows[0]},
        .verdicts = {{"TrackResponse/Response/Error/ErrorCode", "151018", REPLY_NOT_FOUND, false},
                     {"TrackResponse/Response/Error/ErrorCode", "151044", REPLY_NOT_FOUND, false},
                     {"TrackResponse/Response/Error/ErrorCode", "154010", REPLY_NOT_FOUND, false},
                     {"TrackResponse/Response/Error/ErrorSeverity", "Transient", REPLY_LATER,
                      false},
                     {"TrackResponse/Response/Error/ErrorCode", NULL, REPLY_REFUSED, false},
                     {FAULT "/Code", "151018", REPLY_NOT_FOUND, false},
                     {FAULT "/Code", "151044", REPLY_NOT_FOUND, false},
                     {"Fault/detail/Errors/ErrorDetail/Severity", "Transient", REPLY_LATER, false},
                     {FAULT "/Code", NULL, REPLY_REFUSED, false}},
        .verdict_code = "TrackResponse/Response/Error/ErrorCode|" FAULT "/Code",
        .verdict_text = "TrackResponse/Response/Error/ErrorDescription|" FAULT "/Description",
        .mend = mend_xml,
    },
};

/* A credential that we chose: nothing is signed, and a push is a hint to ask. */
static const struct proof proof = {
    .kind = PROOF_TOKEN,
    .in_path = true,
    .header = "x-api-key|credential",
};

/* --- asking --- */

/* Bought per call a token is refused soon (10429): it is kept. A subscription tells no history. */
static const struct access access = {
    .ask = {.path = "/security/v1/oauth/token",
            .type = "application/x-www-form-urlencoded",
            .form = TEMPLATE_URL,
            .body = "grant_type=client_credentials",
            .headers = {"Authorization: Basic ${basic}"}},
    .token = "access_token",
    .seconds = "expires_in",
};

static const struct poll poll = {
    .ask = {.path = "/api/track/v1/details/${number}?locale=en_US&returnSignature=false",
            .headers = {"Authorization: Bearer ${token}", "transId: ${uuid}",
                        "transactionSrc: entrepot"}},
    .numbers_max = 1,
    .calls = 60,
    .per_s = 60,
    .days = 120,
};

static const struct subscription subscription = {
    .add = {.path = "/api/track/v1/subscription/standard/package",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "{\"locale\":\"en_US\",\"trackingNumberList\":[${*numbers:,}\"${number}\"${/"
                    "}],\"destination\":{\"url\":\"${hook_url}\",\"credentialType\":\"Bearer\","
                    "\"credential\":\"${hook_secret}\"}}",
            .headers = {"Authorization: Bearer ${token}", "transId: ${uuid}",
                        "transactionSrc: entrepot"}},
    .numbers_max = 100,
    .days = 14,
};

/* --- labels --- */

/* Return service 9 prints a return label; the shipper is whoever pays, the buyer's address is where
 * it is sent from. Nothing is found by a reference of ours. */
static const struct labelling labelling = {
    .recovery = LABEL_RECOVERY_NONE,
    .buy =
        {.path = "/api/shipments/v2409/ship",
         .type = "application/json",
         .form = TEMPLATE_JSON,
         .body =
             "{\"ShipmentRequest\":{\"Request\":{\"RequestOption\":\"nonvalidate\"},\"Shipment\":{"
             "\"Description\":\"Return "
             "${rma}\",\"ReturnService\":{\"Code\":\"9\"},\"ReferenceNumber\":{\"Value\":\"${"
             "reference}\"},\"Shipper\":{\"Name\":\"${to.name}\",\"ShipperNumber\":\"${account}\","
             "\"Address\":{\"AddressLine\":[\"${to.street1}\"${?to.street2},\"${to.street2}\"${/"
             "}],\"City\":\"${to.city}\"${?to.state},\"StateProvinceCode\":\"${to.state}\"${/"
             "},\"PostalCode\":\"${to.postal_code}\",\"CountryCode\":\"${to.country}\"}},"
             "\"ShipTo\":{\"Name\":\"${to.name}\",\"Address\":{\"AddressLine\":[\"${to.street1}\"${"
             "?to.street2},\"${to.street2}\"${/"
             "}],\"City\":\"${to.city}\"${?to.state},\"StateProvinceCode\":\"${to.state}\"${/"
             "},\"PostalCode\":\"${to.postal_code}\",\"CountryCode\":\"${to.country}\"}},"
             "\"ShipFrom\":{\"Name\":\"${from.name}\",\"Address\":{\"AddressLine\":[\"${from."
             "street1}\"${?from.street2},\"${from.street2}\"${/"
             "}],\"City\":\"${from.city}\"${?from.state},\"StateProvinceCode\":\"${from.state}\"${/"
             "},\"PostalCode\":\"${from.postal_code}\",\"CountryCode\":\"${from.country}\"}},"
             "\"PaymentInformation\":{\"ShipmentCharge\":{\"Type\":\"01\",\"BillShipper\":{"
             "\"AccountNumber\":\"${account}\"}}},\"Service\":{\"Code\":\"${?service}${service}${/"
             "}${!service}11${/}\"},\"Package\":{\"Description\":\"Return "
             "${rma}\",\"Packaging\":{\"Code\":\"02\"},\"PackageWeight\":{\"UnitOfMeasurement\":{"
             "\"Code\":\"KGS\"},\"Weight\":\"${weight_kg}\"}}},\"LabelSpecification\":{"
             "\"LabelImageFormat\":{\"Code\":\"PNG\"}}}}",
         .headers = {"Authorization: Bearer ${token}", "transId: ${uuid}",
                     "transactionSrc: entrepot"}},
    .take_back = {.method = "DELETE",
                  .path = "/api/shipments/v2409/void/cancel/${carrier_ref}",
                  .headers = {"Authorization: Bearer ${token}", "transId: ${uuid}",
                              "transactionSrc: entrepot"}},
    .number = "ShipmentResponse/ShipmentResults/PackageResults/TrackingNumber",
    .carrier_ref = "ShipmentResponse/ShipmentResults/ShipmentIdentificationNumber",
    .cost = "ShipmentResponse/ShipmentResults/ShipmentCharges/TotalCharges/MonetaryValue",
    .currency = "ShipmentResponse/ShipmentResults/ShipmentCharges/TotalCharges/CurrencyCode",
    .document = "ShipmentResponse/ShipmentResults/PackageResults/ShippingLabel/GraphicImage",
    .document_form = LABEL_PNG,
    .why = "response/errors/message",
    .gone_code = "response/errors/code",
    .gone_codes = {"190117"},
    .taken_back = "VoidShipmentResponse/SummaryResult/Status/Code",
    .taken_back_words = {"1"},
};

const struct carrier carrier_ups = {
    .name = "ups",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .captured = true,
    .proof = &proof,
    DIALECTS(dialects),
    .base_url = "https://onlinetools.ups.com",
    .access = &access,
    .poll = &poll,
    .subscription = &subscription,
    .labelling = &labelling,
};
