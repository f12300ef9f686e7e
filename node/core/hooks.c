/* The rows of webhooks in the truth: written in the turn, so that they are on the disk before
 * anybody relies on them. */
#include "node/core/core_inside.h"
#include "node/core/hook_rows.h"

#define WORD_AT(name, number, word) [number] = word,
static const char *const hook_outcome_names[] = {HOOK_OUTCOME_LIST(WORD_AT)};
const struct words hook_outcome_words = {hook_outcome_names,
                                         sizeof hook_outcome_names / sizeof hook_outcome_names[0]};

SHAPE_DEFINE(hook_message_row, HOOK_MESSAGE_FIELDS)
SHAPE_DEFINE(hook_progress, HOOK_PROGRESS_FIELDS)
SHAPE_DEFINE(hook_delivery, HOOK_DELIVERY_FIELDS)

#define HOOK_ROW_BYTES_MAX 8192

static enum error put_row(struct core *core, enum truth_table table, const struct key *key,
                          const struct shape *shape, const void *value)
{
    const struct rows *truth = &core->store->truth;
    uint8_t buffer[HOOK_ROW_BYTES_MAX];
    struct span bytes;
    enum error error = shape_encode(shape, value, buffer, sizeof buffer, &bytes);
    if (error == OK) truth->port->put(truth->world, table, key_span(key), bytes);
    return error;
}

/* The log of deliveries is bounded: each new one drives out the one so many before it. */
static enum error put_delivery(struct core *core, const struct hook_record *record)
{
    const struct rows *truth = &core->store->truth;
    uint64_t number = record->progress.number;
    struct key key = key_add_uint(key_of(&record->webhook), number, 8);
    enum error error = put_row(core, TRUTH_DELIVERY, &key, &hook_delivery_shape, &record->delivery);
    if (number <= HOOK_DELIVERIES_KEPT) return error;
    key = key_add_uint(key_of(&record->webhook), number - HOOK_DELIVERIES_KEPT, 8);
    truth->port->del(truth->world, TRUTH_DELIVERY, key_span(&key));
    return error;
}

void hooks_take(struct core *core, const struct input *input, struct answer_out *answer)
{
    const struct hook_record *record = input->hook;
    struct key key = key_of(&record->webhook);
    enum error error = core->turn_error;
    if (error == OK)
        error = put_row(core, TRUTH_HOOK, &key, &hook_progress_shape, &record->progress);
    if (error == OK && record->delivery.attempt != 0) error = put_delivery(core, record);
    if (error == OK) core->appended = true;
    answer->error = error;
    if (error != OK) answer->state = ANSWER_REFUSED;
}
