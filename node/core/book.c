#include "node/core/book.h"

#include "proto/bugs.h"

uint64_t book_committed(const struct log *log)
{
    return log->own || BUG(fold_past_committed) ? log->row.last : log->row.committed;
}

bool book_is_ours(const struct log *log, const struct id *own_log, bool in_doubt)
{
    if (log->row.quarantined || log->row.retired) return false;
    if (log->row.log_type == LOG_NODE) return id_equal(&log->id, own_log);
    return !in_doubt && id_equal(&log->row.writer_log, own_log);
}

void book_settle(struct logs *logs, const struct id *own_log, bool in_doubt)
{
    for (uint32_t i = 0; i < logs->count; i++)
        logs->log[i].own = book_is_ours(&logs->log[i], own_log, in_doubt);
}
