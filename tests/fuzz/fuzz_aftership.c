#include "tests/fuzz/carrier_body.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    carrier_body_fuzz(&carrier_aftership, span_of(bytes, size));
    return 0;
}
