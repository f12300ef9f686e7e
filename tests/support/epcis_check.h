/* Is a document EPCIS 2.0, as far as its structure goes? What the JSON schema of the standard asks
 * of documents and events, and that words are of CBV 2.0 or URIs; not that its events make sense.
 */
#ifndef TESTS_SUPPORT_EPCIS_CHECK_H
#define TESTS_SUPPORT_EPCIS_CHECK_H

#include <stdbool.h>
#include <stddef.h>

/* NULL: it is; else what is wrong first, in a static text. */
const char *epcis_fault(const char *text, size_t size);

#endif
