/* One page of a list while it is made: lists.c walks, and a list with filters of its own
 * (returns.c) says from where to where. */
#ifndef NODE_HTTP_LIST_PAGE_H
#define NODE_HTTP_LIST_PAGE_H

#include "node/http/csv.h"
#include "node/http/door.h"
#include "node/http/lists.h"

struct page {
    struct visit *visit;
    const struct list *list;
    const struct list_source *source;
    const char *value; /* of the source's parameter */
    struct key prefix, after;
    struct key start;      /* rows begin behind it; empty: with the prefix */
    uint64_t until_ms;     /* rows whose time, behind the prefix, is so late end it; 0: none do */
    bool resumed;          /* after holds where the page before ended */
    bool covered;          /* what the filter names is the reader's */
    enum record_kind kind; /* of this source; RECORD_NONE: the list's */
    struct {
        size_t at; /* in the key */
        struct id id;
    } only; /* rows that bear it; zero: all */
    unsigned limit, shown, scanned;
    struct reading reading;
    struct json_out out;
    const struct list_sheet *as; /* NULL: JSON is wanted */
    struct csv_out sheet;
};

/* Answers the call; false, for the caller to return. */
bool page_refuse(struct page *page, enum error error, const char *detail);
/* The merchant that is asked for, or the bearer's only one; zero: all. *page says whether the
 * bearer may see it. On false the call has been answered. */
bool page_read_merchant(struct page *page, const char *text, struct id *merchant);
/* By merchant, warehouse or both, where the key of by_merchant goes on with the warehouse. A bearer
 * who is bound to a merchant walks what is its own, and meets no other's. */
bool page_choose_owned(struct page *page, const struct query *query, const struct list_source *all,
                       const struct list_source *by_merchant,
                       const struct list_source *by_warehouse);

/* Of the rows those that bear this id so far behind the beginning of their key. The others count as
 * looked at. */
void page_only(struct page *page, size_t at, const struct id *id);

#endif
