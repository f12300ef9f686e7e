#include "node/proof.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>

#define SIGNATURE_CHARS_MAX 1024u /* of an RSA key of 6144 bits */

struct proof_key {
    EVP_PKEY *pkey;
};

static EVP_PKEY *read_key(FILE *file)
{
    EVP_PKEY *pkey = PEM_read_PUBKEY(file, NULL, NULL, NULL);
    if (pkey != NULL) return pkey;
    rewind(file);
    X509 *certificate = PEM_read_X509(file, NULL, NULL, NULL);
    if (certificate != NULL) pkey = X509_get_pubkey(certificate);
    X509_free(certificate);
    return pkey;
}

enum error proof_key_open(const char *file, struct proof_key **key)
{
    FILE *from = fopen(file, "r");
    *key = NULL;
    if (from == NULL) return ERROR_NOT_FOUND;
    EVP_PKEY *pkey = read_key(from);
    fclose(from);
    if (pkey != NULL && EVP_PKEY_get_base_id(pkey) == EVP_PKEY_RSA) {
        *key = calloc(1, sizeof **key);
        if (*key != NULL) (*key)->pkey = pkey;
    }
    if (*key == NULL) EVP_PKEY_free(pkey);
    return *key != NULL ? OK : ERROR_CORRUPT;
}

void proof_key_free(struct proof_key *key)
{
    if (key == NULL) return;
    EVP_PKEY_free(key->pkey);
    free(key);
}

/* -1: it is no base64. OpenSSL counts what the padding stands for as bytes. */
static int decode(struct span base64, uint8_t to[SIGNATURE_CHARS_MAX])
{
    int padding = 0;
    if (base64.size == 0 || base64.size > SIGNATURE_CHARS_MAX || base64.size % 4 != 0) return -1;
    while (padding < 2 && base64.at[base64.size - 1 - (size_t)padding] == '=') padding++;
    int size = EVP_DecodeBlock(to, base64.at, (int)base64.size);
    return size < 0 ? -1 : size - padding;
}

bool proof_is_signed(const struct proof_key *key, struct span message, struct span base64)
{
    uint8_t signature[SIGNATURE_CHARS_MAX];
    int size = decode(base64, signature);
    if (size <= 0) return false;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool proved = context != NULL &&
                  EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key->pkey) == 1 &&
                  EVP_DigestVerify(context, signature, (size_t)size, message.at, message.size) == 1;
    EVP_MD_CTX_free(context);
    return proved;
}

/* --- the other half ----------------------------------------------------------------------------
 */

struct proof_signer {
    EVP_PKEY *pkey;
};

enum error proof_signer_open(const char *file, struct proof_signer **signer)
{
    FILE *from = fopen(file, "r");
    *signer = NULL;
    if (from == NULL) return ERROR_NOT_FOUND;
    char none[] = ""; /* no password is asked for on a terminal */
    EVP_PKEY *pkey = PEM_read_PrivateKey(from, NULL, NULL, none);
    fclose(from);
    bool fits = pkey != NULL && EVP_PKEY_get_base_id(pkey) == EVP_PKEY_RSA &&
                EVP_PKEY_get_size(pkey) <= (int)(SIGNATURE_CHARS_MAX / 4 * 3);
    if (fits) *signer = calloc(1, sizeof **signer);
    if (*signer != NULL)
        (*signer)->pkey = pkey;
    else
        EVP_PKEY_free(pkey);
    return *signer != NULL ? OK : ERROR_CORRUPT;
}

void proof_signer_free(struct proof_signer *signer)
{
    if (signer == NULL) return;
    EVP_PKEY_free(signer->pkey);
    free(signer);
}

bool proof_sign(const struct proof_signer *signer, struct span message,
                char base64[PROOF_SIGNATURE_BYTES])
{
    uint8_t signature[SIGNATURE_CHARS_MAX / 4 * 3];
    size_t size = sizeof signature;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool made = context != NULL &&
                EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, signer->pkey) == 1 &&
                EVP_DigestSign(context, signature, &size, message.at, message.size) == 1;
    EVP_MD_CTX_free(context);
    if (made) EVP_EncodeBlock((unsigned char *)base64, signature, (int)size);
    return made;
}

bool proof_signer_name(const struct proof_signer *signer, char name[PROOF_NAME_BYTES])
{
    unsigned char *der = NULL, digest[EVP_MAX_MD_SIZE];
    unsigned digest_size = 0;
    int size = i2d_PUBKEY(signer->pkey, &der);
    bool known =
        size > 0 && EVP_Digest(der, (size_t)size, digest, &digest_size, EVP_sha256(), NULL) == 1;
    for (unsigned i = 0; known && i < digest_size; i++)
        snprintf(name + 2 * (size_t)i, 3, "%02x", digest[i]);
    OPENSSL_free(der);
    return known;
}
