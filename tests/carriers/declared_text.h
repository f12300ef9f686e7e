/* The row of a carrier written out as the text that carriers/declared.h reads: what a compiled
 * adapter says, an operator's file can say too, but for what is C. */
#ifndef TESTS_CARRIERS_DECLARED_TEXT_H
#define TESTS_CARRIERS_DECLARED_TEXT_H

#include "carriers/declared.h"

/* Has it a mend or a parse of its own? */
bool declared_text_can(const struct carrier *carrier);
/* Appends to what was written; name stands in the place of the carrier's own. */
void declared_text_write(const struct carrier *carrier, const char *name, char *text, size_t size);

#endif
