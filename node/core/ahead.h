/* What can be known of a message's entries before the writer comes to it: their hashes, and the
 * rows that those add which are the first about their thing. Whoever has a thread to spare works it
 * out; a node that catches up is bound by its writer. It goes with the very bytes that it was made
 * of. */
#ifndef NODE_CORE_AHEAD_H
#define NODE_CORE_AHEAD_H

#include "overseas-warehouse/business.h"
#include "proto/messages.h"

struct ahead {
    const struct entry_hashes *hashes;
    const struct span *rows; /* of business_ahead; empty where there are none */
    uint32_t count;          /* entries, from the first on; 0: nothing was worked out */
};

/* How much memory it takes: a small multiple of the message, however many entries that announces.
 * 0: it is no DATA. */
size_t ahead_bytes(struct span message);
/* room: of ahead_bytes, aligned for a pointer; it and the message outlive what is returned. The
 * crypto's hash must serve this thread. */
struct ahead ahead_make(const struct crypto *crypto, struct span message, void *room, size_t size);

#endif
