/* Builds one line of text in a caller's buffer, for rooms that may not use the C library's printf.
 * What does not fit is cut; the text always ends on a NUL (unless the buffer has no byte at all),
 * and holds no control characters, so that a stranger's text cannot forge a second line. */
#ifndef PROTO_LINE_H
#define PROTO_LINE_H

#include "proto/span.h"

struct line {
    char *at;
    size_t size, used; /* used excludes the NUL */
};

struct line line_over(char *buffer, size_t size);
void line_text(struct line *line, const char *text);
void line_uint(struct line *line, uint64_t value);
/* With leading zeros up to that many digits. */
void line_digits(struct line *line, uint64_t value, unsigned digits);
void line_int(struct line *line, int64_t value);
void line_hex(struct line *line, struct span bytes);
/* In double quotes; quotes, backslashes and control characters as \xNN. */
void line_quoted(struct line *line, struct span text);

#endif
