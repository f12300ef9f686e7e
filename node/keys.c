#include "node/keys.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_BYTES 32
#define PATH_BYTES   4096
/* "entrepot-sign-1 " or "entrepot-curve-1 ", 64 hex digits and the end of the line. */
#define FILE_BYTES_MAX 96

struct keys {
    EVP_PKEY *sign;
    uint8_t sign_public[KEY_BYTES];
    uint8_t curve_public[CURVE_KEY_BYTES];
    uint8_t curve_secret[CURVE_KEY_BYTES];
    struct crypto crypto;
};

/* --- the crypto port ---------------------------------------------------------------------------*/

/* A hash that cannot be computed has no answer to give: out of memory, or no OpenSSL to speak of.
 */
static void must(bool done, const char *what)
{
    if (done) return;
    fprintf(stderr, "entrepot: OpenSSL failed: %s\n", what);
    abort();
}

/* Contexts are costly to make and may not be shared: every thread keeps its own. */
#define SHORT_BYTES       512u
#define MAC_KEY_BYTES_MAX 64 /* a longer one is not remembered */
struct contexts {
    EVP_MD_CTX *digest;
    EVP_MD_CTX *signature;
    EVP_MAC_CTX *mac;
    uint8_t mac_key[MAC_KEY_BYTES_MAX]; /* the one that mac was last set up with */
    size_t mac_key_size;                /* 0: none */
};

static pthread_once_t crypto_once = PTHREAD_ONCE_INIT;
static pthread_key_t contexts_key;
static EVP_MD *sha256_method;
static EVP_MAC *hmac_method;

static void contexts_free(void *memory)
{
    struct contexts *c = memory;
    EVP_MD_CTX_free(c->digest);
    EVP_MD_CTX_free(c->signature);
    EVP_MAC_CTX_free(c->mac);
    OPENSSL_cleanse(c->mac_key, sizeof c->mac_key);
    free(c);
}

static void crypto_begin(void)
{
    sha256_method = EVP_MD_fetch(NULL, "SHA256", NULL);
    hmac_method = EVP_MAC_fetch(NULL, "HMAC", NULL);
    must(sha256_method != NULL && hmac_method != NULL, "fetch of SHA-256 and HMAC");
    must(pthread_key_create(&contexts_key, contexts_free) == 0, "a key for thread contexts");
}

static struct contexts *contexts_mine(void)
{
    pthread_once(&crypto_once, crypto_begin);
    struct contexts *c = pthread_getspecific(contexts_key);
    if (c != NULL) return c;
    c = calloc(1, sizeof *c);
    must(c != NULL, "memory for thread contexts");
    c->digest = EVP_MD_CTX_new();
    c->signature = EVP_MD_CTX_new();
    c->mac = EVP_MAC_CTX_new(hmac_method);
    must(c->digest != NULL && c->signature != NULL && c->mac != NULL, "thread contexts");
    /* The digest is named once; naming it for each message costs as much as the message. */
    char name[] = "SHA256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
        OSSL_PARAM_construct_end(),
    };
    must(EVP_MAC_CTX_set_params(c->mac, params) == 1, "HMAC over SHA-256");
    must(pthread_setspecific(contexts_key, c) == 0, "keeping thread contexts");
    return c;
}

/* A call of the library costs as much as hashing some dozen bytes: short parts are put together
 * first. false: they are not short. */
static bool join_short(const struct span *parts, size_t count, uint8_t room[SHORT_BYTES],
                       struct span *whole)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].size > SHORT_BYTES - used) return false;
        if (parts[i].size > 0) memcpy(room + used, parts[i].at, parts[i].size);
        used += parts[i].size;
    }
    *whole = span_of(room, used);
    return count > 1;
}

static void port_sha256(void *world, const struct span *parts, size_t count, struct hash *out)
{
    (void)world;
    EVP_MD_CTX *digest = contexts_mine()->digest;
    bool done = EVP_DigestInit_ex2(digest, sha256_method, NULL) == 1;
    uint8_t room[SHORT_BYTES];
    struct span whole = span_of(room, 0);
    if (join_short(parts, count, room, &whole)) {
        parts = &whole;
        count = 1;
    }
    for (size_t i = 0; i < count; i++)
        done = done && EVP_DigestUpdate(digest, parts[i].at, parts[i].size) == 1;
    done = done && EVP_DigestFinal_ex(digest, out->bytes, NULL) == 1;
    must(done, "SHA-256");
    explicit_bzero(room, whole.size); /* a part may be a secret */
}

/* Webhooks of one carrier come under one key, and setting it up costs a third of a message.
 * A NULL key is how the library is told to take the key of before. */
static bool begin_mac(struct contexts *c, struct span key)
{
    static const uint8_t nothing[1];
    bool same =
        key.size > 0 && key.size == c->mac_key_size && memcmp(key.at, c->mac_key, key.size) == 0;
    if (same) return EVP_MAC_init(c->mac, NULL, 0, NULL) == 1;
    c->mac_key_size = 0;
    if (EVP_MAC_init(c->mac, key.size > 0 ? key.at : nothing, key.size, NULL) != 1) return false;
    if (key.size == 0 || key.size > MAC_KEY_BYTES_MAX) return true;
    memcpy(c->mac_key, key.at, key.size);
    c->mac_key_size = key.size;
    return true;
}

static void port_hmac_sha256(void *world, struct span key, const struct span *parts, size_t count,
                             struct hash *out)
{
    (void)world;
    struct contexts *c = contexts_mine();
    size_t size = 0;
    bool done = begin_mac(c, key);
    for (size_t i = 0; i < count; i++)
        done = done && EVP_MAC_update(c->mac, parts[i].at, parts[i].size) == 1;
    done = done && EVP_MAC_final(c->mac, out->bytes, &size, HASH_BYTES) == 1 && size == HASH_BYTES;
    must(done, "HMAC-SHA-256");
}

static void port_md5(void *world, const struct span *parts, size_t count, uint8_t out[MD5_BYTES])
{
    (void)world;
    EVP_MD_CTX *digest = contexts_mine()->digest;
    bool done = EVP_DigestInit_ex2(digest, EVP_md5(), NULL) == 1;
    for (size_t i = 0; i < count; i++)
        done = done && EVP_DigestUpdate(digest, parts[i].at, parts[i].size) == 1;
    must(done && EVP_DigestFinal_ex(digest, out, NULL) == 1, "MD5");
}

static bool port_sign(void *world, struct span message, uint8_t signature[SIGNATURE_BYTES])
{
    const struct keys *keys = world;
    if (keys == NULL) return false;
    EVP_MD_CTX *ctx = contexts_mine()->signature;
    size_t size = SIGNATURE_BYTES;
    bool done = EVP_MD_CTX_reset(ctx) == 1 &&
                EVP_DigestSignInit(ctx, NULL, NULL, NULL, keys->sign) == 1 &&
                EVP_DigestSign(ctx, signature, &size, message.at, message.size) == 1;
    must(done && size == SIGNATURE_BYTES, "Ed25519 signature");
    return true;
}

static bool port_verify(void *world, const uint8_t key[KEY_BYTES], struct span message,
                        const uint8_t signature[SIGNATURE_BYTES])
{
    (void)world;
    EVP_PKEY *pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key, KEY_BYTES);
    if (pkey == NULL) return false;
    EVP_MD_CTX *ctx = contexts_mine()->signature;
    bool good = EVP_MD_CTX_reset(ctx) == 1 &&
                EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey) == 1 &&
                EVP_DigestVerify(ctx, signature, SIGNATURE_BYTES, message.at, message.size) == 1;
    EVP_PKEY_free(pkey);
    return good;
}

#define CRYPTO_OVER(keys)                                                                          \
    {                                                                                              \
        keys, NULL, port_sha256, port_hmac_sha256, port_md5, port_sign, port_verify                \
    }

const struct crypto *crypto_openssl(void)
{
    static const struct crypto keyless = CRYPTO_OVER(NULL);
    return &keyless;
}

void random_bytes(void *to, size_t size)
{
    uint8_t *at = to;
    while (size > 0) {
        ssize_t got = getrandom(at, size, 0);
        if (got < 0 && errno == EINTR) continue;
        must(got > 0, "getrandom");
        at += got;
        size -= (size_t)got;
    }
}

/* --- the keys in memory ------------------------------------------------------------------------*/

static struct keys *keys_of_secrets(const uint8_t sign[SECRET_BYTES],
                                    const uint8_t curve[SECRET_BYTES])
{
    struct keys *keys = calloc(1, sizeof *keys);
    must(keys != NULL, "memory for keys");
    keys->sign = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, sign, SECRET_BYTES);
    /* CURVE's keys are X25519's: the same curve, the same base point, the same clamping. */
    EVP_PKEY *x = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, curve, SECRET_BYTES);
    must(keys->sign != NULL && x != NULL, "reading of keys");
    size_t sign_size = KEY_BYTES, curve_size = CURVE_KEY_BYTES;
    must(EVP_PKEY_get_raw_public_key(keys->sign, keys->sign_public, &sign_size) == 1 &&
             EVP_PKEY_get_raw_public_key(x, keys->curve_public, &curve_size) == 1,
         "public halves of keys");
    EVP_PKEY_free(x);
    memcpy(keys->curve_secret, curve, CURVE_KEY_BYTES);
    keys->crypto = (struct crypto)CRYPTO_OVER(keys);
    return keys;
}

struct keys *keys_of_seed(const uint8_t seed[32])
{
    struct hash curve;
    const struct span parts[] = {span_text("entrepot/curve-of-seed/1"), span_of(seed, 32)};
    port_sha256(NULL, parts, 2, &curve);
    return keys_of_secrets(seed, curve.bytes);
}

void keys_free(struct keys *keys)
{
    if (keys == NULL) return;
    EVP_PKEY_free(keys->sign);
    OPENSSL_cleanse(keys->curve_secret, sizeof keys->curve_secret);
    free(keys);
}

const uint8_t *keys_sign_public(const struct keys *keys)
{
    return keys->sign_public;
}

const uint8_t *keys_curve_public(const struct keys *keys)
{
    return keys->curve_public;
}

const uint8_t *keys_curve_secret(const struct keys *keys)
{
    return keys->curve_secret;
}

const struct crypto *keys_crypto(const struct keys *keys)
{
    return &keys->crypto;
}

/* --- the keys in files -------------------------------------------------------------------------*/

static const char *const file_words[] = {"sign", "curve"};

static enum error fault(char why[KEYS_WHY_BYTES], enum error error, const char *path,
                        const char *what)
{
    snprintf(why, KEYS_WHY_BYTES, "%.120s: %s", path, what);
    return error;
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t put = write(fd, bytes, size);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        bytes += put;
        size -= (size_t)put;
    }
    return true;
}

static bool sync_directory(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    return done;
}

/* Whole or not at all: written beside, flushed, then given its name, which link never replaces. */
static bool write_new(const char *path, const char *text, size_t size)
{
    char beside[PATH_BYTES + 16];
    snprintf(beside, sizeof beside, "%s.XXXXXX", path);
    int fd = mkostemp(beside, O_CLOEXEC); /* of mode 0600 */
    if (fd < 0) return false;
    bool done = write_all(fd, text, size) && fsync(fd) == 0;
    done = close(fd) == 0 && done;
    done = done && (link(beside, path) == 0 || errno == EEXIST);
    return unlink(beside) == 0 && done;
}

static bool create_file(const char *path, const char *word)
{
    uint8_t secret[SECRET_BYTES];
    char hex[2 * SECRET_BYTES + 1], text[FILE_BYTES_MAX];
    random_bytes(secret, sizeof secret);
    for (size_t i = 0; i < SECRET_BYTES; i++) snprintf(hex + 2 * i, 3, "%02x", secret[i]);
    int size = snprintf(text, sizeof text, "entrepot-%s-1 %s\n", word, hex);
    bool done = write_new(path, text, (size_t)size);
    OPENSSL_cleanse(secret, sizeof secret);
    OPENSSL_cleanse(hex, sizeof hex);
    OPENSSL_cleanse(text, sizeof text);
    return done;
}

static bool path_make(char path[PATH_BYTES], const char *directory, const char *word)
{
    const char *slash = word[0] == '\0' ? "" : "/";
    const char *end = word[0] == '\0' ? "" : ".key";
    int size = snprintf(path, PATH_BYTES, "%s/keys%s%s%s", directory, slash, word, end);
    return size > 0 && size < PATH_BYTES;
}

enum error keys_create(const char *directory, char why[KEYS_WHY_BYTES])
{
    char path[PATH_BYTES], folder[PATH_BYTES];
    why[0] = '\0';
    if (!path_make(folder, directory, ""))
        return fault(why, ERROR_CONFIG, directory, "the path is too long");
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return fault(why, ERROR_IO, folder, strerror(errno));
    for (size_t i = 0; i < 2; i++) {
        if (!path_make(path, directory, file_words[i]))
            return fault(why, ERROR_CONFIG, directory, "the path is too long");
        if (!create_file(path, file_words[i])) return fault(why, ERROR_IO, path, strerror(errno));
    }
    if (!sync_directory(folder) || !sync_directory(directory))
        return fault(why, ERROR_IO, folder, strerror(errno));
    return OK;
}

/* Refuses what is no private file of ours: ERROR_CONFIG, so that a person looks at it. */
static enum error check_private(int fd, const char *path, char why[KEYS_WHY_BYTES])
{
    struct stat st;
    if (fstat(fd, &st) != 0) return fault(why, ERROR_IO, path, strerror(errno));
    if (!S_ISREG(st.st_mode)) return fault(why, ERROR_CONFIG, path, "is not a regular file");
    if (st.st_uid != geteuid())
        return fault(why, ERROR_CONFIG, path, "belongs to another user than the one that runs");
    if ((st.st_mode & 077) != 0)
        return fault(why, ERROR_CONFIG, path,
                     "may be read by others: make new keys, or chmod 600 if nobody did");
    return OK;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

static bool parse_file(const char *text, size_t size, const char *word,
                       uint8_t secret[SECRET_BYTES])
{
    char head[32];
    size_t head_size = (size_t)snprintf(head, sizeof head, "entrepot-%s-1 ", word);
    if (size != head_size + 2 * SECRET_BYTES + 1 || text[size - 1] != '\n') return false;
    if (memcmp(text, head, head_size) != 0) return false;
    for (size_t i = 0; i < SECRET_BYTES; i++) {
        int high = hex_value(text[head_size + 2 * i]), low = hex_value(text[head_size + 2 * i + 1]);
        if (high < 0 || low < 0) return false;
        secret[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static enum error read_file(const char *directory, const char *word, uint8_t secret[SECRET_BYTES],
                            char why[KEYS_WHY_BYTES])
{
    char path[PATH_BYTES], text[FILE_BYTES_MAX];
    if (!path_make(path, directory, word))
        return fault(why, ERROR_CONFIG, directory, "the path is too long");
    /* O_NONBLOCK: a pipe laid out under this name must not make us wait. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return fault(why,
                     errno == ENOENT  ? ERROR_NOT_FOUND
                     : errno == ELOOP ? ERROR_CONFIG
                                      : ERROR_IO,
                     path, strerror(errno));
    enum error error = check_private(fd, path, why);
    if (error == OK) {
        ssize_t size = read(fd, text, sizeof text);
        if (size < 0)
            error = fault(why, ERROR_IO, path, strerror(errno));
        else if (!parse_file(text, (size_t)size, word, secret))
            error = fault(why, ERROR_CORRUPT, path, "does not hold a key in the form of version 1");
        OPENSSL_cleanse(text, sizeof text);
    }
    close(fd);
    return error;
}

enum error keys_open(const char *directory, struct keys **keys, char why[KEYS_WHY_BYTES])
{
    uint8_t secret[2][SECRET_BYTES];
    *keys = NULL;
    why[0] = '\0';
    enum error error = OK;
    for (size_t i = 0; i < 2 && error == OK; i++)
        error = read_file(directory, file_words[i], secret[i], why);
    if (error == OK) *keys = keys_of_secrets(secret[0], secret[1]);
    OPENSSL_cleanse(secret, sizeof secret);
    return error;
}
