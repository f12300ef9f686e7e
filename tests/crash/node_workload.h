/* A whole node's core under the explorer: commands, their entries in three logs with chain and
 * seals, what they imply, and refunds on their way. */
#ifndef TESTS_CRASH_NODE_WORKLOAD_H
#define TESTS_CRASH_NODE_WORKLOAD_H

#include "tests/crash/explorer.h"

extern const struct crash_workload node_workload;

#endif
