#include "node/carriers/values.h"

#include <stdio.h>
#include <string.h>

#include "node/carriers/asker_inside.h"
#include "proto/digits.h"
#include "proto/time.h"

#define UUID_BYTES 16

void values_begin(struct values *values, const struct asker_account *account, const char *token)
{
    *values = (struct values){.account = account, .token = token, .wall_ms = asker_wall_ms()};
    for (unsigned i = 0; i < sizeof values->random; i += 8)
        be_put(values->random + i, asker_chance(), 8);
}

struct span values_print_uint(struct values *values, uint64_t number)
{
    snprintf(values->room, sizeof values->room, "%llu", (unsigned long long)number);
    return span_text(values->room);
}

struct span values_print_time(struct values *values, uint64_t ms)
{
    time_print(ms, values->room);
    return span_text(values->room);
}

static struct span print_uuid(struct values *values)
{
    char hex[DIGITS_HEX_CHARS(UUID_BYTES) + 1];
    uint8_t bytes[UUID_BYTES];
    memcpy(bytes, values->random, sizeof bytes);
    bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
    digits_hex_print(span_of(bytes, sizeof bytes), hex);
    snprintf(values->room, sizeof values->room, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
             hex + 16, hex + 20);
    return span_text(values->room);
}

/* A key alone is the user, and has no password. */
static struct span print_basic(struct values *values)
{
    const struct asker_account *is = values->account;
    char pair[2 * ASKER_TEXT_BYTES];
    int size = is->id[0] != '\0' ? snprintf(pair, sizeof pair, "%s:%s", is->id, is->secret)
                                 : snprintf(pair, sizeof pair, "%s:", is->secret);
    digits_base64_print(span_of(pair, (size_t)size), values->room);
    explicit_bzero(pair, sizeof pair);
    return span_text(values->room);
}

struct span values_of(struct values *values, struct span name)
{
    const struct asker_account *is = values->account;
    const struct {
        const char *name, *text;
    } texts[] = {{"id", is->id},
                 {"secret", is->secret},
                 {"login", is->login},
                 {"password", is->password},
                 {"token", values->token},
                 {"account", is->account},
                 {"hook_url", is->hook_url},
                 {"hook_secret", is->hook_secret}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (span_equal(name, span_text(texts[i].name))) return span_text(texts[i].text);
    if (span_equal(name, span_text("basic"))) return print_basic(values);
    if (span_equal(name, span_text("uuid"))) return print_uuid(values);
    if (span_equal(name, span_text("ms"))) return values_print_uint(values, values->wall_ms);
    if (span_equal(name, span_text("seconds")))
        return values_print_uint(values, values->wall_ms / 1000);
    if (span_equal(name, span_text("now_iso"))) return values_print_time(values, values->wall_ms);
    return span_of(NULL, 0);
}
