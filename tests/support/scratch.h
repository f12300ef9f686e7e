/* A directory of the test's own, below TMPDIR, that is gone afterwards. */
#ifndef TESTS_SUPPORT_SCRATCH_H
#define TESTS_SUPPORT_SCRATCH_H

#define SCRATCH_PATH_MAX 512

struct scratch {
    char path[SCRATCH_PATH_MAX];
};
/* Ends the program when no directory can be made: nothing can be tested then. */
struct scratch scratch_make(void);
void scratch_remove(const struct scratch *scratch);

#endif
