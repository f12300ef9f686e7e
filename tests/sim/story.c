#include "tests/sim/story.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "overseas-warehouse/view_rows.h"

static const char *const NAMES[PLACES] = {"LAX", "RTM", "SYD", "GATE"};

void tell(struct story *story, const char *format, ...)
{
    va_list arguments;
    size_t used = strlen(story->told);
    va_start(arguments, format);
    vsnprintf(story->told + used, STORY_BYTES_MAX - used, format, arguments);
    va_end(arguments);
}

static struct story *of(struct world *world)
{
    return (struct story *)(void *)world;
}

static void on_answer(struct world *world, struct host *host, const struct answer_out *answer)
{
    static const char *const words[] = {"stored", "done", "asked", "refused"};
    struct story *story = of(world);
    story->last_state = answer->state;
    story->last_error = answer->error;
    if (!id_is_zero(&answer->entity)) story->last_entity = answer->entity;
    tell(story, "%s: %s%s%s%s\n", NAMES[host->number], words[answer->state],
         answer->error != OK ? " " : "", answer->error != OK ? error_name(answer->error) : "",
         answer->replay ? " as before" : "");
}

static void die_event(struct world *world, const struct agenda_event *event)
{
    tell(of(world), "%s dies\n", NAMES[event->a]);
    host_crash(&world->host[event->a]);
}

static void on_call(struct world *world, struct host *host, enum call_kind kind,
                    const struct refund_call *call)
{
    struct story *story = of(world);
    tell(story, "%s %s %lld\n", NAMES[host->number],
         kind == CALL_SEND ? "sends a refund of" : "asks about the refund of",
         (long long)call->amount_minor);
    if (kind != CALL_SEND || !story->dies_after_sending) return;
    story->dies_after_sending = false;
    world_after(world, SECOND_US / 10, die_event, host->number, 0, 0, NULL);
}

static void on_buy(struct world *world, struct host *host, enum call_kind kind,
                   const struct label_call *call)
{
    struct story *story = of(world);
    bool dies = kind == CALL_SEND && story->dies_after_sending;
    const char *what = kind == CALL_ASK          ? "asks about the label of"
                       : call->act == LABEL_VOID ? "takes back the label of"
                                                 : "buys a label of";
    tell(story, "%s %s %s\n", NAMES[host->number], what, call->carrier);
    if (!dies) return;
    story->dies_after_sending = false;
    world_after(world, SECOND_US / 10, die_event, host->number, 0, 0, NULL);
}

static void on_mark(struct world *world, struct host *host, const char *name)
{
    rows_taken_marked(&of(world)->counted, name);
    if (strcmp(name, "store in doubt") == 0 && strstr(of(world)->told, name) == NULL)
        tell(of(world), "%s: %s\n", NAMES[host->number], name);
}

void story_wait(struct story *story, uint64_t seconds)
{
    world_run(&story->world, story->world.now_us + seconds * SECOND_US);
}

static struct id new_id(struct story *story)
{
    struct id id;
    chance_fill(&story->world.chance[PURPOSE_CLIENTS], id.bytes, ID_BYTES);
    return id;
}

/* The body is copied: it is freed when its turn is over. */
void wish_at(struct story *story, enum site place, enum command_kind kind, enum actor_kind by,
             union command_body *body, struct id request)
{
    struct world *world = &story->world;
    union command_body *copy = malloc(sizeof *copy);
    uint8_t buffer[COMMAND_BYTES_MAX];
    struct span bytes;
    assert(copy != NULL);
    *copy = *body;
    struct input input = {.kind = INPUT_COMMAND, .ticket = ++world->next_ticket};
    if (id_is_zero(&request)) request = new_id(story);
    story->last_request = request;
    input.command = (struct command){.kind = kind,
                                     .body = copy,
                                     .by = {.kind = by, .node = world->host[place].self.node},
                                     .request = request};
    if (by == BY_PARTNER || by == BY_BUYER) input.command.merchant = story->merchant;
    enum error error =
        shape_encode(command_by_kind(kind)->shape, body, buffer, sizeof buffer, &bytes);
    assert(error == OK);
    crypto_hash(crypto_of_nobody(), "entrepot/body/1", &bytes, 1, &input.command.body_hash);
    host_submit(&world->host[place], &input, copy);
    story_wait(story, 1);
}

void order_lamp(struct story *story, enum site place)
{
    union command_body body = {0};
    struct order_import *order = &body.order_import;
    *order = (struct order_import){.merchant = story->merchant,
                                   .reference = span_text("SZ-1"),
                                   .currency = 978,
                                   .sold_ms = WORLD_EPOCH_MS - 5 * (uint64_t)86400000,
                                   .lines_count = 1,
                                   .payments_count = 1};
    order->lines[0] =
        (struct order_line){.sku = span_text("LAMP"), .quantity = 1, .price_minor = 2999};
    order->payments[0] = (struct payment){
        .provider = span_text("stripe"), .reference = span_text("pi_1"), .captured_minor = 2999};
    wish_at(story, place, COMMAND_ORDER_IMPORT, BY_MERCHANT, &body, (struct id){{0}});
    story_wait(story, 20);
}

struct id return_lamp(struct story *story, enum site place, struct id request)
{
    union command_body body = {0};
    struct return_request *wish = &body.return_request;
    *wish = (struct return_request){.merchant = story->merchant,
                                    .order_reference = span_text("SZ-1"),
                                    .number = span_text("1Z1"),
                                    .lines_count = 1};
    wish->lines[0] = (struct return_line){.line = 0, .quantity = 1, .reason = REASON_UNWANTED};
    wish_at(story, place, COMMAND_RETURN_REQUEST, BY_OPERATOR, &body, request);
    request = story->last_request;
    story_wait(story, 20);
    return request;
}

void receive_lamp(struct story *story, enum site place)
{
    union command_body body = {0};
    struct box_receive *box = &body.box_receive;
    *box = (struct box_receive){.warehouse = story->world.host[place].card.warehouse,
                                .number = span_text("1Z1"),
                                .weight_g = 800,
                                .items_count = 1};
    box->items[0].sku = span_text("LAMP");
    wish_at(story, place, COMMAND_BOX_RECEIVE, BY_OPERATOR, &body, (struct id){{0}});
}

void story_cut(struct story *story, enum site place, bool cut)
{
    for (unsigned i = 0; i < PLACES; i++) {
        if (i == (unsigned)place) continue;
        network_set_cut(&story->world, place, i, cut);
        network_set_cut(&story->world, i, place, cut);
    }
    tell(story, "%s is %s\n", NAMES[place], cut ? "cut off" : "back");
    story_wait(story, cut ? 60 : 600);
}

unsigned story_paid(const struct story *story)
{
    unsigned paid = 0;
    for (uint32_t i = 0; i < story->world.provider.count; i++)
        paid += story->world.provider.entry[i].times_paid;
    return paid;
}

bool story_agrees(struct story *story)
{
    struct hash first, all, table[VIEW_TABLE_COUNT];
    unsigned agree = 0;
    for (unsigned i = 0; i < PLACES; i++) {
        if (story->apart[i] || !story->world.host[i].up) continue;
        core_digest(story->world.host[i].core, agree == 0 ? &first : &all, table);
        if (agree++ > 0 && memcmp(&all, &first, HASH_BYTES) != 0) return false;
    }
    return agree >= 3;
}

const struct rows *story_read(struct story *story, enum site place)
{
    struct store *store = story->world.host[place].disk.inner;
    enum error error = store->port->begin_read(store->world);
    assert(error == OK);
    return &store->views;
}

void story_read_end(struct story *story, enum site place)
{
    struct store *store = story->world.host[place].disk.inner;
    store->port->end_read(store->world);
}

unsigned story_count(struct story *story, enum site place, enum view_table table)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    unsigned count = 0;
    const struct rows *rows = story_read(story, place);
    while (walk_next(rows, table, &walk, &row)) count++;
    story_read_end(story, place);
    return count;
}

bool story_unit(struct story *story, enum site place, struct id *unit)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    bool found = walk_next(story_read(story, place), VIEW_UNIT, &walk, &row);
    memcpy(unit->bytes, walk.at.bytes, ID_BYTES);
    story_read_end(story, place);
    return found;
}

unsigned story_refunds(struct story *story, enum site place, unsigned *state)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row row;
    struct refund_row refund;
    unsigned count = 0;
    const struct rows *rows = story_read(story, place);
    while (walk_next(rows, VIEW_REFUND, &walk, &row)) {
        if (shape_decode(&refund_row_shape, row.value, &refund, NULL) != OK) continue;
        *state = (unsigned)refund.state;
        count++;
    }
    story_read_end(story, place);
    return count;
}

/* --- what the truth says of the rows ---------------------------------------------------------- */

#define STORY_ENTRIES_MAX 8192

struct told_entry {
    uint64_t hlc, idx;
    uint32_t log;
};

static int by_time(const void *left, const void *right)
{
    const struct told_entry *a = left, *b = right;
    if (a->hlc != b->hlc) return a->hlc < b->hlc ? -1 : 1;
    if (a->log != b->log) return a->log < b->log ? -1 : 1;
    return a->idx < b->idx ? -1 : 1;
}

static bool read_entry(const struct logs *logs, const struct told_entry *entry,
                       struct event_header *header, struct span *payload)
{
    struct event event;
    if (log_read(logs, &logs->log[entry->log].id, entry->idx, &event, NULL) != OK) return false;
    *payload = event.payload;
    return event_header_decode(event.header, header) == OK;
}

static uint32_t list_entries(const struct logs *logs, struct told_entry *entries)
{
    struct event_header header;
    struct span payload;
    uint32_t count = 0;
    for (uint32_t log = 0; log < logs->count; log++)
        for (uint64_t idx = 1; idx <= logs->log[log].row.last; idx++) {
            struct told_entry entry = {0, idx, log};
            if (!read_entry(logs, &entry, &header, &payload)) continue;
            assert(count < STORY_ENTRIES_MAX);
            entry.hlc = header.hlc;
            entries[count++] = entry;
        }
    return count;
}

void story_rows(struct story *story, enum site place, struct rows_taken *taken)
{
    const struct logs *logs = &story->world.host[place].core->logs;
    struct told_entry *entries = calloc(STORY_ENTRIES_MAX, sizeof *entries);
    union event_body *body = malloc(sizeof *body);
    assert(entries != NULL && body != NULL);
    story_read(story, place);
    uint32_t count = list_entries(logs, entries);
    qsort(entries, count, sizeof *entries, by_time);
    for (uint32_t i = 0; i < count; i++) {
        struct event_header header;
        struct span payload;
        if (read_entry(logs, &entries[i], &header, &payload) &&
            event_body_decode(&header, payload, body) == OK)
            rows_taken_of_entry(taken, (enum event_kind)header.kind, body);
    }
    story_read_end(story, place);
    for (unsigned i = 0; i < story->counted.count; i++) rows_taken_add(taken, story->counted.at[i]);
    free(body);
    free(entries);
}

/* --- the beginning and the end ---------------------------------------------------------------- */

struct story *story_begin(void)
{
    static const char *const codes[PLACES] = {"LAX", "RTM", "SYD", NULL};
    struct story *story = calloc(1, sizeof *story);
    union command_body body = {0};
    assert(story != NULL);
    struct world *world = &story->world;
    world->provider.can_ask = true;
    world->provider.key_ttl_us = DAY_US;
    world->provider.delay_us = SECOND_US;
    world_open(world, 1, codes, PLACES);
    story_wait(story, 20);
    world->on_answer = on_answer;
    world->on_call = on_call;
    world->on_buy = on_buy;
    world->on_mark = on_mark;
    story->merchant = new_id(story);
    story->book = new_id(story);
    body.merchant = (struct merchant){.merchant = story->merchant,
                                      .name = span_text("Shenzhen Lantern"),
                                      .book = story->book,
                                      .opener = world->host[RTM].self.node,
                                      .currency = 978,
                                      .cap_minor = 1000000,
                                      .window_days = 60,
                                      .auto_approve_minor = 10000,
                                      .respond_hours = 24,
                                      .send_days = 21,
                                      .origin = span_text("CN"),
                                      .origin_freight_minor = 1800,
                                      .handling_minor = 300};
    world_account(world, &story->merchant);
    wish_at(story, LAX, COMMAND_MERCHANT, BY_ADMIN, &body, (struct id){{0}});
    story_wait(story, 10);
    struct input open = {.kind = INPUT_OPEN_BOOK, .ticket = ++world->next_ticket};
    open.book.merchant = story->merchant;
    host_submit(&world->host[RTM], &open, NULL);
    story_wait(story, 10);
    order_lamp(story, GATE);
    story->told[0] = '\0';
    return story;
}

void story_end(struct story *story)
{
    world_close(&story->world);
    free(story);
}
