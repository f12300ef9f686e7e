/* Kuaidi100 (快递100): a reply, and a push of a form that bears the same. Its clock is Beijing's.
 */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "0",  TRACK_IN_TRANSIT,       0,                               DOCUMENTED }, /* in transit */
    { "1",  TRACK_IN_TRANSIT,       TRACK_REASON_PICKED_UP,          DOCUMENTED }, /* picked up */
    { "2",  TRACK_EXCEPTION,        0,                               DOCUMENTED }, /* problem */
    { "3",  TRACK_DELIVERED,        0,                               DOCUMENTED }, /* signed */
    { "4",  TRACK_RETURNED,         0,                               DOCUMENTED }, /* returned (sign-off of return) */
    { "5",  TRACK_OUT_FOR_DELIVERY, 0,                               DOCUMENTED }, /* out for delivery */
    { "6",  TRACK_RETURNING,        0,                               DOCUMENTED }, /* returning */
    { "7",  TRACK_IN_TRANSIT,       TRACK_REASON_HANDOVER,           DOCUMENTED }, /* handed to other carrier */
    { "10", TRACK_IN_TRANSIT,       TRACK_REASON_CUSTOMS_PROCESSING, DOCUMENTED }, /* to be cleared */
    { "11", TRACK_IN_TRANSIT,       TRACK_REASON_CUSTOMS_PROCESSING, DOCUMENTED }, /* clearing */
    { "12", TRACK_IN_TRANSIT,       TRACK_REASON_CUSTOMS_RELEASED,   DOCUMENTED }, /* cleared */
    { "13", TRACK_EXCEPTION,        TRACK_REASON_CUSTOMS_HOLD,       DOCUMENTED }, /* clearance problem */
    { "14", TRACK_EXCEPTION,        TRACK_REASON_REFUSED,            DOCUMENTED }, /* refused */
    { "在途", TRACK_IN_TRANSIT, 0, REMEMBERED },
    { "揽收", TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, REMEMBERED },
    { "疑难", TRACK_EXCEPTION, 0, REMEMBERED },
    { "签收", TRACK_DELIVERED, 0, REMEMBERED },
    { "退签", TRACK_RETURNED, 0, REMEMBERED },
    { "派件", TRACK_OUT_FOR_DELIVERY, 0, REMEMBERED },
    { "退回", TRACK_RETURNING, 0, REMEMBERED },
    { "转投", TRACK_IN_TRANSIT, TRACK_REASON_HANDOVER, REMEMBERED },
    { "拒签", TRACK_EXCEPTION, TRACK_REASON_REFUSED, REMEMBERED },
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .wrapped = "form:param",
    .parcels = "lastResult[nu]|.[nu]",
    .number = "nu",
    .last_mile = "com",
    .summary = {"state"},
    .events = "data",
    .at = {"ftime|time"},
    .codes = {"status"},
    .text = "context",
    .places = {"areaName|location"},
    .clock = {.zone = CLOCK_ZONE(8)},
    .meanings = CODE_TABLE(code_rows),
    .verdicts = {{"returnCode", "500", REPLY_NOT_FOUND, false}, /* nothing is known of it */
                 {"returnCode|message", NULL, REPLY_REFUSED, false}},
    .verdict_code = "returnCode",
    .verdict_text = "message",
}};

const struct carrier carrier_kuaidi100 = {
    .name = "kuaidi100",
    .content_type = "application/x-www-form-urlencoded",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .aggregator = true,
    .proof = &(const struct proof){.kind = PROOF_MD5,
                                   .digits = PROOF_HEX,
                                   .field = "form:sign",
                                   .says = "{form:param}{secret}"},
    DIALECTS(dialects),
};
