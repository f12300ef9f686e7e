/* What the core may rely on from a store, whatever fills the port: one list of promises, run
 * against every filling. A promise needs nothing of LMDB, files or durability; those have their own
 * tests. */
#ifndef TESTS_CONTRACT_STORE_PROMISES_H
#define TESTS_CONTRACT_STORE_PROMISES_H

#include "node/core/store.h"

/* A snapshot beside the writer. */
struct promised_reading {
    struct rows truth, views;
    void *held;
};

struct store_filling {
    const char *name;
    void *(*open)(void); /* fresh and empty; ends the program when it cannot */
    void (*close)(void *opened);
    struct store *(*port)(void *opened);
    /* NULL: this filling has no readings beside the turn. */
    void (*reading_begin)(void *opened, struct promised_reading *reading);
    void (*reading_end)(void *opened, struct promised_reading *reading);
};

/* Runs all promises; the number of broken ones. */
int store_promises_run(const struct store_filling *filling);

#endif
