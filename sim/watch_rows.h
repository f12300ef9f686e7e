/* What is looked at on the spot of books, entry by entry: each moves its record by the row that it
 * names, from where the record stood; and an order's lines still add up. */
#ifndef SIM_WATCH_ROWS_H
#define SIM_WATCH_ROWS_H

#include "sim/world.h"

/* Within the host's begin_read, once for each entry, in the order of its log. */
void watch_rows(struct host *host, const struct event_header *header, struct span payload);
/* The same, at every host; the entry is folded there. */
void watch_lines(struct host *host, const struct event_header *header, struct span payload);

#endif
