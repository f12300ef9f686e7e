/* What the tests of carriers/ share: a sink that keeps what reaches it, whole files, and the crypto
 * port. Every record that reaches the sink is checked against its shape and must survive encoding
 * and decoding, so each test also proves that no limit was broken. */
#ifndef TESTS_CARRIERS_COLLECT_H
#define TESTS_CARRIERS_COLLECT_H

#include "carriers/carrier.h"
#include "overseas-warehouse/reducer.h"
#include "tests/proto/check.h"

#define COLLECTED_MAX    80
#define RECORD_BYTES_MAX (16u * 1024)

struct collected {
    struct tracking tracking[COLLECTED_MAX];
    struct span record[COLLECTED_MAX]; /* the same, encoded */
    uint32_t count;
    uint32_t room;      /* the sink answers ERROR_FULL beyond that many */
    uint32_t calls;     /* of the sink */
    struct fault fault; /* of the last parse */
    uint8_t *bytes;     /* COLLECTED_MAX records */
};

const struct crypto *collect_crypto(void);
void collect_begin(struct collected *collected);
void collect_end(struct collected *collected);
struct carrier_sink collect_sink(struct collected *collected);
/* Parses a body, adding to what was collected before. */
enum error collect_parse(struct collected *collected, const char *carrier, struct span body);
enum error collect_parse_text(struct collected *collected, const char *carrier, const char *body);
/* The same with a file of tests/carriers/fixtures. */
enum error collect_fixture(struct collected *collected, const char *carrier, const char *file);
/* The status derived from all that was collected. */
struct track_state collect_derive(const struct collected *collected, unsigned direction);

/* Whether a header proves the body; value at NULL: it is absent. */
enum error collect_verify(const char *carrier, const struct span *secrets, size_t count,
                          struct span value, struct span body);

struct proof_push collect_push(struct span body, const struct span *value);

/* A whole file in memory of its own, for the caller to free; .at is NULL when there is none. */
struct span file_read(const char *path);
void file_free(struct span file);

static inline void assert_text(const char *expected, struct span actual)
{
    assert_span_equal(span_text(expected), actual);
}

static inline void assert_word(const char *expected, const struct words *words, uint64_t number)
{
    assert_string_equal(expected, number == 0 ? "" : word_of(words, number));
}

#endif
