/* proto/openapi.yaml, carried in the program. The build names its path. */
#include "node/http/door.h"

extern const uint8_t openapi_begin[], openapi_end[];
__asm__(".section .rodata\n"
        ".global openapi_begin\n"
        "openapi_begin:\n"
        ".incbin \"" OPENAPI_PATH "\"\n"
        ".global openapi_end\n"
        "openapi_end:\n"
        ".byte 0\n"
        ".previous\n");

void openapi_handle(struct visit *visit)
{
    struct span text = span_of(openapi_begin, (size_t)(openapi_end - openapi_begin));
    call_reply(visit->call, 200, "application/yaml", text);
}
