/* The agenda: what happens when, in virtual microseconds. Events of one moment happen in the order
 * in which they were put, so a seed replays byte for byte. */
#ifndef SIM_AGENDA_H
#define SIM_AGENDA_H

#include <stdbool.h>
#include <stdint.h>

struct world;

struct agenda_event {
    uint64_t at_us;
    uint64_t order;
    void (*happen)(struct world *world, const struct agenda_event *event);
    uint64_t a, b, c;
    void *parcel; /* owned by `happen` */
};

struct agenda {
    struct agenda_event *heap;
    uint32_t count, room;
    uint64_t next_order;
};

void agenda_put(struct agenda *agenda, struct agenda_event event);
/* false: nothing is left. */
bool agenda_take(struct agenda *agenda, struct agenda_event *event);
/* All that is to happen happens so much later. */
void agenda_shift(struct agenda *agenda, uint64_t by_us);
/* Frees the heap; parcels of events not taken are freed with free(). */
void agenda_free(struct agenda *agenda);

#endif
