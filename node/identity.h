/* Who a node is: made once by `entrepot init`, found again at every start.
 *
 * The store's meta table says which node, store and log; the keys say as whom it signs and speaks;
 * the guard says whether this is the store of the last start. If it is not, the store is in doubt:
 * it goes on with a new log (the old one may have gone on elsewhere), writes no book and calls no
 * provider, until the membership names the new log as the old one's successor or a person vouches
 * for it (`entrepot store vouch`). */
#ifndef NODE_IDENTITY_H
#define NODE_IDENTITY_H

#include "node/card.h"
#include "node/core/core.h"
#include "node/guard.h"
#include "node/keys.h"
#include "node/store/store_lmdb.h"

#define IDENTITY_WHY_BYTES 400

/* --- making one ------------------------------------------------------------------------------ */

struct identity_wish {
    const char *directory;    /* made when it is missing; its parent must be there */
    const char *name;         /* up to NAME_BYTES_MAX bytes */
    const char *code;         /* of its warehouse; NULL: a gateway */
    const char *address;      /* where others dial it; NULL: nowhere (yet) */
    const struct card *joins; /* the peer whose mesh it joins; NULL: it founds one */
};
/* Makes keys, store, own log and guard and, when founding, the membership with this node as its
 * first member. ERROR_CONFLICT: the directory holds a node already, and nothing was changed; a
 * making that was cut short is completed when it is repeated. *card is the node's card. */
enum error identity_make(const struct identity_wish *wish, struct card *card,
                         char why[IDENTITY_WHY_BYTES]) MUST_USE;

/* --- finding it again ------------------------------------------------------------------------ */

struct identity {
    struct core_self self;
    char name[NAME_BYTES_MAX + 1];
    bool joined_known;
    struct card joined;         /* DIR/joined */
    enum guard_verdict verdict; /* at this start */
    bool renewed;               /* this start gave the store a new log in place of old_log */
    struct id old_log;
    bool lifted; /* this start ended a doubt: the membership names the new log */
};
/* Judges the guard, renews the store when it is in doubt, counts the start, fills `self` (but for
 * build and send_window_ms). ERROR_NOT_FOUND: the store was never made. ERROR_CONFIG: the signing
 * key is not the one that the own log is sealed with. */
enum error identity_open(const char *directory, struct store_lmdb *store, const struct keys *keys,
                         struct identity *identity, char why[IDENTITY_WHY_BYTES]) MUST_USE;

/* By hand, with the store open and no node running. renew: as a start in doubt does. vouch: ends
 * the doubt on a person's word that the former store is gone for good. */
enum error identity_renew(const char *directory, struct store_lmdb *store, const struct keys *keys,
                          struct id *old_log, struct id *new_log,
                          char why[IDENTITY_WHY_BYTES]) MUST_USE;
enum error identity_vouch(struct store_lmdb *store, char why[IDENTITY_WHY_BYTES]) MUST_USE;

/* DIR/card, which making and renewing write. */
enum error identity_card(const char *directory, struct card *card,
                         char why[IDENTITY_WHY_BYTES]) MUST_USE;
/* Makes it anew with the keys and the log that the store has now; what else it says comes from the
 * former card or, for want of one, from the membership. */
enum error identity_card_write(const char *directory, struct store_lmdb *store,
                               const struct keys *keys, char why[IDENTITY_WHY_BYTES]) MUST_USE;

/* Whom to speak to while the membership here does not name it, and where to look for it besides
 * what the membership says: DIR/joined. Replaces the card that stands there. */
enum error identity_join(const char *directory, const struct card *peer,
                         char why[IDENTITY_WHY_BYTES]) MUST_USE;

struct id identity_mint(void);

#endif
