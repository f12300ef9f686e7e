/* Counts which pages of a mapped file a piece of a program reads, exactly and without a clock: the
 * mapping is closed to all, each page that is touched faults once, is counted and opened again. For
 * LMDB, whose readers read nothing but the map. Of one mapping at a time, on any threads. */
#ifndef TESTS_SUPPORT_PAGE_COUNT_H
#define TESTS_SUPPORT_PAGE_COUNT_H

#include <stdbool.h>
#include <stddef.h>

/* Finds the mapping of the file whose path ends so. false: there is none. */
bool page_count_find(const char *path_end);
void page_count_begin(void);
/* Pages touched since the beginning; the mapping is open again. */
size_t page_count_end(void);

#endif
