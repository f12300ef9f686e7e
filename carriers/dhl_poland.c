/* DHL Poland, DHL24 web service: the newest event first. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "DWP", TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, REMEMBERED },
    { "SORT", TRACK_IN_TRANSIT, 0, REMEMBERED },
    { "LP", TRACK_IN_TRANSIT, 0, REMEMBERED },
    { "AWI", TRACK_DELIVERY_ATTEMPT, 0, REMEMBERED },
    { "DOR", TRACK_DELIVERED, 0, REMEMBERED },
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = "getTrackAndTraceInfoResponse/getTrackAndTraceInfoResult"
               "|Envelope/Body/getTrackAndTraceInfoResponse/getTrackAndTraceInfoResult",
    .number = "shipmentId",
    .events = "events/item",
    .at = {"timestamp"},
    .codes = {"status"},
    .text = "description",
    .places = {"terminal"},
    .meanings = CODE_TABLE(code_rows),
    .verdicts = {{"Envelope/Body/Fault/faultcode", "107", REPLY_NOT_FOUND, false},
                 {"Envelope/Body/Fault/faultstring", NULL, REPLY_REFUSED, false}},
    .verdict_code = "Envelope/Body/Fault/faultcode",
    .verdict_text = "Envelope/Body/Fault/faultstring",
}};

const struct carrier carrier_dhl_poland = {
    .name = "dhl_poland",
    .content_type = "text/xml",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .published = true,
    DIALECTS(dialects),
};
