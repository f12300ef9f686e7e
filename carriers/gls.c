/* GLS: one status for the parcel, and events whose codes bear it after a dot. A parcel that lies in
 * a shop is not delivered yet. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row status_rows[] = {
    { "PLANNEDPICKUP", TRACK_PRE_TRANSIT,          0,                        LISTED },
    { "INPICKUP",      TRACK_PRE_TRANSIT,          0,                        LISTED },
    { "PREADVICE",     TRACK_PRE_TRANSIT,          0,                        LISTED },
    { "INTRANSIT",     TRACK_IN_TRANSIT,           0,                        LISTED },
    { "INWAREHOUSE",   TRACK_IN_TRANSIT,           0,                        LISTED },
    { "INDELIVERY",    TRACK_OUT_FOR_DELIVERY,     0,                        LISTED },
    { "DELIVERED",     TRACK_DELIVERED,            0,                        LISTED },
    { "DELIVEREDPS",   TRACK_AVAILABLE_FOR_PICKUP, TRACK_REASON_PARCEL_SHOP, LISTED },
    { "FINAL",         TRACK_DELIVERED,            0,                        LISTED },
    { "NOTPICKEDUP",   TRACK_EXCEPTION,            TRACK_REASON_UNCLAIMED,   LISTED },
    { "NOTDELIVERED",  TRACK_DELIVERY_ATTEMPT,     0,                        LISTED },
    { "CANCELED",      TRACK_CANCELLED,            0,                        LISTED },
    { "INTIAL.PREADVICE", TRACK_PRE_TRANSIT, 0, SEEN }, /* spelled so */
    { "INTIAL.NORMAL",    TRACK_IN_TRANSIT,  TRACK_REASON_PICKED_UP, SEEN },
    { "INITIAL.PREADVICE", TRACK_PRE_TRANSIT, 0, REMEMBERED },
    { "INITIAL.NORMAL",    TRACK_IN_TRANSIT,  TRACK_REASON_PICKED_UP, REMEMBERED },
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = "parcels",
    .number = "unitno|requested",
    .summary = {"status"},
    .summary_at = {"statusDateTime"},
    .events = "events",
    .at = {"eventDateTime"},
    .codes = {"code"},
    .text = "description",
    .places = {"city"},
    .country = "country",
    .meanings = CODE_TABLE(status_rows),
    .verdicts = {{"errorCode", "E_404_01", REPLY_NOT_FOUND, false},
                 {"errorCode", NULL, REPLY_REFUSED, false}},
    .verdict_code = "errorCode",
    .verdict_text = "errorMessage",
}};

/* --- asking --- */

static const struct access access = {
    .ask = {.path = "/oauth2/v2/token",
            .type = "application/x-www-form-urlencoded",
            .form = TEMPLATE_URL,
            .body = "grant_type=client_credentials",
            .headers = {"Authorization: Basic ${basic}"}},
    .token = "access_token",
    .seconds = "expires_in",
};

static const struct poll poll = {
    .ask = {.path = "/track-and-trace-v1/tracking/simple/trackids/${*numbers:,}${number}${/}",
            .headers = {"Authorization: Bearer ${token}", "Accept: application/json"}},
    .numbers_max = 10,
    .calls = 60,
    .per_s = 60,
};

const struct carrier carrier_gls = {
    .name = "gls",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .published = true,
    DIALECTS(dialects),
    .base_url = "https://api.gls-group.net",
    .access = &access,
    .poll = &poll,
};
