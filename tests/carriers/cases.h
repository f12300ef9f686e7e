/* The six cases that the fixtures of every adapter show, what a body must say to be one of them,
 * and whether an adapter's own tables could show it at all: so that nobody excuses a case which the
 * adapter knows. Beside them `more`: whatever else is worth a fixture, of which nothing is asked.
 */
#ifndef TESTS_CARRIERS_CASES_H
#define TESTS_CARRIERS_CASES_H

#include "tests/carriers/conform.h"

#define CASE_LIST(X)                                                                               \
    X(CASE_NORMAL, "normal")             /* a parcel on its way, or there */                       \
    X(CASE_EMPTY, "empty")               /* it is read, and tells no scan */                       \
    X(CASE_ERROR, "error")               /* no parcel: the question, or the body, is refused */    \
    X(CASE_RETURN, "return")             /* the return leg, or a parcel on its way back */         \
    X(CASE_EXCEPTION, "exception")       /* something went wrong on the way */                     \
    X(CASE_CUSTOMS_HOLD, "customs_hold") /* customs have it; held, where the carrier can say so */ \
    X(CASE_MORE, "more")
#define CASE_ENUM(name, word) name,
enum fixture_case { CASE_LIST(CASE_ENUM) CASES_ALL };
#undef CASE_ENUM
#define CASES CASE_MORE /* those that are demanded */

extern const char *const case_words[CASES_ALL];
/* CASES_ALL: there is no such case. */
enum fixture_case case_of(const char *word);

/* NULL, or what a body that was understood so lacks to be a fixture of this case. */
const char *case_lacks(enum fixture_case wanted, const struct carrier *carrier,
                       const struct conform_said *said);

/* NULL: nothing in the carrier's tables can show the case. Else what can: a code, or in words. */
const char *case_known(enum fixture_case wanted, const struct carrier *carrier);

#endif
