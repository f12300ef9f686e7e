#include "carriers/dialect.h"

#include "carriers/body.h"
#include "carriers/form.h"
#include "carriers/number.h"
#include "proto/json_path.h"

#define KEY_BYTES_MAX    (DIALECT_CODES * (SCAN_CODE_BYTES_MAX + 1))
#define NUMBER_BYTES_MAX (2 * TRACKING_NUMBER_BYTES_MAX)
#define PARCELS_MAX      256 /* of one message */
#define YES_WORDS        4
#define STAMP_BYTES_MAX  80

/* One document while it is read. */
struct reading {
    const struct carrier *carrier;
    const struct dialect *dialect;
    const struct crypto *crypto;
    const struct carrier_sink *sink;
    const struct json *root;
    struct span group_number; /* of the group that is being read */
    struct span event_id;
    enum error error; /* of the sink: stops everything */
    uint32_t parcels, said;
    struct report report;
    uint32_t count;
    const struct json *event[CARRIER_POINTS_MAX];
    uint64_t clock[CARRIER_POINTS_MAX];
};

static struct span word_at(const struct json *from, const char *path)
{
    return path == NULL ? span_of(NULL, 0) : json_find_word(from, path);
}

static void words_at(const struct json *from, const char *const *paths, size_t count,
                     struct span *words)
{
    for (size_t i = 0; i < count; i++) words[i] = word_at(from, paths[i]);
}

/* --- what codes mean ---------------------------------------------------------------------------
 */

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 32) : c;
}

static bool alike(struct span a, struct span b)
{
    if (a.size != b.size) return false;
    for (size_t i = 0; i < a.size; i++)
        if (lower(a.at[i]) != lower(b.at[i])) return false;
    return true;
}

static const struct code_row *row_of(const struct dialect *dialect, const struct code_table *table,
                                     struct span code)
{
    if (code.size == 0) return NULL;
    if (!dialect->any_case) return mapping_find(table, code);
    for (size_t i = 0; i < table->count; i++)
        if (lower((uint8_t)table->rows[i].code[0]) == lower(code.at[0]) &&
            alike(span_text(table->rows[i].code), code))
            return &table->rows[i];
    return NULL;
}

/* The first codes joined by "/"; empty when one of them is, or when there is no room. */
static struct span joined(const struct span *codes, size_t count, uint8_t room[KEY_BYTES_MAX])
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (codes[i].size == 0 || used + codes[i].size + 1 > KEY_BYTES_MAX) return span_of(room, 0);
        if (i > 0) room[used++] = '/';
        memcpy(room + used, codes[i].at, codes[i].size);
        used += codes[i].size;
    }
    return span_of(room, used);
}

/* Rows that say a status end the search; rows that say a reason alone refine what comes after. */
static bool add_row(struct code_row *found, const struct code_row *row)
{
    if (row == NULL) return false;
    found->code = row->code;
    if (found->reason == 0) found->reason = row->reason;
    if (found->status == 0) found->status = row->status;
    return found->status != 0;
}

/* What the family of the last code says that has one; TRACK_UNKNOWN when none does. */
static enum track_status family_of(const struct dialect *dialect, const struct code_table *table,
                                   const struct span *codes)
{
    for (size_t i = DIALECT_CODES; i-- > 0 && dialect->family != '\0';) {
        const uint8_t *end =
            codes[i].size == 0 ? NULL : memchr(codes[i].at, dialect->family, codes[i].size);
        if (end == NULL) continue;
        struct span family = span_of(codes[i].at, (size_t)(end - codes[i].at));
        const struct code_row *row = row_of(dialect, table, family);
        if (row != NULL && row->status != 0) return row->status;
    }
    return TRACK_UNKNOWN;
}

static struct code_row meaning_of(const struct dialect *dialect, const struct code_table *table,
                                  const struct span *codes)
{
    uint8_t room[KEY_BYTES_MAX];
    struct code_row found = {.code = NULL};
    for (size_t count = DIALECT_CODES; count > 1; count--)
        if (add_row(&found, row_of(dialect, table, joined(codes, count, room)))) return found;
    for (size_t i = DIALECT_CODES; i-- > 0;)
        if (add_row(&found, row_of(dialect, table, codes[i]))) return found;
    unsigned reason = found.reason;
    found = MAPPING_UNKNOWN;
    found.status = family_of(dialect, table, codes);
    if (reason != 0) found.reason = reason;
    return found;
}

static bool contains(struct span text, struct span word)
{
    if (word.size == 0) return true;
    for (size_t i = 0; i + word.size <= text.size; i++)
        if (lower(text.at[i]) == lower(word.at[0]) && alike(span_of(text.at + i, word.size), word))
            return true;
    return false;
}

bool dialect_says(struct span text, const char *word)
{
    return contains(text, span_text(word));
}

/* Words say more than a code that says little, and never less than one that says much. */
static bool gives_way(const struct code_row *found)
{
    return found->status == TRACK_UNKNOWN || found->status == TRACK_IN_TRANSIT ||
           found->status == TRACK_EXCEPTION;
}

/* Which pairs of letters a text has: most words are not in it, and of those a look at their first
 * pair tells so. */
struct pairs {
    uint64_t bits[16];
};

static unsigned pair_at(uint8_t first, uint8_t second)
{
    return (lower(first) * 37u + lower(second)) % 1024;
}

static void pairs_of(struct span text, struct pairs *pairs)
{
    memset(pairs, 0, sizeof *pairs);
    for (size_t i = 0; i + 1 < text.size; i++) {
        unsigned pair = pair_at(text.at[i], text.at[i + 1]);
        pairs->bits[pair / 64] |= UINT64_C(1) << pair % 64;
    }
}

static bool may_contain(const struct pairs *pairs, const char *word)
{
    if (word[0] == '\0' || word[1] == '\0') return true;
    unsigned pair = pair_at((uint8_t)word[0], (uint8_t)word[1]);
    return (pairs->bits[pair / 64] >> pair % 64 & 1) != 0;
}

static void add_wording(const struct dialect *dialect, struct span text, struct code_row *found)
{
    struct pairs pairs;
    if (dialect->wordings.count == 0) return;
    pairs_of(text, &pairs);
    for (size_t i = 0; i < dialect->wordings.count; i++) {
        const struct code_row *row = &dialect->wordings.rows[i];
        if (!may_contain(&pairs, row->code) || !contains(text, span_text(row->code))) continue;
        bool unmapped = found->reason == TRACK_REASON_UNMAPPED;
        if (row->status != 0 && gives_way(found)) {
            found->status = row->status;
            if (unmapped) found->reason = 0;
        }
        if (found->reason == 0) found->reason = row->reason;
        return;
    }
}

/* --- events ------------------------------------------------------------------------------------
 */

/* What an event says, before it is understood. */
static bool read_event(const struct dialect *dialect, const struct json *event, struct scan *scan)
{
    if (json_is_text(event)) return dialect->line != NULL && dialect->line(json_text(event), scan);
    words_at(event, dialect->at, SCAN_WHENS, scan->when);
    words_at(event, dialect->codes, DIALECT_CODES, scan->codes);
    words_at(event, dialect->places, SCAN_PLACES, scan->places);
    scan->country = word_at(event, dialect->country);
    scan->text = word_at(event, dialect->text);
    return json_is_object(event);
}

static struct scan scan_of(const struct reading *reading, const struct json *parcel,
                           const struct json *event)
{
    const struct dialect *dialect = reading->dialect;
    struct scan scan = {.clock = dialect->clock};
    if (!read_event(dialect, event, &scan)) return scan;
    scan.meaning = meaning_of(dialect, &dialect->meanings, scan.codes);
    add_wording(dialect, scan.text, &scan.meaning);
    if (dialect->mend != NULL) dialect->mend(parcel, event, &scan);
    return scan;
}

/* An event whose members are all null or empty is the form of one, which some send where there is
 * none yet. */
static bool says_something(const struct dialect *dialect, const struct json *event)
{
    struct scan scan = {.clock = dialect->clock};
    if (json_is_text(event)) return read_event(dialect, event, &scan);
    if (!json_is_object(event)) return false;
    for (size_t i = 0; i < SCAN_WHENS; i++)
        if (word_at(event, dialect->at[i]).size > 0) return true;
    for (size_t i = 0; i < DIALECT_CODES; i++)
        if (word_at(event, dialect->codes[i]).size > 0) return true;
    return word_at(event, dialect->text).size > 0;
}

static bool take_event(void *world, const struct json *found)
{
    struct reading *reading = world;
    if (!says_something(reading->dialect, found)) return true;
    reading->event[reading->count++] = found;
    return reading->count < CARRIER_POINTS_MAX;
}

/* 0: it cannot be read. */
static uint64_t clock_of(const struct reading *reading, const struct json *event)
{
    struct scan scan = {.clock = reading->dialect->clock};
    if (json_is_text(event))
        read_event(reading->dialect, event, &scan);
    else
        words_at(event, reading->dialect->at, SCAN_WHENS, scan.when);
    struct when read = report_when(&scan.clock, scan.when);
    return read.ms != 0 ? read.ms : read.naive_ms;
}

/* Sorts by the clocks; what has none, or the same, stays where it stood. Lists are short and nearly
 * always sorted one way or the other already. */
static void sort_by_clock(struct reading *reading)
{
    for (uint32_t i = 1; i < reading->count; i++) {
        const struct json *event = reading->event[i];
        uint64_t clock = reading->clock[i];
        uint32_t at = i;
        for (; at > 0 && clock != 0 && reading->clock[at - 1] > clock; at--) {
            reading->event[at] = reading->event[at - 1];
            reading->clock[at] = reading->clock[at - 1];
        }
        reading->event[at] = event;
        reading->clock[at] = clock;
    }
}

static void turn_round(struct reading *reading)
{
    for (uint32_t i = 0; i < reading->count / 2; i++) {
        uint32_t other = reading->count - 1 - i;
        const struct json *event = reading->event[i];
        uint64_t clock = reading->clock[i];
        reading->event[i] = reading->event[other];
        reading->event[other] = event;
        reading->clock[i] = reading->clock[other];
        reading->clock[other] = clock;
    }
}

static void read_clock(struct reading *reading, uint32_t at)
{
    reading->clock[at] = clock_of(reading, reading->event[at]);
}

/* The oldest first. A list that runs backwards by its first and last clocks is turned round before
 * it is sorted, so that events of the same time come out in the order in which they happened. */
static void order_events(struct reading *reading)
{
    enum list_order order = reading->dialect->order;
    bool backwards = order == LIST_NEWEST_FIRST;
    uint32_t count = reading->count;
    if (count < 2) return;
    memset(reading->clock, 0, count * sizeof reading->clock[0]);
    if (order == LIST_BY_CLOCK || order == LIST_ONE_WAY) {
        uint32_t step = order == LIST_BY_CLOCK ? 1 : count - 1; /* one way: the ends alone */
        for (uint32_t i = 0; i < count; i += step) read_clock(reading, i);
        backwards = reading->clock[0] > reading->clock[count - 1];
    }
    if (backwards) turn_round(reading);
    if (order == LIST_BY_CLOCK) sort_by_clock(reading);
}

/* --- parcels -----------------------------------------------------------------------------------
 */

static bool is_yes(const struct dialect *dialect, struct span word)
{
    static const char *const yes[YES_WORDS] = {"true", "1", "yes", "y"};
    const char *only = dialect->is_return_word;
    if (only != NULL) return *only == '\0' ? word.size > 0 : alike(word, span_text(only));
    for (size_t i = 0; i < YES_WORDS; i++)
        if (alike(word, span_text(yes[i]))) return true;
    return false;
}

static void add_summary(struct reading *reading, const struct json *parcel)
{
    const struct dialect *dialect = reading->dialect;
    struct tracking *tracking = &reading->report.tracking;
    const struct code_table *table =
        dialect->summaries.rows != NULL ? &dialect->summaries : &dialect->meanings;
    struct scan scan = {.clock = dialect->clock, .text = word_at(parcel, dialect->summary_text)};
    words_at(parcel, dialect->summary, DIALECT_CODES, scan.codes);
    words_at(parcel, dialect->summary_at, SCAN_WHENS, scan.when);
    if (scan.codes[0].size > 0 || scan.text.size > 0) {
        scan.meaning = meaning_of(dialect, table, scan.codes);
        add_wording(dialect, scan.text, &scan.meaning);
    }
    if (dialect->mend != NULL) dialect->mend(parcel, NULL, &scan);
    tracking->summary_ms = report_when(&scan.clock, scan.when).ms;
    bool known = scan.meaning.reason != TRACK_REASON_UNMAPPED;
    bool vague = !known && scan.meaning.status == TRACK_UNKNOWN;
    if (scan.meaning.status == 0 || (vague && reading->count > 0)) return;
    tracking->summary = scan.meaning.status;
    tracking->summary_reason = scan.meaning.reason;
}

static const struct verdict_rule *verdict_in(const struct dialect *dialect,
                                             const struct json *place)
{
    for (size_t i = 0; i < DIALECT_VERDICTS && dialect->verdicts[i].path != NULL; i++) {
        const struct verdict_rule *rule = &dialect->verdicts[i];
        struct span said = json_find_word(place, rule->path);
        bool fits = rule->value == NULL ? said.size > 0
                    : rule->within      ? dialect_says(said, rule->value)
                                        : span_equal(said, span_text(rule->value));
        if (fits) return rule;
    }
    return NULL;
}

static void hear(struct reading *reading, enum carrier_reply reply, struct span number,
                 const struct json *place)
{
    struct carrier_word word = {.reply = reply, .number = number};
    word.code = word_at(place, reading->dialect->verdict_code);
    word.text = word_at(place, reading->dialect->verdict_text);
    reading->said++;
    if (reading->sink->hear != NULL) reading->sink->hear(reading->sink->world, &word);
}

/* A number that nobody has is an answer too: the parcel's state is known to be unknown. */
static void hear_verdict(struct reading *reading, const struct json *parcel)
{
    struct tracking *tracking = &reading->report.tracking;
    const struct verdict_rule *rule = verdict_in(reading->dialect, parcel);
    if (rule == NULL || reading->count > 0 || tracking->summary != 0) return;
    hear(reading, rule->reply, tracking->number, parcel);
    if (rule->reply == REPLY_NOT_FOUND) tracking->summary = TRACK_NOT_FOUND;
}

static void read_parcel(struct reading *reading, const struct json *parcel)
{
    const struct dialect *dialect = reading->dialect;
    struct report *report = &reading->report;
    reading->count = 0;
    if (dialect->events != NULL) json_each(parcel, dialect->events, take_event, reading);
    order_events(reading);
    report_unique(report, word_at(parcel, dialect->unique));
    report_event_id(report, reading->event_id);
    report_last_mile(report, word_at(parcel, dialect->last_mile));
    if (is_yes(dialect, word_at(parcel, dialect->is_return)))
        report->tracking.direction = DIRECTION_RETURN;
    add_summary(reading, parcel);
    hear_verdict(reading, parcel);
    for (uint32_t i = 0; i < reading->count; i++) {
        struct scan scan = scan_of(reading, parcel, reading->event[i]);
        report_scan(report, &scan);
    }
    reading->error = report_end(report);
    if (reading->count > 0 || report->tracking.summary != 0) reading->said++;
}

static struct span number_of(const struct reading *reading, const struct json *found,
                             uint8_t room[NUMBER_BYTES_MAX])
{
    const struct dialect *dialect = reading->dialect;
    struct span number = reading->group_number, end = word_at(found, dialect->number_end);
    bool named =
        dialect->number != NULL && span_equal(span_text(dialect->number), span_text("{name}"));
    if (number.size == 0) number = named ? json_name(found) : word_at(found, dialect->number);
    if (number.size == 0) return reading->sink->asked;
    if (end.size == 0 || number.size + end.size > NUMBER_BYTES_MAX) return number;
    memcpy(room, number.at, number.size);
    memcpy(room + number.size, end.at, end.size);
    return span_of(room, number.size + end.size);
}

static bool take_parcel(void *world, const struct json *found)
{
    struct reading *reading = world;
    uint8_t room[NUMBER_BYTES_MAX];
    if (!json_is_object(found)) return true;
    struct span number = number_of(reading, found, room);
    reading->parcels++;
    enum error error = report_begin(&reading->report, reading->crypto, reading->sink,
                                    reading->carrier->name, number);
    if (error == OK)
        read_parcel(reading, found);
    else
        hear(reading,
             verdict_in(reading->dialect, found) == NULL
                 ? REPLY_REFUSED
                 : verdict_in(reading->dialect, found)->reply,
             number, found);
    return reading->error == OK && reading->parcels < PARCELS_MAX;
}

static bool take_group(void *world, const struct json *found)
{
    struct reading *reading = world;
    reading->group_number = word_at(found, reading->dialect->group_number);
    json_each(found, reading->dialect->parcels, take_parcel, reading);
    reading->group_number = span_of(NULL, 0);
    return reading->error == OK && reading->parcels < PARCELS_MAX;
}

/* A place that nothing but this form's documents have. */
static bool is_form(const struct dialect *dialect, const struct json *root)
{
    if (dialect->groups != NULL) return json_find(root, dialect->groups) != NULL;
    return json_find(root, dialect->parcels) != NULL;
}

static const struct dialect *form_of(const struct carrier *carrier, const struct json *root)
{
    for (size_t i = 0; i < carrier->dialects_count; i++)
        if (is_form(&carrier->dialects[i], root)) return &carrier->dialects[i];
    for (size_t i = 0; i < carrier->dialects_count; i++)
        if (verdict_in(&carrier->dialects[i], root) != NULL) return &carrier->dialects[i];
    return &carrier->dialects[0];
}

/* Where a document is a bare list of parcels, an empty one answers that nobody knows the number
 * that was asked about. A push asks about none: there it is a body without a parcel. */
static bool is_empty_answer(const struct reading *reading)
{
    bool bare = reading->dialect->groups == NULL && reading->dialect->parcels[0] == '.';
    return bare && reading->sink->asked.size > 0 && json_is_array(reading->root) &&
           json_count(reading->root) == 0;
}

static enum error read_root(struct reading *reading, struct fault *fault)
{
    const struct dialect *dialect = reading->dialect;
    reading->event_id = word_at(reading->root, dialect->event_id);
    if (dialect->groups != NULL)
        json_each(reading->root, dialect->groups, take_group, reading);
    else
        json_each(reading->root, dialect->parcels, take_parcel, reading);
    if (reading->error != OK || reading->said > 0) return reading->error;
    const struct verdict_rule *rule = verdict_in(dialect, reading->root);
    if (rule != NULL) hear(reading, rule->reply, reading->sink->asked, reading->root);
    if (rule != NULL || reading->parcels > 0) return OK;
    if (!is_empty_answer(reading)) return body_fault(fault, ERROR_MISSING_FIELD, dialect->parcels);
    hear(reading, REPLY_NOT_FOUND, reading->sink->asked, reading->root);
    return OK;
}

/* The document in the document; NULL when there is none, or when its text cannot be read. */
static struct json *unwrap(const struct carrier *carrier, const struct json *root,
                           struct fault *fault)
{
    for (size_t i = 0; i < carrier->dialects_count; i++) {
        struct span text = word_at(root, carrier->dialects[i].wrapped);
        if (text.size > 0) return body_open(text, fault);
    }
    return NULL;
}

/* A form around the document; the body itself when it is none. */
static struct span unfold(const struct carrier *carrier, struct span body,
                          uint8_t room[FORM_BYTES_MAX])
{
    struct span name;
    for (size_t i = 0; i < carrier->dialects_count; i++) {
        const char *wrapped = carrier->dialects[i].wrapped;
        if (wrapped == NULL || !span_strip(span_text(wrapped), "form:", &name)) continue;
        struct span value = form_field(body, name, room, FORM_BYTES_MAX);
        if (value.at != NULL) return value;
    }
    return body;
}

enum error dialect_parse(const struct carrier *carrier, const struct crypto *crypto,
                         struct span body, const struct carrier_sink *sink, struct fault *fault)
{
    struct reading reading; /* its lists are written before they are read, and long */
    memset(&reading, 0, offsetof(struct reading, report));
    reading.carrier = carrier;
    reading.crypto = crypto;
    reading.sink = sink;
    reading.count = 0;
    uint8_t room[FORM_BYTES_MAX];
    struct json *root = body_open(unfold(carrier, body, room), fault);
    if (root == NULL) return fault->error;
    fault->error = OK;
    struct json *inner = unwrap(carrier, root, fault);
    enum error error = fault->error;
    reading.root = inner != NULL ? inner : root;
    reading.dialect = form_of(carrier, reading.root);
    if (error == OK) error = read_root(&reading, fault);
    json_free(inner);
    json_free(root);
    return error;
}
