/* proto/openapi.yaml as a list of operations, read line by line: what each path takes and whom it
 * is for, in the page's own words. It knows the few forms in which the page is written, and fails
 * the test at one that it does not know. */
#ifndef TESTS_NODE_HTTP_OPENAPI_PAGE_H
#define TESTS_NODE_HTTP_OPENAPI_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#define OPENAPI_PAGE         "proto/openapi.yaml"
#define OPERATIONS_MAX       512
#define OPERATION_QUERY_MAX  16
#define OPERATION_TEXT_BYTES 96

struct operation {
    char path[OPERATION_TEXT_BYTES], method[8]; /* "get" */
    char roles[OPERATION_TEXT_BYTES];           /* "[operator, merchant]"; "[]": for anybody */
    char query[OPERATION_QUERY_MAX][32];        /* names of the parameters behind the '?' */
    size_t query_count;
    bool key, key_taken, match; /* an Idempotency-Key: needed, taken; If-Match needed */
};

/* Reads the page once. The operations live as long as the program. */
size_t openapi_operations(const struct operation **operations);

#endif
