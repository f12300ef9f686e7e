/* SEKO Omni (OmniParcel): its OP codes know every step of a return to the sender. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "OP-1",  TRACK_PRE_TRANSIT,          0,                             LISTED }, /* Pending */
    { "OP-2",  TRACK_EXCEPTION,            TRACK_REASON_ON_HOLD,          LISTED }, /* Held at export hub */
    { "OP-3",  TRACK_IN_TRANSIT,           0,                             LISTED }, /* Processed through export hub */
    { "OP-4",  TRACK_IN_TRANSIT,           0,                             LISTED }, /* International transit */
    { "OP-5",  TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED, LISTED }, /* Customs cleared */
    { "OP-6",  TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,     LISTED }, /* Customs held for inspection */
    { "OP-7",  TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,        LISTED }, /* Picked up by courier */
    { "OP-8",  TRACK_PRE_TRANSIT,          0,                             LISTED }, /* Manifest received by carrier */
    { "OP-9",  TRACK_PRE_TRANSIT,          0,                             LISTED }, /* Not yet received by carrier */
    { "OP-10", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,        LISTED }, /* Received by carrier */
    { "OP-11", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,        LISTED }, /* Received by carrier - no manifest */
    { "OP-12", TRACK_PRE_TRANSIT,          0,                             LISTED }, /* Collection request received */
    { "OP-13", TRACK_IN_TRANSIT,           TRACK_REASON_MISROUTED,        LISTED }, /* Misdirected */
    { "OP-14", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,        LISTED }, /* Received and accepted */
    { "OP-15", TRACK_LOST,                 0,                             LISTED }, /* Lost */
    { "OP-16", TRACK_IN_TRANSIT,           TRACK_REASON_DELAYED,          LISTED }, /* Delayed */
    { "OP-17", TRACK_EXCEPTION,            TRACK_REASON_DAMAGED,          LISTED }, /* Damaged */
    { "OP-18", TRACK_IN_TRANSIT,           0,                             LISTED }, /* In transit */
    { "OP-19", TRACK_AVAILABLE_FOR_PICKUP, 0,                             LISTED }, /* Awaiting collection */
    { "OP-20", TRACK_IN_TRANSIT,           0,                             LISTED }, /* Sub-contractor update */
    { "OP-21", TRACK_OUT_FOR_DELIVERY,     0,                             LISTED }, /* Out for delivery */
    { "OP-22", TRACK_IN_TRANSIT,           TRACK_REASON_HANDOVER,         LISTED }, /* Received by sub-contractor */
    { "OP-23", TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,      LISTED }, /* Invalid address */
    { "OP-24", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,           LISTED }, /* Attempted - carded */
    { "OP-25", TRACK_AVAILABLE_FOR_PICKUP, 0,                             LISTED }, /* Customer to collect */
    { "OP-26", TRACK_EXCEPTION,            TRACK_REASON_ON_HOLD,          LISTED }, /* Held by carrier */
    { "OP-27", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_BAD_ADDRESS,      LISTED }, /* Attempted - not known at address */
    { "OP-28", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_REFUSED,          LISTED }, /* Attempted - refused */
    { "OP-29", TRACK_RETURNING,            0,                             LISTED }, /* Return to sender */
    { "OP-30", TRACK_EXCEPTION,            TRACK_REASON_UNDELIVERABLE,    LISTED }, /* Non delivery */
    { "OP-31", TRACK_IN_TRANSIT,           TRACK_REASON_INFORMATIONAL,    LISTED }, /* Information */
    { "OP-32", TRACK_IN_TRANSIT,           TRACK_REASON_INFORMATIONAL,    LISTED }, /* Information */
    { "OP-33", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,        LISTED }, /* Collected from sender */
    { "OP-34", TRACK_CANCELLED,            0,                             LISTED }, /* Cancelled */
    { "OP-35", TRACK_IN_TRANSIT,           TRACK_REASON_MISROUTED,        LISTED }, /* Mis-sorted */
    { "OP-36", TRACK_IN_TRANSIT,           TRACK_REASON_RESCHEDULED,      LISTED }, /* Delivery arranged with receiver */
    { "OP-37", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_NO_ACCESS,        LISTED }, /* Attempted - no access */
    { "OP-38", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ID_FAILED,        LISTED }, /* Attempted - identification failed */
    { "OP-39", TRACK_IN_TRANSIT,           0,                             LISTED }, /* Package repacked */
    { "OP-40", TRACK_LOST,                 TRACK_REASON_DESTROYED,        LISTED }, /* Disposed */
    { "OP-41", TRACK_EXCEPTION,            TRACK_REASON_MISSING_DATA,     LISTED }, /* Incorrect details declared */
    { "OP-42", TRACK_AVAILABLE_FOR_PICKUP, 0,                             LISTED }, /* Awaiting collection */
    { "OP-43", TRACK_EXCEPTION,            TRACK_REASON_UNCLAIMED,        LISTED }, /* Not collected from store */
    { "OP-44", TRACK_IN_TRANSIT,           TRACK_REASON_RESCHEDULED,      LISTED }, /* Selected for redelivery */
    { "OP-45", TRACK_DELIVERY_ATTEMPT,     0,                             LISTED }, /* Attempted delivery */
    { "OP-46", TRACK_IN_TRANSIT,           TRACK_REASON_INFORMATIONAL,    LISTED }, /* Customer enquiry lodged */
    { "OP-47", TRACK_IN_TRANSIT,           0,                             LISTED }, /* Sorting facility */
    { "OP-48", TRACK_OUT_FOR_DELIVERY,     0,                             LISTED }, /* With delivery courier */
    { "OP-49", TRACK_EXCEPTION,            TRACK_REASON_ON_HOLD,          LISTED }, /* Held by courier */
    { "OP-50", TRACK_IN_TRANSIT,           0,                             LISTED }, /* Arrived at courier facility */
    { "OP-51", TRACK_IN_TRANSIT,           0,                             LISTED }, /* Departed courier facility */
    { "OP-52", TRACK_IN_TRANSIT,           TRACK_REASON_REDIRECTED,       LISTED }, /* Redirection requested */
    { "OP-53", TRACK_IN_TRANSIT,           TRACK_REASON_REDIRECTED,       LISTED }, /* Redirected */
    { "OP-54", TRACK_IN_TRANSIT,           0,                             LISTED }, /* Transferred to collection point */
    { "OP-55", TRACK_RETURNING,            0,                             LISTED }, /* Attempted - returned to sender */
    { "OP-56", TRACK_IN_TRANSIT,           TRACK_REASON_HANDOVER,         LISTED }, /* Transferred to provider */
    { "OP-57", TRACK_RETURNED,             0,                             LISTED }, /* RTS received - authorised return */
    { "OP-58", TRACK_RETURNED,             0,                             LISTED }, /* RTS received - cancelled order */
    { "OP-59", TRACK_RETURNED,             TRACK_REASON_UNCLAIMED,        LISTED }, /* RTS received - card left, never collected */
    { "OP-60", TRACK_RETURNING,            0,                             LISTED }, /* RTS - fraudulent */
    { "OP-61", TRACK_RETURNED,             TRACK_REASON_BAD_ADDRESS,      LISTED }, /* RTS received - bad address */
    { "OP-62", TRACK_RETURNED,             0,                             LISTED }, /* RTS received - no reason */
    { "OP-63", TRACK_RETURNING,            TRACK_REASON_REFUSED,          LISTED }, /* RTS - high value rejected */
    { "OP-64", TRACK_RETURNED,             TRACK_REASON_REFUSED,          LISTED }, /* RTS received - refused */
    { "OP-65", TRACK_RETURNED,             TRACK_REASON_UNCLAIMED,        LISTED }, /* RTS received - unclaimed */
    { "OP-66", TRACK_RETURNING,            0,                             LISTED }, /* Return to sender */
    { "OP-67", TRACK_RETURNING,            0,                             LISTED }, /* RTS - cancelled order */
    { "OP-68", TRACK_RETURNED,             0,                             LISTED }, /* RTS received */
    { "OP-69", TRACK_RETURNED,             TRACK_REASON_DAMAGED,          LISTED }, /* RTS received - damaged */
    { "OP-70", TRACK_EXCEPTION,            TRACK_REASON_ON_HOLD,          LISTED }, /* Parcel blocked */
    { "OP-71", TRACK_IN_TRANSIT,           TRACK_REASON_PARTIAL,          LISTED }, /* Delivered in part */
    { "OP-72", TRACK_DELIVERED,            0,                             LISTED }, /* Delivered */
    { "OP-73", TRACK_DELIVERED,            TRACK_REASON_NEIGHBOUR,        LISTED }, /* Delivered to neighbour */
    { "OP-74", TRACK_DELIVERED,            TRACK_REASON_SAFE_PLACE,       LISTED }, /* Delivered - authority to leave */
    { "OP-75", TRACK_DELIVERED,            TRACK_REASON_COLLECTED,        LISTED }, /* Delivered - collected */
    { "OP-76", TRACK_AVAILABLE_FOR_PICKUP, 0,                             LISTED }, /* Delivered to locker / collection point */
    { "OP-77", TRACK_AVAILABLE_FOR_PICKUP, 0,                             LISTED }, /* Delivered to alternate point */
    { "OP-78", TRACK_IN_TRANSIT,           0,                             LISTED }, /* Flight arrived */
    { "OP-79", TRACK_IN_TRANSIT,           0,                             LISTED }, /* In transit */
    { "OP-80", TRACK_IN_TRANSIT,           0,                             LISTED }, /* Reshipped */
    { "OP-81", TRACK_IN_TRANSIT,           0,                             LISTED }, /* Flight departed */
    { "OP-82", TRACK_IN_TRANSIT,           0,                             LISTED }, /* Inbound freight received */
    { "OP-83", TRACK_EXCEPTION,            0,                             LISTED }, /* Delivery exception */
    { "OP-84", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,           LISTED }, /* Recipient not available */
    { "OP-85", TRACK_RETURNING,            0,                             LISTED }, /* RTS - in transit */
    { "OP-86", TRACK_DELIVERY_ATTEMPT,     0,                             LISTED }, /* Attempted delivery */
    { "OP-87", TRACK_EXCEPTION,            TRACK_REASON_DUTIES_UNPAID,    LISTED }, /* Aged parcel - high value unpaid */
    { "OP-88", TRACK_EXCEPTION,            TRACK_REASON_PAYMENT,          LISTED }, /* Held at export hub - additional payment */
    { "OP-89", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,        LISTED }, /* Collected from sender */
    { "OP-90", TRACK_RETURNED,             0,                             LISTED }, /* Return processed */
    { "OP-91", TRACK_LOST,                 TRACK_REASON_LOST_IN_TRANSIT,  LISTED }, /* Blocked - declared LIT */
    { "OP-92", TRACK_LOST,                 TRACK_REASON_DESTROYED,        LISTED }, /* Amazon RTS - DESTROY */
    { "OP-94", TRACK_RETURNING,            0,                             LISTED }, /* RTS consolidated */
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = ".[ConsignmentNo]",
    .number = "ConsignmentNo",
    .events = "Events",
    .at = {"EventDT"},
    .codes = {"OmniCode", "Code"},
    .text = "Description",
    .places = {"Location"},
    .meanings = CODE_TABLE(code_rows),
    .verdicts = {{"Errors/Message|Message", NULL, REPLY_REFUSED, false}},
    .verdict_code = "Errors/Key|Errors/Property",
    .verdict_text = "Errors/Message|Message",
}};

/* --- asking --- */

static const struct poll poll = {
    .ask = {.path = "/labels/statusv2",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "[${*numbers:,}\"${number}\"${/}]",
            .headers = {"access_key: ${secret}"}},
    .numbers_max = 20,
    .calls = 60,
    .per_s = 60,
};

const struct carrier carrier_seko = {
    .name = "seko",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .captured = true,
    DIALECTS(dialects),
    .base_url = "https://api.omniparcel.com",
    .poll = &poll,
};
