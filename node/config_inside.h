/* What the files of the configuration share: how they complain, and what is looked at when all was
 * read. For node/config*.c and for whoever opens the files that the configuration names. */
#ifndef NODE_CONFIG_INSIDE_H
#define NODE_CONFIG_INSIDE_H

#include <stdarg.h>

#include "node/config.h"

/* "FILE:LINE: ..."; file "": the command line, which has no lines. */
void config_say(struct config_fault *fault, const char *file, unsigned line, const char *form,
                va_list arguments) __attribute__((format(printf, 4, 0)));
/* About a section, by the line on which it begins (0: made on the command line); ERROR_CONFIG. */
enum error config_complain(const struct config *config, unsigned line, struct config_fault *fault,
                           const char *form, ...) __attribute__((format(printf, 4, 5)));

/* A section of a carrier says how it proves itself, or how it is asked, as far as it can. What an
 * adapter in a file can is not known before it is loaded (node/carriers/adapters.h). */
enum error config_check_carrier(const struct config *config, const struct config_carrier *it,
                                struct config_fault *fault) MUST_USE;
struct carrier;
enum error config_check_able(const struct config *config, const struct config_carrier *it,
                             const struct carrier *carrier, struct config_fault *fault) MUST_USE;

#endif
