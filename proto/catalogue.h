/* The catalogue of events: which kind has which number, shape and version, and which type of log
 * may bear it. An event in the wrong type of log folds as void, everywhere alike. */
#ifndef PROTO_CATALOGUE_H
#define PROTO_CATALOGUE_H

#include "proto/records_batches.h"
#include "proto/records_billing.h"
#include "proto/records_care.h"
#include "proto/records_exchange.h"
#include "proto/records_hooks.h"
#include "proto/records_inspection.h"
#include "proto/records_labels.h"
#include "proto/records_lanes.h"
#include "proto/records_master.h"
#include "proto/records_matching.h"
#include "proto/records_money.h"
#include "proto/records_photos.h"
#include "proto/records_plates.h"
#include "proto/records_repair.h"
#include "proto/records_stock.h"
#include "proto/records_voids.h"
#include "proto/records_worth.h"

#define IN_NODE       (1u << LOG_NODE)
#define IN_BOOK       (1u << LOG_BOOK)
#define IN_MEMBERSHIP (1u << LOG_MEMBERSHIP)
#define IN_ANY        (IN_NODE | IN_BOOK | IN_MEMBERSHIP)

/* X(NAME, number, version, shape, logs, flags it must bear). A version counts up when its shape
 * gains an optional key, and is what this program writes; former ones are read for ever. */
#define EVENT_LIST(X)                                                                              \
    X(EVENT_GENESIS, 1, 1, genesis, IN_ANY, 0)                                                     \
    X(EVENT_MEMBER, 2, 1, member, IN_MEMBERSHIP, 0)                                                \
    X(EVENT_MERCHANT, 3, 1, merchant, IN_MEMBERSHIP, 0)                                            \
    X(EVENT_SUCCEEDS, 4, 1, succeeds, IN_MEMBERSHIP, 0)                                            \
    X(EVENT_HANDOVER, 5, 1, handover, IN_BOOK | IN_MEMBERSHIP, 0)                                  \
    X(EVENT_RECOVERED, 6, 1, recovered, IN_BOOK | IN_MEMBERSHIP, 0)                                \
    X(EVENT_ASK, 10, 1, ask, IN_NODE, 0)                                                           \
    X(EVENT_ANSWER, 11, 1, answer, IN_ANY, 0)                                                      \
    X(EVENT_PERSON, 12, 2, person, IN_NODE, EVENT_PERSONAL)                                        \
    X(EVENT_ERASE, 13, 1, erase, IN_NODE, 0)                                                       \
    X(EVENT_BEAT, 14, 1, beat, IN_NODE, 0)                                                         \
    X(EVENT_LINK_MADE, 16, 1, link_made, IN_NODE, 0)                                               \
    X(EVENT_LINK_REVOKED, 17, 1, link_revoked, IN_NODE, 0)                                         \
    X(EVENT_ERASED, 18, 1, erased, IN_NODE, 0)                                                     \
    X(EVENT_TRACKING, 20, 1, tracking, IN_NODE, 0)                                                 \
    X(EVENT_BOX_RECEIVED, 21, 1, box_received, IN_NODE, 0)                                         \
    X(EVENT_UNIT_MOVED, 22, 3, unit_moved, IN_NODE, 0)                                             \
    X(EVENT_UNIT_ASSIGNED, 23, 1, unit_assigned, IN_NODE, 0)                                       \
    X(EVENT_ORDER, 30, 5, order, IN_BOOK, 0)                                                       \
    X(EVENT_RETURN_MOVED, 31, 8, return_moved, IN_BOOK, 0)                                         \
    X(EVENT_BOX_CLAIMED, 32, 1, box_claimed, IN_BOOK, 0)                                           \
    X(EVENT_REFUND_MOVED, 33, 4, refund_moved, IN_BOOK, 0)                                         \
    X(EVENT_RELEASED, 34, 2, released, IN_BOOK, 0)                                                 \
    X(EVENT_REFUNDED_ELSEWHERE, 35, 1, refunded_elsewhere, IN_BOOK, 0)                             \
    X(EVENT_GRANT_MOVED, 36, 1, grant_moved, IN_BOOK, 0)                                           \
    X(EVENT_POLICY, 40, 4, policy_set, IN_BOOK, 0)                                                 \
    X(EVENT_OVERRIDDEN, 42, 1, overridden, IN_BOOK, 0)                                             \
    X(EVENT_CALENDAR, 43, 1, calendar_set, IN_BOOK, 0)                                             \
    X(EVENT_ORDER_AMENDED, 45, 4, order_amended, IN_BOOK, 0)                                       \
    X(EVENT_SKU, 46, 1, sku, IN_BOOK, 0)                                                           \
    X(EVENT_RETURN_NOTED, 47, 1, return_noted, IN_BOOK, 0)                                         \
    X(EVENT_PRESET, 48, 2, preset, IN_BOOK, 0)                                                     \
    X(EVENT_WEBHOOK_SET, 50, 1, webhook_set, IN_BOOK, 0)                                           \
    X(EVENT_WEBHOOK_ASKED, 51, 1, webhook_asked, IN_BOOK, 0)                                       \
    X(EVENT_WEBHOOK_CHECKED, 52, 1, webhook_checked, IN_BOOK, 0)                                   \
    X(EVENT_OVERDUE, 53, 2, overdue, IN_BOOK, 0)                                                   \
    X(EVENT_REFUND_TOLD, 55, 3, refund_told, IN_NODE, 0)                                           \
    X(EVENT_CORRECTIVE_BEGUN, 60, 1, corrective_begun, IN_BOOK, 0)                                 \
    X(EVENT_CORRECTIVE_CLOSED, 61, 1, corrective_closed, IN_BOOK, 0)                               \
    X(EVENT_ARTICLE, 62, 1, article, IN_BOOK, 0)                                                   \
    X(EVENT_COMPLAINT_OPENED, 63, 1, complaint_opened, IN_BOOK, 0)                                 \
    X(EVENT_COMPLAINT_CLOSED, 64, 1, complaint_closed, IN_BOOK, 0)                                 \
    X(EVENT_FOLLOWUP, 65, 1, followup_moved, IN_BOOK, 0)                                           \
    X(EVENT_FOLLOWUP_COMMENT, 66, 1, followup_comment, IN_NODE, EVENT_PERSONAL)                    \
    X(EVENT_COMPENSATION_MOVED, 57, 1, compensation_moved, IN_BOOK, 0)                             \
    X(EVENT_BOX_NOTED, 70, 1, box_noted, IN_NODE, 0)                                               \
    X(EVENT_BOX_WEIGHED, 71, 1, box_weighed, IN_NODE, 0)                                           \
    X(EVENT_COST, 72, 1, cost_set, IN_BOOK, 0)                                                     \
    X(EVENT_UNIT_LOCKED, 73, 1, unit_locked, IN_BOOK, 0)                                           \
    X(EVENT_UNIT_ASKED, 74, 1, unit_asked, IN_BOOK, 0)                                             \
    X(EVENT_FEE_SET, 87, 1, fee_set, IN_NODE, 0)                                                   \
    X(EVENT_CHARGE_POSTED, 88, 1, charge_posted, IN_NODE, 0)                                       \
    X(EVENT_TOPPED_UP, 89, 1, topped_up, IN_NODE, 0)                                               \
    X(EVENT_STATEMENT_CLOSED, 90, 1, statement_closed, IN_NODE, 0)                                 \
    X(EVENT_ARREARS_OVERRIDDEN, 91, 1, arrears_overridden, IN_NODE, 0)                             \
    X(EVENT_UNIT_HELD, 81, 1, unit_held, IN_NODE, 0)                                               \
    X(EVENT_RECALLED, 82, 2, recalled, IN_BOOK, 0)                                                 \
    X(EVENT_CHECKLIST, 83, 1, checklist_set, IN_BOOK, 0)                                           \
    X(EVENT_SCALE, 84, 1, scale_set, IN_BOOK, 0)                                                   \
    X(EVENT_SECOND_GRADED, 85, 1, second_graded, IN_NODE, 0)                                       \
    X(EVENT_FINDINGS, 86, 1, findings_noted, IN_NODE, 0)                                           \
    X(EVENT_PLATE_MOVED, 92, 1, plate_moved, IN_NODE, 0)                                           \
    X(EVENT_REMOVAL, 93, 1, removal, IN_BOOK, 0)                                                   \
    X(EVENT_REMOVAL_RECEIVED, 94, 1, removal_received, IN_NODE, 0)                                 \
    X(EVENT_INBOUND, 95, 1, inbound, IN_BOOK, 0)                                                   \
    X(EVENT_BATCH_MOVED, 100, 1, batch_moved, IN_NODE, 0)                                          \
    X(EVENT_BATCH_PAID, 101, 1, batch_paid, IN_NODE, 0)                                            \
    X(EVENT_REPAIR_MOVED, 102, 1, repair_moved, IN_NODE, 0)                                        \
    X(EVENT_REPAIR_CONSENTED, 103, 1, repair_consented, IN_BOOK, 0)                                \
    X(EVENT_PHOTO_ATTACHED, 97, 1, photo_attached, IN_NODE, EVENT_PERSONAL)                        \
    X(EVENT_PHOTO_TAKEN, 98, 1, photo_taken, IN_NODE, 0)                                           \
    X(EVENT_STOCK_POSTED, 76, 1, stock_posted, IN_NODE, 0)                                         \
    X(EVENT_STOCK_BIN_SET, 77, 1, stock_bin_set, IN_NODE, 0)                                       \
    X(EVENT_STOCK_COUNTED, 78, 1, stock_counted, IN_NODE, 0)                                       \
    X(EVENT_STOCK_VOIDED, 79, 1, stock_voided, IN_NODE, 0)                                         \
    X(EVENT_BOX_MATCHED, 105, 1, box_matched, IN_NODE, 0)                                          \
    X(EVENT_BOX_ABANDONED, 106, 1, box_abandoned, IN_NODE, 0)                                      \
    X(EVENT_BOX_VOIDED, 107, 1, box_voided, IN_NODE, 0)                                            \
    X(EVENT_EXCHANGE_MOVED, 110, 1, exchange_moved, IN_BOOK, 0)                                    \
    X(EVENT_EXCHANGE_ANSWERED, 111, 1, exchange_answered, IN_NODE, 0)                              \
    X(EVENT_LABEL_MOVED, 112, 2, label_moved, IN_BOOK, 0)                                          \
    X(EVENT_SITE_ADDRESS, 113, 1, site_address, IN_NODE, 0)                                        \
    X(EVENT_LANE, 114, 1, lane, IN_BOOK, 0)

#define EVENT_ENUM(NAME, number, version, shape, logs, flags) NAME = number,
enum event_kind { EVENT_LIST(EVENT_ENUM) };
#undef EVENT_ENUM

struct event_row {
    enum event_kind kind;
    const char *name; /* "tracking" */
    unsigned version;
    const struct shape *shape;
    unsigned logs; /* IN_ bits */
    unsigned flags;
};
extern const struct event_row event_rows[];
extern const size_t event_rows_count;
/* NULL: a kind of a later version. */
const struct event_row *event_by_kind(uint64_t kind);

/* Room for the decoded payload of any kind. */
union event_body {
    struct genesis genesis;
    struct member member;
    struct merchant merchant;
    struct succeeds succeeds;
    struct handover handover;
    struct recovered recovered;
    struct ask ask;
    struct answer answer;
    struct person person;
    struct erase erase;
    struct erased erased;
    struct beat beat;
    struct link_made link_made;
    struct link_revoked link_revoked;
    struct tracking tracking;
    struct box_received box_received;
    struct unit_moved unit_moved;
    struct unit_assigned unit_assigned;
    struct order order;
    struct return_moved return_moved;
    struct box_claimed box_claimed;
    struct refund_moved refund_moved;
    struct released released;
    struct policy_set policy_set;
    struct overridden overridden;
    struct overdue overdue;
    struct refund_told refund_told;
    struct order_amended order_amended;
    struct sku sku;
    struct lane lane;
    struct refunded_elsewhere refunded_elsewhere;
    struct return_noted return_noted;
    struct preset preset;
    struct webhook_set webhook_set;
    struct webhook_asked webhook_asked;
    struct webhook_checked webhook_checked;
    struct grant_moved grant_moved;
    struct corrective_begun corrective_begun;
    struct corrective_closed corrective_closed;
    struct calendar_set calendar_set;
    struct article article;
    struct complaint_opened complaint_opened;
    struct complaint_closed complaint_closed;
    struct followup_moved followup_moved;
    struct followup_comment followup_comment;
    struct compensation_moved compensation_moved;
    struct cost_set cost_set;
    struct unit_locked unit_locked;
    struct unit_held unit_held;
    struct recalled recalled;
    struct checklist_set checklist_set;
    struct scale_set scale_set;
    struct second_graded second_graded;
    struct findings_noted findings_noted;
    struct unit_asked unit_asked;
    struct box_noted box_noted;
    struct box_weighed box_weighed;
    struct box_matched box_matched;
    struct box_abandoned box_abandoned;
    struct box_voided box_voided;
    struct fee_set fee_set;
    struct charge_posted charge_posted;
    struct topped_up topped_up;
    struct statement_closed statement_closed;
    struct arrears_overridden arrears_overridden;
    struct plate_moved plate_moved;
    struct removal removal;
    struct removal_received removal_received;
    struct inbound inbound;
    struct batch_moved batch_moved;
    struct batch_paid batch_paid;
    struct repair_moved repair_moved;
    struct repair_consented repair_consented;
    struct photo_attached photo_attached;
    struct photo_taken photo_taken;
    struct stock_posted stock_posted;
    struct stock_bin_set stock_bin_set;
    struct stock_counted stock_counted;
    struct stock_voided stock_voided;
    struct exchange_moved exchange_moved;
    struct exchange_answered exchange_answered;
    struct label_moved label_moved;
    struct site_address site_address;
};

/* Decodes a payload by its kind, version and flags (skipping a personal payload's salt).
 * ERROR_UNSUPPORTED for an unknown kind or a later version, ERROR_NOT_FOUND for an erased payload,
 * ERROR_OUT_OF_RANGE for other flags than the kind must bear; the decoder's errors otherwise. */
enum error event_body_decode(const struct event_header *header, struct span payload,
                             union event_body *body) MUST_USE;
/* One printable line for `verify`, logs and the command line. */
size_t event_print(const struct event_header *header, struct span payload, char *text, size_t size);

#endif
