/* Originals of photos on demand: a node that lacks a file asks the members it speaks with, one
 * after the other and piece by piece, and keeps what it gets when its hash is right; and it answers
 * those who ask. Nothing here waits for a peer: who wants a file asks again, and that is what
 * drives it.
 *
 * Bounded: so many files under way at once, one piece outstanding of each and one being served to
 * each member. Messages stand behind replication's in the same sessions, and lose nothing but
 * themselves when they are lost. */
#ifndef NODE_ORIGINALS_H
#define NODE_ORIGINALS_H

#include "node/blobs/keeper.h"
#include "node/engine.h"
#include "node/http/http.h"

#define ORIGINALS_MAX        4     /* files on their way here */
#define ORIGINALS_SERVED_MAX 8     /* pieces being read for others */
#define ORIGINAL_STALL_MS    5000  /* a member that brings none so long is passed over */
#define ORIGINAL_NOWHERE_MS  5000  /* so long nobody is asked again, when nobody had it */
#define ORIGINAL_LEFT_MS     60000 /* nobody wants it any more */

struct originals;
struct originals *originals_open(struct engine *engine, struct keeper *keeper,
                                 const struct crypto *crypto);
/* For http_options.original, from any thread: is it coming? */
enum http_original originals_want(void *originals, const struct hash *hash);
/* For engine_port.blob. */
void originals_take(void *originals, const struct id *node, enum message_type type,
                    struct span body);
/* Takes and asks for no more: before the keeper closes. Takes NULL. */
void originals_stop(struct originals *originals);
/* When the engine has stopped. Takes NULL. */
void originals_free(struct originals *originals);

#endif
