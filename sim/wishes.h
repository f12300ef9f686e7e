/* What is wished: by merchants and carriers (wishes.c), on the floor (floor.c), by others who move
 * money (others.c), and what a person sees on a node's screen before (look.c). A wish is aimed now
 * and then: at a return or unit in a state drawn evenly, so that rare states are met as often as
 * common ones. */
#ifndef SIM_WISHES_H
#define SIM_WISHES_H

#include "overseas-warehouse/view_rows.h"
#include "sim/clients.h"

#define TRUSTED_BUYER 3

struct seen_return {
    struct id id, merchant;
    enum return_state state;
    uint64_t boxes, line;
    char number[TRACKING_NUMBER_BYTES_MAX + 1];
};
struct seen_unit {
    struct id id, warehouse, to;
    enum unit_state state;
    struct id merchant; /* zero: the unit is no return's yet */
    enum disposition disposition;
};

/* Which units are looked for. */
enum unit_search {
    UNITS_ANY,
    UNITS_UNASSIGNED, /* their box is nobody's yet */
    UNITS_ENDED,      /* of a return that was declined or canceled, or that expired */
    UNITS_INHERITED   /* received by a store that was lost */
};

/* Begins and ends a reading of a host's views; NULL: it is down. look_end passes on what was found.
 */
struct rows *look_begin(struct world *world, unsigned host);
bool look_end(struct world *world, unsigned host, bool found);
/* Each looks at one host's views, and is false when that host is down or nothing of the kind is
 * there. states: bits of enum return_state. */
bool look_return(struct world *world, unsigned host, unsigned states, struct seen_return *seen);
/* One of those to which a thing is due, with the first line that has come and was not served. */
bool look_owed(struct world *world, unsigned host, struct seen_return *seen);
bool look_unit(struct world *world, unsigned host, enum unit_search search, struct seen_unit *seen);
/* One unit as it stands now. */
bool look_at_unit(struct world *world, unsigned host, const struct id *id, struct seen_unit *seen);
/* The newest version of a merchant's policy that is known there; 0: none. */
bool look_policy(struct world *world, unsigned host, const struct id *merchant, uint64_t *version);
bool look_calendar(struct world *world, unsigned host, const struct id *merchant, struct span name,
                   uint64_t *version);
/* A box of this host's warehouse that no slip tells the return of. */
bool look_box(struct world *world, unsigned host, struct id *box);

/* Draws, as clients do. */
uint64_t draw_below(struct world *world, uint64_t bound);
unsigned any_host(struct world *world);
unsigned any_warehouse(struct world *world);
unsigned host_of_warehouse(struct world *world, const struct id *warehouse, unsigned otherwise);
enum actor_kind on_the_floor(struct world *world);
/* Bits for look_return: one state, drawn evenly. */
unsigned any_return_state(struct world *world);
void put_word(char to[CLIENT_TEXT_BYTES], const char *prefix, uint64_t number);

/* A refund or a chargeback that others made (others.c). */
void tell_elsewhere(struct world *world);
/* The buyer's bank sends back what was refunded, and the provider tells. */
void send_back(struct world *world);
/* Money is given or offered besides what units are worth; and offers are answered. */
void give_money(struct world *world);
void answer_offer(struct world *world);
/* Claims against carriers and warehouses (claims.c). */
void open_claim(struct world *world);
void move_claim(struct world *world);
/* Goods on the shelf (shelf.c). */
void keep_shelf(struct world *world);
/* Batches that leave the floor, and repairs (leaving.c). */
void load_truck(struct world *world);
void mend(struct world *world);
/* A thing for what comes back (exchanging.c). */
void swap_things(struct world *world);
/* What warehouses ask for what they do, and photos (bills.c). */
void set_fees(struct world *world);
void pay_bills(struct world *world);
void take_photo(struct world *world);
/* Buyers consent to be asked afterwards, and say how content they were (followups.c). */
void follow_up(struct world *world);
/* A report of others, of a refund that a host calls for just now. */
void tell_while_called(struct host *host, const struct refund_call *call);

/* SKUs, presets, requests by reference, by preset and for several orders, notes, amendments
 * (filing.c). */
void put_sku(struct world *world);
void put_preset(struct world *world);
void file_request(struct world *world);
void add_note(struct world *world);
void amend_order(struct world *world);

/* Buyers by their links, merchants at another's records, endpoints for webhooks (doors.c). */
void meet_buyer(struct world *world);
void trespass(struct world *world);
void put_endpoint(struct world *world);
/* What the provider may tell of its own accord about a call that a host makes just now. */
void provider_tells(struct host *host, const struct refund_call *call);

/* Disputes, and what is sent in place of what came (disputes.c). */
void dispute(struct world *world);
void end_dispute(struct world *world);
void send_instead(struct world *world);
void let_keep(struct world *world);

/* The parcel that the order was sent in, empty where the shop does not tell it; and a carrier's
 * word about one of these (sendings.c). */
void name_sending(uint32_t order, char number[CLIENT_TEXT_BYTES]);
void post_sending(struct world *world);

/* What goes wrong with goods that were paid for ahead (losses.c). */
void lose_ahead(struct world *world);
/* A carrier's word about the parcel of a return that was asked for: step 0 to 5 of its way. */
void post_return(struct world *world, uint32_t which, uint64_t step);

/* The floor's wishes; wishes.c says how often. */
void receive_box(struct world *world);
void work_on_unit(struct world *world);
void release_unit(struct world *world);

/* Labels of returns (labels.c): bought, taken back, settled, at their own pace. */
void label_event(struct world *world, const struct agenda_event *event);

void wish_event(struct world *world, const struct agenda_event *event);
/* Entries of a peer are about to come in: a handover that was wished for comes in with them. */
void hand_over_now(struct world *world, struct host *host);
/* The faults are over: each merchant writes once more. */
void wish_last(struct world *world);

#endif
