/* What every template may ask for: of the account, and of the moment (carriers/inquiry.h). */
#ifndef NODE_CARRIERS_VALUES_H
#define NODE_CARRIERS_VALUES_H

#include "node/carriers/asker.h"

struct values {
    const struct asker_account *account;
    const char *token; /* "": none is held */
    uint64_t wall_ms;
    uint8_t random[16];
    char room[3 * ASKER_TEXT_BYTES]; /* of the latest value */
};

void values_begin(struct values *values, const struct asker_account *account, const char *token);
/* at = NULL: no such name. Lives until the next call. */
struct span values_of(struct values *values, struct span name);
struct span values_print_uint(struct values *values, uint64_t number);
struct span values_print_time(struct values *values, uint64_t ms);

#endif
