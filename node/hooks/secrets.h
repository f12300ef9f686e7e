/* The secrets of webhooks, in files named by their fingerprint: DIR/webhooks/HEX.secret, mode 0600.
 * They are read when they are needed and stand in no log, argument or answer. */
#ifndef NODE_HOOKS_SECRETS_H
#define NODE_HOOKS_SECRETS_H

#include "overseas-warehouse/hook.h"

#define SECRETS_WHY_BYTES 1200

/* Reads a file that holds one secret and a line end at most. A file that others may read is
 * ERROR_CONFIG. The sentence in why after an error. */
enum error secrets_read_file(const char *path, struct hook_key *key,
                             char why[SECRETS_WHY_BYTES]) MUST_USE;
/* Copies it to where the node looks for it; done twice it is done once. */
enum error secrets_keep(const char *directory, const struct crypto *crypto, const char *path,
                        struct hash *fingerprint, char why[SECRETS_WHY_BYTES]) MUST_USE;
/* The secret of that fingerprint; false: it is not here. */
bool secrets_find(const char *directory, const struct crypto *crypto,
                  const struct hash *fingerprint, struct hook_key *key);

#endif
