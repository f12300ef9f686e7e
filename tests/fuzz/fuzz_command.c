/* JSON bodies of the HTTP calls. The first byte is the number of the command; the rest is its body.
 * What is accepted must pass through its canonical form and through JSON again unchanged. */
#include "proto/commands.h"
#include "proto/json.h"
#include "tests/fuzz/shapes.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define SCRATCH_BYTES (16u * 1024)

static uint8_t scratch[SCRATCH_BYTES], encoded[1 << 20], again[1 << 20];

static struct json *parse(struct span text)
{
    struct json_fault fault;
    struct json *root = json_parse(text, &fault);
    assert((root == NULL) == (fault.error != OK));
    return root;
}

static struct span write_again(const struct shape *shape, const void *value, struct json_out *out)
{
    json_open(out, NULL, '{');
    json_put_shape(out, NULL, shape, value);
    json_close(out, '}');
    return span_of(out->at, out->used);
}

static void try_accepted(const struct shape *shape, const void *value)
{
    static union shapes_value second;
    struct span first_bytes, second_bytes;
    enum error error = shape_encode(shape, value, encoded, sizeof encoded, &first_bytes);
    assert(error == OK);
    shapes_try(shape, first_bytes);

    struct json_out out = {0};
    struct json *root = parse(write_again(shape, value, &out));
    assert(root != NULL);
    error = json_to_shape(root, shape, &second, scratch, sizeof scratch, NULL);
    assert(error == OK);
    error = shape_encode(shape, &second, again, sizeof again, &second_bytes);
    assert(error == OK && span_equal(first_bytes, second_bytes));
    json_free(root);
    json_out_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static union shapes_value value;
    if (size < 1) return 0;
    const struct command_row *row = command_by_kind(bytes[0]);
    struct json *root = parse(span_of(bytes + 1, size - 1));
    if (row != NULL && root != NULL) {
        struct fault fault;
        enum error error = json_to_shape(root, row->shape, &value, scratch, sizeof scratch, &fault);
        assert(error == fault.error);
        if (error == OK) try_accepted(row->shape, &value);
    }
    json_free(root);
    return 0;
}
