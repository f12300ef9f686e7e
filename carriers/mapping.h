/* What a carrier's code means in the words of the project. Each carrier holds its own rows; a code
 * that has no row is no error: it becomes MAPPING_UNKNOWN, which never changes a status and is
 * counted, so that a new code is seen and crashes nothing. */
#ifndef CARRIERS_MAPPING_H
#define CARRIERS_MAPPING_H

#include "proto/span.h"
#include "proto/words.h"

struct code_row {
    const char *code;
    enum track_status status;
    unsigned reason; /* enum track_reason; 0: none */
};

struct code_table {
    const struct code_row *rows;
    size_t count;
};
#define CODE_TABLE(rows)                                                                           \
    {                                                                                              \
        (rows), sizeof(rows) / sizeof((rows)[0])                                                   \
    }

/* Status TRACK_UNKNOWN, reason TRACK_REASON_UNMAPPED. */
extern const struct code_row MAPPING_UNKNOWN;

/* The row of exactly this code (case counts), or NULL. */
const struct code_row *mapping_find(const struct code_table *table, struct span code);

#endif
