#include "tests/crash/lone_node.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "node/core/meta.h"

#define START_MS    1767225600000u /* 2026-01-01 */
#define TURN_MS     1000u
#define CURRENCY    840
#define TURNS_MAX   64 /* of derived work after a turn's commands */
#define NUMBERS_MAX (TURN_INPUTS_MAX / LONE_COMMANDS)

static const char sku[] = "SKU-1";

static struct id id_of(const char *what, uint64_t number)
{
    struct id id = {{0}};
    (void)snprintf((char *)id.bytes, 8, "%s", what);
    be_put(id.bytes + 8, number, 8);
    return id;
}

/* --- the port: answers are kept, calls are answered in the next turn -------------------------- */

static void on_answer(void *world, const struct answer_out *answer)
{
    struct lone_node *node = world;
    if (node->answers_count < TURN_INPUTS_MAX) node->answers[node->answers_count++] = *answer;
}

static void on_call(void *world, enum call_kind kind, const struct refund_call *call)
{
    struct lone_node *node = world;
    (void)kind;
    if (node->calls_count < OUTBOX_MAX) node->calls[node->calls_count++] = call->slot;
}

static void on_send(void *world, uint32_t link, struct span message)
{
    (void)world;
    (void)link;
    (void)message;
}

static void on_drop(void *world, uint32_t link, enum error why)
{
    (void)world;
    (void)link;
    (void)why;
}

static void on_feed(void *world, uint64_t next_number)
{
    (void)world;
    (void)next_number;
}

static void on_members(void *world)
{
    (void)world;
}

static void on_note(void *world, enum error error, const char *what, const struct id *about)
{
    (void)world;
    (void)error;
    (void)what;
    (void)about;
}

static void on_mark(void *world, const char *name)
{
    (void)world;
    (void)name;
}

/* --- opening ---------------------------------------------------------------------------------- */

static void take_keys(struct lone_node *node)
{
    static const uint8_t seed[32] = {7};
    *node = (struct lone_node){.keys = keys_of_seed(seed)};
    if (node->keys == NULL) exit(2);
}

static struct core_moment moment_of(struct lone_node *node)
{
    node->clock_ms += TURN_MS;
    struct core_moment moment = {.wall_ms = START_MS + node->clock_ms, .boot_ms = node->clock_ms};
    be_put(moment.random, node->clock_ms, 8);
    be_put(moment.random + 8, node->run, 8);
    return moment;
}

enum error lone_node_create(struct lone_node *node, struct store *store)
{
    take_keys(node);
    struct meta_new made = {.node = id_of("node", 1),
                            .store = id_of("store", 1),
                            .log = id_of("log", 1),
                            .found = true,
                            .membership = id_of("book0", 1),
                            .wall_ms = START_MS};
    made.member = (struct member){.node = made.node,
                                  .name = span_text("lone"),
                                  .log = made.log,
                                  .warehouse = id_of("house", 1),
                                  .code = span_text("RTM")};
    memcpy(made.member.sign_key.bytes, keys_sign_public(node->keys), KEY_BYTES);
    memcpy(made.member.curve_key.bytes, keys_curve_public(node->keys), KEY_BYTES);
    struct logs *shelf = calloc(1, sizeof *shelf);
    if (shelf == NULL) exit(2);
    enum error error = meta_create(store, keys_crypto(node->keys), &made, shelf);
    free(shelf);
    keys_free(node->keys);
    return error;
}

static enum error read_self(struct store *store, struct core_self *self)
{
    struct meta_row meta;
    enum error error = store->port->begin_read(store->world);
    if (error != OK) return error;
    if (meta_load(&store->truth, &meta)) {
        self->node = meta.node;
        self->store = meta.store;
        self->mesh = meta.mesh;
        self->log = meta.log;
    } else {
        error = ERROR_NOT_FOUND;
    }
    store->port->end_read(store->world);
    return error;
}

enum error lone_node_open(struct lone_node *node, struct store *store, uint32_t run)
{
    take_keys(node);
    node->store = store;
    node->run = run;
    node->clock_ms = (uint64_t)run * 86400000u;
    static const struct accounts accounts = {.at = {{.provider = "sandbox"}}, .count = 1};
    struct core_self self = {.boot = id_of("boot", run),
                             .build = "crash",
                             .send_window_ms = 3600000,
                             .accounts = &accounts};
    memcpy(self.sign_key, keys_sign_public(node->keys), KEY_BYTES);
    enum error error = read_self(store, &self);
    if (error != OK) return error;
    const struct core_port port = {node,       on_answer, on_send, on_drop, on_call, on_feed,
                                   on_members, on_note,   on_mark, NULL,    NULL};
    const struct core_moment now = moment_of(node);
    /* 11 MB, whose pages would have to be fetched anew for each of thousands of states. */
    static struct core core;
    memset(&core, 0, sizeof core);
    node->core = &core;
    return core_open(node->core, store, keys_crypto(node->keys), &port, &self, &now);
}

void lone_node_close(struct lone_node *node)
{
    keys_free(node->keys);
    *node = (struct lone_node){0};
}

/* --- commands --------------------------------------------------------------------------------- */

/* Room for what a command's spans point into. */
struct room {
    union command_body body;
    char text[32];
};

static struct span text_of(struct room *room, const char *what, uint64_t number)
{
    int size = snprintf(room->text, sizeof room->text, "%s%llu", what, (unsigned long long)number);
    return span_of(room->text, (size_t)size);
}

static void fill_tracking(struct room *room, uint64_t number)
{
    room->body.tracking = (struct tracking){.carrier = span_text("easypost"),
                                            .number = text_of(room, "OUT", number),
                                            .dedup = id_of("push", number),
                                            .points_count = 1};
    room->body.tracking.points[0] = (struct checkpoint){.dedup = id_of("scan", number),
                                                        .status = TRACK_IN_TRANSIT,
                                                        .occurred_ms = START_MS + number,
                                                        .quality = TIME_OFFSET};
}

static void fill_order(struct room *room, uint64_t number)
{
    struct span reference = text_of(room, "ORDER", number);
    room->body.order_import = (struct order_import){.merchant = id_of("shop", 1),
                                                    .reference = reference,
                                                    .currency = CURRENCY,
                                                    .sold_ms = START_MS,
                                                    .lines_count = 1,
                                                    .payments_count = 1};
    room->body.order_import.lines[0] =
        (struct order_line){.sku = span_text(sku), .quantity = 1, .price_minor = 2500};
    room->body.order_import.payments[0] = (struct payment){
        .provider = span_text("sandbox"), .reference = reference, .captured_minor = 2500};
}

static void fill_return(struct room *room, uint64_t number)
{
    struct span reference = text_of(room, "ORDER", number);
    room->body.return_request = (struct return_request){
        .merchant = id_of("shop", 1), .order_reference = reference, .lines_count = 1};
    room->body.return_request.lines[0] =
        (struct return_line){.line = 0, .quantity = 1, .reason = REASON_TOO_SMALL};
    room->body.return_request.number = reference;
}

static void fill_box(struct room *room, uint64_t number)
{
    room->body.box_receive = (struct box_receive){.warehouse = id_of("house", 1),
                                                  .number = text_of(room, "ORDER", number),
                                                  .weight_g = 700,
                                                  .items_count = 1};
    room->body.box_receive.items[0] = (struct box_item){.sku = span_text(sku)};
}

static const struct {
    enum command_kind kind;
    void (*fill)(struct room *room, uint64_t number);
    const char *request; /* NULL: an observation that is a set needs none */
} commands[LONE_COMMANDS] = {
    {COMMAND_TRACKING, fill_tracking, NULL},
    {COMMAND_ORDER_IMPORT, fill_order, "order"},
    {COMMAND_RETURN_REQUEST, fill_return, "return"},
    {COMMAND_BOX_RECEIVE, fill_box, "box"},
};

static void take_command(struct lone_node *node, enum command_kind kind, const struct id *request,
                         const union command_body *body, uint64_t ticket)
{
    struct input input = {.kind = INPUT_COMMAND, .ticket = ticket};
    input.command =
        (struct command){.kind = kind, .request = *request, .by = {.kind = BY_ADMIN}, .body = body};
    struct span part = id_span(request);
    crypto_hash(keys_crypto(node->keys), "body", &part, 1, &input.command.body_hash);
    core_take(node->core, &input);
}

static void take_numbers(struct lone_node *node, struct room *rooms, uint64_t from, uint64_t to)
{
    uint64_t ticket = 1;
    for (uint64_t number = from; number <= to; number++)
        for (unsigned i = 0; i < LONE_COMMANDS; i++, ticket++) {
            struct room *room = &rooms[ticket - 1];
            struct id request = {{0}};
            if (commands[i].request != NULL) request = id_of(commands[i].request, number);
            commands[i].fill(room, number);
            take_command(node, commands[i].kind, &request, &room->body, ticket);
        }
}

/* --- turns ------------------------------------------------------------------------------------ */

static void take_results(struct lone_node *node)
{
    for (uint32_t i = 0; i < node->calls_count; i++) {
        struct input input = {.kind = INPUT_RESULT};
        input.result.slot = node->calls[i];
        input.result.outcome = OUTCOME_PAID;
        (void)snprintf(input.result.provider_ref, sizeof input.result.provider_ref, "re_1");
        core_take(node->core, &input);
    }
    node->calls_count = 0;
}

/* Turns without commands, while there is derived work or a provider's answer. */
static enum error work_on(struct lone_node *node)
{
    for (unsigned i = 0; i < TURNS_MAX && (node->core->more || node->calls_count > 0); i++) {
        const struct core_moment now = moment_of(node);
        enum error error = core_begin(node->core, &now);
        if (error == OK) take_results(node);
        error = core_end(node->core);
        if (error != OK) return error;
    }
    return OK;
}

enum error lone_node_work(struct lone_node *node, uint64_t from, uint64_t to)
{
    if (to - from >= NUMBERS_MAX) return ERROR_TOO_LARGE;
    struct room *rooms = calloc(TURN_INPUTS_MAX, sizeof *rooms);
    if (rooms == NULL) exit(2);
    const struct core_moment now = moment_of(node);
    node->answers_count = 0;
    /* Commands are taken in any case: after a begin that failed, its error is their answer. */
    enum error begun = core_begin(node->core, &now);
    take_numbers(node, rooms, from, to);
    enum error error = core_end(node->core);
    assert(begun == OK || error != OK);
    free(rooms);
    return error == OK ? work_on(node) : error;
}

static enum error open_book(struct lone_node *node)
{
    struct input input = {.kind = INPUT_OPEN_BOOK, .ticket = 1};
    input.book.merchant = id_of("shop", 1);
    input.book.by.kind = BY_ADMIN;
    const struct core_moment now = moment_of(node);
    enum error error = core_begin(node->core, &now);
    if (error == OK) core_take(node->core, &input);
    error = core_end(node->core);
    return error == OK ? work_on(node) : error;
}

enum error lone_node_settle(struct lone_node *node)
{
    union command_body *body = calloc(1, sizeof *body);
    if (body == NULL) exit(2);
    body->merchant = (struct merchant){.merchant = id_of("shop", 1),
                                       .name = span_text("shop"),
                                       .book = id_of("book1", 1),
                                       .opener = node->core->self.node,
                                       .currency = CURRENCY,
                                       .cap_minor = 100000000,
                                       .window_days = 400,
                                       .auto_approve_minor = 10000};
    const struct core_moment now = moment_of(node);
    struct id request = id_of("shop", 0);
    node->answers_count = 0;
    enum error error = core_begin(node->core, &now);
    if (error == OK) take_command(node, COMMAND_MERCHANT, &request, body, 1);
    error = core_end(node->core);
    free(body);
    if (error == OK) error = open_book(node);
    for (uint32_t i = 0; i < node->answers_count && error == OK; i++)
        error = node->answers[i].error;
    return error;
}

bool lone_node_is_new(const struct answer_out *answer)
{
    bool done = answer->state == ANSWER_DONE || answer->state == ANSWER_OBSERVED;
    return done && answer->error == OK && !answer->replay && !answer->duplicate;
}

bool lone_node_is_kept(const struct answer_out *answer)
{
    if (answer->state == ANSWER_OBSERVED) return answer->error == OK && answer->duplicate;
    return answer->state == ANSWER_DONE && answer->error == OK && answer->replay;
}

bool lone_node_knows(struct lone_node *node, uint64_t number)
{
    struct request_view view;
    struct id request = id_of(commands[1].request, number);
    if (node->store->port->begin_read(node->store->world) != OK) return false;
    request_view(&node->store->views, &request, &view);
    node->store->port->end_read(node->store->world);
    return view.state != REQUEST_UNKNOWN;
}
