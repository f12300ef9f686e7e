/* What a carrier's documents look like, as a table: places in the document (proto/json_path.h), the
 * form of its times, what its codes mean. One engine reads them all, whether the table stands in a
 * file carriers/NAME.c or was loaded from an operator's file (carriers/declared.h). What no table
 * can say is said by one function, `mend`. */
#ifndef CARRIERS_DIALECT_H
#define CARRIERS_DIALECT_H

#include "carriers/report.h"
#include "proto/json.h"

#define DIALECT_CODES    SCAN_CODES
#define DIALECT_VERDICTS 12

enum list_order {
    LIST_BY_CLOCK, /* the clocks that can be read decide, then the list as it came */
    LIST_OLDEST_FIRST,
    LIST_NEWEST_FIRST,
    LIST_ONE_WAY, /* one of the two, which the first and the last clock tell; not sorted */
};

/* Rows whose code is found in the wording, whatever the case of its letters: for carriers that say
 * some things in words only. The first row that fits counts. */
struct wording_table {
    const struct code_row *rows;
    size_t count;
};

/* A reply that is no tracking. Looked for in the parcel first when there is one, then in the root;
 * the first rule whose path leads to its value. */
struct verdict_rule {
    const char *path;
    const char *value; /* NULL: any that is not empty */
    enum carrier_reply reply;
    bool within; /* the value is a part of what is said, whatever the case of its letters */
};

struct dialect {
    /* NULL, or a text that is itself the document: it is read in the place of the whole.
     * "form:NAME" is a field of a body that is a form. */
    const char *wrapped;
    /* NULL, or from the root: what holds parcels of one number, and that number, which then goes
     * before the parcel's own. */
    const char *groups, *group_number;
    const char *parcels; /* from the group or the root: each parcel */

    /* From the parcel. NULL: there is none. */
    const char *number;         /* NULL or empty: the one that was asked about; "{name}": the name
                                 * of the member that the parcel is */
    const char *number_end;     /* the rest of it, where it stands in two places */
    const char *unique;         /* the carrier's id of this parcel, where it uses numbers again */
    const char *is_return;      /* true, 1, yes, Y, or is_return_word */
    const char *is_return_word; /* NULL: only those four; "": any that is not empty */
    const char *last_mile;      /* who delivers it */
    const char *summary[DIALECT_CODES];
    const char *summary_text;
    const char *summary_at[SCAN_WHENS];
    const char *events; /* each event */

    const char *event_id; /* from the root: of the message, where it is kept when sent again */

    /* From the event. */
    const char *at[SCAN_WHENS];       /* date, time of day, zone; or all of it in the first */
    const char *codes[DIALECT_CODES]; /* from the family to the detail */
    const char *text;
    const char *places[SCAN_PLACES];
    const char *country;

    enum list_order order;
    struct clock_rule clock;

    /* A code is looked for as all of them joined by "/", then from the detail to the family. */
    struct code_table meanings;
    struct code_table summaries; /* rows NULL: meanings */
    struct wording_table wordings;
    char family;   /* 0, or the sign that ends the family in a code: an unknown code means what its
                    * family does, and is kept as unknown */
    bool any_case; /* codes are compared without regard to the case of their letters */

    struct verdict_rule verdicts[DIALECT_VERDICTS];
    const char *verdict_code, *verdict_text;

    /* NULL, or reads an event that is a line of text and no object: when it was, where, and its
     * words. False: it is no event. */
    bool (*line)(struct span line, struct scan *scan);
    /* NULL, or what no table says; event is NULL when scan is the summary. */
    void (*mend)(const struct json *parcel, const struct json *event, struct scan *scan);
};

/* Whether a text holds a word, whatever the case of its letters (ASCII): for mend. */
bool dialect_says(struct span text, const char *word);

/* The forms of one carrier's documents, as an array, in its row. */
#define DIALECTS(rows)                                                                             \
    .parse = dialect_parse, .dialects = (rows), .dialects_count = sizeof(rows) / sizeof((rows)[0])

/* The parse of struct carrier. A document is read by the first form that finds a parcel in it, else
 * by the first that finds a verdict. Errors: the body is neither JSON nor XML; or it has neither a
 * parcel nor a word about one, with *fault naming the place that was looked for. A parcel without a
 * usable number is told through the sink's hear, and the others are taken. */
enum error dialect_parse(const struct carrier *carrier, const struct crypto *crypto,
                         struct span body, const struct carrier_sink *sink, struct fault *fault);

#endif
