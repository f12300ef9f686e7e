/* RSA with SHA-256, as payment providers sign with it and one of them wants it signed (OpenSSL): a
 * public key in a PEM file, its own or that of a certificate, and a signature in base64. Whose key
 * it is, and until when a certificate counts, is the word of whoever put the file there: no chain
 * is followed and nothing is fetched. */
#ifndef NODE_PROOF_H
#define NODE_PROOF_H

#include "proto/error.h"
#include "proto/span.h"

struct proof_key;
/* ERROR_NOT_FOUND: no such file; ERROR_CORRUPT: it holds no RSA key. */
enum error proof_key_open(const char *file, struct proof_key **key) MUST_USE;
void proof_key_free(struct proof_key *key); /* takes NULL */
/* The other half: a private key in a PEM file, with which this node signs its own requests. */
struct proof_signer;
enum error proof_signer_open(const char *file, struct proof_signer **signer) MUST_USE;
void proof_signer_free(struct proof_signer *signer); /* takes NULL */
#define PROOF_SIGNATURE_BYTES 1028 /* base64 of an RSA key of 6144 bits, and a NUL */
bool proof_sign(const struct proof_signer *signer, struct span message,
                char base64[PROOF_SIGNATURE_BYTES]);
/* A name of the key that tells nothing of it: the same for the same key. */
#define PROOF_NAME_BYTES 65
bool proof_signer_name(const struct proof_signer *signer, char name[PROOF_NAME_BYTES]);
bool proof_is_signed(const struct proof_key *key, struct span message, struct span base64);

#endif
