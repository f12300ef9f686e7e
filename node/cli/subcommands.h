/* Every subcommand's function and its own flags, for the table in node/main.c. */
#ifndef NODE_CLI_SUBCOMMANDS_H
#define NODE_CLI_SUBCOMMANDS_H

#include "node/cli/cli.h"

/* What a subcommand takes. */
#define READS   (TAKES_NODE | TAKES_JSON)
#define LISTS   (TAKES_NODE | TAKES_JSON | TAKES_PAGE)
#define DOES    (TAKES_NODE | TAKES_JSON)
#define DECIDES (DOES | TAKES_KEY | TAKES_WAIT)
#define CHANGES (DECIDES | TAKES_MATCH)
#define ON_DISK (TAKES_DIRECTORY)

#define SUBCOMMANDS_MAX 320
extern const struct subcommand floor_subcommands[]; /* table_floor.c */
extern const size_t floor_subcommands_count;

#define SUBCOMMAND(name) enum exit_code name(struct cli *cli);

SUBCOMMAND(node_run) /* node.c */
SUBCOMMAND(config_show)
SUBCOMMAND(config_check_file)
void node_more(FILE *out);
extern const struct cli_flag config_flags[];

SUBCOMMAND(init_node) /* init.c */
void init_more(FILE *out);
/* A configuration, and a token for the command line, unless they stand in the directory. The
 * sentence, 400 bytes at most, in why. */
enum error init_fill(const char *directory, char *why);
extern const struct cli_flag init_flags[];

SUBCOMMAND(status_show) /* status.c */
SUBCOMMAND(carriers_list)
SUBCOMMAND(digests_show)
SUBCOMMAND(clock_confirm)
SUBCOMMAND(version_show)

SUBCOMMAND(carrier_test) /* carriers.c */
SUBCOMMAND(carrier_list)
SUBCOMMAND(carrier_check)
SUBCOMMAND(carrier_number)
SUBCOMMAND(carrier_unknown)
SUBCOMMAND(carrier_replay)
void carrier_test_more(FILE *out);
extern const struct cli_flag carrier_test_flags[], carrier_list_flags[], carrier_unknown_flags[],
    carrier_replay_flags[];

SUBCOMMAND(membership_card) /* membership.c */
SUBCOMMAND(membership_admit)
SUBCOMMAND(membership_meet)
SUBCOMMAND(membership_list)
SUBCOMMAND(membership_revoke)
SUBCOMMAND(membership_merchant)
SUBCOMMAND(membership_merchants)
SUBCOMMAND(membership_succeeds)
void membership_meet_more(FILE *out);
extern const struct cli_flag card_flags[], merchant_flags[], succeeds_flags[];

SUBCOMMAND(book_list) /* book.c */
SUBCOMMAND(book_show)
SUBCOMMAND(book_open)
SUBCOMMAND(book_handover)
SUBCOMMAND(book_recover)
extern const struct cli_flag book_handover_flags[], book_recover_flags[];
void book_recover_more(FILE *out);

SUBCOMMAND(token_create) /* tokens.c */
SUBCOMMAND(token_list)
SUBCOMMAND(token_revoke)
extern const struct cli_flag token_create_flags[];

SUBCOMMAND(order_import) /* import.c */
extern const struct cli_flag order_import_flags[];
void order_import_more(FILE *out);

SUBCOMMAND(deadline_list) /* deadline.c */
SUBCOMMAND(deadline_override)
extern const struct cli_flag deadline_list_flags[];

SUBCOMMAND(calendar_list) /* calendar.c */
SUBCOMMAND(calendar_show)
SUBCOMMAND(calendar_put)
SUBCOMMAND(calendar_explain)
extern const struct cli_flag calendar_flags[], calendar_show_flags[];
void calendar_put_more(FILE *out);
void calendar_explain_more(FILE *out);

SUBCOMMAND(order_amend) /* amend.c */
SUBCOMMAND(order_versions)
extern const struct cli_flag order_versions_flags[];
void order_amend_more(FILE *out);

SUBCOMMAND(reasons_show) /* intake.c */
SUBCOMMAND(return_note)
SUBCOMMAND(return_group)
SUBCOMMAND(return_group_show)
SUBCOMMAND(preset_put)
SUBCOMMAND(preset_list)
extern const struct cli_flag return_note_flags[], preset_flags[];
void return_group_more(FILE *out);

SUBCOMMAND(sku_import) /* import.c */
SUBCOMMAND(parcel_import)
SUBCOMMAND(lane_import) /* with the flags of SKUs */
void lane_import_more(FILE *out);
extern const struct cli_flag parcel_import_flags[];
void parcel_import_more(FILE *out);
extern const struct cli_flag sku_import_flags[];
void sku_import_more(FILE *out);

SUBCOMMAND(sku_put) /* sku.c */
SUBCOMMAND(sku_show)
SUBCOMMAND(sku_list)
SUBCOMMAND(sku_versions)
extern const struct cli_flag sku_list_flags[], sku_versions_flags[];
void sku_put_more(FILE *out);

SUBCOMMAND(order_show) /* money.c */
SUBCOMMAND(order_list)
SUBCOMMAND(return_request)
SUBCOMMAND(return_show)
SUBCOMMAND(return_list)
SUBCOMMAND(return_approve)
SUBCOMMAND(return_decline)
SUBCOMMAND(return_cancel)
SUBCOMMAND(return_dispute)
SUBCOMMAND(return_escalate)
SUBCOMMAND(return_withdraw)
SUBCOMMAND(return_refund_instead)
SUBCOMMAND(return_replace)
SUBCOMMAND(return_savings)
SUBCOMMAND(refund_show)
SUBCOMMAND(refund_list)
SUBCOMMAND(refund_resolve)
SUBCOMMAND(refund_record)
SUBCOMMAND(grant_give)
SUBCOMMAND(grant_accept)
SUBCOMMAND(grant_refuse)
SUBCOMMAND(grant_withdraw)
SUBCOMMAND(grant_show)
SUBCOMMAND(grant_list)
extern const struct cli_flag grant_give_flags[];
SUBCOMMAND(claim_file)
SUBCOMMAND(claim_answer)
SUBCOMMAND(claim_pay)
SUBCOMMAND(claim_withdraw)
SUBCOMMAND(claim_show)
SUBCOMMAND(claim_list)
extern const struct cli_flag claim_file_flags[], claim_answer_flags[], claim_pay_flags[],
    claim_list_flags[];
SUBCOMMAND(request_show)
SUBCOMMAND(request_list)
extern const struct cli_flag return_request_flags[], return_list_flags[], reason_flags[],
    decline_flags[], approve_flags[], replace_flags[], refund_list_flags[], refund_resolve_flags[],
    refund_record_flags[];
void refund_record_more(FILE *out);

SUBCOMMAND(return_link) /* links.c */
SUBCOMMAND(erase_ask)
SUBCOMMAND(erase_status)
SUBCOMMAND(return_evidence)
SUBCOMMAND(return_evidence_check)
SUBCOMMAND(return_links)
SUBCOMMAND(return_unlink)
extern const struct cli_flag return_link_flags[], return_links_flags[];
extern const struct cli_flag evidence_flags[], evidence_check_flags[];

SUBCOMMAND(refund_reconcile) /* reconcile.c */
void refund_reconcile_more(FILE *out);
extern const struct cli_flag refund_reconcile_flags[];

SUBCOMMAND(policy_set) /* policy.c */
SUBCOMMAND(policy_show)
SUBCOMMAND(policy_check)
SUBCOMMAND(policy_history)
void policy_check_more(FILE *out);
extern const struct cli_flag policy_set_flags[], policy_show_flags[];

SUBCOMMAND(box_unclaimed) /* boxes.c */
SUBCOMMAND(box_candidates_ask)
SUBCOMMAND(box_note_put)
SUBCOMMAND(box_match_say)
SUBCOMMAND(box_unmatch_say)
SUBCOMMAND(box_void_say)
SUBCOMMAND(unit_void_say)
extern const struct cli_flag void_flags[], unit_void_flags[];
extern const struct cli_flag box_unclaimed_flags[], box_candidates_flags[], box_note_flags[],
    box_match_flags[];

SUBCOMMAND(unit_finding) /* inspection.c */
SUBCOMMAND(box_finding)
SUBCOMMAND(unit_second)
SUBCOMMAND(unit_seconds)
SUBCOMMAND(sku_ask)
SUBCOMMAND(sku_checklist)
SUBCOMMAND(scale_set)
SUBCOMMAND(scale_show)
SUBCOMMAND(hold_list)
SUBCOMMAND(recall_list)
void sku_checklist_more(FILE *out);
extern const struct cli_flag finding_flags[], unit_second_flags[], unit_seconds_flags[],
    scale_flags[], hold_list_flags[];
#define FINDING_KINDS                                                                              \
    "wrong_item, empty_box, extra_item, lost, missing_part, damaged, defective, worn, "            \
    "seal_broken, serial_differs, expired, packaging or other"
/* Of an inspection or a grade: the members that its flags say. */
struct json_out;
void inspection_put(const struct cli *cli, struct json_out *body);

SUBCOMMAND(unit_hold) /* floor.c */
SUBCOMMAND(unit_lift)
SUBCOMMAND(recall_set)
SUBCOMMAND(recall_end)
SUBCOMMAND(plate_make)
SUBCOMMAND(plate_move)
SUBCOMMAND(plate_show)
SUBCOMMAND(plate_list)
SUBCOMMAND(plate_contents)
SUBCOMMAND(removal_put)
SUBCOMMAND(removal_show)
SUBCOMMAND(removal_list)
SUBCOMMAND(inbound_put)
SUBCOMMAND(inbound_show)
SUBCOMMAND(inbound_list)
SUBCOMMAND(billing_charges)
SUBCOMMAND(billing_balance)
SUBCOMMAND(billing_statements)
SUBCOMMAND(billing_topup)
SUBCOMMAND(billing_close)
SUBCOMMAND(fee_set)
void removal_put_more(FILE *out);
void fee_set_more(FILE *out);
extern const struct cli_flag unit_hold_flags[], unit_lift_flags[], recall_flags[],
    unit_photo_flags[], plate_make_flags[], plate_move_flags[], plate_list_flags[],
    plate_contents_flags[], of_merchant_flags[], billing_flags[], billing_topup_flags[],
    billing_close_flags[];
SUBCOMMAND(batch_open) /* batches.c */
SUBCOMMAND(batch_add)
SUBCOMMAND(batch_remove)
SUBCOMMAND(batch_close)
SUBCOMMAND(batch_proceeds)
SUBCOMMAND(batch_show)
SUBCOMMAND(batch_list)
SUBCOMMAND(batch_manifest)
SUBCOMMAND(billing_sheet)
extern const struct cli_flag batch_open_flags[], batch_change_flags[], batch_close_flags[],
    batch_proceeds_flags[], batch_list_flags[], batch_manifest_flags[], billing_sheet_flags[];
SUBCOMMAND(stock_list) /* stock.c */
SUBCOMMAND(stock_available)
SUBCOMMAND(stock_postings)
SUBCOMMAND(stock_show)
SUBCOMMAND(stock_post)
SUBCOMMAND(stock_move_bin)
SUBCOMMAND(stock_put_away)
SUBCOMMAND(stock_hand_over)
SUBCOMMAND(stock_adjust)
SUBCOMMAND(stock_void)
SUBCOMMAND(stock_count_found)
SUBCOMMAND(stock_keep_for)
SUBCOMMAND(stock_end_kept)
SUBCOMMAND(stock_receipts)
SUBCOMMAND(bin_set)
SUBCOMMAND(bin_list)
extern const struct cli_flag stock_list_flags[], stock_available_flags[], stock_postings_flags[],
    stock_post_flags[], stock_move_flags[], stock_hand_over_flags[], stock_adjust_flags[],
    stock_void_flags[], stock_count_flags[], stock_reserve_flags[], stock_end_flags[],
    stock_receipts_flags[], bin_set_flags[], bin_list_flags[];

SUBCOMMAND(stock_import) /* stock_file.c */
SUBCOMMAND(stock_compare)
extern const struct cli_flag stock_import_flags[], stock_compare_flags[];
void stock_import_more(FILE *out);
void stock_compare_more(FILE *out);

SUBCOMMAND(exchange_open) /* exchanges.c */
SUBCOMMAND(exchange_send)
SUBCOMMAND(exchange_end)
SUBCOMMAND(exchange_paid)
SUBCOMMAND(exchange_show)
SUBCOMMAND(exchange_list)
extern const struct cli_flag exchange_open_flags[], exchange_send_flags[], exchange_end_flags[],
    exchange_paid_flags[], exchange_list_flags[];
SUBCOMMAND(lane_put) /* lanes.c */
SUBCOMMAND(lane_show)
SUBCOMMAND(lane_list)
SUBCOMMAND(label_choose)
extern const struct cli_flag lane_put_flags[], lane_list_flags[], label_choose_flags[];
SUBCOMMAND(label_buy) /* labels.c */
SUBCOMMAND(label_void)
SUBCOMMAND(label_settle)
SUBCOMMAND(label_show)
SUBCOMMAND(label_list)
SUBCOMMAND(label_get)
SUBCOMMAND(warehouse_address)
extern const struct cli_flag label_buy_flags[], label_void_flags[], label_settle_flags[],
    label_list_flags[], label_get_flags[], warehouse_address_flags[];
SUBCOMMAND(repair_open) /* repairs.c */
SUBCOMMAND(repair_work)
SUBCOMMAND(repair_end)
SUBCOMMAND(repair_consent)
SUBCOMMAND(repair_show)
SUBCOMMAND(repair_list)
extern const struct cli_flag repair_open_flags[], repair_work_flags[], repair_end_flags[],
    repair_consent_flags[], repair_list_flags[];
SUBCOMMAND(cost_set) /* worth.c */
SUBCOMMAND(cost_show)
SUBCOMMAND(unit_proposal)
SUBCOMMAND(unit_photo)
SUBCOMMAND(unit_photos)
SUBCOMMAND(photo_save)
void unit_photo_more(FILE *out);
SUBCOMMAND(unit_lock)
SUBCOMMAND(unit_ask)
SUBCOMMAND(unit_unlock)
void cost_set_more(FILE *out);
extern const struct cli_flag cost_set_flags[], cost_show_flags[], unit_lock_flags[],
    unit_ask_flags[], unit_unlock_flags[];

SUBCOMMAND(numbers_show) /* numbers.c */
SUBCOMMAND(numbers_carriers)
SUBCOMMAND(numbers_defects)
SUBCOMMAND(numbers_floor)
SUBCOMMAND(numbers_inspectors)
extern const struct cli_flag numbers_inspectors_flags[];
SUBCOMMAND(corrective_begin)
SUBCOMMAND(corrective_close)
SUBCOMMAND(corrective_show)
SUBCOMMAND(corrective_list)
SUBCOMMAND(corrective_effect)
extern const struct cli_flag numbers_flags[], numbers_carriers_flags[], numbers_defects_flags[],
    corrective_begin_flags[], corrective_close_flags[], corrective_list_flags[];

SUBCOMMAND(article_put) /* care.c */
SUBCOMMAND(article_show)
SUBCOMMAND(article_list)
SUBCOMMAND(article_versions)
SUBCOMMAND(complaint_open)
SUBCOMMAND(complaint_close)
SUBCOMMAND(complaint_show)
SUBCOMMAND(complaint_list)
extern const struct cli_flag article_list_flags[], article_versions_flags[], complaint_open_flags[],
    complaint_close_flags[], complaint_list_flags[];
void article_put_more(FILE *out);

SUBCOMMAND(followup_list) /* followup.c */
SUBCOMMAND(followup_show)
SUBCOMMAND(followup_answer)
SUBCOMMAND(followup_comment)
SUBCOMMAND(followup_consent)
extern const struct cli_flag followup_list_flags[], followup_answer_flags[],
    followup_comment_flags[], followup_consent_flags[];

SUBCOMMAND(parcel_show) /* goods.c */
SUBCOMMAND(parcel_list)
SUBCOMMAND(parcel_receive)
SUBCOMMAND(unit_show)
SUBCOMMAND(unit_list)
SUBCOMMAND(unit_inspect)
SUBCOMMAND(unit_grade)
SUBCOMMAND(unit_dispose)
SUBCOMMAND(unit_settle)
SUBCOMMAND(unit_ship)
SUBCOMMAND(unit_take)
SUBCOMMAND(unit_release)
extern const struct cli_flag parcel_receive_flags[], unit_list_flags[], unit_act_flags[],
    unit_ship_flags[], unit_take_flags[], unit_release_flags[];

SUBCOMMAND(webhook_add) /* webhooks.c */
SUBCOMMAND(webhook_secret)
SUBCOMMAND(webhook_list)
SUBCOMMAND(webhook_deliveries)
SUBCOMMAND(webhook_replay)
SUBCOMMAND(webhook_disable)
SUBCOMMAND(webhook_test)
void webhook_add_more(FILE *out);
extern const struct cli_flag webhook_add_flags[], webhook_list_flags[], webhook_replay_flags[];

SUBCOMMAND(rules_print) /* rules.c */
extern const struct cli_flag rules_flags[];

SUBCOMMAND(verify_store) /* store.c */
SUBCOMMAND(backup_store)
SUBCOMMAND(restore_store)
SUBCOMMAND(store_renew)
SUBCOMMAND(store_vouch)
extern const struct cli_flag restore_flags[];
void backup_more(FILE *out);
void restore_more(FILE *out);
void store_more(FILE *out);

#undef SUBCOMMAND

#endif
