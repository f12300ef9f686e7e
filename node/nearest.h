/* "Did you mean ...?": the word of a list that is nearest to one that was mistyped. */
#ifndef NODE_NEAREST_H
#define NODE_NEAREST_H

#include <stddef.h>

#define NEAREST_BYTES_MAX 40 /* longer words are near to none */

/* How many letters must be put in, left out, changed or swapped with their neighbour. */
size_t nearest_distance(const char *a, const char *b);

/* Remembers the nearest of the words it is offered. */
struct nearest {
    const char *wanted;
    const char *found; /* NULL: none is near enough: a third of its letters, and 3 at most */
    size_t distance;
};
struct nearest nearest_to(const char *wanted);
void nearest_offer(struct nearest *nearest, const char *word);

#endif
