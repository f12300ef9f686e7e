#include "node/cli/settlement_file.h"

#include <stdlib.h>

#include "node/text.h"

/* --- memory ---------------------------------------------------------------------------------- */

#define BLOCK_BYTES (256u * 1024) /* more than any record */

struct keep_block {
    struct keep_block *before;
    size_t used;
    uint8_t bytes[BLOCK_BYTES];
};

struct span keep_text(struct keep *keep, struct span text)
{
    struct keep_block *block = keep->latest;
    if (text.size == 0) return span_of("", 0);
    if (text.size > BLOCK_BYTES) abort(); /* readers bound their texts far below */
    if (block == NULL || block->used + text.size > BLOCK_BYTES) {
        block = malloc(sizeof *block);
        if (block == NULL) abort();
        block->before = keep->latest;
        block->used = 0;
        keep->latest = block;
    }
    uint8_t *kept = block->bytes + block->used;
    memcpy(kept, text.at, text.size);
    block->used += text.size;
    return span_of(kept, text.size);
}

void keep_free(struct keep *keep)
{
    while (keep->latest != NULL) {
        struct keep_block *before = keep->latest->before;
        free(keep->latest);
        keep->latest = before;
    }
}

void *list_grown(void *list, size_t count, size_t *room, size_t size)
{
    if (count < *room) return list;
    *room = *room == 0 ? 256 : *room * 2;
    list = realloc(list, *room * size);
    if (list == NULL) abort();
    return list;
}

/* --- reading --------------------------------------------------------------------------------- */

struct file_reading {
    struct csv csv;
    struct csv_row row;
    struct span fields[CSV_FIELDS_MAX]; /* of the row */
    struct statement statement;
    struct settlement_file *file;
    struct settlement_fault *fault;
};

static bool refuse(struct file_reading *reading, uint64_t line, const char *column,
                   const char *rule, const char *text)
{
    struct settlement_fault *fault = reading->fault;
    *fault = (struct settlement_fault){.line = line, .column = column, .rule = rule};
    (void)text_copy(fault->text, sizeof fault->text, text);
    return false;
}

static bool refuse_statement(struct file_reading *reading, const struct statement_fault *why)
{
    return refuse(reading, reading->row.line, why->column, statement_rule_name(why->rule),
                  statement_rule_text(why->rule));
}

/* false: the file ended (*ended), or its form is broken. */
static bool next_row(struct file_reading *reading, bool *ended)
{
    const struct csv_row *row = &reading->row;
    *ended = !csv_next(&reading->csv, &reading->row);
    if (*ended) return false;
    if (row->fault[0] != '\0') return refuse(reading, row->fault_line, NULL, "csv", row->fault);
    for (size_t i = 0; i < row->count; i++) reading->fields[i] = row->fields[i].text;
    return true;
}

static void keep_line(struct settlement_file *file, const struct settlement_line *line)
{
    file->lines = list_grown(file->lines, file->count, &file->room, sizeof *line);
    struct settlement_line *kept = &file->lines[file->count++];
    *kept = *line;
    kept->reference = keep_text(&file->texts, line->reference);
    kept->payment = keep_text(&file->texts, line->payment);
    kept->key = keep_text(&file->texts, line->key);
}

static bool take_record(struct file_reading *reading)
{
    struct settlement_file *file = reading->file;
    struct settlement_line line;
    struct statement_fault why;
    enum statement_said said =
        statement_read(&reading->statement, reading->fields, reading->row.count, &line, &why);
    if (said == STATEMENT_REFUSED) return refuse_statement(reading, &why);
    bool first = file->count + file->others == 0;
    if (first || line.created_ms < file->first_ms) file->first_ms = line.created_ms;
    if (line.created_ms > file->last_ms) file->last_ms = line.created_ms;
    if (file->count == SETTLEMENT_ROWS_MAX || file->others == SETTLEMENT_FILE_LINES_MAX)
        return refuse(reading, reading->row.line, NULL, "settlement.rows",
                      "more lines than are compared at once: a shorter period is wanted");
    line.at = reading->row.line;
    if (said == STATEMENT_REFUND)
        keep_line(file, &line);
    else
        file->others++;
    return true;
}

static bool take_row(struct file_reading *reading, const struct statement_layout *layout,
                     bool *begun)
{
    struct statement_fault why;
    switch (statement_part(layout, *begun, reading->fields, reading->row.count)) {
    case STATEMENT_ASIDE: return true;
    case STATEMENT_BODY: return take_record(reading);
    case STATEMENT_HEAD: break;
    }
    *begun =
        statement_begin(&reading->statement, layout, reading->fields, reading->row.count, &why);
    return *begun || refuse_statement(reading, &why);
}

static bool read_all(struct file_reading *reading, const struct statement_layout *layout)
{
    bool ended = false, begun = false;
    while (next_row(reading, &ended))
        if (!take_row(reading, layout, &begun)) return false;
    if (!ended || begun) return ended;
    return refuse(reading, 1, NULL, "settlement.empty",
                  "the file has no line with the columns' names");
}

bool settlement_file_read(FILE *from, const struct statement_layout *layout,
                          struct settlement_file *file, struct settlement_fault *fault)
{
    static struct file_reading reading; /* too large for some stacks */
    *file = (struct settlement_file){0};
    reading.file = file;
    reading.fault = fault;
    csv_open(&reading.csv, from);
    return read_all(&reading, layout);
}

void settlement_file_free(struct settlement_file *file)
{
    keep_free(&file->texts);
    free(file->lines);
    *file = (struct settlement_file){0};
}
