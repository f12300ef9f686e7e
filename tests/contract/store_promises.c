#include "tests/contract/store_promises.h"

#include "tests/proto/check.h"

#define T TRUTH_META
#define V VIEW_ORDER

struct world {
    const struct store_filling *filling;
    void *opened;
    struct store *store;
};

static void begin(struct world *w)
{
    assert_error(OK, w->store->port->begin(w->store->world));
}
static void commit(struct world *w)
{
    assert_error(OK, w->store->port->commit(w->store->world));
}
static void undo(struct world *w)
{
    w->store->port->abort(w->store->world);
}
static void begin_read(struct world *w)
{
    assert_error(OK, w->store->port->begin_read(w->store->world));
}
static void end_read(struct world *w)
{
    w->store->port->end_read(w->store->world);
}

static void put(const struct rows *rows, unsigned table, const char *key, const char *value)
{
    rows->port->put(rows->world, table, span_text(key), span_text(value));
}

static void del(const struct rows *rows, unsigned table, const char *key)
{
    rows->port->del(rows->world, table, span_text(key));
}

static void expect(const struct rows *rows, unsigned table, const char *key, const char *value)
{
    struct span found;
    bool held = rows->port->get(rows->world, table, span_text(key), &found);
    assert_int_equal(held, value != NULL);
    if (value != NULL) assert_true(span_equal(found, span_text(value)));
}

/* key NULL: nothing is there. */
static void expect_next(const struct rows *rows, unsigned table, const char *from, bool after,
                        const char *key)
{
    struct row row;
    bool held = rows->port->next(rows->world, table, EVERY_ROW, span_text(from), after, &row);
    assert_int_equal(held, key != NULL);
    if (key != NULL) assert_true(span_equal(row.key, span_text(key)));
}

static enum error error_of(const struct rows *rows)
{
    return rows->port->error(rows->world);
}

/* --- rows ------------------------------------------------------------------------------------- */

static void what_was_put_is_got_and_what_was_deleted_is_not(void **state)
{
    struct world *w = *state;
    const struct rows *views = &w->store->views;
    begin(w);
    expect(views, V, "a", NULL);
    put(views, V, "a", "one");
    expect(views, V, "a", "one");
    put(views, V, "a", "a longer value than before");
    expect(views, V, "a", "a longer value than before");
    put(views, V, "a", "x");
    expect(views, V, "a", "x");
    del(views, V, "a");
    expect(views, V, "a", NULL);
    del(views, V, "a");
    assert_error(OK, error_of(views));
    commit(w);
}

static bool add(const struct rows *rows, unsigned table, const char *key, const char *value,
                struct span *held)
{
    return rows->port->add(rows->world, table, span_text(key), span_text(value), held);
}

static void what_is_added_is_put_only_where_nothing_was(void **state)
{
    struct world *w = *state;
    const struct rows *views = &w->store->views;
    struct span held;
    begin(w);
    assert_true(add(views, V, "m", "first", &held));
    assert_false(add(views, V, "m", "second", &held));
    assert_true(span_equal(held, span_text("first")));
    expect(views, V, "m", "first");
    assert_true(add(views, V, "z", "at the end", &held));
    assert_true(add(views, V, "a", "before all", &held));
    del(views, V, "m");
    assert_true(add(views, V, "m", "anew", &held));
    expect(views, V, "m", "anew");
    expect_next(views, V, "a", true, "m");
    assert_error(OK, error_of(views));
    (views->port->fail)(views->world, ERROR_FULL);
    assert_true(add(views, V, "q", "never", &held));
    undo(w);
    begin(w);
    expect(views, V, "a", NULL);
    commit(w);
}

static void an_empty_value_is_a_row(void **state)
{
    struct world *w = *state;
    begin(w);
    w->store->views.port->put(w->store->views.world, V, span_text("m"), (struct span){0});
    expect(&w->store->views, V, "m", "");
    expect_next(&w->store->views, V, "", false, "m");
    commit(w);
}

static void tables_and_sets_do_not_mix(void **state)
{
    struct world *w = *state;
    begin(w);
    put(&w->store->views, TRUTH_LOG, "k", "the view of that number");
    put(&w->store->views, VIEW_UNIT, "k", "unit");
    put(&w->store->truth, TRUTH_LOG, "k", "log");
    expect(&w->store->views, TRUTH_LOG, "k", "the view of that number");
    expect(&w->store->truth, TRUTH_LOG, "k", "log");
    expect(&w->store->views, VIEW_UNIT, "k", "unit");
    expect(&w->store->views, VIEW_BOX, "k", NULL);
    commit(w);
}

static void every_table_of_both_lists_takes_rows(void **state)
{
    struct world *w = *state;
    const char *const key = "as long as an id is, or longer";
    begin(w);
    for (unsigned i = 0; i < TRUTH_TABLE_COUNT; i++) put(&w->store->truth, i, key, "v");
    for (unsigned i = 0; i < VIEW_TABLE_COUNT; i++) put(&w->store->views, i, key, "v");
    commit(w);
    begin_read(w);
    for (unsigned i = 0; i < TRUTH_TABLE_COUNT; i++) expect(&w->store->truth, i, key, "v");
    for (unsigned i = 0; i < VIEW_TABLE_COUNT; i++) expect(&w->store->views, i, key, "v");
    end_read(w);
}

static void a_value_that_was_handed_out_may_be_put(void **state)
{
    struct world *w = *state;
    const struct rows *truth = &w->store->truth;
    begin(w);
    put(truth, T, "a", "header, and a payload that will be dropped");
    put(truth, T, "b", "another row on the same page");
    struct span held;
    assert_true(truth->port->get(truth->world, T, span_text("a"), &held));
    held.size = 6;
    truth->port->put(truth->world, T, span_text("a"), held);
    expect(truth, T, "a", "header");
    struct row row;
    assert_true(truth->port->next(truth->world, T, EVERY_ROW, span_text("b"), false, &row));
    truth->port->put(truth->world, T, row.key, span_text("under its own key"));
    expect(truth, T, "b", "under its own key");
    assert_true(truth->port->next(truth->world, T, EVERY_ROW, span_text("b"), false, &row));
    truth->port->del(truth->world, T, row.key);
    expect(truth, T, "b", NULL);
    commit(w);
}

static void a_key_that_was_handed_out_may_be_put(void **state)
{
    struct world *w = *state;
    const struct rows *views = &w->store->views;
    static const char *const keys[] = {"key-a", "key-b", "key-c", "key-d", "key-e", "key-f"};
    begin(w);
    for (size_t i = 0; i < 6; i++) put(views, V, keys[i], keys[i]);
    for (size_t i = 0; i < 6; i++) {
        struct row row;
        assert_true(views->port->next(views->world, V, EVERY_ROW, span_text(keys[i]), false, &row));
        views->port->put(views->world, V, row.key, span_text("another length, so rows move"));
    }
    for (size_t i = 0; i < 6; i++) expect(views, V, keys[i], "another length, so rows move");
    expect_next(views, V, "key-f", true, NULL);
    commit(w);
}

static void large_values_come_back_whole(void **state)
{
    struct world *w = *state;
    static uint8_t bytes[128 * 1024];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 31 >> 3);
    const size_t sizes[] = {1, 500, 2000, 2100, 4096, 24 * 1024, sizeof bytes};
    begin(w);
    for (uint8_t i = 0; i < 7; i++)
        w->store->truth.port->put(w->store->truth.world, T, span_of(&i, 1),
                                  span_of(bytes, sizes[i]));
    commit(w);
    begin_read(w);
    for (uint8_t i = 0; i < 7; i++) {
        struct span got;
        assert_true(w->store->truth.port->get(w->store->truth.world, T, span_of(&i, 1), &got));
        assert_true(span_equal(got, span_of(bytes, sizes[i])));
    }
    end_read(w);
}

/* --- walks ------------------------------------------------------------------------------------ */

static void rows_stand_in_the_order_of_their_bytes(void **state)
{
    struct world *w = *state;
    const struct rows *views = &w->store->views;
    begin(w);
    const char *const given[] = {"b", "a", "ab", "\xff", "aa", "B", "abc"};
    const char *const wanted[] = {"B", "a", "aa", "ab", "abc", "b", "\xff"};
    for (size_t i = 0; i < 7; i++) put(views, V, given[i], "");
    struct row row = {0};
    uint8_t at[8] = {0};
    size_t size = 0;
    for (size_t i = 0; i < 7; i++) {
        assert_true(views->port->next(views->world, V, EVERY_ROW, span_of(at, size), i > 0, &row));
        assert_true(span_equal(row.key, span_text(wanted[i])));
        memcpy(at, row.key.at, size = row.key.size);
    }
    assert_false(views->port->next(views->world, V, EVERY_ROW, span_of(at, size), true, &row));
    commit(w);
}

static void next_is_at_or_after_the_key_it_is_given(void **state)
{
    struct world *w = *state;
    const struct rows *views = &w->store->views;
    begin(w);
    expect_next(views, V, "", false, NULL);
    put(views, V, "b", "");
    put(views, V, "d", "");
    expect_next(views, V, "a", false, "b");
    expect_next(views, V, "b", false, "b");
    expect_next(views, V, "b", true, "d");
    expect_next(views, V, "c", true, "d");
    expect_next(views, V, "d", true, NULL);
    expect_next(views, V, "", true, "b");
    commit(w);
}

static void a_walk_sees_puts_and_dels_in_between(void **state)
{
    struct world *w = *state;
    const struct rows *views = &w->store->views;
    begin(w);
    put(views, V, "a", "");
    put(views, V, "c", "");
    put(views, V, "e", "");
    expect_next(views, V, "", false, "a");
    put(views, V, "b", "");
    expect_next(views, V, "a", true, "b");
    del(views, V, "b");
    expect_next(views, V, "b", true, "c");
    del(views, V, "e");
    expect_next(views, V, "c", true, NULL);
    put(views, V, "d", "");
    expect_next(views, V, "c", true, "d");
    put(views, VIEW_UNIT, "z", "");
    expect_next(views, V, "d", true, NULL);
    expect_next(views, V, "", false, "a");
    del(views, V, "d");
    expect_next(views, V, "a", true, "c");
    commit(w);
}

static void two_walks_over_one_table_do_not_disturb_each_other(void **state)
{
    struct world *w = *state;
    const struct rows *views = &w->store->views;
    begin(w);
    put(views, V, "a", "");
    put(views, V, "b", "");
    put(views, V, "c", "");
    commit(w);
    begin_read(w);
    expect_next(views, V, "", false, "a");
    expect_next(views, V, "b", true, "c");
    expect_next(views, V, "a", true, "b");
    expect(views, V, "a", "");
    expect_next(views, V, "b", true, "c");
    expect_next(views, V, "c", true, NULL);
    expect_next(views, V, "c", true, NULL);
    end_read(w);
}

#define KEYS 64
/* In a turn as in a reading, for a row that is there as for one that is not. */
static void a_look_up_does_not_move_a_walk(void **state)
{
    struct world *w = *state;
    const struct rows *views = &w->store->views;
    static const char *const keys[] = {"a", "c", "e", "g"};
    begin(w);
    for (size_t i = 0; i < 4; i++) put(views, V, keys[i], "v");
    for (unsigned round = 0; round < 2; round++) {
        expect_next(views, V, "", false, "a");
        expect(views, V, "e", "v");
        expect_next(views, V, "a", true, "c");
        expect(views, V, "f", NULL);
        expect_next(views, V, "c", true, "e");
        expect(views, V, "a", "v");
        expect_next(views, V, "e", true, "g");
        expect(views, V, "b", NULL);
        expect_next(views, V, "g", true, NULL);
        if (round > 0) break;
        commit(w);
        begin_read(w);
    }
    end_read(w);
}

/* Against a plain array, as a judge that cannot share a fault with the store. */
static void agrees_with_model(const struct rows *rows, const bool *held, const uint8_t *value)
{
    uint8_t at[2] = {0};
    bool after = false;
    for (unsigned i = 0; i < KEYS; i++) {
        if (!held[i]) continue;
        struct row row;
        assert_true(rows->port->next(rows->world, V, EVERY_ROW, span_of(at, 2), after, &row));
        assert_int_equal(row.key.at[1], i);
        assert_int_equal(row.value.at[0], value[i]);
        at[1] = (uint8_t)i;
        after = true;
    }
    struct row row;
    assert_false(rows->port->next(rows->world, V, EVERY_ROW, span_of(at, 2), after, &row));
}

static void random_turns_agree_with_a_plain_array(void **state)
{
    struct world *w = *state;
    const struct rows *views = &w->store->views;
    uint64_t seed = 0x9e3779b97f4a7c15u;
    print_message("seed %#llx\n", (unsigned long long)seed);
    bool held[2][KEYS] = {{false}};
    uint8_t value[2][KEYS] = {{0}};
    for (unsigned turn = 0; turn < 400; turn++) {
        begin(w);
        for (unsigned step = 0; step < 20; step++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            uint8_t key[2] = {0, (uint8_t)(seed >> 40 & (KEYS - 1))};
            held[1][key[1]] = (seed >> 50 & 3) != 0;
            value[1][key[1]] = (uint8_t)(seed >> 56);
            if (held[1][key[1]])
                views->port->put(views->world, V, span_of(key, 2), span_of(&value[1][key[1]], 1));
            else
                views->port->del(views->world, V, span_of(key, 2));
        }
        agrees_with_model(views, held[1], value[1]);
        bool keep = (seed >> 33 & 1) != 0;
        if (keep)
            commit(w);
        else
            undo(w);
        memcpy(held[!keep], held[keep], sizeof held[0]);
        memcpy(value[!keep], value[keep], sizeof value[0]);
    }
}

/* Where a page of a list goes on, somebody said who is not known: any key may be asked for. */
static void a_walk_begins_at_any_key_that_can_be(void **state)
{
    struct world *w = *state;
    const struct rows *views = &w->store->views;
    uint8_t bytes[ROW_KEY_BYTES_MAX];
    const enum view_table tables[] = {VIEW_PARCEL, VIEW_SCAN, VIEW_ORDER};
    for (unsigned i = 0; i < 3; i++) {
        struct span held, first = span_of(bytes, ID_BYTES);
        struct row row;
        begin(w);
        memset(bytes, 0x30, sizeof bytes);
        views->port->put(views->world, tables[i], first, span_text("first"));
        memset(bytes, 0x40, sizeof bytes);
        views->port->put(views->world, tables[i], first, span_text("last"));
        for (size_t size = 1; size <= sizeof bytes; size++) {
            struct span from = span_of(bytes, size);
            memset(bytes, 0x31, sizeof bytes);
            assert_false(views->port->get(views->world, tables[i], from, &held));
            assert_true(views->port->next(views->world, tables[i], EVERY_ROW, from, true, &row));
            assert_true(span_equal(row.value, span_text("last")));
        }
        undo(w);
    }
}

/* Rows of two tables about one thing, as a plain array holds them: of things 0..7, one row of the
 * first table (place 0) and some of the second. */
#define THINGS 8
#define PLACES 5
struct beside {
    const struct rows *rows;
    uint8_t value[THINGS][PLACES]; /* 0: no row */
};

static struct span beside_key(uint8_t bytes[ID_BYTES + 1], unsigned thing, unsigned at)
{
    memset(bytes, 7, ID_BYTES + 1);
    bytes[ID_BYTES - 1] = (uint8_t)(thing * 30);
    bytes[ID_BYTES] = (uint8_t)(at * 50);
    return span_of(bytes, at == 0 ? ID_BYTES : ID_BYTES + 1);
}

static void beside_change(struct beside *beside, unsigned thing, unsigned at, unsigned how)
{
    uint8_t bytes[ID_BYTES + 1], *value = &beside->value[thing][at], former = *value;
    struct span key = beside_key(bytes, thing, at), held;
    const struct rows *rows = beside->rows;
    enum view_table table = at == 0 ? VIEW_PARCEL : VIEW_SCAN;
    const uint8_t new_value = (uint8_t)(how >> 8 | 1);
    if (how % 4 != 1 || *value == 0) *value = how % 4 == 0 ? 0 : new_value;
    if (how % 4 == 0)
        rows->port->del(rows->world, table, key);
    else if (how % 4 != 1)
        rows->port->put(rows->world, table, key, span_of(&new_value, 1));
    else if (!rows->port->add(rows->world, table, key, span_of(&new_value, 1), &held))
        assert_true(former != 0 && held.at[0] == former);
    else
        assert_int_equal(former, 0);
}

/* The rows of one table, all or about one thing, in order. */
static void beside_walk(const struct beside *beside, bool second, unsigned first, unsigned end)
{
    uint8_t bytes[ID_BYTES + 1], last[ID_BYTES + 1];
    const struct rows *rows = beside->rows;
    struct span prefix =
        end - first == 1 ? span_of(beside_key(bytes, first, 0).at, ID_BYTES) : EVERY_ROW;
    struct span from = prefix;
    struct row row;
    for (unsigned thing = first; thing < end; thing++)
        for (unsigned at = second ? 1 : 0; at < (second ? PLACES : 1); at++) {
            uint8_t wanted[ID_BYTES + 1];
            if (beside->value[thing][at] == 0) continue;
            assert_true(rows->port->next(rows->world, second ? VIEW_SCAN : VIEW_PARCEL, prefix,
                                         from, from.at == last, &row));
            assert_true(span_equal(row.key, beside_key(wanted, thing, at)));
            assert_int_equal(row.value.at[0], beside->value[thing][at]);
            memcpy(last, row.key.at, row.key.size);
            from = span_of(last, row.key.size);
        }
    assert_false(rows->port->next(rows->world, second ? VIEW_SCAN : VIEW_PARCEL, prefix, from,
                                  from.at == last, &row));
}

static void beside_look(const struct beside *beside)
{
    uint8_t bytes[ID_BYTES + 1];
    struct span held;
    for (unsigned thing = 0; thing < THINGS; thing++) {
        for (unsigned at = 0; at < PLACES; at++) {
            bool found =
                beside->rows->port->get(beside->rows->world, at == 0 ? VIEW_PARCEL : VIEW_SCAN,
                                        beside_key(bytes, thing, at), &held);
            assert_int_equal(found, beside->value[thing][at] != 0);
            if (found) assert_int_equal(held.at[0], beside->value[thing][at]);
        }
        beside_walk(beside, true, thing, thing + 1);
    }
    beside_walk(beside, false, 0, THINGS);
    beside_walk(beside, true, 0, THINGS);
}

static void rows_that_lie_side_by_side_are_those_of_two_tables(void **state)
{
    struct world *w = *state;
    struct beside beside = {.rows = &w->store->views};
    uint64_t seed = 0x2545f4914f6cdd1du;
    print_message("seed %#llx\n", (unsigned long long)seed);
    for (unsigned turn = 0; turn < 300; turn++) {
        begin(w);
        for (unsigned step = 0; step < 12; step++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            beside_change(&beside, seed >> 60 & (THINGS - 1), (unsigned)(seed >> 40) % PLACES,
                          (unsigned)(seed >> 20 & 0xffff));
        }
        beside_look(&beside);
        assert_error(OK, error_of(beside.rows));
        commit(w);
    }
}

/* --- turns ------------------------------------------------------------------------------------ */

static void an_abort_undoes_both_sets(void **state)
{
    struct world *w = *state;
    begin(w);
    put(&w->store->truth, T, "k", "old");
    put(&w->store->views, V, "k", "old");
    commit(w);
    begin(w);
    put(&w->store->truth, T, "k", "new");
    put(&w->store->views, V, "k", "new");
    put(&w->store->views, V, "l", "new");
    undo(w);
    begin(w);
    expect(&w->store->truth, T, "k", "old");
    expect(&w->store->views, V, "k", "old");
    expect(&w->store->views, V, "l", NULL);
    undo(w);
}

static void the_first_error_stands_and_undoes_both_sets(void **state)
{
    struct world *w = *state;
    begin(w);
    put(&w->store->truth, T, "k", "v");
    /* In brackets, since cmocka has a macro of that name. */
    (w->store->views.port->fail)(w->store->views.world, ERROR_CORRUPT);
    (w->store->truth.port->fail)(w->store->truth.world, ERROR_FULL);
    assert_error(ERROR_CORRUPT, error_of(&w->store->truth));
    assert_error(ERROR_CORRUPT, error_of(&w->store->views));
    put(&w->store->truth, T, "l", "v");
    expect(&w->store->truth, T, "k", NULL);
    expect_next(&w->store->truth, T, "", false, NULL);
    assert_error(ERROR_CORRUPT, w->store->port->commit(w->store->world));
    begin(w);
    assert_error(OK, error_of(&w->store->truth));
    expect(&w->store->truth, T, "k", NULL);
    expect(&w->store->truth, T, "l", NULL);
    undo(w);
}

static void a_turn_reads_its_own_writes_and_the_next_one_what_was_committed(void **state)
{
    struct world *w = *state;
    for (unsigned turn = 0; turn < 3; turn++) {
        const char *value = turn == 0 ? "0" : turn == 1 ? "1" : "2";
        begin(w);
        if (turn > 0) expect(&w->store->views, V, "k", turn == 1 ? "0" : "1");
        put(&w->store->views, V, "k", value);
        expect(&w->store->views, V, "k", value);
        commit(w);
    }
    begin_read(w);
    expect(&w->store->views, V, "k", "2");
    end_read(w);
}

static void a_reset_empties_the_views_and_keeps_the_truth(void **state)
{
    struct world *w = *state;
    begin(w);
    put(&w->store->truth, T, "k", "v");
    put(&w->store->views, V, "k", "v");
    commit(w);
    w->store->views_fresh = false;
    assert_error(OK, w->store->port->reset_views(w->store->world));
    assert_true(w->store->views_fresh);
    begin(w);
    expect(&w->store->truth, T, "k", "v");
    expect(&w->store->views, V, "k", NULL);
    expect_next(&w->store->views, V, "", false, NULL);
    put(&w->store->views, V, "k", "again");
    commit(w);
    begin_read(w);
    expect(&w->store->views, V, "k", "again");
    end_read(w);
}

/* --- readings beside the turn ----------------------------------------------------------------- */

static void a_reading_is_a_snapshot_while_a_writer_writes(void **state)
{
    struct world *w = *state;
    if (w->filling->reading_begin == NULL) {
        skip();
        return;
    }
    struct promised_reading old;
    struct promised_reading new;
    begin(w);
    put(&w->store->truth, T, "k", "old");
    put(&w->store->views, V, "k", "old");
    commit(w);
    w->filling->reading_begin(w->opened, &old);
    begin(w);
    put(&w->store->truth, T, "k", "new");
    put(&w->store->views, V, "k", "new");
    put(&w->store->views, V, "l", "new");
    w->filling->reading_begin(w->opened, &new);
    expect(&new.truth, T, "k", "old");
    w->filling->reading_end(w->opened, &new);
    commit(w);
    w->filling->reading_begin(w->opened, &new);
    expect(&old.truth, T, "k", "old");
    expect(&old.views, V, "k", "old");
    expect_next(&old.views, V, "k", true, NULL);
    expect(&new.truth, T, "k", "new");
    expect(&new.views, V, "k", "new");
    expect_next(&new.views, V, "k", true, "l");
    w->filling->reading_end(w->opened, &old);
    w->filling->reading_end(w->opened, &new);
}

static void a_reading_keeps_its_snapshot_when_the_views_are_reset(void **state)
{
    struct world *w = *state;
    if (w->filling->reading_begin == NULL) {
        skip();
        return;
    }
    struct promised_reading old;
    struct promised_reading new;
    begin(w);
    put(&w->store->views, V, "k", "old");
    commit(w);
    w->filling->reading_begin(w->opened, &old);
    assert_error(OK, w->store->port->reset_views(w->store->world));
    begin(w);
    put(&w->store->views, V, "l", "new");
    commit(w);
    expect(&old.views, V, "k", "old");
    expect_next(&old.views, V, "k", true, NULL);
    w->filling->reading_begin(w->opened, &new);
    expect(&new.views, V, "k", NULL);
    expect(&new.views, V, "l", "new");
    w->filling->reading_end(w->opened, &new);
    expect(&old.views, V, "k", "old");
    w->filling->reading_end(w->opened, &old);
}

static void a_reading_is_used_again_and_sees_the_new_state(void **state)
{
    struct world *w = *state;
    if (w->filling->reading_begin == NULL) {
        skip();
        return;
    }
    for (uint8_t i = 0; i < 100; i++) {
        struct promised_reading reading;
        begin(w);
        w->store->views.port->put(w->store->views.world, V, span_of(&i, 1), span_of(&i, 1));
        commit(w);
        w->filling->reading_begin(w->opened, &reading);
        struct row row = {0};
        unsigned count = 0;
        uint8_t at = 0;
        while (reading.views.port->next(reading.views.world, V, EVERY_ROW, span_of(&at, 1),
                                        count > 0, &row)) {
            at = row.key.at[0];
            count++;
        }
        assert_int_equal(count, i + 1u);
        w->filling->reading_end(w->opened, &reading);
    }
}

/* --- the list --------------------------------------------------------------------------------- */

static int open_world(void **state)
{
    static struct world w;
    w.filling = *state;
    w.opened = w.filling->open();
    w.store = w.filling->port(w.opened);
    *state = &w;
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;
    w->filling->close(w->opened);
    return 0;
}

#define PROMISE(name)                                                                              \
    {                                                                                              \
#name, name, open_world, close_world, NULL                                                 \
    }

int store_promises_run(const struct store_filling *filling)
{
    struct CMUnitTest promises[] = {
        PROMISE(what_was_put_is_got_and_what_was_deleted_is_not),
        PROMISE(what_is_added_is_put_only_where_nothing_was),
        PROMISE(an_empty_value_is_a_row),
        PROMISE(tables_and_sets_do_not_mix),
        PROMISE(every_table_of_both_lists_takes_rows),
        PROMISE(a_value_that_was_handed_out_may_be_put),
        PROMISE(a_key_that_was_handed_out_may_be_put),
        PROMISE(large_values_come_back_whole),
        PROMISE(rows_stand_in_the_order_of_their_bytes),
        PROMISE(next_is_at_or_after_the_key_it_is_given),
        PROMISE(a_walk_sees_puts_and_dels_in_between),
        PROMISE(two_walks_over_one_table_do_not_disturb_each_other),
        PROMISE(a_look_up_does_not_move_a_walk),
        PROMISE(random_turns_agree_with_a_plain_array),
        PROMISE(a_walk_begins_at_any_key_that_can_be),
        PROMISE(rows_that_lie_side_by_side_are_those_of_two_tables),
        PROMISE(an_abort_undoes_both_sets),
        PROMISE(the_first_error_stands_and_undoes_both_sets),
        PROMISE(a_turn_reads_its_own_writes_and_the_next_one_what_was_committed),
        PROMISE(a_reset_empties_the_views_and_keeps_the_truth),
        PROMISE(a_reading_is_a_snapshot_while_a_writer_writes),
        PROMISE(a_reading_keeps_its_snapshot_when_the_views_are_reset),
        PROMISE(a_reading_is_used_again_and_sees_the_new_state),
    };
    size_t count = sizeof promises / sizeof promises[0];
    static struct store_filling copy; /* cmocka wants to be able to write */
    copy = *filling;
    for (size_t i = 0; i < count; i++) promises[i].initial_state = &copy;
    return _cmocka_run_group_tests(filling->name, promises, count, NULL, NULL);
}
