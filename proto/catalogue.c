#include "proto/catalogue.h"

#include "proto/line.h"

#define EVENT_ROW(NAME, number, version, shape, logs, flags)                                       \
    {NAME, #shape, (version), &shape##_shape, (logs), (flags)},
const struct event_row event_rows[] = {EVENT_LIST(EVENT_ROW)};

#define EVENT_PLACE(NAME, number, version, shape, logs, flags) PLACE_##NAME,
enum place { EVENT_LIST(EVENT_PLACE) PLACE_COUNT };
const size_t event_rows_count = PLACE_COUNT;

/* 1 + the row of each kind, 0 where there is none. */
#define EVENT_INDEX(NAME, number, version, shape, logs, flags) [number] = PLACE_##NAME + 1,
static const uint8_t row_of_kind[] = {EVENT_LIST(EVENT_INDEX)};

const struct event_row *event_by_kind(uint64_t kind)
{
    if (kind >= sizeof row_of_kind || row_of_kind[kind] == 0) return NULL;
    return &event_rows[row_of_kind[kind] - 1];
}

/* The record behind the salt of a personal payload. */
static enum error skip_salt(const struct event_header *header, struct span *payload)
{
    if ((header->flags & EVENT_PERSONAL) == 0) return OK;
    if (payload->size < EVENT_SALT_BYTES) return ERROR_MALFORMED;
    *payload = span_of(payload->at + EVENT_SALT_BYTES, payload->size - EVENT_SALT_BYTES);
    return OK;
}

/* A later version of a kind adds optional keys and changes none, so its shape reads every former
 * one: what a log holds is never written anew. */
static bool is_readable(const struct event_row *row, const struct event_header *header)
{
    return header->kver >= 1 && header->kver <= row->version;
}

enum error event_body_decode(const struct event_header *header, struct span payload,
                             union event_body *body)
{
    const struct event_row *row = event_by_kind(header->kind);
    if (row == NULL || !is_readable(row, header)) return ERROR_UNSUPPORTED;
    if (payload.at == NULL) return ERROR_NOT_FOUND;
    /* Personal data may be erased and business data never: neither stands in the other's place. */
    if (header->flags != row->flags) return ERROR_OUT_OF_RANGE;
    enum error error = skip_salt(header, &payload);
    if (error != OK) return error;
    return shape_decode(row->shape, payload, body, NULL);
}

static void print_kind(struct line *line, const struct event_header *header)
{
    const struct event_row *row = event_by_kind(header->kind);
    if (row != NULL && is_readable(row, header)) {
        line_text(line, row->name);
        return;
    }
    line_text(line, "kind ");
    line_uint(line, header->kind);
    line_text(line, " version ");
    line_uint(line, header->kver);
}

static void print_place(struct line *line, const struct event_header *header)
{
    char log[ID_TEXT_BYTES];
    id_print(&header->log, log);
    line_text(line, log);
    line_text(line, "/");
    line_uint(line, header->idx);
    line_text(line, " ");
    print_kind(line, header);
    line_text(line, " ");
}

size_t event_print(const struct event_header *header, struct span payload, char *text, size_t size)
{
    struct line line = line_over(text, size);
    print_place(&line, header);
    union event_body body;
    const struct event_row *row = event_by_kind(header->kind);
    enum error error = event_body_decode(header, payload, &body);
    if (payload.at == NULL) {
        line_text(&line, "(erased)");
    } else if (row == NULL || error != OK) {
        line_text(&line, "(unreadable: ");
        line_text(&line, error_text(error));
        line_text(&line, ")");
    } else if ((header->flags & EVENT_PERSONAL) != 0) {
        line_text(&line, "(personal)"); /* never stands in a log of the program */
    } else {
        line.used += shape_print(row->shape, &body, line.at + line.used, line.size - line.used);
    }
    return line.used;
}
