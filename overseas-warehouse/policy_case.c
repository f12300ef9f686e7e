/* The policy asked about the return at hand: the facts are gathered from the views, and what the
 * chain answers is written into the return's first entry, with the version that was asked. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/policy/policy.h"
#include "proto/bugs.h"

#define BUYER_RETURNS_MAX 200

/* --- the facts -------------------------------------------------------------------------------- */

/* What a SKU is, as its master data say; nothing when nobody told. */
static struct span category_of(const struct case_file *file, struct span code)
{
    const struct rows *rows = &file->desk->rows;
    struct id sku;
    struct sku_row row;
    if (!sku_find(rows, file->desk->crypto, &file->row.merchant, code, &sku))
        return (struct span){0};
    return sku_load(rows, &sku, &row) ? row.category : (struct span){0};
}

static uint32_t lines_of(const struct case_file *file, const struct policy *policy,
                         struct policy_line lines[ORDER_LINES_MAX])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < file->order.lines_count; i++) {
        const struct order_row_line *sold = &file->order.lines[i];
        if (file->lines[i].quantity == 0) continue;
        struct policy_line *line = &lines[count++];
        *line = (struct policy_line){.sku = sold->sku,
                                     .reason = file->lines[i].reason,
                                     .quantity = file->lines[i].quantity,
                                     .price_minor = sold->price_minor};
        if (policy->final_sale_count > 0) line->category = category_of(file, sold->sku);
        line->category_known = line->category.size > 0;
    }
    return count;
}

/* --- the buyer -------------------------------------------------------------------------------- */

struct key buyer_key(const struct desk *desk, const struct id *merchant, const struct hash *buyer)
{
    struct span bytes = span_of(buyer->bytes, HASH_BYTES);
    struct id id = crypto_id(desk->crypto, "entrepot/buyer/1", &bytes, 1);
    return pair_key(merchant, &id);
}

void buyer_index(const struct desk *desk, const struct id *merchant, const struct hash *buyer,
                 uint64_t at_ms, const struct id *return_id)
{
    if (span_is_zero(span_of(buyer->bytes, HASH_BYTES))) return;
    struct key key = key_add_uint(buyer_key(desk, merchant, buyer), UINT64_MAX - at_ms, 8);
    key = key_add_id(key, return_id);
    rows_mark(&desk->rows, VIEW_RETURN_BY_BUYER, &key);
}

static void count_signals(const struct desk *desk, const struct id *return_id,
                          struct buyer_history *history)
{
    struct fraud_signals signals;
    if (!business_signals(desk, return_id, &signals)) return;
    for (uint32_t i = 0; i < signals.count; i++) {
        const struct policy_signal *signal = &signals.at[i];
        if (signal->kind == SIGNAL_EMPTY_BOX) history->empty_boxes += signal->count;
        if (signal->kind == SIGNAL_SWITCHED_ITEM) history->switched_items += signal->count;
        if (signal->kind == SIGNAL_WEIGHT_DIFFERS) history->weights += signal->count;
    }
}

static void count_return(const struct desk *desk, const struct id *return_id, uint64_t since_ms,
                         struct buyer_history *history)
{
    struct return_row row;
    if (!return_load(&desk->rows, return_id, &row) || row.state == RETURN_CANCELED) return;
    bool bad = row.state == RETURN_DECLINED || row.contests > 0;
    if (row.requested_ms >= since_ms) history->returns++;
    if (bad) history->bad++;
    if (!bad && row.state == RETURN_CLOSED) history->good++;
    count_signals(desk, return_id, history);
}

/* The latest of them: whoever has more is known well enough by those. */
static void gather_history(const struct case_file *file, const struct policy *policy,
                           struct buyer_history *history)
{
    const struct desk *desk = file->desk;
    uint64_t now_ms = file->moment->wall_ms, span_ms = policy->serial_days * DAY_MS;
    struct key prefix = buyer_key(desk, &file->row.merchant, &file->order.buyer);
    struct walk walk = walk_over(&prefix);
    struct row row;
    if (span_is_zero(span_of(file->order.buyer.bytes, HASH_BYTES))) return;
    history->known = true;
    if (policy->buyer_history == 0) return;
    for (unsigned seen = 0; seen < BUYER_RETURNS_MAX; seen++) {
        struct id id;
        if (!walk_next(&desk->rows, VIEW_RETURN_BY_BUYER, &walk, &row)) return;
        memcpy(id.bytes, walk.at.bytes + walk.at.size - ID_BYTES, ID_BYTES);
        count_return(desk, &id, now_ms > span_ms ? now_ms - span_ms : 0, history);
    }
}

/* --- the answers ------------------------------------------------------------------------------ */

static void note_answers(const struct policy_finding *finding, uint64_t version,
                         struct return_moved *moved)
{
    moved->policy_version = version;
    moved->decided_by = (uint64_t)finding->decided_by;
    moved->returnless = finding->returnless;
    if (finding->returnless && moved->kind == KIND_RETURN) moved->keep = 1;
    for (uint64_t check = 1; check < policy_check_words.count; check++)
        moved->checks[moved->checks_count++] =
            (struct policy_answer){check, (uint64_t)finding->answers[check]};
    for (uint32_t i = 0; i < finding->signals_count; i++)
        moved->signals[moved->signals_count++] = finding->signals[i];
}

void policy_answers_copy(struct return_row *row, const struct return_moved *moved)
{
    row->policy_version = moved->policy_version;
    row->decided_by = moved->decided_by;
    row->returnless = moved->returnless;
    row->checks_count = moved->checks_count;
    row->signals_count = moved->signals_count;
    for (uint32_t i = 0; i < moved->checks_count; i++) row->checks[i] = moved->checks[i];
    for (uint32_t i = 0; i < moved->signals_count; i++) row->signals[i] = moved->signals[i];
}

/* The carrier's own scan is evidence of what became of a parcel. */
static bool is_shown(const struct return_moved *moved)
{
    return moved->evidence_count > 0 || moved->stray != 0;
}

void case_ask_policy(struct case_file *file, struct return_moved *moved)
{
    const struct rows *rows = &file->desk->rows;
    struct policy_line lines[ORDER_LINES_MAX];
    struct policy_row row;
    struct policy_finding finding;
    struct policy_facts facts = {.requested_ms = file->row.requested_ms,
                                 .sold_ms = file->order.sold_ms,
                                 .delivered_ms = file->order.delivered_ms,
                                 .country = file->order.ship_to,
                                 .buyer = file->order.buyer,
                                 .lines = lines,
                                 .order_flagged = file->order.flagged != 0,
                                 .evidence = is_shown(moved) ? CHECK_YES : CHECK_NO};
    uint64_t version = policy_version_at(rows, &file->merchant, file->moment->wall_ms);
    if (BUG(policy_newest_used)) version = policy_newest(rows, &file->merchant);
    if (!policy_load(rows, &file->merchant, version, &row)) return;
    facts.lines_count = lines_of(file, &row.policy, lines);
    gather_history(file, &row.policy, &facts.history);
    policy_judge(&row.policy, &facts, &finding);
    note_answers(&finding, version, moved);
    fees_reckon(file, &row.policy, moved);
    bool plain = finding.eligible && !finding.flagged && moved->keep == 0;
    uint64_t wanted = row.policy.instant_refund_trust;
    if (plain && wanted != 0 && policy_trust(&row.policy, &facts) >= wanted)
        moved->advance_percent =
            row.policy.instant_refund_percent != 0 ? row.policy.instant_refund_percent : 100;
    policy_answers_copy(&file->row, moved);
}

/* --- figures ---------------------------------------------------------------------------------- */

/* Those of the version that the return was asked under; of the merchant's record when there was
 * none. */
void case_hours(const struct case_file *file, struct policy_hours *hours)
{
    struct policy_row row;
    *hours = (struct policy_hours){.respond = file->merchant.respond_hours,
                                   .send = file->merchant.send_days * (DAY_MS / HOUR_MS),
                                   .platform = true};
    if (policy_load(&file->desk->rows, &file->merchant, file->row.policy_version, &row))
        *hours = (struct policy_hours){row.policy.respond_hours,
                                       row.policy.solution_hours,
                                       row.policy.send_hours,
                                       row.policy.decide_hours,
                                       row.policy.dispute_days * (DAY_MS / HOUR_MS),
                                       row.policy.dispute_days == 0 || row.policy.escalation != 0};
    if (hours->respond == 0) hours->respond = RESPOND_HOURS_DEFAULT;
    if (hours->send == 0) hours->send = SEND_DAYS_DEFAULT * (DAY_MS / HOUR_MS);
}
