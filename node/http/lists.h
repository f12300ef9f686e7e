/* Lists: which rows a query walks, declared as a table. A page goes on where the one before ended:
 * the cursor is the key of its last row, so rows that come or go in between do no harm. */
#ifndef NODE_HTTP_LISTS_H
#define NODE_HTTP_LISTS_H

#include "node/http/records.h"

#define LIST_LIMIT          50
#define LIST_LIMIT_MAX      200
#define LIST_SCANNED_MAX    2000 /* rows looked at for one page, seen by the reader or not */
#define LIST_SOURCES_MAX    3
#define LIST_PARAMETERS_MAX 12

enum list_form {
    LIST_ALL,      /* no parameter: the whole table */
    LIST_ID,       /* an id, the beginning of the row's key */
    LIST_PARCEL,   /* a tracking number, whose parcel's id begins the key */
    LIST_CODE,     /* a scanned code, the hash of whose form begins the key */
    LIST_PARCEL_IS /* a tracking number, whose parcel's id is the key */
};

struct list_source {
    const char *parameter; /* NULL with LIST_ALL */
    enum list_form form;
    enum view_table table;
    uint8_t at, size; /* of the record's id in the row's key */
};

struct page;
struct query;
struct visit;

struct list {
    const char *word; /* of the array in the answer */
    enum record_kind kind;
    struct list_source sources[LIST_SOURCES_MAX];
    unsigned sources_count;
    const char
        *own; /* a bearer bound to a merchant gets this parameter filled with it; NULL: none */
    /* With more filters than one: fills the page's source, prefix and bounds; on false the call has
     * been answered. NULL: as the sources say. */
    bool (*choose)(struct page *page, const struct query *query);
    const char *const *parameters; /* of choose; NULL at the end */
};

/* A list that is a sheet as well, for those who accept text/csv: the lines' shape, and what fills
 * one from the record's id. */
struct list_sheet {
    const struct list *list;
    const struct shape *shape;
    bool (*fill)(const struct reading *reading, struct span id, void *row);
};

/* What lists that walk by themselves share with those that are walked. A number from 1 on, cut at
 * the most; false: it is none. A key as a cursor, and back: false, it is none. The header that
 * leads to the next page of this very query. */
bool limit_read(const char *text, unsigned most, unsigned *limit);
void key_hex(const struct key *key, char text[2 * ROW_KEY_BYTES_MAX + 1]);
bool key_unhex(const char *text, struct key *key);
void visit_next_page(struct visit *visit, unsigned limit, const char *cursor,
                     const struct query *query);

/* returns.c */
extern const char *const returns_parameters[];
bool returns_choose(struct page *page, const struct query *query);
/* claims.c */
extern const char *const claims_parameters[];
bool claims_choose(struct page *page, const struct query *query);

/* followups.c */
extern const char *const followups_parameters[];
bool followups_choose(struct page *page, const struct query *query);

/* photos.c: by the thing of the path */
bool photos_choose(struct page *page, const struct query *query);

/* billing.c */
extern const char *const pair_parameters[], *const charges_parameters[];
bool fees_choose(struct page *page, const struct query *query);
bool charges_choose(struct page *page, const struct query *query);
bool balances_choose(struct page *page, const struct query *query);
bool statements_choose(struct page *page, const struct query *query);
bool charge_fill(const struct reading *reading, struct span id, void *row);
extern const struct shape statement_line_shape;

/* stock.c */
extern const char *const stock_parameters[], *const postings_parameters[];
bool stock_choose(struct page *page, const struct query *query);
bool postings_choose(struct page *page, const struct query *query);
/* stock_receipts.c */
extern const char *const receipts_parameters[];
extern const struct shape receipt_line_shape;
bool receipts_choose(struct page *page, const struct query *query);
bool receipt_fill(const struct reading *reading, struct span id, void *row);

/* batches.c */
extern const char *const batches_parameters[];
/* matching.c */
bool unclaimed_choose(struct page *page, const struct query *query);
extern const char *const unclaimed_parameters[];
bool batches_choose(struct page *page, const struct query *query);
bool manifest_choose(struct page *page, const struct query *query);
bool manifest_fill(const struct reading *reading, struct span id, void *row);
/* records_goods.c */
extern const char *const holds_parameters[];
bool holds_choose(struct page *page, const struct query *query);
/* unknown.c */
extern const char *const unknown_parameters[];
bool unknown_choose(struct page *page, const struct query *query);
/* exchanges.c */
extern const char *const exchanges_parameters[];
bool exchanges_choose(struct page *page, const struct query *query);
/* labels.c: by the return of the path */
bool labels_choose(struct page *page, const struct query *query);
/* repairs.c */
bool repairs_choose(struct page *page, const struct query *query);

extern const struct list list_unknown, list_stock, list_postings, list_bins, list_receipts;
extern const struct list list_fees, list_charges, list_balances, list_statements;
extern const struct list list_unclaimed, list_orders, list_returns, list_units, list_refunds,
    list_boxes, list_parcels, list_scans, list_members, list_warehouses, list_merchants, list_books,
    list_conflicts, list_requests, list_order_versions, list_skus, list_sku_versions, list_webhooks,
    list_grants, list_claims, list_links, list_erasures, list_correctives, list_article_versions,
    list_complaints, list_elsewhere, list_followups, list_plates, list_removals, list_inbounds,
    list_batches, list_manifest, list_photos, list_repairs, list_exchanges, list_checklist_versions,
    list_seconds, list_holds, list_recalls, list_labels, list_return_labels, list_lanes;

#endif
