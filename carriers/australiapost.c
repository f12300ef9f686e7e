/* Australia Post: the wording is the code. A consignment holds articles; every clock is written in
 * the zone of its computer, wherever the scan was. */
#include "carriers/dialect.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "Delivered", TRACK_DELIVERED, 0, SEEN },
    { "Delivered - Left in a safe place", TRACK_DELIVERED, TRACK_REASON_SAFE_PLACE, SEEN },
    { "Delivered in Full", TRACK_DELIVERED, 0, DOCUMENTED },
    { "Item Delivered", TRACK_DELIVERED, 0, DOCUMENTED },
    { "Cancelled", TRACK_CANCELLED, 0, LISTED },
};
/* clang-format on */

/* clang-format off */
static const struct code_row wording_rows[] = {
    { "cannot be delivered", TRACK_EXCEPTION, TRACK_REASON_UNDELIVERABLE, LISTED },
    { "unsuccessful delivery", TRACK_DELIVERY_ATTEMPT, 0, LISTED },
    { "attempted delivery", TRACK_DELIVERY_ATTEMPT, 0, REMEMBERED },
    { "unable to deliver", TRACK_DELIVERY_ATTEMPT, 0, REMEMBERED },
    { "return to sender", TRACK_RETURNING, 0, REMEMBERED },
    { "returned to sender", TRACK_RETURNING, 0, REMEMBERED },
    { "being returned", TRACK_RETURNING, 0, REMEMBERED },
    { "returning to sender", TRACK_RETURNING, 0, REMEMBERED },
    { "awaiting collection", TRACK_AVAILABLE_FOR_PICKUP, 0, LISTED },
    { "ready for pickup", TRACK_AVAILABLE_FOR_PICKUP, 0, LISTED },
    { "ready for collection", TRACK_AVAILABLE_FOR_PICKUP, 0, REMEMBERED },
    { "with australia post for delivery", TRACK_OUT_FOR_DELIVERY, 0, DOCUMENTED },
    { "out for delivery", TRACK_OUT_FOR_DELIVERY, 0, REMEMBERED },
    { "onboard for delivery", TRACK_OUT_FOR_DELIVERY, 0, SEEN },
    { "on board for delivery", TRACK_OUT_FOR_DELIVERY, 0, LISTED },
    { "shipping information received", TRACK_PRE_TRANSIT, 0, SEEN },
    { "shipping information approved", TRACK_PRE_TRANSIT, 0, SEEN },
    { "received item from sender", TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, SEEN },
    { "received by australia post", TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, SEEN },
    { "lodged", TRACK_IN_TRANSIT, TRACK_REASON_PICKED_UP, REMEMBERED },
    { "held by customs", TRACK_EXCEPTION, TRACK_REASON_CUSTOMS_HOLD, REMEMBERED },
    { "cleared by customs", TRACK_IN_TRANSIT, TRACK_REASON_CUSTOMS_RELEASED, SEEN },
    { "awaiting clearance", TRACK_IN_TRANSIT, TRACK_REASON_CUSTOMS_PROCESSING, SEEN },
    { "in customs", TRACK_IN_TRANSIT, TRACK_REASON_CUSTOMS_PROCESSING, SEEN },
    { "article damaged", TRACK_EXCEPTION, TRACK_REASON_DAMAGED, LISTED },
    { "held by courier", TRACK_EXCEPTION, TRACK_REASON_ON_HOLD, LISTED },
    { "possible delay", TRACK_IN_TRANSIT, TRACK_REASON_DELAYED, LISTED },
    { "redirected", TRACK_IN_TRANSIT, TRACK_REASON_REDIRECTED, REMEMBERED },
    { "to be re-delivered", TRACK_IN_TRANSIT, TRACK_REASON_RESCHEDULED, LISTED },
    { "departed facility", TRACK_IN_TRANSIT, 0, DOCUMENTED },
    { "cleared and awaiting international departure", TRACK_IN_TRANSIT, 0, SEEN },
    { "processed", TRACK_IN_TRANSIT, 0, SEEN },
    { "arrived at facility", TRACK_IN_TRANSIT, 0, SEEN },
    { "arrived in", TRACK_IN_TRANSIT, 0, SEEN },
    { "in transit", TRACK_IN_TRANSIT, 0, SEEN },
    { "despatch", TRACK_IN_TRANSIT, 0, SEEN },
};
/* clang-format on */

#define CODE   "errors/code|errors/error_code"
#define STATUS "status|consignment/status|trackable_items/items/status|trackable_items/status"

/* "Delivered to ..." names the place behind it, and some places are not the end of the way. */
static bool is_delivered(struct span text)
{
    static const char *const between[] = {"collect", "post office", "facility", "depot", "agent"};
    for (size_t i = 0; i < sizeof between / sizeof between[0]; i++)
        if (dialect_says(text, between[i])) return false;
    return text.size >= 9 && dialect_says(span_of(text.at, 9), "delivered");
}

/* What was delivered to the sender is no delivery. */
static void mend(const struct json *parcel, const struct json *event, struct scan *scan)
{
    (void)parcel;
    struct span text = scan->text;
    if (event != NULL && scan->meaning.status == TRACK_UNKNOWN && is_delivered(text))
        scan->meaning = (struct code_row){NULL, TRACK_DELIVERED, 0, LISTED};
    if (scan->meaning.status == TRACK_DELIVERED && dialect_says(text, "sender"))
        scan->meaning.status = TRACK_RETURNED;
}

static const struct dialect dialects[] = {{
    .parcels = "tracking_results[tracking_id]",
    .number = "tracking_id",
    .summary = {STATUS},
    .summary_text = STATUS,
    .events = "trackable_items/items/events|trackable_items/events|consignment/events",
    .at = {"date"},
    .codes = {"description"},
    .text = "description",
    .places = {"location"},
    .meanings = CODE_TABLE(code_rows),
    .wordings = {wording_rows, sizeof wording_rows / sizeof wording_rows[0]},
    .any_case = true,
    .verdicts = {{CODE, "ESB-10001", REPLY_NOT_FOUND, false}, /* no such number */
                 {CODE, "51104", REPLY_NOT_FOUND, false},
                 {CODE, "ESB-20010", REPLY_LATER, false},
                 {CODE, "ESB-20050", REPLY_LATER, false},
                 {CODE, "API_002", REPLY_LATER, false}, /* too many requests */
                 {CODE, NULL, REPLY_REFUSED, false}},
    .verdict_code = CODE,
    .mend = mend,
    .verdict_text = "errors/message|errors/name",
}};

/* --- asking --- */

static const struct poll poll = {
    .ask = {.path = "/shipping/v1/track?tracking_ids=${*numbers:,}${number}${/}",
            .headers = {"Authorization: Basic ${basic}", "Account-Number: ${account}"}},
    .numbers_max = 10,
    .calls = 10,
    .per_s = 60,
};

const struct carrier carrier_australiapost = {
    .name = "australiapost",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .published = true,
    DIALECTS(dialects),
    .base_url = "https://digitalapi.auspost.com.au",
    .poll = &poll,
};
