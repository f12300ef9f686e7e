/* SmartKargo: a flat list of events of an air waybill, whose number stands in two fields; pieces of
 * it may be in different places. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "BKD", TRACK_PRE_TRANSIT,      0,                    SEEN }, /* electronic information */
    { "RCS", TRACK_IN_TRANSIT,       0,                    SEEN }, /* received at origin */
    { "DEP", TRACK_IN_TRANSIT,       0,                    SEEN }, /* departed */
    { "PND", TRACK_IN_TRANSIT,       0,                    SEEN }, /* In Transit */
    { "DDL", TRACK_DELIVERED,        0,                    SEEN }, /* delivered */
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = ".[airWaybill]",
    .number = "prefix",
    .number_end = "airWaybill",
    .events = ".",
    .at = {"eventDate"},
    .codes = {"eventType"},
    .text = "description",
    .places = {"location/city|eventLocation", "location/state"},
    .country = "location/countryId",
    .meanings = CODE_TABLE(code_rows),
    .verdicts = {{"message|error|title", NULL, REPLY_REFUSED, false}},
    .verdict_code = "code|status",
    .verdict_text = "message|error|title",
}};

const struct carrier carrier_smartkargo = {
    .name = "smartkargo",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .captured = true,
    DIALECTS(dialects),
};
