#include "proto/json.h"

#include "proto/json_arena.h"
#include "proto/utf8.h"
#include <jansson.h>

/* The library's macros of these names give way to our functions of the same meaning. */
#undef json_is_object
#undef json_is_array
#undef json_is_null

/* struct json is the library's json_t under another name. The library's getters take pointers to
 * values that may change, though they change none. */
static json_t *inner(const struct json *value)
{
    return (json_t *)(uintptr_t)value;
}

static const struct json *outer(const json_t *value)
{
    return (const struct json *)value;
}

/* --- parsing --------------------------------------------------------------------------------- */

static void set_text(struct json_fault *fault, const char *text)
{
    size_t size = strlen(text);
    if (size > sizeof fault->text - 1) size = sizeof fault->text - 1;
    while (size > 0 && !utf8_valid(span_of(text, size))) size--; /* no half character at the cut */
    memcpy(fault->text, text, size);
    fault->text[size] = '\0';
}

/* The bytes that a search for brackets must look at. */
enum mark { MARK_NONE, MARK_QUOTE, MARK_ESCAPE, MARK_OPEN, MARK_CLOSE };
static const uint8_t marks[256] = {['"'] = MARK_QUOTE, ['\\'] = MARK_ESCAPE, ['['] = MARK_OPEN,
                                   ['{'] = MARK_OPEN,  [']'] = MARK_CLOSE,   ['}'] = MARK_CLOSE};

/* Where the string ends that begins before `at`: on its quote, or at the end of the text. */
static size_t end_of_string(struct span text, size_t at)
{
    while (at < text.size && text.at[at] != '"') at += text.at[at] == '\\' ? 2 : 1;
    return at;
}

/* The library recurses as deep as the input asks, up to a bound of its own that is not ours. Where
 * the level begins that is one too many, or the text's size when there is none. */
static size_t find_too_deep(struct span text)
{
    unsigned depth = 0;
    for (size_t i = 0; i < text.size; i++) {
        uint8_t mark = marks[text.at[i]];
        if (mark == MARK_NONE) continue;
        if (mark == MARK_QUOTE) i = end_of_string(text, i + 1);
        if (mark == MARK_CLOSE && depth > 0) depth--;
        if (mark == MARK_OPEN && ++depth > JSON_DEPTH_MAX) return i;
    }
    return text.size;
}

/* Line and column of a byte, counted in characters from 1. */
static void set_place(struct json_fault *fault, struct span text, size_t place)
{
    fault->line = 1;
    fault->column = 0;
    for (size_t i = 0; i <= place; i++) {
        if ((text.at[i] & 0xc0) != 0x80) fault->column++;
        if (text.at[i] != '\n') continue;
        fault->line++;
        fault->column = 0;
    }
}

static enum error error_of(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_invalid_utf8:
    case json_error_null_character:
    case json_error_null_byte_in_key: return ERROR_BAD_TEXT;
    case json_error_numeric_overflow: return ERROR_OUT_OF_RANGE;
    case json_error_stack_overflow: return ERROR_TOO_DEEP;
    case json_error_duplicate_key: return ERROR_NOT_CANONICAL;
    case json_error_end_of_input_expected: return ERROR_TRAILING;
    case json_error_unknown:
    case json_error_out_of_memory:
    case json_error_cannot_open_file:
    case json_error_invalid_argument:
    case json_error_premature_end_of_input:
    case json_error_invalid_syntax:
    case json_error_invalid_format:
    case json_error_wrong_type:
    case json_error_null_value:
    case json_error_item_not_found:
    case json_error_index_out_of_range: return ERROR_MALFORMED;
    }
    return ERROR_MALFORMED;
}

struct json *json_parse(struct span text, struct json_fault *fault)
{
    *fault = (struct json_fault){.error = OK};
    if (text.size > JSON_BYTES_MAX) {
        fault->error = ERROR_TOO_LARGE;
        set_text(fault, "larger than 1 MiB");
        return NULL;
    }
    size_t too_deep = find_too_deep(text);
    if (too_deep < text.size) {
        fault->error = ERROR_TOO_DEEP;
        set_place(fault, text, too_deep);
        set_text(fault, "nested deeper than 32 levels");
        return NULL;
    }
    json_error_t error;
    json_arena_install();
    json_arena_begin();
    json_t *root = json_loadb((const char *)text.at, text.size, JSON_REJECT_DUPLICATES, &error);
    json_arena_end(root);
    if (root != NULL) {
        *fault = (struct json_fault){.error = OK};
        return (struct json *)root;
    }
    fault->error = error_of(&error);
    fault->line = error.line > 0 ? (unsigned)error.line : 1;
    fault->column = error.column > 0 ? (unsigned)error.column : 0;
    set_text(fault, error.text);
    return NULL;
}

void json_free(struct json *root)
{
    json_arena_free(inner(root));
}

/* --- getters --------------------------------------------------------------------------------- */

const struct json *json_get(const struct json *object, const char *key)
{
    return outer(json_object_get(inner(object), key));
}

const struct json *json_at(const struct json *array, size_t index)
{
    return outer(json_array_get(inner(array), index));
}

size_t json_count(const struct json *array)
{
    return json_array_size(inner(array));
}

static bool is_type(const struct json *value, json_type type)
{
    return value != NULL && json_typeof(inner(value)) == type;
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
    return is_type(value, JSON_STRING);
}

struct span json_text(const struct json *value)
{
    if (!json_is_text(value)) return span_of(NULL, 0);
    return span_of(json_string_value(inner(value)), json_string_length(inner(value)));
}

bool json_int(const struct json *value, int64_t *out)
{
    if (!is_type(value, JSON_INTEGER)) return false;
    *out = json_integer_value(inner(value));
    return true;
}

bool json_bool(const struct json *value, bool *out)
{
    if (!is_type(value, JSON_TRUE) && !is_type(value, JSON_FALSE)) return false;
    *out = is_type(value, JSON_TRUE);
    return true;
}

const char *json_next_key(const struct json *object, const char *key)
{
    json_t *in = inner(object);
    void *place = key == NULL ? json_object_iter(in)
                              : json_object_iter_next(in, json_object_key_to_iter(key));
    return json_object_iter_key(place);
}
