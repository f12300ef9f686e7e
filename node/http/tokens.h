/* The tokens of this node's HTTP door: who may speak to it, in which role, for whose goods.
 *
 * A token is 256 random bits; it is printed once and only its hash is kept, in one file of the
 * node's directory (mode 0600), one JSON line for each. The command line writes that file whether
 * the node runs or not; the node sees the change and reads it again. Tokens belong to a node: they
 * are not replicated, and a token of one node opens no other.
 *
 *     ep_<role>_<26 characters of the token's id>_<64 hex digits of the secret>
 *
 * The prefix makes a leaked one recognisable; the id in it names the token in lists and records. */
#ifndef NODE_HTTP_TOKENS_H
#define NODE_HTTP_TOKENS_H

#include "node/http/scope.h"
#include "proto/commands.h"
#include "proto/crypto.h"

#define TOKEN_SECRET_BYTES 32
#define TOKEN_TEXT_BYTES   128 /* a printed token and its NUL */
#define TOKENS_MAX         10000
#define TOKENS_WHY_BYTES   200

#define TOKEN_ROLE_LIST(X)                                                                         \
    X(ROLE_OPERATOR, ROLE_OPERATOR, "operator")                                                    \
    X(ROLE_MERCHANT, ROLE_MERCHANT, "merchant")                                                    \
    X(ROLE_ADMIN, ROLE_ADMIN, "admin")                                                             \
    X(ROLE_PARTNER, ROLE_PARTNER, "partner")                                                       \
    X(ROLE_PLATFORM, ROLE_PLATFORM, "platform")
extern const struct words role_words;

/* One more merchant of a platform's token. */
#define TOKEN_ALSO_MAX          (SCOPE_MERCHANTS_MAX - 1)
#define TOKEN_ALSO_FIELDS(F, S) F(S, 1, REQUIRED, id, merchant, none, 0)
SHAPE_DECLARE(token_also, TOKEN_ALSO_FIELDS)

#define TOKEN_ROW_FIELDS(F, S)                                                                     \
    F(S, 1, REQUIRED, id, token, none, 0)                                                          \
    F(S, 2, REQUIRED, choice, role, role, 0)                                                       \
    F(S, 3, REQUIRED, hash, secret, none, 0)  /* SHA-256("entrepot/token/1" ‖ secret) */         \
    F(S, 4, OPTIONAL, id, merchant, none, 0)  /* its records only: merchant, partner need it */    \
    F(S, 5, OPTIONAL, id, warehouse, none, 0) /* acts on the goods of this one only */             \
    F(S, 6, OPTIONAL, text, name, none, NAME_BYTES_MAX)                                            \
    F(S, 7, REQUIRED, time, created_ms, none, 0)                                                   \
    F(S, 8, OPTIONAL, time, revoked_ms, none, 0)                                                   \
    F(S, 9, OPTIONAL, list, also, token_also, TOKEN_ALSO_MAX)
SHAPE_DECLARE(token_row, TOKEN_ROW_FIELDS)

/* What a person asks for. */
#define TOKEN_WISH_FIELDS(F, S)                                                                    \
    F(S, 1, REQUIRED, choice, role, role, 0)                                                       \
    F(S, 2, OPTIONAL, id, merchant, none, 0)                                                       \
    F(S, 3, OPTIONAL, id, warehouse, none, 0)                                                      \
    F(S, 4, OPTIONAL, text, name, none, NAME_BYTES_MAX)                                            \
    F(S, 5, OPTIONAL, list, also, token_also, TOKEN_ALSO_MAX)
SHAPE_DECLARE(token_wish, TOKEN_WISH_FIELDS)

struct tokens;

/* Whose records its bearer may know of. */
struct scope token_scope(const struct token_row *row);

/* Opens the file; one that is missing is an empty list. ERROR_CONFIG: it is not ours alone;
 * ERROR_CORRUPT: a line does not read. *tokens is NULL after an error, why says where. */
enum error tokens_open(const char *file, const struct crypto *crypto, struct tokens **tokens,
                       char why[TOKENS_WHY_BYTES]) MUST_USE;
void tokens_free(struct tokens *tokens); /* takes NULL */
/* Reads the file again if another program has replaced it. An error keeps what was known. */
enum error tokens_refresh(struct tokens *tokens, char why[TOKENS_WHY_BYTES]) MUST_USE;

size_t tokens_count(const struct tokens *tokens);
const struct token_row *tokens_at(const struct tokens *tokens, size_t place);
/* The row of a printed token that is known and not revoked; NULL otherwise. Takes the same time
 * whatever part of the secret is wrong. The row lives until the next call that writes or refreshes.
 */
const struct token_row *tokens_find(const struct tokens *tokens, struct span printed);

/* Is it known and not revoked? For whoever was let in by it and is still there. */
bool tokens_hold(const struct tokens *tokens, const struct id *token);
/* Grows whenever a row may have changed. */
uint64_t tokens_changes(const struct tokens *tokens);

/* Adds one and writes the file, whole or not at all, with a lock against other programs that write
 * it. ERROR_OUT_OF_RANGE names in why what the role needs. printed is the only copy of the secret.
 */
enum error tokens_create(struct tokens *tokens, const struct token_wish *wish, uint64_t wall_ms,
                         struct token_row *row, char printed[TOKEN_TEXT_BYTES],
                         char why[TOKENS_WHY_BYTES]) MUST_USE;
/* ERROR_NOT_FOUND; a token revoked before stays as it was. */
enum error tokens_revoke(struct tokens *tokens, const struct id *token, uint64_t wall_ms,
                         char why[TOKENS_WHY_BYTES]) MUST_USE;

#endif
