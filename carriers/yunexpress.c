/* YunExpress: the old OMS with one state of the package, and the open platform with its list of
 * events. Codes of single events are not published. */
#include "carriers/dialect.h"
#include "carriers/labelling.h"

/* clang-format off */
static const struct code_row state_rows[] = {
    { "0", TRACK_UNKNOWN,          0,                      DOCUMENTED }, /* unknown */
    { "1", TRACK_PRE_TRANSIT,      0,                      DOCUMENTED }, /* submitted */
    { "2", TRACK_IN_TRANSIT,       0,                      DOCUMENTED }, /* in transit */
    { "3", TRACK_DELIVERED,        0,                      DOCUMENTED }, /* signed */
    { "4", TRACK_IN_TRANSIT,       TRACK_REASON_PICKED_UP, DOCUMENTED }, /* received */
    { "5", TRACK_CANCELLED,        0,                      DOCUMENTED }, /* order cancelled */
    { "6", TRACK_DELIVERY_ATTEMPT, 0,                      DOCUMENTED }, /* delivery failed */
    { "7", TRACK_RETURNED,         0,                      DOCUMENTED }, /* returned */
};
/* clang-format on */

/* clang-format off */
static const struct code_row event_rows[] = {
    { "10", TRACK_PRE_TRANSIT, 0, SEEN },
};
/* clang-format on */

/* clang-format off */
static const struct code_row wording_rows[] = {
    { "return to sender", TRACK_RETURNING, 0, REMEMBERED },
    { "returned to sender", TRACK_RETURNING, 0, REMEMBERED },
    { "delivery attempt", TRACK_DELIVERY_ATTEMPT, 0, REMEMBERED },
    { "out for delivery", TRACK_OUT_FOR_DELIVERY, 0, REMEMBERED },
    { "available for pickup", TRACK_AVAILABLE_FOR_PICKUP, 0, REMEMBERED },
    { "customs clearance completed", TRACK_IN_TRANSIT, TRACK_REASON_CUSTOMS_RELEASED, REMEMBERED },
    { "released from customs", TRACK_IN_TRANSIT, TRACK_REASON_CUSTOMS_RELEASED, REMEMBERED },
    { "customs", TRACK_IN_TRANSIT, TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
    { "shipment information received", TRACK_PRE_TRANSIT, 0, REMEMBERED },
};
/* clang-format on */

static const struct dialect dialects[] = {
    {
        .parcels = "Item[WaybillNumber]",
        .number = "WaybillNumber",
        .last_mile = "CarrierName",
        .summary = {"PackageState"},
        .events = "OrderTrackingDetails",
        .at = {"ProcessDate"},
        .codes = {"TrackingStatus"},
        .text = "ProcessContent",
        .places = {"ProcessLocation"},
        .meanings = CODE_TABLE(event_rows),
        .summaries = CODE_TABLE(state_rows),
        .wordings = {wording_rows, sizeof wording_rows / sizeof wording_rows[0]},
        .verdicts = {{"Code", "0000", REPLY_NOT_FOUND, false},
                     {"Message", NULL, REPLY_REFUSED, false}},
        .verdict_code = "Code",
        .verdict_text = "MessageDetail|Message",
    },
    {
        .parcels = "result[track_events]|result/track_info[track_events]|data[track_events]",
        .number = "waybill_number|order_number|tracking_number",
        .last_mile = "carrier_name|carrier_code",
        .events = "track_events",
        .at = {"process_time|process_date|time"},
        .codes = {"track_node_code|node_code|track_code"},
        .text = "process_content|content|description",
        .places = {"process_location|process_city|location", "process_province"},
        .country = "process_country",
        .meanings = CODE_TABLE(event_rows),
        .wordings = {wording_rows, sizeof wording_rows / sizeof wording_rows[0]},
        .verdicts = {{"success", "false", REPLY_REFUSED, false},
                     {"code", "0", REPLY_NOT_FOUND, false}},
        .verdict_code = "code",
        .verdict_text = "msg|message",
    },
};

/* --- asking --- */

#define TRACK_PATH "/v1/track-service/info/get"

/* What is signed names the method and the path, without its parameters. */
static const struct inquiry_sign sign = {.kind = PROOF_HMAC_SHA256,
                                         .digits = PROOF_BASE64,
                                         .form = TEMPLATE_PLAIN,
                                         .says = "date=${ms}&method=GET&uri=" TRACK_PATH,
                                         .key = "${secret}"};

static const struct access access = {
    .ask = {.path = "/openapi/oauth2/token",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "{\"grantType\":\"client_credentials\",\"appId\":\"${id}\",\"appSecret\":\"${"
                    "secret}\",\"sourceKey\":\"${account}\"}"},
    .token = "accessToken|result/accessToken|data/accessToken",
    .seconds = "expiresIn|result/expiresIn|data/expiresIn",
};

static const struct poll poll = {
    .ask = {.path = "/v1/track-service/info/get?order_number=${number}",
            .headers = {"token: ${token}", "date: ${ms}", "sign: ${sign}"},
            .sign = &sign},
    .numbers_max = 1,
    .calls = 60,
    .per_s = 60,
};

/* --- labels --- */

#define ORDER_PATH "/v1/openapi/order/add"

static const struct inquiry_sign order_sign = {
    .kind = PROOF_HMAC_SHA256,
    .digits = PROOF_BASE64,
    .form = TEMPLATE_RAW,
    .says = "body=${inner}&date=${ms}&method=POST&uri=" ORDER_PATH,
    .key = "${secret}"};

/* The service is its product; what comes is put on its shelf (RTZC) for us. The number may come
 * later than the order: then there is none, and a person looks. */
static const struct labelling labelling = {
    .recovery = LABEL_RECOVERY_NONE,
    .buy = {.path = ORDER_PATH,
            .type = "application/json",
            .form = TEMPLATE_RAW,
            .body = "${inner}",
            .inner_form = TEMPLATE_JSON,
            .inner =
                "{\"product_code\":\"${service}\",\"handle_code\":\"RTZC\",\"customer_order_no\":"
                "\"${reference}\",\"weight\":\"${weight_kg}\",\"sender\":{\"name\":\"${from.name}"
                "\",\"country_code\":\"${from.country}\",\"province\":\"${from.state}\",\"city\":"
                "\"${from.city}\",\"address_lines\":[\"${from.street1}\"${?from.street2},\"${from."
                "street2}\"${/"
                "}],\"postal_code\":\"${from.postal_code}\",\"phone_number\":\"${from.phone}\"},"
                "\"receiver\":{\"name\":\"${to.name}\",\"country_code\":\"${to.country}\","
                "\"province\":\"${to.state}\",\"city\":\"${to.city}\",\"address_lines\":[\"${to."
                "street1}\"${?to.street2},\"${to.street2}\"${/"
                "}],\"postal_code\":\"${to.postal_code}\",\"phone_number\":\"${to.phone}\"},"
                "\"goods_list\":[${*items:,}{\"sku\":\"${sku}\",\"name_en\":\"${description}\","
                "\"quantity\":${quantity},\"price\":\"${value}\",\"hs_code\":\"${hs_code}\"}${/}]}",
            .headers = {"token: ${token}", "date: ${ms}", "sign: ${sign}"},
            .sign = &order_sign},
    .number = "result/tracking_number|data/tracking_number|tracking_number",
    .carrier_ref = "result/order_code|data/order_code|order_code",
    .document_url = "result/label_urls|data/label_urls|label_urls",
    .document_open = true,
    .document_form = LABEL_PDF,
    .why = "msg|message",
    .refused = "success",
    .refused_words = {"false"},
};

const struct carrier carrier_yunexpress = {
    .name = "yunexpress",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    DIALECTS(dialects),
    .base_url = "https://openapi.yunexpress.cn",
    .access = &access,
    .poll = &poll,
    .labelling = &labelling,
};

/* --- its former interface -----------------------------------------------------------------------
 */

/* Not the user and password of HTTP: an ampersand stands between them. */
static const struct inquiry_sign oms_sign = {
    .kind = PROOF_TOKEN, .digits = PROOF_BASE64, .form = TEMPLATE_PLAIN, .says = "${id}&${secret}"};

static const struct poll oms_poll = {
    .ask = {.path = "/api/Tracking/GetTrackInfo?OrderNumber=${number}",
            .headers = {"Authorization: Basic ${sign}", "Accept: application/json"},
            .sign = &oms_sign},
    .numbers_max = 1,
    .calls = 60,
    .per_s = 60,
};

const struct carrier carrier_yunexpress_oms = {
    .name = "yunexpress_oms",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .captured = true,
    DIALECTS(dialects),
    .base_url = "https://oms.api.yunexpress.com",
    .poll = &oms_poll,
};
