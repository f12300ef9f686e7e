/* Yanwen: times whose zone stands in a field of its own; the summary may be ahead of the events. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "PU10",     TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, SEEN }, /* Yanwen acceptance */
    { "SC20",     TRACK_IN_TRANSIT, 0,                      SEEN }, /* (summary in sample) */
    { "LM40",     TRACK_DELIVERED,  0,                      SEEN }, /* delivered */
    { "NOTFOUND", TRACK_NOT_FOUND,  0,                      SEEN },
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
