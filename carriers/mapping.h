/* What a carrier's code means in the words of the project. Each carrier holds its own rows; a code
 * that has no row is no error: it becomes MAPPING_UNKNOWN, which never changes a status and is
 * counted, so that a new code is seen and crashes nothing. */
#ifndef CARRIERS_MAPPING_H
#define CARRIERS_MAPPING_H

#include "proto/span.h"
#include "proto/words.h"

/* How it is known what a code means. */
#define CODE_EVIDENCE_LIST(X)                                                                      \
    X(DOCUMENTED, 0, "documented") /* the carrier's own pages say so */                            \
    X(SEEN, 1, "seen")             /* a payload bears it beside words that say the same */         \
    X(LISTED, 2, "listed")         /* in lists of other integrations, which are often coarse */    \
    X(REMEMBERED, 3, "remembered") /* from memory: to be confirmed by a payload */                 \
    X(DECLARED, 4, "declared")     /* by an operator's file (carriers/declared.h) */
#define EVIDENCE_ENUM(name, number, word) name = number,
enum code_evidence { CODE_EVIDENCE_LIST(EVIDENCE_ENUM) };
#undef EVIDENCE_ENUM

struct code_row {
    const char *code;
    enum track_status status; /* 0: the row says a reason alone, and refines another code */
    unsigned reason;          /* enum track_reason; 0: none */
    enum code_evidence evidence;
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
