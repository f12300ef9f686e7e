/* Events of the posts by the names of the Universal Postal Union (EMSEVT V3), as a plain list:
 * items with their S10 number, and of each what happened, where and when. The message between posts
 * has a form of its own, and what a post shows to others is this list in many dialects; the names
 * are the same everywhere.
 *
 * EMH and EME say little without their reason, and the numbers of reasons are each post's affair:
 * they are kept with the code, and the reason's words are read. */
#include "carriers/dialect.h"
#include "proto/json_path.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "EMA", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          DOCUMENTED }, /* posting, collection */
    { "EMB", TRACK_IN_TRANSIT,           0,                               DOCUMENTED }, /* arrival at the outward office of exchange */
    { "EMC", TRACK_IN_TRANSIT,           0,                               DOCUMENTED }, /* departure from there */
    { "EXA", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, DOCUMENTED }, /* presented to export customs */
    { "EXB", TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,       DOCUMENTED }, /* held by export customs */
    { "EXC", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   DOCUMENTED }, /* returned from export customs */
    { "EXD", TRACK_EXCEPTION,            TRACK_REASON_ON_HOLD,            DOCUMENTED }, /* held at the outward office */
    { "EXX", TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_REFUSED,    DOCUMENTED }, /* export cancelled by customs */
    { "EMJ", TRACK_IN_TRANSIT,           0,                               DOCUMENTED }, /* arrival at an office of transit */
    { "EMK", TRACK_IN_TRANSIT,           0,                               DOCUMENTED }, /* departure from there */
    { "EMD", TRACK_IN_TRANSIT,           0,                               DOCUMENTED }, /* arrival at the inward office of exchange */
    { "EDA", TRACK_EXCEPTION,            TRACK_REASON_ON_HOLD,            DOCUMENTED }, /* held there */
    { "EDB", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, DOCUMENTED }, /* presented to import customs */
    { "EME", TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,       DOCUMENTED }, /* held by import customs */
    { "EDC", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   DOCUMENTED }, /* returned from import customs */
    { "EDX", TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_REFUSED,    DOCUMENTED }, /* import terminated */
    { "EMF", TRACK_IN_TRANSIT,           0,                               DOCUMENTED }, /* departure from the inward office */
    { "EDD", TRACK_IN_TRANSIT,           0,                               DOCUMENTED }, /* into the sorting centre */
    { "EDE", TRACK_IN_TRANSIT,           0,                               DOCUMENTED }, /* out of it */
    { "EDF", TRACK_EXCEPTION,            TRACK_REASON_ON_HOLD,            DOCUMENTED }, /* held at the delivery depot */
    { "EMG", TRACK_IN_TRANSIT,           0,                               DOCUMENTED }, /* arrival at the delivery office */
    { "EDG", TRACK_OUT_FOR_DELIVERY,     0,                               DOCUMENTED }, /* out for physical delivery */
    { "EDH", TRACK_AVAILABLE_FOR_PICKUP, 0,                               DOCUMENTED }, /* arrival at a collection point */
    { "EMH", TRACK_DELIVERY_ATTEMPT,     0,                               DOCUMENTED }, /* attempted, unsuccessful */
    { "EMI", TRACK_DELIVERED,            0,                               DOCUMENTED }, /* final delivery */
};
/* What reasons say, where the event alone does not. */
static const struct code_row wording_rows[] = {
    { "refused",       0, TRACK_REASON_REFUSED,     REMEMBERED },
    { "not available", 0, TRACK_REASON_ABSENT,      REMEMBERED },
    { "absent",        0, TRACK_REASON_ABSENT,      REMEMBERED },
    { "address",       0, TRACK_REASON_BAD_ADDRESS, REMEMBERED },
    { "moved",         0, TRACK_REASON_MOVED,       REMEMBERED },
    { "unclaimed",     0, TRACK_REASON_UNCLAIMED,   REMEMBERED },
    { "damaged",       0, TRACK_REASON_DAMAGED,     REMEMBERED },
};
/* clang-format on */

/* An attempt whose consequence is the way back. */
static void mend(const struct json *item, const struct json *event, struct scan *scan)
{
    (void)item;
    if (event == NULL || scan->meaning.status != TRACK_DELIVERY_ATTEMPT) return;
    if (dialect_says(json_find_word(event, "action"), "return"))
        scan->meaning.status = TRACK_RETURNING;
}

static const struct dialect dialects[] = {{
    .parcels = "items[itemId]",
    .number = "itemId",
    .events = "events",
    .at = {"dateTime"},
    .codes = {"event", "reason"},
    .text = "reasonText|eventText",
    .places = {"office"},
    .country = "country",
    .meanings = CODE_TABLE(code_rows),
    .wordings = {wording_rows, sizeof wording_rows / sizeof wording_rows[0]},
    .any_case = true,
    .mend = mend,
    .verdicts = {{"error", "not_found", REPLY_NOT_FOUND, false},
                 {"error", "later", REPLY_LATER, false},
                 {"error", NULL, REPLY_REFUSED, false}},
    .verdict_code = "error",
    .verdict_text = "text",
}};

const struct carrier carrier_upu_emsevt = {
    .name = "upu_emsevt",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    DIALECTS(dialects),
};
