/* Any bytes to the reader: what it accepts must be the one form of its value. */
#include "tests/proto/copy.h"
#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct span in = span_of(bytes, size), out;
    struct reader whole = reader_over(in), parts = reader_over(in);
    uint8_t *buffer = malloc(size + 1);
    assert(buffer != NULL);
    struct writer w = writer_over(buffer, size + 1);
    reader_item(&whole);
    copy_item(&parts, &w);
    bool accepted = reader_end(&whole);
    bool copied = reader_end(&parts);
    assert(accepted == copied);
    if (accepted) {
        enum error error = writer_end(&w, &out);
        assert(error == OK && span_equal(in, out));
    }
    free(buffer);
    return 0;
}
