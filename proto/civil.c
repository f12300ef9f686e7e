#include "proto/civil.h"

#define DAYS_TO_1970 719468 /* from 0000-03-01 */
#define ERA_DAYS     146097 /* of 400 years */

/* Counts in eras of 400 years that begin on the first of March, so that the leap day is the last
 * day of a year (the method of Howard Hinnant's "chrono-compatible low-level date algorithms"). */
struct civil civil_of(int64_t unix_day)
{
    int64_t day = unix_day + DAYS_TO_1970;
    int64_t era = day / ERA_DAYS;
    int64_t of_era = day % ERA_DAYS;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t from_march = (5 * of_year + 2) / 153;
    int64_t month = from_march < 10 ? from_march + 3 : from_march - 9;
    return (struct civil){.year = era * 400 + year + (month <= 2 ? 1 : 0),
                          .month = (uint32_t)month,
                          .day = (uint32_t)(of_year - (153 * from_march + 2) / 5 + 1)};
}

int64_t civil_day(struct civil date)
{
    int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    int64_t from_march = date.month > 2 ? (int64_t)date.month - 3 : (int64_t)date.month + 9;
    int64_t of_year = (153 * from_march + 2) / 5 + (int64_t)date.day - 1;
    int64_t of_era = year % 400 * 365 + year % 400 / 4 - year % 400 / 100 + of_year;
    return year / 400 * ERA_DAYS + of_era - DAYS_TO_1970;
}

bool civil_is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

uint32_t civil_days_in_month(int64_t year, uint32_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && civil_is_leap(year) ? 29u : days[month - 1];
}

bool civil_exists(struct civil date)
{
    if (date.month < 1 || date.month > 12) return false;
    return date.day >= 1 && date.day <= civil_days_in_month(date.year, date.month);
}

uint32_t civil_weekday(int64_t unix_day)
{
    int64_t of_week = (unix_day + 4) % 7; /* 1970-01-01 was a Thursday */
    return (uint32_t)(of_week < 0 ? of_week + 7 : of_week);
}
