/* HayPost of Armenia: numbers for states, of which one is known. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "1", TRACK_IN_TRANSIT, 0, LISTED },
    { "6", TRACK_DELIVERED, 0, LISTED },
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = ".[orderStateHistories]",
    .number = "order/trackingId",
    .events = "orderStateHistories",
    .at = {"createDate"},
    .codes = {"stateId"},
    .meanings = CODE_TABLE(code_rows),
    .verdicts = {{"status", "404", REPLY_NOT_FOUND, false},
                 {"title|message", NULL, REPLY_REFUSED, false}},
    .verdict_code = "status",
    .verdict_text = "title|message",
}};

const struct carrier carrier_hay_post = {
    .name = "hay_post",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .captured = true,
    DIALECTS(dialects),
};
