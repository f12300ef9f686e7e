/* Batches made by hand, right ones and wrong ones: a stretch of a log as whoever holds a key could
 * write it. */
#ifndef TESTS_NODE_CORE_FORGE_H
#define TESTS_NODE_CORE_FORGE_H

#include "node/core/log.h"
#include "node/keys.h"

#define FORGE_EVENTS_MAX 64
#define FORGE_BYTES_MAX  (512u * 1024)

struct forge {
    const struct crypto *crypto; /* whose key seals */
    struct id log;
    uint64_t first;
    uint32_t count;
    uint64_t term;
    struct hash prev, hash; /* of the last entry, and of the one before it */
    struct event event[FORGE_EVENTS_MAX];
    size_t used;
    uint8_t bytes[FORGE_BYTES_MAX];
};

/* Begins a stretch after the entry whose hash is prev (NULL: the log's beginning). */
void forge_begin(struct forge *forge, const struct crypto *crypto, const struct id *log,
                 uint64_t first, const struct hash *prev);
/* Fills in log, idx, term, prev, phash and plen, where `header` has them zero, and adds the entry.
 */
void forge_add(struct forge *forge, const struct event_header *header, struct span payload);
void forge_record(struct forge *forge, unsigned kind, const struct shape *shape,
                  const void *record);
void forge_text(struct forge *forge, const char *payload); /* an entry of an unknown kind */
/* The DATA body; committed_through: as the seal shall say. */
struct span forge_seal(struct forge *forge, uint64_t committed_through);

#endif
