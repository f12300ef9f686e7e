/* Faults of the disk, put between a program and the C library: the n-th write or flush of a file
 * fails as told. Linked before the C library (or loaded with LD_PRELOAD into a program as shipped,
 * which then reads its order from ENTREPOT_FAULT).
 *
 * An order is "PATH:CALL:NTH:ERROR", PATH being a part of the file's path and
 *     CALL   page (a write at 8 KiB or beyond), meta (a write before that), sync, any
 *     NTH    1: the next such call; "3+": the third and all that follow
 *     ERROR  EIO, ENOSPC, EDQUOT, or SHORT (half of the bytes are written)
 * LMDB keeps its two meta pages in the first 8 KiB: a commit is pages, a sync, and a meta. */
#ifndef TESTS_SUPPORT_FAULT_H
#define TESTS_SUPPORT_FAULT_H

/* Replaces the order that stands; NULL: no more faults. Ends the program when it does not parse. */
void fault_arm(const char *order);
/* Calls that failed by order so far. */
unsigned fault_count(void);

#endif
