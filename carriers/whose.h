/* Whose a tracking number may be, and whether it can be one: the forms of some forty carriers'
 * numbers and their check digits. Numbers of two carriers look alike, so the answer is a list. */
#ifndef CARRIERS_WHOSE_H
#define CARRIERS_WHOSE_H

#include "proto/error.h"
#include "proto/records_goods.h"

#define WHOSE_MAX 16 /* forms that one number can have */

enum whose_check {
    CHECK_NONE,
    CHECK_MOD10,    /* digits and letters, every second one multiplied */
    CHECK_MOD7,     /* the serial as a number */
    CHECK_WEIGHTED, /* a sum of products, modulo 11, modulo 10 */
    CHECK_LUHN,
    CHECK_S10,       /* of the Universal Postal Union */
    CHECK_MOD_37_36, /* ISO 7064, the check sign being a digit or a letter */
};

/* A form of numbers.
 *
 * shape: # is a digit, @ a letter, * either, [ABC] and [0-9] one of these, anything else itself;
 * {n} repeats what stands before it. What stands between < and > is the serial, over which the
 * check sign ! is reckoned (? where it may be a letter). */
struct whose_form {
    const char *name;
    const char *carrier; /* the adapter's name, where there is one */
    const char *shape;
    enum whose_check check;
    uint8_t even, odd;   /* CHECK_MOD10: what signs are multiplied by, the first being even */
    bool backwards;      /* CHECK_MOD10: reckoned from the end */
    const char *weights; /* CHECK_WEIGHTED: a digit for each of the serial */
    const char *leads;   /* put before the serial when it does not begin with it */
    bool (*fits)(struct span number); /* NULL, or what no shape says */
};

struct whose {
    const struct whose_form *form;
    bool checked; /* a check sign held */
};

extern const struct whose_form whose_forms[];
extern const size_t whose_forms_count;

/* All forms that the number can have, those with a check sign first; returns how many. The number
 * is normalised first: wide digits, blanks and small letters make no difference. */
size_t whose_number(struct span number, struct whose found[WHOSE_MAX]);

/* Whether it has this very form. */
bool whose_fits(const struct whose_form *form, struct span normal);

/* The service that the two letters before an S10 number tell of (UPU standard S10, 5.1), in a word:
 * "ems", "registered", ... NULL: the number is no S10, or its letters are not given out. */
const char *whose_service(struct span normal);

/* What a scanner reads off a label is more than its number: 420 and a ZIP code before a number of
 * the USPS, (00) before an SSCC, application identifiers in parentheses. What stands on the label
 * for people, in room; the number itself when there is nothing to take off. */
struct span whose_printed(struct span normal, uint8_t room[TRACKING_NUMBER_BYTES_MAX]);

#endif
