/* SF Express: routes as they are asked for, inside the gateway's answer too, and as they are
 * pushed, in XML or JSON. Its clock is Beijing's, and says so nowhere. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "50", TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, SEEN },
    { "30", TRACK_IN_TRANSIT, 0, REMEMBERED },
    { "31", TRACK_IN_TRANSIT, 0, REMEMBERED },
    { "36", TRACK_IN_TRANSIT, 0, REMEMBERED },
    { "44", TRACK_OUT_FOR_DELIVERY, 0, REMEMBERED },
    { "204", TRACK_OUT_FOR_DELIVERY, 0, REMEMBERED },
    { "33", TRACK_DELIVERY_ATTEMPT, 0, REMEMBERED },
    { "70", TRACK_DELIVERY_ATTEMPT, 0, REMEMBERED },
    { "125", TRACK_AVAILABLE_FOR_PICKUP, 0, REMEMBERED },
    { "80", TRACK_DELIVERED, 0, SEEN },
    { "8000", TRACK_DELIVERED, 0, REMEMBERED },
};
/* clang-format on */

/* clang-format off */
static const struct code_row wording_rows[] = {
    { "退回", TRACK_RETURNING, 0, REMEMBERED },
    { "清关", TRACK_IN_TRANSIT, TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
    { "海关", TRACK_IN_TRANSIT, TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
};
/* clang-format on */

#define ROUTE_CLOCK                                                                                \
    {                                                                                              \
        .zone = CLOCK_ZONE(8)                                                                      \
    }
#define ROUTE_CODES                                                                                \
    .meanings = CODE_TABLE(code_rows),                                                             \
    .wordings = {wording_rows, sizeof wording_rows / sizeof wording_rows[0]}, .clock = ROUTE_CLOCK
#define ROUTE_VERDICTS                                                                             \
    .verdicts = {{"success", "true", REPLY_NOT_FOUND, false},                                      \
                 {"apiResultCode", "A1010", REPLY_LATER, false},                                   \
                 {"errorMsg|apiErrorMsg|errorCode|apiResultCode", NULL, REPLY_REFUSED, false}},    \
    .verdict_code = "errorCode|apiResultCode", .verdict_text = "errorMsg|apiErrorMsg"

static const struct dialect dialects[] = {
    {
        .wrapped = "apiResultData",
        .parcels = "msgData/routeResps[mailNo]",
        .number = "mailNo",
        .events = "routes",
        .at = {"acceptTime"},
        .codes = {"opCode"},
        .text = "remark",
        .places = {"acceptAddress"},
        ROUTE_CODES,
        ROUTE_VERDICTS,
    },
    {
        .parcels = "Body/WaybillRoute[mailno]|waybillRoutes[mailno]",
        .number = "mailno",
        .events = ".",
        .at = {"acceptTime"},
        .codes = {"opCode"},
        .text = "remark",
        .places = {"acceptAddress"},
        ROUTE_CODES,
    },
    {
        .parcels = "Request/Body/WaybillRoute[@mailno]",
        .number = "@mailno",
        .events = ".",
        .at = {"@acceptTime"},
        .codes = {"@opCode"},
        .text = "@remark",
        .places = {"@acceptAddress"},
        ROUTE_CODES,
    },
    {
        .parcels = "Response/Body/RouteResponse[@mailno]",
        .number = "@mailno",
        .events = "Route",
        .at = {"@accept_time"},
        .codes = {"@opcode"},
        .text = "@remark",
        .places = {"@accept_address"},
        ROUTE_CODES,
        .verdicts = {{"Response/Head", "OK", REPLY_NOT_FOUND, false},
                     {"Response/ERROR", NULL, REPLY_REFUSED, false}},
        .verdict_code = "Response/ERROR/@code",
        .verdict_text = "Response/ERROR",
    },
};

/* --- asking --- */

/* The digest is of the message as it stands in a form, the moment and the word behind it. */
static const struct inquiry_sign sign = {.kind = PROOF_MD5,
                                         .digits = PROOF_BASE64,
                                         .form = TEMPLATE_URL,
                                         .says = "${inner}${ms}${secret}"};

static const struct poll poll = {
    .ask = {.path = "/std/service",
            .type = "application/x-www-form-urlencoded",
            .form = TEMPLATE_URL,
            .body = "partnerID=${id}&requestID=${uuid}&serviceCode=EXP_RECE_SEARCH_ROUTES&"
                    "timestamp=${ms}&msgDigest=${sign}&msgData=${inner}",
            .inner_form = TEMPLATE_JSON,
            .inner = "{\"language\":\"1\",\"trackingType\":\"1\",\"trackingNumber\":[${*numbers:,}"
                     "\"${number}\"${/}],\"methodType\":\"1\"}",
            .sign = &sign},
    .numbers_max = 10,
    .calls = 30,
    .per_s = 1,
    .days = 90,
};

const struct carrier carrier_sf_express = {
    .name = "sf_express",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .published = true,
    DIALECTS(dialects),
    .base_url = "https://sfapi.sf-express.com",
    .poll = &poll,
};
