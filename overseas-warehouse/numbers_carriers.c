/* How carriers bring back what is returned: the parcels of a period's returns, each counted once,
 * under the carrier that spoke last of it. */
#include "overseas-warehouse/numbers.h"

#include "overseas-warehouse/parts.h"

SHAPE_DEFINE(claim_money, CLAIM_MONEY_FIELDS)
SHAPE_DEFINE(carrier_figures, CARRIER_FIGURES_FIELDS)
SHAPE_DEFINE(carriers_report, CARRIERS_REPORT_FIELDS)

#define SHARERS_MAX 100u /* returns of one parcel are asked whose it is */
#define DAY_S       86400u

static struct carrier_tally *tally_of(struct hauling *hauling, struct span name)
{
    for (uint32_t i = 0; i < hauling->count; i++) {
        struct carrier_tally *tally = &hauling->at[i];
        if (span_equal(span_of(tally->name, tally->name_size), name)) return tally;
    }
    if (hauling->count == NUMBERS_CARRIERS_MAX) return NULL;
    struct carrier_tally *tally = &hauling->at[hauling->count++];
    assert(name.size <= sizeof tally->name);
    memset(tally, 0, sizeof *tally);
    if (name.size > 0) memcpy(tally->name, name.at, name.size);
    tally->name_size = name.size;
    return tally;
}

/* Several returns may lie in one parcel: the first of them that is the merchant's bears it. */
static bool is_counted_here(const struct rows *rows, const struct id *merchant,
                            const struct id *parcel, const struct id *return_id)
{
    struct key prefix = key_of(parcel);
    struct walk walk = walk_over(&prefix);
    struct row found;
    for (unsigned i = 0; i < SHARERS_MAX; i++) {
        struct id sharer;
        struct return_row row;
        if (!walk_next(rows, VIEW_RETURN_BY_PARCEL, &walk, &found)) break;
        memcpy(sharer.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (id_equal(&sharer, return_id)) return true;
        if (id_is_zero(merchant)) return false;
        if (return_load(rows, &sharer, &row) && id_equal(&row.merchant, merchant)) return false;
    }
    return true;
}

/* What the scans say: when the carrier had it first, when it arrived, what became of it. */
struct journey {
    uint64_t first_ms, arrived_ms; /* 0: never */
    bool lost, damaged;
};

static bool carrier_has_it(uint64_t status)
{
    return status != TRACK_NOT_FOUND && status != TRACK_PRE_TRANSIT && status != TRACK_UNKNOWN;
}

static void note_earlier(uint64_t *at_ms, uint64_t other_ms)
{
    if (other_ms != 0 && (*at_ms == 0 || other_ms < *at_ms)) *at_ms = other_ms;
}

static void note_scan(struct journey *journey, const struct scan_row *scan)
{
    bool came = scan->status == TRACK_DELIVERED || scan->status == TRACK_RETURNED;
    if (scan->reason == TRACK_REASON_DAMAGED || scan->reason == TRACK_REASON_DESTROYED)
        journey->damaged = true;
    if (scan->message != 0 || scan->informational != 0) return;
    if (carrier_has_it(scan->status)) note_earlier(&journey->first_ms, scan->occurred_ms);
    if (came) note_earlier(&journey->arrived_ms, scan->occurred_ms);
}

static struct journey journey_of(const struct rows *rows, const struct id *parcel,
                                 const struct parcel_row *row)
{
    struct journey journey = {.lost = row->status == TRACK_LOST};
    if (row->reason == TRACK_REASON_STOLEN || row->reason == TRACK_REASON_LOST_IN_TRANSIT)
        journey.lost = true;
    struct key prefix = key_of(parcel);
    struct walk walk = walk_over(&prefix);
    struct row found;
    for (unsigned i = 0; i < NUMBERS_SCANS_MAX; i++) {
        struct scan_row scan;
        if (!walk_next(rows, VIEW_SCAN, &walk, &found)) break;
        if (shape_decode(&scan_row_shape, found.value, &scan, NULL) == OK)
            note_scan(&journey, &scan);
    }
    return journey;
}

/* Late: so many days from the first scan to the arrival, or to now where there is none. */
static bool is_late(const struct hauling *hauling, const struct journey *journey, bool came)
{
    uint64_t until_ms = came ? journey->arrived_ms : hauling->as_of_ms;
    if (journey->first_ms == 0 || until_ms < journey->first_ms) return false;
    return until_ms - journey->first_ms > hauling->late_days * DAY_S * 1000;
}

static void add_parcel(struct hauling *hauling, const struct rows *rows, const struct id *parcel)
{
    struct parcel_row row;
    if (!parcel_load(rows, parcel, &row)) return;
    struct carrier_tally *tally = tally_of(hauling, row.carrier);
    if (tally == NULL) {
        hauling->further++;
        return;
    }
    bool came = parcel_has_arrived(&row) || row.state == PARCEL_RECEIVED;
    struct journey journey = journey_of(rows, parcel, &row);
    bool timed = journey.first_ms != 0 && journey.arrived_ms >= journey.first_ms;
    tally->parcels++;
    tally->scanned += journey.first_ms != 0 ? 1u : 0u;
    tally->arrived += came ? 1u : 0u;
    tally->lost += journey.lost && !came ? 1u : 0u;
    tally->damaged += journey.damaged ? 1u : 0u;
    tally->spoiled += (journey.lost && !came) || journey.damaged ? 1u : 0u;
    tally->late += is_late(hauling, &journey, came) ? 1u : 0u;
    if (came && timed) spells_add(&tally->transit, journey.arrived_ms - journey.first_ms);
}

static void add_number(struct hauling *hauling, const struct rows *rows,
                       const struct crypto *crypto, const struct id *merchant,
                       const struct id *return_id, struct span number)
{
    uint8_t room[TRACKING_NUMBER_BYTES_MAX];
    struct span form = parcel_number(number, room);
    if (form.size == 0) return;
    struct id parcel = parcel_id(crypto, form);
    if (is_counted_here(rows, merchant, &parcel, return_id)) add_parcel(hauling, rows, &parcel);
}

void hauling_add(struct hauling *hauling, const struct rows *rows, const struct crypto *crypto,
                 const struct id *merchant, const struct id *return_id,
                 const struct return_row *row)
{
    add_number(hauling, rows, crypto, merchant, return_id, row->number);
    for (uint32_t i = 0; i < row->parcels_count; i++)
        add_number(hauling, rows, crypto, merchant, return_id, row->parcels[i].number);
}

/* --- claims ----------------------------------------------------------------------------------- */

static struct claim_money *money_of(struct carrier_tally *tally, uint64_t currency)
{
    for (uint32_t i = 0; i < tally->monies_count; i++)
        if (tally->monies[i].currency == currency) return &tally->monies[i];
    if (tally->monies_count == NUMBERS_CLAIM_CURRENCIES_MAX) return NULL;
    struct claim_money *money = &tally->monies[tally->monies_count++];
    *money = (struct claim_money){.currency = currency};
    return money;
}

/* A draft was not claimed yet, and what was withdrawn is claimed no more. */
static void add_claim(void *world, const struct compensation_row *row)
{
    struct hauling *hauling = world;
    if (row->carrier.size == 0 || row->filed_ms == 0) return;
    if (row->state == COMPENSATION_WITHDRAWN) return;
    struct carrier_tally *tally = tally_of(hauling, row->carrier);
    if (tally == NULL) return;
    struct claim_money *money = money_of(tally, row->currency);
    bool paid = row->state == COMPENSATION_PAID;
    tally->claims++;
    tally->claims_paid += paid ? 1u : 0u;
    tally->claims_denied += row->state == COMPENSATION_DENIED ? 1u : 0u;
    if (paid && row->paid_ms >= row->filed_ms)
        spells_add(&tally->to_pay, row->paid_ms - row->filed_ms);
    if (money == NULL) return;
    sum_add(&money->claimed_minor, row->amount_minor);
    sum_add(&money->recovered_minor, row->paid_minor);
}

void hauling_add_claims(struct hauling *hauling, const struct rows *rows,
                        const struct cohort *cohort)
{
    claims_walk(rows, cohort, add_claim, hauling);
}

static void report_claims(const struct carrier_tally *tally, struct carrier_figures *figures)
{
    figures->claims = tally->claims;
    figures->claims_paid = tally->claims_paid;
    figures->claims_denied = tally->claims_denied;
    figures->claims_paid_permille = share_of(tally->claims_paid, tally->claims);
    figures->claim_monies_count = tally->monies_count;
    for (uint32_t i = 0; i < tally->monies_count; i++) {
        struct claim_money *money = &figures->claim_monies[i];
        *money = tally->monies[i];
        money->recovered_permille =
            share_of((uint64_t)money->recovered_minor, (uint64_t)money->claimed_minor);
    }
    spells_report(&tally->to_pay, &figures->to_pay);
}

/* --- the report ------------------------------------------------------------------------------- */

static void report_one(const struct carrier_tally *tally, struct carrier_figures *figures)
{
    *figures = (struct carrier_figures){
        .carrier = tally->name_size > 0 ? span_of(tally->name, tally->name_size) : span_text("?"),
        .parcels = tally->parcels,
        .scanned = tally->scanned,
        .arrived = tally->arrived,
        .arrived_permille = share_of(tally->arrived, tally->parcels),
        .lost = tally->lost,
        .damaged = tally->damaged,
        .lost_or_damaged_permille = share_of(tally->spoiled, tally->parcels),
        .late = tally->late,
        .late_permille = share_of(tally->late, tally->scanned)};
    spells_report(&tally->transit, &figures->transit);
    report_claims(tally, figures);
}

/* The carrier with the most parcels first. */
static void settle_in(struct carriers_report *report, uint32_t at)
{
    for (uint32_t i = at; i > 0; i--) {
        struct carrier_figures here = report->carriers[i];
        if (report->carriers[i - 1].parcels >= here.parcels) return;
        report->carriers[i] = report->carriers[i - 1];
        report->carriers[i - 1] = here;
    }
}

void hauling_report(const struct hauling *hauling, const struct cohort *cohort,
                    struct carriers_report *report)
{
    *report = (struct carriers_report){.merchant = cohort->merchant,
                                       .from_ms = cohort->from_ms,
                                       .to_ms = cohort->to_ms,
                                       .as_of_ms = hauling->as_of_ms,
                                       .late_days = hauling->late_days,
                                       .carriers_count = hauling->count,
                                       .parcels_of_further_carriers = hauling->further};
    for (uint32_t i = 0; i < hauling->count; i++) {
        report_one(&hauling->at[i], &report->carriers[i]);
        settle_in(report, i);
    }
}
