/* Webhooks out, the pure part: which messages an entry of a book makes, what stands in them, how
 * they are signed and when they are tried again, and which places may be called at all. The form is
 * Standard Webhooks 1.0.0. Nothing here sends: node/hooks does. */
#ifndef OVERSEAS_WAREHOUSE_HOOK_H
#define OVERSEAS_WAREHOUSE_HOOK_H

#include "overseas-warehouse/view_rows.h"
#include "proto/crypto.h"

#define HOOKS_OF_MERCHANT_MAX 16 /* endpoints that are not disabled */

/* --- messages ----------------------------------------------------------------------------------
 */

/* An entry of a book, decoded. */
struct hook_entry {
    uint64_t kind;
    uint64_t idx;
    struct hash hash;
    const union event_body *body;
};

#define HOOK_TYPES_OF_ENTRY_MAX 3
struct hook_types {
    enum hook_type at[HOOK_TYPES_OF_ENTRY_MAX];
    uint32_t count;
};
/* What the entry makes. next: the entry behind it in the book, since what policy answers at once
 * awaits no decision; NULL: there is none yet. Tests and replays are not told here. */
struct hook_types hook_types_of(const struct hook_entry *entry, const struct hook_entry *next);
bool hook_wants(const struct webhook_row *row, enum hook_type type);
/* The return that a message is about: its messages go in order. */
struct id hook_about(const struct rows *rows, const struct hook_entry *entry);

/* A message is the entry's and the type's, and of nothing else. */
struct id hook_message(const struct crypto *crypto, const struct hash *entry, enum hook_type type);
/* The webhook-id: "msg_1042_9f86d081884c7d659a2feaa0c55ad015". */
void hook_id_print(uint64_t idx, const struct id *message, char text[HOOK_TEXT_BYTES_MAX + 1]);
bool hook_id_read(struct span text, uint64_t *idx, struct id *message);

#define HOOK_BODY_BYTES_MAX 2048
/* The JSON that is posted. false: the entry names a record that is not here, or makes no such
 * message. Everything in it is of the entry, or stays as it was when the record was begun, so that
 * a second sending bears the same bytes. */
bool hook_body(const struct rows *rows, const struct hook_entry *entry, enum hook_type type,
               uint64_t at_ms, char body[HOOK_BODY_BYTES_MAX], struct span *out);

/* --- signing -----------------------------------------------------------------------------------
 */

#define HOOK_KEY_BYTES_MIN   24
#define HOOK_KEY_BYTES_MAX   64
#define HOOK_SIGN_BYTES      48  /* "v1," and 44 characters, and a blank or the NUL */
#define HOOK_SECRET_TEXT_MAX 100 /* "whsec_" and 64 bytes in base64 */

struct hook_key {
    uint8_t bytes[HOOK_KEY_BYTES_MAX];
    size_t size;
};
/* "whsec_" and 24 to 64 bytes in base64. */
bool hook_key_read(struct span text, struct hook_key *key);
struct hash hook_fingerprint(const struct crypto *crypto, const struct hook_key *key);
/* webhook-signature: one signature for each key, separated by blanks. */
void hook_sign(const struct crypto *crypto, const struct hook_key *keys, size_t count,
               const char *id, uint64_t timestamp_s, struct span body,
               char text[HOOK_SECRETS_MAX * HOOK_SIGN_BYTES]);

/* --- trying again ------------------------------------------------------------------------------
 */

#define HOOK_TRIES_MAX 10
/* How long after so many attempts (1...) the next one is made, with up to a tenth more: jitter is
 * any number. 0: there is none, the message is given up. */
uint64_t hook_pause_ms(unsigned attempts, uint64_t jitter);

/* --- where to ----------------------------------------------------------------------------------
 */

enum hook_address { HOOK_PUBLIC, HOOK_LOOPBACK, HOOK_BARRED };
/* An address of 4 or 16 bytes, in the order of the network. */
enum hook_address hook_address_judge(const uint8_t *bytes, size_t size);

struct hook_url {
    struct span host; /* without brackets */
    uint64_t port;
    bool https;
    bool loopback; /* this very machine, by its name or its address */
};
/* NULL: it may be called, or, if it is loopback, where the site allows that. Else what is wrong
 * with it, beginning with the field's name. */
const char *hook_url_read(struct span text, struct hook_url *url);

#endif
