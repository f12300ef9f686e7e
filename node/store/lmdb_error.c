#include "node/store/lmdb_error.h"

#include <errno.h>
#include <lmdb.h>
#include <stddef.h>

static const struct {
    int code;
    enum error error;
} meanings[] = {
    {MDB_SUCCESS, OK},
    {MDB_NOTFOUND, ERROR_NOT_FOUND},
    {ENOENT, ERROR_NOT_FOUND},
    {MDB_MAP_FULL, ERROR_FULL},
    {MDB_TXN_FULL, ERROR_FULL},
    {ENOSPC, ERROR_FULL},
    {EDQUOT, ERROR_FULL},
    {EFBIG, ERROR_FULL},
    {ENOMEM, ERROR_BUSY},
    {MDB_READERS_FULL, ERROR_BUSY},
    {EWOULDBLOCK, ERROR_BUSY}, /* flock: another process has the store */
    {EBUSY, ERROR_BUSY},
    {MDB_BAD_VALSIZE, ERROR_TOO_LARGE},
    {MDB_CORRUPTED, ERROR_CORRUPT},
    {MDB_PAGE_NOTFOUND, ERROR_CORRUPT},
    {MDB_INVALID, ERROR_CORRUPT},
    {MDB_VERSION_MISMATCH, ERROR_UNSUPPORTED},
    {MDB_INCOMPATIBLE, ERROR_UNSUPPORTED},
    {MDB_PANIC, ERROR_OUTCOME_UNKNOWN}, /* a meta page could not be written */
};

enum error lmdb_error(int code)
{
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (meanings[i].code == code) return meanings[i].error;
    return ERROR_IO;
}
