/* A field of a body that a form wrote (application/x-www-form-urlencoded). */
#ifndef CARRIERS_FORM_H
#define CARRIERS_FORM_H

#include "proto/span.h"

#define FORM_BYTES_MAX (64u * 1024) /* of one decoded field */

/* The first field of that name, decoded into room. at = NULL: there is none, it is written wrongly,
 * or it is longer than room. */
struct span form_field(struct span body, struct span name, uint8_t *room, size_t size);

#endif
