/* What two kinds of members do to the DATA they send, which a good one of this build does not do:
 * one whose memory is broken, or who means harm, changes a bit; one of a later build, whose books
 * have more voters, seals entries that are not committed yet. */
#ifndef SIM_WIRE_H
#define SIM_WIRE_H

#include "sim/world.h"

/* Changes a message in place; returns its size, which never grows. */
size_t wire_change(struct host *sender, uint8_t *bytes, size_t size);
bool wire_is_data(const uint8_t *bytes, size_t size);

#endif
