/* The body of a webhook as a stranger may send it to one carrier. Whatever is understood must keep
 * every limit of its record, and what is refused must name a place. */
#ifndef TESTS_FUZZ_CARRIER_BODY_H
#define TESTS_FUZZ_CARRIER_BODY_H

#include "carriers/carrier.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
void carrier_body_fuzz(const struct carrier *carrier, struct span body);

#endif
