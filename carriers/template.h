/* Texts with places to be filled in: paths, headers and bodies of what is asked of a carrier.
 *
 *   ${name}            the value of that name, written as the text around it wants it
 *   ${?name}...${/}    only when the value is there and not empty
 *   ${!name}...${/}    only when it is not
 *   ${*list:,}...${/}  once for each item of the list, with what stands behind the colon between
 *
 * A value is a stranger's or a person's: what would end a string, an element or a header in the
 * form at hand is escaped, and a header bears no line end at all. Nothing is ever cut: what does
 * not fit, and a name that has no value, is an error. Pure; the memory is the caller's. */
#ifndef CARRIERS_TEMPLATE_H
#define CARRIERS_TEMPLATE_H

#include "proto/shape.h"

enum template_form {
    TEMPLATE_PLAIN, /* as it is; no line ends, no control signs: headers, what is signed */
    TEMPLATE_URL,   /* percent-escaped: paths, queries, fields of forms */
    TEMPLATE_JSON,  /* inside a string */
    TEMPLATE_XML,   /* inside an element or an attribute */
    TEMPLATE_RAW    /* as it is, whatever it is: what was written before */
};

#define TEMPLATE_DEPTH_MAX 4
#define TEMPLATE_NO_ITEM   SIZE_MAX

struct template_values {
    void *world;
    /* at = NULL: there is no such name. item: of the innermost list, or TEMPLATE_NO_ITEM. */
    struct span (*value)(void *world, struct span name, size_t item);
    /* How many items a list has; 0 also for one that is not there. May be NULL: none is. */
    size_t (*count)(void *world, struct span list);
};

struct writing {
    char *at;
    size_t size, used;
    enum error error; /* the first */
};

/* Appends; ERROR_TOO_LARGE when it does not fit, and then nothing more is written. */
void writing_add(struct writing *out, struct span text);
void writing_escape(struct writing *out, enum template_form form, struct span text);
/* A NUL after what was written since `from`; NULL: an error stands. */
const char *writing_end(struct writing *out, size_t from);

/* Errors: ERROR_MISSING_FIELD with the name in fault->path; ERROR_MALFORMED for a template that
 * cannot be read, or a value that its place cannot bear; ERROR_TOO_LARGE. */
enum error template_fill(struct writing *out, const char *text, enum template_form form,
                         const struct template_values *values, struct fault *fault) MUST_USE;
/* NULL, or what is wrong with the template: for templates that come from a file, and for the test
 * that goes through all of them. name (may be NULL) hears of every value and list it wants. */
const char *template_fault(const char *text, void *world,
                           void (*name)(void *world, struct span name, bool list));

#endif
