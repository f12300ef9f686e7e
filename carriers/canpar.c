/* Canpar: events by barcode, the newest first, on the clock of the place; words in English and
 * French. Its mark "delivered" lags behind its events and is not read. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "PIC", TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, SEEN },
    { "ARR", TRACK_IN_TRANSIT, 0,                      SEEN },
    { "INO", TRACK_IN_TRANSIT, TRACK_REASON_HANDOVER,  SEEN }, /* to an interline */
    { "INA", TRACK_IN_TRANSIT, 0,                      SEEN }, /* at an interline */
    { "DEL", TRACK_DELIVERED,  0,                      SEEN },
};

/* For codes of no row. */
static const struct code_row wording_rows[] = {
    { "return to shipper",       TRACK_RETURNING,            0,                               REMEMBERED },
    { "return to sender",        TRACK_RETURNING,            0,                               REMEMBERED },
    { "returned to",             TRACK_RETURNING,            0,                               REMEMBERED },
    { "being returned",          TRACK_RETURNING,            0,                               REMEMBERED },
    { "returning to",            TRACK_RETURNING,            0,                               REMEMBERED },
    { "refused",                 TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_REFUSED,            REMEMBERED },
    { "not home",                TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             REMEMBERED },
    { "not in",                  TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             REMEMBERED },
    { "customer closed",         TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             REMEMBERED },
    { "consignee closed",        TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             REMEMBERED },
    { "business closed",         TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             REMEMBERED },
    { "delivery attempt",        TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "attempted delivery",      TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "held for pickup",         TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "hold for pickup",         TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "available for pickup",    TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "available for pick up",   TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "out for delivery",        TRACK_OUT_FOR_DELIVERY,     0,                               REMEMBERED },
    { "on vehicle for delivery", TRACK_OUT_FOR_DELIVERY,     0,                               REMEMBERED },
    { "with delivery driver",    TRACK_OUT_FOR_DELIVERY,     0,                               REMEMBERED },
    { "incorrect address",       TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,        REMEMBERED },
    { "wrong address",           TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,        REMEMBERED },
    { "bad address",             TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,        REMEMBERED },
    { "damage",                  TRACK_EXCEPTION,            TRACK_REASON_DAMAGED,            REMEMBERED },
    { "weather",                 TRACK_EXCEPTION,            TRACK_REASON_WEATHER,            REMEMBERED },
    { "cleared customs",         TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "held at customs",         TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,       REMEMBERED },
    { "customs",                 TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
    { "pickup from customer",    TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          SEEN },
    { "arrival at",              TRACK_IN_TRANSIT,           0,                               SEEN },
    { "departure from",          TRACK_IN_TRANSIT,           0,                               REMEMBERED },
    { "departed",                TRACK_IN_TRANSIT,           0,                               REMEMBERED },
    { "in transit",              TRACK_IN_TRANSIT,           0,                               REMEMBERED },
    { "electronic",              TRACK_PRE_TRANSIT,          0,                               REMEMBERED },
    { "manifest",                TRACK_PRE_TRANSIT,          0,                               REMEMBERED },
};
/* clang-format on */

/* What went back to the shipper is no delivery. */
static void mend(const struct json *parcel, const struct json *event, struct scan *scan)
{
    (void)parcel;
    (void)event;
    bool back = dialect_says(scan->text, "return to") || dialect_says(scan->text, "returned to");
    if (scan->meaning.status == TRACK_DELIVERED && back) scan->meaning.status = TRACK_RETURNED;
}

#define RETURN "Envelope/Body/*/return/"
#define FAULT  "Envelope/Body/Fault/faultstring|Envelope/Body/Fault/Reason/Text"
#define TEXT   RETURN "error|*/" RETURN "error|" FAULT "|*/" FAULT

static const struct dialect dialects[] = {{
    .parcels = RETURN "result|*/" RETURN "result",
    .number = "barcode",
    .events = "events",
    .at = {"local_date_time"},
    .codes = {"code"},
    .text = "code_description_en|code_description_fr|comment",
    .places = {"address/city", "address/province"},
    .country = "address/country",
    .clock = {.forms = "%Y%m%d %H%M%S|%Y%m%d %H%M|%Y%m%d"},
    .meanings = CODE_TABLE(code_rows),
    .wordings = {wording_rows, sizeof wording_rows / sizeof wording_rows[0]},
    .verdicts = {{TEXT, "not found", REPLY_NOT_FOUND, true},
                 {TEXT, "no result", REPLY_NOT_FOUND, true},
                 {TEXT, "does not exist", REPLY_NOT_FOUND, true},
                 {TEXT, "try again", REPLY_LATER, true},
                 {TEXT, "unavailable", REPLY_LATER, true},
                 {TEXT, NULL, REPLY_REFUSED, false}},
    .verdict_text = TEXT,
    .mend = mend,
}};

const struct carrier carrier_canpar = {
    .name = "canpar",
    .content_type = "text/xml",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .captured = true,
    DIALECTS(dialects),
};
