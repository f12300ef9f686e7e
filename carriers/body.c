#include "carriers/body.h"

#include "proto/line.h"

enum error body_fault(struct fault *fault, enum error error, const char *path)
{
    struct line line = line_over(fault->path, sizeof fault->path);
    line_text(&line, path);
    return fault->error = error;
}

enum error body_fault_at(struct fault *fault, enum error error, const char *path, size_t index)
{
    struct line line = line_over(fault->path, sizeof fault->path);
    line_text(&line, path);
    line_text(&line, "/");
    line_uint(&line, index);
    return fault->error = error;
}

static void place_in_text(const struct json_fault *found, struct fault *fault)
{
    struct line line = line_over(fault->path, sizeof fault->path);
    line_text(&line, "line ");
    line_uint(&line, found->line);
    line_text(&line, ", column ");
    line_uint(&line, found->column);
    line_text(&line, ": ");
    line_text(&line, found->text);
    fault->error = found->error;
}

struct json *body_open(struct span body, struct fault *fault)
{
    struct json_fault found = {.error = OK};
    struct json *root = json_parse(body, &found);
    if (root == NULL) place_in_text(&found, fault);
    return root;
}

enum error body_list(const struct json *list, const char *path, size_t items_max, size_t *count,
                     struct fault *fault)
{
    *count = 0;
    if (list == NULL || json_is_null(list)) return OK;
    if (!json_is_array(list)) return body_fault(fault, ERROR_MALFORMED, path);
    size_t items = json_count(list);
    if (items > items_max) return body_fault(fault, ERROR_TOO_LARGE, path);
    for (size_t i = 0; i < items; i++)
        if (!json_is_object(json_at(list, i)))
            return body_fault_at(fault, ERROR_MALFORMED, path, i);
    *count = items;
    return OK;
}
