#include "sim/ledger.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "overseas-warehouse/billing/billing.h"
#include "overseas-warehouse/plates/plates.h"
#include "overseas-warehouse/stock/stock.h"
#include "sim/clients.h"
#include "sim/oracle.h"
#include "sim/stores.h"

#define PLACES_MAX   4096
#define POSTINGS_MAX 8192
#define HOPS_MAX     8192
#define CHARGES_MAX  16384
#define BOXES_MAX    4096
#define SLOTS        32768 /* of a table of hashes */

/* --- what is counted -------------------------------------------------------------------------- */

struct place_sum { /* pieces of one account */
    struct id warehouse, merchant;
    char sku[SKU_BYTES_MAX], bin[BIN_BYTES_MAX];
    uint64_t account, grade;
    int64_t pieces;
};
struct posting { /* as its entry said, until it is taken back */
    struct id id, log, reservation;
    struct place_sum from, to;
    int64_t pieces;
    bool voidable, voided, ends;
};
struct hop { /* of a unit, by one log */
    struct id unit, log, warehouse, box;
    uint64_t number, state, disposition, grade, cycle;
    char sku[SKU_BYTES_MAX];
};
struct charged {
    struct id charge, log, merchant, warehouse, thing;
    uint64_t act;
    int64_t amount_minor;
    bool reverses;
};
struct box_count {
    struct id box;
    uint64_t carried, received; /* by what people were told; by units that began there */
};

struct ledger {
    struct world *world;
    struct host *host;
    const struct rows *views;
    struct place_sum place[PLACES_MAX];
    struct posting posting[POSTINGS_MAX];
    struct hop hop[HOPS_MAX];
    struct charged charged[CHARGES_MAX];
    struct box_count box[BOXES_MAX];
    uint32_t places, postings, hops, charges, boxes;
    uint32_t slot[SLOTS]; /* of hops, by unit: one more than the number */
};

/* --- accounts --------------------------------------------------------------------------------- */

static struct place_sum place_of(uint64_t account, struct span bin, uint64_t grade)
{
    struct place_sum place = {.account = account, .grade = grade};
    bool pool = account >= STOCK_SELLABLE && account <= STOCK_RESERVED;
    if (pool && bin.size > 0) memcpy(place.bin, bin.at, bin.size);
    return place;
}

static void put_goods(struct place_sum *place, const struct id *warehouse,
                      const struct id *merchant, struct span sku)
{
    uint8_t room[SKU_BYTES_MAX];
    struct span form = sku_form(sku, room);
    place->warehouse = *warehouse;
    place->merchant = *merchant;
    if (form.size > 0) memcpy(place->sku, form.at, form.size);
}

static bool is_same_place(const struct place_sum *a, const struct place_sum *b)
{
    return id_equal(&a->warehouse, &b->warehouse) && id_equal(&a->merchant, &b->merchant) &&
           memcmp(a->sku, b->sku, sizeof a->sku) == 0 &&
           memcmp(a->bin, b->bin, sizeof a->bin) == 0 && a->account == b->account &&
           a->grade == b->grade;
}

static void add_pieces(struct ledger *ledger, const struct place_sum *at, int64_t pieces)
{
    for (uint32_t i = 0; i < ledger->places; i++)
        if (is_same_place(&ledger->place[i], at)) {
            ledger->place[i].pieces += pieces;
            return;
        }
    assert(ledger->places < PLACES_MAX);
    ledger->place[ledger->places] = *at;
    ledger->place[ledger->places++].pieces = pieces;
}

static void post(struct ledger *ledger, const struct posting *posting, int64_t sign)
{
    add_pieces(ledger, &posting->from, -sign * posting->pieces);
    add_pieces(ledger, &posting->to, sign * posting->pieces);
}

/* A reservation ends once by each log. */
static bool has_ended(const struct ledger *ledger, const struct id *log,
                      const struct id *reservation)
{
    for (uint32_t i = 0; i < ledger->postings; i++) {
        const struct posting *one = &ledger->posting[i];
        if (one->ends && id_equal(&one->log, log) && id_equal(&one->reservation, reservation))
            return true;
    }
    return false;
}

static void hear_posted(struct ledger *ledger, const struct id *log,
                        const struct stock_posted *posted)
{
    uint64_t to_grade = posted->to_grade != 0 ? posted->to_grade : posted->grade;
    struct posting one = {.id = posted->posting,
                          .log = *log,
                          .reservation = posted->reservation,
                          .from = place_of(posted->from, posted->bin, posted->grade),
                          .to = place_of(posted->to, posted->to_bin, to_grade),
                          .pieces = (int64_t)posted->pieces,
                          .ends = posted->act == STOCK_RELEASE || posted->act == STOCK_SHIP};
    one.voidable = !one.ends && posted->act != STOCK_RESERVE;
    put_goods(&one.from, &posted->warehouse, &posted->merchant, posted->sku);
    put_goods(&one.to, &posted->warehouse, &posted->merchant, posted->sku);
    if (one.ends && has_ended(ledger, log, &posted->reservation)) {
        oracle_fail(ledger->world, "stock: what was kept for one order ended twice");
        return;
    }
    assert(ledger->postings < POSTINGS_MAX);
    ledger->posting[ledger->postings++] = one;
    post(ledger, &one, 1);
}

static void hear_counted(struct ledger *ledger, const struct stock_counted *counted)
{
    struct posting free = {
        .from = place_of(STOCK_DIFFERENCE, counted->bin, counted->grade),
        .to = place_of(counted->account, counted->bin, counted->grade),
        .pieces = counted->free,
    };
    put_goods(&free.from, &counted->warehouse, &counted->merchant, counted->sku);
    put_goods(&free.to, &counted->warehouse, &counted->merchant, counted->sku);
    struct posting kept = free;
    kept.to.account = STOCK_RESERVED;
    kept.pieces = counted->reserved;
    post(ledger, &free, 1);
    post(ledger, &kept, 1);
}

static void hear_voided(struct ledger *ledger, const struct id *log,
                        const struct stock_voided *voided)
{
    for (uint32_t i = 0; i < ledger->postings; i++) {
        struct posting *one = &ledger->posting[i];
        if (!id_equal(&one->id, &voided->posting) || !id_equal(&one->log, log)) continue;
        if (one->voided) oracle_fail(ledger->world, "stock: one posting was taken back twice");
        if (one->voided || !one->voidable) return;
        one->voided = true;
        post(ledger, one, -1);
    }
}

/* --- units ------------------------------------------------------------------------------------ */

static uint32_t *slot_of(struct ledger *ledger, const struct id *unit, uint64_t hop,
                         const struct id *log)
{
    uint32_t at = (uint32_t)(be_get(unit->bytes + ID_BYTES - 4, 4) + hop * 7919) % SLOTS;
    while (ledger->slot[at] != 0) {
        const struct hop *one = &ledger->hop[ledger->slot[at] - 1];
        if (id_equal(&one->unit, unit) && one->number == hop && id_equal(&one->log, log)) break;
        at = (at + 1) % SLOTS;
    }
    return &ledger->slot[at];
}

static void hear_moved(struct ledger *ledger, const struct id *log, const struct unit_moved *moved)
{
    uint32_t *slot = slot_of(ledger, &moved->unit, moved->hop, log);
    if (*slot == 0) {
        if (moved->verb != DO_RECEIVE) return;
        assert(ledger->hops < HOPS_MAX);
        struct hop *fresh = &ledger->hop[ledger->hops++];
        *fresh = (struct hop){.unit = moved->unit,
                              .log = *log,
                              .number = moved->hop,
                              .warehouse = moved->warehouse,
                              .box = moved->box,
                              .disposition = moved->disposition,
                              .grade = moved->grade};
        *slot = ledger->hops;
    }
    struct hop *hop = &ledger->hop[*slot - 1];
    hop->state = moved->to;
    if (moved->sku.size > 0) memcpy(hop->sku, moved->sku.at, moved->sku.size);
    if (moved->verb == DO_DISPOSE) hop->disposition = moved->disposition;
    if (moved->verb == DO_GRADE) hop->grade = moved->grade;
    if (moved->verb == DO_VOID && moved->to == UNIT_INSPECTED) hop->grade = hop->disposition = 0;
    if (moved->verb == DO_RECEIVE || moved->verb == DO_SETTLE) hop->cycle = moved->cycle;
}

static void restock(struct ledger *ledger, const struct id *warehouse, const struct id *unit,
                    struct span sku, uint64_t grade)
{
    struct unit_owner owner = {.merchant = {{0}}};
    uint64_t pool = grade == GRADE_UNSELLABLE ? STOCK_UNSELLABLE : STOCK_SELLABLE;
    struct posting one = {.from = place_of(STOCK_FLOOR, (struct span){0}, grade),
                          .to = place_of(pool, (struct span){0}, grade),
                          .pieces = 1};
    if (!unit_owner(ledger->views, unit, &owner)) owner.merchant = (struct id){{0}};
    put_goods(&one.from, warehouse, &owner.merchant, sku);
    put_goods(&one.to, warehouse, &owner.merchant, sku);
    post(ledger, &one, 1);
}

/* By the units' own entries; where stores are odd, what of these counts is the views' word. */
static void restock_all(struct ledger *ledger)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    struct stock_row row;
    bool odd = stores_are_other(ledger->world);
    for (uint32_t i = 0; i < ledger->hops && !odd; i++) {
        const struct hop *hop = &ledger->hop[i];
        if (hop->state == UNIT_SETTLED && hop->disposition == DISPOSE_RESTOCK)
            restock(ledger, &hop->warehouse, &hop->unit, span_text(hop->sku), hop->grade);
    }
    while (odd && walk_next(ledger->views, VIEW_STOCK, &walk, &at)) {
        struct id warehouse, unit;
        memcpy(warehouse.bytes, walk.at.bytes, ID_BYTES);
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (shape_decode(&stock_row_shape, at.value, &row, NULL) == OK)
            restock(ledger, &warehouse, &unit, row.sku, row.grade);
    }
}

static void compare_accounts(struct ledger *ledger)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    uint32_t shown = 0, left = 0;
    while (walk_next(ledger->views, VIEW_STOCK_BALANCE, &walk, &at)) {
        struct stock_balance_row row;
        struct stock_at of;
        if (!stock_at_read(key_span(&walk.at), &of) ||
            shape_decode(&stock_balance_row_shape, at.value, &row, NULL) != OK)
            continue;
        struct place_sum place = place_of(of.account, row.bin, of.grade);
        put_goods(&place, &of.warehouse, &of.merchant, row.sku);
        int64_t pieces = 0;
        for (uint32_t i = 0; i < ledger->places; i++)
            if (is_same_place(&ledger->place[i], &place)) pieces = ledger->place[i].pieces;
        if (pieces != row.pieces)
            oracle_fail(ledger->world, "stock: host %u shows %lld pieces in %s, entries say %lld",
                        ledger->host->number, (long long)row.pieces,
                        word_of(&stock_account_words, of.account), (long long)pieces);
        shown++;
    }
    for (uint32_t i = 0; i < ledger->places; i++) left += ledger->place[i].pieces != 0 ? 1 : 0;
    if (left != shown)
        oracle_fail(ledger->world, "stock: host %u shows %u places, entries say %u",
                    ledger->host->number, shown, left);
}

/* --- goods: what was carried in is somewhere -------------------------------------------------- */

static struct box_count *box_of(struct ledger *ledger, const struct id *box)
{
    for (uint32_t i = 0; i < ledger->boxes; i++)
        if (id_equal(&ledger->box[i].box, box)) return &ledger->box[i];
    assert(ledger->boxes < BOXES_MAX);
    ledger->box[ledger->boxes] = (struct box_count){.box = *box};
    return &ledger->box[ledger->boxes++];
}

static void count_carried(struct ledger *ledger)
{
    const struct clients *clients = ledger->world->watcher;
    for (uint32_t i = 0; i < clients->wishes; i++) {
        const struct wish *wish = &clients->wish[i];
        union command_body body;
        bool done = wish->kind == COMMAND_BOX_RECEIVE && wish->answered && wish->error == OK &&
                    wish->state != ANSWER_REFUSED;
        if (!done || shape_decode(&box_receive_shape, span_of(wish->body, wish->body_bytes), &body,
                                  NULL) != OK)
            continue;
        box_of(ledger, &wish->entity)->carried += body.box_receive.items_count;
    }
}

struct fates { /* of units, each where its last hop left it */
    uint64_t received, restocked, gone, held, floor, under_way, slips;
};

static bool is_last(struct ledger *ledger, const struct hop *hop)
{
    for (uint64_t next = hop->number + 1; next <= hop->number + 1; next++)
        for (unsigned i = 0; i < ledger->world->hosts; i++)
            if (*slot_of(ledger, &hop->unit, next, &ledger->world->host[i].self.log) != 0)
                return false;
    return true;
}

static void count_fate(struct ledger *ledger, const struct hop *hop, struct fates *fates)
{
    fates->received += hop->number == 1 ? 1 : 0;
    if (!is_last(ledger, hop)) return;
    if (hop->state == UNIT_SETTLED && hop->disposition == DISPOSE_RESTOCK)
        fates->restocked++;
    else if (hop->state == UNIT_SETTLED)
        fates->gone++;
    else if (hop->state == UNIT_SHIPPED)
        fates->under_way++;
    else if (hop->state == UNIT_VOID)
        fates->slips++;
    else if (hop->disposition == DISPOSE_HOLD)
        fates->held++;
    else
        fates->floor++;
}

/* All that people were told was received began as a unit, and each unit ended in one place. Goods
 * that nobody announced at a wrong door begin as units of no box. */
static void check_goods(struct ledger *ledger)
{
    struct fates fates = {.received = 0};
    for (uint32_t i = 0; i < ledger->hops; i++) {
        const struct hop *hop = &ledger->hop[i];
        count_fate(ledger, hop, &fates);
        if (hop->number == 1 && !id_is_zero(&hop->box)) box_of(ledger, &hop->box)->received++;
    }
    count_carried(ledger);
    uint64_t ends =
        fates.restocked + fates.gone + fates.held + fates.floor + fates.under_way + fates.slips;
    if (fates.received != ends)
        oracle_fail(ledger->world, "goods: %llu units were received, %llu are somewhere",
                    (unsigned long long)fates.received, (unsigned long long)ends);
    for (uint32_t i = 0; i < ledger->boxes; i++)
        if (ledger->box[i].carried > ledger->box[i].received)
            oracle_fail(ledger->world, "goods: %llu units were carried in, %llu were received",
                        (unsigned long long)ledger->box[i].carried,
                        (unsigned long long)ledger->box[i].received);
}

/* --- charges ---------------------------------------------------------------------------------- */

static void hear_charge(struct ledger *ledger, const struct id *log,
                        const struct charge_posted *posted)
{
    bool reverses = !id_is_zero(&posted->reverses);
    for (uint32_t i = 0; i < ledger->charges; i++) {
        const struct charged *one = &ledger->charged[i];
        if (!id_equal(&one->charge, &posted->charge)) continue;
        if (id_equal(&one->log, log))
            oracle_fail(ledger->world, "charges: one act was charged twice");
        return;
    }
    assert(ledger->charges < CHARGES_MAX);
    ledger->charged[ledger->charges++] = (struct charged){.charge = posted->charge,
                                                          .log = *log,
                                                          .merchant = posted->merchant,
                                                          .warehouse = posted->warehouse,
                                                          .thing = posted->thing,
                                                          .act = posted->act,
                                                          .amount_minor = posted->amount_minor,
                                                          .reverses = reverses};
}

/* A box is received once, however often it is looked at. */
static void check_boxes(struct ledger *ledger)
{
    for (uint32_t i = 0; i < ledger->charges; i++) {
        const struct charged *one = &ledger->charged[i];
        if (one->act != BILLED_RECEIVE_BOX || one->reverses) continue;
        for (uint32_t j = 0; j < i; j++)
            if (ledger->charged[j].act == BILLED_RECEIVE_BOX && !ledger->charged[j].reverses &&
                id_equal(&ledger->charged[j].thing, &one->thing))
                oracle_fail(ledger->world, "charges: one box was charged twice");
    }
}

static void compare_balances(struct ledger *ledger)
{
    struct key none = {.size = 0};
    struct walk walk = walk_over(&none);
    struct row at;
    struct balance_row row;
    while (walk_next(ledger->views, VIEW_BALANCE, &walk, &at)) {
        struct id merchant, warehouse;
        int64_t sum = 0;
        memcpy(merchant.bytes, walk.at.bytes, ID_BYTES);
        memcpy(warehouse.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (shape_decode(&balance_row_shape, at.value, &row, NULL) != OK) continue;
        for (uint32_t i = 0; i < ledger->charges; i++)
            if (id_equal(&ledger->charged[i].merchant, &merchant) &&
                id_equal(&ledger->charged[i].warehouse, &warehouse))
                sum += ledger->charged[i].amount_minor;
        if (sum != row.charged_minor - row.reversed_minor)
            oracle_fail(ledger->world, "charges: %lld are owed, the entries sum to %lld",
                        (long long)(row.charged_minor - row.reversed_minor), (long long)sum);
    }
}

/* --- all entries ------------------------------------------------------------------------------ */

static void hear(struct ledger *ledger, const struct event_header *header, struct span payload)
{
    static union event_body body; /* as large as the largest record */
    bool of_interest = header->kind == EVENT_UNIT_MOVED || header->kind == EVENT_CHARGE_POSTED ||
                       header->kind == EVENT_STOCK_POSTED || header->kind == EVENT_STOCK_COUNTED ||
                       header->kind == EVENT_STOCK_VOIDED;
    if (!of_interest || event_body_decode(header, payload, &body) != OK) return;
    const struct id *log = &header->log;
    if (header->kind == EVENT_UNIT_MOVED) hear_moved(ledger, log, &body.unit_moved);
    if (header->kind == EVENT_CHARGE_POSTED) hear_charge(ledger, log, &body.charge_posted);
    if (header->kind == EVENT_STOCK_POSTED) hear_posted(ledger, log, &body.stock_posted);
    if (header->kind == EVENT_STOCK_COUNTED) hear_counted(ledger, &body.stock_counted);
    if (header->kind == EVENT_STOCK_VOIDED) hear_voided(ledger, log, &body.stock_voided);
}

static void hear_all(struct ledger *ledger, const struct logs *logs)
{
    for (uint32_t i = 0; i < logs->count; i++)
        for (uint64_t idx = 1; idx <= logs->log[i].folded; idx++) {
            struct event event;
            struct event_header header;
            if (log_read(logs, &logs->log[i].id, idx, &event, NULL) == OK &&
                event_header_decode(event.header, &header) == OK)
                hear(ledger, &header, event.payload);
        }
}

void ledger_check(struct world *world, struct host *host)
{
    struct ledger *ledger = calloc(1, sizeof *ledger);
    assert(ledger != NULL);
    ledger->world = world;
    ledger->host = host;
    ledger->views = &host->disk.inner->views;
    hear_all(ledger, &host->core->logs);
    restock_all(ledger);
    compare_accounts(ledger);
    if (!stores_are_other(world)) {
        check_goods(ledger);
        check_boxes(ledger);
        compare_balances(ledger);
    }
    free(ledger);
}
