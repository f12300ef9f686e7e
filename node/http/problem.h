/* Errors as a client sees them: one table from the program's codes to HTTP statuses, and the
 * application/problem+json body (RFC 9457) with the stable code, the field that is wrong as a JSON
 * pointer, and the rule that refused. */
#ifndef NODE_HTTP_PROBLEM_H
#define NODE_HTTP_PROBLEM_H

#include "proto/json.h"

#define PROBLEM_TYPE "application/problem+json"

struct problem {
    enum error error;
    unsigned status;           /* 0: that of the error */
    const char *detail;        /* a sentence about this case; NULL: none */
    const char *rule;          /* NULL or empty: none */
    const struct fault *fault; /* NULL: no field is to blame */
    const struct id *request;  /* NULL: the call had no Idempotency-Key */
    uint64_t number;           /* of the call in this process; 0: not known */
};

unsigned problem_status(enum error error);
/* The reason phrase of a status; never NULL. */
const char *status_phrase(unsigned status);
void problem_put(struct json_out *out, const struct problem *problem);

#endif
