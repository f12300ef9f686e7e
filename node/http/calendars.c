/* Calendars: the markets that are built in, a merchant's own, and what it means in one of them that
 * something is due within so many hours, days or months. */
#include "overseas-warehouse/calendar/calendars.h"

#include "node/http/door.h"
#include "node/http/records.h"
#include "overseas-warehouse/business.h"
#include "proto/civil.h"
#include <stdio.h>
#include <stdlib.h>

#define FREE_DAYS_MAX 60 /* told in one answer */
#define CLOCK_BYTES   48
#define DAY_MS        ((int64_t)DAY_MINUTES * 60000)

/* --- one -------------------------------------------------------------------------------------- */

/* Built in, or a version of a merchant's. Texts live as a loaded row does. */
struct known {
    const struct market *market; /* NULL: it is set */
    struct calendar_set set;
    struct calendar calendar;
    uint64_t version;
};

static void put_weekend(const struct calendar *calendar, struct json_out *out)
{
    json_open(out, "weekend", '[');
    for (uint64_t day = MONDAY; day <= SUNDAY; day++) {
        if ((calendar->weekend >> (day % WEEK_DAYS) & 1) == 0) continue;
        json_open(out, NULL, '{');
        json_put_text(out, "day", span_text(word_of(&weekday_words, day)));
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void put_market_days(const char *name, const struct market_day *days, uint32_t count,
                            struct json_out *out)
{
    json_open(out, name, '[');
    for (uint32_t i = 0; i < count; i++) {
        json_open(out, NULL, '{');
        json_put_text(out, "date", span_text(days[i].date));
        json_put_text(out, "name", span_text(days[i].name));
        if (days[i].confirm) json_put_bool(out, "confirm", true);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static bool has_doubts(const struct market *market)
{
    bool doubts = false;
    for (uint32_t i = 0; i < market->holidays_count; i++)
        doubts = doubts || market->holidays[i].confirm;
    return doubts;
}

/* whole: with its days. */
static void put_market(const struct market *market, bool whole, struct json_out *out)
{
    struct calendar calendar;
    struct span rule;
    market_calendar(market, &calendar);
    (void)zone_rule(span_text(market->zone), &rule, &calendar.zone);
    json_open(out, NULL, '{');
    json_put_text(out, "name", span_text(market->name));
    json_put_bool(out, "built_in", true);
    json_put_uint(out, "version", MARKETS_EDITION);
    json_put_text(out, "title", span_text(market->title));
    json_put_text(out, "zone", span_text(market->zone));
    json_put_text(out, "rule", rule);
    put_weekend(&calendar, out);
    json_put_uint(out, "opens_min", calendar.opens_min);
    json_put_uint(out, "closes_min", calendar.closes_min);
    json_put_uint(out, "cutoff_min", calendar.cutoff_min);
    json_put_text(out, "from", span_text(MARKETS_FROM));
    json_put_text(out, "through", span_text(MARKETS_THROUGH));
    json_put_text(out, "source", span_text(market->source));
    json_put_text(out, "url", span_text(market->url));
    json_put_bool(out, "confirm", has_doubts(market));
    if (whole) put_market_days("holidays", market->holidays, market->holidays_count, out);
    if (whole) put_market_days("worked", market->worked, market->worked_count, out);
    json_close(out, '}');
}

static void put_set(const struct calendar_set *set, struct json_out *out)
{
    json_open(out, NULL, '{');
    json_put_shape(out, NULL, &calendar_set_shape, set);
    json_put_bool(out, "built_in", false);
    json_close(out, '}');
}

/* --- which one, and of whom ------------------------------------------------------------------- */

struct asking {
    struct visit *visit;
    struct store_reading snapshot;
    struct desk desk;
    bool of_merchant;
    struct merchant merchant;
    struct query query;
    struct json_out out;
};

/* The merchant that the call names, or the only one whom the bearer may know of. */
static enum error find_merchant(struct asking *asking)
{
    const struct scope scope = visit_scope(asking->visit);
    const char *text = query_get(&asking->query, "merchant");
    struct id id = scope_only(&scope);
    if (text != NULL && id_parse(span_text(text), &id) != OK) return ERROR_MALFORMED;
    asking->of_merchant = !id_is_zero(&id);
    if (!asking->of_merchant) return OK;
    bool known =
        scope_covers(&scope, &id) && merchant_load(&asking->desk.rows, &id, &asking->merchant);
    return known ? OK : ERROR_NOT_FOUND;
}

/* On false the call has been answered. */
static bool begin(struct asking *asking, struct visit *visit, const char *const *allowed)
{
    *asking = (struct asking){.visit = visit};
    if (!query_read(visit, allowed, &asking->query)) return false;
    enum error error = store_reading_begin(visit->http->store, &asking->snapshot);
    if (error != OK) {
        visit_refuse(visit, error, NULL);
        return false;
    }
    asking->desk = (struct desk){.rows = asking->snapshot.views, .crypto = visit->http->crypto};
    error = find_merchant(asking);
    if (error == OK) return true;
    store_reading_end(&asking->snapshot);
    visit_refuse(visit, error, error == ERROR_MALFORMED ? "parameter merchant: no id" : NULL);
    return false;
}

static void end(struct asking *asking, enum error error, const char *detail)
{
    const struct rows *rows = &asking->desk.rows;
    enum error read = rows->port->error(rows->world);
    store_reading_end(&asking->snapshot);
    if (read != OK) error = read;
    if (error == OK) {
        visit_json(asking->visit, 200, &asking->out);
        return;
    }
    json_out_free(&asking->out);
    visit_refuse(asking->visit, error, detail);
}

static bool find(const struct asking *asking, struct span name, uint64_t version,
                 struct known *known)
{
    known->market = market_by_name(name);
    if (known->market != NULL) {
        market_calendar(known->market, &known->calendar);
        known->version = MARKETS_EDITION;
        return version == 0 || version == MARKETS_EDITION;
    }
    if (!asking->of_merchant || name.size > CALENDAR_NAME_BYTES_MAX) return false;
    if (!calendar_load(&asking->desk, &asking->merchant, name, version, &known->set)) return false;
    known->version = known->set.version;
    return calendar_of_set(&known->set, &known->calendar);
}

/* --- the list --------------------------------------------------------------------------------- */

/* The newest of each of the merchant's own book. */
static void put_own(struct asking *asking)
{
    const struct merchant *merchant = &asking->merchant;
    struct key prefix = key_of(&merchant->merchant), former = {.size = 0};
    struct id book = merchant->book;
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(&asking->desk.rows, VIEW_CALENDAR, &walk, &row)) {
        struct calendar_set set;
        bool newest = former.size == 0 || memcmp(former.bytes, walk.at.bytes, 2 * ID_BYTES) != 0;
        former = walk.at;
        if (!newest || shape_decode(&calendar_set_shape, row.value, &set, NULL) != OK) continue;
        struct key own = calendar_key(asking->desk.crypto, &set.merchant, &book, set.name);
        if (memcmp(own.bytes, walk.at.bytes, own.size) == 0) put_set(&set, &asking->out);
    }
}

void calendars_handle(struct visit *visit)
{
    static const char *const allowed[] = {"merchant", NULL};
    struct asking asking;
    if (!begin(&asking, visit, allowed)) return;
    json_open(&asking.out, NULL, '{');
    json_open(&asking.out, "calendars", '[');
    if (asking.of_merchant) put_own(&asking);
    for (size_t i = 0; i < markets_count; i++) put_market(&markets[i], false, &asking.out);
    json_close(&asking.out, ']');
    json_close(&asking.out, '}');
    end(&asking, OK, NULL);
}

/* --- one by its name -------------------------------------------------------------------------- */

static bool read_version(const struct asking *asking, uint64_t *version)
{
    const char *text = query_get(&asking->query, "version");
    char *rest = NULL;
    *version = 0;
    if (text == NULL) return true;
    if (text[0] >= '0' && text[0] <= '9') *version = strtoull(text, &rest, 10);
    return *version != 0 && *version <= CALENDAR_VERSION_MAX && *rest == '\0';
}

void calendar_handle(struct visit *visit)
{
    static const char *const allowed[] = {"merchant", "version", NULL};
    struct asking asking;
    struct known known;
    uint64_t version;
    char etag[24];
    if (!begin(&asking, visit, allowed)) return;
    if (!read_version(&asking, &version)) {
        end(&asking, ERROR_OUT_OF_RANGE, "parameter version: 1 or more");
        return;
    }
    if (!find(&asking, visit->values[0], version, &known)) {
        end(&asking, ERROR_NOT_FOUND, NULL);
        return;
    }
    if (known.market != NULL)
        put_market(known.market, true, &asking.out);
    else
        put_set(&known.set, &asking.out);
    etag_print(known.version, etag);
    if (known.market == NULL && version == 0) call_add_header(visit->call, "ETag", etag);
    end(&asking, OK, NULL);
}

/* --- what is due when ------------------------------------------------------------------------- */

static void put_clock(const struct calendar *calendar, const char *name, uint64_t ms,
                      struct json_out *out)
{
    char text[CLOCK_BYTES];
    int64_t clock_ms = zone_clock_ms(&calendar->zone, ms);
    int32_t offset_min = zone_offset_s(&calendar->zone, ms) / 60;
    int64_t minute = clock_ms % DAY_MS / 60000;
    struct civil date = civil_of(clock_ms / DAY_MS);
    snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d%c%02d:%02d", (int)(date.year % 10000),
             date.month % 100, date.day % 100, (int)(minute / 60 % 24), (int)(minute % 60),
             offset_min < 0 ? '-' : '+', abs(offset_min) / 60 % 100, abs(offset_min) % 60);
    json_put_text(out, name, span_text(text));
}

static struct span holiday_name(const struct known *known, const char *date)
{
    if (known->market != NULL)
        for (uint32_t i = 0; i < known->market->holidays_count; i++)
            if (strcmp(known->market->holidays[i].date, date) == 0)
                return span_text(known->market->holidays[i].name);
    for (uint32_t i = 0; known->market == NULL && i < known->set.holidays_count; i++)
        if (span_equal(known->set.holidays[i].date, span_text(date)))
            return known->set.holidays[i].name;
    return (struct span){0};
}

/* Days on the way that nobody works, with the reason where it is not the weekend. */
static void put_free_days(const struct known *known, const struct due_answer *answer,
                          struct json_out *out)
{
    const struct calendar *calendar = &known->calendar;
    int64_t day = zone_clock_ms(&calendar->zone, answer->from_ms) / DAY_MS;
    int64_t last = zone_clock_ms(&calendar->zone, answer->due_ms) / DAY_MS;
    json_open(out, "free_days", '[');
    for (unsigned told = 0; day <= last && told < FREE_DAYS_MAX; day++) {
        char date[CLOCK_BYTES];
        struct civil at = civil_of(day);
        uint64_t weekday = civil_weekday(day) == 0 ? SUNDAY : civil_weekday(day);
        if (calendar_is_working(calendar, day)) continue;
        snprintf(date, sizeof date, "%04d-%02u-%02u", (int)(at.year % 10000), at.month % 100,
                 at.day % 100);
        struct span name = holiday_name(known, date);
        json_open(out, NULL, '{');
        json_put_text(out, "date", span_text(date));
        json_put_text(out, "day", span_text(word_of(&weekday_words, weekday)));
        if (name.size > 0) json_put_text(out, "holiday", name);
        json_close(out, '}');
        told++;
    }
    json_close(out, ']');
}

static void put_answer(const struct due_question *question, const struct known *known,
                       struct span name, struct json_out *out)
{
    const struct due_answer answer = due_question_answer(question, &known->calendar);
    int32_t last = 0;
    bool dated = known->market != NULL && calendar_date(span_text(MARKETS_THROUGH), &last);
    int64_t due_day = zone_clock_ms(&known->calendar.zone, answer.due_ms) / DAY_MS;
    json_open(out, NULL, '{');
    json_put_text(out, "calendar", name);
    json_put_uint(out, "version", known->version);
    json_put_uint(out, "count", question->count);
    json_put_text(out, "unit", span_text(word_of(&calendar_unit_words, question->unit)));
    json_put_time(out, "from_ms", answer.from_ms);
    json_put_time(out, "due_ms", answer.due_ms);
    put_clock(&known->calendar, "from_clock", answer.from_ms, out);
    put_clock(&known->calendar, "due_clock", answer.due_ms, out);
    put_free_days(known, &answer, out);
    /* Behind its last year the table knows weekends only. */
    if (dated && due_day > last)
        json_put_text(out, "holidays_known_through", span_text(MARKETS_THROUGH));
    json_close(out, '}');
}

static void refuse_question(struct asking *asking, const struct calendar_fault *fault)
{
    char detail[256];
    snprintf(detail, sizeof detail, "parameter what: at %s; wanted: %s", fault->field, fault->rule);
    end(asking, ERROR_MALFORMED, detail);
}

void due_handle(struct visit *visit)
{
    static const char *const allowed[] = {"what", "merchant", NULL};
    struct asking asking;
    struct due_question question;
    struct calendar_fault fault;
    struct known known;
    if (!begin(&asking, visit, allowed)) return;
    const char *what = query_get(&asking.query, "what");
    if (what == NULL) {
        end(&asking, ERROR_MISSING_FIELD,
            "parameter what: 48 working hours after 2026-12-24T17:00 in DE");
        return;
    }
    if (!due_question_read(span_text(what), &question, &fault)) {
        refuse_question(&asking, &fault);
        return;
    }
    struct span name = question.calendar.size > 0 ? question.calendar : span_text("EU");
    if (!find(&asking, name, 0, &known)) {
        end(&asking, ERROR_NOT_FOUND, "parameter what: no such calendar");
        return;
    }
    put_answer(&question, &known, name, &asking.out);
    end(&asking, OK, NULL);
}
