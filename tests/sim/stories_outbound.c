/* Stories about parcels that were sent to buyers: what becomes of one when the carrier loses it,
 * spoils it or tells nothing more of it, before the buyer has asked. */
#include "tests/sim/acts.h"
#include "tests/sim/told.h"

#include "overseas-warehouse/return_index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define DAY_S (24 * 3600u)

/* A vase, sent in the parcel. */
static void send_vase(struct story *story, const char *number)
{
    sell(story, &(struct sale){.reference = number,
                               .sku = "VASE",
                               .quantity = 2,
                               .price_minor = 2000,
                               .buyer = TRUSTED_BUYER,
                               .outbound = number});
}

/* Returns of the order that Rotterdam shows, and the last of them. */
static unsigned returns_of(struct story *story, const char *reference, struct id *id,
                           struct return_row *found)
{
    struct id order;
    struct row at;
    unsigned count = 0;
    const struct rows *rows = story_read(story, RTM);
    assert_true(
        order_find(rows, crypto_of_nobody(), &story->merchant, span_text(reference), &order));
    struct key prefix = return_form_prefix(&order, RETURNS_BY_ORDER, 0);
    struct walk walk = walk_over(&prefix);
    while (walk_next(rows, VIEW_RETURN_INDEX, &walk, &at)) {
        memcpy(id->bytes, walk.at.bytes + walk.at.size - ID_BYTES, ID_BYTES);
        assert_true(return_load(rows, id, found));
        count++;
    }
    story_read_end(story, RTM);
    return count;
}

static void expect_claim(struct story *story, const char *reference, enum stray stray,
                         enum return_state state)
{
    struct id id;
    struct return_row row;
    assert_int_equal(returns_of(story, reference, &id, &row), 1);
    assert_int_equal(row.kind, KIND_CLAIM);
    assert_int_equal(row.stray, stray);
    assert_int_equal(row.channel, CHANNEL_CARRIER);
    assert_int_equal(row.state, state);
}

/* Policy lets the buyer keep what is worth so little: it answers at once. */
static void answer_alone(struct story *story)
{
    set_policy(story, (struct policy){.returnless_count = 1, .returnless[0].up_to_minor = 9000});
}

/* The buyer asks at the gateway while the carrier tells Sydney: whoever comes first, the two are
 * refunded once. */
static void
what_the_carrier_lost_is_refunded_once_though_the_buyer_asks_as_well(struct story *story)
{
    struct id id;
    struct return_row row;
    answer_alone(story);
    send_vase(story, "1ZLOST");
    carrier_scans(story, LAX, "1ZLOST");
    story_cut(story, GATE, true);
    carrier_says(story, SYD, "1ZLOST", TRACK_LOST, 0);
    (void)ask_for(story, GATE, BY_PARTNER, KIND_CLAIM, 0, "1ZLOST", 2, "");
    story_cut(story, GATE, false);
    story_wait(story, 600);
    assert_int_equal(returns_of(story, "1ZLOST", &id, &row), 1);
    expect_claim(story, "1ZLOST", STRAY_LOST, RETURN_CLOSED);
    assert_int_equal(paid_of(story, "pi_1ZLOST"), 4000);
    /* The carrier says it once more, in other words: nothing more is owed. */
    carrier_says(story, LAX, "1ZLOST", TRACK_EXCEPTION, TRACK_REASON_STOLEN);
    expect_claim(story, "1ZLOST", STRAY_LOST, RETURN_CLOSED);
    assert_int_equal(paid_of(story, "pi_1ZLOST"), 4000);
}

/* What was asked back before is left alone: the claim is for the other one. */
static void a_damaged_parcel_is_claimed_for_as_far_as_nobody_asked(struct story *story)
{
    struct id id;
    struct return_row row;
    send_vase(story, "1ZCRACK");
    carrier_scans(story, LAX, "1ZCRACK");
    struct id first = ask_back(story, GATE, BY_OPERATOR, "1ZCRACK", 1, "1ZBACK");
    carrier_says(story, SYD, "1ZCRACK", TRACK_EXCEPTION, TRACK_REASON_DAMAGED);
    assert_int_equal(returns_of(story, "1ZCRACK", &id, &row), 2);
    assert_int_equal(row.stray, STRAY_DAMAGED);
    assert_int_equal(row.state, RETURN_REQUESTED);
    assert_false(id_equal(&first, &id));
    /* It is brought all the same: what is damaged stays so. */
    carrier_delivers(story, SYD, "1ZCRACK");
    assert_int_equal(state_of(story, &id), RETURN_REQUESTED);
    answer_return(story, LAX, BY_MERCHANT, COMMAND_RETURN_DECLINE, &id);
    story_wait(story, DAY_S);
    assert_int_equal(returns_of(story, "1ZCRACK", &id, &row), 2);
    assert_int_equal(state_of(story, &id), RETURN_DECLINED);
}

static void begin_silence(struct story *story)
{
    set_policy(story, (struct policy){.stalled_days = 2, .respond_hours = 96});
    send_vase(story, "1ZSTILL");
    carrier_scans(story, LAX, "1ZSTILL");
    story->told[0] = '\0';
}

/* Of two parcels one was delivered in time, and a node that is cut off knows it. When it is back
 * the other one is claimed for. */
static void a_scan_in_time_elsewhere_is_not_overtaken_by_the_carriers_silence(struct story *story)
{
    struct id id = {{0}};
    struct return_row row;
    begin_silence(story);
    send_vase(story, "1ZGONE");
    carrier_scans(story, LAX, "1ZGONE");
    story_cut(story, GATE, true);
    carrier_delivers(story, GATE, "1ZSTILL");
    story_wait(story, 3 * DAY_S);
    tell(story, "RTM shows %u returns\n", returns_of(story, "1ZGONE", &id, &row));
    story_cut(story, GATE, false);
    story_wait(story, 120);
    tell(story, "RTM shows %u returns\n", returns_of(story, "1ZGONE", &id, &row));
    answer_return(story, SYD, BY_MERCHANT, COMMAND_RETURN_DECLINE, &id);
}

static bool nobody_claims_what_came_in_time(struct story *story)
{
    return returns_of(story, "1ZSTILL", &(struct id){{0}}, &(struct return_row){0}) == 0 &&
           strstr(story->told, "RTM shows 0 returns\nGATE is back\nRTM shows 1 returns\n") != NULL;
}

static void what_stands_still_is_claimed_for_and_called_off_when_it_comes(struct story *story)
{
    struct id id;
    struct return_row row;
    begin_silence(story);
    story_wait(story, DAY_S);
    carrier_says(story, SYD, "1ZSTILL", TRACK_OUT_FOR_DELIVERY, 0); /* it moved: two days more */
    story_wait(story, DAY_S + DAY_S / 2);
    assert_int_equal(returns_of(story, "1ZSTILL", &id, &row), 0);
    story_wait(story, DAY_S);
    expect_claim(story, "1ZSTILL", STRAY_STALLED, RETURN_REQUESTED);
    carrier_delivers(story, GATE, "1ZSTILL");
    expect_claim(story, "1ZSTILL", STRAY_STALLED, RETURN_CANCELED);
    assert_int_equal(story_paid(story), 0);
    /* What was called off is not opened again. */
    carrier_says(story, LAX, "1ZSTILL", TRACK_LOST, 0);
    expect_claim(story, "1ZSTILL", STRAY_STALLED, RETURN_CANCELED);
}

static const struct told_story stories[] = {
    TOLD(what_the_carrier_lost_is_refunded_once_though_the_buyer_asks_as_well),
    TOLD(a_damaged_parcel_is_claimed_for_as_far_as_nobody_asked),
    GUARDED(a_scan_in_time_elsewhere_is_not_overtaken_by_the_carriers_silence,
            nobody_claims_what_came_in_time, "fires_unheard", NULL),
    TOLD(what_stands_still_is_claimed_for_and_called_off_when_it_comes),
};

const struct told_list stories_of_outbound = TOLD_LIST(stories);
