/* Names to numbers. libzmq asks for the name in an address on the one thread that moves the bytes
 * of all links, and waits there: a name server that does not answer would hold up every link, and
 * the stop. So the question runs on a thread of its own, and whoever asked looks for the answer
 * later or goes away; nothing here waits. */
#ifndef NODE_MESH_NAMES_H
#define NODE_MESH_NAMES_H

#include "node/mesh/mesh.h"

#define NAMES_FOUND_MAX   8  /* addresses of one name that are looked at */
#define NAMES_RUNNING_MAX 64 /* questions that run at once, in this process */

/* Whether what stands for the host is no number, so that it has to be asked for. */
bool names_is_name(const char *address);

struct question;
/* Asks; wake is an eventfd that is written to when the answer is there. NULL: no room now. */
struct question *question_ask(const char *address, int wake);
bool question_is_answered(struct question *question);
/* Once it is answered: the address with a number for the name, the next one at each turn. false:
 * there is no such name, or nobody who knows. */
bool question_answer(const struct question *question, unsigned turn,
                     char address[MESH_ENDPOINT_BYTES]);
/* Answered or not; wake is not touched any more. Takes NULL. */
void question_free(struct question *question);

#endif
