/* The one thread that works on files of photos: it decodes strangers' pictures, which may take a
 * second or two, reads originals, and sweeps away what no entry names any more. Any thread hands it
 * jobs; the queue is bounded, and a full one refuses at once.
 *
 * What was just put is pinned until its maker lets go of it, so that no sweep comes between a file
 * and the entry that names it. */
#ifndef NODE_BLOBS_KEEPER_H
#define NODE_BLOBS_KEEPER_H

#include "node/blobs/files.h"
#include "node/blobs/picture.h"

#define KEEPER_JOBS_MAX    16u /* that wait or are done */
#define KEEPER_UPLOADS_MAX 4u  /* of these, and until they are let go: each holds a whole file */

enum keeper_task {
    KEEPER_TAKE,  /* bytes: made clean, and put */
    KEEPER_READ,  /* hash: the whole file */
    KEEPER_SERVE, /* the same for another node: only of what an entry here names */
    KEEPER_STORE  /* bytes that another node brought, as they are, if hash is theirs */
};

struct keeper_job {
    struct keeper_job *next;
    enum keeper_task task;
    struct span bytes; /* of KEEPER_TAKE, KEEPER_STORE: as they were sent; they live until done */
    struct hash hash;  /* which; of KEEPER_TAKE: what it is called now, pinned */
    enum error error;
    char why[BLOB_WHY_BYTES];
    enum blob_kind kind; /* of KEEPER_TAKE: what is kept */
    uint8_t *file;       /* of KEEPER_READ, KEEPER_SERVE: the maker frees it */
    size_t size;         /* of what is kept, or was read */
    uint8_t thumbnail[THUMBNAIL_BYTES_MAX];
    size_t thumbnail_size; /* 0: it has none */
    /* On the keeper's thread. Owns the job. */
    void (*done)(struct keeper_job *job);
};

struct keeper;
struct keeper_options {
    const char *root; /* copied */
    const struct crypto *crypto;
    uint64_t sweep_ms; /* between two sweeps; 0: an hour */
    /* Does an entry here name the file? *known false: that cannot be said now, and nothing is
     * swept. On the keeper's thread. */
    bool (*names)(void *world, const struct hash *hash, bool *known);
    void *world;
};
/* Sweeps once, in its thread, before the first job. NULL and the sentence in why on failure. */
struct keeper *keeper_open(const struct keeper_options *options, char why[BLOB_WHY_BYTES]);
/* false: too much waits, or too many uploads are open; the maker keeps the job. */
bool keeper_submit(struct keeper *keeper, struct keeper_job *job);
/* The maker of a KEEPER_TAKE that ended well has its entry, or will have none: the pin goes. Each
 * such job once; of one that ended in an error the keeper has let go itself. */
void keeper_let_go(struct keeper *keeper, const struct hash *hash);
/* What the last sweep took away, and how many there were; for metrics and tests. */
void keeper_swept(struct keeper *keeper, uint64_t *sweeps, uint64_t *dropped);
/* Ends what is under way; jobs left are done with ERROR_BUSY. Takes NULL. */
void keeper_close(struct keeper *keeper);

#endif
