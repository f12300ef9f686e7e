/* Stamps.com: the events of USPS by kind; a reply names no number. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "ElectronicNotification", TRACK_PRE_TRANSIT, 0, SEEN },
    { "Enroute",                TRACK_IN_TRANSIT,  0, SEEN },
    { "Delivered",              TRACK_DELIVERED,   0, SEEN },
};

/* The kind is coarse: where it says on the way, the words may say more. */
static const struct code_row wording_rows[] = {
    { "return to sender",                      TRACK_RETURNING,            0,                               REMEMBERED },
    { "returned to sender",                    TRACK_RETURNING,            0,                               REMEMBERED },
    { "being returned",                        TRACK_RETURNING,            0,                               REMEMBERED },
    { "out for delivery",                      TRACK_OUT_FOR_DELIVERY,     0,                               REMEMBERED },
    { "out-for-delivery",                      TRACK_OUT_FOR_DELIVERY,     0,                               REMEMBERED },
    { "available for pickup",                  TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "held at post office",                   TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "notice left",                           TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             REMEMBERED },
    { "refused",                               TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_REFUSED,            REMEMBERED },
    { "delivery attempt",                      TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "attempted delivery",                    TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "undeliverable",                         TRACK_EXCEPTION,            TRACK_REASON_UNDELIVERABLE,      REMEMBERED },
    { "insufficient address",                  TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,        REMEMBERED },
    { "no such number",                        TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,        REMEMBERED },
    { "unclaimed",                             TRACK_EXCEPTION,            TRACK_REASON_UNCLAIMED,          REMEMBERED },
    { "missent",                               TRACK_IN_TRANSIT,           TRACK_REASON_MISROUTED,          REMEMBERED },
    { "cleared customs",                       TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "customs clearance processing complete", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "held in customs",                       TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,       REMEMBERED },
    { "customs",                               TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
    { "acceptance",                            TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          REMEMBERED },
    { "picked up",                             TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          REMEMBERED },
    { "processed",                             TRACK_IN_TRANSIT,           0,                               SEEN },
    { "arrival",                               TRACK_IN_TRANSIT,           0,                               REMEMBERED },
    { "arrived",                               TRACK_IN_TRANSIT,           0,                               REMEMBERED },
    { "depart",                                TRACK_IN_TRANSIT,           0,                               REMEMBERED },
    { "in transit",                            TRACK_IN_TRANSIT,           0,                               REMEMBERED },
    { "electronic notification",               TRACK_PRE_TRANSIT,          0,                               SEEN },
    { "shipping info received",                TRACK_PRE_TRANSIT,          0,                               REMEMBERED },
    { "label created",                         TRACK_PRE_TRANSIT,          0,                               REMEMBERED },
};
/* clang-format on */

/* Delivered to the sender is not delivered. */
static void mend(const struct json *parcel, const struct json *event, struct scan *scan)
{
    (void)parcel;
    (void)event;
    if (scan->meaning.status == TRACK_DELIVERED && dialect_says(scan->text, "sender"))
        scan->meaning.status = TRACK_RETURNED;
}

#define FAULT "Envelope/Body/Fault/faultstring|Envelope/Body/Fault/Reason/Text"

static const struct dialect dialects[] = {{
    .parcels = "Envelope/Body/TrackShipmentResponse|TrackShipmentResponse",
    .number = "TrackingNumber",
    .events = "TrackingEvents/TrackingEvent",
    .at = {"Timestamp"},
    .codes = {"TrackingEventType"},
    .text = "Event",
    .places = {"City", "State"},
    .country = "Country",
    .meanings = CODE_TABLE(code_rows),
    .wordings = {wording_rows, sizeof wording_rows / sizeof wording_rows[0]},
    .verdicts = {{FAULT, "no tracking", REPLY_NOT_FOUND, true},
                 {FAULT, "not found", REPLY_NOT_FOUND, true},
                 {FAULT, "could not locate", REPLY_NOT_FOUND, true},
                 {FAULT, "not yet available", REPLY_NOT_FOUND, true},
                 {FAULT, "temporarily", REPLY_LATER, true},
                 {FAULT, "try again", REPLY_LATER, true},
                 {FAULT, NULL, REPLY_REFUSED, false}},
    .verdict_code = "Envelope/Body/Fault/faultcode|Envelope/Body/Fault/detail/sdcerror/@code",
    .verdict_text = FAULT,
    .mend = mend,
}};

const struct carrier carrier_stamps = {
    .name = "stamps",
    .content_type = "text/xml",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .captured = true,
    DIALECTS(dialects),
};
