/* One long story, entry by entry and row by row, against the text in trace.txt: what each decision
 * writes, what it depends on, and what every table shows in the end. UPDATE_TRACE=1 writes the text
 * anew; read its difference as you would read code. */
#include "tests/overseas-warehouse/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TRACE     "tests/overseas-warehouse/trace.txt"
#define DAY       (24ull * 60 * 60 * 1000)
#define HOUR      (60ull * 60 * 1000)
#define TEXT_MAX  (512u * 1024)
#define NAMES_MAX 512

/* --- printing, with short names for ids ------------------------------------------------------- */

struct printer {
    char text[TEXT_MAX];
    size_t used;
    struct {
        struct id id;
        char name[24];
    } names[NAMES_MAX];
    unsigned names_count, minted;
};

static struct printer printer;

static void name_id(const struct id *id, const char *name)
{
    assert_true(printer.names_count < NAMES_MAX);
    printer.names[printer.names_count].id = *id;
    snprintf(printer.names[printer.names_count++].name, sizeof printer.names[0].name, "%s", name);
}

static const char *name_of(const struct id *id)
{
    for (unsigned i = 0; i < printer.names_count; i++)
        if (id_equal(&printer.names[i].id, id)) return printer.names[i].name;
    char name[24];
    snprintf(name, sizeof name, "#%u", ++printer.minted);
    name_id(id, name);
    return printer.names[printer.names_count - 1].name;
}

static void put(const char *text)
{
    size_t size = strlen(text);
    assert_true(printer.used + size < sizeof printer.text);
    memcpy(printer.text + printer.used, text, size + 1);
    printer.used += size;
}

/* Ids are told from other words by their check character. */
static void put_named(const char *text)
{
    while (*text != '\0') {
        struct id id;
        size_t size = strlen(text);
        if (size >= ID_TEXT_BYTES - 1 && id_parse(span_of(text, ID_TEXT_BYTES - 1), &id) == OK) {
            put(name_of(&id));
            text += ID_TEXT_BYTES - 1;
            continue;
        }
        char one[2] = {*text++, '\0'};
        put(one);
    }
}

static void put_record(const struct shape *shape, const void *value)
{
    static char line[16384];
    shape_print(shape, value, line, sizeof line);
    put_named(line);
}

static void put_entry(const struct entry *entry)
{
    static union event_body body;
    char number[64];
    const struct event_row *row = event_by_kind(entry->kind);
    assert_int_equal(shape_decode(row->shape, span_of(entry->bytes, entry->size), &body, NULL), OK);
    snprintf(number, sizeof number, "%2llu ", (unsigned long long)entry->place.idx);
    put(number);
    put_record(row->shape, &body);
    for (uint32_t i = 0; i < entry->deps_count; i++) {
        put(i == 0 ? " after " : ", ");
        put(name_of(&entry->deps[i].log));
        snprintf(number, sizeof number, " %llu", (unsigned long long)entry->deps[i].idx);
        put(number);
    }
    put("\n");
}

/* A key is ids, and one number behind the first `lead` of them. */
static void put_key(const struct key *key, unsigned lead)
{
    size_t number_bytes = key->size % ID_BYTES, at = 0;
    for (unsigned i = 0; at < key->size; i++) {
        char number[24];
        struct id id;
        put(i > 0 ? " " : "");
        if (i == lead && number_bytes > 0) {
            snprintf(number, sizeof number, "%llu",
                     (unsigned long long)be_get(key->bytes + at, (unsigned)number_bytes));
            put(number);
            at += number_bytes;
            continue;
        }
        memcpy(id.bytes, key->bytes + at, ID_BYTES);
        put(name_of(&id));
        at += ID_BYTES;
    }
}

static const struct {
    enum view_table table;
    const struct shape *shape; /* NULL: a set */
    unsigned lead;
} shown[] = {
    {VIEW_ORDER, &order_row_shape, 1},
    {VIEW_PAYMENT, &payment_row_shape, 1},
    {VIEW_RETURN, &return_row_shape, 1},
    {VIEW_RETURN_LINE, &return_line_row_shape, 1},
    {VIEW_RETURN_SEEN, &seen_row_shape, 2},
    {VIEW_REFUND, &refund_row_shape, 1},
    {VIEW_SPENT, &spent_row_shape, 1},
    {VIEW_BOX, &box_row_shape, 1},
    {VIEW_BOX_CLAIM, &box_claim_row_shape, 1},
    {VIEW_UNIT, &unit_row_shape, 1},
    {VIEW_ASSIGNED, &assigned_row_shape, 1},
    {VIEW_RELEASED, &released_row_shape, 1},
    {VIEW_STOCK, &stock_row_shape, 2},
    {VIEW_CONFLICT, &conflict_row_shape, 2},
    {VIEW_PARCEL, &parcel_row_shape, 1},
    {VIEW_TODO, NULL, 1},
    {VIEW_RETURN_BY_MERCHANT, NULL, 1},
    {VIEW_UNIT_BY_RETURN, NULL, 1},
    {VIEW_UNIT_BY_BOX, NULL, 1},
    {VIEW_REFUND_BY_RETURN, NULL, 1},
};

static void put_table(const struct rows *rows, enum view_table table, const struct shape *shape,
                      unsigned lead)
{
    static uint8_t value[65536];
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    put("\n");
    put(view_table_name(table));
    put("\n");
    while (walk_next(rows, table, &walk, &row)) {
        assert_true(shape == NULL || shape->size <= sizeof value);
        if (shape != NULL) assert_int_equal(shape_decode(shape, row.value, value, NULL), OK);
        put("  ");
        put_key(&walk.at, lead);
        put(shape != NULL ? " " : "");
        if (shape != NULL) put_record(shape, value);
        put("\n");
    }
}

static void put_dues(const struct rows *rows, uint64_t now_ms)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    char number[64];
    put("\ndue\n");
    while (walk_next(rows, VIEW_DUE, &walk, &row)) {
        struct due due;
        assert_true(due_read(key_span(&walk.at), &due));
        snprintf(number, sizeof number,
                 "  in %llu h: ", (unsigned long long)((due.due_ms - now_ms) / HOUR));
        put(number);
        put(word_of(&verb_words, due.verb));
        put(" ");
        put(name_of(&due.thing));
        put("\n");
    }
}

static void put_world(struct world *world)
{
    static const char *const logs[LOGS_MAX] = {"lax",    "rtm",    "syd",    "gateway",
                                               "book-a", "book-b", "lax-new"};
    for (unsigned i = 0; i < LOGS_MAX; i++) {
        if (world->logs[i].count == 0) continue;
        put("\n");
        put(logs[i]);
        put("\n");
        for (uint64_t j = 0; j < world->logs[i].count; j++) put_entry(&world->logs[i].entries[j]);
    }
    const struct rows *rows = &world_desk(world, RTM)->rows;
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        put_table(rows, shown[i].table, shown[i].shape, shown[i].lead);
    put_dues(rows, world->now_ms);
}

static void name_world(const struct world *world)
{
    static const char *const logs[LOGS_MAX] = {"lax",    "rtm",    "syd",    "gateway",
                                               "book-a", "book-b", "lax-new"};
    static const char *const nodes[NODES_MAX] = {"node-lax", "node-rtm", "node-syd",
                                                 "node-gateway"};
    static const char *const places[NODES_MAX] = {"LAX", "RTM", "SYD", ""};
    for (unsigned i = 0; i < LOGS_MAX; i++) name_id(&world->logs[i].id, logs[i]);
    for (unsigned i = 0; i < NODES_MAX; i++) name_id(&world->nodes[i].node, nodes[i]);
    for (unsigned i = 0; i < GATEWAY; i++) name_id(&world->nodes[i].warehouse, places[i]);
    name_id(&world->merchants[MERCHANT_A].merchant, "merchant-a");
    name_id(&world->merchants[MERCHANT_B].merchant, "merchant-b");
}

/* --- the story -------------------------------------------------------------------------------- */

static void expect(enum error found, enum error wanted)
{
    if (found != wanted) printf("%s, not %s\n", error_text(found), error_text(wanted));
    assert_int_equal(found, wanted);
}

/* Two lines, two payments, a voucher: less was captured than the lines sum to. */
static struct id order_of_two_lines(struct world *world)
{
    union command_body body = {.order_import = {.merchant = world->merchants[0].merchant,
                                                .reference = span_text("SO-1"),
                                                .currency = 978,
                                                .sold_ms = world->now_ms - DAY,
                                                .lines_count = 2,
                                                .payments_count = 2}};
    body.order_import.lines[0] = (struct order_line){
        .sku = span_text("SHOE"), .name = span_text("A shoe"), .quantity = 3, .price_minor = 3000};
    body.order_import.lines[1] =
        (struct order_line){.sku = span_text("HAT"), .quantity = 2, .price_minor = 1000};
    body.order_import.payments[0] = (struct payment){
        .provider = span_text("stripe"), .reference = span_text("pi_gift"), .captured_minor = 1000};
    body.order_import.payments[1] = (struct payment){
        .provider = span_text("stripe"), .reference = span_text("pi_card"), .captured_minor = 9001};
    expect(world_decide(world, COMMAND_ORDER_IMPORT, &body, BY_MERCHANT, NULL, 0), OK);
    return world->decision.entity;
}

static struct id return_of_both(struct world *world, const struct id *order)
{
    union command_body body = {.return_request = {.merchant = world->merchants[0].merchant,
                                                  .order = *order,
                                                  .number = span_text("1z 42"),
                                                  .note = span_text("both too small"),
                                                  .lines_count = 2}};
    body.return_request.lines[0] =
        (struct return_line){.line = 1, .quantity = 1, .reason = REASON_STYLE};
    body.return_request.lines[1] =
        (struct return_line){.line = 0, .quantity = 2, .reason = REASON_TOO_SMALL};
    expect(world_decide(world, COMMAND_RETURN_REQUEST, &body, BY_OPERATOR, NULL, 0), OK);
    return world->decision.entity;
}

static enum error act(struct world *world, enum command_kind kind, const struct id *unit,
                      struct unit_act how)
{
    world_pass(world, HOUR);
    how.unit = *unit;
    how.reason = span_text("as seen");
    union command_body body = {.unit_act = how};
    return world_decide(world, kind, &body, BY_OPERATOR, NULL, 0);
}

static void pay_all(struct world *world)
{
    struct id slot;
    for (unsigned i = 0; i < 20 && world_next_effect(world, BOOK_A, &slot); i++) {
        world_pass(world, HOUR);
        expect(world_result(world, &slot, DO_SUBMIT), OK);
        expect(world_result(world, &slot, DO_FIND_PAID), OK);
        world_settle(world);
    }
}

/* Grade, doubt, hold, and only then the shelf; fields that an act does not set are offered to it.
 */
static void shelve(struct world *world, const struct id *unit)
{
    struct unit_act all = {.grade = GRADE_GOOD,
                           .liability = LIABLE_SELLER,
                           .disposition = DISPOSE_HOLD,
                           .to = world->nodes[SYD].warehouse};
    expect(act(world, COMMAND_UNIT_INSPECT, unit, all), OK);
    expect(act(world, COMMAND_UNIT_GRADE, unit, all), OK);
    world_settle(world);
    all.grade = GRADE_UNSELLABLE;
    all.liability = LIABLE_BUYER;
    expect(act(world, COMMAND_UNIT_GRADE, unit, all), OK);
    world_settle(world);
    all.grade = GRADE_ACCEPTABLE;
    all.liability = LIABLE_SELLER;
    expect(act(world, COMMAND_UNIT_GRADE, unit, all), OK);
    expect(act(world, COMMAND_UNIT_DISPOSE, unit, all), OK);
    expect(act(world, COMMAND_UNIT_SETTLE, unit, all), ERROR_FACT_BARS);
    world_settle(world);
    all.disposition = DISPOSE_RESTOCK;
    expect(act(world, COMMAND_UNIT_DISPOSE, unit, all), OK);
    expect(act(world, COMMAND_UNIT_SETTLE, unit, all), OK);
    world_settle(world);
}

static struct id unit_of_box(struct world *world, const struct id *box, unsigned nth)
{
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct row row;
    struct id unit;
    for (unsigned i = 0; i <= nth; i++)
        assert_true(walk_next(&world_desk(world, RTM)->rows, VIEW_UNIT_BY_BOX, &walk, &row));
    memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
    return unit;
}

static void add_to_box(struct world *world, const struct id *box, const char *const *skus,
                       unsigned count)
{
    union command_body body = {.box_receive = {.warehouse = world->nodes[LAX].warehouse,
                                               .box = *box,
                                               .weight_g = 1234,
                                               .items_count = count}};
    for (unsigned i = 0; i < count; i++) body.box_receive.items[i].sku = span_text(skus[i]);
    body.box_receive.items[0].serial = span_text("S/N 7");
    expect(world_observe(world, LAX, COMMAND_BOX_RECEIVE, &body), OK);
}

/* The hat and a shoe come first, then two shoes more, one too many. */
static struct id receive_in_two_looks(struct world *world)
{
    static const char *const first[] = {"HAT", "SHOE"}, *const more[] = {"SHOE", "SHOE"};
    struct id box = world_box(world, LAX, "1Z42", NULL, first, 2);
    world_settle(world);
    pay_all(world);
    add_to_box(world, &box, more, 2);
    world_settle(world);
    pay_all(world);
    return box;
}

static void hear_carriers(struct world *world)
{
    world_track(world, GATEWAY, "1Z42", TRACK_DELIVERED, world->now_ms - HOUR, "late");
    world_track(world, LAX, "1Z42", TRACK_IN_TRANSIT, world->now_ms - 9 * HOUR, "early");
    world_track(world, SYD, "1Z42", TRACK_DELIVERED, world->now_ms - HOUR, "late");
    world_settle(world);
}

/* A parcel of nothing that was sold: its return had been declined. */
static void come_after_a_decline(struct world *world)
{
    static const char *const lamp[] = {"LAMP"};
    struct id order = world_order(world, MERCHANT_B, "SO-2", "LAMP", 1, 50000, 50000);
    struct id rma = world_request(world, MERCHANT_B, &order, 1, "N2");
    union command_body body = {.return_decide = {.return_id = rma, .reason = span_text("worn")}};
    expect(world_decide(world, COMMAND_RETURN_DECLINE, &body, BY_MERCHANT, NULL, 1), OK);
    struct id box = world_box(world, RTM, "N2", NULL, lamp, 1);
    world_settle(world);
    struct id unit = unit_of_box(world, &box, 0);
    body = (union command_body){.unit_release = {.unit = unit,
                                                 .merchant = world->merchants[1].merchant,
                                                 .disposition = DISPOSE_DONATE,
                                                 .reason = span_text("not worth the way")}};
    expect(world_decide(world, COMMAND_UNIT_RELEASE, &body, BY_MERCHANT, NULL, 0), OK);
    world_settle(world);
    struct unit_act donate = {.grade = GRADE_GOOD, .disposition = DISPOSE_DONATE};
    expect(act(world, COMMAND_UNIT_INSPECT, &unit, donate), OK);
    expect(act(world, COMMAND_UNIT_GRADE, &unit, donate), OK);
    expect(act(world, COMMAND_UNIT_DISPOSE, &unit, donate), OK);
    expect(act(world, COMMAND_UNIT_SETTLE, &unit, donate), OK);
    world_settle(world);
    /* The order is flagged now: policy leaves its next return to people. */
    struct id again = world_request(world, MERCHANT_B, &order, 1, "");
    assert_int_equal(world_return(world, LAX, &again).state, RETURN_REQUESTED);
    assert_int_equal(world_return(world, LAX, &again).due_verb, DO_EXPIRE);
}

/* A refund fails, an admin has it tried again, and that is lost from sight. */
static void fail_and_lose(struct world *world)
{
    static const char *const mug[] = {"MUG"};
    struct id order = world_order(world, MERCHANT_A, "SO-3", "MUG", 1, 700, 700);
    struct id rma = world_request(world, MERCHANT_A, &order, 1, "");
    world_box(world, SYD, "N3", &rma, mug, 1);
    world_settle(world);
    struct id slot;
    assert_true(world_next_effect(world, BOOK_A, &slot));
    expect(world_result(world, &slot, DO_FIND_FAILED), OK);
    union command_body body = {.refund_resolve = {.slot = slot, .reason = span_text("try again")}};
    expect(world_decide(world, COMMAND_REFUND_RESOLVE, &body, BY_ADMIN, NULL, 2), OK);
    assert_true(world_next_effect(world, BOOK_A, &slot));
    expect(world_result(world, &slot, DO_LOSE), OK);
    body.refund_resolve = (struct refund_resolve){
        .slot = slot, .paid = 1, .provider_ref = span_text("re_9"), .reason = span_text("seen")};
    expect(world_decide(world, COMMAND_REFUND_RESOLVE, &body, BY_ADMIN, NULL, 0), OK);
    world_settle(world);
}

/* A second log assigns a unit that it never held: the smaller entry stands. */
static void assign_twice(struct world *world, const struct id *unit, const struct id *box)
{
    struct assigned_row row;
    assert_true(assigned_load(&world_desk(world, RTM)->rows, unit, &row));
    struct unit_assigned twice = {.unit = *unit,
                                  .box = *box,
                                  .return_id = row.return_id,
                                  .line = 0,
                                  .hop = 1,
                                  .book = row.book};
    world_inject(world, LOG_SYD, EVENT_UNIT_ASSIGNED, unit, &twice);
    world_settle(world);
}

static void travel(struct world *world, const struct id *unit)
{
    struct unit_act to = {.to = world->nodes[SYD].warehouse};
    union command_body body = {
        .unit_take = {.unit = *unit, .warehouse = world->nodes[SYD].warehouse}};
    expect(act(world, COMMAND_UNIT_SHIP, unit, to), OK);
    world_settle(world);
    expect(world_decide(world, COMMAND_UNIT_TAKE, &body, BY_ADMIN, NULL, 0), OK);
    world_settle(world);
}

static void the_long_story_reads_as_it_is_written(void **state)
{
    (void)state;
    struct world *world = world_open(4711);
    name_world(world);
    struct id order = order_of_two_lines(world);
    return_of_both(world, &order);
    hear_carriers(world);
    world_pass(world, DAY);
    struct id box = receive_in_two_looks(world);
    struct id first = unit_of_box(world, &box, 0), last = unit_of_box(world, &box, 3);
    shelve(world, &first);
    travel(world, &last);
    assign_twice(world, &first, &box);
    come_after_a_decline(world);
    world_pass(world, DAY);
    fail_and_lose(world);
    struct id open = world_order(world, MERCHANT_A, "SO-4", "PEN", 5, 100, 500);
    world_request(world, MERCHANT_A, &open, 5, "N4");
    world_settle(world);
    put_world(world);
    world_close(world);

    if (getenv("UPDATE_TRACE") != NULL) {
        FILE *file = fopen(TRACE, "w");
        assert_non_null(file);
        fwrite(printer.text, 1, printer.used, file);
        fclose(file);
    }
    static char wanted[TEXT_MAX];
    FILE *file = fopen(TRACE, "r");
    assert_non_null(file);
    size_t size = fread(wanted, 1, sizeof wanted - 1, file);
    wanted[size] = '\0';
    fclose(file);
    size_t at = 0, line = 1;
    while (at < size && at < printer.used && wanted[at] == printer.text[at])
        line += wanted[at++] == '\n';
    if (at != size || at != printer.used) fail_msg("%s differs from line %zu on", TRACE, line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_long_story_reads_as_it_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
