/* The markets that are built in: public holidays of 2026 and 2027, each with its act and where it
 * can be read. Data, not advice: `confirm` marks a day that is moved by decree, falls on a date
 * that is still to be announced, or holds in a part of the country only. */
#include "overseas-warehouse/calendar/calendars.h"

#include <string.h>

#define WEEKEND 0x41u /* Sunday and Saturday */
#define SURE    false
#define CONFIRM true

/* clang-format off */
static const struct market_day china[] = {
    {"2026-01-01", "New Year's Day", SURE}, {"2026-01-02", "New Year's Day", SURE},
    {"2026-01-03", "New Year's Day", SURE},
    {"2026-02-15", "Spring Festival", SURE}, {"2026-02-16", "Spring Festival", SURE},
    {"2026-02-17", "Spring Festival", SURE}, {"2026-02-18", "Spring Festival", SURE},
    {"2026-02-19", "Spring Festival", SURE}, {"2026-02-20", "Spring Festival", SURE},
    {"2026-02-21", "Spring Festival", SURE}, {"2026-02-22", "Spring Festival", SURE},
    {"2026-02-23", "Spring Festival", SURE},
    {"2026-04-04", "Qingming", SURE}, {"2026-04-05", "Qingming", SURE},
    {"2026-04-06", "Qingming", SURE},
    {"2026-05-01", "Labour Day", SURE}, {"2026-05-02", "Labour Day", SURE},
    {"2026-05-03", "Labour Day", SURE}, {"2026-05-04", "Labour Day", SURE},
    {"2026-05-05", "Labour Day", SURE},
    {"2026-06-19", "Dragon Boat Festival", SURE}, {"2026-06-20", "Dragon Boat Festival", SURE},
    {"2026-06-21", "Dragon Boat Festival", SURE},
    {"2026-09-25", "Mid-Autumn Festival", SURE}, {"2026-09-26", "Mid-Autumn Festival", SURE},
    {"2026-09-27", "Mid-Autumn Festival", SURE},
    {"2026-10-01", "National Day", SURE}, {"2026-10-02", "National Day", SURE},
    {"2026-10-03", "National Day", SURE}, {"2026-10-04", "National Day", SURE},
    {"2026-10-05", "National Day", SURE}, {"2026-10-06", "National Day", SURE},
    {"2026-10-07", "National Day", SURE},
    /* The days of the regulation alone: which days are joined to them a notice says each autumn. */
    {"2027-01-01", "New Year's Day", CONFIRM},
    {"2027-02-05", "Spring Festival", CONFIRM}, {"2027-02-06", "Spring Festival", CONFIRM},
    {"2027-02-07", "Spring Festival", CONFIRM}, {"2027-02-08", "Spring Festival", CONFIRM},
    {"2027-04-05", "Qingming", CONFIRM},
    {"2027-05-01", "Labour Day", CONFIRM}, {"2027-05-02", "Labour Day", CONFIRM},
    {"2027-06-09", "Dragon Boat Festival", CONFIRM},
    {"2027-09-15", "Mid-Autumn Festival", CONFIRM},
    {"2027-10-01", "National Day", CONFIRM}, {"2027-10-02", "National Day", CONFIRM},
    {"2027-10-03", "National Day", CONFIRM},
};
static const struct market_day china_worked[] = {
    {"2026-01-04", "for New Year's Day", SURE}, {"2026-02-14", "for Spring Festival", SURE},
    {"2026-02-28", "for Spring Festival", SURE}, {"2026-05-09", "for Labour Day", SURE},
    {"2026-09-20", "for National Day", SURE}, {"2026-10-10", "for National Day", SURE},
};

static const struct market_day united_states[] = {
    {"2026-01-01", "New Year's Day", SURE}, {"2026-01-19", "Birthday of Martin Luther King, Jr.", SURE},
    {"2026-02-16", "Washington's Birthday", SURE}, {"2026-05-25", "Memorial Day", SURE},
    {"2026-06-19", "Juneteenth", SURE}, {"2026-07-03", "Independence Day, observed", SURE},
    {"2026-09-07", "Labor Day", SURE}, {"2026-10-12", "Columbus Day", SURE},
    {"2026-11-11", "Veterans Day", SURE}, {"2026-11-26", "Thanksgiving Day", SURE},
    {"2026-12-25", "Christmas Day", SURE},
    {"2027-01-01", "New Year's Day", SURE}, {"2027-01-18", "Birthday of Martin Luther King, Jr.", SURE},
    {"2027-02-15", "Washington's Birthday", SURE}, {"2027-05-31", "Memorial Day", SURE},
    {"2027-06-18", "Juneteenth, observed", SURE}, {"2027-07-05", "Independence Day, observed", SURE},
    {"2027-09-06", "Labor Day", SURE}, {"2027-10-11", "Columbus Day", SURE},
    {"2027-11-11", "Veterans Day", SURE}, {"2027-11-25", "Thanksgiving Day", SURE},
    {"2027-12-24", "Christmas Day, observed", SURE}, {"2027-12-31", "New Year's Day, observed", SURE},
};

/* What all sixteen Laender have in common; each has further ones. */
static const struct market_day germany[] = {
    {"2026-01-01", "Neujahr", SURE}, {"2026-04-03", "Karfreitag", SURE},
    {"2026-04-06", "Ostermontag", SURE}, {"2026-05-01", "Tag der Arbeit", SURE},
    {"2026-05-14", "Christi Himmelfahrt", SURE}, {"2026-05-25", "Pfingstmontag", SURE},
    {"2026-10-03", "Tag der Deutschen Einheit", SURE}, {"2026-12-25", "1. Weihnachtstag", SURE},
    {"2026-12-26", "2. Weihnachtstag", SURE},
    {"2027-01-01", "Neujahr", SURE}, {"2027-03-26", "Karfreitag", SURE},
    {"2027-03-29", "Ostermontag", SURE}, {"2027-05-01", "Tag der Arbeit", SURE},
    {"2027-05-06", "Christi Himmelfahrt", SURE}, {"2027-05-17", "Pfingstmontag", SURE},
    {"2027-10-03", "Tag der Deutschen Einheit", SURE}, {"2027-12-25", "1. Weihnachtstag", SURE},
    {"2027-12-26", "2. Weihnachtstag", SURE},
};

static const struct market_day france[] = {
    {"2026-01-01", "Jour de l'an", SURE}, {"2026-04-06", "Lundi de P\303\242ques", SURE},
    {"2026-05-01", "F\303\252te du Travail", SURE}, {"2026-05-08", "8 mai 1945", SURE},
    {"2026-05-14", "Ascension", SURE}, {"2026-05-25", "Lundi de Pentec\303\264te", SURE},
    {"2026-07-14", "14 juillet", SURE}, {"2026-08-15", "Assomption", SURE},
    {"2026-11-01", "Toussaint", SURE}, {"2026-11-11", "11 novembre 1918", SURE},
    {"2026-12-25", "No\303\253l", SURE},
    {"2027-01-01", "Jour de l'an", SURE}, {"2027-03-29", "Lundi de P\303\242ques", SURE},
    {"2027-05-01", "F\303\252te du Travail", SURE}, {"2027-05-06", "Ascension", SURE},
    {"2027-05-08", "8 mai 1945", SURE}, {"2027-05-17", "Lundi de Pentec\303\264te", SURE},
    {"2027-07-14", "14 juillet", SURE}, {"2027-08-15", "Assomption", SURE},
    {"2027-11-01", "Toussaint", SURE}, {"2027-11-11", "11 novembre 1918", SURE},
    {"2027-12-25", "No\303\253l", SURE},
};

/* England and Wales; Scotland and Northern Ireland have others. */
static const struct market_day great_britain[] = {
    {"2026-01-01", "New Year's Day", SURE}, {"2026-04-03", "Good Friday", SURE},
    {"2026-04-06", "Easter Monday", SURE}, {"2026-05-04", "Early May bank holiday", SURE},
    {"2026-05-25", "Spring bank holiday", SURE}, {"2026-08-31", "Summer bank holiday", SURE},
    {"2026-12-25", "Christmas Day", SURE}, {"2026-12-28", "Boxing Day, substitute", SURE},
    {"2027-01-01", "New Year's Day", SURE}, {"2027-03-26", "Good Friday", SURE},
    {"2027-03-29", "Easter Monday", SURE}, {"2027-05-03", "Early May bank holiday", SURE},
    {"2027-05-31", "Spring bank holiday", SURE}, {"2027-08-30", "Summer bank holiday", SURE},
    {"2027-12-27", "Christmas Day, substitute", SURE}, {"2027-12-28", "Boxing Day, substitute", SURE},
};

static const struct market_day japan[] = {
    {"2026-01-01", "New Year's Day", SURE}, {"2026-01-12", "Coming of Age Day", SURE},
    {"2026-02-11", "National Foundation Day", SURE}, {"2026-02-23", "Emperor's Birthday", SURE},
    {"2026-03-20", "Vernal Equinox Day", SURE}, {"2026-04-29", "Showa Day", SURE},
    {"2026-05-03", "Constitution Day", SURE}, {"2026-05-04", "Greenery Day", SURE},
    {"2026-05-05", "Children's Day", SURE}, {"2026-05-06", "substitute holiday", SURE},
    {"2026-07-20", "Marine Day", SURE}, {"2026-08-11", "Mountain Day", SURE},
    {"2026-09-21", "Respect for the Aged Day", SURE}, {"2026-09-22", "citizens' holiday", SURE},
    {"2026-09-23", "Autumnal Equinox Day", SURE}, {"2026-10-12", "Sports Day", SURE},
    {"2026-11-03", "Culture Day", SURE}, {"2026-11-23", "Labour Thanksgiving Day", SURE},
    {"2027-01-01", "New Year's Day", SURE}, {"2027-01-11", "Coming of Age Day", SURE},
    {"2027-02-11", "National Foundation Day", SURE}, {"2027-02-23", "Emperor's Birthday", SURE},
    {"2027-03-21", "Vernal Equinox Day", CONFIRM}, {"2027-03-22", "substitute holiday", CONFIRM},
    {"2027-04-29", "Showa Day", SURE}, {"2027-05-03", "Constitution Day", SURE},
    {"2027-05-04", "Greenery Day", SURE}, {"2027-05-05", "Children's Day", SURE},
    {"2027-07-19", "Marine Day", SURE}, {"2027-08-11", "Mountain Day", SURE},
    {"2027-09-20", "Respect for the Aged Day", SURE}, {"2027-09-23", "Autumnal Equinox Day", CONFIRM},
    {"2027-10-11", "Sports Day", SURE}, {"2027-11-03", "Culture Day", SURE},
    {"2027-11-23", "Labour Thanksgiving Day", SURE},
};

/* Those of the whole country, and those that New South Wales adds. */
static const struct market_day australia[] = {
    {"2026-01-01", "New Year's Day", SURE}, {"2026-01-26", "Australia Day", SURE},
    {"2026-04-03", "Good Friday", SURE}, {"2026-04-06", "Easter Monday", SURE},
    {"2026-04-25", "Anzac Day", SURE}, {"2026-04-27", "Anzac Day, additional", CONFIRM},
    {"2026-06-08", "King's Birthday", CONFIRM}, {"2026-10-05", "Labour Day", CONFIRM},
    {"2026-12-25", "Christmas Day", SURE}, {"2026-12-26", "Boxing Day", SURE},
    {"2026-12-28", "Boxing Day, additional", CONFIRM},
    {"2027-01-01", "New Year's Day", SURE}, {"2027-01-26", "Australia Day", SURE},
    {"2027-03-26", "Good Friday", SURE}, {"2027-03-29", "Easter Monday", SURE},
    {"2027-04-25", "Anzac Day", SURE}, {"2027-04-26", "Anzac Day, additional", CONFIRM},
    {"2027-06-14", "King's Birthday", CONFIRM}, {"2027-10-04", "Labour Day", CONFIRM},
    {"2027-12-25", "Christmas Day", SURE}, {"2027-12-26", "Boxing Day", SURE},
    {"2027-12-27", "Christmas Day, additional", CONFIRM},
    {"2027-12-28", "Boxing Day, additional", CONFIRM},
};

static const struct market_day canada[] = {
    {"2026-01-01", "New Year's Day", SURE}, {"2026-04-03", "Good Friday", SURE},
    {"2026-05-18", "Victoria Day", SURE}, {"2026-07-01", "Canada Day", SURE},
    {"2026-09-07", "Labour Day", SURE}, {"2026-09-30", "Truth and Reconciliation", SURE},
    {"2026-10-12", "Thanksgiving Day", SURE}, {"2026-11-11", "Remembrance Day", SURE},
    {"2026-12-25", "Christmas Day", SURE}, {"2026-12-28", "Boxing Day, substitute", CONFIRM},
    {"2027-01-01", "New Year's Day", SURE}, {"2027-03-26", "Good Friday", SURE},
    {"2027-05-24", "Victoria Day", SURE}, {"2027-07-01", "Canada Day", SURE},
    {"2027-09-06", "Labour Day", SURE}, {"2027-09-30", "Truth and Reconciliation", SURE},
    {"2027-10-11", "Thanksgiving Day", SURE}, {"2027-11-11", "Remembrance Day", SURE},
    {"2027-12-27", "Christmas Day, substitute", CONFIRM},
    {"2027-12-28", "Boxing Day, substitute", CONFIRM},
};

static const struct market_day netherlands[] = {
    {"2026-01-01", "Nieuwjaarsdag", SURE}, {"2026-04-03", "Goede Vrijdag", SURE},
    {"2026-04-06", "Tweede Paasdag", SURE}, {"2026-04-27", "Koningsdag", SURE},
    {"2026-05-05", "Bevrijdingsdag", CONFIRM}, {"2026-05-14", "Hemelvaartsdag", SURE},
    {"2026-05-25", "Tweede Pinksterdag", SURE}, {"2026-12-25", "Eerste Kerstdag", SURE},
    {"2026-12-26", "Tweede Kerstdag", SURE},
    {"2027-01-01", "Nieuwjaarsdag", SURE}, {"2027-03-26", "Goede Vrijdag", SURE},
    {"2027-03-29", "Tweede Paasdag", SURE}, {"2027-04-27", "Koningsdag", SURE},
    {"2027-05-05", "Bevrijdingsdag", CONFIRM}, {"2027-05-06", "Hemelvaartsdag", SURE},
    {"2027-05-17", "Tweede Pinksterdag", SURE}, {"2027-12-25", "Eerste Kerstdag", SURE},
    {"2027-12-26", "Tweede Kerstdag", SURE},
};

#define MARKET(NAME, TITLE, ZONE, SOURCE, URL, LIST)                                               \
    {.name = NAME, .title = TITLE, .zone = ZONE, .source = SOURCE, .url = URL, .holidays = LIST,   \
     .holidays_count = sizeof LIST / sizeof LIST[0]}
const struct market markets[] = {
    MARKET("AU", "Australia, New South Wales", "Australia/Sydney",
           "Fair Work Act 2009 s. 115; Public Holidays Act 2010 (NSW)", "https://www.fairwork.gov.au",
           australia),
    MARKET("CA", "Canada, federal", "America/Toronto", "Canada Labour Code s. 166, 192-195",
           "https://laws-lois.justice.gc.ca/eng/acts/L-2/", canada),
    {.name = "CN", .title = "China, mainland", .zone = "Asia/Shanghai",
     .source = ("State Council, Regulation on Public Holidays, as amended from 2025 on; "
                "notice of 4 November 2025 on 2026"),
     .url = "https://www.gov.cn/zhengce/", .holidays = china, .worked = china_worked,
     .holidays_count = sizeof china / sizeof china[0],
     .worked_count = sizeof china_worked / sizeof china_worked[0]},
    MARKET("DE", "Germany, all Laender", "Europe/Berlin",
           "Feiertagsgesetze der Laender; Einigungsvertrag art. 2 (3 October)",
           "https://www.gesetze-im-internet.de", germany),
    {.name = "EU", .title = "European Union: weekends alone", .zone = "Europe/Brussels",
     .source = ("Regulation (EEC, Euratom) No 1182/71 art. 2: working days are all but public "
                "holidays, Saturdays and Sundays; the holidays are each member's"),
     .url = "https://eur-lex.europa.eu/eli/reg/1971/1182/oj"},
    MARKET("FR", "France", "Europe/Paris", "Code du travail art. L3133-1",
           "https://www.legifrance.gouv.fr", france),
    MARKET("GB", "England and Wales", "Europe/London",
           "Banking and Financial Dealings Act 1971 s. 1, sch. 1",
           "https://www.gov.uk/bank-holidays", great_britain),
    MARKET("JP", "Japan", "Asia/Tokyo", "Act on National Holidays (Act No. 178 of 1948)",
           "https://www8.cao.go.jp/chosei/shukujitsu/gaiyou.html", japan),
    MARKET("NL", "Netherlands", "Europe/Amsterdam", "Algemene termijnenwet art. 3",
           "https://wetten.overheid.nl/BWBR0002448/", netherlands),
    MARKET("US", "United States, federal", "America/New_York", "5 U.S.C. 6103; E.O. 11582",
           "https://www.opm.gov/policy-data-oversight/pay-leave/federal-holidays/", united_states),
};
/* clang-format on */
const size_t markets_count = sizeof markets / sizeof markets[0];

const struct market *market_by_name(struct span name)
{
    for (size_t i = 0; i < markets_count; i++)
        if (span_equal(name, span_text(markets[i].name))) return &markets[i];
    return NULL;
}

static uint32_t days_of(const struct market_day *days, uint32_t count, int32_t *unix_days)
{
    uint32_t known = 0;
    for (uint32_t i = 0; i < count; i++)
        if (calendar_date(span_text(days[i].date), &unix_days[known])) known++;
    return known;
}

void market_calendar(const struct market *market, struct calendar *calendar)
{
    struct span rule;
    *calendar = calendar_plain();
    calendar->weekend = WEEKEND;
    if (!zone_rule(span_text(market->zone), &rule, &calendar->zone)) return;
    calendar->holidays_count =
        days_of(market->holidays, market->holidays_count, calendar->holidays);
    calendar->worked_count = days_of(market->worked, market->worked_count, calendar->worked);
}
