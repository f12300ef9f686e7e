#include "carriers/body.h"

#include "proto/json_xml.h"
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

/* Blanks and the mark that some put before UTF-8. */
static struct span body_begin(struct span body)
{
    static const uint8_t mark[] = {0xef, 0xbb, 0xbf};
    if (body.size >= sizeof mark && memcmp(body.at, mark, sizeof mark) == 0)
        body = span_of(body.at + sizeof mark, body.size - sizeof mark);
    while (body.size > 0 && memchr(" \t\r\n", body.at[0], 4) != NULL)
        body = span_of(body.at + 1, body.size - 1);
    return body;
}

/* UTF-16 begins with its own mark. */
static bool is_xml(struct span body)
{
    return body.size > 0 && (body.at[0] == '<' || body.at[0] == 0xfe || body.at[0] == 0xff);
}

struct json *body_open(struct span body, struct fault *fault)
{
    struct json_fault found = {.error = OK};
    body = body_begin(body);
    struct json *root = is_xml(body) ? json_from_xml(body, &found) : json_parse(body, &found);
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
