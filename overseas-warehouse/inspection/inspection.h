/* What bars a unit from going out: holds of warehouses on units, and recalls of merchants. */
#ifndef OVERSEAS_WAREHOUSE_INSPECTION_INSPECTION_H
#define OVERSEAS_WAREHOUSE_INSPECTION_INSPECTION_H

#include "overseas-warehouse/business.h"
#include "overseas-warehouse/view_rows.h"
#include "proto/catalogue.h"

/* Bit n: the hold kind of number n stands on the unit now; recalls included. 0: it may go. */
uint32_t unit_holds(const struct desk *desk, const struct id *unit);
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

/* VIEW_RECALL: form of the SKU's code (sku_form_id), merchant, book. */
#define RECALL_ROW_FIELDS(F, S)                                                                    \
    F(S, 1, OPTIONAL, uint, ended, none, 1)                                                        \
    F(S, 2, REQUIRED, one, by, actor, 0)                                                           \
    F(S, 3, REQUIRED, time, at_ms, none, 0)                                                        \
    F(S, 4, REQUIRED, text, reason, none, REASON_BYTES_MAX)                                        \
    F(S, 5, REQUIRED, text, sku, none, SKU_BYTES_MAX)
SHAPE_DECLARE(recall_row, RECALL_ROW_FIELDS)
/* The latest word of the merchant's own book on the code; false: there never was one. */
bool recall_load(const struct desk *desk, const struct merchant *merchant, struct span sku,
                 struct recall_row *row);

void hold_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                 struct decision *decision);
void hold_fold(const struct desk *desk, const struct place *place, const struct unit_held *held);
void recall_decide(const struct desk *desk, const struct command *command, struct moment *moment,
                   struct decision *decision);
void recall_fold(const struct desk *desk, const struct place *place,
                 const struct recalled *recalled);

#endif
