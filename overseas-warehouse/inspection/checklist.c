/* Checklists: what a merchant has asked of every unit of a SKU. A change is a version, whole; the
 * answers stay with the unit, with the version that asked. */
#include "overseas-warehouse/inspection/inspection.h"
#include "overseas-warehouse/parts.h"
#include "overseas-warehouse/plates/plates.h"
#include "proto/line.h"

SHAPE_DEFINE(answers_row, ANSWERS_ROW_FIELDS)

/* --- loading ---------------------------------------------------------------------------------- */

static struct key list_key(const struct id *sku, const struct id *book, uint64_t version)
{
    return key_add_uint(pair_key(sku, book), UINT32_MAX - version, 4);
}

bool checklist_load(const struct rows *rows, const struct id *sku, const struct id *book,
                    uint64_t version, struct checklist_set *list)
{
    struct key key = list_key(sku, book, version), prefix = pair_key(sku, book);
    struct walk walk = walk_over(&prefix);
    struct row row;
    if (version > UINT32_MAX) return false;
    if (version != 0) return rows_load(rows, VIEW_CHECKLIST, &key, &checklist_set_shape, list);
    return walk_next(rows, VIEW_CHECKLIST, &walk, &row) &&
           rows_load(rows, VIEW_CHECKLIST, &walk.at, &checklist_set_shape, list);
}

bool checklist_of_unit(const struct desk *desk, const struct id *unit, struct span code,
                       struct checklist_set *list)
{
    struct unit_owner owner;
    struct id sku;
    if (code.size == 0 || !unit_owner(&desk->rows, unit, &owner)) return false;
    return sku_find(&desk->rows, desk->crypto, &owner.merchant, code, &sku) &&
           checklist_load(&desk->rows, &sku, &owner.book, 0, list) && list->questions_count > 0;
}

bool answers_load(const struct rows *rows, const struct id *unit, struct answers_row *row)
{
    struct key prefix = key_of(unit), last = prefix;
    struct walk walk = walk_over(&prefix);
    struct row at;
    while (walk_next(rows, VIEW_ANSWERS, &walk, &at)) last = walk.at;
    return last.size != prefix.size &&
           rows_load(rows, VIEW_ANSWERS, &last, &answers_row_shape, row);
}

/* --- answers ---------------------------------------------------------------------------------- */

/* A whole number, and no more than its digits. */
static bool read_number(struct span text, int64_t *number)
{
    bool negative = text.size > 0 && text.at[0] == '-';
    size_t at = negative ? 1 : 0;
    int64_t value = 0;
    if (text.size == at || text.size > at + 13) return false;
    for (; at < text.size; at++) {
        if (text.at[at] < '0' || text.at[at] > '9') return false;
        value = value * 10 + (text.at[at] - '0');
    }
    *number = negative ? -value : value;
    return true;
}

static const char *number_fault(const struct list_question *question, struct span value)
{
    int64_t number;
    if (!read_number(value, &number)) return "/value: a whole number";
    if (question->min == 0 && question->max == 0) return NULL;
    bool within = number >= question->min && number <= question->max;
    return within ? NULL : "/value: within its bounds";
}

static const char *choice_fault(const struct list_question *question, struct span value)
{
    for (uint32_t i = 0; i < question->options_count; i++)
        if (span_equal(question->options[i].value, value)) return NULL;
    return "/value: one of its options";
}

static const char *serial_fault(struct span value)
{
    if (value.size > SERIAL_BYTES_MAX) return "/value: longer than a serial number";
    for (size_t i = 0; i < value.size; i++)
        if (value.at[i] <= ' ') return "/value: a serial number has no spaces";
    return NULL;
}

/* NULL: it answers the question. */
static const char *answer_fault(const struct list_question *question, struct span value)
{
    switch ((int)question->kind) {
    case QUESTION_YES_NO:
        return span_equal(value, span_text("yes")) || span_equal(value, span_text("no"))
                   ? NULL
                   : "/value: yes or no";
    case QUESTION_NUMBER: return number_fault(question, value);
    case QUESTION_CHOICE: return choice_fault(question, value);
    case QUESTION_SERIAL: return serial_fault(value);
    default: return NULL;
    }
}

static const struct list_question *question_of(const struct checklist_set *list, struct span id)
{
    for (uint32_t i = 0; list != NULL && i < list->questions_count; i++)
        if (span_equal(list->questions[i].id, id)) return &list->questions[i];
    return NULL;
}

static bool is_answered(const struct list_answer *answers, uint32_t count, struct span id)
{
    for (uint32_t i = 0; i < count; i++)
        if (span_equal(answers[i].question, id)) return true;
    return false;
}

static bool all_is_answered(const struct checklist_set *list, const struct list_answer *answers,
                            uint32_t count, struct decision *decision)
{
    for (uint32_t i = 0; list != NULL && i < list->questions_count; i++) {
        const struct list_question *question = &list->questions[i];
        char text[RULE_BYTES_MAX];
        struct line line = line_over(text, sizeof text);
        if (question->optional != 0 || is_answered(answers, count, question->id)) continue;
        line_text(&line, "answers: checklist asks ");
        line_quoted(&line, question->id);
        decision_refuse(decision, ERROR_MISSING_FIELD, text);
        return false;
    }
    return true;
}

bool answers_are_sound(const struct checklist_set *list, const struct list_answer *answers,
                       uint32_t count, struct decision *decision)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct list_question *question = question_of(list, answers[i].question);
        const char *fault = question == NULL ? "/question: none of its checklist"
                                             : answer_fault(question, answers[i].value);
        if (fault == NULL && is_answered(answers, i, answers[i].question))
            fault = "/question: answered_once";
        if (fault != NULL) return refuse_at(decision, ERROR_OUT_OF_RANGE, "answers", i, fault);
    }
    return all_is_answered(list, answers, count, decision);
}

/* --- deciding --------------------------------------------------------------------------------- */

static const char *question_fault(const struct list_question *question)
{
    bool number = question->kind == QUESTION_NUMBER, choice = question->kind == QUESTION_CHOICE;
    if (question->en.size == 0 && question->zh.size == 0) return "/en: or zh";
    if (!number && (question->unit.size > 0 || question->min != 0 || question->max != 0))
        return "/unit: and bounds are of a number";
    if (question->min > question->max) return "/min: above max";
    if (choice != (question->options_count > 0)) return "/options: of a choice, and it has some";
    return NULL;
}

static bool questions_are_sound(const struct checklist_put *put, struct decision *decision)
{
    for (uint32_t i = 0; i < put->questions_count; i++) {
        const char *fault = question_fault(&put->questions[i]);
        for (uint32_t k = 0; k < i && fault == NULL; k++)
            if (span_equal(put->questions[k].id, put->questions[i].id)) fault = "/id: named_once";
        if (fault != NULL) return refuse_at(decision, ERROR_OUT_OF_RANGE, "questions", i, fault);
    }
    return true;
}

/* The same questions once more are no version. */
static bool asks_the_same(const struct checklist_set *a, const struct checklist_set *b)
{
    uint8_t room[2][ROW_BYTES_MAX];
    struct span bytes[2];
    struct checklist_set first = *a, second = *b;
    first.version = second.version;
    first.by = second.by;
    first.at_ms = second.at_ms;
    return shape_encode(&checklist_set_shape, &first, room[0], sizeof room[0], &bytes[0]) == OK &&
           shape_encode(&checklist_set_shape, &second, room[1], sizeof room[1], &bytes[1]) == OK &&
           span_equal(bytes[0], bytes[1]);
}

void checklist_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                      struct decision *decision)
{
    const struct checklist_put *put = &command->body->checklist_put;
    struct checklist_set set = {
        .merchant = put->merchant, .version = 1, .by = command->by, .at_ms = moment->wall_ms};
    struct checklist_set former;
    struct merchant merchant;
    decision->entity = put->merchant;
    if (!command_covers(command, &put->merchant, decision)) return;
    if (!merchant_load(&desk->rows, &put->merchant, &merchant)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "merchant");
        return;
    }
    if (!sku_find(&desk->rows, desk->crypto, &put->merchant, put->sku, &set.sku)) {
        decision_refuse(decision, ERROR_NOT_FOUND, "sku: one of the merchant's");
        return;
    }
    decision->entity = set.sku;
    shape_copy(&checklist_set_shape, &set, &checklist_put_shape, put);
    bool known = checklist_load(&desk->rows, &set.sku, &merchant.book, 0, &former);
    if (!command_matches(command, known ? former.version : 0, decision)) return;
    if (known && asks_the_same(&set, &former)) return;
    if (known) set.version = former.version + 1;
    if (questions_are_sound(put, decision)) decision_add(decision, EVENT_CHECKLIST, &set.sku, &set);
}

/* --- folding ---------------------------------------------------------------------------------- */

/* The book stands in the key, so each row has one writer. */
void checklist_fold(const struct desk *desk, const struct place *place,
                    const struct checklist_set *set)
{
    struct checklist_set former;
    struct key key = list_key(&set->sku, &place->log, set->version);
    bool known = checklist_load(&desk->rows, &set->sku, &place->log, 0, &former);
    if (set->version != (known ? former.version + 1 : 1)) return;
    rows_store(&desk->rows, VIEW_CHECKLIST, &key, &checklist_set_shape, set);
}
