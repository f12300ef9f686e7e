/* The business's window on its views: named tables of rows, read and written through a port, so
 * that the same code runs over LMDB, in the simulator and in a planner without a disk.
 *
 * Decisions only read; folds read and write. A row is a record of a shape, canonically encoded, so
 * equal rows are equal bytes and nodes can compare digests. Spans and texts that a load hands out
 * live until the next put or del: copy what must outlive it. The port remembers its first error;
 * afterwards loads answer "absent" and puts do nothing; the turn looks once, before it commits. */
#ifndef OVERSEAS_WAREHOUSE_ROWS_H
#define OVERSEAS_WAREHOUSE_ROWS_H

#include "proto/shape.h"

#define ROW_KEY_BYTES_MAX 64
#define ROW_BYTES_MAX     (24u * 1024)

enum view_class {
    VIEW_SHARED, /* the same on every node that holds the same logs; in the digest */
    VIEW_LOCAL   /* rebuilt from logs and own identity: cursors, to-do, indexes; and personal data,
                    which logs may hold without (node/core/README.md, Persons) */
};

/* X(NAME, word, class, shape|none, key) : key is told for people who read `verify` */
#define VIEW_TABLE_LIST(X)                                                                         \
    X(VIEW_MEMBER, "member", SHARED, "node")                                                       \
    X(VIEW_WAREHOUSE, "warehouse", SHARED, "warehouse")                                            \
    X(VIEW_MERCHANT, "merchant", SHARED, "merchant")                                               \
    X(VIEW_BOOK, "book", SHARED, "log")                                                            \
    X(VIEW_SUCCEEDS, "succeeds", SHARED, "old log")                                                \
    X(VIEW_ASK, "ask", SHARED, "request, log, idx")                                                \
    X(VIEW_REQUEST, "request", SHARED, "request, log")                                             \
    X(VIEW_PERSON, "person", LOCAL, "subject, log, idx")                                           \
    X(VIEW_ERASED, "erased", SHARED, "subject")                                                    \
    X(VIEW_UNREADABLE, "unreadable", SHARED, "log, idx")                                           \
    X(VIEW_VOID, "void", SHARED, "log, idx")                                                       \
    X(VIEW_ORDER, "order", SHARED, "order")                                                        \
    X(VIEW_PAYMENT, "payment", SHARED, "order, payment")                                           \
    X(VIEW_RETURN, "return", SHARED, "return")                                                     \
    X(VIEW_RETURN_SEEN, "return_seen", SHARED, "return, thing seen, verb")                         \
    X(VIEW_RETURN_LINE, "return_line", SHARED, "return, line")                                     \
    X(VIEW_REFUND, "refund", SHARED, "slot")                                                       \
    X(VIEW_SPENT, "spent", SHARED, "merchant, day, book")                                          \
    X(VIEW_ELSEWHERE, "elsewhere", SHARED, "order, payment, hash of kind and reference")           \
    X(VIEW_GRANT, "grant", SHARED, "grant")                                                        \
    X(VIEW_BOX, "box", SHARED, "box")                                                              \
    X(VIEW_BOX_CLAIM, "box_claim", SHARED, "box, return")                                          \
    X(VIEW_UNIT, "unit", SHARED, "unit, hop, log")                                                 \
    X(VIEW_ASSIGNED, "assigned", SHARED, "unit")                                                   \
    X(VIEW_RELEASED, "released", SHARED, "unit, book")                                             \
    X(VIEW_STOCK, "stock", SHARED, "warehouse, unit, cycle")                                       \
    X(VIEW_CONFLICT, "conflict", SHARED, "subject, log, idx")                                      \
    X(VIEW_SCAN, "scan", SHARED, "parcel, dedup")                                                  \
    X(VIEW_PARCEL, "parcel", SHARED, "parcel")                                                     \
    X(VIEW_BEAT, "beat", SHARED, "log")                                                            \
    X(VIEW_OVERRIDDEN, "overridden", SHARED, "return, time")                                       \
    X(VIEW_DEADLINE, "deadline", SHARED, "thing, kind, hop, log")                                  \
    X(VIEW_ORDER_VERSION, "order_version", SHARED, "order, version")                               \
    X(VIEW_SKU, "sku", SHARED, "sku")                                                              \
    X(VIEW_SKU_VERSION, "sku_version", SHARED, "sku, version")                                     \
    X(VIEW_POLICY, "policy", SHARED, "merchant, book, version")                                    \
    X(VIEW_PRESET, "preset", SHARED, "merchant, hash of book and name")                            \
    X(VIEW_WEBHOOK, "webhook", SHARED, "webhook")                                                  \
    X(VIEW_LINK, "link", SHARED, "link")                                                           \
    X(VIEW_LINK_REVOKED, "link_revoked", SHARED, "link")                                           \
    X(VIEW_REFUND_TOLD, "refund_told", SHARED, "hash of key, dedup")                               \
    X(VIEW_ERASURE, "erasure", SHARED, "subject, log, idx")                                        \
    X(VIEW_ERASED_AT, "erased_at", SHARED, "subject, log")                                         \
    X(VIEW_ARTICLE, "article", SHARED, "article")                                                  \
    X(VIEW_ARTICLE_VERSION, "article_version", SHARED, "article, version")                         \
    X(VIEW_COMPLAINT, "complaint", SHARED, "complaint")                                            \
    X(VIEW_CORRECTIVE, "corrective", SHARED, "corrective action")                                  \
    X(VIEW_FLOOR, "floor", SHARED, "warehouse, day, log")                                          \
    X(VIEW_CALENDAR, "calendar", SHARED, "merchant, hash of book and name, version counted down")  \
    X(VIEW_OVERDUE, "overdue", SHARED, "thing, kind, hop, log, time, level")                       \
    X(VIEW_COMPENSATION, "compensation", SHARED, "claim")                                          \
    X(VIEW_FOLLOWUP, "followup", SHARED, "return")                                                 \
    X(VIEW_ACT, "act", SHARED, "charge, log")                                                      \
    X(VIEW_CHARGE, "charge", SHARED, "charge")                                                     \
    X(VIEW_TOPUP, "topup", SHARED, "top-up")                                                       \
    X(VIEW_BALANCE, "balance", SHARED, "merchant, warehouse, currency")                            \
    X(VIEW_FEE, "fee", SHARED, "merchant, warehouse, version counted down")                        \
    X(VIEW_STATEMENT, "statement", SHARED, "merchant, warehouse, number counted down")             \
    X(VIEW_ARREARS_OVERRIDDEN, "arrears_overridden", SHARED, "unit, hop, log, idx")                \
    X(VIEW_CURSOR, "cursor", LOCAL, "log")                                                         \
    X(VIEW_DIGEST, "digest", LOCAL, "table")                                                       \
    X(VIEW_TODO, "todo", LOCAL, "authority, kind, thing")                                          \
    X(VIEW_DUE, "due", LOCAL, "time, authority, kind, thing")                                      \
    X(VIEW_DEADLINE_BY_TIME, "deadline_by_time", LOCAL, "time, thing, kind, hop, log")             \
    X(VIEW_DEADLINE_BY_MERCHANT, "deadline_by_merchant", LOCAL, "merchant, time, thing, ...")      \
    X(VIEW_PERSONAL, "personal", LOCAL, "subject, log, idx")                                       \
    X(VIEW_ORDER_BY_REFERENCE, "order_by_reference", LOCAL, "merchant, hash of reference")         \
    X(VIEW_RETURN_BY_PARCEL, "return_by_parcel", LOCAL, "parcel, return")                          \
    X(VIEW_BOX_BY_PARCEL, "box_by_parcel", LOCAL, "parcel, box")                                   \
    X(VIEW_UNIT_BY_BOX, "unit_by_box", LOCAL, "box, unit")                                         \
    X(VIEW_UNIT_BY_RETURN, "unit_by_return", LOCAL, "return, unit")                                \
    X(VIEW_REFUND_BY_RETURN, "refund_by_return", LOCAL, "return, slot")                            \
    X(VIEW_GRANT_BY_RETURN, "grant_by_return", LOCAL, "return, grant")                             \
    X(VIEW_RETURN_BY_MERCHANT, "return_by_merchant", LOCAL, "merchant, return")                    \
    X(VIEW_ORDER_BY_PARCEL, "order_by_parcel", LOCAL, "parcel sent, order")                        \
    X(VIEW_SKU_BY_CODE, "sku_by_code", LOCAL, "hash of code, merchant, sku")                       \
    X(VIEW_SKU_BY_MERCHANT, "sku_by_merchant", LOCAL, "merchant, sku")                             \
    X(VIEW_POLICY_AT, "policy_at", LOCAL, "merchant, book, time and version counted down")         \
    X(VIEW_RETURN_BY_UPSTREAM, "return_by_upstream", LOCAL, "merchant, hash, return")              \
    X(VIEW_RETURN_BY_GROUP, "return_by_group", LOCAL, "group, return")                             \
    X(VIEW_WEBHOOK_BY_MERCHANT, "webhook_by_merchant", LOCAL, "merchant, webhook")                 \
    X(VIEW_RETURN_BY_BUYER, "return_by_buyer", LOCAL,                                              \
      "merchant, buyer, time counted down, return")                                                \
    X(VIEW_LINK_BY_RETURN, "link_by_return", LOCAL, "return, link")                                \
    X(VIEW_REFUND_BY_KEY, "refund_by_key", LOCAL, "hash of key, slot")                             \
    X(VIEW_TOLD_BY_PAYMENT, "told_by_payment", LOCAL, "hash of payment, hash of key, dedup")       \
    X(VIEW_RETURN_INDEX, "return_index", LOCAL, "merchant or order, form, state, time, return")    \
    X(VIEW_ENTRY, "entry", LOCAL, "entity, log, idx")                                              \
    X(VIEW_SALE, "sale", LOCAL, "merchant, hash of SKU, time sold, order")                         \
    X(VIEW_CORRECTIVE_BY_MERCHANT, "corrective_by_merchant", LOCAL, "merchant, corrective")        \
    X(VIEW_ARTICLE_BY_MERCHANT, "article_by_merchant", LOCAL, "merchant, article")                 \
    X(VIEW_COMPLAINT_BY_MERCHANT, "complaint_by_merchant", LOCAL, "merchant, complaint")           \
    X(VIEW_COMPLAINT_BY_RETURN, "complaint_by_return", LOCAL, "return, complaint")                 \
    X(VIEW_CORRECTIVE_BY_SKU, "corrective_by_sku", LOCAL, "merchant, hash of SKU, corrective")     \
    X(VIEW_COMPENSATION_BY_MERCHANT, "compensation_by_merchant", LOCAL, "merchant, time, claim")   \
    X(VIEW_COMPENSATION_BY_STATE, "compensation_by_state", LOCAL, "merchant, state, time, claim")  \
    X(VIEW_COMPENSATION_BY_THING, "compensation_by_thing", LOCAL, "parcel or unit, kind, claim")   \
    X(VIEW_FOLLOWUP_BY_STATE, "followup_by_state", LOCAL, "merchant, state, time, return")         \
    X(VIEW_FOLLOWUP_COMMENT, "followup_comment", LOCAL, "return, log, idx")                        \
    X(VIEW_COST, "cost", SHARED, "merchant, book, version")                                        \
    X(VIEW_COST_AT, "cost_at", LOCAL, "merchant, book, time and version counted down")             \
    X(VIEW_UNIT_LOCK, "unit_lock", SHARED, "unit, book")                                           \
    X(VIEW_UNIT_ASK, "unit_ask", SHARED, "unit, book")                                             \
    X(VIEW_ACT_BY_THING, "act_by_thing", LOCAL, "unit or box, charge")                             \
    X(VIEW_CHARGE_BY_THING, "charge_by_thing", LOCAL, "unit or box, act, hop, charge")             \
    X(VIEW_LEDGER, "ledger", LOCAL, "merchant, warehouse, statement, log, idx")                    \
    X(VIEW_CHARGE_WAITS, "charge_waits", LOCAL, "charge")                                          \
    X(VIEW_CHARGE_WAITING, "charge_waiting", LOCAL, "warehouse, merchant, time, charge")           \
    X(VIEW_STORED, "stored", LOCAL, "unit, hop")                                                   \
    X(VIEW_STORED_NEXT, "stored_next", LOCAL, "warehouse, merchant, time, unit, hop")              \
    X(VIEW_STORED_DUE, "stored_due", LOCAL, "warehouse, merchant")                                 \
    X(VIEW_HOLD, "hold", SHARED, "unit, kind, hop, log")                                           \
    X(VIEW_RECALL, "recall", SHARED, "hash of SKU, merchant, book, range")                         \
    X(VIEW_PLATE, "plate", SHARED, "plate, hop, log")                                              \
    X(VIEW_REMOVAL, "removal", SHARED, "removal")                                                  \
    X(VIEW_REMOVAL_VERSION, "removal_version", SHARED, "removal, version")                         \
    X(VIEW_REMOVED, "removed", SHARED, "unit")                                                     \
    X(VIEW_INBOUND, "inbound", SHARED, "inbound")                                                  \
    X(VIEW_INBOUND_VERSION, "inbound_version", SHARED, "inbound, version")                         \
    X(VIEW_PLATE_BY_UNIT, "plate_by_unit", LOCAL, "unit, plate, hop, log")                         \
    X(VIEW_PLATE_BY_PARENT, "plate_by_parent", LOCAL, "parent, plate, hop, log")                   \
    X(VIEW_PLATE_BY_WAREHOUSE, "plate_by_warehouse", LOCAL, "warehouse, plate")                    \
    X(VIEW_REMOVAL_BY_MERCHANT, "removal_by_merchant", LOCAL, "merchant, removal")                 \
    X(VIEW_REMOVAL_BY_PARCEL, "removal_by_parcel", LOCAL, "parcel, removal")                       \
    X(VIEW_UNIT_BY_REMOVAL, "unit_by_removal", LOCAL, "removal, unit")                             \
    X(VIEW_INBOUND_BY_MERCHANT, "inbound_by_merchant", LOCAL, "merchant, inbound")                 \
    X(VIEW_INBOUND_BY_SKU, "inbound_by_sku", LOCAL,                                                \
      "merchant, hash of code, time counted down, inbound")                                        \
    X(VIEW_BATCH, "batch", SHARED, "batch, log")                                                   \
    X(VIEW_BATCH_LINE, "batch_line", SHARED, "batch, log, merchant, unit")                         \
    X(VIEW_BATCH_PAID, "batch_paid", SHARED, "batch, log, hash of reference")                      \
    X(VIEW_BATCH_BY_UNIT, "batch_by_unit", LOCAL, "unit, batch, log, merchant")                    \
    X(VIEW_BATCH_BY_WAREHOUSE, "batch_by_warehouse", LOCAL, "warehouse, batch, log")               \
    X(VIEW_BATCH_BY_MERCHANT, "batch_by_merchant", LOCAL, "merchant, warehouse, batch, log")       \
    X(VIEW_BATCH_PENDING, "batch_pending", LOCAL, "batch, log, merchant, unit")                    \
    X(VIEW_REPAIR, "repair", SHARED, "repair, log")                                                \
    X(VIEW_REPAIR_CONSENT, "repair_consent", SHARED, "repair or merchant, merchant, book")         \
    X(VIEW_REPAIR_BY_UNIT, "repair_by_unit", LOCAL, "unit, repair, log")                           \
    X(VIEW_REPAIR_BY_WAREHOUSE, "repair_by_warehouse", LOCAL, "warehouse, repair, log")            \
    X(VIEW_REPAIR_BY_MERCHANT, "repair_by_merchant", LOCAL, "merchant, warehouse, repair, log")    \
    X(VIEW_PHOTO, "photo", LOCAL, "thing, log, idx")                                               \
    X(VIEW_PHOTO_BY_ID, "photo_by_id", LOCAL, "photo, thing, log, idx")                            \
    X(VIEW_PHOTO_BY_BLOB, "photo_by_blob", LOCAL,                                                  \
      "hash without its last 8 bytes, thing, log, idx")                                            \
    X(VIEW_EXCHANGE, "exchange", SHARED, "exchange")                                               \
    X(VIEW_EXCHANGE_ANSWER, "exchange_answer", SHARED, "exchange, attempt, log")                   \
    X(VIEW_EXCHANGE_BY_MERCHANT, "exchange_by_merchant", LOCAL, "merchant, exchange")              \
    X(VIEW_EXCHANGE_BY_STATE, "exchange_by_state", LOCAL, "merchant, state, exchange")             \
    X(VIEW_EXCHANGE_BY_WAREHOUSE, "exchange_by_warehouse", LOCAL, "warehouse, exchange")           \
    X(VIEW_EXCHANGE_BY_RETURN, "exchange_by_return", LOCAL, "return, exchange")                    \
    X(VIEW_EXCHANGE_BY_RESERVATION, "exchange_by_reservation", LOCAL, "reservation, exchange")     \
    X(VIEW_STOCK_POSTING, "stock_posting", SHARED, "posting, log")                                 \
    X(VIEW_STOCK_BALANCE, "stock_balance", SHARED,                                                 \
      "merchant, hash of SKU, warehouse, bin, account, grade")                                     \
    X(VIEW_STOCK_ENDED, "stock_ended", SHARED, "reservation, log")                                 \
    X(VIEW_STOCK_FILL, "stock_fill", SHARED, "warehouse, bin")                                     \
    X(VIEW_STOCK_BIN, "stock_bin", SHARED, "warehouse, bin, log")                                  \
    X(VIEW_STOCK_TALLY, "stock_tally", SHARED, "warehouse, bin, merchant, hash of SKU")            \
    X(VIEW_STOCK_BY_BIN, "stock_by_bin", LOCAL,                                                    \
      "warehouse, bin, merchant, hash of SKU, account, grade")                                     \
    X(VIEW_STOCK_BY_TIME, "stock_by_time", LOCAL, "warehouse, time counted down, posting, log")    \
    X(VIEW_STOCK_BY_GOODS, "stock_by_goods", LOCAL,                                                \
      "merchant, hash of SKU, time counted down, posting")                                         \
    X(VIEW_STOCK_BY_UNIT, "stock_by_unit", LOCAL, "unit, warehouse, cycle")                        \
    X(VIEW_STOCK_HELD, "stock_held", LOCAL, "merchant, hash of SKU, warehouse, unit")              \
    X(VIEW_MATCH, "match", SHARED, "box, log")                                                     \
    X(VIEW_WEIGHED, "weighed", SHARED, "box, log, return")                                         \
    X(VIEW_CLUES, "clues", LOCAL, "box or return, side")                                           \
    X(VIEW_CLUE, "clue", LOCAL, "clue, side, box or return")                                       \
    X(VIEW_LIKENESS, "likeness", LOCAL, "merchant, box, return")                                   \
    X(VIEW_UNCLAIMED, "unclaimed", LOCAL, "warehouse, time, box")                                  \
    X(VIEW_CHECKLIST, "checklist", SHARED, "SKU, book, version counted down")                      \
    X(VIEW_ANSWERS, "answers", SHARED, "unit, hop, log")                                           \
    X(VIEW_SCALE, "scale", SHARED, "merchant, book")                                               \
    X(VIEW_FINDING, "finding", SHARED, "unit or box, kind, log")                                   \
    X(VIEW_SECOND, "second", SHARED, "unit, hop, log")                                             \
    X(VIEW_SECOND_DUE, "second_due", LOCAL, "warehouse, time, unit, hop, log")                     \
    X(VIEW_INSPECTOR, "inspector", SHARED, "warehouse, day, token, log")                           \
    X(VIEW_RECALL_BY_MERCHANT, "recall_by_merchant", LOCAL, "merchant, hash of SKU, book, range")  \
    X(VIEW_HOLD_OF, "hold_of", LOCAL, "unit")                                                      \
    X(VIEW_HOLD_BY_WAREHOUSE, "hold_by_warehouse", LOCAL, "warehouse, kind, unit")                 \
    X(VIEW_HOLD_BY_MERCHANT, "hold_by_merchant", LOCAL, "merchant, warehouse, kind, unit")         \
    X(VIEW_STOCK_RECEIPT, "stock_receipt", LOCAL, "warehouse, time, posting, log, turn")           \
    X(VIEW_STOCK_WRITER, "stock_writer", LOCAL, "warehouse, log")                                  \
    X(VIEW_STOCK_KEEPER, "stock_keeper", LOCAL, "warehouse, node")                                 \
    X(VIEW_UNKNOWN_CODE, "unknown_code", SHARED, "shelf, carrier, hash of code")                   \
    X(VIEW_UNKNOWN_SHELF, "unknown_shelf", SHARED, "shelf")                                        \
    X(VIEW_LABEL, "label", SHARED, "label")                                                        \
    X(VIEW_LABEL_BY_RETURN, "label_by_return", LOCAL, "return, label")                             \
    X(VIEW_LABEL_BY_MERCHANT, "label_by_merchant", LOCAL, "merchant, label")                       \
    X(VIEW_LABEL_BY_BLOB, "label_by_blob", LOCAL, "hash, label")                                   \
    X(VIEW_SITE_ADDRESS, "site_address", SHARED, "warehouse, log")                                 \
    X(VIEW_LANE, "lane", SHARED, "lane")                                                           \
    X(VIEW_LANE_BY_MERCHANT, "lane_by_merchant", LOCAL, "merchant, country, lane")

/* X(table, beside): rows that a store lays beside those of another table, since neither is read or
 * written without the other. The keys of both begin with the id of what they are about. */
#define VIEW_BESIDE_LIST(X) X(VIEW_SCAN, VIEW_PARCEL)

#define VIEW_ENUM(NAME, word, class, key) NAME,
enum view_table { VIEW_TABLE_LIST(VIEW_ENUM) VIEW_TABLE_COUNT };
#undef VIEW_ENUM

const char *view_table_name(enum view_table table);
enum view_class view_table_class(enum view_table table);

struct row {
    struct span key;
    struct span value;
};

#define EVERY_ROW ((struct span){0}) /* a prefix of all keys */

struct rows_port {
    bool (*get)(void *world, unsigned table, struct span key, struct span *value);
    void (*put)(void *world, unsigned table, struct span key, struct span value);
    /* Puts the row if its key is new; else changes nothing and tells what is held. true: it was
     * put, or an error stands. One descent of a tree does what a get and a put do in two. */
    bool (*add)(void *world, unsigned table, struct span key, struct span value, struct span *held);
    void (*del)(void *world, unsigned table, struct span key); /* absent is no error */
    /* The first row whose key is >= from (> from when `after`), of those that begin with prefix.
     * false: none. */
    bool (*next)(void *world, unsigned table, struct span prefix, struct span from, bool after,
                 struct row *row);
    enum error (*error)(void *world);            /* the first error of this transaction */
    void (*fail)(void *world, enum error error); /* sets it, if none stands */
};

struct rows {
    void *world;
    const struct rows_port *port;
};

/* A key is put together from fixed-size parts, big-endian, so that its order is the order of its
 * parts. */
struct key {
    uint8_t bytes[ROW_KEY_BYTES_MAX];
    size_t size;
};
struct key key_of(const struct id *id);
struct key key_add_id(struct key key, const struct id *id);
struct key key_add_uint(struct key key, uint64_t value, unsigned bytes);
struct span key_span(const struct key *key);

/* false: absent (or an earlier error). A row that does not decode fails the port with
 * ERROR_CORRUPT. */
bool rows_load(const struct rows *rows, enum view_table table, const struct key *key,
               const struct shape *shape, void *value);
bool rows_has(const struct rows *rows, enum view_table table, const struct key *key);
void rows_store(const struct rows *rows, enum view_table table, const struct key *key,
                const struct shape *shape, const void *value);
/* Stores the row unless one is held. true: it was stored, or an error stands. */
bool rows_store_new(const struct rows *rows, enum view_table table, const struct key *key,
                    const struct shape *shape, const void *value);
/* An empty row: a member of a set. */
void rows_mark(const struct rows *rows, enum view_table table, const struct key *key);
void rows_drop(const struct rows *rows, enum view_table table, const struct key *key);
/* Walks the rows whose key begins with prefix, in key order. The walk remembers the key by value,
 * so puts and dels in between do no harm. */
struct walk {
    struct key prefix;
    struct key at;
    bool begun;
};
struct walk walk_over(const struct key *prefix);
bool walk_next(const struct rows *rows, enum view_table table, struct walk *walk, struct row *row);

#endif
