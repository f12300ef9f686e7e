/* TNT ExpressConnect: a code for the whole, and codes of the steps, the newest first. A number is
 * used again: the day of the collection tells its consignments apart. */
#include "carriers/dialect.h"
#include "proto/json_path.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "CI",  TRACK_IN_TRANSIT,       TRACK_REASON_PICKED_UP, SEEN },
    { "IS",  TRACK_IN_TRANSIT,       0,                      SEEN },
    { "IR",  TRACK_IN_TRANSIT,       0,                      SEEN },
    { "AS",  TRACK_IN_TRANSIT,       0,                      SEEN },
    { "TR",  TRACK_IN_TRANSIT,       0,                      SEEN },
    { "NR",  TRACK_IN_TRANSIT,       TRACK_REASON_DELAYED,   SEEN },
    { "MLA", TRACK_IN_TRANSIT,       TRACK_REASON_DELAYED,   SEEN },
    { "OD",  TRACK_OUT_FOR_DELIVERY, 0,                      SEEN },
    { "OK",  TRACK_DELIVERED,        0,                      SEEN },
};

static const struct code_row summary_rows[] = {
    { "DEL", TRACK_DELIVERED,  0, SEEN },
    { "INT", TRACK_IN_TRANSIT, 0, DOCUMENTED },
    { "EXC", TRACK_EXCEPTION,  0, DOCUMENTED },
};

/* For codes of no row. */
static const struct code_row wording_rows[] = {
    { "returned to sender",          TRACK_RETURNING,            0,                               REMEMBERED },
    { "return to sender",            TRACK_RETURNING,            0,                               REMEMBERED },
    { "returned to shipper",         TRACK_RETURNING,            0,                               REMEMBERED },
    { "being returned",              TRACK_RETURNING,            0,                               REMEMBERED },
    { "out for delivery",            TRACK_OUT_FOR_DELIVERY,     0,                               SEEN },
    { "available for collection",    TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "awaiting collection",         TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "refused",                     TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_REFUSED,            REMEMBERED },
    { "not available",               TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             REMEMBERED },
    { "premises closed",             TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             REMEMBERED },
    { "customer closed",             TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             REMEMBERED },
    { "delivery attempt",            TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "address",                     TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,        REMEMBERED },
    { "damage",                      TRACK_EXCEPTION,            TRACK_REASON_DAMAGED,            REMEMBERED },
    { "weather",                     TRACK_EXCEPTION,            TRACK_REASON_WEATHER,            REMEMBERED },
    { "cleared customs",             TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "released from customs",       TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "customs clearance completed", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "held by customs",             TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,       REMEMBERED },
    { "held in customs",             TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,       REMEMBERED },
    { "customs",                     TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
    { "on hold",                     TRACK_EXCEPTION,            TRACK_REASON_ON_HOLD,            REMEMBERED },
    { "delay",                       TRACK_IN_TRANSIT,           TRACK_REASON_DELAYED,            SEEN },
    { "collected from",              TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          REMEMBERED },
    { "received at",                 TRACK_IN_TRANSIT,           0,                               SEEN },
    { "in transit",                  TRACK_IN_TRANSIT,           0,                               SEEN },
};
/* clang-format on */

static bool is_summary(const struct json *parcel, const char *code)
{
    return span_equal(json_find_word(parcel, "SummaryCode"), span_text(code));
}

/* CNF, not found, is a verdict and no state of a consignment; an exception of the whole says less
 * than the step that it comes from, unless that has a code of no row. */
static void mend(const struct json *parcel, const struct json *event, struct scan *scan)
{
    const struct json *newest = json_find(parcel, "StatusData");
    struct code_row *meaning = &scan->meaning;
    bool coarse = newest != NULL && meaning->status != TRACK_DELIVERED;
    if (event == NULL && (coarse || is_summary(parcel, "CNF")))
        *meaning = (struct code_row){NULL, 0, 0, SEEN};
    if (event != NULL && event == newest && meaning->status == TRACK_UNKNOWN &&
        is_summary(parcel, "EXC"))
        meaning->status = TRACK_EXCEPTION;
    if (meaning->status == TRACK_DELIVERED &&
        (dialect_says(scan->text, "return to") || dialect_says(scan->text, "returned to")))
        meaning->status = TRACK_RETURNED;
}

static const struct dialect dialects[] = {{
    .parcels = "TrackResponse/Consignment|*/TrackResponse/Consignment",
    .number = "ConsignmentNumber",
    .unique = "CollectionDate",
    .summary = {"SummaryCode"},
    .events = "StatusData",
    .at = {"LocalEventDate", "LocalEventTime"},
    .codes = {"StatusCode"},
    .text = "StatusDescription",
    .places = {"DepotName|Depot"},
    .clock = {.forms = "%Y%m%d %H%M|%Y%m%d %H%M%S|%Y%m%d|%Y-%m-%d %H:%M|%d/%m/%Y %H:%M"},
    .meanings = CODE_TABLE(code_rows),
    .summaries = CODE_TABLE(summary_rows),
    .wordings = {wording_rows, sizeof wording_rows / sizeof wording_rows[0]},
    .verdicts = {{"SummaryCode", "CNF", REPLY_NOT_FOUND, false},
                 {"TrackResponse/Error/Message", "try again", REPLY_LATER, true},
                 {"TrackResponse/Error/Message", "unavailable", REPLY_LATER, true},
                 {"TrackResponse/Error/Code|TrackResponse/Error/Message", NULL, REPLY_REFUSED,
                  false}},
    .verdict_code = "SummaryCode|TrackResponse/Error/Code",
    .verdict_text = "TrackResponse/Error/Message",
    .mend = mend,
}};

const struct carrier carrier_tnt = {
    .name = "tnt",
    .content_type = "application/xml",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .captured = true,
    DIALECTS(dialects),
};
