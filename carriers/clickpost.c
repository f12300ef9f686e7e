/* ClickPost: a push of one event, or of one parcel with all of them, and a reply whose members are
 * named by the waybills. Its clock is India's, also where it writes a Z. A return without a waybill
 * is known by that of its outbound. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "1",   TRACK_PRE_TRANSIT,      0,                       SEEN }, /* ORDER_PLACED */
    { "2",   TRACK_PRE_TRANSIT,      0,                       SEEN }, /* PICKUP_PENDING */
    { "3",   TRACK_PRE_TRANSIT,      0,                       SEEN }, /* PICKUP_FAILED */
    { "4",   TRACK_IN_TRANSIT,       TRACK_REASON_PICKED_UP,  SEEN }, /* PICKED_UP */
    { "5",   TRACK_IN_TRANSIT,       0,                       SEEN }, /* INTRANSIT */
    { "6",   TRACK_OUT_FOR_DELIVERY, 0,                       SEEN }, /* OUT_FOR_DELIVERY */
    { "7",   TRACK_EXCEPTION,        TRACK_REASON_NO_SERVICE, SEEN }, /* NOT_SERVICEABLE */
    { "8",   TRACK_DELIVERED,        0,                       SEEN }, /* DELIVERED */
    { "9",   TRACK_DELIVERY_ATTEMPT, 0,                       SEEN }, /* FAILED_DELIVERY */
    { "10",  TRACK_CANCELLED,        0,                       SEEN }, /* CANCELLED_ORDER */
    { "11",  TRACK_RETURNING,        TRACK_REASON_REQUESTED,  SEEN }, /* RTO_REQUESTED */
    { "12",  TRACK_RETURNING,        0,                       SEEN }, /* RTO marked as return */
    { "13",  TRACK_RETURNING,        0,                       SEEN }, /* RTO_OUT_FOR_DELIVERY */
    { "14",  TRACK_RETURNED,         0,                       SEEN }, /* RTO_DELIVERED */
    { "15",  TRACK_RETURNING,        0,                       SEEN }, /* RTO_FAILED */
    { "16",  TRACK_LOST,             0,                       SEEN }, /* LOST */
    { "17",  TRACK_EXCEPTION,        TRACK_REASON_DAMAGED,    SEEN }, /* DAMAGED */
    { "18",  TRACK_IN_TRANSIT,       TRACK_REASON_DELAYED,    SEEN }, /* SHIPMENT_DELAYED or misroute */
    { "19",  TRACK_EXCEPTION,        0,                       SEEN }, /* CONTACT_CUSTOMER_CARE */
    { "20",  TRACK_EXCEPTION,        TRACK_REASON_ON_HOLD,    SEEN }, /* SHIPMENT_HELD */
    { "21",  TRACK_RETURNING,        0,                       SEEN }, /* RTO_INTRANSIT */
    { "25",  TRACK_PRE_TRANSIT,      0,                       SEEN }, /* OUT_FOR_PICKUP */
    { "26",  TRACK_RETURNING,        0,                       SEEN }, /* RTO_CONTACT_CUSTOMER_CARE */
    { "27",  TRACK_RETURNING,        TRACK_REASON_DELAYED,    SEEN }, /* RTO_SHIPMENT_DELAY */
    { "28",  TRACK_PRE_TRANSIT,      0,                       SEEN }, /* AWB REGISTERED */
    { "30",  TRACK_DELIVERED,        TRACK_REASON_EXCHANGE,   SEEN }, /* EXCHANGE_PICKUP (delivered and picked up) */
    { "31",  TRACK_RETURNING,        TRACK_REASON_EXCHANGE,   SEEN }, /* EXCHANGE_INTRANSIT */
    { "32",  TRACK_RETURNED,         TRACK_REASON_EXCHANGE,   SEEN }, /* EXCHANGE_DELIVERED back */
    { "101", TRACK_PRE_TRANSIT,      0,                       SEEN }, /* RETURN ORDER PLACED (no waybill yet) */
    { "9/1", TRACK_DELIVERY_ATTEMPT, TRACK_REASON_ABSENT, DOCUMENTED },
    { "9/2", TRACK_DELIVERY_ATTEMPT, TRACK_REASON_REFUSED, DOCUMENTED },
    { "9/3", TRACK_DELIVERY_ATTEMPT, TRACK_REASON_RESCHEDULED, DOCUMENTED },
    { "9/4", TRACK_DELIVERY_ATTEMPT, 0, DOCUMENTED },
    { "9/5", TRACK_DELIVERY_ATTEMPT, TRACK_REASON_ABSENT, DOCUMENTED },
    { "9/6", TRACK_DELIVERY_ATTEMPT, TRACK_REASON_BAD_ADDRESS, DOCUMENTED },
    { "9/7", TRACK_DELIVERY_ATTEMPT, TRACK_REASON_PAYMENT, DOCUMENTED },
    { "9/8", TRACK_DELIVERY_ATTEMPT, TRACK_REASON_NO_SERVICE, DOCUMENTED },
    { "9/9", TRACK_DELIVERY_ATTEMPT, 0, DOCUMENTED },
    { "9/10", TRACK_DELIVERY_ATTEMPT, 0, DOCUMENTED },
    { "9/11", TRACK_DELIVERY_ATTEMPT, 0, DOCUMENTED },
    { "9/12", TRACK_DELIVERY_ATTEMPT, TRACK_REASON_REFUSED, DOCUMENTED },
    { "9/13", TRACK_DELIVERY_ATTEMPT, TRACK_REASON_MISROUTED, DOCUMENTED },
    { "9/0", TRACK_DELIVERY_ATTEMPT, 0, DOCUMENTED },
};
/* clang-format on */

#define INDIA                                                                                      \
    {                                                                                              \
        .zone = {true, 330}, .assumed = true                                                       \
    }

static const struct dialect dialects[] = {
    {
        .parcels = ".[clickpost_status_code]",
        .number = "waybill|additional/forward_awb",
        .is_return = "additional/is_rvp",
        .events = ".",
        .at = {"timestamp"},
        .codes = {"clickpost_status_code", "additional/ndr_status_code"},
        .text = "remark|status",
        .places = {"location"},
        .clock = INDIA,
        .meanings = CODE_TABLE(code_rows),
    },
    {
        .parcels = "result/*",
        .number = "{name}",
        .is_return = "additional/is_rvp",
        .summary = {"latest_status/clickpost_status_code"},
        .events = "scans",
        .at = {"timestamp"},
        .codes = {"clickpost_status_code"},
        .text = "remark|status",
        .places = {"location"},
        .clock = INDIA,
        .meanings = CODE_TABLE(code_rows),
        .verdicts = {{"meta/status", "200", REPLY_NOT_FOUND, false},
                     {"meta/message", NULL, REPLY_REFUSED, false}},
        .verdict_code = "meta/status",
        .verdict_text = "meta/message",
    },
    {
        .parcels = ".[scans]",
        .number = "waybill|additional/waybill|additional/forward_awb",
        .is_return = "additional/is_rvp",
        .summary = {"latest_status/clickpost_status_code"},
        .events = "scans",
        .at = {"timestamp"},
        .codes = {"clickpost_status_code"},
        .text = "remark|status",
        .places = {"location"},
        .clock = INDIA,
        .meanings = CODE_TABLE(code_rows),
    },
};

/* --- asking --- */

/* The account is the courier's number there (cp_id). */
static const struct poll poll = {
    .ask =
        {.path =
             "/api/v2/track-order/"
             "?username=${id}&key=${secret}&waybill=${*numbers:,}${number}${/}&cp_id=${account}"},
    .numbers_max = 15,
    .calls = 60,
    .per_s = 60,
};

const struct carrier carrier_clickpost = {
    .name = "clickpost",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .aggregator = true,
    .published = true,
    .proof = &(const struct proof){.kind = PROOF_TOKEN,
                                   .in_path = true,
                                   .header = "webhook_key|webhook-key|authorization"},
    DIALECTS(dialects),
    .base_url = "https://api.clickpost.in",
    .poll = &poll,
};
