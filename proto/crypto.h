/* The port for hashes and signatures: the core and the business call through it and never link a
 * library of their own (law 4). node/keys.c fills it with OpenSSL; the simulator uses the same. */
#ifndef PROTO_CRYPTO_H
#define PROTO_CRYPTO_H

#include "proto/id.h"
#include "proto/span.h"

#define KEY_BYTES       32 /* an Ed25519 public key */
#define SIGNATURE_BYTES 64 /* an Ed25519 signature */
#define MD5_BYTES       16

/* Hashes that are only wanted as the sum (XOR) of many, worked out whenever there is time. */
#define HASHER_SUMS 192
struct hasher {
    void *world;
    /* Copies the parts; their hash goes into sum number `sum` of the next gather. */
    void (*add)(void *world, unsigned sum, const struct span *parts, size_t count);
    /* XORs into sums[0..HASHER_SUMS-1] all that was added since the last time. */
    void (*gather)(void *world, struct hash *sums);
};

struct crypto {
    void *world;
    const struct hasher
        *hasher; /* NULL: nobody helps, and each hash is worked out where it falls */
    /* SHA-256 over the parts, one after the other. */
    void (*sha256)(void *world, const struct span *parts, size_t count, struct hash *out);
    void (*hmac_sha256)(void *world, struct span key, const struct span *parts, size_t count,
                        struct hash *out);
    /* For carriers that sign with it, and for nothing of our own: MD5 is broken. */
    void (*md5)(void *world, const struct span *parts, size_t count, uint8_t out[MD5_BYTES]);
    /* Ed25519 with this node's own signing key. false: no key is held (a reader of a copy). */
    bool (*sign)(void *world, struct span message, uint8_t signature[SIGNATURE_BYTES]);
    bool (*verify)(void *world, const uint8_t key[KEY_BYTES], struct span message,
                   const uint8_t signature[SIGNATURE_BYTES]);
};

/* HMAC-SHA256 of one message. */
static inline void crypto_hmac(const struct crypto *crypto, struct span key, struct span message,
                               struct hash *out)
{
    crypto->hmac_sha256(crypto->world, key, &message, 1, out);
}

/* SHA-256(domain ‖ parts...), the domain being a text such as "entrepot/ev/1". count <= 7. */
void crypto_hash(const struct crypto *crypto, const char *domain, const struct span *parts,
                 size_t count, struct hash *out);
/* XORs crypto_hash into *to: now, or with the hasher's next gather into its sum of that number. */
void crypto_hash_into(const struct crypto *crypto, const char *domain, const struct span *parts,
                      size_t count, unsigned sum, struct hash *to);
/* The first 16 bytes of crypto_hash, as an id: request ids, slots, parcel keys. */
struct id crypto_id(const struct crypto *crypto, const char *domain, const struct span *parts,
                    size_t count);

#endif
