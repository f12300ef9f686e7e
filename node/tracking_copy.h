/* Trackings on their way into the engine: a record lives only while its adapter speaks, so it is
 * copied with its texts, which is much cheaper than through its encoded form. */
#ifndef NODE_TRACKING_COPY_H
#define NODE_TRACKING_COPY_H

#include "proto/commands.h"

/* How many bytes the texts of the tracking and its scans take. */
size_t tracking_copy_bytes(const struct tracking *tracking);
/* Copies the record into the body and its texts into room, which takes that many bytes and lives as
 * long as the body is used. */
void tracking_copy(union command_body *body, const struct tracking *tracking, uint8_t *room);

#endif
