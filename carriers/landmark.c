/* Landmark Global: every leg has a clock of its own, so the list is believed before the clock;
 * hours are written with AM and PM by one of its computers and without by the other. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "50",  TRACK_PRE_TRANSIT,          0,                               LISTED }, /* Shipment Data Uploaded */
    { "60",  TRACK_PRE_TRANSIT,          0,                               LISTED }, /* Inventory allocated */
    { "75",  TRACK_PRE_TRANSIT,          0,                               LISTED }, /* Processed */
    { "80",  TRACK_PRE_TRANSIT,          0,                               LISTED }, /* Fulfilled */
    { "90",  TRACK_EXCEPTION,            TRACK_REASON_DUTIES_UNPAID,      LISTED }, /* Held for payment */
    { "100", TRACK_PRE_TRANSIT,          0,                               LISTED }, /* Information transmitted to carrier */
    { "125", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   LISTED }, /* Customs Cleared */
    { "135", TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,       LISTED }, /* Customs Issue */
    { "150", TRACK_IN_TRANSIT,           0,                               LISTED }, /* Crossing Border */
    { "155", TRACK_IN_TRANSIT,           0,                               LISTED }, /* Crossing Received */
    { "200", TRACK_IN_TRANSIT,           0,                               LISTED }, /* Item scanned at postal facility */
    { "225", TRACK_IN_TRANSIT,           0,                               LISTED }, /* Item grouped at facility */
    { "250", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, LISTED },
    { "275", TRACK_IN_TRANSIT,           0,                               LISTED }, /* In transit with carrier */
    { "300", TRACK_OUT_FOR_DELIVERY,     0,                               LISTED }, /* Out for delivery */
    { "400", TRACK_DELIVERY_ATTEMPT,     0,                               LISTED }, /* Attempted delivery */
    { "410", TRACK_AVAILABLE_FOR_PICKUP, 0,                               LISTED }, /* Available for pickup */
    { "450", TRACK_IN_TRANSIT,           TRACK_REASON_REDIRECTED,         LISTED }, /* Re-directed to new address */
    { "500", TRACK_DELIVERED,            0,                               LISTED }, /* Delivered */
    { "510", TRACK_DELIVERED,            TRACK_REASON_INFORMATIONAL,      LISTED }, /* Proof of delivery */
    { "900", TRACK_EXCEPTION,            TRACK_REASON_UNDELIVERABLE,      LISTED }, /* Delivery failed */
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = "TrackResponse/Result/Packages/Package",
    .number = "TrackingNumber|LandmarkTrackingNumber",
    .events = "Events/Event",
    .at = {"DateTime"},
    .codes = {"EventCode"},
    .text = "Status",
    .places = {"Location"},
    .order = LIST_ONE_WAY,
    .clock = {.forms = "%m/%d/%Y %I:%M %p|%m/%d/%Y %I:%M:%S %p"},
    .meanings = CODE_TABLE(code_rows),
    .verdicts = {{"TrackResponse/Errors/Error/ErrorCode", "NotFound", REPLY_NOT_FOUND, false},
                 {"TrackResponse/Errors/Error/ErrorMessage", "not found", REPLY_NOT_FOUND, true},
                 {"TrackResponse/Errors/Error/ErrorCode|TrackResponse/Errors/Error/ErrorMessage",
                  NULL, REPLY_REFUSED, false}},
    .verdict_code = "TrackResponse/Errors/Error/ErrorCode",
    .verdict_text = "TrackResponse/Errors/Error/ErrorMessage",
}};

/* --- asking --- */

static const struct poll poll = {
    .ask = {.path = "/api/api.php",
            .type = "text/xml; charset=utf-8",
            .form = TEMPLATE_XML,
            .body = "<?xml version=\"1.0\" "
                    "encoding=\"UTF-8\"?><TrackRequest><Login><Username>${id}</"
                    "Username><Password>${secret}</Password></Login><Test>false</"
                    "Test><ClientID>${account}</ClientID><TrackingNumber>${number}</"
                    "TrackingNumber></TrackRequest>"},
    .numbers_max = 1,
    .calls = 60,
    .per_s = 60,
};

const struct carrier carrier_landmark = {
    .name = "landmark",
    .content_type = "text/xml",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .captured = true,
    DIALECTS(dialects),
    .base_url = "https://mercury.landmarkglobal.com",
    .poll = &poll,
};
