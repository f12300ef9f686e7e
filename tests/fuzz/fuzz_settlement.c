/* Any bytes as a settlement file: read or refused with line and rule, never more. What was read is
 * compared with refunds made of its own lines, which hold the comparer to its promises: it tells as
 * many differences as it says, and the same ones again. */
#include <assert.h>
#include <stdlib.h>

#include "node/cli/settlement_file.h"

#define REFUNDS_MAX 64u

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void tell(void *world, const struct difference *difference)
{
    char expected[SETTLEMENT_SAID_BYTES], found[SETTLEMENT_SAID_BYTES];
    uint64_t *told = world;
    assert(difference->kind < DIFFERENCE_COUNT);
    assert(difference->line != NULL || difference->kind == DIFFERENCE_NOT_THERE);
    difference_say(difference, expected, found);
    assert(expected[0] != '\0' && found[0] != '\0');
    ++*told;
}

/* Every second line as a refund of this node, in states that the amount draws. */
static size_t make_refunds(const struct settlement_file *file, struct settlement_refund *refunds)
{
    size_t count = 0;
    for (size_t i = 0; i < file->count && count < REFUNDS_MAX; i += 2) {
        const struct settlement_line *line = &file->lines[i];
        refunds[count++] = (struct settlement_refund){
            .reference = line->amount_minor % 3 == 0 ? span_of("", 0) : line->reference,
            .key = line->key,
            .payment = line->payment,
            .amount_minor = line->amount_minor,
            .currency = line->currency,
            .state = (enum refund_state)(line->amount_minor % 7),
            .intended_ms = line->created_ms,
            .sent = true};
    }
    return count;
}

static void try_compare(const struct settlement_file *file)
{
    static struct settlement_refund refunds[REFUNDS_MAX];
    uint32_t by_ref[REFUNDS_MAX], by_key[REFUNDS_MAX];
    uint64_t told = 0;
    struct settlement settlement = {.lines = file->lines,
                                    .lines_count = file->count,
                                    .refunds = refunds,
                                    .refunds_count = make_refunds(file, refunds),
                                    .from_ms = file->first_ms,
                                    .to_ms = file->last_ms + 1,
                                    .lines_by_ref = calloc(file->count + 1, sizeof(uint32_t)),
                                    .refunds_by_ref = by_ref,
                                    .refunds_by_key = by_key,
                                    .tell = tell,
                                    .world = &told};
    uint64_t count = settlement_compare(&settlement);
    assert(told == count);
    assert(settlement_compare(&settlement) == count && told == 2 * count);
    free(settlement.lines_by_ref);
}

static void try_layout(const struct statement_layout *layout, const uint8_t *bytes, size_t size)
{
    static uint8_t nothing[1];
    struct settlement_file file;
    struct settlement_fault fault;
    uint8_t *copy = size == 0 ? NULL : malloc(size);
    if (copy != NULL) memcpy(copy, bytes, size);
    FILE *from = fmemopen(copy == NULL ? nothing : copy, size == 0 ? 1 : size, "r");
    assert(from != NULL);
    if (settlement_file_read(from, layout, &file, &fault))
        try_compare(&file);
    else
        assert(fault.line > 0 && fault.rule[0] != '\0' && fault.text[0] != '\0');
    settlement_file_free(&file);
    fclose(from);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < statement_layouts_count; i++)
        try_layout(&statement_layouts[i], bytes, size);
    return 0;
}
