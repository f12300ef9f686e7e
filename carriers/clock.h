/* The clocks of carriers that do not write ISO 8601, and rules about zones that stand in a
 * carrier's manual and not in its messages.
 *
 * A form is text in which %Y %m %d %H %M %S stand for numbers (two digits at most, four for the
 * year; %y: two of this century), %I and %p for an hour before or after noon, %b for a month's
 * English name, %a for a day's name, %f for a fraction of a second, %z for a zone (Z, +HH:MM,
 * +HHMM, +H, GMT+H, or a North American abbreviation), %s for Unix seconds and %Q for Unix
 * milliseconds. A blank stands for any number of blanks, %* for whatever follows, and anything else
 * for itself. Forms are separated by "|"; the first that fits the whole text is taken. */
#ifndef CARRIERS_CLOCK_H
#define CARRIERS_CLOCK_H

#include "proto/when.h"

/* What a carrier's manual says of a time without a zone: minutes east of Greenwich. */
#define CLOCK_ZONE(hours)                                                                          \
    {                                                                                              \
        true, (hours)*60                                                                           \
    }
struct clock_zone {
    bool known;
    int minutes;
};

struct clock_rule {
    const char *forms;      /* NULL: ISO 8601 alone, which is tried first in any case */
    struct clock_zone zone; /* of a time that names none */
    bool assumed;           /* it names one, which the carrier made up */
};

/* quality TIME_NONE with naive_ms 0 when no form fits. */
struct when clock_read(const struct clock_rule *rule, struct span text);

/* NULL when the forms can be read, else what is wrong with them: for those that come from a file.
 */
const char *clock_forms_fault(const char *forms);

#endif
