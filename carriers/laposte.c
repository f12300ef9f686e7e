/* La Poste: Colissimo, Chronopost and letters, the newest event first, wording in French. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "DR1", TRACK_PRE_TRANSIT,          0,                               SEEN }, /* in preparation at the sender */
    { "PC1", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          SEEN }, /* dropped at a post office */
    { "ET1", TRACK_IN_TRANSIT,           0,                               SEEN }, /* on its way */
    { "ET2", TRACK_IN_TRANSIT,           0,                               SEEN }, /* about to leave origin country */
    { "ET3", TRACK_IN_TRANSIT,           0,                               SEEN }, /* arrived in destination country */
    { "MD2", TRACK_IN_TRANSIT,           0,                               SEEN }, /* at delivery site, being prepared */
    { "DI1", TRACK_DELIVERED,            0,                               SEEN }, /* delivered */
    { "DO1", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, LISTED }, /* customs */
    { "DO2", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   LISTED }, /* out of customs */
    { "DO3", TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,       LISTED }, /* held by customs */
    { "PC2", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          LISTED }, /* in the country that it leaves */
    { "ET4", TRACK_IN_TRANSIT,           0,                               LISTED }, /* in a country on the way */
    { "EP1", TRACK_IN_TRANSIT,           0,                               LISTED }, /* to be presented */
    { "PB1", TRACK_EXCEPTION,            0,                               LISTED }, /* a problem */
    { "PB2", TRACK_IN_TRANSIT,           0,                               LISTED }, /* and solved */
    { "DI0", TRACK_DELIVERED,            0,                               LISTED }, /* with others */
    { "DI3", TRACK_IN_TRANSIT,           TRACK_REASON_DELAYED,            LISTED },
    { "RE1", TRACK_RETURNING,            0,                               LISTED }, /* sent back; DI2 is the end */
    { "ND1", TRACK_DELIVERY_ATTEMPT,     0,                               LISTED }, /* not delivered */
    { "AG1", TRACK_AVAILABLE_FOR_PICKUP, 0,                               LISTED }, /* waiting at counter */
    { "AN1", TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,        LISTED }, /* address problem */
    { "DI2", TRACK_RETURNED,             0,                               LISTED }, /* returned to sender */
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = "shipment",
    .number = "idShip",
    .events = "event",
    .at = {"date"},
    .codes = {"code"},
    .text = "label",
    .country = "country",
    .order = LIST_BY_CLOCK,
    .meanings = CODE_TABLE(code_rows),
    .verdicts = {{"returnCode", "404", REPLY_NOT_FOUND, false},
                 {"returnCode", "400", REPLY_NOT_FOUND, false}, /* the number has another form */
                 {"returnCode", "429", REPLY_LATER, false},
                 {"returnCode", "500", REPLY_LATER, false},
                 {"returnCode", "504", REPLY_LATER, false},
                 {"returnMessage|code|message", NULL, REPLY_REFUSED, false}},
    .verdict_code = "returnCode|code",
    .verdict_text = "returnMessage|message",
}};

/* --- asking --- */

static const struct poll poll = {
    .ask = {.path = "/suivi/v2/idships/${*numbers:,}${number}${/}?lang=en_GB",
            .headers = {"X-Okapi-Key: ${secret}", "Accept: application/json"}},
    .numbers_max = 10,
    .calls = 60,
    .per_s = 60,
};

const struct carrier carrier_laposte = {
    .name = "laposte",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .published = true,
    DIALECTS(dialects),
    .base_url = "https://api.laposte.fr",
    .poll = &poll,
};
