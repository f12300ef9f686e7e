/* The Gregorian calendar as arithmetic: days since 1970-01-01 to and from year, month and day. Pure
 * numbers, no zone and no clock; days before 1970 are negative. */
#ifndef PROTO_CIVIL_H
#define PROTO_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

struct civil {
    int64_t year; /* 0 and later */
    uint32_t month, day;
};

struct civil civil_of(int64_t unix_day);
/* The date must exist. */
int64_t civil_day(struct civil date);
bool civil_exists(struct civil date);
uint32_t civil_days_in_month(int64_t year, uint32_t month);
bool civil_is_leap(int64_t year);
/* 0 is a Sunday. */
uint32_t civil_weekday(int64_t unix_day);

#endif
