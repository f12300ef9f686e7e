/* UTF-8 as the formats take it: shortest sequences only, no surrogates, nothing above U+10FFFF.
 * One checker for the reader, the shapes and the JSON writer. */
#ifndef PROTO_UTF8_H
#define PROTO_UTF8_H

#include "proto/span.h"

/* The length of the sequence that begins the text (1..4), or 0 when none does. */
size_t utf8_step(struct span text);
bool utf8_valid(struct span text);
/* utf8_valid, and no NUL: what a text field may hold. */
bool utf8_plain(struct span text);
/* So much of a valid text as fits, back to the beginning of a character. */
struct span utf8_cut(struct span text, size_t bytes_max);

#endif
