/* Records as the HTTP interface shows them: a row of a view under its id, with the few rows that
 * belong to it. Whoever is bound to a merchant sees that merchant's records, and of the others not
 * even that they are there. */
#ifndef NODE_HTTP_RECORDS_H
#define NODE_HTTP_RECORDS_H

#include "node/core/mesh_rows.h"
#include "node/http/scope.h"
#include "overseas-warehouse/view_rows.h"
#include "proto/json.h"

enum record_kind {
    RECORD_NONE,
    RECORD_ORDER,
    RECORD_RETURN,
    RECORD_UNIT,
    RECORD_BOX,
    RECORD_REFUND,
    RECORD_PARCEL,
    RECORD_SCAN, /* id: the row's key, of two ids */
    RECORD_MEMBER,
    RECORD_WAREHOUSE,
    RECORD_MERCHANT,
    RECORD_BOOK,
    RECORD_CONFLICT, /* id: the row's key */
    RECORD_REQUEST,
    RECORD_ORDER_VERSION, /* id: the row's key */
    RECORD_ELSEWHERE,     /* id: the row's key */
    RECORD_SKU,
    RECORD_GROUP,
    RECORD_SKU_VERSION, /* id: the row's key */
    RECORD_POLICY,      /* id: the merchant's */
    RECORD_WEBHOOK,
    RECORD_LINK,
    RECORD_BUYERS, /* a return as its buyer sees it */
    RECORD_GRANT,
    RECORD_CLAIM,   /* against a carrier or a warehouse */
    RECORD_ERASURE, /* id: the subject */
    RECORD_CORRECTIVE,
    RECORD_ARTICLE,
    RECORD_ARTICLE_VERSION, /* id: the row's key */
    RECORD_COMPLAINT,
    RECORD_FOLLOWUP, /* id: the return */
    RECORD_COST,     /* id: the merchant's */
    RECORD_FEE,      /* these four: id: the row's key */
    RECORD_CHARGE,
    RECORD_BALANCE,
    RECORD_STATEMENT,
    RECORD_PLATE,
    RECORD_REMOVAL,
    RECORD_INBOUND,
    RECORD_BATCH,
    RECORD_MANIFEST_LINE, /* id: the row's key */
    RECORD_PHOTO,         /* id: the row's key */
    RECORD_REPAIR,
    RECORD_UNCLAIMED, /* a box in the queue to identify */
    RECORD_STOCK,     /* id: the row's key */
    RECORD_STOCK_AT,  /* the same; id: the key of the index by bin */
    RECORD_POSTING,
    RECORD_BIN,               /* id: warehouse, hash of the bin */
    RECORD_RECEIPT,           /* id: the key of the index */
    RECORD_CHECKLIST,         /* id: the SKU */
    RECORD_CHECKLIST_VERSION, /* id: the row's key */
    RECORD_SCALE,             /* id: the merchant's */
    RECORD_SECOND,            /* id: the unit */
    RECORD_HOLD,              /* id: kind (1 byte), unit */
    RECORD_RECALL,            /* id: the key of the index */
    RECORD_EXCHANGE,
    RECORD_UNKNOWN_CODE, /* id: the row's key */
    RECORD_LABEL,
    RECORD_LANE,
    RECORD_KIND_COUNT
};

struct reading {
    const struct rows *rows; /* of the views */
    const struct crypto *crypto;
    struct scope scope; /* whose records the reader may know of */
    uint64_t now_ms;    /* 0: as of no moment, and nothing is told that follows from it */
};

/* The path under which one record of the kind is read: "/v1/returns/"; NULL: it is only listed. */
const char *record_path(enum record_kind kind);
/* Puts the record as an object (under key, when it is not NULL). false: there is none, or none that
 * this reader may see; nothing was put. version: 0 when the kind has none. */
bool record_put(const struct reading *reading, enum record_kind kind, struct span id,
                struct json_out *out, const char *key, uint64_t *version);
/* links.c: of RECORD_BUYERS */
bool buyer_put(const struct reading *reading, const struct id *id, struct json_out *out,
               const char *key, uint64_t *version);
/* erasures.c: of RECORD_ERASURE. heard: what tells when each member was heard; NULL: not told. */
struct http;
struct last_heard {
    const struct http *http; /* with its status as of now */
    const struct rows *truth;
    uint64_t now_ms;
};
bool erasure_put(const struct reading *reading, const struct id *subject,
                 const struct last_heard *heard, struct json_out *out, const char *key);
/* 0: nothing was ever heard of it. */
uint64_t last_heard_ms(const struct last_heard *heard, const struct member *member);
/* photos.c */
bool photo_put_record(const struct reading *reading, struct span id, struct json_out *out,
                      const char *key);
/* plates.c */
bool plate_put_record(const struct reading *reading, const struct id *id, struct json_out *out,
                      const char *key, uint64_t *version);
bool removal_put_record(const struct reading *reading, const struct id *id, struct json_out *out,
                        const char *key, uint64_t *version);
bool inbound_put_record(const struct reading *reading, const struct id *id, struct json_out *out,
                        const char *key, uint64_t *version);
bool origin_put(const struct reading *reading, const struct id *unit, struct json_out *out);
/* matching.c: of RECORD_UNCLAIMED */
bool unclaimed_put_record(const struct reading *reading, const struct id *box, struct json_out *out,
                          const char *key);
/* batches.c */
bool batch_put_record(const struct reading *reading, const struct id *id, struct json_out *out,
                      const char *key, uint64_t *version);
bool manifest_put_record(const struct reading *reading, struct span id, struct json_out *out,
                         const char *key);
/* exchanges.c */
bool exchange_put_record(const struct reading *reading, const struct id *id, struct json_out *out,
                         const char *key, uint64_t *version);
/* labels.c; and a warehouse's "address", if its node has told one */
bool label_put_record(const struct reading *reading, const struct id *id, struct json_out *out,
                      const char *key, uint64_t *version);
void site_address_put_in(const struct reading *reading, const struct id *warehouse,
                         struct json_out *out);
/* lanes.c */
bool lane_put_record(const struct reading *reading, const struct id *id, struct json_out *out,
                     const char *key, uint64_t *version);
/* repairs.c */
bool repair_put_record(const struct reading *reading, const struct id *id, struct json_out *out,
                       const char *key, uint64_t *version);
/* numbers.c: of RECORD_CORRECTIVE */
bool corrective_put(const struct reading *reading, const struct id *id, struct json_out *out,
                    const char *key, uint64_t *version);
/* care.c: of RECORD_ARTICLE and RECORD_ARTICLE_VERSION, and of RECORD_COMPLAINT; a return's tags */
bool article_put_record(const struct reading *reading, struct span id, struct json_out *out,
                        const char *key, uint64_t *version);
bool complaint_put_record(const struct reading *reading, const struct id *id, struct json_out *out,
                          const char *key, uint64_t *version);
/* persons.c: what is stored of the person behind a return. false: nothing was. */
bool persons_put(const struct reading *reading, const struct id *subject, struct json_out *out);
/* followups.c: of RECORD_FOLLOWUP; what a buyer is shown of it */
bool followup_put_record(const struct reading *reading, const struct id *return_id,
                         struct json_out *out, const char *key, uint64_t *version);
void followup_put_for_buyer(const struct reading *reading, const struct id *return_id,
                            struct json_out *out);
/* "counted": what was announced, what came, and what of it is too few, too many or foreign; by_line
 * of so many lines. */
void counts_put(struct json_out *out, const struct receipt_count *counts, uint32_t lines);
void tags_put(const struct reading *reading, const struct id *return_id, struct json_out *out);
/* billing.c: of RECORD_FEE and those after it */
bool fee_put_record(const struct reading *reading, struct span id, struct json_out *out,
                    const char *key);
bool charge_put_record(const struct reading *reading, struct span id, struct json_out *out,
                       const char *key);
bool balance_put_record(const struct reading *reading, struct span id, struct json_out *out,
                        const char *key);
bool statement_put_record(const struct reading *reading, struct span id, struct json_out *out,
                          const char *key);
/* The record that a command is about. */
enum record_kind record_of_command(enum command_kind kind);

/* A merchant's policy: the version that held at a moment, or one by its number, or (both 0) the
 * newest; with all versions, and where it gives less than the law. As record_put. */
struct policy_wish {
    uint64_t at_ms, version;
};
bool policy_put_record(const struct reading *reading, const struct id *merchant,
                       const struct policy_wish *wish, struct json_out *out, const char *key,
                       uint64_t *version);
/* worth.c: the same of a merchant's cost table */
bool cost_put_record(const struct reading *reading, const struct id *merchant,
                     const struct policy_wish *wish, struct json_out *out, const char *key,
                     uint64_t *version);

#endif
