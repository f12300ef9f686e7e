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
    bool by_doubtful;   /* a restored or cloned store called it: detected, not prevented */
};

struct oracle {
    struct clients *clients;
    char violation[ORACLE_TEXT_BYTES]; /* empty: none */
    struct oracle_slot slot[ORACLE_SLOTS_MAX];
    uint32_t slots;
    uint64_t told[HOSTS_MAX]; /* of the own node log, when anything last left the host (I12) */
    uint64_t checks;
};

void oracle_open(struct world *world, struct oracle *oracle, struct clients *clients);
/* A slot that a lost, restored or cloned store had a hand in: its guard was the disk. */
bool oracle_excuses(const struct world *world, const struct oracle_slot *slot);
/* After calm and convergence: everything that must hold then. */
void oracle_finish(struct world *world);
/* All up hosts hold the same, and owe nothing; else why says who does not. */
bool oracle_converged(struct world *world, char why[ORACLE_TEXT_BYTES]);
void oracle_fail(struct world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
