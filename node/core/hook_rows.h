/* What a node keeps of the webhooks that it delivers, in its truth and for itself alone: how far
 * each endpoint is, what is under way, and what the latest attempts brought. Lost, it is made good
 * by the checkpoint in the book (node/hooks/README.md). */
#ifndef NODE_CORE_HOOK_ROWS_H
#define NODE_CORE_HOOK_ROWS_H

#include "proto/records_hooks.h"

#define HOOK_DELIVERIES_KEPT 200u /* of each endpoint */
#define HOOK_WHY_BYTES_MAX   120

#define HOOK_OUTCOME_LIST(X)                                                                       \
    X(HOOK_DELIVERED, 1, "delivered")                                                              \
    X(HOOK_REFUSED, 2, "refused")         /* another status than 2xx */                            \
    X(HOOK_REDIRECTED, 3, "redirected")   /* 3xx: a failure, nothing is followed */                \
    X(HOOK_GONE, 4, "gone")               /* 410: disables the endpoint */                         \
    X(HOOK_UNREACHABLE, 5, "unreachable") /* no whole answer */                                    \
    X(HOOK_BLOCKED, 6, "blocked")         /* its address may not be called: nothing was sent */
#define HOOK_OUTCOME_ENUM(name, number, word) name = number,
enum hook_outcome { HOOK_OUTCOME_LIST(HOOK_OUTCOME_ENUM) };
#undef HOOK_OUTCOME_ENUM
extern const struct words hook_outcome_words;

/* A message under way: not delivered yet, and not given up. */
#define HOOK_MESSAGE_FIELDS(F, S)                                                                  \
    F(S, 1, REQUIRED, uint, idx, none, EVENT_IDX_MAX)                                              \
    F(S, 2, REQUIRED, choice, type, hook_type, 0)                                                  \
    F(S, 3, OPTIONAL, id, about, none, 0) /* the return; zero: none */                             \
    F(S, 4, REQUIRED, id, message, none, 0)                                                        \
    F(S, 5, OPTIONAL, uint, attempts, none, 100)                                                   \
    F(S, 6, OPTIONAL, time, first_ms, none, 0) /* of the first attempt */                          \
    F(S, 7, OPTIONAL, time, next_ms, none, 0)                                                      \
    F(S, 8, OPTIONAL, uint, replay, none, 1)
SHAPE_DECLARE(hook_message_row, HOOK_MESSAGE_FIELDS)

/* TRUTH_HOOK: webhook. term: of the book when it was written; under another one the checkpoint of
 * the book counts. replay: the wish that is being done, and the entry that it goes on with. */
#define HOOK_PROGRESS_FIELDS(F, S)                                                                 \
    F(S, 1, OPTIONAL, uint, term, none, UINT32_MAX)                                                \
    F(S, 2, REQUIRED, uint, through, none, EVENT_IDX_MAX)                                          \
    F(S, 3, OPTIONAL, list, open, hook_message_row, HOOK_OPEN_MAX)                                 \
    F(S, 4, OPTIONAL, uint, replay_at, none, EVENT_IDX_MAX)                                        \
    F(S, 5, OPTIONAL, uint, replay_next, none, EVENT_IDX_MAX)                                      \
    F(S, 6, OPTIONAL, uint, number, none, EVENT_IDX_MAX) /* of the latest delivery */              \
    F(S, 7, OPTIONAL, time, taken_ms, none, 0)           /* when it took a message last */
SHAPE_DECLARE(hook_progress, HOOK_PROGRESS_FIELDS)

/* TRUTH_DELIVERY: webhook, number (8): one attempt. next_ms 0: there is none. */
#define HOOK_DELIVERY_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, uint, idx, none, EVENT_IDX_MAX)                                              \
    F(S, 2, REQUIRED, choice, type, hook_type, 0)                                                  \
    F(S, 3, REQUIRED, id, message, none, 0)                                                        \
    F(S, 4, REQUIRED, uint, attempt, none, 100)                                                    \
    F(S, 5, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 6, REQUIRED, choice, outcome, hook_outcome, 0)                                            \
    F(S, 7, OPTIONAL, uint, status, none, 999)                                                     \
    F(S, 8, OPTIONAL, uint, took_ms, none, 1000000)                                                \
    F(S, 9, OPTIONAL, text, why, none, HOOK_WHY_BYTES_MAX)                                         \
    F(S, 10, OPTIONAL, time, next_ms, none, 0)                                                     \
    F(S, 11, OPTIONAL, uint, replay, none, 1)
SHAPE_DECLARE(hook_delivery, HOOK_DELIVERY_FIELDS)

/* What one attempt leaves: INPUT_HOOK carries it into a turn. */
struct hook_record {
    struct id webhook;
    struct hook_progress progress;
    struct hook_delivery delivery; /* attempt 0: none */
};

#endif
