/* bpost, the tracking of its parcels: three states are known by their words, the others stay
 * unknown. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "T00", TRACK_IN_TRANSIT, 0, SEEN },
    { "L00", TRACK_OUT_FOR_DELIVERY, 0, SEEN },
    { "U01", TRACK_DELIVERED, 0, SEEN },
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = "itemTracking[itemCode]|trackingResponse/itemTracking",
    .number = "itemCode",
    .events = "stateInfo",
    .at = {"time"},
    .codes = {"stateCode"},
    .text = "stateDescription",
    .meanings = CODE_TABLE(code_rows),
    .verdicts = {{"businessException/message", "not found", REPLY_NOT_FOUND, true},
                 {"systemException/message", NULL, REPLY_LATER, false},
                 {"businessException/message", NULL, REPLY_REFUSED, false}},
    .verdict_code = "businessException/code",
    .verdict_text = "systemException/message|businessException/message",
}};

const struct carrier carrier_bpost = {
    .name = "bpost",
    .content_type = "text/xml",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .published = true,
    DIALECTS(dialects),
};
