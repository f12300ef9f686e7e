/* RSA with SHA-256, as payment providers sign with it (OpenSSL): a public key in a PEM file, its
 * own or that of a certificate, and a signature in base64. Whose key it is, and until when a
 * certificate counts, is the word of whoever put the file there: no chain is followed and nothing
 * is fetched. */
#ifndef NODE_PROOF_H
#define NODE_PROOF_H

#include "proto/error.h"
#include "proto/span.h"

struct proof_key;
/* ERROR_NOT_FOUND: no such file; ERROR_CORRUPT: it holds no RSA key. */
enum error proof_key_open(const char *file, struct proof_key **key) MUST_USE;
void proof_key_free(struct proof_key *key); /* takes NULL */
bool proof_is_signed(const struct proof_key *key, struct span message, struct span base64);

#endif
