/* How a webhook proves who sent it: the comparison of an HMAC over the raw body in a time that does
 * not depend on where it differs. The body is taken as the bytes that came: parsing and printing it
 * again would change 136.0 to 136 and break the proof. */
#ifndef CARRIERS_SIGNATURE_H
#define CARRIERS_SIGNATURE_H

#include "proto/crypto.h"

/* Is mac the HMAC-SHA256 of the body under key? An empty key proves nothing and never matches. */
bool signature_matches(const struct crypto *crypto, struct span key, struct span body,
                       const struct hash *mac);
/* If text begins with prefix, the rest in *rest. */
bool signature_strip(struct span text, const char *prefix, struct span *rest);

#endif
