/* What people, carriers and providers do in stories, in the order in which it goes: a thing is
 * sold, asked back, answered, sent, received, worked off and paid for; money besides is granted,
 * and others tell what they paid. Every act waits until all have heard of it. */
#ifndef TESTS_SIM_ACTS_H
#define TESTS_SIM_ACTS_H

#include "overseas-warehouse/view_rows.h"
#include "tests/sim/story.h"

#define TRUSTED_BUYER 1 /* by the policies of these stories */

struct sale {
    const char *reference, *sku;
    uint64_t quantity; /* 0: one */
    int64_t price_minor;
    const char *other_sku; /* NULL: one line only; else one more thing, line 1 */
    int64_t other_minor;
    int64_t captured_minor; /* 0: what all lines sum to */
    int64_t second_minor;   /* of these by a second payment, named after the first with a "b" */
    enum executor executor;
    unsigned sold_days;   /* ago; 0: five */
    uint8_t buyer;        /* 0: nobody knows who; TRUSTED_BUYER; or another */
    const char *outbound; /* of the parcel that it was sent in; NULL: it is not told */
    bool mandated;        /* with the buyer's consent to be charged again */
};
/* Its payment is "pi_" and the reference. */
void sell(struct story *story, const struct sale *sale);

/* Line 0 of the order, so many units, in a parcel of that number. The return that has the number
 * now, as Rotterdam shows it; zero: there is none. */
struct id ask_back(struct story *story, enum site place, enum actor_kind by, const char *reference,
                   uint64_t quantity, const char *number);
struct id return_by_number(struct story *story, const char *number);
void answer_return(struct story *story, enum site place, enum actor_kind by, enum command_kind kind,
                   const struct id *return_id);
/* The same, of a kind, with an outcome; outcome 0: the first that fits the kind. */
struct id ask_for(struct story *story, enum site place, enum actor_kind by, enum return_kind kind,
                  enum outcome outcome, const char *reference, uint64_t quantity,
                  const char *number);
/* Approved, and nothing is asked back. */
void approve_and_let_keep(struct story *story, enum site place, enum actor_kind by,
                          const struct id *return_id);
/* So many units are sent to the buyer for line 0. */
void send_other(struct story *story, enum site place, enum actor_kind by,
                const struct id *return_id, uint64_t units);
/* The first policy of the merchant, which also says at once what it always does: 60 days, up to
 * 500.00 unasked, and the trusted buyer is allowed everything. */
void set_policy(struct story *story, struct policy policy);
enum return_state state_of(struct story *story, const struct id *return_id);

/* A carrier says at the place that the parcel was delivered; that it has it. */
void carrier_delivers(struct story *story, enum site place, const char *number);
void carrier_scans(struct story *story, enum site place, const char *number);
/* Any other word of a carrier's about a parcel. */
void carrier_says(struct story *story, enum site place, const char *number,
                  enum track_status status, enum track_reason reason);
/* So many units of the SKU, out of a box with that number. slip: the return that it names, or NULL.
 * The box. Received by the operator, or by somebody else. */
struct id receive_units(struct story *story, enum site place, const char *number, const char *sku,
                        unsigned units, const struct id *slip);
struct id receive_units_by(struct story *story, enum site place, enum actor_kind by,
                           const char *number, const char *sku, unsigned units,
                           const struct id *slip);
struct id unit_of_box(struct story *story, enum site place, const struct id *box, unsigned nth);
void act_on_unit(struct story *story, enum site place, enum actor_kind by, enum command_kind kind,
                 const struct id *unit, struct unit_act how);
void unit_arrives(struct story *story, enum site place, enum actor_kind by, const struct id *unit);
void owner_releases(struct story *story, enum site place, const struct id *unit,
                    enum disposition disposition);

/* The first refund that Rotterdam shows in the state. */
bool refund_in(struct story *story, enum refund_state state, struct id *slot);
/* The first one besides. */
bool refund_but(struct story *story, enum refund_state state, const struct id *besides,
                struct id *slot);
unsigned refunds_in(struct story *story, enum refund_state state);
void resolve(struct story *story, enum site place, const struct id *slot, bool paid);
/* The provider's own message about the slot: 1 paid, 3 failed. */
void provider_says(struct story *story, enum site place, const struct id *slot, uint64_t outcome);
/* What the provider has paid out in all, over all its entries; of one payment. */
int64_t paid_minor(const struct story *story);
int64_t paid_of(const struct story *story, const char *payment);
/* What it took from buyers by new charges, and the buyer of the order's consent to that no more. */
int64_t charged_minor(const struct story *story);
void withdraw_mandate(struct story *story, enum site place, const char *reference);

/* offer: for so many hours; 0: given at once. The grant, as Rotterdam shows it: the return's
 * nth from 0. */
void grant_money(struct story *story, enum site place, enum actor_kind by,
                 const struct id *return_id, enum paid_for paid_for, int64_t minor, uint64_t offer);
struct id grant_of(struct story *story, const struct id *return_id, unsigned nth);
void answer_grant(struct story *story, enum site place, enum actor_kind by, enum command_kind kind,
                  const struct id *grant);
enum grant_state state_of_grant(struct story *story, const struct id *grant);

/* Others tell at the place what they moved of the payment; return_id may be NULL: it is not said
 * what for. Once for each reference. */
void others_tell(struct story *story, enum site place, enum elsewhere how, const char *payment,
                 const char *reference, int64_t minor, const struct id *return_id);

#endif
