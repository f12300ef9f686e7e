#include "proto/error.h"

#include <stdbool.h>

#define ERROR_TEXT(code, number, remedy, text) [number] = text,
static const char *const texts[] = {ERROR_LIST(ERROR_TEXT)};

#define ERROR_REMEDY(code, number, remedy, text) [number] = REMEDY_##remedy,
static const enum remedy remedies[] = {ERROR_LIST(ERROR_REMEDY)};

/* The preprocessor cannot lower the case of a word: a test compares these with the codes. */
/* clang-format off */
static const char *const names[] = {
    [OK] = "ok",
    [ERROR_MALFORMED] = "malformed",
    [ERROR_TOO_LARGE] = "too_large",
    [ERROR_TOO_DEEP] = "too_deep",
    [ERROR_NOT_CANONICAL] = "not_canonical",
    [ERROR_TRAILING] = "trailing",
    [ERROR_UNKNOWN_FIELD] = "unknown_field",
    [ERROR_MISSING_FIELD] = "missing_field",
    [ERROR_OUT_OF_RANGE] = "out_of_range",
    [ERROR_BAD_TEXT] = "bad_text",
    [ERROR_BAD_ID] = "bad_id",
    [ERROR_BAD_CHAIN] = "bad_chain",
    [ERROR_BAD_SEAL] = "bad_seal",
    [ERROR_BAD_SIGNATURE] = "bad_signature",
    [ERROR_UNKNOWN_PEER] = "unknown_peer",
    [ERROR_UNKNOWN_LOG] = "unknown_log",
    [ERROR_UNKNOWN_CARRIER] = "unknown_carrier",
    [ERROR_NOT_FOUND] = "not_found",
    [ERROR_FORBIDDEN] = "forbidden",
    [ERROR_UNAUTHENTICATED] = "unauthenticated",
    [ERROR_NO_RULE] = "no_rule",
    [ERROR_FACT_MISSING] = "fact_missing",
    [ERROR_FACT_BARS] = "fact_bars",
    [ERROR_CONFLICT] = "conflict",
    [ERROR_KEY_REUSED] = "key_reused",
    [ERROR_KEY_MISSING] = "key_missing",
    [ERROR_OVER_CAPTURED] = "over_captured",
    [ERROR_OVER_CAP] = "over_cap",
    [ERROR_OVER_QUANTITY] = "over_quantity",
    [ERROR_SLOT_OPEN] = "slot_open",
    [ERROR_HELD_ELSEWHERE] = "held_elsewhere",
    [ERROR_DEPS_MISSING] = "deps_missing",
    [ERROR_FULL] = "full",
    [ERROR_BUSY] = "busy",
    [ERROR_TIMEOUT] = "timeout",
    [ERROR_UNREACHABLE] = "unreachable",
    [ERROR_READ_ONLY] = "read_only",
    [ERROR_CLOCK_SUSPECT] = "clock_suspect",
    [ERROR_CORRUPT] = "corrupt",
    [ERROR_FORK] = "fork",
    [ERROR_IN_DOUBT] = "in_doubt",
    [ERROR_OUTCOME_UNKNOWN] = "outcome_unknown",
    [ERROR_IO] = "io",
    [ERROR_CONFIG] = "config",
    [ERROR_USAGE] = "usage",
    [ERROR_WRONG_LOG] = "wrong_log",
    [ERROR_NOT_COMMITTED] = "not_committed",
    [ERROR_PRECONDITION] = "precondition",
    [ERROR_UNSUPPORTED] = "unsupported",
};
/* clang-format on */

_Static_assert(sizeof texts / sizeof texts[0] == ERROR_COUNT, "error numbers have a gap");
_Static_assert(sizeof names / sizeof names[0] == ERROR_COUNT, "an error has no name");

static bool is_known(enum error error)
{
    return (unsigned)error < ERROR_COUNT;
}

const char *error_text(enum error error)
{
    return is_known(error) ? texts[error] : "an error of a later version";
}

const char *error_name(enum error error)
{
    return is_known(error) ? names[error] : "unknown";
}

enum remedy error_remedy(enum error error)
{
    return is_known(error) ? remedies[error] : REMEDY_STOP;
}
