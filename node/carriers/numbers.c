#include "node/carriers/numbers.h"

#include <assert.h>
#include <stdlib.h>

#define NOWHERE    UINT32_MAX
#define FIRST_ROOM 1024u
#define SLOTS_PER  2u /* of the table, for each number that there is room for */

/* Numbers lie one after the other in `at`; `table` finds them by their parcel (open addressing, the
 * place plus one; 0: free), each heap holds the places of one account's by time. */
struct numbers {
    struct number *at;
    uint32_t count, room;
    uint32_t *table;
    uint32_t slots; /* a power of two */
    struct {
        uint32_t *place;
        uint32_t count, room;
    } heap[NUMBERS_ACCOUNTS_MAX];
    size_t left_out;
};

struct numbers *numbers_new(void)
{
    return calloc(1, sizeof(struct numbers));
}

void numbers_free(struct numbers *numbers)
{
    if (numbers == NULL) return;
    for (unsigned i = 0; i < NUMBERS_ACCOUNTS_MAX; i++) free(numbers->heap[i].place);
    free(numbers->at);
    free(numbers->table);
    free(numbers);
}

size_t numbers_count(const struct numbers *numbers)
{
    return numbers->count;
}

size_t numbers_left_out(const struct numbers *numbers)
{
    return numbers->left_out;
}

/* --- the table -------------------------------------------------------------------------------- */

/* A parcel's id is the beginning of a hash: any of its bytes will do. */
static uint32_t slot_of(const struct numbers *numbers, const struct id *parcel)
{
    return (uint32_t)be_get(parcel->bytes, 4) & (numbers->slots - 1);
}

static void table_put(struct numbers *numbers, uint32_t place)
{
    uint32_t slot = slot_of(numbers, &numbers->at[place].parcel);
    while (numbers->table[slot] != 0) slot = (slot + 1) & (numbers->slots - 1);
    numbers->table[slot] = place + 1;
}

static bool table_find(const struct numbers *numbers, const struct id *parcel, uint32_t *slot)
{
    if (numbers->slots == 0) return false;
    *slot = slot_of(numbers, parcel);
    for (; numbers->table[*slot] != 0; *slot = (*slot + 1) & (numbers->slots - 1))
        if (id_equal(&numbers->at[numbers->table[*slot] - 1].parcel, parcel)) return true;
    return false;
}

/* Frees a slot, and moves up what stands behind it only because it was taken. */
static void table_free(struct numbers *numbers, uint32_t hole)
{
    uint32_t mask = numbers->slots - 1;
    for (uint32_t slot = (hole + 1) & mask; numbers->table[slot] != 0; slot = (slot + 1) & mask) {
        uint32_t home = slot_of(numbers, &numbers->at[numbers->table[slot] - 1].parcel);
        if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
        numbers->table[hole] = numbers->table[slot];
        hole = slot;
    }
    numbers->table[hole] = 0;
}

static bool grow(struct numbers *numbers)
{
    uint32_t room = numbers->room == 0 ? FIRST_ROOM : numbers->room * 2;
    uint32_t *table = calloc((size_t)room * SLOTS_PER, sizeof *table);
    struct number *at = realloc(numbers->at, room * sizeof *at);
    if (at != NULL) numbers->at = at;
    if (at == NULL || table == NULL) {
        free(table);
        return false;
    }
    free(numbers->table);
    numbers->table = table;
    numbers->room = room;
    numbers->slots = room * SLOTS_PER;
    for (uint32_t i = 0; i < numbers->count; i++) table_put(numbers, i);
    return true;
}

/* --- the heaps -------------------------------------------------------------------------------- */

static uint64_t time_at(const struct numbers *numbers, unsigned account, uint32_t at)
{
    return numbers->at[numbers->heap[account].place[at]].next_ms;
}

static void heap_set(struct numbers *numbers, unsigned account, uint32_t at, uint32_t place)
{
    numbers->heap[account].place[at] = place;
    numbers->at[place].heap_place = at;
}

static void heap_swap(struct numbers *numbers, unsigned account, uint32_t a, uint32_t b)
{
    uint32_t *place = numbers->heap[account].place, held = place[a];
    heap_set(numbers, account, a, place[b]);
    heap_set(numbers, account, b, held);
}

static void heap_mend(struct numbers *numbers, unsigned account, uint32_t at)
{
    uint32_t count = numbers->heap[account].count;
    while (at > 0 && time_at(numbers, account, at) < time_at(numbers, account, (at - 1) / 2)) {
        heap_swap(numbers, account, at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
    for (;;) {
        uint32_t least = at;
        for (uint32_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++)
            if (time_at(numbers, account, child) < time_at(numbers, account, least)) least = child;
        if (least == at) return;
        heap_swap(numbers, account, at, least);
        at = least;
    }
}

static void heap_remove(struct numbers *numbers, struct number *number)
{
    uint32_t at = number->heap_place;
    unsigned account = number->account;
    if (at == NOWHERE) return;
    uint32_t last = --numbers->heap[account].count;
    number->heap_place = NOWHERE;
    if (at == last) return;
    heap_set(numbers, account, at, numbers->heap[account].place[last]);
    heap_mend(numbers, account, at);
}

/* --- numbers ---------------------------------------------------------------------------------- */

struct number *numbers_find(struct numbers *numbers, const struct id *parcel)
{
    uint32_t slot;
    return table_find(numbers, parcel, &slot) ? &numbers->at[numbers->table[slot] - 1] : NULL;
}

struct number *numbers_add(struct numbers *numbers, const struct id *parcel)
{
    bool room = numbers->count < NUMBERS_MAX;
    if (room && numbers->count == numbers->room) room = grow(numbers);
    if (!room) {
        numbers->left_out++;
        return NULL;
    }
    struct number *number = &numbers->at[numbers->count++];
    *number = (struct number){.parcel = *parcel,
                              .next_ms = NUMBERS_NEVER,
                              .subscribe_ms = NUMBERS_NEVER,
                              .account = NUMBERS_NOBODY,
                              .heap_place = NOWHERE};
    table_put(numbers, numbers->count - 1);
    return number;
}

void numbers_drop(struct numbers *numbers, const struct id *parcel)
{
    uint32_t slot, last_slot;
    if (!table_find(numbers, parcel, &slot)) return;
    uint32_t place = numbers->table[slot] - 1, last = numbers->count - 1;
    heap_remove(numbers, &numbers->at[place]);
    table_free(numbers, slot);
    if (place != last) { /* the last one takes its place */
        bool found = table_find(numbers, &numbers->at[last].parcel, &last_slot);
        assert(found);
        numbers->table[last_slot] = place + 1;
        numbers->at[place] = numbers->at[last];
        const struct number *moved = &numbers->at[place];
        if (moved->heap_place != NOWHERE)
            numbers->heap[moved->account].place[moved->heap_place] = place;
    }
    numbers->count--;
}

void numbers_put(struct numbers *numbers, struct number *number)
{
    unsigned account = number->account;
    number->under_way = false;
    if (account == NUMBERS_NOBODY) return;
    assert(account < NUMBERS_ACCOUNTS_MAX);
    if (number->heap_place != NOWHERE) {
        heap_mend(numbers, account, number->heap_place);
        return;
    }
    if (numbers->heap[account].count == numbers->heap[account].room) {
        uint32_t room =
            numbers->heap[account].room == 0 ? FIRST_ROOM : numbers->heap[account].room * 2;
        uint32_t *grown = realloc(numbers->heap[account].place, room * sizeof *grown);
        assert(grown != NULL);
        numbers->heap[account].place = grown;
        numbers->heap[account].room = room;
    }
    uint32_t at = numbers->heap[account].count++;
    heap_set(numbers, account, at, (uint32_t)(number - numbers->at));
    heap_mend(numbers, account, at);
}

struct number *numbers_next(struct numbers *numbers, unsigned account)
{
    if (numbers->heap[account].count == 0) return NULL;
    return &numbers->at[numbers->heap[account].place[0]];
}

size_t numbers_at(const struct numbers *numbers, unsigned account)
{
    return numbers->heap[account].count;
}

void numbers_take(struct numbers *numbers, struct number *number)
{
    heap_remove(numbers, number);
    number->under_way = true;
}

struct number *numbers_each(struct numbers *numbers, size_t *place)
{
    return *place < numbers->count ? &numbers->at[(*place)++] : NULL;
}
