/* Any bytes as an evidence pack: what does not hold is told, and nothing else happens. What holds
 * is signed, which no fuzzer makes. */
#include <assert.h>

#include "node/evidence.h"
#include "node/keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct evidence_report report;
    bool holds = evidence_check(crypto_openssl(), span_of(bytes, size), NULL, &report);
    assert(holds || report.why[0] != '\0');
    return 0;
}
