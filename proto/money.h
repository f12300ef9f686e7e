/* Money in integer minor units with ISO 4217 exponents; never a floating-point number, never a JSON
 * real. All arithmetic is checked. Totals are split by largest remainder, so parts always sum. */
#ifndef PROTO_MONEY_H
#define PROTO_MONEY_H

#include "proto/error.h"
#include "proto/span.h"

#define MONEY_MINOR_MAX  ((int64_t)1000000000000000) /* 10^15 minor units: a bound, not a wish */
#define MONEY_SPLIT_MAX  2048
#define MONEY_TEXT_BYTES 32

struct currency {
    uint16_t numeric;
    char letters[4];
    uint8_t exponent; /* decimal places of the minor unit */
};

/* NULL when there is no such currency. */
const struct currency *currency_by_letters(struct span letters);
const struct currency *currency_by_numeric(uint64_t numeric);

/* Sum or difference; ERROR_OUT_OF_RANGE beyond +-MONEY_MINOR_MAX. */
enum error money_add(int64_t a, int64_t b, int64_t *sum) MUST_USE;
enum error money_multiply(int64_t minor, uint64_t quantity, int64_t *product) MUST_USE;
/* Splits total >= 0 over count parts in proportion to weights (by largest remainder, ties to the
 * lower index). All weights zero splits evenly. count in 1..MONEY_SPLIT_MAX, weights >= 0. */
enum error money_split(int64_t total, const int64_t *weights, size_t count,
                       int64_t *parts) MUST_USE;
/* "129.95 EUR"; "1200 JPY". */
void money_print(int64_t minor, const struct currency *currency, char text[MONEY_TEXT_BYTES]);
/* A decimal text such as "129.95" (no sign, no exponent, no more places than the currency has). */
enum error money_parse(struct span text, const struct currency *currency, int64_t *minor) MUST_USE;

#endif
