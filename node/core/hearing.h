/* Who has been heard, and until when. A deadline whose end cannot be undone fires only when the
 * node that decides holds every log through which somebody may have answered, up to the due time. A
 * node that was asked nothing proves it by a BEAT in its log: what was asked of it by then stands
 * before that entry. The stamps of the hybrid clock could not say it: they run ahead with the
 * clocks of others, and a beat is written only by a clock that is trusted. */
#ifndef NODE_CORE_HEARING_H
#define NODE_CORE_HEARING_H

#include "overseas-warehouse/rows.h"

#define BEAT_MS (60u * 1000) /* between two beats of a node, at least */

/* Until when every other log was heard: of members that were not put out, and of former stores of
 * theirs, as far as these are not named as succeeded and held to the end. own_log needs no beat:
 * what is asked here is decided here. No other: UINT64_MAX. */
uint64_t hearing_until(const struct rows *rows, const struct id *own_log);
/* The members that are awaited for a deadline of that time; at most nodes_max, each once. */
uint32_t hearing_awaited(const struct rows *rows, const struct id *own_log, uint64_t due_ms,
                         struct id *nodes, uint32_t nodes_max);
/* How far a log's own word goes. */
uint64_t hearing_of(const struct rows *rows, const struct id *log);

#endif
