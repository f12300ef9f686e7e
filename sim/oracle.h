/* The oracle sees everything at once and says what must hold: at every call and commit, and when
 * the faults are over. A violation is remembered (the first one is the one to read) and ends the
 * seed. */
#ifndef SIM_ORACLE_H
#define SIM_ORACLE_H

#include "sim/clients.h"

#define ORACLE_SLOTS_MAX  4096
#define ORACLE_TEXT_BYTES 240

struct oracle_slot { /* what was ever called for it */
    struct id slot;
    char key[REFUND_KEY_BYTES];
    int64_t amount_minor;
    uint32_t sends, asks;
    uint64_t first_run; /* host << 32 | run that sent first */
};

struct oracle {
    struct clients *clients;
    char violation[ORACLE_TEXT_BYTES]; /* empty: none */
    struct oracle_slot slot[ORACLE_SLOTS_MAX];
    uint32_t slots;
    uint64_t told[HOSTS_MAX][LOGS_MAX]; /* own log lengths that left the host (I12) */
    uint64_t checks;
};

void oracle_open(struct world *world, struct oracle *oracle, struct clients *clients);
/* After calm and convergence: everything that must hold then. */
void oracle_finish(struct world *world);
/* All up hosts hold the same, and owe nothing. */
bool oracle_converged(struct world *world);
void oracle_fail(struct world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
