/* Puts together what a carrier said about one parcel: fills tracking records, CHECKPOINTS_MAX
 * checkpoints each, and hands every one to the sink. Texts are cut to their limits at the boundary
 * of a character and never refused. Ids that make repeats harmless are made here, for all carriers
 * alike, from what the carrier says and never from its wording, which changes with the language. */
#ifndef CARRIERS_REPORT_H
#define CARRIERS_REPORT_H

#include "carriers/carrier.h"
#include "carriers/clock.h"
#include "carriers/mapping.h"

#define SCAN_CODE_BYTES_MAX  64
#define SCAN_PLACE_BYTES_MAX 80
#define MESSAGE_ID_BYTES_MAX 80
#define SCAN_LOCAL_BYTES_MAX 40

/* Texts of a checkpoint that the document does not hold as they are stored. */
struct scan_texts {
    uint8_t code[SCAN_CODE_BYTES_MAX];
    uint8_t place[SCAN_PLACE_BYTES_MAX];
    uint8_t local[SCAN_LOCAL_BYTES_MAX];
    uint8_t country[2];
};

struct report {
    const struct crypto *crypto;
    const struct carrier_sink *sink;
    enum error error;     /* the first one; later calls do nothing */
    struct span event_id; /* whole: the id that is stored may be cut */
    uint32_t part;        /* trackings handed out so far */
    uint32_t scans;       /* checkpoints so far */
    struct tracking tracking;
    uint8_t number[TRACKING_NUMBER_BYTES_MAX];
    struct scan_texts texts[CHECKPOINTS_MAX];
};

/* A scan as the carrier wrote it. Spans may be empty. */
#define SCAN_WHENS  3
#define SCAN_CODES  3
#define SCAN_PLACES 2
struct scan {
    struct span when[SCAN_WHENS]; /* date, time of day, zone; or all of it in the first */
    struct clock_rule clock;
    struct span codes[SCAN_CODES];
    struct span places[SCAN_PLACES]; /* from the smaller to the larger; no postal code */
    struct span country;             /* two or three letters */
    struct span text;
    struct code_row meaning;
};

/* When a scan was, by its rule: its texts joined by blanks. */
struct when report_when(const struct clock_rule *rule, const struct span when[SCAN_WHENS]);

/* ERROR_MISSING_FIELD, ERROR_TOO_LARGE and so on: the number cannot be an identity. Afterwards the
 * caller sets direction, summary, summary_reason and summary_ms of report->tracking. */
enum error report_begin(struct report *report, const struct crypto *crypto,
                        const struct carrier_sink *sink, const char *carrier,
                        struct span number) MUST_USE;
/* The carrier's own id of this parcel, where it uses numbers again. */
void report_unique(struct report *report, struct span unique);
void report_event_id(struct report *report, struct span event_id);
void report_last_mile(struct report *report, struct span carrier);
/* In the order of time as the carrier lists them, the oldest first. */
void report_scan(struct report *report, const struct scan *scan);
/* Hands out what is left. A summary without a scan is one tracking without checkpoints; neither a
 * summary nor a scan is none. */
enum error report_end(struct report *report) MUST_USE;

/* The longest beginning of at most bytes_max bytes that ends between two characters. */
struct span text_cut(struct span text, size_t bytes_max);

#endif
