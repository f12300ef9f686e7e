/* An evidence pack: what a node tells of one return to somebody who has to judge it and trusts
 * nobody. Entries of logs stand in it as the bytes that were chained and sealed, with every header
 * from them to the next seal, so that whoever knows the members' keys can check them without a
 * node; the node that made the pack signs it as a whole. This file checks; node/http/evidence.c
 * makes.
 *
 *     {"pack": {..., "members": [{"node", "name", "sign_key"}],
 *               "logs": [{"log", "type", "runs": [{"entries": [...], "seal": {...}}]}]},
 *      "signed": {"node", "sha256", "signature"}}
 *
 * The signature is over "entrepot/evidence/1" and the SHA-256 of that domain and the bytes of the
 * pack as they stand in the file. */
#ifndef NODE_EVIDENCE_H
#define NODE_EVIDENCE_H

#include "proto/catalogue.h"
#include "proto/json.h"

#define EVIDENCE_WHY_BYTES 200
/* So much a pack holds; of a longer history it says that it is not complete. */
#define EVIDENCE_BYTES_MAX (JSON_BYTES_MAX - 160u * 1024)

struct evidence_report {
    unsigned entries; /* whose bytes are what was chained */
    unsigned between; /* headers that only bind others */
    unsigned seals;   /* signed by a member */
    unsigned bare;    /* entries that no seal in the pack covers */
    unsigned without; /* entries whose payload is not in the pack */
    bool complete;
    char node[ID_TEXT_BYTES]; /* that made it */
    char why[EVIDENCE_WHY_BYTES];
};

struct hash evidence_hash(const struct crypto *crypto, struct span pack);
#define EVIDENCE_MESSAGE_BYTES 64
struct span evidence_message(const struct hash *hash, uint8_t buffer[EVIDENCE_MESSAGE_BYTES]);

/* members: an object with "members" as GET /v1/members answers it, whose keys are believed; NULL:
 * those that the pack itself names. false: something does not hold, and why says what. */
bool evidence_check(const struct crypto *crypto, struct span text, const struct json *members,
                    struct evidence_report *report);

#endif
