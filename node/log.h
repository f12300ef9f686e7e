/* The log of the program, on standard error: text for a person on a terminal, JSON lines elsewhere.
 *
 * An error is logged once, where it is decided about, with the record's id. Secrets and personal
 * data never stand in a line. Any thread may log; a line is written with one call. */
#ifndef NODE_LOG_H
#define NODE_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_field {
    const char *name; /* NULL ends a list */
    const char *text; /* NULL: the number is the value */
    int64_t number;
};

#define LOG_TEXT(name, value)                                                                      \
    {                                                                                              \
        (name), (value), 0                                                                         \
    }
#define LOG_NUMBER(name, value)                                                                    \
    {                                                                                              \
        (name), NULL, (int64_t)(value)                                                             \
    }
/* At least one field: LOG(LOG_WARN, "mesh", "link dropped", LOG_NUMBER("link", 3), LOG_TEXT("why",
 * "busy")) */
#define LOG(level, component, text, ...)                                                           \
    log_line((level), (component), (text), (const struct log_field[]){__VA_ARGS__, {0, 0, 0}})

/* form: -1 by terminal, 0 text, 1 JSON lines. Below `level` nothing is written. */
void log_setup(enum log_level level, int form);
/* Are lines JSON, as things stand? Safe in a signal handler. */
bool log_is_json(void);
void log_line(enum log_level level, const char *component, const char *text,
              const struct log_field *fields);

#endif
