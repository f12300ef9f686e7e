#include "tests/node/core/core_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct world *world;
struct answer_out answers[ANSWERS_MAX];
bool answered[ANSWERS_MAX];
unsigned calls_sent, calls_asked;

const struct id LANTERN = {{7}}, LANTERN_BOOK = {{8}}, KETTLE = {{9}}, KETTLE_BOOK = {{10}};

/* --- driving -------------------------------------------------------------------------------- */

static void on_answer(struct world *w, struct host *host, const struct answer_out *answer)
{
    (void)w;
    bool wrote = answer->error == OK && !answer->replay && !answer->duplicate;
    assert_true(answer->ticket < ANSWERS_MAX);
    /* Whoever hears the answer may look for it in the feed at once. */
    if (wrote) assert_int_equal(host->core->logs.feed_next, host->fed);
    assert_false(answered[answer->ticket]);
    answers[answer->ticket] = *answer;
    answered[answer->ticket] = true;
}

static void on_call(struct world *w, struct host *host, enum call_kind kind,
                    const struct refund_call *call)
{
    (void)w, (void)host, (void)call;
    calls_sent += kind == CALL_SEND ? 1 : 0;
    calls_asked += kind == CALL_ASK ? 1 : 0;
}

void run_seconds(unsigned seconds)
{
    world_run(world, world->now_us + seconds * SECOND_US);
}

struct id key_numbered(unsigned number)
{
    struct id id = {{0x55}};
    be_put(id.bytes + 8, number, 8);
    return id;
}

struct id scope; /* the merchant of the token that submits; zero: all */
struct id token; /* its name */

/* A number of its own for the key, or 0: a fresh one. Returns the ticket. */
uint64_t give(unsigned at, enum command_kind kind, enum actor_kind by, unsigned key,
              const union command_body *body)
{
    static unsigned fresh = 1000000;
    union command_body *own = malloc(sizeof *own);
    uint8_t buffer[COMMAND_BYTES_MAX];
    struct span bytes;
    assert_non_null(own);
    *own = *body;
    const struct shape *shape = command_by_kind(kind)->shape;
    assert_int_equal(OK, shape_encode(shape, body, buffer, sizeof buffer, &bytes));
    struct input input = {.kind = INPUT_COMMAND, .ticket = ++world->next_ticket};
    input.command =
        (struct command){.kind = kind,
                         .body = own,
                         .request = key_numbered(key != 0 ? key : ++fresh),
                         .merchant = scope,
                         .by = {.kind = by, .token = token, .node = world->host[at].self.node}};
    crypto_hash(crypto_openssl(), "entrepot/body/1", &bytes, 1, &input.command.body_hash);
    assert_true(host_submit(&world->host[at], &input, own));
    return input.ticket;
}

const struct answer_out *submit(unsigned at, enum command_kind kind, enum actor_kind by,
                                unsigned key, const union command_body *body)
{
    uint64_t ticket = give(at, kind, by, key, body);
    run_seconds(5);
    assert_true(answered[ticket]);
    return &answers[ticket];
}

const struct answer_out *lead(unsigned at, enum input_kind kind, const struct id *book,
                              const struct id *other)
{
    struct input input = {.kind = kind, .ticket = ++world->next_ticket};
    input.book.book = *book;
    if (kind == INPUT_OPEN_BOOK) input.book.merchant = *other;
    if (kind == INPUT_HANDOVER) input.book.leader = *other;
    if (kind == INPUT_RECOVER) input.book.lost[input.book.lost_count++] = *other;
    assert_true(host_submit(&world->host[at], &input, NULL));
    run_seconds(5);
    assert_true(answered[input.ticket]);
    return &answers[input.ticket];
}

void add_merchant(const struct id *merchant, const struct id *book)
{
    union command_body body = {0};
    body.merchant = (struct merchant){.merchant = *merchant,
                                      .name = span_text("Lantern"),
                                      .book = *book,
                                      .opener = world->host[0].self.node,
                                      .currency = 978,
                                      .cap_minor = 100000000,
                                      .window_days = 60,
                                      .auto_approve_minor = 10000,
                                      .respond_hours = 24,
                                      .send_days = 20};
    world_account(world, merchant);
    assert_int_equal(ANSWER_DONE, submit(0, COMMAND_MERCHANT, BY_ADMIN, 0, &body)->state);
    assert_int_equal(ANSWER_DONE, lead(0, INPUT_OPEN_BOOK, book, merchant)->state);
}

union command_body order_of(const struct id *merchant, const char *reference)
{
    union command_body body = {0};
    body.order_import = (struct order_import){.merchant = *merchant,
                                              .reference = span_text(reference),
                                              .currency = 978,
                                              .sold_ms = WORLD_EPOCH_MS - 86400000,
                                              .lines_count = 1,
                                              .payments_count = 1};
    body.order_import.lines[0] =
        (struct order_line){.sku = span_text("LAMP"), .quantity = 1, .price_minor = 2999};
    body.order_import.payments[0] = (struct payment){
        .provider = span_text("stripe"), .reference = span_text(reference), .captured_minor = 2999};
    return body;
}

union command_body return_of(const struct id *merchant, const char *reference)
{
    union command_body body = {0};
    body.return_request = (struct return_request){
        .merchant = *merchant, .order_reference = span_text(reference), .lines_count = 1};
    body.return_request.lines[0] = (struct return_line){.quantity = 1, .reason = REASON_UNWANTED};
    return body;
}

union command_body box_of(unsigned at, const struct id *return_id)
{
    union command_body body = {0};
    body.box_receive = (struct box_receive){
        .warehouse = world->host[at].card.warehouse, .return_id = *return_id, .items_count = 1};
    body.box_receive.items[0].sku = span_text("LAMP");
    return body;
}

struct id receive_one(const char *reference)
{
    return receive_of(&LANTERN, reference);
}

/* An order, its return and its box: what follows is a refund. Texts live as long as the world. */
struct id receive_of(const struct id *merchant, const char *reference)
{
    union command_body body = order_of(merchant, reference);
    give(0, COMMAND_ORDER_IMPORT, BY_MERCHANT, 0, &body);
    body = return_of(merchant, reference);
    uint64_t ticket = give(0, COMMAND_RETURN_REQUEST, BY_OPERATOR, 0, &body);
    world_run(world, world->now_us + SECOND_US / 10);
    assert_true(answered[ticket]);
    assert_int_equal(ANSWER_DONE, answers[ticket].state);
    struct id return_id = answers[ticket].entity;
    body = box_of(0, &return_id);
    give(0, COMMAND_BOX_RECEIVE, BY_OPERATOR, 0, &body);
    world_run(world, world->now_us + SECOND_US / 10);
    return return_id;
}

/* --- looking -------------------------------------------------------------------------------- */

const struct rows *open_rows(unsigned at)
{
    struct store *store = world->host[at].disk.inner;
    assert_int_equal(OK, store->port->begin_read(store->world));
    return &store->views;
}

void close_rows(unsigned at)
{
    struct store *store = world->host[at].disk.inner;
    store->port->end_read(store->world);
}

unsigned count_rows(unsigned at, enum view_table table)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    unsigned count = 0;
    const struct rows *rows = open_rows(at);
    while (walk_next(rows, table, &walk, &row)) count++;
    close_rows(at);
    return count;
}

unsigned count_refunds(unsigned at, uint64_t state)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct refund_row refund;
    unsigned count = 0;
    const struct rows *rows = open_rows(at);
    while (walk_next(rows, VIEW_REFUND, &walk, &row))
        if (shape_decode(&refund_row_shape, row.value, &refund, NULL) == OK)
            count += refund.state == state ? 1 : 0;
    close_rows(at);
    return count;
}

unsigned paid_times(void)
{
    unsigned times = 0;
    for (uint32_t i = 0; i < world->provider.count; i++)
        times += world->provider.entry[i].times_paid;
    return times;
}

struct log *log_at(unsigned at, const struct id *log)
{
    return logs_find(&world->host[at].core->logs, log);
}

void assert_same_digests(void)
{
    struct hash a, b, table[VIEW_TABLE_COUNT];
    core_digest(world->host[0].core, &a, table);
    core_digest(world->host[1].core, &b, table);
    assert_memory_equal(&a, &b, HASH_BYTES);
}

/* --- a world for each story ----------------------------------------------------------------- */

int open_world(void **state)
{
    static const char *const codes[] = {"LAX", "RTM"};
    (void)state;
    world = calloc(1, sizeof *world);
    assert_non_null(world);
    memset(answered, 0, sizeof answered);
    calls_sent = calls_asked = 0;
    scope = (struct id){{0}};
    world->provider.can_ask = true;
    world->provider.key_ttl_us = DAY_US;
    world->on_answer = on_answer;
    world->on_call = on_call;
    world_open(world, 5, codes, 2);
    run_seconds(20);
    add_merchant(&LANTERN, &LANTERN_BOOK);
    return 0;
}

int close_world(void **state)
{
    (void)state;
    world_close(world);
    free(world);
    return 0;
}
