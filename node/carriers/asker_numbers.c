/* Which numbers are asked about: those of parcels that a return of a book which this node leads
 * waits for, or that an order was sent in; at which account; and when next. */
#include <string.h>

#include "carriers/whose.h"
#include "node/carriers/asker_inside.h"
#include "overseas-warehouse/view_rows.h"

#define WALK_REST_MS 60000u /* between two walks over all parcels */
#define SENT_DAYS    120u   /* an order's parcel is asked about so long after the sale */
#define DAY_MS       (UINT64_C(24) * 3600 * 1000)

/* --- which account ---------------------------------------------------------------------------- */

/* An aggregator is asked about anybody's numbers; a carrier whose numbers have no form that is
 * known here only about those that nobody else's form fits. */
static bool has_forms(const struct carrier *carrier)
{
    for (size_t i = 0; i < whose_forms_count; i++)
        if (whose_forms[i].carrier != NULL && strcmp(whose_forms[i].carrier, carrier->name) == 0)
            return true;
    return false;
}

static unsigned rank_of(const struct asked *account, const struct parcel_row *row,
                        const struct whose *found, size_t found_count)
{
    const struct carrier *carrier = account->is.carrier;
    bool anybody = false;
    if (row != NULL && span_equal(row->carrier, span_text(carrier->name))) return 1000;
    for (size_t i = 0; i < found_count; i++) {
        const char *name = found[i].form->carrier;
        anybody = anybody || name != NULL;
        if (name != NULL && strcmp(name, carrier->name) == 0)
            return 900 - (unsigned)i + (found[i].checked ? 50 : 0);
    }
    if (has_forms(carrier)) return 0;
    return carrier->aggregator ? 500 : anybody ? 0 : 100;
}

/* The best account that has not been tried yet. false: none is left. */
static bool choose(struct asker *asker, struct number *number, const struct parcel_row *row)
{
    struct whose found[WHOSE_MAX];
    size_t count = whose_number(span_text(number->text), found);
    unsigned best = 0;
    for (size_t i = 0; i < asker->accounts_count; i++) {
        const struct asked *account = &asker->accounts[i];
        bool theirs =
            id_is_zero(&account->is.merchant) || id_equal(&account->is.merchant, &number->merchant);
        unsigned rank = theirs ? rank_of(account, row, found, count) : 0;
        if (rank <= best || (number->tried >> i & 1) != 0) continue;
        best = rank;
        number->account = (uint8_t)i;
    }
    return best > 0;
}

/* --- when ------------------------------------------------------------------------------------- */

static uint64_t interval_of(const struct asker *asker, const struct number *number)
{
    const struct poll *poll = number->account == NUMBERS_NOBODY
                                  ? NULL
                                  : asker->accounts[number->account].is.carrier->poll;
    const struct pace_case it = {.status = number->status,
                                 .since_ms = number->since_ms,
                                 .now_ms = asker_wall_ms(),
                                 .misses = number->misses,
                                 .carrier_days = poll == NULL ? 0 : poll->days};
    return pace_interval_ms(&it);
}

void number_wait(struct asker *asker, struct number *number, uint64_t next_ms)
{
    number->next_ms = next_ms;
    numbers_put(asker->numbers, number);
}

void number_heard(struct asker *asker, struct number *number, uint64_t now_ms)
{
    number->tried = 0;
    number->misses = number->failures = 0;
    number->hinted = number->again;
    number->again = false;
    if (number->hinted) {
        number_wait(asker, number, now_ms);
        return;
    }
    uint64_t interval = interval_of(asker, number);
    /* What has just been heard of may have moved: the walk sees it, and puts it where it belongs.
     */
    number_wait(asker, number,
                interval == 0 ? NUMBERS_NEVER : now_ms + asker_pause(asker, interval));
}

void number_missed(struct asker *asker, struct number *number, uint64_t now_ms)
{
    number->hinted = false;
    number->tried |= (uint16_t)(1u << number->account);
    if (choose(asker, number, NULL)) {
        number_wait(asker, number, now_ms);
        return;
    }
    number->tried = 0;
    (void)choose(asker, number, NULL);
    if (number->misses < UINT16_MAX) number->misses++;
    uint64_t interval = interval_of(asker, number);
    number_wait(asker, number,
                interval == 0 ? NUMBERS_NEVER : now_ms + asker_pause(asker, interval));
}

/* --- whose parcel it is ------------------------------------------------------------------------
 */

struct waiting {
    struct id merchant;
    uint64_t since_ms;
};

static bool leads(const struct asker *asker, const struct rows *views, const struct id *book)
{
    struct key key = key_of(book);
    struct book_row row;
    return rows_load(views, VIEW_BOOK, &key, &book_row_shape, &row) &&
           id_equal(&row.leader, &engine_self(asker->options.engine)->node);
}

static bool is_live(uint64_t state)
{
    return state == RETURN_REQUESTED || state == RETURN_APPROVED || state == RETURN_DISPUTED ||
           state == RETURN_ESCALATED;
}

static bool a_return_waits(const struct asker *asker, const struct rows *views,
                           const struct id *parcel, struct waiting *waiting)
{
    struct key prefix = key_of(parcel);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(views, VIEW_RETURN_BY_PARCEL, &walk, &at)) {
        struct id return_id;
        struct return_row row;
        memcpy(return_id.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!return_load(views, &return_id, &row) || !is_live(row.state)) continue;
        *waiting = (struct waiting){row.merchant, row.requested_ms};
        if (leads(asker, views, &row.book)) return true;
    }
    return false;
}

static bool an_order_waits(const struct asker *asker, const struct rows *views,
                           const struct id *parcel, struct waiting *waiting)
{
    struct key prefix = key_of(parcel);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(views, VIEW_ORDER_BY_PARCEL, &walk, &at)) {
        struct id order;
        struct order_row row;
        memcpy(order.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!order_load(views, &order, &row)) continue;
        if (row.sold_ms + SENT_DAYS * DAY_MS < asker_wall_ms()) continue;
        *waiting = (struct waiting){row.merchant, row.sold_ms};
        if (leads(asker, views, &row.book)) return true;
    }
    return false;
}

/* --- the walk --------------------------------------------------------------------------------- */

/* A carrier's clock may say the year 2875: nothing has stood so since then. */
static uint64_t since_of(const struct parcel_row *row, uint64_t wall_ms, uint64_t otherwise_ms)
{
    bool past = row->occurred_ms != 0 && row->occurred_ms <= wall_ms;
    return past ? row->occurred_ms : otherwise_ms;
}

static void add_number(struct asker *asker, const struct id *parcel, const struct parcel_row *row,
                       const struct waiting *waiting, uint64_t now_ms)
{
    uint64_t down_ms = asker->down_ms, wall_ms = asker_wall_ms();
    struct number *number = numbers_add(asker->numbers, parcel);
    if (number == NULL) return;
    memcpy(number->text, row->number.at, row->number.size);
    number->text[row->number.size] = '\0';
    number->merchant = waiting->merchant;
    number->status = row->status;
    number->since_ms = since_of(row, wall_ms, waiting->since_ms);
    number->round = asker->round;
    if (!choose(asker, number, row)) return; /* known, and nobody can be asked about it */
    uint64_t interval = asker_pause(asker, interval_of(asker, number));
    /* New since the first walk: nobody has asked about it anywhere. */
    bool fresh = asker->walk_done || down_ms == 0 || waiting->since_ms >= down_ms;
    uint64_t first = fresh ? wall_ms : pace_first_ms(interval, down_ms, asker_chance());
    if (interval == 0) first = NUMBERS_NEVER;
    if (first != NUMBERS_NEVER) first = first > wall_ms ? now_ms + first - wall_ms : now_ms;
    number_wait(asker, number, first);
    const struct asked *account = &asker->accounts[number->account];
    const struct subscription *subscription = account->is.carrier->subscription;
    bool once = subscription != NULL && subscription->once;
    bool spoken = span_equal(row->carrier, span_text(account->is.carrier->name));
    number->subscribe_ms =
        once && spoken ? NUMBERS_NEVER : subscription_first_ms(account, fresh, now_ms);
    subscription_want(asker, number, now_ms);
}

static void see_again(struct asker *asker, struct number *number, const struct parcel_row *row,
                      uint64_t now_ms)
{
    bool moved = number->status != row->status;
    number->round = asker->round;
    subscription_want(asker, number, now_ms);
    if (!moved) return;
    number->status = row->status;
    number->since_ms = since_of(row, asker_wall_ms(), asker_wall_ms());
    if (number->under_way || number->tried != 0 || number->hinted) return;
    numbers_take(asker->numbers, number);
    number->under_way = false;
    if (!choose(asker, number, row)) return;
    uint64_t interval = interval_of(asker, number);
    number_wait(asker, number,
                interval == 0 ? NUMBERS_NEVER : now_ms + asker_pause(asker, interval));
}

static void see(struct asker *asker, const struct rows *views, const struct id *parcel,
                const struct parcel_row *row, uint64_t now_ms)
{
    struct waiting waiting;
    struct number *number = numbers_find(asker->numbers, parcel);
    bool here = row->state == PARCEL_RECEIVED || row->state == PARCEL_UNANNOUNCED;
    if (here || row->number.size > TRACKING_NUMBER_BYTES_MAX) return;
    if (!a_return_waits(asker, views, parcel, &waiting) &&
        !an_order_waits(asker, views, parcel, &waiting))
        return;
    if (number != NULL)
        see_again(asker, number, row, now_ms);
    else
        add_number(asker, parcel, row, &waiting, now_ms);
}

/* Those that the walk did not meet are waited for no more. */
static void drop_unseen(struct asker *asker)
{
    size_t place = 0;
    struct number *number;
    while ((number = numbers_each(asker->numbers, &place)) != NULL) {
        if (number->round == asker->round || number->under_way) continue;
        struct id parcel = number->parcel;
        subscription_drop(asker, number);
        numbers_drop(asker->numbers, &parcel);
        place--; /* another took its place */
    }
}

static void end_walk(struct asker *asker, uint64_t now_ms)
{
    drop_unseen(asker);
    asker->walk_begun = false;
    asker->walk_done = true;
    asker->walked_ms = now_ms;
}

void asker_walk(struct asker *asker, uint64_t now_ms)
{
    struct store_reading reading;
    struct key none = {.size = 0};
    struct row at;
    bool rests = asker->walk_done && !asker->walk_begun &&
                 now_ms - asker->walked_ms < asker_pause(asker, WALK_REST_MS);
    if (rests || !engine_may_act(asker->options.engine)) return;
    if (store_reading_begin(asker->options.store, &reading) != OK) return;
    struct walk walk = walk_over(&none);
    if (asker->walk_begun) {
        walk.at = asker->walk_at;
        walk.begun = true;
    } else
        asker->round++;
    asker->walk_begun = true;
    bool more = true;
    for (unsigned i = 0; i < LOOK_ROWS && more; i++) {
        struct parcel_row row;
        struct id parcel;
        more = walk_next(&reading.views, VIEW_PARCEL, &walk, &at);
        if (!more) break;
        asker->walk_at = walk.at;
        memcpy(parcel.bytes, walk.at.bytes, ID_BYTES);
        if (shape_decode(&parcel_row_shape, at.value, &row, NULL) == OK)
            see(asker, &reading.views, &parcel, &row, now_ms);
    }
    bool sound = reading.views.port->error(reading.views.world) == OK;
    store_reading_end(&reading);
    if (!more && sound) end_walk(asker, now_ms);
}

/* --- hints ------------------------------------------------------------------------------------ */

void asker_take_hints(struct asker *asker, uint64_t now_ms)
{
    struct id hints[HINTS_MAX];
    pthread_mutex_lock(&asker->lock);
    size_t count = asker->hints_count;
    memcpy(hints, asker->hints, count * sizeof hints[0]);
    asker->hints_count = 0;
    pthread_mutex_unlock(&asker->lock);
    for (size_t i = 0; i < count; i++) {
        struct number *number = numbers_find(asker->numbers, &hints[i]);
        if (number == NULL || number->account == NUMBERS_NOBODY) continue;
        number->again = number->again || number->under_way;
        if (number->under_way || number->hinted) continue;
        if (number->next_ms <= now_ms) continue; /* it is due anyway */
        number->hinted = true;
        number_wait(asker, number, now_ms);
    }
}
