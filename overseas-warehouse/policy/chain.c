/* The chain of checks. Each answers yes, no or unknown; unknown where a fact is missing that could
 * turn the answer. A market that is not known is every market between which the rows can tell: what
 * all of them answer alike is the answer. */
#include "overseas-warehouse/policy/policy.h"

#include "proto/money.h"

#define DAY_MS (UINT64_C(24) * 60 * 60 * 1000)

struct judging {
    const struct policy *policy;
    const struct policy_facts *facts;
    struct policy_countries countries; /* one when the buyer's is known */
    int64_t total_minor;
    bool total_known;
    bool allowed;
};

/* --- three answers ---------------------------------------------------------------------------- */

static enum check_answer answer_of(bool yes)
{
    return yes ? CHECK_YES : CHECK_NO;
}

/* All must say yes, and one no decides. */
static enum check_answer both(enum check_answer a, enum check_answer b)
{
    if (a == CHECK_NO || b == CHECK_NO) return CHECK_NO;
    return a == CHECK_YES && b == CHECK_YES ? CHECK_YES : CHECK_UNKNOWN;
}

typedef enum check_answer (*line_check)(const struct judging *judging, struct span country,
                                        const struct policy_line *line);

static enum check_answer ask_lines(const struct judging *judging, line_check check,
                                   struct span country)
{
    enum check_answer answer = CHECK_YES;
    for (uint32_t i = 0; i < judging->facts->lines_count; i++)
        answer = both(answer, check(judging, country, &judging->facts->lines[i]));
    return answer;
}

static enum check_answer ask_markets(const struct judging *judging, line_check check)
{
    enum check_answer answer = ask_lines(judging, check, judging->countries.at[0]);
    for (uint32_t i = 1; i < judging->countries.count; i++)
        if (ask_lines(judging, check, judging->countries.at[i]) != answer) return CHECK_UNKNOWN;
    return answer;
}

/* --- the checks, in their order --------------------------------------------------------------- */

/* Goods are delivered after they were sold: who asks within the days from the sale is in time
 * whenever they came. */
static enum check_answer in_window(const struct judging *judging, struct span country,
                                   const struct policy_line *line)
{
    const struct policy_facts *facts = judging->facts;
    int row = policy_window_row(judging->policy, country, line->reason);
    if (row < 0) return CHECK_YES;
    const struct policy_window *window = &judging->policy->windows[row];
    if (window->days == 0) return CHECK_NO;
    uint64_t length_ms = window->days * DAY_MS;
    if (facts->requested_ms <= facts->sold_ms + length_ms) return CHECK_YES;
    if (window->from == FROM_SALE) return CHECK_NO;
    if (facts->delivered_ms == 0) return CHECK_UNKNOWN;
    return answer_of(facts->requested_ms <= facts->delivered_ms + length_ms);
}

static enum check_answer is_accepted(const struct judging *judging, struct span country,
                                     const struct policy_line *line)
{
    (void)country;
    return answer_of(policy_accepts_reason(judging->policy, line->reason));
}

static enum check_answer is_not_final(const struct judging *judging, struct span country,
                                      const struct policy_line *line)
{
    (void)country;
    const struct policy *policy = judging->policy;
    bool faulty = reason_class_of(line->reason) != CLASS_CHANGED_MIND;
    enum check_answer answer = CHECK_YES;
    if (faulty && policy->final_sale_even_faulty == 0) return CHECK_YES;
    for (uint32_t i = 0; i < policy->final_sale_count; i++) {
        const struct policy_final *final = &policy->final_sale[i];
        if (final->sku.size > 0)
            answer = both(answer, answer_of(!span_equal(final->sku, line->sku)));
        else if (line->category_known)
            answer = both(answer, answer_of(!span_equal(final->category, line->category)));
        else
            answer = both(answer, CHECK_UNKNOWN);
    }
    return answer;
}

static enum check_answer has_evidence(const struct judging *judging, struct span country,
                                      const struct policy_line *line)
{
    (void)country;
    const struct policy *policy = judging->policy;
    for (uint32_t i = 0; i < policy->evidence_count; i++)
        if (policy->evidence[i].reason == line->reason) return judging->facts->evidence;
    return CHECK_YES;
}

static enum check_answer quantity_fits(const struct judging *judging)
{
    uint64_t units = 0;
    for (uint32_t i = 0; i < judging->facts->lines_count; i++)
        units += judging->facts->lines[i].quantity;
    return answer_of(judging->policy->quantity_max == 0 || units <= judging->policy->quantity_max);
}

static enum check_answer value_fits(const struct judging *judging)
{
    int64_t max = judging->policy->value_max_minor;
    return answer_of(max == 0 || (judging->total_known && judging->total_minor <= max));
}

static bool is_unknown(const struct hash *buyer)
{
    return span_is_zero(span_of(buyer->bytes, HASH_BYTES));
}

static bool is_allowed(const struct policy *policy, const struct hash *buyer)
{
    return !is_unknown(buyer) && policy_lists_buyer(policy->allow, policy->allow_count, buyer);
}

static enum check_answer buyer_is_welcome(const struct judging *judging)
{
    const struct policy *policy = judging->policy;
    const struct hash *buyer = &judging->facts->buyer;
    if (policy->block_count == 0) return CHECK_YES;
    if (is_unknown(buyer)) return CHECK_UNKNOWN;
    return answer_of(!policy_lists_buyer(policy->block, policy->block_count, buyer));
}

static bool is_serial(const struct policy *policy, const struct buyer_history *history)
{
    return policy->serial_returns_max != 0 && history->returns > policy->serial_returns_max;
}

/* Trouble with this very order counts for everybody; the buyer's earlier returns do when the policy
 * says so, and not against whom it allows. */
static enum check_answer is_calm(const struct judging *judging)
{
    const struct buyer_history *history = &judging->facts->history;
    if (judging->facts->order_flagged) return CHECK_NO;
    if (judging->policy->buyer_history == 0 || judging->allowed) return CHECK_YES;
    if (!history->known) return CHECK_UNKNOWN;
    return answer_of(!is_serial(judging->policy, history) && history->empty_boxes == 0 &&
                     history->switched_items == 0 && history->weights == 0);
}

/* --- limits ----------------------------------------------------------------------------------- */

uint64_t policy_trust(const struct policy *policy, const struct policy_facts *facts)
{
    const struct buyer_history *history = &facts->history;
    if (is_allowed(policy, &facts->buyer)) return POLICY_TRUST_MAX;
    if (!history->known || policy->buyer_history == 0) return 0;
    if (history->bad > history->good / 2) return 0;
    uint64_t trust = history->good - 2 * history->bad;
    return trust < POLICY_TRUST_MAX ? trust : POLICY_TRUST_MAX;
}

static enum check_answer is_trusted(const struct judging *judging, uint64_t wanted)
{
    if (wanted == 0 || judging->allowed) return CHECK_YES;
    if (!judging->facts->history.known) return CHECK_UNKNOWN;
    return answer_of(policy_trust(judging->policy, judging->facts) >= wanted);
}

static enum check_answer within(const struct judging *judging, const struct policy_limit *rows,
                                uint32_t count, struct span country, uint64_t reason)
{
    int row = policy_limit_row(rows, count, country, reason);
    if (row < 0 || rows[row].up_to_minor <= 0 || !judging->total_known) return CHECK_NO;
    if (judging->total_minor > rows[row].up_to_minor) return CHECK_NO;
    return is_trusted(judging, rows[row].trust_min);
}

static enum check_answer is_small(const struct judging *judging, struct span country,
                                  const struct policy_line *line)
{
    const struct policy *policy = judging->policy;
    return within(judging, policy->auto_approve, policy->auto_approve_count, country, line->reason);
}

static enum check_answer may_be_kept(const struct judging *judging, struct span country,
                                     const struct policy_line *line)
{
    const struct policy *policy = judging->policy;
    return within(judging, policy->returnless, policy->returnless_count, country, line->reason);
}

/* --- putting it together ---------------------------------------------------------------------- */

static void begin(struct judging *judging, const struct policy *policy,
                  const struct policy_facts *facts)
{
    judging->policy = policy;
    judging->facts = facts;
    judging->allowed = is_allowed(policy, &facts->buyer);
    judging->total_minor = 0;
    judging->total_known = true;
    for (uint32_t i = 0; i < facts->lines_count && judging->total_known; i++) {
        int64_t worth;
        const struct policy_line *line = &facts->lines[i];
        judging->total_known = money_multiply(line->price_minor, line->quantity, &worth) == OK &&
                               money_add(judging->total_minor, worth, &judging->total_minor) == OK;
    }
    policy_countries(policy, &judging->countries);
    if (facts->country.size == 0) return;
    judging->countries.at[0] = facts->country;
    judging->countries.count = 1;
}

static void add_signal(struct policy_finding *finding, enum signal_kind kind, uint64_t count)
{
    if (count == 0) return;
    struct policy_signal *signal = &finding->signals[finding->signals_count++];
    *signal = (struct policy_signal){kind, count <= UINT32_MAX ? count : UINT32_MAX};
}

static void find_signals(const struct judging *judging, struct policy_finding *finding)
{
    const struct buyer_history *history = &judging->facts->history;
    if (!history->known) return;
    if (is_serial(judging->policy, history))
        add_signal(finding, SIGNAL_SERIAL_RETURNER, history->returns);
    add_signal(finding, SIGNAL_EMPTY_BOX, history->empty_boxes);
    add_signal(finding, SIGNAL_SWITCHED_ITEM, history->switched_items);
    add_signal(finding, SIGNAL_WEIGHT_DIFFERS, history->weights);
}

/* The first no decides; when there is none, the first of which nobody knows. */
static enum policy_check first_that_decided(const enum check_answer *answers)
{
    for (int wanted = CHECK_NO; wanted <= CHECK_UNKNOWN; wanted++)
        for (int check = CHECK_WINDOW; check <= CHECK_AUTO; check++)
            if (answers[check] == (enum check_answer)wanted) return (enum policy_check)check;
    return (enum policy_check)0;
}

void policy_judge(const struct policy *policy, const struct policy_facts *facts,
                  struct policy_finding *finding)
{
    struct judging judging;
    memset(finding, 0, sizeof *finding);
    begin(&judging, policy, facts);
    enum check_answer *answers = finding->answers;
    answers[CHECK_WINDOW] = ask_markets(&judging, in_window);
    answers[CHECK_REASON] = ask_markets(&judging, is_accepted);
    answers[CHECK_NOT_FINAL] = ask_markets(&judging, is_not_final);
    answers[CHECK_QUANTITY] = quantity_fits(&judging);
    answers[CHECK_VALUE] = value_fits(&judging);
    answers[CHECK_BUYER] = buyer_is_welcome(&judging);
    answers[CHECK_EVIDENCE] = ask_markets(&judging, has_evidence);
    answers[CHECK_TROUBLE] = is_calm(&judging);
    answers[CHECK_AUTO] = ask_markets(&judging, is_small);
    finding->decided_by = first_that_decided(answers);
    finding->eligible = true;
    for (int check = CHECK_WINDOW; check <= CHECK_EVIDENCE; check++)
        if (answers[check] != CHECK_YES) finding->eligible = false;
    finding->small = answers[CHECK_AUTO] == CHECK_YES;
    finding->flagged = answers[CHECK_TROUBLE] != CHECK_YES;
    finding->returnless = finding->eligible && finding->small && !finding->flagged &&
                          ask_markets(&judging, may_be_kept) == CHECK_YES;
    find_signals(&judging, finding);
}

/* --- the same from what was stored ------------------------------------------------------------ */

static bool said_yes(const struct policy_answer *answers, uint32_t count, enum policy_check check)
{
    for (uint32_t i = 0; i < count; i++)
        if (answers[i].check == (uint64_t)check) return answers[i].answer == CHECK_YES;
    return false;
}

bool policy_says_eligible(const struct policy_answer *answers, uint32_t count)
{
    for (int check = CHECK_WINDOW; check <= CHECK_EVIDENCE; check++)
        if (!said_yes(answers, count, (enum policy_check)check)) return false;
    return true;
}

bool policy_says_small(const struct policy_answer *answers, uint32_t count)
{
    return said_yes(answers, count, CHECK_AUTO);
}

bool policy_says_flagged(const struct policy_answer *answers, uint32_t count)
{
    return !said_yes(answers, count, CHECK_TROUBLE);
}
