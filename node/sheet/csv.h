/* Reads comma-separated values as RFC 4180 has them and as spreadsheets write them: UTF-8 with or
 * without a mark at its beginning; fields parted by comma, semicolon or tab, whichever the first
 * line has most of; lines ended by LF or CRLF; fields in quotation marks, with the marks inside
 * doubled, and line breaks inside.
 *
 * It reads on from a stream of any length in memory of a fixed size, knows the line of each field,
 * and repairs nothing: a row that breaks the form is handed on with a sentence that says how to
 * mend it, and the row of the next line follows. It judges no column; csv_column_of helps with
 * that. */
#ifndef NODE_SHEET_CSV_H
#define NODE_SHEET_CSV_H

#include <stdio.h>

#include "proto/span.h"

#define CSV_FIELDS_MAX      256u
#define CSV_FIELD_BYTES_MAX 4096u
#define CSV_ROW_BYTES_MAX   (64u * 1024)
#define CSV_FAULT_BYTES     200

struct csv_field {
    struct span text; /* in the reader's memory, until the next row is read; a NUL follows */
    uint64_t line;    /* of the file, from 1, where it begins */
};

struct csv_row {
    struct csv_field fields[CSV_FIELDS_MAX];
    size_t count;
    uint64_t line;
    char fault[CSV_FAULT_BYTES]; /* "": sound. Else how to mend it; fields before it stand */
    uint64_t fault_line;
};

struct csv {
    FILE *from;
    uint64_t line; /* of what is read next */
    char delimiter;
    bool ended;
    uint8_t buffer[16384];
    size_t at, size; /* of the buffer */
    char text[CSV_ROW_BYTES_MAX];
    size_t used; /* of the text */
};

/* Looks at the first line already. The stream stays the caller's. */
void csv_open(struct csv *csv, FILE *from);
/* The next row in which something stands: empty lines, and rows of empty fields, are passed over.
 * false: there is none. After a quotation mark that nobody closes, a field or row beyond its limit
 * inside quotation marks, or a stream that cannot be read, the faulty row is the last one. */
bool csv_next(struct csv *csv, struct csv_row *row);

/* A field without the blanks around it. */
struct span csv_trimmed(struct span text);
/* Which of the names stands there, whatever its case and the blanks around it; count: none. */
size_t csv_column_of(const char *const *names, size_t count, struct span text);
/* The name that was meant, perhaps; NULL: none is near. */
const char *csv_column_near(const char *const *names, size_t count, struct span text);

#endif
