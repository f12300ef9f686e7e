/* From the mesh to the engine: a message takes its hashes along, and one for which there is no room
 * costs nothing but the question. */
#include "node/links.h"

#include "node/keys.h"
#include "tests/proto/check.h"
#include "tests/support/scratch.h"

/* The linker puts this before what the links call. */
uint32_t __real_data_hash(const struct crypto *crypto, struct span message,
                          struct entry_hashes *hashes, uint32_t room);
uint32_t __wrap_data_hash(const struct crypto *crypto, struct span message,
                          struct entry_hashes *hashes, uint32_t room);
static unsigned hashed;

uint32_t __wrap_data_hash(const struct crypto *crypto, struct span message,
                          struct entry_hashes *hashes, uint32_t room)
{
    hashed++;
    return __real_data_hash(crypto, message, hashes, room);
}

/* As large as a message may be, of entries that nobody looks into. */
static struct span large_message(void)
{
    static uint8_t body[MESSAGE_BYTES_MAX], message[MESSAGE_BYTES_MAX], payload[32 * 1024];
    enum { ENTRIES = 30 };
    const struct event event = {span_of(payload, 100), span_of(payload, sizeof payload)};
    const struct seal seal = {.idx = ENTRIES, .committed_through = ENTRIES};
    const struct id log = {{1}};
    struct data_writer d;
    struct envelope envelope = {.version = MESSAGE_VERSION, .type = MESSAGE_DATA};
    struct span all;
    data_begin(&d, body, sizeof body, &log, 1, ENTRIES);
    for (unsigned i = 0; i < ENTRIES; i++) data_event(&d, &event);
    assert_error(OK, data_end(&d, &seal, &envelope.body));
    assert_error(OK, envelope_encode(&envelope, message, sizeof message, &all));
    return all;
}

static void a_message_is_hashed_only_when_there_is_room_for_it(void **state)
{
    (void)state;
    static const uint8_t key[KEY_BYTES] = {1};
    static const struct core_self self;
    struct scratch scratch = scratch_make();
    const struct store_options options = {
        .directory = scratch.path, .create = true, .map_bytes = (size_t)256 << 20};
    struct store_lmdb *store;
    enum error error;
    assert_error(OK, store_lmdb_open(&options, &store));
    struct engine *engine = engine_open(store, crypto_openssl(), &self, &error);
    assert_error(OK, error);
    static struct links links;
    links.engine = engine;
    const struct mesh_port port = links_mesh_port(&links);
    const struct span message = large_message();
    unsigned taken = 0;
    while (port.message(port.world, 1, key, message)) taken++;
    assert_in_range(taken, 1, ENGINE_JOB_BYTES_MAX / message.size);
    assert_int_equal(hashed, taken);
    /* The mesh asks again and again, and most of all while the writer has no time. */
    for (unsigned i = 0; i < 10; i++) assert_false(port.message(port.world, 1, key, message));
    assert_int_equal(hashed, taken);
    assert_error(OK, engine_start(engine));
    engine_stop(engine);
    engine_free(engine);
    store_lmdb_close(store);
    scratch_remove(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_hashed_only_when_there_is_room_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
