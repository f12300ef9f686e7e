/* The numbers that are asked about, each at the account whose turn it is, by when. Memory only:
 * what it knows is worked out again from the views, and when to ask from chance (carriers/pace.h).
 * Bounded; a number more than there is room for is counted, and asked about when there is room. */
#ifndef NODE_CARRIERS_NUMBERS_H
#define NODE_CARRIERS_NUMBERS_H

#include "proto/id.h"
#include "proto/records_goods.h"

#define NUMBERS_MAX          262144u
#define NUMBERS_ACCOUNTS_MAX 16u
#define NUMBERS_NEVER        UINT64_MAX
#define NUMBERS_NOBODY       UINT8_MAX /* no account is asked about it */

struct number {
    struct id parcel;
    char text[TRACKING_NUMBER_BYTES_MAX + 1];
    struct id merchant;
    uint64_t status;       /* enum track_status; 0: nothing was heard */
    uint64_t since_ms;     /* by the wall: since it stands so */
    uint64_t next_ms;      /* monotonic; NUMBERS_NEVER: not by itself */
    uint64_t subscribe_ms; /* monotonic: when it is subscribed to (again); NUMBERS_NEVER */
    uint16_t tried;        /* bits of accounts that did not know it, since one did */
    uint16_t misses;
    uint16_t failures;
    uint8_t account; /* NUMBERS_NOBODY at first */
    bool queued;     /* for a subscription */
    bool hinted;     /* somebody who proves nothing says that there is news */
    bool under_way;  /* it is being asked about: not in its heap */
    bool again;      /* and was hinted at meanwhile: the answer may be older than the news */
    uint32_t round;  /* of the walk that last saw it */
    /* The structure's own. */
    uint32_t heap_place;
};

struct numbers;
struct numbers *numbers_new(void); /* NULL: no memory */
void numbers_free(struct numbers *numbers);
size_t numbers_count(const struct numbers *numbers);
size_t numbers_left_out(const struct numbers *numbers); /* found no room since numbers_new */

/* Pointers hold until the next add or drop. */
struct number *numbers_find(struct numbers *numbers, const struct id *parcel);
/* NULL: no room. A new one is in no heap before numbers_put. */
struct number *numbers_add(struct numbers *numbers, const struct id *parcel);
void numbers_drop(struct numbers *numbers, const struct id *parcel);

/* (Again) into the heap of its account, by its next_ms, which the caller has set. Before its
 * account is changed it is taken out. */
void numbers_put(struct numbers *numbers, struct number *number);
/* The next of an account; NULL: none. */
struct number *numbers_next(struct numbers *numbers, unsigned account);
/* How many wait at an account. */
size_t numbers_at(const struct numbers *numbers, unsigned account);
/* Out of its heap: it is under way. */
void numbers_take(struct numbers *numbers, struct number *number);
/* All of them, in no order, by a place that begins at 0; NULL: no more. */
struct number *numbers_each(struct numbers *numbers, size_t *place);

#endif
