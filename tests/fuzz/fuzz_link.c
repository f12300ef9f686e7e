/* Any bytes as a buyer's link: refused, or one that is printed as it was read. */
#include <assert.h>
#include <stdlib.h>

#include "proto/link.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct link_card card;
    char text[LINK_TEXT_BYTES];
    if (link_parse(span_of(bytes, size), &card) != OK) return 0;
    link_print(&card, text);
    assert(span_equal(span_text(text), span_of(bytes, size)));
    return 0;
}
