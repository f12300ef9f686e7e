/* From the entries of a book to the messages of one endpoint, read in a snapshot of the store. */
#ifndef NODE_HOOKS_SCAN_H
#define NODE_HOOKS_SCAN_H

#include "node/core/log.h"
#include "node/hooks/plan.h"
#include "node/store/store_lmdb.h"
#include "overseas-warehouse/business.h"

struct scan; /* too large for a stack */
struct scan *scan_new(const struct crypto *crypto);
void scan_free(struct scan *scan); /* takes NULL */

/* The snapshot that is read from until the next call; the caller's. */
void scan_look_at(struct scan *scan, const struct store_reading *reading);

/* The log as the snapshot has it. false: it is not held. */
bool scan_log(struct scan *scan, const struct id *log, struct log_row *row);
/* The last entry of the log that is committed and folded in the snapshot. */
uint64_t scan_readable(struct scan *scan, const struct id *log, const struct log_row *row);

/* Reads on, at most so many entries: what the endpoint wants goes into its window. true: there is
 * more to read and room for it. */
bool scan_line(struct scan *scan, struct plan_line *line, const struct webhook_row *row,
               uint64_t readable, unsigned entries);
/* Puts one message into the window that was under way when the line was checked in. */
void scan_add(struct scan *scan, struct plan_line *line, const struct webhook_row *row,
              const struct hook_under_way *message);
/* The body of a message; false: the entry cannot be read. */
bool scan_body(struct scan *scan, const struct id *book, uint64_t idx, enum hook_type type,
               char body[HOOK_BODY_BYTES_MAX], struct span *out);

#endif
