/* A translator: what one carrier or aggregator sends, turned into tracking records. Pure functions
 * over bytes: no socket, no clock, no file; hashing comes in as a port, and what was understood
 * goes out through a sink. A carrier is one file and one row of carriers/table.c.
 *
 * The bytes are a stranger's. A signature is checked over the raw body before anything is parsed; a
 * missing header is a bad signature, never "unsigned". What cannot be understood is refused with a
 * fault that names the place; a code that is new is no fault (carriers/mapping.h). */
#ifndef CARRIERS_CARRIER_H
#define CARRIERS_CARRIER_H

#include "carriers/inquiry.h"
#include "proto/crypto.h"
#include "proto/error.h"
#include "proto/json.h"
#include "proto/records_goods.h"

#define CARRIER_BODY_BYTES_MAX   JSON_BYTES_MAX
#define CARRIER_SECRETS_MAX      2 /* the present one and, while it is being changed, the former */
#define CARRIER_SECRET_BYTES_MAX 256  /* a longer one verifies nothing */
#define CARRIER_POINTS_MAX       1024 /* checkpoints of one message */

/* What a reply says that is no tracking: about the whole question, or about one number. */
#define CARRIER_REPLY_LIST(X)                                                                      \
    X(REPLY_NOT_FOUND, 1, "not_found") /* the carrier does not know the number (yet) */            \
    X(REPLY_REFUSED, 2, "refused")     /* the same question gets the same answer */                \
    X(REPLY_LATER, 3, "later")         /* limits, time-outs, faults of the carrier: ask again */   \
    X(REPLY_NOTHING, 4, "nothing")     /* it is about no parcel, and nothing is to be done */
#define REPLY_ENUM(name, number, word) name = number,
enum carrier_reply { CARRIER_REPLY_LIST(REPLY_ENUM) };
#undef REPLY_ENUM
extern const struct words carrier_reply_words;

struct carrier_word {
    enum carrier_reply reply;
    struct span number, code, text; /* each may be empty */
};

/* Where trackings go. A message of more than CHECKPOINTS_MAX checkpoints comes as several, each
 * with a dedup of its own. The record's texts live only during the call: a taker that keeps it
 * copies it, most simply by shape_encode. An error stops the parse and is handed through. */
struct carrier_sink {
    void *world;
    enum error (*take)(void *world, const struct tracking *tracking);
    /* NULL: such words are left out. */
    void (*hear)(void *world, const struct carrier_word *word);
    struct span asked; /* the number that was asked about, for replies that do not name it */
};

struct dialect;
struct labelling; /* carriers/labelling.h */

struct carrier {
    const char *name;         /* in URLs, configuration and records: lower case */
    const char *content_type; /* of a push */
    /* The HTTP statuses it is to be answered with. */
    uint16_t status_taken;     /* also for duplicates, unknown numbers and events of no interest */
    uint16_t status_bad_proof; /* the signature is missing or wrong */
    uint16_t status_refused;   /* the body cannot be read */

    /* The best that has been read by it: a payload that was recorded live, or an example of one
     * that somebody published. Neither: only bodies that were made up after its documentation. */
    bool captured, published;

    bool aggregator; /* it knows parcels of other carriers */

    const struct proof *proof; /* of a push; NULL: it pushes nothing */

    /* OK also when the event is not about a parcel: then nothing reaches the sink. */
    enum error (*parse)(const struct carrier *carrier, const struct crypto *crypto,
                        struct span body, const struct carrier_sink *sink, struct fault *fault);
    /* The forms of its documents, for a carrier whose parse is dialect_parse. */
    const struct dialect *dialects;
    size_t dialects_count;

    /* Where it is asked, unless an account says otherwise; NULL, like the rows: it cannot be. What
     * an answer says is read by parse. */
    const char *base_url;
    const struct access *access;
    const struct poll *poll;
    const struct subscription *subscription;
    const struct replay *replay;
    const struct labelling *labelling; /* NULL: it sells none */
};

/* X(name): each is a file carriers/NAME.c that defines carrier_NAME; the former interface of one
 * that reads the same documents stands in its file. */
#define CARRIER_LIST(X)                                                                            \
    X(easypost)                                                                                    \
    X(aftership)                                                                                   \
    X(17track)                                                                                     \
    X(4px)                                                                                         \
    X(amazon_shipping)                                                                             \
    X(asendia)                                                                                     \
    X(australiapost)                                                                               \
    X(bpost)                                                                                       \
    X(cainiao)                                                                                     \
    X(canadapost)                                                                                  \
    X(canpar)                                                                                      \
    X(chronopost)                                                                                  \
    X(clickpost)                                                                                   \
    X(dhl)                                                                                         \
    X(dhl_express)                                                                                 \
    X(dhl_parcel_de)                                                                               \
    X(dhl_poland)                                                                                  \
    X(dpd)                                                                                         \
    X(easyship)                                                                                    \
    X(fedex)                                                                                       \
    X(geodis)                                                                                      \
    X(gls)                                                                                         \
    X(hay_post)                                                                                    \
    X(hermes)                                                                                      \
    X(kuaidi100)                                                                                   \
    X(landmark)                                                                                    \
    X(laposte)                                                                                     \
    X(parcelone)                                                                                   \
    X(purolator)                                                                                   \
    X(royalmail)                                                                                   \
    X(seko)                                                                                        \
    X(sendle)                                                                                      \
    X(sf_express)                                                                                  \
    X(ship24)                                                                                      \
    X(shippo)                                                                                      \
    X(smartkargo)                                                                                  \
    X(spring)                                                                                      \
    X(stamps)                                                                                      \
    X(teleship)                                                                                    \
    X(tnt)                                                                                         \
    X(trackingmore)                                                                                \
    X(ups)                                                                                         \
    X(upu_emsevt)                                                                                  \
    X(usps)                                                                                        \
    X(x12_214)                                                                                     \
    X(yanwen)                                                                                      \
    X(yunexpress)                                                                                  \
    X(yunexpress_oms)                                                                              \
    X(zoom2u)

#define CARRIER_DECLARE(name) extern const struct carrier carrier_##name;
CARRIER_LIST(CARRIER_DECLARE)
#undef CARRIER_DECLARE

extern const struct carrier *const carriers[];
extern const size_t carriers_count;
/* NULL when there is none: ERROR_UNKNOWN_CARRIER. */
const struct carrier *carrier_by_name(struct span name);

/* The one way of a webhook: size, signature, parse. *fault is filled on every error. */
enum error carrier_take(const struct carrier *carrier, const struct crypto *crypto,
                        const struct span *secrets, size_t count, const struct proof_push *push,
                        const struct carrier_sink *sink, struct fault *fault) MUST_USE;
/* The HTTP status by which this carrier is answered: 2xx only for OK; 503, which it repeats, for
 * what may succeed later. */
unsigned carrier_status(const struct carrier *carrier, enum error error);

#endif
