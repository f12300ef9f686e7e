/* A provider's settlement file, read whole: the lines that are about refunds, with their texts, in
 * memory; of all others only how many there are. Some 300 bytes a refund, SETTLEMENT_ROWS_MAX of
 * them. */
#ifndef NODE_CLI_SETTLEMENT_FILE_H
#define NODE_CLI_SETTLEMENT_FILE_H

#include "node/sheet/csv.h"
#include "overseas-warehouse/payment/statement.h"

#define SETTLEMENT_FILE_LINES_MAX 50000000u /* about whatever */

/* Texts that are kept until all of them go. */
struct keep {
    struct keep_block *latest;
};
struct span keep_text(struct keep *keep, struct span text);
void keep_free(struct keep *keep);

/* Room for one thing more in a list of the caller's: the list, moved if it had to grow. */
void *list_grown(void *list, size_t count, size_t *room, size_t size);

struct settlement_file {
    struct settlement_line *lines;
    size_t count, room;
    uint64_t others;            /* lines about no refund */
    uint64_t first_ms, last_ms; /* of all lines; 0: there are none */
    struct keep texts;
};

/* What is wrong with a file, and where. */
struct settlement_fault {
    uint64_t line;
    const char *column; /* NULL: the line as a whole */
    const char *rule;
    char text[CSV_FAULT_BYTES];
};

/* false: *fault says why, and the file is of no use; free it all the same. */
bool settlement_file_read(FILE *from, const struct statement_layout *layout,
                          struct settlement_file *file, struct settlement_fault *fault);
void settlement_file_free(struct settlement_file *file);

#endif
