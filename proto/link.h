/* The link of one return, which its merchant hands to the buyer: whoever holds it may read that
 * return's own view and do a buyer's verbs, until it expires or is withdrawn.
 *
 *     ep_buyer_<hex of: 1, return 16, link 16, node 16, expires_ms 8, signature 64>
 *
 * It is signed by the node that made it, over what stands before the signature, so any member of
 * the mesh can tell a good one by the membership alone, also before the entry that tells of it has
 * come there, and no member holds a secret of another. It stands in no log and no list: only its id
 * does, by which it is withdrawn. */
#ifndef PROTO_LINK_H
#define PROTO_LINK_H

#include "proto/crypto.h"

#define LINK_VERSION    1
#define LINK_PREFIX     "ep_buyer_"
#define LINK_BODY_BYTES (1 + 3 * ID_BYTES + 8)
#define LINK_BYTES      (LINK_BODY_BYTES + SIGNATURE_BYTES)
#define LINK_TEXT_BYTES (sizeof LINK_PREFIX + 2 * LINK_BYTES) /* printed, and its NUL */
#define LINK_DAYS_MAX   365
#define LINK_DAYS       30 /* when none are asked for */

struct link_card {
    struct id return_id, link;
    struct id node; /* that made and signed it */
    uint64_t expires_ms;
    uint8_t signature[SIGNATURE_BYTES];
};

/* With this node's own key. false: no key is held. */
bool link_sign(const struct crypto *crypto, struct link_card *card) MUST_USE;
/* key: the membership's for card->node. */
bool link_verify(const struct crypto *crypto, const uint8_t key[KEY_BYTES],
                 const struct link_card *card) MUST_USE;
void link_print(const struct link_card *card, char text[LINK_TEXT_BYTES]);
/* ERROR_MALFORMED: it is none, or of a version that is not known. Nothing is verified. */
enum error link_parse(struct span text, struct link_card *card) MUST_USE;

#endif
