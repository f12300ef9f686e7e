/* Readers beside the writer: each sees one turn whole, in each set, and a truth that is never older
 * than the views; while the writer turns, resets the views, and never waits. */
#include <pthread.h>
#include <stdatomic.h>

#include "tests/node/store/open_store.h"

#define READERS    4
#define TURNS      600
#define RESET_EACH 97

static struct scratch scratch;

static int make_scratch(void **state)
{
    (void)state;
    scratch = scratch_make();
    return 0;
}

static int remove_scratch(void **state)
{
    (void)state;
    scratch_remove(&scratch);
    return 0;
}

struct shared {
    struct store_lmdb *store;
    atomic_bool stop;
    atomic_uint readings;
    atomic_uint wrong;
};

/* The turn that a row was written in; 0: absent. */
static uint64_t turn_of(const struct rows *rows, unsigned table, const char *key)
{
    struct span value;
    if (!rows->port->get(rows->world, table, span_text(key), &value)) return 0;
    return value.size == 8 ? be_get(value.at, 8) : 0;
}

/* A walk too, since it goes through another cursor. */
static bool is_whole(const struct store_reading *reading)
{
    uint64_t truth = turn_of(&reading->truth, TRUTH_META, "a");
    uint64_t views = turn_of(&reading->views, VIEW_ORDER, "a");
    struct row row;
    bool stands = reading->views.port->next(reading->views.world, VIEW_ORDER, EVERY_ROW,
                                            span_text("b"), false, &row);
    return truth == turn_of(&reading->truth, TRUTH_META, "b") &&
           views == turn_of(&reading->views, VIEW_ORDER, "b") && truth >= views &&
           stands == (views != 0) && (!stands || be_get(row.value.at, 8) == views);
}

static void *read_on(void *argument)
{
    struct shared *shared = argument;
    while (!atomic_load(&shared->stop)) {
        struct store_reading reading;
        if (store_reading_begin(shared->store, &reading) != OK) {
            atomic_fetch_add(&shared->wrong, 1);
            continue;
        }
        if (!is_whole(&reading)) atomic_fetch_add(&shared->wrong, 1);
        atomic_fetch_add(&shared->readings, 1);
        store_reading_end(&reading);
    }
    return NULL;
}

static void write_numbered_turn(struct store_lmdb *store, uint64_t turn)
{
    uint8_t bytes[8];
    be_put(bytes, turn, 8);
    struct store *port = store_lmdb_port(store);
    assert_error(OK, begin_turn(store));
    put_row(&port->truth, TRUTH_META, "a", span_of(bytes, 8));
    put_row(&port->views, VIEW_ORDER, "a", span_of(bytes, 8));
    put_row(&port->views, VIEW_ORDER, "b", span_of(bytes, 8));
    put_row(&port->truth, TRUTH_META, "b", span_of(bytes, 8));
    assert_error(OK, commit_turn(store));
}

static void readers_see_whole_turns_while_the_writer_writes_and_resets(void **state)
{
    (void)state;
    struct shared shared = {.store = open_plain(scratch.path)};
    struct store *port = store_lmdb_port(shared.store);
    pthread_t threads[READERS];
    write_numbered_turn(shared.store, 1);
    for (unsigned i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_on, &shared), 0);
    for (uint64_t turn = 2; turn <= TURNS; turn++) {
        if (turn % RESET_EACH == 0) assert_error(OK, port->port->reset_views(port->world));
        write_numbered_turn(shared.store, turn);
    }
    while (atomic_load(&shared.readings) < READERS) continue;
    atomic_store(&shared.stop, true);
    for (unsigned i = 0; i < READERS; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
    print_message("%u readings beside %u turns\n", atomic_load(&shared.readings), TURNS);
    assert_int_equal(atomic_load(&shared.wrong), 0);
    store_lmdb_close(shared.store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(readers_see_whole_turns_while_the_writer_writes_and_resets,
                                        make_scratch, remove_scratch),
    };
    return cmocka_run_group_tests_name("store threads", tests, NULL, NULL);
}
