#include "node/core/ahead.h"

/* Rows are about as large as the entry that they come from; what finds no room does without. */
#define ROWS_FOR_MESSAGE 2

static uint32_t entries_of(struct span message)
{
    /* What is announced need not be there. */
    size_t most = message.size / sizeof(struct entry_hashes);
    uint32_t announced = data_announced(message);
    return announced < most ? announced : (uint32_t)most;
}

size_t ahead_bytes(struct span message)
{
    size_t count = entries_of(message);
    if (count == 0) return 0;
    return count * (sizeof(struct span) + sizeof(struct entry_hashes)) +
           message.size * ROWS_FOR_MESSAGE;
}

static struct span rows_of(const struct crypto *crypto, const struct event *event, uint8_t *room,
                           size_t size)
{
    struct event_header header;
    union event_body body;
    if (event_header_decode(event->header, &header) != OK) return (struct span){0};
    if (event->payload.at == NULL || !business_looks_ahead(header.kind)) return (struct span){0};
    if (event_body_decode(&header, event->payload, &body) != OK) return (struct span){0};
    return business_ahead(crypto, (enum event_kind)header.kind, &body, room, size);
}

struct ahead ahead_make(const struct crypto *crypto, struct span message, void *room, size_t size)
{
    uint32_t count = entries_of(message);
    struct span *rows = room;
    struct entry_hashes *hashes = (struct entry_hashes *)(rows + count);
    uint8_t *at = (uint8_t *)(hashes + count), *end = (uint8_t *)room + size;
    struct data_reader d;
    struct event event;
    if (count == 0 || size < ahead_bytes(message)) return (struct ahead){0};
    count = data_hash(crypto, message, hashes, count);
    data_begins(message, &d);
    for (uint32_t i = 0; i < count && data_next(&d, &event); i++) {
        rows[i] = rows_of(crypto, &event, at, (size_t)(end - at));
        at += rows[i].size;
    }
    return (struct ahead){hashes, rows, count};
}
