/* What can be asked of a carrier, as rows: how a question is written (carriers/template.h), how it
 * is signed, how often it may be put, and what an answer means. Pure: whoever owns a socket takes
 * the call as it is written here, and brings the answer back.
 *
 * Names that every template may use. Of the account: id, secret, login, password, account, basic
 * (id:secret in base64), token. Of the moment: ms, seconds, iso, uuid. Of the question: number
 * (also inside ${*numbers:,}), since_iso, since_ms, now_iso, after (where a list goes on),
 * hook_url, hook_secret, reference, subscription, challenge. Of the row: inner, sign. */
#ifndef CARRIERS_INQUIRY_H
#define CARRIERS_INQUIRY_H

#include "carriers/proof.h"
#include "carriers/template.h"
#include "proto/json.h"

#define INQUIRY_HEADERS_MAX 8

/* ${sign}: a digest of `says`, which holds the key itself unless it is an HMAC; of PROOF_TOKEN the
 * very text, in digits. */
struct inquiry_sign {
    enum proof_kind kind;
    enum proof_digits digits;
    enum template_form form; /* in which values stand in what is signed */
    const char *says;
    const char *key; /* of an HMAC */
};

struct inquiry {
    const char *method; /* NULL: GET, or POST when there is a body */
    const char *path;   /* behind the account's base URL, with its slash */
    const char *type;   /* the body's content type; NULL: there is no body */
    enum template_form form;
    const char *body;
    /* ${inner}: written first, in a form of its own, for what is signed or stands in a field. */
    enum template_form inner_form;
    const char *inner;
    const char *headers[INQUIRY_HEADERS_MAX]; /* "Name: value" */
    const struct inquiry_sign *sign;
};

/* A token that is bought with the account's secret and kept until it runs out. */
struct access {
    struct inquiry ask;
    const char *token;   /* where it stands in the answer (proto/json_path.h) */
    const char *seconds; /* and for how long it holds; NULL or nothing there: an hour */
};

struct poll {
    struct inquiry ask;
    uint16_t numbers_max; /* of one question */
    /* So many questions in so many seconds are taken, by the carrier's pages; an account's own
     * limit goes before it. */
    uint32_t calls, per_s;
    uint16_t days; /* it forgets a parcel after so many; 0: not stated */
};

/* A subscription that holds only when its first push was answered by a request with the word that
 * stood in it. */
struct handshake {
    const char *word_at, *word; /* where a push says that it is such a one */
    const char *challenge;      /* the word: ${challenge} */
    const char *subscription;   /* an address whose last part is its name: ${subscription} */
    struct inquiry answer;
};

#define CHALLENGE_BYTES    257u
#define SUBSCRIPTION_BYTES 65u
struct handshake_words {
    char subscription[SUBSCRIPTION_BYTES], challenge[CHALLENGE_BYTES];
};
/* What a push asks for; false: it asks for nothing. */
bool handshake_read(const struct handshake *handshake, struct span body,
                    struct handshake_words *words);

/* The carrier pushes what it knows of a number. */
struct subscription {
    struct inquiry add;
    struct inquiry drop; /* path NULL: a subscription ends by itself */
    uint16_t numbers_max;
    uint16_t days; /* it must be renewed after so many; 0: it lasts as long as the parcel */
    /* Codes, at a place in the answer, that mean "you have that already": success. */
    const char *held_code, *held_codes[4];
    const char *reference; /* where the answer says what it is called; NULL: by its number */
    const struct handshake *handshake; /* NULL: it holds at once */
    bool once; /* a second one would be a second subscription, not the same */
};

/* What was missed while nobody listened: a list of all that changed, page by page, or a wish that
 * the pushes be sent again. */
struct replay {
    struct inquiry ask;
    const char *more;  /* where the answer says that there is more; NULL: there never is */
    const char *after; /* and from where it goes on */
    uint16_t days;     /* it reaches back so far */
    bool pushes;       /* the answer holds nothing: pushes will come */
};

/* A request as it is to be sent. Texts live in the writing's memory. */
struct carrier_call {
    const char *method, *path;
    const char *headers[INQUIRY_HEADERS_MAX + 1]; /* with the content type */
    size_t headers_count;
    struct span body; /* at = NULL: none */
};
/* Errors are the template's; fault (may be NULL) names the value that lacks. */
enum error inquiry_write(const struct inquiry *inquiry, const struct crypto *crypto,
                         const struct template_values *values, struct writing *memory,
                         struct carrier_call *call, struct fault *fault) MUST_USE;
/* Does it want a token? */
bool inquiry_wants(const struct inquiry *inquiry, const char *name);
/* NULL, or what is wrong with the row. */
const char *inquiry_fault(const struct inquiry *inquiry);

/* The token in an answer; at = NULL: there is none. */
struct span access_token(const struct access *access, unsigned http_status,
                         const struct json *answer, uint64_t *seconds);

/* What the HTTP status alone says of an answer. */
enum inquiry_answer {
    INQUIRY_READ,    /* read the body */
    INQUIRY_LATER,   /* limits and faults of theirs: ask again */
    INQUIRY_STRANGE, /* they do not take the credentials, or what they bought has run out */
    INQUIRY_ABSENT,  /* not found, unless the body says more */
    INQUIRY_REFUSED  /* the question is wrong, unless the body says more */
};
enum inquiry_answer inquiry_answer_of(unsigned http_status);

#endif
