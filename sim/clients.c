#include "sim/clients.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/faults.h"
#include "sim/oracle.h"
#include "sim/stores.h"
#include "sim/wishes.h"

#define RETRY_US            (40 * SECOND_US)
#define AGAIN_US            (5 * MINUTE_US)
#define RETRY_DOUBLINGS_MAX 6u

static struct chance *draw(struct world *world)
{
    return &world->chance[PURPOSE_CLIENTS];
}
static uint64_t below(struct world *world, uint64_t bound)
{
    return chance_below(draw(world), bound);
}

/* --- wishing --- */

static void try_event(struct world *world, const struct agenda_event *event);

/* Says the wish at a host, under a ticket of its own, which it returns. */
static uint64_t say(struct world *world, const struct wish *wish, unsigned host,
                    const struct hash *body_hash)
{
    union command_body *body = calloc(1, sizeof *body);
    assert(body != NULL);
    const struct command_row *row = command_by_kind(wish->kind);
    enum error error = shape_decode(row->shape, span_of(wish->body, wish->body_bytes), body, NULL);
    assert(error == OK);
    struct input input = {.kind = INPUT_COMMAND, .ticket = ++world->next_ticket};
    input.command = (struct command){.kind = wish->kind,
                                     .request = wish->request,
                                     .body_hash = *body_hash,
                                     .by = wish->by,
                                     .merchant = wish->merchant,
                                     .if_match = wish->if_match,
                                     .body = body};
    input.command.by.node = world->host[host].self.node; /* at whose door it is said this time */
    host_submit(&world->host[host], &input, body);
    return input.ticket;
}

static void submit(struct world *world, struct wish *wish)
{
    struct clients *clients = world->watcher;
    wish->tries++;
    clients->retried += wish->tries > 1 ? 1 : 0;
    wish->last_ticket = say(world, wish, wish->host, &wish->body_hash);
    /* Who is told "not now" again and again asks less often, up to once in an hour or so. */
    uint32_t doublings =
        wish->tries - 1 < RETRY_DOUBLINGS_MAX ? wish->tries - 1 : RETRY_DOUBLINGS_MAX;
    uint64_t pause_us = RETRY_US << doublings;
    world_after(world, pause_us + chance_wait_us(draw(world), pause_us), try_event,
                (uint64_t)(wish - clients->wish), 0, 0, NULL);
}

/* The same key, and a body that is not the one of before. */
static void submit_other(struct world *world, struct wish *wish)
{
    struct hash other = wish->body_hash;
    other.bytes[0] ^= 1;
    wish->other_ticket = say(world, wish, wish->said_by, &other);
}

/* Not answered: the client tries again, with the same key, maybe at another node. Goods are only
 * wished for where they lie. */
static void try_event(struct world *world, const struct agenda_event *event)
{
    struct clients *clients = world->watcher;
    struct wish *wish = &clients->wish[event->a];
    if (wish->answered || wish->asked) return;
    if (below(world, 2) == 0) wish->host = (unsigned)below(world, world->hosts);
    submit(world, wish);
}

/* Carriers and providers send no key of ours: what they say twice is known by what it says. And a
 * link that is asked for once more, at another node, is another link. */
static bool has_key(enum command_kind kind)
{
    return kind != COMMAND_TRACKING && kind != COMMAND_REFUND_TOLD && kind != COMMAND_RETURN_LINK;
}

static uint32_t add_wish(struct world *world, const struct wish *said, struct span bytes)
{
    struct clients *clients = world->watcher;
    assert(clients->wishes < WISHES_MAX);
    struct wish *wish = &clients->wish[clients->wishes++];
    *wish = *said;
    wish->body = malloc(bytes.size);
    wish->body_bytes = (uint32_t)bytes.size;
    assert(wish->body != NULL);
    wish->by.node = world->host[wish->host].self.node;
    memcpy(wish->body, bytes.at, bytes.size);
    crypto_hash(crypto_of_nobody(), "entrepot/body/1", &bytes, 1, &wish->body_hash);
    chance_fill(draw(world), wish->request.bytes, ID_BYTES);
    if (!has_key(wish->kind)) memset(wish->request.bytes, 0, ID_BYTES);
    submit(world, wish);
    return clients->wishes - 1;
}

static uint32_t wish_with(struct world *world, const struct wish *said,
                          const union command_body *body)
{
    uint8_t buffer[COMMAND_BYTES_MAX];
    struct span bytes;
    enum error error =
        shape_encode(command_by_kind(said->kind)->shape, body, buffer, sizeof buffer, &bytes);
    assert(error == OK);
    return add_wish(world, said, bytes);
}

uint32_t clients_wish(struct world *world, unsigned host, enum command_kind kind,
                      enum actor_kind by, const union command_body *body)
{
    const struct wish said = {.kind = kind, .by = {.kind = by}, .host = host};
    return wish_with(world, &said, body);
}

uint32_t clients_wish_on(struct world *world, unsigned host, enum command_kind kind,
                         enum actor_kind by, const union command_body *body, uint64_t if_match)
{
    const struct wish said = {.kind = kind, .by = {.kind = by}, .host = host, .if_match = if_match};
    return wish_with(world, &said, body);
}

uint32_t clients_wish_for(struct world *world, unsigned host, enum command_kind kind,
                          enum actor_kind by, const struct id *merchant,
                          const union command_body *body)
{
    const struct wish said = {
        .kind = kind, .by = {.kind = by}, .host = host, .merchant = *merchant};
    return wish_with(world, &said, body);
}

uint32_t clients_wish_as(struct world *world, unsigned host, enum command_kind kind,
                         const struct actor *by, const struct id *merchant,
                         const union command_body *body)
{
    const struct wish said = {.kind = kind, .by = *by, .host = host, .merchant = *merchant};
    return wish_with(world, &said, body);
}

uint32_t clients_repeat(struct world *world, unsigned host, uint32_t wish)
{
    const struct clients *clients = world->watcher;
    const struct wish *former = &clients->wish[wish];
    const struct wish said = {
        .kind = former->kind, .by = former->by, .host = host, .merchant = former->merchant};
    return add_wish(world, &said, span_of(former->body, former->body_bytes));
}

int64_t clients_captured(const struct clients *clients, struct span payment)
{
    for (uint32_t i = 0; i < clients->orders; i++) {
        const struct client_order *order = &clients->order[i];
        if (span_equal(span_text(order->payment), payment)) return order->captured_minor;
        if (order->further[0] != '\0' && span_equal(span_text(order->further), payment))
            return order->further_minor;
    }
    return 0;
}

bool clients_may_wish(const struct world *world)
{
    const struct clients *clients = world->watcher;
    return world->now_us <= clients->until_us && clients->wishes + 8 <= WISHES_MAX;
}

static struct wish *wish_of(struct clients *clients, uint64_t ticket)
{
    uint32_t newest = clients->wishes;
    for (uint32_t i = newest; i > 0; i--)
        if (clients->wish[i - 1].last_ticket == ticket) return &clients->wish[i - 1];
    return NULL;
}

static bool is_final(const struct answer_out *answer)
{
    return answer->state != ANSWER_REFUSED || error_remedy(answer->error) == REMEDY_REFUSE;
}

/* The same key and body once more, after a while and maybe at another node. */
static void again_event(struct world *world, const struct agenda_event *event)
{
    struct clients *clients = world->watcher;
    struct wish *wish = &clients->wish[event->a];
    fault_count(world, FAULT_RETRY_SAME);
    if (below(world, 2) == 0) wish->host = (unsigned)below(world, world->hosts);
    submit(world, wish);
}

/* A client that is not sure asks once more, and one that errs sends another body under the key. */
static void insist(struct world *world, struct wish *wish)
{
    struct clients *clients = world->watcher;
    if (id_is_zero(&wish->request) || wish->tries > 3) return;
    if (clients->retry_more && below(world, 6) == 0)
        world_after(world, chance_wait_us(draw(world), AGAIN_US), again_event,
                    (uint64_t)(wish - clients->wish), 0, 0, NULL);
    if (clients->retry_other && below(world, 10) == 0) {
        fault_count(world, FAULT_RETRY_OTHER);
        submit_other(world, wish);
    }
}

/* An answer to a key that was sent with another body: refused, and nothing else. */
static bool is_about_other(struct world *world, const struct answer_out *answer)
{
    struct clients *clients = world->watcher;
    for (uint32_t i = clients->wishes; i > 0; i--) {
        struct wish *wish = &clients->wish[i - 1];
        if (wish->other_ticket != answer->ticket) continue;
        if (answer->error == ERROR_KEY_REUSED)
            world_mark(world, "a key with another body was refused");
        bool excused = store_is_other(&world->host[wish->said_by]);
        if (answer->error == OK && !excused)
            oracle_fail(world, "F24: a key was taken with another body (kind %u)", wish->kind);
        return true;
    }
    return false;
}

static bool is_cut_off(const struct host *host)
{
    const struct world *world = host->world;
    for (unsigned i = 0; i < world->hosts; i++)
        if (i != host->number && !world->network.cut[host->number][i]) return false;
    return true;
}

/* What was decided once reads the same ever after, wherever it is asked for again. */
static void check_again(struct world *world, struct host *host, const struct wish *wish,
                        const struct answer_out *answer)
{
    bool goods = wish->kind >= COMMAND_BOX_RECEIVE && wish->kind <= COMMAND_UNIT_TAKE;
    if (goods && answer->state == ANSWER_DONE && !answer->replay && is_cut_off(host))
        world_mark(world, "goods were decided while cut off");
    if (wish->kind == COMMAND_REFUND_RESOLVE && answer->state == ANSWER_DONE)
        world_mark(world, "a person resolved an unknown refund");
    if (!wish->answered || answer->state == ANSWER_ASKED || answer->state == ANSWER_REFUSED) return;
    const struct host *said = &world->host[wish->said_by];
    if (wish->state == ANSWER_REFUSED || store_is_other(said) || host->doubtful) return;
    if (id_equal(&answer->entity, &wish->entity)) {
        if (host->number != wish->said_by)
            world_mark(world, "a retry at another node was answered alike");
        return;
    }
    oracle_fail(world, "I7: a request of kind %u was decided twice", wish->kind);
}

void clients_take_answer(struct world *world, struct host *host, const struct answer_out *answer)
{
    struct clients *clients = world->watcher;
    if (is_about_other(world, answer)) return;
    struct wish *wish = wish_of(clients, answer->ticket);
    if (wish == NULL || !is_final(answer)) return;
    check_again(world, host, wish, answer);
    if (answer->error == ERROR_NOT_FOUND && wish->tries < 6) return; /* not replicated yet: again */
    if (answer->state == ANSWER_ASKED) {
        wish->asked = true;
        return;
    }
    if (wish->answered) return;
    wish->answered = true;
    wish->state = answer->state;
    wish->error = answer->error;
    wish->entity = answer->entity;
    wish->said_by = host->number;
    wish->said_run = host->runs;
    const struct log *own = logs_find(&host->core->logs, &host->self.log);
    wish->said_log_last = own != NULL ? own->row.last : 0;
    clients->wishes_answered++;
    clients->refused += answer->error != OK ? 1 : 0;
    insist(world, wish);
}

/* --- merchants --- */

static void open_book_event(struct world *world, const struct agenda_event *event)
{
    struct clients *clients = world->watcher;
    struct client_merchant *merchant = &clients->merchant[event->a];
    struct host *host = &world->host[merchant->opener];
    struct log *log = host->up ? logs_find(&host->core->logs, &merchant->book) : NULL;
    if (log != NULL) {
        merchant->open = true;
        return;
    }
    struct input input = {.kind = INPUT_OPEN_BOOK, .ticket = ++world->next_ticket};
    input.book.merchant = merchant->id;
    host_submit(host, &input, NULL);
    world_after(world, 5 * SECOND_US, open_book_event, event->a, 0, 0, NULL);
}

/* A host that is there from the first: one that joins days later would leave the merchant without
 * a book until then. */
static unsigned opener_of(const struct world *world, unsigned number)
{
    unsigned host = (number + 1) % world->hosts;
    while (world->host[host].absent) host = (host + 1) % world->hosts;
    return host;
}

static void make_merchant(struct world *world, unsigned number)
{
    struct clients *clients = world->watcher;
    struct client_merchant *merchant = &clients->merchant[number];
    union command_body body = {0};
    chance_fill(draw(world), merchant->id.bytes, ID_BYTES);
    chance_fill(draw(world), merchant->book.bytes, ID_BYTES);
    merchant->opener = opener_of(world, number);
    /* One of three is so tight that some refunds are left to a person. */
    merchant->cap_minor = below(world, 3) == 0 ? 2000 + (int64_t)below(world, 6000)
                                               : 20000 + (int64_t)below(world, 100000);
    body.merchant = (struct merchant){.merchant = merchant->id,
                                      .name = span_text("Shenzhen"),
                                      .book = merchant->book,
                                      .opener = world->host[merchant->opener].self.node,
                                      .currency = 978,
                                      .cap_minor = merchant->cap_minor,
                                      .window_days = 25,
                                      .auto_approve_minor = 6000,
                                      .respond_hours = 24,
                                      .send_days = 3,
                                      .origin = span_text("CN"),
                                      .origin_freight_minor = 1800,
                                      .handling_minor = 300};
    world_account(world, &merchant->id);
    clients_wish(world, 0, COMMAND_MERCHANT, BY_ADMIN, &body);
    world_after(world, 10 * SECOND_US, open_book_event, number, 0, 0, NULL);
}

void clients_open(struct world *world, struct clients *clients, unsigned merchants,
                  uint64_t until_us, uint64_t mean_us)
{
    world->watcher = clients;
    world->on_answer = clients_take_answer;
    world->on_data = hand_over_now;
    clients->merchants = merchants;
    clients->until_us = until_us;
    clients->mean_us = mean_us;
    for (unsigned i = 0; i < merchants; i++) make_merchant(world, i);
    world_after(world, MINUTE_US, wish_event, 0, 0, 0, NULL);
    world_after(world, HOUR_US, label_event, 0, 0, 0, NULL);
}

void clients_close(struct clients *clients)
{
    for (uint32_t i = 0; i < clients->wishes; i++) free(clients->wish[i].body);
}
