/* Spring GDS: numbers for each step, with Unix seconds beside a clock of no zone. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "0",     TRACK_PRE_TRANSIT,          0,                               LISTED }, /* PARCEL CREATED */
    { "12",    TRACK_PRE_TRANSIT,          0,                               LISTED }, /* PREPARATION PROCESS */
    { "15",    TRACK_IN_TRANSIT,           0,                               LISTED }, /* COLLECTION TRANSPORT */
    { "18",    TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          LISTED }, /* COLLECTION */
    { "19",    TRACK_IN_TRANSIT,           0,                               LISTED }, /* PROCESSING DEPOT */
    { "20",    TRACK_IN_TRANSIT,           0,                               LISTED }, /* ACCEPTED */
    { "21",    TRACK_IN_TRANSIT,           0,                               LISTED }, /* INTERNATIONAL TRANSPORT */
    { "22",    TRACK_IN_TRANSIT,           0,                               LISTED }, /* CROSSDOCK */
    { "25",    TRACK_EXPIRED,              TRACK_REASON_END_OF_TRACKING,    LISTED }, /* END OF TRACKING UPDATES */
    { "31",    TRACK_EXCEPTION,            0,                               LISTED }, /* DELIVERY EXCEPTION - ACTION REQUIRED */
    { "40",    TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, LISTED }, /* IN CUSTOMS */
    { "41",    TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,       LISTED }, /* CUSTOMS EXCEPTION */
    { "91",    TRACK_DELIVERY_ATTEMPT,     0,                               LISTED }, /* DELIVERY ATTEMPTED */
    { "92",    TRACK_AVAILABLE_FOR_PICKUP, 0,                               LISTED }, /* AWAITING COLLECTION */
    { "93",    TRACK_IN_TRANSIT,           0,                               LISTED }, /* AT LOCAL DEPOT */
    { "100",   TRACK_DELIVERED,            0,                               LISTED }, /* DELIVERED */
    { "101",   TRACK_IN_TRANSIT,           0,                               LISTED }, /* DELIVERED TO DESTINATION COUNTRY */
    { "111",   TRACK_LOST,                 0,                               LISTED }, /* LOST OR DESTROYED */
    { "124",   TRACK_RETURNING,            0,                               LISTED }, /* RETURN IN TRANSIT */
    { "125",   TRACK_RETURNED,             0,                               LISTED }, /* RETURN RECEIVED */
    { "12406", TRACK_RETURNED,             0,                               LISTED }, /* RETURN DELIVERED BY CARRIER */
    { "12501", TRACK_RETURNED,             TRACK_REASON_REFUSED,            LISTED }, /* RETURN RECEIVED - REFUSED */
    { "12502", TRACK_RETURNED,             TRACK_REASON_UNDELIVERABLE,      LISTED }, /* RETURN RECEIVED - UNDELIVERABLE */
    { "12503", TRACK_RETURNED,             TRACK_REASON_DAMAGED,            LISTED }, /* RETURN RECEIVED - DAMAGED */
    { "12504", TRACK_RETURNED,             TRACK_REASON_UNCLAIMED,          LISTED }, /* RETURN RECEIVED - NOT COLLECTED */
    { "12505", TRACK_RETURNED,             0,                               LISTED }, /* RETURN RECEIVED - ACCORDING TO AGREEMENT */
    { "12506", TRACK_LOST,                 TRACK_REASON_DESTROYED,          LISTED }, /* RETURN RECEIVED - DESTROYED */
    { "1001",  TRACK_EXCEPTION,            TRACK_REASON_MISSING_DATA,       LISTED }, /* ITEM INCOMPLETE DATA */
    { "2101",  TRACK_IN_TRANSIT,           0,                               LISTED }, /* EXPORTED */
    { "2102",  TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   LISTED }, /* RELEASED FROM CUSTOMS */
    { "2103",  TRACK_IN_TRANSIT,           0,                               LISTED }, /* IMPORTED */
    { "4106",  TRACK_CANCELLED,            0,                               LISTED }, /* CONSIGNMENT CANCELLED */
    { "9101",  TRACK_IN_TRANSIT,           0,                               LISTED }, /* AT TRANSFER DEPOT */
    { "9102",  TRACK_IN_TRANSIT,           0,                               LISTED }, /* IN TRANSIT */
    { "9301",  TRACK_OUT_FOR_DELIVERY,     0,                               LISTED }, /* OUT FOR DELIVERY */
    { "9302",  TRACK_IN_TRANSIT,           TRACK_REASON_DELAYED,            LISTED }, /* DELIVERY EXCEPTION - DELAYED */
    { "9999",  TRACK_IN_TRANSIT,           TRACK_REASON_INFORMATIONAL,      LISTED }, /* INFORMATION */
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = "Shipment",
    .number = "TrackingNumber",
    .last_mile = "Carrier",
    .events = "Events",
    .at = {"Timestamp|DateTime"},
    .codes = {"Code"},
    .text = "Description",
    .places = {"City", "State"},
    .country = "Country",
    .clock = {.forms = "%s"},
    .meanings = CODE_TABLE(code_rows),
    .verdicts = {{"Error", "Tracking number not found", REPLY_NOT_FOUND, false},
                 {"Error", NULL, REPLY_REFUSED, false}},
    .verdict_code = "ErrorLevel",
    .verdict_text = "Error",
}};

/* --- asking --- */

static const struct poll poll = {
    .ask = {.path = "/",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "{\"Apikey\":\"${secret}\",\"Command\":\"TrackShipment\",\"Shipment\":{"
                    "\"TrackingNumber\":\"${number}\"}}"},
    .numbers_max = 1,
    .calls = 60,
    .per_s = 60,
};

const struct carrier carrier_spring = {
    .name = "spring",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .published = true,
    DIALECTS(dialects),
    .base_url = "https://mtapi.net",
    .poll = &poll,
};
