/* The files of blobs under a node's home, named by the SHA-256 of their bytes: ROOT/ab/abcd...
 *
 * A file is there whole or not at all (beside, flushed, renamed, the folder flushed), so whoever
 * writes it before the entry that names it never has an entry without its file. The other way round
 * a crash leaves a file that no entry names: sweep takes those away, at start, before anybody may
 * put a new one. What is read is held against its name. Any thread may call; put, drop and sweep
 * from one at a time. */
#ifndef NODE_BLOBS_FILES_H
#define NODE_BLOBS_FILES_H

#include "node/blobs/kind.h"
#include "proto/crypto.h"
#include "proto/error.h"

#define BLOB_ROOT_BYTES_MAX 3900
#define BLOB_WHY_BYTES      200

struct blob_files {
    const struct crypto *crypto;
    char root[BLOB_ROOT_BYTES_MAX];
};

/* Makes the folder when it is missing. */
enum error blob_files_open(struct blob_files *files, const char *root, const struct crypto *crypto,
                           char why[BLOB_WHY_BYTES]) MUST_USE;
/* *hash is what the bytes are called. To put what is there already changes nothing. ERROR_FULL: the
 * disk is, and nothing was kept. */
enum error blob_files_put(const struct blob_files *files, struct span bytes, struct hash *hash,
                          char why[BLOB_WHY_BYTES]) MUST_USE;
/* *size bytes into room. ERROR_NOT_FOUND; ERROR_CORRUPT: they are not what was put. */
enum error blob_files_get(const struct blob_files *files, const struct hash *hash,
                          uint8_t room[BLOB_BYTES_MAX], size_t *size,
                          char why[BLOB_WHY_BYTES]) MUST_USE;
/* OK also when there is none. */
enum error blob_files_drop(const struct blob_files *files, const struct hash *hash,
                           char why[BLOB_WHY_BYTES]) MUST_USE;
/* Takes away what is not wanted, and what a crash left half written; *dropped counts them. What is
 * no file of ours stays. */
enum error blob_files_sweep(const struct blob_files *files,
                            bool (*wanted)(void *world, const struct hash *hash), void *world,
                            uint64_t *dropped, char why[BLOB_WHY_BYTES]) MUST_USE;

#endif
