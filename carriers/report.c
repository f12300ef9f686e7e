#include "carriers/report.h"

#include "carriers/country.h"
#include "carriers/number.h"

#define MESSAGE_DOMAIN "entrepot/carrier/message/1"
#define SCAN_DOMAIN    "entrepot/carrier/scan/1"
#define PARTS_MAX      7

struct span text_cut(struct span text, size_t bytes_max)
{
    if (text.size <= bytes_max) return text;
    size_t size = bytes_max;
    while (size > 0 && (text.at[size] & 0xc0) == 0x80) size--;
    return span_of(text.at, size);
}

/* An id of several texts. Their lengths stand in front, so that "ab","c" is not "a","bc". */
static struct id id_of_parts(const struct crypto *crypto, const char *domain,
                             const struct span *parts, size_t count)
{
    uint8_t sizes[PARTS_MAX * 4];
    struct span all[PARTS_MAX + 1];
    for (size_t i = 0; i < count; i++) {
        be_put(sizes + 4 * i, parts[i].size, 4);
        all[i + 1] = parts[i];
    }
    all[0] = span_of(sizes, 4 * count);
    return crypto_id(crypto, domain, all, count + 1);
}

/* Joins the texts that are not empty; what does not fit is cut. */
static struct span join(const struct span *texts, size_t count, const char *between, uint8_t *to,
                        size_t room)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (texts[i].size == 0) continue;
        struct span gap = used > 0 ? span_text(between) : span_of(to, 0);
        if (gap.size >= room - used) break;
        memcpy(to + used, gap.at, gap.size);
        struct span text = text_cut(texts[i], room - used - gap.size);
        if (text.size == 0) break;
        memcpy(to + used + gap.size, text.at, text.size);
        used += gap.size + text.size;
    }
    return span_of(to, used);
}

static bool begins_with(struct span text, const char *lower)
{
    struct span word = span_text(lower);
    if (text.size < word.size) return false;
    for (size_t i = 0; i < word.size; i++) {
        uint8_t c = text.at[i];
        if (c >= 'A' && c <= 'Z') c = (uint8_t)(c - 'A' + 'a');
        if (c != word.at[i]) return false;
    }
    return true;
}

/* DESIGN §2: personal data stands only in personal payloads, and a tracking is none. The name of
 * whoever signed is what carriers write into their wording: it is left out from there on. */
static struct span without_signer(struct span text)
{
    static const char *const before_a_name[] = {"signed by", "signed for by", "signature:"};
    for (size_t i = 0; i + 1 < text.size; i++) {
        if ((text.at[i] | 32) != 's' || (text.at[i + 1] | 32) != 'i') continue;
        struct span rest = span_of(text.at + i, text.size - i);
        for (size_t k = 0; k < sizeof before_a_name / sizeof before_a_name[0]; k++)
            if (begins_with(rest, before_a_name[k]))
                return span_of(text.at, i + span_text(before_a_name[k]).size);
    }
    return text;
}

enum error report_begin(struct report *report, const struct crypto *crypto,
                        const struct carrier_sink *sink, const char *carrier, struct span number)
{
    memset(report, 0,
           offsetof(struct report, number)); /* the texts behind are written before read */
    report->crypto = crypto;
    report->sink = sink;
    report->tracking.carrier = span_text(carrier);
    return number_normalize(number, report->number, &report->tracking.number);
}

void report_unique(struct report *report, struct span unique)
{
    report->tracking.unique = text_cut(unique, TRACKING_UNIQUE_BYTES_MAX);
}

void report_event_id(struct report *report, struct span event_id)
{
    report->event_id = event_id;
    report->tracking.event_id = text_cut(event_id, MESSAGE_ID_BYTES_MAX);
}

void report_last_mile(struct report *report, struct span carrier)
{
    report->tracking.last_mile = text_cut(carrier, CARRIER_BYTES_MAX);
}

/* What a message without an id of its own says: its summary and the scans of this part. */
static struct id digest_of_content(const struct report *report)
{
    const struct tracking *t = &report->tracking;
    uint8_t numbers[32], scans[CHECKPOINTS_MAX * ID_BYTES];
    be_put(numbers, t->summary, 8);
    be_put(numbers + 8, t->summary_reason, 8);
    be_put(numbers + 16, t->summary_ms, 8);
    be_put(numbers + 24, t->direction, 8);
    for (uint32_t i = 0; i < t->points_count; i++)
        memcpy(scans + i * ID_BYTES, t->points[i].dedup.bytes, ID_BYTES);
    struct span parts[] = {span_of(numbers, sizeof numbers),
                           span_of(scans, t->points_count * ID_BYTES)};
    return id_of_parts(report->crypto, MESSAGE_DOMAIN, parts, 2);
}

static void hand_out(struct report *report)
{
    struct tracking *t = &report->tracking;
    uint8_t part[4];
    be_put(part, report->part, 4);
    struct id content;
    struct span said = report->event_id;
    if (said.size == 0) {
        content = digest_of_content(report);
        said = id_span(&content);
    }
    struct span parts[] = {t->carrier, t->number, said, span_of(part, sizeof part), t->unique};
    t->dedup = id_of_parts(report->crypto, MESSAGE_DOMAIN, parts, t->unique.size > 0 ? 5 : 4);
    report->error = report->sink->take(report->sink->world, t);
    memset(t->points, 0, t->points_count * sizeof t->points[0]);
    t->points_count = 0;
    report->part++;
}

static struct id scan_dedup(const struct report *report, const struct scan *scan, struct span code,
                            const struct checkpoint *point)
{
    uint8_t place[SCAN_PLACE_BYTES_MAX];
    struct span parts[PARTS_MAX] = {
        report->tracking.carrier,
        report->tracking.number,
        point->occurred_local,
        code,
        join(scan->places, SCAN_PLACES, "\x1f", place, sizeof place),
        point->country,
        report->tracking.unique,
    };
    bool unique = report->tracking.unique.size > 0;
    return id_of_parts(report->crypto, SCAN_DOMAIN, parts, unique ? PARTS_MAX : PARTS_MAX - 1);
}

struct when report_when(const struct clock_rule *rule, const struct span when[SCAN_WHENS])
{
    uint8_t room[2 * SCAN_LOCAL_BYTES_MAX];
    return clock_read(rule, join(when, SCAN_WHENS, " ", room, sizeof room));
}

/* The whole text is read, and as much of it kept as has room. */
static void add_time(struct checkpoint *point, const struct scan *scan, struct scan_texts *texts)
{
    uint8_t room[2 * SCAN_LOCAL_BYTES_MAX];
    struct span text = join(scan->when, SCAN_WHENS, " ", room, sizeof room);
    struct when when = clock_read(&scan->clock, text);
    struct span kept = text_cut(text, sizeof texts->local);
    memcpy(texts->local, kept.at, kept.size);
    point->occurred_ms = when.ms;
    point->occurred_local = span_of(texts->local, kept.size);
    point->clock_ms = when.ms == 0 ? when.naive_ms : 0;
    point->quality = when.quality;
}

void report_scan(struct report *report, const struct scan *scan)
{
    struct tracking *t = &report->tracking;
    if (report->error == OK && t->points_count == CHECKPOINTS_MAX) hand_out(report);
    if (report->error != OK) return;
    struct checkpoint *point = &t->points[t->points_count];
    struct scan_texts *texts = &report->texts[t->points_count];
    t->points_count++;
    add_time(point, scan, texts);
    point->status = scan->meaning.status;
    point->reason = scan->meaning.reason;
    point->text = without_signer(text_cut(scan->text, TRACK_TEXT_BYTES_MAX));
    point->code = join(scan->codes, SCAN_CODES, "/", texts->code, sizeof texts->code);
    point->place = join(scan->places, SCAN_PLACES, ", ", texts->place, sizeof texts->place);
    if (country_alpha2(scan->country, texts->country))
        point->country = span_of(texts->country, sizeof texts->country);
    point->dedup = scan_dedup(report, scan, point->code, point);
    point->list_pos = report->scans++;
}

enum error report_end(struct report *report)
{
    const struct tracking *t = &report->tracking;
    if (t->summary == 0 && report->scans == 0) return OK; /* nothing was said of the parcel */
    if (report->error == OK) hand_out(report);
    return report->error;
}
