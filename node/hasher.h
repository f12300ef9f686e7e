/* A thread that hashes rows for the digests while the writer goes on (the port `struct hasher` of
 * proto/crypto.h).
 *
 * What is added is copied into blocks; full ones go to the thread. When the thread has fallen
 * behind, or when it is time to gather, the writer hashes what nobody has begun: it never waits for
 * more than the one block that is under way. So a small turn, which fills no block, wakes nobody.
 *
 * add and gather belong to one thread at a time. */
#ifndef NODE_HASHER_H
#define NODE_HASHER_H

#include "proto/crypto.h"

struct hasher_thread;

/* Over the crypto's sha256, which must serve any thread. NULL: no memory, or no thread. */
struct hasher_thread *hasher_open(const struct crypto *crypto);
const struct hasher *hasher_port(const struct hasher_thread *hasher);
void hasher_close(struct hasher_thread *hasher); /* takes NULL */

#endif
