/* Tracking numbers in the one form by which parcels are looked up: compatibility forms folded (a
 * full-width digit is a digit), no blanks or invisible characters, ASCII letters in upper case.
 * Whoever compares a number, scanned, typed or pushed, takes it through here first. A number is an
 * identity, so one that is too long is refused and never cut. */
#ifndef CARRIERS_NUMBER_H
#define CARRIERS_NUMBER_H

#include "proto/error.h"
#include "proto/records_goods.h"

/* *out lies in room. ERROR_MISSING_FIELD when nothing is left, ERROR_TOO_LARGE beyond
 * TRACKING_NUMBER_BYTES_MAX, ERROR_BAD_TEXT when the bytes are not UTF-8. */
enum error number_normalize(struct span raw, uint8_t room[TRACKING_NUMBER_BYTES_MAX],
                            struct span *out) MUST_USE;

#endif
