/* Payloads about what a merchant does so that less comes back, and for those who were not content.
 * They stand in the merchant's book and bear no personal data, but for what a buyer says in own
 * words after a return: that is personal and stands in a node log. */
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

/* --- articles --------------------------------------------------------------------------------- */

#define ARTICLE_REASONS_MAX 8
#define ARTICLE_TITLE_BYTES 120
#define ARTICLE_BODY_BYTES  3000

#define ARTICLE_REASON_FIELDS(F, S) F(S, 1, REQUIRED, choice, reason, reason, 0)
SHAPE_DECLARE(article_reason, ARTICLE_REASON_FIELDS)

/* In one language at least, each with title and body. Without reasons it is about all of them.
 * inner: it is not for buyers. */
#define ARTICLE_FACT_FIELDS(F, S)                                                                  \
    F(S, 10, OPTIONAL, list, reasons, article_reason, ARTICLE_REASONS_MAX)                         \
    F(S, 11, OPTIONAL, text, title_en, none, ARTICLE_TITLE_BYTES)                                  \
    F(S, 12, OPTIONAL, text, body_en, none, ARTICLE_BODY_BYTES)                                    \
    F(S, 13, OPTIONAL, text, title_zh, none, ARTICLE_TITLE_BYTES)                                  \
    F(S, 14, OPTIONAL, text, body_zh, none, ARTICLE_BODY_BYTES)                                    \
    F(S, 15, OPTIONAL, uint, inner, none, 1)                                                       \
    F(S, 16, OPTIONAL, uint, gone, none, 1)

/* A version of an article, whole. The id follows from the book, the merchant and the name. */
#define ARTICLE_FIELDS(F, S)                                                                       \
    F(S, 1, REQUIRED, id, article, none, 0)                                                        \
    F(S, 2, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 3, REQUIRED, text, name, none, PRESET_BYTES_MAX)                                          \
    F(S, 4, REQUIRED, uint, version, none, UINT32_MAX)                                             \
    F(S, 5, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 6, REQUIRED, time, at_ms, none, 0)                                                        \
    ARTICLE_FACT_FIELDS(F, S)
SHAPE_DECLARE(article, ARTICLE_FIELDS)

#define ARTICLE_PUT_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, merchant, none, 0)                                                       \
    F(S, 2, REQUIRED, text, name, none, PRESET_BYTES_MAX)                                          \
    ARTICLE_FACT_FIELDS(F, S)
SHAPE_DECLARE(article_put, ARTICLE_PUT_FIELDS)

/* --- complaints ------------------------------------------------------------------------------- */

#define SCORE_MAX 5u

/* Somebody was not content with how a return went. about names no person: a book forgets nothing.
 */
#define COMPLAINT_FACT_FIELDS(F, S)                                                                \
    F(S, 10, REQUIRED, text, about, none, REASON_BYTES_MAX)                                        \
    F(S, 11, OPTIONAL, uint, score, none, SCORE_MAX) /* 1 to 5; 0: none was given */               \
    F(S, 12, REQUIRED, text, owner, none, OWNER_BYTES_MAX)

#define COMPLAINT_OPENED_FIELDS(F, S)                                                              \
    F(S, 1, REQUIRED, id, complaint, none, 0)                                                      \
    F(S, 2, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 3, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 4, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 5, REQUIRED, time, due_ms, none, 0)                                                       \
    COMPLAINT_FACT_FIELDS(F, S)
SHAPE_DECLARE(complaint_opened, COMPLAINT_OPENED_FIELDS)

/* The post-mortem: why it came to that, what is done about it, and where that is followed up. */
#define POST_MORTEM_FIELDS(F, S)                                                                   \
    F(S, 20, REQUIRED, text, cause, none, REASON_BYTES_MAX)                                        \
    F(S, 21, REQUIRED, text, action, none, REASON_BYTES_MAX)                                       \
    F(S, 22, OPTIONAL, id, corrective, none, 0)

#define COMPLAINT_CLOSED_FIELDS(F, S)                                                              \
    F(S, 1, REQUIRED, id, complaint, none, 0)                                                      \
    F(S, 2, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 3, REQUIRED, time, at_ms, none, 0)                                                        \
    POST_MORTEM_FIELDS(F, S)
SHAPE_DECLARE(complaint_closed, COMPLAINT_CLOSED_FIELDS)

/* due: until when the post-mortem is owed, five days from now where it is not said. */
#define COMPLAINT_OPEN_FIELDS(F, S)                                                                \
    F(S, 1, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 2, OPTIONAL, time, due_ms, none, 0)                                                       \
    COMPLAINT_FACT_FIELDS(F, S)
SHAPE_DECLARE(complaint_open, COMPLAINT_OPEN_FIELDS)

#define COMPLAINT_CLOSE_FIELDS(F, S)                                                               \
    F(S, 1, REQUIRED, id, complaint, none, 0)                                                      \
    POST_MORTEM_FIELDS(F, S)
SHAPE_DECLARE(complaint_close, COMPLAINT_CLOSE_FIELDS)

/* --- satisfaction follow-ups ------------------------------------------------------------------ */

#define SCORE_MIN                  1u
#define FOLLOWUP_COMMENT_BYTES_MAX 1000

/* A step of the follow-up of a return. consent: of DO_CONSENT, 0 takes it back. channel, due,
 * closes and ended (the end that it follows): of DO_PLAN_FOLLOWUP. score, and the complaint that it
 * opened: of DO_SCORE. */
#define FOLLOWUP_MOVED_FIELDS(F, S)                                                                \
    F(S, 1, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 2, REQUIRED, choice, verb, verb, 0)                                                       \
    F(S, 3, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 4, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 5, OPTIONAL, uint, consent, none, 1)                                                      \
    F(S, 6, OPTIONAL, choice, channel, channel, 0)                                                 \
    F(S, 7, OPTIONAL, time, due_ms, none, 0)                                                       \
    F(S, 8, OPTIONAL, time, closes_ms, none, 0)                                                    \
    F(S, 9, OPTIONAL, time, ended_ms, none, 0)                                                     \
    F(S, 10, OPTIONAL, uint, score, none, SCORE_MAX)                                               \
    F(S, 11, OPTIONAL, id, complaint, none, 0)
SHAPE_DECLARE(followup_moved, FOLLOWUP_MOVED_FIELDS)

/* Personal, of a node log, and the command that brings it: what the buyer has to say besides. */
#define FOLLOWUP_COMMENT_FIELDS(F, S)                                                              \
    F(S, 1, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 2, REQUIRED, text, comment, none, FOLLOWUP_COMMENT_BYTES_MAX)
SHAPE_DECLARE(followup_comment, FOLLOWUP_COMMENT_FIELDS)

#define FOLLOWUP_CONSENT_FIELDS(F, S)                                                              \
    F(S, 1, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 2, REQUIRED, uint, consent, none, 1) /* 0: taken back */
SHAPE_DECLARE(followup_consent, FOLLOWUP_CONSENT_FIELDS)

#define FOLLOWUP_ANSWER_FIELDS(F, S)                                                               \
    F(S, 1, REQUIRED, id, return_id, none, 0)                                                      \
    F(S, 2, REQUIRED, uint, score, none, SCORE_MAX) /* 1 to 5 */
SHAPE_DECLARE(followup_answer, FOLLOWUP_ANSWER_FIELDS)

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
