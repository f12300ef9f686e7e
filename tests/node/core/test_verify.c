/* Verify finds what was changed behind the node's back, and names it by table and key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/core/verify.h"
#include "overseas-warehouse/view_rows.h"
#include "sim/world.h"

static struct world *world;
static struct host *host;

/* --- a store with something in it ----------------------------------------------------------- */

static void submit(unsigned at, enum command_kind kind, enum actor_kind by,
                   const union command_body *body)
{
    union command_body *own = malloc(sizeof *own);
    uint8_t buffer[COMMAND_BYTES_MAX];
    struct span bytes;
    assert_non_null(own);
    *own = *body;
    assert_int_equal(
        OK, shape_encode(command_by_kind(kind)->shape, body, buffer, sizeof buffer, &bytes));
    struct input input = {.kind = INPUT_COMMAND, .ticket = ++world->next_ticket};
    input.command = (struct command){
        .kind = kind, .body = own, .by = {.kind = by, .node = world->host[at].self.node}};
    chance_fill(&world->chance[PURPOSE_CLIENTS], input.command.request.bytes, ID_BYTES);
    crypto_hash(crypto_openssl(), "entrepot/body/1", &bytes, 1, &input.command.body_hash);
    assert_true(host_submit(&world->host[at], &input, own));
    world_run(world, world->now_us + 10 * SECOND_US);
}

static struct id fill_merchant(void)
{
    union command_body body = {0};
    struct id merchant = {{7}}, book = {{8}};
    body.merchant = (struct merchant){.merchant = merchant,
                                      .name = span_text("Lantern"),
                                      .book = book,
                                      .opener = world->host[0].self.node,
                                      .currency = 978,
                                      .cap_minor = 100000,
                                      .window_days = 60,
                                      .auto_approve_minor = 10000,
                                      .respond_hours = 24,
                                      .send_days = 20};
    world_account(world, &merchant);
    submit(0, COMMAND_MERCHANT, BY_ADMIN, &body);
    struct input open = {.kind = INPUT_OPEN_BOOK, .ticket = ++world->next_ticket};
    open.book.merchant = merchant;
    assert_true(host_submit(&world->host[0], &open, NULL));
    world_run(world, world->now_us + 10 * SECOND_US);
    return merchant;
}

static void fill_order(const struct id *merchant)
{
    union command_body body = {0};
    body.order_import = (struct order_import){.merchant = *merchant,
                                              .reference = span_text("SZ-1"),
                                              .currency = 978,
                                              .sold_ms = WORLD_EPOCH_MS - 86400000,
                                              .lines_count = 1,
                                              .payments_count = 1};
    body.order_import.lines[0] =
        (struct order_line){.sku = span_text("LAMP"), .quantity = 1, .price_minor = 2999};
    body.order_import.payments[0] = (struct payment){
        .provider = span_text("stripe"), .reference = span_text("pi_1"), .captured_minor = 2999};
    submit(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, &body);
    memset(&body, 0, sizeof body);
    body.return_request = (struct return_request){.merchant = *merchant,
                                                  .order_reference = span_text("SZ-1"),
                                                  .lines_count = 1,
                                                  .number = span_text("1ZA")};
    body.return_request.lines[0] = (struct return_line){.quantity = 1, .reason = REASON_UNWANTED};
    submit(1, COMMAND_RETURN_REQUEST, BY_OPERATOR, &body);
}

static int make_store(void **state)
{
    static const char *const codes[] = {"LAX", "RTM"};
    (void)state;
    world = calloc(1, sizeof *world);
    assert_non_null(world);
    world->provider.can_ask = true;
    world_open(world, 5, codes, 2);
    world_run(world, 20 * SECOND_US);
    struct id merchant = fill_merchant();
    fill_order(&merchant);
    host = &world->host[0];
    return 0;
}

static int drop_store(void **state)
{
    (void)state;
    world_close(world);
    free(world);
    return 0;
}

/* --- verifying ------------------------------------------------------------------------------ */

static struct {
    unsigned count[VERIFY_DIGEST + 1];
    char table[32];
    uint8_t key[ROW_KEY_BYTES_MAX];
    size_t key_size;
} seen;

static void on_found(void *ignored, const struct verify_found *found)
{
    (void)ignored;
    seen.count[found->kind]++;
    if (found->kind == VERIFY_DIGEST) return;
    snprintf(seen.table, sizeof seen.table, "%s", found->table);
    memcpy(seen.key, found->key.at, found->key.size);
    seen.key_size = found->key.size;
}

static struct verify_report verify(void)
{
    char directory[200];
    static struct verify room;
    struct store_lmdb *scratch = NULL;
    static unsigned number;
    snprintf(directory, sizeof directory, "%s/scratch-%u", world->directory, number++);
    const struct store_options options = {.directory = directory,
                                          .create = true,
                                          .memory_backed = true,
                                          .map_bytes = (size_t)1 << 28};
    assert_int_equal(OK, store_lmdb_open(&options, &scratch));
    memset(&seen, 0, sizeof seen);
    memset(&room, 0, sizeof room);
    room.found = on_found;
    struct store *store = host->disk.inner;
    assert_int_equal(OK, store->port->begin_read(store->world));
    assert_int_equal(OK, verify_run(&room, store, store_lmdb_port(scratch), host->core->crypto));
    store->port->end_read(store->world);
    store_lmdb_close(scratch);
    return room.report;
}

/* Changes behind the core's back. */
static void begin(void)
{
    assert_int_equal(OK, host->disk.inner->port->begin(host->disk.inner->world));
}

static void commit(void)
{
    assert_int_equal(OK, host->disk.inner->port->commit(host->disk.inner->world));
}

struct change {
    uint8_t key[ROW_KEY_BYTES_MAX], value[ROW_BYTES_MAX];
    size_t key_size, value_size;
};

static void first_row(const struct rows *rows, unsigned table, struct change *change)
{
    struct row row;
    assert_true(rows->port->next(rows->world, table, EVERY_ROW, span_of(NULL, 0), false, &row));
    memcpy(change->key, row.key.at, change->key_size = row.key.size);
    memcpy(change->value, row.value.at, change->value_size = row.value.size);
}

static void put(const struct rows *rows, unsigned table, const struct change *change)
{
    rows->port->put(rows->world, table, span_of(change->key, change->key_size),
                    span_of(change->value, change->value_size));
}

static void assert_named(const char *table, const struct change *change)
{
    assert_string_equal(table, seen.table);
    assert_int_equal(change->key_size, seen.key_size);
    assert_memory_equal(change->key, seen.key, seen.key_size);
}

static void a_store_that_nobody_touched_is_sound(void **state)
{
    (void)state;
    struct verify_report report = verify();
    assert_in_range(report.entries, 12, 100);
    assert_in_range(report.rows, 10, 1000);
    assert_in_range(report.seals, 5, 100);
    assert_int_equal(0,
                     report.entries_bad + report.seals_bad + report.rows_bad + report.digests_bad);
}

static void zeroed_digests_are_not_believed_and_the_rows_are_right(void **state)
{
    (void)state;
    const struct rows *views = &host->disk.inner->views;
    static struct change digest[VIEW_TABLE_COUNT], zero;
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    unsigned count = 0;
    begin();
    while (walk_next(views, VIEW_DIGEST, &walk, &row)) {
        struct change *kept = &digest[count++];
        memcpy(kept->key, row.key.at, kept->key_size = row.key.size);
        memcpy(kept->value, row.value.at, kept->value_size = row.value.size);
    }
    for (unsigned i = 0; i < count; i++) {
        zero = digest[i];
        memset(zero.value + zero.value_size - HASH_BYTES, 0, HASH_BYTES);
        put(views, VIEW_DIGEST, &zero);
    }
    commit();
    struct verify_report report = verify();
    assert_int_equal(0, report.entries_bad + report.seals_bad + report.rows_bad);
    assert_int_equal(count, report.digests_bad);
    begin();
    for (unsigned i = 0; i < count; i++) put(views, VIEW_DIGEST, &digest[i]);
    commit();
}

static void an_altered_view_value_is_named_by_table_and_key(void **state)
{
    (void)state;
    const struct rows *views = &host->disk.inner->views;
    static struct change row, altered;
    begin();
    first_row(views, VIEW_ORDER, &row);
    altered = row;
    altered.value[altered.value_size - 1] ^= 1;
    put(views, VIEW_ORDER, &altered);
    commit();
    struct verify_report report = verify();
    assert_int_equal(1, report.rows_bad);
    assert_int_equal(1, seen.count[VERIFY_ROW]);
    assert_named("order", &row);
    begin();
    put(views, VIEW_ORDER, &row);
    commit();
}

static void a_missing_row_and_one_too_many_are_named(void **state)
{
    (void)state;
    const struct rows *views = &host->disk.inner->views;
    static struct change row;
    begin();
    first_row(views, VIEW_RETURN, &row);
    views->port->del(views->world, VIEW_RETURN, span_of(row.key, row.key_size));
    commit();
    verify();
    assert_int_equal(1, seen.count[VERIFY_MISSING]);
    assert_named("return", &row);
    begin();
    put(views, VIEW_RETURN, &row);
    row.key[0] ^= 1;
    put(views, VIEW_RETURN, &row);
    commit();
    verify();
    assert_int_equal(1, seen.count[VERIFY_EXTRA]);
    assert_named("return", &row);
    begin();
    views->port->del(views->world, VIEW_RETURN, span_of(row.key, row.key_size));
    commit();
}

/* Each byte of an entry, one after the other: none can be flipped unseen. */
static void one_flipped_byte_of_an_entry_is_named_by_table_and_key(void **state)
{
    (void)state;
    const struct rows *truth = &host->disk.inner->truth;
    static struct change row, flipped;
    begin();
    first_row(truth, TRUTH_EVENT, &row);
    commit();
    for (size_t at = 0; at < row.value_size; at += 7) {
        flipped = row;
        flipped.value[at] ^= 4;
        begin();
        put(truth, TRUTH_EVENT, &flipped);
        commit();
        struct verify_report report = verify();
        assert_in_range(report.entries_bad, 1, 2); /* the entry, and the one that names its hash */
        assert_int_equal(0, strcmp(seen.table, "event"));
        assert_memory_equal(row.key, seen.key, ID_BYTES);
    }
    begin();
    put(truth, TRUTH_EVENT, &row);
    commit();
    assert_int_equal(0, verify().entries_bad);
}

static void a_forged_seal_is_named(void **state)
{
    (void)state;
    const struct rows *truth = &host->disk.inner->truth;
    static struct change row, forged;
    begin();
    first_row(truth, TRUTH_SEAL, &row);
    forged = row;
    forged.value[forged.value_size - 1] ^= 1;
    put(truth, TRUTH_SEAL, &forged);
    commit();
    assert_int_equal(1, verify().seals_bad);
    assert_named("seal", &row);
    begin();
    put(truth, TRUTH_SEAL, &row);
    commit();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_store_that_nobody_touched_is_sound),
        cmocka_unit_test(zeroed_digests_are_not_believed_and_the_rows_are_right),
        cmocka_unit_test(an_altered_view_value_is_named_by_table_and_key),
        cmocka_unit_test(a_missing_row_and_one_too_many_are_named),
        cmocka_unit_test(one_flipped_byte_of_an_entry_is_named_by_table_and_key),
        cmocka_unit_test(a_forged_seal_is_named),
    };
    return cmocka_run_group_tests(tests, make_store, drop_store);
}
