/* Lanes told: prices are put, one of them is taken, and each that is not says why. And the choice
 * among hundreds of drawn ones, held against a plain search over what was put. */
#include "overseas-warehouse/label/lane.h"

#include "tests/overseas-warehouse/label/scene.h"

#define DRAWN   300u
#define PARCELS 4000u

static struct lane_put price(const struct scene *scene, const char *carrier, int64_t minor)
{
    return (struct lane_put){.merchant = scene->world->merchants[MERCHANT_A].merchant,
                             .carrier = span_text(carrier),
                             .country = span_text("NL"),
                             .weight_g = 2000,
                             .price_minor = minor};
}

static enum error put(struct scene *scene, struct lane_put lane)
{
    union command_body body = {.lane_put = lane};
    return act(scene, COMMAND_LANE_PUT, &body, BY_MERCHANT);
}

static struct id stands(struct scene *scene, struct lane_put lane)
{
    enum error error = put(scene, lane);
    if (error != OK) printf("refused: %s\n", scene->world->decision.rule);
    assert_int_equal(error, OK);
    struct id id = scene->world->decision.entity;
    world_settle(scene->world);
    return id;
}

static struct label_begin to_sydney(const struct scene *scene)
{
    struct label_begin wish = wish_of(scene);
    wish.carrier = wish.service = span_of("", 0);
    return wish;
}

static const struct lane_choice *chosen(struct scene *scene, uint64_t weight_g)
{
    static struct lane_choice choice;
    const struct desk *desk = world_desk(scene->world, RTM);
    struct label_address address;
    struct lane_parcel parcel;
    assert_true(lane_parcel_of(desk, &scene->rma, place_of(scene, SYD), weight_g,
                               scene->world->now_ms, &address, &parcel));
    lanes_choose(&desk->rows, &parcel, &scene->accounts, &choice);
    return &choice;
}

/* --- stories ---------------------------------------------------------------------------------- */

static void nobody_names_a_carrier_and_the_cheapest_lane_does(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 21);
    refused(&scene, buy(&scene, to_sydney(&scene)), ERROR_MISSING_FIELD,
            "carrier: the merchant has no lanes from there");
    struct lane_put dear = price(&scene, "easypost", 900), cheap = price(&scene, "easypost", 450);
    dear.service = span_text("Express");
    cheap.service = span_text("GroundSaver");
    (void)stands(&scene, dear);
    struct id lane = stands(&scene, cheap);
    lives(&scene, anna);
    bought_wish(&scene, to_sydney(&scene));
    struct label_row row = now(&scene);
    assert_true(span_equal(row.carrier, span_text("easypost")));
    assert_true(span_equal(row.service, span_text("GroundSaver")));
    assert_true(id_equal(&row.lane, &lane));
    assert_int_equal(row.quoted_minor, 450);
    sells(&scene);
    assert_int_equal(now(&scene).quoted_minor, 450);
    assert_int_equal(now(&scene).cost_minor, 791); /* the carrier has the last word */
    equal_whatever_came_first(&scene);
    world_close(scene.world);
}

static void a_service_alone_names_no_carrier(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 22);
    (void)stands(&scene, price(&scene, "easypost", 450));
    lives(&scene, anna);
    struct label_begin wish = to_sydney(&scene);
    wish.service = span_text("Express");
    refused(&scene, buy(&scene, wish), ERROR_MISSING_FIELD,
            "carrier: an account or a service is one's");
    world_close(scene.world);
}

static void rank_goes_before_price_and_days_part_a_tie(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 23);
    struct lane_put a = price(&scene, "easypost", 400), b = a, c = a;
    a.service = span_text("A");
    a.rank = 2;
    b.service = span_text("B");
    b.price_minor = 600;
    b.rank = 1;
    c.service = span_text("C");
    c.price_minor = 600;
    c.rank = 1;
    c.days = 3;
    (void)stands(&scene, a);
    (void)stands(&scene, b);
    (void)stands(&scene, c);
    lives(&scene, anna);
    const struct lane_choice *choice = chosen(&scene, 900);
    assert_int_equal(choice->count, 3);
    const char *order[] = {"C", "B", "A"}; /* who says how long it takes is believed first */
    for (unsigned i = 0; i < 3; i++)
        assert_true(span_equal(choice->at[i].row.service, span_text(order[i])));
    world_close(scene.world);
}

/* Each in a service of its own, so that each is told. */
static void what_is_left_out_says_why(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 24);
    union command_body sku = {.sku_put = {.merchant = scene.world->merchants[MERCHANT_A].merchant,
                                          .code = span_text("SHOE42"),
                                          .battery = BATTERY_LITHIUM_ION_IN}};
    must(&scene, COMMAND_SKU_PUT, &sku, BY_MERCHANT);
    uint64_t now_ms = scene.world->now_ms;
    struct lane_put lane[8];
    static const enum lane_why whys[8] = {LANE_OFF,    LANE_EARLY, LANE_OVER,    LANE_ELSEWHERE,
                                          LANE_POSTAL, LANE_HEAVY, LANE_BATTERY, LANE_ACCOUNT};
    for (unsigned i = 0; i < 8; i++) {
        lane[i] = price(&scene, "easypost", 100);
        lane[i].service = span_text(lane_why_word(whys[i]));
        lane[i].battery = 1;
    }
    lane[0].off = 1;
    lane[1].from_ms = now_ms + 86400000;
    lane[2].until_ms = now_ms - 1;
    lane[3].warehouse = *place_of(&scene, LAX);
    lane[4].postal_prefix = span_text("30 12");
    lane[5].weight_g = 899;
    lane[6].battery = 0;
    lane[7].account = span_text("nobody's");
    for (unsigned i = 0; i < 8; i++) (void)stands(&scene, lane[i]);
    lives(&scene, anna);
    const struct lane_choice *choice = chosen(&scene, 900);
    assert_int_equal(choice->count, 8);
    for (unsigned i = 0; i < 8; i++)
        assert_true(
            span_equal(choice->at[i].row.service, span_text(lane_why_word(choice->at[i].why))));
    refused(&scene, buy(&scene, to_sydney(&scene)), ERROR_MISSING_FIELD,
            "carrier: no lane fits; label choose tells why");
    lane[4].postal_prefix = span_text("3011-a");
    (void)stands(&scene, lane[4]);
    lives(&scene, anna);
    choice = chosen(&scene, 900);
    assert_int_equal(choice->at[0].why, LANE_FITS);
    assert_true(span_equal(choice->at[0].row.postal_prefix, span_text("3011-a")));
    world_close(scene.world);
}

static void of_one_product_the_nearest_lane_counts(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 25);
    struct lane_put wide = price(&scene, "easypost", 300), near = wide, here = wide, light = wide;
    near.postal_prefix = span_text("3011");
    near.price_minor = 350;
    here.postal_prefix = span_text("3011");
    here.warehouse = *place_of(&scene, SYD);
    here.price_minor = 360;
    light = here;
    light.weight_g = 1000;
    light.price_minor = 370;
    struct lane_put all[] = {wide, near, here, light};
    for (unsigned i = 0; i < 4; i++) {
        (void)stands(&scene, all[i]);
        lives(&scene, anna);
        const struct lane_choice *choice = chosen(&scene, 1000);
        assert_int_equal(choice->count, 1);
        assert_int_equal(choice->at[0].row.price_minor, all[i].price_minor);
    }
    assert_int_equal(chosen(&scene, 1001)->at[0].row.price_minor, here.price_minor);
    assert_int_equal(chosen(&scene, 2001)->at[0].why, LANE_HEAVY);
    world_close(scene.world);
}

static void a_lane_is_put_whole_and_refused_by_its_field(void **state)
{
    (void)state;
    struct scene scene;
    begin(&scene, 26);
    struct lane_put lane = price(&scene, "easypost", 300), bad = lane;
    struct id id = stands(&scene, lane);
    assert_int_equal(put(&scene, lane), OK);
    assert_int_equal(scene.world->decision.drafts_count, 0); /* the same once more */
    lane.price_minor = 310;
    struct id again = stands(&scene, lane);
    assert_true(id_equal(&id, &again));
    struct lane_row row;
    assert_true(lane_load(&world_desk(scene.world, SYD)->rows, &id, &row));
    assert_int_equal(row.version, 2);
    assert_int_equal(row.price_minor, 310);
    bad.country = span_text("nl");
    refused(&scene, put(&scene, bad), ERROR_OUT_OF_RANGE, "country: two_capital_letters");
    bad = lane;
    bad.postal_prefix = span_text("--");
    refused(&scene, put(&scene, bad), ERROR_OUT_OF_RANGE, "postal_prefix: letters_or_digits");
    bad = lane;
    bad.warehouse = scene.rma;
    refused(&scene, put(&scene, bad), ERROR_NOT_FOUND, "warehouse");
    bad = lane;
    bad.weight_g = 0;
    refused(&scene, put(&scene, bad), ERROR_OUT_OF_RANGE, "weight_g: above_zero");
    bad = lane;
    bad.price_minor = -1;
    refused(&scene, put(&scene, bad), ERROR_OUT_OF_RANGE, "price_minor: not_below_zero");
    bad = lane;
    bad.currency = 392;
    refused(&scene, put(&scene, bad), ERROR_OUT_OF_RANGE, "currency: the_merchants");
    bad = lane;
    bad.from_ms = 5;
    bad.until_ms = 5;
    refused(&scene, put(&scene, bad), ERROR_OUT_OF_RANGE, "until_ms: after_from_ms");
    bad = lane;
    bad.carrier = span_of("", 0);
    refused(&scene, put(&scene, bad), ERROR_MISSING_FIELD, "carrier");
    const struct id *stranger = &scene.world->merchants[MERCHANT_B].merchant;
    union command_body body = {.lane_put = lane};
    assert_int_equal(world_decide(scene.world, COMMAND_LANE_PUT, &body, BY_MERCHANT, stranger, 0),
                     ERROR_NOT_FOUND);
    world_close(scene.world);
}

/* --- a plain search over what was put --------------------------------------------------------- */

static uint64_t seed;

static uint64_t draw(uint64_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (seed >> 33) % below;
}

static const char *const services[] = {"A", "B", "C", "D"};
static const char *const prefixes[] = {"", "30", "3011", "3011A", "31"};
static const char *const codes[] = {"3011AD", "3012AB", "3100", "9000", ""};

static struct lane_put drawn_lane(struct scene *scene)
{
    struct lane_put lane = price(scene, draw(2) == 0 ? "easypost" : "yunexpress", 0);
    if (draw(2) == 0) lane.account = span_text("eu");
    lane.service = span_text(services[draw(4)]);
    lane.postal_prefix = span_text(prefixes[draw(5)]);
    if (draw(2) == 0) lane.warehouse = *place_of(scene, draw(2) == 0 ? SYD : LAX);
    lane.weight_g = 500 * (1 + draw(6));
    lane.price_minor = (int64_t)draw(40);
    lane.battery = draw(2);
    lane.rank = draw(3);
    lane.days = draw(4);
    lane.off = draw(8) == 0;
    if (draw(6) == 0) lane.from_ms = 1000 + draw(5) * 1000;
    if (draw(6) == 0) lane.until_ms = 7000 + draw(5) * 1000;
    return lane;
}

static bool plainly_fits(const struct lane_put *lane, const struct lane_parcel *parcel)
{
    size_t size = lane->postal_prefix.size;
    bool place = id_is_zero(&lane->warehouse) || id_equal(&lane->warehouse, &parcel->warehouse);
    bool time =
        lane->from_ms <= parcel->at_ms && (lane->until_ms == 0 || parcel->at_ms < lane->until_ms);
    bool code = size <= parcel->postal_code.size &&
                (size == 0 || memcmp(lane->postal_prefix.at, parcel->postal_code.at, size) == 0);
    bool ours = span_equal(lane->carrier, span_text("easypost")) == (lane->account.size == 0);
    return lane->off == 0 && place && time && code && lane->weight_g >= parcel->weight_g &&
           (lane->battery != 0 || !parcel->battery) && ours;
}

static bool is_same_product(const struct lane_put *a, const struct lane_put *b)
{
    return span_equal(a->carrier, b->carrier) && span_equal(a->account, b->account) &&
           span_equal(a->service, b->service);
}

/* Of its product no other lane that fits is nearer. */
static bool counts(const struct lane_put *all, size_t count, size_t at,
                   const struct lane_parcel *parcel)
{
    const struct lane_put *lane = &all[at];
    for (size_t i = 0; i < count; i++) {
        const struct lane_put *other = &all[i];
        if (i == at || !is_same_product(lane, other) || !plainly_fits(other, parcel)) continue;
        if (other->postal_prefix.size > lane->postal_prefix.size) return false;
        if (other->postal_prefix.size < lane->postal_prefix.size) continue;
        bool here = !id_is_zero(&lane->warehouse), there = !id_is_zero(&other->warehouse);
        if (there && !here) return false;
        if (here && !there) continue;
        if (other->weight_g < lane->weight_g) return false;
    }
    return plainly_fits(lane, parcel);
}

/* The figures by which offers are ranked, as one number. */
static uint64_t standing(const struct lane_put *lane)
{
    uint64_t days = lane->days == 0 ? 999 : lane->days;
    return (lane->rank * 100000 + (uint64_t)lane->price_minor) * 1000 + days;
}

static uint64_t best_standing(const struct lane_put *all, size_t count,
                              const struct lane_parcel *parcel)
{
    uint64_t best = UINT64_MAX;
    for (size_t i = 0; i < count; i++)
        if (counts(all, count, i, parcel) && standing(&all[i]) < best) best = standing(&all[i]);
    return best;
}

static size_t put_all(struct scene *scene, struct lane_put *all)
{
    size_t count = 0;
    for (unsigned i = 0; i < DRAWN; i++) {
        struct lane_put lane = drawn_lane(scene);
        size_t at = 0;
        while (at < count && !(is_same_product(&all[at], &lane) &&
                               span_equal(all[at].postal_prefix, lane.postal_prefix) &&
                               id_equal(&all[at].warehouse, &lane.warehouse) &&
                               all[at].weight_g == lane.weight_g))
            at++;
        all[at] = lane;
        if (at == count) count++;
        (void)stands(scene, lane);
    }
    return count;
}

static void the_choice_is_that_of_a_plain_search(void **state)
{
    (void)state;
    static struct lane_put all[DRAWN];
    struct scene scene;
    seed = 7;
    begin(&scene, 27);
    size_t count = put_all(&scene, all), found = 0;
    const struct rows *rows = &world_desk(scene.world, RTM)->rows;
    for (unsigned i = 0; i < PARCELS; i++) {
        struct lane_choice choice;
        const struct lane_parcel parcel = {.merchant = scene.world->merchants[MERCHANT_A].merchant,
                                           .warehouse = *place_of(&scene, draw(2) == 0 ? SYD : LAX),
                                           .country = span_text("NL"),
                                           .postal_code = span_text(codes[draw(5)]),
                                           .weight_g = 1 + draw(3200),
                                           .battery = draw(2) == 0,
                                           .at_ms = draw(13000)};
        lanes_choose(rows, &parcel, &scene.accounts, &choice);
        uint64_t best = best_standing(all, count, &parcel);
        bool fits = choice.count > 0 && choice.at[0].why == LANE_FITS;
        assert_int_equal(fits, best != UINT64_MAX);
        if (!fits) continue;
        found++;
        const struct lane_row *row = &choice.at[0].row;
        struct lane_put winner = {
            .rank = row->rank, .price_minor = row->price_minor, .days = row->days};
        assert_true(standing(&winner) == best);
    }
    assert_true(found > PARCELS / 4 && found < PARCELS);
    world_close(scene.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_names_a_carrier_and_the_cheapest_lane_does),
        cmocka_unit_test(a_service_alone_names_no_carrier),
        cmocka_unit_test(rank_goes_before_price_and_days_part_a_tie),
        cmocka_unit_test(what_is_left_out_says_why),
        cmocka_unit_test(of_one_product_the_nearest_lane_counts),
        cmocka_unit_test(a_lane_is_put_whole_and_refused_by_its_field),
        cmocka_unit_test(the_choice_is_that_of_a_plain_search),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
