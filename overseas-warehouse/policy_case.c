/* The policy asked about the return at hand: the facts are gathered from the views, and what the
 * chain answers is written into the return's first entry, with the version that was asked. */
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/policy/policy.h"

/* --- the facts -------------------------------------------------------------------------------- */

static uint32_t lines_of(const struct case_file *file, struct policy_line lines[ORDER_LINES_MAX])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < file->order.lines_count; i++) {
        const struct order_row_line *sold = &file->order.lines[i];
        if (file->lines[i].quantity == 0) continue;
        lines[count++] = (struct policy_line){.sku = sold->sku,
                                              .reason = file->lines[i].reason,
                                              .quantity = file->lines[i].quantity,
                                              .price_minor = sold->price_minor};
    }
    return count;
}

/* --- the answers ------------------------------------------------------------------------------ */

static void note_answers(const struct policy_finding *finding, uint64_t version,
                         struct return_moved *moved)
{
    moved->policy_version = version;
    moved->decided_by = (uint64_t)finding->decided_by;
    moved->returnless = finding->returnless;
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
                                 .evidence = moved->evidence_count > 0 ? CHECK_YES : CHECK_NO};
    uint64_t version = policy_version_at(rows, &file->merchant, file->moment->wall_ms);
    if (!policy_load(rows, &file->merchant, version, &row)) return;
    facts.lines_count = lines_of(file, lines);
    policy_judge(&row.policy, &facts, &finding);
    note_answers(&finding, version, moved);
    policy_answers_copy(&file->row, moved);
}

/* --- figures ---------------------------------------------------------------------------------- */

/* Those of the version that the return was asked under; of the merchant's record when there was
 * none. */
void case_hours(const struct case_file *file, struct policy_hours *hours)
{
    struct policy_row row;
    *hours = (struct policy_hours){.respond = file->merchant.respond_hours,
                                   .send = file->merchant.send_days * (DAY_MS / HOUR_MS)};
    if (policy_load(&file->desk->rows, &file->merchant, file->row.policy_version, &row))
        *hours = (struct policy_hours){row.policy.respond_hours, row.policy.solution_hours,
                                       row.policy.send_hours, row.policy.decide_hours};
    if (hours->respond == 0) hours->respond = RESPOND_HOURS_DEFAULT;
    if (hours->send == 0) hours->send = SEND_DAYS_DEFAULT * (DAY_MS / HOUR_MS);
}
