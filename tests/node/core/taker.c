#include "tests/node/core/taker.h"

struct world world;
struct node *writer, *node;
struct forge forge;
bool looked_ahead;
const struct id BOOK = {{0xb0, 0x0c}};

int open_world(void **state)
{
    (void)state;
    world_open(&world, 11, 3);
    writer = &world.node[0];
    node = &world.node[1];
    return 0;
}

int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

const struct crypto *pen(const struct node *who)
{
    return keys_crypto(who->keys);
}

static struct ahead look_ahead(struct span body)
{
    static uint8_t bytes[2 * MESSAGE_BYTES_MAX];
    const struct envelope envelope = {
        .version = MESSAGE_VERSION, .type = MESSAGE_DATA, .body = body};
    struct span message;
    if (envelope_encode(&envelope, bytes, sizeof bytes, &message) != OK) return (struct ahead){0};
    return world_ahead(pen(node), message);
}

struct batch_result take_open(struct span body)
{
    const struct ahead ahead = looked_ahead ? look_ahead(body) : (struct ahead){0};
    return log_append_batch(node->logs, body, &ahead, node, world_key_of_writer);
}

/* One batch in a turn of its own. */
struct batch_result take(struct span body)
{
    node_begin(node);
    struct batch_result result = take_open(body);
    bool puts = result.last != 0 || result.verdict == BATCH_FORK || result.verdict == BATCH_HELD;
    node->appended = puts;
    assert_true(node_end(node));
    return result;
}

void assert_verdict(enum batch_verdict verdict, enum error error, struct batch_result result)
{
    assert_error(error, result.error);
    assert_int_equal(verdict, result.verdict);
}

/* The first entry of a node log, as its owner would write it. */
void begin_node_log(const struct node *who, const struct id *log)
{
    struct genesis genesis = {.log_type = LOG_NODE, .node = who->id, .store = who->boot};
    memcpy(genesis.sign_key.bytes, keys_sign_public(who->keys), KEY_BYTES);
    forge_begin(&forge, pen(who), log, 1, NULL);
    forge_record(&forge, EVENT_GENESIS, &genesis_shape, &genesis);
}

void begin_book(const struct node *who, const struct id *leader, enum log_type type)
{
    struct genesis genesis = {.log_type = type,
                              .node = who->id,
                              .store = who->boot,
                              .leader = *leader,
                              .leader_log = who->log};
    memcpy(genesis.sign_key.bytes, keys_sign_public(who->keys), KEY_BYTES);
    forge_begin(&forge, pen(who), &BOOK, 1, NULL);
    forge_record(&forge, EVENT_GENESIS, &genesis_shape, &genesis);
}

/* The writer's log of five entries, all of them at node. */
struct log *hold_five(void)
{
    begin_node_log(writer, &writer->log);
    for (unsigned i = 0; i < 4; i++) forge_text(&forge, "something seen");
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 5)));
    return node_log(node, &writer->log);
}

struct log *hold_book(void)
{
    begin_book(writer, &writer->id, LOG_BOOK);
    forge_text(&forge, "decided");
    assert_verdict(BATCH_APPENDED, OK, take(forge_seal(&forge, 2)));
    return node_log(node, &BOOK);
}

/* Goes on after what node holds of the log. */
void go_on(const struct node *who, const struct log *log)
{
    forge_begin(&forge, pen(who), &log->id, log->row.last + 1, &log->row.last_hash);
    forge.term = log->row.term;
}
