/* A policy as a person writes it: a JSON object, or what `policy show --json` printed, whose member
 * "policy" it then is. All that is wrong in it is told at once, and no node is asked: a member that
 * does not read, then what contradicts the rest, by field and rule. */
#ifndef NODE_CLI_POLICY_FILE_H
#define NODE_CLI_POLICY_FILE_H

#include "overseas-warehouse/policy/policy.h"
#include "proto/json.h"

#define POLICY_FILE_BYTES_MAX  (256u * 1024)
#define POLICY_COMPLAINTS_MAX  128
#define POLICY_COMPLAINT_BYTES 200

struct policy_complaint {
    char field[FAULT_PATH_BYTES]; /* "windows/2/days"; empty: the file as a whole */
    char rule[40];                /* "overlap", or the name of an error */
    char text[POLICY_COMPLAINT_BYTES];
};
struct policy_file {
    struct json *json; /* in which the policy's texts lie */
    struct policy policy;
    uint32_t complaints_count; /* of which POLICY_COMPLAINTS_MAX are told */
    struct policy_complaint complaints[POLICY_COMPLAINTS_MAX];
};
/* True: it is sound, and nothing was complained of. Free with policy_file_free either way. */
bool policy_file_read(struct span text, struct policy_file *file);
void policy_file_free(struct policy_file *file);

#endif
