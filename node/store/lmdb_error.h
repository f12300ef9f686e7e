/* Foreign errors of the store, LMDB's and errno's, in the program's own words: the one place where
 * they are translated. */
#ifndef NODE_STORE_LMDB_ERROR_H
#define NODE_STORE_LMDB_ERROR_H

#include "proto/error.h"

/* Of a code that LMDB returned, or of an errno; 0 is OK. What is not in the list is ERROR_IO. */
enum error lmdb_error(int code);

#endif
