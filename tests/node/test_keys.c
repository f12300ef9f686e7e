/* Keys and the crypto port, against the published vectors: FIPS 180-4 (SHA-256), RFC 4231 (HMAC),
 * RFC 8032 section 7.1 (Ed25519); and key files that must be private, whole and never replaced. */
#include "node/keys.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include <cmocka.h>

static size_t from_hex(const char *hex, uint8_t *to)
{
    size_t size = strlen(hex) / 2;
    for (size_t i = 0; i < size; i++) {
        unsigned byte = 0;
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
        to[i] = (uint8_t)byte;
    }
    return size;
}

static void assert_hex(const uint8_t *bytes, size_t size, const char *hex)
{
    uint8_t wanted[128];
    assert_int_equal(from_hex(hex, wanted), size);
    assert_memory_equal(bytes, wanted, size);
}

static void sha256_gives_the_published_digests(void **state)
{
    (void)state;
    const struct crypto *crypto = crypto_openssl();
    struct hash out;
    struct span part = span_text("abc");
    crypto->sha256(crypto->world, &part, 1, &out);
    assert_hex(out.bytes, HASH_BYTES,
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    crypto->sha256(crypto->world, &part, 0, &out);
    assert_hex(out.bytes, HASH_BYTES,
               "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    const struct span parts[] = {span_text("abcdbcdecdefdefgefghfgh"), span_text(""),
                                 span_text("ighijhijkijkljklmklmnlmnomnopnopq")};
    crypto->sha256(crypto->world, parts, 3, &out);
    assert_hex(out.bytes, HASH_BYTES,
               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void hmac_gives_the_published_tags(void **state)
{
    (void)state;
    static const struct {
        const char *key, *message, *tag;
    } vectors[] = {
        {"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {"4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {"", "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
    };
    const struct crypto *crypto = crypto_openssl();
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        uint8_t key[64], message[64];
        struct span k = span_of(key, from_hex(vectors[i].key, key));
        struct span m = span_of(message, from_hex(vectors[i].message, message));
        struct hash out;
        crypto_hmac(crypto, k, m, &out);
        assert_hex(out.bytes, HASH_BYTES, vectors[i].tag);
    }
    uint8_t long_key[131];
    memset(long_key, 0xaa, sizeof long_key);
    struct hash out;
    crypto_hmac(crypto, span_of(long_key, sizeof long_key),
                span_text("Test Using Larger Than Block-Size Key - Hash Key First"), &out);
    assert_hex(out.bytes, HASH_BYTES,
               "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void an_empty_hmac_key_is_empty_and_not_the_key_of_before(void **state)
{
    (void)state;
    const struct crypto *crypto = crypto_openssl();
    struct hash first, second;
    crypto_hmac(crypto, span_of(NULL, 0), span_text("m"), &first);
    crypto_hmac(crypto, span_text("another key"), span_text("m"), &second);
    assert_memory_not_equal(first.bytes, second.bytes, HASH_BYTES);
    crypto_hmac(crypto, span_of(NULL, 0), span_text("m"), &second);
    assert_memory_equal(first.bytes, second.bytes, HASH_BYTES);
}

/* A key is set up once and remembered; another one of the same length, a longer one and none at all
 * in between must not be taken for it. */
static void a_remembered_hmac_key_is_used_for_itself_alone(void **state)
{
    (void)state;
    const struct crypto *crypto = crypto_openssl();
    uint8_t long_key[65];
    memset(long_key, 'k', sizeof long_key);
    const struct span keys[] = {span_text("Jefe"),    span_text("Jefe"),     span_text("Jefd"),
                                span_text("Jefe"),    span_of(long_key, 65), span_text("Jefe"),
                                span_of(NULL, 0),     span_text("Jefe"),     span_of(long_key, 64),
                                span_of(long_key, 65)};
    struct hash tags[sizeof keys / sizeof keys[0]];
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        crypto_hmac(crypto, keys[i], span_text("what do ya want for nothing?"), &tags[i]);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        for (size_t k = 0; k < i; k++)
            assert_int_equal(span_equal(keys[i], keys[k]),
                             memcmp(&tags[i], &tags[k], HASH_BYTES) == 0);
    assert_hex(tags[1].bytes, HASH_BYTES,
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static const struct {
    const char *secret, *public, *message, *signature;
} ed25519_vectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "4"
     "6bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d"
     "8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "6"
     "594a7c15e9716ed28dc027beceea1ec40a"},
};

static void ed25519_gives_the_published_signatures(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ed25519_vectors / sizeof ed25519_vectors[0]; i++) {
        uint8_t secret[32], message[8], signature[SIGNATURE_BYTES];
        from_hex(ed25519_vectors[i].secret, secret);
        struct span m = span_of(message, from_hex(ed25519_vectors[i].message, message));
        struct keys *keys = keys_of_seed(secret);
        const struct crypto *crypto = keys_crypto(keys);
        assert_hex(keys_sign_public(keys), KEY_BYTES, ed25519_vectors[i].public);
        assert_true(crypto->sign(crypto->world, m, signature));
        assert_hex(signature, SIGNATURE_BYTES, ed25519_vectors[i].signature);
        assert_true(crypto->verify(crypto->world, keys_sign_public(keys), m, signature));
        keys_free(keys);
    }
}

static void a_changed_message_key_or_signature_does_not_verify(void **state)
{
    (void)state;
    const uint8_t seed[32] = {7};
    struct keys *keys = keys_of_seed(seed);
    const struct crypto *crypto = keys_crypto(keys);
    uint8_t signature[SIGNATURE_BYTES], key[KEY_BYTES];
    struct span m = span_text("entries 1 to 9");
    memcpy(key, keys_sign_public(keys), KEY_BYTES);
    assert_true(crypto->sign(crypto->world, m, signature));
    assert_false(crypto->verify(crypto->world, key, span_text("entries 1 to 8"), signature));
    signature[63] ^= 1;
    assert_false(crypto->verify(crypto->world, key, m, signature));
    signature[63] ^= 1;
    key[0] ^= 1;
    assert_false(crypto->verify(crypto->world, key, m, signature));
    memset(key, 0xff, sizeof key); /* no point of the curve */
    assert_false(crypto->verify(crypto->world, key, m, signature));
    keys_free(keys);
}

static void without_a_key_nothing_is_signed(void **state)
{
    (void)state;
    uint8_t signature[SIGNATURE_BYTES];
    assert_false(crypto_openssl()->sign(NULL, span_text("m"), signature));
}

/* --- files -------------------------------------------------------------------------------------*/

static char directory[64];
static char why[KEYS_WHY_BYTES];

static const char *path_of(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/keys/%s", directory, name);
    return path;
}

static int make_directory(void **state)
{
    (void)state;
    snprintf(directory, sizeof directory, "/tmp/entrepot-keys-XXXXXX");
    return mkdtemp(directory) == NULL ? -1 : 0;
}

static int remove_directory(void **state)
{
    (void)state;
    unlink(path_of("sign.key"));
    unlink(path_of("curve.key"));
    rmdir(path_of(""));
    return rmdir(directory); /* fails when something was left behind */
}

static void created_keys_open_again_as_the_same(void **state)
{
    (void)state;
    struct keys *first, *second;
    assert_int_equal(keys_create(directory, why), OK);
    assert_int_equal(keys_open(directory, &first, why), OK);
    assert_int_equal(keys_create(directory, why), OK); /* again: replaces nothing */
    assert_int_equal(keys_open(directory, &second, why), OK);
    assert_memory_equal(keys_sign_public(first), keys_sign_public(second), KEY_BYTES);
    assert_memory_equal(keys_curve_secret(first), keys_curve_secret(second), CURVE_KEY_BYTES);
    uint8_t signature[SIGNATURE_BYTES];
    const struct crypto *crypto = keys_crypto(first);
    assert_true(crypto->sign(crypto->world, span_text("m"), signature));
    assert_true(crypto->verify(NULL, keys_sign_public(second), span_text("m"), signature));
    keys_free(first);
    keys_free(second);
}

static void two_nodes_get_different_keys(void **state)
{
    (void)state;
    struct keys *first, *second;
    assert_int_equal(keys_create(directory, why), OK);
    assert_int_equal(keys_open(directory, &first, why), OK);
    unlink(path_of("sign.key"));
    unlink(path_of("curve.key"));
    assert_int_equal(keys_create(directory, why), OK);
    assert_int_equal(keys_open(directory, &second, why), OK);
    assert_memory_not_equal(keys_sign_public(first), keys_sign_public(second), KEY_BYTES);
    assert_memory_not_equal(keys_curve_public(first), keys_curve_public(second), KEY_BYTES);
    keys_free(first);
    keys_free(second);
}

static void a_creation_that_was_cut_is_completed(void **state)
{
    (void)state;
    struct keys *first, *second;
    assert_int_equal(keys_create(directory, why), OK);
    assert_int_equal(keys_open(directory, &first, why), OK);
    unlink(path_of("curve.key"));
    assert_int_equal(keys_open(directory, &second, why), ERROR_NOT_FOUND);
    assert_null(second);
    assert_non_null(strstr(why, "curve.key"));
    assert_int_equal(keys_create(directory, why), OK);
    assert_int_equal(keys_open(directory, &second, why), OK);
    assert_memory_equal(keys_sign_public(first), keys_sign_public(second), KEY_BYTES);
    keys_free(first);
    keys_free(second);
}

static void key_files_are_for_their_owner_alone(void **state)
{
    (void)state;
    struct keys *keys;
    struct stat st;
    assert_int_equal(keys_create(directory, why), OK);
    assert_int_equal(stat(path_of("sign.key"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(stat(path_of(""), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    static const mode_t open_modes[] = {0640, 0604, 0620, 0601};
    for (size_t i = 0; i < sizeof open_modes / sizeof open_modes[0]; i++) {
        assert_int_equal(chmod(path_of("curve.key"), open_modes[i]), 0);
        assert_int_equal(keys_open(directory, &keys, why), ERROR_CONFIG);
        assert_null(keys);
        assert_non_null(strstr(why, "curve.key"));
    }
}

static void put_file(const char *name, const char *text)
{
    unlink(path_of(name));
    int fd = open(path_of(name), O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static void a_file_that_holds_no_key_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "\n",
        "entrepot-sign-1 9d61b19deffd5a60\n",
        "entrepot-sign-1 9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "entrepot-sign-1 9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60 ",
        "entrepot-sign-1 9D61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n",
        "entrepot-sign-2 9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n",
        "entrepot-curve-1 9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n",
        "entrepot-sign-1 9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n\n",
    };
    struct keys *keys;
    assert_int_equal(keys_create(directory, why), OK);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        put_file("sign.key", wrong[i]);
        assert_int_equal(keys_open(directory, &keys, why), ERROR_CORRUPT);
        assert_null(keys);
    }
    put_file("sign.key",
             "entrepot-sign-1 9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n");
    assert_int_equal(keys_open(directory, &keys, why), OK);
    assert_hex(keys_sign_public(keys), KEY_BYTES, ed25519_vectors[0].public);
    keys_free(keys);
}

static void a_link_or_a_pipe_in_place_of_a_key_is_refused(void **state)
{
    (void)state;
    struct keys *keys;
    assert_int_equal(keys_create(directory, why), OK);
    unlink(path_of("sign.key"));
    assert_int_equal(symlink("curve.key", path_of("sign.key")), 0);
    assert_int_equal(keys_open(directory, &keys, why), ERROR_CONFIG);
    unlink(path_of("sign.key"));
    assert_int_equal(mkfifo(path_of("sign.key"), 0600), 0);
    assert_int_equal(keys_open(directory, &keys, why), ERROR_CONFIG);
}

static void a_missing_node_directory_is_named(void **state)
{
    (void)state;
    assert_int_equal(keys_create("/nonexistent/entrepot", why), ERROR_IO);
    assert_non_null(strstr(why, "/nonexistent/entrepot"));
    struct keys *keys;
    assert_int_equal(keys_open("/nonexistent/entrepot", &keys, why), ERROR_NOT_FOUND);
}

static void the_curve_key_is_a_pair_for_zeromq(void **state)
{
    (void)state;
    const uint8_t seed[32] = {9};
    struct keys *keys = keys_of_seed(seed);
    char secret[41], public[41];
    uint8_t wanted[CURVE_KEY_BYTES];
    assert_non_null(zmq_z85_encode(secret, keys_curve_secret(keys), CURVE_KEY_BYTES));
    assert_int_equal(zmq_curve_public(public, secret), 0);
    assert_non_null(zmq_z85_decode(wanted, public));
    assert_memory_equal(keys_curve_public(keys), wanted, CURVE_KEY_BYTES);
    keys_free(keys);
}

static void *hash_and_sign_a_while(void *world)
{
    const struct keys *keys = world;
    const struct crypto *crypto = keys_crypto(keys);
    bool good = true;
    for (int i = 0; i < 200; i++) {
        struct hash hash, tag;
        uint8_t signature[SIGNATURE_BYTES];
        struct span part = span_of(&i, sizeof i);
        crypto->sha256(crypto->world, &part, 1, &hash);
        part = span_of(hash.bytes, HASH_BYTES);
        crypto_hmac(crypto, part, part, &tag);
        good = good && crypto->sign(crypto->world, span_of(tag.bytes, HASH_BYTES), signature);
        good = good && crypto->verify(crypto->world, keys_sign_public(keys),
                                      span_of(tag.bytes, HASH_BYTES), signature);
    }
    return good ? world : NULL;
}

static void many_threads_use_one_port(void **state)
{
    (void)state;
    const uint8_t seed[32] = {11};
    struct keys *keys = keys_of_seed(seed);
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hash_and_sign_a_while, keys), 0);
    for (size_t i = 0; i < 4; i++) {
        void *good = NULL;
        pthread_join(threads[i], &good);
        assert_non_null(good);
    }
    keys_free(keys);
}

int main(void)
{
#define FILE_TEST(f) cmocka_unit_test_setup_teardown(f, make_directory, remove_directory)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_gives_the_published_digests),
        cmocka_unit_test(hmac_gives_the_published_tags),
        cmocka_unit_test(an_empty_hmac_key_is_empty_and_not_the_key_of_before),
        cmocka_unit_test(a_remembered_hmac_key_is_used_for_itself_alone),
        cmocka_unit_test(ed25519_gives_the_published_signatures),
        cmocka_unit_test(a_changed_message_key_or_signature_does_not_verify),
        cmocka_unit_test(without_a_key_nothing_is_signed),
        FILE_TEST(created_keys_open_again_as_the_same),
        FILE_TEST(two_nodes_get_different_keys),
        FILE_TEST(a_creation_that_was_cut_is_completed),
        FILE_TEST(key_files_are_for_their_owner_alone),
        FILE_TEST(a_file_that_holds_no_key_is_refused),
        FILE_TEST(a_link_or_a_pipe_in_place_of_a_key_is_refused),
        cmocka_unit_test(a_missing_node_directory_is_named),
        cmocka_unit_test(the_curve_key_is_a_pair_for_zeromq),
        cmocka_unit_test(many_threads_use_one_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
