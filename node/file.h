/* Small files of a node, written whole or not at all: beside, flushed, renamed, and the folder
 * flushed. Private ones are of mode 0600. */
#ifndef NODE_FILE_H
#define NODE_FILE_H

#include "proto/error.h"
#include "proto/span.h"

#define FILE_WHY_BYTES 200

enum file_how {
    FILE_NEW,    /* ERROR_CONFLICT when one stands there already */
    FILE_REPLACE /* takes the place of one that stands there */
};
/* mode: 0600 or 0644. why says which file and what, after an error. */
enum error file_write(const char *path, struct span bytes, unsigned mode, enum file_how how,
                      char why[FILE_WHY_BYTES]) MUST_USE;
/* The whole file as a text, ended by a NUL; "-" is standard input. ERROR_NOT_FOUND; ERROR_TOO_LARGE
 * beyond size - 1. */
enum error file_read(const char *path, char *text, size_t size, char why[FILE_WHY_BYTES]) MUST_USE;
/* Makes the folder (mode 0700) when it is missing; its parent must be there. */
enum error file_make_folder(const char *path, char why[FILE_WHY_BYTES]) MUST_USE;

/* The rest of the line "key=" of a text of lines. false: no such line, or longer than size - 1. */
bool file_line(const char *text, const char *key, char *to, size_t size);
/* The same, as a whole number. */
bool file_number(const char *text, const char *key, uint64_t *value);

#endif
