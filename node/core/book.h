/* Books: who leads one, and the one place that says whether an entry of a log is committed.
 *
 * A node log's entry is committed by its own disk. A book's entry is committed when a majority of
 * its voters hold it and it bears the present term; with one voter, which this build has, that is
 * the leader's own disk. Leader, term and voters are entries of the book itself. */
#ifndef NODE_CORE_BOOK_H
#define NODE_CORE_BOOK_H

#include "node/core/log.h"

/* The last entry of the log that a fold may take: what seals say is committed; for a log that this
 * node writes, all of it, since the turn that appends it commits it before anything leaves. */
uint64_t book_committed(const struct log *log);
/* Does this store write the log? Its own node log, or a book whose latest leadership entry names
 * this store. A store in doubt writes no book. */
bool book_is_ours(const struct log *log, const struct id *own_log, bool in_doubt);
/* After a batch of another: takes over or gives up what a leadership entry says. */
void book_settle(struct logs *logs, const struct id *own_log, bool in_doubt);

#endif
