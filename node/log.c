#include "node/log.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "proto/utf8.h"

#define LINE_BYTES 2048
#define LEFT_BYTES 160 /* of a line are kept for what ends it */

static enum log_level level_least = LOG_INFO;
static int form_chosen = -1;

static const char *const LEVEL_NAMES[] = {"debug", "info", "warn", "error"};

struct line {
    char text[LINE_BYTES];
    size_t used;
};

void log_setup(enum log_level level, int form)
{
    level_least = level;
    form_chosen = form;
}

bool log_is_json(void)
{
    return form_chosen >= 0 ? form_chosen == 1 : isatty(STDERR_FILENO) == 0;
}

static void put(struct line *line, const char *text)
{
    size_t size = strlen(text), room = LINE_BYTES - 2 - line->used;
    if (size > room) size = room;
    memcpy(line->text + line->used, text, size);
    line->used += size;
}

static bool is_full(const struct line *line)
{
    return line->used + LEFT_BYTES > LINE_BYTES;
}

/* What comes from outside may not break a line or a JSON string, however long it is. */
static void put_escaped(struct line *line, const char *text, bool json)
{
    while (*text != '\0' && !is_full(line)) {
        char piece[8] = "";
        unsigned char c = (unsigned char)*text;
        size_t size = utf8_step(span_of(text, strnlen(text, 4)));
        if (c < 0x20 || c == 0x7f || size == 0)
            snprintf(piece, sizeof piece, !json ? "\\x%02x" : size == 0 ? "\\ufffd" : "\\u%04x", c);
        else if (json && (c == '"' || c == '\\'))
            snprintf(piece, sizeof piece, "\\%c", c);
        else
            memcpy(piece, text, size);
        put(line, piece);
        text += size == 0 ? 1 : size;
    }
}

static void put_value(struct line *line, const struct log_field *field, bool json)
{
    char number[24];
    if (field->text == NULL) {
        snprintf(number, sizeof number, "%lld", (long long)field->number);
        put(line, number);
        return;
    }
    if (json) put(line, "\"");
    put_escaped(line, field->text, json);
    if (json) put(line, "\"");
}

static void put_time(struct line *line)
{
    struct timespec now;
    struct tm utc;
    char text[40], whole[32];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(whole, sizeof whole, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text, sizeof text, "%s.%03ldZ", whole, now.tv_nsec / 1000000 % 1000);
    put(line, text);
}

static void write_json(struct line *line, enum log_level level, const char *component,
                       const char *text, const struct log_field *fields)
{
    put(line, "{\"time\":\"");
    put_time(line);
    put(line, "\",\"level\":\"");
    put(line, LEVEL_NAMES[level]);
    put(line, "\",\"component\":\"");
    put_escaped(line, component, true);
    put(line, "\",\"message\":\"");
    put_escaped(line, text, true);
    put(line, "\"");
    for (; fields->name != NULL && !is_full(line); fields++) {
        put(line, ",\"");
        put_escaped(line, fields->name, true);
        put(line, "\":");
        put_value(line, fields, true);
    }
    put(line, "}");
}

static void write_text(struct line *line, enum log_level level, const char *component,
                       const char *text, const struct log_field *fields)
{
    put_time(line);
    put(line, " ");
    put(line, LEVEL_NAMES[level]);
    put(line, " ");
    put_escaped(line, component, false);
    put(line, ": ");
    put_escaped(line, text, false);
    for (; fields->name != NULL; fields++) {
        put(line, " ");
        put_escaped(line, fields->name, false);
        put(line, "=");
        put_value(line, fields, false);
    }
}

void log_line(enum log_level level, const char *component, const char *text,
              const struct log_field *fields)
{
    if (level < level_least) return;
    struct line line = {.used = 0};
    if (log_is_json())
        write_json(&line, level, component, text, fields);
    else
        write_text(&line, level, component, text, fields);
    line.text[line.used++] = '\n';
    /* A log that cannot be written is nobody's reason to stop. */
    ssize_t ignored = write(STDERR_FILENO, line.text, line.used);
    (void)ignored;
}
