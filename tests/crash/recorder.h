/* Records what a program does to one file: every write with its bytes, every flush, and the marks
 * of the program itself ("n is acknowledged"), in order. Linked before the C library; or loaded
 * with LD_PRELOAD into a program as shipped, which then begins by itself with ENTREPOT_CRASH_TRACE
 * (where to write) and ENTREPOT_CRASH_FILE (a part of the file's path). */
#ifndef TESTS_CRASH_RECORDER_H
#define TESTS_CRASH_RECORDER_H

#include <stdint.h>

enum crash_op {
    CRASH_WRITE = 'W',   /* in the page cache: lost or not, in any order, until a flush */
    CRASH_THROUGH = 'T', /* through a descriptor opened with O_DSYNC: on disk when it returns */
    CRASH_FLUSH = 'F',
    CRASH_MARK = 'M' /* offset is the number */
};

/* As it stands in the trace, followed by size bytes. */
struct crash_record {
    uint64_t offset;
    uint32_t size;
    uint32_t op; /* enum crash_op */
};

void crash_record(const char *trace, const char *file);
/* Nothing when no recording is under way. */
void crash_mark(uint64_t number);

#endif
