/* Whose records a bearer may know of: everybody's, or those of some merchants and of no other. It
 * is asked wherever a record is shown or named; what it does not cover is answered like what is not
 * there. */
#ifndef NODE_HTTP_SCOPE_H
#define NODE_HTTP_SCOPE_H

#include "proto/id.h"

#define SCOPE_MERCHANTS_MAX 16

struct scope {
    uint32_t count; /* 0: bound to none, it covers all */
    struct id merchants[SCOPE_MERCHANTS_MAX];
};

bool scope_is_bound(const struct scope *scope);
bool scope_covers(const struct scope *scope, const struct id *merchant);
/* The merchant of a scope that covers just one; zero otherwise. */
struct id scope_only(const struct scope *scope);
void scope_add(struct scope *scope, const struct id *merchant); /* zero adds nothing */

#endif
