/* Whether a payload is understood as a table says: shared by the project's own fixtures and by the
 * samples that lie beside the source tree. */
#ifndef TESTS_CARRIERS_CONFORM_H
#define TESTS_CARRIERS_CONFORM_H

#include "tests/carriers/collect.h"

#define CONFORM_TEXT_BYTES 512

/* What a payload must say; lists are separated by semicolons, an empty text asks for nothing. */
struct conform_line {
    const char *file, *adapter;
    const struct carrier *row; /* NULL: the one that is called adapter */
    const char *number, *status, *reason, *events, *last_time;
};

/* What was understood of a whole body, as sets: bit N is the status, reason or reply N. */
struct conform_said {
    enum error error;
    bool placed; /* the fault names a place */
    uint32_t parcels, scans;
    uint64_t states;            /* derived, of each parcel */
    uint64_t statuses, reasons; /* of scans, summaries and states */
    uint64_t replies;
    bool is_return; /* the direction of a parcel */
};

struct conform_tally {
    unsigned files, parcels, wrong, skipped;
    unsigned shuffles;        /* of scans, that ended in the same state */
    unsigned excused;         /* by a rule of conform.c, each with its reason */
    struct conform_said said; /* by the last file */
};

/* Reads the file and prints every difference. */
void conform_run(struct conform_tally *tally, const struct conform_line *line);

/* Splits a line at its tabs into exactly so many fields. */
bool conform_split(char *text, char **field, size_t fields);

#endif
