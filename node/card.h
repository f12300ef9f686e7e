/* The card of a node: what others need to admit it, and what a new node needs to join. One line of
 * JSON, without a secret:
 *
 *     {"card":1,"mesh":"...","member":{"node":"...","name":"...", ...}}
 */
#ifndef NODE_CARD_H
#define NODE_CARD_H

#include "proto/json.h"
#include "proto/records_mesh.h"

#define CARD_BYTES_MAX 4096
#define CARD_WHY_BYTES 200

struct card {
    struct id mesh;
    struct member member; /* its texts lie in room */
    char room[CARD_BYTES_MAX];
};

void card_put(struct json_out *out, const struct id *mesh, const struct member *member);
/* ERROR_MALFORMED and the others of JSON and shapes; why names the field. */
enum error card_parse(struct span text, struct card *card, char why[CARD_WHY_BYTES]) MUST_USE;
enum error card_read(const char *file, struct card *card, char why[CARD_WHY_BYTES]) MUST_USE;

#endif
