/* The one list of errors of the program.
 *
 * Each code carries its remedy, so that a caller switches on four remedies and not on forty codes,
 * and the sentence that a person reads. Codes travel in answers and logs: a number keeps its
 * meaning for ever, new ones are added at the end. */
#ifndef PROTO_ERROR_H
#define PROTO_ERROR_H

#include <stdint.h>

enum remedy {
    REMEDY_NONE,   /* nothing is wrong */
    REMEDY_REFUSE, /* the sender must change what it sends */
    REMEDY_RETRY,  /* the same may succeed later */
    REMEDY_STOP    /* we, or our disk, are not to be trusted: stop and say so */
};

/* X(code, number, remedy, what a person reads) */
#define ERROR_LIST(X)                                                                              \
    X(OK, 0, NONE, "done")                                                                         \
    X(ERROR_MALFORMED, 1, REFUSE, "the bytes do not follow the format")                            \
    X(ERROR_TOO_LARGE, 2, REFUSE, "larger than its named limit")                                   \
    X(ERROR_TOO_DEEP, 3, REFUSE, "nested more deeply than is taken")                               \
    X(ERROR_NOT_CANONICAL, 4, REFUSE, "not in the one canonical form")                             \
    X(ERROR_TRAILING, 5, REFUSE, "bytes are left over after the record")                           \
    X(ERROR_UNKNOWN_FIELD, 6, REFUSE, "a field that this record does not have")                    \
    X(ERROR_MISSING_FIELD, 7, REFUSE, "a required field is missing")                               \
    X(ERROR_OUT_OF_RANGE, 8, REFUSE, "a value lies outside its range")                             \
    X(ERROR_BAD_TEXT, 9, REFUSE, "a text is not valid UTF-8")                                      \
    X(ERROR_BAD_ID, 10, REFUSE, "an id does not parse: check its last character")                  \
    X(ERROR_BAD_CHAIN, 11, REFUSE, "an entry does not name the hash of the one before")            \
    X(ERROR_BAD_SEAL, 12, REFUSE, "a seal does not verify under the log owner's key")              \
    X(ERROR_BAD_SIGNATURE, 13, REFUSE, "the signature does not match the body")                    \
    X(ERROR_UNKNOWN_PEER, 14, REFUSE, "the key is not in the membership")                          \
    X(ERROR_UNKNOWN_LOG, 15, REFUSE, "no such log is known here")                                  \
    X(ERROR_UNKNOWN_CARRIER, 16, REFUSE, "no adapter for this carrier: see /v1/carriers")          \
    X(ERROR_NOT_FOUND, 17, REFUSE, "nothing is stored under this id")                              \
    X(ERROR_FORBIDDEN, 18, REFUSE, "the token's role or scope does not cover this")                \
    X(ERROR_UNAUTHENTICATED, 19, REFUSE, "no valid token was sent")                                \
    X(ERROR_NO_RULE, 20, REFUSE, "no rule allows this from the present state")                     \
    X(ERROR_FACT_MISSING, 21, REFUSE, "a fact that the rule needs does not hold")                  \
    X(ERROR_FACT_BARS, 22, REFUSE, "a fact holds that bars the rule")                              \
    X(ERROR_CONFLICT, 23, REFUSE, "the record has moved on since the sender saw it")               \
    X(ERROR_KEY_REUSED, 24, REFUSE, "this Idempotency-Key was used with another body")             \
    X(ERROR_KEY_MISSING, 25, REFUSE, "an Idempotency-Key header is required here")                 \
    X(ERROR_OVER_CAPTURED, 26, REFUSE, "the refunds would exceed what was captured")               \
    X(ERROR_OVER_CAP, 27, REFUSE, "the merchant's refund cap for this day is reached")             \
    X(ERROR_OVER_QUANTITY, 28, REFUSE, "more units than the order line has left")                  \
    X(ERROR_SLOT_OPEN, 29, REFUSE, "another refund of this payment is still open")                 \
    X(ERROR_HELD_ELSEWHERE, 30, REFUSE, "the goods are held by another warehouse")                 \
    X(ERROR_DEPS_MISSING, 31, RETRY, "an entry that this one depends on is not held yet")          \
    X(ERROR_FULL, 32, RETRY, "no room now")                                                        \
    X(ERROR_BUSY, 33, RETRY, "too much is waiting: try again later")                               \
    X(ERROR_TIMEOUT, 34, RETRY, "no answer in time")                                               \
    X(ERROR_UNREACHABLE, 35, RETRY, "the other side cannot be reached")                            \
    X(ERROR_READ_ONLY, 36, RETRY, "the disk is full: writes are refused, reads go on")             \
    X(ERROR_CLOCK_SUSPECT, 37, RETRY, "the clock leapt: deadlines wait until it is confirmed")     \
    X(ERROR_CORRUPT, 38, STOP, "stored data does not match its checksum")                          \
    X(ERROR_FORK, 39, STOP, "two different entries claim the same place in a log")                 \
    X(ERROR_IN_DOUBT, 40, STOP, "this store was lost, restored or cloned: see the manual")         \
    X(ERROR_OUTCOME_UNKNOWN, 41, STOP, "a commit failed with an unknown outcome: restart")         \
    X(ERROR_IO, 42, STOP, "an operation on a file or socket failed")                               \
    X(ERROR_CONFIG, 43, REFUSE, "the configuration has an error")                                  \
    X(ERROR_USAGE, 44, REFUSE, "the command line has an error: see --help")                        \
    X(ERROR_WRONG_LOG, 45, REFUSE, "this kind of entry may not stand in this kind of log")         \
    X(ERROR_NOT_COMMITTED, 46, RETRY, "the entry is not committed yet")                            \
    X(ERROR_PRECONDITION, 47, REFUSE, "an If-Match header is required here")                       \
    X(ERROR_UNSUPPORTED, 48, REFUSE, "this is not supported by this version")

#define ERROR_ENUM(code, number, remedy, text) code = number,
enum error { ERROR_LIST(ERROR_ENUM) ERROR_COUNT };
#undef ERROR_ENUM

#define MUST_USE __attribute__((warn_unused_result))

/* The sentence a person reads; never NULL. */
const char *error_text(enum error error);
/* The stable word for scripts, lower case without the prefix: "over_captured". */
const char *error_name(enum error error);
enum remedy error_remedy(enum error error);

#endif
