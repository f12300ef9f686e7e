/* A translator: what one carrier or aggregator sends, turned into tracking records. Pure functions
 * over bytes: no socket, no clock, no file; hashing comes in as a port, and what was understood
 * goes out through a sink. A carrier is one file and one row of carriers/table.c.
 *
 * The bytes are a stranger's. A signature is checked over the raw body before anything is parsed; a
 * missing header is a bad signature, never "unsigned". What cannot be understood is refused with a
 * fault that names the place; a code that is new is no fault (carriers/mapping.h). */
#ifndef CARRIERS_CARRIER_H
#define CARRIERS_CARRIER_H

#include "proto/crypto.h"
#include "proto/error.h"
#include "proto/json.h"
#include "proto/records_goods.h"

#define CARRIER_BODY_BYTES_MAX   JSON_BYTES_MAX
#define CARRIER_SECRETS_MAX      2 /* the present one and, while it is being changed, the former */
#define CARRIER_SECRET_BYTES_MAX 256  /* a longer one verifies nothing */
#define CARRIER_POINTS_MAX       1024 /* checkpoints of one message */

/* Where trackings go. A message of more than CHECKPOINTS_MAX checkpoints comes as several, each
 * with a dedup of its own. The record's texts live only during the call: a taker that keeps it
 * copies it, most simply by shape_encode. An error stops the parse and is handed through. */
struct carrier_sink {
    void *world;
    enum error (*take)(void *world, const struct tracking *tracking);
};

/* For later work: what is wanted of a carrier (a poll, a label), and the HTTP call that asks. */
struct carrier_wish;
struct carrier_call;

struct carrier {
    const char *name;             /* in URLs, configuration and records: lower case */
    const char *signature_header; /* of the HTTP request, lower case */
    const char *content_type;     /* of a push */
    /* The HTTP statuses it is to be answered with. */
    uint16_t status_taken;     /* also for duplicates, unknown numbers and events of no interest */
    uint16_t status_bad_proof; /* the signature is missing or wrong */
    uint16_t status_refused;   /* the body cannot be read */

    /* header: the value of signature_header, at = NULL when it was absent. OK when the body is
     * proved by any of the secrets, else ERROR_BAD_SIGNATURE. */
    enum error (*verify)(const struct crypto *crypto, const struct span *secrets, size_t count,
                         struct span header, struct span body);
    /* OK also when the event is not about a parcel: then nothing reaches the sink. */
    enum error (*parse)(const struct crypto *crypto, struct span body,
                        const struct carrier_sink *sink, struct fault *fault);

    /* NULL: this carrier cannot be asked (yet). */
    enum error (*request)(const struct carrier_wish *wish, struct carrier_call *call);
    enum error (*response)(const struct crypto *crypto, const struct carrier_wish *wish,
                           unsigned http_status, struct span body, const struct carrier_sink *sink,
                           struct fault *fault);
};

/* X(name): each is a file carriers/NAME.c that defines carrier_NAME. */
#define CARRIER_LIST(X)                                                                            \
    X(easypost)                                                                                    \
    X(aftership)

#define CARRIER_DECLARE(name) extern const struct carrier carrier_##name;
CARRIER_LIST(CARRIER_DECLARE)
#undef CARRIER_DECLARE

extern const struct carrier *const carriers[];
extern const size_t carriers_count;
/* NULL when there is none: ERROR_UNKNOWN_CARRIER. */
const struct carrier *carrier_by_name(struct span name);

/* The one way of a webhook: size, signature, parse. *fault is filled on every error. */
enum error carrier_take(const struct carrier *carrier, const struct crypto *crypto,
                        const struct span *secrets, size_t count, struct span header,
                        struct span body, const struct carrier_sink *sink,
                        struct fault *fault) MUST_USE;
/* The HTTP status by which this carrier is answered: 2xx only for OK; 503, which it repeats, for
 * what may succeed later. */
unsigned carrier_status(const struct carrier *carrier, enum error error);

#endif
