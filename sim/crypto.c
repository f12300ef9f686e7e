/* Hashes and signatures of the simulated world: quick, and good enough where nobody attacks. A hash
 * mixes 64-bit words in four lanes; a signature is a hash over the signer's public key and the
 * message, so that a wrong key, a wrong message and a forgotten signature are all noticed, while
 * anybody could forge one. Half of a seed's time went into the real ones. What hostile members can
 * do is tested apart, with real keys (tests/node/core). */
#include <string.h>

#include "sim/world.h"

static uint64_t mixed(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)(a ^ 0x9e3779b97f4a7c15u) * (b ^ 0xd1342543de82ef95u);
    return (uint64_t)product ^ (uint64_t)(product >> 64) ^ a << 23 ^ a >> 41;
}

struct sponge {
    uint64_t lane[4];
    uint8_t block[32];
    size_t held;
    uint64_t size;
};

static void absorb(struct sponge *sponge)
{
    uint64_t word[4];
    memcpy(word, sponge->block, sizeof word);
    for (unsigned i = 0; i < 4; i++)
        sponge->lane[i] = mixed(sponge->lane[i] ^ word[i], sponge->lane[(i + 1) % 4] + i);
    sponge->held = 0;
}

static void feed(struct sponge *sponge, struct span part)
{
    sponge->size += part.size;
    for (size_t at = 0; at < part.size;) {
        size_t room = sizeof sponge->block - sponge->held;
        size_t take = part.size - at < room ? part.size - at : room;
        memcpy(sponge->block + sponge->held, part.at + at, take);
        sponge->held += take;
        at += take;
        if (sponge->held == sizeof sponge->block) absorb(sponge);
    }
}

static void squeeze(struct sponge *sponge, struct hash *out)
{
    memset(sponge->block + sponge->held, 0, sizeof sponge->block - sponge->held);
    absorb(sponge);
    for (unsigned round = 0; round < 4; round++) {
        memset(sponge->block, (int)round + 1, sizeof sponge->block);
        memcpy(sponge->block, &sponge->size, sizeof sponge->size);
        absorb(sponge);
    }
    memcpy(out->bytes, sponge->lane, HASH_BYTES);
}

static const struct sponge EMPTY = {
    .lane = {0x243f6a8885a308d3u, 0x13198a2e03707344u, 0xa4093822299f31d0u, 0x082efa98ec4e6c89u}};

static void quick_hash(void *world, const struct span *parts, size_t count, struct hash *out)
{
    struct sponge sponge = EMPTY;
    (void)world;
    for (size_t i = 0; i < count; i++) feed(&sponge, parts[i]);
    squeeze(&sponge, out);
}

static void quick_hmac(void *world, struct span key, const struct span *parts, size_t count,
                       struct hash *out)
{
    struct sponge sponge = EMPTY;
    (void)world;
    feed(&sponge, span_text("hmac"));
    feed(&sponge, key);
    for (size_t i = 0; i < count; i++) feed(&sponge, parts[i]);
    squeeze(&sponge, out);
}

static void quick_md5(void *world, const struct span *parts, size_t count, uint8_t out[MD5_BYTES])
{
    struct hash hash;
    quick_hash(world, parts, count, &hash);
    memcpy(out, hash.bytes, MD5_BYTES);
}

static void seal(const uint8_t *key, struct span message, uint8_t signature[SIGNATURE_BYTES])
{
    const struct span parts[] = {span_text("seal"), span_of(key, KEY_BYTES), message};
    struct hash hash;
    quick_hash(NULL, parts, 3, &hash);
    memcpy(signature, hash.bytes, HASH_BYTES);
    memcpy(signature + HASH_BYTES, hash.bytes, HASH_BYTES);
}

static bool quick_sign(void *world, struct span message, uint8_t signature[SIGNATURE_BYTES])
{
    const struct host *host = world;
    if (host == NULL) return false;
    seal(host->self.sign_key, message, signature);
    return true;
}

static bool quick_verify(void *world, const uint8_t key[KEY_BYTES], struct span message,
                         const uint8_t signature[SIGNATURE_BYTES])
{
    uint8_t good[SIGNATURE_BYTES];
    (void)world;
    seal(key, message, good);
    return memcmp(good, signature, SIGNATURE_BYTES) == 0;
}

void crypto_make(struct host *host)
{
    host->crypto =
        (struct crypto){host, NULL, quick_hash, quick_hmac, quick_md5, quick_sign, quick_verify};
}

const struct crypto *crypto_of_nobody(void)
{
    static const struct crypto nobody = {NULL,      NULL,       quick_hash,  quick_hmac,
                                         quick_md5, quick_sign, quick_verify};
    return &nobody;
}
