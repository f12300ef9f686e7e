#include "tests/node/http/certificate.h"

#include <assert.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <sys/stat.h>

#define VALID_S (24 * 60 * 60)

static FILE *create(const char *directory, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    assert(file != NULL);
    int set = fchmod(fileno(file), 0600);
    assert(set == 0);
    (void)set;
    return file;
}

static void add_names(X509 *certificate)
{
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1,
                               0);
    X509_set_issuer_name(certificate, name);
    X509_EXTENSION *names = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "DNS:localhost");
    assert(names != NULL);
    X509_add_ext(certificate, names, -1);
    X509_EXTENSION_free(names);
}

void certificate_create(const char *directory)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    assert(key != NULL && certificate != NULL);
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -VALID_S);
    X509_gmtime_adj(X509_getm_notAfter(certificate), VALID_S);
    X509_set_pubkey(certificate, key);
    add_names(certificate);
    int size = X509_sign(certificate, key, EVP_sha256());
    assert(size > 0);
    (void)size;
    FILE *file = create(directory, "localhost.pem");
    PEM_write_X509(file, certificate);
    fclose(file);
    file = create(directory, "localhost.key");
    PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
    fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
}
