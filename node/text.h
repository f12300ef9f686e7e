/* Texts in buffers of a fixed size. */
#ifndef NODE_TEXT_H
#define NODE_TEXT_H

#include <stdbool.h>
#include <string.h>

/* Copies what fits, always ended by a NUL. false: it was cut. */
static inline bool text_copy(char *to, size_t size, const char *from)
{
    size_t length = strlen(from);
    bool fits = length < size;
    size_t copied = fits ? length : size - 1;
    memcpy(to, from, copied);
    to[copied] = '\0';
    return fits;
}

#endif
