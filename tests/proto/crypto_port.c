#include "tests/proto/crypto_port.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

static void sha256(void *world, const struct span *parts, size_t count, struct hash *out)
{
    (void)world;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool fine = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
    for (size_t i = 0; fine && i < count; i++)
        fine = EVP_DigestUpdate(context, parts[i].at, parts[i].size) == 1;
    fine = fine && EVP_DigestFinal_ex(context, out->bytes, NULL) == 1;
    assert(fine);
    EVP_MD_CTX_free(context);
}

static void hmac_sha256(void *world, struct span key, const struct span *parts, size_t count,
                        struct hash *out)
{
    static uint8_t message[4u * 1024 * 1024];
    unsigned size = HASH_BYTES;
    size_t used = 0;
    (void)world;
    for (size_t i = 0; i < count; i++) {
        assert(parts[i].size <= sizeof message - used);
        if (parts[i].size > 0) memcpy(message + used, parts[i].at, parts[i].size);
        used += parts[i].size;
    }
    const void *done = HMAC(EVP_sha256(), key.at, (int)key.size, message, used, out->bytes, &size);
    assert(done != NULL);
}

static void md5(void *world, const struct span *parts, size_t count, uint8_t out[MD5_BYTES])
{
    (void)world;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool fine = context != NULL && EVP_DigestInit_ex(context, EVP_md5(), NULL) == 1;
    for (size_t i = 0; fine && i < count; i++)
        fine = EVP_DigestUpdate(context, parts[i].at, parts[i].size) == 1;
    fine = fine && EVP_DigestFinal_ex(context, out, NULL) == 1;
    assert(fine);
    EVP_MD_CTX_free(context);
}

static bool sign(void *world, struct span message, uint8_t signature[SIGNATURE_BYTES])
{
    struct crypto_port *port = world;
    if (port->pair == NULL) return false;
    size_t size = SIGNATURE_BYTES;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool fine = EVP_DigestSignInit(context, NULL, NULL, NULL, port->pair) == 1 &&
                EVP_DigestSign(context, signature, &size, message.at, message.size) == 1;
    EVP_MD_CTX_free(context);
    return fine;
}

static bool verify(void *world, const uint8_t key[KEY_BYTES], struct span message,
                   const uint8_t signature[SIGNATURE_BYTES])
{
    (void)world;
    EVP_PKEY *public = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key, KEY_BYTES);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool fine =
        public != NULL && EVP_DigestVerifyInit(context, NULL, NULL, NULL, public) == 1 &&
        EVP_DigestVerify(context, signature, SIGNATURE_BYTES, message.at, message.size) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(public);
    return fine;
}

void crypto_port_open(struct crypto_port *port, const uint8_t seed[KEY_BYTES])
{
    size_t size = KEY_BYTES;
    port->pair = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, KEY_BYTES);
    assert(port->pair != NULL);
    int done = EVP_PKEY_get_raw_public_key(port->pair, port->public_key, &size);
    assert(done == 1 && size == KEY_BYTES);
    port->crypto = (struct crypto){port, NULL, sha256, hmac_sha256, md5, sign, verify};
}

void crypto_port_close(struct crypto_port *port)
{
    EVP_PKEY_free(port->pair);
    port->pair = NULL;
}
