/* A carrier of one's own: an adapter as a text, for those whom no file carriers/NAME.c knows. The
 * text says what such a file says in tables: where things stand in a document (carriers/dialect.h),
 * how its clocks are written (carriers/clock.h), what its codes mean (carriers/mapping.h), how a
 * push proves itself (carriers/proof.h) and how it is asked (carriers/inquiry.h). What comes out is
 * the very row that a compiled carrier is. The grammar stands in carriers/README.md.
 *
 * Everything is checked before anything is used: what is unknown, given twice, out of its range or
 * without its counterpart is refused with its line, its column and what to do. Pure: the memory is
 * the caller's, and no path, template or name is taken that a compiled row could not bear. It never
 * says how labels are sold, and has no `mend`: who needs those writes C. */
#ifndef CARRIERS_DECLARED_H
#define CARRIERS_DECLARED_H

#include "carriers/carrier.h"
#include "carriers/dialect.h"

#define DECLARED_BYTES_MAX      (128u * 1024) /* of the text */
#define DECLARED_LINE_BYTES_MAX 4096u
#define DECLARED_NAME_BYTES_MAX 24u /* of the carrier and of a section */
#define DECLARED_FORMS_MAX      8u
#define DECLARED_TABLES_MAX     24u
#define DECLARED_ROWS_MAX       1024u /* of all tables of codes and words together */
#define DECLARED_REPLIES_MAX    64u   /* of all tables of replies together */
#define DECLARED_WHY_BYTES      900

enum declared_kind { DECLARED_CODES, DECLARED_WORDS, DECLARED_REPLIES };

/* [codes NAME], [words NAME], [replies NAME]: rows from..from + count of their pool. */
struct declared_table {
    const char *name;
    enum declared_kind kind;
    unsigned line;
    size_t from, count;
    bool used; /* a form names it */
};

/* The tables that a form names, until all are read. */
#define DECLARED_REFERENCES 4
struct declared_reference {
    const char *name; /* NULL: none */
    unsigned line, column;
};

/* Points into itself and into the text: neither may be moved while the row is in use. */
struct declared {
    struct carrier carrier;
    struct proof proof;
    struct access access;
    struct poll poll;
    struct inquiry_sign access_sign, poll_sign;
    struct dialect forms[DECLARED_FORMS_MAX];
    const char *form_names[DECLARED_FORMS_MAX];
    struct declared_reference references[DECLARED_FORMS_MAX][DECLARED_REFERENCES];
    size_t forms_count;
    struct declared_table tables[DECLARED_TABLES_MAX];
    size_t tables_count;
    struct code_row rows[DECLARED_ROWS_MAX];
    size_t rows_count;
    struct verdict_rule replies[DECLARED_REPLIES_MAX];
    size_t replies_count;
};

struct declared_fault {
    unsigned line, column; /* from 1; the column counts bytes */
    char why[DECLARED_WHY_BYTES];
};

/* Reads the text of size bytes, of which it makes texts that end: it is written into, text[size]
 * too, and must live as long as the row. ERROR_TOO_LARGE or ERROR_MALFORMED, with *fault filled,
 * and then the row is of no use. */
enum error declared_load(struct declared *declared, char *text, size_t size,
                         struct declared_fault *fault) MUST_USE;

#endif
