/* DPD, ParcelLifeCycle over SOAP: rows of what was reached and of what is to come. A number stands
 * in no row of it. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "SHIPMENT",              TRACK_PRE_TRANSIT,          0,                      SEEN },
    { "BetweenDepots",         TRACK_IN_TRANSIT,           0,                      SEEN }, /* at dispatch centre */
    { "Depot",                 TRACK_IN_TRANSIT,           0,                      SEEN }, /* at delivery centre */
    { "Courier",               TRACK_OUT_FOR_DELIVERY,     0,                      SEEN }, /* left centre, on its way */
    { "ParcelShop",            TRACK_AVAILABLE_FOR_PICKUP, 0,                      SEEN }, /* delivered by driver to Pickup parcelshop */
    { "DeliveryFailure",       TRACK_DELIVERY_ATTEMPT,     0,                      SEEN }, /* not able to deliver */
    { "ReturningFromDelivery", TRACK_DELIVERY_ATTEMPT,     0,                      SEEN },
    { "PickedUp",              TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP, SEEN }, /* "DPD has received your parcel" */
    { "Delivered",             TRACK_DELIVERED,            0,                      SEEN },
};
/* clang-format on */

/* clang-format off */
static const struct code_row web_rows[] = {
    { "LABEL_CREATED",                 TRACK_PRE_TRANSIT,      0,                      LISTED },
    { "ORDER_INFORMATION_TRANSMITTED", TRACK_PRE_TRANSIT,      0,                      LISTED },
    { "ACCEPTED",                      TRACK_IN_TRANSIT,       TRACK_REASON_PICKED_UP, LISTED },
    { "ON_THE_ROAD",                   TRACK_IN_TRANSIT,       0,                      REMEMBERED },
    { "IN_TRANSIT",                    TRACK_IN_TRANSIT,       0,                      LISTED },
    { "AT_DELIVERY_DEPOT",             TRACK_IN_TRANSIT,       0,                      LISTED },
    { "OUT_FOR_DELIVERY",              TRACK_OUT_FOR_DELIVERY, 0,                      LISTED },
    { "DELIVERED",                     TRACK_DELIVERED,        0,                      LISTED },
    { "NOT_DELIVERED",                 TRACK_DELIVERY_ATTEMPT, 0,                      LISTED },
    { "REFUSED",                       TRACK_DELIVERY_ATTEMPT, TRACK_REASON_REFUSED,   LISTED },
    { "RETURNED",                      TRACK_RETURNING,        0,                      LISTED }, /* or back already */
};
/* clang-format on */

#define CLOCK_FORMS                                                                                \
    "%m/%d/%Y %I:%M:%S %p|%m/%d/%Y %I:%M %p|%d.%m.%Y %H:%M:%S|%d.%m.%Y, %H:%M|%d.%m.%Y "           \
    "%H:%M|%d.%m.%Y"

static const struct dialect dialects[] = {
    {
        .parcels = "Envelope/Body/getTrackingDataResponse/trackingresult",
        .number = "shipmentInfo/parcelLabelNumber|parcelLabelNumber|parcelNumber",
        .events = "statusInfo[statusHasBeenReached=true]",
        .at = {"date/content"},
        .codes = {"status"},
        .text = "description/content/content|label/content",
        .places = {"location/content"},
        .order = LIST_ONE_WAY,
        .clock = {.forms = CLOCK_FORMS},
        .meanings = CODE_TABLE(code_rows),
        .any_case = true,
        .verdicts = {{"Envelope/Body/Fault/detail/*/errorCode", "DELICOM_ERR_NO_PARCEL_FOUND",
                      REPLY_NOT_FOUND, false},
                     {"Envelope/Body/Fault/faultstring", NULL, REPLY_REFUSED, false}},
        .verdict_code = "Envelope/Body/Fault/detail/*/errorCode|Envelope/Body/Fault/faultcode",
        .verdict_text = "Envelope/Body/Fault/detail/*/errorMessage|Envelope/Body/Fault/faultstring",
    },
    {
        /* The same life cycle as its pages ask for it. */
        .parcels = "parcellifecycleResponse/parcelLifeCycleData",
        .number = "shipmentInfo/parcelLabelNumber",
        .events = "statusInfo[statusHasBeenReached=true]",
        .at = {"date"},
        .codes = {"status"},
        .text = "description/content|label",
        .places = {"location"},
        .order = LIST_ONE_WAY,
        .clock = {.forms = CLOCK_FORMS},
        .meanings = CODE_TABLE(web_rows),
        .any_case = true,
    }};

/* --- asking --- */

/* The token is bought with a login, as the delis id, and stands inside of every question. */
static const struct access access = {
    .ask = {.path = "/services/LoginService/V2.0/",
            .type = "text/xml; charset=utf-8",
            .form = TEMPLATE_XML,
            .body = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" "
                    "xmlns:ns=\"http://dpd.com/common/service/types/LoginService/"
                    "2.0\"><soapenv:Header/><soapenv:Body><ns:getAuth><delisId>${id}</"
                    "delisId><password>${secret}</password><messageLanguage>en_EN</"
                    "messageLanguage></ns:getAuth></soapenv:Body></soapenv:Envelope>",
            .headers = {"SOAPAction: \"\""}},
    .token = "Envelope/Body/getAuthResponse/return/authToken",
};

static const struct poll poll = {
    .ask = {.path = "/services/ParcelLifeCycleService/V2.0/",
            .type = "text/xml; charset=utf-8",
            .form = TEMPLATE_XML,
            .body = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" "
                    "xmlns:ns=\"http://dpd.com/common/service/types/Authentication/2.0\" "
                    "xmlns:ns1=\"http://dpd.com/common/service/types/ParcelLifeCycleService/"
                    "2.0\"><soapenv:Header><ns:authentication><delisId>${id}</"
                    "delisId><authToken>${token}</authToken><messageLanguage>en_EN</"
                    "messageLanguage></ns:authentication></"
                    "soapenv:Header><soapenv:Body><ns1:getTrackingData><parcelLabelNumber>${number}"
                    "</parcelLabelNumber></ns1:getTrackingData></soapenv:Body></soapenv:Envelope>",
            .headers = {"SOAPAction: \"\""}},
    .numbers_max = 1,
    .calls = 60,
    .per_s = 60,
};

const struct carrier carrier_dpd = {
    .name = "dpd",
    .content_type = "text/xml",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .captured = true,
    DIALECTS(dialects),
    .base_url = "https://public-ws.dpd.com",
    .access = &access,
    .poll = &poll,
};
