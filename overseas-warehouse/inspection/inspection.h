/* Inspections: what a merchant has asked of its goods, how it calls their grades, what was found,
 * and what a second person says of a grade; and what bars a unit from going out: holds of
 * warehouses on units, and recalls of merchants. */
#ifndef OVERSEAS_WAREHOUSE_INSPECTION_INSPECTION_H
#define OVERSEAS_WAREHOUSE_INSPECTION_INSPECTION_H

#include "overseas-warehouse/business.h"
#include "overseas-warehouse/view_rows.h"
#include "proto/catalogue.h"

/* Bit n: the hold kind of number n stands on the unit now: put by hand, by a recall, or by what its
 * SKU and what was found say. 0: it may go. */
uint32_t unit_holds(const struct desk *desk, const struct id *unit);
/* Those put by hand alone. */
uint32_t unit_holds_put(const struct rows *rows, const struct id *unit);
/* Those that keep it from going on to another warehouse of ours: it may be wiped there. */
uint32_t unit_holds_here(const struct desk *desk, const struct id *unit);
/* Does a recall of the merchant stand on the code, or on the code of the SKU that bears it? */
bool sku_is_recalled(const struct desk *desk, const struct merchant *merchant, struct span code);
#define HOLD_BIT(kind) (UINT32_C(1) << (kind))

/* VIEW_HOLD: unit, kind (1 byte), hop (2), log. Only of a log that received the hop. */
#define HOLD_ROW_FIELDS(F, S)                                                                      \
    F(S, 1, OPTIONAL, uint, lifted, none, 1)                                                       \
    F(S, 2, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 3, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 4, REQUIRED, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 5, OPTIONAL, hash, evidence, none, 0)                                                     \
    F(S, 6, OPTIONAL, text, method, none, HOLD_METHOD_BYTES)                                       \
    F(S, 7, OPTIONAL, text, result, none, HOLD_METHOD_BYTES)
SHAPE_DECLARE(hold_row, HOLD_ROW_FIELDS)
/* The latest word on it; false: there never was one. */
bool hold_load(const struct rows *rows, const struct id *unit, enum hold_kind kind,
               struct hold_row *row);

/* VIEW_RECALL: form of the SKU's code (sku_form_id), merchant, book, hash of the range (8 bytes, 0:
 * all of it); VIEW_RECALL_BY_MERCHANT: the same with the merchant first. */
#define RECALL_ROW_FIELDS(F, S)                                                                    \
    F(S, 1, OPTIONAL, uint, ended, none, 1)                                                        \
    F(S, 2, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 3, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 4, REQUIRED, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 5, REQUIRED, text, sku, none, SKU_BYTES_MAX)                                              \
    RECALL_RANGE_FIELDS(F, S)
SHAPE_DECLARE(recall_row, RECALL_ROW_FIELDS)
#define RECALLS_OF_SKU_MAX 32
/* The latest word of the merchant's own book on all of the code; false: there never was one. */
bool recall_load(const struct desk *desk, const struct merchant *merchant, struct span sku,
                 struct recall_row *row);
/* Does one stand on the code that this unit is in, by its serial number and its lot? */
struct recall_of {
    struct span code, serial, lot;
};
bool recall_stands(const struct desk *desk, const struct merchant *merchant,
                   const struct recall_of *of);

/* VIEW_HOLD_OF: unit: under what it stands in VIEW_HOLD_BY_WAREHOUSE (warehouse, kind, unit) and
 * VIEW_HOLD_BY_MERCHANT (merchant, warehouse, kind, unit): what was put by hand, and stands. */
#define HOLD_OF_FIELDS(F, S)                                                                       \
    F(S, 1, OPTIONAL, id, warehouse, none, 0)                                                      \
    F(S, 2, OPTIONAL, id, merchant, none, 0)                                                       \
    F(S, 3, OPTIONAL, uint, kinds, none, 0xffffff)
SHAPE_DECLARE(hold_of, HOLD_OF_FIELDS)
/* Its holds, its custody or its merchant changed. */
void holds_refresh(const struct desk *desk, const struct id *unit);
/* Of all units of the return, or of the removal order: it became known whose they are. */
void holds_of_return(const struct desk *desk, const struct id *return_id);
void holds_of_removal(const struct desk *desk, const struct id *removal);

void hold_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                 struct decision *decision);
void hold_fold(const struct desk *desk, const struct place *place, const struct unit_held *held);
void recall_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                   struct decision *decision);
void recall_fold(const struct desk *desk, const struct place *place,
                 const struct recalled *recalled);

/* The unit of a command, in the custody of this warehouse. false: refused. */
bool unit_is_at_hand(const struct desk *desk, const struct command *command, const struct id *unit,
                     struct unit_now *now, struct decision *decision);

/* --- checklists ------------------------------------------------------------------------------- */

/* VIEW_CHECKLIST: SKU, book, version counted down (4 bytes): checklist_set. Version 0: the newest;
 * false: there is none. */
bool checklist_load(const struct rows *rows, const struct id *sku, const struct id *book,
                    uint64_t version, struct checklist_set *list);
/* The newest one of the SKU that the unit is one of; false: none, or without questions. */
bool checklist_of_unit(const struct desk *desk, const struct id *unit, struct span code,
                       struct checklist_set *list);
/* Do the answers answer the list? list: NULL where there is none. false: refused, with the
 * question. */
bool answers_are_sound(const struct checklist_set *list, const struct list_answer *answers,
                       uint32_t count, struct decision *decision);
void checklist_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                      struct decision *decision);
void checklist_fold(const struct desk *desk, const struct place *place,
                    const struct checklist_set *set);

/* VIEW_ANSWERS: unit, hop (2 bytes), log; of the log that received the hop. */
#define ANSWERS_ROW_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, id, checklist, none, 0) /* the SKU whose it is */                            \
    F(S, 2, REQUIRED, uint, checklist_version, none, VERSION_MAX)                                  \
    F(S, 3, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 4, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 5, OPTIONAL, list, answers, list_answer, QUESTIONS_MAX)
SHAPE_DECLARE(answers_row, ANSWERS_ROW_FIELDS)
/* Those of its last inspection; false: nothing was asked. */
bool answers_load(const struct rows *rows, const struct id *unit, struct answers_row *row);

/* --- a merchant's scale ----------------------------------------------------------------------- */

/* VIEW_SCALE: merchant, book: scale_set. */
bool scale_load(const struct rows *rows, const struct merchant *merchant, struct scale_set *scale);
/* The scale of the merchant whose the unit is. */
bool scale_of_unit(const struct rows *rows, const struct id *unit, struct scale_set *scale);
/* The lowest grade that bears the name; 0: none does. */
uint64_t scale_grade(const struct scale_set *scale, struct span name);
/* Empty where the merchant has no names of its own. */
struct span scale_name(const struct scale_set *scale, uint64_t grade);
void scale_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                  struct decision *decision);
void scale_fold(const struct desk *desk, const struct place *place, const struct scale_set *set);
/* The grade that is meant, by ours or by the merchant's word; 0: none is given. false: refused. */
bool grade_given(const struct rows *rows, const struct id *unit, uint64_t grade, struct span named,
                 uint64_t *given, struct decision *decision);

/* --- findings --------------------------------------------------------------------------------- */

/* VIEW_FINDING: unit or box, kind (1 byte), log: what that log says of it last. */
#define FINDING_ROW_FIELDS(F, S)                                                                   \
    F(S, 1, REQUIRED, choice, kind, finding, 0)                                                    \
    F(S, 2, OPTIONAL, text, note, none, FINDING_NOTE_BYTES)                                        \
    F(S, 3, OPTIONAL, choice, liability, liability, 0)                                             \
    F(S, 4, OPTIONAL, uint, gone, none, 1)                                                         \
    F(S, 5, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 6, REQUIRED, time, at_ms, none, 0)
SHAPE_DECLARE(finding_row, FINDING_ROW_FIELDS)
/* Does any log say that it is so, and none of those that did that it is so no more? */
bool finding_stands(const struct rows *rows, const struct id *thing, enum finding_kind kind);
/* Who answers for it by what this log found on it; 0: nobody is named, or two are. */
uint64_t finding_liability(const struct finding *findings, uint32_t count);
/* Each kind is named once. false: refused. */
bool findings_are_sound(const struct finding *findings, uint32_t count, struct decision *decision);
void findings_add(const struct command *command, const struct id *thing,
                  const struct finding *findings, uint32_t count, const struct moment *moment,
                  struct decision *decision);
void finding_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                    struct decision *decision);
void finding_fold(const struct desk *desk, const struct place *place,
                  const struct findings_noted *found);

/* --- a second person's grade ------------------------------------------------------------------ */

/* VIEW_SECOND: unit, hop (2 bytes), log; of the log that received the hop. grade 0: it is due. */
#define SECOND_ROW_FIELDS(F, S)                                                                    \
    F(S, 1, OPTIONAL, uint, due, none, 1)                                                          \
    F(S, 2, OPTIONAL, choice, first_grade, grade, 0)                                               \
    F(S, 3, OPTIONAL, one, first_by, actor, 0)                                                     \
    F(S, 4, OPTIONAL, time, first_ms, none, 0)                                                     \
    F(S, 5, OPTIONAL, choice, grade, grade, 0)                                                     \
    F(S, 6, OPTIONAL, choice, liability, liability, 0)                                             \
    F(S, 7, OPTIONAL, one, by, actor, 0)                                                           \
    F(S, 8, OPTIONAL, time, at_ms, none, 0)                                                        \
    F(S, 9, OPTIONAL, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 10, OPTIONAL, uint, idx, none, EVENT_IDX_MAX) /* of the second grade's entry */           \
    F(S, 11, OPTIONAL, uint, resolved, none, 1)        /* one that ends the two was given */
SHAPE_DECLARE(second_row, SECOND_ROW_FIELDS)

/* The two grades that differ, while nothing ended that; false: none do. */
bool second_differs(const struct rows *rows, const struct id *unit, struct second_row *row);
/* Of the last hop that has any. */
bool second_load(const struct rows *rows, const struct id *unit, struct second_row *row);
/* Is a second grade due of what is graded now? By the merchant's share, and the unit's id. */
bool second_is_due(const struct desk *desk, const struct id *unit);
/* Would that grade end the two that differ? The first person's, when it is the second one's; and a
 * third person's. */
bool second_resolves(const struct desk *desk, const struct id *unit, const struct actor *by,
                     uint64_t grade);
void second_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                   struct decision *decision);
void second_fold(const struct desk *desk, const struct place *place,
                 const struct second_graded *graded);
/* What an entry of the unit does to all this; after its row was stored. */
void inspection_of_unit(const struct desk *desk, const struct place *place,
                        const struct unit_moved *moved);

/* --- inspectors ------------------------------------------------------------------------------- */

/* VIEW_INSPECTOR: warehouse, day (4 bytes), token, log: what a person did that day. second, agreed:
 * of the units graded that day, by others later. hours: bit n: something was done in hour n. */
#define INSPECTOR_ROW_FIELDS(F, S)                                                                 \
    F(S, 1, OPTIONAL, uint, inspected, none, EVENT_IDX_MAX)                                        \
    F(S, 2, OPTIONAL, uint, graded, none, EVENT_IDX_MAX)                                           \
    F(S, 3, OPTIONAL, uint, looked, none, EVENT_IDX_MAX) /* second grades given */                 \
    F(S, 4, OPTIONAL, uint, second, none, EVENT_IDX_MAX)                                           \
    F(S, 5, OPTIONAL, uint, agreed, none, EVENT_IDX_MAX)                                           \
    F(S, 6, OPTIONAL, uint, hours, none, 0xffffff)
SHAPE_DECLARE(inspector_row, INSPECTOR_ROW_FIELDS)

#define INSPECTORS_MAX      64    /* told of; what others did is counted together */
#define INSPECTOR_ROWS_MAX  20000 /* days of persons, read for one report */
#define INSPECTOR_HOURS_MAX (INSPECTOR_ROWS_MAX * 24)
#define INSPECTOR_UNITS_MAX EVENT_IDX_MAX

/* per_hour_milli: units inspected and graded in an hour in which anything was done, in
 * thousandths. agreed_permille: of those that another person graded too. */
#define INSPECTOR_FIGURES_FIELDS(F, S)                                                             \
    F(S, 1, OPTIONAL, id, token, none, 0)                                                          \
    F(S, 2, OPTIONAL, uint, inspected, none, INSPECTOR_UNITS_MAX)                                  \
    F(S, 3, OPTIONAL, uint, graded, none, INSPECTOR_UNITS_MAX)                                     \
    F(S, 4, OPTIONAL, uint, looked, none, INSPECTOR_UNITS_MAX)                                     \
    F(S, 5, OPTIONAL, uint, second, none, INSPECTOR_UNITS_MAX)                                     \
    F(S, 6, OPTIONAL, uint, agreed, none, INSPECTOR_UNITS_MAX)                                     \
    F(S, 7, OPTIONAL, uint, agreed_permille, none, 1000)                                           \
    F(S, 8, OPTIONAL, uint, hours, none, INSPECTOR_HOURS_MAX)                                      \
    F(S, 9, OPTIONAL, uint, per_hour_milli, none, UINT64_MAX)
SHAPE_DECLARE(inspector_figures, INSPECTOR_FIGURES_FIELDS)

/* cut: there was more than one report reads. */
#define INSPECTORS_REPORT_FIELDS(F, S)                                                             \
    F(S, 1, REQUIRED, id, warehouse, none, 0)                                                      \
    F(S, 2, REQUIRED, time, from_ms, none, 0)                                                      \
    F(S, 3, REQUIRED, time, to_ms, none, 0)                                                        \
    F(S, 4, OPTIONAL, list, inspectors, inspector_figures, INSPECTORS_MAX)                         \
    F(S, 5, OPTIONAL, uint, cut, none, 1)
SHAPE_DECLARE(inspectors_report, INSPECTORS_REPORT_FIELDS)
/* By whole days of UTC, from the one in which the period begins to the one in which it ends;
 * whoever did most stands first. */
void inspectors_measure(const struct rows *rows, const struct id *warehouse, uint64_t from_ms,
                        uint64_t to_ms, struct inspectors_report *report);

#endif
