/* Canada Post: the events of a parcel with the name of their zone, or with none; and the summary
 * of one, which is its latest event. A signature's picture comes after a delivery and says nothing
 * of its own. */
#include "carriers/dialect.h"
#include "carriers/labelling.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "20",        TRACK_IN_TRANSIT,           TRACK_REASON_INFORMATIONAL, SEEN }, /* picture of a signature */
    { "0100",      TRACK_IN_TRANSIT,           0,                          SEEN },
    { "0104",      TRACK_IN_TRANSIT,           0,                          SEEN },
    { "0105",      TRACK_IN_TRANSIT,           0,                          SEEN },
    { "0156",      TRACK_AVAILABLE_FOR_PICKUP, 0,                          SEEN }, /* final notice */
    { "0170",      TRACK_IN_TRANSIT,           0,                          SEEN },
    { "0173",      TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,   SEEN },
    { "0174",      TRACK_OUT_FOR_DELIVERY,     0,                          SEEN },
    { "0175",      TRACK_IN_TRANSIT,           0,                          SEEN },
    { "0405",      TRACK_IN_TRANSIT,           0,                          SEEN },
    { "0410",      TRACK_IN_TRANSIT,           0,                          SEEN },
    { "0500",      TRACK_OUT_FOR_DELIVERY,     0,                          SEEN },
    { "1302",      TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,     SEEN }, /* accepted at a post office */
    { "1479",      TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,        SEEN }, /* notice card left */
    { "1496",      TRACK_DELIVERED,            0,                          SEEN },
    { "1498",      TRACK_DELIVERED,            0,                          SEEN },
    { "1701",      TRACK_AVAILABLE_FOR_PICKUP, 0,                          SEEN },
    { "1703",      TRACK_IN_TRANSIT,           0,                          SEEN }, /* to a post office */
    { "2300",      TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,     SEEN },
    { "3000",      TRACK_PRE_TRANSIT,          0,                          SEEN }, /* electronic information */
    { "4311",      TRACK_IN_TRANSIT,           0,                          SEEN }, /* in a foreign country */
    { "8901",      TRACK_IN_TRANSIT,           0,                          SEEN },
    { "INDUCTION", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,     REMEMBERED },
    { "OUT",       TRACK_OUT_FOR_DELIVERY,     0,                          REMEMBERED },
    { "ATTEMPTED", TRACK_DELIVERY_ATTEMPT,     0,                          REMEMBERED },
    { "DELIVERED", TRACK_DELIVERED,            0,                          REMEMBERED },
};

/* For codes of no row, in English and French. */
static const struct code_row wording_rows[] = {
    { "returned to sender",               TRACK_RETURNING,            0,                               REMEMBERED },
    { "return to sender",                 TRACK_RETURNING,            0,                               REMEMBERED },
    { "being returned",                   TRACK_RETURNING,            0,                               REMEMBERED },
    { "returned to the sender",           TRACK_RETURNING,            0,                               REMEMBERED },
    { "retour à l'expéditeur",            TRACK_RETURNING,            0,                               REMEMBERED },
    { "retourné à l'expéditeur",          TRACK_RETURNING,            0,                               REMEMBERED },
    { "out for delivery",                 TRACK_OUT_FOR_DELIVERY,     0,                               SEEN },
    { "en cours de livraison",            TRACK_OUT_FOR_DELIVERY,     0,                               REMEMBERED },
    { "available for pickup",             TRACK_AVAILABLE_FOR_PICKUP, 0,                               SEEN },
    { "available for pick up",            TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "prêt pour le ramassage",           TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "final notice",                     TRACK_AVAILABLE_FOR_PICKUP, 0,                               SEEN },
    { "attempted delivery",               TRACK_DELIVERY_ATTEMPT,     0,                               SEEN },
    { "delivery attempted",               TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "refused",                          TRACK_EXCEPTION,            TRACK_REASON_REFUSED,            REMEMBERED },
    { "unclaimed",                        TRACK_EXCEPTION,            TRACK_REASON_UNCLAIMED,          REMEMBERED },
    { "damaged",                          TRACK_EXCEPTION,            TRACK_REASON_DAMAGED,            REMEMBERED },
    { "addressing error",                 TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,        SEEN },
    { "incomplete address",               TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,        REMEMBERED },
    { "released from customs",            TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "cleared customs",                  TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "released by customs",              TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   REMEMBERED },
    { "border services",                  TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
    { "held by customs",                  TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,       REMEMBERED },
    { "customs",                          TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
    { "delay",                            0,                          TRACK_REASON_DELAYED,            REMEMBERED },
    { "picked up by canada post",         TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          SEEN },
    { "item processed",                   TRACK_IN_TRANSIT,           0,                               SEEN },
    { "item in transit",                  TRACK_IN_TRANSIT,           0,                               SEEN },
    { "item arrived",                     TRACK_IN_TRANSIT,           0,                               SEEN },
    { "item departed",                    TRACK_IN_TRANSIT,           0,                               SEEN },
    { "electronic information submitted", TRACK_PRE_TRANSIT,          0,                               SEEN },
    { "sorti pour livraison",             TRACK_OUT_FOR_DELIVERY,     0,                               SEEN },
    { "tentative de livraison",           TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "erreur d'adressage",               TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,        SEEN },
    { "douane",                           TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
    { "ramassé par postes canada",        TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          SEEN },
    { "article traité",                   TRACK_IN_TRANSIT,           0,                               SEEN },
};
/* clang-format on */

/* What an event of no known code says where it is delivered, in both languages. A post office or a
 * depot is not the end of the way. */
static bool is_delivered(struct span text)
{
    bool between = dialect_says(text, "post office") || dialect_says(text, "depot") ||
                   dialect_says(text, "facility");
    bool first = !between && text.size >= 13 && dialect_says(span_of(text.at, 13), "delivered to ");
    return first || dialect_says(text, "item successfully delivered") ||
           dialect_says(text, "article livré avec succès");
}

/* Midnight without a zone stands for a day; what was brought to the sender is no delivery. */
static void mend(const struct json *parcel, const struct json *event, struct scan *scan)
{
    (void)parcel;
    if (event == NULL) return;
    bool midnight = span_equal(scan->when[1], span_text("00:00:00"));
    if (midnight && scan->when[2].size == 0) scan->when[1] = span_of(NULL, 0);
    if (scan->meaning.status == TRACK_UNKNOWN && is_delivered(scan->text))
        scan->meaning = (struct code_row){NULL, TRACK_DELIVERED, 0, SEEN};
    if (scan->meaning.status == TRACK_DELIVERED &&
        (dialect_says(scan->text, "sender") || dialect_says(scan->text, "shipper") ||
         dialect_says(scan->text, "expéditeur")))
        scan->meaning.status = TRACK_RETURNED;
}

#define CODE "messages/message/code|*/messages/message/code"
#define TEXT "messages/message/description|*/messages/message/description"
#define COMMON                                                                                     \
    .number = "pin", .is_return = "original-pin", .is_return_word = "",                            \
    .meanings = CODE_TABLE(code_rows),                                                             \
    .wordings = {wording_rows, sizeof wording_rows / sizeof wording_rows[0]}, .mend = mend

static const struct dialect dialects[] = {
    {
        .parcels = "tracking-detail|*/tracking-detail|Envelope/Body/*/tracking-detail",
        .events = "significant-events/occurrence",
        .at = {"event-date", "event-time", "event-time-zone"},
        .codes = {"event-identifier"},
        .text = "event-description",
        .places = {"event-site", "event-province"},
        .clock = {.forms = "%Y-%m-%d %H:%M:%S %z|%Y-%m-%d %H:%M:%S|%Y-%m-%d %H:%M %z|%Y-%m-%d %*"},
        COMMON,
        .verdicts = {{CODE, "004", REPLY_NOT_FOUND, false},
                     {TEXT, "no pin history", REPLY_NOT_FOUND, true},
                     {CODE, "Server", REPLY_LATER, false},
                     {TEXT, "SLM monitor", REPLY_LATER, true},
                     {TEXT, "temporarily", REPLY_LATER, true},
                     {CODE, NULL, REPLY_REFUSED, false},
                     {"Envelope/Body/Fault/faultstring", NULL, REPLY_REFUSED, false}},
        .verdict_code = CODE,
        .verdict_text = TEXT "|Envelope/Body/Fault/faultstring",
    },
    {
        .parcels = "tracking-summary/pin-summary|*/tracking-summary/pin-summary",
        .events = ".",
        .at = {"event-date-time"},
        .codes = {"event-type"},
        .text = "event-description",
        .places = {"event-location"},
        .clock = {.forms = "%Y%m%d:%H%M%S|%Y%m%d"},
        COMMON,
    },
};

/* --- asking --- */

static const struct poll poll = {
    .ask = {.path = "/vis/track/pin/${number}/detail",
            .headers = {"Authorization: Basic ${basic}", "Accept: application/vnd.cpc.track-v2+xml",
                        "Accept-language: en-CA"}},
    .numbers_max = 1,
    .calls = 60,
    .per_s = 60,
};

/* --- labels --- */

/* The account is MAILED_BY/MOBO of the contract. The label is behind a link that wants the login
 * once more; an unused one costs nothing and is not taken back. */
static const struct labelling labelling = {
    .recovery = LABEL_RECOVERY_NONE,
    .buy = {.path = "/rs/${mailed_by}/${mobo}/authorizedreturn",
            .type = "application/vnd.cpc.authreturn-v2+xml",
            .form = TEMPLATE_XML,
            .body =
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><authorized-return "
                "xmlns=\"http://www.canadapost.ca/ws/"
                "authreturn-v2\"><service-code>${?service}${service}${/}${!service}DOM.EP${/}</"
                "service-code><returner><name>${from.name}</"
                "name>${?from.company}<company>${from.company}</company>${/"
                "}<domestic-address><address-line-1>${from.street1}</"
                "address-line-1>${?from.street2}<address-line-2>${from.street2}</address-line-2>${/"
                "}<city>${from.city}</city><province>${from.state}</"
                "province><postal-code>${from.postal_code}</postal-code></domestic-address></"
                "returner><receiver><name>${to.name}</name>${?to.company}<company>${to.company}</"
                "company>${/}<domestic-address><address-line-1>${to.street1}</"
                "address-line-1>${?to.street2}<address-line-2>${to.street2}</address-line-2>${/"
                "}<city>${to.city}</city><province>${to.state}</"
                "province><postal-code>${to.postal_code}</postal-code></domestic-address></"
                "receiver><parcel-characteristics><weight>${weight_kg}</weight></"
                "parcel-characteristics><print-preferences><output-format>8.5x11</"
                "output-format><encoding>PDF</encoding></"
                "print-preferences><references><customer-ref-1>${reference}</customer-ref-1></"
                "references></authorized-return>",
            .headers = {"Authorization: Basic ${basic}",
                        "Accept: application/vnd.cpc.authreturn-v2+xml", "Accept-language: en-CA"}},
    .number = "authorized-return-info/tracking-pin",
    .carrier_ref = "authorized-return-info/tracking-pin",
    .document_url = "authorized-return-info/links/link[@rel=returnLabel]/@href|"
                    "authorized-return-info/links/link[@rel=label]/@href",
    .document_form = LABEL_PDF,
    .why = "messages/message/description",
};

const struct carrier carrier_canadapost = {
    .name = "canadapost",
    .content_type = "application/xml",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .captured = true,
    DIALECTS(dialects),
    .base_url = "https://soa-gw.canadapost.ca",
    .poll = &poll,
    .labelling = &labelling,
};
