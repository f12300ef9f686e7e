/* AfterShip: the webhook tracking_update.
 *
 * Proof: aftership-hmac-sha256, the base64 of an HMAC-SHA256 of the raw body under the webhook's
 * secret. Base64 tells upper from lower case, so what is compared are the decoded bytes. No time
 * is signed: that a repeat is harmless rests on the event_id.
 *
 * Its tag is coarse and its subtag fine; a subtag that is new falls back to the tag. A parcel that
 * goes back to its sender ends, in the carrier's words, as "Delivered": the flag return_to_sender
 * beats that. Weights come as fractions in four units and are not taken over. */
#include "carriers/body.h"
#include "carriers/dialect.h"
#include "proto/when.h"

#define NAME        "aftership"
#define SECONDS_MAX (((uint64_t)1 << 48) / 1000)

/* clang-format off */
/* Delivered_004 (cash was collected) and Exception_009 (the carrier rejects the parcel) have no
 * word among the reasons; their code is kept. */
#define TAG_ROWS 9
static const struct code_row code_rows[] = {
    { "Pending",            TRACK_NOT_FOUND,            0, DOCUMENTED },
    { "InfoReceived",       TRACK_PRE_TRANSIT,          0, DOCUMENTED },
    { "InTransit",          TRACK_IN_TRANSIT,           0, DOCUMENTED },
    { "OutForDelivery",     TRACK_OUT_FOR_DELIVERY,     0, DOCUMENTED },
    { "AttemptFail",        TRACK_DELIVERY_ATTEMPT,     0, DOCUMENTED },
    { "Delivered",          TRACK_DELIVERED,            0, DOCUMENTED },
    { "AvailableForPickup", TRACK_AVAILABLE_FOR_PICKUP, 0, DOCUMENTED },
    { "Exception",          TRACK_EXCEPTION,            0, DOCUMENTED },
    { "Expired",            TRACK_EXPIRED,              0, DOCUMENTED },
    { "Delivered_001",          TRACK_DELIVERED,            0, DOCUMENTED },
    { "Delivered_002",          TRACK_DELIVERED,            TRACK_REASON_COLLECTED, DOCUMENTED },
    { "Delivered_003",          TRACK_DELIVERED,            TRACK_REASON_SIGNED, DOCUMENTED },
    { "Delivered_004",          TRACK_DELIVERED,            0, DOCUMENTED },
    { "Delivered_005",          TRACK_DELIVERED,            TRACK_REASON_NEIGHBOUR, DOCUMENTED },
    { "AvailableForPickup_001", TRACK_AVAILABLE_FOR_PICKUP, 0, DOCUMENTED },
    { "Exception_001",          TRACK_EXCEPTION,            0, DOCUMENTED },
    { "Exception_002",          TRACK_EXCEPTION,            TRACK_REASON_MOVED, DOCUMENTED },
    { "Exception_003",          TRACK_EXCEPTION,            TRACK_REASON_REFUSED, DOCUMENTED },
    { "Exception_004",          TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD, DOCUMENTED },
    { "Exception_005",          TRACK_EXCEPTION,            TRACK_REASON_DELAYED, DOCUMENTED },
    { "Exception_006",          TRACK_EXCEPTION,            TRACK_REASON_DUTIES_UNPAID, DOCUMENTED },
    { "Exception_007",          TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS, DOCUMENTED },
    { "Exception_008",          TRACK_EXCEPTION,            TRACK_REASON_UNCLAIMED, DOCUMENTED },
    { "Exception_009",          TRACK_EXCEPTION,            0, DOCUMENTED },
    { "Exception_010",          TRACK_RETURNING,            0, DOCUMENTED },
    { "Exception_011",          TRACK_RETURNED,             0, DOCUMENTED },
    { "Exception_012",          TRACK_EXCEPTION,            TRACK_REASON_DAMAGED, DOCUMENTED },
    { "Exception_013",          TRACK_LOST,                 0, DOCUMENTED },
    { "Exception_016",          TRACK_EXCEPTION,            TRACK_REASON_DELAYED, DOCUMENTED },
    { "Exception_017",          TRACK_EXCEPTION,            TRACK_REASON_WEATHER, DOCUMENTED },
    { "Exception_018",          TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_DOCS, DOCUMENTED },
    { "Exception_019",          TRACK_EXCEPTION,            TRACK_REASON_DELAYED, DOCUMENTED },
    { "Exception_020",          TRACK_CANCELLED,            0, DOCUMENTED },
    { "Exception_021",          TRACK_LOST,                 TRACK_REASON_DESTROYED, DOCUMENTED },
    { "InTransit_001",          TRACK_IN_TRANSIT,           0, DOCUMENTED },
    { "InTransit_002",          TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP, DOCUMENTED },
    { "InTransit_003",          TRACK_IN_TRANSIT,           0, DOCUMENTED },
    { "InTransit_004",          TRACK_IN_TRANSIT,           0, DOCUMENTED },
    { "InTransit_005",          TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED, DOCUMENTED },
    { "InTransit_006",          TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, DOCUMENTED },
    { "InTransit_007",          TRACK_IN_TRANSIT,           0, DOCUMENTED },
    { "InTransit_008",          TRACK_IN_TRANSIT,           0, DOCUMENTED }, /* a problem was solved */
    { "InTransit_009",          TRACK_IN_TRANSIT,           TRACK_REASON_REDIRECTED, DOCUMENTED },
    { "AttemptFail_001",        TRACK_DELIVERY_ATTEMPT,     0, DOCUMENTED },
    { "AttemptFail_002",        TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT, DOCUMENTED },
    { "AttemptFail_003",        TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT, DOCUMENTED }, /* closed */
    { "OutForDelivery_001",     TRACK_OUT_FOR_DELIVERY,     0, DOCUMENTED },
    { "OutForDelivery_003",     TRACK_OUT_FOR_DELIVERY,     0, DOCUMENTED }, /* the receiver was told */
    { "OutForDelivery_004",     TRACK_OUT_FOR_DELIVERY,     TRACK_REASON_RESCHEDULED, DOCUMENTED },
    { "InfoReceived_001",       TRACK_PRE_TRANSIT,          0, DOCUMENTED },
    { "Pending_001",            TRACK_NOT_FOUND,            0, DOCUMENTED },
    { "Pending_002",            TRACK_NOT_FOUND,            0, DOCUMENTED }, /* why nothing is known: */
    { "Pending_003",            TRACK_NOT_FOUND,            0, DOCUMENTED },
    { "Pending_004",            TRACK_NOT_FOUND,            0, DOCUMENTED },
    { "Pending_005",            TRACK_NOT_FOUND,            0, DOCUMENTED },
    { "Pending_006",            TRACK_NOT_FOUND,            0, DOCUMENTED },
    { "Expired_001",            TRACK_EXPIRED,              0, DOCUMENTED },
};
/* clang-format on */
static const struct code_table tags = {code_rows, TAG_ROWS};
static const struct code_table subtags = {code_rows + TAG_ROWS,
                                          sizeof code_rows / sizeof code_rows[0] - TAG_ROWS};

static struct code_row meaning(const struct json *said)
{
    const struct code_row *found = mapping_find(&subtags, json_text(json_get(said, "subtag")));
    if (found == NULL) found = mapping_find(&tags, json_text(json_get(said, "tag")));
    return found != NULL ? *found : MAPPING_UNKNOWN;
}

static struct span first_text(const struct json *a, const struct json *b)
{
    return json_text(a).size > 0 ? json_text(a) : json_text(b);
}

static void add_scan(struct report *report, const struct json *said)
{
    struct span city = json_text(json_get(said, "city"));
    struct span state = json_text(json_get(said, "state"));
    if (city.size == 0 && state.size == 0) city = json_text(json_get(said, "location"));
    struct scan scan = {
        .when = {json_text(json_get(said, "checkpoint_time"))},
        .codes = {first_text(json_get(said, "subtag"), json_get(said, "tag")),
                  json_text(json_get(said, "raw_tag"))},
        .places = {city, state},
        .country = first_text(json_get(said, "country_iso3"), json_get(said, "country_region")),
        .text = json_text(json_get(said, "message")),
        .meaning = meaning(said),
    };
    report_scan(report, &scan);
}

static uint64_t said_ms(const struct json *envelope, const struct json *msg)
{
    struct when when = when_parse(json_text(json_get(msg, "updated_at")));
    if (when.ms != 0) return when.ms;
    int64_t seconds = 0;
    bool known = json_int(json_get(envelope, "ts"), &seconds);
    /* As an unsigned number a time before 1970 is too large as well. */
    return known && (uint64_t)seconds < SECONDS_MAX ? (uint64_t)seconds * 1000 : 0;
}

/* A parcel on its way back that was delivered, by its tag or by its newest scan, was delivered to
 * its sender. */
static bool is_back(const struct json *msg, enum track_status summary)
{
    const struct json *list = json_get(msg, "checkpoints");
    size_t count = json_count(list);
    if (summary == TRACK_DELIVERED) return true;
    return count > 0 && meaning(json_at(list, count - 1)).status == TRACK_DELIVERED;
}

static void add_summary(struct tracking *tracking, const struct json *envelope,
                        const struct json *msg)
{
    bool to_sender = false;
    tracking->summary_ms = said_ms(envelope, msg);
    if (json_is_text(json_get(msg, "tag")) || json_is_text(json_get(msg, "subtag"))) {
        struct code_row found = meaning(msg);
        tracking->summary = found.status;
        tracking->summary_reason = found.reason;
    }
    if (!json_bool(json_get(msg, "return_to_sender"), &to_sender) || !to_sender) return;
    tracking->direction = DIRECTION_RETURN;
    if (is_back(msg, (enum track_status)tracking->summary)) tracking->summary = TRACK_RETURNED;
}

static enum error parse_msg(const struct crypto *crypto, const struct json *envelope,
                            const struct json *msg, const struct carrier_sink *sink,
                            struct fault *fault)
{
    const struct json *list = json_get(msg, "checkpoints");
    size_t count;
    enum error error = body_list(list, "msg/checkpoints", CARRIER_POINTS_MAX, &count, fault);
    if (error != OK) return error;
    struct report report;
    error = report_begin(&report, crypto, sink, NAME, json_text(json_get(msg, "tracking_number")));
    if (error != OK) return body_fault(fault, error, "msg/tracking_number");
    report_event_id(&report, json_text(json_get(envelope, "event_id")));
    report_last_mile(&report, json_text(json_get(msg, "slug")));
    add_summary(&report.tracking, envelope, msg);
    for (size_t i = 0; i < count; i++) add_scan(&report, json_at(list, i));
    return report_end(&report);
}

static enum error parse_envelope(const struct crypto *crypto, const struct json *envelope,
                                 const struct carrier_sink *sink, struct fault *fault)
{
    if (!json_is_object(envelope)) return body_fault(fault, ERROR_MALFORMED, "body");
    struct span event = json_text(json_get(envelope, "event"));
    if (!span_equal(event, span_text("tracking_update"))) return OK;
    const struct json *msg = json_get(envelope, "msg");
    if (!json_is_object(msg)) return body_fault(fault, ERROR_MALFORMED, "msg");
    return parse_msg(crypto, envelope, msg, sink, fault);
}

/* --- answers to what was asked: a tracking, or a list of them -----------------------------------
 */

/* Delivered to its sender. */
static void mend(const struct json *parcel, const struct json *event, struct scan *scan)
{
    bool to_sender = false;
    if (event != NULL || !json_bool(json_get(parcel, "return_to_sender"), &to_sender)) return;
    if (to_sender && is_back(parcel, scan->meaning.status)) scan->meaning.status = TRACK_RETURNED;
}

static const struct dialect dialects[] = {{
    .parcels = "data/tracking|data/trackings|data[tracking_number]|.[tracking_number]",
    .number = "tracking_number",
    .last_mile = "slug",
    .is_return = "return_to_sender",
    .summary = {"tag", "subtag"},
    .summary_at = {"updated_at"},
    .events = "checkpoints",
    .at = {"checkpoint_time"},
    .codes = {"tag", "subtag"},
    .text = "message|subtag_message",
    .places = {"city|location", "state"},
    .country = "country_iso3|country_region|country_name",
    .order = LIST_OLDEST_FIRST,
    .meanings = CODE_TABLE(code_rows),
    .family = '_',
    .verdicts = {{"meta/code", "4004", REPLY_NOT_FOUND, false},
                 {"meta/code", "429", REPLY_LATER, false},
                 {"meta/code", "200", REPLY_NOTHING, false},
                 {"meta/code", "201", REPLY_NOTHING, false},
                 {"meta/code", NULL, REPLY_REFUSED, false}},
    .verdict_code = "meta/code",
    .verdict_text = "meta/message",
    .mend = mend,
}};

static enum error parse(const struct carrier *carrier, const struct crypto *crypto,
                        struct span body, const struct carrier_sink *sink, struct fault *fault)
{
    struct json *envelope = body_open(body, fault);
    if (envelope == NULL) return fault->error;
    bool push = !json_is_object(envelope) ||
                (json_get(envelope, "meta") == NULL && json_get(envelope, "data") == NULL &&
                 json_get(envelope, "tracking_number") == NULL);
    enum error error = push ? parse_envelope(crypto, envelope, sink, fault) : OK;
    json_free(envelope);
    return push ? error : dialect_parse(carrier, crypto, body, sink, fault);
}

/* --- asking --- */

/* 4003: the tracking is there already. */
static const struct poll poll = {
    .ask = {.path = "/tracking/2025-01/trackings?tracking_numbers=${*numbers:,}${number}${/}",
            .headers = {"as-api-key: ${secret}"}},
    .numbers_max = 50,
    .calls = 10,
    .per_s = 1,
};

static const struct subscription subscription = {
    .add = {.path = "/tracking/2025-01/trackings",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "{\"tracking_number\":\"${number}\"}",
            .headers = {"as-api-key: ${secret}"}},
    .numbers_max = 1,
    .held_code = "meta/code",
    .held_codes = {"4003", "4009"},
    .reference = "data/id|data/tracking/id",
};

static const struct replay replay = {
    .ask = {.path = "/tracking/2025-01/"
                    "trackings?limit=200&updated_at_min=${since_iso}${?after}&cursor=${after}${/}",
            .headers = {"as-api-key: ${secret}"}},
    .more = "data/pagination/has_next_page",
    .after = "data/pagination/next_cursor",
    .days = 90,
};

const struct carrier carrier_aftership = {
    .name = NAME,
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .aggregator = true,
    .captured = true,
    .proof = &(const struct proof){.kind = PROOF_HMAC_SHA256,
                                   .digits = PROOF_BASE64,
                                   .header = "aftership-hmac-sha256"},
    .parse = parse,
    .dialects = dialects,
    .dialects_count = 1,
    .base_url = "https://api.aftership.com",
    .poll = &poll,
    .subscription = &subscription,
    .replay = &replay,
};
