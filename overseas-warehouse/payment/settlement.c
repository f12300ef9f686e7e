#include "overseas-warehouse/payment/settlement.h"

#include <assert.h>

#include "proto/line.h"
#include "proto/money.h"

#define NONE UINT32_MAX

/* --- indexes --------------------------------------------------------------------------------- */

/* What a place of an index is found by. */
typedef struct span sorted_by(const struct settlement *all, uint32_t at);

static struct span line_reference(const struct settlement *all, uint32_t at)
{
    return all->lines[at].reference;
}

static struct span refund_reference(const struct settlement *all, uint32_t at)
{
    return all->refunds[at].reference;
}

static struct span refund_key(const struct settlement *all, uint32_t at)
{
    return all->refunds[at].key;
}

/* Any total order will do. */
static int order_of(struct span a, struct span b)
{
    if (a.size != b.size) return a.size < b.size ? -1 : 1;
    return a.size == 0 ? 0 : memcmp(a.at, b.at, a.size);
}

static bool is_before(const struct settlement *all, sorted_by *by, uint32_t a, uint32_t b)
{
    int order = order_of(by(all, a), by(all, b));
    return order < 0 || (order == 0 && a < b);
}

static void swap(uint32_t *a, uint32_t *b)
{
    uint32_t was = *a;
    *a = *b;
    *b = was;
}

static void sift(const struct settlement *all, sorted_by *by, uint32_t *index, size_t from,
                 size_t count)
{
    for (size_t child = 2 * from + 1; child < count; child = 2 * from + 1) {
        if (child + 1 < count && is_before(all, by, index[child], index[child + 1])) child++;
        if (!is_before(all, by, index[from], index[child])) return;
        swap(&index[from], &index[child]);
        from = child;
    }
}

/* A heap: in place, and no input makes it slow. */
static void sort(const struct settlement *all, sorted_by *by, uint32_t *index, size_t count)
{
    for (size_t i = 0; i < count; i++) index[i] = (uint32_t)i;
    for (size_t i = count / 2; i > 0; i--) sift(all, by, index, i - 1, count);
    for (size_t left = count; left > 1; left--) {
        swap(&index[0], &index[left - 1]);
        sift(all, by, index, 0, left - 1);
    }
}

/* The first refund that has it. */
static uint32_t find(const struct settlement *all, sorted_by *by, const uint32_t *index,
                     struct span wanted)
{
    size_t from = 0, to = all->refunds_count;
    if (wanted.size == 0) return NONE;
    while (from < to) {
        size_t middle = (from + to) / 2;
        if (order_of(by(all, index[middle]), wanted) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    bool found = from < all->refunds_count && order_of(by(all, index[from]), wanted) == 0;
    return found ? index[from] : NONE;
}

/* --- which line is about what ---------------------------------------------------------------- */

static uint32_t refund_of(const struct settlement *all, const struct settlement_line *line)
{
    uint32_t bearer = find(all, refund_key, all->refunds_by_key, line->key);
    if (bearer != NONE && span_equal(all->refunds[bearer].reference, line->reference))
        return bearer;
    uint32_t named = find(all, refund_reference, all->refunds_by_ref, line->reference);
    return named != NONE ? named : bearer;
}

/* The lines of one reference: a payment, a failure that takes it back, and repeats of either. */
static void mark_group(struct settlement *all, const uint32_t *index, size_t count)
{
    struct settlement_line *paid = NULL, *failed = NULL;
    for (size_t i = 0; i < count; i++) {
        struct settlement_line *line = &all->lines[index[i]];
        struct settlement_line **first = line->failed ? &failed : &paid;
        line->first_at = *first == NULL ? 0 : (*first)->at;
        if (*first == NULL) *first = line;
        line->refund = refund_of(all, line);
        line->last_word = false;
    }
    for (size_t i = 0; i < count; i++) all->lines[index[i]].group_failed = failed != NULL;
    *(failed != NULL ? &failed->last_word : &paid->last_word) = true;
}

static void mark_groups(struct settlement *all)
{
    size_t from = 0;
    for (size_t to = 1; to <= all->lines_count; to++) {
        const uint32_t *index = all->lines_by_ref;
        if (to < all->lines_count &&
            order_of(line_reference(all, index[from]), line_reference(all, index[to])) == 0)
            continue;
        mark_group(all, index + from, to - from);
        from = to;
    }
}

static bool is_named(const struct settlement_refund *refund, const struct settlement_line *line)
{
    return span_equal(refund->reference, line->reference);
}

/* Of several payments for one slot that with the refund's own reference counts, or else the first.
 * A refund that failed beside the one that is known here says nothing about that. */
static void mark_refund(struct settlement *all, const struct settlement_line *line)
{
    if (line->refund == NONE || line->first_at != 0) return;
    struct settlement_refund *refund = &all->refunds[line->refund];
    bool own = is_named(refund, line);
    if (own || refund->reference.size == 0 || !line->group_failed) refund->seen = true;
    if (line->group_failed || line->failed) return;
    if (own || refund->paid_at == 0) refund->paid_at = line->at;
}

/* --- judging --------------------------------------------------------------------------------- */

static uint64_t tell(const struct settlement *all, enum difference_kind kind,
                     const struct settlement_line *line, const struct settlement_refund *refund,
                     uint64_t first_at)
{
    struct difference difference = {kind, line, refund, first_at, all->to_ms};
    all->tell(all->world, &difference);
    return 1;
}

static bool is_expected(const struct settlement *all, const struct settlement_refund *refund)
{
    return refund->state == REFUND_SETTLED && refund->sent && refund->intended_ms >= all->from_ms &&
           refund->intended_ms < all->to_ms;
}

/* Another payment for a slot that is paid already, in this file or, by what is known here, in that
 * of another period. */
static bool is_second(const struct settlement *all, const struct settlement_line *line,
                      const struct settlement_refund *refund)
{
    if (line->failed || line->group_failed) return false;
    if (refund->paid_at != line->at) return true;
    return refund->state == REFUND_SETTLED && refund->reference.size > 0 &&
           !is_named(refund, line) && !is_expected(all, refund);
}

static uint64_t judge_money(const struct settlement *all, const struct settlement_line *line,
                            const struct settlement_refund *refund)
{
    if (line->currency != refund->currency) return tell(all, DIFFERENCE_CURRENCY, line, refund, 0);
    if (line->amount_minor != refund->amount_minor)
        return tell(all, DIFFERENCE_AMOUNT, line, refund, 0);
    return 0;
}

static uint64_t judge_names(const struct settlement *all, const struct settlement_line *line,
                            const struct settlement_refund *refund)
{
    uint64_t count = 0;
    if (!span_equal(line->payment, refund->payment))
        count += tell(all, DIFFERENCE_OTHER_PAYMENT, line, refund, 0);
    if (line->key.size > 0 && !span_equal(line->key, refund->key))
        count += tell(all, DIFFERENCE_OTHER_SLOT, line, refund, 0);
    bool settled = refund->state == REFUND_SETTLED && refund->reference.size > 0;
    if (settled && !line->group_failed && !is_named(refund, line))
        count += tell(all, DIFFERENCE_OTHER_REFERENCE, line, refund, 0);
    return count;
}

/* A dispute that was won after the period's end is still lost in its file. */
static bool is_won_later(const struct settlement *all, const struct settlement_refund *refund)
{
    return refund->dispute && refund->state == REFUND_FAILED && refund->moved_ms >= all->to_ms;
}

static uint64_t judge_state(const struct settlement *all, const struct settlement_line *line,
                            const struct settlement_refund *refund)
{
    if (!line->group_failed)
        return refund->state == REFUND_SETTLED || is_won_later(all, refund)
                   ? 0
                   : tell(all, DIFFERENCE_PAID_THERE, line, refund, 0);
    bool beside =
        refund->state == REFUND_SETTLED && refund->reference.size > 0 && !is_named(refund, line);
    if (refund->state == REFUND_FAILED || refund->paid_at != 0 || beside) return 0;
    return tell(all, DIFFERENCE_FAILED_THERE, line, refund, 0);
}

static uint64_t judge_line(const struct settlement *all, const struct settlement_line *line)
{
    const struct settlement_refund *refund =
        line->refund == NONE ? NULL : &all->refunds[line->refund];
    uint64_t count = 0;
    if (line->first_at != 0) return tell(all, DIFFERENCE_TWICE, line, refund, line->first_at);
    if (refund == NULL) return line->last_word ? tell(all, DIFFERENCE_NOT_HERE, line, NULL, 0) : 0;
    if (is_second(all, line, refund)) {
        uint64_t first_at = refund->paid_at == line->at ? 0 : refund->paid_at;
        return tell(all, DIFFERENCE_TWICE, line, refund, first_at);
    }
    count += judge_money(all, line, refund);
    if (!line->failed) count += judge_names(all, line, refund);
    if (line->last_word) count += judge_state(all, line, refund);
    return count;
}

uint64_t settlement_compare(struct settlement *all)
{
    uint64_t count = 0;
    assert(all->lines_count <= SETTLEMENT_ROWS_MAX && all->refunds_count <= SETTLEMENT_ROWS_MAX);
    sort(all, line_reference, all->lines_by_ref, all->lines_count);
    sort(all, refund_reference, all->refunds_by_ref, all->refunds_count);
    sort(all, refund_key, all->refunds_by_key, all->refunds_count);
    for (size_t i = 0; i < all->refunds_count; i++) {
        all->refunds[i].seen = false;
        all->refunds[i].paid_at = 0;
    }
    if (all->lines_count > 0) mark_groups(all);
    for (size_t i = 0; i < all->lines_count; i++) mark_refund(all, &all->lines[i]);
    for (size_t i = 0; i < all->lines_count; i++) count += judge_line(all, &all->lines[i]);
    for (size_t i = 0; i < all->refunds_count; i++) {
        const struct settlement_refund *refund = &all->refunds[i];
        if (!refund->seen && is_expected(all, refund))
            count += tell(all, DIFFERENCE_NOT_THERE, NULL, refund, 0);
    }
    return count;
}

/* --- for a person ---------------------------------------------------------------------------- */

const char *difference_word(enum difference_kind kind)
{
#define DIFFERENCE_WORD(name, word, text) word,
    static const char *const words[] = {DIFFERENCE_LIST(DIFFERENCE_WORD)};
#undef DIFFERENCE_WORD
    return words[kind];
}

const char *difference_text(enum difference_kind kind)
{
#define DIFFERENCE_TEXT(name, word, text) text,
    static const char *const texts[] = {DIFFERENCE_LIST(DIFFERENCE_TEXT)};
#undef DIFFERENCE_TEXT
    return texts[kind];
}

static void say_money(struct line *to, int64_t minor, uint64_t numeric)
{
    char text[MONEY_TEXT_BYTES];
    const struct currency *currency = currency_by_numeric(numeric);
    if (currency == NULL) return;
    money_print(minor, currency, text);
    line_text(to, text);
}

/* A name that a stranger gave, in quotes; none is said as such. */
static void say_name(struct line *to, struct span name)
{
    if (name.size == 0)
        line_text(to, "none");
    else
        line_quoted(to, name);
}

static void say_state(struct line *to, const struct settlement_refund *refund)
{
    line_text(to, word_of(&refund_state_words, refund->state));
}

static void say_twice(const struct difference *difference, struct line *expected,
                      struct line *found)
{
    line_text(expected, "once, ");
    line_text(expected, difference->first_at != 0 ? "in line " : "as ");
    if (difference->first_at != 0)
        line_uint(expected, difference->first_at);
    else
        say_name(expected, difference->refund->reference);
    line_text(found, difference->line->failed ? "failed again" : "paid again");
}

static void say_not_there(const struct difference *difference, struct line *expected,
                          struct line *found)
{
    const struct settlement_refund *refund = difference->refund;
    say_money(expected, refund->amount_minor, refund->currency);
    line_text(expected, " of ");
    say_name(expected, refund->payment);
    line_text(found, "nothing");
    if (refund->moved_ms >= difference->to_ms)
        line_text(found, "; settled after the period: look into the next file");
}

static void say_not_here(const struct settlement_line *line, struct line *expected,
                         struct line *found)
{
    line_text(expected, "nothing");
    say_money(found, line->amount_minor, line->currency);
    line_text(found, " of ");
    say_name(found, line->payment);
    if (line->group_failed) line_text(found, ", failed");
}

void difference_say(const struct difference *difference, char expected_in[SETTLEMENT_SAID_BYTES],
                    char found_in[SETTLEMENT_SAID_BYTES])
{
    const struct settlement_line *line = difference->line;
    const struct settlement_refund *refund = difference->refund;
    struct line expected = line_over(expected_in, SETTLEMENT_SAID_BYTES);
    struct line found = line_over(found_in, SETTLEMENT_SAID_BYTES);
    switch (difference->kind) {
    case DIFFERENCE_NOT_HERE: say_not_here(line, &expected, &found); break;
    case DIFFERENCE_NOT_THERE: say_not_there(difference, &expected, &found); break;
    case DIFFERENCE_AMOUNT:
    case DIFFERENCE_CURRENCY:
        say_money(&expected, refund->amount_minor, refund->currency);
        say_money(&found, line->amount_minor, line->currency);
        break;
    case DIFFERENCE_PAID_THERE:
    case DIFFERENCE_FAILED_THERE:
        say_state(&expected, refund);
        line_text(&found, difference->kind == DIFFERENCE_PAID_THERE ? "paid" : "failed");
        break;
    case DIFFERENCE_TWICE: say_twice(difference, &expected, &found); break;
    case DIFFERENCE_OTHER_PAYMENT:
        say_name(&expected, refund->payment);
        say_name(&found, line->payment);
        break;
    case DIFFERENCE_OTHER_SLOT:
        say_name(&expected, refund->key);
        say_name(&found, line->key);
        break;
    case DIFFERENCE_OTHER_REFERENCE:
        say_name(&expected, refund->reference);
        say_name(&found, line->reference);
        break;
    case DIFFERENCE_COUNT: break;
    }
}
