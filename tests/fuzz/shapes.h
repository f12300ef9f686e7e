/* What every decoded record must fulfil, whatever bytes it came from. */
#ifndef TESTS_FUZZ_SHAPES_H
#define TESTS_FUZZ_SHAPES_H

#include "proto/shape.h"
#include <assert.h>

#define SHAPES_STRUCT_BYTES (64u * 1024)

/* Room for the value of any shape. */
union shapes_value {
    uint64_t align;
    uint8_t bytes[SHAPES_STRUCT_BYTES];
};

/* Decodes, and when that succeeds: encodes to the same bytes, checks and prints without harm. */
static inline void shapes_try(const struct shape *shape, struct span bytes)
{
    static union shapes_value value;
    static uint8_t again[1 << 20];
    struct fault fault;
    struct span out;
    char line[200];
    assert(shape->size <= sizeof value && bytes.size <= sizeof again);
    enum error error = shape_decode(shape, bytes, &value, &fault);
    assert(error == fault.error);
    if (error != OK) return;
    error = shape_encode(shape, &value, again, sizeof again, &out);
    assert(error == OK && span_equal(bytes, out));
    error = shape_check(shape, &value, &fault); /* stricter: any answer, but no harm */
    assert(error == fault.error);
    size_t written = shape_print(shape, &value, line, sizeof line);
    assert(written < sizeof line && line[written] == '\0');
}

#endif
