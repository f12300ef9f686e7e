/* 4PX, tr.order.tracking.get: a code of the business link for each event. Few of them are
 * published. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "FPX_L_RPIF", TRACK_PRE_TRANSIT, 0, REMEMBERED },
    { "FPX_C_SPLS", TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, REMEMBERED },
    { "FPX_C_SPQS", TRACK_IN_TRANSIT, 0, REMEMBERED },
    { "FPX_C_AAF", TRACK_IN_TRANSIT, 0, REMEMBERED },
    { "FPX_C_ADFF", TRACK_IN_TRANSIT, 0, REMEMBERED },
    { "FPX_M_DFOA", TRACK_IN_TRANSIT, 0, REMEMBERED },
    { "FPX_M_ATA", TRACK_IN_TRANSIT, 0, REMEMBERED },
    { "FPX_I_CRD", TRACK_IN_TRANSIT, TRACK_REASON_CUSTOMS_RELEASED, REMEMBERED },
    { "FPX_S_OK", TRACK_DELIVERED, 0, LISTED },
    { "FPX_S_OKCC", TRACK_DELIVERED, 0, LISTED },
    { "FPX_S_OKGP", TRACK_DELIVERED, 0, LISTED },
    { "FPX_S_OKPO", TRACK_DELIVERED, 0, LISTED },
    { "FPX_S_OKSC", TRACK_DELIVERED, 0, LISTED },
    { "FPX_S_OKVP", TRACK_DELIVERED, 0, LISTED },
    { "FPX_L_SC", TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, LISTED },
    { "FPX_M_CRSD", TRACK_IN_TRANSIT, TRACK_REASON_CUSTOMS_PROCESSING, LISTED },
    { "FPX_I_RCUK", TRACK_IN_TRANSIT, TRACK_REASON_CUSTOMS_RELEASED, LISTED },
    { "FPX_D_SD", TRACK_OUT_FOR_DELIVERY, 0, LISTED },
    { "FPX_D_FD", TRACK_DELIVERY_ATTEMPT, 0, LISTED },
    { "FPX_C_RDFF", TRACK_IN_TRANSIT, 0, LISTED },
    { "FPX_F_AF", TRACK_IN_TRANSIT, 0, LISTED },
    { "FPX_F_DF", TRACK_IN_TRANSIT, 0, LISTED },
    { "FPX_F_ST", TRACK_IN_TRANSIT, 0, LISTED },
    { "FPX_M_AAA", TRACK_IN_TRANSIT, 0, LISTED },
    { "FPX_M_AAHK", TRACK_IN_TRANSIT, 0, LISTED },
    { "FPX_M_DAHK", TRACK_IN_TRANSIT, 0, LISTED },
    { "FPX_M_DFA", TRACK_IN_TRANSIT, 0, LISTED },
    { "FPX_M_HA", TRACK_IN_TRANSIT, 0, LISTED },
    { "FPX_M_IT", TRACK_IN_TRANSIT, 0, LISTED },
    { "FPX_O_RR", TRACK_IN_TRANSIT, 0, LISTED },
    { "FPX_D_AAD", TRACK_IN_TRANSIT, 0, LISTED },
    { "FPX_D_AOPC", TRACK_IN_TRANSIT, 0, LISTED },
    { "FPX_D_APC", TRACK_IN_TRANSIT, 0, LISTED },
    { "FPX_D_DFD", TRACK_IN_TRANSIT, 0, LISTED },
    { "FPX_D_HQ", TRACK_IN_TRANSIT, 0, LISTED },
    { "FPX_D_STPP", TRACK_IN_TRANSIT, 0, LISTED },
};
/* clang-format on */

/* clang-format off */
static const struct code_row wording_rows[] = {
    { "return to sender", TRACK_RETURNING, 0, REMEMBERED },
    { "delivery attempt", TRACK_DELIVERY_ATTEMPT, 0, REMEMBERED },
    { "out for delivery", TRACK_OUT_FOR_DELIVERY, 0, REMEMBERED },
    { "available for pickup", TRACK_AVAILABLE_FOR_PICKUP, 0, REMEMBERED },
    { "customs", TRACK_IN_TRANSIT, TRACK_REASON_CUSTOMS_PROCESSING, REMEMBERED },
};
/* clang-format on */

static const struct dialect dialects[] = {{
    .parcels = "data[trackingList]",
    .number = "deliveryOrderNo|trackingNo",
    .events = "trackingList",
    .at = {"occurDatetime"},
    .codes = {"businessLinkCode"},
    .text = "trackingContent",
    .places = {"occurLocation"},
    .clock = {.forms = "%Q"},
    .meanings = CODE_TABLE(code_rows),
    .wordings = {wording_rows, sizeof wording_rows / sizeof wording_rows[0]},
    .verdicts = {{"result", "1", REPLY_NOT_FOUND, false}, /* done, and nothing in it */
                 {"errors/errorCode|errors/error_code|msg", NULL, REPLY_REFUSED, false}},
    .verdict_code = "errors/errorCode|errors/error_code|result",
    .verdict_text = "errors/errorMsg|errors/error_msg|msg",
}};

/* --- asking --- */

/* Signed is what stands in the address and the body, in their order, and the secret behind it. */
static const struct inquiry_sign sign = {
    .kind = PROOF_MD5,
    .digits = PROOF_HEX,
    .form = TEMPLATE_RAW,
    .says = "app_key${id}formatjsonmethodtr.order.tracking.gettimestamp${ms}"
            "v1.0.0${inner}${secret}"};

static const struct poll poll = {
    .ask = {.path = "/router/api/"
                    "service?method=tr.order.tracking.get&app_key=${id}&v=1.0.0&timestamp=${ms}&"
                    "format=json&sign=${sign}",
            .type = "application/json",
            .form = TEMPLATE_RAW,
            .body = "${inner}",
            .inner_form = TEMPLATE_JSON,
            .inner = "{\"deliveryOrderNo\":\"${number}\"}",
            .sign = &sign},
    .numbers_max = 1,
    .calls = 60,
    .per_s = 60,
};

const struct carrier carrier_4px = {
    .name = "4px",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    DIALECTS(dialects),
    .base_url = "https://open.4px.com",
    .poll = &poll,
};
