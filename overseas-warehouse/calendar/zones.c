/* Zones by name. Rules are those of the IANA time zone database of 2025, written as POSIX does; a
 * place that changes its law gets a new rule here, and what was reckoned stays as it was. */
#include "overseas-warehouse/calendar/calendars.h"

#include <string.h>

#define WESTERN "WET0WEST,M3.5.0/1,M10.5.0"
#define CENTRAL "CET-1CEST,M3.5.0,M10.5.0/3"
#define EASTERN "EET-2EEST,M3.5.0/3,M10.5.0/4"
#define SYDNEY  "AEST-10AEDT,M10.1.0,M4.1.0/3"

/* clang-format off */
const struct zone_name zone_names[] = {
    {"UTC", "UTC0"},
    {"America/Chicago", "CST6CDT,M3.2.0,M11.1.0"},
    {"America/Denver", "MST7MDT,M3.2.0,M11.1.0"},
    {"America/Los_Angeles", "PST8PDT,M3.2.0,M11.1.0"},
    {"America/Mexico_City", "CST6"},
    {"America/New_York", "EST5EDT,M3.2.0,M11.1.0"},
    {"America/Phoenix", "MST7"},
    {"America/Sao_Paulo", "<-03>3"},
    {"America/Toronto", "EST5EDT,M3.2.0,M11.1.0"},
    {"Asia/Dubai", "<+04>-4"},
    {"Asia/Hong_Kong", "HKT-8"},
    {"Asia/Kolkata", "IST-5:30"},
    {"Asia/Seoul", "KST-9"},
    {"Asia/Shanghai", "CST-8"},
    {"Asia/Singapore", "<+08>-8"},
    {"Asia/Taipei", "CST-8"},
    {"Asia/Tokyo", "JST-9"},
    {"Australia/Adelaide", "ACST-9:30ACDT,M10.1.0,M4.1.0/3"},
    {"Australia/Brisbane", "AEST-10"},
    {"Australia/Melbourne", SYDNEY},
    {"Australia/Perth", "AWST-8"},
    {"Australia/Sydney", SYDNEY},
    {"Europe/Amsterdam", CENTRAL},
    {"Europe/Athens", EASTERN},
    {"Europe/Berlin", CENTRAL},
    {"Europe/Brussels", CENTRAL},
    {"Europe/Bucharest", EASTERN},
    {"Europe/Budapest", CENTRAL},
    {"Europe/Copenhagen", CENTRAL},
    {"Europe/Dublin", "GMT0IST,M3.5.0/1,M10.5.0"},
    {"Europe/Helsinki", EASTERN},
    {"Europe/Istanbul", "<+03>-3"},
    {"Europe/Lisbon", WESTERN},
    {"Europe/London", "GMT0BST,M3.5.0/1,M10.5.0"},
    {"Europe/Luxembourg", CENTRAL},
    {"Europe/Madrid", CENTRAL},
    {"Europe/Oslo", CENTRAL},
    {"Europe/Paris", CENTRAL},
    {"Europe/Prague", CENTRAL},
    {"Europe/Rome", CENTRAL},
    {"Europe/Stockholm", CENTRAL},
    {"Europe/Vienna", CENTRAL},
    {"Europe/Warsaw", CENTRAL},
    {"Europe/Zurich", CENTRAL},
    {"Pacific/Auckland", "NZST-12NZDT,M9.5.0,M4.1.0/3"},
};
/* clang-format on */
const size_t zone_names_count = sizeof zone_names / sizeof zone_names[0];

bool zone_rule(struct span text, struct span *rule, struct zone *zone)
{
    *rule = text;
    for (size_t i = 0; i < zone_names_count; i++)
        if (span_equal(text, span_text(zone_names[i].name))) *rule = span_text(zone_names[i].rule);
    return zone_parse(*rule, zone) == OK;
}
