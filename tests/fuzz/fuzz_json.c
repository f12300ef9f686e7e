/* The JSON parser beside another one, jansson: they take the same texts and find the same values in
 * them. Three differences are meant: ours counts levels and names, bounds numbers without a
 * floating point, and takes no NUL between two values. */
#include "proto/json.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>

/* The other's macros of these names give way to our functions of the same meaning. */
#undef json_is_object
#undef json_is_array
#undef json_is_null

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void compare(const struct json *ours, const json_t *theirs);

static void compare_members(const struct json *ours, const json_t *theirs)
{
    size_t count = 0;
    assert(json_is_object(ours));
    for (const char *key = json_next_key(ours, NULL); key != NULL; key = json_next_key(ours, key)) {
        const json_t *other = json_object_get(theirs, key);
        assert(other != NULL);
        compare(json_get(ours, key), other);
        count++;
    }
    assert(count == json_object_size(theirs));
}

static void compare_items(const struct json *ours, const json_t *theirs)
{
    assert(json_is_array(ours) && json_count(ours) == json_array_size(theirs));
    for (size_t i = 0; i < json_count(ours); i++)
        compare(json_at(ours, i), json_array_get(theirs, i));
}

static void compare_plain(const struct json *ours, const json_t *theirs)
{
    int64_t number;
    bool yes;
    struct span text = json_text(ours);
    bool is_int = json_int(ours, &number), is_bool = json_bool(ours, &yes);
    assert(is_int == json_is_integer(theirs) && is_bool == json_is_boolean(theirs));
    assert(json_is_text(ours) == json_is_string(theirs));
    assert(json_is_null(ours) == (json_typeof(theirs) == JSON_NULL));
    if (is_int) assert(number == json_integer_value(theirs));
    if (is_bool) assert(yes == json_is_true(theirs));
    if (!json_is_text(ours)) return;
    assert(span_equal(text, span_of(json_string_value(theirs), json_string_length(theirs))));
}

static void compare(const struct json *ours, const json_t *theirs)
{
    if (json_typeof(theirs) == JSON_OBJECT)
        compare_members(ours, theirs);
    else if (json_typeof(theirs) == JSON_ARRAY)
        compare_items(ours, theirs);
    else
        compare_plain(ours, theirs);
}

static bool is_meant(const struct json_fault *fault, const json_error_t *error)
{
    return fault->error == ERROR_TOO_DEEP || fault->error == ERROR_TOO_LARGE ||
           fault->error == ERROR_OUT_OF_RANGE ||
           json_error_code(error) == json_error_numeric_overflow;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct json_fault fault;
    json_error_t error = {0};
    if (size > 0 && memchr(bytes, 0, size) != NULL) return 0;
    struct json *ours = json_parse(span_of(bytes, size), &fault);
    json_t *theirs = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, &error);
    assert((ours == NULL) == (fault.error != OK) && (ours == NULL || fault.text[0] == '\0'));
    if ((ours == NULL) != (theirs == NULL))
        assert(is_meant(&fault, &error));
    else if (ours != NULL)
        compare(ours, theirs);
    json_free(ours);
    json_decref(theirs);
    return 0;
}
