/* Cainiao's link gateway: a form whose field logistics_interface holds the document, in JSON or
 * XML, signed with MD5. 800 means refused in its code and waiting in its words: it is left unknown.
 */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "0", TRACK_PRE_TRANSIT, 0, LISTED },
    { "100", TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, LISTED },
    { "150", TRACK_IN_TRANSIT, 0, LISTED },
    { "200", TRACK_IN_TRANSIT, 0, LISTED },
    { "300", TRACK_IN_TRANSIT, 0, LISTED },
    { "400", TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, LISTED },
    { "430", TRACK_IN_TRANSIT, 0, LISTED },
    { "470", TRACK_IN_TRANSIT, 0, LISTED },
    { "471", TRACK_IN_TRANSIT, 0, LISTED },
    { "472", TRACK_IN_TRANSIT, 0, LISTED },
    { "473", TRACK_IN_TRANSIT, 0, LISTED },
    { "474", TRACK_IN_TRANSIT, 0, LISTED },
    { "475", TRACK_IN_TRANSIT, TRACK_REASON_CUSTOMS_PROCESSING, LISTED },
    { "500", TRACK_IN_TRANSIT, 0, LISTED },
    { "600", TRACK_OUT_FOR_DELIVERY, 0, LISTED },
    { "700", TRACK_EXCEPTION, 0, LISTED },
    { "800", TRACK_UNKNOWN, TRACK_REASON_AMBIGUOUS, LISTED },
    { "900", TRACK_AVAILABLE_FOR_PICKUP, 0, LISTED },
    { "901", TRACK_DELIVERED, 0, LISTED },
    { "950", TRACK_DELIVERED, 0, LISTED },
    { "1000", TRACK_DELIVERED, 0, LISTED },
    { "1100", TRACK_IN_TRANSIT, TRACK_REASON_HANDOVER, LISTED },
    { "1200", TRACK_RETURNING, 0, LISTED },
    { "ACCEPT", TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, REMEMBERED },
    { "TRANSPORT", TRACK_IN_TRANSIT, 0, REMEMBERED },
    { "DELIVERING", TRACK_OUT_FOR_DELIVERY, 0, REMEMBERED },
    { "AGENT_SIGN", TRACK_AVAILABLE_FOR_PICKUP, 0, REMEMBERED },
    { "SIGN", TRACK_DELIVERED, 0, REMEMBERED },
    { "FAILED", TRACK_DELIVERY_ATTEMPT, 0, REMEMBERED },
    { "REJECT", TRACK_RETURNING, TRACK_REASON_REFUSED, REMEMBERED },
};
/* clang-format on */

static const struct dialect dialects[] = {
    {
        .wrapped = "form:logistics_interface",
        .parcels = ".[mailNo]|traces[mailNo]|data[mailNo]",
        .number = "mailNo",
        .last_mile = "cpCode|resCode",
        .summary = {"logisticsStatus|status"},
        .events = "fullTraceDetail|traces|logisticsDetail|traceList",
        .at = {"time|gmtCreate|operateTime"},
        .codes = {"status|action|logisticsStatus|actionCode"},
        .text = "standerdDesc|desc|description",
        .places = {"city|areaName"},
        .clock = {.forms = "%Q", .zone = CLOCK_ZONE(8)},
        .meanings = CODE_TABLE(code_rows),
        .verdicts = {{"errorCode|code", NULL, REPLY_REFUSED, false}},
        .verdict_code = "errorCode|code",
        .verdict_text = "errorMsg|message",
    },
    {
        .parcels = "request[mailNo]|UpdateInfo[mailNo]|*[mailNo]",
        .number = "mailNo",
        .last_mile = "cpCode",
        .summary = {"status"},
        .events = "traces/trace|traceList/trace|trace",
        .at = {"time|acceptTime"},
        .codes = {"status|action"},
        .text = "desc|remark",
        .places = {"city|areaName"},
        .clock = {.zone = CLOCK_ZONE(8)},
        .meanings = CODE_TABLE(code_rows),
    },
};

const struct carrier carrier_cainiao = {
    .name = "cainiao",
    .content_type = "application/x-www-form-urlencoded",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .proof = &(const struct proof){.kind = PROOF_MD5,
                                   .digits = PROOF_BASE64,
                                   .field = "form:data_digest",
                                   .says = "{form:logistics_interface}{secret}"},
    DIALECTS(dialects),
};
