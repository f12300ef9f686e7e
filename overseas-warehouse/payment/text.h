/* A text that grows in a buffer of the caller, for the bodies and paths of requests: as it stands,
 * escaped for a URL or for JSON, and numbers. Pure; it remembers that something did not fit, and
 * whoever wrote looks once at the end. */
#ifndef OVERSEAS_WAREHOUSE_PAYMENT_TEXT_H
#define OVERSEAS_WAREHOUSE_PAYMENT_TEXT_H

#include "proto/span.h"

struct text {
    char *at; /* ends on a NUL at any time */
    size_t used, room;
    bool over; /* something did not fit */
};

struct text text_in(char *at, size_t room);
void text_put(struct text *text, const char *words);
/* For a form or a query: all but letters, digits, - _ . as %XX. */
void text_put_escaped(struct text *text, const char *words);
/* In double quotes, as a value of JSON; bytes above 0x7f as they are. */
void text_put_quoted(struct text *text, const char *words);
void text_put_number(struct text *text, int64_t amount);
/* A number of the smallest units as a decimal of that many places: 1990 with 2 is 19.90. */
void text_put_decimal(struct text *text, int64_t units, unsigned places);

bool span_says(struct span said, const char *word);
/* Up to that many bytes of it, and a NUL. */
void span_copy(struct span from, char *to, size_t room);

#endif
