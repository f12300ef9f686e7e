/* A server that says what a test tells it to say, byte for byte, and remembers what it was asked:
 * for everything that a decent server would never do. One connection at a time, on loopback. */
#ifndef TESTS_NODE_SCRIPTED_H
#define TESTS_NODE_SCRIPTED_H

#include <stddef.h>

#define SCRIPTED_ASKED_MAX   64
#define SCRIPTED_ASKED_BYTES 8192

struct scripted;

struct scripted *scripted_start(void);
void scripted_stop(struct scripted *server);
unsigned scripted_port(const struct scripted *server);
/* What the next connections are told, in order; the text is copied, sent as it is, and the
 * connection closed. SCRIPTED_HANG: nothing, for as long as the client waits. Without a line it
 * closes at once. */
#define SCRIPTED_HANG ((const char *)1)
void scripted_say(struct scripted *server, const char *answer);
/* Before the first connection: how long one stays open after its answer. reused: how many clients
 * have used one again. */
void scripted_keep(struct scripted *server, int ms);
unsigned scripted_reused(struct scripted *server);
/* Whole requests so far, and one of them. */
unsigned scripted_count(struct scripted *server);
const char *scripted_asked(struct scripted *server, unsigned at);

#endif
