/* X12 214, the transportation carrier shipment status message: segments whose separator and
 * terminator the envelope itself chooses (the terminator may be of several bytes). Times are local
 * unless their code says otherwise; some statuses tell an estimate or an appointment, no event. */
#include "carriers/body.h"
#include "carriers/dialect.h"
#include "proto/utf8.h"

#define ISA_ELEMENTS   16
#define TERMINATOR_MAX 8
#define CLOCK                                                                                      \
    "%Y%m%d %H%M %z|%Y%m%d %H%M|%Y%m%d %H%M%S %z|%Y%m%d %H%M%S|%Y%m%d|%y%m%d %H%M %z|%y%m%d %H%M|" \
    "%y%m%d"

/* clang-format off */
static const struct code_row code_rows[] = {
    { "XB", TRACK_PRE_TRANSIT,          0,                                 LISTED }, /* shipment acknowledged */
    { "X3", TRACK_PRE_TRANSIT,          0,                                 LISTED }, /* arrived at the pickup */
    { "X8", TRACK_PRE_TRANSIT,          0,                                 LISTED }, /* at its loading dock */
    { "L1", TRACK_PRE_TRANSIT,          0,                                 LISTED }, /* loading */
    { "AA", TRACK_PRE_TRANSIT,          TRACK_REASON_INFORMATIONAL,        LISTED }, /* pickup appointment */
    { "AF", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,            SEEN },
    { "CP", TRACK_IN_TRANSIT,           TRACK_REASON_PICKED_UP,            LISTED }, /* loaded at the pickup */
    { "AG", TRACK_IN_TRANSIT,           TRACK_REASON_ESTIMATE,             SEEN },
    { "X2", TRACK_IN_TRANSIT,           TRACK_REASON_ESTIMATE,             LISTED }, /* arrival at the consignee */
    { "B6", TRACK_IN_TRANSIT,           TRACK_REASON_ESTIMATE,             LISTED }, /* arrival at a terminal */
    { "C1", TRACK_IN_TRANSIT,           TRACK_REASON_ESTIMATE,             LISTED }, /* departure from it */
    { "E1", TRACK_PRE_TRANSIT,          TRACK_REASON_ESTIMATE,             LISTED }, /* arrival at the pickup */
    { "AB", TRACK_IN_TRANSIT,           TRACK_REASON_INFORMATIONAL,        LISTED }, /* delivery appointment */
    { "X4", TRACK_IN_TRANSIT,           0,                                 LISTED }, /* arrived at a terminal */
    { "X6", TRACK_IN_TRANSIT,           0,                                 LISTED }, /* under way */
    { "P1", TRACK_IN_TRANSIT,           0,                                 LISTED }, /* left a terminal */
    { "AM", TRACK_IN_TRANSIT,           0,                                 LISTED }, /* on a truck */
    { "AN", TRACK_IN_TRANSIT,           0,                                 LISTED }, /* to an airline */
    { "AR", TRACK_IN_TRANSIT,           0,                                 LISTED }, /* by rail, arrived */
    { "RL", TRACK_IN_TRANSIT,           0,                                 LISTED }, /* by rail, left */
    { "I1", TRACK_IN_TRANSIT,           0,                                 LISTED }, /* in at a gate */
    { "OA", TRACK_IN_TRANSIT,           0,                                 LISTED }, /* out at a gate */
    { "AV", TRACK_IN_TRANSIT,           0,                                 LISTED }, /* may be delivered */
    { "BC", TRACK_IN_TRANSIT,           TRACK_REASON_ON_HOLD,              LISTED }, /* stored on the way */
    { "CL", TRACK_IN_TRANSIT,           TRACK_REASON_INFORMATIONAL,        LISTED }, /* the trailer is closed */
    { "BA", TRACK_IN_TRANSIT,           TRACK_REASON_HANDOVER,             LISTED }, /* picked up by a connecting line */
    { "J1", TRACK_IN_TRANSIT,           TRACK_REASON_HANDOVER,             LISTED }, /* to a connecting line */
    { "R1", TRACK_IN_TRANSIT,           TRACK_REASON_HANDOVER,             LISTED }, /* from the carrier before */
    { "AI", TRACK_IN_TRANSIT,           TRACK_REASON_REDIRECTED,           LISTED },
    { "K1", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_PROCESSING,   LISTED }, /* arrived at customs */
    { "PR", TRACK_EXCEPTION,            TRACK_REASON_CUSTOMS_HOLD,         LISTED },
    { "SD", TRACK_IN_TRANSIT,           TRACK_REASON_DELAYED,              LISTED },
    { "A9", TRACK_EXCEPTION,            TRACK_REASON_DAMAGED,              LISTED },
    { "OO", TRACK_EXCEPTION,            0,                                 LISTED }, /* papers without goods */
    { "AJ", TRACK_OUT_FOR_DELIVERY,     0,                                 LISTED }, /* tendered for delivery */
    { "X1", TRACK_OUT_FOR_DELIVERY,     0,                                 LISTED }, /* arrived at the delivery */
    { "X5", TRACK_OUT_FOR_DELIVERY,     0,                                 LISTED }, /* at its loading dock */
    { "S1", TRACK_OUT_FOR_DELIVERY,     0,                                 LISTED }, /* trailer at the consignee's */
    { "AU", TRACK_AVAILABLE_FOR_PICKUP, 0,                                 LISTED },
    { "AH", TRACK_DELIVERY_ATTEMPT,     0,                                 LISTED },
    { "AP", TRACK_DELIVERY_ATTEMPT,     0,                                 LISTED }, /* not completed */
    { "A7", TRACK_DELIVERY_ATTEMPT,     TRACK_REASON_REFUSED,              LISTED },
    { "D1", TRACK_DELIVERED,            0,                                 LISTED }, /* unloaded */
    { "CD", TRACK_IN_TRANSIT,           TRACK_REASON_INFORMATIONAL,        LISTED }, /* the truck left the delivery */
    { "A3", TRACK_RETURNED,             0,                                 LISTED },
    { "CT", TRACK_IN_TRANSIT,           TRACK_REASON_CUSTOMS_RELEASED,     LISTED },
    { "CA", TRACK_CANCELLED,            0,                                 LISTED },
};

/* Why, beside a status that tells of trouble or of a delay. */
static const struct code_row reason_rows[] = {
    { "A2", 0, TRACK_REASON_BAD_ADDRESS, DOCUMENTED },
    { "A5", 0, TRACK_REASON_BAD_ADDRESS, DOCUMENTED },
    { "A6", 0, TRACK_REASON_BAD_ADDRESS, DOCUMENTED },
    { "AA", 0, TRACK_REASON_MISROUTED, DOCUMENTED },
    { "AD", 0, TRACK_REASON_RESCHEDULED, DOCUMENTED },
    { "AO", 0, TRACK_REASON_WEATHER, DOCUMENTED },
    { "AQ", 0, TRACK_REASON_ABSENT, DOCUMENTED },
    { "AR", 0, TRACK_REASON_CUSTOMS_DOCS, DOCUMENTED },
    { "AS", 0, TRACK_REASON_CUSTOMS_DOCS, DOCUMENTED },
    { "AT", 0, TRACK_REASON_CUSTOMS_DOCS, DOCUMENTED },
    { "AV", 0, TRACK_REASON_NO_SERVICE, DOCUMENTED },
    { "B1", 0, TRACK_REASON_ABSENT, DOCUMENTED },
    { "B4", 0, TRACK_REASON_PAYMENT, DOCUMENTED },
    { "B5", 0, TRACK_REASON_ON_HOLD, DOCUMENTED },
    { "BB", 0, TRACK_REASON_ON_HOLD, DOCUMENTED },
    { "BC", 0, TRACK_REASON_MISSING_DATA, DOCUMENTED },
    { "BD", 0, TRACK_REASON_CUSTOMS_PROCESSING, DOCUMENTED },
    { "BS", 0, TRACK_REASON_REFUSED, DOCUMENTED },
    { "C8", 0, TRACK_REASON_PAYMENT, DOCUMENTED },
    { "C9", 0, TRACK_REASON_PAYMENT, DOCUMENTED },
    { "CA", 0, TRACK_REASON_CUSTOMS_PROCESSING, DOCUMENTED },
};
/* clang-format on */
static const struct code_table codes = CODE_TABLE(code_rows);
static const struct code_table reasons = CODE_TABLE(reason_rows);

/* The rest of a message, and its signs. */
struct segments {
    struct span rest;
    uint8_t separator;
    struct span terminator;
};

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\r' || c == '\n' || c == '\t';
}

static struct span without_blanks(struct span text)
{
    while (text.size > 0 && is_blank(text.at[0])) text = span_of(text.at + 1, text.size - 1);
    return text;
}

/* What stands behind the last element of ISA, which is one sign, and before GS. */
static bool open_envelope(struct span body, struct segments *segments)
{
    size_t at = 3;
    body = without_blanks(body);
    if (body.size < 106 || memcmp(body.at, "ISA", 3) != 0) return false;
    segments->separator = body.at[3];
    for (unsigned found = 0; at < body.size; at++)
        if (body.at[at] == segments->separator && ++found == ISA_ELEMENTS) break;
    at += 2;
    size_t size = 0;
    while (at + size < body.size && size <= TERMINATOR_MAX && body.at[at + size] != 'G') size++;
    if (size == 0 || size > TERMINATOR_MAX || at + size >= body.size) return false;
    size_t told = size;
    while (told > 1 && is_blank(body.at[at + told - 1])) told--;
    segments->terminator = span_of(body.at + at, told);
    segments->rest = span_of(body.at + at + size, body.size - at - size);
    /* Neither may cut a character. */
    return segments->separator < 0x80 && utf8_valid(segments->terminator);
}

/* The next segment, of which element 0 is its name. */
static bool next_segment(struct segments *segments, struct span *segment)
{
    struct span rest = without_blanks(segments->rest), end = segments->terminator;
    size_t at = 0;
    while (at + end.size <= rest.size && memcmp(rest.at + at, end.at, end.size) != 0) at++;
    if (rest.size == 0) return false;
    bool last = at + end.size > rest.size;
    *segment = span_of(rest.at, last ? rest.size : at);
    size_t used = last ? rest.size : at + end.size;
    segments->rest = span_of(rest.at + used, rest.size - used);
    return true;
}

static struct span element(const struct segments *segments, struct span segment, unsigned number)
{
    while (segment.at != NULL) {
        const uint8_t *end = memchr(segment.at, segments->separator, segment.size);
        size_t size = end == NULL ? segment.size : (size_t)(end - segment.at);
        if (number-- == 0) return span_of(segment.at, size);
        if (end == NULL) return span_of(NULL, 0);
        segment = span_of(end + 1, segment.size - size - 1);
    }
    return segment;
}

static bool is_named(const struct segments *segments, struct span segment, const char *name)
{
    return span_equal(element(segments, segment, 0), span_text(name));
}

/* ET may be either hour, and LT is nobody's: only what is one offset is a zone. */
static struct span zone_of(struct span code)
{
    static const char zones[][2][4] = {
        {"ES", "EST"}, {"ED", "EDT"}, {"CS", "CST"}, {"CD", "CDT"}, {"MS", "MST"},
        {"MD", "MDT"}, {"PS", "PST"}, {"PD", "PDT"}, {"UT", "UTC"}, {"GM", "GMT"},
        {"AS", "AST"}, {"AD", "ADT"}, {"NS", "NST"}, {"ND", "NDT"}, {"HS", "HST"},
    };
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++)
        if (span_equal(code, span_text(zones[i][0]))) return span_text(zones[i][1]);
    return span_of(NULL, 0);
}

/* A status that says no more than delayed is refined too. */
static struct code_row meaning_of(struct span code, struct span why)
{
    const struct code_row *row = mapping_find(&codes, code), *reason = mapping_find(&reasons, why);
    struct code_row found = row != NULL ? *row : MAPPING_UNKNOWN;
    bool open = found.status == TRACK_IN_TRANSIT || found.status == TRACK_EXCEPTION ||
                found.status == TRACK_DELIVERY_ATTEMPT;
    bool vague = found.reason == 0 || found.reason == TRACK_REASON_DELAYED;
    if (reason != NULL && open && vague) found.reason = reason->reason;
    return found;
}

/* A segment tells of a shipment (its first two elements) or of an appointment (the next two). */
static struct scan scan_of(const struct segments *segments, struct span status, struct span place)
{
    unsigned first = element(segments, status, 1).size > 0 ? 1 : 3;
    struct span code = element(segments, status, first), why = element(segments, status, first + 1);
    struct scan scan = {
        .when = {element(segments, status, 5), element(segments, status, 6),
                 zone_of(element(segments, status, 7))},
        .clock = {.forms = CLOCK},
        .codes = {code, why},
        .places = {element(segments, place, 1), element(segments, place, 2)},
        .country = element(segments, place, 3),
        .meaning = meaning_of(code, why),
    };
    return scan;
}

/* One ST .. SE. The list runs either way, so that its clocks decide; where they say nothing, it. */
static enum error read_message(struct segments *segments, struct report *report)
{
    struct span segment, status = {NULL, 0}, place = {NULL, 0};
    bool more = true;
    while (more) {
        more = next_segment(segments, &segment) && !is_named(segments, segment, "SE");
        bool next =
            !more || is_named(segments, segment, "AT7") || is_named(segments, segment, "LX");
        if (next && status.size > 0) {
            struct scan scan = scan_of(segments, status, place);
            report_scan(report, &scan);
            status = place = span_of(NULL, 0);
        }
        if (more && is_named(segments, segment, "AT7")) status = segment;
        if (more && is_named(segments, segment, "MS1")) place = segment;
    }
    return report_end(report);
}

static enum error parse(const struct carrier *carrier, const struct crypto *crypto,
                        struct span body, const struct carrier_sink *sink, struct fault *fault)
{
    struct segments segments;
    struct span segment;
    enum error error = OK;
    if (!utf8_plain(body)) return body_fault(fault, ERROR_BAD_TEXT, "body");
    if (!open_envelope(body, &segments)) return body_fault(fault, ERROR_MALFORMED, "ISA");
    while (error == OK && next_segment(&segments, &segment)) {
        struct report report;
        if (!is_named(&segments, segment, "B10")) continue;
        struct span number = element(&segments, segment, 2);
        if (number.size == 0) number = element(&segments, segment, 1);
        if (report_begin(&report, crypto, sink, carrier->name, number) == OK) {
            error = read_message(&segments, &report);
        } else if (sink->hear != NULL) {
            const struct carrier_word word = {.reply = REPLY_REFUSED, .number = number};
            sink->hear(sink->world, &word);
        }
    }
    return error;
}

/* No document of it is JSON or XML; the table tells its codes. */
static const struct dialect dialects[] = {{.parcels = ".", .meanings = CODE_TABLE(code_rows)}};

const struct carrier carrier_x12_214 = {
    .name = "x12_214",
    .content_type = "application/edi-x12",
    .status_taken = 200,
    .status_bad_proof = 401,
    .status_refused = 400,
    .captured = true,
    .parse = parse,
    .dialects = dialects,
    .dialects_count = 1,
};
