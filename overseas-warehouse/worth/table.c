/* What in a cost table contradicts the rest of it, and for whom it says nothing. */
#include "overseas-warehouse/view_rows.h"
#include "overseas-warehouse/worth/worth.h"
#include "proto/line.h"

#define RULE_WORD(NAME, word, text) word,
#define RULE_TEXT(NAME, word, text) text,
static const char *const rule_words[] = {COST_RULE_LIST(RULE_WORD)};
static const char *const rule_texts[] = {COST_RULE_LIST(RULE_TEXT)};

const char *cost_rule_word(enum cost_rule rule)
{
    return rule < COST_RULE_COUNT ? rule_words[rule] : "?";
}

const char *cost_rule_text(enum cost_rule rule)
{
    return rule < COST_RULE_COUNT ? rule_texts[rule] : "?";
}

struct telling {
    const struct cost_table *table;
    struct cost_fault *faults;
    uint32_t count, max;
};

/* "rows/2/days"; without member the row itself. */
static void tell(struct telling *telling, enum cost_rule rule, uint32_t row, const char *member)
{
    if (telling->count < telling->max) {
        struct cost_fault *fault = &telling->faults[telling->count];
        struct line line = line_over(fault->field, sizeof fault->field);
        fault->rule = rule;
        line_text(&line, "rows/");
        line_uint(&line, row);
        if (member != NULL) line_text(&line, "/");
        if (member != NULL) line_text(&line, member);
    }
    telling->count++;
}

/* --- one row ---------------------------------------------------------------------------------- */

static void look_at_figures(struct telling *telling, uint32_t i)
{
    const struct cost_row *row = &telling->table->rows[i];
    bool storage = row->kind == COST_STORAGE;
    if (row->amount_minor < 0) tell(telling, COST_RULE_BELOW_ZERO, i, "amount_minor");
    if (row->amount_minor != 0 && row->per_mille != 0)
        tell(telling, COST_RULE_TWO_FIGURES, i, "per_mille");
    if (storage && row->per_mille != 0) tell(telling, COST_RULE_STORAGE, i, "per_mille");
    if (storage != (row->days != 0)) tell(telling, COST_RULE_DAYS, i, "days");
}

static void look_at_selectors(struct telling *telling, uint32_t i)
{
    const struct cost_row *row = &telling->table->rows[i];
    if (row->kind == COST_RECOVERY && row->disposition == 0)
        tell(telling, COST_RULE_DISPOSITION, i, "disposition");
    if (row->disposition == DISPOSE_HOLD) tell(telling, COST_RULE_HOLD, i, "disposition");
    if (row->kind == COST_RECOVERY && row->disposition == DISPOSE_RESTOCK &&
        row->grade == GRADE_UNSELLABLE)
        tell(telling, COST_RULE_UNSELLABLE, i, "grade");
    if (row->sku.size > 0 && row->category.size > 0)
        tell(telling, COST_RULE_TWO_SELECTORS, i, "category");
    if (row->country.size > 0 && !country_is_known(row->country))
        tell(telling, COST_RULE_COUNTRY, i, "country");
}

/* --- between rows ----------------------------------------------------------------------------- */

static bool same_units(const struct cost_row *a, const struct cost_row *b)
{
    uint8_t form_a[SKU_BYTES_MAX], form_b[SKU_BYTES_MAX];
    return a->kind == b->kind && a->disposition == b->disposition && a->grade == b->grade &&
           id_equal(&a->warehouse, &b->warehouse) && span_equal(a->country, b->country) &&
           span_equal(a->category, b->category) &&
           span_equal(sku_form(a->sku, form_a), sku_form(b->sku, form_b));
}

/* Two rows overlap where no one of them is the nearer: when they name the same. */
static void look_for_overlap(struct telling *telling, uint32_t i)
{
    for (uint32_t j = 0; j < i; j++) {
        if (!same_units(&telling->table->rows[j], &telling->table->rows[i])) continue;
        tell(telling, COST_RULE_OVERLAP, i, NULL);
        return;
    }
}

static bool is_for_all(const struct cost_row *row)
{
    return row->sku.size == 0 && row->category.size == 0 && id_is_zero(&row->warehouse) &&
           row->country.size == 0;
}

/* Has every unit of the grade such a figure, whatever it is and wherever it lies? */
static bool is_covered(const struct cost_table *table, enum cost_kind kind, uint64_t disposition,
                       uint64_t grade)
{
    for (uint32_t i = 0; i < table->rows_count; i++) {
        const struct cost_row *row = &table->rows[i];
        bool of_it = row->kind == (uint64_t)kind &&
                     (row->disposition == disposition || row->disposition == 0);
        if (of_it && is_for_all(row) && (row->grade == 0 || row->grade == grade)) return true;
    }
    return false;
}

static bool all_grades_covered(const struct cost_table *table, enum cost_kind kind,
                               uint64_t disposition)
{
    for (uint64_t grade = GRADE_NEW_SEALED; grade <= GRADE_UNSELLABLE; grade++) {
        if (disposition == DISPOSE_RESTOCK && grade == GRADE_UNSELLABLE) continue;
        if (!is_covered(table, kind, disposition, grade)) return false;
    }
    return true;
}

static bool travels(uint64_t disposition)
{
    return disposition == DISPOSE_VENDOR || disposition == DISPOSE_ORIGIN ||
           disposition == DISPOSE_HUB || disposition == DISPOSE_PLATFORM;
}

/* A figure that is missing is not zero: who says one for some units says it for all of them. */
static void look_for_gaps(struct telling *telling, uint32_t i)
{
    const struct cost_row *row = &telling->table->rows[i];
    if (!all_grades_covered(telling->table, (enum cost_kind)row->kind, row->disposition))
        tell(telling, COST_RULE_GAP, i, NULL);
    if (row->kind == COST_RECOVERY && travels(row->disposition) &&
        !all_grades_covered(telling->table, COST_FREIGHT, row->disposition))
        tell(telling, COST_RULE_FREIGHT, i, "disposition");
}

uint32_t cost_contradictions(const struct cost_table *table, struct cost_fault *faults,
                             uint32_t max)
{
    struct telling telling = {.table = table, .faults = faults, .max = max};
    for (uint32_t i = 0; i < table->rows_count; i++) {
        look_at_figures(&telling, i);
        look_at_selectors(&telling, i);
        look_for_overlap(&telling, i);
        look_for_gaps(&telling, i);
    }
    return telling.count;
}
