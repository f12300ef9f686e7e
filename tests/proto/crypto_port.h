/* The crypto port filled with OpenSSL for the tests of proto/, which know no room further down. */
#ifndef TESTS_PROTO_CRYPTO_PORT_H
#define TESTS_PROTO_CRYPTO_PORT_H

#include "proto/crypto.h"

struct crypto_port {
    struct crypto crypto;
    void *pair; /* OpenSSL's */
    uint8_t public_key[KEY_BYTES];
};

/* The key pair follows from the 32 bytes of seed. */
void crypto_port_open(struct crypto_port *port, const uint8_t seed[KEY_BYTES]);
void crypto_port_close(struct crypto_port *port);

#endif
