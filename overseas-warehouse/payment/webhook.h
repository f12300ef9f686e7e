/* What a provider sends of its own accord: proved, then read, as pure functions. The proof is over
 * the bytes as they came; time, keys and the public-key check come in as values and ports. A
 * message that is about something else says nothing and is no fault.
 *
 * What each proof is worth stands in the README: a signature over all bytes, over named fields, or
 * over a checksum. */
#ifndef OVERSEAS_WAREHOUSE_PAYMENT_WEBHOOK_H
#define OVERSEAS_WAREHOUSE_PAYMENT_WEBHOOK_H

#include "overseas-warehouse/payment/payment.h"
#include "proto/crypto.h"

#define WEBHOOK_SECRETS_MAX 2
#define WEBHOOK_ROOM_BYTES  1024u /* beside the body, for what is signed */
#define WEBHOOK_WORDS_MAX   64u   /* refunds that one message tells of */

/* One refund or dispute, as a message tells of it; texts lie in the message. */
struct payment_word {
    struct span event; /* by which a repeat of the message is known */
    struct span key;   /* our slot's; anything else: its reference names it, or others made it */
    struct span provider_ref, payment;
    enum refund_outcome outcome; /* PAID, PENDING or FAILED */
    int64_t amount_minor;        /* of ISO 4217; -1: it is no whole number of them */
    uint64_t currency;           /* 0: not known */
    uint64_t how;                /* enum elsewhere of a dispute, PAID then; 0: a refund */
    uint64_t made_ms;            /* 0: not told */
    bool charge;                 /* of a new charge, under the key of its slot */
};

struct payment_push {
    struct span body;
    uint64_t now_ms;
    const char *account; /* how the provider calls the account, or its webhook; "": not told */
    const struct crypto *crypto;
    struct span secrets[WEBHOOK_SECRETS_MAX];
    size_t secrets_count;
    uint8_t *room; /* 2 * body.size + WEBHOOK_ROOM_BYTES */
    void *world;
    struct span (*header)(void *world, const char *name); /* at = NULL: it was not sent */
    /* Is it the RSA signature (SHA-256, base64) of one of the account's public keys? */
    bool (*is_signed)(void *world, struct span message, struct span signature);
    const struct payment_tree *tree;
    const struct json *root; /* NULL while the bytes are proved */
    void (*word)(void *world, const struct payment_word *word);
};

enum webhook_proof {
    PROOF_SECRET,     /* HMAC: the secret as it stands */
    PROOF_HEX_SECRET, /* HMAC: the secret's bytes as hex digits */
    PROOF_PUBLIC_KEY  /* RSA */
};

struct payment_webhook {
    enum webhook_proof by;
    bool named;        /* the webhook has an id, which is signed */
    bool form;         /* its body is a form and no JSON: root stays NULL */
    bool inside;       /* the proof is within the JSON, one for each refund */
    const char *taken; /* what it wants for an answer; "": nothing that it reads */
    /* Before anything is parsed; inside: afterwards, and read tells only what is proved. */
    bool (*prove)(const struct payment_push *push);
    /* false: it is none of the messages of this provider. */
    bool (*read)(const struct payment_push *push);
};
extern const struct payment_webhook webhook_stripe, webhook_paypal, webhook_adyen, webhook_alipay;

/* The helpers of the files of this folder. */
/* Is mac the HMAC-SHA256 of the message under one of the secrets? */
bool webhook_is_mac(const struct payment_push *push, struct span message, const struct hash *mac);
bool webhook_number(struct span text, uint64_t *value);
/* The number of seconds that stands there, in milliseconds; 0: none does. */
uint64_t webhook_seconds(const struct payment_push *push, const struct json *number);

#endif
