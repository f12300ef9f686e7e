#include "proto/crypto.h"

#include <assert.h>

#define PARTS_MAX 8

void crypto_hash(const struct crypto *crypto, const char *domain, const struct span *parts,
                 size_t count, struct hash *out)
{
    assert(count <= PARTS_MAX);
    struct span all[PARTS_MAX + 1];
    all[0] = span_text(domain);
    for (size_t i = 0; i < count; i++) all[i + 1] = parts[i];
    crypto->sha256(crypto->world, all, count + 1, out);
}

void crypto_hash_into(const struct crypto *crypto, const char *domain, const struct span *parts,
                      size_t count, unsigned sum, struct hash *to)
{
    struct hash hash;
    if (crypto->hasher == NULL) {
        crypto_hash(crypto, domain, parts, count, &hash);
        for (unsigned i = 0; i < HASH_BYTES; i++) to->bytes[i] ^= hash.bytes[i];
        return;
    }
    assert(count <= PARTS_MAX && sum < HASHER_SUMS);
    struct span all[PARTS_MAX + 1];
    all[0] = span_text(domain);
    for (size_t i = 0; i < count; i++) all[i + 1] = parts[i];
    crypto->hasher->add(crypto->hasher->world, sum, all, count + 1);
}

struct id crypto_id(const struct crypto *crypto, const char *domain, const struct span *parts,
                    size_t count)
{
    struct hash hash;
    struct id id;
    crypto_hash(crypto, domain, parts, count, &hash);
    memcpy(id.bytes, hash.bytes, ID_BYTES);
    return id;
}
