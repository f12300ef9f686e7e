/* Bodies of HTTP calls by the very function that the routes use. The first byte is the number of
 * the command, or one of the administrator's shapes from 200 on; the rest is the body. What is
 * accepted is canonical, and comes out the same when it is told again as JSON. The rest is also
 * tried as a path, an If-Match and a key. */
#include "node/http/admin.h"
#include "node/http/door.h"
#include "node/keys.h"

#include <assert.h>
#include <stdlib.h>

#define ADMIN_FROM 200

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct shape *const admin_shapes[] = {&book_handover_shape, &book_recover_shape,
                                                   &backup_wish_shape, &token_wish_shape};

static const struct route *route_of(uint8_t number)
{
    for (size_t i = 0; i < routes_count; i++)
        if (routes[i].command == number && number != 0) return &routes[i];
    return NULL;
}

/* Told again, without what is the node's to fill. */
static void tell_again(const struct route *route, const union command_body *body,
                       struct json_out *out)
{
    struct body_shape loose;
    body_shape(&loose, command_by_kind(route->command)->shape, route->fill);
    json_open(out, NULL, '{');
    json_put_shape(out, NULL, &loose.shape, body);
    json_close(out, '}');
}

static void try_command(const struct route *route, struct span text)
{
    static uint8_t room[COMMAND_BYTES_MAX], again[COMMAND_BYTES_MAX];
    static union command_body body, second;
    const struct command_row *row = command_by_kind(route->command);
    const struct id filled = {{1, 2, 3}};
    const struct crypto *crypto = crypto_openssl();
    struct span encoded, other;
    struct body_fault fault;
    enum error error =
        body_read(crypto, row, route->fill, &filled, text, &body, room, &encoded, &fault);
    assert(error == fault.error);
    if (error != OK) return;
    assert(shape_check(row->shape, &body, NULL) == OK);
    struct json_out out = {0};
    tell_again(route, &body, &out);
    error = body_read(crypto, row, route->fill, &filled, span_of(out.at, out.used), &second, again,
                      &other, &fault);
    assert(error == OK && span_equal(encoded, other));
    json_out_free(&out);
}

static void try_admin(const struct shape *shape, struct span text)
{
    static uint8_t room[COMMAND_BYTES_MAX];
    union {
        struct book_handover handover;
        struct book_recover recover;
        struct backup_wish backup;
        struct token_wish token;
    } value;
    struct body_fault fault;
    enum error error = body_read_shape(shape, text, &value, room, &fault);
    assert(error == fault.error);
}

static void try_path(struct span text)
{
    struct span values[ROUTE_VALUES_MAX];
    size_t count;
    for (size_t i = 0; i < routes_count; i++)
        if (route_matches(routes[i].pattern, text, values, &count))
            for (size_t j = 0; j < count; j++) assert(values[j].size > 0);
    (void)key_is_valid(text);
}

static void try_version(struct span text)
{
    char copy[64] = "", printed[24];
    if (text.size >= sizeof copy) return;
    memcpy(copy, text.at, text.size);
    uint64_t version = etag_read(copy);
    if (version == 0) return;
    etag_print(version, printed);
    assert(etag_read(printed) == version);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 1) return 0;
    struct span text = span_of(bytes + 1, size - 1);
    const struct route *route = route_of(bytes[0]);
    if (route != NULL) try_command(route, text);
    if (bytes[0] >= ADMIN_FROM) try_admin(admin_shapes[bytes[0] % 4], text);
    try_path(text);
    try_version(text);
    return 0;
}
