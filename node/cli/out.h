/* What a person or a script reads: tables and records of JSON values on standard output. Texts come
 * from strangers: control characters are shown, never sent to the terminal. */
#ifndef NODE_CLI_OUT_H
#define NODE_CLI_OUT_H

#include <stdio.h>

#include "proto/json.h"

enum out_form {
    OUT_TEXT,
    OUT_NUMBER, /* set to the right */
    OUT_MONEY   /* minor units of the row's "currency" */
};
struct out_column {
    const char *title;
    const char *path; /* "by.kind", "lines.0.sku" */
    enum out_form form;
};

/* Rows of an array of objects. Columns that are empty in every row are left out. */
void out_table(FILE *out, const struct json *rows, const struct out_column *columns, size_t count);
/* All members of an object, one line each, nested ones indented. */
void out_record(FILE *out, const struct json *object);
/* The value under a dotted path; NULL: absent. */
const struct json *out_at(const struct json *value, const char *path);
/* A value as one line of text, shown whole. Objects and arrays as how many they hold. */
void out_value(const struct json *value, char *text, size_t size);
void out_text(FILE *out, struct span text);

#endif
