/* When a return is expected to be done, and what that was reckoned from: the stages that are left,
 * each by the deadline that is owed, by the pace of the warehouse's floor, or, where nothing is
 * known, by the hours that such a stage has. A pure function of views and of the moment at which
 * somebody reads: nothing is stored, and nobody owes it. */
#ifndef OVERSEAS_WAREHOUSE_EXPECTED_H
#define OVERSEAS_WAREHOUSE_EXPECTED_H

#include "overseas-warehouse/business.h"
#include "overseas-warehouse/view_rows.h"

/* X(NAME, number, "word") */
#define EXPECTED_STAGE_LIST(X)                                                                     \
    X(STAGE_ANSWER, 1, "answer") /* the merchant's */                                              \
    X(STAGE_SEND, 2, "send")                                                                       \
    X(STAGE_ARRIVE, 3, "arrive") /* what the carrier has */                                        \
    X(STAGE_DOCK, 4, "dock")     /* it came, and no box was opened yet */                          \
    X(STAGE_FLOOR, 5, "floor")   /* until all of it is disposed of */                              \
    X(STAGE_REFUND, 6, "refund")

#define EXPECTED_BASIS_LIST(X)                                                                     \
    X(BASIS_DEADLINE, 1, "deadline")                                                               \
    X(BASIS_QUEUE, 2, "queue")                                                                     \
    X(BASIS_HOURS, 3, "hours")

#define EXPECTED_ENUM(name, number, word) name = number,
enum expected_stage_kind { EXPECTED_STAGE_LIST(EXPECTED_ENUM) };
enum expected_basis { EXPECTED_BASIS_LIST(EXPECTED_ENUM) };
#undef EXPECTED_ENUM
extern const struct words expected_stage_words, expected_basis_words;

#define FLOOR_DAYS          60 /* what waits longer is not looked for */
#define PACE_DAYS           7  /* over which the pace is measured, today among them */
#define EXPECTED_STAGES_MAX 6

struct floor_pace {
    uint64_t waiting, disposed; /* units: now, and in the last PACE_DAYS */
};
struct floor_pace floor_measure(const struct rows *rows, const struct id *warehouse,
                                uint64_t now_ms);

struct expected_stage {
    enum expected_stage_kind kind;
    enum actor_kind owner;
    enum expected_basis basis;
    uint64_t until_ms;
    bool late;              /* its deadline has passed: it is expected at any moment */
    struct floor_pace pace; /* of BASIS_QUEUE */
};
struct expected {
    uint64_t done_ms;
    uint32_t count;
    struct expected_stage stages[EXPECTED_STAGES_MAX];
};
/* false: it is not known, or nothing is left to do. */
bool business_expected(const struct desk *desk, const struct id *return_id, uint64_t now_ms,
                       struct expected *expected);

#endif
