/* The thread that hashes beside the writer gives the sums that the writer would have got alone. */
#include "tests/proto/check.h"

#include "node/hasher.h"
#include "node/keys.h"
#include <stdlib.h>

static uint8_t bytes[96 * 1024];

static uint64_t drawn(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

/* Adds a piece of two parts to the hasher, and its hash to the sums that are wanted. */
static void add(const struct hasher *hasher, uint64_t *seed, size_t largest, struct hash *wanted)
{
    struct hash hash;
    size_t size = drawn(seed) % (largest + 1), cut = size > 0 ? drawn(seed) % size : 0;
    size_t from = drawn(seed) % (sizeof bytes - size);
    unsigned sum = (unsigned)(drawn(seed) % HASHER_SUMS);
    const struct span parts[] = {span_of(bytes + from, cut),
                                 span_of(bytes + from + cut, size - cut)};
    const struct crypto *crypto = crypto_openssl();
    crypto->sha256(crypto->world, parts, 2, &hash);
    for (unsigned i = 0; i < HASH_BYTES; i++) wanted[sum].bytes[i] ^= hash.bytes[i];
    hasher->add(hasher->world, sum, parts, 2);
}

static void rounds(uint64_t seed, unsigned count, unsigned pieces_most, size_t largest)
{
    struct hasher_thread *thread = hasher_open(crypto_openssl());
    assert_non_null(thread);
    const struct hasher *hasher = hasher_port(thread);
    for (unsigned round = 0; round < count; round++) {
        struct hash wanted[HASHER_SUMS] = {0}, sums[HASHER_SUMS] = {0};
        unsigned pieces = (unsigned)(drawn(&seed) % (pieces_most + 1));
        for (unsigned i = 0; i < pieces; i++) add(hasher, &seed, largest, wanted);
        hasher->gather(hasher->world, sums);
        assert_memory_equal(sums, wanted, sizeof sums);
    }
    hasher_close(thread);
}

static void small_turns_that_fill_no_block_are_summed(void **state)
{
    (void)state;
    rounds(1, 200, 40, 300);
}

static void many_rows_are_summed_by_two_threads(void **state)
{
    (void)state;
    rounds(2, 20, 6000, 300);
}

static void a_row_larger_than_a_block_is_summed_too(void **state)
{
    (void)state;
    rounds(3, 20, 40, sizeof bytes - 1);
}

static void a_close_leaves_what_nobody_gathered(void **state)
{
    (void)state;
    uint64_t seed = 4;
    struct hash wanted[HASHER_SUMS] = {0};
    struct hasher_thread *thread = hasher_open(crypto_openssl());
    assert_non_null(thread);
    for (unsigned i = 0; i < 1000; i++) add(hasher_port(thread), &seed, 300, wanted);
    hasher_close(thread);
    hasher_close(NULL);
}

int main(void)
{
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 131 >> 3);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_turns_that_fill_no_block_are_summed),
        cmocka_unit_test(many_rows_are_summed_by_two_threads),
        cmocka_unit_test(a_row_larger_than_a_block_is_summed_too),
        cmocka_unit_test(a_close_leaves_what_nobody_gathered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
