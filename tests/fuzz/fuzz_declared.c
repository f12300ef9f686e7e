/* Any text as an adapter, and, when it is one, what stands behind a line of three hyphens as a body
 * that it reads, a push that it proves and an answer to what it asks. Whatever is loaded keeps the
 * promises of a compiled row; what is refused names a line and a column of the text. */
#include "carriers/declared.h"
#include "tests/fuzz/carrier_body.h"

#include "tests/proto/crypto_port.h"
#include <assert.h>
#include <stdlib.h>

#define ROOM 65536

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct crypto *crypto(void)
{
    static struct crypto_port port;
    static const uint8_t seed[KEY_BYTES] = {7};
    if (port.pair == NULL) crypto_port_open(&port, seed);
    return &port.crypto;
}

static struct span any_header(void *world, const char *name)
{
    (void)name;
    return *(const struct span *)world;
}

static void try_proof(const struct carrier *carrier, struct span body)
{
    struct span secret = span_text("no carrier knows this one");
    struct span header = span_of(body.at, body.size < 512 ? body.size : 512);
    const struct proof_push push = {
        .body = body, .header = any_header, .world = &header, .now_ms = 1700000000000};
    if (carrier->proof == NULL) return;
    assert(proof_check(carrier->proof, crypto(), &secret, 1, &push) == ERROR_BAD_SIGNATURE);
}

static struct span any_value(void *world, struct span name, size_t item)
{
    (void)world;
    (void)name;
    return span_text(item == 0 ? "1'\"<&>\\" : "x y");
}

static size_t three(void *world, struct span list)
{
    (void)world;
    (void)list;
    return 3;
}

static void try_question(const struct inquiry *inquiry)
{
    static char room[ROOM];
    const struct template_values values = {NULL, any_value, three};
    struct writing memory = {room, sizeof room, 0, OK};
    struct carrier_call call;
    struct fault fault;
    enum error error = inquiry_write(inquiry, crypto(), &values, &memory, &call, &fault);
    assert(error == OK || error == ERROR_TOO_LARGE);
    assert(error != OK || call.path[0] == '/');
    for (size_t i = 0; i < call.headers_count && error == OK; i++)
        assert(memchr(call.headers[i], '\n', span_text(call.headers[i]).size) == NULL);
}

static void try_row(const struct carrier *carrier, struct span body)
{
    assert(carrier->name[0] != '\0' && carrier_by_name(span_text(carrier->name)) == NULL);
    assert(carrier->dialects_count > 0 && carrier_status(carrier, OK) / 100 == 2);
    assert((carrier->poll == NULL) == (carrier->base_url == NULL));
    carrier_body_fuzz(carrier, body);
    try_proof(carrier, body);
    if (carrier->poll != NULL) try_question(&carrier->poll->ask);
    if (carrier->access != NULL) try_question(&carrier->access->ask);
}

/* Behind the line of hyphens; nothing when there is none. */
static struct span body_in(struct span bytes)
{
    struct span body;
    for (size_t i = 0; i < bytes.size; i++)
        if (span_strip(span_of(bytes.at + i, bytes.size - i), "\n---\n", &body)) return body;
    return span_of(bytes.at + bytes.size, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct declared declared;
    struct declared_fault fault;
    struct span body = body_in(span_of(bytes, size));
    size_t text_size = body.size > 0 ? size - body.size - 4 : size;
    char *text = malloc(text_size + 1);
    assert(text != NULL);
    if (text_size > 0) memcpy(text, bytes, text_size);
    enum error error = declared_load(&declared, text, text_size, &fault);
    assert((error == OK) == (fault.why[0] == '\0'));
    assert(error == OK || (fault.line > 0 && fault.column > 0));
    if (error == OK) try_row(&declared.carrier, body);
    free(text);
    return 0;
}
