/* The store by itself under the explorer: turns whose whole content follows from their number, so
 * that after a crash every byte can be judged. */
#ifndef TESTS_CRASH_STORE_WORKLOAD_H
#define TESTS_CRASH_STORE_WORKLOAD_H

#include "tests/crash/explorer.h"

extern const struct crash_workload store_workload;

#endif
