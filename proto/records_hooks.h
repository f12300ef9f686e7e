/* Webhooks out: which endpoints a merchant has, what is to be sent to one once more, and how far
 * its book's leader has come with it. All stand in the merchant's book; a secret never does, only
 * its fingerprint. Bodies of webhooks are made by overseas-warehouse/hook.h. */
#ifndef PROTO_RECORDS_HOOKS_H
#define PROTO_RECORDS_HOOKS_H

#include "proto/records_mesh.h"

#define HOOK_URL_BYTES_MAX  512
#define HOOK_TYPES_MAX      48
#define HOOK_SECRETS_MAX    2  /* while a secret is being changed, both count */
#define HOOK_OPEN_MAX       32 /* messages of one endpoint under way at once */
#define HOOK_TEXT_BYTES_MAX 64 /* of a webhook-id */

/* X(NAME, number, "word"): what a message is about */
#define HOOK_TYPE_LIST(X)                                                                          \
    X(HOOK_TEST, 1, "webhook.test")                                                                \
    X(HOOK_RETURN_REQUESTED, 2, "return.requested")                                                \
    X(HOOK_RETURN_AWAITING, 3, "return.awaiting_decision")                                         \
    X(HOOK_RETURN_APPROVED, 4, "return.approved")                                                  \
    X(HOOK_RETURN_DECLINED, 5, "return.declined")                                                  \
    X(HOOK_RETURN_CANCELED, 6, "return.canceled")                                                  \
    X(HOOK_RETURN_EXPIRED, 7, "return.expired")                                                    \
    X(HOOK_RETURN_CLOSED, 8, "return.closed")                                                      \
    X(HOOK_RETURN_OVERDUE, 9, "return.overdue") /* nobody spoke in time: silence decided */        \
    X(HOOK_REFUND_SETTLED, 10, "refund.settled")                                                   \
    X(HOOK_REFUND_FAILED, 11, "refund.failed")                                                     \
    X(HOOK_REFUND_NEEDS_PERSON, 12, "refund.needs_person")                                         \
    X(HOOK_REFUND_ELSEWHERE, 13, "refund.elsewhere") /* by a marketplace, the seller, by hand */   \
    X(HOOK_CHARGEBACK_OPENED, 14, "chargeback.opened")                                             \
    X(HOOK_CHARGEBACK_WON, 15, "chargeback.won")                                                   \
    X(HOOK_GRANT_OFFERED, 16, "grant.offered")                                                     \
    X(HOOK_GRANT_GIVEN, 17, "grant.given")                                                         \
    X(HOOK_GRANT_ACCEPTED, 18, "grant.accepted")                                                   \
    X(HOOK_GRANT_REFUSED, 19, "grant.refused")                                                     \
    X(HOOK_GRANT_LAPSED, 20, "grant.lapsed")                                                       \
    X(HOOK_GRANT_WITHDRAWN, 21, "grant.withdrawn")                                                 \
    X(HOOK_GRANT_PAID, 22, "grant.paid") /* its refund has begun */                                \
    X(HOOK_GRANT_SHORT, 23, "grant.short")                                                         \
    X(HOOK_ORDER_AMENDED, 24, "order.amended")                                                     \
    X(HOOK_DEADLINE_OVERDUE, 25, "deadline.overdue")                                               \
    X(HOOK_RETURN_DISPUTED, 26, "return.disputed") /* the buyer does not take the answer */        \
    X(HOOK_RETURN_ESCALATED, 27, "return.escalated")                                               \
    X(HOOK_RETURN_ARBITRATED, 28, "return.arbitrated")                                             \
    X(HOOK_RETURN_REPLACED, 29, "return.replaced") /* something was sent to the buyer */           \
    X(HOOK_FOLLOWUP_DUE, 30, "followup.due")       /* it is time to ask how content they were */   \
    X(HOOK_CHARGE_SETTLED, 45, "charge.settled")   /* the buyer was charged anew */                \
    X(HOOK_CHARGE_FAILED, 46, "charge.failed")                                                     \
    X(HOOK_CHARGE_NEEDS_PERSON, 47, "charge.needs_person")
#define HOOK_TYPE_ENUM(name, number, word) name = number,
enum hook_type { HOOK_TYPE_LIST(HOOK_TYPE_ENUM) };
#undef HOOK_TYPE_ENUM
extern const struct words hook_type_words;

#define HOOK_WANTED_FIELDS(F, S) F(S, 1, REQUIRED, choice, type, hook_type, 0)
SHAPE_DECLARE(hook_wanted, HOOK_WANTED_FIELDS)

/* SHA-256 of the secret's bytes behind a domain. */
#define HOOK_SECRET_FIELDS(F, S) F(S, 1, REQUIRED, hash, fingerprint, none, 0)
SHAPE_DECLARE(hook_secret, HOOK_SECRET_FIELDS)

/* An endpoint as it is from now on. No types: all of them. */
#define WEBHOOK_SET_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, webhook, none, 0)                                                        \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, text, url, none, HOOK_URL_BYTES_MAX)                                         \
    F(S, 4, OPTIONAL, list, types, hook_wanted, HOOK_TYPES_MAX)                                    \
    F(S, 5, REQUIRED, list, secrets, hook_secret, HOOK_SECRETS_MAX)                                \
    F(S, 6, OPTIONAL, uint, disabled, none, 1)                                                     \
    F(S, 7, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 8, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 9, REQUIRED, time, at_ms, none, 0)
SHAPE_DECLARE(webhook_set, WEBHOOK_SET_FIELDS)

/* A deadline has passed and is still owed, as the book's leader saw by its clock: an entry, so that
 * a message can be made of it, once for each time that something was owed by and each level of
 * being late. Moves nothing. hop, log: of goods, as the deadline's key has them. */
#define OVERDUE_FIELDS(F, S)                                                                       \
    F(S, 1, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 2, REQUIRED, id, thing, none, 0)                                                          \
    F(S, 3, REQUIRED, choice, kind, deadline, 0)                                                   \
    F(S, 4, REQUIRED, choice, owner, actor, 0)                                                     \
    F(S, 5, REQUIRED, time, due_ms, none, 0)                                                       \
    F(S, 6, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 7, OPTIONAL, uint, hop, none, UINT16_MAX)                                                 \
    F(S, 8, OPTIONAL, id, log, none, 0)                                                            \
    F(S, 9, OPTIONAL, uint, level, none, 3) /* whom it concerns by now; 0: nobody yet */
SHAPE_DECLARE(overdue, OVERDUE_FIELDS)

/* A wish that is done when the reading of the book comes to it: a test message; or what entries of
 * the book before this one made, since a moment, or the one message named. */
#define WEBHOOK_ASKED_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, webhook, none, 0)                                                        \
    F(S, 2, OPTIONAL, uint, test, none, 1)                                                         \
    F(S, 3, OPTIONAL, time, since_ms, none, 0)                                                     \
    F(S, 4, OPTIONAL, uint, idx, none, EVENT_IDX_MAX) /* of the entry that made the message */     \
    F(S, 5, OPTIONAL, id, message, none, 0)                                                        \
    F(S, 6, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 7, REQUIRED, time, at_ms, none, 0)
SHAPE_DECLARE(webhook_asked, WEBHOOK_ASKED_FIELDS)

#define HOOK_UNDER_WAY_FIELDS(F, S)                                                                \
    F(S, 1, REQUIRED, uint, idx, none, EVENT_IDX_MAX)                                              \
    F(S, 2, REQUIRED, choice, type, hook_type, 0)
SHAPE_DECLARE(hook_under_way, HOOK_UNDER_WAY_FIELDS)

/* Every message of an entry up to `through` was delivered or given up, but those that are named. */
#define WEBHOOK_CHECKED_FIELDS(F, S)                                                               \
    F(S, 1, REQUIRED, id, webhook, none, 0)                                                        \
    F(S, 2, REQUIRED, uint, through, none, EVENT_IDX_MAX)                                          \
    F(S, 3, OPTIONAL, list, under_way, hook_under_way, HOOK_OPEN_MAX)                              \
    F(S, 4, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 5, REQUIRED, time, at_ms, none, 0)
SHAPE_DECLARE(webhook_checked, WEBHOOK_CHECKED_FIELDS)

/* --- what may be asked ------------------------------------------------------------------------ */

/* Adds an endpoint, or with its id puts another state in the place of the present one, enabled. */
#define WEBHOOK_PUT_FIELDS(F, S)                                                                   \
    F(S, 1, OPTIONAL, id, webhook, none, 0)                                                        \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, text, url, none, HOOK_URL_BYTES_MAX)                                         \
    F(S, 4, OPTIONAL, list, types, hook_wanted, HOOK_TYPES_MAX)                                    \
    F(S, 5, REQUIRED, list, secrets, hook_secret, HOOK_SECRETS_MAX)
SHAPE_DECLARE(webhook_put, WEBHOOK_PUT_FIELDS)

#define WEBHOOK_DISABLE_FIELDS(F, S)                                                               \
    F(S, 1, REQUIRED, id, webhook, none, 0)                                                        \
    F(S, 2, OPTIONAL, text, reason, none, REASON_BYTES_MAX)
SHAPE_DECLARE(webhook_disable, WEBHOOK_DISABLE_FIELDS)

/* Either since a moment, or one message by its webhook-id. */
#define WEBHOOK_REPLAY_FIELDS(F, S)                                                                \
    F(S, 1, REQUIRED, id, webhook, none, 0)                                                        \
    F(S, 2, OPTIONAL, time, since, none, 0)                                                        \
    F(S, 3, OPTIONAL, text, event, none, HOOK_TEXT_BYTES_MAX)
SHAPE_DECLARE(webhook_replay, WEBHOOK_REPLAY_FIELDS)

#define WEBHOOK_TEST_FIELDS(F, S) F(S, 1, REQUIRED, id, webhook, none, 0)
SHAPE_DECLARE(webhook_test, WEBHOOK_TEST_FIELDS)

/* Of the book's leader alone. */
#define WEBHOOK_CHECK_FIELDS(F, S)                                                                 \
    F(S, 1, REQUIRED, id, webhook, none, 0)                                                        \
    F(S, 2, REQUIRED, uint, through, none, EVENT_IDX_MAX)                                          \
    F(S, 3, OPTIONAL, list, under_way, hook_under_way, HOOK_OPEN_MAX)
SHAPE_DECLARE(webhook_check, WEBHOOK_CHECK_FIELDS)

#endif
