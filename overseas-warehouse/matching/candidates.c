/* Which open returns a box might be: found by what they share, then scored one by one. As many as
 * are looked at are bounded, however many there are (README.md, Clues). */
#include "overseas-warehouse/matching/matching.h"
#include "overseas-warehouse/matching/nearness.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"

#define FOUND_SLOTS     1024 /* a power of two */
#define FOUND_MAX       768
#define BOX_UNITS_MAX   32
#define UNIT_SKUS_MAX   4
#define AGREE_POINTS    8
#define WRONG_POINTS    22
#define NUMBER_MIN      40
#define NUMBER_MAX      140
#define IDENTITY_AGREE  10
#define SERIAL_POINTS   120
#define SKU_POINTS      25
#define SKU_UNITS       2
#define SAME_LIST       10
#define OTHER_SKU       20
#define WEIGHT_POINTS   10
#define WEIGHT_AGAINST  15
#define NOT_AWAITED     40
#define PERSONS_LOOK_AT 2

/* --- what is known of the box ----------------------------------------------------------------- */

struct parcel_facts {
    const struct desk *desk;
    struct box_row row;
    struct match_row match;
    struct span name;
    uint32_t units_count, named; /* units that nobody has, and those of a known SKU */
    struct goods {
        struct span sku, serial;
        struct id form;
        uint8_t sku_room[SKU_BYTES_MAX], serial_room[SERIAL_BYTES_MAX];
    } units[BOX_UNITS_MAX];
};

static struct span keep(struct span text, uint8_t *room, size_t room_size)
{
    size_t size = text.size < room_size ? text.size : room_size;
    if (size > 0) memcpy(room, text.at, size);
    return span_of(room, size);
}

bool unit_is_free(const struct desk *desk, const struct id *unit)
{
    struct key key = key_of(unit);
    return !rows_has(&desk->rows, VIEW_ASSIGNED, &key) && !unit_is_removed(&desk->rows, unit);
}

static void load_units(struct parcel_facts *facts, const struct id *box)
{
    struct key prefix = key_of(box);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (facts->units_count < BOX_UNITS_MAX &&
           walk_next(&facts->desk->rows, VIEW_UNIT_BY_BOX, &walk, &at)) {
        struct goods *fact = &facts->units[facts->units_count];
        struct unit_now now;
        struct id unit;
        memcpy(unit.bytes, walk.at.bytes + ID_BYTES, ID_BYTES);
        if (!unit_is_free(facts->desk, &unit) || !unit_load(&facts->desk->rows, &unit, &now))
            continue;
        fact->sku = keep(now.row.sku, fact->sku_room, sizeof fact->sku_room);
        fact->serial = keep(now.row.serial, fact->serial_room, sizeof fact->serial_room);
        fact->form = sku_form_id(facts->desk->crypto, fact->sku);
        facts->units_count++;
        facts->named += fact->sku.size > 0 ? 1 : 0;
    }
}

/* --- finding ---------------------------------------------------------------------------------- */

/* Returns that share something with the box, and how much. */
struct found {
    uint32_t count;
    uint16_t slot[FOUND_SLOTS]; /* 1 + index; 0: free */
    struct {
        struct id return_id;
        uint32_t shares;
    } at[FOUND_MAX];
};

static void note_found(struct found *found, const struct id *return_id, uint32_t shares)
{
    size_t slot = be_get(return_id->bytes + ID_BYTES - 4, 4) % FOUND_SLOTS;
    while (found->slot[slot] != 0) {
        uint32_t at = found->slot[slot] - 1u;
        if (id_equal(&found->at[at].return_id, return_id)) {
            found->at[at].shares += shares;
            return;
        }
        slot = (slot + 1) % FOUND_SLOTS;
    }
    if (found->count == FOUND_MAX) return;
    found->at[found->count].return_id = *return_id;
    found->at[found->count].shares = shares;
    found->slot[slot] = (uint16_t)++found->count;
}

/* The fewer share it the more it tells, and what many share nothing. */
static void find_by(const struct desk *desk, const struct clue *clue, struct found *found)
{
    struct id with[CLUE_SHARED_MAX];
    uint32_t count = 0;
    struct key prefix = clue_key(clue, CLUE_OF_RETURN);
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(&desk->rows, VIEW_CLUE, &walk, &at)) {
        if (count == CLUE_SHARED_MAX) return;
        memcpy(with[count++].bytes, walk.at.bytes + walk.at.size - ID_BYTES, ID_BYTES);
    }
    for (uint32_t i = 0; i < count; i++) note_found(found, &with[i], CLUE_SHARED_MAX / count);
}

/* The places of those that share most, the smaller id first among equals. */
static uint32_t most_shared(const struct found *found, bool taken[FOUND_MAX])
{
    uint32_t best = FOUND_MAX;
    for (uint32_t i = 0; i < found->count; i++) {
        if (taken[i]) continue;
        bool more =
            best == FOUND_MAX || found->at[i].shares > found->at[best].shares ||
            (found->at[i].shares == found->at[best].shares &&
             memcmp(found->at[i].return_id.bytes, found->at[best].return_id.bytes, ID_BYTES) < 0);
        if (more) best = i;
    }
    if (best < FOUND_MAX) taken[best] = true;
    return best;
}

/* --- scoring ---------------------------------------------------------------------------------- */

/* One return against the box. */
struct scoring {
    const struct parcel_facts *facts;
    struct return_row row;
    struct order_row order;
    struct return_line_row lines[ORDER_LINES_MAX];
    uint64_t awaited, weight_g;
    struct candidate *candidate;
};

static void count_points(struct scoring *scoring, int64_t points, uint32_t clue)
{
    scoring->candidate->points += points;
    scoring->candidate->clues |= clue;
}

static int64_t number_points(const struct nearness *nearness)
{
    int64_t points =
        (int64_t)nearness->agree * AGREE_POINTS - (int64_t)nearness->wrong * WRONG_POINTS;
    return points < NUMBER_MIN ? 0 : points > NUMBER_MAX ? NUMBER_MAX : points;
}

struct best_number {
    int64_t points;
    bool identity;
};

static void compare_number(struct span label, struct span number, struct best_number *best)
{
    uint8_t rooms[2][TRACKING_NUMBER_BYTES_MAX];
    struct span read = parcel_number(label, rooms[0]), known = parcel_number(number, rooms[1]);
    if (read.size == 0 || known.size == 0) return;
    struct nearness nearness = number_nearness(read, known);
    int64_t points = number_points(&nearness);
    if (points <= best->points) return;
    best->points = points;
    best->identity = nearness.agree >= IDENTITY_AGREE && nearness.wrong <= 1;
}

static void compare_label(const struct scoring *scoring, struct span label,
                          struct best_number *best)
{
    compare_number(label, scoring->row.number, best);
    for (uint32_t i = 0; i < scoring->row.parcels_count; i++)
        compare_number(label, scoring->row.parcels[i].number, best);
    compare_number(label, scoring->order.outbound, best);
}

static void score_numbers(struct scoring *scoring)
{
    const struct parcel_facts *facts = scoring->facts;
    struct best_number best = {.points = 0};
    compare_label(scoring, facts->row.number, &best);
    for (uint32_t i = 0; i < facts->match.labels_count; i++)
        compare_label(scoring, facts->match.labels[i].text, &best);
    if (best.points == 0) return;
    count_points(scoring, best.points, CLUE_NUMBER | (best.identity ? CLUE_IDENTITY : 0));
}

static uint64_t left_on(const struct return_line_row *line)
{
    return line->quantity > line->taken ? line->quantity - line->taken : 0;
}

static void load_lines(struct scoring *scoring, const struct id *return_id)
{
    const struct desk *desk = scoring->facts->desk;
    struct id merchant = scoring->row.merchant;
    for (uint32_t i = 0; i < scoring->order.lines_count; i++) {
        struct sku_row sku;
        struct id id;
        if (!return_line_load(&desk->rows, return_id, i, &scoring->lines[i])) continue;
        uint64_t left = left_on(&scoring->lines[i]);
        scoring->awaited += left;
        if (sku_find(&desk->rows, desk->crypto, &merchant, scoring->order.lines[i].sku, &id) &&
            sku_load(&desk->rows, &id, &sku))
            scoring->weight_g += left * sku.weight_g;
    }
}

static bool same_serial(struct span a, struct span b)
{
    uint8_t rooms[2][SERIAL_BYTES_MAX];
    struct span left = parcel_number(a, rooms[0]), right = parcel_number(b, rooms[1]);
    return left.size > 0 && span_equal(left, right);
}

static void score_serials(struct scoring *scoring)
{
    const struct parcel_facts *facts = scoring->facts;
    for (uint32_t i = 0; i < facts->units_count; i++)
        for (uint32_t k = 0; k < scoring->order.lines_count; k++) {
            if (scoring->lines[k].quantity == 0 ||
                !same_serial(facts->units[i].serial, scoring->order.lines[k].serial))
                continue;
            count_points(scoring, SERIAL_POINTS, CLUE_SERIAL | CLUE_IDENTITY);
            return;
        }
}

/* Takes the unit off what is awaited. false: nobody awaits such a thing. */
static bool take_awaited(struct scoring *scoring, const struct goods *unit)
{
    for (uint32_t i = 0; i < scoring->order.lines_count; i++) {
        struct id form = sku_form_id(scoring->facts->desk->crypto, scoring->order.lines[i].sku);
        if (left_on(&scoring->lines[i]) == 0 || !id_equal(&form, &unit->form)) continue;
        scoring->lines[i].taken++;
        return true;
    }
    return false;
}

static void score_skus(struct scoring *scoring)
{
    const struct parcel_facts *facts = scoring->facts;
    uint64_t awaited = 0, others = 0;
    for (uint32_t i = 0; i < facts->units_count; i++) {
        if (facts->units[i].sku.size == 0) continue;
        if (take_awaited(scoring, &facts->units[i]))
            awaited++;
        else
            others++;
    }
    if (awaited > 0 && others == 0) scoring->candidate->clues |= CLUE_SKU;
    if (awaited > 0 && others == 0 && awaited == scoring->awaited)
        count_points(scoring, SAME_LIST, CLUE_SAME_LIST);
    count_points(scoring, SKU_POINTS * (int64_t)(awaited < SKU_UNITS ? awaited : SKU_UNITS), 0);
    count_points(scoring, -OTHER_SKU * (int64_t)(others < SKU_UNITS ? others : SKU_UNITS),
                 others > 0 ? CLUE_OTHER_SKU : 0);
    if (scoring->awaited == 0) count_points(scoring, -NOT_AWAITED, CLUE_NOT_AWAITED);
}

static void score_weight(struct scoring *scoring)
{
    uint64_t is = scoring->facts->row.weight_g, should = scoring->weight_g;
    if (is == 0 || should == 0) return;
    uint64_t off = is > should ? is - should : should - is;
    if (off <= should / 10 + 100) count_points(scoring, WEIGHT_POINTS, CLUE_WEIGHT);
    if (off > should / 2 + 500) count_points(scoring, -WEIGHT_AGAINST, CLUE_OTHER_WEIGHT);
}

static void score_name(struct scoring *scoring, const struct id *return_id)
{
    static const int64_t points[] = {
        [NAME_OTHER] = -25, [NAME_ONE_WORD] = 10, [NAME_NEARLY] = 30, [NAME_SAME] = 40};
    const struct desk *desk = scoring->facts->desk;
    struct key prefix = key_of(return_id);
    struct walk walk = walk_over(&prefix);
    struct row at;
    struct name_words given, known;
    if (scoring->facts->name.size == 0 || rows_has(&desk->rows, VIEW_ERASED, &prefix)) return;
    name_split(scoring->facts->name, &given);
    enum name_nearness best = NAME_OTHER;
    bool any = false;
    for (unsigned i = 0; i < PERSONS_LOOK_AT && walk_next(&desk->rows, VIEW_PERSON, &walk, &at);
         i++) {
        struct person person;
        if (shape_decode(&person_shape, at.value, &person, NULL) != OK) continue;
        name_split(person.name, &known);
        any = any || known.count > 0;
        enum name_nearness near = name_compare(&given, &known);
        if (near > best) best = near;
    }
    if (any && given.count > 0)
        count_points(scoring, points[best], best == NAME_OTHER ? CLUE_OTHER_NAME : CLUE_NAME);
}

static bool score(const struct parcel_facts *facts, const struct id *return_id,
                  struct candidate *candidate)
{
    struct scoring scoring;
    const struct rows *rows = &facts->desk->rows;
    memset(&scoring, 0, sizeof scoring);
    scoring.facts = facts;
    scoring.candidate = candidate;
    if (!return_load(rows, return_id, &scoring.row)) return false;
    if (!order_load(rows, &scoring.row.order, &scoring.order)) return false;
    *candidate = (struct candidate){.return_id = *return_id, .merchant = scoring.row.merchant};
    load_lines(&scoring, return_id);
    score_numbers(&scoring);
    score_serials(&scoring);
    score_skus(&scoring);
    score_weight(&scoring);
    score_name(&scoring, return_id);
    return true;
}

bool box_is_like(const struct desk *desk, const struct id *box, const struct id *return_id)
{
    struct parcel_facts facts = {.desk = desk};
    struct candidate candidate;
    if (!box_load(&desk->rows, box, &facts.row)) return false;
    if (!match_load(&desk->rows, box, &facts.row, &facts.match)) facts.match.labels_count = 0;
    load_units(&facts, box);
    return score(&facts, return_id, &candidate) &&
           (candidate.clues & (CLUE_NUMBER | CLUE_SERIAL)) != 0;
}

/* --- the answer ------------------------------------------------------------------------------- */

static void put_in_order(struct candidates *all, const struct candidate *candidate)
{
    uint32_t at = all->count;
    while (at > 0) {
        const struct candidate *before = &all->at[at - 1];
        bool stays = before->points > candidate->points ||
                     (before->points == candidate->points &&
                      memcmp(before->return_id.bytes, candidate->return_id.bytes, ID_BYTES) < 0);
        if (stays) break;
        all->at[at] = *before;
        at--;
    }
    all->at[at] = *candidate;
    all->count++;
}

static void gather(const struct desk *desk, const struct id *box, struct parcel_facts *facts,
                   struct found *found)
{
    struct clue_set clues;
    struct span skus[UNIT_SKUS_MAX];
    uint32_t count = 0;
    clues_of_box(desk, box, &facts->row, &clues);
    for (uint32_t i = 0; i < facts->units_count && count < UNIT_SKUS_MAX; i++)
        if (facts->units[i].sku.size > 0) skus[count++] = facts->units[i].sku;
    if (facts->name.size > 0) clues_of_name(desk, facts->name, skus, count, &clues);
    for (uint32_t i = 0; i < clues.count; i++) find_by(desk, &clues.at[i], found);
}

/* Another merchant's returns neither show nor push one of its own out. */
static bool is_anothers(const struct desk *desk, const struct id *return_id,
                        const struct id *merchant)
{
    struct return_row row;
    return merchant != NULL &&
           !(return_load(&desk->rows, return_id, &row) && id_equal(&row.merchant, merchant));
}

bool box_candidates(const struct desk *desk, const struct id *box, struct span name,
                    const struct id *merchant_or_null, struct candidates *all)
{
    struct parcel_facts facts = {.desk = desk, .name = name};
    struct found found;
    bool taken[FOUND_MAX] = {false};
    all->count = 0;
    memset(&found, 0, sizeof found);
    if (!box_load(&desk->rows, box, &facts.row)) return false;
    if (!match_load(&desk->rows, box, &facts.row, &facts.match)) facts.match.labels_count = 0;
    load_units(&facts, box);
    gather(desk, box, &facts, &found);
    for (uint32_t i = 0; i < found.count && all->count < BOX_CANDIDATES_MAX; i++) {
        struct candidate candidate;
        const struct id *return_id = &found.at[most_shared(&found, taken)].return_id;
        if (is_anothers(desk, return_id, merchant_or_null)) continue;
        if (score(&facts, return_id, &candidate)) put_in_order(all, &candidate);
    }
    return true;
}

bool candidates_are_certain(const struct candidates *found)
{
    const uint32_t against = CLUE_OTHER_SKU | CLUE_OTHER_WEIGHT | CLUE_NOT_AWAITED;
    const uint32_t wanted = CLUE_IDENTITY | CLUE_SKU;
    if (found->count == 0) return false;
    const struct candidate *best = &found->at[0];
    if (best->points < MATCH_CERTAIN || (best->clues & against) != 0) return false;
    if ((best->clues & wanted) != wanted) return false;
    return found->count == 1 || best->points - found->at[1].points >= MATCH_MARGIN;
}
