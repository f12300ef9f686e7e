/* Any bytes as a configuration: read or refused with a line, never more. */
#include <assert.h>
#include <stdint.h>

#include "node/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct config config;
    struct config_fault fault;
    config_begin(&config);
    enum error error = config_read(&config, "fuzz.conf", span_of(bytes, size), &fault);
    assert(error == OK || error == ERROR_CONFIG);
    if (error == OK) error = config_check(&config, &fault);
    assert((error == OK) == (fault.why[0] == '\0'));
    assert(config.http_port <= 65535 && config.log_level <= 3);
    assert(config.carriers_count <= CONFIG_CARRIERS_MAX);
    assert(config.providers_count <= CONFIG_PROVIDERS_MAX);
    return 0;
}
