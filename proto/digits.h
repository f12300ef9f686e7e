/* Bytes written as digits, hex or base64, as proofs of webhooks are. Strict: nothing is skipped,
 * and each value has one form in base64. */
#ifndef PROTO_DIGITS_H
#define PROTO_DIGITS_H

#include "proto/crypto.h"

/* Exactly size bytes as hex digits of either case. */
bool digits_hex(struct span text, uint8_t *to, size_t size);
/* Exactly size bytes in base64 with its padding; bits that no byte uses must be zero. */
bool digits_base64_of(struct span text, uint8_t *to, size_t size);
/* Exactly HASH_BYTES bytes in base64 with its padding; bits that no byte uses must be zero. */
bool digits_base64(struct span text, struct hash *to);

/* Printed, and ended by a NUL. */
#define DIGITS_HEX_CHARS(bytes)    (2 * (bytes))
#define DIGITS_BASE64_CHARS(bytes) (((bytes) + 2) / 3 * 4)
void digits_hex_print(struct span bytes, char *text);    /* lower case */
void digits_base64_print(struct span bytes, char *text); /* with its padding */

#endif
