/* Faults: which of them a seed has, how often they strike, and when they end (calm). Each kind is
 * off in half of the seeds, so that every fault also meets a world without the others (swarm). */
#ifndef SIM_FAULTS_H
#define SIM_FAULTS_H

#include "sim/world.h"

/* X(NAME, word) ; F-numbers are those of the manual's table */
#define FAULT_LIST(X)                                                                              \
    X(FAULT_LOSS, "F1 message lost")                                                               \
    X(FAULT_DUPLICATE, "F2 message doubled")                                                       \
    X(FAULT_REORDER, "F3 message overtaken")                                                       \
    X(FAULT_CUT, "F4 symmetric cut")                                                               \
    X(FAULT_CUT_ONE_WAY, "F5 one-way cut")                                                         \
    X(FAULT_CUT_TRIANGLE, "F6 non-transitive cut")                                                 \
    X(FAULT_CLOG, "F7 clog, opened one by one")                                                    \
    X(FAULT_SLOW, "F8 slow link")                                                                  \
    X(FAULT_CRASH, "F9 crash")                                                                     \
    X(FAULT_CRASH_BEFORE, "F10 crash before the commit")                                           \
    X(FAULT_CRASH_BETWEEN, "F10 crash between truth and views")                                    \
    X(FAULT_CRASH_AFTER, "F10 crash after the commit")                                             \
    X(FAULT_PAUSE, "F11 pause")                                                                    \
    X(FAULT_CLOCK_JUMP, "F12 clock jump")                                                          \
    X(FAULT_CLOCK_DRIFT, "F12 clock drift")                                                        \
    X(FAULT_CLOCK_FAR, "F12 clock in 2038")                                                        \
    X(FAULT_FULL_PUT, "F13 no room at a put")                                                      \
    X(FAULT_FULL_COMMIT, "F13 no room at the commit")                                              \
    X(FAULT_FULL_WHILE, "F13 disk full for a while")                                               \
    X(FAULT_EIO, "F14 commit of unknown outcome")                                                  \
    X(FAULT_LOST_DISK, "F16 disk lost")                                                            \
    X(FAULT_OLD_COPY, "F17 old copy restored")                                                     \
    X(FAULT_CLONE, "F18 store cloned")                                                             \
    X(FAULT_PROVIDER_SILENT, "F22 provider silent after paying")                                   \
    X(FAULT_PROVIDER_LOST, "F22 provider never heard")                                             \
    X(FAULT_PROVIDER_DOWN, "F22 provider down for a day")                                          \
    X(FAULT_PROVIDER_ERROR, "F22 provider answers 5xx")                                            \
    X(FAULT_PROVIDER_FORGETS, "F22 provider forgets keys")                                         \
    X(FAULT_PROVIDER_MUTE, "F22 provider cannot be asked")                                         \
    X(FAULT_PROVIDER_TWICE, "F22 provider answers twice")                                          \
    X(FAULT_PROVIDER_REFUSES, "F22 provider refuses for good")                                     \
    X(FAULT_RETRY_SAME, "F24 client retries, same body")                                           \
    X(FAULT_RETRY_OTHER, "F24 client retries, other body")                                         \
    X(FAULT_ALTERED, "F23 entries altered by a member")                                            \
    X(FAULT_COMMITS_LATER, "F21 a book commits later than it seals")

#define FAULT_ENUM(NAME, word) NAME,
enum fault_kind { FAULT_LIST(FAULT_ENUM) FAULT_COUNT };
#undef FAULT_ENUM

struct faults {
    bool on[FAULT_COUNT];
    uint64_t struck[FAULT_COUNT];
    bool calm;
    uint64_t mean_us[FAULT_COUNT]; /* between two strikes of a kind that strikes by itself */
};

/* Something struck once; told stories have no faults to count. */
void fault_count(struct world *world, enum fault_kind fault);
/* The same, and the trace says so. */
void fault_struck(struct world *world, enum fault_kind fault);
const char *fault_word(enum fault_kind fault);
/* Draws the faults of this seed and begins to plan them. */
void faults_open(struct world *world, struct faults *faults);
/* A host called the provider: now and then it dies before the answer is there. */
void faults_after_call(struct world *world, struct host *host);
/* A host crashed: it starts again after a while. */
void faults_restart(struct world *world, struct host *host);
/* Ends them all: links heal, hosts start, disks have room, clocks are right and confirmed. */
void faults_calm(struct world *world, struct faults *faults);

#endif
