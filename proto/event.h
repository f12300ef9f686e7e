/* An entry of a log: header, payload, hash chain and seal (DESIGN §2; these formats are frozen).
 *
 * Header: the canonical msgpack array
 *     [v, log, idx, term, prev, hlc, kind, kver, entity, [[log, idx]...], phash, plen, flags]
 *     hash     = SHA-256("entrepot/ev/1"   ‖ header)
 *     prev(1)  = SHA-256("entrepot/gen/1"  ‖ log)
 *     phash    = SHA-256("entrepot/pay/1"  ‖ payload)
 *     seal     = Ed25519("entrepot/seal/1" ‖ log ‖ idx ‖ hash ‖ committed_through), numbers 8 bytes
 * The chain covers the payload's hash: an erased payload leaves the chain whole. */
#ifndef PROTO_EVENT_H
#define PROTO_EVENT_H

#include "proto/crypto.h"
#include "proto/shape.h"

#define EVENT_VERSION           1
#define EVENT_DEPS_MAX          8
#define EVENT_HEADER_BYTES_MAX  512
#define EVENT_PAYLOAD_BYTES_MAX (64u * 1024)
#define EVENT_IDX_MAX           ((uint64_t)1 << 48)
#define BATCH_EVENTS_MAX        256
#define BATCH_BYTES_MAX         (256u * 1024)
#define EVENT_SALT_BYTES        16 /* a personal payload begins with them */

enum event_flag {
    /* The payload bears personal data: it may be erased, and folds only into personal tables. */
    EVENT_PERSONAL = 1u
};
#define EVENT_FLAGS_ALL 1u

struct dep {
    struct id log;
    uint64_t idx;
};

struct event_header {
    struct id log;
    uint64_t idx;  /* from 1 */
    uint64_t term; /* 0 in a node log */
    struct hash prev;
    uint64_t hlc;
    uint64_t kind;
    uint64_t kver;
    struct id entity; /* zero where the entry has no one subject */
    struct dep deps[EVENT_DEPS_MAX];
    uint32_t deps_count;
    struct hash phash;
    uint64_t plen;
    uint64_t flags;
};

/* One entry as bytes. payload.at is NULL when the payload was erased; plen still names its size. */
struct event {
    struct span header;
    struct span payload;
};

struct seal {
    uint64_t idx;
    uint64_t committed_through;
    uint8_t signature[SIGNATURE_BYTES];
};

enum error event_header_encode(const struct event_header *header, uint8_t *buffer, size_t size,
                               struct span *out) MUST_USE;
enum error event_header_decode(struct span bytes, struct event_header *header) MUST_USE;
void event_hash(const struct crypto *crypto, struct span header, struct hash *out);
void event_payload_hash(const struct crypto *crypto, struct span payload, struct hash *out);
void event_genesis_prev(const struct crypto *crypto, const struct id *log, struct hash *out);
/* Does the payload match the header's phash and plen? ERROR_BAD_CHAIN when not. An erased payload
 * is no error. match: with the payload's hash worked out before. */
enum error event_match_payload(const struct event_header *header, struct span payload,
                               const struct hash *hash) MUST_USE;
enum error event_check_payload(const struct crypto *crypto, const struct event_header *header,
                               struct span payload) MUST_USE;

#define SEAL_MESSAGE_BYTES 79
/* The bytes that a seal signs. Returns their span within buffer. */
struct span seal_message(const struct id *log, const struct seal *seal, const struct hash *hash,
                         uint8_t buffer[SEAL_MESSAGE_BYTES]);
enum error seal_verify(const struct crypto *crypto, const uint8_t key[KEY_BYTES],
                       const struct id *log, const struct seal *seal,
                       const struct hash *hash) MUST_USE;
bool seal_sign(const struct crypto *crypto, const struct id *log, struct seal *seal,
               const struct hash *hash) MUST_USE;

#endif
