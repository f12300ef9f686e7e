/* Places in a document, written as text, for tables of fields.
 *
 *   a/b        the member b of the member a
 *   a/@b       an attribute, where the document was XML
 *   a/#text    the text of an element that has more than text
 *   a/ *       each member of a, whatever its name (without the blank)
 *   a[k=v]/b   only of those a whose member k says v
 *   a[k]/b     only of those a that have a member k
 *   a/b|c      the second where the first finds nothing
 *   .          the place itself
 *
 * A list on the way stands for each of its items. Null is found by no path. */
#ifndef PROTO_JSON_PATH_H
#define PROTO_JSON_PATH_H

#include "proto/json.h"

#define JSON_PATH_STEPS_MAX 12

/* NULL when the path can be read, else what is wrong with it: for paths that come from a file. */
const char *json_path_fault(const char *path);

/* Calls visit for each place, in the order of the document, until it answers false. */
typedef bool json_visit(void *world, const struct json *found);
void json_each(const struct json *from, const char *path, json_visit *visit, void *world);

/* The first place that there is, or NULL. */
const struct json *json_find(const struct json *from, const char *path);
/* The first text or number that is not empty (json_word, or the text of an element). */
struct span json_find_word(const struct json *from, const char *path);

#endif
