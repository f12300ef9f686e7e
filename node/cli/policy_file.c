#include "node/cli/policy_file.h"

#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 4, 5))) static void
complain(struct policy_file *file, const char *field, const char *rule, const char *format, ...)
{
    va_list arguments;
    if (file->complaints_count++ >= POLICY_COMPLAINTS_MAX) return;
    struct policy_complaint *complaint = &file->complaints[file->complaints_count - 1];
    snprintf(complaint->field, sizeof complaint->field, "%s", field);
    snprintf(complaint->rule, sizeof complaint->rule, "%s", rule);
    va_start(arguments, format);
    vsnprintf(complaint->text, sizeof complaint->text, format, arguments);
    va_end(arguments);
}

static void complain_of(struct policy_file *file, const char *field, enum error error)
{
    complain(file, field, error_name(error), "%s", error_text(error));
}

/* --- the form, member by member --------------------------------------------------------------- */

/* Each item by itself, so that one that does not read hides none of the others. */
static void read_list(struct policy_file *file, const struct json *list, const struct field *field)
{
    union {
        struct policy_window window;
        struct policy_limit limit;
        struct policy_fee fee;
        struct policy_final final;
        struct policy_buyer buyer;
        uint8_t bytes[256];
    } item;
    char path[FAULT_PATH_BYTES + 64];
    if (!json_is_array(list)) {
        complain_of(file, field->name, ERROR_MALFORMED);
        return;
    }
    if (json_count(list) > field->max) complain_of(file, field->name, ERROR_TOO_LARGE);
    for (size_t i = 0; i < json_count(list); i++) {
        struct fault fault;
        const struct json *from = json_at(list, i);
        if (json_to_shape(from, field->item, &item, NULL, 0, &fault) == OK) continue;
        snprintf(path, sizeof path, "%s/%zu%s%s", field->name, i, fault.path[0] != '\0' ? "/" : "",
                 fault.path);
        complain_of(file, path, fault.error);
    }
}

/* A plain member as an object of nothing else, read by its one field. */
static void read_plain(struct policy_file *file, const struct json *value,
                       const struct field *field)
{
    static struct policy policy;
    const struct shape one = {"policy", sizeof policy, field, 1};
    struct json_out out = {0};
    struct json_fault where;
    struct fault fault = {.error = ERROR_MALFORMED};
    int64_t number;
    json_open(&out, NULL, '{');
    if (json_is_text(value)) json_put_text(&out, field->name, json_text(value));
    if (json_int(value, &number)) json_put_int(&out, field->name, number);
    json_close(&out, '}');
    struct json *json = json_parse(span_of(out.at, out.used), &where);
    bool plain = json_is_text(value) || json_int(value, &number);
    if (!plain || json_to_shape(json, &one, &policy, NULL, 0, &fault) != OK)
        complain_of(file, field->name, fault.error);
    json_free(json);
    json_out_free(&out);
}

static const struct field *field_named(const char *name)
{
    for (size_t i = 0; i < policy_shape.count; i++)
        if (strcmp(policy_shape.fields[i].name, name) == 0) return &policy_shape.fields[i];
    return NULL;
}

static void read_members(struct policy_file *file, const struct json *object)
{
    for (const char *key = json_next_key(object, NULL); key != NULL;
         key = json_next_key(object, key)) {
        const struct field *field = field_named(key);
        const struct json *value = json_get(object, key);
        if (field == NULL)
            complain_of(file, key, ERROR_UNKNOWN_FIELD);
        else if (json_is_null(value))
            continue;
        else if (field->type == FIELD_list)
            read_list(file, value, field);
        else
            read_plain(file, value, field);
    }
}

/* --- the whole -------------------------------------------------------------------------------- */

static void compare(struct policy_file *file)
{
    struct policy_fault faults[POLICY_COMPLAINTS_MAX];
    uint32_t count = policy_contradictions(&file->policy, faults, POLICY_COMPLAINTS_MAX);
    for (uint32_t i = 0; i < count && i < POLICY_COMPLAINTS_MAX; i++)
        complain(file, faults[i].field, policy_rule_word(faults[i].rule), "%s",
                 policy_rule_text(faults[i].rule));
    if (count > POLICY_COMPLAINTS_MAX) file->complaints_count = count;
}

bool policy_file_read(struct span text, struct policy_file *file)
{
    struct json_fault where;
    struct fault fault;
    memset(file, 0, sizeof *file);
    file->json = json_parse(text, &where);
    if (file->json == NULL) {
        complain(file, "", error_name(where.error), "line %u column %u: %s", where.line,
                 where.column, where.text);
        return false;
    }
    const struct json *object = json_get(file->json, "policy");
    if (object == NULL) object = file->json;
    if (!json_is_object(object)) {
        complain(file, "", error_name(ERROR_MALFORMED),
                 "an object is expected: {\"windows\": ...}");
        return false;
    }
    read_members(file, object);
    if (file->complaints_count > 0) return false;
    if (json_to_shape(object, &policy_shape, &file->policy, NULL, 0, &fault) != OK)
        complain_of(file, fault.path, fault.error);
    else
        compare(file);
    return file->complaints_count == 0;
}

void policy_file_free(struct policy_file *file)
{
    json_free(file->json);
    file->json = NULL;
}
