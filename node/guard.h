/* The guard: a small file beside the store, outside its backups, that says which store this
 * directory holds and how often it was started. A store that was put back from a copy, or copied to
 * another place, does not match it, and is in doubt: its logs may have gone on elsewhere (DESIGN
 * §2).
 *
 * What it sees: no guard; another store; a store that was started less often than the guard knows;
 * another file on the disk (a copy has another inode). What it cannot see: a whole machine set
 * back, guard and all; there the peers tell, since they hold more of its log than it does. */
#ifndef NODE_GUARD_H
#define NODE_GUARD_H

#include "proto/id.h"

#define GUARD_WHY_BYTES 300

struct guard {
    struct id node, store, log;
    uint64_t boots; /* starts so far */
    uint64_t inode; /* of the truth's data file */
};

enum guard_verdict { GUARD_MATCHES, GUARD_ABSENT, GUARD_OTHER, GUARD_OLDER, GUARD_COPY };

/* Reads DIR/guard. false: absent, or not to be read. */
bool guard_read(const char *directory, struct guard *guard);
enum error guard_write(const char *directory, const struct guard *guard,
                       char why[GUARD_WHY_BYTES]) MUST_USE;
/* Does the store, as it is now, match what the guard holds? The store counts a start first and the
 * guard after it, so a store that is one ahead was cut between the two. */
enum guard_verdict guard_judge(const struct guard *held, const struct guard *now);
/* A sentence for a person. */
const char *guard_verdict_text(enum guard_verdict verdict);
/* The inode of DIR/store/truth/data.mdb; 0: there is none. */
uint64_t guard_inode(const char *directory);

#endif
