#include "tests/proto/values.h"

#include "proto/commands.h"
#include "proto/messages.h"
#include "proto/money.h"
#include "proto/time.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

const struct shape *const values_shapes[] = {
    /* events */
    &genesis_shape, &member_shape, &merchant_shape, &succeeds_shape, &handover_shape,
    &recovered_shape, &ask_shape, &answer_shape, &person_shape, &erase_shape, &erased_shape,
    &link_made_shape, &link_revoked_shape, &return_link_shape, &link_revoke_shape, &tracking_shape,
    &box_received_shape, &unit_moved_shape, &unit_assigned_shape, &order_shape, &return_moved_shape,
    &box_claimed_shape, &refund_moved_shape, &released_shape, &beat_shape, &overridden_shape,
    &overdue_shape, &policy_set_shape, &order_amended_shape, &sku_shape, &refunded_elsewhere_shape,
    &return_noted_shape, &preset_shape, &webhook_set_shape, &webhook_asked_shape,
    &webhook_checked_shape, &refund_told_shape, &grant_moved_shape, &compensation_moved_shape,
    &corrective_begun_shape, &calendar_set_shape, &article_shape, &complaint_opened_shape,
    &complaint_closed_shape, &corrective_closed_shape, &followup_moved_shape,
    &followup_comment_shape, &cost_set_shape, &unit_locked_shape, &unit_held_shape, &recalled_shape,
    &checklist_set_shape, &scale_set_shape, &second_graded_shape, &findings_noted_shape,
    &unit_asked_shape, &fee_set_shape, &charge_posted_shape, &topped_up_shape,
    &statement_closed_shape, &arrears_overridden_shape, &plate_moved_shape, &removal_shape,
    &removal_received_shape, &inbound_shape, &batch_moved_shape, &batch_paid_shape,
    &repair_moved_shape, &repair_consented_shape, &photo_attached_shape, &photo_taken_shape,
    &stock_posted_shape, &stock_bin_set_shape, &stock_counted_shape, &stock_voided_shape,
    &photo_attached_shape, &photo_taken_shape, &removal_received_shape, &inbound_shape,
    &box_noted_shape, &box_weighed_shape, &box_matched_shape, &box_abandoned_shape,
    &photo_attached_shape, &photo_taken_shape, &removal_received_shape, &inbound_shape,
    &box_noted_shape, &box_weighed_shape, &box_matched_shape, &box_abandoned_shape,
    &exchange_moved_shape, &exchange_answered_shape, &label_moved_shape, &site_address_shape,
    &lane_shape,
    /* commands that are no events */
    &order_import_shape, &return_request_shape, &return_decide_shape, &return_replace_shape,
    &box_receive_shape, &unit_act_shape, &unit_take_shape, &refund_resolve_shape,
    &unit_release_shape, &policy_put_shape, &deadline_override_shape, &order_amend_shape,
    &sku_put_shape, &refund_record_shape, &grant_give_shape, &grant_decide_shape,
    &return_note_shape, &claim_open_shape, &claim_step_shape, &claim_answer_shape, &claim_pay_shape,
    &return_group_shape, &preset_put_shape, &webhook_put_shape, &webhook_disable_shape,
    &webhook_replay_shape, &webhook_test_shape, &webhook_check_shape, &corrective_begin_shape,
    &calendar_put_shape, &article_put_shape, &complaint_open_shape, &complaint_close_shape,
    &followup_consent_shape, &followup_answer_shape, &corrective_close_shape, &cost_put_shape,
    &unit_lock_shape, &unit_hold_shape, &recall_put_shape, &checklist_put_shape, &scale_put_shape,
    &unit_second_shape, &finding_note_shape, &unit_ask_shape, &fee_put_shape, &balance_topup_shape,
    &statement_close_shape, &arrears_override_shape, &plate_make_shape, &plate_change_shape,
    &plate_merge_shape, &plate_move_shape, &plate_void_shape, &plate_take_shape, &removal_put_shape,
    &removal_receive_shape, &inbound_put_shape, &batch_open_shape, &batch_change_shape,
    &batch_close_shape, &batch_proceeds_shape, &repair_consent_shape, &repair_finish_shape,
    &repair_begin_shape, &repair_step_shape, &photo_attach_shape, &stock_post_shape,
    &stock_tally_shape, &stock_void_shape, &stock_bin_put_shape, &stock_keep_shape,
    &stock_end_shape, &photo_attach_shape, &box_note_shape, &box_match_shape, &photo_attach_shape,
    &box_note_shape, &box_match_shape, &unit_void_shape, &box_void_shape, &box_voided_shape,
    &exchange_begin_shape, &exchange_send_shape, &exchange_step_shape, &exchange_paid_shape,
    &label_begin_shape, &label_retract_shape, &label_settle_shape, &site_address_put_shape,
    &lane_put_shape,
    /* messages */
    &hello_shape, &vv_shape, &fetch_shape, &ack_shape, &credit_shape, &ping_shape, &bye_shape,
    &blob_ask_shape, &blob_piece_shape};
const size_t values_shapes_count = sizeof values_shapes / sizeof values_shapes[0];

struct values values_begin(const char *test)
{
    const char *given = getenv("ENTREPOT_SEED");
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10)
                                  : (uint64_t)now.tv_sec * 1000000007u + (uint64_t)now.tv_nsec;
    printf("%s: ENTREPOT_SEED=%" PRIu64 "\n", test, seed);
    struct values values = {.seed = seed, .state = seed, .time_ms_max = TIME_MS_MAX};
    values.arena = malloc(VALUES_ARENA_BYTES);
    assert(values.arena != NULL);
    return values;
}

void values_end(struct values *values)
{
    free(values->arena);
    values->arena = NULL;
}

/* splitmix64 */
static uint64_t next(struct values *values)
{
    uint64_t z = values->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

uint64_t values_below(struct values *values, uint64_t bound)
{
    return next(values) % bound;
}

void values_bytes(struct values *values, uint8_t *to, size_t size)
{
    for (size_t i = 0; i < size; i++) to[i] = (uint8_t)next(values);
}

/* Small numbers, maxima and all widths between, since each width has its own encoding. */
static uint64_t number_up_to(struct values *values, uint64_t max)
{
    uint64_t number = next(values) >> values_below(values, 64);
    switch (values_below(values, 8)) {
    case 0: return 0;
    case 1: return max;
    default: return max == UINT64_MAX ? number : number % (max + 1);
    }
}

static uint8_t *room(struct values *values, size_t size)
{
    assert(size <= VALUES_ARENA_BYTES - values->used);
    uint8_t *at = values->arena + values->used;
    values->used += size;
    return at;
}

static struct span bin_of(struct values *values, size_t size)
{
    uint8_t *at = room(values, size);
    values_bytes(values, at, size);
    return span_of(at, size);
}

/* Characters of one to four bytes, with those that JSON and logs must escape. */
static struct span text_of(struct values *values, size_t size)
{
    static const char *const pieces[] = {"a",
                                         "Z",
                                         "7",
                                         "\"",
                                         "\\",
                                         "/",
                                         "\n",
                                         "\x1f",
                                         "\x7f",
                                         "\xc3\xa9",
                                         "\xe6\xb7\xb1",
                                         "\xef\xbf\xbd",
                                         "\xf0\x9f\x93\xa6",
                                         "\xf4\x8f\xbf\xbf"};
    uint8_t *at = room(values, size);
    size_t used = 0;
    while (used < size) {
        const char *piece = pieces[values_below(values, sizeof pieces / sizeof pieces[0])];
        size_t length = strlen(piece);
        if (length > size - used) continue;
        memcpy(at + used, piece, length);
        used += length;
    }
    return span_of(at, size);
}

static uint64_t choice_of(struct values *values, const struct words *words)
{
    uint64_t number;
    do number = values_below(values, words->count);
    while (words->name[number] == NULL);
    return number;
}

static uint64_t currency_of(struct values *values)
{
    const struct currency *currency;
    do currency = currency_by_numeric(values_below(values, 1000));
    while (currency == NULL);
    return currency->numeric;
}

static void fill(struct values *values, const struct shape *shape, void *value, bool largest);

static void fill_list(struct values *values, const struct field *field, void *value, bool largest)
{
    uint32_t count = (uint32_t)(largest ? field->max : number_up_to(values, field->max));
    if (!largest && count > 8 && values_below(values, 4) != 0) count = count % 8 + 1;
    uint8_t *item = (uint8_t *)value + field->offset;
    for (uint32_t i = 0; i < count; i++)
        fill(values, field->item, item + i * field->item->size, largest);
    memcpy((uint8_t *)value + field->count_offset, &count, sizeof count);
}

static size_t size_up_to(struct values *values, const struct field *field, bool largest)
{
    size_t size = (size_t)(largest ? field->max : number_up_to(values, field->max));
    return size == 0 && field->need == REQUIRED ? 1 : size;
}

static void fill_field(struct values *values, const struct field *field, void *value, bool largest)
{
    void *at = (uint8_t *)value + field->offset;
    switch (field->type) {
    case FIELD_uint:
        *(uint64_t *)at = largest ? field->max : number_up_to(values, field->max);
        break;
    case FIELD_sint:
        *(int64_t *)at = largest ? -(int64_t)field->max : (int64_t)number_up_to(values, field->max);
        if (values_below(values, 2) == 0) *(int64_t *)at *= -1;
        break;
    case FIELD_time: *(uint64_t *)at = number_up_to(values, values->time_ms_max); break;
    case FIELD_currency: *(uint64_t *)at = currency_of(values); break;
    case FIELD_choice: *(uint64_t *)at = choice_of(values, field->words); break;
    case FIELD_id: values_bytes(values, at, ID_BYTES); break;
    case FIELD_hash: values_bytes(values, at, HASH_BYTES); break;
    case FIELD_bin: *(struct span *)at = bin_of(values, size_up_to(values, field, largest)); break;
    case FIELD_text:
        *(struct span *)at = text_of(values, size_up_to(values, field, largest));
        break;
    case FIELD_one: fill(values, field->item, at, largest); break;
    case FIELD_list: fill_list(values, field, value, largest); break;
    }
}

static void fill(struct values *values, const struct shape *shape, void *value, bool largest)
{
    memset(value, 0, shape->size);
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        bool absent = !largest && field->need == OPTIONAL && values_below(values, 3) == 0;
        if (!absent) fill_field(values, field, value, largest);
    }
}

void values_fill(struct values *values, const struct shape *shape, void *value)
{
    values->used = 0;
    fill(values, shape, value, false);
}

void values_fill_largest(struct values *values, const struct shape *shape, void *value)
{
    values->used = 0;
    fill(values, shape, value, true);
}

static bool field_equal(const struct field *field, const void *a, const void *b)
{
    const uint8_t *in_a = (const uint8_t *)a + field->offset;
    const uint8_t *in_b = (const uint8_t *)b + field->offset;
    switch (field->type) {
    case FIELD_id: return memcmp(in_a, in_b, ID_BYTES) == 0;
    case FIELD_hash: return memcmp(in_a, in_b, HASH_BYTES) == 0;
    case FIELD_bin:
    case FIELD_text:
        return span_equal(*(const struct span *)(const void *)in_a,
                          *(const struct span *)(const void *)in_b);
    case FIELD_one: return values_equal(field->item, in_a, in_b);
    case FIELD_list: break;
    case FIELD_uint:
    case FIELD_sint:
    case FIELD_time:
    case FIELD_currency:
    case FIELD_choice: return memcmp(in_a, in_b, sizeof(uint64_t)) == 0;
    }
    uint32_t count_a, count_b;
    memcpy(&count_a, (const uint8_t *)a + field->count_offset, sizeof count_a);
    memcpy(&count_b, (const uint8_t *)b + field->count_offset, sizeof count_b);
    bool same = count_a == count_b;
    for (uint32_t i = 0; same && i < count_a; i++)
        same =
            values_equal(field->item, in_a + i * field->item->size, in_b + i * field->item->size);
    return same;
}

bool values_equal(const struct shape *shape, const void *a, const void *b)
{
    for (size_t i = 0; i < shape->count; i++)
        if (!field_equal(&shape->fields[i], a, b)) return false;
    return true;
}
