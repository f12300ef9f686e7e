/* The body of a message as a document, JSON or XML, and the naming of faults in it. */
#ifndef CARRIERS_BODY_H
#define CARRIERS_BODY_H

#include "proto/json.h"

/* NULL when it cannot be read, with *fault naming line and column. Free with json_free. */
struct json *body_open(struct span body, struct fault *fault);
/* Fills *fault and returns its error. The second form names an item of a list: "points/3". */
enum error body_fault(struct fault *fault, enum error error, const char *path);
enum error body_fault_at(struct fault *fault, enum error error, const char *path, size_t index);
/* A list of at most items_max objects, or nothing (absent or null): OK, and *count. */
enum error body_list(const struct json *list, const char *path, size_t items_max, size_t *count,
                     struct fault *fault) MUST_USE;

#endif
