/* Stories about claims against carriers: one parcel, one claim, wherever it is asked for; money
 * that came is counted once, however often it is told; and every turn that a claim may take. */
#include "tests/sim/acts.h"
#include "tests/sim/told.h"

#include <assert.h>
#include <string.h>

#define DAY_S 86400

static void claim(struct story *story, enum site place, enum actor_kind by, const char *number,
                  uint64_t draft)
{
    union command_body body = {.claim_open = {.merchant = story->merchant,
                                              .carrier = span_text("easypost"),
                                              .kind = COMPENSATION_LOST,
                                              .number = span_text(number),
                                              .amount_minor = 2999,
                                              .currency = 978,
                                              .draft = draft}};
    wish_at(story, place, COMMAND_CLAIM_OPEN, by, &body, NEW);
    story_wait(story, 20);
}

static void pay(struct story *story, enum site place, const struct id *id, int64_t minor,
                const char *reference)
{
    union command_body body = {
        .claim_pay = {.claim = *id, .amount_minor = minor, .reference = span_text(reference)}};
    wish_at(story, place, COMMAND_CLAIM_PAY, BY_OPERATOR, &body, NEW);
    story_wait(story, 20);
}

static void they_say(struct story *story, const struct id *id, enum claim_verdict what,
                     int64_t minor)
{
    union command_body body = {.claim_answer = {.claim = *id,
                                                .answer = what,
                                                .amount_minor = minor,
                                                .reason = span_text("as they wrote")}};
    wish_at(story, RTM, COMMAND_CLAIM_ANSWER, BY_MERCHANT, &body, NEW);
    story_wait(story, 20);
}

static void step(struct story *story, enum actor_kind by, enum command_kind kind,
                 const struct id *id)
{
    union command_body body = {.claim_step = {.claim = *id}};
    wish_at(story, RTM, kind, by, &body, NEW);
    story_wait(story, 20);
}

/* How many claims for the parcel a place shows, and the latest of them. */
static unsigned claims_of(struct story *story, enum site place, const char *number, struct id *id,
                          struct compensation_row *row)
{
    struct id parcel = parcel_id(crypto_of_nobody(), span_text(number));
    struct key prefix = key_of(&parcel);
    struct walk walk = walk_over(&prefix);
    struct row found;
    unsigned count = 0;
    const struct rows *rows = story_read(story, place);
    while (walk_next(rows, VIEW_COMPENSATION_BY_THING, &walk, &found)) {
        memcpy(id->bytes, walk.at.bytes + ID_BYTES + 1, ID_BYTES);
        if (compensation_load(rows, id, row)) count++;
    }
    story_read_end(story, place);
    return count;
}

static struct id claim_of(struct story *story, const char *number)
{
    struct compensation_row row;
    struct id id;
    unsigned count = claims_of(story, RTM, number, &id, &row);
    assert(count > 0);
    return id;
}

static void expect(struct story *story, const char *number, enum compensation_state state,
                   int64_t paid)
{
    struct compensation_row row;
    struct id id;
    unsigned count = claims_of(story, GATE, number, &id, &row);
    assert(count == 1 && row.state == state && row.paid_minor == paid);
}

/* --- stories ---------------------------------------------------------------------------------- */

static void a_parcel_that_two_places_claim_is_claimed_once_and_paid_once(struct story *story)
{
    story_cut(story, SYD, true);
    claim(story, SYD, BY_MERCHANT, "1ZLAMP", 0); /* waits in the log of Sydney */
    claim(story, LAX, BY_MERCHANT, "1ZLAMP", 0);
    story_cut(story, SYD, false);
    story_wait(story, 600);
    struct id id = claim_of(story, "1ZLAMP");
    expect(story, "1ZLAMP", COMPENSATION_FILED, 0);
    /* The same line of the bank's statement is read at two places. */
    story_cut(story, GATE, true);
    pay(story, GATE, &id, 2000, "BANK-1");
    pay(story, LAX, &id, 2000, "BANK-1");
    story_cut(story, GATE, false);
    story_wait(story, 600);
    expect(story, "1ZLAMP", COMPENSATION_PAID, 2000);
    assert(story_paid(story) == 0); /* no refund is any of it */
}

static void a_claim_that_nobody_answers_expires_and_late_money_counts(struct story *story)
{
    claim(story, RTM, BY_OPERATOR, "1ZLATE", 0);
    claim(story, RTM, BY_ADMIN, "1ZPARTS", 0);
    claim(story, RTM, BY_MERCHANT, "1ZDRAFT", 1);
    struct id late = claim_of(story, "1ZLATE"), parts = claim_of(story, "1ZPARTS");
    story_wait(story, 31 * DAY_S);
    expect(story, "1ZLATE", COMPENSATION_EXPIRED, 0);
    pay(story, SYD, &late, 2999, "BANK-1");
    expect(story, "1ZLATE", COMPENSATION_PAID, 2999);
    they_say(story, &parts, CLAIM_ACCEPTED, 0);
    story_wait(story, 31 * DAY_S);
    expect(story, "1ZPARTS", COMPENSATION_EXPIRED, 0);
    expect(story, "1ZDRAFT", COMPENSATION_EXPIRED, 0); /* it was never sent */
    pay(story, RTM, &parts, 1000, "BANK-2");
    expect(story, "1ZPARTS", COMPENSATION_EXPIRED, 1000);
    pay(story, RTM, &parts, 1999, "BANK-3");
    expect(story, "1ZPARTS", COMPENSATION_PAID, 2999);
}

static void a_denial_is_appealed_and_a_part_is_won(struct story *story)
{
    static const enum actor_kind claimants[] = {BY_OPERATOR, BY_MERCHANT, BY_ADMIN};
    claim(story, RTM, BY_MERCHANT, "1ZAPPEAL", 0);
    struct id id = claim_of(story, "1ZAPPEAL");
    for (unsigned i = 0; i < 3; i++) {
        they_say(story, &id, CLAIM_DENIED, 0);
        expect(story, "1ZAPPEAL", COMPENSATION_DENIED, 0);
        step(story, claimants[i], COMMAND_CLAIM_FILE, &id);
    }
    they_say(story, &id, CLAIM_ACCEPTED, 2000);
    pay(story, RTM, &id, 500, "BANK-1");
    expect(story, "1ZAPPEAL", COMPENSATION_ACCEPTED, 500);
    pay(story, RTM, &id, 1500, "BANK-2");
    expect(story, "1ZAPPEAL", COMPENSATION_PAID, 2000);
}

static void whoever_may_claim_may_think_better_of_it(struct story *story)
{
    static const enum actor_kind claimants[] = {BY_OPERATOR, BY_MERCHANT, BY_ADMIN};
    static const char *const drafts[] = {"1ZD0", "1ZD1", "1ZD2"};
    static const char *const sent[] = {"1ZS0", "1ZS1", "1ZS2"};
    for (unsigned i = 0; i < 3; i++) {
        claim(story, RTM, claimants[i], drafts[i], 1);
        claim(story, RTM, claimants[i], sent[i], 1);
        struct id draft = claim_of(story, drafts[i]), other = claim_of(story, sent[i]);
        step(story, claimants[i], COMMAND_CLAIM_WITHDRAW, &draft);
        step(story, claimants[i], COMMAND_CLAIM_FILE, &other);
        step(story, claimants[i], COMMAND_CLAIM_WITHDRAW, &other);
        expect(story, drafts[i], COMPENSATION_WITHDRAWN, 0);
        expect(story, sent[i], COMPENSATION_WITHDRAWN, 0);
    }
}

static const struct told_story stories[] = {
    TOLD(a_parcel_that_two_places_claim_is_claimed_once_and_paid_once),
    TOLD(a_claim_that_nobody_answers_expires_and_late_money_counts),
    TOLD(a_denial_is_appealed_and_a_part_is_won),
    TOLD(whoever_may_claim_may_think_better_of_it),
};

const struct told_list stories_of_claims = TOLD_LIST(stories);
