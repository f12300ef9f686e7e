/* A view of bytes that somebody else owns, and the few helpers that every room needs: big-endian
 * numbers (so that key order is number order) and comparison. Nothing here allocates. */
#ifndef PROTO_SPAN_H
#define PROTO_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
    const uint8_t *at;
    size_t size;
};

/* A hash of the chain, SHA-256. */
#define HASH_BYTES 32
struct hash {
    uint8_t bytes[HASH_BYTES];
};

static inline struct span span_of(const void *at, size_t size)
{
    return (struct span){(const uint8_t *)at, size};
}

static inline struct span span_text(const char *text)
{
    size_t size = 0;
    while (text[size] != '\0') size++;
    return span_of(text, size);
}

static inline bool span_equal(struct span a, struct span b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

/* If text begins with prefix, the rest in *rest. */
static inline bool span_strip(struct span text, const char *prefix, struct span *rest)
{
    struct span head = span_text(prefix);
    if (text.size < head.size || (head.size > 0 && memcmp(text.at, head.at, head.size) != 0))
        return false;
    *rest = span_of(text.at + head.size, text.size - head.size);
    return true;
}

/* Equality in a time that depends on the sizes only: for signatures and tokens. */
static inline bool span_equal_secret(struct span a, struct span b)
{
    if (a.size != b.size) return false;
    volatile uint8_t differ = 0; /* volatile: no compiler may stop at the first difference */
    for (size_t i = 0; i < a.size; i++) differ = (uint8_t)(differ | (a.at[i] ^ b.at[i]));
    return differ == 0;
}

static inline bool span_is_zero(struct span a)
{
    for (size_t i = 0; i < a.size; i++)
        if (a.at[i] != 0) return false;
    return true;
}

static inline void be_put(uint8_t *to, uint64_t value, unsigned bytes)
{
    for (unsigned i = bytes; i > 0; i--) {
        to[i - 1] = (uint8_t)(value & 0xff);
        value >>= 8;
    }
}

static inline uint64_t be_get(const uint8_t *from, unsigned bytes)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes; i++) value = value << 8 | from[i];
    return value;
}

#endif
