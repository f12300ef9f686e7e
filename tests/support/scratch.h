/* A directory of the test's own, below TMPDIR, that is gone afterwards. */
#ifndef TESTS_SUPPORT_SCRATCH_H
#define TESTS_SUPPORT_SCRATCH_H

#define SCRATCH_PATH_MAX 512

struct scratch {
    char path[SCRATCH_PATH_MAX];
};
/* Ends the program when no directory can be made: nothing can be tested then. */
struct scratch scratch_make(void);
/* The same in memory, where the machine has such a place: for what is written once and thrown away
 * thousands of times. Flushes mean nothing there. */
struct scratch scratch_make_in_memory(void);
void scratch_remove(const struct scratch *scratch);

#endif
