/* The states in which a power cut can leave the truth, visited one after the other.
 *
 * A workload runs once, in a child, and is recorded. Then its record is cut at any place: what was
 * flushed before the cut is there; of the rest any subset may be, page by page or sector by sector.
 * Each such file is given to the workload's check, in a directory that holds nothing else: the
 * views are taken as lost. The checks run in a child; one that it dies of counts as bad.
 *
 * What it cannot show: a device that tears a sector, or that lies about a flush, and names of files
 * that a directory forgets. */
#ifndef TESTS_CRASH_EXPLORER_H
#define TESTS_CRASH_EXPLORER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRASH_REASONS_MAX 64

/* What was acknowledged before the cut. */
struct crash_acked {
    bool any; /* false: not even that the store exists */
    uint64_t last;
};

struct crash_workload {
    const char *name;
    const char *file; /* that is recorded, relative to the directory: "truth/data.mdb" */
    /* Makes a store in the directory and works, with crash_mark(0) when the store is made and
     * crash_mark(n) after the commit of the n-th turn; unflushed is the control. 0: done. */
    int (*run)(const char *directory, bool unflushed);
    /* Opens what the crash left. 0: everything acknowledged is held, nothing else is, and the store
     * takes a new write; else a number below CRASH_REASONS_MAX that tells what is wrong. */
    int (*check)(const char *directory, const struct crash_acked *acked);
    const char *(*reason)(int number);
};

struct crash_trace;
/* Ends the program when the workload fails. */
struct crash_trace *crash_trace_of(const struct crash_workload *workload, bool unflushed);
void crash_trace_free(struct crash_trace *trace);
uint64_t crash_trace_marks(const struct crash_trace *trace);

struct crash_plan {
    uint64_t seed;
    unsigned states;
    size_t grain;         /* bytes that are written together or not at all: 4096 or 512 */
    bool flushes_ignored; /* the control with a disk that lies */
};
struct crash_result {
    unsigned states;
    unsigned bad;
    unsigned acked_states; /* in which something was acknowledged before the cut */
    unsigned reasons[CRASH_REASONS_MAX];
};
struct crash_result crash_explore(const struct crash_workload *workload,
                                  const struct crash_trace *trace, const struct crash_plan *plan);
void crash_print(const struct crash_workload *workload, const struct crash_plan *plan,
                 const struct crash_result *result);

#endif
