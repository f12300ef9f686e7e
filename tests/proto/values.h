/* Random values of any shape, drawn by walking its fields: what the round-trip tests feed on. A
 * seed alone replays a run; every test that draws prints it. */
#ifndef TESTS_PROTO_VALUES_H
#define TESTS_PROTO_VALUES_H

#include "proto/shape.h"

#define VALUES_ARENA_BYTES (4u * 1024 * 1024)

struct values {
    uint64_t seed, state;
    uint64_t time_ms_max; /* times stay below it */
    uint8_t *arena;       /* texts and bins point into it */
    size_t used;
};

/* Takes the seed from the environment's ENTREPOT_SEED, or from the clock, and prints it. */
struct values values_begin(const char *test);
void values_end(struct values *values);

uint64_t values_below(struct values *values, uint64_t bound);
void values_bytes(struct values *values, uint8_t *to, size_t size);
/* A value that shape_check accepts: zeros, maxima and all that lies between. Frees what the former
 * one pointed to. */
void values_fill(struct values *values, const struct shape *shape, void *value);
/* The largest value that the shape takes: every list full, every text at its limit. */
void values_fill_largest(struct values *values, const struct shape *shape, void *value);
bool values_equal(const struct shape *shape, const void *a, const void *b);

/* Every shape of the program that is encoded by itself, once each. */
extern const struct shape *const values_shapes[];
extern const size_t values_shapes_count;
/* The largest C struct and the largest encoding among them. */
#define VALUES_STRUCT_BYTES (64u * 1024)
#define VALUES_RECORD_BYTES (384u * 1024)

#endif
