/* DIR/run/ports: what a running node has bound, for whoever comes after it (the command line,
 * tests, the demo). Written whole or not at all once everything is bound; removed at an orderly
 * stop. A node that was killed leaves it behind: it says where the node was, not that it is. */
#ifndef NODE_PORTS_H
#define NODE_PORTS_H

#include "proto/error.h"

#include <stdbool.h>

#define PORTS_TEXT_BYTES 200

struct ports {
    unsigned http, mesh;             /* mesh 0: it only dials */
    char url[PORTS_TEXT_BYTES];      /* http://127.0.0.1:40123 */
    char endpoint[PORTS_TEXT_BYTES]; /* tcp://127.0.0.1:40124, or "" */
    long pid;
};

enum error ports_write(const char *directory, const struct ports *ports) MUST_USE;
bool ports_read(const char *directory, struct ports *ports);
void ports_remove(const char *directory);

#endif
