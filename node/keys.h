/* The secrets of a node and the OpenSSL filling of proto/crypto.h.
 *
 *     DIR/keys/sign.key    Ed25519: seals the batches of this node's own logs
 *     DIR/keys/curve.key   Curve25519: is the node's identity on the mesh (CURVE)
 *
 * Both are regular files of mode 0600 in a directory of mode 0700; a file that anybody else may
 * read is refused, since a key that was readable once must be taken for known. Files are created
 * whole or not at all, flushed, and never overwritten. The crypto port may be called from any
 * thread: each thread has contexts of its own, and the keys are only read. */
#ifndef NODE_KEYS_H
#define NODE_KEYS_H

#include "proto/crypto.h"

#define CURVE_KEY_BYTES 32
#define KEYS_WHY_BYTES  200

struct keys;

/* Makes those of the two files that are missing, and the directory (DIR itself must be there).
 * Repeating it after a crash completes what the first call began. why: the sentence for a person
 * when an error is returned. */
enum error keys_create(const char *directory, char why[KEYS_WHY_BYTES]) MUST_USE;
/* ERROR_NOT_FOUND: no such file; ERROR_CONFIG: its owner, mode or type is not the one above;
 * ERROR_CORRUPT: it does not hold a key. *keys is NULL after an error. */
enum error keys_open(const char *directory, struct keys **keys, char why[KEYS_WHY_BYTES]) MUST_USE;
/* Keys that follow from a seed and touch no file: the simulator's and the tests'. */
struct keys *keys_of_seed(const uint8_t seed[32]);
/* Wipes the secrets. Takes NULL. No port of these keys may be in use any more. */
void keys_free(struct keys *keys);

const uint8_t *keys_sign_public(const struct keys *keys);  /* KEY_BYTES */
const uint8_t *keys_curve_public(const struct keys *keys); /* CURVE_KEY_BYTES */
const uint8_t *keys_curve_secret(const struct keys *keys); /* CURVE_KEY_BYTES */

/* The port; lives as long as the keys do. */
const struct crypto *keys_crypto(const struct keys *keys);
/* The same without a signing key, for whoever only reads: sign answers false. */
const struct crypto *crypto_openssl(void);

/* From the kernel (getrandom); never fails, may wait at boot. */
void random_bytes(void *to, size_t size);

#endif
