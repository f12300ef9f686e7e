/* What is looked at on the spot of stock: that accounts sum to nothing, that no pool owes a piece
 * by a decision, that a bin holds what it can, and that a person is told of goods that the book did
 * not know. */
#ifndef SIM_WATCH_STOCK_H
#define SIM_WATCH_STOCK_H

#include "sim/world.h"

/* A new entry of a log, as it stands at a host whose views have folded it. */
void watch_stock(struct host *host, const struct event_header *header, struct span payload);

#endif
