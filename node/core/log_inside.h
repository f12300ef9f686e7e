/* What the files of the logs share: how entries and seals lie in the truth. */
#ifndef NODE_CORE_LOG_INSIDE_H
#define NODE_CORE_LOG_INSIDE_H

#include "node/core/log.h"

#define LOG_KEY_BYTES    (ID_BYTES + 8)
#define LOG_VALUE_HEAD   (HASH_BYTES + 2)
#define SEAL_VALUE_BYTES (8 + SIGNATURE_BYTES)

struct log_key {
    uint8_t bytes[LOG_KEY_BYTES];
};
struct log_key log_key_of(const struct id *log, uint64_t idx);
static inline struct span log_key_span(const struct log_key *key)
{
    return span_of(key->bytes, LOG_KEY_BYTES);
}

/* The bytes that an entry takes in a DATA message. */
size_t log_wire_bytes(const struct event *event);
/* TRUTH_EVENT's and TRUTH_FORK's value, in logs->value. An erased payload is left out. */
struct span log_value(struct logs *logs, const struct event *event, const struct hash *hash);
/* Takes a value apart; payload.at is NULL when it was erased. ERROR_CORRUPT for a row that cannot
 * be one. Nothing is hashed. */
enum error log_value_parse(struct span value, struct event *event, struct hash *hash) MUST_USE;

void log_put_event(struct logs *logs, const struct id *log, uint64_t idx, const struct event *event,
                   const struct hash *hash);
void log_put_seal(struct logs *logs, const struct id *log, const struct seal *seal);
bool log_get_seal(const struct logs *logs, const struct id *log, uint64_t idx, struct seal *seal);

#endif
