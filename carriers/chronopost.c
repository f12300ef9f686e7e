/* Chronopost, trackSkybillV2 over SOAP: the oldest event first. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "DC", TRACK_PRE_TRANSIT,      0,                      SEEN }, /* in preparation */
    { "DB", TRACK_IN_TRANSIT,       TRACK_REASON_PICKED_UP, SEEN }, /* handed over by shipper */
    { "DY", TRACK_IN_TRANSIT,       TRACK_REASON_PICKED_UP, SEEN }, /* registered by post office */
    { "SC", TRACK_IN_TRANSIT,       0,                      SEEN }, /* sorted at departure */
    { "SD", TRACK_IN_TRANSIT,       0,                      SEEN }, /* sorted at delivery location */
    { "TS", TRACK_IN_TRANSIT,       0,                      SEEN }, /* in transit */
    { "TA", TRACK_OUT_FOR_DELIVERY, 0,                      SEEN }, /* in delivery */
    { "D",  TRACK_DELIVERED,        0,                      SEEN }, /* Delivered */
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = "Envelope/Body/trackSkybillV2Response/return[listEventInfoComp]"
               "|Envelope/Body/trackSkybillResponse/return[listEvents]",
    .number = "listEventInfoComp/skybillNumber|listEvents/skybillNumber|skybillNumber",
    .events = "listEventInfoComp/events|listEvents/events",
    .at = {"eventDate"},
    .codes = {"code"},
    .text = "eventLabel",
    .places = {"officeLabel"},
    .meanings = CODE_TABLE(code_rows),
    .verdicts = {{"Envelope/Body/*/return/errorCode", "0", REPLY_NOT_FOUND, false},
                 {"Envelope/Body/*/return/errorCode", "1", REPLY_LATER, false}, /* its own fault */
                 {"Envelope/Body/*/return/errorCode|Envelope/Body/Fault/faultstring", NULL,
                  REPLY_REFUSED, false}},
    .verdict_code = "Envelope/Body/*/return/errorCode|Envelope/Body/Fault/faultcode",
    .verdict_text = "Envelope/Body/*/return/errorMessage|Envelope/Body/Fault/faultstring",
}};

/* --- asking --- */

static const struct poll poll = {
    .ask = {.path = "/tracking-cxf/TrackingServiceWS",
            .type = "text/xml; charset=utf-8",
            .form = TEMPLATE_XML,
            .body = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" "
                    "xmlns:cxf=\"http://cxf.tracking.soap.chronopost.fr/\"><soapenv:Header/"
                    "><soapenv:Body><cxf:trackSkybillV2><language>en_GB</"
                    "language><skybillNumber>${number}</skybillNumber></cxf:trackSkybillV2></"
                    "soapenv:Body></soapenv:Envelope>",
            .headers = {"SOAPAction: \"\""}},
    .numbers_max = 1,
    .calls = 60,
    .per_s = 60,
};

const struct carrier carrier_chronopost = {
    .name = "chronopost",
    .content_type = "text/xml",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .captured = true,
    DIALECTS(dialects),
    .base_url = "https://ws.chronopost.fr",
    .poll = &poll,
};
