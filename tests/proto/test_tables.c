/* The lists that everything else is made from: errors, words, commands and the catalogue of events.
 * Numbers are frozen, so the lists are also compared with what was once given out. */
#include "tests/proto/check.h"

#include "proto/catalogue.h"
#include "proto/commands.h"
#include <ctype.h>

/* --- errors ---------------------------------------------------------------------------------- */

#define ERROR_ROW(code, number, remedy, text) {#code, code, number, REMEDY_##remedy},
static const struct {
    const char *code;
    enum error error;
    int number;
    enum remedy remedy;
} errors[] = {ERROR_LIST(ERROR_ROW)};

static void an_errors_name_is_its_code_in_lower_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        char expected[64] = {0};
        const char *code = errors[i].code;
        if (strncmp(code, "ERROR_", 6) == 0) code += 6;
        for (size_t k = 0; code[k] != '\0'; k++) expected[k] = (char)tolower(code[k]);
        assert_string_equal(expected, error_name(errors[i].error));
        assert_int_equal(errors[i].number, i); /* without a gap: the tables are dense */
        assert_int_equal(errors[i].remedy, error_remedy(errors[i].error));
        assert_true(strlen(error_text(errors[i].error)) > 3);
    }
}

static void an_error_of_a_later_version_still_has_a_name_and_stops(void **state)
{
    (void)state;
    assert_string_equal("unknown", error_name((enum error)ERROR_COUNT));
    assert_string_equal("unknown", error_name((enum error)60000));
    assert_non_null(error_text((enum error)60000));
    assert_int_equal(error_remedy((enum error)60000), REMEDY_STOP);
}

/* --- words ----------------------------------------------------------------------------------- */

static const struct words *const all_words[] = {&return_kind_words,
                                                &outcome_words,
                                                &actor_words,
                                                &return_state_words,
                                                &unit_state_words,
                                                &refund_state_words,
                                                &verb_words,
                                                &reason_words,
                                                &grade_words,
                                                &disposition_words,
                                                &liability_words,
                                                &track_status_words,
                                                &track_reason_words,
                                                &time_quality_words,
                                                &direction_words,
                                                &parcel_state_words,
                                                &paid_for_words,
                                                &log_type_words,
                                                &deadline_words,
                                                &deadline_state_words,
                                                &code_kind_words,
                                                &battery_words,
                                                &reason_class_words,
                                                &window_from_words,
                                                &fee_kind_words,
                                                &fee_payer_words,
                                                &policy_check_words,
                                                &check_answer_words,
                                                &signal_words,
                                                &decline_words,
                                                &channel_words,
                                                &stray_words,
                                                &evidence_kind_words,
                                                &compensation_state_words,
                                                &compensation_kind_words,
                                                &claim_verdict_words};

static void every_word_names_one_number_and_is_plain(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof all_words / sizeof all_words[0]; i++)
        for (size_t number = 0; number < all_words[i]->count; number++) {
            const char *word = all_words[i]->name[number];
            if (word == NULL) continue;
            assert_int_equal(word_number(all_words[i], span_text(word)), number);
            assert_string_equal(word_of(all_words[i], number), word);
            assert_int_equal(strspn(word, "abcdefghijklmnopqrstuvwxyz_"), strlen(word));
        }
}

static void what_has_no_word_is_told_apart(void **state)
{
    (void)state;
    assert_string_equal("?", word_of(&verb_words, 0));
    assert_string_equal("?", word_of(&verb_words, 49)); /* a gap */
    assert_string_equal("?", word_of(&verb_words, UINT64_MAX));
    assert_int_equal(word_number(&verb_words, span_text("requested")), -1);
    assert_int_equal(word_number(&verb_words, span_text("reques")), -1);
    assert_int_equal(word_number(&verb_words, span_text("")), -1);
    assert_int_equal(word_number(&return_state_words, span_text("none")), 0);
}

/* --- what is frozen -------------------------------------------------------------------------- */

/* Every number that was ever given out, with its meaning. Rows are added here and never changed:
 * logs bear the numbers, and a gap may only be filled by a word that is new. */
/* clang-format off */
static const struct {
    const struct words *words;
    const char *pairs; /* "number:word ..." */
} frozen_words[] = {
    {&plate_kind_words, "1:plate 2:carton 3:tote 4:pallet"},
    {&plate_act_words, "1:make 2:add 3:split 4:merge 5:nest 6:move 7:void 8:ship 9:take"},
    {&plate_state_words, "1:standing 2:split 3:merged 4:shipped"},
    {&importer_words, "1:merchant 2:warehouse 3:platform 4:agent 5:buyer"},
    {&duty_part_words,
     "1:base 2:additional 3:antidumping 4:countervailing 5:safeguard 6:excise 7:fee 8:other"},
    {&batch_act_words, "1:open 2:add 3:remove 4:close 5:cancel"},
    {&stock_account_words,
     "1:sellable 2:unsellable 3:quarantine 4:reserved 5:floor 6:wms 7:carrier 8:merchant "
     "9:scrap 10:opening 11:difference"},
    {&stock_act_words,
     "1:restock 2:move 3:regrade 4:reserve 5:release 6:ship 7:discard 8:import 9:hand_over "
     "10:adjust 11:count"},
    {&batch_state_words, "1:open 2:closed 3:canceled"},
    {&label_what_words, "1:label 2:pickup"},
    {&label_state_words,
     "0:none 1:intended 2:submitted 3:bought 4:failed 5:unknown 6:voiding 7:voided "
     "8:void_unknown"},
    {&label_step_words,
     "1:intend 2:attempt 3:find_bought 4:find_failed 5:lose 6:settle_bought "
     "7:settle_not_bought 8:void 9:find_voided 10:keep 11:settle_voided"},
    {&label_recovery_words, "1:header 2:lookup 3:none"},
    {&label_form_words, "1:pdf 2:png 3:zpl 4:qr"},
    {&label_end_words, "1:bought 2:not_bought 3:voided"},
    {&exchange_state_words,
     "0:none 1:waiting 2:asking 3:kept 4:leaving 5:recalling 6:sent 7:ended"},
    {&exchange_act_words,
     "1:open 2:ask 3:wait 4:keep 5:leave 6:recall 7:note_sent 8:end 9:pay"},
    {&exchange_answer_words, "1:kept 2:none 3:gone 4:sent"},
    {&repair_act_words, "1:open 2:work 3:end"},
    {&repair_state_words, "1:open 2:ended"},
    {&repair_outcome_words, "1:repaired 2:not_repairable 3:no_fault_found"},
    {&batch_split_words, "1:equally 2:by_weight 3:by_value"},
    {&export_mode_words,
     "1:mode_0110 2:mode_1039 3:mode_1210 4:mode_9610 5:mode_9710 6:mode_9810"},
    {&actor_words,
     "1:operator 2:merchant 3:admin 4:policy 5:clock 6:floor 7:carrier 8:provider "
     "9:book 10:buyer 11:partner 12:platform"},
    {&return_state_words,
     "0:none 1:requested 2:approved 3:closed 4:declined 5:canceled 6:expired "
     "7:disputed 8:escalated 9:arbitrated"},
    {&unit_state_words,
     "0:none 1:received 2:inspected 3:graded 4:disposed 5:settled 6:shipped"},
    {&refund_state_words,
     "0:none 1:intended 2:submitted 3:settled 4:failed 5:unknown 6:manual"},
    {&verb_words,
     "1:request 2:approve 3:decline 4:cancel 5:expire 6:close 7:reopen 8:note_arrival "
     "9:claim_box 10:take_unit 11:note_grade 12:note_disposition 13:note_settlement "
     "14:dispute 15:escalate 16:replace 17:refund_instead 18:advance "
     "20:receive 21:inspect 22:grade 23:dispose 24:settle 25:ship 26:assign 40:intend "
     "41:submit 42:find_paid 43:find_failed 44:lose 45:resolve_paid 46:resolve_unpaid "
     "47:bar 48:fill 50:offer 51:give 52:accept 53:refuse 54:withdraw 55:lapse 56:pay "
     "86:draft 87:file 88:deny 89:run_out 90:recover"},
    {&grant_state_words,
     "0:none 1:offered 2:granted 3:paid 4:refused 5:lapsed 6:withdrawn 7:short"},
    {&compensation_state_words,
     "0:none 1:drafted 2:filed 3:accepted 4:paid 5:denied 6:withdrawn 7:expired"},
    {&compensation_kind_words,
     "1:lost 2:damaged 3:delayed 4:wrong_delivery 5:overcharged 6:miscounted 7:wrong_grade"},
    {&claim_verdict_words, "1:accepted 2:denied"},
    {&paid_for_words, "1:line 2:fee 3:goodwill 4:partial 5:postage 6:advance"},
    {&return_kind_words, "1:return 2:exchange 3:claim 4:repair 5:refund_only"},
    {&outcome_words, "1:refund 2:replacement 3:repair 4:store_credit"},
    {&executor_words, "1:provider 2:marketplace 3:seller"},
    {&elsewhere_words, "1:provider 2:marketplace 3:seller 4:chargeback 5:chargeback_won"},
    {&reason_words,
     "1:unwanted 2:too_small 3:too_large 4:style 5:color 6:defective "
     "7:damaged_in_transit 8:not_as_described 9:wrong_item 10:missing_parts "
     "11:ordered_by_mistake 12:not_compatible 13:better_price 14:late 15:other "
     "16:damaged_by_warehouse 17:missing_item 18:never_arrived 19:unauthorized "
     "20:undeliverable_refused 21:undeliverable_unclaimed 22:undeliverable_address "
     "23:undeliverable_attempts 24:undeliverable_label 25:undeliverable_missorted "
     "26:packaging 27:label 28:short_dated 29:worn"},
    {&grade_words,
     "1:new_sealed 2:like_new 3:very_good 4:good 5:acceptable 6:unsellable"},
    {&disposition_words,
     "1:restock 2:relabel 3:hold 4:repair 5:refurbish 6:resell 7:liquidate 8:donate "
     "9:recycle 10:destroy 11:vendor 12:origin 13:hub 14:platform"},
    {&liability_words,
     "1:buyer 2:seller 3:warehouse 4:carrier 5:platform"},
    {&track_status_words,
     "1:not_found 2:pre_transit 3:in_transit 4:out_for_delivery 5:available_for_pickup "
     "6:delivery_attempt 7:delivered 8:exception 9:returning 10:returned 11:lost "
     "12:cancelled 13:expired 14:unknown"},
    {&track_reason_words,
     "1:picked_up 2:customs_processing 3:customs_hold 4:customs_docs 5:customs_released "
     "6:customs_refused 7:duties_unpaid 8:payment 9:damaged 10:destroyed 11:stolen "
     "12:refused 13:unclaimed 14:absent 15:no_access 16:id_failed 17:bad_address "
     "18:moved 19:bad_number 20:missing_data 21:misrouted 22:delayed 23:weather "
     "24:on_hold 25:security 26:redirected 27:rescheduled 28:handover 29:partial "
     "30:collected 31:neighbour 32:safe_place 33:parcel_shop 34:signed 35:requested "
     "36:exchange 37:informational 38:estimate 39:ambiguous 40:end_of_tracking "
     "41:closed 42:provider_error 43:no_service 44:undeliverable 45:lost_in_transit "
     "46:unmapped"},
    {&time_quality_words,
     "1:offset 2:named_zone 3:provider_rule 4:assumed 5:date_only 6:none"},
    {&direction_words,
     "1:forward 2:return"},
    {&parcel_state_words,
     "1:announced 2:in_transit 3:arrived 4:received 5:unannounced"},
    {&log_type_words,
     "1:node_log 2:book 3:membership"},
    {&deadline_words,
     "1:respond 2:offer_solution 3:send 5:dock_to_disposition 6:decide 7:provider_answer "
     "8:refund 20:file_claim 21:claim_answer 22:claim_payment 30:choose_disposition 31:repair"},
    {&deadline_state_words,
     "1:open 2:met 3:missed 4:lifted"},
    {&code_kind_words,
     "1:own 2:fnsku 3:upc 4:ean"},
    {&decline_words,
     "1:final_sale 2:return_period_ended 3:worn 4:freight_damage 5:not_defective 6:as_ordered "
     "7:more_information 8:no_record_of_sale 9:discontinued 10:price 11:picture_requested "
     "12:quantity 13:repair 14:sample 15:unidentifiable 16:other"},
    {&channel_words,
     "1:app 2:web 3:phone 4:social 5:mail 6:marketplace 7:operator 8:carrier"},
    {&stray_words,
     "1:lost 2:damaged 3:stalled"},
    {&evidence_kind_words,
     "1:photo 2:video"},
    {&battery_words,
     "1:none 2:lithium_ion 3:lithium_ion_with_equipment 4:lithium_ion_in_equipment "
     "5:lithium_metal 6:lithium_metal_with_equipment 7:lithium_metal_in_equipment "
     "8:button_cell 9:dry 10:wet"},
    {&reason_class_words, "1:changed_mind 2:fault 3:delivery"},
    {&window_from_words, "0:sale 1:delivery"},
    {&fee_kind_words, "1:restocking 2:return_freight"},
    {&fee_payer_words, "1:buyer 2:merchant 3:platform 4:return_shipping_insurance"},
    {&policy_check_words,
     "1:window 2:reason_accepted 3:not_final_sale 4:quantity 5:value_limit "
     "6:buyer_not_blocked 7:evidence_given 8:no_earlier_trouble 9:auto_approval"},
    {&check_answer_words, "1:yes 2:no 3:unknown"},
    {&question_words, "1:yes_no 2:number 3:choice 4:serial 5:text"},
    {&finding_words, "1:wrong_item 2:empty_box 3:extra_item 4:lost 5:missing_part 6:damaged "
                     "7:defective 8:worn 9:seal_broken 10:serial_differs 11:expired "
                     "12:packaging 13:other"},
    {&signal_words, "1:serial_returner 2:empty_box 3:switched_item 4:weight_differs"},
};
static const char frozen_events[] =
     "1:genesis 2:member 3:merchant 4:succeeds 5:handover 6:recovered 10:ask 11:answer "
     "12:person 13:erase 14:beat 16:link_made 17:link_revoked 18:erased 20:tracking "
     "21:box_received 22:unit_moved 23:unit_assigned "
     "30:order 31:return_moved 32:box_claimed 33:refund_moved 34:released "
     "35:refunded_elsewhere 36:grant_moved 40:policy_set 42:overridden 43:calendar_set 45:order_amended 46:sku "
     "47:return_noted 48:preset 50:webhook_set 51:webhook_asked 52:webhook_checked "
    "53:overdue 55:refund_told 57:compensation_moved "
    "60:corrective_begun 61:corrective_closed 62:article 63:complaint_opened "
    "70:box_noted 71:box_weighed 72:cost_set 73:unit_locked 74:unit_asked 81:unit_held 82:recalled "
    "83:checklist_set 84:scale_set 85:second_graded 86:findings_noted "
    "64:complaint_closed 65:followup_moved 66:followup_comment "
    "87:fee_set 88:charge_posted 89:topped_up 90:statement_closed 91:arrears_overridden "
    "92:plate_moved 93:removal 94:removal_received 95:inbound "
    "100:batch_moved 101:batch_paid 102:repair_moved 103:repair_consented "
    "97:photo_attached 98:photo_taken "
    "76:stock_posted 77:stock_bin_set 78:stock_counted 79:stock_voided "
    "100:batch_moved 101:batch_paid "
    "97:photo_attached 98:photo_taken "
    "105:box_matched 106:box_abandoned 107:box_voided 110:exchange_moved 111:exchange_answered "
    "112:label_moved 113:site_address 114:lane";
static const char frozen_commands[] =
     "1:membership_admit 2:membership_merchant 3:membership_succeeds 10:order_import "
     "11:return_request 12:return_approve 13:return_decline 14:return_cancel "
     "15:refund_resolve 16:unit_release 17:refund_record 20:box_receive 21:unit_inspect 22:unit_grade "
     "23:unit_dispose 24:unit_settle 25:unit_ship 26:unit_take 30:tracking 31:person "
     "32:erase 40:grant_give 41:grant_accept 42:grant_refuse 43:grant_withdraw 44:return_dispute 45:return_escalate "
     "46:return_withdraw 47:return_replace 48:return_refund_instead "
     "50:policy_put 55:deadline_override 56:calendar_put 60:order_amend 61:sku_put "
     "62:return_note 63:preset_put 64:return_group 70:return_link 71:link_revoke "
     "75:webhook_put 76:webhook_disable "
     "77:webhook_replay 78:webhook_test 79:webhook_check "
    "80:refund_told 85:claim_open 86:claim_file 87:claim_answer 88:claim_pay 89:claim_withdraw "
    "90:corrective_begin 91:corrective_close 92:article_put 93:complaint_open "
    "94:complaint_close 95:followup_consent 96:followup_answer 97:followup_comment "
    "100:box_note 101:box_match 102:box_unmatch 103:unit_void 104:box_void 105:cost_put 106:unit_lock 107:unit_ask "
    "125:unit_hold 126:unit_lift 127:recall_put "
    "128:checklist_put 129:scale_put 130:unit_second 131:finding_note "
    "133:fee_put 134:balance_topup 135:statement_close 136:arrears_override "
    "140:plate_make 141:plate_add 142:plate_split 143:plate_merge 144:plate_move "
    "145:plate_void 146:plate_take 147:removal_put 148:removal_receive 149:inbound_put "
    "155:batch_open 156:batch_add 157:batch_remove 158:batch_close 159:batch_proceeds "
    "108:repair_consent 109:repair_end 160:repair_open 161:repair_work "
    "150:photo_attach "
    "110:stock_post 111:stock_count 112:stock_void 113:stock_bin_put 114:stock_reserve "
    "115:stock_end 166:label_buy 167:label_void 168:label_settle 169:site_address 174:lane_put "
    "170:exchange_open 171:exchange_send 172:exchange_end 173:exchange_paid";
static const char frozen_errors[] =
     "0:ok 1:malformed 2:too_large 3:too_deep 4:not_canonical 5:trailing "
     "6:unknown_field 7:missing_field 8:out_of_range 9:bad_text 10:bad_id 11:bad_chain "
     "12:bad_seal 13:bad_signature 14:unknown_peer 15:unknown_log 16:unknown_carrier "
     "17:not_found 18:forbidden 19:unauthenticated 20:no_rule 21:fact_missing "
     "22:fact_bars 23:conflict 24:key_reused 25:key_missing 26:over_captured "
     "27:over_cap 28:over_quantity 29:slot_open 30:held_elsewhere 31:deps_missing "
     "32:full 33:busy 34:timeout 35:unreachable 36:read_only 37:clock_suspect "
     "38:corrupt 39:fork 40:in_doubt 41:outcome_unknown 42:io 43:config 44:usage "
     "45:wrong_log 46:not_committed 47:precondition 48:unsupported";
/* clang-format on */

/* Takes the next "number:word" of the pairs; false at their end. */
static bool next_pair(const char **pairs, unsigned *number, char word[64])
{
    int taken = 0;
    if (sscanf(*pairs, " %u:%63s%n", number, word, &taken) != 2) return false;
    *pairs += taken;
    return true;
}

static void a_number_that_was_given_out_keeps_its_meaning(void **state)
{
    (void)state;
    unsigned number, checked = 0;
    char word[64];
    for (size_t i = 0; i < sizeof frozen_words / sizeof frozen_words[0]; i++)
        for (const char *pairs = frozen_words[i].pairs; next_pair(&pairs, &number, word); checked++)
            assert_string_equal(word, word_of(frozen_words[i].words, number));
    for (const char *pairs = frozen_events; next_pair(&pairs, &number, word); checked++)
        assert_string_equal(word, event_by_kind(number)->name);
    for (const char *pairs = frozen_commands; next_pair(&pairs, &number, word); checked++)
        assert_string_equal(word, command_by_kind(number)->word);
    for (const char *pairs = frozen_errors; next_pair(&pairs, &number, word); checked++)
        assert_string_equal(word, error_name((enum error)number));
    printf("%u numbers are frozen\n", checked);
    assert_true(checked > 200);
}

/* --- commands and events --------------------------------------------------------------------- */

static void every_command_is_found_by_number_and_word(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_rows_count; i++) {
        const struct command_row *row = &command_rows[i];
        assert_ptr_equal(row, command_by_kind(row->kind));
        assert_ptr_equal(row, command_by_word(span_text(row->word)));
        assert_true(row->shape->size <= sizeof(union command_body));
        /* The leader of a book checks its endpoints in by itself: nobody else may. */
        assert_true(row->roles != 0 || row->kind == COMMAND_WEBHOOK_CHECK);
    }
    assert_null(command_by_kind(0));
    assert_null(command_by_kind((uint64_t)1 << 32 | COMMAND_MEMBER));
    assert_null(command_by_word(span_text("order")));
    assert_null(command_by_word(span_text("")));
}

static void every_event_has_room_in_the_body_and_a_log_to_stand_in(void **state)
{
    (void)state;
    for (size_t i = 0; i < event_rows_count; i++) {
        assert_true(event_rows[i].shape->size <= sizeof(union event_body));
        assert_string_equal(event_rows[i].name, event_rows[i].shape->name);
        assert_int_not_equal(event_rows[i].logs & IN_ANY, 0);
        assert_int_equal(event_rows[i].logs & ~IN_ANY, 0);
    }
}

/* --- the manual ------------------------------------------------------------------------------ */

static char manual[32 * 1024];

static int open_manual(void **state)
{
    (void)state;
    FILE *file = fopen("proto/README.md", "r");
    if (file == NULL) return -1;
    size_t size = fread(manual, 1, sizeof manual - 1, file);
    fclose(file);
    manual[size] = '\0';
    return size > 0 && size < sizeof manual - 1 ? 0 : -1;
}

static void assert_in_manual(const char *row)
{
    if (strstr(manual, row) == NULL) print_error("the manual lacks: %s\n", row);
    assert_non_null(strstr(manual, row));
}

static void the_manual_names_every_event_with_its_logs(void **state)
{
    (void)state;
    for (size_t i = 0; i < event_rows_count; i++) {
        const struct event_row *row = &event_rows[i];
        const char *logs = row->logs == IN_ANY                      ? "any"
                           : row->logs == IN_NODE                   ? "node"
                           : row->logs == IN_BOOK                   ? "book"
                           : row->logs == IN_MEMBERSHIP             ? "membership"
                           : row->logs == (IN_BOOK | IN_MEMBERSHIP) ? "book, membership"
                                                                    : "?";
        char text[200];
        snprintf(text, sizeof text, "\n| %d | `%s` | %u | %s | ", (int)row->kind, row->name,
                 row->version, logs);
        assert_in_manual(text);
    }
}

static void the_manual_names_every_command_with_its_authority(void **state)
{
    (void)state;
    static const char *const authorities[] = {[AUTHORITY_HERE] = "here",
                                              [AUTHORITY_WAREHOUSE] = "warehouse",
                                              [AUTHORITY_BOOK] = "book",
                                              [AUTHORITY_MEMBERSHIP] = "membership"};
    for (size_t i = 0; i < command_rows_count; i++) {
        const struct command_row *row = &command_rows[i];
        char text[200];
        snprintf(text, sizeof text, "\n| %d | `%s` | `%s` | %s |\n", (int)row->kind, row->word,
                 row->shape->name, authorities[row->authority]);
        assert_in_manual(text);
    }
}

/* --- what holds for all ---------------------------------------------------------------------- */

static void personal_data_never_stands_in_a_book(void **state)
{
    (void)state;
    for (size_t i = 0; i < event_rows_count; i++)
        if ((event_rows[i].flags & EVENT_PERSONAL) != 0)
            assert_int_equal(event_rows[i].logs & (IN_BOOK | IN_MEMBERSHIP), 0);
}

static void assert_keys_ascend(const struct shape *shape)
{
    for (size_t i = 0; i < shape->count; i++) {
        assert_true(shape->fields[i].key >= 1 && shape->fields[i].key < 128);
        if (i > 0) assert_true(shape->fields[i].key > shape->fields[i - 1].key);
        if (shape->fields[i].item != NULL) assert_keys_ascend(shape->fields[i].item);
    }
}

static void the_keys_of_every_record_ascend(void **state)
{
    (void)state;
    for (size_t i = 0; i < event_rows_count; i++) assert_keys_ascend(event_rows[i].shape);
    for (size_t i = 0; i < command_rows_count; i++) assert_keys_ascend(command_rows[i].shape);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_errors_name_is_its_code_in_lower_case),
        cmocka_unit_test(an_error_of_a_later_version_still_has_a_name_and_stops),
        cmocka_unit_test(every_word_names_one_number_and_is_plain),
        cmocka_unit_test(what_has_no_word_is_told_apart),
        cmocka_unit_test(a_number_that_was_given_out_keeps_its_meaning),
        cmocka_unit_test(every_command_is_found_by_number_and_word),
        cmocka_unit_test(every_event_has_room_in_the_body_and_a_log_to_stand_in),
        cmocka_unit_test(the_manual_names_every_event_with_its_logs),
        cmocka_unit_test(the_manual_names_every_command_with_its_authority),
        cmocka_unit_test(personal_data_never_stands_in_a_book),
        cmocka_unit_test(the_keys_of_every_record_ascend),
    };
    return cmocka_run_group_tests(tests, open_manual, NULL);
}
