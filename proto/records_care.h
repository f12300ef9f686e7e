/* Payloads about what a merchant does so that less comes back. They stand in the merchant's book
 * and bear no personal data. */
#ifndef PROTO_RECORDS_CARE_H
#define PROTO_RECORDS_CARE_H

#include "proto/records_money.h"

/* What is done about a SKU, by which desk, from when on. Without a reason it is about all that
 * comes back of the SKU. */
#define CORRECTIVE_FACT_FIELDS(F, S)                                                               \
    F(S, 10, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                             \
    F(S, 11, OPTIONAL, choice, reason, reason, 0)                                                  \
    F(S, 12, REQUIRED, text, action, none, REASON_BYTES_MAX)                                       \
    F(S, 13, REQUIRED, text, owner, none, OWNER_BYTES_MAX)

/* The first entry of a corrective action says all of it; the second one closes it. */
#define CORRECTIVE_BEGUN_FIELDS(F, S)                                                              \
    F(S, 1, REQUIRED, id, corrective, none, 0)                                                     \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 4, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 5, REQUIRED, time, since_ms, none, 0)                                                     \
    CORRECTIVE_FACT_FIELDS(F, S)
SHAPE_DECLARE(corrective_begun, CORRECTIVE_BEGUN_FIELDS)

#define CORRECTIVE_CLOSED_FIELDS(F, S)                                                             \
    F(S, 1, REQUIRED, id, corrective, none, 0)                                                     \
    F(S, 2, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 3, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 4, REQUIRED, text, result, none, REASON_BYTES_MAX)
SHAPE_DECLARE(corrective_closed, CORRECTIVE_CLOSED_FIELDS)

/* --- what is asked ---------------------------------------------------------------------------- */

/* since: when it takes hold, now where it is not said. */
#define CORRECTIVE_BEGIN_FIELDS(F, S)                                                              \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, OPTIONAL, time, since_ms, none, 0)                                                     \
    CORRECTIVE_FACT_FIELDS(F, S)
SHAPE_DECLARE(corrective_begin, CORRECTIVE_BEGIN_FIELDS)

#define CORRECTIVE_CLOSE_FIELDS(F, S)                                                              \
    F(S, 1, REQUIRED, id, corrective, none, 0)                                                     \
    F(S, 2, REQUIRED, text, result, none, REASON_BYTES_MAX)
SHAPE_DECLARE(corrective_close, CORRECTIVE_CLOSE_FIELDS)

#endif
