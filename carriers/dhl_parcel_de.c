/* DHL Paket in Germany: elements "data" within each other, told apart by their names, and all they
 * say in attributes. */
#include "carriers/dialect.h"
#include "carriers/labelling.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "SHRCU",       TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP, SEEN },
    { "PCKDU",       TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP, SEEN },
    { "LDTMV",       TRACK_IN_TRANSIT,           0,                      SEEN },
    { "ULFMV",       TRACK_IN_TRANSIT,           0,                      SEEN },
    { "SRTED/NRQRD", TRACK_OUT_FOR_DELIVERY,     0,                      SEEN }, /* on the vehicle */
    { "SRTED",       TRACK_IN_TRANSIT,           0,                      SEEN },
    { "PO",          TRACK_OUT_FOR_DELIVERY,     0,                      SEEN },
    { "HLDCC",       TRACK_AVAILABLE_FOR_PICKUP, 0,                      REMEMBERED },
    { "DLVRD",       TRACK_DELIVERED,            0,                      SEEN },
    { "ZU",          TRACK_DELIVERED,            0,                      SEEN },
    { "AE",          TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP, SEEN },
};

/* For codes of no row, in German and English. */
static const struct code_row wording_rows[] = {
    { "electronically announced",             TRACK_PRE_TRANSIT,          0,                               REMEMBERED },
    { "elektronisch angekündigt",             TRACK_PRE_TRANSIT,          0,                               REMEMBERED },
    { "instruction data",                     TRACK_PRE_TRANSIT,          0,                               REMEMBERED },
    { "advised electronically",               TRACK_PRE_TRANSIT,          0,                               REMEMBERED },
    { "sendungsdaten",                        TRACK_PRE_TRANSIT,          0,                               REMEMBERED },
    { "returned to the sender",               TRACK_RETURNING,            0,                               REMEMBERED },
    { "returned to sender",                   TRACK_RETURNING,            0,                               REMEMBERED },
    { "return to sender",                     TRACK_RETURNING,            0,                               REMEMBERED },
    { "being returned",                       TRACK_RETURNING,            0,                               REMEMBERED },
    { "zurückgesandt",                        TRACK_RETURNING,            0,                               REMEMBERED },
    { "zurückgesendet",                       TRACK_RETURNING,            0,                               REMEMBERED },
    { "rücksendung",                          TRACK_RETURNING,            0,                               REMEMBERED },
    { "retoure",                              TRACK_RETURNING,            0,                               REMEMBERED },
    { "could not be delivered",               TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "nicht zugestellt werden",              TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "nicht angetroffen",                    TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             REMEMBERED },
    { "annahme verweigert",                   TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_REFUSED,            REMEMBERED },
    { "refused",                              TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_REFUSED,            REMEMBERED },
    { "available for pick-up",                TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "available for collection",             TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "ready for pick-up",                    TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "ready for collection",                 TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "zur abholung bereit",                  TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "kann in der filiale abgeholt",         TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "loaded onto the delivery vehicle",     TRACK_OUT_FOR_DELIVERY,     0,                               SEEN },
    { "in das zustellfahrzeug geladen",       TRACK_OUT_FOR_DELIVERY,     0,                               REMEMBERED },
    { "released by customs",                  TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "customs clearance has been completed", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "customs",                              TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
    { "verzollung",                           TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
    { "zollabfertigung",                      TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
    { "damaged",                              TRACK_EXCEPTION,            TRACK_REASON_DAMAGED,            REMEMBERED },
    { "beschädigt",                           TRACK_EXCEPTION,            TRACK_REASON_DAMAGED,            REMEMBERED },
    { "address is incorrect",                 TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,        REMEMBERED },
    { "falsche anschrift",                    TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,        REMEMBERED },
    { "picked up",                            TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          SEEN },
    { "processed in the",                     TRACK_IN_TRANSIT,           0,                               SEEN },
    { "bearbeitet",                           TRACK_IN_TRANSIT,           0,                               REMEMBERED },
    { "parcel center",                        TRACK_IN_TRANSIT,           0,                               SEEN },
};
/* clang-format on */

/* An event of a return that says delivered has reached the sender. */
static void mend(const struct json *parcel, const struct json *event, struct scan *scan)
{
    (void)parcel;
    (void)event;
    if (scan->meaning.status != TRACK_DELIVERED) return;
    bool sender = dialect_says(scan->text, "sender") || dialect_says(scan->text, "absender");
    if (sender && (dialect_says(scan->text, "return") || dialect_says(scan->text, "zur")))
        scan->meaning.status = TRACK_RETURNED;
}

static const struct dialect dialects[] = {{
    .parcels = "data/data[@name=piece-shipment]|data[@name=piece-shipment]|"
               "data/data[@name=piece-status-public]|data/data/data[@name=piece-shipment]",
    .number = "@piece-code|@searched-piece-code|@piece-identifier",
    .is_return = "data[@name=piece-event-list]/@ruecksendung|@ruecksendung",
    .summary = {"@ice|@standard-event-code", "@ric", "@standard-event-code"},
    .summary_text = "@status|@short-status",
    .summary_at = {"@status-timestamp"},
    .events = "data[@name=piece-event-list]/data[@name=piece-event]|data[@name=piece-event]",
    .at = {"@event-timestamp"},
    .codes = {"@ice", "@ric", "@standard-event-code"},
    .text = "@event-text|@event-status|@event-short-status",
    .places = {"@event-location"},
    .country = "@event-country",
    .clock = {.forms = "%d.%m.%Y %H:%M|%d.%m.%Y %H:%M:%S|%d.%m.%Y"},
    .meanings = CODE_TABLE(code_rows),
    .wordings = {wording_rows, sizeof wording_rows / sizeof wording_rows[0]},
    .verdicts = {{"@piece-status|data/@code", "100", REPLY_NOT_FOUND, false},
                 {"@piece-status-desc|data/@error", "no data found", REPLY_NOT_FOUND, true},
                 {"@piece-status-desc|data/@error", "keine Daten gefunden", REPLY_NOT_FOUND, true},
                 {"status|statusCode", "404", REPLY_NOT_FOUND, false},
                 {"status|statusCode", "429", REPLY_LATER, false},
                 {"status|statusCode", "500", REPLY_LATER, false},
                 {"status|statusCode", "503", REPLY_LATER, false},
                 {"@piece-status-desc|data/@error", NULL, REPLY_REFUSED, false},
                 {"title|detail|statusText", NULL, REPLY_REFUSED, false}},
    .verdict_code = "@error-status|data/@code|status|statusCode",
    .verdict_text = "@piece-status-desc|data/@error|detail|title|statusText",
    .mend = mend,
}};

/* --- asking --- */

/* The question is XML in a parameter of the address; its own login stands inside. */
static const struct poll poll = {
    .ask = {.path = "/parcel/de/tracking/v0/shipments?xml=${inner}",
            .inner_form = TEMPLATE_XML,
            .inner = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><data appname=\"${login}\" "
                     "password=\"${password}\" language-code=\"en\" request=\"d-get-piece-detail\" "
                     "piece-code=\"${number}\"/>",
            .headers = {"Authorization: Basic ${basic}"}},
    .numbers_max = 1,
    .calls = 60,
    .per_s = 60,
    .days = 100,
};

/* --- labels --- */

/* Its labels want a token that is bought with both logins; the account is the receiver's id there.
 */
static const struct access label_access = {
    .ask = {.path = "/parcel/de/account/auth/ropc/v1/token",
            .type = "application/x-www-form-urlencoded",
            .form = TEMPLATE_URL,
            .body = "grant_type=password&username=${login}&password=${password}&client_id=${id}&"
                    "client_secret=${secret}"},
    .token = "access_token",
    .seconds = "expires_in",
};

/* A code for the counter comes with each. An unused label costs nothing and is not taken back. */
static const struct labelling labelling = {
    .recovery = LABEL_RECOVERY_NONE,
    .access = &label_access,
    .buy = {.path = "/parcel/de/shipping/returns/v1/orders?labelType=BOTH",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body =
                "{\"receiverId\":\"${account}\",\"customerReference\":\"${reference}\",\"shipper\":"
                "{\"name1\":\"${from.name}\",\"addressStreet\":\"${from.street1}\"${?from.street2},"
                "\"addressHouse\":\"${from.street2}\"${/"
                "},\"postalCode\":\"${from.postal_code}\",\"city\":\"${from.city}\",\"country\":\"$"
                "{from.country3}\"},\"itemWeight\":{\"uom\":\"g\",\"value\":${weight_g}}}",
            .headers = {"Authorization: Bearer ${token}"}},
    .number = "shipmentNo",
    .carrier_ref = "shipmentNo",
    .document = "label/b64",
    .document_form = LABEL_PDF,
    .qr = "qrLabel/b64",
    .why = "detail|title",
};

const struct carrier carrier_dhl_parcel_de = {
    .name = "dhl_parcel_de",
    .content_type = "application/xml",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .published = true,
    DIALECTS(dialects),
    .base_url = "https://api-eu.dhl.com",
    .poll = &poll,
    .labelling = &labelling,
};
