/* What is looked at on the spot of goods: that a unit stays the thing it is from hop to hop, is
 * done with only as its condition and its owner allow, belongs to a return only as far as the
 * return's claim goes, and that a person is told where things contradict each other. */
#ifndef SIM_WATCH_FLOOR_H
#define SIM_WATCH_FLOOR_H

#include "sim/world.h"

/* A new entry of a log, as it stands at a host whose views have folded it. */
void watch_floor(struct host *host, const struct event_header *header, struct span payload);

#endif
