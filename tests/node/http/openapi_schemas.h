/* The schemas of openapi.yaml that follow from the shapes of the program, as YAML: everything below
 * the line "generated". A body is shown as the caller writes it. */
#ifndef TESTS_NODE_HTTP_OPENAPI_SCHEMAS_H
#define TESTS_NODE_HTTP_OPENAPI_SCHEMAS_H

#include <stddef.h>

/* The text, to be freed by the caller. */
char *openapi_schemas(void);

#endif
