/* What the sandbox of carriers knows of parcels, and what its shapes share: scans, faults, a log.
 */
#ifndef TESTS_SANDBOX_PARCELS_H
#define TESTS_SANDBOX_PARCELS_H

#include "tests/sandbox/serve.h"

#define PARCELS_MAX      4096u
#define PARCEL_SCANS_MAX 16u
#define NUMBER_BYTES     65u

/* X(STATUS, word, EasyPost, UPS type, UPS code, FedEx code, text) */
#define SCAN_LIST(X)                                                                               \
    X(SCAN_PRE, "pre_transit", "pre_transit", "M", "MP", "OC", "Label created")                    \
    X(SCAN_MOVES, "in_transit", "in_transit", "I", "DP", "DP", "Departed from facility")           \
    X(SCAN_OUT, "out_for_delivery", "out_for_delivery", "I", "OT", "OD", "Out for delivery")       \
    X(SCAN_DELIVERED, "delivered", "delivered", "D", "FS", "DL", "Delivered")                      \
    X(SCAN_LOST, "failure", "failure", "X", "LX", "DE", "The parcel cannot be found")
#define SCAN_ENUM(name, ...) name,
enum scan_status { SCAN_LIST(SCAN_ENUM) SCAN_STATUSES };
#undef SCAN_ENUM

struct scan_words {
    const char *word, *easypost, *ups_type, *ups_code, *fedex, *text;
};
extern const struct scan_words scan_words[SCAN_STATUSES];

struct parcel {
    char number[NUMBER_BYTES];
    unsigned id; /* from 1 */
    struct {
        enum scan_status status;
        uint64_t at_s;
    } scan[PARCEL_SCANS_MAX]; /* oldest first */
    unsigned scans;
    uint64_t updated_s;
};

struct parcel *parcel_find(const char *number);
const struct parcel *parcel_at(unsigned place); /* in the order of their ids; NULL: no more */
/* NULL: no room. */
struct parcel *parcel_scan(const char *number, enum scan_status status, uint64_t at_s);
void parcels_free(void);

/* The next thing to do wrong, done: the request has been answered. */
bool did_wrong(struct evhttp_request *request);
/* Is the token of the kind that is sold here, and does it hold? If not, the request is answered. */
bool has_token(struct evhttp_request *request);
/* Sells one. */
void sell_token(struct evhttp_request *request);
enum time_form { TIME_ZULU, TIME_WITH_OFFSET, TIME_DAY, TIME_CLOCK, TIME_COLONS };
void put_time(struct json_out *out, const char *name, enum time_form form, uint64_t at_s);
/* A parameter of the query, decoded; "": absent. */
void parameter(struct evhttp_request *request, const char *name, char *to, size_t size);

/* A number that somebody wants pushes of; how often it was wanted is kept. */
void subscribe(const char *number);
void put_subscriptions(struct json_out *out);

/* --- labels --- */

#define SALES_MAX       256u
#define REFERENCE_BYTES 80u

/* A label, from when it was made. */
struct sale {
    unsigned id; /* from 1 */
    const char *carrier;
    char reference[REFERENCE_BYTES], number[NUMBER_BYTES];
    bool sold, taken_back;
};
struct sale *sale_make(const char *carrier, const char *reference); /* NULL: no room */
struct sale *sale_by_id(unsigned id);
/* The latest of the reference. */
struct sale *sale_by_reference(const char *carrier, const char *reference);
/* Sells it, and does wrong what is next; answers with the text, which it frees. */
void sell(struct evhttp_request *request, struct sale *sale, int status, struct json_out *out);
bool label_wrong_before(struct evhttp_request *request); /* nothing was sold: answered */
/* What is printed of a sale; free with free(). */
char *label_base64(const struct sale *sale);
void answer_document(struct evhttp_request *request, const struct sale *sale);
void put_sales(struct json_out *out);
bool next_sale(const char *what);
bool label_has_no_code(void); /* the next wrong: there is none */
/* The text of a member of a JSON body, by a path; "": none. */
void member(const char *body, const char *path, char *to, size_t size);

/* The shapes: false when the path is none of theirs. */
bool easypost_take(struct evhttp_request *request);
bool ups_take(struct evhttp_request *request);
bool fedex_take(struct evhttp_request *request);
bool dhl_take(struct evhttp_request *request);
bool usps_take(struct evhttp_request *request);
bool royalmail_take(struct evhttp_request *request);

#endif
