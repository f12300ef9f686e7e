/* EasyPost: the webhook of an Event whose result is a Tracker.
 *
 * Proof: X-Hmac-Signature: hmac-sha256-hex=<hex>, an HMAC-SHA256 of the raw body. The key is the
 * secret after Unicode's NFKD, so a secret with an accent verifies whichever way it was typed.
 * Its tracking codes are recycled; its weights are fractions of ounces and are not taken over. */
#include "carriers/body.h"
#include "carriers/dialect.h"
#include "carriers/labelling.h"
#include "proto/when.h"

#define NAME "easypost"

/* clang-format off */
#define STATUS_ROWS 10
static const struct code_row code_rows[] = {
    { "unknown",              TRACK_UNKNOWN,              0, DOCUMENTED },
    { "pre_transit",          TRACK_PRE_TRANSIT,          0, DOCUMENTED },
    { "in_transit",           TRACK_IN_TRANSIT,           0, DOCUMENTED },
    { "out_for_delivery",     TRACK_OUT_FOR_DELIVERY,     0, DOCUMENTED },
    { "delivered",            TRACK_DELIVERED,            0, DOCUMENTED },
    { "available_for_pickup", TRACK_AVAILABLE_FOR_PICKUP, 0, DOCUMENTED },
    { "return_to_sender",     TRACK_RETURNING,            0, DOCUMENTED },
    { "failure",              TRACK_EXCEPTION,            0, DOCUMENTED },
    { "cancelled",            TRACK_CANCELLED,            0, DOCUMENTED },
    { "error",                TRACK_UNKNOWN,              TRACK_REASON_PROVIDER_ERROR, DOCUMENTED },
    /* status_detail refines the reason and never the status. Details that say nothing more than
     * their status have no row. */
    { "address_correction",                 0, TRACK_REASON_BAD_ADDRESS, DOCUMENTED },
    { "awaiting_information",               0, TRACK_REASON_MISSING_DATA, DOCUMENTED },
    { "damaged",                            0, TRACK_REASON_DAMAGED, DOCUMENTED },
    { "delayed",                            0, TRACK_REASON_DELAYED, DOCUMENTED },
    { "held",                               0, TRACK_REASON_ON_HOLD, DOCUMENTED },
    { "lost",                               0, TRACK_REASON_LOST_IN_TRANSIT, DOCUMENTED },
    { "missorted",                          0, TRACK_REASON_MISROUTED, DOCUMENTED },
    { "refused",                            0, TRACK_REASON_REFUSED, DOCUMENTED },
    { "transferred_to_destination_carrier", 0, TRACK_REASON_HANDOVER, DOCUMENTED },
    { "weather_delay",                      0, TRACK_REASON_WEATHER, DOCUMENTED },
};
/* clang-format on */
static const struct code_table statuses = {code_rows, STATUS_ROWS};
static const struct code_table details = {code_rows + STATUS_ROWS,
                                          sizeof code_rows / sizeof code_rows[0] - STATUS_ROWS};

static struct code_row meaning(const struct json *said)
{
    const struct code_row *status = mapping_find(&statuses, json_text(json_get(said, "status")));
    struct code_row found = status != NULL ? *status : MAPPING_UNKNOWN;
    const struct code_row *detail =
        mapping_find(&details, json_text(json_get(said, "status_detail")));
    if (detail != NULL && found.reason == 0) found.reason = detail->reason;
    return found;
}

/* EasyPost writes Z also where it did not know the zone, namely when the place is incomplete. */
static bool place_is_complete(const struct json *place)
{
    bool near =
        json_text(json_get(place, "city")).size > 0 || json_text(json_get(place, "zip")).size > 0;
    return near && json_text(json_get(place, "country")).size > 0;
}

static void add_scan(struct report *report, const struct json *detail)
{
    const struct json *place = json_get(detail, "tracking_location");
    struct scan scan = {
        .when = {json_text(json_get(detail, "datetime"))},
        .clock = {.assumed = !place_is_complete(place)},
        .codes = {json_text(json_get(detail, "status")),
                  json_text(json_get(detail, "status_detail")),
                  json_text(json_get(detail, "carrier_code"))},
        .places = {json_text(json_get(place, "city")), json_text(json_get(place, "state"))},
        .country = json_text(json_get(place, "country")),
        .text = json_text(json_get(detail, "message")),
        .meaning = meaning(detail),
    };
    report_scan(report, &scan);
}

static void add_summary(struct tracking *tracking, const struct json *event,
                        const struct json *tracker)
{
    bool is_return = false;
    struct when when = when_parse(json_text(json_get(tracker, "updated_at")));
    if (when.ms == 0) when = when_parse(json_text(json_get(event, "created_at")));
    tracking->summary_ms = when.ms;
    /* false says nothing: a tracker made from a number alone never bears the mark. */
    if (json_bool(json_get(tracker, "is_return"), &is_return) && is_return)
        tracking->direction = DIRECTION_RETURN;
    if (!json_is_text(json_get(tracker, "status"))) return;
    struct code_row found = meaning(tracker);
    tracking->summary = found.status;
    tracking->summary_reason = found.reason;
}

static enum error parse_tracker(const struct crypto *crypto, const struct json *event,
                                const struct json *tracker, const struct carrier_sink *sink,
                                struct fault *fault)
{
    const struct json *list = json_get(tracker, "tracking_details");
    size_t count;
    enum error error =
        body_list(list, "result/tracking_details", CARRIER_POINTS_MAX, &count, fault);
    if (error != OK) return error;
    struct report report;
    error =
        report_begin(&report, crypto, sink, NAME, json_text(json_get(tracker, "tracking_code")));
    if (error != OK) return body_fault(fault, error, "result/tracking_code");
    report_event_id(&report, json_text(json_get(event, "id")));
    report_last_mile(&report, json_text(json_get(tracker, "carrier")));
    add_summary(&report.tracking, event, tracker);
    for (size_t i = 0; i < count; i++) add_scan(&report, json_at(list, i));
    return report_end(&report);
}

static enum error parse_event(const struct crypto *crypto, const struct json *event,
                              const struct carrier_sink *sink, struct fault *fault)
{
    if (!json_is_object(event)) return body_fault(fault, ERROR_MALFORMED, "body");
    struct span kind, description = json_text(json_get(event, "description"));
    if (!span_strip(description, "tracker.", &kind)) return OK;
    const struct json *tracker = json_get(event, "result");
    if (tracker == NULL || json_is_null(tracker)) return OK;
    if (!json_is_object(tracker)) return body_fault(fault, ERROR_MALFORMED, "result");
    return parse_tracker(crypto, event, tracker, sink, fault);
}

/* --- answers to what was asked: a tracker, or a list of them ------------------------------------
 */

static void mend(const struct json *parcel, const struct json *event, struct scan *scan)
{
    (void)parcel;
    if (event != NULL)
        scan->clock.assumed = !place_is_complete(json_get(event, "tracking_location"));
}

static const struct dialect dialects[] = {{
    .parcels = "trackers[tracking_code]|.[tracking_code]",
    .number = "tracking_code",
    .last_mile = "carrier",
    .is_return = "is_return",
    .summary = {"status", "status_detail"},
    .summary_at = {"updated_at"},
    .events = "tracking_details",
    .at = {"datetime"},
    .codes = {"status", "status_detail"},
    .text = "message",
    .places = {"tracking_location/city", "tracking_location/state"},
    .country = "tracking_location/country",
    .order = LIST_OLDEST_FIRST,
    .meanings = CODE_TABLE(code_rows),
    .verdicts = {{"error/code", "TRACKER.NOT_FOUND", REPLY_NOT_FOUND, false},
                 {"error/code", "RATE_LIMITED", REPLY_LATER, false},
                 {"error/code", NULL, REPLY_REFUSED, false},
                 {"has_more", NULL, REPLY_NOTHING, false}}, /* an empty list */
    .verdict_code = "error/code",
    .verdict_text = "error/message",
    .mend = mend,
}};

static bool is_answer(const struct json *root)
{
    return json_get(root, "trackers") != NULL || json_get(root, "tracking_code") != NULL ||
           json_get(root, "error") != NULL;
}

static enum error parse(const struct carrier *carrier, const struct crypto *crypto,
                        struct span body, const struct carrier_sink *sink, struct fault *fault)
{
    struct json *event = body_open(body, fault);
    if (event == NULL) return fault->error;
    bool push = !is_answer(event);
    enum error error = push ? parse_event(crypto, event, sink, fault) : OK;
    json_free(event);
    return push ? error : dialect_parse(carrier, crypto, body, sink, fault);
}

/* --- asking --- */

/* A key as the user of basic authentication. A tracker made again within three months is the one
 * that is there. Lists hold the newest first. */
static const struct poll poll = {
    .ask = {.path = "/v2/trackers?page_size=100&tracking_code=${number}",
            .headers = {"Authorization: Basic ${basic}"}},
    .numbers_max = 1,
    .calls = 300,
    .per_s = 60,
};

static const struct subscription subscription = {
    .add = {.path = "/v2/trackers",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "{\"tracker\":{\"tracking_code\":\"${number}\"}}",
            .headers = {"Authorization: Basic ${basic}"}},
    .numbers_max = 1,
    .days = 90,
    .reference = "id",
};

static const struct replay replay = {
    .ask =
        {.path =
             "/v2/trackers?page_size=100&start_datetime=${since_iso}${?after}&before_id=${after}${/"
             "}",
         .headers = {"Authorization: Basic ${basic}"}},
    .more = "has_more",
    .after = "trackers/id",
    .days = 90,
};

/* --- labels --- */

/* The addresses are those of the way out: it turns them round where is_return is said. What was
 * made is found by our reference, and bought once: a shipment has one label. */
/* Made with the label's shipment, so that its carrier alone offers; it is the second request that
 * orders, by the words of the offer. Nothing is found by our reference afterwards. */
static const struct labelling pickup = {
    .recovery = LABEL_RECOVERY_NONE,
    .offers = {.ask = {.path = "/v2/pickups",
                       .type = "application/json",
                       .form = TEMPLATE_JSON,
                       .body =
                           "{\"pickup\":{\"reference\":\"${reference}\",\"shipment\":{\"id\":\"$"
                           "{carrier_ref}\"},\"min_datetime\":\"${pickup.from}\","
                           "\"max_datetime\":\"${pickup.until}\",\"is_account_address\":false,"
                           "\"address\":{\"name\":\"${from.name}\",\"street1\":\"${from."
                           "street1}\"${?from.company},\"company\":\"${from.company}\"${/"
                           "}${?from.street2},\"street2\":\"${from.street2}\"${/"
                           "}${?from.state},\"state\":\"${from.state}\"${/"
                           "}${?from.phone},\"phone\":\"${from.phone}\"${/"
                           "}${?from.email},\"email\":\"${from.email}\"${/"
                           "},\"city\":\"${from.city}\",\"zip\":\"${from.postal_code}\","
                           "\"country\":\"${from.country}\"}}}",
                       .headers = {"Authorization: Basic ${basic}"}},
               .prepared = "id",
               .rates = "pickup_rates",
               .rate = "id",
               .price = "rate",
               .service = "service",
               .seller = "carrier"},
    .buy = {.path = "/v2/pickups/${prepared}/buy",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "{\"carrier\":\"${rate_seller}\",\"service\":\"${rate_service}\"}",
            .headers = {"Authorization: Basic ${basic}"}},
    .take_back = {.method = "POST",
                  .path = "/v2/pickups/${carrier_ref}/cancel",
                  .type = "application/json",
                  .form = TEMPLATE_JSON,
                  .body = "{}",
                  .headers = {"Authorization: Basic ${basic}"}},
    .number = "confirmation",
    .carrier_ref = "id",
    .why = "error/message",
    .taken_back = "status",
    .taken_back_words = {"canceled"},
};

static const struct labelling labelling = {
    .pickup = &pickup,
    .recovery = LABEL_RECOVERY_LOOKUP,
    .offers = {.ask = {.path = "/v2/shipments",
                       .type = "application/json",
                       .form = TEMPLATE_JSON,
                       .body = "{\"shipment\":{\"reference\":\"${reference}\",\"is_return\":true,"
                               "\"to_address\":{\"name\":\"${from.name}\",\"street1\":\"${from."
                               "street1}\"${?from.company},\"company\":\"${from.company}\"${/"
                               "}${?from.street2},\"street2\":\"${from.street2}\"${/"
                               "}${?from.state},\"state\":\"${from.state}\"${/"
                               "}${?from.phone},\"phone\":\"${from.phone}\"${/"
                               "}${?from.email},\"email\":\"${from.email}\"${/"
                               "},\"city\":\"${from.city}\",\"zip\":\"${from.postal_code}\","
                               "\"country\":\"${from.country}\"},\"from_address\":{\"name\":\"${to."
                               "name}\",\"street1\":\"${to.street1}\"${?to.company},\"company\":\"$"
                               "{to.company}\"${/}${?to.street2},\"street2\":\"${to.street2}\"${/"
                               "}${?to.state},\"state\":\"${to.state}\"${/"
                               "}${?to.phone},\"phone\":\"${to.phone}\"${/"
                               "}${?to.email},\"email\":\"${to.email}\"${/"
                               "},\"city\":\"${to.city}\",\"zip\":\"${to.postal_code}\","
                               "\"country\":\"${to.country}\"},\"parcel\":{\"weight\":${weight_oz}}"
                               ",\"options\":{\"label_format\":\"PDF\"}}}",
                       .headers = {"Authorization: Basic ${basic}"}},
               .prepared = "id",
               .rates = "rates",
               .rate = "id",
               .price = "rate",
               .service = "service"},
    .buy = {.path = "/v2/shipments/${prepared}/buy",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "{\"rate\":{\"id\":\"${rate}\"}}",
            .headers = {"Authorization: Basic ${basic}"}},
    .ask_qr = {.path = "/v2/shipments/${sold_ref}/forms",
               .type = "application/json",
               .form = TEMPLATE_JSON,
               .body = "{\"form\":{\"type\":\"label_qr_code\"}}",
               .headers = {"Authorization: Basic ${basic}"}},
    .look_up = {.path = "/v2/shipments/${reference}", .headers = {"Authorization: Basic ${basic}"}},
    .take_back = {.method = "POST",
                  .path = "/v2/shipments/${carrier_ref}/refund",
                  .type = "application/json",
                  .form = TEMPLATE_JSON,
                  .body = "{}",
                  .headers = {"Authorization: Basic ${basic}"}},
    .number = "tracking_code",
    .carrier_ref = "id",
    .cost = "selected_rate/rate",
    .currency = "selected_rate/currency",
    .document_url = "postage_label/label_pdf_url|postage_label/label_url",
    .document_open = true,
    .document_form = LABEL_PDF,
    .qr_url = "forms[form_type=label_qr_code]/form_url",
    .why = "error/message",
    .gone_code = "error/code",
    .gone_codes = {"SHIPMENT.REFUND.ALREADY_REQUESTED"},
    .taken_back = "refund_status",
    .taken_back_words = {"submitted", "refunded"},
};

const struct carrier carrier_easypost = {
    .name = NAME,
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .aggregator = true,
    .captured = true,
    .proof = &(const struct proof){.kind = PROOF_HMAC_SHA256,
                                   .digits = PROOF_HEX,
                                   .header = "x-hmac-signature",
                                   .prefix = "hmac-sha256-hex=",
                                   .nfkd = true},
    .parse = parse,
    .dialects = dialects,
    .dialects_count = 1,
    .base_url = "https://api.easypost.com",
    .poll = &poll,
    .subscription = &subscription,
    .replay = &replay,
    .labelling = &labelling,
};
