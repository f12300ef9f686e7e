/* Hermes in Germany (and Evri there): four digits for each step, the oldest first. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "0000", TRACK_PRE_TRANSIT,          0,                    SEEN }, /* notified electronically */
    { "2000", TRACK_IN_TRANSIT,           0,                    SEEN }, /* arrived at distribution centre */
    { "3000", TRACK_OUT_FOR_DELIVERY,     0,                    SEEN }, /* out on a delivery route */
    { "3500", TRACK_DELIVERED,            0,                    SEEN }, /* delivered */
    { "1000", TRACK_IN_TRANSIT,           0,                    LISTED }, /* karrio class only */
    { "4000", TRACK_DELIVERY_ATTEMPT,     0,                    LISTED }, /* karrio class only */
    { "4500", TRACK_DELIVERY_ATTEMPT,     0,                    LISTED }, /* karrio class only */
    { "5000", TRACK_AVAILABLE_FOR_PICKUP, 0,                    LISTED }, /* karrio class only */
    { "6000", TRACK_EXCEPTION,            TRACK_REASON_ON_HOLD, LISTED }, /* karrio class only */
    { "7000", TRACK_IN_TRANSIT,           TRACK_REASON_DELAYED, LISTED }, /* karrio class only */
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = "shipmentinfo",
    .number = "shipmentID",
    .events = "status",
    .at = {"timestamp"},
    .codes = {"code"},
    .text = "description",
    .places = {"scanningUnit/city"},
    .country = "scanningUnit/countryCode",
    .meanings = CODE_TABLE(code_rows),
    .verdicts = {{"result/code", "e001", REPLY_NOT_FOUND, false},
                 {"result/code", NULL, REPLY_REFUSED, false}},
    .verdict_code = "result/code|code",
    .verdict_text = "result/message|message",
}};

/* --- asking --- */

static const struct access access = {
    .ask = {.path = "/oauth2/token",
            .type = "application/x-www-form-urlencoded",
            .form = TEMPLATE_URL,
            .body = "grant_type=client_credentials&client_id=${id}&client_secret=${secret}"},
    .token = "access_token",
    .seconds = "expires_in",
};

static const struct poll poll = {
    .ask = {.path = "/v2/shipmentinfo?shipmentID=${number}",
            .headers = {"Authorization: Bearer ${token}", "Accept: application/json"}},
    .numbers_max = 1,
    .calls = 60,
    .per_s = 60,
};

const struct carrier carrier_hermes = {
    .name = "hermes",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .published = true,
    DIALECTS(dialects),
    .base_url = "https://api.hlg.de",
    .access = &access,
    .poll = &poll,
};
