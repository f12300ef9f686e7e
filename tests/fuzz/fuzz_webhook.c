/* Any bytes as the URL of an endpoint, as a secret and as a webhook-id: read or refused, never
 * more. What is read of a webhook-id prints to the same bytes, and a URL that may be called names a
 * host of its own text, and no address that is barred. */
#include <assert.h>

#include "overseas-warehouse/hook.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void try_url(struct span text)
{
    struct hook_url url;
    const char *why = hook_url_read(text, &url);
    if (why != NULL) {
        assert(memcmp(why, "url: ", 5) == 0);
        return;
    }
    assert(url.port > 0 && url.port <= 65535 && url.host.size > 0);
    assert(url.host.at > text.at && url.host.at + url.host.size <= text.at + text.size);
    assert(url.https || url.loopback);
    for (size_t i = 0; i < url.host.size; i++)
        assert(url.host.at[i] > 0x20 && url.host.at[i] < 0x7f && url.host.at[i] != '@');
}

static void try_id(struct span text)
{
    uint64_t idx;
    struct id message;
    char printed[HOOK_TEXT_BYTES_MAX + 1];
    if (!hook_id_read(text, &idx, &message)) return;
    hook_id_print(idx, &message, printed);
    assert(span_equal(text, span_text(printed)));
}

static void try_key(struct span text)
{
    struct hook_key key;
    if (!hook_key_read(text, &key)) return;
    assert(key.size >= HOOK_KEY_BYTES_MIN && key.size <= HOOK_KEY_BYTES_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct span text = span_of(bytes, size);
    if (size == 0) return 0;
    try_url(text);
    try_id(text);
    try_key(text);
    if (size == 4 || size == 16) (void)hook_address_judge(bytes, size);
    return 0;
}
