#include "proto/json_tree.h"

#include <stdlib.h>

void json_free(struct json *root)
{
    if (root == NULL) return;
    struct json_tree *tree =
        (struct json_tree *)(void *)((uint8_t *)root - offsetof(struct json_tree, root));
    while (tree->blocks != NULL) {
        struct json_block *block = tree->blocks;
        tree->blocks = block->next;
        free(block);
    }
    free(tree);
}

static bool is_type(const struct json *value, enum json_type type)
{
    return value != NULL && value->type == type;
}

const struct json *json_get(const struct json *object, const char *key)
{
    if (!is_type(object, JSON_OBJECT)) return NULL;
    size_t size = strlen(key);
    const struct json *at = object->first;
    while (at != NULL && (at->name_size != size || memcmp(at->name, key, size) != 0)) at = at->next;
    return at;
}

const struct json *json_at(const struct json *array, size_t index)
{
    if (!is_type(array, JSON_ARRAY) || index >= array->size) return NULL;
    const struct json *at = array->first;
    while (index-- > 0) at = at->next;
    return at;
}

size_t json_count(const struct json *array)
{
    return is_type(array, JSON_ARRAY) ? array->size : 0;
}

bool json_is_object(const struct json *value)
{
    return is_type(value, JSON_OBJECT);
}

bool json_is_array(const struct json *value)
{
    return is_type(value, JSON_ARRAY);
}

bool json_is_null(const struct json *value)
{
    return is_type(value, JSON_NULL);
}

bool json_is_text(const struct json *value)
{
    return is_type(value, JSON_TEXT);
}

struct span json_text(const struct json *value)
{
    return is_type(value, JSON_TEXT) ? span_of(value->text, value->size) : span_of(NULL, 0);
}

bool json_int(const struct json *value, int64_t *out)
{
    if (!is_type(value, JSON_INTEGER)) return false;
    bool minus = value->text[0] == '-';
    uint64_t digits = 0;
    for (uint32_t i = minus ? 1 : 0; i < value->size; i++)
        digits = digits * 10 + (uint64_t)(value->text[i] - '0');
    *out = minus ? (int64_t)(0 - digits) : (int64_t)digits;
    return true;
}

bool json_bool(const struct json *value, bool *out)
{
    if (!is_type(value, JSON_TRUE) && !is_type(value, JSON_FALSE)) return false;
    *out = value->type == JSON_TRUE;
    return true;
}

const char *json_next_key(const struct json *object, const char *key)
{
    if (!is_type(object, JSON_OBJECT)) return NULL;
    const struct json *at = object->first;
    if (key != NULL) {
        while (at != NULL && at->name != key) at = at->next;
        at = at != NULL ? at->next : NULL;
    }
    return at != NULL ? at->name : NULL;
}

struct span json_word(const struct json *value)
{
    if (is_type(value, JSON_TRUE)) return span_text("true");
    if (is_type(value, JSON_FALSE)) return span_text("false");
    bool written =
        is_type(value, JSON_TEXT) || is_type(value, JSON_INTEGER) || is_type(value, JSON_REAL);
    return written ? span_of(value->text, value->size) : span_of(NULL, 0);
}

const struct json *json_first(const struct json *list)
{
    return is_type(list, JSON_ARRAY) || is_type(list, JSON_OBJECT) ? list->first : NULL;
}

const struct json *json_next(const struct json *child)
{
    return child->next;
}

struct span json_name(const struct json *member)
{
    return member->name != NULL ? span_of(member->name, member->name_size) : span_of(NULL, 0);
}
