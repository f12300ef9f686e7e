/* Deadlines as they are shown: the row, and what only the moment and this node know of it, whether
 * it is overdue and whom it waits for. */
#ifndef NODE_HTTP_DEADLINES_H
#define NODE_HTTP_DEADLINES_H

#include "node/http/records.h"
#include "overseas-warehouse/view_rows.h"
#include "proto/json.h"

struct deadline_reading {
    const struct rows *rows;
    const struct id *own_log;
    uint64_t now_ms;
    uint64_t level_ms; /* as of when being late is told where now_ms is 0 */
};

/* "open", "overdue", "held", "met", "missed", "lifted" */
const char *deadline_state(const struct deadline_reading *reading, const struct deadline_row *row);
/* key: of VIEW_DEADLINE. */
void deadline_put(const struct deadline_reading *reading, struct span key,
                  const struct deadline_row *row, struct json_out *out);
/* Those of the return itself, as an array. */
void deadlines_put_of_return(const struct reading *from, const struct id *return_id,
                             struct json_out *out);
/* When the return is expected to be done, and from what that follows; nothing as of no moment. */
void expected_put_of_return(const struct reading *reading, const struct id *return_id,
                            struct json_out *out);

#endif
