#include "overseas-warehouse/epcis/epcis.h"

#include "proto/when.h"

#define MINUTE_MS    INT64_C(60000)
#define QUARTER_MS   (15 * MINUTE_MS)
#define OFFSET_MS    (14 * 60 * MINUTE_MS) /* no clock stands further from UTC */
#define SERIAL_BYTES 20                    /* of application identifier 21 */

/* --- words ------------------------------------------------------------------------------------ */

static const struct epcis_words nothing = {NULL, NULL, false};

/* What is done with a unit in the end. */
static const struct epcis_words settled[] = {
    [DISPOSE_RESTOCK] = {"stocking", "sellable_accessible", false},
    [DISPOSE_RESELL] = {"retail_selling", "retail_sold", false},
    [DISPOSE_LIQUIDATE] = {"shipping", "in_transit", false},
    [DISPOSE_DONATE] = {"shipping", "in_transit", false},
    [DISPOSE_RECYCLE] = {"decommissioning", "disposed", true},
    [DISPOSE_DESTROY] = {"destroying", "destroyed", true},
    [DISPOSE_VENDOR] = {"shipping", "in_transit", false},
    [DISPOSE_ORIGIN] = {"shipping", "in_transit", false},
    [DISPOSE_HUB] = {"shipping", "in_transit", false},
    [DISPOSE_PLATFORM] = {"shipping", "in_transit", false},
};

static struct epcis_words of_grade(const struct unit_moved *moved)
{
    struct epcis_words words = {"inspecting", "conformant", false};
    if (moved->grade == GRADE_UNSELLABLE)
        words.disposition = "damaged";
    else if (moved->grade > GRADE_VERY_GOOD)
        words.disposition = "non_conformant";
    return words;
}

/* A choice alone moves nothing; but what is kept, and what goes to the bench, is there at once, and
 * is never settled: it is graded anew. */
static struct epcis_words of_choice(uint64_t disposition)
{
    switch (disposition) {
    case DISPOSE_HOLD: return (struct epcis_words){"holding", "non_sellable_other", false};
    case DISPOSE_REPAIR:
    case DISPOSE_REFURBISH: return (struct epcis_words){"repairing", "in_progress", false};
    case DISPOSE_RELABEL: return (struct epcis_words){"repackaging", "in_progress", false};
    default: return nothing;
    }
}

struct epcis_words epcis_of_move(const struct unit_moved *moved, uint64_t disposition)
{
    bool handed_on = moved->by.kind == BY_POLICY; /* a new log took the place of a lost one */
    switch (moved->verb) {
    case DO_RECEIVE:
        return handed_on ? nothing : (struct epcis_words){"receiving", "returned", false};
    case DO_INSPECT: return (struct epcis_words){"inspecting", "in_progress", false};
    case DO_GRADE: return of_grade(moved);
    case DO_DISPOSE: return of_choice(moved->disposition);
    case DO_SHIP: return (struct epcis_words){"shipping", "in_transit", false};
    case DO_SETTLE:
        return disposition < sizeof settled / sizeof settled[0] ? settled[disposition] : nothing;
    default: return nothing;
    }
}

struct epcis_words epcis_of_hold(const struct unit_held *held)
{
    if (held->lifted) return (struct epcis_words){"storing", "in_progress", false};
    return (struct epcis_words){"holding", "non_sellable_other", false};
}

struct epcis_words epcis_of_box(void)
{
    return (struct epcis_words){"receiving", "in_progress", false};
}

/* What happened to a parcel, in place of where it is. */
static const char *harm_of(uint64_t reason)
{
    switch (reason) {
    case TRACK_REASON_DAMAGED: return "damaged";
    case TRACK_REASON_DESTROYED: return "destroyed";
    case TRACK_REASON_STOLEN: return "stolen";
    default: return NULL;
    }
}

struct epcis_words epcis_of_scan(const struct checkpoint *scan)
{
    static const struct epcis_words scans[] = {
        [TRACK_IN_TRANSIT] = {"transporting", "in_transit", false},
        [TRACK_OUT_FOR_DELIVERY] = {"transporting", "in_transit", false},
        [TRACK_AVAILABLE_FOR_PICKUP] = {"arriving", "in_transit", false},
        [TRACK_DELIVERY_ATTEMPT] = {"transporting", "in_transit", false},
        [TRACK_DELIVERED] = {"accepting", "in_progress", false},
        [TRACK_EXCEPTION] = {"holding", "in_transit", false},
        [TRACK_RETURNING] = {"transporting", "returned", false},
        [TRACK_RETURNED] = {"accepting", "returned", false},
        [TRACK_LOST] = {"other", "unknown", false},
    };
    if (scan->status >= sizeof scans / sizeof scans[0]) return nothing;
    struct epcis_words words = scans[scan->status];
    const char *harm = harm_of(scan->reason);
    if (words.step != NULL && harm != NULL) words.disposition = harm;
    return words;
}

/* --- names ------------------------------------------------------------------------------------ */

static const char hex[] = "0123456789abcdef";

/* A text that ends in its room, whatever is put on it. */
struct name {
    char *at;
    size_t used, room;
};

static void put(struct name *name, struct span text)
{
    size_t left = name->room - name->used - 1;
    size_t size = text.size < left ? text.size : left;
    if (size > 0) memcpy(name->at + name->used, text.at, size);
    name->used += size;
    name->at[name->used] = '\0';
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_plain(uint8_t c)
{
    bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return letter || is_digit(c) || c == '-' || c == '.' || c == '_';
}

/* What stands in a path or a URN for itself goes as it is, the rest byte by byte. */
static void put_escaped(struct name *name, struct span text)
{
    for (size_t i = 0; i < text.size; i++) {
        static const char digits[] = "0123456789ABCDEF";
        const uint8_t escaped[] = {'%', (uint8_t)digits[text.at[i] >> 4],
                                   (uint8_t)digits[text.at[i] & 15]};
        bool plain = is_plain(text.at[i]);
        put(name, plain ? span_of(text.at + i, 1) : span_of(escaped, sizeof escaped));
    }
}

/* All digits, the last of which checks the others: every second one from it counts thrice. */
static bool is_checked(struct span digits, size_t size)
{
    unsigned sum = 0;
    if (digits.size != size) return false;
    for (size_t i = 0; i < size; i++) {
        if (!is_digit(digits.at[i])) return false;
        sum += (unsigned)(digits.at[i] - '0') * ((size - i) % 2 == 0 ? 3 : 1);
    }
    return sum % 10 == 0;
}

void epcis_name(const char *sort, const struct id *id, char uri[EPCIS_URI_BYTES])
{
    char text[ID_TEXT_BYTES];
    struct name name = {uri, 0, EPCIS_URI_BYTES};
    id_print(id, text);
    put(&name, span_text("urn:entrepot:"));
    put(&name, span_text(sort));
    put(&name, span_text(":"));
    put(&name, span_text(text));
}

void epcis_name_unit(const struct id *unit, struct span code, struct span serial,
                     char uri[EPCIS_URI_BYTES])
{
    struct name name = {uri, 0, EPCIS_URI_BYTES};
    if (!is_checked(code, 14) || serial.size == 0 || serial.size > SERIAL_BYTES) {
        epcis_name("unit", unit, uri);
        return;
    }
    put(&name, span_text("https://id.gs1.org/01/"));
    put(&name, code);
    put(&name, span_text("/21/"));
    put_escaped(&name, serial);
}

void epcis_name_parcel(struct span number, char uri[EPCIS_URI_BYTES])
{
    struct name name = {uri, 0, EPCIS_URI_BYTES};
    bool sscc = number.size == 20 && number.at[0] == '0' && number.at[1] == '0' &&
                is_checked(span_of(number.at + 2, 18), 18);
    if (sscc) {
        put(&name, span_text("https://id.gs1.org/00/"));
        put(&name, span_of(number.at + 2, 18));
        return;
    }
    put(&name, span_text("urn:entrepot:parcel:"));
    put_escaped(&name, number);
}

static void name_event(const struct crypto *crypto, const struct span parts[2],
                       char uuid[EPCIS_UUID_BYTES])
{
    struct id hash = crypto_id(crypto, "entrepot/epcis/1", parts, 2);
    hash.bytes[6] = (uint8_t)((hash.bytes[6] & 0x0f) | 0x80); /* version 8: of our own making */
    hash.bytes[8] = (uint8_t)((hash.bytes[8] & 0x3f) | 0x80);
    struct name name = {uuid, 0, EPCIS_UUID_BYTES};
    put(&name, span_text("urn:uuid:"));
    for (size_t i = 0; i < ID_BYTES; i++) {
        const uint8_t pair[] = {(uint8_t)hex[hash.bytes[i] >> 4], (uint8_t)hex[hash.bytes[i] & 15]};
        if (i == 4 || i == 6 || i == 8 || i == 10) put(&name, span_text("-"));
        put(&name, span_of(pair, sizeof pair));
    }
}

void epcis_name_entry(const struct crypto *crypto, const struct id *log, uint64_t idx,
                      char uuid[EPCIS_UUID_BYTES])
{
    uint8_t place[8];
    be_put(place, idx, sizeof place);
    const struct span parts[] = {id_span(log), span_of(place, sizeof place)};
    name_event(crypto, parts, uuid);
}

void epcis_name_scan(const struct crypto *crypto, const struct id *parcel, const struct id *dedup,
                     char uuid[EPCIS_UUID_BYTES])
{
    const struct span parts[] = {id_span(parcel), id_span(dedup)};
    name_event(crypto, parts, uuid);
}

void epcis_offset(const struct checkpoint *scan, char offset[EPCIS_OFFSET_BYTES])
{
    struct when when = when_parse(scan->occurred_local);
    int64_t ahead = (int64_t)when.naive_ms - (int64_t)scan->occurred_ms;
    bool told = when.naive_ms != 0 && scan->occurred_ms != 0 && scan->quality != TIME_ASSUMED;
    bool fits = told && ahead >= -OFFSET_MS && ahead <= OFFSET_MS && ahead % QUARTER_MS == 0;
    uint64_t minutes = fits ? (uint64_t)((ahead < 0 ? -ahead : ahead) / MINUTE_MS) : 0;
    offset[0] = fits && ahead < 0 ? '-' : '+';
    offset[1] = (char)('0' + minutes / 600);
    offset[2] = (char)('0' + minutes / 60 % 10);
    offset[3] = ':';
    offset[4] = (char)('0' + minutes % 60 / 10);
    offset[5] = (char)('0' + minutes % 10);
    offset[6] = '\0';
}
