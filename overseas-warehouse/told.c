/* What payment providers tell of their own accord: a set of messages for each key of a call, in
 * any order, doubled, late, before the refund itself is known here or after. What they say together
 * is a pure function of the set; the book takes it up while the refund is open (law 3). */
#include "overseas-warehouse/parts.h"
#include "proto/bugs.h"

#define TOLD_MAX        32u /* messages about one key that are looked at */
#define TOLD_BYTES_MAX  512u
#define TOLD_KEY_OFFSET ID_BYTES
#define DOMAIN          "entrepot/told/1"

/* --- the set ---------------------------------------------------------------------------------- */

static struct id id_of_key(const struct crypto *crypto, const struct id *merchant,
                           struct span provider, struct span key)
{
    const struct span parts[] = {id_span(merchant), provider, span_of("", 1), key};
    return crypto_id(crypto, DOMAIN, parts, 4);
}

static struct key told_key(const struct id *of, const struct id *dedup)
{
    return key_add_id(key_of(of), dedup);
}

static bool is_smaller(const struct refund_told *a, const struct refund_told *b)
{
    uint8_t one[TOLD_BYTES_MAX], two[TOLD_BYTES_MAX];
    struct span first, second;
    bool fit = shape_encode(&refund_told_shape, a, one, sizeof one, &first) == OK &&
               shape_encode(&refund_told_shape, b, two, sizeof two, &second) == OK;
    if (!fit) return false;
    if (first.size != second.size) return first.size < second.size;
    return memcmp(first.at, second.at, first.size) < 0;
}

void told_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                 struct decision *decision)
{
    const struct refund_told *told = &command->body->refund_told;
    struct refund_told held;
    (void)moment;
    if (told->outcome < OUTCOME_PAID || told->outcome > OUTCOME_FAILED) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "outcome: 1 paid, 2 pending, 3 failed");
        return;
    }
    if (told->how != 0 && told->how != ELSEWHERE_CHARGEBACK &&
        told->how != ELSEWHERE_CHARGEBACK_WON) {
        decision_refuse(decision, ERROR_OUT_OF_RANGE, "how: chargeback or chargeback_won");
        return;
    }
    decision->entity = id_of_key(desk->crypto, &told->merchant, told->provider, told->key);
    struct key key = told_key(&decision->entity, &told->dedup);
    if (!rows_load(&desk->rows, VIEW_REFUND_TOLD, &key, &refund_told_shape, &held))
        decision_add(decision, EVENT_REFUND_TOLD, &decision->entity, told);
}

/* --- what it says of a slot --------------------------------------------------------------------
 */

enum told_verdict { NOTHING_TOLD, TOLD_PAID, TOLD_FAILED, TOLD_OTHERWISE };

struct hearing {
    enum told_verdict verdict;
    bool back; /* the very refund that settled the slot failed after all, whatever else is told */
    char provider_ref[PROVIDER_REF_BYTES_MAX + 1];
};

static void copy_ref(struct hearing *hearing, struct span ref)
{
    if (ref.size > 0) memcpy(hearing->provider_ref, ref.at, ref.size);
    hearing->provider_ref[ref.size] = '\0';
}

static uint32_t gather(const struct desk *desk, const struct id *of, bool charge,
                       struct refund_told told[TOLD_MAX])
{
    struct key prefix = key_of(of);
    struct walk walk = walk_over(&prefix);
    struct row row;
    uint32_t count = 0;
    while (count < TOLD_MAX && walk_next(&desk->rows, VIEW_REFUND_TOLD, &walk, &row)) {
        bool read = shape_decode(&refund_told_shape, row.value, &told[count], NULL) == OK;
        /* A dispute is no word about a slot, nor is one about a charge a word about a refund. */
        if (read && told[count].how == 0 && (told[count].charge != 0) == charge) count++;
    }
    return count;
}

/* What was paid may come back: of one and the same refund the failure is the last word. */
static bool came_back(const struct refund_told *told, uint32_t count, struct span ref)
{
    for (uint32_t i = 0; i < count; i++)
        if (told[i].outcome == OUTCOME_FAILED && span_equal(told[i].provider_ref, ref)) return true;
    return false;
}

static bool is_the_money(const struct refund_told *told, const struct refund_row *row,
                         const struct payment_row *payment)
{
    if (BUG(told_of_other_money)) return true;
    /* A charge is a payment of its own at the provider's. */
    if (business_is_charge(row->paid_for))
        return told->amount_minor == row->amount_minor && told->currency == row->currency;
    return span_equal(told->payment, payment->reference) &&
           told->amount_minor == row->amount_minor && told->currency == row->currency;
}

/* A payment stands over everything, then one that is not the money of the slot: while that is
 * unclear no failure may set the money free. A refund may fail after it was paid; a charge that was
 * declined may be taken after all, at the provider's own screen, and then it is paid. */
static void hear(const struct refund_told *told, uint32_t count, const struct refund_row *row,
                 const struct payment_row *payment, struct hearing *hearing)
{
    for (uint32_t i = 0; i < count && hearing->verdict != TOLD_PAID; i++) {
        bool says_paid = told[i].outcome == OUTCOME_PAID ||
                         (BUG(pending_taken_as_paid) && told[i].outcome == OUTCOME_PENDING);
        bool charge = business_is_charge(row->paid_for);
        bool paid = says_paid && (charge || !came_back(told, count, told[i].provider_ref));
        bool failed = told[i].outcome == OUTCOME_FAILED;
        if (paid)
            hearing->verdict = is_the_money(&told[i], row, payment) ? TOLD_PAID : TOLD_OTHERWISE;
        else if (failed && hearing->verdict == NOTHING_TOLD)
            hearing->verdict = TOLD_FAILED;
        else
            continue;
        copy_ref(hearing, told[i].provider_ref);
    }
}

/* By what messages are about this slot: the key of its calls, and the provider's own reference once
 * that is known, since not every message brings the key back. */
struct named {
    struct id key, ref;
    bool has_ref;
};

static bool name_slot(const struct desk *desk, const struct id *slot, const struct refund_row *row,
                      const struct payment_row *payment, struct named *named)
{
    char key[REFUND_KEY_BYTES];
    business_refund_key(desk->crypto, &row->merchant, payment, slot, key);
    named->key = id_of_key(desk->crypto, &row->merchant, payment->provider, span_text(key));
    named->has_ref = row->provider_ref.size > 0;
    if (named->has_ref)
        named->ref = id_of_key(desk->crypto, &row->merchant, payment->provider, row->provider_ref);
    return named->has_ref;
}

/* Of a refund by its own reference; where that is not known, of the slot's very money. */
static bool tells_back(const struct refund_told *told, uint32_t count, const struct refund_row *row,
                       const struct payment_row *payment)
{
    if (row->provider_ref.size > 0) return came_back(told, count, row->provider_ref);
    for (uint32_t i = 0; i < count; i++)
        if (told[i].outcome == OUTCOME_FAILED && is_the_money(&told[i], row, payment)) return true;
    return false;
}

static struct hearing hearing_of(const struct desk *desk, const struct id *slot,
                                 const struct refund_row *row, struct named *named)
{
    struct hearing hearing = {.verdict = NOTHING_TOLD};
    struct refund_told told[2 * TOLD_MAX];
    struct payment_row payment;
    *named = (struct named){.has_ref = false};
    if (!payment_load(&desk->rows, &row->order, row->payment, &payment)) return hearing;
    bool both = name_slot(desk, slot, row, &payment, named);
    bool charge = business_is_charge(row->paid_for);
    uint32_t count = gather(desk, &named->key, charge, told);
    if (both) count += gather(desk, &named->ref, charge, told + count);
    hear(told, count, row, &payment, &hearing);
    hearing.back = tells_back(told, count, row, &payment) ||
                   (row->provider_ref.size == 0 && hearing.verdict == TOLD_FAILED);
    return hearing;
}

/* Of what is settled only one word counts, and once: that this very refund came back. */
static bool is_back(const struct refund_row *row, const struct hearing *hearing)
{
    return row->state == REFUND_SETTLED && row->has_failed == 0 && hearing->back &&
           !business_is_charge(row->paid_for);
}

/* What the book does about it. false: nothing, or nothing any more. */
static bool verb_of(const struct refund_row *row, const struct hearing *hearing, enum verb *verb)
{
    enum told_verdict verdict = hearing->verdict;
    bool under_way = row->state == REFUND_INTENDED || row->state == REFUND_SUBMITTED;
    bool open = under_way || row->state == REFUND_UNKNOWN || row->state == REFUND_MANUAL;
    *verb =
        verdict == TOLD_PAID ? DO_FIND_PAID : (verdict == TOLD_FAILED ? DO_FIND_FAILED : DO_LOSE);
    if (is_back(row, hearing)) return true;
    if (verdict == TOLD_OTHERWISE) return under_way;
    return open && verdict != NOTHING_TOLD;
}

/* --- work --------------------------------------------------------------------------------------
 */

static void mark_name(const struct desk *desk, const struct id *name, const struct id *slot)
{
    struct key key = key_add_id(key_of(name), slot);
    rows_mark(&desk->rows, VIEW_REFUND_BY_KEY, &key);
}

void told_refresh(const struct desk *desk, const struct id *slot)
{
    struct refund_row row;
    struct named named;
    enum verb verb;
    if (!refund_load(&desk->rows, slot, &row)) return;
    struct id book = row.book;
    struct hearing hearing = hearing_of(desk, slot, &row, &named);
    bool wanted = verb_of(&row, &hearing, &verb);
    if (!id_is_zero(&named.key)) mark_name(desk, &named.key, slot);
    if (named.has_ref) mark_name(desk, &named.ref, slot);
    if (named.has_ref) made_refresh(desk, &named.ref);
    if (wanted)
        todo_put(&desk->rows, &book, TODO_TOLD, slot, NULL);
    else
        todo_drop(&desk->rows, &book, TODO_TOLD, slot, NULL);
}

/* Of two wordings of one message the smaller bytes stand, in any order of arrival. */
void told_fold(const struct desk *desk, const struct refund_told *told)
{
    struct id of = id_of_key(desk->crypto, &told->merchant, told->provider, told->key);
    struct key key = told_key(&of, &told->dedup);
    struct refund_told held;
    bool known = rows_load(&desk->rows, VIEW_REFUND_TOLD, &key, &refund_told_shape, &held);
    if (known && !is_smaller(told, &held)) return;
    if (known) made_leave(desk, &of);
    /* What was dropped may have moved its texts: read it once more. */
    if (known && rows_load(&desk->rows, VIEW_REFUND_TOLD, &key, &refund_told_shape, &held))
        made_index(desk, &held, &of, false);
    rows_store(&desk->rows, VIEW_REFUND_TOLD, &key, &refund_told_shape, told);
    struct key prefix = key_of(&of);
    struct walk walk = walk_over(&prefix);
    struct row row;
    while (walk_next(&desk->rows, VIEW_REFUND_BY_KEY, &walk, &row)) {
        struct id slot;
        memcpy(slot.bytes, walk.at.bytes + TOLD_KEY_OFFSET, ID_BYTES);
        told_refresh(desk, &slot);
    }
    made_index(desk, told, &of, true);
    made_refresh(desk, &of);
}

void told_recorded(const struct desk *desk, const struct id *order, uint64_t payment,
                   struct span reference)
{
    struct payment_row paid;
    struct order_row owner;
    if (!order_load(&desk->rows, order, &owner)) return;
    struct id merchant = owner.merchant;
    if (!payment_load(&desk->rows, order, payment, &paid)) return;
    struct id of = id_of_key(desk->crypto, &merchant, paid.provider, reference);
    made_refresh(desk, &of);
}

void told_react(const struct desk *desk, const struct id *slot, struct moment *moment,
                struct decision *decision)
{
    struct refund_row row;
    enum verb verb;
    if (!refund_load(&desk->rows, slot, &row)) return;
    struct named named;
    struct hearing hearing = hearing_of(desk, slot, &row, &named);
    if (!verb_of(&row, &hearing, &verb)) return;
    bool other = hearing.verdict == TOLD_OTHERWISE;
    if (is_back(&row, &hearing)) {
        refund_send_back(desk, slot, &row, moment, decision);
        return;
    }
    /* The reference of other money is not the slot's own. */
    business_refund_result(desk, slot, verb, other ? NULL : hearing.provider_ref,
                           other ? "the provider told of another amount" : "", moment, decision);
}
