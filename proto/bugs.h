/* The bug bank: faults that can be planted, so that the simulator proves again and again that it
 * would see them. In an ordinary build every BUG is the constant false, and nothing of this is
 * left; the build with ENTREPOT_BUGS plants the one chosen when the simulator starts. */
#ifndef PROTO_BUGS_H
#define PROTO_BUGS_H

#include <stdbool.h>

/* X(name) : each is told in sim/README.md */
#define BUG_LIST(X)                                                                                \
    X(resend_without_asking)                                                                       \
    X(key_with_attempt)                                                                            \
    X(answer_before_commit)                                                                        \
    X(push_before_commit)                                                                          \
    X(no_chain_check)                                                                              \
    X(work_lost_after_crash)                                                                       \
    X(deps_not_checked)                                                                            \
    X(request_decided_twice)                                                                       \
    X(cap_ignored)                                                                                 \
    X(erase_forgotten)                                                                             \
    X(old_leader_writes_on)                                                                        \
    X(payment_not_exclusive)                                                                       \
    X(cursor_ahead)                                                                                \
    X(full_disk_answers_ok)                                                                        \
    X(absent_taken_as_paid)                                                                        \
    X(no_word_taken_as_failed)                                                                     \
    X(handover_left_unsealed)                                                                      \
    X(fires_while_suspect)                                                                         \
    X(ack_before_fsync)                                                                            \
    X(ack_before_commit)                                                                           \
    X(credit_before_commit)                                                                        \
    X(no_seal_check)                                                                               \
    X(no_payload_check)                                                                            \
    X(fold_past_committed)                                                                         \
    X(captured_unchecked)                                                                          \
    X(double_restock)                                                                              \
    X(scan_counted_twice)                                                                          \
    X(fires_unheard)                                                                               \
    X(digest_keeps_former)                                                                         \
    X(chargeback_unheard)                                                                          \
    X(elsewhere_uncounted)                                                                         \
    X(upstream_forgotten)                                                                          \
    X(group_half_admitted)                                                                         \
    X(amended_below_refunded)                                                                      \
    X(grant_paid_unrecorded)                                                                       \
    X(lapsed_accepted)                                                                             \
    X(goodwill_offers_uncounted)                                                                   \
    X(deadline_dropped)                                                                            \
    X(deadline_kept)                                                                               \
    X(told_of_other_money)                                                                         \
    X(pending_taken_as_paid)                                                                       \
    X(report_counted_twice)                                                                        \
    X(policy_newest_used)                                                                          \
    X(scope_ignored)                                                                               \
    X(partial_uncounted)                                                                           \
    X(room_ignored)                                                                                \
    X(link_opens_for_ever)                                                                         \
    X(pays_unreceived)                                                                             \
    X(answer_ignored)                                                                              \
    X(fee_taken_twice)                                                                             \
    X(tax_not_cumulative)                                                                          \
    X(recharge_twice)                                                                              \
    X(destroyed_alone)                                                                             \
    X(unsellable_restocked)                                                                        \
    X(destroyed_without_leave)                                                                     \
    X(goods_forgotten)                                                                             \
    X(over_assigned)                                                                               \
    X(taken_from_anywhere)                                                                         \
    X(foreign_paid)                                                                                \
    X(stock_forgotten)                                                                             \
    X(contest_hidden)                                                                              \
    X(repair_settled)                                                                              \
    X(plate_unflagged)                                                                             \
    X(second_ignored)                                                                              \
    X(stock_overdrawn)                                                                             \
    X(bin_overfilled)                                                                              \
    X(posting_voided_twice)                                                                        \
    X(kept_ended_twice)                                                                            \
    X(restock_posted_anew)                                                                         \
    X(count_unflagged)                                                                             \
    X(unit_on_two_batches)                                                                         \
    X(closed_batch_changed)                                                                        \
    X(batch_money_twice)                                                                           \
    X(repair_unconsented)                                                                          \
    X(bench_left)                                                                                  \
    X(todays_price)                                                                                \
    X(box_charged_again)                                                                           \
    X(slip_unchecked)                                                                              \
    X(sent_without_leave)                                                                          \
    X(kept_for_nobody)                                                                             \
    X(money_while_leaving)                                                                         \
    X(label_before_commit)                                                                         \
    X(label_resent_without_asking)                                                                 \
    X(label_unknown_as_absent)                                                                     \
    X(label_key_outlived)

#define BUG_ENUM(name) BUG_##name,
enum bug { BUG_NONE, BUG_LIST(BUG_ENUM) BUG_COUNT };
#undef BUG_ENUM

#ifdef ENTREPOT_BUGS
extern enum bug bug_planted;
#define BUG(name) (bug_planted == BUG_##name)
#else
#define BUG(name) false
#endif

/* Of the simulator: plants it; false: unknown, or an ordinary build. */
unsigned bugs_count(void);
const char *bugs_name(unsigned number);
bool bugs_plant(const char *name);
void bugs_clear(void);

#endif
