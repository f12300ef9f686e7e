/* Yanwen: times whose zone stands in a field of its own; the summary may be ahead of the events. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "OR10",     TRACK_PRE_TRANSIT,      0,                               LISTED },
    { "PU10",     TRACK_IN_TRANSIT,       TRACK_REASON_PICKED_UP,          SEEN }, /* Yanwen acceptance */
    { "PU30",     TRACK_EXCEPTION,        0,                               LISTED }, /* not collected */
    { "SC20",     TRACK_IN_TRANSIT,       0,                               SEEN }, /* (summary in sample) */
    { "EC30",     TRACK_EXCEPTION,        TRACK_REASON_CUSTOMS_HOLD,       LISTED }, /* on export */
    { "LH20",     TRACK_IN_TRANSIT,       0,                               LISTED }, /* the flight has left */
    { "S303",     TRACK_IN_TRANSIT,       TRACK_REASON_CUSTOMS_PROCESSING, LISTED },
    { "IC50",     TRACK_IN_TRANSIT,       TRACK_REASON_CUSTOMS_PROCESSING, LISTED },
    { "IC51",     TRACK_EXCEPTION,        TRACK_REASON_CUSTOMS_HOLD,       LISTED },
    { "IC60",     TRACK_IN_TRANSIT,       TRACK_REASON_CUSTOMS_RELEASED,   LISTED },
    { "IC70",     TRACK_EXCEPTION,        TRACK_REASON_CUSTOMS_HOLD,       LISTED },
    { "LM10",     TRACK_IN_TRANSIT,       0,                               LISTED }, /* in the country */
    { "LM20",     TRACK_IN_TRANSIT,       0,                               LISTED }, /* at the last depot */
    { "LM25",     TRACK_OUT_FOR_DELIVERY, 0,                               LISTED },
    { "LM40",     TRACK_DELIVERED,        0,                               SEEN }, /* delivered */
    { "LM50",     TRACK_DELIVERY_ATTEMPT, 0,                               LISTED },
    { "LM90",     TRACK_RETURNING,        0,                               LISTED },
    { "NOTFOUND", TRACK_NOT_FOUND,        0,                               SEEN },
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = "result[tracking_number]",
    .number = "tracking_number",
    .last_mile = "last_mile_tracking/carrier",
    .summary = {"tracking_status"},
    .events = "checkpoints",
    .at = {"time_stamp", "time_zone"},
    .codes = {"tracking_status"},
    .text = "message",
    .places = {"location"},
    .clock = {.forms = "%Y-%m-%dT%H:%M:%S %z|%Y-%m-%d %H:%M:%S %z"},
    .meanings = CODE_TABLE(code_rows),
    .verdicts = {{"code", "0", REPLY_NOT_FOUND, false},
                 {"message|code", NULL, REPLY_REFUSED, false}},
    .verdict_code = "code",
    .verdict_text = "message",
}};

/* --- asking --- */

static const struct poll poll = {
    .ask = {.path = "/api/tracking?nums=${*numbers:,}${number}${/}",
            .headers = {"Authorization: ${secret}"}},
    .numbers_max = 30,
    .calls = 60,
    .per_s = 60,
};

const struct carrier carrier_yanwen = {
    .name = "yanwen",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .published = true,
    DIALECTS(dialects),
    .base_url = "https://trackapi.yanwentech.com",
    .poll = &poll,
};
