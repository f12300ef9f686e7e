/* Who owes what by when: rows that follow from entries. Times were set at the decision and stand in
 * its entry; those of refunds and goods are reckoned here, from the moment that the row itself
 * bears and figures that never change. A row has one log as its writer, as what it is about; that
 * of a parcel is a function of sets, as the parcel is. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/reducer.h"
#include "overseas-warehouse/repair/repair.h"
#include "overseas-warehouse/worth/rows.h"
#include "proto/time.h"

struct owed { /* a deadline by its place */
    struct id thing, log;
    enum deadline_kind kind;
    uint64_t hop;
};

static struct key place_of(struct key key, const struct owed *owed)
{
    key = key_add_uint(key_add_id(key, &owed->thing), owed->kind, 1);
    return key_add_id(key_add_uint(key, owed->hop, 2), &owed->log);
}

static struct key key_of_owed(const struct owed *owed)
{
    struct key none = {.size = 0};
    return place_of(none, owed);
}

static bool load(const struct desk *desk, const struct owed *owed, struct deadline_row *row)
{
    struct key key = key_of_owed(owed);
    return rows_load(&desk->rows, VIEW_DEADLINE, &key, &deadline_row_shape, row);
}

static void list(const struct desk *desk, const struct owed *owed, const struct deadline_row *row,
                 bool put)
{
    struct key none = {.size = 0};
    struct key time = place_of(key_add_uint(none, row->due_ms, 8), owed);
    struct key own = place_of(key_add_uint(key_of(&row->merchant), row->due_ms, 8), owed);
    void (*act)(const struct rows *, enum view_table, const struct key *) =
        put ? rows_mark : rows_drop;
    act(&desk->rows, VIEW_DEADLINE_BY_TIME, &time);
    if (!id_is_zero(&row->merchant)) act(&desk->rows, VIEW_DEADLINE_BY_MERCHANT, &own);
}

/* The name of the calendar may lie in the row as it was loaded, and no longer than that does. */
static void store(const struct desk *desk, const struct owed *owed, const struct deadline_row *put)
{
    uint8_t name[CALENDAR_NAME_BYTES_MAX];
    struct deadline_row former, row = *put;
    struct key key = key_of_owed(owed);
    if (row.calendar.size > 0) memcpy(name, row.calendar.at, row.calendar.size);
    row.calendar.at = name;
    if (load(desk, owed, &former) && former.state == DEADLINE_OPEN)
        list(desk, owed, &former, false);
    rows_store(&desk->rows, VIEW_DEADLINE, &key, &deadline_row_shape, &row);
    if (row.state == DEADLINE_OPEN) list(desk, owed, &row, true);
}

/* Two wordings of one scan may take back what one of them said. */
static void withdraw(const struct desk *desk, const struct owed *owed)
{
    struct deadline_row former;
    struct key key = key_of_owed(owed);
    if (!load(desk, owed, &former)) return;
    if (former.state == DEADLINE_OPEN) list(desk, owed, &former, false);
    rows_drop(&desk->rows, VIEW_DEADLINE, &key);
}

static struct deadline_row begun(enum deadline_kind kind, uint64_t due_ms, uint64_t since_ms)
{
#define OWNER(name, number, word, owner, irreversible) [number] = owner,
    static const uint8_t owners[] = {DEADLINE_LIST(OWNER)};
    return (struct deadline_row){.kind = kind,
                                 .owner = owners[kind],
                                 .state = DEADLINE_OPEN,
                                 .due_ms = due_ms,
                                 .since_ms = since_ms};
}

/* No entry of a faulty member makes a time that no row could hold. */
static uint64_t after(uint64_t from_ms, uint64_t owed_ms)
{
    return from_ms <= TIME_MS_MAX - owed_ms ? from_ms + owed_ms : TIME_MS_MAX;
}

static void end_at(struct deadline_row *row, uint64_t at_ms)
{
    row->state = at_ms <= row->due_ms ? DEADLINE_MET : DEADLINE_MISSED;
    row->ended_ms = at_ms;
}

/* --- returns ---------------------------------------------------------------------------------- */

/* One entry of a return, and the return as it is now. */
struct step {
    const struct desk *desk;
    const struct return_moved *moved;
    const struct return_row *row;
};

static struct owed owed_by(const struct step *step, enum deadline_kind kind)
{
    return (struct owed){.thing = step->moved->return_id, .log = step->row->book, .kind = kind};
}

static bool silence_grants(enum deadline_kind kind, const struct return_moved *moved)
{
#define IRREVERSIBLE(name, number, word, owner, irreversible) [number] = irreversible,
    static const uint8_t irreversible[] = {DEADLINE_LIST(IRREVERSIBLE)};
    return irreversible[kind] != 0 && moved->due_verb == DO_APPROVE;
}

static void copy_reckoned(const struct return_moved *moved, struct deadline_row *row)
{
    for (uint32_t i = 0; i < moved->reckoned_count; i++) {
        const struct reckoned *reckoned = &moved->reckoned[i];
        if (reckoned->kind != row->kind) continue;
        row->calendar = reckoned->calendar;
        row->calendar_version = reckoned->calendar_version;
        row->desk_ms = reckoned->desk_ms;
        row->supervisor_ms = reckoned->supervisor_ms;
        row->platform_ms = reckoned->platform_ms;
    }
}

static void begin(const struct step *step, enum deadline_kind kind, uint64_t due_ms)
{
    struct owed owed = owed_by(step, kind);
    struct deadline_row row = begun(kind, due_ms, step->moved->at_ms);
    if (due_ms == 0) return;
    row.merchant = step->row->merchant;
    row.return_id = step->moved->return_id;
    row.irreversible = silence_grants(kind, step->moved);
    copy_reckoned(step->moved, &row);
    store(step->desk, &owed, &row);
}

static void end(const struct step *step, enum deadline_kind kind)
{
    const struct return_moved *moved = step->moved;
    struct owed owed = owed_by(step, kind);
    struct deadline_row row;
    if (!load(step->desk, &owed, &row) || row.state != DEADLINE_OPEN) return;
    end_at(&row, moved->at_ms);
    if (moved->verb == DO_CANCEL) row.state = DEADLINE_LIFTED;
    if (moved->by.kind == BY_CLOCK) row.state = DEADLINE_MISSED;
    store(step->desk, &owed, &row);
}

static bool is_persons_word(const struct return_moved *moved)
{
    bool decides =
        moved->verb == DO_APPROVE || moved->verb == DO_DECLINE || moved->verb == DO_CANCEL;
    return decides && moved->by.kind != BY_CLOCK && moved->by.kind != BY_POLICY;
}

void deadlines_of_return(const struct desk *desk, const struct return_moved *moved, uint64_t from,
                         const struct return_row *row)
{
    const struct step step = {desk, moved, row};
    bool granted = moved->to == RETURN_APPROVED && from != RETURN_APPROVED;
    if (moved->verb == DO_REQUEST) {
        begin(&step, DEADLINE_RESPOND, moved->due_ms);
        begin(&step, DEADLINE_SOLUTION, moved->solution_due_ms);
    }
    if (from == RETURN_REQUESTED && moved->to != RETURN_REQUESTED) {
        end(&step, DEADLINE_RESPOND);
        end(&step, DEADLINE_SOLUTION);
    }
    if (granted && moved->due_verb == DO_EXPIRE) begin(&step, DEADLINE_SEND, moved->due_ms);
    bool came = moved->verb == DO_NOTE_ARRIVAL || moved->verb == DO_CLAIM_BOX;
    if (came || (from == RETURN_APPROVED && moved->to != RETURN_APPROVED))
        end(&step, DEADLINE_SEND);
    bool answered = from == RETURN_DISPUTED && moved->to != RETURN_DISPUTED;
    if (is_persons_word(moved) || answered) end(&step, DEADLINE_DECIDE);
    begin(&step, DEADLINE_DECIDE, moved->decide_due_ms);
}

void deadline_set(const struct case_file *file, const struct rule *rule, struct return_moved *moved)
{
    struct reckoning reckoning;
    uint64_t now_ms = file->moment->wall_ms;
    bool granted = rule->to == RETURN_APPROVED && rule->from != RETURN_APPROVED;
    bool requested = rule->verb == DO_REQUEST, sends = granted && moved->due_verb == DO_EXPIRE;
    bool disputed = rule->to == RETURN_DISPUTED && rule->from != rule->to;
    if (!requested && !sends && !disputed && moved->contest == 0) return;
    reckoning_of(file, &reckoning);
    if (requested) {
        moved->solution_due_ms = reckoning_due(&reckoning, DEADLINE_SOLUTION, now_ms);
        reckoning_note(&reckoning, DEADLINE_RESPOND, moved->due_ms, moved);
        reckoning_note(&reckoning, DEADLINE_SOLUTION, moved->solution_due_ms, moved);
    }
    if (sends) reckoning_note(&reckoning, DEADLINE_SEND, moved->due_ms, moved);
    if (moved->contest == 0 && !disputed) return;
    moved->decide_due_ms = reckoning_due(&reckoning, DEADLINE_DECIDE, now_ms);
    reckoning_note(&reckoning, DEADLINE_DECIDE, moved->decide_due_ms, moved);
}

/* --- refunds ---------------------------------------------------------------------------------- */

/* The provider owes a word until there is one; that nobody knows it is none. */
static void end_answer(struct deadline_row *row, const struct refund_row *refund)
{
    bool open = refund->state == REFUND_INTENDED || refund->state == REFUND_SUBMITTED;
    if (open) return;
    end_at(row, refund->moved_ms);
    if (refund->state == REFUND_UNKNOWN) row->state = DEADLINE_MISSED;
    if (refund->state == REFUND_MANUAL) row->state = DEADLINE_LIFTED;
}

/* What failed is owed under the slot of its next try. */
static void end_refund(struct deadline_row *row, const struct refund_row *refund)
{
    if (refund->state == REFUND_SETTLED || refund->state == REFUND_FAILED)
        end_at(row, refund->moved_ms);
    if (refund->state == REFUND_FAILED) row->state = DEADLINE_LIFTED;
}

void deadlines_of_refund(const struct desk *desk, const struct id *slot)
{
    struct refund_row refund;
    struct id thing = *slot;
    if (!refund_load(&desk->rows, &thing, &refund)) return;
    static const enum deadline_kind kinds[] = {DEADLINE_REFUND, DEADLINE_ANSWER};
    static const uint64_t owed_ms[] = {REFUND_OWED_DAYS * DAY_MS, ANSWER_OWED_HOURS * HOUR_MS};
    for (unsigned i = business_is_charge(refund.paid_for) ? 1 : 0; i < 2; i++) {
        struct owed owed = {.thing = thing, .log = refund.book, .kind = kinds[i]};
        struct deadline_row row =
            begun(kinds[i], after(refund.intended_ms, owed_ms[i]), refund.intended_ms);
        row.merchant = refund.merchant;
        row.return_id = refund.return_id;
        (kinds[i] == DEADLINE_ANSWER ? end_answer : end_refund)(&row, &refund);
        store(desk, &owed, &row);
    }
}

/* --- compensation claims ---------------------------------------------------------------------- */

/* What is owed while a claim is in that state. */
static enum deadline_kind owed_in(uint64_t state)
{
    if (state == COMPENSATION_DRAFTED) return DEADLINE_FILE_CLAIM;
    return state == COMPENSATION_FILED ? DEADLINE_CLAIM_ANSWER : DEADLINE_CLAIM_PAYMENT;
}

void deadlines_of_compensation(const struct desk *desk, const struct compensation_moved *moved,
                               uint64_t from, const struct compensation_row *row)
{
    struct owed owed = {.thing = moved->claim, .log = row->book, .kind = owed_in(from)};
    struct deadline_row deadline;
    if (row->state == from) return;
    bool stood = compensation_is_open(from) && load(desk, &owed, &deadline);
    if (stood && deadline.state == DEADLINE_OPEN) {
        end_at(&deadline, moved->at_ms);
        if (moved->verb == DO_WITHDRAW) deadline.state = DEADLINE_LIFTED;
        if (moved->by.kind == BY_CLOCK) deadline.state = DEADLINE_MISSED;
        store(desk, &owed, &deadline);
    }
    if (!compensation_is_open(row->state) || row->due_ms == 0) return;
    owed.kind = owed_in(row->state);
    deadline = begun(owed.kind, row->due_ms, moved->at_ms);
    deadline.merchant = row->merchant;
    deadline.return_id = row->return_id;
    store(desk, &owed, &deadline);
}

/* --- parcels ---------------------------------------------------------------------------------- */

/* The carrier's first word that it has the parcel. 0: there is none. */
static uint64_t first_scan_ms(const struct desk *desk, const struct id *parcel)
{
    struct key prefix = key_of(parcel);
    struct walk walk = walk_over(&prefix);
    struct row row;
    uint64_t first_ms = 0;
    while (walk_next(&desk->rows, VIEW_SCAN, &walk, &row)) {
        struct scan_row scan;
        if (shape_decode(&scan_row_shape, row.value, &scan, NULL) != OK) continue;
        if (scan.hint || track_is_weak(scan.status) || scan.occurred_ms == 0) continue;
        if (first_ms == 0 || scan.occurred_ms < first_ms) first_ms = scan.occurred_ms;
    }
    return first_ms;
}

/* Of those that name it the one of the smallest id: whose it is, on every node alike. */
static bool owner_of_parcel(const struct desk *desk, const struct id *parcel,
                            struct deadline_row *row)
{
    struct key prefix = key_of(parcel);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(&desk->rows, VIEW_RETURN_BY_PARCEL, &walk, &at)) {
        struct return_row owner;
        memcpy(row->return_id.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!return_load(&desk->rows, &row->return_id, &owner)) continue;
        row->merchant = owner.merchant;
        return true;
    }
    return false;
}

void deadlines_of_parcel(const struct desk *desk, const struct id *parcel, uint64_t boxed_ms)
{
    struct owed owed = {.thing = *parcel, .kind = DEADLINE_ARRIVE};
    struct parcel_row now;
    uint64_t first_ms = first_scan_ms(desk, parcel);
    if (first_ms == 0 || !parcel_load(&desk->rows, parcel, &now)) {
        withdraw(desk, &owed);
        return;
    }
    uint64_t came_ms = parcel_has_arrived(&now) ? now.occurred_ms : 0;
    if (boxed_ms != 0 && (came_ms == 0 || boxed_ms < came_ms)) came_ms = boxed_ms;
    struct deadline_row row =
        begun(DEADLINE_ARRIVE, after(first_ms, ARRIVE_OWED_DAYS * DAY_MS), first_ms);
    if (!owner_of_parcel(desk, parcel, &row)) return;
    if (came_ms != 0) end_at(&row, came_ms);
    store(desk, &owed, &row);
}

/* --- a merchant who is asked what becomes of a unit ------------------------------------------- */

void deadlines_of_ask(const struct desk *desk, const struct id *unit, const struct id *book,
                      const struct unit_ask_row *row)
{
    struct owed owed = {.thing = *unit, .log = *book, .kind = DEADLINE_CHOOSE};
    struct deadline_row deadline = begun(DEADLINE_CHOOSE, row->due_ms, row->asked_ms);
    deadline.irreversible = disposition_is_irrevocable(row->silence);
    deadline.merchant = row->merchant;
    deadline.return_id = row->return_id;
    if (row->state != ASK_OPEN) end_at(&deadline, row->ended_ms);
    if (row->state == ASK_SILENT) deadline.state = DEADLINE_MISSED;
    store(desk, &owed, &deadline);
}

/* --- a unit at a bench ------------------------------------------------------------------------ */

void deadlines_of_repair(const struct desk *desk, const struct id *repair, const struct id *log,
                         const struct repair_row *row)
{
    struct owed owed = {.thing = *repair, .log = *log, .kind = DEADLINE_REPAIR};
    struct deadline_row deadline = begun(DEADLINE_REPAIR, row->due_ms, row->opened_ms);
    deadline.merchant = row->merchant;
    if (row->state == REPAIR_IS_ENDED) end_at(&deadline, row->ended_ms);
    store(desk, &owed, &deadline);
}

/* --- goods ------------------------------------------------------------------------------------ */

/* Whose a unit is may be said before or after it is received, and in another log: the row does not
 * say it. The first disposition counts, unless the unit is graded anew. */
void deadlines_of_unit(const struct desk *desk, const struct id *unit, uint64_t hop,
                       const struct id *log)
{
    struct unit_row now;
    struct deadline_row former;
    struct owed owed = {.thing = *unit, .log = *log, .kind = DEADLINE_DISPOSE, .hop = hop};
    struct key key = unit_key(unit, hop, log);
    if (!rows_load(&desk->rows, VIEW_UNIT, &key, &unit_row_shape, &now)) return;
    struct deadline_row row = begun(
        DEADLINE_DISPOSE, after(now.received_ms, DISPOSE_OWED_HOURS * HOUR_MS), now.received_ms);
    bool ended = now.state == UNIT_DISPOSED || now.state == UNIT_SETTLED;
    bool gone = now.state == UNIT_SHIPPED || now.state == UNIT_VOID;
    if (ended || gone) end_at(&row, now.moved_ms);
    if (gone) row.state = DEADLINE_LIFTED;
    bool known = load(desk, &owed, &former);
    if (known && former.state != DEADLINE_OPEN && row.state != DEADLINE_OPEN) return;
    floor_count(desk, &now, log, known ? &former : NULL, &row);
    store(desk, &owed, &row);
}
