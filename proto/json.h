/* The one small door to JSON: strict parsing with line and column (duplicate names, NUL and bad
 * UTF-8 refused, integers kept, reals refused where an integer stands), a tree of values, and a
 * growing text for answers. Also the JSON form of every shape. This file allocates; the core, the
 * business and the rest of proto never include it. */
#ifndef PROTO_JSON_H
#define PROTO_JSON_H

#include "proto/shape.h"
#include "proto/time.h"

#define JSON_BYTES_MAX (1024u * 1024)
#define JSON_DEPTH_MAX 32
#define JSON_NAMES_MAX 256 /* of one object */

struct json; /* a value, owned by the tree it stands in */

struct json_fault {
    enum error error;
    unsigned line, column;
    char text[160];
};

/* The root is an object or an array. NULL on error, with *fault filled. Free with json_free. */
struct json *json_parse(struct span text, struct json_fault *fault);
void json_free(struct json *root);

/* All getters take NULL and the wrong type and answer "absent": NULL, false, an empty span. */
const struct json *json_get(const struct json *object, const char *key);
const struct json *json_at(const struct json *array, size_t index);
size_t json_count(const struct json *array);
bool json_is_object(const struct json *value);
bool json_is_array(const struct json *value);
bool json_is_null(const struct json *value);
struct span json_text(const struct json *value); /* empty when not a string */
bool json_is_text(const struct json *value);
bool json_int(const struct json *value, int64_t *out); /* an integer, no real */
bool json_bool(const struct json *value, bool *out);
/* A text, a number as it was written, true or false; empty for all else. */
struct span json_word(const struct json *value);
/* The children of an object or list one after the other; NULL when there is none (more). */
const struct json *json_first(const struct json *list);
const struct json *json_next(const struct json *child);
struct span json_name(const struct json *member); /* empty in a list */
/* Walks the members of an object: pass NULL to begin, gets the next, NULL at the end. */
const char *json_next_key(const struct json *object, const char *key);

/* Fills a shape's value from an object and checks it (shape_check). Texts point into the tree; bins
 * and other decoded bytes are placed in scratch. A member of null counts as left out. Unknown
 * members, wrong types and broken limits name their path in *fault, which may be NULL. */
enum error json_to_shape(const struct json *object, const struct shape *shape, void *value,
                         uint8_t *scratch, size_t scratch_bytes, struct fault *fault) MUST_USE;

/* A growing text buffer for answers. Failure to allocate aborts the process (asserted). */
struct json_out {
    char *at;
    size_t used, room;
    bool comma; /* the next member or item needs one before it */
};
void json_out_free(struct json_out *out);
void json_open(struct json_out *out, const char *key_or_null, char bracket); /* '{' or '[' */
void json_close(struct json_out *out, char bracket);                         /* '}' or ']' */
void json_put_text(struct json_out *out, const char *key_or_null, struct span text);
void json_put_int(struct json_out *out, const char *key_or_null, int64_t value);
void json_put_uint(struct json_out *out, const char *key_or_null, uint64_t value);
void json_put_bool(struct json_out *out, const char *key_or_null, bool value);
void json_put_null(struct json_out *out, const char *key_or_null);
void json_put_id(struct json_out *out, const char *key_or_null, const struct id *id);
void json_put_hex(struct json_out *out, const char *key_or_null, struct span bytes);
void json_put_time(struct json_out *out, const char *key_or_null, uint64_t unix_ms);
/* A value that is JSON already, as it is. */
void json_put_raw(struct json_out *out, const char *key_or_null, struct span json);
/* The record as members of the object that is open (key NULL), or as an object under key. */
void json_put_shape(struct json_out *out, const char *key_or_null, const struct shape *shape,
                    const void *value);

#endif
