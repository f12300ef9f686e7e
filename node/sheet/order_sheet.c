#include "node/sheet/order_sheet.h"

#include <assert.h>
#include <stdlib.h>

/* Faults come nearly in the order of lines: one that is about a whole order comes after those of
 * its rows. */
static void keep(void *world, const struct order_csv_fault *fault)
{
    struct order_sheet *sheet = world;
    if (sheet->faults_count == sheet->faults_room) {
        sheet->faults_room = sheet->faults_room * 2 + 16;
        sheet->faults = realloc(sheet->faults, sheet->faults_room * sizeof *sheet->faults);
        assert(sheet->faults != NULL);
    }
    size_t at = sheet->faults_count++;
    for (; at > sheet->faults_told && sheet->faults[at - 1].line > fault->line; at--)
        sheet->faults[at] = sheet->faults[at - 1];
    sheet->faults[at] = *fault;
}

void order_sheet_open(struct order_sheet *sheet, FILE *from, const char *merchant_or_null)
{
    sheet->faults = NULL;
    sheet->orders = sheet->faults_count = sheet->faults_room = sheet->faults_told = 0;
    (void)order_csv_begin(&sheet->reader, from, merchant_or_null, keep, sheet);
}

void order_sheet_close(struct order_sheet *sheet)
{
    order_csv_end(&sheet->reader);
    free(sheet->faults);
    sheet->faults = NULL;
    sheet->orders = sheet->faults_count = sheet->faults_room = sheet->faults_told = 0;
}

void order_sheet_begin_piece(struct order_sheet *sheet)
{
    sheet->orders = sheet->faults_count = sheet->faults_told = 0;
}

bool order_sheet_next(struct order_sheet *sheet, struct span *line)
{
    assert(sheet->orders < ORDER_SHEET_PIECE_MAX);
    if (!order_csv_next(&sheet->reader, line, &sheet->places[sheet->orders])) return false;
    sheet->orders++;
    return true;
}

const struct order_csv_fault *order_sheet_fault(struct order_sheet *sheet, uint64_t before)
{
    if (sheet->faults_told == sheet->faults_count) return NULL;
    const struct order_csv_fault *fault = &sheet->faults[sheet->faults_told];
    if (fault->line >= before) return NULL;
    sheet->faults_told++;
    return fault;
}

const struct order_csv_place *order_sheet_place(const struct order_sheet *sheet, uint64_t number)
{
    return number >= 1 && number <= sheet->orders ? &sheet->places[number - 1] : NULL;
}
