/* USPS: the third tracking API (one number, or a list), its push, whose payload is a document in a
 * text, and the older XML. The category of the whole lags behind the events and is used only where
 * there are none. */
#include "carriers/dialect.h"
#include "carriers/labelling.h"
#include "carriers/proof.h"
#include "proto/json_path.h"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "GX", TRACK_PRE_TRANSIT,          0,                          SEEN }, /* label created */
    { "MA", TRACK_PRE_TRANSIT,          0,                          SEEN }, /* shipping info received */
    { "NP", TRACK_PRE_TRANSIT,          0,                          SEEN }, /* origin post is preparing */
    { "GC", TRACK_PRE_TRANSIT,          0,                          REMEMBERED }, /* label created */
    { "80", TRACK_PRE_TRANSIT,          0,                          REMEMBERED }, /* picked up by shipping partner */
    { "81", TRACK_PRE_TRANSIT,          0,                          REMEMBERED }, /* arrived at shipping partner */
    { "82", TRACK_PRE_TRANSIT,          0,                          REMEMBERED }, /* departed shipping partner */
    { "TM", TRACK_PRE_TRANSIT,          0,                          LISTED }, /* acceptance pending */
    { "89", TRACK_PRE_TRANSIT,          0,                          LISTED }, /* the merchant has an order */
    { "83", TRACK_PRE_TRANSIT,          0,                          LISTED }, /* tendered to the post */
    { "UA", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,     LISTED }, /* accepted at a facility */
    { "AD", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,     LISTED }, /* acceptance at the destination */
    { "03", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,     SEEN },
    { "OA", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,     SEEN },
    { "06", TRACK_IN_TRANSIT,           TRACK_REASON_REDIRECTED,    REMEMBERED }, /* forwarded */
    { "07", TRACK_IN_TRANSIT,           0,                          SEEN },
    { "08", TRACK_IN_TRANSIT,           TRACK_REASON_MISROUTED,     REMEMBERED }, /* missent */
    { "15", TRACK_IN_TRANSIT,           TRACK_REASON_MISROUTED,     REMEMBERED }, /* misshipped */
    { "10", TRACK_IN_TRANSIT,           0,                          SEEN },
    { "A1", TRACK_IN_TRANSIT,           0,                          SEEN },
    { "T1", TRACK_IN_TRANSIT,           0,                          SEEN },
    { "EF", TRACK_IN_TRANSIT,           0,                          SEEN },
    { "SF", TRACK_IN_TRANSIT,           0,                          SEEN },
    { "TL", TRACK_IN_TRANSIT,           0,                          SEEN },
    { "NT", TRACK_IN_TRANSIT,           TRACK_REASON_DELAYED,       REMEMBERED }, /* arriving late */
    { "PC", TRACK_IN_TRANSIT,           0,                          SEEN },
    { "OF", TRACK_OUT_FOR_DELIVERY,     0,                          SEEN },
    { "01", TRACK_DELIVERED,            0,                          SEEN },
    { "02", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,        REMEMBERED }, /* notice left */
    { "04", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_REFUSED,       REMEMBERED },
    { "51", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,        REMEMBERED }, /* business closed */
    { "52", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,        REMEMBERED }, /* business closed, notice left */
    { "53", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_NO_ACCESS,     REMEMBERED }, /* receptacle full */
    { "54", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_NO_ACCESS,     REMEMBERED }, /* no secure place */
    { "55", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,        REMEMBERED }, /* nobody authorized */
    { "05", TRACK_EXCEPTION,            TRACK_REASON_UNDELIVERABLE, REMEMBERED },
    { "11", TRACK_EXCEPTION,            TRACK_REASON_UNDELIVERABLE, REMEMBERED }, /* dead letter */
    { "09", TRACK_RETURNING,            0,                          REMEMBERED },
    { "14", TRACK_AVAILABLE_FOR_PICKUP, 0,                          REMEMBERED },
    { "16", TRACK_AVAILABLE_FOR_PICKUP, 0,                          REMEMBERED },
    { "21", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_BAD_ADDRESS,   REMEMBERED }, /* no such number */
    { "22", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_BAD_ADDRESS,   REMEMBERED }, /* insufficient address */
    { "23", TRACK_EXCEPTION,            TRACK_REASON_MOVED,         REMEMBERED },
    { "24", TRACK_EXCEPTION,            TRACK_REASON_MOVED,         REMEMBERED }, /* forwarding has ended */
    { "25", TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,   REMEMBERED }, /* addressee not known */
    { "26", TRACK_EXCEPTION,            TRACK_REASON_UNDELIVERABLE, REMEMBERED }, /* vacant */
    { "27", TRACK_EXCEPTION,            TRACK_REASON_UNCLAIMED,     REMEMBERED },
    { "28", TRACK_EXCEPTION,            TRACK_REASON_UNDELIVERABLE, REMEMBERED },
    { "31", TRACK_RETURNING,            TRACK_REASON_UNCLAIMED,     REMEMBERED },
};

static const struct code_row category_rows[] = {
    { "Pre-Shipment",           TRACK_PRE_TRANSIT,          0,                      SEEN },
    { "Accepted",               TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP, REMEMBERED },
    { "In Transit",             TRACK_IN_TRANSIT,           0,                      SEEN },
    { "Moving Through Network", TRACK_IN_TRANSIT,           0,                      REMEMBERED },
    { "Out for Delivery",       TRACK_OUT_FOR_DELIVERY,     0,                      REMEMBERED },
    { "Available for Pickup",   TRACK_AVAILABLE_FOR_PICKUP, 0,                      REMEMBERED },
    { "Delivery Attempt",       TRACK_DELIVERY_ATTEMPT,     0,                      REMEMBERED },
    { "Delivered",              TRACK_DELIVERED,            0,                      SEEN },
    { "Alert",                  TRACK_EXCEPTION,            0,                      REMEMBERED },
};

/* Codes of foreign posts are many; their words are few. What has been delivered is not said here. */
static const struct code_row wording_rows[] = {
    { "no record of",                          TRACK_NOT_FOUND,            0,                               SEEN },
    { "shipping partner",                        TRACK_PRE_TRANSIT,          0,                               LISTED },
    { "tendered to returns agent",               TRACK_IN_TRANSIT,           TRACK_REASON_HANDOVER,           LISTED },
    { "tendered to military agent",              TRACK_IN_TRANSIT,           TRACK_REASON_HANDOVER,           LISTED },
    { "return to sender",                        TRACK_RETURNING,            0,                               SEEN },
    { "returned to sender",                      TRACK_RETURNING,            0,                               LISTED },
    { "returned to the sender",                  TRACK_RETURNING,            0,                               REMEMBERED },
    { "being returned",                          TRACK_RETURNING,            0,                               LISTED },
    { "return processed",                        TRACK_RETURNING,            0,                               REMEMBERED },
    { "disposed by post office",                 TRACK_LOST,                 TRACK_REASON_DESTROYED,          LISTED },
    { "out for delivery",                        TRACK_OUT_FOR_DELIVERY,     0,                               SEEN },
    { "awaiting delivery scan",                  TRACK_OUT_FOR_DELIVERY,     0,                               LISTED },
    { "available for pickup",                    TRACK_AVAILABLE_FOR_PICKUP, 0,                               LISTED },
    { "ready for pickup",                        TRACK_AVAILABLE_FOR_PICKUP, 0,                               REMEMBERED },
    { "available for redelivery",                TRACK_AVAILABLE_FOR_PICKUP, 0,                               LISTED },
    { "schedule redelivery",                     TRACK_AVAILABLE_FOR_PICKUP, 0,                               LISTED },
    { "collect for pick up",                     TRACK_AVAILABLE_FOR_PICKUP, 0,                               LISTED },
    { "held at post office",                     TRACK_AVAILABLE_FOR_PICKUP, 0,                               LISTED },
    { "redelivery scheduled",                    TRACK_IN_TRANSIT,           TRACK_REASON_RESCHEDULED,        LISTED },
    { "rescheduled to next delivery day",        TRACK_IN_TRANSIT,           TRACK_REASON_RESCHEDULED,        LISTED },
    { "receptacle full",                         TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_NO_ACCESS,          LISTED },
    { "no secure location",                      TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_NO_ACCESS,          LISTED },
    { "no access",                               TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_NO_ACCESS,          LISTED },
    { "notice left",                             TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             LISTED },
    { "notice was left",                         TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             REMEMBERED },
    { "addressee not available",                 TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             LISTED },
    { "missed delivery",                         TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_ABSENT,             LISTED },
    { "delivery attempt",                        TRACK_DELIVERY_ATTEMPT,     0,                               LISTED },
    { "attempted delivery",                      TRACK_DELIVERY_ATTEMPT,     0,                               LISTED },
    { "attempted to deliver",                    TRACK_DELIVERY_ATTEMPT,     0,                               REMEMBERED },
    { "refused",                                 TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_REFUSED,            LISTED },
    { "payment of charges",                      TRACK_EXCEPTION,            TRACK_REASON_PAYMENT,            LISTED },
    { "no such number",                          TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,        LISTED },
    { "insufficient address",                    TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,        LISTED },
    { "incorrect address",                       TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,        LISTED },
    { "addressee unknown",                       TRACK_EXCEPTION,            TRACK_REASON_BAD_ADDRESS,        LISTED },
    { "moved, left no address",                  TRACK_EXCEPTION,            TRACK_REASON_MOVED,              LISTED },
    { "forward expired",                         TRACK_EXCEPTION,            TRACK_REASON_MOVED,              LISTED },
    { "vacant",                                  TRACK_EXCEPTION,            TRACK_REASON_UNDELIVERABLE,      LISTED },
    { "unclaimed",                               TRACK_EXCEPTION,            TRACK_REASON_UNCLAIMED,          LISTED },
    { "local weather",                           TRACK_EXCEPTION,            TRACK_REASON_WEATHER,            LISTED },
    { "animal interference",                     TRACK_EXCEPTION,            TRACK_REASON_NO_ACCESS,          LISTED },
    { "delivery exception",                      TRACK_EXCEPTION,            0,                               LISTED },
    { "processing exception",                    TRACK_EXCEPTION,            TRACK_REASON_DELAYED,            LISTED },
    { "seized",                                  TRACK_EXCEPTION,            TRACK_REASON_SECURITY,           LISTED },
    { "held in customs",                         TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,       LISTED },
    { "held for customs",                        TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,       REMEMBERED },
    { "cleared customs",                         TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   LISTED },
    { "out of customs",                          TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   LISTED },
    { "released from us customs",                TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   LISTED },
    { "customs clearance processing complete",   TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,   LISTED },
    { "customs",                                 TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING, LISTED },
    { "undeliverable",                           TRACK_EXCEPTION,            TRACK_REASON_UNDELIVERABLE,      LISTED },
    { "not be delivered",                        TRACK_EXCEPTION,            TRACK_REASON_UNDELIVERABLE,      REMEMBERED },
    { "weather",                                 0,                          TRACK_REASON_WEATHER,            REMEMBERED },
    { "forwarded",                               TRACK_IN_TRANSIT,           TRACK_REASON_REDIRECTED,         LISTED },
    { "forward processed",                       TRACK_IN_TRANSIT,           TRACK_REASON_REDIRECTED,         LISTED },
    { "missent",                                 TRACK_IN_TRANSIT,           TRACK_REASON_MISROUTED,          LISTED },
    { "research case",                           TRACK_IN_TRANSIT,           TRACK_REASON_INFORMATIONAL,      LISTED },
    { "arriving late",                           TRACK_IN_TRANSIT,           TRACK_REASON_DELAYED,            LISTED },
    { "in transit",                              TRACK_IN_TRANSIT,           0,                               SEEN },
    { "preparing shipment",                      TRACK_PRE_TRANSIT,          0,                               SEEN },
    { "depart",                                  TRACK_IN_TRANSIT,           0,                               SEEN },
    { "dispatched",                              TRACK_IN_TRANSIT,           0,                               LISTED },
    { "arrived",                                 TRACK_IN_TRANSIT,           0,                               SEEN },
    { "arrival",                                 TRACK_IN_TRANSIT,           0,                               SEEN },
    { "sorting complete",                        TRACK_IN_TRANSIT,           0,                               LISTED },
    { "processed through",                       TRACK_IN_TRANSIT,           0,                               LISTED },
    { "processed at",                            TRACK_IN_TRANSIT,           0,                               LISTED },
    { "package acceptance pending",              TRACK_PRE_TRANSIT,          0,                               LISTED },
    { "acceptance",                              TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          SEEN },
    { "accepted at",                             TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          LISTED },
    { "usps picked up",                          TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          LISTED },
    { "possession of",                           TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,          LISTED },
    { "label created",                           TRACK_PRE_TRANSIT,          0,                               SEEN },
    { "label has been prepared",                 TRACK_PRE_TRANSIT,          0,                               SEEN },
    { "shipping info received",                  TRACK_PRE_TRANSIT,          0,                               SEEN },
    { "pre-shipment",                            TRACK_PRE_TRANSIT,          0,                               SEEN },
    { "awaiting item",                           TRACK_PRE_TRANSIT,          0,                               LISTED },
};
/* clang-format on */

static bool begins(struct span text, const char *word)
{
    size_t size = span_text(word).size;
    return text.size >= size && dialect_says(span_of(text.at, size), word);
}

/* Handed back to its sender, or to an agent who has yet to deliver it, is not delivered; an event
 * of no known code is, when that is its first word. */
static void mend_delivered(struct scan *scan)
{
    struct code_row *meaning = &scan->meaning;
    bool says = begins(scan->text, "delivered") || dialect_says(scan->text, "was delivered");
    if (meaning->status == TRACK_UNKNOWN && says)
        *meaning = (struct code_row){NULL, TRACK_DELIVERED, 0, SEEN};
    if (meaning->status == TRACK_DELIVERED) {
        if (dialect_says(scan->text, "sender")) meaning->status = TRACK_RETURNED;
        if (dialect_says(scan->text, "agent for final delivery")) {
            meaning->status = TRACK_IN_TRANSIT;
            meaning->reason = TRACK_REASON_HANDOVER;
        }
    }
    bool back = dialect_says(scan->text, "return to sender") ||
                dialect_says(scan->text, "returned to sender") ||
                dialect_says(scan->text, "being returned");
    if (back && meaning->status == TRACK_DELIVERY_ATTEMPT) meaning->status = TRACK_RETURNING;
}

/* An offset beside the time of the place, where the time of Greenwich is missing. */
static void mend(const struct json *parcel, const struct json *event, struct scan *scan)
{
    if (event == NULL && json_find(parcel, "trackingEvents[eventType]|trackingEvents[eventCode]|"
                                           "*[Event]|*[EventCode]|.[eventCode]") != NULL) {
        scan->meaning = (struct code_row){NULL, 0, 0, SEEN};
        return;
    }
    mend_delivered(scan);
    if (event == NULL || json_find_word(event, "GMTTimestamp").size > 0) return;
    struct span offset = json_find_word(event, "GMTOffset");
    if (offset.size > 0) scan->when[1] = offset;
}

/* --- the oldest XML: a line for each event -------------------------------------------------------
 */

#define DAY "%b %d, %Y|%m/%d/%Y"

static bool is_day(struct span text)
{
    const struct clock_rule rule = {.forms = DAY};
    return clock_read(&rule, text).naive_ms != 0;
}

/* Up to the next sign, without blanks around; what is left comes after it. */
static struct span piece(struct span *rest, char sign)
{
    const uint8_t *end = rest->size == 0 ? NULL : memchr(rest->at, sign, rest->size);
    size_t size = end == NULL ? rest->size : (size_t)(end - rest->at);
    struct span found = span_of(rest->at, size);
    size_t used = end == NULL ? size : size + 1;
    *rest = span_of(rest->at + used, rest->size - used);
    while (found.size > 0 && found.at[0] == ' ') found = span_of(found.at + 1, found.size - 1);
    return found;
}

/* The day that a text begins with, with or without a comma in it. */
static struct span day_at(struct span *rest)
{
    struct span left = *rest, day = piece(&left, ',');
    if (!is_day(day)) {
        struct span year = piece(&left, ',');
        if (year.size >= 4) day = span_of(day.at, (size_t)(year.at + 4 - day.at));
    }
    if (day.size == 0 || !is_day(day)) return span_of(NULL, 0);
    size_t used = (size_t)(day.at + day.size - rest->at);
    *rest = span_of(rest->at + used, rest->size - used);
    return day;
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* A place without its postal code, and without the sentences that come after it. */
static struct span place_of(struct span place)
{
    for (size_t i = 1; i < place.size; i++)
        if (place.at[i] == '.' && is_digit(place.at[i - 1])) place.size = i;
    while (place.size > 0 && (place.at[0] == ' ' || place.at[0] == ','))
        place = span_of(place.at + 1, place.size - 1);
    while (place.size > 0 && (is_digit(place.at[place.size - 1]) ||
                              memchr("- ", place.at[place.size - 1], 2) != NULL))
        place.size--;
    return place;
}

/* "Your item was ... at 2:16 pm on October 12, 2013 in BROOKLYN, NY 11201." */
static bool read_sentence(struct span line, struct scan *scan)
{
    for (size_t i = 4; i < line.size; i++) {
        struct span rest = span_of(line.at + i, line.size - i);
        if (memcmp(line.at + i - 4, " on ", 4) != 0) continue;
        scan->when[0] = day_at(&rest);
        if (scan->when[0].size == 0) continue;
        scan->text = line;
        size_t time = i - 4; /* H:MM am stands before, behind a blank that is not its own */
        for (unsigned blanks = 0; time > 0; time--)
            if (line.at[time - 1] == ' ' && ++blanks == 2) break;
        struct span hour = span_of(line.at + time, i - 4 - time);
        if (hour.size > 0 && is_digit(hour.at[0])) scan->when[1] = hour;
        if (rest.size > 4 && memcmp(rest.at, " in ", 4) == 0)
            scan->places[0] = place_of(span_of(rest.at + 4, rest.size - 4));
        return true;
    }
    return false;
}

/* "Out for Delivery, October 12, 2013, 10:16 am, BROOKLYN, NY 11201"; an event may have commas. */
static bool read_line(struct span line, struct scan *scan)
{
    for (size_t i = 1; i + 1 < line.size; i++) {
        if (line.at[i] != ',' || line.at[i + 1] != ' ') continue;
        struct span rest = span_of(line.at + i + 2, line.size - i - 2);
        scan->when[0] = day_at(&rest);
        if (scan->when[0].size == 0) continue;
        scan->text = span_of(line.at, i);
        struct span after = rest;
        piece(&after, ',');
        struct span hour = piece(&after, ',');
        bool told = hour.size > 0 && is_digit(hour.at[0]);
        if (told) scan->when[1] = hour;
        scan->places[0] = place_of(told ? after : rest);
        return true;
    }
    return read_sentence(line, scan);
}

#define CLOCK                                                                                      \
    "%Y-%m-%dT%H:%M:%S %z|%Y-%m-%d %H:%M:%S %z|%Y-%m-%d %H:%M:%S.%f|%b %d, %Y %I:%M %p|"           \
    "%b %d, %Y %I:%M:%S %p|%b %d, %Y %H:%M|%m/%d/%Y %I:%M %p|" DAY
#define TABLES                                                                                     \
    .meanings = CODE_TABLE(code_rows), .summaries = CODE_TABLE(category_rows),                     \
    .wordings = {wording_rows, sizeof wording_rows / sizeof wording_rows[0]},                      \
    .clock = {.forms = CLOCK}, .mend = mend
#define EVENT                                                                                      \
    .at = {"GMTTimestamp|eventTimestamp"}, .codes = {"eventCode"}, .text = "eventType|event",      \
    .places = {"eventCity", "eventState"}, .country = "eventCountry"
#define CODE "error/code|error/errors/code|errors/code|code"
#define TEXT "error/message|error/errors/detail|errors/detail|message|detail"
#define VERDICTS                                                                                   \
    .verdicts = {{CODE, "404", REPLY_NOT_FOUND, false},                                            \
                 {TEXT, "status update is not yet available", REPLY_NOT_FOUND, true},              \
                 {TEXT, "could not locate", REPLY_NOT_FOUND, true},                                \
                 {TEXT, "not found", REPLY_NOT_FOUND, true},                                       \
                 {CODE, "429", REPLY_LATER, false},                                                \
                 {CODE, "500", REPLY_LATER, false},                                                \
                 {CODE, "502", REPLY_LATER, false},                                                \
                 {CODE, "503", REPLY_LATER, false},                                                \
                 {CODE, "504", REPLY_LATER, false},                                                \
                 {CODE "|" TEXT, NULL, REPLY_REFUSED, false}},                                     \
    .verdict_code = CODE, .verdict_text = TEXT

static const struct dialect dialects[] = {
    {
        .wrapped = "payload",
        .parcels = ".[eventCode]|payload[eventCode]",
        .number = "trackingNumber",
        .events = ".",
        EVENT,
        TABLES,
    },
    {
        .parcels = ".[trackingNumber]|.[trackingEvents]|payload[trackingNumber]|"
                   "payload[trackingEvents]|*[trackingEvents]",
        .number = "trackingNumber",
        .summary = {"statusCategory"},
        .summary_text = "status",
        .events = "trackingEvents",
        EVENT,
        TABLES,
        VERDICTS,
    },
    {
        .parcels = "TrackResponse/TrackInfo",
        .number = "@ID",
        .summary = {"StatusCategory"},
        .summary_text = "Status|TrackSummary",
        .events = "*[Event]|*",
        .line = read_line,
        .at = {"EventDate", "EventTime"},
        .codes = {"EventCode"},
        .text = "Event",
        .places = {"EventCity", "EventState"},
        .country = "EventCountry",
        TABLES,
        .verdicts = {{"Error/Number", "-2147219302", REPLY_NOT_FOUND, false},
                     {"Error/Number", "-2147219301", REPLY_NOT_FOUND, false},
                     {"Error/Number", "-2147219283", REPLY_NOT_FOUND, false},
                     {"Error/Description", "could not locate", REPLY_NOT_FOUND, true},
                     {"Error/Description", "not yet available", REPLY_NOT_FOUND, true},
                     {"Error/Number", NULL, REPLY_REFUSED, false}},
        .verdict_code = "Error/Number",
        .verdict_text = "Error/Description",
    },
};

/* Over the time and the payload as texts, as one public reader of the manual has it. */
static const struct proof proof = {
    .kind = PROOF_HMAC_SHA256,
    .digits = PROOF_BASE64,
    .header = "x-hmac",
    .says = "{json:timestamp}{json:payload}",
};

/* --- asking --- */

/* Sixty questions an hour, those for tokens among them. */
static const struct access access = {
    .ask = {.path = "/oauth2/v3/token",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "{\"client_id\":\"${id}\",\"client_secret\":\"${secret}\",\"grant_type\":"
                    "\"client_credentials\",\"scope\":\"tracking subscriptions-tracking labels\"}"},
    .token = "access_token",
    .seconds = "expires_in",
};

static const struct poll poll = {
    .ask = {.path = "/tracking/v3/tracking/${number}?expand=DETAIL",
            .headers = {"Authorization: Bearer ${token}"}},
    .numbers_max = 1,
    .calls = 55,
    .per_s = 3600,
    .days = 120,
};

static const struct subscription subscription = {
    .add = {.path = "/subscriptions-tracking/v3/subscriptions",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "{\"listenerURL\":\"${hook_url}\",\"secret\":\"${hook_secret}\","
                    "\"adminNotification\":[],\"filterProperties\":{\"trackingNumber\":\"${number}"
                    "\",\"trackingEventTypes\":[\"ALL_UPDATES\"]}}",
            .headers = {"Authorization: Bearer ${token}"}},
    .numbers_max = 1,
    .days = 30,
    .reference = "subscriptionId",
};

/* --- labels ---
 *
 * Of the United States, from the United States. Two tokens: the account's, and one that proves who
 * pays, which names the customer (CRID), the mailer (MID), the one of its manifests and the payment
 * account, in `account` with slashes between. An answer is a form of several parts unless it is
 * asked for as JSON, the image in it. A return is paid for when it is scanned. */

static const struct access label_access = {
    .ask = {.path = "/oauth2/v3/token",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "{\"client_id\":\"${id}\",\"client_secret\":\"${secret}\",\"grant_type\":"
                    "\"client_credentials\",\"scope\":\"labels payments\"}"},
    .token = "access_token",
    .seconds = "expires_in",
};

/* Good for eight hours, which the answer does not say. */
static const struct access payment = {
    .ask = {.path = "/payments/v3/payment-authorization",
            .type = "application/json",
            .form = TEMPLATE_JSON,
            .body = "{\"roles\":[{\"roleName\":\"PAYER\",\"CRID\":\"${crid}\",\"MID\":\"${mid}\","
                    "\"manifestMID\":\"${manifest_mid}\",\"accountType\":\"EPS\",\"accountNumber\":"
                    "\"${payer}\"},{\"roleName\":\"LABEL_OWNER\",\"CRID\":\"${crid}\",\"MID\":\"${"
                    "mid}\",\"manifestMID\":\"${manifest_mid}\",\"accountType\":\"EPS\","
                    "\"accountNumber\":\"${payer}\"}]}",
            .headers = {"Authorization: Bearer ${token}"}},
    .token = "paymentAuthorizationToken",
};

static const struct labelling labelling = {
    .recovery = LABEL_RECOVERY_NONE,
    .access = &label_access,
    .payment = &payment,
    .buy =
        {.path = "/labels/v3/return-label",
         .type = "application/json",
         .form = TEMPLATE_JSON,
         .body =
             "{\"imageInfo\":{\"imageType\":\"PDF\",\"labelType\":\"4X6LABEL\",\"receiptOption\":"
             "\"NONE\"},\"fromAddress\":{${?from.last_name}\"firstName\":\"${from.first_name}\","
             "\"lastName\":\"${from.last_name}\"${/}${!from.last_name}\"firm\":\"${from.name}\"${/"
             "},\"streetAddress\":\"${from.street1}\"${?from.street2},\"secondaryAddress\":\"${"
             "from.street2}\"${/"
             "},\"city\":\"${from.city}\",\"state\":\"${from.state}\",\"ZIPCode\":\"${from.zip5}\"}"
             ",\"toAddress\":{${?to.last_name}\"firstName\":\"${to.first_name}\",\"lastName\":\"${"
             "to.last_name}\"${/}${!to.last_name}\"firm\":\"${to.name}\"${/"
             "},\"streetAddress\":\"${to.street1}\"${?to.street2},\"secondaryAddress\":\"${to."
             "street2}\"${/"
             "},\"city\":\"${to.city}\",\"state\":\"${to.state}\",\"ZIPCode\":\"${to.zip5}\"},"
             "\"packageDescription\":{\"mailClass\":\"${?service}${service}${/"
             "}${!service}USPS_GROUND_ADVANTAGE_RETURN_SERVICE${/"
             "}\",\"rateIndicator\":\"SP\",\"processingCategory\":\"MACHINABLE\","
             "\"destinationEntryFacilityType\":\"NONE\",\"mailingDate\":\"${today}\",\"weightUOM\":"
             "\"lb\",\"weight\":${weight_lb},\"dimensionsUOM\":\"in\",\"length\":8,\"width\":8,"
             "\"height\":4,\"customerReference\":[{\"referenceNumber\":\"${reference}\","
             "\"printReferenceNumber\":true}]}}",
         .headers = {"Authorization: Bearer ${token}", "X-Payment-Authorization-Token: ${payment}",
                     "Accept: application/vnd.usps.labels+json"}},
    .take_back = {.method = "DELETE",
                  .path = "/labels/v3/label/${carrier_ref}",
                  .headers = {"Authorization: Bearer ${token}",
                              "X-Payment-Authorization-Token: ${payment}"}},
    .number = "trackingNumber|labelMetadata/trackingNumber|returnLabelMetadata/trackingNumber",
    .carrier_ref = "trackingNumber|labelMetadata/trackingNumber|returnLabelMetadata/trackingNumber",
    .cost = "postage|labelMetadata/postage|returnLabelMetadata/postage",
    .currency_is = "USD",
    .document = "labelImage|returnLabelImage",
    .document_form = LABEL_PDF,
    .why = "error/message",
    .taken_back = "status",
    .taken_back_words = {"CANCELED", "CANCELLED"},
};

const struct carrier carrier_usps = {
    .name = "usps",
    .content_type = "application/json",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .captured = true,
    .proof = &proof,
    DIALECTS(dialects),
    .base_url = "https://apis.usps.com",
    .access = &access,
    .poll = &poll,
    .subscription = &subscription,
    .labelling = &labelling,
};
