#include "sim/agenda.h"

#include <assert.h>
#include <stdlib.h>

static bool before(const struct agenda_event *a, const struct agenda_event *b)
{
    return a->at_us != b->at_us ? a->at_us < b->at_us : a->order < b->order;
}

static void swap(struct agenda_event *a, struct agenda_event *b)
{
    struct agenda_event kept = *a;
    *a = *b;
    *b = kept;
}

void agenda_put(struct agenda *agenda, struct agenda_event event)
{
    if (agenda->count == agenda->room) {
        agenda->room = agenda->room == 0 ? 256 : agenda->room * 2;
        agenda->heap = realloc(agenda->heap, agenda->room * sizeof *agenda->heap);
        assert(agenda->heap != NULL);
    }
    event.order = agenda->next_order++;
    uint32_t at = agenda->count++;
    agenda->heap[at] = event;
    while (at > 0 && before(&agenda->heap[at], &agenda->heap[(at - 1) / 2])) {
        swap(&agenda->heap[at], &agenda->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

static void sift_down(struct agenda *agenda, uint32_t at)
{
    for (;;) {
        uint32_t least = at, left = 2 * at + 1, right = left + 1;
        if (left < agenda->count && before(&agenda->heap[left], &agenda->heap[least])) least = left;
        if (right < agenda->count && before(&agenda->heap[right], &agenda->heap[least]))
            least = right;
        if (least == at) return;
        swap(&agenda->heap[at], &agenda->heap[least]);
        at = least;
    }
}

bool agenda_take(struct agenda *agenda, struct agenda_event *event)
{
    if (agenda->count == 0) return false;
    *event = agenda->heap[0];
    agenda->heap[0] = agenda->heap[--agenda->count];
    sift_down(agenda, 0);
    return true;
}

void agenda_shift(struct agenda *agenda, uint64_t by_us)
{
    for (uint32_t i = 0; i < agenda->count; i++) agenda->heap[i].at_us += by_us;
}

void agenda_free(struct agenda *agenda)
{
    for (uint32_t i = 0; i < agenda->count; i++) free(agenda->heap[i].parcel);
    free(agenda->heap);
    *agenda = (struct agenda){0};
}
