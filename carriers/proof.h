/* How a push proves who sent it, as a row: where the proof stands, what it is made of, and which
 * words are signed. The body is taken as the bytes that came: parsing and printing it again would
 * change 136.0 to 136 and break the proof. A missing proof is a bad one, and so is every proof
 * under an empty secret, for anybody can compute that. */
#ifndef CARRIERS_PROOF_H
#define CARRIERS_PROOF_H

#include "proto/crypto.h"
#include "proto/error.h"

enum proof_kind {
    PROOF_HMAC_SHA256,
    PROOF_SHA256, /* of what is signed, which holds the secret itself */
    PROOF_MD5,    /* the same; broken, and what some carriers use */
    PROOF_TOKEN,  /* the secret as it is: nothing is signed, and a push is a hint at most */
};

enum proof_digits { PROOF_HEX, PROOF_BASE64 };

struct proof {
    enum proof_kind kind;
    enum proof_digits digits;
    /* The header that bears it, lower case; others that were seen, after "|". NULL: it stands in
     * the body. */
    const char *header;
    /* In the body: a field of a form, "form:data_digest", or a place in JSON, "json:signature". */
    const char *field;
    /* What stands before it in the header ("Bearer "); or the name of the part, when the header is
     * a list of parts name=value separated by commas: then "t" of such a list is the time. */
    const char *prefix, *part;
    /* What is signed, one after the other: {body}, {secret}, {t}, {header:NAME}, {form:NAME},
     * {json:PATH}, and all else as it is. NULL: {body}. */
    const char *says;
    /* When it was signed: {t} or one of the others, in Unix seconds or ISO 8601. With it,
     * proofs of another time than now, by more than window_s, are refused. */
    const char *when;
    uint32_t window_s;
    bool nfkd; /* the key is the secret after Unicode's NFKD */
    /* The secret may stand at the end of the address that it pushes to, for carriers that sign
     * nothing: PROOF_TOKEN. Of one that signs it would stand in the logs of every proxy, and make
     * signatures. Such a push is a hint at most. */
    bool in_path;
};

/* A push as it came. */
struct proof_push {
    struct span body;
    /* The value of a header by its lower-case name; at = NULL: it is not there. */
    struct span (*header)(void *world, const char *name);
    void *world;
    uint64_t now_ms; /* 0: no clock is at hand, and no window is looked at */
    struct span
        path; /* what stands at the end of the address where a secret may; size 0: nothing */
};

/* OK when any of the secrets proves the push; else ERROR_BAD_SIGNATURE. */
enum error proof_check(const struct proof *proof, const struct crypto *crypto,
                       const struct span *secrets, size_t count,
                       const struct proof_push *push) MUST_USE;

/* Whether the carrier signs what it says, and not only its name or the time. */
bool proof_signs(const struct proof *proof);

#endif
