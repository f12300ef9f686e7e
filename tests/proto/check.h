/* The C headers that cmocka wants before its own, and the few checks that all tests share. */
#ifndef TESTS_PROTO_CHECK_H
#define TESTS_PROTO_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "proto/error.h"
#include "proto/span.h"

#define HEX_BYTES_MAX 4096

/* Errors compare by name, so that a failure reads aloud. */
#define assert_error(expected, actual) assert_string_equal(error_name(expected), error_name(actual))

/* "c4 02 ff" or "c402ff" as bytes, in a buffer that lives until the sixteenth next call. */
static inline struct span hex(const char *text)
{
    static uint8_t buffers[16][HEX_BYTES_MAX];
    static unsigned turn;
    uint8_t *to = buffers[turn++ % 16];
    size_t digits = 0;
    memset(to, 0, HEX_BYTES_MAX);
    for (; *text != '\0'; text++) {
        if (*text == ' ') continue;
        unsigned value = *text <= '9' ? (unsigned)(*text - '0') : (unsigned)(*text - 'a' + 10);
        assert_true(value < 16 && digits / 2 < HEX_BYTES_MAX);
        to[digits / 2] = (uint8_t)(to[digits / 2] | value << (digits % 2 == 0 ? 4 : 0));
        digits++;
    }
    assert_int_equal(digits % 2, 0);
    return span_of(to, digits / 2);
}

static inline void assert_span_equal(struct span expected, struct span actual)
{
    assert_int_equal(expected.size, actual.size);
    if (expected.size > 0) assert_memory_equal(expected.at, actual.at, expected.size);
}

#endif
