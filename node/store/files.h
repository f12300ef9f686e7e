/* The files around the two environments: directories, the lock, the mark of the views, the ballast,
 * and how much room the disk has. Every name that must survive a power cut is flushed with its
 * directory. Nothing here knows LMDB, except that an environment is data.mdb and lock.mdb. */
#ifndef NODE_STORE_FILES_H
#define NODE_STORE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/error.h"

#define FILES_PATH_MAX 4096

struct path {
    char text[FILES_PATH_MAX];
};
/* Empty when too long, which the open that follows then reports. */
struct path path_of(const char *text);
struct path path_join(const char *directory, const char *name);

/* Makes the directory when it is missing (its parent must exist) and flushes its name. */
enum error files_make_directory(const char *directory, bool flush) MUST_USE;
bool files_exist(const char *path);
/* Does it hold nothing, or nothing but that name? */
bool files_directory_is_empty(const char *directory, const char *but);
enum error files_flush_directory(const char *directory) MUST_USE;
enum error files_flush(const char *path) MUST_USE;

/* flock: ERROR_BUSY when another process, or another store of this one, has the directory.
 * shared: for reading a copy; without a lock file there is nothing to wait for, and *fd is -1. */
enum error files_lock(const char *directory, bool shared, int *fd) MUST_USE;
void files_close(int fd); /* takes -1 */

/* Removes the files of an environment; absent ones are no error. */
enum error files_remove_environment(const char *directory) MUST_USE;

/* The mark of the views: whether their pages are what the last commit left.
 * Written without sync, they survive the end of the process (the pages are the kernel's) but not
 * the end of the kernel. So an open mark names the boot and the directory's inode: another boot, or
 * a copy of the files, is not trusted. */
enum files_mark {
    FILES_MARK_OPEN,  /* in use, or left behind by a crash, in this boot */
    FILES_MARK_CLEAN, /* flushed at an orderly close */
    FILES_MARK_DOUBT  /* missing, of another boot, or told so */
};
enum files_mark files_mark_read(const char *directory);
void files_remove_mark(const char *directory);
enum error files_mark_write(const char *directory, enum files_mark mark, bool flush) MUST_USE;

/* Fills DIR/ballast with blocks, unless it stands already or would take the last room. */
void files_make_ballast(const char *directory, size_t bytes, uint64_t reserve_bytes);
void files_drop_ballast(const char *directory);
uint64_t files_free_bytes(const char *directory);

#endif
