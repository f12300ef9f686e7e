/* From the JSON body of a call to a command: the one function that routes, bulk imports and the
 * fuzzer use.
 *
 * The body is the command's shape with three differences: the id in the path fills its field (and
 * the body may leave it out or repeat it, but not contradict it); fields that the node fills itself
 * (who decides, and the ids that make a repeated tracking harmless) are not the caller's; and
 * tracking numbers are brought to their one form. What comes out is also canonically encoded: the
 * hash of those bytes, and not of the JSON, tells whether a key is used for the same request. */
#ifndef NODE_HTTP_BODY_H
#define NODE_HTTP_BODY_H

#include "proto/commands.h"
#include "proto/crypto.h"
#include "proto/json.h"

#define BODY_FIELDS_MAX 40

/* A shape as the HTTP interface shows it. */
struct body_shape {
    struct shape shape, inner; /* inner: of the tracking's checkpoints */
    struct field fields[BODY_FIELDS_MAX], inner_fields[BODY_FIELDS_MAX];
};
/* fill: the field that the path gives; NULL: none. *out must stay where it is. */
void body_shape(struct body_shape *out, const struct shape *shape, const char *fill);

struct body_fault {
    enum error error;
    struct fault field; /* path empty: the body as a whole */
    char detail[200];   /* where in the text it does not parse; empty otherwise */
};

/* Fills *body, whose texts lie in `room`, and the canonical bytes in *encoded, also there. */
enum error body_read(const struct crypto *crypto, const struct command_row *row, const char *fill,
                     const struct id *filled, struct span json, union command_body *body,
                     uint8_t room[COMMAND_BYTES_MAX], struct span *encoded,
                     struct body_fault *fault) MUST_USE;
/* The same for a shape that is no command of the business (a token's wish); texts lie in room. */
enum error body_read_shape(const struct shape *shape, struct span json, void *value,
                           uint8_t room[COMMAND_BYTES_MAX], struct body_fault *fault) MUST_USE;

/* A refusal of the business names its field first: "sold_ms: more than a day ahead", or
 * "lines/2/quantity". True when the
 * words begin with a field of the shape (that the path did not fill); then the fault names it. */
bool body_field_in(const struct shape *shape, const char *fill, const char *words,
                   struct fault *fault);

/* What an Idempotency-Key is bound to: the command and its canonical body. */
struct hash body_hash(const struct crypto *crypto, enum command_kind kind, struct span encoded);

#endif
