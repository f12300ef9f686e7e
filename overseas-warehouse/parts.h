/* What the files of the business share among themselves; the core and the shells see business.h,
 * rules.h, rows.h and view_rows.h only. */
#ifndef OVERSEAS_WAREHOUSE_PARTS_H
#define OVERSEAS_WAREHOUSE_PARTS_H

#include "overseas-warehouse/business.h"
#include "overseas-warehouse/tables.h"
#include "overseas-warehouse/view_rows.h"
#include <assert.h>

/* 64 bits wide: 50 days in milliseconds are more than 32 bits hold. */
#define DAY_MS  (UINT64_C(24) * 60 * 60 * 1000)
#define HOUR_MS (UINT64_C(60) * 60 * 1000)

/* Policy figures that a merchant has not set. */
#define RESPOND_HOURS_DEFAULT 72
#define SEND_DAYS_DEFAULT     30
/* Silence after goods came, and after the carrier alone says so. */
#define CLOSE_DAYS 30
#define LOOK_DAYS  14
/* From the merchant's word on a dispute, or silence, to the platform's. */
#define ARBITRATE_DAYS 30
/* A tracking number speaks for a return so long after the return's last entry. */
#define NUMBER_DAYS 120
/* Attempts without a word, by then over half a day, before a person must look. */
#define REFUND_TRIES_MAX 24
/* Longer than any call of a provider is under way, by whatever clock. */
#define CALL_MS (UINT64_C(15) * 60 * 1000)
/* The line of a unit that is no line of the return. */
#define LINE_NONE 255

/* --- decisions -------------------------------------------------------------------------------- */

/* The one row that allows it, noted in the decision; NULL: refused there, with the fact's name. */
const struct rule *decision_judge(struct decision *decision, enum rule_table_number number,
                                  uint64_t from, enum actor_kind actor, enum verb verb,
                                  uint32_t facts);
uint16_t rule_number(enum rule_table_number number, const struct rule *rule);
uint16_t rule_mark(enum rule_table_number number, const struct rule *rule);
/* A new id of a record that the book owns: its last four bytes follow from the book and the rest,
 * so that no fold takes another book's entry for the record's first. */
struct id mint_of(const struct desk *desk, struct moment *moment, const struct id *book);
/* Makes an id that follows from anything one of the book's in the same way. */
void id_own(const struct crypto *crypto, struct id *id, const struct id *book);
bool id_is_of(const struct crypto *crypto, const struct id *id, const struct id *book);
struct actor actor_self(const struct desk *desk, enum actor_kind kind);
/* Two words of one person are one word; of whom there is no token there is only the kind. */
bool actor_is_same(const struct actor *a, const struct actor *b);
/* Is the unit of a return of the merchant to whom the command is bound? */
bool unit_is_covered(const struct desk *desk, const struct command *command, const struct id *unit);
/* A token's scope does not cover the record, or it moved on: refused, false. */
bool command_covers(const struct command *command, const struct id *merchant,
                    struct decision *decision);
bool command_matches(const struct command *command, uint64_t version, struct decision *decision);

/* What an order says, whether it is new or amended. */
struct sale {
    struct id merchant;
    const struct order_line *lines;
    const struct payment *payments;
    uint32_t lines_count, payments_count;
    const uint32_t *named; /* of each line its place in the sender's body; NULL: the same */
    uint64_t sold_ms, delivered_ms;
    int64_t total_minor, freight_minor, discount_minor;
    struct span ship_to;
};
/* Each false has refused the decision, by field and rule. */
bool sale_is_sound(const struct sale *sale, const struct moment *moment, struct decision *decision);
/* Are the payments from that one on known to no order? */
bool payments_are_new(const struct desk *desk, const struct sale *sale, uint32_t from,
                      struct decision *decision);
/* Refuses "list/at" and the rest; false. */
bool refuse_at(struct decision *decision, enum error error, const char *list, uint32_t at,
               const char *rest);

void order_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision);
void order_amend_decide(const struct desk *desk, const struct command *command,
                        struct moment *moment, struct decision *decision);
/* What a request is filed under beside its fields. */
struct intake {
    struct id group, asked;
};
/* May the request be decided? false: it was refused, or it is known under its upstream reference
 * and the decision names what it began. */
bool intake_admit(const struct desk *desk, const struct command *command, const struct id *merchant,
                  struct span upstream, struct intake *filing, struct decision *decision);
/* May a return of the kind (0: return) end so for the buyer? */
bool kind_answers(uint64_t kind, uint64_t outcome);
/* Fills in what the preset says. false: refused. */
bool intake_expand(const struct desk *desk, const struct merchant *merchant,
                   struct return_request *request, struct decision *decision);
/* What is asked for, as the first entry says it. */
void return_kind_copy(struct return_row *row, const struct return_moved *moved);
void intake_fold(const struct desk *desk, const struct return_moved *moved, struct return_row *row);
bool return_find_order(const struct desk *desk, const struct return_request *request,
                       struct id *order);
/* Begins a return that intake_admit let in. */
void return_begin(const struct desk *desk, const struct command *command,
                  const struct return_request *asked, const struct intake *filing,
                  struct moment *moment, struct decision *decision);
struct case_file;
/* Begins the return that the file is about as the entry says it, under the policy in force; and
 * policy answers at once where its row allows it. */
void return_file(struct case_file *file, enum actor_kind actor, const struct actor *by,
                 uint32_t facts, struct return_moved *moved);
void return_group_decide(const struct desk *desk, const struct command *command,
                         struct moment *moment, struct decision *decision);
void return_note_decide(const struct desk *desk, const struct command *command,
                        struct moment *moment, struct decision *decision);
/* The return is known by the number from now on, if it has room for one more and is not yet. */
void return_note_number(const struct desk *desk, const struct id *return_id, struct span number,
                        const struct actor *by, const struct moment *moment,
                        struct decision *decision);
void preset_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                   struct decision *decision);

void sku_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                struct decision *decision);
void return_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                   struct decision *decision);
void replace_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                    struct decision *decision);
void refund_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                   struct decision *decision);
void grant_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision);
void compensation_decide(const struct desk *desk, const struct command *command,
                         struct moment *moment, struct decision *decision);
/* The claim that a command is about; not of claim_open. */
struct id compensation_of(const struct command *command);
void elsewhere_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                      struct decision *decision);
/* Takes back the latest step with a unit, or the receipt of a box with the units that came out of
 * it; refused with what rests on it. */
void unit_void_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                      struct decision *decision);
void box_void_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                     struct decision *decision);
void box_voided_fold(const struct desk *desk, const struct place *place,
                     const struct box_voided *voided);
/* How the box's own row tells that it was taken back. */
struct box_forgotten {
    uint64_t at_ms, idx;
    struct span reason;
};
void box_forget(const struct desk *desk, const struct id *box, const struct box_forgotten *how);
/* What crossed a void on its way is left to a person; for the folds of either side. */
void grade_void_refresh(const struct desk *desk, const struct id *unit);
void receipt_void_refresh(const struct desk *desk, const struct id *box);
/* Another word of the box stands instead of that one, and is not taken back. */
void receipt_void_forget(const struct desk *desk, const struct id *box, const struct box_row *row);
void release_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                    struct decision *decision);
void policy_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                   struct decision *decision);
void calendar_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                     struct decision *decision);
void box_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                struct decision *decision);
/* One step with a unit that another room's decision takes, by whoever commands that. */
void unit_step(const struct desk *desk, const struct command *command, enum verb verb,
               const struct unit_act *how, struct moment *moment, struct decision *decision);
/* Why it would be refused now, by the rule's name; OK: it would not. Nothing is written. */
enum error unit_step_refusal(const struct desk *desk, const struct command *command, enum verb verb,
                             const struct id *unit, uint64_t at_ms,
                             char rule[RULE_BYTES_MAX]) MUST_USE;
/* A unit is shipped to a warehouse, or (NULL) taken from there, because its plate is. */
void unit_go_along(const struct desk *desk, const struct command *command, const struct id *unit,
                   const struct id *to, struct moment *moment, struct decision *decision);
/* The rule that a closed batch or an open repair sets against a step; NULL: none. */
const char *unit_is_bound(const struct rows *rows, const struct id *unit);
void unit_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                 struct decision *decision);
void link_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                 struct decision *decision);
void tracking_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                     struct decision *decision);
enum error corrective_authority(const struct desk *desk, const struct command *command,
                                struct id *authority) MUST_USE;
void corrective_decide(const struct desk *desk, const struct command *command,
                       struct moment *moment, struct decision *decision);
enum error hook_authority(const struct desk *desk, const struct command *command,
                          struct id *authority) MUST_USE;
void hook_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                 struct decision *decision);

void told_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                 struct decision *decision);

/* Reactions to what is left to do. */
void made_react(const struct desk *desk, const struct id *authority, const struct id *of,
                struct moment *moment, struct decision *decision);
void told_react(const struct desk *desk, const struct id *slot, struct moment *moment,
                struct decision *decision);
void claim_react(const struct desk *desk, const struct id *box, const struct id *return_id,
                 struct moment *moment, struct decision *decision);
void assign_react(const struct desk *desk, const struct id *box, const struct id *return_id,
                  struct moment *moment, struct decision *decision);
void return_react(const struct desk *desk, const struct id *return_id, const struct id *thing,
                  struct moment *moment, struct decision *decision);
void pay_react(const struct desk *desk, const struct id *return_id, struct moment *moment,
               struct decision *decision);
void grant_react(const struct desk *desk, const struct id *grant, struct moment *moment,
                 struct decision *decision);
void grant_due(const struct desk *desk, uint64_t due_ms, const struct id *grant,
               struct moment *moment, struct decision *decision);
void compensation_due(const struct desk *desk, uint64_t due_ms, const struct id *claim,
                      struct moment *moment, struct decision *decision);
/* The parcel of an order that is lost, damaged or stands still, or came after all. */
void outbound_react(const struct desk *desk, const struct id *order, const struct id *parcel,
                    struct moment *moment, struct decision *decision);
void outbound_due(const struct desk *desk, uint64_t due_ms, const struct id *order,
                  struct moment *moment, struct decision *decision);
void return_due(const struct desk *desk, uint64_t due_ms, uint64_t verb, const struct id *return_id,
                struct moment *moment, struct decision *decision);

/* --- the return at hand ----------------------------------------------------------------------- */

/* A return with all that a decision about it reads; loaded once. */
struct case_file {
    const struct desk *desk;
    struct moment *moment;
    struct decision *decision;
    struct id return_id;
    struct return_row row;
    struct order_row order;
    struct merchant merchant;
    struct return_line_row lines[ORDER_LINES_MAX]; /* by the order's line; quantity 0: not in it */
    bool approved_before;
};
/* false: not known here. */
bool case_open(const struct desk *desk, const struct id *return_id, struct moment *moment,
               struct decision *decision, struct case_file *file);
/* Facts of the return as such; those of one observation are added by the caller. */
uint32_t case_facts(const struct case_file *file);
bool return_is_live(uint64_t state);
/* It has come to an end of its table. */
bool return_is_over(uint64_t state);
/* Quantity that the line occupies of the order's: all of it while the return is live, then what is
 * here or was served. What others pay for an ended one occupies nothing: the place may be taken. */
uint64_t return_line_used(uint64_t state, const struct return_line_row *line);

/* --- what the buyer is owed ------------------------------------------------------------------- */

/* Is a thing due, and no money? */
bool return_is_in_kind(const struct return_row *row);
/* Does the whole worth go ahead? Then whoever got it is served; a share of it serves nobody. */
bool return_fronts_whole(const struct return_row *row);
/* Units that are due now and not served: of what came, or of all where nothing is asked back. */
uint64_t line_owed(const struct return_row *row, const struct return_line_row *line);
/* Units that were served before they came. */
uint64_t line_ahead(const struct return_line_row *line);
/* What went out for the next unit of the line before it came. */
int64_t line_share(const struct return_line_row *line);
uint32_t owed_facts(const struct case_file *file);
/* Changes of a line, in the order that the book writes them. */
void line_take(struct return_line_row *line, uint64_t count, bool in_kind, bool whole);
void line_serve(struct return_line_row *line, uint64_t count);
void line_send(struct return_line_row *line, uint64_t count);
void line_lend(struct return_line_row *line, int64_t minor);
void line_pay(struct return_line_row *line, const struct return_moved *moved);
/* Notes that so many things were sent to the buyer, of which some (ahead, and what they are worth)
 * before the units came. false: refused. */
struct replaced {
    uint64_t line, quantity, ahead;
    int64_t ahead_minor;
    struct span number, reason;
};
bool return_replaced(struct case_file *file, const struct actor *by, const struct replaced *sent);
/* Stores a line that was changed outside of its return's own entries, with what it occupies. */
void line_store(const struct desk *desk, const struct id *return_id, const struct return_row *owner,
                uint64_t at, const struct return_line_row *line);
void pay_todo_refresh(const struct desk *desk, const struct id *return_id);
/* Judges, and adds the RETURN_MOVED entry unless the row says to leave it to do. NULL: refused.
 * moved needs only what this verb brings (seen, lines, reason). */
const struct rule *case_move(struct case_file *file, enum actor_kind actor, enum verb verb,
                             uint32_t facts, const struct actor *by, struct return_moved *moved);

/* --- its policy ------------------------------------------------------------------------------- */

/* Asks the policy that is in force now about a return that is about to begin, and notes the answers
 * in the file and in its entry. Nothing when the merchant has none. */
void case_ask_policy(struct case_file *file, struct return_moved *moved);
void policy_answers_copy(struct return_row *row, const struct return_moved *moved);
/* How long each has: those of the version under which the return was asked for. 0 with solution and
 * decide: the policy says nothing of it. dispute: how long a decision may be disputed; 0: for ever.
 * platform: may a dispute go on to one? */
struct policy_hours {
    uint64_t respond, solution, send, decide, dispute;
    bool platform;
};
void case_hours(const struct case_file *file, struct policy_hours *hours);

/* Earlier returns of a buyer, the latest first. Nothing is indexed for an order without a buyer. */
void buyer_index(const struct desk *desk, const struct id *merchant, const struct hash *buyer,
                 uint64_t at_ms, const struct id *return_id);
struct key buyer_key(const struct desk *desk, const struct id *merchant, const struct hash *buyer);

/* --- deadlines -------------------------------------------------------------------------------- */

/* Figures of the fold: part of the format, as equal logs must give equal rows for ever. */
#define REFUND_OWED_DAYS   14 /* the buyer's money, from the intent */
#define ANSWER_OWED_HOURS  24 /* the provider's word */
#define DISPOSE_OWED_HOURS 48 /* from the dock to a disposition */
#define ARRIVE_OWED_DAYS   14 /* from the carrier's first scan */

/* How the deadlines of a return are reckoned: by the policy that it was asked under, and by the
 * newest version of the calendar that this names. Reckoned at the decision, never again. */
struct reckoning {
    struct policy_hours hours;
    bool by_calendar; /* working hours count, where the policy says hours */
    struct calendar calendar;
    struct span name; /* lives as a loaded row does */
    uint64_t version;
    uint64_t level_hours[DEADLINE_LEVELS];
};
void reckoning_of(const struct case_file *file, struct reckoning *reckoning);
/* When a deadline that begins now is due. */
uint64_t reckoning_due(const struct reckoning *reckoning, enum deadline_kind kind,
                       uint64_t from_ms);
uint64_t case_due(const struct case_file *file, enum deadline_kind kind);
/* Puts down how the deadline of the entry was found, if there is anything to say. */
void reckoning_note(const struct reckoning *reckoning, enum deadline_kind kind, uint64_t due_ms,
                    struct return_moved *moved);

void deadline_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                     struct decision *decision);
void overdue_fold(const struct desk *desk, const struct place *place,
                  const struct overdue *overdue); /* overdue.c */
void overridden_fold(const struct desk *desk, const struct place *place,
                     const struct overridden *overridden);
/* Sets what the entry that is about to be written lets others owe besides. */
void deadline_set(const struct case_file *file, const struct rule *rule,
                  struct return_moved *moved);
/* Deadlines as the entry that was folded leaves them; row: the return's, as it is now. */
void deadlines_of_return(const struct desk *desk, const struct return_moved *moved, uint64_t from,
                         const struct return_row *row);
void deadlines_of_refund(const struct desk *desk, const struct id *slot);
void deadlines_of_compensation(const struct desk *desk, const struct compensation_moved *moved,
                               uint64_t from, const struct compensation_row *row);
void deadlines_of_unit(const struct desk *desk, const struct id *unit, uint64_t hop,
                       const struct id *log);
/* What the carrier owes since its first scan, of a parcel that a return names; a function of sets,
 * as the parcel's row is. boxed_ms: when the first box that bears the number was received; 0: none.
 */
void deadlines_of_parcel(const struct desk *desk, const struct id *parcel, uint64_t boxed_ms);
/* A unit's deadline moved from former (NULL: there was none) to now. */
void floor_count(const struct desk *desk, const struct unit_row *unit, const struct id *log,
                 const struct deadline_row *former, const struct deadline_row *now);
/* May silence do what cannot be undone, at the return's present deadline? */
bool deadline_is_heard(const struct case_file *file);

/* --- refunds ---------------------------------------------------------------------------------- */

/* What a unit's worth will be paid from: one slot for each payment that has something left. */
struct refund_plan {
    uint64_t paid_for, line, part;
    int64_t total_minor;
    uint32_t count;
    struct {
        uint64_t payment;
        int64_t amount_minor;
        struct id slot;
        uint32_t facts; /* of the refund table */
    } slots[ORDER_PAYMENTS_MAX];
    int64_t withheld_minor; /* the buyer's fee, taken off the worth before */
    bool waits;             /* another refund of a payment is open, or the day's cap is reached */
    bool falls_short;
};
/* A grant of the amount that the decision at hand gives besides, by whom it was promised. false:
 * nothing is left to give it of, or who promised may not; nothing is refused. */
bool grant_add(struct case_file *file, enum paid_for paid_for, uint64_t line, int64_t amount_minor,
               const struct actor *by);
void refund_plan_unit(const struct case_file *file, uint64_t line, struct refund_plan *plan);
/* Of a unit that has not come, that share of its worth. */
void refund_plan_advance(const struct case_file *file, uint64_t line, uint64_t percent,
                         struct refund_plan *plan);
/* The same for a grant: paid_for, line, part and total_minor are given. */
void refund_plan(const struct case_file *file, struct refund_plan *plan);
/* Does it take from what the line may be refunded? */
bool is_of_line(uint64_t paid_for);
/* What a line may still be refunded; may be negative. */
int64_t line_left(const struct order_row_line *sold);
/* What a slot is of; its id follows from this and the payment. */
struct slot_of {
    struct id merchant, return_id;
    uint64_t paid_for, line, part;
};
struct id slot_id(const struct crypto *crypto, const struct slot_of *of,
                  const struct payment_row *payment);
struct key spent_key(const struct id *merchant, uint64_t day, const struct id *book);
/* Adds the intents. `seen` is the unit. */
void refund_intend(struct case_file *file, const struct refund_plan *plan, const struct id *seen);
/* The part of the line's total, by largest remainder, that the n-th unit is worth. */
int64_t refund_worth(const struct order_row *order, uint64_t line, uint64_t part);
/* What so many units of the line are worth, be they the first that come. */
int64_t refund_worth_of(const struct order_row *order, uint64_t line, uint64_t units);

/* --- tax -------------------------------------------------------------------------------------- */

/* The tax that a rate makes of a gross amount. */
int64_t tax_in(int64_t gross_minor, uint64_t tax_bp);
/* What is known of a line's tax: as it was told, or by its rate; 0: nothing. */
int64_t tax_of_line(const struct order_row_line *sold);
/* Puts down how much of the entry's amount is tax. also_minor: what the same decision intends of
 * the line before it. */
void tax_note(const struct order_row *order, int64_t also_minor, struct refund_moved *moved);
/* The same of a refund that failed and is paid by other means: others may have taken up its tax. */
void tax_note_again(const struct desk *desk, const struct refund_row *failed,
                    struct refund_moved *moved);
/* The tax of a refund as the entry leaves it. */
int64_t tax_after(const struct refund_row *row, const struct refund_moved *moved);

/* --- fees ------------------------------------------------------------------------------------- */

/* Reckons the policy's fees of a return that is about to begin, into its entry and the file. Where
 * nothing is asked back there are none. */
void fees_reckon(struct case_file *file, const struct policy *policy, struct return_moved *moved);
/* The buyer's share of them for the nth unit of the line that is served, from 0. */
int64_t fee_of_unit(const struct return_row *row, const struct return_line_row *line, uint64_t nth);
void fees_copy(struct return_row *row, const struct return_moved *moved);
/* What the buyer owes of the line by the fees of the entry. */
int64_t fees_of_line(const struct return_moved *moved, uint64_t line);
/* Puts down what the decision takes off; and what an entry took off, in the rows that bear it. */
void fee_note(const struct refund_plan *plan, struct return_moved *moved);
void fee_fold(const struct return_moved *moved, struct return_line_row *line,
              struct order_row_line *sold);

/* --- orders and their versions ---------------------------------------------------------------- */

/* An order with its payments, as one version of it. */
void order_version_load(const struct desk *desk, const struct id *order,
                        const struct order_row *row, struct order_version_row *version);
/* Copies what an order says beside its lines and payments, from one record to another. */
#define ORDER_FACTS_COPY(to, from)                                                                 \
    do {                                                                                           \
        (to)->total_minor = (from)->total_minor;                                                   \
        (to)->freight_minor = (from)->freight_minor;                                               \
        (to)->discount_minor = (from)->discount_minor;                                             \
        (to)->ship_from = (from)->ship_from;                                                       \
        (to)->ship_to = (from)->ship_to;                                                           \
        (to)->inbound = (from)->inbound;                                                           \
        (to)->buyer = (from)->buyer;                                                               \
        (to)->delivered_ms = (from)->delivered_ms;                                                 \
        (to)->outbound = (from)->outbound;                                                         \
    } while (0)
/* Finds the order under its payment. */
void order_index_payment(const struct desk *desk, const struct id *merchant,
                         const struct payment *payment, const struct id *order);
/* The order's row names the parcel that it was sent in from now on, or is about to name it no more.
 */
void outbound_name(const struct desk *desk, const struct id *order);
void outbound_forget(const struct desk *desk, const struct id *order);
/* Brings what is left to do about the parcels sent to what the sets now say: of one order; of all
 * that were sent in that parcel. Called by every fold that touches them. */
void outbound_refresh(const struct desk *desk, const struct id *order);
void outbound_refresh_all(const struct desk *desk, const struct id *parcel);
/* After how many days without a scan the parcel stands still, by the policy in force. */
uint64_t outbound_days(const struct desk *desk, const struct merchant *merchant,
                       struct span outbound, const struct moment *moment);
/* Moves a slot that is known; NULL: refused. facts: but those that its own row holds. */
const struct rule *refund_move(struct decision *decision, const struct id *slot,
                               const struct refund_row *row, const struct actor *by, enum verb verb,
                               uint32_t facts, struct refund_moved *moved);
/* The provider tells that the money of a settled slot is back. */
void refund_send_back(const struct desk *desk, const struct id *slot, const struct refund_row *row,
                      const struct moment *moment, struct decision *decision);
/* What holds of a slot that failed, before anybody calls it paid or bars it. */
uint32_t refund_failed_facts(const struct desk *desk, const struct refund_row *row,
                             struct moment *moment, struct decision *decision);
/* What of a payment is neither refunded, nor reserved, nor moved elsewhere; may be negative. */
int64_t payment_left(const struct payment_row *payment);

/* --- keys of orders --------------------------------------------------------------------------- */

struct key reference_key(const struct crypto *crypto, const struct id *merchant,
                         struct span reference);
struct id payment_id(const struct crypto *crypto, const struct id *merchant, struct span provider,
                     struct span reference);
/* The order that names the payment, and its place there. Spans of the row live as of any. */
bool payment_find(const struct desk *desk, const struct id *merchant, struct span provider,
                  struct span reference, struct id *order, uint64_t *payment,
                  struct payment_row *row);
/* Of a row that says what others moved, once for each reference of its kind. */
struct key elsewhere_key(const struct crypto *crypto, const struct id *order, uint64_t payment,
                         uint64_t how, struct span reference);

/* --- folds ------------------------------------------------------------------------------------ */

void order_fold(const struct desk *desk, const struct place *place, const struct order *order);
void order_amended_fold(const struct desk *desk, const struct place *place,
                        const struct order_amended *amended);
void return_noted_fold(const struct desk *desk, const struct place *place,
                       const struct return_noted *noted);
void preset_fold(const struct desk *desk, const struct place *place, const struct preset *preset);
/* The return is known by the number from now on: it meets the parcel, and the boxes that bear it.
 */
void return_meet_number(const struct desk *desk, const struct id *return_id, struct span number);
void sku_fold(const struct desk *desk, const struct place *place, const struct sku *sku);
void return_fold(const struct desk *desk, const struct place *place,
                 const struct return_moved *moved);
void claim_fold(const struct desk *desk, const struct place *place,
                const struct box_claimed *claimed);
void refund_fold(const struct desk *desk, const struct place *place,
                 const struct refund_moved *moved);
void grant_fold(const struct desk *desk, const struct place *place,
                const struct grant_moved *moved);
void compensation_fold(const struct desk *desk, const struct place *place,
                       const struct compensation_moved *moved);
/* Does it wait for somebody? */
bool compensation_is_open(uint64_t state);
/* Units of a line are unpaid again: those that others named as well, though they were paid for
 * then, are paid by theirs. How many of so many; the line's row is the caller's to store. */
uint64_t elsewhere_serve_again(const struct desk *desk, const struct id *order,
                               const struct id *return_id, uint64_t line, uint64_t units);
void elsewhere_fold(const struct desk *desk, const struct place *place,
                    const struct refunded_elsewhere *elsewhere);
void release_fold(const struct desk *desk, const struct place *place,
                  const struct released *released);
void policy_fold(const struct desk *desk, const struct place *place, const struct policy_set *set);
void calendar_fold(const struct desk *desk, const struct place *place,
                   const struct calendar_set *set);
void tracking_fold(const struct desk *desk, const struct place *place,
                   const struct tracking *tracking);
struct span tracking_ahead(const struct crypto *crypto, const struct tracking *tracking,
                           uint8_t *buffer, size_t size);
bool tracking_fold_ahead(const struct desk *desk, struct span ahead);
/* unknown.c: codes that no table knows. The entry says such a code; a scan that bears one has come
 * to the set, or left it for another. */
bool unknown_is_in(const struct tracking *tracking);
void unknown_said(const struct desk *desk, const struct place *place,
                  const struct tracking *tracking);
void unknown_counted(const struct desk *desk, const struct scan_row *scan, bool more);
void box_fold(const struct desk *desk, const struct place *place,
              const struct box_received *received);
void unit_fold(const struct desk *desk, const struct place *place, const struct unit_moved *moved);
void assigned_fold(const struct desk *desk, const struct place *place,
                   const struct unit_assigned *assigned);
void hook_set_fold(const struct desk *desk, const struct place *place,
                   const struct webhook_set *set);
void hook_checked_fold(const struct desk *desk, const struct place *place,
                       const struct webhook_checked *checked);

void corrective_begun_fold(const struct desk *desk, const struct place *place,
                           const struct corrective_begun *begun);
void corrective_closed_fold(const struct desk *desk, const struct place *place,
                            const struct corrective_closed *closed);
void article_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                    struct decision *decision);
void article_fold(const struct desk *desk, const struct place *place,
                  const struct article *article);
enum error complaint_authority(const struct desk *desk, const struct command *command,
                               struct id *authority) MUST_USE;
void complaint_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                      struct decision *decision);
void complaint_opened_fold(const struct desk *desk, const struct place *place,
                           const struct complaint_opened *opened);
void complaint_closed_fold(const struct desk *desk, const struct place *place,
                           const struct complaint_closed *closed);
/* Until when a post-mortem is owed where nobody says. */
#define POST_MORTEM_DAYS 5

/* The consent that came with the request. */
void followup_of_request(const struct id *return_id, const struct actor *by, uint64_t at_ms,
                         struct decision *decision);
void followup_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                     struct decision *decision);
void followup_react(const struct desk *desk, const struct id *return_id, struct moment *moment,
                    struct decision *decision);
void followup_due(const struct desk *desk, uint64_t due_ms, const struct id *return_id,
                  const struct moment *moment, struct decision *decision);
void followup_fold(const struct desk *desk, const struct place *place,
                   const struct followup_moved *moved);
/* The order's SKUs are found by when they were sold, from now on or no more. */
void sale_index(const struct desk *desk, const struct id *order, bool sold);

/* Each brings one kind of row to what the sets now say; called by every fold that touches them. */
/* The work on the boxes that the unit came in, by its own entries. */
void unit_refresh_boxes(const struct desk *desk, const struct id *unit);
/* Whose the box is said to be, from now on: what follows from its slip follows from that. */
void box_point(const struct desk *desk, const struct id *box, const struct id *return_id);
void box_todo_refresh(const struct desk *desk, const struct id *box, const struct id *return_id);
void assign_todo_refresh(const struct desk *desk, const struct id *box);
void unit_todo_refresh(const struct desk *desk, const struct id *unit);
void arrival_todo_refresh(const struct desk *desk, const struct id *parcel,
                          const struct id *return_id);
void parcel_refresh(const struct desk *desk, struct span number);
/* What a return's book has to react to: a unit of it, or the arrival of its parcel. Ids of the two
 * meet only in lies, and then one row of work stands for both. */
void return_todo_refresh(const struct desk *desk, const struct id *book, const struct id *return_id,
                         const struct id *thing);
bool arrival_is_news(const struct desk *desk, const struct id *parcel, const struct id *return_id);

bool box_is_answered(const struct desk *desk, const struct id *box_id, const struct box_row *box,
                     const struct id *return_id);

/* Has the unit something of this kind that the book has not reacted to? */
bool unit_has_news(const struct desk *desk, const struct id *return_id, const struct id *unit,
                   const struct unit_row *row, enum verb verb);
/* A grade that speaks against what was approved or paid. */
bool unit_is_bad(const struct unit_row *row);
/* The carrier says that it came where it was going. */
bool parcel_has_arrived(const struct parcel_row *row);
bool disposition_is_irrevocable(uint64_t disposition);
bool disposition_is_interim(uint64_t disposition);
bool disposition_stays_here(uint64_t disposition);

/* --- what providers tell -----------------------------------------------------------------------
 */

void told_fold(const struct desk *desk, const struct refund_told *told);
/* A refund began, or moved: is there work in what was told of it? */
void told_refresh(const struct desk *desk, const struct id *slot);
/* An entry records what others moved of that payment under the reference: there may be more. */
void told_recorded(const struct desk *desk, const struct id *order, uint64_t payment,
                   struct span reference);
/* The same of what others made; of: the hash of the key under which it was told. */
void made_refresh(const struct desk *desk, const struct id *of);
void made_of_payment(const struct desk *desk, const struct id *paid); /* as payment_id makes it */
/* A message is about to be worded otherwise, or its payment to be found under another order: the
 * work may have been another book's. */
void made_leave(const struct desk *desk, const struct id *of);
void made_leave_payment(const struct desk *desk, const struct id *paid);
/* Finds the message under its payment; stands: false when another wording of it took its place. */
void made_index(const struct desk *desk, const struct refund_told *told, const struct id *of,
                bool stands);

#endif
