/* The two Unicode normal forms that carriers need, through utf8proc, into buffers of the caller:
 * nothing here allocates. Texts that would not fit, and texts that are not UTF-8, are refused. */
#ifndef CARRIERS_UNICODE_H
#define CARRIERS_UNICODE_H

#include "proto/span.h"

#define UNICODE_POINTS_MAX 2048 /* code points of a text after decomposition */

/* Compatibility decomposition. false: not UTF-8, or too long. */
bool unicode_nfkd(struct span text, uint8_t *to, size_t room, struct span *out);
/* Compatibility composition, with blanks and invisible characters (separators, controls, format
 * marks) left out and ASCII letters in upper case: the form of codes that people type and scan. */
bool unicode_code(struct span text, uint8_t *to, size_t room, struct span *out);

#endif
