/* Parcels that were sent to buyers. What a carrier says of one (lost, damaged), or that it has told
 * nothing new of it for the policy's days, opens a claim for what nobody has asked back yet, before
 * the buyer asks; and the claim ends unanswered when the parcel comes after all. Both follow from
 * rows that are equal everywhere: the order, its returns and the parcel. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/return_index.h"
#include "proto/time.h"

/* A return takes fewer lines than an order has: a claim for each part of the order. */
#define PARTS (ORDER_LINES_MAX / RETURN_LINES_MAX)
_Static_assert(PARTS *RETURN_LINES_MAX == ORDER_LINES_MAX, "each line is in one part");

/* An order and the parcel that it was sent in; spans of the row live as of any. */
struct sending {
    const struct desk *desk;
    struct id order, parcel;
    struct order_row row;
};

/* What is known of the parcel. */
struct plight {
    enum stray stray;     /* by the carrier's word; 0: it has none */
    bool came;            /* to the buyer */
    uint64_t stalls_ms;   /* when it will have stood still for too long; 0: never */
    uint64_t occurred_ms; /* the scan that says so */
    struct span carrier;
};

/* What may be done about it now. */
struct recourse {
    struct plight plight;
    uint64_t free[ORDER_LINES_MAX]; /* units that nobody has asked back */
    bool opens[PARTS];              /* a claim could be opened for the part */
    bool cancels[PARTS];            /* the claim of the part waits in vain */
};

static bool find_sending(const struct desk *desk, const struct id *order, struct sending *sending)
{
    uint8_t number[TRACKING_NUMBER_BYTES_MAX];
    sending->desk = desk;
    sending->order = *order;
    if (!order_load(&desk->rows, order, &sending->row)) return false;
    struct span form = parcel_number(sending->row.outbound, number);
    if (form.size == 0) return false;
    sending->parcel = parcel_id(desk->crypto, form);
    return true;
}

/* --- the parcel ------------------------------------------------------------------------------- */

static bool is_lost(const struct parcel_row *parcel)
{
    return parcel->status == TRACK_LOST || parcel->reason == TRACK_REASON_LOST_IN_TRANSIT ||
           parcel->reason == TRACK_REASON_STOLEN || parcel->reason == TRACK_REASON_DESTROYED;
}

/* The carrier has it, and the next move is the carrier's: not the sender's, who gets it back, nor
 * the buyer's, for whom it lies ready. */
static bool is_on_its_way(const struct parcel_row *parcel)
{
    return parcel->status == TRACK_IN_TRANSIT || parcel->status == TRACK_OUT_FOR_DELIVERY ||
           parcel->status == TRACK_DELIVERY_ATTEMPT || parcel->status == TRACK_EXCEPTION ||
           parcel->status == TRACK_EXPIRED;
}

/* A parcel that was called lost stays so in its row, whatever is scanned later (reducer.h): was it
 * delivered all the same? */
static bool was_found(const struct desk *desk, const struct id *parcel,
                      const struct parcel_row *row)
{
    struct key prefix = key_of(parcel);
    struct walk walk = walk_over(&prefix);
    struct row at;
    struct scan_row scan;
    if (row->status != TRACK_LOST || row->after_final == 0) return false;
    uint64_t lost_ms = row->occurred_ms;
    while (walk_next(&desk->rows, VIEW_SCAN, &walk, &at))
        if (shape_decode(&scan_row_shape, at.value, &scan, NULL) == OK && scan.message == 0 &&
            scan.hint == 0 && scan.status == TRACK_DELIVERED && scan.occurred_ms > lost_ms)
            return true;
    return false;
}

/* A number that a return names, or a box that is here, is that of a parcel that came back. */
static bool is_the_way_back(const struct desk *desk, const struct id *parcel,
                            const struct parcel_row *row)
{
    struct key prefix = key_of(parcel);
    struct walk walk = walk_over(&prefix);
    struct row at;
    return row->state == PARCEL_RECEIVED || row->state == PARCEL_UNANNOUNCED ||
           walk_next(&desk->rows, VIEW_RETURN_BY_PARCEL, &walk, &at);
}

/* Carriers use numbers again: what was scanned before the sale was of another parcel. Clocks may be
 * amiss by the hours of a zone. */
static bool is_older_than_sale(const struct sending *sending, const struct parcel_row *parcel)
{
    return parcel->occurred_ms != 0 && parcel->occurred_ms + DAY_MS < sending->row.sold_ms;
}

static uint64_t stalls_at(const struct parcel_row *parcel, uint64_t days)
{
    uint64_t span_ms = days * DAY_MS;
    if (days == 0 || parcel->occurred_ms == 0 || !is_on_its_way(parcel)) return 0;
    return parcel->occurred_ms <= TIME_MS_MAX - span_ms ? parcel->occurred_ms + span_ms : 0;
}

/* The shop's word that it was delivered counts like the carrier's. */
static struct plight plight_of(const struct sending *sending)
{
    const struct desk *desk = sending->desk;
    struct plight plight = {.came = sending->row.delivered_ms != 0};
    struct parcel_row parcel;
    if (!parcel_load(&desk->rows, &sending->parcel, &parcel)) return plight;
    if (is_the_way_back(desk, &sending->parcel, &parcel)) return plight;
    if (is_older_than_sale(sending, &parcel)) return plight;
    plight.occurred_ms = parcel.occurred_ms;
    plight.carrier = parcel.carrier;
    plight.came = plight.came || parcel.status == TRACK_DELIVERED ||
                  was_found(desk, &sending->parcel, &parcel);
    if (parcel.reason == TRACK_REASON_DAMAGED)
        plight.stray = STRAY_DAMAGED;
    else if (!plight.came && is_lost(&parcel))
        plight.stray = STRAY_LOST;
    else if (!plight.came)
        plight.stalls_ms = stalls_at(&parcel, sending->row.stalled_days);
    return plight;
}

/* --- what nobody has asked back --------------------------------------------------------------- */

/* The same wherever it is opened, and once for the parcel: a claim that was answered, whatever the
 * answer, is not opened again. It is as old as its order. */
static struct id claim_of(const struct sending *sending, unsigned part)
{
    uint8_t number = (uint8_t)part;
    struct span parts[] = {id_span(&sending->order), id_span(&sending->parcel),
                           span_of(&number, 1)};
    struct id hash = crypto_id(sending->desk->crypto, "entrepot/stray/1", parts, 3);
    struct id claim = id_make(id_ms(&sending->order), hash.bytes);
    id_own(sending->desk->crypto, &claim, &sending->row.book);
    return claim;
}

static void count_asked(const struct sending *sending, const struct id *return_id,
                        uint64_t asked[ORDER_LINES_MAX])
{
    struct return_row row;
    struct return_line_row line;
    if (!return_load(&sending->desk->rows, return_id, &row)) return;
    if (row.state == RETURN_CANCELED) return;
    for (uint32_t i = 0; i < sending->row.lines_count; i++)
        if (return_line_load(&sending->desk->rows, return_id, i, &line)) asked[i] += line.quantity;
}

/* What was asked back and declined, or expired, was answered: the carrier's word does not ask once
 * more over the merchant's. What was taken back by who asked was not. */
static void find_free(const struct sending *sending, uint64_t free[ORDER_LINES_MAX])
{
    uint64_t asked[ORDER_LINES_MAX] = {0};
    struct key prefix = return_form_prefix(&sending->order, RETURNS_BY_ORDER, 0);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(&sending->desk->rows, VIEW_RETURN_INDEX, &walk, &row)) {
        struct id return_id;
        memcpy(return_id.bytes, walk.at.bytes + walk.at.size - ID_BYTES, ID_BYTES);
        count_asked(sending, &return_id, asked);
    }
    for (uint32_t i = 0; i < sending->row.lines_count; i++) {
        const struct order_row_line *line = &sending->row.lines[i];
        uint64_t gone = asked[i] > line->used ? asked[i] : line->used;
        free[i] = line->quantity > gone ? line->quantity - gone : 0;
    }
}

static bool has_free(const struct sending *sending, const struct recourse *recourse, unsigned part)
{
    for (uint32_t i = 0; i < RETURN_LINES_MAX; i++) {
        uint32_t line = part * RETURN_LINES_MAX + i;
        if (line < sending->row.lines_count && recourse->free[line] > 0) return true;
    }
    return false;
}

static void find_recourse(const struct sending *sending, struct recourse *recourse)
{
    *recourse = (struct recourse){.plight = plight_of(sending)};
    const struct plight *plight = &recourse->plight;
    bool strays = plight->stray != 0 || plight->stalls_ms != 0;
    if (!strays && !plight->came) return;
    if (strays) find_free(sending, recourse->free);
    for (unsigned part = 0; part < PARTS; part++) {
        struct id claim = claim_of(sending, part);
        struct return_row row;
        if (!return_load(&sending->desk->rows, &claim, &row))
            recourse->opens[part] = strays && has_free(sending, recourse, part);
        else
            recourse->cancels[part] = plight->came && row.state == RETURN_REQUESTED &&
                                      row.boxes == 0 && row.stray != STRAY_DAMAGED;
    }
}

static bool any_of(const bool parts[PARTS])
{
    for (unsigned part = 0; part < PARTS; part++)
        if (parts[part]) return true;
    return false;
}

/* --- what is left to do ----------------------------------------------------------------------- */

/* When it stands in the list of dues; an empty row: it does not. false: there is no row. */
static bool load_sent(const struct rows *rows, const struct key *key, struct sent_row *sent)
{
    struct span value;
    *sent = (struct sent_row){.due_ms = 0};
    if (!rows_has(rows, VIEW_ORDER_BY_PARCEL, key) ||
        !rows->port->get(rows->world, VIEW_ORDER_BY_PARCEL, key_span(key), &value))
        return false;
    return value.size == 0 || shape_decode(&sent_row_shape, value, sent, NULL) == OK;
}

/* The row that leads from the parcel to the order remembers what stands in the list of dues. */
static void set_due(const struct sending *sending, const struct id *book, uint64_t due_ms)
{
    const struct rows *rows = &sending->desk->rows;
    struct key key = pair_key(&sending->parcel, &sending->order);
    struct sent_row sent;
    if (!load_sent(rows, &key, &sent)) return;
    if (sent.due_ms == due_ms) return;
    if (sent.due_ms != 0) due_drop(rows, sent.due_ms, book, DO_REQUEST, &sending->order);
    if (due_ms != 0) due_put(rows, due_ms, book, DO_REQUEST, &sending->order);
    sent.due_ms = due_ms;
    if (due_ms != 0)
        rows_store(rows, VIEW_ORDER_BY_PARCEL, &key, &sent_row_shape, &sent);
    else
        rows_mark(rows, VIEW_ORDER_BY_PARCEL, &key);
}

void outbound_refresh(const struct desk *desk, const struct id *order)
{
    struct sending sending;
    struct recourse recourse;
    if (!find_sending(desk, order, &sending)) return;
    struct id book = sending.row.book;
    find_recourse(&sending, &recourse);
    bool opens = any_of(recourse.opens);
    uint64_t due_ms = opens ? recourse.plight.stalls_ms : 0;
    if ((opens && recourse.plight.stray != 0) || any_of(recourse.cancels))
        todo_put(&desk->rows, &book, TODO_OUTBOUND, order, &sending.parcel);
    else
        todo_drop(&desk->rows, &book, TODO_OUTBOUND, order, &sending.parcel);
    set_due(&sending, &book, due_ms);
}

void outbound_refresh_all(const struct desk *desk, const struct id *parcel)
{
    struct key prefix = key_of(parcel);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(&desk->rows, VIEW_ORDER_BY_PARCEL, &walk, &row)) {
        struct id order;
        memcpy(order.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        outbound_refresh(desk, &order);
    }
}

void outbound_name(const struct desk *desk, const struct id *order)
{
    struct sending sending;
    if (!find_sending(desk, order, &sending)) return;
    struct key key = pair_key(&sending.parcel, order);
    rows_mark(&desk->rows, VIEW_ORDER_BY_PARCEL, &key);
    outbound_refresh(desk, order);
}

void outbound_forget(const struct desk *desk, const struct id *order)
{
    struct sending sending;
    if (!find_sending(desk, order, &sending)) return;
    struct id book = sending.row.book;
    struct key key = pair_key(&sending.parcel, order);
    set_due(&sending, &book, 0);
    todo_drop(&desk->rows, &book, TODO_OUTBOUND, order, &sending.parcel);
    rows_drop(&desk->rows, VIEW_ORDER_BY_PARCEL, &key);
}

uint64_t outbound_days(const struct desk *desk, const struct merchant *merchant,
                       struct span outbound, const struct moment *moment)
{
    struct policy_row row;
    uint64_t version = policy_version_at(&desk->rows, merchant, moment->wall_ms);
    if (outbound.size == 0 || !policy_load(&desk->rows, merchant, version, &row)) return 0;
    return row.policy.stalled_days;
}

/* --- claims ----------------------------------------------------------------------------------- */

static const char *story_of(enum stray stray)
{
    static const char *const stories[] = {
        [STRAY_LOST] = "the carrier says that the parcel is lost",
        [STRAY_DAMAGED] = "the carrier says that the parcel is damaged",
        [STRAY_STALLED] = "the carrier has told nothing new of the parcel"};
    return stories[stray];
}

static void name_lines(const struct recourse *recourse, unsigned part, struct return_moved *moved)
{
    bool damaged = moved->stray == STRAY_DAMAGED;
    for (uint32_t i = 0; i < RETURN_LINES_MAX; i++) {
        uint32_t line = part * RETURN_LINES_MAX + i;
        if (recourse->free[line] == 0) continue;
        moved->lines[moved->lines_count++] = (struct return_line){
            .line = line,
            .quantity = recourse->free[line],
            .reason = damaged ? REASON_DAMAGED_IN_TRANSIT : REASON_NEVER_ARRIVED};
    }
}

/* The file as if the claim were there, not yet begun. */
static bool open_file(const struct sending *sending, const struct id *claim,
                      const struct return_moved *moved, struct moment *moment,
                      struct case_file *file)
{
    *file = (struct case_file){.desk = sending->desk, .moment = moment, .return_id = *claim};
    file->order = sending->row;
    file->row = (struct return_row){.merchant = sending->row.merchant,
                                    .book = sending->row.book,
                                    .order = sending->order,
                                    .requested_ms = moment->wall_ms,
                                    .due_ms = moved->fired_ms};
    for (uint32_t i = 0; i < moved->lines_count; i++)
        file->lines[moved->lines[i].line] = (struct return_line_row){
            .quantity = moved->lines[i].quantity, .reason = moved->lines[i].reason};
    return merchant_load(&sending->desk->rows, &sending->row.merchant, &file->merchant);
}

/* due_ms: of the silence that opens it; 0: the carrier's word does. */
static void open_claim(const struct sending *sending, const struct recourse *recourse,
                       unsigned part, uint64_t due_ms, struct moment *moment,
                       struct decision *decision)
{
    enum actor_kind actor = due_ms != 0 ? BY_CLOCK : BY_POLICY;
    enum stray stray = due_ms != 0 ? STRAY_STALLED : recourse->plight.stray;
    uint32_t facts =
        RETURN_IF(ORDER_KNOWN) | RETURN_IF(LINES_GOOD) | (stray != 0 ? RETURN_IF(STRAYED) : 0);
    struct id claim = claim_of(sending, part);
    struct case_file file;
    struct actor by = actor_self(sending->desk, actor);
    struct return_moved moved = {.order = sending->order,
                                 .kind = KIND_CLAIM,
                                 .outcome = OUTCOME_REFUND,
                                 .keep = 1,
                                 .channel = CHANNEL_CARRIER,
                                 .filed_by = BY_CARRIER,
                                 .seen = sending->parcel,
                                 .reason = span_text(story_of(stray)),
                                 .fired_ms = due_ms,
                                 .outbound = sending->row.outbound,
                                 .stray = stray,
                                 .stray_carrier = recourse->plight.carrier,
                                 .stray_ms = recourse->plight.occurred_ms};
    name_lines(recourse, part, &moved);
    if (!open_file(sending, &claim, &moved, moment, &file)) return;
    file.decision = decision;
    return_file(&file, actor, &by, facts, &moved);
}

static void cancel_claim(const struct sending *sending, unsigned part, struct moment *moment,
                         struct decision *decision)
{
    struct id claim = claim_of(sending, part);
    struct case_file file;
    struct actor policy = actor_self(sending->desk, BY_POLICY);
    struct return_moved moved = {.reason = span_text("the parcel came after all"),
                                 .seen = sending->parcel};
    if (case_open(sending->desk, &claim, moment, decision, &file))
        case_move(&file, BY_POLICY, DO_CANCEL, RETURN_IF(CAME_AFTER), &policy, &moved);
}

void outbound_react(const struct desk *desk, const struct id *order, const struct id *parcel,
                    struct moment *moment, struct decision *decision)
{
    struct sending sending;
    struct recourse recourse;
    if (!find_sending(desk, order, &sending) || !id_equal(&sending.parcel, parcel)) return;
    find_recourse(&sending, &recourse);
    for (unsigned part = 0; part < PARTS; part++) {
        if (recourse.cancels[part]) cancel_claim(&sending, part, moment, decision);
        if (recourse.opens[part] && recourse.plight.stray != 0)
            open_claim(&sending, &recourse, part, 0, moment, decision);
    }
}

void outbound_due(const struct desk *desk, uint64_t due_ms, const struct id *order,
                  struct moment *moment, struct decision *decision)
{
    struct sending sending;
    struct recourse recourse;
    if (due_ms > moment->wall_ms || !find_sending(desk, order, &sending)) return;
    find_recourse(&sending, &recourse);
    if (recourse.plight.stalls_ms != due_ms) return;
    for (unsigned part = 0; part < PARTS; part++)
        if (recourse.opens[part]) open_claim(&sending, &recourse, part, due_ms, moment, decision);
}
