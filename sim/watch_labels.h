/* What is looked at of labels: each is bought once, nothing is called of what the book calls
 * unknown, and in the end the book says what the carriers' ledger says. */
#ifndef SIM_WATCH_LABELS_H
#define SIM_WATCH_LABELS_H

#include "sim/world.h"

/* The carrier sold one. */
void watch_sold(struct world *world, const struct carrier_entry *entry);
/* A call is leaving the host. */
void watch_bought(struct host *host, const struct label_call *call);
/* A new entry of a log, as it stands at a host whose views have folded it. */
void watch_label(struct host *host, const struct event_header *header, struct span payload);
/* Everybody holds the same and owes nothing. */
void labels_check(struct world *world, struct host *host);

#endif
